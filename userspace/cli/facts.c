// SPDX-License-Identifier: GPL-2.0
/*
 * Gathering what the status is judged by.
 */
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "facts.h"
#include "vec.h"

static int address_one(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct facts *facts = data;
	struct local_address *l;
	const struct nlattr *a;

	if (nlh->nlmsg_type != RTM_NEWADDR)
		return 0;
	l = VEC_ADD(facts->address, facts->nr_addresses);
	l->ifindex = ifa->ifa_index;
	/* On a point-to-point link the own one is IFA_LOCAL. */
	mnl_attr_for_each(a, nlh, sizeof(*ifa))
		if (mnl_attr_get_type(a) == IFA_LOCAL ||
		    (mnl_attr_get_type(a) == IFA_ADDRESS && !l->a.len))
			nl_address(a, &l->a);
	return 0;
}

static void addresses_reset(void *data)
{
	struct facts *facts = data;

	free(facts->address);
	facts->address = NULL;
	facts->nr_addresses = 0;
}

static void addresses_get(struct facts *facts)
{
	struct ifaddrmsg ifa = { .ifa_family = AF_INET6 };
	struct nl_msg m = { 0 };
	struct nl_error e;

	nl_begin_route(&m, RTM_GETADDR, 0, &ifa, sizeof(ifa));
	nl_dump(&m, address_one, addresses_reset, facts, &e);
	nl_free(&m);
}

/* A setting of the kernel; 0 if there is none of that name. */
static int sysctl(const char *name)
{
	char path[256];
	int value = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%d", &value) != 1)
		value = 0;
	fclose(f);
	return value;
}

/* The kernel takes the larger number. */
static int read_rp_filter(void)
{
	int all = sysctl("ipv4/conf/all/rp_filter");
	int dev = sysctl("ipv4/conf/" SEGWARD_DEVICE "/rp_filter");

	return all > dev ? all : dev;
}

/* Inner packets come in by these, and IPv4 asks each device. */
static void read_forwarding4(struct links *links)
{
	char name[64];
	struct link *l;

	for (l = links->v; l < links->v + links->nr; l++) {
		if (!l->table && strcmp(l->name, SEGWARD_DEVICE))
			continue;
		snprintf(name, sizeof(name), "ipv4/conf/%s/forwarding",
			 l->name);
		l->forwards4 = sysctl(name);
	}
}

/* Not every user may ask for keys: only who has to is told so. */
static void read_hmac_keys(struct facts *facts)
{
	unsigned int i;

	for (i = 0; i < facts->sids.nr; i++) {
		if (!facts->sids.v[i].hmac)
			continue;
		hmac_keys_get(&facts->hmac_keys, &facts->hmac_error);
		return;
	}
}

/**
 * facts_get() - gather what the status is judged by
 * @facts: result; facts_free() frees it
 */
void facts_get(struct facts *facts)
{
	struct nl_error e;

	memset(facts, 0, sizeof(*facts));
	facts->netns = cli.netns;
	facts->forwarding = sysctl("ipv6/conf/all/forwarding");
	facts->forwarding4 = sysctl("ipv4/ip_forward");
	facts->rp_filter = read_rp_filter();
	facts->bridge_call = sysctl("bridge/bridge-nf-call-ip6tables");
	links_get(&facts->links);
	read_forwarding4(&facts->links);
	routes_get(&facts->routes, &e);
	addresses_get(facts);
	if (stats_get(&facts->stats, &facts->error) ||
	    sids_get(&facts->sids, &facts->error) ||
	    rulesets_get(&facts->rulesets, &facts->error))
		return;
	read_hmac_keys(facts);
	profiles_get(&facts->profiles, NULL, &facts->profiles_error);
}

/** facts_free() - free them */
void facts_free(struct facts *facts)
{
	sids_free(&facts->sids);
	profiles_free(&facts->profiles);
	rulesets_free(&facts->rulesets);
	hmac_keys_free(&facts->hmac_keys);
	links_free(&facts->links);
	routes_free(&facts->routes);
	addresses_reset(facts);
}
