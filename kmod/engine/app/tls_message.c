// SPDX-License-Identifier: GPL-2.0
/*
 * Handshake messages (RFC 8446, 4): put together from records, whose borders
 * mean nothing to them. One that lies within the bytes at hand is read where
 * it is; else it is copied, into memory that grows with what has come, not
 * with what its header promises.
 */
#include "tls_internal.h"

/* What a message that is copied gets first; most hellos are smaller. */
#define FIRST_SIZE	1024u

enum use {
	USE_READ,
	USE_SKIP,
	USE_NONE,	/* it is no message, but ciphertext */
};

/* Those that IANA has registered, or that were in use before. */
static bool known_type(u8 type)
{
	return type <= 6 || type == 8 || (type >= 11 && type <= 17) ||
	       (type >= 20 && type <= 26) || type == 67 || type == 203 ||
	       type == 254;
}

static u8 hello_type(const struct tls_call *call)
{
	return call->direction == SEGWARD_APP_TOSERVER ? TLS_CLIENT_HELLO :
							 TLS_SERVER_HELLO;
}

/* As many bytes as say what to do with a message. */
static u32 head_size(const struct tls_side *side)
{
	return side->doubt ? TLS_HELLO_HEADER : TLS_MESSAGE_HEADER;
}

static u32 message_len(const u8 *head)
{
	return TLS_MESSAGE_HEADER + (get_unaligned_be32(head) & 0xffffff);
}

/* @head has TLS_HELLO_HEADER bytes. */
static bool looks_like_hello(const struct tls_call *call, const u8 *head)
{
	u16 version = get_unaligned_be16(head + TLS_MESSAGE_HEADER);

	return head[0] == hello_type(call) &&
	       message_len(head) >= TLS_HELLO_HEADER &&
	       message_len(head) <= SEGWARD_TLS_MESSAGE &&
	       version >= TLS_VERSION_SSL3 && version <= TLS_VERSION_13;
}

static enum use judge(struct tls_call *call, const u8 *head)
{
	u8 type = head[0];
	bool hello = type == TLS_CLIENT_HELLO || type == TLS_SERVER_HELLO;

	if (call->side->doubt && !looks_like_hello(call, head))
		return USE_NONE;
	if (!known_type(type) || (hello && type != hello_type(call)))
		segward_tls_note(call, SEGWARD_TLS_INVALID_HANDSHAKE_MESSAGE);
	if (type != hello_type(call) && type != TLS_CERTIFICATE)
		return USE_SKIP;
	if (message_len(head) <= SEGWARD_TLS_MESSAGE)
		return USE_READ;
	segward_tls_note(call, SEGWARD_TLS_OVERSIZED_HANDSHAKE_MESSAGE);
	return USE_SKIP;
}

static int read_message(struct tls_call *call, const u8 *message, u32 len)
{
	struct tls_bytes body = { message + TLS_MESSAGE_HEADER,
				  len - TLS_MESSAGE_HEADER };

	call->side->doubt = false;
	switch (message[0]) {
	case TLS_CLIENT_HELLO:
		return segward_tls_client_hello(call, body);
	case TLS_SERVER_HELLO:
		return segward_tls_server_hello(call, body);
	default:
		return segward_tls_certificate(call, body);
	}
}

/* What was told of it may point into it: it goes with the next call. */
static int read_copy(struct tls_call *call)
{
	struct segward_tls *state = call->state;
	struct tls_side *side = call->side;
	int err;

	err = read_message(call, side->message, side->message_have);
	state->spent = side->message;
	state->spent_size = side->message_size;
	side->message = NULL;
	return err;
}

static bool make_room(struct tls_call *call, u32 size)
{
	struct tls_side *side = call->side;
	u32 bytes = side->message ? side->message_size : FIRST_SIZE;
	u8 *message;

	if (side->message && size <= side->message_size)
		return true;
	while (bytes < size)
		bytes *= 2;
	bytes = min_t(u32, bytes, side->message_len);
	message = segward_budget_alloc(call->budget, bytes);
	if (!message)
		return false;
	if (side->message) {
		memcpy(message, side->message, side->message_have);
		segward_budget_free(call->budget, side->message,
				    side->message_size);
	}
	side->message = message;
	side->message_size = bytes;
	return true;
}

static int copy(struct tls_call *call, const u8 *data, u32 len)
{
	struct tls_side *side = call->side;
	u32 n = min_t(u32, len, side->message_len - side->message_have);
	int err;

	if (!make_room(call, side->message_have + n))
		return -ENOMEM;
	if (n)
		memcpy(side->message + side->message_have, data, n);
	side->message_have += n;
	if (side->message_have < side->message_len)
		return (int)n;
	err = read_copy(call);
	return err ? err : (int)n;
}

static u32 skip(struct tls_side *side, u32 len)
{
	u32 n = min_t(u32, len, side->skip);

	side->skip -= n;
	return n;
}

/* Its head lies in the bytes at hand, and perhaps all of it. */
static int begin_in_place(struct tls_call *call, const u8 *data, u32 len)
{
	struct tls_side *side = call->side;
	int err;

	switch (judge(call, data)) {
	case USE_NONE:
		segward_tls_done(call);
		return (int)len;
	case USE_SKIP:
		side->skip = message_len(data);
		return (int)skip(side, len);
	default:
		break;
	}
	side->message_len = message_len(data);
	side->message_have = 0;
	if (side->message_len > len)
		return copy(call, data, len);
	err = read_message(call, data, side->message_len);
	return err ? err : (int)side->message_len;
}

/* Its head came in pieces; the last one has been taken. */
static int begin_from_head(struct tls_call *call)
{
	struct tls_side *side = call->side;
	u32 len = side->head_len;

	side->head_len = 0;
	switch (judge(call, side->head)) {
	case USE_NONE:
		segward_tls_done(call);
		return 0;
	case USE_SKIP:
		side->skip = message_len(side->head) - len;
		return 0;
	default:
		break;
	}
	side->message_len = message_len(side->head);
	side->message_have = 0;
	len = (u32)copy(call, side->head, len);
	return (int)len < 0 ? (int)len : 0;
}

static int read_head(struct tls_call *call, const u8 *data, u32 len)
{
	struct tls_side *side = call->side;
	u32 n = min_t(u32, len, head_size(side) - side->head_len);
	int err;

	memcpy(side->head + side->head_len, data, n);
	side->head_len += n;
	if (side->head_len < head_size(side))
		return (int)n;
	err = begin_from_head(call);
	return err ? err : (int)n;
}

int segward_tls_message(struct tls_call *call, const u8 *data, u32 len)
{
	struct tls_side *side = call->side;

	if (side->skip)
		return (int)skip(side, len);
	if (side->message)
		return copy(call, data, len);
	if (!side->head_len && len >= head_size(side))
		return begin_in_place(call, data, len);
	return read_head(call, data, len);
}

/*
 * Of a message that breaks off is read what there is; that it contradicts its
 * lengths is no news then.
 */
void segward_tls_message_end(struct tls_call *call)
{
	struct tls_side *side = call->side;

	if (!side->message && !side->head_len && !side->skip)
		return;
	if (!side->doubt)
		segward_tls_note(call,
				 SEGWARD_TLS_TRUNCATED_HANDSHAKE_MESSAGE);
	side->events = ~0ULL;
	side->head_len = 0;
	side->skip = 0;
	if (side->message)
		read_copy(call);
}
