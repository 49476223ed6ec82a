// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of a ruleset over netlink, with what they cost and found.
 */
#include <linux/segward_image.h>

#include "netlink.h"
#include "ruleset.h"
#include "ruleset_nl.h"

/* Where a dump of rules goes on. */
struct rule_dump {
	u32 slot;	/* id of the ruleset's slot */
	u32 generation;	/* of the slot */
	u32 rule;	/* next one to look at */
	u32 signature_id;
	bool filter;	/* only @signature_id */
	bool begun;
};

/* A rule's strings may be 4 KB each; a few references more are left out. */
#define RULE_SIZE	24576

static int rule_dump_begin(struct netlink_callback *cb)
{
	struct nlattr **attrs = segward_genl_dump_attrs(cb);
	struct segward_net *snet = segward_netlink_cb_net(cb);
	struct rule_dump *ctx = (void *)cb->ctx;
	struct segward_ruleset_slot *slot;
	char name[SEGWARD_NAME_SIZE];
	int err;

	BUILD_BUG_ON(sizeof(*ctx) >
		     sizeof_field(struct netlink_callback, ctx));
	ctx->begun = true;
	if (!attrs[SEGWARD_A_RULE_RULESET]) {
		NL_SET_ERR_ATTR_MISS(cb->extack, NULL, SEGWARD_A_RULE_RULESET);
		NL_SET_ERR_MSG(cb->extack, "a ruleset's name is required");
		return -EINVAL;
	}
	err = segward_netlink_name(attrs[SEGWARD_A_RULE_RULESET], name,
				   cb->extack);
	if (err)
		return err;
	ctx->filter = attrs[SEGWARD_A_RULE_SIGNATURE_ID];
	if (ctx->filter)
		ctx->signature_id =
			nla_get_u32(attrs[SEGWARD_A_RULE_SIGNATURE_ID]);
	mutex_lock(&snet->lock);
	slot = segward_ruleset_find(snet, name);
	if (slot) {
		ctx->slot = slot->id;
		ctx->generation = slot->generation;
	}
	mutex_unlock(&snet->lock);
	if (slot)
		return 0;
	NL_SET_ERR_MSG_ATTR(cb->extack, attrs[SEGWARD_A_RULE_RULESET],
			    "there is no ruleset of this name");
	return -ENOENT;
}

int segward_rule_get_start(struct netlink_callback *cb)
{
	cb->min_dump_alloc = RULE_SIZE;
	return segward_netlink_dump_start(cb, rule_dump_begin);
}

static int put_identity(struct sk_buff *skb, const char *ruleset,
			const struct segward_image_rule *rule)
{
	if (nla_put_string(skb, SEGWARD_A_RULE_RULESET, ruleset) ||
	    nla_put_u32(skb, SEGWARD_A_RULE_SIGNATURE_ID,
			rule->signature_id) ||
	    nla_put_u32(skb, SEGWARD_A_RULE_GID, rule->gid) ||
	    nla_put_u32(skb, SEGWARD_A_RULE_REV, rule->rev) ||
	    nla_put_u32(skb, SEGWARD_A_RULE_ACTION, rule->action) ||
	    nla_put_u32(skb, SEGWARD_A_RULE_PRIORITY, rule->priority))
		return -EMSGSIZE;
	return 0;
}

static int put_string(struct sk_buff *skb, int type, const char *string)
{
	return *string ? nla_put_string(skb, type, string) : 0;
}

static int put_strings(struct sk_buff *skb, const void *image,
		       const struct segward_image_rule *rule)
{
	const struct segward_image_class *class =
		segward_image_class(image, rule->classtype);

	if (put_string(skb, SEGWARD_A_RULE_MSG,
		       segward_image_string(image, rule->msg)) ||
	    put_string(skb, SEGWARD_A_RULE_CLASSTYPE,
		       segward_image_string(image, class->name)) ||
	    put_string(skb, SEGWARD_A_RULE_HEADER,
		       segward_image_string(image, rule->header)) ||
	    put_string(skb, SEGWARD_A_RULE_METADATA,
		       segward_image_string(image, rule->metadata)))
		return -EMSGSIZE;
	return 0;
}

/* Those that do not fit are left out; nobody writes 8 KB of references. */
static void put_references(struct sk_buff *skb, const void *image,
			   const struct segward_image_rule *rule,
			   unsigned int room)
{
	const struct segward_image_header *header = image;
	const u32 *string = image +
		header->section[SEGWARD_IMAGE_REFERENCES].offset;
	unsigned int begin = skb->len;
	const char *reference;
	u32 i;

	for (i = 0; i < rule->nr_references; i++) {
		reference = segward_image_string(image,
						 string[rule->first_reference + i]);
		if (skb->len - begin + nla_total_size(strlen(reference) + 1) >
		    room)
			return;
		if (nla_put_string(skb, SEGWARD_A_RULE_REFERENCE, reference))
			return;
	}
}

static int put_counters(struct sk_buff *skb,
			const struct segward_ruleset *ruleset, u32 rule)
{
	u64 checks = 0, matches = 0;
	u32 i;

	/* Each processor writes its own; a value may be a moment old. */
	for (i = 0; i < ruleset->nr_counters; i++) {
		if (!ruleset->counter[i])
			continue;
		checks += READ_ONCE(ruleset->counter[i][rule].checks);
		matches += READ_ONCE(ruleset->counter[i][rule].matches);
	}
	if (nla_put_u64_64bit(skb, SEGWARD_A_RULE_CHECKS, checks,
			      SEGWARD_A_RULE_PAD) ||
	    nla_put_u64_64bit(skb, SEGWARD_A_RULE_MATCHES, matches,
			      SEGWARD_A_RULE_PAD))
		return -EMSGSIZE;
	return 0;
}

static int rule_dump_one(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct segward_ruleset *ruleset, u32 index)
{
	const struct segward_image_rule *rule;
	void *hdr;

	rule = segward_image_rule(ruleset->image, index);
	hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			  &segward_genl_family, NLM_F_MULTI,
			  SEGWARD_CMD_RULE_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (put_identity(skb, ruleset->name, rule) ||
	    put_counters(skb, ruleset, index) ||
	    put_strings(skb, ruleset->image, rule)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	put_references(skb, ruleset->image, rule, RULE_SIZE / 3);
	genl_dump_check_consistent(cb, hdr);
	genlmsg_end(skb, hdr);
	return 0;
}

static void rule_dump(struct sk_buff *skb, struct netlink_callback *cb,
		      const struct segward_ruleset *ruleset)
{
	struct rule_dump *ctx = (void *)cb->ctx;
	const struct segward_image_rule *rule;

	for (; ctx->rule < ruleset->nr_rules; ctx->rule++) {
		rule = segward_image_rule(ruleset->image, ctx->rule);
		if (ctx->filter && rule->signature_id != ctx->signature_id)
			continue;
		if (rule_dump_one(skb, cb, ruleset, ctx->rule))
			return;
	}
}

/*
 * A ruleset that is reloaded or deleted in between ends the dump; the
 * namespace's generation has changed too, so that the core says so.
 */
int segward_rule_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct segward_net *snet = segward_netlink_cb_net(cb);
	struct rule_dump *ctx = (void *)cb->ctx;
	struct segward_ruleset_slot *slot;
	int err;

	err = ctx->begun ? 0 : rule_dump_begin(cb);
	if (err)
		return err;
	segward_netlink_dump_begin(snet, cb);
	slot = segward_ruleset_next(snet, ctx->slot - 1);
	if (slot && slot->id == ctx->slot &&
	    slot->generation == ctx->generation)
		rule_dump(skb, cb, slot->ruleset);
	segward_netlink_dump_end(snet);
	return skb->len;
}
