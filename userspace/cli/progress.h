/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What takes long says so, on a terminal.
 */
#ifndef SEGWARD_CLI_PROGRESS_H
#define SEGWARD_CLI_PROGRESS_H

#include "cli.h"

void progress(const char *what, u64 done, u64 all, const char *unit);
void progress_end(void);

#endif /* SEGWARD_CLI_PROGRESS_H */
