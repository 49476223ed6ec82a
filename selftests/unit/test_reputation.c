// SPDX-License-Identifier: GPL-2.0
/*
 * What the reputation table promises, with one thread. test_reputation_race.c
 * has readers beside the writer.
 */

#include <arpa/inet.h>
#include <stdlib.h>

#include "reputation.h"
#include "tap.h"

#define MILLION		1000000U
#define MS		1000000ULL
#define SECOND		1000000000ULL

/* Allocations until one fails; linked with --wrap=calloc. */
static long allocations_left = -1;

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);

void *__wrap_calloc(size_t count, size_t size)
{
	if (!allocations_left)
		return NULL;
	if (allocations_left > 0)
		allocations_left--;
	return __real_calloc(count, size);
}

static const struct segward_reputation_config config = {
	.key = { 0x0123456789abcdefULL, 0xfedcba9876543210ULL },
};

/* xorshift64*: the same numbers in every run. */
static u64 seed;

static u64 draw(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dULL;
}

/* A table with sources 1 to 4 (one ...) and categories 1 to 4 (red ...). */
static struct segward_reputation *make_with(const struct segward_reputation_config *with)
{
	static const char * const sources[] = { "one", "two", "three", "four" };
	static const char * const categories[] = {
		"red", "green", "blue", "black"
	};
	struct segward_reputation *rep = segward_reputation_create(with);
	int i;

	seed = 0x9e3779b97f4a7c15ULL;
	for (i = 0; i < 4; i++) {
		CHECK_EQ(segward_reputation_source_add(rep, sources[i]), i + 1);
		CHECK_EQ(segward_reputation_category_add(rep, categories[i]),
			 i + 1);
	}
	return rep;
}

static struct segward_reputation *make(void)
{
	return make_with(&config);
}

static struct segward_reputation_prefix prefix(const char *text)
{
	struct segward_reputation_prefix result = { .version = 4 };
	char address[64];
	const char *slash = strchr(text, '/');

	snprintf(address, sizeof(address), "%.*s",
		 slash ? (int)(slash - text) : 63, text);
	if (strchr(address, ':'))
		result.version = 6;
	if (inet_pton(result.version == 4 ? AF_INET : AF_INET6, address,
		      result.addr) != 1)
		abort();
	result.len = slash ? atoi(slash + 1) : result.version == 4 ? 32 : 128;
	return result;
}

static struct segward_reputation_entry entry(const char *text, u8 source,
					     u8 category, u8 score, u64 expires)
{
	return (struct segward_reputation_entry) {
		.prefix = prefix(text),
		.source = source,
		.category = category,
		.score = score,
		.expires = expires,
	};
}

static int add(struct segward_reputation *rep, const char *text, u8 source,
	       u8 category, u8 score, u64 expires, u64 now)
{
	struct segward_reputation_entry e = entry(text, source, category, score,
						  expires);

	return segward_reputation_add(rep, &e, now);
}

static int load(struct segward_reputation *rep, const char *text, u8 source,
		u8 score, u64 expires)
{
	struct segward_reputation_entry e = entry(text, source, 1, score,
						  expires);

	return segward_reputation_load_add(rep, &e, 0);
}

static struct segward_reputation_result result;

static unsigned int look(const struct segward_reputation *rep, const char *text,
			 u64 now)
{
	struct segward_reputation_prefix address = prefix(text);

	memset(&result, 0xff, sizeof(result));
	return segward_reputation_lookup(rep, address.version, address.addr,
					 now, &result);
}

/* The score of the only match, 0 without one, -1 if there are several. */
static int score_of(const struct segward_reputation *rep, const char *text,
		    u64 now)
{
	unsigned int count = look(rep, text, now);

	return count == 1 ? result.match[0].score : count ? -1 : 0;
}

static struct segward_reputation_entry numbered(u8 version, u32 number,
						u8 source)
{
	struct segward_reputation_entry e = {
		.prefix.version = version,
		.prefix.len = version == 4 ? 32 : 128,
		.source = source,
		.category = 1,
		.score = number % 100 + 1,
	};
	/* Odd factors: different numbers give different addresses. */
	u32 low = number * 0x9e3779b1U;

	if (version == 4) {
		put_unaligned_be32(low, e.prefix.addr);
	} else {
		put_unaligned_be32(0x20010000 | (number * 0x85ebca6bU & 0xffff),
				   e.prefix.addr);
		put_unaligned_be32(low ^ 0x5bd1e995, e.prefix.addr + 4);
		put_unaligned_be32(low, e.prefix.addr + 12);
	}
	return e;
}

static unsigned int look_numbered(const struct segward_reputation *rep,
				  u8 version, u32 number, u64 now)
{
	struct segward_reputation_entry e = numbered(version, number, 1);

	return segward_reputation_lookup(rep, version, e.prefix.addr, now,
					 &result);
}

/* Numbers from @from to @to that are not added as a new entry. */
static u32 fill(struct segward_reputation *rep, u8 version, u8 source,
		u32 from, u32 to, u64 expires)
{
	struct segward_reputation_entry e;
	u32 wrong = 0;

	for (; from < to; from++) {
		e = numbered(version, from, source);
		e.expires = expires;
		wrong += segward_reputation_add(rep, &e, 0) != 1;
	}
	return wrong;
}

static u32 found(const struct segward_reputation *rep, u8 version, u32 from,
		 u32 to, u64 now)
{
	u32 count = 0;

	for (; from < to; from++)
		count += look_numbered(rep, version, from, now) == 1 &&
			 result.match[0].score == from % 100 + 1;
	return count;
}

/* To the end of the pass that has begun, and one whole pass. */
static void sweep_all(struct segward_reputation *rep, u64 now)
{
	int passes = 0;

	while (passes < 2)
		passes += segward_reputation_sweep(rep, now, 4096);
}

static struct segward_reputation_stats stats_of(const struct segward_reputation *rep)
{
	struct segward_reputation_stats stats;

	segward_reputation_stats(rep, &stats);
	CHECK_EQ((s64)stats.entries4 + stats.entries6 - stats.pending -
		 stats.stale, (s64)(stats.added - stats.expired -
				    stats.deleted - stats.replaced));
	return stats;
}

static u32 entries_in(const struct segward_reputation *rep)
{
	struct segward_reputation_stats stats = stats_of(rep);

	return stats.entries4 + stats.entries6;
}

/*
 * What is found
 */

static void finds_addresses_and_prefixes_in_one_lookup(void)
{
	struct segward_reputation *rep = make();

	CHECK_EQ(look(rep, "198.51.100.7", 0), 0);
	CHECK_EQ(add(rep, "198.51.100.7", 1, 1, 95, 0, 0), 1);
	CHECK_EQ(add(rep, "198.51.100.0/24", 2, 2, 40, 0, 0), 1);
	CHECK_EQ(add(rep, "198.0.0.0/8", 3, 3, 10, 0, 0), 1);
	CHECK_EQ(look(rep, "198.51.100.7", 0), 3);
	CHECK_EQ(result.count, 3);
	CHECK_EQ(result.entries, 3);
	CHECK(!result.overflow);
	CHECK_EQ(look(rep, "198.51.100.8", 0), 2);
	CHECK_EQ(look(rep, "198.51.101.7", 0), 1);
	CHECK_EQ(result.match[0].len, 8);
	CHECK_EQ(result.match[0].category, 3);
	CHECK_EQ(result.match[0].source, 3);
	CHECK_EQ(result.match[0].score, 10);
	CHECK_EQ(result.match[0].expires, 0);
	CHECK_EQ(look(rep, "199.51.100.7", 0), 0);

	CHECK_EQ(add(rep, "2001:db8::7", 1, 1, 95, 0, 0), 1);
	CHECK_EQ(add(rep, "2001:db8::/64", 2, 2, 40, 0, 0), 1);
	CHECK_EQ(add(rep, "2001:db8::/32", 3, 3, 10, 0, 0), 1);
	CHECK_EQ(add(rep, "2001:db8::/33", 3, 4, 20, 0, 0), 1);
	CHECK_EQ(look(rep, "2001:db8::7", 0), 4);
	CHECK_EQ(look(rep, "2001:db8::8", 0), 3);
	CHECK_EQ(look(rep, "2001:db8:0:1::7", 0), 2);
	CHECK_EQ(score_of(rep, "2001:db8:8000::7", 0), 10);
	CHECK_EQ(look(rep, "2001:db9::7", 0), 0);
	segward_reputation_destroy(rep);
}

static void check_length(struct segward_reputation *rep, u8 version, u8 len)
{
	struct segward_reputation_entry e = {
		.prefix.version = version,
		.prefix.len = len,
		.source = 1,
		.category = 1,
		.score = 50,
	};
	u8 inside[16], outside[16];
	int i;

	for (i = 0; i < len; i++)
		e.prefix.addr[i / 8] |= (draw() & 1) << (7 - i % 8);
	memcpy(inside, e.prefix.addr, 16);
	for (i = len; i < (version == 4 ? 32 : 128); i++)
		inside[i / 8] |= (draw() & 1) << (7 - i % 8);
	memcpy(outside, inside, 16);
	if (len)
		outside[(len - 1) / 8] ^= 1 << (7 - (len - 1) % 8);

	CHECK_EQ(segward_reputation_add(rep, &e, 0), 1);
	CHECK_EQ(segward_reputation_lookup(rep, version, inside, 0, &result), 1);
	CHECK_EQ(result.match[0].len, len);
	CHECK_EQ(segward_reputation_lookup(rep, version, outside, 0, &result),
		 len ? 0 : 1);
	CHECK_EQ(segward_reputation_del(rep, &e.prefix, 0, 0, 0), 1);
	CHECK_EQ(segward_reputation_lookup(rep, version, inside, 0, &result), 0);
}

static void finds_every_prefix_length_of_both_families(void)
{
	struct segward_reputation *rep = make();
	int len;

	for (len = 0; len <= 32; len++)
		check_length(rep, 4, len);
	for (len = 0; len <= 128; len++)
		check_length(rep, 6, len);
	segward_reputation_destroy(rep);
}

static void finds_all_lengths_over_one_address_at_once(void)
{
	struct segward_reputation_entry list[200];
	struct segward_reputation *rep = make();
	struct segward_reputation_entry e = {
		.prefix.version = 6,
		.source = 1,
		.category = 1,
		.score = 1,
	};
	u8 address[16];
	int len;

	memset(address, 0xff, sizeof(address));
	for (len = 0; len <= 128; len++) {
		e.prefix.len = len;
		if (len)
			e.prefix.addr[(len - 1) / 8] |= 128 >> (len - 1) % 8;
		CHECK_EQ(segward_reputation_add(rep, &e, 0), 1);
	}
	CHECK_EQ(segward_reputation_lookup(rep, 6, address, 0, &result), 1);
	CHECK_EQ(result.entries, 129);
	CHECK_EQ(result.match[0].len, 128);
	CHECK_EQ(segward_reputation_covering(rep, 6, address, 0, list, 200),
		 129);
	CHECK_EQ(segward_reputation_covering(rep, 6, address, 0, list, 3), 129);
	CHECK_EQ(segward_reputation_covering(rep, 6, address, 0, NULL, 0), 129);
	CHECK(!memcmp(&list[0].prefix, &(struct segward_reputation_prefix){
		      .version = 6 }, sizeof(list[0].prefix)));
	segward_reputation_destroy(rep);
}

static void reads_addresses_of_any_alignment(void)
{
	struct segward_reputation *rep = make();
	u8 bytes[24] = { 0 };
	struct segward_reputation_prefix p = prefix("2001:db8::7");
	int i;

	add(rep, "2001:db8::7", 1, 1, 95, 0, 0);
	for (i = 0; i < 8; i++) {
		memcpy(bytes + i, p.addr, 16);
		CHECK_EQ(segward_reputation_lookup(rep, 6, bytes + i, 0,
						   &result), 1);
	}
	CHECK_EQ(segward_reputation_lookup(rep, 5, bytes, 0, &result), 0);
	CHECK_EQ(result.count, 0);
	segward_reputation_destroy(rep);
}

static void keeps_the_best_score_of_each_category(void)
{
	struct segward_reputation *rep = make();

	add(rep, "198.51.100.7", 1, 1, 30, 0, 0);
	add(rep, "198.51.100.7", 2, 1, 90, 0, 0);
	add(rep, "198.51.100.0/24", 3, 1, 60, 0, 0);
	add(rep, "198.51.100.0/24", 3, 2, 10, 0, 0);
	CHECK_EQ(look(rep, "198.51.100.7", 0), 2);
	CHECK_EQ(result.entries, 4);
	CHECK(!result.overflow);
	CHECK_EQ(result.match[0].category + result.match[1].category, 3);
	CHECK_EQ(result.match[result.match[0].category == 1 ? 0 : 1].score, 90);
	CHECK_EQ(result.match[result.match[0].category == 1 ? 0 : 1].source, 2);
	segward_reputation_destroy(rep);
}

static void settles_equal_scores_by_length_and_source(void)
{
	struct segward_reputation *rep = make();

	add(rep, "198.51.0.0/16", 1, 1, 50, 0, 0);
	add(rep, "198.51.100.0/24", 4, 1, 50, 0, 0);
	CHECK_EQ(score_of(rep, "198.51.100.7", 0), 50);
	CHECK_EQ(result.match[0].len, 24);
	add(rep, "198.51.100.0/24", 2, 1, 50, 0, 0);
	add(rep, "198.51.100.0/24", 3, 1, 50, 0, 0);
	CHECK_EQ(score_of(rep, "198.51.100.7", 0), 50);
	CHECK_EQ(result.match[0].source, 2);
	segward_reputation_destroy(rep);
}

static void keeps_the_highest_scores_of_too_many_categories(void)
{
	struct segward_reputation *rep = make();
	char name[16];
	int lowest, i;

	for (i = 5; i <= 20; i++) {
		snprintf(name, sizeof(name), "category-%d", i);
		segward_reputation_category_add(rep, name);
	}
	for (i = 1; i <= SEGWARD_REPUTATION_MATCHES; i++)
		add(rep, "198.51.100.7", 1, i, i, 0, 0);
	CHECK_EQ(look(rep, "198.51.100.7", 0), SEGWARD_REPUTATION_MATCHES);
	CHECK(!result.overflow);
	for (; i <= 20; i++)
		add(rep, "198.51.100.7", 1, i, i, 0, 0);
	CHECK_EQ(look(rep, "198.51.100.7", 0), SEGWARD_REPUTATION_MATCHES);
	CHECK(result.overflow);
	CHECK_EQ(result.entries, 20);
	for (lowest = 100, i = 0; i < result.count; i++)
		lowest = min_t(int, lowest, result.match[i].score);
	CHECK_EQ(lowest, 5);
	segward_reputation_destroy(rep);
}

/*
 * What is refused
 */

static void never_takes_a_prefix_for_an_address(void)
{
	static const char * const wrong[] = {
		"1.2.3.4/24", "1.2.3.4/31", "0.0.0.1/0", "128.0.0.0/0",
		"2001:db8::1/64", "2001:db8::1/127", "::1/0", "8000::/0",
	};
	struct segward_reputation_prefix p;
	struct segward_reputation *rep = make();
	u32 i;

	CHECK_EQ(add(rep, "1.2.3.5/31", 1, 1, 50, 0, 0), -EINVAL);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		p = prefix(wrong[i]);
		if (!strcmp(wrong[i], "1.2.3.4/31"))
			continue;
		CHECK_EQ(segward_reputation_prefix_check(&p), -ERANGE);
		CHECK_EQ(add(rep, wrong[i], 1, 1, 50, 0, 0), -EINVAL);
		CHECK_EQ(segward_reputation_del(rep, &p, 0, 0, 0), -EINVAL);
	}
	CHECK_EQ(entries_in(rep), 0);
	CHECK_EQ(add(rep, "1.2.3.4/31", 1, 1, 50, 0, 0), 1);
	segward_reputation_destroy(rep);
}

static void refuses_impossible_entries(void)
{
	struct segward_reputation_entry e = entry("1.2.3.4", 1, 1, 50, 0);
	struct segward_reputation *rep = make();

	e.prefix.len = 33;
	CHECK_EQ(segward_reputation_add(rep, &e, 0), -EINVAL);
	e.prefix.version = 6;
	e.prefix.len = 129;
	CHECK_EQ(segward_reputation_add(rep, &e, 0), -EINVAL);
	e.prefix.version = 5;
	e.prefix.len = 32;
	CHECK_EQ(segward_reputation_add(rep, &e, 0), -EINVAL);
	CHECK_EQ(segward_reputation_prefix_check(&e.prefix), -EINVAL);
	CHECK_EQ(segward_reputation_get(rep, &e, 0), -EINVAL);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 0, 0, 0), -EINVAL);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 101, 0, 0), -EINVAL);
	CHECK_EQ(add(rep, "1.2.3.4", 0, 1, 50, 0, 0), -ENOENT);
	CHECK_EQ(add(rep, "1.2.3.4", 5, 1, 50, 0, 0), -ENOENT);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 0, 50, 0, 0), -ENOENT);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 255, 50, 0, 0), -ENOENT);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 50, 7, 7), -ETIME);
	CHECK_EQ(entries_in(rep), 0);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 1, 8, 7), 1);
	CHECK_EQ(add(rep, "1.2.3.5", 1, 1, 100, 0, 7), 1);
	segward_reputation_destroy(rep);
}

static void bounds_the_entries_of_one_prefix(void)
{
	struct segward_reputation *rep = make();
	char name[16];
	int version, i;

	for (i = 5; i <= SEGWARD_REPUTATION_PER_PREFIX + 1; i++) {
		snprintf(name, sizeof(name), "source-%d", i);
		CHECK_EQ(segward_reputation_source_add(rep, name), i);
	}
	for (version = 4; version <= 6; version += 2) {
		const char *text = version == 4 ? "1.2.3.4" : "2001:db8::1";

		for (i = 1; i <= SEGWARD_REPUTATION_PER_PREFIX; i++)
			CHECK_EQ(add(rep, text, i, 1, i, i == 7 ? 1000 : 0, 0),
				 1);
		CHECK_EQ(score_of(rep, text, 0), SEGWARD_REPUTATION_PER_PREFIX);
		CHECK_EQ(result.entries, SEGWARD_REPUTATION_PER_PREFIX);
		CHECK_EQ(add(rep, text, i, 1, 1, 0, 0), -E2BIG);
		CHECK_EQ(add(rep, text, 1, 1, 99, 0, 0), 0);
		/* One that has expired makes room without a sweeper. */
		CHECK_EQ(add(rep, text, i, 1, 1, 0, 1024), 1);
		CHECK_EQ(add(rep, text, 7, 1, 1, 0, 1024), -E2BIG);
	}
	CHECK_EQ(stats_of(rep).refused, 4);
	CHECK_EQ(stats_of(rep).expired, 2);
	segward_reputation_destroy(rep);
}

static void bounds_the_entries_of_a_table(void)
{
	struct segward_reputation_config small = config;
	struct segward_reputation *rep;

	small.max_entries = 1000;
	rep = make_with(&small);
	CHECK_EQ(fill(rep, 4, 1, 0, 500, 0), 0);
	CHECK_EQ(fill(rep, 6, 1, 500, 998, 0), 0);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 1, 1000, 0), 1);
	CHECK_EQ(add(rep, "1.2.3.5", 1, 1, 1, 0, 0), 1);
	CHECK_EQ(add(rep, "1.2.3.6", 1, 1, 1, 0, 0), -ENOSPC);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 2, 1000, 0), 0);
	CHECK_EQ(stats_of(rep).refused, 1);
	CHECK_EQ(add(rep, "1.2.3.6", 1, 1, 1, 0, 1024), 1);
	CHECK_EQ(add(rep, "1.2.3.7", 1, 1, 1, 0, 1024), -ENOSPC);
	CHECK_EQ(found(rep, 4, 0, 500, 1024), 500);
	segward_reputation_destroy(rep);
}

/*
 * Time
 */

static void acts_until_its_expiry_and_no_longer(void)
{
	u64 end = 12345 * SECOND + 77;
	struct segward_reputation *rep = make();

	add(rep, "1.2.3.4", 1, 1, 50, end, 0);
	add(rep, "1.2.3.0/24", 1, 1, 20, end + 20 * MS, 0);
	CHECK_EQ(score_of(rep, "1.2.3.4", end - 10 * MS), 50);
	CHECK_EQ(score_of(rep, "1.2.3.4", end - 1), 50);
	CHECK(result.match[0].expires >= end);
	CHECK(result.match[0].expires < end + 128);
	CHECK_EQ(score_of(rep, "1.2.3.4", end + 127), 20);
	CHECK_EQ(score_of(rep, "1.2.3.4", end + 10 * MS), 20);
	CHECK_EQ(score_of(rep, "1.2.3.4", end + 30 * MS), 0);
	CHECK_EQ(add(rep, "1.2.3.5", 1, 1, 50, U64_MAX, 0), 1);
	CHECK_EQ(score_of(rep, "1.2.3.5", U64_MAX - 128), 50);
	segward_reputation_destroy(rep);
}

static void a_million_expire_at_once_without_a_sweeper(void)
{
	u64 end = 1000 * SECOND;
	struct segward_reputation *rep = make();

	CHECK_EQ(fill(rep, 4, 1, 0, MILLION, end), 0);
	CHECK_EQ(found(rep, 4, 0, MILLION, end - 10 * MS), MILLION);
	CHECK_EQ(found(rep, 4, 0, MILLION, end + 10 * MS), 0);
	CHECK_EQ(stats_of(rep).expired, 0);
	CHECK_EQ(entries_in(rep), MILLION);
	sweep_all(rep, end + 10 * MS);
	CHECK_EQ(stats_of(rep).expired, MILLION);
	CHECK_EQ(entries_in(rep), 0);
	segward_reputation_destroy(rep);
}

static void counts_every_expiry_once(void)
{
	struct segward_reputation_source_stats source;
	struct segward_reputation_prefix p = prefix("1.2.3.6");
	struct segward_reputation *rep = make();

	add(rep, "1.2.3.4", 1, 1, 50, 1024, 0);
	add(rep, "1.2.3.5", 1, 1, 50, 1024, 0);
	add(rep, "1.2.3.6", 2, 1, 50, 1024, 0);
	add(rep, "1.2.3.7", 2, 1, 50, 0, 0);
	/* Added again after its end it is another one; before, the same. */
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 60, 4096, 2048), 1);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 70, 4096, 2048), 0);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 70, 4096, 2048), 0);
	CHECK_EQ(stats_of(rep).expired, 1);
	CHECK_EQ(stats_of(rep).added, 5);
	CHECK_EQ(stats_of(rep).updated, 1);
	/* Deleting what is over deletes nothing. */
	CHECK_EQ(segward_reputation_del(rep, &p, 0, 0, 2048), -ENOENT);
	CHECK_EQ(stats_of(rep).expired, 2);
	CHECK_EQ(stats_of(rep).deleted, 0);
	sweep_all(rep, 2048);
	sweep_all(rep, 2048);
	CHECK_EQ(stats_of(rep).expired, 3);
	CHECK_EQ(segward_reputation_source_stats(rep, 1, &source), 0);
	CHECK_EQ(source.expired, 2);
	CHECK_EQ(source.entries, 1);
	CHECK_EQ(segward_reputation_source_stats(rep, 2, &source), 0);
	CHECK_EQ(source.expired, 1);
	CHECK_EQ(source.entries, 1);
	CHECK_EQ(segward_reputation_source_stats(rep, 9, &source), -ENOENT);
	segward_reputation_destroy(rep);
}

static void knows_when_the_next_expiry_is(void)
{
	struct segward_reputation *rep = make();

	CHECK_EQ(segward_reputation_next_expiry(rep), 0);
	add(rep, "1.2.3.4", 1, 1, 50, 0, 0);
	CHECK_EQ(segward_reputation_next_expiry(rep), 0);
	add(rep, "1.2.3.5", 1, 1, 50, 4096, 0);
	add(rep, "1.2.3.6", 1, 1, 50, 2048, 0);
	CHECK_EQ(segward_reputation_next_expiry(rep), 2048);
	sweep_all(rep, 3000);
	CHECK_EQ(segward_reputation_next_expiry(rep), 4096);
	/* A load's entries count from its commit. */
	segward_reputation_load_begin(rep, 2, 3000);
	load(rep, "1.2.3.6", 2, 50, 3200);
	CHECK_EQ(segward_reputation_next_expiry(rep), 4096);
	segward_reputation_load_commit(rep, 2);
	CHECK_EQ(segward_reputation_next_expiry(rep), 3200);
	sweep_all(rep, 5000);
	CHECK_EQ(segward_reputation_next_expiry(rep), 0);
	segward_reputation_destroy(rep);
}

static void a_table_rebuilt_in_a_pass_hides_no_expiry(void)
{
	struct segward_reputation *rep = make();
	u64 next;

	fill(rep, 4, 1, 0, 2000, 1 << 20);
	CHECK(!segward_reputation_sweep(rep, 0, 1000));
	/* Grows, which moves what the sweeper has not seen. */
	fill(rep, 4, 1, 2000, 20000, 0);
	sweep_all(rep, 0);
	next = segward_reputation_next_expiry(rep);
	CHECK_EQ(next, 1 << 20);
	segward_reputation_destroy(rep);
}

/*
 * Keys
 */

static void the_end_of_one_source_leaves_the_others(void)
{
	struct segward_reputation_prefix p = prefix("1.2.3.0/24");
	struct segward_reputation *rep = make();

	add(rep, "1.2.3.0/24", 1, 1, 50, 1024, 0);
	add(rep, "1.2.3.0/24", 2, 1, 40, 0, 0);
	add(rep, "1.2.3.0/24", 2, 2, 30, 0, 0);
	add(rep, "1.2.3.0/24", 3, 1, 20, 0, 0);
	CHECK_EQ(look(rep, "1.2.3.4", 0), 2);
	CHECK_EQ(result.entries, 4);
	look(rep, "1.2.3.4", 1024);
	CHECK_EQ(result.entries, 3);
	sweep_all(rep, 1024);
	look(rep, "1.2.3.4", 1024);
	CHECK_EQ(result.entries, 3);
	CHECK_EQ(segward_reputation_del(rep, &p, 2, 1, 1024), 1);
	CHECK_EQ(segward_reputation_del(rep, &p, 2, 1, 1024), -ENOENT);
	look(rep, "1.2.3.4", 1024);
	CHECK_EQ(result.entries, 2);
	CHECK_EQ(segward_reputation_del(rep, &p, 0, 2, 1024), 1);
	CHECK_EQ(score_of(rep, "1.2.3.4", 1024), 20);
	CHECK_EQ(result.match[0].source, 3);
	CHECK_EQ(segward_reputation_del(rep, &p, 0, 0, 1024), 1);
	CHECK_EQ(score_of(rep, "1.2.3.4", 1024), 0);
	segward_reputation_destroy(rep);
}

static void adding_again_updates_score_and_expiry(void)
{
	struct segward_reputation_entry e = entry("1.2.3.4", 1, 1, 1, 0);
	struct segward_reputation *rep = make();

	CHECK_EQ(segward_reputation_get(rep, &e, 0), -ENOENT);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 50, 1024, 0), 1);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 60, 2048, 0), 0);
	CHECK_EQ(segward_reputation_get(rep, &e, 1500), 0);
	CHECK_EQ(e.score, 60);
	CHECK_EQ(e.expires, 2048);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 10, 0, 0), 0);
	CHECK_EQ(score_of(rep, "1.2.3.4", 1 << 30), 10);
	CHECK_EQ(entries_in(rep), 1);
	CHECK_EQ(stats_of(rep).added, 1);
	CHECK_EQ(stats_of(rep).updated, 2);
	e.source = 2;
	CHECK_EQ(segward_reputation_get(rep, &e, 0), -ENOENT);
	segward_reputation_destroy(rep);
}

static void names_are_bounded_and_checked(void)
{
	struct segward_reputation *rep = make();
	char name[40];
	int i;

	CHECK(segward_reputation_name_check("a"));
	CHECK(segward_reputation_name_check("spam-2"));
	CHECK(segward_reputation_name_check("abcdefghijklmnopqrstuvwxyz01234"));
	CHECK(!segward_reputation_name_check("abcdefghijklmnopqrstuvwxyz012345"));
	CHECK(!segward_reputation_name_check(""));
	CHECK(!segward_reputation_name_check("Spam"));
	CHECK(!segward_reputation_name_check("a b"));
	CHECK(!segward_reputation_name_check("a_b"));
	CHECK_EQ(segward_reputation_source_add(rep, "a/b"), -EINVAL);
	CHECK_EQ(segward_reputation_source_add(rep, "two"), 2);
	CHECK_EQ(segward_reputation_source_find(rep, "two"), 2);
	CHECK_EQ(segward_reputation_source_find(rep, "five"), -ENOENT);
	CHECK_STR(segward_reputation_source_name(rep, 2), "two");
	CHECK(!segward_reputation_source_name(rep, 0));
	CHECK(!segward_reputation_source_name(rep, 5));
	for (i = 5; i <= SEGWARD_REPUTATION_NAMES; i++) {
		snprintf(name, sizeof(name), "category-%d", i);
		CHECK_EQ(segward_reputation_category_add(rep, name), i);
	}
	CHECK_EQ(add(rep, "1.2.3.4", 1, SEGWARD_REPUTATION_NAMES, 1, 0, 0), 1);
	CHECK_STR(segward_reputation_category_name(rep, 255), "category-255");
	CHECK_STR(segward_reputation_category_name(rep, 4), "black");
	segward_reputation_destroy(rep);
}

static void names_that_nobody_uses_make_room(void)
{
	struct segward_reputation *rep = make();
	char name[40];
	int i;

	for (i = 5; i <= SEGWARD_REPUTATION_NAMES; i++) {
		snprintf(name, sizeof(name), "category-%d", i);
		segward_reputation_category_add(rep, name);
		segward_reputation_category_hold(rep, i);
	}
	for (i = 1; i <= 4; i++)
		add(rep, "1.2.3.4", 1, i, 1, 0, 0);
	CHECK_EQ(segward_reputation_category_add(rep, "new"), -ENOSPC);
	segward_reputation_category_release(rep, 77);
	CHECK_EQ(segward_reputation_category_add(rep, "new"), 77);
	CHECK_STR(segward_reputation_category_name(rep, 77), "new");
	CHECK_EQ(segward_reputation_category_find(rep, "category-77"), -ENOENT);
	segward_reputation_category_hold(rep, 77);
	CHECK_EQ(segward_reputation_category_add(rep, "newer"), -ENOSPC);
	/* A set that was replaced keeps no names, even if it is not swept. */
	segward_reputation_load_begin(rep, 1, 0);
	segward_reputation_load_commit(rep, 1);
	CHECK_EQ(segward_reputation_category_add(rep, "newer"), 1);
	CHECK_EQ(entries_in(rep), 0);
	segward_reputation_destroy(rep);
}

/*
 * Loads
 */

static void a_load_replaces_a_whole_source_at_once(void)
{
	struct segward_reputation *rep = make();
	u32 generation;

	add(rep, "1.2.3.4", 1, 1, 50, 0, 0);
	add(rep, "2001:db8::1", 1, 1, 50, 0, 0);
	add(rep, "1.2.3.4", 2, 2, 77, 0, 0);
	CHECK_EQ(segward_reputation_load_begin(rep, 1, 0), 0);
	CHECK_EQ(segward_reputation_load_begin(rep, 1, 0), -EBUSY);
	CHECK_EQ(segward_reputation_load_begin(rep, 9, 0), -ENOENT);
	CHECK_EQ(load(rep, "1.2.3.4", 2, 1, 0), -ENOENT);
	CHECK_EQ(load(rep, "1.2.3.4/8", 1, 1, 0), -EINVAL);
	CHECK_EQ(load(rep, "1.2.3.4", 1, 1, 0), 1);
	CHECK_EQ(load(rep, "1.2.3.4", 1, 60, 0), 0);
	CHECK_EQ(load(rep, "2001:db8::2", 1, 60, 0), 1);
	/* Nothing of it is seen. */
	CHECK_EQ(look(rep, "1.2.3.4", 0), 2);
	CHECK_EQ(result.entries, 2);
	CHECK_EQ(score_of(rep, "2001:db8::1", 0), 50);
	CHECK_EQ(score_of(rep, "2001:db8::2", 0), 0);
	CHECK_EQ(stats_of(rep).pending, 2);
	generation = segward_reputation_generation(rep);
	CHECK_EQ(segward_reputation_load_commit(rep, 1), 0);
	CHECK(segward_reputation_generation(rep) != generation);
	CHECK_EQ(segward_reputation_load_commit(rep, 1), -ENOENT);
	CHECK_EQ(look(rep, "1.2.3.4", 0), 2);
	CHECK_EQ(result.entries, 2);
	CHECK_EQ(score_of(rep, "2001:db8::1", 0), 0);
	CHECK_EQ(score_of(rep, "2001:db8::2", 0), 60);
	CHECK_EQ(stats_of(rep).replaced, 2);
	CHECK_EQ(stats_of(rep).stale, 2);
	sweep_all(rep, 0);
	CHECK_EQ(stats_of(rep).stale, 0);
	CHECK_EQ(entries_in(rep), 3);
	CHECK_EQ(score_of(rep, "2001:db8::2", 0), 60);
	segward_reputation_destroy(rep);
}

static void loads_follow_each_other_without_a_sweep(void)
{
	struct segward_reputation *rep = make();
	int round;

	for (round = 1; round <= 5; round++) {
		CHECK_EQ(segward_reputation_load_begin(rep, 1, 0), 0);
		CHECK_EQ(load(rep, "1.2.3.4", 1, round, 0), 1);
		CHECK_EQ(score_of(rep, "1.2.3.4", 0), round - 1);
		CHECK_EQ(segward_reputation_load_commit(rep, 1), 0);
		CHECK_EQ(score_of(rep, "1.2.3.4", 0), round);
		CHECK_EQ(result.entries, 1);
		CHECK_EQ(entries_in(rep), round == 1 ? 1 : 2);
	}
	segward_reputation_destroy(rep);
}

static void an_aborted_load_leaves_no_trace(void)
{
	struct segward_reputation *rep = make();

	add(rep, "1.2.3.4", 1, 1, 50, 0, 0);
	segward_reputation_load_begin(rep, 1, 0);
	load(rep, "1.2.3.4", 1, 60, 0);
	load(rep, "1.2.3.5", 1, 60, 0);
	segward_reputation_load_abort(rep, 1);
	segward_reputation_load_abort(rep, 1);
	segward_reputation_load_abort(rep, 9);
	CHECK_EQ(segward_reputation_load_commit(rep, 1), -ENOENT);
	CHECK_EQ(score_of(rep, "1.2.3.4", 0), 50);
	CHECK_EQ(score_of(rep, "1.2.3.5", 0), 0);
	CHECK_EQ(stats_of(rep).stale, 2);
	CHECK_EQ(stats_of(rep).added, 1);
	/* What it left must not come to life with the next one. */
	segward_reputation_load_begin(rep, 1, 0);
	load(rep, "1.2.3.6", 1, 70, 0);
	segward_reputation_load_commit(rep, 1);
	CHECK_EQ(score_of(rep, "1.2.3.4", 0), 0);
	CHECK_EQ(score_of(rep, "1.2.3.5", 0), 0);
	CHECK_EQ(score_of(rep, "1.2.3.6", 0), 70);
	segward_reputation_destroy(rep);
}

static void loads_of_two_sources_do_not_meet(void)
{
	struct segward_reputation *rep = make();

	fill(rep, 4, 3, 0, 1000, 0);
	segward_reputation_load_begin(rep, 1, 0);
	segward_reputation_load_begin(rep, 2, 0);
	load(rep, "1.2.3.4", 1, 60, 0);
	load(rep, "1.2.3.4", 2, 70, 0);
	segward_reputation_load_commit(rep, 2);
	CHECK_EQ(score_of(rep, "1.2.3.4", 0), 70);
	segward_reputation_load_abort(rep, 1);
	CHECK_EQ(score_of(rep, "1.2.3.4", 0), 70);
	CHECK_EQ(found(rep, 4, 0, 1000, 0), 1000);
	segward_reputation_destroy(rep);
}

static void adding_to_a_source_that_loads_acts_until_the_commit(void)
{
	struct segward_reputation *rep = make();

	segward_reputation_load_begin(rep, 1, 0);
	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 50, 0, 0), 1);
	CHECK_EQ(score_of(rep, "1.2.3.4", 0), 50);
	load(rep, "1.2.3.5", 1, 60, 0);
	segward_reputation_load_commit(rep, 1);
	CHECK_EQ(score_of(rep, "1.2.3.4", 0), 0);
	CHECK_EQ(score_of(rep, "1.2.3.5", 0), 60);
	segward_reputation_destroy(rep);
}

static void load_numbered(struct segward_reputation *rep, u8 version, u32 from,
			  u32 to)
{
	struct segward_reputation_entry e;
	u32 wrong = 0;

	for (; from < to; from++) {
		e = numbered(version, from, 1);
		wrong += segward_reputation_load_add(rep, &e, 0) != 1;
	}
	CHECK_EQ(wrong, 0);
}

static void a_load_survives_growing_and_sweeping(void)
{
	struct segward_reputation *rep = make();

	fill(rep, 4, 1, 0, 50000, 0);
	segward_reputation_load_begin(rep, 1, 0);
	load_numbered(rep, 4, 30000, 60000);
	sweep_all(rep, 0);
	load_numbered(rep, 4, 60000, 150000);
	CHECK_EQ(found(rep, 4, 0, 50000, 0), 50000);
	CHECK_EQ(found(rep, 4, 50000, 150000, 0), 0);
	segward_reputation_load_commit(rep, 1);
	CHECK_EQ(found(rep, 4, 0, 30000, 0), 0);
	CHECK_EQ(found(rep, 4, 30000, 150000, 0), 120000);
	sweep_all(rep, 0);
	CHECK_EQ(found(rep, 4, 0, 30000, 0), 0);
	CHECK_EQ(found(rep, 4, 30000, 150000, 0), 120000);
	segward_reputation_destroy(rep);
}

/*
 * Deleting and walking
 */

static void flushes_what_the_filter_says(void)
{
	struct segward_reputation_filter filter = { .source = 2 };
	struct segward_reputation *rep = make();

	fill(rep, 4, 1, 0, 1000, 0);
	fill(rep, 6, 2, 0, 1000, 0);
	add(rep, "1.2.3.0/24", 3, 3, 50, 0, 0);
	add(rep, "1.2.0.0/16", 3, 3, 50, 0, 0);
	add(rep, "1.2.3.4", 3, 4, 50, 1024, 0);
	CHECK_EQ(segward_reputation_flush(rep, &filter, 0), 1000);
	CHECK_EQ(found(rep, 4, 0, 1000, 0), 1000);
	CHECK_EQ(found(rep, 6, 0, 1000, 0), 0);
	filter = (struct segward_reputation_filter){
		.category = 3,
		.within = prefix("1.2.0.0/17"),
	};
	CHECK_EQ(segward_reputation_flush(rep, &filter, 0), 1);
	filter.within = prefix("::/0");
	CHECK_EQ(segward_reputation_flush(rep, &filter, 0), 0);
	CHECK_EQ(segward_reputation_flush(rep, NULL, 2048), 1001);
	CHECK_EQ(stats_of(rep).expired, 1);
	CHECK_EQ(entries_in(rep), 0);
	segward_reputation_destroy(rep);
}

/* Entries told, each at most once; stops before number @stop. */
struct told {
	u32 count;
	u32 stop;
	u32 again;
	u8 seen[200000];
};

static struct told told;

static int tell(void *ctx, const struct segward_reputation_entry *e)
{
	u32 low = get_unaligned_be32(e->prefix.addr +
				     (e->prefix.version == 4 ? 0 : 12));
	/* The inverse of numbered()'s factor. */
	u32 number = low * 0x0e8b2f51U;

	if (told.stop && told.count == told.stop)
		return -EMSGSIZE;
	told.count++;
	if (number < sizeof(told.seen))
		told.again += told.seen[number]++;
	return 0;
}

static int tell_all(struct segward_reputation *rep,
		    struct segward_reputation_cursor *cursor,
		    const struct segward_reputation_filter *filter)
{
	int ret;

	do {
		ret = segward_reputation_iterate(rep, cursor, filter, 0, tell,
						 NULL);
	} while (ret == -EAGAIN);
	return ret;
}

static void tells_each_entry_once_in_many_parts(void)
{
	struct segward_reputation_cursor cursor = { 0 };
	struct segward_reputation *rep = make();
	u32 parts = 1;

	CHECK_EQ(0x9e3779b1U * 0x0e8b2f51U, 1);
	memset(&told, 0, sizeof(told));
	CHECK_EQ(tell_all(rep, &cursor, NULL), 0);
	CHECK_EQ(told.count, 0);
	fill(rep, 4, 1, 0, 100000, 0);
	fill(rep, 6, 1, 100000, 120000, 0);
	memset(&cursor, 0, sizeof(cursor));
	for (told.stop = 777; tell_all(rep, &cursor, NULL); parts++) {
		CHECK_EQ(told.count, told.stop);
		told.stop += 777;
	}
	CHECK_EQ(told.count, 120000);
	CHECK_EQ(told.again, 0);
	CHECK_EQ(parts, 120000 / 777 + 1);
	CHECK(!cursor.inconsistent);
	segward_reputation_destroy(rep);
}

static void tells_what_the_filter_says(void)
{
	struct segward_reputation_filter filter = { .source = 2, .category = 1 };
	struct segward_reputation_cursor cursor = { 0 };
	struct segward_reputation *rep = make();

	memset(&told, 0, sizeof(told));
	fill(rep, 4, 1, 0, 1000, 0);
	fill(rep, 6, 2, 0, 100, 0);
	add(rep, "1.2.3.4", 2, 2, 50, 0, 0);
	add(rep, "1.2.3.5", 2, 1, 50, 0, 0);
	segward_reputation_load_begin(rep, 2, 0);
	load(rep, "1.2.3.6", 2, 50, 0);
	CHECK_EQ(tell_all(rep, &cursor, &filter), 0);
	CHECK_EQ(told.count, 101);
	memset(&cursor, 0, sizeof(cursor));
	told.count = 0;
	filter.within = prefix("1.2.3.0/24");
	CHECK_EQ(tell_all(rep, &cursor, &filter), 0);
	CHECK_EQ(told.count, 1);
	segward_reputation_destroy(rep);
}

static void a_walk_over_a_changed_table_is_called_inconsistent(void)
{
	struct segward_reputation_cursor cursor = { 0 };
	struct segward_reputation *rep = make();

	memset(&told, 0, sizeof(told));
	fill(rep, 4, 1, 0, 1000, 0);
	told.stop = 10;
	CHECK_EQ(tell_all(rep, &cursor, NULL), -EMSGSIZE);
	/* An entry more or less is nothing. */
	add(rep, "1.2.3.4", 2, 2, 50, 0, 0);
	segward_reputation_del(rep, &(struct segward_reputation_prefix){
			       .version = 4, .len = 32, .addr = { 1, 2, 3, 4 }
			       }, 0, 0, 0);
	told.stop = 20;
	CHECK_EQ(tell_all(rep, &cursor, NULL), -EMSGSIZE);
	CHECK(!cursor.inconsistent);
	fill(rep, 4, 1, 1000, 10000, 0);
	told.stop = 0;
	CHECK_EQ(tell_all(rep, &cursor, NULL), 0);
	CHECK(cursor.inconsistent);

	memset(&cursor, 0, sizeof(cursor));
	told.count = 0;
	told.stop = 10;
	CHECK_EQ(tell_all(rep, &cursor, NULL), -EMSGSIZE);
	segward_reputation_load_begin(rep, 2, 0);
	segward_reputation_load_commit(rep, 2);
	told.stop = 0;
	CHECK_EQ(tell_all(rep, &cursor, NULL), 0);
	CHECK(cursor.inconsistent);
	segward_reputation_destroy(rep);
}

/*
 * Size and cost
 */

static void check_million(u8 version, u32 limit)
{
	struct segward_reputation *rep = make();
	u32 worst = 0;
	u32 i;

	for (i = 0; i < MILLION; i += 1000) {
		CHECK_EQ(fill(rep, version, 1, i, i + 1000, 0), 0);
		if (i >= 500000)
			worst = max(worst,
				    (u32)(segward_reputation_memory(rep) /
					  (i + 1000)));
	}
	CHECK(segward_reputation_memory(rep) <= (size_t)limit * MILLION);
	CHECK(worst <= limit);
	printf("# IPv%u: %.1f bytes an entry at a million, never over %u\n",
	       version, (double)segward_reputation_memory(rep) / MILLION,
	       worst + 1);
	CHECK_EQ(found(rep, version, 0, MILLION, 0), MILLION);
	CHECK_EQ(found(rep, version, MILLION, 2 * MILLION, 0), 0);
	/* Growing is geometric: its cost for each entry is bounded. */
	CHECK(stats_of(rep).rebuilds <= 40);
	segward_reputation_destroy(rep);
}

static void a_million_ipv4_entries_take_48_bytes_each(void)
{
	check_million(4, 48);
}

static void a_million_ipv6_entries_take_64_bytes_each(void)
{
	check_million(6, 64);
}

static void replacing_a_million_gives_the_memory_back(void)
{
	struct segward_reputation *rep = make();

	fill(rep, 6, 1, 0, MILLION, 0);
	segward_reputation_load_begin(rep, 1, 0);
	load_numbered(rep, 6, MILLION / 2, MILLION + MILLION / 2);
	CHECK_EQ(segward_reputation_load_commit(rep, 1), 0);
	CHECK_EQ(found(rep, 6, 0, MILLION / 2, 0), 0);
	CHECK_EQ(found(rep, 6, MILLION / 2, 3 * (MILLION / 2), 0), MILLION);
	sweep_all(rep, 0);
	CHECK_EQ(found(rep, 6, MILLION / 2, 3 * (MILLION / 2), 0), MILLION);
	CHECK(segward_reputation_memory(rep) <= 64 * MILLION);
	segward_reputation_destroy(rep);
}

static void little_takes_little(void)
{
	struct segward_reputation *rep = segward_reputation_create(&config);

	CHECK(segward_reputation_memory(rep) < 1024);
	segward_reputation_destroy(rep);
	rep = make();
	add(rep, "1.2.3.4", 1, 1, 50, 0, 0);
	CHECK(segward_reputation_memory(rep) < 10000);
	fill(rep, 4, 1, 0, 1000, 0);
	CHECK(segward_reputation_memory(rep) < 100000);
	segward_reputation_flush(rep, NULL, 0);
	sweep_all(rep, 0);
	CHECK(segward_reputation_memory(rep) < 10000);
	CHECK_EQ(score_of(rep, "1.2.3.4", 0), 0);
	segward_reputation_destroy(rep);
}

static void a_sweep_looks_at_no_more_than_its_budget(void)
{
	struct segward_reputation *rep = make();
	u32 calls = 1;

	fill(rep, 4, 1, 0, 1000, 1024);
	fill(rep, 6, 1, 0, 1000, 1024);
	CHECK(!segward_reputation_sweep(rep, 2048, 1));
	CHECK(stats_of(rep).expired <= 1);
	while (!segward_reputation_sweep(rep, 2048, 1))
		calls++;
	CHECK_EQ(stats_of(rep).expired, 2000);
	CHECK(calls >= 2000);
	CHECK_EQ(entries_in(rep), 0);
	segward_reputation_destroy(rep);
}

static void is_untidy_until_it_is_swept(void)
{
	struct segward_reputation *rep = make();

	CHECK(!segward_reputation_untidy(rep));
	fill(rep, 4, 1, 0, 10, 0);
	sweep_all(rep, 0);
	CHECK(!segward_reputation_untidy(rep));
	segward_reputation_del(rep, &(struct segward_reputation_prefix){
			       .version = 4, .len = 32 }, 0, 0, 0);
	CHECK(segward_reputation_untidy(rep));
	sweep_all(rep, 0);
	CHECK(!segward_reputation_untidy(rep));
	fill(rep, 4, 1, 10, 50000, 0);
	sweep_all(rep, 0);
	segward_reputation_flush(rep, NULL, 0);
	CHECK(segward_reputation_untidy(rep));
	sweep_all(rep, 0);
	CHECK(!segward_reputation_untidy(rep));
	segward_reputation_load_begin(rep, 1, 0);
	load(rep, "1.2.3.4", 1, 1, 0);
	segward_reputation_load_abort(rep, 1);
	CHECK(segward_reputation_untidy(rep));
	sweep_all(rep, 0);
	CHECK(!segward_reputation_untidy(rep));
	segward_reputation_destroy(rep);
}

static void churn_does_not_grow_the_table(void)
{
	struct segward_reputation_entry e;
	struct segward_reputation *rep = make();
	size_t memory;
	u32 i;

	fill(rep, 4, 1, 0, 10000, 0);
	sweep_all(rep, 0);
	memory = segward_reputation_memory(rep);
	for (i = 0; i < 200000; i++) {
		e = numbered(4, i, 1);
		CHECK_EQ(segward_reputation_del(rep, &e.prefix, 1, 1, 0), 1);
		e = numbered(4, i + 10000, 1);
		CHECK_EQ(segward_reputation_add(rep, &e, 0), 1);
	}
	CHECK(segward_reputation_memory(rep) <= memory * 2);
	CHECK_EQ(found(rep, 4, 0, 200000, 0), 0);
	CHECK_EQ(found(rep, 4, 200000, 210000, 0), 10000);
	segward_reputation_destroy(rep);
}

static void expired_entries_make_room_instead_of_growth(void)
{
	struct segward_reputation *rep = make();
	u64 rebuilds;
	u32 round;
	u64 now;

	fill(rep, 6, 1, 0, 100000, SECOND);
	rebuilds = stats_of(rep).rebuilds;
	for (round = 1; round < 6; round++) {
		struct segward_reputation_entry e;
		u32 i;

		now = round * SECOND;
		for (i = 0; i < 100000; i++) {
			e = numbered(6, round * 100000 + i, 1);
			e.expires = now + SECOND;
			if (segward_reputation_add(rep, &e, now) != 1)
				CHECK(false);
		}
	}
	CHECK(stats_of(rep).rebuilds <= rebuilds + 1);
	CHECK(stats_of(rep).expired >= 400000);
	segward_reputation_destroy(rep);
}

static void prefixes_told_by_many_sources_fit(void)
{
	struct segward_reputation_entry e;
	struct segward_reputation *rep = make();
	u64 rebuilds;
	u32 wrong = 0;
	char name[16];
	u32 i, s;

	for (s = 5; s <= SEGWARD_REPUTATION_PER_PREFIX; s++) {
		snprintf(name, sizeof(name), "source-%u", s);
		segward_reputation_source_add(rep, name);
	}
	for (i = 0; i < 10000; i++) {
		for (s = 1; s <= SEGWARD_REPUTATION_PER_PREFIX; s++) {
			e = numbered(6, i, s);
			wrong += segward_reputation_add(rep, &e, 0) != 1;
		}
	}
	CHECK_EQ(wrong, 0);
	/* So many of one prefix crowd each other, but not without limit. */
	CHECK(segward_reputation_memory(rep) <
	      100 * 10000 * SEGWARD_REPUTATION_PER_PREFIX);
	/* If a smaller table would not do, that is not tried all the time. */
	sweep_all(rep, 0);
	rebuilds = stats_of(rep).rebuilds;
	sweep_all(rep, 0);
	CHECK_EQ(stats_of(rep).rebuilds, rebuilds);
	CHECK(!segward_reputation_untidy(rep));
	for (i = 0; i < 10000; i++) {
		look_numbered(rep, 6, i, 0);
		wrong += result.entries != SEGWARD_REPUTATION_PER_PREFIX;
	}
	CHECK_EQ(wrong, 0);
	segward_reputation_destroy(rep);
}

static void without_memory_nothing_changes(void)
{
	struct segward_reputation *rep = make();
	u32 failures = 0;
	u32 i;

	CHECK_EQ(add(rep, "1.2.3.4", 1, 1, 50, 0, 0), 1);
	for (i = 0; i < 3000; i++) {
		struct segward_reputation_entry e = numbered(4 + i % 2 * 2, i, 1);
		int tries;

		/* The first, then the second allocation fails. */
		for (tries = 0; tries < 2; tries++) {
			u32 before = entries_in(rep);
			int err;

			allocations_left = tries;
			err = segward_reputation_add(rep, &e, 0);
			allocations_left = -1;
			if (err >= 0)
				break;
			failures++;
			CHECK_EQ(err, -ENOMEM);
			CHECK_EQ(entries_in(rep), before);
			CHECK_EQ(score_of(rep, "1.2.3.4", 0), 50);
		}
		if (tries == 2)
			CHECK_EQ(segward_reputation_add(rep, &e, 0), 1);
	}
	CHECK(failures > 10);
	allocations_left = 0;
	CHECK(!segward_reputation_create(&config));
	CHECK_EQ(segward_reputation_source_add(rep, "new"), -ENOMEM);
	segward_reputation_flush(rep, NULL, 0);
	fill(rep, 4, 1, 0, 10, 0);
	sweep_all(rep, 0);
	CHECK_EQ(found(rep, 4, 0, 10, 0), 10);
	allocations_left = -1;
	segward_reputation_destroy(rep);
}

/*
 * The same as a list
 */

#define LIST	400U

struct item {
	struct segward_reputation_entry entry;
	bool pending;
};

static struct item list[LIST * 4];
static u32 listed;

static bool covers(const struct segward_reputation_prefix *p, u8 version,
		   const u8 *addr)
{
	int i;

	if (p->version != version)
		return false;
	for (i = 0; i < p->len; i++)
		if ((p->addr[i / 8] ^ addr[i / 8]) & 128 >> i % 8)
			return false;
	return true;
}

/* Few bits vary, so that prefixes meet and cover each other. */
static struct segward_reputation_prefix any_prefix(void)
{
	struct segward_reputation_prefix p = { .version = 4 + draw() % 2 * 2 };
	int most = p.version == 4 ? 32 : 128;
	int i;

	p.len = draw() % 3 ? most - draw() % 6 : draw() % (most + 1);
	for (i = 0; i < p.len; i++)
		if (i % 16 == 7 || i % 16 >= 14)
			p.addr[i / 8] |= (draw() & 1) << (7 - i % 8);
	return p;
}

static void list_drop(u32 i)
{
	list[i] = list[--listed];
}

static struct item *list_find(const struct segward_reputation_entry *e,
			      bool pending)
{
	u32 i;

	for (i = 0; i < listed; i++)
		if (list[i].pending == pending &&
		    list[i].entry.source == e->source &&
		    list[i].entry.category == e->category &&
		    !memcmp(&list[i].entry.prefix, &e->prefix,
			    sizeof(e->prefix)))
			return &list[i];
	return NULL;
}

static void both_add(struct segward_reputation *rep, bool pending, u64 now)
{
	struct segward_reputation_entry e = {
		.prefix = any_prefix(),
		.source = 1 + draw() % 4,
		.category = 1 + draw() % 4,
		.score = 1 + draw() % 100,
		.expires = draw() % 2 ? now + 128 + draw() % 128 * 128 : 0,
	};
	struct item *item = list_find(&e, pending);
	int want = item ? 0 : 1;
	int got;

	/* The table keeps expiry in steps of 128 ns. */
	e.expires &= ~127ULL;
	if (e.expires && e.expires <= now)
		e.expires += 128;
	if (item && !pending && item->entry.expires &&
	    item->entry.expires <= now)
		want = 1;
	got = pending ? segward_reputation_load_add(rep, &e, now) :
			segward_reputation_add(rep, &e, now);
	CHECK_EQ(got, want);
	if (!item)
		item = &list[listed++];
	item->entry = e;
	item->pending = pending;
}

static void both_delete(struct segward_reputation *rep, u64 now)
{
	u8 category = draw() % 5;
	u8 source = draw() % 5;
	struct segward_reputation_prefix p;
	int deleted = 0;
	u32 i;

	if (!listed)
		return;
	p = list[draw() % listed].entry.prefix;
	for (i = 0; i < listed; i++) {
		struct segward_reputation_entry *e = &list[i].entry;

		if (list[i].pending || memcmp(&e->prefix, &p, sizeof(p)) ||
		    (source && e->source != source) ||
		    (category && e->category != category))
			continue;
		deleted += !e->expires || now < e->expires;
		list_drop(i--);
	}
	CHECK_EQ(segward_reputation_del(rep, &p, source, category, now),
		 deleted ? deleted : -ENOENT);
}

static void both_end_load(struct segward_reputation *rep, u8 source)
{
	bool commit = draw() % 2;
	u32 i;

	if (commit)
		CHECK_EQ(segward_reputation_load_commit(rep, source), 0);
	else
		segward_reputation_load_abort(rep, source);
	for (i = 0; i < listed; i++) {
		if (list[i].entry.source != source)
			continue;
		if (list[i].pending == commit)
			list[i].pending = false;
		else if (commit || list[i].pending)
			list_drop(i--);
	}
}

static void both_look(const struct segward_reputation *rep, u64 now)
{
	struct segward_reputation_entry out[64];
	int best[5] = { 0 };
	u8 addr[16] = { 0 };
	u8 version = 4 + draw() % 2 * 2;
	u32 count = 0;
	u32 i;

	for (i = 0; i < 128; i++)
		if (i % 16 == 7 || i % 16 >= 14)
			addr[i / 8] |= (draw() & 1) << (7 - i % 8);
	for (i = 0; i < listed; i++) {
		struct segward_reputation_entry *e = &list[i].entry;

		if (list[i].pending || (e->expires && e->expires <= now) ||
		    !covers(&e->prefix, version, addr))
			continue;
		count++;
		best[e->category] = max_t(int, best[e->category], e->score);
	}
	segward_reputation_lookup(rep, version, addr, now, &result);
	CHECK_EQ(result.entries, count);
	CHECK_EQ(segward_reputation_covering(rep, version, addr, now, out, 64),
		 count);
	for (i = 0; i < result.count; i++)
		CHECK_EQ(result.match[i].score, best[result.match[i].category]);
	for (i = 0; i < min(count, 64U); i++)
		CHECK(!!list_find(&out[i], false));
}

static void agrees_with_a_plain_list(void)
{
	struct segward_reputation *rep = make();
	u32 steps, expired, i;
	bool loading = false;
	u64 now = 1000;

	listed = 0;
	for (steps = 0; steps < 60000 && !tap_failed; steps++, now += draw() % 3) {
		switch (draw() % 16) {
		case 0 ... 5:
			if (listed < LIST)
				both_add(rep, false, now);
			break;
		case 6 ... 8:
			both_delete(rep, now);
			break;
		case 9:
			if (!loading && !(draw() % 8)) {
				for (i = 1; i <= 4; i++)
					segward_reputation_load_begin(rep, i,
								      now);
				loading = true;
			} else if (loading && !(draw() % 16)) {
				for (i = 1; i <= 4; i++)
					both_end_load(rep, i);
				loading = false;
			}
			break;
		case 10:
			if (loading && listed < LIST)
				both_add(rep, true, now);
			break;
		case 11:
			segward_reputation_sweep(rep, now, 1 + draw() % 200);
			break;
		default:
			both_look(rep, now);
		}
	}
	CHECK_EQ(steps, 60000);
	for (i = 1; i <= 4; i++)
		segward_reputation_load_abort(rep, i);
	sweep_all(rep, now);
	for (i = 0, expired = 0; i < listed; i++)
		expired += list[i].pending || (list[i].entry.expires &&
					       list[i].entry.expires <= now);
	CHECK_EQ(entries_in(rep), listed - expired);
	segward_reputation_destroy(rep);
}

int main(void)
{
	RUN(finds_addresses_and_prefixes_in_one_lookup);
	RUN(finds_every_prefix_length_of_both_families);
	RUN(finds_all_lengths_over_one_address_at_once);
	RUN(reads_addresses_of_any_alignment);
	RUN(keeps_the_best_score_of_each_category);
	RUN(settles_equal_scores_by_length_and_source);
	RUN(keeps_the_highest_scores_of_too_many_categories);
	RUN(never_takes_a_prefix_for_an_address);
	RUN(refuses_impossible_entries);
	RUN(bounds_the_entries_of_one_prefix);
	RUN(bounds_the_entries_of_a_table);
	RUN(acts_until_its_expiry_and_no_longer);
	RUN(a_million_expire_at_once_without_a_sweeper);
	RUN(counts_every_expiry_once);
	RUN(knows_when_the_next_expiry_is);
	RUN(a_table_rebuilt_in_a_pass_hides_no_expiry);
	RUN(the_end_of_one_source_leaves_the_others);
	RUN(adding_again_updates_score_and_expiry);
	RUN(names_are_bounded_and_checked);
	RUN(names_that_nobody_uses_make_room);
	RUN(a_load_replaces_a_whole_source_at_once);
	RUN(loads_follow_each_other_without_a_sweep);
	RUN(an_aborted_load_leaves_no_trace);
	RUN(loads_of_two_sources_do_not_meet);
	RUN(adding_to_a_source_that_loads_acts_until_the_commit);
	RUN(a_load_survives_growing_and_sweeping);
	RUN(flushes_what_the_filter_says);
	RUN(tells_each_entry_once_in_many_parts);
	RUN(tells_what_the_filter_says);
	RUN(a_walk_over_a_changed_table_is_called_inconsistent);
	RUN(a_million_ipv4_entries_take_48_bytes_each);
	RUN(a_million_ipv6_entries_take_64_bytes_each);
	RUN(replacing_a_million_gives_the_memory_back);
	RUN(little_takes_little);
	RUN(a_sweep_looks_at_no_more_than_its_budget);
	RUN(is_untidy_until_it_is_swept);
	RUN(churn_does_not_grow_the_table);
	RUN(expired_entries_make_room_instead_of_growth);
	RUN(prefixes_told_by_many_sources_fit);
	RUN(without_memory_nothing_changes);
	RUN(agrees_with_a_plain_list);
	return tap_done();
}
