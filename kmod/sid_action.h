/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a SID does, over netlink: which attributes belong to which action.
 */
#ifndef SEGWARD_SID_ACTION_H
#define SEGWARD_SID_ACTION_H

#include <linux/types.h>

struct genl_info;
struct segward_sid_config;
struct sk_buff;

/**
 * segward_sid_action_parse() - read the action and what belongs to it
 * @info: the request
 * @config: its action, profile, next hops, tables and flavors are filled in
 *
 * Context: process, under snet->lock. Return: 0 or an error, with its
 * sentence and the attribute.
 */
int segward_sid_action_parse(struct genl_info *info,
			     struct segward_sid_config *config);

/**
 * segward_sid_action_put() - write the action and what belongs to it
 * @skb: the message
 * @config: of the SID
 *
 * Context: under snet->lock. Return: 0 or -EMSGSIZE.
 */
int segward_sid_action_put(struct sk_buff *skb,
			   const struct segward_sid_config *config);

/**
 * segward_sid_device_parse() - read a device by its index
 * @info: the request
 * @type: the attribute; it may be absent
 * @ifindex: the index, untouched if it is
 *
 * Context: process. Return: 0 or -ENODEV.
 */
int segward_sid_device_parse(struct genl_info *info, u32 type, int *ifindex);

/**
 * segward_sid_vrf_parse() - read a VRF by its index
 * @info: the request
 * @type: the attribute; it may be absent
 * @vrf: the index, 0 without it
 *
 * Context: process. Return: 0, -ENODEV, or -EINVAL for another device.
 */
int segward_sid_vrf_parse(struct genl_info *info, u32 type, int *vrf);

#endif /* SEGWARD_SID_ACTION_H */
