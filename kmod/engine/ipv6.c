// SPDX-License-Identifier: GPL-2.0
/*
 * IPv6 header chains.
 *
 * The order of extension headers is what RFC 8200, 4.1 recommends, but any
 * order is walked, as receivers do; only Hop-by-Hop Options must come first.
 * What follows a Fragment header with an offset is data, not headers.
 */
#include "ipv6.h"

#define OPTION_PAD1	0
#define OPTION_JUMBO	0xc2	/* RFC 2675 */

/*
 * The length in a Jumbo Payload option, which must be the larger than
 * 65,535, else 0. Looks at as many options as fit into the header.
 */
static u32 read_jumbo(const struct segward_view *view, u32 off)
{
	u8 copy[6];
	const u8 *p = segward_view_bytes(view, off, 2, copy);
	u32 end;

	if (!p)
		return 0;
	end = off + (p[1] + 1) * 8;
	for (off += 2; off + 2 <= end; ) {
		p = segward_view_bytes(view, off, 2, copy);
		if (!p)
			return 0;
		if (p[0] == OPTION_PAD1) {
			off++;
			continue;
		}
		if (p[0] == OPTION_JUMBO) {
			p = segward_view_bytes(view, off, 6, copy);
			if (!p || p[1] != 4 || off + 6 > end)
				return 0;
			return get_unaligned_be32(p + 2);
		}
		off += 2 + p[1];
	}
	return 0;
}

/*
 * Bytes behind the IPv6 header. A length of 0 means a jumbogram; the stack's
 * own jumbo packets (BIG TCP) may lack the option, and state no length at
 * all.
 */
static bool payload_len(const struct segward_view *view, u32 off, const u8 *ip,
			u32 *len)
{
	*len = get_unaligned_be16(ip + 4);
	if (*len)
		return true;
	if (ip[6] == SEGWARD_PROTO_HOPOPTS) {
		*len = read_jumbo(view, off + SEGWARD_IPV6_HEADER);
		if (*len > U16_MAX)
			return true;
	}
	if (view->gso_size) {
		*len = view->len - off - SEGWARD_IPV6_HEADER;
		return true;
	}
	*len = 0;
	return ip[6] == SEGWARD_PROTO_NONE;
}

/**
 * segward_chain_begin() - stand in front of an IPv6 packet's first header
 * @view: the packet
 * @off: offset of its IPv6 header
 * @max: extension headers to walk at most
 * @chain: filled in
 *
 * Bytes behind the packet's own length are not seen from here on.
 *
 * Return: false if that is no IPv6 header or states more bytes than there are.
 */
bool segward_chain_begin(const struct segward_view *view, u32 off, u8 max,
			 struct segward_chain *chain)
{
	u8 copy[SEGWARD_IPV6_HEADER] segward_uncleared;
	const u8 *ip;
	u32 len;

	chain->start = off;
	chain->end = off;
	chain->off = off;
	chain->announced_off = 0;
	chain->dst_off = 0;
	chain->fragment_off = 0;
	chain->proto = SEGWARD_PROTO_NONE;
	chain->fragment = SEGWARD_FRAGMENT_NONE;
	chain->left = 0;
	ip = segward_view_bytes(view, off, SEGWARD_IPV6_HEADER, copy);
	if (!ip || ip[0] >> 4 != 6 || !payload_len(view, off, ip, &len) ||
	    len > view->len - off - SEGWARD_IPV6_HEADER)
		return false;
	chain->off = off + SEGWARD_IPV6_HEADER;
	chain->end = chain->off + len;
	chain->announced_off = off + 6;
	chain->dst_off = off + SEGWARD_IPV6_DST;
	chain->proto = ip[6];
	chain->left = max;
	return true;
}

/* Steps over @len bytes of the header at hand. */
static enum segward_chain_step pass(struct segward_chain *chain, u8 next,
				    u32 len)
{
	if (!chain->left || len > chain->end - chain->off)
		return SEGWARD_CHAIN_BROKEN;
	chain->left--;
	chain->announced_off = chain->off;
	chain->off += len;
	chain->proto = next;
	return SEGWARD_CHAIN_NEXT;
}

static enum segward_chain_step pass_fragment(struct segward_chain *chain,
					     const u8 *p)
{
	u16 word = get_unaligned_be16(p + 2);

	if (chain->fragment_off)
		return SEGWARD_CHAIN_BROKEN;
	chain->fragment_off = chain->off;
	if (word & 0xfff8)
		chain->fragment = SEGWARD_FRAGMENT_LATER;
	else if (word & 1)
		chain->fragment = SEGWARD_FRAGMENT_FIRST;
	return pass(chain, p[0], 8);
}

/*
 * A routing header that is not for this node to act on. With segments left
 * it holds the destination that the sender computed its checksum for. Only
 * type 4 is understood; with another one that is still in use nobody can tell
 * where the packet goes.
 */
static enum segward_chain_step pass_routing(struct segward_chain *chain,
					    const u8 *p)
{
	u32 len = (p[SEGWARD_ROUTING_LEN] + 1) * 8;

	if (p[SEGWARD_ROUTING_LEFT]) {
		if (p[SEGWARD_ROUTING_TYPE] != SEGWARD_ROUTING_SRH ||
		    len < SEGWARD_SRH_LIST + 16)
			return SEGWARD_CHAIN_BROKEN;
		chain->dst_off = chain->off + SEGWARD_SRH_LIST;
	}
	return pass(chain, p[0], len);
}

/*
 * Whether the chain ends here. Behind a Fragment header that says that this is
 * not the first fragment it does. A routing header behind a fragment that is
 * not whole is for who reassembles: the chain ends there too.
 */
static bool at_upper(const struct segward_chain *chain)
{
	if (!segward_is_extension(chain->proto) ||
	    chain->fragment == SEGWARD_FRAGMENT_LATER)
		return true;
	if (chain->proto == SEGWARD_PROTO_HOPOPTS)
		return chain->off != chain->start + SEGWARD_IPV6_HEADER;
	return chain->proto == SEGWARD_PROTO_ROUTING &&
	       chain->fragment != SEGWARD_FRAGMENT_NONE;
}

/* Steps over the extension header at hand. */
static enum segward_chain_step pass_header(const struct segward_view *view,
					   struct segward_chain *chain)
{
	u8 copy[4] segward_uncleared;
	const u8 *p;

	if (chain->end - chain->off < 8)
		return SEGWARD_CHAIN_BROKEN;
	p = segward_view_bytes(view, chain->off, sizeof(copy), copy);
	if (!p)
		return SEGWARD_CHAIN_BROKEN;
	if (chain->proto == SEGWARD_PROTO_FRAGMENT)
		return pass_fragment(chain, p);
	if (chain->proto == SEGWARD_PROTO_ROUTING)
		return pass_routing(chain, p);
	if (chain->proto == SEGWARD_PROTO_AH)
		return pass(chain, p[0], (p[1] + 2) * 4);
	return pass(chain, p[0], (p[1] + 1) * 8);
}

/**
 * segward_chain_step() - step over one extension header
 * @view: the packet
 * @chain: where the walk is
 *
 * A Fragment header is noted on the way.
 *
 * Return: enum segward_chain_step.
 */
enum segward_chain_step segward_chain_step(const struct segward_view *view,
					   struct segward_chain *chain)
{
	if (at_upper(chain))
		return SEGWARD_CHAIN_UPPER;
	return pass_header(view, chain);
}

/**
 * segward_chain_walk() - step over all extension headers
 * @view: the packet
 * @chain: where the walk is; afterwards where it ended
 *
 * Return: false if the chain is broken.
 */
bool segward_chain_walk(const struct segward_view *view,
			struct segward_chain *chain)
{
	while (!at_upper(chain))
		if (pass_header(view, chain) == SEGWARD_CHAIN_BROKEN)
			return false;
	return true;
}
