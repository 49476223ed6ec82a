/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between the reader of files and the parsers of their formats.
 *
 * A parser is given one line at a time, without its end, comments and blank
 * lines where the format has them. It returns 0, or an error from one of the
 * functions here.
 */
#ifndef SEGWARD_REPFILE_FORMAT_H
#define SEGWARD_REPFILE_FORMAT_H

#include "repfile.h"

/* Longest sentence about a problem. */
#define REPFILE_SENTENCE	256U

/* Room for names, and for a name. */
#define REPFILE_NAMES		(SEGWARD_REPFILE_CATEGORIES + 1)
#define REPFILE_NAME_SIZE	(SEGWARD_REPFILE_NAME_MAX + 1)

struct json_tokener;
struct repfile_ipset;

/**
 * struct segward_repfile - what has been read so far
 * @options: how to read
 * @counts: what was met
 * @entries: collected
 * @count: entries in use
 * @room: entries allocated
 * @names: of categories, from index 1
 * @names_used: how many
 * @numbers: names of iprep's categories, empty if unknown
 */
struct segward_repfile {
	struct segward_repfile_options options;
	struct segward_repfile_counts counts;
	struct segward_repfile_entry *entries;
	size_t count;
	size_t room;
	char names[REPFILE_NAMES][REPFILE_NAME_SIZE];
	unsigned int names_used;
	char numbers[REPFILE_NAMES][REPFILE_NAME_SIZE];
};

/**
 * struct repfile_parse - one file being read
 * @files: collects what is in it
 * @name: of the file
 * @line: number of the line
 * @format: of the file
 * @settled: the format is known
 * @sets: ipset's sets that this file has created
 * @sets_used: how many
 * @tokener: for JSON, made when it is first needed
 * @column: of the problem
 * @sentence: about the problem
 * @text: the line
 */
struct repfile_parse {
	struct segward_repfile *files;
	const char *name;
	unsigned long line;
	enum segward_repfile_format format;
	bool settled;
	struct repfile_ipset *sets;
	unsigned int sets_used;
	struct json_tokener *tokener;
	unsigned int column;
	char sentence[REPFILE_SENTENCE];
	char text[SEGWARD_REPFILE_LINE + 1];
};

/* A part of a line. */
struct repfile_word {
	const char *text;
	size_t len;
};

/* First and last address, in network byte order. */
struct repfile_range {
	uint8_t version;
	uint8_t first[16];
	uint8_t last[16];
};

/* What a line says, without its addresses. */
struct repfile_saying {
	uint32_t timeout;
	uint8_t category;
	uint8_t score;
	bool numbered;
};

/**
 * repfile_bad() - say what is wrong with the line
 * @parse: the file
 * @at: where in the line, NULL for all of it
 * @format: the sentence, as for printf()
 *
 * Return: -EINVAL.
 */
int repfile_bad(struct repfile_parse *parse, const char *at,
		const char *format, ...) __attribute__((format(printf, 3, 4)));

/**
 * repfile_quote() - a word as it can be printed
 * @word: the word
 *
 * Long words are cut, and bytes that are not printable ASCII become '?'.
 *
 * Return: a string that the second next call overwrites.
 */
const char *repfile_quote(struct repfile_word word);

/**
 * repfile_next_word() - the next word of a line
 * @from: where to look; moved behind the word
 *
 * Words are separated by blanks and tabs, and a `#` where one could begin ends
 * the line.
 *
 * Return: the word, of length 0 at the end of the line.
 */
struct repfile_word repfile_next_word(const char **from);

/**
 * repfile_word_is() - compare a word
 * @word: the word
 * @text: with this
 *
 * Return: whether they are the same.
 */
bool repfile_word_is(struct repfile_word word, const char *text);

/**
 * repfile_number() - the value of a word of decimal digits
 * @word: the word
 * @max: largest value
 * @value: set to the value
 *
 * Return: whether it is one, and not above @max.
 */
bool repfile_number(struct repfile_word word, uint32_t max, uint32_t *value);

/**
 * repfile_address() - read an address, a prefix or a range
 * @parse: the file
 * @word: the word
 * @range: set to what it covers; for a prefix that is its first and last
 *	address
 *
 * Return: 0 or -EINVAL.
 */
int repfile_address(struct repfile_parse *parse, struct repfile_word word,
		    struct repfile_range *range);

/**
 * repfile_add() - collect addresses
 * @parse: the file
 * @range: the addresses; taken apart into the fewest prefixes
 * @saying: what is said of them
 *
 * Return: 0, -E2BIG or -ENOMEM.
 */
int repfile_add(struct repfile_parse *parse, const struct repfile_range *range,
		const struct repfile_saying *saying);

/**
 * repfile_widen() - make a prefix of the first address of a range
 * @range: the range
 * @len: length of the prefix
 */
void repfile_widen(struct repfile_range *range, unsigned int len);

/**
 * repfile_collect() - collect one entry
 * @files: the collection
 * @entry: the entry
 *
 * Return: 0, -E2BIG or -ENOMEM.
 */
int repfile_collect(struct segward_repfile *files,
		    const struct segward_repfile_entry *entry);

/**
 * repfile_saying() - what a line says that has but an address
 * @parse: the file
 *
 * Return: category, score and timeout of the options.
 */
struct repfile_saying repfile_saying(const struct repfile_parse *parse);

/**
 * repfile_name() - is this the name of a category?
 * @name: the name
 *
 * Return: whether it is.
 */
bool repfile_name(const char *name);

/* The formats: one line at a time, and what to free at the end. */
int repfile_plain_line(struct repfile_parse *parse);
int repfile_ipset_line(struct repfile_parse *parse);
void repfile_ipset_end(struct repfile_parse *parse);
int repfile_iprep_line(struct repfile_parse *parse);
int repfile_iprep_categories_line(struct repfile_parse *parse);
int repfile_drop_line(struct repfile_parse *parse);
void repfile_drop_end(struct repfile_parse *parse);

#endif /* SEGWARD_REPFILE_FORMAT_H */
