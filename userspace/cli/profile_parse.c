// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles: the words behind add, replace and set.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "profile.h"
#include "vec.h"

static int parse_mode(struct args *args, const char *key, void *data)
{
	struct profile *p = data;

	return ARG_ENUM(args, key, mode, &p->mode);
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
	    ARG_ENUM(args, "verdict", verdict, &t.verdict))
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

	if (ARG_ENUM(args, "override", override_kind, &o->kind))
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
		if (!override_compare(&p->override[i], o))
			break;
	return i;
}

static int parse_override(struct args *args, const char *key, void *data)
{
	struct override o = { .name = "" };
	struct profile *p = data;

	(void)key;
	if (parse_override_key(args, &o) || keyword(args, "verdict") ||
	    ARG_ENUM(args, "verdict", verdict, &o.verdict))
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
	return profile_variable(arg, name);
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
	old = profile_variable(p, name);
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

	if (ARG_ENUM(args, key, condition, &condition))
		return CLI_USAGE;
	return ARG_ENUM(args, segward_condition_names[condition],
			exception, &p->exception[condition]);
}

/* --- Taking away ------------------------------------------------------- */

static int err_absent(const struct profile *p, const char *what,
		      const char *name)
{
	return err_usage("profile %s has no %s %s", p->name, what, name);
}

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
	vec_remove(p->ruleset, --p->nr_rulesets, (size_t)i,
		   sizeof(*p->ruleset));
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
	vec_remove(p->threshold, --p->nr_thresholds, i,
		   sizeof(*p->threshold));
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
	vec_remove(p->override, --p->nr_overrides, i, sizeof(*p->override));
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
			vec_remove(p->suppress, --p->nr_suppress, i,
				   sizeof(*p->suppress));
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
	v = profile_variable(p, name);
	if (!v)
		return err_absent(p, key, name);
	variable_free(v);
	vec_remove(p->variable, --p->nr_variables, (size_t)(v - p->variable),
		   sizeof(*p->variable));
	return CLI_OK;
}

static int no_exception(struct args *args, const char *key, void *data)
{
	struct profile *p = data;
	u32 condition;

	if (ARG_ENUM(args, key, condition, &condition))
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

/* profile set knows one word more than profile add, which begins behind it. */
static const struct keyword set_keywords[] = {
	{ "no",		parse_no,		true },
	{ "mode",	parse_mode,		false },
	{ "ruleset",	parse_ruleset,		true },
	{ "variable",	parse_variable,		true },
	{ "reputation",	parse_threshold,	true },
	{ "override",	parse_override,		true },
	{ "suppress",	parse_suppress,		true },
	{ "exception",	parse_exception,	true },
	{ NULL,		NULL,			false },
};

static const struct keyword *add_keywords = &set_keywords[1];

struct indexed {
	struct override o;
	unsigned int place;
};

static int indexed_compare(const void *a, const void *b)
{
	const struct indexed *x = a, *y = b;
	int diff = override_compare(&x->o, &y->o);

	return diff ? diff : (int)x->place - (int)y->place;
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
	vec_sort(v, n, sizeof(*v), indexed_compare);
	p->nr_overrides = 0;
	for (i = 0; i < n; i++) {
		if (i && !override_compare(&v[i - 1].o, &v[i].o))
			p->nr_overrides--;
		p->override[p->nr_overrides++] = v[i].o;
	}
	free(v);
}

static void settle_suppressions(struct profile *p)
{
	unsigned int i, n = 0;

	vec_sort(p->suppress, p->nr_suppress, sizeof(*p->suppress),
		 suppress_compare);
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
	profile_sort(p);
	return CLI_OK;
}

/**
 * profile_parse_set() - edit a profile by the words behind profile set NAME
 * @args: the words
 * @p: the profile
 *
 * Return: a cli_status.
 */
int profile_parse_set(struct args *args, struct profile *p)
{
	return parse_fields(args, set_keywords, p);
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
