/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Since 6.13 the input lookup takes a DSCP in the place of a TOS byte and
 * answers with a drop reason.
 */
#ifndef SEGWARD_COMPAT_NET_ROUTE_H
#define SEGWARD_COMPAT_NET_ROUTE_H

#include_next <net/route.h>

#include <segward/version.h>

/**
 * segward_route_input() - how a packet that came in goes on
 * @skb: the packet; gets the route, borrowed
 * @daddr: its destination
 * @saddr: its source
 * @dev: by which it came
 *
 * Context: under RCU. Return: whether a route was found.
 */
static inline bool segward_route_input(struct sk_buff *skb, __be32 daddr,
				       __be32 saddr, struct net_device *dev)
{
#if SEGWARD_KERNEL_BEFORE(6, 13)
	return !ip_route_input_noref(skb, daddr, saddr, 0, dev);
#else
	return !ip_route_input_noref(skb, daddr, saddr,
				     inet_dsfield_to_dscp(0), dev);
#endif
}

#endif /* SEGWARD_COMPAT_NET_ROUTE_H */
