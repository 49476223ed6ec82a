// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles: what a rule's match means is settled when the profile is built,
 * one byte a rule, so that a packet pays for neither overrides nor, with few
 * exceptions, suppressions.
 */
#include <linux/segward_image.h>

#include "packet.h"
#include "prefix.h"
#include "profile.h"

/* Rules between two chances for others to run. */
#define RESCHED_EVERY	4096

/* A copy of an array; NULL for an empty one, too. */
static void *copy_array(const void *from, u32 nr, size_t size, int *err)
{
	void *to;

	if (!nr)
		return NULL;
	to = segward_zalloc(nr * size);
	if (to)
		memcpy(to, from, nr * size);
	else
		*err = -ENOMEM;
	return to;
}

static void free_variables(struct segward_profile_config *config)
{
	u32 i;

	for (i = 0; config->variable && i < config->nr_variables; i++)
		segward_free(config->variable[i].range);
	segward_free(config->variable);
}

static const struct segward_variable *
copy_variables(const struct segward_profile_config *config, int *err)
{
	struct segward_variable *to;
	u32 i;

	to = copy_array(config->variable, config->nr_variables, sizeof(*to),
			err);
	for (i = 0; to && i < config->nr_variables; i++)
		to[i].range = copy_array(to[i].range, to[i].nr_ranges,
					 sizeof(*to[i].range), err);
	return to;
}

/* After an error everything that was copied can still be freed. */
static int copy_config(struct segward_profile_config *to,
		       const struct segward_profile_config *from)
{
	int err = 0;

	*to = *from;
	to->ruleset = copy_array(from->ruleset, from->nr_rulesets,
				 sizeof(*from->ruleset), &err);
	to->variable = copy_variables(from, &err);
	to->threshold = copy_array(from->threshold, from->nr_thresholds,
				   sizeof(*from->threshold), &err);
	to->override = copy_array(from->override, from->nr_overrides,
				  sizeof(*from->override), &err);
	to->suppress = copy_array(from->suppress, from->nr_suppress,
				  sizeof(*from->suppress), &err);
	return err;
}

static int compare_u32(u32 a, u32 b)
{
	return a < b ? -1 : a > b;
}

static int compare_suppress(const void *va, const void *vb)
{
	const struct segward_suppress *a = va;
	const struct segward_suppress *b = vb;

	return compare_u32(a->gid, b->gid) ?:
	       compare_u32(a->signature_id, b->signature_id);
}

static int compare_override(const void *va, const void *vb)
{
	const struct segward_override *a = va;
	const struct segward_override *b = vb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind != SEGWARD_OVERRIDE_KIND_SIGNATURE_ID)
		return strncmp(a->name, b->name, sizeof(a->name));
	return compare_u32(a->gid, b->gid) ?:
	       compare_u32(a->signature_id, b->signature_id);
}

/* The suppressions of a signature: the first, or where it would stand. */
static u32 find_suppress(const struct segward_profile_config *config, u32 gid,
			 u32 signature_id)
{
	struct segward_suppress key = {
		.gid = gid,
		.signature_id = signature_id,
	};
	u32 high = config->nr_suppress;
	u32 low = 0;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (compare_suppress(&config->suppress[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool suppress_is_of(const struct segward_profile_config *config,
			   u32 index, u32 gid, u32 signature_id)
{
	return index < config->nr_suppress &&
	       config->suppress[index].gid == gid &&
	       config->suppress[index].signature_id == signature_id;
}

/* Overrides, sorted for the time of the building. */
struct overrides {
	struct segward_override *sorted;
	u32 nr;
};

static u8 find_override(const struct overrides *overrides,
			const struct segward_override *key)
{
	u32 high = overrides->nr;
	u32 low = 0;
	int order;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		order = compare_override(&overrides->sorted[middle], key);
		if (!order)
			return overrides->sorted[middle].verdict;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

static u8 find_named(const struct overrides *overrides, u8 kind,
		     const char *name)
{
	struct segward_override key = { .kind = kind };
	size_t len = strlen(name);

	if (len >= sizeof(key.name))
		return 0;
	memcpy(key.name, name, len);
	return find_override(overrides, &key);
}

static u8 find_signature(const struct overrides *overrides,
			 const struct segward_image_rule *rule)
{
	struct segward_override key = {
		.kind = SEGWARD_OVERRIDE_KIND_SIGNATURE_ID,
		.gid = rule->gid,
		.signature_id = rule->signature_id,
	};

	return find_override(overrides, &key);
}

static u8 action_verdict(u32 action)
{
	switch (action) {
	case SEGWARD_RULE_ACTION_PASS:
		return SEGWARD_VERDICT_PASS;
	case SEGWARD_RULE_ACTION_DROP:
		return SEGWARD_VERDICT_DROP;
	case SEGWARD_RULE_ACTION_REJECT:
	case SEGWARD_RULE_ACTION_REJECTSRC:
	case SEGWARD_RULE_ACTION_REJECTDST:
	case SEGWARD_RULE_ACTION_REJECTBOTH:
		return SEGWARD_VERDICT_REJECT;
	default:
		return SEGWARD_VERDICT_REPORT;
	}
}

/*
 * A pass rule is an exemption that somebody wrote on purpose; only an override
 * that names it takes it away.
 */
static u8 rule_verdict(const struct overrides *overrides, u8 of_ruleset,
		       const void *image, const struct segward_image_rule *rule)
{
	const struct segward_image_class *class;
	u8 verdict;

	if (!overrides->nr)
		return action_verdict(rule->action);
	verdict = find_signature(overrides, rule);
	if (verdict || rule->action == SEGWARD_RULE_ACTION_PASS)
		return verdict ?: SEGWARD_VERDICT_PASS;
	if (rule->classtype) {
		class = segward_image_class(image, rule->classtype);
		verdict = find_named(overrides, SEGWARD_OVERRIDE_KIND_CLASSTYPE,
				     segward_image_string(image, class->name));
	}
	return verdict ?: of_ruleset ?: action_verdict(rule->action);
}

static int bind_rules(struct segward_binding *binding,
		      const struct segward_profile_config *config,
		      const struct overrides *overrides)
{
	const struct segward_ruleset *ruleset = binding->ruleset;
	const struct segward_image_rule *rule;
	u8 of_ruleset;
	u32 i;

	if (!ruleset->nr_rules)
		return 0;
	binding->verdict = segward_zalloc(ruleset->nr_rules);
	if (!binding->verdict)
		return -ENOMEM;
	of_ruleset = find_named(overrides, SEGWARD_OVERRIDE_KIND_RULESET,
				ruleset->name);
	for (i = 0; i < ruleset->nr_rules; i++) {
		rule = segward_image_rule(ruleset->image, i);
		binding->verdict[i] = rule_verdict(overrides, of_ruleset,
						   ruleset->image, rule);
		if (suppress_is_of(config,
				   find_suppress(config, rule->gid,
						 rule->signature_id),
				   rule->gid, rule->signature_id))
			binding->verdict[i] |= SEGWARD_BINDING_SUPPRESSED;
		if (i % RESCHED_EVERY == 0)
			segward_cond_resched();
	}
	return 0;
}

static const struct segward_variable *
find_variable(const struct segward_profile_config *config, const char *name)
{
	u32 i;

	for (i = 0; i < config->nr_variables; i++)
		if (!strncmp(config->variable[i].name, name,
			     SEGWARD_NAME_SIZE))
			return &config->variable[i];
	return NULL;
}

/* Addresses for addresses, ports for ports; "any" serves for both. */
static bool variable_fits(const struct segward_variable *variable, u32 kind)
{
	bool want = kind == SEGWARD_IMAGE_SET_PORT;
	bool port;
	u32 i;

	for (i = 0; i < variable->nr_ranges; i++) {
		port = variable->range[i].type == SEGWARD_IMAGE_ELEMENT_PORT;
		if (port != want)
			return false;
	}
	return true;
}

static int bind_variables(struct segward_binding *binding,
			  const struct segward_profile_config *config)
{
	const struct segward_image_header *header = binding->ruleset->image;
	const struct segward_image_range *range;
	const struct segward_image_variable *variable;
	const struct segward_variable *set;
	const char *name;
	u32 i;

	range = &header->section[SEGWARD_IMAGE_VARIABLES];
	variable = (const void *)((const u8 *)header + range->offset);
	if (!range->count)
		return 0;
	binding->variable = segward_zalloc(range->count *
					   sizeof(*binding->variable));
	if (!binding->variable)
		return -ENOMEM;
	for (i = 0; i < range->count; i++) {
		name = segward_image_string(header, variable[i].name);
		set = find_variable(config, name);
		if (set && !variable_fits(set, variable[i].kind))
			return -EINVAL;
		binding->variable[i] = set;
	}
	return 0;
}

static int bind_rulesets(struct segward_profile *profile,
			 const struct overrides *overrides)
{
	struct segward_profile_config *config = &profile->config;
	int err = 0;
	u32 i;

	if (!config->nr_rulesets)
		return 0;
	profile->binding = segward_zalloc(config->nr_rulesets *
					  sizeof(*profile->binding));
	if (!profile->binding)
		return -ENOMEM;
	for (i = 0; !err && i < config->nr_rulesets; i++) {
		profile->binding[i].ruleset = config->ruleset[i];
		err = bind_variables(&profile->binding[i], config) ?:
		      bind_rules(&profile->binding[i], config, overrides);
	}
	return err;
}

static int bind_thresholds(struct segward_profile *profile,
			   u8 (*category)(void *arg, const char *name),
			   void *arg)
{
	const struct segward_threshold *threshold;
	u32 i;
	u8 nr;

	for (i = 0; i < profile->config.nr_thresholds; i++) {
		threshold = &profile->config.threshold[i];
		nr = category(arg, threshold->category);
		if (!nr)
			return -ENOSPC;
		profile->min_score[nr] = threshold->min_score;
		profile->category_verdict[nr] = threshold->verdict;
	}
	return 0;
}

static int build(struct segward_profile *profile,
		 u8 (*category)(void *arg, const char *name), void *arg)
{
	struct segward_profile_config *config = &profile->config;
	struct overrides overrides = { .nr = config->nr_overrides };
	int err = 0;

	overrides.sorted = copy_array(config->override, config->nr_overrides,
				      sizeof(*config->override), &err);
	if (err)
		return err;
	segward_sort(overrides.sorted, overrides.nr,
		     sizeof(*overrides.sorted), compare_override);
	/* our own copy, const only to its readers */
	segward_sort((void *)config->suppress, config->nr_suppress,
		     sizeof(*config->suppress), compare_suppress);
	err = bind_rulesets(profile, &overrides) ?:
	      bind_thresholds(profile, category, arg);
	segward_free(overrides.sorted);
	return err;
}

struct segward_profile *
segward_profile_create(const struct segward_profile_config *config,
		       u8 (*category)(void *arg, const char *name), void *arg,
		       int *err)
{
	struct segward_profile *profile;

	profile = segward_zalloc(sizeof(*profile));
	if (!profile) {
		*err = -ENOMEM;
		return NULL;
	}
	*err = copy_config(&profile->config, config) ?:
	       build(profile, category, arg);
	if (*err) {
		segward_profile_destroy(profile);
		return NULL;
	}
	return profile;
}

void segward_profile_destroy(struct segward_profile *profile)
{
	struct segward_profile_config *config;
	u32 i;

	if (!profile)
		return;
	config = &profile->config;
	for (i = 0; profile->binding && i < config->nr_rulesets; i++) {
		segward_free(profile->binding[i].variable);
		segward_free(profile->binding[i].verdict);
	}
	segward_free(profile->binding);
	free_variables(config);
	segward_free(config->ruleset);
	segward_free(config->threshold);
	segward_free(config->override);
	segward_free(config->suppress);
	segward_free(profile);
}

static bool suppress_covers(const struct segward_suppress *suppress,
			    const struct segward_packet *packet)
{
	if (!suppress->family)
		return true;
	if (suppress->family != packet->family)
		return false;
	if (suppress->direction != SEGWARD_DIRECTION_DST &&
	    segward_prefix_covers(suppress->address, suppress->prefix_len,
				  packet->src))
		return true;
	return suppress->direction != SEGWARD_DIRECTION_SRC &&
	       segward_prefix_covers(suppress->address, suppress->prefix_len,
				     packet->dst);
}

bool segward_profile_suppressed(const struct segward_profile *profile,
				u32 gid, u32 signature_id,
				const struct segward_packet *packet)
{
	const struct segward_profile_config *config = &profile->config;
	u32 i = find_suppress(config, gid, signature_id);

	for (; suppress_is_of(config, i, gid, signature_id); i++)
		if (suppress_covers(&config->suppress[i], packet))
			return true;
	return false;
}

u8 segward_profile_exception(const struct segward_profile *profile,
			     u8 condition)
{
	u8 exception = profile->config.exception[condition];

	/* A reroute must not end every connection. */
	if (!exception && condition == SEGWARD_CONDITION_MIDSTREAM)
		return SEGWARD_VERDICT_PASS;
	switch (exception) {
	case SEGWARD_EXCEPTION_PASS_PACKET:
		return SEGWARD_VERDICT_PASS;
	case SEGWARD_EXCEPTION_REJECT:
		return SEGWARD_VERDICT_REJECT;
	default:
		return SEGWARD_VERDICT_DROP;
	}
}
