// SPDX-License-Identifier: GPL-2.0
/*
 * Suricata's lists: [10.0.0.0/8,!10.1.0.0/16], any, [80,8080:8090],
 * !$HOME_NET.
 *
 * DOC: a list means: one of the elements without "!" (anything, if there are
 * none) and none of those with it. The kernel takes such a list flat. What
 * cannot be said flat - a list with exceptions inside of another list, or
 * negated - is worked out to plain ranges here, so that its meaning is exact.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "variable.h"
#include "vec.h"

/* Lists in lists in lists: nobody writes more. */
#define DEPTH_MAX	8

struct parser {
	const char *s;
	variable_find find;
	void *arg;
	char *why;
	size_t size;
	unsigned int depth;
	bool ports;	/* what "any" means */
};

static const u128 type_max[] = {
	[RANGE_IPV4]	= UINT32_MAX,
	[RANGE_IPV6]	= ~(u128)0,
	[RANGE_PORT]	= UINT16_MAX,
};

static int parse_item(struct parser *p, struct variable *v);

static int complain(struct parser *p, const char *sentence)
{
	snprintf(p->why, p->size, "%s", sentence);
	return CLI_USAGE;
}

/** range_number() - an address as a number */
u128 range_number(const u8 *bytes, size_t len)
{
	u128 v = 0;

	while (len--)
		v = v << 8 | *bytes++;
	return v;
}

/**
 * range_bytes() - a range as addresses
 * @r: of addresses
 * @first: result, 16 bytes of room
 * @last: result, 16 bytes of room
 * @len: result, 4 or 16
 */
void range_bytes(const struct range *r, u8 *first, u8 *last, size_t *len)
{
	u128 a = r->first, b = r->last;
	size_t i;

	*len = r->type == RANGE_IPV4 ? 4 : 16;
	for (i = *len; i--; a >>= 8, b >>= 8) {
		first[i] = (u8)a;
		last[i] = (u8)b;
	}
}

static void add(struct variable *v, enum range_type type, u128 first,
		u128 last, bool negated)
{
	struct range *r = VEC_ADD(v->range, v->nr);

	r->type = type;
	r->first = first;
	r->last = last;
	r->negated = negated;
}

static bool any_negated(const struct variable *v)
{
	unsigned int i;

	for (i = 0; i < v->nr; i++)
		if (v->range[i].negated)
			return true;
	return false;
}

static bool any_positive(const struct variable *v)
{
	unsigned int i;

	for (i = 0; i < v->nr; i++)
		if (!v->range[i].negated)
			return true;
	return false;
}

/* Take a hole out of plain ranges. */
static void subtract(struct variable *v, const struct range *hole)
{
	struct variable out = { .name = "" };
	unsigned int i;

	for (i = 0; i < v->nr; i++) {
		const struct range *r = &v->range[i];

		if (r->type != hole->type || r->last < hole->first ||
		    r->first > hole->last) {
			add(&out, r->type, r->first, r->last, false);
			continue;
		}
		if (r->first < hole->first)
			add(&out, r->type, r->first, hole->first - 1, false);
		if (r->last > hole->last)
			add(&out, r->type, hole->last + 1, r->last, false);
	}
	free(v->range);
	v->range = out.range;
	v->nr = out.nr;
}

/* Everything that there is. */
static void add_any(struct variable *v, bool ports)
{
	if (ports) {
		add(v, RANGE_PORT, 0, type_max[RANGE_PORT], false);
		return;
	}
	add(v, RANGE_IPV4, 0, type_max[RANGE_IPV4], false);
	add(v, RANGE_IPV6, 0, type_max[RANGE_IPV6], false);
}

static bool is_any(const struct variable *v)
{
	bool ports = v->nr && v->range[0].type == RANGE_PORT;
	unsigned int i;

	for (i = 0; i < v->nr; i++)
		if (v->range[i].negated || v->range[i].first ||
		    v->range[i].last != type_max[v->range[i].type])
			return false;
	return v->nr == (ports ? 1 : 2) &&
	       (ports || v->range[0].type != v->range[1].type);
}

/* The same set without any "!". */
static void plain(struct variable *v)
{
	bool ports = v->nr && v->range[0].type == RANGE_PORT;
	struct variable out = { .name = "" };
	unsigned int i;

	if (!any_positive(v))
		add_any(&out, ports);
	for (i = 0; i < v->nr; i++)
		if (!v->range[i].negated)
			add(&out, v->range[i].type, v->range[i].first,
			    v->range[i].last, false);
	for (i = 0; i < v->nr; i++)
		if (v->range[i].negated)
			subtract(&out, &v->range[i]);
	free(v->range);
	v->range = out.range;
	v->nr = out.nr;
}

static void negate(struct variable *v)
{
	unsigned int i;

	if (any_negated(v))
		plain(v);
	for (i = 0; i < v->nr; i++)
		v->range[i].negated = true;
}

/* Put the elements of one list into another. */
static int append(struct parser *p, struct variable *to,
		  const struct variable *from)
{
	bool port, ports;
	unsigned int i;

	for (i = 0; i < from->nr; i++) {
		port = from->range[i].type == RANGE_PORT;
		ports = to->nr && to->range[0].type == RANGE_PORT;
		if (to->nr && port != ports)
			return complain(p, "a variable holds addresses or ports, not both");
		if (to->nr == VARIABLE_RANGES_MAX)
			return complain(p, "a variable has at most 256 ranges");
		add(to, from->range[i].type, from->range[i].first,
		    from->range[i].last, from->range[i].negated);
	}
	return CLI_OK;
}

/* A list inside of a list. */
static int append_list(struct parser *p, struct variable *to,
		       struct variable *from)
{
	if (any_negated(from) && any_positive(from))
		plain(from);
	return append(p, to, from);
}

static void skip_space(struct parser *p)
{
	while (isspace((unsigned char)*p->s))
		p->s++;
}

static int parse_list(struct parser *p, struct variable *v)
{
	int status;

	if (++p->depth > DEPTH_MAX)
		return complain(p, "lists are nested too deeply");
	do {
		status = parse_item(p, v);
		if (status)
			return status;
		skip_space(p);
	} while (*p->s == ',' && p->s++);
	if (*p->s != ']')
		return complain(p, "\"]\" is missing");
	p->s++;
	p->depth--;
	return CLI_OK;
}

/* Letters up to something that ends an element. */
static size_t word(struct parser *p, char *s, size_t size)
{
	size_t len = strcspn(p->s, ",] \t");

	if (len >= size)
		len = 0;
	memcpy(s, p->s, len);
	s[len] = '\0';
	p->s += len;
	return len;
}

static int parse_reference(struct parser *p, struct variable *v)
{
	const struct variable *other;
	char name[64];

	p->s++;
	other = word(p, name, sizeof(name)) && p->find ?
		p->find(p->arg, name) : NULL;
	if (!other) {
		snprintf(p->why, p->size,
			 "the profile sets no variable \"%s\" before this one",
			 name);
		return CLI_USAGE;
	}
	return append(p, v, other);
}

static bool parse_port(const char *s, u64 *first, u64 *last)
{
	const char *colon = strchr(s, ':');
	char text[8];

	if (!colon) {
		*last = 0;
		return !parse_number(s, 0, UINT16_MAX, first) &&
		       (*last = *first, true);
	}
	if (strchr(colon + 1, ':') || (size_t)(colon - s) >= sizeof(text))
		return false;
	memcpy(text, s, (size_t)(colon - s));
	text[colon - s] = '\0';
	*first = 0;
	*last = UINT16_MAX;
	return (!*text || !parse_number(text, 0, UINT16_MAX, first)) &&
	       (!colon[1] || !parse_number(colon + 1, 0, UINT16_MAX, last)) &&
	       (*text || colon[1]) && *first <= *last;
}

/* FIRST-LAST */
static bool parse_span(char *s, struct variable *v)
{
	char *dash = strchr(s, '-');
	struct address a, b;
	u128 first, last;

	if (!dash)
		return false;
	*dash = '\0';
	if (address_parse(s, &a) || address_parse(dash + 1, &b) ||
	    a.len != b.len)
		return false;
	first = range_number(a.addr, a.len);
	last = range_number(b.addr, b.len);
	if (first > last)
		return false;
	add(v, a.len == 4 ? RANGE_IPV4 : RANGE_IPV6, first, last, false);
	return true;
}

/* Bits behind a prefix mean nothing to Suricata. */
static void add_prefix(struct variable *v, const struct prefix *prefix)
{
	unsigned int host = prefix->a.len * 8u - prefix->bits;
	u128 mask = host < 128 ? ((u128)1 << host) - 1 : ~(u128)0;
	u128 first = range_number(prefix->a.addr, prefix->a.len) & ~mask;

	add(v, prefix->a.len == 4 ? RANGE_IPV4 : RANGE_IPV6, first,
	    first | mask, false);
}

static int parse_element(struct parser *p, struct variable *v)
{
	struct prefix prefix;
	u64 first, last;
	char s[96];

	if (!word(p, s, sizeof(s)))
		return complain(p, "an address, a port or a list is missing");
	if (!strcmp(s, "any")) {
		add_any(v, p->ports);
		return CLI_OK;
	}
	if (parse_port(s, &first, &last)) {
		add(v, RANGE_PORT, first, last, false);
		return CLI_OK;
	}
	if (!prefix_parse(s, &prefix)) {
		add_prefix(v, &prefix);
		return CLI_OK;
	}
	if (parse_span(s, v))
		return CLI_OK;
	snprintf(p->why, p->size, "\"%s\" is neither address, prefix nor port",
		 s);
	return CLI_USAGE;
}

static int parse_value(struct parser *p, struct variable *v)
{
	if (*p->s == '[') {
		p->s++;
		return parse_list(p, v);
	}
	return *p->s == '$' ? parse_reference(p, v) : parse_element(p, v);
}

/* [!]VALUE, appended to a list. */
static int parse_item(struct parser *p, struct variable *v)
{
	struct variable one = { .name = "" };
	bool negated = false;
	int status;

	for (skip_space(p); *p->s == '!'; p->s++, skip_space(p))
		negated = !negated;
	status = parse_value(p, &one);
	if (!status && negated && is_any(&one))
		status = complain(p, "\"!any\" matches nothing");
	if (!status && negated)
		negate(&one);
	if (!status)
		status = append_list(p, v, &one);
	free(one.range);
	return status;
}

/*
 * A value that is one list keeps its elements as they were written; only
 * inside of another list they have to be worked out.
 */
static int parse_top(struct parser *p, struct variable *v)
{
	skip_space(p);
	if (*p->s == '[') {
		p->s++;
		return parse_list(p, v);
	}
	if (*p->s == '$')
		return parse_reference(p, v);
	return parse_item(p, v);
}

/* A variable of ports is known by its name, as the rule compiler does. */
static bool named_ports(const char *name)
{
	size_t len = strlen(name);

	return (len >= 4 && !strcmp(name + len - 4, "PORT")) ||
	       (len >= 5 && !strcmp(name + len - 5, "PORTS"));
}

/**
 * variable_parse() - read a value in Suricata's syntax
 * @value: text
 * @v: gets the ranges; its name tells what "any" means
 * @find: finds a variable that the value refers to; or NULL
 * @arg: for @find
 * @why: gets a sentence
 * @size: of @why
 *
 * Return: a cli_status.
 */
int variable_parse(const char *value, struct variable *v, variable_find find,
		   void *arg, char *why, size_t size)
{
	struct parser p = {
		.s	= value,
		.find	= find,
		.arg	= arg,
		.why	= why,
		.size	= size,
		.ports	= named_ports(v->name),
	};
	int status;

	v->range = NULL;
	v->nr = 0;
	status = parse_top(&p, v);
	skip_space(&p);
	if (!status && *p.s)
		status = complain(&p, "there is something behind the value");
	if (status)
		variable_free(v);
	return status;
}

/* Is the range a prefix? Its length, or -1. */
static int prefix_bits(const struct range *r)
{
	int width = r->type == RANGE_IPV4 ? 32 : 128, host;
	u128 size = r->last - r->first;	/* one less, so that all fit */

	if (size & (size + 1) || r->first & size)
		return -1;
	for (host = 0; size; size >>= 1)
		host++;
	return width - host;
}

static void format_address(FILE *f, const struct range *r)
{
	struct address a = { 0 }, b = { 0 };
	int bits = prefix_bits(r);
	char s[PREFIX_STRLEN];
	size_t len;

	range_bytes(r, a.addr, b.addr, &len);
	a.len = (u8)len;
	b.len = (u8)len;
	fputs(address_format(&a, s), f);
	if (bits < 0)
		fprintf(f, "-%s", address_format(&b, s));
	else if (bits < (int)len * 8)
		fprintf(f, "/%d", bits);
}

static void format_range(FILE *f, const struct range *r)
{
	if (r->negated)
		putc('!', f);
	if (r->type != RANGE_PORT)
		format_address(f, r);
	else if (r->first == r->last)
		fprintf(f, "%u", (unsigned int)r->first);
	else
		fprintf(f, "%u:%u", (unsigned int)r->first,
			(unsigned int)r->last);
}

/**
 * variable_format() - write a value as variable_parse() reads it
 * @v: the variable
 *
 * Return: allocated text; NULL without memory.
 */
char *variable_format(const struct variable *v)
{
	char *text = NULL;
	unsigned int i;
	size_t len;
	FILE *f;

	if (is_any(v))
		return strdup("any");
	f = open_memstream(&text, &len);
	if (!f)
		return NULL;
	if (v->nr > 1)
		putc('[', f);
	for (i = 0; i < v->nr; i++) {
		if (i)
			putc(',', f);
		format_range(f, &v->range[i]);
	}
	if (v->nr > 1)
		putc(']', f);
	fclose(f);
	return text;
}

/** variable_equal() - have two the same name and elements? */
bool variable_equal(const struct variable *a, const struct variable *b)
{
	unsigned int i;

	if (strcmp(a->name, b->name) || a->nr != b->nr)
		return false;
	for (i = 0; i < a->nr; i++)
		if (a->range[i].type != b->range[i].type ||
		    a->range[i].negated != b->range[i].negated ||
		    a->range[i].first != b->range[i].first ||
		    a->range[i].last != b->range[i].last)
			return false;
	return true;
}

/** variable_free() - forget the elements */
void variable_free(struct variable *v)
{
	free(v->range);
	v->range = NULL;
	v->nr = 0;
}
