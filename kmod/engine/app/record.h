/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records: what is told of a transaction when nothing more of it comes, to the
 * listeners of the kernel's events as to who replays a capture.
 *
 * Of a transaction's buffers are told those that a record has a member for,
 * each up to SEGWARD_RECORD_BUFFER bytes and all together up to
 * SEGWARD_RECORD_BYTES. A transaction has no bound but its memory, and an
 * event has to fit into a message.
 */
#ifndef SEGWARD_ENGINE_APP_RECORD_H
#define SEGWARD_ENGINE_APP_RECORD_H

#include "transaction.h"

/* Bytes of a buffer; a URI, a fingerprint's string or a name is shorter. */
#define SEGWARD_RECORD_BUFFER	2048

/* Bytes of all of them. */
#define SEGWARD_RECORD_BYTES	16384

/* Buffers of a record; a DNS message with more is rare. */
#define SEGWARD_RECORD_BUFFERS	128

/**
 * struct segward_record - a record that is being told
 * @tx: the transaction; is not changed
 * @at: where in it
 * @nr: buffers told
 * @bytes: and their bytes
 * @truncated: something was left out or cut, here or before
 */
struct segward_record {
	const struct segward_transaction *tx;
	u32 at;
	u32 nr;
	u32 bytes;
	bool truncated;
};

/** segward_record_begin() - from the first buffer on, any number of times */
void segward_record_begin(struct segward_record *record,
			  const struct segward_transaction *tx);

/**
 * segward_record_next() - the next buffer to tell
 * @record: begun; its @truncated is certain when nothing more comes
 * @item: filled in: direction, buffer, data and len
 *
 * Return: false behind the last one.
 */
bool segward_record_next(struct segward_record *record,
			 struct segward_app_item *item);

/**
 * segward_record_body() - bytes of a transaction's body, by direction
 *
 * As they came, coded and with the lines between chunks. Of a body whose end
 * was not found it is what was decoded of it.
 */
u64 segward_record_body(const struct segward_transaction *tx, u8 direction);

/** segward_record_event() - enum segward_event_type of a protocol; 0: none */
u8 segward_record_event(u8 proto);

#endif /* SEGWARD_ENGINE_APP_RECORD_H */
