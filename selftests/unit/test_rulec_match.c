// SPDX-License-Identifier: GPL-2.0
/*
 * From the text of a rule to a match: the compiler and the engine together.
 */
#include <arpa/inet.h>

#include "inspect.h"
#include "ipv6.h"
#include "rulec_case.h"

static struct segward_scratch scratch;

struct packet {
	const char *src;
	const char *dst;
	u16 sport;
	u16 dport;
	u8 proto;
	const char *payload;
	u32 len;		/* 0: up to the payload's zero */
};

static void set_address(const char *text, u8 *address, u8 *family)
{
	*family = strchr(text, ':') ? 6 : 4;
	inet_pton(*family == 6 ? AF_INET6 : AF_INET, text, address);
}

static void make_packet(const struct packet *from, struct segward_packet *to)
{
	memset(to, 0, sizeof(*to));
	set_address(from->src ? from->src : "10.0.0.1", to->src, &to->family);
	set_address(from->dst ? from->dst : to->family == 6 ? "2001:db8::1" :
		    "192.0.2.1", to->dst, &to->family);
	to->proto = from->proto ? from->proto : SEGWARD_PROTO_TCP;
	to->sport = from->sport ? from->sport : 1025;
	to->dport = from->dport ? from->dport : 80;
	if (to->proto == SEGWARD_PROTO_ICMP ||
	    to->proto == SEGWARD_PROTO_ICMPV6) {
		to->sport = 0;
		to->dport = 0;
	}
}

struct hits {
	u32 signature_id[16];
	u32 nr;
	const void *image;
};

static bool note_hit(void *arg, u32 rule)
{
	struct hits *hits = arg;
	u32 i;

	for (i = 0; i < hits->nr && i < ARRAY_SIZE(hits->signature_id); i++) {
		if (hits->signature_id[i] ==
		    segward_image_rule(hits->image, rule)->signature_id)
			return true;
	}
	if (hits->nr < ARRAY_SIZE(hits->signature_id))
		hits->signature_id[hits->nr] =
			segward_image_rule(hits->image, rule)->signature_id;
	hits->nr++;
	return true;
}

/* A packet, and what a stream of it alone would be. */
static void match(const struct segward_ruleset *ruleset,
		  const struct packet *from, struct hits *hits)
{
	struct segward_binding binding = { .ruleset = ruleset };
	u32 len = from->len ? from->len :
		  from->payload ? (u32)strlen(from->payload) : 0;
	u32 budget = SEGWARD_WORK_MAX;
	struct segward_packet packet;
	const struct segward_rule_match match = {
		.binding	= &binding,
		.packet		= &packet,
		.scratch	= &scratch,
		.budget		= &budget,
		.hit		= note_hit,
		.arg		= hits,
	};
	const struct segward_rule_bytes bytes = {
		.data	= (const u8 *)(from->payload ? from->payload : ""),
		.len	= len,
		.buffer	= SEGWARD_BUFFER_STREAM,
		.part	= SEGWARD_RULE_FIRST | SEGWARD_RULE_LAST,
	};

	*hits = (struct hits){ .image = ruleset->image };
	make_packet(from, &packet);
	CHECK(segward_rule_match_packet(&match, bytes.data, len));
	if (packet.proto == SEGWARD_PROTO_TCP && len)
		CHECK(segward_rule_match_stream(&match, &bytes));
}

static struct segward_ruleset *make_ruleset(const char *text)
{
	struct segward_image_error error = {};
	struct segward_ruleset *ruleset;
	struct rulec_case c;
	int err;

	case_compile(&c, text);
	if (!CHECK_EQ(c.report->nr_rejected, 0))
		printf("# %s\n", c.report->rejected[0].reason);
	ruleset = segward_ruleset_create("test", c.image.data, c.image.size, 1,
					 &error, &err);
	if (!CHECK(ruleset))
		printf("# %s\n", error.what);
	c.image.data = NULL;
	case_free(&c);
	return ruleset;
}

/* Does the rule with these options match a TCP packet with that payload? */
static bool payload_matches(const char *options, const char *payload, u32 len)
{
	const struct packet packet = { .payload = payload, .len = len };
	struct segward_ruleset *ruleset;
	struct hits hits = {};
	char text[1024];

	snprintf(text, sizeof(text), "alert tcp any any -> any any (%s sid:1;)",
		 options);
	ruleset = make_ruleset(text);
	if (ruleset)
		match(ruleset, &packet, &hits);
	segward_ruleset_destroy(ruleset);
	return hits.nr == 1;
}

struct match_case {
	const char *options;
	const char *payload;
	bool match;
};

static const struct match_case contents[] = {
	{ "content:\"needle\";", "hay needle hay", true },
	{ "content:\"needle\";", "hay NEEDLE hay", false },
	{ "content:\"Needle\"; nocase;", "hay nEEDLE hay", true },
	{ "content:\"|6e 65|edle\";", "needle", true },
	{ "content:\"a\\;b\";", "xa;bx", true },
	{ "content:\"n\";", "hay needle", true },
	{ "content:\"n\";", "hay", false },
	{ "content:!\"needle\";", "hay", true },
	{ "content:!\"needle\";", "a needle", false },
	{ "content:!\"needle\";", "", false },
	{ "dsize:0;", "", true },
	{ "content:\"hay\"; content:!\"needle\";", "hay", true },
	{ "content:\"hay\"; content:!\"needle\";", "hay needle", false },
	{ "content:\"abc\"; offset:3;", "abcabc", true },
	{ "content:\"abc\"; offset:4;", "abcabc", false },
	{ "content:\"abc\"; depth:3;", "abc", true },
	{ "content:\"abc\"; depth:3;", "xabc", false },
	{ "content:\"abc\"; depth:4; offset:2;", "xxxabc", true },
	{ "content:\"abc\"; offset:2; depth:4;", "xxxxabc", false },
	{ "content:\"abc\"; startswith;", "abcd", true },
	{ "content:\"abc\"; startswith;", "xabc", false },
	{ "content:\"abc\"; endswith;", "abcabc", true },
	{ "content:\"abc\"; endswith;", "abcx", false },
	{ "content:\"ab\"; content:\"cd\"; distance:1;", "abxcd", true },
	{ "content:\"ab\"; content:\"cd\"; distance:1;", "abcd", false },
	{ "content:\"ab\"; content:\"cd\"; within:3;", "abxcd", true },
	{ "content:\"ab\"; content:\"cd\"; within:3;", "abxxcd", false },
	{ "content:\"ab\"; content:\"cd\"; distance:-4; within:4;", "cdab",
	  true },
	{ "content:\"ab\"; content:\"cd\"; distance:1; within:2;",
	  "abcdabxcd", true },
	/* no match before it: from the begin of the payload */
	{ "content:\"cd\"; distance:1;", "xcd", true },
	{ "content:\"cd\"; distance:1;", "cd", false },
	{ "content:\"cd\"; within:3;", "xcd", true },
	{ "content:\"cd\"; within:3;", "xxcd", false },
	{ "content:!\"q\"; content:\"cd\"; within:3;", "xcd", true },
	{ "content:!\"q\"; content:\"cd\"; within:3;", "xxcd", false },
	{ "content:\"abcd\"; fast_pattern:1,2;", "abcd", true },
	{ "content:\"abcd\"; fast_pattern:1,2;", "xbcx", false },
	{ "content:\"abcd\"; fast_pattern:1,1;", "abcd", true },
	{ "content:\"abcd\"; fast_pattern:only; content:\"x\";", "abcdx",
	  true },
	/* given again with a part: the last one is looked for, as here */
	{ "content:\"ab\"; fast_pattern; content:\"cd\"; fast_pattern:0,2;",
	  "cdab", true },
	{ "content:\"ABCD\"; fast_pattern:only;", "abcd", false },
	{ "content:!\"abcd\"; fast_pattern; content:\"x\";", "x", true },
	{ "dsize:3;", "abc", true },
	{ "dsize:3;", "abcd", false },
	{ "dsize:!3;", "abcd", true },
	{ "dsize:2<>4;", "abc", true },
	{ "dsize:2<>4;", "ab", false },
	{ "dsize:2<>4;", "abcd", false },
	{ "dsize:>3; content:\"abc\";", "abcd", true },
	{ "dsize:>3; content:\"abc\";", "abc", false },
};

static void payloads_match_as_the_rule_says(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(contents); i++) {
		bool match = payload_matches(contents[i].options,
					     contents[i].payload, 0);

		if (!CHECK_EQ(match, contents[i].match))
			printf("# %s in \"%s\"\n", contents[i].options,
			       contents[i].payload);
	}
}

static void zero_bytes_are_bytes(void)
{
	CHECK(payload_matches("content:\"|00 01|x\";", "a\0\1x", 4));
	CHECK(!payload_matches("content:\"|00 01|x\";", "a\0\2x", 4));
}

struct header_case {
	const char *header;
	struct packet packet;
	bool match;
};

static const struct header_case headers[] = {
	{ "tcp any any -> any any", { .proto = 6 }, true },
	{ "tcp any any -> any any", { .proto = 17 }, false },
	{ "udp any any -> any any", { .proto = 17 }, true },
	{ "ip any any -> any any", { .proto = 47 }, true },
	{ "sctp any any -> any 80", { .proto = 132 }, true },
	{ "icmp any any -> any any", { .proto = 1 }, true },
	{ "icmp any any -> any any", { .proto = 58, .src = "::1",
				       .dst = "::2" }, true },
	{ "icmp any any -> any any", { .proto = 6 }, false },
	{ "icmpv4 any any -> any any", { .proto = 58, .src = "::1",
					 .dst = "::2" }, false },
	{ "ipv4 any any -> any any", { .src = "10.0.0.1" }, true },
	{ "ipv4 any any -> any any", { .src = "::1", .dst = "::2" }, false },
	{ "ip6 any any -> any any", { .src = "::1", .dst = "::2" }, true },
	{ "ip6 $HOME_NET any -> any any", { .src = "fd00::1",
					    .dst = "::2" }, true },
	{ "ip4 $HOME_NET any -> any any", { .src = "fd00::1",
					    .dst = "::2" }, false },
	{ "tcp $HOME_NET any -> any any", { .src = "10.9.9.9" }, true },
	{ "tcp $HOME_NET any -> any any", { .src = "100.64.0.1" }, true },
	{ "tcp $HOME_NET any -> any any", { .src = "100.128.0.1" }, false },
	{ "tcp $HOME_NET any -> any any", { .src = "8.8.8.8" }, false },
	{ "tcp $EXTERNAL_NET any -> any any", { .src = "8.8.8.8" }, true },
	{ "tcp $EXTERNAL_NET any -> any any", { .src = "10.9.9.9" }, false },
	{ "tcp $EXTERNAL_NET any -> any any", { .src = "2001:db8::2",
						.dst = "::2" }, true },
	{ "tcp !$EXTERNAL_NET any -> any any", { .src = "10.9.9.9" }, true },
	{ "tcp !$EXTERNAL_NET any -> any any", { .src = "8.8.8.8" }, false },
	{ "tcp $AIM_SERVERS any -> any any", { .src = "8.8.8.8" }, true },
	{ "tcp [$HOME_NET,![$SMTP_SERVERS,!10.0.0.1]] any -> any any",
	  { .src = "10.0.0.1" }, true },
	{ "tcp [$HOME_NET,![$SMTP_SERVERS,!10.0.0.1]] any -> any any",
	  { .src = "10.0.0.2" }, false },
	{ "tcp any any -> any $HTTP_PORTS", { .dport = 80 }, true },
	{ "tcp any any -> any !$HTTP_PORTS", { .dport = 80 }, false },
	{ "tcp any any -> any !$HTTP_PORTS", { .dport = 81 }, true },
	{ "tcp any any -> any [1:100,!80]", { .dport = 80 }, false },
	{ "tcp any 1025 -> any any", { .sport = 1025 }, true },
	{ "tcp any 1025 -> any any", { .sport = 1026 }, false },
	{ "tcp any 1025 -> any 80", { .sport = 80, .dport = 1025 }, false },
	{ "tcp any 1025 <> any 80", { .sport = 80, .dport = 1025 }, true },
	{ "tcp any 1025 <> any 80", { .sport = 1025, .dport = 80 }, true },
	{ "tcp any 1025 <> any 80", { .sport = 1025, .dport = 1025 }, false },
	{ "ip any any -> any 80", { .proto = 17, .dport = 80 }, true },
	/* a packet without ports has none that is not 80 */
	{ "ip any any -> any !80", { .proto = 1 }, false },
	{ "ip any any -> any any", { .proto = 1 }, true },
};

static void headers_match_as_the_rule_says(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(headers); i++) {
		struct segward_ruleset *ruleset;
		struct hits hits = {};
		char text[256];

		snprintf(text, sizeof(text), "alert %s (sid:1;)",
			 headers[i].header);
		ruleset = make_ruleset(text);
		REQUIRE(ruleset);
		match(ruleset, &headers[i].packet, &hits);
		if (!CHECK_EQ(hits.nr, headers[i].match))
			printf("# %s\n", text);
		segward_ruleset_destroy(ruleset);
	}
}

/* --- Groups --------------------------------------------------------------- */

/*
 * Rules for many single ports, of which some get groups of their own, beside
 * rules for ranges, any port, other protocols and both directions.
 */
static char *port_rules(void)
{
	char *text = calloc(1, 1 << 20);
	char *at = text;
	u32 i;

	for (i = 0; i < 400; i++)
		at += sprintf(at,
			      "alert tcp any any -> any %u (content:\"word%u\"; sid:%u;)\n",
			      440 + i % 10, i, 1000 + i);
	for (i = 0; i < 7; i++)
		at += sprintf(at, "alert tcp any any -> any 9999 (sid:%u;)\n",
			      2000 + i);
	at += sprintf(at,
		      "alert tcp any any -> any any (content:\"word\"; sid:1;)\n"
		      "alert tcp any any -> any 445:450 (sid:2;)\n"
		      "alert tcp any 445 <> any 3 (sid:3;)\n"
		      "alert ip any any -> any any (sid:4;)\n"
		      "alert ip any any -> any 445 (content:\"word5\"; sid:5;)\n"
		      "alert tcp any any -> any !445 (sid:6;)\n"
		      "alert tcp any any -> any $HTTP_PORTS (sid:7;)\n"
		      "alert icmp any any -> any any (sid:8;)\n");
	return text;
}

/* What a rule's header says, without groups and prefilter. */
static bool slow_match(u32 sid, const struct packet *packet)
{
	bool tcp = packet->proto == 6;
	char word[16];

	switch (sid) {
	case 1:
		return tcp && strstr(packet->payload, "word");
	case 2:
		return tcp && packet->dport >= 445 && packet->dport <= 450;
	case 3:
		return tcp && ((packet->sport == 445 && packet->dport == 3) ||
			       (packet->sport == 3 && packet->dport == 445));
	case 4:
		return true;
	case 5:
		return packet->proto != 47 && packet->dport == 445 &&
		       strstr(packet->payload, "word5");
	case 6:
		return tcp && packet->dport != 445;
	case 7:
		return tcp && packet->dport == 80;
	case 8:
		return false;
	}
	if (sid >= 2000)
		return tcp && packet->dport == 9999;
	snprintf(word, sizeof(word), "word%u", sid - 1000);
	return tcp && packet->dport == 440 + (sid - 1000) % 10 &&
	       strstr(packet->payload, word);
}

static u32 count_slow(const struct segward_ruleset *ruleset,
		      const struct packet *packet)
{
	u32 i, nr = 0;

	for (i = 0; i < ruleset->nr_rules; i++)
		nr += slow_match(segward_image_rule(ruleset->image,
						    i)->signature_id, packet);
	return nr;
}

static void groups_lose_no_rule(void)
{
	static const u16 ports[] = { 3, 80, 439, 440, 444, 445, 446, 449, 450,
				     451, 9998, 9999, 10000, 65535 };
	static const char * const payloads[] = {
		"nothing", "word", "a word5 and word15", "word399 word44 word4",
	};
	static const u8 protos[] = { 6, 17, 47 };
	struct segward_ruleset *ruleset;
	char *text = port_rules();
	u32 i, k, p, n = 0;

	ruleset = make_ruleset(text);
	free(text);
	REQUIRE(ruleset);
	CHECK(segward_image_count(ruleset->image, SEGWARD_IMAGE_GROUPS) > 10);
	for (i = 0; i < ARRAY_SIZE(ports); i++) {
		for (k = 0; k < ARRAY_SIZE(payloads); k++) {
			for (p = 0; p < ARRAY_SIZE(protos); p++) {
				const struct packet packet = {
					.sport = n++ % 2 ? 445 : 3,
					.dport = ports[i],
					.proto = protos[p],
					.payload = payloads[k],
				};
				struct hits hits;

				match(ruleset, &packet, &hits);
				if (!CHECK_EQ(hits.nr,
					      count_slow(ruleset, &packet)))
					printf("# proto %u port %u: %s\n",
					       packet.proto, packet.dport,
					       packet.payload);
			}
		}
	}
	segward_ruleset_destroy(ruleset);
}

static void hits_come_in_order_of_evaluation(void)
{
	static const u32 want[] = { 30, 20, 10, 40 };
	const struct packet packet = { .payload = "abc" };
	struct segward_ruleset *ruleset;
	struct hits hits;
	u32 i;

	ruleset = make_ruleset("alert tcp-pkt any any -> any any "
			       "(content:\"abc\"; sid:10;)\n"
			       "drop tcp any any -> any any (sid:20;)\n"
			       "pass tcp-pkt any any -> any any "
			       "(content:\"b\"; sid:30;)\n"
			       "alert ip any any -> any any "
			       "(content:\"bc\"; sid:40;)\n");
	REQUIRE(ruleset);
	match(ruleset, &packet, &hits);
	REQUIRE(hits.nr == 4);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		CHECK_EQ(hits.signature_id[i], want[i]);
	segward_ruleset_destroy(ruleset);
}

int main(void)
{
	RUN(payloads_match_as_the_rule_says);
	RUN(zero_bytes_are_bytes);
	RUN(headers_match_as_the_rule_says);
	RUN(groups_lose_no_rule);
	RUN(hits_come_in_order_of_evaluation);
	return tap_done();
}
