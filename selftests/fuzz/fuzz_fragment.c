// SPDX-License-Identifier: GPL-2.0
/*
 * Fragments of a few datagrams in any order and of any kind, against a model
 * that has a byte for each byte: the store says the same, and what it joins
 * are the model's bytes. Memory is what the datagrams in it explain.
 */
#include <linux/segward.h>
#include <stdlib.h>
#include <string.h>

#include "fragment.h"

#define DATAGRAMS	4
#define BYTES		66600

struct model {
	bool has[BYTES];
	u8 byte[BYTES];
	/* offset and length of each piece, to know a repetition */
	u32 off[SEGWARD_FRAGMENT_PIECES], len[SEGWARD_FRAGMENT_PIECES];
	u32 nr, have, total, judges;
	bool spoilt;
};

static const struct segward_fragment_context context;
static struct model model[DATAGRAMS];
static struct segward_fragments *store;
static u8 joined[SEGWARD_DATAGRAM_MAX];
static u8 content[BYTES];

static void must(bool good)
{
	if (!good)
		abort();
}

static void forget(struct model *m)
{
	u32 i;

	for (i = 0; i < m->nr; i++)
		memset(m->has + m->off[i], false, m->len[i]);
	m->nr = 0;
	m->have = 0;
	m->total = 0;
	m->spoilt = false;
}

/* Each that found it complete is done with it once. */
static void done(u32 n, const struct segward_packet *packet, bool passed)
{
	struct model *m = &model[n];

	segward_fragments_done(store, &context, packet, passed);
	m->judges--;
	if (!passed)
		m->spoilt = true;
	else if (!m->judges && !m->spoilt)
		forget(m);
}

/* Nothing was kept of any that could be forgotten. */
static bool all_forgotten(void)
{
	u32 n;

	for (n = 0; n < DATAGRAMS; n++)
		if (model[n].nr || model[n].spoilt)
			return false;
	return true;
}

/* Family by number: even ones are IPv6. */
static void set(struct segward_packet *packet, u32 n, u32 off, u32 len,
		bool more)
{
	memset(packet, 0, sizeof(*packet));
	packet->family = n % 2 ? SEGWARD_FAMILY_IPV4 : SEGWARD_FAMILY_IPV6;
	packet->fragment_proto = 99;
	packet->fragment_id = n;
	packet->fragment_off = off;
	packet->fragment_len = len;
	packet->fragment_more = more;
}

static bool overlaps(const struct model *m, u32 off, u32 len)
{
	u32 i;

	for (i = off; i < off + len; i++)
		if (m->has[i])
			return true;
	/* nothing, in the middle of something */
	return !len && off && m->has[off] && m->has[off - 1];
}

static bool repeats(const struct model *m, u32 off, u32 len)
{
	u32 i;

	for (i = 0; i < m->nr; i++)
		if (m->off[i] == off && m->len[i] == len)
			return len && !memcmp(m->byte + off, content, len);
	return false;
}

static bool contradicts(const struct model *m, u32 off, u32 len, bool more)
{
	u32 i;

	if (m->total)
		return more ? off + len >= m->total : off + len != m->total;
	for (i = off + len; !more && i < BYTES; i++)
		if (m->has[i])
			return true;
	return false;
}

static u8 expected(struct model *m, u32 n, u32 off, u32 len, bool more)
{
	u32 most = n % 2 ? 65515 : 65535;
	u32 total = more ? m->total : off + len;

	if (m->spoilt)
		return SEGWARD_FRAGMENT_SPOILT;
	if (repeats(m, off, len))
		return SEGWARD_FRAGMENT_KEPT;
	if (!len || off + len > most || (more && len % 8) ||
	    overlaps(m, off, len) || contradicts(m, off, len, more)) {
		m->spoilt = true;
		return SEGWARD_FRAGMENT_SPOILT;
	}
	if (total && m->have + len == total)
		return SEGWARD_FRAGMENT_COMPLETE;
	if (m->nr == SEGWARD_FRAGMENT_PIECES)
		return SEGWARD_FRAGMENT_FULL;
	memset(m->has + off, true, len);
	memcpy(m->byte + off, content, len);
	m->off[m->nr] = off;
	m->len[m->nr++] = len;
	m->have += len;
	if (!more)
		m->total = off + len;
	return SEGWARD_FRAGMENT_KEPT;
}

static void check_joined(const struct model *m, u32 n, u32 off, u32 len,
			 u32 got)
{
	u32 header = n % 2 ? 20 : 40;
	u32 i;

	must(got == header + m->have + len);
	for (i = 0; i < m->have + len; i++)
		must(joined[header + i] == (i >= off && i < off + len ?
					    content[i - off] : m->byte[i]));
}

static void one(const u8 *op)
{
	struct segward_packet packet;
	struct segward_view view;
	u32 n = op[0] % DATAGRAMS;
	u32 off = (op[1] | op[2] << 8) % 8192 * 8;
	u32 len = op[3] * (op[0] & 0x40 ? 8 : 1);
	bool more = op[0] & 0x80;
	u32 got = 0;
	u8 state;

	if (op[0] & 0x20)
		off = op[1] * 8;
	/* a whole packet is no fragment */
	more |= !off;
	memset(content, op[4], len);
	set(&packet, n, off, len, more);
	segward_view_flat(&view, content, len);
	state = segward_fragments_add(store, &context, &view, &packet, 1,
				      joined, &got);
	must(state == expected(&model[n], n, off, len, more));
	if (state != SEGWARD_FRAGMENT_COMPLETE)
		return;
	check_joined(&model[n], n, off, len, got);
	model[n].judges++;
	if (op[0] & 0x10)
		done(n, &packet, op[4] & 1);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u64 key[2] = { 1, 2 };
	struct segward_packet packet;
	u32 n;

	store = segward_fragments_create(key);
	must(store);
	for (; size >= 5; data += 5, size -= 5)
		one(data);
	for (n = 0; n < DATAGRAMS; n++) {
		set(&packet, n, 0, 8, true);
		while (model[n].judges)
			done(n, &packet, true);
	}
	must(!segward_fragments_memory(store) == all_forgotten());
	segward_fragments_destroy(store);
	for (n = 0; n < DATAGRAMS; n++)
		forget(&model[n]);
	return 0;
}
