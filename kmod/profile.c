// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles of a namespace.
 *
 * DOC: SIDs point to a slot, packets take the profile behind it once, under
 * RCU. Every change builds a whole new profile, publishes it and waits for
 * the readers of the old one with the namespace's lock held: when a request
 * is acknowledged the old profile is no longer in force anywhere, and there is
 * never more than one old profile to be freed.
 *
 * A profile holds the numbers of its reputation categories from before it is
 * published until after its last reader.
 */
#include "profile.h"

#include <linux/bitmap.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "net.h"
#include "reputation.h"
#include "ruleset.h"

/* Category numbers held so far while a profile is being made. */
struct holds {
	struct segward_net *snet;
	DECLARE_BITMAP(category, SEGWARD_REPUTATION_NAMES + 1);
};

struct segward_profile_slot *segward_profile_find(struct segward_net *snet,
						  const char *name)
{
	struct segward_profile_slot *slot;

	lockdep_assert_held(&snet->lock);
	list_for_each_entry(slot, &snet->profiles, list)
		if (!strcmp(slot->name, name))
			return slot;
	return NULL;
}

struct segward_profile_slot *segward_profile_next(struct segward_net *snet,
						  u32 id)
{
	struct segward_profile_slot *slot;

	lockdep_assert_held(&snet->lock);
	list_for_each_entry(slot, &snet->profiles, list)
		if (slot->id > id)
			return slot;
	return NULL;
}

struct segward_profile *segward_profile_get(struct segward_net *snet,
					    struct segward_profile_slot *slot)
{
	return rcu_dereference_protected(slot->profile,
					 lockdep_is_held(&snet->lock));
}

static u32 config_items(const struct segward_profile_config *config)
{
	u32 items = config->nr_overrides + config->nr_suppress;
	u32 i;

	for (i = 0; i < config->nr_variables; i++)
		items += config->variable[i].nr_ranges;
	return items;
}

static u64 config_bindings(const struct segward_profile_config *config)
{
	u64 rules = 0;
	u32 i;

	for (i = 0; i < config->nr_rulesets; i++)
		rules += config->ruleset[i]->nr_rules;
	return rules;
}

/* Is there room for @new, if it takes the place of @old? */
static int check_limits(const struct segward_net *snet,
			const struct segward_profile_config *old,
			const struct segward_profile_config *new)
{
	u64 bindings = snet->profile_bindings + config_bindings(new);
	u64 items = (u64)snet->profile_items + config_items(new);

	if (old) {
		bindings -= config_bindings(old);
		items -= config_items(old);
	}
	if (items > SEGWARD_PROFILE_ITEMS_MAX ||
	    bindings > SEGWARD_PROFILE_BINDINGS_MAX)
		return -E2BIG;
	return 0;
}

static void count_users(struct segward_net *snet,
			const struct segward_profile_config *config, int n)
{
	struct segward_ruleset_slot *slot;
	u32 i;

	for (i = 0; i < config->nr_rulesets; i++) {
		slot = segward_ruleset_find(snet, config->ruleset[i]->name);
		slot->users += n;
	}
}

static void account(struct segward_net *snet,
		    const struct segward_profile_config *config)
{
	snet->profile_items += config_items(config);
	snet->profile_bindings += config_bindings(config);
}

static void unaccount(struct segward_net *snet,
		      const struct segward_profile_config *config)
{
	snet->profile_items -= config_items(config);
	snet->profile_bindings -= config_bindings(config);
}

/* segward_profile_create() asks for the number of a category. */
static u8 hold_category(void *arg, const char *name)
{
	struct segward_reputation *rep;
	struct holds *holds = arg;
	int category;

	/* segward_profile_build() made the table. */
	rep = segward_reputation_table(holds->snet);
	category = segward_reputation_category_add(rep, name);
	if (category <= 0)
		return 0;
	if (!__test_and_set_bit(category, holds->category))
		segward_reputation_category_hold(rep, category);
	return category;
}

static void release_categories(struct holds *holds)
{
	struct segward_reputation *rep = segward_reputation_table(holds->snet);
	unsigned int category;

	for_each_set_bit(category, holds->category,
			 SEGWARD_REPUTATION_NAMES + 1)
		segward_reputation_category_release(rep, category);
}

static struct segward_profile *
profile_build(struct segward_net *snet,
	      const struct segward_profile_config *config, int *err)
{
	struct holds holds = { .snet = snet };
	struct segward_profile *profile;

	*err = -ENOMEM;
	if (config->nr_thresholds && !segward_reputation_need(snet))
		return NULL;
	profile = segward_profile_create(config, hold_category, &holds, err);
	if (!profile)
		release_categories(&holds);
	else
		profile->config.serial = ++snet->profile_serial;
	return profile;
}

/* Nobody reads it any more. */
static void profile_free(struct segward_net *snet,
			 struct segward_profile *profile)
{
	struct holds holds = { .snet = snet };
	u32 i;

	for (i = 1; i <= SEGWARD_REPUTATION_NAMES; i++)
		if (profile->min_score[i])
			__set_bit(i, holds.category);
	release_categories(&holds);
	segward_profile_destroy(profile);
}

static int profile_add(struct segward_net *snet,
		       struct segward_profile *profile,
		       struct segward_profile_slot **out)
{
	struct segward_profile_slot *slot;

	slot = kzalloc(sizeof(*slot), GFP_KERNEL_ACCOUNT);
	if (!slot)
		return -ENOMEM;
	slot->id = segward_net_next_id(snet);
	slot->generation = 1;
	strscpy(slot->name, profile->config.name, sizeof(slot->name));
	RCU_INIT_POINTER(slot->profile, profile);
	list_add_tail(&slot->list, &snet->profiles);
	snet->nr_profiles++;
	count_users(snet, &profile->config, 1);
	account(snet, &profile->config);
	*out = slot;
	return 0;
}

/* Returns the old one, which packets may still be held to. */
static struct segward_profile *
profile_publish(struct segward_net *snet, struct segward_profile_slot *slot,
		struct segward_profile *profile)
{
	struct segward_profile *old = segward_profile_get(snet, slot);

	unaccount(snet, &old->config);
	account(snet, &profile->config);
	slot->generation = slot->generation + 1 ?: 1;
	rcu_assign_pointer(slot->profile, profile);
	return old;
}

static void profile_replace(struct segward_net *snet,
			    struct segward_profile_slot *slot,
			    struct segward_profile *profile)
{
	struct segward_profile *old;

	old = profile_publish(snet, slot, profile);
	count_users(snet, &profile->config, 1);
	count_users(snet, &old->config, -1);
	synchronize_rcu();
	profile_free(snet, old);
}

int segward_profile_set(struct segward_net *snet,
			struct segward_profile_slot *slot,
			const struct segward_profile_config *config,
			struct segward_profile_slot **out)
{
	struct segward_profile *profile;
	int err;

	err = check_limits(snet, slot ?
			   &segward_profile_get(snet, slot)->config : NULL,
			   config);
	if (err)
		return err;
	profile = profile_build(snet, config, &err);
	if (!profile)
		return err;
	*out = slot;
	if (slot) {
		profile_replace(snet, slot, profile);
		return 0;
	}
	err = profile_add(snet, profile, out);
	if (err)
		profile_free(snet, profile);
	return err;
}

static void profile_remove(struct segward_net *snet,
			   struct segward_profile_slot *slot)
{
	struct segward_profile *profile = segward_profile_get(snet, slot);

	list_del(&slot->list);
	snet->nr_profiles--;
	unaccount(snet, &profile->config);
	count_users(snet, &profile->config, -1);
	profile_free(snet, profile);
	kfree(slot);
}

void segward_profile_del(struct segward_net *snet,
			 struct segward_profile_slot *slot)
{
	/* A SID deleted just now may still lead a packet here. */
	cond_synchronize_rcu(snet->released);
	profile_remove(snet, slot);
}

void segward_profile_exit(struct segward_net *snet)
{
	struct segward_profile_slot *slot, *next;

	list_for_each_entry_safe(slot, next, &snet->profiles, list)
		profile_remove(snet, slot);
}

static int ruleset_index(const struct segward_profile_config *config,
			 const struct segward_ruleset *ruleset)
{
	u32 i;

	for (i = 0; i < config->nr_rulesets; i++)
		if (config->ruleset[i] == ruleset)
			return i;
	return -ENOENT;
}

static struct segward_profile *
profile_rebuild(struct segward_net *snet, const struct segward_profile *old,
		const struct segward_ruleset *new, int index, int *err)
{
	const struct segward_ruleset *ruleset[SEGWARD_PROFILE_RULESETS_MAX];
	struct segward_profile_config config = old->config;

	memcpy(ruleset, config.ruleset,
	       config.nr_rulesets * sizeof(ruleset[0]));
	ruleset[index] = new;
	config.ruleset = ruleset;
	return profile_build(snet, &config, err);
}

static void swap_abort(struct segward_net *snet,
		       struct segward_profile_swap *swap)
{
	u32 i;

	for (i = 0; i < swap->nr; i++)
		profile_free(snet, swap->swap[i].profile);
	kvfree(swap->swap);
}

/* Is there room for @new in all bindings that have @old now? */
static int check_bindings(struct segward_net *snet,
			  const struct segward_ruleset *old,
			  const struct segward_ruleset *new)
{
	u64 users = segward_ruleset_find(snet, old->name)->users;
	u64 bindings = snet->profile_bindings;

	bindings -= users * old->nr_rules;
	bindings += users * new->nr_rules;
	return bindings > SEGWARD_PROFILE_BINDINGS_MAX ? -E2BIG : 0;
}

int segward_profile_swap_prepare(struct segward_net *snet,
				 const struct segward_ruleset *old,
				 const struct segward_ruleset *new,
				 struct segward_profile_swap *swap)
{
	struct segward_profile_slot *slot;
	struct segward_profile *profile;
	int index, err;

	err = check_bindings(snet, old, new);
	if (err)
		return err;
	swap->nr = 0;
	/* One more: no profiles at all must not look like no memory. */
	swap->swap = kvcalloc(snet->nr_profiles + 1, sizeof(*swap->swap),
			      GFP_KERNEL_ACCOUNT);
	if (!swap->swap)
		return -ENOMEM;
	list_for_each_entry(slot, &snet->profiles, list) {
		profile = segward_profile_get(snet, slot);
		index = ruleset_index(&profile->config, old);
		if (index < 0)
			continue;
		profile = profile_rebuild(snet, profile, new, index, &err);
		if (!profile) {
			swap_abort(snet, swap);
			return err;
		}
		swap->swap[swap->nr].slot = slot;
		swap->swap[swap->nr].profile = profile;
		swap->nr++;
	}
	return 0;
}

void segward_profile_swap_commit(struct segward_net *snet,
				 struct segward_profile_swap *swap)
{
	u32 i;

	for (i = 0; i < swap->nr; i++)
		swap->swap[i].profile =
			profile_publish(snet, swap->swap[i].slot,
					swap->swap[i].profile);
	if (swap->nr)
		synchronize_rcu();
	/* They are the old ones now. */
	swap_abort(snet, swap);
}
