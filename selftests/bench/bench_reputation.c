// SPDX-License-Identifier: GPL-2.0
/*
 * What the reputation table costs: additions one by one and as a load, memory,
 * and lookups of random addresses that are and are not in it.
 *
 *	bench_reputation [ENTRIES]
 *
 * Lookups are timed in a loop in which each address follows from the one
 * before but not from its result, as with packets that arrive one by one.
 */

#include <stdio.h>
#include <time.h>

#include "reputation.h"

#define LOOKUPS		4000000U
#define MILLION		1000000U

static u64 seed = 0x9e3779b97f4a7c15ULL;

static u64 draw(void)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return seed * 0x2545f4914f6cdd1dULL;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void random_address(u8 version, u8 *addr)
{
	u64 word = draw();

	if (version == 4) {
		put_unaligned_be32((u32)(word >> 32), addr);
		return;
	}
	put_unaligned_be32(0x20000000 | (u32)(word >> 35), addr);
	put_unaligned_be32((u32)word, addr + 4);
	word = draw();
	put_unaligned_be32((u32)(word >> 32), addr + 8);
	put_unaligned_be32((u32)word, addr + 12);
}

static void cut(struct segward_reputation_prefix *prefix, u8 len)
{
	int bit;

	prefix->len = len;
	for (bit = len; bit < 128; bit++)
		prefix->addr[bit / 8] &= ~(128 >> bit % 8);
}

/* One in 16 is a network, of the lengths that public lists have. */
static void random_prefix(u8 version, struct segward_reputation_prefix *prefix)
{
	static const u8 lengths4[] = { 24, 24, 24, 23, 22, 20, 19, 16 };
	static const u8 lengths6[] = { 64, 64, 64, 56, 48, 48, 36, 32 };
	u8 exact = version == 4 ? 32 : 128;
	u8 kind = draw() >> 56;

	prefix->version = version;
	random_address(version, prefix->addr);
	if (kind % 16)
		cut(prefix, exact);
	else
		cut(prefix, (version == 4 ? lengths4 : lengths6)[kind / 16 % 8]);
}

static double time_lookups(const struct segward_reputation *rep, u8 version,
			   u32 *hits)
{
	struct segward_reputation_result result;
	double start = seconds();
	u8 addr[16];
	u32 i;

	for (*hits = 0, i = 0; i < LOOKUPS; i++) {
		random_address(version, addr);
		*hits += !!segward_reputation_lookup(rep, version, addr, 1,
						     &result);
	}
	return (seconds() - start) / LOOKUPS * 1e9;
}

static double time_drawing(u8 version)
{
	double start = seconds();
	u8 addr[16];
	u32 sum = 0;
	u32 i;

	for (i = 0; i < LOOKUPS; i++) {
		random_address(version, addr);
		sum += addr[0];
	}
	return (seconds() - start) / LOOKUPS * 1e9 + !sum;
}

/* The addresses of the entries, drawn again: all are found. */
static double time_hits(const struct segward_reputation *rep, u8 version,
			u64 begin, u32 entries, u32 *hits)
{
	struct segward_reputation_result result;
	struct segward_reputation_prefix prefix;
	double start;
	u32 i;

	seed = begin;
	start = seconds();
	for (*hits = 0, i = 0; i < entries; i++) {
		random_prefix(version, &prefix);
		*hits += !!segward_reputation_lookup(rep, version, prefix.addr,
						     1, &result);
	}
	return (seconds() - start) / entries * 1e9;
}

static double fill(struct segward_reputation *rep, u8 version, u32 entries,
		   bool load)
{
	struct segward_reputation_entry entry = {
		.source = 1,
		.category = 1,
		.score = 80,
	};
	double start = seconds();
	u32 i;

	if (load)
		segward_reputation_load_begin(rep, 1, 1);
	for (i = 0; i < entries; i++) {
		random_prefix(version, &entry.prefix);
		if (load)
			segward_reputation_load_add(rep, &entry, 1);
		else
			segward_reputation_add(rep, &entry, 1);
	}
	if (load)
		segward_reputation_load_commit(rep, 1);
	return seconds() - start;
}

static void bench(u8 version, u32 entries)
{
	static const struct segward_reputation_config config = {
		.key = { 0x0123456789abcdefULL, 0xfedcba9876543210ULL },
	};
	struct segward_reputation *rep = segward_reputation_create(&config);
	double draws = time_drawing(version);
	struct segward_reputation_stats stats;
	u64 begin = seed;
	double taken;
	u32 hits;

	segward_reputation_source_add(rep, "bench");
	segward_reputation_category_add(rep, "bench");
	taken = fill(rep, version, entries, false);
	segward_reputation_stats(rep, &stats);
	printf("IPv%u add: %.0f entries a second, %llu rebuilds\n", version,
	       entries / taken, (unsigned long long)stats.rebuilds);
	printf("IPv%u memory: %.1f bytes an entry, %u entries\n", version,
	       (double)segward_reputation_memory(rep) /
	       (stats.entries4 + stats.entries6),
	       stats.entries4 + stats.entries6);
	taken = time_hits(rep, version, begin, entries, &hits);
	printf("IPv%u hit: %.1f ns (%u of %u found)\n", version, taken - draws,
	       hits, entries);
	taken = time_lookups(rep, version, &hits);
	printf("IPv%u random: %.1f ns (%.2f %% found)\n", version,
	       taken - draws, 100.0 * hits / LOOKUPS);
	seed = begin;
	taken = fill(rep, version, entries, true);
	printf("IPv%u load: %.2f s for %u entries\n", version, taken, entries);
	taken = seconds();
	while (!segward_reputation_sweep(rep, 1, 65536))
		;
	printf("IPv%u sweep of the old set: %.3f s\n", version,
	       seconds() - taken);
	segward_reputation_destroy(rep);
}

int main(int argc, char **argv)
{
	u32 entries = argc > 1 ? (u32)strtoul(argv[1], NULL, 10) : MILLION;

	bench(4, entries);
	bench(6, entries);
	return 0;
}
