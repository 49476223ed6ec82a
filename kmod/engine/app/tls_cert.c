// SPDX-License-Identifier: GPL-2.0
/*
 * The Certificate message before TLS 1.3 (RFC 5246, 7.4.2): a chain, of which
 * each certificate is told and the first one is taken apart.
 */
#include "../digest.h"
#include "tls_internal.h"
#include "x509.h"

/* "0a:1b:" */
#define FINGERPRINT_LEN	(3 * SEGWARD_DIGEST_SHA1_LEN)

/* RFC 5280, 4.1.2.1: v3 is the last. */
#define VERSION_MOST	2

/* How many bytes the text of a name or a serial number gets. */
static u32 text_size(struct tls_bytes der, u32 grows)
{
	return min_t(u32, der.len * grows, SEGWARD_TLS_TEXT);
}

/**
 * struct cert - the first certificate, being told
 * @call: where
 * @x509: its members
 * @memory: what is left of the memory for texts
 */
struct cert {
	struct tls_call *call;
	struct segward_x509 x509;
	u8 *memory;
};

static struct tls_text cut(struct cert *cert, u32 size)
{
	struct tls_text text = { .data = cert->memory, .size = size };

	cert->memory += size;
	return text;
}

/* What was cut off may be what somebody looks for. */
static void tell_text(struct cert *cert, u8 buffer,
		      const struct tls_text *text)
{
	if (text->cut)
		segward_tls_note(cert->call,
				 SEGWARD_TLS_CERTIFICATE_TEXT_TOO_LONG);
	segward_tls_tell(cert->call, buffer, text->data, text->len);
}

static void tell_name(struct cert *cert, struct tls_bytes name, u8 buffer,
		      enum segward_tls_event event)
{
	struct tls_text text = cut(cert, text_size(name,
						   SEGWARD_X509_NAME_GROWS));

	if (!name.data)
		return;
	if (!segward_x509_name(name, &text))
		segward_tls_note(cert->call, event);
	tell_text(cert, buffer, &text);
}

static void tell_serial(struct cert *cert)
{
	struct tls_bytes serial = cert->x509.serial;
	struct tls_text text = cut(cert, text_size(serial, 3));

	if (!serial.data)
		return;
	if (!serial.len)
		segward_tls_note(cert->call,
				 SEGWARD_TLS_CERTIFICATE_INVALID_SERIAL);
	tls_text_hex(&text, serial.data, serial.len, TLS_HEX_UPPER, ':');
	tell_text(cert, SEGWARD_BUFFER_TLS_CERT_SERIAL, &text);
}

static void tell_fingerprint(struct cert *cert, struct tls_bytes der)
{
	struct tls_text text = cut(cert, FINGERPRINT_LEN);
	u8 digest[SEGWARD_DIGEST_SHA1_LEN];

	if (!segward_digest(SEGWARD_DIGEST_SHA1, der.data, der.len, digest))
		return;
	tls_text_hex(&text, digest, sizeof(digest), TLS_HEX_LOWER, ':');
	tell_text(cert, SEGWARD_BUFFER_TLS_CERT_FINGERPRINT, &text);
}

static void tell_time(struct cert *cert, struct tls_reader *reader, u8 buffer,
		      struct tls_text *text)
{
	*text = cut(cert, SEGWARD_X509_TIME);
	if (segward_x509_time(reader, text))
		tell_text(cert, buffer, text);
	else
		segward_tls_note(cert->call,
				 SEGWARD_TLS_CERTIFICATE_INVALID_DATE);
}

static void tell_validity(struct cert *cert)
{
	struct tls_reader reader = tls_reader(cert->x509.validity);
	struct tls_text before, after;

	if (!cert->x509.validity.data)
		return;
	tell_time(cert, &reader, SEGWARD_BUFFER_TLS_NOT_BEFORE, &before);
	tell_time(cert, &reader, SEGWARD_BUFFER_TLS_NOT_AFTER, &after);
	/* Their form makes the order of texts that of times. */
	if (reader.left || (before.len && after.len &&
			    memcmp(before.data, after.data, after.len) > 0))
		segward_tls_note(cert->call,
				 SEGWARD_TLS_CERTIFICATE_INVALID_VALIDITY);
}

static int tell_first(struct tls_call *call, struct tls_bytes der)
{
	struct cert cert = { .call = call };
	const struct segward_x509 *x509 = &cert.x509;

	if (!segward_x509_read(der, &cert.x509))
		segward_tls_note(call, SEGWARD_TLS_CERTIFICATE_INVALID_DER);
	if (x509->version > VERSION_MOST)
		segward_tls_note(call, SEGWARD_TLS_CERTIFICATE_INVALID_VERSION);
	cert.memory = segward_tls_text(call,
				       text_size(x509->subject,
						 SEGWARD_X509_NAME_GROWS) +
				       text_size(x509->issuer,
						 SEGWARD_X509_NAME_GROWS) +
				       text_size(x509->serial, 3) +
				       FINGERPRINT_LEN + 2 * SEGWARD_X509_TIME);
	if (!cert.memory)
		return -ENOMEM;
	tell_name(&cert, x509->subject, SEGWARD_BUFFER_TLS_CERT_SUBJECT,
		  SEGWARD_TLS_CERTIFICATE_INVALID_SUBJECT);
	tell_name(&cert, x509->issuer, SEGWARD_BUFFER_TLS_CERT_ISSUER,
		  SEGWARD_TLS_CERTIFICATE_INVALID_ISSUER);
	tell_serial(&cert);
	tell_fingerprint(&cert, der);
	tell_validity(&cert);
	return 0;
}

int segward_tls_certificate(struct tls_call *call, struct tls_bytes body)
{
	struct tls_reader outer = tls_reader(body), reader;
	struct tls_bytes der, first = { NULL, 0 };
	bool empty = false;
	u32 nr = 0;

	reader = tls_reader(tls_read_vector(&outer, 3));
	while (reader.left) {
		der = tls_read_vector(&reader, 3);
		empty = !der.len;
		if (reader.short_read || empty)
			break;
		if (nr == SEGWARD_TLS_CERTS) {
			segward_tls_note(call,
					 SEGWARD_TLS_TOO_MANY_CERTIFICATES);
			break;
		}
		if (!nr++)
			first = der;
		segward_tls_tell(call, SEGWARD_BUFFER_TLS_CERTS, der.data,
				 der.len);
	}
	if (outer.short_read || outer.left || reader.short_read || empty)
		segward_tls_note(call, SEGWARD_TLS_CERTIFICATE_INVALID_LENGTH);
	/* A client may have none to show. */
	if (!nr && call->direction == SEGWARD_APP_TOCLIENT)
		segward_tls_note(call, SEGWARD_TLS_INVALID_CERTIFICATE);
	return nr ? tell_first(call, first) : 0;
}
