// SPDX-License-Identifier: GPL-2.0
/*
 * Events: what the packet path saw, told to a multicast group.
 *
 * DOC: A packet's events are made while its verdict is final and its bytes are
 * still in place: what listeners get is copied into a message at once and
 * nothing of the packet is kept. The rate of a namespace is limited by a token
 * bucket; events above it, and those for which there was no memory, are
 * counted, and a second later a message says how many they were. Messages that
 * a listener did not read in time are between it and its socket (ENOBUFS).
 */
#include "event.h"

#include <linux/ipv6.h>
#include <linux/segward_image.h>
#include <linux/skbuff.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "bucket.h"
#include "engine/inspect.h"
#include "event_internal.h"
#include "hook.h"
#include "netlink.h"
#include "sid.h"
#include "stats.h"

/* How long losses are gathered before they are told, in milliseconds. */
#define LOST_MS		1000

/* Longer ones are left out; rule-get has them. Usual ones have 300 bytes. */
#define METADATA_MAX	1024

/* Of a message, without its strings and segments: about 600 bytes. */
#define FIXED_SIZE	1024

/**
 * struct segward_event_net - event path of a namespace
 * @bucket: limits the rate
 * @report: tells how many were lost
 * @snet: the namespace
 * @lossy: events were lost and @report is on its way
 * @told: of SEGWARD_STAT_EVENTS_LOST, how many have been told
 */
struct segward_event_net {
	struct segward_bucket bucket;
	struct delayed_work report;
	struct segward_net *snet;
	bool lossy;
	u64 told;
};

static struct sk_buff *message_begin(size_t size, u32 type, void **hdr,
				     gfp_t gfp)
{
	struct sk_buff *skb;

	skb = genlmsg_new(size, gfp);
	if (!skb)
		return NULL;
	*hdr = genlmsg_put(skb, 0, 0, &segward_genl_family, 0,
			   SEGWARD_CMD_EVENT_NTF);
	if (*hdr && !nla_put_u32(skb, SEGWARD_A_EVENT_TYPE, type) &&
	    !nla_put_u64_64bit(skb, SEGWARD_A_EVENT_TIME,
			       ktime_get_real_ns(), SEGWARD_A_EVENT_PAD))
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static void message_send(struct segward_net *snet, struct sk_buff *skb,
			 void *hdr, gfp_t gfp)
{
	genlmsg_end(skb, hdr);
	genlmsg_multicast_netns(&segward_genl_family, snet->net, skb, 0,
				SEGWARD_GROUP_EVENT, gfp);
}

bool segward_event_heard(const struct segward_net *snet)
{
	return segward_netlink_wanted(snet, SEGWARD_GROUP_EVENT);
}

static void event_lost(struct segward_net *snet, u32 n)
{
	struct segward_event_net *event = snet->event;

	segward_stats_add(snet, SEGWARD_STAT_EVENTS_LOST, n);
	/* Counted before the mark is read, see event_report(). */
	smp_mb();
	if (READ_ONCE(event->lossy))
		return;
	WRITE_ONCE(event->lossy, true);
	queue_delayed_work(system_unbound_wq, &event->report,
			   msecs_to_jiffies(LOST_MS));
}

static void event_report(struct work_struct *work)
{
	struct segward_event_net *event =
		container_of(to_delayed_work(work), struct segward_event_net,
			     report);
	struct segward_net *snet = event->snet;
	struct sk_buff *skb;
	u64 lost;
	void *hdr;

	/*
	 * Cleared before the counters are read: a loss that is not in the sum
	 * finds the mark clear and brings us here again.
	 */
	smp_store_mb(event->lossy, false);
	lost = segward_stats_read_one(snet, SEGWARD_STAT_EVENTS_LOST);
	if (lost == event->told || !segward_event_heard(snet))
		return;
	skb = message_begin(NLMSG_DEFAULT_SIZE, SEGWARD_EVENT_TYPE_LOST, &hdr,
			    GFP_KERNEL);
	if (!skb)
		return;
	if (nla_put_u64_64bit(skb, SEGWARD_A_EVENT_LOST, lost - event->told,
			      SEGWARD_A_EVENT_PAD)) {
		nlmsg_free(skb);
		return;
	}
	event->told = lost;
	message_send(snet, skb, hdr, GFP_KERNEL);
}

/* The bits behind the prefix, moved to the end of 16 bytes: they are a number. */
static void sid_argument(const struct segward_sid *sid,
			 const struct in6_addr *daddr, u8 *argument)
{
	u32 len = sid->config.key.prefix_len;
	u32 i;

	memset(argument, 0, 16);
	for (i = len / 8; i < 16; i++)
		argument[i] = daddr->s6_addr[i];
	if (len % 8)
		argument[len / 8] &= 0xff >> len % 8;
}

static int put_sid(struct sk_buff *skb, const struct segward_sid *sid,
		   const struct in6_addr *daddr)
{
	u8 argument[16];

	sid_argument(sid, daddr, argument);
	if (nla_put_in6_addr(skb, SEGWARD_A_EVENT_SID,
			     &sid->config.key.prefix) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_SID_LEN,
			sid->config.key.prefix_len) ||
	    nla_put(skb, SEGWARD_A_EVENT_ARGUMENT, 16, argument) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_ZONE, sid->config.zone))
		return -EMSGSIZE;
	return 0;
}

static int put_segments(struct sk_buff *skb, const struct segward_visit *visit)
{
	const struct segward_srh *srh = visit->srh;
	u8 copy[SEGWARD_EVENT_SEGMENTS * 16];
	const u8 *segments;
	u32 len;

	if (!srh || !srh->has_srh)
		return 0;
	len = min_t(u32, srh->nr_segments, SEGWARD_EVENT_SEGMENTS) * 16;
	segments = segward_view_bytes(visit->view, srh->segments_off, len,
				      copy);
	if (segments && nla_put(skb, SEGWARD_A_EVENT_SEGMENTS, len, segments))
		return -EMSGSIZE;
	return nla_put_u32(skb, SEGWARD_A_EVENT_SEGMENTS_LEFT,
			   srh->segments_left);
}

/* The outer header; NULL if it is not known. */
static const struct ipv6hdr *outer_header(const struct segward_visit *visit,
					  struct ipv6hdr *copy)
{
	if (!visit->view)
		return NULL;
	return (const void *)segward_view_bytes(visit->view, 0, sizeof(*copy),
						copy);
}

int segward_event_put_sid(struct sk_buff *skb,
			  const struct segward_visit *visit)
{
	struct ipv6hdr copy;
	const struct ipv6hdr *outer = outer_header(visit, &copy);

	if (!outer || !visit->sid)
		return 0;
	return put_sid(skb, visit->sid, &outer->daddr);
}

static int put_outer(struct sk_buff *skb, const struct segward_visit *visit)
{
	struct ipv6hdr copy;
	const struct ipv6hdr *outer = outer_header(visit, &copy);

	if (!outer)
		return 0;
	if (segward_event_put_sid(skb, visit) ||
	    nla_put_in6_addr(skb, SEGWARD_A_EVENT_OUTER_SRC, &outer->saddr) ||
	    nla_put_in6_addr(skb, SEGWARD_A_EVENT_OUTER_DST, &outer->daddr))
		return -EMSGSIZE;
	return put_segments(skb, visit);
}

static int put_ports(struct sk_buff *skb, const struct segward_packet *packet)
{
	u32 first = packet->sport, second = packet->dport;

	if (packet->proto == IPPROTO_ICMP || packet->proto == IPPROTO_ICMPV6) {
		first = packet->icmp_type;
		second = packet->icmp_code;
	}
	if (nla_put_u32(skb, SEGWARD_A_EVENT_SRC_PORT, first) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_DST_PORT, second))
		return -EMSGSIZE;
	if (packet->proto == IPPROTO_TCP)
		return nla_put_u32(skb, SEGWARD_A_EVENT_TCP_FLAGS,
				   packet->tcp_flags);
	return 0;
}

static int put_flow(struct sk_buff *skb, const struct segward_packet *packet)
{
	if (nla_put_u64_64bit(skb, SEGWARD_A_EVENT_FLOW_ID, packet->flow_id,
			      SEGWARD_A_EVENT_PAD) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_FLOW_DIRECTION,
			packet->flow_direction) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_FLOW_STATE, packet->flow_state))
		return -EMSGSIZE;
	if (packet->app_proto)
		return nla_put_u32(skb, SEGWARD_A_EVENT_APP_PROTO,
				   packet->app_proto);
	return 0;
}

/* Of a packet that is not @parsed only its addresses are sure. */
static int put_packet(struct sk_buff *skb, const struct segward_packet *packet,
		      bool parsed)
{
	u32 size = packet->family == SEGWARD_FAMILY_IPV4 ? 4 : 16;

	if (nla_put_u32(skb, SEGWARD_A_EVENT_FAMILY, packet->family) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_ENCAPSULATION,
			packet->encapsulation) ||
	    nla_put(skb, SEGWARD_A_EVENT_SRC, size, packet->src) ||
	    nla_put(skb, SEGWARD_A_EVENT_DST, size, packet->dst) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_PROTOCOL, packet->proto) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_LENGTH, packet->len) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_TTL, packet->ttl))
		return -EMSGSIZE;
	if (packet->flow_id && put_flow(skb, packet))
		return -EMSGSIZE;
	/* Behind a later fragment's headers there are no ports. */
	if (!parsed || packet->fragment == SEGWARD_FRAGMENT_LATER)
		return 0;
	return put_ports(skb, packet);
}

int segward_event_put_place(struct sk_buff *skb,
			    const struct segward_visit *visit)
{
	const struct segward_profile *profile = visit->profile;

	if (nla_put_u32(skb, SEGWARD_A_EVENT_IIF, visit->iif))
		return -EMSGSIZE;
	if (!profile)
		return 0;
	if (nla_put_string(skb, SEGWARD_A_EVENT_PROFILE,
			   profile->config.name) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_MODE, profile->config.mode))
		return -EMSGSIZE;
	return 0;
}

static int put_verdict(struct sk_buff *skb, const struct segward_visit *visit,
		       u8 would, u8 reason)
{
	if (nla_put_u32(skb, SEGWARD_A_EVENT_VERDICT, visit->verdict) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_WOULD, would))
		return -EMSGSIZE;
	if (reason && nla_put_u32(skb, SEGWARD_A_EVENT_REASON, reason))
		return -EMSGSIZE;
	return segward_event_put_place(skb, visit);
}

static int put_visit(struct sk_buff *skb, const struct segward_visit *visit,
		     u8 would, u8 reason)
{
	if (put_verdict(skb, visit, would, reason) || put_outer(skb, visit))
		return -EMSGSIZE;
	if (visit->result && visit->result->packet.family)
		return put_packet(skb, &visit->result->packet,
				  visit->result->parsed);
	return 0;
}

static int put_string(struct sk_buff *skb, int type, const char *string)
{
	return *string ? nla_put_string(skb, type, string) : 0;
}

static int put_rule(struct sk_buff *skb, const struct segward_hit *hit)
{
	const void *image = hit->ruleset->image;
	const struct segward_image_class *class;
	const struct segward_image_rule *rule;
	const char *metadata;

	rule = segward_image_rule(image, hit->rule);
	class = segward_image_class(image, rule->classtype);
	metadata = segward_image_string(image, rule->metadata);
	if (nla_put_string(skb, SEGWARD_A_EVENT_RULESET, hit->ruleset->name) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_SIGNATURE_ID,
			rule->signature_id) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_GID, rule->gid) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_REV, rule->rev) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_ACTION, rule->action) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_PRIORITY, rule->priority) ||
	    put_string(skb, SEGWARD_A_EVENT_MSG,
		       segward_image_string(image, rule->msg)) ||
	    put_string(skb, SEGWARD_A_EVENT_CLASSTYPE,
		       segward_image_string(image, class->name)) ||
	    put_string(skb, SEGWARD_A_EVENT_CATEGORY,
		       segward_image_string(image, class->description)))
		return -EMSGSIZE;
	if (strlen(metadata) > METADATA_MAX)
		return 0;
	return put_string(skb, SEGWARD_A_EVENT_METADATA, metadata);
}

static size_t rule_size(const struct segward_hit *hit)
{
	const void *image = hit->ruleset->image;
	const struct segward_image_class *class;
	const struct segward_image_rule *rule;

	rule = segward_image_rule(image, hit->rule);
	class = segward_image_class(image, rule->classtype);
	return strlen(segward_image_string(image, rule->msg)) +
	       strlen(segward_image_string(image, class->name)) +
	       strlen(segward_image_string(image, class->description)) +
	       METADATA_MAX;
}

/* The prefix of the entry: the packet's address up to the entry's length. */
static void hit_prefix(const struct segward_packet *packet,
		       const struct segward_reputation_hit *hit, u8 *prefix)
{
	const u8 *addr = hit->dst ? packet->dst : packet->src;
	u32 len = hit->entry.len;

	memset(prefix, 0, 16);
	memcpy(prefix, addr, len / 8);
	if (len % 8)
		prefix[len / 8] = addr[len / 8] & ~(0xff >> len % 8);
}

static int put_reputation(struct sk_buff *skb, struct segward_net *snet,
			  const struct segward_packet *packet,
			  const struct segward_reputation_hit *hit)
{
	struct segward_reputation *rep = rcu_dereference(snet->reputation);
	const char *category, *source;
	u8 prefix[16];

	hit_prefix(packet, hit, prefix);
	category = segward_reputation_category_name(rep, hit->entry.category);
	source = segward_reputation_source_name(rep, hit->entry.source);
	if (nla_put(skb, SEGWARD_A_EVENT_ADDRESS,
		    packet->family == SEGWARD_FAMILY_IPV4 ? 4 : 16, prefix) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_PREFIX_LEN, hit->entry.len) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_SCORE, hit->entry.score) ||
	    put_string(skb, SEGWARD_A_EVENT_CATEGORY, category ?: "") ||
	    put_string(skb, SEGWARD_A_EVENT_SOURCE, source ?: ""))
		return -EMSGSIZE;
	return 0;
}

struct sk_buff *segward_event_begin(struct segward_net *snet, u32 type,
				    size_t more, void **hdr)
{
	struct sk_buff *skb = NULL;

	if (segward_bucket_take(&snet->event->bucket, segward_now()))
		skb = message_begin(FIXED_SIZE + more, type, hdr, GFP_ATOMIC);
	if (!skb)
		event_lost(snet, 1);
	return skb;
}

void segward_event_end(struct segward_net *snet, struct sk_buff *skb,
		       void *hdr, int err)
{
	if (err) {
		nlmsg_free(skb);
		event_lost(snet, 1);
		return;
	}
	segward_stats_inc(snet, SEGWARD_STAT_EVENTS);
	message_send(snet, skb, hdr, GFP_ATOMIC);
}

static u8 visit_would(const struct segward_visit *visit)
{
	return visit->result ? visit->result->would : visit->verdict;
}

static void event_alert(const struct segward_visit *visit,
			const struct segward_hit *hit, u8 reason)
{
	struct segward_net *snet = visit->snet;
	struct sk_buff *skb;
	void *hdr;

	skb = segward_event_begin(snet, SEGWARD_EVENT_TYPE_ALERT,
				  rule_size(hit), &hdr);
	if (skb)
		segward_event_end(snet, skb, hdr,
				  put_visit(skb, visit, visit_would(visit),
					    reason) ?:
				  put_rule(skb, hit));
}

static void event_reputation(const struct segward_visit *visit,
			     const struct segward_reputation_hit *hit,
			     u8 reason)
{
	struct segward_net *snet = visit->snet;
	struct sk_buff *skb;
	void *hdr;

	skb = segward_event_begin(snet, SEGWARD_EVENT_TYPE_REPUTATION, 0,
				  &hdr);
	if (skb)
		segward_event_end(snet, skb, hdr,
				  put_visit(skb, visit, visit_would(visit),
					    reason) ?:
				  put_reputation(skb, snet,
						 &visit->result->packet, hit));
}

static void event_reason(const struct segward_visit *visit, u8 reason)
{
	struct segward_net *snet = visit->snet;
	struct sk_buff *skb;
	void *hdr;

	skb = segward_event_begin(snet, segward_reason_event(reason), 0, &hdr);
	if (skb)
		segward_event_end(snet, skb, hdr,
				  put_visit(skb, visit, visit_would(visit),
					    reason));
}

/*
 * Why the packet is not handed on, or would not be by prevent mode, unless
 * the events of its inspection say so already.
 */
static u8 untold_reason(const struct segward_visit *visit)
{
	const struct segward_result *result = visit->result;
	struct segward_result_event told;

	if (!result || (visit->reason && visit->reason != result->reason))
		return visit->reason;
	return segward_result_event(result, 0, &told) ?
	       SEGWARD_REASON_NONE : result->reason;
}

/* What the inspection has to tell; the engine says what, as to replay. */
static void event_result(const struct segward_visit *visit)
{
	const struct segward_result *result = visit->result;
	struct segward_result_event told;
	u32 i;

	for (i = 0; segward_result_event(result, i, &told); i++) {
		if (told.type == SEGWARD_EVENT_TYPE_ALERT)
			event_alert(visit, &result->hit[told.index],
				    told.reason);
		else if (told.type == SEGWARD_EVENT_TYPE_REPUTATION)
			event_reputation(visit,
					 &result->reputation[told.index],
					 told.reason);
		else
			event_reason(visit, told.reason);
	}
	if (result->hits_lost)
		event_lost(visit->snet, result->hits_lost);
}

void segward_event_visit(const struct segward_visit *visit)
{
	const struct segward_result *result = visit->result;
	u8 reason;

	if (likely(!visit->reason && (!result || segward_result_quiet(result))))
		return;
	if (result && (result->nr_hits | result->hits_lost))
		segward_stats_add(visit->snet, SEGWARD_STAT_ALERTS,
				  result->nr_hits + result->hits_lost);
	if (!segward_event_heard(visit->snet))
		return;
	if (result)
		event_result(visit);
	reason = untold_reason(visit);
	if (reason)
		event_reason(visit, reason);
}

void segward_event_state(struct segward_net *snet, const char *text,
			 const char *profile, const char *ruleset, u8 mode)
{
	struct sk_buff *skb;
	void *hdr;

	if (!segward_event_heard(snet))
		return;
	skb = message_begin(NLMSG_DEFAULT_SIZE, SEGWARD_EVENT_TYPE_STATE, &hdr,
			    GFP_KERNEL);
	if (!skb)
		return;
	if (nla_put_string(skb, SEGWARD_A_EVENT_TEXT, text) ||
	    (profile && nla_put_string(skb, SEGWARD_A_EVENT_PROFILE,
				       profile)) ||
	    (ruleset && nla_put_string(skb, SEGWARD_A_EVENT_RULESET,
				       ruleset)) ||
	    (mode && nla_put_u32(skb, SEGWARD_A_EVENT_MODE, mode))) {
		nlmsg_free(skb);
		return;
	}
	message_send(snet, skb, hdr, GFP_KERNEL);
}

int segward_event_init(struct segward_net *snet)
{
	struct segward_event_net *event;

	event = kzalloc(sizeof(*event), GFP_KERNEL_ACCOUNT);
	if (!event)
		return -ENOMEM;
	event->snet = snet;
	INIT_DELAYED_WORK(&event->report, event_report);
	segward_bucket_init(&event->bucket, SEGWARD_EVENT_RATE,
			    SEGWARD_EVENT_BURST, segward_now());
	snet->event = event;
	return 0;
}

void segward_event_exit(struct segward_net *snet)
{
	cancel_delayed_work_sync(&snet->event->report);
	kfree(snet->event);
}
