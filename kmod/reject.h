/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reject: telling an end that its packet was not let through.
 */
#ifndef SEGWARD_REJECT_H
#define SEGWARD_REJECT_H

struct dst_entry;
struct segward_visit;
struct sk_buff;

/**
 * segward_reject_build() - make a reset for a rejected packet's destination
 * @visit: the packet, inspected and prepared, not committed; its result says
 *	who is to be told
 *
 * The reset stands in for the packet: the same outer headers with the next
 * segment taken, the same inner addresses and ports, and the packet's own
 * sequence number, which makes it acceptable to a destination that the packet
 * would have been acceptable to. Only TCP has resets. The source cannot be
 * told: in the middle of a segment list there is no route to it.
 *
 * Context: bottom halves off, under RCU; sends nothing. Return: the reset, or
 * NULL if nobody can be told.
 */
struct sk_buff *segward_reject_build(const struct segward_visit *visit);

/**
 * segward_reject_send() - send what segward_reject_build() made
 * @visit: the packet
 * @reset: taken over
 * @dst: the packet's exit, borrowed; NULL to look the next segment up
 *
 * Context: bottom halves off, under RCU.
 */
void segward_reject_send(const struct segward_visit *visit,
			 struct sk_buff *reset, struct dst_entry *dst);

#endif /* SEGWARD_REJECT_H */
