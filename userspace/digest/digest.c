// SPDX-License-Identifier: GPL-2.0
/*
 * Digests for the engine in user space; see kmod/engine/digest.h.
 */
#include <nettle/md5.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "digest.h"

static void md5(const void *data, u32 len, u8 *out)
{
	struct md5_ctx ctx;

	md5_init(&ctx);
	md5_update(&ctx, len, data);
	md5_digest(&ctx, MD5_DIGEST_SIZE, out);
}

static void sha1(const void *data, u32 len, u8 *out)
{
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	sha1_update(&ctx, len, data);
	sha1_digest(&ctx, SHA1_DIGEST_SIZE, out);
}

static void sha256(const void *data, u32 len, u8 *out)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, len, data);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, out);
}

bool segward_digest(enum segward_digest_kind kind, const void *data, u32 len,
		    u8 *out)
{
	switch (kind) {
	case SEGWARD_DIGEST_MD5:
		md5(data, len, out);
		return true;
	case SEGWARD_DIGEST_SHA1:
		sha1(data, len, out);
		return true;
	case SEGWARD_DIGEST_SHA256:
		sha256(data, len, out);
		return true;
	default:
		return false;
	}
}
