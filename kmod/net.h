/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What segward keeps for each network namespace.
 */
#ifndef SEGWARD_NET_H
#define SEGWARD_NET_H

#include <linux/atomic.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

struct net_device;
struct segward_event_net;
struct segward_flow_walk;
struct segward_flows;
struct segward_fragments;
struct segward_reputation;
struct segward_segment_routes;
struct segward_sid_memos;
struct segward_sid_table;
struct segward_stats_cpu;
struct segward_trace;

/**
 * struct segward_net - segward in one network namespace
 * @net: the namespace; it outlives this structure
 * @stats: counters of each processor, see stats.h
 * @sids: the SIDs, see sid.h; allocated by segward_sid_init()
 * @sid_memos: those of the last destinations, see sid_memo.h; made like
 *	@fragments
 * @reputation: the table, see reputation.h; NULL until the first entry or threshold; never
 *	replaced, freed with the namespace
 * @fragments: copies of inner fragments, see fragment.h; made before the hook
 *	is registered, freed with the namespace
 * @flows: the flows, see flow.h; made with the first SID that inspects, freed
 *	with the namespace
 * @routes: routes of next segments, see segment_route.h; made like @fragments
 * @event: state of the event path, see event.h
 * @trace: the trace in progress or NULL, see trace.h
 * @vrfs: ifindex of the VRF of each routing table that has one, see vrf.h
 * @dev: segward0; NULL if it does not exist. Written under the RTNL by the
 *	device, read with READ_ONCE()
 * @hook: the netfilter hook is registered; written under @lock
 * @hook_ops: it
 * @egress: so are those for inner packets, see egress.h; written under @lock
 * @image_unprivileged: CAP_NET_ADMIN in the namespace's own user namespace
 *	suffices to load images and reputation; written under @lock
 * @lock: the one writer's lock of the namespace. Taken before the RTNL, never
 *	inside it
 * @released: RCU state when a SID last let a profile go; profiles without
 *	users may be freed when a grace period has passed since
 * @generation: counts the changes of configuration; written under @lock, never
 *	0 after the first one
 * @profiles: list of struct segward_profile_slot in order of their id
 * @nr_profiles: how many
 * @profile_items: overrides, suppressions and ranges of all profiles together
 * @profile_bindings: rules that all profiles' bindings take together
 * @profile_serial: of the last one that was made; no dialog has seen 0
 * @rulesets: list of struct segward_ruleset_slot in order of their id
 * @nr_rulesets: how many
 * @image_bytes: of all rulesets and uploads together
 * @uploads: list of uploads in progress
 * @nr_uploads: how many
 * @reputation_max: most entries of the table, when it is made
 * @flows_max: most flows, when the table is made
 * @stream_memory_max: MiB for their streams, likewise
 * @loads: list of reputation loads in progress
 * @nr_owned: uploads, loads and traces that die with a socket; read without
 *	the lock when any generic netlink socket closes
 * @last_id: last number given to a profile, ruleset, upload or load
 * @sweep: frees expired reputation entries
 * @sweep_at: when @sweep runs, in jiffies; under @lock
 * @flow_sweep: takes out flows that are over
 * @flow_walk: where it is; its own
 */
struct segward_net {
	/* read for each packet */
	struct net *net;
	struct segward_stats_cpu __percpu *stats;
	struct segward_sid_table *sids;
	struct segward_sid_memos __percpu *sid_memos;
	struct segward_reputation __rcu *reputation;
	struct segward_fragments *fragments;
	struct segward_flows *flows;
	struct segward_segment_routes __rcu *routes;
	struct segward_event_net *event;
	struct segward_trace __rcu *trace;
	struct xarray vrfs;
	struct net_device *dev;
	bool hook;
	bool egress;
	struct nf_hook_ops hook_ops;

	/* configuration, under the lock */
	bool image_unprivileged;
	/* serializes all writers; see the members that name it above */
	struct mutex lock;
	unsigned long released;
	u32 generation;
	struct list_head profiles;
	u32 nr_profiles;
	u32 profile_items;
	u64 profile_bindings;
	u32 profile_serial;
	struct list_head rulesets;
	u32 nr_rulesets;
	u64 image_bytes;
	struct list_head uploads;
	u32 nr_uploads;
	u32 reputation_max;
	u32 flows_max;
	u32 stream_memory_max;
	struct list_head loads;
	atomic_t nr_owned;
	u32 last_id;
	struct delayed_work sweep;
	unsigned long sweep_at;
	struct delayed_work flow_sweep;
	struct segward_flow_walk *flow_walk;
};

extern unsigned int segward_net_id;

/**
 * segward_net() - segward's part of a namespace
 * @net: the namespace
 *
 * Context: any, while the namespace lives and the module is loaded.
 */
static inline struct segward_net *segward_net(const struct net *net)
{
	return net_generic(net, segward_net_id);
}

/**
 * segward_now() - the clock of everything that expires
 *
 * Boot time: it is monotonic and goes on while the machine is suspended, so
 * that an entry's hour is an hour. As cheap as ktime_get(); the coarse clocks
 * are up to 10 ms late, which is too much for entries that must end within
 * 10 ms.
 *
 * Context: any. Return: nanoseconds.
 */
static inline u64 segward_now(void)
{
	return ktime_get_boottime_ns();
}

/**
 * segward_net_changed() - count a change of configuration
 * @snet: the namespace
 *
 * Context: under snet->lock.
 */
static inline void segward_net_changed(struct segward_net *snet)
{
	lockdep_assert_held(&snet->lock);
	/* 0 would switch off the consistency check of dumps. */
	WRITE_ONCE(snet->generation, snet->generation + 1 ?: 1);
}

/**
 * segward_net_next_id() - a number that no object of the namespace has
 * @snet: the namespace
 *
 * Context: under snet->lock. Return: never 0.
 */
u32 segward_net_next_id(struct segward_net *snet);

/**
 * segward_net_init() - be there in all namespaces
 *
 * At module load. Return: 0 or an error.
 */
int segward_net_init(void);

/**
 * segward_net_exit() - be gone from all namespaces
 *
 * At module unload: stops the hooks, waits for their packets, frees all.
 */
void segward_net_exit(void);

#endif /* SEGWARD_NET_H */
