// SPDX-License-Identifier: GPL-2.0
/*
 * X.509 certificates: their members, and their times. See x509.h.
 */
#include "der.h"
#include "x509.h"

/* Digits of "YYMMDDHHMMSS"; a year of four has two more. */
#define TIME_DIGITS	12

/* [0] EXPLICIT INTEGER, left out for the first version. */
static bool read_version(struct tls_reader *reader, u8 *version)
{
	struct tls_bytes outer, number;
	struct tls_reader inner;

	if (!reader->left || reader->at[0] != DER_CONTEXT_0)
		return true;
	if (!der_read_a(reader, DER_CONTEXT_0, &outer))
		return false;
	inner = tls_reader(outer);
	if (!der_read_a(&inner, DER_INTEGER, &number))
		return false;
	/* one that is none is not 0 */
	*version = number.len == 1 ? number.data[0] : 0xff;
	return true;
}

bool segward_x509_read(struct tls_bytes der, struct segward_x509 *x509)
{
	struct tls_reader reader = tls_reader(der);
	struct tls_bytes certificate, signed_part, algorithm;

	memset(x509, 0, sizeof(*x509));
	if (!der_read_a(&reader, DER_SEQUENCE, &certificate))
		return false;
	reader = tls_reader(certificate);
	if (!der_read_a(&reader, DER_SEQUENCE, &signed_part))
		return false;
	reader = tls_reader(signed_part);
	return read_version(&reader, &x509->version) &&
	       der_read_a(&reader, DER_INTEGER, &x509->serial) &&
	       der_read_a(&reader, DER_SEQUENCE, &algorithm) &&
	       der_read_a(&reader, DER_SEQUENCE, &x509->issuer) &&
	       der_read_a(&reader, DER_SEQUENCE, &x509->validity) &&
	       der_read_a(&reader, DER_SEQUENCE, &x509->subject);
}

static u32 two_digits(const u8 *at)
{
	return (at[0] - '0') * 10 + at[1] - '0';
}

/* @at: "MMDDHHMMSS"; a leap second is allowed. */
static bool plausible(const u8 *at)
{
	u32 month = two_digits(at);
	u32 day = two_digits(at + 2);

	return month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
	       two_digits(at + 4) < 24 && two_digits(at + 6) < 60 &&
	       two_digits(at + 8) <= 60;
}

/* RFC 5280, 4.1.2.5: digits, without fractions, and "Z". */
static bool is_time(struct tls_bytes value, u32 digits)
{
	u32 i;

	if (value.len != digits + 1 || value.data[digits] != 'Z')
		return false;
	for (i = 0; i < digits; i++)
		if (value.data[i] < '0' || value.data[i] > '9')
			return false;
	return plausible(value.data + digits - 10);
}

bool segward_x509_time(struct tls_reader *reader, struct tls_text *text)
{
	static const char separator[] = "--T::";
	struct tls_bytes value;
	const u8 *at;
	u32 i;
	u8 type;

	if (!der_read(reader, &type, &value))
		return false;
	if (type == DER_UTC_TIME && is_time(value, TIME_DIGITS)) {
		/* RFC 5280, 4.1.2.5.1 */
		tls_text_string(text, value.data[0] < '5' ? "20" : "19");
		at = value.data;
	} else if (type == DER_GENERALIZED_TIME &&
		   is_time(value, TIME_DIGITS + 2)) {
		tls_text_bytes(text, value.data, 2);
		at = value.data + 2;
	} else {
		return false;
	}
	for (i = 0; i < TIME_DIGITS; i += 2) {
		if (i)
			tls_text_byte(text, separator[i / 2 - 1]);
		tls_text_bytes(text, at + i, 2);
	}
	return true;
}
