// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's store of HMAC keys, over its own family of generic netlink.
 */
#include <linux/seg6_genl.h>
#include <string.h>

#include "hmac.h"
#include "vec.h"

static int family_read(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1];
	u16 *family = data;

	nl_parse(nlh, tb, CTRL_ATTR_MAX);
	if (tb[CTRL_ATTR_FAMILY_ID])
		*family = mnl_attr_get_u16(tb[CTRL_ATTR_FAMILY_ID]);
	return 0;
}

static int family_get(u16 *family, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, CTRL_CMD_GETFAMILY, 0);
	nl_header(&m)->nlmsg_type = GENL_ID_CTRL;
	nl_put_str(&m, CTRL_ATTR_FAMILY_NAME, SEG6_GENL_NAME);
	err = nl_talk(&m, family_read, family, error);
	nl_free(&m);
	return err;
}

/* The message has the secret, too, which nobody here wants to see. */
static int key_read(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[SEG6_ATTR_MAX + 1];
	struct hmac_keys *keys = data;

	nl_parse(nlh, tb, SEG6_ATTR_MAX);
	if (tb[SEG6_ATTR_HMACKEYID])
		*VEC_ADD(keys->id, keys->nr) = nl_u32(tb[SEG6_ATTR_HMACKEYID]);
	return 0;
}

static void keys_reset(void *data)
{
	hmac_keys_free(data);
}

/**
 * hmac_keys_get() - read which keys there are
 * @keys: result; hmac_keys_free() frees it
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int hmac_keys_get(struct hmac_keys *keys, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	u16 family = 0;
	int err;

	memset(keys, 0, sizeof(*keys));
	err = family_get(&family, error);
	if (err)
		return err;
	nl_begin(&m, SEG6_CMD_DUMPHMAC, 0);
	nl_header(&m)->nlmsg_type = family;
	err = nl_dump(&m, key_read, keys_reset, keys, error);
	nl_free(&m);
	if (err)
		hmac_keys_free(keys);
	return err;
}

/** hmac_keys_free() - free them */
void hmac_keys_free(struct hmac_keys *keys)
{
	free(keys->id);
	memset(keys, 0, sizeof(*keys));
}

/** hmac_keys_have() - is the key of this number there? */
bool hmac_keys_have(const struct hmac_keys *keys, u32 id)
{
	unsigned int i;

	for (i = 0; i < keys->nr; i++)
		if (keys->id[i] == id)
			return true;
	return false;
}
