// SPDX-License-Identifier: GPL-2.0
/*
 * Uploads: images on their way into the kernel.
 *
 * DOC: An image is larger than a netlink message, so it comes in parts, in
 * order and without gaps, into memory that is allocated at the beginning and
 * charged to whoever asked. Nobody looks at the bytes before the last one has
 * arrived; ruleset-new then verifies them whole. An upload dies with its
 * socket.
 */
#include "upload.h"

#include <linux/segward_image.h>

#include "engine/port.h"
#include "netlink.h"

struct segward_upload *segward_upload_find(struct segward_net *snet,
					   struct genl_info *info)
{
	struct segward_upload *upload;
	u32 id;

	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_RULESET_UPLOAD)) {
		NL_SET_ERR_MSG(info->extack, "an upload handle is required");
		return ERR_PTR(-EINVAL);
	}
	id = nla_get_u32(info->attrs[SEGWARD_A_RULESET_UPLOAD]);
	list_for_each_entry(upload, &snet->uploads, list)
		if (upload->id == id && upload->portid == info->snd_portid)
			return upload;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SEGWARD_A_RULESET_UPLOAD],
			    "this socket has no such upload");
	return ERR_PTR(-ENOENT);
}

void segward_upload_free(struct segward_net *snet,
			 struct segward_upload *upload)
{
	list_del(&upload->list);
	snet->nr_uploads--;
	if (upload->data)
		snet->image_bytes -= upload->size;
	atomic_dec(&snet->nr_owned);
	segward_free(upload->data);
	kfree(upload);
}

void segward_upload_release(struct segward_net *snet, u32 portid)
{
	struct segward_upload *upload, *next;

	list_for_each_entry_safe(upload, next, &snet->uploads, list)
		if (!portid || upload->portid == portid)
			segward_upload_free(snet, upload);
}

static int upload_check(struct segward_net *snet, struct genl_info *info)
{
	struct nlattr *attr = info->attrs[SEGWARD_A_RULESET_SIZE];
	u32 size;

	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_RULESET_SIZE)) {
		NL_SET_ERR_MSG(info->extack, "the image's size is required");
		return -EINVAL;
	}
	size = nla_get_u32(attr);
	if (size < sizeof(struct segward_image_header)) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "smaller than an image's header");
		return -EINVAL;
	}
	if (size > SEGWARD_IMAGE_SIZE_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "larger than an image may be");
		return -E2BIG;
	}
	if (snet->nr_uploads >= SEGWARD_UPLOADS_MAX) {
		NL_SET_ERR_MSG(info->extack,
			       "too many uploads in this namespace");
		return -EBUSY;
	}
	if (snet->image_bytes + size > SEGWARD_IMAGE_BYTES_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the images of this namespace are too large together");
		return -ENOSPC;
	}
	return 0;
}

static int upload_reply(struct genl_info *info,
			const struct segward_upload *upload)
{
	struct sk_buff *skb;
	void *hdr;

	skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	hdr = genlmsg_put_reply(skb, info, &segward_genl_family, 0,
				SEGWARD_CMD_UPLOAD_NEW);
	if (!hdr || nla_put_u32(skb, SEGWARD_A_RULESET_UPLOAD, upload->id)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return segward_netlink_reply(info, skb);
}

int segward_upload_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_net *snet = segward_info_net(info);
	struct segward_upload *upload;
	int err;

	err = segward_netlink_may_load(skb, info);
	if (err)
		return err;
	err = upload_check(snet, info);
	if (err)
		return err;

	upload = kzalloc(sizeof(*upload), GFP_KERNEL_ACCOUNT);
	if (!upload)
		return -ENOMEM;
	upload->size = nla_get_u32(info->attrs[SEGWARD_A_RULESET_SIZE]);
	upload->portid = info->snd_portid;
	upload->data = segward_zalloc(upload->size);
	if (!upload->data) {
		kfree(upload);
		return -ENOMEM;
	}
	upload->id = segward_net_next_id(snet);
	list_add_tail(&upload->list, &snet->uploads);
	snet->nr_uploads++;
	snet->image_bytes += upload->size;
	atomic_inc(&snet->nr_owned);

	err = upload_reply(info, upload);
	if (err)
		segward_upload_free(snet, upload);
	return err;
}

int segward_upload_part_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *offset = info->attrs[SEGWARD_A_RULESET_OFFSET];
	struct nlattr *data = info->attrs[SEGWARD_A_RULESET_DATA];
	struct segward_net *snet = segward_info_net(info);
	struct segward_upload *upload;

	upload = segward_upload_find(snet, info);
	if (IS_ERR(upload))
		return PTR_ERR(upload);
	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_RULESET_OFFSET) ||
	    GENL_REQ_ATTR_CHECK(info, SEGWARD_A_RULESET_DATA)) {
		NL_SET_ERR_MSG(info->extack,
			       "a part has an offset and data");
		return -EINVAL;
	}
	if (nla_get_u32(offset) != upload->filled) {
		NL_SET_ERR_MSG_ATTR(info->extack, offset,
				    "parts come in order and without gaps");
		return -EINVAL;
	}
	if (!nla_len(data) || nla_len(data) > upload->size - upload->filled) {
		NL_SET_ERR_MSG_ATTR(info->extack, data,
				    "a part has bytes, and none behind the image's size");
		return -EINVAL;
	}
	memcpy((u8 *)upload->data + upload->filled, nla_data(data),
	       nla_len(data));
	upload->filled += nla_len(data);
	return 0;
}
