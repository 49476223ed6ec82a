/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Private to reputation*.c: an address or a prefix as a value, cut, compared
 * and hashed. Values only: nothing here has a lifetime or needs a lock.
 */
#ifndef SEGWARD_ENGINE_REPUTATION_PREFIX_H
#define SEGWARD_ENGINE_REPUTATION_PREFIX_H

#include "reputation.h"

enum family {
	FAMILY_IPV4,
	FAMILY_IPV6,
	FAMILIES,
};

/* An address or prefix: both families at the upper end of 128 bits. */
struct target {
	u64 high;
	u64 low;
	u8 len;
	u8 family;
};

static inline struct target target_make(u8 version, const u8 *addr, u8 len)
{
	struct target target = { .len = len };

	if (version == 4) {
		target.family = FAMILY_IPV4;
		target.high = (u64)get_unaligned_be32(addr) << 32;
	} else {
		target.family = FAMILY_IPV6;
		target.high = get_unaligned_be64(addr);
		target.low = get_unaligned_be64(addr + 8);
	}
	return target;
}

static inline u64 high_mask(u8 len)
{
	if (!len)
		return 0;
	return len >= 64 ? U64_MAX : U64_MAX << (64 - len);
}

static inline u64 low_mask(u8 len)
{
	return len <= 64 ? 0 : U64_MAX << (128 - len);
}

static inline struct target target_cut(const struct target *address, u8 len)
{
	struct target prefix = *address;

	prefix.high &= high_mask(len);
	prefix.low &= low_mask(len);
	prefix.len = len;
	return prefix;
}

static inline bool target_inside(const struct target *inner,
				 const struct target *outer)
{
	if (inner->family != outer->family || inner->len < outer->len)
		return false;
	return !((inner->high ^ outer->high) & high_mask(outer->len)) &&
	       !((inner->low ^ outer->low) & low_mask(outer->len));
}

/*
 * A prefix is told from its longer ones by a bit behind its end. A prefix one
 * shorter than the family's longest shares its hash with one address then,
 * which does no harm: slots are compared by all that identifies them.
 */
static inline u32 target_hash(const hsiphash_key_t *key,
			      const struct target *prefix)
{
	u64 high = prefix->high;
	u64 low = prefix->low;

	if (prefix->len < 64)
		high |= BIT_ULL(63) >> prefix->len;
	else if (prefix->len < 128)
		low |= BIT_ULL(63) >> (prefix->len - 64);
	if (prefix->family == FAMILY_IPV4)
		return hsiphash_1u32((u32)(high >> 32), key);
	return hsiphash_4u32((u32)(high >> 32), (u32)high, (u32)(low >> 32),
			     (u32)low, key);
}

/* As segward_reputation_prefix_check(). */
static inline int prefix_check(const struct segward_reputation_prefix *prefix)
{
	struct target target;

	if (prefix->version != 4 && prefix->version != 6)
		return -EINVAL;
	if (prefix->len > (prefix->version == 4 ? 32 : 128))
		return -EINVAL;
	target = target_make(prefix->version, prefix->addr, prefix->len);
	if (target.high & ~high_mask(prefix->len) ||
	    target.low & ~low_mask(prefix->len))
		return -ERANGE;
	return 0;
}

#endif /* SEGWARD_ENGINE_REPUTATION_PREFIX_H */
