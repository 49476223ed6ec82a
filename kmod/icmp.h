/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ICMPv6 at a SID: errors, and what is for the SID itself (RFC 8986, 4.1.1;
 * RFC 9259).
 */
#ifndef SEGWARD_ICMP_H
#define SEGWARD_ICMP_H

#include <linux/types.h>

struct segward_visit;

/* Parameter Problem code "SR Upper-layer Header Error" (RFC 8754, 8). */
#define SEGWARD_ICMP_SR_UPPER	4

/*
 * Echo Replies of a namespace in a second, and at once after a silence: as
 * many as the stack sends ICMP messages by default (icmp_msgs_per_sec and
 * icmp_msgs_burst).
 */
#define SEGWARD_ECHO_RATE	1000
#define SEGWARD_ECHO_BURST	50

/**
 * segward_icmp_error() - answer a packet with an ICMPv6 error
 * @visit: the packet as received
 * @type: ICMPv6 type
 * @code: its code
 * @info: its pointer, 0 if it has none
 *
 * The stack's rate limits apply, and its rules of what is not answered.
 * Context: bottom halves off, under RCU; visit->iif's device is skb->dev.
 */
void segward_icmp_error(const struct segward_visit *visit, u8 type, u8 code,
			u32 info);

/**
 * segward_icmp_upper() - a packet for the SID itself
 * @visit: the packet: no segments left, or no SRH
 *
 * An Echo Request is answered with an Echo Reply from the SID. UDP gets Port
 * Unreachable, by which traceroute ends; any other upper layer Parameter
 * Problem code 4 that points to its header. ICMPv6 errors are never answered.
 * The packet is the caller's to free and may have moved: visit->view and
 * visit->srh, which say what was received, are read before that.
 *
 * Context: bottom halves off, under RCU. Return: enum segward_reason why it
 * is dropped, SEGWARD_REASON_NONE if an Echo Request was answered.
 */
u8 segward_icmp_upper(struct segward_visit *visit);

#endif /* SEGWARD_ICMP_H */
