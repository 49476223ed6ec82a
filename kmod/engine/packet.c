// SPDX-License-Identifier: GPL-2.0
/*
 * The inner packet.
 *
 * What a receiver would throw away is malformed here: a match in such bytes
 * means nothing, and a packet that only pretends to carry something is the
 * oldest way to lead an inspector astray. What a receiver ignores is ignored:
 * bytes behind the length that the IP header, or UDP's, states.
 *
 * A tunnel inside of the inner packet is not opened; its protocol's data is
 * the payload. So is everything behind ESP. SCTP's CRC32c is not verified. A
 * UDP checksum of zero is accepted over IPv6 too, where tunnels use it
 * (RFC 6935): if the receiver refuses it, inspecting it did no harm.
 */
#include <linux/segward.h>

#include "ipv6.h"
#include "packet.h"

#define IPV4_HEADER	20
#define IPV4_MF		0x2000
#define IPV4_OFFSET	0x1fff
#define UDP_HEADER	8
#define ICMP_HEADER	8	/* of every type in use, both families */
#define SCTP_HEADER	12

/* Sum of the pseudo header; the two families' differ only in spelling. */
static u32 pseudo_sum(const struct segward_packet *packet, u32 len)
{
	u8 tail[8];
	u32 sum;

	put_unaligned_be32(len, tail);
	put_unaligned_be32(packet->proto, tail + 4);
	sum = segward_csum(packet->src, sizeof(packet->src), 0);
	sum = segward_csum(packet->dst, sizeof(packet->dst), sum);
	return segward_csum(tail, sizeof(tail), sum);
}

/*
 * Is the transport checksum over @len bytes right, or not ours to judge? A
 * fragment's covers bytes that are elsewhere, a GSO packet's is computed when
 * it is cut up, and a list of C-SIDs is not the destination that it covers.
 */
static bool checksum_ok(const struct segward_view *view,
			const struct segward_packet *packet, u32 len)
{
	u32 sum = 0;

	if (view->csum != SEGWARD_CSUM_VERIFY || view->gso_size ||
	    packet->dst_open || packet->fragment != SEGWARD_FRAGMENT_NONE)
		return true;
	if (packet->proto != SEGWARD_PROTO_ICMP)
		sum = pseudo_sum(packet, len);
	sum = segward_view_sum(view, packet->l4_off, len, sum);
	return segward_csum_fold(sum) == 0xffff;
}

/* @packet's payload is the whole of what lies behind the IP headers so far. */
static bool parse_tcp(const struct segward_view *view,
		      struct segward_packet *packet)
{
	u32 len = packet->payload_len;
	u8 copy[SEGWARD_TCP_HEADER];
	const u8 *p;
	u32 header;

	if (len < SEGWARD_TCP_HEADER)
		return false;
	p = segward_view_bytes(view, packet->l4_off, SEGWARD_TCP_HEADER, copy);
	if (!p)
		return false;
	header = (p[12] >> 4) * 4;
	if (header < SEGWARD_TCP_HEADER || header > len)
		return false;
	packet->sport = get_unaligned_be16(p);
	packet->dport = get_unaligned_be16(p + 2);
	packet->tcp_seq = get_unaligned_be32(p + 4);
	packet->tcp_ack = get_unaligned_be32(p + 8);
	packet->tcp_flags = p[13];
	packet->payload_off += header;
	packet->payload_len -= header;
	return checksum_ok(view, packet, len);
}

/*
 * Bytes that UDP says it has, 0 if that cannot be. A jumbogram says 0, a
 * fragment has only some of them, and the length in a GSO packet is made anew
 * when it is cut up.
 */
static u32 udp_len(const struct segward_view *view,
		   const struct segward_packet *packet, u32 len)
{
	u32 have = packet->payload_len;

	if (view->gso_size || (!len && have > U16_MAX))
		return have;
	if (len < UDP_HEADER)
		return 0;
	if (packet->fragment != SEGWARD_FRAGMENT_NONE)
		return min(len, have);
	return len <= have ? len : 0;
}

static bool parse_udp(const struct segward_view *view,
		      struct segward_packet *packet)
{
	u8 copy[UDP_HEADER];
	const u8 *p;
	u32 len;

	if (packet->payload_len < UDP_HEADER)
		return false;
	p = segward_view_bytes(view, packet->l4_off, UDP_HEADER, copy);
	if (!p)
		return false;
	len = udp_len(view, packet, get_unaligned_be16(p + 4));
	if (!len)
		return false;
	packet->sport = get_unaligned_be16(p);
	packet->dport = get_unaligned_be16(p + 2);
	packet->payload_off += UDP_HEADER;
	packet->payload_len = len - UDP_HEADER;
	return !get_unaligned_be16(p + 6) || checksum_ok(view, packet, len);
}

static bool parse_icmp(const struct segward_view *view,
		       struct segward_packet *packet)
{
	u32 len = packet->payload_len;
	u8 copy[ICMP_HEADER];
	const u8 *p;

	if (len < ICMP_HEADER)
		return false;
	p = segward_view_bytes(view, packet->l4_off, sizeof(copy), copy);
	if (!p)
		return false;
	packet->icmp_type = p[0];
	packet->icmp_code = p[1];
	packet->icmp_id = get_unaligned_be16(p + 4);
	packet->payload_off += ICMP_HEADER;
	packet->payload_len -= ICMP_HEADER;
	return checksum_ok(view, packet, len);
}

static bool parse_sctp(const struct segward_view *view,
		       struct segward_packet *packet)
{
	const u8 *p;
	u8 copy[4];

	if (packet->payload_len < SCTP_HEADER)
		return false;
	p = segward_view_bytes(view, packet->l4_off, sizeof(copy), copy);
	if (!p)
		return false;
	packet->sport = get_unaligned_be16(p);
	packet->dport = get_unaligned_be16(p + 2);
	packet->payload_off += SCTP_HEADER;
	packet->payload_len -= SCTP_HEADER;
	return true;
}

/* Everything of the IP headers is read; @off to @end is the transport's. */
static bool parse_transport(const struct segward_view *view,
			    struct segward_packet *packet, u32 off, u32 end)
{
	packet->len = end - packet->net_off;
	packet->l4_off = off;
	packet->payload_off = off;
	packet->payload_len = end - off;
	if (packet->fragment == SEGWARD_FRAGMENT_LATER)
		return true;
	switch (packet->proto) {
	case SEGWARD_PROTO_TCP:
		return parse_tcp(view, packet);
	case SEGWARD_PROTO_UDP:
		return parse_udp(view, packet);
	case SEGWARD_PROTO_SCTP:
		return parse_sctp(view, packet);
	case SEGWARD_PROTO_ICMP:
		return packet->family != SEGWARD_FAMILY_IPV4 ||
		       parse_icmp(view, packet);
	case SEGWARD_PROTO_ICMPV6:
		return packet->family != SEGWARD_FAMILY_IPV6 ||
		       parse_icmp(view, packet);
	default:
		return true;
	}
}

/* Steps over authentication headers, the only extension that IPv4 has. */
static bool skip_ah(const struct segward_view *view,
		    struct segward_packet *packet, u32 *off, u32 end)
{
	const u8 *p;
	u8 copy[2];
	u32 len;
	int n;

	for (n = 0; packet->proto == SEGWARD_PROTO_AH; n++) {
		p = segward_view_bytes(view, *off, sizeof(copy), copy);
		if (!p || n == SEGWARD_PACKET_CHAIN_MAX)
			return false;
		len = (p[1] + 2) * 4;
		if (len > end - *off)
			return false;
		packet->proto = p[0];
		*off += len;
	}
	return true;
}

static void ipv4_fragment(struct segward_packet *packet, const u8 *ip)
{
	u16 word = get_unaligned_be16(ip + 6);

	packet->fragment_more = word & IPV4_MF;
	packet->fragment_id = get_unaligned_be16(ip + 4);
	packet->fragment_off = (word & IPV4_OFFSET) * 8;
	packet->fragment_proto = ip[9];
	if (packet->fragment_off)
		packet->fragment = SEGWARD_FRAGMENT_LATER;
	else if (packet->fragment_more)
		packet->fragment = SEGWARD_FRAGMENT_FIRST;
}

static void ipv6_fragment(const struct segward_view *view,
			  const struct segward_chain *chain,
			  struct segward_packet *packet)
{
	u32 off = chain->fragment_off;
	const u8 *p;
	u8 copy[8];
	u16 word;

	p = off ? segward_view_bytes(view, off, sizeof(copy), copy) : NULL;
	if (!p)
		return;
	word = get_unaligned_be16(p + 2);
	packet->fragment = chain->fragment;
	packet->fragment_more = word & 1;
	packet->fragment_id = get_unaligned_be32(p + 4);
	packet->fragment_off = word & 0xfff8;
	packet->fragment_proto = p[0];
	packet->fragment_data_off = off + sizeof(copy);
	packet->fragment_len = chain->end - packet->fragment_data_off;
}

/* @limit: first byte behind what carries the packet. */
static bool parse_ipv4(const struct segward_view *view, u32 off, u32 limit,
		       struct segward_packet *packet)
{
	u8 copy[IPV4_HEADER];
	u32 header, total;
	const u8 *p;

	p = segward_view_bytes(view, off, IPV4_HEADER, copy);
	if (!p || p[0] >> 4 != 4)
		return false;
	header = (p[0] & 15) * 4;
	total = get_unaligned_be16(p + 2);
	if (!total && view->gso_size)
		total = limit - off;
	if (header < IPV4_HEADER || total < header || total > limit - off)
		return false;
	packet->family = SEGWARD_FAMILY_IPV4;
	ipv4_fragment(packet, p);
	packet->ttl = p[8];
	packet->proto = p[9];
	memcpy(packet->src, p + 12, 4);
	memcpy(packet->dst, p + 16, 4);
	packet->net_off = off;
	if (view->csum != SEGWARD_CSUM_IGNORE &&
	    segward_csum_fold(segward_view_sum(view, off, header, 0)) != 0xffff)
		return false;
	limit = off + total;
	off += header;
	packet->fragment_data_off = off;
	packet->fragment_len = limit - off;
	if (packet->fragment != SEGWARD_FRAGMENT_LATER &&
	    !skip_ah(view, packet, &off, limit))
		return false;
	return parse_transport(view, packet, off, limit);
}

static bool parse_ipv6(const struct segward_view *view, u32 off, u32 limit,
		       struct segward_packet *packet)
{
	struct segward_chain chain;
	u8 copy[1];
	const u8 *p;
	bool ok;

	if (!segward_chain_begin(view, off, SEGWARD_PACKET_CHAIN_MAX, &chain) ||
	    chain.end > limit)
		return false;
	p = segward_view_bytes(view, off + 7, 1, copy);
	packet->ttl = p ? *p : 0;
	packet->family = SEGWARD_FAMILY_IPV6;
	packet->net_off = off;
	segward_view_copy(view, off + 8, 16, packet->src);
	ok = segward_chain_walk(view, &chain);
	segward_view_copy(view, chain.dst_off, 16, packet->dst);
	packet->proto = chain.proto;
	ipv6_fragment(view, &chain, packet);
	return ok && chain.proto != SEGWARD_PROTO_HOPOPTS &&
	       parse_transport(view, packet, chain.off, chain.end);
}

/* The outer header is the packet's own; segward_srh_parse() has walked it. */
static bool parse_inline(const struct segward_view *view,
			 const struct segward_srh *srh,
			 struct segward_packet *packet)
{
	packet->encapsulation = SEGWARD_ENCAPSULATION_INLINE;
	packet->family = SEGWARD_FAMILY_IPV6;
	packet->ttl = srh->hop_limit;
	packet->proto = srh->upper_proto;
	packet->dst_open = srh->destination_open;
	if (srh->fragment)
		packet->fragment = srh->fragment_first ?
			SEGWARD_FRAGMENT_FIRST : SEGWARD_FRAGMENT_LATER;
	if (!segward_view_copy(view, 8, 16, packet->src) ||
	    !segward_view_copy(view, srh->destination_off, 16, packet->dst) ||
	    packet->proto == SEGWARD_PROTO_HOPOPTS)
		return false;
	return parse_transport(view, packet, srh->upper_off, srh->end);
}

static bool parse(const struct segward_view *view,
		  const struct segward_srh *srh, struct segward_packet *packet)
{
	bool later = srh->fragment && !srh->fragment_first;

	if (srh->next == SEGWARD_SRH_ERROR || srh->upper_broken)
		return false;
	if (!later && srh->upper_proto == SEGWARD_PROTO_IPV6) {
		packet->encapsulation = SEGWARD_ENCAPSULATION_IPV6;
		return parse_ipv6(view, srh->upper_off, srh->end, packet);
	}
	if (!later && srh->upper_proto == SEGWARD_PROTO_IPV4) {
		packet->encapsulation = SEGWARD_ENCAPSULATION_IPV4;
		return parse_ipv4(view, srh->upper_off, srh->end, packet);
	}
	return parse_inline(view, srh, packet);
}

int segward_packet_parse(const struct segward_view *view,
			 const struct segward_srh *srh,
			 struct segward_packet *packet)
{
	memset(packet, 0, sizeof(*packet));
	return parse(view, srh, packet) ? SEGWARD_REASON_NONE :
	       SEGWARD_REASON_PACKET_MALFORMED;
}

int segward_packet_parse_ip(const struct segward_view *view, u32 off,
			    struct segward_packet *packet)
{
	const u8 *p;
	u8 copy[1];
	bool ok;

	memset(packet, 0, sizeof(*packet));
	p = segward_view_bytes(view, off, 1, copy);
	ok = p && (*p >> 4 == 4 ? parse_ipv4(view, off, view->len, packet) :
		   parse_ipv6(view, off, view->len, packet));
	return ok ? SEGWARD_REASON_NONE : SEGWARD_REASON_PACKET_MALFORMED;
}
