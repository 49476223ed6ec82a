// SPDX-License-Identifier: GPL-2.0
/*
 * Counters and settings of a namespace over netlink.
 */
#include "settings.h"

#include "device.h"
#include "engine/flow.h"
#include "flow.h"
#include "fragment.h"
#include "hook.h"
#include "netlink.h"
#include "policy.h"
#include "reputation.h"
#include "sid.h"
#include "stats.h"

/* The attribute of each counter. */
static const u8 stat_attr[SEGWARD_STATS] = {
	[SEGWARD_STAT_PACKETS]		= SEGWARD_A_STATS_PACKETS,
	[SEGWARD_STAT_BYTES]		= SEGWARD_A_STATS_BYTES,
	[SEGWARD_STAT_INSPECTED]	= SEGWARD_A_STATS_INSPECTED,
	[SEGWARD_STAT_PASSED]		= SEGWARD_A_STATS_PASSED,
	[SEGWARD_STAT_ALERTS]		= SEGWARD_A_STATS_ALERTS,
	[SEGWARD_STAT_EVENTS]		= SEGWARD_A_STATS_EVENTS,
	[SEGWARD_STAT_EVENTS_LOST]	= SEGWARD_A_STATS_EVENTS_LOST,
	[SEGWARD_STAT_INJECTED]		= SEGWARD_A_STATS_INJECTED,
	[SEGWARD_STAT_BRIDGED]		= SEGWARD_A_STATS_BRIDGED,
	[SEGWARD_STAT_ECHO_REPLIES]	= SEGWARD_A_STATS_ECHO_REPLIES,
	[SEGWARD_STAT_ICMP_ERRORS]	= SEGWARD_A_STATS_ICMP_ERRORS,
	[SEGWARD_STAT_REJECTS]		= SEGWARD_A_STATS_REJECTS,
	[SEGWARD_STAT_LINEARIZED]	= SEGWARD_A_STATS_LINEARIZED,
	[SEGWARD_STAT_WORK_EXHAUSTED]	= SEGWARD_A_STATS_WORK_EXHAUSTED,
	[SEGWARD_STAT_DATAGRAMS]	= SEGWARD_A_STATS_DATAGRAMS,
	[SEGWARD_STAT_FRAGMENTS_FULL]	= SEGWARD_A_STATS_FRAGMENTS_FULL,
	[SEGWARD_STAT_FLOWS_BEGUN]	= SEGWARD_A_STATS_FLOWS_BEGUN,
	[SEGWARD_STAT_FLOWS_REFUSED]	= SEGWARD_A_STATS_FLOWS_REFUSED,
	[SEGWARD_STAT_BYPASSED]		= SEGWARD_A_STATS_BYPASSED,
	[SEGWARD_STAT_URGENT_CLEARED]	= SEGWARD_A_STATS_URGENT_CLEARED,
};

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, SEGWARD_A_STATS_PAD);
}

static int put_drops(struct sk_buff *skb, int type, const u64 *drops)
{
	struct nlattr *nest;
	u32 i;

	for (i = 0; i <= SEGWARD_REASON_MAX; i++) {
		if (!drops[i])
			continue;
		nest = nla_nest_start(skb, type);
		if (!nest || nla_put_u32(skb, SEGWARD_A_DROP_REASON, i) ||
		    nla_put_u64_64bit(skb, SEGWARD_A_DROP_PACKETS, drops[i],
				      SEGWARD_A_DROP_PAD))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

static int put_counters(struct sk_buff *skb, const struct segward_net *snet)
{
	struct segward_stats_totals *totals;
	int i, err = 0;

	totals = kmalloc(sizeof(*totals), GFP_KERNEL);
	if (!totals)
		return -ENOMEM;
	segward_stats_read(snet, totals);
	for (i = 0; i < SEGWARD_STATS && !err; i++)
		err = put_u64(skb, stat_attr[i], totals->value[i]);
	if (!err)
		err = put_drops(skb, SEGWARD_A_STATS_DROP, totals->drop);
	if (!err)
		err = put_drops(skb, SEGWARD_A_STATS_WOULD_DROP,
				totals->would_drop);
	kfree(totals);
	return err;
}

static int put_state(struct sk_buff *skb, const struct segward_net *snet)
{
	if (nla_put_u32(skb, SEGWARD_A_STATS_SIDS, segward_sid_count(snet)) ||
	    nla_put_u32(skb, SEGWARD_A_STATS_PROFILES, snet->nr_profiles) ||
	    nla_put_u32(skb, SEGWARD_A_STATS_RULESETS, snet->nr_rulesets) ||
	    nla_put_u32(skb, SEGWARD_A_STATS_HOOK,
			segward_hook_active(snet)) ||
	    nla_put_u32(skb, SEGWARD_A_STATS_IFINDEX,
			segward_device_ifindex(snet)) ||
	    nla_put_string(skb, SEGWARD_A_STATS_VERSION, SEGWARD_VERSION) ||
	    nla_put_u32(skb, SEGWARD_A_STATS_GENERATION, snet->generation) ||
	    nla_put_u32(skb, SEGWARD_A_STATS_IMAGE_UNPRIVILEGED,
			snet->image_unprivileged) ||
	    nla_put_u32(skb, SEGWARD_A_STATS_REPUTATION_ENTRIES_MAX,
			snet->reputation_max) ||
	    nla_put_u32(skb, SEGWARD_A_STATS_FLOWS_MAX, snet->flows_max) ||
	    nla_put_u32(skb, SEGWARD_A_STATS_STREAM_MEMORY_MAX,
			snet->stream_memory_max))
		return -EMSGSIZE;
	return 0;
}

static int put_flows(struct sk_buff *skb, const struct segward_net *snet)
{
	const struct segward_flows *flows = snet->flows;

	if (put_u64(skb, SEGWARD_A_STATS_FLOWS,
		    flows ? segward_flows_count(flows) : 0) ||
	    put_u64(skb, SEGWARD_A_STATS_FLOW_MEMORY,
		    flows ? segward_flows_memory(flows) : 0) ||
	    put_u64(skb, SEGWARD_A_STATS_STREAM_MEMORY,
		    flows ? segward_flows_stream_memory(flows) : 0))
		return -EMSGSIZE;
	return 0;
}

static int put_fragments(struct sk_buff *skb, const struct segward_net *snet)
{
	u32 memory = snet->fragments ?
		     segward_fragments_memory(snet->fragments) : 0;

	return put_u64(skb, SEGWARD_A_STATS_FRAGMENT_MEMORY, memory);
}

static int put_reputation(struct sk_buff *skb, struct segward_net *snet)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	struct segward_reputation_stats stats = { };
	u64 memory = 0;

	if (rep) {
		segward_reputation_stats(rep, &stats);
		memory = segward_reputation_memory(rep);
	}
	if (put_u64(skb, SEGWARD_A_STATS_REPUTATION_ENTRIES,
		    (u64)stats.entries4 + stats.entries6 - stats.pending -
		    stats.stale) ||
	    put_u64(skb, SEGWARD_A_STATS_REPUTATION_MEMORY, memory))
		return -EMSGSIZE;
	return 0;
}

static int stats_fill(struct sk_buff *skb, struct segward_net *snet)
{
	int err = put_state(skb, snet);

	if (!err)
		err = put_counters(skb, snet);
	if (!err)
		err = put_reputation(skb, snet);
	if (!err)
		err = put_fragments(skb, snet);
	if (!err)
		err = put_flows(skb, snet);
	return err;
}

int segward_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_net *snet = segward_info_net(info);
	struct sk_buff *reply;
	void *hdr;
	int err;

	reply = genlmsg_new(SEGWARD_MSG_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &segward_genl_family, 0,
				SEGWARD_CMD_STATS_GET);
	err = hdr ? stats_fill(reply, snet) : -EMSGSIZE;
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, hdr);
	return segward_netlink_reply(info, reply);
}

int segward_settings_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *max = info->attrs[SEGWARD_A_STATS_REPUTATION_ENTRIES_MAX];
	struct nlattr *open = info->attrs[SEGWARD_A_STATS_IMAGE_UNPRIVILEGED];
	struct segward_net *snet = segward_info_net(info);
	int err;

	if (!max && !open && !info->attrs[SEGWARD_A_STATS_FLOWS_MAX] &&
	    !info->attrs[SEGWARD_A_STATS_STREAM_MEMORY_MAX]) {
		NL_SET_ERR_MSG(info->extack, "the request has no setting");
		return -EINVAL;
	}
	if (max && segward_reputation_table(snet) &&
	    nla_get_u32(max) != snet->reputation_max) {
		NL_SET_ERR_MSG_ATTR(info->extack, max,
				    "the reputation table is in use already");
		return -EBUSY;
	}
	err = segward_flow_set_limits(snet, info->attrs, info->extack);
	if (err)
		return err;
	if (max)
		snet->reputation_max = nla_get_u32(max);
	if (open)
		snet->image_unprivileged = nla_get_u32(open);
	segward_net_changed(snet);
	return 0;
}
