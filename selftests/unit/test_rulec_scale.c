// SPDX-License-Identifier: GPL-2.0
/*
 * The rule compiler with as many rules as there can be, and how long it takes.
 */
#include <time.h>

#include "rulec_case.h"

/*
 * Processor seconds for 30,000 rules: the goal is two; the sanitizers, under
 * which this runs, take a multiple of that.
 */
#define SECONDS_MAX	20.0

static u32 state = 0x5eed;

static u32 rnd(u32 limit)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % limit;
}

/*
 * A rule like those of public rulesets: one to four contents of 4 to 40 bytes
 * of words, some of them alike, half of the rules for one port.
 */
static char *add_rule(char *at, u32 sid)
{
	static const char * const words[] = {
		"GET /", "POST ", "Host: ", "User-Agent", "admin", "index",
		".php?", "cmd=", "login", "wget ", "http://", "update", ".exe",
		"%00", "|00 01|", "|ff ff|", "select ", "union ", "script",
	};
	u32 contents = 1 + rnd(4);
	u32 i, k;

	at += sprintf(at, "alert tcp $EXTERNAL_NET any -> $HOME_NET ");
	if (rnd(2))
		at += sprintf(at, "any ");
	else
		at += sprintf(at, "%u ", 20 + rnd(rnd(2) ? 10 : 2000));
	at += sprintf(at, "(msg:\"ET TEST rule %u\"; ", sid);
	for (i = 0; i < contents; i++) {
		at += sprintf(at, "content:\"");
		for (k = rnd(5); k; k--)
			at += sprintf(at, "%s", words[rnd(19)]);
		at += sprintf(at, "%x\"; %s", i ? rnd(65536) + 16 : sid,
			      rnd(2) ? "nocase; " : "");
		if (i && rnd(2))
			at += sprintf(at, "distance:%u; ", rnd(20));
	}
	return at + sprintf(at,
			    "reference:url,example.org/%u; classtype:trojan-activity; sid:%u; rev:%u; metadata:created_at 2020_01_01, updated_at 2021_01_%02u;)\n",
			    sid, sid, 1 + rnd(9), 1 + rnd(28));
}

static char *make_rules(u32 nr, size_t *len)
{
	char *text = malloc((size_t)nr * 1024);
	char *at = text;
	u32 i;

	for (i = 1; i <= nr; i++)
		at = add_rule(at, i);
	*len = (size_t)(at - text);
	return text;
}

static void compiles_30000_rules_in_time(void)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	struct rulec_case c;
	double seconds;
	clock_t start;
	size_t len;
	char *text;

	text = make_rules(30000, &len);
	start = clock();
	segward_rulec_add_text(rulec, "x", text, len);
	case_finish(&c, rulec);
	seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
	CHECK_EQ(c.err, 0);
	CHECK_EQ(c.report->compiled, 30000);
	printf("# 30000 rules, %zu bytes: %.2f s of processor, %.2f s in all\n",
	       len, seconds, c.report->seconds);
	printf("# image of %u bytes, %u groups\n", c.image.size,
	       c.image.data ? segward_image_count(c.image.data,
						  SEGWARD_IMAGE_GROUPS) : 0);
	CHECK(seconds < SECONDS_MAX);
	CHECK(c.report->seconds > 0);
	CHECK(c.image.size < SEGWARD_IMAGE_SIZE_MAX / 2);
	free(text);
	case_free(&c);
}

/* Rules without contents. */
static int finish_with(u32 nr, struct rulec_case *c)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	char *text = malloc((size_t)nr * 64);
	char *at = text;
	u32 i;

	for (i = 1; i <= nr; i++)
		at += sprintf(at, "alert udp any any -> any any (sid:%u;)\n", i);
	segward_rulec_add_text(rulec, "x", text, (size_t)(at - text));
	free(text);
	case_finish(c, rulec);
	return c->err;
}

static void a_ruleset_has_at_most_131072_rules(void)
{
	struct rulec_case c;

	CHECK_EQ(finish_with(SEGWARD_IMAGE_RULES_MAX, &c), 0);
	CHECK_EQ(c.image.nr_rules, SEGWARD_IMAGE_RULES_MAX);
	case_free(&c);
	CHECK_EQ(finish_with(SEGWARD_IMAGE_RULES_MAX + 1, &c), -E2BIG);
	CHECK_STR(segward_rulec_error(c.rulec),
		  "131073 rules are more than the 131072 that a ruleset can have");
	CHECK(!c.image.data);
	case_free(&c);
}

/* 16,400 rules whose messages have @len bytes, and @more among them all. */
static void finish_with_messages(u32 len, u32 more, struct rulec_case *c)
{
	const u32 nr = 16400;
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	char *text = malloc((size_t)nr * 4200);
	char *at = text;
	u32 i, take;

	for (i = 0; i < nr; i++) {
		take = len + more / nr + (i < more % nr);
		at += sprintf(at, "alert ip any any -> any any (sid:%u; msg:\"%06u",
			      i + 1, i);
		memset(at, 'm', take - 6);
		at += take - 6;
		at += sprintf(at, "\";)\n");
	}
	segward_rulec_add_text(rulec, "x", text, (size_t)(at - text));
	free(text);
	case_finish(c, rulec);
}

static void an_image_has_at_most_64_mebibytes(void)
{
	struct rulec_case c;
	u32 left;

	finish_with_messages(3600, 0, &c);
	REQUIRE(!c.err);
	/* Messages alone grow, and the size goes in steps of eight. */
	left = SEGWARD_IMAGE_SIZE_MAX - c.image.size;
	case_free(&c);

	finish_with_messages(3600, left, &c);
	CHECK_EQ(c.err, 0);
	CHECK_EQ(c.image.size, SEGWARD_IMAGE_SIZE_MAX);
	case_free(&c);

	finish_with_messages(3600, left + 8, &c);
	CHECK_EQ(c.err, -E2BIG);
	CHECK_STR(segward_rulec_error(c.rulec),
		  "the ruleset takes 67108872 bytes, more than 67108864");
	CHECK(!c.image.data);
	case_free(&c);
}

static int read_bad_rules(u32 nr, struct segward_rulec *rulec)
{
	char block[2 * 4096];
	u32 i;
	int err = 0;

	for (i = 0; i < sizeof(block); i += 2)
		memcpy(block + i, "x\n", 2);
	while (nr && !err) {
		u32 part = nr < 4096 ? nr : 4096;

		err = segward_rulec_add_text(rulec, "x", block, part * 2);
		nr -= part;
	}
	return err;
}

static void a_compiler_reads_at_most_1048576_rules(void)
{
	const struct segward_rulec_options options = { .skip_bad = true };
	struct segward_rulec *rulec = segward_rulec_create(&options);
	struct rulec_case c;

	CHECK_EQ(read_bad_rules(SEGWARD_RULEC_RULES_MAX, rulec), 0);
	CHECK_EQ(read_bad_rules(1, rulec), -E2BIG);
	CHECK_STR(segward_rulec_error(rulec), "more than 1048576 rules");
	case_finish(&c, rulec);
	CHECK_EQ(c.err, -E2BIG);
	CHECK_EQ(c.report->nr_rejected, SEGWARD_RULEC_RULES_MAX);
	CHECK_STR(c.report->rejected[SEGWARD_RULEC_RULES_MAX - 1].reason,
		  "rule lacks a protocol");
	case_free(&c);
}

static void a_compiler_reads_at_most_4096_files(void)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	u32 i;

	for (i = 0; i < SEGWARD_RULEC_FILES_MAX; i++)
		CHECK_EQ(segward_rulec_add_text(rulec, "x", "", 0), 0);
	CHECK_EQ(segward_rulec_add_text(rulec, "x", "", 0), -E2BIG);
	CHECK_STR(segward_rulec_error(rulec), "more than 4096 files");
	segward_rulec_destroy(rulec);
}

static void a_compiler_reads_at_most_a_gibibyte(void)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	const size_t part = 1 << 20;
	char *text = malloc(part);
	u32 i;

	memset(text, '\n', part);
	for (i = 0; i < 1024; i++)
		CHECK_EQ(segward_rulec_add_text(rulec, "x", text, part), 0);
	CHECK_EQ(segward_rulec_add_text(rulec, "x", text, 1), -E2BIG);
	CHECK_STR(segward_rulec_error(rulec),
		  "the rules are more than 1073741824 bytes of text");
	free(text);
	segward_rulec_destroy(rulec);
}

static const struct segward_image_group *groups(const struct rulec_case *c)
{
	return segward_image_section(c->image.data, SEGWARD_IMAGE_GROUPS);
}

/*
 * @nr rules for 5, 6, 7... times the same letter: all have the same anchors,
 * at even and at odd places, so each takes two slots of one bucket.
 */
static int finish_with_repeats(u32 nr, struct rulec_case *c)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	char *text = malloc((size_t)nr * 1024);
	char *at = text;
	u32 i;

	for (i = 0; i < nr; i++) {
		at += sprintf(at, "alert udp any any -> any any (content:\"");
		memset(at, 'a', i + 5);
		at += i + 5;
		at += sprintf(at, "\"; sid:%u;)\n", i + 1);
	}
	segward_rulec_add_text(rulec, "x", text, (size_t)(at - text));
	free(text);
	case_finish(c, rulec);
	return c->err;
}

static void contents_that_are_alike_are_given_up_one_by_one(void)
{
	const u32 room = SEGWARD_IMAGE_BUCKET_MAX / 2;
	struct rulec_case c;

	CHECK_EQ(finish_with_repeats(room, &c), 0);
	CHECK_EQ(groups(&c)[0].nr_links, 0);
	case_free(&c);
	CHECK_EQ(finish_with_repeats(room + 1, &c), 0);
	CHECK_EQ(groups(&c)[0].nr_links, 1);
	case_free(&c);
	CHECK_EQ(finish_with_repeats(room + 64, &c), 0);
	CHECK_EQ(groups(&c)[0].nr_links, 64);
	case_free(&c);
	CHECK_EQ(finish_with_repeats(room + 65, &c), -E2BIG);
	CHECK_STR(segward_rulec_error(c.rulec),
		  "too many contents cannot be told apart by any of their parts");
	case_free(&c);
}

static void every_port_of_a_protocol_has_a_group(void)
{
	const struct segward_image_group *group;
	u32 next = 0;
	struct rulec_case c;
	char text[8192] = "";
	u32 i;

	for (i = 0; i < 24; i++)
		sprintf(text + strlen(text),
			"alert tcp any any -> any %u (content:\"x%u\"; sid:%u;)\n",
			i % 3 == 0 ? 0 : i % 3 == 1 ? 445 : 65535, i, i + 1);
	strcat(text, "alert tcp any any -> any any (content:\"y\"; sid:99;)\n");
	case_compile(&c, text);
	REQUIRE(c.image.data);
	group = groups(&c);
	for (i = 0; i < segward_image_count(c.image.data,
					    SEGWARD_IMAGE_GROUPS); i++) {
		CHECK_EQ(group[i].proto, 6);
		CHECK_EQ(group[i].port_first, next);
		next = group[i].port_last + 1;
	}
	CHECK_EQ(i, 5);
	CHECK_EQ(next, 65536);
	/* 0 | 1-444 | 445 | 446-65534 | 65535 */
	CHECK_EQ(group[0].port_last, 0);
	CHECK_EQ(group[2].port_first, 445);
	CHECK_EQ(group[2].port_last, 445);
	CHECK_EQ(group[1].mpm, group[3].mpm);
	CHECK(group[0].mpm != group[1].mpm);
	case_free(&c);
}

static void protocols_without_rules_have_no_groups(void)
{
	struct rulec_case c;

	case_compile(&c, "alert icmp any any -> any any (sid:1;)\n"
		     "alert ip any any -> any any (sid:2;)\n");
	REQUIRE(c.image.data);
	REQUIRE(segward_image_count(c.image.data, SEGWARD_IMAGE_GROUPS) == 3);
	CHECK_EQ(groups(&c)[0].proto, 1);
	CHECK_EQ(groups(&c)[0].nr_links, 2);
	CHECK_EQ(groups(&c)[1].proto, 58);
	CHECK_EQ(groups(&c)[1].nr_links, 2);
	CHECK_EQ(groups(&c)[2].proto, SEGWARD_IMAGE_PROTO_IP);
	CHECK_EQ(groups(&c)[2].nr_links, 1);
	case_free(&c);
}

/*
 * A rule for any port stands in every group; that must not explode. Here 100
 * ports have 40 rules each, and 4,000 rules are for any port.
 */
static void groups_are_bounded_by_the_number_of_rules(void)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	char *text = malloc(8000 * 96);
	char *at = text;
	struct rulec_case c;
	u32 i;

	for (i = 0; i < 4000; i++)
		at += sprintf(at,
			      "alert tcp any any -> any %u (content:\"w%ux\"; sid:%u;)\n",
			      i % 100, i, i + 1);
	for (; i < 8000; i++)
		at += sprintf(at,
			      "alert tcp any any -> any any (content:\"w%ux\"; sid:%u;)\n",
			      i, i + 1);
	segward_rulec_add_text(rulec, "x", text, (size_t)(at - text));
	free(text);
	case_finish(&c, rulec);
	REQUIRE(c.err == 0);
	CHECK_EQ(c.image.nr_rules, 8000);
	CHECK(segward_image_count(c.image.data, SEGWARD_IMAGE_LINKS) <=
	      5 * c.image.nr_rules);
	CHECK(segward_image_count(c.image.data, SEGWARD_IMAGE_MPMS) > 4);
	case_free(&c);
}

int main(void)
{
	RUN(compiles_30000_rules_in_time);
	RUN(a_ruleset_has_at_most_131072_rules);
	RUN(an_image_has_at_most_64_mebibytes);
	RUN(a_compiler_reads_at_most_1048576_rules);
	RUN(a_compiler_reads_at_most_4096_files);
	RUN(a_compiler_reads_at_most_a_gibibyte);
	RUN(contents_that_are_alike_are_given_up_one_by_one);
	RUN(every_port_of_a_protocol_has_a_group);
	RUN(protocols_without_rules_have_no_groups);
	RUN(groups_are_bounded_by_the_number_of_rules);
	return tap_done();
}
