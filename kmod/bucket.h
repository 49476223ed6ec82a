/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A token bucket that any number of processors take from without a lock.
 */
#ifndef SEGWARD_BUCKET_H
#define SEGWARD_BUCKET_H

#include <linux/atomic.h>
#include <linux/types.h>

/**
 * struct segward_bucket - a rate and how much of it is left
 * @filled: time up to which tokens have been filled in
 * @tokens: that are left
 * @burst: most tokens at once
 * @interval: nanoseconds in which one token comes
 */
struct segward_bucket {
	atomic64_t filled;
	atomic_t tokens;
	u32 burst;
	u64 interval;
};

/**
 * segward_bucket_init() - make a full bucket
 * @bucket: the bucket
 * @rate: tokens a second, at least 1
 * @burst: most tokens at once
 * @now: current time in nanoseconds
 */
void segward_bucket_init(struct segward_bucket *bucket, u32 rate, u32 burst,
			 u64 now);

/**
 * segward_bucket_take() - take a token
 * @bucket: the bucket
 * @now: current time in nanoseconds
 *
 * An empty bucket costs two reads of a shared cache line and no write, so that
 * a flood does not make processors wait for each other. Context: any. Return:
 * whether there was one.
 */
bool segward_bucket_take(struct segward_bucket *bucket, u64 now);

#endif /* SEGWARD_BUCKET_H */
