// SPDX-License-Identifier: GPL-2.0
/*
 * The verifier of compiled rulesets, and what others read of one.
 *
 * Whoever loads an image may be hostile, and the engine reads what passed
 * without looking again. So everything that is used as an offset, a count or
 * an index is checked here, and all that could be read twice is laid out
 * without gaps or overlap by definition of the format: no image makes the
 * verifier read a record more than once, and its time is linear in the size.
 *
 * Beyond safety, what would make a ruleset silently miss matches is checked
 * as well: orders that are searched in halves, and that every pattern can be
 * found through the tables. What contents mean is the compiler's business: a
 * content that should be lower-case and is not, matches nothing.
 */
#include <linux/segward.h>

#include "image.h"
#include "rule.h"

/* Records between two offers to let others run. */
#define BREATH			4096

#define HEADER_FLAGS		SEGWARD_IMAGE_F_SKIP_BAD
#define RULE_DIRECTION		(SEGWARD_IMAGE_RULE_F_TO_SERVER | \
				 SEGWARD_IMAGE_RULE_F_TO_CLIENT)
#define RULE_STATE		(SEGWARD_IMAGE_RULE_F_ESTABLISHED | \
				 SEGWARD_IMAGE_RULE_F_NOT_ESTABLISHED)
#define RULE_FLAGS		(SEGWARD_IMAGE_RULE_F_BIDIRECTIONAL | \
				 SEGWARD_IMAGE_RULE_F_APP_NEGATED | \
				 RULE_DIRECTION | RULE_STATE)
#define OP_FLAGS_ABSOLUTE	(SEGWARD_IMAGE_OP_F_OFFSET | \
				 SEGWARD_IMAGE_OP_F_DEPTH)
#define OP_FLAGS_RELATIVE	(SEGWARD_IMAGE_OP_F_DISTANCE | \
				 SEGWARD_IMAGE_OP_F_WITHIN)
#define OP_FLAGS_LOW		(SEGWARD_IMAGE_OP_F_OFFSET | \
				 SEGWARD_IMAGE_OP_F_DISTANCE)
#define OP_FLAGS_HIGH		(SEGWARD_IMAGE_OP_F_DEPTH | \
				 SEGWARD_IMAGE_OP_F_WITHIN)
#define OP_FLAGS		(OP_FLAGS_ABSOLUTE | OP_FLAGS_RELATIVE | \
				 SEGWARD_IMAGE_OP_F_NEGATED | \
				 SEGWARD_IMAGE_OP_F_NOCASE | \
				 SEGWARD_IMAGE_OP_F_STARTSWITH | \
				 SEGWARD_IMAGE_OP_F_ENDSWITH | \
				 SEGWARD_IMAGE_OP_F_DOTPREFIX)

/* The engine reads records in place. */
static_assert(sizeof(struct segward_image_header) % 8 == 0, "layout");
static_assert(sizeof(struct segward_image_rule) == 80, "layout");
static_assert(sizeof(struct segward_image_op) == 24, "layout");
static_assert(sizeof(struct segward_image_mpm) == 40, "layout");
static_assert(sizeof(struct segward_image_slot) == 16, "layout");

static const u8 record_size[SEGWARD_IMAGE_SECTIONS] = {
	[SEGWARD_IMAGE_STRINGS]		= 1,
	[SEGWARD_IMAGE_BYTES]		= 1,
	[SEGWARD_IMAGE_ORIGINS]		= sizeof(u32),
	[SEGWARD_IMAGE_VARIABLES]	= sizeof(struct segward_image_variable),
	[SEGWARD_IMAGE_SETS]		= sizeof(struct segward_image_set),
	[SEGWARD_IMAGE_ELEMENTS]	= sizeof(struct segward_image_element),
	[SEGWARD_IMAGE_CLASSES]		= sizeof(struct segward_image_class),
	[SEGWARD_IMAGE_RULES]		= sizeof(struct segward_image_rule),
	[SEGWARD_IMAGE_REFERENCES]	= sizeof(u32),
	[SEGWARD_IMAGE_OPS]		= sizeof(struct segward_image_op),
	[SEGWARD_IMAGE_GROUPS]		= sizeof(struct segward_image_group),
	[SEGWARD_IMAGE_PATTERNS]	= sizeof(struct segward_image_pattern),
	[SEGWARD_IMAGE_LINKS]		= sizeof(u32),
	[SEGWARD_IMAGE_MPMS]		= sizeof(struct segward_image_mpm),
	[SEGWARD_IMAGE_WORDS]		= sizeof(u32),
	[SEGWARD_IMAGE_SLOTS]		= sizeof(struct segward_image_slot),
};

/* Limits on records, where the size of the image is not limit enough. */
static const u32 record_max[SEGWARD_IMAGE_SECTIONS] = {
	[SEGWARD_IMAGE_VARIABLES]	= SEGWARD_IMAGE_VARIABLES_MAX,
	[SEGWARD_IMAGE_RULES]		= SEGWARD_IMAGE_RULES_MAX,
	[SEGWARD_IMAGE_GROUPS]		= SEGWARD_IMAGE_GROUPS_MAX,
};

/**
 * struct verifier - an image on trial
 * @image: its first byte
 * @size: its bytes
 * @error: where a refusal is explained
 * @depth: by set, how deep sets lie within it
 * @anchors: by pattern of one matcher, which anchors it has
 * @words: of the matchers so far
 * @slots: of the matchers so far
 * @patterns: of the matchers so far
 */
struct verifier {
	const void *image;
	u32 size;
	struct segward_image_error *error;
	u8 *depth;
	u8 *anchors;
	u32 words;
	u32 slots;
	u32 patterns;
};

static int refuse(struct verifier *v, int err, u32 index, const char *what)
{
	v->error->what = what;
	v->error->index = index;
	return err;
}

static int invalid(struct verifier *v, u32 index, const char *what)
{
	return refuse(v, -EINVAL, index, what);
}

static u32 count(const struct verifier *v, enum segward_image_section section)
{
	return segward_image_count(v->image, section);
}

static const void *records(const struct verifier *v,
			   enum segward_image_section section)
{
	return segward_image_section(v->image, section);
}

static bool in_bound(u32 first, u32 nr, u32 limit)
{
	return first <= limit && nr <= limit - first;
}

static bool is_string(const struct verifier *v, u32 string)
{
	return string < count(v, SEGWARD_IMAGE_STRINGS);
}

static void breathe(u32 record)
{
	if (record % BREATH == BREATH - 1)
		segward_cond_resched();
}

static int verify_section(struct verifier *v, u32 i, u64 *end)
{
	const struct segward_image_header *header = v->image;
	const struct segward_image_range *range = &header->section[i];

	if (range->offset % 8)
		return invalid(v, i, "section offset is not a multiple of 8");
	if (range->offset < *end)
		return invalid(v, i,
			       "section offset overlaps what lies before it");
	*end = range->offset + (u64)range->count * record_size[i];
	if (*end > v->size)
		return invalid(v, i, "section count leaves the image");
	if (record_max[i] && range->count > record_max[i])
		return refuse(v, -E2BIG, i, "section count is over its limit");
	return 0;
}

static int verify_header(struct verifier *v)
{
	const struct segward_image_header *header = v->image;
	u64 end = sizeof(*header);
	u32 i;
	int err;

	if ((unsigned long)v->image % 8)
		return invalid(v, 0, "image is not aligned to 8 bytes");
	if (v->size < sizeof(*header))
		return invalid(v, 0, "image is shorter than its header");
	if (v->size > SEGWARD_IMAGE_SIZE_MAX)
		return refuse(v, -E2BIG, 0, "image size is over its limit");
	if (header->magic != SEGWARD_IMAGE_MAGIC)
		return invalid(v, 0, "header magic is not that of an image");
	if (header->format != SEGWARD_IMAGE_FORMAT)
		return invalid(v, 0, "header format is not known");
	if (header->size != v->size)
		return invalid(v, 0, "header size is not the image's");
	if (header->flags & ~HEADER_FLAGS)
		return invalid(v, 0, "header flags are not known");
	for (i = 0; i < SEGWARD_IMAGE_SECTIONS; i++) {
		err = verify_section(v, i, &end);
		if (err)
			return err;
	}
	return 0;
}

static int verify_strings(struct verifier *v)
{
	const char *string = records(v, SEGWARD_IMAGE_STRINGS);
	u32 nr = count(v, SEGWARD_IMAGE_STRINGS);
	u32 first = 0;
	u32 i;

	if (!nr || string[0])
		return invalid(v, 0, "string 0 is not empty");
	if (string[nr - 1])
		return invalid(v, nr - 1, "last string is not terminated");
	for (i = 0; i < nr; i++) {
		breathe(i);
		if (string[i])
			continue;
		if (i - first >= SEGWARD_IMAGE_STRING_MAX)
			return refuse(v, -E2BIG, first,
				      "string length is over its limit");
		first = i + 1;
	}
	return 0;
}

static int verify_string_list(struct verifier *v,
			      enum segward_image_section section,
			      const char *what)
{
	const u32 *string = records(v, section);
	u32 nr = count(v, section);
	u32 i;

	for (i = 0; i < nr; i++) {
		breathe(i);
		if (!is_string(v, string[i]))
			return invalid(v, i, what);
	}
	return 0;
}

static bool is_set_kind(u32 kind)
{
	return kind == SEGWARD_IMAGE_SET_ADDRESS ||
	       kind == SEGWARD_IMAGE_SET_PORT;
}

/* Set 0 is of any kind. */
static bool is_set(const struct verifier *v, u32 set, u32 kind)
{
	const struct segward_image_set *sets = records(v, SEGWARD_IMAGE_SETS);

	return set < count(v, SEGWARD_IMAGE_SETS) &&
	       (!set || sets[set].kind == kind);
}

static int verify_variable(struct verifier *v, u32 i)
{
	const struct segward_image_variable *variable;
	const char *name;

	variable = records(v, SEGWARD_IMAGE_VARIABLES);
	variable += i;
	if (!is_string(v, variable->name))
		return invalid(v, i, "variable name is not a string");
	name = segward_image_string(v->image, variable->name);
	if (!*name || strlen(name) >= SEGWARD_NAME_SIZE)
		return invalid(v, i, "variable name is empty or too long");
	if (!is_set_kind(variable->kind))
		return invalid(v, i, "variable kind is not known");
	if (!is_set(v, variable->set, variable->kind))
		return invalid(v, i, "variable set is not one of its kind");
	if (variable->reserved)
		return invalid(v, i, "variable reserved is not 0");
	return 0;
}

static int verify_variables(struct verifier *v)
{
	u32 nr = count(v, SEGWARD_IMAGE_VARIABLES);
	u32 i;
	int err;

	for (i = 0; i < nr; i++) {
		err = verify_variable(v, i);
		if (err)
			return err;
	}
	return 0;
}

static bool is_zero(const u8 *p, u32 from, u32 to)
{
	while (from < to)
		if (p[from++])
			return false;
	return true;
}

static u32 element_width(u32 type)
{
	switch (type) {
	case SEGWARD_IMAGE_ELEMENT_IPV4:
		return 4;
	case SEGWARD_IMAGE_ELEMENT_IPV6:
		return 16;
	case SEGWARD_IMAGE_ELEMENT_PORT:
		return 2;
	default:
		return 0;
	}
}

static bool is_element_type(u32 type, u32 kind)
{
	switch (type) {
	case SEGWARD_IMAGE_ELEMENT_IPV4:
	case SEGWARD_IMAGE_ELEMENT_IPV6:
		return kind == SEGWARD_IMAGE_SET_ADDRESS;
	case SEGWARD_IMAGE_ELEMENT_PORT:
		return kind == SEGWARD_IMAGE_SET_PORT;
	case SEGWARD_IMAGE_ELEMENT_VARIABLE:
	case SEGWARD_IMAGE_ELEMENT_SET:
		return true;
	default:
		return false;
	}
}

/* A set or variable within set @set: an earlier one of the same kind. */
static int verify_element_ref(struct verifier *v, u32 i, u32 set, u32 kind)
{
	const struct segward_image_variable *variable;
	const struct segward_image_element *element;
	u32 inner;

	element = records(v, SEGWARD_IMAGE_ELEMENTS);
	element += i;
	inner = element->ref;
	if (element->type == SEGWARD_IMAGE_ELEMENT_VARIABLE) {
		if (inner >= count(v, SEGWARD_IMAGE_VARIABLES))
			return invalid(v, i, "element ref is not a variable");
		variable = records(v, SEGWARD_IMAGE_VARIABLES);
		variable += inner;
		if (variable->kind != kind)
			return invalid(v, i,
				       "element ref is of the other kind");
		inner = variable->set;
	}
	if (inner >= set)
		return invalid(v, i, "element ref is not an earlier set");
	if (!is_set(v, inner, kind))
		return invalid(v, i, "element ref is of the other kind");
	v->depth[set] = max_t(u8, v->depth[set], v->depth[inner] + 1);
	if (v->depth[set] > SEGWARD_IMAGE_SET_DEPTH_MAX)
		return refuse(v, -E2BIG, i, "element ref is nested too deep");
	return 0;
}

static int verify_element(struct verifier *v, u32 i, u32 set, u32 kind)
{
	const struct segward_image_element *element;
	u32 width;

	element = records(v, SEGWARD_IMAGE_ELEMENTS);
	element += i;
	if (!is_element_type(element->type, kind))
		return invalid(v, i, "element type does not go with its set");
	width = element_width(element->type);
	if (!is_zero(element->first, width, 16) ||
	    !is_zero(element->last, width, 16))
		return invalid(v, i, "element first or last is too wide");
	if (!width)
		return verify_element_ref(v, i, set, kind);
	if (element->ref)
		return invalid(v, i, "element ref of a range is not 0");
	if (memcmp(element->first, element->last, 16) > 0)
		return invalid(v, i, "element first is behind its last");
	return 0;
}

/* Ranges first, by type, sorted and disjoint; then variables and sets. */
static bool in_order(const struct segward_image_element *left,
		     const struct segward_image_element *right)
{
	if (!element_width(left->type))
		return !element_width(right->type);
	if (left->type != right->type)
		return left->type < right->type;
	return memcmp(left->last, right->first, 16) < 0;
}

static int verify_elements(struct verifier *v, u32 first, u32 nr, u32 set)
{
	const struct segward_image_element *elements;
	const struct segward_image_set *sets;
	u32 i;
	int err;

	sets = records(v, SEGWARD_IMAGE_SETS);
	elements = records(v, SEGWARD_IMAGE_ELEMENTS);
	for (i = first; i < first + nr; i++) {
		breathe(i);
		err = verify_element(v, i, set, sets[set].kind);
		if (err)
			return err;
		if (i > first && !in_order(&elements[i - 1], &elements[i]))
			return invalid(v, i, "element is out of order");
	}
	return 0;
}

static int verify_set(struct verifier *v, u32 i, u32 *elements)
{
	const struct segward_image_set *set = records(v, SEGWARD_IMAGE_SETS);
	u32 limit = count(v, SEGWARD_IMAGE_ELEMENTS);
	int err;

	set += i;
	if (!i && (set->kind || set->positive || set->negative))
		return invalid(v, i, "set 0 is not empty and of no kind");
	if (i && !is_set_kind(set->kind))
		return invalid(v, i, "set kind is not known");
	if (set->first != *elements)
		return invalid(v, i,
			       "set first is not where the set before it ends");
	if (!in_bound(*elements, set->positive, limit))
		return invalid(v, i, "set positive leaves the elements");
	*elements += set->positive;
	if (!in_bound(*elements, set->negative, limit))
		return invalid(v, i, "set negative leaves the elements");
	err = verify_elements(v, *elements, set->negative, i);
	if (err)
		return err;
	err = verify_elements(v, set->first, set->positive, i);
	*elements += set->negative;
	return err;
}

static int verify_sets(struct verifier *v)
{
	u32 nr = count(v, SEGWARD_IMAGE_SETS);
	u32 elements = 0;
	u32 i;
	int err = 0;

	if (!nr)
		return invalid(v, 0, "set 0 is missing");
	v->depth = segward_zalloc(nr);
	if (!v->depth)
		return refuse(v, -ENOMEM, 0, "not enough memory to verify");
	for (i = 0; i < nr && !err; i++) {
		breathe(i);
		err = verify_set(v, i, &elements);
	}
	segward_free(v->depth);
	if (err)
		return err;
	if (elements != count(v, SEGWARD_IMAGE_ELEMENTS))
		return invalid(v, elements, "element is in no set");
	return 0;
}

static int verify_classes(struct verifier *v)
{
	const struct segward_image_class *class;
	u32 nr = count(v, SEGWARD_IMAGE_CLASSES);
	u32 i;

	if (!nr)
		return invalid(v, 0, "class 0 is missing");
	class = records(v, SEGWARD_IMAGE_CLASSES);
	for (i = 0; i < nr; i++, class++) {
		breathe(i);
		if (!is_string(v, class->name))
			return invalid(v, i, "class name is not a string");
		if (!is_string(v, class->description))
			return invalid(v, i,
				       "class description is not a string");
		if (class->reserved)
			return invalid(v, i, "class reserved is not 0");
	}
	return 0;
}

static int verify_rule_header(struct verifier *v, u32 i,
			      const struct segward_image_rule *rule)
{
	if (!rule->action || rule->action > SEGWARD_RULE_ACTION_MAX)
		return invalid(v, i, "rule action is not known");
	if (rule->proto > SEGWARD_IMAGE_PROTO_ICMP)
		return invalid(v, i, "rule proto is not known");
	if (rule->flags & ~RULE_FLAGS)
		return invalid(v, i, "rule flags are not known");
	if ((rule->flags & RULE_DIRECTION) == RULE_DIRECTION)
		return invalid(v, i, "rule flags are of both directions");
	if ((rule->flags & RULE_STATE) == RULE_STATE)
		return invalid(v, i, "rule flags are of both states");
	if (!is_set(v, rule->src, SEGWARD_IMAGE_SET_ADDRESS))
		return invalid(v, i, "rule src is not a set of addresses");
	if (!is_set(v, rule->dst, SEGWARD_IMAGE_SET_ADDRESS))
		return invalid(v, i, "rule dst is not a set of addresses");
	if (!is_set(v, rule->sport, SEGWARD_IMAGE_SET_PORT))
		return invalid(v, i, "rule sport is not a set of ports");
	if (!is_set(v, rule->dport, SEGWARD_IMAGE_SET_PORT))
		return invalid(v, i, "rule dport is not a set of ports");
	return 0;
}

static int verify_rule_words(struct verifier *v, u32 i,
			     const struct segward_image_rule *rule)
{
	if (!is_string(v, rule->msg))
		return invalid(v, i, "rule msg is not a string");
	if (!is_string(v, rule->metadata))
		return invalid(v, i, "rule metadata is not a string");
	if (!is_string(v, rule->header))
		return invalid(v, i, "rule header is not a string");
	if (rule->classtype >= count(v, SEGWARD_IMAGE_CLASSES))
		return invalid(v, i, "rule classtype is not a class");
	if (!rule->priority)
		return invalid(v, i, "rule priority is 0");
	if (!in_bound(rule->first_reference, rule->nr_references,
		      count(v, SEGWARD_IMAGE_REFERENCES)))
		return invalid(v, i, "rule references leave their section");
	return 0;
}

static int verify_rule_app(struct verifier *v, u32 i,
			   const struct segward_image_rule *rule)
{
	if (rule->app > SEGWARD_APP_PROTO_MAX)
		return invalid(v, i, "rule app is not known");
	if (!rule->app && rule->flags & SEGWARD_IMAGE_RULE_F_APP_NEGATED)
		return invalid(v, i, "rule flags negate app, which is 0");
	return 0;
}

/* The buffers of its ops: next to each other, in order, not too many. */
static int verify_rule_ops(struct verifier *v, u32 i,
			   const struct segward_image_rule *rule)
{
	const struct segward_image_op *op = records(v, SEGWARD_IMAGE_OPS);
	u32 buffers = 1;
	u32 k;

	if (!in_bound(rule->first_op, rule->nr_ops,
		      count(v, SEGWARD_IMAGE_OPS)))
		return invalid(v, i, "rule ops leave their section");
	if (rule->nr_ops > SEGWARD_IMAGE_OPS_MAX)
		return refuse(v, -E2BIG, i, "rule has too many ops");
	op += rule->first_op;
	for (k = 1; k < rule->nr_ops; k++) {
		u32 key = segward_image_buffer_key(&op[k]);
		u32 left = segward_image_buffer_key(&op[k - 1]);

		if (key < left)
			return invalid(v, i,
				       "rule ops are not in the order of buffers");
		buffers += key != left;
	}
	if (buffers > SEGWARD_IMAGE_BUFFERS_MAX)
		return refuse(v, -E2BIG, i, "rule has too many buffers");
	return 0;
}

/* pass, drop, reject of all kinds, alert */
static u32 action_rank(u32 action)
{
	switch (action) {
	case SEGWARD_RULE_ACTION_PASS:
		return 0;
	case SEGWARD_RULE_ACTION_DROP:
		return 1;
	case SEGWARD_RULE_ACTION_ALERT:
		return 3;
	default:
		return 2;
	}
}

static bool rules_in_order(const struct segward_image_rule *left,
			   const struct segward_image_rule *right)
{
	u32 rank = action_rank(left->action);

	if (rank != action_rank(right->action))
		return rank < action_rank(right->action);
	if (left->priority != right->priority)
		return left->priority < right->priority;
	return left->signature_id <= right->signature_id;
}

static int verify_rules(struct verifier *v)
{
	const struct segward_image_rule *rule = records(v, SEGWARD_IMAGE_RULES);
	u32 nr = count(v, SEGWARD_IMAGE_RULES);
	u32 i;
	int err;

	for (i = 0; i < nr; i++, rule++) {
		breathe(i);
		err = verify_rule_header(v, i, rule);
		if (err)
			return err;
		err = verify_rule_words(v, i, rule);
		if (err)
			return err;
		err = verify_rule_app(v, i, rule);
		if (err)
			return err;
		err = verify_rule_ops(v, i, rule);
		if (err)
			return err;
		if (i && !rules_in_order(rule - 1, rule))
			return invalid(v, i, "rule is out of order");
	}
	return 0;
}

/* Has the op no bytes, and of flags only these? */
static int verify_no_bytes(struct verifier *v, u32 i,
			   const struct segward_image_op *op, u32 flags)
{
	if (op->flags & ~flags)
		return invalid(v, i, "op flags do not go with its type");
	if (op->bytes || op->len)
		return invalid(v, i, "op bytes of no content are not 0");
	return 0;
}

static int verify_size(struct verifier *v, u32 i,
		       const struct segward_image_op *op, s32 max)
{
	if (op->low < 0 || op->high > max || op->low > op->high)
		return invalid(v, i, "op low and high are no range of sizes");
	return verify_no_bytes(v, i, op, SEGWARD_IMAGE_OP_F_NEGATED |
					 SEGWARD_IMAGE_OP_F_DOTPREFIX);
}

static int verify_event(struct verifier *v, u32 i,
			const struct segward_image_op *op)
{
	if (op->low < 0 || op->low > U16_MAX || op->high)
		return invalid(v, i, "op low and high are no event");
	return verify_no_bytes(v, i, op, 0);
}

/* The payload, or a buffer of a protocol; a stream's bytes are payload. */
static bool is_buffer(u32 buffer)
{
	return buffer < SEGWARD_BUFFERS_END && buffer != SEGWARD_BUFFER_STREAM;
}

static bool is_op_buffer(const struct segward_image_op *op)
{
	switch (op->type) {
	case SEGWARD_IMAGE_OP_DSIZE:
		return !op->buffer;
	case SEGWARD_IMAGE_OP_BSIZE:
		return op->buffer && is_buffer(op->buffer);
	case SEGWARD_IMAGE_OP_EVENT:
		return op->buffer == SEGWARD_IMAGE_BUFFER_EVENT;
	default:
		return is_buffer(op->buffer);
	}
}

static int verify_places(struct verifier *v, u32 i,
			 const struct segward_image_op *op)
{
	s32 min = 0;

	if (op->flags & SEGWARD_IMAGE_OP_F_DISTANCE)
		min = -SEGWARD_IMAGE_PLACE_MAX;
	if (op->low < min || op->low > SEGWARD_IMAGE_PLACE_MAX)
		return invalid(v, i, "op low is out of range");
	if (op->low && !(op->flags & OP_FLAGS_LOW))
		return invalid(v, i, "op low without offset or distance");
	if (op->high && !(op->flags & OP_FLAGS_HIGH))
		return invalid(v, i, "op high without depth or within");
	if (op->high < 0 || op->high > SEGWARD_IMAGE_PLACE_MAX)
		return invalid(v, i, "op high is out of range");
	if (op->flags & OP_FLAGS_HIGH && op->high < (s32)op->len)
		return invalid(v, i, "op high is less than the content");
	return 0;
}

static int verify_content(struct verifier *v, u32 i,
			  const struct segward_image_op *op)
{
	if (op->flags & ~OP_FLAGS)
		return invalid(v, i, "op flags are not known");
	if (op->flags & OP_FLAGS_ABSOLUTE && op->flags & OP_FLAGS_RELATIVE)
		return invalid(v, i, "op flags are absolute and relative");
	if (op->flags & SEGWARD_IMAGE_OP_F_STARTSWITH &&
	    op->flags & (OP_FLAGS_ABSOLUTE | OP_FLAGS_RELATIVE))
		return invalid(v, i, "op flags give startswith another place");
	if (!op->len)
		return invalid(v, i, "op content is empty");
	if (op->len > SEGWARD_IMAGE_PATTERN_MAX)
		return refuse(v, -E2BIG, i, "op content is too long");
	if (!in_bound(op->bytes, op->len, count(v, SEGWARD_IMAGE_BYTES)))
		return invalid(v, i, "op content leaves the bytes");
	return verify_places(v, i, op);
}

static int verify_op(struct verifier *v, u32 i,
		     const struct segward_image_op *op)
{
	if (!is_op_buffer(op))
		return invalid(v, i, "op buffer does not go with its type");
	if (!op->buffer && op->flags & SEGWARD_IMAGE_OP_F_DOTPREFIX)
		return invalid(v, i, "op flags give the payload a dot");
	switch (op->type) {
	case SEGWARD_IMAGE_OP_CONTENT:
		return verify_content(v, i, op);
	case SEGWARD_IMAGE_OP_DSIZE:
		return verify_size(v, i, op, SEGWARD_IMAGE_DSIZE_MAX);
	case SEGWARD_IMAGE_OP_BSIZE:
		return verify_size(v, i, op, S32_MAX);
	case SEGWARD_IMAGE_OP_EVENT:
		return verify_event(v, i, op);
	default:
		return invalid(v, i, "op type is not known");
	}
}

static int verify_ops(struct verifier *v)
{
	const struct segward_image_op *op = records(v, SEGWARD_IMAGE_OPS);
	u32 nr = count(v, SEGWARD_IMAGE_OPS);
	int err = 0;
	u32 i;

	for (i = 0; i < nr && !err; i++, op++) {
		breathe(i);
		err = verify_op(v, i, op);
	}
	return err;
}

static int verify_group_order(struct verifier *v, u32 i,
			      const struct segward_image_group *group)
{
	const struct segward_image_group *left = group - 1;

	if (left->buffer != group->buffer)
		return left->buffer < group->buffer ? 0 :
		       invalid(v, i, "group is out of order");
	if (left->proto > group->proto)
		return invalid(v, i, "group is out of order");
	if (left->proto == group->proto && left->port_last >= group->port_first)
		return invalid(v, i, "group overlaps the one before it");
	return 0;
}

static int verify_group(struct verifier *v, u32 i)
{
	const struct segward_image_group *group;

	group = records(v, SEGWARD_IMAGE_GROUPS);
	group += i;
	if (group->buffer >= SEGWARD_BUFFERS_END &&
	    group->buffer != SEGWARD_IMAGE_BUFFER_EVENT)
		return invalid(v, i, "group buffer is not known");
	if (group->proto > SEGWARD_IMAGE_PROTO_IP)
		return invalid(v, i, "group proto is not known");
	if (group->port_last > 65535)
		return invalid(v, i, "group port_last is not a port");
	if (group->port_first > group->port_last)
		return invalid(v, i, "group port_first is behind port_last");
	if (group->buffer > SEGWARD_BUFFER_STREAM &&
	    (group->proto != SEGWARD_IMAGE_PROTO_IP || group->port_first ||
	     group->port_last != U16_MAX))
		return invalid(v, i,
			       "group of a protocol's buffer has proto or ports");
	if (group->mpm != SEGWARD_IMAGE_NO_MPM &&
	    group->mpm >= count(v, SEGWARD_IMAGE_MPMS))
		return invalid(v, i, "group mpm is not a matcher");
	if (!in_bound(group->first_link, group->nr_links,
		      count(v, SEGWARD_IMAGE_LINKS)))
		return invalid(v, i, "group links leave their section");
	return i ? verify_group_order(v, i, group) : 0;
}

static int verify_groups(struct verifier *v)
{
	u32 nr = count(v, SEGWARD_IMAGE_GROUPS);
	u32 i;
	int err;

	for (i = 0; i < nr; i++) {
		err = verify_group(v, i);
		if (err)
			return err;
	}
	return 0;
}

static int verify_patterns(struct verifier *v)
{
	const struct segward_image_pattern *pattern;
	u32 nr = count(v, SEGWARD_IMAGE_PATTERNS);
	u32 i;

	pattern = records(v, SEGWARD_IMAGE_PATTERNS);
	for (i = 0; i < nr; i++, pattern++) {
		breathe(i);
		if (pattern->len < 2)
			return invalid(v, i, "pattern len is too short");
		if (pattern->len > SEGWARD_IMAGE_PATTERN_MAX)
			return refuse(v, -E2BIG, i, "pattern len is too long");
		if (!in_bound(pattern->bytes, pattern->len,
			      count(v, SEGWARD_IMAGE_BYTES)))
			return invalid(v, i, "pattern leaves the bytes");
		if (!in_bound(pattern->first_link, pattern->nr_links,
			      count(v, SEGWARD_IMAGE_LINKS)))
			return invalid(v, i,
				       "pattern links leave their section");
	}
	return 0;
}

static int verify_links(struct verifier *v)
{
	const u32 *link = records(v, SEGWARD_IMAGE_LINKS);
	u32 nr = count(v, SEGWARD_IMAGE_LINKS);
	u32 i;

	for (i = 0; i < nr; i++) {
		breathe(i);
		if (link[i] >= count(v, SEGWARD_IMAGE_RULES))
			return invalid(v, i, "link is not a rule");
	}
	return 0;
}

static bool bits_in_range(u32 bits, u32 min, u32 max)
{
	return bits >= min && bits <= max;
}

/* What the matcher's tables and records take, and that it is all there. */
static int verify_mpm_layout(struct verifier *v, u32 i,
			     const struct segward_image_mpm *mpm,
			     struct segward_image_tables *tables)
{
	if (!bits_in_range(mpm->filter_bits, SEGWARD_IMAGE_FILTER_BITS_MIN,
			   SEGWARD_IMAGE_FILTER_BITS_MAX))
		return invalid(v, i, "mpm filter_bits is out of range");
	if (!bits_in_range(mpm->long_bits, SEGWARD_IMAGE_BUCKET_BITS_MIN,
			   min_t(u32, SEGWARD_IMAGE_BUCKET_BITS_MAX,
				 mpm->filter_bits)))
		return invalid(v, i, "mpm long_bits is out of range");
	if (mpm->short_bits &&
	    !bits_in_range(mpm->short_bits, SEGWARD_IMAGE_BUCKET_BITS_MIN,
			   SEGWARD_IMAGE_BUCKET_BITS_MAX))
		return invalid(v, i, "mpm short_bits is out of range");
	if (mpm->nr_pairs > 2 || !mpm->nr_pairs != !mpm->short_bits)
		return invalid(v, i, "mpm nr_pairs does not fit short_bits");
	if (mpm->reserved)
		return invalid(v, i, "mpm reserved is not 0");
	if (mpm->first_word != v->words)
		return invalid(v, i, "mpm first_word is out of order");
	segward_image_tables(mpm, tables);
	if (tables->end > count(v, SEGWARD_IMAGE_WORDS))
		return invalid(v, i, "mpm tables leave the words");
	if (mpm->first_slot != v->slots)
		return invalid(v, i, "mpm first_slot is out of order");
	if (!in_bound(mpm->first_slot, mpm->nr_slots,
		      count(v, SEGWARD_IMAGE_SLOTS)))
		return invalid(v, i, "mpm nr_slots leaves the slots");
	if (mpm->first_pattern != v->patterns)
		return invalid(v, i, "mpm first_pattern is out of order");
	if (!in_bound(mpm->first_pattern, mpm->nr_patterns,
		      count(v, SEGWARD_IMAGE_PATTERNS)))
		return invalid(v, i, "mpm nr_patterns leaves the patterns");
	if (mpm->nr_patterns > SEGWARD_IMAGE_RULES_MAX)
		return refuse(v, -E2BIG, i, "mpm has too many patterns");
	v->words = (u32)tables->end;
	v->slots += mpm->nr_slots;
	v->patterns += mpm->nr_patterns;
	return 0;
}

/* Slot numbers of buckets: from @slot on, none falls, none too large. */
static int verify_buckets(struct verifier *v, const u32 *bucket, u32 nr,
			  u32 *slot, u32 limit)
{
	u32 i;

	if (bucket[0] != *slot)
		return invalid(v, 0, "bucket 0 does not begin with its slots");
	for (i = 0; i < nr; i++) {
		breathe(i);
		if (bucket[i + 1] < bucket[i] || bucket[i + 1] > limit)
			return invalid(v, i, "bucket is out of order");
		if (bucket[i + 1] - bucket[i] > SEGWARD_IMAGE_BUCKET_MAX)
			return refuse(v, -E2BIG, i, "bucket is too long");
	}
	*slot = bucket[nr];
	return 0;
}

static bool has_bit(const u32 *bitmap, u32 bit)
{
	return bitmap[bit / 32] >> bit % 32 & 1;
}

/* Is the pair found however its letters are written? */
static bool has_pair(const u32 *bitmap, const u8 *p)
{
	u32 low[2] = { p[0], p[0] };
	u32 high[2] = { p[1], p[1] };

	if ((u8)(p[0] - 'a') < 26)
		low[1] ^= 0x20;
	if ((u8)(p[1] - 'a') < 26)
		high[1] ^= 0x20;
	return has_bit(bitmap, low[0] | high[0] << 8) &&
	       has_bit(bitmap, low[1] | high[0] << 8) &&
	       has_bit(bitmap, low[0] | high[1] << 8) &&
	       has_bit(bitmap, low[1] | high[1] << 8);
}

static const u8 *pattern_bytes(const struct verifier *v,
			       const struct segward_image_pattern *pattern)
{
	return (const u8 *)records(v, SEGWARD_IMAGE_BYTES) + pattern->bytes;
}

static u32 gram_of(const struct verifier *v,
		   const struct segward_image_pattern *pattern, u32 at)
{
	return get_unaligned_le32(pattern_bytes(v, pattern) + at) |
	       SEGWARD_IMAGE_FOLD;
}

/* All bytes of a short pattern. */
static u32 short_of(const struct verifier *v,
		    const struct segward_image_pattern *pattern)
{
	const u8 *p = pattern_bytes(v, pattern);
	u32 bytes = 0;
	u32 i;

	for (i = 0; i < pattern->len; i++)
		bytes |= (u32)(p[i] | 0x20) << 8 * i;
	return bytes;
}

static u8 parity_of(const struct segward_image_slot *slot)
{
	return (u8)(1 << slot->anchor % 2);
}

/* An anchor that no other slot of the pattern has. */
static int verify_slot_anchor(struct verifier *v, u32 i,
			      const struct segward_image_slot *slot, u8 anchor)
{
	if (v->anchors[slot->pattern] & anchor)
		return invalid(v, i, "slot repeats an anchor of its pattern");
	v->anchors[slot->pattern] |= anchor;
	return 0;
}

static int verify_long_slot(struct verifier *v, u32 i, u32 bucket,
			    const struct segward_image_mpm *mpm,
			    const u32 *filter)
{
	const struct segward_image_pattern *pattern;
	const struct segward_image_slot *slot;

	slot = records(v, SEGWARD_IMAGE_SLOTS);
	slot += mpm->first_slot + i;
	pattern = records(v, SEGWARD_IMAGE_PATTERNS);
	pattern += mpm->first_pattern + slot->pattern;
	if (pattern->len < SEGWARD_IMAGE_LONG_MIN)
		return invalid(v, i, "slot pattern is not a long one");
	if (slot->anchor > pattern->len - 4)
		return invalid(v, i, "slot anchor leaves its pattern");
	if (slot->gram != gram_of(v, pattern, slot->anchor))
		return invalid(v, i, "slot gram is not its pattern's");
	if (slot->anchor + slot->near < 0 ||
	    slot->anchor + slot->near > (s32)pattern->len - 4)
		return invalid(v, i, "slot near leaves its pattern");
	if (slot->check != gram_of(v, pattern,
				   (u32)(slot->anchor + slot->near)))
		return invalid(v, i, "slot check is not its pattern's");
	if (segward_image_hash(slot->gram, mpm->long_bits) != bucket)
		return invalid(v, i, "slot is in a wrong bucket");
	if (!has_bit(filter, segward_image_hash(slot->gram, mpm->filter_bits)))
		return invalid(v, i, "slot gram is not in the filter");
	return verify_slot_anchor(v, i, slot, parity_of(slot));
}

static int verify_short_slot(struct verifier *v, u32 i, u32 bucket,
			     const struct segward_image_mpm *mpm,
			     const u32 *pairs)
{
	const struct segward_image_pattern *pattern;
	const struct segward_image_slot *slot;
	const u8 *pair;

	slot = records(v, SEGWARD_IMAGE_SLOTS);
	slot += mpm->first_slot + i;
	pattern = records(v, SEGWARD_IMAGE_PATTERNS);
	pattern += mpm->first_pattern + slot->pattern;
	if (pattern->len >= SEGWARD_IMAGE_LONG_MIN)
		return invalid(v, i, "slot pattern is not a short one");
	if (slot->anchor > pattern->len - 2)
		return invalid(v, i, "slot anchor leaves its pattern");
	pair = pattern_bytes(v, pattern) + slot->anchor;
	if (slot->gram != (u32)((pair[0] | pair[1] << 8) |
				(SEGWARD_IMAGE_FOLD & 0xffff)))
		return invalid(v, i, "slot gram is not its pattern's");
	if (segward_image_hash(slot->gram, mpm->short_bits) != bucket)
		return invalid(v, i, "slot is in a wrong bucket");
	if (slot->near != -(s32)slot->anchor)
		return invalid(v, i, "slot near is not where it begins");
	if (slot->check != short_of(v, pattern))
		return invalid(v, i, "slot check is not its pattern's");
	if (!has_pair(pairs, pair))
		return invalid(v, i, "slot gram is not in the pairs");
	if (pattern->len > 2)
		return verify_slot_anchor(v, i, slot, parity_of(slot));
	if (mpm->nr_pairs < 2 ||
	    !has_pair(pairs + SEGWARD_IMAGE_PAIR_WORDS, pair))
		return invalid(v, i, "slot gram is not in the odd pairs");
	return verify_slot_anchor(v, i, slot, 3);
}

static int verify_slots(struct verifier *v,
			const struct segward_image_mpm *mpm,
			const u32 *bucket, u32 nr, const u32 *bitmap,
			int (*verify)(struct verifier *v, u32 i, u32 bucket,
				      const struct segward_image_mpm *mpm,
				      const u32 *bitmap))
{
	const struct segward_image_slot *slots;
	u32 b, i;
	int err;

	slots = records(v, SEGWARD_IMAGE_SLOTS);
	slots += mpm->first_slot;
	for (b = 0; b < nr; b++) {
		breathe(b);
		for (i = bucket[b]; i < bucket[b + 1]; i++) {
			if (slots[i].pattern >= mpm->nr_patterns)
				return invalid(v, i,
					       "slot pattern is not a pattern");
			err = verify(v, i, b, mpm, bitmap);
			if (err)
				return err;
		}
	}
	return 0;
}

static int verify_mpm_tables(struct verifier *v,
			     const struct segward_image_mpm *mpm,
			     const struct segward_image_tables *tables)
{
	const u32 *words = records(v, SEGWARD_IMAGE_WORDS);
	u32 nr = 1u << mpm->long_bits;
	u32 slot = 0;
	int err;

	err = verify_buckets(v, words + tables->longs, nr, &slot,
			     mpm->nr_slots);
	if (err)
		return err;
	err = verify_slots(v, mpm, words + tables->longs, nr,
			   words + tables->filter, verify_long_slot);
	if (err)
		return err;
	if (mpm->short_bits) {
		nr = 1u << mpm->short_bits;
		err = verify_buckets(v, words + tables->shorts, nr, &slot,
				     mpm->nr_slots);
		if (err)
			return err;
		err = verify_slots(v, mpm, words + tables->shorts, nr,
				   words + tables->pairs, verify_short_slot);
		if (err)
			return err;
	}
	if (slot != mpm->nr_slots)
		return invalid(v, slot, "slot is in no bucket");
	return 0;
}

static int verify_mpm(struct verifier *v, u32 i)
{
	const struct segward_image_mpm *mpm = records(v, SEGWARD_IMAGE_MPMS);
	struct segward_image_tables tables;
	u32 pattern;
	int err;

	mpm += i;
	err = verify_mpm_layout(v, i, mpm, &tables);
	if (err)
		return err;
	memset(v->anchors, 0, mpm->nr_patterns);
	err = verify_mpm_tables(v, mpm, &tables);
	if (err)
		return err;
	for (pattern = 0; pattern < mpm->nr_patterns; pattern++) {
		breathe(pattern);
		if (v->anchors[pattern] != 3)
			return invalid(v, pattern, "pattern lacks a slot");
	}
	return 0;
}

static int verify_mpms(struct verifier *v)
{
	u32 nr = count(v, SEGWARD_IMAGE_MPMS);
	int err = 0;
	u32 i;

	v->anchors = segward_zalloc(SEGWARD_IMAGE_RULES_MAX);
	if (!v->anchors)
		return refuse(v, -ENOMEM, 0, "not enough memory to verify");
	for (i = 0; i < nr && !err; i++) {
		breathe(i);
		err = verify_mpm(v, i);
	}
	segward_free(v->anchors);
	if (err)
		return err;
	if (v->words != count(v, SEGWARD_IMAGE_WORDS))
		return invalid(v, v->words, "word is in no matcher");
	if (v->slots != count(v, SEGWARD_IMAGE_SLOTS))
		return invalid(v, v->slots, "slot is in no matcher");
	if (v->patterns != count(v, SEGWARD_IMAGE_PATTERNS))
		return invalid(v, v->patterns, "pattern is in no matcher");
	return 0;
}

static int verify_origins(struct verifier *v)
{
	const struct segward_image_header *header = v->image;

	if (!is_string(v, header->classification))
		return invalid(v, 0, "header classification is not a string");
	return verify_string_list(v, SEGWARD_IMAGE_ORIGINS,
				  "origin is not a string");
}

static int verify_references(struct verifier *v)
{
	return verify_string_list(v, SEGWARD_IMAGE_REFERENCES,
				  "reference is not a string");
}

int segward_image_verify(const void *image, u32 size,
			 struct segward_image_error *error)
{
	/* Each relies on what those before it found good. */
	static int (*const step[])(struct verifier *v) = {
		verify_header, verify_strings, verify_origins,
		verify_variables, verify_sets, verify_classes,
		verify_references, verify_ops, verify_rules, verify_links,
		verify_groups, verify_patterns, verify_mpms,
	};
	struct verifier v = { .image = image, .size = size, .error = error };
	u32 i;
	int err;

	error->what = "";
	error->index = 0;
	for (i = 0; i < ARRAY_SIZE(step); i++) {
		err = step[i](&v);
		if (err)
			return err;
	}
	return 0;
}

const char *segward_image_string(const void *image, u32 string)
{
	return (const char *)segward_image_section(image,
						   SEGWARD_IMAGE_STRINGS) +
	       string;
}

const struct segward_image_rule *segward_image_rule(const void *image, u32 rule)
{
	const struct segward_image_rule *rules;

	rules = segward_image_section(image, SEGWARD_IMAGE_RULES);
	return &rules[rule];
}

const struct segward_image_class *segward_image_class(const void *image,
						      u32 class)
{
	const struct segward_image_class *classes;

	classes = segward_image_section(image, SEGWARD_IMAGE_CLASSES);
	return &classes[class];
}
