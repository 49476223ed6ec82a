// SPDX-License-Identifier: GPL-2.0
/*
 * Which VRF a routing table belongs to.
 */
#include <linux/netdevice.h>
#include <linux/xarray.h>
#include <net/l3mdev.h>

#include "net.h"
#include "vrf.h"

void segward_vrf_init(struct segward_net *snet)
{
	xa_init(&snet->vrfs);
}

void segward_vrf_exit(struct segward_net *snet)
{
	xa_destroy(&snet->vrfs);
}

void segward_vrf_came(struct segward_net *snet, const struct net_device *dev)
{
	int err = xa_insert(&snet->vrfs, l3mdev_fib_table(dev),
			    xa_mk_value(dev->ifindex), GFP_KERNEL_ACCOUNT);

	/* -EBUSY: another one has the table. */
	if (err == -ENOMEM)
		netdev_warn(dev, "segward: no memory to remember its table\n");
}

void segward_vrf_went(struct segward_net *snet, const struct net_device *dev)
{
	xa_cmpxchg(&snet->vrfs, l3mdev_fib_table(dev),
		   xa_mk_value(dev->ifindex), NULL, GFP_KERNEL_ACCOUNT);
}

int segward_vrf_of_table(struct segward_net *snet, u32 table)
{
	const void *entry = xa_load(&snet->vrfs, table);

	return entry ? (int)xa_to_value(entry) : 0;
}
