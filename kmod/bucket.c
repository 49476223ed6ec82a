// SPDX-License-Identifier: GPL-2.0
/*
 * A token bucket without a lock.
 */
#include "bucket.h"

#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/time64.h>

void segward_bucket_init(struct segward_bucket *bucket, u32 rate, u32 burst,
			 u64 now)
{
	bucket->interval = NSEC_PER_SEC / rate;
	bucket->burst = burst;
	atomic_set(&bucket->tokens, burst);
	atomic64_set(&bucket->filled, now);
}

static void bucket_add(struct segward_bucket *bucket, u32 n)
{
	int old = atomic_read(&bucket->tokens);
	int new;

	do {
		new = min_t(u32, old + n, bucket->burst);
	} while (!atomic_try_cmpxchg(&bucket->tokens, &old, new));
}

/* Whoever moves the time on brings the tokens that have come since. */
static void bucket_fill(struct segward_bucket *bucket, u64 now)
{
	s64 filled = atomic64_read(&bucket->filled);
	u64 n;

	/* Processors need not agree on the time to the nanosecond. */
	if ((s64)now < filled + (s64)bucket->interval)
		return;
	n = div64_u64(now - filled, bucket->interval);
	if (atomic64_try_cmpxchg(&bucket->filled, &filled,
				 filled + n * bucket->interval))
		bucket_add(bucket, min_t(u64, n, bucket->burst));
}

bool segward_bucket_take(struct segward_bucket *bucket, u64 now)
{
	bucket_fill(bucket, now);
	return atomic_dec_if_positive(&bucket->tokens) >= 0;
}
