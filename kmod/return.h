/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way back to the sources of a SID's packets, for resets.
 *
 * In the middle of a segment list nothing says how to reach the source of an
 * inner packet: its address is a customer's, and the domain's own routes know
 * nothing of it. The configuration does.
 */
#ifndef SEGWARD_RETURN_H
#define SEGWARD_RETURN_H

#include <linux/in6.h>
#include <linux/types.h>

struct segward_visit;
struct sk_buff;

/* More is no policy of an SR domain; it keeps the headers below a page. */
#define SEGWARD_RETURN_SEGMENTS_MAX	16

/**
 * struct segward_return - one of three ways
 * @table: routing table in which the source is looked up; for IPv4 the main one
 * @vrf: ifindex of the VRF from whose port the reset seems to come
 * @nr_segments: segments that it is encapsulated with
 * @segments: they, in the order of travel
 *
 * Exactly one of @table, @vrf and @nr_segments is not zero.
 */
struct segward_return {
	u32 table;
	int vrf;
	u8 nr_segments;
	struct in6_addr segments[];
};

/**
 * segward_return_headroom() - what goes in front of a reset
 * @back: the way
 *
 * Return: bytes.
 */
u32 segward_return_headroom(const struct segward_return *back);

/**
 * segward_return_send() - send a reset back
 * @visit: the packet that it answers
 * @reset: from its inner IP header on, with its protocol and network header;
 *	taken over
 *
 * Context: bottom halves off, under RCU. Return: whether there is a way.
 */
bool segward_return_send(const struct segward_visit *visit,
			 struct sk_buff *reset);

#endif /* SEGWARD_RETURN_H */
