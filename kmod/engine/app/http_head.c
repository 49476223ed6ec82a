// SPDX-License-Identifier: GPL-2.0
/*
 * Heads: finding their ends, gathering those that do not come at once, and
 * what they say of what follows.
 */
#include "http_internal.h"

/* The first bytes of a gathered head; it doubles. */
#define GATHER_FIRST	512

/* How responses begin. */
#define GREETING	"http/"

/**
 * enum scan_found - why looking at a head came to an end
 * @SCAN_MORE: all bytes were looked at
 * @SCAN_LINE: the first line has ended
 * @SCAN_END: the empty line was there
 * @SCAN_LONG: a line or the header lines are too long
 * @SCAN_MANY: they are too many
 */
enum scan_found {
	SCAN_MORE,
	SCAN_LINE,
	SCAN_END,
	SCAN_LONG,
	SCAN_MANY,
};

/* Bytes that may be looked at before one of the limits is passed. */
static u32 scan_room(const struct http_side *side)
{
	u32 room = SEGWARD_HTTP_LINE + 1 - side->line_len;

	if (!side->start_len && side->phase != HTTP_TRAILER)
		return room;
	return min_t(u32, room, SEGWARD_HTTP_HEADERS + side->start_len + 1 -
				side->head_len);
}

static bool is_empty_line(const struct http_side *side)
{
	return !side->line_len || (side->line_len == 1 && side->last == '\r');
}

/* A line has ended. */
static u8 scan_line_end(struct http_side *side)
{
	if (is_empty_line(side))
		return SCAN_END;
	side->line_len = 0;
	side->lines++;
	if (!side->start_len && side->phase != HTTP_TRAILER) {
		side->start_len = side->head_len;
		return SCAN_LINE;
	}
	return side->lines - !!side->start_len > SEGWARD_HTTP_HEADER_LINES ?
	       SCAN_MANY : SCAN_MORE;
}

/* Looks at bytes of a head; returns at how many. */
static u32 scan(struct http_side *side, const u8 *data, u32 len, u8 *found)
{
	u32 at = 0, begin, end, room;

	*found = SCAN_MORE;
	while (at < len && *found == SCAN_MORE) {
		begin = at;
		room = scan_room(side);
		end = at + min_t(u32, len - at, room);
		while (at < end && data[at] != '\n')
			at++;
		side->line_len += at - begin;
		side->head_len += at - begin;
		if (at > begin)
			side->last = data[at - 1];
		if (at < end) {
			at++;
			side->head_len++;
			*found = scan_line_end(side);
		} else if (at - begin == room) {
			*found = SCAN_LONG;
		}
	}
	return at;
}

static int grow(struct http_side *side, struct segward_budget *budget, u32 need)
{
	struct http_block bigger = { NULL, side->gather.size };

	if (need <= side->gather.size)
		return 0;
	if (!bigger.size)
		bigger.size = GATHER_FIRST;
	while (bigger.size < need)
		bigger.size *= 2;
	bigger.data = segward_budget_alloc(budget, bigger.size);
	if (!bigger.data)
		return -ENOMEM;
	if (side->gathered)
		memcpy(bigger.data, side->gather.data, side->gathered);
	segward_budget_free(budget, side->gather.data, side->gather.size);
	side->gather = bigger;
	return 0;
}

static int gather(struct http_side *side, struct segward_budget *budget,
		  const u8 *data, u32 len)
{
	int err = grow(side, budget, side->gathered + len);

	if (err)
		return err;
	memcpy(side->gather.data + side->gathered, data, len);
	side->gathered += len;
	return 0;
}

/* What was gathered lives until the next call. */
static void let_go(struct segward_http *state, struct http_side *side)
{
	state->head = side->gather;
	side->gather.data = NULL;
	side->gather.size = 0;
	side->gathered = 0;
	side->head_len = 0;
	side->start_len = 0;
	side->line_len = 0;
	side->lines = 0;
}

static u64 *methods_of(struct segward_http *state, u32 tx, u32 *shift)
{
	BUILD_BUG_ON(SEGWARD_HTTP_PIPELINE * 2 != sizeof(state->methods) * 8);
	*shift = tx % 32 * 2;
	return &state->methods[tx / 32 % 2];
}

static void remember_method(struct segward_http *state,
			    const struct http_head *head)
{
	const u8 *p = head->data + head->method.off;
	u64 method = HTTP_METHOD_OTHER;
	u32 shift;
	u64 *word = methods_of(state, state->requests, &shift);

	if (http_says(p, head->method.len, "head"))
		method = HTTP_METHOD_HEAD;
	else if (http_says(p, head->method.len, "connect"))
		method = HTTP_METHOD_CONNECT;
	state->side[SEGWARD_APP_TOSERVER].tunnel =
		method == HTTP_METHOD_CONNECT;
	*word = (*word & ~(3ULL << shift)) | method << shift;
	state->requests++;
}

/* Of the request that the response at hand is for, as far as it is known. */
static u8 method_of(struct segward_http *state)
{
	u32 tx = state->side[SEGWARD_APP_TOCLIENT].tx;
	u32 shift;
	u64 *word = methods_of(state, tx, &shift);

	if ((s32)(state->requests - tx) <= 0 ||
	    state->requests - tx > SEGWARD_HTTP_PIPELINE)
		return HTTP_METHOD_OTHER;
	return *word >> shift & 3;
}

static bool is_http2(const struct http_head *head)
{
	return head->line.len == 14 && !memcmp(head->data, "PRI * HTTP/2.0", 14);
}

/* A body follows, in one of the ways that it may. */
static int begin_body(struct segward_http *state, struct segward_budget *budget,
		      const struct http_head *head, u8 phase)
{
	struct http_side *side = &state->side[head->direction];

	side->phase = phase;
	side->remaining = phase == HTTP_BODY ? head->length : 0;
	side->last = 0;
	if (!head->nr_codings)
		return 0;
	side->decoder = segward_http_decoder_create(budget, head->coding,
						    head->nr_codings);
	return side->decoder ? 0 : -ENOMEM;
}

/* What comes behind a request's head. */
static int after_request(struct segward_http *state,
			 struct segward_budget *budget,
			 const struct http_head *head,
			 struct segward_app_out *out)
{
	u8 direction = head->direction;

	if (head->chunked)
		return begin_body(state, budget, head, HTTP_CHUNK_SIZE);
	if (head->bad_length)
		return -EPROTO;
	if (head->has_length && head->length)
		return begin_body(state, budget, head, HTTP_BODY);
	http_done(state, direction, out);
	if (is_http2(head))
		http_upgrade(state, budget, direction);
	return 0;
}

/* The final response is still to come (RFC 9110, 15.2). */
static void after_interim(struct segward_http *state,
			  const struct http_head *head,
			  struct segward_app_out *out)
{
	struct http_side *side = &state->side[head->direction];

	if (head->status == 100 && side->interim)
		http_event(state, head->direction,
			   SEGWARD_HTTP_CONTINUE_REPEATED, out);
	if (head->status == 100)
		side->interim = true;
	side->phase = HTTP_START;
}

/* What comes behind a response's head: RFC 9112, 6.3. */
static int after_response(struct segward_http *state,
			  struct segward_budget *budget,
			  const struct http_head *head,
			  struct segward_app_out *out)
{
	u8 direction = head->direction;
	u8 method = method_of(state);
	bool tunnel = head->status == 101 ||
		      (method == HTTP_METHOD_CONNECT &&
		       head->status / 100 == 2);

	if (tunnel) {
		http_done(state, direction, out);
		http_upgrade(state, budget, direction);
		return 0;
	}
	if (head->status / 100 == 1) {
		after_interim(state, head, out);
		return 0;
	}
	if (method == HTTP_METHOD_HEAD || head->status == 204 ||
	    head->status == 304 ||
	    (!head->chunked && head->has_length && !head->bad_length &&
	     !head->length)) {
		http_done(state, direction, out);
		return 0;
	}
	if (head->chunked)
		return begin_body(state, budget, head, HTTP_CHUNK_SIZE);
	return begin_body(state, budget, head,
			  head->has_length && !head->bad_length ?
			  HTTP_BODY : HTTP_UNTIL_CLOSE);
}

/* What is wrong with a head for what was there before it. */
static void check_order(struct segward_http *state, struct http_head *head)
{
	const struct http_side *client = &state->side[SEGWARD_APP_TOCLIENT];
	const struct http_side *server = &state->side[SEGWARD_APP_TOSERVER];

	if (head->trailer)
		return;
	if (head->direction == SEGWARD_APP_TOCLIENT) {
		if (server->seen && (s32)(state->requests - client->tx) <= 0)
			http_note(head, SEGWARD_HTTP_UNMATCHED_RESPONSE);
	} else if (client->seen &&
		   (s32)(state->requests - client->tx) >=
		   SEGWARD_HTTP_PIPELINE) {
		http_note(head, SEGWARD_HTTP_TOO_MANY_REQUESTS);
	}
}

static void parse(struct http_head *head)
{
	if (!head->trailer) {
		if (head->direction == SEGWARD_APP_TOSERVER)
			http_request_line(head);
		else
			http_status_line(head);
	}
	http_parse_fields(head);
	if (!head->trailer)
		http_parse_framing(head);
}

/* Parses a head and tells it. */
static int tell(struct segward_http *state, struct segward_budget *budget,
		struct http_head *head, u32 lines, struct segward_app_out *out)
{
	u32 size = (lines + 1) * sizeof(*head->field);
	int err;

	if (head->trailer && !head->block.len) {
		head->nr = 0;
		return 0;
	}
	head->field = segward_budget_alloc(budget, size);
	if (!head->field)
		return -ENOMEM;
	check_order(state, head);
	parse(head);
	err = http_tell_head(state, budget, head, out);
	segward_budget_free(budget, head->field, size);
	head->field = NULL;
	return err;
}

/* Where things are in a head that ended in one of these ways. */
static void locate(const struct http_side *side, u8 direction, const u8 *data,
		   u8 found, struct http_head *head)
{
	u32 end = side->head_len;
	u32 start = side->start_len;

	memset(head, 0, sizeof(*head));
	head->direction = direction;
	head->data = data;
	head->len = end;
	head->trailer = side->phase == HTTP_TRAILER;
	head->partial = found != SCAN_END;
	if (!head->trailer && !start)
		start = end;
	if (found == SCAN_END && end > start)
		end -= side->line_len + 1;
	head->line = http_span(0, start);
	head->block = http_span(start, end);
}

/* A head is complete, or will never be. */
static int finish(struct segward_http *state, struct segward_budget *budget,
		  u8 direction, const u8 *data, u8 found,
		  struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	u32 lines = side->lines;
	struct http_head head;
	int err;

	locate(side, direction, data, found, &head);
	let_go(state, side);
	if (found == SCAN_LONG)
		http_note_pair(&head, SEGWARD_HTTP_REQUEST_FIELD_TOO_LONG);
	else if (found == SCAN_MANY)
		http_note_pair(&head, SEGWARD_HTTP_REQUEST_TOO_MANY_HEADERS);
	err = tell(state, budget, &head, lines, out);
	if (err)
		return err;
	if (direction == SEGWARD_APP_TOSERVER && !head.trailer)
		remember_method(state, &head);
	if (found == SCAN_MORE)
		return 0;
	if (head.partial)
		return -EPROTO;
	if (head.trailer) {
		http_done(state, direction, out);
		return 0;
	}
	if (direction == SEGWARD_APP_TOCLIENT)
		return after_response(state, budget, &head, out);
	return after_request(state, budget, &head, out);
}

/*
 * Looks at bytes until the head ends, or they do. A request without a protocol
 * ends with its first line; to see that, the line has to be in one piece.
 */
static int find_end(struct http_side *side, struct segward_budget *budget,
		    u8 direction, const u8 *data, u32 len, u8 *found)
{
	u32 used = scan(side, data, len, found);
	const u8 *line = data;
	u32 at = 0;
	int err;

	if (*found == SCAN_LINE) {
		if (side->gathered) {
			err = gather(side, budget, data, used);
			if (err)
				return err;
			line = side->gather.data;
			at = used;
		}
		if (direction == SEGWARD_APP_TOSERVER &&
		    !http_has_protocol(line, side->start_len))
			*found = SCAN_END;
		else
			used += scan(side, data + used, len - used, found);
	}
	if (used > at && (*found == SCAN_MORE || side->gathered)) {
		err = gather(side, budget, data + at, used - at);
		if (err)
			return err;
	}
	return (int)used;
}

/* Does a response begin like one, as far as it is there? */
static bool is_greeting(const struct http_side *side, const u8 *data, u32 len)
{
	u32 i;

	for (i = 0; i < len && side->head_len + i < strlen(GREETING); i++)
		if (http_lower(data[i]) != (u8)GREETING[side->head_len + i])
			return false;
	return true;
}

/* A response without a head, as HTTP/0.9 has it. */
static void begin_bare_body(struct segward_http *state, u8 direction,
			    struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	u32 gathered = side->gathered;

	let_go(state, side);
	http_event(state, direction, SEGWARD_HTTP_INVALID_PROTOCOL, out);
	http_body_piece(state, direction, state->head.data, gathered, false,
			out);
	side->phase = HTTP_UNTIL_CLOSE;
}

/* Empty lines may stand before a head (RFC 9112, 2.2). */
static u32 skip_empty(const u8 *data, u32 len)
{
	u32 i;

	for (i = 0; i < len && (data[i] == '\r' || data[i] == '\n'); i++)
		;
	return i;
}

/* The first byte of a request or response. */
static void begin(struct segward_http *state, struct segward_budget *budget,
		  u8 direction, u8 first)
{
	struct http_side *side = &state->side[direction];

	/* CONNECT was accepted, whether we see the answer or not */
	if (side->tunnel && !http_is_token(first) && !http_is_space(first))
		http_upgrade(state, budget, direction);
	else
		side->phase = HTTP_HEAD;
}

/**
 * http_head_feed() - take bytes of a head or of trailer fields
 * @state: the conversation
 * @budget: pays
 * @direction: of the head
 * @data: the bytes
 * @len: how many, not 0
 * @out: what comes of them
 *
 * Return: how many were taken; 0 without room. -ENOMEM, -EPROTO.
 */
int http_head_feed(struct segward_http *state, struct segward_budget *budget,
		   u8 direction, const u8 *data, u32 len,
		   struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	u32 skipped;
	u8 found;
	int used, err;

	if (side->phase == HTTP_START) {
		skipped = skip_empty(data, len);
		if (skipped < len)
			begin(state, budget, direction, data[skipped]);
		return (int)skipped;
	}
	/* a head may need all of it */
	if (out->nr)
		return 0;
	if (direction == SEGWARD_APP_TOCLIENT && side->phase == HTTP_HEAD &&
	    !is_greeting(side, data, len)) {
		begin_bare_body(state, direction, out);
		return 0;
	}
	used = find_end(side, budget, direction, data, len, &found);
	if (used < 0 || found == SCAN_MORE)
		return used;
	err = finish(state, budget, direction,
		     side->gathered ? side->gather.data : data, found, out);
	return err ? err : used;
}

/**
 * http_head_end() - no more of a head comes
 * @state: the conversation
 * @budget: pays
 * @direction: of the head
 * @out: gets what there was of it; is empty
 */
void http_head_end(struct segward_http *state, struct segward_budget *budget,
		   u8 direction, struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];

	if (side->gathered)
		finish(state, budget, direction, side->gather.data, SCAN_MORE,
		       out);
}
