// SPDX-License-Identifier: GPL-2.0
/*
 * Rules of transactions: each of the buffers that a rule names has to have what
 * the rule asks for there.
 *
 * The buffers of a transaction come one after the other, some in pieces. A rule
 * is evaluated when its pattern comes; if a buffer is missing then, what did
 * match is written down, and the rule waits for the rest.
 */
#include <linux/segward.h>

#include "image.h"
#include "match.h"
#include "rule_internal.h"

static_assert(SEGWARD_IMAGE_BUFFERS_MAX <= 32, "bits of pending->buffers");

/* Buffers looked at for one work unit. */
#define BUFFERS_PER_UNIT	16

/**
 * enum state - of a rule in one buffer
 * @NEVER: it does not match, and no more of that buffer will come
 * @MISSING: it does not match yet
 * @OLD: it matches by what was at hand before
 * @FRESH: it matches by what is fresh
 */
enum state {
	NEVER,
	MISSING,
	OLD,
	FRESH,
};

/* --- Rules that wait ------------------------------------------------------ */

static struct segward_rule_pending *find_pending(struct segward_rule_wait *wait,
						 u32 rule)
{
	u32 i;

	for (i = 0; wait && i < wait->nr; i++)
		if (wait->pending[i].rule == rule)
			return &wait->pending[i];
	return NULL;
}

static void remove_pending(struct segward_rule_wait *wait,
			   struct segward_rule_pending *pending)
{
	if (pending)
		*pending = wait->pending[--wait->nr];
}

/* Room for another one: who waits goes before who was told. */
static struct segward_rule_pending *make_room(struct segward_rule_wait *wait,
					      bool waits)
{
	u32 i;

	if (wait->nr < SEGWARD_RULE_PENDING)
		return &wait->pending[wait->nr++];
	for (i = 0; waits && i < SEGWARD_RULE_PENDING; i++)
		if (wait->pending[i].buffers == SEGWARD_RULE_TOLD)
			return &wait->pending[i];
	return NULL;
}

static void remember(struct segward_rule_wait *wait,
		     struct segward_rule_pending *pending, u32 rule,
		     u32 buffers)
{
	bool waits = buffers != SEGWARD_RULE_TOLD;

	if (!wait)
		return;
	if (!pending)
		pending = make_room(wait, waits);
	if (pending) {
		pending->rule = rule;
		pending->buffers = buffers;
	} else if (waits) {
		wait->lost = true;
	}
}

static bool wake_pending(const struct segward_matching *m)
{
	const struct segward_rule_pending *pending;
	u32 i;

	for (i = 0; m->wait && i < m->wait->nr; i++) {
		pending = &m->wait->pending[i];
		if (pending->buffers == SEGWARD_RULE_TOLD ||
		    pending->rule >= m->binding->ruleset->nr_rules)
			continue;
		if (!segward_match_spend(m->budget, 1) ||
		    !segward_match_candidates(m->match->scratch,
					      &pending->rule, 1, m->budget))
			return false;
	}
	return true;
}

bool segward_rule_tx_candidates(const struct segward_matching *m)
{
	const struct segward_rule_tx *tx = m->tx;
	u32 i;

	for (i = tx->fresh; i < tx->nr; i++)
		if (!segward_match_spend(m->budget, 1) ||
		    !segward_rule_candidates(m, tx->bytes[i].buffer,
					     tx->bytes[i].data,
					     tx->bytes[i].len))
			return false;
	if (tx->nr_events &&
	    !segward_rule_candidates(m, SEGWARD_IMAGE_BUFFER_EVENT, NULL, 0))
		return false;
	return wake_pending(m);
}

/* --- Tests ---------------------------------------------------------------- */

/*
 * Does a direction of a transaction have that buffer once at most? Others come
 * again: names, certificates, headers behind a body.
 */
static bool comes_once(u32 buffer)
{
	switch (buffer) {
	case SEGWARD_BUFFER_HTTP_METHOD:
	case SEGWARD_BUFFER_HTTP_URI:
	case SEGWARD_BUFFER_HTTP_URI_RAW:
	case SEGWARD_BUFFER_HTTP_REQUEST_LINE:
	case SEGWARD_BUFFER_HTTP_REQUEST_BODY:
	case SEGWARD_BUFFER_HTTP_RESPONSE_BODY:
	case SEGWARD_BUFFER_FILE_DATA:
	case SEGWARD_BUFFER_SSH_PROTO:
	case SEGWARD_BUFFER_SSH_SOFTWARE:
		return true;
	default:
		return false;
	}
}

static enum state match_event(const struct segward_matching *m,
			      const struct segward_image_op *op)
{
	u32 i;

	if (!segward_match_spend(m->budget,
				 1 + m->tx->nr_events / BUFFERS_PER_UNIT))
		return MISSING;
	for (i = 0; i < m->tx->nr_events; i++)
		if (m->tx->event[i] == op->low)
			return FRESH;
	return MISSING;
}

/* A rule may name several events; all have to come at once. */
static enum state match_events(const struct segward_matching *m,
			       const struct segward_image_op *op, u32 nr)
{
	while (nr--)
		if (match_event(m, op++) != FRESH)
			return MISSING;
	return FRESH;
}

/* What is fresh is looked at first. */
static enum state match_buffer(struct segward_matching *m,
			       const struct segward_image_op *op, u32 nr)
{
	const struct segward_rule_tx *tx = m->tx;
	enum state state = MISSING;
	u32 i;

	if (op->buffer == SEGWARD_IMAGE_BUFFER_EVENT)
		return match_events(m, op, nr);
	if (!segward_match_spend(m->budget, tx->nr / BUFFERS_PER_UNIT))
		return MISSING;
	for (i = tx->nr; i-- > 0;) {
		const struct segward_rule_bytes *bytes = &tx->bytes[i];

		if (bytes->buffer != op->buffer)
			continue;
		if (!segward_match_spend(m->budget, 1))
			return MISSING;
		if (segward_rule_contents(m, op, nr, bytes))
			return i < tx->fresh ? OLD : FRESH;
		if (bytes->part & SEGWARD_RULE_LAST && comes_once(op->buffer))
			state = NEVER;
	}
	return state;
}

static u32 buffer_length(const struct segward_image_op *op, u32 nr)
{
	u32 i;

	for (i = 1; i < nr; i++)
		if (segward_image_buffer_key(&op[i]) !=
		    segward_image_buffer_key(op))
			break;
	return i;
}

/**
 * struct outcome - of a rule
 * @buffers: bits of those that matched
 * @missing: one did not
 * @never: and will not
 * @fresh: one matched by what is fresh
 */
struct outcome {
	u32 buffers;
	bool missing;
	bool never;
	bool fresh;
};

static void match_buffers(struct segward_matching *m,
			  const struct segward_image_rule *rule,
			  struct outcome *outcome)
{
	const struct segward_image_op *op = m->op + rule->first_op;
	enum state state;
	u32 bit = 0;
	u32 i, nr;

	for (i = 0; i < rule->nr_ops && !outcome->never; i += nr, bit++) {
		nr = buffer_length(&op[i], rule->nr_ops - i);
		if (outcome->buffers & BIT(bit))
			continue;
		state = match_buffer(m, &op[i], nr);
		outcome->never = state == NEVER;
		outcome->missing |= state <= MISSING;
		outcome->fresh |= state == FRESH;
		if (state >= OLD)
			outcome->buffers |= BIT(bit);
	}
}

bool segward_rule_tx(struct segward_matching *m, u32 i)
{
	const struct segward_image_rule *rule = segward_image_rule(m->image, i);
	struct segward_rule_pending *pending = find_pending(m->wait, i);
	struct outcome outcome = {};

	if (pending && pending->buffers == SEGWARD_RULE_TOLD)
		return false;
	if (pending)
		outcome.buffers = pending->buffers;
	match_buffers(m, rule, &outcome);
	if (!*m->budget)
		return false;
	if (outcome.never || (outcome.missing && m->tx->done)) {
		remove_pending(m->wait, pending);
		return false;
	}
	if (outcome.missing) {
		if (outcome.fresh)
			remember(m->wait, pending, i, outcome.buffers);
		return false;
	}
	if (outcome.fresh)
		remember(m->wait, pending, i, SEGWARD_RULE_TOLD);
	return outcome.fresh;
}
