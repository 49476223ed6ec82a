// SPDX-License-Identifier: GPL-2.0
/* Bodies: RFC 9112, 6 and 7. */
#include "http_internal.h"

/* A chunk's size has fewer bits. */
#define CHUNK_BITS	60

/**
 * http_body_piece() - tell some bytes of a body
 * @state: the conversation
 * @direction: of the body
 * @data: the bytes
 * @len: how many; nothing is told of none, unless they end what was begun
 * @last: no more come
 * @out: has room for two
 */
void http_body_piece(struct segward_http *state, u8 direction, const u8 *data,
		     u32 len, bool last, struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	u8 buffer = direction == SEGWARD_APP_TOSERVER ?
		    SEGWARD_BUFFER_HTTP_REQUEST_BODY :
		    SEGWARD_BUFFER_HTTP_RESPONSE_BODY;
	u8 part = 0;

	if (!len && !(last && side->body))
		return;
	if (!side->body)
		part |= SEGWARD_APP_FIRST;
	if (last)
		part |= SEGWARD_APP_LAST;
	side->body = !last;
	http_tell(state, direction, buffer, data, len, part, out);
	http_tell(state, direction, SEGWARD_BUFFER_FILE_DATA, data, len, part,
		  out);
}

/**
 * http_body_end() - a body has ended, in whatever way
 * @state: the conversation
 * @direction: of the body
 * @out: has room for four
 *
 * Does nothing if there is none.
 */
void http_body_end(struct segward_http *state, u8 direction,
		   struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	static const u8 nothing[1];
	const u8 *rest;
	u32 len;

	if (side->decoder) {
		len = segward_http_decoder_rest(side->decoder, &rest);
		http_body_piece(state, direction, rest, len, false, out);
		/* what was told may still point into it */
		state->decoder = side->decoder;
		side->decoder = NULL;
	}
	http_body_piece(state, direction, nothing, 0, true, out);
}

static int decode(struct segward_http *state, struct segward_budget *budget,
		  u8 direction, const u8 *data, u32 len,
		  struct segward_app_out *out)
{
	struct segward_http_decoder *decoder = state->side[direction].decoder;
	const u8 *piece = data;
	u32 piece_len;
	int used;

	used = segward_http_decode(decoder, budget, data, len, &piece,
				   &piece_len);
	if (used < 0)
		return used;
	if (segward_http_decoder_plain(decoder))
		http_event(state, direction, SEGWARD_HTTP_DECOMPRESSION_FAILED,
			   out);
	http_body_piece(state, direction, piece, piece_len, false, out);
	switch (segward_http_decoder_state(decoder)) {
	case SEGWARD_HTTP_DECODED_FAILED:
		http_event(state, direction, SEGWARD_HTTP_DECOMPRESSION_FAILED,
			   out);
		break;
	case SEGWARD_HTTP_DECODED_BOMB:
		http_event(state, direction, SEGWARD_HTTP_COMPRESSION_BOMB,
			   out);
		break;
	}
	return used;
}

/* Some of what the framing says is body. @last: and with it the body ends. */
static int content(struct segward_http *state, struct segward_budget *budget,
		   u8 direction, const u8 *data, u32 len, bool last,
		   struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	int used = (int)len;

	if (side->decoder)
		used = decode(state, budget, direction, data, len, out);
	else
		http_body_piece(state, direction, data, len, last, out);
	if (used > 0)
		side->message += (u32)used;
	return used;
}

static int counted(struct segward_http *state, struct segward_budget *budget,
		   u8 direction, const u8 *data, u32 len,
		   struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	bool chunk = side->phase == HTTP_CHUNK_DATA;
	u32 some = (u32)min_t(u64, side->remaining, len);
	int used;

	used = content(state, budget, direction, data, some,
		       !chunk && some == side->remaining, out);
	if (used < 0)
		return used;
	side->remaining -= (u32)used;
	if (side->remaining)
		return used;
	if (chunk)
		side->phase = HTTP_CHUNK_END;
	else
		http_done(state, direction, out);
	return used;
}

static int bad_chunk(struct segward_http *state, u8 direction,
		     struct segward_app_out *out)
{
	http_body_end(state, direction, out);
	http_event_pair(state, direction, SEGWARD_HTTP_REQUEST_CHUNK_LEN, out);
	return -EPROTO;
}

/* The line of a chunk's size has ended. */
static void chunk_line_ends(struct segward_http *state, u8 direction,
			    struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];

	side->line_len = 0;
	if (side->remaining) {
		side->phase = HTTP_CHUNK_DATA;
		return;
	}
	http_body_end(state, direction, out);
	side->phase = HTTP_TRAILER;
}

/*
 * A digit of a chunk's size. White space before the first one is no reason to
 * see something else than a lenient receiver, behind the last one neither.
 */
static bool chunk_digit(struct http_side *side, u8 c)
{
	int digit = http_hex(c);

	if (digit < 0 || side->phase != HTTP_CHUNK_SIZE ||
	    side->remaining >> (CHUNK_BITS - 4))
		return false;
	side->remaining = side->remaining << 4 | (u32)digit;
	side->last = c;
	return true;
}

/* One byte of a chunk's line, of which side->last is the last digit or 0. */
static bool chunk_line_byte(struct segward_http *state, u8 direction, u8 c,
			    struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];

	if (++side->line_len > SEGWARD_HTTP_CHUNK_LINE)
		return false;
	if (c == '\n' && side->last) {
		chunk_line_ends(state, direction, out);
		return true;
	}
	if (side->phase == HTTP_CHUNK_CR)
		return false;
	if (side->phase == HTTP_CHUNK_EXTENSION)
		return true;
	if (c == '\r' && side->last) {
		side->phase = HTTP_CHUNK_CR;
	} else if (c == ';' && side->last) {
		side->phase = HTTP_CHUNK_EXTENSION;
		if (direction == SEGWARD_APP_TOSERVER)
			http_event(state, direction,
				   SEGWARD_HTTP_REQUEST_CHUNK_EXTENSION, out);
	} else if (http_is_space(c)) {
		if (side->last)
			side->phase = HTTP_CHUNK_SPACE;
	} else {
		return chunk_digit(side, c);
	}
	return true;
}

/* The end of the line behind a chunk. */
static bool chunk_end_byte(struct http_side *side, u8 c)
{
	if (c == '\r' && side->phase == HTTP_CHUNK_END) {
		side->phase = HTTP_CHUNK_LF;
		return true;
	}
	side->phase = HTTP_CHUNK_SIZE;
	side->last = 0;
	return c == '\n';
}

static int chunk_byte(struct segward_http *state, u8 direction, u8 c,
		      struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	bool good;

	side->message++;
	if (side->phase == HTTP_CHUNK_END || side->phase == HTTP_CHUNK_LF)
		good = chunk_end_byte(side, c);
	else
		good = chunk_line_byte(state, direction, c, out);
	return good ? 1 : bad_chunk(state, direction, out);
}

/**
 * http_body_feed() - take bytes of a body, with its framing
 * @state: the conversation
 * @budget: pays
 * @direction: of the body
 * @data: the bytes
 * @len: how many, not 0
 * @out: what comes of them
 *
 * Return: how many were taken; 0 without room. -ENOMEM, -EPROTO.
 */
int http_body_feed(struct segward_http *state, struct segward_budget *budget,
		   u8 direction, const u8 *data, u32 len,
		   struct segward_app_out *out)
{
	if (out->nr > SEGWARD_APP_ITEMS - HTTP_ROOM)
		return 0;
	switch (state->side[direction].phase) {
	case HTTP_BODY:
	case HTTP_CHUNK_DATA:
		return counted(state, budget, direction, data, len, out);
	case HTTP_UNTIL_CLOSE:
		return content(state, budget, direction, data, len, false,
			       out);
	default:
		return chunk_byte(state, direction, *data, out);
	}
}
