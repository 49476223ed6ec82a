/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fingerprints of who talks TLS, by what it offers and in which order. GREASE
 * (RFC 8701) is ignored everywhere.
 *
 * JA3 (Salesforce): MD5 of "version,ciphers,extensions,groups,formats", in
 * decimal and in the order of the hello, joined by "-"; JA3S of
 * "version,cipher,extensions". The version is the one of the hello itself.
 *
 * JA4 (FoxIO) of TLS over TCP: "t", the highest version offered, "d" or "i"
 * with or without SNI, numbers of cipher suites and of extensions (99 at
 * most), first and last character of the first ALPN name; SHA-256 of the sorted
 * cipher suites; SHA-256 of the sorted extensions, without SNI and ALPN, and
 * the signature algorithms; 12 digits of each digest.
 */
#ifndef SEGWARD_ENGINE_APP_JA_H
#define SEGWARD_ENGINE_APP_JA_H

#include "tls_hello.h"

/**
 * struct segward_ja - fingerprints of a hello
 * @string: of JA3 or JA3S
 * @hash: its MD5 in hex; nothing without MD5
 * @ja4: of a client; nothing without SHA-256
 */
struct segward_ja {
	struct tls_bytes string;
	struct tls_bytes hash;
	struct tls_bytes ja4;
};

/**
 * segward_ja_size() - what the fingerprints of a hello need
 * @hello: whole
 *
 * Return: bytes, below 32 KiB; 0: a list has more than SEGWARD_TLS_JA_VALUES.
 */
u32 segward_ja_size(const struct tls_hello *hello);

/**
 * segward_ja_client() - JA3 and JA4
 * @hello: whole
 * @memory: segward_ja_size() bytes for the result, aligned for u16
 * @ja: result, in @memory
 */
void segward_ja_client(const struct tls_hello *hello, u8 *memory,
		       struct segward_ja *ja);

/** segward_ja_server() - JA3S; as segward_ja_client() */
void segward_ja_server(const struct tls_hello *hello, u8 *memory,
		       struct segward_ja *ja);

#endif /* SEGWARD_ENGINE_APP_JA_H */
