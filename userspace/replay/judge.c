// SPDX-License-Identifier: GPL-2.0
/*
 * What the module does with a packet, less the routing. All that decides is
 * the engine's; here is only which door a captured packet goes in by, and
 * which facts an event has.
 */
#include <errno.h>
#include <linux/segward_image.h>
#include <string.h>

#include "eve/eve.h"
#include "eve/record.h"
#include "prefix.h"
#include "replay/judge.h"

/* In how many of them the table is looked through for flows that are over. */
#define SWEEP_SECONDS	8

/* How a captured packet is looked at. */
enum door {
	DOOR_PLAIN,	/* by itself */
	DOOR_SID,	/* as a packet for a SID, with an inner packet */
	DOOR_ERROR,	/* the endpoint answers it and does not inspect it */
	DOOR_LOCAL,	/* for the node that has the SID */
	DOOR_ELSEWHERE,	/* for another node */
};

static bool is_tunnel(const struct segward_srh *srh)
{
	return srh->upper_proto == SEGWARD_PROTO_IPV6 ||
	       srh->upper_proto == SEGWARD_PROTO_IPV4;
}

static enum door door_of_sid(const struct judge *judge)
{
	switch (judge->srh.next) {
	case SEGWARD_SRH_FORWARD:
		return DOOR_SID;
	case SEGWARD_SRH_UPPER:
		return DOOR_LOCAL;
	default:
		return DOOR_ERROR;
	}
}

/* Without a SID every packet that looks like one for a SID is for one. */
static enum door door_of_any(const struct judge *judge)
{
	const struct segward_srh *srh = &judge->srh;

	if (srh->next == SEGWARD_SRH_ERROR)
		return srh->has_srh ? DOOR_ERROR : DOOR_PLAIN;
	return srh->has_srh || is_tunnel(srh) ? DOOR_SID : DOOR_PLAIN;
}

static enum door find_door(struct judge *judge,
			   const struct segward_view *view)
{
	u8 copy[16];
	const u8 *p = segward_view_bytes(view, 0, 1, copy);

	memset(&judge->srh, 0, sizeof(judge->srh));
	if (!p || *p >> 4 != 6)
		return judge->has_sid ? DOOR_ELSEWHERE : DOOR_PLAIN;
	segward_srh_parse(view, &judge->srh);
	if (!judge->has_sid)
		return door_of_any(judge);
	p = segward_view_bytes(view, SEGWARD_IPV6_DST, 16, copy);
	if (!p || !segward_prefix_covers(judge->sid, judge->sid_len, p))
		return DOOR_ELSEWHERE;
	return door_of_sid(judge);
}

/* The destination's bits behind the SID. */
static void set_argument(struct segward_eve_event *event)
{
	int i;

	memcpy(event->argument, event->outer_dst, 16);
	for (i = 0; i < event->sid_len / 8; i++)
		event->argument[i] = 0;
	if (event->sid_len % 8)
		event->argument[i] &= 0xff >> event->sid_len % 8;
}

static void set_outer(const struct judge *judge,
		      const struct segward_view *view,
		      struct segward_eve_event *event, u8 *segments)
{
	const struct segward_srh *srh = &judge->srh;

	event->has_outer = segward_view_copy(view, 8, 16, event->outer_src) &&
			   segward_view_copy(view, SEGWARD_IPV6_DST, 16,
					     event->outer_dst);
	if (event->has_outer && judge->has_sid) {
		event->has_sid = true;
		memcpy(event->sid, judge->sid, 16);
		event->sid_len = judge->sid_len;
		event->zone = judge->zone;
		set_argument(event);
	}
	event->has_srh = srh->has_srh;
	event->segments_left = srh->segments_left;
	event->nr_segments = min_t(u32, srh->nr_segments, JUDGE_SEGMENTS_MAX);
	if (segward_view_copy(view, srh->segments_off, event->nr_segments * 16,
			      segments))
		event->segments = segments;
	else
		event->nr_segments = 0;
}

/* Ports, or type and code in their place. */
static void set_ports(const struct segward_packet *packet,
		      struct segward_eve_event *event)
{
	event->has_ports = packet->fragment != SEGWARD_FRAGMENT_LATER;
	event->src_port = packet->sport;
	event->dst_port = packet->dport;
	if ((packet->proto == SEGWARD_PROTO_ICMP &&
	     packet->family == SEGWARD_FAMILY_IPV4) ||
	    (packet->proto == SEGWARD_PROTO_ICMPV6 &&
	     packet->family == SEGWARD_FAMILY_IPV6)) {
		event->src_port = packet->icmp_type;
		event->dst_port = packet->icmp_code;
	}
}

static void set_packet(const struct segward_result *result,
		       struct segward_eve_event *event)
{
	const struct segward_packet *packet = &result->packet;

	if (!packet->family)
		return;
	event->family = packet->family;
	event->encapsulation = packet->encapsulation;
	event->protocol = packet->proto;
	memcpy(event->src, packet->src, 16);
	memcpy(event->dst, packet->dst, 16);
	event->ttl = packet->ttl;
	event->length = packet->len;
	if (!result->parsed)
		return;
	event->tcp_flags = packet->tcp_flags;
	event->flow_id = packet->flow_id;
	event->flow_direction = packet->flow_direction;
	event->app_proto = packet->app_proto;
	set_ports(packet, event);
}

static void set_rule(const struct segward_hit *hit,
		     struct segward_eve_event *event)
{
	const void *image = hit->ruleset->image;
	const struct segward_image_class *class;
	const struct segward_image_rule *rule;

	rule = segward_image_rule(image, hit->rule);
	class = segward_image_class(image, rule->classtype);
	event->ruleset = hit->ruleset->name;
	event->signature_id = rule->signature_id;
	event->gid = rule->gid;
	event->rev = rule->rev;
	event->action = (u8)rule->action;
	event->priority = rule->priority;
	event->msg = segward_image_string(image, rule->msg);
	event->metadata = segward_image_string(image, rule->metadata);
	if (rule->classtype) {
		event->classtype = segward_image_string(image, class->name);
		event->category = segward_image_string(image,
						       class->description);
	}
}

static void set_entry(const struct judge *judge,
		      const struct segward_reputation_hit *hit,
		      struct segward_eve_event *event)
{
	const struct segward_reputation *rep = judge->loaded->reputation;
	u8 bytes = hit->entry.len / 8;
	u8 bits = hit->entry.len % 8;

	event->has_entry = true;
	memcpy(event->address, hit->dst ? event->dst : event->src, 16);
	if (bits)
		event->address[bytes++] &= (u8)(0xff00 >> bits);
	memset(event->address + bytes, 0, 16 - bytes);
	event->prefix_len = hit->entry.len;
	event->score = hit->entry.score;
	event->category = segward_reputation_category_name(rep,
							   hit->entry.category);
	event->source = segward_reputation_source_name(rep, hit->entry.source);
}

static int print_event(struct judge *judge, const struct segward_eve_event *event)
{
	judge->stats.events++;
	judge->stats.alerts += event->type == SEGWARD_EVENT_TYPE_ALERT;
	judge->stats.anomalies += event->type == SEGWARD_EVENT_TYPE_ANOMALY;
	judge->stats.reputation += event->type == SEGWARD_EVENT_TYPE_REPUTATION;
	return segward_eve_print(judge->out, event);
}

static int print_events(struct judge *judge, const struct segward_eve_event *base)
{
	const struct segward_result *result = &judge->result;
	struct segward_result_event told;
	struct segward_eve_event event;
	u32 n;
	int err = 0;

	for (n = 0; !err && segward_result_event(result, n, &told); n++) {
		event = *base;
		event.type = told.type;
		event.reason = told.reason;
		event.verdict = result->verdict;
		event.would = result->would;
		set_packet(result, &event);
		if (told.type == SEGWARD_EVENT_TYPE_ALERT)
			set_rule(&result->hit[told.index], &event);
		if (told.type == SEGWARD_EVENT_TYPE_REPUTATION)
			set_entry(judge, &result->reputation[told.index],
				  &event);
		err = print_event(judge, &event);
	}
	return err;
}

/* An error of RFC 8754 or 8986 is answered in both modes. */
static int print_error(struct judge *judge, struct segward_eve_event *event)
{
	event->type = segward_reason_event(judge->srh.reason);
	event->verdict = SEGWARD_VERDICT_DROP;
	event->would = SEGWARD_VERDICT_DROP;
	event->reason = judge->srh.reason;
	judge->stats.dropped++;
	return print_event(judge, event);
}

static void begin_event(const struct judge *judge,
			const struct captured *captured,
			struct segward_eve_event *event)
{
	memset(event, 0, sizeof(*event));
	event->mode = judge->config->mode;
	event->profile = judge->config->profile;
	event->time = captured->time;
	event->pcap_filename = judge->file;
	event->pcap_cnt = captured->number;
}

/*
 * Fragments belong together that came for one SID. Where no SID was named, the
 * destination is all that is known of it.
 */
static void set_context(struct judge *judge, const struct segward_view *view,
			enum door door)
{
	u8 *sid = judge->inspect.context.sid;

	if (judge->has_sid)
		memcpy(sid, judge->sid, sizeof(judge->sid));
	else if (door == DOOR_PLAIN ||
		 !segward_view_copy(view, SEGWARD_IPV6_DST, 16, sid))
		memset(sid, 0, sizeof(judge->inspect.context.sid));
}

static int print_record(struct judge *judge, struct segward_eve_event *event,
			const struct segward_transaction *tx)
{
	if (!segward_eve_record(event, tx, judge->buffer))
		return 0;
	judge->stats.records++;
	return print_event(judge, event);
}

/* What the packet's flow has said completely. */
static int print_records(struct judge *judge,
			 const struct segward_eve_event *base)
{
	struct segward_result *result = &judge->result;
	struct segward_eve_event event;
	struct segward_transaction *tx;
	int err = 0;

	while ((tx = segward_transactions_take(&result->records))) {
		event = *base;
		set_packet(result, &event);
		if (!err)
			err = print_record(judge, &event, tx);
		segward_transaction_free(tx, &result->zone->memory);
	}
	return err;
}

/* The event of a flow at the time of the last packet that was read. */
static void begin_flow_event(const struct judge *judge,
			     const struct segward_flow_info *info,
			     struct segward_eve_event *event)
{
	memset(event, 0, sizeof(*event));
	segward_eve_flow(event, info);
	event->time = judge->inspect.now;
	event->pcap_filename = judge->file;
}

static int print_ended(struct judge *judge, struct segward_flow_ended *ended)
{
	struct segward_eve_event event;
	struct segward_transaction *tx;
	int err = 0;

	while ((tx = segward_transactions_take(&ended->records))) {
		begin_flow_event(judge, &ended->info, &event);
		if (!err)
			err = print_record(judge, &event, tx);
		segward_transaction_free(tx, &ended->zone->memory);
	}
	begin_flow_event(judge, &ended->info, &event);
	judge->stats.flows++;
	return err ? err : print_event(judge, &event);
}

static void count_result(struct judge *judge)
{
	const struct segward_result *result = &judge->result;
	struct judge_stats *stats = &judge->stats;

	stats->inspected++;
	stats->dropped += result->would >= SEGWARD_VERDICT_DROP;
	stats->flow_refused += result->reason == SEGWARD_REASON_FLOW_REFUSED;
	stats->bypassed += result->bypassed;
	stats->work += result->work;
}

static int inspect(struct judge *judge, const struct segward_view *view,
		   enum door door, struct segward_eve_event *event)
{
	int err;

	set_context(judge, view, door);
	if (door == DOOR_SID)
		segward_inspect(&judge->inspect, view, &judge->srh,
				&judge->result);
	else
		segward_inspect_ip(&judge->inspect, view, 0, &judge->result);
	count_result(judge);
	err = print_events(judge, event);
	if (!err)
		err = print_records(judge, event);
	if (!err && judge->result.ended)
		err = print_ended(judge, judge->result.ended);
	return err;
}

static void make_view(const struct judge *judge,
		      const struct captured *captured,
		      struct segward_view *view)
{
	segward_view_flat(view, captured->data, captured->len);
	view->csum = judge->csum;
}

/* Looks through a part of the flows for those that end. */
static int sweep(struct judge *judge, u32 buckets)
{
	struct segward_flow_sweep *sweep = &judge->sweep;
	int err = 0;
	u32 i;

	sweep->now = judge->inspect.now;
	sweep->ended = judge->ended;
	sweep->room = JUDGE_ENDED;
	while (buckets && !err) {
		sweep->nr = 0;
		buckets -= segward_flows_sweep(judge->inspect.flows, sweep,
					       buckets);
		for (i = 0; i < sweep->nr && !err; i++)
			err = print_ended(judge, &judge->ended[i]);
	}
	return err;
}

/* A part of them for each second of the capture. */
static int sweep_flows(struct judge *judge)
{
	u32 buckets = segward_flows_buckets(judge->inspect.flows);
	u64 now = judge->inspect.now;

	if (now < judge->swept + NS_IN_SECOND && now >= judge->swept)
		return 0;
	judge->swept = now;
	return sweep(judge, min(buckets / SWEEP_SECONDS,
				buckets - judge->sweep.bucket));
}

int judge_end(struct judge *judge)
{
	static const struct segward_flow_filter all;

	judge->sweep.filter = &all;
	judge->sweep.reason = SEGWARD_FLOW_END_SHUTDOWN;
	judge->sweep.bucket = 0;
	return sweep(judge, segward_flows_buckets(judge->inspect.flows));
}

int judge_packet(struct judge *judge, const struct captured *captured)
{
	u8 segments[JUDGE_SEGMENTS_MAX * 16];
	struct segward_eve_event event;
	struct segward_view view;
	enum door door;
	int err;

	judge->stats.packets++;
	judge->stats.bytes += captured->len;
	if (!captured->data || captured->truncated) {
		judge->stats.no_ip += !captured->data;
		judge->stats.truncated += !!captured->data;
		return 0;
	}
	make_view(judge, captured, &view);
	door = find_door(judge, &view);
	if (door == DOOR_ELSEWHERE || door == DOOR_LOCAL) {
		judge->stats.elsewhere += door == DOOR_ELSEWHERE;
		judge->stats.local += door == DOOR_LOCAL;
		return 0;
	}
	begin_event(judge, captured, &event);
	judge->inspect.now = captured->time;
	err = sweep_flows(judge);
	if (err)
		return err;
	if (door != DOOR_PLAIN)
		set_outer(judge, &view, &event, segments);
	if (door == DOOR_ERROR)
		return print_error(judge, &event);
	return inspect(judge, &view, door, &event);
}

bool judge_csum_bad(struct judge *judge, const struct captured *captured)
{
	static const u8 csum[] = { SEGWARD_CSUM_VERIFY, SEGWARD_CSUM_IGNORE };
	struct segward_packet *packet = &judge->result.packet;
	struct segward_view view;
	int reason[2];
	int i;

	for (i = 0; i < 2; i++) {
		make_view(judge, captured, &view);
		view.csum = csum[i];
		reason[i] = find_door(judge, &view) == DOOR_SID ?
			    segward_packet_parse(&view, &judge->srh, packet) :
			    segward_packet_parse_ip(&view, 0, packet);
	}
	return reason[0] && !reason[1];
}
