/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transactions: what the items of a conversation say, put together, for rules
 * and for records.
 *
 * Rules look at the buffers of one direction of a transaction together, so
 * what came before is kept until that direction is done: within
 * SEGWARD_TRANSACTION_BYTES; a buffer beyond them is shown once, when it comes,
 * and is missing afterwards. Bodies are shown in windows, each piece behind the
 * last SEGWARD_TRANSACTION_TAIL bytes before it, pieces that come together in
 * one window.
 *
 * A record is a transaction of which nothing more is to come: with both
 * directions for HTTP (request and response), TLS and SSH (client and server);
 * a message by itself for DNS. It has all that came but bodies, tls.certs, and
 * what HTTP tells twice: http.request_line, http.response_line, http.start,
 * http.header, http.header.raw and http.header_names. These are kept for rules
 * alone, so a request that is done at once takes some hundred bytes.
 *
 * Records have to be taken after each step, or at least after each call of the
 * parser: as long as they are not, they are memory of a packet's making.
 */
#ifndef SEGWARD_ENGINE_APP_TRANSACTION_H
#define SEGWARD_ENGINE_APP_TRANSACTION_H

#include "../rule.h"
#include "app.h"

/*
 * Bytes of buffers and events that a direction of a transaction keeps for its
 * record, and as many more for rules.
 */
#define SEGWARD_TRANSACTION_BYTES	16384

/* Buffers that it keeps for rules. */
#define SEGWARD_TRANSACTION_BUFFERS	96

/*
 * Transactions of a conversation that are not finished; when there are more the
 * oldest is finished as it is. As many records may wait to be taken; what comes
 * then is told without one.
 */
#define SEGWARD_TRANSACTIONS_MAX	64

/* Bytes that these take together, likewise. */
#define SEGWARD_TRANSACTIONS_BYTES	(256u << 10)

/* Bytes in front of a piece that its window has, and of a window. */
#define SEGWARD_TRANSACTION_TAIL	512
#define SEGWARD_TRANSACTION_WINDOW	32768

/* Rulesets that can have rules that wait. */
#define SEGWARD_TRANSACTION_RULESETS	16

/**
 * struct segward_transaction - a transaction
 * @next: in its list
 * @size: bytes of memory that it takes, with all that belongs to it
 * @id: 0 for the first one of its conversation
 * @proto: enum segward_app_proto
 * @done: bit by direction: nothing more comes
 * @seen: bit by direction: something came
 * @truncated: the record has not all of what came, or the transaction was
 *	finished before its time
 * @body: bytes of the bodies, by direction; HTTP
 * @message: the same as they came, coded and in chunks; known at their end
 *
 * What else it has is transaction.c's.
 */
struct segward_transaction {
	struct segward_transaction *next;
	u32 size;
	u32 id;
	u8 proto;
	u8 done;
	u8 seen;
	bool truncated;
	u64 body[2];
	u64 message[2];
};

/**
 * struct segward_transactions - those of a conversation; all zero: none
 * @first: those that are not finished, oldest first
 * @finished: those that are, oldest first
 * @nr: in both lists
 * @open: in the first
 * @bytes: of memory that these take
 * @from: behind the last one that was finished; what comes late for an earlier
 *	one is told without a record
 */
struct segward_transactions {
	struct segward_transaction *first;
	struct segward_transaction *finished;
	u32 nr;
	u32 open;
	u32 bytes;
	u32 from;
};

/**
 * struct segward_transaction_step - what rules are held against next
 * @tx: the transaction; NULL: there was no memory for one, or too many
 * @direction: enum segward_app_direction
 * @match: its buffers, for segward_rule_match_tx()
 * @wait: by index of the profile's rulesets, for the same; of @direction. It
 *	is the room's, and forgotten, without memory and if the direction is
 *	done with its first step. NULL without rulesets
 *
 * Without @tx each window of a body but the first begins without a tail, and at
 * an offset that is not told.
 */
struct segward_transaction_step {
	struct segward_transaction *tx;
	u8 direction;
	struct segward_rule_tx match;
	struct segward_rule_wait *wait;
};

/**
 * struct segward_transaction_room - where a step is put together
 * @bytes: the buffers of the step: from @bytes[SEGWARD_TRANSACTION_BUFFERS]
 *	the fresh ones, before it the others
 * @event: its events
 * @wait: for who need not wait for long; @nr and @lost are zero at first,
 *	@pending is not
 * @window: of a body
 *
 * One for each processor.
 */
struct segward_transaction_room {
	struct segward_rule_bytes bytes[SEGWARD_TRANSACTION_BUFFERS +
					SEGWARD_APP_ITEMS];
	u16 event[SEGWARD_APP_ITEMS];
	struct segward_rule_wait wait[SEGWARD_TRANSACTION_RULESETS];
	u8 window[SEGWARD_TRANSACTION_WINDOW];
};

/**
 * segward_transactions_step() - take the next items that belong together
 * @list: the conversation's transactions
 * @budget: pays for what is kept
 * @proto: enum segward_app_proto
 * @rulesets: how many struct segward_rule_wait a direction needs, at most
 *	SEGWARD_TRANSACTION_RULESETS; they are all zero when its first bytes
 *	come. 0: nobody looks at the step, and nothing is kept for rules
 * @out: what a parser left
 * @at: how far it is; 0 at first, moved on
 * @room: of this processor
 * @step: filled in; valid until the next call and as long as @out is
 *
 * Items next to each other of one transaction and direction make a step; a
 * body that is larger than a window makes several.
 *
 * Context: bottom halves off; never sleeps. Return: false behind the last item.
 */
bool segward_transactions_step(struct segward_transactions *list,
			       struct segward_budget *budget, u8 proto,
			       u32 rulesets, const struct segward_app_out *out,
			       u32 *at, struct segward_transaction_room *room,
			       struct segward_transaction_step *step);

/**
 * segward_transactions_finish() - the conversation is over
 * @list: its transactions; all are finished now, whatever is missing
 */
void segward_transactions_finish(struct segward_transactions *list);

/**
 * segward_transactions_move() - hand over what is finished
 * @from: the conversation's transactions
 * @to: gets its records, behind those that it has
 */
void segward_transactions_move(struct segward_transactions *from,
			       struct segward_transactions *to);

/**
 * segward_transactions_take() - take a record
 * @list: the conversation's transactions
 *
 * Return: the oldest that is finished, for segward_transaction_free(); NULL if
 * there is none.
 */
struct segward_transaction *
segward_transactions_take(struct segward_transactions *list);

/** segward_transaction_free() - forget one that was taken */
void segward_transaction_free(struct segward_transaction *tx,
			      struct segward_budget *budget);

/**
 * segward_transactions_forget() - no rule waits any more
 * @list: the conversation's transactions
 *
 * To be called when the rulesets are others, or in another order.
 */
void segward_transactions_forget(struct segward_transactions *list);

/** segward_transactions_free() - forget them all */
void segward_transactions_free(struct segward_transactions *list,
			       struct segward_budget *budget);

/**
 * segward_transaction_next() - the buffers of a record, one by one
 * @tx: the transaction
 * @at: 0 at first, moved on
 * @item: filled in: kind (buffer or event), direction, buffer or event, data
 *	and len
 *
 * In the order in which they came. Bodies are not among them, their length is
 * in @tx.
 *
 * Return: false behind the last one.
 */
bool segward_transaction_next(const struct segward_transaction *tx, u32 *at,
			      struct segward_app_item *item);

#endif /* SEGWARD_ENGINE_APP_TRANSACTION_H */
