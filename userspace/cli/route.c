// SPDX-License-Identifier: GPL-2.0
/*
 * IPv6 routes over rtnetlink.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "route.h"

/** route_sid() - the route that leads a SID's prefix to segward0 */
void route_sid(struct route *r, const struct prefix *prefix, u32 table,
	       u32 metric, u32 oif)
{
	*r = (struct route) {
		.prefix		= *prefix,
		.table		= table,
		.metric		= metric,
		.oif		= oif,
		.type		= RTN_UNICAST,
		.protocol	= ROUTE_PROTOCOL,
	};
}

/** route_discard() - the route that answers when the module is gone */
void route_discard(struct route *r, const struct prefix *prefix, u32 table,
		   u32 metric)
{
	*r = (struct route) {
		.prefix		= *prefix,
		.table		= table,
		.metric		= ROUTE_METRIC_DISCARD |
				  (metric ^ ROUTE_METRIC_APART),
		.type		= RTN_UNREACHABLE,
		.protocol	= ROUTE_PROTOCOL_DISCARD,
	};
}

static void route_message(struct nl_msg *m, u16 type, u16 flags,
			  const struct route *r)
{
	struct rtmsg rtm = {
		.rtm_family	= AF_INET6,
		.rtm_dst_len	= r->prefix.bits,
		.rtm_table	= r->table < 256 ? (u8)r->table : RT_TABLE_UNSPEC,
		.rtm_protocol	= r->protocol,
		.rtm_scope	= RT_SCOPE_UNIVERSE,
		.rtm_type	= r->type,
	};

	nl_begin_route(m, type, flags, &rtm, sizeof(rtm));
	nl_put(m, RTA_DST, r->prefix.a.addr, 16);
	nl_put_u32(m, RTA_TABLE, r->table);
	nl_put_u32(m, RTA_PRIORITY, r->metric);
	if (r->oif)
		nl_put_u32(m, RTA_OIF, r->oif);
}

/**
 * route_add() - add a route
 * @r: it
 * @error: why it failed; EEXIST also when somebody else's route has the same
 *	prefix, table and metric
 *
 * Return: 0 or a negative errno.
 */
int route_add(const struct route *r, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	route_message(&m, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, r);
	err = nl_talk(&m, NULL, NULL, error);
	nl_free(&m);
	return err;
}

/**
 * route_del() - delete a route
 * @r: it, with type, protocol and metric, so that no other can be hit
 * @error: why it failed
 *
 * Return: 0, also if it was gone already, or a negative errno.
 */
int route_del(const struct route *r, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	route_message(&m, RTM_DELROUTE, 0, r);
	err = nl_talk(&m, NULL, NULL, error);
	nl_free(&m);
	return err == -ESRCH || err == -ENODEV ? 0 : err;
}

static void route_read(const struct nlmsghdr *nlh, struct route *r);

/* Any device does if @b has none: the kernel shows one for discard routes. */
static bool route_same(const struct route *a, const struct route *b)
{
	return a->table == b->table && a->metric == b->metric &&
	       a->protocol == b->protocol && a->type == b->type &&
	       (!b->oif || a->oif == b->oif);
}

struct search {
	const struct route *r;
	bool found;
};

static int search_one(const struct nlmsghdr *nlh, void *data)
{
	struct search *search = data;
	const struct route *want = search->r;
	struct route r;

	if (nlh->nlmsg_type != RTM_NEWROUTE)
		return 0;
	route_read(nlh, &r);
	search->found |= route_same(&r, want) &&
			 !prefix_compare(&r.prefix, &want->prefix);
	return 0;
}

/**
 * route_ours() - is a route there, with our protocol, type and device?
 * @r: the route
 *
 * Reads the routes of a table, so it is only asked when something is wrong.
 *
 * Return: true if so.
 */
bool route_ours(const struct route *r)
{
	struct rtmsg rtm = {
		.rtm_family	= AF_INET6,
		.rtm_protocol	= r->protocol,
	};
	struct search search = { r, false };
	struct nl_msg m = { 0 };
	struct nl_error e;

	nl_begin_route(&m, RTM_GETROUTE, 0, &rtm, sizeof(rtm));
	nl_put_u32(&m, RTA_TABLE, r->table);
	nl_dump(&m, search_one, NULL, &search, &e);
	nl_free(&m);
	return search.found;
}

static void encap_read(const struct nlattr *a, struct route *r)
{
	if (mnl_attr_get_payload_len(a) >= sizeof(u16))
		r->encap = mnl_attr_get_u16(a);
}

static void multipath_read(const struct nlattr *a, struct route *r)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(a);

	if (mnl_attr_get_payload_len(a) >= sizeof(*hop))
		r->oif = (u32)hop->rtnh_ifindex;
}

static void route_attr(const struct nlattr *a, struct route *r)
{
	switch (mnl_attr_get_type(a)) {
	case RTA_DST:
		nl_address(a, &r->prefix.a);
		break;
	case RTA_TABLE:
		r->table = nl_u32(a);
		break;
	case RTA_PRIORITY:
		r->metric = nl_u32(a);
		break;
	case RTA_OIF:
		r->oif = nl_u32(a);
		break;
	case RTA_ENCAP_TYPE:
		encap_read(a, r);
		break;
	case RTA_MULTIPATH:
		multipath_read(a, r);
		break;
	}
}

static void route_read(const struct nlmsghdr *nlh, struct route *r)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;

	memset(r, 0, sizeof(*r));
	r->prefix.a.len = 16;
	r->prefix.bits = rtm->rtm_dst_len;
	r->table = rtm->rtm_table;
	r->type = rtm->rtm_type;
	r->protocol = rtm->rtm_protocol;
	mnl_attr_for_each(a, nlh, sizeof(*rtm))
		route_attr(a, r);
}

static int routes_add(const struct nlmsghdr *nlh, void *data)
{
	struct routes *routes = data;
	struct route *v;

	if (nlh->nlmsg_type != RTM_NEWROUTE)
		return 0;
	/* Powers of two, since there may be a whole Internet of them. */
	if (!(routes->nr & (routes->nr - 1))) {
		v = reallocarray(routes->v, routes->nr ? 2 * routes->nr : 1,
				 sizeof(*v));
		if (!v)
			return -ENOMEM;
		routes->v = v;
	}
	route_read(nlh, &routes->v[routes->nr++]);
	return 0;
}

static void routes_reset(void *data)
{
	routes_free(data);
}

static int by_prefix(const void *a, const void *b)
{
	const struct route *x = a, *y = b;
	int diff = prefix_compare(&x->prefix, &y->prefix);

	if (!diff)
		diff = x->table < y->table ? -1 : x->table > y->table;
	if (!diff)
		diff = x->metric < y->metric ? -1 : x->metric > y->metric;
	return diff;
}

/**
 * routes_get() - read all IPv6 routes of all tables
 * @routes: result, by prefix, table and metric; routes_free() frees it
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int routes_get(struct routes *routes, struct nl_error *error)
{
	struct rtmsg rtm = { .rtm_family = AF_INET6 };
	struct nl_msg m = { 0 };
	int err;

	memset(routes, 0, sizeof(*routes));
	nl_begin_route(&m, RTM_GETROUTE, 0, &rtm, sizeof(rtm));
	err = nl_dump(&m, routes_add, routes_reset, routes, error);
	nl_free(&m);
	if (err)
		routes_free(routes);
	else if (routes->nr)
		qsort(routes->v, routes->nr, sizeof(*routes->v), by_prefix);
	return err;
}

/**
 * routes_first() - the first of the routes to a prefix
 * @routes: all routes
 * @prefix: the prefix
 *
 * Return: it; the others to the same prefix follow it. NULL if there is none.
 */
const struct route *routes_first(const struct routes *routes,
				 const struct prefix *prefix)
{
	unsigned int low = 0, high = routes->nr, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (prefix_compare(&routes->v[mid].prefix, prefix) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < routes->nr &&
	       !prefix_compare(&routes->v[low].prefix, prefix) ?
		&routes->v[low] : NULL;
}

/** routes_has() - is a route among them? */
bool routes_has(const struct routes *routes, const struct route *want)
{
	const struct route *r = routes_first(routes, &want->prefix);
	const struct route *end = routes->v + routes->nr;

	for (; r && r < end && !prefix_compare(&r->prefix, &want->prefix); r++)
		if (route_same(r, want))
			return true;
	return false;
}

/** routes_free() - free them */
void routes_free(struct routes *routes)
{
	free(routes->v);
	memset(routes, 0, sizeof(*routes));
}
