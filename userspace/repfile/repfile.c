// SPDX-License-Identifier: GPL-2.0
/*
 * Files of reputation: their lines, their format, and what is collected.
 */

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

/* The category of the options has this index; iprep's follow. */
#define OWN_CATEGORY	1

/*
 * Problems
 */

static void set_column(struct repfile_parse *parse, const char *at)
{
	const char *end = parse->text + sizeof(parse->text);

	parse->column = at >= parse->text && at < end ? at - parse->text + 1 : 0;
}

int repfile_bad(struct repfile_parse *parse, const char *at,
		const char *format, ...)
{
	va_list args;

	set_column(parse, at);
	va_start(args, format);
	vsnprintf(parse->sentence, sizeof(parse->sentence), format, args);
	va_end(args);
	return -EINVAL;
}

const char *repfile_quote(struct repfile_word word)
{
	static char texts[2][80];
	static unsigned int next;
	char *text = texts[next++ % 2];
	size_t most = sizeof(texts[0]) - 4;
	size_t len = word.len < most ? word.len : most;
	size_t i;

	for (i = 0; i < len; i++)
		text[i] = word.text[i] >= ' ' && word.text[i] <= '~' ?
			  word.text[i] : '?';
	strcpy(text + len, word.len > most ? "..." : "");
	return text;
}

static void report(const struct repfile_parse *parse)
{
	const struct segward_repfile_options *options = &parse->files->options;
	struct segward_repfile_problem problem = {
		.file = parse->name,
		.line = parse->line,
		.column = parse->column,
		.sentence = parse->sentence,
	};

	if (options->report)
		options->report(options->ctx, &problem);
}

/*
 * Words
 */

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

struct repfile_word repfile_next_word(const char **from)
{
	struct repfile_word word;
	const char *text = *from;

	while (blank(*text))
		text++;
	word.text = text;
	if (*text != '#')
		while (*text && !blank(*text))
			text++;
	word.len = text - word.text;
	*from = text;
	return word;
}

bool repfile_word_is(struct repfile_word word, const char *text)
{
	return word.len == strlen(text) && !memcmp(word.text, text, word.len);
}

bool repfile_number(struct repfile_word word, uint32_t max, uint32_t *value)
{
	uint64_t number = 0;
	size_t i;

	if (!word.len)
		return false;
	for (i = 0; i < word.len; i++) {
		if (word.text[i] < '0' || word.text[i] > '9')
			return false;
		number = number * 10 + (word.text[i] - '0');
		if (number > max)
			return false;
	}
	*value = (uint32_t)number;
	return true;
}

bool repfile_name(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return len && len <= SEGWARD_REPFILE_NAME_MAX && !name[len];
}

/*
 * The collection
 */

struct repfile_saying repfile_saying(const struct repfile_parse *parse)
{
	return (struct repfile_saying) {
		.timeout = parse->files->options.timeout,
		.category = OWN_CATEGORY,
		.score = parse->files->options.score,
	};
}

static int make_room(struct segward_repfile *files)
{
	size_t room = files->room + files->room / 2 + 1024;
	struct segward_repfile_entry *entries;

	entries = realloc(files->entries, room * sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	files->entries = entries;
	files->room = room;
	return 0;
}

int repfile_collect(struct segward_repfile *files,
		    const struct segward_repfile_entry *entry)
{
	if (files->count >= files->options.max_entries)
		return -E2BIG;
	if (files->count == files->room && make_room(files))
		return -ENOMEM;
	files->entries[files->count++] = *entry;
	return 0;
}

static const char *name_of_number(const struct segward_repfile *files,
				  unsigned int number, char *buffer)
{
	if (files->numbers[number][0])
		return files->numbers[number];
	if (files->options.category)
		return files->options.category;
	sprintf(buffer, "cat-%u", number);
	return buffer;
}

/* The index of a name, 0 if there is no room for one more. */
static uint8_t index_of(struct segward_repfile *files, const char *name)
{
	unsigned int i;

	for (i = 1; i <= files->names_used; i++)
		if (!strcmp(files->names[i], name))
			return i;
	if (files->names_used == SEGWARD_REPFILE_CATEGORIES)
		return 0;
	strcpy(files->names[i], name);
	files->names_used = i;
	return i;
}

int segward_repfile_finish(struct segward_repfile *files)
{
	uint8_t known[REPFILE_NAMES] = { 0 };
	struct segward_repfile_entry *entry;
	char buffer[16];
	size_t i;

	for (i = 0; i < files->count; i++) {
		entry = &files->entries[i];
		if (!entry->numbered)
			continue;
		if (!known[entry->category])
			known[entry->category] =
				index_of(files, name_of_number(files,
							       entry->category,
							       buffer));
		if (!known[entry->category])
			return -E2BIG;
		entry->category = known[entry->category];
		entry->numbered = false;
	}
	return 0;
}

/*
 * Lines
 */

static void skip_line(FILE *in)
{
	int c;

	do {
		c = getc_unlocked(in);
	} while (c != EOF && c != '\n');
}

/*
 * 1 for a line, in parse->text without its end; 0 at the end of the file;
 * -EINVAL for something that is no line of text.
 */
static int read_line(struct repfile_parse *parse, FILE *in)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(in)) != EOF && c != '\n') {
		if (len < SEGWARD_REPFILE_LINE && c) {
			parse->text[len++] = c;
			continue;
		}
		parse->line++;
		skip_line(in);
		if (!c)
			return repfile_bad(parse, parse->text + len,
					   "line has a NUL byte, so this is no text");
		return repfile_bad(parse, NULL, "line is longer than %u bytes",
				   SEGWARD_REPFILE_LINE);
	}
	if (c == EOF && !len)
		return 0;
	parse->line++;
	if (len && parse->text[len - 1] == '\r')
		len--;
	parse->text[len] = '\0';
	return 1;
}

/* Some editors begin a file with a byte order mark. */
static void drop_mark(struct repfile_parse *parse)
{
	if (parse->line == 1 && !memcmp(parse->text, "\xef\xbb\xbf", 3))
		memmove(parse->text, parse->text + 3,
			strlen(parse->text + 3) + 1);
}

static enum segward_repfile_format detect(const char *text)
{
	const char *from = text;
	struct repfile_word word = repfile_next_word(&from);

	if (word.text[0] == '{' || word.text[0] == '[')
		return SEGWARD_REPFILE_DROP;
	if (repfile_word_is(word, "create") || repfile_word_is(word, "add") ||
	    repfile_word_is(word, "-N") || repfile_word_is(word, "-A"))
		return SEGWARD_REPFILE_IPSET;
	if (!strchr(text, ',') || strchr(text, ',') > text + strcspn(text, "#;"))
		return SEGWARD_REPFILE_PLAIN;
	if (word.text[strspn(word.text, "0123456789")] == ',')
		return SEGWARD_REPFILE_IPREP_CATEGORIES;
	return SEGWARD_REPFILE_IPREP;
}

/* The first line that says something settles what the others are. */
static void settle_format(struct repfile_parse *parse)
{
	enum segward_repfile_format found = detect(parse->text);

	/* Who says iprep means both kinds of its files. */
	if (parse->format == SEGWARD_REPFILE_AUTO ||
	    (parse->format == SEGWARD_REPFILE_IPREP &&
	     found == SEGWARD_REPFILE_IPREP_CATEGORIES))
		parse->format = found;
	parse->settled = true;
}

static int parse_line(struct repfile_parse *parse)
{
	const char *text = parse->text + strspn(parse->text, " \t");

	if (!*text || *text == '#' || *text == ';')
		return 0;
	if (!parse->settled)
		settle_format(parse);
	switch (parse->format) {
	case SEGWARD_REPFILE_IPSET:
		return repfile_ipset_line(parse);
	case SEGWARD_REPFILE_IPREP:
		return repfile_iprep_line(parse);
	case SEGWARD_REPFILE_IPREP_CATEGORIES:
		return repfile_iprep_categories_line(parse);
	case SEGWARD_REPFILE_DROP:
		return repfile_drop_line(parse);
	default:
		return repfile_plain_line(parse);
	}
}

static int parse_lines(struct repfile_parse *parse, FILE *in)
{
	struct segward_repfile *files = parse->files;
	int ret;

	while ((ret = read_line(parse, in))) {
		files->counts.lines++;
		if (ret > 0) {
			drop_mark(parse);
			ret = parse_line(parse);
		}
		if (!ret)
			continue;
		if (ret != -EINVAL)
			return ret;
		files->counts.bad++;
		report(parse);
		if (!files->options.skip_bad)
			return ret;
	}
	return ferror(in) ? -EIO : 0;
}

/*
 * The contract
 */

struct segward_repfile *
segward_repfile_create(const struct segward_repfile_options *options)
{
	const char *category = options->category ? options->category :
						   SEGWARD_REPFILE_CATEGORY;
	struct segward_repfile *files;

	if (!repfile_name(category) || options->score > 100) {
		errno = EINVAL;
		return NULL;
	}
	files = calloc(1, sizeof(*files));
	if (!files)
		return NULL;
	files->options = *options;
	if (!options->score)
		files->options.score = SEGWARD_REPFILE_SCORE;
	if (!options->max_entries)
		files->options.max_entries = SEGWARD_REPFILE_ENTRIES;
	strcpy(files->names[OWN_CATEGORY], category);
	files->names_used = OWN_CATEGORY;
	return files;
}

void segward_repfile_destroy(struct segward_repfile *files)
{
	if (!files)
		return;
	free(files->entries);
	free(files);
}

int segward_repfile_read(struct segward_repfile *files, FILE *in,
			 const char *name)
{
	char numbers[sizeof(files->numbers)];
	struct repfile_parse *parse;
	size_t before = files->count;
	int err;

	parse = calloc(1, sizeof(*parse));
	if (!parse)
		return -ENOMEM;
	memcpy(numbers, files->numbers, sizeof(numbers));
	parse->files = files;
	parse->name = name;
	parse->format = files->options.format;
	err = parse_lines(parse, in);
	if (err) {
		files->count = before;
		memcpy(files->numbers, numbers, sizeof(numbers));
	}
	repfile_ipset_end(parse);
	repfile_drop_end(parse);
	free(parse);
	return err;
}

const struct segward_repfile_entry *
segward_repfile_entries(const struct segward_repfile *files, size_t *count)
{
	*count = files->count;
	return files->entries;
}

const char *segward_repfile_category(const struct segward_repfile *files,
				     uint8_t category)
{
	if (!category || category > files->names_used)
		return NULL;
	return files->names[category];
}

const struct segward_repfile_counts *
segward_repfile_counts(const struct segward_repfile *files)
{
	return &files->counts;
}
