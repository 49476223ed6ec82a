/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Profiles by argument of a SID, over netlink.
 */
#ifndef SEGWARD_SID_ARGUMENT_H
#define SEGWARD_SID_ARGUMENT_H

struct genl_info;
struct segward_sid_config;
struct sk_buff;

/**
 * segward_sid_argument_parse() - read the values and their profiles
 * @info: the request
 * @config: its key, slot and flavors are known; its arguments are filled in
 *	and belong to the caller, also if it fails
 *
 * Context: process, under snet->lock. Return: 0 or an error, with its
 * sentence and the attribute.
 */
int segward_sid_argument_parse(struct genl_info *info,
			       struct segward_sid_config *config);

/**
 * segward_sid_argument_put() - write them
 * @skb: the message
 * @config: of the SID
 *
 * Context: under snet->lock. Return: 0 or -EMSGSIZE.
 */
int segward_sid_argument_put(struct sk_buff *skb,
			     const struct segward_sid_config *config);

#endif /* SEGWARD_SID_ARGUMENT_H */
