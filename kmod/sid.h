/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SIDs: the IPv6 prefixes that a namespace owns, what each does, and finding
 * the one that takes a packet.
 */
#ifndef SEGWARD_SID_H
#define SEGWARD_SID_H

#include <linux/bits.h>
#include <linux/in6.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/segward.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

#include "argument.h"
#include "egress.h"
#include "engine/csid.h"

struct metadata_dst;
struct netlink_ext_ack;
struct segward_bucket;
struct segward_net;
struct segward_nexthop_route;
struct segward_profile_slot;
struct segward_return;
struct segward_zone;

/*
 * Each takes some 400 bytes, 300 more if tunnels end there, and 240 for every
 * processor, charged to the cgroup of who adds it: far more than a node's
 * locators have functions.
 */
#define SEGWARD_SIDS_MAX	65536

/* Compared one by one for each packet of the SID; more belong in a firewall. */
#define SEGWARD_SID_ALLOW_SRC_MAX	64

/**
 * struct segward_sid_key - what identifies a SID
 * @prefix: first address; bits behind @prefix_len are zero
 * @vrf: ifindex of the L3 master device, 0 for the default domain
 * @prefix_len: 1 to 128
 *
 * Hashed as bytes: always cleared before it is filled in.
 */
struct segward_sid_key {
	struct in6_addr prefix;
	int vrf;
	u32 prefix_len;
};

/**
 * struct segward_sid_source - an outer source prefix that is accepted
 * @prefix: first address
 * @prefix_len: 0 to 128
 */
struct segward_sid_source {
	struct in6_addr prefix;
	u8 prefix_len;
};

/**
 * struct segward_sid_config - what the user wants of a SID
 * @key: its prefix and L3 domain
 * @slot: its profile, borrowed under the namespace's lock; NULL for none
 * @arguments: profiles of its argument's values, used in front of @slot; NULL
 *	for none. Owned by the SID, and by nobody in a request
 * @back: the way of resets to the sources of packets; NULL for none. Owned like
 *	@arguments
 * @hmac: ID of the key whose HMAC packets must have, 0 for none
 * @zone: number that keeps its flows apart from other SIDs'
 * @iif: ifindex of the only device by which packets may come, 0 for any
 * @nh6: next hop of End.X and End.DX6
 * @nh4: next hop of End.DX4
 * @oif: output device of End.X, End.DX4 and End.DX6; 0 for the one that the
 *	route to End.X's next hop says
 * @table: routing table of End.T and End.DT*, 0 if there is none
 * @vrftable: the table by which End.DT* name a VRF, 0 if they do not
 * @flavors: bits 1 << enum segward_flavor
 * @csid: the prefix's structure with flavor NEXT-C-SID
 * @route_table: where user space keeps its route; remembered, not used
 * @route_metric: metric of that route; remembered, not used
 * @noroute: user space keeps no route; remembered, not used
 * @action: enum segward_action
 * @nr_allow_src: used elements of @allow_src; 0 accepts any source
 * @allow_src: outer sources that are accepted
 *
 * The border (netlink) has checked each value and what belongs together:
 * End takes no profile and End.AN needs one; End.X has an @nh6, and an @oif
 * if that is link-local; End.DX6 has @nh6 and @oif, End.DX4 has @nh4 and @oif;
 * End.T has a @table, End.DT* either a @table, which for IPv4 is the main one,
 * or a @vrftable; only the first four actions have @flavors. @arguments come
 * with a @slot and without flavor NEXT-C-SID, @back with a @slot.
 */
struct segward_sid_config {
	struct segward_sid_key key;
	struct segward_profile_slot *slot;
	struct segward_arguments *arguments;
	struct segward_return *back;
	u32 hmac;
	u32 zone;
	int iif;
	struct in6_addr nh6;
	__be32 nh4;
	int oif;
	u32 table;
	u32 vrftable;
	u32 route_table;
	u32 route_metric;
	bool noroute;
	u8 action;
	u8 flavors;
	struct segward_csid csid;
	u8 nr_allow_src;
	struct segward_sid_source allow_src[SEGWARD_SID_ALLOW_SRC_MAX];
};

/**
 * segward_sid_has_flavor() - is it one of the SID's flavors?
 * @config: the SID's configuration
 * @flavor: which
 *
 * Context: any. Return: whether it is.
 */
static inline bool segward_sid_has_flavor(const struct segward_sid_config *config,
					  enum segward_flavor flavor)
{
	return config->flavors & BIT(flavor);
}

/**
 * segward_sid_has_next_hop() - is the SID's exit one neighbour?
 * @config: the SID's configuration
 *
 * Context: any. Return: whether the action is End.X, End.DX4 or End.DX6.
 */
static inline bool segward_sid_has_next_hop(const struct segward_sid_config *config)
{
	return config->action == SEGWARD_ACTION_END_X ||
	       config->action == SEGWARD_ACTION_END_DX4 ||
	       config->action == SEGWARD_ACTION_END_DX6;
}

/**
 * segward_sid_slot() - the profile that a packet is held to
 * @config: the SID's configuration
 * @daddr: the packet's destination
 *
 * Context: RCU read side or under the namespace's lock. Return: its slot, or
 * NULL if the SID does not inspect.
 */
static inline struct segward_profile_slot *
segward_sid_slot(const struct segward_sid_config *config,
		 const struct in6_addr *daddr)
{
	struct segward_profile_slot *slot = NULL;

	if (unlikely(config->arguments))
		slot = segward_arguments_slot(config->arguments, daddr);
	return slot ?: config->slot;
}

/**
 * segward_sid_only_egress() - is the SID the end of every packet's tunnel?
 * @config: the SID's configuration
 *
 * Context: any. Return: whether the action is End.DX4, DX6, DT4, DT6 or DT46.
 */
static inline bool segward_sid_only_egress(const struct segward_sid_config *config)
{
	return config->action >= SEGWARD_ACTION_END_DX4;
}

/**
 * segward_sid_takes_out() - may the SID take packets out of their tunnel?
 * @config: the SID's configuration
 *
 * Context: any. Return: whether some inner packet can leave by the SID.
 */
static inline bool segward_sid_takes_out(const struct segward_sid_config *config)
{
	return segward_sid_only_egress(config) ||
	       segward_sid_has_flavor(config, SEGWARD_FLAVOR_USD);
}

/**
 * struct segward_sid_counters - what one processor counted for a SID
 * @sync: guards 64-bit reads on 32-bit machines
 * @packets: packets that matched
 * @bytes: their bytes from the outer IPv6 header on; what GRO put together
 *	is one packet
 * @errors: answered with an ICMPv6 error or refused before inspection
 * @upper: came with no segments left or without SRH
 * @forwarded: handed on, to the next segment or out of their tunnel
 * @drops: not handed on, by enum segward_reason; in monitor mode the
 *	inspection reasons are not counted here
 */
struct segward_sid_counters {
	struct u64_stats_sync sync;
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t errors;
	u64_stats_t upper;
	u64_stats_t forwarded;
	u64_stats_t drops[SEGWARD_REASON_MAX + 1];
};

/**
 * struct segward_sid_totals - counters of all processors added up
 * @packets: see struct segward_sid_counters
 * @bytes: see struct segward_sid_counters
 * @errors: see struct segward_sid_counters
 * @upper: see struct segward_sid_counters
 * @forwarded: see struct segward_sid_counters
 * @drops: see struct segward_sid_counters
 * @upper_streak: how many of the latest packets in a row had no segments left
 */
struct segward_sid_totals {
	u64 packets;
	u64 bytes;
	u64 errors;
	u64 upper;
	u64 forwarded;
	u64 drops[SEGWARD_REASON_MAX + 1];
	u32 upper_streak;
};

/**
 * struct segward_sid - a SID in force
 * @counters: by processor; a replacement takes them over
 * @upper_streak: see struct segward_sid_totals; written by all processors
 *	without a lock, so that a race may lose a step: it is a hint for people
 * @route: of End.X, End.DX4 and End.DX6, see nexthop.h
 * @next_hop_node: in the namespace's list of SIDs with a next hop; written
 *	under its lock, read under RCU
 * @domain: carries @config.key.vrf with packets that come through segward0;
 *	NULL in the default domain
 * @exit: goes with packets that leave without their tunnel, by enum
 *	segward_egress; NULL for what a SID does not do
 * @zone: of its flows; NULL if it does not inspect
 * @hash_node: in the namespace's hash table
 * @rb_node: in the namespace's ordered tree, under its lock
 * @rcu: frees it after the last reader
 * @config: what it was made from; immutable. The last member, and allocated
 *	no further than the used elements of its allow_src
 *
 * Published by RCU, replaced whole. The profile behind @config.slot changes
 * under it without touching the SID.
 */
struct segward_sid {
	struct segward_sid_counters __percpu *counters;
	u32 upper_streak;
	struct segward_nexthop_route __rcu *route;
	struct list_head next_hop_node;
	struct metadata_dst *domain;
	struct metadata_dst *exit[SEGWARD_EGRESS_MAX + 1];
	struct segward_zone *zone;
	struct rhash_head hash_node;
	struct rb_node rb_node;
	struct rcu_head rcu;
	struct segward_sid_config config;
};

/**
 * segward_sid_init() - make a namespace's empty table
 * @snet: the namespace; snet->sids is set
 *
 * Context: process. Return: 0 or -ENOMEM.
 */
int segward_sid_init(struct segward_net *snet);

/**
 * segward_sid_exit() - free the table and what is in it
 * @snet: the namespace; its hook is stopped and a grace period has passed
 *
 * Gives its users back to every profile slot, so it comes before the slots go.
 * Context: process. The SIDs' memory is freed by RCU: rcu_barrier() before the
 * module's text goes.
 */
void segward_sid_exit(struct segward_net *snet);

/**
 * segward_sid_add() - add, replace or change a SID
 * @snet: the namespace
 * @config: what is wanted; copied
 * @flags: NLM_F_CREATE, NLM_F_EXCL and NLM_F_REPLACE as in a netlink request
 * @extack: gets the sentence of a refusal
 *
 * The first SID registers the hook. A replacement keeps the counters. Context:
 * process, under snet->lock. Return: 0; -EEXIST, -ENOENT, -ENOSPC at
 * SEGWARD_SIDS_MAX, -ENOMEM, or what registering the hook said.
 */
int segward_sid_add(struct segward_net *snet,
		    const struct segward_sid_config *config, u16 flags,
		    struct netlink_ext_ack *extack);

/**
 * segward_sid_del() - remove a SID
 * @snet: the namespace
 * @sid: what segward_sid_find() returned
 *
 * The last one unregisters the hook. Readers may see @sid until the end of
 * the RCU grace period; the caller may read it until it leaves an enclosing
 * rcu_read_lock(). Context: process, under snet->lock.
 */
void segward_sid_del(struct segward_net *snet, struct segward_sid *sid);

/**
 * segward_sid_find() - the SID with exactly this key
 * @snet: the namespace
 * @key: cleared before it was filled in
 *
 * Context: RCU read side or under snet->lock. Return: the SID or NULL.
 */
struct segward_sid *segward_sid_find(struct segward_net *snet,
				     const struct segward_sid_key *key);

/**
 * segward_sid_takes_proto() - does the SID take this out of its tunnel?
 * @config: the SID's configuration
 * @proto: upper-layer protocol number
 *
 * The next hop of End.X is an IPv6 one, and IPv4 has no lookup in one table
 * but a VRF's: these take no IPv4 out. Context: any. Return: whether it does.
 */
bool segward_sid_takes_proto(const struct segward_sid_config *config, u8 proto);

/**
 * segward_sid_next() - go through the SIDs in order
 * @snet: the namespace
 * @key: the last one seen, NULL to begin; need not exist any more
 *
 * Order: prefix, prefix length, VRF. Logarithmic in the number of SIDs.
 * Context: under snet->lock. Return: the SID behind @key, or NULL.
 */
struct segward_sid *segward_sid_next(struct segward_net *snet,
				     const struct segward_sid_key *key);

/**
 * segward_sid_lookup() - the SID that takes a destination
 * @snet: the namespace
 * @daddr: the destination
 * @vrf: ifindex of the L3 master device of the ingress, 0 for none
 *
 * The longest prefix wins. Time depends on how many different prefix lengths
 * there are, not on the number of SIDs. Context: RCU read side or under
 * snet->lock. Return: the SID or NULL.
 */
struct segward_sid *segward_sid_lookup(struct segward_net *snet,
				       const struct in6_addr *daddr, int vrf);

/**
 * segward_sid_generation() - which SIDs there are, as a number
 * @snet: the namespace
 *
 * A lookup that follows finds these SIDs or newer ones. A SID that was found
 * lives, under RCU, at least as long as the number stays.
 *
 * Context: RCU read side. Return: another one after each change; never 0.
 */
u64 segward_sid_generation(const struct segward_net *snet);

/**
 * segward_sid_possible() - may a destination be a SID's?
 * @snet: the namespace
 * @daddr: the destination
 *
 * Cheap: answers "no" for what lies outside of the part of the address space
 * that all SIDs share. Context: RCU read side. Return: whether a lookup could
 * find something.
 */
bool segward_sid_possible(const struct segward_net *snet,
			  const struct in6_addr *daddr);

/**
 * segward_sid_lookup_any() - is this the destination of a SID of any domain?
 * @snet: the namespace
 * @daddr: the destination
 *
 * For explaining, not for packets. Context: under snet->lock. Return: of the
 * SIDs with the longest prefix one, or NULL.
 */
struct segward_sid *segward_sid_lookup_any(struct segward_net *snet,
					   const struct in6_addr *daddr);

/**
 * segward_sid_refuses() - would the SID refuse a packet before reading it?
 * @sid: the SID
 * @iif: ifindex of the device it came by
 * @saddr: its outer source
 *
 * Context: RCU read side or under the namespace's lock. Return: enum
 * segward_reason: SEGWARD_REASON_NONE, _IIF or _SOURCE.
 */
u8 segward_sid_refuses(const struct segward_sid *sid, int iif,
		       const struct in6_addr *saddr);

/**
 * segward_sid_count() - how many SIDs the namespace has
 * @snet: the namespace
 *
 * Context: any. Return: the number.
 */
u32 segward_sid_count(const struct segward_net *snet);

/**
 * segward_sid_echo_bucket() - the namespace's limit of Echo Replies
 * @snet: the namespace
 *
 * Context: any. Return: the bucket, which all SIDs share.
 */
struct segward_bucket *segward_sid_echo_bucket(struct segward_net *snet);

/**
 * segward_sid_forget_routes() - forget where the SIDs' next hops are
 * @snet: the namespace
 *
 * Context: any; takes no lock.
 */
void segward_sid_forget_routes(struct segward_net *snet);

/**
 * segward_sid_read_counters() - add up the counters of all processors
 * @sid: the SID
 * @totals: filled in
 *
 * Context: process; the SID is kept by snet->lock or RCU.
 */
void segward_sid_read_counters(const struct segward_sid *sid,
			       struct segward_sid_totals *totals);

#endif /* SEGWARD_SID_H */
