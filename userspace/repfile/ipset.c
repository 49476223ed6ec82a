// SPDX-License-Identifier: GPL-2.0
/*
 * What `ipset save` writes: commands that create sets and add to them.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

/* Longest name of a set: 31 bytes, IPSET_MAXNAMELEN of the kernel's uapi. */
#define SET_NAME_MAX	31U

/* Longest timeout in seconds that the kernel's ipset knows. */
#define TIMEOUT_MAX	(UINT32_MAX / 1000)

/**
 * struct repfile_ipset - a set that the file has created
 * @name: its name
 * @line: where
 * @version: of its addresses
 * @netmask: length of the prefix that each address stands for, 0 for its own
 * @timeout: of entries that say none, in seconds; 0 for ever
 * @refused: its type is none that can be loaded
 */
struct repfile_ipset {
	char name[SET_NAME_MAX + 1];
	unsigned long line;
	uint8_t version;
	uint8_t netmask;
	uint32_t timeout;
	bool refused;
};

struct option {
	const char *name;
	bool value;
};

/* What does not change which addresses are meant. */
static const struct option create_ignored[] = {
	{ "hashsize", true },
	{ "maxelem", true },
	{ "bucketsize", true },
	{ "initval", true },
	{ "counters", false },
	{ "comment", false },
	{ "skbinfo", false },
	{ "forceadd", false },
	{ "-exist", false },
	{ "-!", false },
	{ NULL, false },
};

static const struct option add_ignored[] = {
	{ "packets", true },
	{ "bytes", true },
	{ "skbmark", true },
	{ "skbprio", true },
	{ "skbqueue", true },
	{ "-exist", false },
	{ "-!", false },
	{ NULL, false },
};

static struct repfile_ipset *find_set(struct repfile_parse *parse,
				      struct repfile_word name)
{
	unsigned int i;

	/* Entries belong to the newest set, mostly. */
	for (i = parse->sets_used; i; i--)
		if (repfile_word_is(name, parse->sets[i - 1].name))
			return &parse->sets[i - 1];
	return NULL;
}

static const struct option *find_option(const struct option *options,
					struct repfile_word word)
{
	for (; options->name; options++)
		if (repfile_word_is(word, options->name))
			return options;
	return NULL;
}

static int unknown_option(struct repfile_parse *parse, struct repfile_word word)
{
	return repfile_bad(parse, word.text, "unknown option \"%s\"",
			   repfile_quote(word));
}

static int parse_number(struct repfile_parse *parse, struct repfile_word option,
			const char **from, uint32_t max, uint32_t *value)
{
	struct repfile_word word = repfile_next_word(from);

	if (repfile_number(word, max, value))
		return 0;
	return repfile_bad(parse, word.text,
			   "%s \"%s\" is not a number from 0 to %u",
			   repfile_quote(option), repfile_quote(word), max);
}

static int parse_family(struct repfile_parse *parse, const char **from,
			struct repfile_ipset *set)
{
	struct repfile_word word = repfile_next_word(from);

	if (repfile_word_is(word, "inet"))
		set->version = 4;
	else if (repfile_word_is(word, "inet6"))
		set->version = 6;
	else
		return repfile_bad(parse, word.text,
				   "family \"%s\" is neither inet nor inet6",
				   repfile_quote(word));
	return 0;
}

static int create_option(struct repfile_parse *parse, struct repfile_word word,
			 const char **from, struct repfile_ipset *set)
{
	const struct option *option = find_option(create_ignored, word);
	uint32_t number;
	int err;

	if (option) {
		if (option->value)
			repfile_next_word(from);
		return 0;
	}
	if (repfile_word_is(word, "family"))
		return parse_family(parse, from, set);
	if (repfile_word_is(word, "timeout"))
		return parse_number(parse, word, from, TIMEOUT_MAX,
				    &set->timeout);
	if (!repfile_word_is(word, "netmask"))
		return unknown_option(parse, word);
	err = parse_number(parse, word, from, 128, &number);
	if (!err)
		set->netmask = number;
	return err;
}

static int add_set(struct repfile_parse *parse, const struct repfile_ipset *set)
{
	size_t size = (parse->sets_used + 1) * sizeof(*set);
	struct repfile_ipset *sets;

	if (parse->sets_used == SEGWARD_REPFILE_SETS)
		return repfile_bad(parse, NULL, "more than %u sets in a file",
				   SEGWARD_REPFILE_SETS);
	sets = realloc(parse->sets, size);
	if (!sets)
		return -ENOMEM;
	parse->sets = sets;
	parse->sets[parse->sets_used++] = *set;
	return 0;
}

static int name_set(struct repfile_parse *parse, struct repfile_word name,
		    struct repfile_ipset *set)
{
	const struct repfile_ipset *other = find_set(parse, name);

	if (!name.len || name.len > SET_NAME_MAX)
		return repfile_bad(parse, name.text,
				   "name of a set is not 1 to %u bytes long",
				   SET_NAME_MAX);
	if (other)
		return repfile_bad(parse, name.text,
				   "set \"%s\" was created on line %lu already",
				   repfile_quote(name), other->line);
	memcpy(set->name, name.text, name.len);
	set->line = parse->line;
	return 0;
}

static int check_type(struct repfile_parse *parse, struct repfile_word type,
		      struct repfile_ipset *set)
{
	if (repfile_word_is(type, "hash:ip") ||
	    repfile_word_is(type, "hash:net"))
		return 0;
	/* Known from now on, so that what is added to it is not a surprise. */
	set->refused = true;
	return add_set(parse, set) ? :
	       repfile_bad(parse, type.text,
			   "sets of type \"%s\" cannot be loaded, only hash:ip and hash:net",
			   repfile_quote(type));
}

static int create(struct repfile_parse *parse, const char *from)
{
	struct repfile_word name = repfile_next_word(&from);
	struct repfile_word type = repfile_next_word(&from);
	struct repfile_ipset set = { .version = 4 };
	struct repfile_word word;
	int err;

	err = name_set(parse, name, &set);
	if (!err)
		err = check_type(parse, type, &set);
	while (!err && (word = repfile_next_word(&from)).len)
		err = create_option(parse, word, &from, &set);
	if (!err && set.version == 4 && set.netmask > 32)
		err = repfile_bad(parse, NULL,
				  "netmask %u is longer than an IPv4 address",
				  set.netmask);
	return err ? err : add_set(parse, &set);
}

/* A comment is quoted, and has blanks. */
static int skip_comment(struct repfile_parse *parse, const char **from)
{
	const char *end;

	*from += strspn(*from, " \t");
	if (**from != '"') {
		repfile_next_word(from);
		return 0;
	}
	end = strchr(*from + 1, '"');
	if (!end)
		return repfile_bad(parse, *from, "comment does not end");
	*from = end + 1;
	return 0;
}

static int add_option(struct repfile_parse *parse, struct repfile_word word,
		      const char **from, struct repfile_saying *saying)
{
	const struct option *option = find_option(add_ignored, word);

	if (option) {
		if (option->value)
			repfile_next_word(from);
		return 0;
	}
	if (repfile_word_is(word, "timeout"))
		return parse_number(parse, word, from, TIMEOUT_MAX,
				    &saying->timeout);
	if (repfile_word_is(word, "comment"))
		return skip_comment(parse, from);
	if (repfile_word_is(word, "nomatch"))
		return repfile_bad(parse, word.text,
				   "nomatch makes an exception, which reputation does not have");
	return unknown_option(parse, word);
}

static int find_usable_set(struct repfile_parse *parse,
			   struct repfile_word name,
			   const struct repfile_ipset **set)
{
	*set = find_set(parse, name);
	if (!*set)
		return repfile_bad(parse, name.text,
				   "set \"%s\" is not created above",
				   repfile_quote(name));
	if ((*set)->refused)
		return repfile_bad(parse, name.text,
				   "set \"%s\" was refused on line %lu",
				   repfile_quote(name), (*set)->line);
	return 0;
}

static int parse_element(struct repfile_parse *parse, struct repfile_word word,
			 const struct repfile_ipset *set,
			 struct repfile_range *range)
{
	int err = repfile_address(parse, word, range);

	if (err)
		return err;
	if (range->version != set->version)
		return repfile_bad(parse, word.text,
				   "\"%s\" is not of the family of set \"%s\"",
				   repfile_quote(word), set->name);
	if (!set->netmask)
		return 0;
	if (memcmp(range->first, range->last, sizeof(range->first)))
		return repfile_bad(parse, word.text,
				   "\"%s\" is no single address, and set \"%s\" has a netmask",
				   repfile_quote(word), set->name);
	repfile_widen(range, set->netmask);
	return 0;
}

static int add(struct repfile_parse *parse, const char *from)
{
	struct repfile_word name = repfile_next_word(&from);
	struct repfile_word element = repfile_next_word(&from);
	struct repfile_saying saying = repfile_saying(parse);
	const struct repfile_ipset *set;
	struct repfile_range range;
	struct repfile_word word;
	int err;

	err = find_usable_set(parse, name, &set);
	if (err)
		return err;
	if (set->timeout)
		saying.timeout = set->timeout;
	err = parse_element(parse, element, set, &range);
	while (!err && (word = repfile_next_word(&from)).len)
		err = add_option(parse, word, &from, &saying);
	return err ? err : repfile_add(parse, &range, &saying);
}

int repfile_ipset_line(struct repfile_parse *parse)
{
	const char *from = parse->text;
	struct repfile_word command = repfile_next_word(&from);

	if (repfile_word_is(command, "add") || repfile_word_is(command, "-A"))
		return add(parse, from);
	if (repfile_word_is(command, "create") ||
	    repfile_word_is(command, "-N"))
		return create(parse, from);
	return repfile_bad(parse, command.text,
			   "\"%s\" is neither create nor add",
			   repfile_quote(command));
}

void repfile_ipset_end(struct repfile_parse *parse)
{
	free(parse->sets);
}
