// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family.
 *
 * DOC: Commands and attributes are those of
 * Documentation/netlink/specs/segward.yaml; the policies are made from it.
 * Requests of one namespace are served one at a time: pre_doit takes the
 * namespace's lock, post_doit releases it, and handlers find the namespace in
 * the request. Requests of other namespaces do not wait (parallel_ops). Each
 * handler parses and validates everything, then changes everything, then
 * tells the config group; after a refusal nothing has changed.
 */
#include "netlink.h"

#include <linux/ctype.h>
#include <linux/module.h>
#include <linux/notifier.h>

#include "engine/rule.h"
#include "flow_nl.h"
#include "policy.h"
#include "profile_nl.h"
#include "reputation_nl.h"
#include "ruleset_nl.h"
#include "settings.h"
#include "sid_nl.h"
#include "trace.h"
#include "upload.h"

int segward_netlink_refuse(struct netlink_ext_ack *extack,
			   const struct nlattr *attr, const char *what, int err)
{
	NL_SET_BAD_ATTR(extack, attr);
	if (extack)
		extack->_msg = what;
	return err;
}

int segward_netlink_name(const struct nlattr *attr, char *name,
			 struct netlink_ext_ack *extack)
{
	const char *p;

	/* A policy's limit leaves room for the final zero. */
	memset(name, 0, SEGWARD_NAME_SIZE);
	nla_strscpy(name, attr, SEGWARD_NAME_SIZE);
	for (p = name; *p; p++)
		if (!isascii(*p) || (!isalnum(*p) && !strchr("-_.", *p)))
			break;
	if (*p || p == name)
		return segward_netlink_refuse(extack, attr,
					      "a name is 1 to 31 letters, digits, '-', '_' and '.'",
					      -EINVAL);
	return 0;
}

int segward_netlink_intent(struct genl_info *info, u32 create, u32 replace,
			   u16 *flags)
{
	*flags = (info->attrs[create] ? NLM_F_CREATE : 0) |
		 (info->attrs[replace] ? NLM_F_REPLACE : 0);
	if (*flags)
		return 0;
	NL_SET_ERR_ATTR_MISS(info->extack, NULL, create);
	NL_SET_ERR_MSG(info->extack,
		       "a request says create, replace or both");
	return -EINVAL;
}

int segward_netlink_check_exists(struct genl_info *info, u16 flags,
				 bool exists, const struct nlattr *attr,
				 const char *missing, const char *present)
{
	if (flags & (exists ? NLM_F_REPLACE : NLM_F_CREATE))
		return 0;
	if (exists)
		return segward_netlink_refuse(info->extack, attr, present,
					      -EEXIST);
	return segward_netlink_refuse(info->extack, attr, missing, -ENOENT);
}

static bool has_host_bits(const struct segward_prefix *prefix)
{
	u32 i = prefix->len / 8;

	if (prefix->len % 8) {
		if (prefix->addr[i] & (0xff >> prefix->len % 8))
			return true;
		i++;
	}
	for (; i < prefix->size; i++)
		if (prefix->addr[i])
			return true;
	return false;
}

int segward_netlink_address(const struct nlattr *addr,
			    struct netlink_ext_ack *extack)
{
	int size = nla_len(addr);

	if (size != 4 && size != 16)
		return segward_netlink_refuse(extack, addr,
					      "an address has 4 or 16 bytes",
					      -EINVAL);
	return size;
}

int segward_netlink_prefix(const struct nlattr *addr, const struct nlattr *len,
			   struct segward_prefix *prefix,
			   struct netlink_ext_ack *extack)
{
	int size = segward_netlink_address(addr, extack);

	if (size < 0)
		return size;
	memset(prefix, 0, sizeof(*prefix));
	prefix->size = size;
	prefix->len = len ? nla_get_u32(len) : size * 8;
	memcpy(prefix->addr, nla_data(addr), size);
	if (prefix->len > prefix->size * 8)
		return segward_netlink_refuse(extack, len,
					      "the prefix length is longer than the address",
					      -EINVAL);
	if (has_host_bits(prefix))
		return segward_netlink_refuse(extack, addr,
					      "bits are set behind the prefix length",
					      -EINVAL);
	return 0;
}

int segward_netlink_may_load(const struct sk_buff *skb,
			     const struct genl_info *info)
{
	if (segward_info_net(info)->image_unprivileged)
		return 0;
	if (netlink_capable(skb, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(info->extack,
		       "needs CAP_NET_ADMIN in the initial user namespace");
	return -EPERM;
}

bool segward_netlink_heard(const struct genl_info *info)
{
	return nlmsg_report(info->nlhdr) ||
	       segward_netlink_wanted(segward_info_net(info),
				      SEGWARD_GROUP_CONFIG);
}

void segward_netlink_notify(struct genl_info *info, struct sk_buff *skb)
{
	if (skb)
		genl_notify(&segward_genl_family, skb, info,
			    SEGWARD_GROUP_CONFIG, GFP_KERNEL);
	else
		genl_set_err(&segward_genl_family, segward_info_net(info)->net,
			     0, SEGWARD_GROUP_CONFIG, -ENOBUFS);
}

int segward_netlink_reply(struct genl_info *info, struct sk_buff *skb)
{
	return genlmsg_reply(skb, info);
}

void segward_netlink_dump_begin(struct segward_net *snet,
				struct netlink_callback *cb)
{
	mutex_lock(&snet->lock);
	/* 0 switches the check off. */
	cb->seq = snet->generation ?: 1;
}

void segward_netlink_dump_end(struct segward_net *snet)
{
	mutex_unlock(&snet->lock);
}

int segward_netlink_dump_start(struct netlink_callback *cb,
			       int (*begin)(struct netlink_callback *cb))
{
	return cb->extack ? begin(cb) : 0;
}

int segward_netlink_dump_bare(struct netlink_callback *cb, u32 max)
{
	struct nlattr **attrs = segward_genl_dump_attrs(cb);
	u32 i;

	for (i = 1; i <= max; i++) {
		if (!attrs[i])
			continue;
		NL_SET_ERR_MSG_ATTR(cb->extack, attrs[i],
				    "a dump does not take this attribute");
		return -EINVAL;
	}
	return 0;
}

static int netlink_pre_doit(const struct genl_split_ops *ops,
			    struct sk_buff *skb, struct genl_info *info)
{
	struct segward_net *snet = segward_net(genl_info_net(info));

	info->user_ptr[0] = snet;
	mutex_lock(&snet->lock);
	return 0;
}

static void netlink_post_doit(const struct genl_split_ops *ops,
			      struct sk_buff *skb, struct genl_info *info)
{
	mutex_unlock(&segward_info_net(info)->lock);
}

#define POLICY(name)						\
	.policy		= segward_policy_##name,		\
	.maxattr	= ARRAY_SIZE(segward_policy_##name) - 1

static const struct genl_ops netlink_ops[] = {
	{
		.cmd	= SEGWARD_CMD_SID_NEW,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_sid_new_doit,
		POLICY(sid_new),
	}, {
		.cmd	= SEGWARD_CMD_SID_DEL,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_sid_del_doit,
		POLICY(sid_del),
	}, {
		.cmd	= SEGWARD_CMD_SID_GET,
		.doit	= segward_sid_get_doit,
		.start	= segward_sid_get_start,
		.dumpit	= segward_sid_get_dumpit,
		POLICY(sid_get),
	}, {
		.cmd	= SEGWARD_CMD_PROFILE_NEW,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_profile_new_doit,
		POLICY(profile_new),
	}, {
		.cmd	= SEGWARD_CMD_PROFILE_DEL,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_profile_del_doit,
		POLICY(profile_del),
	}, {
		.cmd	= SEGWARD_CMD_PROFILE_GET,
		.flags	= GENL_UNS_ADMIN_PERM,
		.start	= segward_profile_get_start,
		.dumpit	= segward_profile_get_dumpit,
		POLICY(profile_get),
	}, {
		.cmd	= SEGWARD_CMD_UPLOAD_NEW,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_upload_new_doit,
		POLICY(upload_new),
	}, {
		.cmd	= SEGWARD_CMD_UPLOAD_PART,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_upload_part_doit,
		POLICY(upload_part),
	}, {
		.cmd	= SEGWARD_CMD_RULESET_NEW,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_ruleset_new_doit,
		POLICY(ruleset_new),
	}, {
		.cmd	= SEGWARD_CMD_RULESET_DEL,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_ruleset_del_doit,
		POLICY(ruleset_del),
	}, {
		.cmd	= SEGWARD_CMD_RULESET_GET,
		.doit	= segward_ruleset_get_doit,
		.start	= segward_ruleset_get_start,
		.dumpit	= segward_ruleset_get_dumpit,
		POLICY(ruleset_get),
	}, {
		.cmd	= SEGWARD_CMD_RULE_GET,
		.flags	= GENL_UNS_ADMIN_PERM,
		.start	= segward_rule_get_start,
		.dumpit	= segward_rule_get_dumpit,
		POLICY(rule_get),
	}, {
		.cmd	= SEGWARD_CMD_REPUTATION_LOAD,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_reputation_load_doit,
		POLICY(reputation_load),
	}, {
		.cmd	= SEGWARD_CMD_REPUTATION_NEW,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_reputation_new_doit,
		POLICY(reputation_new),
	}, {
		.cmd	= SEGWARD_CMD_REPUTATION_DEL,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_reputation_del_doit,
		POLICY(reputation_del),
	}, {
		.cmd	= SEGWARD_CMD_REPUTATION_GET,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_reputation_get_doit,
		.start	= segward_reputation_get_start,
		.dumpit	= segward_reputation_get_dumpit,
		POLICY(reputation_get),
	}, {
		.cmd	= SEGWARD_CMD_STATS_GET,
		.doit	= segward_stats_get_doit,
	}, {
		.cmd	= SEGWARD_CMD_SETTINGS_SET,
		.flags	= GENL_ADMIN_PERM,
		.doit	= segward_settings_set_doit,
		POLICY(settings_set),
	}, {
		.cmd	= SEGWARD_CMD_TRACE_SET,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_trace_set_doit,
		POLICY(trace_set),
	}, {
		.cmd	= SEGWARD_CMD_FLOW_GET,
		.flags	= GENL_UNS_ADMIN_PERM,
		.start	= segward_flow_get_start,
		.dumpit	= segward_flow_get_dumpit,
		POLICY(flow_get),
	}, {
		.cmd	= SEGWARD_CMD_FLOW_DEL,
		.flags	= GENL_UNS_ADMIN_PERM,
		.doit	= segward_flow_del_doit,
		POLICY(flow_del),
	},
};

static const struct genl_multicast_group netlink_groups[] = {
	[SEGWARD_GROUP_CONFIG] = { .name = SEGWARD_MCGRP_CONFIG },
	[SEGWARD_GROUP_EVENT] = {
		.name	= SEGWARD_MCGRP_EVENT,
		.flags	= GENL_MCAST_CAP_NET_ADMIN,
	},
};

struct genl_family segward_genl_family __ro_after_init = {
	.name		= SEGWARD_FAMILY_NAME,
	.version	= SEGWARD_FAMILY_VERSION,
	.netnsok	= true,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.pre_doit	= netlink_pre_doit,
	.post_doit	= netlink_post_doit,
	.ops		= netlink_ops,
	.n_ops		= ARRAY_SIZE(netlink_ops),
	.mcgrps		= netlink_groups,
	.n_mcgrps	= ARRAY_SIZE(netlink_groups),
};

/* What a socket began and did not end, ends with it. */
static int netlink_released(struct notifier_block *nb, unsigned long event,
			    void *data)
{
	const struct netlink_notify *notify = data;
	struct segward_net *snet;

	if (event != NETLINK_URELEASE || notify->protocol != NETLINK_GENERIC)
		return NOTIFY_DONE;
	snet = segward_net(notify->net);
	if (!atomic_read(&snet->nr_owned))
		return NOTIFY_DONE;
	mutex_lock(&snet->lock);
	segward_upload_release(snet, notify->portid);
	segward_reputation_load_release(snet, notify->portid);
	segward_trace_release(snet, notify->portid);
	mutex_unlock(&snet->lock);
	return NOTIFY_DONE;
}

static struct notifier_block netlink_notifier = {
	.notifier_call	= netlink_released,
};

bool segward_netlink_up __read_mostly;

int __init segward_netlink_init(void)
{
	int err;

	/* There is nothing to tell before the first request. */
	segward_netlink_up = true;

	err = netlink_register_notifier(&netlink_notifier);
	if (err)
		return err;
	err = genl_register_family(&segward_genl_family);
	if (err)
		netlink_unregister_notifier(&netlink_notifier);
	return err;
}

void segward_netlink_exit(void)
{
	/* Packets still come; none of them may be told of from here on. */
	WRITE_ONCE(segward_netlink_up, false);
	synchronize_rcu();
	genl_unregister_family(&segward_genl_family);
	netlink_unregister_notifier(&netlink_notifier);
}
