/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reputation over netlink.
 */
#ifndef SEGWARD_REPUTATION_NL_H
#define SEGWARD_REPUTATION_NL_H

#include <linux/types.h>

struct genl_info;
struct netlink_callback;
struct segward_net;
struct sk_buff;

/**
 * segward_reputation_load_release() - abort the loads of a socket that closes
 * @snet: the namespace
 * @portid: of the socket; 0 for all, when the namespace goes
 *
 * Context: process, under snet->lock.
 */
void segward_reputation_load_release(struct segward_net *snet, u32 portid);

/** segward_reputation_load_doit() - command reputation-load */
int segward_reputation_load_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_reputation_new_doit() - command reputation-new */
int segward_reputation_new_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_reputation_del_doit() - command reputation-del */
int segward_reputation_del_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_reputation_get_doit() - command reputation-get for an address */
int segward_reputation_get_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_reputation_get_start() - begin a dump of the entries */
int segward_reputation_get_start(struct netlink_callback *cb);

/** segward_reputation_get_dumpit() - a part of a dump of the entries */
int segward_reputation_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);

#endif /* SEGWARD_REPUTATION_NL_H */
