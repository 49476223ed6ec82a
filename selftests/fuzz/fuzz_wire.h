/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for fuzzers: the input's own bytes, or a sound packet with a few
 * bytes changed by the input, so that every parser is reached from the start.
 *
 * Input: kind, flags, then bytes or changes (offset, value; 3 bytes each).
 */
#ifndef SEGWARD_SELFTESTS_FUZZ_WIRE_H
#define SEGWARD_SELFTESTS_FUZZ_WIRE_H

#include "../unit/wire.h"

#define FUZZ_LENGTHS	1	/* lengths are made right again */
#define FUZZ_TRUST	2	/* checksums are not looked at */
#define FUZZ_GSO	4	/* a GSO packet */
#define FUZZ_CUT	8	/* the first change cuts the packet */
#define FUZZ_IGNORE	16	/* nor is the IPv4 header's */

static inline void fuzz_inner(struct wire *w, u8 family, u8 proto)
{
	const char *dst = family == 4 ? INNER_DST4 : INNER_DST;
	u32 ip = family == 4 ? wire_ip4(w, INNER_SRC4, dst, proto) :
			       wire_ip6(w, INNER_SRC, dst, proto, 64);

	if (proto == 6)
		wire_tcp(w, ip, dst, 1, 80, "GET /attack HTTP/1.1\r\n\r\n", 24);
	else if (proto == 17)
		wire_udp(w, ip, dst, 1, 53, "attack at dawn", 14);
	else
		wire_fill(w, 8, 40);
	if (family == 4)
		wire_ip4_end(w, ip);
	else
		wire_ip6_end(w, ip);
}

static inline void fuzz_template(struct wire *w, u8 kind)
{
	static const u8 protos[] = { 6, 17, 1, 58, 132, 44, 51, 60 };
	u8 family = kind & 1 ? 4 : 6;
	u8 fragment[8] = { family == 4 ? 4 : 41 };
	u8 next = kind & 2 ? 44 : fragment[0];

	wire_ip6(w, OUTER_SRC, SEG1, 43, 64);
	wire_srh(w, next, kind & 4 ? 0 : 1, 3);
	if (next == 44)
		wire_put(w, fragment, sizeof(fragment));
	fuzz_inner(w, family, protos[kind >> 3 & 7]);
	wire_ip6_end(w, 0);
}

/* Fills @w; returns the flags. */
static inline u8 fuzz_packet(struct wire *w, const u8 *data, size_t size)
{
	u8 flags = size > 1 ? data[1] : 0;
	size_t i;
	u32 off;

	w->len = 0;
	if (size < 2)
		return 0;
	if (data[0] & 0x80) {
		size = size - 2 > 60000 ? 60000 : size - 2;
		wire_put(w, data + 2, (u32)size);
	} else {
		fuzz_template(w, data[0]);
		for (i = 2; i + 3 <= size; i += 3) {
			off = (u32)(data[i] << 8 | data[i + 1]) % w->len;
			if (flags & FUZZ_CUT && i == 2 && off)
				w->len = off;
			else
				w->b[off] = data[i + 2];
		}
	}
	if (flags & FUZZ_LENGTHS && w->len >= 40)
		wire_ip6_end(w, 0);
	return flags;
}

static inline void fuzz_view(struct segward_view *view, const struct wire *w,
			     u8 flags)
{
	segward_view_flat(view, w->b, w->len);
	if (flags & FUZZ_TRUST)
		view->csum = SEGWARD_CSUM_TRUST;
	if (flags & FUZZ_IGNORE)
		view->csum = SEGWARD_CSUM_IGNORE;
	if (flags & FUZZ_GSO)
		view->gso_size = 1 + (flags >> 5) * 7;
}

#define MUST(condition)	do {		\
	if (!(condition))		\
		abort();		\
} while (0)

#endif /* SEGWARD_SELFTESTS_FUZZ_WIRE_H */
