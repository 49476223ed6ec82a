/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sets of numbers as lists of intervals: addresses of both families as
 * 128-bit numbers, ports as small ones.
 */
#ifndef SEGWARD_RULEC_INTERVAL_H
#define SEGWARD_RULEC_INTERVAL_H

#include "../../kmod/engine/port.h"

__extension__ typedef unsigned __int128 u128;

/**
 * struct rulec_interval - numbers first to last
 * @first: smallest
 * @last: largest, inclusive
 */
struct rulec_interval {
	u128 first;
	u128 last;
};

/**
 * struct rulec_intervals - a set of numbers
 * @v: sorted and disjoint after rulec_intervals_normalize(), with a gap
 *	between neighbours
 * @nr: how many
 * @room: of @v
 */
struct rulec_intervals {
	struct rulec_interval *v;
	u32 nr;
	u32 room;
};

/** rulec_intervals_add() - append an interval; 0 or -ENOMEM */
int rulec_intervals_add(struct rulec_intervals *set, u128 first, u128 last);

/** rulec_intervals_add_set() - append all of another set; 0 or -ENOMEM */
int rulec_intervals_add_set(struct rulec_intervals *set,
			    const struct rulec_intervals *other);

/** rulec_intervals_normalize() - sort and merge */
void rulec_intervals_normalize(struct rulec_intervals *set);

/**
 * rulec_intervals_subtract() - take numbers out
 * @set: normalized; stays so
 * @other: normalized
 *
 * Return: 0 or -ENOMEM; @set is unchanged then.
 */
int rulec_intervals_subtract(struct rulec_intervals *set,
			     const struct rulec_intervals *other);

/** rulec_intervals_equal() - are two normalized sets the same? */
bool rulec_intervals_equal(const struct rulec_intervals *a,
			   const struct rulec_intervals *b);

/** rulec_intervals_overlap() - does a normalized set touch first..last? */
bool rulec_intervals_overlap(const struct rulec_intervals *set, u128 first,
			     u128 last);

/** rulec_intervals_free() - free and empty the set */
void rulec_intervals_free(struct rulec_intervals *set);

#endif /* SEGWARD_RULEC_INTERVAL_H */
