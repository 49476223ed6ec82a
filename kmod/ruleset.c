// SPDX-License-Identifier: GPL-2.0
/*
 * Rulesets of a namespace.
 *
 * DOC: A ruleset is immutable and reached by packets only through the
 * bindings of profiles. A reload therefore makes a new ruleset, builds every
 * profile that names it anew, publishes these one by one, waits until no
 * packet can be inside of an old one, and frees what is old. Up to the first
 * publication everything can fail, and then nothing has changed; behind it
 * nothing can.
 */
#include "ruleset.h"

#include <linux/slab.h>
#include <linux/string.h>

#include "net.h"
#include "profile.h"

struct segward_ruleset_slot *segward_ruleset_find(struct segward_net *snet,
						  const char *name)
{
	struct segward_ruleset_slot *slot;

	lockdep_assert_held(&snet->lock);
	list_for_each_entry(slot, &snet->rulesets, list)
		if (!strcmp(slot->ruleset->name, name))
			return slot;
	return NULL;
}

struct segward_ruleset_slot *segward_ruleset_next(struct segward_net *snet,
						  u32 id)
{
	struct segward_ruleset_slot *slot;

	lockdep_assert_held(&snet->lock);
	list_for_each_entry(slot, &snet->rulesets, list)
		if (slot->id > id)
			return slot;
	return NULL;
}

static int ruleset_add(struct segward_net *snet,
		       struct segward_ruleset *ruleset,
		       struct segward_ruleset_slot **out)
{
	struct segward_ruleset_slot *slot;

	slot = kzalloc(sizeof(*slot), GFP_KERNEL_ACCOUNT);
	if (!slot)
		return -ENOMEM;
	slot->id = segward_net_next_id(snet);
	slot->generation = 1;
	slot->ruleset = ruleset;
	list_add_tail(&slot->list, &snet->rulesets);
	snet->nr_rulesets++;
	snet->image_bytes += ruleset->size;
	*out = slot;
	return 0;
}

static int ruleset_reload(struct segward_net *snet,
			  struct segward_ruleset_slot *slot,
			  struct segward_ruleset *ruleset)
{
	struct segward_ruleset *old = slot->ruleset;
	struct segward_profile_swap swap;
	int err;

	err = segward_profile_swap_prepare(snet, old, ruleset, &swap);
	if (err)
		return err;
	slot->ruleset = ruleset;
	slot->generation = slot->generation + 1 ?: 1;
	snet->image_bytes += ruleset->size;
	snet->image_bytes -= old->size;
	segward_profile_swap_commit(snet, &swap);
	segward_ruleset_destroy(old);
	return 0;
}

int segward_ruleset_set(struct segward_net *snet,
			struct segward_ruleset_slot *slot,
			struct segward_ruleset *ruleset,
			struct segward_ruleset_slot **out)
{
	*out = slot;
	if (slot)
		return ruleset_reload(snet, slot, ruleset);
	return ruleset_add(snet, ruleset, out);
}

void segward_ruleset_del(struct segward_net *snet,
			 struct segward_ruleset_slot *slot)
{
	list_del(&slot->list);
	snet->nr_rulesets--;
	snet->image_bytes -= slot->ruleset->size;
	/* Whoever took its last profile away has waited for the readers. */
	segward_ruleset_destroy(slot->ruleset);
	kfree(slot);
}

void segward_ruleset_exit(struct segward_net *snet)
{
	struct segward_ruleset_slot *slot, *next;

	list_for_each_entry_safe(slot, next, &snet->rulesets, list)
		segward_ruleset_del(snet, slot);
}
