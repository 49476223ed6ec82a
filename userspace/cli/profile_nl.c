// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles: reading what the kernel sends, and sending.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"
#include "vec.h"

/* --- Reading ----------------------------------------------------------- */

static void range_read(const struct nlattr *a, struct variable *v)
{
	const struct nlattr *tb[SEGWARD_A_RANGE_MAX + 1];
	struct address first, last;
	struct range *r;

	nl_parse_nest(a, tb, SEGWARD_A_RANGE_MAX);
	r = VEC_ADD(v->range, v->nr);
	r->negated = tb[SEGWARD_A_RANGE_NEGATED];
	if (tb[SEGWARD_A_RANGE_PORT_FIRST]) {
		r->type = RANGE_PORT;
		r->first = nl_u32(tb[SEGWARD_A_RANGE_PORT_FIRST]);
		r->last = tb[SEGWARD_A_RANGE_PORT_LAST] ?
			nl_u32(tb[SEGWARD_A_RANGE_PORT_LAST]) : r->first;
		return;
	}
	nl_address(tb[SEGWARD_A_RANGE_FIRST], &first);
	if (nl_address(tb[SEGWARD_A_RANGE_LAST], &last))
		last = first;
	r->type = first.len == 4 ? RANGE_IPV4 : RANGE_IPV6;
	r->first = range_number(first.addr, first.len);
	r->last = range_number(last.addr, last.len);
}

/** profile_variable() - a variable by name. Return: it, or NULL */
struct variable *profile_variable(const struct profile *p, const char *name)
{
	unsigned int i;

	for (i = 0; i < p->nr_variables; i++)
		if (!strcmp(p->variable[i].name, name))
			return &p->variable[i];
	return NULL;
}

/* A long variable may come in several messages. */
static void variable_read(const struct nlattr *nest, struct profile *p)
{
	const struct nlattr *tb[SEGWARD_A_VARIABLE_MAX + 1], *a;
	struct variable *v;

	nl_parse_nest(nest, tb, SEGWARD_A_VARIABLE_MAX);
	v = profile_variable(p, nl_str(tb[SEGWARD_A_VARIABLE_NAME]));
	if (!v) {
		v = VEC_ADD(p->variable, p->nr_variables);
		nl_str_copy(tb[SEGWARD_A_VARIABLE_NAME], v->name,
			    sizeof(v->name));
	}
	mnl_attr_for_each_nested(a, nest)
		if (mnl_attr_get_type(a) == SEGWARD_A_VARIABLE_RANGE)
			range_read(a, v);
}

static void threshold_read(const struct nlattr *nest, struct profile *p)
{
	const struct nlattr *tb[SEGWARD_A_THRESHOLD_MAX + 1];
	struct threshold *t = VEC_ADD(p->threshold, p->nr_thresholds);

	nl_parse_nest(nest, tb, SEGWARD_A_THRESHOLD_MAX);
	nl_str_copy(tb[SEGWARD_A_THRESHOLD_CATEGORY], t->category,
		    sizeof(t->category));
	t->min_score = nl_u32(tb[SEGWARD_A_THRESHOLD_MIN_SCORE]);
	t->verdict = nl_u32(tb[SEGWARD_A_THRESHOLD_VERDICT]);
}

static void override_read(const struct nlattr *nest, struct profile *p)
{
	const struct nlattr *tb[SEGWARD_A_OVERRIDE_MAX + 1];
	struct override *o = VEC_ADD(p->override, p->nr_overrides);

	nl_parse_nest(nest, tb, SEGWARD_A_OVERRIDE_MAX);
	o->kind = nl_u32(tb[SEGWARD_A_OVERRIDE_KIND]);
	o->signature_id = nl_u32(tb[SEGWARD_A_OVERRIDE_SIGNATURE_ID]);
	if (o->kind == SEGWARD_OVERRIDE_KIND_SIGNATURE_ID)
		o->gid = tb[SEGWARD_A_OVERRIDE_GID] ?
			nl_u32(tb[SEGWARD_A_OVERRIDE_GID]) : 1;
	nl_str_copy(tb[SEGWARD_A_OVERRIDE_NAME], o->name, sizeof(o->name));
	o->verdict = nl_u32(tb[SEGWARD_A_OVERRIDE_VERDICT]);
}

static void suppress_read(const struct nlattr *nest, struct profile *p)
{
	const struct nlattr *tb[SEGWARD_A_SUPPRESS_MAX + 1];
	struct suppress *s = VEC_ADD(p->suppress, p->nr_suppress);

	nl_parse_nest(nest, tb, SEGWARD_A_SUPPRESS_MAX);
	s->gid = tb[SEGWARD_A_SUPPRESS_GID] ?
		nl_u32(tb[SEGWARD_A_SUPPRESS_GID]) : 1;
	s->signature_id = nl_u32(tb[SEGWARD_A_SUPPRESS_SIGNATURE_ID]);
	s->direction = tb[SEGWARD_A_SUPPRESS_DIRECTION] ?
		nl_u32(tb[SEGWARD_A_SUPPRESS_DIRECTION]) :
		SEGWARD_DIRECTION_EITHER;
	nl_prefix(tb[SEGWARD_A_SUPPRESS_ADDRESS],
		  tb[SEGWARD_A_SUPPRESS_PREFIX_LEN], &s->prefix);
}

static void exception_read(const struct nlattr *nest, struct profile *p)
{
	const struct nlattr *tb[SEGWARD_A_EXCEPTION_MAX + 1];
	u32 condition;

	nl_parse_nest(nest, tb, SEGWARD_A_EXCEPTION_MAX);
	condition = nl_u32(tb[SEGWARD_A_EXCEPTION_CONDITION]);
	if (condition <= SEGWARD_CONDITION_MAX)
		p->exception[condition] =
			nl_u32(tb[SEGWARD_A_EXCEPTION_EXCEPTION]);
}

static void profile_attr(const struct nlattr *a, struct profile *p)
{
	switch (mnl_attr_get_type(a)) {
	case SEGWARD_A_PROFILE_MODE:
		p->mode = nl_u32(a);
		break;
	case SEGWARD_A_PROFILE_RULESET:
		nl_str_copy(a, *VEC_ADD(p->ruleset, p->nr_rulesets),
			    sizeof(name_t));
		break;
	case SEGWARD_A_PROFILE_VARIABLE:
		variable_read(a, p);
		break;
	case SEGWARD_A_PROFILE_THRESHOLD:
		threshold_read(a, p);
		break;
	case SEGWARD_A_PROFILE_OVERRIDE:
		override_read(a, p);
		break;
	case SEGWARD_A_PROFILE_SUPPRESS:
		suppress_read(a, p);
		break;
	case SEGWARD_A_PROFILE_EXCEPTION:
		exception_read(a, p);
		break;
	case SEGWARD_A_PROFILE_GENERATION:
		p->generation = nl_u32(a);
		break;
	case SEGWARD_A_PROFILE_USERS:
		p->users = nl_u32(a);
		break;
	}
}

/**
 * profile_read() - read a message about a profile
 * @nlh: the message; several make up a large profile
 * @profiles: where the profile is, or is added
 */
void profile_read(const struct nlmsghdr *nlh, struct profiles *profiles)
{
	const struct nlattr *tb[SEGWARD_A_PROFILE_MAX + 1], *a;
	struct profile *last;
	const char *name;

	nl_parse(nlh, tb, SEGWARD_A_PROFILE_MAX);
	name = nl_str(tb[SEGWARD_A_PROFILE_NAME]);
	last = profiles->nr ? &profiles->v[profiles->nr - 1] : NULL;
	if (!last || strcmp(last->name, name)) {
		last = VEC_ADD(profiles->v, profiles->nr);
		snprintf(last->name, sizeof(last->name), "%s", name);
	}
	nl_for_each(a, nlh)
		profile_attr(a, last);
}

static int dump_one(const struct nlmsghdr *nlh, void *data)
{
	profile_read(nlh, data);
	return 0;
}

static void dump_reset(void *data)
{
	profiles_free(data);
}

/* --- Order ------------------------------------------------------------- */

static int number_compare(u32 a, u32 b)
{
	return a < b ? -1 : a > b;
}

static int by_name(const void *a, const void *b)
{
	const struct profile *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int variable_by_name(const void *a, const void *b)
{
	const struct variable *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int threshold_by_category(const void *a, const void *b)
{
	const struct threshold *x = a, *y = b;

	return strcmp(x->category, y->category);
}

/** override_compare() - order by what they override, for qsort() */
int override_compare(const void *a, const void *b)
{
	const struct override *x = a, *y = b;
	int diff = number_compare(x->kind, y->kind);

	if (!diff)
		diff = number_compare(x->gid, y->gid);
	if (!diff)
		diff = number_compare(x->signature_id, y->signature_id);
	return diff ? diff : strcmp(x->name, y->name);
}

/** suppress_compare() - order by what they suppress, for qsort() */
int suppress_compare(const void *a, const void *b)
{
	const struct suppress *x = a, *y = b;
	int diff = number_compare(x->gid, y->gid);

	if (!diff)
		diff = number_compare(x->signature_id, y->signature_id);
	if (!diff)
		diff = number_compare(x->direction, y->direction);
	return diff ? diff : prefix_compare(&x->prefix, &y->prefix);
}

/** profile_sort() - put all in order but the rulesets, whose order matters */
void profile_sort(struct profile *p)
{
	vec_sort(p->variable, p->nr_variables, sizeof(*p->variable),
		 variable_by_name);
	vec_sort(p->threshold, p->nr_thresholds, sizeof(*p->threshold),
		 threshold_by_category);
	vec_sort(p->override, p->nr_overrides, sizeof(*p->override),
		 override_compare);
	vec_sort(p->suppress, p->nr_suppress, sizeof(*p->suppress),
		 suppress_compare);
}

/**
 * profiles_get() - read profiles
 * @profiles: result, sorted; profiles_free() frees it
 * @name: the only one that is wanted, or NULL
 * @error: why it failed
 *
 * Return: 0 or a negative errno; -ENOENT if @name does not exist.
 */
int profiles_get(struct profiles *profiles, const char *name,
		 struct nl_error *error)
{
	struct nl_msg m = { 0 };
	unsigned int i;
	int err;

	memset(profiles, 0, sizeof(*profiles));
	nl_begin(&m, SEGWARD_CMD_PROFILE_GET, 0);
	if (name)
		nl_put_str(&m, SEGWARD_A_PROFILE_NAME, name);
	err = nl_dump(&m, dump_one, dump_reset, profiles, error);
	nl_free(&m);
	if (!err && name && !profiles->nr) {
		err = -ENOENT;
		error->err = err;
	}
	if (name)
		nl_explain(error, -ENOENT, "there is no profile of this name");
	if (err)
		profiles_free(profiles);
	for (i = 0; i < profiles->nr; i++)
		profile_sort(&profiles->v[i]);
	vec_sort(profiles->v, profiles->nr, sizeof(*profiles->v),
		 by_name);
	return err;
}

/** profile_free() - free what is in a profile */
void profile_free(struct profile *p)
{
	unsigned int i;

	for (i = 0; i < p->nr_variables; i++)
		variable_free(&p->variable[i]);
	free(p->ruleset);
	free(p->variable);
	free(p->threshold);
	free(p->override);
	free(p->suppress);
	memset(p, 0, sizeof(*p));
}

/** profiles_free() - free them */
void profiles_free(struct profiles *profiles)
{
	unsigned int i;

	for (i = 0; i < profiles->nr; i++)
		profile_free(&profiles->v[i]);
	free(profiles->v);
	memset(profiles, 0, sizeof(*profiles));
}

/** profiles_find() - a profile by name. Return: it, or NULL */
const struct profile *profiles_find(const struct profiles *profiles,
				    const char *name)
{
	struct profile key = { .name = "" };

	if (!profiles->nr || strlen(name) >= sizeof(key.name))
		return NULL;
	strcpy(key.name, name);
	return bsearch(&key, profiles->v, profiles->nr, sizeof(key), by_name);
}

/** profile_equal() - would replacing one by the other change nothing? */
bool profile_equal(const struct profile *a, const struct profile *b)
{
	unsigned int i;

	if (strcmp(a->name, b->name) || a->mode != b->mode ||
	    memcmp(a->exception, b->exception, sizeof(a->exception)) ||
	    a->nr_rulesets != b->nr_rulesets ||
	    a->nr_variables != b->nr_variables ||
	    a->nr_thresholds != b->nr_thresholds ||
	    a->nr_overrides != b->nr_overrides ||
	    a->nr_suppress != b->nr_suppress)
		return false;
	for (i = 0; i < a->nr_rulesets; i++)
		if (strcmp(a->ruleset[i], b->ruleset[i]))
			return false;
	for (i = 0; i < a->nr_variables; i++)
		if (!variable_equal(&a->variable[i], &b->variable[i]))
			return false;
	for (i = 0; i < a->nr_thresholds; i++)
		if (threshold_by_category(&a->threshold[i], &b->threshold[i]) ||
		    a->threshold[i].min_score != b->threshold[i].min_score ||
		    a->threshold[i].verdict != b->threshold[i].verdict)
			return false;
	for (i = 0; i < a->nr_overrides; i++)
		if (override_compare(&a->override[i], &b->override[i]) ||
		    a->override[i].verdict != b->override[i].verdict)
			return false;
	for (i = 0; i < a->nr_suppress; i++)
		if (suppress_compare(&a->suppress[i], &b->suppress[i]))
			return false;
	return true;
}

/* --- Sending ----------------------------------------------------------- */

static void put_range(struct nl_msg *m, const struct range *r)
{
	size_t nest = nl_nest(m, SEGWARD_A_VARIABLE_RANGE), len;
	u8 first[16], last[16];

	if (r->negated)
		nl_put_flag(m, SEGWARD_A_RANGE_NEGATED);
	if (r->type == RANGE_PORT) {
		nl_put_u32(m, SEGWARD_A_RANGE_PORT_FIRST, (u32)r->first);
		nl_put_u32(m, SEGWARD_A_RANGE_PORT_LAST, (u32)r->last);
	} else {
		range_bytes(r, first, last, &len);
		nl_put(m, SEGWARD_A_RANGE_FIRST, first, len);
		nl_put(m, SEGWARD_A_RANGE_LAST, last, len);
	}
	nl_nest_end(m, nest);
}

static void put_variable(struct nl_msg *m, const struct variable *v)
{
	size_t nest = nl_nest(m, SEGWARD_A_PROFILE_VARIABLE);
	unsigned int i;

	nl_put_str(m, SEGWARD_A_VARIABLE_NAME, v->name);
	for (i = 0; i < v->nr; i++)
		put_range(m, &v->range[i]);
	nl_nest_end(m, nest);
}

static void put_threshold(struct nl_msg *m, const struct threshold *t)
{
	size_t nest = nl_nest(m, SEGWARD_A_PROFILE_THRESHOLD);

	nl_put_str(m, SEGWARD_A_THRESHOLD_CATEGORY, t->category);
	nl_put_u32(m, SEGWARD_A_THRESHOLD_MIN_SCORE, t->min_score);
	nl_put_u32(m, SEGWARD_A_THRESHOLD_VERDICT, t->verdict);
	nl_nest_end(m, nest);
}

static void put_override(struct nl_msg *m, const struct override *o)
{
	size_t nest = nl_nest(m, SEGWARD_A_PROFILE_OVERRIDE);

	nl_put_u32(m, SEGWARD_A_OVERRIDE_KIND, o->kind);
	if (o->kind == SEGWARD_OVERRIDE_KIND_SIGNATURE_ID) {
		nl_put_u32(m, SEGWARD_A_OVERRIDE_GID, o->gid);
		nl_put_u32(m, SEGWARD_A_OVERRIDE_SIGNATURE_ID,
			   o->signature_id);
	} else {
		nl_put_str(m, SEGWARD_A_OVERRIDE_NAME, o->name);
	}
	nl_put_u32(m, SEGWARD_A_OVERRIDE_VERDICT, o->verdict);
	nl_nest_end(m, nest);
}

static void put_suppress(struct nl_msg *m, const struct suppress *s)
{
	size_t nest = nl_nest(m, SEGWARD_A_PROFILE_SUPPRESS);

	nl_put_u32(m, SEGWARD_A_SUPPRESS_GID, s->gid);
	nl_put_u32(m, SEGWARD_A_SUPPRESS_SIGNATURE_ID, s->signature_id);
	if (s->prefix.a.len) {
		nl_put_u32(m, SEGWARD_A_SUPPRESS_DIRECTION, s->direction);
		nl_put_prefix(m, SEGWARD_A_SUPPRESS_ADDRESS,
			      SEGWARD_A_SUPPRESS_PREFIX_LEN, &s->prefix);
	}
	nl_nest_end(m, nest);
}

static void put_exceptions(struct nl_msg *m, const struct profile *p)
{
	size_t nest;
	u32 i;

	for (i = 1; i <= SEGWARD_CONDITION_MAX; i++) {
		if (!p->exception[i])
			continue;
		nest = nl_nest(m, SEGWARD_A_PROFILE_EXCEPTION);
		nl_put_u32(m, SEGWARD_A_EXCEPTION_CONDITION, i);
		nl_put_u32(m, SEGWARD_A_EXCEPTION_EXCEPTION, p->exception[i]);
		nl_nest_end(m, nest);
	}
}

static void put_profile(struct nl_msg *m, const struct profile *p)
{
	unsigned int i;

	nl_put_str(m, SEGWARD_A_PROFILE_NAME, p->name);
	if (p->mode)
		nl_put_u32(m, SEGWARD_A_PROFILE_MODE, p->mode);
	if (p->generation)
		nl_put_u32(m, SEGWARD_A_PROFILE_GENERATION, p->generation);
	for (i = 0; i < p->nr_rulesets; i++)
		nl_put_str(m, SEGWARD_A_PROFILE_RULESET, p->ruleset[i]);
	for (i = 0; i < p->nr_variables; i++)
		put_variable(m, &p->variable[i]);
	for (i = 0; i < p->nr_thresholds; i++)
		put_threshold(m, &p->threshold[i]);
	for (i = 0; i < p->nr_overrides; i++)
		put_override(m, &p->override[i]);
	for (i = 0; i < p->nr_suppress; i++)
		put_suppress(m, &p->suppress[i]);
	put_exceptions(m, p);
}

static int echo_one(const struct nlmsghdr *nlh, void *data)
{
	struct profiles one = { 0 };

	(void)data;
	profile_read(nlh, &one);
	profile_print(&one.v[0]);
	profiles_free(&one);
	return 0;
}

/**
 * profile_send() - give the kernel a profile
 * @p: the profile; a generation that is not 0 has to be the kernel's
 * @flags: NLM_F_*
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int profile_send(const struct profile *p, u16 flags, struct nl_error *error)
{
	bool echo = flags & NLM_F_ECHO;
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, SEGWARD_CMD_PROFILE_NEW, flags);
	put_profile(&m, p);
	err = nl_talk(&m, echo ? echo_one : NULL, NULL, error);
	nl_free(&m);
	return err;
}

/** profile_delete() - delete a profile. Return: 0 or a negative errno */
int profile_delete(const char *name, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, SEGWARD_CMD_PROFILE_DEL, 0);
	nl_put_str(&m, SEGWARD_A_PROFILE_NAME, name);
	err = nl_talk(&m, NULL, NULL, error);
	nl_free(&m);
	return err;
}
