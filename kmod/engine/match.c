// SPDX-License-Identifier: GPL-2.0
/*
 * Looking for bytes in a payload.
 *
 * The multi-pattern scan goes in three steps over each piece of the payload:
 * a loop without branches collects the places where the filter says that an
 * anchor may begin; the bucket of each such place gives the patterns that have
 * that very anchor; these are compared in full. Patterns of five bytes or more
 * have an anchor at an even and one at an odd offset, so wherever the pattern
 * lies, one of its anchors begins at an even place of the payload, and only
 * those are looked at.
 *
 * Which anchors are chosen decides how often the second step is reached: that
 * is the builder's art (userspace/rulec/mpm.c), not needed for correctness.
 */
#include <linux/segward.h>

#include "image.h"
#include "match.h"

#define ONES		0x0101010101010101ULL

/* Bytes that one filling of scratch->place covers. */
#define PIECE_LONG	(2 * SEGWARD_SCRATCH_PLACES)
#define PIECE_SHORT	SEGWARD_SCRATCH_PLACES

/**
 * struct scan - a matcher at work
 * @payload: where to look
 * @len: its bytes
 * @scratch: of this processor
 * @budget: work units left
 * @pattern: the matcher's patterns
 * @slot: its slots
 * @bytes: section BYTES
 * @link: section LINKS
 * @bucket: slot numbers of the buckets looked into
 * @bits: binary logarithm of their number
 * @found: a pattern occurred
 */
struct scan {
	const u8 *payload;
	u32 len;
	struct segward_scratch *scratch;
	u32 *budget;
	const struct segward_image_pattern *pattern;
	const struct segward_image_slot *slot;
	const u8 *bytes;
	const u32 *link;
	const u32 *bucket;
	u32 bits;
	bool found;
};

/* Eight bytes with their ASCII letters in lower case. */
static u64 fold64(u64 x)
{
	u64 low = x & 0x7f * ONES;
	u64 upper = (low + (0x80 - 'A') * ONES) & ~(low + (0x7f - 'Z') * ONES);

	return x | (upper & ~x & 0x80 * ONES) >> 2;
}

/* Up to eight bytes; reads no others. */
static u64 load_some(const u8 *p, u32 len)
{
	u64 x = 0;

	while (len--)
		x = x << 8 | p[len];
	return x;
}

static bool same_folded(const u8 *p, const u8 *bytes, u32 len)
{
	u32 i;

	if (len < 8)
		return fold64(load_some(p, len)) == load_some(bytes, len);
	for (i = 0; i + 8 < len; i += 8)
		if (fold64(get_unaligned_le64(p + i)) !=
		    get_unaligned_le64(bytes + i))
			return false;
	i = len - 8;
	return fold64(get_unaligned_le64(p + i)) ==
	       get_unaligned_le64(bytes + i);
}

static u32 work_of(u32 bytes)
{
	return 1 + bytes / SEGWARD_MATCH_UNIT;
}

static void add_links(const struct scan *scan,
		      const struct segward_image_pattern *pattern)
{
	u32 i;

	for (i = 0; i < pattern->nr_links; i++)
		segward_match_candidate(scan->scratch,
					scan->link[pattern->first_link + i]);
}

/* An anchor is at @place: is the pattern around it? */
static void check_pattern(struct scan *scan,
			  const struct segward_image_slot *slot, u32 place)
{
	const struct segward_image_pattern *pattern;
	u64 *seen = &scan->scratch->seen[slot->pattern / 64];
	u64 bit = 1ULL << slot->pattern % 64;
	u32 start = place - slot->anchor;

	pattern = &scan->pattern[slot->pattern];
	if (place < slot->anchor || pattern->len > scan->len - start ||
	    *seen & bit)
		return;
	if (!segward_match_spend(scan->budget, work_of(pattern->len)))
		return;
	if (!same_folded(scan->payload + start, scan->bytes + pattern->bytes,
			 pattern->len))
		return;
	*seen |= bit;
	scan->found = true;
	if (segward_match_spend(scan->budget, work_of(pattern->nr_links)))
		add_links(scan, pattern);
}

static void check_bucket(struct scan *scan, u32 gram, u32 place)
{
	u32 bucket = segward_image_hash(gram, scan->bits);
	u32 end = scan->bucket[bucket + 1];
	u32 i = scan->bucket[bucket];

	if (!segward_match_spend(scan->budget, 1 + end - i))
		return;
	for (; i < end; i++)
		if (scan->slot[i].gram == gram)
			check_pattern(scan, &scan->slot[i], place);
}

static u32 gram_at(const u8 *p)
{
	return get_unaligned_le32(p) | SEGWARD_IMAGE_FOLD;
}

static u32 pair_at(const u8 *p)
{
	return get_unaligned_le16(p) | (SEGWARD_IMAGE_FOLD & 0xffff);
}

static u32 has_bit(const u32 *bitmap, u32 bit)
{
	return bitmap[bit / 32] >> bit % 32 & 1;
}

/* Even places from @from up to, not including, @to where an anchor may be. */
static u32 collect_grams(const u8 *payload, u32 from, u32 to,
			 const u32 *filter, u32 bits, u16 *place)
{
	u32 nr = 0;
	u32 i;

	for (i = from; i < to; i += 2) {
		place[nr] = (u16)i;
		nr += has_bit(filter,
			      segward_image_hash(gram_at(payload + i), bits));
	}
	return nr;
}

static u32 collect_pairs(const u8 *payload, u32 from, u32 to,
			 const u32 *pairs, u16 *place)
{
	u32 nr = 0;
	u32 i;

	for (i = from; i < to; i++) {
		place[nr] = (u16)i;
		nr += has_bit(pairs, get_unaligned_le16(payload + i));
	}
	return nr;
}

static bool scan_longs(struct scan *scan, const u32 *filter, u32 bits)
{
	u16 *place = scan->scratch->place;
	u32 from, nr, i;
	u32 to;

	for (from = 0; from + 4 <= scan->len; from += PIECE_LONG) {
		to = min_t(u32, from + PIECE_LONG, scan->len - 3);
		nr = collect_grams(scan->payload, from, to, filter, bits,
				   place);
		for (i = 0; i < nr; i++)
			check_bucket(scan, gram_at(scan->payload + place[i]),
				     place[i]);
		if (!*scan->budget)
			return false;
	}
	return true;
}

static bool scan_shorts(struct scan *scan, const u32 *pairs)
{
	u16 *place = scan->scratch->place;
	u32 from, nr, i;
	u32 to;

	for (from = 0; from + 2 <= scan->len; from += PIECE_SHORT) {
		to = min_t(u32, from + PIECE_SHORT, scan->len - 1);
		nr = collect_pairs(scan->payload, from, to, pairs, place);
		for (i = 0; i < nr; i++)
			check_bucket(scan, pair_at(scan->payload + place[i]),
				     place[i]);
		if (!*scan->budget)
			return false;
	}
	return true;
}

static bool scan_tables(struct scan *scan, const void *image,
			const struct segward_image_mpm *mpm)
{
	const u32 *words = segward_image_section(image, SEGWARD_IMAGE_WORDS);
	struct segward_image_tables tables;
	bool good = true;

	segward_image_tables(mpm, &tables);
	scan->bucket = words + tables.longs;
	scan->bits = mpm->long_bits;
	if (scan->bucket[1u << scan->bits])
		good = scan_longs(scan, words + tables.filter,
				  mpm->filter_bits);
	if (!good || !mpm->short_bits)
		return good;
	scan->bucket = words + tables.shorts;
	scan->bits = mpm->short_bits;
	return scan_shorts(scan, words + tables.pairs);
}

bool segward_match_scan(const void *image, u32 mpm, const u8 *payload, u32 len,
			struct segward_scratch *scratch, u32 *budget)
{
	const struct segward_image_mpm *mpms;
	struct scan scan = {
		.payload = payload,
		.len = len,
		.scratch = scratch,
		.budget = budget,
	};
	bool good;

	mpms = segward_image_section(image, SEGWARD_IMAGE_MPMS);
	mpms += mpm;
	scan.pattern = segward_image_section(image, SEGWARD_IMAGE_PATTERNS);
	scan.pattern += mpms->first_pattern;
	scan.slot = segward_image_section(image, SEGWARD_IMAGE_SLOTS);
	scan.slot += mpms->first_slot;
	scan.bytes = segward_image_section(image, SEGWARD_IMAGE_BYTES);
	scan.link = segward_image_section(image, SEGWARD_IMAGE_LINKS);
	good = scan_tables(&scan, image, mpms);
	if (scan.found)
		memset(scratch->seen, 0, (mpms->nr_patterns + 63) / 64 * 8);
	return good;
}

static bool same(const u8 *p, const u8 *bytes, u32 len, bool nocase)
{
	return nocase ? same_folded(p, bytes, len) : !memcmp(p, bytes, len);
}

/* The first bytes of a content, up to four, as they are compared at once. */
struct head {
	u32 value;
	u32 mask;
	u32 fold;
};

static void make_head(struct head *head, const u8 *bytes, u32 len, bool nocase)
{
	u32 nr = min_t(u32, len, 4);

	head->mask = ~0u >> (32 - 8 * nr);
	head->fold = nocase ? SEGWARD_IMAGE_FOLD : 0;
	head->value = ((u32)load_some(bytes, nr) | head->fold) & head->mask;
}

/* First place from @i up to, not including, @to where four bytes can be read
 * and begin like the content; @to if there is none.
 */
static u32 find_head(const u8 *payload, u32 i, u32 to, const struct head *head)
{
	for (; i < to; i++)
		if (((get_unaligned_le32(payload + i) | head->fold) &
		     head->mask) == head->value)
			break;
	return i;
}

u32 segward_match_find(const u8 *payload, u32 from, u32 end, const u8 *bytes,
		       u32 len, bool nocase, u32 *budget)
{
	u32 start = from;
	struct head head;
	u32 last, to;

	if (from > end || len > end - from)
		return SEGWARD_MATCH_NONE;
	last = end - len;
	to = min_t(u32, last + 1, end < 4 ? 0 : end - 3);
	make_head(&head, bytes, len, nocase);
	for (; from <= last; from++) {
		/* a content of fewer bytes may be too near to the end */
		if (from < to)
			from = find_head(payload, from, to, &head);
		if (from > last)
			break;
		if (!segward_match_spend(budget, work_of(len)))
			return SEGWARD_MATCH_NONE;
		if (same(payload + from, bytes, len, nocase))
			break;
	}
	if (!segward_match_spend(budget, (from - start) / SEGWARD_MATCH_UNIT))
		return SEGWARD_MATCH_NONE;
	return from <= last ? from : SEGWARD_MATCH_NONE;
}
