// SPDX-License-Identifier: GPL-2.0
/* Unit tests of events: exact lines, byte by byte. */
#include <arpa/inet.h>
#include <json-c/json.h>
#include <linux/segward.h>
#include <stdlib.h>

#include "eve/eve.h"
#include "tap.h"

#define HAS(line, what)	CHECK(strstr(line, what))

static struct segward_eve_event event;
static char line[8192];

/* The event's line, without what stands in all of them. */
static const char *print(void)
{
	FILE *out;

	memset(line, 0, sizeof(line));
	out = fmemopen(line, sizeof(line) - 1, "w");
	CHECK_EQ(segward_eve_print(out, &event), 0);
	fclose(out);
	return line;
}

static void addresses(const char *src, const char *dst)
{
	int family = strchr(src, ':') ? AF_INET6 : AF_INET;

	event.family = family == AF_INET ? 4 : 6;
	inet_pton(family, src, event.src);
	inet_pton(family, dst, event.dst);
}

static void begin(uint8_t type)
{
	memset(&event, 0, sizeof(event));
	event.type = type;
	event.time = 1600000000123456789ull;
}

static void flow(const char *src, uint16_t sport, const char *dst,
		 uint16_t dport, uint8_t proto)
{
	addresses(src, dst);
	event.has_ports = true;
	event.src_port = sport;
	event.dst_port = dport;
	event.protocol = proto;
}

static void outer(void)
{
	event.has_outer = true;
	inet_pton(AF_INET6, "2001:db8:a::1", event.outer_src);
	inet_pton(AF_INET6, "2001:3e8:60:8::1f", event.outer_dst);
}

static void sid(void)
{
	static uint8_t segments[32];

	outer();
	event.has_sid = true;
	inet_pton(AF_INET6, "2001:3e8:60:8::", event.sid);
	event.sid_len = 64;
	event.argument[15] = 0x1f;
	event.zone = 7;
	event.profile = "broadband";
	event.mode = SEGWARD_MODE_PREVENT;
	event.has_srh = true;
	event.segments_left = 1;
	event.nr_segments = 2;
	inet_pton(AF_INET6, "2001:db8:e::", segments);
	inet_pton(AF_INET6, "2001:3e8:60:8::1f", segments + 16);
	event.segments = segments;
}

static void an_alert_is_written_with_suricatas_keys(void)
{
	begin(SEGWARD_EVENT_TYPE_ALERT);
	flow("2001:db8:1::10", 40000, "2001:db8:2::77", 80, 6);
	event.encapsulation = SEGWARD_ENCAPSULATION_IPV6;
	event.in_iface = "eth0";
	sid();
	event.verdict = SEGWARD_VERDICT_DROP;
	event.would = SEGWARD_VERDICT_DROP;
	event.reason = SEGWARD_REASON_RULE;
	event.ruleset = "base";
	event.signature_id = 2024364;
	event.gid = 1;
	event.rev = 3;
	event.action = SEGWARD_RULE_ACTION_ALERT;
	event.priority = 1;
	event.msg = "ET TROJAN a \"quoted\" \\ name/path";
	event.classtype = "trojan-activity";
	event.category = "A Network Trojan was detected";
	event.metadata = "created_at 2017_06_06, tag one,tag two words , flag";
	CHECK_STR(print(),
		  "{\"timestamp\":\"2020-09-13T12:26:40.123456+0000\","
		  "\"in_iface\":\"eth0\",\"event_type\":\"alert\","
		  "\"src_ip\":\"2001:0db8:0001:0000:0000:0000:0000:0010\",\"src_port\":40000,"
		  "\"dest_ip\":\"2001:0db8:0002:0000:0000:0000:0000:0077\",\"dest_port\":80,"
		  "\"proto\":\"TCP\",\"pkt_src\":\"ipv6 tunnel\","
		  "\"tunnel\":{\"src_ip\":\"2001:0db8:000a:0000:0000:0000:0000:0001\",\"src_port\":0,"
		  "\"dest_ip\":\"2001:03e8:0060:0008:0000:0000:0000:001f\",\"dest_port\":0,"
		  "\"proto\":\"IPv6\",\"depth\":1,\"pkt_src\":\"wire/pcap\"},"
		  "\"community_id\":\"1:+IVHc2Xt6A30MXBJ4x2gONIRi4g=\","
		  "\"alert\":{\"action\":\"blocked\",\"gid\":1,\"signature_id\":2024364,\"rev\":3,"
		  "\"signature\":\"ET TROJAN a \\\"quoted\\\" \\\\ name/path\","
		  "\"category\":\"A Network Trojan was detected\",\"severity\":1,"
		  "\"classtype\":\"trojan-activity\",\"ruleset\":\"base\","
		  "\"metadata\":{\"created_at\":[\"2017_06_06\"],\"tag\":[\"one\",\"two words\"],\"flag\":[\"\"]}},"
		  "\"verdict\":{\"action\":\"drop\",\"would\":\"drop\",\"reason\":\"rule\"},"
		  "\"srv6\":{\"sid\":\"2001:3e8:60:8::/64\",\"argument\":\"0x1f\",\"zone\":7,"
		  "\"profile\":\"broadband\",\"mode\":\"prevent\","
		  "\"segments\":[\"2001:db8:e::\",\"2001:3e8:60:8::1f\"],\"segments_left\":1}}\n");
}

static void monitor_mode_says_what_prevent_would_do(void)
{
	begin(SEGWARD_EVENT_TYPE_ALERT);
	flow("192.0.2.1", 1, "192.0.2.2", 2, 17);
	event.verdict = SEGWARD_VERDICT_REPORT;
	event.would = SEGWARD_VERDICT_REJECT;
	event.reason = SEGWARD_REASON_RULE;
	print();
	HAS(line, "\"alert\":{\"action\":\"allowed\"");
	HAS(line,
	    "\"verdict\":{\"action\":\"alert\",\"would\":\"reject\",\"reason\":\"rule\"}");
}

static void a_reject_says_whom_it_tells_and_how(void)
{
	begin(SEGWARD_EVENT_TYPE_ALERT);
	flow("192.0.2.1", 1, "192.0.2.2", 2, 17);
	event.verdict = SEGWARD_VERDICT_REJECT;
	event.action = SEGWARD_RULE_ACTION_REJECTDST;
	print();
	HAS(line,
	    "\"verdict\":{\"action\":\"drop\",\"reject-target\":\"to_server\",\"reject\":[\"icmp-prohib\"]}");
	event.protocol = 6;
	event.action = SEGWARD_RULE_ACTION_REJECTSRC;
	print();
	HAS(line,
	    "\"reject-target\":\"to_client\",\"reject\":[\"tcp-reset\"]}");
	event.action = SEGWARD_RULE_ACTION_REJECT;
	print();
	HAS(line, "\"reject-target\":\"both\"");
	event.action = SEGWARD_RULE_ACTION_ALERT;
	print();
	HAS(line, "\"reject-target\":\"both\"");
}

static void a_drop_before_inspection_is_about_the_outer_packet(void)
{
	begin(SEGWARD_EVENT_TYPE_DROP);
	outer();
	event.verdict = SEGWARD_VERDICT_DROP;
	event.reason = SEGWARD_REASON_SOURCE;
	CHECK_STR(print(),
		  "{\"timestamp\":\"2020-09-13T12:26:40.123456+0000\","
		  "\"event_type\":\"drop\","
		  "\"src_ip\":\"2001:0db8:000a:0000:0000:0000:0000:0001\","
		  "\"dest_ip\":\"2001:03e8:0060:0008:0000:0000:0000:001f\","
		  "\"pkt_src\":\"wire/pcap\",\"drop\":{\"reason\":\"source\"},"
		  "\"verdict\":{\"action\":\"drop\",\"reason\":\"source\"}}\n");
}

static void a_drop_of_a_known_packet_has_its_header(void)
{
	begin(SEGWARD_EVENT_TYPE_DROP);
	flow("192.0.2.1", 1, "192.0.2.2", 2, 6);
	event.verdict = SEGWARD_VERDICT_DROP;
	event.reason = SEGWARD_REASON_NO_ROUTE;
	event.length = 1500;
	event.ttl = 61;
	event.tcp_flags = 0x12;
	print();
	HAS(line,
	    "\"drop\":{\"len\":1500,\"ttl\":61,\"syn\":true,\"ack\":true,\"psh\":false,\"rst\":false,\"urg\":false,\"fin\":false,\"reason\":\"no-route\"}");
	addresses("2001:db8::1", "2001:db8::2");
	event.has_ports = false;
	print();
	HAS(line,
	    "\"drop\":{\"len\":1500,\"hoplimit\":61,\"reason\":\"no-route\"}");
	CHECK(!strstr(line, "src_port"));
}

static void a_reputation_event_tells_the_entry(void)
{
	static const struct {
		const char *src, *dst, *direction;
	} row[] = {
		{ "198.51.100.7", "192.0.2.5", "\"src\"" },
		{ "192.0.2.5", "198.51.100.127", "\"dest\"" },
		{ "198.51.100.7", "198.51.100.9", "\"both\"" },
	};
	char want[256];
	size_t i;

	for (i = 0; i < 3; i++) {
		begin(SEGWARD_EVENT_TYPE_REPUTATION);
		flow(row[i].src, 0, row[i].dst, 0, 1);
		event.verdict = SEGWARD_VERDICT_DROP;
		event.has_entry = true;
		inet_pton(AF_INET, "198.51.100.0", event.address);
		event.prefix_len = 25;
		event.category = "botnet";
		event.score = 95;
		event.source = "soc";
		snprintf(want, sizeof(want),
			 "\"reputation\":{\"action\":\"blocked\",\"address\":\"198.51.100.0/25\",\"direction\":%s,\"category\":\"botnet\",\"score\":95,\"source\":\"soc\"}",
			 row[i].direction);
		HAS(print(), want);
	}
}

static void anomalies_states_and_losses_have_their_objects(void)
{
	begin(SEGWARD_EVENT_TYPE_ANOMALY);
	addresses("192.0.2.1", "192.0.2.2");
	event.reason = SEGWARD_REASON_INNER_FRAGMENT;
	print();
	HAS(line, "\"event_type\":\"anomaly\"");
	HAS(line,
	    "\"anomaly\":{\"type\":\"decode\",\"event\":\"inner-fragment\"}");
	begin(SEGWARD_EVENT_TYPE_STATE);
	event.text = "hook gone";
	CHECK_STR(print(),
		  "{\"timestamp\":\"2020-09-13T12:26:40.123456+0000\",\"event_type\":\"state\",\"state\":{\"text\":\"hook gone\"}}\n");
	begin(SEGWARD_EVENT_TYPE_LOST);
	event.lost = 5000000000ull;
	CHECK_STR(print(),
		  "{\"timestamp\":\"2020-09-13T12:26:40.123456+0000\",\"event_type\":\"lost\",\"lost\":{\"events\":5000000000}}\n");
}

static void a_packet_says_which_protocol_its_flow_has(void)
{
	static const struct {
		uint8_t proto;
		const char *want;
	} row[] = {
		{ SEGWARD_APP_PROTO_FAILED, "\"app_proto\":\"failed\",\"alert\":{" },
		{ SEGWARD_APP_PROTO_HTTP, "\"app_proto\":\"http\",\"alert\":{" },
		{ SEGWARD_APP_PROTO_TLS, "\"app_proto\":\"tls\",\"alert\":{" },
		{ SEGWARD_APP_PROTO_DNS, "\"app_proto\":\"dns\",\"alert\":{" },
		{ SEGWARD_APP_PROTO_SSH, "\"app_proto\":\"ssh\",\"alert\":{" },
	};
	size_t i;

	begin(SEGWARD_EVENT_TYPE_ALERT);
	CHECK(!strstr(print(), "app_proto"));
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		event.app_proto = row[i].proto;
		HAS(print(), row[i].want);
	}
	CHECK_EQ(i, SEGWARD_APP_PROTO_MAX);
}

static void icmp_has_type_and_code_in_place_of_ports(void)
{
	begin(SEGWARD_EVENT_TYPE_ANOMALY);
	flow("192.0.2.1", 8, "192.0.2.2", 3, 1);
	print();
	HAS(line,
	    "\"proto\":\"ICMP\",\"icmp_type\":8,\"icmp_code\":3");
	CHECK(!strstr(line, "_port"));
	flow("::1", 128, "::2", 0, 58);
	print();
	HAS(line,
	    "\"proto\":\"IPv6-ICMP\",\"icmp_type\":128,\"icmp_code\":0");
	flow("::1", 8, "::2", 0, 1);
	print();
	CHECK(!strstr(line, "icmp_type"));
}

static void a_protocol_without_a_name_is_its_number(void)
{
	begin(SEGWARD_EVENT_TYPE_ANOMALY);
	flow("192.0.2.1", 0, "192.0.2.2", 0, 253);
	HAS(print(), "\"proto\":\"253\"");
	event.protocol = 3;
	HAS(print(), "\"proto\":\"003\"");
}

static void arguments_are_what_is_behind_the_sid(void)
{
	static const struct {
		uint8_t len;
		uint8_t last[3];
		const char *want;
	} row[] = {
		{ 64, { 0, 0, 0 }, "\"argument\":\"0x0\"" },
		{ 64, { 0, 0, 5 }, "\"argument\":\"0x5\"" },
		{ 64, { 1, 0, 0x42 }, "\"argument\":\"0x10042\"" },
		{ 127, { 0, 0, 1 }, "\"argument\":\"0x1\"" },
	};
	size_t i;

	for (i = 0; i < 4; i++) {
		begin(SEGWARD_EVENT_TYPE_DROP);
		sid();
		event.sid_len = row[i].len;
		memset(event.argument, 0, 16);
		memcpy(event.argument + 13, row[i].last, 3);
		HAS(print(), row[i].want);
	}
	event.sid_len = 128;
	CHECK(!strstr(print(), "argument"));
}

static void strings_that_are_no_utf8_are_escaped(void)
{
	static const struct {
		const char *msg, *want;
	} row[] = {
		{ "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\x89",
		  "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x90\x89" },
		{ "a\xff" "b", "a\\\\xffb" },
		{ "\xc0\xaf", "\\\\xc0\\\\xaf" },
		{ "\xed\xa0\x80", "\\\\xed\\\\xa0\\\\x80" },
		{ "\xf4\x90\x80\x80", "\\\\xf4\\\\x90\\\\x80\\\\x80" },
		{ "\xc3\xa9 cut \xe2\x82", "\\\\xc3\\\\xa9 cut \\\\xe2\\\\x82" },
		{ "tab\tline\n", "tab\\tline\\n" },
	};
	char want[256];
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		begin(SEGWARD_EVENT_TYPE_ALERT);
		event.msg = row[i].msg;
		snprintf(want, sizeof(want), "\"signature\":\"%s\"",
			 row[i].want);
		HAS(print(), want);
	}
}

static void every_line_is_one_json_object(void)
{
	struct json_object *object;
	uint8_t type;

	for (type = 0; type <= SEGWARD_EVENT_TYPE_MAX + 1; type++) {
		begin(type);
		print();
		CHECK_EQ(strchr(line, '\n') - line, strlen(line) - 1);
		object = json_tokener_parse(line);
		CHECK(object);
		json_object_put(object);
	}
}

/* The published vectors of the specification, seed 0. */
static void community_ids_are_those_of_other_tools(void)
{
	static const struct {
		const char *src, *dst;
		uint16_t sport, dport;
		uint8_t proto;
		const char *id;
	} row[] = {
		{ "128.232.110.120", "66.35.250.204", 34855, 80, 6,
		  "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
		{ "66.35.250.204", "128.232.110.120", 80, 34855, 6,
		  "1:LQU9qZlK+B5F3KDmev6m5PMibrg=" },
		{ "192.168.1.52", "8.8.8.8", 54585, 53, 17,
		  "1:d/FP5EW3wiY1vCndhwleRRKHowQ=" },
		{ "8.8.8.8", "192.168.1.52", 53, 54585, 17,
		  "1:d/FP5EW3wiY1vCndhwleRRKHowQ=" },
		{ "192.168.0.89", "192.168.0.1", 8, 0, 1,
		  "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=" },
		{ "192.168.0.1", "192.168.0.89", 0, 0, 1,
		  "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=" },
	};
	char id[SEGWARD_EVE_COMMUNITY];
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		begin(0);
		flow(row[i].src, row[i].sport, row[i].dst, row[i].dport,
		     row[i].proto);
		CHECK_STR(segward_eve_community_id(&event, id), row[i].id);
	}
}

static void community_ids_do_not_depend_on_the_direction(void)
{
	static const struct {
		uint16_t a, b;
		uint8_t proto;
		bool same;
	} row[] = {
		{ 1000, 2000, 6, true },
		{ 2000, 1000, 132, true },
		{ 128, 129, 58, true },		/* echo */
		{ 3, 3, 1, false },		/* unreachable: no answer */
		{ 0, 0, 50, true },
	};
	char there[SEGWARD_EVE_COMMUNITY], back[SEGWARD_EVE_COMMUNITY];
	size_t i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		bool v4 = row[i].proto == 1;
		const char *x = v4 ? "10.0.0.1" : "2001:db8::1";
		const char *y = v4 ? "10.0.0.2" : "2001:db8::2";
		bool icmp = row[i].proto == 58 || v4;

		begin(0);
		flow(x, row[i].a, y, icmp ? 0 : row[i].b, row[i].proto);
		segward_eve_community_id(&event, there);
		flow(y, row[i].b, x, icmp ? 0 : row[i].a, row[i].proto);
		segward_eve_community_id(&event, back);
		CHECK_EQ(!strcmp(there, back), row[i].same);
	}
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	RUN(an_alert_is_written_with_suricatas_keys);
	RUN(monitor_mode_says_what_prevent_would_do);
	RUN(a_reject_says_whom_it_tells_and_how);
	RUN(a_drop_before_inspection_is_about_the_outer_packet);
	RUN(a_drop_of_a_known_packet_has_its_header);
	RUN(a_reputation_event_tells_the_entry);
	RUN(anomalies_states_and_losses_have_their_objects);
	RUN(a_packet_says_which_protocol_its_flow_has);
	RUN(icmp_has_type_and_code_in_place_of_ports);
	RUN(a_protocol_without_a_name_is_its_number);
	RUN(arguments_are_what_is_behind_the_sid);
	RUN(strings_that_are_no_utf8_are_escaped);
	RUN(every_line_is_one_json_object);
	RUN(community_ids_are_those_of_other_tools);
	RUN(community_ids_do_not_depend_on_the_direction);
	return tap_done();
}
