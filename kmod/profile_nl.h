/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Profiles over netlink.
 */
#ifndef SEGWARD_PROFILE_NL_H
#define SEGWARD_PROFILE_NL_H

struct genl_info;
struct netlink_callback;
struct netlink_ext_ack;
struct nlattr;
struct segward_net;
struct segward_profile_slot;
struct sk_buff;

/**
 * segward_profile_by_name() - the profile that an attribute names
 * @snet: the namespace
 * @attr: the name
 * @extack: gets the sentence of a refusal
 *
 * Context: process, under snet->lock. Return: its slot, ERR_PTR(-ENOENT), or
 * what is wrong with the name.
 */
struct segward_profile_slot *
segward_profile_by_name(struct segward_net *snet, const struct nlattr *attr,
			struct netlink_ext_ack *extack);

/** segward_profile_new_doit() - command profile-new */
int segward_profile_new_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_profile_del_doit() - command profile-del */
int segward_profile_del_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_profile_get_start() - begin a dump of all profiles, or of one */
int segward_profile_get_start(struct netlink_callback *cb);

/** segward_profile_get_dumpit() - a part of a dump of profiles */
int segward_profile_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);

#endif /* SEGWARD_PROFILE_NL_H */
