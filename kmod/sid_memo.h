/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The SIDs of the destinations that packets had last.
 */
#ifndef SEGWARD_SID_MEMO_H
#define SEGWARD_SID_MEMO_H

struct in6_addr;
struct segward_net;
struct segward_sid;

/*
 * Destinations that a processor remembers for a namespace; 40 bytes each.
 * With more SIDs in use than this, or with arguments that change from packet
 * to packet, some are looked up each time, as all would be without.
 */
#define SEGWARD_SID_MEMOS	32

/**
 * segward_sid_memo_start() - make a namespace's memory
 * @snet: the namespace; nothing happens if it has one
 *
 * Context: process, under snet->lock. Return: 0 or -ENOMEM.
 */
int segward_sid_memo_start(struct segward_net *snet);

/**
 * segward_sid_memo_exit() - free it
 * @snet: the namespace; its hook is stopped and a grace period has passed
 *
 * Context: process.
 */
void segward_sid_memo_exit(struct segward_net *snet);

/**
 * segward_sid_recall() - segward_sid_lookup() for packets
 * @snet: the namespace; its hook is registered
 * @daddr: the destination
 * @vrf: ifindex of the L3 master device of the ingress, 0 for none
 *
 * A destination that is not segward_sid_possible() needs no memory: who asks
 * that first leaves the place to others.
 *
 * Context: bottom halves off, under RCU. Return: the SID or NULL.
 */
struct segward_sid *segward_sid_recall(struct segward_net *snet,
				       const struct in6_addr *daddr, int vrf);

#endif /* SEGWARD_SID_MEMO_H */
