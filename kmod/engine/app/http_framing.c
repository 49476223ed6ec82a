// SPDX-License-Identifier: GPL-2.0
/* Where a body ends, and how it is coded: RFC 9112, 6; RFC 9110, 8.4. */
#include "http_internal.h"

/* What is wrong if a header occurs twice, of those that are no lists. */
static bool is_single(u8 known)
{
	return known == HTTP_KNOWN_USER_AGENT ||
	       known == HTTP_KNOWN_REFERER ||
	       known == HTTP_KNOWN_CONTENT_TYPE ||
	       known == HTTP_KNOWN_TRANSFER_ENCODING ||
	       known == HTTP_KNOWN_LOCATION || known == HTTP_KNOWN_SERVER;
}

static void check_repetition(struct http_head *head)
{
	u32 seen = 0;
	u32 i;

	for (i = 0; i < head->nr; i++) {
		u8 known = head->field[i].known;

		if (seen >> known & 1 && is_single(known))
			http_note_pair(head,
				       SEGWARD_HTTP_REQUEST_HEADER_REPETITION);
		seen |= 1u << known;
	}
}

/*
 * The next element of a list (RFC 9110, 5.6.1), from @at on: trimmed, and
 * without parameters. Returns where the one behind it begins.
 */
static u32 next_element(const struct http_head *head, u32 at, u32 end,
			struct http_span *element)
{
	const u8 *p = head->data;
	u32 begin = at, stop;

	while (at < end && p[at] != ',' && p[at] != ';')
		at++;
	stop = at;
	while (begin < stop && http_is_blank(p[begin]))
		begin++;
	while (stop > begin && http_is_blank(p[stop - 1]))
		stop--;
	*element = http_span(begin, stop);
	while (at < end && p[at] != ',')
		at++;
	return at < end ? at + 1 : end;
}

/* A number of digits alone that fits. */
static bool number(const u8 *p, u32 len, u64 *value)
{
	u32 i;

	*value = 0;
	for (i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9' || *value >= U64_MAX / 20)
			return false;
		*value = *value * 10 + p[i] - '0';
	}
	return len;
}

static void one_length(struct http_head *head, struct http_span element)
{
	u64 length;

	if (!number(head->data + element.off, element.len, &length)) {
		http_note_pair(head, SEGWARD_HTTP_REQUEST_CONTENT_LENGTH);
		head->bad_length = true;
		return;
	}
	if (!head->has_length) {
		head->has_length = true;
		head->length = length;
		return;
	}
	http_note_pair(head, SEGWARD_HTTP_REQUEST_DUPLICATE_LENGTH);
	if (length != head->length)
		http_note_pair(head, SEGWARD_HTTP_REQUEST_LENGTH_AMBIGUOUS);
}

/* "5, 5" is one way to repeat it (RFC 9110, 8.6). */
static void content_length(struct http_head *head, struct http_span value)
{
	u32 at = value.off, end = http_span_end(value);
	struct http_span element;

	do {
		at = next_element(head, at, end, &element);
		if (http_span_end(element) < end &&
		    head->data[http_span_end(element)] == ';')
			element.len = 0;
		one_length(head, element);
	} while (at < end);
}

/* What is below a coding that we cannot decode is hidden by it. */
static void add_coding(struct http_head *head, u8 coding)
{
	if (coding == SEGWARD_HTTP_CODING_UNKNOWN)
		head->nr_codings = 0;
	else if (head->nr_codings == SEGWARD_HTTP_CODINGS)
		http_note(head, SEGWARD_HTTP_TOO_MANY_CODINGS);
	else
		head->coding[head->nr_codings++] = coding;
}

static bool one_coding(struct http_head *head, const u8 *p, u32 len)
{
	if (http_says(p, len, "gzip") || http_says(p, len, "x-gzip")) {
		add_coding(head, SEGWARD_HTTP_CODING_GZIP);
	} else if (http_says(p, len, "deflate")) {
		add_coding(head, SEGWARD_HTTP_CODING_DEFLATE);
	} else if (http_says(p, len, "br") || http_says(p, len, "zstd") ||
		   http_says(p, len, "compress") ||
		   http_says(p, len, "x-compress")) {
		add_coding(head, SEGWARD_HTTP_CODING_UNKNOWN);
	} else if (len && !http_says(p, len, "identity")) {
		add_coding(head, SEGWARD_HTTP_CODING_UNKNOWN);
		return false;
	}
	return true;
}

static void content_encoding(struct http_head *head, struct http_span value)
{
	u32 at = value.off, end = http_span_end(value);
	struct http_span element;

	while (at < end) {
		at = next_element(head, at, end, &element);
		if (!one_coding(head, head->data + element.off, element.len))
			http_note(head, SEGWARD_HTTP_ABNORMAL_CODING);
	}
}

static void transfer_encoding(struct http_head *head, struct http_span value)
{
	u32 at = value.off, end = http_span_end(value);
	const u8 *p = head->data;
	struct http_span element;

	if (!http_says(p + value.off, value.len, "chunked"))
		http_note_pair(head, SEGWARD_HTTP_REQUEST_TRANSFER_ENCODING);
	while (at < end) {
		at = next_element(head, at, end, &element);
		if (http_says(p + element.off, element.len, "chunked"))
			head->chunked = true;
		else
			one_coding(head, p + element.off, element.len);
	}
}

static void each(struct http_head *head, u8 known,
		 void (*parse)(struct http_head *head, struct http_span value))
{
	u32 i;

	for (i = 0; i < head->nr; i++)
		if (head->field[i].known == known)
			parse(head, head->field[i].value);
}

/**
 * http_parse_framing() - what the headers say of the body
 * @head: has all headers
 *
 * Transfer codings are applied behind content codings, wherever they stand.
 */
void http_parse_framing(struct http_head *head)
{
	check_repetition(head);
	each(head, HTTP_KNOWN_CONTENT_LEN, content_length);
	each(head, HTTP_KNOWN_CONTENT_ENCODING, content_encoding);
	each(head, HTTP_KNOWN_TRANSFER_ENCODING, transfer_encoding);
	if (head->chunked && head->old &&
	    head->direction == SEGWARD_APP_TOCLIENT)
		http_note(head, SEGWARD_HTTP_CHUNKED_OLD_PROTOCOL);
	if (head->chunked && (head->has_length || head->bad_length))
		http_note_pair(head, SEGWARD_HTTP_REQUEST_LENGTH_AMBIGUOUS);
	/* three layers: all or nothing, like the clients */
	if (head->events & 1ULL << SEGWARD_HTTP_TOO_MANY_CODINGS)
		head->nr_codings = 0;
}
