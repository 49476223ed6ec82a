// SPDX-License-Identifier: GPL-2.0
/*
 * Any sequence of operations on a small reputation table, held against the
 * identity of its counters and against what lookups may answer.
 */

#include <stdlib.h>
#include <string.h>

#include "reputation.h"

#define NAMES	5

static void check(bool good)
{
	if (!good)
		abort();
}

/* An operation is eight bytes. */
struct op {
	u8 what;
	u8 source;
	u8 category;
	u8 score;
	u8 len;
	u8 high;
	u8 low;
	u8 time;
};

static void entry_of(const struct op *op, struct segward_reputation_entry *e)
{
	memset(e, 0, sizeof(*e));
	e->prefix.version = op->what & 128 ? 6 : 4;
	e->prefix.len = op->len;
	e->prefix.addr[0] = op->high;
	e->prefix.addr[e->prefix.version == 4 ? 3 : 15] = op->low;
	e->source = op->source % (NAMES + 2);
	e->category = op->category % (NAMES + 2);
	e->score = op->score;
	e->expires = op->time * 1024ULL;
}

static void check_counters(const struct segward_reputation *rep)
{
	struct segward_reputation_stats stats;

	segward_reputation_stats(rep, &stats);
	check(stats.entries4 + stats.entries6 - stats.pending - stats.stale ==
	      stats.added - stats.expired - stats.deleted - stats.replaced);
}

static void check_lookup(const struct segward_reputation *rep,
			 const struct segward_reputation_entry *e, u64 now)
{
	struct segward_reputation_entry list[64];
	struct segward_reputation_result result;
	unsigned int count, i;

	segward_reputation_lookup(rep, e->prefix.version, e->prefix.addr, now,
				  &result);
	count = segward_reputation_covering(rep, e->prefix.version,
					    e->prefix.addr, now, list, 64);
	check(result.entries == count);
	check(!result.count == !count);
	for (i = 0; i < count && i < 64; i++) {
		check(!segward_reputation_prefix_check(&list[i].prefix));
		check(!list[i].expires || list[i].expires > now);
		check(!segward_reputation_get(rep, &list[i], now));
	}
}

static int ignore(void *ctx, const struct segward_reputation_entry *entry)
{
	check(!segward_reputation_prefix_check(&entry->prefix));
	return 0;
}

static void do_op(struct segward_reputation *rep, const struct op *op, u64 *now)
{
	struct segward_reputation_cursor cursor = { 0 };
	struct segward_reputation_filter filter = { 0 };
	struct segward_reputation_entry e;

	entry_of(op, &e);
	switch (op->what & 15) {
	case 0 ... 4:
		segward_reputation_add(rep, &e, *now);
		break;
	case 5:
		segward_reputation_load_begin(rep, e.source, *now);
		break;
	case 6 ... 7:
		segward_reputation_load_add(rep, &e, *now);
		break;
	case 8:
		segward_reputation_load_commit(rep, e.source);
		break;
	case 9:
		segward_reputation_load_abort(rep, e.source);
		break;
	case 10:
		segward_reputation_del(rep, &e.prefix, e.source, e.category,
				       *now);
		break;
	case 11:
		filter.source = e.source;
		filter.category = e.category;
		if (!segward_reputation_prefix_check(&e.prefix))
			filter.within = e.prefix;
		segward_reputation_flush(rep, &filter, *now);
		break;
	case 12:
		*now += op->time * 16;
		break;
	case 13:
		segward_reputation_sweep(rep, *now, 1 + op->len);
		break;
	case 14:
		segward_reputation_iterate(rep, &cursor, NULL, *now, ignore,
					   NULL);
		break;
	default:
		check_lookup(rep, &e, *now);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segward_reputation_config config = {
		.key = { 1, 2 },
		.max_entries = 60,
	};
	struct segward_reputation *rep = segward_reputation_create(&config);
	char name[2] = "a";
	struct op op;
	u64 now = 1;
	int i;

	for (i = 0; i < NAMES; i++, name[0]++) {
		segward_reputation_source_add(rep, name);
		segward_reputation_category_add(rep, name);
		segward_reputation_category_hold(rep, i + 1);
	}
	for (; size >= sizeof(op); size -= sizeof(op), data += sizeof(op)) {
		memcpy(&op, data, sizeof(op));
		do_op(rep, &op, &now);
		check_counters(rep);
	}
	segward_reputation_destroy(rep);
	return 0;
}
