/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Two properties of devices were features before 6.12; the second one has
 * another name since 6.15, and in later 6.12 as well (found out by Kbuild).
 */
#ifndef SEGWARD_COMPAT_LINUX_NETDEVICE_H
#define SEGWARD_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>

#include <segward/version.h>

/* Transmits on all processors at once. */
static inline void segward_netdev_lockless(struct net_device *dev)
{
#if SEGWARD_KERNEL_BEFORE(6, 12)
	dev->features |= NETIF_F_LLTX;
#else
	dev->lltx = true;
#endif
}

/* Stays in the namespace that it was made in. */
static inline void segward_netdev_immovable(struct net_device *dev)
{
#if SEGWARD_KERNEL_BEFORE(6, 12)
	dev->features |= NETIF_F_NETNS_LOCAL;
#elif defined(SEGWARD_HAVE_NETNS_IMMUTABLE)
	dev->netns_immutable = true;
#else
	dev->netns_local = true;
#endif
}

#endif /* SEGWARD_COMPAT_LINUX_NETDEVICE_H */
