/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A grace period for tests with threads: included before port.h, which then
 * waits for readers where the kernel would.
 */
#ifndef SEGWARD_SELFTESTS_EPOCH_H
#define SEGWARD_SELFTESTS_EPOCH_H

void epoch_synchronize(void);

#define SEGWARD_SYNCHRONIZE	epoch_synchronize

#endif /* SEGWARD_SELFTESTS_EPOCH_H */
