// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles.
 *
 * DOC: the kernel replaces profiles whole. "set" therefore reads, edits and
 * writes, and names the generation that it read: if somebody else was faster
 * the kernel says EAGAIN and it begins anew.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "out.h"
#include "profile.h"

/* Editors that keep overtaking each other are a fault, not a race. */
#define SET_TRIES	16

/* The word in front of a suppressed address; Suricata says by_src. */
static const char * const direction_words[] = {
	[SEGWARD_DIRECTION_EITHER]	= "either",
	[SEGWARD_DIRECTION_SRC]		= "src",
	[SEGWARD_DIRECTION_DST]		= "dst",
};

/* --- Printing ---------------------------------------------------------- */

static const char *verdict_word(u32 verdict)
{
	return verdict && verdict <= SEGWARD_VERDICT_MAX ?
		segward_verdict_names[verdict] : "unknown";
}

static void print_rulesets(const struct profile *p)
{
	unsigned int i;

	out_array("ruleset");
	for (i = 0; i < p->nr_rulesets; i++)
		out_kind_str(OUT_NAME, "", " ruleset ", p->ruleset[i]);
	out_array_end();
}

static void print_variables(const struct profile *p)
{
	unsigned int i;
	char *value;

	out_array("variable");
	for (i = 0; i < p->nr_variables; i++) {
		value = variable_format(&p->variable[i]);
		out_line();
		out_nest("");
		out_str("name", "variable ", p->variable[i].name);
		out_str("value", " ", value ? value : "");
		out_nest_end();
		free(value);
	}
	out_array_end();
}

static void print_thresholds(const struct profile *p)
{
	unsigned int i;

	out_array("threshold");
	for (i = 0; i < p->nr_thresholds; i++) {
		out_line();
		out_nest("");
		out_str("category", "reputation ", p->threshold[i].category);
		out_u64("min_score", " min-score ", p->threshold[i].min_score);
		out_str("verdict", " verdict ",
			verdict_word(p->threshold[i].verdict));
		out_nest_end();
	}
	out_array_end();
}

static void print_signature(u32 gid, u32 signature_id)
{
	out_u64("signature_id", "signature-id ", signature_id);
	out_u64("gid", gid != 1 ? " gid " : NULL, gid);
}

static void print_override(const struct override *o)
{
	out_text("override ");
	if (o->kind == SEGWARD_OVERRIDE_KIND_SIGNATURE_ID)
		print_signature(o->gid, o->signature_id);
	else if (o->kind == SEGWARD_OVERRIDE_KIND_CLASSTYPE)
		out_str("classtype", "classtype ", o->name);
	else
		out_str("ruleset", "ruleset ", o->name);
	out_str("verdict", " verdict ", verdict_word(o->verdict));
}

static void print_overrides(const struct profile *p)
{
	unsigned int i;

	out_array("override");
	for (i = 0; i < p->nr_overrides; i++) {
		out_line();
		out_nest("");
		print_override(&p->override[i]);
		out_nest_end();
	}
	out_array_end();
}

static void print_suppress(const struct suppress *s)
{
	char text[PREFIX_STRLEN];

	out_text("suppress ");
	print_signature(s->gid, s->signature_id);
	if (!s->prefix.a.len)
		return;
	out_str("direction", " ", s->direction <= SEGWARD_DIRECTION_MAX &&
		s->direction ? direction_words[s->direction] : "unknown");
	out_kind_str(OUT_ADDRESS, "address", " ",
		     prefix_format(&s->prefix, text));
}

static void print_suppressions(const struct profile *p)
{
	unsigned int i;

	out_array("suppress");
	for (i = 0; i < p->nr_suppress; i++) {
		out_line();
		out_nest("");
		print_suppress(&p->suppress[i]);
		out_nest_end();
	}
	out_array_end();
}

static void print_exceptions(const struct profile *p)
{
	u32 i;

	out_array("exception");
	for (i = 1; i <= SEGWARD_CONDITION_MAX; i++) {
		if (!p->exception[i] || p->exception[i] > SEGWARD_EXCEPTION_MAX)
			continue;
		out_line();
		out_nest("");
		out_str("condition", "exception ", segward_condition_names[i]);
		out_str("exception", " ",
			segward_exception_names[p->exception[i]]);
		out_nest_end();
	}
	out_array_end();
}

/** profile_print_fields() - print a profile as profile add reads it */
void profile_print_fields(const struct profile *p)
{
	bool prevent = p->mode == SEGWARD_MODE_PREVENT;

	out_kind_str(OUT_NAME, "name", "", p->name);
	out_kind_str(prevent ? OUT_GOOD : OUT_WARN, "mode", " mode ",
		     prevent ? "prevent" : "monitor");
	print_rulesets(p);
	print_variables(p);
	print_thresholds(p);
	print_overrides(p);
	print_suppressions(p);
	print_exceptions(p);
	if (cli.details) {
		out_line();
		out_u64("generation", "generation ", p->generation);
		out_u64("users", " users ", p->users);
	}
}

/** profile_print() - print a profile as an object of its own */
void profile_print(const struct profile *p)
{
	out_object();
	profile_print_fields(p);
	out_object_end();
}

/** profiles_save() - print the commands that make profiles again */
void profiles_save(const struct profiles *profiles)
{
	unsigned int i;

	for (i = 0; i < profiles->nr; i++) {
		out_text("profile replace ");
		profile_print(&profiles->v[i]);
	}
}

/* --- Commands ---------------------------------------------------------- */

static u16 echo_flag(void)
{
	return cli.details ? NLM_F_ECHO : 0;
}

static int new_command(struct args *args, u16 flags)
{
	struct nl_error error;
	struct profile p;
	int status;

	status = profile_parse(args, &p);
	if (!status && cli.details)
		out_begin();
	if (!status && profile_send(&p, NLM_F_CREATE | flags | echo_flag(),
				    &error))
		status = nl_fail(&error);
	if (cli.details && status != CLI_USAGE)
		out_end();
	profile_free(&p);
	return status;
}

static int profile_add(struct args *args)
{
	return new_command(args, NLM_F_EXCL);
}

static int profile_replace(struct args *args)
{
	return new_command(args, NLM_F_REPLACE);
}

/* One try to read, edit and write. Sets *again if somebody was faster. */
static int set_once(struct args *args, const char *name, bool *again)
{
	struct profiles profiles;
	struct nl_error error;
	int status, err;

	*again = false;
	if (profiles_get(&profiles, name, &error))
		return nl_fail(&error);
	status = profile_parse_set(args, &profiles.v[0]);
	if (!status) {
		err = profile_send(&profiles.v[0], NLM_F_REPLACE, &error);
		*again = err == -EAGAIN;
		status = err ? CLI_KERNEL : CLI_OK;
		if (err && !*again)
			nl_fail(&error);
	}
	profiles_free(&profiles);
	return status;
}

static int profile_set(struct args *args)
{
	unsigned int try;
	int status, pos;
	bool again;
	name_t name;

	if (arg_name(args, "NAME", name))
		return CLI_USAGE;
	if (!arg_peek(args))
		return err_incomplete();
	pos = args->pos;
	for (try = 0; try < SET_TRIES; try++) {
		args->pos = pos;
		status = set_once(args, name, &again);
		if (!again)
			return status;
	}
	err_print("profile %s was changed by others all the time; nothing was changed.",
		  name);
	return CLI_KERNEL;
}

static int profile_del(struct args *args)
{
	struct nl_error error;
	name_t name;

	if (arg_name(args, "NAME", name) || arg_end(args))
		return CLI_USAGE;
	return profile_delete(name, &error) ? nl_fail(&error) : CLI_OK;
}

static int profile_show(struct args *args)
{
	struct profiles profiles;
	struct nl_error error;
	name_t name = "";
	unsigned int i;

	if (arg_peek(args) && (arg_name(args, "NAME", name) || arg_end(args)))
		return CLI_USAGE;
	if (profiles_get(&profiles, *name ? name : NULL, &error))
		return nl_fail(&error);
	out_begin();
	for (i = 0; i < profiles.nr; i++)
		profile_print(&profiles.v[i]);
	out_end();
	profiles_free(&profiles);
	return CLI_OK;
}

static const struct command profile_commands[] = {
	{ "add", profile_add, NULL },
	{ "replace", profile_replace, "NEW-PROFILE SETTINGS" },
	{ "set", profile_set, "PROFILE SETTINGS [ no REMOVAL ]..." },
	{ "del", profile_del, "PROFILE" },
	{ "show", profile_show, "[ PROFILE ]" },
	{ NULL, NULL, NULL },
};

static const struct production profile_productions[] = {
	{ "SETTINGS",
	  "[ mode MODE ] [ ruleset RULESET ]... [ variable VARIABLE VALUE ]... [ reputation CATEGORY min-score SCORE verdict VERDICT ]... [ override MATTER verdict VERDICT ]... [ suppress MATCHES ]... [ exception CONDITION EXCEPTION ]..."
},
	{ "REMOVAL",
	  "{ ruleset RULESET | variable VARIABLE | reputation CATEGORY | override MATTER | suppress MATCHES | exception CONDITION }"
},
	{ "MATTER",
	  "{ signature-id NUMBER [ gid NUMBER ] | classtype CLASSTYPE | ruleset RULESET }" },
	{ "MATCHES",
	  "signature-id NUMBER [ gid NUMBER ] [ { src | dst | either | ip } PREFIX ]" },
	{ "MODE", "{ monitor | prevent }" },
	{ "VERDICT", "{ pass | report | drop | reject }" },
	{ "CONDITION",
	  "{ packet-malformed | outer-fragment | inner-fragment | budget }" },
	{ "EXCEPTION", "{ pass-packet | drop-packet | reject }" },
	{ NULL, NULL },
};

const struct object object_profile = {
	.name		= "profile",
	.commands	= profile_commands,
	.productions	= profile_productions,
	.bare		= "show",
};
