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
 * struct segward_route - the way out of a packet
 * @dst: the stack's route; NULL for End, see segment_route.h
 * @borrowed: there is no reference to @dst; it is good under the same
 *	rcu_read_lock()
 */
struct segward_route {
	struct dst_entry *dst;
	bool borrowed;
};

/**
 * segward_route_put() - let go of a way that is not taken
 * @route: it
 */
void segward_route_put(const struct segward_route *route);

/**
 * segward_action_prepare() - do what can fail
 * @visit: the packet, with segments or C-SIDs left
 * @route: filled in with the packet's way out, to be given to
 *	segward_action_commit() or segward_route_put()
 *
 * Makes the headers writable and finds the route, so that a packet whose
 * verdict was told cannot fail any more. Nothing of the packet has changed
 * afterwards: an ICMPv6 error can still quote it as received. Its head may
 * have moved: visit->view is made anew from the head by the caller.
 *
 * Context: bottom halves off, under RCU. Return: enum segward_reason:
 * SEGWARD_REASON_NONE, _NO_MEMORY or _NO_ROUTE.
 */
u8 segward_action_prepare(struct segward_visit *visit,
			  struct segward_route *route);

/**
 * segward_action_commit() - take the next segment
 * @visit: the packet, prepared; its view is stale afterwards
 * @route: its way out; taken over
 *
 * Segments Left and the destination change, and nothing else: the hop limit
 * is ip6_forward()'s. With flavor PSP the SRH goes when no segments are left.
 * With flavor NEXT-C-SID it is the destination alone, if its argument says what
 * comes next.
 * Context: bottom halves off, under RCU.
 */
void segward_action_commit(struct segward_visit *visit,
			   const struct segward_route *route);

/**
 * segward_action_pop() - take the SRH out of a packet (RFC 8986, 4.16)
 * @visit: the packet, writable up to the end of its SRH; its view and
 *	visit->srh are stale afterwards
 *
 * Context: bottom halves off.
 */
void segward_action_pop(struct segward_visit *visit);

/**
 * segward_action_next() - the destination that comes next
 * @visit: the packet, prepared, with segments or C-SIDs left
 *
 * Return: the address.
 */
struct in6_addr segward_action_next(const struct segward_visit *visit);

/**
 * segward_action_hop() - count the hop from a SID of this node to another
 * @visit: the packet, committed; its hop limit is above 1
 *
 * The stack does not forward such a packet, so its decrement is made up for,
 * as ipv6_srh_rcv() does. Context: bottom halves off.
 */
void segward_action_hop(struct segward_visit *visit);

#endif /* SEGWARD_ACTION_H */
