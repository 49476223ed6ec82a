// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions, step by step: what rules look at next, and what is kept of it.
 *
 * The items of a step are looked at where they are, behind what was kept before
 * them. Then they are kept themselves: for the record, and for rules as long as
 * more of that direction is to come.
 */
#include <linux/segward.h>

#include "../profile.h"
#include "transaction_internal.h"

/* In @at of segward_transactions_step(): the item, and bytes of it */
#define AT_ITEM		64

/* What rules are told of offsets in a body; there are no larger ones. */
#define BASE_MOST	((u32)BIT(31))

/**
 * struct window - the part of a body that rules are shown
 * @data: bytes: of the item, or in the room's window
 * @len: how many
 * @old: of these, those of the tail
 * @base: offset of @data in the body
 * @buffer: enum segward_buffer, 0: there is no body in this step
 * @part: SEGWARD_RULE_FIRST, SEGWARD_RULE_LAST
 * @twin: the same bytes are file.data as well
 */
struct window {
	const u8 *data;
	u32 len;
	u32 old;
	u32 base;
	u8 buffer;
	u8 part;
	bool twin;
};

/**
 * struct step - a step that is being put together
 * @out: where it comes from
 * @room: where it goes
 * @tx: the transaction, or NULL
 * @first: its first item
 * @item: the next item
 * @offset: bytes of that one that were dealt with
 * @nr_fresh: buffers
 * @nr_events: events
 * @done: its last item says so
 * @message: and how many bytes of a body came
 * @window: what there is of a body
 */
struct step {
	const struct segward_app_out *out;
	struct segward_transaction_room *room;
	struct transaction *tx;
	u32 first;
	u32 item;
	u32 offset;
	u32 nr_fresh;
	u32 nr_events;
	bool done;
	u64 message;
	struct window window;
};

static bool is_body(u8 buffer)
{
	return buffer == SEGWARD_BUFFER_HTTP_REQUEST_BODY ||
	       buffer == SEGWARD_BUFFER_HTTP_RESPONSE_BODY ||
	       buffer == SEGWARD_BUFFER_FILE_DATA;
}

/* No rule can name the others. */
static bool is_shown(u8 buffer)
{
	switch (buffer) {
	case SEGWARD_BUFFER_TLS_NOT_BEFORE:
	case SEGWARD_BUFFER_TLS_NOT_AFTER:
	case SEGWARD_BUFFER_TLS_RESUMED:
	case SEGWARD_BUFFER_DNS_HEADER:
	case SEGWARD_BUFFER_DNS_QUESTION:
	case SEGWARD_BUFFER_DNS_RECORD:
		return false;
	default:
		return true;
	}
}

/* The others are large, and say nothing that these do not. */
static bool is_recorded(u8 buffer)
{
	switch (buffer) {
	case SEGWARD_BUFFER_HTTP_REQUEST_LINE:
	case SEGWARD_BUFFER_HTTP_RESPONSE_LINE:
	case SEGWARD_BUFFER_HTTP_HEADER:
	case SEGWARD_BUFFER_HTTP_HEADER_RAW:
	case SEGWARD_BUFFER_HTTP_HEADER_NAMES:
	case SEGWARD_BUFFER_HTTP_START:
	case SEGWARD_BUFFER_TLS_CERTS:
		return false;
	default:
		return true;
	}
}

static void show(struct step *step, const struct segward_app_item *item)
{
	struct segward_rule_bytes *bytes;

	if (!is_shown(item->buffer))
		return;
	bytes = &step->room->bytes[SEGWARD_TRANSACTION_BUFFERS +
				   step->nr_fresh++];
	*bytes = (struct segward_rule_bytes){
		.data = item->data,
		.len = min_t(u32, item->len, U16_MAX),
		.buffer = item->buffer,
		.part = item->part,
	};
	if (bytes->len < item->len)
		bytes->part &= ~SEGWARD_RULE_LAST;
}

static void show_window(struct step *step)
{
	const struct window *window = &step->window;
	struct segward_rule_bytes *bytes;
	u32 n;

	if (!window->buffer)
		return;
	for (n = 0; n < 1u + window->twin; n++) {
		bytes = &step->room->bytes[SEGWARD_TRANSACTION_BUFFERS +
					   step->nr_fresh++];
		*bytes = (struct segward_rule_bytes){
			.data = window->data,
			.len = window->len,
			.old = window->old,
			.base = window->base,
			.buffer = n ? SEGWARD_BUFFER_FILE_DATA :
				      window->buffer,
			.part = window->part,
		};
	}
}

/* The same bytes as the item before it, as file.data. */
static bool is_twin(const struct segward_app_out *out, u32 index)
{
	const struct segward_app_item *item = &out->item[index];

	return index && index < out->nr &&
	       item->kind == SEGWARD_APP_BUFFER &&
	       item->buffer == SEGWARD_BUFFER_FILE_DATA &&
	       item[-1].kind == SEGWARD_APP_BUFFER &&
	       item[-1].buffer != SEGWARD_BUFFER_FILE_DATA &&
	       is_body(item[-1].buffer) &&
	       item[-1].direction == item->direction &&
	       item[-1].tx == item->tx && item[-1].data == item->data &&
	       item[-1].len == item->len;
}

/* Begins behind the tail of what came before. */
static void open_window(struct step *step, const struct segward_app_item *item)
{
	struct window *window = &step->window;
	const struct transaction *tx = step->tx;
	u64 base = 0;

	window->buffer = item->buffer;
	window->twin = is_twin(step->out, step->item + 1);
	window->data = step->room->window;
	if (item->part & SEGWARD_APP_FIRST && !step->offset) {
		window->part = SEGWARD_RULE_FIRST;
		return;
	}
	/* nobody has counted */
	window->base = BASE_MOST;
	if (!tx)
		return;
	base = tx->tx.body[item->direction];
	window->old = tx->side[item->direction].tail_len;
	window->len = window->old;
	window->base = (u32)min_t(u64, base - window->old, BASE_MOST);
	if (window->old)
		memcpy(step->room->window, tx->side[item->direction].tail,
		       window->old);
}

/* A window of one piece without a tail is where it is, until there are more. */
static void add_to_window(struct step *step, const u8 *data, u32 len)
{
	struct window *window = &step->window;
	u8 *to = step->room->window;

	if (!window->len) {
		window->data = data;
		window->len = len;
		return;
	}
	if (window->data != to) {
		memcpy(to, window->data, window->len);
		window->data = to;
	}
	if (len)
		memcpy(to + window->len, data, len);
	window->len += len;
}

/* A piece of a body; false if the step ends before its end. */
static bool take_piece(struct step *step, const struct segward_app_item *item)
{
	struct window *window = &step->window;
	u32 left = item->len - step->offset, some;

	if (!window->buffer)
		open_window(step, item);
	else if (window->buffer != item->buffer ||
		 window->part & SEGWARD_RULE_LAST)
		return false;
	some = min_t(u32, left, SEGWARD_TRANSACTION_WINDOW - window->len);
	add_to_window(step, item->data + step->offset, some);
	step->offset += some;
	if (some < left)
		return false;
	step->offset = 0;
	if (item->part & SEGWARD_APP_LAST)
		window->part |= SEGWARD_RULE_LAST;
	return true;
}

/* False if the step ends before this item, or within it. */
static bool take_item(struct step *step, const struct segward_app_item *item)
{
	switch (item->kind) {
	case SEGWARD_APP_EVENT:
		step->room->event[step->nr_events++] = item->event;
		return true;
	case SEGWARD_APP_DONE:
		step->done = true;
		step->message = item->message;
		return true;
	default:
		if (is_twin(step->out, step->item))
			return true;
		if (is_body(item->buffer))
			return take_piece(step, item);
		show(step, item);
		return true;
	}
}

static void take_items(struct step *step)
{
	const struct segward_app_item *first = &step->out->item[step->first];
	const struct segward_app_item *item = first;

	while (step->item < step->out->nr && !step->done &&
	       item->tx == first->tx && item->direction == first->direction) {
		if (!take_item(step, item))
			break;
		item = &step->out->item[++step->item];
	}
	show_window(step);
}

/* Is there something in the step that says that there is a transaction? */
static bool says_something(const struct step *step)
{
	return step->out->item[step->first].kind != SEGWARD_APP_DONE;
}

static bool is_kept(const struct segward_app_item *item)
{
	return item->kind == SEGWARD_APP_EVENT ||
	       (item->kind == SEGWARD_APP_BUFFER && !is_body(item->buffer));
}

/**
 * flags_of() - how an item is kept
 * @step: that it is in
 * @side: its direction
 * @item: the item
 * @size: bytes that it takes
 * @rules: there are rules for which it is worth while
 *
 * Return: flags of an entry; without one that says for whom there is none.
 */
static u8 flags_of(const struct step *step, const struct transaction_side *side,
		   const struct segward_app_item *item, u32 size, bool rules)
{
	u8 flags = item->direction ? TRANSACTION_TOCLIENT : 0;

	if (item->kind == SEGWARD_APP_EVENT) {
		flags |= TRANSACTION_EVENT;
		if (side->recorded + size <= SEGWARD_TRANSACTION_BYTES)
			flags |= TRANSACTION_RECORDED;
		return flags;
	}
	if (is_recorded(item->buffer)) {
		if (side->recorded + size > SEGWARD_TRANSACTION_BYTES)
			return flags;
		flags |= TRANSACTION_RECORDED;
	} else if (side->other + size > SEGWARD_TRANSACTION_BYTES) {
		return flags;
	}
	if (rules && !step->done && is_shown(item->buffer) &&
	    side->nr_shown < SEGWARD_TRANSACTION_BUFFERS)
		flags |= TRANSACTION_SHOWN;
	return flags;
}

/* Another piece of the last entry, which goes if it does not fit. */
static void continue_entry(struct transaction *tx,
			   const struct segward_app_item *item)
{
	struct transaction_side *side = &tx->side[item->direction];
	struct transaction_entry *entry;
	u32 old, new;

	if (tx->last == tx->used)
		return;
	entry = transaction_entry(tx, tx->last);
	old = transaction_entry_size(entry->len);
	new = transaction_entry_size(entry->len + item->len);
	if (side->recorded + new - old > SEGWARD_TRANSACTION_BYTES ||
	    tx->last + new > tx->room) {
		side->recorded -= old;
		tx->used = tx->last;
		tx->tx.truncated = true;
		return;
	}
	if (item->len)
		memcpy(entry->data + entry->len, item->data, item->len);
	entry->len += item->len;
	side->recorded += new - old;
	tx->used = tx->last + new;
}

static void keep(struct step *step, const struct segward_app_item *item,
		 bool rules)
{
	u32 len = item->kind == SEGWARD_APP_BUFFER ? item->len : 0;
	struct transaction *tx = step->tx;
	struct transaction_side *side = &tx->side[item->direction];
	struct transaction_entry *entry;
	u32 size;
	u8 flags;

	if (item->kind == SEGWARD_APP_BUFFER &&
	    !(item->part & SEGWARD_APP_FIRST)) {
		continue_entry(tx, item);
		return;
	}
	size = transaction_entry_size(len);
	flags = flags_of(step, side, item, size, rules);
	if (is_recorded(item->buffer) && !(flags & TRANSACTION_RECORDED))
		tx->tx.truncated = true;
	tx->last = tx->used;
	if (!(flags & (TRANSACTION_RECORDED | TRANSACTION_SHOWN)))
		return;
	if (tx->used + size > tx->room) {
		tx->tx.truncated |= !!(flags & TRANSACTION_RECORDED);
		return;
	}
	entry = transaction_entry(tx, tx->used);
	entry->len = len;
	entry->event = item->event;
	entry->buffer = item->kind == SEGWARD_APP_BUFFER ? item->buffer : 0;
	entry->flags = flags;
	if (len)
		memcpy(entry->data, item->data, len);
	tx->used += size;
	side->nr_shown += !!(flags & TRANSACTION_SHOWN);
	if (flags & TRANSACTION_RECORDED)
		side->recorded += size;
	else
		side->other += size;
}

/* What the items of a step may take. */
static u32 need_of(const struct step *step, bool rules)
{
	const struct segward_app_item *item;
	u32 i, need = 0;

	for (i = step->first; i < step->item; i++) {
		item = &step->out->item[i];
		if (!is_kept(item))
			continue;
		if (item->kind == SEGWARD_APP_EVENT)
			need += transaction_entry_size(0);
		else if (item->len > SEGWARD_TRANSACTION_BYTES)
			continue;
		else if (is_recorded(item->buffer) || (rules && !step->done))
			need += transaction_entry_size(item->len);
	}
	return min_t(u32, need, 2 * SEGWARD_TRANSACTION_BYTES);
}

static void keep_items(struct step *step, bool rules)
{
	const struct segward_app_item *item;
	u32 i;

	for (i = step->first; i < step->item; i++) {
		item = &step->out->item[i];
		if (is_kept(item))
			keep(step, item, rules);
	}
}

/* Puts what was kept before in front of what is fresh. */
static u32 show_kept(struct step *step, u8 direction)
{
	const struct transaction *tx = step->tx;
	u32 left = tx->side[direction].nr_shown, at = 0, nr = left;
	u8 way = direction ? TRANSACTION_TOCLIENT : 0;
	const struct transaction_entry *entry;
	struct segward_rule_bytes *bytes;

	for (; left; at += transaction_entry_size(entry->len)) {
		entry = transaction_entry(tx, at);
		if (!(entry->flags & TRANSACTION_SHOWN) ||
		    (entry->flags & TRANSACTION_TOCLIENT) != way)
			continue;
		bytes = &step->room->bytes[SEGWARD_TRANSACTION_BUFFERS - left];
		*bytes = (struct segward_rule_bytes){
			.data = entry->data,
			.len = min_t(u32, entry->len, U16_MAX),
			.buffer = entry->buffer,
			.part = SEGWARD_RULE_FIRST | SEGWARD_RULE_LAST,
		};
		left--;
	}
	return nr;
}

/* The window's last bytes are the next one's first. */
static void keep_tail(struct segward_transactions *list,
		      struct segward_budget *budget, struct step *step,
		      u8 direction)
{
	const struct window *window = &step->window;
	u32 len = min_t(u32, window->len, SEGWARD_TRANSACTION_TAIL);
	struct transaction_side *side = &step->tx->side[direction];

	step->tx->tx.body[direction] += window->len - window->old;
	if (window->part & SEGWARD_RULE_LAST || !len)
		return;
	if (!side->tail)
		side->tail = transaction_alloc(list, budget, step->tx,
					       SEGWARD_TRANSACTION_TAIL);
	side->tail_len = side->tail ? len : 0;
	if (side->tail)
		memcpy(side->tail, window->data + window->len - len, len);
}

/* Nobody has waited in this one yet. */
static struct segward_rule_wait *
empty_wait(struct segward_transaction_room *room, u32 rulesets)
{
	u32 i;

	for (i = 0; i < rulesets; i++) {
		room->wait[i].nr = 0;
		room->wait[i].lost = false;
	}
	return room->wait;
}

static struct segward_rule_wait *
find_wait(struct segward_transactions *list, struct segward_budget *budget,
	  const struct step *step, u8 direction, u32 rulesets)
{
	struct transaction_side *side;

	BUILD_BUG_ON(SEGWARD_PROFILE_RULESETS_MAX >
		     SEGWARD_TRANSACTION_RULESETS);
	if (!rulesets || rulesets > SEGWARD_TRANSACTION_RULESETS)
		return NULL;
	if (!step->tx)
		return empty_wait(step->room, rulesets);
	side = &step->tx->side[direction];
	if (!side->wait && !step->done) {
		side->wait = transaction_alloc(list, budget, step->tx,
					       rulesets * sizeof(*side->wait));
		side->nr_wait = side->wait ? rulesets : 0;
	}
	return side->nr_wait == rulesets ? side->wait :
					   empty_wait(step->room, rulesets);
}

/* The transaction of a step, which may be its first. */
static void find_tx(struct segward_transactions *list,
		    struct segward_budget *budget, struct step *step, u8 proto,
		    bool rules)
{
	const struct segward_app_item *first = &step->out->item[step->first];
	u32 need = need_of(step, rules);
	struct transaction *moved;

	if (!step->tx) {
		if (says_something(step))
			step->tx = transaction_create(list, budget, proto,
						      first->tx, need);
		if (step->tx)
			step->tx->tx.seen = BIT(first->direction);
		return;
	}
	moved = transaction_reserve(list, budget, step->tx, need);
	if (moved)
		step->tx = moved;
	if (says_something(step))
		step->tx->tx.seen |= BIT(first->direction);
}

static bool is_finished(const struct segward_transaction *tx)
{
	if (tx->proto == SEGWARD_APP_PROTO_DNS)
		return tx->done;
	return tx->done == (BIT(SEGWARD_APP_TOSERVER) |
			    BIT(SEGWARD_APP_TOCLIENT));
}

static void end_direction(struct segward_transaction *tx, u8 direction,
			  u64 message)
{
	tx->done |= BIT(direction);
	tx->message[direction] = message;
}

/* Directions that are done have had their last step. */
static void free_done(struct segward_transactions *list,
		      struct segward_budget *budget, struct transaction *tx)
{
	u8 direction;

	for (direction = 0; direction < 2; direction++)
		if (tx->tx.done & BIT(direction))
			transaction_free_side(list, budget, tx, direction);
}

bool segward_transactions_step(struct segward_transactions *list,
			       struct segward_budget *budget, u8 proto,
			       u32 rulesets, const struct segward_app_out *out,
			       u32 *at, struct segward_transaction_room *room,
			       struct segward_transaction_step *result)
{
	struct step step = {
		.out = out,
		.room = room,
		.first = *at % AT_ITEM,
		.item = *at % AT_ITEM,
		.offset = *at / AT_ITEM,
	};
	const struct segward_app_item *first = &out->item[step.first];
	u8 direction;
	u32 kept = 0;

	BUILD_BUG_ON(SEGWARD_APP_ITEMS >= AT_ITEM);
	if (step.first >= out->nr)
		return false;
	direction = first->direction;
	step.tx = transaction_find(list, proto, first->tx, direction);
	if (step.tx)
		free_done(list, budget, step.tx);
	take_items(&step);
	find_tx(list, budget, &step, proto, rulesets);
	if (step.tx) {
		kept = show_kept(&step, direction);
		keep_items(&step, rulesets);
		keep_tail(list, budget, &step, direction);
	}
	*result = (struct segward_transaction_step){
		.direction = direction,
		.match = {
			.bytes = &room->bytes[SEGWARD_TRANSACTION_BUFFERS -
					      kept],
			.nr = kept + step.nr_fresh,
			.fresh = kept,
			.event = room->event,
			.nr_events = step.nr_events,
			.done = step.done,
		},
		.wait = find_wait(list, budget, &step, direction, rulesets),
	};
	if (step.tx) {
		result->tx = &step.tx->tx;
		if (step.done)
			end_direction(&step.tx->tx, direction, step.message);
		if (is_finished(&step.tx->tx))
			transaction_finish(list, step.tx);
	}
	*at = step.item + step.offset * AT_ITEM;
	return true;
}
