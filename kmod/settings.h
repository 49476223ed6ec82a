/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters and settings of a namespace over netlink.
 */
#ifndef SEGWARD_SETTINGS_H
#define SEGWARD_SETTINGS_H

struct genl_info;
struct sk_buff;

/** segward_stats_get_doit() - command stats-get */
int segward_stats_get_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_settings_set_doit() - command settings-set */
int segward_settings_set_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* SEGWARD_SETTINGS_H */
