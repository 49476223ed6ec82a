/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What packets make us keep, accounted for.
 *
 * Each zone has a budget in the pool of its namespace. Half of the pool is
 * divided among the zones, as a reserve that each of them can always use; of
 * the rest, and of what others do not need at the moment, a zone may have as
 * much as leaves the reserves of all others. One zone's flood therefore costs
 * another nothing that it was promised.
 */
#ifndef SEGWARD_ENGINE_BUDGET_H
#define SEGWARD_ENGINE_BUDGET_H

#include "port.h"

/* Bytes of a unit, where a budget is one of memory. */
#define SEGWARD_BUDGET_UNIT	64

/**
 * struct segward_pool - what the budgets of a namespace share
 * @most: units; no more than these are in use
 * @reserve: units that each budget can always have
 * @open: units; as long as fewer are in use, who has more than the reserve may
 *	have another. The reserves of all others fit in between this and @most
 * @used: units in use
 *
 * Written by segward_pool_share(), read by packets with READ_ONCE(). When
 * budgets are added the reserves shrink; what is in use stays.
 */
struct segward_pool {
	u32 most;
	u32 reserve;
	u32 open;
	atomic_t used;
};

/**
 * struct segward_budget - what a zone may use
 * @pool: where it takes it from; outlives the budget
 * @used: units in use
 */
struct segward_budget {
	struct segward_pool *pool;
	atomic_t used;
};

/**
 * segward_pool_share() - divide a pool
 * @pool: which
 * @most: units, at most 2^30
 * @budgets: how many take from it, at least 1
 *
 * Context: one writer at a time; packets may take and give meanwhile.
 */
static inline void segward_pool_share(struct segward_pool *pool, u32 most,
				      u32 budgets)
{
	u32 reserve = most / 2 / budgets;

	WRITE_ONCE(pool->most, most);
	WRITE_ONCE(pool->reserve, reserve);
	WRITE_ONCE(pool->open, most - (budgets - 1) * reserve);
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
	atomic_sub((int)units, &budget->pool->used);
	/* Last, and in order: who sees that nothing is used may free it. */
	atomic_add_return(-(int)units, &budget->used);
}

/**
 * segward_budget_take() - use units
 * @budget: whose
 * @units: how many; small beside 2^30
 *
 * Two that are refused at the same moment may each have been in the other's
 * way: near a limit, never below the reserve.
 *
 * Context: any. Return: false if they are not there; nothing is taken then.
 */
static inline bool segward_budget_take(struct segward_budget *budget,
				       u32 units)
{
	struct segward_pool *pool = budget->pool;
	u32 mine = (u32)atomic_add_return((int)units, &budget->used);
	u32 all = (u32)atomic_add_return((int)units, &pool->used);

	if (all <= READ_ONCE(pool->open) ||
	    (mine <= READ_ONCE(pool->reserve) && all <= READ_ONCE(pool->most)))
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
