/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The little that the engine needs from its surroundings, so that the same
 * source builds into the module, the user-space library and the fuzzers.
 *
 * The engine calls nothing else: no sk_buff, no clock, no random numbers, no
 * printing. Time and hash keys are arguments. A test holds its undefined
 * symbols against an allow-list.
 */
#ifndef SEGWARD_ENGINE_PORT_H
#define SEGWARD_ENGINE_PORT_H

/*
 * Kernels are built to clear variables on the stack when a function begins
 * (CONFIG_INIT_STACK_ALL_ZERO). That costs as much as a lookup where a packet
 * has a large one: only for those, and only where each member is written before
 * it is read.
 */
#if __has_attribute(__uninitialized__)
#define segward_uncleared	__attribute__((__uninitialized__))
#else
#define segward_uncleared
#endif

#ifdef __KERNEL__

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/prefetch.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/spinlock.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/unaligned.h>	/* shim in kmod/compat below 6.12 */
#include <net/checksum.h>

/* Configuration memory is charged to the cgroup of whoever loads it. */
static inline void *segward_zalloc(size_t size)
{
	return kvzalloc(size, GFP_KERNEL_ACCOUNT);
}

static inline void segward_free(const void *p)
{
	kvfree(p);
}

/* What a packet makes us keep; who asks has bounded it. */
static inline void *segward_alloc_atomic(size_t size)
{
	return kmalloc(size, GFP_ATOMIC | __GFP_NOWARN);
}

static inline void segward_free_atomic(const void *p)
{
	kfree(p);
}

/* A lock of the packet path: bottom halves are off. */
typedef spinlock_t segward_lock_t;

/* A macro: each place that makes locks is a class of its own to lockdep. */
#define segward_lock_init(lock)	spin_lock_init(lock)

static inline void segward_lock(segward_lock_t *lock)
	__acquires(lock)
{
	spin_lock(lock);
}

static inline void segward_unlock(segward_lock_t *lock)
	__releases(lock)
{
	spin_unlock(lock);
}

/* Wait until no reader can hold what was unpublished. May sleep. */
static inline void segward_synchronize(void)
{
	synchronize_rcu();
}

/* For long loops of writers, in process context and without a spinlock. */
static inline void segward_cond_resched(void)
{
	cond_resched();
}

static inline void segward_sort(void *base, size_t nr, size_t size,
				int (*compare)(const void *a, const void *b))
{
	sort(base, nr, size, compare, NULL);
}

/* One's complement sum of bytes, in 32 bits of the machine's byte order. */
static inline u32 segward_csum(const void *p, u32 len, u32 sum)
{
	return (__force u32)csum_partial(p, (int)len, (__force __wsum)sum);
}

#else /* user space */

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;

#include <linux/types.h>	/* __be16, __be32: the uapi one */

#ifndef __rcu
#define __rcu
#endif
#ifndef __force
#define __force
#endif
#ifndef __acquire
#define __acquire(x)		((void)0)
#define __release(x)		((void)0)
#endif
#define __must_check		__attribute__((warn_unused_result))
#define ____cacheline_aligned	__attribute__((aligned(64)))
#ifndef fallthrough
#define fallthrough		__attribute__((fallthrough))
#endif

#define prefetch(p)		__builtin_prefetch(p)
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define BUILD_BUG_ON(c)		_Static_assert(!(c), #c)
#define static_assert		_Static_assert
#define BIT(n)			(1UL << (n))
#define BIT_ULL(n)		(1ULL << (n))
#define GENMASK_ULL(high, low) \
	((~0ULL << (low)) & (~0ULL >> (63 - (high))))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define U8_MAX			UINT8_MAX
#define U16_MAX			UINT16_MAX
#define U32_MAX			UINT32_MAX
#define U64_MAX			UINT64_MAX
#define S32_MIN			INT32_MIN
#define S32_MAX			INT32_MAX

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

#define min(a, b) ({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); \
		     _a < _b ? _a : _b; })
#define max(a, b) ({ __typeof__(a) _a = (a); __typeof__(b) _b = (b); \
		     _a > _b ? _a : _b; })
#define min_t(t, a, b)		min((t)(a), (t)(b))
#define max_t(t, a, b)		max((t)(a), (t)(b))

#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
/* nobody looks for races by it in user space */
#define data_race(x)		(x)
#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define rcu_access_pointer(p)	READ_ONCE(p)
#define rcu_dereference(p)	__atomic_load_n(&(p), __ATOMIC_ACQUIRE)
#define rcu_dereference_protected(p, c)	((void)(c), (p))
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), (v), __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, v)	((p) = (v))

static inline u16 get_unaligned_be16(const void *p)
{
	const u8 *b = p;

	return (u16)(b[0] << 8 | b[1]);
}

static inline u32 get_unaligned_be32(const void *p)
{
	const u8 *b = p;

	return (u32)b[0] << 24 | (u32)b[1] << 16 | (u32)b[2] << 8 | b[3];
}

static inline u64 get_unaligned_be64(const void *p)
{
	const u8 *b = p;

	return (u64)get_unaligned_be32(b) << 32 | get_unaligned_be32(b + 4);
}

static inline void put_unaligned_be16(u16 v, void *p)
{
	u8 *b = p;

	b[0] = (u8)(v >> 8);
	b[1] = (u8)v;
}

static inline void put_unaligned_be32(u32 v, void *p)
{
	put_unaligned_be16((u16)(v >> 16), p);
	put_unaligned_be16((u16)v, (u8 *)p + 2);
}

static inline u16 get_unaligned_le16(const void *p)
{
	const u8 *b = p;

	return (u16)(b[1] << 8 | b[0]);
}

static inline u32 get_unaligned_le32(const void *p)
{
	const u8 *b = p;

	return (u32)b[3] << 24 | (u32)b[2] << 16 | (u32)b[1] << 8 | b[0];
}

static inline u64 get_unaligned_le64(const void *p)
{
	const u8 *b = p;

	return (u64)b[7] << 56 | (u64)b[6] << 48 | (u64)b[5] << 40 |
	       (u64)b[4] << 32 | (u64)b[3] << 24 | (u64)b[2] << 16 |
	       (u64)b[1] << 8 | b[0];
}

static inline void *segward_zalloc(size_t size)
{
	return calloc(1, size);
}

static inline void segward_free(const void *p)
{
	free((void *)p);
}

static inline void *segward_alloc_atomic(size_t size)
{
	return malloc(size);
}

static inline void segward_free_atomic(const void *p)
{
	free((void *)p);
}

typedef struct {
	bool held;
} segward_lock_t;

static inline void segward_lock_init(segward_lock_t *lock)
{
	lock->held = false;
}

static inline void segward_lock(segward_lock_t *lock)
{
	while (__atomic_test_and_set(&lock->held, __ATOMIC_ACQUIRE))
		;
}

static inline void segward_unlock(segward_lock_t *lock)
{
	__atomic_clear(&lock->held, __ATOMIC_RELEASE);
}

typedef struct {
	int counter;
} atomic_t;

#define atomic_read(v)		READ_ONCE((v)->counter)
#define atomic_add_return(i, v)	\
	__atomic_add_fetch(&(v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_sub(i, v)	((void)atomic_add_return(-(i), v))

struct rcu_head {
	void (*free)(struct rcu_head *head);
};

/* Tests with threads wait for their own grace period first. */
static inline void call_rcu(struct rcu_head *head,
			    void (*free)(struct rcu_head *head))
{
#ifdef SEGWARD_CALL_RCU
	SEGWARD_CALL_RCU(head, free);
#else
	free(head);
#endif
}

static inline void rcu_barrier(void)
{
#ifdef SEGWARD_SYNCHRONIZE
	SEGWARD_SYNCHRONIZE();
#endif
}

/*
 * User space builds are single-threaded but for the stress tests, which
 * define SEGWARD_SYNCHRONIZE to their own grace period.
 */
static inline void segward_synchronize(void)
{
#ifdef SEGWARD_SYNCHRONIZE
	SEGWARD_SYNCHRONIZE();
#endif
}

static inline void segward_cond_resched(void)
{
}

static inline unsigned int __ffs64(u64 word)
{
	return (unsigned int)__builtin_ctzll(word);
}

static inline void segward_sort(void *base, size_t nr, size_t size,
				int (*compare)(const void *a, const void *b))
{
	if (nr)
		qsort(base, nr, size, compare);
}

static inline u32 segward_csum(const void *p, u32 len, u32 sum)
{
	const u8 *b = p;
	u64 acc = sum;
	u8 tail[4] = { 0 };
	u32 word;

	for (; len >= 4; b += 4, len -= 4) {
		memcpy(&word, b, 4);
		acc += word;
	}
	if (len) {
		memcpy(tail, b, len);
		memcpy(&word, tail, 4);
		acc += word;
	}
	acc = (acc & U32_MAX) + (acc >> 32);
	return (u32)acc + (u32)(acc >> 32);
}

/*
 * SipHash-1-3 by the kernel's names, for the few input sizes that the engine
 * hashes. The kernel's own has the same strength and, on 64-bit machines, the
 * same values, but nothing depends on that.
 */
typedef struct {
	u64 key[2];
} hsiphash_key_t;

static inline u64 segward_rol64(u64 word, unsigned int shift)
{
	return word << shift | word >> (64 - shift);
}

static inline void segward_sipround(u64 v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = segward_rol64(v[1], 13) ^ v[0];
	v[3] = segward_rol64(v[3], 16) ^ v[2];
	v[0] = segward_rol64(v[0], 32) + v[3];
	v[2] += v[1];
	v[3] = segward_rol64(v[3], 21) ^ v[0];
	v[1] = segward_rol64(v[1], 17) ^ v[2];
	v[2] = segward_rol64(v[2], 32);
}

static inline void segward_sipblock(u64 v[4], u64 block)
{
	v[3] ^= block;
	segward_sipround(v);
	v[0] ^= block;
}

static inline void segward_sipinit(u64 v[4], const hsiphash_key_t *key)
{
	v[0] = 0x736f6d6570736575ULL ^ key->key[0];
	v[1] = 0x646f72616e646f6dULL ^ key->key[1];
	v[2] = 0x6c7967656e657261ULL ^ key->key[0];
	v[3] = 0x7465646279746573ULL ^ key->key[1];
}

static inline u32 segward_sipfinal(u64 v[4], u64 last)
{
	segward_sipblock(v, last);
	v[2] ^= 0xff;
	segward_sipround(v);
	segward_sipround(v);
	segward_sipround(v);
	return (u32)(v[0] ^ v[1] ^ v[2] ^ v[3]);
}

/* @len: a multiple of 8, and 4 more or not */
static inline u32 hsiphash(const void *data, size_t len,
			   const hsiphash_key_t *key)
{
	const u8 *p = data;
	u64 last = (u64)len << 56;
	u64 v[4];

	segward_sipinit(v, key);
	for (; len >= 8; p += 8, len -= 8)
		segward_sipblock(v, get_unaligned_le64(p));
	if (len)
		last |= get_unaligned_le32(p);
	return segward_sipfinal(v, last);
}

static inline u32 hsiphash_1u32(u32 a, const hsiphash_key_t *key)
{
	u64 v[4];

	segward_sipinit(v, key);
	return segward_sipfinal(v, 4ULL << 56 | a);
}

static inline u32 hsiphash_4u32(u32 a, u32 b, u32 c, u32 d,
				const hsiphash_key_t *key)
{
	u64 v[4];

	segward_sipinit(v, key);
	segward_sipblock(v, (u64)b << 32 | a);
	segward_sipblock(v, (u64)d << 32 | c);
	return segward_sipfinal(v, 16ULL << 56);
}

#endif /* __KERNEL__ */

#define NS_IN_SECOND	1000000000ULL

/* A sum of segward_csum() in 16 bits: 0xffff over data and its checksum. */
static inline u16 segward_csum_fold(u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (u16)(sum + (sum >> 16));
}

#endif /* SEGWARD_ENGINE_PORT_H */
