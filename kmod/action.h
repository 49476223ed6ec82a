/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a SID does with an accepted packet: End, End.X, End.T (RFC 8986, 4.1
 * to 4.3).
 */
#ifndef SEGWARD_ACTION_H
#define SEGWARD_ACTION_H

#include <linux/in6.h>
#include <linux/types.h>

struct dst_entry;
struct segward_visit;

/**
 * segward_action_prepare() - do what can fail
 * @visit: the packet, with segments left
 * @dst: a reference to the packet's exit, to be given to
 *	segward_action_commit() or dst_release(); NULL for End, whose exit the
 *	stack looks up
 *
 * Makes the headers writable and finds the exit, so that a packet whose
 * verdict was told cannot fail any more. Nothing of the packet has changed
 * afterwards: an ICMPv6 error can still quote it as received. Its head may
 * have moved: visit->view is made anew from the head by the caller.
 *
 * Context: bottom halves off, under RCU. Return: enum segward_reason:
 * SEGWARD_REASON_NONE, _NO_MEMORY or _NO_ROUTE.
 */
u8 segward_action_prepare(struct segward_visit *visit, struct dst_entry **dst);

/**
 * segward_action_commit() - take the next segment
 * @visit: the packet, prepared; its view is stale afterwards
 * @dst: its exit; the reference is taken over
 *
 * Segments Left and the destination change, and nothing else: the hop limit
 * is ip6_forward()'s. Context: bottom halves off, under RCU.
 */
void segward_action_commit(struct segward_visit *visit, struct dst_entry *dst);

/**
 * segward_action_next() - the segment that comes next
 * @visit: the packet, prepared, with segments left
 *
 * Return: the address; borrowed from the packet.
 */
const struct in6_addr *segward_action_next(const struct segward_visit *visit);

/**
 * segward_action_hop() - count the hop from a SID of this node to another
 * @visit: the packet, committed; its hop limit is above 1
 *
 * The stack does not forward such a packet, so its decrement is made up for,
 * as ipv6_srh_rcv() does. Context: bottom halves off.
 */
void segward_action_hop(struct segward_visit *visit);

#endif /* SEGWARD_ACTION_H */
