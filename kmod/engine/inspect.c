// SPDX-License-Identifier: GPL-2.0
/*
 * Inspection: runs a packet through the organs in their order and keeps the
 * strongest of what they say.
 */
#include <linux/segward_buffer.h>
#include <linux/segward_image.h>

#include "inspect.h"
#include "prefix.h"

/* What a pass rule takes back. */
struct mark {
	u8 would;
	u8 reason;
	u8 reject_to;
	u8 nr_hits;
	u32 hits_lost;
	struct segward_hit last;
};

/* One packet on its way. */
struct run {
	const struct segward_inspect *inspect;
	const struct segward_view *view;
	struct segward_result *result;
	const struct segward_binding *binding;
	struct mark mark;
	u32 budget;
	bool decided;	/* reputation has spoken the last word */
	bool passed;	/* a pass rule matched in this segment */
};

/* The first of equally strong verdicts gives the reason. */
static void decide(struct segward_result *result, u8 verdict, u8 reason,
		   u8 reject_to)
{
	if (verdict <= result->would)
		return;
	result->would = verdict;
	result->reason = verdict >= SEGWARD_VERDICT_DROP ? reason :
			 SEGWARD_REASON_NONE;
	result->reject_to = verdict == SEGWARD_VERDICT_REJECT ? reject_to : 0;
}

static u8 condition_reason(u8 condition)
{
	switch (condition) {
	case SEGWARD_CONDITION_OUTER_FRAGMENT:
		return SEGWARD_REASON_OUTER_FRAGMENT;
	case SEGWARD_CONDITION_INNER_FRAGMENT:
		return SEGWARD_REASON_INNER_FRAGMENT;
	case SEGWARD_CONDITION_BUDGET:
		return SEGWARD_REASON_BUDGET;
	case SEGWARD_CONDITION_FLOW_FULL:
		return SEGWARD_REASON_FLOW_FULL;
	default:
		return SEGWARD_REASON_PACKET_MALFORMED;
	}
}

static void except(struct run *run, u8 condition)
{
	u8 verdict = segward_profile_exception(run->inspect->profile,
					       condition);

	if (verdict <= SEGWARD_VERDICT_PASS)
		return;
	run->result->conditions |= 1 << condition;
	if (!run->decided)
		decide(run->result, verdict, condition_reason(condition),
		       SEGWARD_DIRECTION_EITHER);
}

/* Whether both addresses are covered by the one entry of @a. */
static bool same_entry(const struct segward_reputation_hit *a,
		       const struct segward_reputation_match *b,
		       const struct segward_packet *packet)
{
	return a->entry.len == b->len && a->entry.category == b->category &&
	       a->entry.source == b->source &&
	       segward_prefix_covers(packet->src, b->len, packet->dst);
}

static void add_reputation(struct run *run,
			   const struct segward_reputation_match *match,
			   bool dst, u8 verdict)
{
	struct segward_result *result = run->result;
	struct segward_reputation_hit *hit = result->reputation;
	u8 i = 0;

	for (; dst && i < result->nr_reputation; i++)
		if (same_entry(&hit[i], match, &result->packet))
			return;
	if (result->nr_reputation < SEGWARD_REPUTATION_HITS_MAX)
		i = result->nr_reputation++;
	else if (verdict > result->would)
		i = SEGWARD_REPUTATION_HITS_MAX - 1;
	else
		return;
	hit[i].entry = *match;
	hit[i].dst = dst;
	hit[i].verdict = verdict;
}

/* The verdict of an entry; 0 if the profile does not care. */
static u8 weigh(const struct segward_profile *profile,
		const struct segward_reputation_match *match)
{
	u8 min_score = profile->min_score[match->category];

	if (!min_score || match->score < min_score)
		return 0;
	return profile->category_verdict[match->category];
}

static void ask_reputation(struct run *run, bool dst)
{
	const struct segward_inspect *inspect = run->inspect;
	struct segward_packet *packet = &run->result->packet;
	struct segward_reputation_result found segward_uncleared;
	u32 i;
	u8 verdict;

	segward_reputation_lookup(inspect->reputation, packet->family,
				  dst ? packet->dst : packet->src,
				  inspect->now, &found);
	for (i = 0; i < found.count; i++)
		if (weigh(inspect->profile, &found.match[i]) ==
		    SEGWARD_VERDICT_PASS)
			return;
	for (i = 0; i < found.count; i++) {
		verdict = weigh(inspect->profile, &found.match[i]);
		if (!verdict)
			continue;
		add_reputation(run, &found.match[i], dst, verdict);
		decide(run->result, verdict, SEGWARD_REASON_REPUTATION,
		       SEGWARD_DIRECTION_EITHER);
		if (verdict >= SEGWARD_VERDICT_DROP)
			run->decided = true;
	}
}

static void inspect_reputation(struct run *run)
{
	if (!run->inspect->reputation ||
	    !run->inspect->profile->config.nr_thresholds)
		return;
	ask_reputation(run, false);
	ask_reputation(run, true);
}

/*
 * Whom a reject tells: both ends, if the rule does not name one. Suricata's
 * plain reject tells the source, which an endpoint in the middle of a path
 * often cannot reach.
 */
static u8 reject_to(u32 action)
{
	switch (action) {
	case SEGWARD_RULE_ACTION_REJECTSRC:
		return SEGWARD_DIRECTION_SRC;
	case SEGWARD_RULE_ACTION_REJECTDST:
		return SEGWARD_DIRECTION_DST;
	default:
		return SEGWARD_DIRECTION_EITHER;
	}
}

static void add_hit(struct run *run, u32 rule, u8 verdict)
{
	struct segward_result *result = run->result;
	struct segward_hit *hit = result->hit;
	u8 i;

	for (i = 0; i < result->nr_hits; i++)
		if (hit[i].rule == rule &&
		    hit[i].ruleset == run->binding->ruleset)
			return;
	if (i < SEGWARD_HITS_MAX) {
		result->nr_hits++;
	} else {
		result->hits_lost++;
		if (verdict <= result->would)
			return;
		i--;	/* the hit that decides must be told */
	}
	hit[i].ruleset = run->binding->ruleset;
	hit[i].rule = rule;
	hit[i].verdict = verdict;
}

static bool on_hit(void *arg, u32 index)
{
	const struct segward_image_rule *rule;
	struct run *run = arg;
	u8 verdict;

	verdict = run->binding->verdict[index];
	rule = segward_image_rule(run->binding->ruleset->image, index);
	if (verdict & SEGWARD_BINDING_SUPPRESSED &&
	    segward_profile_suppressed(run->inspect->profile, rule->gid,
				       rule->signature_id,
				       &run->result->packet))
		return true;
	verdict &= ~SEGWARD_BINDING_SUPPRESSED;
	if (verdict == SEGWARD_VERDICT_PASS) {
		run->passed = rule->action == SEGWARD_RULE_ACTION_PASS;
		return !run->passed;
	}
	add_hit(run, index, verdict);
	if (!run->decided)
		decide(run->result, verdict, SEGWARD_REASON_RULE,
		       reject_to(rule->action));
	return true;
}

static void set_mark(struct run *run)
{
	struct segward_result *result = run->result;

	run->passed = false;
	run->mark.would = result->would;
	run->mark.reason = result->reason;
	run->mark.reject_to = result->reject_to;
	run->mark.nr_hits = result->nr_hits;
	run->mark.hits_lost = result->hits_lost;
	run->mark.last = result->hit[SEGWARD_HITS_MAX - 1];
}

static void back_to_mark(struct run *run)
{
	struct segward_result *result = run->result;

	result->would = run->mark.would;
	result->reason = run->mark.reason;
	result->reject_to = run->mark.reject_to;
	result->nr_hits = run->mark.nr_hits;
	result->hits_lost = run->mark.hits_lost;
	result->hit[SEGWARD_HITS_MAX - 1] = run->mark.last;
}

/* Returns false if the budget ran out. */
static bool match_ruleset(struct run *run, const u8 *payload, u32 len)
{
	const struct segward_rule_match match = {
		.binding	= run->binding,
		.packet		= &run->result->packet,
		.scratch	= run->inspect->scratch,
		.budget		= &run->budget,
		.hit		= on_hit,
		.arg		= run,
	};
	const struct segward_rule_bytes bytes = {
		.data	= payload,
		.len	= len,
		.buffer	= SEGWARD_BUFFER_STREAM,
		.part	= SEGWARD_RULE_FIRST | SEGWARD_RULE_LAST,
	};

	if (run->budget < SEGWARD_WORK_PIECE)
		return false;
	run->budget -= SEGWARD_WORK_PIECE;
	if (!segward_rule_match_packet(&match, payload, len))
		return false;
	return run->passed || !len ||
	       run->result->packet.proto != SEGWARD_PROTO_TCP ||
	       segward_rule_match_stream(&match, &bytes);
}

/* One segment's payload through all rulesets. False: out of budget. */
static bool inspect_piece(struct run *run, u32 off, u32 len)
{
	const struct segward_profile *profile = run->inspect->profile;
	const u8 *payload = run->inspect->scratch->linear;
	bool enough = true;
	u32 i;

	if (len)
		payload = segward_view_bytes(run->view, off, len,
					     run->inspect->scratch->linear);
	if (!payload)
		return true;
	set_mark(run);
	for (i = 0; i < profile->config.nr_rulesets && enough; i++) {
		run->binding = &profile->binding[i];
		enough = match_ruleset(run, payload, len);
		if (run->passed) {
			back_to_mark(run);
			return true;
		}
	}
	return enough;
}

/*
 * Payload by the segments in which it travels. One that is larger than what
 * can be looked at in one piece and is not GSO is a jumbogram; it is cut.
 */
static bool inspect_payload(struct run *run)
{
	const struct segward_packet *packet = &run->result->packet;
	u32 size = run->view->gso_size ?: U16_MAX;
	u32 done = 0;
	u32 len;

	do {
		len = min(packet->payload_len - done, size);
		if (!inspect_piece(run, packet->payload_off + done, len))
			return false;
		done += len;
	} while (done < packet->payload_len);
	return true;
}

static void inspect_rules(struct run *run)
{
	struct segward_result *result = run->result;

	run->budget = SEGWARD_WORK_MAX;
	if (!inspect_payload(run)) {
		result->exhausted = true;
		except(run, SEGWARD_CONDITION_BUDGET);
	}
	result->work = SEGWARD_WORK_MAX - run->budget;
}

static bool prevents(const struct run *run)
{
	return run->inspect->profile->config.mode == SEGWARD_MODE_PREVENT;
}

/* Counts the packet in its flow. */
static void find_flow(struct run *run)
{
	const struct segward_inspect *inspect = run->inspect;
	struct segward_result *result = run->result;
	struct segward_packet *packet = &result->packet;
	struct segward_flow_seen seen;
	struct segward_flow *flow;

	flow = segward_flow_get(inspect->flows, inspect->zone, packet,
				inspect->now, &seen);
	if (!flow) {
		result->flow_full = true;
		except(run, SEGWARD_CONDITION_FLOW_FULL);
		return;
	}
	packet->flow_id = segward_flow_id(flow->hash, flow->began);
	packet->flow_state = flow->state;
	packet->flow_direction = seen.direction == SEGWARD_APP_TOSERVER ?
				 SEGWARD_FLOW_DIRECTION_TO_SERVER :
				 SEGWARD_FLOW_DIRECTION_TO_CLIENT;
	result->flow_begun = seen.begun;
	segward_flow_put(flow);
}

/* A whole packet. */
static void inspect_flow(struct run *run)
{
	if (run->inspect->flows)
		find_flow(run);
	if (run->result->flow_full && prevents(run) &&
	    run->result->would >= SEGWARD_VERDICT_DROP)
		return;
	inspect_rules(run);
}

/* The @len bytes of a datagram whose last fragment is at hand. */
static void inspect_datagram(struct run *run, u32 len)
{
	const struct segward_view *fragment = run->view;
	struct segward_packet *packet = &run->result->packet;
	const struct segward_inspect *inspect = run->inspect;
	struct segward_packet last = *packet;
	struct segward_view datagram;

	segward_view_flat(&datagram, inspect->scratch->datagram, len);
	if (fragment->csum == SEGWARD_CSUM_IGNORE)
		datagram.csum = SEGWARD_CSUM_IGNORE;
	run->result->joined = true;
	if (segward_packet_parse_ip(&datagram, 0, packet)) {
		*packet = last;
		except(run, SEGWARD_CONDITION_PACKET_MALFORMED);
	} else {
		packet->encapsulation = last.encapsulation;
		run->view = &datagram;
		inspect_flow(run);
		run->view = fragment;
	}
	segward_fragments_done(inspect->fragments, &inspect->context, &last,
			       !prevents(run) ||
			       run->result->would < SEGWARD_VERDICT_DROP);
}

static void inspect_fragment(struct run *run)
{
	const struct segward_inspect *inspect = run->inspect;
	u8 state = SEGWARD_FRAGMENT_FULL;
	u32 len = 0;

	if (inspect->fragments)
		state = segward_fragments_add(inspect->fragments,
					      &inspect->context, run->view,
					      &run->result->packet,
					      inspect->now,
					      inspect->scratch->datagram, &len);
	switch (state) {
	case SEGWARD_FRAGMENT_KEPT:
		return;
	case SEGWARD_FRAGMENT_COMPLETE:
		inspect_datagram(run, len);
		return;
	default:
		run->result->fragment_full = state == SEGWARD_FRAGMENT_FULL;
		except(run, SEGWARD_CONDITION_INNER_FRAGMENT);
		inspect_rules(run);
	}
}

/* A parsed packet. */
static void inspect_packet(struct run *run)
{
	run->result->parsed = true;
	inspect_reputation(run);
	if (run->decided && prevents(run))
		return;
	if (run->result->packet.fragment != SEGWARD_FRAGMENT_NONE)
		inspect_fragment(run);
	else
		inspect_flow(run);
}

static void begin(struct run *run, const struct segward_inspect *inspect,
		  const struct segward_view *view,
		  struct segward_result *result)
{
	/* Of what was hit as many are written as are counted. */
	memset(result, 0, offsetof(struct segward_result, hit));
	result->would = SEGWARD_VERDICT_PASS;
	memset(run, 0, sizeof(*run));
	run->inspect = inspect;
	run->view = view;
	run->result = result;
}

static void finish(struct run *run)
{
	struct segward_result *result = run->result;

	result->verdict = result->would;
	if (!prevents(run) &&
	    result->would > SEGWARD_VERDICT_REPORT)
		result->verdict = SEGWARD_VERDICT_REPORT;
}

void segward_inspect(const struct segward_inspect *inspect,
		     const struct segward_view *view,
		     const struct segward_srh *srh,
		     struct segward_result *result)
{
	struct run run segward_uncleared;

	begin(&run, inspect, view, result);
	if (srh->fragment)
		except(&run, SEGWARD_CONDITION_OUTER_FRAGMENT);
	else if (segward_packet_parse(view, srh, &result->packet))
		except(&run, SEGWARD_CONDITION_PACKET_MALFORMED);
	else
		inspect_packet(&run);
	finish(&run);
}

void segward_inspect_ip(const struct segward_inspect *inspect,
			const struct segward_view *view, u32 off,
			struct segward_result *result)
{
	struct run run segward_uncleared;

	begin(&run, inspect, view, result);
	if (segward_packet_parse_ip(view, off, &result->packet))
		except(&run, SEGWARD_CONDITION_PACKET_MALFORMED);
	else
		inspect_packet(&run);
	finish(&run);
}

bool segward_result_event(const struct segward_result *result, u32 n,
			  struct segward_result_event *event)
{
	u8 condition;

	for (condition = 1; condition <= SEGWARD_CONDITION_MAX; condition++) {
		if (!(result->conditions & 1 << condition) || n--)
			continue;
		event->type = SEGWARD_EVENT_TYPE_ANOMALY;
		event->index = condition;
		event->reason = condition_reason(condition);
		return true;
	}
	event->reason = result->reason;
	if (n < result->nr_reputation) {
		event->type = SEGWARD_EVENT_TYPE_REPUTATION;
		event->index = (u8)n;
		return true;
	}
	n -= result->nr_reputation;
	event->type = SEGWARD_EVENT_TYPE_ALERT;
	event->index = (u8)n;
	return n < result->nr_hits;
}

u8 segward_reason_event(u8 reason)
{
	switch (reason) {
	case SEGWARD_REASON_SRH_MALFORMED:
	case SEGWARD_REASON_ROUTING_TYPE:
	case SEGWARD_REASON_LAST_ENTRY:
	case SEGWARD_REASON_SEGMENTS_LEFT:
	case SEGWARD_REASON_TLV_MALFORMED:
	case SEGWARD_REASON_UPPER_LAYER:
	case SEGWARD_REASON_OUTER_FRAGMENT:
	case SEGWARD_REASON_PACKET_MALFORMED:
	case SEGWARD_REASON_INNER_FRAGMENT:
	case SEGWARD_REASON_BUDGET:
	case SEGWARD_REASON_FLOW_FULL:
	case SEGWARD_REASON_ECHO_FRAGMENT:
		return SEGWARD_EVENT_TYPE_ANOMALY;
	default:
		return SEGWARD_EVENT_TYPE_DROP;
	}
}
