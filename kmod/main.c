// SPDX-License-Identifier: GPL-2.0
/*
 * segward: an SRv6 security endpoint. What is here, in the order in which it
 * comes up:
 *
 *  - digest: the digests by which TLS is known
 *  - hook: the way of a packet; what each processor needs for it
 *  - net: what each network namespace has: SIDs, profiles, rulesets,
 *    reputation, counters, events, traces
 *  - device: segward0, at which SID routes point
 *  - netlink: how user space configures all of that
 */
#include <linux/init.h>
#include <linux/module.h>

#include "device.h"
#include "digest.h"
#include "hook.h"
#include "net.h"
#include "netlink.h"

static int __init segward_init(void)
{
	int err;

	segward_digest_init();
	err = segward_hook_init();
	if (err)
		goto err_digest;
	err = segward_net_init();
	if (err)
		goto err_hook;
	err = segward_device_init();
	if (err)
		goto err_net;
	err = segward_netlink_init();
	if (err)
		goto err_device;
	pr_info("segward " SEGWARD_VERSION " loaded\n");
	return 0;

err_device:
	segward_device_exit();
err_net:
	segward_net_exit();
err_hook:
	segward_hook_exit();
err_digest:
	segward_digest_exit();
	return err;
}

static void __exit segward_exit(void)
{
	segward_netlink_exit();
	segward_device_exit();
	segward_net_exit();
	segward_hook_exit();
	segward_digest_exit();
	/* SIDs are freed by functions of this module. */
	rcu_barrier();
}

module_init(segward_init);
module_exit(segward_exit);

/*
 * There is no alias for the netlink family or the link type on purpose: who
 * may create a user namespace could load the module by them.
 */
MODULE_DESCRIPTION("SRv6 security endpoint");
MODULE_AUTHOR("segward maintainers");
MODULE_VERSION(SEGWARD_VERSION);
MODULE_LICENSE("GPL");
