// SPDX-License-Identifier: GPL-2.0
/*
 * Community ID version 1: a flow's name that all tools compute alike, by
 * hashing both ends in an order that does not depend on the direction.
 */
#include <nettle/base64.h>
#include <nettle/sha1.h>
#include <string.h>

#include "eve/eve.h"

/* Types that ask, and the types that answer them; both name one flow. */
static const uint8_t icmp_pair[][2] = {
	{ 8, 0 }, { 10, 9 }, { 13, 14 }, { 15, 16 }, { 17, 18 },
};

static const uint8_t icmpv6_pair[][2] = {
	{ 128, 129 }, { 130, 131 }, { 133, 134 }, { 135, 136 }, { 139, 140 },
	{ 144, 145 },
};

/* One end of a flow. */
struct end {
	const uint8_t *address;
	uint16_t port;
};

/* Returns whether @type is one of a pair, and sets the other one. */
static bool find_pair(const uint8_t (*pair)[2], size_t nr, uint16_t type,
		      uint16_t *other)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		if (pair[i][0] != type && pair[i][1] != type)
			continue;
		*other = pair[i][pair[i][0] == type];
		return true;
	}
	return false;
}

/*
 * Sets what stands in the place of ports. Returns whether there is something,
 * and in @one_way whether there are no answers.
 */
static bool set_ports(const struct segward_eve_event *event, struct end *src,
		      struct end *dst, bool *one_way)
{
	bool paired;

	*one_way = false;
	src->port = event->src_port;
	dst->port = event->dst_port;
	if (!event->has_ports)
		return false;
	switch (event->protocol) {
	case 6:		/* TCP */
	case 17:	/* UDP */
	case 132:	/* SCTP */
		return true;
	case 1:
		paired = find_pair(icmp_pair, sizeof(icmp_pair) / 2,
				   src->port, &dst->port);
		break;
	case 58:
		paired = find_pair(icmpv6_pair, sizeof(icmpv6_pair) / 2,
				   src->port, &dst->port);
		break;
	default:
		return false;
	}
	*one_way = !paired;
	return true;
}

static void hash_port(struct sha1_ctx *sha1, uint16_t port)
{
	uint8_t bytes[2] = { (uint8_t)(port >> 8), (uint8_t)port };

	sha1_update(sha1, sizeof(bytes), bytes);
}

static bool in_order(const struct end *a, const struct end *b, size_t len)
{
	int order = memcmp(a->address, b->address, len);

	return order < 0 || (!order && a->port < b->port);
}

const char *segward_eve_community_id(const struct segward_eve_event *event,
				     char *s)
{
	size_t len = event->family == SEGWARD_FAMILY_IPV4 ? 4 : 16;
	struct end src = { .address = event->src };
	struct end dst = { .address = event->dst };
	uint8_t proto[2] = { event->protocol, 0 };
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx sha1;
	bool ports, one_way;
	struct end *first;

	ports = set_ports(event, &src, &dst, &one_way);
	first = one_way || in_order(&src, &dst, len) ? &src : &dst;
	sha1_init(&sha1);
	hash_port(&sha1, 0);	/* the seed */
	sha1_update(&sha1, len, first->address);
	sha1_update(&sha1, len, first == &src ? dst.address : src.address);
	sha1_update(&sha1, sizeof(proto), proto);
	if (ports) {
		hash_port(&sha1, first->port);
		hash_port(&sha1, first == &src ? dst.port : src.port);
	}
	sha1_digest(&sha1, sizeof(digest), digest);
	memcpy(s, "1:", 2);
	base64_encode_raw(s + 2, sizeof(digest), digest);
	s[SEGWARD_EVE_COMMUNITY - 1] = '\0';
	return s;
}
