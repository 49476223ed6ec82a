/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the attributes of profile-new to the configuration of a profile.
 */
#ifndef SEGWARD_PROFILE_PARSE_H
#define SEGWARD_PROFILE_PARSE_H

#include "engine/profile.h"

struct genl_info;

/**
 * segward_profile_parse() - read and check a whole profile
 * @info: the request; refusals are explained in its extack
 * @config: filled in; freed by segward_profile_parse_free() on success
 *
 * Names of rulesets are looked up, so that the result is valid only as long as
 * the namespace's lock is held. Context: process, under the lock. Return: 0,
 * -EINVAL, -ENOENT for a missing ruleset, -EEXIST for something said twice,
 * -E2BIG over a limit, -ENOMEM.
 */
int segward_profile_parse(struct genl_info *info,
			  struct segward_profile_config *config);

/**
 * segward_profile_parse_free() - free what segward_profile_parse() allocated
 * @config: what it filled in
 */
void segward_profile_parse_free(struct segward_profile_config *config);

#endif /* SEGWARD_PROFILE_PARSE_H */
