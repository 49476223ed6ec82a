// SPDX-License-Identifier: GPL-2.0
/*
 * Loads: command reputation-load.
 */
#include "reputation_load.h"

#include "netlink.h"
#include "reputation.h"
#include "reputation_nl.h"

struct segward_load *segward_load_find(struct segward_net *snet,
				       struct genl_info *info)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_REPUTATION_LOAD];
	struct segward_load *load;

	list_for_each_entry(load, &snet->loads, list)
		if (load->id == nla_get_u32(attr) &&
		    load->portid == info->snd_portid)
			return load;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "this socket has no such load");
	return NULL;
}

static void load_free(struct segward_net *snet, struct segward_load *load)
{
	list_del(&load->list);
	atomic_dec(&snet->nr_owned);
	kfree(load);
}

void segward_load_abort(struct segward_net *snet, struct segward_load *load)
{
	segward_reputation_load_abort(segward_reputation_table(snet),
				      load->source);
	load_free(snet, load);
	segward_reputation_written(snet);
}

void segward_reputation_load_release(struct segward_net *snet, u32 portid)
{
	struct segward_load *load, *next;

	list_for_each_entry_safe(load, next, &snet->loads, list)
		if (!portid || load->portid == portid)
			segward_load_abort(snet, load);
}

static int load_reply(struct genl_info *info, const struct segward_load *load)
{
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put_reply(skb, info, &segward_genl_family, 0,
				SEGWARD_CMD_REPUTATION_LOAD);
	if (!hdr || nla_put_u32(skb, SEGWARD_A_REPUTATION_LOAD, load->id)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return segward_netlink_reply(info, skb);
}

static int begin_source(struct segward_net *snet, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_REPUTATION_SOURCE];
	char name[SEGWARD_REPUTATION_NAME_MAX + 1];
	struct segward_reputation *rep;
	int source, err;

	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_REPUTATION_SOURCE)) {
		NL_SET_ERR_MSG(info->extack,
			       "a load begins with a source");
		return -EINVAL;
	}
	rep = segward_reputation_need(snet);
	if (!rep)
		return -ENOMEM;
	nla_strscpy(name, attr, sizeof(name));
	source = segward_reputation_source_add(rep, name);
	if (source == -EINVAL)
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "a source is 1 to 31 of a-z, 0-9 and '-'");
	if (source == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "there are 255 sources already");
	if (source < 0)
		return source;
	err = segward_reputation_load_begin(rep, source, segward_now());
	if (err == -EBUSY)
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the source is being loaded already");
	return err ?: source;
}

static int load_begin(struct segward_net *snet, struct genl_info *info)
{
	struct segward_load *load;
	int source, err;

	load = kzalloc(sizeof(*load), GFP_KERNEL_ACCOUNT);
	if (!load)
		return -ENOMEM;
	source = begin_source(snet, info);
	if (source < 0) {
		kfree(load);
		return source;
	}
	load->id = segward_net_next_id(snet);
	load->portid = info->snd_portid;
	load->source = source;
	list_add_tail(&load->list, &snet->loads);
	atomic_inc(&snet->nr_owned);
	err = load_reply(info, load);
	if (err)
		segward_load_abort(snet, load);
	return err;
}

static int load_commit(struct segward_net *snet, struct segward_load *load)
{
	int err;

	err = segward_reputation_load_commit(segward_reputation_table(snet),
					     load->source);
	if (err)
		return err;
	load_free(snet, load);
	segward_net_changed(snet);
	segward_reputation_written(snet);
	return 0;
}

int segward_reputation_load_doit(struct sk_buff *skb, struct genl_info *info)
{
	bool commit = info->attrs[SEGWARD_A_REPUTATION_COMMIT];
	bool abort = info->attrs[SEGWARD_A_REPUTATION_ABORT];
	struct segward_net *snet = segward_info_net(info);
	struct segward_load *load;
	int err;

	err = segward_netlink_may_load(skb, info);
	if (err)
		return err;
	if (commit && abort) {
		NL_SET_ERR_MSG_ATTR(info->extack,
				    info->attrs[SEGWARD_A_REPUTATION_ABORT],
				    "commit and abort exclude each other");
		return -EINVAL;
	}
	if (!commit && !abort) {
		if (!info->attrs[SEGWARD_A_REPUTATION_LOAD])
			return load_begin(snet, info);
		NL_SET_ERR_MSG(info->extack,
			       "what is to be done with the load: commit or abort?");
		return -EINVAL;
	}
	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_REPUTATION_LOAD)) {
		NL_SET_ERR_MSG(info->extack, "commit and abort need a load");
		return -EINVAL;
	}
	load = segward_load_find(snet, info);
	if (!load)
		return -ENOENT;
	if (commit)
		return load_commit(snet, load);
	segward_load_abort(snet, load);
	return 0;
}
