/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of inspection share: a packet on its way, and how its verdict
 * comes about. The order is inspect.c's, which calls the parts from left to
 * right: inspect_reputation.c, inspect_flow.c, inspect_dialog.c, inspect_rules.c; each says
 * what it found to inspect_verdict.c.
 */
#ifndef SEGWARD_ENGINE_INSPECT_INTERNAL_H
#define SEGWARD_ENGINE_INSPECT_INTERNAL_H

#include "inspect.h"

/* What a pass rule takes back. */
struct segward_mark {
	u8 would;
	u8 reason;
	u8 reject_to;
	u8 nr_hits;
	u32 hits_lost;
	struct segward_hit last;
};

/**
 * struct segward_run - one packet on its way
 * @inspect: what it is held against
 * @view: its bytes
 * @result: what was found
 * @flow: its flow, locked; NULL if it has none
 * @seen: what it is to its flow
 * @binding: the ruleset that is asked
 * @mark: what was found before
 * @budget: work units left
 * @decided: reputation has spoken the last word
 * @passed: a pass rule matched since the mark was set
 */
struct segward_run {
	const struct segward_inspect *inspect;
	const struct segward_view *view;
	struct segward_result *result;
	struct segward_flow *flow;
	struct segward_flow_seen seen;
	const struct segward_binding *binding;
	struct segward_mark mark;
	u32 budget;
	bool decided;
	bool passed;
};

/* In prevent mode what is found bad is dropped. */
static inline bool segward_run_prevents(const struct segward_run *run)
{
	return run->inspect->profile->config.mode == SEGWARD_MODE_PREVENT;
}

/* Is it certain that it will be? */
static inline bool segward_run_is_lost(const struct segward_run *run)
{
	return segward_run_prevents(run) &&
	       run->result->would >= SEGWARD_VERDICT_DROP;
}

/* inspect_verdict.c */
void segward_run_decide(struct segward_run *run, u8 verdict, u8 reason,
			u8 reject_to);
void segward_run_except(struct segward_run *run, u8 condition, u8 reason);
void segward_run_set_mark(struct segward_run *run);
void segward_run_back_to_mark(struct segward_run *run);
bool segward_run_hit(void *arg, u32 rule);

/* inspect_reputation.c */
void segward_run_reputation(struct segward_run *run);

/* inspect_flow.c */
void segward_run_find_flow(struct segward_run *run);
void segward_run_tell_flow(struct segward_run *run);

/* inspect_rules.c */
void segward_run_packet_rules(struct segward_run *run);
void segward_run_stream_rules(struct segward_run *run,
			      const struct segward_rule_bytes *bytes);
void segward_run_tx_rules(struct segward_run *run,
			  const struct segward_transaction_step *step);

/* inspect_dialog.c */
bool segward_run_tcp(struct segward_run *run,
		     struct segward_stream_result *stream);
void segward_run_tcp_done(struct segward_run *run,
			  const struct segward_stream_result *stream);
void segward_run_tcp_rules(struct segward_run *run,
			   const struct segward_stream_result *stream);
void segward_run_udp(struct segward_run *run);

#endif /* SEGWARD_ENGINE_INSPECT_INTERNAL_H */
