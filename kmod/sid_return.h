/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way back of a SID's resets, over netlink.
 */
#ifndef SEGWARD_SID_RETURN_H
#define SEGWARD_SID_RETURN_H

struct genl_info;
struct segward_sid_config;
struct sk_buff;

/**
 * segward_sid_return_parse() - read the way
 * @info: the request
 * @config: its slot is known; its way back is filled in and belongs to the
 *	caller, also if it fails
 *
 * Context: process, under snet->lock. Return: 0 or an error, with its
 * sentence and the attribute.
 */
int segward_sid_return_parse(struct genl_info *info,
			     struct segward_sid_config *config);

/**
 * segward_sid_return_put() - write it
 * @skb: the message
 * @config: of the SID
 *
 * Context: under snet->lock. Return: 0 or -EMSGSIZE.
 */
int segward_sid_return_put(struct sk_buff *skb,
			   const struct segward_sid_config *config);

#endif /* SEGWARD_SID_RETURN_H */
