/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TLS: what a handshake says in the clear. Records of SSLv3 to TLS 1.3 (RFC
 * 6101, 2246, 4346, 5246, 8446) and the hellos of SSLv2 that still open some
 * connections (RFC 5246, E.2).
 *
 * A parser by the contract of app.h; a connection is one transaction, 0. Each
 * direction is read for itself, and neither waits for the other. What a
 * message tells comes in this order:
 *
 *  - any message: its events, each once a direction; those of the first
 *    certificate where it is wrong
 *  - ClientHello: tls.sni (each name), tls.alpn (each name, as offered),
 *    ja3.string, ja3.hash, ja4.hash. A second hello, as after a
 *    HelloRetryRequest, tells all of that again: it is the one that counts
 *  - ServerHello: tls.version, tls.alpn, ja3s.string, ja3s.hash; nothing of a
 *    HelloRetryRequest, which another ServerHello follows
 *  - Certificate, of either side, before TLS 1.3: tls.certs (each, in the
 *    order of the chain), and of the first: tls.cert_subject, tls.cert_issuer,
 *    tls.cert_serial, tls.cert_fingerprint, tls.notbefore, tls.notafter
 *  - ServerHello that goes on with a session, before TLS 1.3: tls.resumed (1).
 *    Of a session by ticket a Certificate may contradict it later
 *
 * What cannot be known is left out: a digest that the kernel does not have, a
 * member of a certificate that cannot be read. Of a message that lies about a
 * length, or that ends with its connection, is told what was there.
 *
 * A direction is done when the rest of it is encrypted. Its first record of
 * application data says so. ChangeCipherSpec does so too, but for one more
 * hello: TLS 1.3 clients and servers send it to please middleboxes, and after
 * a HelloRetryRequest there is another hello behind it (RFC 8446, D.4), and
 * behind early data too (4.2.10).
 *
 * Texts: names of certificates as Suricata prints them: attributes in the
 * order of the certificate, those of one relative name joined by " + ", the
 * others by ", "; "OID(1.2.3)" for a type without a name; strings as they are,
 * unquoted, those of 16- and 32-bit characters as UTF-8; upper-case hex of
 * what is no string. Serial numbers are "0A:1B", fingerprints (SHA-1) "0a:1b",
 * dates "2024-05-01T12:00:00". Versions are "SSLv2", "SSLv3", "TLSv1",
 * "TLS 1.1", "TLS 1.2", "TLS 1.3", "TLS 1.3 draft-28"; "0x7f01" is unknown.
 */
#ifndef SEGWARD_ENGINE_APP_TLS_H
#define SEGWARD_ENGINE_APP_TLS_H

#include "app.h"

/*
 * Bytes of a handshake message, with its header, that are kept until it is
 * whole: many times the largest hello with post-quantum key shares.
 */
#define SEGWARD_TLS_MESSAGE	(64u << 10)

/* Names of servers and of protocols that are told of a hello; some have 3. */
#define SEGWARD_TLS_SNI_NAMES	4
#define SEGWARD_TLS_ALPN_NAMES	16

/* Certificates of a chain that are told; real ones have up to 5. */
#define SEGWARD_TLS_CERTS	16

/*
 * Entries of a list (cipher suites, extensions, groups, signature algorithms)
 * of a hello that has fingerprints: more than IANA has registered of any.
 */
#define SEGWARD_TLS_JA_VALUES	512

/* Bytes of the text of a certificate's name or serial number. */
#define SEGWARD_TLS_TEXT	4096

/*
 * Bytes of early data behind which another ClientHello is looked for: servers
 * take 16 KiB unless told otherwise.
 */
#define SEGWARD_TLS_EARLY_DATA	(64u << 10)

/*
 * X(symbol, name): a name that Suricata 7 has means the same here; those
 * behind "our own" it does not have. The last ones are no errors, but good to
 * know.
 */
#define SEGWARD_TLS_EVENTS(X) \
	X(INVALID_SSLV2_HEADER, "invalid_sslv2_header") \
	X(INVALID_TLS_HEADER, "invalid_tls_header") \
	X(INVALID_RECORD_TYPE, "invalid_record_type") \
	X(INVALID_RECORD_VERSION, "invalid_record_version") \
	X(INVALID_RECORD_LENGTH, "invalid_record_length") \
	X(INVALID_HANDSHAKE_MESSAGE, "invalid_handshake_message") \
	X(HANDSHAKE_INVALID_LENGTH, "handshake_invalid_length") \
	X(HEARTBEAT_MESSAGE, "heartbeat_message") \
	X(INVALID_HEARTBEAT_MESSAGE, "invalid_heartbeat_message") \
	X(OVERFLOW_HEARTBEAT_MESSAGE, "overflow_heartbeat_message") \
	X(INVALID_ALERT_MESSAGE, "invalid_alert_message") \
	X(MULTIPLE_SNI_EXTENSIONS, "multiple_sni_extensions") \
	X(INVALID_SNI_TYPE, "invalid_sni_type") \
	X(INVALID_SNI_LENGTH, "invalid_sni_length") \
	X(INVALID_CERTIFICATE, "invalid_certificate") \
	X(CERTIFICATE_INVALID_LENGTH, "certificate_invalid_length") \
	X(CERTIFICATE_INVALID_VERSION, "certificate_invalid_version") \
	X(CERTIFICATE_INVALID_SERIAL, "certificate_invalid_serial") \
	X(CERTIFICATE_INVALID_DATE, "certificate_invalid_date") \
	X(CERTIFICATE_INVALID_DER, "certificate_invalid_der") \
	X(CERTIFICATE_INVALID_SUBJECT, "certificate_invalid_subject") \
	X(CERTIFICATE_INVALID_ISSUER, "certificate_invalid_issuer") \
	X(CERTIFICATE_INVALID_VALIDITY, "certificate_invalid_validity") \
	/* our own: */ \
	X(OVERSIZED_HANDSHAKE_MESSAGE, "oversized_handshake_message") \
	X(INTERLEAVED_HANDSHAKE_MESSAGE, "interleaved_handshake_message") \
	X(TRUNCATED_HANDSHAKE_MESSAGE, "truncated_handshake_message") \
	X(INVALID_CHANGE_CIPHER_SPEC, "invalid_change_cipher_spec") \
	X(DUPLICATE_CLIENT_HELLO, "duplicate_client_hello") \
	X(DUPLICATE_SERVER_HELLO, "duplicate_server_hello") \
	X(DUPLICATE_EXTENSION, "duplicate_extension") \
	X(INVALID_EXTENSION, "invalid_extension") \
	X(INVALID_SNI_NAME, "invalid_sni_name") \
	X(MULTIPLE_SNI_NAMES, "multiple_sni_names") \
	X(TOO_MANY_ALPN_NAMES, "too_many_alpn_names") \
	X(TOO_MANY_HELLO_VALUES, "too_many_hello_values") \
	X(TOO_MANY_CERTIFICATES, "too_many_certificates") \
	X(CERTIFICATE_TEXT_TOO_LONG, "certificate_text_too_long") \
	/* no errors: */ \
	X(SSLV2_HELLO, "sslv2_hello") \
	X(NO_SNI, "no_sni") \
	X(ENCRYPTED_CLIENT_HELLO, "encrypted_client_hello")

#define SEGWARD_TLS_EVENT_ENUM(symbol, name)	SEGWARD_TLS_##symbol,

/**
 * enum segward_tls_event - what is wrong, or worth a note
 * @SEGWARD_TLS_EVENTS_END: behind the last
 *
 * Those that are not said by their names:
 *  - INVALID_TLS_HEADER: beside one of the next three, if it ends the parsing
 *  - INVALID_HANDSHAKE_MESSAGE: of no known type, or not of this direction
 *  - HANDSHAKE_INVALID_LENGTH: lengths in a message contradict each other
 *  - INTERLEAVED_HANDSHAKE_MESSAGE: another record amidst a message's
 *  - INVALID_SNI_NAME: a byte that no host's name has, a NUL for one
 *  - INVALID_EXTENSION: lengths within a known extension contradict it
 *  - INVALID_CERTIFICATE: the chain of a server is empty
 *  - SSLV2_HELLO: a hello of SSLv2's form
 *  - ENCRYPTED_CLIENT_HELLO: offered, or pretended to be (GREASE)
 */
enum segward_tls_event {
	SEGWARD_TLS_EVENTS(SEGWARD_TLS_EVENT_ENUM)
	SEGWARD_TLS_EVENTS_END,
};

struct segward_tls;

/* The functions of a parser; see app.h. The probe needs up to 11 bytes. */
enum segward_app_guess segward_tls_probe(u8 direction, const u8 *data,
					 u32 len);
struct segward_tls *segward_tls_create(struct segward_budget *budget);
void segward_tls_destroy(struct segward_tls *state,
			 struct segward_budget *budget);
int segward_tls_feed(struct segward_tls *state, struct segward_budget *budget,
		     u8 direction, const u8 *data, u32 len,
		     struct segward_app_out *out);
void segward_tls_end(struct segward_tls *state, struct segward_budget *budget,
		     u8 direction, struct segward_app_out *out);

/**
 * segward_tls_encrypted() - need no more bytes be fed?
 * @state: the connection
 *
 * Return: true if both directions are encrypted: nothing will be told any more.
 */
bool segward_tls_encrypted(const struct segward_tls *state);

#endif /* SEGWARD_ENGINE_APP_TLS_H */
