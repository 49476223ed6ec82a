/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The outer header chain of a packet for a SID: IPv6, extension headers,
 * Segment Routing Header (RFC 8754), upper-layer header; checked in the order
 * of RFC 8986, 4.1.
 */
#ifndef SEGWARD_ENGINE_SRH_H
#define SEGWARD_ENGINE_SRH_H

#include "ipv6.h"
#include "port.h"
#include "view.h"

/*
 * Extension headers in front of the upper layer. A chain needs no more than
 * hop-by-hop, destination options twice, routing, fragment and
 * authentication; more is an attack on our time.
 */
#define SEGWARD_SRH_CHAIN_MAX	8

/* TLVs looked at in one SRH: 2 KiB of PadN at two bytes each is no traffic. */
#define SEGWARD_SRH_TLV_MAX	64

/**
 * enum segward_srh_next - what RFC 8986, 4.1 wants done
 * @SEGWARD_SRH_FORWARD: segments are left: End
 * @SEGWARD_SRH_UPPER: none are left, or there is no SRH: 4.1.1
 * @SEGWARD_SRH_ERROR: @reason says why; icmp_* what to answer
 * @SEGWARD_SRH_SHIFT: the destination's argument says what comes next: End with
 *	flavor NEXT-C-SID, see csid.h
 */
enum segward_srh_next {
	SEGWARD_SRH_FORWARD,
	SEGWARD_SRH_UPPER,
	SEGWARD_SRH_ERROR,
	SEGWARD_SRH_SHIFT,
};

/**
 * struct segward_srh - the outer chain, offsets from the outer IPv6 header
 * @next: enum segward_srh_next
 * @reason: enum segward_reason, if @next is SEGWARD_SRH_ERROR
 * @icmp_type: ICMPv6 type to answer with, 0 for none
 * @icmp_code: its code
 * @icmp_pointer: offset of the offending octet in the packet as received
 * @has_srh: there is an SRH that lies in the packet (SL may be 0); the members
 *	below tell of the first one with segments left, else of the last one
 * @fragment: a Fragment header follows; offset not 0 or more to come
 * @fragment_first: it is the first fragment
 * @hop_limit: of the outer IPv6 header
 * @segments_left: of the SRH
 * @last_entry: of the SRH
 * @flags: of the SRH
 * @tag: of the SRH, host order
 * @srh_off: offset of the SRH
 * @srh_len: its bytes
 * @srh_nexthdr_off: offset of the Next Header byte that announced the SRH
 * @segments_off: offset of Segment List[0]
 * @nr_segments: segments in the list; 0 if Last Entry says more than fit
 * @hmac_off: offset of the HMAC TLV, 0 if there is none
 * @end: first byte behind the packet by the IPv6 header's length; what the view
 *	has behind it is a link's padding
 * @destination_off: offset of the final destination's address: Segment List[0]
 *	of the last SRH with segments left, else of the IPv6 destination
 * @destination_open: the destination is a list of C-SIDs, of which only the
 *	last says what it will be: no checksum can be verified that covers it
 * @upper_broken: @next is SEGWARD_SRH_FORWARD or _SHIFT, but the chain cannot be
 *	read: @upper_proto and @upper_off tell where it breaks
 * @upper_proto: protocol of the upper-layer header (41, 4, 58, 6, ...); 59 for
 *	none
 * @upper_off: its offset; for a fragment that is not the first, the offset
 *	of the fragment's data
 * @fragment_off: offset of the Fragment header, 0 if there is none
 */
struct segward_srh {
	u8 next;
	u8 reason;
	u8 icmp_type;
	u8 icmp_code;
	u32 icmp_pointer;
	bool has_srh;
	bool fragment;
	bool fragment_first;
	bool upper_broken;
	bool destination_open;
	u8 hop_limit;
	u8 segments_left;
	u8 last_entry;
	u8 flags;
	u16 tag;
	u16 srh_len;
	u16 nr_segments;
	u8 upper_proto;
	u32 srh_off;
	u32 srh_nexthdr_off;
	u32 segments_off;
	u32 hmac_off;
	u32 upper_off;
	u32 fragment_off;
	u32 destination_off;
	u32 end;
};

/**
 * segward_srh_parse() - read and check the outer chain
 * @view: the packet, outer IPv6 header first
 * @srh: filled in; every member is set whatever comes out
 *
 * Order (srv6.md 1.1): chain readable, routing type, SL == 0 stops SRH
 * processing, Hop Limit, Last Entry and Segments Left, TLVs. An SRH that is
 * absent and one that is malformed are told apart. Hop Limit is only looked
 * at when segments are left: a packet for the upper layer is at home.
 */
void segward_srh_parse(const struct segward_view *view,
		       struct segward_srh *srh);

/**
 * segward_srh_hmac() - find the HMAC TLV of any SRH
 * @view: the packet
 * @srh: its outer chain; no error
 *
 * Of one without segments left, too, whose TLVs are not looked at otherwise.
 * Return: its offset; 0 if there is none, or no SRH, or its TLVs cannot be
 * read. The whole TLV lies in the SRH.
 */
u32 segward_srh_hmac(const struct segward_view *view,
		     const struct segward_srh *srh);

/**
 * segward_srh_expire() - the hop limit is used up
 * @srh: becomes the error that RFC 8986, 4.1 S06 wants
 */
void segward_srh_expire(struct segward_srh *srh);

#endif /* SEGWARD_ENGINE_SRH_H */
