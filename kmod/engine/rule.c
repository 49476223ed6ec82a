// SPDX-License-Identifier: GPL-2.0
/*
 * Rulesets, and which of their rules match a packet.
 *
 * Contents are matched as Suricata 7 defines it, with one exception: where a
 * negative distance puts the whole of a within before the payload, there is no
 * match; Suricata's arithmetic wraps around there and searches everything.
 *
 * Address and port sets: a set without positive elements stands for every
 * address but the negated ones, of both families. (Suricata's negation of an
 * IPv4 prefix alone matches no IPv6 packet.)
 */
#include <linux/segward.h>

#include "image.h"
#include "inspect.h"
#include "ipv6.h"
#include "match.h"
#include "rule.h"

#define FLOW_FLAGS		(SEGWARD_IMAGE_RULE_F_TO_SERVER | \
				 SEGWARD_IMAGE_RULE_F_TO_CLIENT | \
				 SEGWARD_IMAGE_RULE_F_ESTABLISHED | \
				 SEGWARD_IMAGE_RULE_F_NOT_ESTABLISHED)

#define OP_RELATIVE		(SEGWARD_IMAGE_OP_F_DISTANCE | \
				 SEGWARD_IMAGE_OP_F_WITHIN)

/**
 * struct term - what is looked for in sets
 * @type: enum segward_image_element_type; 0: a port that the packet has not
 * @high: first 8 bytes of the address (port: its first 2), as a number
 * @low: the others
 */
struct term {
	u32 type;
	u64 high;
	u64 low;
};

/* Where one content of a rule was found. */
struct place {
	u16 start;
	u16 base;	/* end of the content before it */
	u8 op;
};

/**
 * struct matching - a packet and a ruleset at work
 * @binding: the ruleset and its variables
 * @image: of the ruleset
 * @packet: the packet
 * @payload: its payload
 * @len: its bytes
 * @budget: work units left; 0: ran out
 * @set: section SETS
 * @element: section ELEMENTS
 * @variable: section VARIABLES
 * @op: section OPS
 * @bytes: section BYTES
 * @src: source address
 * @dst: destination address
 * @sport: source port
 * @dport: destination port
 */
struct matching {
	const struct segward_binding *binding;
	const void *image;
	const struct segward_packet *packet;
	const u8 *payload;
	u32 len;
	u32 *budget;
	const struct segward_image_set *set;
	const struct segward_image_element *element;
	const struct segward_image_variable *variable;
	const struct segward_image_op *op;
	const u8 *bytes;
	struct term src;
	struct term dst;
	struct term sport;
	struct term dport;
};

/* --- Sets ----------------------------------------------------------------- */

/* Is the key at or behind these 16 bytes? */
static bool at_or_behind(const struct term *key, const u8 *p)
{
	u64 high = get_unaligned_be64(p);

	if (key->high != high)
		return key->high > high;
	return key->low >= get_unaligned_be64(p + 8);
}

/* Is the key at or before these 16 bytes? */
static bool at_or_before(const struct term *key, const u8 *p)
{
	u64 high = get_unaligned_be64(p);

	if (key->high != high)
		return key->high < high;
	return key->low <= get_unaligned_be64(p + 8);
}

/* The ranges are sorted by type and first, variables and sets follow. */
static bool in_ranges(const struct segward_image_element *element, u32 nr,
		      const struct term *key)
{
	u32 low = 0;
	u32 mid;

	while (low < nr) {
		mid = low + (nr - low) / 2;
		if (element[mid].type < key->type ||
		    (element[mid].type == key->type &&
		     at_or_behind(key, element[mid].first)))
			low = mid + 1;
		else
			nr = mid;
	}
	return low && element[low - 1].type == key->type &&
	       at_or_before(key, element[low - 1].last);
}

static bool in_variable(struct matching *m,
			const struct segward_variable *variable,
			const struct term *key)
{
	bool any = true;
	bool in = false;
	u32 i;

	if (!segward_match_spend(m->budget, variable->nr_ranges))
		return false;
	for (i = 0; i < variable->nr_ranges; i++) {
		const struct segward_variable_range *range;
		bool hit;

		range = &variable->range[i];
		hit = range->type == key->type &&
		      at_or_behind(key, range->first) &&
		      at_or_before(key, range->last);
		if (hit && range->negated)
			return false;
		in |= hit;
		any &= range->negated;
	}
	return in || any;
}

static const struct segward_variable *bound(const struct matching *m, u32 i)
{
	return m->binding->variable ? m->binding->variable[i] : NULL;
}

static bool in_set(struct matching *m, u32 set, const struct term *key);

/* A variable or set within a set. */
static bool in_inner(struct matching *m,
		     const struct segward_image_element *element,
		     const struct term *key)
{
	const struct segward_variable *variable;

	if (element->type == SEGWARD_IMAGE_ELEMENT_SET)
		return in_set(m, element->ref, key);
	variable = bound(m, element->ref);
	if (variable)
		return in_variable(m, variable, key);
	return in_set(m, m->variable[element->ref].set, key);
}

static bool in_elements(struct matching *m, u32 first, u32 nr,
			const struct term *key)
{
	const struct segward_image_element *element = m->element + first;

	if (!segward_match_spend(m->budget, 1))
		return false;
	while (nr && element[nr - 1].type >= SEGWARD_IMAGE_ELEMENT_VARIABLE)
		if (!segward_match_spend(m->budget, 1) ||
		    in_inner(m, &element[--nr], key))
			return *m->budget;
	return in_ranges(element, nr, key);
}

/* Calls itself at most SEGWARD_IMAGE_SET_DEPTH_MAX deep: verified. */
static bool in_set(struct matching *m, u32 set, const struct term *key)
{
	const struct segward_image_set *s = &m->set[set];

	if (s->positive && !in_elements(m, s->first, s->positive, key))
		return false;
	return !s->negative ||
	       !in_elements(m, s->first + s->positive, s->negative, key);
}

static bool is_any(struct matching *m, u32 set);

static bool is_any_inner(struct matching *m,
			 const struct segward_image_element *element)
{
	const struct segward_variable *variable;

	if (element->type == SEGWARD_IMAGE_ELEMENT_SET)
		return is_any(m, element->ref);
	variable = bound(m, element->ref);
	return variable ? !variable->nr_ranges :
			  is_any(m, m->variable[element->ref].set);
}

/* Would the set match whatever it is asked? As deep as in_set(). */
static bool is_any(struct matching *m, u32 set)
{
	const struct segward_image_set *s = &m->set[set];
	u32 nr = s->positive;

	if (s->negative)
		return false;
	while (nr && m->element[s->first + nr - 1].type >=
		     SEGWARD_IMAGE_ELEMENT_VARIABLE) {
		if (!segward_match_spend(m->budget, 1))
			return false;
		if (is_any_inner(m, &m->element[s->first + --nr]))
			return true;
	}
	return !s->positive;
}

/* --- Headers -------------------------------------------------------------- */

static bool has_address(struct matching *m, u32 set, const struct term *key)
{
	return !set || in_set(m, set, key);
}

static bool has_port(struct matching *m, u32 set, const struct term *key)
{
	if (!set)
		return true;
	return key->type ? in_set(m, set, key) : is_any(m, set);
}

static bool has_proto(const struct segward_packet *packet, u32 proto)
{
	switch (proto) {
	case SEGWARD_IMAGE_PROTO_IP:
		return true;
	case SEGWARD_IMAGE_PROTO_ICMP:
		return packet->proto == (packet->family == 4 ?
					 SEGWARD_PROTO_ICMP :
					 SEGWARD_PROTO_ICMPV6);
	default:
		return packet->proto == proto;
	}
}

/*
 * A packet without a flow is in none of its directions and states. A closed
 * connection was established: what it still carries is not of a new one.
 */
static bool match_flow(const struct segward_packet *packet, u32 flags)
{
	bool is_new = packet->flow_state == SEGWARD_FLOW_STATE_NEW;

	if (!(flags & FLOW_FLAGS))
		return true;
	if (!packet->flow_state)
		return false;
	if ((flags & SEGWARD_IMAGE_RULE_F_TO_SERVER &&
	     packet->flow_direction != SEGWARD_FLOW_DIRECTION_TO_SERVER) ||
	    (flags & SEGWARD_IMAGE_RULE_F_TO_CLIENT &&
	     packet->flow_direction != SEGWARD_FLOW_DIRECTION_TO_CLIENT))
		return false;
	return !(flags & (is_new ? SEGWARD_IMAGE_RULE_F_ESTABLISHED :
				   SEGWARD_IMAGE_RULE_F_NOT_ESTABLISHED));
}

static bool match_header(struct matching *m,
			 const struct segward_image_rule *rule)
{
	if (!match_flow(m->packet, rule->flags) ||
	    !has_proto(m->packet, rule->proto))
		return false;
	if (has_port(m, rule->dport, &m->dport) &&
	    has_port(m, rule->sport, &m->sport) &&
	    has_address(m, rule->src, &m->src) &&
	    has_address(m, rule->dst, &m->dst))
		return true;
	return rule->flags & SEGWARD_IMAGE_RULE_F_BIDIRECTIONAL &&
	       has_port(m, rule->dport, &m->sport) &&
	       has_port(m, rule->sport, &m->dport) &&
	       has_address(m, rule->src, &m->dst) &&
	       has_address(m, rule->dst, &m->src);
}

/* --- Contents ------------------------------------------------------------- */

static bool match_dsize(const struct matching *m,
			const struct segward_image_op *op)
{
	bool in = m->len >= (u32)op->low && m->len <= (u32)op->high;

	return in != !!(op->flags & SEGWARD_IMAGE_OP_F_NEGATED);
}

/*
 * Where a content may lie: it begins at or behind *from and ends at or before
 * *end. @base is the end of the content before it.
 */
static bool content_window(const struct matching *m,
			   const struct segward_image_op *op, u32 base,
			   u32 *from, u32 *end)
{
	s32 first = op->low;
	s32 behind = (s32)m->len;

	if (op->flags & OP_RELATIVE)
		first += (s32)base;
	if (op->flags & SEGWARD_IMAGE_OP_F_STARTSWITH)
		behind = (s32)op->len;
	else if (op->flags & (SEGWARD_IMAGE_OP_F_DEPTH |
			      SEGWARD_IMAGE_OP_F_WITHIN))
		behind = first + op->high;
	if (op->flags & SEGWARD_IMAGE_OP_F_ENDSWITH) {
		if (behind < (s32)m->len)
			return false;
		first = max_t(s32, first, (s32)m->len - (s32)op->len);
	}
	first = max_t(s32, first, 0);
	behind = min_t(s32, behind, (s32)m->len);
	*from = (u32)first;
	*end = (u32)behind;
	return first <= behind;
}

/* First place of a content at or behind @again. */
static u32 find_content(struct matching *m, const struct segward_image_op *op,
			u32 base, u32 again)
{
	u32 from, end;

	if (!content_window(m, op, base, &from, &end))
		return SEGWARD_MATCH_NONE;
	return segward_match_find(m->payload, max_t(u32, from, again), end,
				  m->bytes + op->bytes, op->len,
				  op->flags & SEGWARD_IMAGE_OP_F_NOCASE,
				  m->budget);
}

/*
 * A content was not where it should be (a negated one was). Can another place
 * of an earlier content change that? Not if it does not depend on it; nor if
 * a positive content may lie anywhere behind it: later places of the earlier
 * one leave it less room.
 */
static bool may_change(const struct segward_image_op *op)
{
	if (op->flags & SEGWARD_IMAGE_OP_F_NEGATED)
		return op->flags & OP_RELATIVE;
	return op->flags & SEGWARD_IMAGE_OP_F_WITHIN;
}

/*
 * Do all tests hold? A search in depth without recursion: @place is the stack
 * of contents found so far; when one fails, the last of them is looked for
 * behind where it was.
 */
static bool match_ops(struct matching *m, const struct segward_image_rule *rule)
{
	struct place place[SEGWARD_IMAGE_OPS_MAX];
	const struct segward_image_op *op;
	u32 base = 0, again = 0;
	u32 nr = 0, i = 0;
	u32 start;

	while (i < rule->nr_ops) {
		op = &m->op[rule->first_op + i];
		if (op->type == SEGWARD_IMAGE_OP_DSIZE) {
			if (!match_dsize(m, op))
				return false;
			i++;
			continue;
		}
		start = find_content(m, op, base, again);
		if (!*m->budget)
			return false;
		again = 0;
		if (op->flags & SEGWARD_IMAGE_OP_F_NEGATED &&
		    start == SEGWARD_MATCH_NONE) {
			i++;
		} else if (op->flags & SEGWARD_IMAGE_OP_F_NEGATED ||
			   start == SEGWARD_MATCH_NONE) {
			if (!may_change(op) || !nr)
				return false;
			nr--;
			i = place[nr].op;
			base = place[nr].base;
			again = place[nr].start + 1u;
		} else {
			place[nr].op = (u8)i++;
			place[nr].base = (u16)base;
			place[nr++].start = (u16)start;
			base = start + op->len;
		}
	}
	return true;
}

/* --- Matching ------------------------------------------------------------- */

/* Sorted by protocol and port, without overlap. */
static const struct segward_image_group *
find_port_group(const void *image, u32 proto, u32 port, bool *named)
{
	const struct segward_image_group *group;
	u32 high = segward_image_count(image, SEGWARD_IMAGE_GROUPS);
	u32 nr = high;
	u32 low = 0;
	u32 mid;

	group = segward_image_section(image, SEGWARD_IMAGE_GROUPS);
	while (low < high) {
		mid = low + (high - low) / 2;
		if (group[mid].proto < proto ||
		    (group[mid].proto == proto && group[mid].port_last < port))
			low = mid + 1;
		else
			high = mid;
	}
	*named = (low < nr && group[low].proto == proto) ||
		 (low && group[low - 1].proto == proto);
	if (low < nr && group[low].proto == proto &&
	    group[low].port_first <= port)
		return &group[low];
	return NULL;
}

static const struct segward_image_group *
find_group(const void *image, const struct segward_packet *packet)
{
	const struct segward_image_group *group;
	bool named;

	group = find_port_group(image, packet->proto, packet->dport, &named);
	if (named)
		return group;
	return find_port_group(image, SEGWARD_IMAGE_PROTO_IP, packet->dport,
			       &named);
}

static void address_key(struct term *key, const struct segward_packet *packet,
			const u8 *address)
{
	key->type = packet->family == 4 ? SEGWARD_IMAGE_ELEMENT_IPV4 :
					  SEGWARD_IMAGE_ELEMENT_IPV6;
	key->high = get_unaligned_be64(address);
	key->low = get_unaligned_be64(address + 8);
}

/* What is not the first fragment has no ports either. */
static bool has_ports(const struct segward_packet *packet)
{
	if (packet->fragment == SEGWARD_FRAGMENT_LATER)
		return false;
	return packet->proto == SEGWARD_PROTO_TCP ||
	       packet->proto == SEGWARD_PROTO_UDP ||
	       packet->proto == SEGWARD_PROTO_SCTP;
}

static void port_key(struct term *key, const struct segward_packet *packet,
		     u16 port)
{
	key->type = has_ports(packet) ? SEGWARD_IMAGE_ELEMENT_PORT : 0;
	key->high = (u64)port << 48;
	key->low = 0;
}

static void set_up(struct matching *m)
{
	const struct segward_packet *packet = m->packet;
	const void *image = m->binding->ruleset->image;

	m->image = image;
	m->set = segward_image_section(image, SEGWARD_IMAGE_SETS);
	m->element = segward_image_section(image, SEGWARD_IMAGE_ELEMENTS);
	m->variable = segward_image_section(image, SEGWARD_IMAGE_VARIABLES);
	m->op = segward_image_section(image, SEGWARD_IMAGE_OPS);
	m->bytes = segward_image_section(image, SEGWARD_IMAGE_BYTES);
	address_key(&m->src, packet, packet->src);
	address_key(&m->dst, packet, packet->dst);
	port_key(&m->sport, packet, packet->sport);
	port_key(&m->dport, packet, packet->dport);
}

/* Return: false if the budget ran out. */
static bool find_candidates(const struct matching *m,
			    struct segward_scratch *scratch)
{
	const struct segward_image_group *group;
	const u32 *link;

	group = find_group(m->image, m->packet);
	if (!group)
		return true;
	link = segward_image_section(m->image, SEGWARD_IMAGE_LINKS);
	if (!segward_match_candidates(scratch, link + group->first_link,
				      group->nr_links, m->budget))
		return false;
	return group->mpm == SEGWARD_IMAGE_NO_MPM ||
	       segward_match_scan(m->image, group->mpm, m->payload, m->len,
				  scratch, m->budget);
}

static bool match_rule(struct matching *m, u32 i)
{
	const struct segward_image_rule *rule = segward_image_rule(m->image, i);

	return segward_match_spend(m->budget, 1) && match_header(m, rule) &&
	       match_ops(m, rule) && *m->budget;
}

/* Return: false to end the matching. */
static bool evaluate(struct matching *m, const struct segward_scratch *scratch,
		     u32 rule, segward_rule_hit_fn hit, void *arg)
{
	struct segward_rule_counter *counter;

	counter = &m->binding->ruleset->counter[scratch->cpu][rule];
	/* This processor's own, but somebody may be adding them up. */
	WRITE_ONCE(counter->checks, counter->checks + 1);
	if (!match_rule(m, rule))
		return *m->budget;
	WRITE_ONCE(counter->matches, counter->matches + 1);
	return hit(arg, rule);
}

/* Lowest bit of *word, taken out of it. */
static u32 take_bit(u64 *word)
{
	u32 bit = (u32)__ffs64(*word);

	*word &= *word - 1;
	return bit;
}

/* In the image's order; leaves the bitmaps empty. */
static void evaluate_candidates(struct matching *m,
				struct segward_scratch *scratch, bool go_on,
				segward_rule_hit_fn hit, void *arg)
{
	u32 nr = (m->binding->ruleset->nr_rules + 4095) / 4096;
	u64 *summary = scratch->candidate_words;
	u32 word, i;
	u64 bits;

	for (i = 0; i < nr; i++) {
		while (summary[i]) {
			word = i * 64 + take_bit(&summary[i]);
			bits = scratch->candidate[word];
			scratch->candidate[word] = 0;
			while (go_on && bits)
				go_on = evaluate(m, scratch,
						 word * 64 + take_bit(&bits),
						 hit, arg);
		}
	}
}

bool segward_rule_match(const struct segward_binding *binding,
			const struct segward_packet *packet,
			const u8 *payload, u32 len,
			struct segward_scratch *scratch, u32 *budget,
			segward_rule_hit_fn hit, void *arg)
{
	struct matching m = {
		.binding = binding,
		.packet = packet,
		.payload = payload,
		.len = len,
		.budget = budget,
	};

	set_up(&m);
	evaluate_candidates(&m, scratch, find_candidates(&m, scratch), hit,
			    arg);
	return *budget;
}

/* --- Rulesets ------------------------------------------------------------- */

static void count_packet_only(struct segward_ruleset *ruleset)
{
	const struct segward_image_rule *rule;
	u32 i;

	rule = segward_image_rule(ruleset->image, 0);
	for (i = 0; i < ruleset->nr_rules; i++)
		if (rule[i].flags & SEGWARD_IMAGE_RULE_F_PACKET_ONLY)
			ruleset->nr_packet_only++;
}

static size_t counters_size(const struct segward_ruleset *ruleset)
{
	/* A ruleset without rules has counters too: no special case. */
	return max_t(size_t, ruleset->nr_rules, 1) *
	       sizeof(struct segward_rule_counter);
}

static void free_counters(struct segward_ruleset *ruleset)
{
	u32 i;

	if (!ruleset->counter)
		return;
	for (i = 0; i < ruleset->nr_counters; i++)
		segward_free(ruleset->counter[i]);
	segward_free(ruleset->counter);
}

static int allocate_counters(struct segward_ruleset *ruleset)
{
	u32 i;

	ruleset->counter = segward_zalloc(ruleset->nr_counters *
					  sizeof(ruleset->counter[0]));
	if (!ruleset->counter)
		return -ENOMEM;
	for (i = 0; i < ruleset->nr_counters; i++) {
		ruleset->counter[i] = segward_zalloc(counters_size(ruleset));
		if (!ruleset->counter[i])
			return -ENOMEM;
	}
	return 0;
}

struct segward_ruleset *
segward_ruleset_create(const char *name, const void *image, u32 size,
		       u32 nr_counters, struct segward_image_error *error,
		       int *err)
{
	struct segward_ruleset *ruleset;

	*err = segward_image_verify(image, size, error);
	if (*err)
		return NULL;
	*err = -ENOMEM;
	error->what = "not enough memory for the ruleset";
	ruleset = segward_zalloc(sizeof(*ruleset));
	if (!ruleset)
		return NULL;
	ruleset->image = image;
	ruleset->size = size;
	ruleset->nr_rules = segward_image_count(image, SEGWARD_IMAGE_RULES);
	ruleset->nr_counters = nr_counters;
	memcpy(ruleset->name, name,
	       min_t(size_t, strlen(name), SEGWARD_NAME_SIZE - 1));
	count_packet_only(ruleset);
	if (allocate_counters(ruleset)) {
		free_counters(ruleset);
		segward_free(ruleset);
		return NULL;
	}
	error->what = "";
	*err = 0;
	return ruleset;
}

void segward_ruleset_destroy(struct segward_ruleset *ruleset)
{
	if (!ruleset)
		return;
	free_counters(ruleset);
	segward_free(ruleset->image);
	segward_free(ruleset);
}

size_t segward_ruleset_memory(const struct segward_ruleset *ruleset)
{
	return sizeof(*ruleset) + ruleset->size +
	       ruleset->nr_counters * (sizeof(ruleset->counter[0]) +
				       counters_size(ruleset));
}
