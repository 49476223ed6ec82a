// SPDX-License-Identifier: GPL-2.0
/*
 * Reputation files of any content. The first byte chooses format and whether
 * bad lines are skipped. Whatever is collected must be a possible entry, and a
 * file that was refused must leave nothing.
 */

#include <stdlib.h>
#include <string.h>

#include "repfile/repfile.h"

/* A range of a few bytes of text can mean 254 entries. */
#define ENTRIES	5000

static void check(bool good)
{
	if (!good)
		abort();
}

static void check_problem(void *ctx,
			  const struct segward_repfile_problem *problem)
{
	const char *c;

	check(problem->line > 0);
	check(problem->column <= SEGWARD_REPFILE_LINE + 1);
	check(problem->sentence[0]);
	for (c = problem->sentence; *c; c++)
		check(*c >= ' ' && *c <= '~');
}

static void check_entry(const struct segward_repfile *files,
			const struct segward_repfile_entry *entry)
{
	unsigned int bits = entry->version == 4 ? 32 : 128;
	unsigned int bit;

	check(entry->version == 4 || entry->version == 6);
	check(entry->len <= bits);
	for (bit = entry->len; bit < 128; bit++)
		check(!(entry->addr[bit / 8] & 128 >> bit % 8));
	check(entry->score >= 1 && entry->score <= 100);
	check(!entry->numbered);
	check(!!segward_repfile_category(files, entry->category));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segward_repfile_options options = {
		.max_entries = ENTRIES,
		.report = check_problem,
	};
	const struct segward_repfile_entry *entries;
	struct segward_repfile *files;
	size_t count;
	FILE *in;
	int err;

	if (size < 2)
		return 0;
	options.format = (data[0] & 63) % (SEGWARD_REPFILE_DROP + 1);
	options.skip_bad = data[0] & 64;
	files = segward_repfile_create(&options);
	in = fmemopen((void *)(data + 1), size - 1, "r");
	err = segward_repfile_read(files, in, "fuzz");
	fclose(in);
	segward_repfile_finish(files);
	entries = segward_repfile_entries(files, &count);
	check(!err || !count);
	check(!err || options.skip_bad || segward_repfile_counts(files)->bad ||
	      err != -22);
	while (count--)
		check_entry(files, entries++);
	segward_repfile_destroy(files);
	return 0;
}
