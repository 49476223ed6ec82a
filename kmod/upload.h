/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Uploads: images on their way into the kernel, a part at a time, each owned
 * by the socket that began it.
 */
#ifndef SEGWARD_UPLOAD_H
#define SEGWARD_UPLOAD_H

#include <linux/list.h>
#include <linux/types.h>

struct genl_info;
struct segward_net;
struct sk_buff;

/* At once in a namespace: an image each for a few people at work. */
#define SEGWARD_UPLOADS_MAX	4

/*
 * Bytes of all images and uploads of a namespace: sixteen of the largest, or
 * some fifty of the size of ET-Open.
 */
#define SEGWARD_IMAGE_BYTES_MAX	(1024ULL * 1024 * 1024)

/**
 * struct segward_upload - an image that is coming in
 * @list: in the namespace's list
 * @id: its handle
 * @portid: of the socket that owns it
 * @size: bytes that it will have
 * @filled: bytes that are there
 * @data: from segward_zalloc()
 */
struct segward_upload {
	struct list_head list;
	u32 id;
	u32 portid;
	u32 size;
	u32 filled;
	void *data;
};

/**
 * segward_upload_find() - the upload behind an attribute
 * @snet: the namespace
 * @info: the request; refused uploads are explained in its extack
 *
 * Context: under snet->lock. Return: the upload, or an error pointer: -EINVAL
 * without the attribute, -ENOENT if this socket has no such upload.
 */
struct segward_upload *segward_upload_find(struct segward_net *snet,
					   struct genl_info *info);

/**
 * segward_upload_free() - end an upload
 * @snet: the namespace
 * @upload: the upload; its data is freed if it is still there
 *
 * Context: under snet->lock.
 */
void segward_upload_free(struct segward_net *snet,
			 struct segward_upload *upload);

/**
 * segward_upload_release() - end the uploads of a socket that closes
 * @snet: the namespace
 * @portid: of the socket; 0 for all, when the namespace goes
 *
 * Context: under snet->lock.
 */
void segward_upload_release(struct segward_net *snet, u32 portid);

/** segward_upload_new_doit() - command upload-new */
int segward_upload_new_doit(struct sk_buff *skb, struct genl_info *info);

/** segward_upload_part_doit() - command upload-part */
int segward_upload_part_doit(struct sk_buff *skb, struct genl_info *info);

#endif /* SEGWARD_UPLOAD_H */
