// SPDX-License-Identifier: GPL-2.0
/*
 * Finding the buffers of records, and the records that need no more.
 */
#include <json-c/json.h>

#include "cli/names.h"
#include "eve/app.h"
#include "eve/json.h"

#define NSEC_PER_SEC	1000000000ull

static bool is_wanted(const struct segward_eve_buffer *have, uint8_t direction,
		      uint8_t buffer)
{
	return have->direction == direction && have->buffer == buffer;
}

const struct segward_eve_buffer *
eve_first(const struct segward_eve_event *event, uint8_t direction,
	  uint8_t buffer)
{
	uint32_t i;

	for (i = 0; i < event->nr_buffers; i++)
		if (is_wanted(&event->buffers[i], direction, buffer))
			return &event->buffers[i];
	return NULL;
}

const struct segward_eve_buffer *
eve_last(const struct segward_eve_event *event, uint8_t direction,
	 uint8_t buffer)
{
	uint32_t i;

	for (i = event->nr_buffers; i; i--)
		if (is_wanted(&event->buffers[i - 1], direction, buffer))
			return &event->buffers[i - 1];
	return NULL;
}

void eve_add_buffer(struct json_object *to, const char *key,
		    const struct segward_eve_buffer *buffer)
{
	if (buffer)
		eve_add_bytes(to, key, buffer->data, buffer->len);
}

static void add_banner(struct json_object *to, const char *key,
		       const struct segward_eve_event *event,
		       uint8_t direction)
{
	const struct segward_eve_buffer *proto, *software;
	struct json_object *side;

	proto = eve_first(event, direction, SEGWARD_BUFFER_SSH_PROTO);
	software = eve_first(event, direction, SEGWARD_BUFFER_SSH_SOFTWARE);
	if (!proto && !software)
		return;
	side = json_object_new_object();
	eve_add_buffer(side, "proto_version", proto);
	eve_add_buffer(side, "software_version", software);
	json_object_object_add(to, key, side);
}

struct json_object *eve_ssh(const struct segward_eve_event *event)
{
	struct json_object *ssh = json_object_new_object();

	add_banner(ssh, "client", event, EVE_TO_SERVER);
	add_banner(ssh, "server", event, EVE_TO_CLIENT);
	return ssh;
}

/* Whole seconds of both ends, as Suricata counts. */
static uint64_t age(const struct segward_eve_event *event)
{
	uint64_t start = event->start / NSEC_PER_SEC;
	uint64_t end = event->end / NSEC_PER_SEC;

	return end > start ? end - start : 0;
}

struct json_object *eve_flow(const struct segward_eve_event *event)
{
	struct json_object *flow = json_object_new_object();

	eve_add_number(flow, "pkts_toserver", event->packets[0]);
	eve_add_number(flow, "pkts_toclient", event->packets[1]);
	eve_add_number(flow, "bytes_toserver", event->bytes[0]);
	eve_add_number(flow, "bytes_toclient", event->bytes[1]);
	eve_add_time(flow, "start", event->start);
	eve_add_time(flow, "end", event->end);
	eve_add_number(flow, "age", age(event));
	eve_add_text(flow, "state", EVE_WORD(flow_state, event->flow_state));
	eve_add_text(flow, "reason", EVE_WORD(flow_end, event->end_reason));
	eve_add_flag(flow, "alerted", event->alerted);
	return flow;
}
