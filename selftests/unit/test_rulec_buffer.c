// SPDX-License-Identifier: GPL-2.0
/*
 * Rules about buffers of protocols: from their text to a match, over the calls
 * in which a transaction's buffers come.
 */
#include "../../kmod/engine/app/http.h"
#include "../../kmod/engine/app/tls.h"
#include "inspect.h"
#include "rulec_case.h"

#define FIRST	SEGWARD_RULE_FIRST
#define LAST	SEGWARD_RULE_LAST
#define WHOLE	(FIRST | LAST)

static struct segward_scratch scratch;

/* --- A transaction -------------------------------------------------------- */

/**
 * struct talk - one direction of a transaction, and a ruleset for it
 * @ruleset: the ruleset
 * @packet: the one that brings its bytes
 * @wait: what is waited for
 * @bytes: what is at hand
 * @nr: how many
 * @kept: of these, from steps before
 * @event: of the next step
 * @nr_events: how many
 * @hits: of the last step
 * @sid: of the last hit
 * @budget: left after the last step
 */
struct talk {
	struct segward_ruleset *ruleset;
	struct segward_packet packet;
	struct segward_rule_wait wait;
	struct segward_rule_bytes bytes[32];
	u32 nr;
	u32 kept;
	u16 event[4];
	u32 nr_events;
	u32 hits;
	u32 sid;
	u32 budget;
};

static u8 app_of(const char *rule)
{
	if (strstr(rule, "tls") || strstr(rule, "ja3") || strstr(rule, "ja4"))
		return SEGWARD_APP_PROTO_TLS;
	if (strstr(rule, "dns"))
		return SEGWARD_APP_PROTO_DNS;
	if (strstr(rule, "ssh"))
		return SEGWARD_APP_PROTO_SSH;
	return SEGWARD_APP_PROTO_HTTP;
}

static struct segward_ruleset *compile(const char *text)
{
	struct segward_image_error error = {};
	struct segward_ruleset *ruleset;
	struct rulec_case c;
	int err;

	case_compile(&c, text);
	if (!CHECK_EQ(c.report->nr_rejected, 0))
		printf("# %s\n# %s\n", text, c.report->rejected[0].reason);
	ruleset = segward_ruleset_create("test", c.image.data, c.image.size, 1,
					 &error, &err);
	if (!CHECK(ruleset))
		printf("# %s\n", error.what);
	c.image.data = NULL;
	case_free(&c);
	return ruleset;
}

static void talk_begin(struct talk *talk, const char *rules)
{
	*talk = (struct talk){
		.ruleset = compile(rules),
		.packet = {
			.family = 4,
			.proto = 6,
			.src = { 10, 0, 0, 1 },
			.dst = { 192, 0, 2, 1 },
			.sport = 1025,
			.dport = 80,
			.flow_state = SEGWARD_FLOW_STATE_ESTABLISHED,
			.flow_direction = SEGWARD_FLOW_DIRECTION_TO_SERVER,
			.app_proto = app_of(rules),
		},
	};
}

static void talk_end(struct talk *talk)
{
	segward_ruleset_destroy(talk->ruleset);
}

static bool note_hit(void *arg, u32 rule)
{
	struct talk *talk = arg;

	talk->hits++;
	talk->sid = segward_image_rule(talk->ruleset->image,
				       rule)->signature_id;
	return true;
}

static void add_window(struct talk *talk, u32 buffer, const char *data,
		       u32 old, u32 base, u8 part)
{
	talk->bytes[talk->nr++] = (struct segward_rule_bytes){
		.data	= (const u8 *)data,
		.len	= (u32)strlen(data),
		.old	= old,
		.base	= base,
		.buffer	= (u8)buffer,
		.part	= part,
	};
}

static void add(struct talk *talk, u32 buffer, const char *data)
{
	add_window(talk, buffer, data, 0, 0, WHOLE);
}

static bool is_clean(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(scratch.candidate); i++)
		if (scratch.candidate[i] || scratch.seen[i])
			return false;
	return true;
}

static struct segward_rule_match match_of(struct talk *talk,
					  struct segward_binding *binding)
{
	*binding = (struct segward_binding){ .ruleset = talk->ruleset };
	talk->budget = SEGWARD_WORK_MAX;
	talk->hits = 0;
	talk->sid = 0;
	return (struct segward_rule_match){
		.binding	= binding,
		.packet		= &talk->packet,
		.scratch	= &scratch,
		.budget		= &talk->budget,
		.hit		= note_hit,
		.arg		= talk,
	};
}

/* Hits of what was added since the last step; what is whole stays at hand. */
static u32 step(struct talk *talk, bool done)
{
	struct segward_binding binding;
	struct segward_rule_match match = match_of(talk, &binding);
	const struct segward_rule_tx tx = {
		.bytes		= talk->bytes,
		.nr		= talk->nr,
		.fresh		= talk->kept,
		.event		= talk->event,
		.nr_events	= talk->nr_events,
		.done		= done,
	};
	u32 i;

	CHECK(segward_rule_match_tx(&match, &tx, &talk->wait));
	CHECK(is_clean());
	for (i = talk->kept; i < talk->nr; i++)
		if (talk->bytes[i].part == WHOLE && !talk->bytes[i].base &&
		    !talk->bytes[i].old)
			talk->bytes[talk->kept++] = talk->bytes[i];
	talk->nr = talk->kept;
	talk->nr_events = 0;
	return talk->hits;
}

static u32 stream(struct talk *talk, const char *data, u32 old, u32 base,
		  u8 part)
{
	struct segward_binding binding;
	struct segward_rule_match match = match_of(talk, &binding);
	const struct segward_rule_bytes bytes = {
		.data	= (const u8 *)data,
		.len	= (u32)strlen(data),
		.old	= old,
		.base	= base,
		.buffer	= SEGWARD_BUFFER_STREAM,
		.part	= part,
	};

	CHECK(segward_rule_match_stream(&match, &bytes));
	CHECK(is_clean());
	return talk->hits;
}

/* Hits of a rule with these options in one buffer that comes whole. */
static u32 hits_in(const char *options, u32 buffer, const char *data)
{
	struct talk talk;
	char text[512];
	u32 hits;

	snprintf(text, sizeof(text), "alert ip any any -> any any (%s sid:1;)",
		 options);
	talk_begin(&talk, text);
	if (!talk.ruleset)
		return 0;
	if (segward_image_rule(talk.ruleset->image, 0)->flags &
	    SEGWARD_IMAGE_RULE_F_TO_CLIENT)
		talk.packet.flow_direction = SEGWARD_FLOW_DIRECTION_TO_CLIENT;
	add(&talk, buffer, data);
	hits = step(&talk, true);
	talk_end(&talk);
	return hits;
}

/* --- Keywords ------------------------------------------------------------- */

struct keyword {
	const char *name;
	u32 buffer;
};

#define WORD(name, symbol)	{ name, SEGWARD_BUFFER_##symbol }

static const struct keyword stickies[] = {
	WORD("http.method", HTTP_METHOD),
	WORD("http.uri", HTTP_URI),
	WORD("HTTP.URI", HTTP_URI),
	WORD("http.uri.normalized", HTTP_URI),
	WORD("http.uri.raw", HTTP_URI_RAW),
	WORD("http.protocol", HTTP_PROTOCOL),
	WORD("http_protocol", HTTP_PROTOCOL),
	WORD("http.request_line", HTTP_REQUEST_LINE),
	WORD("http_request_line", HTTP_REQUEST_LINE),
	WORD("http.header", HTTP_HEADER),
	WORD("http.header.raw", HTTP_HEADER_RAW),
	WORD("http.header_names", HTTP_HEADER_NAMES),
	WORD("http_header_names", HTTP_HEADER_NAMES),
	WORD("http.start", HTTP_START),
	WORD("http_start", HTTP_START),
	WORD("http.cookie", HTTP_COOKIE),
	WORD("http.host", HTTP_HOST),
	WORD("http.host.raw", HTTP_HOST_RAW),
	WORD("http.user_agent", HTTP_USER_AGENT),
	WORD("http.referer", HTTP_REFERER),
	WORD("http_referer", HTTP_REFERER),
	WORD("http.accept", HTTP_ACCEPT),
	WORD("http_accept", HTTP_ACCEPT),
	WORD("http.accept_enc", HTTP_ACCEPT_ENC),
	WORD("http_accept_enc", HTTP_ACCEPT_ENC),
	WORD("http.accept_lang", HTTP_ACCEPT_LANG),
	WORD("http_accept_lang", HTTP_ACCEPT_LANG),
	WORD("http.connection", HTTP_CONNECTION),
	WORD("http_connection", HTTP_CONNECTION),
	WORD("http.content_len", HTTP_CONTENT_LEN),
	WORD("http_content_len", HTTP_CONTENT_LEN),
	WORD("http.content_type", HTTP_CONTENT_TYPE),
	WORD("http_content_type", HTTP_CONTENT_TYPE),
	WORD("http.request_body", HTTP_REQUEST_BODY),
	WORD("http.response_line", HTTP_RESPONSE_LINE),
	WORD("http_response_line", HTTP_RESPONSE_LINE),
	WORD("http.stat_code", HTTP_STAT_CODE),
	WORD("http.stat_msg", HTTP_STAT_MSG),
	WORD("http.server", HTTP_SERVER),
	WORD("http.location", HTTP_LOCATION),
	WORD("http.response_body", HTTP_RESPONSE_BODY),
	WORD("file.data", FILE_DATA),
	WORD("file_data", FILE_DATA),
	WORD("tls.sni", TLS_SNI),
	WORD("tls_sni", TLS_SNI),
	WORD("tls.version", TLS_VERSION),
	WORD("tls.alpn", TLS_ALPN),
	WORD("tls.certs", TLS_CERTS),
	WORD("tls.cert_subject", TLS_CERT_SUBJECT),
	WORD("tls_cert_subject", TLS_CERT_SUBJECT),
	WORD("tls.cert_issuer", TLS_CERT_ISSUER),
	WORD("tls_cert_issuer", TLS_CERT_ISSUER),
	WORD("tls.cert_serial", TLS_CERT_SERIAL),
	WORD("tls_cert_serial", TLS_CERT_SERIAL),
	WORD("tls.cert_fingerprint", TLS_CERT_FINGERPRINT),
	WORD("tls_cert_fingerprint", TLS_CERT_FINGERPRINT),
	WORD("ja3.string", JA3_STRING),
	WORD("ja3_string", JA3_STRING),
	WORD("ja3.hash", JA3_HASH),
	WORD("ja3_hash", JA3_HASH),
	WORD("ja3s.string", JA3S_STRING),
	WORD("ja3s_string", JA3S_STRING),
	WORD("ja3s.hash", JA3S_HASH),
	WORD("ja3s_hash", JA3S_HASH),
	WORD("ja4.hash", JA4_HASH),
	WORD("ja4_hash", JA4_HASH),
	WORD("dns.query", DNS_QUERY),
	WORD("dns_query", DNS_QUERY),
	WORD("ssh.proto", SSH_PROTO),
	WORD("ssh_proto", SSH_PROTO),
	WORD("ssh.software", SSH_SOFTWARE),
	WORD("ssh_software", SSH_SOFTWARE),
};

static const struct keyword modifiers[] = {
	WORD("http_method", HTTP_METHOD),
	WORD("http_uri", HTTP_URI),
	WORD("http_raw_uri", HTTP_URI_RAW),
	WORD("http_header", HTTP_HEADER),
	WORD("http_raw_header", HTTP_HEADER_RAW),
	WORD("http_cookie", HTTP_COOKIE),
	WORD("http_host", HTTP_HOST),
	WORD("http_raw_host", HTTP_HOST_RAW),
	WORD("http_user_agent", HTTP_USER_AGENT),
	WORD("http_stat_code", HTTP_STAT_CODE),
	WORD("http_stat_msg", HTTP_STAT_MSG),
	WORD("http_client_body", HTTP_REQUEST_BODY),
	WORD("http_server_body", HTTP_RESPONSE_BODY),
};

static u32 other_than(u32 buffer)
{
	return buffer == SEGWARD_BUFFER_HTTP_URI ? SEGWARD_BUFFER_HTTP_METHOD :
						   SEGWARD_BUFFER_HTTP_URI;
}

static void check_keyword(const struct keyword *word, const char *options)
{
	if (!CHECK_EQ(hits_in(options, word->buffer, "a needle"), 1) ||
	    !CHECK_EQ(hits_in(options, word->buffer, "a noodle"), 0) ||
	    !CHECK_EQ(hits_in(options, other_than(word->buffer), "needle"), 0))
		printf("# %s\n", options);
}

static void every_buffer_is_looked_into_and_no_other(void)
{
	char options[128];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(stickies); i++) {
		snprintf(options, sizeof(options), "%s; content:\"needle\";",
			 stickies[i].name);
		check_keyword(&stickies[i], options);
	}
	for (i = 0; i < ARRAY_SIZE(modifiers); i++) {
		snprintf(options, sizeof(options), "content:\"needle\"; %s;",
			 modifiers[i].name);
		check_keyword(&modifiers[i], options);
	}
	check_keyword(&modifiers[1], "uricontent:\"needle\";");
}

struct buffer_case {
	const char *options;
	u32 buffer;
	const char *data;
	u32 hits;
};

#define URI	SEGWARD_BUFFER_HTTP_URI
#define HOST	SEGWARD_BUFFER_HTTP_HOST
#define QUERY	SEGWARD_BUFFER_DNS_QUERY

static const struct buffer_case cases[] = {
	{ "http.uri; content:\"/a\"; startswith;", URI, "/abc", 1 },
	{ "http.uri; content:\"/a\"; startswith;", URI, "x/abc", 0 },
	{ "http.uri; content:\"bc\"; endswith;", URI, "/abc", 1 },
	{ "http.uri; content:\"bc\"; endswith;", URI, "/abcd", 0 },
	{ "http.uri; content:\"ab\"; content:\"cd\"; distance:1; within:2;",
	  URI, "/ab-cd", 1 },
	{ "http.uri; content:\"ab\"; content:\"cd\"; distance:1; within:2;",
	  URI, "/abcd", 0 },
	{ "http.uri; content:!\"needle\";", URI, "/hay", 1 },
	{ "http.uri; content:!\"needle\";", URI, "/needle", 0 },
	/* a buffer that is missing matches nothing */
	{ "http.uri; content:!\"needle\";", HOST, "hay", 0 },
	{ "http.uri; content:\"a\"; nocase;", URI, "/A", 1 },
	{ "http.uri; bsize:4;", URI, "/abc", 1 },
	{ "http.uri; bsize:4;", URI, "/abcd", 0 },
	{ "http.uri; bsize:>4;", URI, "/abcd", 1 },
	{ "http.uri; bsize:3<>5; content:\"abc\";", URI, "/abc", 1 },
	{ "http.uri; bsize:3<>5; content:\"abc\";", URI, "/abcd", 0 },
	{ "http.uri; bsize:!4;", URI, "/abc", 0 },
	{ "urilen:4;", URI, "/abc", 1 },
	{ "urilen:<4;", URI, "/abc", 0 },
	{ "urilen:4,norm;", URI, "/abc", 1 },
	{ "urilen:4, raw;", URI, "/abc", 0 },
	{ "urilen:4,raw;", SEGWARD_BUFFER_HTTP_URI_RAW, "/abc", 1 },
	{ "dns.query; dotprefix; content:\".evil.com\"; endswith;", QUERY,
	  "evil.com", 1 },
	{ "dns.query; dotprefix; content:\".evil.com\"; endswith;", QUERY,
	  "a.evil.com", 1 },
	{ "dns.query; dotprefix; content:\".evil.com\"; endswith;", QUERY,
	  "notevil.com", 0 },
	{ "dns.query; dotprefix; content:\".evil.com\"; endswith;", QUERY,
	  "evil.com.org", 0 },
	{ "dns.query; dotprefix; content:\".evil.com\"; bsize:9;", QUERY,
	  "evil.com", 1 },
	{ "dns.query; dotprefix; content:\".evil\"; startswith; nocase;", QUERY,
	  "EVIL.com", 1 },
	{ "dns.query; dotprefix; content:\".a\";", QUERY, "a", 1 },
	{ "dns.query; dotprefix; content:!\".a\";", QUERY, "ba", 1 },
	{ "dns.query; content:\".evil.com\";", QUERY, "evil.com", 0 },
	{ "dns.query; to_lowercase; content:\"evil\";", QUERY, "EVIL", 1 },
	{ "dns.query; dotprefix; to_lowercase; content:\".evil\";", QUERY,
	  "Evil", 1 },
	{ "ja3.hash; content:\"AB01\";", SEGWARD_BUFFER_JA3_HASH, "ab01", 1 },
	{ "tls.cert_serial; content:\"0a:1b\";", SEGWARD_BUFFER_TLS_CERT_SERIAL,
	  "0A:1B", 1 },
	{ "tls.cert_fingerprint; content:\"0A:1B\";",
	  SEGWARD_BUFFER_TLS_CERT_FINGERPRINT, "0a:1b", 1 },
	{ "tls.version:1.2;", SEGWARD_BUFFER_TLS_VERSION, "TLS 1.2", 1 },
	{ "tls.version:1.2;", SEGWARD_BUFFER_TLS_VERSION, "TLS 1.3", 0 },
	{ "tls.version:1.0;", SEGWARD_BUFFER_TLS_VERSION, "TLSv1", 1 },
	{ "tls.version:1.3;", SEGWARD_BUFFER_TLS_VERSION, "TLS 1.3 draft-28",
	  0 },
	{ "http.uri; content:\"abcdef\"; fast_pattern:2,3;", URI, "/abcdef",
	  1 },
	{ "http.uri; content:\"abcdef\"; fast_pattern:only;", URI, "/abcdef",
	  1 },
};

static void buffers_match_as_the_rule_says(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!CHECK_EQ(hits_in(cases[i].options, cases[i].buffer,
				      cases[i].data), cases[i].hits))
			printf("# %s in \"%s\"\n", cases[i].options,
			       cases[i].data);
	}
}

/* --- Headers -------------------------------------------------------------- */

static u32 hits_of_packet(const char *rule, u8 app, u8 proto)
{
	struct segward_binding binding;
	struct segward_rule_match match;
	struct talk talk;

	talk_begin(&talk, rule);
	talk.packet.app_proto = app;
	talk.packet.proto = proto;
	match = match_of(&talk, &binding);
	segward_rule_match_packet(&match, (const u8 *)"x", 1);
	talk_end(&talk);
	return talk.hits;
}

static void protocols_are_those_of_the_flow(void)
{
	static const struct {
		const char *rule;
		u8 app;
		u8 proto;
		u32 hits;
	} row[] = {
		{ "alert http any any -> any any (sid:1;)", 2, 6, 1 },
		{ "alert http1 any any -> any any (sid:1;)", 2, 6, 1 },
		{ "alert http any any -> any any (sid:1;)", 3, 6, 0 },
		{ "alert http any any -> any any (sid:1;)", 0, 6, 0 },
		{ "alert tls any any -> any any (sid:1;)", 3, 6, 1 },
		{ "alert ssl any any -> any any (sid:1;)", 3, 6, 1 },
		{ "alert dns any any -> any any (sid:1;)", 4, 17, 1 },
		{ "alert dns any any -> any any (sid:1;)", 4, 6, 1 },
		{ "alert ssh any any -> any any (sid:1;)", 5, 6, 1 },
		{ "alert tcp any any -> any any (app-layer-protocol:ssh; sid:1;)",
		  5, 6, 1 },
		{ "alert tcp any any -> any any (app-layer-protocol:ssh; sid:1;)",
		  2, 6, 0 },
		{ "alert tcp any any -> any any (app-layer-protocol:!ssh; sid:1;)",
		  2, 6, 1 },
		{ "alert tcp any any -> any any (app-layer-protocol:!ssh; sid:1;)",
		  1, 6, 1 },
		{ "alert tcp any any -> any any (app-layer-protocol:!ssh; sid:1;)",
		  5, 6, 0 },
		/* not known yet is not another one */
		{ "alert tcp any any -> any any (app-layer-protocol:!ssh; sid:1;)",
		  0, 6, 0 },
		{ "alert tcp any any -> any any (app-layer-protocol:failed; sid:1;)",
		  1, 6, 1 },
		{ "alert udp any any -> any any (app-layer-protocol:!dns; sid:1;)",
		  1, 17, 1 },
		{ "alert tcp any any -> any any (http.uri; content:\"x\"; sid:1;)",
		  2, 6, 0 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		if (!CHECK_EQ(hits_of_packet(row[i].rule, row[i].app,
					     row[i].proto), row[i].hits))
			printf("# %s, protocol %u\n", row[i].rule, row[i].app);
	}
}

static void buffers_are_of_the_flows_protocol_and_way(void)
{
	struct talk talk;

	talk_begin(&talk, "alert tcp any any -> any any (http.uri; "
		   "content:\"needle\"; sid:1;)");
	talk.packet.app_proto = SEGWARD_APP_PROTO_TLS;
	add(&talk, URI, "needle");
	CHECK_EQ(step(&talk, true), 0);
	talk.packet.app_proto = SEGWARD_APP_PROTO_HTTP;
	talk.packet.flow_direction = SEGWARD_FLOW_DIRECTION_TO_CLIENT;
	add(&talk, URI, "needle");
	CHECK_EQ(step(&talk, true), 0);
	talk.packet.flow_direction = SEGWARD_FLOW_DIRECTION_TO_SERVER;
	add(&talk, URI, "needle");
	CHECK_EQ(step(&talk, true), 1);
	talk_end(&talk);
}

/* --- Transactions --------------------------------------------------------- */

#define METHOD	SEGWARD_BUFFER_HTTP_METHOD
#define BODY	SEGWARD_BUFFER_HTTP_REQUEST_BODY
#define HEADER	SEGWARD_BUFFER_HTTP_HEADER

#define TWO	"alert http any any -> any any (http.uri; " \
		"content:\"needle\"; fast_pattern; http.request_body; " \
		"content:\"hay\"; sid:1;)"

static void all_buffers_have_to_match(void)
{
	struct talk talk;

	talk_begin(&talk, "alert http any any -> any any (http.method; "
		   "content:\"POST\"; http.uri; content:\"/x\"; http.header; "
		   "content:!\"Host\"; sid:1;)");
	add(&talk, METHOD, "POST");
	add(&talk, URI, "/x");
	add(&talk, HEADER, "Accept: */*\r\n");
	CHECK_EQ(step(&talk, false), 1);
	CHECK_EQ(step(&talk, true), 0);
	talk_end(&talk);

	talk_begin(&talk, "alert http any any -> any any (http.method; "
		   "content:\"POST\"; http.uri; content:\"/x\"; sid:1;)");
	add(&talk, METHOD, "GET");
	add(&talk, URI, "/x");
	CHECK_EQ(step(&talk, false), 0);
	/* there is no other method: nothing to wait for */
	CHECK_EQ(talk.wait.nr, 0);
	talk_end(&talk);
}

static void a_rule_waits_for_the_buffer_that_is_missing(void)
{
	struct talk talk;

	talk_begin(&talk, TWO);
	add(&talk, URI, "/needle");
	CHECK_EQ(step(&talk, false), 0);
	CHECK_EQ(talk.wait.nr, 1);
	CHECK_EQ(talk.wait.pending[0].buffers, 1);
	/* even if what it found is not at hand any more */
	talk.kept = 0;
	talk.nr = 0;
	add_window(&talk, BODY, "no, ", 0, 0, FIRST);
	CHECK_EQ(step(&talk, false), 0);
	CHECK_EQ(talk.wait.nr, 1);
	add_window(&talk, BODY, "no, hay", 4, 0, FIRST);
	CHECK_EQ(step(&talk, false), 1);
	/* and is told once */
	add_window(&talk, BODY, "hay, hay", 3, 4, 0);
	CHECK_EQ(step(&talk, false), 0);
	add_window(&talk, BODY, "hay", 0, 12, LAST);
	CHECK_EQ(step(&talk, true), 0);
	CHECK_EQ(talk.wait.nr, 0);
	CHECK(!talk.wait.lost);
	talk_end(&talk);
}

static void a_rule_does_not_wait_in_vain(void)
{
	struct talk talk;

	talk_begin(&talk, TWO);
	add(&talk, URI, "/needle");
	CHECK_EQ(step(&talk, false), 0);
	CHECK_EQ(talk.wait.nr, 1);
	add_window(&talk, BODY, "no", 0, 0, WHOLE);
	CHECK_EQ(step(&talk, false), 0);
	CHECK_EQ(talk.wait.nr, 0);
	talk_end(&talk);

	/* nothing more comes */
	talk_begin(&talk, TWO);
	add(&talk, URI, "/needle");
	CHECK_EQ(step(&talk, true), 0);
	CHECK_EQ(talk.wait.nr, 0);
	talk_end(&talk);
}

static void a_pattern_in_the_later_buffer_finds_the_earlier_one(void)
{
	struct talk talk;

	talk_begin(&talk, "alert http any any -> any any (http.uri; "
		   "content:\"/x\"; http.request_body; content:\"needle\"; "
		   "fast_pattern; sid:1;)");
	add(&talk, URI, "/x");
	CHECK_EQ(step(&talk, false), 0);
	CHECK_EQ(talk.wait.nr, 0);
	add_window(&talk, BODY, "nee", 0, 0, FIRST);
	CHECK_EQ(step(&talk, false), 0);
	add_window(&talk, BODY, "needle", 3, 0, FIRST);
	CHECK_EQ(step(&talk, false), 1);
	add_window(&talk, BODY, "needle", 6, 0, WHOLE);
	CHECK_EQ(step(&talk, true), 0);
	talk_end(&talk);
}

static void without_a_pattern_each_buffer_brings_the_rule_up(void)
{
	static const u32 order[2][2] = { { URI, HEADER }, { HEADER, URI } };
	struct talk talk;
	u32 i;

	for (i = 0; i < 2; i++) {
		talk_begin(&talk, "alert http any any -> any any (http.uri; "
			   "content:\"x\"; http.header; content:!\"y\"; sid:1;)");
		add(&talk, order[i][0], "x");
		CHECK_EQ(step(&talk, false), 0);
		add(&talk, order[i][1], "x");
		CHECK_EQ(step(&talk, false), 1);
		talk_end(&talk);
	}
}

static void one_of_several_is_enough(void)
{
	struct talk talk;

	talk_begin(&talk, "alert dns any any -> any any (dns.query; "
		   "content:\"needle\"; content:!\"x\"; sid:1;)");
	add(&talk, QUERY, "xneedle");
	add(&talk, QUERY, "needle");
	CHECK_EQ(step(&talk, false), 1);
	add(&talk, QUERY, "needle");
	CHECK_EQ(step(&talk, false), 0);
	talk_end(&talk);
	/* both contents in one and the same */
	talk_begin(&talk, "alert dns any any -> any any (dns.query; "
		   "content:\"needle\"; content:\"hay\"; sid:1;)");
	add(&talk, QUERY, "needle");
	add(&talk, QUERY, "hay");
	CHECK_EQ(step(&talk, false), 0);
	add(&talk, QUERY, "hayneedle");
	CHECK_EQ(step(&talk, false), 1);
	talk_end(&talk);
}

static void relative_means_the_buffers_last_content(void)
{
	struct talk talk;

	talk_begin(&talk, "alert http any any -> any any (http.uri; "
		   "content:\"abc\"; http.header; content:\"xyz\"; http.uri; "
		   "content:\"def\"; distance:0; within:3; sid:1;)");
	add(&talk, URI, "/abcdef");
	add(&talk, HEADER, "0123456789xyz");
	CHECK_EQ(step(&talk, false), 1);
	talk_end(&talk);
	/* the first of its buffer counts from the begin */
	talk_begin(&talk, "alert http any any -> any any (http.uri; "
		   "content:\"abc\"; http.header; content:\"xyz\"; distance:1; "
		   "within:3; sid:1;)");
	add(&talk, URI, "/abcdef");
	add(&talk, HEADER, "0xyz");
	CHECK_EQ(step(&talk, false), 1);
	talk_end(&talk);
}

static void windows_tell_what_is_new(void)
{
	struct talk talk;

	talk_begin(&talk, "alert http any any -> any any (http.request_body; "
		   "content:\"ab\"; content:\"cd\"; distance:0; sid:1;)\n"
		   "alert http any any -> any any (http.request_body; "
		   "content:\"ab\"; startswith; content:\"zz\"; sid:2;)\n"
		   "alert http any any -> any any (http.request_body; "
		   "content:\"ee\"; offset:10; depth:4; sid:3;)\n"
		   "alert http any any -> any any (http.request_body; "
		   "content:\"ff\"; endswith; sid:4;)\n"
		   "alert http any any -> any any (http.request_body; "
		   "content:!\"q\"; bsize:<99; sid:5;)");
	add_window(&talk, BODY, "ab--", 0, 0, FIRST);
	CHECK_EQ(step(&talk, false), 0);
	add_window(&talk, BODY, "ab--cd", 4, 0, FIRST);
	CHECK_EQ(step(&talk, false), 1);
	CHECK_EQ(talk.sid, 1);
	/* "ab" is no begin here, and the place of "ee" is 12 */
	add_window(&talk, BODY, "abzz--ee", 0, 6, 0);
	CHECK_EQ(step(&talk, false), 1);
	CHECK_EQ(talk.sid, 3);
	add_window(&talk, BODY, "ff", 0, 14, 0);
	CHECK_EQ(step(&talk, false), 0);
	/* the end comes without a byte */
	add_window(&talk, BODY, "ff", 2, 14, LAST);
	CHECK_EQ(step(&talk, true), 1);
	CHECK_EQ(talk.sid, 4);
	talk_end(&talk);
}

static void a_full_list_says_so(void)
{
	char text[32 * 160];
	struct talk talk;
	char *at = text;
	u32 i;

	for (i = 1; i <= SEGWARD_RULE_PENDING + 1; i++)
		at += sprintf(at, "alert http any any -> any any (http.uri; "
			      "content:\"needle\"; fast_pattern; "
			      "http.request_body; content:\"hay%c\"; sid:%u;)\n",
			      'a' + i, i);
	talk_begin(&talk, text);
	add(&talk, URI, "/needle");
	CHECK_EQ(step(&talk, false), 0);
	CHECK_EQ(talk.wait.nr, SEGWARD_RULE_PENDING);
	CHECK(talk.wait.lost);
	add(&talk, BODY, "hayb hayc");
	CHECK_EQ(step(&talk, true), 2);
	talk_end(&talk);
}

static void who_was_told_makes_room(void)
{
	char text[40 * 160];
	struct talk talk;
	char *at = text;
	u32 i;

	for (i = 1; i <= SEGWARD_RULE_PENDING; i++)
		at += sprintf(at, "alert http any any -> any any (http.uri; "
			      "content:\"needle\"; sid:%u;)\n", i);
	sprintf(at, "alert http any any -> any any (http.uri; content:\"needle\"; fast_pattern; http.request_body; content:\"hay\"; sid:100;)\n");
	talk_begin(&talk, text);
	add(&talk, URI, "/needle");
	CHECK_EQ(step(&talk, false), SEGWARD_RULE_PENDING);
	CHECK_EQ(talk.wait.nr, SEGWARD_RULE_PENDING);
	CHECK(!talk.wait.lost);
	add(&talk, BODY, "hay");
	CHECK_EQ(step(&talk, false), 1);
	CHECK_EQ(talk.sid, 100);
	talk_end(&talk);
}

static void nobody_needs_to_remember(void)
{
	struct segward_binding binding;
	struct segward_rule_match match;
	struct segward_rule_tx tx = {};
	struct talk talk;

	talk_begin(&talk, TWO);
	match = match_of(&talk, &binding);
	add(&talk, URI, "/needle");
	add(&talk, BODY, "hay");
	tx.bytes = talk.bytes;
	tx.nr = 1;
	CHECK(segward_rule_match_tx(&match, &tx, NULL));
	CHECK_EQ(talk.hits, 0);
	tx.nr = 2;
	CHECK(segward_rule_match_tx(&match, &tx, NULL));
	CHECK_EQ(talk.hits, 1);
	talk_end(&talk);
}

static void what_waits_for_another_ruleset_is_no_harm(void)
{
	struct talk talk;

	talk_begin(&talk, TWO);
	talk.wait.nr = 2;
	talk.wait.pending[0].rule = 5000000;
	talk.wait.pending[1].rule = ~0u;
	add(&talk, URI, "/needle");
	CHECK_EQ(step(&talk, false), 0);
	CHECK_EQ(talk.wait.nr, 3);
	talk_end(&talk);
}

static void work_is_bounded(void)
{
	struct segward_binding binding;
	struct segward_rule_match match;
	struct segward_rule_tx tx = {};
	struct talk talk;

	talk_begin(&talk, TWO);
	match = match_of(&talk, &binding);
	talk.budget = 3;
	add(&talk, URI, "/needle");
	tx.bytes = talk.bytes;
	tx.nr = 1;
	CHECK(!segward_rule_match_tx(&match, &tx, &talk.wait));
	CHECK(is_clean());
	CHECK_EQ(talk.hits, 0);
	CHECK_EQ(talk.budget, 0);
	talk_end(&talk);
}

/* --- Events --------------------------------------------------------------- */

static void events_match_by_name(void)
{
	struct talk talk;

	talk_begin(&talk, "alert http any any -> any any "
		   "(app-layer-event:http.request_header_invalid; sid:1;)");
	talk.event[0] = SEGWARD_HTTP_REQUEST_FIELD_MISSING_COLON;
	talk.nr_events = 1;
	CHECK_EQ(step(&talk, false), 0);
	talk.event[1] = SEGWARD_HTTP_REQUEST_HEADER_INVALID;
	talk.nr_events = 2;
	CHECK_EQ(step(&talk, false), 1);
	talk_end(&talk);
	/* the number is another protocol's */
	talk_begin(&talk, "alert tcp any any -> any any "
		   "(app-layer-event:tls.invalid_tls_header; sid:1;)");
	talk.event[0] = SEGWARD_TLS_INVALID_TLS_HEADER;
	talk.packet.app_proto = SEGWARD_APP_PROTO_HTTP;
	talk.nr_events = 1;
	CHECK_EQ(step(&talk, false), 0);
	talk.packet.app_proto = SEGWARD_APP_PROTO_TLS;
	talk.nr_events = 1;
	CHECK_EQ(step(&talk, false), 1);
	talk_end(&talk);
}

static void events_and_buffers_come_in_any_order(void)
{
	static const char rule[] = "alert http any any -> any any "
		"(app-layer-event:http.request_header_invalid; http.uri; "
		"content:\"needle\"; sid:1;)";
	struct talk talk;

	talk_begin(&talk, rule);
	talk.event[0] = SEGWARD_HTTP_REQUEST_HEADER_INVALID;
	talk.nr_events = 1;
	CHECK_EQ(step(&talk, false), 0);
	add(&talk, URI, "needle");
	CHECK_EQ(step(&talk, false), 1);
	talk_end(&talk);
	talk_begin(&talk, rule);
	add(&talk, URI, "needle");
	CHECK_EQ(step(&talk, false), 0);
	talk.event[0] = SEGWARD_HTTP_REQUEST_HEADER_INVALID;
	talk.nr_events = 1;
	CHECK_EQ(step(&talk, false), 1);
	talk_end(&talk);
}

/* --- Streams -------------------------------------------------------------- */

#define HEAD	"alert tcp any any -> any any "

static u32 streamed(const char *options, const char *data, u32 old, u32 base,
		    u8 part)
{
	struct talk talk;
	char text[256];
	u32 hits;

	snprintf(text, sizeof(text), HEAD "(%s sid:1;)", options);
	talk_begin(&talk, text);
	hits = stream(&talk, data, old, base, part);
	talk_end(&talk);
	return hits;
}

static void streams_count_from_their_beginning(void)
{
	CHECK_EQ(streamed("content:\"ab\"; startswith;", "abc", 0, 0, FIRST), 1);
	CHECK_EQ(streamed("content:\"ab\"; startswith;", "abc", 0, 9, 0), 0);
	CHECK_EQ(streamed("content:\"ab\"; depth:4;", "abc", 0, 2, 0), 1);
	CHECK_EQ(streamed("content:\"ab\"; depth:4;", "abc", 0, 3, 0), 0);
	CHECK_EQ(streamed("content:\"ab\"; offset:9;", "abc", 0, 9, 0), 1);
	CHECK_EQ(streamed("content:\"ab\"; offset:10;", "abc", 0, 9, 0), 0);
	CHECK_EQ(streamed("content:\"ab\"; offset:9;", "abc", 0, 1u << 31, 0),
		 1);
	CHECK_EQ(streamed("content:\"ab\"; depth:9;", "abc", 0, ~0u, 0), 0);
	/* what lies before the window cannot be told to be absent */
	CHECK_EQ(streamed("content:!\"ab\"; depth:4;", "xyz", 0, 0, FIRST), 1);
	CHECK_EQ(streamed("content:!\"ab\"; depth:4;", "xyz", 0, 4, 0), 0);
	CHECK_EQ(streamed("content:!\"ab\"; startswith;", "xyz", 0, 4, 0), 0);
	/* nor anything about a beginning that nobody knows */
	CHECK_EQ(streamed("content:\"ab\"; startswith;", "abc", 0, 0, 0), 0);
	CHECK_EQ(streamed("content:\"ab\"; offset:0;", "abc", 0, 0, 0), 0);
	CHECK_EQ(streamed("content:\"ab\";", "abc", 0, 0, 0), 1);
	/* the end of what is at hand is an end */
	CHECK_EQ(streamed("content:\"bc\"; endswith;", "abc", 0, 5, 0), 1);
	CHECK_EQ(streamed("content:!\"bc\";", "abx", 0, 5, 0), 1);
}

static void old_bytes_count_with_new_ones(void)
{
	CHECK_EQ(streamed("content:\"ab\";", "xab", 3, 9, 0), 0);
	CHECK_EQ(streamed("content:\"ab\";", "xab", 2, 9, 0), 1);
	CHECK_EQ(streamed("content:\"ab\";", "abxab", 3, 9, 0), 1);
	CHECK_EQ(streamed("content:\"ab\"; content:\"cd\";", "ab-cd", 4, 9, 0),
		 1);
	CHECK_EQ(streamed("content:\"cd\"; content:\"ab\";", "ab-cd", 4, 9, 0),
		 1);
	CHECK_EQ(streamed("content:\"ab\"; content:\"cd\";", "ab-cd--", 5, 9,
			  0), 0);
	CHECK_EQ(streamed("content:\"ab\"; content:\"cd\"; distance:0;",
			  "ab-cd-cd", 5, 9, 0), 1);
	CHECK_EQ(streamed("content:\"ab\"; content:\"cd\"; distance:0; within:3;",
			  "abcd-cd", 5, 9, 0), 0);
	CHECK_EQ(streamed("content:\"ab\"; content:\"cd\"; distance:0; within:3;",
			  "abcdabcd", 5, 9, 0), 1);
	/* a relative one may lie before the other, which is new */
	CHECK_EQ(streamed("content:\"ab\"; content:\"cd\"; distance:-9;",
			  "ab-cd-ab", 5, 9, 0), 1);
	CHECK_EQ(streamed("content:\"ab\"; content:!\"cd\"; within:2;",
			  "abx-abcd", 4, 9, 0), 0);
	CHECK_EQ(streamed("content:\"ab\"; content:!\"cd\"; within:2;",
			  "abx-abxx", 4, 9, 0), 1);
}

static void streams_have_groups_by_port(void)
{
	struct talk talk;

	talk_begin(&talk, "alert tcp any any -> any 80 (content:\"ab\"; sid:1;)\n"
		   "alert ip any any -> any any (content:\"ab\"; sid:2;)\n"
		   "alert udp any any -> any any (content:\"ab\"; sid:3;)\n"
		   "alert tcp-pkt any any -> any any (content:\"ab\"; sid:4;)\n"
		   "alert http any any -> any any (http.uri; content:\"ab\"; sid:5;)");
	CHECK_EQ(stream(&talk, "ab", 0, 0, FIRST), 2);
	talk.packet.dport = 81;
	CHECK_EQ(stream(&talk, "ab", 0, 0, FIRST), 1);
	CHECK_EQ(talk.sid, 2);
	talk_end(&talk);
	/* no rule of TCP, but one that concerns it */
	talk_begin(&talk, "alert ip any any -> any any (content:\"ab\"; sid:2;)");
	CHECK_EQ(stream(&talk, "ab", 0, 0, FIRST), 1);
	talk_end(&talk);
}

int main(void)
{
	RUN(every_buffer_is_looked_into_and_no_other);
	RUN(buffers_match_as_the_rule_says);
	RUN(protocols_are_those_of_the_flow);
	RUN(buffers_are_of_the_flows_protocol_and_way);
	RUN(all_buffers_have_to_match);
	RUN(a_rule_waits_for_the_buffer_that_is_missing);
	RUN(a_rule_does_not_wait_in_vain);
	RUN(a_pattern_in_the_later_buffer_finds_the_earlier_one);
	RUN(without_a_pattern_each_buffer_brings_the_rule_up);
	RUN(one_of_several_is_enough);
	RUN(relative_means_the_buffers_last_content);
	RUN(windows_tell_what_is_new);
	RUN(a_full_list_says_so);
	RUN(who_was_told_makes_room);
	RUN(nobody_needs_to_remember);
	RUN(what_waits_for_another_ruleset_is_no_harm);
	RUN(work_is_bounded);
	RUN(events_match_by_name);
	RUN(events_and_buffers_come_in_any_order);
	RUN(streams_count_from_their_beginning);
	RUN(old_bytes_count_with_new_ones);
	RUN(streams_have_groups_by_port);
	return tap_done();
}
