// SPDX-License-Identifier: GPL-2.0
/*
 * Reading and checking a file for apply.
 */
#include <errno.h>
#include <string.h>

#include "batch.h"
#include "plan.h"
#include "sid_argument.h"
#include "vec.h"

/* More sentences than that about one file are not read. */
#define FAULTS_MAX	20

/* --- Reading ----------------------------------------------------------- */

static int read_sid(struct plan *plan, struct args *args, unsigned int line)
{
	struct planned_sid *p = VEC_ADD(plan->sid, plan->nr_sids);

	p->line = line;
	return sid_parse(args, &p->sid);
}

static int read_profile(struct plan *plan, struct args *args,
			unsigned int line)
{
	struct planned_profile *p = VEC_ADD(plan->profile, plan->nr_profiles);

	p->line = line;
	return profile_parse(args, &p->profile);
}

static int read_ruleset(struct plan *plan, struct args *args,
			unsigned int line)
{
	struct planned_ruleset *p = VEC_ADD(plan->ruleset, plan->nr_rulesets);

	p->line = line;
	return ruleset_parse(args, &p->load);
}

static int read_entry(struct plan *plan, struct args *args, unsigned int line)
{
	(void)line;
	return entry_parse(args, VEC_ADD(plan->entries.v, plan->entries.nr));
}

static int read_load(struct plan *plan, struct args *args, unsigned int line)
{
	struct planned_load *p = VEC_ADD(plan->load, plan->nr_loads);

	p->line = line;
	return rep_load_parse(args, &p->load);
}

static const struct {
	const char *object;
	const char *command;
	int (*read)(struct plan *plan, struct args *args, unsigned int line);
} readers[] = {
	{ "sid", "add", read_sid },
	{ "sid", "replace", read_sid },
	{ "profile", "add", read_profile },
	{ "profile", "replace", read_profile },
	{ "ruleset", "load", read_ruleset },
	{ "reputation", "add", read_entry },
	{ "reputation", "replace", read_entry },
	{ "reputation", "load", read_load },
};

static int read_command(struct plan *plan, struct args *args,
			unsigned int line)
{
	const char *object = arg_next(args), *command = arg_next(args);
	char what[64];
	unsigned int i;

	if (!object_find(object))
		return err_usage("Object \"%s\" is unknown, try \"segward help\".",
				 object);
	for (i = 0; command && i < ARRAY_SIZE(readers); i++) {
		if (strcmp(readers[i].object, object) ||
		    strcmp(readers[i].command, command))
			continue;
		snprintf(what, sizeof(what), "%s %s", object, command);
		args->what = what;
		return readers[i].read(plan, args, line);
	}
	return err_usage("\"%s%s%s\" cannot be applied: a file says what is to be there, by sid, profile and reputation add or replace, and ruleset and reputation load",
			 object, command ? " " : "", command ? command : "");
}

static void fault(struct plan *plan, int status)
{
	plan->faults += status != CLI_OK;
}

/**
 * plan_read() - read a file
 * @plan: result; plan_free() frees it, also after a failure
 * @file: its name
 *
 * Prints all that is wrong with it.
 *
 * Return: a cli_status.
 */
int plan_read(struct plan *plan, const char *file)
{
	struct batch b;
	int more = 1;

	memset(plan, 0, sizeof(*plan));
	plan->file = file;
	if (batch_open(&b, file))
		return CLI_USAGE;
	while (plan->faults < FAULTS_MAX) {
		more = batch_read(&b);
		if (more <= 0)
			break;
		err_where(file, b.line);
		fault(plan, read_command(plan, &(struct args) {
					 b.argv, b.argc, 0, "" }, b.line));
	}
	err_where(file, b.line);
	if (more < 0)
		fault(plan, err_usage("a quote is not closed"));
	err_where(NULL, 0);
	batch_close(&b);
	return plan->faults ? CLI_USAGE : CLI_OK;
}

/* --- Order ------------------------------------------------------------- */

static int sid_order(const void *a, const void *b)
{
	const struct planned_sid *x = a, *y = b;
	int diff = sid_compare(&x->sid, &y->sid);

	return diff ? diff : (int)x->line - (int)y->line;
}

static int profile_order(const void *a, const void *b)
{
	const struct planned_profile *x = a, *y = b;
	int diff = strcmp(x->profile.name, y->profile.name);

	return diff ? diff : (int)x->line - (int)y->line;
}

static int sid_key(const void *key, const void *element)
{
	return sid_compare(key, &((const struct planned_sid *)element)->sid);
}

static int profile_key(const void *key, const void *element)
{
	const struct planned_profile *p = element;

	return strcmp(key, p->profile.name);
}

/** plan_sid() - the planned SID of a key. Return: it, or NULL */
const struct planned_sid *plan_sid(const struct plan *plan,
				   const struct sid *key)
{
	return plan->nr_sids ? bsearch(key, plan->sid, plan->nr_sids,
				       sizeof(*plan->sid), sid_key) : NULL;
}

/** plan_profile() - the planned profile of a name. Return: it, or NULL */
const struct planned_profile *plan_profile(const struct plan *plan,
					   const char *name)
{
	return plan->nr_profiles ?
		bsearch(name, plan->profile, plan->nr_profiles,
			sizeof(*plan->profile), profile_key) : NULL;
}

/** plan_ruleset() - is a ruleset of that name planned? */
bool plan_ruleset(const struct plan *plan, const char *name)
{
	unsigned int i;

	for (i = 0; i < plan->nr_rulesets; i++)
		if (!strcmp(plan->ruleset[i].load.name, name))
			return true;
	return false;
}

/** plan_loads_source() - does a planned file replace this source? */
bool plan_loads_source(const struct plan *plan, const char *source)
{
	unsigned int i;

	for (i = 0; i < plan->nr_loads; i++)
		if (!plan->load[i].load.append &&
		    !strcmp(plan->load[i].load.source, source))
			return true;
	return false;
}

struct placed {
	struct entry e;
	size_t place;
};

static int placed_order(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int diff = entry_compare(&x->e, &y->e);

	return diff ? diff : x->place < y->place ? -1 : x->place > y->place;
}

/* Sort; of entries with the same key the last one stays. */
static void sort_entries(struct entries *entries)
{
	struct placed *v = NULL;
	size_t i, n = 0;

	for (i = 0; i < entries->nr; i++) {
		struct placed *p = VEC_ADD(v, n);

		p->e = entries->v[i];
		p->place = i;
	}
	if (n)
		qsort(v, n, sizeof(*v), placed_order);
	entries->nr = 0;
	for (i = 0; i < n; i++) {
		if (i && !entry_compare(&v[i - 1].e, &v[i].e))
			entries->nr--;
		entries->v[entries->nr++] = v[i].e;
	}
	free(v);
}

static void sort(struct plan *plan)
{
	if (plan->nr_sids)
		qsort(plan->sid, plan->nr_sids, sizeof(*plan->sid), sid_order);
	if (plan->nr_profiles)
		qsort(plan->profile, plan->nr_profiles, sizeof(*plan->profile),
		      profile_order);
	sort_entries(&plan->entries);
}

/* --- Checking ---------------------------------------------------------- */

static void at(const struct plan *plan, unsigned int line)
{
	err_where(plan->file, line);
}

/* A profile that a SID names. */
static void check_name(struct plan *plan, const struct present *present,
		       bool sync, const char *name)
{
	if (!plan_profile(plan, name) &&
	    (sync || !profiles_find(&present->profiles, name)))
		fault(plan, err_usage("argument \"%s\" is wrong: there is no profile of this name",
				      name));
}

static void check_sid(struct plan *plan, const struct present *present,
		      bool sync, unsigned int i)
{
	const struct planned_sid *p = &plan->sid[i];
	char s[PREFIX_STRLEN];
	unsigned int n;
	name_t name;

	at(plan, p->line);
	if (i && !sid_compare(&plan->sid[i - 1].sid, &p->sid))
		fault(plan, err_usage("sid %s stands in line %u already",
				      prefix_format(&p->sid.prefix, s),
				      plan->sid[i - 1].line));
	if (*p->sid.profile)
		check_name(plan, present, sync, p->sid.profile);
	for (n = 0; sid_argument_profile(&p->sid, n, name); n++)
		check_name(plan, present, sync, name);
}

static void check_profile(struct plan *plan, const struct present *present,
			  bool sync, unsigned int i)
{
	const struct planned_profile *p = &plan->profile[i];
	const char *name;
	unsigned int j;

	at(plan, p->line);
	if (i && !strcmp(plan->profile[i - 1].profile.name, p->profile.name))
		fault(plan, err_usage("profile %s stands in line %u already",
				      p->profile.name,
				      plan->profile[i - 1].line));
	for (j = 0; j < p->profile.nr_rulesets; j++) {
		name = p->profile.ruleset[j];
		if (!plan_ruleset(plan, name) &&
		    (sync || !rulesets_find(&present->rulesets, name)))
			fault(plan, err_usage("argument \"%s\" is wrong: there is no ruleset of this name",
					      name));
	}
}

static void check_ruleset(struct plan *plan, unsigned int i)
{
	struct planned_ruleset *p = &plan->ruleset[i];
	unsigned int j;

	at(plan, p->line);
	for (j = 0; j < i; j++)
		if (!strcmp(plan->ruleset[j].load.name, p->load.name))
			fault(plan, err_usage("ruleset %s stands in line %u already",
					      p->load.name,
					      plan->ruleset[j].line));
	fault(plan, ruleset_compile(&p->load));
}

static void check_load(struct plan *plan, unsigned int i)
{
	at(plan, plan->load[i].line);
	fault(plan, rep_load_read(&plan->load[i].load));
}

/**
 * plan_check() - check what a file says as a whole
 * @plan: what it says; gets sorted, compiled and read
 * @present: what the kernel has
 * @sync: what the file does not name will be gone
 *
 * Prints all that is wrong with it.
 *
 * Return: a cli_status.
 */
int plan_check(struct plan *plan, const struct present *present, bool sync)
{
	unsigned int i;

	sort(plan);
	for (i = 0; i < plan->nr_sids && plan->faults < FAULTS_MAX; i++)
		check_sid(plan, present, sync, i);
	for (i = 0; i < plan->nr_profiles && plan->faults < FAULTS_MAX; i++)
		check_profile(plan, present, sync, i);
	for (i = 0; i < plan->nr_rulesets && plan->faults < FAULTS_MAX; i++)
		check_ruleset(plan, i);
	for (i = 0; i < plan->nr_loads && plan->faults < FAULTS_MAX; i++)
		check_load(plan, i);
	err_where(NULL, 0);
	return plan->faults ? CLI_USAGE : CLI_OK;
}

/** plan_free() - free what a file said */
void plan_free(struct plan *plan)
{
	unsigned int i;

	for (i = 0; i < plan->nr_profiles; i++)
		profile_free(&plan->profile[i].profile);
	for (i = 0; i < plan->nr_rulesets; i++)
		ruleset_load_free(&plan->ruleset[i].load);
	for (i = 0; i < plan->nr_loads; i++)
		rep_load_free(&plan->load[i].load);
	free(plan->sid);
	free(plan->profile);
	free(plan->ruleset);
	free(plan->load);
	entries_free(&plan->entries);
	memset(plan, 0, sizeof(*plan));
}

/* --- What is there ----------------------------------------------------- */

/**
 * present_get() - read what the kernel has
 * @present: result; present_free() frees it, also after a failure
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int present_get(struct present *present, struct nl_error *error)
{
	memset(present, 0, sizeof(*present));
	if (sids_get(&present->sids, error) ||
	    profiles_get(&present->profiles, NULL, error) ||
	    routes_get(&present->routes, error))
		return error->err;
	return rulesets_get(&present->rulesets, error);
}

/** present_free() - free it */
void present_free(struct present *present)
{
	sids_free(&present->sids);
	profiles_free(&present->profiles);
	rulesets_free(&present->rulesets);
	routes_free(&present->routes);
}
