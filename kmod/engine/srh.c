// SPDX-License-Identifier: GPL-2.0
/*
 * The outer chain of a packet for a SID.
 *
 * Where RFC 8754 leaves the choice to local policy, this is segward's:
 *
 *  - TLVs of an SRH with segments left are always walked: the HMAC TLV must be
 *    found, and RFC 8754, 2.1 wants a TLV that leaves the SRH answered with
 *    Parameter Problem code 0 that points to Hdr Ext Len. Unknown ones are
 *    skipped. Behind SEGWARD_SRH_TLV_MAX the walk stops, which the same
 *    section allows; the rest is not looked at.
 *  - What cannot be answered usefully is dropped silently, as the stack does
 *    it: no IPv6 header, headers that run past the packet, too many headers.
 *
 * An endpoint reads no further than its SRH, so what is wrong behind an SRH
 * with segments left is no error here but for whoever inspects the packet:
 * upper_broken says it.
 */
#include <linux/segward.h>

#include "ipv6.h"
#include "srh.h"

#define ICMPV6_TYPE_TIME	3	/* Time Exceeded */
#define ICMPV6_TYPE_PARAM	4	/* Parameter Problem */

#define TLV_PAD1		0
#define TLV_HMAC		5

static void fail(struct segward_srh *srh, u8 reason)
{
	srh->next = SEGWARD_SRH_ERROR;
	srh->reason = reason;
}

void segward_srh_expire(struct segward_srh *srh)
{
	fail(srh, SEGWARD_REASON_HOP_LIMIT);
	srh->icmp_type = ICMPV6_TYPE_TIME;
}

static void fail_param(struct segward_srh *srh, u8 reason, u32 pointer)
{
	fail(srh, reason);
	srh->icmp_type = ICMPV6_TYPE_PARAM;
	srh->icmp_pointer = pointer;
}

/*
 * Every member but the verdict of what RFC 8754, 2 says is in a routing
 * header of type 4. A Last Entry that lies gives a list of no segments.
 */
static void read_srh(struct segward_srh *srh, const struct segward_chain *chain,
		     const u8 *p)
{
	srh->has_srh = true;
	srh->srh_off = chain->off;
	srh->srh_len = (u16)((p[SEGWARD_ROUTING_LEN] + 1) * 8);
	srh->srh_nexthdr_off = chain->announced_off;
	srh->segments_off = chain->off + SEGWARD_SRH_LIST;
	srh->segments_left = p[SEGWARD_ROUTING_LEFT];
	srh->last_entry = p[SEGWARD_SRH_LAST_ENTRY];
	srh->flags = p[SEGWARD_SRH_FLAGS];
	srh->tag = get_unaligned_be16(p + SEGWARD_SRH_TAG);
	srh->nr_segments = srh->last_entry + 1;
	if (srh->nr_segments > p[SEGWARD_ROUTING_LEN] / 2)
		srh->nr_segments = 0;
}

/* Returns the offset of the HMAC TLV, 0 for none, or -EINVAL. */
static int find_hmac(const struct segward_view *view,
		     const struct segward_srh *srh)
{
	u32 off = srh->segments_off + srh->nr_segments * 16;
	u32 end = srh->srh_off + srh->srh_len;
	u8 copy[2] segward_uncleared;
	const u8 *p;
	u32 n;

	for (n = 0; off < end && n < SEGWARD_SRH_TLV_MAX; n++) {
		p = segward_view_bytes(view, off, 1, copy);
		if (!p)
			return -EINVAL;
		if (*p == TLV_PAD1) {
			off++;
			continue;
		}
		p = segward_view_bytes(view, off, 2, copy);
		if (!p || end - off < 2 || p[1] > end - off - 2)
			return -EINVAL;
		if (p[0] == TLV_HMAC)
			return (int)off;
		off += 2 + p[1];
	}
	return 0;
}

u32 segward_srh_hmac(const struct segward_view *view,
		     const struct segward_srh *srh)
{
	int off;

	if (srh->hmac_off)
		return srh->hmac_off;
	if (!srh->has_srh || !srh->nr_segments)
		return 0;
	off = find_hmac(view, srh);
	return off > 0 ? (u32)off : 0;
}

/* RFC 8986, 4.1 from S05 on: an SRH with segments left. */
static void check_srh(const struct segward_view *view, struct segward_srh *srh)
{
	u8 reason = SEGWARD_REASON_LAST_ENTRY;
	int hmac;

	if (srh->hop_limit <= 1) {
		segward_srh_expire(srh);
		return;
	}
	if (!srh->nr_segments || srh->segments_left > srh->nr_segments) {
		if (srh->nr_segments)
			reason = SEGWARD_REASON_SEGMENTS_LEFT;
		fail_param(srh, reason, srh->srh_off + SEGWARD_ROUTING_LEFT);
		return;
	}
	hmac = find_hmac(view, srh);
	if (hmac < 0) {
		fail_param(srh, SEGWARD_REASON_TLV_MALFORMED,
			   srh->srh_off + SEGWARD_ROUTING_LEN);
		return;
	}
	srh->hmac_off = (u32)hmac;
	srh->next = SEGWARD_SRH_FORWARD;
}

/*
 * A routing header on the way to the SID's turn. Returns whether to go on
 * looking for one that has segments left.
 */
static bool enter_routing(const struct segward_view *view,
			  struct segward_srh *srh, struct segward_chain *chain)
{
	u8 copy[8] segward_uncleared;
	const u8 *p;

	p = segward_view_bytes(view, chain->off, sizeof(copy), copy);
	if (!p || chain->end - chain->off < sizeof(copy)) {
		fail(srh, SEGWARD_REASON_SRH_MALFORMED);
		return false;
	}
	if (p[SEGWARD_ROUTING_TYPE] != SEGWARD_ROUTING_SRH) {
		if (!p[SEGWARD_ROUTING_LEFT])
			return true;
		fail_param(srh, SEGWARD_REASON_ROUTING_TYPE,
			   chain->off + SEGWARD_ROUTING_TYPE);
		return false;
	}
	if ((p[SEGWARD_ROUTING_LEN] + 1U) * 8 > chain->end - chain->off) {
		fail(srh, SEGWARD_REASON_SRH_MALFORMED);
		return false;
	}
	read_srh(srh, chain, p);
	if (!srh->segments_left)
		return true;
	check_srh(view, srh);
	return false;
}

/*
 * Walks to the SRH that is this node's to process, or to the upper layer.
 * RFC 8986, 4.1 S02: a routing header without segments left is passed, and
 * what follows it may be one with.
 */
static void find_turn(const struct segward_view *view, struct segward_srh *srh,
		      struct segward_chain *chain)
{
	enum segward_chain_step step;

	do {
		if (chain->proto == SEGWARD_PROTO_ROUTING &&
		    chain->fragment == SEGWARD_FRAGMENT_NONE &&
		    !enter_routing(view, srh, chain))
			return;
		step = segward_chain_step(view, chain);
	} while (step == SEGWARD_CHAIN_NEXT);
	if (step == SEGWARD_CHAIN_BROKEN)
		fail(srh, SEGWARD_REASON_SRH_MALFORMED);
}

/*
 * Nothing is known of the packet. One by one: what compilers make of memset()
 * for so few bytes takes as long as all of this file.
 */
static void begin(struct segward_srh *srh)
{
	srh->next = SEGWARD_SRH_UPPER;
	srh->reason = SEGWARD_REASON_NONE;
	srh->icmp_type = 0;
	srh->icmp_code = 0;
	srh->icmp_pointer = 0;
	srh->has_srh = false;
	srh->upper_broken = false;
	srh->destination_open = false;
	srh->hop_limit = 0;
	srh->segments_left = 0;
	srh->last_entry = 0;
	srh->flags = 0;
	srh->tag = 0;
	srh->srh_len = 0;
	srh->nr_segments = 0;
	srh->srh_off = 0;
	srh->srh_nexthdr_off = 0;
	srh->segments_off = 0;
	srh->hmac_off = 0;
}

/* Where the chain ended. */
static void end(struct segward_srh *srh, const struct segward_chain *chain)
{
	srh->fragment = chain->fragment != SEGWARD_FRAGMENT_NONE;
	srh->fragment_first = chain->fragment == SEGWARD_FRAGMENT_FIRST;
	srh->fragment_off = chain->fragment_off;
	srh->upper_proto = chain->proto;
	srh->upper_off = chain->off;
	srh->destination_off = chain->dst_off;
	srh->end = chain->end;
}

/* Reads a packet in whatever way it is built. */
static void read_any(const struct segward_view *view, struct segward_srh *srh)
{
	struct segward_chain chain segward_uncleared;
	u8 copy[1] segward_uncleared;
	const u8 *p;

	begin(srh);
	if (segward_chain_begin(view, 0, SEGWARD_SRH_CHAIN_MAX, &chain)) {
		p = segward_view_bytes(view, 7, 1, copy);
		srh->hop_limit = p ? *p : 0;
		find_turn(view, srh, &chain);
	} else {
		fail(srh, SEGWARD_REASON_SRH_MALFORMED);
	}
	if (srh->next == SEGWARD_SRH_FORWARD)
		srh->upper_broken = !segward_chain_walk(view, &chain);
	end(srh, &chain);
}

/*
 * What headends make, and nearly all packets are: an SRH right behind the IPv6
 * header, with segments left and without TLVs, and behind it no other header.
 * Says of it what read_any() would, in a quarter of the time, since nothing has
 * to be walked; false and nothing of everything else, errors included.
 */
static bool read_usual(const struct segward_view *view, struct segward_srh *srh)
{
	const u8 *ip = view->head.data;
	const u8 *p = ip + SEGWARD_IPV6_HEADER;
	struct segward_chain chain = {
		.off		= SEGWARD_IPV6_HEADER,
		.announced_off	= 6,
		.dst_off	= SEGWARD_IPV6_HEADER + SEGWARD_SRH_LIST,
	};
	u32 srh_len, len;

	if (view->head.len < SEGWARD_IPV6_HEADER + SEGWARD_SRH_LIST ||
	    ip[0] >> 4 != 6 || ip[6] != SEGWARD_PROTO_ROUTING || ip[7] <= 1 ||
	    p[SEGWARD_ROUTING_TYPE] != SEGWARD_ROUTING_SRH ||
	    !p[SEGWARD_ROUTING_LEFT] || segward_is_extension(p[0]))
		return false;
	len = get_unaligned_be16(ip + 4);
	srh_len = (p[SEGWARD_ROUTING_LEN] + 1U) * 8;
	if (len > view->len - SEGWARD_IPV6_HEADER || srh_len > len ||
	    srh_len > view->head.len - SEGWARD_IPV6_HEADER ||
	    p[SEGWARD_ROUTING_LEN] != (p[SEGWARD_SRH_LAST_ENTRY] + 1U) * 2 ||
	    p[SEGWARD_ROUTING_LEFT] > p[SEGWARD_SRH_LAST_ENTRY] + 1U)
		return false;

	begin(srh);
	srh->next = SEGWARD_SRH_FORWARD;
	srh->hop_limit = ip[7];
	read_srh(srh, &chain, p);
	chain.proto = p[0];
	chain.off += srh_len;
	chain.end = SEGWARD_IPV6_HEADER + len;
	end(srh, &chain);
	return true;
}

void segward_srh_parse(const struct segward_view *view,
		       struct segward_srh *srh)
{
	if (!read_usual(view, srh))
		read_any(view, srh);
}
