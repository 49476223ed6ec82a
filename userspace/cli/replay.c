// SPDX-License-Identifier: GPL-2.0
/*
 * segward replay: the same engine without a kernel.
 */
#include <stdio.h>

#include "args.h"
#include "objects.h"
#include "replay/replay.h"

static int replay(struct args *args)
{
	struct segward_replay_options options = {
		.out	= stdout,
		.err	= stderr,
		.json	= cli.json,
	};

	return segward_replay_main(args->argc - args->pos,
				   args->argv + args->pos, &options);
}

static const struct command replay_commands[] = {
	{ "", replay, segward_replay_grammar },
	{ NULL, NULL, NULL },
};

const struct object object_replay = {
	.name		= "replay",
	.commands	= replay_commands,
};
