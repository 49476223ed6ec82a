// SPDX-License-Identifier: GPL-2.0
/*
 * Reject.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <linux/seg6.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/tcp.h>

#include "action.h"
#include "egress.h"
#include "engine/inspect.h"
#include "hook.h"
#include "net.h"
#include "reject.h"
#include "return.h"
#include "sid.h"
#include "stats.h"

/*
 * Outer bytes that a reset takes over: more than an IPv6 header and the
 * longest SRH (2048 bytes). What is longer is no path but an attack.
 */
#define OUTER_MAX	4096

/* Hop limit and TTL of what is no packet of either end. */
#define HOP_LIMIT	64

/* Is there a TCP connection to end? Never in answer to a reset. */
static bool resettable(const struct segward_visit *visit)
{
	const struct segward_result *result = visit->result;
	const struct segward_packet *packet = &result->packet;

	return result->parsed && packet->proto == IPPROTO_TCP &&
	       !packet->dst_open &&
	       packet->fragment == SEGWARD_FRAGMENT_NONE &&
	       !visit->srh->fragment_off && !(packet->tcp_flags & TCPHDR_RST);
}

/* A SYN tells the destination nothing that a reset could undo. */
static bool tells_destination(const struct segward_visit *visit)
{
	const struct segward_result *result = visit->result;
	u8 flags = result->packet.tcp_flags & (TCPHDR_SYN | TCPHDR_ACK);

	return result->reject_to != SEGWARD_DIRECTION_SRC &&
	       flags != TCPHDR_SYN && visit->srh->upper_off <= OUTER_MAX;
}

/* IPv4 has no lookup in one table that a module could ask for. */
static bool tells_source(const struct segward_visit *visit)
{
	const struct segward_return *back = visit->sid->config.back;
	const struct segward_result *result = visit->result;

	if (!back || result->reject_to == SEGWARD_DIRECTION_DST)
		return false;
	return result->packet.family == SEGWARD_FAMILY_IPV6 || !back->table ||
	       back->table == RT_TABLE_MAIN;
}

/* The outer headers as they leave: the next segment taken, one hop counted. */
static int copy_outer(struct sk_buff *reset, const struct segward_visit *visit,
		      u32 payload)
{
	const struct segward_srh *srh = visit->srh;
	struct ipv6_sr_hdr *list;
	struct ipv6hdr *hdr;

	skb_reset_network_header(reset);
	hdr = skb_put(reset, srh->upper_off);
	if (skb_copy_bits(visit->skb, 0, hdr, srh->upper_off))
		return -EFAULT;
	if (srh->next == SEGWARD_SRH_FORWARD) {
		list = (void *)hdr + srh->srh_off;
		list->segments_left--;
	}
	hdr->daddr = segward_action_next(visit);
	hdr->hop_limit--;
	hdr->payload_len = htons(srh->upper_off - sizeof(*hdr) + payload);
	return 0;
}

static void put_ipv4(struct sk_buff *reset, const struct segward_packet *packet)
{
	struct iphdr *ip = skb_put_zero(reset, sizeof(*ip));

	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tot_len = htons(sizeof(*ip) + sizeof(struct tcphdr));
	ip->frag_off = htons(IP_DF);
	ip->ttl = packet->ttl;
	ip->protocol = IPPROTO_TCP;
	memcpy(&ip->saddr, packet->src, sizeof(ip->saddr));
	memcpy(&ip->daddr, packet->dst, sizeof(ip->daddr));
	ip_send_check(ip);
}

static void put_ipv6(struct sk_buff *reset, const struct segward_packet *packet)
{
	struct ipv6hdr *ip = skb_put_zero(reset, sizeof(*ip));

	ip->version = 6;
	ip->payload_len = htons(sizeof(struct tcphdr));
	ip->nexthdr = IPPROTO_TCP;
	ip->hop_limit = packet->ttl;
	memcpy(&ip->saddr, packet->src, sizeof(ip->saddr));
	memcpy(&ip->daddr, packet->dst, sizeof(ip->daddr));
}

static __sum16 tcp_check(const struct segward_packet *packet,
			 const struct tcphdr *tcp)
{
	__wsum sum = csum_partial(tcp, sizeof(*tcp), 0);
	__be32 src, dst;

	if (packet->family == SEGWARD_FAMILY_IPV6)
		return csum_ipv6_magic((const struct in6_addr *)packet->src,
				       (const struct in6_addr *)packet->dst,
				       sizeof(*tcp), IPPROTO_TCP, sum);
	memcpy(&src, packet->src, sizeof(src));
	memcpy(&dst, packet->dst, sizeof(dst));
	return csum_tcpudp_magic(src, dst, sizeof(*tcp), IPPROTO_TCP, sum);
}

static void put_tcp(struct sk_buff *reset, const struct segward_packet *packet)
{
	struct tcphdr *tcp;

	skb_reset_transport_header(reset);
	tcp = skb_put_zero(reset, sizeof(*tcp));
	tcp->source = htons(packet->sport);
	tcp->dest = htons(packet->dport);
	tcp->seq = htonl(packet->tcp_seq);
	tcp->doff = sizeof(*tcp) / 4;
	tcp->rst = 1;
	if (packet->tcp_flags & TCPHDR_ACK) {
		tcp->ack = 1;
		tcp->ack_seq = htonl(packet->tcp_ack);
	}
	tcp->check = tcp_check(packet, tcp);
}

static u32 inner_header(const struct segward_packet *packet)
{
	switch (packet->encapsulation) {
	case SEGWARD_ENCAPSULATION_IPV4:
		return sizeof(struct iphdr);
	case SEGWARD_ENCAPSULATION_IPV6:
		return sizeof(struct ipv6hdr);
	default:
		return 0;
	}
}

/* At the end of its tunnel a packet's reset has no outer headers either. */
static bool leaves_tunnel(const struct segward_visit *visit)
{
	return visit->srh->next == SEGWARD_SRH_UPPER;
}

static struct sk_buff *build_onward(const struct segward_visit *visit)
{
	const struct segward_packet *packet = &visit->result->packet;
	struct sk_buff *reset;
	u32 payload;

	payload = inner_header(packet) + sizeof(struct tcphdr);
	reset = alloc_skb(LL_MAX_HEADER + visit->srh->upper_off + payload,
			  GFP_ATOMIC);
	if (!reset)
		return NULL;
	skb_reserve(reset, LL_MAX_HEADER);
	reset->protocol = htons(ETH_P_IPV6);
	if (leaves_tunnel(visit)) {
		skb_reset_network_header(reset);
		if (packet->family == SEGWARD_FAMILY_IPV4)
			reset->protocol = htons(ETH_P_IP);
	} else if (copy_outer(reset, visit, payload)) {
		kfree_skb(reset);
		return NULL;
	}
	if (packet->encapsulation == SEGWARD_ENCAPSULATION_IPV4)
		put_ipv4(reset, packet);
	else if (packet->encapsulation == SEGWARD_ENCAPSULATION_IPV6)
		put_ipv6(reset, packet);
	put_tcp(reset, packet);
	return reset;
}

/*
 * What the destination would have answered (RFC 9293, 3.5.2), as the members
 * that a reset is made of.
 */
static void turn_round(struct segward_packet *answer,
		       const struct segward_packet *packet)
{
	u32 len = packet->payload_len;

	*answer = *packet;
	memcpy(answer->src, packet->dst, sizeof(answer->src));
	memcpy(answer->dst, packet->src, sizeof(answer->dst));
	answer->sport = packet->dport;
	answer->dport = packet->sport;
	answer->ttl = HOP_LIMIT;
	if (packet->tcp_flags & TCPHDR_ACK) {
		answer->tcp_seq = packet->tcp_ack;
		answer->tcp_flags = 0;
		return;
	}
	len += !!(packet->tcp_flags & TCPHDR_SYN);
	len += !!(packet->tcp_flags & TCPHDR_FIN);
	answer->tcp_seq = 0;
	answer->tcp_ack = packet->tcp_seq + len;
	answer->tcp_flags = TCPHDR_ACK;
}

static struct sk_buff *build_back(const struct segward_visit *visit)
{
	u32 room = LL_MAX_HEADER +
		   segward_return_headroom(visit->sid->config.back);
	struct segward_packet answer;
	struct sk_buff *reset;

	reset = alloc_skb(room + sizeof(struct ipv6hdr) + sizeof(struct tcphdr),
			  GFP_ATOMIC);
	if (!reset)
		return NULL;
	turn_round(&answer, &visit->result->packet);
	skb_reserve(reset, room);
	skb_reset_network_header(reset);
	if (answer.family == SEGWARD_FAMILY_IPV4) {
		reset->protocol = htons(ETH_P_IP);
		put_ipv4(reset, &answer);
	} else {
		reset->protocol = htons(ETH_P_IPV6);
		put_ipv6(reset, &answer);
	}
	put_tcp(reset, &answer);
	return reset;
}

bool segward_reject_build(const struct segward_visit *visit,
			  struct segward_reject *reject)
{
	memset(reject, 0, sizeof(*reject));
	if (!resettable(visit))
		return false;
	if (tells_destination(visit))
		reject->onward = build_onward(visit);
	if (tells_source(visit))
		reject->back = build_back(visit);
	return reject->onward || reject->back;
}

static struct dst_entry *lookup(const struct segward_visit *visit,
				const struct sk_buff *reset)
{
	const struct ipv6hdr *hdr = ipv6_hdr(reset);
	struct flowi6 fl6 = {
		.daddr		= hdr->daddr,
		.saddr		= hdr->saddr,
		.flowlabel	= ip6_flowinfo(hdr),
		.flowi6_oif	= visit->vrf,
		.flowi6_mark	= reset->mark,
		.flowi6_proto	= hdr->nexthdr,
	};

	return ip6_route_output(visit->snet->net, NULL, &fl6);
}

static void send_inner(const struct segward_visit *visit, struct sk_buff *reset)
{
	struct net_device *dev;

	if (segward_egress_ready(visit->snet, visit->sid,
				 SEGWARD_EGRESS_ONWARD, &dev)) {
		kfree_skb(reset);
		return;
	}
	segward_stats_inc(visit->snet, SEGWARD_STAT_REJECTS);
	segward_egress_receive(visit->snet, visit->sid, SEGWARD_EGRESS_ONWARD,
			       reset, dev);
}

static void send_onward(const struct segward_visit *visit,
			struct sk_buff *reset, struct dst_entry *dst)
{
	if (leaves_tunnel(visit)) {
		send_inner(visit, reset);
		return;
	}
	/* If the next segment is a SID of this node: where it came from. */
	reset->skb_iif = visit->iif;
	skb_set_nfct(reset, IP_CT_UNTRACKED);
	/*
	 * A next hop's route is only lent, and may have lost its last reference
	 * by now: lent again it lasts until RCU frees it, and who queues the
	 * reset takes a reference if there is one to take.
	 */
	if (dst)
		skb_dst_set_noref(reset, dst);
	else
		skb_dst_set(reset, lookup(visit, reset));
	if (skb_dst(reset)->error) {
		kfree_skb(reset);
		return;
	}
	segward_stats_inc(visit->snet, SEGWARD_STAT_REJECTS);
	ip6_local_out(visit->snet->net, NULL, reset);
}

static void take_over(const struct segward_visit *visit, struct sk_buff *reset)
{
	reset->mark = visit->skb->mark;
	reset->priority = visit->skb->priority;
}

void segward_reject_send(const struct segward_visit *visit,
			 const struct segward_reject *reject,
			 struct dst_entry *dst)
{
	if (reject->onward) {
		take_over(visit, reject->onward);
		send_onward(visit, reject->onward, dst);
	}
	if (!reject->back)
		return;
	take_over(visit, reject->back);
	if (segward_return_send(visit, reject->back))
		segward_stats_inc(visit->snet, SEGWARD_STAT_REJECTS);
}
