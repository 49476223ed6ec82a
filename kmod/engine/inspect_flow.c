// SPDX-License-Identifier: GPL-2.0
/*
 * Inspection, second part: whose conversation the packet is of.
 */
#include "inspect_internal.h"

/* What events and rules are told of the flow. */
void segward_run_tell_flow(struct segward_run *run)
{
	struct segward_packet *packet = &run->result->packet;
	const struct segward_flow *flow = run->flow;

	packet->flow_id = segward_flow_id(flow->hash, flow->began);
	packet->flow_state = flow->state;
	packet->app_proto = flow->app_proto;
	packet->flow_direction = run->seen.direction == SEGWARD_APP_TOSERVER ?
				 SEGWARD_FLOW_DIRECTION_TO_SERVER :
				 SEGWARD_FLOW_DIRECTION_TO_CLIENT;
	run->result->flow_begun = run->seen.begun;
	if (run->seen.has_ended)
		run->result->ended = run->seen.ended;
}

/* Counts the packet in its flow. */
void segward_run_find_flow(struct segward_run *run)
{
	const struct segward_inspect *inspect = run->inspect;
	struct segward_result *result = run->result;

	run->seen.ended = &inspect->scratch->ended;
	run->flow = segward_flow_get(inspect->flows, inspect->zone,
				     &result->packet, inspect->now,
				     &run->seen);
	if (run->flow) {
		segward_run_tell_flow(run);
		return;
	}
	result->flow_full = true;
	segward_run_except(run, SEGWARD_CONDITION_FLOW_FULL,
			   SEGWARD_REASON_FLOW_FULL);
}
