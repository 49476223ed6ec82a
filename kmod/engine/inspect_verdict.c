// SPDX-License-Identifier: GPL-2.0
/*
 * Inspection: the strongest of what the parts say.
 */
#include <linux/segward_image.h>

#include "inspect_internal.h"

/* The first of equally strong verdicts gives the reason. */
void segward_run_decide(struct segward_run *run, u8 verdict, u8 reason,
			u8 reject_to)
{
	struct segward_result *result = run->result;

	if (verdict <= result->would)
		return;
	result->would = verdict;
	result->reason = verdict >= SEGWARD_VERDICT_DROP ? reason :
			 SEGWARD_REASON_NONE;
	result->reject_to = verdict == SEGWARD_VERDICT_REJECT ? reject_to : 0;
}

void segward_run_except(struct segward_run *run, u8 condition, u8 reason)
{
	struct segward_result *result = run->result;
	u8 verdict = segward_profile_exception(run->inspect->profile,
					       condition);

	if (verdict <= SEGWARD_VERDICT_PASS)
		return;
	result->conditions |= 1 << condition;
	result->condition_reason[condition] = reason;
	if (!run->decided)
		segward_run_decide(run, verdict, reason,
				   SEGWARD_DIRECTION_EITHER);
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

static void add_hit(struct segward_run *run, u32 rule, u8 verdict)
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

bool segward_run_hit(void *arg, u32 index)
{
	const struct segward_image_rule *rule;
	struct segward_run *run = arg;
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
		segward_run_decide(run, verdict, SEGWARD_REASON_RULE,
				   reject_to(rule->action));
	return true;
}

void segward_run_set_mark(struct segward_run *run)
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

void segward_run_back_to_mark(struct segward_run *run)
{
	struct segward_result *result = run->result;

	result->would = run->mark.would;
	result->reason = run->mark.reason;
	result->reject_to = run->mark.reject_to;
	result->nr_hits = run->mark.nr_hits;
	result->hits_lost = run->mark.hits_lost;
	result->hit[SEGWARD_HITS_MAX - 1] = run->mark.last;
}
