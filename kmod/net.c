// SPDX-License-Identifier: GPL-2.0
/*
 * What segward keeps for each network namespace: made when the namespace or
 * the module comes, gone with the first of them that goes.
 */
#include "net.h"

#include <linux/rcupdate.h>
#include <net/net_namespace.h>

#include "egress.h"
#include "event.h"
#include "flow.h"
#include "fragment.h"
#include "hook.h"
#include "profile.h"
#include "reputation.h"
#include "reputation_nl.h"
#include "ruleset.h"
#include "segment_route.h"
#include "sid.h"
#include "sid_memo.h"
#include "stats.h"
#include "trace.h"
#include "upload.h"
#include "vrf.h"

unsigned int segward_net_id __read_mostly;

u32 segward_net_next_id(struct segward_net *snet)
{
	lockdep_assert_held(&snet->lock);
	/*
	 * Four thousand million objects later a number could come twice; a
	 * dump in progress at that very moment would then be incomplete.
	 */
	if (!++snet->last_id)
		++snet->last_id;
	return snet->last_id;
}

static int __net_init net_init(struct net *net)
{
	struct segward_net *snet = segward_net(net);
	int err;

	snet->net = net;
	mutex_init(&snet->lock);
	INIT_LIST_HEAD(&snet->profiles);
	INIT_LIST_HEAD(&snet->rulesets);
	INIT_LIST_HEAD(&snet->uploads);
	snet->released = get_state_synchronize_rcu();
	segward_reputation_init(snet);
	segward_flow_init(snet);
	segward_vrf_init(snet);

	err = segward_stats_init(snet);
	if (err)
		return err;
	err = segward_event_init(snet);
	if (err)
		goto err_stats;
	err = segward_sid_init(snet);
	if (err)
		goto err_event;
	return 0;

err_event:
	segward_event_exit(snet);
err_stats:
	segward_stats_exit(snet);
	return err;
}

static void __net_exit net_pre_exit(struct net *net)
{
	segward_hook_stop(segward_net(net));
	segward_egress_stop(segward_net(net));
}

/* A grace period after pre_exit: no packet is on its way through the hook. */
static void __net_exit net_exit(struct net *net)
{
	struct segward_net *snet = segward_net(net);

	mutex_lock(&snet->lock);
	segward_trace_release(snet, 0);
	segward_reputation_load_release(snet, 0);
	segward_sid_exit(snet);
	segward_profile_exit(snet);
	segward_ruleset_exit(snet);
	segward_upload_release(snet, 0);
	mutex_unlock(&snet->lock);
	segward_reputation_exit(snet);
	segward_fragment_exit(snet);
	segward_flow_exit(snet);
	segward_segment_route_exit(snet);
	segward_sid_memo_exit(snet);
	segward_vrf_exit(snet);
	segward_event_exit(snet);
	segward_stats_exit(snet);
	mutex_destroy(&snet->lock);
}

static struct pernet_operations net_ops = {
	.init		= net_init,
	.pre_exit	= net_pre_exit,
	.exit		= net_exit,
	.id		= &segward_net_id,
	.size		= sizeof(struct segward_net),
};

int __init segward_net_init(void)
{
	return register_pernet_subsys(&net_ops);
}

void segward_net_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
