/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets written by hand, front to back, for the unit tests. Checksums are
 * computed by a second, slow implementation: what makes a packet must not be
 * what judges it.
 */
#ifndef SEGWARD_SELFTESTS_WIRE_H
#define SEGWARD_SELFTESTS_WIRE_H

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "view.h"

/* Addresses whose 16-bit sums differ, so that a swap shows in a checksum. */
#define OUTER_SRC	"2001:db8:a::1"
#define SEG0		"2001:db8:e::100"	/* last segment */
#define SEG1		"2001:db8:60:8::42"	/* the SID */
#define SEG2		"2001:db8:c::3"
#define INNER_SRC	"2001:db8:1::10"
#define INNER_DST	"2001:db8:2::77"
#define INNER_SRC4	"10.1.0.9"
#define INNER_DST4	"192.0.2.33"

/**
 * struct wire - a packet in the making
 * @len: its bytes so far
 * @b: the bytes
 */
struct wire {
	u32 len;
	u8 b[200000];
};

static inline void wire_put(struct wire *w, const void *data, u32 len)
{
	memcpy(w->b + w->len, data, len);
	w->len += len;
}

static inline void wire_fill(struct wire *w, u8 value, u32 len)
{
	memset(w->b + w->len, value, len);
	w->len += len;
}

static inline void wire_be16(struct wire *w, u32 off, u16 value)
{
	w->b[off] = (u8)(value >> 8);
	w->b[off + 1] = (u8)value;
}

static inline void wire_addr(struct wire *w, const char *address)
{
	u8 b[16];

	if (strchr(address, ':')) {
		inet_pton(AF_INET6, address, b);
		wire_put(w, b, 16);
	} else {
		inet_pton(AF_INET, address, b);
		wire_put(w, b, 4);
	}
}

/* Begins an IPv6 packet. Returns its offset, for wire_ip6_end(). */
static inline u32 wire_ip6(struct wire *w, const char *src, const char *dst,
			   u8 nexthdr, u8 hop_limit)
{
	u8 head[8] = { 0x60, 0, 0, 0, 0, 0, nexthdr, hop_limit };
	u32 off = w->len;

	wire_put(w, head, sizeof(head));
	wire_addr(w, src);
	wire_addr(w, dst);
	return off;
}

static inline void wire_ip6_end(struct wire *w, u32 off)
{
	wire_be16(w, off + 4, (u16)(w->len - off - 40));
}

/* RFC 1071, straight from the book. */
static inline u64 wire_sum(const u8 *b, u32 len)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? b[i] : (u32)b[i] << 8;
	return sum;
}

static inline u16 wire_checksum(const u8 *b, u32 len, u64 sum)
{
	sum += wire_sum(b, len);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (u16)~sum;
}

static inline u32 wire_ip4(struct wire *w, const char *src, const char *dst,
			   u8 proto)
{
	u8 head[12] = { 0x45, 0, 0, 0, 0x12, 0x34, 0x40, 0, 63, proto };
	u32 off = w->len;

	wire_put(w, head, sizeof(head));
	wire_addr(w, src);
	wire_addr(w, dst);
	return off;
}

static inline void wire_ip4_sum(struct wire *w, u32 off)
{
	wire_be16(w, off + 10, 0);
	wire_be16(w, off + 10,
		  wire_checksum(w->b + off, (w->b[off] & 15) * 4, 0));
}

static inline void wire_ip4_end(struct wire *w, u32 off)
{
	wire_be16(w, off + 2, (u16)(w->len - off));
	wire_ip4_sum(w, off);
}

/* An SRH with @nr of the segments SEG0, SEG1, SEG2 and no TLVs. */
static inline u32 wire_srh(struct wire *w, u8 nexthdr, u8 left, u8 nr)
{
	static const char * const seg[] = { SEG0, SEG1, SEG2 };
	u8 head[8] = { nexthdr, (u8)(2 * nr), 4, left, (u8)(nr - 1), 0, 0x12,
		       0x34 };
	u32 off = w->len;
	u8 i;

	wire_put(w, head, sizeof(head));
	for (i = 0; i < nr; i++)
		wire_addr(w, seg[i % 3]);
	return off;
}

/* Fills in the checksum at @at over @l4 to the end. @ip: its IP header. */
static inline void wire_l4_sum(struct wire *w, u32 ip, const char *dst, u8 proto,
			       u32 l4, u32 at)
{
	bool v4 = w->b[ip] >> 4 == 4;
	u32 len = w->len - l4;
	u8 to[16] = { 0 };
	u64 pseudo;
	u16 sum;

	inet_pton(v4 ? AF_INET : AF_INET6, dst, to);
	pseudo = wire_sum(w->b + ip + (v4 ? 12 : 8), v4 ? 4 : 16) +
		 wire_sum(to, sizeof(to)) + (len >> 16) + (len & 0xffff) +
		 proto;
	w->b[at] = 0;
	w->b[at + 1] = 0;
	sum = wire_checksum(w->b + l4, len, pseudo);
	wire_be16(w, at, sum ? sum : 0xffff);
}

static inline u32 wire_tcp(struct wire *w, u32 ip, const char *dst, u16 sport,
			   u16 dport, const void *data, u32 len)
{
	u8 head[20] = { (u8)(sport >> 8), (u8)sport, (u8)(dport >> 8),
			(u8)dport, 1, 2, 3, 4, 5, 6, 7, 8, 0x50, 0x18, 1 };
	u32 off = w->len;

	wire_put(w, head, sizeof(head));
	wire_put(w, data, len);
	wire_l4_sum(w, ip, dst, 6, off, off + 16);
	return off;
}

static inline u32 wire_udp(struct wire *w, u32 ip, const char *dst, u16 sport,
			   u16 dport, const void *data, u32 len)
{
	u8 head[8] = { (u8)(sport >> 8), (u8)sport, (u8)(dport >> 8),
		       (u8)dport, (u8)((len + 8) >> 8), (u8)(len + 8) };
	u32 off = w->len;

	wire_put(w, head, sizeof(head));
	wire_put(w, data, len);
	wire_l4_sum(w, ip, dst, 17, off, off + 6);
	return off;
}

/**
 * struct shatter - a packet in pieces, each in memory of its own, so that the
 * address sanitizer sees a byte read too many
 * @view: of the pieces
 * @frag: all but the first
 * @piece: the memory
 */
struct shatter {
	struct segward_view view;
	struct segward_span frag[SEGWARD_VIEW_FRAGS];
	u8 *piece[SEGWARD_VIEW_FRAGS + 1];
};

/* Cuts @w at random places; @like gives checksum state and GSO size. */
static inline void shatter(struct shatter *s, const struct wire *w,
			   const struct segward_view *like, u32 *seed)
{
	u32 pieces, off = 0, i, part;
	struct segward_span *span;

	memset(s, 0, sizeof(*s));
	*seed = *seed * 1664525 + 1013904223;
	pieces = 1 + (*seed >> 16) % ARRAY_SIZE(s->piece);
	for (i = 0; i < pieces; i++) {
		*seed = *seed * 1664525 + 1013904223;
		/* mostly short ones at the front, where the headers are */
		part = (*seed >> 16) % ((*seed & 0x3000) ? 9 : 90);
		if (i == pieces - 1 || part > w->len - off)
			part = w->len - off;
		s->piece[i] = malloc(part);
		memcpy(s->piece[i], w->b + off, part);
		span = i ? &s->frag[i - 1] : &s->view.head;
		span->data = s->piece[i];
		span->len = part;
		off += part;
	}
	s->view.frag = s->frag;
	s->view.nr_frags = (u8)(pieces - 1);
	s->view.len = w->len;
	s->view.csum = like->csum;
	s->view.gso_size = like->gso_size;
}

static inline void shatter_free(struct shatter *s)
{
	u32 i;

	for (i = 0; i <= s->view.nr_frags; i++)
		free(s->piece[i]);
}

#endif /* SEGWARD_SELFTESTS_WIRE_H */
