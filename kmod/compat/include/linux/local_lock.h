/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before 6.11, bottom halves that are off are lock enough on every kernel,
 * those with PREEMPT_RT included.
 */
#ifndef SEGWARD_COMPAT_LINUX_LOCAL_LOCK_H
#define SEGWARD_COMPAT_LINUX_LOCAL_LOCK_H

#include_next <linux/local_lock.h>

#include <segward/version.h>

#if SEGWARD_KERNEL_BEFORE(6, 11)
#define local_lock_nested_bh(lock)	((void)(lock))
#define local_unlock_nested_bh(lock)	((void)(lock))
#endif

#endif /* SEGWARD_COMPAT_LINUX_LOCAL_LOCK_H */
