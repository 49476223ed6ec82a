// SPDX-License-Identifier: GPL-2.0
/* Unit tests of profiles: what a match means to whom. */
#include <arpa/inet.h>
#include <linux/segward.h>
#include <linux/segward_image.h>

#include "profile.h"
#include "rules.h"
#include "tap.h"

static const char text[] =
	"pass tcp any any -> any any (msg:\"p\"; sid:1; classtype:misc-activity;)\n"
	"drop tcp any any -> any any (msg:\"d\"; sid:2; classtype:misc-activity;)\n"
	"reject tcp any any -> any any (msg:\"r\"; sid:3;)\n"
	"alert tcp any any -> any any (msg:\"a\"; sid:4; classtype:misc-activity;)\n"
	"alert tcp any any -> any any (msg:\"b\"; sid:5; gid:7; classtype:trojan-activity;)\n"
	"alert tcp $HOME_NET any -> any $HTTP_PORTS (msg:\"v\"; sid:6;)\n";

static struct segward_ruleset *ruleset;
static const struct segward_ruleset *rulesets[1];
static struct segward_profile_config config;
static int names;

static u8 category(void *arg, const char *name)
{
	int *left = arg;

	return *left ? (u8)(*left)-- : 0;
}

static void begin(void)
{
	memset(&config, 0, sizeof(config));
	strcpy(config.name, "p");
	config.mode = SEGWARD_MODE_PREVENT;
	rulesets[0] = ruleset;
	config.ruleset = rulesets;
	config.nr_rulesets = 1;
	names = 255;
}

static struct segward_profile *create(void)
{
	int err = 1;
	struct segward_profile *profile;

	profile = segward_profile_create(&config, category, &names, &err);
	CHECK_EQ(err, 0);
	return profile;
}

static u8 verdict_of(const struct segward_profile *profile, u32 signature_id)
{
	return profile->binding[0].verdict[find_rule(ruleset, signature_id)];
}

static void a_rules_action_is_its_verdict(void)
{
	struct segward_profile *profile;

	begin();
	profile = create();
	REQUIRE(profile);
	CHECK_EQ(verdict_of(profile, 1), SEGWARD_VERDICT_PASS);
	CHECK_EQ(verdict_of(profile, 2), SEGWARD_VERDICT_DROP);
	CHECK_EQ(verdict_of(profile, 3), SEGWARD_VERDICT_REJECT);
	CHECK_EQ(verdict_of(profile, 4), SEGWARD_VERDICT_REPORT);
	segward_profile_destroy(profile);
}

static void signature_id_beats_classtype_beats_ruleset(void)
{
	struct segward_override override[] = {
		{ .kind = SEGWARD_OVERRIDE_KIND_RULESET, .name = "base",
		  .verdict = SEGWARD_VERDICT_REJECT },
		{ .kind = SEGWARD_OVERRIDE_KIND_CLASSTYPE,
		  .name = "misc-activity", .verdict = SEGWARD_VERDICT_DROP },
		{ .kind = SEGWARD_OVERRIDE_KIND_SIGNATURE_ID, .gid = 1,
		  .signature_id = 4, .verdict = SEGWARD_VERDICT_PASS },
		/* another gid's 5 is not ours */
		{ .kind = SEGWARD_OVERRIDE_KIND_SIGNATURE_ID, .gid = 1,
		  .signature_id = 5, .verdict = SEGWARD_VERDICT_PASS },
		{ .kind = SEGWARD_OVERRIDE_KIND_RULESET, .name = "other",
		  .verdict = SEGWARD_VERDICT_PASS },
	};
	struct segward_profile *profile;

	begin();
	config.override = override;
	config.nr_overrides = ARRAY_SIZE(override);
	profile = create();
	REQUIRE(profile);
	CHECK_EQ(verdict_of(profile, 2), SEGWARD_VERDICT_DROP);
	CHECK_EQ(verdict_of(profile, 3), SEGWARD_VERDICT_REJECT);
	CHECK_EQ(verdict_of(profile, 4), SEGWARD_VERDICT_PASS);
	CHECK_EQ(verdict_of(profile, 5), SEGWARD_VERDICT_REJECT);
	/* the caller's array is as it was */
	CHECK_EQ(override[0].kind, SEGWARD_OVERRIDE_KIND_RULESET);
	CHECK_EQ(profile->config.override[1].kind,
		 SEGWARD_OVERRIDE_KIND_CLASSTYPE);
	segward_profile_destroy(profile);
}

static void only_its_signature_id_takes_an_exemption_away(void)
{
	struct segward_override override[] = {
		{ .kind = SEGWARD_OVERRIDE_KIND_RULESET, .name = "base",
		  .verdict = SEGWARD_VERDICT_DROP },
		{ .kind = SEGWARD_OVERRIDE_KIND_CLASSTYPE,
		  .name = "misc-activity", .verdict = SEGWARD_VERDICT_DROP },
		{ .kind = SEGWARD_OVERRIDE_KIND_SIGNATURE_ID, .gid = 1,
		  .signature_id = 1, .verdict = SEGWARD_VERDICT_REPORT },
	};
	struct segward_profile *profile;

	begin();
	config.override = override;
	config.nr_overrides = 2;
	profile = create();
	REQUIRE(profile);
	CHECK_EQ(verdict_of(profile, 1), SEGWARD_VERDICT_PASS);
	segward_profile_destroy(profile);
	config.nr_overrides = 3;
	profile = create();
	REQUIRE(profile);
	CHECK_EQ(verdict_of(profile, 1), SEGWARD_VERDICT_REPORT);
	segward_profile_destroy(profile);
}

static void as_many_overrides_as_allowed_are_found(void)
{
	struct segward_override *override;
	struct segward_profile *profile;
	u32 nr = SEGWARD_PROFILE_OVERRIDES_MAX;
	u32 i;

	begin();
	override = calloc(nr, sizeof(*override));
	for (i = 0; i < nr; i++) {
		override[i].kind = SEGWARD_OVERRIDE_KIND_SIGNATURE_ID;
		override[i].gid = 1;
		/* odd numbers in a scrambled order, rule 4 among them last */
		override[i].signature_id = 1000 + ((i * 48271u) & (nr - 1));
		override[i].verdict = SEGWARD_VERDICT_REPORT;
	}
	override[nr / 2].signature_id = 4;
	override[nr / 2].verdict = SEGWARD_VERDICT_DROP;
	config.override = override;
	config.nr_overrides = nr;
	profile = create();
	REQUIRE(profile);
	CHECK_EQ(verdict_of(profile, 4), SEGWARD_VERDICT_DROP);
	CHECK_EQ(verdict_of(profile, 3), SEGWARD_VERDICT_REJECT);
	segward_profile_destroy(profile);
	free(override);
}

static void set_addresses(struct segward_packet *packet, const char *src,
			  const char *dst)
{
	int family = strchr(src, ':') ? AF_INET6 : AF_INET;

	memset(packet, 0, sizeof(*packet));
	packet->family = family == AF_INET ? 4 : 6;
	inet_pton(family, src, packet->src);
	inet_pton(family, dst, packet->dst);
}

static struct segward_suppress suppress(u32 signature_id, u8 direction,
					const char *address, u8 len)
{
	struct segward_suppress s = {
		.gid = 1,
		.signature_id = signature_id,
		.direction = direction,
		.prefix_len = len,
	};

	if (address) {
		s.family = strchr(address, ':') ? 6 : 4;
		inet_pton(s.family == 6 ? AF_INET6 : AF_INET, address,
			  s.address);
	}
	return s;
}

static void suppressions_look_at_signature_family_prefix_and_direction(void)
{
	struct segward_suppress rows[] = {
		suppress(9, SEGWARD_DIRECTION_EITHER, NULL, 0),
		suppress(4, SEGWARD_DIRECTION_SRC, "192.0.2.0", 25),
		suppress(2, SEGWARD_DIRECTION_EITHER, "2001:db8::", 33),
		suppress(4, SEGWARD_DIRECTION_DST, "10.0.0.1", 32),
	};
	static const struct {
		u32 gid, signature_id;
		const char *src, *dst;
		bool suppressed;
	} ask[] = {
		{ 1, 9, "1.2.3.4", "5.6.7.8", true },
		{ 2, 9, "1.2.3.4", "5.6.7.8", false },
		{ 1, 4, "192.0.2.127", "5.6.7.8", true },
		{ 1, 4, "192.0.2.128", "5.6.7.8", false },
		{ 1, 4, "5.6.7.8", "192.0.2.1", false },
		{ 1, 4, "5.6.7.8", "10.0.0.1", true },
		{ 1, 4, "10.0.0.1", "5.6.7.8", false },
		{ 1, 2, "2001:db8:7fff::1", "::1", true },
		{ 1, 2, "::1", "2001:db8:7fff::1", true },
		{ 1, 2, "2001:db8:8000::1", "::1", false },
		{ 1, 2, "32.1.13.184", "32.1.13.184", false },
		{ 1, 3, "1.2.3.4", "5.6.7.8", false },
	};
	struct segward_profile *profile;
	struct segward_packet packet;
	size_t i;

	begin();
	config.suppress = rows;
	config.nr_suppress = ARRAY_SIZE(rows);
	profile = create();
	REQUIRE(profile);
	for (i = 0; i < ARRAY_SIZE(ask); i++) {
		set_addresses(&packet, ask[i].src, ask[i].dst);
		CHECK_EQ(segward_profile_suppressed(profile, ask[i].gid,
						    ask[i].signature_id,
						    &packet),
			 ask[i].suppressed);
	}
	CHECK_EQ(verdict_of(profile, 4),
		 SEGWARD_VERDICT_REPORT | SEGWARD_BINDING_SUPPRESSED);
	CHECK_EQ(verdict_of(profile, 5), SEGWARD_VERDICT_REPORT);
	segward_profile_destroy(profile);
}

static void exceptions_default_to_drop_in_both_modes_but_midstream(void)
{
	struct segward_profile *profile;
	u8 mode, condition;

	for (mode = SEGWARD_MODE_MONITOR; mode <= SEGWARD_MODE_PREVENT;
	     mode++) {
		begin();
		config.mode = mode;
		config.exception[SEGWARD_CONDITION_INNER_FRAGMENT] =
			SEGWARD_EXCEPTION_PASS_PACKET;
		config.exception[SEGWARD_CONDITION_BUDGET] =
			SEGWARD_EXCEPTION_REJECT;
		config.exception[SEGWARD_CONDITION_OUTER_FRAGMENT] =
			SEGWARD_EXCEPTION_DROP_PACKET;
		profile = create();
		REQUIRE(profile);
		for (condition = 1; condition <= SEGWARD_CONDITION_MAX;
		     condition++)
			CHECK_EQ(segward_profile_exception(profile, condition),
				 condition == SEGWARD_CONDITION_INNER_FRAGMENT ||
				 condition == SEGWARD_CONDITION_MIDSTREAM ?
				 SEGWARD_VERDICT_PASS :
				 condition == SEGWARD_CONDITION_BUDGET ?
				 SEGWARD_VERDICT_REJECT : SEGWARD_VERDICT_DROP);
		segward_profile_destroy(profile);
	}
}

static void thresholds_stand_by_category_number(void)
{
	struct segward_threshold threshold[256];
	struct segward_profile *profile;
	int err = 0, i;

	begin();
	memset(threshold, 0, sizeof(threshold));
	for (i = 0; i < 256; i++) {
		sprintf(threshold[i].category, "c%d", i);
		threshold[i].min_score = (u8)(1 + i % 100);
		threshold[i].verdict = SEGWARD_VERDICT_DROP;
	}
	config.threshold = threshold;
	config.nr_thresholds = 255;
	profile = create();
	REQUIRE(profile);
	CHECK_EQ(profile->min_score[255], 1);
	CHECK_EQ(profile->min_score[1], 1 + 254 % 100);
	CHECK_EQ(profile->min_score[0], 0);
	CHECK_EQ(profile->category_verdict[1], SEGWARD_VERDICT_DROP);
	segward_profile_destroy(profile);

	config.nr_thresholds = 256;
	names = 255;
	CHECK(!segward_profile_create(&config, category, &names, &err));
	CHECK_EQ(err, -ENOSPC);
}

static void variables_are_bound_by_name_and_copied(void)
{
	struct segward_variable_range range = {
		.type = SEGWARD_IMAGE_ELEMENT_IPV4,
		.first = { 10 }, .last = { 10, 255, 255, 255 },
	};
	struct segward_variable variable[] = {
		{ .name = "UNKNOWN", .range = NULL },
		{ .name = "HOME_NET", .range = &range, .nr_ranges = 1 },
	};
	const struct segward_image_header *header = ruleset->image;
	const struct segward_image_variable *in_image;
	const struct segward_variable *bound;
	struct segward_profile *profile;
	int err = 0, found = 0;
	u32 i;

	begin();
	config.variable = variable;
	config.nr_variables = 2;
	profile = create();
	REQUIRE(profile);
	memset(range.first, 0xff, 16);	/* the profile has its own */
	in_image = (const void *)((const u8 *)header +
			header->section[SEGWARD_IMAGE_VARIABLES].offset);
	for (i = 0; i < header->section[SEGWARD_IMAGE_VARIABLES].count; i++) {
		bound = profile->binding[0].variable[i];
		if (strcmp(segward_image_string(header, in_image[i].name),
			   "HOME_NET")) {
			CHECK(!bound);
			continue;
		}
		found++;
		CHECK(bound && bound->nr_ranges == 1 &&
		      bound->range[0].first[0] == 10);
	}
	CHECK_EQ(found, 1);
	segward_profile_destroy(profile);

	range.type = SEGWARD_IMAGE_ELEMENT_PORT;
	CHECK(!segward_profile_create(&config, category, &names, &err));
	CHECK_EQ(err, -EINVAL);
	strcpy(variable[1].name, "HTTP_PORTS");
	profile = create();
	CHECK(profile);
	segward_profile_destroy(profile);
}

static void a_profile_may_be_empty(void)
{
	struct segward_profile *profile;

	begin();
	config.nr_rulesets = 0;
	profile = create();
	REQUIRE(profile);
	CHECK(!segward_profile_suppressed(profile, 1, 1, NULL));
	segward_profile_destroy(profile);
	segward_profile_destroy(NULL);
}

int main(void)
{
	ruleset = make_ruleset("base", text);
	RUN(a_rules_action_is_its_verdict);
	RUN(signature_id_beats_classtype_beats_ruleset);
	RUN(only_its_signature_id_takes_an_exemption_away);
	RUN(as_many_overrides_as_allowed_are_found);
	RUN(suppressions_look_at_signature_family_prefix_and_direction);
	RUN(exceptions_default_to_drop_in_both_modes_but_midstream);
	RUN(thresholds_stand_by_category_number);
	RUN(variables_are_bound_by_name_and_copied);
	RUN(a_profile_may_be_empty);
	segward_ruleset_destroy(ruleset);
	return tap_done();
}
