// SPDX-License-Identifier: GPL-2.0
/*
 * Devices and routing tables, from rtnetlink.
 */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "link.h"
#include "nl.h"

static void table_read(const struct nlattr *data, struct link *link)
{
	const struct nlattr *a;

	mnl_attr_for_each_nested(a, data)
		if (mnl_attr_get_type(a) == IFLA_VRF_TABLE)
			link->table = nl_u32(a);
}

static void info_read(const struct nlattr *info, struct link *link)
{
	const struct nlattr *tb[IFLA_INFO_MAX + 1];

	nl_parse_nest(info, tb, IFLA_INFO_MAX);
	nl_str_copy(tb[IFLA_INFO_KIND], link->kind, sizeof(link->kind));
	if (tb[IFLA_INFO_DATA] && !strcmp(link->kind, "vrf"))
		table_read(tb[IFLA_INFO_DATA], link);
}

static void link_read(const struct nlmsghdr *nlh, struct link *link)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *a;

	memset(link, 0, sizeof(*link));
	link->ifindex = (u32)ifi->ifi_index;
	link->flags = ifi->ifi_flags;
	mnl_attr_for_each(a, nlh, sizeof(*ifi)) {
		if (mnl_attr_get_type(a) == IFLA_IFNAME)
			nl_str_copy(a, link->name, sizeof(link->name));
		else if (mnl_attr_get_type(a) == IFLA_MASTER)
			link->master = nl_u32(a);
		else if (mnl_attr_get_type(a) == IFLA_LINKINFO)
			info_read(a, link);
	}
}

static int link_add(const struct nlmsghdr *nlh, void *data)
{
	struct links *links = data;
	struct link *v;

	if (nlh->nlmsg_type != RTM_NEWLINK)
		return 0;
	v = reallocarray(links->v, links->nr + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	links->v = v;
	link_read(nlh, &v[links->nr++]);
	return 0;
}

static void links_reset(void *data)
{
	struct links *links = data;

	links->nr = 0;
}

static int by_ifindex(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return x->ifindex < y->ifindex ? -1 : x->ifindex > y->ifindex;
}

/**
 * links_get() - read all devices
 * @links: result; links_free() frees it
 *
 * Return: 0 or a negative errno.
 */
int links_get(struct links *links)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };
	struct nl_msg m = { 0 };
	struct nl_error e;
	int err;

	memset(links, 0, sizeof(*links));
	nl_begin_route(&m, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	err = nl_dump(&m, link_add, links_reset, links, &e);
	nl_free(&m);
	if (err)
		links_free(links);
	else if (links->nr)
		qsort(links->v, links->nr, sizeof(*links->v), by_ifindex);
	return err;
}

/** links_free() - free them */
void links_free(struct links *links)
{
	free(links->v);
	memset(links, 0, sizeof(*links));
}

/** links_find() - a device by number. Return: it, or NULL */
const struct link *links_find(const struct links *links, u32 ifindex)
{
	struct link key = { .ifindex = ifindex };

	if (!links->nr)
		return NULL;
	return bsearch(&key, links->v, links->nr, sizeof(key), by_ifindex);
}

/** links_find_name() - a device by name. Return: it, or NULL */
const struct link *links_find_name(const struct links *links,
				   const char *name)
{
	unsigned int i;

	for (i = 0; i < links->nr; i++)
		if (!strcmp(links->v[i].name, name))
			return &links->v[i];
	return NULL;
}

/** link_index() - number of a device. Return: it; 0 if there is none */
u32 link_index(const char *name)
{
	return strlen(name) < IFNAMSIZ ? if_nametoindex(name) : 0;
}

/**
 * link_name() - name of a device
 * @ifindex: its number
 * @name: IFNAMSIZ bytes
 *
 * Return: @name; "ifN" if the device is gone or with -N.
 */
const char *link_name(u32 ifindex, char *name)
{
	if (cli.numeric || !if_indextoname(ifindex, name))
		snprintf(name, IFNAMSIZ, "if%u", ifindex);
	return name;
}

static int link_one(const struct nlmsghdr *nlh, void *data)
{
	if (nlh->nlmsg_type == RTM_NEWLINK)
		link_read(nlh, data);
	return 0;
}

/**
 * link_vrf_table() - routing table of a VRF
 * @ifindex: the VRF
 * @table: result
 *
 * Return: 0, -EINVAL if the device is no VRF, or a negative errno.
 */
int link_vrf_table(u32 ifindex, u32 *table)
{
	struct ifinfomsg ifi = { .ifi_index = (int)ifindex };
	struct nl_msg m = { 0 };
	struct link link = { 0 };
	struct nl_error e;
	int err;

	nl_begin_route(&m, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	err = nl_talk(&m, link_one, &link, &e);
	nl_free(&m);
	if (err)
		return err;
	*table = link.table;
	return strcmp(link.kind, "vrf") || !link.table ? -EINVAL : 0;
}

/** link_up() - set a device up. Return: 0 or a negative errno */
int link_up(u32 ifindex)
{
	struct ifinfomsg ifi = {
		.ifi_index	= (int)ifindex,
		.ifi_flags	= IFF_UP,
		.ifi_change	= IFF_UP,
	};
	struct nl_msg m = { 0 };
	struct nl_error e;
	int err;

	nl_begin_route(&m, RTM_NEWLINK, 0, &ifi, sizeof(ifi));
	err = nl_talk(&m, NULL, NULL, &e);
	nl_free(&m);
	return err;
}

/** link_create_segward() - make segward0. Return: 0 or a negative errno */
int link_create_segward(void)
{
	struct ifinfomsg ifi = { .ifi_family = AF_UNSPEC };
	struct nl_msg m = { 0 };
	struct nl_error e;
	size_t nest;
	int err;

	nl_begin_route(&m, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &ifi,
		       sizeof(ifi));
	nl_put_str(&m, IFLA_IFNAME, SEGWARD_DEVICE);
	nest = nl_nest(&m, IFLA_LINKINFO);
	nl_put_str(&m, IFLA_INFO_KIND, "segward");
	nl_nest_end(&m, nest);
	err = nl_talk(&m, NULL, NULL, &e);
	nl_free(&m);
	return err;
}

/* --- Routing tables ---------------------------------------------------- */

/* One line of rt_tables: "NUMBER NAME". */
static bool table_line(const char *line, u32 *table, char *name)
{
	return sscanf(line, "%u %31s", table, name) == 2;
}

/* Find a table in iproute2's file by name, or by number if *s is empty. */
static int table_file(const char *path, char *s, u32 *table)
{
	char line[512], name[32];
	int err = -ENOENT;
	FILE *f;
	u32 nr;

	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (err && fgets(line, sizeof(line), f)) {
		if (!table_line(line, &nr, name))
			continue;
		if (*s ? strcmp(name, s) : nr != *table)
			continue;
		strcpy(s, name);
		*table = nr;
		err = 0;
	}
	fclose(f);
	return err;
}

static int table_files(char *s, u32 *table)
{
	static const char * const path[] = {
		"/etc/iproute2/rt_tables",
		"/usr/share/iproute2/rt_tables",
		"/usr/lib/iproute2/rt_tables",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(path); i++)
		if (!table_file(path[i], s, table))
			return 0;
	return -ENOENT;
}

static const struct {
	const char *name;
	u32 table;
} known_tables[] = {
	{ "default", RT_TABLE_DEFAULT },
	{ "main", RT_TABLE_MAIN },
	{ "local", RT_TABLE_LOCAL },
};

/**
 * link_table_parse() - read a routing table's name or number
 * @s: text
 * @table: result
 *
 * Return: 0 or -EINVAL.
 */
int link_table_parse(const char *s, u32 *table)
{
	unsigned int i;
	char name[32];
	u64 v;

	if (!parse_number(s, 1, UINT32_MAX, &v)) {
		*table = (u32)v;
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(known_tables); i++) {
		if (!strcmp(s, known_tables[i].name)) {
			*table = known_tables[i].table;
			return 0;
		}
	}
	if (!*s || strlen(s) >= sizeof(name))
		return -EINVAL;
	strcpy(name, s);
	return table_files(name, table) ? -EINVAL : 0;
}

/**
 * link_table_name() - name of a routing table
 * @table: its number
 * @name: at least 32 bytes
 *
 * Return: @name; the number if it has none or with -N.
 */
const char *link_table_name(u32 table, char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(known_tables) && !cli.numeric; i++)
		if (table == known_tables[i].table)
			return strcpy(name, known_tables[i].name);
	*name = '\0';
	if (cli.numeric || table_files(name, &table))
		snprintf(name, 32, "%u", table);
	return name;
}
