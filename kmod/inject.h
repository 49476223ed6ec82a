/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Injection: what the stack sends to segward0 comes in again as if by a wire.
 */
#ifndef SEGWARD_INJECT_H
#define SEGWARD_INJECT_H

#include <linux/netdevice.h>

/**
 * segward_inject() - let a packet for a SID of this node come in
 * @skb: the packet; taken over
 * @dev: segward0
 *
 * The hook never sees what a headend of this node, a mainline endpoint in
 * front of ours, or a local program sends to a SID: it goes out by the SID's
 * route, whose device is segward0. From here it comes in by that device, in
 * the L3 domain that it was sent in, and then the hook sees it. A packet that
 * no SID takes ends here, and one that gets past the hook comes back to here:
 * nothing circles, and nothing leaks uninspected.
 *
 * The way through segward0 is a hop like any other: a packet that was
 * forwarded to it has lost one of its hop limit, and End costs another.
 *
 * Context: transmit function, bottom halves off, under RCU.
 */
void segward_inject(struct sk_buff *skb, struct net_device *dev);

#endif /* SEGWARD_INJECT_H */
