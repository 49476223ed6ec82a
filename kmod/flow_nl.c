// SPDX-License-Identifier: GPL-2.0
/*
 * Flows over netlink.
 */
#include "flow_nl.h"

#include <linux/bottom_half.h>
#include <linux/sched.h>

#include "engine/flow.h"
#include "flow.h"
#include "net.h"
#include "netlink.h"

/* Buckets looked at with bottom halves off. */
#define SOME_BUCKETS	256

static int parse_address(struct nlattr **attrs,
			 struct segward_flow_filter *filter,
			 struct netlink_ext_ack *extack)
{
	const struct nlattr *addr = attrs[SEGWARD_A_FLOW_ADDRESS];
	const struct nlattr *len = attrs[SEGWARD_A_FLOW_PREFIX_LEN];
	struct segward_prefix prefix;
	u8 family;
	int err;

	if (!addr && !len)
		return 0;
	if (!addr)
		return segward_netlink_refuse(extack, len,
					      "a prefix length needs an address",
					      -EINVAL);
	err = segward_netlink_prefix(addr, len, &prefix, extack);
	if (err)
		return err;
	family = prefix.size == 4 ? SEGWARD_FAMILY_IPV4 : SEGWARD_FAMILY_IPV6;
	if (filter->family && filter->family != family)
		return segward_netlink_refuse(extack, addr,
					      "the address is of another family",
					      -EINVAL);
	filter->family = family;
	filter->prefix_len = prefix.len;
	memcpy(filter->addr, prefix.addr, sizeof(filter->addr));
	return 0;
}

static int parse_filter(struct nlattr **attrs,
			struct segward_flow_filter *filter,
			struct netlink_ext_ack *extack)
{
	memset(filter, 0, sizeof(*filter));
	if (attrs[SEGWARD_A_FLOW_ZONE]) {
		filter->has_zone = true;
		filter->zone = nla_get_u32(attrs[SEGWARD_A_FLOW_ZONE]);
	}
	if (attrs[SEGWARD_A_FLOW_FAMILY])
		filter->family = nla_get_u32(attrs[SEGWARD_A_FLOW_FAMILY]);
	if (filter->family == 5)
		return segward_netlink_refuse(extack,
					      attrs[SEGWARD_A_FLOW_FAMILY],
					      "a family is 4 or 6", -EINVAL);
	if (attrs[SEGWARD_A_FLOW_PROTOCOL]) {
		filter->has_proto = true;
		filter->proto = nla_get_u32(attrs[SEGWARD_A_FLOW_PROTOCOL]);
	}
	if (attrs[SEGWARD_A_FLOW_STATE])
		filter->state = nla_get_u32(attrs[SEGWARD_A_FLOW_STATE]);
	if (attrs[SEGWARD_A_FLOW_PORT])
		filter->port = nla_get_u32(attrs[SEGWARD_A_FLOW_PORT]);
	return parse_address(attrs, filter, extack);
}

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, SEGWARD_A_FLOW_PAD);
}

static int put_ends(struct sk_buff *skb, const struct segward_flow_key *key)
{
	u32 size = key->family == SEGWARD_FAMILY_IPV4 ? 4 : 16;

	if (nla_put(skb, SEGWARD_A_FLOW_SRC, size, key->addr[0]) ||
	    nla_put(skb, SEGWARD_A_FLOW_DST, size, key->addr[1]) ||
	    nla_put_u32(skb, SEGWARD_A_FLOW_SRC_PORT, key->port[0]) ||
	    nla_put_u32(skb, SEGWARD_A_FLOW_DST_PORT, key->port[1]))
		return -EMSGSIZE;
	return 0;
}

/* Another processor's clock may be some moments ahead. */
static u64 ms_since(u64 then, u64 now)
{
	return now > then ? div_u64(now - then, NSEC_PER_MSEC) : 0;
}

static int put_counters(struct sk_buff *skb,
			const struct segward_flow_info *info)
{
	if (put_u64(skb, SEGWARD_A_FLOW_PACKETS_TO_SERVER,
		    info->packets[SEGWARD_APP_TOSERVER]) ||
	    put_u64(skb, SEGWARD_A_FLOW_PACKETS_TO_CLIENT,
		    info->packets[SEGWARD_APP_TOCLIENT]) ||
	    put_u64(skb, SEGWARD_A_FLOW_BYTES_TO_SERVER,
		    info->bytes[SEGWARD_APP_TOSERVER]) ||
	    put_u64(skb, SEGWARD_A_FLOW_BYTES_TO_CLIENT,
		    info->bytes[SEGWARD_APP_TOCLIENT]))
		return -EMSGSIZE;
	return 0;
}

static int put_flow(struct sk_buff *skb, const struct segward_flow_info *info,
		    u64 now)
{
	if (put_u64(skb, SEGWARD_A_FLOW_ID, info->id) ||
	    nla_put_u32(skb, SEGWARD_A_FLOW_ZONE, info->key.zone) ||
	    nla_put_u32(skb, SEGWARD_A_FLOW_FAMILY, info->key.family) ||
	    nla_put_u32(skb, SEGWARD_A_FLOW_PROTOCOL, info->key.proto) ||
	    nla_put_u32(skb, SEGWARD_A_FLOW_STATE, info->state) ||
	    put_u64(skb, SEGWARD_A_FLOW_AGE, ms_since(info->began, now)) ||
	    put_u64(skb, SEGWARD_A_FLOW_IDLE, ms_since(info->last, now)))
		return -EMSGSIZE;
	if (info->app_proto &&
	    nla_put_u32(skb, SEGWARD_A_FLOW_APP_PROTO, info->app_proto))
		return -EMSGSIZE;
	if (info->refused && nla_put_flag(skb, SEGWARD_A_FLOW_REFUSED))
		return -EMSGSIZE;
	return put_ends(skb, &info->key) ?: put_counters(skb, info);
}

/**
 * struct flow_dump - where a dump goes on
 * @place: in the table
 * @filter: which flows
 * @begun: @filter is filled in
 */
struct flow_dump {
	struct segward_flow_place place;
	struct segward_flow_filter filter;
	bool begun;
};

static int flow_dump_begin(struct netlink_callback *cb)
{
	struct flow_dump *ctx = (void *)cb->ctx;

	BUILD_BUG_ON(sizeof(*ctx) >
		     sizeof_field(struct netlink_callback, ctx));
	ctx->begun = true;
	return parse_filter(segward_genl_dump_attrs(cb), &ctx->filter,
			    cb->extack);
}

int segward_flow_get_start(struct netlink_callback *cb)
{
	return segward_netlink_dump_start(cb, flow_dump_begin);
}

static int dump_one(struct sk_buff *skb, struct netlink_callback *cb,
		    const struct segward_flow_info *info, u64 now)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &segward_genl_family, NLM_F_MULTI,
			  SEGWARD_CMD_FLOW_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (put_flow(skb, info, now)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

static int next_flow(struct segward_flows *flows, struct flow_dump *ctx,
		     u64 now, struct segward_flow_info *info)
{
	int ret;

	local_bh_disable();
	rcu_read_lock();
	ret = segward_flows_next(flows, &ctx->filter, now, &ctx->place,
				 SOME_BUCKETS, info);
	rcu_read_unlock();
	local_bh_enable();
	return ret;
}

/*
 * Without the namespace's lock: a million flows take many parts. The table
 * stays as long as the namespace.
 */
int segward_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct segward_net *snet = segward_netlink_cb_net(cb);
	struct segward_flows *flows = READ_ONCE(snet->flows);
	struct flow_dump *ctx = (void *)cb->ctx;
	struct segward_flow_place place;
	struct segward_flow_info info;
	u64 now = segward_now();
	int ret;

	ret = ctx->begun ? 0 : flow_dump_begin(cb);
	if (ret)
		return ret;
	while (flows && ret >= 0) {
		cond_resched();
		place = ctx->place;
		ret = next_flow(flows, ctx, now, &info);
		if (ret == 1 && dump_one(skb, cb, &info, now)) {
			ctx->place = place;
			break;
		}
	}
	return skb->len;
}

int segward_flow_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_net *snet = segward_info_net(info);
	struct segward_flow_filter filter;
	struct sk_buff *reply;
	void *hdr;
	u64 gone;
	int err;

	err = parse_filter(info->attrs, &filter, info->extack);
	if (err)
		return err;
	reply = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	err = segward_flow_flush(snet, &filter, &gone);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	hdr = genlmsg_put_reply(reply, info, &segward_genl_family, 0,
				SEGWARD_CMD_FLOW_DEL);
	/* A new message has room for that. */
	if (WARN_ON_ONCE(!hdr || put_u64(reply, SEGWARD_A_FLOW_FLOWS, gone))) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, hdr);
	return segward_netlink_reply(info, reply);
}
