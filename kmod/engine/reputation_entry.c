// SPDX-License-Identifier: GPL-2.0
/*
 * Entries: added, updated, deleted and flushed, one key or a filter at a time,
 * within the limits of the table.
 *
 * All of it is the writer's. A reader sees each change as one store. An entry
 * lives in its slot until it is deleted here or reputation_expiry.c finds it
 * over; a pointer to a slot is good until the next change that may replace the
 * table.
 */

#include "reputation_internal.h"

/* A displaced entry may make a table grow while it is fuller than 1/4. */
#define SPARSE		4U

/*
 * Room
 */

/*
 * See to it that a family's table has room for one more entry: dead slots
 * first, then what is over, and only then more memory.
 */
static int make_room(struct segward_reputation *rep, enum family family,
		     u64 now)
{
	struct table *table = table_of(rep, family);
	u32 worthwhile;

	if (!table)
		return segward_rep_table_resize(rep, family, 0);
	if (!crowded(table))
		return 0;
	worthwhile = slots_of(table) / 8;
	segward_rep_reap_all(rep, now);
	if (table->dead >= worthwhile) {
		segward_rep_grace(rep);
		return 0;
	}
	return segward_rep_table_resize(rep, family,
					slots_for(table->used + 1));
}

/* An entry found its whole probe sequence full. */
static int make_way(struct segward_reputation *rep, enum family family)
{
	struct table *table = table_of(rep, family);

	if (table->dead) {
		segward_rep_grace(rep);
		return 0;
	}
	if (table->used < slots_of(table) / SPARSE)
		return -ENOSPC;
	return segward_rep_table_resize(rep, family,
					slots_of(table) / 4 * 5);
}

/*
 * Adding
 */

/* The slot with this key, and how many slots its prefix has. */
static u64 *find_slot(const struct segward_reputation *rep,
		      const struct table *table, const struct target *prefix,
		      u64 key, u32 *entries)
{
	u64 *slot = NULL;
	struct probe probe;
	struct hit hit;

	*entries = 0;
	if (!table)
		return NULL;
	probe_begin(table, prefix, target_hash(&rep->key, prefix), &probe);
	while (probe_next(table, &probe, &hit)) {
		++*entries;
		if (!((hit.key ^ key) & ~KEY_PASSED_MASK))
			slot = hit.slot;
	}
	return slot;
}

/* One store: a reader sees score and expiry of the same entry. */
static int update(struct segward_reputation *rep, u64 *slot, u64 value, u64 now)
{
	bool visible = in_force(rep->parity, slot[WORD_KEY]);
	u64 old = slot[WORD_VALUE];

	WRITE_ONCE(slot[WORD_VALUE], value);
	segward_rep_note_value(rep, slot[WORD_KEY], value);
	if (!visible)
		return 0;
	if (value_over(old, now)) {
		segward_rep_count_expired(rep, slot[WORD_KEY]);
		rep->stats.added++;
		return 1;
	}
	if (old != value)
		rep->stats.updated++;
	return 0;
}

static u32 entries_held(const struct segward_reputation *rep)
{
	u32 held = 0;
	int family;

	for (family = 0; family < FAMILIES; family++)
		if (table_of(rep, family))
			held += table_of(rep, family)->used;
	return held;
}

static int check_limits(struct segward_reputation *rep,
			const struct target *prefix, u64 key, u32 entries,
			u64 now)
{
	struct table *table;

	if (entries_held(rep) >= rep->max_entries) {
		segward_rep_reap_all(rep, now);
		if (entries_held(rep) >= rep->max_entries)
			return -ENOSPC;
	}
	if (entries >= SEGWARD_REPUTATION_PER_PREFIX) {
		table = table_of(rep, prefix->family);
		segward_rep_reap_prefix(rep, table, prefix, now);
		find_slot(rep, table, prefix, key, &entries);
		if (entries >= SEGWARD_REPUTATION_PER_PREFIX)
			return -E2BIG;
	}
	return make_room(rep, prefix->family, now);
}

static int insert(struct segward_reputation *rep, const struct target *prefix,
		  u64 key, u64 value, u32 entries, u64 now)
{
	int err = check_limits(rep, prefix, key, entries, now);

	while (!err &&
	       !segward_rep_slot_fill(rep, table_of(rep, prefix->family),
				      prefix, key, value))
		err = make_way(rep, prefix->family);
	if (err) {
		rep->stats.refused++;
		return err;
	}
	segward_rep_count_entry(rep, key);
	segward_rep_note_value(rep, key, value);
	if (in_force(rep->parity, key))
		rep->stats.added++;
	return 1;
}

int segward_rep_entry_put(struct segward_reputation *rep,
			  const struct segward_reputation_entry *entry,
			  bool parity, u64 now)
{
	struct target prefix = target_make(entry->prefix.version,
					   entry->prefix.addr,
					   entry->prefix.len);
	u64 key = key_make(&prefix, entry->source, entry->category, parity);
	u64 value = value_make(entry->expires, entry->score);
	u32 entries;
	u64 *slot;

	slot = find_slot(rep, table_of(rep, prefix.family), &prefix, key,
			 &entries);
	if (slot)
		return update(rep, slot, value, now);
	return insert(rep, &prefix, key, value, entries, now);
}

int segward_rep_entry_check(const struct segward_reputation *rep,
			    const struct segward_reputation_entry *entry,
			    u64 now)
{
	if (prefix_check(&entry->prefix))
		return -EINVAL;
	if (entry->score < SEGWARD_REPUTATION_SCORE_MIN ||
	    entry->score > SEGWARD_REPUTATION_SCORE_MAX)
		return -EINVAL;
	if (!name_of(rep, NAMES_SOURCE, entry->source) ||
	    !name_of(rep, NAMES_CATEGORY, entry->category))
		return -ENOENT;
	if (entry->expires && entry->expires <= now)
		return -ETIME;
	return 0;
}

int segward_reputation_add(struct segward_reputation *rep,
			   const struct segward_reputation_entry *entry,
			   u64 now)
{
	int err = segward_rep_entry_check(rep, entry, now);

	if (err)
		return err;
	return segward_rep_entry_put(rep, entry,
				     parity_of(rep->parity, entry->source),
				     now);
}

/*
 * Deleting
 */

/* Count one more entry that a caller took out of force. */
static u32 delete_slot(struct segward_reputation *rep, struct table *table,
		       u64 *slot, u64 now)
{
	u32 live = value_live(slot[WORD_VALUE], now);

	if (live)
		rep->stats.deleted++;
	else
		segward_rep_count_expired(rep, slot[WORD_KEY]);
	segward_rep_entry_remove(rep, table, slot);
	return live;
}

int segward_reputation_del(struct segward_reputation *rep,
			   const struct segward_reputation_prefix *prefix,
			   u8 source, u8 category, u64 now)
{
	struct target target;
	struct table *table;
	struct probe probe;
	u32 deleted = 0;
	struct hit hit;

	if (prefix_check(prefix))
		return -EINVAL;
	target = target_make(prefix->version, prefix->addr, prefix->len);
	table = table_of(rep, target.family);
	if (!table)
		return -ENOENT;
	probe_begin(table, &target, target_hash(&rep->key, &target), &probe);
	while (probe_next(table, &probe, &hit)) {
		if ((source && source != key_source(hit.key)) ||
		    (category && category != key_category(hit.key)) ||
		    !in_force(rep->parity, hit.key))
			continue;
		deleted += delete_slot(rep, table, hit.slot, now);
	}
	return deleted ? (int)deleted : -ENOENT;
}

static u32 flush_table(struct segward_reputation *rep, struct table *table,
		       const struct segward_reputation_filter *filter, u64 now)
{
	u32 slots = slots_of(table);
	struct target prefix;
	u32 deleted = 0;
	u64 *slot;
	u32 i;

	for (i = 0; i < slots; i++) {
		if (!(i % RESCHED_SLOTS))
			segward_cond_resched();
		slot = table->slots + (size_t)i * table->words;
		if (!key_source(slot[WORD_KEY]) ||
		    !in_force(rep->parity, slot[WORD_KEY]))
			continue;
		prefix = target_of_slot(table, slot, slot[WORD_KEY]);
		if (filter_wants(filter, &prefix, slot[WORD_KEY]))
			deleted += delete_slot(rep, table, slot, now);
	}
	return deleted;
}

u32 segward_reputation_flush(struct segward_reputation *rep,
			     const struct segward_reputation_filter *filter,
			     u64 now)
{
	u32 deleted = 0;
	int family;

	for (family = 0; family < FAMILIES; family++)
		if (table_of(rep, family))
			deleted += flush_table(rep, table_of(rep, family),
					       filter, now);
	return deleted;
}
