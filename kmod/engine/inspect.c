// SPDX-License-Identifier: GPL-2.0
/*
 * Inspection: runs a packet through the organs in their order.
 */
#include "inspect_internal.h"

/*
 * A segment of a connection. A parser takes what it has before the rules of
 * packets are asked: they may want to know the protocol. Beyond what is inspected
 * of a stream nothing is asked.
 */
static void inspect_tcp(struct segward_run *run)
{
	struct segward_stream_result stream;

	if (!segward_run_tcp(run, &stream))
		return;
	if (!run->result->bypassed) {
		segward_run_tcp_rules(run, &stream);
		segward_run_packet_rules(run);
	}
	segward_run_tcp_done(run, &stream);
}

/* A packet of a flow. */
static void inspect_in_flow(struct segward_run *run)
{
	u8 proto = run->result->packet.proto;

	if (run->flow->refused && segward_run_prevents(run)) {
		segward_run_decide(run, SEGWARD_VERDICT_DROP,
				   SEGWARD_REASON_FLOW_REFUSED,
				   SEGWARD_DIRECTION_EITHER);
		return;
	}
	if (proto == SEGWARD_PROTO_TCP) {
		inspect_tcp(run);
	} else {
		if (proto == SEGWARD_PROTO_UDP)
			segward_run_udp(run);
		segward_run_packet_rules(run);
	}
	if (run->result->nr_hits)
		run->flow->alerted = true;
}

/* What the ends of the flow have said completely is to be told. */
static void take_records(struct segward_run *run)
{
	struct segward_dialog *dialog = run->flow->dialog;

	run->result->zone = run->flow->zone;
	if (!dialog)
		return;
	segward_transactions_move(&dialog->transactions, &run->result->records);
	if (!run->flow->refused)
		return;
	segward_dialog_destroy(dialog, &run->flow->zone->memory);
	run->flow->dialog = NULL;
}

/* A whole packet. */
static void inspect_flow(struct segward_run *run)
{
	run->budget = SEGWARD_WORK_MAX;
	segward_run_set_mark(run);
	if (run->inspect->flows)
		segward_run_find_flow(run);
	if (run->flow) {
		inspect_in_flow(run);
		take_records(run);
		segward_flow_put(run->flow);
		run->flow = NULL;
	} else if (!run->result->flow_full || !segward_run_is_lost(run)) {
		segward_run_packet_rules(run);
	}
	run->result->work = SEGWARD_WORK_MAX - run->budget;
}

/* What cannot be said to belong to a flow is matched for what it is. */
static void inspect_alone(struct segward_run *run)
{
	run->budget = SEGWARD_WORK_MAX;
	segward_run_set_mark(run);
	segward_run_packet_rules(run);
	run->result->work = SEGWARD_WORK_MAX - run->budget;
}

/* The @len bytes of a datagram whose last fragment is at hand. */
static void inspect_datagram(struct segward_run *run, u32 len)
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
		segward_run_except(run, SEGWARD_CONDITION_PACKET_MALFORMED,
				   SEGWARD_REASON_PACKET_MALFORMED);
	} else {
		packet->encapsulation = last.encapsulation;
		run->view = &datagram;
		inspect_flow(run);
		run->view = fragment;
	}
	segward_fragments_done(inspect->fragments, &inspect->context, &last,
			       !segward_run_is_lost(run));
}

static void inspect_fragment(struct segward_run *run)
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
		segward_run_except(run, SEGWARD_CONDITION_INNER_FRAGMENT,
				   SEGWARD_REASON_INNER_FRAGMENT);
		inspect_alone(run);
	}
}

/* A parsed packet. */
static void inspect_packet(struct segward_run *run)
{
	run->result->parsed = true;
	segward_run_reputation(run);
	if (run->decided && segward_run_prevents(run))
		return;
	if (run->result->packet.fragment != SEGWARD_FRAGMENT_NONE)
		inspect_fragment(run);
	else
		inspect_flow(run);
}

static void begin(struct segward_run *run, const struct segward_inspect *inspect,
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

static void finish(struct segward_run *run)
{
	struct segward_result *result = run->result;

	result->verdict = result->would;
	if (!segward_run_prevents(run) &&
	    result->would > SEGWARD_VERDICT_REPORT)
		result->verdict = SEGWARD_VERDICT_REPORT;
}

void segward_inspect(const struct segward_inspect *inspect,
		     const struct segward_view *view,
		     const struct segward_srh *srh,
		     struct segward_result *result)
{
	struct segward_run run segward_uncleared;

	begin(&run, inspect, view, result);
	if (srh->fragment)
		segward_run_except(&run, SEGWARD_CONDITION_OUTER_FRAGMENT,
				   SEGWARD_REASON_OUTER_FRAGMENT);
	else if (segward_packet_parse(view, srh, &result->packet))
		segward_run_except(&run, SEGWARD_CONDITION_PACKET_MALFORMED,
				   SEGWARD_REASON_PACKET_MALFORMED);
	else
		inspect_packet(&run);
	finish(&run);
}

void segward_inspect_ip(const struct segward_inspect *inspect,
			const struct segward_view *view, u32 off,
			struct segward_result *result)
{
	struct segward_run run segward_uncleared;

	begin(&run, inspect, view, result);
	if (segward_packet_parse_ip(view, off, &result->packet))
		segward_run_except(&run, SEGWARD_CONDITION_PACKET_MALFORMED,
				   SEGWARD_REASON_PACKET_MALFORMED);
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
		event->reason = result->condition_reason[condition];
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
	if (n < result->nr_hits)
		return true;
	event->type = SEGWARD_EVENT_TYPE_DROP;
	return n == result->nr_hits &&
	       result->reason == SEGWARD_REASON_FLOW_REFUSED;
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
	case SEGWARD_REASON_STREAM_TRUNCATED ... SEGWARD_REASON_STREAM_COPY_BUDGET:
	case SEGWARD_REASON_ECHO_FRAGMENT:
		return SEGWARD_EVENT_TYPE_ANOMALY;
	default:
		return SEGWARD_EVENT_TYPE_DROP;
	}
}
