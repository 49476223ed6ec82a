/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Network namespaces.
 */
#ifndef SEGWARD_CLI_NETNS_H
#define SEGWARD_CLI_NETNS_H

#include "cli.h"

int netns_enter(const char *name);
u64 netns_inode(void);

#endif /* SEGWARD_CLI_NETNS_H */
