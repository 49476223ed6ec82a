// SPDX-License-Identifier: GPL-2.0
/*
 * Searching: the matcher and its builder against a naive search.
 */
#include "image_builder.h"
#include "inspect.h"
#include "match.h"
#include "rule.h"
#include "tap.h"

#define PAYLOAD_MAX	65535

static struct segward_scratch scratch;
static u64 state = 0x5eed;

static u32 rnd(u32 limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)((state >> 11) % limit);
}

static bool same_nocase(const u8 *a, const u8 *b, u32 len)
{
	while (len--)
		if (segward_image_fold(a[len]) != segward_image_fold(b[len]))
			return false;
	return true;
}

static bool occurs(const u8 *payload, u32 len, const u8 *bytes, u32 nr)
{
	u32 i;

	for (i = 0; i + nr <= len; i++)
		if (same_nocase(payload + i, bytes, nr))
			return true;
	return false;
}

struct strings {
	u8 (*bytes)[64];
	u32 *len;
	u32 nr;
};

/* An image whose rule i has the content i alone. */
static void *make_image(const struct strings *s, u32 *size)
{
	struct segward_image_error error;
	struct image_builder b;
	void *image;
	u32 i;

	image_start(&b);
	for (i = 0; i < s->nr; i++) {
		image_rule(&b);
		image_content(&b, s->bytes[i], s->len[i], 0, 0, 0);
	}
	image_group(&b, SEGWARD_IMAGE_PROTO_IP);
	image = image_finish(&b, size);
	if (segward_image_verify(image, *size, &error)) {
		printf("# verify: %s (%u)\n", error.what, error.index);
		CHECK(!"verified");
	}
	return image;
}

static bool take_candidate(u32 rule)
{
	bool is = scratch.candidate[rule / 64] >> rule % 64 & 1;

	scratch.candidate[rule / 64] &= ~(1ULL << rule % 64);
	return is;
}

static bool scratch_is_clean(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(scratch.candidate); i++)
		if (scratch.candidate[i] || scratch.seen[i])
			return false;
	return true;
}

/* Scan one payload and compare each string's fate with the naive search's. */
static u32 compare(const void *image, const struct strings *s,
		   const u8 *payload, u32 len)
{
	u32 budget = 100000000;
	u32 wrong = 0;
	u32 i;

	CHECK(segward_match_scan(image, 0, payload, len, &scratch, &budget));
	for (i = 0; i < s->nr; i++)
		wrong += take_candidate(i) !=
			 occurs(payload, len, s->bytes[i], s->len[i]);
	memset(scratch.candidate_words, 0, sizeof(scratch.candidate_words));
	return wrong;
}

static void random_strings(struct strings *s, u32 nr, u32 max, u32 alphabet,
			   u8 first)
{
	u32 i, k;

	s->nr = nr;
	s->bytes = calloc(nr, sizeof(*s->bytes));
	s->len = calloc(nr, sizeof(*s->len));
	for (i = 0; i < nr; i++) {
		s->len[i] = 2 + rnd(max - 1);
		for (k = 0; k < s->len[i]; k++)
			s->bytes[i][k] = (u8)(first + rnd(alphabet));
	}
}

static void free_strings(struct strings *s)
{
	free(s->bytes);
	free(s->len);
}

/* Small alphabets make many matches; exact buffers let ASan see overreads. */
static u32 compare_randomly(u32 images, u32 packets, u32 alphabet, u8 first)
{
	struct strings s;
	u32 wrong = 0;
	u32 size, len;
	void *image;
	u8 *payload;
	u32 i, k;

	while (images--) {
		random_strings(&s, 1 + rnd(60), 2 + rnd(12), alphabet, first);
		image = make_image(&s, &size);
		for (i = 0; i < packets; i++) {
			len = rnd(80);
			payload = malloc(len ? len : 1);
			for (k = 0; k < len; k++)
				payload[k] = (u8)(first + rnd(alphabet));
			wrong += compare(image, &s, payload, len);
			free(payload);
		}
		segward_free(image);
		free_strings(&s);
	}
	return wrong;
}

static void finds_what_a_naive_search_finds_in_few_letters(void)
{
	CHECK_EQ(compare_randomly(1000, 40, 3, 'a'), 0);
}

static void finds_what_a_naive_search_finds_in_both_cases(void)
{
	/* '?' to 'c': upper case, lower case and what lies around them */
	CHECK_EQ(compare_randomly(1000, 40, 37, '?'), 0);
}

static void finds_what_a_naive_search_finds_in_all_bytes(void)
{
	CHECK_EQ(compare_randomly(500, 20, 256, 0), 0);
}

static void finds_every_pattern_at_every_place(void)
{
	struct strings s;
	u32 size, i, at;
	void *image;
	u32 wrong = 0;

	random_strings(&s, 40, 40, 256, 0);
	image = make_image(&s, &size);
	for (i = 0; i < s.nr; i++) {
		for (at = 0; at < 1100; at += 1 + at / 64) {
			u8 *payload = calloc(1, at + s.len[i]);

			memcpy(payload + at, s.bytes[i], s.len[i]);
			wrong += compare(image, &s, payload, at + s.len[i]);
			free(payload);
		}
	}
	CHECK_EQ(wrong, 0);
	CHECK(scratch_is_clean());
	segward_free(image);
	free_strings(&s);
}

/* Around the borders of the pieces in which the scan collects places. */
static void finds_patterns_across_pieces(void)
{
	static const u32 border[] = { 512, 1024, 2048, 65024, 65535 };
	u8 *payload = malloc(PAYLOAD_MAX);
	struct strings s;
	u32 size, i, k, at;
	void *image;
	u32 wrong = 0;

	random_strings(&s, 20, 20, 256, 0);
	image = make_image(&s, &size);
	for (i = 0; i < ARRAY_SIZE(border); i++) {
		for (k = 0; k < s.nr; k++) {
			at = border[i] - rnd(s.len[k] + 1);
			if (at + s.len[k] > PAYLOAD_MAX)
				at = PAYLOAD_MAX - s.len[k];
			memset(payload, 0, PAYLOAD_MAX);
			memcpy(payload + at, s.bytes[k], s.len[k]);
			wrong += compare(image, &s, payload, PAYLOAD_MAX);
		}
	}
	CHECK_EQ(wrong, 0);
	segward_free(image);
	free_strings(&s);
	free(payload);
}

static void finds_the_longest_pattern(void)
{
	u32 len = SEGWARD_IMAGE_PATTERN_MAX;
	struct segward_image_error error;
	struct image_builder b;
	u32 budget = 10000;
	u8 *bytes = malloc(len);
	void *image;
	u32 size, i;

	for (i = 0; i < len; i++)
		bytes[i] = (u8)rnd(256);
	image_start(&b);
	image_rule(&b);
	image_content(&b, bytes, len, 0, 0, 0);
	image_group(&b, SEGWARD_IMAGE_PROTO_IP);
	image = image_finish(&b, &size);
	CHECK(!segward_image_verify(image, size, &error));
	CHECK(segward_match_scan(image, 0, bytes, len, &scratch, &budget));
	CHECK(take_candidate(0));
	bytes[0] ^= 1;
	CHECK(segward_match_scan(image, 0, bytes, len, &scratch, &budget));
	CHECK(!take_candidate(0));
	memset(scratch.candidate_words, 0, sizeof(scratch.candidate_words));
	segward_free(image);
	free(bytes);
}

static void an_empty_payload_has_no_pattern(void)
{
	struct strings s;
	void *image;
	u32 size;

	random_strings(&s, 10, 8, 2, 'a');
	image = make_image(&s, &size);
	CHECK_EQ(compare(image, &s, NULL, 0), 0);
	segward_free(image);
	free_strings(&s);
}

static void equal_patterns_become_one(void)
{
	struct mpm_sections sections = {};
	struct mpm_wish wish[] = {
		{ (const u8 *)"attack", 0, 6, 7 },
		{ (const u8 *)"benign", 6, 6, 2 },
		{ (const u8 *)"attack", 0, 6, 3 },
		{ (const u8 *)"attack", 0, 6, 7 },
	};
	u32 mpm, bad;

	CHECK_EQ(mpm_add(&sections, wish, 4, &mpm, &bad), 0);
	CHECK_EQ(mpm, 0);
	CHECK_EQ(sections.nr_patterns, 2);
	CHECK_EQ(sections.patterns[0].nr_links, 2);
	CHECK_EQ(sections.links[0], 3);
	CHECK_EQ(sections.links[1], 7);
	CHECK_EQ(sections.patterns[1].nr_links, 1);
	CHECK_EQ(sections.links[2], 2);
	mpm_free(&sections);
}

static void the_builder_refuses_bad_wishes(void)
{
	static const u8 longest[SEGWARD_IMAGE_PATTERN_MAX + 1];
	struct mpm_sections sections = {};
	struct mpm_wish wish[] = {
		{ (const u8 *)"fine", 0, 4, 0 },
		{ (const u8 *)"x", 0, 1, 0 },
	};
	u32 mpm, bad;

	CHECK_EQ(mpm_add(&sections, wish, 0, &mpm, &bad), -EINVAL);
	CHECK_EQ(mpm_add(&sections, wish, 2, &mpm, &bad), -EINVAL);
	CHECK_EQ(bad, 1);
	wish[1] = (struct mpm_wish){ (const u8 *)"Upper", 0, 5, 0 };
	CHECK_EQ(mpm_add(&sections, wish, 2, &mpm, &bad), -EINVAL);
	CHECK_EQ(bad, 1);
	wish[1] = (struct mpm_wish){ longest, 0, sizeof(longest), 0 };
	CHECK_EQ(mpm_add(&sections, wish, 2, &mpm, &bad), -EINVAL);
	CHECK_EQ(bad, 1);
	wish[1].len--;
	CHECK_EQ(mpm_add(&sections, wish, 2, &mpm, &bad), 0);
	CHECK_EQ(sections.nr_mpms, 1);
	mpm_free(&sections);
}

/*
 * 2,100 patterns that coarse folding makes equal but for their last byte: at
 * even offsets they have one gram only, more than a bucket may hold.
 */
static void the_builder_names_the_wish_that_overfills_a_bucket(void)
{
	static u8 bytes[2100][5];
	static struct mpm_wish wish[2100];
	struct mpm_sections sections = {};
	u32 i, k, mpm, bad = 0;

	for (i = 0; i < 2100; i++) {
		for (k = 0; k < 4; k++)
			bytes[i][k] = (u8)('0' ^ (i >> k & 1) << 5);
		bytes[i][4] = (u8)(0x80 + (i >> 4));
		wish[i] = (struct mpm_wish){ bytes[i], 5 * i, 5, i };
	}
	CHECK_EQ(mpm_add(&sections, wish, 1024, &mpm, &bad), 0);
	CHECK_EQ(mpm_add(&sections, wish, 2100, &mpm, &bad), -E2BIG);
	CHECK(bad >= 1024 && bad < 2100);
	CHECK_EQ(sections.nr_mpms, 1);
	mpm_free(&sections);
}

static void many_patterns_keep_buckets_short(void)
{
	enum { NR = 35000 };
	struct mpm_sections sections = {};
	struct mpm_wish *wish = calloc(NR, sizeof(*wish));
	u8 (*bytes)[16] = calloc(NR, sizeof(*bytes));
	u32 i, k, mpm, bad, longest = 0;
	const u32 *bucket;

	for (i = 0; i < NR; i++) {
		memcpy(bytes[i], "http://", 7);
		for (k = 7; k < 16; k++)
			bytes[i][k] = (u8)('a' + rnd(26));
		wish[i] = (struct mpm_wish){ bytes[i], 16 * i, 16, i };
	}
	CHECK_EQ(mpm_add(&sections, wish, NR, &mpm, &bad), 0);
	bucket = sections.words + (1u << sections.mpms[0].filter_bits) / 32;
	for (i = 0; i < 1u << sections.mpms[0].long_bits; i++)
		longest = max(longest, bucket[i + 1] - bucket[i]);
	printf("# longest bucket: %u\n", longest);
	CHECK(longest <= 8);
	mpm_free(&sections);
	free(bytes);
	free(wish);
}

/* What is in every request is a bad pattern, what nobody writes a good one. */
static void frequent_contents_cost_more_than_rare_ones(void)
{
	static const char *const rare_to_frequent[] = {
		"zqxjvkwpfy", "xmrig.exe?", "/gate.php", " HTTP/1.1\r\n",
	};
	unsigned int cost, last = 0;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rare_to_frequent); i++) {
		const char *content = rare_to_frequent[i];
		u8 folded[16];
		u32 len, k;

		len = (u32)strlen(content);
		for (k = 0; k < len; k++)
			folded[k] = segward_image_fold((u8)content[k]);
		cost = mpm_cost(folded, len);
		CHECK(cost >= last && cost <= 256);
		last = cost;
	}
	CHECK(mpm_cost((const u8 *)"zqxjvkwpfy", 10) + 64 < last);
	CHECK(mpm_cost((const u8 *)"\0\0", 2) >
	      mpm_cost((const u8 *)"\xfe\x9d", 2));
	CHECK_EQ(mpm_cost((const u8 *)"x", 1), 1000);
}

static void a_spent_budget_ends_the_scan(void)
{
	struct strings s = { .nr = 1 };
	u8 bytes[1][64] = { "aaaaaaaa" };
	u8 payload[4096];
	u32 len[1] = { 8 };
	u32 size, budget;
	void *image;

	s.bytes = bytes;
	s.len = len;
	image = make_image(&s, &size);
	memset(payload, 'a', sizeof(payload));
	budget = 10;
	CHECK(!segward_match_scan(image, 0, payload, sizeof(payload),
				  &scratch, &budget));
	CHECK_EQ(budget, 0);
	take_candidate(0);
	memset(scratch.candidate_words, 0, sizeof(scratch.candidate_words));
	CHECK(scratch_is_clean());
	segward_free(image);
}

/* What the worst payload costs is counted: places times the bucket. */
static void an_adversarial_payload_is_bounded_by_the_budget(void)
{
	static u8 payload[PAYLOAD_MAX];
	struct strings s;
	u32 size, i, budget = SEGWARD_WORK_MAX;
	void *image;

	random_strings(&s, 500, 12, 1, 'a');
	for (i = 0; i < s.nr; i++) {
		s.len[i] = 12;
		memset(s.bytes[i], 'a', 12);
		s.bytes[i][11] = (u8)i;
		s.bytes[i][10] = (u8)(i >> 8);
	}
	image = make_image(&s, &size);
	memset(payload, 'a', sizeof(payload));
	segward_match_scan(image, 0, payload, sizeof(payload), &scratch,
			   &budget);
	printf("# units left: %u of %u\n", budget, SEGWARD_WORK_MAX);
	CHECK(budget < SEGWARD_WORK_MAX);
	for (i = 0; i < s.nr; i++)
		take_candidate(i);
	memset(scratch.candidate_words, 0, sizeof(scratch.candidate_words));
	CHECK(scratch_is_clean());
	segward_free(image);
	free_strings(&s);
}

static u32 naive_find(const u8 *payload, u32 from, u32 end, const u8 *bytes,
		      u32 len, bool nocase)
{
	u32 i;

	for (i = from; i + len <= end; i++)
		if (nocase ? same_nocase(payload + i, bytes, len) :
			     !memcmp(payload + i, bytes, len))
			return i;
	return SEGWARD_MATCH_NONE;
}

static void finding_a_content_agrees_with_a_naive_search(void)
{
	u32 wrong = 0, found = 0;
	u32 round, i;

	for (round = 0; round < 200000; round++) {
		u32 alphabet = rnd(2) ? 3 : 8;
		u8 first = rnd(2) ? 'Y' : 'a';
		u32 len = 1 + rnd(rnd(2) ? 4 : 20);
		u32 size = rnd(60);
		u32 from = rnd(2) ? rnd(size + 2) : 0;
		u32 end = rnd(2) ? rnd(size + 1) : size;
		bool nocase = rnd(2);
		u32 budget = 100000;
		u8 bytes[20];
		u8 *payload = malloc(size ? size : 1);
		u32 place;

		for (i = 0; i < len; i++)
			bytes[i] = (u8)(first + rnd(alphabet));
		for (i = 0; nocase && i < len; i++)
			bytes[i] = segward_image_fold(bytes[i]);
		for (i = 0; i < size; i++)
			payload[i] = (u8)(first + rnd(alphabet));
		place = segward_match_find(payload, from, end, bytes, len,
					   nocase, &budget);
		wrong += place != naive_find(payload, from, end, bytes, len,
					     nocase);
		found += place != SEGWARD_MATCH_NONE;
		free(payload);
	}
	CHECK_EQ(wrong, 0);
	CHECK(found > 20000);
}

static void folding_knows_ascii_letters_alone(void)
{
	u32 budget = 1000000;
	u8 lower[9], byte[9];
	u32 c;

	for (c = 0; c < 256; c++) {
		memset(byte, (int)c, sizeof(byte));
		memset(lower, c >= 'A' && c <= 'Z' ? (int)c + 32 : (int)c,
		       sizeof(lower));
		CHECK_EQ(segward_match_find(byte, 0, 9, lower, 9, true,
					    &budget), 0);
		CHECK_EQ(segward_image_fold((u8)c), lower[0]);
		lower[8] ^= 0x20;
		CHECK_EQ(segward_match_find(byte, 0, 9, lower, 9, true,
					    &budget),
			 SEGWARD_MATCH_NONE);
	}
}

/* Each byte of work is paid for, also where nothing is found. */
static void searching_costs_units(void)
{
	static u8 payload[PAYLOAD_MAX];
	u32 budget = 5000;

	CHECK_EQ(segward_match_find(payload, 0, PAYLOAD_MAX, (const u8 *)"x",
				    1, false, &budget), SEGWARD_MATCH_NONE);
	CHECK_EQ(budget, 5000 - PAYLOAD_MAX / SEGWARD_MATCH_UNIT);
	budget = 100;
	CHECK_EQ(segward_match_find(payload, 0, PAYLOAD_MAX,
				    (const u8 *)"\0\0\0\0\0x", 6, false,
				    &budget), SEGWARD_MATCH_NONE);
	CHECK_EQ(budget, 0);
}

int main(void)
{
	RUN(finds_what_a_naive_search_finds_in_few_letters);
	RUN(finds_what_a_naive_search_finds_in_both_cases);
	RUN(finds_what_a_naive_search_finds_in_all_bytes);
	RUN(finds_every_pattern_at_every_place);
	RUN(finds_patterns_across_pieces);
	RUN(finds_the_longest_pattern);
	RUN(an_empty_payload_has_no_pattern);
	RUN(equal_patterns_become_one);
	RUN(the_builder_refuses_bad_wishes);
	RUN(the_builder_names_the_wish_that_overfills_a_bucket);
	RUN(many_patterns_keep_buckets_short);
	RUN(frequent_contents_cost_more_than_rare_ones);
	RUN(a_spent_budget_ends_the_scan);
	RUN(an_adversarial_payload_is_bounded_by_the_budget);
	RUN(finding_a_content_agrees_with_a_naive_search);
	RUN(folding_knows_ascii_letters_alone);
	RUN(searching_costs_units);
	return tap_done();
}
