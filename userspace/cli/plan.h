/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a file says is to be there: read, checked and compiled before anything
 * is changed.
 */
#ifndef SEGWARD_CLI_PLAN_H
#define SEGWARD_CLI_PLAN_H

#include "load.h"
#include "profile.h"
#include "reputation.h"
#include "ruleset.h"
#include "sid.h"

/* Each with the line that it stands in. */
struct planned_sid {
	struct sid sid;
	unsigned int line;
};

struct planned_profile {
	struct profile profile;
	unsigned int line;
};

struct planned_ruleset {
	struct ruleset_load load;
	unsigned int line;
};

struct planned_load {
	struct rep_load load;
	unsigned int line;
};

/**
 * struct plan - what a file says
 * @file: its name
 * @sid: by L3 domain and prefix
 * @profile: by name
 * @ruleset: in the order of the file
 * @load: reputation files, in the order of the file
 * @entries: single reputation entries, sorted; of equal keys the last
 * @faults: sentences that were printed about it
 */
struct plan {
	const char *file;
	struct planned_sid *sid;
	unsigned int nr_sids;
	struct planned_profile *profile;
	unsigned int nr_profiles;
	struct planned_ruleset *ruleset;
	unsigned int nr_rulesets;
	struct planned_load *load;
	unsigned int nr_loads;
	struct entries entries;
	unsigned int faults;
};

/**
 * struct present - what the kernel has
 * @sids: by domain and prefix
 * @profiles: by name
 * @rulesets: by name
 * @routes: all IPv6 routes
 */
struct present {
	struct sids sids;
	struct profiles profiles;
	struct rulesets rulesets;
	struct routes routes;
};

int plan_read(struct plan *plan, const char *file);
int plan_check(struct plan *plan, const struct present *present, bool sync);
const struct planned_sid *plan_sid(const struct plan *plan,
				   const struct sid *key);
const struct planned_profile *plan_profile(const struct plan *plan,
					   const char *name);
bool plan_ruleset(const struct plan *plan, const char *name);
bool plan_loads_source(const struct plan *plan, const char *source);
void plan_free(struct plan *plan);

int present_get(struct present *present, struct nl_error *error);
void present_free(struct present *present);

#endif /* SEGWARD_CLI_PLAN_H */
