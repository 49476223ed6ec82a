// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink over libmnl.
 *
 * DOC: one socket for segward's family and one for rtnetlink, opened when
 * first needed, in the network namespace that the process is in by then.
 * Every request asks for an acknowledgement with extended information, and
 * an offset in a refusal is turned back into the names of the specification.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/genetlink.h>

#include "args.h"
#include "names.h"
#include "nl.h"

/* A reputation answer or a rule is the largest message; dumps are cut by
 * the kernel to what the reader offers, and it offers at most 32 KiB.
 */
#define RECEIVE_SIZE	(1024 * 1024)
/* A profile with its 65,536 overrides and suppressions is one message. */
#define SEND_BUFFER	(32 * 1024 * 1024)
/* Events come in bursts; what does not fit is lost and counted. */
#define LISTEN_BUFFER	(16 * 1024 * 1024)
#define DUMP_TRIES	3

struct bus {
	struct mnl_socket *nl;
	unsigned int portid;
	unsigned int seq;
};

static struct bus buses[NL_BUSES];
static char *receive_buffer;
static u16 family_id;
static volatile sig_atomic_t stopped;

static struct {
	char name[GENL_NAMSIZ];
	u32 id;
} groups[8];

/* --- Building ---------------------------------------------------------- */

static void *no_memory(void)
{
	fputs("Error: out of memory\n", stderr);
	exit(CLI_USAGE);
}

static struct nlmsghdr *header(const struct nl_msg *m)
{
	return (struct nlmsghdr *)m->buf;
}

static void room(struct nl_msg *m, size_t more)
{
	size_t need = more + MNL_ALIGNTO;
	size_t size = m->size ? m->size : 4096;

	need += m->size ? header(m)->nlmsg_len : 0;
	while (size < need)
		size *= 2;
	if (size == m->size)
		return;
	m->buf = realloc(m->buf, size);
	if (!m->buf)
		no_memory();
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
		header(m)->nlmsg_flags &= (u16)~(NLM_F_CREATE | NLM_F_EXCL |
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
		header(m)->nlmsg_len = 0;
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
		header(m)->nlmsg_len = 0;
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
	return header(m)->nlmsg_len;
}

/** nl_put() - append an attribute */
void nl_put(struct nl_msg *m, u16 type, const void *data, size_t len)
{
	room(m, MNL_ATTR_HDRLEN + MNL_ALIGN(len));
	mnl_attr_put(header(m), type, len, data);
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
	size_t at = header(m)->nlmsg_len;

	nl_put(m, type | NLA_F_NESTED, NULL, 0);
	return at;
}

/** nl_nest_end() - end it */
void nl_nest_end(struct nl_msg *m, size_t nest)
{
	struct nlattr *a = (struct nlattr *)(m->buf + nest);

	a->nla_len = (u16)(header(m)->nlmsg_len - nest);
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
	struct parse p = { tb, max };

	memset(tb, 0, (max + 1) * sizeof(*tb));
	mnl_attr_parse(nlh, sizeof(struct genlmsghdr), parse_one, &p);
	return tb;
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

/* --- What the kernel said ---------------------------------------------- */

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
	u8 cmd = nl_cmd(header(m));

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
	size_t at = NLMSG_HDRLEN + GENL_HDRLEN, end = header(m)->nlmsg_len;
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

/* Fill *e from the attributes behind an acknowledgement. */
static void extack(const struct nlmsghdr *nlh, const struct nl_msg *m,
		   struct nl_error *e)
{
	const struct nlmsgerr *ack = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *tb[NLMSGERR_ATTR_MAX + 1] = { NULL };
	struct parse p = { tb, NLMSGERR_ATTR_MAX };
	size_t head = sizeof(*ack);

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		head += ack->msg.nlmsg_len - mnl_nlmsg_size(0);
	if (mnl_attr_parse(nlh, (unsigned int)head, parse_one, &p) < 0)
		return;
	nl_str_copy(tb[NLMSGERR_ATTR_MSG], e->text, sizeof(e->text));
	if (m->bus != NL_SEGWARD)
		return;
	if (tb[NLMSGERR_ATTR_MISS_TYPE])
		missing_name(m, tb, e);
	else if (tb[NLMSGERR_ATTR_OFFS])
		attr_path(m, nl_u32(tb[NLMSGERR_ATTR_OFFS]), e->attr,
			  sizeof(e->attr), &e->index);
}

/* Errors at the end of a dump have no request in front of the attributes. */
static void extack_done(const struct nlmsghdr *nlh, struct nl_error *e)
{
	const struct nlattr *tb[NLMSGERR_ATTR_MAX + 1] = { NULL };
	struct parse p = { tb, NLMSGERR_ATTR_MAX };

	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS &&
	    mnl_attr_parse(nlh, sizeof(int), parse_one, &p) >= 0)
		nl_str_copy(tb[NLMSGERR_ATTR_MSG], e->text, sizeof(e->text));
}

static void warn_ack(const struct nl_error *e)
{
	if (*e->text)
		warn_print("%s.", e->text);
}

static const char *errno_hint(int err, bool bare)
{
	switch (err) {
	case -EPERM:
	case -EACCES:
		return "segward needs CAP_NET_ADMIN here; run it as root";
	case -ENOBUFS:
	case -ENOMEM:
		return bare ? "the kernel is out of memory for this" : NULL;
	default:
		return NULL;
	}
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
	const char *hint = errno_hint(e->err, !*e->text);
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
		n += (size_t)snprintf(s + n, size - n, " (attribute \"%s\")",
				      e->attr);
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

/* --- Talking ----------------------------------------------------------- */

static int fail(struct nl_error *e, int err, const char *text)
{
	e->err = err;
	if (text)
		snprintf(e->text, sizeof(e->text), "%s", text);
	return err;
}

static int bus_send(struct nl_msg *m, struct nl_error *e)
{
	struct bus *bus = &buses[m->bus];
	struct nlmsghdr *nlh = header(m);

	nlh->nlmsg_seq = ++bus->seq;
	nlh->nlmsg_pid = bus->portid;
	if (m->bus == NL_SEGWARD && !nlh->nlmsg_type)
		nlh->nlmsg_type = family_id;
	if (mnl_socket_sendto(bus->nl, nlh, nlh->nlmsg_len) < 0)
		return fail(e, -errno, errno == EMSGSIZE ?
			    "the request is larger than this user may send" :
			    NULL);
	return 0;
}

struct exchange {
	const struct nl_msg *m;
	nl_handler handler;
	void *data;
	struct nl_error *error;
	bool interrupted;
};

/* One message of an answer. Returns 1 when it was the last. */
static int exchange_one(const struct nlmsghdr *nlh, struct exchange *x)
{
	const struct nlmsgerr *ack;
	int err = 0;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		x->interrupted = true;
	switch (nlh->nlmsg_type) {
	case NLMSG_NOOP:
	case NLMSG_OVERRUN:
		return 0;
	case NLMSG_ERROR:
		ack = mnl_nlmsg_get_payload(nlh);
		extack(nlh, x->m, x->error);
		x->error->err = ack->error;
		return ack->error ? ack->error : 1;
	case NLMSG_DONE:
		if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(int))
			err = *(const int *)mnl_nlmsg_get_payload(nlh);
		if (err < 0)
			extack_done(nlh, x->error);
		x->error->err = err < 0 ? err : 0;
		return err < 0 ? err : 1;
	default:
		err = x->handler ? x->handler(nlh, x->data) : 0;
		if (err < 0)
			x->error->err = err;
		return err < 0 ? err : 0;
	}
}

static int receive(enum nl_bus bus)
{
	ssize_t n;

	if (!receive_buffer) {
		receive_buffer = malloc(RECEIVE_SIZE);
		if (!receive_buffer)
			no_memory();
	}
	do {
		n = mnl_socket_recvfrom(buses[bus].nl, receive_buffer,
					RECEIVE_SIZE);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : (int)n;
}

static int exchange(struct exchange *x)
{
	struct bus *bus = &buses[x->m->bus];
	const struct nlmsghdr *nlh;
	int n, ret = 0;

	while (!ret) {
		n = receive(x->m->bus);
		if (n < 0)
			return fail(x->error, n, NULL);
		nlh = (const struct nlmsghdr *)receive_buffer;
		for (; !ret && mnl_nlmsg_ok(nlh, n);
		     nlh = mnl_nlmsg_next(nlh, &n))
			if (nlh->nlmsg_seq == bus->seq &&
			    nlh->nlmsg_pid == bus->portid)
				ret = exchange_one(nlh, x);
	}
	return ret < 0 ? ret : 0;
}

/**
 * nl_talk() - send a request and wait for its acknowledgement
 * @m: the request
 * @handler: gets the answer's messages; or NULL
 * @data: for @handler
 * @error: why it failed
 *
 * Prints the kernel's warning, if it has one.
 *
 * Return: 0 or a negative errno.
 */
int nl_talk(struct nl_msg *m, nl_handler handler, void *data,
	    struct nl_error *error)
{
	struct exchange x = { m, handler, data, error, false };
	int err;

	memset(error, 0, sizeof(*error));
	err = nl_open(m->bus, error);
	if (err)
		return err;
	header(m)->nlmsg_flags |= NLM_F_ACK;
	err = bus_send(m, error);
	if (err)
		return err;
	err = exchange(&x);
	if (!err)
		warn_ack(error);
	return err;
}

/**
 * nl_dump() - send a dump request and read all of it
 * @m: the request
 * @handler: gets each message
 * @reset: forgets what was read, when a change interrupted the dump and it
 *	begins anew
 * @data: for both
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int nl_dump(struct nl_msg *m, nl_handler handler, void (*reset)(void *data),
	    void *data, struct nl_error *error)
{
	struct exchange x = { m, handler, data, error, false };
	unsigned int try;
	int err;

	memset(error, 0, sizeof(*error));
	err = nl_open(m->bus, error);
	if (err)
		return err;
	header(m)->nlmsg_flags |= NLM_F_DUMP;
	for (try = 0; try < DUMP_TRIES; try++) {
		if (try && reset)
			reset(data);
		x.interrupted = false;
		err = bus_send(m, error);
		if (!err)
			err = exchange(&x);
		if (err || !x.interrupted)
			return err;
	}
	warn_print("the configuration changed while it was read; the answer may mix old and new.");
	return 0;
}

static bool not_loaded_errno(int err)
{
	return err == -ENOENT || err == -ESRCH;
}

static void group_add(const struct nlattr *nest, unsigned int i)
{
	const struct nlattr *tb[CTRL_ATTR_MCAST_GRP_MAX + 1];

	nl_parse_nest(nest, tb, CTRL_ATTR_MCAST_GRP_MAX);
	nl_str_copy(tb[CTRL_ATTR_MCAST_GRP_NAME], groups[i].name,
		    sizeof(groups[i].name));
	groups[i].id = nl_u32(tb[CTRL_ATTR_MCAST_GRP_ID]);
}

static int family_handler(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[CTRL_ATTR_MAX + 1], *a;
	unsigned int i = 0;

	(void)data;
	nl_parse(nlh, tb, CTRL_ATTR_MAX);
	if (tb[CTRL_ATTR_FAMILY_ID])
		family_id = mnl_attr_get_u16(tb[CTRL_ATTR_FAMILY_ID]);
	if (!tb[CTRL_ATTR_MCAST_GROUPS])
		return 0;
	mnl_attr_for_each_nested(a, tb[CTRL_ATTR_MCAST_GROUPS])
		if (i < ARRAY_SIZE(groups))
			group_add(a, i++);
	return 0;
}

static int family_resolve(struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, CTRL_CMD_GETFAMILY, 0);
	header(&m)->nlmsg_type = GENL_ID_CTRL;
	nl_put_str(&m, CTRL_ATTR_FAMILY_NAME, SEGWARD_FAMILY_NAME);
	err = nl_talk(&m, family_handler, NULL, error);
	nl_free(&m);
	if (not_loaded_errno(err)) {
		memset(error, 0, sizeof(*error));
		return fail(error, -ENOENT,
			    "the module segward is not loaded; load it with \"modprobe segward\"");
	}
	return err;
}

static void socket_options(struct mnl_socket *nl)
{
	int fd = mnl_socket_get_fd(nl), one = 1, size = SEND_BUFFER;

	mnl_socket_setsockopt(nl, NETLINK_CAP_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	/* Without the privilege the kernel's maximum has to do. */
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	size = LISTEN_BUFFER;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

/**
 * nl_open() - open a socket; nothing if it is open
 * @which: to whom
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int nl_open(enum nl_bus which, struct nl_error *error)
{
	struct bus *bus = &buses[which];
	struct mnl_socket *nl;
	int err;

	if (bus->nl)
		return 0;
	nl = mnl_socket_open2(which == NL_SEGWARD ? NETLINK_GENERIC :
			      NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!nl)
		return fail(error, -errno, "cannot open a netlink socket");
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		mnl_socket_close(nl);
		return fail(error, err, "cannot bind a netlink socket");
	}
	socket_options(nl);
	bus->nl = nl;
	bus->portid = mnl_socket_get_portid(nl);
	bus->seq = (unsigned int)time(NULL);
	if (which != NL_SEGWARD)
		return 0;
	err = family_resolve(error);
	if (err) {
		mnl_socket_close(nl);
		bus->nl = NULL;
	}
	return err;
}

/** nl_close() - close the sockets */
void nl_close(void)
{
	unsigned int i;

	for (i = 0; i < NL_BUSES; i++) {
		if (buses[i].nl)
			mnl_socket_close(buses[i].nl);
		buses[i].nl = NULL;
	}
	free(receive_buffer);
	receive_buffer = NULL;
}

/**
 * nl_join() - subscribe to a multicast group of segward's family
 * @name: of the group
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int nl_join(const char *name, struct nl_error *error)
{
	unsigned int i;
	int err;

	memset(error, 0, sizeof(*error));
	err = nl_open(NL_SEGWARD, error);
	if (err)
		return err;
	for (i = 0; i < ARRAY_SIZE(groups); i++) {
		if (strcmp(groups[i].name, name))
			continue;
		if (mnl_socket_setsockopt(buses[NL_SEGWARD].nl,
					  NETLINK_ADD_MEMBERSHIP,
					  &groups[i].id, sizeof(u32)) < 0)
			return fail(error, -errno,
				    "cannot listen to events");
		return 0;
	}
	return fail(error, -ENOENT, "the module has no such group of events");
}

static int listen_batch(int n, nl_handler handler, void *data)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)receive_buffer;
	int err = 0;

	for (; !err && mnl_nlmsg_ok(nlh, n); nlh = mnl_nlmsg_next(nlh, &n))
		if (nlh->nlmsg_type == family_id)
			err = handler(nlh, data);
	return err;
}

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

/*
 * SIGINT and SIGTERM end the listening. They are blocked but while ppoll()
 * waits, so that none can slip in between the check and the wait.
 */
static void catch_signals(sigset_t *waiting)
{
	struct sigaction action = { .sa_handler = stop };
	sigset_t block;

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, waiting);
	sigdelset(waiting, SIGINT);
	sigdelset(waiting, SIGTERM);
}

static int listen_wait(const sigset_t *waiting)
{
	struct pollfd p = {
		.fd	= mnl_socket_get_fd(buses[NL_SEGWARD].nl),
		.events	= POLLIN,
	};

	if (ppoll(&p, 1, NULL, waiting) >= 0)
		return 0;
	return errno == EINTR ? 0 : -errno;
}

/**
 * nl_listen() - hand on what comes in until SIGINT or SIGTERM
 * @handler: gets each message; with NULL when the socket overflowed and
 *	messages were lost
 * @data: for @handler
 * @error: why it failed
 *
 * Return: 0 after a signal, or a negative errno.
 */
int nl_listen(nl_handler handler, void *data, struct nl_error *error)
{
	sigset_t waiting;
	int n, err;

	memset(error, 0, sizeof(*error));
	catch_signals(&waiting);
	do {
		err = listen_wait(&waiting);
		if (err || stopped)
			break;
		n = receive(NL_SEGWARD);
		if (n == -ENOBUFS)
			err = handler(NULL, data);
		else if (n < 0)
			err = n;
		else
			err = listen_batch(n, handler, data);
	} while (!err);
	return err ? fail(error, err, NULL) : 0;
}
