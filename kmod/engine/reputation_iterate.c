// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps: a walk through all entries of both families, a part at a time.
 *
 * Runs inside rcu_read_lock(), in any context, and keeps nothing between two
 * parts but the caller's cursor: the tables may be another's by then, which
 * the generation tells.
 */

#include "reputation_internal.h"

struct telling {
	const struct segward_reputation *rep;
	const struct segward_reputation_filter *filter;
	u64 parity[PARITY_WORDS];
	u64 now;
	int (*fn)(void *ctx, const struct segward_reputation_entry *entry);
	void *ctx;
};

static enum family cursor_family(const struct segward_reputation_cursor *cursor)
{
	return cursor->version == 6 ? FAMILY_IPV6 : FAMILY_IPV4;
}

static int tell_slot(const struct telling *telling, const struct table *table,
		     const u64 *slot)
{
	struct segward_reputation_entry entry;
	struct target prefix;
	u64 value;
	u64 key;

	/* Pairs with segward_rep_slot_fill(). */
	key = smp_load_acquire(slot);
	if (!key_source(key) || !in_force(telling->parity, key))
		return 0;
	value = READ_ONCE(slot[WORD_VALUE]);
	prefix = target_of_slot(table, slot, key);
	if (!value_live(value, telling->now) ||
	    !filter_wants(telling->filter, &prefix, key))
		return 0;
	entry_make(&prefix, key, value, &entry);
	return telling->fn(telling->ctx, &entry);
}

/* -EAGAIN when the budget is used up, 0 at the end of the family. */
static int tell_family(const struct telling *telling,
		       struct segward_reputation_cursor *cursor, u32 *budget)
{
	const struct table *table;
	u32 slots;
	int ret;

	table = rcu_dereference(telling->rep->table[cursor_family(cursor)]);
	slots = table ? slots_of(table) : 0;
	for (; cursor->slot < slots; cursor->slot++) {
		if (!*budget)
			return -EAGAIN;
		--*budget;
		ret = tell_slot(telling, table, table->slots +
				(size_t)cursor->slot * table->words);
		if (ret)
			return ret;
	}
	return 0;
}

u32 segward_reputation_generation(const struct segward_reputation *rep)
{
	/* Stays in front of the walk that it is for. */
	return smp_load_acquire(&rep->generation);
}

int segward_reputation_iterate(const struct segward_reputation *rep,
			       struct segward_reputation_cursor *cursor,
			       const struct segward_reputation_filter *filter,
			       u64 now,
			       int (*fn)(void *ctx, const struct segward_reputation_entry *entry),
			       void *ctx)
{
	struct telling telling = {
		.rep = rep,
		.filter = filter,
		.now = now,
		.fn = fn,
		.ctx = ctx,
	};
	u32 budget = SEGWARD_REPUTATION_ITERATE;
	int ret;

	if (!cursor->version) {
		cursor->version = 4;
		cursor->generation = segward_reputation_generation(rep);
	}
	parity_copy(rep, telling.parity);
	ret = tell_family(&telling, cursor, &budget);
	if (!ret && cursor->version == 4) {
		cursor->version = 6;
		cursor->slot = 0;
		ret = tell_family(&telling, cursor, &budget);
	}
	/* Read last: it changes before what it speaks of does. */
	if (segward_reputation_generation(rep) != cursor->generation)
		cursor->inconsistent = true;
	return ret;
}
