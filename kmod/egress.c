// SPDX-License-Identifier: GPL-2.0
/*
 * Where inner packets go.
 *
 * DOC: An inner packet comes in by segward0, as by a tunnel device: taps see
 * it there, and netfilter, conntrack and forwarding work on it as on any other
 * packet. Which way it has to go is not in its bytes. It carries the key of
 * its SID in a metadata route, which the stack takes for no route at all; a
 * real one would be the packet's ingress to IPv6. The first hook of
 * PRE_ROUTING makes it the real thing: the VRF as its device, a route, or
 * nothing, which is the main table and the rules. So conntrack and NAT see a
 * packet in its domain.
 *
 * NAT of the destination throws routes away. What had one of its own would
 * then be looked up in the main table, where another customer's addresses are:
 * the last hook of PRE_ROUTING drops it. A VRF is kept.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>

#include "egress.h"
#include "net.h"
#include "nexthop.h"
#include "return.h"
#include "sid.h"
#include "stats.h"
#include "vrf.h"

/* Behind the hook for SIDs, in front of defragmentation and conntrack. */
#define FIRST_PRIORITY_V4	(NF_IP_PRI_RAW_BEFORE_DEFRAG + 2)
#define FIRST_PRIORITY_V6	(NF_IP6_PRI_RAW_BEFORE_DEFRAG + 2)

/*
 * Tells our metadata routes from others', and is what they are for should
 * anybody take one for a route.
 */
static int discard(struct sk_buff *skb)
{
	kfree_skb(skb);
	return 0;
}

/**
 * struct ticket - by which SID a packet left, behind its metadata route
 * @key: the SID's
 * @egress: which way it takes
 */
struct ticket {
	struct segward_sid_key key;
	enum segward_egress egress;
};

struct metadata_dst *segward_egress_alloc(const struct segward_sid_key *key,
					  enum segward_egress egress)
{
	struct metadata_dst *exit;
	struct ticket *ticket;

	exit = metadata_dst_alloc(sizeof(*ticket), METADATA_HW_PORT_MUX,
				  GFP_KERNEL_ACCOUNT);
	if (!exit)
		return NULL;
	exit->dst.input = discard;
	ticket = (struct ticket *)(exit + 1);
	ticket->key = *key;
	ticket->egress = egress;
	return exit;
}

static const struct metadata_dst *exit_of(const struct sk_buff *skb)
{
	const struct metadata_dst *exit = skb_metadata_dst(skb);

	return exit && exit->dst.input == discard ? exit : NULL;
}

bool segward_egress_inner(const struct sk_buff *skb)
{
	return exit_of(skb);
}

enum kind {
	KIND_NEXT_HOP,
	KIND_VRF,
	KIND_TABLE,
	KIND_MAIN,
};

/**
 * struct way - what a SID says of where packets go
 * @kind: which member counts
 * @vrf: ifindex of a VRF, 0 if there is none any more
 * @table: of IPv6 routes
 */
struct way {
	enum kind kind;
	int vrf;
	u32 table;
};

static struct way by_vrf(int vrf)
{
	return (struct way) { .kind = KIND_VRF, .vrf = vrf };
}

static struct way by_table(u32 table)
{
	if (table == RT6_TABLE_MAIN)
		return (struct way) { .kind = KIND_MAIN };
	return (struct way) { .kind = KIND_TABLE, .table = table };
}

static struct way way_onward(struct segward_net *snet,
			     const struct segward_sid_config *config)
{
	if (segward_sid_has_next_hop(config))
		return (struct way) { .kind = KIND_NEXT_HOP };
	switch (config->action) {
	case SEGWARD_ACTION_END:
	case SEGWARD_ACTION_END_AN:
		return config->key.vrf ? by_vrf(config->key.vrf) :
					 by_table(RT6_TABLE_MAIN);
	default:
		return config->vrftable ?
		       by_vrf(segward_vrf_of_table(snet, config->vrftable)) :
		       by_table(config->table);
	}
}

static struct way way_of(struct segward_net *snet,
			 const struct segward_sid_config *config,
			 enum segward_egress egress)
{
	if (egress == SEGWARD_EGRESS_ONWARD)
		return way_onward(snet, config);
	return config->back->vrf ? by_vrf(config->back->vrf) :
				   by_table(config->back->table);
}

static bool has_way(struct segward_net *snet, struct segward_sid *sid,
		    enum segward_egress egress)
{
	struct way way = way_of(snet, &sid->config, egress);

	switch (way.kind) {
	case KIND_NEXT_HOP:
		return segward_nexthop_route(snet, sid);
	case KIND_VRF:
		return dev_get_by_index_rcu(snet->net, way.vrf);
	case KIND_TABLE:
		return fib6_get_table(snet->net, way.table);
	default:
		return true;
	}
}

u8 segward_egress_ready(struct segward_net *snet, struct segward_sid *sid,
			enum segward_egress egress, struct net_device **dev)
{
	*dev = READ_ONCE(snet->dev);
	if (!*dev || !netif_running(*dev) || !has_way(snet, sid, egress))
		return SEGWARD_REASON_NO_ROUTE;
	return SEGWARD_REASON_NONE;
}

void segward_egress_receive(struct segward_net *snet, struct segward_sid *sid,
			    enum segward_egress egress, struct sk_buff *skb,
			    struct net_device *dev)
{
	struct metadata_dst *exit = sid->exit[egress];
	unsigned int len = skb->len;

	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	__skb_tunnel_rx(skb, dev, snet->net);
	dst_hold(&exit->dst);
	skb_dst_set(skb, &exit->dst);
	/* A full backlog is counted by netif_rx() itself. */
	if (netif_rx(skb) == NET_RX_SUCCESS)
		dev_sw_netstats_rx_add(dev, len);
}

/*
 * A route of the packet's own. It must not serve others as a hint, and the
 * last hook knows by the flag that there was one.
 */
static void mark_routed(struct sk_buff *skb, u8 pf)
{
	if (pf == NFPROTO_IPV4)
		IPCB(skb)->flags |= IPSKB_MULTIPATH;
	else
		IP6CB(skb)->flags |= IP6SKB_MULTIPATH;
}

static bool was_routed(const struct sk_buff *skb, u8 pf)
{
	if (pf == NFPROTO_IPV4)
		return IPCB(skb)->flags & IPSKB_MULTIPATH;
	return IP6CB(skb)->flags & IP6SKB_MULTIPATH;
}

static bool go_next_hop(struct segward_net *snet, struct segward_sid *sid,
			struct sk_buff *skb, u8 pf)
{
	struct dst_entry *dst = segward_nexthop_route(snet, sid);

	if (!dst)
		return false;
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, dst);
	mark_routed(skb, pf);
	return true;
}

/* As if it had come by a port of the VRF; which makes up a link header then. */
static bool go_vrf(struct net_device *vrf, struct sk_buff *skb)
{
	if (!vrf)
		return false;
	skb_dst_drop(skb);
	skb_unset_mac_header(skb);
	skb->dev = vrf;
	return true;
}

/* A table without a route has the stack's answer for that. */
static bool go_table(struct segward_net *snet, u32 table, struct sk_buff *skb)
{
	const struct ipv6hdr *hdr = ipv6_hdr(skb);
	struct flowi6 fl6 = {
		.daddr		= hdr->daddr,
		.saddr		= hdr->saddr,
		.flowlabel	= ip6_flowinfo(hdr),
		.flowi6_iif	= skb->dev->ifindex,
		.flowi6_mark	= skb->mark,
		.flowi6_proto	= hdr->nexthdr,
	};
	struct fib6_table *fib;
	struct rt6_info *rt;

	fib = fib6_get_table(snet->net, table);
	if (!fib)
		return false;
	rt = ip6_pol_route(snet->net, fib, 0, &fl6, skb,
			   RT6_LOOKUP_F_HAS_SADDR);
	skb_dst_drop(skb);
	skb_dst_set(skb, &rt->dst);
	mark_routed(skb, NFPROTO_IPV6);
	return true;
}

static bool go(struct segward_net *snet, struct segward_sid *sid,
	       enum segward_egress egress, struct sk_buff *skb, u8 pf)
{
	struct way way = way_of(snet, &sid->config, egress);

	switch (way.kind) {
	case KIND_NEXT_HOP:
		return go_next_hop(snet, sid, skb, pf);
	case KIND_VRF:
		return go_vrf(dev_get_by_index_rcu(snet->net, way.vrf), skb);
	case KIND_TABLE:
		return pf == NFPROTO_IPV6 && go_table(snet, way.table, skb);
	default:
		skb_dst_drop(skb);
		return true;
	}
}

/* While the packet was in the queue its SID may have become another one. */
static bool has_exit(const struct segward_sid *sid, enum segward_egress egress,
		     u8 pf)
{
	u8 proto = pf == NFPROTO_IPV4 ? IPPROTO_IPIP : IPPROTO_IPV6;

	if (egress == SEGWARD_EGRESS_BACK)
		return sid->exit[egress];
	return segward_sid_takes_proto(&sid->config, proto);
}

/*
 * The outer packet is gone, and with it what an event would tell: whatever
 * ends here is counted only.
 */
static unsigned int lose(struct segward_net *snet, u8 reason)
{
	segward_stats_drop(snet, reason);
	return NF_DROP;
}

static unsigned int first(void *priv, struct sk_buff *skb,
			  const struct nf_hook_state *state)
{
	struct segward_net *snet = segward_net(state->net);
	const struct metadata_dst *exit;
	const struct ticket *ticket;
	struct segward_sid *sid;

	if (likely(skb->dev != READ_ONCE(snet->dev)))
		return NF_ACCEPT;
	exit = exit_of(skb);
	if (!exit) {
		/* Nobody sends IPv4 to a SID; IPv6 is the other hook's. */
		return state->pf == NFPROTO_IPV4 ?
		       lose(snet, SEGWARD_REASON_NO_SID) : NF_ACCEPT;
	}
	ticket = (const struct ticket *)(exit + 1);
	sid = segward_sid_find(snet, &ticket->key);
	if (!sid || !has_exit(sid, ticket->egress, state->pf))
		return lose(snet, SEGWARD_REASON_NO_SID);
	if (!go(snet, sid, ticket->egress, skb, state->pf))
		return lose(snet, SEGWARD_REASON_NO_ROUTE);
	return NF_ACCEPT;
}

static unsigned int last(void *priv, struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	struct segward_net *snet = segward_net(state->net);

	if (likely(skb->dev != READ_ONCE(snet->dev)))
		return NF_ACCEPT;
	if (!skb_dst(skb) && was_routed(skb, state->pf))
		return lose(snet, SEGWARD_REASON_NO_ROUTE);
	return NF_ACCEPT;
}

static const struct nf_hook_ops hook_ops[] = {
	{
		.hook		= first,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= FIRST_PRIORITY_V4,
	},
	{
		.hook		= first,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= FIRST_PRIORITY_V6,
	},
	{
		.hook		= last,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP_PRI_LAST,
	},
	{
		.hook		= last,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= NF_IP6_PRI_LAST,
	},
};

int segward_egress_start(struct segward_net *snet)
{
	int err;

	lockdep_assert_held(&snet->lock);
	if (snet->egress)
		return 0;
	err = nf_register_net_hooks(snet->net, hook_ops, ARRAY_SIZE(hook_ops));
	if (!err)
		snet->egress = true;
	return err;
}

void segward_egress_stop(struct segward_net *snet)
{
	if (!snet->egress)
		return;
	nf_unregister_net_hooks(snet->net, hook_ops, ARRAY_SIZE(hook_ops));
	snet->egress = false;
}
