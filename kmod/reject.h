/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reject: telling an end that its packet was not let through.
 */
#ifndef SEGWARD_REJECT_H
#define SEGWARD_REJECT_H

#include <linux/types.h>

struct dst_entry;
struct segward_visit;
struct sk_buff;

/**
 * struct segward_reject - the resets that a rejected packet causes
 * @onward: to its destination, in its place; NULL for none
 * @back: to its source; NULL for none
 */
struct segward_reject {
	struct sk_buff *onward;
	struct sk_buff *back;
};

/**
 * segward_reject_build() - make resets for the ends of a rejected packet
 * @visit: the packet, inspected and prepared, not committed; its result says
 *	who is to be told
 * @reject: set
 *
 * The one to the destination stands in for the packet: the same outer headers
 * with the next segment taken, the same inner addresses and ports, and the
 * packet's own sequence number, which makes it acceptable to a destination that
 * the packet would have been acceptable to. The one to the source is what a
 * destination that knows of no connection would have answered, and is made if
 * the SID has a way back. Only TCP has resets.
 *
 * Context: bottom halves off, under RCU; sends nothing. Return: whether anybody
 * can be told.
 */
bool segward_reject_build(const struct segward_visit *visit,
			  struct segward_reject *reject);

/**
 * segward_reject_send() - send what segward_reject_build() made
 * @visit: the packet
 * @reject: its resets, taken over
 * @dst: the packet's exit, borrowed; NULL to look the next segment up
 *
 * Context: bottom halves off, under RCU.
 */
void segward_reject_send(const struct segward_visit *visit,
			 const struct segward_reject *reject,
			 struct dst_entry *dst);

#endif /* SEGWARD_REJECT_H */
