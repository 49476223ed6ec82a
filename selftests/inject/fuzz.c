// SPDX-License-Identifier: GPL-2.0
/*
 * Malformed packets by the million, for selftests/test_packet_fuzz.sh. Not for
 * a machine that somebody uses.
 *
 * DOC: Each packet is made of a prepared one by its seed and its number: what
 * failed once fails again, alone or in a part of the run. It goes into the
 * stack as from a driver. Of every second one a clone stays here, as with a
 * tap, whose bytes must be the same afterwards: nobody writes to what is not
 * his alone.
 *
 * In debugfs, segward_fuzz/:
 *
 *	packets		see packets.c
 *	transports	takes a u16 for each packet: where its transport header
 *			is and what it is (TRANSPORT_*), 0 if it has none
 *	run		takes "NETNS IFINDEX SEED FIRST COUNT SHAPES" as numbers:
 *			sends COUNT packets from number FIRST on into the device
 *			of the network namespace of the file descriptor NETNS;
 *			SHAPES as in shape.h. What can be read afterwards is
 *			"SENT CLONED CHANGED"; a run ends with the first clone
 *			that has changed, and CHANGED is its packet's number + 1.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/sched/signal.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "mutate.h"
#include "packets.h"
#include "shape.h"

struct run {
	struct injection injection;
	u64 seed;
	u64 first;
	u64 count;
	u32 shapes;
};

static struct mutated *packet;		/* these under packets_lock */
static u8 *seen;
static u16 transports[PACKETS_MAX];
static u64 sent, cloned, changed;
static struct dentry *dir;

static bool is_changed(const struct sk_buff *clone)
{
	if (clone->len != packet->len ||
	    skb_copy_bits(clone, 0, seen, packet->len))
		return true;
	return memcmp(seen, packet->data, packet->len);
}

static int send_one(const struct run *run, struct net_device *dev, u64 number)
{
	struct chance chance = { .key = {{ run->seed, 1 }}, .packet = number };
	u32 base, other, len, other_len;
	struct sk_buff *skb, *clone = NULL;
	const u8 *data, *more;

	packet->chance = (struct chance) {
		.key = {{ run->seed, 0 }}, .packet = number,
	};
	base = chance_below(&packet->chance, packets_count());
	other = chance_below(&packet->chance, packets_count());
	data = packets_get(base, &len);
	more = packets_get(other, &other_len);
	mutate(packet, data, len, more, other_len);
	skb = shape(&chance, packet, dev, run->shapes, transports[base]);
	if (!skb)
		return -ENOMEM;
	if (number & 1)
		clone = skb_clone(skb, GFP_KERNEL);
	local_bh_disable();
	netif_receive_skb(skb);
	local_bh_enable();
	sent++;
	if (!clone)
		return 0;
	cloned++;
	if (is_changed(clone))
		changed = number + 1;
	kfree_skb(clone);
	return 0;
}

static int run_all(struct injection *injection, struct net_device *dev)
{
	struct run *run = container_of(injection, struct run, injection);
	u64 i;
	int err;

	sent = 0;
	cloned = 0;
	changed = 0;
	if (!packets_count())
		return -EINVAL;
	for (i = 0; i < run->count && !changed; i++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		err = send_one(run, dev, run->first + i);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

static ssize_t run_write(struct file *file, const char __user *buf, size_t len,
			 loff_t *pos)
{
	struct run run = { .injection.run = run_all };
	char text[120];
	int err;

	err = packets_command(buf, len, text, sizeof(text));
	if (err)
		return err;
	if (sscanf(text, "%u %u %llu %llu %llu %u", &run.injection.netns,
		   &run.injection.ifindex, &run.seed, &run.first, &run.count,
		   &run.shapes) != 6)
		return -EINVAL;
	err = packets_inject(&run.injection);
	return err ? err : len;
}

static ssize_t run_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos)
{
	char text[80];
	int n;

	mutex_lock(&packets_lock);
	n = scnprintf(text, sizeof(text), "%llu %llu %llu\n", sent, cloned,
		      changed);
	mutex_unlock(&packets_lock);
	return simple_read_from_buffer(buf, len, pos, text, n);
}

static const struct file_operations run_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.read	= run_read,
	.write	= run_write,
	.llseek	= default_llseek,
};

static ssize_t transports_write(struct file *file, const char __user *buf,
				size_t len, loff_t *pos)
{
	ssize_t n;

	mutex_lock(&packets_lock);
	n = simple_write_to_buffer(transports, sizeof(transports), pos, buf,
				   len);
	mutex_unlock(&packets_lock);
	return n;
}

static const struct file_operations transports_fops = {
	.owner	= THIS_MODULE,
	.open	= simple_open,
	.write	= transports_write,
	.llseek	= default_llseek,
};

static int __init fuzz_init(void)
{
	packet = kmalloc(sizeof(*packet), GFP_KERNEL);
	seen = kmalloc(MUTATED_MAX, GFP_KERNEL);
	if (!packet || !seen || packets_init()) {
		kfree(packet);
		kfree(seen);
		return -ENOMEM;
	}
	dir = debugfs_create_dir("segward_fuzz", NULL);
	debugfs_create_file("packets", 0200, dir, NULL, &packets_fops);
	debugfs_create_file("transports", 0200, dir, NULL, &transports_fops);
	debugfs_create_file("run", 0600, dir, NULL, &run_fops);
	return 0;
}
module_init(fuzz_init);

static void __exit fuzz_exit(void)
{
	debugfs_remove(dir);
	packets_exit();
	kfree(packet);
	kfree(seen);
}
module_exit(fuzz_exit);

MODULE_DESCRIPTION("Sends malformed packets into a node, reproducibly");
MODULE_AUTHOR("segward maintainers");
MODULE_LICENSE("GPL");
