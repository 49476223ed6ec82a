/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading from left to right what has lengths of its own. A read that would
 * go beyond the end gives zeroes, or what there is, and is remembered.
 */
#ifndef SEGWARD_ENGINE_APP_TLS_READER_H
#define SEGWARD_ENGINE_APP_TLS_READER_H

#include "../port.h"

/**
 * struct tls_bytes - some bytes
 * @data: they; NULL if they are not there at all
 * @len: how many
 */
struct tls_bytes {
	const u8 *data;
	u32 len;
};

/**
 * struct tls_reader - where one reads
 * @at: next byte
 * @left: bytes from there on
 * @short_read: more was wanted than there was
 */
struct tls_reader {
	const u8 *at;
	u32 left;
	bool short_read;
};

static inline struct tls_reader tls_reader(struct tls_bytes bytes)
{
	return (struct tls_reader){ .at = bytes.data, .left = bytes.len };
}

/* The next @len bytes, or as many of them as there are. */
static inline struct tls_bytes tls_read(struct tls_reader *reader, u32 len)
{
	struct tls_bytes bytes = { reader->at, min_t(u32, len, reader->left) };

	reader->short_read |= bytes.len < len;
	if (bytes.len) {
		reader->at += bytes.len;
		reader->left -= bytes.len;
	}
	return bytes;
}

/* An integer of 1 to 3 bytes; RFC 8446, 3.3: most significant byte first. */
static inline u32 tls_read_number(struct tls_reader *reader, u32 width)
{
	struct tls_bytes bytes = tls_read(reader, width);
	u32 value = 0;
	u32 i;

	if (bytes.len < width)
		return 0;
	for (i = 0; i < width; i++)
		value = value << 8 | bytes.data[i];
	return value;
}

/* A vector behind its length of @width bytes (RFC 8446, 3.4). */
static inline struct tls_bytes tls_read_vector(struct tls_reader *reader,
					       u32 width)
{
	return tls_read(reader, tls_read_number(reader, width));
}

#endif /* SEGWARD_ENGINE_APP_TLS_READER_H */
