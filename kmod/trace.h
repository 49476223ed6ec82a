/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Traces: the way of single packets, told step by step to the one socket that
 * asked. Free when nobody asks.
 */
#ifndef SEGWARD_TRACE_H
#define SEGWARD_TRACE_H

#include <linux/compiler.h>
#include <linux/rcupdate.h>
#include <linux/segward.h>
#include <linux/types.h>

#include "hook.h"
#include "net.h"

struct genl_info;
struct sk_buff;

/* Packets traced in a second if the request names no rate. */
#define SEGWARD_TRACE_RATE	100

/* Longest line of a step. */
#define SEGWARD_TRACE_TEXT	256

u32 __segward_trace_begin(const struct segward_visit *visit);
void __segward_trace_step(const struct segward_visit *visit, u8 step);
__printf(2, 3)
void __segward_trace_action(const struct segward_visit *visit,
			    const char *fmt, ...);

/**
 * segward_trace_begin() - is this packet to be traced?
 * @visit: the packet; @visit->view is set, or the inner addresses are not
 *	compared with the filter
 *
 * To be kept in visit->trace_id. Tells the steps hook and sid.
 *
 * Context: bottom halves off, under RCU. Return: number of the trace, 0 for no.
 */
static inline u32 segward_trace_begin(const struct segward_visit *visit)
{
	if (likely(!rcu_access_pointer(visit->snet->trace)))
		return 0;
	return __segward_trace_begin(visit);
}

/**
 * segward_trace_step() - tell that a traced packet came to a step
 * @visit: the packet
 * @step: enum segward_step; the text is made from what @visit knows by then:
 *	srh and packet from its srh and result, reputation and rules from its
 *	result, verdict from verdict and reason
 *
 * Context: bottom halves off, under RCU.
 */
static inline void segward_trace_step(const struct segward_visit *visit,
				      enum segward_step step)
{
	if (unlikely(visit->trace_id))
		__segward_trace_step(visit, step);
}

/**
 * segward_trace_action() - tell where a traced packet goes
 * @visit: the packet
 * @fmt: what happens to it, as printk() has it, without a newline
 *
 * Context: bottom halves off, under RCU.
 */
#define segward_trace_action(visit, fmt, ...)				\
	do {								\
		const struct segward_visit *__visit = (visit);		\
									\
		if (unlikely(__visit->trace_id))			\
			__segward_trace_action(__visit, fmt,		\
					       ##__VA_ARGS__);		\
	} while (0)

/**
 * segward_trace_set_doit() - command trace-set
 * @skb: the request
 * @info: the request; its attributes are the filter
 *
 * Begins a trace, or changes that of the same socket. Return: 0; -EBUSY if
 * another socket of the namespace traces, -EINVAL, -ENOMEM.
 */
int segward_trace_set_doit(struct sk_buff *skb, struct genl_info *info);

/**
 * segward_trace_release() - end the trace of a socket that closes
 * @snet: the namespace
 * @portid: of the socket; 0 for any, when the namespace goes
 *
 * Context: process, under snet->lock.
 */
void segward_trace_release(struct segward_net *snet, u32 portid);

#endif /* SEGWARD_TRACE_H */
