// SPDX-License-Identifier: GPL-2.0
/* Header lines: RFC 9112, 5. */
#include "http_internal.h"

static const char *const known_names[HTTP_KNOWN_END] = {
	[HTTP_KNOWN_HOST] = "host",
	[HTTP_KNOWN_USER_AGENT] = "user-agent",
	[HTTP_KNOWN_REFERER] = "referer",
	[HTTP_KNOWN_ACCEPT] = "accept",
	[HTTP_KNOWN_ACCEPT_ENC] = "accept-encoding",
	[HTTP_KNOWN_ACCEPT_LANG] = "accept-language",
	[HTTP_KNOWN_CONNECTION] = "connection",
	[HTTP_KNOWN_CONTENT_LEN] = "content-length",
	[HTTP_KNOWN_CONTENT_TYPE] = "content-type",
	[HTTP_KNOWN_SERVER] = "server",
	[HTTP_KNOWN_LOCATION] = "location",
	[HTTP_KNOWN_COOKIE] = "cookie",
	[HTTP_KNOWN_SET_COOKIE] = "set-cookie",
	[HTTP_KNOWN_TRANSFER_ENCODING] = "transfer-encoding",
	[HTTP_KNOWN_CONTENT_ENCODING] = "content-encoding",
};

static u8 known_of(const u8 *name, u32 len)
{
	u8 known;

	for (known = HTTP_KNOWN_NONE + 1; known < HTTP_KNOWN_END; known++)
		if (http_says(name, len, known_names[known]))
			return known;
	return HTTP_KNOWN_NONE;
}

/* Behind the LF of a line, or @end. */
static u32 next_line(const u8 *p, u32 at, u32 end)
{
	at += http_find(p + at, end - at, '\n');
	return at < end ? at + 1 : end;
}

/* Behind a header: also over the lines that are folded into it. */
static u32 next_field(const u8 *p, u32 at, u32 end)
{
	do {
		at = next_line(p, at, end);
	} while (at < end && http_is_space(p[at]));
	return at;
}

static struct http_span trim(const u8 *p, u32 begin, u32 end)
{
	while (begin < end && http_is_blank(p[begin]))
		begin++;
	while (end > begin && http_is_blank(p[end - 1]))
		end--;
	return http_span(begin, end);
}

/* Bytes that no header has, and a CR without LF, which some take for a line. */
static void check_bytes(struct http_head *head, u32 at, u32 end)
{
	const u8 *p = head->data;

	if (http_find(p + at, end - at, 0) < end - at)
		http_note_pair(head, SEGWARD_HTTP_REQUEST_HEADER_NUL);
	for (; at < end; at++) {
		at += http_find(p + at, end - at, '\r');
		if (at + 1 < end && p[at + 1] != '\n')
			http_note_pair(head,
				       SEGWARD_HTTP_REQUEST_HEADER_INVALID);
	}
}

static void check_name(struct http_head *head, u32 begin, u32 colon)
{
	u32 i;

	if (begin == colon)
		http_note_pair(head, SEGWARD_HTTP_REQUEST_HEADER_INVALID);
	for (i = begin; i < colon; i++)
		if (!http_is_token(head->data[i]))
			http_note_pair(head,
				       SEGWARD_HTTP_REQUEST_HEADER_INVALID);
}

static void parse_field(struct http_head *head, u32 begin, u32 end)
{
	struct http_field *field = &head->field[head->nr];
	const u8 *p = head->data;
	u32 colon = begin;

	while (colon < end && p[colon] != ':' && p[colon] != '\n')
		colon++;
	memset(field, 0, sizeof(*field));
	if (colon == end || p[colon] == '\n') {
		http_note_pair(head, SEGWARD_HTTP_REQUEST_FIELD_MISSING_COLON);
		field->value = trim(p, begin, end);
	} else {
		check_name(head, begin, colon);
		field->name = trim(p, begin, colon);
		field->value = trim(p, colon + 1, end);
		field->known = known_of(p + field->name.off, field->name.len);
	}
	head->nr++;
}

/**
 * http_parse_fields() - find all headers
 * @head: has @block, and room in @field for one a line
 */
void http_parse_fields(struct http_head *head)
{
	u32 end = http_span_end(head->block);
	u32 at = head->block.off;
	u32 next;

	check_bytes(head, at, end);
	if (at < end && http_is_space(head->data[at]))
		http_note_pair(head, SEGWARD_HTTP_REQUEST_FIELD_FOLDING);
	for (; at < end; at = next) {
		next = next_field(head->data, at, end);
		parse_field(head, at, next);
	}
}
