// SPDX-License-Identifier: GPL-2.0
/*
 * Conversations and their transactions: turns of both directions, whole and in
 * pieces. The same is told and the same records come out; the windows of bodies
 * show every byte once as new, behind the bytes before it; all memory comes
 * back. The same with little memory neither crashes nor leaks.
 *
 * Input: a byte that seeds the pieces, one that limits the memory, then turns:
 * a byte whose lowest bit is the direction, the next one the end of that
 * direction behind it, two with the length, and so many bytes.
 */
#include <linux/segward.h>

#include "app/conversation.h"
#include "app/transaction.h"
#include "fuzz_app.h"

#define POOL		(1u << 20)
#define RULESETS	3

/* Of an option of a turn. */
#define TURN_DIRECTION	0x01
#define TURN_ENDS	0x02

/* What a run says: they come in some order each, but in none together. */
enum {
	ITEMS,
	RECORDS,
	BODIES,
	LOGS = BODIES + 2,
};

/**
 * struct body - what rules have seen of the body of a direction
 * @tx: of which transaction
 * @seen: bytes
 * @byte: the last of them
 */
struct body {
	u32 tx;
	u32 seen;
	u8 byte[SEGWARD_TRANSACTION_TAIL];
};

static struct segward_pool pool;
static struct segward_budget budget = { .pool = &pool };
static struct segward_conversation *conversation;
static struct segward_transactions list;
static struct segward_transaction_room room;
static struct segward_app_out out;
static struct app_log whole[LOGS], pieces[LOGS], *logs;
static struct body body[2];
static bool plenty;

static void log_record(const struct segward_transaction *tx)
{
	struct segward_app_item item;
	u32 at = 0, flags;

	while (segward_transaction_next(tx, &at, &item))
		log_item(&logs[RECORDS], &item);
	flags = tx->done | tx->seen << 2 | tx->truncated << 4 | tx->proto << 8;
	log_bytes(&logs[RECORDS], &tx->id, sizeof(tx->id));
	log_bytes(&logs[RECORDS], &flags, sizeof(flags));
	log_bytes(&logs[RECORDS], tx->body, sizeof(tx->body));
}

static void take_records(void)
{
	struct segward_transaction *tx;

	while ((tx = segward_transactions_take(&list))) {
		log_record(tx);
		segward_transaction_free(tx, &budget);
	}
}

/* New bytes stand behind old ones that were seen before. */
static void check_window(u8 direction, const struct segward_rule_bytes *b)
{
	struct body *seen = &body[direction];
	u32 fresh = b->len - b->old;

	must(b->len <= SEGWARD_TRANSACTION_WINDOW);
	must(b->base + b->old == seen->seen);
	must(b->old == min_t(u32, seen->seen, SEGWARD_TRANSACTION_TAIL));
	must(!memcmp(b->data, seen->byte + sizeof(seen->byte) - b->old,
		     b->old));
	seen->seen += fresh;
	if (fresh < sizeof(seen->byte)) {
		memmove(seen->byte, seen->byte + fresh,
			sizeof(seen->byte) - fresh);
		memcpy(seen->byte + sizeof(seen->byte) - fresh,
		       b->data + b->old, fresh);
	} else {
		memcpy(seen->byte, b->data + b->len - sizeof(seen->byte),
		       sizeof(seen->byte));
	}
	/* what is new counts, however it was cut */
	log_bytes(&logs[BODIES + direction], b->data + b->old, fresh);
}

static bool is_body(u8 buffer)
{
	return buffer == SEGWARD_BUFFER_HTTP_REQUEST_BODY ||
	       buffer == SEGWARD_BUFFER_HTTP_RESPONSE_BODY;
}

static void check_step(const struct segward_transaction_step *step)
{
	struct body *seen = &body[step->direction];
	const struct segward_rule_bytes *bytes;
	u32 i, n;
	u8 sum = 0;

	must(step->wait);
	for (i = 0; i < RULESETS; i++)
		must(!step->wait[i].nr);
	must(step->match.nr_events <= SEGWARD_APP_ITEMS);
	for (i = 0; i < step->match.nr; i++) {
		bytes = &step->match.bytes[i];
		must(bytes->old <= bytes->len && bytes->len <= U16_MAX);
		for (n = 0; n < bytes->len; n++)
			sum += bytes->data[n];
		/* the room may have any content by then */
		if (!plenty || !step->tx || !is_body(bytes->buffer))
			continue;
		must(i >= step->match.fresh);
		if (bytes->part & SEGWARD_RULE_FIRST) {
			seen->tx = step->tx->id;
			seen->seen = 0;
		}
		must(seen->tx == step->tx->id);
		check_window(step->direction, bytes);
		must(step->tx->body[step->direction] == seen->seen);
		if (i + 1 < step->match.nr &&
		    bytes[1].buffer == SEGWARD_BUFFER_FILE_DATA)
			must(bytes[1].data == bytes->data &&
			     bytes[1].len == bytes->len &&
			     bytes[1].part == bytes->part);
	}
	room.window[0] = sum;
}

static void take_items(void)
{
	u8 proto = segward_conversation_proto(conversation);
	struct segward_transaction_step step;
	u32 i, at = 0;

	must(out.nr <= SEGWARD_APP_ITEMS);
	for (i = 0; i < out.nr; i++)
		if (out.item[i].kind == SEGWARD_APP_DONE ||
		    out.item[i].kind == SEGWARD_APP_EVENT)
			log_item(&logs[ITEMS], &out.item[i]);
	while (segward_transactions_step(&list, &budget, proto, RULESETS, &out,
					 &at, &room, &step)) {
		check_step(&step);
		take_records();
	}
}

/* Bytes of exactly their size, so that who reads behind them is seen. */
static void feed(u8 direction, const u8 *data, u32 len)
{
	u8 *copy = malloc(len);
	int taken;
	u32 at;

	memcpy(copy, data, len);
	for (at = 0; at < len; at += (u32)taken) {
		taken = segward_conversation_feed(conversation, &budget,
						  direction, copy + at,
						  len - at, &out);
		take_items();
		if (taken < 0)
			break;
		must(taken || out.nr);
		must((u32)taken <= len - at);
	}
	free(copy);
	must(taken >= 0 || (taken == -ENOMEM && !plenty));
}

static void feed_turn(u8 direction, const u8 *data, u32 len, bool cut,
		      u32 *seed)
{
	u32 piece;

	for (; len; len -= piece, data += piece) {
		piece = cut ? piece_of(seed, len) : len;
		feed(direction, data, piece);
	}
}

static void end(u8 direction)
{
	segward_conversation_end(conversation, &budget, direction, &out);
	take_items();
	must(segward_conversation_quiet(conversation, direction));
}

static void converse(const u8 *data, u32 size, u32 seed, bool cut)
{
	u8 option, proto;
	u32 len, i;

	for (i = 0; i < LOGS; i++)
		logs[i].len = 0;
	conversation = segward_conversation_create(&budget);
	if (!conversation)
		return;
	while (size >= 3) {
		option = data[0];
		len = min_t(u32, get_unaligned_le16(data + 1), size - 3);
		feed_turn(option & TURN_DIRECTION, data + 3, len, cut, &seed);
		if (option & TURN_ENDS)
			end(option & TURN_DIRECTION);
		data += 3 + len;
		size -= 3 + len;
	}
	end(SEGWARD_APP_TOSERVER);
	end(SEGWARD_APP_TOCLIENT);
	proto = segward_conversation_proto(conversation);
	log_bytes(&logs[ITEMS], &proto, 1);
	segward_conversation_destroy(conversation, &budget);
	segward_transactions_finish(&list);
	take_records();
	must(!list.nr && !list.open && !list.bytes);
	must(!atomic_read(&budget.used) && !atomic_read(&pool.used));
	memset(&list, 0, sizeof(list));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u32 i;

	if (size < 2 || size > 1u << 16)
		return 0;
	plenty = true;
	segward_pool_share(&pool, POOL, 1);
	logs = whole;
	converse(data + 2, (u32)size - 2, 0, false);
	logs = pieces;
	converse(data + 2, (u32)size - 2, data[0], true);
	for (i = 0; i < LOGS; i++) {
		must(whole[i].len == pieces[i].len);
		must(!memcmp(whole[i].byte, pieces[i].byte, whole[i].len));
	}
	plenty = false;
	segward_pool_share(&pool, data[1], 1);
	converse(data + 2, (u32)size - 2, data[0], true);
	return 0;
}
