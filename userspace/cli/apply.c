// SPDX-License-Identifier: GPL-2.0
/*
 * segward apply: make the configuration what a file says.
 *
 * DOC: first everything is read, checked and compiled; only then is anything
 * changed, in the order in which things need each other. What is as it should
 * be is not touched: its counters and routes stay. Should the kernel refuse
 * one change all the same, those before it are taken back, latest first. Two
 * kinds cannot be: the kernel does not hand out the image of a ruleset that
 * was replaced, and reputation goes in batches; neither does harm by itself.
 */
#include <errno.h>
#include <string.h>

#include "objects.h"
#include "out.h"
#include "plan.h"
#include "vec.h"

enum mode {
	MODE_APPLY,
	MODE_CHECK,
	MODE_SYNC,
};

/* One change that was made, and what was there before: NULL for nothing. */
struct done {
	const struct sid *sid, *old_sid;
	const struct profile *profile, *old_profile;
	const char *ruleset;
};

struct apply {
	struct plan plan;
	struct present present;
	enum mode mode;
	struct done *done;
	unsigned int nr_done;
	u64 added;
	u64 changed;
	u64 removed;
	u64 unchanged;
};

/* --- Taking back ------------------------------------------------------- */

static void undo_sid(const struct done *d)
{
	if (d->sid && d->old_sid)
		sid_commit(d->old_sid, d->sid);
	else if (d->sid)
		sid_remove(d->sid);
	else
		sid_commit(d->old_sid, NULL);
}

static void undo_profile(const struct done *d)
{
	struct nl_error error;
	struct profile old;

	if (!d->old_profile) {
		profile_delete(d->profile->name, &error);
		return;
	}
	/* Shallow: with the old contents, whatever its generation is by now. */
	old = *d->old_profile;
	old.generation = 0;
	profile_send(&old, NLM_F_CREATE | NLM_F_REPLACE, &error);
}

static void undo(struct apply *apply)
{
	struct nl_error error;
	const struct done *d;

	while (apply->nr_done--) {
		d = &apply->done[apply->nr_done];
		if (d->sid || d->old_sid)
			undo_sid(d);
		else if (d->profile || d->old_profile)
			undo_profile(d);
		else
			ruleset_delete(d->ruleset, &error);
	}
	apply->nr_done = 0;
}

/* --- Changing ---------------------------------------------------------- */

static bool dry(const struct apply *apply)
{
	return apply->mode == MODE_CHECK;
}

static int apply_ruleset(struct apply *apply,
			 const struct planned_ruleset *p)
{
	const struct ruleset *old;
	int status = CLI_OK;

	old = rulesets_find(&apply->present.rulesets, p->load.name);
	if (old && old->image_id == p->load.image.image_id) {
		apply->unchanged++;
		return CLI_OK;
	}
	if (!dry(apply))
		status = ruleset_upload(&p->load);
	if (status)
		return status;
	if (old) {
		apply->changed++;
		return CLI_OK;
	}
	apply->added++;
	VEC_ADD(apply->done, apply->nr_done)->ruleset = p->load.name;
	return CLI_OK;
}

static int apply_profile(struct apply *apply,
			 const struct planned_profile *p)
{
	const struct profile *old;
	struct nl_error error;
	struct done *d;

	old = profiles_find(&apply->present.profiles, p->profile.name);
	if (old && profile_equal(old, &p->profile)) {
		apply->unchanged++;
		return CLI_OK;
	}
	if (!dry(apply) && profile_send(&p->profile, NLM_F_CREATE |
					NLM_F_REPLACE, &error))
		return nl_fail(&error);
	d = VEC_ADD(apply->done, apply->nr_done);
	d->profile = &p->profile;
	d->old_profile = old;
	apply->added += !old;
	apply->changed += !!old;
	return CLI_OK;
}

static int apply_sid(struct apply *apply, const struct planned_sid *p)
{
	const struct sid *old;
	int status = CLI_OK;
	struct done *d;

	old = sids_find(&apply->present.sids, &p->sid);
	if (old && sid_equal(old, &p->sid) &&
	    sid_routed(old, &apply->present.routes)) {
		apply->unchanged++;
		return CLI_OK;
	}
	if (!dry(apply))
		status = sid_commit(&p->sid, old);
	if (status)
		return status;
	d = VEC_ADD(apply->done, apply->nr_done);
	d->sid = &p->sid;
	d->old_sid = old;
	apply->added += !old;
	apply->changed += !!old;
	return CLI_OK;
}

/* --- Reputation -------------------------------------------------------- */

static int apply_load(struct apply *apply, struct planned_load *p)
{
	int status = CLI_OK;

	if (!dry(apply))
		status = rep_load_send(&p->load);
	apply->changed += status == CLI_OK;
	return status;
}

struct merge {
	struct apply *apply;
	struct entry_batch add;
	struct entry_batch del;
	struct nl_error error;
};

/* An entry that ends at a time is always told anew: its time is now. */
static bool entry_same(const struct entry *a, const struct entry *b)
{
	return a->score == b->score && !a->timeout && !b->timeout;
}

static int merge_add(struct merge *m, const struct entry *e,
		     const struct entry *old)
{
	if (old && entry_same(e, old)) {
		m->apply->unchanged++;
		return 0;
	}
	m->apply->added += !old;
	m->apply->changed += !!old;
	return dry(m->apply) ? 0 : batch_entry(&m->add, e, &m->error);
}

/* Only sync takes away, and not what a planned file brings. */
static int merge_del(struct merge *m, const struct entry *old)
{
	struct entry key = *old;

	if (m->apply->mode != MODE_SYNC ||
	    plan_loads_source(&m->apply->plan, old->source))
		return 0;
	m->apply->removed++;
	key.score = 0;
	key.timeout = 0;
	return batch_entry(&m->del, &key, &m->error);
}

/* Walk through what is wanted and what is there, both sorted. */
static int merge(struct merge *m, const struct entries *want,
		 const struct entries *have)
{
	size_t i = 0, j = 0;
	int err = 0, diff;

	while (!err && (i < want->nr || j < have->nr)) {
		if (i == want->nr)
			diff = 1;
		else if (j == have->nr)
			diff = -1;
		else
			diff = entry_compare(&want->v[i], &have->v[j]);
		if (diff > 0) {
			err = merge_del(m, &have->v[j++]);
			continue;
		}
		err = merge_add(m, &want->v[i++], diff ? NULL : &have->v[j]);
		j += !diff;
	}
	if (!err)
		err = batch_flush(&m->del, &m->error);
	return err ? err : batch_flush(&m->add, &m->error);
}

static int apply_entries(struct apply *apply)
{
	struct merge m = {
		.apply	= apply,
		.add	= {
			.cmd	= SEGWARD_CMD_REPUTATION_NEW,
			.flags	= NLM_F_CREATE | NLM_F_REPLACE,
		},
		.del	= { .cmd = SEGWARD_CMD_REPUTATION_DEL },
	};
	struct entries have = { 0 };
	int err = 0;

	if (!apply->plan.entries.nr && apply->mode != MODE_SYNC)
		return CLI_OK;
	/* Without the module a check compares with nothing. */
	if (entries_get(&have, NULL, NULL, &m.error) && !dry(apply))
		return nl_fail(&m.error);
	err = merge(&m, &apply->plan.entries, &have);
	entries_free(&have);
	nl_free(&m.add.m);
	nl_free(&m.del.m);
	return err ? nl_fail(&m.error) : CLI_OK;
}

/* --- Removing what is not named ---------------------------------------- */

static int sync_sids(struct apply *apply)
{
	const struct sid *sid;
	unsigned int i;
	int status;

	for (i = 0; i < apply->present.sids.nr; i++) {
		sid = &apply->present.sids.v[i];
		if (plan_sid(&apply->plan, sid))
			continue;
		status = sid_remove(sid);
		if (status)
			return status;
		VEC_ADD(apply->done, apply->nr_done)->old_sid = sid;
		apply->removed++;
	}
	return CLI_OK;
}

static int sync_profiles(struct apply *apply)
{
	const struct profile *profile;
	struct nl_error error;
	unsigned int i;

	for (i = 0; i < apply->present.profiles.nr; i++) {
		profile = &apply->present.profiles.v[i];
		if (plan_profile(&apply->plan, profile->name))
			continue;
		if (profile_delete(profile->name, &error))
			return nl_fail(&error);
		VEC_ADD(apply->done, apply->nr_done)->old_profile = profile;
		apply->removed++;
	}
	return CLI_OK;
}

static int sync_rulesets(struct apply *apply)
{
	const struct ruleset *r;
	struct nl_error error;
	unsigned int i;

	for (i = 0; i < apply->present.rulesets.nr; i++) {
		r = &apply->present.rulesets.v[i];
		if (plan_ruleset(&apply->plan, r->name))
			continue;
		if (ruleset_delete(r->name, &error))
			return nl_fail(&error);
		apply->removed++;
	}
	return CLI_OK;
}

static int sync_all(struct apply *apply)
{
	int status;

	if (apply->mode != MODE_SYNC)
		return CLI_OK;
	status = sync_sids(apply);
	if (!status)
		status = sync_profiles(apply);
	return status ? status : sync_rulesets(apply);
}

/* --- All of it --------------------------------------------------------- */

static int change_all(struct apply *apply)
{
	struct plan *plan = &apply->plan;
	int status = CLI_OK;
	unsigned int i;

	for (i = 0; !status && i < plan->nr_rulesets; i++) {
		err_where(plan->file, plan->ruleset[i].line);
		status = apply_ruleset(apply, &plan->ruleset[i]);
	}
	for (i = 0; !status && i < plan->nr_profiles; i++) {
		err_where(plan->file, plan->profile[i].line);
		status = apply_profile(apply, &plan->profile[i]);
	}
	for (i = 0; !status && i < plan->nr_loads; i++) {
		err_where(plan->file, plan->load[i].line);
		status = apply_load(apply, &plan->load[i]);
	}
	err_where(NULL, 0);
	if (!status)
		status = apply_entries(apply);
	for (i = 0; !status && i < plan->nr_sids; i++) {
		err_where(plan->file, plan->sid[i].line);
		status = apply_sid(apply, &plan->sid[i]);
	}
	err_where(NULL, 0);
	return status ? status : sync_all(apply);
}

static int commit(struct apply *apply)
{
	int status = change_all(apply);

	if (!status || dry(apply))
		return status;
	undo(apply);
	fputs("The kernel refused a change; those before it were taken back, but for reputation and for rulesets that were replaced.\n",
	      stderr);
	return status;
}

static void print_summary(const struct apply *apply)
{
	out_begin();
	out_object();
	out_flag("check", "check: ", dry(apply));
	out_u64("added", "added ", apply->added);
	out_u64("changed", " changed ", apply->changed);
	out_u64("removed", " removed ", apply->removed);
	out_u64("unchanged", " unchanged ", apply->unchanged);
	out_object_end();
	out_end();
}

/* A check is possible without the module: against nothing. */
static int read_present(struct apply *apply)
{
	struct nl_error error;
	int err = present_get(&apply->present, &error);

	if (err == -ENOENT && dry(apply) && nl_open(NL_SEGWARD, &error))
		return CLI_OK;
	return err ? nl_fail(&error) : CLI_OK;
}

static int parse_words(struct args *args, struct apply *apply,
		       const char **file)
{
	if (arg_need(args, file))
		return CLI_USAGE;
	if (arg_take(args, "check"))
		apply->mode = MODE_CHECK;
	else if (arg_take(args, "sync"))
		apply->mode = MODE_SYNC;
	return arg_end(args);
}

static int apply_command(struct args *args)
{
	struct apply apply = { .mode = MODE_APPLY };
	const char *file;
	int status;

	if (parse_words(args, &apply, &file))
		return CLI_USAGE;
	status = plan_read(&apply.plan, file);
	if (!status)
		status = read_present(&apply);
	if (!status)
		status = plan_check(&apply.plan, &apply.present,
				    apply.mode == MODE_SYNC);
	if (!status)
		status = commit(&apply);
	if (!status)
		print_summary(&apply);
	free(apply.done);
	plan_free(&apply.plan);
	present_free(&apply.present);
	return status;
}

static const struct command apply_commands[] = {
	{ "", apply_command, "FILE [ { check | sync } ]" },
	{ NULL, NULL, NULL },
};

const struct object object_apply = {
	.name		= "apply",
	.commands	= apply_commands,
};
