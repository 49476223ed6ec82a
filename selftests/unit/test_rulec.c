// SPDX-License-Identifier: GPL-2.0
/*
 * The rule compiler: what it understands, and with which sentence it refuses
 * the rest.
 */
#include "rulec_case.h"

/* --- Refusals ------------------------------------------------------------- */

struct refusal {
	const char *rule;
	u32 column;
	const char *keyword;
	const char *reason;
};

#define FLOW_WORDS "to_server, to_client, from_server, from_client, established, not_established, stateless, no_stream, only_stream, no_frag, only_frag"
#define NO_SIZE_TO(max) \
	" is not a size from 0 to " max ", nor one behind < > <= >= !, " \
	"nor a range FIRST<>LAST with a size in between"
#define NO_SIZE NO_SIZE_TO("65535")
#define NOT_BOTH \
	"content of the payload beside a protocol's buffer needs both at " \
	"once, which segward does not have yet"
#define NO_APP_EVENTS \
	" needs events of application recognition, " \
	"which segward does not have yet"

#define NO_EXTRACT \
	" byte_extract or byte_math, which segward does not have yet"

#define HEAD	"alert tcp any any -> any any "

/* The rule is wrong. */
static const struct refusal wrong[] = {
	{ "alert", 6, "rule", "rule lacks a protocol" },
	{ "alert tcp", 10, "rule", "rule lacks source addresses" },
	{ "alert tcp any any -> any", 25, "rule",
	  "rule lacks destination ports" },
	{ "alert tcp any any -> any any", 29, "rule",
	  "rule lacks its options in \"(\" and \")\"" },
	{ "alert tcp any any -> any (sid:1;)", 26, "rule",
	  "rule lacks destination ports" },
	{ "alarm tcp any any -> any any (sid:1;)", 1, "action",
	  "action \"alarm\" is unknown" },
	{ "alert tpc any any -> any any (sid:1;)", 7, "protocol",
	  "protocol \"tpc\" is unknown" },
	{ "alert tcp any any <- any any (sid:1;)", 19, "direction",
	  "direction \"<-\" is neither \"->\" nor \"<>\"" },
	{ "alert icmp any 80 -> any any (sid:1;)", 16, "port",
	  "port \"80\" is not \"any\", but protocol icmp has no ports" },
	{ HEAD "(sid:1;", 37, "rule", "rule does not end with \")\"" },
	{ HEAD "(sid:1)", 31, "rule", "rule lacks a \";\" behind \"sid:1\"" },
	{ HEAD "(sid:1; :2;)", 38, "rule",
	  "rule has an option without a name" },
	{ HEAD "()", 30, "sid", "sid is missing" },
	{ HEAD "(msg:\"x\";)", 30, "sid", "sid is missing" },
	{ HEAD "(sid:0;)", 35, "sid",
	  "sid \"0\" is not a number from 1 to 4294967294" },
	{ HEAD "(sid:4294967295;)", 35, "sid",
	  "sid \"4294967295\" is not a number from 1 to 4294967294" },
	{ HEAD "(sid:-1;)", 35, "sid",
	  "sid \"-1\" is not a number from 1 to 4294967294" },
	{ HEAD "(sid:1x;)", 35, "sid",
	  "sid \"1x\" is not a number from 1 to 4294967294" },
	{ HEAD "(sid:;)", 31, "sid", "sid lacks its value" },
	{ HEAD "(sid:1; sid:2;)", 38, "sid", "sid is given twice" },
	{ HEAD "(sid:1; rev:0;)", 42, "rev",
	  "rev \"0\" is not a number from 1 to 4294967294" },
	{ HEAD "(sid:1; rev:1; rev:2;)", 45, "rev", "rev is given twice" },
	{ HEAD "(gid:x; sid:1;)", 35, "gid",
	  "gid \"x\" is not a number from 0 to 4294967294" },
	{ HEAD "(sid:1; priority:0;)", 47, "priority",
	  "priority \"0\" is not a number from 1 to 4294967294" },
	{ HEAD "(sid:1; priority:\"1\";)", 47, "priority",
	  "priority does not take a value in quotes" },
	{ HEAD "(msg:x; sid:1;)", 31, "msg", "msg takes a value in quotes" },
	{ HEAD "(msg:\"x; sid:1;)", 35, "msg",
	  "msg lacks the quote at the end, or has a \";\" without a \"\\\" before it" },
	{ HEAD "(msg:\"\"; sid:1;)", 36, "msg", "msg is empty" },
	{ HEAD "(msg:\"a\"; msg:\"b\"; sid:1;)", 40, "msg",
	  "msg is given twice" },
	{ HEAD "(sid:1; reference:url;)", 48, "reference",
	  "reference \"url\" is not TYPE,VALUE" },
	{ HEAD "(sid:1; reference:url,;)", 48, "reference",
	  "reference \"url,\" is not TYPE,VALUE" },
	{ HEAD "(sid:1; classtype:a b;)", 48, "classtype",
	  "classtype \"a b\" is not a name of at most 63 letters, digits, \"-\" and \"_\"" },
	{ HEAD "(sid:1; target:me;)", 45, "target",
	  "target \"me\" is neither \"src_ip\" nor \"dest_ip\"" },
	{ HEAD "(sid:1; target:src_ip; target:dest_ip;)", 60, "target",
	  "target is both src_ip and dest_ip" },
	{ HEAD "(sid:1; frobnicate;)", 38, "frobnicate",
	  "keyword \"frobnicate\" is unknown" },
	{ HEAD "(content:\"a\"; nocase:yes; sid:1;)", 51, "nocase",
	  "nocase does not take a value" },
	{ HEAD "(content:abc; sid:1;)", 31, "content",
	  "content takes a value in quotes" },
	{ HEAD "(content:!; sid:1;)", 31, "content",
	  "content takes a value in quotes" },
	{ HEAD "(content:\"\"; sid:1;)", 40, "content",
	  "content is empty" },
	{ HEAD "(content:\"||\"; sid:1;)", 31, "content",
	  "content is empty" },
	{ HEAD "(content:\"a\"b\"; sid:1;)", 41, "content",
	  "content has a quote that is not escaped" },
	{ HEAD "(content:\"a\\n\"; sid:1;)", 41, "content",
	  "content has a \"\\\" before something other than : ; \\ \"" },
	{ HEAD "(content:\"|4x|\"; sid:1;)", 42, "content",
	  "content has \"x\" among hexadecimal digits" },
	{ HEAD "(content:\"|414|\"; sid:1;)", 44, "content",
	  "content has half a byte in hexadecimal digits" },
	{ HEAD "(content:\"|41\"; sid:1;)", 41, "content",
	  "content lacks the \"|\" that ends hexadecimal digits" },
	{ HEAD "(nocase; sid:1;)", 31, "nocase",
	  "nocase has no content before it" },
	{ HEAD "(content:\"a\"; nocase; nocase; sid:1;)", 52, "nocase",
	  "nocase is given twice for one content" },
	{ HEAD "(content:\"a\"; rawbytes; rawbytes; sid:1;)", 54, "rawbytes",
	  "rawbytes is given twice for one content" },
	{ HEAD "(offset:1; content:\"a\"; sid:1;)", 31, "offset",
	  "offset has no content before it" },
	{ HEAD "(content:\"a\"; offset:65536; sid:1;)", 51, "offset",
	  "offset \"65536\" is not a number from 0 to 65535" },
	{ HEAD "(content:\"a\"; depth:65536; sid:1;)", 50, "depth",
	  "depth \"65536\" is not a number from 0 to 65535" },
	{ HEAD "(content:\"a\"; offset:-1; sid:1;)", 51, "offset",
	  "offset \"-1\" is not a number from 0 to 65535" },
	{ HEAD "(content:\"a\"; offset:1; offset:1; sid:1;)", 54, "offset",
	  "offset is given twice for one content" },
	{ HEAD "(content:\"abc\"; depth:2; sid:1;)", 52, "depth",
	  "depth 2 is less than the content's 3 bytes" },
	{ HEAD "(content:\"abc\"; within:2; sid:1;)", 53, "within",
	  "within 2 is less than the content's 3 bytes" },
	{ HEAD "(content:\"a\"; within:1048577; sid:1;)", 51, "within",
	  "within \"1048577\" is not a number from 0 to 1048576" },
	{ HEAD "(content:\"a\"; distance:-1048577; sid:1;)", 53, "distance",
	  "distance \"-1048577\" is not a number from -1048576 to 1048576" },
	{ HEAD "(content:\"a\"; distance:1048577; sid:1;)", 53, "distance",
	  "distance \"1048577\" is not a number from -1048576 to 1048576" },
	{ HEAD "(content:\"a\"; offset:1; distance:1; sid:1;)", 54, "distance",
	  "distance does not go with offset, depth or startswith for one content" },
	{ HEAD "(content:\"a\"; depth:1; within:1; sid:1;)", 53, "within",
	  "within does not go with offset, depth or startswith for one content" },
	{ HEAD "(content:\"a\"; distance:1; depth:1; sid:1;)", 56, "depth",
	  "depth does not go with distance or within for one content" },
	{ HEAD "(content:\"a\"; within:1; offset:1; sid:1;)", 54, "offset",
	  "offset does not go with distance or within for one content" },
	{ HEAD "(content:\"a\"; startswith; offset:1; sid:1;)", 56, "offset",
	  "offset does not go with startswith for one content" },
	{ HEAD "(content:\"a\"; startswith; depth:1; sid:1;)", 56, "depth",
	  "depth does not go with startswith for one content" },
	{ HEAD "(content:\"a\"; offset:1; startswith; sid:1;)", 54,
	  "startswith",
	  "startswith does not go with offset, depth or startswith for one content" },
	{ HEAD "(content:\"a\"; startswith; startswith; sid:1;)", 56,
	  "startswith", "startswith is given twice for one content" },
	{ HEAD "(content:\"a\"; startswith; distance:0; sid:1;)", 56,
	  "distance",
	  "distance does not go with offset, depth or startswith for one content" },
	{ HEAD "(content:\"ab\"; distance:-3; within:4; sid:1;)", 30, "within",
	  "within 4 behind distance -3 ends before the first content can" },
	{ HEAD "(content:\"a\"; fast_pattern; content:\"b\"; fast_pattern; sid:1;)",
	  71, "fast_pattern", "fast_pattern is given twice" },
	{ HEAD "(content:!\"a\"; offset:1; fast_pattern; sid:1;)", 55,
	  "fast_pattern",
	  "fast_pattern does not go with a negated content that has a place" },
	{ HEAD "(content:!\"a\"; fast_pattern; offset:1; sid:1;)", 59, "offset",
	  "offset does not go with a negated content that is the fast_pattern" },
	{ HEAD "(content:!\"a\"; fast_pattern:only; sid:1;)", 45,
	  "fast_pattern",
	  "fast_pattern:only does not go with a content that is negated or has a place" },
	{ HEAD "(content:\"a\"; fast_pattern:only; depth:9; sid:1;)", 63,
	  "depth", "depth does not go with fast_pattern:only" },
	{ HEAD "(content:\"a\"; fast_pattern:only; content:\"b\"; within:9; sid:1;)",
	  76, "within",
	  "within does not go behind a content with fast_pattern:only" },
	{ HEAD "(content:\"abc\"; fast_pattern:2,2; sid:1;)", 59,
	  "fast_pattern",
	  "fast_pattern \"2,2\" goes beyond the content's 3 bytes" },
	{ HEAD "(content:\"abc\"; fast_pattern:1; sid:1;)", 59, "fast_pattern",
	  "fast_pattern \"1\" is neither \"only\" nor \"OFFSET,LENGTH\"" },
	{ HEAD "(flow:established; flow:to_server; sid:1;)", 49, "flow",
	  "flow is given twice" },
	{ HEAD "(flow:to_server,from_server; sid:1;)", 46, "flow",
	  "flow \"from_server\" contradicts what stands before it" },
	{ HEAD "(flow:established,not_established; sid:1;)", 48, "flow",
	  "flow \"not_established\" contradicts what stands before it" },
	{ HEAD "(flow:established, stateless; sid:1;)", 49, "flow",
	  "flow \"stateless\" contradicts what stands before it" },
	{ HEAD "(flow:stateless,established; sid:1;)", 46, "flow",
	  "flow \"established\" contradicts what stands before it" },
	{ HEAD "(flow:to_server,from_client; sid:1;)", 46, "flow",
	  "flow says \"from_client\" twice" },
	{ HEAD "(flow:; sid:1;)", 31, "flow", "flow lacks its value" },
	{ HEAD "(flow:to_server,; sid:1;)", 46, "flow",
	  "flow \"\" is none of " FLOW_WORDS },
	{ HEAD "(flow:sideways; sid:1;)", 36, "flow",
	  "flow \"sideways\" is none of " FLOW_WORDS },
	{ HEAD "(dsize:1; dsize:1; sid:1;)", 40, "dsize",
	  "dsize is given twice" },
	{ HEAD "(dsize:65536; sid:1;)", 37, "dsize",
	  "dsize \"65536\"" NO_SIZE },
	{ HEAD "(dsize:<0; sid:1;)", 37, "dsize",
	  "dsize \"<0\"" NO_SIZE },
	{ HEAD "(dsize:1<>2; sid:1;)", 37, "dsize",
	  "dsize \"1<>2\"" NO_SIZE },
	{ HEAD "(dsize:3<>a\tb; sid:1;)", 37, "dsize",
	  "dsize \"3<>a b\"" NO_SIZE },
	{ HEAD "(dsize:3; content:\"abcd\"; sid:1;)", 30, "dsize",
	  "dsize allows 3 bytes and the contents need 4" },
	{ HEAD "(dsize:<9; content:\"abcd\"; offset:6; sid:1;)", 30, "dsize",
	  "dsize allows 9 bytes and the contents need 10" },
	{ HEAD "(content:\"ab\"; content:\"cd\"; distance:5; dsize:8; sid:1;)",
	  30, "dsize", "dsize allows 8 bytes and the contents need 9" },
	{ HEAD "(msg:\"\xff\"; sid:1;)", 1, "rule",
	  "rule is not UTF-8 text without control characters" },
	{ HEAD "(msg:\"\xc2\x9b\"; sid:1;)", 1, "rule",
	  "rule is not UTF-8 text without control characters" },
	{ HEAD "(msg:\"\x01\"; sid:1;)", 1, "rule",
	  "rule is not UTF-8 text without control characters" },
};

/* The rule needs something that is not there yet. */
static const struct refusal missing[] = {
	{ "config tcp any any -> any any (sid:1;)", 1, "config",
	  "\"config\" needs rules that change settings, which segward does not have yet" },
	{ "alert smtp any any -> any any (sid:1;)", 7, "smtp",
	  "\"smtp\" needs the smtp parser, which segward does not have yet" },
	{ "alert pkthdr any any -> any any (sid:1;)", 7, "pkthdr",
	  "\"pkthdr\" needs decoder and stream events, which segward does not have yet" },
	{ HEAD "(stream_size:server,>,1; sid:1;)", 31, "stream_size",
	  "\"stream_size\" needs flow tracking, which segward does not have yet" },
	{ HEAD "(sid:1; FlowBits:set,x;)", 38, "flowbits",
	  "\"flowbits\" needs flow state, which segward does not have yet" },
	{ HEAD "(sid:1; pcre:\"/a\\;b/\";)", 38, "pcre",
	  "\"pcre\" needs regular expressions, which segward does not have yet" },
	{ HEAD "(sid:1; threshold:type limit;)", 38, "threshold",
	  "\"threshold\" needs event counting, which segward does not have yet" },
	{ HEAD "(sid:1; byte_test:1,>,1,0;)", 38, "byte_test",
	  "\"byte_test\" needs byte tests, which segward does not have yet" },
	{ HEAD "(sid:1; ttl:1;)", 38, "ttl",
	  "\"ttl\" needs tests of IP header fields, which segward does not have yet" },
	{ HEAD "(sid:1; content:\"a\"; offset:length;)", 58, "offset",
	  "offset takes \"length\" from" NO_EXTRACT },
	{ HEAD "(sid:1; content:\"a\"; content:\"b\"; within:length;)", 71,
	  "within",
	  "within takes \"length\" from" NO_EXTRACT },
};

#define HTTP	"alert http any any -> any any "

/* Buffers, protocols and where a rule looks. */
static const struct refusal wrong_buffers[] = {
	{ HTTP "(http.uri; sid:1;)", 32, "http.uri",
	  "http.uri has no content or bsize behind it" },
	{ HTTP "(http.uri; http.method; content:\"a\"; sid:1;)", 32, "http.uri",
	  "http.uri has no content or bsize behind it" },
	{ HTTP "(http.uri:1; content:\"a\"; sid:1;)", 41, "http.uri",
	  "http.uri does not take a value" },
	{ HTTP "(http_uri; sid:1;)", 32, "http_uri",
	  "http_uri has no content before it" },
	{ HTTP "(http.header; content:\"a\"; http_uri; sid:1;)", 58, "http_uri",
	  "http_uri does not go with a content that is in http.header already" },
	{ HTTP "(content:\"a\"; http_uri; http_header; sid:1;)", 55,
	  "http_header",
	  "http_header does not go with a content that is in http.uri already" },
	{ HTTP "(content:\"a\"; rawbytes; http_uri; sid:1;)", 55, "http_uri",
	  "http_uri does not go with rawbytes for one content" },
	{ HTTP "(http.uri; uricontent:\"a\"; sid:1;)", 42, "uricontent",
	  "uricontent does not go with the buffer http.uri before it" },
	{ HTTP "(http.uri; content:\"a\"; http.stat_code; content:\"2\"; sid:1;)",
	  31, "http.uri",
	  "http.uri goes to the server and http.stat_code to the client" },
	{ HTTP "(flow:to_client; http.uri; content:\"a\"; sid:1;)", 31,
	  "http.uri", "http.uri goes to the server, and flow says otherwise" },
	{ HTTP "(flow:to_server; http.server; content:\"a\"; sid:1;)", 31,
	  "http.server",
	  "http.server goes to the client, and flow says otherwise" },
	{ HTTP "(tls.sni; content:\"a\"; sid:1;)", 31, "tls.sni",
	  "tls.sni is of tls, and the rule is about http" },
	{ HEAD "(http.uri; content:\"a\"; tls.sni; content:\"a\"; sid:1;)", 30,
	  "tls.sni", "tls.sni is of tls, and the rule is about http" },
	{ HEAD "(app-layer-protocol:!http; http.uri; content:\"a\"; sid:1;)",
	  30, "http.uri", "http.uri is of http, and the rule is not about http" },
	{ "alert udp any any -> any any (http.uri; content:\"a\"; sid:1;)", 30,
	  "protocol", "protocol udp of the rule does not carry http" },
	{ "alert icmp any any -> any any (dns.query; content:\"a\"; sid:1;)",
	  31, "protocol", "protocol icmp of the rule does not carry dns" },
	{ HTTP "(http.uri; content:\"a\"; dsize:5; sid:1;)", 31, "dsize",
	  "dsize is about packets, and the rule is about http" },
	{ "alert tcp-pkt any any -> any any (http.uri; content:\"a\"; sid:1;)",
	  34, "tcp-pkt", "tcp-pkt is about packets, and the rule is about http" },
	{ HTTP "(flow:no_stream; http.uri; content:\"a\"; sid:1;)", 31,
	  "no_stream",
	  "no_stream is about packets, and the rule is about http" },
	{ HEAD "(flow:only_stream,no_stream; content:\"a\"; sid:1;)", 30,
	  "only_stream",
	  "only_stream is about streams and no_stream about packets" },
	{ "alert tcp-stream any any -> any any (content:\"a\"; dsize:>5; sid:1;)",
	  37, "tcp-stream",
	  "tcp-stream is about streams and dsize about packets" },
	{ "alert udp any any -> any any (flow:only_stream; sid:1;)", 30,
	  "only_stream", "only_stream is about streams, and udp has none" },
	{ HTTP "(http.host; content:\"a\"; nocase; sid:1;)", 31, "nocase",
	  "nocase does not go with http.host, which is in lower case" },
	{ HTTP "(http.host; content:\"aB\"; sid:1;)", 31, "content",
	  "content has an upper-case letter, and http.host is in lower case" },
	{ HTTP "(http.method; content:\"GET \"; sid:1;)", 31, "content",
	  "content begins or ends with a blank, which http.method does not" },
	{ HTTP "(http.user_agent; content:\"x|0d 0a|\"; sid:1;)", 31, "content",
	  "content ends with |0d 0a|, which http.user_agent does not" },
	{ HTTP "(http.uri; to_lowercase; content:\"aB\"; sid:1;)", 31, "content",
	  "content has an upper-case letter, and to_lowercase leaves none" },
	{ HTTP "(dotprefix; content:\"a\"; sid:1;)", 32, "dotprefix",
	  "dotprefix does not stand right behind a buffer" },
	{ HTTP "(http.host; content:\"a\"; dotprefix; sid:1;)", 56, "dotprefix",
	  "dotprefix does not stand right behind a buffer" },
	{ HTTP "(bsize:1; sid:1;)", 32, "bsize", "bsize has no buffer before it" },
	{ HTTP "(http.uri; bsize:x; sid:1;)", 48, "bsize",
	  "bsize \"x\"" NO_SIZE_TO("1048576") },
	{ HTTP "(urilen:70000; sid:1;)", 39, "urilen",
	  "urilen \"70000\"" NO_SIZE },
	{ HTTP "(urilen:5,cooked; sid:1;)", 39, "urilen",
	  "urilen \"5,cooked\" ends in neither \"raw\" nor \"norm\"" },
	{ HTTP "(app-layer-protocol:tls; sid:1;)", 32, "app-layer-protocol",
	  "app-layer-protocol tls contradicts http before it" },
	{ HTTP "(app-layer-protocol:!http; sid:1;)", 32, "app-layer-protocol",
	  "app-layer-protocol !http contradicts http before it" },
	{ HEAD "(app-layer-protocol:htpp; sid:1;)", 50, "app-layer-protocol",
	  "app-layer-protocol \"htpp\" is not a protocol" },
	{ "alert tls any any -> any any (tls.version:2; sid:1;)", 43,
	  "tls.version", "tls.version \"2\" is none of 1.0, 1.1, 1.2, 1.3" },
	{ HTTP "(http.uri; content:\"ab\"; distance:-3; within:4; sid:1;)", 31,
	  "within",
	  "within 4 behind distance -3 ends before the first content can" },
	{ HTTP "(http.header; content:\"x\"; http.uri; content:\"ab\"; "
	  "distance:-3; within:4; sid:1;)", 31, "within",
	  "within 4 behind distance -3 ends before the first content can" },
};

static const struct refusal missing_buffers[] = {
	{ HTTP "(content:\"a\"; http.uri; content:\"b\"; sid:1;)", 31,
	  "content",
	  NOT_BOTH },
	{ HTTP "(http.uri; content:\"a\"; pkt_data; content:\"b\"; sid:1;)", 31,
	  "content",
	  NOT_BOTH },
	{ HTTP "(app-layer-event:http.no_such; sid:1;)", 53, "app-layer-event",
	  "app-layer-event \"http.no_such\" is none that segward has" },
	{ HTTP "(app-layer-event:applayer_mismatch; sid:1;)", 48,
	  "app-layer-event",
	  "app-layer-event \"applayer_mismatch\"" NO_APP_EVENTS },
	{ HEAD "(app-layer-protocol:smtp; sid:1;)", 50, "app-layer-protocol",
	  "app-layer-protocol \"smtp\" needs the smtp parser, which segward does not have yet" },
	{ HEAD "(app-layer-event:smtp.x; sid:1;)", 47, "app-layer-event",
	  "app-layer-event \"smtp\" needs the smtp parser, which segward does not have yet" },
	{ HTTP "(http.uri; strip_whitespace; content:\"a\"; sid:1;)", 42,
	  "strip_whitespace",
	  "\"strip_whitespace\" needs buffer transformations, which segward does not have yet" },
	{ HTTP "(http.request_header; content:\"a\"; sid:1;)", 32,
	  "http.request_header",
	  "\"http.request_header\" needs more of the http parser, "
	  "which segward does not have yet" },
};

static void check_refusal(const struct refusal *refusal, bool unsupported)
{
	const struct segward_rulec_rejected *rejected;
	struct rulec_case c;

	case_compile(&c, refusal->rule);
	if (!CHECK_EQ(c.report->rules, 1) ||
	    !CHECK_EQ(c.report->nr_rejected, 1)) {
		printf("# not refused: %s\n", refusal->rule);
		case_free(&c);
		return;
	}
	rejected = &c.report->rejected[0];
	CHECK_STR(rejected->reason, refusal->reason);
	CHECK_STR(rejected->keyword, refusal->keyword);
	CHECK_EQ(rejected->unsupported, unsupported);
	CHECK_STR(rejected->file, "test.rules");
	CHECK_EQ(rejected->line, 1);
	if (!CHECK_EQ(rejected->column, refusal->column))
		printf("# of: %s\n", refusal->rule);
	case_free(&c);
}

static void refuses_what_is_wrong_with_place_and_sentence(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		check_refusal(&wrong[i], false);
}

static void refuses_what_is_missing_with_place_and_sentence(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(missing); i++)
		check_refusal(&missing[i], true);
}

static void refuses_buffers_that_do_not_go_together(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(wrong_buffers); i++)
		check_refusal(&wrong_buffers[i], false);
	for (i = 0; i < ARRAY_SIZE(missing_buffers); i++)
		check_refusal(&missing_buffers[i], true);
}

static void names_the_rule_that_it_refuses(void)
{
	struct rulec_case c;

	case_compile(&c,
		     "alert smtp any any -> any any (gid:3; rev:7; sid:42;)\n"
		     HEAD "(sid:43; rev:2; flowbits:isset,a;\n"
		     HEAD "(sid:44; sid:45;)\n");
	REQUIRE(c.report->nr_rejected == 3);
	CHECK_EQ(c.report->rejected[0].signature_id, 42);
	CHECK_EQ(c.report->rejected[0].gid, 3);
	CHECK_EQ(c.report->rejected[0].rev, 7);
	CHECK_EQ(c.report->rejected[1].signature_id, 43);
	CHECK_EQ(c.report->rejected[1].gid, 1);
	CHECK_EQ(c.report->rejected[1].rev, 2);
	CHECK_EQ(c.report->rejected[2].signature_id, 44);
	CHECK_EQ(c.report->rejected[2].rev, 0);
	case_free(&c);
}

/* --- Lines ---------------------------------------------------------------- */

static void counts_no_comments_and_no_empty_lines(void)
{
	struct rulec_case c;

	case_compile(&c,
		     "# a comment\n"
		     "\n"
		     "   \t \r\n"
		     "#alert tcp any any -> any any (sid:1;)\n"
		     "   # alert tcp any any -> any any (sid:2;)\n"
		     "  alert tcp any any -> any any (sid:3;)\r\n"
		     "alert tcp any any -> any any (sid:4;)");
	CHECK_EQ(c.report->rules, 2);
	CHECK_EQ(c.report->compiled, 2);
	CHECK_EQ(c.report->nr_rejected, 0);
	CHECK_EQ(c.image.nr_rules, 2);
	case_free(&c);
}

static void joins_lines_that_end_in_a_backslash(void)
{
	struct rulec_case c;

	case_compile(&c,
		     "\n"
		     "alert tcp any any -> \\\n"
		     "   any any \\  \r\n"
		     "(msg:\"a \\\n"
		     "b\"; sid:1;)\n");
	CHECK_EQ(c.report->rules, 1);
	REQUIRE(c.report->compiled == 1);
	CHECK_STR(case_string(&c, case_rule(&c, 0)->msg), "a b");
	CHECK_STR(case_string(&c, case_rule(&c, 0)->header),
		  "tcp any any ->    any any");
	case_free(&c);
}

static void places_are_those_of_the_line_with_the_fault(void)
{
	struct rulec_case c;

	case_compile(&c,
		     "# first\n"
		     "alert tcp any any -> any any (\\\n"
		     "  content:\"a\"; \\\n"
		     "  depth:x; sid:5;)\n"
		     "alert tcp any any -> any any (\\\n"
		     "  content:\"a\"; nocase; nocase; \\\n"
		     "  sid:6;)\n");
	REQUIRE(c.report->nr_rejected == 2);
	CHECK_EQ(c.report->rejected[0].line, 4);
	CHECK_EQ(c.report->rejected[0].column, 9);
	CHECK_EQ(c.report->rejected[1].line, 6);
	CHECK_EQ(c.report->rejected[1].column, 24);
	case_free(&c);
}

static void a_comment_swallows_no_rule(void)
{
	struct rulec_case c;

	case_compile(&c,
		     "# see C:\\\n"
		     "alert tcp any any -> any any (sid:1;)\n"
		     "#alert tcp any any -> any any \\\n"
		     "   (msg:\"off\"; \\\n"
		     "   sid:2;)\n"
		     "   alert tcp any any -> any any (sid:3;)\n");
	CHECK_EQ(c.report->rules, 2);
	CHECK_EQ(c.report->compiled, 2);
	case_free(&c);
}

static void a_rule_at_the_end_of_the_text_is_read(void)
{
	struct rulec_case c;

	case_compile(&c, "alert tcp any any -> any any (sid:1;)\\");
	CHECK_EQ(c.report->compiled, 1);
	case_free(&c);
}

static void reads_the_same_whatever_the_pieces(void)
{
	static const char text[] =
		"# comment \\\n  still\nalert tcp any any -> any any \\\n"
		"(msg:\"x\"; content:\"abc\"; sid:1;)\n\n"
		"alert smtp any any -> any any (sid:2;)\n";
	const struct segward_rulec_options options = { .skip_bad = true };
	char path[] = "/tmp/test_rulec.XXXXXX";
	struct segward_rulec *rulec;
	struct rulec_case a, b;
	FILE *file;

	file = fdopen(mkstemp(path), "w");
	REQUIRE(file);
	fwrite(text, 1, strlen(text), file);
	fclose(file);
	case_compile(&a, text);
	rulec = segward_rulec_create(&options);
	CHECK_EQ(segward_rulec_add_file(rulec, path), 0);
	case_finish(&b, rulec);
	CHECK_EQ(a.report->rules, 2);
	CHECK_EQ(b.report->rules, 2);
	CHECK_EQ(b.report->compiled, a.report->compiled);
	CHECK_EQ(b.report->rejected[0].line, 6);
	CHECK_STR(b.report->rejected[0].file, path);
	remove(path);
	case_free(&a);
	case_free(&b);
}

/* --- Options -------------------------------------------------------------- */

static void keeps_what_describes_a_rule(void)
{
	const struct segward_image_class *class;
	const struct segward_image_rule *rule;
	const u32 *reference;
	struct rulec_case c;

	case_compile(&c,
		     "drop UDP $HOME_NET [53,  5353] <> any any "
		     "(MSG:\"a\\;b \\\"c\\\" \\\\ d\"; sid:7; rev:3; gid:2;"
		     "classtype:trojan-activity; reference: url , "
		     "example.org/x;reference:cve,2017-0144; "
		     "metadata: a 1, b 2 ; metadata:c 3; target:dest_ip;)");
	REQUIRE(c.report->compiled == 1);
	rule = case_rule(&c, 0);
	CHECK_EQ(rule->signature_id, 7);
	CHECK_EQ(rule->rev, 3);
	CHECK_EQ(rule->gid, 2);
	CHECK_EQ(rule->action, SEGWARD_RULE_ACTION_DROP);
	CHECK_EQ(rule->proto, 17);
	CHECK_EQ(rule->flags, SEGWARD_IMAGE_RULE_F_BIDIRECTIONAL);
	CHECK_STR(case_string(&c, rule->msg), "a;b \"c\" \\ d");
	CHECK_STR(case_string(&c, rule->metadata), "a 1, b 2, c 3");
	CHECK_STR(case_string(&c, rule->header),
		  "UDP $HOME_NET [53,  5353] <> any any");
	CHECK_EQ(rule->priority, 1);
	class = segward_image_class(c.image.data, rule->classtype);
	CHECK_STR(case_string(&c, class->name), "trojan-activity");
	CHECK_STR(case_string(&c, class->description),
		  "A Network Trojan was detected");
	REQUIRE(rule->nr_references == 2);
	reference = segward_image_section(c.image.data,
					  SEGWARD_IMAGE_REFERENCES);
	reference += rule->first_reference;
	CHECK_STR(case_string(&c, reference[0]), "url,example.org/x");
	CHECK_STR(case_string(&c, reference[1]), "cve,2017-0144");
	case_free(&c);
}

static u32 priority_of(const char *options)
{
	struct rulec_case c;
	char text[256];
	u32 priority = 0;

	snprintf(text, sizeof(text), HEAD "(sid:1; %s)", options);
	case_compile(&c, text);
	if (c.report->compiled == 1)
		priority = case_rule(&c, 0)->priority;
	case_free(&c);
	return priority;
}

static void takes_the_priority_that_suricata_takes(void)
{
	CHECK_EQ(priority_of(""), 3);
	CHECK_EQ(priority_of("classtype:tcp-connection;"), 4);
	CHECK_EQ(priority_of("classtype:trojan-activity;"), 1);
	CHECK_EQ(priority_of("classtype:trojan-activity; priority:9;"), 9);
	CHECK_EQ(priority_of("priority:9; classtype:trojan-activity;"), 9);
	CHECK_EQ(priority_of("priority:9; priority:5; priority:7;"), 5);
	CHECK_EQ(priority_of("classtype:misc-activity; "
			     "classtype:misc-attack;"), 2);
	CHECK_EQ(priority_of("classtype:misc-attack; "
			     "classtype:misc-activity;"), 2);
	CHECK_EQ(priority_of("classtype:never-heard-of;"), 3);
}

static void a_classtype_that_is_unknown_keeps_its_name(void)
{
	const struct segward_image_class *class;
	struct rulec_case c;

	case_compile(&c, HEAD "(sid:1; classtype:never-heard-of;)");
	REQUIRE(c.report->compiled == 1);
	class = segward_image_class(c.image.data, case_rule(&c, 0)->classtype);
	CHECK_STR(case_string(&c, class->name), "never-heard-of");
	CHECK_STR(case_string(&c, class->description), "Unknown Classtype");
	CHECK_EQ(class->priority, 3);
	case_free(&c);
}

static void knows_the_actions_and_protocols(void)
{
	static const struct {
		const char *action;
		const char *proto;
		u32 action_number;
		u32 proto_number;
	} cases[] = {
		{ "alert", "tcp", SEGWARD_RULE_ACTION_ALERT, 6 },
		{ "Pass", "TCP-pkt", SEGWARD_RULE_ACTION_PASS, 6 },
		{ "drop", "udp", SEGWARD_RULE_ACTION_DROP, 17 },
		{ "reject", "sctp", SEGWARD_RULE_ACTION_REJECT, 132 },
		{ "rejectsrc", "icmpv4", SEGWARD_RULE_ACTION_REJECTSRC, 1 },
		{ "rejectdst", "icmpv6", SEGWARD_RULE_ACTION_REJECTDST, 58 },
		{ "rejectboth", "icmp", SEGWARD_RULE_ACTION_REJECTBOTH,
		  SEGWARD_IMAGE_PROTO_ICMP },
		{ "ALERT", "ip", SEGWARD_RULE_ACTION_ALERT,
		  SEGWARD_IMAGE_PROTO_IP },
		{ "alert", "ipv4", SEGWARD_RULE_ACTION_ALERT,
		  SEGWARD_IMAGE_PROTO_IP },
		{ "alert", "ip6", SEGWARD_RULE_ACTION_ALERT,
		  SEGWARD_IMAGE_PROTO_IP },
	};
	struct rulec_case c;
	char text[128];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text), "%s %s any any -> any any (sid:1;)",
			 cases[i].action, cases[i].proto);
		case_compile(&c, text);
		REQUIRE(c.report->compiled == 1);
		CHECK_EQ(case_rule(&c, 0)->action, cases[i].action_number);
		CHECK_EQ(case_rule(&c, 0)->proto, cases[i].proto_number);
		case_free(&c);
	}
}

#define PACKETS	BIT(0)
#define STREAMS	BIT(1)

/* Which groups have the rule? Bit by buffer: 0 packets, 1 streams, ... */
static u64 groups_of(const char *proto, const char *options)
{
	const struct segward_image_group *group;
	struct rulec_case c;
	char text[512];
	u64 buffers = 0;
	u32 i;

	snprintf(text, sizeof(text), "alert %s any any -> any any (sid:1; %s)",
		 proto, options);
	case_compile(&c, text);
	if (!CHECK_EQ(c.report->compiled, 1))
		printf("# %s: %s\n", text, c.report->rejected[0].reason);
	group = segward_image_section(c.image.data, SEGWARD_IMAGE_GROUPS);
	for (i = 0; i < segward_image_count(c.image.data,
					    SEGWARD_IMAGE_GROUPS); i++)
		buffers |= 1ULL << (group[i].buffer % 64);
	case_free(&c);
	return buffers;
}

static void says_whether_a_rule_is_of_packets_or_streams(void)
{
	CHECK_EQ(groups_of("tcp", "content:\"a\";"), STREAMS);
	CHECK_EQ(groups_of("tcp", "content:!\"a\";"), STREAMS);
	CHECK_EQ(groups_of("tcp", "content:\"a\"; content:\"b\"; within:9;"),
		 STREAMS);
	CHECK_EQ(groups_of("tcp", "content:\"a\"; offset:1;"),
		 PACKETS | STREAMS);
	CHECK_EQ(groups_of("tcp", "content:\"a\"; content:\"b\"; depth:9;"),
		 PACKETS | STREAMS);
	CHECK_EQ(groups_of("tcp", "content:\"a\"; startswith;"),
		 PACKETS | STREAMS);
	CHECK_EQ(groups_of("ip", "content:\"a\";"), PACKETS | STREAMS);
	CHECK_EQ(groups_of("tcp", ""), PACKETS);
	CHECK_EQ(groups_of("ip", ""), PACKETS);
	CHECK_EQ(groups_of("tcp-pkt", "content:\"a\";"), PACKETS);
	CHECK_EQ(groups_of("udp", "content:\"a\";"), PACKETS);
	CHECK_EQ(groups_of("icmp", "content:\"a\";"), PACKETS);
	CHECK_EQ(groups_of("tcp", "content:\"a\"; dsize:>1;"), PACKETS);
	CHECK_EQ(groups_of("tcp", "content:\"a\"; flow:no_stream;"), PACKETS);
	CHECK_EQ(groups_of("tcp-stream", "content:\"a\"; offset:1;"), STREAMS);
	CHECK_EQ(groups_of("tcp", "content:\"a\"; depth:1; flow:only_stream;"),
		 STREAMS);
	CHECK_EQ(groups_of("http", ""), PACKETS);
	CHECK_EQ(groups_of("tls", "content:\"a\";"), STREAMS);
	CHECK_EQ(groups_of("dns", "content:\"a\";"), PACKETS | STREAMS);
	CHECK_EQ(groups_of("tcp", "app-layer-protocol:ssh;"), PACKETS);
}

static u32 flow_flags(const char *value)
{
	struct rulec_case c;
	char text[256];
	u32 flags = 0;

	snprintf(text, sizeof(text), "alert udp any any -> any any (flow:%s; sid:1;)",
		 value);
	case_compile(&c, text);
	if (CHECK_EQ(c.report->compiled, 1))
		flags = case_rule(&c, 0)->flags;
	case_free(&c);
	return flags;
}

static void flow_is_direction_and_state(void)
{
	CHECK_EQ(flow_flags("to_server"), SEGWARD_IMAGE_RULE_F_TO_SERVER);
	CHECK_EQ(flow_flags("from_client"), SEGWARD_IMAGE_RULE_F_TO_SERVER);
	CHECK_EQ(flow_flags("TO_CLIENT"), SEGWARD_IMAGE_RULE_F_TO_CLIENT);
	CHECK_EQ(flow_flags("from_server , established"),
		 SEGWARD_IMAGE_RULE_F_TO_CLIENT |
		 SEGWARD_IMAGE_RULE_F_ESTABLISHED);
	CHECK_EQ(flow_flags("not_established"),
		 SEGWARD_IMAGE_RULE_F_NOT_ESTABLISHED);
	CHECK_EQ(flow_flags("stateless"), 0);
}

static void words_of_flow_that_need_more_are_named(void)
{
	static const struct {
		const char *word, *needs;
	} row[] = {
		{ "no_frag", "a view of fragments" },
		{ "only_frag", "a view of fragments" },
	};
	char reason[256];
	struct rulec_case c;
	char text[256];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		snprintf(text, sizeof(text),
			 "alert tcp any any -> any any (flow:%s; sid:1;)",
			 row[i].word);
		case_compile(&c, text);
		REQUIRE(c.report->nr_rejected == 1);
		snprintf(reason, sizeof(reason),
			 "\"%s\" needs %s, which segward does not have yet",
			 row[i].word, row[i].needs);
		CHECK_STR(c.report->rejected[0].reason, reason);
		CHECK(c.report->rejected[0].unsupported);
		case_free(&c);
	}
}

struct content {
	const char *options;
	u32 flags;
	u32 len;
	s32 low;
	s32 high;
};

#define NEGATED		SEGWARD_IMAGE_OP_F_NEGATED
#define NOCASE		SEGWARD_IMAGE_OP_F_NOCASE
#define OFFSET		SEGWARD_IMAGE_OP_F_OFFSET
#define DEPTH		SEGWARD_IMAGE_OP_F_DEPTH
#define DISTANCE	SEGWARD_IMAGE_OP_F_DISTANCE
#define WITHIN		SEGWARD_IMAGE_OP_F_WITHIN
#define STARTSWITH	SEGWARD_IMAGE_OP_F_STARTSWITH
#define ENDSWITH	SEGWARD_IMAGE_OP_F_ENDSWITH

/* What the last content of a rule becomes. */
static const struct content contents[] = {
	{ "content:\"abc\";", 0, 3, 0, 0 },
	{ "content:!\"abc\";", NEGATED, 3, 0, 0 },
	{ "content: ! \"abc\" ;", NEGATED, 3, 0, 0 },
	{ "content:\"ABC\"; nocase;", NOCASE, 3, 0, 0 },
	{ "content:\"|41 42,43|d|4 5|\";", 0, 5, 0, 0 },
	{ "content:\"\\;\\:\\\\\\\"\";", 0, 4, 0, 0 },
	{ "content:\"abc\"; offset:0x10;", OFFSET, 3, 16, 0 },
	{ "content:\"abc\"; offset:010;", OFFSET, 3, 8, 0 },
	{ "content:\"abc\"; offset:65535;", OFFSET, 3, 65535, 0 },
	{ "content:\"abc\"; depth:65535;", DEPTH, 3, 0, 65535 },
	{ "content:\"abc\"; depth:3; offset:5;", OFFSET | DEPTH, 3, 5, 3 },
	{ "content:\"abc\"; startswith; endswith;", STARTSWITH | ENDSWITH, 3,
	  0, 0 },
	{ "content:\"abc\"; endswith; depth:7;", ENDSWITH | DEPTH, 3, 0, 7 },
	{ "content:\"x\"; content:\"abc\"; distance:-4;", DISTANCE, 3, -4, 0 },
	{ "content:\"x\"; content:\"abc\"; within:3; distance:2;",
	  DISTANCE | WITHIN, 3, 2, 3 },
	{ "content:\"x\"; content:\"abc\"; within:1048576;", WITHIN, 3, 0,
	  1048576 },
	{ "content:\"x\"; content:\"abc\"; distance:-1048576;", DISTANCE, 3,
	  -1048576, 0 },
	{ "content:\"x\"; content:\"abc\"; distance:1048576;", DISTANCE, 3,
	  1048576, 0 },
	/* Nothing to be relative to: counted from the payload's begin. */
	{ "content:\"abc\"; distance:2;", OFFSET, 3, 2, 0 },
	{ "content:\"abc\"; distance:-2;", 0, 3, 0, 0 },
	{ "content:\"abc\"; within:5;", DEPTH, 3, 0, 5 },
	{ "content:\"abc\"; distance:2; within:5;", OFFSET | DEPTH, 3, 2, 5 },
	{ "content:\"abc\"; distance:-2; within:5;", DEPTH, 3, 0, 3 },
	{ "content:!\"x\"; content:\"abc\"; distance:2; within:5;",
	  OFFSET | DEPTH, 3, 2, 5 },
	{ "content:\"abc\"; fast_pattern:only;", 0, 3, 0, 0 },
	{ "content:\"abc\"; rawbytes;", 0, 3, 0, 0 },
};

static void makes_of_contents_what_they_say(void)
{
	const struct segward_image_op *op;
	struct rulec_case c;
	char text[512];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(contents); i++) {
		snprintf(text, sizeof(text), HEAD "(%s sid:1;)",
			 contents[i].options);
		case_compile(&c, text);
		if (!CHECK_EQ(c.report->compiled, 1)) {
			printf("# %s: %s\n", text,
			       c.report->rejected[0].reason);
			case_free(&c);
			continue;
		}
		op = case_op(&c, case_rule(&c, 0)->nr_ops - 1);
		CHECK_EQ(op->type, SEGWARD_IMAGE_OP_CONTENT);
		CHECK_EQ(op->len, contents[i].len);
		CHECK_EQ(op->low, contents[i].low);
		CHECK_EQ(op->high, contents[i].high);
		if (!CHECK_EQ(op->flags, contents[i].flags))
			printf("# %s\n", text);
		case_free(&c);
	}
}

static void check_bytes(const char *options, const char *want, u32 len)
{
	const u8 *bytes;
	struct rulec_case c;
	char text[512];

	snprintf(text, sizeof(text), HEAD "(%s sid:1;)", options);
	case_compile(&c, text);
	REQUIRE(c.report->compiled == 1);
	bytes = segward_image_section(c.image.data, SEGWARD_IMAGE_BYTES);
	CHECK_EQ(case_op(&c, 0)->len, len);
	CHECK(!memcmp(bytes + case_op(&c, 0)->bytes, want, len));
	case_free(&c);
}

static void reads_the_bytes_of_contents(void)
{
	check_bytes("content:\"aB|00 fF|c\";", "aB\0\xff" "c", 5);
	check_bytes("content:\"|41,42 4 3|\";", "ABC", 3);
	check_bytes("content:\"A\\;\\:\\\\\\\"B\";", "A;:\\\"B", 6);
	check_bytes("content:\"AbC|44|\"; nocase;", "abcd", 4);
	check_bytes("content:\"\xc3\xa4\";", "\xc3\xa4", 2);
}

static void sizes_become_ranges(void)
{
	static const struct {
		const char *dsize;
		u32 flags;
		s32 low;
		s32 high;
	} cases[] = {
		{ "0", 0, 0, 0 },
		{ "65535", 0, 65535, 65535 },
		{ "= 7", 0, 7, 7 },
		{ "2kb", 0, 2048, 2048 },
		{ "<1", 0, 0, 0 },
		{ "< 300", 0, 0, 299 },
		{ "<=300", 0, 0, 300 },
		{ ">300", 0, 301, 65535 },
		{ ">65534", 0, 65535, 65535 },
		{ ">=300", 0, 300, 65535 },
		{ "300<>500", 0, 301, 499 },
		{ "300 <> 302", 0, 301, 301 },
		{ "!5", NEGATED, 5, 5 },
		{ "!=5", NEGATED, 5, 5 },
	};
	struct rulec_case c;
	char text[128];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		snprintf(text, sizeof(text),
			 HEAD "(content:\"\\:\"; dsize:%s; sid:1;)",
			 cases[i].dsize);
		if (cases[i].high == 0)
			snprintf(text, sizeof(text), HEAD "(dsize:%s; sid:1;)",
				 cases[i].dsize);
		case_compile(&c, text);
		if (!CHECK_EQ(c.report->compiled, 1)) {
			printf("# %s: %s\n", text,
			       c.report->rejected[0].reason);
			case_free(&c);
			continue;
		}
		CHECK_EQ(case_op(&c, 0)->type, SEGWARD_IMAGE_OP_DSIZE);
		CHECK_EQ(case_op(&c, 0)->flags, cases[i].flags);
		CHECK_EQ(case_op(&c, 0)->low, cases[i].low);
		CHECK_EQ(case_op(&c, 0)->high, cases[i].high);
		case_free(&c);
	}
}

/* --- Duplicates, order, interface ----------------------------------------- */

static void the_highest_revision_of_a_rule_wins(void)
{
	struct rulec_case c;

	case_compile(&c,
		     HEAD "(msg:\"a\"; sid:1; rev:2;)\n"
		     HEAD "(msg:\"b\"; sid:1; rev:1;)\n"
		     HEAD "(msg:\"c\"; sid:1; rev:3;)\n"
		     HEAD "(msg:\"d\"; sid:1; rev:3;)\n"
		     HEAD "(msg:\"e\"; sid:1; gid:2;)\n");
	CHECK_EQ(c.report->rules, 5);
	REQUIRE(c.report->compiled == 2);
	REQUIRE(c.report->nr_rejected == 3);
	CHECK_STR(c.report->rejected[0].reason,
		  "sid 1 of rev 1 is older than rev 2 at test.rules:1");
	CHECK_EQ(c.report->rejected[0].line, 2);
	CHECK_STR(c.report->rejected[1].reason,
		  "sid 1 of rev 2 is replaced by rev 3 at test.rules:3");
	CHECK_EQ(c.report->rejected[1].line, 1);
	CHECK_EQ(c.report->rejected[1].rev, 2);
	CHECK_STR(c.report->rejected[2].reason,
		  "sid 1 of rev 3 is there already, at test.rules:3");
	CHECK_STR(c.report->rejected[2].keyword, "sid");
	CHECK_STR(case_string(&c, case_rule(&c, 0)->msg), "c");
	CHECK_STR(case_string(&c, case_rule(&c, 1)->msg), "e");
	case_free(&c);
}

static void a_rule_that_was_refused_is_no_duplicate(void)
{
	struct rulec_case c;

	case_compile(&c,
		     HEAD "(sid:1; flowbits:isset,a;)\n"
		     HEAD "(sid:1;)\n");
	CHECK_EQ(c.report->compiled, 1);
	CHECK_EQ(c.report->nr_rejected, 1);
	case_free(&c);
}

static void rules_are_in_order_of_evaluation(void)
{
	static const u32 want[] = { 9, 8, 2, 7, 6, 5, 1, 3, 4 };
	struct rulec_case c;
	u32 i;

	case_compile(&c,
		     "alert udp any any -> any any (sid:4; priority:2;)\n"
		     "alert udp any any -> any any (sid:3; priority:1;)\n"
		     "alert udp any any -> any any (sid:1; priority:1;)\n"
		     "rejectboth udp any any -> any any (sid:5; priority:4;)\n"
		     "rejectdst udp any any -> any any (sid:6; priority:3;)\n"
		     "reject udp any any -> any any (sid:7; priority:2;)\n"
		     "rejectsrc udp any any -> any any (sid:2; priority:2;)\n"
		     "drop udp any any -> any any (sid:8; priority:9;)\n"
		     "pass udp any any -> any any (sid:9; priority:9;)\n");
	REQUIRE(c.report->compiled == 9);
	for (i = 0; i < ARRAY_SIZE(want); i++)
		CHECK_EQ(case_rule(&c, i)->signature_id, want[i]);
	case_free(&c);
}

static void one_bad_rule_means_no_image_without_skip_bad(void)
{
	static const char text[] =
		HEAD "(sid:1;)\n" HEAD "(sid:2; flowbits:isset,a;)\n";
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	struct rulec_case c;

	segward_rulec_add_text(rulec, "x", text, strlen(text));
	case_finish(&c, rulec);
	CHECK_EQ(c.err, -EINVAL);
	CHECK(!c.image.data);
	CHECK_STR(segward_rulec_error(rulec), "1 of 2 rules rejected");
	CHECK_EQ(c.report->rules, 2);
	CHECK_EQ(c.report->compiled, 1);
	CHECK_EQ(c.report->nr_rejected, 1);
	case_free(&c);
}

static void an_image_says_how_it_was_made(void)
{
	const struct segward_image_header *header;
	const u32 *origin;
	struct rulec_case c;

	case_compile(&c, HEAD "(sid:1;)\n" HEAD "(sid:2; flowbits:isset,a;)\n");
	REQUIRE(c.image.data);
	header = c.image.data;
	CHECK_EQ(header->flags, SEGWARD_IMAGE_F_SKIP_BAD);
	CHECK_EQ(header->rejected, 1);
	CHECK_EQ(header->size, c.image.size);
	CHECK(header->image_id == c.image.image_id && header->image_id);
	REQUIRE(segward_image_count(header, SEGWARD_IMAGE_ORIGINS) == 1);
	origin = segward_image_section(header, SEGWARD_IMAGE_ORIGINS);
	CHECK_STR(case_string(&c, *origin), "test.rules");
	case_free(&c);
}

static void equal_rules_have_equal_digests_and_others_have_not(void)
{
	struct rulec_case a, b, d;

	case_compile(&a, HEAD "(content:\"abc\"; sid:1;)\n");
	case_compile(&b, HEAD "(content:\"abc\"; sid:1;)\n");
	case_compile(&d, HEAD "(content:\"abd\"; sid:1;)\n");
	REQUIRE(a.image.data && b.image.data && d.image.data);
	CHECK(a.image.image_id == b.image.image_id);
	CHECK(a.image.size == b.image.size &&
	      !memcmp(a.image.data, b.image.data, a.image.size));
	CHECK(a.image.image_id != d.image.image_id);
	case_free(&a);
	case_free(&b);
	case_free(&d);
}

static void a_ruleset_without_rules_is_an_image(void)
{
	struct rulec_case c;

	case_compile(&c, "# nothing\n");
	CHECK_EQ(c.err, 0);
	CHECK(c.image.data);
	CHECK_EQ(c.image.nr_rules, 0);
	CHECK_EQ(c.report->rules, 0);
	case_free(&c);
}

static void a_file_that_cannot_be_read_ends_it(void)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	struct rulec_case c;

	CHECK_EQ(segward_rulec_add_file(rulec, "/nonexistent/x.rules"),
		 -ENOENT);
	CHECK_STR(segward_rulec_error(rulec),
		  "/nonexistent/x.rules: No such file or directory");
	CHECK_EQ(segward_rulec_add_text(rulec, "x", "", 0), -ENOENT);
	case_finish(&c, rulec);
	CHECK_EQ(c.err, -ENOENT);
	CHECK(!c.image.data);
	case_free(&c);

	rulec = segward_rulec_create(NULL);
	CHECK_EQ(segward_rulec_add_file(rulec, "/tmp"), -EISDIR);
	CHECK_STR(segward_rulec_error(rulec), "/tmp: Is a directory");
	segward_rulec_destroy(rulec);
}

static void a_finished_compiler_takes_nothing(void)
{
	struct rulec_case c, d;

	case_compile(&c, HEAD "(sid:1;)");
	CHECK_EQ(segward_rulec_add_text(c.rulec, "x", "", 0), -EBUSY);
	CHECK_STR(segward_rulec_error(c.rulec),
		  "the ruleset is finished already");
	d = (struct rulec_case){};
	CHECK_EQ(segward_rulec_finish(c.rulec, &d.image), -EBUSY);
	CHECK_EQ(segward_rulec_set_variable(c.rulec, "X", "any"), -EBUSY);
	case_free(&c);
}

/* --- Files ---------------------------------------------------------------- */

static void case_file(struct rulec_case *c, const char *path)
{
	const struct segward_rulec_options options = { .skip_bad = true };
	struct segward_rulec *rulec = segward_rulec_create(&options);

	CHECK_EQ(segward_rulec_add_file(rulec, path), 0);
	case_finish(c, rulec);
}

static void every_word_of_the_language_compiles(void)
{
	struct rulec_case c;

	case_file(&c, RULES_DIR "/language.rules");
	CHECK_EQ(c.report->rules, 27);
	CHECK_EQ(c.report->compiled, 27);
	if (c.report->nr_rejected)
		printf("# line %u: %s\n", c.report->rejected[0].line,
		       c.report->rejected[0].reason);
	case_free(&c);
}

static void wrong_and_missing_are_told_apart(void)
{
	static const char * const keywords[] = {
		"content", "smtp", "address", "flowbits", "depht", "pcre",
	};
	struct rulec_case c;
	u32 i;

	case_file(&c, RULES_DIR "/refused.rules");
	REQUIRE(c.report->nr_rejected == ARRAY_SIZE(keywords));
	for (i = 0; i < ARRAY_SIZE(keywords); i++) {
		CHECK_STR(c.report->rejected[i].keyword, keywords[i]);
		CHECK_EQ(c.report->rejected[i].unsupported, i % 2);
		CHECK_EQ(c.report->rejected[i].signature_id, i + 1);
		CHECK_EQ(c.report->rejected[i].line, i + 3);
	}
	case_free(&c);
}

/* --- Classification ------------------------------------------------------- */

static struct segward_rulec *with_classes(const char *text, char *path)
{
	struct segward_rulec_options options = { .classification = path };
	FILE *file = fdopen(mkstemp(path), "w");
	struct segward_rulec *rulec;

	if (!file)
		return NULL;
	fputs(text, file);
	fclose(file);
	rulec = segward_rulec_create(&options);
	remove(path);
	return rulec;
}

static void classtypes_of_a_file_replace_the_built_in_ones(void)
{
	static const char rules[] =
		HEAD "(sid:1; classtype:mine;)\n"
		HEAD "(sid:2; classtype:trojan-activity;)\n";
	char path[] = "/tmp/test_rulec.XXXXXX";
	const struct segward_image_class *class;
	struct segward_rulec *rulec;
	struct rulec_case c;

	rulec = with_classes("# mine\n\n  config  classification : mine , "
			     "This, and that , 7 \r\n", path);
	REQUIRE(rulec);
	segward_rulec_add_text(rulec, "x", rules, strlen(rules));
	case_finish(&c, rulec);
	REQUIRE(c.report->compiled == 2);
	CHECK_EQ(case_rule(&c, 1)->signature_id, 1);
	CHECK_EQ(case_rule(&c, 1)->priority, 7);
	class = segward_image_class(c.image.data, case_rule(&c, 1)->classtype);
	CHECK_STR(case_string(&c, class->description), "This, and that");
	CHECK_EQ(case_rule(&c, 0)->priority, 3);
	case_free(&c);
}

static void a_bad_line_of_classtypes_is_named(void)
{
	static const char * const bad[] = {
		"config classification: x,y,0\n",
		"config classification: x,y\n",
		"config classification: 1x,y,1\n",
		"config classification: x,,1\n",
		"config classification x,y,1\n",
		"classification: x,y,1\n",
		"config classification: x,\xff,1\n",
	};
	char sentence[256];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		char path[] = "/tmp/test_rulec.XXXXXX";
		struct segward_rulec *rulec = with_classes(bad[i], path);

		REQUIRE(rulec);
		snprintf(sentence, sizeof(sentence),
			 "%s:1: not \"config classification: NAME,DESCRIPTION,PRIORITY\"",
			 path);
		CHECK_EQ(segward_rulec_add_text(rulec, "x", "", 0), -EINVAL);
		CHECK_STR(segward_rulec_error(rulec), sentence);
		segward_rulec_destroy(rulec);
	}
}

/* What reading @text as a classification.config comes to. */
static void check_classes(const char *text, int err, const char *sentence)
{
	char path[] = "/tmp/test_rulec.XXXXXX";
	struct segward_rulec *rulec = with_classes(text, path);
	char want[256] = "";

	REQUIRE(rulec);
	if (err)
		snprintf(want, sizeof(want), "%s%s", path, sentence);
	CHECK_EQ(segward_rulec_add_text(rulec, "x", "", 0), err);
	CHECK_STR(segward_rulec_error(rulec), want);
	segward_rulec_destroy(rulec);
}

static void a_file_of_classtypes_has_at_most_4096_lines(void)
{
	char text[4098];

	memset(text, '\n', sizeof(text));
	text[4096] = 0;
	check_classes(text, 0, NULL);
	text[4096] = '\n';
	text[4097] = 0;
	check_classes(text, -E2BIG, ": more than 4096 lines");
}

/* Two lines of which the first has @len bytes; at last one without an end. */
static void check_class_line(u32 len, int err)
{
	static const char head[] = "config classification: x,";
	char text[2048];

	memset(text, 'd', sizeof(text));
	memcpy(text, head, strlen(head));
	memcpy(text + len - 2, ",3\n#\n", 6);
	check_classes(text, err, ":1: the line is longer than 1024 bytes");
	text[len] = 0;
	check_classes(text, err, ":1: the line is longer than 1024 bytes");
	memset(text, '#', len);
	check_classes(text, err, ":1: the line is longer than 1024 bytes");
}

static void a_line_of_classtypes_has_at_most_1024_bytes(void)
{
	check_class_line(1023, 0);
	check_class_line(1024, 0);
	check_class_line(1025, -E2BIG);
	check_class_line(1026, -E2BIG);
	check_class_line(2040, -E2BIG);
}

/* --- Limits --------------------------------------------------------------- */

/* A rule of exactly @len bytes. */
static char *long_rule(u32 len)
{
	static const char head[] = HEAD "(sid:1; metadata:";
	static const char tail[] = ";metadata:";
	char *text = malloc(len + 1);
	u32 at;

	memset(text, 'x', len);
	memcpy(text, head, strlen(head));
	/* Metadata has a limit of its own, so not all in one string. */
	memcpy(text + 3000, tail, strlen(tail));
	for (at = 3100; at + 2000 < len; at += 2000)
		memcpy(text + at, "; target:src_ip; reference:a,",
		       strlen("; target:src_ip; reference:a,"));
	memcpy(text + len - 2, ";)", 2);
	text[len] = 0;
	return text;
}

static void a_rule_has_at_most_8192_bytes(void)
{
	struct rulec_case c;
	char *text;

	text = long_rule(SEGWARD_RULEC_RULE_MAX);
	case_compile(&c, text);
	if (!CHECK_EQ(c.report->compiled, 1))
		printf("# %s\n", c.report->rejected[0].reason);
	case_free(&c);
	free(text);

	text = long_rule(SEGWARD_RULEC_RULE_MAX + 1);
	case_compile(&c, text);
	REQUIRE(c.report->nr_rejected == 1);
	CHECK_STR(c.report->rejected[0].reason,
		  "rule is longer than 8192 bytes");
	CHECK_STR(c.report->rejected[0].keyword, "rule");
	CHECK_EQ(c.report->rejected[0].line, 1);
	case_free(&c);
	free(text);
}

static void lines_that_are_too_long_together_are_one_bad_rule(void)
{
	const u32 lines = 10;
	char *text = malloc(lines * 1001 + 64);
	struct rulec_case c;
	u32 i;

	for (i = 0; i < lines; i++) {
		memset(text + i * 1001, ' ', 1001);
		memcpy(text + i * 1001 + 999, "\\\n", 2);
	}
	memcpy(text, "alert", 5);
	strcpy(text + lines * 1001, "x\n" HEAD "(sid:1;)\n");
	case_compile(&c, text);
	CHECK_EQ(c.report->rules, 2);
	CHECK_EQ(c.report->compiled, 1);
	REQUIRE(c.report->nr_rejected == 1);
	CHECK_STR(c.report->rejected[0].reason,
		  "rule is longer than 8192 bytes");
	case_free(&c);
	free(text);
}

static u32 compiled_with(const char *option, u32 times)
{
	char text[8192] = HEAD "(sid:1;";
	struct rulec_case c;
	u32 nr;

	while (times--)
		strcat(text, option);
	strcat(text, ")");
	case_compile(&c, text);
	nr = c.report->compiled;
	case_free(&c);
	return nr;
}

static void a_rule_has_at_most_64_contents(void)
{
	CHECK_EQ(compiled_with("content:\"a\";", 64), 1);
	CHECK_EQ(compiled_with("content:\"a\";", 65), 0);
	CHECK_EQ(compiled_with("dsize:>1;content:\"a\";content:\"b\";", 1), 1);
}

static void dsize_counts_among_the_64(void)
{
	char text[2048] = HEAD "(sid:1; dsize:>1;";
	struct rulec_case c;
	u32 i;

	for (i = 0; i < 64; i++)
		strcat(text, "content:\"a\";");
	strcat(text, ")");
	case_compile(&c, text);
	REQUIRE(c.report->nr_rejected == 1);
	CHECK_STR(c.report->rejected[0].reason,
		  "content and sizes make more than 64 tests");
	case_free(&c);
}

/* Where no content is positive, one test is that there is a payload. */
static void negated_contents_alone_are_at_most_63(void)
{
	CHECK_EQ(compiled_with("content:!\"a\";", 63), 1);
	CHECK_EQ(compiled_with("content:!\"a\";", 64), 0);
}

static void check_content_len(u32 len, u32 compiled)
{
	char text[8192] = HEAD "(sid:1; content:\"";
	struct rulec_case c;
	u32 at = (u32)strlen(text);

	memset(text + at, 'a', len);
	strcpy(text + at + len, "\";)");
	case_compile(&c, text);
	CHECK_EQ(c.report->compiled, compiled);
	if (!compiled && c.report->nr_rejected == 1)
		CHECK_STR(c.report->rejected[0].reason,
			  "content is longer than 4096 bytes");
	case_free(&c);
}

static void a_content_has_at_most_4096_bytes(void)
{
	check_content_len(4095, 1);
	check_content_len(4096, 1);
	check_content_len(4097, 0);
}

static void check_text_len(const char *head, u32 len, const char *reason)
{
	char text[8192];
	struct rulec_case c;
	u32 at;

	at = (u32)sprintf(text, HEAD "(sid:1; %s", head);
	memset(text + at, 'a', len);
	strcpy(text + at + len, *head == 'm' && head[4] == '"' ? "\";)" : ";)");
	case_compile(&c, text);
	CHECK_EQ(c.report->compiled, reason ? 0 : 1);
	if (reason && c.report->nr_rejected == 1)
		CHECK_STR(c.report->rejected[0].reason, reason);
	case_free(&c);
}

static void a_text_has_at_most_4095_bytes(void)
{
	check_text_len("msg:\"", 4095, NULL);
	check_text_len("msg:\"", 4096, "msg is longer than 4095 bytes");
	check_text_len("metadata:", 4095, NULL);
	check_text_len("metadata:", 4096,
		       "metadata is longer than 4095 bytes");
	check_text_len("reference:a,", 4093, NULL);
	check_text_len("reference:a,", 4094,
		       "reference is longer than 4095 bytes");
	check_text_len("classtype:", 63, NULL);
	check_text_len("classtype:", 64,
		       "classtype \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" is not a name of at most 63 letters, digits, \"-\" and \"_\"");
}

static void a_files_name_has_at_most_4095_bytes(void)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	char name[4097];

	memset(name, 'n', sizeof(name));
	name[4095] = 0;
	CHECK_EQ(segward_rulec_add_text(rulec, name, "", 0), 0);
	name[4095] = 'n';
	name[4096] = 0;
	CHECK_EQ(segward_rulec_add_text(rulec, name, "", 0), -ENAMETOOLONG);
	CHECK_STR(segward_rulec_error(rulec),
		  "a file's name is longer than 4095 bytes");
	segward_rulec_destroy(rulec);
}

static void a_long_header_is_cut_for_show(void)
{
	char text[8192] = "alert tcp [10.0.0.1";
	const char *header;
	struct rulec_case c;
	u32 i;

	for (i = 0; i < 500; i++)
		strcat(text, ",10.0.0.1");
	strcat(text, "] any -> any any (sid:1;)");
	case_compile(&c, text);
	REQUIRE(c.report->compiled == 1);
	header = case_string(&c, case_rule(&c, 0)->header);
	CHECK_EQ(strlen(header), 4095);
	CHECK_STR(header + 4092, "...");
	case_free(&c);
}

int main(void)
{
	RUN(refuses_what_is_wrong_with_place_and_sentence);
	RUN(refuses_what_is_missing_with_place_and_sentence);
	RUN(refuses_buffers_that_do_not_go_together);
	RUN(names_the_rule_that_it_refuses);
	RUN(counts_no_comments_and_no_empty_lines);
	RUN(joins_lines_that_end_in_a_backslash);
	RUN(places_are_those_of_the_line_with_the_fault);
	RUN(a_comment_swallows_no_rule);
	RUN(a_rule_at_the_end_of_the_text_is_read);
	RUN(reads_the_same_whatever_the_pieces);
	RUN(keeps_what_describes_a_rule);
	RUN(takes_the_priority_that_suricata_takes);
	RUN(a_classtype_that_is_unknown_keeps_its_name);
	RUN(knows_the_actions_and_protocols);
	RUN(says_whether_a_rule_is_of_packets_or_streams);
	RUN(flow_is_direction_and_state);
	RUN(words_of_flow_that_need_more_are_named);
	RUN(makes_of_contents_what_they_say);
	RUN(reads_the_bytes_of_contents);
	RUN(sizes_become_ranges);
	RUN(the_highest_revision_of_a_rule_wins);
	RUN(a_rule_that_was_refused_is_no_duplicate);
	RUN(rules_are_in_order_of_evaluation);
	RUN(one_bad_rule_means_no_image_without_skip_bad);
	RUN(an_image_says_how_it_was_made);
	RUN(equal_rules_have_equal_digests_and_others_have_not);
	RUN(a_ruleset_without_rules_is_an_image);
	RUN(a_file_that_cannot_be_read_ends_it);
	RUN(a_finished_compiler_takes_nothing);
	RUN(every_word_of_the_language_compiles);
	RUN(wrong_and_missing_are_told_apart);
	RUN(classtypes_of_a_file_replace_the_built_in_ones);
	RUN(a_bad_line_of_classtypes_is_named);
	RUN(a_file_of_classtypes_has_at_most_4096_lines);
	RUN(a_line_of_classtypes_has_at_most_1024_bytes);
	RUN(a_rule_has_at_most_8192_bytes);
	RUN(lines_that_are_too_long_together_are_one_bad_rule);
	RUN(a_rule_has_at_most_64_contents);
	RUN(dsize_counts_among_the_64);
	RUN(negated_contents_alone_are_at_most_63);
	RUN(a_content_has_at_most_4096_bytes);
	RUN(a_text_has_at_most_4095_bytes);
	RUN(a_files_name_has_at_most_4095_bytes);
	RUN(a_long_header_is_cut_for_show);
	return tap_done();
}
