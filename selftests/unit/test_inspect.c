// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of the pipeline: verdicts, their reasons and events, in both
 * modes, with every packet cut in random pieces.
 */
#include <linux/segward.h>
#include <linux/segward_image.h>

#include "inspect.h"
#include "rules.h"
#include "tap.h"
#include "wire.h"

#define NOW		1000
#define TEXT		"attack at dawn"

static struct wire packet;
static struct segward_view view;
static struct segward_srh srh;
static struct segward_scratch *scratch;
static struct segward_result got;

/* What the test at hand configures. */
static struct segward_profile_config config;
static const struct segward_ruleset *rulesets[4];
static struct segward_reputation *reputation;
static struct segward_profile *profile;

static u8 category(void *arg, const char *name)
{
	int nr = segward_reputation_category_add(reputation, name);

	return nr < 0 ? 0 : (u8)nr;
}

static void begin(u8 mode)
{
	struct segward_reputation_config table = { .key = { 3, 4 } };

	memset(&config, 0, sizeof(config));
	strcpy(config.name, "p");
	config.mode = mode;
	config.ruleset = rulesets;
	reputation = segward_reputation_create(&table);
	segward_view_flat(&view, NULL, 0);
}

static void add_rules(const char *name, const char *text)
{
	rulesets[config.nr_rulesets++] = make_ruleset(name, text);
}

static void ready(void)
{
	int err = 0;

	profile = segward_profile_create(&config, category, NULL, &err);
	CHECK_EQ(err, 0);
}

static void end(void)
{
	u32 i;

	segward_profile_destroy(profile);
	segward_reputation_destroy(reputation);
	for (i = 0; i < config.nr_rulesets; i++)
		segward_ruleset_destroy((struct segward_ruleset *)rulesets[i]);
}

static void list(const char *prefix, u8 len, const char *name, u8 score)
{
	struct segward_reputation_entry entry = {
		.prefix.len = len,
		.score = score,
	};
	bool v6 = strchr(prefix, ':');

	entry.prefix.version = v6 ? 6 : 4;
	inet_pton(v6 ? AF_INET6 : AF_INET, prefix, entry.prefix.addr);
	entry.category = (u8)segward_reputation_category_add(reputation, name);
	entry.source = (u8)segward_reputation_source_add(reputation, "test");
	CHECK_EQ(segward_reputation_add(reputation, &entry, NOW), 1);
}

static void outer(u8 proto)
{
	packet.len = 0;
	wire_ip6(&packet, OUTER_SRC, SEG1, 43, 64);
	wire_srh(&packet, proto, 1, 2);
}

/* An inner packet of either family with TCP or UDP to port 80. */
static void make_packet(int family, u8 proto, const void *data, u32 len)
{
	const char *dst = family == 6 ? INNER_DST : INNER_DST4;
	u32 ip;

	outer(family == 6 ? 41 : 4);
	ip = family == 6 ? wire_ip6(&packet, INNER_SRC, dst, proto, 64) :
			   wire_ip4(&packet, INNER_SRC4, dst, proto);
	if (proto == 6)
		wire_tcp(&packet, ip, dst, 4000, 80, data, len);
	else
		wire_udp(&packet, ip, dst, 4000, 80, data, len);
	if (family == 6)
		wire_ip6_end(&packet, ip);
	else
		wire_ip4_end(&packet, ip);
	wire_ip6_end(&packet, 0);
}

static void judge_view(const struct segward_view *v,
		       struct segward_result *result)
{
	struct segward_inspect inspect = {
		.profile = profile,
		.reputation = reputation,
		.now = NOW,
		.scratch = scratch,
	};

	segward_srh_parse(v, &srh);
	segward_inspect(&inspect, v, &srh, result);
}

static bool same_hits(const struct segward_result *a,
		      const struct segward_result *b)
{
	u32 i;

	for (i = 0; i < a->nr_hits; i++)
		if (a->hit[i].ruleset != b->hit[i].ruleset ||
		    a->hit[i].rule != b->hit[i].rule ||
		    a->hit[i].verdict != b->hit[i].verdict)
			return false;
	return true;
}

static bool same_reputation(const struct segward_result *a,
			    const struct segward_result *b)
{
	const struct segward_reputation_hit *x, *y;
	u32 i;

	for (i = 0; i < a->nr_reputation; i++) {
		x = &a->reputation[i];
		y = &b->reputation[i];
		if (x->dst != y->dst || x->verdict != y->verdict ||
		    x->entry.expires != y->entry.expires ||
		    x->entry.len != y->entry.len ||
		    x->entry.category != y->entry.category ||
		    x->entry.source != y->entry.source ||
		    x->entry.score != y->entry.score)
			return false;
	}
	return true;
}

/* All that is said; bytes between members and unused hits are not. */
static bool same_result(const struct segward_result *a,
			const struct segward_result *b)
{
	return !memcmp(a, b, offsetof(struct segward_result, hit)) &&
	       same_hits(a, b) && same_reputation(a, b);
}

/* Judges the packet as a whole and in pieces; all must agree. */
static void judge(void)
{
	static struct segward_result other;
	struct shatter s;
	u32 seed = packet.len;
	int round;

	view.head.data = packet.b;
	view.head.len = packet.len;
	view.len = packet.len;
	judge_view(&view, &got);
	for (round = 0; round < 25; round++) {
		shatter(&s, &packet, &view, &seed);
		judge_view(&s.view, &other);
		CHECK(same_result(&got, &other));
		shatter_free(&s);
	}
}

static void expect(u8 verdict, u8 would, u8 reason)
{
	CHECK_EQ(got.verdict, verdict);
	CHECK_EQ(got.would, would);
	CHECK_EQ(got.reason, reason);
}

static u32 hit_signature(u32 i)
{
	return segward_image_rule(got.hit[i].ruleset->image,
				  got.hit[i].rule)->signature_id;
}

#define PASS	SEGWARD_VERDICT_PASS
#define REPORT	SEGWARD_VERDICT_REPORT
#define DROP	SEGWARD_VERDICT_DROP
#define REJECT	SEGWARD_VERDICT_REJECT
#define MONITOR	SEGWARD_MODE_MONITOR
#define PREVENT	SEGWARD_MODE_PREVENT

static void a_clean_packet_passes_and_is_told_to_nobody(void)
{
	struct segward_result_event event;
	u8 mode;

	for (mode = MONITOR; mode <= PREVENT; mode++) {
		begin(mode);
		add_rules("base",
			  "drop ip any any -> any any (msg:\"x\"; content:\"attack\"; sid:1;)\n");
		ready();
		make_packet(6, 6, "peace", 5);
		judge();
		expect(PASS, PASS, 0);
		CHECK(got.parsed);
		CHECK_EQ(got.nr_hits, 0);
		CHECK(!segward_result_event(&got, 0, &event));
		end();
	}
}

static void an_empty_profile_passes(void)
{
	begin(PREVENT);
	ready();
	make_packet(4, 17, TEXT, sizeof(TEXT));
	judge();
	expect(PASS, PASS, 0);
	end();
}

static void every_action_has_its_verdict_in_both_modes(void)
{
	static const struct {
		const char *action;
		u8 would, reject_to;
	} row[] = {
		{ "alert", REPORT, 0 },
		{ "pass", PASS, 0 },
		{ "drop", DROP, 0 },
		{ "reject", REJECT, SEGWARD_DIRECTION_EITHER },
		{ "rejectsrc", REJECT, SEGWARD_DIRECTION_SRC },
		{ "rejectdst", REJECT, SEGWARD_DIRECTION_DST },
		{ "rejectboth", REJECT, SEGWARD_DIRECTION_EITHER },
	};
	struct segward_result_event event;
	char text[200];
	u8 mode, reason;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		for (mode = MONITOR; mode <= PREVENT; mode++) {
			begin(mode);
			snprintf(text, sizeof(text),
				 "%s ip any any -> any any (msg:\"x\"; content:\"attack\"; sid:1;)\n",
				 row[i].action);
			add_rules("base", text);
			ready();
			make_packet(6, 6, TEXT, 14);
			judge();
			reason = row[i].would >= DROP ? SEGWARD_REASON_RULE : 0;
			expect(mode == PREVENT || row[i].would < DROP ?
			       row[i].would : REPORT, row[i].would, reason);
			CHECK_EQ(got.reject_to, row[i].reject_to);
			CHECK_EQ(got.nr_hits, row[i].would != PASS);
			CHECK_EQ(segward_result_event(&got, 0, &event),
				 row[i].would != PASS);
			if (row[i].would != PASS) {
				CHECK_EQ(event.type, SEGWARD_EVENT_TYPE_ALERT);
				CHECK_EQ(event.index, 0);
				CHECK_EQ(event.reason, reason);
				CHECK(!segward_result_event(&got, 1, &event));
			}
			end();
		}
	}
}

static void transport_and_family_make_no_difference(void)
{
	int family, mode;

	for (mode = MONITOR; mode <= PREVENT; mode++) {
		begin((u8)mode);
		add_rules("base",
			  "drop ip any any -> any any (msg:\"x\"; content:\"ATTACK\"; nocase; content:\"dawn\"; distance:4; sid:1;)\n");
		ready();
		for (family = 4; family <= 6; family += 2) {
			make_packet(family, 6, TEXT, 14);
			judge();
			expect(mode == PREVENT ? DROP : REPORT, DROP,
			       SEGWARD_REASON_RULE);
			make_packet(family, 17, TEXT, 14);
			judge();
			expect(mode == PREVENT ? DROP : REPORT, DROP,
			       SEGWARD_REASON_RULE);
		}
		/* inline: no inner IP header at all */
		outer(17);
		wire_udp(&packet, 0, SEG0, 1, 2, TEXT, 14);
		wire_ip6_end(&packet, 0);
		judge();
		expect(mode == PREVENT ? DROP : REPORT, DROP,
		       SEGWARD_REASON_RULE);
		CHECK_EQ(got.packet.encapsulation,
			 SEGWARD_ENCAPSULATION_INLINE);
		end();
	}
}

static void the_strongest_verdict_wins_and_all_hits_are_told(void)
{
	begin(PREVENT);
	add_rules("base",
		  "alert ip any any -> any any (msg:\"a\"; content:\"attack\"; sid:1;)\n"
		  "drop ip any any -> any any (msg:\"d\"; content:\"dawn\"; sid:2;)\n"
		  "alert ip any any -> any any (msg:\"h\"; sid:3;)\n"
		  "alert ip any any -> any any (msg:\"n\"; content:\"noon\"; sid:4;)\n");
	ready();
	make_packet(4, 6, TEXT, 14);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	CHECK_EQ(got.nr_hits, 3);
	CHECK_EQ(hit_signature(0), 2);
	CHECK_EQ(hit_signature(1), 1);
	CHECK_EQ(hit_signature(2), 3);
	CHECK_EQ(got.hit[0].verdict, DROP);
	CHECK_EQ(got.hit[1].verdict, REPORT);
	end();
}

static void a_pass_rule_takes_back_what_other_rules_said(void)
{
	begin(PREVENT);
	/* the first ruleset has been asked before the second exempts */
	add_rules("first",
		  "reject ip any any -> any any (msg:\"r\"; content:\"attack\"; sid:1;)\n");
	add_rules("second",
		  "pass ip any any -> any any (msg:\"p\"; content:\"dawn\"; sid:2;)\n"
		  "drop ip any any -> any any (msg:\"d\"; sid:3;)\n");
	ready();
	make_packet(6, 17, TEXT, 14);
	judge();
	expect(PASS, PASS, 0);
	CHECK_EQ(got.reject_to, 0);
	CHECK_EQ(got.nr_hits, 0);
	make_packet(6, 17, "attack", 6);
	judge();
	expect(REJECT, REJECT, SEGWARD_REASON_RULE);
	CHECK_EQ(got.nr_hits, 2);
	end();
}

static void a_rule_overridden_to_pass_exempts_nothing(void)
{
	struct segward_override override[] = {
		{ .kind = SEGWARD_OVERRIDE_KIND_SIGNATURE_ID, .gid = 1,
		  .signature_id = 1, .verdict = PASS },
		{ .kind = SEGWARD_OVERRIDE_KIND_SIGNATURE_ID, .gid = 1,
		  .signature_id = 2, .verdict = DROP },
	};

	begin(PREVENT);
	add_rules("base",
		  "drop ip any any -> any any (msg:\"d\"; content:\"attack\"; sid:1;)\n"
		  "alert ip any any -> any any (msg:\"a\"; content:\"dawn\"; sid:2;)\n");
	config.override = override;
	config.nr_overrides = 2;
	ready();
	make_packet(6, 6, "attack", 6);
	judge();
	expect(PASS, PASS, 0);
	make_packet(6, 6, TEXT, 14);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	CHECK_EQ(got.nr_hits, 1);
	CHECK_EQ(hit_signature(0), 2);
	end();
}

static void a_suppressed_match_has_neither_verdict_nor_event(void)
{
	struct segward_suppress suppress = {
		.gid = 1,
		.signature_id = 1,
		.direction = SEGWARD_DIRECTION_SRC,
		.family = 4,
		.prefix_len = 32,
	};

	begin(PREVENT);
	add_rules("base",
		  "drop ip any any -> any any (msg:\"d\"; content:\"attack\"; sid:1;)\n");
	inet_pton(AF_INET, INNER_SRC4, suppress.address);
	config.suppress = &suppress;
	config.nr_suppress = 1;
	ready();
	make_packet(4, 6, TEXT, 14);
	judge();
	expect(PASS, PASS, 0);
	CHECK_EQ(got.nr_hits, 0);
	make_packet(6, 6, TEXT, 14);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	end();
}

static void set_thresholds(u8 botnet, u8 scanner, u8 friend)
{
	static struct segward_threshold threshold[3] = {
		{ .category = "botnet", .min_score = 80 },
		{ .category = "scanner", .min_score = 1 },
		{ .category = "friend", .min_score = 1 },
	};

	threshold[0].verdict = botnet;
	threshold[1].verdict = scanner;
	threshold[2].verdict = friend;
	config.threshold = threshold;
	config.nr_thresholds = 3;
}

static void an_address_acts_from_its_threshold_on(void)
{
	struct segward_result_event event;
	u8 score;

	for (score = 79; score <= 81; score++) {
		begin(PREVENT);
		set_thresholds(DROP, REPORT, PASS);
		ready();
		list(INNER_SRC4, 32, "botnet", score);
		make_packet(4, 6, TEXT, 14);
		judge();
		if (score < 80) {
			expect(PASS, PASS, 0);
			CHECK_EQ(got.nr_reputation, 0);
		} else {
			expect(DROP, DROP, SEGWARD_REASON_REPUTATION);
			CHECK_EQ(got.nr_reputation, 1);
			CHECK_EQ(got.reputation[0].entry.score, score);
			CHECK(!got.reputation[0].dst);
			CHECK(segward_result_event(&got, 0, &event));
			CHECK_EQ(event.type, SEGWARD_EVENT_TYPE_REPUTATION);
		}
		end();
	}
}

static void both_ends_and_both_families_are_looked_up(void)
{
	begin(PREVENT);
	set_thresholds(DROP, REPORT, PASS);
	ready();
	list("2001:db8:2::", 48, "scanner", 5);
	list("192.0.2.0", 24, "botnet", 99);
	make_packet(6, 17, TEXT, 14);
	judge();
	expect(REPORT, REPORT, 0);
	CHECK_EQ(got.nr_reputation, 1);
	CHECK(got.reputation[0].dst);
	CHECK_EQ(got.reputation[0].entry.len, 48);
	make_packet(4, 17, TEXT, 14);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_REPUTATION);
	CHECK(got.reputation[0].dst);
	end();
}

static void one_entry_over_both_ends_is_told_once(void)
{
	begin(MONITOR);
	set_thresholds(DROP, REPORT, PASS);
	ready();
	list("2001:db8::", 32, "botnet", 99);
	make_packet(6, 17, TEXT, 14);
	judge();
	expect(REPORT, DROP, SEGWARD_REASON_REPUTATION);
	CHECK_EQ(got.nr_reputation, 1);
	list("2001:db8:2::", 48, "scanner", 9);
	judge();
	CHECK_EQ(got.nr_reputation, 2);
	CHECK(got.reputation[1].dst);
	end();
}

static void a_category_that_passes_exempts_its_address_alone(void)
{
	begin(PREVENT);
	set_thresholds(DROP, REPORT, PASS);
	ready();
	list(INNER_SRC4, 32, "botnet", 99);
	list(INNER_SRC4, 32, "friend", 1);
	make_packet(4, 6, TEXT, 14);
	judge();
	expect(PASS, PASS, 0);
	CHECK_EQ(got.nr_reputation, 0);
	list(INNER_DST4, 32, "botnet", 99);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_REPUTATION);
	end();
}

static void no_rule_changes_what_reputation_drops(void)
{
	u8 mode;

	for (mode = MONITOR; mode <= PREVENT; mode++) {
		begin(mode);
		set_thresholds(DROP, REPORT, PASS);
		add_rules("base",
			  "reject ip any any -> any any (msg:\"r\"; content:\"attack\"; sid:1;)\n");
		add_rules("more",
			  "pass ip any any -> any any (msg:\"p\"; content:\"dawn\"; sid:2;)\n");
		ready();
		list(INNER_SRC4, 32, "botnet", 99);
		make_packet(4, 6, "attack", 6);
		judge();
		expect(mode == PREVENT ? DROP : REPORT, DROP,
		       SEGWARD_REASON_REPUTATION);
		/* in monitor mode the rules are heard, too */
		CHECK_EQ(got.nr_hits, mode == MONITOR);
		CHECK_EQ(got.work > 0, mode == MONITOR);
		make_packet(4, 6, TEXT, 14);
		judge();
		expect(mode == PREVENT ? DROP : REPORT, DROP,
		       SEGWARD_REASON_REPUTATION);
		CHECK_EQ(got.nr_hits, 0);
		end();
	}
}

static void a_reputation_report_leaves_the_rules_their_say(void)
{
	struct segward_result_event event;

	begin(PREVENT);
	set_thresholds(DROP, REPORT, PASS);
	add_rules("base",
		  "drop ip any any -> any any (msg:\"r\"; content:\"attack\"; sid:1;)\n");
	ready();
	list(INNER_SRC4, 32, "scanner", 3);
	make_packet(4, 6, TEXT, 14);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	CHECK(segward_result_event(&got, 0, &event));
	CHECK_EQ(event.type, SEGWARD_EVENT_TYPE_REPUTATION);
	CHECK(segward_result_event(&got, 1, &event));
	CHECK_EQ(event.type, SEGWARD_EVENT_TYPE_ALERT);
	CHECK(!segward_result_event(&got, 2, &event));
	end();
}

static void more_entries_than_fit_keep_the_one_that_decides(void)
{
	struct segward_threshold threshold[12];
	int i, drops = 0;
	char name[8];

	begin(PREVENT);
	memset(threshold, 0, sizeof(threshold));
	for (i = 0; i < 12; i++) {
		sprintf(threshold[i].category, "c%d", i);
		threshold[i].min_score = 1;
		threshold[i].verdict = i == 7 ? DROP : REPORT;
	}
	config.threshold = threshold;
	config.nr_thresholds = 12;
	ready();
	for (i = 0; i < 12; i++) {
		sprintf(name, "c%d", i);
		list(INNER_SRC4, 32, name, 50);
	}
	make_packet(4, 6, TEXT, 14);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_REPUTATION);
	CHECK_EQ(got.nr_reputation, SEGWARD_REPUTATION_HITS_MAX);
	for (i = 0; i < got.nr_reputation; i++)
		drops += got.reputation[i].verdict == DROP;
	CHECK_EQ(drops, 1);
	end();
}

/* A condition under each of its exceptions. */
static void check_exceptions(u8 condition, u8 reason, void (*make)(void))
{
	static const struct {
		u8 exception, would;
	} row[] = {
		{ 0, DROP },
		{ SEGWARD_EXCEPTION_DROP_PACKET, DROP },
		{ SEGWARD_EXCEPTION_REJECT, REJECT },
		{ SEGWARD_EXCEPTION_PASS_PACKET, PASS },
	};
	struct segward_result_event event;
	u8 mode, would;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		for (mode = MONITOR; mode <= PREVENT; mode++) {
			begin(mode);
			config.exception[condition] = row[i].exception;
			ready();
			make();
			judge();
			would = row[i].would;
			if (would == PASS) {
				expect(PASS, PASS, 0);
				CHECK(!segward_result_event(&got, 0, &event));
				end();
				continue;
			}
			expect(mode == PREVENT ? would : REPORT, would,
			       reason);
			CHECK_EQ(got.reject_to, would == REJECT ?
				 SEGWARD_DIRECTION_EITHER : 0);
			CHECK(segward_result_event(&got, 0, &event));
			CHECK_EQ(event.type, SEGWARD_EVENT_TYPE_ANOMALY);
			CHECK_EQ(event.index, condition);
			CHECK_EQ(event.reason, reason);
			CHECK(!segward_result_event(&got, 1, &event));
			end();
		}
	}
}

static void make_outer_fragment(void)
{
	u8 header[8] = { 41, 0, 0, 1 };

	packet.len = 0;
	wire_ip6(&packet, OUTER_SRC, SEG1, 43, 64);
	wire_srh(&packet, 44, 1, 2);
	wire_put(&packet, header, 8);
	wire_fill(&packet, 0x60, 64);
	wire_ip6_end(&packet, 0);
}

static void make_bad_checksum(void)
{
	make_packet(6, 6, TEXT, 14);
	packet.b[packet.len - 1] ^= 1;
}

static void make_inner_fragment(void)
{
	make_packet(4, 17, TEXT, 14);
	wire_be16(&packet, 80 + 6, 0x2000);
	wire_ip4_sum(&packet, 80);
}

static void exceptions_say_what_happens_to_outer_fragments(void)
{
	check_exceptions(SEGWARD_CONDITION_OUTER_FRAGMENT,
			 SEGWARD_REASON_OUTER_FRAGMENT, make_outer_fragment);
}

static void exceptions_say_what_happens_to_malformed_packets(void)
{
	check_exceptions(SEGWARD_CONDITION_PACKET_MALFORMED,
			 SEGWARD_REASON_PACKET_MALFORMED, make_bad_checksum);
}

static void exceptions_say_what_happens_to_inner_fragments(void)
{
	check_exceptions(SEGWARD_CONDITION_INNER_FRAGMENT,
			 SEGWARD_REASON_INNER_FRAGMENT, make_inner_fragment);
}

static void reputation_and_rules_see_inner_fragments(void)
{
	begin(PREVENT);
	set_thresholds(DROP, REPORT, PASS);
	config.exception[SEGWARD_CONDITION_INNER_FRAGMENT] =
		SEGWARD_EXCEPTION_PASS_PACKET;
	add_rules("base",
		  "alert udp any any -> any any (msg:\"h\"; sid:1;)\n"
		  "alert udp any any -> any any (msg:\"c\"; content:\"attack\"; sid:2;)\n");
	ready();
	list(INNER_SRC4, 32, "scanner", 3);
	make_inner_fragment();
	judge();
	expect(REPORT, REPORT, 0);
	CHECK_EQ(got.nr_reputation, 1);
	CHECK_EQ(got.nr_hits, 2);
	CHECK_EQ(got.packet.fragment, SEGWARD_FRAGMENT_FIRST);
	end();
}

/* Bytes @off to @end of the datagram in @whole, as an IPv4 fragment. */
static void make_part(const struct wire *whole, u32 off, u32 end)
{
	u32 total = whole->len - 100;
	u32 ip;

	outer(4);
	ip = wire_ip4(&packet, INNER_SRC4, INNER_DST4, 17);
	wire_put(&packet, whole->b + 100 + off, end - off);
	wire_ip4_end(&packet, ip);
	wire_be16(&packet, ip + 6,
		  (u16)(off / 8 | (end < total ? 0x2000 : 0)));
	wire_ip4_sum(&packet, ip);
	wire_ip6_end(&packet, 0);
}

/* One fragment, judged once: what comes again is another matter. */
static void judge_part(struct segward_fragments *fragments,
		       const struct wire *whole, u32 off, u32 end)
{
	struct segward_inspect inspect = {
		.profile = profile,
		.reputation = reputation,
		.fragments = fragments,
		.now = NOW,
		.scratch = scratch,
	};

	make_part(whole, off, end);
	segward_view_flat(&view, packet.b, packet.len);
	segward_srh_parse(&view, &srh);
	segward_inspect(&inspect, &view, &srh, &got);
}

static const struct wire *make_whole(const char *text)
{
	static struct wire whole;

	make_packet(4, 17, text, (u32)strlen(text));
	whole = packet;
	return &whole;
}

static void begin_parts(u8 mode, struct segward_fragments **fragments)
{
	static const u64 key[2] = { 5, 6 };

	begin(mode);
	add_rules("base",
		  "drop udp any any -> any 80 (msg:\"x\"; content:\"attack at dawn\"; sid:1;)\n");
	ready();
	*fragments = segward_fragments_create(key);
}

static void end_parts(struct segward_fragments *fragments)
{
	segward_fragments_destroy(fragments);
	end();
}

static void only_the_fragment_that_completes_a_bad_datagram_is_dropped(void)
{
	const struct wire *whole = make_whole("now attack at dawn, not later");
	struct segward_fragments *fragments;

	begin_parts(PREVENT, &fragments);
	judge_part(fragments, whole, 16, 24);
	expect(PASS, PASS, 0);
	CHECK(!got.joined);
	judge_part(fragments, whole, 24, whole->len - 100);
	expect(PASS, PASS, 0);
	judge_part(fragments, whole, 0, 16);
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	CHECK(got.joined);
	CHECK_EQ(got.nr_hits, 1);
	CHECK_EQ(got.packet.dport, 80);
	CHECK_EQ(got.packet.encapsulation, SEGWARD_ENCAPSULATION_IPV4);
	CHECK_EQ(got.packet.fragment, SEGWARD_FRAGMENT_NONE);
	/* and again, if somebody tries again, but at less cost */
	judge_part(fragments, whole, 0, 16);
	expect(DROP, DROP, SEGWARD_REASON_INNER_FRAGMENT);
	CHECK(!got.joined);
	end_parts(fragments);
}

static void monitor_tells_of_a_bad_datagram_and_forgets_it(void)
{
	const struct wire *whole = make_whole("now attack at dawn, not later");
	struct segward_fragments *fragments;

	begin_parts(MONITOR, &fragments);
	judge_part(fragments, whole, 0, 16);
	expect(PASS, PASS, 0);
	judge_part(fragments, whole, 16, whole->len - 100);
	expect(REPORT, DROP, SEGWARD_REASON_RULE);
	CHECK_EQ(segward_fragments_memory(fragments), 0);
	end_parts(fragments);
}

static void a_clean_datagram_passes_in_pieces_and_is_forgotten(void)
{
	const struct wire *whole = make_whole("now attack at dusk, not later");
	struct segward_fragments *fragments;

	begin_parts(PREVENT, &fragments);
	judge_part(fragments, whole, 0, 16);
	expect(PASS, PASS, 0);
	judge_part(fragments, whole, 16, whole->len - 100);
	expect(PASS, PASS, 0);
	CHECK(got.joined);
	CHECK_EQ(segward_fragments_memory(fragments), 0);
	end_parts(fragments);
}

static void a_datagram_whose_checksum_is_wrong_is_malformed(void)
{
	struct wire *whole = (struct wire *)make_whole("peace at dawn, always");
	struct segward_fragments *fragments;

	whole->b[whole->len - 1] ^= 1;
	begin_parts(PREVENT, &fragments);
	judge_part(fragments, whole, 0, 16);
	expect(PASS, PASS, 0);
	judge_part(fragments, whole, 16, whole->len - 100);
	expect(DROP, DROP, SEGWARD_REASON_PACKET_MALFORMED);
	CHECK_EQ(got.packet.fragment, SEGWARD_FRAGMENT_LATER);
	end_parts(fragments);
}

static void fragments_that_overlap_are_an_exception(void)
{
	const struct wire *whole = make_whole("now attack at dusk, not later");
	struct segward_fragments *fragments;

	begin_parts(PREVENT, &fragments);
	judge_part(fragments, whole, 0, 16);
	expect(PASS, PASS, 0);
	judge_part(fragments, whole, 8, 24);
	expect(DROP, DROP, SEGWARD_REASON_INNER_FRAGMENT);
	CHECK(!got.fragment_full);
	judge_part(fragments, whole, 16, whole->len - 100);
	expect(DROP, DROP, SEGWARD_REASON_INNER_FRAGMENT);
	end_parts(fragments);
}

static void a_malformed_packet_is_not_matched(void)
{
	begin(MONITOR);
	add_rules("base", "alert ip any any -> any any (msg:\"h\"; sid:1;)\n");
	ready();
	make_bad_checksum();
	judge();
	CHECK(!got.parsed);
	CHECK_EQ(got.nr_hits, 0);
	CHECK_EQ(got.packet.family, 6);
	end();
}

/* 50 segments of 100 bytes, "attack" in one of them, "dawn" in another. */
static void make_gso(u32 attack, u32 dawn)
{
	static u8 data[5000];

	memset(data, '.', sizeof(data));
	memcpy(data + attack, "attack", 6);
	memcpy(data + dawn, "dawn", 4);
	make_packet(6, 6, data, sizeof(data));
	view.csum = SEGWARD_CSUM_PARTIAL;
}

static void a_gso_packet_is_judged_segment_by_segment(void)
{
	begin(PREVENT);
	add_rules("base",
		  "drop tcp any any -> any any (msg:\"d\"; content:\"attack\"; content:\"dawn\"; sid:1;)\n"
		  "alert tcp any any -> any any (msg:\"s\"; dsize:100; content:\"attack\"; sid:2;)\n"
		  "alert tcp any any -> any any (msg:\"l\"; dsize:>100; sid:3;)\n"
		  "alert tcp any any -> any any (msg:\"m\"; content:\"...\"; sid:4;)\n");
	ready();
	/* in different segments: no receiver sees one packet with both */
	make_gso(1010, 1110);
	view.gso_size = 100;
	judge();
	expect(REPORT, REPORT, 0);
	CHECK_EQ(got.nr_hits, 2);	/* each once, though 4 matches 50 times */
	CHECK_EQ(got.hits_lost, 0);
	make_gso(1010, 1090);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	/* across the border: in no segment */
	make_gso(1097, 4990);
	judge();
	CHECK_EQ(got.nr_hits, 1);
	CHECK_EQ(hit_signature(0), 4);
	view.gso_size = 0;
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	end();
}

static void a_pass_rule_exempts_its_own_segment_only(void)
{
	begin(PREVENT);
	add_rules("base",
		  "pass tcp any any -> any any (msg:\"p\"; content:\"dawn\"; sid:1;)\n"
		  "drop tcp any any -> any any (msg:\"d\"; content:\"attack\"; sid:2;)\n");
	ready();
	make_gso(1010, 1090);
	view.gso_size = 100;
	judge();
	expect(PASS, PASS, 0);
	make_gso(1010, 990);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	make_gso(1010, 1110);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	CHECK_EQ(got.nr_hits, 1);
	end();
}

static void more_hits_than_fit_keep_the_one_that_decides(void)
{
	char text[20 * 100] = "";
	u32 i;

	begin(PREVENT);
	for (i = 1; i <= 20; i++)
		sprintf(text + strlen(text),
			"alert ip any any -> any any (msg:\"a\"; sid:%u;)\n", i);
	add_rules("first", text);
	add_rules("second", "drop ip any any -> any any (msg:\"d\"; sid:99;)\n");
	ready();
	make_packet(6, 6, TEXT, 14);
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	CHECK_EQ(got.nr_hits, SEGWARD_HITS_MAX);
	CHECK_EQ(got.hits_lost, 20 - SEGWARD_HITS_MAX + 1);
	CHECK_EQ(hit_signature(0), 1);
	CHECK_EQ(hit_signature(SEGWARD_HITS_MAX - 1), 99);
	end();
}

static void make_costly(void)
{
	static u8 data[60000];

	memset(data, 'a', sizeof(data));
	make_packet(4, 17, data, sizeof(data));
}

static void a_spent_budget_is_an_exception(void)
{
	static const char text[] =
		"alert udp any any -> any any (msg:\"x\"; content:\"a\"; "
		"content:\"a\"; within:20; content:\"a\"; within:20; "
		"content:\"b\"; within:20; sid:1;)\n";
	struct segward_result_event event;
	u8 mode;

	for (mode = MONITOR; mode <= PREVENT; mode++) {
		begin(mode);
		add_rules("base", text);
		ready();
		make_costly();
		judge();
		CHECK(got.exhausted);
		expect(mode == PREVENT ? DROP : REPORT, DROP,
		       SEGWARD_REASON_BUDGET);
		CHECK(segward_result_event(&got, 0, &event));
		CHECK_EQ(event.type, SEGWARD_EVENT_TYPE_ANOMALY);
		CHECK_EQ(event.reason, SEGWARD_REASON_BUDGET);
		CHECK(got.work <= SEGWARD_WORK_MAX);
		/* the next packet is not affected */
		make_packet(4, 17, TEXT, 14);
		judge();
		CHECK(!got.exhausted);
		expect(PASS, PASS, 0);
		end();
	}
}

static void tiny_segments_are_bounded_by_the_budget(void)
{
	static u8 data[10000];
	u32 most, over;

	begin(PREVENT);
	add_rules("base",
		  "alert udp any any -> any any (msg:\"x\"; content:\"attack\"; sid:1;)\n");
	ready();
	view.gso_size = 1;
	view.csum = SEGWARD_CSUM_PARTIAL;
	make_packet(6, 17, data, 1);
	judge();
	CHECK(got.work >= SEGWARD_WORK_PIECE);
	/* a budget of 0 is a spent one */
	most = (SEGWARD_WORK_MAX - 1) / got.work;
	for (over = 0; over < 2; over++) {
		make_packet(6, 17, data, most + over);
		judge();
		CHECK_EQ(got.exhausted, over);
		CHECK_EQ(got.verdict, over ? DROP : PASS);
	}
	end();
}

static void a_packet_without_payload_meets_its_header_rules(void)
{
	begin(PREVENT);
	add_rules("base",
		  "alert tcp any any -> any 80 (msg:\"x\"; dsize:0; sid:1;)\n");
	ready();
	make_packet(6, 6, "", 0);
	judge();
	expect(REPORT, REPORT, 0);
	make_packet(6, 6, "x", 1);
	judge();
	expect(PASS, PASS, 0);
	end();
}

static void a_jumbogram_is_inspected_to_its_end(void)
{
	static u8 data[150000];
	u8 option[8] = { 59, 0, 0xc2, 4 };

	begin(PREVENT);
	add_rules("base",
		  "drop ip any any -> any any (msg:\"x\"; content:\"attack\"; sid:1;)\n");
	ready();
	memcpy(data + 149990, "attack", 6);
	packet.len = 0;
	/* inline, protocol 59: whatever it is, it is looked at */
	wire_ip6(&packet, OUTER_SRC, SEG1, 0, 64);
	put_unaligned_be32(8 + 40 + sizeof(data), option + 4);
	option[0] = 43;
	wire_put(&packet, option, 8);
	wire_srh(&packet, 59, 1, 2);
	wire_put(&packet, data, sizeof(data));
	judge();
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	end();
}

/* What the skin says of a packet that it cannot read (hook.c). */
static void only_a_result_without_a_reason_is_quiet(void)
{
	struct segward_result result = {};

	CHECK(segward_result_quiet(&result));
	result.would = SEGWARD_VERDICT_DROP;
	result.reason = SEGWARD_REASON_NO_MEMORY;
	result.verdict = SEGWARD_VERDICT_REPORT;
	CHECK(!segward_result_quiet(&result));
}

static void a_plain_packet_is_judged_alike(void)
{
	struct segward_inspect inspect = { .now = NOW };
	struct segward_view plain;

	begin(PREVENT);
	add_rules("base",
		  "drop ip any any -> any any (msg:\"x\"; content:\"attack\"; sid:1;)\n");
	ready();
	inspect.profile = profile;
	inspect.scratch = scratch;
	make_packet(4, 6, TEXT, 14);
	segward_view_flat(&plain, packet.b, packet.len);
	segward_inspect_ip(&inspect, &plain, 80, &got);
	expect(DROP, DROP, SEGWARD_REASON_RULE);
	CHECK_EQ(got.packet.encapsulation, 0);
	CHECK_EQ(got.packet.net_off, 80);
	packet.b[80] = 0;
	segward_inspect_ip(&inspect, &plain, 80, &got);
	expect(DROP, DROP, SEGWARD_REASON_PACKET_MALFORMED);
	end();
}

/* --- Streams ---------------------------------------------------------------- */

/* The rest is tested through replay and the kernel; no packet comes like this. */
static void a_segment_without_its_payload_is_an_exception(void)
{
	static const u64 key[2] = { 5, 6 };
	struct segward_inspect inspect = { .now = NOW };
	int err;

	begin(SEGWARD_MODE_PREVENT);
	ready();
	inspect.profile = profile;
	inspect.reputation = reputation;
	inspect.scratch = scratch;
	inspect.flows = segward_flows_create(key, 64, 1);
	inspect.zone = segward_zones_get(segward_flows_zones(inspect.flows), 0,
					 &err);
	make_packet(6, 6, TEXT, sizeof(TEXT));
	segward_view_flat(&view, packet.b, packet.len);
	view.csum = SEGWARD_CSUM_TRUST;
	view.head.len -= 5;
	segward_srh_parse(&view, &srh);
	segward_inspect(&inspect, &view, &srh, &got);
	CHECK_EQ(got.reason, SEGWARD_REASON_STREAM_TRUNCATED);
	CHECK_EQ(got.verdict, SEGWARD_VERDICT_DROP);
	CHECK_EQ(got.conditions, 1 << SEGWARD_CONDITION_STREAM_INVALID);
	segward_flows_destroy(inspect.flows);
	end();
}

int main(void)
{
	scratch = segward_zalloc(sizeof(*scratch));
	RUN(a_clean_packet_passes_and_is_told_to_nobody);
	RUN(an_empty_profile_passes);
	RUN(every_action_has_its_verdict_in_both_modes);
	RUN(transport_and_family_make_no_difference);
	RUN(the_strongest_verdict_wins_and_all_hits_are_told);
	RUN(a_pass_rule_takes_back_what_other_rules_said);
	RUN(a_rule_overridden_to_pass_exempts_nothing);
	RUN(a_suppressed_match_has_neither_verdict_nor_event);
	RUN(an_address_acts_from_its_threshold_on);
	RUN(both_ends_and_both_families_are_looked_up);
	RUN(one_entry_over_both_ends_is_told_once);
	RUN(a_category_that_passes_exempts_its_address_alone);
	RUN(no_rule_changes_what_reputation_drops);
	RUN(a_reputation_report_leaves_the_rules_their_say);
	RUN(more_entries_than_fit_keep_the_one_that_decides);
	RUN(exceptions_say_what_happens_to_outer_fragments);
	RUN(exceptions_say_what_happens_to_malformed_packets);
	RUN(exceptions_say_what_happens_to_inner_fragments);
	RUN(reputation_and_rules_see_inner_fragments);
	RUN(only_the_fragment_that_completes_a_bad_datagram_is_dropped);
	RUN(monitor_tells_of_a_bad_datagram_and_forgets_it);
	RUN(a_clean_datagram_passes_in_pieces_and_is_forgotten);
	RUN(a_datagram_whose_checksum_is_wrong_is_malformed);
	RUN(fragments_that_overlap_are_an_exception);
	RUN(a_malformed_packet_is_not_matched);
	RUN(a_gso_packet_is_judged_segment_by_segment);
	RUN(a_pass_rule_exempts_its_own_segment_only);
	RUN(more_hits_than_fit_keep_the_one_that_decides);
	RUN(a_spent_budget_is_an_exception);
	RUN(tiny_segments_are_bounded_by_the_budget);
	RUN(a_packet_without_payload_meets_its_header_rules);
	RUN(a_jumbogram_is_inspected_to_its_end);
	RUN(only_a_result_without_a_reason_is_quiet);
	RUN(a_plain_packet_is_judged_alike);
	RUN(a_segment_without_its_payload_is_an_exception);
	segward_free(scratch);
	return tap_done();
}
