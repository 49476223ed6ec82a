/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a parser of kmod/engine/app says, as text: one line an item, with the
 * pieces of a buffer joined. "<" and ">" tell the direction, then comes the
 * transaction: ">0 dns.query example.org".
 */
#ifndef SEGWARD_SELFTESTS_APP_TRANSCRIPT_H
#define SEGWARD_SELFTESTS_APP_TRANSCRIPT_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"

#define TRANSCRIPT_MOST	(4u << 20)

static char transcript[TRANSCRIPT_MOST];
static u32 transcript_len;

#define TRANSCRIPT_BUFFER(symbol, name)	name,
static const char *const transcript_buffer[] = {
	"none",
	SEGWARD_BUFFERS(TRANSCRIPT_BUFFER)
};

static void transcript_clear(void)
{
	transcript[0] = 0;
	transcript_len = 0;
}

__attribute__((format(printf, 1, 2)))
static void transcript_add(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	transcript_len += (u32)vsnprintf(transcript + transcript_len,
					 TRANSCRIPT_MOST - transcript_len,
					 format, args);
	va_end(args);
	if (transcript_len >= TRANSCRIPT_MOST)
		abort();
}

/* Bytes that nobody can print as \xx, and so is the backslash; none as "-". */
__attribute__((unused))
static void transcript_bytes(const u8 *data, u32 len)
{
	u32 i;

	if (!len)
		transcript_add("-");
	for (i = 0; i < len; i++) {
		if (data[i] > ' ' && data[i] < 0x7f && data[i] != '\\')
			transcript_add("%c", data[i]);
		else
			transcript_add("\\%02x", data[i]);
	}
}

/**
 * transcript_item() - a line, or a part of it
 * @item: the item
 * @events: the protocol's names of its events, by number
 * @print: writes a joined buffer; NULL: bytes
 */
__attribute__((unused))
static void transcript_item(const struct segward_app_item *item,
			    const char *const *events,
			    void (*print)(u8 buffer, const u8 *data, u32 len))
{
	static u8 joined[1 << 17];
	static u32 len;

	if (item->kind == SEGWARD_APP_BUFFER) {
		if (item->part & SEGWARD_APP_FIRST)
			len = 0;
		if (len + item->len > sizeof(joined))
			abort();
		if (item->len)
			memcpy(joined + len, item->data, item->len);
		len += item->len;
		if (!(item->part & SEGWARD_APP_LAST))
			return;
	}
	transcript_add("%c%u ", item->direction ? '<' : '>', item->tx);
	if (item->kind == SEGWARD_APP_EVENT) {
		transcript_add("event %s\n", events[item->event]);
	} else if (item->kind == SEGWARD_APP_DONE) {
		transcript_add("done\n");
	} else {
		transcript_add("%s ", transcript_buffer[item->buffer]);
		if (print)
			print(item->buffer, joined, len);
		else
			transcript_bytes(joined, len);
		transcript_add("\n");
	}
}

#endif /* SEGWARD_SELFTESTS_APP_TRANSCRIPT_H */
