/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which VRF a routing table belongs to.
 *
 * The kernel's own answer, l3mdev_ifindex_lookup_by_table_id(), takes a lock
 * that process context holds with bottom halves on: a packet must not ask it.
 */
#ifndef SEGWARD_VRF_H
#define SEGWARD_VRF_H

#include <linux/types.h>

struct net_device;
struct segward_net;

/** segward_vrf_init() - a namespace without VRFs */
void segward_vrf_init(struct segward_net *snet);

/** segward_vrf_exit() - forget them all */
void segward_vrf_exit(struct segward_net *snet);

/**
 * segward_vrf_came() - a VRF was registered
 * @snet: its namespace
 * @dev: the VRF
 *
 * Of several VRFs with one table (net.vrf.strict_mode is off) the first counts.
 * Without memory the VRF stays unknown, and packets are in their sender's.
 *
 * Context: process, under the RTNL.
 */
void segward_vrf_came(struct segward_net *snet, const struct net_device *dev);

/** segward_vrf_went() - a VRF is unregistered; as segward_vrf_came() */
void segward_vrf_went(struct segward_net *snet, const struct net_device *dev);

/**
 * segward_vrf_of_table() - the VRF to which a table belongs
 * @snet: the namespace
 * @table: number of a routing table
 *
 * Context: any, under RCU; takes no lock. Return: its ifindex, or 0.
 */
int segward_vrf_of_table(struct segward_net *snet, u32 table);

#endif /* SEGWARD_VRF_H */
