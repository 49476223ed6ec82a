/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Address prefixes of both families.
 */
#ifndef SEGWARD_ENGINE_PREFIX_H
#define SEGWARD_ENGINE_PREFIX_H

#include "port.h"

/**
 * segward_prefix_covers() - does an address lie in a prefix?
 * @prefix: bytes in network order, of the address's family
 * @len: bits of it that count
 * @address: as many bytes as @len needs
 */
static inline bool segward_prefix_covers(const u8 *prefix, u8 len,
					 const u8 *address)
{
	u8 bytes = len / 8;
	u8 bits = len % 8;

	if (memcmp(prefix, address, bytes))
		return false;
	return !bits || !((prefix[bytes] ^ address[bytes]) >> (8 - bits));
}

#endif /* SEGWARD_ENGINE_PREFIX_H */
