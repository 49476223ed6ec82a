// SPDX-License-Identifier: GPL-2.0
/*
 * What is known about addresses: the table as a whole, and what it answers
 * about a packet's addresses.
 *
 * Lookups run inside rcu_read_lock(), in any context, take no lock and write
 * nothing; what they follow is published by RCU and freed after a grace
 * period. Creation, destruction and the counters are the writer's. See
 * reputation_table.h for how the table works and reputation_internal.h for the
 * other files.
 */

#include "reputation_internal.h"

/* Prefix lengths in use around an address; more come in several batches. */
#define COVER_BATCH	8U

/*
 * A search for everything in force that covers an address. Lengths are taken
 * in batches, so that the cache misses of a batch overlap.
 */
struct cover {
	const struct table *table;
	const struct summary *summary;
	const struct segward_reputation *rep;
	u64 parity[PARITY_WORDS];
	u64 now;
	struct target address;
	u64 left[2];
	bool left_any;
	bool probing;
	u32 taken;
	u32 done;
	struct {
		const u64 *block;
		u64 bits;
		u8 len;
	} batch[COVER_BATCH];
	struct probe probe;
};

/*
 * Lookups
 */

/* False if nothing can cover the address. */
static bool cover_begin(struct cover *cover,
			const struct segward_reputation *rep, u8 version,
			const u8 *addr, u64 now)
{
	if (version != 4 && version != 6)
		return false;
	cover->rep = rep;
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

static bool cover_next_hit(struct cover *cover, struct hit *hit)
{
	while (probe_next(cover->table, &cover->probe, hit))
		if (value_live(hit->value, cover->now) &&
		    in_force(cover->parity, hit->key))
			return true;
	return false;
}

/* The address cut to @len bits is the next to be looked for. */
static inline void cover_take(struct cover *cover, u64 high, u64 low, u8 len)
{
	const struct summary *summary = cover->summary;
	u32 hash = filter_hash(cover->rep->mix, high, low, len);
	const u64 *block = &summary->filter[filter_block(summary, hash)];

	prefetch(block);
	cover->batch[cover->taken].block = block;
	cover->batch[cover->taken].bits = filter_bits(hash);
	cover->batch[cover->taken++].len = len;
}

/* The next length of half an address, of 1 to 64. */
static inline u8 next_length(u64 *left)
{
	u8 len = (u8)__ffs64(*left) + 1;

	*left &= *left - 1;
	return len;
}

/* For each packet and length, so without target_cut(), which takes any. */
static bool cover_next_batch(struct cover *cover)
{
	u64 high = cover->address.high;
	u64 low = cover->address.low;
	u8 len;

	cover->taken = 0;
	cover->done = 0;
	if (cover->left_any) {
		cover->left_any = false;
		cover_take(cover, 0, 0, 0);
	}
	while (cover->left[0] && cover->taken < COVER_BATCH) {
		len = next_length(&cover->left[0]);
		cover_take(cover, high & U64_MAX << (64 - len), 0, len);
	}
	while (cover->left[1] && cover->taken < COVER_BATCH) {
		len = next_length(&cover->left[1]);
		cover_take(cover, high, low & U64_MAX << (64 - len), 64 + len);
	}
	return cover->taken;
}

/* Go to the next prefix that may exist. */
static bool cover_next_prefix(struct cover *cover)
{
	struct target prefix;
	u32 i;

	do {
		if (cover->done == cover->taken && !cover_next_batch(cover))
			return false;
		i = cover->done++;
	} while (!filter_has(cover->batch[i].block, cover->batch[i].bits));
	prefix = target_cut(&cover->address, cover->batch[i].len);
	probe_begin(cover->table, &prefix,
		    target_hash(&cover->rep->key, &prefix), &cover->probe);
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
	struct cover cover segward_uncleared;
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

	if (prefix_check(&entry->prefix))
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

int segward_reputation_prefix_check(const struct segward_reputation_prefix *prefix)
{
	return prefix_check(prefix);
}

/*
 * The whole
 */

/* Not the key itself, of which weak hashes would tell something. */
static void mix_make(struct segward_reputation *rep)
{
	u32 i;

	for (i = 0; i < 2; i++)
		rep->mix[i] = (u64)hsiphash_1u32(2 * i, &rep->key) << 32 |
			      hsiphash_1u32(2 * i + 1, &rep->key) | 1;
}

struct segward_reputation *
segward_reputation_create(const struct segward_reputation_config *config)
{
	struct segward_reputation *rep = segward_zalloc(sizeof(*rep));

	if (!rep)
		return NULL;
	rep->memory = account(sizeof(*rep));
	rep->key.key[0] = config->key[0];
	rep->key.key[1] = config->key[1];
	mix_make(rep);
	rep->max_entries = config->max_entries ? config->max_entries :
						 SEGWARD_REPUTATION_ENTRIES;
	rep->generation = 1;
	return rep;
}

void segward_reputation_destroy(struct segward_reputation *rep)
{
	if (!rep)
		return;
	segward_rep_tables_destroy(rep);
	segward_rep_names_destroy(rep);
	segward_free(rep);
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

size_t segward_reputation_memory(const struct segward_reputation *rep)
{
	return rep->memory;
}
