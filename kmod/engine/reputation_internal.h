/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private to reputation*.c: what a reputation table is as a whole, and what
 * its files offer each other. Each calls only what stands to its left:
 *
 *	_prefix.h  _table.[ch]  _expiry.c  _names.c  _entry.c  _load.c
 *
 * reputation.c, which answers packets, and reputation_iterate.c, which answers
 * dumps, read through inline functions alone; only creation and destruction
 * reach into the other files.
 *
 * The whole lives from segward_reputation_create() to _destroy(). Members say
 * by whom they are protected: what is published by RCU is read inside
 * rcu_read_lock(); all else, and all writing, is the writer's: process context,
 * with the caller's mutex held. All segward_rep_ functions are the writer's.
 */
#ifndef SEGWARD_ENGINE_REPUTATION_INTERNAL_H
#define SEGWARD_ENGINE_REPUTATION_INTERNAL_H

#include "reputation_table.h"

/* The kernel's page and largest contiguous allocation, for the accounts. */
#define ACCOUNT_PAGE	4096U
#define ACCOUNT_LARGE	(4096U * 1024)

/* A bit for each source. */
#define PARITY_WORDS	4U

enum names_kind {
	NAMES_CATEGORY,
	NAMES_SOURCE,
	NAMES_KINDS,
};

/**
 * struct name - a category or a source
 * @text: its name
 * @holds: who else keeps the identifier
 * @entries: of a category, all slots in use; of a source, those in force
 * @pending: of a source, entries of its load
 * @stale: of a source, entries that nobody sees any more
 * @expired: of a source, entries that came to their end
 * @load_expiry: of a source, no entry of its load expires before; 0 if none does
 * @loading: a load is in progress
 *
 * @text is published by RCU, the others are the writer's.
 */
struct name {
	char text[SEGWARD_REPUTATION_NAME_MAX + 1];
	u32 holds;
	u32 entries;
	u32 pending;
	u32 stale;
	u64 expired;
	u64 load_expiry;
	bool loading;
};

struct names {
	struct name __rcu *of[SEGWARD_REPUTATION_NAMES + 1];
};

/**
 * struct segward_reputation - tables of both families and their names
 * @key: of the hash
 * @mix: of the filter's hash; odd
 * @parity: of each source; what lookups copy first
 * @table: by family, published by RCU, NULL while empty
 * @generation: see segward_reputation_generation()
 * @names: by kind, published by RCU, NULL while empty
 * @max_entries: limit of slots in use; this and the rest are the writer's
 * @epoch: counts grace periods
 * @sweep_slot: next slot for the sweeper
 * @sweep_family: next family for the sweeper
 * @next_expiry: no entry expires before, 0 if none does
 * @pass_expiry: the same of what this pass of the sweeper has seen
 * @retired: tables that wait for a grace period
 * @retired_bytes: their size
 * @memory: bytes allocated
 * @stats: counters; entries4 and entries6 are counted in the tables
 */
struct segward_reputation {
	hsiphash_key_t key;
	u64 mix[2];
	u64 parity[PARITY_WORDS];
	struct table __rcu *table[FAMILIES];
	u32 generation;
	struct names __rcu *names[NAMES_KINDS];

	u32 max_entries;
	u32 epoch;
	u32 sweep_slot;
	u32 sweep_family;
	u64 next_expiry;
	u64 pass_expiry;
	struct table *retired;
	size_t retired_bytes;
	size_t memory;
	struct segward_reputation_stats stats;
};

static inline struct table *table_of(const struct segward_reputation *rep,
				     enum family family)
{
	return rcu_dereference_protected(rep->table[family], true);
}

static inline struct name *name_of(const struct segward_reputation *rep,
				   enum names_kind kind, u8 id)
{
	struct names *names = rcu_dereference_protected(rep->names[kind], true);

	return names ? rcu_dereference_protected(names->of[id], true) : NULL;
}

/*
 * Parities: what is in force
 */

static inline bool parity_of(const u64 *parity, u8 source)
{
	return parity[source / 64] >> source % 64 & 1;
}

static inline bool in_force(const u64 *parity, u64 key)
{
	return !!(key & KEY_PARITY) == parity_of(parity, key_source(key));
}

static inline void parity_copy(const struct segward_reputation *rep,
			       u64 *parity)
{
	u32 i;

	for (i = 0; i < PARITY_WORDS; i++)
		/* Pairs with _load_commit(): its new entries are seen too. */
		parity[i] = smp_load_acquire(&rep->parity[i]);
}

static inline void bump_generation(struct segward_reputation *rep)
{
	u32 next = rep->generation + 1;

	WRITE_ONCE(rep->generation, next ? next : 1);
}

/*
 * Memory, and the account of it
 */

/* What the kernel's allocator takes for a size. */
static inline size_t account(size_t size)
{
	size_t block = 8;

	if (size > ACCOUNT_LARGE)
		return (size + ACCOUNT_PAGE - 1) & ~(size_t)(ACCOUNT_PAGE - 1);
	while (block < size)
		block <<= 1;
	return block;
}

static inline void *take(struct segward_reputation *rep, size_t size)
{
	void *p = segward_zalloc(size);

	if (p)
		rep->memory += account(size);
	return p;
}

static inline void give(struct segward_reputation *rep, const void *p,
			size_t size)
{
	if (!p)
		return;
	rep->memory -= account(size);
	segward_free(p);
}

/*
 * reputation_expiry.c
 */

/**
 * segward_rep_count_entry() - count an entry that has come
 * @rep: the table
 * @key: its key word
 */
void segward_rep_count_entry(struct segward_reputation *rep, u64 key);

/**
 * segward_rep_count_expired() - count an entry that has come to its end
 * @rep: the table
 * @key: its key word
 */
void segward_rep_count_expired(struct segward_reputation *rep, u64 key);

/**
 * segward_rep_entry_remove() - take an entry out for good
 * @rep: the table
 * @table: its family's
 * @slot: where it is
 *
 * It is no longer counted as held. Why it went is for the caller to count.
 */
void segward_rep_entry_remove(struct segward_reputation *rep,
			      struct table *table, u64 *slot);

/**
 * segward_rep_note_expiry() - an entry in force ends then
 * @rep: the table
 * @expires: when, 0 for never
 */
void segward_rep_note_expiry(struct segward_reputation *rep, u64 expires);

/**
 * segward_rep_note_value() - an entry with this key got this value
 * @rep: the table
 * @key: key word, of an entry in force or of a load
 * @value: value word
 */
void segward_rep_note_value(struct segward_reputation *rep, u64 key,
			    u64 value);

/**
 * segward_rep_reap_prefix() - remove what is expired or stale of a prefix
 * @rep: the table
 * @table: of the prefix's family
 * @prefix: the prefix
 * @now: current time
 */
void segward_rep_reap_prefix(struct segward_reputation *rep,
			     struct table *table, const struct target *prefix,
			     u64 now);

/**
 * segward_rep_reap_all() - remove everything that is expired or stale
 * @rep: the table
 * @now: current time; 0 for stale entries only
 *
 * Takes no time if there is none, otherwise time in proportion to the tables;
 * offers itself to the scheduler.
 */
void segward_rep_reap_all(struct segward_reputation *rep, u64 now);

/*
 * reputation_names.c
 */

/**
 * segward_rep_names_destroy() - free all names
 * @rep: the table; nobody reads any more
 */
void segward_rep_names_destroy(struct segward_reputation *rep);

/*
 * reputation_entry.c
 */

/**
 * segward_rep_entry_check() - may this entry be added?
 * @rep: the table
 * @entry: the entry
 * @now: current time
 *
 * Return: 0; -EINVAL for a bad prefix or score, -ENOENT for an unknown
 * category or source, -ETIME if it has expired already.
 */
int segward_rep_entry_check(const struct segward_reputation *rep,
			    const struct segward_reputation_entry *entry,
			    u64 now);

/**
 * segward_rep_entry_put() - add an entry or update it
 * @rep: the table
 * @entry: one that passes segward_rep_entry_check()
 * @parity: its source's for an entry in force, the other for one of a load
 * @now: current time
 *
 * Return: as segward_reputation_add().
 */
int segward_rep_entry_put(struct segward_reputation *rep,
			  const struct segward_reputation_entry *entry,
			  bool parity, u64 now);

#endif /* SEGWARD_ENGINE_REPUTATION_INTERNAL_H */
