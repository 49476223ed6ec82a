// SPDX-License-Identifier: GPL-2.0
/*
 * The way back.
 *
 * DOC: By a table or a VRF a reset is forwarded as an inner packet is that came
 * out of its tunnel (egress.c): conntrack and NAT of the customer see the end
 * of the connection. By segments it is encapsulated as a mainline headend would
 * do it, with the source address of "ip sr tunsrc".
 */
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/seg6.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/seg6.h>

#include "egress.h"
#include "hook.h"
#include "net.h"
#include "return.h"
#include "sid.h"

u32 segward_return_headroom(const struct segward_return *back)
{
	if (!back->nr_segments)
		return 0;
	return sizeof(struct ipv6hdr) + sizeof(struct ipv6_sr_hdr) +
	       back->nr_segments * sizeof(struct in6_addr);
}

static bool send_inner(const struct segward_visit *visit, struct sk_buff *reset)
{
	struct net_device *dev;

	if (segward_egress_ready(visit->snet, visit->sid, SEGWARD_EGRESS_BACK,
				 &dev)) {
		kfree_skb(reset);
		return false;
	}
	segward_egress_receive(visit->snet, visit->sid, SEGWARD_EGRESS_BACK,
			       reset, dev);
	return true;
}

#if IS_ENABLED(CONFIG_IPV6_SEG6_LWTUNNEL)

/* In an SRH the last segment is the first. */
static void fill_list(struct ipv6_sr_hdr *list,
		      const struct segward_return *back)
{
	u8 last = back->nr_segments - 1;
	int i;

	memset(list, 0, sizeof(*list));
	list->hdrlen = back->nr_segments * sizeof(struct in6_addr) / 8;
	list->type = IPV6_SRCRT_TYPE_4;
	list->segments_left = last;
	list->first_segment = last;
	for (i = 0; i <= last; i++)
		list->segments[last - i] = back->segments[i];
}

static struct dst_entry *lookup(const struct segward_visit *visit,
				const struct segward_return *back)
{
	struct flowi6 fl6 = {
		.daddr		= back->segments[0],
		.flowi6_oif	= visit->vrf,
		.flowi6_mark	= visit->skb->mark,
		.flowi6_proto	= IPPROTO_ROUTING,
	};

	return ip6_route_output(visit->snet->net, NULL, &fl6);
}

static bool send_encapsulated(const struct segward_visit *visit,
			      const struct segward_return *back,
			      struct sk_buff *reset)
{
	u8 proto = reset->protocol == htons(ETH_P_IP) ? IPPROTO_IPIP :
							IPPROTO_IPV6;
	u8 room[sizeof(struct ipv6_sr_hdr) + SEGWARD_RETURN_SEGMENTS_MAX *
		sizeof(struct in6_addr)] __aligned(4);
	struct ipv6_sr_hdr *list = (void *)room;

	fill_list(list, back);
	reset->skb_iif = visit->iif;
	skb_dst_set(reset, lookup(visit, back));
	if (skb_dst(reset)->error ||
	    seg6_do_srh_encap(reset, list, proto)) {
		kfree_skb(reset);
		return false;
	}
	reset->protocol = htons(ETH_P_IPV6);
	skb_set_nfct(reset, IP_CT_UNTRACKED);
	ip6_local_out(visit->snet->net, NULL, reset);
	return true;
}

#else

static bool send_encapsulated(const struct segward_visit *visit,
			      const struct segward_return *back,
			      struct sk_buff *reset)
{
	kfree_skb(reset);
	return false;
}

#endif

bool segward_return_send(const struct segward_visit *visit,
			 struct sk_buff *reset)
{
	const struct segward_return *back = visit->sid->config.back;

	return back->nr_segments ? send_encapsulated(visit, back, reset) :
				   send_inner(visit, reset);
}
