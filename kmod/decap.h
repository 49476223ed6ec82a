/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Taking the inner packet out of its tunnel: End.DX4, End.DX6, End.DT4,
 * End.DT6, End.DT46 (RFC 8986, 4.4 to 4.8) and flavor USD (4.16.3).
 */
#ifndef SEGWARD_DECAP_H
#define SEGWARD_DECAP_H

#include <linux/types.h>

struct net_device;
struct segward_srh;
struct segward_visit;

/**
 * segward_decap_check() - a packet at a SID that is the end of any tunnel
 * @srh: its outer chain; made an error if segments are left
 *
 * Whatever else is wrong with such an SRH comes behind that: RFC 8986, 4.4 S02
 * to 4.8 S02. Context: any.
 */
void segward_decap_check(struct segward_srh *srh);

/**
 * segward_decap_prepare() - do what can fail
 * @visit: the packet, without segments left; its head may move
 * @dev: set to the device for segward_decap_commit()
 *
 * Nothing of the packet has changed afterwards. Context: bottom halves off,
 * under RCU. Return: enum segward_reason: SEGWARD_REASON_NONE,
 * _OUTER_FRAGMENT, _PACKET_MALFORMED, _NO_MEMORY, _ECN or _NO_ROUTE.
 */
u8 segward_decap_prepare(struct segward_visit *visit, struct net_device **dev);

/**
 * segward_decap_commit() - send the inner packet on its way
 * @visit: the packet, prepared; taken over
 * @dev: from segward_decap_prepare()
 *
 * The outer hop limit has done its duty; of the outer traffic class only a
 * congestion mark is kept (RFC 6040). The inner hop limit or TTL is the
 * stack's to decrement, once. Context: bottom halves off, under RCU.
 */
void segward_decap_commit(struct segward_visit *visit, struct net_device *dev);

#endif /* SEGWARD_DECAP_H */
