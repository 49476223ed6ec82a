// SPDX-License-Identifier: GPL-2.0
/*
 * The way back of a SID's resets, over netlink.
 */
#include "sid_return.h"

#include <linux/slab.h>
#include <net/ipv6.h>

#include "netlink.h"
#include "return.h"
#include "sid.h"
#include "sid_action.h"

static int check_config(struct genl_info *info, struct nlattr *attr,
			const struct segward_sid_config *config, int ways)
{
	if (ways > 1) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "resets go back by a table, a VRF or segments, by one of them");
		return -EINVAL;
	}
	if (!config->slot) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a SID without a profile rejects nothing");
		return -EINVAL;
	}
	return 0;
}

static int parse_table(struct genl_info *info, struct nlattr *attr,
		       struct segward_return *back)
{
	back->table = nla_get_u32(attr);
	if (back->table)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "there is no table 0");
	return -EINVAL;
}

static int parse_segments(struct genl_info *info, struct nlattr *attr,
			  struct segward_return *back)
{
	int i;

	if (!IS_ENABLED(CONFIG_IPV6_SEG6_LWTUNNEL)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "this kernel was built without CONFIG_IPV6_SEG6_LWTUNNEL");
		return -EOPNOTSUPP;
	}
	back->nr_segments = nla_len(attr) / sizeof(*back->segments);
	memcpy(back->segments, nla_data(attr), nla_len(attr));
	for (i = 0; i < back->nr_segments; i++) {
		if (ipv6_addr_type(&back->segments[i]) & IPV6_ADDR_UNICAST &&
		    !ipv6_addr_loopback(&back->segments[i]))
			continue;
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a segment is not a unicast address");
		return -EINVAL;
	}
	return 0;
}

int segward_sid_return_parse(struct genl_info *info,
			     struct segward_sid_config *config)
{
	struct nlattr *table = info->attrs[SEGWARD_A_SID_RETURN_TABLE];
	struct nlattr *vrf = info->attrs[SEGWARD_A_SID_RETURN_VRF];
	struct nlattr *segments = info->attrs[SEGWARD_A_SID_RETURN_SEGMENTS];
	u32 len = segments ? nla_len(segments) : 0;
	int err;

	if (!table && !vrf && !segments)
		return 0;
	err = check_config(info, segments ?: vrf ?: table, config,
			   !!table + !!vrf + !!segments);
	if (err)
		return err;
	if (segments && (!len || len % sizeof(struct in6_addr))) {
		NL_SET_ERR_MSG_ATTR(info->extack, segments,
				    "a list of segments is 1 to 16 addresses");
		return -EINVAL;
	}
	config->back = kzalloc(sizeof(*config->back) + len, GFP_KERNEL_ACCOUNT);
	if (!config->back)
		return -ENOMEM;
	if (segments)
		return parse_segments(info, segments, config->back);
	if (table)
		return parse_table(info, table, config->back);
	return segward_sid_vrf_parse(info, SEGWARD_A_SID_RETURN_VRF,
				     &config->back->vrf);
}

int segward_sid_return_put(struct sk_buff *skb,
			   const struct segward_sid_config *config)
{
	const struct segward_return *back = config->back;

	if (!back)
		return 0;
	if (back->table)
		return nla_put_u32(skb, SEGWARD_A_SID_RETURN_TABLE,
				   back->table);
	if (back->vrf)
		return nla_put_u32(skb, SEGWARD_A_SID_RETURN_VRF, back->vrf);
	return nla_put(skb, SEGWARD_A_SID_RETURN_SEGMENTS,
		       back->nr_segments * sizeof(*back->segments),
		       back->segments);
}
