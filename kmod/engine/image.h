/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a verified image in place. Private to the engine's rule files; the
 * verifier and the accessors for others are in rule.h.
 */
#ifndef SEGWARD_ENGINE_IMAGE_H
#define SEGWARD_ENGINE_IMAGE_H

#include <linux/segward_image.h>

#include "port.h"

/**
 * segward_image_section() - first record of a section
 * @image: verified
 * @section: which
 */
static inline const void *
segward_image_section(const void *image, enum segward_image_section section)
{
	const struct segward_image_header *header = image;

	return (const u8 *)image + header->section[section].offset;
}

/**
 * segward_image_count() - records of a section
 * @image: verified
 * @section: which
 */
static inline u32 segward_image_count(const void *image,
				      enum segward_image_section section)
{
	const struct segward_image_header *header = image;

	return header->section[section].count;
}

/**
 * segward_image_fold() - lower case of an ASCII letter, other bytes unchanged
 * @c: byte
 */
static inline u8 segward_image_fold(u8 c)
{
	return (u8)(c - 'A') < 26 ? c | 0x20 : c;
}

/**
 * segward_image_hash() - hash of a gram or pair, in @bits bits
 * @gram: coarsely folded bytes, the first in the low bits
 * @bits: 1 to 32
 */
static inline u32 segward_image_hash(u32 gram, u32 bits)
{
	return (u32)(gram * SEGWARD_IMAGE_HASH) >> (32 - bits);
}

/**
 * segward_image_buffer_key() - by what the ops of a rule are sorted
 * @op: an op; those with the same key are about the same buffer
 */
static inline u32 segward_image_buffer_key(const struct segward_image_op *op)
{
	return (u32)op->buffer << 1 |
	       (op->flags & SEGWARD_IMAGE_OP_F_DOTPREFIX ? 1 : 0);
}

#define SEGWARD_IMAGE_PAIR_WORDS	(65536 / 32)
#define SEGWARD_IMAGE_NO_MPM		(~0u)

/**
 * struct segward_image_tables - where a matcher's tables begin in WORDS
 * @filter: bitmap
 * @longs: slot numbers of the long buckets
 * @pairs: bitmaps, as many as there are
 * @shorts: slot numbers of the short buckets, if there are short patterns
 * @end: behind the last
 *
 * 64 bits wide: the verifier asks before it knows that they are small.
 */
struct segward_image_tables {
	u64 filter;
	u64 longs;
	u64 pairs;
	u64 shorts;
	u64 end;
};

/**
 * segward_image_tables() - lay out a matcher's tables
 * @mpm: its bits and its number of bitmaps are in range
 * @tables: filled in
 */
static inline void
segward_image_tables(const struct segward_image_mpm *mpm,
		     struct segward_image_tables *tables)
{
	tables->filter = mpm->first_word;
	tables->longs = tables->filter + (1u << mpm->filter_bits) / 32;
	tables->pairs = tables->longs + (1u << mpm->long_bits) + 1;
	tables->shorts = tables->pairs +
			 mpm->nr_pairs * SEGWARD_IMAGE_PAIR_WORDS;
	tables->end = tables->shorts;
	if (mpm->short_bits)
		tables->end += (1u << mpm->short_bits) + 1;
}

#endif /* SEGWARD_ENGINE_IMAGE_H */
