// SPDX-License-Identifier: GPL-2.0
/*
 * Injection.
 */
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/dst_metadata.h>
#include <net/ip6_fib.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/sock.h>

#include "hook.h"
#include "inject.h"
#include "net.h"
#include "sid.h"
#include "skb.h"
#include "stats.h"
#include "vrf.h"

/* The domain of the device that it came by, or of the socket that sent it. */
static int sender_domain(const struct sk_buff *skb, struct net *net)
{
	struct net_device *dev;
	int ifindex = skb->skb_iif;

	if (!ifindex && skb->sk && sk_fullsock(skb->sk))
		ifindex = READ_ONCE(skb->sk->sk_bound_dev_if);
	if (!ifindex)
		return 0;
	dev = dev_get_by_index_rcu(net, ifindex);
	return dev ? l3mdev_master_ifindex_rcu(dev) : 0;
}

/* The table in which the route to segward0 was found, 0 if nobody knows. */
static u32 route_table(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);
	const struct fib6_info *from;

	if (!skb_valid_dst(skb) || dst->ops->family != AF_INET6)
		return 0;
	from = rcu_dereference(container_of(dst, struct rt6_info, dst)->from);
	return from ? from->fib6_table->tb6_id : 0;
}

/*
 * The L3 domain is where the packet came from; but a route of a VRF's table
 * was reached on purpose (End.T, a rule), and then it is that VRF. The other
 * way round is no purpose: what a VRF's table does not know is looked up in
 * the main one too, and must not reach the SIDs of the default domain.
 */
static int domain_of(const struct sk_buff *skb, struct segward_net *snet)
{
	int vrf = sender_domain(skb, snet->net);
	u32 table = route_table(skb);
	int other;

	if (!table || table == RT6_TABLE_MAIN || table == RT6_TABLE_LOCAL)
		return vrf;
	other = segward_vrf_of_table(snet, table);
	return other ?: vrf;
}

static void drop_unowned(struct segward_net *snet, struct sk_buff *skb,
			 struct net_device *dev, int vrf)
{
	struct segward_view view;
	struct segward_visit visit = {
		.snet		= snet,
		.skb		= skb,
		.view		= &view,
		.iif		= dev->ifindex,
		.vrf		= vrf,
		.injected	= true,
	};

	segward_skb_head(skb, &view);
	segward_drop(&visit, SEGWARD_REASON_NO_SID);
}

/* As it looks when a driver has received it. */
static void make_received(struct sk_buff *skb, struct net_device *dev,
			  const struct segward_sid *sid)
{
	skb_orphan(skb);
	skb_scrub_packet(skb, false);
	if (sid->domain) {
		dst_hold(&sid->domain->dst);
		skb_dst_set(skb, &sid->domain->dst);
	}
	skb->dev = dev;
	skb->protocol = htons(ETH_P_IPV6);
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
}

void segward_inject(struct sk_buff *skb, struct net_device *dev)
{
	struct segward_net *snet = segward_net(dev_net(dev));
	unsigned int len = skb->len;
	struct segward_sid *sid;
	int vrf;

	if (skb->protocol != htons(ETH_P_IPV6) ||
	    !pskb_may_pull(skb, sizeof(struct ipv6hdr)))
		goto err_drop;
	skb_reset_network_header(skb);
	vrf = domain_of(skb, snet);
	sid = segward_sid_lookup(snet, &ipv6_hdr(skb)->daddr, vrf);
	if (!sid) {
		drop_unowned(snet, skb, dev, vrf);
		goto err_drop;
	}
	make_received(skb, dev, sid);
	dev_sw_netstats_tx_add(dev, 1, len);
	segward_stats_inc(snet, SEGWARD_STAT_INJECTED);
	/* A full backlog is counted by netif_rx() itself. */
	if (netif_rx(skb) == NET_RX_SUCCESS)
		dev_sw_netstats_rx_add(dev, len);
	return;

err_drop:
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb(skb);
}
