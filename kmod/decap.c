// SPDX-License-Identifier: GPL-2.0
/*
 * Taking the inner packet out of its tunnel.
 */
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip_tunnels.h>

#include "decap.h"
#include "egress.h"
#include "engine/srh.h"
#include "hook.h"
#include "sid.h"
#include "trace.h"

void segward_decap_check(struct segward_srh *srh)
{
	if (!srh->has_srh || !srh->segments_left)
		return;
	srh->next = SEGWARD_SRH_ERROR;
	srh->reason = SEGWARD_REASON_SEGMENTS_LEFT;
	srh->icmp_type = ICMPV6_PARAMPROB;
	srh->icmp_code = ICMPV6_HDR_FIELD;
	srh->icmp_pointer = srh->srh_off + SEGWARD_ROUTING_LEFT;
}

static bool is_ipv4(const struct segward_visit *visit)
{
	return visit->srh->upper_proto == IPPROTO_IPIP;
}

static u32 header_len(const struct segward_visit *visit)
{
	return is_ipv4(visit) ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
}

/*
 * The version is where both families have it. Whatever else is wrong with the
 * header is found where packets come in.
 */
static bool version_right(const struct segward_visit *visit, const u8 *inner)
{
	return *inner >> 4 == (is_ipv4(visit) ? 4 : 6);
}

static u8 inner_dsfield(const struct segward_visit *visit, const void *inner)
{
	return is_ipv4(visit) ? ipv4_get_dsfield(inner) :
				ipv6_get_dsfield(inner);
}

/*
 * RFC 6040, 4.2: a packet whose sender does not know congestion marks is lost
 * to congestion, since there is no other way to tell.
 */
static bool congested(const struct segward_visit *visit, const void *inner)
{
	u8 outer = ipv6_get_dsfield(ipv6_hdr(visit->skb));

	return INET_ECN_is_ce(outer) &&
	       INET_ECN_is_not_ect(inner_dsfield(visit, inner));
}

u8 segward_decap_prepare(struct segward_visit *visit, struct net_device **dev)
{
	const struct segward_srh *srh = visit->srh;
	u32 len = srh->upper_off + header_len(visit);
	struct sk_buff *skb = visit->skb;
	const u8 *inner;

	if (srh->fragment)
		return SEGWARD_REASON_OUTER_FRAGMENT;
	if (len > srh->end || len > skb->len)
		return SEGWARD_REASON_PACKET_MALFORMED;
	if (skb_ensure_writable(skb, len) ||
	    (skb_is_gso(skb) && skb_unclone(skb, GFP_ATOMIC)))
		return SEGWARD_REASON_NO_MEMORY;
	inner = skb->data + srh->upper_off;
	if (!version_right(visit, inner))
		return SEGWARD_REASON_PACKET_MALFORMED;
	if (congested(visit, inner))
		return SEGWARD_REASON_ECN;
	return segward_egress_ready(visit->snet, visit->sid,
				    SEGWARD_EGRESS_ONWARD, dev);
}

static void keep_congestion(struct sk_buff *skb, u8 outer)
{
	u8 inner = skb->protocol == htons(ETH_P_IP) ?
		   ipv4_get_dsfield(ip_hdr(skb)) :
		   ipv6_get_dsfield(ipv6_hdr(skb));

	INET_ECN_decapsulate(skb, outer, inner);
}

void segward_decap_commit(struct segward_visit *visit, struct net_device *dev)
{
	struct sk_buff *skb = visit->skb;
	u8 outer = ipv6_get_dsfield(ipv6_hdr(skb));

	segward_trace_action(visit, "out of its tunnel, in by %s", dev->name);
	skb->protocol = htons(is_ipv4(visit) ? ETH_P_IP : ETH_P_IPV6);
	skb_pull_rcsum(skb, visit->srh->upper_off);
	skb_reset_network_header(skb);
	skb_reset_transport_header(skb);
	/* A GSO packet is its own in segward_decap_prepare() already. */
	iptunnel_pull_offloads(skb);
	segward_gso_leave_tunnel(skb);
	keep_congestion(skb, outer);
	visit->skb = NULL;
	segward_egress_receive(visit->snet, visit->sid, SEGWARD_EGRESS_ONWARD,
			       skb, dev);
}
