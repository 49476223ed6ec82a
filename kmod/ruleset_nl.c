// SPDX-License-Identifier: GPL-2.0
/*
 * Rulesets over netlink.
 *
 * DOC: A dump tells a ruleset in several messages of the same name and
 * generation if the names of its files do not fit into one; only the first has
 * the numbers.
 */
#include "ruleset_nl.h"

#include <linux/segward_image.h>

#include "event.h"
#include "netlink.h"
#include "policy.h"
#include "ruleset.h"
#include "upload.h"

/* Where a dump of rulesets goes on. */
struct ruleset_dump {
	u32 id;		/* last slot told completely */
	u32 origin;	/* of the next one, already told */
	u32 generation;	/* of the next one, 0 if it is not begun */
	bool begun;
};

/*
 * One message of a dump: numbers, classification and an origin, of which the
 * latter two may have SEGWARD_IMAGE_STRING_MAX bytes each. Without room for
 * the first origin a dump would begin with the numbers for ever.
 */
#define RULESET_SIZE	(3 * SEGWARD_IMAGE_STRING_MAX)

/* Origins in a message that is not part of a dump. */
#define ORIGINS_SIZE	24576

static struct segward_ruleset_slot *
slot_by_name(struct segward_net *snet, struct genl_info *info, char *name)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_RULESET_NAME];
	int err;

	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_RULESET_NAME)) {
		NL_SET_ERR_MSG(info->extack, "a ruleset's name is required");
		return ERR_PTR(-EINVAL);
	}
	err = segward_netlink_name(attr, name, info->extack);
	if (err)
		return ERR_PTR(err);
	return segward_ruleset_find(snet, name);
}

static const struct segward_image_header *
image_header(const struct segward_ruleset *ruleset)
{
	return ruleset->image;
}

/* Images that are loaded are smaller than 4 GB by far, counters included. */
static u32 ruleset_memory(const struct segward_ruleset *ruleset)
{
	return min_t(size_t, segward_ruleset_memory(ruleset), U32_MAX);
}

static int put_numbers(struct sk_buff *skb,
		       const struct segward_ruleset_slot *slot)
{
	const struct segward_ruleset *ruleset = slot->ruleset;
	const struct segward_image_header *header = image_header(ruleset);

	if (nla_put_u32(skb, SEGWARD_A_RULESET_SIZE, ruleset->size) ||
	    nla_put_u64_64bit(skb, SEGWARD_A_RULESET_IMAGE_ID,
			      header->image_id, SEGWARD_A_RULESET_PAD) ||
	    nla_put_u32(skb, SEGWARD_A_RULESET_RULES, ruleset->nr_rules) ||
	    nla_put_u32(skb, SEGWARD_A_RULESET_REJECTED, header->rejected) ||
	    nla_put_u32(skb, SEGWARD_A_RULESET_MEMORY,
			ruleset_memory(ruleset)) ||
	    nla_put_u32(skb, SEGWARD_A_RULESET_USERS, slot->users))
		return -EMSGSIZE;
	if (header->flags & SEGWARD_IMAGE_F_SKIP_BAD &&
	    nla_put_flag(skb, SEGWARD_A_RULESET_SKIP_BAD))
		return -EMSGSIZE;
	if (header->classification &&
	    nla_put_string(skb, SEGWARD_A_RULESET_CLASSIFICATION,
			   segward_image_string(ruleset->image,
						header->classification)))
		return -EMSGSIZE;
	return 0;
}

static int put_head(struct sk_buff *skb,
		    const struct segward_ruleset_slot *slot)
{
	if (nla_put_string(skb, SEGWARD_A_RULESET_NAME, slot->ruleset->name) ||
	    nla_put_u32(skb, SEGWARD_A_RULESET_GENERATION, slot->generation))
		return -EMSGSIZE;
	return 0;
}

/* As many as fit, from *@origin on. Returns whether all of them did. */
static bool put_origins(struct sk_buff *skb,
			const struct segward_ruleset *ruleset, u32 *origin)
{
	const struct segward_image_range *range;
	const u32 *string;

	range = &image_header(ruleset)->section[SEGWARD_IMAGE_ORIGINS];
	string = ruleset->image + range->offset;
	for (; *origin < range->count; (*origin)++)
		if (nla_put_string(skb, SEGWARD_A_RULESET_ORIGIN,
				   segward_image_string(ruleset->image,
							string[*origin])))
			return false;
	return true;
}

static struct sk_buff *ruleset_message(struct genl_info *info, u8 cmd,
				       const struct segward_ruleset_slot *slot)
{
	struct sk_buff *skb;
	u32 origin = 0;
	void *hdr;

	skb = genlmsg_new(ORIGINS_SIZE, GFP_KERNEL);
	if (!skb)
		return NULL;
	hdr = genlmsg_put(skb, info->snd_portid, info->snd_seq,
			  &segward_genl_family, 0, cmd);
	if (!hdr || put_head(skb, slot) || put_numbers(skb, slot)) {
		nlmsg_free(skb);
		return NULL;
	}
	put_origins(skb, slot->ruleset, &origin);
	genlmsg_end(skb, hdr);
	return skb;
}

static int check_new(struct genl_info *info,
		     const struct segward_ruleset_slot *slot,
		     const struct segward_upload *upload)
{
	struct nlattr *name = info->attrs[SEGWARD_A_RULESET_NAME];
	u16 flags;
	int err;

	err = segward_netlink_intent(info, SEGWARD_A_RULESET_CREATE,
				     SEGWARD_A_RULESET_REPLACE, &flags);
	if (!err)
		err = segward_netlink_check_exists(info, flags, slot, name,
						   "there is no ruleset of this name",
						   "there is a ruleset of this name already");
	if (err)
		return err;
	if (!slot &&
	    segward_info_net(info)->nr_rulesets >= SEGWARD_RULESETS_MAX) {
		NL_SET_ERR_MSG(info->extack,
			       "too many rulesets in this namespace");
		return -ENOSPC;
	}
	if (upload->filled != upload->size) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[SEGWARD_A_RULESET_UPLOAD],
				    "the upload is not complete");
		return -EINVAL;
	}
	return 0;
}

/* Verify. The upload ends here, whatever comes out. */
static struct segward_ruleset *ruleset_make(struct genl_info *info,
					    struct segward_upload *upload,
					    const char *name)
{
	struct segward_net *snet = segward_info_net(info);
	struct segward_image_error error = { };
	struct segward_ruleset *ruleset;
	int err;

	ruleset = segward_ruleset_create(name, upload->data, upload->size,
					 nr_cpu_ids, &error, &err);
	if (ruleset) {
		/* The data is the ruleset's now. */
		snet->image_bytes -= upload->size;
		upload->data = NULL;
	} else if (error.what) {
		segward_netlink_refuse(info->extack,
				       info->attrs[SEGWARD_A_RULESET_UPLOAD],
				       error.what, err);
	}
	segward_upload_free(snet, upload);
	return ruleset ?: ERR_PTR(err);
}

static void ruleset_published(struct genl_info *info,
			      struct segward_ruleset_slot *slot)
{
	struct segward_net *snet = segward_info_net(info);

	segward_net_changed(snet);
	segward_event_state(snet, "the ruleset is in force", NULL,
			    slot->ruleset->name, 0);
	if (segward_netlink_heard(info))
		segward_netlink_notify(info, ruleset_message(info, SEGWARD_CMD_RULESET_NTF, slot));
}

int segward_ruleset_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_net *snet = segward_info_net(info);
	struct segward_ruleset_slot *slot;
	struct segward_ruleset *ruleset;
	struct segward_upload *upload;
	char name[SEGWARD_NAME_SIZE];
	int err;

	err = segward_netlink_may_load(skb, info);
	if (err)
		return err;
	slot = slot_by_name(snet, info, name);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	upload = segward_upload_find(snet, info);
	if (IS_ERR(upload))
		return PTR_ERR(upload);
	err = check_new(info, slot, upload);
	if (err)
		return err;
	ruleset = ruleset_make(info, upload, name);
	if (IS_ERR(ruleset))
		return PTR_ERR(ruleset);
	err = segward_ruleset_set(snet, slot, ruleset, &slot);
	if (err) {
		segward_ruleset_destroy(ruleset);
		if (err == -E2BIG)
			NL_SET_ERR_MSG(info->extack,
				       "the profiles of this namespace are too large together");
		return err;
	}
	ruleset_published(info, slot);
	return 0;
}

static struct segward_ruleset_slot *slot_required(struct genl_info *info)
{
	struct segward_net *snet = segward_info_net(info);
	struct segward_ruleset_slot *slot;
	char name[SEGWARD_NAME_SIZE];

	slot = slot_by_name(snet, info, name);
	if (slot)
		return slot;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SEGWARD_A_RULESET_NAME],
			    "there is no ruleset of this name");
	return ERR_PTR(-ENOENT);
}

int segward_ruleset_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_net *snet = segward_info_net(info);
	struct segward_ruleset_slot *slot;
	struct sk_buff *message = NULL;
	bool heard;

	slot = slot_required(info);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	if (slot->users) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[SEGWARD_A_RULESET_NAME],
				    "profiles use the ruleset");
		return -EBUSY;
	}
	heard = segward_netlink_heard(info);
	if (heard)
		message = ruleset_message(info, SEGWARD_CMD_RULESET_DEL_NTF,
					  slot);
	segward_ruleset_del(snet, slot);
	segward_net_changed(snet);
	if (heard)
		segward_netlink_notify(info, message);
	return 0;
}

int segward_ruleset_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_ruleset_slot *slot;
	struct sk_buff *reply;

	slot = slot_required(info);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	reply = ruleset_message(info, SEGWARD_CMD_RULESET_GET, slot);
	if (!reply)
		return -ENOMEM;
	return segward_netlink_reply(info, reply);
}

static int ruleset_dump_begin(struct netlink_callback *cb)
{
	struct ruleset_dump *ctx = (void *)cb->ctx;

	BUILD_BUG_ON(sizeof(*ctx) >
		     sizeof_field(struct netlink_callback, ctx));
	ctx->begun = true;
	return segward_netlink_dump_bare(cb,
					 ARRAY_SIZE(segward_policy_ruleset_get) - 1);
}

int segward_ruleset_get_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = RULESET_SIZE;
	return segward_netlink_dump_start(cb, ruleset_dump_begin);
}

/* One message. Returns -EMSGSIZE if there is no room for another. */
static int ruleset_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			    const struct segward_ruleset_slot *slot)
{
	struct ruleset_dump *ctx = (void *)cb->ctx;
	bool complete;
	void *hdr;

	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &segward_genl_family, NLM_F_MULTI,
			  SEGWARD_CMD_RULESET_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (ctx->generation != slot->generation)
		ctx->origin = 0;
	if (put_head(skb, slot) || (!ctx->origin && put_numbers(skb, slot))) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	complete = put_origins(skb, slot->ruleset, &ctx->origin);
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return complete ? 0 : -EMSGSIZE;
}

int segward_ruleset_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	struct segward_net *snet = segward_netlink_cb_net(cb);
	struct ruleset_dump *ctx = (void *)cb->ctx;
	struct segward_ruleset_slot *slot;
	int err;

	err = ctx->begun ? 0 : ruleset_dump_begin(cb);
	if (err)
		return err;
	segward_netlink_dump_begin(snet, cb);
	slot = segward_ruleset_next(snet, ctx->id);
	while (slot) {
		if (ruleset_dump_one(skb, cb, slot)) {
			ctx->generation = slot->generation;
			break;
		}
		ctx->id = slot->id;
		ctx->origin = 0;
		ctx->generation = 0;
		slot = segward_ruleset_next(snet, ctx->id);
	}
	segward_netlink_dump_end(snet);
	return skb->len;
}
