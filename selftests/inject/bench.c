// SPDX-License-Identifier: GPL-2.0
/*
 * What a node itself spends on its packets, for scripts/bench. Not for a
 * machine that somebody uses.
 *
 * DOC: Prepared packets go into the stack as a driver's poll function would
 * hand them over, a batch at a time with bottom halves off, and only that call
 * is timed: from the receive function through hooks, routing and forwarding to
 * the transmit function of the device that they leave by, which should be a
 * dummy. Buffers are made before the clock starts.
 *
 * In debugfs, segward_bench/:
 *
 *	packets	takes records, each a u16 of the machine's byte order and that
 *		many bytes, which are an IPv6 packet. A write() takes whole
 *		records and adds them; to open the file for writing throws away
 *		what was there.
 *	run	takes "NETNS IFINDEX FIRST COUNT BATCH LIST" as numbers: sends
 *		COUNT packets from the FIRST on in batches of BATCH into the
 *		device, in the network namespace of the file descriptor NETNS,
 *		as a list or one by one. What can be read afterwards are u32:
 *		nanoseconds / 1024 and ticks of the processor / 1024 that the
 *		whole run took, so that one can be had from the other, and the
 *		ticks of each batch. The sum would have whatever interrupted;
 *		the median has not.
 */
#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/fs.h>
#include <linux/if_ether.h>
#include <linux/ipv6.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <net/net_namespace.h>

#define RING_BYTES	(48 << 20)
#define PACKETS_MAX	65536
#define PACKET_MAX	2048
#define BATCHES_MAX	65536
#define BATCH_MAX	1024

/* What precedes the batches in the result. */
enum {
	RESULT_NS,
	RESULT_TICKS,
	RESULT_BATCHES,
};

static DEFINE_MUTEX(lock);	/* of everything below */
static u8 *ring;
static u32 ring_used;
static u32 packet_off[PACKETS_MAX];
static u16 packet_len[PACKETS_MAX];
static u32 nr_packets;
static u32 *result;
static u32 nr_result;
static struct dentry *dir;

/* User Mode Linux has no get_cycles(), but its processor has. */
static u64 ticks(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high));
	return (u64)high << 32 | low;
}

/* --- Packets ------------------------------------------------------------- */

static int packets_open(struct inode *inode, struct file *file)
{
	mutex_lock(&lock);
	nr_packets = 0;
	ring_used = 0;
	mutex_unlock(&lock);
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

	mutex_lock(&lock);
	while (done < len) {
		n = packet_add(buf + done, len - done);
		if (n < 0)
			break;
		done += n;
	}
	mutex_unlock(&lock);
	return n < 0 ? n : done;
}

static const struct file_operations packets_fops = {
	.owner	= THIS_MODULE,
	.open	= packets_open,
	.write	= packets_write,
};

/* --- A run --------------------------------------------------------------- */

struct run {
	struct net_device *dev;
	u32 next;
	u32 count;
	u32 batch;
	bool list;
};

/* As a driver gives it: in memory that the copy has just touched. */
static struct sk_buff *packet_skb(struct net_device *dev, u32 i)
{
	struct sk_buff *skb;
	struct ethhdr *eth;

	skb = netdev_alloc_skb_ip_align(dev, ETH_HLEN + packet_len[i]);
	if (!skb)
		return NULL;
	eth = skb_put(skb, ETH_HLEN);
	ether_addr_copy(eth->h_dest, dev->dev_addr);
	eth_zero_addr(eth->h_source);
	eth->h_proto = htons(ETH_P_IPV6);
	skb_put_data(skb, ring + packet_off[i], packet_len[i]);
	skb->protocol = eth_type_trans(skb, dev);
	return skb;
}

static int make_batch(struct run *run, u32 size, struct list_head *batch)
{
	struct sk_buff *skb, *next;

	while (size--) {
		skb = packet_skb(run->dev, run->next);
		if (!skb)
			goto free;
		list_add_tail(&skb->list, batch);
		if (++run->next == nr_packets)
			run->next = 0;
	}
	return 0;
free:
	list_for_each_entry_safe(skb, next, batch, list) {
		skb_list_del_init(skb);
		kfree_skb(skb);
	}
	return -ENOMEM;
}

/* Returns how long it took. */
static u32 receive(struct list_head *batch, bool list)
{
	struct sk_buff *skb, *next;
	u64 start;
	u32 took;

	local_bh_disable();
	start = ticks();
	if (list) {
		netif_receive_skb_list(batch);
	} else {
		list_for_each_entry_safe(skb, next, batch, list) {
			skb_list_del_init(skb);
			netif_receive_skb(skb);
		}
	}
	took = ticks() - start;
	local_bh_enable();
	return took;
}

static int run_all(struct run *run)
{
	u32 nr = RESULT_BATCHES;
	u64 ns, start;
	u32 size;
	int err;

	nr_result = 0;
	ns = ktime_get_ns();
	start = ticks();
	while (run->count) {
		LIST_HEAD(batch);

		size = min(run->count, run->batch);
		err = make_batch(run, size, &batch);
		if (err)
			return err;
		result[nr++] = receive(&batch, run->list);
		run->count -= size;
		cond_resched();
	}
	result[RESULT_NS] = (ktime_get_ns() - ns) >> 10;
	result[RESULT_TICKS] = (ticks() - start) >> 10;
	nr_result = nr;
	return 0;
}

static int run_in(struct run *run, u32 fd, u32 ifindex)
{
	struct net *net;
	int err;

	if (!nr_packets || run->next >= nr_packets || !run->batch ||
	    run->batch > BATCH_MAX ||
	    run->count / run->batch >= BATCHES_MAX - 1)
		return -EINVAL;
	net = get_net_ns_by_fd(fd);
	if (IS_ERR(net))
		return PTR_ERR(net);
	run->dev = dev_get_by_index(net, ifindex);
	if (run->dev) {
		err = run_all(run);
		dev_put(run->dev);
	} else {
		err = -ENODEV;
	}
	put_net(net);
	return err;
}

static ssize_t run_write(struct file *file, const char __user *buf, size_t len,
			 loff_t *pos)
{
	u32 fd, ifindex, list;
	struct run run;
	char text[80];
	int err;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	if (sscanf(text, "%u %u %u %u %u %u", &fd, &ifindex, &run.next,
		   &run.count, &run.batch, &list) != 6)
		return -EINVAL;
	run.list = list;
	mutex_lock(&lock);
	err = run_in(&run, fd, ifindex);
	mutex_unlock(&lock);
	return err ? err : len;
}

static ssize_t run_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos)
{
	ssize_t n;

	mutex_lock(&lock);
	n = simple_read_from_buffer(buf, len, pos, result,
				    nr_result * sizeof(*result));
	mutex_unlock(&lock);
	return n;
}

static const struct file_operations run_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.read	= run_read,
	.write	= run_write,
	.llseek	= default_llseek,
};

/* --- Coming and going ---------------------------------------------------- */

static int __init bench_init(void)
{
	ring = vmalloc(RING_BYTES);
	result = vmalloc(array_size(RESULT_BATCHES + BATCHES_MAX,
				    sizeof(*result)));
	if (!ring || !result) {
		vfree(ring);
		vfree(result);
		return -ENOMEM;
	}
	dir = debugfs_create_dir("segward_bench", NULL);
	debugfs_create_file("packets", 0200, dir, NULL, &packets_fops);
	debugfs_create_file("run", 0600, dir, NULL, &run_fops);
	return 0;
}
module_init(bench_init);

static void __exit bench_exit(void)
{
	debugfs_remove(dir);
	vfree(ring);
	vfree(result);
}
module_exit(bench_exit);

MODULE_DESCRIPTION("Times a node's receive path with prepared packets");
MODULE_AUTHOR("segward maintainers");
MODULE_LICENSE("GPL");
