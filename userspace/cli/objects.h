/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects of the command line, one file each.
 */
#ifndef SEGWARD_CLI_OBJECTS_H
#define SEGWARD_CLI_OBJECTS_H

#include "cli.h"

extern const struct object object_sid;
extern const struct object object_profile;
extern const struct object object_ruleset;
extern const struct object object_rule;
extern const struct object object_reputation;
extern const struct object object_flow;
extern const struct object object_event;
extern const struct object object_stats;

extern const struct object object_monitor;
extern const struct object object_trace;
extern const struct object object_status;
extern const struct object object_save;
extern const struct object object_apply;
extern const struct object object_replay;

#endif /* SEGWARD_CLI_OBJECTS_H */
