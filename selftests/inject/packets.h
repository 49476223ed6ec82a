/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Prepared packets, and the device that they go into.
 */
#ifndef SEGWARD_INJECT_PACKETS_H
#define SEGWARD_INJECT_PACKETS_H

#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#define PACKETS_MAX	65536
#define PACKET_MAX	2048

extern struct mutex packets_lock;
extern const struct file_operations packets_fops;

int packets_init(void);
void packets_exit(void);
u32 packets_count(void);
const u8 *packets_get(u32 i, u32 *len);

/**
 * struct injection - where packets go, and what is done with the device
 * @netns: file descriptor of its network namespace
 * @ifindex: its number there
 * @run: called with the device, under packets_lock
 */
struct injection {
	u32 netns;
	u32 ifindex;
	int (*run)(struct injection *injection, struct net_device *dev);
};

int packets_inject(struct injection *injection);
void packets_received(struct sk_buff *skb, struct net_device *dev);
ssize_t packets_command(const char __user *buf, size_t len, char *text,
			size_t size);

#endif /* SEGWARD_INJECT_PACKETS_H */
