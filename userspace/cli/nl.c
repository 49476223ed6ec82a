// SPDX-License-Identifier: GPL-2.0
/*
 * Netlink over libmnl.
 *
 * DOC: one socket for segward's family and one for rtnetlink, opened when
 * first needed, in the network namespace that the process is in by then.
 * Every request asks for an acknowledgment with extended information, and
 * an offset in a refusal is turned back into the names of the specification.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <linux/genetlink.h>

#include "args.h"
#include "nl.h"

/*
 * A reputation answer or a rule is the largest message; dumps are cut by the
 * kernel to what the reader offers, and it offers at most 32 KiB.
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

static struct {
	char name[GENL_NAMSIZ];
	u32 id;
} groups[8];

static void *no_memory(void)
{
	fputs("Error: out of memory\n", stderr);
	exit(CLI_USAGE);
}

static void warn_ack(const struct nl_error *e)
{
	if (*e->text)
		warn_print("%s.", e->text);
}

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
	struct nlmsghdr *nlh = nl_header(m);

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
		nl_extack(nlh, x->m, x->error);
		x->error->err = ack->error;
		return ack->error ? ack->error : 1;
	case NLMSG_DONE:
		if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(int))
			err = *(const int *)mnl_nlmsg_get_payload(nlh);
		if (err < 0)
			nl_extack_done(nlh, x->error);
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
 * nl_talk() - send a request and wait for its acknowledgment
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
	nl_header(m)->nlmsg_flags |= NLM_F_ACK;
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
	nl_header(m)->nlmsg_flags |= NLM_F_DUMP;
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
	nl_header(&m)->nlmsg_type = GENL_ID_CTRL;
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
			return fail(error, -errno, NULL);
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

/* SIGINT and SIGTERM end the listening; from here on they are read. */
static int signals_open(struct nl_error *error)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC);
	return fd < 0 ? fail(error, -errno, "cannot wait for signals") : fd;
}

/* Wait for messages. Returns 1, 0 after a signal, or a negative errno. */
static int listen_wait(int signals)
{
	struct pollfd p[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = mnl_socket_get_fd(buses[NL_SEGWARD].nl),
		  .events = POLLIN },
	};

	while (poll(p, ARRAY_SIZE(p), -1) < 0)
		if (errno != EINTR)
			return -errno;
	return !p[0].revents;
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
	int n, err, signals;

	memset(error, 0, sizeof(*error));
	signals = signals_open(error);
	if (signals < 0)
		return signals;
	while ((err = listen_wait(signals)) > 0) {
		n = receive(NL_SEGWARD);
		if (n == -ENOBUFS)
			err = handler(NULL, data);
		else
			err = n < 0 ? n : listen_batch(n, handler, data);
		if (err)
			break;
	}
	close(signals);
	return err ? fail(error, err, NULL) : 0;
}
