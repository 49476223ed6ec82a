// SPDX-License-Identifier: GPL-2.0
/*
 * Zones; see zone.h.
 */
#include "zone.h"

static struct segward_zone **list_of(struct segward_zones *zones, u32 id)
{
	return &zones->list[id % SEGWARD_ZONE_LISTS];
}

static void share(struct segward_zones *zones)
{
	u32 budgets = max_t(u32, zones->used, 1);

	segward_pool_share(&zones->flows, zones->flows.most, budgets);
	segward_pool_share(&zones->memory, zones->memory.most, budgets);
}

void segward_zones_init(struct segward_zones *zones, u32 flows, u32 memory)
{
	zones->flows.most = flows;
	zones->memory.most = memory;
	share(zones);
}

void segward_zones_set_memory(struct segward_zones *zones, u32 memory)
{
	zones->memory.most = memory;
	share(zones);
}

void segward_zones_exit(struct segward_zones *zones)
{
	struct segward_zone *zone;
	u32 i;

	for (i = 0; i < SEGWARD_ZONE_LISTS; i++) {
		while ((zone = zones->list[i])) {
			zones->list[i] = zone->next;
			segward_free(zone);
		}
	}
}

/* Who gives back the last of both budgets gives back the flow last. */
static bool is_in_use(const struct segward_zone *zone)
{
	return zone->users || atomic_read(&zone->flows.used);
}

/* Zones that nothing refers to; no packet has them any more. */
static void forget_zones(struct segward_zones *zones)
{
	struct segward_zone **at, *zone;
	u32 i;

	segward_synchronize();
	for (i = 0; i < SEGWARD_ZONE_LISTS; i++) {
		at = &zones->list[i];
		while ((zone = *at)) {
			if (is_in_use(zone)) {
				at = &zone->next;
				continue;
			}
			*at = zone->next;
			segward_free(zone);
			zones->nr--;
		}
	}
}

static struct segward_zone *make_zone(struct segward_zones *zones, u32 id,
				      int *err)
{
	struct segward_zone **list = list_of(zones, id);
	struct segward_zone *zone;

	if (zones->nr == SEGWARD_ZONES_MAX)
		forget_zones(zones);
	*err = -ENOSPC;
	if (zones->nr == SEGWARD_ZONES_MAX)
		return NULL;
	*err = -ENOMEM;
	zone = segward_zalloc(sizeof(*zone));
	if (!zone)
		return NULL;
	zone->id = id;
	zone->flows.pool = &zones->flows;
	zone->memory.pool = &zones->memory;
	zone->next = *list;
	*list = zone;
	zones->nr++;
	return zone;
}

struct segward_zone *segward_zones_get(struct segward_zones *zones, u32 id,
				       int *err)
{
	struct segward_zone *zone = *list_of(zones, id);

	while (zone && zone->id != id)
		zone = zone->next;
	return zone ?: make_zone(zones, id, err);
}

void segward_zone_use(struct segward_zones *zones, struct segward_zone *zone)
{
	if (!zone->users++) {
		zones->used++;
		share(zones);
	}
}

void segward_zone_unuse(struct segward_zones *zones,
			struct segward_zone *zone)
{
	if (!--zone->users) {
		zones->used--;
		share(zones);
	}
}
