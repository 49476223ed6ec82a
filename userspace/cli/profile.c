// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles.
 *
 * DOC: the kernel replaces profiles whole. "set" therefore reads, edits and
 * writes, and names the generation that it read: if somebody else was faster
 * the kernel says EAGAIN and it begins anew.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "out.h"
#include "profile.h"
#include "vec.h"

/* Editors that keep overtaking each other are a fault, not a race. */
#define SET_TRIES	16

/* The names of an enum as arg_enum() wants them. */
#define NAMES(word)	segward_##word##_names, segward_##word##_names_len

/* The word in front of a suppressed address; Suricata says by_src. */
static const char * const direction_words[] = {
	[SEGWARD_DIRECTION_EITHER]	= "either",
	[SEGWARD_DIRECTION_SRC]		= "src",
	[SEGWARD_DIRECTION_DST]		= "dst",
};

/* --- Reading what the kernel sends ------------------------------------- */

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

static struct variable *variable_find_name(const struct profile *p,
					   const char *name)
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
	v = variable_find_name(p, nl_str(tb[SEGWARD_A_VARIABLE_NAME]));
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

static int override_by_key(const void *a, const void *b)
{
	const struct override *x = a, *y = b;
	int diff = number_compare(x->kind, y->kind);

	if (!diff)
		diff = number_compare(x->gid, y->gid);
	if (!diff)
		diff = number_compare(x->signature_id, y->signature_id);
	return diff ? diff : strcmp(x->name, y->name);
}

static int suppress_compare(const void *a, const void *b)
{
	const struct suppress *x = a, *y = b;
	int diff = number_compare(x->gid, y->gid);

	if (!diff)
		diff = number_compare(x->signature_id, y->signature_id);
	if (!diff)
		diff = number_compare(x->direction, y->direction);
	return diff ? diff : prefix_compare(&x->prefix, &y->prefix);
}

#define SORT(v, nr, compare) do {				\
	if (nr)							\
		qsort((v), (nr), sizeof(*(v)), (compare));	\
} while (0)

static void profile_sort(struct profile *p)
{
	SORT(p->variable, p->nr_variables, variable_by_name);
	SORT(p->threshold, p->nr_thresholds, threshold_by_category);
	SORT(p->override, p->nr_overrides, override_by_key);
	SORT(p->suppress, p->nr_suppress, suppress_compare);
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
	SORT(profiles->v, profiles->nr, by_name);
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
		if (override_by_key(&a->override[i], &b->override[i]) ||
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

/* --- Printing ---------------------------------------------------------- */

static const char *verdict_word(u32 verdict)
{
	return verdict && verdict <= SEGWARD_VERDICT_MAX ?
		segward_verdict_names[verdict] : "unknown";
}

static void print_rulesets(const struct profile *p)
{
	unsigned int i;

	out_array("ruleset");
	for (i = 0; i < p->nr_rulesets; i++)
		out_kind_str(OUT_NAME, "", " ruleset ", p->ruleset[i]);
	out_array_end();
}

static void print_variables(const struct profile *p)
{
	unsigned int i;
	char *value;

	out_array("variable");
	for (i = 0; i < p->nr_variables; i++) {
		value = variable_format(&p->variable[i]);
		out_line();
		out_nest("");
		out_str("name", "variable ", p->variable[i].name);
		out_str("value", " ", value ? value : "");
		out_nest_end();
		free(value);
	}
	out_array_end();
}

static void print_thresholds(const struct profile *p)
{
	unsigned int i;

	out_array("threshold");
	for (i = 0; i < p->nr_thresholds; i++) {
		out_line();
		out_nest("");
		out_str("category", "reputation ", p->threshold[i].category);
		out_u64("min_score", " min-score ", p->threshold[i].min_score);
		out_str("verdict", " verdict ",
			verdict_word(p->threshold[i].verdict));
		out_nest_end();
	}
	out_array_end();
}

static void print_signature(u32 gid, u32 signature_id)
{
	out_u64("signature_id", "signature-id ", signature_id);
	out_u64("gid", gid != 1 ? " gid " : NULL, gid);
}

static void print_override(const struct override *o)
{
	out_text("override ");
	if (o->kind == SEGWARD_OVERRIDE_KIND_SIGNATURE_ID)
		print_signature(o->gid, o->signature_id);
	else if (o->kind == SEGWARD_OVERRIDE_KIND_CLASSTYPE)
		out_str("classtype", "classtype ", o->name);
	else
		out_str("ruleset", "ruleset ", o->name);
	out_str("verdict", " verdict ", verdict_word(o->verdict));
}

static void print_overrides(const struct profile *p)
{
	unsigned int i;

	out_array("override");
	for (i = 0; i < p->nr_overrides; i++) {
		out_line();
		out_nest("");
		print_override(&p->override[i]);
		out_nest_end();
	}
	out_array_end();
}

static void print_suppress(const struct suppress *s)
{
	char text[PREFIX_STRLEN];

	out_text("suppress ");
	print_signature(s->gid, s->signature_id);
	if (!s->prefix.a.len)
		return;
	out_str("direction", " ", s->direction <= SEGWARD_DIRECTION_MAX &&
		s->direction ? direction_words[s->direction] : "unknown");
	out_kind_str(OUT_ADDRESS, "address", " ",
		     prefix_format(&s->prefix, text));
}

static void print_suppressions(const struct profile *p)
{
	unsigned int i;

	out_array("suppress");
	for (i = 0; i < p->nr_suppress; i++) {
		out_line();
		out_nest("");
		print_suppress(&p->suppress[i]);
		out_nest_end();
	}
	out_array_end();
}

static void print_exceptions(const struct profile *p)
{
	u32 i;

	out_array("exception");
	for (i = 1; i <= SEGWARD_CONDITION_MAX; i++) {
		if (!p->exception[i] || p->exception[i] > SEGWARD_EXCEPTION_MAX)
			continue;
		out_line();
		out_nest("");
		out_str("condition", "exception ", segward_condition_names[i]);
		out_str("exception", " ",
			segward_exception_names[p->exception[i]]);
		out_nest_end();
	}
	out_array_end();
}

/** profile_print_fields() - print a profile as profile add reads it */
void profile_print_fields(const struct profile *p)
{
	bool prevent = p->mode == SEGWARD_MODE_PREVENT;

	out_kind_str(OUT_NAME, "name", "", p->name);
	out_kind_str(prevent ? OUT_GOOD : OUT_WARN, "mode", " mode ",
		     prevent ? "prevent" : "monitor");
	print_rulesets(p);
	print_variables(p);
	print_thresholds(p);
	print_overrides(p);
	print_suppressions(p);
	print_exceptions(p);
	if (cli.details) {
		out_line();
		out_u64("generation", "generation ", p->generation);
		out_u64("users", " users ", p->users);
	}
}

/** profile_print() - print a profile as an object of its own */
void profile_print(const struct profile *p)
{
	out_object();
	profile_print_fields(p);
	out_object_end();
}

/** profiles_save() - print the commands that make profiles again */
void profiles_save(const struct profiles *profiles)
{
	unsigned int i;

	for (i = 0; i < profiles->nr; i++) {
		out_text("profile replace ");
		profile_print(&profiles->v[i]);
	}
}

/* --- Parsing ----------------------------------------------------------- */

static int parse_mode(struct args *args, const char *key, void *data)
{
	struct profile *p = data;

	return arg_enum(args, key, NAMES(mode), &p->mode);
}

static int ruleset_index(const struct profile *p, const char *name)
{
	unsigned int i;

	for (i = 0; i < p->nr_rulesets; i++)
		if (!strcmp(p->ruleset[i], name))
			return (int)i;
	return -1;
}

/* A list of names behind one keyword, and the keyword again, mean the same. */
static int parse_ruleset(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	name_t name;

	if (arg_name(args, key, name))
		return CLI_USAGE;
	if (ruleset_index(p, name) < 0)
		strcpy(*VEC_ADD(p->ruleset, p->nr_rulesets), name);
	return CLI_OK;
}

static int keyword(struct args *args, const char *word)
{
	if (arg_take(args, word))
		return CLI_OK;
	return arg_peek(args) ? err_required(word) : err_incomplete();
}

static int parse_threshold(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	struct threshold t = { .category = "" };
	unsigned int i;

	(void)key;
	if (arg_label(args, "category", t.category) ||
	    keyword(args, "min-score") ||
	    arg_u32(args, "min-score", 1, 100, &t.min_score) ||
	    keyword(args, "verdict") ||
	    arg_enum(args, "verdict", NAMES(verdict), &t.verdict))
		return CLI_USAGE;
	for (i = 0; i < p->nr_thresholds; i++)
		if (!strcmp(p->threshold[i].category, t.category))
			break;
	if (i == p->nr_thresholds)
		VEC_ADD(p->threshold, p->nr_thresholds);
	p->threshold[i] = t;
	return CLI_OK;
}

/* signature-id N [ gid N ] */
static int parse_signature(struct args *args, u32 *signature_id, u32 *gid)
{
	*gid = 1;
	if (arg_u32(args, "signature-id", 1, UINT32_MAX, signature_id))
		return CLI_USAGE;
	return arg_take(args, "gid") ?
		arg_u32(args, "gid", 0, UINT32_MAX, gid) : CLI_OK;
}

/* What an override is about, without its verdict. */
static int parse_override_key(struct args *args, struct override *o)
{
	name_t name;

	if (arg_enum(args, "override", NAMES(override_kind), &o->kind))
		return CLI_USAGE;
	switch (o->kind) {
	case SEGWARD_OVERRIDE_KIND_SIGNATURE_ID:
		return parse_signature(args, &o->signature_id, &o->gid);
	case SEGWARD_OVERRIDE_KIND_RULESET:
		if (arg_name(args, "ruleset", name))
			return CLI_USAGE;
		strcpy(o->name, name);
		return CLI_OK;
	default:
		return arg_string(args, "classtype", o->name, sizeof(o->name));
	}
}

static unsigned int override_index(const struct profile *p,
				   const struct override *o)
{
	unsigned int i;

	for (i = 0; i < p->nr_overrides; i++)
		if (!override_by_key(&p->override[i], o))
			break;
	return i;
}

static int parse_override(struct args *args, const char *key, void *data)
{
	struct override o = { .name = "" };
	struct profile *p = data;

	(void)key;
	if (parse_override_key(args, &o) || keyword(args, "verdict") ||
	    arg_enum(args, "verdict", NAMES(verdict), &o.verdict))
		return CLI_USAGE;
	*VEC_ADD(p->override, p->nr_overrides) = o;
	return CLI_OK;
}

static const char *direction_word(const char *word)
{
	static const char * const words[] = { "src", "dst", "either", "ip" };
	unsigned int i;

	for (i = 0; word && i < ARRAY_SIZE(words); i++)
		if (!strcmp(word, words[i]))
			return words[i];
	return NULL;
}

/* signature-id N [ gid N ] [ { src | dst | either | ip } PREFIX ] */
static int parse_suppress_key(struct args *args, struct suppress *s)
{
	const char *direction;

	if (keyword(args, "signature-id") ||
	    parse_signature(args, &s->signature_id, &s->gid))
		return CLI_USAGE;
	s->direction = SEGWARD_DIRECTION_EITHER;
	direction = direction_word(arg_peek(args));
	if (!direction)
		return CLI_OK;
	args->pos++;
	if (!strcmp(direction, "src"))
		s->direction = SEGWARD_DIRECTION_SRC;
	else if (!strcmp(direction, "dst"))
		s->direction = SEGWARD_DIRECTION_DST;
	return arg_prefix(args, direction, &s->prefix);
}

static int parse_suppress(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	struct suppress s = { 0 };

	(void)key;
	if (parse_suppress_key(args, &s))
		return CLI_USAGE;
	*VEC_ADD(p->suppress, p->nr_suppress) = s;
	return CLI_OK;
}

static const struct variable *find_variable(void *arg, const char *name)
{
	return variable_find_name(arg, name);
}

static int variable_name(struct args *args, name_t name)
{
	const char *s;

	if (arg_string(args, "variable", name, sizeof(name_t)))
		return CLI_USAGE;
	for (s = name; *s; s++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_",
			    *s))
			return err_argument("a variable's name is made of letters, digits and _",
					    name);
	return CLI_OK;
}

static int parse_variable(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	struct variable v, *old;
	const char *value;
	char why[160];
	name_t name;

	(void)key;
	if (variable_name(args, name) || arg_need(args, &value))
		return CLI_USAGE;
	strcpy(v.name, name);
	if (variable_parse(value, &v, find_variable, p, why, sizeof(why)))
		return err_argument(why, value);
	old = variable_find_name(p, name);
	if (old)
		variable_free(old);
	else
		old = VEC_ADD(p->variable, p->nr_variables);
	*old = v;
	return CLI_OK;
}

static int parse_exception(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	u32 condition;

	if (arg_enum(args, key, NAMES(condition), &condition))
		return CLI_USAGE;
	return arg_enum(args, segward_condition_names[condition],
			NAMES(exception), &p->exception[condition]);
}

/* --- Taking away ------------------------------------------------------- */

static int err_absent(const struct profile *p, const char *what,
		      const char *name)
{
	return err_usage("profile %s has no %s %s", p->name, what, name);
}

#define REMOVE(v, nr, i) \
	memmove(&(v)[i], &(v)[(i) + 1], (--(nr) - (i)) * sizeof(*(v)))

static int no_ruleset(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	name_t name;
	int i;

	if (arg_name(args, key, name))
		return CLI_USAGE;
	i = ruleset_index(p, name);
	if (i < 0)
		return err_absent(p, key, name);
	REMOVE(p->ruleset, p->nr_rulesets, (unsigned int)i);
	return CLI_OK;
}

static int no_threshold(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	unsigned int i;
	name_t name;

	if (arg_label(args, "category", name))
		return CLI_USAGE;
	for (i = 0; i < p->nr_thresholds; i++)
		if (!strcmp(p->threshold[i].category, name))
			break;
	if (i == p->nr_thresholds)
		return err_absent(p, key, name);
	REMOVE(p->threshold, p->nr_thresholds, i);
	return CLI_OK;
}

static int no_override(struct args *args, const char *key, void *data)
{
	struct override o = { .name = "" };
	struct profile *p = data;
	char number[32];
	unsigned int i;

	if (parse_override_key(args, &o))
		return CLI_USAGE;
	i = override_index(p, &o);
	snprintf(number, sizeof(number), "signature-id %u", o.signature_id);
	if (i == p->nr_overrides)
		return err_absent(p, key, *o.name ? o.name : number);
	REMOVE(p->override, p->nr_overrides, i);
	return CLI_OK;
}

/* Without an address: all that is suppressed of that signature. */
static int no_suppress(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	struct suppress s = { 0 };
	unsigned int i, before = p->nr_suppress;
	char number[32];

	if (parse_suppress_key(args, &s))
		return CLI_USAGE;
	for (i = p->nr_suppress; i--;) {
		if (p->suppress[i].gid == s.gid &&
		    p->suppress[i].signature_id == s.signature_id &&
		    (!s.prefix.a.len || !suppress_compare(&p->suppress[i], &s)))
			REMOVE(p->suppress, p->nr_suppress, i);
	}
	snprintf(number, sizeof(number), "signature-id %u", s.signature_id);
	return p->nr_suppress == before ? err_absent(p, key, number) : CLI_OK;
}

static int no_variable(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	struct variable *v;
	name_t name;

	if (variable_name(args, name))
		return CLI_USAGE;
	v = variable_find_name(p, name);
	if (!v)
		return err_absent(p, key, name);
	variable_free(v);
	REMOVE(p->variable, p->nr_variables, (unsigned int)(v - p->variable));
	return CLI_OK;
}

static int no_exception(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	u32 condition;

	if (arg_enum(args, key, NAMES(condition), &condition))
		return CLI_USAGE;
	p->exception[condition] = 0;
	return CLI_OK;
}

static const struct keyword no_keywords[] = {
	{ "ruleset",	no_ruleset,		true },
	{ "reputation",	no_threshold,		true },
	{ "override",	no_override,		true },
	{ "suppress",	no_suppress,		true },
	{ "variable",	no_variable,		true },
	{ "exception",	no_exception,		true },
	{ NULL,		NULL,			false },
};

static int parse_no(struct args *args, const char *key, void *data)
{
	const struct keyword *k;
	const char *word;

	(void)key;
	if (arg_need(args, &word))
		return CLI_USAGE;
	for (k = no_keywords; k->name; k++)
		if (!strcmp(k->name, word))
			return k->parse(args, k->name, data);
	return err_argument("\"no\" takes away ruleset, reputation, override, suppress, variable or exception",
			    word);
}

#define PROFILE_KEYWORDS					\
	{ "mode",	parse_mode,		false },	\
	{ "ruleset",	parse_ruleset,		true },		\
	{ "variable",	parse_variable,		true },		\
	{ "reputation",	parse_threshold,	true },		\
	{ "override",	parse_override,		true },		\
	{ "suppress",	parse_suppress,		true },		\
	{ "exception",	parse_exception,	true }

static const struct keyword add_keywords[] = {
	PROFILE_KEYWORDS,
	{ NULL,		NULL,			false },
};

static const struct keyword set_keywords[] = {
	PROFILE_KEYWORDS,
	{ "no",		parse_no,		true },
	{ NULL,		NULL,			false },
};

struct indexed {
	struct override o;
	unsigned int place;
};

static int indexed_compare(const void *a, const void *b)
{
	const struct indexed *x = a, *y = b;
	int diff = override_by_key(&x->o, &y->o);

	return diff ? diff : number_compare(x->place, y->place);
}

/* Sort overrides; of several with the same key the last one stays. */
static void settle_overrides(struct profile *p)
{
	struct indexed *v = NULL;
	unsigned int i, n = 0;

	for (i = 0; i < p->nr_overrides; i++) {
		struct indexed *x = VEC_ADD(v, n);

		x->o = p->override[i];
		x->place = i;
	}
	SORT(v, n, indexed_compare);
	p->nr_overrides = 0;
	for (i = 0; i < n; i++) {
		if (i && !override_by_key(&v[i - 1].o, &v[i].o))
			p->nr_overrides--;
		p->override[p->nr_overrides++] = v[i].o;
	}
	free(v);
}

static void settle_suppressions(struct profile *p)
{
	unsigned int i, n = 0;

	SORT(p->suppress, p->nr_suppress, suppress_compare);
	for (i = 0; i < p->nr_suppress; i++)
		if (!n || suppress_compare(&p->suppress[n - 1],
					   &p->suppress[i]))
			p->suppress[n++] = p->suppress[i];
	p->nr_suppress = n;
}

static int parse_fields(struct args *args, const struct keyword *keywords,
			struct profile *p)
{
	if (arg_keywords(args, keywords, p))
		return CLI_USAGE;
	settle_overrides(p);
	settle_suppressions(p);
	SORT(p->variable, p->nr_variables, variable_by_name);
	SORT(p->threshold, p->nr_thresholds, threshold_by_category);
	return CLI_OK;
}

/**
 * profile_parse() - read the words behind profile add
 * @args: the words
 * @p: result; profile_free() frees it, also after a failure
 *
 * Return: a cli_status.
 */
int profile_parse(struct args *args, struct profile *p)
{
	memset(p, 0, sizeof(*p));
	if (arg_name(args, "NAME", p->name) ||
	    parse_fields(args, add_keywords, p))
		return CLI_USAGE;
	if (!p->mode)
		p->mode = SEGWARD_MODE_MONITOR;
	return CLI_OK;
}

/* --- Commands ---------------------------------------------------------- */

static u16 echo_flag(void)
{
	return cli.details ? NLM_F_ECHO : 0;
}

static int new_command(struct args *args, u16 flags)
{
	struct nl_error error;
	struct profile p;
	int status;

	status = profile_parse(args, &p);
	if (!status && cli.details)
		out_begin();
	if (!status && profile_send(&p, NLM_F_CREATE | flags | echo_flag(),
				    &error))
		status = nl_fail(&error);
	if (cli.details && status != CLI_USAGE)
		out_end();
	profile_free(&p);
	return status;
}

static int profile_add(struct args *args)
{
	return new_command(args, NLM_F_EXCL);
}

static int profile_replace(struct args *args)
{
	return new_command(args, NLM_F_REPLACE);
}

/* One try to read, edit and write. Sets *again if somebody was faster. */
static int set_once(struct args *args, const char *name, bool *again)
{
	struct profiles profiles;
	struct nl_error error;
	int status, err;

	*again = false;
	if (profiles_get(&profiles, name, &error))
		return nl_fail(&error);
	status = parse_fields(args, set_keywords, &profiles.v[0]);
	if (!status) {
		err = profile_send(&profiles.v[0], NLM_F_REPLACE, &error);
		*again = err == -EAGAIN;
		status = err ? CLI_KERNEL : CLI_OK;
		if (err && !*again)
			nl_fail(&error);
	}
	profiles_free(&profiles);
	return status;
}

static int profile_set(struct args *args)
{
	unsigned int try;
	int status, pos;
	bool again;
	name_t name;

	if (arg_name(args, "NAME", name))
		return CLI_USAGE;
	if (!arg_peek(args))
		return err_incomplete();
	pos = args->pos;
	for (try = 0; try < SET_TRIES; try++) {
		args->pos = pos;
		status = set_once(args, name, &again);
		if (!again)
			return status;
	}
	err_print("profile %s was changed by others all the time; nothing was changed.",
		  name);
	return CLI_KERNEL;
}

static int profile_del(struct args *args)
{
	struct nl_error error;
	name_t name;

	if (arg_name(args, "NAME", name) || arg_end(args))
		return CLI_USAGE;
	return profile_delete(name, &error) ? nl_fail(&error) : CLI_OK;
}

static int profile_show(struct args *args)
{
	struct profiles profiles;
	struct nl_error error;
	name_t name = "";
	unsigned int i;

	if (arg_peek(args) && (arg_name(args, "NAME", name) || arg_end(args)))
		return CLI_USAGE;
	if (profiles_get(&profiles, *name ? name : NULL, &error))
		return nl_fail(&error);
	out_begin();
	for (i = 0; i < profiles.nr; i++)
		profile_print(&profiles.v[i]);
	out_end();
	profiles_free(&profiles);
	return CLI_OK;
}

static const struct command profile_commands[] = {
	{ "add", profile_add, NULL },
	{ "replace", profile_replace, "NEW-PROFILE SETTINGS" },
	{ "set", profile_set, "PROFILE SETTINGS [ no REMOVAL ]..." },
	{ "del", profile_del, "PROFILE" },
	{ "show", profile_show, "[ PROFILE ]" },
	{ NULL, NULL, NULL },
};

static const struct production profile_productions[] = {
	{ "SETTINGS",
	  "[ mode MODE ] [ ruleset RULESET ]... [ variable VARIABLE VALUE ]... [ reputation CATEGORY min-score SCORE verdict VERDICT ]... [ override MATTER verdict VERDICT ]... [ suppress MATCHES ]... [ exception CONDITION EXCEPTION ]..." },
	{ "REMOVAL",
	  "{ ruleset RULESET | variable VARIABLE | reputation CATEGORY | override MATTER | suppress MATCHES | exception CONDITION }" },
	{ "MATTER",
	  "{ signature-id NUMBER [ gid NUMBER ] | classtype CLASSTYPE | ruleset RULESET }" },
	{ "MATCHES",
	  "signature-id NUMBER [ gid NUMBER ] [ { src | dst | either | ip } PREFIX ]" },
	{ "MODE", "{ monitor | prevent }" },
	{ "VERDICT", "{ pass | report | drop | reject }" },
	{ "CONDITION",
	  "{ packet-malformed | outer-fragment | inner-fragment | budget }" },
	{ "EXCEPTION", "{ pass-packet | drop-packet | reject }" },
	{ NULL, NULL },
};

const struct object object_profile = {
	.name		= "profile",
	.commands	= profile_commands,
	.productions	= profile_productions,
	.bare		= "show",
};
