// SPDX-License-Identifier: GPL-2.0
/* segward replay without the rest of the command line, under sanitizers. */
#include <string.h>

#include "replay/replay.h"

int main(int argc, char **argv)
{
	struct segward_replay_options options = {
		.out = stdout,
		.err = stderr,
	};
	int first = 1;

	if (argc > 1 && !strcmp(argv[1], "-j")) {
		options.json = true;
		first = 2;
	}
	return segward_replay_main(argc - first, argv + first, &options);
}
