/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arguments of rtnl_link_ops.newlink: before 6.15 they came one by one.
 */
#ifndef SEGWARD_COMPAT_NET_RTNETLINK_H
#define SEGWARD_COMPAT_NET_RTNETLINK_H

#include_next <net/rtnetlink.h>

#include <segward/version.h>

#if SEGWARD_KERNEL_BEFORE(6, 15)
#define SEGWARD_NEWLINK_ARGS						\
	struct net *src_net, struct net_device *dev,			\
	struct nlattr *tb[], struct nlattr *data[],			\
	struct netlink_ext_ack *extack
#else
#define SEGWARD_NEWLINK_ARGS						\
	struct net_device *dev, struct rtnl_newlink_params *params,	\
	struct netlink_ext_ack *extack
#endif

#endif /* SEGWARD_COMPAT_NET_RTNETLINK_H */
