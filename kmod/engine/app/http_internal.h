/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of the HTTP parser share. Nobody else includes it. */
#ifndef SEGWARD_ENGINE_APP_HTTP_INTERNAL_H
#define SEGWARD_ENGINE_APP_HTTP_INTERNAL_H

#include "http.h"
#include "http_decode.h"

/* Items that a step in a body may leave: it waits for so much room. */
#define HTTP_ROOM	10

/* Bits of an outstanding request's method. */
#define HTTP_METHOD_OTHER	0
#define HTTP_METHOD_HEAD	1
#define HTTP_METHOD_CONNECT	2

/**
 * enum http_phase - what is next in a direction
 * @HTTP_START: the first byte of a request or response
 * @HTTP_HEAD: a byte of its head
 * @HTTP_BODY: one of @remaining bytes of body
 * @HTTP_UNTIL_CLOSE: one of a body that ends with the connection
 * @HTTP_CHUNK_SIZE: one of a chunk's size
 * @HTTP_CHUNK_SPACE: one behind the digits
 * @HTTP_CHUNK_EXTENSION: one of a chunk's extensions
 * @HTTP_CHUNK_CR: LF behind the CR of the size
 * @HTTP_CHUNK_DATA: one of @remaining bytes of a chunk
 * @HTTP_CHUNK_END: CR or LF behind a chunk
 * @HTTP_CHUNK_LF: LF behind the CR of a chunk
 * @HTTP_TRAILER: a byte of the trailer fields
 * @HTTP_UPGRADED: whatever it is, it is not HTTP
 * @HTTP_DEAD: nothing: there was an error
 */
enum http_phase {
	HTTP_START,
	HTTP_HEAD,
	HTTP_BODY,
	HTTP_UNTIL_CLOSE,
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_SPACE,
	HTTP_CHUNK_EXTENSION,
	HTTP_CHUNK_CR,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END,
	HTTP_CHUNK_LF,
	HTTP_TRAILER,
	HTTP_UPGRADED,
	HTTP_DEAD,
};

/** struct http_block - memory from the budget, and its size */
struct http_block {
	u8 *data;
	u32 size;
};

/**
 * struct http_side - a direction
 * @remaining: bytes of the body or chunk; the chunk's size as far as it is read
 * @message: bytes of the body as they came
 * @told: events of this request or response, a bit each
 * @decoder: of its body, if that is coded
 * @gather: bytes of a head that did not come at once
 * @gathered: how many
 * @head_len: bytes of the head that were looked at
 * @start_len: of these, the first line with its end; 0: it has not ended
 * @line_len: bytes of the line, without LF; of a chunk's line too
 * @tx: which request or response
 * @lines: ends of lines in the head
 * @phase: enum http_phase
 * @last: last byte that was looked at in the line
 * @body: a piece of a body was told, and not yet its end
 * @seen: bytes have come in this direction
 * @tunnel: of requests: the last one was CONNECT
 * @interim: of responses: 100 was there
 */
struct http_side {
	u64 remaining;
	u64 message;
	u64 told;
	struct segward_http_decoder *decoder;
	struct http_block gather;
	u32 gathered;
	u32 head_len;
	u32 start_len;
	u32 line_len;
	u32 tx;
	u16 lines;
	u8 phase;
	u8 last;
	bool body;
	bool seen;
	bool tunnel;
	bool interim;
};

/**
 * struct segward_http - a conversation
 * @side: its directions
 * @head: what the items of the last call point to: a gathered head,
 * @text: what was made of a head,
 * @decoder: and a body's decoder that has done its work
 * @methods: of outstanding requests, two bits each, by transaction
 * @requests: heads of requests seen
 * @upgraded: see segward_http_upgraded()
 */
struct segward_http {
	struct http_side side[2];
	struct http_block head;
	struct http_block text;
	struct segward_http_decoder *decoder;
	u64 methods[2];
	u32 requests;
	bool upgraded;
};

/**
 * struct http_span - some bytes of a head
 * @off: where they begin
 * @len: how many
 */
struct http_span {
	u16 off;
	u16 len;
};

/**
 * struct http_field - a header, of one line or folded
 * @name: its name; empty if there is no colon
 * @value: its value, trimmed
 * @known: enum http_known
 */
struct http_field {
	struct http_span name;
	struct http_span value;
	u8 known;
};

/**
 * enum http_known - headers that have a buffer or a meaning
 * @HTTP_KNOWN_NONE: none of these
 */
enum http_known {
	HTTP_KNOWN_NONE,
	HTTP_KNOWN_HOST,
	HTTP_KNOWN_USER_AGENT,
	HTTP_KNOWN_REFERER,
	HTTP_KNOWN_ACCEPT,
	HTTP_KNOWN_ACCEPT_ENC,
	HTTP_KNOWN_ACCEPT_LANG,
	HTTP_KNOWN_CONNECTION,
	HTTP_KNOWN_CONTENT_LEN,
	HTTP_KNOWN_CONTENT_TYPE,
	HTTP_KNOWN_SERVER,
	HTTP_KNOWN_LOCATION,
	HTTP_KNOWN_COOKIE,
	HTTP_KNOWN_SET_COOKIE,
	HTTP_KNOWN_TRANSFER_ENCODING,
	HTTP_KNOWN_CONTENT_ENCODING,
	HTTP_KNOWN_END,
};

/**
 * struct http_head - the head of a request or response, complete
 * @data: its bytes; spans are offsets from here
 * @len: how many: below 64 KiB by the limits of http.h
 * @field: its headers; has room for one a line
 * @nr: how many
 * @direction: enum segward_app_direction
 * @trailer: it is trailer fields: there is no first line
 * @partial: it is cut off
 * @old: HTTP/1.0 or HTTP/0.9
 * @none: there is no protocol, which is HTTP/0.9
 * @line: the first line without its end
 * @method: of a request
 * @uri: of a request, as it came
 * @authority: of a URI in absolute form
 * @target: the URI without scheme and authority
 * @protocol: HTTP/1.1 and the like
 * @code: a response's status
 * @message: and what it says
 * @block: the header lines
 * @status: @code as a number, 0 if it is none
 * @chunked: the body comes in chunks
 * @has_length: @length is that of the body
 * @bad_length: Content-Length is no number
 * @length: see there
 * @coding: codings of the body in the order that they were applied
 * @nr_codings: how many
 * @events: bits of enum segward_http_event
 */
struct http_head {
	const u8 *data;
	u32 len;
	struct http_field *field;
	u32 nr;
	u8 direction;
	bool trailer;
	bool partial;
	bool old;
	bool none;
	struct http_span line;
	struct http_span method;
	struct http_span uri;
	struct http_span authority;
	struct http_span target;
	struct http_span protocol;
	struct http_span code;
	struct http_span message;
	struct http_span block;
	u16 status;
	bool chunked;
	bool has_length;
	bool bad_length;
	u64 length;
	u8 coding[SEGWARD_HTTP_CODINGS];
	u8 nr_codings;
	u64 events;
};

/* Something is wrong with a head. */
static inline void http_note(struct http_head *head, u32 event)
{
	head->events |= 1ULL << event;
}

/* The same of a pair: the request's, or the response's behind it. */
static inline void http_note_pair(struct http_head *head, u32 event)
{
	http_note(head, event + (head->direction == SEGWARD_APP_TOCLIENT));
}

static inline bool http_is_space(u8 c)
{
	return c == ' ' || c == '\t';
}

/* Of header lines: what stands before the LF, and folds. */
static inline bool http_is_blank(u8 c)
{
	return http_is_space(c) || c == '\r' || c == '\n';
}

static inline u8 http_lower(u8 c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

/* Value of a hexadecimal digit, or -1. */
static inline int http_hex(u8 c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = http_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Do @len bytes say @lower, which is in lower case? */
static inline bool http_says(const u8 *p, u32 len, const char *lower)
{
	u32 i;

	for (i = 0; i < len && lower[i]; i++)
		if (http_lower(p[i]) != (u8)lower[i])
			return false;
	return i == len && !lower[i];
}

/* Do they begin with it? */
static inline bool http_begins(const u8 *p, u32 len, const char *lower)
{
	u32 most = (u32)strlen(lower);

	return len >= most && http_says(p, most, lower);
}

/* Offset of the first @c, or @len: eight bytes at once, heads are long. */
static inline u32 http_find(const u8 *p, u32 len, u8 c)
{
	const u64 ones = 0x0101010101010101ULL;
	u32 at = 0;
	u64 word;

	for (; at + sizeof(word) <= len; at += sizeof(word)) {
		memcpy(&word, p + at, sizeof(word));
		word ^= ones * c;
		/* one of the bytes has become 0 */
		if ((word - ones) & ~word & ones << 7)
			break;
	}
	while (at < len && p[at] != c)
		at++;
	return at;
}

/* RFC 9110, 5.6.2 */
static inline bool http_is_token(u8 c)
{
	static const u32 allowed[4] = {
		0x00000000, 0x03ff6cfa, 0xc7fffffe, 0x57ffffff,
	};

	return c < 128 && (allowed[c / 32] >> c % 32 & 1);
}

static inline struct http_span http_span(u32 begin, u32 end)
{
	return (struct http_span){ (u16)begin, (u16)(end - begin) };
}

static inline u32 http_span_end(struct http_span span)
{
	return (u32)span.off + span.len;
}

/* http_line.c */
bool http_has_protocol(const u8 *line, u32 len);
void http_request_line(struct http_head *head);
void http_status_line(struct http_head *head);

/* http_uri.c */
u32 http_normalise_uri(struct http_head *head, u8 *to);

/* http_host.c */
u32 http_normalise_host(const u8 *host, u32 len, bool authority, u8 *to,
			bool *bad);

/* http_field.c */
void http_parse_fields(struct http_head *head);

/* http_framing.c */
void http_parse_framing(struct http_head *head);

/* http_text.c */
int http_tell_head(struct segward_http *state, struct segward_budget *budget,
		   struct http_head *head, struct segward_app_out *out);

/* http_body.c */
int http_body_feed(struct segward_http *state, struct segward_budget *budget,
		   u8 direction, const u8 *data, u32 len,
		   struct segward_app_out *out);
void http_body_piece(struct segward_http *state, u8 direction, const u8 *data,
		     u32 len, bool last, struct segward_app_out *out);
void http_body_end(struct segward_http *state, u8 direction,
		   struct segward_app_out *out);

/* http_head.c */
int http_head_feed(struct segward_http *state, struct segward_budget *budget,
		   u8 direction, const u8 *data, u32 len,
		   struct segward_app_out *out);
void http_head_end(struct segward_http *state, struct segward_budget *budget,
		   u8 direction, struct segward_app_out *out);

/* http_item.c */
void http_tell(struct segward_http *state, u8 direction, u8 buffer,
	       const u8 *data, u32 len, u8 part, struct segward_app_out *out);
void http_event(struct segward_http *state, u8 direction, u32 event,
		struct segward_app_out *out);
void http_event_pair(struct segward_http *state, u8 direction, u32 event,
		     struct segward_app_out *out);
void http_done(struct segward_http *state, u8 direction,
	       struct segward_app_out *out);

/* http.c */
void http_upgrade(struct segward_http *state, struct segward_budget *budget,
		  u8 direction);

#endif /* SEGWARD_ENGINE_APP_HTTP_INTERNAL_H */
