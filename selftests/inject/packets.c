// SPDX-License-Identifier: GPL-2.0
/*
 * Prepared packets. The file "packets" of each module's directory in debugfs
 * takes records, each a u16 of the machine's byte order and that many bytes,
 * which are an IPv6 packet. A write() takes whole records and adds them; to
 * open the file for writing throws away what was there.
 */
#include <linux/etherdevice.h>
#include <linux/if_ether.h>
#include <linux/ipv6.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>

#include "packets.h"

#define RING_BYTES	(48 << 20)

DEFINE_MUTEX(packets_lock);	/* of everything below, and of a run */
static u8 *ring;
static u32 ring_used;
static u32 packet_off[PACKETS_MAX];
static u16 packet_len[PACKETS_MAX];
static u32 nr_packets;

static int packets_open(struct inode *inode, struct file *file)
{
	mutex_lock(&packets_lock);
	nr_packets = 0;
	ring_used = 0;
	mutex_unlock(&packets_lock);
	return nonseekable_open(inode, file);
}

/* Returns the bytes of the record, or an error. */
static ssize_t packet_add(const char __user *buf, size_t len)
{
	u16 size;

	if (len < sizeof(size))
		return -EINVAL;
	if (copy_from_user(&size, buf, sizeof(size)))
		return -EFAULT;
	if (size < sizeof(struct ipv6hdr) || size > PACKET_MAX ||
	    size > len - sizeof(size))
		return -EINVAL;
	if (nr_packets == PACKETS_MAX || size > RING_BYTES - ring_used)
		return -ENOSPC;
	if (copy_from_user(ring + ring_used, buf + sizeof(size), size))
		return -EFAULT;
	packet_off[nr_packets] = ring_used;
	packet_len[nr_packets] = size;
	nr_packets++;
	ring_used += size;
	return sizeof(size) + size;
}

static ssize_t packets_write(struct file *file, const char __user *buf,
			     size_t len, loff_t *pos)
{
	size_t done = 0;
	ssize_t n = 0;

	mutex_lock(&packets_lock);
	while (done < len) {
		n = packet_add(buf + done, len - done);
		if (n < 0)
			break;
		done += n;
	}
	mutex_unlock(&packets_lock);
	return n < 0 ? n : done;
}

const struct file_operations packets_fops = {
	.owner	= THIS_MODULE,
	.open	= packets_open,
	.write	= packets_write,
};

/**
 * packets_count() - how many packets there are
 *
 * Context: packets_lock held. Return: their number.
 */
u32 packets_count(void)
{
	return nr_packets;
}

/**
 * packets_get() - the bytes of a packet
 * @i: its number
 * @len: how many bytes
 *
 * Context: packets_lock held. Return: the bytes.
 */
const u8 *packets_get(u32 i, u32 *len)
{
	*len = packet_len[i];
	return ring + packet_off[i];
}

/**
 * packets_received() - make a packet look as a driver hands it over
 * @skb: begins with room for an Ethernet header, behind which is the packet
 * @dev: by which it came
 *
 * Context: any.
 */
void packets_received(struct sk_buff *skb, struct net_device *dev)
{
	struct ethhdr *eth = (struct ethhdr *)skb->data;

	ether_addr_copy(eth->h_dest, dev->dev_addr);
	eth_zero_addr(eth->h_source);
	eth->h_proto = htons(ETH_P_IPV6);
	skb->protocol = eth_type_trans(skb, dev);
}

/**
 * packets_inject() - run something with a device of some namespace
 * @injection: which, and what
 *
 * Context: process. Return: 0, what its run() returned, or another error.
 */
int packets_inject(struct injection *injection)
{
	struct net_device *dev;
	struct net *net;
	int err = -ENODEV;

	net = get_net_ns_by_fd(injection->netns);
	if (IS_ERR(net))
		return PTR_ERR(net);
	dev = dev_get_by_index(net, injection->ifindex);
	if (dev) {
		mutex_lock(&packets_lock);
		err = injection->run(injection, dev);
		mutex_unlock(&packets_lock);
		dev_put(dev);
	}
	put_net(net);
	return err;
}

/**
 * packets_command() - what was written to the file "run"
 * @buf: user space's
 * @len: its bytes
 * @text: for the text, with a final zero
 * @size: room there
 *
 * Context: process. Return: 0 or an error.
 */
ssize_t packets_command(const char __user *buf, size_t len, char *text,
			size_t size)
{
	if (len >= size)
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	return 0;
}

/**
 * packets_init() - get memory for packets
 *
 * Return: 0 or -ENOMEM.
 */
int packets_init(void)
{
	ring = vmalloc(RING_BYTES);
	return ring ? 0 : -ENOMEM;
}

/**
 * packets_exit() - give it back
 */
void packets_exit(void)
{
	vfree(ring);
}
