// SPDX-License-Identifier: GPL-2.0
/*
 * Inspection, first part: what is known of the addresses.
 */
#include "inspect_internal.h"
#include "prefix.h"

/* Whether both addresses are covered by the one entry of @a. */
static bool same_entry(const struct segward_reputation_hit *a,
		       const struct segward_reputation_match *b,
		       const struct segward_packet *packet)
{
	return a->entry.len == b->len && a->entry.category == b->category &&
	       a->entry.source == b->source &&
	       segward_prefix_covers(packet->src, b->len, packet->dst);
}

static void add_reputation(struct segward_run *run,
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

static void ask_reputation(struct segward_run *run, bool dst)
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
		segward_run_decide(run, verdict, SEGWARD_REASON_REPUTATION,
				   SEGWARD_DIRECTION_EITHER);
		if (verdict >= SEGWARD_VERDICT_DROP)
			run->decided = true;
	}
}

void segward_run_reputation(struct segward_run *run)
{
	if (!run->inspect->reputation ||
	    !run->inspect->profile->config.nr_thresholds)
		return;
	ask_reputation(run, false);
	ask_reputation(run, true);
}
