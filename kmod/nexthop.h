/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The next hop of an End.X, End.DX4 or End.DX6 SID.
 */
#ifndef SEGWARD_NEXTHOP_H
#define SEGWARD_NEXTHOP_H

struct dst_entry;
struct segward_net;
struct segward_sid;

/**
 * segward_nexthop_route() - how to reach the next hop
 * @snet: the namespace
 * @sid: one with a next hop
 *
 * Looked up once and kept until a change of the routes or of a device makes
 * it invalid.
 *
 * Context: bottom halves off, under RCU. Return: the route, borrowed: good
 * under the same rcu_read_lock(). NULL if there is none, or no memory for it.
 */
struct dst_entry *segward_nexthop_route(struct segward_net *snet,
					struct segward_sid *sid);

/**
 * segward_nexthop_forget() - let go of the route
 * @sid: the SID; it may be in use
 *
 * Context: any.
 */
void segward_nexthop_forget(struct segward_sid *sid);

#endif /* SEGWARD_NEXTHOP_H */
