// SPDX-License-Identifier: GPL-2.0
/*
 * The table of contents: the objects, and how a command line finds its
 * command.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "objects.h"

struct cli_options cli;

const struct object * const cli_objects[] = {
	&object_sid,
	&object_profile,
	&object_ruleset,
	&object_rule,
	&object_reputation,
	&object_flow,
	&object_event,
	&object_stats,
	&object_monitor,
	&object_trace,
	&object_status,
	&object_save,
	&object_apply,
	&object_replay,
	NULL,
};

/** object_find() - an object by name. Return: it, or NULL */
const struct object *object_find(const char *name)
{
	unsigned int i;

	for (i = 0; cli_objects[i]; i++)
		if (!strcmp(cli_objects[i]->name, name))
			return cli_objects[i];
	return NULL;
}

/** command_find() - a command of an object by name. Return: it, or NULL */
const struct command *command_find(const struct object *object,
				   const char *name)
{
	const struct command *c;

	for (c = object->commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

/** cli_plain() - from here on print what is to be read by -b and apply */
void cli_plain(void)
{
	memset(&cli, 0, sizeof(cli));
	cli.continued = true;
}

static int object_unknown(const char *name)
{
	fprintf(stderr, "Object \"%s\" is unknown, try \"segward help\".\n",
		name);
	return CLI_USAGE;
}

static int run_command(const struct object *object, const struct command *c,
		       struct args *args)
{
	char what[64];

	snprintf(what, sizeof(what), "%s%s%s", object->name,
		 *c->name ? " " : "", c->name);
	args->what = what;
	return c->run(args);
}

static bool is_help(const char *word)
{
	return word && !strcmp(word, "help");
}

/**
 * cli_run() - run one command
 * @args: its words from the object on; none asks for the status
 *
 * Return: a cli_status.
 */
int cli_run(struct args *args)
{
	const char *name = arg_next(args), *word;
	const struct object *object;
	const struct command *c;

	if (is_help(name)) {
		help_main(true);
		return CLI_OK;
	}
	object = object_find(name ? name : "status");
	if (!object)
		return object_unknown(name);
	word = arg_peek(args);
	if (is_help(word)) {
		help_object(object, true);
		return CLI_OK;
	}
	if (!*object->commands->name)
		return run_command(object, object->commands, args);
	c = command_find(object, word ? word : object->bare);
	if (!c)
		return err_command(object->name, word);
	if (word)
		args->pos++;
	if (is_help(arg_peek(args))) {
		help_object(object, true);
		return CLI_OK;
	}
	return run_command(object, c, args);
}
