/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Images by hand, for tests: records are appended to sections, rules are put
 * into the groups that can concern them, and image_finish() makes one block.
 */
#ifndef SEGWARD_SELFTESTS_IMAGE_BUILDER_H
#define SEGWARD_SELFTESTS_IMAGE_BUILDER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/segward.h>
#include <linux/segward_image.h>

#include "image.h"
#include "port.h"
#include "rulec/mpm.h"

struct image_builder {
	void *data[SEGWARD_IMAGE_SECTIONS];
	u32 nr[SEGWARD_IMAGE_SECTIONS];
	u32 room[SEGWARD_IMAGE_SECTIONS];
	struct mpm_sections mpm;
	u32 next_id;
};

static const u32 image_record_size[SEGWARD_IMAGE_SECTIONS] = {
	1, 1, 4, sizeof(struct segward_image_variable),
	sizeof(struct segward_image_set), sizeof(struct segward_image_element),
	sizeof(struct segward_image_class), sizeof(struct segward_image_rule),
	4, sizeof(struct segward_image_op), sizeof(struct segward_image_group),
	sizeof(struct segward_image_pattern), 4,
	sizeof(struct segward_image_mpm), 4, sizeof(struct segward_image_slot),
};

/* Append records; returns the index of the first. */
static u32 image_append(struct image_builder *b, u32 section,
			const void *record, u32 nr)
{
	u32 size = image_record_size[section];
	u32 first = b->nr[section];

	if (first + nr > b->room[section]) {
		b->room[section] = 2 * (first + nr);
		b->data[section] = realloc(b->data[section],
					   (size_t)b->room[section] * size);
		if (!b->data[section])
			abort();
	}
	if (nr)
		memcpy((u8 *)b->data[section] + (size_t)first * size, record,
		       (size_t)nr * size);
	b->nr[section] += nr;
	return first;
}

__attribute__((unused))
static u32 image_string(struct image_builder *b, const char *string)
{
	if (!*string)
		return 0;
	return image_append(b, SEGWARD_IMAGE_STRINGS, string,
			    (u32)strlen(string) + 1);
}

static u32 image_bytes(struct image_builder *b, const void *bytes, u32 len)
{
	return image_append(b, SEGWARD_IMAGE_BYTES, bytes, len);
}

/* What every image has: string "", set any, class none. */
static void image_start(struct image_builder *b)
{
	struct segward_image_class class = {};
	struct segward_image_set set = {};

	memset(b, 0, sizeof(*b));
	image_append(b, SEGWARD_IMAGE_STRINGS, "", 1);
	image_append(b, SEGWARD_IMAGE_SETS, &set, 1);
	image_append(b, SEGWARD_IMAGE_CLASSES, &class, 1);
	b->next_id = 1;
}

/* A set of elements in their order: the positive ones first. */
__attribute__((unused))
static u32 image_set(struct image_builder *b, u32 kind,
		     const struct segward_image_element *element, u32 positive,
		     u32 negative)
{
	struct segward_image_set set = {
		.kind = kind,
		.first = b->nr[SEGWARD_IMAGE_ELEMENTS],
		.positive = positive,
		.negative = negative,
	};

	image_append(b, SEGWARD_IMAGE_ELEMENTS, element, positive + negative);
	return image_append(b, SEGWARD_IMAGE_SETS, &set, 1);
}

/* An alert rule for everything; the caller changes what it likes. */
static struct segward_image_rule *image_rule(struct image_builder *b)
{
	struct segward_image_rule rule = {
		.signature_id = b->next_id++,
		.gid = 1,
		.rev = 1,
		.action = SEGWARD_RULE_ACTION_ALERT,
		.proto = SEGWARD_IMAGE_PROTO_IP,
		.priority = 3,
		.first_op = b->nr[SEGWARD_IMAGE_OPS],
	};
	u32 i = image_append(b, SEGWARD_IMAGE_RULES, &rule, 1);

	return (struct segward_image_rule *)b->data[SEGWARD_IMAGE_RULES] + i;
}

/* A content of the rule appended last. */
__attribute__((unused))
static void image_content(struct image_builder *b, const void *bytes, u32 len,
			  u32 flags, s32 low, s32 high)
{
	struct segward_image_rule *rule;
	struct segward_image_op op = {
		.type = SEGWARD_IMAGE_OP_CONTENT,
		.flags = flags,
		.len = len,
		.low = low,
		.high = high,
	};

	op.bytes = image_bytes(b, bytes, len);
	image_append(b, SEGWARD_IMAGE_OPS, &op, 1);
	rule = b->data[SEGWARD_IMAGE_RULES];
	rule[b->nr[SEGWARD_IMAGE_RULES] - 1].nr_ops++;
}

__attribute__((unused))
static void image_dsize(struct image_builder *b, u32 flags, s32 low, s32 high)
{
	struct segward_image_rule *rule;
	struct segward_image_op op = {
		.type = SEGWARD_IMAGE_OP_DSIZE,
		.flags = flags,
		.low = low,
		.high = high,
	};

	image_append(b, SEGWARD_IMAGE_OPS, &op, 1);
	rule = b->data[SEGWARD_IMAGE_RULES];
	rule[b->nr[SEGWARD_IMAGE_RULES] - 1].nr_ops++;
}

/* The longest content that must occur, as a wish. */
static bool image_wish(struct image_builder *b, u32 i, struct mpm_wish *wish)
{
	const struct segward_image_rule *rule;
	const struct segward_image_op *op;
	u8 folded[SEGWARD_IMAGE_PATTERN_MAX];
	const u8 *bytes;
	const struct segward_image_op *best = NULL;
	u32 k;

	rule = (struct segward_image_rule *)b->data[SEGWARD_IMAGE_RULES] + i;
	if (!rule->nr_ops)
		return false;
	op = (struct segward_image_op *)b->data[SEGWARD_IMAGE_OPS] +
	     rule->first_op;
	for (k = 0; k < rule->nr_ops; k++)
		if (op[k].type == SEGWARD_IMAGE_OP_CONTENT &&
		    !(op[k].flags & SEGWARD_IMAGE_OP_F_NEGATED) &&
		    op[k].len >= MPM_PATTERN_MIN &&
		    (!best || op[k].len > best->len))
			best = &op[k];
	if (!best)
		return false;
	bytes = (u8 *)b->data[SEGWARD_IMAGE_BYTES] + best->bytes;
	for (k = 0; k < best->len; k++)
		folded[k] = segward_image_fold(bytes[k]);
	wish->len = best->len;
	wish->rule = i;
	wish->offset = image_bytes(b, folded, wish->len);
	return true;
}

static bool image_concerns(const struct segward_image_rule *rule, u32 proto)
{
	if (rule->proto == SEGWARD_IMAGE_PROTO_ICMP)
		return proto == 1 || proto == 58;
	/* the group of all other protocols gets all rules: no harm */
	return proto == SEGWARD_IMAGE_PROTO_IP ||
	       rule->proto == SEGWARD_IMAGE_PROTO_IP || rule->proto == proto;
}

/* A group of all rules that can concern a protocol, in a buffer. */
static void image_group_of(struct image_builder *b, u32 buffer, u32 proto)
{
	struct segward_image_group group = {
		.buffer = buffer,
		.proto = proto,
		.port_last = 65535,
		.mpm = SEGWARD_IMAGE_NO_MPM,
	};
	u32 nr_rules = b->nr[SEGWARD_IMAGE_RULES];
	struct mpm_wish *wish;
	u32 *always;
	u32 i, bad;

	wish = calloc(nr_rules + 1, sizeof(*wish));
	always = calloc(nr_rules + 1, sizeof(*always));
	if (!wish || !always)
		abort();
	bad = 0;
	for (i = 0; i < nr_rules; i++) {
		struct segward_image_rule *rule = b->data[SEGWARD_IMAGE_RULES];

		if (!image_concerns(&rule[i], proto))
			continue;
		if (image_wish(b, i, &wish[bad]))
			bad++;
		else
			always[group.nr_links++] = i;
	}
	for (i = 0; i < bad; i++)
		wish[i].bytes = (u8 *)b->data[SEGWARD_IMAGE_BYTES] +
				wish[i].offset;
	if (bad && mpm_add(&b->mpm, wish, bad, &group.mpm, &bad))
		abort();
	if (mpm_add_links(&b->mpm, always, group.nr_links, &group.first_link))
		abort();
	image_append(b, SEGWARD_IMAGE_GROUPS, &group, 1);
	free(wish);
	free(always);
}

/* Of packets. */
__attribute__((unused))
static void image_group(struct image_builder *b, u32 proto)
{
	image_group_of(b, SEGWARD_BUFFER_NONE, proto);
}

/* Of a buffer, all rules: what it is not about does no harm. */
__attribute__((unused))
static void image_buffer_group(struct image_builder *b, u32 buffer)
{
	image_group_of(b, buffer, SEGWARD_IMAGE_PROTO_IP);
}

static void image_take(struct image_builder *b, u32 section, void *data,
		       u32 nr)
{
	b->nr[section] = 0;
	image_append(b, section, data, nr);
}

/* One block, from segward_zalloc(); the builder is empty afterwards. */
static void *image_finish(struct image_builder *b, u32 *size)
{
	struct segward_image_header header = {
		.magic = SEGWARD_IMAGE_MAGIC,
		.format = SEGWARD_IMAGE_FORMAT,
		.size = sizeof(header),
	};
	u8 *image;
	u32 i;

	image_take(b, SEGWARD_IMAGE_MPMS, b->mpm.mpms, b->mpm.nr_mpms);
	image_take(b, SEGWARD_IMAGE_PATTERNS, b->mpm.patterns,
		   b->mpm.nr_patterns);
	image_take(b, SEGWARD_IMAGE_SLOTS, b->mpm.slots, b->mpm.nr_slots);
	image_take(b, SEGWARD_IMAGE_WORDS, b->mpm.words, b->mpm.nr_words);
	image_take(b, SEGWARD_IMAGE_LINKS, b->mpm.links, b->mpm.nr_links);
	for (i = 0; i < SEGWARD_IMAGE_SECTIONS; i++) {
		header.section[i].offset = header.size;
		header.section[i].count = b->nr[i];
		header.size += b->nr[i] * image_record_size[i];
		header.size = (header.size + 7) & ~7u;
	}
	image = segward_zalloc(header.size);
	if (!image)
		abort();
	memcpy(image, &header, sizeof(header));
	for (i = 0; i < SEGWARD_IMAGE_SECTIONS; i++) {
		if (b->nr[i])
			memcpy(image + header.section[i].offset, b->data[i],
			       (size_t)b->nr[i] * image_record_size[i]);
		free(b->data[i]);
	}
	mpm_free(&b->mpm);
	*size = header.size;
	return image;
}

/* Groups for the protocols that tests use, and for all others. */
__attribute__((unused))
static void *image_finish_grouped(struct image_builder *b, u32 *size)
{
	static const u32 proto[] = { 1, 6, 17, 58, 132, 256 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(proto); i++)
		image_group(b, proto[i]);
	return image_finish(b, size);
}

#endif /* SEGWARD_SELFTESTS_IMAGE_BUILDER_H */
