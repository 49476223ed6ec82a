/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rulesets and their rules over netlink.
 */
#ifndef SEGWARD_RULESET_NL_H
#define SEGWARD_RULESET_NL_H

struct genl_info;
struct netlink_callback;
struct sk_buff;

/** segward_ruleset_new_doit() - command ruleset-new */
int segward_ruleset_new_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_ruleset_del_doit() - command ruleset-del */
int segward_ruleset_del_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_ruleset_get_doit() - command ruleset-get for one ruleset */
int segward_ruleset_get_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_ruleset_get_start() - begin a dump of all rulesets */
int segward_ruleset_get_start(struct netlink_callback *cb);

/** segward_ruleset_get_dumpit() - a part of a dump of all rulesets */
int segward_ruleset_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);

/** segward_rule_get_start() - begin a dump of a ruleset's rules */
int segward_rule_get_start(struct netlink_callback *cb);

/** segward_rule_get_dumpit() - a part of a dump of a ruleset's rules */
int segward_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* SEGWARD_RULESET_NL_H */
