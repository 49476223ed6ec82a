/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that packets make us keep, accounted for.
 *
 * Each zone has a budget: a reserve that nobody else can use up, and beyond
 * it what it finds in the pool that all zones of a namespace share. One
 * zone's flood empties the pool and leaves the others their reserves.
 *
 * Counted in units without a lock: each change of a budget's count moves the
 * pool's by what it changes beyond the reserve, so that the pool always has
 * the sum of what is used beyond, in whatever order the changes come.
 */
#ifndef SEGWARD_ENGINE_BUDGET_H
#define SEGWARD_ENGINE_BUDGET_H

#include "port.h"

/* Bytes of a unit, where a budget is one of memory. */
#define SEGWARD_BUDGET_UNIT	64

/**
 * struct segward_pool - what the budgets of a namespace share
 * @most: units; what is used beyond the reserves stays at or below it
 * @used: units used beyond the reserves
 */
struct segward_pool {
	u32 most;
	atomic_t used;
};

/**
 * struct segward_budget - what a zone may use
 * @pool: where it takes what goes beyond @reserve; outlives the budget
 * @reserve: units that are its own; does not change
 * @used: units in use
 */
struct segward_budget {
	struct segward_pool *pool;
	u32 reserve;
	atomic_t used;
};

/* Units of the pool that a budget with @used units has. */
static inline int segward_budget_beyond(const struct segward_budget *budget,
					int used)
{
	return max_t(int, used - (int)budget->reserve, 0);
}

/**
 * segward_budget_give() - units are free again
 * @budget: whose
 * @units: how many; taken before
 *
 * Context: any.
 */
static inline void segward_budget_give(struct segward_budget *budget,
				       u32 units)
{
	int used = atomic_add_return(-(int)units, &budget->used);

	atomic_sub(segward_budget_beyond(budget, used + (int)units) -
		   segward_budget_beyond(budget, used), &budget->pool->used);
}

/**
 * segward_budget_take() - use units
 * @budget: whose
 * @units: how many; small beside 2^31
 *
 * Context: any. Return: false if they are not there; nothing is taken then.
 */
static inline bool segward_budget_take(struct segward_budget *budget,
				       u32 units)
{
	int used = atomic_add_return((int)units, &budget->used);
	int beyond = segward_budget_beyond(budget, used) -
		     segward_budget_beyond(budget, used - (int)units);

	if (!beyond ||
	    atomic_add_return(beyond, &budget->pool->used) <=
	    (int)budget->pool->most)
		return true;
	segward_budget_give(budget, units);
	return false;
}

/*
 * What an allocation of @size bytes really takes, in units: slabs come in
 * powers of two, roughly.
 */
static inline u32 segward_budget_units(u32 size)
{
	u32 bytes = SEGWARD_BUDGET_UNIT;

	while (bytes < size)
		bytes *= 2;
	return bytes / SEGWARD_BUDGET_UNIT;
}

/**
 * segward_budget_alloc() - memory for a packet's sake
 * @budget: that pays
 * @size: bytes, at most 1 MiB
 *
 * Context: bottom halves off; never sleeps. Return: memory with any content,
 * or NULL: the budget is used up, or the machine has none.
 */
static inline void *segward_budget_alloc(struct segward_budget *budget,
					 u32 size)
{
	void *p;

	if (!segward_budget_take(budget, segward_budget_units(size)))
		return NULL;
	p = segward_alloc_atomic(size);
	if (!p)
		segward_budget_give(budget, segward_budget_units(size));
	return p;
}

/**
 * segward_budget_free() - give it back
 * @budget: that paid
 * @p: from segward_budget_alloc(); NULL is allowed
 * @size: as then
 */
static inline void segward_budget_free(struct segward_budget *budget, void *p,
				       u32 size)
{
	if (!p)
		return;
	segward_free_atomic(p);
	segward_budget_give(budget, segward_budget_units(size));
}

#endif /* SEGWARD_ENGINE_BUDGET_H */
