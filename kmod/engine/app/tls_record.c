// SPDX-License-Identifier: GPL-2.0
/*
 * The record layer of TLS (RFC 8446, 5): a header of type, version and length,
 * and so many bytes. Handshake messages go on to tls_message.c.
 */
#include "tls_internal.h"

static int fail(struct tls_call *call, enum segward_tls_event event)
{
	segward_tls_note(call, SEGWARD_TLS_INVALID_TLS_HEADER);
	segward_tls_note(call, event);
	return -EPROTO;
}

static bool amidst_message(const struct tls_side *side)
{
	return side->message || side->head_len || side->skip;
}

/*
 * What cannot be a record in the clear shows that they are encrypted from here
 * on, if that was to be expected.
 */
static bool encrypted(const struct tls_side *side, u8 type, u32 len)
{
	if (type == TLS_APPLICATION_DATA)
		return len > side->early_left;
	return side->doubt && type == TLS_ALERT && len != 2;
}

static void check_clear(struct tls_call *call, u8 type, u32 len)
{
	struct tls_side *side = call->side;

	if (type != TLS_HANDSHAKE && amidst_message(side))
		segward_tls_note(call,
				 SEGWARD_TLS_INTERLEAVED_HANDSHAKE_MESSAGE);
	if (type == TLS_APPLICATION_DATA) {
		side->early_left -= len;
		side->doubt = true;
	} else if (!side->doubt && (!len || len > TLS_RECORD_CLEAR)) {
		segward_tls_note(call, SEGWARD_TLS_INVALID_RECORD_LENGTH);
	}
}

/* A heartbeat has a type, the length of its payload, and padding (RFC 6520). */
static void judge_heartbeat(struct tls_call *call, u32 len)
{
	const u8 *peek = call->side->peek;

	segward_tls_note(call, SEGWARD_TLS_HEARTBEAT_MESSAGE);
	if (len < 3 || (peek[0] != 1 && peek[0] != 2))
		segward_tls_note(call, SEGWARD_TLS_INVALID_HEARTBEAT_MESSAGE);
	else if (get_unaligned_be16(peek + 1) > len - 3)
		segward_tls_note(call, SEGWARD_TLS_OVERFLOW_HEARTBEAT_MESSAGE);
}

static void judge_cipher_change(struct tls_call *call, u32 len)
{
	if (len == 1 && call->side->peek[0] == 1)
		call->side->doubt = true;
	else
		segward_tls_note(call, SEGWARD_TLS_INVALID_CHANGE_CIPHER_SPEC);
}

static void end_record(struct tls_call *call)
{
	struct tls_side *side = call->side;
	u32 len = get_unaligned_be16(side->header + 3);

	side->phase = TLS_HEADER;
	/* It may be encrypted. */
	if (side->doubt)
		return;
	switch (side->header[0]) {
	case TLS_CHANGE_CIPHER_SPEC:
		judge_cipher_change(call, len);
		break;
	case TLS_ALERT:
		if (len != 2 || (side->peek[0] != 1 && side->peek[0] != 2))
			segward_tls_note(call,
					 SEGWARD_TLS_INVALID_ALERT_MESSAGE);
		break;
	case TLS_HEARTBEAT:
		judge_heartbeat(call, len);
		break;
	default:
		break;
	}
}

/* The header is there. */
static int begin_record(struct tls_call *call)
{
	struct tls_side *side = call->side;
	u16 version = get_unaligned_be16(side->header + 1);
	u32 len = get_unaligned_be16(side->header + 3);
	u8 type = side->header[0];

	if (type < TLS_CHANGE_CIPHER_SPEC || type > TLS_HEARTBEAT)
		return fail(call, SEGWARD_TLS_INVALID_RECORD_TYPE);
	if (version < TLS_VERSION_SSL3 || version > TLS_VERSION_13)
		return fail(call, SEGWARD_TLS_INVALID_RECORD_VERSION);
	if (len > TLS_RECORD_MOST)
		return fail(call, SEGWARD_TLS_INVALID_RECORD_LENGTH);
	if (encrypted(side, type, len)) {
		if (amidst_message(side))
			segward_tls_message_end(call);
		segward_tls_done(call);
		return 0;
	}
	check_clear(call, type, len);
	side->header_len = 0;
	side->peek_len = 0;
	side->record_left = len;
	side->phase = TLS_BODY;
	if (!len)
		end_record(call);
	return 0;
}

static int read_header(struct tls_call *call, const u8 *data, u32 len)
{
	struct tls_side *side = call->side;
	u32 n = min_t(u32, len, TLS_RECORD_HEADER - side->header_len);
	int err;

	memcpy(side->header + side->header_len, data, n);
	side->header_len += n;
	if (side->header_len < TLS_RECORD_HEADER)
		return (int)n;
	err = begin_record(call);
	return err ? err : (int)n;
}

static int skip_body(struct tls_side *side, const u8 *data, u32 len)
{
	u32 n = min_t(u32, len, sizeof(side->peek) - side->peek_len);

	memcpy(side->peek + side->peek_len, data, n);
	side->peek_len += n;
	return (int)len;
}

static int read_body(struct tls_call *call, const u8 *data, u32 len)
{
	struct tls_side *side = call->side;
	int n;

	len = min_t(u32, len, side->record_left);
	if (side->header[0] == TLS_HANDSHAKE)
		n = segward_tls_message(call, data, len);
	else
		n = skip_body(side, data, len);
	if (n < 0 || side->phase != TLS_BODY)
		return n;
	side->record_left -= n;
	if (!side->record_left)
		end_record(call);
	return n;
}

int segward_tls_record(struct tls_call *call, const u8 *data, u32 len)
{
	if (call->side->phase == TLS_HEADER)
		return read_header(call, data, len);
	return read_body(call, data, len);
}
