/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DER (X.690): a type, a length, and so many bytes, which may be more of the
 * same. Types of one byte and lengths of up to three are all that certificates
 * have; what is longer is refused, as are lengths that are not known.
 */
#ifndef SEGWARD_ENGINE_APP_DER_H
#define SEGWARD_ENGINE_APP_DER_H

#include "tls_reader.h"

#define DER_INTEGER		0x02
#define DER_OID			0x06
#define DER_UTF8_STRING		0x0c
#define DER_NUMERIC_STRING	0x12
#define DER_PRINTABLE_STRING	0x13
#define DER_TELETEX_STRING	0x14
#define DER_VIDEOTEX_STRING	0x15
#define DER_IA5_STRING		0x16
#define DER_UTC_TIME		0x17
#define DER_GENERALIZED_TIME	0x18
#define DER_GRAPHIC_STRING	0x19
#define DER_VISIBLE_STRING	0x1a
#define DER_GENERAL_STRING	0x1b
#define DER_UNIVERSAL_STRING	0x1c
#define DER_BMP_STRING		0x1e
#define DER_SEQUENCE		0x30
#define DER_SET			0x31
/* [0], of more of the same */
#define DER_CONTEXT_0		0xa0

/* In the first byte of a type: it goes on in the next. */
#define DER_LONG_TYPE		0x1f

/**
 * der_read() - the next value
 * @reader: where; is behind it then
 * @type: gets its type
 * @value: gets its bytes
 *
 * Return: false if there is no whole one.
 */
static inline bool der_read(struct tls_reader *reader, u8 *type,
			    struct tls_bytes *value)
{
	u32 len;

	*type = (u8)tls_read_number(reader, 1);
	len = tls_read_number(reader, 1);
	if ((*type & DER_LONG_TYPE) == DER_LONG_TYPE)
		return false;
	if (len > 0x83 || len == 0x80)
		return false;
	if (len > 0x80)
		len = tls_read_number(reader, len - 0x80);
	*value = tls_read(reader, len);
	return !reader->short_read;
}

/* The same, of one type only. */
static inline bool der_read_a(struct tls_reader *reader, u8 type,
			      struct tls_bytes *value)
{
	u8 found;

	return der_read(reader, &found, value) && found == type;
}

#endif /* SEGWARD_ENGINE_APP_DER_H */
