// SPDX-License-Identifier: GPL-2.0
/*
 * The reputation table of a namespace and its sweeper.
 */
#include "reputation.h"

#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/workqueue.h>

#include "net.h"

struct segward_reputation *segward_reputation_table(struct segward_net *snet)
{
	return rcu_dereference_protected(snet->reputation,
					 lockdep_is_held(&snet->lock));
}

struct segward_reputation *segward_reputation_need(struct segward_net *snet)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	struct segward_reputation_config config = {
		.max_entries = snet->reputation_max,
	};

	if (rep)
		return rep;
	get_random_bytes(config.key, sizeof(config.key));
	rep = segward_reputation_create(&config);
	rcu_assign_pointer(snet->reputation, rep);
	return rep;
}

/* When to look again: not before anything can have ended, not all the time. */
static unsigned long sweep_delay(const struct segward_reputation *rep, u64 now)
{
	u64 next = segward_reputation_next_expiry(rep);
	u64 wait = next > now ? (next - now) / NSEC_PER_MSEC : 0;

	if (segward_reputation_untidy(rep))
		wait = 0;
	return msecs_to_jiffies(clamp_t(u64, wait, SEGWARD_SWEEP_MS, INT_MAX));
}

/*
 * A pass is only ever brought forward: if every write put it off, whoever
 * writes without a pause would never get memory back.
 */
void segward_reputation_written(struct segward_net *snet)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	unsigned long delay, at;

	lockdep_assert_held(&snet->lock);
	if (!segward_reputation_untidy(rep) &&
	    !segward_reputation_next_expiry(rep))
		return;
	delay = sweep_delay(rep, segward_now());
	at = jiffies + delay;
	if (delayed_work_pending(&snet->sweep) &&
	    time_before_eq(snet->sweep_at, at))
		return;
	snet->sweep_at = at;
	mod_delayed_work(system_unbound_wq, &snet->sweep, delay);
}

/* A pass over the table; the lock is free now and then for everybody else. */
static void reputation_sweep(struct work_struct *work)
{
	struct segward_net *snet = container_of(to_delayed_work(work),
						struct segward_net, sweep);
	bool done;

	do {
		mutex_lock(&snet->lock);
		done = segward_reputation_sweep(segward_reputation_table(snet),
						segward_now(),
						SEGWARD_SWEEP_SLOTS);
		if (done)
			segward_reputation_written(snet);
		mutex_unlock(&snet->lock);
		cond_resched();
	} while (!done);
}

void segward_reputation_init(struct segward_net *snet)
{
	snet->reputation_max = SEGWARD_REPUTATION_ENTRIES;
	INIT_LIST_HEAD(&snet->loads);
	INIT_DELAYED_WORK(&snet->sweep, reputation_sweep);
}

void segward_reputation_exit(struct segward_net *snet)
{
	cancel_delayed_work_sync(&snet->sweep);
	segward_reputation_destroy(rcu_dereference_protected(snet->reputation,
							     true));
}
