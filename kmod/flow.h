/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A namespace's flows; see engine/flow.h.
 */
#ifndef SEGWARD_FLOW_H
#define SEGWARD_FLOW_H

#include <linux/types.h>

struct netlink_ext_ack;
struct nlattr;
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
 * segward_flow_set_max() - how many flows there may be
 * @snet: the namespace
 * @max: SEGWARD_FLOWS_MIN to SEGWARD_FLOWS_MAX, by the policy
 * @extack: gets the sentence of a refusal
 *
 * Context: process, under snet->lock. Return: 0, or -EBUSY: the table is in
 * use already.
 */
int segward_flow_set_max(struct segward_net *snet, const struct nlattr *max,
			 struct netlink_ext_ack *extack);

/**
 * segward_flow_begun() - a packet has made a flow
 * @snet: the namespace
 *
 * Has the table swept as long as there are flows in it. Context: any.
 */
void segward_flow_begun(struct segward_net *snet);

#endif /* SEGWARD_FLOW_H */
