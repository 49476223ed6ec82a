/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rulesets: what the kernel holds, and how it gets there.
 */
#ifndef SEGWARD_CLI_RULESET_H
#define SEGWARD_CLI_RULESET_H

#include "args.h"
#include "nl.h"
#include "rulec/rulec.h"

/**
 * struct ruleset - a ruleset in the kernel; see the specification
 * @name: its name
 * @image_id: digest of the image
 * @rules: in the image
 * @rejected: that the compiler left out
 * @memory: bytes
 * @generation: counts its changes
 * @users: profiles that use it
 * @skip_bad: loaded with skip-bad
 * @classification: file of its classtypes, or NULL
 * @origin: files it came from
 * @nr_origins: how many
 */
struct ruleset {
	name_t name;
	u64 image_id;
	u32 rules;
	u32 rejected;
	u32 memory;
	u32 generation;
	u32 users;
	bool skip_bad;
	char *classification;
	char **origin;
	unsigned int nr_origins;
};

/**
 * struct rulesets - a list of rulesets
 * @v: by name
 * @nr: how many
 */
struct rulesets {
	struct ruleset *v;
	unsigned int nr;
};

/**
 * struct ruleset_load - a ruleset load command
 * @name: what it is to be called
 * @file: paths as given
 * @nr_files: how many
 * @classification: a classification.config, or NULL
 * @skip_bad: leave bad rules out
 * @rulec: the compiler, with its report
 * @image: what it made
 */
struct ruleset_load {
	name_t name;
	char **file;
	unsigned int nr_files;
	char *classification;
	bool skip_bad;
	struct segward_rulec *rulec;
	struct segward_rulec_image image;
};

int ruleset_parse(struct args *args, struct ruleset_load *load);
int ruleset_compile(struct ruleset_load *load);
int ruleset_upload(const struct ruleset_load *load);
void ruleset_load_free(struct ruleset_load *load);
int ruleset_delete(const char *name, struct nl_error *error);

int rulesets_get(struct rulesets *rulesets, struct nl_error *error);
void rulesets_free(struct rulesets *rulesets);
const struct ruleset *rulesets_find(const struct rulesets *rulesets,
				    const char *name);
void ruleset_read(const struct nlmsghdr *nlh, struct ruleset *ruleset);
void ruleset_free(struct ruleset *ruleset);
void ruleset_print_fields(const struct ruleset *ruleset);
void ruleset_print(const struct ruleset *ruleset);

#endif /* SEGWARD_CLI_RULESET_H */
