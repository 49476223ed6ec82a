/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flows over netlink.
 */
#ifndef SEGWARD_FLOW_NL_H
#define SEGWARD_FLOW_NL_H

struct genl_info;
struct netlink_callback;
struct sk_buff;

/** segward_flow_get_start() - begin a dump of flows */
int segward_flow_get_start(struct netlink_callback *cb);

/** segward_flow_get_dumpit() - a part of a dump of flows */
int segward_flow_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

/** segward_flow_del_doit() - command flow-del */
int segward_flow_del_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* SEGWARD_FLOW_NL_H */
