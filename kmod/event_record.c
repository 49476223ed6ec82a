// SPDX-License-Identifier: GPL-2.0
/*
 * Events of finished transactions: what was asked and answered in a flow.
 */
#include <linux/skbuff.h>

#include "engine/app/record.h"
#include "engine/flow.h"
#include "engine/inspect.h"
#include "event.h"
#include "event_internal.h"
#include "hook.h"
#include "net.h"
#include "netlink.h"
#include "profile.h"

/* Of the nest of a buffer, without its bytes, which are padded. */
#define BUFFER_SIZE	(nla_total_size(0) + 2 * nla_total_size(sizeof(u32)) + \
			 nla_total_size(0) + NLA_ALIGNTO)

static size_t buffers_size(const struct segward_transaction *tx)
{
	struct segward_record record;
	struct segward_app_item item;
	size_t size = 0;

	segward_record_begin(&record, tx);
	while (segward_record_next(&record, &item))
		size += BUFFER_SIZE + item.len;
	return size;
}

static int put_buffer(struct sk_buff *skb, const struct segward_app_item *item)
{
	u32 direction = item->direction == SEGWARD_APP_TOSERVER ?
			SEGWARD_FLOW_DIRECTION_TO_SERVER :
			SEGWARD_FLOW_DIRECTION_TO_CLIENT;
	struct nlattr *nest = nla_nest_start(skb, SEGWARD_A_EVENT_BUFFER);

	if (!nest ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_BUFFER_BUFFER, item->buffer) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_BUFFER_DIRECTION, direction) ||
	    nla_put(skb, SEGWARD_A_EVENT_BUFFER_DATA, item->len, item->data))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_buffers(struct sk_buff *skb,
		       const struct segward_transaction *tx)
{
	struct segward_record record;
	struct segward_app_item item;

	segward_record_begin(&record, tx);
	while (segward_record_next(&record, &item))
		if (put_buffer(skb, &item))
			return -EMSGSIZE;
	return record.truncated ?
	       nla_put_flag(skb, SEGWARD_A_EVENT_TRUNCATED) : 0;
}

static int put_transaction(struct sk_buff *skb,
			   const struct segward_transaction *tx)
{
	if (nla_put_u32(skb, SEGWARD_A_EVENT_TX_ID, tx->id) ||
	    nla_put_u64_64bit(skb, SEGWARD_A_EVENT_BODY_TO_SERVER,
			      segward_record_body(tx, SEGWARD_APP_TOSERVER),
			      SEGWARD_A_EVENT_PAD) ||
	    nla_put_u64_64bit(skb, SEGWARD_A_EVENT_BODY_TO_CLIENT,
			      segward_record_body(tx, SEGWARD_APP_TOCLIENT),
			      SEGWARD_A_EVENT_PAD))
		return -EMSGSIZE;
	return put_buffers(skb, tx);
}

/* Its flow, with the client's end first. */
static void flow_of(const struct segward_packet *packet,
		    struct segward_flow_key *key)
{
	u32 src = packet->flow_direction == SEGWARD_FLOW_DIRECTION_TO_CLIENT;

	memset(key, 0, sizeof(*key));
	memcpy(key->addr[src], packet->src, 16);
	memcpy(key->addr[!src], packet->dst, 16);
	key->port[src] = packet->sport;
	key->port[!src] = packet->dport;
	key->proto = packet->proto;
	key->family = packet->family;
}

static int put_record(struct sk_buff *skb, const struct segward_visit *visit,
		      const struct segward_transaction *tx)
{
	const struct segward_packet *packet = &visit->result->packet;
	struct segward_flow_key key;

	flow_of(packet, &key);
	if (segward_event_put_place(skb, visit) ||
	    segward_event_put_sid(skb, visit) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_ENCAPSULATION,
			packet->encapsulation) ||
	    segward_event_put_flow(skb, &key, packet->flow_id))
		return -EMSGSIZE;
	return put_transaction(skb, tx);
}

void segward_event_record(const struct segward_visit *visit,
			  const struct segward_transaction *tx)
{
	struct segward_net *snet = visit->snet;
	u8 type = segward_record_event(tx->proto);
	struct sk_buff *skb;
	void *hdr;

	if (!type || !segward_event_heard(snet))
		return;
	skb = segward_event_begin(snet, type, buffers_size(tx), &hdr);
	if (skb)
		segward_event_end(snet, skb, hdr, put_record(skb, visit, tx));
}

static int put_late_record(struct sk_buff *skb,
			   const struct segward_flow_info *info,
			   const struct segward_transaction *tx)
{
	if (nla_put_u32(skb, SEGWARD_A_EVENT_ZONE, info->key.zone) ||
	    segward_event_put_flow(skb, &info->key, info->id))
		return -EMSGSIZE;
	return put_transaction(skb, tx);
}

void segward_event_late_record(struct segward_net *snet,
			       const struct segward_flow_info *info,
			       const struct segward_transaction *tx)
{
	u8 type = segward_record_event(tx->proto);
	struct sk_buff *skb;
	void *hdr;

	if (!type || !segward_event_heard(snet))
		return;
	skb = segward_event_begin(snet, type, buffers_size(tx), &hdr);
	if (skb)
		segward_event_end(snet, skb, hdr,
				  put_late_record(skb, info, tx));
}
