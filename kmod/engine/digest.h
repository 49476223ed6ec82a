/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Message digests, for names of things that others have computed too
 * (fingerprints of certificates and of TLS clients), not for security.
 *
 * The engine only declares this: the kernel's crypto API is behind it in the
 * module, nettle in user space.
 */
#ifndef SEGWARD_ENGINE_DIGEST_H
#define SEGWARD_ENGINE_DIGEST_H

#include "port.h"

/** enum segward_digest_kind - which digest */
enum segward_digest_kind {
	SEGWARD_DIGEST_MD5,
	SEGWARD_DIGEST_SHA1,
	SEGWARD_DIGEST_SHA256,
	SEGWARD_DIGESTS,
};

/* Bytes of each, and of the longest. */
#define SEGWARD_DIGEST_MD5_LEN		16
#define SEGWARD_DIGEST_SHA1_LEN		20
#define SEGWARD_DIGEST_SHA256_LEN	32
#define SEGWARD_DIGEST_MAX		SEGWARD_DIGEST_SHA256_LEN

/**
 * segward_digest() - digest some bytes
 * @kind: enum segward_digest_kind
 * @data: the bytes
 * @len: how many
 * @out: gets the digest, SEGWARD_DIGEST_MAX bytes at most
 *
 * Context: any but hard interrupts; never sleeps. Return: false if there is no
 * such digest here, as in FIPS mode; @out has any content then.
 */
bool segward_digest(enum segward_digest_kind kind, const void *data, u32 len,
		    u8 *out);

#endif /* SEGWARD_ENGINE_DIGEST_H */
