/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink: messages of any size, requests and dumps on two sockets (segward's
 * generic netlink family and rtnetlink), and what the kernel said when it
 * refused.
 */
#ifndef SEGWARD_CLI_NL_H
#define SEGWARD_CLI_NL_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/segward.h>

#include "addr.h"
#include "cli.h"

enum nl_bus {
	NL_SEGWARD,
	NL_ROUTE,
	NL_BUSES,
};

/**
 * struct nl_msg - a message that is being built; grows as needed
 * @buf: the message
 * @size: bytes allocated
 * @bus: where it goes
 */
struct nl_msg {
	char *buf;
	size_t size;
	enum nl_bus bus;
};

/**
 * struct nl_error - why a request was refused
 * @err: negative errno
 * @text: the kernel's sentence, or empty
 * @attr: name of the attribute it is about, with its nests, or empty
 * @missing: name of an attribute that was missing, or empty
 * @index: which of several attributes of that type in the outermost set
 */
struct nl_error {
	int err;
	char text[256];
	char attr[128];
	char missing[64];
	unsigned int index;
};

static inline struct nlmsghdr *nl_header(const struct nl_msg *m)
{
	return (struct nlmsghdr *)m->buf;
}

/* Gets each message of an answer. Returns 0, or a negative errno to fail. */
typedef int (*nl_handler)(const struct nlmsghdr *nlh, void *data);

/* Building. nl_begin() may be called again on the same message. */
void nl_begin(struct nl_msg *m, u8 cmd, u16 flags);
void nl_begin_route(struct nl_msg *m, u16 type, u16 flags, const void *header,
		    size_t len);
void nl_free(struct nl_msg *m);
void nl_put(struct nl_msg *m, u16 type, const void *data, size_t len);
void nl_put_u32(struct nl_msg *m, u16 type, u32 v);
void nl_put_u64(struct nl_msg *m, u16 type, u64 v);
void nl_put_str(struct nl_msg *m, u16 type, const char *s);
void nl_put_flag(struct nl_msg *m, u16 type);
void nl_put_prefix(struct nl_msg *m, u16 addr_type, u16 len_type,
		   const struct prefix *p);
size_t nl_nest(struct nl_msg *m, u16 type);
void nl_nest_end(struct nl_msg *m, size_t nest);
size_t nl_len(const struct nl_msg *m);

/* Talking. 0 or a negative errno, with the reason in *error. */
int nl_open(enum nl_bus bus, struct nl_error *error);
int nl_talk(struct nl_msg *m, nl_handler handler, void *data,
	    struct nl_error *error);
int nl_dump(struct nl_msg *m, nl_handler handler, void (*reset)(void *data),
	    void *data, struct nl_error *error);
int nl_join(const char *group, struct nl_error *error);
int nl_listen(nl_handler handler, void *data, struct nl_error *error);
void nl_close(void);

/* What an acknowledgment says about its request. */
void nl_extack(const struct nlmsghdr *nlh, const struct nl_msg *m,
	       struct nl_error *e);
void nl_extack_done(const struct nlmsghdr *nlh, struct nl_error *e);

/* Say why; returns CLI_KERNEL. */
int nl_fail(const struct nl_error *error);
void nl_explain(struct nl_error *error, int err, const char *text);
const char *nl_reason(const struct nl_error *error, char *s, size_t size);

/* Reading. */
const struct nlattr **nl_parse_at(const struct nlmsghdr *nlh, size_t offset,
				  const struct nlattr **tb, unsigned int max);
const struct nlattr **nl_parse(const struct nlmsghdr *nlh,
			       const struct nlattr **tb, unsigned int max);
const struct nlattr **nl_parse_nest(const struct nlattr *nest,
				    const struct nlattr **tb,
				    unsigned int max);
u32 nl_u32(const struct nlattr *a);
u64 nl_u64(const struct nlattr *a);
const char *nl_str(const struct nlattr *a);
void nl_str_copy(const struct nlattr *a, char *s, size_t size);
int nl_address(const struct nlattr *a, struct address *addr);
int nl_prefix(const struct nlattr *a, const struct nlattr *len,
	      struct prefix *p);
u8 nl_cmd(const struct nlmsghdr *nlh);

/* Attributes behind the generic netlink header. */
#define nl_for_each(attr, nlh) \
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))

#endif /* SEGWARD_CLI_NL_H */
