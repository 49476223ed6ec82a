// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions: what rules are shown step by step, what records have, limits,
 * memory.
 */
#include <linux/types.h>
#include <linux/segward.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/transaction.h"
#include "tap.h"

#define TOSERVER	SEGWARD_APP_TOSERVER
#define TOCLIENT	SEGWARD_APP_TOCLIENT
#define WHOLE		(SEGWARD_APP_FIRST | SEGWARD_APP_LAST)
#define POOL		(1u << 20)

#define BUFFER_NAME(symbol, name)	name,
static const char *const names[] = {
	"none",
	SEGWARD_BUFFERS(BUFFER_NAME)
};

static struct segward_pool pool;
static struct segward_budget budget = { .pool = &pool };
static struct segward_transactions list;
static struct segward_transaction_room room;
static struct segward_transaction_step step;
static struct segward_app_out out;
static u8 proto;
static u32 rulesets;
static u32 at;
static long allocations = -1;	/* as many succeed; -1: all */
static char text[1 << 16];
static u8 big[1 << 17];

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

static void begin(u8 protocol)
{
	segward_pool_share(&pool, POOL, 1);
	memset(&list, 0, sizeof(list));
	memset(&room, 0xee, sizeof(room));
	proto = protocol;
	rulesets = 2;
	allocations = -1;
	out.nr = 0;
	at = 0;
}

static void end(void)
{
	segward_transactions_free(&list, &budget);
	CHECK_EQ(list.nr, 0);
	CHECK_EQ(list.open, 0);
	CHECK_EQ(list.bytes, 0);
	CHECK_EQ(atomic_read(&budget.used), 0);
	CHECK_EQ(atomic_read(&pool.used), 0);
}

static struct segward_app_item *add(u8 kind, u8 direction, u32 tx)
{
	struct segward_app_item *item = &out.item[out.nr++];

	memset(item, 0, sizeof(*item));
	item->kind = kind;
	item->direction = direction;
	item->tx = tx;
	return item;
}

static void add_bytes(u8 direction, u32 tx, u8 buffer, const void *data,
		      u32 len, u8 part)
{
	struct segward_app_item *item = add(SEGWARD_APP_BUFFER, direction, tx);

	item->buffer = buffer;
	item->data = data;
	item->len = len;
	item->part = part;
}

static void add_text(u8 direction, u32 tx, u8 buffer, const char *value)
{
	add_bytes(direction, tx, buffer, value, (u32)strlen(value), WHOLE);
}

static void add_event(u8 direction, u32 tx, u16 event)
{
	add(SEGWARD_APP_EVENT, direction, tx)->event = event;
}

static void add_done(u8 direction, u32 tx)
{
	add(SEGWARD_APP_DONE, direction, tx);
}

/* A piece as HTTP tells it. */
static void add_body(u8 direction, u32 tx, const void *data, u32 len, u8 part)
{
	add_bytes(direction, tx, direction ? SEGWARD_BUFFER_HTTP_RESPONSE_BODY :
		  SEGWARD_BUFFER_HTTP_REQUEST_BODY, data, len, part);
	add_bytes(direction, tx, SEGWARD_BUFFER_FILE_DATA, data, len, part);
}

/* What a new call of the parser leaves follows. */
static void call(void)
{
	out.nr = 0;
	at = 0;
}

static void put(u32 *len, const void *data, u32 bytes)
{
	memcpy(text + *len, data, bytes);
	*len += bytes;
	text[*len] = 0;
}

/*
 * "> old=value | fresh=value !event done": each buffer with "+" where the old
 * bytes of a window end and with "..." where it does not begin or end.
 */
static const char *next(void)
{
	const struct segward_rule_bytes *bytes;
	u32 len = 0, i;

	if (!segward_transactions_step(&list, &budget, proto, rulesets, &out,
				       &at, &room, &step))
		return "none";
	put(&len, step.direction ? "<" : ">", 1);
	for (i = 0; i < step.match.nr; i++) {
		bytes = &step.match.bytes[i];
		if (i == step.match.fresh)
			put(&len, " |", 2);
		len += (u32)sprintf(text + len, " %s=", names[bytes->buffer]);
		if (!(bytes->part & SEGWARD_RULE_FIRST))
			len += (u32)sprintf(text + len, "%u...", bytes->base);
		put(&len, bytes->data, bytes->old);
		if (bytes->old)
			put(&len, "+", 1);
		put(&len, bytes->data + bytes->old, bytes->len - bytes->old);
		if (!(bytes->part & SEGWARD_RULE_LAST))
			put(&len, "...", 3);
	}
	for (i = 0; i < step.match.nr_events; i++)
		len += (u32)sprintf(text + len, " !%u", step.match.event[i]);
	if (step.match.done)
		put(&len, " done", 5);
	return text;
}

/* "0 >http.method=GET <!7 2/100" */
static const char *record(void)
{
	struct segward_transaction *tx = segward_transactions_take(&list);
	struct segward_app_item item;
	u32 len = 0, where = 0;

	if (!tx)
		return "none";
	len += (u32)sprintf(text + len, "%u", tx->id);
	while (segward_transaction_next(tx, &where, &item)) {
		put(&len, item.direction ? " <" : " >", 2);
		if (item.kind == SEGWARD_APP_EVENT) {
			len += (u32)sprintf(text + len, "!%u", item.event);
			continue;
		}
		len += (u32)sprintf(text + len, "%s=", names[item.buffer]);
		put(&len, item.data, item.len);
	}
	if (tx->body[0] || tx->body[1])
		len += (u32)sprintf(text + len, " %llu/%llu",
				    (unsigned long long)tx->body[0],
				    (unsigned long long)tx->body[1]);
	if (tx->truncated)
		put(&len, " truncated", 10);
	segward_transaction_free(tx, &budget);
	return text;
}

static void take_all(void)
{
	while (list.finished)
		segward_transaction_free(segward_transactions_take(&list),
					 &budget);
}

static void a_request_and_its_response_are_a_record(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_METHOD, "GET");
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HEADER, "Host: a\r\n");
	add_event(TOSERVER, 0, 7);
	add_done(TOSERVER, 0);
	CHECK_STR(next(), "> | http.method=GET http.header=Host: a\r\n "
		  "!7 done");
	CHECK(step.tx && step.wait);
	CHECK_EQ(atomic_read(&budget.used), 8);
	CHECK_STR(next(), "none");
	CHECK_STR(record(), "none");
	call();
	add_text(TOCLIENT, 0, SEGWARD_BUFFER_HTTP_STAT_CODE, "200");
	add_body(TOCLIENT, 0, "body", 4, WHOLE);
	add_done(TOCLIENT, 0);
	CHECK_STR(next(), "< | http.stat_code=200 http.response_body=body "
		  "file.data=body done");
	CHECK_STR(next(), "none");
	CHECK_EQ(atomic_read(&budget.used), 8);
	CHECK_STR(record(), "0 >http.method=GET >!7 <http.stat_code=200 0/4");
	CHECK_STR(record(), "none");
	end();
}

static void bodies_are_shown_in_windows_behind_what_came_before(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_URI, "/u");
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HEADER, "h");
	add_body(TOSERVER, 0, "ab", 2, SEGWARD_APP_FIRST);
	CHECK_STR(next(), "> | http.uri=/u http.header=h "
		  "http.request_body=ab... file.data=ab...");
	CHECK(step.wait != room.wait);
	step.wait[1].nr = 3;
	call();
	/* those that come together are one window */
	add_body(TOSERVER, 0, "cd", 2, 0);
	add_event(TOSERVER, 0, 1);
	add_body(TOSERVER, 0, "e", 1, 0);
	CHECK_STR(next(), "> http.uri=/u http.header=h | "
		  "http.request_body=0...ab+cde... file.data=0...ab+cde... !1");
	CHECK_EQ(step.wait[1].nr, 3);
	CHECK_EQ(step.wait[0].nr, 0);
	call();
	add_body(TOSERVER, 0, "", 0, SEGWARD_APP_LAST);
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HEADER, "trailer");
	add_done(TOSERVER, 0);
	CHECK_STR(next(), "> http.uri=/u http.header=h | http.header=trailer "
		  "http.request_body=0...abcde+ file.data=0...abcde+ done");
	CHECK_EQ(step.wait[1].nr, 3);
	/* the other direction sees nothing of it */
	call();
	add_text(TOCLIENT, 0, SEGWARD_BUFFER_HTTP_STAT_CODE, "200");
	add_done(TOCLIENT, 0);
	CHECK_STR(next(), "< | http.stat_code=200 done");
	CHECK_STR(record(), "0 >http.uri=/u >!1 <http.stat_code=200 5/0");
	end();
}

/* Feeds a body in pieces of one size and checks each window by itself. */
static void check_windows(u32 len, u32 piece)
{
	const struct segward_rule_bytes *bytes;
	u32 done, some, seen = 0, steps = 0;

	begin(SEGWARD_APP_PROTO_HTTP);
	for (done = 0; done < len; done += some) {
		some = min(piece, len - done);
		call();
		add_body(TOCLIENT, 0, big + done, some,
			 (done ? 0 : SEGWARD_APP_FIRST) |
			 (done + some == len ? SEGWARD_APP_LAST : 0));
		while (segward_transactions_step(&list, &budget, proto,
						 rulesets, &out, &at, &room,
						 &step)) {
			REQUIRE(step.match.nr == 2 && !step.match.fresh);
			bytes = step.match.bytes;
			CHECK_EQ(bytes->old,
				 min_t(u32, seen, SEGWARD_TRANSACTION_TAIL));
			CHECK_EQ(bytes->base + bytes->old, seen);
			CHECK(bytes->len <= SEGWARD_TRANSACTION_WINDOW);
			CHECK(!memcmp(bytes->data, big + bytes->base,
				      bytes->len));
			seen = bytes->base + bytes->len;
			CHECK_EQ(bytes->part & SEGWARD_RULE_FIRST,
				 steps++ ? 0 : SEGWARD_RULE_FIRST);
			CHECK_EQ(!!(bytes->part & SEGWARD_RULE_LAST),
				 seen == len);
			CHECK_EQ(bytes[0].buffer,
				 SEGWARD_BUFFER_HTTP_RESPONSE_BODY);
			CHECK_EQ(bytes[1].buffer, SEGWARD_BUFFER_FILE_DATA);
			CHECK(bytes[1].data == bytes[0].data);
			CHECK_EQ(bytes[1].len, bytes[0].len);
			CHECK_EQ(bytes[1].old, bytes[0].old);
		}
	}
	CHECK_EQ(seen, len);
	end();
}

static void windows_cover_every_byte(void)
{
	static const u32 size[] = {
		1, 2, 511, 512, 513, 1448, 32255, 32256, 32257, 32767, 32768,
		32769, 65535, sizeof(big),
	};
	u32 i;

	for (i = 0; i < sizeof(big); i++)
		big[i] = (u8)(i * 2654435761u >> 13);
	for (i = 0; i < ARRAY_SIZE(size); i++) {
		check_windows(4000, size[i]);
		if (size[i] > 100)
			check_windows(sizeof(big), size[i]);
	}
}

static void many_pieces_of_a_call_make_one_window(void)
{
	u32 i;

	begin(SEGWARD_APP_PROTO_HTTP);
	for (i = 0; i < 20; i++)
		add_body(TOSERVER, 0, &"abcdefghijklmnopqrst"[i], 1,
			 i ? 0 : SEGWARD_APP_FIRST);
	CHECK_STR(next(), "> | http.request_body=abcdefghijklmnopqrst... "
		  "file.data=abcdefghijklmnopqrst...");
	CHECK_STR(next(), "none");
	end();
}

static void transactions_of_a_call_are_told_apart(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	add_body(TOSERVER, 0, "-", 1, SEGWARD_APP_FIRST);
	CHECK_STR(next(), "> | http.request_body=-... file.data=-...");
	call();
	add_body(TOSERVER, 0, "a", 1, SEGWARD_APP_LAST);
	add_done(TOSERVER, 0);
	add_text(TOSERVER, 1, SEGWARD_BUFFER_HTTP_METHOD, "PUT");
	add_body(TOSERVER, 1, "b", 1, WHOLE);
	add_done(TOSERVER, 1);
	CHECK_STR(next(), "> | http.request_body=0...-+a file.data=0...-+a "
		  "done");
	CHECK_STR(next(), "> | http.method=PUT http.request_body=b "
		  "file.data=b done");
	CHECK_STR(next(), "none");
	CHECK_EQ(list.nr, 2);
	segward_transactions_finish(&list);
	CHECK_STR(record(), "0 2/0");
	CHECK_STR(record(), "1 >http.method=PUT 1/0");
	CHECK_STR(record(), "none");
	end();
}

static void messages_of_dns_are_records_by_themselves(void)
{
	begin(SEGWARD_APP_PROTO_DNS);
	add_text(TOSERVER, 0, SEGWARD_BUFFER_DNS_HEADER, "q");
	add_text(TOSERVER, 0, SEGWARD_BUFFER_DNS_QUERY, "a.b");
	CHECK_STR(next(), "> | dns.query=a.b");
	call();
	add_text(TOCLIENT, 0, SEGWARD_BUFFER_DNS_HEADER, "r");
	add_bytes(TOCLIENT, 0, SEGWARD_BUFFER_DNS_RECORD, "12", 2,
		  SEGWARD_APP_FIRST);
	add_bytes(TOCLIENT, 0, SEGWARD_BUFFER_DNS_RECORD, "345", 3,
		  SEGWARD_APP_LAST);
	add_text(TOCLIENT, 0, SEGWARD_BUFFER_DNS_RECORD, "6");
	add_done(TOCLIENT, 0);
	CHECK_STR(next(), "< done");
	CHECK_STR(record(), "0 <dns.header=r <dns.record=12345 <dns.record=6");
	CHECK_STR(record(), "none");
	call();
	add_done(TOSERVER, 0);
	CHECK_STR(next(), "> dns.query=a.b done");
	CHECK_STR(record(), "0 >dns.header=q >dns.query=a.b");
	/* as datagrams have it: the same number again */
	call();
	add_text(TOSERVER, 0, SEGWARD_BUFFER_DNS_QUERY, "c");
	add_done(TOSERVER, 0);
	CHECK_STR(next(), "> | dns.query=c done");
	CHECK_STR(record(), "0 >dns.query=c");
	end();
}

static void that_it_is_done_alone_is_no_transaction(void)
{
	begin(SEGWARD_APP_PROTO_TLS);
	add_done(TOSERVER, 0);
	CHECK_STR(next(), "> done");
	CHECK(!step.tx);
	CHECK_EQ(list.nr, 0);
	/* but it ends one */
	call();
	add_text(TOSERVER, 0, SEGWARD_BUFFER_TLS_SNI, "a");
	CHECK_STR(next(), "> | tls.sni=a");
	call();
	add_done(TOSERVER, 0);
	CHECK_STR(next(), "> tls.sni=a done");
	CHECK_STR(record(), "none");
	call();
	add_done(TOCLIENT, 0);
	CHECK_STR(next(), "< done");
	CHECK_STR(record(), "0 >tls.sni=a");
	end();
}

static void too_many_finish_the_oldest(void)
{
	u32 i;

	begin(SEGWARD_APP_PROTO_HTTP);
	for (i = 0; i < SEGWARD_TRANSACTIONS_MAX + 2; i++) {
		call();
		add_text(TOSERVER, i, SEGWARD_BUFFER_HTTP_METHOD, "GET");
		add_done(TOSERVER, i);
		CHECK_STR(next(), "> | http.method=GET done");
		CHECK(step.tx);
	}
	CHECK_STR(record(), "0 >http.method=GET truncated");
	CHECK_STR(record(), "1 >http.method=GET truncated");
	CHECK_STR(record(), "none");
	/* what comes late for one of these has no record */
	call();
	add_text(TOCLIENT, 1, SEGWARD_BUFFER_HTTP_STAT_CODE, "200");
	CHECK_STR(next(), "< | http.stat_code=200");
	CHECK(!step.tx);
	CHECK(step.wait == room.wait);
	call();
	add_body(TOCLIENT, 1, "x", 1, 0);
	CHECK_STR(next(), "< | http.response_body=2147483648...x... "
		  "file.data=2147483648...x...");
	call();
	add_text(TOCLIENT, 2, SEGWARD_BUFFER_HTTP_STAT_CODE, "404");
	add_done(TOCLIENT, 2);
	CHECK_STR(next(), "< | http.stat_code=404 done");
	CHECK_STR(record(), "2 >http.method=GET <http.stat_code=404");
	end();
}

static void a_million_requests_take_bounded_memory(void)
{
	u32 i, most = 0;

	begin(SEGWARD_APP_PROTO_HTTP);
	for (i = 0; i < 1000000; i++) {
		call();
		add_bytes(TOSERVER, i, SEGWARD_BUFFER_HTTP_URI, big, 3000,
			  WHOLE);
		add_done(TOSERVER, i);
		CHECK(segward_transactions_step(&list, &budget, proto, rulesets,
						&out, &at, &room, &step));
		CHECK(step.tx);
		/* even if nobody takes them for a while */
		if (i % 32 == 31)
			take_all();
		most = max_t(u32, most, atomic_read(&budget.used));
	}
	CHECK_EQ(most, (64 + 31) * 4096 / SEGWARD_BUDGET_UNIT);
	end();
}

static void who_does_not_take_records_gets_no_more(void)
{
	u32 i;

	begin(SEGWARD_APP_PROTO_HTTP);
	for (i = 0; i < 1000; i++) {
		call();
		add_text(TOSERVER, i, SEGWARD_BUFFER_HTTP_URI, "/");
		add_done(TOSERVER, i);
		CHECK_STR(next(), "> | http.uri=/ done");
	}
	CHECK(list.nr <= 2 * SEGWARD_TRANSACTIONS_MAX);
	end();
}

static void what_a_transaction_keeps_is_bounded(void)
{
	u32 i, kept;

	begin(SEGWARD_APP_PROTO_HTTP);
	for (i = 0; i < 100; i++) {
		call();
		add_bytes(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HEADER, big, 500,
			  WHOLE);
		add_bytes(TOSERVER, 0, SEGWARD_BUFFER_HTTP_COOKIE, big, 500,
			  WHOLE);
		CHECK(segward_transactions_step(&list, &budget, proto, rulesets,
						&out, &at, &room, &step));
		CHECK_EQ(step.match.nr - step.match.fresh, 2);
		/* 32 entries of 508 bytes are 16256 */
		kept = min(i, 32u);
		CHECK_EQ(step.match.fresh, 2 * kept);
		CHECK_EQ(step.tx->truncated, i >= 32);
	}
	CHECK_EQ(step.tx->size, 65536 + 512);
	end();
}

static void buffers_that_a_transaction_keeps_are_counted(void)
{
	u32 i;

	begin(SEGWARD_APP_PROTO_TLS);
	for (i = 0; i < 200; i++) {
		call();
		add_text(TOSERVER, 0, SEGWARD_BUFFER_TLS_ALPN, "h2");
		CHECK(segward_transactions_step(&list, &budget, proto, rulesets,
						&out, &at, &room, &step));
		CHECK_EQ(step.match.fresh,
			 min(i, (u32)SEGWARD_TRANSACTION_BUFFERS));
		CHECK(!step.tx->truncated);
	}
	end();
}

static void nothing_is_kept_for_rules_that_do_not_exist(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	rulesets = 0;
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_METHOD, "GET");
	add_bytes(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HEADER, big, 9000, WHOLE);
	CHECK(segward_transactions_step(&list, &budget, proto, rulesets, &out,
					&at, &room, &step));
	CHECK(!step.wait);
	CHECK_EQ(step.tx->size, 512);
	end();
}

static void rules_that_wait_can_be_forgotten(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_METHOD, "PUT");
	next();
	REQUIRE(step.wait);
	step.wait[0].nr = 5;
	step.wait[1].lost = true;
	segward_transactions_forget(&list);
	CHECK_EQ(step.wait[0].nr, 0);
	CHECK(!step.wait[1].lost);
	/* and are, when there are more */
	step.wait[0].nr = 5;
	rulesets = 3;
	call();
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_COOKIE, "c");
	next();
	REQUIRE(step.wait);
	CHECK_EQ(step.wait[0].nr, 0);
	end();
}

static void converse(void)
{
	u32 i;

	for (i = 0; i < 4; i++) {
		call();
		add_text(TOSERVER, i, SEGWARD_BUFFER_HTTP_METHOD, "PUT");
		add_bytes(TOSERVER, i, SEGWARD_BUFFER_HTTP_HEADER, big, 900,
			  WHOLE);
		add_body(TOSERVER, i, big, 700, SEGWARD_APP_FIRST);
		next();
		call();
		add_body(TOSERVER, i, big, 700, SEGWARD_APP_LAST);
		add_done(TOSERVER, i);
		next();
		call();
		add_text(TOCLIENT, i, SEGWARD_BUFFER_HTTP_STAT_CODE, "200");
		add_bytes(TOCLIENT, i, SEGWARD_BUFFER_HTTP_SERVER, big, 9000,
			  WHOLE);
		add_body(TOCLIENT, i, big, 700, SEGWARD_APP_FIRST);
		next();
	}
}

static void without_memory_nothing_is_missing_for_long(void)
{
	u32 i;

	/* there is none */
	begin(SEGWARD_APP_PROTO_HTTP);
	allocations = 0;
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_METHOD, "PUT");
	CHECK_STR(next(), "> | http.method=PUT");
	CHECK(!step.tx);
	CHECK(step.wait == room.wait);
	end();
	/* it ends somewhere */
	for (i = 0; i < 40; i++) {
		begin(SEGWARD_APP_PROTO_HTTP);
		allocations = i;
		converse();
		end();
		begin(SEGWARD_APP_PROTO_HTTP);
		segward_pool_share(&pool, i * 16, 1);
		converse();
		end();
	}
}

static void a_transaction_that_cannot_grow_is_truncated(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_METHOD, "PUT");
	next();
	allocations = 0;
	call();
	add_bytes(TOSERVER, 0, SEGWARD_BUFFER_HTTP_COOKIE, big, 4000, WHOLE);
	add_text(TOSERVER, 0, SEGWARD_BUFFER_HTTP_HOST, "h");
	add_done(TOSERVER, 0);
	CHECK(segward_transactions_step(&list, &budget, proto, rulesets, &out,
					&at, &room, &step));
	CHECK(step.tx && step.tx->truncated);
	CHECK_EQ(step.match.nr, 3);
	segward_transactions_finish(&list);
	CHECK_STR(record(), "0 >http.method=PUT >http.host=h truncated");
	end();
}

int main(void)
{
	RUN(a_request_and_its_response_are_a_record);
	RUN(bodies_are_shown_in_windows_behind_what_came_before);
	RUN(windows_cover_every_byte);
	RUN(many_pieces_of_a_call_make_one_window);
	RUN(transactions_of_a_call_are_told_apart);
	RUN(messages_of_dns_are_records_by_themselves);
	RUN(that_it_is_done_alone_is_no_transaction);
	RUN(too_many_finish_the_oldest);
	RUN(a_million_requests_take_bounded_memory);
	RUN(who_does_not_take_records_gets_no_more);
	RUN(what_a_transaction_keeps_is_bounded);
	RUN(buffers_that_a_transaction_keeps_are_counted);
	RUN(nothing_is_kept_for_rules_that_do_not_exist);
	RUN(rules_that_wait_can_be_forgotten);
	RUN(without_memory_nothing_is_missing_for_long);
	RUN(a_transaction_that_cannot_grow_is_truncated);
	return tap_done();
}
