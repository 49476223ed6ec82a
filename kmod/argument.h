/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The argument of a SID: one prefix for all slices, and a profile for each.
 */
#ifndef SEGWARD_ARGUMENT_H
#define SEGWARD_ARGUMENT_H

#include <linux/types.h>

struct in6_addr;
struct segward_profile_slot;

/*
 * Values of one SID: as many as a slice or service type of eight bits has.
 * Together with all else that can be said of a SID they fit into one message.
 */
#define SEGWARD_ARGUMENTS_MAX	256

/**
 * struct segward_argument - a value that has a profile of its own
 * @slot: the profile, borrowed like that of the SID
 * @value: of the bits that count, right-aligned
 */
struct segward_argument {
	struct segward_profile_slot *slot;
	u32 value;
};

/**
 * struct segward_arguments - the profiles by argument of a SID
 * @offset: bit of the argument where the bits that count begin, from the left;
 *	0 is the one behind the prefix
 * @len: how many they are, 1 to 32
 * @prefix_len: of the SID
 * @nr: used elements of @argument, not 0
 * @argument: by value, no two equal
 */
struct segward_arguments {
	u8 offset;
	u8 len;
	u8 prefix_len;
	u16 nr;
	struct segward_argument argument[];
};

/**
 * segward_arguments_sort() - bring values in order
 * @arguments: all members set, in any order
 *
 * Return: the index of a value that comes twice, or -1.
 */
int segward_arguments_sort(struct segward_arguments *arguments);

/**
 * segward_arguments_slot() - the profile that a destination selects
 * @arguments: of the SID
 * @daddr: the destination
 *
 * Logarithmic in the number of values. Context: any; who dereferences the slot
 * is in an RCU read side or under the namespace's lock. Return: the slot, or
 * NULL if the value is not known: the SID's own profile, then.
 */
struct segward_profile_slot *
segward_arguments_slot(const struct segward_arguments *arguments,
		       const struct in6_addr *daddr);

#endif /* SEGWARD_ARGUMENT_H */
