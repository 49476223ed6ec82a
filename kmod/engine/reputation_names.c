// SPDX-License-Identifier: GPL-2.0
/*
 * Names of categories and sources, and the identifiers that stand for them in
 * the slots.
 *
 * A name is published by RCU when it is added. It stays until its identifier
 * is needed for another and nobody uses it, and is freed after a grace period;
 * so a reader may keep its text to the end of the RCU read side. All but the
 * two _name() functions is the writer's.
 */

#include "reputation_internal.h"

bool segward_reputation_name_check(const char *name)
{
	size_t len;

	for (len = 0; name[len]; len++) {
		char c = name[len];

		if (len >= SEGWARD_REPUTATION_NAME_MAX)
			return false;
		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-')
			return false;
	}
	return len;
}

static int name_find(const struct segward_reputation *rep,
		     enum names_kind kind, const char *text)
{
	struct name *name;
	int id;

	for (id = 1; id <= SEGWARD_REPUTATION_NAMES; id++) {
		name = name_of(rep, kind, id);
		if (name && !strcmp(name->text, text))
			return id;
	}
	return -ENOENT;
}

static bool name_unused(const struct name *name)
{
	return !name->holds && !name->entries && !name->pending &&
	       !name->stale && !name->loading;
}

static struct names *names_get(struct segward_reputation *rep,
			       enum names_kind kind)
{
	struct names *names = rcu_dereference_protected(rep->names[kind], true);

	if (names)
		return names;
	names = take(rep, sizeof(*names));
	if (names)
		rcu_assign_pointer(rep->names[kind], names);
	return names;
}

/* Free an identifier that nobody uses, once no reader can know it. */
static int name_recycle(struct segward_reputation *rep, enum names_kind kind,
			struct names *names)
{
	struct name *name;
	int id;

	for (id = 1; id <= SEGWARD_REPUTATION_NAMES; id++) {
		name = name_of(rep, kind, id);
		if (!name_unused(name))
			continue;
		rcu_assign_pointer(names->of[id], NULL);
		segward_rep_grace(rep);
		give(rep, name, sizeof(*name));
		return id;
	}
	return -ENOSPC;
}

static int free_id(struct segward_reputation *rep, enum names_kind kind,
		   struct names *names)
{
	int id;

	for (id = 1; id <= SEGWARD_REPUTATION_NAMES; id++)
		if (!name_of(rep, kind, id))
			return id;
	id = name_recycle(rep, kind, names);
	if (id < 0) {
		/* Invisible entries need not keep names; no time has passed. */
		segward_rep_reap_all(rep, 0);
		id = name_recycle(rep, kind, names);
	}
	return id;
}

static int name_add(struct segward_reputation *rep, enum names_kind kind,
		    const char *text)
{
	struct names *names;
	struct name *name;
	int id;

	if (!segward_reputation_name_check(text))
		return -EINVAL;
	id = name_find(rep, kind, text);
	if (id > 0)
		return id;
	names = names_get(rep, kind);
	if (!names)
		return -ENOMEM;
	id = free_id(rep, kind, names);
	if (id < 0)
		return id;
	name = take(rep, sizeof(*name));
	if (!name)
		return -ENOMEM;
	memcpy(name->text, text, strlen(text) + 1);
	rcu_assign_pointer(names->of[id], name);
	return id;
}

static const char *name_text(const struct segward_reputation *rep,
			     enum names_kind kind, u8 id)
{
	const struct names *names = rcu_dereference(rep->names[kind]);
	const struct name *name;

	if (!names)
		return NULL;
	name = rcu_dereference(names->of[id]);
	return name ? name->text : NULL;
}

static void names_free(struct segward_reputation *rep, enum names_kind kind)
{
	struct names *names = rcu_dereference_protected(rep->names[kind], true);
	int id;

	for (id = 1; id <= SEGWARD_REPUTATION_NAMES; id++)
		give(rep, name_of(rep, kind, id), sizeof(struct name));
	give(rep, names, sizeof(*names));
}

void segward_rep_names_destroy(struct segward_reputation *rep)
{
	int kind;

	for (kind = 0; kind < NAMES_KINDS; kind++)
		names_free(rep, kind);
}

/*
 * Categories
 */

int segward_reputation_category_add(struct segward_reputation *rep,
				    const char *name)
{
	return name_add(rep, NAMES_CATEGORY, name);
}

int segward_reputation_category_find(const struct segward_reputation *rep,
				     const char *name)
{
	return name_find(rep, NAMES_CATEGORY, name);
}

void segward_reputation_category_hold(struct segward_reputation *rep,
				      u8 category)
{
	name_of(rep, NAMES_CATEGORY, category)->holds++;
}

void segward_reputation_category_release(struct segward_reputation *rep,
					 u8 category)
{
	name_of(rep, NAMES_CATEGORY, category)->holds--;
}

const char *
segward_reputation_category_name(const struct segward_reputation *rep,
				 u8 category)
{
	return name_text(rep, NAMES_CATEGORY, category);
}

/*
 * Sources
 */

int segward_reputation_source_add(struct segward_reputation *rep,
				  const char *name)
{
	return name_add(rep, NAMES_SOURCE, name);
}

int segward_reputation_source_find(const struct segward_reputation *rep,
				   const char *name)
{
	return name_find(rep, NAMES_SOURCE, name);
}

const char *
segward_reputation_source_name(const struct segward_reputation *rep, u8 source)
{
	return name_text(rep, NAMES_SOURCE, source);
}

int segward_reputation_source_stats(const struct segward_reputation *rep,
				    u8 source,
				    struct segward_reputation_source_stats *stats)
{
	const struct name *name = name_of(rep, NAMES_SOURCE, source);

	if (!name)
		return -ENOENT;
	stats->entries = name->entries;
	stats->pending = name->pending;
	stats->expired = name->expired;
	stats->loading = name->loading;
	return 0;
}
