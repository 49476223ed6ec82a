/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Listening to what happens.
 */
#ifndef SEGWARD_CLI_MONITOR_H
#define SEGWARD_CLI_MONITOR_H

#include "cli.h"

int monitor_run(bool events, bool config);

#endif /* SEGWARD_CLI_MONITOR_H */
