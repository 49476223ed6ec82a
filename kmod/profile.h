/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Profiles of a namespace: names that stay while what is behind them is
 * replaced.
 */
#ifndef SEGWARD_PROFILE_H
#define SEGWARD_PROFILE_H

#include <linux/list.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

#include "engine/profile.h"

struct segward_net;
struct segward_ruleset_slot;

/* Each slice has one; SR domains with more slices than that are not known. */
#define SEGWARD_PROFILES_MAX		4096

/*
 * Overrides, suppressions and ranges of all profiles of a namespace together:
 * about 80 MB.
 */
#define SEGWARD_PROFILE_ITEMS_MAX	(1024U * 1024)

/*
 * Rules of all profiles' rulesets together; each costs a byte in a profile's
 * binding. Enough for the whole of ET-Open in every profile.
 */
#define SEGWARD_PROFILE_BINDINGS_MAX	(256U * 1024 * 1024)

/**
 * struct segward_profile_slot - a profile's name and place
 * @list: in the namespace's list, in order of @id
 * @id: never given to another slot; where dumps go on
 * @profile: the profile in force, never NULL once the slot is listed;
 *	replaced whole under the namespace's lock
 * @generation: counts the changes of this profile, never 0
 * @users: SIDs, and values of their arguments, that point here; under the
 *	namespace's lock. segward_sid_add() and _del() count
 * @name: of the profile
 *
 * SIDs point to the slot, so that replacing a profile or reloading a ruleset
 * touches no SID. A slot is freed a grace period after the last SID let it go.
 */
struct segward_profile_slot {
	struct list_head list;
	u32 id;
	struct segward_profile __rcu *profile;
	u32 generation;
	u32 users;
	char name[SEGWARD_NAME_SIZE];
};

/**
 * segward_profile_find() - the slot of a name
 * @snet: the namespace
 * @name: the name
 *
 * Context: under snet->lock. Return: the slot or NULL.
 */
struct segward_profile_slot *segward_profile_find(struct segward_net *snet,
						  const char *name);

/**
 * segward_profile_next() - the slot behind a place
 * @snet: the namespace
 * @id: of the last slot seen, 0 to begin
 *
 * Context: under snet->lock. Return: the slot or NULL at the end.
 */
struct segward_profile_slot *segward_profile_next(struct segward_net *snet,
						  u32 id);

/**
 * segward_profile_get() - the profile of a slot, for writers
 * @snet: the namespace
 * @slot: the slot
 *
 * Context: under snet->lock. Return: the profile.
 */
struct segward_profile *segward_profile_get(struct segward_net *snet,
					    struct segward_profile_slot *slot);

/**
 * segward_profile_set() - add a profile or replace it
 * @snet: the namespace
 * @slot: the one to replace, NULL to add one
 * @config: what is wanted; checked by the border, rulesets found
 * @out: the slot
 *
 * When it returns no packet is held to the old profile any more. Context:
 * process, under snet->lock; may wait for a grace period. Return: 0; -ENOMEM;
 * -ENOSPC if there are no category numbers left; -E2BIG over a limit of the
 * namespace.
 */
int segward_profile_set(struct segward_net *snet,
			struct segward_profile_slot *slot,
			const struct segward_profile_config *config,
			struct segward_profile_slot **out);

/**
 * segward_profile_del() - remove a profile
 * @snet: the namespace
 * @slot: without users; gone afterwards
 *
 * Context: process, under snet->lock; waits for a grace period if a SID was
 * changed or deleted just before.
 */
void segward_profile_del(struct segward_net *snet,
			 struct segward_profile_slot *slot);

/**
 * struct segward_profile_swap - profiles built for another ruleset, not yet
 *	in force
 * @swap: one for each profile concerned
 * @nr: how many
 */
struct segward_profile_swap {
	struct {
		struct segward_profile_slot *slot;
		struct segward_profile *profile;
	} *swap;
	u32 nr;
};

/**
 * segward_profile_swap_prepare() - build all profiles for a new ruleset
 * @snet: the namespace
 * @old: the ruleset in force
 * @new: the one to take its place
 * @swap: filled in
 *
 * Context: process, under snet->lock. Return: 0, or an error with nothing
 * left behind: -ENOMEM, -E2BIG.
 */
int segward_profile_swap_prepare(struct segward_net *snet,
				 const struct segward_ruleset *old,
				 const struct segward_ruleset *new,
				 struct segward_profile_swap *swap);

/**
 * segward_profile_swap_commit() - put them in force
 * @snet: the namespace
 * @swap: prepared; empty afterwards
 *
 * Waits until no packet is held to the old profiles, and frees them; the old
 * ruleset may be freed then. Cannot fail. Context: process, under snet->lock.
 */
void segward_profile_swap_commit(struct segward_net *snet,
				 struct segward_profile_swap *swap);

/**
 * segward_profile_exit() - free all profiles of a namespace
 * @snet: the namespace; it has no SIDs and no packets any more
 */
void segward_profile_exit(struct segward_net *snet);

#endif /* SEGWARD_PROFILE_H */
