/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SIDs over netlink.
 */
#ifndef SEGWARD_SID_NL_H
#define SEGWARD_SID_NL_H

struct genl_info;
struct netlink_callback;
struct sk_buff;

/** segward_sid_new_doit() - command sid-new */
int segward_sid_new_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_sid_del_doit() - command sid-del */
int segward_sid_del_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_sid_get_doit() - command sid-get for one SID */
int segward_sid_get_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_sid_get_start() - begin a dump of all SIDs */
int segward_sid_get_start(struct netlink_callback *cb);

/** segward_sid_get_dumpit() - a part of a dump of all SIDs */
int segward_sid_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* SEGWARD_SID_NL_H */
