/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rulesets of a namespace: names that stay while what is behind them is
 * reloaded.
 */
#ifndef SEGWARD_RULESET_H
#define SEGWARD_RULESET_H

#include <linux/list.h>
#include <linux/types.h>

#include "engine/rule.h"

struct segward_net;

/* Far more than the sources of rules that anybody subscribes to. */
#define SEGWARD_RULESETS_MAX	256

/**
 * struct segward_ruleset_slot - a ruleset's name and place
 * @list: in the namespace's list, in order of @id
 * @id: never given to another slot; where dumps go on
 * @generation: counts the reloads, never 0
 * @users: profiles that use it
 * @ruleset: the one in force, under the namespace's lock; packets reach it
 *	through the profiles' bindings alone
 */
struct segward_ruleset_slot {
	struct list_head list;
	u32 id;
	u32 generation;
	u32 users;
	struct segward_ruleset *ruleset;
};

/**
 * segward_ruleset_find() - the slot of a name
 * @snet: the namespace
 * @name: the name
 *
 * Context: under snet->lock. Return: the slot or NULL.
 */
struct segward_ruleset_slot *segward_ruleset_find(struct segward_net *snet,
						  const char *name);

/**
 * segward_ruleset_next() - the slot behind a place
 * @snet: the namespace
 * @id: of the last slot seen, 0 to begin
 *
 * Context: under snet->lock. Return: the slot or NULL at the end.
 */
struct segward_ruleset_slot *segward_ruleset_next(struct segward_net *snet,
						  u32 id);

/**
 * segward_ruleset_set() - put a ruleset in force
 * @snet: the namespace
 * @slot: the one to reload, NULL to add one
 * @ruleset: taken over on success
 * @out: the slot
 *
 * Builds every profile that uses the old ruleset anew before any of them
 * changes. When it returns no packet is held to the old ruleset any more, and
 * it is freed. Context: process, under snet->lock; may wait for a grace
 * period. Return: 0, -ENOMEM, or -E2BIG over a limit of the namespace.
 */
int segward_ruleset_set(struct segward_net *snet,
			struct segward_ruleset_slot *slot,
			struct segward_ruleset *ruleset,
			struct segward_ruleset_slot **out);

/**
 * segward_ruleset_del() - remove a ruleset
 * @snet: the namespace
 * @slot: without users; gone afterwards
 *
 * Context: process, under snet->lock.
 */
void segward_ruleset_del(struct segward_net *snet,
			 struct segward_ruleset_slot *slot);

/**
 * segward_ruleset_exit() - free all rulesets of a namespace
 * @snet: the namespace; it has no profiles any more
 */
void segward_ruleset_exit(struct segward_net *snet);

#endif /* SEGWARD_RULESET_H */
