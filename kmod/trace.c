// SPDX-License-Identifier: GPL-2.0
/*
 * Traces: the way of single packets, step by step.
 *
 * DOC: One socket of a namespace can trace at a time. Its filter is immutable
 * and published by RCU; packets that match it get a number, and each step that
 * they reach is sent to that socket as one line of text, with verdict and
 * reason where they are known. The number of packets in a second is limited.
 * The trace ends when the socket closes. While there is none, a packet pays
 * one load.
 */
#include "trace.h"

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/segward_image.h>
#include <linux/skbuff.h>
#include <linux/ktime.h>
#include <net/ipv6.h>

#include "bucket.h"
#include "engine/inspect.h"
#include "engine/prefix.h"
#include "netlink.h"
#include "policy.h"
#include "sid.h"

/**
 * struct segward_trace - a trace in progress
 * @portid: of the socket that gets it
 * @src: outer or inner source; of size 0: any
 * @dst: outer or inner destination; of size 0: any
 * @bucket: limits the packets
 * @last_id: of the last packet that was traced
 * @rcu: frees it after the last packet
 */
struct segward_trace {
	u32 portid;
	struct segward_prefix src;
	struct segward_prefix dst;
	struct segward_bucket bucket;
	atomic_t last_id;
	struct rcu_head rcu;
};

static bool filter_matches(const struct segward_prefix *filter,
			   const void *addr, u32 size)
{
	if (!filter->size)
		return true;
	return filter->size == size &&
	       segward_prefix_covers(filter->addr, filter->len, addr);
}

static bool matches_ipv4(const struct segward_trace *trace,
			 const struct sk_buff *skb, int off)
{
	const struct iphdr *ip;
	struct iphdr copy;

	ip = skb_header_pointer(skb, off, sizeof(copy), &copy);
	return ip && filter_matches(&trace->src, &ip->saddr, 4) &&
	       filter_matches(&trace->dst, &ip->daddr, 4);
}

static bool matches_ipv6(const struct segward_trace *trace,
			 const struct sk_buff *skb, int off)
{
	const struct ipv6hdr *ip;
	struct ipv6hdr copy;

	ip = skb_header_pointer(skb, off, sizeof(copy), &copy);
	return ip && filter_matches(&trace->src, &ip->saddr, 16) &&
	       filter_matches(&trace->dst, &ip->daddr, 16);
}

static bool matches_inner(const struct segward_trace *trace,
			  const struct sk_buff *skb)
{
	int off = skb_network_offset(skb) + sizeof(struct ipv6hdr);
	u8 proto = ipv6_hdr(skb)->nexthdr;
	__be16 fragment;

	off = ipv6_skip_exthdr(skb, off, &proto, &fragment);
	if (off < 0)
		return false;
	if (proto == IPPROTO_IPIP)
		return matches_ipv4(trace, skb, off);
	return proto == IPPROTO_IPV6 && matches_ipv6(trace, skb, off);
}

static const char *action_name(u8 action)
{
	switch (action) {
	case SEGWARD_ACTION_END:
		return "End";
	case SEGWARD_ACTION_END_X:
		return "End.X";
	case SEGWARD_ACTION_END_T:
		return "End.T";
	case SEGWARD_ACTION_END_DX4:
		return "End.DX4";
	case SEGWARD_ACTION_END_DX6:
		return "End.DX6";
	case SEGWARD_ACTION_END_DT4:
		return "End.DT4";
	case SEGWARD_ACTION_END_DT6:
		return "End.DT6";
	case SEGWARD_ACTION_END_DT46:
		return "End.DT46";
	default:
		return "End.AN";
	}
}

static void describe_hook(const struct segward_visit *visit, char *text)
{
	const struct ipv6hdr *outer = ipv6_hdr(visit->skb);

	scnprintf(text, SEGWARD_TRACE_TEXT, "%pI6c > %pI6c, %u bytes, by %s%s",
		  &outer->saddr, &outer->daddr, visit->skb->len,
		  visit->skb->dev->name, visit->injected ? ", injected" : "");
}

static void describe_sid(const struct segward_visit *visit, char *text)
{
	const struct segward_sid *sid = visit->sid;
	const struct segward_profile *profile = visit->profile;

	if (!sid) {
		strscpy(text, "no SID takes the destination",
			SEGWARD_TRACE_TEXT);
		return;
	}
	scnprintf(text, SEGWARD_TRACE_TEXT, "%pI6c/%u action %s zone %u%s%s",
		  &sid->config.key.prefix, sid->config.key.prefix_len,
		  action_name(sid->config.action), sid->config.zone,
		  profile ? " profile " : "",
		  profile ? profile->config.name : "");
}

static void describe_srh(const struct segward_visit *visit, char *text)
{
	const struct segward_srh *srh = visit->srh;
	int n;

	if (!srh->has_srh)
		n = scnprintf(text, SEGWARD_TRACE_TEXT, "no SRH");
	else
		n = scnprintf(text, SEGWARD_TRACE_TEXT,
			      "%u segments, %u left, last entry %u, tag %u",
			      srh->nr_segments, srh->segments_left,
			      srh->last_entry, srh->tag);
	if (srh->next == SEGWARD_SRH_ERROR)
		scnprintf(text + n, SEGWARD_TRACE_TEXT - n,
			  ", refused: ICMPv6 type %u code %u pointer %u",
			  srh->icmp_type, srh->icmp_code, srh->icmp_pointer);
	else
		scnprintf(text + n, SEGWARD_TRACE_TEXT - n,
			  ", upper layer %u, hop limit %u", srh->upper_proto,
			  srh->hop_limit);
}

static void describe_packet(const struct segward_visit *visit, char *text)
{
	const struct segward_packet *packet = &visit->result->packet;
	int n;

	if (!visit->result->parsed) {
		strscpy(text, "cannot be parsed", SEGWARD_TRACE_TEXT);
		return;
	}
	if (packet->family == SEGWARD_FAMILY_IPV4)
		n = scnprintf(text, SEGWARD_TRACE_TEXT,
			      "%pI4 port %u > %pI4 port %u", packet->src,
			      packet->sport, packet->dst, packet->dport);
	else
		n = scnprintf(text, SEGWARD_TRACE_TEXT,
			      "%pI6c port %u > %pI6c port %u", packet->src,
			      packet->sport, packet->dst, packet->dport);
	scnprintf(text + n, SEGWARD_TRACE_TEXT - n,
		  ", protocol %u, %u bytes, %u of payload", packet->proto,
		  packet->len, packet->payload_len);
}

static void describe_reputation(const struct segward_visit *visit, char *text)
{
	const struct segward_result *result = visit->result;
	const struct segward_reputation_hit *hit;
	struct segward_reputation *rep;
	const char *category;
	u32 i;
	int n;

	rep = rcu_dereference(visit->snet->reputation);
	n = scnprintf(text, SEGWARD_TRACE_TEXT, "%u over their threshold",
		      result->nr_reputation);
	for (i = 0; i < result->nr_reputation; i++) {
		hit = &result->reputation[i];
		category = segward_reputation_category_name(rep, hit->entry.category);
		n += scnprintf(text + n, SEGWARD_TRACE_TEXT - n,
			       ", %s %s score %u", hit->dst ? "dst" : "src",
			       category ?: "-", hit->entry.score);
	}
}

static void describe_rules(const struct segward_visit *visit, char *text)
{
	const struct segward_result *result = visit->result;
	const struct segward_image_rule *rule;
	u32 i;
	int n;

	n = scnprintf(text, SEGWARD_TRACE_TEXT, "%u matched",
		      result->nr_hits + result->hits_lost);
	for (i = 0; i < result->nr_hits; i++) {
		rule = segward_image_rule(result->hit[i].ruleset->image,
					  result->hit[i].rule);
		n += scnprintf(text + n, SEGWARD_TRACE_TEXT - n,
			       ", %u:%u in %s", rule->gid, rule->signature_id,
			       result->hit[i].ruleset->name);
	}
	scnprintf(text + n, SEGWARD_TRACE_TEXT - n, ", work %u%s",
		  result->work, result->exhausted ? ", exhausted" : "");
}

static void describe_verdict(const struct segward_visit *visit, char *text)
{
	const struct segward_result *result = visit->result;

	if (!visit->profile)
		strscpy(text, "no profile", SEGWARD_TRACE_TEXT);
	else if (visit->profile->config.mode == SEGWARD_MODE_PREVENT)
		strscpy(text, "mode prevent", SEGWARD_TRACE_TEXT);
	else if (result && result->would == SEGWARD_VERDICT_DROP)
		strscpy(text, "mode monitor, prevent would drop",
			SEGWARD_TRACE_TEXT);
	else if (result && result->would == SEGWARD_VERDICT_REJECT)
		strscpy(text, "mode monitor, prevent would reject",
			SEGWARD_TRACE_TEXT);
	else
		strscpy(text, "mode monitor", SEGWARD_TRACE_TEXT);
}

/* Returns whether the step has anything to say yet. */
static bool describe(const struct segward_visit *visit, u8 step, char *text)
{
	switch (step) {
	case SEGWARD_STEP_HOOK:
		describe_hook(visit, text);
		return true;
	case SEGWARD_STEP_SID:
		describe_sid(visit, text);
		return true;
	case SEGWARD_STEP_SRH:
		if (visit->srh)
			describe_srh(visit, text);
		return visit->srh;
	case SEGWARD_STEP_PACKET:
		if (visit->result)
			describe_packet(visit, text);
		return visit->result;
	case SEGWARD_STEP_REPUTATION:
		if (visit->result)
			describe_reputation(visit, text);
		return visit->result;
	case SEGWARD_STEP_RULES:
		if (visit->result)
			describe_rules(visit, text);
		return visit->result;
	default:
		describe_verdict(visit, text);
		return true;
	}
}

static int put_step(struct sk_buff *skb, const struct segward_visit *visit,
		    u8 step, const char *text)
{
	if (nla_put_u32(skb, SEGWARD_A_TRACE_ID, visit->trace_id) ||
	    nla_put_u64_64bit(skb, SEGWARD_A_TRACE_TIME, ktime_get_real_ns(),
			      SEGWARD_A_TRACE_PAD) ||
	    nla_put_u32(skb, SEGWARD_A_TRACE_STEP, step) ||
	    nla_put_string(skb, SEGWARD_A_TRACE_TEXT, text))
		return -EMSGSIZE;
	if (step != SEGWARD_STEP_VERDICT)
		return 0;
	if (nla_put_u32(skb, SEGWARD_A_TRACE_VERDICT, visit->verdict))
		return -EMSGSIZE;
	return visit->reason ? nla_put_u32(skb, SEGWARD_A_TRACE_REASON,
					   visit->reason) : 0;
}

/* What does not arrive is missing from the trace, and nobody waits for it. */
static void send_step(const struct segward_visit *visit, u8 step,
		      const char *text, u32 portid)
{
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	if (!skb)
		return;
	hdr = genlmsg_put(skb, 0, 0, &segward_genl_family, 0,
			  SEGWARD_CMD_TRACE_NTF);
	if (!hdr || put_step(skb, visit, step, text)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_unicast(visit->snet->net, skb, portid);
}

void __segward_trace_step(const struct segward_visit *visit, u8 step)
{
	const struct segward_trace *trace = rcu_dereference(visit->snet->trace);
	char text[SEGWARD_TRACE_TEXT];

	if (trace && describe(visit, step, text))
		send_step(visit, step, text, trace->portid);
}

void __segward_trace_action(const struct segward_visit *visit,
			    const char *fmt, ...)
{
	const struct segward_trace *trace = rcu_dereference(visit->snet->trace);
	char text[SEGWARD_TRACE_TEXT];
	va_list args;

	if (!trace)
		return;
	va_start(args, fmt);
	vscnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	send_step(visit, SEGWARD_STEP_ACTION, text, trace->portid);
}

u32 __segward_trace_begin(const struct segward_visit *visit)
{
	struct segward_trace *trace = rcu_dereference(visit->snet->trace);
	struct segward_visit numbered = *visit;

	if (!trace)
		return 0;
	if (!matches_ipv6(trace, visit->skb, skb_network_offset(visit->skb)) &&
	    !matches_inner(trace, visit->skb))
		return 0;
	if (!segward_bucket_take(&trace->bucket, segward_now()))
		return 0;
	do {
		numbered.trace_id = (u32)atomic_inc_return(&trace->last_id);
	} while (!numbered.trace_id);
	__segward_trace_step(&numbered, SEGWARD_STEP_HOOK);
	__segward_trace_step(&numbered, SEGWARD_STEP_SID);
	return numbered.trace_id;
}

static int parse_filter(struct genl_info *info, u32 type,
			struct segward_prefix *filter)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_prefix)];
	struct nlattr *attr = info->attrs[type];
	int err;

	if (!attr)
		return 0;
	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_prefix, info->extack);
	if (err)
		return err;
	if (!tb[SEGWARD_A_PREFIX_ADDRESS])
		return segward_netlink_refuse(info->extack, attr,
					      "a filter has an address",
					      -EINVAL);
	return segward_netlink_prefix(tb[SEGWARD_A_PREFIX_ADDRESS],
				      tb[SEGWARD_A_PREFIX_PREFIX_LEN], filter,
				      info->extack);
}

static struct segward_trace *trace_get(struct segward_net *snet)
{
	return rcu_dereference_protected(snet->trace,
					 lockdep_is_held(&snet->lock));
}

static void trace_publish(struct segward_net *snet,
			  struct segward_trace *trace)
{
	struct segward_trace *old = trace_get(snet);

	rcu_assign_pointer(snet->trace, trace);
	if (!old)
		atomic_inc(&snet->nr_owned);
	else
		kfree_rcu(old, rcu);
}

int segward_trace_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *rate = info->attrs[SEGWARD_A_TRACE_RATE];
	struct segward_net *snet = segward_info_net(info);
	struct segward_trace *old = trace_get(snet);
	struct segward_trace *trace;
	u32 packets;
	int err;

	if (old && old->portid != info->snd_portid) {
		NL_SET_ERR_MSG(info->extack,
			       "another socket traces in this namespace");
		return -EBUSY;
	}
	trace = kzalloc(sizeof(*trace), GFP_KERNEL_ACCOUNT);
	if (!trace)
		return -ENOMEM;
	err = parse_filter(info, SEGWARD_A_TRACE_SRC, &trace->src);
	if (!err)
		err = parse_filter(info, SEGWARD_A_TRACE_DST, &trace->dst);
	if (err) {
		kfree(trace);
		return err;
	}
	packets = rate ? nla_get_u32(rate) : SEGWARD_TRACE_RATE;
	segward_bucket_init(&trace->bucket, packets, packets, segward_now());
	trace->portid = info->snd_portid;
	trace_publish(snet, trace);
	return 0;
}

void segward_trace_release(struct segward_net *snet, u32 portid)
{
	struct segward_trace *trace = trace_get(snet);

	if (!trace || (portid && trace->portid != portid))
		return;
	RCU_INIT_POINTER(snet->trace, NULL);
	atomic_dec(&snet->nr_owned);
	kfree_rcu(trace, rcu);
}
