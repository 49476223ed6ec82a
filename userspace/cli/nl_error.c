// SPDX-License-Identifier: GPL-2.0
/*
 * Why the kernel refused: from offsets and numbers to the specification's
 * words.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "names.h"
#include "nl.h"

static const struct segward_attr_set *set_find(const char *name)
{
	const struct segward_attr_set *s;

	for (s = segward_attr_sets; name && s->name; s++)
		if (!strcmp(s->name, name))
			return s;
	return NULL;
}

static const char *attr_name(const struct segward_attr_set *set, u16 type)
{
	return set && type < set->nr ? set->attr[type] : NULL;
}

static const char *nested_set(const char *set, u16 type)
{
	const struct segward_attr_nest *n;

	for (n = segward_attr_nests; n->set; n++)
		if (!strcmp(n->set, set) && n->attr == type)
			return n->nested;
	return NULL;
}

static const char *request_set(const struct nl_msg *m)
{
	u8 cmd = nl_cmd(nl_header(m));

	return cmd <= SEGWARD_CMD_MAX ? segward_cmd_attr_set[cmd] : NULL;
}

static void path_add(char *path, size_t size, const char *name)
{
	size_t n = strlen(path);

	snprintf(path + n, size - n, "%s%s", n ? "." : "", name);
}

/*
 * Walk our own request down to the attribute at an offset and write the names
 * on the way. Returns the name of the set that an attribute of that nest has.
 */
static const char *attr_path(const struct nl_msg *m, size_t offset,
			     char *path, size_t size, unsigned int *index)
{
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN, end = nl_header(m)->nlmsg_len;
	const char *set = request_set(m), *name;
	unsigned int nr[64] = { 0 }, type;
	const struct nlattr *a;
	bool outer = true;

	while (set && at + MNL_ATTR_HDRLEN <= end && at <= offset) {
		a = (const struct nlattr *)(m->buf + at);
		type = mnl_attr_get_type(a);
		if (offset >= at + MNL_ALIGN(a->nla_len)) {
			if (outer && type < ARRAY_SIZE(nr))
				nr[type]++;
			at += MNL_ALIGN(a->nla_len);
			continue;
		}
		name = attr_name(set_find(set), (u16)type);
		path_add(path, size, name ? name : "?");
		if (outer && type < ARRAY_SIZE(nr))
			*index = nr[type];
		outer = false;
		set = nested_set(set, (u16)type);
		end = at + a->nla_len;
		if (offset == at)
			break;
		at += MNL_ATTR_HDRLEN;
	}
	return set;
}

static void missing_name(const struct nl_msg *m, const struct nlattr **tb,
			 struct nl_error *e)
{
	const char *set = request_set(m), *name;

	if (tb[NLMSGERR_ATTR_MISS_NEST])
		set = attr_path(m, nl_u32(tb[NLMSGERR_ATTR_MISS_NEST]), e->attr,
				sizeof(e->attr), &e->index);
	name = attr_name(set_find(set),
			 (u16)nl_u32(tb[NLMSGERR_ATTR_MISS_TYPE]));
	snprintf(e->missing, sizeof(e->missing), "%s", name ? name : "?");
}

/**
 * nl_extack() - read why a request was refused
 * @nlh: the acknowledgment
 * @m: the request
 * @e: gets sentence and names
 */
void nl_extack(const struct nlmsghdr *nlh, const struct nl_msg *m,
	       struct nl_error *e)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];
	size_t head = sizeof(*ack);

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		head += ack->msg.nlmsg_len - mnl_nlmsg_size(0);
	nl_parse_at(nlh, head, tb, NLMSGERR_ATTR_MAX);
	nl_str_copy(tb[NLMSGERR_ATTR_MSG], e->text, sizeof(e->text));
	if (m->bus != NL_SEGWARD)
		return;
	if (tb[NLMSGERR_ATTR_MISS_TYPE])
		missing_name(m, tb, e);
	else if (tb[NLMSGERR_ATTR_OFFS])
		attr_path(m, nl_u32(tb[NLMSGERR_ATTR_OFFS]), e->attr,
			  sizeof(e->attr), &e->index);
}

/**
 * nl_extack_done() - the same for the end of a dump, which names no request
 * @nlh: the end
 * @e: gets the sentence
 */
void nl_extack_done(const struct nlmsghdr *nlh, struct nl_error *e)
{
	const struct nlattr *tb[NLMSGERR_ATTR_MAX + 1];

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	nl_parse_at(nlh, sizeof(int), tb, NLMSGERR_ATTR_MAX);
	nl_str_copy(tb[NLMSGERR_ATTR_MSG], e->text, sizeof(e->text));
}

/* What to do about an error without a sentence of its own. */
static const char *errno_hint(int err)
{
	switch (err) {
	case -EPERM:
	case -EACCES:
		return "segward needs CAP_NET_ADMIN here; run it as root";
	case -ENOBUFS:
	case -ENOMEM:
		return "the kernel is out of memory for this";
	default:
		return NULL;
	}
}

/* Which attribute, and of several of its kind which one. */
static size_t attr_reason(const struct nl_error *e, char *s, size_t size)
{
	if (!e->index)
		return (size_t)snprintf(s, size, " (attribute \"%s\")",
					e->attr);
	return (size_t)snprintf(s, size, " (attribute \"%s\" number %u)",
				e->attr, e->index + 1);
}

/**
 * nl_reason() - say in words why a request was refused
 * @e: the refusal
 * @s: result
 * @size: its size
 *
 * Return: @s
 */
const char *nl_reason(const struct nl_error *e, char *s, size_t size)
{
	const char *hint = *e->text ? NULL : errno_hint(e->err);
	size_t len = strlen(e->text), n = 0;

	/* One full stop, whoever wrote the sentence. */
	if (len && e->text[len - 1] == '.')
		len--;
	if (*e->missing)
		n += (size_t)snprintf(s, size, "attribute \"%s%s%s\" is missing",
				      e->attr, *e->attr ? "." : "", e->missing);
	if (n < size && len)
		n += (size_t)snprintf(s + n, size - n, "%s%.*s", n ? ": " : "",
				      (int)len, e->text);
	if (!n)
		n += (size_t)snprintf(s, size, "%s", strerror(-e->err));
	if (n < size && *e->attr && !*e->missing)
		n += attr_reason(e, s + n, size - n);
	if (n < size && hint)
		snprintf(s + n, size - n, "; %s", hint);
	return s;
}

/**
 * nl_explain() - give a refusal without a sentence one
 * @e: the refusal
 * @err: only if this is its errno
 * @text: the sentence
 *
 * Before 6.2 the kernel has no way to say why it refuses a dump.
 */
void nl_explain(struct nl_error *e, int err, const char *text)
{
	if (e->err == err && !*e->text)
		snprintf(e->text, sizeof(e->text), "%s", text);
}

/** nl_fail() - print why a request was refused. Return: CLI_KERNEL */
int nl_fail(const struct nl_error *e)
{
	char s[640];

	err_print("%s.", nl_reason(e, s, sizeof(s)));
	return CLI_KERNEL;
}
