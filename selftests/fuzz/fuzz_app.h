/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzzers of protocol parsers share: a log of items, to hold two
 * ways of feeding the same bytes against each other, and random pieces.
 */
#ifndef SEGWARD_FUZZ_APP_H
#define SEGWARD_FUZZ_APP_H

#include <stdlib.h>
#include <string.h>

#include "app/app.h"

#define LOG_MOST	(32u << 20)

/**
 * struct app_log - items, the pieces of each buffer joined
 * @len: bytes of @byte
 * @open: a buffer has not ended
 * @byte: kind, direction, buffer, event, tx, and the bytes of a buffer
 */
struct app_log {
	u32 len;
	bool open;
	u8 byte[LOG_MOST];
};

__attribute__((unused))
static void must(bool good)
{
	if (!good)
		abort();
}

static void log_bytes(struct app_log *log, const void *data, u32 len)
{
	must(log->len + len <= LOG_MOST);
	if (len)
		memcpy(log->byte + log->len, data, len);
	log->len += len;
}

__attribute__((unused))
static void log_item(struct app_log *log, const struct segward_app_item *item)
{
	u8 head[9] = { item->kind, item->direction, item->buffer };

	if (item->kind == SEGWARD_APP_BUFFER) {
		must(log->open == !(item->part & SEGWARD_APP_FIRST));
		log->open = !(item->part & SEGWARD_APP_LAST);
	} else {
		must(!log->open);
	}
	put_unaligned_be16(item->event, head + 3);
	put_unaligned_be32(item->tx, head + 5);
	if (item->kind != SEGWARD_APP_BUFFER ||
	    item->part & SEGWARD_APP_FIRST)
		log_bytes(log, head, sizeof(head));
	if (item->kind == SEGWARD_APP_BUFFER)
		log_bytes(log, item->data, item->len);
}

/* Pieces of 1 to 8 bytes, or now and then of all sizes. */
__attribute__((unused))
static u32 piece_of(u32 *seed, u32 left)
{
	u32 len;

	*seed = *seed * 1664525 + 1013904223;
	len = *seed >> 28 ? 1 + (*seed >> 24) % 8 : 1 + (*seed >> 8) % 2048;
	return min(len, left);
}

#endif /* SEGWARD_FUZZ_APP_H */
