// SPDX-License-Identifier: GPL-2.0
/*
 * segward __complete WORD...: what may stand in place of the last word.
 *
 * DOC: bash knows nothing of the grammar; it hands over the words behind
 * "segward" and gets candidates, one a line. Names of the configuration are
 * asked from the kernel; without the module or the right there are none.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "grammar.h"
#include "link.h"
#include "netns.h"
#include "profile.h"
#include "reputation.h"
#include "ruleset.h"
#include "sid.h"
#include "vec.h"

struct completion {
	const char *word;
	size_t len;
};

/* Each once: a grammar may ask for the same word in several places. */
static void offer(const struct completion *c, const char *word)
{
	static const char **offered;
	static unsigned int nr;
	unsigned int i;

	if (strncmp(word, c->word, c->len))
		return;
	word = intern(word);
	for (i = 0; i < nr; i++)
		if (offered[i] == word)
			return;
	*VEC_ADD(offered, nr) = word;
	puts(word);
}

static void offer_devices(const struct completion *c, bool vrfs)
{
	struct links links;
	unsigned int i;

	if (links_get(&links))
		return;
	for (i = 0; i < links.nr; i++)
		if (!vrfs || !strcmp(links.v[i].kind, "vrf"))
			offer(c, links.v[i].name);
	links_free(&links);
}

static void offer_vrfs(const struct completion *c)
{
	offer_devices(c, true);
}

static void offer_all_devices(const struct completion *c)
{
	offer_devices(c, false);
}

static void offer_profiles(const struct completion *c)
{
	struct profiles profiles;
	struct nl_error error;
	unsigned int i;

	if (profiles_get(&profiles, NULL, &error))
		return;
	for (i = 0; i < profiles.nr; i++)
		offer(c, profiles.v[i].name);
	profiles_free(&profiles);
}

static void offer_rulesets(const struct completion *c)
{
	struct rulesets rulesets;
	struct nl_error error;
	unsigned int i;

	if (rulesets_get(&rulesets, &error))
		return;
	for (i = 0; i < rulesets.nr; i++)
		offer(c, rulesets.v[i].name);
	rulesets_free(&rulesets);
}

static void offer_prefixes(const struct completion *c)
{
	char s[PREFIX_STRLEN];
	struct nl_error error;
	struct sids sids;
	unsigned int i;

	if (sids_get(&sids, &error))
		return;
	for (i = 0; i < sids.nr; i++)
		offer(c, prefix_format(&sids.v[i].prefix, s));
	sids_free(&sids);
}

static void offer_tables(const struct completion *c)
{
	offer(c, "main");
	offer(c, "local");
	offer(c, "default");
}

/* What completion knows of a value of the grammar; FILE is left to bash. */
static const struct {
	const char *value;
	void (*offer)(const struct completion *c);
} values[] = {
	{ "DEV", offer_all_devices },
	{ "VRF", offer_vrfs },
	{ "PROFILE", offer_profiles },
	{ "RULESET", offer_rulesets },
	{ "PREFIX", offer_prefixes },
	{ "TABLE", offer_tables },
};

static void expect(void *arg, const char *word, bool value)
{
	const struct completion *c = arg;
	unsigned int i;

	if (!value) {
		offer(c, word);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(values); i++)
		if (!strcmp(values[i].value, word))
			values[i].offer(c);
}

/* The grammar of a command, which it may share with those behind it. */
static const char *grammar_of(const struct command *c)
{
	while (!c->grammar)
		c++;
	return c->grammar;
}

static void complete_arguments(const struct completion *c,
			       const struct object *object,
			       const struct command *command,
			       const struct args *args)
{
	if (args->pos == args->argc - 1)
		offer(c, "help");
	grammar_next(grammar_of(command), object->productions,
		     args->argv + args->pos, args->argc - args->pos - 1,
		     expect, (void *)c);
}

static void complete_command(const struct completion *c,
			     const struct object *object, struct args *args)
{
	const struct command *command;

	if (!*object->commands->name) {
		complete_arguments(c, object, object->commands, args);
		return;
	}
	if (args->pos < args->argc - 1) {
		command = command_find(object, arg_next(args));
		if (command)
			complete_arguments(c, object, command, args);
		return;
	}
	for (command = object->commands; command->name; command++)
		offer(c, command->name);
	offer(c, "help");
}

static void complete_object(const struct completion *c)
{
	static const char * const options[] = {
		"-json", "-pretty", "-statistics", "-details", "-oneline",
		"-batch", "-netns", "-Numeric", "-color", "-Version", "-help",
	};
	unsigned int i;

	for (i = 0; cli_objects[i]; i++)
		offer(c, cli_objects[i]->name);
	offer(c, "help");
	for (i = 0; i < ARRAY_SIZE(options) && *c->word == '-'; i++)
		offer(c, options[i]);
}

static bool is_one_of(const char *word, const char * const *list)
{
	for (; *list; list++)
		if (!strcmp(word, *list))
			return true;
	return false;
}

/* Options in front of the object; names are those of the namespace of -n. */
static void skip_options(struct args *args)
{
	static const char * const batch[] = { "-b", "-batch", "--batch", NULL };
	static const char * const netns[] = { "-n", "-netns", "--netns", NULL };
	const char *word;

	while (args->pos < args->argc - 1 && *arg_peek(args) == '-') {
		word = arg_next(args);
		if (args->pos == args->argc - 1)
			break;
		if (is_one_of(word, netns))
			netns_enter(arg_next(args));
		else if (is_one_of(word, batch))
			args->pos++;
	}
}

/**
 * cli_complete() - print candidates for the last word
 * @args: the words behind "segward __complete"
 *
 * Return: CLI_OK.
 */
int cli_complete(struct args *args)
{
	const struct object *object;
	struct completion c;

	if (!arg_peek(args))
		return CLI_OK;
	c.word = args->argv[args->argc - 1];
	c.len = strlen(c.word);
	skip_options(args);
	if (args->pos == args->argc - 1) {
		complete_object(&c);
		return CLI_OK;
	}
	object = object_find(arg_next(args));
	if (object)
		complete_command(&c, object, args);
	return CLI_OK;
}
