// SPDX-License-Identifier: GPL-2.0
/*
 * The next hop of an End.X SID.
 *
 * DOC: The stack makes a route for a known next hop anew for every lookup, so
 * it is kept with the SID: one for all processors, lent to packets without a
 * reference, which RCU allows. It holds the nexthop object and with that a
 * device, and nobody but us knows that it is there: it is forgotten whenever a
 * device of the namespace goes down (device.c), or the device could never go.
 * What dst_cache keeps cannot be taken out of it while packets use it.
 */
#include <linux/slab.h>
#include <net/dst.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>

#include "net.h"
#include "nexthop.h"
#include "sid.h"

/**
 * struct segward_nexthop_route - a route that was found
 * @dst: it; a reference
 * @cookie: says whether @dst is still what a lookup would find
 * @rcu: frees it after the last reader
 */
struct segward_nexthop_route {
	struct dst_entry *dst;
	u32 cookie;
	struct rcu_head rcu;
};

/*
 * Looked up as for a packet of our own, since the next hop is reached over the
 * output device whatever the packet's own L3 domain is. KNOWN_NH has the
 * neighbour lookup ask for the next hop and not for the packet's destination.
 */
static struct dst_entry *lookup(struct segward_net *snet,
				const struct segward_sid_config *config)
{
	struct flowi6 fl6 = {
		.daddr		= config->nh6,
		.flowi6_oif	= config->oif ?: config->key.vrf,
		.flowi6_flags	= FLOWI_FLAG_KNOWN_NH,
	};

	return ip6_route_output(snet->net, NULL, &fl6);
}

/* A next hop is a neighbour: none of our own addresses, no rejected route. */
static bool usable(const struct dst_entry *dst)
{
	const struct rt6_info *rt = container_of(dst, struct rt6_info, dst);

	return !dst->error && !(dst->dev->flags & IFF_LOOPBACK) &&
	       !(rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST | RTF_REJECT));
}

static void let_go(struct segward_nexthop_route *route)
{
	if (!route)
		return;
	dst_release(route->dst);
	kfree_rcu(route, rcu);
}

static struct segward_nexthop_route *find(struct segward_net *snet,
					  const struct segward_sid *sid)
{
	struct segward_nexthop_route *route;

	route = kmalloc(sizeof(*route), GFP_ATOMIC);
	if (!route)
		return NULL;
	route->dst = lookup(snet, &sid->config);
	if (!usable(route->dst)) {
		dst_release(route->dst);
		kfree(route);
		return NULL;
	}
	route->cookie = rt6_get_cookie((struct rt6_info *)route->dst);
	return route;
}

/*
 * Processors that come here together each publish what they found, and let go
 * of what the other one did.
 */
static void publish(struct segward_sid *sid,
		    struct segward_nexthop_route *route)
{
	let_go(unrcu_pointer(xchg(&sid->route, RCU_INITIALIZER(route))));
}

struct dst_entry *segward_nexthop_route(struct segward_net *snet,
					struct segward_sid *sid)
{
	struct segward_nexthop_route *route = rcu_dereference(sid->route);

	if (likely(route && dst_check(route->dst, route->cookie)))
		return route->dst;
	route = find(snet, sid);
	publish(sid, route);
	return route ? route->dst : NULL;
}

void segward_nexthop_forget(struct segward_sid *sid)
{
	publish(sid, NULL);
}
