// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink messages: building and reading.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nl.h"

/* --- Building ---------------------------------------------------------- */

static void room(struct nl_msg *m, size_t more)
{
	size_t need = more + MNL_ALIGNTO;
	size_t size = m->size ? m->size : 4096;

	need += m->size ? nl_header(m)->nlmsg_len : 0;
	while (size < need)
		size *= 2;
	if (size == m->size)
		return;
	m->buf = realloc(m->buf, size);
	if (!m->buf) {
		fputs("Error: out of memory\n", stderr);
		exit(CLI_USAGE);
	}
	m->size = size;
}

/*
 * Generic netlink refuses NLM_F_CREATE and its like; the family has them as
 * attributes of the objects that can be made.
 */
static const struct {
	u8 cmd;
	u16 create;
	u16 replace;
} intents[] = {
	{ SEGWARD_CMD_SID_NEW, SEGWARD_A_SID_CREATE, SEGWARD_A_SID_REPLACE },
	{ SEGWARD_CMD_PROFILE_NEW, SEGWARD_A_PROFILE_CREATE,
	  SEGWARD_A_PROFILE_REPLACE },
	{ SEGWARD_CMD_RULESET_NEW, SEGWARD_A_RULESET_CREATE,
	  SEGWARD_A_RULESET_REPLACE },
	{ SEGWARD_CMD_REPUTATION_NEW, 0, 0 },
};

static void put_intent(struct nl_msg *m, u8 cmd, u16 flags)
{
	size_t i;

	for (i = 0; i < sizeof(intents) / sizeof(intents[0]); i++) {
		if (intents[i].cmd != cmd)
			continue;
		nl_header(m)->nlmsg_flags &= (u16)~(NLM_F_CREATE | NLM_F_EXCL |
						 NLM_F_REPLACE);
		if (intents[i].create && flags & NLM_F_CREATE)
			nl_put_flag(m, intents[i].create);
		if (intents[i].replace && flags & NLM_F_REPLACE)
			nl_put_flag(m, intents[i].replace);
	}
}

/** nl_begin() - begin a request to segward */
void nl_begin(struct nl_msg *m, u8 cmd, u16 flags)
{
	struct genlmsghdr *genl;
	struct nlmsghdr *nlh;

	m->bus = NL_SEGWARD;
	if (m->size)
		nl_header(m)->nlmsg_len = 0;
	room(m, 256);
	nlh = mnl_nlmsg_put_header(m->buf);
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = SEGWARD_FAMILY_VERSION;
	put_intent(m, cmd, flags);
}

/** nl_begin_route() - begin a request to rtnetlink */
void nl_begin_route(struct nl_msg *m, u16 type, u16 flags, const void *head,
		    size_t len)
{
	struct nlmsghdr *nlh;

	m->bus = NL_ROUTE;
	if (m->size)
		nl_header(m)->nlmsg_len = 0;
	room(m, 256);
	nlh = mnl_nlmsg_put_header(m->buf);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	memcpy(mnl_nlmsg_put_extra_header(nlh, len), head, len);
}

/** nl_free() - free a message */
void nl_free(struct nl_msg *m)
{
	free(m->buf);
	memset(m, 0, sizeof(*m));
}

/** nl_len() - bytes of the message so far */
size_t nl_len(const struct nl_msg *m)
{
	return nl_header(m)->nlmsg_len;
}

/** nl_put() - append an attribute */
void nl_put(struct nl_msg *m, u16 type, const void *data, size_t len)
{
	room(m, MNL_ATTR_HDRLEN + MNL_ALIGN(len));
	mnl_attr_put(nl_header(m), type, len, data);
}

/** nl_put_u32() - append a number */
void nl_put_u32(struct nl_msg *m, u16 type, u32 v)
{
	nl_put(m, type, &v, sizeof(v));
}

/** nl_put_u64() - append a number */
void nl_put_u64(struct nl_msg *m, u16 type, u64 v)
{
	nl_put(m, type, &v, sizeof(v));
}

/** nl_put_str() - append a string with its zero */
void nl_put_str(struct nl_msg *m, u16 type, const char *s)
{
	nl_put(m, type, s, strlen(s) + 1);
}

/** nl_put_flag() - append a flag */
void nl_put_flag(struct nl_msg *m, u16 type)
{
	nl_put(m, type, NULL, 0);
}

/** nl_put_prefix() - append an address and its prefix length */
void nl_put_prefix(struct nl_msg *m, u16 addr_type, u16 len_type,
		   const struct prefix *p)
{
	nl_put(m, addr_type, p->a.addr, p->a.len);
	nl_put_u32(m, len_type, p->bits);
}

/** nl_nest() - begin a nest. Return: its place, for nl_nest_end() */
size_t nl_nest(struct nl_msg *m, u16 type)
{
	size_t at = nl_header(m)->nlmsg_len;

	nl_put(m, type | NLA_F_NESTED, NULL, 0);
	return at;
}

/** nl_nest_end() - end it */
void nl_nest_end(struct nl_msg *m, size_t nest)
{
	struct nlattr *a = (struct nlattr *)(m->buf + nest);

	a->nla_len = (u16)(nl_header(m)->nlmsg_len - nest);
}

/* --- Reading ----------------------------------------------------------- */

struct parse {
	const struct nlattr **tb;
	unsigned int max;
};

static int parse_one(const struct nlattr *a, void *data)
{
	const struct parse *p = data;
	unsigned int type = mnl_attr_get_type(a);

	if (type <= p->max && !p->tb[type])
		p->tb[type] = a;
	return MNL_CB_OK;
}

/**
 * nl_parse_at() - index the attributes behind any header by type
 * @nlh: a message
 * @offset: bytes of the header behind netlink's
 * @tb: @max + 1 entries; the first attribute of each type
 * @max: highest type that is wanted
 *
 * Return: @tb
 */
const struct nlattr **nl_parse_at(const struct nlmsghdr *nlh, size_t offset,
				  const struct nlattr **tb, unsigned int max)
{
	struct parse p = { tb, max };

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_parse(nlh, (unsigned int)offset, parse_one, &p);
	return tb;
}

/**
 * nl_parse() - index the attributes of a message by type
 * @nlh: a message of segward's family
 * @tb: @max + 1 entries; the first attribute of each type
 * @max: highest type that is wanted
 *
 * Return: @tb
 */
const struct nlattr **nl_parse(const struct nlmsghdr *nlh,
			       const struct nlattr **tb, unsigned int max)
{
	return nl_parse_at(nlh, sizeof(struct genlmsghdr), tb, max);
}

/** nl_parse_nest() - the same for a nest */
const struct nlattr **nl_parse_nest(const struct nlattr *nest,
				    const struct nlattr **tb,
				    unsigned int max)
{
	struct parse p = { tb, max };

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_parse_nested(nest, parse_one, &p);
	return tb;
}

/** nl_u32() - a number. Return: it; 0 if it is absent or cut */
u32 nl_u32(const struct nlattr *a)
{
	u32 v = 0;

	if (a && mnl_attr_get_payload_len(a) >= sizeof(v))
		memcpy(&v, mnl_attr_get_payload(a), sizeof(v));
	return v;
}

/** nl_u64() - a number. Return: it; 0 if it is absent or cut */
u64 nl_u64(const struct nlattr *a)
{
	u64 v = 0;

	if (a && mnl_attr_get_payload_len(a) >= sizeof(v))
		memcpy(&v, mnl_attr_get_payload(a), sizeof(v));
	return v;
}

/** nl_str() - a string. Return: it; "" if it is absent or has no end */
const char *nl_str(const struct nlattr *a)
{
	const char *s = a ? mnl_attr_get_payload(a) : NULL;

	if (!s || !memchr(s, '\0', mnl_attr_get_payload_len(a)))
		return "";
	return s;
}

/** nl_str_copy() - copy a string, cut to what fits */
void nl_str_copy(const struct nlattr *a, char *s, size_t size)
{
	snprintf(s, size, "%s", nl_str(a));
}

/** nl_address() - an address. Return: 0, -EINVAL if it is not one */
int nl_address(const struct nlattr *a, struct address *addr)
{
	u16 len = a ? mnl_attr_get_payload_len(a) : 0;

	memset(addr, 0, sizeof(*addr));
	if (len != 4 && len != 16)
		return -EINVAL;
	memcpy(addr->addr, mnl_attr_get_payload(a), len);
	addr->len = (u8)len;
	return 0;
}

/** nl_prefix() - address and length. Return: 0, -EINVAL if it is not one */
int nl_prefix(const struct nlattr *a, const struct nlattr *len,
	      struct prefix *p)
{
	if (nl_address(a, &p->a))
		return -EINVAL;
	p->bits = len ? (u8)nl_u32(len) : p->a.len * 8;
	return p->bits <= p->a.len * 8 ? 0 : -EINVAL;
}

/** nl_cmd() - the command of a message of segward's family */
u8 nl_cmd(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	return genl->cmd;
}
