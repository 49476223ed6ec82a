// SPDX-License-Identifier: GPL-2.0
/*
 * segward: the command line of the segward SRv6 security endpoint.
 *
 * The options in front of the object, and what runs when.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "batch.h"
#include "netns.h"
#include "nl.h"
#include "out.h"

enum option {
	OPTION_JSON,
	OPTION_PRETTY,
	OPTION_STATS,
	OPTION_DETAILS,
	OPTION_ONELINE,
	OPTION_BATCH,
	OPTION_NETNS,
	OPTION_NUMERIC,
	OPTION_VERSION,
	OPTION_HELP,
};

static const struct {
	const char *letter;
	const char *name;
	enum option option;
} options[] = {
	{ "j", "json", OPTION_JSON },
	{ "p", "pretty", OPTION_PRETTY },
	{ "s", "statistics", OPTION_STATS },
	{ "s", "stats", OPTION_STATS },
	{ "d", "details", OPTION_DETAILS },
	{ "o", "oneline", OPTION_ONELINE },
	{ "b", "batch", OPTION_BATCH },
	{ "n", "netns", OPTION_NETNS },
	{ "N", "Numeric", OPTION_NUMERIC },
	{ "V", "Version", OPTION_VERSION },
	{ "h", "help", OPTION_HELP },
};

static int option_find(const char *word)
{
	const char *name = word + 1 + (word[1] == '-');
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		if (!strcmp(name, options[i].letter) ||
		    !strcmp(name, options[i].name))
			return (int)options[i].option;
	return out_color_option(name) ? -1 : (int)ARRAY_SIZE(options);
}

static int option_value(struct args *args, const char **value)
{
	*value = arg_next(args);
	return *value ? CLI_OK : err_incomplete();
}

static int option_set(struct args *args, int option, const char **batch)
{
	switch (option) {
	case OPTION_JSON:
		cli.json = true;
		break;
	case OPTION_PRETTY:
		cli.pretty = true;
		break;
	case OPTION_STATS:
		cli.stats++;
		break;
	case OPTION_DETAILS:
		cli.details = true;
		break;
	case OPTION_ONELINE:
		cli.oneline = true;
		break;
	case OPTION_NUMERIC:
		cli.numeric = true;
		break;
	case OPTION_BATCH:
		return option_value(args, batch);
	case OPTION_NETNS:
		return option_value(args, &cli.netns);
	}
	return CLI_OK;
}

/* Options up to the object. Sets *done if there is nothing else to do. */
static int options_take(struct args *args, const char **batch, bool *done)
{
	const char *word;
	int option;

	while ((word = arg_peek(args)) && *word == '-') {
		args->pos++;
		option = option_find(word);
		*done = option == OPTION_VERSION || option == OPTION_HELP;
		if (option == OPTION_VERSION)
			printf("segward %s\n", SEGWARD_VERSION);
		else if (option == OPTION_HELP)
			help_main(true);
		if (*done)
			return CLI_OK;
		if (option < 0) {
			fprintf(stderr,
				"Option \"%s\" is unknown, try \"segward -help\".\n",
				word);
			return CLI_USAGE;
		}
		if (option_set(args, option, batch))
			return CLI_USAGE;
	}
	return CLI_OK;
}

int main(int argc, char **argv)
{
	struct args args = { argv, argc, 1, "" };
	const char *batch = NULL;
	bool done = false;
	int status;

	if (argc > 1 && !strcmp(argv[1], "__complete")) {
		args.pos = 2;
		return cli_complete(&args);
	}
	status = options_take(&args, &batch, &done);
	if (status || done)
		return status;
	out_color_init();
	if (cli.netns && netns_enter(cli.netns))
		return CLI_USAGE;
	status = batch ? batch_run(batch) : cli_run(&args);
	nl_close();
	if (fflush(stdout) || ferror(stdout)) {
		perror("segward: standard output");
		return status ? status : CLI_USAGE;
	}
	return status;
}
