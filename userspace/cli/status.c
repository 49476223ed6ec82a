// SPDX-License-Identifier: GPL-2.0
/*
 * segward status: what is not working, and why, in plain words.
 */
#include <string.h>

#include "args.h"
#include "diagnose.h"
#include "objects.h"
#include "out.h"

/* With ten thousand SIDs one cause would scroll the others away. */
#define SHOWN	8

static const struct {
	const char *name;
	enum out_kind kind;
} levels[] = {
	[LEVEL_ERROR]	= { "error", OUT_BAD },
	[LEVEL_WARNING]	= { "warning", OUT_WARN },
	[LEVEL_NOTE]	= { "note", OUT_PLAIN },
};

static void print_problem(const struct problem *p)
{
	enum level level = cause_level(p->cause);

	out_nest("");
	out_kind_str(levels[level].kind, "level", "", levels[level].name);
	out_str("cause", NULL, cause_name(p->cause));
	out_str("object", *p->object ? ": " : NULL, p->object);
	out_str("text", ": ", p->text);
	out_nest_end();
	out_text("\n");
}

static void print_problems(const struct problems *problems)
{
	unsigned int i, same = 0;

	out_array("problems");
	for (i = 0; i < problems->nr; i++) {
		same = i && problems->v[i].cause == problems->v[i - 1].cause ?
			same + 1 : 0;
		if (cli.json || cli.details || same < SHOWN)
			print_problem(&problems->v[i]);
		else if (i + 1 == problems->nr ||
			 problems->v[i + 1].cause != problems->v[i].cause)
			out_text("%s: the same of %u more (-d shows them)\n",
				 levels[cause_level(problems->v[i].cause)].name,
				 same - SHOWN + 1);
	}
	out_array_end();
}

static void print_totals(const struct facts *f, bool ok)
{
	const u64 *value = f->stats.value;

	out_str("version", NULL, SEGWARD_VERSION);
	out_str("module_version", NULL, f->stats.version);
	out_kind_str(ok ? OUT_GOOD : OUT_BAD, NULL, "", ok ? "ok" : "not ok");
	out_u64("sids", ": sids ", value[SEGWARD_A_STATS_SIDS]);
	out_u64("profiles", " profiles ", value[SEGWARD_A_STATS_PROFILES]);
	out_u64("rulesets", " rulesets ", value[SEGWARD_A_STATS_RULESETS]);
	out_u64("reputation_entries", " reputation-entries ",
		value[SEGWARD_A_STATS_REPUTATION_ENTRIES]);
	out_u64("packets", " packets ", value[SEGWARD_A_STATS_PACKETS]);
	out_u64("dropped", " dropped ", drops_sum(&f->stats.drops));
}

static int status(struct args *args)
{
	struct problems problems;
	struct facts facts;
	bool ok;

	if (arg_end(args))
		return CLI_USAGE;
	facts_get(&facts);
	diagnose(&facts, &problems);
	ok = !problems_wrong(&problems);
	out_begin();
	out_object();
	out_flag("ok", NULL, ok);
	print_problems(&problems);
	if (!facts.error.err)
		print_totals(&facts, ok);
	if (!facts.error.err || cli.json)
		out_object_end();
	out_end();
	problems_free(&problems);
	facts_free(&facts);
	return ok ? CLI_OK : CLI_USAGE;
}

static const struct command status_commands[] = {
	{ "", status, "" },
	{ NULL, NULL, NULL },
};

const struct object object_status = {
	.name		= "status",
	.commands	= status_commands,
};
