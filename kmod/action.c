// SPDX-License-Identifier: GPL-2.0
/*
 * The actions.
 *
 * DOC: End changes two fields and leaves the rest to the stack: the packet
 * goes on from PRE_ROUTING, and the one route lookup that follows is for the
 * next segment. End.X and End.T set the route in the hook. Such a packet must
 * not serve as the route hint for others of its NAPI batch with the same
 * destination, which is why it is marked as multipath: the stack takes no
 * hints from those.
 */
#include <linux/ipv6.h>
#include <linux/seg6.h>
#include <linux/skbuff.h>
#include <net/addrconf.h>
#include <net/checksum.h>
#include <net/dst.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>

#include "action.h"
#include "engine/srh.h"
#include "hook.h"
#include "net.h"
#include "nexthop.h"
#include "sid.h"
#include "trace.h"

static struct ipv6_sr_hdr *visit_srh(const struct segward_visit *visit)
{
	return (struct ipv6_sr_hdr *)(visit->skb->data + visit->srh->srh_off);
}

static bool shifts(const struct segward_visit *visit)
{
	return visit->srh->next == SEGWARD_SRH_SHIFT;
}

struct in6_addr segward_action_next(const struct segward_visit *visit)
{
	struct in6_addr daddr = ipv6_hdr(visit->skb)->daddr;
	const struct ipv6_sr_hdr *srh;

	if (shifts(visit)) {
		segward_csid_shift(&visit->sid->config.csid, daddr.s6_addr);
		return daddr;
	}
	srh = visit_srh(visit);
	return srh->segments[srh->segments_left - 1];
}

/*
 * The route of the next segment in End.T's table. Not inline: a flow on the
 * stack is cleared whether it is used or not.
 */
static noinline struct dst_entry *table_route(const struct segward_visit *visit)
{
	const struct ipv6hdr *hdr = ipv6_hdr(visit->skb);
	struct net *net = visit->snet->net;
	struct flowi6 fl6 = {
		.daddr		= segward_action_next(visit),
		.saddr		= hdr->saddr,
		.flowlabel	= ip6_flowinfo(hdr),
		.flowi6_iif	= visit->iif,
		.flowi6_mark	= visit->skb->mark,
		.flowi6_proto	= hdr->nexthdr,
	};
	struct fib6_table *table;
	struct rt6_info *rt;

	table = fib6_get_table(net, visit->sid->config.table);
	if (!table)
		return NULL;
	rt = ip6_pol_route(net, table, 0, &fl6, visit->skb,
			   RT6_LOOKUP_F_HAS_SADDR);
	if (rt->dst.error) {
		ip6_rt_put(rt);
		return NULL;
	}
	return &rt->dst;
}

void segward_route_put(const struct segward_route *route)
{
	if (!route->borrowed)
		dst_release(route->dst);
}

u8 segward_action_prepare(struct segward_visit *visit,
			  struct segward_route *route)
{
	const struct segward_srh *srh = visit->srh;
	u32 len = sizeof(struct ipv6hdr);

	route->dst = NULL;
	route->borrowed = false;
	if (!shifts(visit))
		len = srh->srh_off + srh->srh_len;
	if (skb_ensure_writable(visit->skb, len))
		return SEGWARD_REASON_NO_MEMORY;
	switch (visit->sid->config.action) {
	case SEGWARD_ACTION_END_X:
		route->borrowed = true;
		route->dst = segward_nexthop_route(visit->snet, visit->sid);
		return route->dst ? SEGWARD_REASON_NONE :
				    SEGWARD_REASON_NO_ROUTE;
	case SEGWARD_ACTION_END_T:
		route->dst = table_route(visit);
		return route->dst ? SEGWARD_REASON_NONE :
				    SEGWARD_REASON_NO_ROUTE;
	default:
		return SEGWARD_REASON_NONE;
	}
}

/*
 * What changes in the packet is taken out of a sum over the whole of it before,
 * and put in afterwards: @len bytes at an even offset.
 */
static void csum_out(struct sk_buff *skb, const void *from, int len)
{
	if (unlikely(skb->ip_summed == CHECKSUM_COMPLETE))
		skb->csum = csum_sub(skb->csum, csum_partial(from, len, 0));
}

static void csum_in(struct sk_buff *skb, const void *to, int len)
{
	if (unlikely(skb->ip_summed == CHECKSUM_COMPLETE))
		skb->csum = csum_add(skb->csum, csum_partial(to, len, 0));
}

static void advance(const struct segward_visit *visit,
		    const struct in6_addr *next)
{
	struct in6_addr *daddr = &ipv6_hdr(visit->skb)->daddr;
	struct sk_buff *skb = visit->skb;
	struct ipv6_sr_hdr *srh;

	if (!shifts(visit)) {
		srh = visit_srh(visit);
		csum_out(skb, srh, 4);
		srh->segments_left--;
		csum_in(skb, srh, 4);
	}
	csum_out(skb, daddr, sizeof(*daddr));
	*daddr = *next;
	csum_in(skb, daddr, sizeof(*daddr));
}

/* What announced the SRH announces what follows it. */
static void unannounce(const struct segward_srh *srh, u8 *outer, u8 nexthdr)
{
	struct ipv6hdr *hdr = (struct ipv6hdr *)outer;

	outer[srh->srh_nexthdr_off] = nexthdr;
	/* 0 is a jumbogram's, whose length is an option. */
	if (hdr->payload_len)
		hdr->payload_len = htons(ntohs(hdr->payload_len) - srh->srh_len);
}

void segward_action_pop(struct segward_visit *visit)
{
	const struct segward_srh *srh = visit->srh;
	struct sk_buff *skb = visit->skb;
	u8 *outer = skb->data;
	u8 nexthdr = outer[srh->srh_off];

	csum_out(skb, outer, srh->srh_off + srh->srh_len);
	memmove(outer + srh->srh_len, outer, srh->srh_off);
	__skb_pull(skb, srh->srh_len);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(struct ipv6hdr));
	skb_mac_header_rebuild(skb);
	unannounce(srh, skb->data, nexthdr);
	IP6CB(skb)->srcrt = 0;
	csum_in(skb, skb->data, srh->srh_off);
	if (skb->ip_summed == CHECKSUM_PARTIAL &&
	    skb_checksum_start_offset(skb) < 0)
		skb->ip_summed = CHECKSUM_NONE;
}

/* As a metadata or another stale route would be used instead of a lookup. */
static void set_route(struct sk_buff *skb, const struct segward_route *route)
{
	skb_dst_drop(skb);
	if (!route->dst)
		return;
	if (route->borrowed)
		skb_dst_set_noref(skb, route->dst);
	else
		skb_dst_set(skb, route->dst);
	IP6CB(skb)->flags |= IP6SKB_MULTIPATH;
}

/* Penultimate Segment Pop. */
static bool pops(const struct segward_visit *visit)
{
	return !shifts(visit) && visit->srh->segments_left == 1 &&
	       segward_sid_has_flavor(&visit->sid->config, SEGWARD_FLAVOR_PSP);
}

static void trace_commit(const struct segward_visit *visit,
			 const struct segward_route *route,
			 const struct in6_addr *next)
{
	const char *by = route->dst ? route->dst->dev->name : "its route";

	if (shifts(visit))
		segward_trace_action(visit, "next C-SID %pI6c, by %s", next,
				     by);
	else
		segward_trace_action(visit,
				     "next segment %pI6c, %u left, by %s%s",
				     next, visit->srh->segments_left - 1, by,
				     pops(visit) ? ", without its SRH" : "");
}

void segward_action_commit(struct segward_visit *visit,
			   const struct segward_route *route)
{
	struct in6_addr next = segward_action_next(visit);
	struct sk_buff *skb = visit->skb;

	advance(visit, &next);
	set_route(skb, route);
	/*
	 * A packet that leaves by the device it came by is no reason for a
	 * Redirect, and its source address is to be checked all the same;
	 * ip6_forward() knows both by this. Sockets take it for the place of a
	 * routing header, so it must not be set where there is none.
	 */
	IP6CB(skb)->srcrt = visit->srh->srh_off;
	/*
	 * Conntrack would put outer fragments together in the middle of their
	 * way, and takes inline TCP with segments left for invalid.
	 */
	nf_reset_ct(skb);
	skb_set_nfct(skb, IP_CT_UNTRACKED);
	trace_commit(visit, route, &next);
	if (pops(visit))
		segward_action_pop(visit);
}

void segward_action_hop(struct segward_visit *visit)
{
	struct ipv6hdr *hdr = ipv6_hdr(visit->skb);

	csum_out(visit->skb, hdr, sizeof(*hdr));
	hdr->hop_limit--;
	csum_in(visit->skb, hdr, sizeof(*hdr));
}
