// SPDX-License-Identifier: GPL-2.0
/* What the HTTP parser leaves to its caller. */
#include "http_internal.h"

static struct segward_app_item *item(struct segward_http *state, u8 direction,
				     u8 kind, struct segward_app_out *out)
{
	struct segward_app_item *item;

	/* who adds some has seen to it that there is room */
	if (out->nr == SEGWARD_APP_ITEMS)
		return NULL;
	item = &out->item[out->nr++];
	memset(item, 0, sizeof(*item));
	item->kind = kind;
	item->direction = direction;
	item->tx = state->side[direction].tx;
	return item;
}

void http_tell(struct segward_http *state, u8 direction, u8 buffer,
	       const u8 *data, u32 len, u8 part, struct segward_app_out *out)
{
	struct segward_app_item *told;

	told = item(state, direction, SEGWARD_APP_BUFFER, out);
	if (!told)
		return;
	told->buffer = buffer;
	told->data = data;
	told->len = len;
	told->part = part;
}

void http_event(struct segward_http *state, u8 direction, u32 event,
		struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	struct segward_app_item *told;

	BUILD_BUG_ON(SEGWARD_HTTP_EVENTS_END > 64);
	if (side->told & 1ULL << event)
		return;
	told = item(state, direction, SEGWARD_APP_EVENT, out);
	if (!told)
		return;
	told->event = (u16)event;
	side->told |= 1ULL << event;
}

/* Of a pair: the request's, or the response's behind it. */
void http_event_pair(struct segward_http *state, u8 direction, u32 event,
		     struct segward_app_out *out)
{
	http_event(state, direction,
		   event + (direction == SEGWARD_APP_TOCLIENT), out);
}

/* The request or response ends; its decoder lives until the next call. */
void http_done(struct segward_http *state, u8 direction,
	       struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	struct segward_app_item *end;

	http_body_end(state, direction, out);
	end = item(state, direction, SEGWARD_APP_DONE, out);
	if (end)
		end->message = side->message;
	side->message = 0;
	side->tx++;
	side->told = 0;
	side->interim = false;
	if (side->phase < HTTP_UPGRADED)
		side->phase = HTTP_START;
}
