/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a SID does, on the command line: the action and what belongs to it.
 */
#ifndef SEGWARD_CLI_SID_ACTION_H
#define SEGWARD_CLI_SID_ACTION_H

#include "args.h"
#include "sid.h"

/* The RFC's names, by enum segward_action. */
extern const char * const sid_action_words[];

void sid_action_print(const struct sid *sid);
int sid_action_check(struct sid *sid);

/* Handlers of keywords; data is the struct sid. */
int sid_action_parse(struct args *args, const char *key, void *data);
int sid_action_nh6(struct args *args, const char *key, void *data);
int sid_action_nh4(struct args *args, const char *key, void *data);
int sid_action_oif(struct args *args, const char *key, void *data);
int sid_action_vrftable(struct args *args, const char *key, void *data);
int sid_action_flavors(struct args *args, const char *key, void *data);
int sid_action_lblen(struct args *args, const char *key, void *data);
int sid_action_nflen(struct args *args, const char *key, void *data);

#endif /* SEGWARD_CLI_SID_ACTION_H */
