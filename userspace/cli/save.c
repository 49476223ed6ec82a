// SPDX-License-Identifier: GPL-2.0
/*
 * segward save: the commands that make everything again.
 *
 * In the order in which things need each other, and within it sorted, so that
 * equal configurations give equal files.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "batch.h"
#include "objects.h"
#include "profile.h"
#include "reputation.h"
#include "ruleset.h"
#include "sid.h"

/* Standard input is gone, whoever it was. */
static bool can_be_loaded(const struct ruleset *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_origins; i++)
		if (!strcmp(r->origin[i], "-"))
			return false;
	return r->nr_origins;
}

static void save_ruleset(const struct ruleset *r)
{
	unsigned int i;

	if (!can_be_loaded(r)) {
		warn_print("ruleset %s came from no file and is not saved.",
			   r->name);
		printf("# ruleset %s came from no file\n", r->name);
		return;
	}
	printf("ruleset load %s", r->name);
	for (i = 0; i < r->nr_origins; i++) {
		putchar(' ');
		batch_quote(stdout, r->origin[i]);
	}
	if (r->classification) {
		printf(" classification ");
		batch_quote(stdout, r->classification);
	}
	puts(r->skip_bad ? " skip-bad" : "");
}

static int save_rulesets(struct nl_error *error)
{
	struct rulesets rulesets;
	unsigned int i;

	if (rulesets_get(&rulesets, error))
		return error->err;
	for (i = 0; i < rulesets.nr; i++)
		save_ruleset(&rulesets.v[i]);
	rulesets_free(&rulesets);
	return 0;
}

static int save_profiles(struct nl_error *error)
{
	struct profiles profiles;

	if (profiles_get(&profiles, NULL, error))
		return error->err;
	profiles_save(&profiles);
	profiles_free(&profiles);
	return 0;
}

static int save_reputation(struct nl_error *error)
{
	struct entries entries;

	if (entries_get(&entries, NULL, NULL, error))
		return error->err;
	entries_save(&entries);
	entries_free(&entries);
	return 0;
}

static int save_sids(struct nl_error *error)
{
	struct sids sids;

	if (sids_get(&sids, error))
		return error->err;
	sids_save(&sids);
	sids_free(&sids);
	return 0;
}

static int save(struct args *args)
{
	struct nl_error error;

	if (arg_end(args))
		return CLI_USAGE;
	cli_plain();
	if (save_rulesets(&error) || save_profiles(&error) ||
	    save_reputation(&error) || save_sids(&error))
		return nl_fail(&error);
	return CLI_OK;
}

static const struct command save_commands[] = {
	{ "", save, "" },
	{ NULL, NULL, NULL },
};

const struct object object_save = {
	.name		= "save",
	.commands	= save_commands,
};
