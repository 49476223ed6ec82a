// SPDX-License-Identifier: GPL-2.0
/*
 * What is known about addresses.
 */

#include "reputation.h"

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
 * and neither must be able to choose collisions.
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

enum family {
	FAMILY_IPV4,
	FAMILY_IPV6,
	FAMILIES,
};

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
 * Pairs of buckets in a probe sequence. Two pairs would do for all but one
 * entry in a million if prefixes were not told by several sources; 32 leave
 * room for SEGWARD_REPUTATION_PER_PREFIX of them in crowded surroundings.
 */
#define PROBE_PAIRS	32U

/* Smallest table, before the allocator rounds up: 256 bytes of slots. */
#define MIN_PAIRS	2U

/*
 * Tables are filled to FULL_4TH fourths and made so that they are 3/5 full, or
 * less where the allocator gives more anyway: 21 to 27 bytes for an IPv4 and
 * 43 to 53 for an IPv6 entry above 4 MB, up to twice that below.
 */
#define FULL_4TH	3U

/* A displaced entry may make a table grow while it is fuller than 1/4. */
#define SPARSE		4U

/* How often a copy of a table is tried in a larger size. */
#define RESIZE_TRIES	4U

/* Slots between two offers to the scheduler. */
#define RESCHED_SLOTS	4096U

/* Tables that wait for one grace period together, so that growing is cheap. */
#define RETIRED_BYTES	(1024U * 1024)

/* The kernel's page and largest contiguous allocation, for the accounts. */
#define ACCOUNT_PAGE	4096U
#define ACCOUNT_LARGE	(4096U * 1024)

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

/* Longest prefixes that the table's own mask covers without a cell. */
#define SHORT_IPV4	16U
#define SHORT_IPV6	32U

/* Prefix lengths in use around an address; more come in several batches. */
#define COVER_BATCH	8U

#define LENGTHS		129U
#define PARITY_WORDS	4U

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

/* An address or prefix: both families at the upper end of 128 bits. */
struct target {
	u64 high;
	u64 low;
	u8 len;
	u8 family;
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
 * A search for everything in force that covers an address. Lengths are taken
 * in batches, so that the cache misses of a batch overlap.
 */
struct cover {
	const struct table *table;
	const struct summary *summary;
	const hsiphash_key_t *key;
	u64 parity[PARITY_WORDS];
	u64 now;
	struct target address;
	u64 left[2];
	bool left_any;
	bool probing;
	u32 taken;
	u32 done;
	u32 hash[COVER_BATCH];
	u8 len[COVER_BATCH];
	struct probe probe;
};

/* Whose a slot in use is. */
enum hold {
	HOLD_CURRENT,
	HOLD_PENDING,
	HOLD_STALE,
};

/*
 * Words
 */

static u8 key_source(u64 key)
{
	return (u8)key;
}

static u8 key_category(u64 key)
{
	return (u8)(key >> KEY_CATEGORY);
}

static u8 key_len(u64 key)
{
	return (u8)(key >> KEY_LEN);
}

static u64 key_make(const struct target *prefix, u8 source, u8 category,
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

static u64 value_expires(u64 value)
{
	return value & ~VALUE_SCORE;
}

static u8 value_score(u64 value)
{
	return value & VALUE_SCORE;
}

static u64 value_make(u64 expires, u8 score)
{
	if (expires > ~VALUE_SCORE)
		expires = ~VALUE_SCORE;
	return ((expires + VALUE_SCORE) & ~VALUE_SCORE) | score;
}

static bool value_over(u64 value, u64 now)
{
	return value_expires(value) && now >= value_expires(value);
}

static bool value_live(u64 value, u64 now)
{
	return value_score(value) && !value_over(value, now);
}

static bool parity_of(const u64 *parity, u8 source)
{
	return parity[source / 64] >> source % 64 & 1;
}

static bool in_force(const u64 *parity, u64 key)
{
	return !!(key & KEY_PARITY) == parity_of(parity, key_source(key));
}

/*
 * Prefixes
 */

static struct target target_make(u8 version, const u8 *addr, u8 len)
{
	struct target target = { .len = len };

	if (version == 4) {
		target.family = FAMILY_IPV4;
		target.high = (u64)get_unaligned_be32(addr) << 32;
	} else {
		target.family = FAMILY_IPV6;
		target.high = get_unaligned_be64(addr);
		target.low = get_unaligned_be64(addr + 8);
	}
	return target;
}

static u64 high_mask(u8 len)
{
	if (!len)
		return 0;
	return len >= 64 ? U64_MAX : U64_MAX << (64 - len);
}

static u64 low_mask(u8 len)
{
	return len <= 64 ? 0 : U64_MAX << (128 - len);
}

static struct target target_cut(const struct target *address, u8 len)
{
	struct target prefix = *address;

	prefix.high &= high_mask(len);
	prefix.low &= low_mask(len);
	prefix.len = len;
	return prefix;
}

static bool target_inside(const struct target *inner,
			  const struct target *outer)
{
	if (inner->family != outer->family || inner->len < outer->len)
		return false;
	return !((inner->high ^ outer->high) & high_mask(outer->len)) &&
	       !((inner->low ^ outer->low) & low_mask(outer->len));
}

/*
 * A prefix is told from its longer ones by a bit behind its end. A prefix one
 * shorter than the family's longest shares its hash with one address then,
 * which does no harm: slots are compared by all that identifies them.
 */
static u32 target_hash(const hsiphash_key_t *key, const struct target *prefix)
{
	u64 high = prefix->high;
	u64 low = prefix->low;

	if (prefix->len < 64)
		high |= BIT_ULL(63) >> prefix->len;
	else if (prefix->len < 128)
		low |= BIT_ULL(63) >> (prefix->len - 64);
	if (prefix->family == FAMILY_IPV4)
		return hsiphash_1u32((u32)(high >> 32), key);
	return hsiphash_4u32((u32)(high >> 32), (u32)high, (u32)(low >> 32),
			     (u32)low, key);
}

static struct target target_of_slot(const struct table *table, const u64 *slot,
				    u64 key)
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

static void entry_make(const struct target *prefix, u64 key, u64 value,
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

/*
 * Probe sequences
 */

static void walk_begin(const struct table *table, u32 hash, struct walk *walk)
{
	u64 home = (u64)hash * table->pairs;
	u32 rest = (u32)home;

	walk->pair = (u32)(home >> 32);
	walk->odd = rest >> 31;
	walk->step = 1 + (u32)((u64)(rest << 1) * table->steps >> 32);
	walk->index = 0;
}

static u64 *walk_bucket(const struct table *table, const struct walk *walk)
{
	return table->slots +
	       ((size_t)walk->pair * 2 + walk->odd) * BUCKET_WORDS;
}

static bool walk_next(const struct table *table, struct walk *walk)
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

static void probe_begin(const struct table *table, const struct target *prefix,
			u32 hash, struct probe *probe)
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

static bool slot_matches(const struct probe *probe, const u64 *slot,
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
static bool probe_next(const struct table *table, struct probe *probe,
		       struct hit *hit)
{
	u32 words = table->words;

	for (;;) {
		u64 *bucket = walk_bucket(table, &probe->walk);

		while (probe->word < BUCKET_WORDS) {
			u64 *slot = bucket + probe->word;
			/* Pairs with slot_fill(): the other words follow. */
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

static u32 cell_index(const struct table *table, const struct summary *summary,
		      u64 high)
{
	u32 bits = (u32)(high >> 32);

	/* An odd factor: with 2^16 cells each /16 has its own. */
	if (table->family == FAMILY_IPV4)
		bits &= 0xffff0000;
	return bits * 0x9e3779b1U >> (32 - summary->bits);
}

static void lengths_around(const struct table *table,
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

static size_t filter_block(const struct summary *summary, u32 hash)
{
	return (u64)hash * summary->blocks >> 32;
}

static u64 filter_bits(u32 hash)
{
	u64 mix = hash * 0x9e3779b97f4a7c15ULL;

	return BIT_ULL(mix >> 58) | BIT_ULL(mix >> 52 & 63) |
	       BIT_ULL(mix >> 46 & 63);
}

static bool filter_passes(const struct summary *summary, u32 hash)
{
	u64 bits = filter_bits(hash);

	return (READ_ONCE(summary->filter[filter_block(summary, hash)]) &
		bits) == bits;
}

static void summary_add(const struct table *table, struct summary *summary,
			const struct target *prefix, u32 hash)
{
	u64 *block = &summary->filter[filter_block(summary, hash)];

	cells_set(table, summary, prefix);
	WRITE_ONCE(*block, *block | filter_bits(hash));
}

static struct summary *table_summary(const struct table *table)
{
	return rcu_dereference_protected(table->summary, true);
}

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

/*
 * Memory
 */

/* What the kernel's allocator takes for a size. */
static size_t account(size_t size)
{
	size_t block = 8;

	if (size > ACCOUNT_LARGE)
		return (size + ACCOUNT_PAGE - 1) & ~(size_t)(ACCOUNT_PAGE - 1);
	while (block < size)
		block <<= 1;
	return block;
}

static void *take(struct segward_reputation *rep, size_t size)
{
	void *p = segward_zalloc(size);

	if (p)
		rep->memory += account(size);
	return p;
}

static void give(struct segward_reputation *rep, const void *p, size_t size)
{
	if (!p)
		return;
	rep->memory -= account(size);
	segward_free(p);
}

static u32 slots_of(const struct table *table)
{
	return table->pairs * 2 * (u32)(BUCKET_WORDS / table->words);
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

static void table_destroy(struct segward_reputation *rep, struct table *table)
{
	if (!table)
		return;
	summary_destroy(rep, table_summary(table));
	give(rep, table, table->bytes);
}

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

static struct table *table_of(const struct segward_reputation *rep,
			      enum family family)
{
	return rcu_dereference_protected(rep->table[family], true);
}

/* Wait for readers, after which dead slots and retired tables are free. */
static void grace(struct segward_reputation *rep)
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
	while (rep->retired) {
		table = rep->retired;
		rep->retired = table->retired;
		table_destroy(rep, table);
	}
	rep->retired_bytes = 0;
}

static void retire(struct segward_reputation *rep, struct table *table)
{
	if (!table)
		return;
	table->retired = rep->retired;
	rep->retired = table;
	rep->retired_bytes += table->bytes;
	if (rep->retired_bytes > RETIRED_BYTES)
		grace(rep);
}

static void bump_generation(struct segward_reputation *rep)
{
	u32 next = rep->generation + 1;

	WRITE_ONCE(rep->generation, next ? next : 1);
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

static void adjust_passed(u64 *bucket, int by)
{
	u32 passed = (bucket[WORD_KEY] & KEY_PASSED_MASK) >> KEY_PASSED;
	u64 key = bucket[WORD_KEY] & ~KEY_PASSED_MASK;

	/* A full counter has lost count, and stays until the next copy. */
	if (passed == KEY_PASSED_MAX)
		return;
	passed += by;
	/* Stands in for slot_fill()'s, whose word this replaces. */
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

/* Publish an entry in a table. False if its probe sequence is full. */
static bool slot_fill(const struct segward_reputation *rep,
		      struct table *table, const struct target *prefix,
		      u64 key, u64 value)
{
	u32 hash = target_hash(&rep->key, prefix);
	u64 *slot = find_free(rep, table, hash);

	if (!slot)
		return false;
	pass(table, hash, slot, 1);
	summary_add(table, table_summary(table), prefix, hash);
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

static void slot_kill(const struct segward_reputation *rep,
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
 * Names
 */

static struct name *name_of(const struct segward_reputation *rep,
			    enum names_kind kind, u8 id)
{
	struct names *names = rcu_dereference_protected(rep->names[kind], true);

	return names ? rcu_dereference_protected(names->of[id], true) : NULL;
}

static int name_find(const struct segward_reputation *rep,
		     enum names_kind kind, const char *text)
{
	struct name *name;
	int id;

	for (id = 1; id <= SEGWARD_REPUTATION_NAMES; id++) {
		name = name_of(rep, kind, id);
		if (name && !strcmp(name->text, text))
			return id;
	}
	return -ENOENT;
}

static bool name_unused(const struct name *name)
{
	return !name->holds && !name->entries && !name->pending &&
	       !name->stale && !name->loading;
}

static struct names *names_get(struct segward_reputation *rep,
			       enum names_kind kind)
{
	struct names *names = rcu_dereference_protected(rep->names[kind], true);

	if (names)
		return names;
	names = take(rep, sizeof(*names));
	if (names)
		rcu_assign_pointer(rep->names[kind], names);
	return names;
}

/* Free an identifier that nobody uses, once no reader can know it. */
static int name_recycle(struct segward_reputation *rep, enum names_kind kind,
			struct names *names)
{
	struct name *name;
	int id;

	for (id = 1; id <= SEGWARD_REPUTATION_NAMES; id++) {
		name = name_of(rep, kind, id);
		if (!name_unused(name))
			continue;
		rcu_assign_pointer(names->of[id], NULL);
		grace(rep);
		give(rep, name, sizeof(*name));
		return id;
	}
	return -ENOSPC;
}

static void names_destroy(struct segward_reputation *rep, enum names_kind kind)
{
	struct names *names = rcu_dereference_protected(rep->names[kind], true);
	int id;

	for (id = 1; id <= SEGWARD_REPUTATION_NAMES; id++)
		give(rep, name_of(rep, kind, id), sizeof(struct name));
	give(rep, names, sizeof(*names));
}

/*
 * Entries: who counts them, and how they go
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

static void count_entry(struct segward_reputation *rep, u64 key,
			enum hold hold, int by)
{
	struct name *source = name_of(rep, NAMES_SOURCE, key_source(key));

	*hold_counter(source, hold) += by;
	name_of(rep, NAMES_CATEGORY, key_category(key))->entries += by;
	if (hold == HOLD_PENDING)
		rep->stats.pending += by;
	else if (hold == HOLD_STALE)
		rep->stats.stale += by;
}

static void count_expired(struct segward_reputation *rep, u64 key)
{
	name_of(rep, NAMES_SOURCE, key_source(key))->expired++;
	rep->stats.expired++;
}

/* Take an entry out for good. */
static void entry_remove(struct segward_reputation *rep, struct table *table,
			 u64 *slot, enum hold hold)
{
	count_entry(rep, slot[WORD_KEY], hold, -1);
	slot_kill(rep, table, slot);
}

static u64 earlier(u64 a, u64 b)
{
	if (!a || !b)
		return a ? a : b;
	return min(a, b);
}

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
		count_expired(rep, key);
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

static void reap_all(struct segward_reputation *rep, u64 now)
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

static void reap_prefix(struct segward_reputation *rep, struct table *table,
			const struct target *prefix, u64 now)
{
	struct probe probe;
	struct hit hit;

	probe_begin(table, prefix, target_hash(&rep->key, prefix), &probe);
	while (probe_next(table, &probe, &hit))
		reap_slot(rep, table, hit.slot, now);
}

/*
 * Growing and shrinking
 */

static bool crowded(const struct table *table)
{
	return table->used + table->dead >= slots_of(table) / 4 * FULL_4TH;
}

/* Slots that a table of this many entries is made with. */
static u32 slots_for(u32 entries)
{
	return entries / 3 * 5 + 5;
}

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
		if (!slot_fill(rep, to, &prefix,
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
		return resize(rep, family, 0, RESIZE_TRIES);
	if (!crowded(table))
		return 0;
	worthwhile = slots_of(table) / 8;
	reap_all(rep, now);
	if (table->dead >= worthwhile) {
		grace(rep);
		return 0;
	}
	return resize(rep, family, slots_for(table->used + 1), RESIZE_TRIES);
}

/* An entry found its whole probe sequence full. */
static int make_way(struct segward_reputation *rep, enum family family)
{
	struct table *table = table_of(rep, family);

	if (table->dead) {
		grace(rep);
		return 0;
	}
	if (table->used < slots_of(table) / SPARSE)
		return -ENOSPC;
	return resize(rep, family, slots_of(table) / 4 * 5, RESIZE_TRIES);
}

/* Give a table's memory back where it pays. */
static void trim(struct segward_reputation *rep, enum family family)
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
		summary_add(table, summary, &prefix,
			    target_hash(&rep->key, &prefix));
	}
	rcu_assign_pointer(table->summary, summary);
	table->removed = 0;
	grace(rep);
	summary_destroy(rep, old);
}

/*
 * Adding
 */

static void note_expiry(struct segward_reputation *rep, u64 expires)
{
	rep->next_expiry = earlier(rep->next_expiry, expires);
	rep->pass_expiry = earlier(rep->pass_expiry, expires);
}

/* An entry with this key got this value. */
static void note_value(struct segward_reputation *rep, u64 key, u64 value)
{
	struct name *source = name_of(rep, NAMES_SOURCE, key_source(key));

	if (in_force(rep->parity, key))
		note_expiry(rep, value_expires(value));
	else
		source->load_expiry = earlier(source->load_expiry,
					      value_expires(value));
}

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
	note_value(rep, slot[WORD_KEY], value);
	if (!visible)
		return 0;
	if (value_over(old, now)) {
		count_expired(rep, slot[WORD_KEY]);
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
	if (entries_held(rep) >= rep->max_entries) {
		reap_all(rep, now);
		if (entries_held(rep) >= rep->max_entries)
			return -ENOSPC;
	}
	if (entries >= SEGWARD_REPUTATION_PER_PREFIX) {
		reap_prefix(rep, table_of(rep, prefix->family), prefix, now);
		find_slot(rep, table_of(rep, prefix->family), prefix, key,
			  &entries);
		if (entries >= SEGWARD_REPUTATION_PER_PREFIX)
			return -E2BIG;
	}
	return make_room(rep, prefix->family, now);
}

static int insert(struct segward_reputation *rep, const struct target *prefix,
		  u64 key, u64 value, u32 entries, u64 now)
{
	int err = check_limits(rep, prefix, key, entries, now);

	while (!err && !slot_fill(rep, table_of(rep, prefix->family), prefix,
				  key, value))
		err = make_way(rep, prefix->family);
	if (err) {
		rep->stats.refused++;
		return err;
	}
	count_entry(rep, key, hold_of(rep, key), 1);
	note_value(rep, key, value);
	if (in_force(rep->parity, key))
		rep->stats.added++;
	return 1;
}

static int put(struct segward_reputation *rep,
	       const struct segward_reputation_entry *entry, bool parity,
	       u64 now)
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

static int check_entry(const struct segward_reputation *rep,
		       const struct segward_reputation_entry *entry, u64 now)
{
	if (segward_reputation_prefix_check(&entry->prefix))
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

/*
 * Lookups
 */

static void parity_copy(const struct segward_reputation *rep, u64 *parity)
{
	u32 i;

	for (i = 0; i < PARITY_WORDS; i++)
		/* Pairs with _load_commit(): its new entries are seen too. */
		parity[i] = smp_load_acquire(&rep->parity[i]);
}

/* False if nothing can cover the address. */
static bool cover_begin(struct cover *cover,
			const struct segward_reputation *rep, u8 version,
			const u8 *addr, u64 now)
{
	if (version != 4 && version != 6)
		return false;
	cover->key = &rep->key;
	cover->now = now;
	parity_copy(rep, cover->parity);
	cover->address = target_make(version, addr, 0);
	cover->table = rcu_dereference(rep->table[cover->address.family]);
	if (!cover->table)
		return false;
	cover->summary = rcu_dereference(cover->table->summary);
	lengths_around(cover->table, cover->summary, cover->address.high,
		       cover->left);
	cover->left_any = READ_ONCE(cover->table->any);
	cover->probing = false;
	cover->taken = 0;
	cover->done = 0;
	return true;
}

static bool cover_next_length(struct cover *cover, u8 *len)
{
	int word;

	if (cover->left_any) {
		cover->left_any = false;
		*len = 0;
		return true;
	}
	for (word = 0; word < 2; word++) {
		if (!cover->left[word])
			continue;
		*len = (u8)(word * 64 + __ffs64(cover->left[word]) + 1);
		cover->left[word] &= cover->left[word] - 1;
		return true;
	}
	return false;
}

static bool cover_next_hit(struct cover *cover, struct hit *hit)
{
	while (probe_next(cover->table, &cover->probe, hit))
		if (value_live(hit->value, cover->now) &&
		    in_force(cover->parity, hit->key))
			return true;
	return false;
}

static bool cover_next_batch(struct cover *cover)
{
	const struct summary *summary = cover->summary;
	struct target prefix;
	u32 hash;
	u8 len;

	cover->taken = 0;
	cover->done = 0;
	while (cover->taken < COVER_BATCH && cover_next_length(cover, &len)) {
		prefix = target_cut(&cover->address, len);
		hash = target_hash(cover->key, &prefix);
		prefetch(&summary->filter[filter_block(summary, hash)]);
		cover->len[cover->taken] = len;
		cover->hash[cover->taken++] = hash;
	}
	return cover->taken;
}

/* Go to the next prefix that may exist. */
static bool cover_next_prefix(struct cover *cover)
{
	struct target prefix;
	u32 hash;

	do {
		if (cover->done == cover->taken && !cover_next_batch(cover))
			return false;
		hash = cover->hash[cover->done++];
	} while (!filter_passes(cover->summary, hash));
	prefix = target_cut(&cover->address, cover->len[cover->done - 1]);
	probe_begin(cover->table, &prefix, hash, &cover->probe);
	cover->probing = true;
	return true;
}

static bool cover_next(struct cover *cover, struct hit *hit)
{
	while (!cover->probing || !cover_next_hit(cover, hit))
		if (!cover_next_prefix(cover))
			return false;
	return true;
}

static bool stronger(const struct segward_reputation_match *a,
		     const struct segward_reputation_match *b)
{
	if (a->score != b->score)
		return a->score > b->score;
	if (a->len != b->len)
		return a->len > b->len;
	return a->source < b->source;
}

static struct segward_reputation_match *
match_of_category(struct segward_reputation_result *result, u8 category)
{
	u8 i;

	for (i = 0; i < result->count; i++)
		if (result->match[i].category == category)
			return &result->match[i];
	return NULL;
}

static struct segward_reputation_match *
weakest_match(struct segward_reputation_result *result)
{
	struct segward_reputation_match *weakest = &result->match[0];
	u8 i;

	for (i = 1; i < result->count; i++)
		if (stronger(weakest, &result->match[i]))
			weakest = &result->match[i];
	return weakest;
}

static void result_add(struct segward_reputation_result *result,
		       const struct segward_reputation_match *match)
{
	struct segward_reputation_match *place;

	result->entries++;
	place = match_of_category(result, match->category);
	if (!place) {
		if (result->count < SEGWARD_REPUTATION_MATCHES) {
			result->match[result->count++] = *match;
			return;
		}
		result->overflow = true;
		place = weakest_match(result);
	}
	if (stronger(match, place))
		*place = *match;
}

unsigned int
segward_reputation_lookup(const struct segward_reputation *rep, u8 version,
			  const u8 *addr, u64 now,
			  struct segward_reputation_result *result)
{
	struct cover cover;
	struct hit hit;

	result->count = 0;
	result->overflow = false;
	result->entries = 0;
	if (!cover_begin(&cover, rep, version, addr, now))
		return 0;
	while (cover_next(&cover, &hit)) {
		struct segward_reputation_match match = {
			.expires = value_expires(hit.value),
			.len = key_len(hit.key),
			.category = key_category(hit.key),
			.source = key_source(hit.key),
			.score = value_score(hit.value),
		};

		result_add(result, &match);
	}
	return result->count;
}

unsigned int
segward_reputation_covering(const struct segward_reputation *rep, u8 version,
			    const u8 *addr, u64 now,
			    struct segward_reputation_entry *entries,
			    unsigned int max)
{
	unsigned int found = 0;
	struct target prefix;
	struct cover cover;
	struct hit hit;

	if (!cover_begin(&cover, rep, version, addr, now))
		return 0;
	while (cover_next(&cover, &hit)) {
		if (found++ >= max)
			continue;
		prefix = target_cut(&cover.address, key_len(hit.key));
		entry_make(&prefix, hit.key, hit.value, &entries[found - 1]);
	}
	return found;
}

int segward_reputation_get(const struct segward_reputation *rep,
			   struct segward_reputation_entry *entry, u64 now)
{
	const struct table *table;
	u64 parity[PARITY_WORDS];
	struct target prefix;
	struct probe probe;
	struct hit hit;

	if (segward_reputation_prefix_check(&entry->prefix))
		return -EINVAL;
	parity_copy(rep, parity);
	prefix = target_make(entry->prefix.version, entry->prefix.addr,
			     entry->prefix.len);
	table = rcu_dereference(rep->table[prefix.family]);
	if (!table)
		return -ENOENT;
	probe_begin(table, &prefix, target_hash(&rep->key, &prefix), &probe);
	while (probe_next(table, &probe, &hit)) {
		if (key_source(hit.key) != entry->source ||
		    key_category(hit.key) != entry->category ||
		    !in_force(parity, hit.key) || !value_live(hit.value, now))
			continue;
		entry->score = value_score(hit.value);
		entry->expires = value_expires(hit.value);
		return 0;
	}
	return -ENOENT;
}

/*
 * Walking through all of it
 */

static bool filter_wants(const struct segward_reputation_filter *filter,
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

static enum family cursor_family(const struct segward_reputation_cursor *cursor)
{
	return cursor->version == 6 ? FAMILY_IPV6 : FAMILY_IPV4;
}

struct telling {
	const struct segward_reputation *rep;
	const struct segward_reputation_filter *filter;
	u64 parity[PARITY_WORDS];
	u64 now;
	int (*fn)(void *ctx, const struct segward_reputation_entry *entry);
	void *ctx;
};

static int tell_slot(const struct telling *telling, const struct table *table,
		     const u64 *slot)
{
	struct segward_reputation_entry entry;
	struct target prefix;
	u64 value;
	u64 key;

	/* Pairs with slot_fill(). */
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

u32 segward_reputation_generation(const struct segward_reputation *rep)
{
	/* Stays in front of the walk that it is for. */
	return smp_load_acquire(&rep->generation);
}

/*
 * The rest of the contract
 */

struct segward_reputation *
segward_reputation_create(const struct segward_reputation_config *config)
{
	struct segward_reputation *rep = segward_zalloc(sizeof(*rep));

	if (!rep)
		return NULL;
	rep->memory = account(sizeof(*rep));
	rep->key.key[0] = config->key[0];
	rep->key.key[1] = config->key[1];
	rep->max_entries = config->max_entries ? config->max_entries :
						 SEGWARD_REPUTATION_ENTRIES;
	rep->generation = 1;
	return rep;
}

void segward_reputation_destroy(struct segward_reputation *rep)
{
	struct table *table;
	int i;

	if (!rep)
		return;
	while (rep->retired) {
		table = rep->retired;
		rep->retired = table->retired;
		table_destroy(rep, table);
	}
	for (i = 0; i < FAMILIES; i++)
		table_destroy(rep, table_of(rep, i));
	for (i = 0; i < NAMES_KINDS; i++)
		names_destroy(rep, i);
	segward_free(rep);
}

int segward_reputation_prefix_check(const struct segward_reputation_prefix *prefix)
{
	struct target target;

	if (prefix->version != 4 && prefix->version != 6)
		return -EINVAL;
	if (prefix->len > (prefix->version == 4 ? 32 : 128))
		return -EINVAL;
	target = target_make(prefix->version, prefix->addr, prefix->len);
	if (target.high & ~high_mask(prefix->len) ||
	    target.low & ~low_mask(prefix->len))
		return -ERANGE;
	return 0;
}

bool segward_reputation_name_check(const char *name)
{
	size_t len;

	for (len = 0; name[len]; len++) {
		char c = name[len];

		if (len >= SEGWARD_REPUTATION_NAME_MAX)
			return false;
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-')
			return false;
	}
	return len;
}

static int free_id(struct segward_reputation *rep, enum names_kind kind,
		   struct names *names)
{
	int id;

	for (id = 1; id <= SEGWARD_REPUTATION_NAMES; id++)
		if (!name_of(rep, kind, id))
			return id;
	id = name_recycle(rep, kind, names);
	if (id < 0) {
		/* Invisible entries need not keep names; no time has passed. */
		reap_all(rep, 0);
		id = name_recycle(rep, kind, names);
	}
	return id;
}

static int name_add(struct segward_reputation *rep, enum names_kind kind,
		    const char *text)
{
	struct names *names;
	struct name *name;
	int id;

	if (!segward_reputation_name_check(text))
		return -EINVAL;
	id = name_find(rep, kind, text);
	if (id > 0)
		return id;
	names = names_get(rep, kind);
	if (!names)
		return -ENOMEM;
	id = free_id(rep, kind, names);
	if (id < 0)
		return id;
	name = take(rep, sizeof(*name));
	if (!name)
		return -ENOMEM;
	memcpy(name->text, text, strlen(text) + 1);
	rcu_assign_pointer(names->of[id], name);
	return id;
}

static const char *name_text(const struct segward_reputation *rep,
			     enum names_kind kind, u8 id)
{
	const struct names *names = rcu_dereference(rep->names[kind]);
	const struct name *name;

	if (!names)
		return NULL;
	name = rcu_dereference(names->of[id]);
	return name ? name->text : NULL;
}

int segward_reputation_category_add(struct segward_reputation *rep,
				    const char *name)
{
	return name_add(rep, NAMES_CATEGORY, name);
}

int segward_reputation_category_find(const struct segward_reputation *rep,
				     const char *name)
{
	return name_find(rep, NAMES_CATEGORY, name);
}

void segward_reputation_category_hold(struct segward_reputation *rep,
				      u8 category)
{
	name_of(rep, NAMES_CATEGORY, category)->holds++;
}

void segward_reputation_category_release(struct segward_reputation *rep,
					 u8 category)
{
	name_of(rep, NAMES_CATEGORY, category)->holds--;
}

const char *
segward_reputation_category_name(const struct segward_reputation *rep,
				 u8 category)
{
	return name_text(rep, NAMES_CATEGORY, category);
}

int segward_reputation_source_add(struct segward_reputation *rep,
				  const char *name)
{
	return name_add(rep, NAMES_SOURCE, name);
}

int segward_reputation_source_find(const struct segward_reputation *rep,
				   const char *name)
{
	return name_find(rep, NAMES_SOURCE, name);
}

const char *
segward_reputation_source_name(const struct segward_reputation *rep, u8 source)
{
	return name_text(rep, NAMES_SOURCE, source);
}

int segward_reputation_add(struct segward_reputation *rep,
			   const struct segward_reputation_entry *entry,
			   u64 now)
{
	int err = check_entry(rep, entry, now);

	if (err)
		return err;
	return put(rep, entry, parity_of(rep->parity, entry->source), now);
}

/* Count one more entry that a caller took out of force. */
static u32 delete_slot(struct segward_reputation *rep, struct table *table,
		       u64 *slot, u64 now)
{
	u32 live = value_live(slot[WORD_VALUE], now);

	if (live)
		rep->stats.deleted++;
	else
		count_expired(rep, slot[WORD_KEY]);
	entry_remove(rep, table, slot, HOLD_CURRENT);
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

	if (segward_reputation_prefix_check(prefix))
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

int segward_reputation_load_begin(struct segward_reputation *rep, u8 source,
				  u64 now)
{
	struct name *name = name_of(rep, NAMES_SOURCE, source);

	if (!name)
		return -ENOENT;
	if (name->loading)
		return -EBUSY;
	/* The new set takes the parity that what is left of an old one has. */
	if (name->stale)
		reap_all(rep, now);
	name->load_expiry = 0;
	name->loading = true;
	return 0;
}

int segward_reputation_load_add(struct segward_reputation *rep,
				const struct segward_reputation_entry *entry,
				u64 now)
{
	int err = check_entry(rep, entry, now);

	if (err)
		return err;
	if (!name_of(rep, NAMES_SOURCE, entry->source)->loading)
		return -ENOENT;
	return put(rep, entry, !parity_of(rep->parity, entry->source), now);
}

int segward_reputation_load_commit(struct segward_reputation *rep, u8 source)
{
	struct name *name = name_of(rep, NAMES_SOURCE, source);
	u64 *word = &rep->parity[source / 64];

	if (!name || !name->loading)
		return -ENOENT;
	rep->stats.added += name->pending;
	rep->stats.pending -= name->pending;
	rep->stats.replaced += name->entries;
	rep->stats.stale += name->entries;
	name->stale = name->entries;
	name->entries = name->pending;
	name->pending = 0;
	name->loading = false;
	note_expiry(rep, name->load_expiry);
	bump_generation(rep);
	/* Pairs with parity_copy(). */
	smp_store_release(word, *word ^ BIT_ULL(source % 64));
	grace(rep);
	return 0;
}

void segward_reputation_load_abort(struct segward_reputation *rep, u8 source)
{
	struct name *name = name_of(rep, NAMES_SOURCE, source);

	if (!name || !name->loading)
		return;
	rep->stats.pending -= name->pending;
	rep->stats.stale += name->pending;
	name->stale = name->pending;
	name->pending = 0;
	name->loading = false;
}

/* Everything has been looked at: give memory back, begin anew. */
static void end_pass(struct segward_reputation *rep)
{
	struct table *table;
	bool wait = false;
	int family;

	for (family = 0; family < FAMILIES; family++) {
		trim(rep, family);
		table = table_of(rep, family);
		if (!table)
			continue;
		if (outdated(table))
			refresh_summary(rep, table);
		wait |= table->dead;
	}
	if (wait || rep->retired)
		grace(rep);
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
		if (table && (table->dead || too_large(table) ||
			      outdated(table)))
			return true;
	}
	return false;
}

u64 segward_reputation_next_expiry(const struct segward_reputation *rep)
{
	return rep->next_expiry;
}

void segward_reputation_stats(const struct segward_reputation *rep,
			      struct segward_reputation_stats *stats)
{
	const struct table *table4 = table_of(rep, FAMILY_IPV4);
	const struct table *table6 = table_of(rep, FAMILY_IPV6);

	*stats = rep->stats;
	stats->entries4 = table4 ? table4->used : 0;
	stats->entries6 = table6 ? table6->used : 0;
}

int segward_reputation_source_stats(const struct segward_reputation *rep,
				    u8 source,
				    struct segward_reputation_source_stats *stats)
{
	const struct name *name = name_of(rep, NAMES_SOURCE, source);

	if (!name)
		return -ENOENT;
	stats->entries = name->entries;
	stats->pending = name->pending;
	stats->expired = name->expired;
	stats->loading = name->loading;
	return 0;
}

size_t segward_reputation_memory(const struct segward_reputation *rep)
{
	return rep->memory;
}
