// SPDX-License-Identifier: GPL-2.0
/*
 * The routes of next segments that End found last.
 *
 * DOC: To look up a route costs more than all else that End does, and the
 * packets of a node go on to few next segments. Each processor keeps the
 * routes that it found last, by destination and ingress device, for as long as
 * the routing table says that they are good (the cookie that sockets hold
 * theirs to), and at most for a second, for what it does not say: whether a
 * router answers, whether a link has its carrier.
 *
 * A route is used for other packets only where it is the same for all of one
 * destination. ip6_extract_route_hint() knows when that is not so: there are
 * rules, or routes that ask for the source, or several paths. With rules,
 * which VRFs need as well, nothing is looked up here at all.
 *
 * The processor's own packets write its routes. A device that goes takes them
 * away from outside: only the pointer, by xchg(), so that whoever takes it out
 * is the one who lets it go. Packets borrow under RCU.
 */
#include <linux/hash.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/local_lock.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>

#include "net.h"
#include "segment_route.h"

#define KEPT_FOR	HZ

/**
 * struct segment_route - a route that was found
 * @daddr: the next segment
 * @dst: its route; a reference, NULL if there is none
 * @until: when it is to be looked up anew, in jiffies
 * @cookie: says whether @dst is still what a lookup would find
 * @iif: ifindex of the ingress device
 */
struct segment_route {
	struct in6_addr daddr;
	struct dst_entry __rcu *dst;
	unsigned long until;
	u32 cookie;
	int iif;
};

/* Those of one processor. */
struct segment_routes_cpu {
	local_lock_t bh_lock;
	struct segment_route route[SEGWARD_SEGMENT_ROUTES];
};

/**
 * struct segward_segment_routes - the routes of a namespace
 * @cpu: those of each processor
 * @rcu: frees it after the last device event that saw it
 */
struct segward_segment_routes {
	struct segment_routes_cpu __percpu *cpu;
	struct rcu_head rcu;
};

/* Releases what was there, unless somebody else has. */
static void put(struct segment_route *route, struct dst_entry *dst)
{
	dst_release(unrcu_pointer(xchg(&route->dst, RCU_INITIALIZER(dst))));
}

static struct segment_route *slot(struct segment_routes_cpu *routes,
				  const struct in6_addr *daddr)
{
	return &routes->route[hash_32(ipv6_addr_hash(daddr),
				      ilog2(SEGWARD_SEGMENT_ROUTES))];
}

/* The packet's route if it is kept and still good. */
static struct dst_entry *kept(const struct segment_route *route,
			      const struct sk_buff *skb)
{
	struct dst_entry *dst = rcu_dereference(route->dst);

	if (!dst || route->iif != skb->dev->ifindex ||
	    !ipv6_addr_equal(&route->daddr, &ipv6_hdr(skb)->daddr) ||
	    time_after(jiffies, route->until))
		return NULL;
	return dst_check(dst, route->cookie);
}

/* Takes over a reference to @dst. */
static void keep(struct segment_route *route, const struct sk_buff *skb,
		 struct dst_entry *dst)
{
	put(route, NULL);
	route->daddr = ipv6_hdr(skb)->daddr;
	route->iif = skb->dev->ifindex;
	route->until = jiffies + KEPT_FOR;
	route->cookie = rt6_get_cookie((struct rt6_info *)dst);
	put(route, dst);
}

/*
 * What ip6_route_input() does where there are no rules. Never NULL. Not inline:
 * a flow on the stack is cleared whether it is used or not.
 */
static noinline struct dst_entry *find(struct net *net, struct sk_buff *skb)
{
	const struct ipv6hdr *hdr = ipv6_hdr(skb);
	struct flowi6 fl6 = {
		.flowi6_iif	= skb->dev->ifindex,
		.daddr		= hdr->daddr,
		.saddr		= hdr->saddr,
		.flowlabel	= ip6_flowinfo(hdr),
		.flowi6_mark	= skb->mark,
		.flowi6_proto	= hdr->nexthdr,
	};

	return ip6_route_input_lookup(net, skb->dev, &fl6, skb,
				      RT6_LOOKUP_F_HAS_SADDR);
}

static bool depends_on_packet(const struct net *net, const struct sk_buff *skb)
{
	/* Errors follow the packet that they are about: a hash of its own. */
	return fib6_has_custom_rules(net) || fib6_routes_require_src(net) ||
	       ipv6_hdr(skb)->nexthdr == IPPROTO_ICMPV6;
}

static void set(struct segment_route *route, struct net *net,
		struct sk_buff *skb)
{
	struct dst_entry *dst = kept(route, skb);

	if (likely(dst)) {
		skb_dst_set_noref(skb, dst);
		return;
	}
	dst = find(net, skb);
	skb_dst_set(skb, dst);
	if (!dst->error && !(IP6CB(skb)->flags & IP6SKB_MULTIPATH))
		keep(route, skb, dst_clone(dst));
}

void segward_segment_route_set(struct segward_net *snet, struct sk_buff *skb)
{
	struct segward_segment_routes *routes = rcu_dereference(snet->routes);

	if (depends_on_packet(snet->net, skb))
		return;
	local_lock_nested_bh(&routes->cpu->bh_lock);
	set(slot(this_cpu_ptr(routes->cpu), &ipv6_hdr(skb)->daddr),
	    snet->net, skb);
	local_unlock_nested_bh(&routes->cpu->bh_lock);
}

static void forget(struct segward_segment_routes *routes)
{
	struct segment_route *route;
	int cpu, i;

	for_each_possible_cpu(cpu) {
		route = per_cpu_ptr(routes->cpu, cpu)->route;
		for (i = 0; i < SEGWARD_SEGMENT_ROUTES; i++)
			if (rcu_access_pointer(route[i].dst))
				put(&route[i], NULL);
	}
}

void segward_segment_route_forget(struct segward_net *snet)
{
	struct segward_segment_routes *routes;

	rcu_read_lock();
	routes = rcu_dereference(snet->routes);
	if (routes)
		forget(routes);
	rcu_read_unlock();
}

int segward_segment_route_start(struct segward_net *snet)
{
	struct segward_segment_routes *routes;
	int cpu;

	lockdep_assert_held(&snet->lock);
	if (rcu_access_pointer(snet->routes))
		return 0;
	routes = kzalloc(sizeof(*routes), GFP_KERNEL_ACCOUNT);
	if (!routes)
		return -ENOMEM;
	routes->cpu = alloc_percpu_gfp(struct segment_routes_cpu,
				       GFP_KERNEL_ACCOUNT);
	if (!routes->cpu) {
		kfree(routes);
		return -ENOMEM;
	}
	for_each_possible_cpu(cpu)
		local_lock_init(&per_cpu_ptr(routes->cpu, cpu)->bh_lock);
	rcu_assign_pointer(snet->routes, routes);
	return 0;
}

static void free_rcu(struct rcu_head *rcu)
{
	struct segward_segment_routes *routes =
		container_of(rcu, struct segward_segment_routes, rcu);

	free_percpu(routes->cpu);
	kfree(routes);
}

void segward_segment_route_exit(struct segward_net *snet)
{
	struct segward_segment_routes *routes;

	routes = rcu_replace_pointer(snet->routes, NULL, true);
	if (!routes)
		return;
	forget(routes);
	call_rcu(&routes->rcu, free_rcu);
}
