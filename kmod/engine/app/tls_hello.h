/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A ClientHello or ServerHello, taken apart (RFC 8446, 4.1.2 and 4.1.3).
 */
#ifndef SEGWARD_ENGINE_APP_TLS_HELLO_H
#define SEGWARD_ENGINE_APP_TLS_HELLO_H

#include "tls.h"
#include "tls_reader.h"

/* Extensions that are read (IANA, TLS ExtensionType Values). */
#define TLS_EXT_SERVER_NAME		0
#define TLS_EXT_GROUPS			10
#define TLS_EXT_POINT_FORMATS		11
#define TLS_EXT_SIGNATURES		13
#define TLS_EXT_ALPN			16
#define TLS_EXT_TICKET			35
#define TLS_EXT_EARLY_DATA		42
#define TLS_EXT_VERSIONS		43
#define TLS_EXT_ECH			0xfe0d
/* What ECH was in its first drafts, "encrypted server name". */
#define TLS_EXT_ESNI			0xffce

/**
 * struct tls_hello - a hello; bytes are in the message
 * @ciphers: cipher suites, of 2 bytes each; a server's has one
 * @extensions: all of them
 * @groups: named groups, of 2 bytes each
 * @formats: formats of points, of a byte each
 * @signatures: signature algorithms, of 2 bytes each
 * @session: ID of the session
 * @sni: names of the server
 * @alpn: names of protocols, each a vector
 * @seen: bit for each extension type below 64 that occurred
 * @nr_extensions: how many
 * @nr_sni: names in @sni
 * @version: of SSLv3 to TLS 1.2
 * @negotiated: the highest (of a client) or the only one (of a server) in the
 *	extension for that; 0 without it
 * @ech: an encrypted one is within
 * @retry: it is a HelloRetryRequest
 * @whole: no length contradicts another: it can have fingerprints
 */
struct tls_hello {
	struct tls_bytes ciphers;
	struct tls_bytes extensions;
	struct tls_bytes groups;
	struct tls_bytes formats;
	struct tls_bytes signatures;
	struct tls_bytes alpn;
	struct tls_bytes session;
	struct tls_bytes sni[SEGWARD_TLS_SNI_NAMES];
	u64 seen;
	u32 nr_extensions;
	u32 nr_sni;
	u16 version;
	u16 negotiated;
	bool ech;
	bool retry;
	bool whole;
};

static inline bool tls_hello_has(const struct tls_hello *hello, u32 type)
{
	return hello->seen & BIT_ULL(type);
}

/* Values that mean nothing and have to be ignored (RFC 8701). */
static inline bool tls_is_grease(u16 value)
{
	return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

#endif /* SEGWARD_ENGINE_APP_TLS_HELLO_H */
