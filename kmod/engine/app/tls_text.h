/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text that is written into memory of a known size. What does not fit is cut
 * off and remembered.
 */
#ifndef SEGWARD_ENGINE_APP_TLS_TEXT_H
#define SEGWARD_ENGINE_APP_TLS_TEXT_H

#include "../port.h"

/**
 * struct tls_text - text that grows
 * @data: where; not terminated
 * @len: bytes in it
 * @size: bytes that have room
 * @cut: something did not fit
 */
struct tls_text {
	u8 *data;
	u32 len;
	u32 size;
	bool cut;
};

static inline void tls_text_byte(struct tls_text *text, u8 byte)
{
	if (text->len < text->size)
		text->data[text->len++] = byte;
	else
		text->cut = true;
}

static inline void tls_text_bytes(struct tls_text *text, const void *data,
				  u32 len)
{
	u32 fits = min_t(u32, len, text->size - text->len);

	memcpy(text->data + text->len, data, fits);
	text->len += fits;
	text->cut |= fits < len;
}

static inline void tls_text_string(struct tls_text *text, const char *string)
{
	tls_text_bytes(text, string, strlen(string));
}

static inline void tls_text_decimal(struct tls_text *text, u32 value)
{
	u8 digit[10];
	u32 nr = 0;

	do {
		digit[nr++] = '0' + value % 10;
		value /= 10;
	} while (value);
	while (nr)
		tls_text_byte(text, digit[--nr]);
}

/* Two decimal digits, at least. */
static inline void tls_text_decimal2(struct tls_text *text, u32 value)
{
	if (value < 10)
		tls_text_byte(text, '0');
	tls_text_decimal(text, value);
}

#define TLS_HEX_LOWER	"0123456789abcdef"
#define TLS_HEX_UPPER	"0123456789ABCDEF"

/**
 * tls_text_hex() - two digits for each byte
 * @text: where
 * @data: bytes
 * @len: how many
 * @digits: TLS_HEX_LOWER or TLS_HEX_UPPER
 * @between: a byte between two of them, or 0
 */
static inline void tls_text_hex(struct tls_text *text, const u8 *data, u32 len,
				const char *digits, u8 between)
{
	u32 i;

	for (i = 0; i < len && !text->cut; i++) {
		if (i && between)
			tls_text_byte(text, between);
		tls_text_byte(text, digits[data[i] >> 4]);
		tls_text_byte(text, digits[data[i] & 15]);
	}
}

#endif /* SEGWARD_ENGINE_APP_TLS_TEXT_H */
