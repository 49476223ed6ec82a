/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints, for perf, bpftrace and the like: segward:segward_drop.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM segward

#if !defined(SEGWARD_TRACEPOINT_H) || defined(TRACE_HEADER_MULTI_READ)
#define SEGWARD_TRACEPOINT_H

#include <linux/ipv6.h>
#include <linux/segward.h>
#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include "hook.h"
#include "sid.h"

/* The reasons by the names of the netlink spec. */
#define segward_reason_names						\
	{ SEGWARD_REASON_NONE,			"none" },		\
	{ SEGWARD_REASON_SRH_MALFORMED,		"srh-malformed" },	\
	{ SEGWARD_REASON_ROUTING_TYPE,		"routing-type" },	\
	{ SEGWARD_REASON_LAST_ENTRY,		"last-entry" },		\
	{ SEGWARD_REASON_SEGMENTS_LEFT,		"segments-left" },	\
	{ SEGWARD_REASON_TLV_MALFORMED,		"tlv-malformed" },	\
	{ SEGWARD_REASON_HOP_LIMIT,		"hop-limit" },		\
	{ SEGWARD_REASON_UPPER_LAYER,		"upper-layer" },	\
	{ SEGWARD_REASON_IIF,			"iif" },		\
	{ SEGWARD_REASON_SOURCE,		"source" },		\
	{ SEGWARD_REASON_OUTER_FRAGMENT,	"outer-fragment" },	\
	{ SEGWARD_REASON_PACKET_MALFORMED,	"packet-malformed" },	\
	{ SEGWARD_REASON_INNER_FRAGMENT,	"inner-fragment" },	\
	{ SEGWARD_REASON_REPUTATION,		"reputation" },		\
	{ SEGWARD_REASON_RULE,			"rule" },		\
	{ SEGWARD_REASON_BUDGET,		"budget" },		\
	{ SEGWARD_REASON_NO_MEMORY,		"no-memory" },		\
	{ SEGWARD_REASON_NO_ROUTE,		"no-route" },		\
	{ SEGWARD_REASON_NO_SID,		"no-sid" },		\
	{ SEGWARD_REASON_LOOP,			"loop" },		\
	{ SEGWARD_REASON_ECHO_FRAGMENT,		"echo-fragment" },	\
	{ SEGWARD_REASON_ECHO_RATE,		"echo-rate" },		\
	{ SEGWARD_REASON_ICMP_ERROR,		"icmp-error" },		\
	{ SEGWARD_REASON_REJECT_UNROUTABLE,	"reject-unroutable" },	\
	{ SEGWARD_REASON_ECN,			"ecn" }

/**
 * trace_segward_drop() - a packet was not handed on
 * @visit: the packet; its reason is set
 *
 * Context: bottom halves off, under RCU; the packet's IPv6 header can be read.
 */
TRACE_EVENT(segward_drop,

	TP_PROTO(const struct segward_visit *visit),

	TP_ARGS(visit),

	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(int, iif)
		__field(int, vrf)
		__field(u32, sid_len)
		__field(u32, zone)
		__field(u32, len)
		__field(u8, reason)
		__array(u8, sid, 16)
		__array(u8, saddr, 16)
		__array(u8, daddr, 16)
	),

	TP_fast_assign(
		const struct segward_sid *sid = visit->sid;
		const struct ipv6hdr *hdr = ipv6_hdr(visit->skb);

		__entry->skbaddr = visit->skb;
		__entry->iif = visit->iif;
		__entry->vrf = visit->vrf;
		__entry->sid_len = sid ? sid->config.key.prefix_len : 0;
		__entry->zone = sid ? sid->config.zone : 0;
		__entry->len = visit->skb->len;
		__entry->reason = visit->reason;
		memset(__entry->sid, 0, sizeof(__entry->sid));
		if (sid)
			memcpy(__entry->sid, &sid->config.key.prefix,
			       sizeof(__entry->sid));
		memcpy(__entry->saddr, &hdr->saddr, sizeof(__entry->saddr));
		memcpy(__entry->daddr, &hdr->daddr, sizeof(__entry->daddr));
	),

	TP_printk("reason=%s sid=%pI6c/%u zone=%u iif=%d vrf=%d saddr=%pI6c daddr=%pI6c len=%u skbaddr=%p",
		  __print_symbolic(__entry->reason, segward_reason_names),
		  __entry->sid, __entry->sid_len, __entry->zone, __entry->iif,
		  __entry->vrf, __entry->saddr, __entry->daddr, __entry->len,
		  __entry->skbaddr)
);

#endif /* SEGWARD_TRACEPOINT_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE tracepoint

#include <trace/define_trace.h>
