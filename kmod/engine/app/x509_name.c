// SPDX-License-Identifier: GPL-2.0
/*
 * Names of X.509 (RFC 5280, 4.1.2.4) as text; tls.h has its form.
 */
#include "der.h"
#include "x509.h"

/* A type of attributes: its OID in DER, and what it is called. */
struct rdn_attribute {
	u8 len;
	u8 oid[11];
	const char *name;
};

/* X.520: 2.5.4.n */
#define X520(n, text)	{ 3, { 0x55, 0x04, n }, text }
/* The jurisdictions of extended validation: 1.3.6.1.4.1.311.60.2.1.n */
#define EV(n, text)	{ 11, { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, \
				0x3c, 0x02, 0x01, n }, text }

static const struct rdn_attribute attributes[] = {
	X520(3, "CN"),
	X520(4, "surname"),
	X520(5, "serialNumber"),
	X520(6, "C"),
	X520(7, "L"),
	X520(8, "ST"),
	X520(9, "streetAddress"),
	X520(10, "O"),
	X520(11, "OU"),
	X520(12, "title"),
	X520(13, "description"),
	X520(15, "businessCategory"),
	X520(17, "postalCode"),
	X520(41, "name"),
	X520(42, "givenName"),
	X520(43, "initials"),
	X520(44, "generationQualifier"),
	X520(45, "uniqueIdentifier"),
	X520(46, "dnQualifier"),
	X520(65, "pseudonym"),
	X520(97, "organizationIdentifier"),
	EV(1, "msJurisdictionLocality"),
	EV(2, "msJurisdictionStateOrProvince"),
	EV(3, "msJurisdictionCountry"),
	/* 0.9.2342.19200300.100.1.n */
	{ 10, { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x01 },
	  "UID" },
	{ 10, { 0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19 },
	  "DC" },
	/* 1.2.840.113549.1.9.1 */
	{ 9, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01 },
	  "Email" },
};

/* An arc of more than so many bytes is no number that we print. */
#define ARC_BYTES	4

/* Are its arcs whole and small? */
static bool oid_printable(struct tls_bytes oid)
{
	u32 bytes = 0;
	u32 i;

	for (i = 0; i < oid.len; i++) {
		if (++bytes > ARC_BYTES)
			return false;
		if (!(oid.data[i] & 0x80))
			bytes = 0;
	}
	return oid.len && !bytes;
}

/* X.690, 8.19: seven bits a byte; the first number has the first two arcs. */
static void put_arcs(struct tls_text *text, struct tls_bytes oid)
{
	u32 arc = 0;
	u32 first;
	u32 i;
	bool begun = false;

	for (i = 0; i < oid.len; i++) {
		arc = arc << 7 | (oid.data[i] & 0x7f);
		if (oid.data[i] & 0x80)
			continue;
		if (!begun) {
			first = min_t(u32, arc / 40, 2);
			tls_text_decimal(text, first);
			arc -= first * 40;
			begun = true;
		}
		tls_text_byte(text, '.');
		tls_text_decimal(text, arc);
		arc = 0;
	}
}

static void put_type(struct tls_text *text, struct tls_bytes oid)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++) {
		if (oid.len != attributes[i].len ||
		    memcmp(oid.data, attributes[i].oid, oid.len))
			continue;
		tls_text_string(text, attributes[i].name);
		return;
	}
	tls_text_string(text, "OID(");
	if (oid_printable(oid))
		put_arcs(text, oid);
	else
		tls_text_hex(text, oid.data, oid.len, TLS_HEX_UPPER, 0);
	tls_text_byte(text, ')');
}

/* RFC 3629, 3; what is no character becomes U+FFFD. */
static void put_utf8(struct tls_text *text, u32 c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		tls_text_byte(text, (u8)c);
		return;
	}
	if (c < 0x800) {
		tls_text_byte(text, (u8)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			tls_text_byte(text, (u8)(0xe0 | c >> 12));
		} else {
			tls_text_byte(text, (u8)(0xf0 | c >> 18));
			tls_text_byte(text, 0x80 | (c >> 12 & 0x3f));
		}
		tls_text_byte(text, 0x80 | (c >> 6 & 0x3f));
	}
	tls_text_byte(text, 0x80 | (c & 0x3f));
}

/* Characters of 2 or 4 bytes; a rest that is none is left out. */
static void put_wide(struct tls_text *text, struct tls_bytes value, u32 width)
{
	u32 i;

	for (i = 0; i + width <= value.len && !text->cut; i += width)
		put_utf8(text, width == 2 ?
			 get_unaligned_be16(value.data + i) :
			 get_unaligned_be32(value.data + i));
}

static void put_value(struct tls_text *text, u8 type, struct tls_bytes value)
{
	switch (type) {
	case DER_UTF8_STRING:
	case DER_NUMERIC_STRING:
	case DER_PRINTABLE_STRING:
	case DER_TELETEX_STRING:
	case DER_VIDEOTEX_STRING:
	case DER_IA5_STRING:
	case DER_GRAPHIC_STRING:
	case DER_VISIBLE_STRING:
	case DER_GENERAL_STRING:
		tls_text_bytes(text, value.data, value.len);
		break;
	case DER_BMP_STRING:
		put_wide(text, value, 2);
		break;
	case DER_UNIVERSAL_STRING:
		put_wide(text, value, 4);
		break;
	default:
		tls_text_hex(text, value.data, value.len, TLS_HEX_UPPER, 0);
		break;
	}
}

/* A SET of attributes, each a SEQUENCE of type and value. */
static bool put_relative_name(struct tls_text *text, struct tls_bytes set)
{
	struct tls_reader reader = tls_reader(set), inner;
	struct tls_bytes attribute, oid, value;
	bool first = true;
	u8 type;

	while (reader.left) {
		if (!der_read_a(&reader, DER_SEQUENCE, &attribute))
			return false;
		inner = tls_reader(attribute);
		if (!der_read_a(&inner, DER_OID, &oid) ||
		    !der_read(&inner, &type, &value) || inner.left)
			return false;
		if (!first)
			tls_text_string(text, " + ");
		first = false;
		put_type(text, oid);
		tls_text_byte(text, '=');
		put_value(text, type, value);
	}
	return !first;
}

bool segward_x509_name(struct tls_bytes name, struct tls_text *text)
{
	struct tls_reader reader = tls_reader(name);
	struct tls_bytes set;
	bool first = true;

	while (reader.left && !text->cut) {
		if (!der_read_a(&reader, DER_SET, &set))
			return false;
		if (!first)
			tls_text_string(text, ", ");
		first = false;
		if (!put_relative_name(text, set))
			return false;
	}
	return true;
}
