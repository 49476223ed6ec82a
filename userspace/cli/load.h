/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reputation files, loaded whole in place of what their source said before.
 */
#ifndef SEGWARD_CLI_LOAD_H
#define SEGWARD_CLI_LOAD_H

#include "args.h"
#include "repfile/repfile.h"

/**
 * struct rep_load - a reputation load command
 * @file: names of the files
 * @nr_files: how many
 * @source: who says so
 * @category: for lists without categories, or empty
 * @score: for lists without scores, or 0
 * @timeout: for entries without one, in milliseconds, 0 for ever
 * @format: enum segward_repfile_format
 * @skip_bad: leave bad lines out
 * @append: add to what the source said
 * @files: what was read
 * @problems: bad lines that were told
 * @seconds: what it took
 */
struct rep_load {
	char **file;
	unsigned int nr_files;
	name_t source;
	name_t category;
	u32 score;
	u64 timeout;
	u32 format;
	bool skip_bad;
	bool append;
	struct segward_repfile *files;
	unsigned int problems;
	double seconds;
};

int rep_load_parse(struct args *args, struct rep_load *load);
int rep_load_read(struct rep_load *load);
int rep_load_send(struct rep_load *load);
void rep_load_free(struct rep_load *load);

int reputation_load(struct args *args);

#endif /* SEGWARD_CLI_LOAD_H */
