/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Profiles: what a command line, the kernel and a saved file say about them.
 */
#ifndef SEGWARD_CLI_PROFILE_H
#define SEGWARD_CLI_PROFILE_H

#include "args.h"
#include "nl.h"
#include "variable.h"

/* Classtypes are longer than names. */
#define CLASSTYPE_LEN	63

/** struct threshold - what a reputation category does; see the spec */
struct threshold {
	name_t category;
	u32 min_score;
	u32 verdict;
};

/** struct override - a verdict in place of a rule's own; see the spec */
struct override {
	u32 kind;
	u32 gid;
	u32 signature_id;
	char name[CLASSTYPE_LEN + 1];
	u32 verdict;
};

/** struct suppress - matches that are ignored; @prefix.a.len 0 for all */
struct suppress {
	u32 gid;
	u32 signature_id;
	u32 direction;
	struct prefix prefix;
};

/**
 * struct profile - a profile
 * @name: its name
 * @mode: enum segward_mode, 0 if not given
 * @generation: counts its changes
 * @users: SIDs that use it
 * @exception: enum segward_exception by enum segward_condition, 0: default
 * @ruleset: names, in the order of matching
 * @variable: by name
 * @threshold: by category
 * @override: by kind and key
 * @suppress: by signature
 */
struct profile {
	name_t name;
	u32 mode;
	u32 generation;
	u32 users;
	u32 exception[SEGWARD_CONDITION_MAX + 1];
	name_t *ruleset;
	unsigned int nr_rulesets;
	struct variable *variable;
	unsigned int nr_variables;
	struct threshold *threshold;
	unsigned int nr_thresholds;
	struct override *override;
	unsigned int nr_overrides;
	struct suppress *suppress;
	unsigned int nr_suppress;
};

/**
 * struct profiles - a list of profiles
 * @v: by name
 * @nr: how many
 */
struct profiles {
	struct profile *v;
	unsigned int nr;
};

int profile_parse(struct args *args, struct profile *profile);
int profile_parse_set(struct args *args, struct profile *profile);
int profile_send(const struct profile *profile, u16 flags,
		 struct nl_error *error);
int profile_delete(const char *name, struct nl_error *error);
void profile_print_fields(const struct profile *profile);
void profile_print(const struct profile *profile);
void profiles_save(const struct profiles *profiles);
int override_compare(const void *a, const void *b);
int suppress_compare(const void *a, const void *b);
void profile_sort(struct profile *profile);
struct variable *profile_variable(const struct profile *profile,
				  const char *name);
bool profile_equal(const struct profile *a, const struct profile *b);
void profile_free(struct profile *profile);

void profile_read(const struct nlmsghdr *nlh, struct profiles *profiles);
int profiles_get(struct profiles *profiles, const char *name,
		 struct nl_error *error);
void profiles_free(struct profiles *profiles);
const struct profile *profiles_find(const struct profiles *profiles,
				    const char *name);

#endif /* SEGWARD_CLI_PROFILE_H */
