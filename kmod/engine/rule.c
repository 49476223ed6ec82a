// SPDX-License-Identifier: GPL-2.0
/*
 * Rulesets, and which of their rules match a packet, a piece of a stream or a
 * transaction.
 */
#include <linux/segward.h>

#include "image.h"
#include "inspect.h"
#include "match.h"
#include "rule_internal.h"

/* --- Candidates ----------------------------------------------------------- */

/* Is the group before that one? Those that are searched have one port. */
static bool is_before(const struct segward_image_group *group, u32 buffer,
		      u32 proto, u32 port)
{
	if (group->buffer != buffer)
		return group->buffer < buffer;
	if (group->proto != proto)
		return group->proto < proto;
	return group->port_last < port;
}

static bool is_of(const struct segward_image_group *group, u32 buffer,
		  u32 proto)
{
	return group->buffer == buffer && group->proto == proto;
}

/* Sorted by buffer, protocol and port, without overlap. */
static const struct segward_image_group *
find_port_group(const void *image, u32 buffer, u32 proto, u32 port, bool *named)
{
	const struct segward_image_group *group;
	u32 high = segward_image_count(image, SEGWARD_IMAGE_GROUPS);
	u32 nr = high;
	u32 low = 0;
	u32 mid;

	group = segward_image_section(image, SEGWARD_IMAGE_GROUPS);
	while (low < high) {
		mid = low + (high - low) / 2;
		if (is_before(&group[mid], buffer, proto, port))
			low = mid + 1;
		else
			high = mid;
	}
	*named = (low < nr && is_of(&group[low], buffer, proto)) ||
		 (low && is_of(&group[low - 1], buffer, proto));
	if (low < nr && is_of(&group[low], buffer, proto) &&
	    group[low].port_first <= port)
		return &group[low];
	return NULL;
}

const struct segward_image_group *
segward_rule_find_group(const struct segward_matching *m, u32 buffer)
{
	const struct segward_packet *packet = m->packet;
	const struct segward_image_group *group;
	bool named;

	if (buffer <= SEGWARD_BUFFER_STREAM) {
		group = find_port_group(m->image, buffer, packet->proto,
					packet->dport, &named);
		if (named)
			return group;
	}
	return find_port_group(m->image, buffer, SEGWARD_IMAGE_PROTO_IP,
			       packet->dport, &named);
}

bool segward_rule_candidates(const struct segward_matching *m, u32 buffer,
			     const u8 *data, u32 len)
{
	struct segward_scratch *scratch = m->match->scratch;
	const struct segward_image_group *group;
	const u32 *link;

	group = segward_rule_find_group(m, buffer);
	if (!group)
		return true;
	link = segward_image_section(m->image, SEGWARD_IMAGE_LINKS);
	if (!segward_match_candidates(scratch, link + group->first_link,
				      group->nr_links, m->budget))
		return false;
	return group->mpm == SEGWARD_IMAGE_NO_MPM ||
	       segward_match_scan(m->image, group->mpm, data, len, scratch,
				  m->budget);
}

/* --- Evaluation ----------------------------------------------------------- */

/* Ops are sorted: if the last is about the payload, all are. */
static bool match_payload(struct segward_matching *m,
			  const struct segward_image_rule *rule)
{
	const struct segward_image_op *op = m->op + rule->first_op;

	if (!rule->nr_ops)
		return true;
	return !op[rule->nr_ops - 1].buffer &&
	       segward_rule_contents(m, op, rule->nr_ops, m->payload);
}

static bool match_rule(struct segward_matching *m, u32 i)
{
	const struct segward_image_rule *rule = segward_image_rule(m->image, i);

	return segward_match_spend(m->budget, 1) &&
	       segward_rule_header(m, rule) &&
	       (m->tx ? segward_rule_tx(m, i) : match_payload(m, rule)) &&
	       *m->budget;
}

/* Return: false to end the matching. */
static bool evaluate(struct segward_matching *m, u32 rule)
{
	struct segward_rule_counter *counter;

	counter = m->binding->ruleset->counter[m->match->scratch->cpu] + rule;
	/* This processor's own, but somebody may be adding them up. */
	WRITE_ONCE(counter->checks, counter->checks + 1);
	if (!match_rule(m, rule))
		return *m->budget;
	WRITE_ONCE(counter->matches, counter->matches + 1);
	return m->match->hit(m->match->arg, rule);
}

/* Lowest bit of *word, taken out of it. */
static u32 take_bit(u64 *word)
{
	u32 bit = (u32)__ffs64(*word);

	*word &= *word - 1;
	return bit;
}

/* In the image's order; leaves the bitmaps empty. */
static void evaluate_candidates(struct segward_matching *m, bool go_on)
{
	u32 nr = (m->binding->ruleset->nr_rules + 4095) / 4096;
	struct segward_scratch *scratch = m->match->scratch;
	u64 *summary = scratch->candidate_words;
	u32 word, i;
	u64 bits;

	for (i = 0; i < nr; i++) {
		while (summary[i]) {
			word = i * 64 + take_bit(&summary[i]);
			bits = scratch->candidate[word];
			scratch->candidate[word] = 0;
			while (go_on && bits)
				go_on = evaluate(m, word * 64 +
						 take_bit(&bits));
		}
	}
}

static void begin(struct segward_matching *m,
		  const struct segward_rule_match *match)
{
	memset(m, 0, sizeof(*m));
	m->match = match;
	m->binding = match->binding;
	m->image = match->binding->ruleset->image;
	m->packet = match->packet;
	m->budget = match->budget;
	m->op = segward_image_section(m->image, SEGWARD_IMAGE_OPS);
	m->bytes = segward_image_section(m->image, SEGWARD_IMAGE_BYTES);
	segward_rule_header_begin(m);
}

static bool match_bytes(const struct segward_rule_match *match,
			const struct segward_rule_bytes *bytes)
{
	struct segward_matching m segward_uncleared;

	begin(&m, match);
	m.payload = bytes;
	evaluate_candidates(&m, segward_rule_candidates(&m, bytes->buffer,
							bytes->data,
							bytes->len));
	return *match->budget;
}

bool segward_rule_match_packet(const struct segward_rule_match *match,
			       const u8 *payload, u32 len)
{
	const struct segward_rule_bytes bytes = {
		.data	= payload,
		.len	= len,
		.buffer	= SEGWARD_BUFFER_NONE,
		.part	= SEGWARD_RULE_WHOLE,
	};

	return match_bytes(match, &bytes);
}

bool segward_rule_match_stream(const struct segward_rule_match *match,
			       const struct segward_rule_bytes *bytes)
{
	return match_bytes(match, bytes);
}

bool segward_rule_match_tx(const struct segward_rule_match *match,
			   const struct segward_rule_tx *tx,
			   struct segward_rule_wait *wait)
{
	struct segward_matching m segward_uncleared;

	begin(&m, match);
	m.tx = tx;
	m.wait = wait;
	evaluate_candidates(&m, segward_rule_tx_candidates(&m));
	if (wait && tx->done)
		wait->nr = 0;
	return *match->budget;
}

/* --- Rulesets ------------------------------------------------------------- */

static size_t counters_size(const struct segward_ruleset *ruleset)
{
	/* A ruleset without rules has counters too: no special case. */
	return max_t(size_t, ruleset->nr_rules, 1) *
	       sizeof(struct segward_rule_counter);
}

static void free_counters(struct segward_ruleset *ruleset)
{
	u32 i;

	if (!ruleset->counter)
		return;
	for (i = 0; i < ruleset->nr_counters; i++)
		segward_free(ruleset->counter[i]);
	segward_free(ruleset->counter);
}

static int allocate_counters(struct segward_ruleset *ruleset)
{
	u32 i;

	ruleset->counter = segward_zalloc(ruleset->nr_counters *
					  sizeof(ruleset->counter[0]));
	if (!ruleset->counter)
		return -ENOMEM;
	for (i = 0; i < ruleset->nr_counters; i++) {
		ruleset->counter[i] = segward_zalloc(counters_size(ruleset));
		if (!ruleset->counter[i])
			return -ENOMEM;
	}
	return 0;
}

struct segward_ruleset *
segward_ruleset_create(const char *name, const void *image, u32 size,
		       u32 nr_counters, struct segward_image_error *error,
		       int *err)
{
	struct segward_ruleset *ruleset;

	*err = segward_image_verify(image, size, error);
	if (*err)
		return NULL;
	*err = -ENOMEM;
	error->what = "not enough memory for the ruleset";
	ruleset = segward_zalloc(sizeof(*ruleset));
	if (!ruleset)
		return NULL;
	ruleset->image = image;
	ruleset->size = size;
	ruleset->nr_rules = segward_image_count(image, SEGWARD_IMAGE_RULES);
	ruleset->nr_counters = nr_counters;
	memcpy(ruleset->name, name,
	       min_t(size_t, strlen(name), SEGWARD_NAME_SIZE - 1));
	if (allocate_counters(ruleset)) {
		free_counters(ruleset);
		segward_free(ruleset);
		return NULL;
	}
	error->what = "";
	*err = 0;
	return ruleset;
}

void segward_ruleset_destroy(struct segward_ruleset *ruleset)
{
	if (!ruleset)
		return;
	free_counters(ruleset);
	segward_free(ruleset->image);
	segward_free(ruleset);
}

size_t segward_ruleset_memory(const struct segward_ruleset *ruleset)
{
	return sizeof(*ruleset) + ruleset->size +
	       ruleset->nr_counters * (sizeof(ruleset->counter[0]) +
				       counters_size(ruleset));
}
