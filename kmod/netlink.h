/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family: what every object's netlink file needs.
 */
#ifndef SEGWARD_NETLINK_H
#define SEGWARD_NETLINK_H

#include <linux/netlink.h>
#include <linux/segward.h>
#include <linux/types.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "net.h"

/**
 * enum segward_group - multicast groups in the order of the family's table
 * @SEGWARD_GROUP_CONFIG: changes of configuration
 * @SEGWARD_GROUP_EVENT: what the packet path saw
 */
enum segward_group {
	SEGWARD_GROUP_CONFIG,
	SEGWARD_GROUP_EVENT,
};

/*
 * Room for one object in a message. A SID with all allowed sources, values of
 * its argument and drop counters takes 15.1 KB, and a variable with all its
 * ranges 14 KB; both must fit into one message of a dump.
 */
#define SEGWARD_MSG_SIZE	8192
#define SEGWARD_DUMP_SIZE	16384

/**
 * struct segward_prefix - an address prefix of either family
 * @size: bytes of the address, 4 or 16
 * @len: prefix length
 * @addr: the prefix, zeroes behind it
 */
struct segward_prefix {
	u32 size;
	u32 len;
	u8 addr[16];
};

extern struct genl_family segward_genl_family;
extern bool segward_netlink_up;

/**
 * segward_netlink_init() - register the family
 *
 * Last of the module's init: requests may come before it returns. Return: 0
 * or an error.
 */
int segward_netlink_init(void);

/**
 * segward_netlink_exit() - unregister the family
 *
 * When it returns no request is in progress and none can come.
 */
void segward_netlink_exit(void);

/**
 * segward_netlink_wanted() - does anybody listen to a group?
 * @snet: the namespace
 * @group: the group
 *
 * False when the family goes away, before its groups' numbers can be another
 * family's. Context: RCU read side, any context. Return: whether somebody does.
 */
static inline bool segward_netlink_wanted(const struct segward_net *snet,
					  enum segward_group group)
{
	return READ_ONCE(segward_netlink_up) &&
	       genl_has_listeners(&segward_genl_family, snet->net, group);
}

/**
 * segward_info_net() - segward's part of a request's namespace
 * @info: the request; pre_doit found it and took its lock
 */
static inline struct segward_net *segward_info_net(const struct genl_info *info)
{
	return info->user_ptr[0];
}

/**
 * segward_netlink_refuse() - say what is wrong with a request
 * @extack: gets the sentence; NULL where 6.1 begins a dump
 * @attr: which attribute is to blame; NULL for none
 * @what: the sentence, a constant
 * @err: negative
 *
 * Return: @err.
 */
int segward_netlink_refuse(struct netlink_ext_ack *extack,
			   const struct nlattr *attr, const char *what,
			   int err);

/**
 * segward_netlink_name() - take a name from an attribute
 * @attr: a string of at most SEGWARD_NAME_LEN characters, checked by policy
 * @name: filled in, zeroes behind the end
 * @extack: gets the sentence of a refusal
 *
 * Names are 1 to 31 letters, digits, '-', '_' and '.', so that they are single
 * words in every shell, file and log. Return: 0 or -EINVAL.
 */
int segward_netlink_name(const struct nlattr *attr, char *name,
			 struct netlink_ext_ack *extack);

/**
 * segward_netlink_intent() - what may a NEW request do?
 * @info: the request
 * @create: its attribute of that name
 * @replace: its attribute of that name
 * @flags: NLM_F_CREATE and NLM_F_REPLACE as far as it says so
 *
 * Generic netlink refuses these flags in the header. Return: 0, or -EINVAL if
 * the request says neither.
 */
int segward_netlink_intent(struct genl_info *info, u32 create, u32 replace,
			   u16 *flags);

/**
 * segward_netlink_check_exists() - may the request do it to this object?
 * @info: the request
 * @flags: what it may do, see segward_netlink_intent()
 * @exists: the object is there
 * @attr: its name
 * @missing: sentence if it has to be there
 * @present: sentence if it must not be there
 *
 * Return: 0, -ENOENT or -EEXIST.
 */
int segward_netlink_check_exists(struct genl_info *info, u16 flags,
				 bool exists, const struct nlattr *attr,
				 const char *missing, const char *present);

/**
 * segward_netlink_address() - which family is an address of?
 * @addr: the attribute
 * @extack: gets the sentence of a refusal
 *
 * Return: its bytes, 4 or 16, or -EINVAL.
 */
int segward_netlink_address(const struct nlattr *addr,
			    struct netlink_ext_ack *extack);

/**
 * segward_netlink_prefix() - take an address and a prefix length
 * @addr: the address
 * @len: a u32; NULL: all of the address
 * @prefix: filled in
 * @extack: gets the sentence of a refusal
 *
 * An address with bits set behind the length is refused, never shortened or
 * taken for a single address. Return: 0 or -EINVAL.
 */
int segward_netlink_prefix(const struct nlattr *addr, const struct nlattr *len,
			   struct segward_prefix *prefix,
			   struct netlink_ext_ack *extack);

/**
 * segward_netlink_may_load() - may this request take unbounded memory?
 * @info: the request
 * @skb: of the request
 *
 * CAP_NET_ADMIN in the initial user namespace, unless the namespace's
 * settings open images to the admin of its own. Return: 0 or -EPERM.
 */
int segward_netlink_may_load(const struct sk_buff *skb,
			     const struct genl_info *info);

/**
 * segward_netlink_heard() - would a notification about a request be heard?
 * @info: the request
 *
 * Return: whether anybody listens to config or the request asks for an echo.
 */
bool segward_netlink_heard(const struct genl_info *info);

/**
 * segward_netlink_notify() - tell the config group and the echo
 * @info: the request that changed something
 * @skb: the finished message; NULL tells listeners that they missed one
 *
 * Takes @skb over.
 */
void segward_netlink_notify(struct genl_info *info, struct sk_buff *skb);

/**
 * segward_netlink_reply() - answer a request
 * @info: the request
 * @skb: the finished message
 *
 * Takes @skb over. Return: 0 or an error.
 */
int segward_netlink_reply(struct genl_info *info, struct sk_buff *skb);

/**
 * segward_netlink_dump_begin() - begin a part of a dump
 * @snet: the namespace
 * @cb: the dump
 *
 * Takes snet->lock. The core marks the dump as interrupted if the
 * configuration changed since its last part.
 */
void segward_netlink_dump_begin(struct segward_net *snet,
				struct netlink_callback *cb);

/**
 * segward_netlink_dump_end() - end a part of a dump
 * @snet: the namespace
 *
 * Releases snet->lock.
 */
void segward_netlink_dump_end(struct segward_net *snet);

/**
 * segward_netlink_cb_net() - segward's part of a dump's namespace
 * @cb: the dump
 */
static inline struct segward_net *
segward_netlink_cb_net(const struct netlink_callback *cb)
{
	return segward_net(sock_net(cb->skb->sk));
}

/**
 * segward_netlink_dump_start() - check a dump's request if that can be told
 * @cb: the dump
 * @begin: checks the request
 *
 * On 6.1 a refusal at the start of a dump reaches the user without its
 * sentence; one in the first part has it. So every dump calls @begin in its
 * first part unless the start has done so; @begin marks that in the dump's
 * context. Return: 0 or what @begin returned.
 */
int segward_netlink_dump_start(struct netlink_callback *cb,
			       int (*begin)(struct netlink_callback *cb));

/**
 * segward_netlink_dump_bare() - refuse the attributes that only a do takes
 * @cb: the dump
 * @max: highest attribute of the operation
 *
 * Below 6.2 an operation has one policy for do and dump. Return: 0 or -EINVAL.
 */
int segward_netlink_dump_bare(struct netlink_callback *cb, u32 max);

#endif /* SEGWARD_NETLINK_H */
