// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of a network namespace: one set for each processor, added up when
 * somebody asks.
 */
#include "stats.h"

#include <linux/netdevice.h>
#include <linux/string.h>

static u64 stats_fetch(const struct segward_stats_cpu *stats,
		       const u64_stats_t *counter)
{
	unsigned int start;
	u64 value;

	do {
		start = u64_stats_fetch_begin(&stats->sync);
		value = u64_stats_read(counter);
	} while (u64_stats_fetch_retry(&stats->sync, start));
	return value;
}

static void stats_add_cpu(const struct segward_stats_cpu *stats,
			  struct segward_stats_totals *totals)
{
	int i;

	for (i = 0; i < SEGWARD_STATS; i++)
		totals->value[i] += stats_fetch(stats, &stats->value[i]);
	for (i = 0; i <= SEGWARD_REASON_MAX; i++) {
		totals->drop[i] += stats_fetch(stats, &stats->drop[i]);
		totals->would_drop[i] +=
			stats_fetch(stats, &stats->would_drop[i]);
	}
}

void segward_stats_read(const struct segward_net *snet,
			struct segward_stats_totals *totals)
{
	int cpu;

	memset(totals, 0, sizeof(*totals));
	for_each_possible_cpu(cpu)
		stats_add_cpu(per_cpu_ptr(snet->stats, cpu), totals);
}

u64 segward_stats_read_one(const struct segward_net *snet,
			   enum segward_stat stat)
{
	const struct segward_stats_cpu *stats;
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		stats = per_cpu_ptr(snet->stats, cpu);
		sum += stats_fetch(stats, &stats->value[stat]);
	}
	return sum;
}

int segward_stats_init(struct segward_net *snet)
{
	int cpu;

	snet->stats = alloc_percpu_gfp(struct segward_stats_cpu,
				       GFP_KERNEL_ACCOUNT);
	if (!snet->stats)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(snet->stats, cpu)->sync);
	return 0;
}

void segward_stats_exit(struct segward_net *snet)
{
	free_percpu(snet->stats);
}
