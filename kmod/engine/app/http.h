/* SPDX-License-Identifier: GPL-2.0 */
/*
 * HTTP/1.0 and HTTP/1.1 (RFC 9112), and HTTP/0.9 as far as to say that it is.
 *
 * A request or response is told in three steps.
 *
 * Its head, when the empty line behind it has come, or what there is of it
 * when it ends too early or is too long:
 *
 *  - http.request_line, http.method, http.uri.raw, http.uri, http.protocol;
 *    http.response_line, http.protocol, http.stat_code, http.stat_msg.
 *  - http.header.raw: the header lines as they came. http.header: "Name:
 *    value\r\n" each, folded lines joined by one space (RFC 9112, 5.2), white
 *    space around names and values gone, without Cookie and Set-Cookie. A line
 *    without a colon is there as it is. http.header_names: "\r\nName\r\n
 *    Name\r\n\r\n". http.start: first line, all headers as above, empty line.
 *  - http.cookie, http.user_agent and the like: the value, trimmed; of headers
 *    that occur several times the values with ", " between them.
 *  - http.host.raw, http.host: the value as it came and in lower case without
 *    port, user and last dot; of the authority of the URI, if it has one (it is
 *    what counts: RFC 9112, 3.2.2), and of each Host header that says something
 *    else, up to SEGWARD_HTTP_HOSTS in all.
 *
 * http.uri is the target, decoded once: of the absolute form scheme and
 * authority are left out. %XX becomes its byte everywhere, whatever byte that
 * is, also NUL, '/' and '?'; %uXXXX, a '%' without two digits and '+' stay. In
 * the path, up to the first '?' or '#' before decoding, '\' becomes '/', then
 * empty, "." and ".." segments go (RFC 3986, 5.2.4). Letters stay as they are.
 * A target with spaces in it is told whole if a protocol follows.
 *
 * Its body, if it has one, in pieces: http.request_body or http.response_body,
 * and file.data with the same bytes. Transfer and content codings are undone:
 * chunked, and at most two of gzip and deflate (with and without zlib's
 * header; what calls itself one is decoded as the other if it is that). More,
 * or unknown ones, or one whose data do not even begin like it: told as it
 * comes. A stream that turns out to be broken, to end before the body does, or
 * to be a bomb: nothing more of that body is told. Trailer fields (RFC 9112,
 * 7.1.2) are http.header.raw and http.header once more.
 *
 * Then that it is done. Interim responses (1xx) are told with the transaction
 * of the response that they precede and are not done.
 *
 * After 101, an answer 2xx to CONNECT or the preface of HTTP/2 all further
 * bytes are taken and nothing is told; see segward_http_upgraded().
 */
#ifndef SEGWARD_ENGINE_APP_HTTP_H
#define SEGWARD_ENGINE_APP_HTTP_H

#include "app.h"

/* Bytes of a line, without its end; what servers take is 8 KiB, mostly. */
#define SEGWARD_HTTP_LINE	(16u << 10)

/* Bytes of all header lines of a head; of the trailer fields likewise. */
#define SEGWARD_HTTP_HEADERS	(32u << 10)

/* Header lines, folded ones counted too; servers take 100, mostly. */
#define SEGWARD_HTTP_HEADER_LINES 256

/* Bytes of the line of a chunk's size, with extensions. */
#define SEGWARD_HTTP_CHUNK_LINE	4096

/*
 * Hosts that are told of one request: what counts, and what contradicts it.
 * With more, and all that can be wrong at once, a head's items would not fit.
 */
#define SEGWARD_HTTP_HOSTS	2

/*
 * Requests without a response yet whose methods are remembered; more are an
 * event, and those that were forgotten are taken for ones like GET. Browsers
 * pipeline none, others some ten.
 */
#define SEGWARD_HTTP_PIPELINE	64

/*
 * What a coding may make of a body, so that the work for a packet stays
 * bounded: so many bytes and so many times what came. Text reaches 1:20, and
 * one layer of deflate 1:1032.
 */
#define SEGWARD_HTTP_BOMB_FREE	(64u << 10)
#define SEGWARD_HTTP_BOMB_RATIO	100

/* Decoded bytes of a body at most; with two codings their ratios multiply. */
#define SEGWARD_HTTP_DECODED	(65536u << 10)
#define SEGWARD_HTTP_DECODED_TWICE (1024u << 10)

/*
 * X(symbol, name): Suricata's events by its names; those behind "own" it does
 * not have. Of a pair the request's comes first.
 */
#define SEGWARD_HTTP_EVENTS(X) \
	X(REQUEST_FIELD_MISSING_COLON, "request_field_missing_colon") \
	X(RESPONSE_FIELD_MISSING_COLON, "response_field_missing_colon") \
	X(REQUEST_HEADER_INVALID, "request_header_invalid") \
	X(RESPONSE_HEADER_INVALID, "response_header_invalid") \
	X(REQUEST_FIELD_FOLDING, "invalid_request_field_folding") \
	X(RESPONSE_FIELD_FOLDING, "invalid_response_field_folding") \
	X(REQUEST_HEADER_REPETITION, "request_header_repetition") \
	X(RESPONSE_HEADER_REPETITION, "response_header_repetition") \
	X(REQUEST_FIELD_TOO_LONG, "request_field_too_long") \
	X(RESPONSE_FIELD_TOO_LONG, "response_field_too_long") \
	X(REQUEST_TOO_MANY_HEADERS, "request_too_many_headers") \
	X(RESPONSE_TOO_MANY_HEADERS, "response_too_many_headers") \
	X(REQUEST_CHUNK_LEN, "invalid_request_chunk_len") \
	X(RESPONSE_CHUNK_LEN, "invalid_response_chunk_len") \
	X(REQUEST_TRANSFER_ENCODING, \
	  "invalid_transfer_encoding_value_in_request") \
	X(RESPONSE_TRANSFER_ENCODING, \
	  "invalid_transfer_encoding_value_in_response") \
	X(REQUEST_CONTENT_LENGTH, \
	  "invalid_content_length_field_in_request") \
	X(RESPONSE_CONTENT_LENGTH, \
	  "invalid_content_length_field_in_response") \
	X(REQUEST_DUPLICATE_LENGTH, \
	  "duplicate_content_length_field_in_request") \
	X(RESPONSE_DUPLICATE_LENGTH, \
	  "duplicate_content_length_field_in_response") \
	X(REQUEST_CHUNK_EXTENSION, "request_chunk_extension") \
	X(MISSING_HOST, "missing_host_header") \
	X(HOST_AMBIGUOUS, "host_header_ambiguous") \
	X(HEADER_HOST_INVALID, "request_header_host_invalid") \
	X(URI_HOST_INVALID, "request_uri_host_invalid") \
	X(REQUEST_LINE_INVALID, "request_line_invalid") \
	X(LEADING_WHITESPACE, "request_line_leading_whitespace") \
	X(METHOD_DELIMITER, "method_delim_non_compliant") \
	X(URI_DELIMITER, "uri_delim_non_compliant") \
	X(MISSING_PROTOCOL, "request_line_missing_protocol") \
	X(DOUBLE_ENCODED_URI, "double_encoded_uri") \
	X(UNMATCHED_RESPONSE, "unable_to_match_response_to_request") \
	X(INVALID_PROTOCOL, "response_invalid_protocol") \
	X(INVALID_STATUS, "response_invalid_status") \
	X(CHUNKED_OLD_PROTOCOL, "response_chunked_old_proto") \
	X(CONTINUE_REPEATED, "100_continue_already_seen") \
	X(ABNORMAL_CODING, "abnormal_ce_header") \
	X(TOO_MANY_CODINGS, "too_many_encoding_layers") \
	X(DECOMPRESSION_FAILED, "gzip_decompression_failed") \
	X(COMPRESSION_BOMB, "compression_bomb") \
	/* own: */ \
	X(REQUEST_HEADER_NUL, "request_header_nul") \
	X(RESPONSE_HEADER_NUL, "response_header_nul") \
	X(REQUEST_LENGTH_AMBIGUOUS, "request_length_ambiguous") \
	X(RESPONSE_LENGTH_AMBIGUOUS, "response_length_ambiguous") \
	X(REQUEST_TRUNCATED, "request_truncated") \
	X(RESPONSE_TRUNCATED, "response_truncated") \
	X(DUPLICATE_HOST, "duplicate_host") \
	X(METHOD_LOWER_CASE, "method_lower_case") \
	X(URI_NUL, "uri_nul") \
	X(TOO_MANY_REQUESTS, "too_many_pipelined_requests")

#define SEGWARD_HTTP_EVENT_ENUM(symbol, name)	SEGWARD_HTTP_##symbol,

/**
 * enum segward_http_event - what HTTP does not allow, or should not have
 * @SEGWARD_HTTP_REQUEST_FIELD_MISSING_COLON: a header line without a colon
 * @SEGWARD_HTTP_REQUEST_HEADER_INVALID: an empty name, one that is no token,
 *	space before the colon, or a CR within a line (RFC 9112, 5.1 and 2.2)
 * @SEGWARD_HTTP_REQUEST_FIELD_FOLDING: the first header line is folded
 * @SEGWARD_HTTP_REQUEST_HEADER_REPETITION: a header that may not occur twice
 *	does
 * @SEGWARD_HTTP_REQUEST_FIELD_TOO_LONG: more than SEGWARD_HTTP_LINE or
 *	SEGWARD_HTTP_HEADERS bytes; this direction ends
 * @SEGWARD_HTTP_REQUEST_TOO_MANY_HEADERS: more than
 *	SEGWARD_HTTP_HEADER_LINES; this direction ends
 * @SEGWARD_HTTP_REQUEST_CHUNK_LEN: no chunk where one must be, or one of more
 *	than 2^60 bytes; this direction ends
 * @SEGWARD_HTTP_REQUEST_TRANSFER_ENCODING: a value other than chunked. If it
 *	has chunked anywhere it is taken for that
 * @SEGWARD_HTTP_REQUEST_CONTENT_LENGTH: not a number; a request's direction
 *	ends, a response lasts until the connection does
 * @SEGWARD_HTTP_REQUEST_DUPLICATE_LENGTH: several Content-Length; the first
 *	counts
 * @SEGWARD_HTTP_REQUEST_CHUNK_EXTENSION: a chunk's size is not all of its line
 * @SEGWARD_HTTP_MISSING_HOST: HTTP/1.1 without Host
 * @SEGWARD_HTTP_HOST_AMBIGUOUS: hosts differ
 * @SEGWARD_HTTP_HEADER_HOST_INVALID: a Host header that cannot be one
 * @SEGWARD_HTTP_URI_HOST_INVALID: an authority that cannot be one
 * @SEGWARD_HTTP_REQUEST_LINE_INVALID: the method is no token, there is no
 *	URI, or the protocol is none of HTTP/1
 * @SEGWARD_HTTP_LEADING_WHITESPACE: before the method
 * @SEGWARD_HTTP_METHOD_DELIMITER: not one space behind the method
 * @SEGWARD_HTTP_URI_DELIMITER: not one space behind the URI, or white space
 *	in it
 * @SEGWARD_HTTP_MISSING_PROTOCOL: HTTP/0.9
 * @SEGWARD_HTTP_DOUBLE_ENCODED_URI: there is a %XX after decoding
 * @SEGWARD_HTTP_UNMATCHED_RESPONSE: requests are seen, but none for this
 * @SEGWARD_HTTP_INVALID_PROTOCOL: a response without status line, which is
 *	told as a body, or one that is none of HTTP/1
 * @SEGWARD_HTTP_INVALID_STATUS: not three digits from 100 to 999
 * @SEGWARD_HTTP_CHUNKED_OLD_PROTOCOL: chunked, but not in HTTP/1.1
 * @SEGWARD_HTTP_CONTINUE_REPEATED: more than one 100 Continue
 * @SEGWARD_HTTP_ABNORMAL_CODING: a coding that nobody knows
 * @SEGWARD_HTTP_TOO_MANY_CODINGS: more than two that could be decoded
 * @SEGWARD_HTTP_DECOMPRESSION_FAILED: data are not what the coding says
 * @SEGWARD_HTTP_COMPRESSION_BOMB: more came of a body than the limits above
 * @SEGWARD_HTTP_REQUEST_HEADER_NUL: a NUL in the header lines
 * @SEGWARD_HTTP_REQUEST_LENGTH_AMBIGUOUS: Content-Length contradicts itself
 *	or Transfer-Encoding, which counts (RFC 9112, 6.3)
 * @SEGWARD_HTTP_REQUEST_TRUNCATED: the direction ended within it
 * @SEGWARD_HTTP_DUPLICATE_HOST: several Host headers
 * @SEGWARD_HTTP_METHOD_LOWER_CASE: methods have capital letters
 * @SEGWARD_HTTP_URI_NUL: a NUL in http.uri
 * @SEGWARD_HTTP_TOO_MANY_REQUESTS: more than SEGWARD_HTTP_PIPELINE outstanding
 * @SEGWARD_HTTP_EVENTS_END: behind the last
 *
 * Those of responses mean what the requests' mean. Each is told once at most
 * for a request or response.
 */
enum segward_http_event {
	SEGWARD_HTTP_EVENTS(SEGWARD_HTTP_EVENT_ENUM)
	SEGWARD_HTTP_EVENTS_END,
};

struct segward_http;

/**
 * segward_http_probe() - is it HTTP/1?
 * @direction: enum segward_app_direction
 * @data: first bytes of this direction
 * @len: how many
 *
 * A request is told by a method that is known, or by a word and " HTTP/1" or
 * " HTTP/0" within 64 bytes, or by a word and a path that goes on behind these.
 *
 * Return: enum segward_app_guess; not MORE with 64 bytes.
 */
enum segward_app_guess segward_http_probe(u8 direction, const u8 *data,
					  u32 len);

/** segward_http_create() - see app.h */
struct segward_http *segward_http_create(struct segward_budget *budget);

/** segward_http_destroy() - see app.h */
void segward_http_destroy(struct segward_http *state,
			  struct segward_budget *budget);

/** segward_http_feed() - see app.h */
int segward_http_feed(struct segward_http *state,
		      struct segward_budget *budget, u8 direction,
		      const u8 *data, u32 len, struct segward_app_out *out);

/** segward_http_end() - see app.h */
void segward_http_end(struct segward_http *state,
		      struct segward_budget *budget, u8 direction,
		      struct segward_app_out *out);

/** segward_http_upgraded() - both directions now carry something else */
bool segward_http_upgraded(const struct segward_http *state);

#endif /* SEGWARD_ENGINE_APP_HTTP_H */
