// SPDX-License-Identifier: GPL-2.0
/*
 * Mutations of packets.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "mutate.h"

/* Headers are in front; most of what can be wrong is there. */
#define HEADERS	160

/* Smaller, nobody takes it for IPv6. */
#define LEN_MIN	sizeof(struct ipv6hdr)

static const u8 bytes[] = {
	0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 64, 127, 128, 129, 254, 255,
};

static const u16 words[] = {
	0, 1, 7, 8, 9, 39, 40, 41, 255, 256, 1280, 32767, 32768, 65527, 65528,
	65534, 65535,
};

static const u8 protocols[] = {
	IPPROTO_HOPOPTS, IPPROTO_ICMP, IPPROTO_IPIP, IPPROTO_TCP, IPPROTO_UDP,
	IPPROTO_IPV6, IPPROTO_ROUTING, IPPROTO_FRAGMENT, IPPROTO_ESP,
	IPPROTO_AH, IPPROTO_ICMPV6, IPPROTO_NONE, IPPROTO_DSTOPTS,
	IPPROTO_SCTP, 135, 255,
};

static u32 place(struct mutated *packet)
{
	u32 len = packet->len;

	if (!chance_one_in(&packet->chance, 4))
		len = min_t(u32, len, HEADERS);
	return chance_below(&packet->chance, len);
}

static void flip_bit(struct mutated *packet)
{
	u32 at = place(packet);

	packet->data[at] ^= 1 << chance_below(&packet->chance, 8);
}

static void set_byte(struct mutated *packet)
{
	u32 at = place(packet);

	packet->data[at] = bytes[chance_below(&packet->chance,
					      ARRAY_SIZE(bytes))];
}

static void add_to_byte(struct mutated *packet)
{
	u32 at = place(packet);

	packet->data[at] += chance_below(&packet->chance, 17) - 8;
}

static void set_protocol(struct mutated *packet)
{
	u32 at = place(packet) & ~7;

	if (chance_one_in(&packet->chance, 4))
		at = offsetof(struct ipv6hdr, nexthdr);
	packet->data[at] = protocols[chance_below(&packet->chance,
						  ARRAY_SIZE(protocols))];
}

static void set_word(struct mutated *packet)
{
	u32 at = place(packet) & ~1;
	u16 word = words[chance_below(&packet->chance, ARRAY_SIZE(words))];

	if (at + 2 > packet->len)
		return;
	packet->data[at] = word >> 8;
	packet->data[at + 1] = word;
}

static void cut(struct mutated *packet)
{
	packet->len = LEN_MIN + chance_below(&packet->chance,
					     packet->len - LEN_MIN + 1);
}

static void noise(struct mutated *packet, u32 at, u32 len)
{
	while (len--)
		packet->data[at++] = chance_below(&packet->chance, 256);
}

static void extend(struct mutated *packet)
{
	u32 room = min_t(u32, MUTATED_MAX - packet->len, 64);
	u32 more = chance_below(&packet->chance, room + 1);

	noise(packet, packet->len, more);
	packet->len += more;
}

/* Eight bytes are the unit of extension headers. */
static void take_out(struct mutated *packet)
{
	u32 at = place(packet) & ~7;
	u32 len = 8 * (1 + chance_below(&packet->chance, 4));

	if (packet->len < LEN_MIN + len || at + len > packet->len)
		return;
	packet->len -= len;
	memmove(packet->data + at, packet->data + at + len, packet->len - at);
}

static void repeat(struct mutated *packet)
{
	u32 at = place(packet) & ~7;
	u32 len = 8 * (1 + chance_below(&packet->chance, 8));

	if (at + len > packet->len || packet->len + len > MUTATED_MAX)
		return;
	memmove(packet->data + at + len, packet->data + at, packet->len - at);
	packet->len += len;
}

static void scramble(struct mutated *packet)
{
	u32 at = place(packet);

	noise(packet, at, min_t(u32, packet->len - at,
				1 + chance_below(&packet->chance, 16)));
}

static void (*const kinds[])(struct mutated *packet) = {
	flip_bit, set_byte, add_to_byte, set_protocol, set_word, cut, extend,
	take_out, repeat, scramble,
};

/* The end of another packet behind the beginning of this one. */
static void splice(struct mutated *packet, const u8 *other, u32 len)
{
	u32 at = place(packet) & ~7;
	u32 from = chance_below(&packet->chance, len) & ~7;

	if (at < LEN_MIN || at + len - from > MUTATED_MAX)
		return;
	memcpy(packet->data + at, other + from, len - from);
	packet->len = at + len - from;
}

/* What the stack itself looks at must mostly be right, or nobody else does. */
static void repair(struct mutated *packet, const u8 *base)
{
	struct ipv6hdr *hdr = (struct ipv6hdr *)packet->data;

	if (!chance_one_in(&packet->chance, 8))
		hdr->version = 6;
	if (!chance_one_in(&packet->chance, 8))
		memcpy(&hdr->daddr, base + offsetof(struct ipv6hdr, daddr),
		       sizeof(hdr->daddr));
	if (chance_one_in(&packet->chance, 2))
		hdr->payload_len = htons(packet->len - sizeof(*hdr));
}

/**
 * mutate() - make a packet of one or two others
 * @packet: has its chance; the result
 * @base: what it is made of
 * @len: bytes of that, at least an IPv6 header
 * @other: whose end it may get
 * @other_len: bytes of that
 *
 * One of four packets stays as it is.
 */
void mutate(struct mutated *packet, const u8 *base, u32 len, const u8 *other,
	    u32 other_len)
{
	u32 n = chance_below(&packet->chance, 4);

	memcpy(packet->data, base, len);
	packet->len = len;
	packet->changed = n;
	if (!n)
		return;
	if (chance_one_in(&packet->chance, 8))
		splice(packet, other, other_len);
	while (n--)
		kinds[chance_below(&packet->chance,
				   ARRAY_SIZE(kinds))](packet);
	repair(packet, base);
}
