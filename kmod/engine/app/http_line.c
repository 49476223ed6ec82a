// SPDX-License-Identifier: GPL-2.0
/* The first line of a request or response: RFC 9112, 3 and 4. */
#include "http_internal.h"

/* Bytes of a line without what ends it. */
static u32 trimmed(const u8 *line, u32 len)
{
	while (len && http_is_blank(line[len - 1]))
		len--;
	return len;
}

static u32 skip_space(const u8 *p, u32 at, u32 end)
{
	while (at < end && http_is_space(p[at]))
		at++;
	return at;
}

static u32 skip_word(const u8 *p, u32 at, u32 end)
{
	while (at < end && !http_is_space(p[at]))
		at++;
	return at;
}

static bool is_one_space(const u8 *p, u32 begin, u32 end)
{
	return end - begin == 1 && p[begin] == ' ';
}

/*
 * Where the protocol begins: the last word that looks like one, so that
 * whatever stands before it is seen as the URI. @len if there is none.
 */
static u32 find_protocol(const u8 *line, u32 at, u32 len)
{
	u32 found = len;

	/* the method is none */
	at = skip_word(line, skip_space(line, at, len), len);
	for (at = skip_space(line, at, len); at < len;
	     at = skip_space(line, skip_word(line, at, len), len))
		if (http_begins(line + at, len - at, "http/"))
			found = at;
	return found;
}

/* Without one it is HTTP/0.9, and no header lines follow. */
bool http_has_protocol(const u8 *line, u32 len)
{
	len = trimmed(line, len);
	return find_protocol(line, 0, len) < len;
}

/* Is it a version that this parser knows? */
static bool check_protocol(struct http_head *head)
{
	const u8 *p = head->data + head->protocol.off;

	head->old = true;
	if (head->protocol.len != 8 || memcmp(p, "HTTP/", 5))
		return false;
	if (!memcmp(p + 5, "1.0", 3))
		return true;
	head->old = false;
	return !memcmp(p + 5, "1.1", 3);
}

static void check_method(struct http_head *head)
{
	const u8 *p = head->data + head->method.off;
	bool lower = false;
	u32 i;

	for (i = 0; i < head->method.len; i++) {
		if (!http_is_token(p[i]))
			http_note(head, SEGWARD_HTTP_REQUEST_LINE_INVALID);
		lower |= p[i] >= 'a' && p[i] <= 'z';
	}
	if (lower)
		http_note(head, SEGWARD_HTTP_METHOD_LOWER_CASE);
}

/* Where "scheme://" ends at the begin of a URI; @begin if it is not there. */
static u32 skip_scheme(const u8 *p, u32 begin, u32 end)
{
	u32 at = begin;

	while (at < end && http_is_token(p[at]))
		at++;
	if (at == begin || end - at < 3 || memcmp(p + at, "://", 3))
		return begin;
	return at + 3;
}

static bool is_connect(const struct http_head *head)
{
	return http_says(head->data + head->method.off, head->method.len,
			 "connect");
}

/* The forms of a request's target: RFC 9112, 3.2. */
static void split_uri(struct http_head *head)
{
	u32 end = http_span_end(head->uri);
	const u8 *p = head->data;
	u32 begin, at;

	head->target = head->uri;
	if (is_connect(head)) {
		head->authority = head->uri;
		return;
	}
	begin = skip_scheme(p, head->uri.off, end);
	if (begin == head->uri.off)
		return;
	at = begin;
	while (at < end && p[at] != '/' && p[at] != '\\' && p[at] != '?' &&
	       p[at] != '#')
		at++;
	head->authority = http_span(begin, at);
	head->target = http_span(at, end);
}

static void check_uri(struct http_head *head)
{
	u32 i;

	if (!head->uri.len)
		http_note(head, SEGWARD_HTTP_REQUEST_LINE_INVALID);
	for (i = head->uri.off; i < http_span_end(head->uri); i++)
		if (http_is_space(head->data[i]))
			http_note(head, SEGWARD_HTTP_URI_DELIMITER);
}

/**
 * http_request_line() - take a request's first line apart
 * @head: has @data, and @line from the first byte to the line's end
 */
void http_request_line(struct http_head *head)
{
	u32 end = trimmed(head->data, head->line.len);
	const u8 *p = head->data;
	u32 at, protocol, uri_end;

	head->line.len = (u16)end;
	protocol = find_protocol(p, 0, end);
	at = skip_space(p, 0, end);
	if (at)
		http_note(head, SEGWARD_HTTP_LEADING_WHITESPACE);
	head->method = http_span(at, skip_word(p, at, end));
	at = skip_space(p, http_span_end(head->method), end);
	if (at < end && !is_one_space(p, http_span_end(head->method), at))
		http_note(head, SEGWARD_HTTP_METHOD_DELIMITER);
	uri_end = protocol;
	while (uri_end > at && http_is_space(p[uri_end - 1]))
		uri_end--;
	if (uri_end > at && protocol < end &&
	    !is_one_space(p, uri_end, protocol))
		http_note(head, SEGWARD_HTTP_URI_DELIMITER);
	head->uri = http_span(at, uri_end);
	head->protocol = http_span(protocol, end);
	head->none = protocol == end;
	if (head->none)
		http_note(head, SEGWARD_HTTP_MISSING_PROTOCOL);
	if (!check_protocol(head) && !head->none)
		http_note(head, SEGWARD_HTTP_REQUEST_LINE_INVALID);
	check_method(head);
	check_uri(head);
	split_uri(head);
}

/* Three digits from 100 to 999, or 0. */
static u16 status_of(const u8 *p, u32 len)
{
	u32 i;

	if (len != 3 || p[0] == '0')
		return 0;
	for (i = 0; i < 3; i++)
		if (p[i] < '0' || p[i] > '9')
			return 0;
	return (u16)((p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0');
}

/**
 * http_status_line() - take a response's first line apart
 * @head: has @data, and @line from the first byte to the line's end
 */
void http_status_line(struct http_head *head)
{
	u32 end = trimmed(head->data, head->line.len);
	const u8 *p = head->data;
	u32 at;

	head->line.len = (u16)end;
	head->protocol = http_span(0, skip_word(p, 0, end));
	if (!check_protocol(head))
		http_note(head, SEGWARD_HTTP_INVALID_PROTOCOL);
	at = skip_space(p, head->protocol.len, end);
	head->code = http_span(at, skip_word(p, at, end));
	head->status = status_of(p + at, head->code.len);
	if (!head->status)
		http_note(head, SEGWARD_HTTP_INVALID_STATUS);
	at = skip_space(p, http_span_end(head->code), end);
	head->message = http_span(at, end);
}
