// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses, prefixes and ranges in lists.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "format.h"

static unsigned int bits_of(const struct repfile_range *range)
{
	return range->version == 4 ? 32 : 128;
}

/* 4, 6, or 0 if it is no address. */
static uint8_t parse_address(struct repfile_word word, uint8_t *addr)
{
	char text[INET6_ADDRSTRLEN];

	if (word.len >= sizeof(text))
		return 0;
	memcpy(text, word.text, word.len);
	text[word.len] = '\0';
	if (inet_pton(AF_INET, text, addr) == 1)
		return 4;
	return inet_pton(AF_INET6, text, addr) == 1 ? 6 : 0;
}

static void set_bits(uint8_t *addr, unsigned int from, unsigned int to)
{
	for (; from < to; from++)
		addr[from / 8] |= 128 >> from % 8;
}

static void clear_bits(uint8_t *addr, unsigned int from, unsigned int to)
{
	for (; from < to; from++)
		addr[from / 8] &= ~(128 >> from % 8);
}

static struct repfile_word cut_at(struct repfile_word *word, char at)
{
	const char *sign = memchr(word->text, at, word->len);
	struct repfile_word rest = { 0 };

	if (!sign)
		return rest;
	rest.text = sign + 1;
	rest.len = word->len - (sign + 1 - word->text);
	word->len = sign - word->text;
	return rest;
}

static int not_an_address(struct repfile_parse *parse, struct repfile_word word)
{
	return repfile_bad(parse, word.text,
			   "\"%s\" is not an address, a prefix or a range",
			   repfile_quote(word));
}

static int host_bits(struct repfile_parse *parse, struct repfile_word word,
		     const struct repfile_range *range, unsigned int len)
{
	char meant[INET6_ADDRSTRLEN];
	uint8_t addr[16];

	memcpy(addr, range->first, sizeof(addr));
	clear_bits(addr, len, bits_of(range));
	inet_ntop(range->version == 4 ? AF_INET : AF_INET6, addr, meant,
		  sizeof(meant));
	return repfile_bad(parse, word.text,
			   "\"%s\" has bits set behind its length; %s/%u would not",
			   repfile_quote(word), meant, len);
}

static int parse_prefix(struct repfile_parse *parse, struct repfile_word word,
			struct repfile_word length, struct repfile_range *range)
{
	uint32_t len = bits_of(range);

	if (length.text && !repfile_number(length, len, &len))
		return repfile_bad(parse, length.text,
				   "length in \"%s\" is not a number from 0 to %u",
				   repfile_quote(word), bits_of(range));
	memcpy(range->last, range->first, sizeof(range->last));
	clear_bits(range->last, len, bits_of(range));
	if (memcmp(range->first, range->last, bits_of(range) / 8))
		return host_bits(parse, word, range, len);
	set_bits(range->last, len, bits_of(range));
	return 0;
}

static int parse_range(struct repfile_parse *parse, struct repfile_word word,
		       struct repfile_word end, struct repfile_range *range)
{
	uint8_t version = parse_address(end, range->last);

	if (!version)
		return not_an_address(parse, word);
	if (version != range->version)
		return repfile_bad(parse, word.text,
				   "\"%s\" has addresses of two families",
				   repfile_quote(word));
	if (memcmp(range->first, range->last, bits_of(range) / 8) > 0)
		return repfile_bad(parse, word.text,
				   "\"%s\" ends before it begins",
				   repfile_quote(word));
	return 0;
}

int repfile_address(struct repfile_parse *parse, struct repfile_word word,
		    struct repfile_range *range)
{
	struct repfile_word first = word;
	struct repfile_word end = cut_at(&first, '-');
	struct repfile_word length = { 0 };

	if (!end.text)
		length = cut_at(&first, '/');
	memset(range, 0, sizeof(*range));
	range->version = parse_address(first, range->first);
	if (!range->version)
		return not_an_address(parse, word);
	if (end.text)
		return parse_range(parse, word, end, range);
	return parse_prefix(parse, word, length, range);
}

void repfile_widen(struct repfile_range *range, unsigned int len)
{
	clear_bits(range->first, len, bits_of(range));
	memcpy(range->last, range->first, sizeof(range->last));
	set_bits(range->last, len, bits_of(range));
}

/* The shortest prefix that begins at first and does not reach behind last. */
static unsigned int longest_step(const struct repfile_range *range)
{
	unsigned int bits = bits_of(range);
	uint8_t end[16];
	unsigned int len;

	memcpy(end, range->first, sizeof(end));
	for (len = bits; len; len--) {
		if (range->first[(len - 1) / 8] & 128 >> (len - 1) % 8)
			break;
		set_bits(end, len - 1, len);
		if (memcmp(end, range->last, bits / 8) > 0)
			break;
	}
	return len;
}

/* To the address behind a prefix; false at the end of the address space. */
static bool step(uint8_t *addr, unsigned int len)
{
	while (len) {
		len--;
		if (!(addr[len / 8] & 128 >> len % 8)) {
			set_bits(addr, len, len + 1);
			return true;
		}
		clear_bits(addr, len, len + 1);
	}
	return false;
}

int repfile_add(struct repfile_parse *parse, const struct repfile_range *range,
		const struct repfile_saying *saying)
{
	struct segward_repfile_entry entry = {
		.timeout = saying->timeout,
		.version = range->version,
		.category = saying->category,
		.score = saying->score,
		.numbered = saying->numbered,
	};
	struct repfile_range rest = *range;
	int err;

	do {
		entry.len = longest_step(&rest);
		memcpy(entry.addr, rest.first, sizeof(entry.addr));
		err = repfile_collect(parse->files, &entry);
		if (err)
			return err;
	} while (step(rest.first, entry.len) &&
		 memcmp(rest.first, rest.last, bits_of(range) / 8) <= 0);
	return 0;
}
