// SPDX-License-Identifier: GPL-2.0
/*
 * Loads: a source's whole set replaced by another in one store.
 *
 * A load lasts from its beginning to its commit or abort, one at a time for
 * each source, and is the writer's. Its entries stand in the tables with the
 * parity that the source does not have, so no reader sees them. The commit
 * flips the source's parity, which puts them in force and makes the old set
 * stale, and waits for readers of the old set; reputation_expiry.c reaps it.
 */

#include "reputation_internal.h"

int segward_reputation_load_begin(struct segward_reputation *rep, u8 source,
				  u64 now)
{
	struct name *name = name_of(rep, NAMES_SOURCE, source);

	if (!name)
		return -ENOENT;
	if (name->loading)
		return -EBUSY;
	/* The new set takes the parity that what is left of an old one has. */
	if (name->stale)
		segward_rep_reap_all(rep, now);
	name->load_expiry = 0;
	name->loading = true;
	return 0;
}

int segward_reputation_load_add(struct segward_reputation *rep,
				const struct segward_reputation_entry *entry,
				u64 now)
{
	int err = segward_rep_entry_check(rep, entry, now);

	if (err)
		return err;
	if (!name_of(rep, NAMES_SOURCE, entry->source)->loading)
		return -ENOENT;
	return segward_rep_entry_put(rep, entry,
				     !parity_of(rep->parity, entry->source),
				     now);
}

int segward_reputation_load_commit(struct segward_reputation *rep, u8 source)
{
	struct name *name = name_of(rep, NAMES_SOURCE, source);
	u64 *word = &rep->parity[source / 64];

	if (!name || !name->loading)
		return -ENOENT;
	rep->stats.added += name->pending;
	rep->stats.pending -= name->pending;
	rep->stats.replaced += name->entries;
	rep->stats.stale += name->entries;
	name->stale = name->entries;
	name->entries = name->pending;
	name->pending = 0;
	name->loading = false;
	segward_rep_note_expiry(rep, name->load_expiry);
	bump_generation(rep);
	/* Pairs with parity_copy(). */
	smp_store_release(word, *word ^ BIT_ULL(source % 64));
	segward_rep_grace(rep);
	return 0;
}

void segward_reputation_load_abort(struct segward_reputation *rep, u8 source)
{
	struct name *name = name_of(rep, NAMES_SOURCE, source);

	if (!name || !name->loading)
		return;
	rep->stats.pending -= name->pending;
	rep->stats.stale += name->pending;
	name->stale = name->pending;
	name->pending = 0;
	name->loading = false;
}
