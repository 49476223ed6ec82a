// SPDX-License-Identifier: GPL-2.0
/*
 * Readers beside a writer that does everything it can do, under the race
 * detector. Each reader holds every answer against what must be true at all
 * times; the writer counts its rounds, not the time.
 */

#include <pthread.h>
#include <sched.h>

#include "reputation.h"
#include "tap.h"

#define READERS		3
#define ROUNDS		150U

enum {
	SOURCE_STEADY = 1,
	SOURCE_PAIR,
	SOURCE_LOADED,
	SOURCE_CHURN,
};

/* A reader's counter is odd while it reads. */
static unsigned int reading[READERS] __attribute__((aligned(64)));
static unsigned int finished;
static unsigned int wrong;
static unsigned int answers;
static struct segward_reputation *rep;

void epoch_synchronize(void)
{
	unsigned int was;
	int i;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	for (i = 0; i < READERS; i++) {
		was = __atomic_load_n(&reading[i], __ATOMIC_SEQ_CST);
		while (was & 1 &&
		       __atomic_load_n(&reading[i], __ATOMIC_SEQ_CST) == was)
			sched_yield();
	}
}

static void expect(bool good)
{
	if (!good)
		__atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
}

static u64 step(u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

/* 10.x addresses churn; their scores follow from the address. */
static u8 churn_score(const u8 *addr)
{
	return 1 + (addr[1] * 7 + addr[2] * 5 + addr[3]) % 100;
}

static void churn_address(u32 number, u8 *addr)
{
	put_unaligned_be32(0x0a000000 | (number & 0xffffff), addr);
}

static struct segward_reputation_entry entry4(u32 addr, u8 len, u8 source,
					      u8 score)
{
	struct segward_reputation_entry e = {
		.prefix = { .version = 4, .len = len },
		.source = source,
		.category = source,
		.score = score,
	};

	put_unaligned_be32(addr, e.prefix.addr);
	return e;
}

static const struct segward_reputation_match *
match_of(const struct segward_reputation_result *result, u8 category)
{
	u8 i;

	for (i = 0; i < result->count; i++)
		if (result->match[i].category == category)
			return &result->match[i];
	return NULL;
}

/* 192.0.2.1 is always there, and its neighbour never. */
static void read_steady(void)
{
	static const u8 other[] = { 192, 0, 2, 2 };
	static const u8 addr[] = { 192, 0, 2, 1 };
	struct segward_reputation_result result;

	expect(segward_reputation_lookup(rep, 4, addr, 1, &result) == 1);
	expect(result.match[0].score == 11);
	expect(segward_reputation_lookup(rep, 4, other, 1, &result) == 0);
}

/* 192.0.3.1 is updated: its expiry always follows from its score. */
static void read_pair(void)
{
	static const u8 addr[] = { 192, 0, 3, 1 };
	struct segward_reputation_result result;

	expect(segward_reputation_lookup(rep, 4, addr, 1, &result) == 1);
	expect(result.match[0].expires == result.match[0].score * 1024);
}

/*
 * 192.0.4.1 and both prefixes around it are in each load with the load's
 * score, under one category each: all three are of one load, always.
 */
static void read_loaded(void)
{
	static const u8 addr[] = { 192, 0, 4, 1 };
	struct segward_reputation_result result;
	const struct segward_reputation_match *match;
	int category;
	u8 score;

	expect(segward_reputation_lookup(rep, 4, addr, 1, &result) == 3);
	expect(result.entries == 3);
	score = result.match[0].score;
	for (category = 5; category < 8; category++) {
		match = match_of(&result, category);
		expect(match && match->score == score);
	}
}

static void read_churn(u64 *state)
{
	struct segward_reputation_entry list[4];
	struct segward_reputation_result result;
	unsigned int count;
	u8 addr[4];

	churn_address((u32)(step(state) >> 32) % 8192, addr);
	if (segward_reputation_lookup(rep, 4, addr, 1, &result)) {
		expect(result.match[0].score == churn_score(addr));
		expect(result.match[0].len == 32);
		expect(result.match[0].source == SOURCE_CHURN);
	}
	count = segward_reputation_covering(rep, 4, addr, 1, list, 4);
	expect(count <= 1);
	if (count)
		expect(!memcmp(list[0].prefix.addr, addr, 4));
}

struct walk {
	unsigned int steady;
	unsigned int odd;
};

static int walk_one(void *ctx, const struct segward_reputation_entry *e)
{
	struct walk *walk = ctx;

	walk->steady += e->source == SOURCE_STEADY;
	if (e->source == SOURCE_CHURN)
		walk->odd += e->score != churn_score(e->prefix.addr);
	if (e->source == SOURCE_PAIR)
		walk->odd += e->expires != e->score * 1024ULL;
	return 0;
}

static void enter(int reader)
{
	__atomic_fetch_add(&reading[reader], 1, __ATOMIC_SEQ_CST);
}

static void leave(int reader)
{
	__atomic_fetch_add(&reading[reader], 1, __ATOMIC_SEQ_CST);
}

static void read_walk(int reader)
{
	struct segward_reputation_cursor cursor = { 0 };
	struct walk walk = { 0 };
	int ret;

	do {
		enter(reader);
		ret = segward_reputation_iterate(rep, &cursor, NULL, 1,
						 walk_one, &walk);
		leave(reader);
	} while (ret);
	expect(!walk.odd);
	expect(cursor.inconsistent || walk.steady == 1);
}

/* Identifiers that change hands have one name or another, or none. */
static void read_name(u8 category)
{
	const char *name = segward_reputation_category_name(rep, category);

	expect(!name || !strncmp(name, "name-", 5));
}

static void *reader(void *arg)
{
	int self = (int)(intptr_t)arg;
	u64 state = 0x9e3779b97f4a7c15ULL + self;
	unsigned int rounds = 0;

	while (!__atomic_load_n(&finished, __ATOMIC_ACQUIRE)) {
		enter(self);
		read_steady();
		read_pair();
		read_loaded();
		read_churn(&state);
		expect(segward_reputation_source_name(rep, SOURCE_STEADY)[0] ==
		       's');
		read_name((u8)(100 + rounds % 50));
		leave(self);
		if (!(++rounds % 256))
			read_walk(self);
	}
	__atomic_fetch_add(&answers, rounds, __ATOMIC_RELAXED);
	return NULL;
}

static void load(u8 score)
{
	static const u8 lens[] = { 23, 24, 32 };
	struct segward_reputation_entry e;
	int i;

	expect(!segward_reputation_load_begin(rep, SOURCE_LOADED, 1));
	for (i = 0; i < 3; i++) {
		e = entry4(0xc0000401U & ~0U << (32 - lens[i]), lens[i],
			   SOURCE_LOADED, score);
		e.category = 5 + i;
		expect(segward_reputation_load_add(rep, &e, 1) == 1);
	}
}

static void churn(u64 *state, bool grow)
{
	struct segward_reputation_entry e;
	u32 i;

	for (i = 0; i < 400; i++) {
		e = entry4(0, 32, SOURCE_CHURN, 1);
		churn_address((u32)(step(state) >> 32) % 8192, e.prefix.addr);
		e.score = churn_score(e.prefix.addr);
		if (grow)
			expect(segward_reputation_add(rep, &e, 1) >= 0);
		else
			segward_reputation_del(rep, &e.prefix, 0, 0, 1);
	}
}

static void write_round(u32 round, u64 *state)
{
	struct segward_reputation_filter all = { .source = SOURCE_CHURN };
	struct segward_reputation_entry e;
	char name[24];
	u32 i;

	e = entry4(0xc0000301, 32, SOURCE_PAIR, 1 + round % 100);
	e.expires = e.score * 1024;
	expect(segward_reputation_add(rep, &e, 1) >= 0);
	load(1 + round % 100);
	churn(state, round % 16 < 10);
	if (round % 5)
		expect(!segward_reputation_load_commit(rep, SOURCE_LOADED));
	else
		segward_reputation_load_abort(rep, SOURCE_LOADED);
	if (round % 64 == 63)
		segward_reputation_flush(rep, &all, 1);
	segward_reputation_sweep(rep, 1, 5000);
	/* More names than there are identifiers, so that some change hands. */
	for (i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "name-%u-%u", round, i);
		expect(segward_reputation_category_add(rep, name) > 0);
	}
}

static void setup(void)
{
	static const struct segward_reputation_config config = {
		.key = { 1, 2 },
	};
	static const char * const names[] = {
		"steady", "pair", "loaded", "churn", "a", "b", "c"
	};
	struct segward_reputation_entry e;
	int i;

	rep = segward_reputation_create(&config);
	for (i = 0; i < 7; i++) {
		segward_reputation_category_add(rep, names[i]);
		segward_reputation_category_hold(rep, i + 1);
		if (i < 4)
			segward_reputation_source_add(rep, names[i]);
	}
	e = entry4(0xc0000201, 32, SOURCE_STEADY, 11);
	segward_reputation_add(rep, &e, 1);
	e = entry4(0xc0000301, 32, SOURCE_PAIR, 1);
	e.expires = 1024;
	segward_reputation_add(rep, &e, 1);
	load(1);
	segward_reputation_load_commit(rep, SOURCE_LOADED);
}

static void readers_see_whole_entries_and_whole_sets(void)
{
	struct segward_reputation_stats stats;
	pthread_t threads[READERS];
	u64 state = 42;
	u32 round;
	int i;

	setup();
	for (i = 0; i < READERS; i++)
		pthread_create(&threads[i], NULL, reader, (void *)(intptr_t)i);
	for (round = 0; round < ROUNDS; round++)
		write_round(round, &state);
	__atomic_store_n(&finished, 1, __ATOMIC_RELEASE);
	for (i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
	segward_reputation_stats(rep, &stats);
	printf("# %u rounds of reading, %llu rebuilds\n", answers,
	       (unsigned long long)stats.rebuilds);
	CHECK_EQ(wrong, 0);
	CHECK(answers > 0);
	CHECK(stats.rebuilds > 4);
	segward_reputation_destroy(rep);
}

int main(void)
{
	RUN(readers_see_whole_entries_and_whole_sets);
	return tap_done();
}
