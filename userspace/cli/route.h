/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The routes of a SID: the one that leads its prefix to segward0, and the
 * discard route behind it that answers when the module is gone.
 *
 * Both are owned by the CLI: made by sid add, removed by sid del, told from
 * others' by protocol number and metric.
 *
 * Routing daemons are to announce the first and never the second. BIRD and the
 * zebra of FRR 8 take a route with the protocol "kernel" for one of the kernel's
 * own and do not learn it. That of FRR 10 does; it reads the high byte of the
 * metric as an administrative distance, by which the SID's route wins, and the
 * other three as the metric, which tells routes apart that are otherwise equal:
 * with the same one, the discard route would replace the SID's.
 */
#ifndef SEGWARD_CLI_ROUTE_H
#define SEGWARD_CLI_ROUTE_H

#include <linux/rtnetlink.h>

#include "addr.h"
#include "nl.h"

/* Above the numbers that routing daemons have taken (iproute2 rt_protos). */
#define ROUTE_PROTOCOL		200
/* What ip -6 route gives to a route without a metric. */
#define ROUTE_METRIC		1024
/* Of the discard route; see above. */
#define ROUTE_PROTOCOL_DISCARD	RTPROT_KERNEL
/* The worst distance that zebra knows. */
#define ROUTE_METRIC_DISCARD	0xff000000u
/* The low bits of a discard route's metric are the SID route's but for this. */
#define ROUTE_METRIC_APART	0x00800000u
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
