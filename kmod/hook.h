/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of one packet through segward, from the netfilter hook to the
 * action.
 */
#ifndef SEGWARD_HOOK_H
#define SEGWARD_HOOK_H

#include <linux/types.h>

struct segward_net;
struct segward_profile;
struct segward_result;
struct segward_sid;
struct segward_srh;
struct segward_view;
struct sk_buff;

/*
 * SIDs that a packet may visit one after the other without leaving the node;
 * as many as the stack allows nested lightweight tunnels. A longer chain of
 * functions on one node is taken for an attack on our time.
 */
#define SEGWARD_VISITS_MAX	8

/**
 * struct segward_visit - one packet at one SID
 * @snet: the namespace
 * @skb: the packet; skb->data is its outer IPv6 header
 * @sid: whose packet it is; NULL if nobody's (reasons no-sid and loop)
 * @profile: what it is held to; NULL if the SID has none
 * @view: its bytes; before inspection only those in the skb's head
 * @srh: its outer chain; NULL before it is read
 * @result: what inspection found; NULL if it was not inspected
 * @iif: ifindex of the device it came by
 * @vrf: ifindex of the L3 domain it came in, 0 for the default
 * @trace_id: number of the trace, 0 if it is not traced
 * @verdict: enum segward_verdict: what will be done with it
 * @reason: enum segward_reason, if it is not handed on
 * @injected: it came through segward0
 *
 * Lives on the stack of the hook. Valid with bottom halves off, under RCU.
 */
struct segward_visit {
	struct segward_net *snet;
	struct sk_buff *skb;
	struct segward_sid *sid;
	const struct segward_profile *profile;
	struct segward_view *view;
	const struct segward_srh *srh;
	struct segward_result *result;
	int iif;
	int vrf;
	u32 trace_id;
	u8 verdict;
	u8 reason;
	bool injected;
};

/**
 * segward_drop() - account for a packet that is not handed on
 * @visit: the packet; the caller frees it
 * @reason: enum segward_reason
 *
 * The one place through which every drop goes: counters of SID and namespace,
 * event, trace and tracepoint. Context: bottom halves off, under RCU.
 */
void segward_drop(struct segward_visit *visit, u8 reason);

/**
 * segward_refuse() - the same for a packet refused before inspection
 * @visit: the packet; the caller frees it
 * @reason: enum segward_reason
 *
 * Also counts as an error of the SID. Context: bottom halves off, under RCU.
 */
void segward_refuse(struct segward_visit *visit, u8 reason);

/**
 * segward_hook_init() - allocate what each processor needs for a packet
 *
 * Once, at module load. Context: process. Return: 0 or -ENOMEM.
 */
int segward_hook_init(void);

/**
 * segward_hook_exit() - free what segward_hook_init() allocated
 *
 * At module unload, when no hook is registered and a grace period has passed.
 */
void segward_hook_exit(void);

/**
 * segward_hook_start() - register the namespace's hook
 * @snet: the namespace; it has a SID
 *
 * Context: process, under snet->lock. Return: 0 or what netfilter said.
 */
int segward_hook_start(struct segward_net *snet);

/**
 * segward_hook_stop() - unregister the namespace's hook
 * @snet: the namespace; nothing happens if the hook is not registered
 *
 * Packets may be in the hook until the end of the RCU grace period. Also
 * called by pernet pre_exit. Context: process, under snet->lock or with
 * nobody left who could take it.
 */
void segward_hook_stop(struct segward_net *snet);

/**
 * segward_hook_active() - is the namespace's hook registered?
 * @snet: the namespace
 *
 * Context: any. Return: whether it is.
 */
bool segward_hook_active(const struct segward_net *snet);

#endif /* SEGWARD_HOOK_H */
