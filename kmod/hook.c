// SPDX-License-Identifier: GPL-2.0
/*
 * The netfilter hook: which packets are for a SID, and the order in which
 * they are dealt with.
 *
 * DOC: hook() asks in the order of cost whether a packet is none of our
 * business; nearly all are, and cost a lookup in the filter of sid.h. A packet
 * for a SID goes through receive(): refused by device or source, its outer
 * chain read, its HMAC verified if the SID requires one, and then answered
 * with an error, answered as the SID's own, or forwarded. A packet to be
 * forwarded is prepared, inspected if the SID has a profile, told of, and
 * committed, in this order: what can fail comes before its verdict is told,
 * and the packet changes only after that. If the next segment is a SID of the
 * same L3 domain the packet goes through receive() again, at most
 * SEGWARD_VISITS_MAX times. A packet at the end of its tunnel is inspected in
 * it; then its inner packet goes on by itself (egress.h).
 *
 * Runs with bottom halves off, under RCU. Nothing is held: a packet is handed
 * on, dropped, or answered.
 */
#include <linux/icmpv6.h>
#include <linux/ipv6.h>
#include <linux/local_lock.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv6.h>
#include <linux/percpu.h>
#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/dst_metadata.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>

#include "action.h"
#include "decap.h"
#include "egress.h"
#include "engine/inspect.h"
#include "event.h"
#include "flow.h"
#include "fragment.h"
#include "hmac.h"
#include "hook.h"
#include "icmp.h"
#include "net.h"
#include "profile.h"
#include "reject.h"
#include "segment_route.h"
#include "sid.h"
#include "sid_memo.h"
#include "skb.h"
#include "stats.h"
#include "trace.h"
#include "tracepoint.h"

/*
 * Behind NF_IP6_PRI_RAW_BEFORE_DEFRAG (-450), in front of defragmentation
 * (-400): outer fragments are seen as they travel.
 */
#define HOOK_PRIORITY	(NF_IP6_PRI_RAW_BEFORE_DEFRAG + 1)

/**
 * struct bench - where one processor inspects a packet
 * @result: what it found
 * @scratch: the engine's
 * @room: for segward_skb_view()
 */
struct bench {
	struct segward_result result;
	struct segward_scratch scratch;
	struct segward_skb_room room;
};

struct bench_cpu {
	local_lock_t bh_lock;
	struct bench *bench;
};

static DEFINE_PER_CPU(struct bench_cpu, bench_cpu) = {
	.bh_lock = INIT_LOCAL_LOCK(bh_lock),
};

/* What becomes of a packet at one SID. */
enum outcome {
	OUTCOME_DROPPED,
	OUTCOME_ANSWERED,
	OUTCOME_FORWARDED,	/* the stack or the packet's dst knows where */
	OUTCOME_COMMITTED,	/* to the next segment, wherever that is */
	OUTCOME_TAKEN,		/* its inner packet goes on by itself */
};

static struct segward_sid_counters *counters_begin(struct segward_sid *sid)
{
	struct segward_sid_counters *counters = this_cpu_ptr(sid->counters);

	u64_stats_update_begin(&counters->sync);
	return counters;
}

static void counters_end(struct segward_sid_counters *counters)
{
	u64_stats_update_end(&counters->sync);
}

static void count_packet(struct segward_visit *visit)
{
	struct segward_sid_counters *counters = counters_begin(visit->sid);

	u64_stats_inc(&counters->packets);
	u64_stats_add(&counters->bytes, visit->skb->len);
	counters_end(counters);
	segward_stats_packet(visit->snet, visit->skb->len);
}

static void count_upper(struct segward_sid *sid)
{
	struct segward_sid_counters *counters = counters_begin(sid);

	u64_stats_inc(&counters->upper);
	counters_end(counters);
	WRITE_ONCE(sid->upper_streak, READ_ONCE(sid->upper_streak) + 1);
}

static void count_forwarded(struct segward_sid *sid)
{
	struct segward_sid_counters *counters = counters_begin(sid);

	u64_stats_inc(&counters->forwarded);
	counters_end(counters);
}

static void count_drop(struct segward_sid *sid, u8 reason, bool error)
{
	struct segward_sid_counters *counters = counters_begin(sid);

	u64_stats_inc(&counters->drops[reason]);
	if (error)
		u64_stats_inc(&counters->errors);
	counters_end(counters);
}

static void drop(struct segward_visit *visit, u8 reason, bool error)
{
	/* A reject keeps its name; everything else that ends here is a drop. */
	if (visit->verdict != SEGWARD_VERDICT_REJECT)
		visit->verdict = SEGWARD_VERDICT_DROP;
	visit->reason = reason;
	if (visit->sid)
		count_drop(visit->sid, reason, error);
	segward_stats_drop(visit->snet, reason);
	segward_event_visit(visit);
	segward_trace_step(visit, SEGWARD_STEP_VERDICT);
	trace_segward_drop(visit);
}

void segward_drop(struct segward_visit *visit, u8 reason)
{
	drop(visit, reason, false);
}

void segward_refuse(struct segward_visit *visit, u8 reason)
{
	drop(visit, reason, true);
}

static struct bench *bench_get(void)
{
	local_lock_nested_bh(&bench_cpu.bh_lock);
	return this_cpu_ptr(&bench_cpu)->bench;
}

static void bench_put(void)
{
	local_unlock_nested_bh(&bench_cpu.bh_lock);
}

/* A packet that cannot be read is not let through, but monitor does no harm. */
static void judge_unreadable(const struct segward_profile *profile,
			     struct segward_result *result)
{
	memset(result, 0, sizeof(*result));
	result->would = SEGWARD_VERDICT_DROP;
	result->reason = SEGWARD_REASON_NO_MEMORY;
	result->verdict = profile->config.mode == SEGWARD_MODE_PREVENT ?
			  SEGWARD_VERDICT_DROP : SEGWARD_VERDICT_REPORT;
}

static void count_fragments(struct segward_net *snet,
			    const struct segward_result *result)
{
	if (result->joined)
		segward_stats_inc(snet, SEGWARD_STAT_DATAGRAMS);
	if (result->fragment_full)
		segward_stats_inc(snet, SEGWARD_STAT_FRAGMENTS_FULL);
}

static void count_flow(struct segward_net *snet,
		       const struct segward_result *result)
{
	if (result->flow_full)
		segward_stats_inc(snet, SEGWARD_STAT_FLOWS_REFUSED);
	if (result->bypassed)
		segward_stats_inc(snet, SEGWARD_STAT_BYPASSED);
	if (!result->flow_begun)
		return;
	segward_stats_inc(snet, SEGWARD_STAT_FLOWS_BEGUN);
	segward_flow_begun(snet);
}

static void judge(struct segward_visit *visit, struct segward_view *view,
		  struct bench *bench)
{
	struct segward_inspect inspect = {
		.profile	= visit->profile,
		.reputation	= rcu_dereference(visit->snet->reputation),
		.fragments	= visit->snet->fragments,
		.context.domain	= visit->vrf,
		.flows		= visit->snet->flows,
		.zone		= visit->sid->zone,
		.now		= segward_now(),
		.scratch	= &bench->scratch,
	};
	bool linearized;
	int err;

	err = segward_skb_view(visit->skb, view, &bench->room, &linearized);
	if (linearized)
		segward_stats_inc(visit->snet, SEGWARD_STAT_LINEARIZED);
	if (err) {
		segward_skb_head(visit->skb, view);
		judge_unreadable(visit->profile, &bench->result);
		return;
	}
	memcpy(inspect.context.sid, &visit->sid->config.key.prefix,
	       sizeof(inspect.context.sid));
	segward_inspect(&inspect, view, visit->srh, &bench->result);
	count_fragments(visit->snet, &bench->result);
	count_flow(visit->snet, &bench->result);
	segward_stats_inc(visit->snet, SEGWARD_STAT_INSPECTED);
	if (bench->result.exhausted)
		segward_stats_inc(visit->snet, SEGWARD_STAT_WORK_EXHAUSTED);
}

/*
 * Before the verdict is told, as there may be no memory for it. Then the packet
 * is lost, and will be sent again.
 */
static void clear_urgent(struct segward_visit *visit, struct bench *bench)
{
	struct segward_result *result = &bench->result;
	bool linearized;
	int err;

	err = segward_skb_clear_urgent(visit->skb, result->packet.l4_off);
	if (!err)
		err = segward_skb_view(visit->skb, visit->view, &bench->room,
				       &linearized);
	if (err) {
		segward_skb_head(visit->skb, visit->view);
		result->would = SEGWARD_VERDICT_DROP;
		result->verdict = SEGWARD_VERDICT_DROP;
		result->reason = SEGWARD_REASON_NO_MEMORY;
		return;
	}
	segward_stats_inc(visit->snet, SEGWARD_STAT_URGENT_CLEARED);
}

/* What the ends of its flow said, and that another flow has ended. */
static void tell_flow(struct segward_visit *visit)
{
	struct segward_result *result = visit->result;
	struct segward_transaction *tx;

	while ((tx = segward_transactions_take(&result->records))) {
		segward_event_record(visit, tx);
		segward_transaction_free(tx, &result->zone->memory);
	}
	if (result->ended)
		segward_flow_tell_end(visit->snet, result->ended);
}

static void tell_passed(struct segward_visit *visit)
{
	const struct segward_result *result = visit->result;

	segward_stats_inc(visit->snet, SEGWARD_STAT_PASSED);
	if (result->would == SEGWARD_VERDICT_DROP ||
	    result->would == SEGWARD_VERDICT_REJECT)
		segward_stats_would_drop(visit->snet, result->reason);
	segward_event_visit(visit);
	segward_trace_step(visit, SEGWARD_STEP_VERDICT);
}

/*
 * Does what @result says, as far as that needs the view. Resets are sent when
 * the bench is free again.
 */
static void execute(struct segward_visit *visit, struct segward_reject *reject)
{
	const struct segward_result *result = visit->result;
	u8 reason = result->reason;

	visit->verdict = result->verdict;
	segward_trace_step(visit, SEGWARD_STEP_PACKET);
	segward_trace_step(visit, SEGWARD_STEP_REPUTATION);
	segward_trace_step(visit, SEGWARD_STEP_RULES);
	switch (result->verdict) {
	case SEGWARD_VERDICT_REJECT:
		if (!segward_reject_build(visit, reject))
			reason = SEGWARD_REASON_REJECT_UNROUTABLE;
		fallthrough;
	case SEGWARD_VERDICT_DROP:
		segward_drop(visit, reason);
		break;
	default:
		tell_passed(visit);
	}
}

static bool passes(const struct segward_visit *visit)
{
	return visit->verdict == SEGWARD_VERDICT_PASS ||
	       visit->verdict == SEGWARD_VERDICT_REPORT;
}

/* Returns whether the packet is to be forwarded. */
static bool inspect(struct segward_visit *visit,
		    const struct segward_route *route)
{
	struct segward_view *view = visit->view;
	struct segward_reject reject = {};
	struct bench *bench;

	bench = bench_get();
	judge(visit, view, bench);
	visit->result = &bench->result;
	if (bench->result.clear_urgent && bench->result.verdict <= SEGWARD_VERDICT_REPORT)
		clear_urgent(visit, bench);
	execute(visit, &reject);
	tell_flow(visit);
	visit->result = NULL;
	bench_put();
	/* The bytes may have been on the bench. */
	segward_skb_head(visit->skb, view);
	if (visit->verdict == SEGWARD_VERDICT_REJECT)
		segward_reject_send(visit, &reject, route->dst);
	return passes(visit);
}

static enum outcome refuse(struct segward_visit *visit, u8 reason)
{
	segward_refuse(visit, reason);
	return OUTCOME_DROPPED;
}

static enum outcome no_exit(struct segward_visit *visit, u8 reason)
{
	if (reason == SEGWARD_REASON_NO_ROUTE)
		segward_icmp_error(visit, ICMPV6_DEST_UNREACH, ICMPV6_NOROUTE,
				   0);
	return refuse(visit, reason);
}

static void end_upper_streak(struct segward_sid *sid)
{
	if (READ_ONCE(sid->upper_streak))
		WRITE_ONCE(sid->upper_streak, 0);
}

/* A SID without a profile lets everything on. */
static bool lets_on(struct segward_visit *visit,
		    const struct segward_route *route)
{
	if (visit->profile)
		return inspect(visit, route);
	segward_trace_step(visit, SEGWARD_STEP_VERDICT);
	return true;
}

static enum outcome forward(struct segward_visit *visit)
{
	struct segward_route route;
	u8 reason;

	end_upper_streak(visit->sid);
	reason = segward_action_prepare(visit, &route);
	segward_skb_head(visit->skb, visit->view);
	if (reason)
		return no_exit(visit, reason);
	if (!lets_on(visit, &route)) {
		segward_route_put(&route);
		return OUTCOME_DROPPED;
	}
	segward_action_commit(visit, &route);
	count_forwarded(visit->sid);
	return route.dst ? OUTCOME_FORWARDED : OUTCOME_COMMITTED;
}

/* The end of the tunnel: what was in it goes on. */
static enum outcome take_out(struct segward_visit *visit)
{
	const struct segward_route none = {};
	struct net_device *dev;
	u8 reason;

	end_upper_streak(visit->sid);
	reason = segward_decap_prepare(visit, &dev);
	segward_skb_head(visit->skb, visit->view);
	if (reason)
		return no_exit(visit, reason);
	if (!lets_on(visit, &none))
		return OUTCOME_DROPPED;
	count_forwarded(visit->sid);
	segward_decap_commit(visit, dev);
	return OUTCOME_TAKEN;
}

/* Ultimate Segment Pop, of every SRH that has no segments left. */
static u8 pop(struct segward_visit *visit, struct segward_srh *srh)
{
	while (srh->next == SEGWARD_SRH_UPPER && srh->has_srh) {
		if (skb_ensure_writable(visit->skb,
					srh->srh_off + srh->srh_len))
			return SEGWARD_REASON_NO_MEMORY;
		segward_action_pop(visit);
		segward_skb_head(visit->skb, visit->view);
		if (segward_skb_parse(visit->skb, visit->view, srh))
			return SEGWARD_REASON_NO_MEMORY;
	}
	return SEGWARD_REASON_NONE;
}

static enum outcome upper(struct segward_visit *visit, struct segward_srh *srh)
{
	const struct segward_sid_config *config = &visit->sid->config;
	u8 reason;

	if (segward_sid_takes_proto(config, srh->upper_proto))
		return take_out(visit);
	count_upper(visit->sid);
	if (segward_sid_has_flavor(config, SEGWARD_FLAVOR_USP)) {
		reason = pop(visit, srh);
		if (reason)
			return refuse(visit, reason);
	}
	reason = segward_icmp_upper(visit);
	if (reason)
		return refuse(visit, reason);
	segward_trace_action(visit, "answered with an Echo Reply");
	return OUTCOME_ANSWERED;
}

static enum outcome answer_error(struct segward_visit *visit)
{
	const struct segward_srh *srh = visit->srh;

	if (srh->icmp_type)
		segward_icmp_error(visit, srh->icmp_type, srh->icmp_code,
				   srh->icmp_pointer);
	return refuse(visit, srh->reason);
}

static const struct segward_profile *profile_of(const struct segward_visit *visit)
{
	const struct segward_profile_slot *slot;

	slot = segward_sid_slot(&visit->sid->config,
				&ipv6_hdr(visit->skb)->daddr);
	return slot ? rcu_dereference(slot->profile) : NULL;
}

/* What the SID's action or flavor says before the SRH has its say. */
static void check_action(const struct segward_visit *visit,
			 struct segward_srh *srh)
{
	const struct segward_sid_config *config = &visit->sid->config;

	if (segward_sid_only_egress(config))
		segward_decap_check(srh);
	if (segward_sid_has_flavor(config, SEGWARD_FLAVOR_NEXT_CSID))
		segward_csid_check(&config->csid,
				   ipv6_hdr(visit->skb)->daddr.s6_addr, srh);
}

/*
 * RFC 8754, 2.1.2.1. A sender whose HMAC is wrong is told which; one without is
 * not told that there is a SID.
 */
static void check_hmac(const struct segward_visit *visit,
		       struct segward_srh *srh)
{
	u32 off;

	if (segward_hmac_right(visit, srh, &off))
		return;
	srh->next = SEGWARD_SRH_ERROR;
	srh->reason = SEGWARD_REASON_HMAC;
	srh->icmp_type = off ? ICMPV6_PARAMPROB : 0;
	srh->icmp_code = ICMPV6_HDR_FIELD;
	srh->icmp_pointer = off;
}

/* One packet at one SID. */
static enum outcome receive(struct segward_visit *visit,
			    struct segward_srh *srh)
{
	u8 reason;

	visit->profile = profile_of(visit);
	visit->verdict = SEGWARD_VERDICT_PASS;
	visit->reason = SEGWARD_REASON_NONE;
	visit->srh = NULL;
	segward_skb_head(visit->skb, visit->view);
	count_packet(visit);
	if (!visit->trace_id)
		visit->trace_id = segward_trace_begin(visit);

	reason = segward_sid_refuses(visit->sid, visit->iif,
				     &ipv6_hdr(visit->skb)->saddr);
	if (reason)
		return refuse(visit, reason);
	if (segward_skb_parse(visit->skb, visit->view, srh))
		return refuse(visit, SEGWARD_REASON_NO_MEMORY);
	check_action(visit, srh);
	if (visit->sid->config.hmac && srh->next != SEGWARD_SRH_ERROR)
		check_hmac(visit, srh);
	visit->srh = srh;
	segward_trace_step(visit, SEGWARD_STEP_SRH);
	switch (srh->next) {
	case SEGWARD_SRH_FORWARD:
	case SEGWARD_SRH_SHIFT:
		return forward(visit);
	case SEGWARD_SRH_UPPER:
		return upper(visit, srh);
	default:
		return answer_error(visit);
	}
}

/* The SID that takes the packet now that it has a new destination. */
static struct segward_sid *next_sid(const struct segward_visit *visit)
{
	const struct in6_addr *daddr = &ipv6_hdr(visit->skb)->daddr;

	if (!segward_sid_possible(visit->snet, daddr))
		return NULL;
	return segward_sid_recall(visit->snet, daddr, visit->vrf);
}

static unsigned int netfilter_verdict(struct sk_buff *skb, enum outcome outcome)
{
	switch (outcome) {
	case OUTCOME_DROPPED:
		return NF_DROP;
	case OUTCOME_ANSWERED:
		consume_skb(skb);
		return NF_STOLEN;
	case OUTCOME_TAKEN:
		return NF_STOLEN;
	default:
		return NF_ACCEPT;
	}
}

static unsigned int process(struct segward_visit *visit)
{
	struct segward_srh srh segward_uncleared;
	enum outcome outcome;
	struct segward_sid *next;
	unsigned int n;

	for (n = 0; n < SEGWARD_VISITS_MAX; n++) {
		outcome = receive(visit, &srh);
		if (outcome != OUTCOME_COMMITTED)
			return netfilter_verdict(visit->skb, outcome);
		next = next_sid(visit);
		if (likely(!next)) {
			segward_segment_route_set(visit->snet, visit->skb);
			return NF_ACCEPT;
		}
		visit->sid = next;
		segward_action_hop(visit);
	}
	visit->srh = NULL;
	segward_skb_head(visit->skb, visit->view);
	segward_refuse(visit, SEGWARD_REASON_LOOP);
	return NF_DROP;
}

/*
 * A packet that came through segward0 carries its L3 domain in a metadata
 * route, which has done its duty then. From here on it looks as if it had come
 * by the VRF, or its errors and its next segment would be looked up in the
 * default domain. Returns the domain, or -1 if its VRF is gone.
 */
static int enter_domain(struct segward_net *snet, struct sk_buff *skb)
{
	const struct metadata_dst *domain = skb_metadata_dst(skb);
	struct net_device *dev;
	int vrf = 0;

	if (domain && domain->type == METADATA_HW_PORT_MUX)
		vrf = domain->u.port_info.port_id;
	skb_dst_drop(skb);
	if (!vrf)
		return 0;
	dev = dev_get_by_index_rcu(snet->net, vrf);
	if (!dev)
		return -1;
	skb->dev = dev;
	return vrf;
}

/*
 * Packets that the hook sees and that are not to be touched: routes of
 * lightweight tunnels, whose owner runs the hook with a packet from within;
 * and the second pass of a VRF, which comes after conntrack.
 */
static bool foreign(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	return (dst && dst->lwtstate) || ipv6_l3mdev_skb(IP6CB(skb)->flags);
}

/* A packet whose destination may be a SID, or that came through segward0. */
static noinline unsigned int meet(struct segward_net *snet, struct sk_buff *skb,
				  bool injected)
{
	const struct in6_addr *daddr = &ipv6_hdr(skb)->daddr;
	struct segward_visit visit segward_uncleared;
	struct segward_view view segward_uncleared;

	if (skb->pkt_type != PACKET_HOST || foreign(skb))
		return NF_ACCEPT;
	/* Out of a tunnel already: egress.c knows the way. */
	if (injected && segward_egress_inner(skb))
		return NF_ACCEPT;

	/* One by one, as in engine/srh.c. receive() sets the rest. */
	visit.snet = snet;
	visit.skb = skb;
	visit.view = &view;
	visit.profile = NULL;
	visit.srh = NULL;
	visit.result = NULL;
	visit.trace_id = 0;
	visit.verdict = SEGWARD_VERDICT_PASS;
	visit.injected = injected;
	visit.iif = skb->dev->ifindex;
	visit.vrf = injected ? enter_domain(snet, skb) :
			       l3mdev_master_ifindex_rcu(skb->dev);
	visit.sid = segward_sid_recall(snet, daddr, visit.vrf);
	if (likely(visit.sid)) {
		/* It is only passing by; if it is for us it comes again. */
		if (nf_bridge_info_exists(skb)) {
			segward_stats_inc(snet, SEGWARD_STAT_BRIDGED);
			return NF_ACCEPT;
		}
		return process(&visit);
	}
	if (!injected)
		return NF_ACCEPT;
	segward_skb_head(skb, &view);
	segward_drop(&visit, SEGWARD_REASON_NO_SID);
	return NF_DROP;
}

/*
 * Nearly all packets are for others. Nothing of what a SID's packet needs is
 * here: kernels clear a function's variables before they are used.
 */
static unsigned int hook(void *priv, struct sk_buff *skb,
			 const struct nf_hook_state *state)
{
	struct segward_net *snet = priv;
	bool injected = skb->dev == READ_ONCE(snet->dev);

	if (likely(!segward_sid_possible(snet, &ipv6_hdr(skb)->daddr) &&
		   !injected))
		return NF_ACCEPT;
	return meet(snet, skb, injected);
}

int segward_hook_start(struct segward_net *snet)
{
	int err;

	lockdep_assert_held(&snet->lock);
	if (snet->hook)
		return 0;
	err = segward_fragment_start(snet);
	if (err)
		return err;
	err = segward_segment_route_start(snet);
	if (err)
		return err;
	err = segward_sid_memo_start(snet);
	if (err)
		return err;
	/* Of its own for each namespace, which saves a packet the way to it. */
	snet->hook_ops = (struct nf_hook_ops) {
		.hook		= hook,
		.priv		= snet,
		.pf		= NFPROTO_IPV6,
		.hooknum	= NF_INET_PRE_ROUTING,
		.priority	= HOOK_PRIORITY,
	};
	err = nf_register_net_hook(snet->net, &snet->hook_ops);
	if (!err)
		WRITE_ONCE(snet->hook, true);
	return err;
}

void segward_hook_stop(struct segward_net *snet)
{
	if (!snet->hook)
		return;
	nf_unregister_net_hook(snet->net, &snet->hook_ops);
	WRITE_ONCE(snet->hook, false);
}

bool segward_hook_active(const struct segward_net *snet)
{
	return READ_ONCE(snet->hook);
}

int segward_hook_init(void)
{
	struct bench *bench;
	int cpu;

	for_each_possible_cpu(cpu) {
		bench = kvzalloc_node(sizeof(*bench), GFP_KERNEL,
				      cpu_to_node(cpu));
		if (!bench) {
			segward_hook_exit();
			return -ENOMEM;
		}
		bench->scratch.cpu = cpu;
		per_cpu(bench_cpu, cpu).bench = bench;
	}
	return 0;
}

void segward_hook_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		kvfree(per_cpu(bench_cpu, cpu).bench);
		per_cpu(bench_cpu, cpu).bench = NULL;
	}
}
