/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is known about addresses: a table of prefixes of both families, each
 * with category, score, source and expiry, which answers one address with
 * everything that covers it.
 *
 * Who may call what:
 *
 *  - Readers (_lookup(), _covering(), _get(), _iterate(), _generation() and the
 *    _name() functions) run in any context inside rcu_read_lock(). They take no
 *    lock, never wait and never see half an entry.
 *  - Everything else is a writer: process context, may sleep, and the caller
 *    holds one mutex per table around every call. A writer that calls a reader
 *    function takes rcu_read_lock() for it like others.
 *
 * Time is nanoseconds of one monotonic clock of the caller, always passed in.
 * An entry acts while now < expires, so nothing waits for the sweeper; expires
 * is kept in steps of 128 ns, rounded up. Zero means for ever.
 *
 * The table knows no zones: what it holds means the same in all of them. A
 * caller that must keep zones apart keeps a table for each.
 */
#ifndef SEGWARD_ENGINE_REPUTATION_H
#define SEGWARD_ENGINE_REPUTATION_H

#include "port.h"

/* Scores follow Suricata's IP reputation: 1 a hint, 100 certainty. */
#define SEGWARD_REPUTATION_SCORE_MIN	1
#define SEGWARD_REPUTATION_SCORE_MAX	100

/* Longest name of a category or source; 32 bytes with the final NUL. */
#define SEGWARD_REPUTATION_NAME_MAX	31

/* Identifiers are a byte in each slot, and 0 says that there is none. */
#define SEGWARD_REPUTATION_NAMES	255

/* Categories in one answer: more than any profile weighs in practice. */
#define SEGWARD_REPUTATION_MATCHES	16

/*
 * Entries of one prefix, all sources, categories and pending loads together.
 * They share a probe sequence, which is bounded for the readers' sake.
 */
#define SEGWARD_REPUTATION_PER_PREFIX	32

/* Default limit of entries in a table: 0.3 to 0.9 GB, set by _config. */
#define SEGWARD_REPUTATION_ENTRIES	(16U << 20)

/* Slots that one call of segward_reputation_iterate() looks at. */
#define SEGWARD_REPUTATION_ITERATE	65536U

struct segward_reputation;

/**
 * struct segward_reputation_config - what a table is created with
 * @key: 128 random bits, so that nobody can choose prefixes that collide
 * @max_entries: limit of entries, pending loads included; 0 for the default
 */
struct segward_reputation_config {
	u64 key[2];
	u32 max_entries;
};

/**
 * struct segward_reputation_prefix - an address prefix of either family
 * @version: 4 or 6
 * @len: prefix length, 0 to 32 or 0 to 128
 * @addr: address in network byte order; IPv4 uses the first four bytes
 */
struct segward_reputation_prefix {
	u8 version;
	u8 len;
	u8 addr[16];
};

/**
 * struct segward_reputation_entry - one source's word about one prefix
 * @prefix: what it is about; bits behind the prefix length must be 0
 * @category: from segward_reputation_category_add()
 * @source: from segward_reputation_source_add()
 * @score: SEGWARD_REPUTATION_SCORE_MIN to SEGWARD_REPUTATION_SCORE_MAX
 * @expires: first nanosecond at which it no longer acts, 0 for never
 *
 * Prefix, source and category together are the key of an entry, so several
 * sources may speak of one prefix and the end of one's entry leaves the others.
 */
struct segward_reputation_entry {
	struct segward_reputation_prefix prefix;
	u8 category;
	u8 source;
	u8 score;
	u64 expires;
};

/**
 * struct segward_reputation_match - the strongest entry of one category
 * @expires: as in struct segward_reputation_entry
 * @len: prefix length; with the address asked for, this is the prefix
 * @category: its category
 * @source: who said so
 * @score: its score
 */
struct segward_reputation_match {
	u64 expires;
	u8 len;
	u8 category;
	u8 source;
	u8 score;
};

/**
 * struct segward_reputation_result - what covers one address
 * @count: valid members of @match
 * @overflow: more categories cover the address than fit in @match; those with
 *	the highest scores were kept
 * @entries: live entries that cover the address, all counted
 * @match: one match for each category, in no particular order. Among entries
 *	of one category the highest score is kept, then the longest prefix,
 *	then the lowest source.
 */
struct segward_reputation_result {
	u8 count;
	bool overflow;
	u16 entries;
	struct segward_reputation_match match[SEGWARD_REPUTATION_MATCHES];
};

/**
 * struct segward_reputation_filter - which entries an operation is about
 * @source: only this source, 0 for all
 * @category: only this category, 0 for all
 * @within: only prefixes that lie inside this one; version 0 for all
 */
struct segward_reputation_filter {
	u8 source;
	u8 category;
	struct segward_reputation_prefix within;
};

/**
 * struct segward_reputation_cursor - how far an iteration has come
 * @slot: next slot to look at
 * @generation: of the tables when the iteration began
 * @version: family being walked; 0 to begin
 * @inconsistent: set when the tables were rebuilt or a source was replaced
 *	since the beginning: entries may have been left out or told twice.
 *	Without it, every entry that lived through the whole iteration was
 *	told exactly once.
 *
 * All zero is the beginning. Fits in a netlink callback's context.
 */
struct segward_reputation_cursor {
	u32 slot;
	u32 generation;
	u8 version;
	bool inconsistent;
};

/**
 * struct segward_reputation_stats - counters of a table, all exact
 * @entries4: IPv4 entries held, of the kinds below too
 * @entries6: IPv6 entries held, of the kinds below too
 * @pending: of these, entries of loads that are not committed
 * @stale: of these, entries of replaced sets and aborted loads, invisible
 *	and not yet swept
 * @added: entries added, those of committed loads included
 * @updated: entries that were added again with another score or expiry
 * @expired: entries that came to their end, counted when they were swept
 * @deleted: entries deleted or flushed
 * @replaced: entries of a source's old set when a load was committed
 * @refused: additions refused because a limit was reached
 * @rebuilds: tables built because one had to grow or shrink
 *
 * entries4 + entries6 - pending - stale
 *	= added - expired - deleted - replaced.
 */
struct segward_reputation_stats {
	u32 entries4;
	u32 entries6;
	u32 pending;
	u32 stale;
	u64 added;
	u64 updated;
	u64 expired;
	u64 deleted;
	u64 replaced;
	u64 refused;
	u64 rebuilds;
};

/**
 * struct segward_reputation_source_stats - counters of one source
 * @entries: entries in force, or expired and not yet swept
 * @pending: entries of its load in progress
 * @expired: its entries that came to their end since the source is known
 * @loading: a load is in progress
 */
struct segward_reputation_source_stats {
	u32 entries;
	u32 pending;
	u64 expired;
	bool loading;
};

/**
 * segward_reputation_create() - make an empty table
 * @config: key and limit
 *
 * An empty table takes less than a kilobyte; memory follows the entries.
 *
 * Return: the table, or NULL without memory.
 */
struct segward_reputation * __must_check
segward_reputation_create(const struct segward_reputation_config *config);

/**
 * segward_reputation_destroy() - free a table and all it holds
 * @rep: the table, or NULL
 *
 * Context: the caller has unpublished the table and waited for its readers.
 */
void segward_reputation_destroy(struct segward_reputation *rep);

/**
 * segward_reputation_lookup() - everything live that covers an address
 * @rep: the table
 * @version: 4 or 6; nothing covers an address of another version
 * @addr: 4 or 16 bytes in network byte order, of any alignment
 * @now: current time
 * @result: filled in completely; @result->match beyond @count is undefined
 *
 * Exact addresses and prefixes of all lengths are found in the one call. Work
 * is bounded by the number of prefix lengths in use around the address and a
 * constant number of buckets for each.
 *
 * Context: RCU read side, any context.
 * Return: @result->count.
 */
unsigned int
segward_reputation_lookup(const struct segward_reputation *rep, u8 version,
			  const u8 *addr, u64 now,
			  struct segward_reputation_result *result);

/**
 * segward_reputation_covering() - list the entries that cover an address
 * @rep: the table
 * @version: 4 or 6
 * @addr: 4 or 16 bytes in network byte order
 * @now: current time
 * @entries: filled with the first @max of them
 * @max: room in @entries
 *
 * For `segward reputation get ADDRESS`: every source's word, where _lookup()
 * keeps one for each category.
 *
 * Context: RCU read side, any context.
 * Return: how many there are, which may be more than @max.
 */
unsigned int
segward_reputation_covering(const struct segward_reputation *rep, u8 version,
			    const u8 *addr, u64 now,
			    struct segward_reputation_entry *entries,
			    unsigned int max);

/**
 * segward_reputation_get() - the live entry with exactly this key
 * @rep: the table
 * @entry: prefix, source and category to find; score and expires are filled in
 * @now: current time
 *
 * Context: RCU read side, any context.
 * Return: 0, -EINVAL for an impossible prefix, or -ENOENT.
 */
int segward_reputation_get(const struct segward_reputation *rep,
			   struct segward_reputation_entry *entry, u64 now);

/**
 * segward_reputation_prefix_check() - can this be a prefix of the table?
 * @prefix: version, length and address
 *
 * A prefix with bits set behind its length is refused, never shortened or
 * taken for a single address.
 *
 * Context: any.
 * Return: 0; -EINVAL for an unknown version or a length out of range; -ERANGE
 * if only the host bits are wrong, so that the caller can say so.
 */
int segward_reputation_prefix_check(const struct segward_reputation_prefix *prefix);

/**
 * segward_reputation_name_check() - may this be a category's or source's name?
 * @name: NUL-terminated
 *
 * 1 to SEGWARD_REPUTATION_NAME_MAX characters of a-z, 0-9 and '-'.
 *
 * Context: any.
 * Return: whether it may.
 */
bool segward_reputation_name_check(const char *name);

/**
 * segward_reputation_category_add() - the identifier of a category
 * @rep: the table
 * @name: its name
 *
 * A name that is new is given a free identifier. An identifier is free again
 * when no entry has it and nobody holds it, and is given away only when all
 * others are taken.
 *
 * Context: writer.
 * Return: 1 to SEGWARD_REPUTATION_NAMES, -EINVAL for a bad name, -ENOSPC if
 * all are taken, -ENOMEM.
 */
int segward_reputation_category_add(struct segward_reputation *rep,
				    const char *name);

/**
 * segward_reputation_category_find() - the identifier of a known category
 * @rep: the table
 * @name: its name
 *
 * Context: writer.
 * Return: 1 to SEGWARD_REPUTATION_NAMES, or -ENOENT.
 */
int segward_reputation_category_find(const struct segward_reputation *rep,
				     const char *name);

/**
 * segward_reputation_category_hold() - keep a category's identifier
 * @rep: the table
 * @category: the identifier
 *
 * For profiles whose thresholds name it. Undone by
 * segward_reputation_category_release().
 *
 * Context: writer.
 */
void segward_reputation_category_hold(struct segward_reputation *rep,
				      u8 category);

/**
 * segward_reputation_category_release() - undo one hold of a category
 * @rep: the table
 * @category: the identifier
 *
 * Context: writer.
 */
void segward_reputation_category_release(struct segward_reputation *rep,
					 u8 category);

/**
 * segward_reputation_category_name() - the name behind an identifier
 * @rep: the table
 * @category: the identifier
 *
 * Context: RCU read side, any context; valid within it.
 * Return: the name, or NULL if the identifier is not in use.
 */
const char *
segward_reputation_category_name(const struct segward_reputation *rep,
				 u8 category);

/**
 * segward_reputation_source_add() - the identifier of a source
 * @rep: the table
 * @name: its name
 *
 * Context: writer.
 * Return: as segward_reputation_category_add().
 */
int segward_reputation_source_add(struct segward_reputation *rep,
				  const char *name);

/**
 * segward_reputation_source_find() - the identifier of a known source
 * @rep: the table
 * @name: its name
 *
 * Context: writer.
 * Return: 1 to SEGWARD_REPUTATION_NAMES, or -ENOENT.
 */
int segward_reputation_source_find(const struct segward_reputation *rep,
				   const char *name);

/**
 * segward_reputation_source_name() - the name behind an identifier
 * @rep: the table
 * @source: the identifier
 *
 * Context: RCU read side, any context; valid within it.
 * Return: the name, or NULL if the identifier is not in use.
 */
const char *
segward_reputation_source_name(const struct segward_reputation *rep, u8 source);

/**
 * segward_reputation_add() - add an entry or update it
 * @rep: the table
 * @entry: the entry
 * @now: current time
 *
 * An entry with the same prefix, source and category gets the new score and
 * expiry in one step; a reader sees all of the old or all of the new. An entry
 * added to a source while a load for it is in progress acts at once and is
 * replaced with the others at the commit.
 *
 * Context: writer.
 * Return: 1 if added, 0 if updated; -EINVAL for a bad prefix (host bits set
 * included) or score, -ENOENT for an unknown category or source, -ETIME if it
 * has expired already, -E2BIG beyond SEGWARD_REPUTATION_PER_PREFIX, -ENOSPC
 * beyond the table's limit, -ENOMEM. Nothing has changed after an error.
 */
int segward_reputation_add(struct segward_reputation *rep,
			   const struct segward_reputation_entry *entry,
			   u64 now);

/**
 * segward_reputation_del() - delete the entries of one prefix
 * @rep: the table
 * @prefix: exactly this prefix
 * @source: only this source's, 0 for all
 * @category: only of this category, 0 for all
 * @now: current time; entries already over count as expired, not as deleted
 *
 * Context: writer.
 * Return: how many live entries were deleted; -EINVAL for a bad prefix;
 * -ENOENT for none.
 */
int segward_reputation_del(struct segward_reputation *rep,
			   const struct segward_reputation_prefix *prefix,
			   u8 source, u8 category, u64 now);

/**
 * segward_reputation_flush() - delete all entries that a filter selects
 * @rep: the table
 * @filter: which ones, NULL for all
 * @now: current time
 *
 * Pending loads are not touched. Memory returns with the next sweeps.
 *
 * Context: writer.
 * Return: how many live entries were deleted.
 */
u32 segward_reputation_flush(struct segward_reputation *rep,
			     const struct segward_reputation_filter *filter,
			     u64 now);

/**
 * segward_reputation_load_begin() - begin to replace a source's whole set
 * @rep: the table
 * @source: whose
 * @now: current time
 *
 * What the source says stays in force until the commit. Other sources are
 * not touched, and may be loading at the same time.
 *
 * Context: writer.
 * Return: 0, -ENOENT for an unknown source, -EBUSY if it is loading already.
 */
int segward_reputation_load_begin(struct segward_reputation *rep, u8 source,
				  u64 now);

/**
 * segward_reputation_load_add() - add an entry to a source's load
 * @rep: the table
 * @entry: the entry; its source has begun a load
 * @now: current time
 *
 * Invisible to readers until the commit. Adding the same key twice keeps the
 * later score and expiry.
 *
 * Context: writer.
 * Return: as segward_reputation_add(); -ENOENT if the source is not loading.
 */
int segward_reputation_load_add(struct segward_reputation *rep,
				const struct segward_reputation_entry *entry,
				u64 now);

/**
 * segward_reputation_load_commit() - put a load in force
 * @rep: the table
 * @source: whose
 *
 * One store takes the old set out of force and puts the new one in: every
 * lookup sees one of them, whole. Waits for readers of the old set.
 *
 * Context: writer.
 * Return: 0, or -ENOENT if the source is not loading.
 */
int segward_reputation_load_commit(struct segward_reputation *rep, u8 source);

/**
 * segward_reputation_load_abort() - forget a load
 * @rep: the table
 * @source: whose; nothing happens if it is not loading
 *
 * Context: writer.
 */
void segward_reputation_load_abort(struct segward_reputation *rep, u8 source);

/**
 * segward_reputation_sweep() - free what is over
 * @rep: the table
 * @now: current time
 * @budget: slots to look at, at least 1
 *
 * For a delayed work that calls it until it returns true and then again
 * before long, at the latest some time after segward_reputation_next_expiry().
 * How late it comes has no effect on what lookups see. At the end of a pass
 * tables that have become too large are rebuilt smaller, which takes time in
 * proportion to the entries left, and stale summaries are refreshed.
 *
 * Context: writer; waits for readers once in a pass.
 * Return: whether a pass over the whole table is complete.
 */
bool segward_reputation_sweep(struct segward_reputation *rep, u64 now,
			      u32 budget);

/**
 * segward_reputation_untidy() - is there something to sweep already?
 * @rep: the table
 *
 * After deletions, flushes and replaced sets; what only time brings is told by
 * segward_reputation_next_expiry(). Takes constant time. False after a whole
 * pass of segward_reputation_sweep(), unless memory was short.
 *
 * Context: writer.
 * Return: whether a pass of the sweeper would free something.
 */
bool segward_reputation_untidy(const struct segward_reputation *rep);

/**
 * segward_reputation_next_expiry() - when sweeping may find something
 * @rep: the table
 *
 * Context: writer.
 * Return: no entry expires before this time; 0 if no entry expires.
 */
u64 segward_reputation_next_expiry(const struct segward_reputation *rep);

/**
 * segward_reputation_iterate() - tell the live entries, a part at a time
 * @rep: the table
 * @cursor: where to go on; all zero to begin
 * @filter: which entries, NULL for all
 * @now: current time
 * @fn: called for each; anything but 0 stops, and the same entry is told first
 *	by the next call
 * @ctx: passed to @fn
 *
 * Context: RCU read side, any context; bounded by SEGWARD_REPUTATION_ITERATE.
 * Return: 0 at the end, what @fn returned if it stopped, or -EAGAIN if there
 * is more: leave the RCU read side and call again.
 */
int segward_reputation_iterate(const struct segward_reputation *rep,
			       struct segward_reputation_cursor *cursor,
			       const struct segward_reputation_filter *filter,
			       u64 now,
			       int (*fn)(void *ctx, const struct segward_reputation_entry *entry),
			       void *ctx);

/**
 * segward_reputation_generation() - changes when a dump becomes inconsistent
 * @rep: the table
 *
 * For netlink's cb->seq: never 0, another value after a table was rebuilt or
 * a load was committed.
 *
 * Context: RCU read side, any context.
 * Return: the generation.
 */
u32 segward_reputation_generation(const struct segward_reputation *rep);

/**
 * segward_reputation_stats() - read the counters
 * @rep: the table
 * @stats: filled in
 *
 * Context: writer.
 */
void segward_reputation_stats(const struct segward_reputation *rep,
			      struct segward_reputation_stats *stats);

/**
 * segward_reputation_source_stats() - read a source's counters
 * @rep: the table
 * @source: the source
 * @stats: filled in
 *
 * Context: writer.
 * Return: 0, or -ENOENT for an unknown source.
 */
int segward_reputation_source_stats(const struct segward_reputation *rep,
				    u8 source,
				    struct segward_reputation_source_stats *stats);

/**
 * segward_reputation_memory() - memory that the table takes
 * @rep: the table
 *
 * Everything included, counted in the units in which the kernel's allocator
 * gives it: powers of two up to 4 MB, pages above.
 *
 * Context: writer.
 * Return: bytes.
 */
size_t segward_reputation_memory(const struct segward_reputation *rep);

#endif /* SEGWARD_ENGINE_REPUTATION_H */
