/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An IPv6 header's extent and its chain of extension headers: what the outer
 * chain of a SID's packet and an inner packet have in common.
 */
#ifndef SEGWARD_ENGINE_IPV6_H
#define SEGWARD_ENGINE_IPV6_H

#include "port.h"
#include "view.h"

#define SEGWARD_IPV6_HEADER	40	/* bytes of an IPv6 header */
#define SEGWARD_IPV6_DST	24	/* offset of its destination address */

/* Protocol numbers that the engine knows (IANA, protocol-numbers). */
enum segward_proto {
	SEGWARD_PROTO_HOPOPTS = 0,
	SEGWARD_PROTO_ICMP = 1,
	SEGWARD_PROTO_IPV4 = 4,
	SEGWARD_PROTO_TCP = 6,
	SEGWARD_PROTO_UDP = 17,
	SEGWARD_PROTO_IPV6 = 41,
	SEGWARD_PROTO_ROUTING = 43,
	SEGWARD_PROTO_FRAGMENT = 44,
	SEGWARD_PROTO_ESP = 50,
	SEGWARD_PROTO_AH = 51,
	SEGWARD_PROTO_ICMPV6 = 58,
	SEGWARD_PROTO_NONE = 59,
	SEGWARD_PROTO_DSTOPTS = 60,
	SEGWARD_PROTO_SCTP = 132,
};

/* Segment Routing Header (RFC 8754, 2): its type and its offsets. */
#define SEGWARD_ROUTING_SRH	4
#define SEGWARD_ROUTING_LEN	1	/* Hdr Ext Len */
#define SEGWARD_ROUTING_TYPE	2
#define SEGWARD_ROUTING_LEFT	3	/* Segments Left */
#define SEGWARD_SRH_LAST_ENTRY	4
#define SEGWARD_SRH_FLAGS	5
#define SEGWARD_SRH_TAG		6
#define SEGWARD_SRH_LIST	8	/* Segment List[0] */

/**
 * enum segward_fragment - what kind of fragment a packet is
 * @SEGWARD_FRAGMENT_NONE: whole (an atomic fragment, RFC 6946, is whole too)
 * @SEGWARD_FRAGMENT_FIRST: offset 0, more to come
 * @SEGWARD_FRAGMENT_LATER: any other
 */
enum segward_fragment {
	SEGWARD_FRAGMENT_NONE,
	SEGWARD_FRAGMENT_FIRST,
	SEGWARD_FRAGMENT_LATER,
};

/**
 * struct segward_chain - where a walk along extension headers is
 * @start: offset of the IPv6 header
 * @end: first byte behind the packet, by the IPv6 header
 * @off: offset of the header at hand
 * @announced_off: offset of the Next Header byte that announced it
 * @dst_off: offset of the final destination: Segment List[0] of the last SRH
 *	passed that has segments left, else the header's own
 * @fragment_off: offset of the Fragment header, 0 if there is none
 * @proto: protocol of the header at hand
 * @fragment: enum segward_fragment
 * @left: headers that may still be walked
 */
struct segward_chain {
	u32 start;
	u32 end;
	u32 off;
	u32 announced_off;
	u32 dst_off;
	u32 fragment_off;
	u8 proto;
	u8 fragment;
	u8 left;
};

/**
 * enum segward_chain_step - what came of one step along a chain
 * @SEGWARD_CHAIN_BROKEN: the header runs past the packet, contradicts itself,
 *	or is one too many
 * @SEGWARD_CHAIN_NEXT: passed; the next header is at hand
 * @SEGWARD_CHAIN_UPPER: no extension header: the chain ends here
 */
enum segward_chain_step {
	SEGWARD_CHAIN_BROKEN,
	SEGWARD_CHAIN_NEXT,
	SEGWARD_CHAIN_UPPER,
};

/**
 * segward_is_extension() - may a protocol number announce an extension header?
 * @proto: the number
 */
static inline bool segward_is_extension(u8 proto)
{
	switch (proto) {
	case SEGWARD_PROTO_HOPOPTS:
	case SEGWARD_PROTO_ROUTING:
	case SEGWARD_PROTO_FRAGMENT:
	case SEGWARD_PROTO_AH:
	case SEGWARD_PROTO_DSTOPTS:
		return true;
	default:
		return false;
	}
}

bool segward_chain_begin(const struct segward_view *view, u32 off, u8 max,
			 struct segward_chain *chain);
enum segward_chain_step segward_chain_step(const struct segward_view *view,
					   struct segward_chain *chain);
bool segward_chain_walk(const struct segward_view *view,
			struct segward_chain *chain);

#endif /* SEGWARD_ENGINE_IPV6_H */
