/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looking for bytes in a payload: many patterns at once, or one content.
 */
#ifndef SEGWARD_ENGINE_MATCH_H
#define SEGWARD_ENGINE_MATCH_H

#include "inspect.h"
#include "port.h"

/* Bytes searched through or compared for one work unit. */
#define SEGWARD_MATCH_UNIT	64

/* Rules made candidates for one work unit. */
#define SEGWARD_MATCH_LINKS	8

#define SEGWARD_MATCH_NONE	(~0u)

/**
 * segward_match_spend() - pay for work
 * @budget: work units left; 0 means that it ran out
 * @units: what the work costs
 *
 * Return: false if that was more than is left.
 */
static inline bool segward_match_spend(u32 *budget, u32 units)
{
	if (unlikely(*budget <= units)) {
		*budget = 0;
		return false;
	}
	*budget -= units;
	return true;
}

/**
 * segward_match_candidates() - have rules evaluated
 * @scratch: of this packet
 * @rule: their indexes
 * @nr: how many
 * @budget: work units left
 *
 * Return: false if the budget ran out.
 */
bool segward_match_candidates(struct segward_scratch *scratch, const u32 *rule,
			      u32 nr, u32 *budget);

/**
 * segward_match_scan() - make candidates of the rules whose pattern occurs
 * @image: verified
 * @mpm: index of a matcher
 * @payload: where to look
 * @len: its bytes, at most 65,535
 * @scratch: of this processor
 * @budget: work units left
 *
 * Return: false if the budget ran out; then candidates may be missing.
 */
bool segward_match_scan(const void *image, u32 mpm, const u8 *payload, u32 len,
			struct segward_scratch *scratch, u32 *budget);

/**
 * segward_match_find() - first place of a content
 * @payload: where to look
 * @from: first place that counts
 * @end: the content ends at or before here; at most the payload's length
 * @bytes: the content, lower-case if @nocase
 * @len: its bytes, at least 1
 * @nocase: letters match in any case
 * @budget: work units left
 *
 * Return: the place, or SEGWARD_MATCH_NONE if there is none or the budget ran
 * out (*@budget is 0 then).
 */
u32 segward_match_find(const u8 *payload, u32 from, u32 end, const u8 *bytes,
		       u32 len, bool nocase, u32 *budget);

#endif /* SEGWARD_ENGINE_MATCH_H */
