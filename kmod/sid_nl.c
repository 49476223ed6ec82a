// SPDX-License-Identifier: GPL-2.0
/*
 * SIDs over netlink: what the user says, checked, and what the kernel has,
 * told.
 */
#include "sid_nl.h"

#include <linux/netdevice.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>

#include "hmac.h"
#include "netlink.h"
#include "policy.h"
#include "profile.h"
#include "sid.h"
#include "sid_action.h"
#include "sid_argument.h"
#include "sid_return.h"

/**
 * struct sid_lookup - what sid-get by address finds out besides the SID
 * @addr: the address
 * @reason: why the SID would refuse the packet, 0 if it would not
 */
struct sid_lookup {
	struct in6_addr addr;
	u32 reason;
};

/* Where a dump of SIDs goes on. */
struct sid_dump {
	struct segward_sid_key key;
	bool told;	/* @key is the last one told */
	bool begun;
};

int segward_sid_vrf_parse(struct genl_info *info, u32 type, int *vrf)
{
	struct nlattr *attr = info->attrs[type];
	struct net_device *dev;
	int err = 0;

	*vrf = attr ? nla_get_u32(attr) : 0;
	if (!*vrf)
		return 0;
	rcu_read_lock();
	dev = dev_get_by_index_rcu(genl_info_net(info), *vrf);
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "no device has this index");
		err = -ENODEV;
	} else if (!netif_is_l3_master(dev)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the device is not an L3 master (VRF)");
		err = -EINVAL;
	}
	rcu_read_unlock();
	return err;
}

/* A deleted VRF's SIDs must still be found, so its index is not checked. */
static int parse_key(struct genl_info *info, struct segward_sid_key *key)
{
	struct nlattr *prefix = info->attrs[SEGWARD_A_SID_PREFIX];
	struct nlattr *vrf = info->attrs[SEGWARD_A_SID_VRF];
	struct segward_prefix parsed;
	int err;

	memset(key, 0, sizeof(*key));
	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_SID_PREFIX) ||
	    GENL_REQ_ATTR_CHECK(info, SEGWARD_A_SID_PREFIX_LEN)) {
		NL_SET_ERR_MSG(info->extack,
			       "a prefix and its length are required");
		return -EINVAL;
	}
	err = segward_netlink_prefix(prefix,
				     info->attrs[SEGWARD_A_SID_PREFIX_LEN],
				     &parsed, info->extack);
	if (err)
		return err;
	key->prefix = nla_get_in6_addr(prefix);
	key->prefix_len = parsed.len;
	key->vrf = vrf ? nla_get_u32(vrf) : 0;
	return 0;
}

static int check_prefix(struct genl_info *info,
			const struct segward_sid_key *key)
{
	int type = ipv6_addr_type(&key->prefix);

	if (type != IPV6_ADDR_ANY && !(type & (IPV6_ADDR_MULTICAST |
					       IPV6_ADDR_LINKLOCAL |
					       IPV6_ADDR_LOOPBACK)))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SEGWARD_A_SID_PREFIX],
			    "a SID is a global unicast prefix");
	return -EINVAL;
}

static int parse_iif(struct genl_info *info, struct segward_sid_config *config)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_IIF];
	struct net_device *dev;
	bool master;
	int err;

	err = segward_sid_device_parse(info, SEGWARD_A_SID_IIF, &config->iif);
	if (err || !attr)
		return err;
	rcu_read_lock();
	dev = dev_get_by_index_rcu(genl_info_net(info), config->iif);
	master = dev && netif_is_l3_master(dev);
	rcu_read_unlock();
	if (!master)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "packets come by a VRF's ports, not by the VRF; use vrf");
	return -EINVAL;
}

static int parse_source(struct nlattr *attr, struct segward_sid_source *source,
			struct netlink_ext_ack *extack)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_prefix)];
	struct segward_prefix prefix;
	struct nlattr *addr, *len;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_prefix, extack);
	if (err)
		return err;
	addr = tb[SEGWARD_A_PREFIX_ADDRESS];
	len = tb[SEGWARD_A_PREFIX_PREFIX_LEN];
	if (!addr || !len || nla_len(addr) != sizeof(source->prefix)) {
		NL_SET_ERR_MSG_ATTR(extack, attr,
				    "an allowed source is an IPv6 prefix and its length");
		return -EINVAL;
	}
	err = segward_netlink_prefix(addr, len, &prefix, extack);
	if (err)
		return err;
	source->prefix = nla_get_in6_addr(addr);
	source->prefix_len = prefix.len;
	return 0;
}

static int parse_allow_src(struct genl_info *info,
			   struct segward_sid_config *config)
{
	struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != SEGWARD_A_SID_ALLOW_SRC)
			continue;
		if (config->nr_allow_src == SEGWARD_SID_ALLOW_SRC_MAX) {
			NL_SET_ERR_MSG_ATTR(info->extack, attr,
					    "a SID has at most 64 allowed sources");
			return -E2BIG;
		}
		err = parse_source(attr,
				   &config->allow_src[config->nr_allow_src],
				   info->extack);
		if (err)
			return err;
		config->nr_allow_src++;
	}
	return 0;
}

static int parse_hmac(struct genl_info *info,
		      struct segward_sid_config *config)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_HMAC];
	int err;

	if (!attr)
		return 0;
	config->hmac = nla_get_u32(attr);
	err = segward_hmac_key(genl_info_net(info), config->hmac);
	if (err == -EOPNOTSUPP)
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "this kernel was built without CONFIG_IPV6_SEG6_HMAC");
	else if (err)
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "there is no key of this ID; \"ip sr hmac set\" adds one");
	return err;
}

static int parse_route(struct genl_info *info,
		       struct segward_sid_config *config)
{
	struct nlattr *metric = info->attrs[SEGWARD_A_SID_ROUTE_METRIC];
	struct nlattr *table = info->attrs[SEGWARD_A_SID_ROUTE_TABLE];

	config->noroute = nla_get_flag(info->attrs[SEGWARD_A_SID_NOROUTE]);
	if (config->noroute && (table || metric)) {
		NL_SET_ERR_MSG_ATTR(info->extack, table ?: metric,
				    "a SID without a route has no table or metric");
		return -EINVAL;
	}
	config->route_table = table ? nla_get_u32(table) : 0;
	config->route_metric = metric ? nla_get_u32(metric) : 0;
	return 0;
}

static int parse_config(struct genl_info *info,
			struct segward_sid_config *config)
{
	struct nlattr *zone = info->attrs[SEGWARD_A_SID_ZONE];
	int err;

	err = parse_key(info, &config->key);
	if (!err)
		err = check_prefix(info, &config->key);
	if (!err)
		err = segward_sid_vrf_parse(info, SEGWARD_A_SID_VRF,
					    &config->key.vrf);
	if (!err)
		err = segward_sid_action_parse(info, config);
	if (!err)
		err = segward_sid_argument_parse(info, config);
	if (!err)
		err = segward_sid_return_parse(info, config);
	if (!err)
		err = parse_hmac(info, config);
	if (!err)
		err = parse_iif(info, config);
	if (!err)
		err = parse_allow_src(info, config);
	if (!err)
		err = parse_route(info, config);
	config->zone = zone ? nla_get_u32(zone) : 0;
	return err;
}

static int put_key(struct sk_buff *skb, const struct segward_sid_key *key)
{
	if (nla_put_in6_addr(skb, SEGWARD_A_SID_PREFIX, &key->prefix) ||
	    nla_put_u32(skb, SEGWARD_A_SID_PREFIX_LEN, key->prefix_len))
		return -EMSGSIZE;
	if (key->vrf && nla_put_u32(skb, SEGWARD_A_SID_VRF, key->vrf))
		return -EMSGSIZE;
	return 0;
}

static int put_source(struct sk_buff *skb,
		      const struct segward_sid_source *source)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, SEGWARD_A_SID_ALLOW_SRC);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_in6_addr(skb, SEGWARD_A_PREFIX_ADDRESS, &source->prefix) ||
	    nla_put_u32(skb, SEGWARD_A_PREFIX_PREFIX_LEN, source->prefix_len))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_ingress(struct sk_buff *skb,
		       const struct segward_sid_config *config)
{
	int i;

	if (nla_put_u32(skb, SEGWARD_A_SID_ZONE, config->zone))
		return -EMSGSIZE;
	if (config->iif && nla_put_u32(skb, SEGWARD_A_SID_IIF, config->iif))
		return -EMSGSIZE;
	if (config->hmac && nla_put_u32(skb, SEGWARD_A_SID_HMAC, config->hmac))
		return -EMSGSIZE;
	for (i = 0; i < config->nr_allow_src; i++)
		if (put_source(skb, &config->allow_src[i]))
			return -EMSGSIZE;
	return 0;
}

static int put_route(struct sk_buff *skb,
		     const struct segward_sid_config *config)
{
	if (config->noroute)
		return nla_put_flag(skb, SEGWARD_A_SID_NOROUTE);
	if (config->route_table && nla_put_u32(skb, SEGWARD_A_SID_ROUTE_TABLE,
					       config->route_table))
		return -EMSGSIZE;
	if (config->route_metric && nla_put_u32(skb, SEGWARD_A_SID_ROUTE_METRIC,
						config->route_metric))
		return -EMSGSIZE;
	return 0;
}

static int put_drop(struct sk_buff *skb, u32 reason, u64 packets)
{
	struct nlattr *nest;

	if (!packets)
		return 0;
	nest = nla_nest_start(skb, SEGWARD_A_SID_DROP);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, SEGWARD_A_DROP_REASON, reason) ||
	    nla_put_u64_64bit(skb, SEGWARD_A_DROP_PACKETS, packets,
			      SEGWARD_A_DROP_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, SEGWARD_A_SID_PAD);
}

static int put_counters(struct sk_buff *skb, const struct segward_sid *sid)
{
	struct segward_sid_totals totals;
	u32 i;

	segward_sid_read_counters(sid, &totals);
	if (put_u64(skb, SEGWARD_A_SID_PACKETS, totals.packets) ||
	    put_u64(skb, SEGWARD_A_SID_BYTES, totals.bytes) ||
	    put_u64(skb, SEGWARD_A_SID_ERRORS, totals.errors) ||
	    put_u64(skb, SEGWARD_A_SID_UPPER, totals.upper) ||
	    put_u64(skb, SEGWARD_A_SID_FORWARDED, totals.forwarded) ||
	    nla_put_u32(skb, SEGWARD_A_SID_UPPER_STREAK, totals.upper_streak))
		return -EMSGSIZE;
	for (i = 0; i <= SEGWARD_REASON_MAX; i++)
		if (put_drop(skb, i, totals.drops[i]))
			return -EMSGSIZE;
	return 0;
}

static int sid_fill(struct sk_buff *skb, const struct segward_sid *sid)
{
	if (put_key(skb, &sid->config.key) ||
	    segward_sid_action_put(skb, &sid->config) ||
	    segward_sid_argument_put(skb, &sid->config) ||
	    segward_sid_return_put(skb, &sid->config) ||
	    put_ingress(skb, &sid->config) || put_route(skb, &sid->config) ||
	    put_counters(skb, sid))
		return -EMSGSIZE;
	return 0;
}

/* What sid-get by address is answered besides the SID. */
static int put_lookup(struct sk_buff *skb, const struct sid_lookup *lookup,
		      const struct segward_sid *sid)
{
	const struct segward_profile_slot *slot;

	if (lookup->reason &&
	    nla_put_u32(skb, SEGWARD_A_SID_REASON, lookup->reason))
		return -EMSGSIZE;
	if (!sid->config.arguments)
		return 0;
	slot = segward_sid_slot(&sid->config, &lookup->addr);
	return nla_put_string(skb, SEGWARD_A_SID_SELECTED_PROFILE, slot->name);
}

/*
 * @lookup is NULL but for sid-get by address. It cannot be read from @info:
 * other commands have fewer attributes.
 */
static struct sk_buff *sid_message(struct genl_info *info, u8 cmd,
				   const struct segward_sid *sid,
				   const struct sid_lookup *lookup)
{
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(SEGWARD_DUMP_SIZE, GFP_KERNEL);
	if (!skb)
		return NULL;
	hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq,
			  &segward_genl_family, 0, cmd);
	if (!hdr || sid_fill(skb, sid) ||
	    (lookup && put_lookup(skb, lookup, sid))) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, hdr);
	return skb;
}

static void sid_notify(struct genl_info *info, u8 cmd,
		       const struct segward_sid *sid)
{
	if (segward_netlink_heard(info))
		segward_netlink_notify(info, sid_message(info, cmd, sid, NULL));
}

static int sid_set(struct genl_info *info,
		   const struct segward_sid_config *config)
{
	struct segward_net *snet = segward_info_net(info);
	u16 flags;
	int err;

	err = segward_netlink_intent(info, SEGWARD_A_SID_CREATE,
				     SEGWARD_A_SID_REPLACE, &flags);
	if (err)
		return err;
	err = segward_sid_add(snet, config, flags, info->extack);
	if (err) {
		NL_SET_BAD_ATTR(info->extack,
				info->attrs[SEGWARD_A_SID_PREFIX]);
		return err;
	}
	snet->released = get_state_synchronize_rcu();
	segward_net_changed(snet);
	sid_notify(info, SEGWARD_CMD_SID_NTF,
		   segward_sid_find(snet, &config->key));
	return 0;
}

int segward_sid_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_sid_config *config;
	int err;

	/* Too large for the stack. */
	config = kzalloc(sizeof(*config), GFP_KERNEL_ACCOUNT);
	if (!config)
		return -ENOMEM;
	err = parse_config(info, config);
	if (!err)
		err = sid_set(info, config);
	kfree(config->arguments);
	kfree(config->back);
	kfree(config);
	return err;
}

static struct segward_sid *sid_by_key(struct genl_info *info)
{
	struct segward_sid_key key;
	struct segward_sid *sid;
	int err;

	err = parse_key(info, &key);
	if (err)
		return ERR_PTR(err);
	sid = segward_sid_find(segward_info_net(info), &key);
	if (sid)
		return sid;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SEGWARD_A_SID_PREFIX],
			    "there is no such SID");
	return ERR_PTR(-ENOENT);
}

int segward_sid_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_net *snet = segward_info_net(info);
	struct sk_buff *message = NULL;
	struct segward_sid *sid;
	bool heard;

	sid = sid_by_key(info);
	if (IS_ERR(sid))
		return PTR_ERR(sid);
	heard = segward_netlink_heard(info);
	if (heard)
		message = sid_message(info, SEGWARD_CMD_SID_DEL_NTF, sid,
				      NULL);
	segward_sid_del(snet, sid);
	snet->released = get_state_synchronize_rcu();
	segward_net_changed(snet);
	if (heard)
		segward_netlink_notify(info, message);
	return 0;
}

/* The L3 domain of the ingress, or the one that the request names. */
static int parse_domain(struct genl_info *info, int *iif, int *vrf)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_VRF];
	int err;

	*iif = 0;
	err = segward_sid_device_parse(info, SEGWARD_A_SID_INGRESS, iif);
	if (err)
		return err;
	if (attr && *iif) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the ingress device says the VRF already");
		return -EINVAL;
	}
	if (!*iif)
		return segward_sid_vrf_parse(info, SEGWARD_A_SID_VRF, vrf);
	rcu_read_lock();
	*vrf = l3mdev_master_ifindex_by_index(genl_info_net(info), *iif);
	rcu_read_unlock();
	return 0;
}

static struct segward_sid *sid_by_address(struct genl_info *info,
					  struct sid_lookup *lookup)
{
	struct nlattr *source = info->attrs[SEGWARD_A_SID_SOURCE];
	struct segward_net *snet = segward_info_net(info);
	struct in6_addr saddr;
	struct segward_sid *sid;
	int iif, vrf, err;

	err = parse_domain(info, &iif, &vrf);
	if (err)
		return ERR_PTR(err);
	lookup->addr = nla_get_in6_addr(info->attrs[SEGWARD_A_SID_ADDRESS]);
	sid = segward_sid_lookup(snet, &lookup->addr, vrf);
	if (!sid) {
		NL_SET_BAD_ATTR(info->extack,
				info->attrs[SEGWARD_A_SID_ADDRESS]);
		if (segward_sid_lookup_any(snet, &lookup->addr))
			NL_SET_ERR_MSG(info->extack,
				       "only a SID of another L3 domain takes this address");
		else
			NL_SET_ERR_MSG(info->extack,
				       "no SID takes this address");
		return ERR_PTR(-ENOENT);
	}
	if (source)
		saddr = nla_get_in6_addr(source);
	/* What the request does not say is not held against the packet. */
	if (!iif)
		iif = sid->config.iif;
	if (source || !sid->config.nr_allow_src)
		lookup->reason = segward_sid_refuses(sid, iif, source ? &saddr :
						     &in6addr_any);
	else if (sid->config.iif && iif != sid->config.iif)
		lookup->reason = SEGWARD_REASON_IIF;
	return sid;
}

static int check_lookup(struct genl_info *info)
{
	struct nlattr *addr = info->attrs[SEGWARD_A_SID_ADDRESS];
	struct nlattr *prefix = info->attrs[SEGWARD_A_SID_PREFIX] ?:
				info->attrs[SEGWARD_A_SID_PREFIX_LEN];
	struct nlattr *packet = info->attrs[SEGWARD_A_SID_SOURCE] ?:
				info->attrs[SEGWARD_A_SID_INGRESS];

	if (addr && prefix) {
		NL_SET_ERR_MSG_ATTR(info->extack, prefix,
				    "ask by prefix or by address, not by both");
		return -EINVAL;
	}
	if (!addr && packet) {
		NL_SET_ERR_MSG_ATTR(info->extack, packet,
				    "source and ingress go with an address");
		return -EINVAL;
	}
	return 0;
}

int segward_sid_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool by_address = info->attrs[SEGWARD_A_SID_ADDRESS];
	struct sid_lookup lookup = {};
	struct segward_sid *sid;
	struct sk_buff *reply;
	int err;

	err = check_lookup(info);
	if (err)
		return err;
	sid = by_address ? sid_by_address(info, &lookup) : sid_by_key(info);
	if (IS_ERR(sid))
		return PTR_ERR(sid);
	reply = sid_message(info, SEGWARD_CMD_SID_GET, sid,
			    by_address ? &lookup : NULL);
	if (!reply)
		return -ENOMEM;
	return segward_netlink_reply(info, reply);
}

static int sid_dump_begin(struct netlink_callback *cb)
{
	struct sid_dump *ctx = (void *)cb->ctx;

	BUILD_BUG_ON(sizeof(*ctx) >
		     sizeof_field(struct netlink_callback, ctx));
	ctx->begun = true;
	return segward_netlink_dump_bare(cb,
					 ARRAY_SIZE(segward_policy_sid_get) - 1);
}

int segward_sid_get_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = SEGWARD_DUMP_SIZE;
	return segward_netlink_dump_start(cb, sid_dump_begin);
}

static int sid_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			const struct segward_sid *sid)
{
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &segward_genl_family, NLM_F_MULTI,
			  SEGWARD_CMD_SID_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (sid_fill(skb, sid)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;
}

int segward_sid_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct segward_net *snet = segward_netlink_cb_net(cb);
	struct sid_dump *ctx = (void *)cb->ctx;
	struct segward_sid *sid;
	int err;

	err = ctx->begun ? 0 : sid_dump_begin(cb);
	if (err)
		return err;
	segward_netlink_dump_begin(snet, cb);
	sid = segward_sid_next(snet, ctx->told ? &ctx->key : NULL);
	while (sid && !sid_dump_one(skb, cb, sid)) {
		ctx->key = sid->config.key;
		ctx->told = true;
		sid = segward_sid_next(snet, &ctx->key);
	}
	segward_netlink_dump_end(snet);
	return sid && !skb->len ? -EMSGSIZE : skb->len;
}
