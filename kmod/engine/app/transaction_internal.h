/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of transactions share. Nobody else includes it. */
#ifndef SEGWARD_ENGINE_APP_TRANSACTION_INTERNAL_H
#define SEGWARD_ENGINE_APP_TRANSACTION_INTERNAL_H

#include "transaction.h"

/* Of an entry. */
#define TRANSACTION_TOCLIENT	BIT(0)
#define TRANSACTION_EVENT	BIT(1)
#define TRANSACTION_RECORDED	BIT(2)
#define TRANSACTION_SHOWN	BIT(3)

/* Entries begin at multiples of this. */
#define TRANSACTION_ALIGN	4

/**
 * struct transaction_entry - a buffer or an event that is kept
 * @len: bytes behind this
 * @event: number of an event
 * @buffer: enum segward_buffer
 * @flags: TRANSACTION_TOCLIENT, ...
 * @data: the bytes
 */
struct transaction_entry {
	u32 len;
	u16 event;
	u8 buffer;
	u8 flags;
	u8 data[];
};

/**
 * struct transaction_side - a direction
 * @wait: rules that wait, by ruleset, or NULL
 * @tail: last bytes of a body, or NULL
 * @tail_len: how many
 * @nr_wait: how many @wait has
 * @nr_shown: entries with TRANSACTION_SHOWN
 * @recorded: bytes of entries with TRANSACTION_RECORDED
 * @other: of those without
 */
struct transaction_side {
	struct segward_rule_wait *wait;
	u8 *tail;
	u32 tail_len;
	u32 nr_wait;
	u32 nr_shown;
	u32 recorded;
	u32 other;
};

/**
 * struct transaction - a transaction, with what it keeps
 * @tx: what others see
 * @side: by direction
 * @room: bytes that @entry has room for
 * @used: of these, in use
 * @last: offset of the last entry, @used if there is none to be continued
 * @entry: entries, both directions', as they came
 */
struct transaction {
	struct segward_transaction tx;
	struct transaction_side side[2];
	u32 room;
	u32 used;
	u32 last;
	u8 entry[];
};

static inline struct transaction *
transaction_of(const struct segward_transaction *tx)
{
	return container_of(tx, struct transaction, tx);
}

/* What an entry takes. */
static inline u32 transaction_entry_size(u32 len)
{
	return (u32)(sizeof(struct transaction_entry) + len +
		     TRANSACTION_ALIGN - 1) & ~(TRANSACTION_ALIGN - 1u);
}

static inline struct transaction_entry *
transaction_entry(const struct transaction *tx, u32 at)
{
	return (struct transaction_entry *)(tx->entry + at);
}

/* transaction.c */
struct transaction *transaction_find(struct segward_transactions *list,
				     u8 proto, u32 id, u8 direction);
struct transaction *transaction_create(struct segward_transactions *list,
				       struct segward_budget *budget, u8 proto,
				       u32 id, u32 need);
struct transaction *transaction_reserve(struct segward_transactions *list,
					struct segward_budget *budget,
					struct transaction *tx, u32 need);
void *transaction_alloc(struct segward_transactions *list,
			struct segward_budget *budget, struct transaction *tx,
			u32 size);
void transaction_free_side(struct segward_transactions *list,
			   struct segward_budget *budget,
			   struct transaction *tx, u8 direction);
void transaction_finish(struct segward_transactions *list,
			struct transaction *tx);

#endif /* SEGWARD_ENGINE_APP_TRANSACTION_INTERNAL_H */
