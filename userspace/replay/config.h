/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What replay holds packets against: rules, reputation and the profile made
 * of them, as the module would have them.
 */
#ifndef SEGWARD_REPLAY_CONFIG_H
#define SEGWARD_REPLAY_CONFIG_H

#include "inspect.h"

#include "replay/replay.h"

/* Words of one kind on a command line; more go into files. */
#define CONFIG_LIST_MAX		256

/* Flows at a time; a capture knows no slices. */
#define CONFIG_FLOWS		(1u << 20)

/* MiB that their streams may take. */
#define CONFIG_STREAM_MEMORY	1024

/* Room for a sentence. */
#define CONFIG_SENTENCE		1024

/**
 * struct words - some words of the command line
 * @word: the words; borrowed
 * @nr: how many
 */
struct words {
	const char *word[CONFIG_LIST_MAX];
	u32 nr;
};

/**
 * struct config - what the user wants
 * @rules: rule files
 * @reputation: reputation files
 * @variable: names and values, by turns
 * @override: overrides
 * @nr_overrides: how many
 * @ruleset: name of the rules' set, for events
 * @profile: name of the profile, for events; NULL for none
 * @category: of reputation entries without one; NULL for the reader's default
 * @min_score: of every category
 * @verdict: of every category, enum segward_verdict
 * @mode: enum segward_mode
 */
struct config {
	struct words rules;
	struct words reputation;
	struct words variable;
	struct segward_override override[CONFIG_LIST_MAX];
	u32 nr_overrides;
	const char *ruleset;
	const char *profile;
	const char *category;
	u8 min_score;
	u8 verdict;
	u8 mode;
};

/**
 * struct loaded - what was made of it
 * @ruleset: NULL without rules
 * @reputation: NULL without lists
 * @fragments: copies of inner fragments
 * @flows: the flows
 * @profile: the profile
 * @rejected: rules that were left out
 */
struct loaded {
	struct segward_ruleset *ruleset;
	struct segward_reputation *reputation;
	struct segward_fragments *fragments;
	struct segward_flows *flows;
	struct segward_profile *profile;
	u32 rejected;
};

/**
 * config_load() - read the files and build the profile
 * @config: what the user wants
 * @loaded: filled in; config_unload() frees it, whatever is returned
 * @sentence: why not
 *
 * Return: whether it worked.
 */
bool config_load(const struct config *config, struct loaded *loaded,
		 char *sentence);
void config_unload(struct loaded *loaded);

#endif /* SEGWARD_REPLAY_CONFIG_H */
