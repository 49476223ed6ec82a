// SPDX-License-Identifier: GPL-2.0
/*
 * The next hop of an End.X, End.DX4 or End.DX6 SID.
 *
 * DOC: The stack makes a route for a known next hop anew for every lookup, so
 * it is kept with the SID: one for all processors, lent to packets without a
 * reference, which RCU allows. It holds the nexthop object and with that a
 * device, and nobody but us knows that it is there: it is forgotten whenever a
 * device of the namespace goes down (device.c), or the device could never go.
 * What dst_cache keeps cannot be taken out of it while packets use it.
 */
#include <linux/inetdevice.h>
#include <linux/ip.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/route.h>

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

/*
 * The input lookup wants a packet, and may look at its header when there are
 * rules: one from the next hop to itself, so that it depends on nobody's
 * packets, those that happen to come first least of all.
 */
static struct sk_buff *probe_alloc(__be32 nh4)
{
	struct sk_buff *probe = alloc_skb(sizeof(struct iphdr), GFP_ATOMIC);
	struct iphdr *ip;

	if (!probe)
		return NULL;
	skb_reset_network_header(probe);
	ip = skb_put_zero(probe, sizeof(*ip));
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = htons(sizeof(*ip));
	ip->saddr = nh4;
	ip->daddr = nh4;
	skb_set_transport_header(probe, sizeof(*ip));
	probe->protocol = htons(ETH_P_IP);
	return probe;
}

/* Where inner packets come in, as far as the next hop's L3 domain goes. */
static struct net_device *ingress4(struct segward_net *snet,
				   struct net_device *oif)
{
	return l3mdev_master_dev_rcu(oif) ?: READ_ONCE(snet->dev);
}

/*
 * A route that forwards can only be had from the input lookup, which knows no
 * output device and leaves the neighbour to the packet's destination. What it
 * forwards by goes into a route with both.
 */
static struct rtable *neighbour4(const struct rtable *found,
				 struct net_device *oif, __be32 nh4)
{
	struct rtable *rt;

	if (found->dst.error || found->rt_type != RTN_UNICAST)
		return NULL;
	rt = rt_dst_alloc(oif, 0, RTN_UNICAST, false);
	if (!rt)
		return NULL;
	rt->dst.input = found->dst.input;
	rt->rt_is_input = 1;
	rt->rt_uses_gateway = 1;
	rt->rt_gw_family = AF_INET;
	rt->rt_gw4 = nh4;
	return rt;
}

static struct dst_entry *lookup4(struct segward_net *snet,
				 const struct segward_sid_config *config)
{
	struct net_device *oif = dev_get_by_index_rcu(snet->net, config->oif);
	struct net_device *ingress;
	struct rtable *rt = NULL;
	struct sk_buff *probe;

	if (!oif || !netif_running(oif))
		return NULL;
	ingress = ingress4(snet, oif);
	probe = probe_alloc(config->nh4);
	if (!probe)
		return NULL;
	if (ingress) {
		probe->dev = ingress;
		if (segward_route_input(probe, config->nh4, config->nh4,
					ingress))
			rt = neighbour4(skb_rtable(probe), oif, config->nh4);
	}
	kfree_skb(probe);
	return rt ? &rt->dst : NULL;
}

static struct dst_entry *lookup6(struct segward_net *snet,
				 const struct segward_sid_config *config,
				 u32 *cookie)
{
	struct dst_entry *dst = lookup(snet, config);

	if (usable(dst)) {
		*cookie = rt6_get_cookie((struct rt6_info *)dst);
		return dst;
	}
	dst_release(dst);
	return NULL;
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

	route = kzalloc(sizeof(*route), GFP_ATOMIC);
	if (!route)
		return NULL;
	if (sid->config.action == SEGWARD_ACTION_END_DX4)
		route->dst = lookup4(snet, &sid->config);
	else
		route->dst = lookup6(snet, &sid->config, &route->cookie);
	if (route->dst)
		return route;
	kfree(route);
	return NULL;
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
