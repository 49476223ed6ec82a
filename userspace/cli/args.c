// SPDX-License-Identifier: GPL-2.0
/*
 * The cursor over a command's words, typed values, and iproute2's sentences.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "link.h"

static struct {
	const char *file;
	unsigned int line;
} where;

/**
 * err_where() - say where the words come from
 * @file: name of the file that is applied, NULL for the command line
 * @line: the line in it
 */
void err_where(const char *file, unsigned int line)
{
	where.file = file;
	where.line = line;
}

static void print_sentence(const char *head, const char *format, va_list ap)
{
	fflush(stdout);
	if (where.file)
		fprintf(stderr, "%s:%u: ", where.file, where.line);
	else
		fputs(head, stderr);
	vfprintf(stderr, format, ap);
	putc('\n', stderr);
}

/** err_print() - print a sentence as an error, with where it happened */
void err_print(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print_sentence("Error: ", format, ap);
	va_end(ap);
}

/** warn_print() - print a sentence as a warning */
void warn_print(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print_sentence("Warning: ", format, ap);
	va_end(ap);
}

/** err_usage() - print a sentence as an error. Return: CLI_USAGE */
int err_usage(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	print_sentence("Error: ", format, ap);
	va_end(ap);
	return CLI_USAGE;
}

/** err_argument() - a value is wrong. Return: CLI_USAGE */
int err_argument(const char *why, const char *arg)
{
	return err_usage("argument \"%s\" is wrong: %s", arg, why);
}

/** err_required() - a keyword is missing. Return: CLI_USAGE */
int err_required(const char *key)
{
	return err_usage("argument \"%s\" is required", key);
}

/** err_duplicate() - a keyword came twice. Return: CLI_USAGE */
int err_duplicate(const char *key, const char *arg)
{
	return err_usage("duplicate \"%s\": \"%s\" is the second value.", key,
			 arg);
}

/** err_incomplete() - a value is missing at the end. Return: CLI_USAGE */
int err_incomplete(void)
{
	if (where.file)
		fprintf(stderr, "%s:%u: ", where.file, where.line);
	fputs("Command line is not complete. Try option \"help\"\n", stderr);
	return CLI_USAGE;
}

/** err_command() - an object has no such command. Return: CLI_USAGE */
int err_command(const char *object, const char *word)
{
	if (where.file)
		fprintf(stderr, "%s:%u: ", where.file, where.line);
	fprintf(stderr, "Command \"%s\" is unknown, try \"segward %s help\".\n",
		word, object);
	return CLI_USAGE;
}

/** arg_peek() - the next word. Return: it, or NULL at the end */
const char *arg_peek(const struct args *args)
{
	return args->pos < args->argc ? args->argv[args->pos] : NULL;
}

/** arg_next() - take the next word. Return: it, or NULL at the end */
const char *arg_next(struct args *args)
{
	return args->pos < args->argc ? args->argv[args->pos++] : NULL;
}

/** arg_take() - take the next word if it is @word. Return: true if it was */
bool arg_take(struct args *args, const char *word)
{
	const char *next = arg_peek(args);

	if (!next || strcmp(next, word))
		return false;
	args->pos++;
	return true;
}

/** arg_need() - take a word that must be there. Return: a cli_status */
int arg_need(struct args *args, const char **word)
{
	*word = arg_next(args);
	return *word ? CLI_OK : err_incomplete();
}

static int unknown(struct args *args)
{
	return err_usage("argument \"%s\" is wrong: not a keyword of \"%s\"",
			 arg_peek(args), args->what);
}

/** arg_end() - no words may be left. Return: a cli_status */
int arg_end(struct args *args)
{
	return arg_peek(args) ? unknown(args) : CLI_OK;
}

static const struct keyword *keyword_find(const struct keyword *k,
					  const char *word)
{
	for (; k->name; k++)
		if (!strcmp(k->name, word))
			return k;
	return NULL;
}

/**
 * arg_keywords() - take keywords and their values up to the end
 * @args: the words
 * @keywords: what is known; at most 64, ends with an entry without a name
 * @data: handed to the parse functions
 *
 * Return: a cli_status.
 */
int arg_keywords(struct args *args, const struct keyword *keywords,
		 void *data)
{
	const struct keyword *k;
	u64 seen = 0;
	int status;

	while (arg_peek(args)) {
		k = keyword_find(keywords, arg_peek(args));
		if (!k)
			return unknown(args);
		args->pos++;
		if (!k->repeat && seen & 1ull << (k - keywords))
			return err_duplicate(k->name, arg_peek(args) ?
					     arg_peek(args) : "");
		seen |= 1ull << (k - keywords);
		status = k->parse(args, k->name, data);
		if (status)
			return status;
	}
	return CLI_OK;
}

/**
 * parse_number() - read a number, decimal or 0x
 * @s: text
 * @min: least value
 * @max: largest value
 * @v: result
 *
 * Return: 0, -EINVAL or -ERANGE.
 */
int parse_number(const char *s, u64 min, u64 max, u64 *v)
{
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	errno = 0;
	n = strtoull(s, &end, s[0] == '0' && (s[1] | 0x20) == 'x' ? 16 : 10);
	if (*end)
		return -EINVAL;
	if (errno == ERANGE || n < min || n > max)
		return -ERANGE;
	*v = n;
	return 0;
}

/**
 * arg_list() - a value that is a list with commas between its words
 * @args: the words
 * @data: for @add
 * @add: takes a word of that length, behind which the rest of the list stands;
 *	returns a cli_status
 *
 * Return: a cli_status.
 */
int arg_list(struct args *args, void *data,
	     int (*add)(void *data, const char *word, size_t len))
{
	const char *s;
	size_t len;

	if (arg_need(args, &s))
		return CLI_USAGE;
	for (;; s += len + 1) {
		len = strcspn(s, ",");
		if (add(data, s, len))
			return CLI_USAGE;
		if (!s[len])
			return CLI_OK;
	}
}

/** arg_number() - take a number. Return: a cli_status */
int arg_number(struct args *args, const char *key, u64 min, u64 max, u64 *v)
{
	const char *s;
	char why[96];
	int err;

	if (arg_need(args, &s))
		return CLI_USAGE;
	err = parse_number(s, min, max, v);
	if (!err)
		return CLI_OK;
	if (err == -EINVAL)
		snprintf(why, sizeof(why), "\"%s\" wants a number", key);
	else
		snprintf(why, sizeof(why), "\"%s\" is from %llu to %llu", key,
			 (unsigned long long)min, (unsigned long long)max);
	return err_argument(why, s);
}

/** arg_u32() - take a number. Return: a cli_status */
int arg_u32(struct args *args, const char *key, u32 min, u32 max, u32 *v)
{
	int status;
	u64 n;

	status = arg_number(args, key, min, max, &n);
	if (!status)
		*v = (u32)n;
	return status;
}

/**
 * arg_string() - take any word that fits
 * @args: the words
 * @key: what it is, for the sentence
 * @s: result
 * @size: bytes of @s
 *
 * Return: a cli_status.
 */
int arg_string(struct args *args, const char *key, char *s, size_t size)
{
	const char *word;
	char why[96];

	if (arg_need(args, &word))
		return CLI_USAGE;
	if (!*word || strlen(word) >= size) {
		snprintf(why, sizeof(why), "\"%s\" has 1 to %zu characters",
			 key, size - 1);
		return err_argument(why, word);
	}
	strcpy(s, word);
	return CLI_OK;
}

/**
 * arg_name() - take the name of an object
 * @args: the words
 * @key: what it is, for the sentence
 * @name: result
 *
 * Names go into file names and batch files, so that they hold neither
 * slashes nor anything that a shell or this program would split.
 *
 * Return: a cli_status.
 */
int arg_name(struct args *args, const char *key, name_t name)
{
	const char *s;

	if (arg_string(args, key, name, sizeof(name_t)))
		return CLI_USAGE;
	for (s = name; *s; s++) {
		if (!isalnum((unsigned char)*s) && !strchr("._-", *s))
			return err_argument("a name is made of letters, digits and . _ -",
					    name);
	}
	if (*name == '.' || *name == '-')
		return err_argument("a name begins with a letter or a digit",
				    name);
	return CLI_OK;
}

/**
 * arg_label() - take the name of a category or a source of reputation
 * @args: the words
 * @key: what it is, for the sentence
 * @name: result
 *
 * Return: a cli_status.
 */
int arg_label(struct args *args, const char *key, name_t name)
{
	char why[96];

	if (arg_string(args, key, name, sizeof(name_t)))
		return CLI_USAGE;
	if (!name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		return CLI_OK;
	snprintf(why, sizeof(why), "a %s is made of a-z, 0-9 and -", key);
	return err_argument(why, name);
}

/**
 * arg_enum() - take one of several words
 * @args: the words
 * @key: what it is, for the sentence
 * @names: the words by number; NULL leaves a number out
 * @nr: how many
 * @v: result
 *
 * Return: a cli_status.
 */
int arg_enum(struct args *args, const char *key, const char * const *names,
	     unsigned int nr, u32 *v)
{
	char why[512];
	const char *s;
	size_t n;
	u32 i;

	if (arg_need(args, &s))
		return CLI_USAGE;
	for (i = 0; i < nr; i++) {
		if (names[i] && !strcmp(names[i], s)) {
			*v = i;
			return CLI_OK;
		}
	}
	n = (size_t)snprintf(why, sizeof(why), "\"%s\" is one of", key);
	for (i = 0; i < nr; i++)
		if (names[i] && n < sizeof(why))
			n += (size_t)snprintf(why + n, sizeof(why) - n, " %s",
					      names[i]);
	return err_argument(why, s);
}

/** arg_address() - take an address of either family. Return: a cli_status */
int arg_address(struct args *args, const char *key, struct address *a)
{
	char why[96];
	const char *s;

	if (arg_need(args, &s))
		return CLI_USAGE;
	if (!address_parse(s, a))
		return CLI_OK;
	snprintf(why, sizeof(why), "\"%s\" wants an address", key);
	return err_argument(why, s);
}

static int arg_family(struct args *args, const char *key, u8 *addr,
		      unsigned int len)
{
	struct address a;
	char why[96];
	const char *s;

	if (arg_need(args, &s))
		return CLI_USAGE;
	if (address_parse(s, &a) || a.len != len) {
		snprintf(why, sizeof(why), "\"%s\" wants an IPv%d address", key,
			 len == 4 ? 4 : 6);
		return err_argument(why, s);
	}
	memcpy(addr, a.addr, len);
	return CLI_OK;
}

/** arg_address6() - take an IPv6 address. Return: a cli_status */
int arg_address6(struct args *args, const char *key, u8 *addr)
{
	return arg_family(args, key, addr, 16);
}

/** arg_address4() - take an IPv4 address. Return: a cli_status */
int arg_address4(struct args *args, const char *key, u8 *addr)
{
	return arg_family(args, key, addr, 4);
}

/** arg_prefix() - take a prefix without host bits. Return: a cli_status */
int arg_prefix(struct args *args, const char *key, struct prefix *p)
{
	char why[96];
	const char *s;

	if (arg_need(args, &s))
		return CLI_USAGE;
	if (prefix_parse(s, p)) {
		snprintf(why, sizeof(why), "\"%s\" wants an address or a prefix",
			 key);
		return err_argument(why, s);
	}
	if (prefix_host_bits(p))
		return err_argument("bits are set behind the prefix length", s);
	return CLI_OK;
}

/** arg_prefix6() - take an IPv6 prefix. Return: a cli_status */
int arg_prefix6(struct args *args, const char *key, struct prefix *p)
{
	const char *s = arg_peek(args);
	char why[96];
	int status;

	status = arg_prefix(args, key, p);
	if (status || p->a.len == 16)
		return status;
	snprintf(why, sizeof(why), "\"%s\" wants an IPv6 prefix", key);
	return err_argument(why, s);
}

/** arg_device() - take a device's name. Return: a cli_status */
int arg_device(struct args *args, const char *key, u32 *ifindex)
{
	const char *s;

	(void)key;
	if (arg_need(args, &s))
		return CLI_USAGE;
	*ifindex = link_index(s);
	return *ifindex ? CLI_OK : err_usage("Cannot find device \"%s\"", s);
}

/** arg_vrf() - take a VRF's name. Return: a cli_status */
int arg_vrf(struct args *args, const char *key, u32 *ifindex)
{
	const char *s;
	u32 table;

	(void)key;
	if (arg_need(args, &s))
		return CLI_USAGE;
	*ifindex = link_index(s);
	if (!*ifindex || link_vrf_table(*ifindex, &table))
		return err_argument("Invalid VRF", s);
	return CLI_OK;
}

/** arg_table() - take a routing table's name or number. Return: a cli_status */
int arg_table(struct args *args, const char *key, u32 *table)
{
	const char *s;

	(void)key;
	if (arg_need(args, &s))
		return CLI_USAGE;
	if (link_table_parse(s, table))
		return err_argument("invalid table ID", s);
	return CLI_OK;
}

static const struct {
	const char *unit;
	u64 ms;
} units[] = {
	{ "ms", 1 },
	{ "s", 1000 },
	{ "m", 60 * 1000 },
	{ "h", 3600 * 1000 },
	{ "d", 86400 * 1000 },
	{ "w", 7 * 86400 * 1000ull },
};

/**
 * parse_duration() - read 500ms, 90s, 15m, 1h, 2d, 1w, never; sums as 1d12h
 * @s: text
 * @ms: milliseconds; 0 is for ever
 *
 * Return: 0 or -EINVAL.
 */
int parse_duration(const char *s, u64 *ms)
{
	unsigned long long n;
	unsigned int i;
	size_t len;
	char *end;

	*ms = 0;
	if (!strcmp(s, "never"))
		return 0;
	do {
		if (!isdigit((unsigned char)*s))
			return -EINVAL;
		errno = 0;
		n = strtoull(s, &end, 10);
		len = strspn(end, "abcdefghijklmnopqrstuvwxyz");
		for (i = 0; i < ARRAY_SIZE(units); i++)
			if (len == strlen(units[i].unit) &&
			    !strncmp(end, units[i].unit, len))
				break;
		if (errno || i == ARRAY_SIZE(units) ||
		    n > (UINT64_MAX / 4 - *ms) / units[i].ms)
			return -EINVAL;
		*ms += n * units[i].ms;
		s = end + len;
	} while (*s);
	return *ms ? 0 : -EINVAL;
}

/**
 * format_duration() - write what parse_duration() reads
 * @ms: milliseconds; 0 is for ever
 * @s: text
 * @size: its size
 */
void format_duration(u64 ms, char *s, size_t size)
{
	static const unsigned int order[] = { 4, 3, 2, 1, 0 };
	unsigned int i, u;
	size_t n = 0;

	if (!ms) {
		snprintf(s, size, "never");
		return;
	}
	for (i = 0; i < ARRAY_SIZE(order) && n < size; i++) {
		u = order[i];
		if (ms < units[u].ms)
			continue;
		n += (size_t)snprintf(s + n, size - n, "%llu%s",
				      (unsigned long long)(ms / units[u].ms),
				      units[u].unit);
		ms %= units[u].ms;
	}
}

/** arg_duration() - take a time. Return: a cli_status */
int arg_duration(struct args *args, const char *key, u64 *ms)
{
	char why[96];
	const char *s;

	if (arg_need(args, &s))
		return CLI_USAGE;
	if (!parse_duration(s, ms))
		return CLI_OK;
	snprintf(why, sizeof(why),
		 "\"%s\" wants a time such as 500ms, 90s, 1h, 2d or never", key);
	return err_argument(why, s);
}
