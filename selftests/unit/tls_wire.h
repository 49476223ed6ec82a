/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TLS records, handshake messages and DER written by hand, front to back.
 * Lengths are filled in when what they count is closed.
 */
#ifndef SEGWARD_SELFTESTS_TLS_WIRE_H
#define SEGWARD_SELFTESTS_TLS_WIRE_H

#include <string.h>

#include "port.h"

/**
 * struct wire - bytes in the making
 * @len: so many
 * @b: they
 */
struct wire {
	u32 len;
	u8 b[300000];
};

static inline void put(struct wire *w, const void *data, u32 len)
{
	if (len)
		memcpy(w->b + w->len, data, len);
	w->len += len;
}

static inline void put_string(struct wire *w, const char *string)
{
	put(w, string, (u32)strlen(string));
}

static inline void put_fill(struct wire *w, u8 value, u32 len)
{
	memset(w->b + w->len, value, len);
	w->len += len;
}

/* A number of @width bytes. */
static inline void put_number(struct wire *w, u32 width, u32 value)
{
	while (width--)
		w->b[w->len++] = (u8)(value >> 8 * width);
}

static inline void put8(struct wire *w, u32 value)
{
	put_number(w, 1, value);
}

static inline void put16(struct wire *w, u32 value)
{
	put_number(w, 2, value);
}

/* Numbers of 16 bits, up to a -1. */
static inline void put_list16(struct wire *w, const int *value)
{
	for (; *value >= 0; value++)
		put16(w, (u32)*value);
}

/* Where a length of @width bytes goes; close() fills it in. */
static inline u32 open_vector(struct wire *w, u32 width)
{
	put_number(w, width, 0);
	return w->len;
}

static inline void close_vector(struct wire *w, u32 width, u32 from)
{
	u32 len = w->len - from;
	u32 end = w->len;

	w->len = from - width;
	put_number(w, width, len);
	w->len = end;
}

/* What is opened has a length of two bytes, whatever it is. */
static inline u32 open_der(struct wire *w, u8 type)
{
	put8(w, type);
	put8(w, 0x82);
	return open_vector(w, 2);
}

static inline void close_der(struct wire *w, u32 from)
{
	close_vector(w, 2, from);
}

static inline void put_der(struct wire *w, u8 type, const void *data, u32 len)
{
	u32 at = open_der(w, type);

	put(w, data, len);
	close_der(w, at);
}

/* Cut @message into records of at most @most bytes. */
static inline void put_records(struct wire *w, u8 type, u16 version,
			       const struct wire *message, u32 most)
{
	u32 done = 0;
	u32 len;

	for (; done < message->len; done += len) {
		len = message->len - done < most ? message->len - done : most;
		put8(w, type);
		put16(w, version);
		put16(w, len);
		put(w, message->b + done, len);
	}
}

#endif /* SEGWARD_SELFTESTS_TLS_WIRE_H */
