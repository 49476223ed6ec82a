/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before 6.12 there were no pages that a processor cannot read. Since 6.18 a GSO
 * packet remembers of the headers inside and outside of a tunnel whether the IPv4
 * IDs of its segments are all the same; before there was one such bit.
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

/* What was inside is outside now; iptunnel_pull_offloads() leaves that out. */
static inline void segward_gso_leave_tunnel(struct sk_buff *skb)
{
#if SEGWARD_KERNEL_SINCE(6, 18)
	unsigned int *type = &skb_shinfo(skb)->gso_type;

	if (!skb_is_gso(skb))
		return;
	*type &= ~SKB_GSO_TCP_FIXEDID;
	if (*type & SKB_GSO_TCP_FIXEDID_INNER)
		*type ^= SKB_GSO_TCP_FIXEDID_INNER | SKB_GSO_TCP_FIXEDID;
#endif
}

#endif /* SEGWARD_COMPAT_LINUX_SKBUFF_H */
