/* SPDX-License-Identifier: GPL-2.0 */
/*
 * X.509 certificates (RFC 5280, 4.1), as far as they are told, and the texts
 * that are made of them; tls.h has their forms.
 */
#ifndef SEGWARD_ENGINE_APP_X509_H
#define SEGWARD_ENGINE_APP_X509_H

#include "tls_reader.h"
#include "tls_text.h"

/* "2024-05-01T12:00:00" */
#define SEGWARD_X509_TIME	19

/*
 * Text of a name is at most so many times as long as its DER: of an attribute
 * with a type of n bytes and a value of m, 8 + n + m bytes, there are at most
 * 9 + 4n + 2m, and no name of a type is longer than those bytes allow.
 */
#define SEGWARD_X509_NAME_GROWS	4

/**
 * struct segward_x509 - a certificate; bytes are in it
 * @serial: serial number
 * @issuer: name of who signed it, DER without the outer header
 * @subject: name of whom it is for, so too
 * @validity: times, DER without the outer header
 * @version: 0 to 2, of X.509v1 to v3
 */
struct segward_x509 {
	struct tls_bytes serial;
	struct tls_bytes issuer;
	struct tls_bytes subject;
	struct tls_bytes validity;
	u8 version;
};

/**
 * segward_x509_read() - take a certificate apart
 * @der: the certificate
 * @x509: result; members that are not reached have no data
 *
 * Return: false if it is no certificate; what precedes the fault is there.
 */
bool segward_x509_read(struct tls_bytes der, struct segward_x509 *x509);

/**
 * segward_x509_name() - text of a name
 * @name: DER of a Name, without the outer header
 * @text: gets it
 *
 * Return: false if it is none; what precedes the fault is in @text.
 */
bool segward_x509_name(struct tls_bytes name, struct tls_text *text);

/**
 * segward_x509_time() - text of the next time
 * @reader: where it begins; is behind it then
 * @text: gets it, SEGWARD_X509_TIME bytes, or nothing
 *
 * Return: false if it is none.
 */
bool segward_x509_time(struct tls_reader *reader, struct tls_text *text);

#endif /* SEGWARD_ENGINE_APP_X509_H */
