// SPDX-License-Identifier: GPL-2.0
/*
 * The whole pipeline with rules, reputation and both modes: verdicts keep
 * their promises, events end, and neither pieces nor the mode change what
 * prevent mode would do.
 */
#include <linux/segward.h>

#include "../unit/rules.h"
#include "fuzz_wire.h"
#include "inspect.h"

static const char text[] =
	"pass tcp any any -> any 22 (msg:\"p\"; content:\"trusted\"; sid:1;)\n"
	"drop tcp any any -> any any (msg:\"d\"; content:\"attack\"; sid:2;)\n"
	"reject udp any any <> any 53 (msg:\"r\"; content:\"a\"; content:\"dawn\"; within:30; sid:3;)\n"
	"alert ip any any -> any any (msg:\"a\"; content:\"a\"; content:\"t\"; distance:0; within:9; sid:4;)\n"
	"alert icmp any any -> any any (msg:\"i\"; dsize:>8; sid:5;)\n"
	"alert ip any any -> any any (msg:\"n\"; content:!\"attack\"; dsize:<40; sid:6;)\n";

static struct segward_profile *profile[2];
static struct segward_reputation *reputation;
static struct segward_scratch *scratch;

static u8 category(void *arg, const char *name)
{
	return (u8)segward_reputation_category_add(reputation, name);
}

static void add_entry(const char *prefix, u8 len, const char *name)
{
	struct segward_reputation_entry entry = {
		.prefix.version = strchr(prefix, ':') ? 6 : 4,
		.prefix.len = len,
		.score = 50,
	};

	inet_pton(entry.prefix.version == 6 ? AF_INET6 : AF_INET, prefix,
		  entry.prefix.addr);
	entry.category = category(NULL, name);
	entry.source = (u8)segward_reputation_source_add(reputation, "s");
	MUST(segward_reputation_add(reputation, &entry, 1) == 1);
}

static void make_profiles(void)
{
	static const struct segward_threshold threshold[] = {
		{ .category = "bad", .min_score = 50,
		  .verdict = SEGWARD_VERDICT_DROP },
		{ .category = "good", .min_score = 1,
		  .verdict = SEGWARD_VERDICT_PASS },
	};
	const struct segward_ruleset *ruleset = make_ruleset("fuzz", text);
	struct segward_profile_config config = {
		.ruleset = &ruleset,
		.nr_rulesets = 1,
		.threshold = threshold,
		.nr_thresholds = 2,
		.exception[SEGWARD_CONDITION_INNER_FRAGMENT] =
			SEGWARD_EXCEPTION_PASS_PACKET,
		.exception[SEGWARD_CONDITION_BUDGET] = SEGWARD_EXCEPTION_REJECT,
	};
	int err;

	config.mode = SEGWARD_MODE_MONITOR;
	profile[0] = segward_profile_create(&config, category, NULL, &err);
	config.mode = SEGWARD_MODE_PREVENT;
	profile[1] = segward_profile_create(&config, category, NULL, &err);
	MUST(profile[0] && profile[1]);
}

static void set_up(void)
{
	struct segward_reputation_config table = { .key = { 1, 2 } };

	scratch = segward_zalloc(sizeof(*scratch));
	reputation = segward_reputation_create(&table);
	MUST(scratch && reputation);
	add_entry("10.1.0.0", 17, "bad");
	add_entry("2001:db8:1::", 48, "bad");
	add_entry("2001:db8:1::10", 128, "good");
	make_profiles();
}

static void inspect(const struct segward_view *view, u32 mode, bool plain,
		    struct segward_result *result)
{
	static const u64 key[2] = { 3, 4 };
	struct segward_inspect inspect = {
		.profile = profile[mode],
		.reputation = reputation,
		.fragments = segward_fragments_create(key),
		.now = 2,
		.scratch = scratch,
	};
	struct segward_srh srh;

	MUST(inspect.fragments);
	segward_srh_parse(view, &srh);
	if (plain)
		segward_inspect_ip(&inspect, view, 80, result);
	else
		segward_inspect(&inspect, view, &srh, result);
	segward_fragments_destroy(inspect.fragments);
}

/* Is what @event tells what decided? */
static bool decides(const struct segward_result *result,
		    const struct segward_result_event *event)
{
	if (event->reason != result->reason)
		return false;
	switch (event->type) {
	case SEGWARD_EVENT_TYPE_ALERT:
		return result->reason == SEGWARD_REASON_RULE &&
		       result->hit[event->index].verdict == result->would;
	case SEGWARD_EVENT_TYPE_REPUTATION:
		return result->reason == SEGWARD_REASON_REPUTATION &&
		       result->reputation[event->index].verdict ==
		       result->would;
	default:
		return true;
	}
}

static void check(const struct segward_result *result, u32 mode)
{
	struct segward_result_event event;
	bool explained = false;
	u32 events = 0;

	MUST(result->would >= SEGWARD_VERDICT_PASS &&
	     result->would <= SEGWARD_VERDICT_REJECT);
	MUST(!result->reason == (result->would < SEGWARD_VERDICT_DROP));
	MUST(!result->reject_to == (result->would < SEGWARD_VERDICT_REJECT));
	if (mode)
		MUST(result->verdict == result->would);
	else
		MUST(result->verdict <= SEGWARD_VERDICT_REPORT);
	MUST(result->work <= SEGWARD_WORK_MAX);
	for (; segward_result_event(result, events, &event); events++)
		explained |= decides(result, &event);
	MUST(explained || result->would < SEGWARD_VERDICT_DROP);
	MUST(events == (u32)__builtin_popcount(result->conditions) +
	     result->nr_reputation + result->nr_hits);
	MUST(!events == (result->would == SEGWARD_VERDICT_PASS));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct segward_result got[2], other;
	static struct wire packet;
	struct segward_view view;
	struct shatter s;
	u32 seed = (u32)size;
	u32 mode;
	u8 flags;

	if (!scratch)
		set_up();
	flags = fuzz_packet(&packet, data, size);
	fuzz_view(&view, &packet, flags);
	for (mode = 0; mode < 2; mode++) {
		inspect(&view, mode, size & 1, &got[mode]);
		check(&got[mode], mode);
		shatter(&s, &packet, &view, &seed);
		inspect(&s.view, mode, size & 1, &other);
		MUST(other.would == got[mode].would &&
		     other.reason == got[mode].reason &&
		     other.nr_hits == got[mode].nr_hits &&
		     other.work == got[mode].work);
		shatter_free(&s);
	}
	MUST(got[0].would == got[1].would);
	MUST(got[0].reason == got[1].reason);
	return 0;
}
