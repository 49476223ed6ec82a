// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of numbers as lists of intervals.
 */
#include "interval.h"

#include "memory.h"

int rulec_intervals_add(struct rulec_intervals *set, u128 first, u128 last)
{
	int err;

	err = rulec_grow(&set->v, &set->room, (u64)set->nr + 1,
			 sizeof(*set->v));
	if (err)
		return err;
	set->v[set->nr++] = (struct rulec_interval){ first, last };
	return 0;
}

int rulec_intervals_add_set(struct rulec_intervals *set,
			    const struct rulec_intervals *other)
{
	int err;

	if (!other->nr)
		return 0;
	err = rulec_grow(&set->v, &set->room, (u64)set->nr + other->nr,
			 sizeof(*set->v));
	if (err)
		return err;
	memcpy(set->v + set->nr, other->v, other->nr * sizeof(*set->v));
	set->nr += other->nr;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct rulec_interval *x = a;
	const struct rulec_interval *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return 0;
}

void rulec_intervals_normalize(struct rulec_intervals *set)
{
	struct rulec_interval *out;
	u32 i;

	if (!set->nr)
		return;
	qsort(set->v, set->nr, sizeof(*set->v), compare);
	out = set->v;
	for (i = 1; i < set->nr; i++) {
		struct rulec_interval *in = &set->v[i];

		/* Not last + 1 == first: the largest number has no successor. */
		if (in->first <= out->last || in->first - out->last == 1)
			out->last = max(out->last, in->last);
		else
			*++out = *in;
	}
	set->nr = (u32)(out - set->v) + 1;
}

int rulec_intervals_subtract(struct rulec_intervals *set,
			     const struct rulec_intervals *other)
{
	struct rulec_intervals left = {};
	u32 i, k = 0;
	int err = 0;

	for (i = 0; i < set->nr && !err; i++) {
		u128 first = set->v[i].first;
		u128 last = set->v[i].last;
		bool some = true;
		u32 j;

		while (k < other->nr && other->v[k].last < first)
			k++;
		for (j = k; j < other->nr && other->v[j].first <= last; j++) {
			if (other->v[j].first > first && !err)
				err = rulec_intervals_add(&left, first,
							  other->v[j].first - 1);
			some = other->v[j].last < last;
			if (!some)
				break;
			first = other->v[j].last + 1;
		}
		if (some && !err)
			err = rulec_intervals_add(&left, first, last);
	}
	if (err) {
		rulec_intervals_free(&left);
		return err;
	}
	rulec_intervals_free(set);
	*set = left;
	return 0;
}

bool rulec_intervals_equal(const struct rulec_intervals *a,
			   const struct rulec_intervals *b)
{
	u32 i;

	if (a->nr != b->nr)
		return false;
	for (i = 0; i < a->nr; i++) {
		if (a->v[i].first != b->v[i].first ||
		    a->v[i].last != b->v[i].last)
			return false;
	}
	return true;
}

bool rulec_intervals_overlap(const struct rulec_intervals *set, u128 first,
			     u128 last)
{
	u32 low = 0;
	u32 high = set->nr;

	/* The first interval that does not end before @first. */
	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (set->v[middle].last < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->nr && set->v[low].first <= last;
}

void rulec_intervals_free(struct rulec_intervals *set)
{
	free(set->v);
	*set = (struct rulec_intervals){};
}
