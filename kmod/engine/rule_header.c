// SPDX-License-Identifier: GPL-2.0
/*
 * Headers of rules: protocol, flow, addresses and ports of a packet.
 *
 * Address and port sets: a set without positive elements stands for every
 * address but the negated ones, of both families. (Suricata's negation of an
 * IPv4 prefix alone matches no IPv6 packet.)
 */
#include <linux/segward.h>

#include "image.h"
#include "ipv6.h"
#include "match.h"
#include "rule_internal.h"

#define FLOW_FLAGS		(SEGWARD_IMAGE_RULE_F_TO_SERVER | \
				 SEGWARD_IMAGE_RULE_F_TO_CLIENT | \
				 SEGWARD_IMAGE_RULE_F_ESTABLISHED | \
				 SEGWARD_IMAGE_RULE_F_NOT_ESTABLISHED)

/* Is the key at or behind these 16 bytes? */
static bool at_or_behind(const struct segward_term *key, const u8 *p)
{
	u64 high = get_unaligned_be64(p);

	if (key->high != high)
		return key->high > high;
	return key->low >= get_unaligned_be64(p + 8);
}

/* Is the key at or before these 16 bytes? */
static bool at_or_before(const struct segward_term *key, const u8 *p)
{
	u64 high = get_unaligned_be64(p);

	if (key->high != high)
		return key->high < high;
	return key->low <= get_unaligned_be64(p + 8);
}

/* The ranges are sorted by type and first, variables and sets follow. */
static bool in_ranges(const struct segward_image_element *element, u32 nr,
		      const struct segward_term *key)
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

static bool in_variable(struct segward_matching *m,
			const struct segward_variable *variable,
			const struct segward_term *key)
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

static const struct segward_variable *bound(const struct segward_matching *m, u32 i)
{
	return m->binding->variable ? m->binding->variable[i] : NULL;
}

static bool in_set(struct segward_matching *m, u32 set, const struct segward_term *key);

/* A variable or set within a set. */
static bool in_inner(struct segward_matching *m,
		     const struct segward_image_element *element,
		     const struct segward_term *key)
{
	const struct segward_variable *variable;

	if (element->type == SEGWARD_IMAGE_ELEMENT_SET)
		return in_set(m, element->ref, key);
	variable = bound(m, element->ref);
	if (variable)
		return in_variable(m, variable, key);
	return in_set(m, m->variable[element->ref].set, key);
}

static bool in_elements(struct segward_matching *m, u32 first, u32 nr,
			const struct segward_term *key)
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
static bool in_set(struct segward_matching *m, u32 set, const struct segward_term *key)
{
	const struct segward_image_set *s = &m->set[set];

	if (s->positive && !in_elements(m, s->first, s->positive, key))
		return false;
	return !s->negative ||
	       !in_elements(m, s->first + s->positive, s->negative, key);
}

static bool is_any(struct segward_matching *m, u32 set);

static bool is_any_inner(struct segward_matching *m,
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
static bool is_any(struct segward_matching *m, u32 set)
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

static bool has_address(struct segward_matching *m, u32 set, const struct segward_term *key)
{
	return !set || in_set(m, set, key);
}

static bool has_port(struct segward_matching *m, u32 set, const struct segward_term *key)
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

/* That it is none that is known is known of a flow as well. */
static bool match_app(const struct segward_packet *packet,
		      const struct segward_image_rule *rule)
{
	bool negated = rule->flags & SEGWARD_IMAGE_RULE_F_APP_NEGATED;

	return !rule->app ||
	       (packet->app_proto &&
		(packet->app_proto == rule->app) != negated);
}

bool segward_rule_header(struct segward_matching *m,
			 const struct segward_image_rule *rule)
{
	if (!match_flow(m->packet, rule->flags) ||
	    !has_proto(m->packet, rule->proto) || !match_app(m->packet, rule))
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

static void address_key(struct segward_term *key, const struct segward_packet *packet,
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

static void port_key(struct segward_term *key, const struct segward_packet *packet,
		     u16 port)
{
	key->type = has_ports(packet) ? SEGWARD_IMAGE_ELEMENT_PORT : 0;
	key->high = (u64)port << 48;
	key->low = 0;
}

void segward_rule_header_begin(struct segward_matching *m)
{
	const struct segward_packet *packet = m->packet;

	m->set = segward_image_section(m->image, SEGWARD_IMAGE_SETS);
	m->element = segward_image_section(m->image, SEGWARD_IMAGE_ELEMENTS);
	m->variable = segward_image_section(m->image, SEGWARD_IMAGE_VARIABLES);
	address_key(&m->src, packet, packet->src);
	address_key(&m->dst, packet, packet->dst);
	port_key(&m->sport, packet, packet->sport);
	port_key(&m->dport, packet, packet->dport);
}

