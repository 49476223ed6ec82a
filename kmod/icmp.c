// SPDX-License-Identifier: GPL-2.0
/*
 * ICMPv6 at a SID.
 *
 * DOC: The stack cannot answer for a SID: it is no address of the node, so
 * that a packet for it would be forwarded, and with an SRH local delivery
 * wants a sysctl too. So the hook builds Echo Replies itself. Errors are sent
 * by the stack, whose source address is one of the node's.
 */
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <linux/timekeeping.h>
#include <net/dst.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>

#include "bucket.h"
#include "engine/srh.h"
#include "hook.h"
#include "icmp.h"
#include "net.h"
#include "sid.h"
#include "stats.h"

void segward_icmp_error(const struct segward_visit *visit, u8 type, u8 code,
			u32 info)
{
	segward_stats_inc(visit->snet, SEGWARD_STAT_ICMP_ERRORS);
	icmpv6_send(visit->skb, type, code, info);
}

/*
 * The way back to who asked. A link-local address means the device that the
 * request came by.
 */
static struct dst_entry *reply_route(const struct segward_visit *visit)
{
	const struct ipv6hdr *hdr = ipv6_hdr(visit->skb);
	struct flowi6 fl6 = {
		.daddr		= hdr->saddr,
		.saddr		= hdr->daddr,
		.flowi6_oif	= visit->vrf,
		.flowi6_proto	= IPPROTO_ICMPV6,
	};
	struct dst_entry *dst;

	if (ipv6_addr_type(&hdr->saddr) & IPV6_ADDR_LINKLOCAL)
		fl6.flowi6_oif = visit->iif;
	dst = ip6_route_output(visit->snet->net, NULL, &fl6);
	if (!dst->error)
		return dst;
	dst_release(dst);
	return NULL;
}

/* @len bytes of ICMPv6 behind an IPv6 header, from the SID to who asked. */
static void fill_reply(struct sk_buff *reply, const struct sk_buff *request,
		       u32 off, u32 len, u8 hop_limit)
{
	const struct ipv6hdr *from = ipv6_hdr(request);
	struct icmp6hdr *icmp;
	struct ipv6hdr *hdr;

	skb_reset_network_header(reply);
	hdr = skb_put(reply, sizeof(*hdr));
	ip6_flow_hdr(hdr, 0, 0);
	hdr->payload_len = htons(len);
	hdr->nexthdr = IPPROTO_ICMPV6;
	hdr->hop_limit = hop_limit;
	hdr->saddr = from->daddr;
	hdr->daddr = from->saddr;

	skb_reset_transport_header(reply);
	icmp = skb_put(reply, len);
	skb_copy_bits(request, off, icmp, len);
	icmp->icmp6_type = ICMPV6_ECHO_REPLY;
	icmp->icmp6_cksum = 0;
	icmp->icmp6_cksum = csum_ipv6_magic(&hdr->saddr, &hdr->daddr, len,
					    IPPROTO_ICMPV6,
					    csum_partial(icmp, len, 0));
	reply->ip_summed = CHECKSUM_NONE;
	reply->protocol = htons(ETH_P_IPV6);
}

static struct sk_buff *build_reply(const struct segward_visit *visit,
				   struct dst_entry *dst, u32 off, u32 len)
{
	u32 room = LL_RESERVED_SPACE(dst->dev) + dst->header_len;
	struct sk_buff *reply;

	reply = alloc_skb(room + sizeof(struct ipv6hdr) + len +
			  dst->dev->needed_tailroom, GFP_ATOMIC);
	if (!reply)
		return NULL;
	skb_reserve(reply, room);
	fill_reply(reply, visit->skb, off, len, ip6_dst_hoplimit(dst));
	/* It may have to be fragmented where the request was not. */
	reply->ignore_df = 1;
	reply->mark = IP6_REPLY_MARK(visit->snet->net, visit->skb->mark);
	skb_set_nfct(reply, IP_CT_UNTRACKED);
	return reply;
}

static u8 answer_echo(struct segward_visit *visit)
{
	u32 off = visit->srh->upper_off;
	u32 len = visit->srh->end - off;
	struct net *net = visit->snet->net;
	struct dst_entry *dst;
	struct sk_buff *reply;

	/* Nobody to answer: the route to "::" leads to ourselves. */
	if (ipv6_addr_any(&ipv6_hdr(visit->skb)->saddr))
		return SEGWARD_REASON_UPPER_LAYER;
	if (!segward_bucket_take(segward_sid_echo_bucket(visit->snet),
				 ktime_get_ns()))
		return SEGWARD_REASON_ECHO_RATE;
	dst = reply_route(visit);
	if (!dst)
		return SEGWARD_REASON_NO_ROUTE;
	reply = build_reply(visit, dst, off, len);
	if (!reply) {
		dst_release(dst);
		return SEGWARD_REASON_NO_MEMORY;
	}
	skb_dst_set(reply, dst);
	segward_stats_inc(visit->snet, SEGWARD_STAT_ECHO_REPLIES);
	ip6_local_out(net, NULL, reply);
	return SEGWARD_REASON_NONE;
}

/* A sum that is unfinished on purpose, or was verified, is right. */
static bool checksum_right(const struct sk_buff *skb, u32 off, u32 len)
{
	const struct ipv6hdr *hdr = ipv6_hdr(skb);
	__wsum sum;

	if (skb->ip_summed == CHECKSUM_PARTIAL ||
	    skb->ip_summed == CHECKSUM_UNNECESSARY)
		return true;
	sum = skb_checksum(skb, off, len, 0);
	return !csum_ipv6_magic(&hdr->saddr, &hdr->daddr, len, IPPROTO_ICMPV6,
				sum);
}

static u8 refuse_upper(const struct segward_visit *visit)
{
	const struct segward_srh *srh = visit->srh;

	/* What a later fragment's upper layer is says its first one. */
	if (srh->fragment && !srh->fragment_first)
		return SEGWARD_REASON_UPPER_LAYER;
	if (srh->upper_proto == IPPROTO_UDP)
		segward_icmp_error(visit, ICMPV6_DEST_UNREACH,
				   ICMPV6_PORT_UNREACH, 0);
	else
		segward_icmp_error(visit, ICMPV6_PARAMPROB,
				   SEGWARD_ICMP_SR_UPPER, srh->upper_off);
	return SEGWARD_REASON_UPPER_LAYER;
}

static u8 receive_icmp(struct segward_visit *visit)
{
	const struct segward_srh *srh = visit->srh;
	struct icmp6hdr icmp;
	u32 len;

	len = srh->end - srh->upper_off;
	if (len < sizeof(icmp) ||
	    skb_copy_bits(visit->skb, srh->upper_off, &icmp, sizeof(icmp)))
		return SEGWARD_REASON_PACKET_MALFORMED;
	if (!(icmp.icmp6_type & ICMPV6_INFOMSG_MASK) ||
	    icmp.icmp6_type == NDISC_REDIRECT)
		return SEGWARD_REASON_ICMP_ERROR;
	if (icmp.icmp6_type != ICMPV6_ECHO_REQUEST)
		return refuse_upper(visit);
	if (!checksum_right(visit->skb, srh->upper_off, len))
		return SEGWARD_REASON_PACKET_MALFORMED;
	return answer_echo(visit);
}

u8 segward_icmp_upper(struct segward_visit *visit)
{
	const struct segward_srh *srh = visit->srh;

	if (srh->upper_proto != IPPROTO_ICMPV6)
		return refuse_upper(visit);
	if (srh->fragment)
		return SEGWARD_REASON_ECHO_FRAGMENT;
	return receive_icmp(visit);
}
