// SPDX-License-Identifier: GPL-2.0
/*
 * Conversations: which protocol it is, from either direction's first bytes, and
 * what its parser tells then; whatever the pieces are. Memory.
 */
#include <linux/types.h>
#include <linux/segward.h>

#include "app/conversation.h"
#include "app/http.h"
#include "app/ssh.h"
#include "app/tls.h"
#include "app_transcript.h"
#include "tap.h"

#define TOSERVER	SEGWARD_APP_TOSERVER
#define TOCLIENT	SEGWARD_APP_TOCLIENT
#define POOL		(1u << 16)
#define UNKNOWN		0
#define FAILED		SEGWARD_APP_PROTO_FAILED
#define HTTP		SEGWARD_APP_PROTO_HTTP
#define TLS		SEGWARD_APP_PROTO_TLS
#define DNS		SEGWARD_APP_PROTO_DNS
#define SSH		SEGWARD_APP_PROTO_SSH

#define EVENT_NAME(symbol, name)	name,
static const char *const http_events[] = { SEGWARD_HTTP_EVENTS(EVENT_NAME) };
static const char *const tls_events[] = { SEGWARD_TLS_EVENTS(EVENT_NAME) };
static const char *const dns_events[] = {
	"none", SEGWARD_DNS_EVENTS(EVENT_NAME)
};

static const char *const ssh_events[] = {
	"none", SEGWARD_SSH_EVENTS(EVENT_NAME)
};

/* A query for a.b, behind its length. */
static const char query[] =
	"\0\x15\x12\x34\x01\0\0\1\0\0\0\0\0\0\1a\1b\0\0\1\0\1";
#define QUERY		(sizeof(query) - 1)

/* No name; one cipher suite; no extensions. */
static const char client_hello[] =
	"\x16\3\1\0\x2d\1\0\0\x29\3\3rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr"
	"\0\0\2\x13\1\1\0";
static const char server_hello[] =
	"\x16\3\3\0\x2a\2\0\0\x26\3\3ssssssssssssssssssssssssssssssss"
	"\0\x13\1\0";
static const char encrypted[] = "\x17\3\3\0\4abcd";
#define HELLO		(sizeof(client_hello) - 1)
#define ANSWER		(sizeof(server_hello) - 1)
#define ENCRYPTED	(sizeof(encrypted) - 1)

static struct segward_pool pool;
static struct segward_budget budget = { .pool = &pool };
static struct segward_conversation *conversation;
static struct segward_app_out out;
static u32 piece;		/* 0: all at once */
static int error;
static long allocations = -1;	/* as many succeed; -1: all */
static char big[4096];

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

/* Each test of bytes is done with the whole and with pieces of all sizes. */
#define EACH	for (piece = 0; piece < 80; piece++)

static u32 used(void)
{
	return (u32)atomic_read(&budget.used);
}

static void begin(void)
{
	segward_pool_share(&pool, POOL, 1);
	transcript_clear();
	error = 0;
	conversation = segward_conversation_create(&budget);
}

static void end(void)
{
	segward_conversation_destroy(conversation, &budget);
	CHECK_EQ(used(), 0);
	CHECK_EQ(atomic_read(&pool.used), 0);
}

static void take_items_of(u8 proto)
{
	static const char *const *const events[] = {
		[HTTP] = http_events, [TLS] = tls_events,
		[DNS] = dns_events, [SSH] = ssh_events,
	};
	u32 i;

	for (i = 0; i < out.nr; i++)
		if (out.item[i].buffer != SEGWARD_BUFFER_FILE_DATA)
			transcript_item(&out.item[i], events[proto], NULL);
}

static void take_items(void)
{
	take_items_of(segward_conversation_proto(conversation));
}

static void feed(u8 direction, const void *data, u32 len)
{
	u32 done, some, at;
	int taken;
	u8 *copy;

	for (done = 0; done < len; done += some) {
		some = piece ? min(piece, len - done) : len;
		copy = __real_malloc(some);
		memcpy(copy, (const u8 *)data + done, some);
		for (at = 0; at < some; at += (u32)taken) {
			taken = segward_conversation_feed(conversation, &budget,
							  direction, copy + at,
							  some - at, &out);
			take_items();
			if (taken < 0) {
				CHECK_EQ(taken, -ENOMEM);
				error = taken;
				break;
			}
			CHECK(taken || out.nr);
			CHECK(taken <= some - at);
		}
		free(copy);
	}
}

static void client(const char *text)
{
	feed(TOSERVER, text, (u32)strlen(text));
}

static void server(const char *text)
{
	feed(TOCLIENT, text, (u32)strlen(text));
}

static void close_side(u8 direction)
{
	segward_conversation_end(conversation, &budget, direction, &out);
	take_items();
}

static u8 proto(void)
{
	return segward_conversation_proto(conversation);
}

static bool quiet(u8 direction)
{
	return segward_conversation_quiet(conversation, direction);
}

static bool told(const char *line)
{
	return strstr(transcript, line);
}

static void a_client_that_speaks_first_is_recognised(void)
{
	EACH {
		begin();
		client("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
		CHECK_EQ(proto(), HTTP);
		CHECK(told(">0 http.method GET\n"));
		CHECK(told(">0 done\n"));
		server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab");
		CHECK(told("<0 http.stat_code 200\n"));
		CHECK(told("<0 http.response_body ab\n<0 done\n"));
		CHECK(!quiet(TOSERVER) && !quiet(TOCLIENT));
		end();

		begin();
		feed(TOSERVER, query, QUERY);
		CHECK_EQ(proto(), DNS);
		CHECK(told(">0 dns.query a.b\n"));
		CHECK(told(">0 done\n"));
		end();

		begin();
		feed(TOSERVER, client_hello, HELLO);
		CHECK_EQ(proto(), TLS);
		CHECK(told(">0 ja3.string 771,4865,,,\n"));
		end();
	}
}

static void a_server_that_speaks_first_is_recognised(void)
{
	EACH {
		begin();
		server("SSH-2.0-s\r\n");
		CHECK_EQ(proto(), SSH);
		client("SSH-2.0-c\r\nx");
		server("x");
		CHECK_STR(transcript,
			  "<0 ssh.proto 2.0\n<0 ssh.software s\n<0 done\n"
			  ">0 ssh.proto 2.0\n>0 ssh.software c\n>0 done\n");
		end();
	}
}

static void what_came_before_is_told_when_it_is_known(void)
{
	EACH {
		begin();
		server("hello\r\nSSH-2.0-s\r\n");
		CHECK_EQ(proto(), UNKNOWN);
		CHECK_STR(transcript, "");
		client("SSH-2.0-c\r\n");
		CHECK_EQ(proto(), SSH);
		/* what a server said comes before what decided */
		CHECK_STR(transcript,
			  "<0 ssh.proto 2.0\n<0 ssh.software s\n<0 done\n"
			  ">0 ssh.proto 2.0\n>0 ssh.software c\n>0 done\n");
		end();

		begin();
		client("FOO / HT");
		server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		CHECK_EQ(proto(), HTTP);
		client("TP/1.1\r\nHost: h\r\n\r\n");
		CHECK(told("<0 http.stat_code 200\n"));
		CHECK(told(">0 http.method FOO\n"));
		end();
	}
}

static void one_direction_is_enough(void)
{
	EACH {
		begin();
		server("HTTP/1.0 404 No\r\nContent-Length: 0\r\n\r\n");
		CHECK_EQ(proto(), HTTP);
		CHECK(told("<0 http.stat_code 404\n"));
		CHECK(told("<0 done\n"));
		CHECK(!told("event"));
		end();

		begin();
		feed(TOCLIENT, server_hello, ANSWER);
		CHECK_EQ(proto(), TLS);
		CHECK(told("<0 tls.version TLS\\201.2\n"));
		end();
	}
}

static void both_must_refuse_before_it_has_failed(void)
{
	EACH {
		begin();
		server("220 ready for mail\r\n");
		CHECK_EQ(proto(), UNKNOWN);
		CHECK(!quiet(TOCLIENT));
		/* conversation and the bytes */
		CHECK_EQ(used(), 2);
		client("EHLO example.org\r\n");
		CHECK_EQ(proto(), FAILED);
		CHECK(quiet(TOSERVER) && quiet(TOCLIENT));
		CHECK_EQ(used(), 1);
		client("GET / HTTP/1.1\r\n\r\n");
		CHECK_STR(transcript, "");
		end();
	}
}

static void one_that_refuses_long_enough_has_failed(void)
{
	memset(big, 0xff, sizeof(big));
	EACH {
		begin();
		feed(TOSERVER, big, 511);
		CHECK_EQ(proto(), UNKNOWN);
		CHECK_EQ(used(), 1 + 512 / SEGWARD_BUDGET_UNIT);
		feed(TOSERVER, big, 1);
		CHECK_EQ(proto(), FAILED);
		CHECK_EQ(used(), 1);
		end();

		begin();
		feed(TOCLIENT, big, sizeof(big));
		CHECK_EQ(proto(), FAILED);
		end();

		/* just in time */
		begin();
		feed(TOSERVER, big, 511);
		server("HTTP/1.1 400 Bad\r\n\r\n");
		CHECK_EQ(proto(), HTTP);
		CHECK(told("<0 http.stat_code 400\n"));
		CHECK_EQ(used() > 1, true);
		end();
	}
}

static void a_direction_that_has_ended_refuses(void)
{
	EACH {
		begin();
		client("GE");
		close_side(TOSERVER);
		CHECK_EQ(proto(), UNKNOWN);
		CHECK(quiet(TOSERVER));
		server("220 no mail today\r\n");
		CHECK_EQ(proto(), FAILED);
		end();

		begin();
		close_side(TOCLIENT);
		close_side(TOSERVER);
		CHECK_EQ(proto(), FAILED);
		CHECK_EQ(used(), 1);
		end();

		/* what it said is told when the other one knows */
		begin();
		client("GET");
		close_side(TOSERVER);
		server("HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
		CHECK_EQ(proto(), HTTP);
		CHECK(told(">0 http.request_line GET\n"));
		CHECK(told(">0 event request_truncated\n>0 done\n"));
		CHECK(told("<0 http.stat_code 400\n"));
		end();
	}
}

static void empty_lines_before_a_request_do_not_hide_it(void)
{
	static const u32 lines[] = { 1, 2, 31, 32, 61, 62, 63, 64, 65, 255,
				     256, 257, 511, 512, 513, 1500 };
	u32 i, len;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		for (len = 0; len < lines[i]; len++)
			big[len] = len % 2 ? '\n' : '\r';
		strcpy(big + len, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
		EACH {
			begin();
			client(big);
			CHECK_EQ(proto(), HTTP);
			CHECK(told(">0 http.method GET\n"));
			CHECK(told(">0 done\n"));
			end();
		}
		/* an unknown method needs what a known one does not */
		sprintf(big + len, "%.32s /%.22s HTTP/1.1\r\nHost: h\r\n\r\n",
			"ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG",
			"abcdefghijklmnopqrstuvwxyz");
		EACH {
			begin();
			client(big);
			CHECK_EQ(proto(), HTTP);
			end();
		}
	}
	/* nor does a method that nobody knows, before a long URI */
	memset(big, 'a', 1000);
	memcpy(big, "FOO /", 5);
	strcpy(big + 1000, " HTTP/1.1\r\nHost: h\r\n\r\n");
	EACH {
		begin();
		client(big);
		CHECK_EQ(proto(), HTTP);
		CHECK(told(">0 http.method FOO\n"));
		end();
	}
	memset(big, '\n', sizeof(big));
	EACH {
		begin();
		feed(TOSERVER, big, sizeof(big));
		CHECK_EQ(proto(), UNKNOWN);
		CHECK(used() <= 2);
		/* none of them was a byte of it */
		memset(big, 0xff, 512);
		feed(TOSERVER, big, 511);
		CHECK_EQ(proto(), UNKNOWN);
		feed(TOSERVER, big, 1);
		CHECK_EQ(proto(), FAILED);
		memset(big, '\n', 512);
		end();
	}
}

static void an_error_ends_its_direction_alone(void)
{
	EACH {
		begin();
		client("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
		       "x\r\nGET /no HTTP/1.1\r\n\r\n");
		CHECK(told(">0 event invalid_request_chunk_len\n"));
		CHECK(!told("/no"));
		CHECK(quiet(TOSERVER));
		CHECK(!quiet(TOCLIENT));
		client("GET /no HTTP/1.1\r\n\r\n");
		CHECK(!told("/no"));
		server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		CHECK(told("<0 done\n"));
		end();
	}
}

static void when_both_are_quiet_the_parser_goes(void)
{
	EACH {
		/* encrypted */
		begin();
		feed(TOSERVER, client_hello, HELLO);
		feed(TOCLIENT, server_hello, ANSWER);
		feed(TOSERVER, encrypted, ENCRYPTED);
		CHECK(!quiet(TOSERVER));
		feed(TOCLIENT, encrypted, ENCRYPTED);
		CHECK(told(">0 done\n"));
		CHECK(told("<0 done\n"));
		CHECK(quiet(TOSERVER) && quiet(TOCLIENT));
		CHECK_EQ(used(), 1);
		CHECK_EQ(proto(), TLS);
		feed(TOCLIENT, encrypted, ENCRYPTED);
		close_side(TOCLIENT);
		CHECK_EQ(used(), 1);
		end();

		/* upgraded */
		begin();
		client("GET / HTTP/1.1\r\nHost: h\r\nUpgrade: x\r\n\r\n");
		server("HTTP/1.1 101 Yes\r\nUpgrade: x\r\n\r\n\1\2\3");
		CHECK(quiet(TOSERVER) && quiet(TOCLIENT));
		CHECK(told("<0 http.stat_code 101\n"));
		CHECK_EQ(used(), 1);
		end();

		/* told */
		begin();
		client("SSH-2.0-c\r\n");
		CHECK(quiet(TOSERVER));
		CHECK(!quiet(TOCLIENT));
		server("SSH-2.0-s\r\n");
		CHECK(quiet(TOCLIENT));
		CHECK_EQ(used(), 1);
		end();

		/* ended */
		begin();
		client("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
		server("HTTP/1.1 200 OK\r\n\r\nbo");
		close_side(TOSERVER);
		CHECK(!quiet(TOCLIENT));
		server("dy");
		close_side(TOCLIENT);
		CHECK(told("<0 http.response_body body\n<0 done\n"));
		close_side(TOCLIENT);
		CHECK_EQ(out.nr, 0);
		CHECK_EQ(used(), 1);
		end();
	}
}

static void behind_a_gap_nothing_is_told(void)
{
	EACH {
		begin();
		client("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"
		       "abc");
		close_side(TOSERVER);
		CHECK(told(">0 http.request_body abc\n"));
		CHECK(told(">0 event request_truncated\n>0 done\n"));
		client("GET /no HTTP/1.1\r\n\r\n");
		CHECK(!told("/no"));
		server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
		CHECK(told("<0 done\n"));
		end();
	}
}

static void dns_is_the_last_guess(void)
{
	/* length 0x4745, and what follows looks like a message of one question */
	static const char both[] =
		"GE\x01\x02\x01\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1";

	EACH {
		begin();
		feed(TOSERVER, both, sizeof(both) - 1);
		CHECK_EQ(proto(), DNS);
		end();

		/* as long as it may be another one, it is none yet */
		begin();
		feed(TOCLIENT, query, QUERY - 1);
		CHECK_EQ(proto(), UNKNOWN);
		feed(TOCLIENT, query + QUERY - 1, 1);
		CHECK_EQ(proto(), DNS);
		CHECK(told("<0 event not_a_response\n"));
		end();
	}
}

static void datagrams_are_told_one_by_one(void)
{
	static struct segward_dns_scratch scratch;
	const u8 *data = (const u8 *)query + 2;
	u32 len = QUERY - 2, taken;

	CHECK_EQ(segward_conversation_datagram_proto(data, len, 9, 9), DNS);
	CHECK_EQ(segward_conversation_datagram_proto(data, len - 1, 9, 9),
		 FAILED);
	CHECK_EQ(segward_conversation_datagram_proto(data, len - 1, 53, 9),
		 DNS);
	CHECK_EQ(segward_conversation_datagram_proto(data, 12, 9, 53), DNS);
	CHECK_EQ(segward_conversation_datagram_proto(data, 11, 9, 53), FAILED);
	CHECK_EQ(segward_conversation_datagram_proto(data, 0, 9, 9), FAILED);
	begin();
	segward_dns_datagram_begin(&scratch);
	do {
		taken = segward_conversation_datagram(DNS, &scratch, TOSERVER,
						      data, len, &out);
		take_items_of(DNS);
	} while (taken < len);
	CHECK(told(">0 dns.query a.b\n"));
	CHECK(told(">0 done\n"));
	CHECK_EQ(segward_conversation_datagram(FAILED, &scratch, TOSERVER, data,
					       len, &out), len);
	CHECK_EQ(out.nr, 0);
	end();
}

static void converse(void)
{
	if (!conversation)
		return;
	server("hello\r\n");
	client("SSH");
	client("-2.0-c\r\n");
	server("SSH-2.0-s\r\n");
	close_side(TOSERVER);
	close_side(TOCLIENT);
}

static void request(void)
{
	if (!conversation)
		return;
	client("G");
	client("ET / HTTP/1.1\r\nHo");
	client("st: h\r\n\r\n");
	server("HTTP/1.1 200 OK\r\n\r\nx");
	feed(TOCLIENT, big, sizeof(big));
	close_side(TOCLIENT);
	close_side(TOSERVER);
}

static void without_memory_all_is_taken_and_nothing_told(void)
{
	u32 i, errors = 0;

	for (i = 0; i < 40; i++) {
		for (piece = 0; piece < 4; piece++) {
			segward_pool_share(&pool, POOL, 1);
			transcript_clear();
			error = 0;
			allocations = i;
			conversation = segward_conversation_create(&budget);
			CHECK_EQ(!conversation, !i);
			if (piece & 1)
				converse();
			else
				request();
			allocations = -1;
			errors += error == -ENOMEM;
			if (error) {
				CHECK(quiet(TOSERVER) && quiet(TOCLIENT));
				transcript_clear();
				request();
				CHECK_STR(transcript, "");
				CHECK_EQ(used(), 1);
			}
			end();
		}
	}
	CHECK(errors > 10);
	segward_conversation_destroy(NULL, &budget);
}

int main(void)
{
	RUN(a_client_that_speaks_first_is_recognised);
	RUN(a_server_that_speaks_first_is_recognised);
	RUN(what_came_before_is_told_when_it_is_known);
	RUN(one_direction_is_enough);
	RUN(both_must_refuse_before_it_has_failed);
	RUN(one_that_refuses_long_enough_has_failed);
	RUN(a_direction_that_has_ended_refuses);
	RUN(empty_lines_before_a_request_do_not_hide_it);
	RUN(an_error_ends_its_direction_alone);
	RUN(when_both_are_quiet_the_parser_goes);
	RUN(behind_a_gap_nothing_is_told);
	RUN(dns_is_the_last_guess);
	RUN(datagrams_are_told_one_by_one);
	RUN(without_memory_all_is_taken_and_nothing_told);
	return tap_done();
}
