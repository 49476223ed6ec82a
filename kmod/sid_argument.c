// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles by argument of a SID, over netlink.
 */
#include "sid_argument.h"

#include <linux/slab.h>

#include "argument.h"
#include "netlink.h"
#include "policy.h"
#include "profile.h"
#include "profile_nl.h"
#include "sid.h"

static u32 count(struct genl_info *info)
{
	struct nlattr *attr;
	u32 nr = 0;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		nr += nla_type(attr) == SEGWARD_A_SID_ARGUMENT;
	return nr;
}

/* What says which bits, without values that they could have. */
static int check_alone(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_ARGUMENT_OFFSET] ?:
			      info->attrs[SEGWARD_A_SID_ARGUMENT_LEN];

	if (!attr)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "there are no argument values to which this belongs");
	return -EINVAL;
}

static int check_config(struct genl_info *info,
			const struct segward_sid_config *config)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_ARGUMENT];

	if (segward_sid_has_flavor(config, SEGWARD_FLAVOR_NEXT_CSID)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "with flavor next-csid the bits behind the prefix are C-SIDs, which select no profile");
		return -EINVAL;
	}
	if (!config->slot) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a SID with argument values needs a profile for all others");
		return -EINVAL;
	}
	if (config->key.prefix_len == 128) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "behind a prefix of 128 bits there is no argument");
		return -EINVAL;
	}
	return 0;
}

static int parse_field(struct genl_info *info, struct segward_arguments *args)
{
	struct nlattr *offset = info->attrs[SEGWARD_A_SID_ARGUMENT_OFFSET];
	struct nlattr *len = info->attrs[SEGWARD_A_SID_ARGUMENT_LEN];
	u32 bits = 128 - args->prefix_len;

	args->offset = offset ? nla_get_u32(offset) : 0;
	if (args->offset >= bits) {
		NL_SET_ERR_MSG_ATTR(info->extack, offset,
				    "the argument has not so many bits");
		return -EINVAL;
	}
	bits -= args->offset;
	if (!len && bits > 32) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[SEGWARD_A_SID_ARGUMENT],
				    "the argument has more than 32 bits; say how many of them count");
		return -EINVAL;
	}
	args->len = len ? nla_get_u32(len) : bits;
	if (args->len <= bits)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, len,
			    "the argument has not so many bits");
	return -EINVAL;
}

static int parse_value(struct genl_info *info, struct nlattr *attr,
		       struct segward_arguments *args)
{
	struct segward_argument *argument = &args->argument[args->nr];
	struct nlattr *tb[ARRAY_SIZE(segward_policy_argument)];
	struct segward_profile_slot *slot;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_argument, info->extack);
	if (err)
		return err;
	if (!tb[SEGWARD_A_ARGUMENT_VALUE] || !tb[SEGWARD_A_ARGUMENT_PROFILE]) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "an argument is a value and a profile");
		return -EINVAL;
	}
	argument->value = nla_get_u32(tb[SEGWARD_A_ARGUMENT_VALUE]);
	if ((u64)argument->value >> args->len) {
		NL_SET_ERR_MSG_ATTR(info->extack, tb[SEGWARD_A_ARGUMENT_VALUE],
				    "the value does not fit into the argument's bits");
		return -EINVAL;
	}
	slot = segward_profile_by_name(segward_info_net(info),
				       tb[SEGWARD_A_ARGUMENT_PROFILE],
				       info->extack);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	argument->slot = slot;
	args->nr++;
	return 0;
}

static int parse_values(struct genl_info *info, struct segward_arguments *args)
{
	struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != SEGWARD_A_SID_ARGUMENT)
			continue;
		err = parse_value(info, attr, args);
		if (err)
			return err;
	}
	if (segward_arguments_sort(args) < 0)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SEGWARD_A_SID_ARGUMENT],
			    "a value has two profiles");
	return -EINVAL;
}

int segward_sid_argument_parse(struct genl_info *info,
			       struct segward_sid_config *config)
{
	u32 nr = count(info);
	int err;

	if (!nr)
		return check_alone(info);
	err = check_config(info, config);
	if (err)
		return err;
	if (nr > SEGWARD_ARGUMENTS_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[SEGWARD_A_SID_ARGUMENT],
				    "a SID has at most 256 argument values");
		return -E2BIG;
	}
	config->arguments = kzalloc(struct_size(config->arguments, argument,
						nr), GFP_KERNEL_ACCOUNT);
	if (!config->arguments)
		return -ENOMEM;
	config->arguments->prefix_len = config->key.prefix_len;
	err = parse_field(info, config->arguments);
	return err ?: parse_values(info, config->arguments);
}

static int put_argument(struct sk_buff *skb,
			const struct segward_argument *argument)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, SEGWARD_A_SID_ARGUMENT);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u32(skb, SEGWARD_A_ARGUMENT_VALUE, argument->value) ||
	    nla_put_string(skb, SEGWARD_A_ARGUMENT_PROFILE,
			   argument->slot->name))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int segward_sid_argument_put(struct sk_buff *skb,
			     const struct segward_sid_config *config)
{
	const struct segward_arguments *args = config->arguments;
	int i;

	if (!args)
		return 0;
	if (nla_put_u32(skb, SEGWARD_A_SID_ARGUMENT_OFFSET, args->offset) ||
	    nla_put_u32(skb, SEGWARD_A_SID_ARGUMENT_LEN, args->len))
		return -EMSGSIZE;
	for (i = 0; i < args->nr; i++)
		if (put_argument(skb, &args->argument[i]))
			return -EMSGSIZE;
	return 0;
}
