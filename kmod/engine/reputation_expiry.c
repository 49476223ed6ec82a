// SPDX-License-Identifier: GPL-2.0
/*
 * How entries go: who counts them, what is over, and the sweeper.
 *
 * All of it is the writer's. No lookup waits for it: an entry that is over
 * acts no more wherever it still stands, so this only gives slots, names and
 * memory back. Removed entries leave dead slots, which are used again after a
 * grace period.
 */

#include "reputation_internal.h"

/* Whose a slot in use is. */
enum hold {
	HOLD_CURRENT,
	HOLD_PENDING,
	HOLD_STALE,
};

/*
 * Counters
 */

static enum hold hold_of(const struct segward_reputation *rep, u64 key)
{
	if (in_force(rep->parity, key))
		return HOLD_CURRENT;
	if (name_of(rep, NAMES_SOURCE, key_source(key))->loading)
		return HOLD_PENDING;
	return HOLD_STALE;
}

static u32 *hold_counter(struct name *source, enum hold hold)
{
	switch (hold) {
	case HOLD_PENDING:
		return &source->pending;
	case HOLD_STALE:
		return &source->stale;
	default:
		return &source->entries;
	}
}

static void count(struct segward_reputation *rep, u64 key, enum hold hold,
		  int by)
{
	struct name *source = name_of(rep, NAMES_SOURCE, key_source(key));

	*hold_counter(source, hold) += by;
	name_of(rep, NAMES_CATEGORY, key_category(key))->entries += by;
	if (hold == HOLD_PENDING)
		rep->stats.pending += by;
	else if (hold == HOLD_STALE)
		rep->stats.stale += by;
}

void segward_rep_count_entry(struct segward_reputation *rep, u64 key)
{
	count(rep, key, hold_of(rep, key), 1);
}

void segward_rep_count_expired(struct segward_reputation *rep, u64 key)
{
	name_of(rep, NAMES_SOURCE, key_source(key))->expired++;
	rep->stats.expired++;
}

static void entry_remove(struct segward_reputation *rep, struct table *table,
			 u64 *slot, enum hold hold)
{
	count(rep, slot[WORD_KEY], hold, -1);
	segward_rep_slot_kill(rep, table, slot);
}

void segward_rep_entry_remove(struct segward_reputation *rep,
			      struct table *table, u64 *slot)
{
	entry_remove(rep, table, slot, hold_of(rep, slot[WORD_KEY]));
}

/*
 * When something ends
 */

static u64 earlier(u64 a, u64 b)
{
	if (!a || !b)
		return a ? a : b;
	return min(a, b);
}

void segward_rep_note_expiry(struct segward_reputation *rep, u64 expires)
{
	rep->next_expiry = earlier(rep->next_expiry, expires);
	rep->pass_expiry = earlier(rep->pass_expiry, expires);
}

void segward_rep_note_value(struct segward_reputation *rep, u64 key, u64 value)
{
	struct name *source = name_of(rep, NAMES_SOURCE, key_source(key));

	if (in_force(rep->parity, key))
		segward_rep_note_expiry(rep, value_expires(value));
	else
		source->load_expiry = earlier(source->load_expiry,
					      value_expires(value));
}

u64 segward_reputation_next_expiry(const struct segward_reputation *rep)
{
	return rep->next_expiry;
}

/*
 * Removing what is over
 */

/* Remove what is in a slot if it is expired or stale. */
static void reap_slot(struct segward_reputation *rep, struct table *table,
		      u64 *slot, u64 now)
{
	u64 key = slot[WORD_KEY];
	u64 value = slot[WORD_VALUE];
	enum hold hold;

	if (!key_source(key))
		return;
	hold = hold_of(rep, key);
	if (hold == HOLD_PENDING)
		return;
	if (hold == HOLD_CURRENT) {
		if (!value_over(value, now)) {
			rep->pass_expiry = earlier(rep->pass_expiry,
						   value_expires(value));
			return;
		}
		segward_rep_count_expired(rep, key);
	}
	entry_remove(rep, table, slot, hold);
}

static void reap(struct segward_reputation *rep, struct table *table, u32 from,
		 u32 to, u64 now)
{
	for (; from < to; from++) {
		reap_slot(rep, table,
			  table->slots + (size_t)from * table->words, now);
		if (!(from % RESCHED_SLOTS))
			segward_cond_resched();
	}
}

static bool reapable(const struct segward_reputation *rep, u64 now)
{
	return rep->stats.stale || (rep->next_expiry && now >= rep->next_expiry);
}

void segward_rep_reap_all(struct segward_reputation *rep, u64 now)
{
	struct table *table;
	int family;

	if (!reapable(rep, now))
		return;
	/* All are seen, so this is known anew, also for the sweeper's pass. */
	rep->pass_expiry = 0;
	for (family = 0; family < FAMILIES; family++) {
		table = table_of(rep, family);
		if (table)
			reap(rep, table, 0, slots_of(table), now);
	}
	rep->next_expiry = rep->pass_expiry;
}

void segward_rep_reap_prefix(struct segward_reputation *rep,
			     struct table *table, const struct target *prefix,
			     u64 now)
{
	struct probe probe;
	struct hit hit;

	probe_begin(table, prefix, target_hash(&rep->key, prefix), &probe);
	while (probe_next(table, &probe, &hit))
		reap_slot(rep, table, hit.slot, now);
}

/*
 * The sweeper
 */

/* Everything has been looked at: give memory back, begin anew. */
static void end_pass(struct segward_reputation *rep)
{
	struct table *table;
	bool wait = false;
	int family;

	for (family = 0; family < FAMILIES; family++) {
		segward_rep_table_trim(rep, family);
		table = table_of(rep, family);
		if (!table)
			continue;
		segward_rep_table_refresh(rep, table);
		wait |= table->dead;
	}
	if (wait || rep->retired)
		segward_rep_grace(rep);
	rep->next_expiry = rep->pass_expiry;
}

bool segward_reputation_sweep(struct segward_reputation *rep, u64 now,
			      u32 budget)
{
	struct table *table;
	u32 slots;
	u32 part;

	if (!rep->sweep_family && !rep->sweep_slot)
		rep->pass_expiry = 0;
	for (; rep->sweep_family < FAMILIES; rep->sweep_family++) {
		table = table_of(rep, rep->sweep_family);
		slots = table ? slots_of(table) : 0;
		if (rep->sweep_slot < slots) {
			part = min(budget, slots - rep->sweep_slot);
			reap(rep, table, rep->sweep_slot,
			     rep->sweep_slot + part, now);
			rep->sweep_slot += part;
			budget -= part;
			if (rep->sweep_slot < slots)
				return false;
		}
		rep->sweep_slot = 0;
	}
	rep->sweep_family = 0;
	end_pass(rep);
	return true;
}

bool segward_reputation_untidy(const struct segward_reputation *rep)
{
	const struct table *table;
	int family;

	if (rep->stats.stale || rep->retired)
		return true;
	for (family = 0; family < FAMILIES; family++) {
		table = table_of(rep, family);
		if (table && segward_rep_table_untidy(table))
			return true;
	}
	return false;
}
