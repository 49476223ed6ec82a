// SPDX-License-Identifier: GPL-2.0
/*
 * Contents of rules: does a buffer have the bytes that a rule asks for, where
 * it asks for them?
 *
 * Contents are matched as Suricata 7 defines it, with one exception: where a
 * negative distance puts the whole of a within before the buffer, there is no
 * match; Suricata's arithmetic wraps around there and searches everything.
 *
 * A content and the relative ones behind it are a chain. Chains do not depend
 * on each other, so each is looked for by itself.
 *
 * Of a buffer that comes in pieces only a window is at hand. Its places count
 * from the buffer's beginning; what cannot be told within the window does not
 * hold, be it negated or not.
 */
#include <linux/segward.h>

#include "image.h"
#include "inspect.h"
#include "match.h"
#include "rule_internal.h"

#define OP_RELATIVE		(SEGWARD_IMAGE_OP_F_DISTANCE | \
				 SEGWARD_IMAGE_OP_F_WITHIN)
#define OP_PLACED		(SEGWARD_IMAGE_OP_F_OFFSET | \
				 SEGWARD_IMAGE_OP_F_DEPTH | \
				 SEGWARD_IMAGE_OP_F_STARTSWITH)

/* Where one content of a chain was found. */
struct place {
	u16 start;
	u16 base;	/* end of the content before it */
	u8 op;
};

/**
 * struct chain - a content and those relative to it
 * @op: its tests
 * @nr: how many
 * @fresh: one of its contents has to end behind the old bytes
 * @place: contents found so far
 * @nr_places: how many
 * @base: end of the last of them
 */
struct chain {
	const struct segward_image_op *op;
	u32 nr;
	bool fresh;
	struct place place[SEGWARD_IMAGE_OPS_MAX];
	u32 nr_places;
	u32 base;
};

static bool is_content(const struct segward_image_op *op)
{
	return op->type == SEGWARD_IMAGE_OP_CONTENT;
}

static bool is_negated(const struct segward_image_op *op)
{
	return op->flags & SEGWARD_IMAGE_OP_F_NEGATED;
}

/* A chunk of a stream ends where it ends, as for Suricata. */
static bool has_end(const struct segward_rule_bytes *bytes)
{
	return bytes->part & SEGWARD_RULE_LAST ||
	       bytes->buffer <= SEGWARD_BUFFER_STREAM;
}

static bool match_size(const struct segward_image_op *op,
		       const struct segward_rule_bytes *bytes)
{
	bool in = bytes->len >= (u32)op->low && bytes->len <= (u32)op->high;

	if (op->type == SEGWARD_IMAGE_OP_BSIZE &&
	    (bytes->part & SEGWARD_RULE_WHOLE) != SEGWARD_RULE_WHOLE)
		return false;
	return in != is_negated(op);
}

/* Does the window have the place that an absolute content is to have? */
static bool has_place(const struct segward_image_op *op,
		      const struct segward_rule_bytes *bytes)
{
	if (op->flags & SEGWARD_IMAGE_OP_F_ENDSWITH && !has_end(bytes))
		return false;
	if (!(op->flags & OP_PLACED))
		return true;
	if (!bytes->base)
		return bytes->part & SEGWARD_RULE_FIRST;
	if (op->flags & SEGWARD_IMAGE_OP_F_DEPTH)
		return (u32)op->low + (u32)op->high > bytes->base;
	return !(op->flags & SEGWARD_IMAGE_OP_F_STARTSWITH);
}

/*
 * Where a content may lie: it begins at or behind *from and ends at or before
 * *end. @base is the end of the content before it.
 */
static bool content_window(const struct segward_rule_bytes *bytes,
			   const struct segward_image_op *op, u32 base,
			   u32 *from, u32 *end)
{
	s64 len = bytes->len;
	s64 first = op->low;
	s64 behind = len;

	if (op->flags & OP_RELATIVE)
		first += base;
	else
		first -= bytes->base;
	if (op->flags & SEGWARD_IMAGE_OP_F_STARTSWITH)
		behind = first + op->len;
	else if (op->flags & (SEGWARD_IMAGE_OP_F_DEPTH |
			      SEGWARD_IMAGE_OP_F_WITHIN))
		behind = first + op->high;
	if (op->flags & SEGWARD_IMAGE_OP_F_ENDSWITH) {
		if (behind < len)
			return false;
		first = max_t(s64, first, len - op->len);
	}
	first = max_t(s64, first, 0);
	behind = min_t(s64, behind, len);
	*from = (u32)first;
	*end = (u32)behind;
	return first <= behind;
}

/* First place of a content at or behind @again. */
static u32 find_content(struct segward_matching *m,
			const struct segward_rule_bytes *bytes,
			const struct segward_image_op *op, u32 base, u32 again)
{
	u32 from, end;

	if (!content_window(bytes, op, base, &from, &end))
		return SEGWARD_MATCH_NONE;
	return segward_match_find(bytes->data, max_t(u32, from, again), end,
				  m->bytes + op->bytes, op->len,
				  op->flags & SEGWARD_IMAGE_OP_F_NOCASE,
				  m->budget);
}

/*
 * A content was not where it should be (a negated one was). Can another place
 * of an earlier content change that? Not if it does not depend on it; nor if
 * a positive content may lie anywhere behind it: later places of the earlier
 * one leave it less room. But they may be fresh.
 */
static bool may_change(const struct chain *chain,
		       const struct segward_image_op *op)
{
	if (chain->fresh || is_negated(op))
		return op->flags & OP_RELATIVE;
	return op->flags & SEGWARD_IMAGE_OP_F_WITHIN;
}

/* Does one of the contents found end behind the old bytes? */
static bool is_fresh(const struct chain *chain,
		     const struct segward_rule_bytes *bytes)
{
	const struct place *place = chain->place;
	u32 i;

	for (i = 0; i < chain->nr_places; i++)
		if (place[i].start + chain->op[place[i].op].len > bytes->old)
			return true;
	return false;
}

static void found(struct chain *chain, u32 op, u32 start)
{
	struct place *place = &chain->place[chain->nr_places++];

	place->op = (u8)op;
	place->base = (u16)chain->base;
	place->start = (u16)start;
	chain->base = start + chain->op[op].len;
}

/* Take the last content back: where, from now on, is it to be looked for? */
static u32 retreat(struct chain *chain, u32 *again)
{
	const struct place *place = &chain->place[--chain->nr_places];

	chain->base = place->base;
	*again = place->start + 1u;
	return place->op;
}

/* The first place at which a lone content can be fresh. */
static u32 fresh_place(const struct chain *chain,
		       const struct segward_rule_bytes *bytes)
{
	if (!chain->fresh || chain->nr > 1 || bytes->old < chain->op->len)
		return 0;
	return bytes->old - chain->op->len + 1;
}

/*
 * Do all tests of a chain hold? A search in depth without recursion: when a
 * content fails, the last one found is looked for behind where it was.
 */
static bool match_chain(struct segward_matching *m, struct chain *chain,
			const struct segward_rule_bytes *bytes)
{
	const struct segward_image_op *op;
	u32 again = fresh_place(chain, bytes);
	u32 i = 0;
	bool missing;
	u32 start;

	chain->nr_places = 0;
	chain->base = 0;
	for (;;) {
		if (i < chain->nr) {
			op = &chain->op[i];
			start = find_content(m, bytes, op, chain->base, again);
			if (!*m->budget)
				return false;
			again = 0;
			missing = start == SEGWARD_MATCH_NONE;
			if (missing == is_negated(op)) {
				if (!missing)
					found(chain, i, start);
				i++;
				continue;
			}
			if (!may_change(chain, op))
				return false;
		} else if (!chain->fresh || is_fresh(chain, bytes)) {
			return true;
		}
		if (!chain->nr_places)
			return false;
		i = retreat(chain, &again);
	}
}

/* Up to the next content that depends on none before it. */
static u32 chain_length(const struct segward_image_op *op, u32 nr)
{
	u32 i;

	for (i = 1; i < nr && is_content(op); i++)
		if (!is_content(&op[i]) ||
		    !(is_negated(&op[i]) || op[i].flags & OP_RELATIVE))
			break;
	return i;
}

static bool match_chains(struct segward_matching *m,
			 const struct segward_image_op *op, u32 nr,
			 const struct segward_rule_bytes *bytes, bool fresh)
{
	struct chain chain segward_uncleared;
	bool holds;
	u32 i;

	chain.fresh = fresh;
	for (i = 0; i < nr; i += chain.nr) {
		chain.op = &op[i];
		chain.nr = chain_length(&op[i], nr - i);
		if (!is_content(&op[i]))
			continue;
		holds = match_chain(m, &chain, bytes);
		/* one that is fresh is enough, but all have to hold */
		if (holds == fresh || !*m->budget)
			return holds;
	}
	return !fresh;
}

/**
 * struct summary - what a buffer's tests are
 * @positive: there is a content that has to be there
 * @late: some cannot hold before the buffer's end is at hand
 */
struct summary {
	bool positive;
	bool late;
};

/* Sizes, and contents whose place is not in the window. */
static bool match_simple(const struct segward_image_op *op, u32 nr,
			 const struct segward_rule_bytes *bytes,
			 struct summary *summary)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (!is_content(&op[i])) {
			if (!match_size(&op[i], bytes))
				return false;
			summary->late |= op[i].type == SEGWARD_IMAGE_OP_BSIZE;
			continue;
		}
		if (!has_place(&op[i], bytes))
			return false;
		summary->positive |= !is_negated(&op[i]);
		summary->late |= !!(op[i].flags & SEGWARD_IMAGE_OP_F_ENDSWITH);
	}
	return true;
}

/*
 * What is not there can be told of a whole buffer alone; of a stream, whose end
 * nobody waits for, piece by piece.
 */
static bool match_absence(const struct segward_rule_bytes *bytes)
{
	if (bytes->buffer <= SEGWARD_BUFFER_STREAM)
		return bytes->len > bytes->old || !bytes->old;
	return (bytes->part & SEGWARD_RULE_WHOLE) == SEGWARD_RULE_WHOLE;
}

static bool match_buffer(struct segward_matching *m,
			 const struct segward_image_op *op, u32 nr,
			 const struct segward_rule_bytes *bytes)
{
	struct summary summary = {};

	if (!match_simple(op, nr, bytes, &summary))
		return false;
	if (!summary.positive && !match_absence(bytes))
		return false;
	if (!match_chains(m, op, nr, bytes, false))
		return false;
	if (!bytes->old || !summary.positive ||
	    (summary.late && bytes->part & SEGWARD_RULE_LAST))
		return true;
	return match_chains(m, op, nr, bytes, true);
}

/*
 * A copy with a dot before it, which only the buffer's beginning gets. A buffer
 * that is too long for one is cut: no name is.
 */
static void prefix_dot(struct segward_matching *m,
		       const struct segward_rule_bytes *bytes,
		       struct segward_rule_bytes *dotted)
{
	u8 *to = m->match->scratch->dotted;

	*dotted = *bytes;
	if (!(bytes->part & SEGWARD_RULE_FIRST) || bytes->base) {
		dotted->base += !!bytes->base;
		return;
	}
	if (bytes->len >= SEGWARD_DOTTED_MAX) {
		dotted->len = SEGWARD_DOTTED_MAX - 1;
		dotted->old = min(bytes->old, dotted->len);
		dotted->part &= (u8)~SEGWARD_RULE_LAST;
	}
	*to = '.';
	memcpy(to + 1, bytes->data, dotted->len);
	dotted->data = to;
	dotted->len++;
	dotted->old += !!dotted->old;
}

bool segward_rule_contents(struct segward_matching *m,
			   const struct segward_image_op *op, u32 nr,
			   const struct segward_rule_bytes *bytes)
{
	struct segward_rule_bytes dotted;

	if (!(op->flags & SEGWARD_IMAGE_OP_F_DOTPREFIX))
		return match_buffer(m, op, nr, bytes);
	if (!segward_match_spend(m->budget, bytes->len / SEGWARD_MATCH_UNIT))
		return false;
	prefix_dot(m, bytes, &dotted);
	return match_buffer(m, op, nr, &dotted);
}
