// SPDX-License-Identifier: GPL-2.0
/*
 * HTTP/1: what is told of requests and responses, whole and byte by byte; what
 * is wrong with them; codings; limits; memory.
 */
#include <linux/types.h>
#include <stdlib.h>
#include <zlib.h>

#include "app/http.h"
#include "app/http_decode.h"
#include "app/inflate.h"
#include "tap.h"

#define TOSERVER	SEGWARD_APP_TOSERVER
#define TOCLIENT	SEGWARD_APP_TOCLIENT
#define BIG		(4u << 20)

/* Of a conversation, in units; and what its state takes. */
#define POOL		(1u << 20)
#define STATE_UNITS	(256 / SEGWARD_BUDGET_UNIT)

/* Events by their names' ends: EV(URI_NUL) | EV(MISSING_HOST) */
#define EV(name)	(1ULL << SEGWARD_HTTP_##name)
#define HOST		"Host: a\r\n"

struct value {
	u8 direction;
	u8 buffer;
	u32 tx;
	u32 len;
	char *bytes;
};

static struct segward_pool pool;
static struct segward_budget budget;
static struct segward_http *http;
static struct segward_app_out out;
static struct value value[4096];
static u32 nr_values, nr_items, done[2];
static u64 told[2][4096];
static u64 message[2];		/* bytes of the last body that ended */
static char store[BIG];
static u32 stored;
static bool open_body[2];
static int failed[2];
static u32 piece;
static long allocations;	/* as many succeed; -1: all */
static u8 big[BIG], coded[BIG];

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
	if (!allocations)
		return NULL;
	if (allocations > 0)
		allocations--;
	return __real_malloc(size);
}

static void begin(void)
{
	memset(&pool, 0, sizeof(pool));
	segward_pool_share(&pool, POOL, 1);
	memset(&budget, 0, sizeof(budget));
	budget.pool = &pool;
	allocations = -1;
	nr_values = 0;
	nr_items = 0;
	stored = 0;
	memset(done, 0, sizeof(done));
	memset(told, 0, sizeof(told));
	memset(open_body, 0, sizeof(open_body));
	memset(failed, 0, sizeof(failed));
	http = segward_http_create(&budget);
}

static void end(void)
{
	segward_http_destroy(http, &budget);
	CHECK_EQ(budget.used.counter, 0);
	CHECK_EQ(pool.used.counter, 0);
}

static void keep(const struct segward_app_item *item)
{
	bool body = item->buffer == SEGWARD_BUFFER_HTTP_REQUEST_BODY ||
		    item->buffer == SEGWARD_BUFFER_HTTP_RESPONSE_BODY;
	struct value *to = &value[nr_values];

	if (body && !(item->part & SEGWARD_APP_FIRST)) {
		CHECK(open_body[item->direction]);
		to--;
	} else {
		CHECK(item->part & SEGWARD_APP_FIRST);
		to->direction = item->direction;
		to->buffer = item->buffer;
		to->tx = item->tx;
		to->len = 0;
		to->bytes = store + stored;
		nr_values++;
	}
	if (body)
		open_body[item->direction] = !(item->part & SEGWARD_APP_LAST);
	else
		CHECK(item->part & SEGWARD_APP_LAST);
	memcpy(to->bytes + to->len, item->data, item->len);
	to->len += item->len;
	to->bytes[to->len] = 0;
	stored = (u32)(to->bytes + to->len + 1 - store);
}

static void take(void)
{
	const struct segward_app_item *item;
	u32 i;

	for (i = 0; i < out.nr; i++, nr_items++) {
		item = &out.item[i];
		if (item->kind == SEGWARD_APP_EVENT) {
			CHECK(!(told[item->direction][item->tx] >> item->event &
				1));
			told[item->direction][item->tx] |= 1ULL << item->event;
		} else if (item->kind == SEGWARD_APP_DONE) {
			CHECK_EQ(item->tx, done[item->direction]);
			done[item->direction]++;
			message[item->direction] = item->message;
		} else if (item->buffer == SEGWARD_BUFFER_FILE_DATA) {
			CHECK(item->data == item[-1].data);
			CHECK_EQ(item->len, item[-1].len);
			CHECK_EQ(item->part, item[-1].part);
		} else {
			keep(item);
		}
	}
}

static void feed(u8 direction, const void *data, u32 len)
{
	const u8 *p = data;
	u8 *copy;
	u32 some;
	int ret;

	while (len && !failed[direction]) {
		some = piece ? min_t(u32, piece, len) : len;
		/* of its exact size; not counted as the parser's */
		copy = __real_malloc(some);
		memcpy(copy, p, some);
		ret = segward_http_feed(http, &budget, direction, copy, some,
					&out);
		take();
		free(copy);
		if (ret < 0) {
			failed[direction] = ret;
			return;
		}
		REQUIRE(ret || out.nr);
		p += ret;
		len -= (u32)ret;
	}
}

static void finish(u8 direction)
{
	segward_http_end(http, &budget, direction, &out);
	take();
}

static void request(const char *text)
{
	feed(TOSERVER, text, (u32)strlen(text));
}

static void response(const char *text)
{
	feed(TOCLIENT, text, (u32)strlen(text));
}

/* The nth of a buffer's values in a transaction, from 0. */
static const struct value *find(u8 direction, u32 tx, u8 buffer, u32 nth)
{
	u32 i;

	for (i = 0; i < nr_values; i++)
		if (value[i].direction == direction && value[i].tx == tx &&
		    value[i].buffer == buffer && !nth--)
			return &value[i];
	return NULL;
}

static const char *nth(u8 direction, u32 tx, u8 buffer, u32 n)
{
	const struct value *found = find(direction, tx, buffer, n);

	return found ? found->bytes : NULL;
}

#define REQ(tx, name)	nth(TOSERVER, tx, SEGWARD_BUFFER_##name, 0)
#define RES(tx, name)	nth(TOCLIENT, tx, SEGWARD_BUFFER_##name, 0)

/* Each test of bytes is done with the whole and byte by byte. */
#define EACH	for (piece = 0; piece < 2; piece++)

static void a_request_is_told_by_its_parts(void)
{
	EACH {
		begin();
		request("GET /a/b.html?c=d HTTP/1.1\r\nHost: Example.ORG:8080\r\n"
			"user-agent:  Some/1.0 \r\nReferer: r\r\nAccept: */*\r\n"
			"Accept-Encoding: gzip\r\nAccept-Language: en\r\n"
			"Cookie: k=v\r\nConnection: close\r\n"
			"Content-Type: text/x\r\nContent-Length: 0\r\n\r\n");
		CHECK_EQ(done[TOSERVER], 1);
		CHECK_EQ(told[TOSERVER][0], 0);
		CHECK_STR(REQ(0, HTTP_REQUEST_LINE),
			  "GET /a/b.html?c=d HTTP/1.1");
		CHECK_STR(REQ(0, HTTP_METHOD), "GET");
		CHECK_STR(REQ(0, HTTP_URI_RAW), "/a/b.html?c=d");
		CHECK_STR(REQ(0, HTTP_URI), "/a/b.html?c=d");
		CHECK_STR(REQ(0, HTTP_PROTOCOL), "HTTP/1.1");
		CHECK_STR(REQ(0, HTTP_HOST), "example.org");
		CHECK_STR(REQ(0, HTTP_HOST_RAW), "Example.ORG:8080");
		CHECK_STR(REQ(0, HTTP_USER_AGENT), "Some/1.0");
		CHECK_STR(REQ(0, HTTP_REFERER), "r");
		CHECK_STR(REQ(0, HTTP_ACCEPT), "*/*");
		CHECK_STR(REQ(0, HTTP_ACCEPT_ENC), "gzip");
		CHECK_STR(REQ(0, HTTP_ACCEPT_LANG), "en");
		CHECK_STR(REQ(0, HTTP_COOKIE), "k=v");
		CHECK_STR(REQ(0, HTTP_CONNECTION), "close");
		CHECK_STR(REQ(0, HTTP_CONTENT_TYPE), "text/x");
		CHECK_STR(REQ(0, HTTP_CONTENT_LEN), "0");
		CHECK(!REQ(0, HTTP_REQUEST_BODY));
		CHECK_EQ(nr_items, 21);
		end();
	}
}

static void a_response_is_told_by_its_parts(void)
{
	EACH {
		begin();
		response("HTTP/1.1 200 All is well\r\nServer: s/1\r\n"
			 "Location: /x\r\nSet-Cookie: a=b\r\nContent-Length: 5\r\n"
			 "Content-Type: t\r\nConnection: c\r\n\r\nhello");
		CHECK_EQ(done[TOCLIENT], 1);
		CHECK_EQ(told[TOCLIENT][0], 0);
		CHECK_STR(RES(0, HTTP_RESPONSE_LINE), "HTTP/1.1 200 All is well");
		CHECK_STR(RES(0, HTTP_PROTOCOL), "HTTP/1.1");
		CHECK_STR(RES(0, HTTP_STAT_CODE), "200");
		CHECK_STR(RES(0, HTTP_STAT_MSG), "All is well");
		CHECK_STR(RES(0, HTTP_SERVER), "s/1");
		CHECK_STR(RES(0, HTTP_LOCATION), "/x");
		CHECK_STR(RES(0, HTTP_COOKIE), "a=b");
		CHECK_STR(RES(0, HTTP_CONTENT_LEN), "5");
		CHECK_STR(RES(0, HTTP_CONTENT_TYPE), "t");
		CHECK_STR(RES(0, HTTP_CONNECTION), "c");
		CHECK_STR(RES(0, HTTP_HEADER),
			  "Server: s/1\r\nLocation: /x\r\nContent-Length: 5\r\n"
			  "Content-Type: t\r\nConnection: c\r\n");
		CHECK_STR(RES(0, HTTP_RESPONSE_BODY), "hello");
		end();
	}
}

static void header_buffers_are_suricatas(void)
{
	EACH {
		begin();
		request("GET / HTTP/1.1\r\nhOst:a\nX-Fold: one \r\n\t two\n  three\r\n"
			"Cookie: c\r\nEmpty:\r\nUser-Agent: u\r\n\r\n");
		CHECK_STR(REQ(0, HTTP_HEADER_RAW),
			  "hOst:a\nX-Fold: one \r\n\t two\n  three\r\n"
			  "Cookie: c\r\nEmpty:\r\nUser-Agent: u\r\n");
		CHECK_STR(REQ(0, HTTP_HEADER), "hOst: a\r\nX-Fold: one  two three"
			  "\r\nEmpty: \r\nUser-Agent: u\r\n");
		CHECK_STR(REQ(0, HTTP_HEADER_NAMES), "\r\nhOst\r\nX-Fold\r\n"
			  "Cookie\r\nEmpty\r\nUser-Agent\r\n\r\n");
		CHECK_STR(REQ(0, HTTP_START), "GET / HTTP/1.1\r\nhOst: a\r\n"
			  "X-Fold: one  two three\r\nCookie: c\r\nEmpty: \r\n"
			  "User-Agent: u\r\n\r\n");
		CHECK_STR(REQ(0, HTTP_USER_AGENT), "u");
		CHECK_EQ(told[TOSERVER][0], 0);
		end();
	}
}

static void repeated_headers_are_joined(void)
{
	EACH {
		begin();
		request("GET / HTTP/1.0\r\nUser-Agent: a\r\nCookie: 1\r\n"
			"user-agent: b\r\n c\r\nCookie: 2\r\n\r\n");
		CHECK_STR(REQ(0, HTTP_USER_AGENT), "a, b c");
		CHECK_STR(REQ(0, HTTP_COOKIE), "1, 2");
		CHECK_STR(REQ(0, HTTP_HEADER),
			  "User-Agent: a\r\nuser-agent: b c\r\n");
		CHECK_EQ(told[TOSERVER][0], EV(REQUEST_HEADER_REPETITION));
		response("HTTP/1.0 200 OK\r\nServer: a\r\nServer: b\r\n\r\n");
		CHECK_STR(RES(0, HTTP_SERVER), "a, b");
		CHECK_EQ(told[TOCLIENT][0], EV(RESPONSE_HEADER_REPETITION));
		end();
	}
}

static void uris_are_normalised(void)
{
	static const struct {
		const char *raw, *uri;
		u64 events;
	} row[] = {
		{ "/", "/", 0 },
		{ "*", "*", 0 },
		{ "/a/./b/../c", "/a/c", 0 },
		{ "/../../a", "/a", 0 },
		{ "/a/b/..", "/a/", 0 },
		{ "/a/.", "/a/", 0 },
		{ "/a/...", "/a/...", 0 },
		{ "//a///b//", "/a/b/", 0 },
		{ "/a\\..\\b", "/b", 0 },
		{ "/%61%2fb%5cc", "/a/b/c", 0 },
		{ "/a/%2e%2E/b", "/b", 0 },
		{ "/%3fx?y", "/?x?y", 0 },
		{ "/%", "/%", 0 },
		{ "/%4", "/%4", 0 },
		{ "/%4g", "/%4g", 0 },
		{ "/%u0041", "/%u0041", 0 },
		{ "/A+b?c+d", "/A+b?c+d", 0 },
		{ "/x?a=/../b//%41\\", "/x?a=/../b//A\\", 0 },
		{ "/x#%41/..", "/x#A/..", 0 },
		{ "/%2541", "/%41", EV(DOUBLE_ENCODED_URI) },
		{ "/?%25%34%31", "/?%41", EV(DOUBLE_ENCODED_URI) },
		{ "/%25zz", "/%zz", 0 },
		{ "/%2", "/%2", 0 },
		{ "http://a/b", "/b", 0 },
		{ "http://a", "/", 0 },
		{ "http://a?x", "/?x", 0 },
		{ "HTTP://a:80/b//c?d", "/b/c?d", 0 },
		{ "a/../b", "/b", 0 },
	};
	char text[200];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		EACH {
			begin();
			sprintf(text, "GET %s HTTP/1.1\r\n" HOST "\r\n",
				row[i].raw);
			request(text);
			CHECK_STR(REQ(0, HTTP_URI_RAW), row[i].raw);
			CHECK_STR(REQ(0, HTTP_URI), row[i].uri);
			CHECK_EQ(told[TOSERVER][0], row[i].events);
			end();
		}
}

static void a_nul_in_a_uri_stays_and_is_an_event(void)
{
	const struct value *uri;

	begin();
	request("GET /a%00b HTTP/1.0\r\n\r\n");
	uri = find(TOSERVER, 0, SEGWARD_BUFFER_HTTP_URI, 0);
	REQUIRE(uri);
	CHECK_EQ(uri->len, 4);
	CHECK(!memcmp(uri->bytes, "/a\0b", 4));
	CHECK_EQ(told[TOSERVER][0], EV(URI_NUL));
	end();
}

static void request_lines_have_events(void)
{
	static const struct {
		const char *line, *method, *uri, *protocol;
		u64 events;
	} row[] = {
		{ "GET / HTTP/1.0", "GET", "/", "HTTP/1.0", 0 },
		{ " GET / HTTP/1.0", "GET", "/", "HTTP/1.0",
		  EV(LEADING_WHITESPACE) },
		{ "GET  / HTTP/1.0", "GET", "/", "HTTP/1.0",
		  EV(METHOD_DELIMITER) },
		{ "GET\t/ HTTP/1.0", "GET", "/", "HTTP/1.0",
		  EV(METHOD_DELIMITER) },
		{ "GET /  HTTP/1.0", "GET", "/", "HTTP/1.0",
		  EV(URI_DELIMITER) },
		{ "GET /\tHTTP/1.0", "GET", "/", "HTTP/1.0",
		  EV(URI_DELIMITER) },
		{ "GET /a b HTTP/1.0", "GET", "/a b", "HTTP/1.0",
		  EV(URI_DELIMITER) },
		{ "GET /a HTTP/1.0 HTTP/1.0", "GET", "/a HTTP/1.0", "HTTP/1.0",
		  EV(URI_DELIMITER) },
		{ "get / HTTP/1.0", "get", "/", "HTTP/1.0",
		  EV(METHOD_LOWER_CASE) },
		{ "G(T / HTTP/1.0", "G(T", "/", "HTTP/1.0",
		  EV(REQUEST_LINE_INVALID) },
		{ "GET / HTTP/1.0 x", "GET", "/", "HTTP/1.0 x",
		  EV(REQUEST_LINE_INVALID) },
		{ "GET / http/1.1", "GET", "/", "http/1.1",
		  EV(REQUEST_LINE_INVALID) },
		{ "GET / HTTP/3.0", "GET", "/", "HTTP/3.0",
		  EV(REQUEST_LINE_INVALID) | EV(MISSING_HOST) },
		{ "GET HTTP/1.0", "GET", NULL, "HTTP/1.0",
		  EV(REQUEST_LINE_INVALID) },
	};
	char text[100];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		EACH {
			begin();
			sprintf(text, "%s \r\n\r\n", row[i].line);
			request(text);
			CHECK_EQ(done[TOSERVER], 1);
			CHECK_STR(REQ(0, HTTP_METHOD), row[i].method);
			if (row[i].uri)
				CHECK_STR(REQ(0, HTTP_URI), row[i].uri);
			else
				CHECK(!REQ(0, HTTP_URI));
			CHECK_STR(REQ(0, HTTP_PROTOCOL), row[i].protocol);
			CHECK_EQ(told[TOSERVER][0], row[i].events);
			end();
		}
}

static void a_request_without_protocol_is_complete_with_its_line(void)
{
	EACH {
		begin();
		request("\r\n\r\nGET /old\r\nGET /new HTTP/1.0\r\n\r\n \r\n");
		CHECK_EQ(done[TOSERVER], 3);
		CHECK_STR(REQ(0, HTTP_URI), "/old");
		CHECK(!REQ(0, HTTP_PROTOCOL));
		CHECK_EQ(told[TOSERVER][0], EV(MISSING_PROTOCOL));
		CHECK_STR(REQ(1, HTTP_URI), "/new");
		CHECK_EQ(told[TOSERVER][2], EV(MISSING_PROTOCOL) |
			 EV(REQUEST_LINE_INVALID));
		end();
	}
}

static void a_response_without_status_line_is_a_body(void)
{
	EACH {
		begin();
		response("HTTq is no response");
		finish(TOCLIENT);
		CHECK_STR(RES(0, HTTP_RESPONSE_BODY), "HTTq is no response");
		CHECK_EQ(told[TOCLIENT][0], EV(INVALID_PROTOCOL));
		CHECK_EQ(done[TOCLIENT], 1);
		end();
	}
}

static void status_lines_have_events(void)
{
	static const struct {
		const char *line, *code;
		u64 events;
	} row[] = {
		{ "HTTP/1.1 200", "200", 0 },
		{ "HTTP/1.1 099 x", "099", EV(INVALID_STATUS) },
		{ "HTTP/1.1 20 x", "20", EV(INVALID_STATUS) },
		{ "HTTP/1.1 2000 x", "2000", EV(INVALID_STATUS) },
		{ "HTTP/1.1 2x0 x", "2x0", EV(INVALID_STATUS) },
		{ "HTTP/2.0 200 x", "200", EV(INVALID_PROTOCOL) },
		{ "http/1.1 200 x", "200", EV(INVALID_PROTOCOL) },
	};
	char text[100];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		EACH {
			begin();
			sprintf(text, "%s\r\nContent-Length: 0\r\n\r\n",
				row[i].line);
			response(text);
			CHECK_EQ(done[TOCLIENT], 1);
			CHECK_STR(RES(0, HTTP_STAT_CODE), row[i].code);
			CHECK_EQ(told[TOCLIENT][0], row[i].events);
			end();
		}
}

static void hosts_are_compared(void)
{
	static const struct {
		const char *uri, *headers;
		const char *host[3];
		u64 events;
	} row[] = {
		{ "/", "", { NULL }, EV(MISSING_HOST) },
		{ "/", "Host: A.\r\n", { "a" }, 0 },
		{ "/", "Host: [::1]:80\r\n", { "[::1]" }, 0 },
		{ "/", "Host: a:\r\n", { "a" }, 0 },
		{ "/", "Host: a:65535\r\n", { "a" }, 0 },
		{ "/", "Host: a:65536\r\n", { "a" }, EV(HEADER_HOST_INVALID) },
		{ "/", "Host: a:0\r\n", { "a" }, EV(HEADER_HOST_INVALID) },
		{ "/", "Host: a:b\r\n", { "a" }, EV(HEADER_HOST_INVALID) },
		{ "/", "Host: a b\r\n", { "a b" }, EV(HEADER_HOST_INVALID) },
		{ "/", "Host: u@a\r\n", { "u@a" }, EV(HEADER_HOST_INVALID) },
		{ "/", "Host: [::1\r\n", { "[" }, EV(HEADER_HOST_INVALID) },
		{ "/", "Host:\r\n", { NULL }, EV(HEADER_HOST_INVALID) },
		{ "/", "Host: a\r\nHost: A\r\n", { "a" }, EV(DUPLICATE_HOST) },
		{ "/", "Host: a\r\nHost: b\r\n", { "a", "b" },
		  EV(DUPLICATE_HOST) | EV(HOST_AMBIGUOUS) },
		{ "/", "Host: a\r\nHost: b\r\nHost: c\r\n",
		  { "a", "b" }, EV(DUPLICATE_HOST) | EV(HOST_AMBIGUOUS) },
		{ "http://u:p@B.c:80/", "Host: b.c\r\n", { "b.c" }, 0 },
		{ "http://b/", "Host: a\r\n", { "b", "a" },
		  EV(HOST_AMBIGUOUS) },
		{ "http://b/", "", { "b" }, EV(MISSING_HOST) },
		{ "http://b c/", "Host: b c\r\n", { "b c" },
		  EV(URI_HOST_INVALID) | EV(HEADER_HOST_INVALID) |
		  EV(URI_DELIMITER) },
	};
	const char *host;
	char text[200];
	u32 i, n;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		EACH {
			begin();
			sprintf(text, "GET %s HTTP/1.1\r\n%s\r\n", row[i].uri,
				row[i].headers);
			request(text);
			for (n = 0; n < 3 && row[i].host[n]; n++) {
				host = nth(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HOST,
					   n);
				CHECK_STR(host, row[i].host[n]);
			}
			CHECK(!nth(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HOST, n));
			CHECK_EQ(told[TOSERVER][0], row[i].events);
			end();
		}
}

static void headers_have_events(void)
{
	static const struct {
		const char *header;
		u64 events;
	} row[] = {
		{ "no colon\r\n", EV(REQUEST_FIELD_MISSING_COLON) },
		{ "Name : x\r\n", EV(REQUEST_HEADER_INVALID) },
		{ ": x\r\n", EV(REQUEST_HEADER_INVALID) },
		{ "Na(me: x\r\n", EV(REQUEST_HEADER_INVALID) },
		{ "Name: x\ry\r\n", EV(REQUEST_HEADER_INVALID) },
		{ " folded: x\r\n", EV(REQUEST_FIELD_FOLDING) |
		  EV(REQUEST_HEADER_INVALID) },
		{ "Content-Encoding: foo\r\n", EV(ABNORMAL_CODING) },
		{ "Content-Encoding: br\r\n", 0 },
		{ "Content-Encoding: gzip, gzip, gzip\r\n",
		  EV(TOO_MANY_CODINGS) },
		{ "Content-Type: a\r\nContent-Type: b\r\n",
		  EV(REQUEST_HEADER_REPETITION) },
	};
	char text[200];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		EACH {
			begin();
			sprintf(text, "GET / HTTP/1.0\r\n%s\r\n",
				row[i].header);
			request(text);
			CHECK_EQ(done[TOSERVER], 1);
			CHECK_EQ(told[TOSERVER][0], row[i].events);
			end();
		}
	begin();
	feed(TOSERVER, "GET / HTTP/1.0\r\nA: \0\r\n\r\n", 24);
	CHECK_EQ(told[TOSERVER][0], EV(REQUEST_HEADER_NUL));
	feed(TOCLIENT, "HTTP/1.0 204 x\r\nA: \0\r\nb\r\n\r\n", 27);
	CHECK_EQ(told[TOCLIENT][0], EV(RESPONSE_HEADER_NUL) |
		 EV(RESPONSE_FIELD_MISSING_COLON));
	end();
}

static void a_header_with_space_before_its_colon_is_still_known(void)
{
	begin();
	request("GET / HTTP/1.1\r\nHost : a\r\nno colon\r\n\r\n");
	CHECK_STR(REQ(0, HTTP_HOST), "a");
	CHECK_STR(REQ(0, HTTP_HEADER), "Host: a\r\nno colon\r\n");
	CHECK_STR(REQ(0, HTTP_HEADER_NAMES), "\r\nHost\r\n\r\n");
	end();
}

static void requests_are_pipelined(void)
{
	EACH {
		begin();
		request("POST /1 HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nab "
			"GET /2 HTTP/1.1\r\n" HOST "\r\n"
			"PUT /3 HTTP/1.1\n" HOST "Transfer-Encoding: Chunked\n\n"
			"3\ndef\n0\n\nGET /4 HTTP/1.1\r\n" HOST "\r\n");
		CHECK_EQ(done[TOSERVER], 4);
		CHECK_STR(REQ(0, HTTP_REQUEST_BODY), "ab ");
		CHECK_STR(REQ(1, HTTP_URI), "/2");
		CHECK_STR(REQ(2, HTTP_REQUEST_BODY), "def");
		CHECK_STR(REQ(3, HTTP_URI), "/4");
		CHECK_EQ(told[TOSERVER][0] | told[TOSERVER][1] |
			 told[TOSERVER][2] | told[TOSERVER][3], 0);
		finish(TOSERVER);
		CHECK_EQ(budget.used.counter, STATE_UNITS);
		end();
	}
}

static void responses_have_no_body_when_they_may_not(void)
{
	EACH {
		begin();
		request("HEAD / HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST
			"\r\nGET / HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n"
			HOST "\r\n");
		response("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
			 "HTTP/1.1 204 x\r\nContent-Length: 9\r\n\r\n"
			 "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n"
			 "HTTP/1.1 304 x\r\nTransfer-Encoding: chunked\r\n\r\n"
			 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
		CHECK_EQ(done[TOCLIENT], 4);
		CHECK_STR(nth(TOCLIENT, 2, SEGWARD_BUFFER_HTTP_STAT_CODE, 0),
			  "100");
		CHECK_STR(nth(TOCLIENT, 2, SEGWARD_BUFFER_HTTP_STAT_CODE, 1),
			  "103");
		CHECK_STR(nth(TOCLIENT, 2, SEGWARD_BUFFER_HTTP_STAT_CODE, 2),
			  "304");
		CHECK_STR(RES(3, HTTP_RESPONSE_BODY), "ok");
		CHECK_EQ(told[TOCLIENT][0] | told[TOCLIENT][1] |
			 told[TOCLIENT][2] | told[TOCLIENT][3], 0);
		end();
	}
}

static void responses_are_held_against_requests(void)
{
	EACH {
		begin();
		request("GET / HTTP/1.0\r\n\r\n");
		response("HTTP/1.0 204 x\r\n\r\nHTTP/1.0 204 x\r\n\r\n"
			 "HTTP/1.0 100 x\r\n\r\nHTTP/1.0 100 x\r\n\r\n");
		CHECK_EQ(told[TOCLIENT][0], 0);
		CHECK_EQ(told[TOCLIENT][1], EV(UNMATCHED_RESPONSE));
		CHECK_EQ(told[TOCLIENT][2],
			 EV(UNMATCHED_RESPONSE) | EV(CONTINUE_REPEATED));
		end();
	}
}

static void a_response_without_length_lasts_until_the_end(void)
{
	EACH {
		begin();
		response("HTTP/1.0 200 OK\r\n\r\nall\r\n\r\nthe rest");
		CHECK_EQ(done[TOCLIENT], 0);
		finish(TOCLIENT);
		CHECK_STR(RES(0, HTTP_RESPONSE_BODY), "all\r\n\r\nthe rest");
		CHECK_EQ(done[TOCLIENT], 1);
		CHECK_EQ(told[TOCLIENT][0], 0);
		end();
	}
}

static void chunks_are_joined_and_trailers_told(void)
{
	EACH {
		begin();
		request("POST / HTTP/1.1\r\n" HOST
			"Transfer-Encoding: chunked\r\n\r\n"
			"5;a=\"b\"\r\nhello\r\n00000000000000000000A\r\n"
			", 9 bytes.\r\n3 \r\nend\r\n0\r\nX: y\r\nZ:  \r\n\r\n");
		CHECK_STR(REQ(0, HTTP_REQUEST_BODY), "hello, 9 bytes.end");
		CHECK_EQ(told[TOSERVER][0], EV(REQUEST_CHUNK_EXTENSION));
		CHECK_STR(nth(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HEADER_RAW, 1),
			  "X: y\r\nZ:  \r\n");
		CHECK_STR(nth(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HEADER, 1),
			  "X: y\r\nZ: \r\n");
		CHECK_EQ(done[TOSERVER], 1);
		/* lines and ends of chunks count, trailers do not */
		CHECK_EQ(message[TOSERVER],
			 (9 + 5 + 2) + (23 + 10 + 2) + (4 + 3 + 2) + 3);
		end();
	}
}

static void bad_chunks_end_their_direction(void)
{
	static const char *const row[] = {
		"\r\n", "g\r\n", "-1\r\n", "5x\r\n", "5 5\r\n", "5\r5", ";\r\n",
		"1000000000000000\r\n", "11111111111111111\r\n",
		"1\r\nab", "1\r\na\rb", "0x5\r\n",
	};
	char text[200];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		EACH {
			begin();
			sprintf(text, "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
				"chunked\r\n\r\n1\r\nx\r\n%s", row[i]);
			response(text);
			CHECK_EQ(failed[TOCLIENT], -EPROTO);
			CHECK_EQ(told[TOCLIENT][0], EV(RESPONSE_CHUNK_LEN));
			CHECK(!open_body[TOCLIENT]);
			CHECK_EQ(segward_http_feed(http, &budget, TOCLIENT,
						   (u8 *)"x", 1, &out), -EPROTO);
			finish(TOCLIENT);
			CHECK_EQ(out.nr, 0);
			end();
		}
	/* one byte less than 2^60 is a size that there may be */
	begin();
	request("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
		"fffffffffffffff\r\nab");
	CHECK_EQ(failed[TOSERVER], 0);
	CHECK_STR(REQ(0, HTTP_REQUEST_BODY), "ab");
	end();
}

static void a_chunks_line_is_bounded(void)
{
	begin();
	request("POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
		"1;");
	memset(big, 'x', BIG);
	feed(TOSERVER, big, SEGWARD_HTTP_CHUNK_LINE - 3);
	CHECK_EQ(failed[TOSERVER], 0);
	request("\r");
	CHECK_EQ(failed[TOSERVER], 0);
	request("\n");
	CHECK_EQ(failed[TOSERVER], -EPROTO);
	CHECK_EQ(told[TOSERVER][0],
		 EV(REQUEST_CHUNK_EXTENSION) | EV(REQUEST_CHUNK_LEN));
	end();
}

static void contradicting_lengths_are_events(void)
{
	static const struct {
		const char *headers, *rest, *body;
		u64 events;
		int error;
	} row[] = {
		{ "Content-Length: 2\r\nContent-Length: 2\r\n", "ab", "ab",
		  EV(REQUEST_DUPLICATE_LENGTH), 0 },
		{ "Content-Length: 2, 2\r\n", "ab", "ab",
		  EV(REQUEST_DUPLICATE_LENGTH), 0 },
		{ "Content-Length: 2\r\nContent-Length: 3\r\n", "ab", "ab",
		  EV(REQUEST_DUPLICATE_LENGTH) | EV(REQUEST_LENGTH_AMBIGUOUS),
		  0 },
		{ "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n",
		  "1\r\na\r\n0\r\n\r\n", "a", EV(REQUEST_LENGTH_AMBIGUOUS), 0 },
		{ "Content-Length: x\r\n", "", NULL,
		  EV(REQUEST_CONTENT_LENGTH), -EPROTO },
		{ "Content-Length: +2\r\n", "", NULL,
		  EV(REQUEST_CONTENT_LENGTH), -EPROTO },
		{ "Content-Length: 2;3\r\n", "", NULL,
		  EV(REQUEST_CONTENT_LENGTH), -EPROTO },
		{ "Content-Length: 2 3\r\n", "", NULL,
		  EV(REQUEST_CONTENT_LENGTH), -EPROTO },
		{ "Content-Length: 99999999999999999999\r\n", "", NULL,
		  EV(REQUEST_CONTENT_LENGTH), -EPROTO },
		{ "Content-Length:\r\n", "", NULL,
		  EV(REQUEST_CONTENT_LENGTH), -EPROTO },
		{ "Transfer-Encoding: x, chunked\r\n", "1\r\na\r\n0\r\n\r\n", "a",
		  EV(REQUEST_TRANSFER_ENCODING), 0 },
		{ "Transfer-Encoding: identity\r\nContent-Length: 1\r\n", "a",
		  "a", EV(REQUEST_TRANSFER_ENCODING), 0 },
	};
	char text[300];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		EACH {
			begin();
			sprintf(text, "POST / HTTP/1.1\r\n" HOST "%s\r\n%s",
				row[i].headers, row[i].rest);
			request(text);
			CHECK_EQ(told[TOSERVER][0], row[i].events);
			CHECK_EQ(failed[TOSERVER], row[i].error);
			CHECK_EQ(done[TOSERVER], !row[i].error);
			if (row[i].body)
				CHECK_STR(REQ(0, HTTP_REQUEST_BODY),
					  row[i].body);
			end();
		}
}

static void a_response_with_a_bad_length_lasts_until_the_end(void)
{
	begin();
	response("HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\nabc");
	finish(TOCLIENT);
	CHECK_STR(RES(0, HTTP_RESPONSE_BODY), "abc");
	CHECK_EQ(told[TOCLIENT][0], EV(RESPONSE_CONTENT_LENGTH));
	response("");
	end();
	begin();
	response("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n"
		 "Transfer-Encoding: gzip\r\nContent-Length: 2\r\n"
		 "Content-Length: 3\r\n\r\n0\r\n\r\n");
	CHECK_EQ(told[TOCLIENT][0], EV(CHUNKED_OLD_PROTOCOL) |
		 EV(RESPONSE_HEADER_REPETITION) |
		 EV(RESPONSE_TRANSFER_ENCODING) |
		 EV(RESPONSE_DUPLICATE_LENGTH) | EV(RESPONSE_LENGTH_AMBIGUOUS));
	CHECK_EQ(done[TOCLIENT], 1);
	end();
}

static void lines_and_heads_are_bounded(void)
{
	static const u32 over[] = { 0, 1 };
	u32 i, n;

	memset(big, 'x', BIG);
	for (i = 0; i < ARRAY_SIZE(over); i++) {
		/* a line */
		begin();
		request("GET / HTTP/1.0\r\n");
		feed(TOSERVER, big, SEGWARD_HTTP_LINE + over[i]);
		CHECK_EQ(failed[TOSERVER], over[i] ? -EPROTO : 0);
		CHECK_EQ(told[TOSERVER][0], over[i] ?
			 EV(REQUEST_FIELD_TOO_LONG) |
			 EV(REQUEST_FIELD_MISSING_COLON) : 0);
		if (over[i])
			CHECK_STR(REQ(0, HTTP_REQUEST_LINE), "GET / HTTP/1.0");
		end();
		/* the header lines, 2 KiB each */
		begin();
		response("HTTP/1.0 200 OK\r\n");
		for (n = 0; n < 15; n++) {
			feed(TOCLIENT, big, 2046);
			response("\r\n");
		}
		feed(TOCLIENT, big, 2048 + over[i]);
		CHECK_EQ(failed[TOCLIENT], over[i] ? -EPROTO : 0);
		CHECK_EQ(told[TOCLIENT][0], over[i] ?
			 EV(RESPONSE_FIELD_TOO_LONG) |
			 EV(RESPONSE_FIELD_MISSING_COLON) : 0);
		end();
		/* their number */
		begin();
		request("GET / HTTP/1.0\r\n");
		for (n = 0; n < SEGWARD_HTTP_HEADER_LINES; n++)
			request("a: b\r\n");
		CHECK_EQ(failed[TOSERVER], 0);
		request(over[i] ? "a: b\r\n" : "\r\n");
		CHECK_EQ(failed[TOSERVER], over[i] ? -EPROTO : 0);
		CHECK_EQ(told[TOSERVER][0], over[i] ?
			 EV(REQUEST_TOO_MANY_HEADERS) : 0);
		end();
	}
	begin();
	feed(TOSERVER, big, SEGWARD_HTTP_LINE + 1);
	CHECK_EQ(failed[TOSERVER], -EPROTO);
	end();
}

static void what_is_cut_off_is_told(void)
{
	EACH {
		begin();
		request("GET /a HTTP/1.1\r\nHost: a\r\nUser-Ag");
		finish(TOSERVER);
		CHECK_STR(REQ(0, HTTP_URI), "/a");
		CHECK_STR(REQ(0, HTTP_HOST), "a");
		CHECK_EQ(told[TOSERVER][0], EV(REQUEST_TRUNCATED) |
			 EV(REQUEST_FIELD_MISSING_COLON));
		CHECK_EQ(done[TOSERVER], 1);
		response("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
		finish(TOCLIENT);
		CHECK_STR(RES(0, HTTP_RESPONSE_BODY), "abc");
		CHECK_EQ(told[TOCLIENT][0], EV(RESPONSE_TRUNCATED));
		CHECK_EQ(done[TOCLIENT], 1);
		end();

		begin();
		request("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
			"1\r\na\r\n0\r\nX: y");
		finish(TOSERVER);
		CHECK_STR(nth(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HEADER, 1),
			  "X: y\r\n");
		CHECK_EQ(told[TOSERVER][0], EV(REQUEST_TRUNCATED));
		CHECK_EQ(done[TOSERVER], 1);
		end();

		begin();
		request("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
			"1\r\na\r\n0\r\n");
		finish(TOSERVER);
		CHECK_EQ(told[TOSERVER][0], EV(REQUEST_TRUNCATED));
		CHECK_EQ(done[TOSERVER], 1);
		finish(TOSERVER);
		CHECK_EQ(out.nr, 0);
		end();
	}
}

static void http_ends_when_something_else_begins(void)
{
	static const struct {
		const char *request, *response;
	} row[] = {
		{ "GET / HTTP/1.1\r\n" HOST "Upgrade: websocket\r\n\r\nGET /half",
		  "HTTP/1.1 101 Switching Protocols\r\n\r\n" },
		{ "CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n",
		  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" },
		{ "CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n\x16\x03", "" },
		{ "PRI * HTTP/2.0\r\n\r\n", "" },
	};
	u32 i, was;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		EACH {
			begin();
			request(row[i].request);
			CHECK_EQ(segward_http_upgraded(http),
				 !*row[i].response);
			response(row[i].response);
			CHECK(segward_http_upgraded(http));
			was = nr_items;
			request("GET / HTTP/1.1\r\n\r\n");
			response("HTTP/1.1 200 OK\r\n\r\nx");
			CHECK_EQ(nr_items, was);
			CHECK_EQ(budget.used.counter, STATE_UNITS);
			finish(TOSERVER);
			finish(TOCLIENT);
			CHECK_EQ(nr_items, was);
			end();
		}
}

static void a_refused_tunnel_is_no_tunnel(void)
{
	begin();
	request("CONNECT a:443 HTTP/1.1\r\n" HOST "\r\n");
	CHECK_STR(REQ(0, HTTP_URI), "a:443");
	response("HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n");
	request("GET /b HTTP/1.1\r\n" HOST "\r\n");
	CHECK(!segward_http_upgraded(http));
	CHECK_STR(REQ(1, HTTP_URI), "/b");
	CHECK_EQ(told[TOSERVER][0], EV(HOST_AMBIGUOUS) * 0);
	end();
}

static void outstanding_requests_are_counted(void)
{
	u32 i;

	begin();
	response("HTTP/1.0 204 x\r\n\r\n");
	for (i = 0; i <= SEGWARD_HTTP_PIPELINE; i++)
		request("HEAD / HTTP/1.0\r\n\r\n");
	CHECK_EQ(told[TOSERVER][SEGWARD_HTTP_PIPELINE], 0);
	request("HEAD / HTTP/1.0\r\n\r\n");
	CHECK_EQ(told[TOSERVER][SEGWARD_HTTP_PIPELINE + 1],
		 EV(TOO_MANY_REQUESTS));
	end();
}

static u32 pack(int bits, const u8 *data, u32 len, u8 *to)
{
	z_stream stream = { 0 };

	deflateInit2(&stream, 9, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY);
	stream.next_in = (u8 *)data;
	stream.avail_in = len;
	stream.next_out = to;
	stream.avail_out = BIG;
	CHECK_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
	deflateEnd(&stream);
	return BIG - stream.avail_out;
}

/* A response, to the end of the connection. */
static void respond(const char *headers, const u8 *body, u32 len)
{
	response("HTTP/1.1 200 OK\r\n");
	response(headers);
	response("\r\n");
	feed(TOCLIENT, body, len);
	finish(TOCLIENT);
}

/* 200 KB that shrink to a third. */
static u32 some_text(void)
{
	u32 i;

	srand(5);
	for (i = 0; i < 200000; i++)
		big[i] = "abcdefgh"[rand() % 8];
	return i;
}

static void check_body(u32 len)
{
	const struct value *body;

	body = find(TOCLIENT, 0, SEGWARD_BUFFER_HTTP_RESPONSE_BODY, 0);
	REQUIRE(body);
	CHECK_EQ(body->len, len);
	CHECK(body->len == len && !memcmp(body->bytes, big, len));
	CHECK_EQ(done[TOCLIENT], 1);
}

static void codings_are_undone(void)
{
	static const struct {
		const char *headers;
		int bits;
	} row[] = {
		{ "Content-Encoding: gzip\r\n", 31 },
		{ "Content-Encoding: X-GZIP\r\n", 31 },
		{ "Content-Encoding: identity, gzip\r\n", 31 },
		{ "Transfer-Encoding: gzip\r\n", 31 },
		{ "Content-Encoding: deflate\r\n", 15 },
		{ "Content-Encoding: deflate\r\n", -15 },
		{ "Content-Encoding: deflate\r\n", 31 },
		{ "Content-Encoding: gzip\r\n", 15 },
	};
	u32 i, n, packed, len = some_text();
	static const u32 sizes[] = { 0, 1, 1460 };

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		packed = pack(row[i].bits, big, len, coded);
		for (n = 0; n < ARRAY_SIZE(sizes); n++) {
			piece = sizes[n];
			begin();
			respond(row[i].headers, coded, packed);
			check_body(len);
			CHECK_EQ(told[TOCLIENT][0] &
				 ~EV(RESPONSE_TRANSFER_ENCODING), 0);
			end();
		}
	}
	piece = 0;
}

static void two_codings_are_undone_and_three_are_not(void)
{
	u32 len = some_text(), packed;
	static u8 once[BIG];

	EACH {
		packed = pack(31, once, pack(15, big, len, once), coded);
		begin();
		respond("Content-Encoding: deflate, gzip\r\n", coded, packed);
		check_body(len);
		CHECK_EQ(told[TOCLIENT][0], 0);
		end();
		/* nothing is known of what is within */
		packed = pack(31, big, len, coded);
		begin();
		respond("Content-Encoding: gzip, br, gzip\r\n", coded, packed);
		check_body(len);
		end();
		begin();
		respond("Content-Encoding: gzip, gzip, gzip\r\n", big, 1000);
		check_body(1000);
		CHECK_EQ(told[TOCLIENT][0], EV(TOO_MANY_CODINGS));
		end();
	}
}

static void coded_chunks_are_undone(void)
{
	u32 packed = pack(31, (u8 *)"hello, chunks", 13, coded), i;
	char line[20];

	EACH {
		begin();
		request("POST / HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\n"
			"Transfer-Encoding: chunked\r\n\r\n");
		for (i = 0; i < packed; i++) {
			sprintf(line, "1\r\n%c\r\n", coded[i]);
			feed(TOSERVER, line, 6);
		}
		request("0\r\n\r\n");
		CHECK_STR(REQ(0, HTTP_REQUEST_BODY), "hello, chunks");
		CHECK_EQ(told[TOSERVER][0], 0);
		CHECK_EQ(done[TOSERVER], 1);
		CHECK_EQ(message[TOSERVER], 6 * packed + 3);
		finish(TOSERVER);
		CHECK_EQ(budget.used.counter, STATE_UNITS);
		end();
	}
}

/* All optional parts (RFC 1952, 2.3), and two members. */
static void gzip_headers_are_skipped(void)
{
	static const u8 head[] = {
		0x1f, 0x8b, 8, 0x1f, 1, 2, 3, 4, 0, 3, 2, 0, 'e', 'x',
		'n', 'a', 'm', 'e', 0, 'c', 0, 0xaa, 0xbb,
	};
	u32 len, stream;

	EACH {
		begin();
		memcpy(coded, head, sizeof(head));
		stream = pack(-15, (u8 *)"one ", 4, coded + sizeof(head));
		len = sizeof(head) + stream + 8;
		memset(coded + len - 8, 0, 8);
		len += pack(31, (u8 *)"two", 3, coded + len);
		respond("Content-Encoding: gzip\r\n", coded, len);
		CHECK_STR(RES(0, HTTP_RESPONSE_BODY), "one two");
		CHECK_EQ(told[TOCLIENT][0], 0);
		end();
	}
}

static void what_is_not_coded_is_told_as_it_is(void)
{
	static const char *const row[] = {
		"plain", "\x1f", "\x1f\x8b", "\x1f\x8b\x07 no", "\x1fx", "x", "xy",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		EACH {
			begin();
			respond("Content-Encoding: gzip\r\n",
				(const u8 *)row[i], (u32)strlen(row[i]));
			CHECK_STR(RES(0, HTTP_RESPONSE_BODY), row[i]);
			CHECK_EQ(told[TOCLIENT][0] &
				 ~EV(DECOMPRESSION_FAILED), 0);
			end();
		}
	CHECK_EQ(told[TOCLIENT][0], EV(DECOMPRESSION_FAILED));
}

static void of_broken_streams_the_good_part_is_told(void)
{
	u32 len;

	EACH {
		begin();
		len = pack(31, (u8 *)"hello", 5, coded);
		memcpy(coded + len, "garbage", 7);
		respond("Content-Encoding: gzip\r\n", coded, len + 7);
		CHECK_STR(RES(0, HTTP_RESPONSE_BODY), "hello");
		CHECK_EQ(told[TOCLIENT][0], EV(DECOMPRESSION_FAILED));
		end();
		begin();
		/* a stored block, and no such block */
		respond("Content-Encoding: deflate\r\n",
			(u8 *)"\0\x02\0\xfd\xffhi\x07more", 12);
		CHECK_STR(RES(0, HTTP_RESPONSE_BODY), "hi");
		CHECK_EQ(told[TOCLIENT][0], EV(DECOMPRESSION_FAILED));
		CHECK_EQ(done[TOCLIENT], 1);
		end();
	}
}

static void bombs_are_stopped(void)
{
	const struct value *body;
	static u8 once[BIG];
	u32 packed, first = 0;

	memset(big, 0, BIG);
	packed = pack(31, big, BIG / 2, coded);
	CHECK(BIG / 2 / packed > 900);
	EACH {
		begin();
		respond("Content-Encoding: gzip\r\n", coded, packed);
		CHECK_EQ(told[TOCLIENT][0], EV(COMPRESSION_BOMB));
		body = find(TOCLIENT, 0, SEGWARD_BUFFER_HTTP_RESPONSE_BODY, 0);
		REQUIRE(body);
		CHECK(body->len > SEGWARD_HTTP_BOMB_FREE);
		CHECK(body->len < SEGWARD_HTTP_BOMB_FREE + 256 * 1032);
		if (piece)
			CHECK_EQ(body->len, first);
		first = body->len;
		CHECK_EQ(done[TOCLIENT], 1);
		end();
		/* what is framed behind it is found */
		begin();
		request("POST / HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\n");
		sprintf((char *)once, "Content-Length: %u\r\n\r\n", packed);
		request((char *)once);
		feed(TOSERVER, coded, packed);
		request("GET /next HTTP/1.0\r\n\r\n");
		CHECK_EQ(told[TOSERVER][0], EV(COMPRESSION_BOMB));
		CHECK_STR(REQ(1, HTTP_URI), "/next");
		end();
	}
	piece = 0;
}

static void two_codings_make_no_more_than_their_limit(void)
{
	const struct value *body;
	static u8 once[BIG];
	u32 packed, i;

	/* 1:90, and nothing twice */
	srand(1);
	for (i = 0; i < BIG / 2; i++)
		big[i] = i % 512 < 4 ? (u8)rand() : 'a';
	packed = pack(31, once, pack(31, big, BIG / 2, once), coded);
	begin();
	respond("Content-Encoding: gzip, gzip\r\n", coded, packed);
	body = find(TOCLIENT, 0, SEGWARD_BUFFER_HTTP_RESPONSE_BODY, 0);
	REQUIRE(body);
	CHECK_EQ(body->len, SEGWARD_HTTP_DECODED_TWICE);
	CHECK_EQ(told[TOCLIENT][0], EV(COMPRESSION_BOMB));
	end();
}

static void a_conversation(void)
{
	u32 packed = pack(31, (u8 *)"hello", 5, coded);

	piece = 1;
	request("POST /a//b HTTP/1.1\r\n" HOST "Content-Encoding: gzip\r\n"
		"Transfer-Encoding: chunked\r\n\r\n19\r\n");
	CHECK_EQ(packed, 25);
	feed(TOSERVER, coded, packed);
	request("\r\n0\r\nA: b\r\n\r\n");
	respond("Content-Encoding: gzip, gzip\r\n", coded, packed);
	piece = 0;
}

static void without_memory_a_direction_ends_and_nothing_leaks(void)
{
	u32 i, errors = 0;

	for (i = 0; i < 40; i++) {
		begin();
		/* deflate of the test itself takes some */
		allocations = -1;
		segward_http_destroy(http, &budget);
		allocations = i ? -1 : 0;
		http = segward_http_create(&budget);
		if (!i) {
			CHECK(!http);
			segward_http_destroy(NULL, &budget);
			continue;
		}
		pool.most = STATE_UNITS;
		pool.open = STATE_UNITS + i * 40;
		pool.reserve = 0;
		a_conversation();
		errors += failed[TOSERVER] == -ENOMEM;
		errors += failed[TOCLIENT] == -ENOMEM;
		CHECK(!open_body[TOSERVER] || failed[TOSERVER]);
		end();
	}
	CHECK(errors > 20);
	CHECK_EQ(failed[TOSERVER], 0);
}

static void failing_allocations_leak_nothing(void)
{
	u32 packed = pack(31, (u8 *)"hello", 5, coded);
	int errors = 0;
	long i;

	for (i = 0; i < 20; i++) {
		begin();
		piece = 1;
		allocations = i;
		request("POST /a HTTP/1.0\r\nContent-Encoding: gzip\r\n"
			"Content-Length: 25\r\n\r\n");
		feed(TOSERVER, coded, packed);
		errors += failed[TOSERVER] == -ENOMEM;
		finish(TOSERVER);
		CHECK(!open_body[TOSERVER]);
		allocations = -1;
		end();
	}
	piece = 0;
	/* gather, its growth, fields, text, decoder, output, inflate */
	CHECK_EQ(errors, 6);
	CHECK_EQ(failed[TOSERVER], 0);
	CHECK_STR(REQ(0, HTTP_REQUEST_BODY), "hello");
}

static void between_requests_there_is_only_the_state(void)
{
	EACH {
		begin();
		CHECK_EQ(budget.used.counter, STATE_UNITS);
		request("GET / HTTP/1.0\r\nA: b\r\n\r\n");
		response("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx");
		segward_http_feed(http, &budget, TOSERVER, NULL, 0, &out);
		CHECK_EQ(out.nr, 0);
		CHECK_EQ(budget.used.counter, STATE_UNITS);
		end();
	}
}

static void protocols_are_told_apart(void)
{
	static const struct {
		u8 direction;
		const char *text;
		int guess;
	} row[] = {
		{ TOSERVER, "", SEGWARD_APP_MORE },
		{ TOSERVER, "G", SEGWARD_APP_MORE },
		{ TOSERVER, "GET", SEGWARD_APP_MORE },
		{ TOSERVER, "GET ", SEGWARD_APP_YES },
		{ TOSERVER, "\r\nGET ", SEGWARD_APP_YES },
		{ TOSERVER, "get ", SEGWARD_APP_YES },
		{ TOSERVER, "FOO ", SEGWARD_APP_MORE },
		{ TOSERVER, "FOO / HTTP/1.1", SEGWARD_APP_YES },
		{ TOSERVER, "FOO /\r\n", SEGWARD_APP_NO },
		{ TOSERVER, "PRI * HTTP/2.0\r\n", SEGWARD_APP_NO },
		{ TOSERVER, "SSH-2.0-x\r\n", SEGWARD_APP_NO },
		{ TOSERVER, "\x16\x03\x01", SEGWARD_APP_NO },
		{ TOSERVER, "FOO 4567 123456 0123456 0123456 0123456 "
		  "123456 0123456 01234567", SEGWARD_APP_MORE },
		{ TOSERVER, "FOO 4567 123456 0123456 0123456 0123456 "
		  "123456 0123456 012345678", SEGWARD_APP_NO },
		{ TOSERVER, "FOO /567 123456 0123456 0123456 0123456 "
		  "123456 0123456 01234567", SEGWARD_APP_MORE },
		{ TOSERVER, "FOO /567 123456 0123456 0123456 0123456 "
		  "123456 0123456 012345678", SEGWARD_APP_YES },
		{ TOSERVER, "FOO  /67 123456 0123456 0123456 0123456 "
		  "123456 0123456 01234567\n", SEGWARD_APP_NO },
		{ TOSERVER, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", SEGWARD_APP_NO },
		{ TOCLIENT, "HTT", SEGWARD_APP_MORE },
		{ TOCLIENT, "HTTP/", SEGWARD_APP_MORE },
		{ TOCLIENT, "HTTP/1", SEGWARD_APP_YES },
		{ TOCLIENT, "HTTP/2", SEGWARD_APP_NO },
		{ TOCLIENT, "SSH-", SEGWARD_APP_NO },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		CHECK_EQ(segward_http_probe(row[i].direction,
					    (const u8 *)row[i].text,
					    (u32)strlen(row[i].text)),
			 row[i].guess);
	memset(big, '\r', 64);
	CHECK_EQ(segward_http_probe(TOSERVER, big, 64), SEGWARD_APP_NO);
}

static void the_worst_head_fits_one_call(void)
{
	piece = 0;
	begin();
	response("HTTP/1.0 204 x\r\n\r\n");
	request(" get\t/%2541%00 x  HTTP/1.1\r\n folded: x\r\nno colon\r\n"
		"Host: a:b\r\nHost: b\r\nHost: c\r\nHost: d\r\nCookie: c\r\n"
		"User-Agent: a\r\nUser-Agent: a\r\nReferer: a\r\nAccept: a\r\n"
		"Accept-Encoding: a\r\nAccept-Language: a\r\nConnection: a\r\n"
		"Content-Type: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n"
		"Content-Length: x\r\nTransfer-Encoding: x, chunked\r\n"
		"Content-Encoding: foo, gzip, gzip, gzip\r\n\r\n");
	CHECK_EQ(failed[TOSERVER], 0);
	CHECK(out.nr < SEGWARD_APP_ITEMS);
	/* that much of it, and 19 events */
	CHECK_EQ(out.nr, 22 + 19);
	end();
}

int main(void)
{
	RUN(a_request_is_told_by_its_parts);
	RUN(a_response_is_told_by_its_parts);
	RUN(header_buffers_are_suricatas);
	RUN(repeated_headers_are_joined);
	RUN(uris_are_normalised);
	RUN(a_nul_in_a_uri_stays_and_is_an_event);
	RUN(request_lines_have_events);
	RUN(a_request_without_protocol_is_complete_with_its_line);
	RUN(a_response_without_status_line_is_a_body);
	RUN(status_lines_have_events);
	RUN(hosts_are_compared);
	RUN(headers_have_events);
	RUN(a_header_with_space_before_its_colon_is_still_known);
	RUN(requests_are_pipelined);
	RUN(responses_have_no_body_when_they_may_not);
	RUN(responses_are_held_against_requests);
	RUN(a_response_without_length_lasts_until_the_end);
	RUN(chunks_are_joined_and_trailers_told);
	RUN(bad_chunks_end_their_direction);
	RUN(a_chunks_line_is_bounded);
	RUN(contradicting_lengths_are_events);
	RUN(a_response_with_a_bad_length_lasts_until_the_end);
	RUN(lines_and_heads_are_bounded);
	RUN(what_is_cut_off_is_told);
	RUN(http_ends_when_something_else_begins);
	RUN(a_refused_tunnel_is_no_tunnel);
	RUN(outstanding_requests_are_counted);
	RUN(codings_are_undone);
	RUN(two_codings_are_undone_and_three_are_not);
	RUN(coded_chunks_are_undone);
	RUN(gzip_headers_are_skipped);
	RUN(what_is_not_coded_is_told_as_it_is);
	RUN(of_broken_streams_the_good_part_is_told);
	RUN(bombs_are_stopped);
	RUN(two_codings_make_no_more_than_their_limit);
	RUN(without_memory_a_direction_ends_and_nothing_leaks);
	RUN(failing_allocations_leak_nothing);
	RUN(between_requests_there_is_only_the_state);
	RUN(protocols_are_told_apart);
	RUN(the_worst_head_fits_one_call);
	return tap_done();
}
