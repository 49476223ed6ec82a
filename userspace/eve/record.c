// SPDX-License-Identifier: GPL-2.0
/*
 * Records as events, from the engine's structures.
 */
#include "eve/record.h"

#include "flow.h"

static uint8_t direction_of(const struct segward_app_item *item)
{
	return item->direction == SEGWARD_APP_TOSERVER ?
	       SEGWARD_FLOW_DIRECTION_TO_SERVER :
	       SEGWARD_FLOW_DIRECTION_TO_CLIENT;
}

static void set_buffers(struct segward_eve_event *event,
			const struct segward_transaction *tx,
			struct segward_eve_buffer *room)
{
	struct segward_record record;
	struct segward_app_item item;
	uint32_t nr = 0;

	segward_record_begin(&record, tx);
	while (segward_record_next(&record, &item))
		room[nr++] = (struct segward_eve_buffer) {
			.buffer = item.buffer,
			.direction = direction_of(&item),
			.len = item.len,
			.data = item.data,
		};
	event->buffers = room;
	event->nr_buffers = nr;
	event->truncated = record.truncated;
}

static void from_client(struct segward_eve_event *event)
{
	uint16_t port = event->src_port;
	uint8_t address[16];

	if (event->flow_direction != SEGWARD_FLOW_DIRECTION_TO_CLIENT)
		return;
	event->flow_direction = SEGWARD_FLOW_DIRECTION_TO_SERVER;
	memcpy(address, event->src, 16);
	memcpy(event->src, event->dst, 16);
	memcpy(event->dst, address, 16);
	event->src_port = event->dst_port;
	event->dst_port = port;
}

/* As the kernel, which does not tell them of a record. */
static void forget_packet(struct segward_eve_event *event)
{
	event->verdict = 0;
	event->would = 0;
	event->reason = 0;
	event->length = 0;
	event->ttl = 0;
	event->tcp_flags = 0;
	event->app_proto = 0;
	event->has_outer = false;
	event->has_srh = false;
	event->nr_segments = 0;
}

bool segward_eve_record(struct segward_eve_event *event,
			const struct segward_transaction *tx,
			struct segward_eve_buffer *room)
{
	event->type = segward_record_event(tx->proto);
	if (!event->type)
		return false;
	forget_packet(event);
	from_client(event);
	event->tx_id = tx->id;
	event->body[0] = segward_record_body(tx, SEGWARD_APP_TOSERVER);
	event->body[1] = segward_record_body(tx, SEGWARD_APP_TOCLIENT);
	set_buffers(event, tx, room);
	return true;
}

static void set_ends(struct segward_eve_event *event,
		     const struct segward_flow_key *key)
{
	event->family = key->family;
	event->protocol = key->proto;
	event->zone = key->zone;
	memcpy(event->src, key->addr[0], 16);
	memcpy(event->dst, key->addr[1], 16);
	/* ICMP's keys have what no packet has there. */
	event->has_ports = key->proto != SEGWARD_PROTO_ICMP &&
			   key->proto != SEGWARD_PROTO_ICMPV6;
	event->src_port = key->port[0];
	event->dst_port = key->port[1];
}

void segward_eve_flow(struct segward_eve_event *event,
		      const struct segward_flow_info *info)
{
	event->type = SEGWARD_EVENT_TYPE_FLOW;
	set_ends(event, &info->key);
	event->flow_id = info->id;
	event->app_proto = info->app_proto;
	event->flow_state = info->state;
	event->packets[0] = info->packets[SEGWARD_APP_TOSERVER];
	event->packets[1] = info->packets[SEGWARD_APP_TOCLIENT];
	event->bytes[0] = info->bytes[SEGWARD_APP_TOSERVER];
	event->bytes[1] = info->bytes[SEGWARD_APP_TOCLIENT];
	event->start = info->began;
	event->end = info->last;
	event->end_reason = info->end_reason;
	event->alerted = info->alerted;
}
