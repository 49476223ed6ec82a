/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Zones: whose traffic belongs together and shares what its flows may take.
 *
 * The zones of a namespace divide its flows and the memory of its streams, as
 * budget.h says. A zone without users and flows is forgotten when their number
 * runs out.
 */
#ifndef SEGWARD_ENGINE_ZONE_H
#define SEGWARD_ENGINE_ZONE_H

#include "budget.h"
#include "port.h"

/* Zones of a namespace. */
#define SEGWARD_ZONES_MAX	4096

/* By their number, in as many lists. */
#define SEGWARD_ZONE_LISTS	64

/**
 * struct segward_zone - what the flows of a zone share
 * @next: in its list
 * @id: its number
 * @users: SIDs that have it; under the writer's lock
 * @flows: counts them
 * @memory: of their streams, in units of SEGWARD_BUDGET_UNIT
 */
struct segward_zone {
	struct segward_zone *next;
	u32 id;
	u32 users;
	struct segward_budget flows;
	struct segward_budget memory;
};

/**
 * struct segward_zones - those of a namespace
 * @flows: what their flows are taken from
 * @memory: what their streams are kept in
 * @nr: how many
 * @used: those of them that have users
 * @list: they, by number
 */
struct segward_zones {
	struct segward_pool flows;
	struct segward_pool memory;
	u32 nr;
	u32 used;
	struct segward_zone *list[SEGWARD_ZONE_LISTS];
};

/**
 * segward_zones_init() - none so far
 * @zones: all zero
 * @flows: how many there may be in all zones
 * @memory: units for streams in all zones
 */
void segward_zones_init(struct segward_zones *zones, u32 flows, u32 memory);

/** segward_zones_set_memory() - change how many units there are for streams */
void segward_zones_set_memory(struct segward_zones *zones, u32 memory);

/** segward_zones_exit() - free them; nothing of theirs is in use */
void segward_zones_exit(struct segward_zones *zones);

/**
 * segward_zones_get() - a zone
 * @zones: of the namespace
 * @id: its number
 * @err: why there is none
 *
 * Makes it if there is none. With SEGWARD_ZONES_MAX of them, those that have
 * neither users nor flows are forgotten first, after a grace period.
 *
 * Context: may sleep; one writer at a time. Return: the zone; NULL with *@err
 * -ENOMEM, or -ENOSPC: SEGWARD_ZONES_MAX zones are in use.
 */
struct segward_zone *segward_zones_get(struct segward_zones *zones, u32 id,
				       int *err);

/**
 * segward_zone_use() - a SID has this zone from now on
 * @zones: of the namespace
 * @zone: the zone, which is kept from now on
 *
 * The zones in use divide what there is. Context: one writer at a time.
 */
void segward_zone_use(struct segward_zones *zones, struct segward_zone *zone);

/**
 * segward_zone_unuse() - a SID has it no more
 * @zones: of the namespace
 * @zone: the zone; packets may use it for another grace period
 */
void segward_zone_unuse(struct segward_zones *zones,
			struct segward_zone *zone);

#endif /* SEGWARD_ENGINE_ZONE_H */
