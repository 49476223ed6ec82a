// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles over netlink.
 *
 * DOC: A profile can be larger than a message, so a dump tells it in several,
 * which carry the same name and generation. The place where a dump goes on is
 * (slot, section, item): sections are the kinds of attributes that repeat.
 */
#include "profile_nl.h"

#include <linux/segward_image.h>

#include "event.h"
#include "netlink.h"
#include "policy.h"
#include "profile.h"
#include "profile_parse.h"

/* Where a dump of profiles goes on. */
struct profile_dump {
	u32 id;		/* last slot told completely, or the one in progress */
	u32 section;
	u32 item;
	u32 generation;	/* of the slot in progress, 0 if none is */
	bool only;	/* a single profile */
	bool begun;
};

struct segward_profile_slot *
segward_profile_by_name(struct segward_net *snet, const struct nlattr *attr,
			struct netlink_ext_ack *extack)
{
	struct segward_profile_slot *slot;
	char name[SEGWARD_NAME_SIZE];
	int err;

	err = segward_netlink_name(attr, name, extack);
	if (err)
		return ERR_PTR(err);
	slot = segward_profile_find(snet, name);
	if (slot)
		return slot;
	NL_SET_ERR_MSG_ATTR(extack, attr, "there is no profile of this name");
	return ERR_PTR(-ENOENT);
}

static int put_rulesets(struct sk_buff *skb,
			const struct segward_profile_config *config, u32 item)
{
	return nla_put_string(skb, SEGWARD_A_PROFILE_RULESET,
			      config->ruleset[item]->name);
}

static int put_exceptions(struct sk_buff *skb,
			  const struct segward_profile_config *config, u32 item)
{
	struct nlattr *nest;

	/* Conditions begin with 1; what was not set is not told. */
	if (!config->exception[item + 1])
		return 0;
	nest = nla_nest_start(skb, SEGWARD_A_PROFILE_EXCEPTION);
	if (!nest ||
	    nla_put_u32(skb, SEGWARD_A_EXCEPTION_CONDITION, item + 1) ||
	    nla_put_u32(skb, SEGWARD_A_EXCEPTION_EXCEPTION,
			config->exception[item + 1]))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_thresholds(struct sk_buff *skb,
			  const struct segward_profile_config *config, u32 item)
{
	const struct segward_threshold *threshold = &config->threshold[item];
	struct nlattr *nest;

	nest = nla_nest_start(skb, SEGWARD_A_PROFILE_THRESHOLD);
	if (!nest ||
	    nla_put_string(skb, SEGWARD_A_THRESHOLD_CATEGORY,
			   threshold->category) ||
	    nla_put_u32(skb, SEGWARD_A_THRESHOLD_MIN_SCORE,
			threshold->min_score) ||
	    nla_put_u32(skb, SEGWARD_A_THRESHOLD_VERDICT, threshold->verdict))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_range(struct sk_buff *skb,
		     const struct segward_variable_range *range)
{
	u32 size = range->type == SEGWARD_IMAGE_ELEMENT_IPV4 ? 4 : 16;
	struct nlattr *nest;

	nest = nla_nest_start(skb, SEGWARD_A_VARIABLE_RANGE);
	if (!nest)
		return -EMSGSIZE;
	if (range->negated && nla_put_flag(skb, SEGWARD_A_RANGE_NEGATED))
		return -EMSGSIZE;
	if (range->type == SEGWARD_IMAGE_ELEMENT_PORT) {
		if (nla_put_u32(skb, SEGWARD_A_RANGE_PORT_FIRST,
				get_unaligned_be16(range->first)) ||
		    nla_put_u32(skb, SEGWARD_A_RANGE_PORT_LAST,
				get_unaligned_be16(range->last)))
			return -EMSGSIZE;
	} else if (nla_put(skb, SEGWARD_A_RANGE_FIRST, size, range->first) ||
		   nla_put(skb, SEGWARD_A_RANGE_LAST, size, range->last)) {
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_variables(struct sk_buff *skb,
			 const struct segward_profile_config *config, u32 item)
{
	const struct segward_variable *variable = &config->variable[item];
	struct nlattr *nest;
	u32 i;

	nest = nla_nest_start(skb, SEGWARD_A_PROFILE_VARIABLE);
	if (!nest ||
	    nla_put_string(skb, SEGWARD_A_VARIABLE_NAME, variable->name))
		return -EMSGSIZE;
	for (i = 0; i < variable->nr_ranges; i++)
		if (put_range(skb, &variable->range[i]))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_overrides(struct sk_buff *skb,
			 const struct segward_profile_config *config, u32 item)
{
	const struct segward_override *override = &config->override[item];
	struct nlattr *nest;

	nest = nla_nest_start(skb, SEGWARD_A_PROFILE_OVERRIDE);
	if (!nest ||
	    nla_put_u32(skb, SEGWARD_A_OVERRIDE_KIND, override->kind) ||
	    nla_put_u32(skb, SEGWARD_A_OVERRIDE_VERDICT, override->verdict))
		return -EMSGSIZE;
	if (override->kind != SEGWARD_OVERRIDE_KIND_SIGNATURE_ID) {
		if (nla_put_string(skb, SEGWARD_A_OVERRIDE_NAME,
				   override->name))
			return -EMSGSIZE;
	} else if (nla_put_u32(skb, SEGWARD_A_OVERRIDE_GID, override->gid) ||
		   nla_put_u32(skb, SEGWARD_A_OVERRIDE_SIGNATURE_ID,
			       override->signature_id)) {
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_suppress(struct sk_buff *skb,
			const struct segward_profile_config *config, u32 item)
{
	const struct segward_suppress *suppress = &config->suppress[item];
	struct nlattr *nest;

	nest = nla_nest_start(skb, SEGWARD_A_PROFILE_SUPPRESS);
	if (!nest ||
	    nla_put_u32(skb, SEGWARD_A_SUPPRESS_GID, suppress->gid) ||
	    nla_put_u32(skb, SEGWARD_A_SUPPRESS_SIGNATURE_ID,
			suppress->signature_id) ||
	    nla_put_u32(skb, SEGWARD_A_SUPPRESS_DIRECTION,
			suppress->direction))
		return -EMSGSIZE;
	if (suppress->family &&
	    (nla_put(skb, SEGWARD_A_SUPPRESS_ADDRESS,
		     suppress->family == 4 ? 4 : 16, suppress->address) ||
	     nla_put_u32(skb, SEGWARD_A_SUPPRESS_PREFIX_LEN,
			 suppress->prefix_len)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static u32 section_items(const struct segward_profile_config *config,
			 u32 section)
{
	switch (section) {
	case 0:
		return config->nr_rulesets;
	case 1:
		return SEGWARD_CONDITION_MAX;
	case 2:
		return config->nr_thresholds;
	case 3:
		return config->nr_variables;
	case 4:
		return config->nr_overrides;
	default:
		return config->nr_suppress;
	}
}

static int (* const section_put[])(struct sk_buff *skb,
				   const struct segward_profile_config *config,
				   u32 item) = {
	put_rulesets,
	put_exceptions,
	put_thresholds,
	put_variables,
	put_overrides,
	put_suppress,
};

/* As many items as fit. Returns whether the profile is complete. */
static bool put_items(struct sk_buff *skb,
		      const struct segward_profile_config *config,
		      u32 *section, u32 *item)
{
	unsigned char *mark;

	for (; *section < ARRAY_SIZE(section_put); (*section)++, *item = 0) {
		for (; *item < section_items(config, *section); (*item)++) {
			mark = skb_tail_pointer(skb);
			if (section_put[*section](skb, config, *item)) {
				nlmsg_trim(skb, mark);
				return false;
			}
		}
	}
	return true;
}

static int put_head(struct sk_buff *skb,
		    const struct segward_profile_slot *slot,
		    const struct segward_profile *profile)
{
	if (nla_put_string(skb, SEGWARD_A_PROFILE_NAME, slot->name) ||
	    nla_put_u32(skb, SEGWARD_A_PROFILE_MODE, profile->config.mode) ||
	    nla_put_u32(skb, SEGWARD_A_PROFILE_GENERATION, slot->generation) ||
	    nla_put_u32(skb, SEGWARD_A_PROFILE_USERS, slot->users))
		return -EMSGSIZE;
	return 0;
}

/* What does not fit is left to a dump, which the generation asks for. */
static struct sk_buff *profile_message(struct genl_info *info, u8 cmd,
				       struct segward_profile_slot *slot)
{
	struct segward_net *snet = segward_info_net(info);
	struct segward_profile *profile = segward_profile_get(snet, slot);
	u32 section = 0, item = 0;
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(SEGWARD_DUMP_SIZE, GFP_KERNEL);
	if (!skb)
		return NULL;
	hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq,
			  &segward_genl_family, 0, cmd);
	if (!hdr || put_head(skb, slot, profile)) {
		nlmsg_free(skb);
		return NULL;
	}
	put_items(skb, &profile->config, &section, &item);
	genlmsg_end(skb, hdr);
	return skb;
}

static int check_new(struct genl_info *info,
		     const struct segward_profile_slot *slot)
{
	struct nlattr *generation = info->attrs[SEGWARD_A_PROFILE_GENERATION];
	struct nlattr *name = info->attrs[SEGWARD_A_PROFILE_NAME];
	u16 flags;
	int err;

	err = segward_netlink_intent(info, SEGWARD_A_PROFILE_CREATE,
				     SEGWARD_A_PROFILE_REPLACE, &flags);
	if (!err)
		err = segward_netlink_check_exists(info, flags, slot, name,
						   "there is no profile of this name",
						   "there is a profile of this name already");
	if (err)
		return err;
	if (generation &&
	    nla_get_u32(generation) != (slot ? slot->generation : 0)) {
		NL_SET_ERR_MSG_ATTR(info->extack, generation,
				    "the profile has been changed meanwhile");
		return -EAGAIN;
	}
	if (!slot &&
	    segward_info_net(info)->nr_profiles >= SEGWARD_PROFILES_MAX) {
		NL_SET_ERR_MSG(info->extack,
			       "too many profiles in this namespace");
		return -ENOSPC;
	}
	return 0;
}

static void explain(struct genl_info *info, int err)
{
	if (err == -E2BIG)
		NL_SET_ERR_MSG(info->extack,
			       "the profiles of this namespace are too large together");
	else if (err == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[SEGWARD_A_PROFILE_THRESHOLD],
				    "there are 255 reputation categories already");
}

static int profile_set(struct genl_info *info,
		       const struct segward_profile_config *config)
{
	struct segward_net *snet = segward_info_net(info);
	struct segward_profile_slot *slot;
	u8 mode = 0;
	int err;

	slot = segward_profile_find(snet, config->name);
	err = check_new(info, slot);
	if (err)
		return err;
	if (slot)
		mode = segward_profile_get(snet, slot)->config.mode;
	err = segward_profile_set(snet, slot, config, &slot);
	if (err) {
		explain(info, err);
		return err;
	}
	segward_net_changed(snet);
	if (mode && mode != config->mode)
		segward_event_state(snet, "the profile's mode changed",
				    slot->name, NULL, config->mode);
	if (segward_netlink_heard(info))
		segward_netlink_notify(info, profile_message(info, SEGWARD_CMD_PROFILE_NTF, slot));
	return 0;
}

int segward_profile_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_profile_config config;
	int err;

	err = segward_profile_parse(info, &config);
	if (err)
		return err;
	err = profile_set(info, &config);
	segward_profile_parse_free(&config);
	return err;
}

int segward_profile_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *name = info->attrs[SEGWARD_A_PROFILE_NAME];
	struct segward_net *snet = segward_info_net(info);
	struct segward_profile_slot *slot;
	struct sk_buff *message = NULL;
	bool heard;

	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_PROFILE_NAME)) {
		NL_SET_ERR_MSG(info->extack, "a profile's name is required");
		return -EINVAL;
	}
	slot = segward_profile_by_name(snet, name, info->extack);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	if (slot->users) {
		NL_SET_ERR_MSG_ATTR(info->extack, name,
				    "SIDs use the profile");
		return -EBUSY;
	}
	heard = segward_netlink_heard(info);
	if (heard)
		message = profile_message(info, SEGWARD_CMD_PROFILE_DEL_NTF,
					  slot);
	segward_profile_del(snet, slot);
	segward_net_changed(snet);
	if (heard)
		segward_netlink_notify(info, message);
	return 0;
}

static int profile_dump_begin(struct netlink_callback *cb)
{
	struct nlattr *name =
		segward_genl_dump_attrs(cb)[SEGWARD_A_PROFILE_NAME];
	struct segward_net *snet = segward_netlink_cb_net(cb);
	struct profile_dump *ctx = (void *)cb->ctx;
	struct segward_profile_slot *slot;
	int err = 0;

	BUILD_BUG_ON(sizeof(*ctx) >
		     sizeof_field(struct netlink_callback, ctx));
	ctx->begun = true;
	if (!name)
		return 0;
	mutex_lock(&snet->lock);
	slot = segward_profile_by_name(snet, name, cb->extack);
	if (IS_ERR(slot)) {
		err = PTR_ERR(slot);
	} else {
		ctx->id = slot->id - 1;
		ctx->only = true;
	}
	mutex_unlock(&snet->lock);
	return err;
}

int segward_profile_get_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = SEGWARD_DUMP_SIZE;
	return segward_netlink_dump_start(cb, profile_dump_begin);
}

/* One message. Returns -EMSGSIZE if there is no room for another. */
static int profile_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			    const struct segward_profile_slot *slot,
			    const struct segward_profile *profile)
{
	struct profile_dump *ctx = (void *)cb->ctx;
	bool complete;
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &segward_genl_family, NLM_F_MULTI,
			  SEGWARD_CMD_PROFILE_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (put_head(skb, slot, profile)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	complete = put_items(skb, &profile->config, &ctx->section, &ctx->item);
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	if (!complete)
		return -EMSGSIZE;
	ctx->section = 0;
	ctx->item = 0;
	return 0;
}

/*
 * The slot to go on with. One that changed or went between two parts is told
 * no further: the namespace's generation has changed too, so that the core
 * marks the dump as interrupted and the user asks again.
 */
static struct segward_profile_slot *dump_next(struct segward_net *snet,
					      struct profile_dump *ctx)
{
	struct segward_profile_slot *slot;

	if (!ctx->generation)
		return segward_profile_next(snet, ctx->id);
	slot = segward_profile_next(snet, ctx->id - 1);
	if (slot && slot->id == ctx->id &&
	    slot->generation == ctx->generation)
		return slot;
	ctx->section = 0;
	ctx->item = 0;
	return segward_profile_next(snet, ctx->id);
}

int segward_profile_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	struct segward_net *snet = segward_netlink_cb_net(cb);
	struct profile_dump *ctx = (void *)cb->ctx;
	struct segward_profile_slot *slot;
	int err;

	err = ctx->begun ? 0 : profile_dump_begin(cb);
	if (err)
		return err;
	segward_netlink_dump_begin(snet, cb);
	slot = dump_next(snet, ctx);
	while (slot) {
		ctx->id = slot->id;
		ctx->generation = slot->generation;
		if (profile_dump_one(skb, cb, slot,
				     segward_profile_get(snet, slot)))
			break;
		ctx->generation = 0;
		if (ctx->only) {
			ctx->id = U32_MAX;
			break;
		}
		slot = segward_profile_next(snet, ctx->id);
	}
	segward_netlink_dump_end(snet);
	return skb->len;
}
