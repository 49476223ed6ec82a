/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that the status is judged by, gathered before anything is judged: the
 * judging can be tested without a kernel.
 */
#ifndef SEGWARD_CLI_FACTS_H
#define SEGWARD_CLI_FACTS_H

#include "hmac.h"
#include "link.h"
#include "profile.h"
#include "route.h"
#include "ruleset.h"
#include "sid.h"
#include "stats.h"

/** struct local_address - an IPv6 address of this node */
struct local_address {
	struct address a;
	u32 ifindex;
};

/**
 * struct facts - the state of a network namespace
 * @netns: what it was named by with -n, or NULL
 * @error: why the module cannot be asked; err 0 if it can
 * @profiles_error: the same for profiles, which not every user may read
 * @hmac_error: the same for the keys of the kernel's store
 * @stats: totals
 * @sids: by domain and prefix
 * @profiles: by name
 * @rulesets: by name
 * @links: by ifindex
 * @routes: IPv6 routes of all tables, by prefix
 * @address: IPv6 addresses
 * @nr_addresses: how many
 * @hmac_keys: the kernel's, if some SID requires one
 * @forwarding: net.ipv6.conf.all.forwarding; what IPv6 has of that name for
 *	single devices decides about routers' advertisements, not packets
 * @forwarding4: net.ipv4.ip_forward
 * @rp_filter: the larger, which counts, of
 *	net.ipv4.conf.{all,segward0}.rp_filter
 * @bridge_call: net.bridge.bridge-nf-call-ip6tables, 0 without br_netfilter
 */
struct facts {
	const char *netns;
	struct nl_error error;
	struct nl_error profiles_error;
	struct nl_error hmac_error;
	struct stats stats;
	struct sids sids;
	struct profiles profiles;
	struct rulesets rulesets;
	struct links links;
	struct routes routes;
	struct local_address *address;
	unsigned int nr_addresses;
	struct hmac_keys hmac_keys;
	int forwarding;
	int forwarding4;
	int rp_filter;
	int bridge_call;
};

void facts_get(struct facts *facts);
void facts_free(struct facts *facts);

#endif /* SEGWARD_CLI_FACTS_H */
