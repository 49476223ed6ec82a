// SPDX-License-Identifier: GPL-2.0
/*
 * Inspection: the rules of all rulesets against what is at hand, within the
 * packet's work budget.
 *
 * A pass rule takes back what other rules said since the mark was set, and
 * nothing more is asked then: for a segment of a packet, whose mark is its own;
 * for streams and transactions, whose mark was set in front of the packet.
 */
#include "inspect_internal.h"

/* Asks one ruleset. Returns false if the budget ran out. */
typedef bool (*ask_fn)(const struct segward_rule_match *match, u32 ruleset,
		       const void *arg);

static bool ask(struct segward_run *run, u32 ruleset, ask_fn fn,
		const void *arg)
{
	struct segward_rule_match match = {
		.packet = &run->result->packet,
		.scratch = run->inspect->scratch,
		.budget = &run->budget,
		.hit = segward_run_hit,
		.arg = run,
	};

	if (run->budget < SEGWARD_WORK_PIECE)
		return false;
	run->budget -= SEGWARD_WORK_PIECE;
	run->binding = &run->inspect->profile->binding[ruleset];
	match.binding = run->binding;
	return fn(&match, ruleset, arg);
}

static void ask_all(struct segward_run *run, ask_fn fn, const void *arg)
{
	u32 nr = run->inspect->profile->config.nr_rulesets;
	u32 i;

	if (run->result->exhausted)
		return;
	for (i = 0; i < nr && !run->passed; i++) {
		if (ask(run, i, fn, arg))
			continue;
		run->result->exhausted = true;
		segward_run_except(run, SEGWARD_CONDITION_BUDGET,
				   SEGWARD_REASON_BUDGET);
		break;
	}
	if (run->passed)
		segward_run_back_to_mark(run);
}

/* Payload bytes that are looked at together. */
struct piece {
	const u8 *data;
	u32 len;
};

static bool ask_packet(const struct segward_rule_match *match, u32 ruleset,
		       const void *arg)
{
	const struct piece *piece = arg;

	return segward_rule_match_packet(match, piece->data, piece->len);
}

static bool ask_stream(const struct segward_rule_match *match, u32 ruleset,
		       const void *arg)
{
	return segward_rule_match_stream(match, arg);
}

static bool ask_tx(const struct segward_rule_match *match, u32 ruleset,
		   const void *arg)
{
	const struct segward_transaction_step *step = arg;

	return segward_rule_match_tx(match, &step->match,
				     step->wait ? &step->wait[ruleset] : NULL);
}

void segward_run_stream_rules(struct segward_run *run,
			      const struct segward_rule_bytes *bytes)
{
	if (!run->passed)
		ask_all(run, ask_stream, bytes);
}

void segward_run_tx_rules(struct segward_run *run,
			  const struct segward_transaction_step *step)
{
	if (!run->passed)
		ask_all(run, ask_tx, step);
}

/* TCP that has no flow is a stream by itself. */
static void ask_piece(struct segward_run *run, const struct piece *piece)
{
	const struct segward_packet *packet = &run->result->packet;
	struct segward_rule_bytes bytes = {
		.data = piece->data,
		.len = piece->len,
		.buffer = SEGWARD_BUFFER_STREAM,
		.part = SEGWARD_RULE_FIRST | SEGWARD_RULE_LAST,
	};

	ask_all(run, ask_packet, piece);
	if (!run->flow && packet->proto == SEGWARD_PROTO_TCP && piece->len)
		segward_run_stream_rules(run, &bytes);
}

/* One segment's payload through all rulesets. */
static void inspect_piece(struct segward_run *run, u32 off, u32 len)
{
	struct segward_mark before = run->mark;
	struct piece piece = {
		.data = run->inspect->scratch->linear,
		.len = len,
	};

	if (len)
		piece.data = segward_view_bytes(run->view, off, len,
						run->inspect->scratch->linear);
	if (!piece.data)
		return;
	segward_run_set_mark(run);
	ask_piece(run, &piece);
	run->mark = before;
	run->passed = false;
}

/*
 * Payload by the segments in which it travels. One that is larger than what
 * can be looked at in one piece and is not GSO is a jumbogram; it is cut.
 */
void segward_run_packet_rules(struct segward_run *run)
{
	const struct segward_packet *packet = &run->result->packet;
	u32 size = run->view->gso_size ?: U16_MAX;
	u32 done = 0;
	u32 len;

	if (run->passed)
		return;
	do {
		len = min(packet->payload_len - done, size);
		inspect_piece(run, packet->payload_off + done, len);
		done += len;
	} while (done < packet->payload_len && !run->result->exhausted);
}
