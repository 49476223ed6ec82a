// SPDX-License-Identifier: GPL-2.0
/*
 * The SIDs of the destinations that packets had last.
 *
 * DOC: To find a SID takes a hash of the destination for each prefix length in
 * use, and packets have few destinations at a time. Each processor remembers
 * what it found for them, "no SID" as well, together with the generation of
 * the SIDs: any change of them makes a new one and with it all that is
 * remembered worthless. Only the processor's own packets write here.
 *
 * What is remembered holds no reference. A packet reads the generation before
 * it looks, and a SID that is taken out is waited for after the generation has
 * changed: who still sees the old one is in a read-side section that the wait
 * includes.
 */
#include <linux/hash.h>
#include <linux/ipv6.h>
#include <linux/local_lock.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "net.h"
#include "sid.h"
#include "sid_memo.h"

/**
 * struct memo - what was found for a destination
 * @daddr: the destination
 * @sid: its SID or NULL; alive as long as @generation is the SIDs'
 * @generation: of the SIDs when it was found; 0 for an empty memo
 * @vrf: ifindex of the L3 domain
 */
struct memo {
	struct in6_addr daddr;
	struct segward_sid *sid;
	u64 generation;
	int vrf;
};

/**
 * struct segward_sid_memos - those of one processor
 * @bh_lock: of who looks; nothing where bottom halves are a lock themselves
 * @memo: by hash of the destination
 */
struct segward_sid_memos {
	local_lock_t bh_lock;
	struct memo memo[SEGWARD_SID_MEMOS];
};

/* Packets that collide cost each other the time that is saved, no more. */
static struct memo *memo_of(struct segward_sid_memos *memos,
			    const struct in6_addr *daddr)
{
	return &memos->memo[hash_32(ipv6_addr_hash(daddr),
				    ilog2(SEGWARD_SID_MEMOS))];
}

static struct segward_sid *recall(struct segward_net *snet, struct memo *memo,
				  const struct in6_addr *daddr, int vrf)
{
	u64 generation = segward_sid_generation(snet);

	if (likely(memo->generation == generation && memo->vrf == vrf &&
		   ipv6_addr_equal(&memo->daddr, daddr)))
		return memo->sid;
	memo->daddr = *daddr;
	memo->vrf = vrf;
	memo->generation = generation;
	memo->sid = segward_sid_lookup(snet, daddr, vrf);
	return memo->sid;
}

struct segward_sid *segward_sid_recall(struct segward_net *snet,
				       const struct in6_addr *daddr, int vrf)
{
	struct segward_sid *sid;

	local_lock_nested_bh(&snet->sid_memos->bh_lock);
	sid = recall(snet, memo_of(this_cpu_ptr(snet->sid_memos), daddr),
		     daddr, vrf);
	local_unlock_nested_bh(&snet->sid_memos->bh_lock);
	return sid;
}

int segward_sid_memo_start(struct segward_net *snet)
{
	struct segward_sid_memos __percpu *memos;
	int cpu;

	lockdep_assert_held(&snet->lock);
	if (snet->sid_memos)
		return 0;
	memos = alloc_percpu_gfp(struct segward_sid_memos, GFP_KERNEL_ACCOUNT);
	if (!memos)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		local_lock_init(&per_cpu_ptr(memos, cpu)->bh_lock);
	snet->sid_memos = memos;
	return 0;
}

void segward_sid_memo_exit(struct segward_net *snet)
{
	free_percpu(snet->sid_memos);
	snet->sid_memos = NULL;
}
