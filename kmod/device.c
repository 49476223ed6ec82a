// SPDX-License-Identifier: GPL-2.0
/*
 * segward0.
 *
 * DOC: There is at most one in a namespace. The namespace's first SID makes
 * it, or "ip link add segward0 type segward" does, for who wants to set up
 * routes before. It stays when the last SID goes, since routes point at it; it
 * goes with the module, with the namespace, or by "ip link del". It cannot
 * change namespaces: it is nothing but the door to those of its own.
 */
#include <linux/if_arp.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <net/rtnetlink.h>

#include "device.h"
#include "inject.h"
#include "net.h"
#include "segment_route.h"
#include "sid.h"
#include "vrf.h"

static int device_init(struct net_device *dev)
{
	struct segward_net *snet = segward_net(dev_net(dev));

	if (snet->dev)
		return -EEXIST;
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	if (!dev->tstats)
		return -ENOMEM;
	WRITE_ONCE(snet->dev, dev);
	return 0;
}

static void device_uninit(struct net_device *dev)
{
	WRITE_ONCE(segward_net(dev_net(dev))->dev, NULL);
	free_percpu(dev->tstats);
	dev->tstats = NULL;
}

static netdev_tx_t device_xmit(struct sk_buff *skb, struct net_device *dev)
{
	segward_inject(skb, dev);
	return NETDEV_TX_OK;
}

static const struct net_device_ops device_ops = {
	.ndo_init		= device_init,
	.ndo_uninit		= device_uninit,
	.ndo_start_xmit		= device_xmit,
	.ndo_get_stats64	= dev_get_tstats64,
};

/*
 * Nothing is segmented, summed up or limited on the way to a SID: the packet
 * stays what it is until it leaves the node. Of no known hardware type, so
 * that addrconf gives it no link-local address and sends nothing by it.
 */
#define DEVICE_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA |  \
			 NETIF_F_HW_CSUM | NETIF_F_SCTP_CRC |		    \
			 NETIF_F_GSO_SOFTWARE | NETIF_F_GSO_ENCAP_ALL)

static void device_setup(struct net_device *dev)
{
	dev->netdev_ops = &device_ops;
	dev->needs_free_netdev = true;
	dev->type = ARPHRD_VOID;
	dev->flags = IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE | IFF_LIVE_ADDR_CHANGE;
	dev->features |= DEVICE_FEATURES;
	dev->hw_features |= DEVICE_FEATURES;
	dev->hw_enc_features |= DEVICE_FEATURES;
	dev->mtu = ETH_MAX_MTU;
	dev->min_mtu = IPV6_MIN_MTU;
	dev->max_mtu = ETH_MAX_MTU;
	/* The route says in which table it was found: inject.c. */
	netif_keep_dst(dev);
	segward_netdev_lockless(dev);
	segward_netdev_immovable(dev);
}

static int device_newlink(SEGWARD_NEWLINK_ARGS)
{
	if (segward_net(dev_net(dev))->dev) {
		NL_SET_ERR_MSG(extack, "the namespace has a segward device already");
		return -EEXIST;
	}
	return register_netdevice(dev);
}

static struct rtnl_link_ops link_ops __read_mostly = {
	.kind		= SEGWARD_DEVICE_KIND,
	.setup		= device_setup,
	.newlink	= device_newlink,
	.dellink	= unregister_netdevice_queue,
};

static int make_device(struct net *net)
{
	struct net_device *dev;
	int err;

	dev = alloc_netdev(0, SEGWARD_DEVICE_NAME, NET_NAME_PREDICTABLE,
			   device_setup);
	if (!dev)
		return -ENOMEM;
	dev_net_set(dev, net);
	dev->rtnl_link_ops = &link_ops;
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}
	err = dev_open(dev, NULL);
	if (err)
		unregister_netdevice(dev);
	return err;
}

int segward_device_create(struct segward_net *snet)
{
	int err = 0;

	lockdep_assert_held(&snet->lock);
	if (READ_ONCE(snet->dev))
		return 0;
	rtnl_lock();
	if (!snet->dev)
		err = make_device(snet->net);
	rtnl_unlock();
	return err;
}

int segward_device_ifindex(const struct segward_net *snet)
{
	const struct net_device *dev;
	int ifindex;

	rcu_read_lock();
	dev = READ_ONCE(snet->dev);
	ifindex = dev ? dev->ifindex : 0;
	rcu_read_unlock();
	return ifindex;
}

/*
 * Routes that are kept hold devices. All of a namespace's are forgotten,
 * for what a route holds is more than the device that it leaves by.
 */
static int device_event(struct notifier_block *nb, unsigned long event,
			void *arg)
{
	const struct net_device *dev = netdev_notifier_info_to_dev(arg);
	struct segward_net *snet = segward_net(dev_net(dev));

	if (event == NETDEV_REGISTER && netif_is_l3_master(dev))
		segward_vrf_came(snet, dev);
	if (event == NETDEV_UNREGISTER && netif_is_l3_master(dev))
		segward_vrf_went(snet, dev);
	if (event == NETDEV_DOWN || event == NETDEV_UNREGISTER) {
		segward_sid_forget_routes(snet);
		segward_segment_route_forget(snet);
	}
	return NOTIFY_DONE;
}

/* After addrconf, which takes the device's routes away. */
static struct notifier_block device_notifier = {
	.notifier_call	= device_event,
	.priority	= -1,
};

int segward_device_init(void)
{
	int err;

	err = register_netdevice_notifier(&device_notifier);
	if (err)
		return err;
	err = rtnl_link_register(&link_ops);
	if (err)
		unregister_netdevice_notifier(&device_notifier);
	return err;
}

void segward_device_exit(void)
{
	rtnl_link_unregister(&link_ops);
	unregister_netdevice_notifier(&device_notifier);
}
