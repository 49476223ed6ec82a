/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: what the packet path saw, told to the listeners of a multicast
 * group; bounded, never waiting, and honest about losses.
 */
#ifndef SEGWARD_EVENT_H
#define SEGWARD_EVENT_H

#include <linux/types.h>

struct segward_flow_info;
struct segward_net;
struct segward_transaction;
struct segward_visit;

/*
 * Events of a namespace in a second, and at once after a silence. A listener
 * of 2 KB messages reads 10,000 a second with a fraction of a processor; a
 * socket with the default buffer holds about a hundred.
 */
#define SEGWARD_EVENT_RATE	10000
#define SEGWARD_EVENT_BURST	1000

/* Segments that an event carries; longer lists are cut (spec: segments). */
#define SEGWARD_EVENT_SEGMENTS	16

/**
 * segward_event_init() - make a namespace's event path
 * @snet: the namespace; snet->event is set
 *
 * Context: process. Return: 0 or -ENOMEM.
 */
int segward_event_init(struct segward_net *snet);

/**
 * segward_event_exit() - free a namespace's event path
 * @snet: the namespace; nobody sends any more
 */
void segward_event_exit(struct segward_net *snet);

/**
 * segward_event_visit() - tell what became of a packet
 * @visit: the packet at its SID; result, verdict and reason are final
 *
 * To be called once for each packet, when its verdict is known and while its
 * view is still good. One event for each rule that matched (alert), one for
 * each reputation entry that passed its threshold (reputation), and one more
 * if the packet is not handed on for another reason: anomaly for what the RFCs
 * or the packet's own bytes forbid, drop for the rest. In monitor mode the
 * same, with verdict pass and what prevent would have done. Costs a few loads
 * when there is nothing to tell or nobody listens.
 *
 * Context: bottom halves off, under RCU. Never sleeps.
 */
void segward_event_visit(const struct segward_visit *visit);

/**
 * segward_event_record() - tell of a transaction of which nothing more comes
 * @visit: the packet that ended it, or another one of its flow; its result
 *	has a packet with a flow
 * @tx: the transaction; stays the caller's
 *
 * To be called behind segward_event_visit(). The event is about the flow, not
 * the packet: its source is the client, whichever way the packet went.
 *
 * Context: bottom halves off, under RCU. Never sleeps.
 */
void segward_event_record(const struct segward_visit *visit,
			  const struct segward_transaction *tx);

/**
 * segward_event_late_record() - tell of a transaction that its flow's end ended
 * @snet: the namespace
 * @info: the flow
 * @tx: the transaction; stays the caller's
 *
 * There is no packet, so nothing of SIDs and segments is told. Context: as
 * segward_event_record().
 */
void segward_event_late_record(struct segward_net *snet,
			       const struct segward_flow_info *info,
			       const struct segward_transaction *tx);

/**
 * segward_event_flow() - tell of a flow that is over
 * @snet: the namespace
 * @info: the flow
 *
 * Context: any but hard interrupts; locks may be held. Never sleeps.
 */
void segward_event_flow(struct segward_net *snet,
			const struct segward_flow_info *info);

/**
 * segward_event_state() - tell of a change that people want to know of
 * @snet: the namespace
 * @text: the sentence
 * @profile: name of the profile that it is about, or NULL
 * @ruleset: name of the ruleset that it is about, or NULL
 * @mode: enum segward_mode, 0 if it is not about that
 *
 * Not rate-limited: the requests that cause it are.
 *
 * Context: process, under snet->lock.
 */
void segward_event_state(struct segward_net *snet, const char *text,
			 const char *profile, const char *ruleset, u8 mode);

#endif /* SEGWARD_EVENT_H */
