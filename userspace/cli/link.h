/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices and routing tables of the network namespace, by name and number.
 */
#ifndef SEGWARD_CLI_LINK_H
#define SEGWARD_CLI_LINK_H

#include <net/if.h>

#include "cli.h"

#define SEGWARD_DEVICE	"segward0"

/**
 * struct link - a device
 * @ifindex: its number
 * @master: ifindex of its master, 0 without
 * @flags: IFF_*
 * @table: of a VRF, 0 otherwise
 * @forwards4: is IPv4 that comes in by it forwarded? For facts.c to fill in,
 *	where it matters
 * @name: its name
 * @kind: "veth", "bridge", ...; empty if it says none
 */
struct link {
	u32 ifindex;
	u32 master;
	u32 flags;
	u32 table;
	bool forwards4;
	char name[IFNAMSIZ];
	char kind[32];
};

/**
 * struct links - all devices
 * @v: by ifindex
 * @nr: how many
 */
struct links {
	struct link *v;
	unsigned int nr;
};

int links_get(struct links *links);
void links_free(struct links *links);
const struct link *links_find(const struct links *links, u32 ifindex);
const struct link *links_find_name(const struct links *links,
				   const char *name);

u32 link_index(const char *name);
const char *link_name(u32 ifindex, char *name);
int link_vrf_table(u32 ifindex, u32 *table);
int link_up(u32 ifindex);
int link_create_segward(void);

int link_table_parse(const char *s, u32 *table);
const char *link_table_name(u32 table, char *name);

#endif /* SEGWARD_CLI_LINK_H */
