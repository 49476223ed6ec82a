// SPDX-License-Identifier: GPL-2.0
/*
 * Tables and their summaries: made, filled, emptied, replaced and freed.
 *
 * Everything here is the writer's. Readers may be in any published table at
 * any time, so words are stored in the order that reputation_table.h tells,
 * and what was published is freed or used again only after a grace period,
 * for which segward_rep_grace() waits.
 */

#include "reputation_internal.h"

/* Smallest table, before the allocator rounds up: 256 bytes of slots. */
#define MIN_PAIRS	2U

/*
 * Pairs of buckets in a probe sequence. Two pairs would do for all but one
 * entry in a million if prefixes were not told by several sources; 32 leave
 * room for SEGWARD_REPUTATION_PER_PREFIX of them in crowded surroundings.
 */
#define PROBE_PAIRS	32U

/* How often a copy of a table is tried in a larger size. */
#define RESIZE_TRIES	4U

/* Tables that wait for one grace period together, so that growing is cheap. */
#define RETIRED_BYTES	(1024U * 1024)

/*
 * The filter: a word for 8 slots and three bits in it for each prefix. With 5
 * or 6 prefixes to a word one in 50 to 100 searches in vain gets through.
 */
#define FILTER_SLOTS	8U

/* Cells: one for 8 to 16 slots, at least 16. */
#define CELL_SLOTS	16U
#define CELL_BITS_MIN	4U
#define CELL_BITS_IPV4	16U
#define CELL_BITS_IPV6	24U

/*
 * Summaries
 */

static void cells_set(const struct table *table, struct summary *summary,
		      const struct target *prefix)
{
	size_t index = cell_index(table, summary, prefix->high);

	if (table->family == FAMILY_IPV4) {
		u16 *cell = (u16 *)summary->cells + index;

		if (prefix->len > SHORT_IPV4)
			WRITE_ONCE(*cell, (u16)(*cell | 1U << (prefix->len - SHORT_IPV4 - 1)));
	} else if (prefix->len > SHORT_IPV6) {
		u64 *cell = summary->cells + index * 2 + (prefix->len - 1) / 64;

		WRITE_ONCE(*cell, *cell | BIT_ULL((prefix->len - 1) % 64));
	}
}

static void summary_add(const struct segward_reputation *rep,
			const struct table *table, struct summary *summary,
			const struct target *prefix)
{
	u32 hash = filter_hash(rep->mix, prefix->high, prefix->low,
			       prefix->len);
	u64 *block = &summary->filter[filter_block(summary, hash)];

	cells_set(table, summary, prefix);
	WRITE_ONCE(*block, *block | filter_bits(hash));
}

static struct summary *table_summary(const struct table *table)
{
	return rcu_dereference_protected(table->summary, true);
}

static struct summary *summary_create(struct segward_reputation *rep,
				      const struct table *table)
{
	u32 cell = table->family == FAMILY_IPV4 ? sizeof(u16) : 2 * sizeof(u64);
	u32 most = table->family == FAMILY_IPV4 ? CELL_BITS_IPV4 : CELL_BITS_IPV6;
	u32 blocks = slots_of(table) / FILTER_SLOTS;
	u32 bits = CELL_BITS_MIN;
	struct summary *summary;
	size_t bytes;

	while (bits < most && slots_of(table) / CELL_SLOTS > 1U << bits)
		bits++;
	bytes = sizeof(*summary) + blocks * sizeof(u64) +
		((size_t)cell << bits);
	summary = take(rep, bytes);
	if (!summary)
		return NULL;
	summary->bits = bits;
	summary->blocks = blocks;
	summary->bytes = bytes;
	summary->cells = summary->filter + blocks;
	return summary;
}

static void summary_destroy(struct segward_reputation *rep,
			    struct summary *summary)
{
	if (summary)
		give(rep, summary, summary->bytes);
}

/*
 * Tables
 */

static size_t table_bytes(u32 pairs)
{
	return sizeof(struct table) + BUCKET_BYTES +
	       (size_t)pairs * 2 * BUCKET_BYTES;
}

/* As many as asked for, and as many more as the allocator gives anyway. */
static u32 pairs_for(u8 words, u32 slots)
{
	u32 pair = 2 * BUCKET_WORDS / words;
	u32 pairs = max(slots / pair + !!(slots % pair), MIN_PAIRS);
	size_t block = account(table_bytes(pairs));

	if (block > ACCOUNT_LARGE)
		return pairs;
	return (u32)((block - table_bytes(0)) / (2 * BUCKET_BYTES));
}

static u8 words_of(enum family family)
{
	return family == FAMILY_IPV4 ? SLOT_WORDS_IPV4 : SLOT_WORDS_IPV6;
}

static struct table *table_create(struct segward_reputation *rep,
				  enum family family, u32 slots)
{
	u8 words = words_of(family);
	u32 pairs = pairs_for(words, slots);
	size_t bytes = table_bytes(pairs);
	struct table *table = take(rep, bytes);
	struct summary *summary;

	if (!table)
		return NULL;
	table->bytes = bytes;
	table->slots = (u64 *)(((uintptr_t)(table + 1) + BUCKET_BYTES - 1) &
			       ~(uintptr_t)(BUCKET_BYTES - 1));
	table->pairs = pairs;
	/* steps * (probes - 1) < pairs: a sequence never meets itself. */
	table->probes = min(pairs, PROBE_PAIRS);
	table->steps = pairs / table->probes;
	table->words = words;
	table->family = family;
	summary = summary_create(rep, table);
	if (!summary) {
		give(rep, table, bytes);
		return NULL;
	}
	RCU_INIT_POINTER(table->summary, summary);
	return table;
}

static void table_destroy(struct segward_reputation *rep, struct table *table)
{
	if (!table)
		return;
	summary_destroy(rep, table_summary(table));
	give(rep, table, table->bytes);
}

static void free_retired(struct segward_reputation *rep)
{
	struct table *table;

	while (rep->retired) {
		table = rep->retired;
		rep->retired = table->retired;
		table_destroy(rep, table);
	}
	rep->retired_bytes = 0;
}

void segward_rep_tables_destroy(struct segward_reputation *rep)
{
	int family;

	free_retired(rep);
	for (family = 0; family < FAMILIES; family++)
		table_destroy(rep, table_of(rep, family));
}

void segward_rep_grace(struct segward_reputation *rep)
{
	struct table *table;
	int family;

	segward_synchronize();
	rep->epoch++;
	for (family = 0; family < FAMILIES; family++) {
		table = table_of(rep, family);
		if (table)
			table->dead = 0;
	}
	free_retired(rep);
}

static void retire(struct segward_reputation *rep, struct table *table)
{
	if (!table)
		return;
	table->retired = rep->retired;
	rep->retired = table;
	rep->retired_bytes += table->bytes;
	if (rep->retired_bytes > RETIRED_BYTES)
		segward_rep_grace(rep);
}

static void publish(struct segward_reputation *rep, enum family family,
		    struct table *table)
{
	struct table *old = table_of(rep, family);

	/* First, so that who walks the new table sees the new generation. */
	bump_generation(rep);
	rcu_assign_pointer(rep->table[family], table);
	/* What the sweeper has not seen yet may be anywhere in the new one. */
	if (rep->sweep_family == family)
		rep->sweep_slot = 0;
	retire(rep, old);
}

/*
 * Slots
 */

static void lengths_add(struct table *table, u8 len)
{
	u8 bit = len - 1;

	if (table->lengths[len]++)
		return;
	if (!len)
		WRITE_ONCE(table->any, true);
	else
		WRITE_ONCE(table->present[bit / 64],
			   table->present[bit / 64] | BIT_ULL(bit % 64));
}

static void lengths_remove(struct table *table, u8 len)
{
	u8 bit = len - 1;

	table->removed++;
	if (--table->lengths[len])
		return;
	if (!len)
		WRITE_ONCE(table->any, false);
	else
		WRITE_ONCE(table->present[bit / 64],
			   table->present[bit / 64] & ~BIT_ULL(bit % 64));
}

static void adjust_passed(u64 *bucket, int by)
{
	u32 passed = (bucket[WORD_KEY] & KEY_PASSED_MASK) >> KEY_PASSED;
	u64 key = bucket[WORD_KEY] & ~KEY_PASSED_MASK;

	/* A full counter has lost count, and stays until the next copy. */
	if (passed == KEY_PASSED_MAX)
		return;
	passed += by;
	/* Stands in for segward_rep_slot_fill()'s, whose word this replaces. */
	smp_store_release(&bucket[WORD_KEY], key | (u64)passed << KEY_PASSED);
}

/* Tell the buckets before the one that holds a slot that it went past them. */
static void pass(const struct table *table, u32 hash, const u64 *slot, int by)
{
	struct walk walk;
	u64 *bucket;

	walk_begin(table, hash, &walk);
	for (;;) {
		bucket = walk_bucket(table, &walk);
		if (slot >= bucket && slot < bucket + BUCKET_WORDS)
			return;
		adjust_passed(bucket, by);
		if (!walk_next(table, &walk))
			return;
	}
}

static bool slot_free(const struct segward_reputation *rep, u64 key)
{
	if (key_source(key))
		return false;
	return !(key & DEAD) || (u32)(key >> DEAD_EPOCH) != rep->epoch;
}

static u64 *find_free(const struct segward_reputation *rep,
		      const struct table *table, u32 hash)
{
	struct walk walk;
	u64 *bucket;
	u32 word;

	walk_begin(table, hash, &walk);
	do {
		bucket = walk_bucket(table, &walk);
		for (word = 0; word < BUCKET_WORDS; word += table->words)
			if (slot_free(rep, bucket[word]))
				return bucket + word;
	} while (walk_next(table, &walk));
	return NULL;
}

bool segward_rep_slot_fill(const struct segward_reputation *rep,
			   struct table *table, const struct target *prefix,
			   u64 key, u64 value)
{
	u32 hash = target_hash(&rep->key, prefix);
	u64 *slot = find_free(rep, table, hash);

	if (!slot)
		return false;
	pass(table, hash, slot, 1);
	summary_add(rep, table, table_summary(table), prefix);
	lengths_add(table, prefix->len);
	if (table->family == FAMILY_IPV6) {
		WRITE_ONCE(slot[WORD_ADDRESS_HIGH], prefix->high);
		WRITE_ONCE(slot[WORD_ADDRESS_LOW], prefix->low);
	}
	WRITE_ONCE(slot[WORD_VALUE], value);
	key |= slot[WORD_KEY] & KEY_PASSED_MASK;
	/* Pairs with probe_next(): who sees the key sees the other words. */
	smp_store_release(&slot[WORD_KEY], key);
	table->used++;
	return true;
}

void segward_rep_slot_kill(const struct segward_reputation *rep,
			   struct table *table, u64 *slot)
{
	u64 key = slot[WORD_KEY];
	struct target prefix = target_of_slot(table, slot, key);

	WRITE_ONCE(slot[WORD_VALUE], 0);
	/* Behind what the bucket's counter stood for, as adjust_passed(). */
	smp_store_release(&slot[WORD_KEY], DEAD | (key & KEY_PASSED_MASK) |
			  (u64)rep->epoch << DEAD_EPOCH);
	pass(table, target_hash(&rep->key, &prefix), slot, -1);
	lengths_remove(table, prefix.len);
	table->used--;
	table->dead++;
}

/*
 * Growing and shrinking
 */

static bool too_large(const struct table *table)
{
	u32 pairs = pairs_for(table->words, slots_for(table->used));

	if (!table->used)
		return true;
	if (table->used > table->incompressible / 10 * 9 &&
	    table->incompressible)
		return false;
	return pairs < table->pairs - table->pairs / 10;
}

static bool copy_slots(const struct segward_reputation *rep,
		       const struct table *from, struct table *to)
{
	u32 slots = slots_of(from);
	struct target prefix;
	const u64 *slot;
	u32 i;

	for (i = 0; i < slots; i++) {
		if (!(i % RESCHED_SLOTS))
			segward_cond_resched();
		slot = from->slots + (size_t)i * from->words;
		if (!key_source(slot[WORD_KEY]))
			continue;
		prefix = target_of_slot(from, slot, slot[WORD_KEY]);
		if (!segward_rep_slot_fill(rep, to, &prefix,
					   slot[WORD_KEY] & ~KEY_PASSED_MASK,
					   slot[WORD_VALUE]))
			return false;
	}
	return true;
}

/*
 * Replace a family's table by one with about this many slots, or if prefixes
 * crowd each other in it, by one of a few larger sizes.
 */
static int resize(struct segward_reputation *rep, enum family family, u32 slots,
		  u32 tries)
{
	struct table *old = table_of(rep, family);
	struct table *table;

	while (tries--) {
		table = table_create(rep, family, slots);
		if (!table)
			return -ENOMEM;
		if (!old || copy_slots(rep, old, table)) {
			publish(rep, family, table);
			rep->stats.rebuilds++;
			return 0;
		}
		table_destroy(rep, table);
		slots += slots / 4;
	}
	return -ENOSPC;
}

int segward_rep_table_resize(struct segward_reputation *rep,
			     enum family family, u32 slots)
{
	return resize(rep, family, slots, RESIZE_TRIES);
}

void segward_rep_table_trim(struct segward_reputation *rep, enum family family)
{
	struct table *table = table_of(rep, family);

	if (!table || !too_large(table))
		return;
	if (!table->used)
		publish(rep, family, NULL);
	else if (resize(rep, family, slots_for(table->used), 1))
		table->incompressible = table->used;
}

static bool outdated(const struct table *table)
{
	return table->removed > table->used / 4;
}

/* Make a table's summary anew, without the bits of what is gone. */
static void refresh_summary(struct segward_reputation *rep, struct table *table)
{
	struct summary *summary = summary_create(rep, table);
	struct summary *old = table_summary(table);
	u32 slots = slots_of(table);
	struct target prefix;
	u64 *slot;
	u32 i;

	if (!summary)
		return;
	for (i = 0; i < slots; i++) {
		if (!(i % RESCHED_SLOTS))
			segward_cond_resched();
		slot = table->slots + (size_t)i * table->words;
		if (!key_source(slot[WORD_KEY]))
			continue;
		prefix = target_of_slot(table, slot, slot[WORD_KEY]);
		summary_add(rep, table, summary, &prefix);
	}
	rcu_assign_pointer(table->summary, summary);
	table->removed = 0;
	segward_rep_grace(rep);
	summary_destroy(rep, old);
}

void segward_rep_table_refresh(struct segward_reputation *rep,
			       struct table *table)
{
	if (outdated(table))
		refresh_summary(rep, table);
}

bool segward_rep_table_untidy(const struct table *table)
{
	return table->dead || too_large(table) || outdated(table);
}
