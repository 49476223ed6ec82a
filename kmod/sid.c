// SPDX-License-Identifier: GPL-2.0
/*
 * SIDs of a namespace.
 *
 * DOC: Two structures hold the same SIDs. A hash table, keyed with the
 * namespace's own random seed by (prefix, length, VRF), answers packets: one
 * probe for each prefix length in use, the longest first. A tree in the order
 * of dumps serves writers. In front of the hash table stands a filter, the
 * bits that all SIDs have in common: a node's SIDs lie in its locator, so that
 * a packet for somebody else costs two loads and a comparison.
 *
 * A SID is never changed: a replacement is a new one with the old one's
 * counters. Readers are under RCU, writers under the namespace's lock.
 */
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/dst_metadata.h>
#include <net/ipv6.h>

#include "bucket.h"
#include "device.h"
#include "egress.h"
#include "engine/flow.h"
#include "flow.h"
#include "hook.h"
#include "icmp.h"
#include "net.h"
#include "nexthop.h"
#include "profile.h"
#include "return.h"
#include "sid.h"

/**
 * struct segward_sid_filter - what all destinations of SIDs have in common
 * @common: the bits that all prefixes share
 * @mask: where these bits are
 * @rcu: frees it after the last reader
 * @nr_lens: how many prefix lengths there are
 * @len: the prefix lengths in use, the longest first
 */
struct segward_sid_filter {
	struct in6_addr common;
	struct in6_addr mask;
	struct rcu_head rcu;
	u8 nr_lens;
	u8 len[128];
};

/**
 * struct segward_sid_table - the SIDs of a namespace
 * @filter: NULL while there is no SID
 * @hash: the SIDs by key
 * @tree: the SIDs in order
 * @count: how many
 * @generation: changes with each SID that comes or goes; never 0
 * @len_users: SIDs of each prefix length
 * @next_hops: the SIDs with a next hop
 * @echo_bucket: limit of Echo Replies
 * @rcu: frees it after the last device event that saw it
 */
struct segward_sid_table {
	struct segward_sid_filter __rcu *filter;
	struct rhashtable hash;
	struct rb_root tree;
	u32 count;
	u64 generation;
	u32 len_users[129];
	struct list_head next_hops;
	struct segward_bucket echo_bucket;
	struct rcu_head rcu;
};

/* Keys are configuration: packets cannot make them collide. */
static u32 hash_key(const void *data, u32 len, u32 seed)
{
	const struct segward_sid_key *key = data;

	return __ipv6_addr_jhash(&key->prefix,
				 seed ^ key->prefix_len ^ key->vrf << 8);
}

static int hash_cmp(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct segward_sid_key *a = arg->key;
	const struct segward_sid_key *b =
		&((const struct segward_sid *)obj)->config.key;

	return !ipv6_addr_equal(&a->prefix, &b->prefix) ||
	       a->prefix_len != b->prefix_len || a->vrf != b->vrf;
}

static const struct rhashtable_params sid_params = {
	.key_len		= sizeof(struct segward_sid_key),
	.key_offset		= offsetof(struct segward_sid, config.key),
	.head_offset		= offsetof(struct segward_sid, hash_node),
	.hashfn			= hash_key,
	.obj_cmpfn		= hash_cmp,
	.automatic_shrinking	= true,
};

static struct segward_sid *tree_sid(const struct rb_node *node)
{
	return node ? rb_entry(node, struct segward_sid, rb_node) : NULL;
}

static int key_cmp(const struct segward_sid_key *a,
		   const struct segward_sid_key *b)
{
	int cmp = memcmp(&a->prefix, &b->prefix, sizeof(a->prefix));

	if (cmp)
		return cmp;
	if (a->prefix_len != b->prefix_len)
		return a->prefix_len < b->prefix_len ? -1 : 1;
	if (a->vrf != b->vrf)
		return a->vrf < b->vrf ? -1 : 1;
	return 0;
}

static void tree_insert(struct rb_root *tree, struct segward_sid *sid)
{
	struct rb_node **link = &tree->rb_node;
	struct rb_node *parent = NULL;

	while (*link) {
		parent = *link;
		if (key_cmp(&sid->config.key,
			    &tree_sid(parent)->config.key) < 0)
			link = &parent->rb_left;
		else
			link = &parent->rb_right;
	}
	rb_link_node(&sid->rb_node, parent, link);
	rb_insert_color(&sid->rb_node, tree);
}

static void sid_free(struct segward_sid *sid)
{
	int i;

	segward_nexthop_forget(sid);
	if (sid->domain)
		dst_release(&sid->domain->dst);
	for (i = 0; i <= SEGWARD_EGRESS_MAX; i++)
		if (sid->exit[i])
			dst_release(&sid->exit[i]->dst);
	free_percpu(sid->counters);
	kfree(sid->config.arguments);
	kfree(sid->config.back);
	kfree(sid);
}

static void sid_free_rcu(struct rcu_head *rcu)
{
	sid_free(container_of(rcu, struct segward_sid, rcu));
}

static struct segward_sid_counters __percpu *counters_alloc(void)
{
	struct segward_sid_counters __percpu *counters;
	int cpu;

	counters = alloc_percpu_gfp(struct segward_sid_counters,
				    GFP_KERNEL_ACCOUNT);
	if (!counters)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(counters, cpu)->sync);
	return counters;
}

static struct metadata_dst *domain_alloc(int vrf)
{
	struct metadata_dst *domain;

	domain = metadata_dst_alloc(0, METADATA_HW_PORT_MUX,
				    GFP_KERNEL_ACCOUNT);
	if (domain)
		domain->u.port_info.port_id = vrf;
	return domain;
}

static int copy_lists(struct segward_sid *sid,
		      const struct segward_sid_config *config)
{
	const struct segward_arguments *arguments = config->arguments;
	const struct segward_return *back = config->back;

	if (arguments) {
		sid->config.arguments =
			kmemdup(arguments, struct_size(arguments, argument,
						       arguments->nr),
				GFP_KERNEL_ACCOUNT);
		if (!sid->config.arguments)
			return -ENOMEM;
	}
	if (back) {
		sid->config.back = kmemdup(back, struct_size(back, segments,
							     back->nr_segments),
					   GFP_KERNEL_ACCOUNT);
		if (!sid->config.back)
			return -ENOMEM;
	}
	return 0;
}

/* Does the SID send packets of this kind without their tunnel? */
static bool leaves_by(const struct segward_sid_config *config,
		      enum segward_egress egress)
{
	if (egress == SEGWARD_EGRESS_ONWARD)
		return segward_sid_takes_out(config);
	return config->back && !config->back->nr_segments;
}

static int alloc_ways(struct segward_sid *sid)
{
	const struct segward_sid_key *key = &sid->config.key;
	int i;

	if (key->vrf) {
		sid->domain = domain_alloc(key->vrf);
		if (!sid->domain)
			return -ENOMEM;
	}
	for (i = 0; i <= SEGWARD_EGRESS_MAX; i++) {
		if (!leaves_by(&sid->config, i))
			continue;
		sid->exit[i] = segward_egress_alloc(key, i);
		if (!sid->exit[i])
			return -ENOMEM;
	}
	return 0;
}

/* Without counters: the caller knows whose to use. */
static struct segward_sid *sid_create(const struct segward_sid_config *config)
{
	size_t config_size = offsetof(struct segward_sid_config,
				      allow_src[config->nr_allow_src]);
	struct segward_sid *sid;

	sid = kzalloc(offsetof(struct segward_sid, config) + config_size,
		      GFP_KERNEL_ACCOUNT);
	if (!sid)
		return NULL;
	memcpy(&sid->config, config, config_size);
	/* What is still the caller's must not be freed with the SID. */
	sid->config.arguments = NULL;
	sid->config.back = NULL;
	if (copy_lists(sid, config) || alloc_ways(sid)) {
		sid_free(sid);
		return NULL;
	}
	return sid;
}

/* The prefixes are in order, so the first and the last differ the most. */
static void filter_fill(struct segward_sid_filter *filter,
			const struct segward_sid_table *sids)
{
	const struct segward_sid *first = tree_sid(rb_first(&sids->tree));
	const struct segward_sid *last = tree_sid(rb_last(&sids->tree));
	struct in6_addr ones;
	unsigned int common;
	int len;

	for (len = 128; len > 0; len--)
		if (sids->len_users[len])
			filter->len[filter->nr_lens++] = len;

	common = ipv6_addr_diff(&first->config.key.prefix,
				&last->config.key.prefix);
	common = min_t(unsigned int, common, filter->len[filter->nr_lens - 1]);
	ipv6_addr_prefix(&filter->common, &first->config.key.prefix, common);
	memset(&ones, 0xff, sizeof(ones));
	ipv6_addr_prefix(&filter->mask, &ones, common);
}

static bool filter_equal(const struct segward_sid_filter *a,
			 const struct segward_sid_filter *b)
{
	return a && b && ipv6_addr_equal(&a->common, &b->common) &&
	       ipv6_addr_equal(&a->mask, &b->mask) &&
	       a->nr_lens == b->nr_lens && !memcmp(a->len, b->len, a->nr_lens);
}

/*
 * Put a filter in force that lets the present SIDs through. @fresh was
 * allocated before anything changed, so that this cannot fail.
 */
static void filter_update(struct segward_net *snet,
			  struct segward_sid_filter *fresh)
{
	struct segward_sid_table *sids = snet->sids;
	struct segward_sid_filter *old;

	old = rcu_dereference_protected(sids->filter,
					lockdep_is_held(&snet->lock));
	if (!sids->count) {
		kfree(fresh);
		fresh = NULL;
	} else {
		filter_fill(fresh, sids);
		if (filter_equal(old, fresh)) {
			kfree(fresh);
			return;
		}
	}
	rcu_assign_pointer(sids->filter, fresh);
	if (old)
		kfree_rcu(old, rcu);
}

static void link_next_hop(struct segward_sid_table *sids,
			  struct segward_sid *sid)
{
	if (segward_sid_has_next_hop(&sid->config))
		list_add_rcu(&sid->next_hop_node, &sids->next_hops);
}

static void unlink_next_hop(struct segward_sid *sid)
{
	if (segward_sid_has_next_hop(&sid->config))
		list_del_rcu(&sid->next_hop_node);
}

/* Of each profile that the SID names. */
static void count_users(const struct segward_sid_config *config, int n)
{
	const struct segward_arguments *arguments = config->arguments;
	int i;

	if (config->slot)
		config->slot->users += n;
	for (i = 0; arguments && i < arguments->nr; i++)
		arguments->argument[i].slot->users += n;
}

/* The SID is in force from now on: what it names has a user more. */
static void use(struct segward_net *snet, const struct segward_sid *sid)
{
	count_users(&sid->config, 1);
	if (sid->zone)
		segward_zone_use(segward_flows_zones(snet->flows),
				 sid->zone);
}

static void unuse(struct segward_net *snet, const struct segward_sid *sid)
{
	count_users(&sid->config, -1);
	if (sid->zone)
		segward_zone_unuse(segward_flows_zones(snet->flows),
				   sid->zone);
}

/* What was found before the change is worth nothing. */
static void generation_next(struct segward_sid_table *sids)
{
	/*
	 * Behind the change, so that who sees the new generation sees it; in
	 * front of the wait for those who saw the old one. Pairs with
	 * segward_sid_generation().
	 */
	smp_store_release(&sids->generation, sids->generation + 1);
}

static int sid_replace(struct segward_net *snet, struct segward_sid *old,
		       struct segward_sid *sid)
{
	struct segward_sid_table *sids = snet->sids;
	int err;

	sid->counters = old->counters;
	sid->upper_streak = READ_ONCE(old->upper_streak);
	err = rhashtable_replace_fast(&sids->hash, &old->hash_node,
				      &sid->hash_node, sid_params);
	if (err) {
		sid->counters = NULL;
		return err;
	}
	rb_replace_node(&old->rb_node, &sid->rb_node, &sids->tree);
	unlink_next_hop(old);
	link_next_hop(sids, sid);
	use(snet, sid);
	unuse(snet, old);
	generation_next(sids);
	return 0;
}

/* The counters live on in the replacement. */
static void sid_free_replaced_rcu(struct rcu_head *rcu)
{
	struct segward_sid *sid = container_of(rcu, struct segward_sid, rcu);

	sid->counters = NULL;
	sid_free(sid);
}

static int sid_insert(struct segward_net *snet, struct segward_sid *sid)
{
	struct segward_sid_table *sids = snet->sids;
	struct segward_sid_filter *filter;
	int err = -ENOMEM;

	sid->counters = counters_alloc();
	filter = kzalloc(sizeof(*filter), GFP_KERNEL_ACCOUNT);
	if (!sid->counters || !filter)
		goto err_free_filter;
	err = segward_device_create(snet);
	if (err)
		goto err_free_filter;
	err = segward_hook_start(snet);
	if (err)
		goto err_free_filter;
	err = rhashtable_insert_fast(&sids->hash, &sid->hash_node, sid_params);
	if (err)
		goto err_stop_hook;
	tree_insert(&sids->tree, sid);
	link_next_hop(sids, sid);
	WRITE_ONCE(sids->count, sids->count + 1);
	sids->len_users[sid->config.key.prefix_len]++;
	filter_update(snet, filter);
	generation_next(sids);
	use(snet, sid);
	return 0;

err_stop_hook:
	if (!sids->count)
		segward_hook_stop(snet);
err_free_filter:
	kfree(filter);
	return err;
}

static int refuse(const struct segward_net *snet, const struct segward_sid *old,
		  u16 flags, struct netlink_ext_ack *extack)
{
	if (old && !(flags & NLM_F_REPLACE)) {
		NL_SET_ERR_MSG(extack, "there is such a SID already");
		return -EEXIST;
	}
	if (old)
		return 0;
	if (!(flags & NLM_F_CREATE)) {
		NL_SET_ERR_MSG(extack, "there is no such SID");
		return -ENOENT;
	}
	if (snet->sids->count >= SEGWARD_SIDS_MAX) {
		NL_SET_ERR_MSG(extack, "the namespace has 65536 SIDs already");
		return -ENOSPC;
	}
	return 0;
}

int segward_sid_add(struct segward_net *snet,
		    const struct segward_sid_config *config, u16 flags,
		    struct netlink_ext_ack *extack)
{
	struct segward_zone *zone = NULL;
	struct segward_sid *old, *sid;
	int err;

	lockdep_assert_held(&snet->lock);
	old = segward_sid_find(snet, &config->key);
	err = refuse(snet, old, flags, extack);
	if (err)
		return err;
	if (config->slot || config->arguments) {
		zone = segward_flow_zone(snet, config->zone, extack);
		if (IS_ERR(zone))
			return PTR_ERR(zone);
	}
	if (leaves_by(config, SEGWARD_EGRESS_ONWARD) ||
	    leaves_by(config, SEGWARD_EGRESS_BACK)) {
		err = segward_egress_start(snet);
		if (err)
			return err;
	}
	sid = sid_create(config);
	if (!sid)
		return -ENOMEM;
	sid->zone = zone;
	err = old ? sid_replace(snet, old, sid) : sid_insert(snet, sid);
	if (err)
		sid_free(sid);
	else if (old)
		call_rcu(&old->rcu, sid_free_replaced_rcu);
	return err;
}

/* Leaves the filter and the hook as they are. */
static void sid_unlink(struct segward_net *snet, struct segward_sid *sid)
{
	struct segward_sid_table *sids = snet->sids;

	rhashtable_remove_fast(&sids->hash, &sid->hash_node, sid_params);
	rb_erase(&sid->rb_node, &sids->tree);
	unlink_next_hop(sid);
	sids->len_users[sid->config.key.prefix_len]--;
	WRITE_ONCE(sids->count, sids->count - 1);
	unuse(snet, sid);
	generation_next(sids);
	call_rcu(&sid->rcu, sid_free_rcu);
}

void segward_sid_del(struct segward_net *snet, struct segward_sid *sid)
{
	struct segward_sid_table *sids = snet->sids;
	struct segward_sid_filter *filter;

	lockdep_assert_held(&snet->lock);
	filter = kzalloc(sizeof(*filter), GFP_KERNEL_ACCOUNT);
	sid_unlink(snet, sid);
	/* Without memory the old filter stays, which only lets more through. */
	if (filter || !sids->count)
		filter_update(snet, filter);
	if (!sids->count)
		segward_hook_stop(snet);
}

struct segward_sid *segward_sid_find(struct segward_net *snet,
				     const struct segward_sid_key *key)
{
	return rhashtable_lookup_fast(&snet->sids->hash, key, sid_params);
}

bool segward_sid_takes_proto(const struct segward_sid_config *config, u8 proto)
{
	bool ipv4 = proto == IPPROTO_IPIP;

	if (!ipv4 && proto != IPPROTO_IPV6)
		return false;
	switch (config->action) {
	case SEGWARD_ACTION_END_DX4:
	case SEGWARD_ACTION_END_DT4:
		return ipv4;
	case SEGWARD_ACTION_END_DX6:
	case SEGWARD_ACTION_END_DT6:
		return !ipv4;
	case SEGWARD_ACTION_END_DT46:
		return true;
	case SEGWARD_ACTION_END_X:
		return !ipv4 &&
		       segward_sid_has_flavor(config, SEGWARD_FLAVOR_USD);
	case SEGWARD_ACTION_END_T:
		return (!ipv4 || config->table == RT_TABLE_MAIN) &&
		       segward_sid_has_flavor(config, SEGWARD_FLAVOR_USD);
	default:
		return segward_sid_has_flavor(config, SEGWARD_FLAVOR_USD);
	}
}

struct segward_sid *segward_sid_next(struct segward_net *snet,
				     const struct segward_sid_key *key)
{
	struct rb_node *node = snet->sids->tree.rb_node;
	struct segward_sid *next = NULL;

	lockdep_assert_held(&snet->lock);
	if (!key)
		return tree_sid(rb_first(&snet->sids->tree));
	while (node) {
		if (key_cmp(key, &tree_sid(node)->config.key) < 0) {
			next = tree_sid(node);
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return next;
}

struct segward_sid *segward_sid_lookup(struct segward_net *snet,
				       const struct in6_addr *daddr, int vrf)
{
	const struct segward_sid_filter *filter;
	struct segward_sid_key key = {};
	struct segward_sid *sid;
	unsigned int i;

	filter = rcu_dereference_check(snet->sids->filter,
				       lockdep_is_held(&snet->lock));
	if (!filter || ipv6_masked_addr_cmp(daddr, &filter->mask,
					    &filter->common))
		return NULL;
	key.vrf = vrf;
	for (i = 0; i < filter->nr_lens; i++) {
		key.prefix_len = filter->len[i];
		ipv6_addr_prefix(&key.prefix, daddr, key.prefix_len);
		sid = rhashtable_lookup_fast(&snet->sids->hash, &key,
					     sid_params);
		if (sid)
			return sid;
	}
	return NULL;
}

u64 segward_sid_generation(const struct segward_net *snet)
{
	/* Pairs with generation_next(): what follows sees the change. */
	return smp_load_acquire(&snet->sids->generation);
}

bool segward_sid_possible(const struct segward_net *snet,
			  const struct in6_addr *daddr)
{
	const struct segward_sid_filter *filter;

	filter = rcu_dereference(snet->sids->filter);
	return filter && !ipv6_masked_addr_cmp(daddr, &filter->mask,
					       &filter->common);
}

struct segward_sid *segward_sid_lookup_any(struct segward_net *snet,
					   const struct in6_addr *daddr)
{
	struct segward_sid_key key = {};
	struct segward_sid *sid;

	lockdep_assert_held(&snet->lock);
	for (key.prefix_len = 128; key.prefix_len > 0; key.prefix_len--) {
		if (!snet->sids->len_users[key.prefix_len])
			continue;
		ipv6_addr_prefix(&key.prefix, daddr, key.prefix_len);
		key.vrf = -1;
		sid = segward_sid_next(snet, &key);
		if (sid && sid->config.key.prefix_len == key.prefix_len &&
		    ipv6_addr_equal(&sid->config.key.prefix, &key.prefix))
			return sid;
	}
	return NULL;
}

u8 segward_sid_refuses(const struct segward_sid *sid, int iif,
		       const struct in6_addr *saddr)
{
	const struct segward_sid_config *config = &sid->config;
	unsigned int i;

	if (config->iif && config->iif != iif)
		return SEGWARD_REASON_IIF;
	for (i = 0; i < config->nr_allow_src; i++)
		if (ipv6_prefix_equal(saddr, &config->allow_src[i].prefix,
				      config->allow_src[i].prefix_len))
			return SEGWARD_REASON_NONE;
	return i ? SEGWARD_REASON_SOURCE : SEGWARD_REASON_NONE;
}

u32 segward_sid_count(const struct segward_net *snet)
{
	return READ_ONCE(snet->sids->count);
}

struct segward_bucket *segward_sid_echo_bucket(struct segward_net *snet)
{
	return &snet->sids->echo_bucket;
}

void segward_sid_forget_routes(struct segward_net *snet)
{
	struct segward_sid_table *sids = READ_ONCE(snet->sids);
	struct segward_sid *sid;

	/* A namespace that comes or goes has devices, but no SIDs. */
	if (!sids)
		return;
	rcu_read_lock();
	list_for_each_entry_rcu(sid, &sids->next_hops, next_hop_node)
		segward_nexthop_forget(sid);
	rcu_read_unlock();
}

static void totals_add(struct segward_sid_totals *totals,
		       const struct segward_sid_totals *more)
{
	unsigned int i;

	totals->packets += more->packets;
	totals->bytes += more->bytes;
	totals->errors += more->errors;
	totals->upper += more->upper;
	totals->forwarded += more->forwarded;
	for (i = 0; i <= SEGWARD_REASON_MAX; i++)
		totals->drops[i] += more->drops[i];
}

static void read_cpu(const struct segward_sid_counters *counters,
		     struct segward_sid_totals *totals)
{
	unsigned int start, i;

	do {
		start = u64_stats_fetch_begin(&counters->sync);
		totals->packets = u64_stats_read(&counters->packets);
		totals->bytes = u64_stats_read(&counters->bytes);
		totals->errors = u64_stats_read(&counters->errors);
		totals->upper = u64_stats_read(&counters->upper);
		totals->forwarded = u64_stats_read(&counters->forwarded);
		for (i = 0; i <= SEGWARD_REASON_MAX; i++)
			totals->drops[i] = u64_stats_read(&counters->drops[i]);
	} while (u64_stats_fetch_retry(&counters->sync, start));
}

void segward_sid_read_counters(const struct segward_sid *sid,
			       struct segward_sid_totals *totals)
{
	struct segward_sid_totals one;
	int cpu;

	memset(totals, 0, sizeof(*totals));
	for_each_possible_cpu(cpu) {
		read_cpu(per_cpu_ptr(sid->counters, cpu), &one);
		totals_add(totals, &one);
	}
	totals->upper_streak = READ_ONCE(sid->upper_streak);
}

int segward_sid_init(struct segward_net *snet)
{
	struct segward_sid_table *sids;
	int err;

	sids = kzalloc(sizeof(*sids), GFP_KERNEL_ACCOUNT);
	if (!sids)
		return -ENOMEM;
	sids->generation = 1;
	sids->tree = RB_ROOT;
	INIT_LIST_HEAD(&sids->next_hops);
	segward_bucket_init(&sids->echo_bucket, SEGWARD_ECHO_RATE,
			    SEGWARD_ECHO_BURST, ktime_get_ns());
	err = rhashtable_init(&sids->hash, &sid_params);
	if (err) {
		kfree(sids);
		return err;
	}
	snet->sids = sids;
	return 0;
}

void segward_sid_exit(struct segward_net *snet)
{
	struct segward_sid_table *sids = snet->sids;
	struct segward_sid *sid;

	while ((sid = tree_sid(rb_first(&sids->tree))))
		sid_unlink(snet, sid);
	kfree(rcu_dereference_protected(sids->filter, true));
	rhashtable_destroy(&sids->hash);
	WRITE_ONCE(snet->sids, NULL);
	kfree_rcu(sids, rcu);
}
