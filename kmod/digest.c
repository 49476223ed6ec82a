// SPDX-License-Identifier: GPL-2.0
/*
 * Digests for the engine; see engine/digest.h.
 *
 * A transform has no state of a computation (that is on the caller's stack),
 * so one of each serves all processors. Allocated while the module loads: that
 * may load modules and sleep, which no packet can.
 */
#include <crypto/hash.h>
#include <linux/err.h>

#include "digest.h"

static struct crypto_shash *transform[SEGWARD_DIGESTS];

void segward_digest_init(void)
{
	static const char * const name[SEGWARD_DIGESTS] = {
		[SEGWARD_DIGEST_MD5]	= "md5",
		[SEGWARD_DIGEST_SHA1]	= "sha1",
		[SEGWARD_DIGEST_SHA256]	= "sha256",
	};
	struct crypto_shash *tfm;
	u32 i;

	for (i = 0; i < SEGWARD_DIGESTS; i++) {
		tfm = crypto_alloc_shash(name[i], 0, 0);
		transform[i] = IS_ERR(tfm) ? NULL : tfm;
	}
}

void segward_digest_exit(void)
{
	u32 i;

	for (i = 0; i < SEGWARD_DIGESTS; i++)
		if (transform[i])
			crypto_free_shash(transform[i]);
}

bool segward_digest(enum segward_digest_kind kind, const void *data, u32 len,
		    u8 *out)
{
	return transform[kind] &&
	       !crypto_shash_tfm_digest(transform[kind], data, len, out);
}
