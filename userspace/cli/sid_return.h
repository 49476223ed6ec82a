/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way back of a SID's resets.
 */
#ifndef SEGWARD_CLI_SID_RETURN_H
#define SEGWARD_CLI_SID_RETURN_H

#include "args.h"
#include "nl.h"
#include "sid.h"

void sid_return_print(const struct sid *sid);
void sid_return_read(const struct nlattr **tb, struct sid *sid);
void sid_return_put(struct nl_msg *m, const struct sid *sid);
bool sid_return_equal(const struct sid *a, const struct sid *b);

/* Handler of a keyword; data is the struct sid. */
int sid_return_parse(struct args *args, const char *key, void *data);

#endif /* SEGWARD_CLI_SID_RETURN_H */
