// SPDX-License-Identifier: GPL-2.0
/*
 * Builder of the multi-pattern matchers.
 *
 * The art is in the choice of anchors. Each place of a payload whose bytes are
 * somebody's anchor costs a look into a bucket, and each pattern in it a
 * comparison. So an anchor is to be rare in traffic (mpm_model.c), rare among
 * the patterns (what many rules look for is frequent in what they look at),
 * and its bucket short. Patterns with the least choice, the short ones, choose
 * first.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mpm.h"
#include "mpm_model.h"

#define PAIR_WORDS	(65536 / 32)

/*
 * The filter has 64 to 128 bits for each anchor: about one of a hundred random
 * places passes. Larger ones leave the caches, smaller ones let more pass.
 */
#define FILTER_EXTRA	6
#define FILTER_BITS_MIN	13	/* 1 KiB is nothing, even for a few patterns */
#define FILTER_BITS_MAX	22	/* 512 KiB: as much as a core's L2 cache */
#define SHORT_BITS_MAX	12	/* there are only so many pairs */

/* What one pattern more in the same bucket costs, in the model's units. */
#define CROWD		(4 * MPM_MODEL_BIT)

/* A distinct string, its wishes sorted[first] up to sorted[first + nr]. */
struct pattern {
	const __u8 *bytes;
	__u32 len;
	__u32 first;
	__u32 nr;
};

/* Slots before they are sorted by bucket. */
struct draft {
	__u32 bucket;
	struct segward_image_slot slot;
};

/* How many patterns have a gram: open addressing, 0 is never a gram. */
struct census {
	__u32 *gram;
	__u32 *count;
	__u32 mask;
};

struct build {
	struct mpm_sections *out;
	const struct mpm_wish *wish;
	const struct mpm_wish **sorted;
	__u32 nr_wishes;
	struct pattern *pattern;
	__u32 nr_patterns;
	__u32 nr_short;		/* these come first: sorted by length */
	struct draft *draft;
	__u32 nr_drafts;
	struct census census;
	__u32 *crowd;		/* patterns by bucket */
	struct segward_image_mpm mpm;
	__u32 *bad;
};

/* --- Sections ------------------------------------------------------------- */

static int make_room(void **array, __u32 nr, __u64 more, __u32 *room,
		     size_t size)
{
	__u64 want = nr + more;
	void *bigger;

	if (want * size > SEGWARD_IMAGE_SIZE_MAX)
		return -E2BIG;
	if (want <= *room)
		return 0;
	want += want / 2;
	bigger = realloc(*array, want * size);
	if (!bigger)
		return -ENOMEM;
	*array = bigger;
	*room = (__u32)want;
	return 0;
}

static int room_for_mpm(struct mpm_sections *s)
{
	return make_room((void **)&s->mpms, s->nr_mpms, 1, &s->room[0],
			 sizeof(*s->mpms));
}

static int room_for_patterns(struct mpm_sections *s, __u32 more)
{
	return make_room((void **)&s->patterns, s->nr_patterns, more,
			 &s->room[1], sizeof(*s->patterns));
}

static int room_for_slots(struct mpm_sections *s, __u32 more)
{
	return make_room((void **)&s->slots, s->nr_slots, more, &s->room[2],
			 sizeof(*s->slots));
}

static int room_for_words(struct mpm_sections *s, __u32 more)
{
	return make_room((void **)&s->words, s->nr_words, more, &s->room[3],
			 sizeof(*s->words));
}

static int room_for_links(struct mpm_sections *s, __u32 more)
{
	return make_room((void **)&s->links, s->nr_links, more, &s->room[4],
			 sizeof(*s->links));
}

int mpm_add_links(struct mpm_sections *sections, const __u32 *rule, __u32 nr,
		  __u32 *first_link)
{
	int err = room_for_links(sections, nr);

	if (err)
		return err;
	*first_link = sections->nr_links;
	if (nr)
		memcpy(sections->links + sections->nr_links, rule,
		       nr * sizeof(*rule));
	sections->nr_links += nr;
	return 0;
}

void mpm_free(struct mpm_sections *sections)
{
	free(sections->mpms);
	free(sections->patterns);
	free(sections->slots);
	free(sections->words);
	free(sections->links);
	memset(sections, 0, sizeof(*sections));
}

/* --- Patterns ------------------------------------------------------------- */

static int compare_bytes(const struct mpm_wish *left,
			 const struct mpm_wish *right)
{
	if (left->len != right->len)
		return left->len < right->len ? -1 : 1;
	return memcmp(left->bytes, right->bytes, left->len);
}

static int compare_wishes(const void *a, const void *b)
{
	const struct mpm_wish *left = *(const struct mpm_wish **)a;
	const struct mpm_wish *right = *(const struct mpm_wish **)b;
	int order = compare_bytes(left, right);

	if (order)
		return order;
	return left->rule < right->rule ? -1 : left->rule > right->rule;
}

static bool is_good(const struct mpm_wish *wish)
{
	__u32 i;

	if (wish->len < MPM_PATTERN_MIN ||
	    wish->len > SEGWARD_IMAGE_PATTERN_MAX)
		return false;
	for (i = 0; i < wish->len; i++)
		if (wish->bytes[i] >= 'A' && wish->bytes[i] <= 'Z')
			return false;
	return true;
}

static int check_wishes(struct build *b)
{
	__u32 i;

	*b->bad = b->nr_wishes;
	if (!b->nr_wishes)
		return -EINVAL;
	for (i = 0; i < b->nr_wishes; i++) {
		if (is_good(&b->wish[i]))
			continue;
		*b->bad = i;
		return -EINVAL;
	}
	return 0;
}

static int sort_wishes(struct build *b)
{
	__u32 i;

	b->sorted = calloc(b->nr_wishes, sizeof(*b->sorted));
	b->pattern = calloc(b->nr_wishes, sizeof(*b->pattern));
	if (!b->sorted || !b->pattern)
		return -ENOMEM;
	for (i = 0; i < b->nr_wishes; i++)
		b->sorted[i] = &b->wish[i];
	qsort(b->sorted, b->nr_wishes, sizeof(*b->sorted), compare_wishes);
	return 0;
}

static void find_patterns(struct build *b)
{
	struct pattern *pattern = b->pattern;
	__u32 i;

	for (i = 0; i < b->nr_wishes; i++) {
		if (!i || compare_bytes(b->sorted[i - 1], b->sorted[i])) {
			pattern = &b->pattern[b->nr_patterns++];
			pattern->bytes = b->sorted[i]->bytes;
			pattern->len = b->sorted[i]->len;
			pattern->first = i;
			b->nr_short += pattern->len < SEGWARD_IMAGE_LONG_MIN;
		}
		pattern->nr++;
	}
}

/* --- Grams ---------------------------------------------------------------- */

static __u32 gram_at(const struct pattern *pattern, __u32 i)
{
	const __u8 *p = pattern->bytes + i;

	return (p[0] | p[1] << 8 | p[2] << 16 | (__u32)p[3] << 24) |
	       SEGWARD_IMAGE_FOLD;
}

static __u32 pair_at(const struct pattern *pattern, __u32 i)
{
	const __u8 *p = pattern->bytes + i;

	return (__u32)(p[0] | p[1] << 8) | (SEGWARD_IMAGE_FOLD & 0xffff);
}

static __u32 hash(__u32 gram, __u32 bits)
{
	return (__u32)(gram * SEGWARD_IMAGE_HASH) >> (32 - bits);
}

/* Smallest number of bits that count to @x, within limits. */
static __u32 bits_for(__u32 x, __u32 min, __u32 max)
{
	__u32 bits = min;

	while (bits < max && 1u << bits < x)
		bits++;
	return bits;
}

static __u32 *census_of(struct census *census, __u32 gram)
{
	__u32 i = (gram * SEGWARD_IMAGE_HASH) >> 7 & census->mask;

	while (census->gram[i] && census->gram[i] != gram)
		i = (i + 1) & census->mask;
	census->gram[i] = gram;
	return &census->count[i];
}

static int take_census(struct build *b)
{
	__u32 size = 64, total = 0;
	__u32 i, k;

	for (i = b->nr_short; i < b->nr_patterns; i++)
		total += b->pattern[i].len - 3;
	while (size / 2 < total)
		size *= 2;
	b->census.gram = calloc(size, sizeof(__u32));
	b->census.count = calloc(size, sizeof(__u32));
	b->census.mask = size - 1;
	if (!b->census.gram || !b->census.count)
		return -ENOMEM;
	for (i = b->nr_short; i < b->nr_patterns; i++)
		for (k = 0; k + 4 <= b->pattern[i].len; k++)
			(*census_of(&b->census, gram_at(&b->pattern[i], k)))++;
	return 0;
}

static unsigned int gram_cost(struct build *b, __u32 gram)
{
	return mpm_model_cost(gram, 4) +
	       mpm_model_log2(*census_of(&b->census, gram));
}

/* --- Anchors -------------------------------------------------------------- */

static void add_draft(struct build *b, __u32 bucket, __u32 gram,
		      __u32 pattern, __u32 anchor)
{
	struct draft *draft = &b->draft[b->nr_drafts++];

	b->crowd[bucket]++;
	draft->bucket = bucket;
	draft->slot.gram = gram;
	draft->slot.pattern = pattern;
	draft->slot.anchor = (__u16)anchor;
}

/*
 * Four more bytes to be sure by: behind the anchor or before it, as far from
 * it as needed not to overlap, if the pattern is long enough.
 */
static void add_check(struct build *b, const struct pattern *pattern,
		      __u32 anchor)
{
	struct segward_image_slot *slot = &b->draft[b->nr_drafts - 1].slot;
	__u32 check;

	if (anchor + 8 <= pattern->len)
		check = anchor + 4;
	else if (anchor >= 4)
		check = anchor - 4;
	else
		check = anchor ? 0 : pattern->len - 4;
	slot->check = gram_at(pattern, check);
	slot->near = (__s16)(check - anchor);
}

static int too_crowded(struct build *b, const struct pattern *pattern)
{
	*b->bad = (__u32)(b->sorted[pattern->first] - b->wish);
	return -E2BIG;
}

/* All bytes of a short pattern. */
static void add_short_check(struct build *b, const struct pattern *pattern,
			    __u32 anchor)
{
	struct segward_image_slot *slot = &b->draft[b->nr_drafts - 1].slot;
	__u32 i;

	for (i = 0; i < pattern->len; i++)
		slot->check |= (__u32)(pattern->bytes[i] | 0x20) << 8 * i;
	slot->near = (__s16)-(int)anchor;
}

/* Choose the anchor of one parity. */
static int anchor_long(struct build *b, __u32 i, __u32 parity)
{
	const struct pattern *pattern = &b->pattern[i];
	__u32 best = SEGWARD_IMAGE_PATTERN_MAX;
	unsigned int least = ~0u;
	unsigned int cost;
	__u32 bucket, k;

	for (k = parity; k + 4 <= pattern->len; k += 2) {
		bucket = hash(gram_at(pattern, k), b->mpm.long_bits);
		if (b->crowd[bucket] >= SEGWARD_IMAGE_BUCKET_MAX)
			continue;
		cost = gram_cost(b, gram_at(pattern, k)) +
		       CROWD * b->crowd[bucket];
		if (cost >= least)
			continue;
		least = cost;
		best = k;
	}
	if (best == SEGWARD_IMAGE_PATTERN_MAX)
		return too_crowded(b, pattern);
	add_draft(b, hash(gram_at(pattern, best), b->mpm.long_bits),
		  gram_at(pattern, best), i, best);
	add_check(b, pattern, best);
	return 0;
}

static int anchor_short(struct build *b, __u32 i, __u32 parity)
{
	const struct pattern *pattern = &b->pattern[i];
	__u32 best = SEGWARD_IMAGE_PATTERN_MAX;
	unsigned int least = ~0u;
	unsigned int cost;
	__u32 bucket, k;

	for (k = parity; k + 2 <= pattern->len; k += 2) {
		bucket = hash(pair_at(pattern, k), b->mpm.short_bits);
		if (b->crowd[bucket] >= SEGWARD_IMAGE_BUCKET_MAX)
			continue;
		cost = mpm_model_cost(pair_at(pattern, k), 2) +
		       CROWD * b->crowd[bucket];
		if (cost >= least)
			continue;
		least = cost;
		best = k;
	}
	if (best == SEGWARD_IMAGE_PATTERN_MAX)
		return too_crowded(b, pattern);
	add_draft(b, hash(pair_at(pattern, best), b->mpm.short_bits),
		  pair_at(pattern, best), i, best);
	add_short_check(b, pattern, best);
	return 0;
}

static void choose_bits(struct build *b)
{
	__u32 nr_long = 2 * (b->nr_patterns - b->nr_short);

	b->mpm.long_bits = bits_for(nr_long, SEGWARD_IMAGE_BUCKET_BITS_MIN,
				    SEGWARD_IMAGE_BUCKET_BITS_MAX);
	b->mpm.filter_bits = bits_for(nr_long << FILTER_EXTRA, FILTER_BITS_MIN,
				      FILTER_BITS_MAX);
	if (!b->nr_short)
		return;
	b->mpm.short_bits = bits_for(2 * b->nr_short,
				     SEGWARD_IMAGE_BUCKET_BITS_MIN,
				     SHORT_BITS_MAX);
	/* sorted by length: the first one is a shortest */
	b->mpm.nr_pairs = b->pattern[0].len == 2 ? 2 : 1;
}

static int choose_longs(struct build *b)
{
	__u32 i;
	int err;

	b->crowd = calloc(1u << b->mpm.long_bits, sizeof(*b->crowd));
	if (!b->crowd)
		return -ENOMEM;
	for (i = b->nr_short; i < b->nr_patterns; i++) {
		err = anchor_long(b, i, 0);
		if (!err)
			err = anchor_long(b, i, 1);
		if (err)
			return err;
	}
	return 0;
}

static int choose_shorts(struct build *b)
{
	__u32 i;
	int err;

	free(b->crowd);
	b->crowd = calloc(1u << b->mpm.short_bits, sizeof(*b->crowd));
	if (!b->crowd)
		return -ENOMEM;
	for (i = 0; i < b->nr_short; i++) {
		err = anchor_short(b, i, 0);
		if (!err && b->pattern[i].len > 2)
			err = anchor_short(b, i, 1);
		if (err)
			return err;
	}
	return 0;
}

static int choose_anchors(struct build *b)
{
	int err;

	choose_bits(b);
	b->draft = calloc(2 * b->nr_patterns, sizeof(*b->draft));
	if (!b->draft)
		return -ENOMEM;
	err = take_census(b);
	if (!err)
		err = choose_longs(b);
	if (!err && b->nr_short)
		err = choose_shorts(b);
	return err;
}

/* --- Tables --------------------------------------------------------------- */

static void set_bit(__u32 *bitmap, __u32 bit)
{
	bitmap[bit / 32] |= 1u << bit % 32;
}

/* The pair in any case of its letters. */
static void set_pair(__u32 *pairs, const __u8 *p)
{
	__u32 low[2] = { p[0], p[0] };
	__u32 high[2] = { p[1], p[1] };
	unsigned int i;

	if (p[0] >= 'a' && p[0] <= 'z')
		low[1] -= 0x20;
	if (p[1] >= 'a' && p[1] <= 'z')
		high[1] -= 0x20;
	for (i = 0; i < 4; i++)
		set_bit(pairs, low[i & 1] | high[i >> 1] << 8);
}

static void fill_filter(const struct build *b, __u32 *filter)
{
	__u32 i;

	for (i = 0; i < b->nr_drafts; i++)
		if (b->draft[i].slot.pattern >= b->nr_short)
			set_bit(filter, hash(b->draft[i].slot.gram,
					     b->mpm.filter_bits));
}

static void fill_pairs(const struct build *b, __u32 *pairs)
{
	const struct segward_image_slot *slot;
	const struct pattern *pattern;
	__u32 i;

	for (i = 0; i < b->nr_drafts; i++) {
		slot = &b->draft[i].slot;
		if (slot->pattern >= b->nr_short)
			continue;
		pattern = &b->pattern[slot->pattern];
		set_pair(pairs, pattern->bytes + slot->anchor);
		if (pattern->len == 2)
			set_pair(pairs + PAIR_WORDS, pattern->bytes);
	}
}

/* Sort drafts [first, end) into slots from number @first on, by bucket. */
static void fill_buckets(const struct build *b, __u32 first, __u32 end,
			 __u32 *bucket, __u32 nr,
			 struct segward_image_slot *slot)
{
	__u32 i, place;

	bucket[0] = first;
	for (i = first; i < end; i++)
		bucket[b->draft[i].bucket + 1]++;
	for (i = 0; i < nr; i++)
		bucket[i + 1] += bucket[i];
	for (i = end; i-- > first;) {
		place = --bucket[b->draft[i].bucket + 1];
		slot[place] = b->draft[i].slot;
	}
	/* each entry now is its own bucket's first: move back by one */
	for (i = 0; i < nr; i++)
		bucket[i] = bucket[i + 1];
	bucket[nr] = end;
}

static __u32 words_of(const struct build *b)
{
	__u32 words = (1u << b->mpm.filter_bits) / 32 +
		      (1u << b->mpm.long_bits) + 1;

	if (b->nr_short)
		words += b->mpm.nr_pairs * PAIR_WORDS +
			 (1u << b->mpm.short_bits) + 1;
	return words;
}

static void write_words(struct build *b)
{
	__u32 *words = b->out->words + b->out->nr_words;
	struct segward_image_slot *slot = b->out->slots + b->out->nr_slots;
	__u32 nr_long = 2 * (b->nr_patterns - b->nr_short);

	memset(words, 0, words_of(b) * sizeof(*words));
	fill_filter(b, words);
	words += (1u << b->mpm.filter_bits) / 32;
	fill_buckets(b, 0, nr_long, words, 1u << b->mpm.long_bits, slot);
	if (!b->nr_short)
		return;
	words += (1u << b->mpm.long_bits) + 1;
	fill_pairs(b, words);
	words += b->mpm.nr_pairs * PAIR_WORDS;
	fill_buckets(b, nr_long, b->nr_drafts, words, 1u << b->mpm.short_bits,
		     slot);
}

/* A rule that wishes for the same bytes twice is linked once. */
static void write_pattern(struct build *b, const struct pattern *pattern,
			  struct segward_image_pattern *out)
{
	const struct mpm_wish **wish = b->sorted + pattern->first;
	__u32 i;

	out->bytes = wish[0]->offset;
	out->len = pattern->len;
	out->first_link = b->out->nr_links;
	for (i = 0; i < pattern->nr; i++)
		if (!i || wish[i]->rule != wish[i - 1]->rule)
			b->out->links[b->out->nr_links++] = wish[i]->rule;
	out->nr_links = b->out->nr_links - out->first_link;
}

static int reserve(struct build *b)
{
	struct mpm_sections *out = b->out;
	int err = room_for_mpm(out);

	if (!err)
		err = room_for_patterns(out, b->nr_patterns);
	if (!err)
		err = room_for_slots(out, b->nr_drafts);
	if (!err)
		err = room_for_words(out, words_of(b));
	if (!err)
		err = room_for_links(out, b->nr_wishes);
	return err;
}

static void write_mpm(struct build *b, __u32 *mpm)
{
	struct mpm_sections *out = b->out;
	__u32 i;

	b->mpm.first_word = out->nr_words;
	b->mpm.first_slot = out->nr_slots;
	b->mpm.nr_slots = b->nr_drafts;
	b->mpm.first_pattern = out->nr_patterns;
	b->mpm.nr_patterns = b->nr_patterns;
	write_words(b);
	for (i = 0; i < b->nr_patterns; i++)
		write_pattern(b, &b->pattern[i],
			      &out->patterns[out->nr_patterns + i]);
	out->nr_words += words_of(b);
	out->nr_slots += b->nr_drafts;
	out->nr_patterns += b->nr_patterns;
	*mpm = out->nr_mpms;
	out->mpms[out->nr_mpms++] = b->mpm;
}

static int build(struct build *b)
{
	int err = check_wishes(b);

	if (!err)
		err = sort_wishes(b);
	if (err)
		return err;
	find_patterns(b);
	if (b->nr_patterns > SEGWARD_IMAGE_RULES_MAX)
		return -E2BIG;
	err = choose_anchors(b);
	if (err)
		return err;
	return reserve(b);
}

int mpm_add(struct mpm_sections *sections, const struct mpm_wish *wish,
	    __u32 nr, __u32 *mpm, __u32 *bad)
{
	struct build b = {
		.out = sections,
		.wish = wish,
		.nr_wishes = nr,
		.bad = bad,
	};
	int err = build(&b);

	if (!err)
		write_mpm(&b, mpm);
	free(b.sorted);
	free(b.pattern);
	free(b.draft);
	free(b.census.gram);
	free(b.census.count);
	free(b.crowd);
	return err;
}

/* --- Choosing a content --------------------------------------------------- */

static unsigned int cheapest(const struct pattern *pattern, __u32 first,
			     __u32 step, unsigned int width)
{
	unsigned int least = ~0u;
	unsigned int cost;
	__u32 i;

	for (i = first; i + width <= pattern->len; i += step) {
		cost = mpm_model_cost(width == 4 ? gram_at(pattern, i) :
						   pair_at(pattern, i), width);
		if (cost < least)
			least = cost;
	}
	return least;
}

unsigned int mpm_cost(const __u8 *bytes, __u32 len)
{
	struct pattern pattern = { .bytes = bytes, .len = len };
	__u32 width = len < SEGWARD_IMAGE_LONG_MIN ? 2 : 4;
	unsigned int even, odd;

	if (len < MPM_PATTERN_MIN)
		return 1000;
	if (len == MPM_PATTERN_MIN)
		return cheapest(&pattern, 0, 1, 2) + MPM_MODEL_BIT;
	even = cheapest(&pattern, 0, 2, width);
	odd = cheapest(&pattern, 1, 2, width);
	return even > odd ? even : odd;
}
