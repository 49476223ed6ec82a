// SPDX-License-Identifier: GPL-2.0
/*
 * Events of flows that are over.
 */
#include <linux/in.h>
#include <linux/ktime.h>
#include <linux/skbuff.h>

#include "engine/flow.h"
#include "event.h"
#include "event_internal.h"
#include "net.h"
#include "netlink.h"

/* In the place of ports ICMP's keys have what no packet has there. */
static int put_ports(struct sk_buff *skb, const struct segward_flow_key *key)
{
	if (key->proto == IPPROTO_ICMP || key->proto == IPPROTO_ICMPV6)
		return 0;
	if (nla_put_u32(skb, SEGWARD_A_EVENT_SRC_PORT, key->port[0]) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_DST_PORT, key->port[1]))
		return -EMSGSIZE;
	return 0;
}

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, SEGWARD_A_EVENT_PAD);
}

int segward_event_put_flow(struct sk_buff *skb,
			   const struct segward_flow_key *key, u64 id)
{
	u32 size = key->family == SEGWARD_FAMILY_IPV4 ? 4 : 16;

	if (nla_put_u32(skb, SEGWARD_A_EVENT_FAMILY, key->family) ||
	    nla_put(skb, SEGWARD_A_EVENT_SRC, size, key->addr[0]) ||
	    nla_put(skb, SEGWARD_A_EVENT_DST, size, key->addr[1]) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_PROTOCOL, key->proto) ||
	    put_u64(skb, SEGWARD_A_EVENT_FLOW_ID, id))
		return -EMSGSIZE;
	return put_ports(skb, key);
}

static int put_counters(struct sk_buff *skb,
			const struct segward_flow_info *info)
{
	if (put_u64(skb, SEGWARD_A_EVENT_PACKETS_TO_SERVER,
		    info->packets[SEGWARD_APP_TOSERVER]) ||
	    put_u64(skb, SEGWARD_A_EVENT_PACKETS_TO_CLIENT,
		    info->packets[SEGWARD_APP_TOCLIENT]) ||
	    put_u64(skb, SEGWARD_A_EVENT_BYTES_TO_SERVER,
		    info->bytes[SEGWARD_APP_TOSERVER]) ||
	    put_u64(skb, SEGWARD_A_EVENT_BYTES_TO_CLIENT,
		    info->bytes[SEGWARD_APP_TOCLIENT]))
		return -EMSGSIZE;
	return 0;
}

/* The table's clock is not that of people. */
static int put_times(struct sk_buff *skb, const struct segward_flow_info *info)
{
	u64 shift = ktime_get_real_ns() - segward_now();

	if (put_u64(skb, SEGWARD_A_EVENT_START, info->began + shift) ||
	    put_u64(skb, SEGWARD_A_EVENT_END, info->last + shift))
		return -EMSGSIZE;
	return 0;
}

static int put_end(struct sk_buff *skb, const struct segward_flow_info *info)
{
	if (nla_put_u32(skb, SEGWARD_A_EVENT_ZONE, info->key.zone) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_FLOW_STATE, info->state) ||
	    nla_put_u32(skb, SEGWARD_A_EVENT_END_REASON, info->end_reason))
		return -EMSGSIZE;
	if (info->app_proto && nla_put_u32(skb, SEGWARD_A_EVENT_APP_PROTO,
					   info->app_proto))
		return -EMSGSIZE;
	return info->alerted ? nla_put_flag(skb, SEGWARD_A_EVENT_ALERTED) : 0;
}

void segward_event_flow(struct segward_net *snet,
			const struct segward_flow_info *info)
{
	struct sk_buff *skb;
	void *hdr;

	if (!segward_event_heard(snet))
		return;
	skb = segward_event_begin(snet, SEGWARD_EVENT_TYPE_FLOW, 0, &hdr);
	if (skb)
		segward_event_end(snet, skb, hdr,
				  segward_event_put_flow(skb, &info->key,
							 info->id) ?:
				  put_counters(skb, info) ?:
				  put_times(skb, info) ?:
				  put_end(skb, info));
}
