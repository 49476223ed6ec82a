// SPDX-License-Identifier: GPL-2.0
/*
 * Looking for bytes in a payload.
 *
 * The multi-pattern scan goes in three steps over each piece of the payload: a
 * loop with as little in it as can be collects the places where the filter or
 * the bitmap of pairs says that an anchor may begin; the bucket of each such
 * place gives the patterns that have that very anchor; these are compared,
 * four more bytes first, then in full. Patterns have an anchor at an even and
 * one at an odd offset, so wherever a pattern lies, one of its anchors begins
 * at an even place of the payload, and only those are looked at. (Patterns of
 * two bytes have no second anchor: if there are any, odd places are looked at
 * as well, for these alone.)
 *
 * Which anchors are chosen decides how often the second step is reached: that
 * is the builder's art (userspace/rulec/mpm.c), not needed for correctness.
 */
#include <linux/segward.h>

#include "image.h"
#include "match.h"

#define ONES		0x0101010101010101ULL

/* Bytes of payload whose places scratch->place can hold. */
#define PIECE		SEGWARD_SCRATCH_PLACES

/**
 * struct bitmaps - at which places may anchors begin?
 * @filter: bitmap of grams by hash
 * @filter_bits: binary logarithm of its bits
 * @nr_pairs: bitmaps in @pairs
 * @pairs: bitmaps of pairs
 */
struct bitmaps {
	const u32 *filter;
	u32 filter_bits;
	u32 nr_pairs;
	const u32 *pairs;
};

/**
 * struct buckets - one of a matcher's two bucket tables
 * @first: slot number of each, and one more
 * @bits: binary logarithm of their number
 */
struct buckets {
	const u32 *first;
	u32 bits;
};

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
 * @bitmaps: where anchors may begin
 * @longs: buckets of long patterns
 * @shorts: buckets of short patterns
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
	struct bitmaps bitmaps;
	struct buckets longs;
	struct buckets shorts;
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

bool segward_match_candidates(struct segward_scratch *scratch, const u32 *rule,
			      u32 nr, u32 *budget)
{
	u32 word, i;

	if (!segward_match_spend(budget, nr / SEGWARD_MATCH_LINKS))
		return false;
	for (i = 0; i < nr; i++) {
		word = rule[i] / 64;
		scratch->candidate[word] |= 1ULL << rule[i] % 64;
		scratch->candidate_words[word / 64] |= 1ULL << word % 64;
	}
	return true;
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
	segward_match_candidates(scan->scratch,
				 scan->link + pattern->first_link,
				 pattern->nr_links, scan->budget);
}

static u32 gram_at(const u8 *p)
{
	return get_unaligned_le32(p) | SEGWARD_IMAGE_FOLD;
}

static u32 pair_at(const u8 *p)
{
	return get_unaligned_le16(p) | (SEGWARD_IMAGE_FOLD & 0xffff);
}

/* Could the pattern be here, by four bytes more? */
static bool check_holds(const struct scan *scan,
			const struct segward_image_slot *slot, u32 place)
{
	u32 near = place + (u32)(s32)slot->near;

	/* a place before the payload wraps around and is too large as well */
	return near <= scan->len - 4 &&
	       gram_at(scan->payload + near) == slot->check;
}

/* The same for short patterns, whose bytes are all in the check. */
static bool short_holds(const struct scan *scan,
			const struct segward_image_slot *slot, u32 place)
{
	u32 mask = (slot->check & SEGWARD_IMAGE_FOLD) / 0x20 * 0xff;
	u32 start = place + (u32)(s32)slot->near;

	/* near the end check_pattern() looks byte by byte */
	return start > scan->len - 4 || scan->len < 4 ||
	       ((gram_at(scan->payload + start) & mask) == slot->check);
}

static bool open_bucket(const struct scan *scan, const struct buckets *buckets,
			u32 anchor, u32 *first, u32 *end)
{
	u32 bucket = segward_image_hash(anchor, buckets->bits);

	*first = buckets->first[bucket];
	*end = buckets->first[bucket + 1];
	return segward_match_spend(scan->budget, 1 + *end - *first);
}

static void check_long(struct scan *scan, u32 place)
{
	u32 gram = gram_at(scan->payload + place);
	u32 i, end;

	if (!open_bucket(scan, &scan->longs, gram, &i, &end))
		return;
	for (; i < end; i++)
		if (scan->slot[i].gram == gram &&
		    check_holds(scan, &scan->slot[i], place))
			check_pattern(scan, &scan->slot[i], place);
}

static void check_short(struct scan *scan, u32 place)
{
	u32 pair = pair_at(scan->payload + place);
	u32 i, end;

	if (!open_bucket(scan, &scan->shorts, pair, &i, &end))
		return;
	for (; i < end; i++)
		if (scan->slot[i].gram == pair &&
		    short_holds(scan, &scan->slot[i], place))
			check_pattern(scan, &scan->slot[i], place);
}

/*
 * The loop over the places decides how fast everything is: the functions up to
 * collect() must become one, with the members of struct bitmaps in registers.
 */

/* The bit at @bit of a bitmap; the bits above it are anybody's. */
static __always_inline u32 bit_of(const u32 *bitmap, size_t bit)
{
	return bitmap[bit / 32] >> bit % 32;
}

static __always_inline u32 gram_bit(const struct bitmaps *maps, const u8 *p)
{
	return bit_of(maps->filter,
		      segward_image_hash(gram_at(p), maps->filter_bits));
}

static __always_inline u32 pair_bit(const struct bitmaps *maps, const u8 *p)
{
	return bit_of(maps->pairs, get_unaligned_le16(p));
}

static __always_inline u32 odd_bit(const struct bitmaps *maps, const u8 *p)
{
	return bit_of(maps->pairs + SEGWARD_IMAGE_PAIR_WORDS,
		      get_unaligned_le16(p));
}

/* May an anchor begin at @p, or a pattern of two bytes behind it? */
static __always_inline u32 place_bit(const struct bitmaps *maps, const u8 *p)
{
	u32 bit = gram_bit(maps, p);

	if (maps->nr_pairs > 0)
		bit |= pair_bit(maps, p);
	if (maps->nr_pairs > 1)
		bit |= odd_bit(maps, p + 1);
	return bit & 1;
}

/*
 * Even places from @i up to, not including, @to, at which four bytes can be
 * read. Four of them at a time: mostly there is none, and one branch says so.
 */
static __always_inline u32 collect(const struct bitmaps maps, const u8 *p,
				   u32 i, u32 to, u16 *place)
{
	u32 a, b, c, d;
	u32 nr = 0;

	for (; i + 6 < to; i += 8) {
		a = place_bit(&maps, p + i);
		b = place_bit(&maps, p + i + 2);
		c = place_bit(&maps, p + i + 4);
		d = place_bit(&maps, p + i + 6);
		if (likely(!(a | b | c | d)))
			continue;
		place[nr] = (u16)i;
		nr += a;
		place[nr] = (u16)(i + 2);
		nr += b;
		place[nr] = (u16)(i + 4);
		nr += c;
		place[nr] = (u16)(i + 6);
		nr += d;
	}
	for (; i < to; i += 2) {
		place[nr] = (u16)i;
		nr += place_bit(&maps, p + i);
	}
	return nr;
}

/* A loop of its own for each number of bitmaps. */
static u32 collect_places(const struct scan *scan, u32 from, u32 to)
{
	u16 *place = scan->scratch->place;
	struct bitmaps maps = scan->bitmaps;

	switch (maps.nr_pairs) {
	case 0:
		maps.nr_pairs = 0;
		return collect(maps, scan->payload, from, to, place);
	case 1:
		maps.nr_pairs = 1;
		return collect(maps, scan->payload, from, to, place);
	default:
		maps.nr_pairs = 2;
		return collect(maps, scan->payload, from, to, place);
	}
}

static void check_pairs(struct scan *scan, u32 place)
{
	const struct bitmaps *maps = &scan->bitmaps;
	const u8 *p = scan->payload + place;

	if (!maps->nr_pairs)
		return;
	if (pair_bit(maps, p) & 1)
		check_short(scan, place);
	if (maps->nr_pairs > 1 && place + 3 <= scan->len &&
	    odd_bit(maps, p + 1) & 1)
		check_short(scan, place + 1);
}

static void check_place(struct scan *scan, u32 place)
{
	if (gram_bit(&scan->bitmaps, scan->payload + place) & 1)
		check_long(scan, place);
	check_pairs(scan, place);
}

static bool scan_payload(struct scan *scan)
{
	u32 from, to, nr, i;

	for (from = 0; from + 4 <= scan->len; from += PIECE) {
		to = min_t(u32, from + PIECE, scan->len - 3);
		nr = collect_places(scan, from, to);
		for (i = 0; i < nr; i++)
			check_place(scan, scan->scratch->place[i]);
		if (!*scan->budget)
			return false;
	}
	/* the last even place may have but two or three bytes behind it */
	from = (scan->len - 2) & ~1u;
	if (scan->len >= 2 && from + 4 > scan->len)
		check_pairs(scan, from);
	return *scan->budget;
}

static void set_up(struct scan *scan, const void *image,
		   const struct segward_image_mpm *mpm)
{
	const u32 *words = segward_image_section(image, SEGWARD_IMAGE_WORDS);
	struct segward_image_tables tables;

	scan->pattern = segward_image_section(image, SEGWARD_IMAGE_PATTERNS);
	scan->pattern += mpm->first_pattern;
	scan->slot = segward_image_section(image, SEGWARD_IMAGE_SLOTS);
	scan->slot += mpm->first_slot;
	scan->bytes = segward_image_section(image, SEGWARD_IMAGE_BYTES);
	scan->link = segward_image_section(image, SEGWARD_IMAGE_LINKS);
	segward_image_tables(mpm, &tables);
	scan->bitmaps.filter = words + tables.filter;
	scan->bitmaps.filter_bits = mpm->filter_bits;
	scan->bitmaps.nr_pairs = mpm->nr_pairs;
	scan->bitmaps.pairs = words + tables.pairs;
	scan->longs.first = words + tables.longs;
	scan->longs.bits = mpm->long_bits;
	scan->shorts.first = words + tables.shorts;
	scan->shorts.bits = mpm->short_bits;
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
	set_up(&scan, image, mpms);
	good = scan_payload(&scan);
	if (scan.found)
		memset(scratch->seen, 0, (mpms->nr_patterns + 63) / 64 * 8);
	return good;
}

/**
 * struct needle - a content to find
 * @bytes: its bytes, lower-case if @nocase
 * @len: how many
 * @nocase: letters match in any case
 * @second: offset of a byte other than the first, 0 if there is no other
 * @fold: eight times 0x20 if @nocase: makes letters lower-case, coarsely
 * @head: eight times the first byte
 * @tail: eight times the byte at @second
 */
struct needle {
	const u8 *bytes;
	u32 len;
	bool nocase;
	u32 second;
	u64 fold;
	u64 head;
	u64 tail;
};

static void make_needle(struct needle *needle, const u8 *bytes, u32 len,
			bool nocase)
{
	needle->bytes = bytes;
	needle->len = len;
	needle->nocase = nocase;
	needle->second = min_t(u32, len - 1, 3);
	needle->fold = nocase ? 0x20 * ONES : 0;
	needle->head = bytes[0] * ONES | needle->fold;
	needle->tail = bytes[needle->second] * ONES | needle->fold;
}

static bool is_here(const struct needle *needle, const u8 *p)
{
	if (needle->nocase)
		return same_folded(p, needle->bytes, needle->len);
	return !memcmp(p, needle->bytes, needle->len);
}

/*
 * Skip places, eight at a time, where the first byte or the second one chosen
 * is another. Return: the first of eight places of which one may be good, or
 * the first one behind which there are too few bytes to look at eight.
 */
static u32 skip(const struct needle *needle, const u8 *payload, u32 i, u32 end)
{
	u64 head, tail, other;

	for (; i + needle->second + 8 <= end; i += 8) {
		head = get_unaligned_le64(payload + i);
		tail = get_unaligned_le64(payload + i + needle->second);
		other = ((head | needle->fold) ^ needle->head) |
			((tail | needle->fold) ^ needle->tail);
		/* a byte of zeros borrows */
		if ((other - ONES) & ~other & 0x80 * ONES)
			break;
	}
	return i;
}

/* Try up to eight places; pay for those where the first byte fits. */
static u32 try_places(const struct needle *needle, const u8 *payload, u32 i,
		      u32 to, u32 *budget)
{
	u8 fold = (u8)needle->fold;
	u8 head = (u8)needle->head;

	for (; i < to; i++) {
		if ((payload[i] | fold) != head)
			continue;
		if (!segward_match_spend(budget, work_of(needle->len)) ||
		    is_here(needle, payload + i))
			break;
	}
	return i;
}

u32 segward_match_find(const u8 *payload, u32 from, u32 end, const u8 *bytes,
		       u32 len, bool nocase, u32 *budget)
{
	struct needle needle;
	u32 i = from;
	u32 last, to;

	if (from > end || len > end - from)
		return SEGWARD_MATCH_NONE;
	last = end - len;
	make_needle(&needle, bytes, len, nocase);
	while (i <= last) {
		i = skip(&needle, payload, i, end);
		to = min_t(u32, i + 8, last + 1);
		i = try_places(&needle, payload, i, to, budget);
		if (i < to)
			break;
	}
	if (!segward_match_spend(budget, (i - from) / SEGWARD_MATCH_UNIT))
		return SEGWARD_MATCH_NONE;
	return i <= last ? i : SEGWARD_MATCH_NONE;
}
