/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a protocol parser is: the bytes of a conversation go in, in order and
 * in whatever pieces they come; named buffers come out.
 *
 * A parser reads from left to right and calls nobody back: its feed function
 * takes some bytes and leaves what it found in struct segward_app_out; who
 * called it deals with that and calls again until all bytes are taken. What a
 * parser keeps between calls it allocates from the flow's budget, and only
 * while it needs it: a name that crosses two segments, the state of a body.
 * One that lies within the bytes at hand is pointed to where it is.
 *
 * For every parser holds, and is fuzzed: in whatever pieces the same bytes
 * come, the same items come out in the same order, but for the borders of the
 * pieces of a buffer that is told in pieces. Work is linear in the bytes.
 * Either direction may never be seen.
 */
#ifndef SEGWARD_ENGINE_APP_APP_H
#define SEGWARD_ENGINE_APP_APP_H

#include <linux/segward_buffer.h>

#include "../budget.h"
#include "../port.h"

/** enum segward_app_direction - which way the bytes go */
enum segward_app_direction {
	SEGWARD_APP_TOSERVER,
	SEGWARD_APP_TOCLIENT,
};

/**
 * enum segward_app_guess - is it this protocol?
 * @SEGWARD_APP_NO: certainly not
 * @SEGWARD_APP_MORE: it may be; more bytes are needed
 * @SEGWARD_APP_YES: it is
 */
enum segward_app_guess {
	SEGWARD_APP_NO,
	SEGWARD_APP_MORE,
	SEGWARD_APP_YES,
};

/**
 * enum segward_app_kind - what an item is
 * @SEGWARD_APP_BUFFER: (a piece of) a buffer
 * @SEGWARD_APP_EVENT: something that the protocol does not allow
 * @SEGWARD_APP_DONE: a transaction has all that this direction has for it
 */
enum segward_app_kind {
	SEGWARD_APP_BUFFER,
	SEGWARD_APP_EVENT,
	SEGWARD_APP_DONE,
};

/* A buffer that is told whole has both. */
#define SEGWARD_APP_FIRST	BIT(0)
#define SEGWARD_APP_LAST	BIT(1)

/**
 * struct segward_app_item - one thing that a parser found
 * @kind: enum segward_app_kind
 * @direction: enum segward_app_direction of the bytes that it was found in
 * @buffer: enum segward_buffer, of a buffer
 * @part: SEGWARD_APP_FIRST, SEGWARD_APP_LAST, of a buffer
 * @event: of an event: the protocol's own enum
 * @tx: transaction: 0 for the first one of the conversation. Requests and
 *	responses count for themselves, so that the nth response is the nth
 *	request's
 * @data: its bytes; in the bytes that were fed or in the parser's memory, and
 *	valid until that parser is called again
 * @len: how many; may be 0
 * @message: of the end of an HTTP message: bytes of its body as they came,
 *	coded and with the lines between chunks
 */
struct segward_app_item {
	u8 kind;
	u8 direction;
	u8 buffer;
	u8 part;
	u16 event;
	u32 tx;
	const u8 *data;
	u32 len;
	u64 message;
};

/* Items that one call may leave. */
#define SEGWARD_APP_ITEMS	48

/**
 * struct segward_app_out - what a call of a parser left
 * @nr: items in @item
 * @item: they, in order
 */
struct segward_app_out {
	u32 nr;
	struct segward_app_item item[SEGWARD_APP_ITEMS];
};

/*
 * The functions of a parser NAME, in NAME.h:
 *
 * enum segward_app_guess segward_NAME_probe(u8 direction, const u8 *data,
 *					     u32 len)
 *	Told from the first bytes of one direction, whatever the port. With 64
 *	bytes at the latest the answer is not "more", unless the protocol needs
 *	them; then NAME.h says how many.
 *
 * struct segward_NAME *segward_NAME_create(struct segward_budget *budget)
 *	NULL without memory.
 *
 * void segward_NAME_destroy(struct segward_NAME *state,
 *			     struct segward_budget *budget)
 *	NULL is allowed.
 *
 * int segward_NAME_feed(struct segward_NAME *state,
 *			 struct segward_budget *budget, u8 direction,
 *			 const u8 *data, u32 len, struct segward_app_out *out)
 *	Takes bytes; @out is emptied first. Returns how many were taken. As long
 *	as that is fewer than @len it has to be called again with the rest; then
 *	either something was taken or @out has items. -ENOMEM: the budget is used
 *	up. -EPROTO: this direction cannot be understood any more; the event that
 *	says why is in @out. After an error that direction is not fed again.
 *
 * void segward_NAME_end(struct segward_NAME *state,
 *			 struct segward_budget *budget, u8 direction,
 *			 struct segward_app_out *out)
 *	No more bytes come in this direction (FIN, RST, or it is forgotten): what
 *	is known of an unfinished transaction is told.
 */

#endif /* SEGWARD_ENGINE_APP_APP_H */
