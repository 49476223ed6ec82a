/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files that make events share.
 */
#ifndef SEGWARD_EVENT_INTERNAL_H
#define SEGWARD_EVENT_INTERNAL_H

#include <linux/types.h>

struct segward_flow_key;
struct segward_net;
struct segward_visit;
struct sk_buff;

/** segward_event_heard() - does anybody listen? Context: any */
bool segward_event_heard(const struct segward_net *snet);

/**
 * segward_event_begin() - begin an event if the rate allows it
 * @snet: the namespace
 * @type: enum segward_event_type
 * @more: bytes of what is not of a fixed size
 * @hdr: for segward_event_end()
 *
 * An event that cannot be told is counted as lost. Context: any. Return: the
 * message, or NULL.
 */
struct sk_buff *segward_event_begin(struct segward_net *snet, u32 type,
				    size_t more, void **hdr);

/**
 * segward_event_end() - send an event
 * @snet: the namespace
 * @skb: the message; is the listeners' or freed
 * @hdr: of segward_event_begin()
 * @err: it is not whole; it is counted as lost then
 */
void segward_event_end(struct segward_net *snet, struct sk_buff *skb,
		       void *hdr, int err);

/**
 * segward_event_put_sid() - which SID, with argument and zone
 * @skb: the message
 * @visit: a packet there; nothing is put if it has no SID
 *
 * Return: 0 or -EMSGSIZE.
 */
int segward_event_put_sid(struct sk_buff *skb,
			  const struct segward_visit *visit);

/**
 * segward_event_put_place() - by which device, and under which profile
 * @skb: the message
 * @visit: a packet there
 *
 * Return: 0 or -EMSGSIZE.
 */
int segward_event_put_place(struct sk_buff *skb,
			    const struct segward_visit *visit);

/**
 * segward_event_put_flow() - which flow, from the client to the server
 * @skb: the message
 * @key: the flow; the client's end first
 * @id: its number
 *
 * Return: 0 or -EMSGSIZE.
 */
int segward_event_put_flow(struct sk_buff *skb,
			   const struct segward_flow_key *key, u64 id);

#endif /* SEGWARD_EVENT_INTERNAL_H */
