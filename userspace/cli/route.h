/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The routes of a SID: the one that leads its prefix to segward0, and the
 * discard route behind it that answers when the module is gone.
 *
 * Both are owned by the CLI: made by sid add, removed by sid del, told from
 * others' by their protocol number.
 */
#ifndef SEGWARD_CLI_ROUTE_H
#define SEGWARD_CLI_ROUTE_H

#include "addr.h"
#include "nl.h"

/* Above the numbers that routing daemons have taken (iproute2 rt_protos). */
#define ROUTE_PROTOCOL		200
/* What ip -6 route gives to a route without a metric. */
#define ROUTE_METRIC		1024
/* zebra reads the high byte as an administrative distance; 255 is never
 * used, so the discard route is not announced.
 */
#define ROUTE_METRIC_DISCARD	0xff000000u
/* The discard route's metric takes the low bits of the SID route's. */
#define ROUTE_METRIC_MAX	0x00ffffffu

/**
 * struct route - an IPv6 route
 * @prefix: destination
 * @table: routing table
 * @metric: priority
 * @oif: device, 0 for a discard route
 * @type: RTN_*
 * @protocol: who made it
 * @encap: LWTUNNEL_ENCAP_*, 0 without
 */
struct route {
	struct prefix prefix;
	u32 table;
	u32 metric;
	u32 oif;
	u8 type;
	u8 protocol;
	u16 encap;
};

/**
 * struct routes - a list of routes
 * @v: by prefix, table and metric
 * @nr: how many
 */
struct routes {
	struct route *v;
	unsigned int nr;
};

void route_sid(struct route *r, const struct prefix *prefix, u32 table,
	       u32 metric, u32 oif);
void route_discard(struct route *r, const struct prefix *prefix, u32 table,
		   u32 metric);
int route_add(const struct route *r, struct nl_error *error);
int route_del(const struct route *r, struct nl_error *error);
bool route_ours(const struct route *r);
int routes_get(struct routes *routes, struct nl_error *error);
const struct route *routes_first(const struct routes *routes,
				 const struct prefix *prefix);
bool routes_has(const struct routes *routes, const struct route *want);
void routes_free(struct routes *routes);

#endif /* SEGWARD_CLI_ROUTE_H */
