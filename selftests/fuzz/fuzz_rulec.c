// SPDX-License-Identifier: GPL-2.0
/*
 * Rules of any content. What compiles must be an image that the kernel takes
 * (the compiler asks the verifier itself, and calls it an internal error if
 * not) and must survive a packet; what does not compile must be reported with
 * a place and a sentence.
 */
#include <stdlib.h>
#include <string.h>

#include "inspect.h"
#include "rule.h"
#include "rulec/rulec.h"

static struct segward_scratch scratch;

static void check(bool good)
{
	if (!good)
		abort();
}

static void check_sentence(const char *sentence)
{
	check(*sentence);
	for (; *sentence; sentence++)
		check((unsigned char)*sentence >= ' ' && *sentence != 0x7f);
}

static void check_report(const struct segward_rulec_report *report)
{
	u32 i;

	check(report->rules == report->compiled + report->nr_rejected);
	for (i = 0; i < report->nr_rejected; i++) {
		const struct segward_rulec_rejected *rejected =
			&report->rejected[i];

		check(!strcmp(rejected->file, "fuzz"));
		check(rejected->line && rejected->column);
		check_sentence(rejected->keyword);
		check_sentence(rejected->reason);
		check(strstr(rejected->reason, rejected->keyword));
	}
}

static bool any_hit(void *arg, u32 rule)
{
	u32 *nr = arg;

	++*nr;
	return true;
}

/* Show the rules their own text as a payload: some will match. */
static void match(struct segward_rulec_image *image, const u8 *data, u32 size)
{
	struct segward_packet packet = {
		.family	= 4,
		.proto	= 6,
		.src	= { 10, 0, 0, 1 },
		.dst	= { 192, 0, 2, 1 },
		.sport	= 1025,
		.dport	= 80,
	};
	struct segward_binding binding = {};
	struct segward_image_error error = {};
	struct segward_ruleset *ruleset;
	const u32 len = size < 65535 ? size : 65535;
	struct segward_rule_wait wait = {};
	struct segward_rule_bytes bytes[2];
	struct segward_rule_tx tx = { .bytes = bytes, .nr = 2 };
	u32 budget = SEGWARD_WORK_MAX;
	u32 nr = 0;
	const struct segward_rule_match match = {
		.binding	= &binding,
		.packet		= &packet,
		.scratch	= &scratch,
		.budget		= &budget,
		.hit		= any_hit,
		.arg		= &nr,
	};
	u32 i;
	int err;

	ruleset = segward_ruleset_create("fuzz", image->data, image->size, 1,
					 &error, &err);
	check(ruleset);
	binding.ruleset = ruleset;
	if (segward_rule_match_packet(&match, data, len))
		check(nr <= ruleset->nr_rules);
	for (i = SEGWARD_BUFFER_STREAM; i < SEGWARD_BUFFERS_END; i++) {
		budget = SEGWARD_WORK_MAX;
		bytes[0] = (struct segward_rule_bytes){
			.data	= data,
			.len	= len,
			.buffer	= (u8)i,
			.part	= SEGWARD_RULE_FIRST | SEGWARD_RULE_LAST,
		};
		bytes[1] = bytes[0];
		bytes[1].old = len / 2;
		if (i == SEGWARD_BUFFER_STREAM) {
			segward_rule_match_stream(&match, bytes);
			continue;
		}
		packet.app_proto = (u8)(1 + i % 5);
		segward_rule_match_tx(&match, &tx, &wait);
		check(wait.nr <= SEGWARD_RULE_PENDING);
	}
	segward_ruleset_destroy(ruleset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct segward_rulec_options options = { .skip_bad = true };
	struct segward_rulec *rulec = segward_rulec_create(&options);
	struct segward_rulec_image image;
	int err;

	check(rulec);
	err = segward_rulec_add_text(rulec, "fuzz", (const char *)data, size);
	check(!err);
	err = segward_rulec_finish(rulec, &image);
	check(!err);
	check_report(segward_rulec_report(rulec));
	check(image.nr_rules == segward_rulec_report(rulec)->compiled);
	match(&image, data, (u32)size);
	segward_rulec_destroy(rulec);
	return 0;
}
