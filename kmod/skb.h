/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a socket buffer to what the engine reads.
 */
#ifndef SEGWARD_SKB_H
#define SEGWARD_SKB_H

#include <linux/types.h>

#include "engine/srh.h"
#include "engine/view.h"

struct sk_buff;

/*
 * Bytes in front of the upper layer that are pulled at most: the IPv6 header
 * and as many extension headers as the engine walks, 2048 bytes the largest.
 */
#define SEGWARD_SKB_HEADERS_MAX	(40 + SEGWARD_SRH_CHAIN_MAX * 2048)

/*
 * Room for a copy of a packet in too many pieces: 64 KB, what GRO builds
 * without BIG TCP, and its headers.
 */
#define SEGWARD_SKB_COPY_MAX	(65536 + 4096)

/**
 * struct segward_skb_room - what a view of a packet may need
 * @frag: for the packet's fragments
 * @copy: for a packet in too many pieces
 */
struct segward_skb_room {
	struct segward_span frag[SEGWARD_VIEW_FRAGS];
	u8 copy[SEGWARD_SKB_COPY_MAX];
};

/**
 * segward_skb_head() - a view of the bytes in the head
 * @skb: the packet; skb->data is its outer IPv6 header
 * @view: filled in; view->len is the whole packet's, and what lies behind the
 *	head reads as if it was not there
 */
void segward_skb_head(const struct sk_buff *skb, struct segward_view *view);

/**
 * segward_skb_parse() - read the outer chain
 * @skb: the packet
 * @view: segward_skb_head(); made anew if the packet moved
 * @srh: filled in
 *
 * Only the head is read, into which the headers are pulled if need be, so that
 * nobody can change them between this and the action. Context: bottom halves
 * off. Return: 0 or -ENOMEM.
 */
int segward_skb_parse(struct sk_buff *skb, struct segward_view *view,
		      struct segward_srh *srh);

/**
 * segward_skb_view() - a view of all bytes, which nobody can change
 * @skb: the packet
 * @view: filled in
 * @room: for the view; not shared with others in this time
 * @linearized: set if the packet, or its bytes, had to be copied
 *
 * Pages that a sender still holds (sendfile) become private first. The view is
 * good until @skb or @room is written to. Context: bottom halves off. Return:
 * 0; -ENOMEM, also for bytes that the processor cannot read.
 */
int segward_skb_view(struct sk_buff *skb, struct segward_view *view,
		     struct segward_skb_room *room, bool *linearized);

/**
 * segward_skb_clear_urgent() - make urgent data ordinary
 * @skb: the packet
 * @off: offset of its TCP header; all of it is in the packet
 *
 * Clears the flag and the pointer and corrects the checksum. The packet may
 * move. Context: bottom halves off. Return: 0 or -ENOMEM.
 */
int segward_skb_clear_urgent(struct sk_buff *skb, u32 off);

#endif /* SEGWARD_SKB_H */
