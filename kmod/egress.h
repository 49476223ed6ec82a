/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where packets go that leave a SID without a tunnel: inner packets that it took
 * out of theirs, and resets to the sources of what it rejected.
 */
#ifndef SEGWARD_EGRESS_H
#define SEGWARD_EGRESS_H

#include <linux/types.h>

struct metadata_dst;
struct net_device;
struct segward_net;
struct segward_sid;
struct segward_sid_key;
struct sk_buff;

/**
 * enum segward_egress - which of a SID's ways
 * @SEGWARD_EGRESS_ONWARD: that of the action, for inner packets and resets to
 *	their destinations
 * @SEGWARD_EGRESS_BACK: the configured one to their sources, see return.h
 */
enum segward_egress {
	SEGWARD_EGRESS_ONWARD,
	SEGWARD_EGRESS_BACK,
};

#define SEGWARD_EGRESS_MAX	SEGWARD_EGRESS_BACK

/**
 * segward_egress_alloc() - make what says by which SID a packet came out
 * @key: the SID's
 * @egress: which way it takes
 *
 * Names the SID and holds nothing of it: a packet that is on its way when the
 * SID is replaced leaves by the new one, and with none it is dropped.
 *
 * Context: process. Return: a reference, or NULL without memory.
 */
struct metadata_dst *segward_egress_alloc(const struct segward_sid_key *key,
					  enum segward_egress egress);

/**
 * segward_egress_inner() - did the packet come out of a tunnel at a SID?
 * @skb: a packet that came in by segward0
 *
 * Context: any. Return: whether its way is still to be found.
 */
bool segward_egress_inner(const struct sk_buff *skb);

/**
 * segward_egress_ready() - is there a way for inner packets?
 * @snet: the namespace
 * @sid: takes them out of their tunnel
 * @egress: which way they take
 * @dev: set to segward0; good under the same rcu_read_lock()
 *
 * Asks for the SID's own next hop or VRF. What a table says of the packet's
 * destination is the stack's to answer, as for any packet that it forwards.
 *
 * Context: bottom halves off, under RCU. Return: enum segward_reason:
 * SEGWARD_REASON_NONE or _NO_ROUTE.
 */
u8 segward_egress_ready(struct segward_net *snet, struct segward_sid *sid,
			enum segward_egress egress, struct net_device **dev);

/**
 * segward_egress_receive() - let an inner packet come in by segward0
 * @snet: the namespace
 * @sid: took it out of its tunnel, or made it
 * @egress: which way it takes
 * @skb: the packet, with its protocol and network header; taken over
 * @dev: segward0
 *
 * As by a tunnel device: nothing of the outer packet's way through the stack
 * is left on it. Context: bottom halves off, under RCU.
 */
void segward_egress_receive(struct segward_net *snet, struct segward_sid *sid,
			    enum segward_egress egress, struct sk_buff *skb,
			    struct net_device *dev);

/**
 * segward_egress_start() - register the hooks for inner packets
 * @snet: the namespace; it gets a SID that takes packets out of their tunnel
 *
 * They stay until the namespace or the module goes, so that no inner packet
 * can find them missing. Context: process, under snet->lock. Return: 0 or
 * what netfilter said.
 */
int segward_egress_start(struct segward_net *snet);

/**
 * segward_egress_stop() - unregister them, if they are registered
 * @snet: the namespace
 *
 * By pernet pre_exit. Context: process.
 */
void segward_egress_stop(struct segward_net *snet);

#endif /* SEGWARD_EGRESS_H */
