/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private to reputation*.c: one family's hash table of prefixes. The layout of
 * its slots, the searches in it, inline since each packet makes them, and what
 * reputation_table.c offers the writer.
 *
 * Searches run inside rcu_read_lock() or under the writer's mutex. A table
 * lives from segward_rep_table_resize(), which publishes it, to the end of the
 * grace period after the one that replaces it was published.
 */
#ifndef SEGWARD_ENGINE_REPUTATION_TABLE_H
#define SEGWARD_ENGINE_REPUTATION_TABLE_H

#include "reputation_prefix.h"

/**
 * DOC: How the table works
 *
 * Each family has a hash table of prefixes in buckets of one cache line, four
 * IPv4 or two IPv6 slots. All entries of a prefix share a probe sequence: the
 * bucket that its hash chooses, that bucket's neighbour, then further pairs of
 * neighbours at a distance that also comes from the hash. The sequence is
 * PROBE_PAIRS pairs at most. A bucket counts the entries that found it full
 * and went on, so a search ends at the first bucket that nobody passed, which
 * is nearly always the first one.
 *
 * A lookup does not try every prefix length. A mask tells which lengths exist
 * at all, and for lengths beyond /16 or /32 a cell, found by the address's
 * first 16 or 32 bits, tells which exist around the address. Nor does it go to
 * a bucket for each length that is left, since in a large table that is a
 * cache miss, and most addresses are in no table: a Bloom filter of a byte for
 * each slot, small enough to stay in the cache, answers first. Cells and
 * filter, together the summary, may keep bits of what is gone, which costs a
 * probe in vain and nothing else; the sweeper makes them anew.
 *
 * The hash is the kernel's keyed hsiphash: whoever sends packets chooses the
 * addresses that are looked up, and whoever feeds a list chooses the prefixes,
 * and neither must be able to choose collisions. The filter, which is asked
 * several times for each address, has a hash of two multiplications by secret
 * numbers. Whoever could see through that would cost lookups the probes that
 * the filter saves, a hash and a bucket for each length, and no more.
 *
 * Readers and the writer
 *
 * A slot is two words, an IPv6 slot four. The key word (prefix length, IPv4
 * address, source, category, parity) and the IPv6 address do not change while
 * the slot is published. Score and expiry are the one other word, so that an
 * update is one store. The key word is stored last, with release semantics.
 * A slot that is taken back becomes dead: no reader matches it any more, but
 * one may be between its two words, so its value is not written again before
 * a grace period has passed. The epoch in a dead slot says whether it has.
 * Entries are never moved inside a table; a table that is full is copied into
 * a larger one that replaces it, and freed after a grace period.
 *
 * Each source has a parity, one bit, and an entry is in force if its parity is
 * its source's. A load adds entries of the other parity, and its commit flips
 * the bit. A reader copies the bits once, before it reads anything else. The
 * old set is not touched until all readers that may have seen the old bit are
 * gone.
 *
 * All this needs 64-bit loads and stores that do not tear, hence a 64-bit
 * machine.
 */
static_assert(sizeof(long) == sizeof(u64), "64-bit stores must not tear");

/* A bucket is a cache line. */
#define BUCKET_BYTES	64U
#define BUCKET_WORDS	(BUCKET_BYTES / sizeof(u64))

/* Words of a slot. The last two exist for IPv6 only. */
enum {
	WORD_KEY,
	WORD_VALUE,
	WORD_ADDRESS_HIGH,
	WORD_ADDRESS_LOW,
};

#define SLOT_WORDS_IPV4	2U
#define SLOT_WORDS_IPV6	4U

/*
 * The key word: source (0: not in use), category, prefix length, parity, a
 * counter that belongs to the bucket and is kept in its first slot, and the
 * IPv4 address. Of a slot not in use the parity bit means dead, and the upper
 * half is the epoch in which it died.
 */
#define KEY_CATEGORY	8
#define KEY_LEN		16
#define KEY_PARITY	BIT_ULL(24)
#define KEY_PASSED	25
#define KEY_PASSED_MAX	127U
#define KEY_PASSED_MASK	((u64)KEY_PASSED_MAX << KEY_PASSED)
#define KEY_ADDRESS	32
#define KEY_LEN_MASK	(0xffULL << KEY_LEN)
#define KEY_ADDR_MASK	(0xffffffffULL << KEY_ADDRESS)

#define DEAD		KEY_PARITY
#define DEAD_EPOCH	32

/* The value word: the expiry in steps of 128 ns, and the score below it. */
#define VALUE_SCORE	127ULL

/*
 * Tables are filled to FULL_4TH fourths and made so that they are 3/5 full, or
 * less where the allocator gives more anyway: 21 to 27 bytes for an IPv4 and
 * 43 to 53 for an IPv6 entry above 4 MB, up to twice that below.
 */
#define FULL_4TH	3U

/* Slots between two offers to the scheduler. */
#define RESCHED_SLOTS	4096U

/* Longest prefixes that the table's own mask covers without a cell. */
#define SHORT_IPV4	16U
#define SHORT_IPV6	32U

#define LENGTHS		129U

/**
 * struct summary - what cannot be in a table
 * @bits: there are 2^bits cells
 * @blocks: words of the filter
 * @bytes: size of the allocation
 * @cells: for IPv4, 16 bits a cell for /17 to /32; for IPv6, two words a cell,
 *	bit n - 1 for length n
 * @filter: Bloom filter of prefixes, one word for each
 *
 * Published by RCU in struct table.
 */
struct summary {
	u32 bits;
	u32 blocks;
	size_t bytes;
	u64 *cells;
	u64 filter[];
};

/**
 * struct table - the prefixes of one family
 * @slots: buckets, on a cache line boundary
 * @pairs: pairs of buckets
 * @probes: pairs in a probe sequence
 * @steps: different distances between the pairs of a sequence
 * @words: words in a slot
 * @family: enum family
 * @any: a prefix of length 0 exists
 * @present: bit n - 1: a prefix of length n exists
 * @summary: of lengths and prefixes that may exist
 * @bytes: size of the allocation
 * @used: slots in use; writer
 * @dead: slots that died in this epoch; writer
 * @removed: entries removed since the summary was made; writer
 * @incompressible: entries with which a smaller table did not do, 0 if that
 *	has not been tried; writer
 * @lengths: entries of each prefix length; writer
 * @retired: next table that waits for a grace period; writer
 */
struct table {
	u64 *slots;
	u32 pairs;
	u32 probes;
	u32 steps;
	u8 words;
	u8 family;
	bool any;
	u64 present[2];
	struct summary __rcu *summary;

	size_t bytes;
	u32 used;
	u32 dead;
	u32 removed;
	u32 incompressible;
	u32 lengths[LENGTHS];
	struct table *retired;
};

/* Where a probe sequence is. */
struct walk {
	u32 pair;
	u32 step;
	u32 index;
	u32 odd;
};

/* A search for all slots of one prefix. */
struct probe {
	struct walk walk;
	u64 want;
	u64 mask;
	u64 high;
	u64 low;
	u64 passed;
	u32 word;
};

/* What a search found: copies, and the slot for the writer. */
struct hit {
	u64 *slot;
	u64 key;
	u64 value;
};

/*
 * Words
 */

static inline u8 key_source(u64 key)
{
	return (u8)key;
}

static inline u8 key_category(u64 key)
{
	return (u8)(key >> KEY_CATEGORY);
}

static inline u8 key_len(u64 key)
{
	return (u8)(key >> KEY_LEN);
}

static inline u64 key_make(const struct target *prefix, u8 source, u8 category,
			   bool parity)
{
	u64 key = source | (u64)category << KEY_CATEGORY |
		  (u64)prefix->len << KEY_LEN;

	if (parity)
		key |= KEY_PARITY;
	if (prefix->family == FAMILY_IPV4)
		key |= prefix->high & KEY_ADDR_MASK;
	return key;
}

static inline u64 value_expires(u64 value)
{
	return value & ~VALUE_SCORE;
}

static inline u8 value_score(u64 value)
{
	return value & VALUE_SCORE;
}

static inline u64 value_make(u64 expires, u8 score)
{
	if (expires > ~VALUE_SCORE)
		expires = ~VALUE_SCORE;
	return ((expires + VALUE_SCORE) & ~VALUE_SCORE) | score;
}

static inline bool value_over(u64 value, u64 now)
{
	return value_expires(value) && now >= value_expires(value);
}

static inline bool value_live(u64 value, u64 now)
{
	return value_score(value) && !value_over(value, now);
}

/*
 * Slots
 */

static inline u32 slots_of(const struct table *table)
{
	return table->pairs * 2 * (u32)(BUCKET_WORDS / table->words);
}

static inline struct target target_of_slot(const struct table *table,
					   const u64 *slot, u64 key)
{
	struct target prefix = {
		.family = table->family,
		.len = key_len(key),
		.high = key & KEY_ADDR_MASK,
	};

	if (table->family == FAMILY_IPV6) {
		prefix.high = READ_ONCE(slot[WORD_ADDRESS_HIGH]);
		prefix.low = READ_ONCE(slot[WORD_ADDRESS_LOW]);
	}
	return prefix;
}

static inline void entry_make(const struct target *prefix, u64 key, u64 value,
			      struct segward_reputation_entry *entry)
{
	*entry = (struct segward_reputation_entry) {
		.prefix.version = prefix->family == FAMILY_IPV4 ? 4 : 6,
		.prefix.len = prefix->len,
		.category = key_category(key),
		.source = key_source(key),
		.score = value_score(value),
		.expires = value_expires(value),
	};
	put_unaligned_be32((u32)(prefix->high >> 32), entry->prefix.addr);
	if (prefix->family == FAMILY_IPV4)
		return;
	put_unaligned_be32((u32)prefix->high, entry->prefix.addr + 4);
	put_unaligned_be32((u32)(prefix->low >> 32), entry->prefix.addr + 8);
	put_unaligned_be32((u32)prefix->low, entry->prefix.addr + 12);
}

static inline bool filter_wants(const struct segward_reputation_filter *filter,
				const struct target *prefix, u64 key)
{
	struct target within;

	if (!filter)
		return true;
	if (filter->source && filter->source != key_source(key))
		return false;
	if (filter->category && filter->category != key_category(key))
		return false;
	if (!filter->within.version)
		return true;
	within = target_make(filter->within.version, filter->within.addr,
			     filter->within.len);
	return target_inside(prefix, &within);
}

/*
 * Probe sequences
 */

static inline void walk_begin(const struct table *table, u32 hash,
			      struct walk *walk)
{
	u64 home = (u64)hash * table->pairs;
	u32 rest = (u32)home;

	walk->pair = (u32)(home >> 32);
	walk->odd = rest >> 31;
	walk->step = 1 + (u32)((u64)(rest << 1) * table->steps >> 32);
	walk->index = 0;
}

static inline u64 *walk_bucket(const struct table *table,
			       const struct walk *walk)
{
	return table->slots +
	       ((size_t)walk->pair * 2 + walk->odd) * BUCKET_WORDS;
}

static inline bool walk_next(const struct table *table, struct walk *walk)
{
	if (++walk->index >= table->probes * 2)
		return false;
	walk->odd ^= 1;
	if (walk->index & 1)
		return true;
	walk->pair += walk->step;
	if (walk->pair >= table->pairs)
		walk->pair -= table->pairs;
	return true;
}

static inline void probe_begin(const struct table *table,
			       const struct target *prefix, u32 hash,
			       struct probe *probe)
{
	walk_begin(table, hash, &probe->walk);
	probe->want = key_make(prefix, 0, 0, false);
	probe->mask = KEY_LEN_MASK;
	if (prefix->family == FAMILY_IPV4)
		probe->mask |= KEY_ADDR_MASK;
	probe->high = prefix->high;
	probe->low = prefix->low;
	probe->passed = 0;
	probe->word = 0;
}

static inline bool slot_matches(const struct probe *probe, const u64 *slot,
				u32 words, u64 key)
{
	if ((key ^ probe->want) & probe->mask || !key_source(key))
		return false;
	if (words == SLOT_WORDS_IPV4)
		return true;
	return READ_ONCE(slot[WORD_ADDRESS_HIGH]) == probe->high &&
	       READ_ONCE(slot[WORD_ADDRESS_LOW]) == probe->low;
}

/* The next slot of the prefix, in force or not. */
static inline bool probe_next(const struct table *table, struct probe *probe,
			      struct hit *hit)
{
	u32 words = table->words;

	for (;;) {
		u64 *bucket = walk_bucket(table, &probe->walk);

		while (probe->word < BUCKET_WORDS) {
			u64 *slot = bucket + probe->word;
			/* Pairs with _slot_fill(): the other words follow. */
			u64 key = smp_load_acquire(slot);

			if (!probe->word)
				probe->passed = key & KEY_PASSED_MASK;
			probe->word += words;
			if (!slot_matches(probe, slot, words, key))
				continue;
			hit->slot = slot;
			hit->key = key;
			hit->value = READ_ONCE(slot[WORD_VALUE]);
			return true;
		}
		if (!probe->passed || !walk_next(table, &probe->walk))
			return false;
		probe->word = 0;
	}
}

/*
 * Summaries
 */

static inline u32 cell_index(const struct table *table,
			     const struct summary *summary, u64 high)
{
	u32 bits = (u32)(high >> 32);

	/* An odd factor: with 2^16 cells each /16 has its own. */
	if (table->family == FAMILY_IPV4)
		bits &= 0xffff0000;
	return bits * 0x9e3779b1U >> (32 - summary->bits);
}

static inline void lengths_around(const struct table *table,
				  const struct summary *summary, u64 high,
				  u64 lengths[2])
{
	size_t index = cell_index(table, summary, high);
	const u64 *cells = summary->cells;

	lengths[0] = READ_ONCE(table->present[0]);
	lengths[1] = READ_ONCE(table->present[1]);
	if (table->family == FAMILY_IPV4) {
		u64 cell = READ_ONCE(((const u16 *)cells)[index]);

		lengths[0] &= cell << SHORT_IPV4 | GENMASK_ULL(SHORT_IPV4 - 1, 0);
	} else {
		lengths[0] &= READ_ONCE(cells[index * 2]) |
			      GENMASK_ULL(SHORT_IPV6 - 1, 0);
		lengths[1] &= READ_ONCE(cells[index * 2 + 1]);
	}
}

/* Multiply and shift twice: Dietzfelbinger et al., J. Algorithms 25, 1997. */
static inline u32 filter_hash(const u64 mix[2], u64 high, u64 low, u8 len)
{
	u64 hash = (high ^ len) * mix[0];

	return (u32)((hash ^ hash >> 32 ^ low) * mix[1] >> 32);
}

static inline size_t filter_block(const struct summary *summary, u32 hash)
{
	return (u64)hash * summary->blocks >> 32;
}

static inline u64 filter_bits(u32 hash)
{
	u64 mix = hash * 0x9e3779b97f4a7c15ULL;

	return BIT_ULL(mix >> 58) | BIT_ULL(mix >> 52 & 63) |
	       BIT_ULL(mix >> 46 & 63);
}

static inline bool filter_has(const u64 *block, u64 bits)
{
	return (READ_ONCE(*block) & bits) == bits;
}

/*
 * How full
 */

static inline bool crowded(const struct table *table)
{
	return table->used + table->dead >= slots_of(table) / 4 * FULL_4TH;
}

/* Slots that a table of this many entries is made with. */
static inline u32 slots_for(u32 entries)
{
	return entries / 3 * 5 + 5;
}

/*
 * For the writer
 */

/**
 * segward_rep_grace() - wait for readers
 * @rep: all its tables
 *
 * Dead slots are free after it and retired tables freed.
 *
 * Context: writer; waits for an RCU grace period.
 */
void segward_rep_grace(struct segward_reputation *rep);

/**
 * segward_rep_slot_fill() - publish an entry in a table
 * @rep: whose key and epoch count
 * @table: the table
 * @prefix: of the entry
 * @key: key word, one that no slot of the prefix has yet
 * @value: value word
 *
 * Context: writer.
 * Return: false if the prefix's whole probe sequence is full; nothing has
 * changed then.
 */
bool segward_rep_slot_fill(const struct segward_reputation *rep,
			   struct table *table, const struct target *prefix,
			   u64 key, u64 value);

/**
 * segward_rep_slot_kill() - take an entry out of a table
 * @rep: whose key and epoch count
 * @table: the table
 * @slot: a slot of it that is in use
 *
 * The slot can be filled again after the next segward_rep_grace().
 *
 * Context: writer.
 */
void segward_rep_slot_kill(const struct segward_reputation *rep,
			   struct table *table, u64 *slot);

/**
 * segward_rep_table_resize() - replace a family's table by one of another size
 * @rep: whose
 * @family: of the table; it may have none yet
 * @slots: about so many, or more if prefixes crowd each other in so many
 *
 * Context: writer.
 * Return: 0, -ENOMEM, or -ENOSPC if no size tried took all entries.
 */
int segward_rep_table_resize(struct segward_reputation *rep,
			     enum family family, u32 slots);

/**
 * segward_rep_table_trim() - give a table's memory back where it pays
 * @rep: whose
 * @family: of the table; it may have none
 *
 * An empty table goes, one that is too large for its entries is replaced by a
 * smaller one. Without memory for that nothing changes.
 *
 * Context: writer.
 */
void segward_rep_table_trim(struct segward_reputation *rep,
			    enum family family);

/**
 * segward_rep_table_refresh() - make a table's summary anew if it is outdated
 * @rep: whose
 * @table: the table
 *
 * Without memory the old one stays: it is right, and only tells less.
 *
 * Context: writer; waits for an RCU grace period if it was.
 */
void segward_rep_table_refresh(struct segward_reputation *rep,
			       struct table *table);

/**
 * segward_rep_table_untidy() - would a pass of the sweeper change this table?
 * @table: the table
 *
 * Context: writer.
 * Return: whether it has dead slots, is too large, or its summary outdated.
 */
bool segward_rep_table_untidy(const struct table *table);

/**
 * segward_rep_tables_destroy() - free all tables, published and retired
 * @rep: whose; nobody reads any more
 *
 * Context: writer.
 */
void segward_rep_tables_destroy(struct segward_reputation *rep);

#endif /* SEGWARD_ENGINE_REPUTATION_TABLE_H */
