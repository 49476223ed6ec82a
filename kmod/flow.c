// SPDX-License-Identifier: GPL-2.0
/*
 * A namespace's flows.
 *
 * DOC: The table is made with the first SID that inspects and stays until the
 * namespace goes. A worker goes through a part of it four times in a second,
 * as long as there are flows, and takes out those that are over; packets find
 * out for themselves that theirs is.
 */
#include "flow.h"

#include <linux/bottom_half.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <net/netlink.h>

#include "engine/flow.h"
#include "event.h"
#include "net.h"
#include "netlink.h"

/* Milliseconds between two parts of a pass. */
#define SWEEP_MS	250

/*
 * Parts of a pass: all flows are looked at in eight seconds, a million of them
 * for about a hundredth of a processor; in two when room is short.
 */
#define SWEEP_PARTS		32
#define SWEEP_PARTS_PRESSED	8

/* Buckets looked at, and flows told of, with bottom halves off. */
#define SOME_BUCKETS	256
#define SOME_FLOWS	32

/**
 * struct segward_flow_walk - a walk through the table that forgets flows
 * @sweep: the walk
 * @ended: those that were forgotten, to be told of
 */
struct segward_flow_walk {
	struct segward_flow_sweep sweep;
	struct segward_flow_ended ended[SOME_FLOWS];
};

static struct segward_flow_walk *walk_create(void)
{
	struct segward_flow_walk *walk;

	walk = kzalloc(sizeof(*walk), GFP_KERNEL_ACCOUNT);
	if (!walk)
		return NULL;
	walk->sweep.ended = walk->ended;
	walk->sweep.room = SOME_FLOWS;
	return walk;
}

void segward_flow_tell_end(struct segward_net *snet,
			   struct segward_flow_ended *ended)
{
	struct segward_transaction *tx;

	while ((tx = segward_transactions_take(&ended->records))) {
		segward_event_late_record(snet, &ended->info, tx);
		segward_transaction_free(tx, &ended->zone->memory);
	}
	segward_event_flow(snet, &ended->info);
}

/* Returns how many flows were forgotten. */
static u32 walk_some(struct segward_net *snet, struct segward_flow_walk *walk,
		     u32 *buckets)
{
	struct segward_flow_sweep *sweep = &walk->sweep;
	u32 i;

	local_bh_disable();
	sweep->now = segward_now();
	sweep->nr = 0;
	*buckets -= segward_flows_sweep(snet->flows, sweep,
					min_t(u32, *buckets, SOME_BUCKETS));
	for (i = 0; i < sweep->nr; i++)
		segward_flow_tell_end(snet, &walk->ended[i]);
	local_bh_enable();
	cond_resched();
	return sweep->nr;
}

int segward_flow_flush(struct segward_net *snet,
		       const struct segward_flow_filter *filter, u64 *flows)
{
	struct segward_flow_walk *walk;
	u32 buckets;

	*flows = 0;
	if (!snet->flows)
		return 0;
	walk = walk_create();
	if (!walk)
		return -ENOMEM;
	walk->sweep.filter = filter;
	walk->sweep.reason = SEGWARD_FLOW_END_FORCED;
	buckets = segward_flows_buckets(snet->flows);
	while (buckets)
		*flows += walk_some(snet, walk, &buckets);
	kfree(walk);
	return 0;
}

static void flow_sweep(struct work_struct *work)
{
	struct segward_net *snet = container_of(to_delayed_work(work),
						struct segward_net,
						flow_sweep);
	u32 parts = segward_flows_pressed(snet->flows) ? SWEEP_PARTS_PRESSED :
		    SWEEP_PARTS;
	u32 buckets = segward_flows_buckets(snet->flows) / parts;

	while (buckets)
		walk_some(snet, snet->flow_walk, &buckets);
	if (segward_flows_count(snet->flows))
		queue_delayed_work(system_unbound_wq, &snet->flow_sweep,
				   msecs_to_jiffies(SWEEP_MS));
}

void segward_flow_begun(struct segward_net *snet)
{
	if (unlikely(!delayed_work_pending(&snet->flow_sweep)))
		queue_delayed_work(system_unbound_wq, &snet->flow_sweep,
				   msecs_to_jiffies(SWEEP_MS));
}

static int flow_start(struct segward_net *snet)
{
	struct segward_flows *flows;
	u64 key[2];

	if (snet->flows)
		return 0;
	if (!snet->flow_walk)
		snet->flow_walk = walk_create();
	if (!snet->flow_walk)
		return -ENOMEM;
	get_random_bytes(key, sizeof(key));
	flows = segward_flows_create(key, snet->flows_max,
				     snet->stream_memory_max);
	if (!flows)
		return -ENOMEM;
	/* Packets find it by their SID's zone, which is published later. */
	WRITE_ONCE(snet->flows, flows);
	return 0;
}

struct segward_zone *segward_flow_zone(struct segward_net *snet, u32 id,
				       struct netlink_ext_ack *extack)
{
	struct segward_zone *zone;
	int err;

	lockdep_assert_held(&snet->lock);
	err = flow_start(snet);
	if (err)
		return ERR_PTR(err);
	zone = segward_zones_get(segward_flows_zones(snet->flows), id, &err);
	if (zone)
		return zone;
	if (err == -ENOSPC)
		NL_SET_ERR_MSG(extack, "the namespace has 4096 zones already");
	return ERR_PTR(err);
}

int segward_flow_set_limits(struct segward_net *snet, struct nlattr **attrs,
			    struct netlink_ext_ack *extack)
{
	const struct nlattr *flows = attrs[SEGWARD_A_STATS_FLOWS_MAX];
	const struct nlattr *memory = attrs[SEGWARD_A_STATS_STREAM_MEMORY_MAX];

	lockdep_assert_held(&snet->lock);
	if (flows && snet->flows && nla_get_u32(flows) != snet->flows_max)
		return segward_netlink_refuse(extack, flows,
					      "the flow table is in use already",
					      -EBUSY);
	if (flows)
		snet->flows_max = nla_get_u32(flows);
	if (!memory)
		return 0;
	snet->stream_memory_max = nla_get_u32(memory);
	if (snet->flows)
		segward_flows_set_memory(snet->flows, snet->stream_memory_max);
	return 0;
}

void segward_flow_init(struct segward_net *snet)
{
	snet->flows_max = SEGWARD_FLOWS_DEFAULT;
	snet->stream_memory_max = SEGWARD_STREAM_MEMORY_DEFAULT;
	INIT_DELAYED_WORK(&snet->flow_sweep, flow_sweep);
}

void segward_flow_exit(struct segward_net *snet)
{
	cancel_delayed_work_sync(&snet->flow_sweep);
	segward_flows_destroy(snet->flows);
	snet->flows = NULL;
	kfree(snet->flow_walk);
}
