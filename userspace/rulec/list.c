// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of addresses and ports, and the variables that stand for them.
 *
 * DOC: Suricata flattens a list: what is included anywhere in it, also inside
 * of a variable, is united, and what is excluded anywhere is then taken out of
 * all. Only a negated block is worked out for itself first. The engine, which
 * has to honour what a profile says about a variable, takes a variable for the
 * set that it is. Both come to the same unless a list puts a variable that
 * excludes something beside other members; a list for which the two differ is
 * refused, so that no rule means another thing here than there.
 *
 * Of ports, Suricata reads an exclusion inside of an excluded block in one way
 * if it is the block's last member and in another if it is not: refused.
 *
 * Where nothing but exclusions of one family are written, Suricata adds the
 * rest of that family alone; so do we. Once a variable takes part, the other
 * family is in, too: a profile may change what the variable holds.
 */
#include <arpa/inet.h>
#include <stdio.h>

#include "compiler.h"

#define PORT_MAX	65535

/* Longest address that makes sense: a range of two IPv6 addresses. */
#define LITERAL_MAX	(2 * INET6_ADDRSTRLEN)

/*
 * A list while it is read: its literals, its variables as bits, and the blocks
 * that are excluded as a whole.
 */
struct list {
	struct rulec_area plus;
	struct rulec_area minus;
	struct rulec_area block;	/* what the sets below match */
	u64 plus_variables;
	u64 minus_variables;
	u32 *minus_set;
	u32 nr_minus_sets;
	u32 minus_set_room;
	bool has_plus;
	bool has_minus;
	u32 depth;
};

struct reader {
	struct segward_rulec *rulec;
	struct rulec_reject *reject;
	const char *text;	/* the whole list, for sentences */
	const char *at;
	const char *end;
	u32 kind;
	u32 nesting;
};

static const char *keyword(const struct reader *r)
{
	return r->kind == SEGWARD_IMAGE_SET_PORT ? "port" : "address";
}

static u128 largest(u32 kind, u32 part)
{
	if (kind == SEGWARD_IMAGE_SET_PORT)
		return PORT_MAX;
	return part ? ~(u128)0 : U32_MAX;
}

static u32 parts(u32 kind)
{
	return kind == SEGWARD_IMAGE_SET_PORT ? 1 : 2;
}

static void free_area(struct rulec_area *area)
{
	rulec_intervals_free(&area->part[0]);
	rulec_intervals_free(&area->part[1]);
}

static void normalize_area(struct rulec_area *area)
{
	rulec_intervals_normalize(&area->part[0]);
	rulec_intervals_normalize(&area->part[1]);
}

static int add_area(struct rulec_area *area, const struct rulec_area *other)
{
	int err;

	err = rulec_intervals_add_set(&area->part[0], &other->part[0]);
	if (!err)
		err = rulec_intervals_add_set(&area->part[1], &other->part[1]);
	return err;
}

static int add_everything(struct rulec_area *area, u32 kind)
{
	int err = 0;
	u32 i;

	for (i = 0; i < parts(kind) && !err; i++)
		err = rulec_intervals_add(&area->part[i], 0, largest(kind, i));
	return err;
}

static int subtract_area(struct rulec_area *area,
			 const struct rulec_area *other)
{
	int err;

	err = rulec_intervals_subtract(&area->part[0], &other->part[0]);
	if (!err)
		err = rulec_intervals_subtract(&area->part[1], &other->part[1]);
	return err;
}

static bool equal_areas(const struct rulec_area *a, const struct rulec_area *b)
{
	return rulec_intervals_equal(&a->part[0], &b->part[0]) &&
	       rulec_intervals_equal(&a->part[1], &b->part[1]);
}

static bool empty_area(const struct rulec_area *area)
{
	return !area->part[0].nr && !area->part[1].nr;
}

static bool is_everything(const struct rulec_area *area, u32 kind)
{
	u32 i;

	for (i = 0; i < parts(kind); i++) {
		if (area->part[i].nr != 1 || area->part[i].v[0].first ||
		    area->part[i].v[0].last != largest(kind, i))
			return false;
	}
	return true;
}

static void free_list(struct list *list)
{
	free_area(&list->plus);
	free_area(&list->minus);
	free_area(&list->block);
	free(list->minus_set);
}

/*
 * Suricata's way: unite, then take out. @plus and @minus are changed; the
 * result is in @plus.
 */
static int merge(struct rulec_area *plus, struct rulec_area *minus, u32 kind,
		 bool with_variables)
{
	int err = 0;
	u32 i;

	normalize_area(plus);
	normalize_area(minus);
	if (with_variables && empty_area(plus)) {
		err = add_everything(plus, kind);
	} else {
		for (i = 0; i < parts(kind) && !err; i++) {
			if (!plus->part[i].nr && minus->part[i].nr)
				err = rulec_intervals_add(&plus->part[i], 0,
							  largest(kind, i));
		}
	}
	return err ? err : subtract_area(plus, minus);
}

static bool has_references(const struct list *list)
{
	return list->plus_variables || list->minus_variables ||
	       list->nr_minus_sets;
}

static int add_variables(struct rulec_area *area, struct segward_rulec *rulec,
			 u64 variables, size_t member)
{
	int err = 0;

	while (variables && !err) {
		u32 i = __ffs64(variables);
		const u8 *variable = (const void *)&rulec->variable[i];

		err = add_area(area, (const void *)(variable + member));
		variables &= variables - 1;
	}
	return err;
}

/* An excluded variable of ports has both its signs turned. */
static int flatten_excluded_ports(struct segward_rulec *rulec,
				  const struct list *list,
				  struct rulec_area *plus,
				  struct rulec_area *minus)
{
	int err;

	err = add_variables(minus, rulec, list->minus_variables,
			    offsetof(struct rulec_variable, plus));
	if (!err)
		err = add_variables(plus, rulec, list->minus_variables,
				    offsetof(struct rulec_variable, minus));
	return err;
}

/* What Suricata makes of the list: what it includes, what it excludes. */
static int flatten(struct segward_rulec *rulec, const struct list *list,
		   u32 kind, struct rulec_area *plus, struct rulec_area *minus)
{
	const size_t value = offsetof(struct rulec_variable, value);
	int err;

	err = add_area(plus, &list->plus);
	if (!err)
		err = add_variables(plus, rulec, list->plus_variables,
				    offsetof(struct rulec_variable, plus));
	if (!err)
		err = add_area(minus, &list->minus);
	if (!err)
		err = add_area(minus, &list->block);
	if (!err)
		err = add_variables(minus, rulec, list->plus_variables,
				    offsetof(struct rulec_variable, minus));
	if (!err && kind == SEGWARD_IMAGE_SET_PORT)
		err = flatten_excluded_ports(rulec, list, plus, minus);
	else if (!err)
		err = add_variables(minus, rulec, list->minus_variables, value);
	return err;
}

/* What the engine makes of the set that the list will become. */
static int evaluate(struct segward_rulec *rulec, const struct list *list,
		    u32 kind, struct rulec_area *value)
{
	const size_t member = offsetof(struct rulec_variable, value);
	struct rulec_area minus = {};
	int err;

	if (list->has_plus) {
		err = add_area(value, &list->plus);
		if (!err)
			err = add_variables(value, rulec, list->plus_variables,
					    member);
	} else {
		err = add_everything(value, kind);
	}
	if (!err)
		err = add_area(&minus, &list->minus);
	if (!err)
		err = add_area(&minus, &list->block);
	if (!err)
		err = add_variables(&minus, rulec, list->minus_variables,
				    member);
	normalize_area(value);
	normalize_area(&minus);
	if (!err)
		err = subtract_area(value, &minus);
	free_area(&minus);
	return err;
}

static struct rulec_quote quote_list(const struct reader *r)
{
	return rulec_quote(r->text, (size_t)(r->end - r->text));
}

/* Work out what a list matches, or refuse it. */
static int resolve(struct reader *r, const struct list *list,
		   struct rulec_area *value)
{
	struct rulec_area minus = {};
	struct rulec_area plus = {};
	int err;

	err = flatten(r->rulec, list, r->kind, &plus, &minus);
	if (!err)
		err = merge(&plus, &minus, r->kind, has_references(list));
	if (!err && !has_references(list))
		err = add_area(value, &plus);
	else if (!err)
		err = evaluate(r->rulec, list, r->kind, value);
	if (!err && empty_area(value))
		err = rulec_reject(r->reject, r->text, keyword(r),
				   "%s list \"%s\" leaves nothing to match",
				   keyword(r), quote_list(r).text);
	if (!err && !equal_areas(value, &plus))
		err = rulec_reject(r->reject, r->text, keyword(r),
				   "%s list \"%s\" puts a variable that excludes something beside other members, and Suricata would exclude it from all of them; write the exclusion into the list",
				   keyword(r), quote_list(r).text);
	free_area(&minus);
	free_area(&plus);
	return err;
}

static void put_number(u8 *to, u128 number, u32 bytes)
{
	while (bytes--) {
		to[bytes] = (u8)number;
		number >>= 8;
	}
}

struct elements {
	struct segward_image_element *v;
	u32 nr;
	u32 room;
};

static int add_element(struct elements *elements,
		       const struct segward_image_element *element)
{
	int err;

	err = rulec_grow(&elements->v, &elements->room,
			 (u64)elements->nr + 1, sizeof(*elements->v));
	if (!err)
		elements->v[elements->nr++] = *element;
	return err;
}

static int add_ranges(struct elements *elements, const struct rulec_area *area,
		      u32 kind)
{
	int err = 0;
	u32 i, k;

	for (k = 0; k < parts(kind); k++) {
		u32 bytes = k ? 16 : 4;
		u32 type = k ? SEGWARD_IMAGE_ELEMENT_IPV6 :
			   SEGWARD_IMAGE_ELEMENT_IPV4;

		if (kind == SEGWARD_IMAGE_SET_PORT) {
			type = SEGWARD_IMAGE_ELEMENT_PORT;
			bytes = 2;
		}
		for (i = 0; i < area->part[k].nr && !err; i++) {
			const struct rulec_interval *range =
				&area->part[k].v[i];
			struct segward_image_element element = { .type = type };

			put_number(element.first, range->first, bytes);
			put_number(element.last, range->last, bytes);
			err = add_element(elements, &element);
		}
	}
	return err;
}

static int add_references(struct elements *elements, u64 variables,
			  const u32 *set, u32 nr_sets)
{
	struct segward_image_element element = {
		.type = SEGWARD_IMAGE_ELEMENT_VARIABLE,
	};
	int err = 0;
	u32 i;

	while (variables && !err) {
		element.ref = __ffs64(variables);
		err = add_element(elements, &element);
		variables &= variables - 1;
	}
	element.type = SEGWARD_IMAGE_ELEMENT_SET;
	for (i = 0; i < nr_sets && !err; i++) {
		element.ref = set[i];
		err = add_element(elements, &element);
	}
	return err;
}

static int add_set(struct segward_rulec *rulec, struct rulec_set *set,
		   const struct rulec_area *value, u32 *number)
{
	int err;

	err = rulec_grow(&rulec->set, &rulec->set_room,
			 (u64)rulec->nr_sets + 1, sizeof(*rulec->set));
	if (!err && set->kind == SEGWARD_IMAGE_SET_PORT)
		err = rulec_intervals_add_set(&set->port, &value->part[0]);
	if (err)
		return err;
	*number = rulec->nr_sets;
	rulec->set[rulec->nr_sets++] = *set;
	return 0;
}

/* Equal sets are one. @elements is taken over or freed. */
static int intern_set(struct segward_rulec *rulec, u32 kind,
		      struct elements *elements, u32 positive, bool any_port,
		      const struct rulec_area *value, u32 *number)
{
	size_t size = elements->nr * sizeof(*elements->v);
	struct rulec_set set = {
		.kind		= kind,
		.element	= elements->v,
		.positive	= positive,
		.negative	= elements->nr - positive,
		.any_port	= any_port,
	};
	u32 head[2] = { kind, positive };
	u32 *known;
	u8 *key;
	int err;

	key = malloc(sizeof(head) + size);
	if (!key)
		return -ENOMEM;
	memcpy(key, head, sizeof(head));
	if (size)
		memcpy(key + sizeof(head), elements->v, size);
	known = rulec_map_find(&rulec->set_map, key, sizeof(head) + size);
	if (known) {
		*number = *known;
		free(key);
		return 0;
	}
	err = rulec_map_add(&rulec->set_map, key, sizeof(head) + size,
			    rulec->nr_sets);
	free(key);
	if (!err)
		err = add_set(rulec, &set, value, number);
	if (!err)
		elements->v = NULL;
	return err;
}

/* A list without references becomes what it matches, as plain ranges. */
static int make_plain_set(struct segward_rulec *rulec, u32 kind,
			  const struct rulec_area *value, u32 *number)
{
	struct elements elements = {};
	int err;

	*number = 0;
	if (is_everything(value, kind))
		return 0;
	err = add_ranges(&elements, value, kind);
	if (!err)
		err = intern_set(rulec, kind, &elements, elements.nr, false,
				 value, number);
	free(elements.v);
	return err;
}

/* Of a list with references, exclude the family that is not @family. */
static int exclude_family(struct list *list, int family)
{
	u32 other = family == 4 ? 1 : 0;

	rulec_intervals_free(&list->plus.part[other]);
	return rulec_intervals_add(&list->minus.part[other], 0,
				   largest(SEGWARD_IMAGE_SET_ADDRESS, other));
}

static int make_set(struct segward_rulec *rulec, struct list *list, u32 kind,
		    const struct rulec_area *value, u32 *number)
{
	struct elements elements = {};
	u32 positive;
	int err;

	normalize_area(&list->plus);
	normalize_area(&list->minus);
	err = add_ranges(&elements, &list->plus, kind);
	if (!err)
		err = add_references(&elements, list->plus_variables, NULL, 0);
	positive = elements.nr;
	if (!err)
		err = add_ranges(&elements, &list->minus, kind);
	if (!err)
		err = add_references(&elements, list->minus_variables,
				     list->minus_set, list->nr_minus_sets);
	if (!err)
		err = intern_set(rulec, kind, &elements, positive, true, value,
				 number);
	free(elements.v);
	return err;
}

static u128 get_number(const u8 *from, u32 bytes)
{
	u128 number = 0;
	u32 i;

	for (i = 0; i < bytes; i++)
		number = number << 8 | from[i];
	return number;
}

static bool parse_address(const char *text, u32 part, u128 *number)
{
	u8 bytes[16];

	if (inet_pton(part ? AF_INET6 : AF_INET, text, bytes) != 1)
		return false;
	*number = get_number(bytes, part ? 16 : 4);
	return true;
}

static bool parse_decimal(const char *text, u32 limit, u32 *number)
{
	u32 value = 0;

	if (!*text || strlen(text) > 9)
		return false;
	for (; *text; text++) {
		if (!rulec_digit(*text))
			return false;
		value = value * 10 + (u32)(*text - '0');
	}
	*number = value;
	return value <= limit;
}

/* "24", for IPv4 also "255.255.255.0": how many bits are free. */
static bool parse_mask(const char *text, u32 part, u128 *host)
{
	u32 bits = part ? 128 : 32;
	u128 mask;
	u32 len;

	if (!part && strchr(text, '.')) {
		if (!parse_address(text, part, &mask))
			return false;
		*host = U32_MAX - mask;
		return !(*host & (*host + 1));
	}
	if (!parse_decimal(text, bits, &len))
		return false;
	*host = len ? ((u128)1 << (bits - len)) - 1 : largest(0, part);
	return true;
}

static int add_range(struct list *list, bool minus, u32 part, u128 first,
		     u128 last)
{
	struct rulec_area *area = minus ? &list->minus : &list->plus;

	return rulec_intervals_add(&area->part[part], first, last);
}

static int bad_literal(struct reader *r, const char *at, const char *text,
		       const char *what)
{
	struct rulec_quote quote = rulec_quote(text, strlen(text));

	return rulec_reject(r->reject, at, keyword(r), "%s \"%s\" %s",
			    keyword(r), quote.text, what);
}

static int add_address(struct reader *r, struct list *list, const char *text,
		       const char *at, bool minus)
{
	u32 part = strchr(text, ':') ? 1 : 0;
	char copy[LITERAL_MAX + 1];
	u128 first, last, host;
	char *second;

	strcpy(copy, text);
	second = strpbrk(copy, "/-");
	if (!second) {
		if (!parse_address(copy, part, &first))
			return bad_literal(r, at, text,
					   "is not an IPv4 or IPv6 address");
		return add_range(list, minus, part, first, first);
	}
	if (*second == '-') {
		*second++ = 0;
		if (!parse_address(copy, part, &first) ||
		    !parse_address(second, part, &last))
			return bad_literal(r, at, text,
					   "is not a range of two addresses of one family");
		if (first > last)
			return bad_literal(r, at, text, "is upside down");
		return add_range(list, minus, part, first, last);
	}
	*second++ = 0;
	if (!parse_address(copy, part, &first) ||
	    !parse_mask(second, part, &host))
		return bad_literal(r, at, text, "is not a prefix");
	first &= ~host;
	return add_range(list, minus, part, first, first | host);
}

static int add_port(struct reader *r, struct list *list, const char *text,
		    const char *at, bool minus)
{
	char copy[LITERAL_MAX + 1];
	u32 first = 0, last = PORT_MAX;
	char *second;

	strcpy(copy, text);
	second = strchr(copy, ':');
	if (second) {
		*second++ = 0;
		if (!*copy && !*second)
			return bad_literal(r, at, text, "is not a range");
		if ((*copy && !parse_decimal(copy, PORT_MAX, &first)) ||
		    (*second && !parse_decimal(second, PORT_MAX, &last)))
			return bad_literal(r, at, text,
					   "is not a range of two numbers from 0 to 65535");
		if (first > last)
			return bad_literal(r, at, text, "is upside down");
	} else {
		if (!parse_decimal(copy, PORT_MAX, &first))
			return bad_literal(r, at, text,
					   "is not a number from 0 to 65535");
		last = first;
	}
	return add_range(list, minus, 0, first, last);
}

static int read_literal(struct reader *r, struct list *list, bool minus)
{
	const char *at = r->at;
	char text[LITERAL_MAX + 1];
	size_t len;

	while (r->at < r->end && !rulec_blank(*r->at) &&
	       !strchr(",]![$", *r->at))
		r->at++;
	len = (size_t)(r->at - at);
	if (!len)
		return rulec_reject(r->reject, at, keyword(r),
				    "%s list \"%s\" lacks a member here",
				    keyword(r), quote_list(r).text);
	if (rulec_word_is(at, len, "any"))
		return add_everything(minus ? &list->minus : &list->plus,
				      r->kind);
	if (len > LITERAL_MAX)
		return rulec_reject(r->reject, at, keyword(r),
				    "%s \"%s\" is too long", keyword(r),
				    rulec_quote(at, len).text);
	memcpy(text, at, len);
	text[len] = 0;
	if (r->kind == SEGWARD_IMAGE_SET_PORT)
		return add_port(r, list, text, at, minus);
	return add_address(r, list, text, at, minus);
}

static int read_members(struct reader *r, struct list *list, char stop);
static int define(struct segward_rulec *rulec, struct rulec_variable *variable,
		  struct rulec_reject *reject);

static bool name_character(char c)
{
	return rulec_letter(c) || rulec_digit(c) || c == '_';
}

static int read_variable(struct reader *r, struct list *list, bool minus)
{
	struct rulec_variable *variable;
	const char *name = ++r->at;
	u32 *number;
	size_t len;
	int err;

	while (r->at < r->end && name_character(*r->at))
		r->at++;
	len = (size_t)(r->at - name);
	number = rulec_map_find(&r->rulec->variable_map, name, len);
	if (!number)
		return rulec_reject(r->reject, name - 1, "variable",
				    "variable \"$%s\" is not defined",
				    rulec_quote(name, len).text);
	variable = &r->rulec->variable[*number];
	if (variable->kind != r->kind)
		return rulec_reject(r->reject, name - 1, "variable",
				    "variable \"$%s\" is one of %s, and %s are expected here",
				    variable->name,
				    r->kind == SEGWARD_IMAGE_SET_PORT ?
				    "addresses" : "ports",
				    r->kind == SEGWARD_IMAGE_SET_PORT ?
				    "ports" : "addresses");
	if (variable->state != RULEC_VARIABLE_DONE) {
		err = define(r->rulec, variable, r->reject);
		if (err)
			return err;
	}
	if (minus)
		list->minus_variables |= 1ULL << *number;
	else
		list->plus_variables |= 1ULL << *number;
	list->depth = max(list->depth, variable->depth);
	return 0;
}

/* Exclude a block: by its parts if it only includes, else as what it is. */
static int exclude_block(struct reader *r, struct list *list,
			 struct list *block)
{
	struct rulec_area value = {};
	u32 set;
	int err;

	if (block->has_minus && r->kind == SEGWARD_IMAGE_SET_PORT)
		return rulec_reject(r->reject, r->text, "port",
				    "port list \"%s\" excludes something inside of a block that is excluded; say what it shall include",
				    quote_list(r).text);
	err = resolve(r, block, &value);
	if (!err && !block->has_minus) {
		list->minus_variables |= block->plus_variables;
		list->depth = max(list->depth, block->depth);
		err = add_area(&list->minus, &block->plus);
	} else if (!err && !has_references(block)) {
		err = add_area(&list->minus, &value);
	} else if (!err) {
		err = make_set(r->rulec, block, r->kind, &value, &set);
		if (!err)
			err = add_area(&list->block, &value);
		if (!err)
			err = rulec_grow(&list->minus_set,
					 &list->minus_set_room,
					 (u64)list->nr_minus_sets + 1,
					 sizeof(*list->minus_set));
		if (!err)
			list->minus_set[list->nr_minus_sets++] = set;
		list->depth = max(list->depth, block->depth + 1);
	}
	free_area(&value);
	return err;
}

static int read_block(struct reader *r, struct list *list, bool minus)
{
	struct list block = {};
	int err;

	if (++r->nesting > RULEC_NESTING_MAX)
		return rulec_reject(r->reject, r->at, keyword(r),
				    "%s list is nested more than %u deep",
				    keyword(r), RULEC_NESTING_MAX);
	r->at++;
	err = read_members(r, minus ? &block : list, ']');
	if (!err && minus)
		err = exclude_block(r, list, &block);
	free_list(&block);
	r->nesting--;
	return err;
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && rulec_blank(*r->at))
		r->at++;
}

static int read_member(struct reader *r, struct list *list)
{
	bool minus = false;

	skip_blanks(r);
	if (r->at < r->end && *r->at == '!') {
		minus = true;
		r->at++;
		skip_blanks(r);
	}
	if (r->at < r->end && *r->at == '[') {
		if (minus)
			list->has_minus = true;
		return read_block(r, list, minus);
	}
	if (minus)
		list->has_minus = true;
	else
		list->has_plus = true;
	if (r->at < r->end && *r->at == '$')
		return read_variable(r, list, minus);
	return read_literal(r, list, minus);
}

/* Members up to @stop, which is "]" or the end of the text. */
static int read_members(struct reader *r, struct list *list, char stop)
{
	int err;

	for (;;) {
		err = read_member(r, list);
		if (err)
			return err;
		skip_blanks(r);
		if (r->at == r->end)
			break;
		if (*r->at == stop) {
			r->at++;
			return 0;
		}
		if (*r->at != ',')
			return rulec_reject(r->reject, r->at, keyword(r),
					    "%s list \"%s\" has \"%s\" where it should %s",
					    keyword(r), quote_list(r).text,
					    rulec_character(r->at).text,
					    stop ? "have \",\" or \"]\"" :
					    "end");
		r->at++;
	}
	if (!stop)
		return 0;
	return rulec_reject(r->reject, r->text, keyword(r),
			    "%s list \"%s\" lacks a \"]\"", keyword(r),
			    quote_list(r).text);
}

static int restrict_family(struct reader *r, struct list *list,
			   struct rulec_area *value, int family)
{
	if (!family)
		return 0;
	rulec_intervals_free(&value->part[family == 4 ? 1 : 0]);
	if (empty_area(value))
		return rulec_reject(r->reject, r->text, keyword(r),
				    "%s list \"%s\" has no IPv%d address, which the protocol demands",
				    keyword(r), quote_list(r).text, family);
	return has_references(list) ? exclude_family(list, family) : 0;
}

/* Read, check and store a list; @list and @value are left for the caller. */
static int compile(struct reader *r, int family, struct list *list,
		   struct rulec_area *value, u32 *set)
{
	int err;

	err = read_members(r, list, 0);
	if (!err)
		err = resolve(r, list, value);
	if (!err && list->depth > SEGWARD_IMAGE_SET_DEPTH_MAX)
		err = rulec_reject(r->reject, r->text, keyword(r),
				   "%s list \"%s\" refers to variables more than %u deep",
				   keyword(r), quote_list(r).text,
				   SEGWARD_IMAGE_SET_DEPTH_MAX);
	if (!err)
		err = restrict_family(r, list, value, family);
	if (err)
		return err;
	if (has_references(list))
		return make_set(r->rulec, list, r->kind, value, set);
	return make_plain_set(r->rulec, r->kind, value, set);
}

int rulec_list(struct segward_rulec *rulec, const char *text, size_t len,
	       u32 kind, int family, u32 *set, struct rulec_reject *reject)
{
	struct reader reader = {
		.rulec	= rulec,
		.reject	= reject,
		.text	= text,
		.at	= text,
		.end	= text + len,
		.kind	= kind,
	};
	char key[SEGWARD_RULEC_RULE_MAX + 1];
	struct rulec_area value = {};
	struct list list = {};
	u32 *known;
	int err;

	key[0] = (char)(kind << 4 | (u32)family);
	memcpy(key + 1, text, len);
	known = rulec_map_find(&rulec->list_map, key, len + 1);
	if (known) {
		*set = *known;
		return 0;
	}
	err = compile(&reader, family, &list, &value, set);
	if (!err)
		err = rulec_map_add(&rulec->list_map, key, len + 1, *set);
	free_list(&list);
	free_area(&value);
	return err == -EINVAL || !err ? err : rulec_no_memory(rulec);
}

static void free_variable(struct rulec_variable *variable)
{
	free_area(&variable->plus);
	free_area(&variable->minus);
	free_area(&variable->value);
}

/* Work a variable out, after those that it refers to. */
static int define(struct segward_rulec *rulec, struct rulec_variable *variable,
		  struct rulec_reject *reject)
{
	struct reader reader = {
		.rulec	= rulec,
		.reject	= reject,
		.text	= variable->text,
		.at	= variable->text,
		.end	= variable->text + strlen(variable->text),
		.kind	= variable->kind,
	};
	struct list list = {};
	int err;

	if (variable->state == RULEC_VARIABLE_OPEN)
		return rulec_reject(reject, variable->text, "variable",
				    "variable \"$%s\" refers to itself",
				    variable->name);
	variable->state = RULEC_VARIABLE_OPEN;
	err = compile(&reader, 0, &list, &variable->value, &variable->set);
	if (!err)
		err = flatten(rulec, &list, variable->kind, &variable->plus,
			      &variable->minus);
	variable->depth = list.depth + 1;
	variable->state = RULEC_VARIABLE_DONE;
	free_list(&list);
	return err;
}

static void free_sets(struct segward_rulec *rulec)
{
	u32 i;

	for (i = 0; i < rulec->nr_sets; i++) {
		rulec_intervals_free(&rulec->set[i].port);
		free(rulec->set[i].element);
	}
	for (i = 0; i < rulec->nr_variables; i++)
		free_variable(&rulec->variable[i]);
	rulec->nr_sets = 0;
	rulec_map_free(&rulec->set_map);
	rulec_map_free(&rulec->list_map);
}

/* Work all variables out anew. There is no rule yet. */
static int define_all(struct segward_rulec *rulec, struct rulec_reject *reject)
{
	struct rulec_set any = { .any_port = true };
	int err;
	u32 i;

	free_sets(rulec);
	err = rulec_grow(&rulec->set, &rulec->set_room, 1,
			 sizeof(*rulec->set));
	if (err)
		return err;
	rulec->set[rulec->nr_sets++] = any;
	for (i = 0; i < rulec->nr_variables; i++)
		rulec->variable[i].state = RULEC_VARIABLE_NEW;
	for (i = 0; i < rulec->nr_variables && !err; i++) {
		if (rulec->variable[i].state == RULEC_VARIABLE_NEW)
			err = define(rulec, &rulec->variable[i], reject);
	}
	return err;
}

static const char *copy_text(struct segward_rulec *rulec, const char *text)
{
	char *copy = rulec_arena_alloc(&rulec->arena, strlen(text) + 1);

	if (copy)
		strcpy(copy, text);
	return copy;
}

static int add_variable(struct segward_rulec *rulec, const char *name,
			u32 kind, const char *text)
{
	struct rulec_variable *variable;
	int err;

	if (rulec->nr_variables == ARRAY_SIZE(rulec->variable))
		return -E2BIG;
	err = rulec_map_add(&rulec->variable_map, name, strlen(name),
			    rulec->nr_variables);
	if (err)
		return err;
	variable = &rulec->variable[rulec->nr_variables++];
	strcpy(variable->name, name);
	variable->kind = kind;
	variable->text = text;
	return 0;
}

/* Ports if the name says so, as those of Suricata's configuration do. */
static u32 kind_by_name(const char *name)
{
	size_t len = strlen(name);

	if ((len >= 4 && !strcmp(name + len - 4, "PORT")) ||
	    (len >= 5 && !strcmp(name + len - 5, "PORTS")))
		return SEGWARD_IMAGE_SET_PORT;
	return SEGWARD_IMAGE_SET_ADDRESS;
}

int rulec_variable_set(struct segward_rulec *rulec, const char *name,
		       const char *value, struct rulec_reject *reject)
{
	u32 *known = rulec_map_find(&rulec->variable_map, name, strlen(name));
	const char *text = copy_text(rulec, value);
	struct rulec_variable *variable;
	const char *old = "any";
	int err;

	if (!text)
		return -ENOMEM;
	if (!known) {
		/* One that turns out wrong stays behind as "any"; then the
		 * compiler is not used any more.
		 */
		err = add_variable(rulec, name, kind_by_name(name), text);
		if (err)
			return err;
		variable = &rulec->variable[rulec->nr_variables - 1];
	} else {
		variable = &rulec->variable[*known];
		old = variable->text;
		variable->text = text;
	}
	err = define_all(rulec, reject);
	if (err == -EINVAL) {
		struct rulec_reject ignored;

		variable->text = old;
		if (define_all(rulec, &ignored))
			return -ENOMEM;
	}
	return err;
}

/*
 * The variables of Suricata 7's own configuration with its values, but for
 * HOME_NET, which has the shared address space of RFC 6598 and the unique
 * local addresses of RFC 4193 beside the private ones of RFC 1918. The rest
 * follows it: what is not home is external.
 */
static const struct {
	const char *name;
	const char *value;
} variables[] = {
	{ "HOME_NET",
	  "[10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7]" },
	{ "EXTERNAL_NET", "!$HOME_NET" },
	{ "HTTP_SERVERS", "$HOME_NET" },
	{ "SMTP_SERVERS", "$HOME_NET" },
	{ "SQL_SERVERS", "$HOME_NET" },
	{ "DNS_SERVERS", "$HOME_NET" },
	{ "TELNET_SERVERS", "$HOME_NET" },
	{ "AIM_SERVERS", "$EXTERNAL_NET" },
	{ "DC_SERVERS", "$HOME_NET" },
	{ "DNP3_SERVER", "$HOME_NET" },
	{ "DNP3_CLIENT", "$HOME_NET" },
	{ "MODBUS_CLIENT", "$HOME_NET" },
	{ "MODBUS_SERVER", "$HOME_NET" },
	{ "ENIP_CLIENT", "$HOME_NET" },
	{ "ENIP_SERVER", "$HOME_NET" },
	{ "HTTP_PORTS", "80" },
	{ "SHELLCODE_PORTS", "!80" },
	{ "ORACLE_PORTS", "1521" },
	{ "SSH_PORTS", "22" },
	{ "DNP3_PORTS", "20000" },
	{ "MODBUS_PORTS", "502" },
	{ "FILE_DATA_PORTS", "[$HTTP_PORTS,110,143]" },
	{ "FTP_PORTS", "21" },
	{ "GENEVE_PORTS", "6081" },
	{ "VXLAN_PORTS", "4789" },
	{ "TEREDO_PORTS", "3544" },
};

int rulec_variable_init(struct segward_rulec *rulec)
{
	struct rulec_reject reject;
	int err = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(variables) && !err; i++)
		err = add_variable(rulec, variables[i].name,
				   kind_by_name(variables[i].name),
				   variables[i].value);
	return err ? err : define_all(rulec, &reject);
}

void rulec_list_exit(struct segward_rulec *rulec)
{
	free_sets(rulec);
	free(rulec->set);
	rulec_map_free(&rulec->variable_map);
}
