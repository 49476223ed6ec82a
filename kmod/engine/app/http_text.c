// SPDX-License-Identifier: GPL-2.0
/*
 * What is told of a head. Buffers that are not in it as they are get written
 * into one block, which is measured first.
 */
#include "http_internal.h"

/**
 * struct text - the block, and where the values of known headers are in it
 * @p: its bytes
 * @len: how many are written
 * @size: how many there are
 * @value: where the value of the last header of each kind begins
 * @value_len: its bytes
 * @count: how many of each kind there are
 * @host: hosts that were told
 * @host_len: their bytes
 * @nr_hosts: how many
 */
struct text {
	u8 *p;
	u32 len;
	u32 size;
	u32 value[HTTP_KNOWN_END];
	u16 value_len[HTTP_KNOWN_END];
	u16 count[HTTP_KNOWN_END];
	u8 *host[SEGWARD_HTTP_HOSTS];
	u32 host_len[SEGWARD_HTTP_HOSTS];
	u32 nr_hosts;
};

static const u8 buffers[HTTP_KNOWN_END] = {
	[HTTP_KNOWN_USER_AGENT] = SEGWARD_BUFFER_HTTP_USER_AGENT,
	[HTTP_KNOWN_REFERER] = SEGWARD_BUFFER_HTTP_REFERER,
	[HTTP_KNOWN_ACCEPT] = SEGWARD_BUFFER_HTTP_ACCEPT,
	[HTTP_KNOWN_ACCEPT_ENC] = SEGWARD_BUFFER_HTTP_ACCEPT_ENC,
	[HTTP_KNOWN_ACCEPT_LANG] = SEGWARD_BUFFER_HTTP_ACCEPT_LANG,
	[HTTP_KNOWN_CONNECTION] = SEGWARD_BUFFER_HTTP_CONNECTION,
	[HTTP_KNOWN_CONTENT_LEN] = SEGWARD_BUFFER_HTTP_CONTENT_LEN,
	[HTTP_KNOWN_CONTENT_TYPE] = SEGWARD_BUFFER_HTTP_CONTENT_TYPE,
	[HTTP_KNOWN_SERVER] = SEGWARD_BUFFER_HTTP_SERVER,
	[HTTP_KNOWN_LOCATION] = SEGWARD_BUFFER_HTTP_LOCATION,
	[HTTP_KNOWN_COOKIE] = SEGWARD_BUFFER_HTTP_COOKIE,
	[HTTP_KNOWN_SET_COOKIE] = SEGWARD_BUFFER_HTTP_COOKIE,
};

/* Each direction has its own one. */
static bool is_cookie(const struct http_head *head, u8 known)
{
	return known == (head->direction == SEGWARD_APP_TOSERVER ?
			 HTTP_KNOWN_COOKIE : HTTP_KNOWN_SET_COOKIE);
}

/* Suricata has these of one direction only. */
static bool is_told(const struct http_head *head, u8 known)
{
	bool request = head->direction == SEGWARD_APP_TOSERVER;

	switch (known) {
	case HTTP_KNOWN_COOKIE:
	case HTTP_KNOWN_SET_COOKIE:
		return is_cookie(head, known);
	case HTTP_KNOWN_SERVER:
	case HTTP_KNOWN_LOCATION:
		return !request;
	case HTTP_KNOWN_CONNECTION:
	case HTTP_KNOWN_CONTENT_LEN:
	case HTTP_KNOWN_CONTENT_TYPE:
		return true;
	default:
		return request && buffers[known];
	}
}

/* Are there headers that http.start has and http.header has not? */
static bool has_cookies(const struct http_head *head, const struct text *text)
{
	return text->count[head->direction == SEGWARD_APP_TOSERVER ?
			   HTTP_KNOWN_COOKIE : HTTP_KNOWN_SET_COOKIE];
}

/* Bytes that the block needs at most; counts known headers on the way. */
static u32 measure(const struct http_head *head, struct text *text)
{
	/* first line, URI, authority, and what begins and ends the others */
	u32 size = head->line.len + head->uri.len * 2 + 16;
	const struct http_field *field;
	u32 all = 0;
	u32 i;

	for (i = 0; i < head->nr; i++)
		text->count[head->field[i].known]++;
	for (i = 0; i < head->nr; i++) {
		field = &head->field[i];
		all += field->name.len + field->value.len + 4;
		size += field->name.len + 2;
		if (field->known && (text->count[field->known] > 1 ||
				     field->known == HTTP_KNOWN_HOST))
			size += field->value.len + 2;
	}
	return size + all * (has_cookies(head, text) ? 2 : 1);
}

static void put(struct text *text, const void *p, u32 len)
{
	/* what was measured suffices */
	if (len > text->size - text->len)
		return;
	memcpy(text->p + text->len, p, len);
	text->len += len;
}

/* A value in one line: each fold becomes a space. */
static void put_value(struct text *text, const u8 *p, u32 len)
{
	u32 from = 0, at;

	for (at = 0; at < len; at++) {
		at += http_find(p + at, len - at, '\n');
		if (at == len)
			break;
		put(text, p + from,
		    at - from - (at > from && p[at - 1] == '\r'));
		put(text, " ", 1);
		while (at + 1 < len && http_is_blank(p[at + 1]))
			at++;
		from = at + 1;
	}
	put(text, p + from, len - from);
}

/* "Name: value", or a line without a colon as it is. */
static void put_field(struct text *text, const struct http_head *head,
		      const struct http_field *field)
{
	if (field->name.len) {
		put(text, head->data + field->name.off, field->name.len);
		put(text, ": ", 2);
	}
	text->value[field->known] = text->len;
	put_value(text, head->data + field->value.off, field->value.len);
	text->value_len[field->known] =
		(u16)(text->len - text->value[field->known]);
	put(text, "\r\n", 2);
}

/**
 * struct teller - where the items of a head go
 * @state: the conversation
 * @head: the head
 * @text: the block
 * @out: the items
 */
struct teller {
	struct segward_http *state;
	struct http_head *head;
	struct text *text;
	struct segward_app_out *out;
};

static void tell(const struct teller *to, u8 buffer, const u8 *data, u32 len)
{
	if (len)
		http_tell(to->state, to->head->direction, buffer, data, len,
			  SEGWARD_APP_FIRST | SEGWARD_APP_LAST, to->out);
}

static void tell_span(const struct teller *to, u8 buffer, struct http_span span)
{
	tell(to, buffer, to->head->data + span.off, span.len);
}

/* What was written since @begin. */
static void tell_since(const struct teller *to, u8 buffer, u32 begin)
{
	tell(to, buffer, to->text->p + begin, to->text->len - begin);
}

static void tell_request_line(const struct teller *to)
{
	struct http_head *head = to->head;
	struct text *text = to->text;
	u32 begin = text->len;

	tell_span(to, SEGWARD_BUFFER_HTTP_REQUEST_LINE, head->line);
	tell_span(to, SEGWARD_BUFFER_HTTP_METHOD, head->method);
	tell_span(to, SEGWARD_BUFFER_HTTP_URI_RAW, head->uri);
	text->len += http_normalise_uri(head, text->p + begin);
	tell_since(to, SEGWARD_BUFFER_HTTP_URI, begin);
	tell_span(to, SEGWARD_BUFFER_HTTP_PROTOCOL, head->protocol);
}

static void tell_status_line(const struct teller *to)
{
	struct http_head *head = to->head;

	tell_span(to, SEGWARD_BUFFER_HTTP_RESPONSE_LINE, head->line);
	tell_span(to, SEGWARD_BUFFER_HTTP_PROTOCOL, head->protocol);
	tell_span(to, SEGWARD_BUFFER_HTTP_STAT_CODE, head->code);
	tell_span(to, SEGWARD_BUFFER_HTTP_STAT_MSG, head->message);
}

/* http.header of its own, where http.start has more. */
static void tell_header(const struct teller *to)
{
	const struct http_head *head = to->head;
	u32 begin = to->text->len;
	u32 i;

	for (i = 0; i < head->nr; i++)
		if (!is_cookie(head, head->field[i].known))
			put_field(to->text, head, &head->field[i]);
	tell_since(to, SEGWARD_BUFFER_HTTP_HEADER, begin);
}

static void tell_headers(const struct teller *to)
{
	const struct http_head *head = to->head;
	struct text *text = to->text;
	u32 begin = text->len, fields, i;

	tell_span(to, SEGWARD_BUFFER_HTTP_HEADER_RAW, head->block);
	if (has_cookies(head, text))
		tell_header(to);
	begin = text->len;
	if (!head->trailer) {
		put(text, head->data + head->line.off, head->line.len);
		put(text, "\r\n", 2);
	}
	fields = text->len;
	for (i = 0; i < head->nr; i++)
		put_field(text, head, &head->field[i]);
	if (!has_cookies(head, text))
		tell_since(to, SEGWARD_BUFFER_HTTP_HEADER, fields);
	if (head->trailer)
		return;
	put(text, "\r\n", 2);
	tell_since(to, SEGWARD_BUFFER_HTTP_START, begin);
}

static void tell_names(const struct teller *to)
{
	const struct http_head *head = to->head;
	struct text *text = to->text;
	u32 begin = text->len;
	struct http_span name;
	u32 i;

	if (!head->nr)
		return;
	put(text, "\r\n", 2);
	for (i = 0; i < head->nr; i++) {
		name = head->field[i].name;
		if (!name.len)
			continue;
		put(text, head->data + name.off, name.len);
		put(text, "\r\n", 2);
	}
	put(text, "\r\n", 2);
	tell_since(to, SEGWARD_BUFFER_HTTP_HEADER_NAMES, begin);
}

/* The values of headers of one kind with ", " between them. */
static void tell_joined(const struct teller *to, u8 known)
{
	const struct http_head *head = to->head;
	struct text *text = to->text;
	u32 begin = text->len;
	u32 i;

	for (i = 0; i < head->nr; i++) {
		if (head->field[i].known != known)
			continue;
		if (text->len > begin)
			put(text, ", ", 2);
		put_value(text, head->data + head->field[i].value.off,
			  head->field[i].value.len);
	}
	tell_since(to, buffers[known], begin);
}

static void tell_known(const struct teller *to)
{
	const struct text *text = to->text;
	u8 known;

	for (known = 0; known < HTTP_KNOWN_END; known++) {
		if (!text->count[known] || !is_told(to->head, known))
			continue;
		if (text->count[known] == 1)
			tell(to, buffers[known], text->p + text->value[known],
			     text->value_len[known]);
		else
			tell_joined(to, known);
	}
}

/* Is it none of those that were told? Then it is now. */
static bool is_new_host(const struct teller *to, u8 *host, u32 len)
{
	struct text *text = to->text;
	u32 i;

	for (i = 0; i < text->nr_hosts; i++)
		if (text->host_len[i] == len &&
		    !memcmp(text->host[i], host, len))
			return false;
	if (text->nr_hosts)
		http_note(to->head, SEGWARD_HTTP_HOST_AMBIGUOUS);
	if (text->nr_hosts == SEGWARD_HTTP_HOSTS)
		return false;
	text->host[text->nr_hosts] = host;
	text->host_len[text->nr_hosts++] = len;
	return true;
}

static void tell_host(const struct teller *to, struct http_span raw,
		      bool authority)
{
	struct text *text = to->text;
	u8 *host = text->p + text->len;
	u32 len;
	bool bad;

	len = http_normalise_host(to->head->data + raw.off, raw.len, authority,
				  host, &bad);
	text->len += len;
	if (bad)
		http_note(to->head, authority ? SEGWARD_HTTP_URI_HOST_INVALID :
			  SEGWARD_HTTP_HEADER_HOST_INVALID);
	if (!len || !is_new_host(to, host, len))
		return;
	tell_span(to, SEGWARD_BUFFER_HTTP_HOST_RAW, raw);
	tell(to, SEGWARD_BUFFER_HTTP_HOST, host, len);
}

static void tell_hosts(const struct teller *to)
{
	struct http_head *head = to->head;
	u16 count = to->text->count[HTTP_KNOWN_HOST];
	u32 i;

	/* what counts comes first */
	if (head->authority.len)
		tell_host(to, head->authority, true);
	for (i = 0; i < head->nr; i++)
		if (head->field[i].known == HTTP_KNOWN_HOST)
			tell_host(to, head->field[i].value, false);
	if (count > 1)
		http_note(head, SEGWARD_HTTP_DUPLICATE_HOST);
	if (!count && !head->old && !head->partial)
		http_note(head, SEGWARD_HTTP_MISSING_HOST);
}

static void tell_all(const struct teller *to)
{
	const struct http_head *head = to->head;
	bool request = head->direction == SEGWARD_APP_TOSERVER;
	u32 event;

	if (!head->trailer && request)
		tell_request_line(to);
	else if (!head->trailer)
		tell_status_line(to);
	tell_headers(to);
	if (!head->trailer) {
		tell_names(to);
		tell_known(to);
		if (request)
			tell_hosts(to);
	}
	for (event = 0; event < SEGWARD_HTTP_EVENTS_END; event++)
		if (head->events >> event & 1)
			http_event(to->state, head->direction, event, to->out);
}

/**
 * http_tell_head() - tell all that is known of a head
 * @state: the conversation; the block is its until the next call
 * @budget: pays for it
 * @head: the head, parsed
 * @out: has room for all of it
 *
 * Return: 0 or -ENOMEM.
 */
int http_tell_head(struct segward_http *state, struct segward_budget *budget,
		   struct http_head *head, struct segward_app_out *out)
{
	struct text text = { 0 };
	const struct teller to = { state, head, &text, out };

	text.size = measure(head, &text);
	text.p = segward_budget_alloc(budget, text.size);
	if (!text.p)
		return -ENOMEM;
	state->text.data = text.p;
	state->text.size = text.size;
	tell_all(&to);
	return 0;
}
