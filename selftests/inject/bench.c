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
 *	packets	see packets.c
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
#include <linux/if_ether.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <linux/vmalloc.h>

#include "packets.h"

#define BATCHES_MAX	65536
#define BATCH_MAX	1024

/* What precedes the batches in the result. */
enum {
	RESULT_NS,
	RESULT_TICKS,
	RESULT_BATCHES,
};

static u32 *result;		/* under packets_lock */
static u32 nr_result;
static struct dentry *dir;

/* User Mode Linux has no get_cycles(), but its processor has. */
static u64 ticks(void)
{
	u32 low, high;

	asm volatile("rdtsc" : "=a" (low), "=d" (high));
	return (u64)high << 32 | low;
}

/* --- A run --------------------------------------------------------------- */

struct run {
	struct injection injection;
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
	const u8 *data;
	u32 len;

	data = packets_get(i, &len);
	skb = netdev_alloc_skb_ip_align(dev, ETH_HLEN + len);
	if (!skb)
		return NULL;
	skb_put(skb, ETH_HLEN);
	skb_put_data(skb, data, len);
	packets_received(skb, dev);
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
		if (++run->next == packets_count())
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

static int run_in(struct injection *injection, struct net_device *dev)
{
	struct run *run = container_of(injection, struct run, injection);

	if (run->next >= packets_count() || !run->batch ||
	    run->batch > BATCH_MAX ||
	    run->count / run->batch >= BATCHES_MAX - 1)
		return -EINVAL;
	run->dev = dev;
	return run_all(run);
}

static ssize_t run_write(struct file *file, const char __user *buf, size_t len,
			 loff_t *pos)
{
	struct run run = { .injection.run = run_in };
	char text[80];
	u32 list;
	int err;

	err = packets_command(buf, len, text, sizeof(text));
	if (err)
		return err;
	if (sscanf(text, "%u %u %u %u %u %u", &run.injection.netns,
		   &run.injection.ifindex, &run.next, &run.count, &run.batch,
		   &list) != 6)
		return -EINVAL;
	run.list = list;
	err = packets_inject(&run.injection);
	return err ? err : len;
}

static ssize_t run_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos)
{
	ssize_t n;

	mutex_lock(&packets_lock);
	n = simple_read_from_buffer(buf, len, pos, result,
				    nr_result * sizeof(*result));
	mutex_unlock(&packets_lock);
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
	result = vmalloc(array_size(RESULT_BATCHES + BATCHES_MAX,
				    sizeof(*result)));
	if (!result || packets_init()) {
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
	packets_exit();
	vfree(result);
}
module_exit(bench_exit);

MODULE_DESCRIPTION("Times a node's receive path with prepared packets");
MODULE_AUTHOR("segward maintainers");
MODULE_LICENSE("GPL");
