/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The routes of next segments that End found last.
 */
#ifndef SEGWARD_SEGMENT_ROUTE_H
#define SEGWARD_SEGMENT_ROUTE_H

struct segward_net;
struct sk_buff;

/*
 * Routes that a processor keeps for a namespace; 40 bytes each. A node's
 * packets go on to a few neighbours' SIDs; with more of them than this some
 * are looked up each time, as all would be without.
 */
#define SEGWARD_SEGMENT_ROUTES	256

/**
 * segward_segment_route_start() - make a namespace's place for routes
 * @snet: the namespace; nothing happens if it has one
 *
 * Context: process, under snet->lock. Return: 0 or -ENOMEM.
 */
int segward_segment_route_start(struct segward_net *snet);

/**
 * segward_segment_route_exit() - let go of the routes and free their place
 * @snet: the namespace; its hook is stopped and a grace period has passed
 *
 * Context: process. The memory is freed by a function of this module after
 * another grace period: rcu_barrier() before its text goes.
 */
void segward_segment_route_exit(struct segward_net *snet);

/**
 * segward_segment_route_forget() - let go of the routes
 * @snet: the namespace; packets may be in the hook
 *
 * A packet that found its route before may put it there afterwards; it has to
 * be forgotten once more when a grace period has passed. Context: any; takes
 * no lock.
 */
void segward_segment_route_forget(struct segward_net *snet);

/**
 * segward_segment_route_set() - find the packet's route
 * @snet: the namespace
 * @skb: the packet with its next segment as destination, without a route
 *
 * Sets what ip6_route_input() would set, or nothing where that depends on more
 * than a kept route could tell; then the stack looks it up as for any packet.
 *
 * Context: bottom halves off, under RCU, in PRE_ROUTING.
 */
void segward_segment_route_set(struct segward_net *snet, struct sk_buff *skb);

#endif /* SEGWARD_SEGMENT_ROUTE_H */
