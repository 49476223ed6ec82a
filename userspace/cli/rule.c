// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of a ruleset, as the kernel holds and counts them.
 */
#include <errno.h>
#include <string.h>

#include "args.h"
#include "names.h"
#include "nl.h"
#include "objects.h"
#include "out.h"
#include "vec.h"

struct rule {
	u32 signature_id;
	u32 gid;
	u32 rev;
	u32 action;
	u32 priority;
	u64 checks;
	u64 matches;
	char *msg;
	char *classtype;
	char *header;
	char *metadata;
	char **reference;
	unsigned int nr_references;
};

struct rules {
	struct rule *v;
	unsigned int nr;
};

struct query {
	name_t ruleset;
	u32 signature_id;
};

static void references_read(const struct nlmsghdr *nlh, struct rule *r)
{
	const struct nlattr *a;

	nl_for_each(a, nlh)
		if (mnl_attr_get_type(a) == SEGWARD_A_RULE_REFERENCE)
			*VEC_ADD(r->reference, r->nr_references) =
				strdup(nl_str(a));
}

static int rule_read(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[SEGWARD_A_RULE_MAX + 1];
	struct rules *rules = data;
	struct rule *r = VEC_ADD(rules->v, rules->nr);

	nl_parse(nlh, tb, SEGWARD_A_RULE_MAX);
	r->signature_id = nl_u32(tb[SEGWARD_A_RULE_SIGNATURE_ID]);
	r->gid = tb[SEGWARD_A_RULE_GID] ? nl_u32(tb[SEGWARD_A_RULE_GID]) : 1;
	r->rev = nl_u32(tb[SEGWARD_A_RULE_REV]);
	r->action = nl_u32(tb[SEGWARD_A_RULE_ACTION]);
	r->priority = nl_u32(tb[SEGWARD_A_RULE_PRIORITY]);
	r->checks = nl_u64(tb[SEGWARD_A_RULE_CHECKS]);
	r->matches = nl_u64(tb[SEGWARD_A_RULE_MATCHES]);
	r->msg = strdup(nl_str(tb[SEGWARD_A_RULE_MSG]));
	r->classtype = strdup(nl_str(tb[SEGWARD_A_RULE_CLASSTYPE]));
	r->header = strdup(nl_str(tb[SEGWARD_A_RULE_HEADER]));
	r->metadata = strdup(nl_str(tb[SEGWARD_A_RULE_METADATA]));
	references_read(nlh, r);
	return 0;
}

static void rule_free(struct rule *r)
{
	unsigned int i;

	for (i = 0; i < r->nr_references; i++)
		free(r->reference[i]);
	free(r->reference);
	free(r->msg);
	free(r->classtype);
	free(r->header);
	free(r->metadata);
}

static void rules_reset(void *data)
{
	struct rules *rules = data;
	unsigned int i;

	for (i = 0; i < rules->nr; i++)
		rule_free(&rules->v[i]);
	free(rules->v);
	memset(rules, 0, sizeof(*rules));
}

static int by_signature(const void *a, const void *b)
{
	const struct rule *x = a, *y = b;

	if (x->gid != y->gid)
		return x->gid < y->gid ? -1 : 1;
	return x->signature_id < y->signature_id ? -1 :
		x->signature_id > y->signature_id;
}

static void print_references(const struct rule *r)
{
	unsigned int i;

	out_array("reference");
	for (i = 0; i < r->nr_references; i++) {
		if (cli.details)
			out_line();
		out_str("", cli.details ? "reference " : NULL,
			r->reference[i]);
	}
	out_array_end();
}

static void rule_print(const char *ruleset, const struct rule *r)
{
	out_object();
	out_str("ruleset", NULL, ruleset);
	out_u64("signature_id", "signature-id ", r->signature_id);
	out_u64("gid", r->gid != 1 ? " gid " : NULL, r->gid);
	out_u64("rev", " rev ", r->rev);
	out_str("action", " action ", r->action &&
		r->action <= SEGWARD_RULE_ACTION_MAX ?
		segward_rule_action_names[r->action] : "unknown");
	out_str("header", " header ", r->header);
	out_u64("priority", " priority ", r->priority);
	out_str("classtype", *r->classtype ? " classtype " : NULL,
		r->classtype);
	out_u64("checks", cli.stats ? " checks " : NULL, r->checks);
	out_u64("matches", cli.stats ? " matches " : NULL, r->matches);
	out_line();
	out_str("msg", "msg ", r->msg);
	print_references(r);
	if (*r->metadata) {
		if (cli.details)
			out_line();
		out_str("metadata", cli.details ? "metadata " : NULL,
			r->metadata);
	}
	out_object_end();
}

static int parse_ruleset(struct args *args, const char *key, void *data)
{
	struct query *q = data;

	return arg_name(args, key, q->ruleset);
}

static int parse_signature(struct args *args, const char *key, void *data)
{
	struct query *q = data;

	return arg_u32(args, key, 1, UINT32_MAX, &q->signature_id);
}

static const struct keyword rule_keywords[] = {
	{ "ruleset",		parse_ruleset,		false },
	{ "signature-id",	parse_signature,	false },
	{ NULL,			NULL,			false },
};

static int rule_show(struct args *args)
{
	struct query q = { .ruleset = "" };
	struct rules rules = { 0 };
	struct nl_msg m = { 0 };
	struct nl_error error;
	unsigned int i;
	int err;

	if (arg_keywords(args, rule_keywords, &q))
		return CLI_USAGE;
	if (!*q.ruleset)
		return err_required("ruleset");
	nl_begin(&m, SEGWARD_CMD_RULE_GET, 0);
	nl_put_str(&m, SEGWARD_A_RULE_RULESET, q.ruleset);
	if (q.signature_id)
		nl_put_u32(&m, SEGWARD_A_RULE_SIGNATURE_ID, q.signature_id);
	err = nl_dump(&m, rule_read, rules_reset, &rules, &error);
	nl_free(&m);
	nl_explain(&error, -ENOENT, q.signature_id ?
		   "there is no ruleset of this name, or no such rule in it" :
		   "there is no ruleset of this name");
	if (!err) {
		if (rules.nr)
			qsort(rules.v, rules.nr, sizeof(*rules.v),
			      by_signature);
		out_begin();
		for (i = 0; i < rules.nr; i++)
			rule_print(q.ruleset, &rules.v[i]);
		out_end();
	}
	rules_reset(&rules);
	return err ? nl_fail(&error) : CLI_OK;
}

static const struct command rule_commands[] = {
	{ "show", rule_show, "ruleset RULESET [ signature-id NUMBER ]" },
	{ NULL, NULL, NULL },
};

const struct object object_rule = {
	.name		= "rule",
	.commands	= rule_commands,
	.bare		= "show",
};
