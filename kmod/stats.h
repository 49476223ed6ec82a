/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a network namespace.
 */
#ifndef SEGWARD_STATS_H
#define SEGWARD_STATS_H

#include <linux/percpu.h>
#include <linux/segward.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include "net.h"

/**
 * enum segward_stat - what is counted besides drops
 * @SEGWARD_STAT_PACKETS: packets that matched a SID
 * @SEGWARD_STAT_BYTES: their bytes from the outer IPv6 header on
 * @SEGWARD_STAT_INSPECTED: packets that went through inspection
 * @SEGWARD_STAT_PASSED: of these, packets that were let through
 * @SEGWARD_STAT_ALERTS: rule matches
 * @SEGWARD_STAT_EVENTS: events sent to the group
 * @SEGWARD_STAT_EVENTS_LOST: events above the rate or without memory
 * @SEGWARD_STAT_INJECTED: packets that came through segward0
 * @SEGWARD_STAT_BRIDGED: packets skipped since br_netfilter showed them
 * @SEGWARD_STAT_ECHO_REPLIES: Echo Replies sent for SIDs
 * @SEGWARD_STAT_ICMP_ERRORS: ICMPv6 errors asked for
 * @SEGWARD_STAT_REJECTS: resets and unreachables sent
 * @SEGWARD_STAT_LINEARIZED: packets that had to be made linear
 * @SEGWARD_STAT_WORK_EXHAUSTED: packets whose work budget ran out
 * @SEGWARD_STAT_DATAGRAMS: inner datagrams of several fragments inspected as one
 * @SEGWARD_STAT_FRAGMENTS_FULL: inner fragments that could not be kept
 * @SEGWARD_STAT_FLOWS_BEGUN: flows that packets have made
 * @SEGWARD_STAT_FLOWS_REFUSED: packets whose flow there was no room for
 * @SEGWARD_STAT_BYPASSED: packets of streams beyond what is inspected of them
 * @SEGWARD_STAT_URGENT_CLEARED: packets whose urgent pointer was cleared
 * @SEGWARD_STATS: how many there are
 */
enum segward_stat {
	SEGWARD_STAT_PACKETS,
	SEGWARD_STAT_BYTES,
	SEGWARD_STAT_INSPECTED,
	SEGWARD_STAT_PASSED,
	SEGWARD_STAT_ALERTS,
	SEGWARD_STAT_EVENTS,
	SEGWARD_STAT_EVENTS_LOST,
	SEGWARD_STAT_INJECTED,
	SEGWARD_STAT_BRIDGED,
	SEGWARD_STAT_ECHO_REPLIES,
	SEGWARD_STAT_ICMP_ERRORS,
	SEGWARD_STAT_REJECTS,
	SEGWARD_STAT_LINEARIZED,
	SEGWARD_STAT_WORK_EXHAUSTED,
	SEGWARD_STAT_DATAGRAMS,
	SEGWARD_STAT_FRAGMENTS_FULL,
	SEGWARD_STAT_FLOWS_BEGUN,
	SEGWARD_STAT_FLOWS_REFUSED,
	SEGWARD_STAT_BYPASSED,
	SEGWARD_STAT_URGENT_CLEARED,
	SEGWARD_STATS,
};

/**
 * struct segward_stats_totals - the counters of all processors added up
 * @value: by enum segward_stat
 * @drop: packets not handed on, by enum segward_reason
 * @would_drop: packets that prevent mode would not have handed on, by enum
 *	segward_reason
 */
struct segward_stats_totals {
	u64 value[SEGWARD_STATS];
	u64 drop[SEGWARD_REASON_MAX + 1];
	u64 would_drop[SEGWARD_REASON_MAX + 1];
};

/**
 * struct segward_stats_cpu - counters of one processor
 * @sync: guards 64-bit reads on 32-bit machines
 * @value: as in struct segward_stats_totals
 * @drop: as in struct segward_stats_totals
 * @would_drop: as in struct segward_stats_totals
 */
struct segward_stats_cpu {
	struct u64_stats_sync sync;
	u64_stats_t value[SEGWARD_STATS];
	u64_stats_t drop[SEGWARD_REASON_MAX + 1];
	u64_stats_t would_drop[SEGWARD_REASON_MAX + 1];
};

/**
 * segward_stats_add() - count
 * @snet: the namespace
 * @stat: what
 * @n: how many
 *
 * Context: bottom halves off.
 */
static inline void segward_stats_add(struct segward_net *snet,
				     enum segward_stat stat, u32 n)
{
	struct segward_stats_cpu *stats = this_cpu_ptr(snet->stats);

	u64_stats_update_begin(&stats->sync);
	u64_stats_add(&stats->value[stat], n);
	u64_stats_update_end(&stats->sync);
}

/**
 * segward_stats_inc() - count one
 * @snet: the namespace
 * @stat: what
 *
 * Context: bottom halves off.
 */
static inline void segward_stats_inc(struct segward_net *snet,
				     enum segward_stat stat)
{
	segward_stats_add(snet, stat, 1);
}

/**
 * segward_stats_packet() - count a packet that matched a SID
 * @snet: the namespace
 * @len: its bytes from the outer IPv6 header on
 *
 * Context: bottom halves off.
 */
static inline void segward_stats_packet(struct segward_net *snet, u32 len)
{
	struct segward_stats_cpu *stats = this_cpu_ptr(snet->stats);

	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->value[SEGWARD_STAT_PACKETS]);
	u64_stats_add(&stats->value[SEGWARD_STAT_BYTES], len);
	u64_stats_update_end(&stats->sync);
}

/**
 * segward_stats_drop() - count a packet that is not handed on
 * @snet: the namespace
 * @reason: enum segward_reason
 *
 * Context: bottom halves off.
 */
static inline void segward_stats_drop(struct segward_net *snet, u8 reason)
{
	struct segward_stats_cpu *stats = this_cpu_ptr(snet->stats);

	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->drop[reason]);
	u64_stats_update_end(&stats->sync);
}

/**
 * segward_stats_would_drop() - count a packet that prevent would drop
 * @snet: the namespace
 * @reason: enum segward_reason
 *
 * Context: bottom halves off.
 */
static inline void segward_stats_would_drop(struct segward_net *snet, u8 reason)
{
	struct segward_stats_cpu *stats = this_cpu_ptr(snet->stats);

	u64_stats_update_begin(&stats->sync);
	u64_stats_inc(&stats->would_drop[reason]);
	u64_stats_update_end(&stats->sync);
}

/**
 * segward_stats_init() - make a namespace's counters
 * @snet: the namespace; snet->stats is set
 *
 * Context: process. Return: 0 or -ENOMEM.
 */
int segward_stats_init(struct segward_net *snet);

/**
 * segward_stats_exit() - free a namespace's counters
 * @snet: the namespace; nobody counts any more
 */
void segward_stats_exit(struct segward_net *snet);

/**
 * segward_stats_read() - add up the counters of all processors
 * @snet: the namespace
 * @totals: filled in
 *
 * Context: process.
 */
void segward_stats_read(const struct segward_net *snet,
			struct segward_stats_totals *totals);

/**
 * segward_stats_read_one() - add up one counter
 * @snet: the namespace
 * @stat: which
 *
 * Context: any. Return: the sum over all processors.
 */
u64 segward_stats_read_one(const struct segward_net *snet,
			   enum segward_stat stat);

#endif /* SEGWARD_STATS_H */
