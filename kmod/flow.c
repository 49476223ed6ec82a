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
#include "net.h"

/* Milliseconds between two parts of a pass. */
#define SWEEP_MS	250

/*
 * Parts of a pass: all flows are looked at in eight seconds, a million of them
 * for about a hundredth of a processor; in two when room is short.
 */
#define SWEEP_PARTS		32
#define SWEEP_PARTS_PRESSED	8

/* Buckets looked at with bottom halves off. */
#define SWEEP_BUCKETS	256

static void sweep_some(struct segward_net *snet, u32 buckets)
{
	u32 some;

	while (buckets) {
		some = min_t(u32, buckets, SWEEP_BUCKETS);
		local_bh_disable();
		segward_flows_sweep(snet->flows, segward_now(),
				    &snet->flow_bucket, some);
		local_bh_enable();
		cond_resched();
		/* The end of the table ends the part as well. */
		buckets = snet->flow_bucket ? buckets - some : 0;
	}
}

static void flow_sweep(struct work_struct *work)
{
	struct segward_net *snet = container_of(to_delayed_work(work),
						struct segward_net,
						flow_sweep);
	u32 parts = segward_flows_pressed(snet->flows) ? SWEEP_PARTS_PRESSED :
		    SWEEP_PARTS;

	sweep_some(snet, max_t(u32, segward_flows_buckets(snet->flows) / parts,
			       1));
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
	get_random_bytes(key, sizeof(key));
	flows = segward_flows_create(key, snet->flows_max);
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
	zone = segward_flows_zone(snet->flows, id, &err);
	if (zone)
		return zone;
	if (err == -ENOSPC)
		NL_SET_ERR_MSG(extack, "the namespace has 4096 zones already");
	return ERR_PTR(err);
}

int segward_flow_set_max(struct segward_net *snet, const struct nlattr *max,
			 struct netlink_ext_ack *extack)
{
	lockdep_assert_held(&snet->lock);
	if (snet->flows && nla_get_u32(max) != snet->flows_max) {
		NL_SET_ERR_MSG_ATTR(extack, max,
				    "the flow table is in use already");
		return -EBUSY;
	}
	snet->flows_max = nla_get_u32(max);
	return 0;
}

void segward_flow_init(struct segward_net *snet)
{
	snet->flows_max = SEGWARD_FLOWS_DEFAULT;
	INIT_DELAYED_WORK(&snet->flow_sweep, flow_sweep);
}

void segward_flow_exit(struct segward_net *snet)
{
	cancel_delayed_work_sync(&snet->flow_sweep);
	segward_flows_destroy(snet->flows);
	snet->flows = NULL;
}
