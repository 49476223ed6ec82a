// SPDX-License-Identifier: GPL-2.0
/*
 * The verifier: a good image passes, and each field that is changed to
 * something bad is refused by its name.
 */
#include "image_builder.h"
#include "rule.h"
#include "tap.h"

#define NOCASE		SEGWARD_IMAGE_OP_F_NOCASE
#define DISTANCE	SEGWARD_IMAGE_OP_F_DISTANCE
#define WITHIN		SEGWARD_IMAGE_OP_F_WITHIN
#define OFFSET		SEGWARD_IMAGE_OP_F_OFFSET
#define DEPTH		SEGWARD_IMAGE_OP_F_DEPTH
#define STARTSWITH	SEGWARD_IMAGE_OP_F_STARTSWITH

static u8 *image;
static u32 size;

/*
 * Sets: 1 addresses 10/8, 192.168/16, fc00::/7, but not 10.9/16; 2 ports
 * 80-90, 443; 3 variable NET; 4 all of 1 and 3.
 * Rules: 0 pass, 1 drop, 2 rejectsrc, 3 alert, 4 alert of lower priority.
 */
static void add_sets(struct image_builder *b)
{
	static const struct segward_image_element address[] = {
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV4, .first = { 10 },
		  .last = { 10, 255, 255, 255 } },
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV4, .first = { 192, 168 },
		  .last = { 192, 168, 255, 255 } },
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV6, .first = { 0xfc },
		  .last = { 0xfd, [1 ... 15] = 0xff } },
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV4, .first = { 10, 9 },
		  .last = { 10, 9, 255, 255 } },
	};
	static const struct segward_image_element port[] = {
		{ .type = SEGWARD_IMAGE_ELEMENT_PORT, .first = { 0, 80 },
		  .last = { 0, 90 } },
		{ .type = SEGWARD_IMAGE_ELEMENT_PORT, .first = { 1, 187 },
		  .last = { 1, 187 } },
	};
	static const struct segward_image_element variable[] = {
		{ .type = SEGWARD_IMAGE_ELEMENT_VARIABLE, .ref = 0 },
	};
	static const struct segward_image_element both[] = {
		{ .type = SEGWARD_IMAGE_ELEMENT_SET, .ref = 1 },
		{ .type = SEGWARD_IMAGE_ELEMENT_SET, .ref = 3 },
	};
	struct segward_image_variable net = {
		.kind = SEGWARD_IMAGE_SET_ADDRESS,
	};

	net.name = image_string(b, "NET");
	net.set = image_set(b, SEGWARD_IMAGE_SET_ADDRESS, address, 3, 1);
	image_append(b, SEGWARD_IMAGE_VARIABLES, &net, 1);
	image_set(b, SEGWARD_IMAGE_SET_PORT, port, 2, 0);
	image_set(b, SEGWARD_IMAGE_SET_ADDRESS, variable, 1, 0);
	image_set(b, SEGWARD_IMAGE_SET_ADDRESS, both, 2, 0);
}

static void add_rules(struct image_builder *b)
{
	static const u32 action[] = {
		SEGWARD_RULE_ACTION_PASS, SEGWARD_RULE_ACTION_DROP,
		SEGWARD_RULE_ACTION_REJECTSRC, SEGWARD_RULE_ACTION_ALERT,
		SEGWARD_RULE_ACTION_ALERT,
	};
	struct segward_image_rule *rule;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(action); i++) {
		u32 msg = image_string(b, "a message");

		rule = image_rule(b);
		rule->action = action[i];
		rule->priority = 1 + i;
		rule->msg = msg;
		rule->src = 4;
		rule->proto = 6;
		rule->dport = 2;
		rule->classtype = 1;
		rule->nr_references = 1;
	}
	image_content(b, "attack", 6, NOCASE, 0, 0);
	image_content(b, "x", 1, DISTANCE | WITHIN, -2, 10);
	image_content(b, "abc", 3, OFFSET | DEPTH, 4, 20);
	image_content(b, "GET", 3, STARTSWITH, 0, 0);
	image_dsize(b, 0, 10, 100);
}

static void build(void)
{
	struct segward_image_class class = { .priority = 2 };
	struct image_builder b;
	u32 string;

	image_start(&b);
	string = image_string(&b, "file.rules");
	image_append(&b, SEGWARD_IMAGE_ORIGINS, &string, 1);
	class.name = image_string(&b, "misc");
	class.description = image_string(&b, "Miscellaneous");
	image_append(&b, SEGWARD_IMAGE_CLASSES, &class, 1);
	string = image_string(&b, "url,example.com");
	image_append(&b, SEGWARD_IMAGE_REFERENCES, &string, 1);
	add_sets(&b);
	add_rules(&b);
	/* patterns of other rules: a long one more and two short ones */
	((struct segward_image_rule *)b.data[SEGWARD_IMAGE_RULES])[3].nr_ops =
		1;
	((struct segward_image_rule *)b.data[SEGWARD_IMAGE_RULES])[2].nr_ops =
		1;
	((struct segward_image_rule *)b.data[SEGWARD_IMAGE_RULES])[2].first_op =
		2;
	image_group(&b, 6);
	image_group(&b, 256);
	image = image_finish(&b, &size);
}

static struct segward_image_header *header(void)
{
	return (struct segward_image_header *)image;
}

static void *record(u32 section, u64 i)
{
	return image + header()->section[section].offset +
	       i * image_record_size[section];
}

static struct segward_image_error error;

static int verify(void)
{
	return segward_image_verify(image, size, &error);
}

static void expect(int err, const char *what, u32 index, const char *where,
		   int line)
{
	int got = verify();

	if (!CHECK(got == err) || !CHECK_STR(error.what, what) ||
	    !CHECK(error.index == index))
		printf("# line %d: %s: %d, record %u\n", line, where, got,
		       error.index);
}

/* Each is a test of one field: set, be refused, set back. */
#define BAD(field, value, err, index, what) do {			\
	__auto_type at_ = &(field);					\
	__auto_type old_ = *at_;					\
									\
	*at_ = (value);							\
	expect(-(err), what, index, #field " = " #value, __LINE__);	\
	*at_ = old_;							\
} while (0)

#define SECTION(i)	(header()->section[SEGWARD_IMAGE_##i])
#define VARIABLE(i)	((struct segward_image_variable *) \
			 record(SEGWARD_IMAGE_VARIABLES, i))
#define SET(i)		((struct segward_image_set *) \
			 record(SEGWARD_IMAGE_SETS, i))
#define ELEMENT(i)	((struct segward_image_element *) \
			 record(SEGWARD_IMAGE_ELEMENTS, i))
#define CLASS(i)	((struct segward_image_class *) \
			 record(SEGWARD_IMAGE_CLASSES, i))
#define RULE(i)		((struct segward_image_rule *) \
			 record(SEGWARD_IMAGE_RULES, i))
#define OP(i)		((struct segward_image_op *) \
			 record(SEGWARD_IMAGE_OPS, i))
#define GROUP(i)	((struct segward_image_group *) \
			 record(SEGWARD_IMAGE_GROUPS, i))
#define PATTERN(i)	((struct segward_image_pattern *) \
			 record(SEGWARD_IMAGE_PATTERNS, i))
#define LINK(i)		((u32 *)record(SEGWARD_IMAGE_LINKS, i))
#define MPM(i)		((struct segward_image_mpm *) \
			 record(SEGWARD_IMAGE_MPMS, i))
#define WORD(i)		((u32 *)record(SEGWARD_IMAGE_WORDS, i))
#define SLOT(i)		((struct segward_image_slot *) \
			 record(SEGWARD_IMAGE_SLOTS, i))
#define STRING(i)	((char *)record(SEGWARD_IMAGE_STRINGS, i))

static void a_good_image_is_accepted(void)
{
	CHECK_EQ(verify(), 0);
	CHECK_STR(error.what, "");
	CHECK_EQ(SECTION(MPMS).count, 2);
	CHECK(MPM(0)->short_bits);
	CHECK(SECTION(GROUPS).count == 2);
}

static void headers_are_checked(void)
{
	u32 old = size;

	BAD(header()->magic, 1, EINVAL, 0,
	    "header magic is not that of an image");
	BAD(header()->format, 3, EINVAL, 0, "header format is not known");
	BAD(header()->size, size + 1, EINVAL, 0,
	    "header size is not the image's");
	BAD(header()->flags, 2, EINVAL, 0, "header flags are not known");
	size = sizeof(struct segward_image_header) - 1;
	expect(-EINVAL, "image is shorter than its header", 0, "size",
	       __LINE__);
	size = 0;
	expect(-EINVAL, "image is shorter than its header", 0, "size",
	       __LINE__);
	size = SEGWARD_IMAGE_SIZE_MAX + 1;
	expect(-E2BIG, "image size is over its limit", 0, "size", __LINE__);
	size = old - 8;
	expect(-EINVAL, "header size is not the image's", 0, "size",
	       __LINE__);
	size = old;
	CHECK_EQ(segward_image_verify(image + 4, size - 4, &error), -EINVAL);
	CHECK_STR(error.what, "image is not aligned to 8 bytes");
}

static void sections_are_checked(void)
{
	u32 i;

	BAD(SECTION(BYTES).offset, SECTION(BYTES).offset + 4, EINVAL, 1,
	    "section offset is not a multiple of 8");
	BAD(SECTION(STRINGS).offset, 0, EINVAL, 0,
	    "section offset overlaps what lies before it");
	for (i = 1; i < SEGWARD_IMAGE_SECTIONS; i++)
		BAD(header()->section[i].offset,
		    header()->section[i - 1].offset, EINVAL, i,
		    "section offset overlaps what lies before it");
	for (i = 0; i < SEGWARD_IMAGE_SECTIONS; i++) {
		BAD(header()->section[i].count, ~0u, EINVAL, i,
		    "section count leaves the image");
		BAD(header()->section[i].offset, 0xfffffff8, EINVAL, i,
		    "section count leaves the image");
		if (image_record_size[i] == 1)
			continue;
		/* 32-bit arithmetic would wrap around */
		BAD(header()->section[i].count,
		    (u32)(0x100000000ULL / image_record_size[i] + 1), EINVAL,
		    i, "section count leaves the image");
	}
	BAD(SECTION(SLOTS).count, SECTION(SLOTS).count + 1, EINVAL, 15,
	    "section count leaves the image");
	BAD(SECTION(SLOTS).count, SECTION(SLOTS).count - 1, EINVAL, 1,
	    "mpm nr_slots leaves the slots");
}

static void strings_are_checked(void)
{
	u32 last = SECTION(STRINGS).count - 1;

	BAD(*STRING(0), 'x', EINVAL, 0, "string 0 is not empty");
	BAD(*STRING(last), 'x', EINVAL, last,
	    "last string is not terminated");
	BAD(SECTION(STRINGS).count, 0, EINVAL, 0, "string 0 is not empty");
	BAD(header()->classification, last + 1, EINVAL, 0,
	    "header classification is not a string");
	BAD(*(u32 *)record(SEGWARD_IMAGE_ORIGINS, 0), last + 1, EINVAL, 0,
	    "origin is not a string");
	BAD(*(u32 *)record(SEGWARD_IMAGE_REFERENCES, 0), ~0u, EINVAL, 0,
	    "reference is not a string");
}

/* At the edge: 4,096 bytes with the zero are good, 4,097 are not. */
static void the_longest_string_is_4095_characters(void)
{
	static char text[SEGWARD_IMAGE_STRING_MAX + 1];
	struct image_builder b;
	u32 i, bytes;
	u8 *block;

	for (i = 0; i < 2; i++) {
		memset(text, 'x', sizeof(text) - 1);
		text[SEGWARD_IMAGE_STRING_MAX - 1 + i] = 0;
		image_start(&b);
		image_string(&b, text);
		block = image_finish(&b, &bytes);
		CHECK_EQ(segward_image_verify(block, bytes, &error),
			 i ? -E2BIG : 0);
		if (i)
			CHECK_STR(error.what,
				  "string length is over its limit");
		segward_free(block);
	}
}

static void variables_are_checked(void)
{
	BAD(VARIABLE(0)->name, ~0u, EINVAL, 0,
	    "variable name is not a string");
	BAD(VARIABLE(0)->name, 0, EINVAL, 0,
	    "variable name is empty or too long");
	BAD(VARIABLE(0)->kind, 0, EINVAL, 0, "variable kind is not known");
	BAD(VARIABLE(0)->kind, 3, EINVAL, 0, "variable kind is not known");
	BAD(VARIABLE(0)->kind, SEGWARD_IMAGE_SET_PORT, EINVAL, 0,
	    "variable set is not one of its kind");
	BAD(VARIABLE(0)->set, 5, EINVAL, 0,
	    "variable set is not one of its kind");
	BAD(VARIABLE(0)->reserved, 1, EINVAL, 0,
	    "variable reserved is not 0");
}

static void sets_are_checked(void)
{
	BAD(SECTION(SETS).count, 0, EINVAL, 0,
	    "variable set is not one of its kind");
	BAD(SET(0)->kind, 1, EINVAL, 0, "set 0 is not empty and of no kind");
	BAD(SET(0)->positive, 1, EINVAL, 0,
	    "set 0 is not empty and of no kind");
	BAD(SET(0)->negative, 1, EINVAL, 0,
	    "set 0 is not empty and of no kind");
	BAD(SET(2)->kind, 0, EINVAL, 2, "set kind is not known");
	BAD(SET(2)->kind, 3, EINVAL, 2, "set kind is not known");
	BAD(SET(2)->first, 3, EINVAL, 2,
	    "set first is not where the set before it ends");
	BAD(SET(2)->first, 5, EINVAL, 2,
	    "set first is not where the set before it ends");
	BAD(SET(1)->positive, ~0u, EINVAL, 1,
	    "set positive leaves the elements");
	BAD(SET(1)->negative, ~0u, EINVAL, 1,
	    "set negative leaves the elements");
	BAD(SET(4)->positive, 1, EINVAL, 8, "element is in no set");
}

static void elements_are_checked(void)
{
	BAD(ELEMENT(0)->type, 0, EINVAL, 0,
	    "element type does not go with its set");
	BAD(ELEMENT(0)->type, 6, EINVAL, 0,
	    "element type does not go with its set");
	BAD(ELEMENT(0)->type, SEGWARD_IMAGE_ELEMENT_PORT, EINVAL, 0,
	    "element type does not go with its set");
	BAD(ELEMENT(4)->type, SEGWARD_IMAGE_ELEMENT_IPV4, EINVAL, 4,
	    "element type does not go with its set");
	BAD(ELEMENT(0)->first[4], 1, EINVAL, 0,
	    "element first or last is too wide");
	BAD(ELEMENT(0)->last[15], 1, EINVAL, 0,
	    "element first or last is too wide");
	BAD(ELEMENT(4)->last[2], 1, EINVAL, 4,
	    "element first or last is too wide");
	BAD(ELEMENT(6)->first[0], 1, EINVAL, 6,
	    "element first or last is too wide");
	BAD(ELEMENT(0)->ref, 1, EINVAL, 0, "element ref of a range is not 0");
	BAD(ELEMENT(0)->first[0], 11, EINVAL, 0,
	    "element first is behind its last");
	BAD(ELEMENT(1)->first[0], 10, EINVAL, 1, "element is out of order");
	BAD(ELEMENT(0)->type, SEGWARD_IMAGE_ELEMENT_IPV6, EINVAL, 1,
	    "element is out of order");
	BAD(ELEMENT(4)->last[0], 2, EINVAL, 5, "element is out of order");
	BAD(ELEMENT(6)->ref, 1, EINVAL, 6, "element ref is not a variable");
	BAD(ELEMENT(7)->ref, 4, EINVAL, 7, "element ref is not an earlier set");
	BAD(ELEMENT(7)->ref, 99, EINVAL, 7,
	    "element ref is not an earlier set");
	BAD(ELEMENT(7)->ref, 2, EINVAL, 7, "element ref is of the other kind");
	BAD(VARIABLE(0)->set, 4, EINVAL, 6,
	    "element ref is not an earlier set");
}

/* A chain of sets: eight within one are good, nine are not. */
static void sets_nest_eight_deep(void)
{
	struct segward_image_element element = {
		.type = SEGWARD_IMAGE_ELEMENT_PORT,
	};
	struct image_builder b;
	u32 deep, i, bytes;
	u8 *block;

	for (deep = 8; deep < 10; deep++) {
		image_start(&b);
		element.type = SEGWARD_IMAGE_ELEMENT_PORT;
		element.ref = 0;
		for (i = 0; i <= deep; i++) {
			element.ref = image_set(&b, SEGWARD_IMAGE_SET_PORT,
						&element, 1, 0);
			element.type = SEGWARD_IMAGE_ELEMENT_SET;
		}
		block = image_finish(&b, &bytes);
		CHECK_EQ(segward_image_verify(block, bytes, &error),
			 deep == 8 ? 0 : -E2BIG);
		if (deep != 8)
			CHECK_STR(error.what,
				  "element ref is nested too deep");
		segward_free(block);
	}
}

static void classes_are_checked(void)
{
	BAD(SECTION(CLASSES).count, 0, EINVAL, 0, "class 0 is missing");
	BAD(CLASS(1)->name, ~0u, EINVAL, 1, "class name is not a string");
	BAD(CLASS(1)->description, ~0u, EINVAL, 1,
	    "class description is not a string");
	BAD(CLASS(0)->reserved, 1, EINVAL, 0, "class reserved is not 0");
}

static void rules_are_checked(void)
{
	BAD(RULE(1)->action, 0, EINVAL, 1, "rule action is not known");
	BAD(RULE(1)->action, SEGWARD_RULE_ACTION_MAX + 1, EINVAL, 1,
	    "rule action is not known");
	BAD(RULE(1)->proto, 258, EINVAL, 1, "rule proto is not known");
	BAD(RULE(1)->flags, 1u << 6, EINVAL, 1, "rule flags are not known");
	BAD(RULE(1)->flags, 3u << 2, EINVAL, 1,
	    "rule flags are of both directions");
	BAD(RULE(1)->flags, 3u << 4, EINVAL, 1,
	    "rule flags are of both states");
	BAD(RULE(1)->src, 2, EINVAL, 1, "rule src is not a set of addresses");
	BAD(RULE(1)->src, 5, EINVAL, 1, "rule src is not a set of addresses");
	BAD(RULE(1)->dst, 2, EINVAL, 1, "rule dst is not a set of addresses");
	BAD(RULE(1)->sport, 1, EINVAL, 1, "rule sport is not a set of ports");
	BAD(RULE(1)->dport, 1, EINVAL, 1, "rule dport is not a set of ports");
	BAD(RULE(1)->msg, ~0u, EINVAL, 1, "rule msg is not a string");
	BAD(RULE(1)->metadata, ~0u, EINVAL, 1,
	    "rule metadata is not a string");
	BAD(RULE(1)->header, ~0u, EINVAL, 1, "rule header is not a string");
	BAD(RULE(1)->classtype, 2, EINVAL, 1, "rule classtype is not a class");
	BAD(RULE(1)->priority, 0, EINVAL, 1, "rule priority is 0");
	BAD(RULE(1)->first_reference, 1, EINVAL, 1,
	    "rule references leave their section");
	BAD(RULE(1)->nr_references, 2, EINVAL, 1,
	    "rule references leave their section");
	BAD(RULE(1)->nr_references, ~0u, EINVAL, 1,
	    "rule references leave their section");
	BAD(RULE(1)->app, SEGWARD_APP_PROTO_MAX + 1, EINVAL, 1,
	    "rule app is not known");
	BAD(RULE(1)->flags, SEGWARD_IMAGE_RULE_F_APP_NEGATED, EINVAL, 1,
	    "rule flags negate app, which is 0");
	BAD(RULE(4)->nr_ops, 6, EINVAL, 4, "rule ops leave their section");
	BAD(RULE(4)->first_op, 1, EINVAL, 4, "rule ops leave their section");
	BAD(RULE(4)->first_op, ~0u, EINVAL, 4,
	    "rule ops leave their section");
}

/* pass before drop before reject before alert; then priority; then number */
static void the_order_of_rules_is_checked(void)
{
	static const u32 rejects[] = {
		SEGWARD_RULE_ACTION_REJECT, SEGWARD_RULE_ACTION_REJECTDST,
		SEGWARD_RULE_ACTION_REJECTBOTH,
	};
	u32 priority = RULE(3)->priority;
	u32 i;

	BAD(RULE(0)->action, SEGWARD_RULE_ACTION_REJECT, EINVAL, 1,
	    "rule is out of order");
	BAD(RULE(1)->action, SEGWARD_RULE_ACTION_ALERT, EINVAL, 2,
	    "rule is out of order");
	BAD(RULE(4)->action, SEGWARD_RULE_ACTION_PASS, EINVAL, 4,
	    "rule is out of order");
	BAD(RULE(4)->priority, priority - 1, EINVAL, 4,
	    "rule is out of order");
	for (i = 0; i < ARRAY_SIZE(rejects); i++) {
		RULE(1)->action = rejects[i];
		CHECK_EQ(verify(), 0);
	}
	RULE(1)->action = SEGWARD_RULE_ACTION_DROP;
	RULE(3)->priority = RULE(4)->priority;
	CHECK_EQ(verify(), 0);
	BAD(RULE(4)->signature_id, 3, EINVAL, 4, "rule is out of order");
	RULE(3)->priority = priority;
}

static void ops_are_checked(void)
{
	BAD(OP(0)->type, 0, EINVAL, 0, "op type is not known");
	BAD(OP(0)->type, 5, EINVAL, 0, "op type is not known");
	BAD(OP(0)->flags, 1u << 9, EINVAL, 0, "op flags are not known");
	BAD(OP(1)->flags, DISTANCE | WITHIN | OFFSET, EINVAL, 1,
	    "op flags are absolute and relative");
	BAD(OP(3)->flags, STARTSWITH | OFFSET, EINVAL, 3,
	    "op flags give startswith another place");
	BAD(OP(3)->flags, STARTSWITH | WITHIN, EINVAL, 3,
	    "op flags give startswith another place");
	BAD(OP(0)->len, 0, EINVAL, 0, "op content is empty");
	BAD(OP(0)->len, SEGWARD_IMAGE_PATTERN_MAX + 1, E2BIG, 0,
	    "op content is too long");
	BAD(OP(0)->len, SEGWARD_IMAGE_PATTERN_MAX, EINVAL, 0,
	    "op content leaves the bytes");
	BAD(OP(0)->bytes, ~0u, EINVAL, 0, "op content leaves the bytes");
	BAD(OP(0)->bytes, SECTION(BYTES).count - 5, EINVAL, 0,
	    "op content leaves the bytes");
	BAD(OP(0)->low, 1, EINVAL, 0, "op low without offset or distance");
	BAD(OP(0)->high, 6, EINVAL, 0, "op high without depth or within");
	BAD(OP(1)->low, SEGWARD_IMAGE_PLACE_MAX + 1, EINVAL, 1,
	    "op low is out of range");
	BAD(OP(1)->low, -SEGWARD_IMAGE_PLACE_MAX - 1, EINVAL, 1,
	    "op low is out of range");
	BAD(OP(2)->low, -1, EINVAL, 2, "op low is out of range");
	BAD(OP(1)->high, -1, EINVAL, 1, "op high is out of range");
	BAD(OP(1)->high, SEGWARD_IMAGE_PLACE_MAX + 1, EINVAL, 1,
	    "op high is out of range");
	BAD(OP(2)->high, 2, EINVAL, 2, "op high is less than the content");
	BAD(OP(1)->high, 0, EINVAL, 1, "op high is less than the content");
	BAD(OP(4)->flags, NOCASE, EINVAL, 4, "op flags do not go with its type");
	BAD(OP(4)->len, 1, EINVAL, 4, "op bytes of no content are not 0");
	BAD(OP(4)->bytes, 1, EINVAL, 4, "op bytes of no content are not 0");
	BAD(OP(4)->low, -1, EINVAL, 4,
	    "op low and high are no range of sizes");
	BAD(OP(4)->low, 101, EINVAL, 4,
	    "op low and high are no range of sizes");
	BAD(OP(4)->high, 65536, EINVAL, 4,
	    "op low and high are no range of sizes");
}

static void buffers_of_ops_are_checked(void)
{
	static const char wrong[] = "op buffer does not go with its type";

	BAD(OP(3)->buffer, SEGWARD_BUFFER_STREAM, EINVAL, 3, wrong);
	BAD(OP(3)->buffer, SEGWARD_BUFFERS_END, EINVAL, 3, wrong);
	BAD(OP(3)->buffer, SEGWARD_IMAGE_BUFFER_EVENT, EINVAL, 3, wrong);
	BAD(OP(4)->buffer, SEGWARD_BUFFER_HTTP_URI, EINVAL, 4, wrong);
	BAD(OP(4)->type, SEGWARD_IMAGE_OP_BSIZE, EINVAL, 4, wrong);
	BAD(OP(4)->type, SEGWARD_IMAGE_OP_EVENT, EINVAL, 4, wrong);
	BAD(OP(3)->flags, STARTSWITH | SEGWARD_IMAGE_OP_F_DOTPREFIX, EINVAL, 3,
	    "op flags give the payload a dot");
	BAD(OP(0)->buffer, SEGWARD_BUFFER_HTTP_URI, EINVAL, 4,
	    "rule ops are not in the order of buffers");
	/* those that are good */
	OP(4)->type = SEGWARD_IMAGE_OP_BSIZE;
	OP(4)->buffer = SEGWARD_BUFFER_HTTP_URI;
	CHECK_EQ(verify(), 0);
	OP(3)->buffer = SEGWARD_BUFFER_HTTP_URI;
	CHECK_EQ(verify(), 0);
	OP(4)->flags = SEGWARD_IMAGE_OP_F_DOTPREFIX;
	CHECK_EQ(verify(), 0);
	BAD(OP(4)->high, -1, EINVAL, 4,
	    "op low and high are no range of sizes");
	BAD(OP(4)->flags, SEGWARD_IMAGE_OP_F_DOTPREFIX | NOCASE, EINVAL, 4,
	    "op flags do not go with its type");
	OP(3)->flags |= SEGWARD_IMAGE_OP_F_DOTPREFIX;
	OP(4)->flags = 0;
	BAD(OP(4)->low, 10, EINVAL, 4,
	    "rule ops are not in the order of buffers");
	OP(3)->flags = STARTSWITH;
	OP(3)->buffer = 0;
}

static void events_of_ops_are_checked(void)
{
	s32 old[2] = { OP(4)->low, OP(4)->high };

	OP(4)->type = SEGWARD_IMAGE_OP_EVENT;
	OP(4)->buffer = SEGWARD_IMAGE_BUFFER_EVENT;
	OP(4)->high = 0;
	CHECK_EQ(verify(), 0);
	BAD(OP(4)->low, -1, EINVAL, 4, "op low and high are no event");
	BAD(OP(4)->low, 65536, EINVAL, 4, "op low and high are no event");
	BAD(OP(4)->high, 11, EINVAL, 4, "op low and high are no event");
	BAD(OP(4)->flags, SEGWARD_IMAGE_OP_F_NEGATED, EINVAL, 4,
	    "op flags do not go with its type");
	BAD(OP(4)->len, 1, EINVAL, 4, "op bytes of no content are not 0");
	OP(4)->type = SEGWARD_IMAGE_OP_DSIZE;
	OP(4)->buffer = 0;
	OP(4)->low = old[0];
	OP(4)->high = old[1];
}

static void a_rule_has_so_many_buffers(void)
{
	struct segward_image_error error;
	struct segward_image_op *op;
	struct image_builder b;
	void *many;
	u32 bytes, i;

	image_start(&b);
	image_rule(&b);
	for (i = 0; i < SEGWARD_IMAGE_BUFFERS_MAX + 1; i++) {
		image_content(&b, "a", 1, 0, 0, 0);
		op = b.data[SEGWARD_IMAGE_OPS];
		op[i].buffer = (u16)(SEGWARD_BUFFER_HTTP_METHOD + i);
	}
	op[i - 1].buffer--;
	many = image_finish(&b, &bytes);
	CHECK_EQ(segward_image_verify(many, bytes, &error), 0);
	op = (void *)((u8 *)many + ((struct segward_image_header *)
				    many)->section[SEGWARD_IMAGE_OPS].offset);
	op[i - 1].buffer++;
	CHECK_EQ(segward_image_verify(many, bytes, &error), -E2BIG);
	CHECK_STR(error.what, "rule has too many buffers");
	segward_free(many);
}

static void places_go_to_their_limit(void)
{
	s32 old[2] = { OP(1)->low, OP(1)->high };

	OP(1)->low = -SEGWARD_IMAGE_PLACE_MAX;
	OP(1)->high = SEGWARD_IMAGE_PLACE_MAX;
	CHECK_EQ(verify(), 0);
	OP(1)->low = SEGWARD_IMAGE_PLACE_MAX;
	CHECK_EQ(verify(), 0);
	OP(1)->low = old[0];
	OP(1)->high = old[1];
}

static void groups_are_checked(void)
{
	u32 links = SECTION(LINKS).count;

	BAD(GROUP(1)->proto, 257, EINVAL, 1, "group proto is not known");
	BAD(GROUP(1)->proto, 5, EINVAL, 1, "group is out of order");
	BAD(GROUP(1)->proto, 6, EINVAL, 1,
	    "group overlaps the one before it");
	BAD(GROUP(0)->port_last, 65536, EINVAL, 0,
	    "group port_last is not a port");
	BAD(GROUP(0)->port_first, 65536, EINVAL, 0,
	    "group port_first is behind port_last");
	BAD(GROUP(0)->mpm, 2, EINVAL, 0, "group mpm is not a matcher");
	BAD(GROUP(0)->first_link, links + 1, EINVAL, 0,
	    "group links leave their section");
	BAD(GROUP(0)->nr_links, links + 1, EINVAL, 0,
	    "group links leave their section");
	BAD(GROUP(0)->nr_links, ~0u, EINVAL, 0,
	    "group links leave their section");
	BAD(*LINK(0), 5, EINVAL, 0, "link is not a rule");
	BAD(*LINK(links - 1), ~0u, EINVAL, links - 1, "link is not a rule");
}

static void buffers_of_groups_are_checked(void)
{
	static const char wrong[] =
		"group of a protocol's buffer has proto or ports";

	BAD(GROUP(1)->buffer, SEGWARD_BUFFERS_END, EINVAL, 1,
	    "group buffer is not known");
	BAD(GROUP(0)->buffer, SEGWARD_BUFFER_STREAM, EINVAL, 1,
	    "group is out of order");
	BAD(GROUP(0)->buffer, SEGWARD_BUFFER_HTTP_URI, EINVAL, 0, wrong);
	GROUP(1)->buffer = SEGWARD_BUFFER_HTTP_URI;
	CHECK_EQ(verify(), 0);
	BAD(GROUP(1)->port_first, 1, EINVAL, 1, wrong);
	BAD(GROUP(1)->port_last, 65534, EINVAL, 1, wrong);
	GROUP(1)->buffer = SEGWARD_IMAGE_BUFFER_EVENT;
	CHECK_EQ(verify(), 0);
	GROUP(1)->buffer = SEGWARD_BUFFER_STREAM;
	CHECK_EQ(verify(), 0);
	GROUP(1)->buffer = 0;
}

static void patterns_are_checked(void)
{
	BAD(PATTERN(0)->len, 1, EINVAL, 0, "pattern len is too short");
	BAD(PATTERN(0)->len, SEGWARD_IMAGE_PATTERN_MAX + 1, E2BIG, 0,
	    "pattern len is too long");
	BAD(PATTERN(0)->bytes, ~0u, EINVAL, 0, "pattern leaves the bytes");
	BAD(PATTERN(0)->len, SECTION(BYTES).count + 1, EINVAL, 0,
	    "pattern leaves the bytes");
	BAD(PATTERN(0)->first_link, ~0u, EINVAL, 0,
	    "pattern links leave their section");
	BAD(PATTERN(0)->nr_links, ~0u, EINVAL, 0,
	    "pattern links leave their section");
}

static void matchers_are_checked(void)
{
	BAD(MPM(0)->filter_bits, 9, EINVAL, 0,
	    "mpm filter_bits is out of range");
	BAD(MPM(0)->filter_bits, 25, EINVAL, 0,
	    "mpm filter_bits is out of range");
	BAD(MPM(0)->filter_bits, 24, EINVAL, 0, "mpm tables leave the words");
	BAD(MPM(0)->long_bits, 3, EINVAL, 0, "mpm long_bits is out of range");
	BAD(MPM(0)->long_bits, 14, EINVAL, 0, "mpm long_bits is out of range");
	BAD(MPM(0)->long_bits, 32, EINVAL, 0, "mpm long_bits is out of range");
	BAD(MPM(0)->short_bits, 3, EINVAL, 0,
	    "mpm short_bits is out of range");
	BAD(MPM(0)->short_bits, 21, EINVAL, 0,
	    "mpm short_bits is out of range");
	BAD(MPM(0)->short_bits, 20, EINVAL, 0, "mpm tables leave the words");
	BAD(MPM(0)->nr_pairs, 0, EINVAL, 0,
	    "mpm nr_pairs does not fit short_bits");
	BAD(MPM(0)->nr_pairs, 3, EINVAL, 0,
	    "mpm nr_pairs does not fit short_bits");
	BAD(MPM(0)->short_bits, 0, EINVAL, 0,
	    "mpm nr_pairs does not fit short_bits");
	BAD(MPM(0)->reserved, 1, EINVAL, 0, "mpm reserved is not 0");
	BAD(MPM(0)->first_word, 1, EINVAL, 0, "mpm first_word is out of order");
	BAD(MPM(1)->first_word, 0, EINVAL, 1, "mpm first_word is out of order");
	BAD(MPM(0)->first_slot, 1, EINVAL, 0, "mpm first_slot is out of order");
	BAD(MPM(0)->nr_slots, ~0u, EINVAL, 0, "mpm nr_slots leaves the slots");
	BAD(MPM(0)->first_pattern, 1, EINVAL, 0,
	    "mpm first_pattern is out of order");
	BAD(MPM(0)->nr_patterns, ~0u, EINVAL, 0,
	    "mpm nr_patterns leaves the patterns");
	BAD(SECTION(WORDS).count, SECTION(WORDS).count - 1, EINVAL, 1,
	    "mpm tables leave the words");
}

static u32 first_used(const u32 *bucket)
{
	u32 i = 0;

	while (bucket[i] == bucket[i + 1])
		i++;
	return i;
}

static void buckets_are_checked(void)
{
	struct segward_image_tables t;
	u32 *longs, *shorts;
	u32 b, s;

	segward_image_tables(MPM(0), &t);
	longs = WORD(0) + t.longs;
	shorts = WORD(0) + t.shorts;
	b = first_used(longs);
	s = first_used(shorts);
	BAD(longs[0], 1, EINVAL, 0, "bucket 0 does not begin with its slots");
	BAD(longs[b + 1], ~0u, EINVAL, b, "bucket is out of order");
	BAD(longs[b + 1], MPM(0)->nr_slots + 1, EINVAL, b,
	    "bucket is out of order");
	BAD(shorts[0], 0, EINVAL, 0, "bucket 0 does not begin with its slots");
	BAD(shorts[s + 1], ~0u, EINVAL, s, "bucket is out of order");
	BAD(shorts[1u << MPM(0)->short_bits],
	    shorts[1u << MPM(0)->short_bits] - 1, EINVAL,
	    (1u << MPM(0)->short_bits) - 1, "bucket is out of order");
}

static void slots_are_checked(void)
{
	struct segward_image_tables t;
	u32 first_short;

	segward_image_tables(MPM(0), &t);
	first_short = *WORD(t.shorts);
	BAD(SLOT(0)->pattern, MPM(0)->nr_patterns, EINVAL, 0,
	    "slot pattern is not a pattern");
	BAD(SLOT(0)->pattern, 0, EINVAL, 0, "slot pattern is not a long one");
	BAD(SLOT(0)->anchor, PATTERN(SLOT(0)->pattern)->len - 3, EINVAL, 0,
	    "slot anchor leaves its pattern");
	BAD(SLOT(0)->anchor, 0xffff, EINVAL, 0,
	    "slot anchor leaves its pattern");
	BAD(SLOT(0)->gram, SLOT(0)->gram ^ 1, EINVAL, 0,
	    "slot gram is not its pattern's");
	BAD(SLOT(0)->near, -7, EINVAL, 0, "slot near leaves its pattern");
	BAD(SLOT(0)->near, 3, EINVAL, 0, "slot near leaves its pattern");
	BAD(SLOT(0)->near, 0x7fff, EINVAL, 0, "slot near leaves its pattern");
	BAD(SLOT(0)->check, SLOT(0)->check ^ 1, EINVAL, 0,
	    "slot check is not its pattern's");
	BAD(SLOT(first_short)->check, 1, EINVAL, first_short,
	    "slot check is not its pattern's");
	BAD(SLOT(first_short)->near, 1, EINVAL, first_short,
	    "slot near is not where it begins");
	BAD(SLOT(first_short)->pattern, MPM(0)->nr_patterns - 1, EINVAL,
	    first_short, "slot pattern is not a short one");
	BAD(SLOT(first_short)->anchor,
	    PATTERN(SLOT(first_short)->pattern)->len - 1, EINVAL, first_short,
	    "slot anchor leaves its pattern");
	BAD(SLOT(first_short)->gram, SLOT(first_short)->gram ^ 1, EINVAL,
	    first_short, "slot gram is not its pattern's");
}

/* What would not be unsafe, but miss matches. */
static void every_pattern_can_be_found(void)
{
	struct segward_image_slot first = *SLOT(0);
	struct segward_image_tables t;
	u32 *filter, *pairs, *longs;
	u32 bit, b, i;

	segward_image_tables(MPM(0), &t);
	filter = WORD(0) + t.filter;
	pairs = WORD(0) + t.pairs;
	longs = WORD(0) + t.longs;
	bit = segward_image_hash(SLOT(0)->gram, MPM(0)->filter_bits);
	BAD(filter[bit / 32], filter[bit / 32] & ~(1u << bit % 32), EINVAL, 0,
	    "slot gram is not in the filter");
	for (i = 0; i < SEGWARD_IMAGE_PAIR_WORDS; i++) {
		u32 old = pairs[i];

		for (bit = old; bit; bit &= bit - 1) {
			pairs[i] = old & ~(bit & -bit);
			CHECK_EQ(verify(), -EINVAL);
			CHECK_STR(error.what,
				  "slot gram is not in the pairs");
		}
		pairs[i] = old;
	}
	b = first_used(longs);
	BAD(longs[b + 1], longs[b], EINVAL, 0, "slot is in a wrong bucket");
	/* the same anchor twice, so the other parity is missing */
	*SLOT(0) = *SLOT(1);
	CHECK(verify() == -EINVAL);
	*SLOT(0) = first;
	CHECK_EQ(verify(), 0);
}

static void a_matcher_needs_both_anchors_of_a_pattern(void)
{
	struct mpm_wish wish = { (const u8 *)"aaaaaaa", 0, 7, 0 };
	struct image_builder b;
	struct segward_image_slot *slot;
	u32 bytes, bad, mpm, i;
	u8 *block;

	for (i = 0; i < 2; i++) {
		image_start(&b);
		image_rule(&b);
		wish.offset = image_bytes(&b, wish.bytes, wish.len);
		CHECK_EQ(mpm_add(&b.mpm, &wish, 1, &mpm, &bad), 0);
		slot = b.mpm.slots;
		CHECK_EQ(slot[0].gram, slot[1].gram);
		/* all grams are equal: only the anchors' parity tells */
		slot[0].near = 0;
		if (i)
			slot[0].anchor = slot[1].anchor ^ 2;
		block = image_finish(&b, &bytes);
		CHECK_EQ(segward_image_verify(block, bytes, &error),
			 i ? -EINVAL : 0);
		if (i)
			CHECK_STR(error.what,
				  "slot repeats an anchor of its pattern");
		segward_free(block);
	}
}

static u8 *one_pattern(const char *bytes, u32 *nr, struct image_builder *b)
{
	struct mpm_wish wish = { (const u8 *)bytes, 0, (u32)strlen(bytes), 0 };
	u32 bad, mpm;

	image_start(b);
	image_rule(b);
	wish.offset = image_bytes(b, bytes, wish.len);
	if (mpm_add(&b->mpm, &wish, 1, &mpm, &bad))
		abort();
	return nr ? image_finish(b, nr) : NULL;
}

static void nothing_lies_about_unused(void)
{
	static const struct segward_image_slot slot = {};
	struct image_builder b;
	u32 word = 0;
	u32 bytes;
	u8 *block;

	one_pattern("pattern", NULL, &b);
	image_append(&b, SEGWARD_IMAGE_SLOTS, &slot, 1);
	b.mpm.slots = realloc(b.mpm.slots, 3 * sizeof(slot));
	b.mpm.slots[b.mpm.nr_slots++] = slot;
	block = image_finish(&b, &bytes);
	CHECK_EQ(segward_image_verify(block, bytes, &error), -EINVAL);
	CHECK_STR(error.what, "slot is in no matcher");
	segward_free(block);

	image_start(&b);
	b.mpm.words = calloc(1, sizeof(word));
	b.mpm.nr_words = 1;
	block = image_finish(&b, &bytes);
	CHECK_EQ(segward_image_verify(block, bytes, &error), -EINVAL);
	CHECK_STR(error.what, "word is in no matcher");
	segward_free(block);

	one_pattern("pattern", NULL, &b);
	b.mpm.mpms[0].nr_patterns = 2;
	b.mpm.patterns = realloc(b.mpm.patterns,
				 2 * sizeof(b.mpm.patterns[0]));
	b.mpm.patterns[b.mpm.nr_patterns++] = b.mpm.patterns[0];
	block = image_finish(&b, &bytes);
	CHECK_EQ(segward_image_verify(block, bytes, &error), -EINVAL);
	CHECK_STR(error.what, "pattern lacks a slot");
	CHECK_EQ(error.index, 1);
	segward_free(block);
}

static void limits_are_too_big_not_invalid(void)
{
	struct segward_image_rule *rule;
	struct image_builder b;
	u32 bytes, i;
	u8 *block;

	image_start(&b);
	rule = image_rule(&b);
	rule->first_op = 0;
	for (i = 0; i <= SEGWARD_IMAGE_OPS_MAX; i++)
		image_dsize(&b, 0, 0, 1);
	block = image_finish(&b, &bytes);
	CHECK_EQ(segward_image_verify(block, bytes, &error), -E2BIG);
	CHECK_STR(error.what, "rule has too many ops");
	segward_free(block);

	image_start(&b);
	for (i = 0; i <= SEGWARD_IMAGE_RULES_MAX; i++)
		image_rule(&b);
	block = image_finish(&b, &bytes);
	CHECK_EQ(segward_image_verify(block, bytes, &error), -E2BIG);
	CHECK_STR(error.what, "section count is over its limit");
	CHECK_EQ(error.index, SEGWARD_IMAGE_RULES);
	segward_free(block);
}

static void clear_odd_pairs(u8 *block)
{
	const struct segward_image_mpm *mpm;
	struct segward_image_tables t;
	u32 *words;

	mpm = segward_image_section(block, SEGWARD_IMAGE_MPMS);
	words = (u32 *)segward_image_section(block, SEGWARD_IMAGE_WORDS);
	segward_image_tables(mpm, &t);
	memset(words + t.pairs + SEGWARD_IMAGE_PAIR_WORDS, 0,
	       SEGWARD_IMAGE_PAIR_WORDS * 4);
}

/* The smallest image, and one with nothing but a long pattern. */
static void small_images_are_accepted(void)
{
	struct image_builder b;
	u32 bytes;
	u8 *block;

	image_start(&b);
	block = image_finish(&b, &bytes);
	CHECK_EQ(segward_image_verify(block, bytes, &error), 0);
	segward_free(block);
	block = one_pattern("abcde", &bytes, &b);
	CHECK_EQ(segward_image_verify(block, bytes, &error), 0);
	segward_free(block);
	block = one_pattern("ab", &bytes, &b);
	CHECK_EQ(segward_image_verify(block, bytes, &error), 0);
	clear_odd_pairs(block);
	CHECK_EQ(segward_image_verify(block, bytes, &error), -EINVAL);
	CHECK_STR(error.what, "slot gram is not in the odd pairs");
	segward_free(block);
}

static void accessors_give_what_was_built(void)
{
	const struct segward_image_rule *rule = segward_image_rule(image, 2);
	const struct segward_image_class *class;

	CHECK_EQ(rule->signature_id, 3);
	CHECK_EQ(rule->action, SEGWARD_RULE_ACTION_REJECTSRC);
	CHECK_STR(segward_image_string(image, rule->msg), "a message");
	CHECK_STR(segward_image_string(image, rule->metadata), "");
	class = segward_image_class(image, rule->classtype);
	CHECK_STR(segward_image_string(image, class->description),
		  "Miscellaneous");
}

int main(void)
{
	build();
	RUN(a_good_image_is_accepted);
	RUN(headers_are_checked);
	RUN(sections_are_checked);
	RUN(strings_are_checked);
	RUN(the_longest_string_is_4095_characters);
	RUN(variables_are_checked);
	RUN(sets_are_checked);
	RUN(elements_are_checked);
	RUN(sets_nest_eight_deep);
	RUN(classes_are_checked);
	RUN(rules_are_checked);
	RUN(the_order_of_rules_is_checked);
	RUN(ops_are_checked);
	RUN(buffers_of_ops_are_checked);
	RUN(events_of_ops_are_checked);
	RUN(a_rule_has_so_many_buffers);
	RUN(buffers_of_groups_are_checked);
	RUN(places_go_to_their_limit);
	RUN(groups_are_checked);
	RUN(patterns_are_checked);
	RUN(matchers_are_checked);
	RUN(buckets_are_checked);
	RUN(slots_are_checked);
	RUN(every_pattern_can_be_found);
	RUN(a_matcher_needs_both_anchors_of_a_pattern);
	RUN(nothing_lies_about_unused);
	RUN(limits_are_too_big_not_invalid);
	RUN(small_images_are_accepted);
	RUN(accessors_give_what_was_built);
	segward_free(image);
	return tap_done();
}
