// SPDX-License-Identifier: GPL-2.0
/*
 * The transactions of a conversation: their memory and their records. How they
 * grow is in transaction_step.c.
 *
 * One is one allocation, which doubles: its entries stand behind it, so that an
 * ordinary one is allocated once.
 */
#include "transaction_internal.h"

#include <linux/segward.h>

/* The first allocation for a transaction: most of a request or response fits. */
#define LEAST		512

/* The last: what both directions may keep. */
#define MOST		(128u << 10)

/* What an allocation costs, in bytes. */
static u32 cost(u32 size)
{
	return segward_budget_units(size) * SEGWARD_BUDGET_UNIT;
}

static u32 block_size(const struct transaction *tx)
{
	return (u32)sizeof(*tx) + tx->room;
}

/* Where the pointer to it is, of those that are not finished. */
static struct segward_transaction **link_of(struct segward_transactions *list,
					    const struct segward_transaction *tx)
{
	struct segward_transaction **link = &list->first;

	while (*link != tx)
		link = &(*link)->next;
	return link;
}

/**
 * transaction_find() - find one that is not finished
 * @list: the conversation's
 * @proto: enum segward_app_proto
 * @id: its number
 * @direction: of DNS, where each message is one
 *
 * Return: NULL if there is none.
 */
struct transaction *transaction_find(struct segward_transactions *list,
				     u8 proto, u32 id, u8 direction)
{
	struct segward_transaction *tx;

	for (tx = list->first; tx; tx = tx->next)
		if (tx->id == id && (proto != SEGWARD_APP_PROTO_DNS ||
				     tx->seen & BIT(direction)))
			return transaction_of(tx);
	return NULL;
}

/**
 * transaction_finish() - make a record of it
 * @list: the conversation's
 * @tx: not finished
 */
void transaction_finish(struct segward_transactions *list,
			struct transaction *tx)
{
	struct segward_transaction **link = link_of(list, &tx->tx);

	*link = tx->tx.next;
	tx->tx.next = NULL;
	list->open--;
	list->bytes -= tx->tx.size;
	if ((s32)(tx->tx.id - list->from) >= 0)
		list->from = tx->tx.id + 1;
	for (link = &list->finished; *link; link = &(*link)->next)
		;
	*link = &tx->tx;
}

/* Until there is room for so many bytes, the oldest are finished as they are. */
static bool make_room(struct segward_transactions *list,
		      const struct transaction *self, u32 bytes)
{
	while (list->bytes + bytes > SEGWARD_TRANSACTIONS_BYTES) {
		if (!list->first || list->first == &self->tx)
			return false;
		list->first->truncated = true;
		transaction_finish(list, transaction_of(list->first));
	}
	return true;
}

/**
 * transaction_create() - begin one
 * @list: the conversation's
 * @budget: pays
 * @proto: enum segward_app_proto
 * @id: its number
 * @need: bytes of entries that will come at once
 *
 * Return: NULL without memory, with too many that nobody took, or if it is one
 * that was finished because there were too many.
 */
struct transaction *transaction_create(struct segward_transactions *list,
				       struct segward_budget *budget, u8 proto,
				       u32 id, u32 need)
{
	u32 size = LEAST;
	struct transaction *tx;

	if (proto != SEGWARD_APP_PROTO_DNS && (s32)(id - list->from) < 0)
		return NULL;
	while (size < sizeof(*tx) + need)
		size *= 2;
	if (list->open >= SEGWARD_TRANSACTIONS_MAX) {
		list->first->truncated = true;
		transaction_finish(list, transaction_of(list->first));
	}
	if (list->nr >= 2 * SEGWARD_TRANSACTIONS_MAX ||
	    !make_room(list, NULL, size))
		return NULL;
	tx = segward_budget_alloc(budget, size);
	if (!tx)
		return NULL;
	memset(tx, 0, sizeof(*tx));
	tx->room = size - (u32)sizeof(*tx);
	tx->tx.id = id;
	tx->tx.proto = proto;
	tx->tx.size = size;
	list->nr++;
	list->open++;
	list->bytes += size;
	*link_of(list, NULL) = &tx->tx;
	return tx;
}

/**
 * transaction_reserve() - get room for entries
 * @list: the conversation's
 * @budget: pays
 * @tx: one of them
 * @need: bytes of entries that will come
 *
 * Return: the transaction, which may have moved; NULL without memory, and then
 * it stays where it was.
 */
struct transaction *transaction_reserve(struct segward_transactions *list,
					struct segward_budget *budget,
					struct transaction *tx, u32 need)
{
	u32 old = block_size(tx), size = old;
	struct transaction *larger;

	while (size < sizeof(*tx) + tx->used + need)
		size *= 2;
	if (size == old)
		return tx;
	if (size > MOST || !make_room(list, tx, size - old))
		return NULL;
	larger = segward_budget_alloc(budget, size);
	if (!larger)
		return NULL;
	memcpy(larger, tx, sizeof(*tx) + tx->used);
	larger->room = size - (u32)sizeof(*tx);
	larger->tx.size += size - old;
	list->bytes += size - old;
	*link_of(list, &tx->tx) = &larger->tx;
	segward_budget_free(budget, tx, old);
	return larger;
}

/**
 * transaction_alloc() - get memory that belongs to a transaction
 * @list: the conversation's
 * @budget: pays
 * @tx: one of them
 * @size: bytes
 *
 * Return: all zero, or NULL.
 */
void *transaction_alloc(struct segward_transactions *list,
			struct segward_budget *budget, struct transaction *tx,
			u32 size)
{
	void *p;

	if (!make_room(list, tx, cost(size)))
		return NULL;
	p = segward_budget_alloc(budget, size);
	if (!p)
		return NULL;
	memset(p, 0, size);
	tx->tx.size += cost(size);
	list->bytes += cost(size);
	return p;
}

static u32 free_side(struct transaction_side *side,
		     struct segward_budget *budget)
{
	u32 wait_size = side->nr_wait * (u32)sizeof(*side->wait);
	u32 bytes = 0;

	if (side->wait)
		bytes += cost(wait_size);
	if (side->tail)
		bytes += cost(SEGWARD_TRANSACTION_TAIL);
	segward_budget_free(budget, side->wait, wait_size);
	segward_budget_free(budget, side->tail, SEGWARD_TRANSACTION_TAIL);
	side->wait = NULL;
	side->nr_wait = 0;
	side->tail = NULL;
	side->tail_len = 0;
	return bytes;
}

/**
 * transaction_free_side() - no bytes of a direction come any more
 * @list: the conversation's
 * @budget: paid
 * @tx: one of them, not finished
 * @direction: which
 */
void transaction_free_side(struct segward_transactions *list,
			   struct segward_budget *budget,
			   struct transaction *tx, u8 direction)
{
	u32 bytes = free_side(&tx->side[direction], budget);

	tx->tx.size -= bytes;
	list->bytes -= bytes;
}

void segward_transactions_finish(struct segward_transactions *list)
{
	while (list->first)
		transaction_finish(list, transaction_of(list->first));
}

void segward_transactions_move(struct segward_transactions *from,
			       struct segward_transactions *to)
{
	struct segward_transaction **link = &to->finished;

	if (!from->finished)
		return;
	while (*link)
		link = &(*link)->next;
	*link = from->finished;
	from->finished = NULL;
	to->nr += from->nr - from->open;
	from->nr = from->open;
}

struct segward_transaction *
segward_transactions_take(struct segward_transactions *list)
{
	struct segward_transaction *tx = list->finished;

	if (!tx)
		return NULL;
	list->finished = tx->next;
	list->nr--;
	tx->next = NULL;
	return tx;
}

void segward_transaction_free(struct segward_transaction *tx,
			      struct segward_budget *budget)
{
	struct transaction *whole = transaction_of(tx);

	free_side(&whole->side[SEGWARD_APP_TOSERVER], budget);
	free_side(&whole->side[SEGWARD_APP_TOCLIENT], budget);
	segward_budget_free(budget, whole, block_size(whole));
}

void segward_transactions_free(struct segward_transactions *list,
			       struct segward_budget *budget)
{
	struct segward_transaction *tx;

	segward_transactions_finish(list);
	while ((tx = segward_transactions_take(list)))
		segward_transaction_free(tx, budget);
}

void segward_transactions_forget(struct segward_transactions *list)
{
	struct segward_transaction *tx;
	struct transaction_side *side;
	u8 direction;

	for (tx = list->first; tx; tx = tx->next) {
		for (direction = 0; direction < 2; direction++) {
			side = &transaction_of(tx)->side[direction];
			if (side->wait)
				memset(side->wait, 0,
				       side->nr_wait * sizeof(*side->wait));
		}
	}
}

bool segward_transaction_next(const struct segward_transaction *tx, u32 *at,
			      struct segward_app_item *item)
{
	const struct transaction *whole = transaction_of(tx);
	const struct transaction_entry *entry;

	while (*at < whole->used) {
		entry = transaction_entry(whole, *at);
		*at += transaction_entry_size(entry->len);
		if (!(entry->flags & TRANSACTION_RECORDED))
			continue;
		*item = (struct segward_app_item){
			.kind = entry->flags & TRANSACTION_EVENT ?
				SEGWARD_APP_EVENT : SEGWARD_APP_BUFFER,
			.direction = entry->flags & TRANSACTION_TOCLIENT,
			.buffer = entry->buffer,
			.part = SEGWARD_APP_FIRST | SEGWARD_APP_LAST,
			.event = entry->event,
			.tx = tx->id,
			.data = entry->data,
			.len = entry->len,
		};
		return true;
	}
	return false;
}
