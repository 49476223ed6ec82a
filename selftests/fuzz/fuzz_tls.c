// SPDX-License-Identifier: GPL-2.0
/*
 * TLS of any kind, in any pieces: both directions tell the same items as if
 * each came whole, and nothing is kept when the connection is destroyed. The
 * same with little memory neither crashes nor leaks.
 *
 * Input: a byte of options, one that cuts, two for the length of the first
 * direction, and the two directions. Each is bytes of the wire or (an option)
 * handshake messages that get their headers here, so that what is in them is
 * reached without guessing lengths.
 */
#include <stdlib.h>
#include <string.h>

#include "app/tls.h"
#include "digest.h"

#define MOST		400000
#define WRAP_TOSERVER	0x01
#define WRAP_TOCLIENT	0x02
#define BYTEWISE	0x04

struct log {
	u8 b[MOST];
	u32 len;
	u32 items;
};

static struct log whole[2], pieces[2];
static u8 wire[2][MOST];
static u32 wire_len[2];
static struct segward_pool pool;
static struct segward_budget budget;
static struct segward_app_out out;

static void must(bool good)
{
	if (!good)
		abort();
}

/* Long ones are summed up: they could be told often. */
static void log_bytes(struct log *log, const void *data, u32 len)
{
	u8 digest[SEGWARD_DIGEST_MAX];

	if (len > 64) {
		segward_digest(SEGWARD_DIGEST_SHA1, data, len, digest);
		data = digest;
		len = 16;
	}
	if (!len || log->len + len > MOST)
		return;
	memcpy(log->b + log->len, data, len);
	log->len += len;
}

static void log_items(struct log *log, u8 direction)
{
	const struct segward_app_item *item;
	u32 i;

	must(out.nr <= SEGWARD_APP_ITEMS);
	for (i = 0; i < out.nr; i++) {
		item = &out.item[i];
		must(item->direction == direction && !item->tx);
		log_bytes(log, &item->kind, 1);
		log_bytes(log, &item->buffer, 1);
		log_bytes(log, &item->part, 1);
		log_bytes(log, &item->event, 2);
		log_bytes(log, &item->len, 4);
		log_bytes(log, item->data, item->len);
		log->items++;
	}
}

/* Bytes of their own, that nobody reads beyond them. Return: an error. */
static int feed(struct segward_tls *tls, struct log *log, u8 direction,
		const u8 *data, u32 len)
{
	u8 *copy = malloc(len ? len : 1);
	u32 taken = 0;
	int n = 0;

	must(copy);
	if (len)
		memcpy(copy, data, len);
	while (taken < len) {
		n = segward_tls_feed(tls, &budget, direction, copy + taken,
				     len - taken, &out);
		log_items(log, direction);
		if (n < 0)
			break;
		must(n || out.nr);
		taken += (u32)n;
		must(taken <= len);
	}
	free(copy);
	return n < 0 ? n : 0;
}

static void finish(struct segward_tls *tls, struct log *log, u8 direction)
{
	segward_tls_end(tls, &budget, direction, &out);
	log_items(log, direction);
	must(out.nr == 0 || out.item[out.nr - 1].kind == SEGWARD_APP_DONE);
}

static struct segward_tls *begin(struct log *log, u32 units)
{
	memset(&budget, 0, sizeof(budget));
	memset(&pool, 0, sizeof(pool));
	segward_pool_share(&pool, units, 1);
	budget.pool = &pool;
	log[0].len = 0;
	log[0].items = 0;
	log[1].len = 0;
	log[1].items = 0;
	return segward_tls_create(&budget);
}

static void end(struct segward_tls *tls)
{
	segward_tls_destroy(tls, &budget);
	must(!atomic_read(&budget.used) && !atomic_read(&pool.used));
}

static void run_whole(void)
{
	struct segward_tls *tls = begin(whole, 1 << 20);
	u8 direction;

	must(tls);
	for (direction = 0; direction < 2; direction++) {
		feed(tls, &whole[direction], direction, wire[direction],
		     wire_len[direction]);
		finish(tls, &whole[direction], direction);
	}
	end(tls);
}

/* Directions take turns. */
static void run_pieces(u32 seed, bool bytewise, u32 units)
{
	struct segward_tls *tls = begin(pieces, units);
	u32 done[2] = { 0, 0 };
	bool failed[2] = { false, false };
	u8 direction = 0;
	u32 n;

	if (!tls)
		return;
	while (done[0] < wire_len[0] || done[1] < wire_len[1]) {
		seed = seed * 1103515245 + 12345;
		n = bytewise ? 1 : seed >> 16 & (seed & 0x100 ? 7 : 511);
		n = min_t(u32, n, wire_len[direction] - done[direction]);
		if (!failed[direction])
			failed[direction] = feed(tls, &pieces[direction],
						 direction,
						 wire[direction] +
						 done[direction], n);
		done[direction] += n;
		direction ^= 1;
	}
	for (direction = 0; direction < 2; direction++)
		finish(tls, &pieces[direction], direction);
	end(tls);
}

static void compare(void)
{
	u8 direction;

	for (direction = 0; direction < 2; direction++) {
		must(whole[direction].items == pieces[direction].items);
		must(whole[direction].len == pieces[direction].len);
		must(!memcmp(whole[direction].b, pieces[direction].b,
			     whole[direction].len));
	}
}

static void put(u8 direction, const void *data, u32 len)
{
	if (wire_len[direction] + len > MOST)
		return;
	memcpy(wire[direction] + wire_len[direction], data, len);
	wire_len[direction] += len;
}

/*
 * A byte says what comes: a message of a type and the length that follows, in
 * records of up to so many bytes, or a record of a type.
 */
static void wrap(u8 direction, const u8 *data, u32 len)
{
	static const u8 type[] = { 1, 2, 11, 14 };
	u8 header[5] = { 0, 3, 3, 0, 0 };
	u8 message[70000];
	u32 size, most, n, done;

	while (len > 3) {
		size = min_t(u32, get_unaligned_be16(data + 1), len - 3);
		most = (data[0] >> 4) * 16u + 4;
		header[0] = 22;
		n = 0;
		if (data[0] & 4) {
			header[0] = 20 + (data[0] & 3);
			most = 16384;
		} else {
			message[0] = type[data[0] & 3];
			message[1] = 0;
			put_unaligned_be16((u16)size, message + 2);
			n = 4;
		}
		memcpy(message + n, data + 3, size);
		data += 3 + size;
		len -= 3 + size;
		size += n;
		for (done = 0; done < size; done += n) {
			n = min_t(u32, most, size - done);
			put_unaligned_be16((u16)n, header + 3);
			put(direction, header, 5);
			put(direction, message + done, n);
		}
	}
}

/* Once it has an answer, more bytes do not change it. */
static void check_probe(u8 direction)
{
	u8 guess = SEGWARD_APP_MORE;
	u8 next;
	u32 len;

	for (len = 0; len <= wire_len[direction] && len <= 64; len++) {
		next = segward_tls_probe(direction, wire[direction], len);
		must(guess == SEGWARD_APP_MORE || next == guess);
		must(next != SEGWARD_APP_MORE || len < 11);
		guess = next;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 first, len[2];
	u8 direction;

	if (size < 4)
		return 0;
	first = min_t(u32, get_unaligned_be16(data + 2), (u32)size - 4);
	len[0] = first;
	len[1] = (u32)size - 4 - first;
	for (direction = 0; direction < 2; direction++) {
		wire_len[direction] = 0;
		if (data[0] & (WRAP_TOSERVER << direction))
			wrap(direction, data + 4 + direction * first,
			     len[direction]);
		else
			put(direction, data + 4 + direction * first,
			    len[direction]);
		check_probe(direction);
	}
	run_whole();
	run_pieces(data[1], data[0] & BYTEWISE, 1 << 20);
	compare();
	run_pieces(data[1], false, data[0] >> 3);
	return 0;
}
