/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A namespace's flows; see engine/flow.h.
 */
#ifndef SEGWARD_FLOW_H
#define SEGWARD_FLOW_H

#include <linux/types.h>

struct netlink_ext_ack;
struct nlattr;
struct segward_flow_ended;
struct segward_flow_filter;
struct segward_net;
struct segward_zone;

/**
 * segward_flow_init() - a namespace comes
 * @snet: the namespace
 */
void segward_flow_init(struct segward_net *snet);

/**
 * segward_flow_exit() - free the table
 * @snet: the namespace; no packet is on its way any more, and no SID is left
 *
 * Context: process. Waits for flows that are on their way out.
 */
void segward_flow_exit(struct segward_net *snet);

/**
 * segward_flow_zone() - the zone of a SID that inspects
 * @snet: the namespace
 * @id: number of the zone
 * @extack: gets the sentence of a refusal
 *
 * Makes the namespace's table with the first one. The zone is the caller's
 * until it changes SIDs again; what it keeps it uses (segward_zone_use()).
 *
 * Context: process, under snet->lock. Return: the zone, or ERR_PTR(-ENOMEM),
 * ERR_PTR(-ENOSPC).
 */
struct segward_zone *segward_flow_zone(struct segward_net *snet, u32 id,
				       struct netlink_ext_ack *extack);

/**
 * segward_flow_set_limits() - how many flows, and memory for them, there may be
 * @snet: the namespace
 * @attrs: of settings-set: flows-max, stream-memory-max; within their bounds
 * @extack: gets the sentence of a refusal
 *
 * Context: process, under snet->lock. Return: 0, or -EBUSY: the table is in
 * use already; nothing is changed then.
 */
int segward_flow_set_limits(struct segward_net *snet, struct nlattr **attrs,
			    struct netlink_ext_ack *extack);

/**
 * segward_flow_flush() - forget flows
 * @snet: the namespace
 * @filter: which
 * @flows: how many they were
 *
 * Context: process. Return: 0 or -ENOMEM; then none was forgotten.
 */
int segward_flow_flush(struct segward_net *snet,
		       const struct segward_flow_filter *filter, u64 *flows);

/**
 * segward_flow_tell_end() - tell of a flow that has ended
 * @snet: the namespace
 * @ended: the flow; its records are told, and freed
 *
 * Context: bottom halves off since it was given.
 */
void segward_flow_tell_end(struct segward_net *snet,
			   struct segward_flow_ended *ended);

/**
 * segward_flow_begun() - a packet has made a flow
 * @snet: the namespace
 *
 * Has the table swept as long as there are flows in it. Context: any.
 */
void segward_flow_begun(struct segward_net *snet);

#endif /* SEGWARD_FLOW_H */
