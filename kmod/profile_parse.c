// SPDX-License-Identifier: GPL-2.0
/*
 * From the attributes of profile-new to the configuration of a profile.
 *
 * DOC: Attributes of one kind come any number of times, so they are counted
 * first, then there is room for all of them, then they are read in order. What
 * must not come twice is found by sorting; nothing here is quadratic in what
 * the user sends but for the few variables, rulesets and conditions.
 */
#include "profile_parse.h"

#include <linux/segward_image.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "engine/reputation.h"
#include "netlink.h"
#include "policy.h"
#include "ruleset.h"

/**
 * struct kind - how one repeated attribute is read
 * @type: the attribute
 * @max: most of them
 * @size: bytes of a record
 * @parse: fills one record in
 * @many: sentence when there are more than @max
 * @compare: equal records are refused; NULL: @parse looks itself
 * @twice: sentence when there are two equal records
 */
struct kind {
	u32 type;
	u32 max;
	u32 size;
	int (*parse)(struct genl_info *info, const struct nlattr *attr,
		     void *record, const void *first);
	const char *many;
	int (*compare)(const void *a, const void *b);
	const char *twice;
};

static int parse_ruleset(struct genl_info *info, const struct nlattr *attr,
			 void *record, const void *first)
{
	const struct segward_ruleset **ruleset = record;
	const struct segward_ruleset * const *other;
	struct segward_ruleset_slot *slot;
	char name[SEGWARD_NAME_SIZE];
	int err;

	err = segward_netlink_name(attr, name, info->extack);
	if (err)
		return err;
	slot = segward_ruleset_find(segward_info_net(info), name);
	if (!slot)
		return segward_netlink_refuse(info->extack, attr,
					      "there is no ruleset of this name",
					      -ENOENT);
	for (other = first; other < ruleset; other++)
		if (*other == slot->ruleset)
			return segward_netlink_refuse(info->extack, attr,
						      "a profile names a ruleset only once",
						      -EEXIST);
	*ruleset = slot->ruleset;
	return 0;
}

static int parse_ports(struct genl_info *info, const struct nlattr *attr,
		       struct nlattr **tb,
		       struct segward_variable_range *range)
{
	u16 first = nla_get_u32(tb[SEGWARD_A_RANGE_PORT_FIRST]);
	u16 last = nla_get_u32(tb[SEGWARD_A_RANGE_PORT_LAST]);

	if (first > last)
		return segward_netlink_refuse(info->extack, attr,
					      "a range's first is above its last",
					      -EINVAL);
	range->type = SEGWARD_IMAGE_ELEMENT_PORT;
	put_unaligned_be16(first, range->first);
	put_unaligned_be16(last, range->last);
	return 0;
}

static int parse_addresses(struct genl_info *info, const struct nlattr *attr,
			   struct nlattr **tb,
			   struct segward_variable_range *range)
{
	const struct nlattr *first = tb[SEGWARD_A_RANGE_FIRST];
	const struct nlattr *last = tb[SEGWARD_A_RANGE_LAST];
	int len = nla_len(first);

	if (len != nla_len(last) || (len != 4 && len != 16))
		return segward_netlink_refuse(info->extack, attr,
					      "addresses are of 4 or of 16 bytes, both of a range alike",
					      -EINVAL);
	if (memcmp(nla_data(first), nla_data(last), len) > 0)
		return segward_netlink_refuse(info->extack, attr,
					      "a range's first is above its last",
					      -EINVAL);
	range->type = len == 4 ? SEGWARD_IMAGE_ELEMENT_IPV4 :
				 SEGWARD_IMAGE_ELEMENT_IPV6;
	memcpy(range->first, nla_data(first), len);
	memcpy(range->last, nla_data(last), len);
	return 0;
}

static int parse_range(struct genl_info *info, const struct nlattr *attr,
		       struct segward_variable_range *range)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_range)];
	bool addresses, ports;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_range, info->extack);
	if (err)
		return err;
	range->negated = nla_get_flag(tb[SEGWARD_A_RANGE_NEGATED]);
	addresses = tb[SEGWARD_A_RANGE_FIRST] && tb[SEGWARD_A_RANGE_LAST];
	ports = tb[SEGWARD_A_RANGE_PORT_FIRST] &&
		tb[SEGWARD_A_RANGE_PORT_LAST];
	if (addresses == ports)
		return segward_netlink_refuse(info->extack, attr,
					      "a range is two addresses or two ports",
					      -EINVAL);
	if (ports)
		return parse_ports(info, attr, tb, range);
	return parse_addresses(info, attr, tb, range);
}

static u32 count_nested(const struct nlattr *nest, u32 type)
{
	const struct nlattr *attr;
	u32 n = 0;
	int rem;

	nla_for_each_nested(attr, nest, rem)
		n += nla_type(attr) == type;
	return n;
}

static bool is_port(const struct segward_variable_range *range)
{
	return range->type == SEGWARD_IMAGE_ELEMENT_PORT;
}

static int parse_ranges(struct genl_info *info, const struct nlattr *attr,
			struct segward_variable *variable)
{
	u32 n = count_nested(attr, SEGWARD_A_VARIABLE_RANGE);
	struct segward_variable_range *range;
	const struct nlattr *nested;
	int rem, err;

	if (!n || n > SEGWARD_VARIABLE_RANGES_MAX)
		return segward_netlink_refuse(info->extack, attr,
					      "a variable has 1 to 256 ranges",
					      n ? -E2BIG : -EINVAL);
	range = kvcalloc(n, sizeof(*range), GFP_KERNEL_ACCOUNT);
	if (!range)
		return -ENOMEM;
	/* Owned by the configuration from here on, also after an error. */
	variable->range = range;
	nla_for_each_nested(nested, attr, rem) {
		if (nla_type(nested) != SEGWARD_A_VARIABLE_RANGE)
			continue;
		err = parse_range(info, nested, range);
		if (err)
			return err;
		if (is_port(range) != is_port(variable->range))
			return segward_netlink_refuse(info->extack, nested,
						      "a variable has addresses or ports, not both",
						      -EINVAL);
		range++;
		variable->nr_ranges++;
	}
	return 0;
}

static int parse_variable(struct genl_info *info, const struct nlattr *attr,
			  void *record, const void *first)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_variable)];
	struct segward_variable *variable = record;
	const struct segward_variable *other;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_variable, info->extack);
	if (err)
		return err;
	if (!tb[SEGWARD_A_VARIABLE_NAME])
		return segward_netlink_refuse(info->extack, attr,
					      "a variable has a name", -EINVAL);
	err = segward_netlink_name(tb[SEGWARD_A_VARIABLE_NAME], variable->name,
				   info->extack);
	if (err)
		return err;
	for (other = first; other < variable; other++)
		if (!strcmp(other->name, variable->name))
			return segward_netlink_refuse(info->extack, attr,
						      "a profile sets a variable only once",
						      -EEXIST);
	return parse_ranges(info, attr, variable);
}

static int parse_threshold(struct genl_info *info, const struct nlattr *attr,
			   void *record, const void *first)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_threshold)];
	struct segward_threshold *threshold = record;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_threshold, info->extack);
	if (err)
		return err;
	if (!tb[SEGWARD_A_THRESHOLD_CATEGORY] ||
	    !tb[SEGWARD_A_THRESHOLD_MIN_SCORE] ||
	    !tb[SEGWARD_A_THRESHOLD_VERDICT])
		return segward_netlink_refuse(info->extack, attr,
					      "a threshold has a category, a min-score and a verdict",
					      -EINVAL);
	nla_strscpy(threshold->category, tb[SEGWARD_A_THRESHOLD_CATEGORY],
		    sizeof(threshold->category));
	if (!segward_reputation_name_check(threshold->category))
		return segward_netlink_refuse(info->extack,
					      tb[SEGWARD_A_THRESHOLD_CATEGORY],
					      "a category is 1 to 31 of a-z, 0-9 and '-'",
					      -EINVAL);
	threshold->min_score = nla_get_u32(tb[SEGWARD_A_THRESHOLD_MIN_SCORE]);
	threshold->verdict = nla_get_u32(tb[SEGWARD_A_THRESHOLD_VERDICT]);
	return 0;
}

static int compare_threshold(const void *a, const void *b)
{
	const struct segward_threshold *x = a, *y = b;

	return strcmp(x->category, y->category);
}

/* A signature-id has a number and no name; the other kinds the reverse. */
static int parse_override_key(struct genl_info *info,
			      const struct nlattr *attr, struct nlattr **tb,
			      struct segward_override *override)
{
	struct nlattr *id = tb[SEGWARD_A_OVERRIDE_SIGNATURE_ID];
	struct nlattr *name = tb[SEGWARD_A_OVERRIDE_NAME];
	struct nlattr *gid = tb[SEGWARD_A_OVERRIDE_GID];

	if (override->kind == SEGWARD_OVERRIDE_KIND_SIGNATURE_ID) {
		if (!id || name)
			return segward_netlink_refuse(info->extack, attr,
						      "an override by signature-id has that and no name",
						      -EINVAL);
		override->gid = gid ? nla_get_u32(gid) : 1;
		override->signature_id = nla_get_u32(id);
		return 0;
	}
	if (!name || id || gid || nla_len(name) <= 1)
		return segward_netlink_refuse(info->extack, attr,
					      "an override by classtype or ruleset has a name and no number",
					      -EINVAL);
	nla_strscpy(override->name, name, sizeof(override->name));
	return 0;
}

static int parse_override(struct genl_info *info, const struct nlattr *attr,
			  void *record, const void *first)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_override)];
	struct segward_override *override = record;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_override, info->extack);
	if (err)
		return err;
	if (!tb[SEGWARD_A_OVERRIDE_KIND] || !tb[SEGWARD_A_OVERRIDE_VERDICT])
		return segward_netlink_refuse(info->extack, attr,
					      "an override has a kind and a verdict",
					      -EINVAL);
	override->kind = nla_get_u32(tb[SEGWARD_A_OVERRIDE_KIND]);
	override->verdict = nla_get_u32(tb[SEGWARD_A_OVERRIDE_VERDICT]);
	return parse_override_key(info, attr, tb, override);
}

static int compare_override(const void *a, const void *b)
{
	const struct segward_override *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->gid != y->gid)
		return x->gid < y->gid ? -1 : 1;
	if (x->signature_id != y->signature_id)
		return x->signature_id < y->signature_id ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int parse_suppress_address(struct genl_info *info, struct nlattr **tb,
				  struct segward_suppress *suppress)
{
	struct segward_prefix prefix;
	int err;

	err = segward_netlink_prefix(tb[SEGWARD_A_SUPPRESS_ADDRESS],
				     tb[SEGWARD_A_SUPPRESS_PREFIX_LEN], &prefix,
				     info->extack);
	if (err)
		return err;
	suppress->family = prefix.size == 4 ? 4 : 6;
	suppress->prefix_len = prefix.len;
	memcpy(suppress->address, prefix.addr, sizeof(suppress->address));
	return 0;
}

static int parse_suppress(struct genl_info *info, const struct nlattr *attr,
			  void *record, const void *first)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_suppress)];
	struct segward_suppress *suppress = record;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_suppress, info->extack);
	if (err)
		return err;
	if (!tb[SEGWARD_A_SUPPRESS_SIGNATURE_ID])
		return segward_netlink_refuse(info->extack, attr,
					      "what is suppressed has a signature-id",
					      -EINVAL);
	suppress->gid = tb[SEGWARD_A_SUPPRESS_GID] ?
			nla_get_u32(tb[SEGWARD_A_SUPPRESS_GID]) : 1;
	suppress->signature_id =
		nla_get_u32(tb[SEGWARD_A_SUPPRESS_SIGNATURE_ID]);
	suppress->direction = tb[SEGWARD_A_SUPPRESS_DIRECTION] ?
			      nla_get_u32(tb[SEGWARD_A_SUPPRESS_DIRECTION]) :
			      SEGWARD_DIRECTION_EITHER;
	if (tb[SEGWARD_A_SUPPRESS_ADDRESS])
		return parse_suppress_address(info, tb, suppress);
	if (tb[SEGWARD_A_SUPPRESS_PREFIX_LEN] ||
	    suppress->direction != SEGWARD_DIRECTION_EITHER)
		return segward_netlink_refuse(info->extack, attr,
					      "a direction or a prefix length needs an address",
					      -EINVAL);
	return 0;
}

static int compare_suppress(const void *a, const void *b)
{
	const struct segward_suppress *x = a, *y = b;

	if (x->gid != y->gid)
		return x->gid < y->gid ? -1 : 1;
	if (x->signature_id != y->signature_id)
		return x->signature_id < y->signature_id ? -1 : 1;
	if (x->direction != y->direction)
		return x->direction - y->direction;
	if (x->family != y->family)
		return x->family - y->family;
	if (x->prefix_len != y->prefix_len)
		return x->prefix_len - y->prefix_len;
	return memcmp(x->address, y->address, sizeof(x->address));
}

static const struct kind kind_ruleset = {
	.type		= SEGWARD_A_PROFILE_RULESET,
	.max		= SEGWARD_PROFILE_RULESETS_MAX,
	.size		= sizeof(struct segward_ruleset *),
	.parse		= parse_ruleset,
	.many		= "a profile has at most 16 rulesets",
};

static const struct kind kind_variable = {
	.type		= SEGWARD_A_PROFILE_VARIABLE,
	.max		= SEGWARD_PROFILE_VARIABLES_MAX,
	.size		= sizeof(struct segward_variable),
	.parse		= parse_variable,
	.many		= "a profile sets at most 64 variables",
};

static const struct kind kind_threshold = {
	.type		= SEGWARD_A_PROFILE_THRESHOLD,
	.max		= SEGWARD_PROFILE_THRESHOLDS_MAX,
	.size		= sizeof(struct segward_threshold),
	.parse		= parse_threshold,
	.many		= "a profile has at most 255 thresholds",
	.compare	= compare_threshold,
	.twice		= "a category has only one threshold",
};

static const struct kind kind_override = {
	.type		= SEGWARD_A_PROFILE_OVERRIDE,
	.max		= SEGWARD_PROFILE_OVERRIDES_MAX,
	.size		= sizeof(struct segward_override),
	.parse		= parse_override,
	.many		= "a profile has at most 65536 overrides",
	.compare	= compare_override,
	.twice		= "the same thing is overridden twice",
};

static const struct kind kind_suppress = {
	.type		= SEGWARD_A_PROFILE_SUPPRESS,
	.max		= SEGWARD_PROFILE_SUPPRESS_MAX,
	.size		= sizeof(struct segward_suppress),
	.parse		= parse_suppress,
	.many		= "a profile has at most 65536 suppressions",
	.compare	= compare_suppress,
	.twice		= "the same thing is suppressed twice",
};

static u32 count_kind(const struct genl_info *info, u32 type)
{
	const struct nlattr *attr;
	u32 n = 0;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		n += nla_type(attr) == type;
	return n;
}

static int parse_records(struct genl_info *info, const struct kind *kind,
			 void *first)
{
	const struct nlattr *attr;
	void *record = first;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != kind->type)
			continue;
		err = kind->parse(info, attr, record, first);
		if (err)
			return err;
		record += kind->size;
	}
	return 0;
}

/* Sorts a copy: the user's order is kept for whoever asks. */
static int check_twice(struct genl_info *info, const struct kind *kind,
		       const void *first, u32 n)
{
	u8 *copy;
	u32 i;
	int err = 0;

	if (!kind->compare || n < 2)
		return 0;
	copy = kvmalloc_array(n, kind->size, GFP_KERNEL_ACCOUNT);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, first, (size_t)n * kind->size);
	sort(copy, n, kind->size, kind->compare, NULL);
	for (i = 1; i < n && !err; i++)
		if (!kind->compare(copy + (i - 1) * kind->size,
				   copy + i * kind->size))
			err = segward_netlink_refuse(info->extack,
						     info->attrs[kind->type],
						     kind->twice, -EEXIST);
	kvfree(copy);
	return err;
}

/*
 * The array is the configuration's from the moment on at which it exists, so
 * that one function frees all of them whatever went wrong.
 */
static int parse_kind(struct genl_info *info, const struct kind *kind,
		      const void *array, u32 *nr)
{
	u32 n = count_kind(info, kind->type);
	void *first;
	int err;

	if (n > kind->max)
		return segward_netlink_refuse(info->extack,
					      info->attrs[kind->type],
					      kind->many, -E2BIG);
	if (!n)
		return 0;
	first = kvcalloc(n, kind->size, GFP_KERNEL_ACCOUNT);
	if (!first)
		return -ENOMEM;
	*(void **)array = first;
	*nr = n;
	err = parse_records(info, kind, first);
	if (err)
		return err;
	return check_twice(info, kind, first, n);
}

static int parse_exception(struct genl_info *info, const struct nlattr *attr,
			   struct segward_profile_config *config)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_exception)];
	u32 condition;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_exception, info->extack);
	if (err)
		return err;
	if (!tb[SEGWARD_A_EXCEPTION_CONDITION] ||
	    !tb[SEGWARD_A_EXCEPTION_EXCEPTION])
		return segward_netlink_refuse(info->extack, attr,
					      "an exception has a condition and what is done",
					      -EINVAL);
	condition = nla_get_u32(tb[SEGWARD_A_EXCEPTION_CONDITION]);
	if (config->exception[condition])
		return segward_netlink_refuse(info->extack, attr,
					      "a condition has only one exception",
					      -EEXIST);
	config->exception[condition] =
		nla_get_u32(tb[SEGWARD_A_EXCEPTION_EXCEPTION]);
	return 0;
}

static int parse_exceptions(struct genl_info *info,
			    struct segward_profile_config *config)
{
	const struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != SEGWARD_A_PROFILE_EXCEPTION)
			continue;
		err = parse_exception(info, attr, config);
		if (err)
			return err;
	}
	return 0;
}

static int parse_kinds(struct genl_info *info,
		       struct segward_profile_config *config)
{
	int err;

	err = parse_kind(info, &kind_ruleset, &config->ruleset,
			 &config->nr_rulesets);
	if (!err)
		err = parse_kind(info, &kind_variable, &config->variable,
				 &config->nr_variables);
	if (!err)
		err = parse_kind(info, &kind_threshold, &config->threshold,
				 &config->nr_thresholds);
	if (!err)
		err = parse_kind(info, &kind_override, &config->override,
				 &config->nr_overrides);
	if (!err)
		err = parse_kind(info, &kind_suppress, &config->suppress,
				 &config->nr_suppress);
	if (!err)
		err = parse_exceptions(info, config);
	return err;
}

int segward_profile_parse(struct genl_info *info,
			  struct segward_profile_config *config)
{
	struct nlattr *mode = info->attrs[SEGWARD_A_PROFILE_MODE];
	int err;

	memset(config, 0, sizeof(*config));
	if (GENL_REQ_ATTR_CHECK(info, SEGWARD_A_PROFILE_NAME)) {
		NL_SET_ERR_MSG(info->extack, "a profile's name is required");
		return -EINVAL;
	}
	err = segward_netlink_name(info->attrs[SEGWARD_A_PROFILE_NAME],
				   config->name, info->extack);
	if (err)
		return err;
	config->mode = mode ? nla_get_u32(mode) : SEGWARD_MODE_MONITOR;
	err = parse_kinds(info, config);
	if (err)
		segward_profile_parse_free(config);
	return err;
}

void segward_profile_parse_free(struct segward_profile_config *config)
{
	u32 i;

	for (i = 0; i < config->nr_variables; i++)
		kvfree(config->variable[i].range);
	kvfree(config->ruleset);
	kvfree(config->variable);
	kvfree(config->threshold);
	kvfree(config->override);
	kvfree(config->suppress);
}
