// SPDX-License-Identifier: GPL-2.0
/*
 * Inspection: what the ends of a flow say to each other. TCP goes through its
 * stream, UDP is taken datagram by datagram; what a protocol's parser finds is
 * put together to transactions and shown to the rules.
 *
 * A parser cannot go back. So a segment that is dropped after its bytes were
 * read ends its connection: the flow is refused, and whatever comes of it is
 * dropped.
 */
#include "inspect_internal.h"

/* Bytes of a stream that are inspected, of each direction. */
#define DEPTH		BIT(20)

/* See struct segward_stream_config. */
#define COPIES_MAX	(256u << 10)
#define UNACKED_MAX	(64u << 10)
#define WINDOW_UNKNOWN	BIT(20)

/*
 * HTTP and DNS say something new again and again; of others what matters comes
 * first, and the rest is often encrypted.
 */
static u64 depth_of(const struct segward_flow *flow)
{
	switch (flow->app_proto) {
	case SEGWARD_APP_PROTO_HTTP:
	case SEGWARD_APP_PROTO_DNS:
		return U64_MAX;
	default:
		return DEPTH;
	}
}

static bool passes(const struct segward_run *run, u8 condition)
{
	return segward_profile_exception(run->inspect->profile, condition) <=
	       SEGWARD_VERDICT_PASS;
}

static void configure(const struct segward_run *run,
		      struct segward_stream_config *config)
{
	config->depth = depth_of(run->flow);
	config->tail = SEGWARD_STREAM_TAIL;
	config->copies_max = COPIES_MAX;
	config->unacked_max = UNACKED_MAX;
	config->window_unknown = WINDOW_UNKNOWN;
	config->midstream = passes(run, SEGWARD_CONDITION_MIDSTREAM);
	config->enforce = segward_run_prevents(run) &&
			  !passes(run, SEGWARD_CONDITION_STREAM_INVALID) &&
			  !passes(run, SEGWARD_CONDITION_STREAM_BUDGET);
}

static struct segward_budget *memory_of(const struct segward_run *run)
{
	return &run->flow->zone->memory;
}

/* Which way is which to the stream: whoever is called client later. */
static u8 end_of(const struct segward_run *run)
{
	return run->seen.direction == SEGWARD_APP_TOSERVER ?
	       run->flow->client : !run->flow->client;
}

/* The reasons have the order of the states. */
static u8 reason_of(u8 state)
{
	BUILD_BUG_ON(SEGWARD_REASON_FLOW_REFUSED -
		     SEGWARD_REASON_STREAM_TRUNCATED !=
		     SEGWARD_STREAM_REFUSED - SEGWARD_STREAM_TRUNCATED);
	BUILD_BUG_ON(SEGWARD_REASON_STREAM_MIDSTREAM -
		     SEGWARD_REASON_STREAM_TRUNCATED !=
		     SEGWARD_STREAM_MIDSTREAM - SEGWARD_STREAM_TRUNCATED);
	BUILD_BUG_ON(SEGWARD_REASON_STREAM_CONFLICT -
		     SEGWARD_REASON_STREAM_TRUNCATED !=
		     SEGWARD_STREAM_CONFLICT - SEGWARD_STREAM_TRUNCATED);
	return SEGWARD_REASON_STREAM_TRUNCATED +
	       (state - SEGWARD_STREAM_TRUNCATED);
}

static u8 condition_of(u8 state)
{
	switch (state) {
	case SEGWARD_STREAM_MIDSTREAM:
		return SEGWARD_CONDITION_MIDSTREAM;
	case SEGWARD_STREAM_COPY_LIMIT:
	case SEGWARD_STREAM_COPY_BUDGET:
		return SEGWARD_CONDITION_STREAM_BUDGET;
	default:
		return SEGWARD_CONDITION_STREAM_INVALID;
	}
}

/* The flow ended because another one begins in its place. */
static void tell_restart(struct segward_run *run)
{
	struct segward_packet *packet = &run->result->packet;

	/* A flow that was over began with a new stream, which is not closed. */
	if (run->seen.has_ended)
		return;
	segward_flow_restart(run->flow, packet, run->inspect->now, &run->seen);
	segward_run_tell_flow(run);
}

/*
 * A datagram's fragments are forwarded already, but for the last: a pointer in
 * the first of them cannot be cleared any more.
 */
static void clear_urgent(struct segward_run *run,
			 const struct segward_stream_result *stream)
{
	if (!stream->clear_urgent)
		return;
	if (run->result->joined)
		segward_run_except(run, SEGWARD_CONDITION_STREAM_INVALID,
				   SEGWARD_REASON_STREAM_FLAGS);
	else
		run->result->clear_urgent = segward_run_prevents(run);
}

/*
 * Holds a segment against its connection. Returns whether it goes on to be
 * inspected.
 */
bool segward_run_tcp(struct segward_run *run,
		     struct segward_stream_result *stream)
{
	struct segward_flow *flow = run->flow;
	struct segward_stream_config config;
	u8 state;

	configure(run, &config);
	flow->enforced = config.enforce;
	state = segward_tcp_segment(&flow->tcp, memory_of(run), &config,
				    end_of(run), run->view,
				    &run->result->packet, run->inspect->now,
				    stream);
	if (stream->restart)
		tell_restart(run);
	if (state)
		segward_run_except(run, condition_of(state), reason_of(state));
	if (state && config.enforce)
		return false;
	segward_flow_tcp(flow, &run->result->packet,
			 segward_tcp_closed(&flow->tcp));
	run->result->packet.flow_state = flow->state;
	clear_urgent(run, stream);
	run->result->bypassed = segward_stream_bypassed(&flow->tcp,
							stream->direction);
	return true;
}

/* What a parser has found, to the rules. */
static void take_items(struct segward_run *run,
		       struct segward_transactions *list)
{
	struct segward_scratch *scratch = run->inspect->scratch;
	u32 rulesets = run->inspect->profile->config.nr_rulesets;
	struct segward_transaction_step step;
	u32 at = 0;

	while (segward_transactions_step(list, memory_of(run),
					 run->flow->app_proto, rulesets,
					 &scratch->out, &at, &scratch->room,
					 &step)) {
		segward_run_tx_rules(run, &step);
		if (list != &run->result->records)
			segward_transactions_move(list, &run->result->records);
	}
}

static void know_proto(struct segward_run *run, u8 proto)
{
	run->flow->app_proto = proto;
	run->result->packet.app_proto = proto;
}

/* No more bytes come this way, or some are missing. */
static void end_direction(struct segward_run *run)
{
	struct segward_scratch *scratch = run->inspect->scratch;
	struct segward_dialog *dialog = run->flow->dialog;

	if (!dialog)
		return;
	segward_conversation_end(dialog->conversation, memory_of(run),
				 run->seen.direction, &scratch->out);
	know_proto(run, segward_conversation_proto(dialog->conversation));
	take_items(run, &dialog->transactions);
}

/* Returns false without memory. */
static bool feed_run(struct segward_run *run,
		     const struct segward_stream_run *bytes)
{
	struct segward_scratch *scratch = run->inspect->scratch;
	struct segward_dialog *dialog = run->flow->dialog;
	u32 done = 0;
	int taken;

	while (done < bytes->len) {
		taken = segward_conversation_feed(dialog->conversation,
						  memory_of(run),
						  run->seen.direction,
						  bytes->data + done,
						  bytes->len - done,
						  &scratch->out);
		know_proto(run,
			   segward_conversation_proto(dialog->conversation));
		take_items(run, &dialog->transactions);
		if (taken < 0)
			return false;
		done += (u32)taken;
	}
	return true;
}

static bool is_quiet(const struct segward_run *run)
{
	const struct segward_dialog *dialog = run->flow->dialog;

	return dialog &&
	       segward_conversation_quiet(dialog->conversation,
					  run->seen.direction);
}

/* Rules that wait are those of one profile. */
static void meet_profile(struct segward_run *run)
{
	u32 serial = run->inspect->profile->config.serial;
	struct segward_dialog *dialog = run->flow->dialog;
	u32 *last = &dialog->serial[run->seen.direction];

	if (*last == serial)
		return;
	*last = serial;
	segward_transactions_forget(&dialog->transactions);
}

/* Returns false without memory. */
static bool feed(struct segward_run *run,
		 const struct segward_stream_result *stream)
{
	struct segward_stream_cursor cursor;
	struct segward_stream_run bytes;

	if (is_quiet(run))
		return true;
	if (!run->flow->dialog)
		run->flow->dialog = segward_dialog_create(memory_of(run));
	if (!run->flow->dialog)
		return false;
	meet_profile(run);
	if (stream->gap)
		end_direction(run);
	segward_stream_begin(&run->flow->tcp, stream, &cursor);
	while (segward_stream_next(&cursor, &bytes))
		if (!feed_run(run, &bytes))
			return false;
	return true;
}

/* New bytes of the stream, to the protocol's parser and to the rules. */
void segward_run_tcp_rules(struct segward_run *run,
			   const struct segward_stream_result *stream)
{
	struct segward_scratch *scratch = run->inspect->scratch;
	struct segward_stream_cursor cursor;
	struct segward_stream_run window;
	struct segward_rule_bytes bytes = {
		.buffer = SEGWARD_BUFFER_STREAM,
	};

	if (!stream->deliver)
		return;
	if (!feed(run, stream))
		segward_run_except(run, SEGWARD_CONDITION_STREAM_BUDGET,
				   SEGWARD_REASON_STREAM_COPY_BUDGET);
	if (!run->inspect->profile->config.nr_rulesets)
		return;
	segward_stream_begin(&run->flow->tcp, stream, &cursor);
	while (segward_stream_window(&cursor, SEGWARD_STREAM_TAIL,
				     scratch->window, sizeof(scratch->window),
				     &window)) {
		bytes.data = window.data;
		bytes.len = window.len;
		bytes.old = window.old;
		bytes.base = (u32)min_t(u64, window.offset, S32_MAX);
		bytes.part = window.offset ? 0 : SEGWARD_RULE_FIRST;
		segward_run_stream_rules(run, &bytes);
	}
}

/* The verdict is against a segment whose bytes were read. */
static void refuse(struct segward_run *run)
{
	struct segward_dialog *dialog = run->flow->dialog;

	run->flow->refused = true;
	segward_stream_refuse(&run->flow->tcp, memory_of(run));
	if (dialog)
		segward_transactions_finish(&dialog->transactions);
}

/* The rules have spoken. */
void segward_run_tcp_done(struct segward_run *run,
			  const struct segward_stream_result *stream)
{
	struct segward_flow *flow = run->flow;
	struct segward_stream_config config;

	if (segward_run_is_lost(run)) {
		refuse(run);
		return;
	}
	configure(run, &config);
	segward_stream_commit(&flow->tcp, memory_of(run), &config, stream);
	if (segward_stream_ended(&flow->tcp, stream->direction) ||
	    segward_tcp_closed(&flow->tcp))
		end_direction(run);
	if (segward_run_is_lost(run))
		refuse(run);
}

static void tell_datagram(struct segward_run *run,
			  struct segward_transactions *list, const u8 *data,
			  u32 len)
{
	struct segward_scratch *scratch = run->inspect->scratch;
	u32 taken;

	segward_dns_datagram_begin(&scratch->dns);
	do {
		taken = segward_conversation_datagram(run->flow->app_proto,
						      &scratch->dns,
						      run->seen.direction,
						      data, len,
						      &scratch->out);
		take_items(run, list);
	} while (taken < len);
}

/* One of several, if they came as one packet (GSO). */
static void inspect_udp_datagram(struct segward_run *run, u32 off, u32 len)
{
	const struct segward_packet *packet = &run->result->packet;
	struct segward_transactions *list = &run->result->records;
	const u8 *data;

	data = segward_view_bytes(run->view, off, len,
				  run->inspect->scratch->linear);
	if (!data)
		return;
	if (!run->flow->app_proto)
		know_proto(run,
			   segward_conversation_datagram_proto(data, len,
							       packet->sport,
							       packet->dport));
	if (run->flow->app_proto != SEGWARD_APP_PROTO_FAILED)
		tell_datagram(run, list, data, len);
}

void segward_run_udp(struct segward_run *run)
{
	const struct segward_packet *packet = &run->result->packet;
	u32 size = run->view->gso_size ?: U16_MAX;
	u32 done = 0;
	u32 len;

	while (done < packet->payload_len) {
		len = min(packet->payload_len - done, size);
		inspect_udp_datagram(run, packet->payload_off + done, len);
		done += len;
	}
	segward_transactions_finish(&run->result->records);
	if (segward_run_is_lost(run) && run->flow->app_proto !=
	    SEGWARD_APP_PROTO_FAILED)
		run->flow->refused = true;
}
