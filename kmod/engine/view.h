/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A view: the bytes of one packet as the engine sees them, from the outer
 * IPv6 header on (or from the only IP header, in a replayed capture).
 *
 * The skin builds it after the last pull and gives it to one call; the spans
 * point into the packet, own nothing, and are stale after anything that moves
 * the packet's memory. Bytes behind the length that the IP header states may
 * be there (a link's padding): the stack has trimmed them before the skin sees
 * the packet, a capture has not, and the engine ignores them.
 */
#ifndef SEGWARD_ENGINE_VIEW_H
#define SEGWARD_ENGINE_VIEW_H

#include "port.h"

/*
 * MAX_SKB_FRAGS of a stock kernel, and room for a few more. The skin makes a
 * packet with more pieces linear first and counts it.
 */
#define SEGWARD_VIEW_FRAGS	19

/**
 * enum segward_csum - what is known of the transport checksum
 * @SEGWARD_CSUM_VERIFY: nothing; the engine computes it where it matters
 * @SEGWARD_CSUM_TRUST: verified by the device or by the stack
 * @SEGWARD_CSUM_PARTIAL: unfinished on purpose (a local sender, GRO); trusted
 * @SEGWARD_CSUM_IGNORE: nothing is verified, not even an IPv4 header: only for
 *	captures that were taken in front of an offload
 */
enum segward_csum {
	SEGWARD_CSUM_VERIFY,
	SEGWARD_CSUM_TRUST,
	SEGWARD_CSUM_PARTIAL,
	SEGWARD_CSUM_IGNORE,
};

/**
 * struct segward_span - contiguous bytes of a packet
 * @data: first byte; borrowed
 * @len: number of bytes; 0 is allowed
 */
struct segward_span {
	const u8 *data;
	u32 len;
};

/**
 * struct segward_view - a packet as spans
 * @head: its first bytes
 * @frag: the rest in order; borrowed, may be NULL if there is none
 * @nr_frags: elements of @frag, at most SEGWARD_VIEW_FRAGS
 * @csum: one of enum segward_csum
 * @gso_size: payload bytes of each segment of a GSO packet, 0 if it is not one
 * @len: bytes of the packet: at least as many as @head has. A view of the head
 *	alone has fewer spans than that, and what they lack reads as if it was
 *	not there
 *
 * Small, since every packet has one on the stack, which kernels clear.
 */
struct segward_view {
	struct segward_span head;
	const struct segward_span *frag;
	u8 nr_frags;
	u8 csum;
	u16 gso_size;
	u32 len;
};

const u8 *segward_view_frag_bytes(const struct segward_view *view, u32 off,
				  u32 len, void *copy);

/**
 * segward_view_bytes() - bytes of a view, contiguous
 * @view: the packet
 * @off: offset of the first byte
 * @len: how many
 * @copy: @len bytes to copy into if the range crosses spans
 *
 * Return: pointer into the packet or @copy; NULL if the range runs past it.
 */
static inline const u8 *segward_view_bytes(const struct segward_view *view,
					   u32 off, u32 len, void *copy)
{
	if (likely(off <= view->head.len && len <= view->head.len - off))
		return view->head.data + off;
	return segward_view_frag_bytes(view, off, len, copy);
}

bool segward_view_copy(const struct segward_view *view, u32 off, u32 len,
		       void *to);
u32 segward_view_sum(const struct segward_view *view, u32 off, u32 len,
		     u32 sum);

/**
 * segward_view_flat() - a view of one span
 * @view: filled in
 * @data: the packet
 * @len: its bytes
 *
 * Nothing is known of its checksum, and it is not a GSO packet.
 */
void segward_view_flat(struct segward_view *view, const void *data, u32 len);

#endif /* SEGWARD_ENGINE_VIEW_H */
