/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading reputation lists: what public feeds and other tools write, as
 * addresses with a category, a score and a timeout.
 *
 * Formats, told apart by the first line that says something:
 *
 * plain	An address, a prefix or a range `first-last` on each line. `#` or
 *		`;` begins a comment. FireHOL's .netset and .ipset, Spamhaus'
 *		older text lists, and anything hand-made.
 * ipset	What `ipset save` writes, for sets of type hash:ip and hash:net.
 * iprep	Suricata's `address,category,score`. Category numbers get the
 *		names of a categories file (`number,name,description`), which
 *		is just another file, in any order; else the category of the
 *		options; else `cat-NUMBER`. Suricata's scores go to 127: above
 *		100 they count as 100; score 0 means that nothing is known.
 * drop		Spamhaus' DROP lists, one JSON object on each line.
 *
 * A file is taken whole or not at all, unless bad lines are to be skipped. All
 * is collected in memory, some 28 bytes an entry, and nothing is anybody
 * else's before segward_repfile_finish().
 */
#ifndef SEGWARD_REPFILE_H
#define SEGWARD_REPFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Longest line without its end; metadata of Spamhaus has a few hundred. */
#define SEGWARD_REPFILE_LINE		4096U

/* Limit of entries where the options have none: that of the kernel's table. */
#define SEGWARD_REPFILE_ENTRIES		(16U << 20)

/* Category and score of lists that say only that something is on them. */
#define SEGWARD_REPFILE_CATEGORY	"listed"
#define SEGWARD_REPFILE_SCORE		100U

/* Names and their number are as in the kernel's table. */
#define SEGWARD_REPFILE_NAME_MAX	31U
#define SEGWARD_REPFILE_CATEGORIES	255U

/* Sets in one ipset file, more than one machine is known to have. */
#define SEGWARD_REPFILE_SETS		1024U

enum segward_repfile_format {
	SEGWARD_REPFILE_AUTO,
	SEGWARD_REPFILE_PLAIN,
	SEGWARD_REPFILE_IPSET,
	SEGWARD_REPFILE_IPREP,
	SEGWARD_REPFILE_IPREP_CATEGORIES,
	SEGWARD_REPFILE_DROP,
};

/**
 * struct segward_repfile_problem - what is wrong with a line
 * @file: name of the file
 * @line: number of the line, from 1
 * @column: number of the byte in the line, from 1; 0 if it is about all of it
 * @sentence: what is wrong, without a full stop
 */
struct segward_repfile_problem {
	const char *file;
	unsigned long line;
	unsigned int column;
	const char *sentence;
};

/**
 * struct segward_repfile_options - how files are read
 * @format: of all files; SEGWARD_REPFILE_AUTO to find out for each;
 *	SEGWARD_REPFILE_IPREP takes categories files too
 * @category: for lists without categories; NULL: SEGWARD_REPFILE_CATEGORY
 * @score: for lists without scores, 1 to 100; 0: SEGWARD_REPFILE_SCORE
 * @timeout: for entries without one, in seconds; 0: they do not expire
 * @max_entries: limit; 0: SEGWARD_REPFILE_ENTRIES
 * @skip_bad: leave bad lines out and go on
 * @report: called for each bad line, with @ctx; NULL for none
 * @ctx: passed to @report
 */
struct segward_repfile_options {
	enum segward_repfile_format format;
	const char *category;
	uint8_t score;
	uint32_t timeout;
	uint32_t max_entries;
	bool skip_bad;
	void (*report)(void *ctx, const struct segward_repfile_problem *problem);
	void *ctx;
};

/**
 * struct segward_repfile_entry - a prefix and what is said of it
 * @timeout: seconds from now, 0 for ever
 * @version: 4 or 6
 * @len: prefix length
 * @category: index of the name, see segward_repfile_category()
 * @score: 1 to 100
 * @numbered: before segward_repfile_finish(): @category is a number of iprep
 * @addr: in network byte order, no bits behind the prefix
 */
struct segward_repfile_entry {
	uint32_t timeout;
	uint8_t version;
	uint8_t len;
	uint8_t category;
	uint8_t score;
	bool numbered;
	uint8_t addr[16];
};

/**
 * struct segward_repfile_counts - what was met in all files together
 * @lines: lines, empty ones and comments included
 * @bad: lines with something wrong; above 0 only with skip_bad, or after an
 *	error
 * @asn: lines about autonomous systems, which have no address
 * @no_data: lines with score 0
 * @clamped: scores above 100, taken for 100
 */
struct segward_repfile_counts {
	unsigned long lines;
	unsigned long bad;
	unsigned long asn;
	unsigned long no_data;
	unsigned long clamped;
};

struct segward_repfile;

/**
 * segward_repfile_create() - begin to collect
 * @options: how; copied, but for the strings, which must stay
 *
 * Return: an empty collection; NULL without memory, or with errno EINVAL if
 * the category's name or the score is not one.
 */
struct segward_repfile *
segward_repfile_create(const struct segward_repfile_options *options);

/**
 * segward_repfile_destroy() - free a collection
 * @files: the collection, or NULL
 */
void segward_repfile_destroy(struct segward_repfile *files);

/**
 * segward_repfile_read() - read a file
 * @files: collects what is in it
 * @in: the file, read to its end
 * @name: for reports
 *
 * What is wrong is told to the options' report function. After an error
 * nothing of this file is in the collection.
 *
 * Return: 0; -EINVAL for a bad line, if they are not skipped; -EIO if it could
 * not be read; -E2BIG for more entries than the limit; -ENOMEM.
 */
int segward_repfile_read(struct segward_repfile *files, FILE *in,
			 const char *name);

/**
 * segward_repfile_finish() - give numbered categories their names
 * @files: the collection; the last call before its entries are used
 *
 * Return: 0, or -E2BIG for more than SEGWARD_REPFILE_CATEGORIES names.
 */
int segward_repfile_finish(struct segward_repfile *files);

/**
 * segward_repfile_entries() - what was collected
 * @files: the collection, finished
 * @count: set to the number of entries
 *
 * Return: the entries, in the order of the files.
 */
const struct segward_repfile_entry *
segward_repfile_entries(const struct segward_repfile *files, size_t *count);

/**
 * segward_repfile_category() - the name of an entry's category
 * @files: the collection, finished
 * @category: from the entry
 *
 * Return: the name, of a-z, 0-9 and '-', or NULL if there is no such one.
 */
const char *segward_repfile_category(const struct segward_repfile *files,
				     uint8_t category);

/**
 * segward_repfile_counts() - what was met
 * @files: the collection
 *
 * Return: the counters.
 */
const struct segward_repfile_counts *
segward_repfile_counts(const struct segward_repfile *files);

#endif /* SEGWARD_REPFILE_H */
