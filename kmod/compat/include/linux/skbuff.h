/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before 6.12 there were no pages that a processor cannot read.
 */
#ifndef SEGWARD_COMPAT_LINUX_SKBUFF_H
#define SEGWARD_COMPAT_LINUX_SKBUFF_H

#include_next <linux/skbuff.h>

#include <segward/version.h>

#if SEGWARD_KERNEL_BEFORE(6, 12)
static inline bool skb_frags_readable(const struct sk_buff *skb)
{
	return true;
}
#endif

#endif /* SEGWARD_COMPAT_LINUX_SKBUFF_H */
