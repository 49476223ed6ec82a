// SPDX-License-Identifier: GPL-2.0
/*
 * Inner fragments; see fragment.h for what is promised and why.
 *
 * A hash table of datagrams, each bucket with a lock of its own, held for the
 * copy of at most one datagram. Old datagrams go when somebody looks into
 * their bucket; each fragment looks into some other buckets too, in turn, so
 * memory comes back as long as fragments come, and stays bounded if not.
 */
#include <linux/segward.h>

#include "budget.h"
#include "fragment.h"
#include "ipv6.h"

#define BUCKETS		1024
/* Buckets that each fragment looks through for old datagrams. */
#define SWEPT		4
#define IPV4_HEADER	20

/**
 * struct piece - the bytes of a fragment
 * @next: the next one by offset
 * @off: offset in the datagram's data
 * @len: bytes
 * @data: the bytes
 */
struct piece {
	struct piece *next;
	u32 off;
	u32 len;
	u8 data[];
};

/**
 * struct fragment_key - what fragments of one datagram have in common
 * @context: where they came
 * @id: identification
 * @src: source address
 * @dst: destination address
 * @family: 4 or 6
 * @proto: of IPv4
 * @zero: no byte is left to chance
 *
 * Made of zeroes first and compared as memory. IPv4 tells datagrams apart by
 * protocol too (RFC 791), IPv6 does not (RFC 8200, 4.5).
 */
struct fragment_key {
	struct segward_fragment_context context;
	u32 id;
	u8 src[16];
	u8 dst[16];
	u8 family;
	u8 proto;
	u8 zero[2];
};

/**
 * struct datagram - a datagram of which fragments came
 * @next: in its bucket
 * @key: which one
 * @first: its pieces by offset
 * @ends: when it is old
 * @memory: what it takes
 * @have: bytes in its pieces
 * @judges: how many look at it, each with a fragment of its own that completes
 *	it; as long as there is one it is not forgotten
 * @total: bytes of its data, 0 as long as its end has not been seen
 * @nr_pieces: how many
 * @proto: protocol of the data, as the piece at offset 0 says
 * @spoilt: it is not to be trusted any more
 */
struct datagram {
	struct datagram *next;
	struct fragment_key key;
	struct piece *first;
	u64 ends;
	u32 memory;
	u32 have;
	u32 judges;
	u32 total;
	u16 nr_pieces;
	u8 proto;
	bool spoilt;
};

struct bucket {
	segward_lock_t lock;
	struct datagram *first;
};

/**
 * struct segward_fragments - a store
 * @hash_key: see segward_fragments_create()
 * @memory: of all datagrams
 * @swept: bucket that was swept last, roughly
 * @bucket: the table
 */
struct segward_fragments {
	hsiphash_key_t hash_key;
	atomic_t memory;
	u32 swept;
	struct bucket bucket[BUCKETS];
};

struct segward_fragments *segward_fragments_create(const u64 key[2])
{
	struct segward_fragments *fragments;
	u32 i;

	fragments = segward_zalloc(sizeof(*fragments));
	if (!fragments)
		return NULL;
	memcpy(&fragments->hash_key, key, sizeof(fragments->hash_key));
	for (i = 0; i < BUCKETS; i++)
		segward_lock_init(&fragments->bucket[i].lock);
	return fragments;
}

/* What an allocation really takes. */
static u32 memory_of(u32 size)
{
	return segward_budget_units(size) * SEGWARD_BUDGET_UNIT;
}

static bool charge(struct segward_fragments *fragments, u32 bytes)
{
	if (atomic_add_return((int)bytes, &fragments->memory) <=
	    (int)SEGWARD_FRAGMENT_MEMORY)
		return true;
	atomic_sub((int)bytes, &fragments->memory);
	return false;
}

static void free_pieces(struct segward_fragments *fragments,
			struct datagram *datagram)
{
	u32 memory = memory_of(sizeof(*datagram));
	struct piece *piece;

	while ((piece = datagram->first)) {
		datagram->first = piece->next;
		segward_free_atomic(piece);
	}
	atomic_sub((int)(datagram->memory - memory), &fragments->memory);
	datagram->memory = memory;
}

static void free_datagram(struct segward_fragments *fragments,
			  struct datagram *datagram)
{
	free_pieces(fragments, datagram);
	atomic_sub((int)datagram->memory, &fragments->memory);
	segward_free_atomic(datagram);
}

void segward_fragments_destroy(struct segward_fragments *fragments)
{
	struct datagram *datagram, *next;
	u32 i;

	if (!fragments)
		return;
	for (i = 0; i < BUCKETS; i++) {
		datagram = fragments->bucket[i].first;
		for (; datagram; datagram = next) {
			next = datagram->next;
			free_datagram(fragments, datagram);
		}
		segward_cond_resched();
	}
	segward_free(fragments);
}

static void make_key(const struct segward_fragment_context *context,
		     const struct segward_packet *packet, struct fragment_key *key)
{
	memset(key, 0, sizeof(*key));
	key->context = *context;
	key->id = packet->fragment_id;
	memcpy(key->src, packet->src, sizeof(key->src));
	memcpy(key->dst, packet->dst, sizeof(key->dst));
	key->family = packet->family;
	if (packet->family == SEGWARD_FAMILY_IPV4)
		key->proto = packet->fragment_proto;
}

static struct bucket *bucket_of(struct segward_fragments *fragments,
				const struct fragment_key *key)
{
	const hsiphash_key_t *hash_key = &fragments->hash_key;
	u32 word[sizeof(*key) / 4];
	u32 hash = 0;
	u32 i;

	BUILD_BUG_ON(sizeof(*key) % 12);
	memcpy(word, key, sizeof(word));
	for (i = 0; i < ARRAY_SIZE(word); i += 3)
		hash = hsiphash_4u32(hash, word[i], word[i + 1], word[i + 2],
				     hash_key);
	return &fragments->bucket[hash % BUCKETS];
}

/* Nothing of it will be looked at again. */
static void spoil(struct segward_fragments *fragments,
		  struct datagram *datagram)
{
	datagram->spoilt = true;
	free_pieces(fragments, datagram);
}

/* Takes a datagram out of its bucket, which is locked, and frees it. */
static void take_out(struct segward_fragments *fragments, struct datagram **at)
{
	struct datagram *datagram = *at;

	*at = datagram->next;
	free_datagram(fragments, datagram);
}

/*
 * One judge less. The last one to let it through forgets it: before that, what
 * came meanwhile is of this datagram and has to agree with it, and who forgot a
 * later one of the same key would let its end through uninspected.
 */
static void judged(struct segward_fragments *fragments, struct datagram **at,
		   bool passed)
{
	struct datagram *datagram = *at;

	if (!datagram->judges)
		return;
	datagram->judges--;
	if (!passed)
		spoil(fragments, datagram);
	else if (!datagram->judges && !datagram->spoilt)
		take_out(fragments, at);
}

/* Frees what is old; the bucket is locked. */
static void sweep(struct segward_fragments *fragments, struct bucket *bucket,
		  u64 now)
{
	struct datagram **at = &bucket->first;

	while (*at) {
		if (now < (*at)->ends)
			at = &(*at)->next;
		else
			take_out(fragments, at);
	}
}

/* Two processors may sweep the same ones; that is harmless. */
static void sweep_others(struct segward_fragments *fragments, u64 now)
{
	struct bucket *bucket;
	u32 n, at;

	if (!atomic_read(&fragments->memory))
		return;
	for (n = 0; n < SWEPT; n++) {
		at = READ_ONCE(fragments->swept) + 1;
		WRITE_ONCE(fragments->swept, at);
		bucket = &fragments->bucket[at % BUCKETS];
		/* Written plainly under the lock; here it is only a hint. */
		if (!data_race(bucket->first))
			continue;
		segward_lock(&bucket->lock);
		sweep(fragments, bucket, now);
		segward_unlock(&bucket->lock);
	}
}

static struct datagram **find(struct bucket *bucket, const struct fragment_key *key)
{
	struct datagram **at = &bucket->first;

	while (*at && memcmp(&(*at)->key, key, sizeof(*key)))
		at = &(*at)->next;
	return at;
}

static struct datagram *begin_datagram(struct segward_fragments *fragments,
				       const struct fragment_key *key, u64 now)
{
	u32 seconds = key->family == SEGWARD_FAMILY_IPV4 ?
		SEGWARD_FRAGMENT_IPV4_SECONDS : SEGWARD_FRAGMENT_IPV6_SECONDS;
	u32 memory = memory_of(sizeof(struct datagram));
	struct datagram *datagram;

	if (!charge(fragments, memory))
		return NULL;
	datagram = segward_alloc_atomic(sizeof(*datagram));
	if (!datagram) {
		atomic_sub((int)memory, &fragments->memory);
		return NULL;
	}
	memset(datagram, 0, sizeof(*datagram));
	datagram->key = *key;
	datagram->ends = now + seconds * NS_IN_SECOND;
	datagram->memory = memory;
	return datagram;
}

/*
 * Is the length one that a fragment may have? All but the last have multiples
 * of 8, none is empty, and the end lies within what a datagram can be.
 */
static bool sane(const struct segward_packet *packet)
{
	u32 header = packet->family == SEGWARD_FAMILY_IPV4 ? IPV4_HEADER : 0;
	u32 end = packet->fragment_off + packet->fragment_len;

	if (!packet->fragment_len || end > U16_MAX - header)
		return false;
	return !packet->fragment_more || !(packet->fragment_len % 8);
}

/* Does the fragment agree with what is known of the datagram's length? */
static bool agrees(const struct datagram *datagram,
		   const struct segward_packet *packet)
{
	u32 end = packet->fragment_off + packet->fragment_len;
	const struct piece *piece = datagram->first;

	if (packet->fragment_more)
		return !datagram->total || end < datagram->total;
	if (datagram->total)
		return end == datagram->total;
	while (piece && piece->next)
		piece = piece->next;
	return !piece || piece->off + piece->len <= packet->fragment_off;
}

static bool is_repeated(const struct piece *piece,
			const struct segward_view *view,
			const struct segward_packet *packet)
{
	u8 copy[256];
	u32 done, len;
	const u8 *p;

	if (piece->off != packet->fragment_off ||
	    piece->len != packet->fragment_len)
		return false;
	for (done = 0; done < piece->len; done += len) {
		len = min_t(u32, piece->len - done, sizeof(copy));
		p = segward_view_bytes(view, packet->fragment_data_off + done,
				       len, copy);
		if (!p || memcmp(p, piece->data + done, len))
			return false;
	}
	return true;
}

/* The place for a fragment among the pieces: all before it end before it. */
static struct piece **place_of(struct datagram *datagram,
			       const struct segward_packet *packet)
{
	struct piece **at = &datagram->first;

	while (*at && (*at)->off + (*at)->len <= packet->fragment_off)
		at = &(*at)->next;
	return at;
}

/* @piece: the one behind the fragment's place, or NULL. */
static bool overlaps(const struct piece *piece,
		     const struct segward_packet *packet)
{
	return piece &&
	       piece->off < packet->fragment_off + packet->fragment_len;
}

static u8 keep(struct segward_fragments *fragments, struct datagram *datagram,
	       struct piece **at, const struct segward_view *view,
	       const struct segward_packet *packet)
{
	u32 size = sizeof(struct piece) + packet->fragment_len;
	u32 memory = memory_of(size);
	struct piece *piece;

	if (datagram->nr_pieces == SEGWARD_FRAGMENT_PIECES ||
	    !charge(fragments, memory))
		return SEGWARD_FRAGMENT_FULL;
	piece = segward_alloc_atomic(size);
	if (!piece || !segward_view_copy(view, packet->fragment_data_off,
					 packet->fragment_len, piece->data)) {
		segward_free_atomic(piece);
		atomic_sub((int)memory, &fragments->memory);
		return SEGWARD_FRAGMENT_FULL;
	}
	piece->off = packet->fragment_off;
	piece->len = packet->fragment_len;
	piece->next = *at;
	*at = piece;
	datagram->nr_pieces++;
	datagram->memory += memory;
	datagram->have += piece->len;
	if (!packet->fragment_more)
		datagram->total = piece->off + piece->len;
	if (!piece->off)
		datagram->proto = packet->fragment_proto;
	return SEGWARD_FRAGMENT_KEPT;
}

static bool completes(const struct datagram *datagram,
		      const struct segward_packet *packet)
{
	u32 total = packet->fragment_more ? datagram->total :
		    packet->fragment_off + packet->fragment_len;

	return total && datagram->have + packet->fragment_len == total;
}

static void write_ipv4(const struct segward_packet *packet, u8 proto, u32 len,
		       u8 *p)
{
	u16 sum;

	memset(p, 0, IPV4_HEADER);
	p[0] = 0x45;
	put_unaligned_be16((u16)(IPV4_HEADER + len), p + 2);
	put_unaligned_be16((u16)packet->fragment_id, p + 4);
	p[8] = packet->ttl;
	p[9] = proto;
	memcpy(p + 12, packet->src, 4);
	memcpy(p + 16, packet->dst, 4);
	sum = (u16)~segward_csum_fold(segward_csum(p, IPV4_HEADER, 0));
	memcpy(p + 10, &sum, sizeof(sum));
}

static void write_ipv6(const struct segward_packet *packet, u8 proto, u32 len,
		       u8 *p)
{
	memset(p, 0, SEGWARD_IPV6_HEADER);
	p[0] = 0x60;
	put_unaligned_be16((u16)len, p + 4);
	p[6] = proto;
	p[7] = packet->ttl;
	memcpy(p + 8, packet->src, 16);
	memcpy(p + 24, packet->dst, 16);
}

/* The pieces, and the fragment at hand where it belongs. */
static u8 join(const struct datagram *datagram, const struct segward_view *view,
	       const struct segward_packet *packet, u8 *to, u32 *len)
{
	u8 proto = packet->fragment_off ? datagram->proto :
		   packet->fragment_proto;
	u32 total = datagram->have + packet->fragment_len;
	const struct piece *piece;
	u32 header;

	if (packet->family == SEGWARD_FAMILY_IPV4) {
		header = IPV4_HEADER;
		write_ipv4(packet, proto, total, to);
	} else {
		header = SEGWARD_IPV6_HEADER;
		write_ipv6(packet, proto, total, to);
	}
	to += header;
	for (piece = datagram->first; piece; piece = piece->next)
		memcpy(to + piece->off, piece->data, piece->len);
	*len = header + total;
	return segward_view_copy(view, packet->fragment_data_off,
				 packet->fragment_len,
				 to + packet->fragment_off) ?
	       SEGWARD_FRAGMENT_COMPLETE : SEGWARD_FRAGMENT_SPOILT;
}

static u8 add(struct segward_fragments *fragments, struct datagram *datagram,
	      const struct segward_view *view,
	      const struct segward_packet *packet, u8 *to, u32 *len)
{
	struct piece **at;
	u8 state;

	if (datagram->spoilt)
		return SEGWARD_FRAGMENT_SPOILT;
	at = place_of(datagram, packet);
	if (*at && is_repeated(*at, view, packet))
		return SEGWARD_FRAGMENT_KEPT;
	if (overlaps(*at, packet) || !sane(packet) ||
	    !agrees(datagram, packet)) {
		spoil(fragments, datagram);
		return SEGWARD_FRAGMENT_SPOILT;
	}
	if (completes(datagram, packet)) {
		state = join(datagram, view, packet, to, len);
		datagram->judges += state == SEGWARD_FRAGMENT_COMPLETE;
		return state;
	}
	return keep(fragments, datagram, at, view, packet);
}

/* Its first fragment was not kept. */
static bool is_empty(const struct datagram *datagram)
{
	return !datagram->first && !datagram->spoilt;
}

u8 segward_fragments_add(struct segward_fragments *fragments,
			 const struct segward_fragment_context *context,
			 const struct segward_view *view,
			 const struct segward_packet *packet, u64 now,
			 u8 *datagram, u32 *len)
{
	struct datagram **found;
	struct bucket *bucket;
	struct fragment_key key;
	u8 state = SEGWARD_FRAGMENT_FULL;

	sweep_others(fragments, now);
	make_key(context, packet, &key);
	bucket = bucket_of(fragments, &key);
	segward_lock(&bucket->lock);
	sweep(fragments, bucket, now);
	found = find(bucket, &key);
	if (!*found)
		*found = begin_datagram(fragments, &key, now);
	if (*found)
		state = add(fragments, *found, view, packet, datagram, len);
	if (*found && is_empty(*found))
		take_out(fragments, found);
	segward_unlock(&bucket->lock);
	return state;
}

void segward_fragments_done(struct segward_fragments *fragments,
			    const struct segward_fragment_context *context,
			    const struct segward_packet *packet, bool passed)
{
	struct datagram **found;
	struct bucket *bucket;
	struct fragment_key key;

	make_key(context, packet, &key);
	bucket = bucket_of(fragments, &key);
	segward_lock(&bucket->lock);
	found = find(bucket, &key);
	if (*found)
		judged(fragments, found, passed);
	segward_unlock(&bucket->lock);
}

u32 segward_fragments_memory(const struct segward_fragments *fragments)
{
	return (u32)atomic_read(&fragments->memory);
}
