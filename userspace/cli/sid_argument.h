/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Profiles by argument of a SID.
 */
#ifndef SEGWARD_CLI_SID_ARGUMENT_H
#define SEGWARD_CLI_SID_ARGUMENT_H

#include "args.h"
#include "nl.h"
#include "sid.h"

void sid_argument_print(const struct sid *sid);
int sid_argument_check(struct sid *sid);
void sid_argument_read(const struct nlmsghdr *nlh, struct sid *sid);
void sid_argument_put(struct nl_msg *m, const struct sid *sid);
bool sid_argument_profile(const struct sid *sid, unsigned int i,
			  name_t profile);
bool sid_argument_selects(const struct sid *sid, const char *profile);

/* Handlers of keywords; data is the struct sid. */
int sid_argument_parse(struct args *args, const char *key, void *data);
int sid_argument_offset(struct args *args, const char *key, void *data);
int sid_argument_len(struct args *args, const char *key, void *data);

#endif /* SEGWARD_CLI_SID_ARGUMENT_H */
