// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as an image: verification must not read out of bounds, and what it
 * accepts must be safe to match packets against.
 *
 * Random bytes do not get past the header, so most inputs are read as changes
 * to a good image: each takes five bytes, a place among the sections and a
 * value. The rest of the input is the packet's payload. The image and the
 * payload lie in blocks of their exact size, so that the sanitizer sees every
 * byte read too much.
 */
#include "rule.h"
#include "../unit/image_builder.h"
#include "inspect.h"

#define CHANGE_BYTES	5
#define RAW		0xff	/* first byte of an input that is an image */

static struct segward_scratch scratch;
static u8 *good;
static u32 good_size;

static void add_sets(struct image_builder *b)
{
	static const struct segward_image_element address[] = {
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV4, .first = { 10 },
		  .last = { 10, 255, 255, 255 } },
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV6, .first = { 0xfc },
		  .last = { 0xfd, [1 ... 15] = 0xff } },
	};
	static const struct segward_image_element port = {
		.type = SEGWARD_IMAGE_ELEMENT_PORT,
		.first = { 0, 80 }, .last = { 0, 90 },
	};
	static const struct segward_image_element variable = {
		.type = SEGWARD_IMAGE_ELEMENT_VARIABLE,
	};
	static const struct segward_image_element inner = {
		.type = SEGWARD_IMAGE_ELEMENT_SET, .ref = 3,
	};
	struct segward_image_variable net = {
		.kind = SEGWARD_IMAGE_SET_ADDRESS,
	};

	net.name = image_string(b, "NET");
	net.set = image_set(b, SEGWARD_IMAGE_SET_ADDRESS, address, 1, 1);
	image_append(b, SEGWARD_IMAGE_VARIABLES, &net, 1);
	image_set(b, SEGWARD_IMAGE_SET_PORT, &port, 1, 0);
	image_set(b, SEGWARD_IMAGE_SET_ADDRESS, &variable, 1, 0);
	image_set(b, SEGWARD_IMAGE_SET_ADDRESS, &inner, 0, 1);
}

static void add_rule(struct image_builder *b, const char *content, u32 flags)
{
	struct segward_image_rule *rule = image_rule(b);

	rule->src = b->next_id % 2 ? 4 : 3;
	rule->dport = b->next_id % 3 ? 0 : 2;
	image_content(b, content, (u32)strlen(content), 0, 0, 0);
	image_content(b, "a", 1, flags, flags & SEGWARD_IMAGE_OP_F_DISTANCE ?
		      -3 : 0, flags & SEGWARD_IMAGE_OP_F_WITHIN ? 9 : 0);
}

/* A rule of two buffers and an event, which may wait. */
static void add_tx_rule(struct image_builder *b)
{
	const struct segward_image_op event = {
		.type = SEGWARD_IMAGE_OP_EVENT,
		.buffer = SEGWARD_IMAGE_BUFFER_EVENT,
		.low = 3,
	};
	struct segward_image_op *op;
	u32 first;

	image_rule(b)->app = SEGWARD_APP_PROTO_HTTP;
	first = b->nr[SEGWARD_IMAGE_OPS];
	image_content(b, "attack", 6, 0, 0, 0);
	image_content(b, "a", 1, SEGWARD_IMAGE_OP_F_DISTANCE, 1, 0);
	image_content(b, ".a", 2, SEGWARD_IMAGE_OP_F_DOTPREFIX, 0, 0);
	image_content(b, "z", 1, SEGWARD_IMAGE_OP_F_NEGATED, 0, 0);
	op = (struct segward_image_op *)b->data[SEGWARD_IMAGE_OPS] + first;
	op[0].buffer = SEGWARD_BUFFER_HTTP_URI;
	op[1].buffer = SEGWARD_BUFFER_HTTP_URI;
	op[2].buffer = SEGWARD_BUFFER_HTTP_URI;
	op[3].buffer = SEGWARD_BUFFER_HTTP_REQUEST_BODY;
	image_append(b, SEGWARD_IMAGE_OPS, &event, 1);
	((struct segward_image_rule *)b->data[SEGWARD_IMAGE_RULES])
		[b->nr[SEGWARD_IMAGE_RULES] - 1].nr_ops++;
}

__attribute__((constructor)) static void build(void)
{
	static const char *const content[] = {
		"attack", "abcde", "aaaaaaaa", "abcd", "abc", "ab", "a",
		"Content-Type: text/html", "\1\2\3\4\5\6\7",
	};
	struct image_builder b;
	u32 i;

	image_start(&b);
	add_sets(&b);
	for (i = 0; i < ARRAY_SIZE(content); i++)
		add_rule(&b, content[i], i % 2 ? SEGWARD_IMAGE_OP_F_DISTANCE |
			 SEGWARD_IMAGE_OP_F_WITHIN :
			 SEGWARD_IMAGE_OP_F_NEGATED);
	image_rule(&b);
	image_dsize(&b, 0, 1, 20);
	add_tx_rule(&b);
	image_group(&b, 6);
	image_group(&b, SEGWARD_IMAGE_PROTO_IP);
	image_buffer_group(&b, SEGWARD_BUFFER_STREAM);
	image_buffer_group(&b, SEGWARD_BUFFER_HTTP_URI);
	image_buffer_group(&b, SEGWARD_BUFFER_HTTP_REQUEST_BODY);
	image_buffer_group(&b, SEGWARD_IMAGE_BUFFER_EVENT);
	good = image_finish(&b, &good_size);
}

/* A word of a record of a section, or of the header, gets another value. */
static void change(u8 *image, const u8 *p)
{
	const struct segward_image_header *header = (void *)good;
	u32 section = p[0] % (SEGWARD_IMAGE_SECTIONS + 1);
	u32 offset = 0, bytes = sizeof(*header);
	u32 word, value;

	if (section < SEGWARD_IMAGE_SECTIONS) {
		offset = header->section[section].offset;
		bytes = header->section[section].count *
			image_record_size[section];
	}
	if (bytes < 4)
		return;
	offset += get_unaligned_le16(p + 1) % (bytes / 4) * 4;
	memcpy(&word, image + offset, 4);
	value = p[4] < 128 ? p[4] : ~0u << (p[4] & 31);
	switch (p[3] & 3) {
	case 0:
		word = value;
		break;
	case 1:
		word += value;
		break;
	case 2:
		word -= value;
		break;
	default:
		word ^= 1u << (value & 31);
	}
	memcpy(image + offset, &word, 4);
}

static u8 *make_image(const u8 **data, size_t *len, u32 *size)
{
	u32 changes;
	u8 *image;

	if (**data == RAW) {
		*size = (u32)*len - 1;
		image = malloc(*size ? *size : 1);
		memcpy(image, *data + 1, *size);
		return image;
	}
	changes = **data % 16;
	*data += 1;
	*len -= 1;
	*size = good_size;
	image = malloc(good_size);
	memcpy(image, good, good_size);
	for (; changes && *len >= CHANGE_BYTES; changes--) {
		change(image, *data);
		*data += CHANGE_BYTES;
		*len -= CHANGE_BYTES;
	}
	return image;
}

static bool note_hit(void *arg, u32 rule)
{
	const struct segward_ruleset *ruleset = arg;
	const struct segward_image_rule *r;

	if (rule >= ruleset->nr_rules)
		abort();
	/* what an event would read */
	r = segward_image_rule(ruleset->image, rule);
	if (strlen(segward_image_string(ruleset->image, r->msg)) +
	    strlen(segward_image_string(ruleset->image,
					segward_image_class(ruleset->image,
							    r->classtype)->name)) >
	    2 * SEGWARD_IMAGE_STRING_MAX)
		abort();
	return true;
}

static void match_stream(const struct segward_rule_match *match,
			 const u8 *payload, u32 len)
{
	const struct segward_rule_bytes bytes = {
		.data = payload,
		.len = len,
		.old = len ? *payload % len : 0,
		.base = len > 1 ? payload[1] : 0,
		.buffer = SEGWARD_BUFFER_STREAM,
		.part = len > 2 ? payload[2] & 3 : 0,
	};

	*match->budget = SEGWARD_WORK_MAX;
	segward_rule_match_stream(match, &bytes);
}

/* First one buffer, then both, with an event. */
static void match_tx(const struct segward_rule_match *match, const u8 *payload,
		     u32 len)
{
	static const u16 event[] = { 3, 7 };
	struct segward_rule_bytes bytes[] = {
		{ .data = payload, .len = len, .part = 3,
		  .buffer = SEGWARD_BUFFER_HTTP_URI },
		{ .data = payload, .len = len, .part = 1,
		  .buffer = SEGWARD_BUFFER_HTTP_REQUEST_BODY },
		{ .data = payload, .len = len, .part = 2, .base = 9,
		  .buffer = SEGWARD_BUFFER_HTTP_REQUEST_BODY },
	};
	struct segward_rule_tx tx = { .bytes = bytes, .nr = 1, .event = event };
	struct segward_rule_wait wait = {};

	*match->budget = SEGWARD_WORK_MAX;
	segward_rule_match_tx(match, &tx, &wait);
	bytes[2].old = len / 2;
	tx.fresh = 1;
	tx.nr = ARRAY_SIZE(bytes);
	tx.nr_events = ARRAY_SIZE(event);
	*match->budget = SEGWARD_WORK_MAX;
	segward_rule_match_tx(match, &tx, &wait);
	if (wait.nr > SEGWARD_RULE_PENDING)
		abort();
}

static void match(const struct segward_ruleset *ruleset, const u8 *data,
		  u32 len)
{
	struct segward_binding binding = { .ruleset = ruleset };
	static const u8 proto[] = { 6, 17, 1, 47 };
	struct segward_packet packet = { .src = { 10, 1 } };
	u32 budget, i;
	const struct segward_rule_match match = {
		.binding = &binding,
		.packet = &packet,
		.scratch = &scratch,
		.budget = &budget,
		.hit = note_hit,
		.arg = (void *)ruleset,
	};
	u8 *payload;

	payload = malloc(len ? len : 1);
	memcpy(payload, data, len);
	for (i = 0; i < ARRAY_SIZE(proto); i++) {
		packet.family = i % 2 ? 6 : 4;
		packet.proto = proto[i];
		packet.dport = 80;
		packet.app_proto = SEGWARD_APP_PROTO_HTTP;
		budget = SEGWARD_WORK_MAX;
		segward_rule_match_packet(&match, payload, len);
		match_stream(&match, payload, len);
		match_tx(&match, payload, len);
	}
	free(payload);
	for (i = 0; i < ARRAY_SIZE(scratch.candidate); i++)
		if (scratch.candidate[i] || scratch.seen[i])
			abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	struct segward_image_error error = {};
	struct segward_ruleset *ruleset;
	u32 size;
	u8 *image;
	int err;

	if (!len)
		return 0;
	image = make_image(&data, &len, &size);
	ruleset = segward_ruleset_create("fuzz", image, size, 1, &error, &err);
	if (!ruleset) {
		/* every refusal has a sentence */
		if (!error.what || !*error.what || !err)
			abort();
		free(image);
		return 0;
	}
	match(ruleset, data, (u32)min_t(size_t, len, 65535));
	segward_ruleset_destroy(ruleset);
	return 0;
}
