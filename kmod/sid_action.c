// SPDX-License-Identifier: GPL-2.0
/*
 * What a SID does, over netlink.
 */
#include "sid_action.h"

#include <linux/inet.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>

#include "device.h"
#include "net.h"
#include "netlink.h"
#include "profile.h"
#include "profile_nl.h"
#include "sid.h"

#define FLAVORS	(BIT(SEGWARD_FLAVOR_PSP) | BIT(SEGWARD_FLAVOR_USP) |	\
		 BIT(SEGWARD_FLAVOR_USD) | BIT(SEGWARD_FLAVOR_NEXT_CSID))

/* As mainline has it. */
#define LBLEN_DEFAULT	32
#define NFLEN_DEFAULT	16

/* What says to whose rules packets are held. */
#define INSPECTION	(BIT_ULL(SEGWARD_A_SID_PROFILE) |	\
			 BIT_ULL(SEGWARD_A_SID_ARGUMENT))

/* Which attributes an action takes; bits by enum segward_a_sid. */
static u64 action_attrs(u8 action)
{
	switch (action) {
	case SEGWARD_ACTION_END:
		return BIT_ULL(SEGWARD_A_SID_FLAVORS);
	case SEGWARD_ACTION_END_AN:
		return INSPECTION | BIT_ULL(SEGWARD_A_SID_FLAVORS);
	case SEGWARD_ACTION_END_X:
		return BIT_ULL(SEGWARD_A_SID_NH6) |
		       BIT_ULL(SEGWARD_A_SID_OIF) | INSPECTION |
		       BIT_ULL(SEGWARD_A_SID_FLAVORS);
	case SEGWARD_ACTION_END_T:
		return BIT_ULL(SEGWARD_A_SID_TABLE) | INSPECTION |
		       BIT_ULL(SEGWARD_A_SID_FLAVORS);
	case SEGWARD_ACTION_END_DX4:
		return BIT_ULL(SEGWARD_A_SID_NH4) |
		       BIT_ULL(SEGWARD_A_SID_OIF) | INSPECTION;
	case SEGWARD_ACTION_END_DX6:
		return BIT_ULL(SEGWARD_A_SID_NH6) |
		       BIT_ULL(SEGWARD_A_SID_OIF) | INSPECTION;
	default:
		return BIT_ULL(SEGWARD_A_SID_TABLE) |
		       BIT_ULL(SEGWARD_A_SID_VRFTABLE) | INSPECTION;
	}
}

/* What an attribute is refused with at an action that has none. */
static const struct {
	u32 type;
	const char *sentence;
} foreigners[] = {
	{ SEGWARD_A_SID_NH6,
	  "only End.X and End.DX6 have an IPv6 next hop" },
	{ SEGWARD_A_SID_NH4,
	  "only End.DX4 has an IPv4 next hop" },
	{ SEGWARD_A_SID_OIF,
	  "only End.X, End.DX4 and End.DX6 have an output device" },
	{ SEGWARD_A_SID_TABLE,
	  "only End.T, End.DT4, End.DT6 and End.DT46 have a table" },
	{ SEGWARD_A_SID_VRFTABLE,
	  "only End.DT4, End.DT6 and End.DT46 have a VRF's table" },
	{ SEGWARD_A_SID_FLAVORS,
	  "only End, End.X, End.T and End.AN have flavors" },
	{ SEGWARD_A_SID_PROFILE,
	  "End takes no profile; End.AN is End with one" },
	{ SEGWARD_A_SID_ARGUMENT,
	  "End takes no profile; End.AN is End with one" },
};

static int check_foreigners(struct genl_info *info, u8 action)
{
	struct nlattr *attr;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(foreigners); i++) {
		attr = info->attrs[foreigners[i].type];
		if (!attr || action_attrs(action) & BIT_ULL(foreigners[i].type))
			continue;
		return segward_netlink_refuse(info->extack, attr,
					      foreigners[i].sentence, -EINVAL);
	}
	return 0;
}

static int parse_action(struct genl_info *info,
			struct segward_sid_config *config)
{
	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_SID_ACTION)) {
		NL_SET_ERR_MSG(info->extack, "an action is required");
		return -EINVAL;
	}
	config->action = nla_get_u32(info->attrs[SEGWARD_A_SID_ACTION]);
	return check_foreigners(info, config->action);
}

static int parse_profile(struct genl_info *info,
			 struct segward_sid_config *config)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_PROFILE];
	struct segward_profile_slot *slot;

	if (!attr) {
		if (config->action != SEGWARD_ACTION_END_AN)
			return 0;
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, SEGWARD_A_SID_PROFILE);
		NL_SET_ERR_MSG(info->extack, "End.AN needs a profile");
		return -EINVAL;
	}
	slot = segward_profile_by_name(segward_info_net(info), attr,
				       info->extack);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	config->slot = slot;
	return 0;
}

static int check_no_csid(struct genl_info *info)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_LBLEN] ?:
			      info->attrs[SEGWARD_A_SID_NFLEN];

	if (!attr)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "only flavor next-csid has lblen and nflen");
	return -EINVAL;
}

static u32 length(struct genl_info *info, u32 type, u32 without)
{
	return info->attrs[type] ? nla_get_u32(info->attrs[type]) : without;
}

/*
 * The attribute to blame is the one that is there; with neither it is the
 * prefix that does not suit.
 */
static int parse_csid(struct genl_info *info, struct segward_sid_config *config)
{
	u32 lblen = length(info, SEGWARD_A_SID_LBLEN, LBLEN_DEFAULT);
	u32 nflen = length(info, SEGWARD_A_SID_NFLEN, NFLEN_DEFAULT);
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_LBLEN] ?:
			      info->attrs[SEGWARD_A_SID_NFLEN] ?:
			      info->attrs[SEGWARD_A_SID_PREFIX];

	if (!segward_sid_has_flavor(config, SEGWARD_FLAVOR_NEXT_CSID))
		return check_no_csid(info);
	if (lblen % 8 || nflen % 8) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "lblen and nflen are multiples of 8");
		return -EINVAL;
	}
	if (lblen + nflen != config->key.prefix_len) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "lblen and nflen together are the length of the prefix");
		return -EINVAL;
	}
	if (lblen + 2 * nflen > 128) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "there is no room for a C-SID behind the prefix");
		return -EINVAL;
	}
	config->csid.block = lblen / 8;
	config->csid.node = nflen / 8;
	return 0;
}

static int parse_flavors(struct genl_info *info,
			 struct segward_sid_config *config)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_FLAVORS];
	u32 flavors = attr ? nla_get_u32(attr) : 0;

	if (flavors & ~FLAVORS) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "flavors are psp, usp, usd and next-csid");
		return -EINVAL;
	}
	config->flavors = flavors;
	return parse_csid(info, config);
}

static int check_nh6(struct genl_info *info,
		     const struct segward_sid_config *config)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_NH6];
	int type = ipv6_addr_type(&config->nh6);

	if (!(type & IPV6_ADDR_UNICAST) || type & IPV6_ADDR_LOOPBACK) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the next hop is not a unicast address");
		return -EINVAL;
	}
	if (type & IPV6_ADDR_LINKLOCAL && !info->attrs[SEGWARD_A_SID_OIF]) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a link-local next hop needs an output device");
		return -EINVAL;
	}
	if (ipv6_prefix_equal(&config->nh6, &config->key.prefix,
			      config->key.prefix_len)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the next hop lies within the SID, which would be a loop");
		return -EINVAL;
	}
	return 0;
}

int segward_sid_device_parse(struct genl_info *info, u32 type, int *ifindex)
{
	struct nlattr *attr = info->attrs[type];
	struct net_device *dev;

	if (!attr)
		return 0;
	*ifindex = nla_get_u32(attr);
	rcu_read_lock();
	dev = dev_get_by_index_rcu(genl_info_net(info), *ifindex);
	rcu_read_unlock();
	if (dev)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "no device has this index");
	return -ENODEV;
}

/* What leaves by segward0 is injected again, for a SID or to be dropped. */
static int parse_oif(struct genl_info *info, struct segward_sid_config *config)
{
	const struct segward_net *snet = segward_net(genl_info_net(info));
	int err;

	err = segward_sid_device_parse(info, SEGWARD_A_SID_OIF, &config->oif);
	if (err || !config->oif ||
	    config->oif != segward_device_ifindex(snet))
		return err;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SEGWARD_A_SID_OIF],
			    "segward0 leads back to the SIDs, which would be a loop");
	return -EINVAL;
}

static int parse_nh6(struct genl_info *info, struct segward_sid_config *config)
{
	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_SID_NH6)) {
		if (config->action == SEGWARD_ACTION_END_X)
			NL_SET_ERR_MSG(info->extack, "End.X needs a next hop");
		else
			NL_SET_ERR_MSG(info->extack,
				       "End.DX6 needs a next hop");
		return -EINVAL;
	}
	config->nh6 = nla_get_in6_addr(info->attrs[SEGWARD_A_SID_NH6]);
	return check_nh6(info, config);
}

static int parse_nh4(struct genl_info *info, struct segward_sid_config *config)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_NH4];

	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_SID_NH4)) {
		NL_SET_ERR_MSG(info->extack, "End.DX4 needs a next hop");
		return -EINVAL;
	}
	config->nh4 = nla_get_in_addr(attr);
	if (!ipv4_is_zeronet(config->nh4) && !ipv4_is_loopback(config->nh4) &&
	    !ipv4_is_multicast(config->nh4) && !ipv4_is_lbcast(config->nh4))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "the next hop is not a unicast address");
	return -EINVAL;
}

/*
 * A cross-connect is about one link: a next hop alone could be found in
 * somebody else's network.
 */
static int parse_dx_device(struct genl_info *info,
			   struct segward_sid_config *config)
{
	int err;

	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_SID_OIF)) {
		NL_SET_ERR_MSG(info->extack,
			       "End.DX4 and End.DX6 need an output device");
		return -EINVAL;
	}
	err = parse_oif(info, config);
	if (err || config->oif)
		return err;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SEGWARD_A_SID_OIF],
			    "no device has this index");
	return -ENODEV;
}

static int parse_end_x(struct genl_info *info,
		       struct segward_sid_config *config)
{
	int err;

	err = parse_nh6(info, config);
	if (err)
		return err;
	return parse_oif(info, config);
}

static int parse_end_dx6(struct genl_info *info,
			 struct segward_sid_config *config)
{
	int err;

	err = parse_dx_device(info, config);
	return err ?: parse_nh6(info, config);
}

static int parse_end_dx4(struct genl_info *info,
			 struct segward_sid_config *config)
{
	int err;

	err = parse_dx_device(info, config);
	return err ?: parse_nh4(info, config);
}

static int parse_table(struct genl_info *info,
		       struct segward_sid_config *config)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_TABLE];

	config->table = nla_get_u32(attr);
	if (config->table)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "there is no table 0");
	return -EINVAL;
}

static int parse_end_t(struct genl_info *info,
		       struct segward_sid_config *config)
{
	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_SID_TABLE)) {
		NL_SET_ERR_MSG(info->extack, "End.T needs a table");
		return -EINVAL;
	}
	return parse_table(info, config);
}

static int parse_vrftable(struct genl_info *info,
			  struct segward_sid_config *config)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_SID_VRFTABLE];
	int ifindex;

	config->vrftable = nla_get_u32(attr);
	/* Which VRF that is packets ask vrf.h; this knows if it is the only one. */
	ifindex = l3mdev_ifindex_lookup_by_table_id(L3MDEV_TYPE_VRF,
						    genl_info_net(info),
						    config->vrftable);
	if (ifindex > 0)
		return 0;
	if (ifindex == -EPERM) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a VRF's table needs net.vrf.strict_mode");
		return -EPERM;
	}
	NL_SET_ERR_MSG_ATTR(info->extack, attr, "no VRF has this table");
	return -ENODEV;
}

/* There is no IPv4 lookup in one table that a module could ask for. */
static int check_table4(struct genl_info *info,
			const struct segward_sid_config *config)
{
	if (config->action == SEGWARD_ACTION_END_DT6 ||
	    config->table == RT_TABLE_MAIN)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SEGWARD_A_SID_TABLE],
			    "End.DT4 and End.DT46 look up in table main or in a VRF's table");
	return -EINVAL;
}

static int parse_end_dt(struct genl_info *info,
			struct segward_sid_config *config)
{
	struct nlattr *table = info->attrs[SEGWARD_A_SID_TABLE];
	struct nlattr *vrftable = info->attrs[SEGWARD_A_SID_VRFTABLE];
	int err;

	if (table && vrftable) {
		NL_SET_ERR_MSG_ATTR(info->extack, vrftable,
				    "a table or a VRF's table, not both");
		return -EINVAL;
	}
	if (vrftable)
		return parse_vrftable(info, config);
	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_SID_TABLE)) {
		NL_SET_ERR_MSG(info->extack,
			       "End.DT4, End.DT6 and End.DT46 need a table or a VRF's table");
		return -EINVAL;
	}
	err = parse_table(info, config);
	return err ?: check_table4(info, config);
}

static int parse_parameters(struct genl_info *info,
			    struct segward_sid_config *config)
{
	switch (config->action) {
	case SEGWARD_ACTION_END_X:
		return parse_end_x(info, config);
	case SEGWARD_ACTION_END_T:
		return parse_end_t(info, config);
	case SEGWARD_ACTION_END_DX4:
		return parse_end_dx4(info, config);
	case SEGWARD_ACTION_END_DX6:
		return parse_end_dx6(info, config);
	case SEGWARD_ACTION_END_DT4:
	case SEGWARD_ACTION_END_DT6:
	case SEGWARD_ACTION_END_DT46:
		return parse_end_dt(info, config);
	default:
		return 0;
	}
}

int segward_sid_action_parse(struct genl_info *info,
			     struct segward_sid_config *config)
{
	int err;

	err = parse_action(info, config);
	if (!err)
		err = parse_profile(info, config);
	if (!err)
		err = parse_parameters(info, config);
	return err ?: parse_flavors(info, config);
}

static int put_next_hop(struct sk_buff *skb,
			const struct segward_sid_config *config)
{
	switch (config->action) {
	case SEGWARD_ACTION_END_X:
	case SEGWARD_ACTION_END_DX6:
		return nla_put_in6_addr(skb, SEGWARD_A_SID_NH6, &config->nh6);
	case SEGWARD_ACTION_END_DX4:
		return nla_put_in_addr(skb, SEGWARD_A_SID_NH4, config->nh4);
	default:
		return 0;
	}
}

static int put_nonzero(struct sk_buff *skb, int type, u32 value)
{
	return value ? nla_put_u32(skb, type, value) : 0;
}

int segward_sid_action_put(struct sk_buff *skb,
			   const struct segward_sid_config *config)
{
	if (nla_put_u32(skb, SEGWARD_A_SID_ACTION, config->action))
		return -EMSGSIZE;
	if (config->slot && nla_put_string(skb, SEGWARD_A_SID_PROFILE,
					   config->slot->name))
		return -EMSGSIZE;
	if (put_next_hop(skb, config) ||
	    put_nonzero(skb, SEGWARD_A_SID_OIF, config->oif) ||
	    put_nonzero(skb, SEGWARD_A_SID_TABLE, config->table) ||
	    put_nonzero(skb, SEGWARD_A_SID_VRFTABLE, config->vrftable) ||
	    put_nonzero(skb, SEGWARD_A_SID_FLAVORS, config->flavors) ||
	    put_nonzero(skb, SEGWARD_A_SID_LBLEN, config->csid.block * 8) ||
	    put_nonzero(skb, SEGWARD_A_SID_NFLEN, config->csid.node * 8))
		return -EMSGSIZE;
	return 0;
}
