// SPDX-License-Identifier: GPL-2.0
/*
 * Rules: headers, sets, contents and their order, against tables and against
 * a reference that is as simple as possible.
 */
#include "image_builder.h"
#include "inspect.h"
#include "ipv6.h"
#include "rule.h"
#include "tap.h"

#define NEGATED		SEGWARD_IMAGE_OP_F_NEGATED
#define NOCASE		SEGWARD_IMAGE_OP_F_NOCASE
#define OFFSET		SEGWARD_IMAGE_OP_F_OFFSET
#define DEPTH		SEGWARD_IMAGE_OP_F_DEPTH
#define DISTANCE	SEGWARD_IMAGE_OP_F_DISTANCE
#define WITHIN		SEGWARD_IMAGE_OP_F_WITHIN
#define STARTSWITH	SEGWARD_IMAGE_OP_F_STARTSWITH
#define ENDSWITH	SEGWARD_IMAGE_OP_F_ENDSWITH

static struct segward_scratch scratch;
static u64 state = 0x5eed;

static u32 rnd(u32 limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)((state >> 11) % limit);
}

/* --- Running a ruleset over a packet -------------------------------------- */

struct hits {
	u32 rule[256];
	u32 nr;
	u32 stop_at;		/* end the matching behind so many */
};

static bool note_hit(void *arg, u32 rule)
{
	struct hits *hits = arg;

	if (hits->nr < ARRAY_SIZE(hits->rule))
		hits->rule[hits->nr] = rule;
	hits->nr++;
	return hits->nr != hits->stop_at;
}

static bool scratch_is_clean(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(scratch.candidate); i++)
		if (scratch.candidate[i] || scratch.seen[i])
			return false;
	for (i = 0; i < ARRAY_SIZE(scratch.candidate_words); i++)
		if (scratch.candidate_words[i])
			return false;
	return true;
}

static struct segward_ruleset *make_ruleset(struct image_builder *b)
{
	struct segward_image_error error;
	struct segward_ruleset *ruleset;
	void *image;
	u32 size;
	int err;

	image = image_finish_grouped(b, &size);
	ruleset = segward_ruleset_create("test", image, size, 1, &error, &err);
	if (!ruleset) {
		printf("# refused: %s (%u)\n", error.what, error.index);
		abort();
	}
	return ruleset;
}

static struct segward_packet tcp_packet(void)
{
	struct segward_packet packet = {
		.family = 4,
		.proto = 6,
		.src = { 10, 1, 2, 3 },
		.dst = { 192, 0, 2, 80 },
		.sport = 40000,
		.dport = 80,
	};

	return packet;
}

static bool run(const struct segward_ruleset *ruleset,
		const struct segward_variable **variable,
		const struct segward_packet *packet, const void *payload,
		u32 len, u32 budget, struct hits *hits)
{
	struct segward_binding binding = {
		.ruleset = ruleset,
		.variable = variable,
	};
	const struct segward_rule_match match = {
		.binding = &binding,
		.packet = packet,
		.scratch = &scratch,
		.budget = &budget,
		.hit = note_hit,
		.arg = hits,
	};
	bool whole;

	hits->nr = 0;
	whole = segward_rule_match_packet(&match, payload, len);
	CHECK(scratch_is_clean());
	return whole;
}

/* Does the only rule match? */
static bool matches(const struct segward_ruleset *ruleset,
		    const struct segward_packet *packet, const void *payload,
		    u32 len)
{
	struct hits hits = {};

	CHECK(run(ruleset, NULL, packet, payload, len, SEGWARD_WORK_MAX,
		  &hits));
	return hits.nr;
}

/* --- Contents: a table ---------------------------------------------------- */

struct content {
	const char *bytes;
	u32 flags;
	s32 low;
	s32 high;
};

struct content_case {
	const char *name;
	struct content content[5];
	const char *payload;
	bool match;
};

static const struct content_case content_cases[] = {
	{ "plain", { { "abc" } }, "xxabcxx", true },
	{ "plain, whole", { { "abc" } }, "abc", true },
	{ "plain, cut short", { { "abc" } }, "xxab", false },
	{ "one byte", { { "b" } }, "abc", true },
	{ "one byte, absent", { { "d" } }, "abc", false },
	{ "case matters", { { "abc" } }, "xABCx", false },
	{ "nocase", { { "abc", NOCASE } }, "xAbCx", true },
	{ "nocase is for letters", { { "a{c", NOCASE } }, "A[C", false },
	{ "an earlier place in another case", { { "abc" } }, "ABCxabc", true },
	{ "negated, absent", { { "abc", NEGATED } }, "xyz", true },
	{ "negated, present", { { "abc", NEGATED } }, "xabcy", false },
	{ "negated nocase", { { "abc", NEGATED | NOCASE } }, "xABCy", false },

	{ "offset at", { { "abc", OFFSET, 2 } }, "xxabc", true },
	{ "offset behind", { { "abc", OFFSET, 3 } }, "xxabc", false },
	{ "offset skips the first", { { "abc", OFFSET, 1 } }, "abcabc", true },
	{ "offset past the end", { { "abc", OFFSET, 9 } }, "xxabc", false },
	{ "depth just enough", { { "abc", DEPTH, 0, 5 } }, "xxabc", true },
	{ "depth too small", { { "abc", DEPTH, 0, 4 } }, "xxabc", false },
	{ "depth beyond the end", { { "abc", DEPTH, 0, 99 } }, "xxabc", true },
	{ "depth counts from offset",
	  { { "abc", OFFSET | DEPTH, 2, 3 } }, "xxabc", true },
	{ "offset and depth, one before",
	  { { "abc", OFFSET | DEPTH, 1, 3 } }, "xxabc", false },
	{ "negated outside of its depth",
	  { { "abc", NEGATED | DEPTH, 0, 4 } }, "xxabc", true },
	{ "negated within its depth",
	  { { "abc", NEGATED | DEPTH, 0, 5 } }, "xxabc", false },
	{ "negated before its offset",
	  { { "abc", NEGATED | OFFSET, 3 } }, "xxabc", true },
	{ "negated with an offset past the end",
	  { { "abc", NEGATED | OFFSET, 9 } }, "abc", true },

	{ "startswith", { { "abc", STARTSWITH } }, "abcx", true },
	{ "startswith, not at the start", { { "abc", STARTSWITH } }, "xabc",
	  false },
	{ "startswith negated", { { "abc", STARTSWITH | NEGATED } }, "xabc",
	  true },
	{ "endswith", { { "abc", ENDSWITH } }, "xabc", true },
	{ "endswith, an earlier place too", { { "abc", ENDSWITH } }, "abcabc",
	  true },
	{ "endswith, not at the end", { { "abc", ENDSWITH } }, "abcx", false },
	{ "endswith negated", { { "abc", ENDSWITH | NEGATED } }, "abcx",
	  true },
	{ "startswith and endswith", { { "abc", STARTSWITH | ENDSWITH } },
	  "abc", true },
	{ "startswith and endswith, longer",
	  { { "abc", STARTSWITH | ENDSWITH } }, "abcabc", false },
	{ "endswith within depth", { { "abc", ENDSWITH | DEPTH, 0, 6 } },
	  "xxxabc", true },
	{ "endswith behind its depth", { { "abc", ENDSWITH | DEPTH, 0, 5 } },
	  "xxxabc", false },
	{ "endswith at its offset", { { "abc", ENDSWITH | OFFSET, 3 } },
	  "xxxabc", true },
	{ "endswith before its offset", { { "abc", ENDSWITH | OFFSET, 4 } },
	  "xxxabc", false },
	{ "endswith relative",
	  { { "ab" }, { "cd", ENDSWITH | DISTANCE, 1 } }, "abxcd", true },
	{ "endswith relative, too near",
	  { { "ab" }, { "cd", ENDSWITH | DISTANCE, 2 } }, "abxcd", false },
	{ "endswith longer than the payload", { { "abcd", ENDSWITH } }, "bcd",
	  false },

	{ "distance 0, adjacent", { { "ab" }, { "cd", DISTANCE } }, "abcd",
	  true },
	{ "distance 0, before", { { "ab" }, { "cd", DISTANCE } }, "cdab",
	  false },
	{ "distance 0, overlapping", { { "abc" }, { "cd", DISTANCE } },
	  "abcd", false },
	{ "distance 1 at", { { "ab" }, { "cd", DISTANCE, 1 } }, "abxcd",
	  true },
	{ "distance 2 behind", { { "ab" }, { "cd", DISTANCE, 2 } }, "abxcd",
	  false },
	{ "distance -1 overlaps", { { "abc" }, { "cd", DISTANCE, -1 } },
	  "abcd", true },
	{ "distance -4 looks back", { { "cd" }, { "ab", DISTANCE, -4 } },
	  "abcd", true },
	{ "distance -3 not so far", { { "cd" }, { "ab", DISTANCE, -3 } },
	  "abcd", false },
	{ "distance before the start", { { "cd" }, { "ab", DISTANCE, -99 } },
	  "abcd", true },
	{ "within just enough", { { "ab" }, { "cd", WITHIN, 0, 2 } }, "abcd",
	  true },
	{ "within too small", { { "ab" }, { "cd", WITHIN, 0, 2 } }, "abxcd",
	  false },
	{ "within counts the content", { { "ab" }, { "cd", WITHIN, 0, 3 } },
	  "abxcd", true },
	{ "distance and within",
	  { { "ab" }, { "cd", DISTANCE | WITHIN, 2, 2 } }, "abxxcd", true },
	{ "within counts from distance",
	  { { "ab" }, { "cd", DISTANCE | WITHIN, 1, 2 } }, "abxxcd", false },
	{ "negative distance and within",
	  { { "abcd" }, { "bc", DISTANCE | WITHIN, -3, 2 } }, "abcd", true },
	{ "negative distance, within too short",
	  { { "abcd" }, { "cd", DISTANCE | WITHIN, -3, 2 } }, "abcd", false },
	{ "a within wholly before the payload",
	  { { "cd" }, { "ab", DISTANCE | WITHIN, -20, 4 } }, "abcd", false },
	{ "negated, a within wholly before the payload",
	  { { "cd" }, { "ab", DISTANCE | WITHIN | NEGATED, -20, 4 } }, "abcd",
	  true },
	{ "relative first counts from the start",
	  { { "cd", DISTANCE | WITHIN, 2, 2 } }, "abcd", true },
	{ "relative first, too early", { { "cd", DISTANCE, 3 } }, "abcd",
	  false },

	{ "the next place of the first content",
	  { { "ab" }, { "cd", WITHIN, 0, 2 } }, "abxxabcd", true },
	{ "the third place of the first content",
	  { { "ab" }, { "cd", WITHIN, 0, 2 } }, "ababxabcd", true },
	{ "back over two contents",
	  { { "a" }, { "b", WITHIN, 0, 2 }, { "c", WITHIN, 0, 1 } },
	  "abxaxbc", true },
	{ "back over two contents in vain",
	  { { "a" }, { "b", WITHIN, 0, 2 }, { "c", WITHIN, 0, 1 } },
	  "abxaxxbc", false },
	{ "overlapping places of one content",
	  { { "aa" }, { "b", WITHIN, 0, 1 } }, "aaab", true },
	{ "back because of a negated content",
	  { { "ab" }, { "x", NEGATED | WITHIN, 0, 1 } }, "abxaby", true },
	{ "negated relative everywhere",
	  { { "ab" }, { "x", NEGATED | WITHIN, 0, 1 } }, "abxabx", false },
	{ "negated relative behind",
	  { { "ab" }, { "x", NEGATED | DISTANCE } }, "xxab", true },
	{ "negated relative anywhere behind",
	  { { "ab" }, { "x", NEGATED | DISTANCE } }, "abyyx", false },
	{ "negated relative, the last place is free",
	  { { "ab" }, { "x", NEGATED | DISTANCE } }, "abxab", true },
	{ "a negated content does not move the cursor",
	  { { "ab" }, { "zz", NEGATED }, { "cd", WITHIN, 0, 2 } }, "abcd",
	  true },
	{ "a negated relative content does not either",
	  { { "ab" }, { "x", NEGATED | WITHIN, 0, 1 },
	    { "cd", WITHIN, 0, 2 } }, "abcd", true },
	{ "absolute contents in any order", { { "cd" }, { "ab" } }, "abcd",
	  true },
	{ "the same bytes for two absolute contents",
	  { { "ab" }, { "abc" } }, "abc", true },
	{ "an absolute content moves the cursor",
	  { { "cd" }, { "ab" }, { "cd", WITHIN, 0, 2 } }, "abcd", true },
	{ "the absolute content between is what counts",
	  { { "ef" }, { "ab" }, { "cd", DISTANCE, 1 } }, "abcdef", false },
	{ "an absolute content that fails is final",
	  { { "ab" }, { "zz" } }, "abab", false },
	{ "five in a row",
	  { { "a" }, { "b", WITHIN, 0, 1 }, { "c", WITHIN, 0, 1 },
	    { "d", WITHIN, 0, 1 }, { "e", WITHIN, 0, 1 } },
	  "abcdxabcde", true },
	{ "depth and relative together",
	  { { "GET ", DEPTH, 0, 4 }, { "/a", DISTANCE },
	    { ".php", DISTANCE | WITHIN, 0, 8 } }, "GET /x/abc.php", true },
};

static void add_contents(struct image_builder *b, const struct content *c,
			 u32 nr)
{
	u32 i;

	for (i = 0; i < nr && c[i].bytes; i++)
		image_content(b, c[i].bytes, (u32)strlen(c[i].bytes),
			      c[i].flags, c[i].low, c[i].high);
}

static void contents_match_as_in_suricata(void)
{
	struct segward_packet packet = tcp_packet();
	u32 i;

	for (i = 0; i < ARRAY_SIZE(content_cases); i++) {
		const struct content_case *c = &content_cases[i];
		struct segward_ruleset *ruleset;
		struct image_builder b;

		image_start(&b);
		image_rule(&b);
		add_contents(&b, c->content, ARRAY_SIZE(c->content));
		ruleset = make_ruleset(&b);
		if (!CHECK(matches(ruleset, &packet, c->payload,
				   (u32)strlen(c->payload)) == c->match))
			printf("# case: %s\n", c->name);
		segward_ruleset_destroy(ruleset);
	}
}

static void a_payload_of_nothing_matches_negated_contents_alone(void)
{
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	struct hits hits = {};

	image_start(&b);
	image_rule(&b);
	image_content(&b, "a", 1, 0, 0, 0);
	image_rule(&b);
	image_content(&b, "a", 1, NEGATED, 0, 0);
	image_rule(&b);
	image_content(&b, "abcdef", 6, NEGATED | ENDSWITH, 0, 0);
	ruleset = make_ruleset(&b);
	CHECK(run(ruleset, NULL, &packet, NULL, 0, 1000, &hits));
	CHECK_EQ(hits.nr, 2);
	CHECK_EQ(hits.rule[0], 1);
	CHECK_EQ(hits.rule[1], 2);
	segward_ruleset_destroy(ruleset);
}

static bool dsize_matches(u32 flags, s32 low, s32 high, u32 len)
{
	static const u8 payload[65535];
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	bool match;

	image_start(&b);
	image_rule(&b);
	image_dsize(&b, flags, low, high);
	ruleset = make_ruleset(&b);
	match = matches(ruleset, &packet, payload, len);
	segward_ruleset_destroy(ruleset);
	return match;
}

static void dsize_is_a_range_with_its_ends(void)
{
	CHECK(dsize_matches(0, 10, 20, 10));
	CHECK(dsize_matches(0, 10, 20, 20));
	CHECK(!dsize_matches(0, 10, 20, 9));
	CHECK(!dsize_matches(0, 10, 20, 21));
	CHECK(dsize_matches(0, 0, 0, 0));
	CHECK(!dsize_matches(0, 0, 0, 1));
	CHECK(dsize_matches(0, 65535, 65535, 65535));
	CHECK(dsize_matches(NEGATED, 10, 20, 9));
	CHECK(!dsize_matches(NEGATED, 10, 20, 10));
	CHECK(dsize_matches(NEGATED, 10, 20, 21));
}

/* --- Contents: a reference ------------------------------------------------ */

struct ref_rule {
	struct segward_image_op op[6];
	u8 bytes[6][4];
	u32 nr;
};

static bool ref_at(const struct ref_rule *r, u32 i, const u8 *payload,
		   s32 place)
{
	u32 k;

	for (k = 0; k < r->op[i].len; k++) {
		u8 c = payload[place + (s32)k];

		if (r->op[i].flags & NOCASE)
			c = segward_image_fold(c);
		if (c != r->bytes[i][k])
			return false;
	}
	return true;
}

/* Is @place one where content @i may be, by the words of the manual? */
static bool ref_allowed(const struct ref_rule *r, u32 i, s32 len, s32 base,
			s32 place)
{
	const struct segward_image_op *op = &r->op[i];
	s32 end = place + (s32)op->len;

	if (op->flags & (DISTANCE | WITHIN)) {
		if (place < base + op->low)
			return false;
		if (op->flags & WITHIN && end > base + op->low + op->high)
			return false;
	} else {
		if (place < op->low)
			return false;
		if (op->flags & DEPTH && end > op->low + op->high)
			return false;
	}
	if (op->flags & STARTSWITH && place)
		return false;
	if (op->flags & ENDSWITH && end != len)
		return false;
	return true;
}

static bool ref_holds(const struct ref_rule *r, u32 i, const u8 *payload,
		      s32 len, s32 base)
{
	s32 place;
	bool found = false;

	if (i == r->nr)
		return true;
	for (place = 0; place + (s32)r->op[i].len <= len; place++) {
		if (!ref_allowed(r, i, len, base, place) ||
		    !ref_at(r, i, payload, place))
			continue;
		found = true;
		if (r->op[i].flags & NEGATED)
			break;
		if (ref_holds(r, i + 1, payload, len,
			      place + (s32)r->op[i].len))
			return true;
	}
	if (r->op[i].flags & NEGATED)
		return !found && ref_holds(r, i + 1, payload, len, base);
	return false;
}

static u32 random_flags(void)
{
	static const u32 place[] = {
		0, 0, OFFSET, DEPTH, OFFSET | DEPTH, DISTANCE, WITHIN,
		DISTANCE | WITHIN, DISTANCE | WITHIN, STARTSWITH, ENDSWITH,
		STARTSWITH | ENDSWITH, DISTANCE | ENDSWITH,
		WITHIN | ENDSWITH, OFFSET | DEPTH | ENDSWITH,
	};
	u32 flags = place[rnd(ARRAY_SIZE(place))];

	if (!rnd(4))
		flags |= NEGATED;
	if (!rnd(3))
		flags |= NOCASE;
	return flags;
}

static void random_rule(struct ref_rule *r)
{
	u32 i, k;

	memset(r, 0, sizeof(*r));
	r->nr = 1 + rnd(ARRAY_SIZE(r->op));
	for (i = 0; i < r->nr; i++) {
		struct segward_image_op *op = &r->op[i];

		op->flags = random_flags();
		op->len = 1 + rnd(rnd(3) ? 2 : 4);
		for (k = 0; k < op->len; k++)
			r->bytes[i][k] = (op->flags & NOCASE ? "ab" : "abA")
				[rnd(op->flags & NOCASE ? 2 : 3)];
		if (op->flags & OFFSET)
			op->low = (s32)rnd(8);
		if (op->flags & DISTANCE)
			op->low = (s32)rnd(12) - 6;
		if (op->flags & (DEPTH | WITHIN))
			op->high = (s32)(op->len + rnd(8));
	}
}

static struct segward_ruleset *build_rules(const struct ref_rule *r, u32 nr)
{
	struct image_builder b;
	u32 i, k;

	image_start(&b);
	for (i = 0; i < nr; i++) {
		image_rule(&b);
		for (k = 0; k < r[i].nr; k++)
			image_content(&b, r[i].bytes[k], r[i].op[k].len,
				      r[i].op[k].flags, r[i].op[k].low,
				      r[i].op[k].high);
	}
	return make_ruleset(&b);
}

/* 400 rulesets of 64 rules, 16 packets each: 409,600 cases. */
static void random_rules_match_as_in_the_reference(void)
{
	enum { RULES = 64 };
	static struct ref_rule r[RULES];
	struct segward_packet packet = tcp_packet();
	u32 round, p, i, at, wrong = 0, matched = 0;
	struct hits hits = {};

	for (round = 0; round < 400; round++) {
		struct segward_ruleset *ruleset;

		for (i = 0; i < RULES; i++)
			random_rule(&r[i]);
		ruleset = build_rules(r, RULES);
		for (p = 0; p < 16; p++) {
			u32 len = rnd(24);
			u8 *payload = malloc(len ? len : 1);

			for (i = 0; i < len; i++)
				payload[i] = "aabbABx"[rnd(7)];
			CHECK(run(ruleset, NULL, &packet, payload, len,
				  10000000, &hits));
			at = 0;
			for (i = 0; i < RULES; i++) {
				bool want = ref_holds(&r[i], 0, payload,
						      (s32)len, 0);
				bool got = at < hits.nr && hits.rule[at] == i;

				at += got;
				wrong += want != got;
				matched += want;
			}
			free(payload);
		}
		segward_ruleset_destroy(ruleset);
	}
	printf("# of 409600 cases %u match\n", matched);
	CHECK_EQ(wrong, 0);
	CHECK(matched > 20000);
}

/* --- Work ----------------------------------------------------------------- */

static struct segward_ruleset *hard_ruleset(u32 flags)
{
	struct image_builder b;
	u32 i;

	image_start(&b);
	image_rule(&b);
	for (i = 0; i < 6; i++)
		image_content(&b, "a", 1, i ? flags : 0, 0,
			      i && flags & WITHIN ? 2000 : 0);
	image_content(&b, "b", 1, flags, 0, flags & WITHIN ? 1 : 0);
	return make_ruleset(&b);
}

/* Six nested searches: (1,400 over 6) places to try if nobody counted. */
static void backtracking_is_bounded_by_the_budget(void)
{
	struct segward_ruleset *ruleset = hard_ruleset(WITHIN);
	struct segward_packet packet = tcp_packet();
	struct hits hits = {};
	u8 payload[1400];

	memset(payload, 'a', sizeof(payload));
	CHECK(!run(ruleset, NULL, &packet, payload, sizeof(payload),
		   SEGWARD_WORK_MAX, &hits));
	CHECK_EQ(hits.nr, 0);
	segward_ruleset_destroy(ruleset);
}

/* With a distance alone, what is not found once will not be found later. */
static void a_hopeless_content_ends_the_search(void)
{
	struct segward_ruleset *ruleset = hard_ruleset(DISTANCE);
	struct segward_packet packet = tcp_packet();
	struct hits hits = {};
	u8 payload[1400];

	memset(payload, 'a', sizeof(payload));
	CHECK(run(ruleset, NULL, &packet, payload, sizeof(payload), 1000,
		  &hits));
	CHECK_EQ(hits.nr, 0);
	payload[1399] = 'b';
	CHECK(run(ruleset, NULL, &packet, payload, sizeof(payload), 1000,
		  &hits));
	CHECK_EQ(hits.nr, 1);
	segward_ruleset_destroy(ruleset);
}

static void the_budget_ends_between_rules_too(void)
{
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	struct hits hits = {};
	u32 i;

	image_start(&b);
	for (i = 0; i < 100; i++)
		image_rule(&b);
	ruleset = make_ruleset(&b);
	/* 12 for a list of 100, 100 for the rules; one is left */
	CHECK(run(ruleset, NULL, &packet, "", 0, 113, &hits));
	CHECK_EQ(hits.nr, 100);
	CHECK(!run(ruleset, NULL, &packet, "", 0, 112, &hits));
	CHECK_EQ(hits.nr, 99);
	CHECK(!run(ruleset, NULL, &packet, "", 0, 13, &hits));
	CHECK_EQ(hits.nr, 0);
	CHECK(!run(ruleset, NULL, &packet, "", 0, 1, &hits));
	CHECK_EQ(hits.nr, 0);
	segward_ruleset_destroy(ruleset);
}

static void a_rule_of_64_contents_matches(void)
{
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	u8 payload[64];
	u32 i;

	image_start(&b);
	image_rule(&b);
	for (i = 0; i < SEGWARD_IMAGE_OPS_MAX; i++) {
		payload[i] = (u8)i;
		image_content(&b, &payload[i], 1, DISTANCE | WITHIN, 0, 1);
	}
	ruleset = make_ruleset(&b);
	CHECK(matches(ruleset, &packet, payload, 64));
	payload[63]++;
	CHECK(!matches(ruleset, &packet, payload, 64));
	segward_ruleset_destroy(ruleset);
}

/* --- Order, counters, groups ---------------------------------------------- */

static void rules_are_reported_in_order_and_once(void)
{
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	struct hits hits = {};
	u32 i;

	image_start(&b);
	for (i = 0; i < 200; i++) {
		image_rule(&b);
		if (i % 3)
			image_content(&b, i % 2 ? "attack" : "tta", i % 2 ?
				      6 : 3, 0, 0, 0);
	}
	ruleset = make_ruleset(&b);
	CHECK(run(ruleset, NULL, &packet, "attack attack attack", 20, 10000,
		  &hits));
	REQUIRE(hits.nr == 200);
	for (i = 0; i < 200; i++)
		CHECK_EQ(hits.rule[i], i);
	hits.stop_at = 77;
	CHECK(run(ruleset, NULL, &packet, "attack attack attack", 20, 10000,
		  &hits));
	CHECK_EQ(hits.nr, 77);
	segward_ruleset_destroy(ruleset);
}

/* More candidates than any list would hold. */
static void every_one_of_131072_candidates_is_evaluated(void)
{
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	struct hits hits = {};
	u32 i;

	image_start(&b);
	for (i = 0; i < SEGWARD_IMAGE_RULES_MAX; i++) {
		image_rule(&b)->proto = 6;
		if (!i)
			image_content(&b, "attack", 6, 0, 0, 0);
		else
			((struct segward_image_rule *)
			 b.data[SEGWARD_IMAGE_RULES])[i].nr_ops = 1;
		((struct segward_image_rule *)
		 b.data[SEGWARD_IMAGE_RULES])[i].first_op = 0;
	}
	ruleset = make_ruleset(&b);
	CHECK(run(ruleset, NULL, &packet, "an attack", 9, 100000000, &hits));
	CHECK_EQ(hits.nr, SEGWARD_IMAGE_RULES_MAX);
	CHECK(run(ruleset, NULL, &packet, "no attac.", 9, 100, &hits));
	CHECK_EQ(hits.nr, 0);
	segward_ruleset_destroy(ruleset);
}

static void checks_and_matches_are_counted(void)
{
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;

	image_start(&b);
	image_rule(&b);
	image_content(&b, "attack", 6, STARTSWITH, 0, 0);
	ruleset = make_ruleset(&b);
	CHECK(matches(ruleset, &packet, "attack", 6));
	CHECK(!matches(ruleset, &packet, "an attack", 9));
	CHECK(!matches(ruleset, &packet, "nothing", 7));
	CHECK_EQ(ruleset->counter[0][0].checks, 2);
	CHECK_EQ(ruleset->counter[0][0].matches, 1);
	segward_ruleset_destroy(ruleset);
}

/* Two tcp groups by port, one udp group; everything else is "ip". */
static void a_packet_belongs_to_the_group_of_its_port(void)
{
	static const u16 port[][2] = { { 25, 25 }, { 80, 8080 } };
	struct segward_image_error error;
	struct segward_ruleset *ruleset;
	struct segward_packet packet;
	struct image_builder b;
	struct hits hits = {};
	u32 i, size, link;
	void *image;
	int err;

	image_start(&b);
	for (i = 0; i < 4; i++)
		image_rule(&b);
	for (i = 0; i < 4; i++) {
		struct segward_image_group group = {
			.proto = i < 2 ? 6 : i == 2 ? 17 : 256,
			.port_first = i < 2 ? port[i][0] : 0,
			.port_last = i < 2 ? port[i][1] : 65535,
			.mpm = ~0u,
			.nr_links = 1,
		};

		CHECK(!mpm_add_links(&b.mpm, &i, 1, &link));
		group.first_link = link;
		image_append(&b, SEGWARD_IMAGE_GROUPS, &group, 1);
	}
	image = image_finish(&b, &size);
	ruleset = segward_ruleset_create("groups", image, size, 1, &error,
					 &err);
	REQUIRE(ruleset);
	for (i = 0; i < 10; i++) {
		static const struct {
			u8 proto;
			u16 dport;
			s32 rule;
		} want[10] = {
			{ 6, 25, 0 }, { 6, 24, -1 }, { 6, 26, -1 },
			{ 6, 79, -1 }, { 6, 80, 1 }, { 6, 443, 1 },
			{ 6, 8080, 1 }, { 6, 8081, -1 }, { 17, 53, 2 },
			{ 47, 0, 3 },
		};

		packet = tcp_packet();
		packet.proto = want[i].proto;
		packet.dport = want[i].dport;
		CHECK(run(ruleset, NULL, &packet, "", 0, 100, &hits));
		CHECK_EQ(hits.nr, want[i].rule >= 0);
		if (hits.nr)
			CHECK_EQ(hits.rule[0], want[i].rule);
	}
	segward_ruleset_destroy(ruleset);
}

/* --- Headers -------------------------------------------------------------- */

static void protocols_are_told_apart(void)
{
	static const struct {
		u32 rule;
		u8 family;
		u8 proto;
		bool match;
	} c[] = {
		{ 6, 4, 6, true }, { 6, 4, 17, false }, { 6, 6, 6, true },
		{ 17, 4, 17, true }, { 17, 6, 6, false },
		{ 132, 4, 132, true }, { 47, 4, 47, true },
		{ SEGWARD_IMAGE_PROTO_IP, 4, 6, true },
		{ SEGWARD_IMAGE_PROTO_IP, 6, 58, true },
		{ SEGWARD_IMAGE_PROTO_IP, 4, 89, true },
		{ SEGWARD_IMAGE_PROTO_ICMP, 4, 1, true },
		{ SEGWARD_IMAGE_PROTO_ICMP, 6, 58, true },
		{ SEGWARD_IMAGE_PROTO_ICMP, 4, 58, false },
		{ SEGWARD_IMAGE_PROTO_ICMP, 6, 1, false },
		{ SEGWARD_IMAGE_PROTO_ICMP, 4, 6, false },
		{ 1, 4, 1, true }, { 58, 6, 58, true }, { 58, 4, 1, false },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(c); i++) {
		struct segward_packet packet = tcp_packet();
		struct segward_ruleset *ruleset;
		struct image_builder b;

		image_start(&b);
		image_rule(&b)->proto = c[i].rule;
		ruleset = make_ruleset(&b);
		packet.family = c[i].family;
		packet.proto = c[i].proto;
		if (!CHECK(matches(ruleset, &packet, "", 0) == c[i].match))
			printf("# case %u\n", i);
		segward_ruleset_destroy(ruleset);
	}
}

#define V4(a, b, c, d, e, f, g, h) { .type = SEGWARD_IMAGE_ELEMENT_IPV4, \
	.first = { a, b, c, d }, .last = { e, f, g, h } }
/* high and low byte of the first and of the last port */
#define PORT(a, b, c, d) { .type = SEGWARD_IMAGE_ELEMENT_PORT, \
	.first = { a, b }, .last = { c, d } }
#define V6(...) { .type = SEGWARD_IMAGE_ELEMENT_IPV6, \
	.first = { __VA_ARGS__ }, .last = { __VA_ARGS__, [8 ... 15] = 0xff } }
#define INNER(i) { .type = SEGWARD_IMAGE_ELEMENT_SET, .ref = (i) }
#define VARIABLE(i) { .type = SEGWARD_IMAGE_ELEMENT_VARIABLE, .ref = (i) }

static void v4(struct segward_packet *packet, u8 a, u8 b, u8 c, u8 d)
{
	u8 address[16] = { a, b, c, d };

	packet->family = 4;
	memcpy(packet->src, address, 16);
}

static void v6(struct segward_packet *packet, u8 a, u8 b, u8 last)
{
	u8 address[16] = { a, b, [15] = last };

	packet->family = 6;
	memcpy(packet->src, address, 16);
}

/*
 * 10/8 but 10.9/16, 192.0.2.0-192.0.2.9, 2001:100::/64 but one host, and a
 * set within: 198.51.100.1.
 */
static void address_sets_have_ranges_families_and_exceptions(void)
{
	static const struct segward_image_element inner[] = {
		V4(198, 51, 100, 1, 198, 51, 100, 1),
	};
	struct segward_image_element element[] = {
		V4(10, 0, 0, 0, 10, 255, 255, 255),
		V4(192, 0, 2, 0, 192, 0, 2, 9),
		V6(0x20, 1, 1, 0, 0, 0, 0, 0),
		INNER(1),
		V4(10, 9, 0, 0, 10, 9, 255, 255),
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV6,
		  .first = { 0x20, 1, 1, [15] = 5 },
		  .last = { 0x20, 1, 1, [15] = 5 } },
	};
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	u32 set;

	image_start(&b);
	image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, inner, 1, 0);
	set = image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, element, 4, 2);
	image_rule(&b)->src = set;
	ruleset = make_ruleset(&b);

	v4(&packet, 10, 0, 0, 0);
	CHECK(matches(ruleset, &packet, "", 0));
	v4(&packet, 10, 255, 255, 255);
	CHECK(matches(ruleset, &packet, "", 0));
	v4(&packet, 9, 255, 255, 255);
	CHECK(!matches(ruleset, &packet, "", 0));
	v4(&packet, 11, 0, 0, 0);
	CHECK(!matches(ruleset, &packet, "", 0));
	v4(&packet, 10, 9, 1, 1);
	CHECK(!matches(ruleset, &packet, "", 0));
	v4(&packet, 10, 10, 0, 0);
	CHECK(matches(ruleset, &packet, "", 0));
	v4(&packet, 192, 0, 2, 9);
	CHECK(matches(ruleset, &packet, "", 0));
	v4(&packet, 192, 0, 2, 10);
	CHECK(!matches(ruleset, &packet, "", 0));
	v4(&packet, 198, 51, 100, 1);
	CHECK(matches(ruleset, &packet, "", 0));
	v4(&packet, 198, 51, 100, 2);
	CHECK(!matches(ruleset, &packet, "", 0));
	v6(&packet, 0x20, 1, 9);
	CHECK(!matches(ruleset, &packet, "", 0));
	packet.src[2] = 1;
	CHECK(matches(ruleset, &packet, "", 0));
	packet.src[15] = 5;
	CHECK(!matches(ruleset, &packet, "", 0));
	v6(&packet, 10, 0, 0);
	CHECK(!matches(ruleset, &packet, "", 0));
	segward_ruleset_destroy(ruleset);
}

static void a_set_of_exceptions_is_everything_else(void)
{
	static const struct segward_image_element element[] = {
		V4(10, 0, 0, 0, 10, 255, 255, 255),
	};
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	u32 set;

	image_start(&b);
	set = image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, element, 0, 1);
	image_rule(&b)->src = set;
	ruleset = make_ruleset(&b);
	CHECK(!matches(ruleset, &packet, "", 0));
	v4(&packet, 11, 0, 0, 0);
	CHECK(matches(ruleset, &packet, "", 0));
	v6(&packet, 10, 0, 0);
	CHECK(matches(ruleset, &packet, "", 0));
	segward_ruleset_destroy(ruleset);
}

static struct segward_ruleset *port_ruleset(u32 positive, u32 negative,
					    u32 proto)
{
	static const struct segward_image_element element[] = {
		PORT(0, 80, 0, 90), PORT(3, 232, 7, 208), PORT(0, 85, 0, 85),
	};
	struct image_builder b;
	u32 set;

	image_start(&b);
	set = image_set(&b, SEGWARD_IMAGE_SET_PORT, positive ? element :
			element + 2, positive, negative);
	image_rule(&b)->dport = set;
	((struct segward_image_rule *)b.data[SEGWARD_IMAGE_RULES])->proto =
		proto;
	return make_ruleset(&b);
}

static void port_sets_have_ranges_and_exceptions(void)
{
	struct segward_ruleset *ruleset = port_ruleset(2, 1, 6);
	struct segward_packet packet = tcp_packet();
	static const struct {
		u16 port;
		bool match;
	} c[] = {
		{ 79, false }, { 80, true }, { 84, true }, { 85, false },
		{ 90, true }, { 91, false }, { 999, false }, { 1000, true },
		{ 2000, true }, { 2001, false }, { 0, false },
		{ 65535, false },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(c); i++) {
		packet.dport = c[i].port;
		CHECK_EQ(matches(ruleset, &packet, "", 0), c[i].match);
	}
	segward_ruleset_destroy(ruleset);
}

/* "!85" too: what has no ports has no other port either. */
static void a_packet_without_ports_matches_any_port_alone(void)
{
	static const struct {
		u8 proto;
		u8 fragment;
		bool match;
	} c[] = {
		{ 6, SEGWARD_FRAGMENT_NONE, true },
		{ 6, SEGWARD_FRAGMENT_FIRST, true },
		{ 6, SEGWARD_FRAGMENT_LATER, false },
		{ 17, SEGWARD_FRAGMENT_NONE, true },
		{ 132, SEGWARD_FRAGMENT_NONE, true },
		{ 1, SEGWARD_FRAGMENT_NONE, false },
		{ 47, SEGWARD_FRAGMENT_NONE, false },
	};
	struct segward_ruleset *ruleset;
	struct segward_ruleset *any;
	struct segward_packet packet;
	struct image_builder b;
	u32 i;

	ruleset = port_ruleset(0, 1, SEGWARD_IMAGE_PROTO_IP);
	image_start(&b);
	image_rule(&b);
	any = make_ruleset(&b);
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		packet = tcp_packet();
		packet.proto = c[i].proto;
		packet.fragment = c[i].fragment;
		CHECK_EQ(matches(ruleset, &packet, "", 0), c[i].match);
		CHECK(matches(any, &packet, "", 0));
	}
	segward_ruleset_destroy(ruleset);
	segward_ruleset_destroy(any);
}

static void both_directions_keep_address_and_port_together(void)
{
	static const struct segward_image_element src[] = {
		V4(10, 1, 2, 3, 10, 1, 2, 3),
	};
	static const struct segward_image_element dport[] = {
		PORT(0, 80, 0, 80),
	};
	struct segward_ruleset *ruleset[2];
	struct segward_packet packet;
	struct image_builder b;
	u32 i, address, port;
	u8 swap[16];

	for (i = 0; i < 2; i++) {
		struct segward_image_rule *rule;

		image_start(&b);
		address = image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, src, 1, 0);
		port = image_set(&b, SEGWARD_IMAGE_SET_PORT, dport, 1, 0);
		rule = image_rule(&b);
		rule->src = address;
		rule->dport = port;
		rule->flags = i ? SEGWARD_IMAGE_RULE_F_BIDIRECTIONAL : 0;
		ruleset[i] = make_ruleset(&b);
	}
	packet = tcp_packet();
	CHECK(matches(ruleset[0], &packet, "", 0));
	CHECK(matches(ruleset[1], &packet, "", 0));
	memcpy(swap, packet.src, 16);
	memcpy(packet.src, packet.dst, 16);
	memcpy(packet.dst, swap, 16);
	packet.sport = 80;
	packet.dport = 40000;
	CHECK(!matches(ruleset[0], &packet, "", 0));
	CHECK(matches(ruleset[1], &packet, "", 0));
	/* the address of one direction with the port of the other */
	packet.sport = 40000;
	packet.dport = 80;
	CHECK(!matches(ruleset[1], &packet, "", 0));
	segward_ruleset_destroy(ruleset[0]);
	segward_ruleset_destroy(ruleset[1]);
}

/* --- Flows ---------------------------------------------------------------- */

static void flags_ask_for_direction_and_state_of_the_flow(void)
{
	static const struct {
		u32 flags;
		/* by direction and state; of a packet without a flow */
		bool want[2][3], without;
	} row[] = {
		{ 0, { { 1, 1, 1 }, { 1, 1, 1 } }, 1 },
		{ SEGWARD_IMAGE_RULE_F_TO_SERVER,
		  { { 1, 1, 1 }, { 0, 0, 0 } }, 0 },
		{ SEGWARD_IMAGE_RULE_F_TO_CLIENT,
		  { { 0, 0, 0 }, { 1, 1, 1 } }, 0 },
		{ SEGWARD_IMAGE_RULE_F_ESTABLISHED,
		  { { 0, 1, 1 }, { 0, 1, 1 } }, 0 },
		{ SEGWARD_IMAGE_RULE_F_NOT_ESTABLISHED,
		  { { 1, 0, 0 }, { 1, 0, 0 } }, 0 },
		{ SEGWARD_IMAGE_RULE_F_TO_CLIENT |
		  SEGWARD_IMAGE_RULE_F_ESTABLISHED,
		  { { 0, 0, 0 }, { 0, 1, 1 } }, 0 },
	};
	struct segward_ruleset *ruleset;
	struct segward_packet packet;
	struct image_builder b;
	u8 direction, state;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		image_start(&b);
		image_rule(&b)->flags = row[i].flags;
		ruleset = make_ruleset(&b);
		packet = tcp_packet();
		CHECK_EQ(matches(ruleset, &packet, "", 0), row[i].without);
		for (direction = 0; direction < 2; direction++) {
			for (state = 0; state < 3; state++) {
				packet.flow_direction = direction + 1;
				packet.flow_state = state + 1;
				CHECK_EQ(matches(ruleset, &packet, "", 0),
					 row[i].want[direction][state]);
			}
		}
		segward_ruleset_destroy(ruleset);
	}
}

/* --- Variables ------------------------------------------------------------ */

/* A rule for packets from $NET, by default 10/8; or from "!$NET". */
static struct segward_ruleset *variable_ruleset(bool negated)
{
	static const struct segward_image_element home[] = {
		V4(10, 0, 0, 0, 10, 255, 255, 255),
	};
	static const struct segward_image_element element[] = { VARIABLE(0) };
	struct segward_image_variable variable = {
		.kind = SEGWARD_IMAGE_SET_ADDRESS,
	};
	struct image_builder b;
	u32 set;

	image_start(&b);
	variable.name = image_string(&b, "NET");
	variable.set = image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, home, 1, 0);
	image_append(&b, SEGWARD_IMAGE_VARIABLES, &variable, 1);
	set = image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, element, !negated,
			negated);
	image_rule(&b)->src = set;
	return make_ruleset(&b);
}

static bool variable_matches(const struct segward_ruleset *ruleset,
			     const struct segward_variable *variable)
{
	const struct segward_variable *bound[] = { variable };
	struct segward_packet packet = tcp_packet();
	struct hits hits = {};

	CHECK(run(ruleset, bound, &packet, "", 0, 1000, &hits));
	return hits.nr;
}

static void a_profile_gives_a_variable_its_value(void)
{
	static const struct segward_variable_range ranges[] = {
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV4, .first = { 192, 168 },
		  .last = { 192, 168, 255, 255 } },
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV4, .first = { 10, 1 },
		  .last = { 10, 1, 255, 255 } },
		{ .type = SEGWARD_IMAGE_ELEMENT_IPV4, .negated = true,
		  .first = { 10, 1, 2, 3 }, .last = { 10, 1, 2, 3 } },
	};
	struct segward_variable variable = { .name = "NET" };
	struct segward_ruleset *plain = variable_ruleset(false);
	struct segward_ruleset *negated = variable_ruleset(true);
	static const struct {
		u32 first;
		u32 nr;
		bool match;
	} c[] = {
		{ 0, 1, false }, { 0, 2, true }, { 0, 3, false },
		{ 1, 1, true }, { 1, 2, false }, { 2, 1, false },
		{ 0, 0, true },
	};
	u32 i;

	CHECK(variable_matches(plain, NULL));
	CHECK(!variable_matches(negated, NULL));
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		variable.range = ranges + c[i].first;
		variable.nr_ranges = c[i].nr;
		CHECK_EQ(variable_matches(plain, &variable), c[i].match);
		CHECK_EQ(variable_matches(negated, &variable), !c[i].match);
	}
	segward_ruleset_destroy(plain);
	segward_ruleset_destroy(negated);
}

/* Eight levels, the innermost of which decides; every other one negates. */
static void sets_nest_to_the_limit(void)
{
	static const struct segward_image_element home[] = {
		V4(10, 0, 0, 0, 10, 255, 255, 255),
	};
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	u32 set, i;

	image_start(&b);
	set = image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, home, 1, 0);
	for (i = 0; i < SEGWARD_IMAGE_SET_DEPTH_MAX; i++) {
		struct segward_image_element element = INNER(set);

		set = image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, &element,
				!(i % 2), i % 2);
	}
	image_rule(&b)->src = set;
	ruleset = make_ruleset(&b);
	CHECK(matches(ruleset, &packet, "", 0));
	v4(&packet, 11, 1, 1, 1);
	CHECK(!matches(ruleset, &packet, "", 0));
	segward_ruleset_destroy(ruleset);
}

/* A tree of 100^8 leaves in a few records: the budget ends the walk. */
static void wide_sets_are_bounded_by_the_budget(void)
{
	static const struct segward_image_element leaf[] = {
		V4(11, 0, 0, 0, 11, 255, 255, 255),
	};
	struct segward_image_element element[100];
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;
	struct hits hits = {};
	u32 set, i, k;

	image_start(&b);
	set = image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, leaf, 1, 0);
	for (i = 0; i < SEGWARD_IMAGE_SET_DEPTH_MAX; i++) {
		for (k = 0; k < 100; k++)
			element[k] = (struct segward_image_element)INNER(set);
		set = image_set(&b, SEGWARD_IMAGE_SET_ADDRESS, element, 100,
				0);
	}
	image_rule(&b)->src = set;
	ruleset = make_ruleset(&b);
	CHECK(!run(ruleset, NULL, &packet, "", 0, SEGWARD_WORK_MAX, &hits));
	CHECK_EQ(hits.nr, 0);
	segward_ruleset_destroy(ruleset);
}

/* --- Rulesets ------------------------------------------------------------- */

static void a_ruleset_counts_its_rules_and_memory(void)
{
	struct segward_image_error error;
	struct segward_ruleset *ruleset;
	struct image_builder b;
	void *image;
	u32 size, i;
	int err;

	image_start(&b);
	for (i = 0; i < 5; i++)
		image_rule(&b);
	image = image_finish_grouped(&b, &size);
	ruleset = segward_ruleset_create("a name of thirty-one letters...",
					 image, size, 3, &error, &err);
	REQUIRE(ruleset);
	CHECK_STR(ruleset->name, "a name of thirty-one letters...");
	CHECK_EQ(ruleset->nr_rules, 5);
	CHECK_EQ(ruleset->nr_counters, 3);
	CHECK_EQ(segward_ruleset_memory(ruleset),
		 sizeof(*ruleset) + size + 3 * (sizeof(void *) + 5 * 16));
	segward_ruleset_destroy(ruleset);
	segward_ruleset_destroy(NULL);
}

static void a_refused_image_stays_the_callers(void)
{
	struct segward_image_error error;
	struct image_builder b;
	void *image;
	u32 size;
	int err;

	image_start(&b);
	image = image_finish(&b, &size);
	((struct segward_image_header *)image)->magic++;
	CHECK(!segward_ruleset_create("bad", image, size, 1, &error, &err));
	CHECK_EQ(err, -EINVAL);
	CHECK_STR(error.what, "header magic is not that of an image");
	segward_free(image);
}

static void a_ruleset_without_rules_matches_nothing(void)
{
	struct segward_packet packet = tcp_packet();
	struct segward_ruleset *ruleset;
	struct image_builder b;

	image_start(&b);
	ruleset = make_ruleset(&b);
	CHECK(!matches(ruleset, &packet, "attack", 6));
	segward_ruleset_destroy(ruleset);
}

int main(void)
{
	RUN(contents_match_as_in_suricata);
	RUN(a_payload_of_nothing_matches_negated_contents_alone);
	RUN(dsize_is_a_range_with_its_ends);
	RUN(random_rules_match_as_in_the_reference);
	RUN(backtracking_is_bounded_by_the_budget);
	RUN(a_hopeless_content_ends_the_search);
	RUN(the_budget_ends_between_rules_too);
	RUN(a_rule_of_64_contents_matches);
	RUN(rules_are_reported_in_order_and_once);
	RUN(every_one_of_131072_candidates_is_evaluated);
	RUN(checks_and_matches_are_counted);
	RUN(a_packet_belongs_to_the_group_of_its_port);
	RUN(protocols_are_told_apart);
	RUN(address_sets_have_ranges_families_and_exceptions);
	RUN(a_set_of_exceptions_is_everything_else);
	RUN(port_sets_have_ranges_and_exceptions);
	RUN(a_packet_without_ports_matches_any_port_alone);
	RUN(both_directions_keep_address_and_port_together);
	RUN(flags_ask_for_direction_and_state_of_the_flow);
	RUN(a_profile_gives_a_variable_its_value);
	RUN(sets_nest_to_the_limit);
	RUN(wide_sets_are_bounded_by_the_budget);
	RUN(a_ruleset_counts_its_rules_and_memory);
	RUN(a_refused_image_stays_the_callers);
	RUN(a_ruleset_without_rules_matches_nothing);
	return tap_done();
}
