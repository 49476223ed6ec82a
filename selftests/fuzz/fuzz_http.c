// SPDX-License-Identifier: GPL-2.0
/*
 * Both directions of an HTTP conversation: whole, byte by byte and in random
 * pieces the same is told, what is told is there, the caller is never left
 * without progress, and all memory comes back.
 *
 * Input: a byte that seeds the pieces, one with flags, two with the bytes of
 * the request direction, then the directions. By the flags the rest becomes
 * the coded body of a response, since no fuzzer finds gzip by itself.
 */
#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "app/http.h"

#define LOG		(8u << 20)
#define CODED		(1u << 20)
/* Units of memory; more than any conversation needs. */
#define POOL		(1u << 20)

/* Flags of an input. */
#define FLAG_CODED	0x01
#define FLAG_TWICE	0x02
#define FLAG_ZLIB	0x04
#define FLAG_RAW	0x08
#define FLAG_REPEAT	0x10
#define FLAG_DAMAGE	0x20
#define FLAG_MEMBERS	0x40

struct record {
	u8 byte[LOG];
	u32 len;
	bool body[2];
};

static struct record whole, pieces;
static u8 coded[2][CODED + 256];
static u8 repeated[CODED / 2];

static void must(bool good)
{
	if (!good)
		abort();
}

static void put(struct record *record, const void *p, u32 len)
{
	must(len <= LOG - record->len);
	if (len)
		memcpy(record->byte + record->len, p, len);
	record->len += len;
}

/* Pieces join: only the first has a mark before it, the last one behind. */
static void put_piece(struct record *record, const struct segward_app_item *item)
{
	bool *body = &record->body[item->direction];

	must(*body == !(item->part & SEGWARD_APP_FIRST));
	must(item->len || item->part == SEGWARD_APP_LAST);
	if (!*body)
		put(record, "[", 1);
	put(record, item->data, item->len);
	*body = !(item->part & SEGWARD_APP_LAST);
	if (!*body)
		put(record, "]", 1);
}

static void put_item(struct record *record, const struct segward_app_item *item)
{
	const u8 mark[] = {
		item->kind, item->direction, item->buffer, (u8)item->event,
		(u8)item->tx,
	};
	bool body = item->buffer == SEGWARD_BUFFER_HTTP_REQUEST_BODY ||
		    item->buffer == SEGWARD_BUFFER_HTTP_RESPONSE_BODY;

	if (item->kind == SEGWARD_APP_BUFFER && body) {
		put_piece(record, item);
		return;
	}
	put(record, mark, sizeof(mark));
	if (item->kind != SEGWARD_APP_BUFFER)
		return;
	must(item->part == (SEGWARD_APP_FIRST | SEGWARD_APP_LAST));
	must(item->len);
	put(record, &item->len, sizeof(item->len));
	put(record, item->data, item->len);
}

static void put_all(struct record *record, const struct segward_app_out *out)
{
	const struct segward_app_item *item;
	u32 i;

	must(out->nr <= SEGWARD_APP_ITEMS);
	for (i = 0; i < out->nr; i++) {
		item = &out->item[i];
		if (item->kind == SEGWARD_APP_BUFFER &&
		    item->buffer == SEGWARD_BUFFER_FILE_DATA) {
			must(i && item->data == item[-1].data &&
			     item->len == item[-1].len &&
			     item->part == item[-1].part);
			continue;
		}
		put_item(record, item);
	}
}

/* Feeds some bytes, each call with a copy that ends where they do. */
static bool feed(struct segward_http *http, struct segward_budget *budget,
		 u8 direction, const u8 *data, u32 len, struct record *record)
{
	static struct segward_app_out out;
	u8 *copy;
	int ret;

	while (len) {
		copy = malloc(len);
		memcpy(copy, data, len);
		ret = segward_http_feed(http, budget, direction, copy, len,
					&out);
		put_all(record, &out);
		free(copy);
		if (ret < 0) {
			must(ret == -EPROTO);
			must(out.nr);
			return false;
		}
		must(ret <= len && (ret || out.nr));
		data += ret;
		len -= (u32)ret;
	}
	return true;
}

/* How many bytes the next piece has; @seed 0: all, 1: one. */
static u32 next_piece(u32 seed, u32 len)
{
	if (seed < 2)
		return seed ? 1 : len;
	return min_t(u32, len, 1 + rand() % (rand() % 4 ? 8 : 300));
}

static void converse(const u8 *data[2], const u32 len[2], u32 seed,
		     struct record *record)
{
	struct segward_pool pool = { 0 };
	struct segward_budget budget = { .pool = &pool };
	static struct segward_app_out out;
	struct segward_http *http;
	u32 at, some;
	u8 direction;

	segward_pool_share(&pool, POOL, 1);
	http = segward_http_create(&budget);
	record->len = 0;
	record->body[0] = false;
	record->body[1] = false;
	srand(seed);
	for (direction = 0; direction < 2; direction++) {
		for (at = 0; at < len[direction]; at += some) {
			some = next_piece(seed, len[direction] - at);
			if (!feed(http, &budget, direction,
				  data[direction] + at, some, record))
				break;
		}
	}
	for (direction = 0; direction < 2; direction++) {
		segward_http_end(http, &budget, direction, &out);
		put_all(record, &out);
		must(!record->body[direction]);
	}
	segward_http_destroy(http, &budget);
	must(!budget.used.counter && !pool.used.counter);
}

static u32 code(u8 flags, const u8 *data, u32 len, u8 *to)
{
	int bits = flags & FLAG_RAW ? -15 : flags & FLAG_ZLIB ? 15 : 31;
	z_stream stream = { 0 };

	must(deflateInit2(&stream, 1 + flags % 9, Z_DEFLATED, bits, 8,
			  Z_DEFAULT_STRATEGY) == Z_OK);
	stream.next_in = (u8 *)data;
	stream.avail_in = len;
	stream.next_out = to;
	stream.avail_out = CODED;
	must(deflate(&stream, Z_FINISH) == Z_STREAM_END);
	deflateEnd(&stream);
	return CODED - stream.avail_out;
}

/* A response with a body of @data, coded as the flags say. */
static u32 respond(u8 flags, const u8 *data, u32 len, const u8 **response)
{
	const char *name = flags & (FLAG_RAW | FLAG_ZLIB) ? "deflate" : "gzip";
	u8 *body;
	u32 i, head;

	for (i = 0; flags & FLAG_REPEAT && len && i < sizeof(repeated); i++)
		repeated[i] = data[i % len];
	if (flags & FLAG_REPEAT && len) {
		data = repeated;
		len = sizeof(repeated);
	}
	head = (u32)sprintf((char *)coded[0], "HTTP/1.1 200 OK\r\n"
			    "Content-Encoding: %s%s\r\n\r\n", name,
			    flags & FLAG_TWICE ? ", gzip" : "");
	body = coded[0] + head;
	len = code(flags, data, len, body);
	if (flags & FLAG_TWICE) {
		memcpy(coded[1], body, len);
		len = code(0, coded[1], len, body);
	}
	if (flags & FLAG_MEMBERS && len < CODED / 2) {
		memcpy(body + len, body, len);
		len *= 2;
	}
	if (flags & FLAG_DAMAGE)
		body[rand() % len] ^= 1u << rand() % 8;
	*response = coded[0];
	return head + len;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	const u8 *way[2];
	u32 len[2];
	u32 seed, requests;
	u8 flags;

	if (size < 4)
		return 0;
	seed = data[0];
	flags = data[1];
	requests = min_t(u32, size - 4, data[2] | data[3] << 8);
	way[0] = data + 4;
	len[0] = requests;
	way[1] = data + 4 + requests;
	len[1] = (u32)size - 4 - requests;
	srand(seed);
	if (flags & FLAG_CODED)
		len[1] = respond(flags, way[1], len[1], &way[1]);
	converse(way, len, 0, &whole);
	/* of what is long it takes too long */
	if (len[1] < 20000) {
		converse(way, len, 1, &pieces);
		must(whole.len == pieces.len);
		must(!memcmp(whole.byte, pieces.byte, whole.len));
	}
	converse(way, len, 2 + seed, &pieces);
	must(whole.len == pieces.len);
	must(!memcmp(whole.byte, pieces.byte, whole.len));
	return 0;
}
