/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What can be wrong with a packet's bytes.
 */
#ifndef SEGWARD_INJECT_MUTATE_H
#define SEGWARD_INJECT_MUTATE_H

#include "chance.h"

/* A packet that has grown is not larger than this. */
#define MUTATED_MAX	4096

/**
 * struct mutated - a packet in the making
 * @chance: where its numbers come from
 * @len: its bytes
 * @changed: it is not one of the prepared ones any more
 * @data: the bytes
 */
struct mutated {
	struct chance chance;
	u32 len;
	bool changed;
	u8 data[MUTATED_MAX];
};

void mutate(struct mutated *packet, const u8 *base, u32 len, const u8 *other,
	    u32 other_len);

#endif /* SEGWARD_INJECT_MUTATE_H */
