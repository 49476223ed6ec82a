/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before 6.2 operations were not split into do and dump; before 6.6 a dump's
 * attributes were a member of its own.
 */
#ifndef SEGWARD_COMPAT_NET_GENETLINK_H
#define SEGWARD_COMPAT_NET_GENETLINK_H

#include <segward/version.h>

#include_next <net/genetlink.h>

#if SEGWARD_KERNEL_BEFORE(6, 2)
#define genl_split_ops genl_ops
#endif

/**
 * segward_genl_dump_attrs() - attributes of the request behind a dump
 * @cb: the dump
 *
 * Return: array by attribute type; valid while the dump goes on.
 */
static inline struct nlattr **
segward_genl_dump_attrs(struct netlink_callback *cb)
{
#if SEGWARD_KERNEL_BEFORE(6, 6)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_info_dump(cb)->attrs;
#endif
}

#endif /* SEGWARD_COMPAT_NET_GENETLINK_H */
