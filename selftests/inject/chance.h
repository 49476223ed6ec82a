/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers that come again: those of a packet depend on the seed and its
 * number alone.
 */
#ifndef SEGWARD_INJECT_CHANCE_H
#define SEGWARD_INJECT_CHANCE_H

#include <linux/siphash.h>
#include <linux/types.h>

struct chance {
	siphash_key_t key;
	u64 packet;
	u64 drawn;
};

/* A number below @n. */
static inline u32 chance_below(struct chance *chance, u32 n)
{
	u64 word = siphash_2u64(chance->packet, chance->drawn++, &chance->key);

	return (word & 0xffffffff) * n >> 32;
}

/* True once in @n times. */
static inline bool chance_one_in(struct chance *chance, u32 n)
{
	return !chance_below(chance, n);
}

#endif /* SEGWARD_INJECT_CHANCE_H */
