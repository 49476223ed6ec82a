// SPDX-License-Identifier: GPL-2.0
/*
 * Names of DNS: labels and pointers (RFC 1035, 3.1 and 4.1.4).
 *
 * A name is some runs of labels, each but the last ended by a pointer to the
 * next. A run must begin before the one that points to it does: that is what
 * every encoder writes, and what cannot loop.
 */
#include "dns_internal.h"

/* The two upper bits of a label's length. */
#define LABEL_TYPE	0xc0
#define LABEL_POINTER	0xc0
#define POINTER_OFFSET	0x3fff

/**
 * struct reader - a name that is being read
 * @message: where it is
 * @at: offset of the next byte of this run
 * @end: where the run must end
 * @run: offset where it begins
 * @hops: pointers until now
 * @behind: offset behind the name, known with the first pointer; else 0
 * @text: as far as it has been read
 * @len: bytes of @text
 */
struct reader {
	const struct segward_dns_message *message;
	u32 at;
	u32 end;
	u32 run;
	u32 hops;
	u32 behind;
	u8 *text;
	u32 len;
};

static u16 follow(struct reader *reader)
{
	const u8 *pointer = reader->message->data + reader->at;
	u32 to;

	if (reader->end - reader->at < 2)
		return SEGWARD_DNS_EVENT_MALFORMED_DATA;
	to = get_unaligned_be16(pointer) & POINTER_OFFSET;
	if (to < SEGWARD_DNS_HEADER)
		return SEGWARD_DNS_EVENT_POINTER_TO_HEADER;
	if (to >= reader->run || reader->hops == SEGWARD_DNS_HOPS)
		return SEGWARD_DNS_EVENT_INFINITE_LOOP;
	if (!reader->hops++)
		reader->behind = reader->at + 2;
	reader->at = to;
	reader->run = to;
	reader->end = reader->message->len;
	return SEGWARD_DNS_EVENT_NONE;
}

static u16 copy_label(struct reader *reader)
{
	const u8 *label = reader->message->data + reader->at;
	u32 bytes = label[0];
	u32 dot = reader->len ? 1 : 0;

	if (reader->end - reader->at <= bytes)
		return SEGWARD_DNS_EVENT_MALFORMED_DATA;
	if (reader->len + dot + bytes > SEGWARD_DNS_NAME)
		return SEGWARD_DNS_EVENT_NAME_TOO_LONG;
	if (dot)
		reader->text[reader->len++] = '.';
	memcpy(reader->text + reader->len, label + 1, bytes);
	reader->len += bytes;
	reader->at += 1 + bytes;
	return SEGWARD_DNS_EVENT_NONE;
}

/* One label or pointer; @root: it was the last one. */
static u16 step(struct reader *reader, bool *root)
{
	u8 length;

	if (reader->at >= reader->end)
		return SEGWARD_DNS_EVENT_MALFORMED_DATA;
	if (!*reader->message->steps)
		return SEGWARD_DNS_EVENT_TOO_MANY_LABELS;
	--*reader->message->steps;
	length = reader->message->data[reader->at];
	*root = !length;
	if (!length) {
		reader->at++;
		return SEGWARD_DNS_EVENT_NONE;
	}
	switch (length & LABEL_TYPE) {
	case 0:
		return copy_label(reader);
	case LABEL_POINTER:
		return follow(reader);
	default:
		return SEGWARD_DNS_EVENT_INVALID_LABEL;
	}
}

u16 segward_dns_name_read(const struct segward_dns_message *message, u32 *at,
			  u32 end, u8 *text, u32 *len)
{
	struct reader reader = {
		.message = message,
		.at = *at,
		.end = end,
		.run = *at,
		.text = text,
	};
	bool root = false;
	u16 event;

	/* Each step adds a byte to the text or a hop, and both are bounded. */
	while (!root) {
		event = step(&reader, &root);
		if (event != SEGWARD_DNS_EVENT_NONE)
			return event;
	}
	*at = reader.hops ? reader.behind : reader.at;
	*len = reader.len;
	return SEGWARD_DNS_EVENT_NONE;
}

enum segward_app_guess segward_dns_name_skip(const u8 *data, u32 len, u32 *at)
{
	u32 begin = *at;
	u32 to;

	while (*at < len && data[*at] && !(data[*at] & LABEL_TYPE)) {
		*at += 1 + data[*at];
		/* and the root is one byte more */
		if (*at - begin > 254)
			return SEGWARD_APP_NO;
	}
	if (*at >= len)
		return SEGWARD_APP_MORE;
	if (!data[*at]) {
		++*at;
		return SEGWARD_APP_YES;
	}
	if ((data[*at] & LABEL_TYPE) != LABEL_POINTER)
		return SEGWARD_APP_NO;
	if (len - *at < 2)
		return SEGWARD_APP_MORE;
	to = get_unaligned_be16(data + *at) & POINTER_OFFSET;
	*at += 2;
	return to >= SEGWARD_DNS_HEADER && to < begin ?
	       SEGWARD_APP_YES : SEGWARD_APP_NO;
}
