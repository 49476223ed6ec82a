// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of records: which buffers of a transaction are told, and what
 * becomes of them in JSON; exact lines, byte by byte.
 */
#include <arpa/inet.h>
#include <json-c/json.h>
#include <linux/segward.h>
#include <stdlib.h>

#include "app/dns_record.h"
#include "eve/record.h"
#include "flow.h"
#include "tap.h"

#define HAS(line, what)	CHECK(strstr(line, what))
#define HAS_NOT(line, what)	CHECK(!strstr(line, what))

#define ITEMS	256

/* A transaction that has what a test says. */
static struct fake {
	struct segward_transaction tx;
	struct segward_app_item item[ITEMS];
	u32 nr;
} fake;

static struct segward_eve_event event;
static struct segward_eve_buffer room[SEGWARD_RECORD_BUFFERS];
static char line[65536];

bool segward_transaction_next(const struct segward_transaction *tx, u32 *at,
			      struct segward_app_item *item)
{
	CHECK(tx == &fake.tx);
	if (*at == fake.nr)
		return false;
	*item = fake.item[(*at)++];
	return true;
}

/* A packet of the flow, on its way to the server. */
static void begin(u8 proto)
{
	memset(&fake, 0, sizeof(fake));
	fake.tx.proto = proto;
	memset(&event, 0, sizeof(event));
	event.time = 1600000000123456789ull;
	event.family = SEGWARD_FAMILY_IPV4;
	inet_pton(AF_INET, "192.0.2.1", event.src);
	inet_pton(AF_INET, "192.0.2.2", event.dst);
	event.protocol = 6;
	event.has_ports = true;
	event.src_port = 40000;
	event.dst_port = 80;
	event.flow_id = 77;
	event.flow_direction = SEGWARD_FLOW_DIRECTION_TO_SERVER;
}

static void bytes(u8 direction, u8 buffer, const void *data, u32 len)
{
	struct segward_app_item *item = &fake.item[fake.nr++];

	memset(item, 0, sizeof(*item));
	item->kind = SEGWARD_APP_BUFFER;
	item->direction = direction;
	item->buffer = buffer;
	item->part = SEGWARD_APP_FIRST | SEGWARD_APP_LAST;
	item->data = data;
	item->len = len;
}

static void client(u8 buffer, const char *s)
{
	bytes(SEGWARD_APP_TOSERVER, buffer, s, (u32)strlen(s));
}

static void server(u8 buffer, const char *s)
{
	bytes(SEGWARD_APP_TOCLIENT, buffer, s, (u32)strlen(s));
}

static const char *print(void)
{
	FILE *out;

	memset(line, 0, sizeof(line));
	CHECK(segward_eve_record(&event, &fake.tx, room));
	out = fmemopen(line, sizeof(line) - 1, "w");
	CHECK_EQ(segward_eve_print(out, &event), 0);
	fclose(out);
	return line;
}

#define FRAME(type) \
	"{\"timestamp\":\"2020-09-13T12:26:40.123456+0000\",\"flow_id\":77," \
	"\"event_type\":\"" type "\"," \
	"\"src_ip\":\"192.0.2.1\",\"src_port\":40000," \
	"\"dest_ip\":\"192.0.2.2\",\"dest_port\":80,\"proto\":\"TCP\"," \
	"\"pkt_src\":\"wire/pcap\"," \
	"\"community_id\":\"1:G+HkHCrmxWLQgwEnSytJ6z6uCFc=\","

/* The object of the record; the frame has tests of its own. */
static const char *detail(const char *type)
{
	static char want[32];
	const char *at;

	snprintf(want, sizeof(want), "\"%s\":{", type);
	at = strstr(print(), want);
	CHECK(at);
	return at ? at + strlen(want) - 1 : "";
}

static void a_request_and_its_response_are_one_line(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	fake.tx.id = 3;
	fake.tx.body[SEGWARD_APP_TOSERVER] = 10;
	fake.tx.body[SEGWARD_APP_TOCLIENT] = 20;
	fake.tx.message[SEGWARD_APP_TOCLIENT] = 5000000000;
	fake.tx.done = BIT(SEGWARD_APP_TOCLIENT);
	client(SEGWARD_BUFFER_HTTP_REQUEST_LINE, "GET /%61?b HTTP/1.1");
	client(SEGWARD_BUFFER_HTTP_METHOD, "GET");
	client(SEGWARD_BUFFER_HTTP_URI, "/a?b");
	client(SEGWARD_BUFFER_HTTP_URI_RAW, "/%61?b");
	client(SEGWARD_BUFFER_HTTP_PROTOCOL, "HTTP/1.1");
	client(SEGWARD_BUFFER_HTTP_HEADER, "Host: Example.ORG:8080\r\n");
	client(SEGWARD_BUFFER_HTTP_HOST, "example.org");
	client(SEGWARD_BUFFER_HTTP_HOST_RAW, "Example.ORG:8080");
	client(SEGWARD_BUFFER_HTTP_USER_AGENT, "curl/8 \"x\"");
	client(SEGWARD_BUFFER_HTTP_REFERER, "http://r.example/");
	client(SEGWARD_BUFFER_HTTP_CONTENT_TYPE, "text/request");
	server(SEGWARD_BUFFER_HTTP_PROTOCOL, "HTTP/1.0");
	server(SEGWARD_BUFFER_HTTP_STAT_CODE, "301");
	server(SEGWARD_BUFFER_HTTP_CONTENT_TYPE, "text/html; charset=x");
	server(SEGWARD_BUFFER_HTTP_LOCATION, "https://example.org/");
	CHECK_STR(print(),
		  FRAME("http") "\"tx_id\":3,\"http\":{"
		  "\"hostname\":\"example.org\",\"http_port\":8080,"
		  "\"url\":\"/%61?b\",\"http_user_agent\":\"curl/8 \\\"x\\\"\","
		  "\"http_refer\":\"http://r.example/\","
		  "\"http_method\":\"GET\",\"protocol\":\"HTTP/1.1\","
		  "\"http_content_type\":\"text/html\",\"status\":301,"
		  "\"redirect\":\"https://example.org/\","
		  "\"length\":5000000000}}\n");
	CHECK_EQ(event.nr_buffers, 10);
}

static void what_is_missing_is_left_out(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	CHECK_STR(print(), FRAME("http") "\"tx_id\":0,\"http\":{\"length\":0}}\n");
	begin(SEGWARD_APP_PROTO_TLS);
	CHECK_STR(print(), FRAME("tls") "\"tx_id\":0,\"tls\":"
		  "{\"version\":\"UNDETERMINED\"}}\n");
	begin(SEGWARD_APP_PROTO_SSH);
	CHECK_STR(print(), FRAME("ssh") "\"tx_id\":0,\"ssh\":{}}\n");
	begin(SEGWARD_APP_PROTO_DNS);
	CHECK_STR(print(), FRAME("dns") "\"tx_id\":0,\"dns\":{}}\n");
	begin(SEGWARD_APP_PROTO_FAILED);
	CHECK(!segward_eve_record(&event, &fake.tx, room));
}

static void ports_are_those_of_the_host_header(void)
{
	static const struct {
		const char *host, *want;
	} row[] = {
		{ "a", "{\"length\":0}" },
		{ "a:", "{\"length\":0}" },
		{ "a:1", "{\"http_port\":1,\"length\":0}" },
		{ "a:65535", "{\"http_port\":65535,\"length\":0}" },
		{ "a:65536", "{\"length\":0}" },
		{ "a:99999999999", "{\"length\":0}" },
		{ "a:8o", "{\"length\":0}" },
		{ "[2001:db8::1]", "{\"length\":0}" },
		{ "[2001:db8::1]:443", "{\"http_port\":443,\"length\":0}" },
	};
	char want[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		begin(SEGWARD_APP_PROTO_HTTP);
		client(SEGWARD_BUFFER_HTTP_HOST_RAW, row[i].host);
		snprintf(want, sizeof(want), "%s}\n", row[i].want);
		CHECK_STR(detail("http"), want);
	}
}

static void the_last_response_counts_and_the_first_request(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	client(SEGWARD_BUFFER_HTTP_HOST, "first");
	client(SEGWARD_BUFFER_HTTP_HOST, "second");
	server(SEGWARD_BUFFER_HTTP_STAT_CODE, "100");
	server(SEGWARD_BUFFER_HTTP_STAT_CODE, "204");
	CHECK_STR(detail("http"),
		  "{\"hostname\":\"first\",\"status\":204,\"length\":0}}\n");
}

static void a_status_that_is_no_number_is_a_string(void)
{
	static const char * const code[] = { "2o0", "000", "2000", "" };
	char want[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(code); i++) {
		begin(SEGWARD_APP_PROTO_HTTP);
		server(SEGWARD_BUFFER_HTTP_STAT_CODE, code[i]);
		snprintf(want, sizeof(want),
			 "{\"status_string\":\"%s\",\"length\":0}}\n", code[i]);
		CHECK_STR(detail("http"), want);
	}
}

static void a_handshake_has_fingerprints_and_the_certificate(void)
{
	begin(SEGWARD_APP_PROTO_TLS);
	client(SEGWARD_BUFFER_TLS_SNI, "www.example.org");
	client(SEGWARD_BUFFER_TLS_ALPN, "h2");
	client(SEGWARD_BUFFER_TLS_ALPN, "http/1.1");
	client(SEGWARD_BUFFER_JA3_STRING, "771,1-2,3,4,5");
	client(SEGWARD_BUFFER_JA3_HASH, "aa11");
	client(SEGWARD_BUFFER_JA4_HASH, "t13d_x_y");
	server(SEGWARD_BUFFER_TLS_VERSION, "TLS 1.2");
	server(SEGWARD_BUFFER_TLS_ALPN, "h2");
	server(SEGWARD_BUFFER_JA3S_STRING, "771,6,7");
	server(SEGWARD_BUFFER_JA3S_HASH, "bb22");
	server(SEGWARD_BUFFER_TLS_CERTS, "\x30\x82");
	server(SEGWARD_BUFFER_TLS_CERT_SUBJECT, "CN=www");
	server(SEGWARD_BUFFER_TLS_CERT_ISSUER, "CN=ca");
	server(SEGWARD_BUFFER_TLS_CERT_SERIAL, "0A:1B");
	server(SEGWARD_BUFFER_TLS_CERT_FINGERPRINT, "0a:1b");
	server(SEGWARD_BUFFER_TLS_NOT_BEFORE, "2024-05-01T12:00:00");
	server(SEGWARD_BUFFER_TLS_NOT_AFTER, "2025-05-01T12:00:00");
	CHECK_STR(print(),
		  FRAME("tls") "\"tx_id\":0,\"tls\":{"
		  "\"subject\":\"CN=www\",\"issuerdn\":\"CN=ca\","
		  "\"serial\":\"0A:1B\",\"fingerprint\":\"0a:1b\","
		  "\"notbefore\":\"2024-05-01T12:00:00\","
		  "\"notafter\":\"2025-05-01T12:00:00\","
		  "\"sni\":\"www.example.org\",\"version\":\"TLS 1.2\","
		  "\"ja3\":{\"hash\":\"aa11\",\"string\":\"771,1-2,3,4,5\"},"
		  "\"ja3s\":{\"hash\":\"bb22\",\"string\":\"771,6,7\"},"
		  "\"ja4\":\"t13d_x_y\","
		  "\"client_alpns\":[\"h2\",\"http/1.1\"],"
		  "\"server_alpns\":[\"h2\"]}}\n");
}

static void a_second_hello_counts_and_a_clients_certificate_is_its_own(void)
{
	begin(SEGWARD_APP_PROTO_TLS);
	client(SEGWARD_BUFFER_TLS_ALPN, "h2");
	client(SEGWARD_BUFFER_JA3_HASH, "one");
	client(SEGWARD_BUFFER_TLS_ALPN, "h2");
	client(SEGWARD_BUFFER_JA3_HASH, "two");
	client(SEGWARD_BUFFER_TLS_CERT_SUBJECT, "CN=me");
	CHECK_STR(detail("tls"),
		  "{\"version\":\"UNDETERMINED\",\"ja3\":{\"hash\":\"two\"},"
		  "\"client_alpns\":[\"h2\"],"
		  "\"client\":{\"subject\":\"CN=me\"}}}\n");
}

static void a_session_goes_on_if_no_certificate_comes(void)
{
	begin(SEGWARD_APP_PROTO_TLS);
	server(SEGWARD_BUFFER_TLS_VERSION, "TLS 1.2");
	server(SEGWARD_BUFFER_TLS_RESUMED, "\1");
	CHECK_STR(detail("tls"),
		  "{\"session_resumed\":true,\"version\":\"TLS 1.2\"}}\n");
	server(SEGWARD_BUFFER_TLS_CERT_SUBJECT, "CN=www");
	CHECK_STR(detail("tls"),
		  "{\"subject\":\"CN=www\",\"version\":\"TLS 1.2\"}}\n");
}

static void banners_are_of_client_and_server(void)
{
	begin(SEGWARD_APP_PROTO_SSH);
	client(SEGWARD_BUFFER_SSH_PROTO, "2.0");
	client(SEGWARD_BUFFER_SSH_SOFTWARE, "PuTTY");
	server(SEGWARD_BUFFER_SSH_PROTO, "1.99");
	server(SEGWARD_BUFFER_SSH_SOFTWARE, "OpenSSH_9.2p1");
	CHECK_STR(print(),
		  FRAME("ssh") "\"tx_id\":0,\"ssh\":{"
		  "\"client\":{\"proto_version\":\"2.0\",\"software_version\":\"PuTTY\"},"
		  "\"server\":{\"proto_version\":\"1.99\",\"software_version\":\"OpenSSH_9.2p1\"}}}\n");
	begin(SEGWARD_APP_PROTO_SSH);
	server(SEGWARD_BUFFER_SSH_PROTO, "2.0");
	CHECK_STR(detail("ssh"), "{\"server\":{\"proto_version\":\"2.0\"}}}\n");
}

/* --- DNS --------------------------------------------------------------- */

static u8 message[1 << 16];
static u32 used;

static void header(u8 direction, u16 id, u16 flags)
{
	u8 *at = message;

	memset(message, 0, SEGWARD_DNS_HEADER);
	put_unaligned_be16(id, at);
	put_unaligned_be16(flags, at + 2);
	used = SEGWARD_DNS_HEADER;
	bytes(direction, SEGWARD_BUFFER_DNS_HEADER, at, SEGWARD_DNS_HEADER);
}

static void question(u8 direction, u16 type, const char *name)
{
	u8 *at = message + used;

	put_unaligned_be16(type, at);
	put_unaligned_be16(SEGWARD_DNS_CLASS_IN, at + 2);
	memcpy(at + 4, name, strlen(name));
	used += 4 + (u32)strlen(name);
	bytes(direction, SEGWARD_BUFFER_DNS_QUESTION, at,
	      (u32)(message + used - at));
}

static void record_of(u8 section, u8 flags, u16 type, const char *name,
		      const void *data, u32 len)
{
	u8 *at = message + used;
	u32 name_len = (u32)strlen(name);

	at[0] = section;
	at[1] = flags;
	put_unaligned_be16(type, at + 2);
	put_unaligned_be16(SEGWARD_DNS_CLASS_IN, at + 4);
	put_unaligned_be32(3600, at + 6);
	put_unaligned_be16((u16)len, at + 10);
	at[12] = (u8)name_len;
	memcpy(at + 13, name, name_len);
	memcpy(at + 13 + name_len, data, len);
	used += 13 + name_len + len;
	bytes(SEGWARD_APP_TOCLIENT, SEGWARD_BUFFER_DNS_RECORD, at,
	      13 + name_len + len);
}

static void answer(u16 type, const void *data, u32 len)
{
	record_of(SEGWARD_DNS_ANSWERS, SEGWARD_DNS_DECODED, type, "a.b", data,
		  len);
}

static void a_query_has_its_question(void)
{
	begin(SEGWARD_APP_PROTO_DNS);
	fake.tx.id = 9;
	header(SEGWARD_APP_TOSERVER, 0x1234, 0x0100);
	client(SEGWARD_BUFFER_DNS_QUERY, "www.example.org");
	question(SEGWARD_APP_TOSERVER, 28, "www.example.org");
	CHECK_STR(print(),
		  FRAME("dns") "\"tx_id\":9,\"dns\":{\"version\":2,"
		  "\"type\":\"query\","
		  "\"id\":4660,\"rrname\":\"www.example.org\","
		  "\"rrtype\":\"AAAA\",\"tx_id\":9,\"opcode\":0}}\n");
	CHECK_EQ(event.nr_buffers, 2);
}

static void each_question_of_a_query_has_its_line(void)
{
	begin(SEGWARD_APP_PROTO_DNS);
	header(SEGWARD_APP_TOSERVER, 1, 0x2840);
	question(SEGWARD_APP_TOSERVER, 1, "one");
	question(SEGWARD_APP_TOSERVER, 4711, "");
	CHECK_STR(print(),
		  FRAME("dns") "\"tx_id\":0,\"dns\":{\"version\":2,"
		  "\"type\":\"query\","
		  "\"id\":1,\"rrname\":\"one\",\"rrtype\":\"A\","
		  "\"tx_id\":0,\"z\":true,\"opcode\":5}}\n"
		  FRAME("dns") "\"tx_id\":0,\"dns\":{\"version\":2,"
		  "\"type\":\"query\","
		  "\"id\":1,\"rrname\":\"\",\"rrtype\":\"4711\","
		  "\"tx_id\":0,\"z\":true,\"opcode\":5}}\n");
}

static void a_query_without_questions_is_still_told(void)
{
	begin(SEGWARD_APP_PROTO_DNS);
	header(SEGWARD_APP_TOSERVER, 1, 0);
	CHECK_STR(detail("dns"),
		  "{\"version\":2,\"type\":\"query\",\"id\":1,\"tx_id\":0,"
		  "\"opcode\":0}}\n");
}

static void an_answer_has_its_records_one_by_one_and_grouped(void)
{
	begin(SEGWARD_APP_PROTO_DNS);
	header(SEGWARD_APP_TOCLIENT, 2, 0x8180);
	question(SEGWARD_APP_TOCLIENT, 1, "a.b");
	answer(SEGWARD_DNS_TYPE_CNAME, "c.d", 3);
	record_of(SEGWARD_DNS_ANSWERS, SEGWARD_DNS_DECODED, 1, "c.d",
		  "\xc0\x00\x02\x07", 4);
	record_of(SEGWARD_DNS_ANSWERS, SEGWARD_DNS_DECODED, 1, "c.d",
		  "\xc0\x00\x02\x08", 4);
	CHECK_STR(detail("dns"),
		  "{\"version\":2,\"type\":\"answer\",\"id\":2,"
		  "\"flags\":\"8180\",\"qr\":true,\"rd\":true,\"ra\":true,"
		  "\"opcode\":0,\"rrname\":\"a.b\",\"rrtype\":\"A\","
		  "\"rcode\":\"NOERROR\",\"answers\":["
		  "{\"rrname\":\"a.b\",\"rrtype\":\"CNAME\",\"ttl\":3600,\"rdata\":\"c.d\"},"
		  "{\"rrname\":\"c.d\",\"rrtype\":\"A\",\"ttl\":3600,\"rdata\":\"192.0.2.7\"},"
		  "{\"rrname\":\"c.d\",\"rrtype\":\"A\",\"ttl\":3600,\"rdata\":\"192.0.2.8\"}],"
		  "\"grouped\":{\"CNAME\":[\"c.d\"],\"A\":[\"192.0.2.7\",\"192.0.2.8\"]}}}\n");
}

static void all_flags_and_codes_are_told(void)
{
	static const struct {
		u16 flags;
		const char *want;
	} row[] = {
		{ 0x8643, "\"flags\":\"8643\",\"qr\":true,\"aa\":true,\"tc\":true,"
		  "\"z\":true,\"opcode\":0,\"rcode\":\"NXDOMAIN\"" },
		{ 0x8005, "\"flags\":\"8005\",\"qr\":true,\"opcode\":0,\"rcode\":\"REFUSED\"" },
		{ 0x800a, "\"rcode\":\"NOTZONE\"" },
		{ 0x800f, "\"rcode\":\"15\"" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		begin(SEGWARD_APP_PROTO_DNS);
		header(SEGWARD_APP_TOCLIENT, 2, row[i].flags);
		HAS(detail("dns"), row[i].want);
		HAS_NOT(line, "answers");
		HAS_NOT(line, "grouped");
	}
}

static void data_is_told_by_its_type(void)
{
	static const u8 soa[] = "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\5\2nsr.b";
	static const struct {
		u16 type;
		const char *data;
		u32 len;
		const char *want;
	} row[] = {
		{ 28, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16,
		  "\"AAAA\",\"ttl\":3600,"
		  "\"rdata\":\"2001:0db8:0000:0000:0000:0000:0000:0001\"}" },
		{ 2, "ns", 2, "\"NS\",\"ttl\":3600,\"rdata\":\"ns\"}" },
		{ 12, "", 0, "\"PTR\",\"ttl\":3600,\"rdata\":\"\"}" },
		{ 15, "\0\12mx", 4, "\"MX\",\"ttl\":3600,\"rdata\":\"mx\"}" },
		{ 10, "a\0b", 3, "\"NULL\",\"ttl\":3600,\"rdata\":\"a\\u0000b\"}" },
		{ 33, "\0\1\0\2\1\273srv", 9,
		  "\"SRV\",\"ttl\":3600,\"srv\":{\"priority\":1,\"weight\":2,"
		  "\"port\":443,\"name\":\"srv\"}}" },
		{ 44, "\1\2\xab\xcd", 4,
		  "\"SSHFP\",\"ttl\":3600,\"sshfp\":{"
		  "\"fingerprint\":\"ab:cd\",\"algo\":1,\"type\":2}}" },
		{ 6, (const char *)soa, 20 + 1 + 2 + 3,
		  "\"SOA\",\"ttl\":3600,\"soa\":{\"mname\":\"ns\",\"rname\":\"r.b\","
		  "\"serial\":1,\"refresh\":2,\"retry\":3,\"expire\":4,\"minimum\":5}}" },
		{ 16, "\1a\3b c\0", 7, "\"TXT\",\"ttl\":3600,\"rdata\":\"a\"},"
		  "{\"rrname\":\"a.b\",\"rrtype\":\"TXT\",\"ttl\":3600,\"rdata\":\"b c\"},"
		  "{\"rrname\":\"a.b\",\"rrtype\":\"TXT\",\"ttl\":3600,\"rdata\":\"\"}" },
		{ 65, "xyz", 3, "\"HTTPS\",\"ttl\":3600}" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		begin(SEGWARD_APP_PROTO_DNS);
		header(SEGWARD_APP_TOCLIENT, 2, 0x8000);
		answer(row[i].type, row[i].data, row[i].len);
		HAS(detail("dns"), row[i].want);
	}
}

static void data_that_is_not_decoded_or_cut_is_left_out(void)
{
	static const u16 type[] = { 1, 28, 5, 6, 16, 33, 44 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(type); i++) {
		begin(SEGWARD_APP_PROTO_DNS);
		header(SEGWARD_APP_TOCLIENT, 2, 0x8000);
		record_of(SEGWARD_DNS_ANSWERS, 0, type[i], "a.b", "\1", 1);
		HAS(detail("dns"), "\"ttl\":3600}],\"grouped\":{}");
	}
	/* cut behind the numbers of an SOA, within those of an SRV */
	begin(SEGWARD_APP_PROTO_DNS);
	header(SEGWARD_APP_TOCLIENT, 2, 0x8000);
	answer(SEGWARD_DNS_TYPE_SOA, "0123456789012345678901234", 24);
	fake.item[1].len -= 4;
	answer(SEGWARD_DNS_TYPE_SRV, "\0\1\0\2\0\3srv", 9);
	fake.item[2].len -= 4;
	answer(SEGWARD_DNS_TYPE_A, "\1\2\3\4", 4);
	fake.item[3].len -= 1;
	/* and within the record's own header: it is not there at all */
	answer(SEGWARD_DNS_TYPE_A, "\1\2\3\4", 4);
	fake.item[4].len = 12;
	HAS(detail("dns"),
	    "\"answers\":[{\"rrname\":\"a.b\",\"rrtype\":\"SOA\",\"ttl\":3600},"
	    "{\"rrname\":\"a.b\",\"rrtype\":\"SRV\",\"ttl\":3600},"
	    "{\"rrname\":\"a.b\",\"rrtype\":\"A\",\"ttl\":3600}],\"grouped\":{}}}");
}

static void authorities_are_told_and_additional_records_are_not(void)
{
	begin(SEGWARD_APP_PROTO_DNS);
	header(SEGWARD_APP_TOCLIENT, 2, 0x8003);
	record_of(SEGWARD_DNS_AUTHORITIES, SEGWARD_DNS_DECODED, 2, "b", "ns",
		  2);
	record_of(SEGWARD_DNS_ADDITIONALS, SEGWARD_DNS_DECODED, 1, "ns",
		  "\1\2\3\4", 4);
	HAS(detail("dns"),
	    "\"rcode\":\"NXDOMAIN\",\"authorities\":["
	    "{\"rrname\":\"b\",\"rrtype\":\"NS\",\"ttl\":3600,\"rdata\":\"ns\"}]}}\n");
	CHECK_EQ(event.nr_buffers, 2);
}

/* --- All of them ------------------------------------------------------- */

static void strings_that_are_no_utf8_are_escaped(void)
{
	begin(SEGWARD_APP_PROTO_HTTP);
	bytes(SEGWARD_APP_TOSERVER, SEGWARD_BUFFER_HTTP_URI_RAW,
	      "/\xff\0\x1b[0m\xc3\xa9\xe2\x82", 11);
	HAS(detail("http"),
	    "\"url\":\"/\\\\xff\\u0000\\u001b[0m\\\\xc3\\\\xa9\\\\xe2\\\\x82\"");
}

static void the_source_is_the_client_whoever_sent_last(void)
{
	uint8_t address[16];

	begin(SEGWARD_APP_PROTO_SSH);
	memcpy(address, event.src, 16);
	memcpy(event.src, event.dst, 16);
	memcpy(event.dst, address, 16);
	event.src_port = 80;
	event.dst_port = 40000;
	event.flow_direction = SEGWARD_FLOW_DIRECTION_TO_CLIENT;
	CHECK_STR(print(), FRAME("ssh") "\"tx_id\":0,\"ssh\":{}}\n");
}

static void what_belongs_to_the_packet_alone_is_not_told(void)
{
	begin(SEGWARD_APP_PROTO_SSH);
	event.verdict = SEGWARD_VERDICT_DROP;
	event.would = SEGWARD_VERDICT_DROP;
	event.reason = SEGWARD_REASON_RULE;
	event.has_outer = true;
	event.has_srh = true;
	event.encapsulation = SEGWARD_ENCAPSULATION_IPV6;
	event.app_proto = SEGWARD_APP_PROTO_SSH;
	event.has_sid = true;
	inet_pton(AF_INET6, "2001:3e8::", event.sid);
	event.sid_len = 128;
	event.profile = "iot";
	print();
	HAS(line, "\"pkt_src\":\"ipv6 tunnel\"");
	HAS(line, "\"srv6\":{\"sid\":\"2001:3e8::/128\",\"zone\":0,\"profile\":\"iot\"}}");
	HAS_NOT(line, "verdict");
	HAS_NOT(line, "\"tunnel\"");
	HAS_NOT(line, "segments");
	HAS_NOT(line, "direction");
	HAS_NOT(line, "app_proto");
}

static void a_long_buffer_is_cut(void)
{
	static char uri[SEGWARD_RECORD_BUFFER + 2];
	u32 len;

	memset(uri, 'x', sizeof(uri) - 1);
	for (len = SEGWARD_RECORD_BUFFER - 1; len <= SEGWARD_RECORD_BUFFER + 1;
	     len++) {
		begin(SEGWARD_APP_PROTO_HTTP);
		bytes(SEGWARD_APP_TOSERVER, SEGWARD_BUFFER_HTTP_URI_RAW, uri,
		      len);
		print();
		CHECK_EQ(event.buffers[0].len,
			 min_t(u32, len, SEGWARD_RECORD_BUFFER));
		CHECK_EQ(event.truncated, len > SEGWARD_RECORD_BUFFER);
		CHECK_EQ(!!strstr(line, "\"length\":0,\"truncated\":true}}"),
			 len > SEGWARD_RECORD_BUFFER);
	}
}

static void all_buffers_together_are_bounded(void)
{
	static char text[SEGWARD_RECORD_BUFFER];
	u32 extra, i, total;

	for (extra = 0; extra < 2; extra++) {
		begin(SEGWARD_APP_PROTO_TLS);
		for (i = 0; i < SEGWARD_RECORD_BYTES / sizeof(text); i++)
			bytes(SEGWARD_APP_TOSERVER, SEGWARD_BUFFER_TLS_ALPN,
			      text, sizeof(text) - !i);
		/* what is not told takes no room */
		bytes(SEGWARD_APP_TOCLIENT, SEGWARD_BUFFER_TLS_CERTS, text,
		      sizeof(text));
		bytes(SEGWARD_APP_TOSERVER, SEGWARD_BUFFER_TLS_SNI, "ab",
		      1 + extra);
		CHECK(segward_eve_record(&event, &fake.tx, room));
		CHECK_EQ(event.nr_buffers, i + 1);
		for (i = 0, total = 0; i < event.nr_buffers; i++)
			total += event.buffers[i].len;
		CHECK_EQ(total, SEGWARD_RECORD_BYTES);
		CHECK_EQ(event.truncated, extra);
	}
	bytes(SEGWARD_APP_TOSERVER, SEGWARD_BUFFER_TLS_SNI, "", 0);
	CHECK(segward_eve_record(&event, &fake.tx, room));
	CHECK_EQ(event.nr_buffers, 9);
	CHECK(event.truncated);
}

static void so_many_buffers_are_told_and_no_more(void)
{
	u32 nr, i;

	for (nr = SEGWARD_RECORD_BUFFERS; nr <= SEGWARD_RECORD_BUFFERS + 1;
	     nr++) {
		begin(SEGWARD_APP_PROTO_TLS);
		for (i = 0; i < nr; i++)
			client(SEGWARD_BUFFER_TLS_ALPN, "x");
		CHECK(segward_eve_record(&event, &fake.tx, room));
		CHECK_EQ(event.nr_buffers, SEGWARD_RECORD_BUFFERS);
		CHECK_EQ(event.truncated, nr > SEGWARD_RECORD_BUFFERS);
	}
}

static void what_the_transaction_lost_makes_it_truncated(void)
{
	begin(SEGWARD_APP_PROTO_SSH);
	fake.tx.truncated = true;
	CHECK_STR(detail("ssh"), "{\"truncated\":true}}\n");
}

static void events_of_a_protocol_are_no_buffers(void)
{
	begin(SEGWARD_APP_PROTO_SSH);
	client(SEGWARD_BUFFER_SSH_PROTO, "2.0");
	fake.item[0].kind = SEGWARD_APP_EVENT;
	CHECK_STR(detail("ssh"), "{}}\n");
}

/* --- Flows ------------------------------------------------------------- */

static struct segward_flow_info info;

static void flow_begin(u8 proto)
{
	memset(&info, 0, sizeof(info));
	info.id = 77;
	info.key.family = SEGWARD_FAMILY_IPV4;
	info.key.proto = proto;
	info.key.zone = 7;
	inet_pton(AF_INET, "192.0.2.1", info.key.addr[0]);
	inet_pton(AF_INET, "192.0.2.2", info.key.addr[1]);
	info.key.port[0] = 40000;
	info.key.port[1] = 80;
	info.state = SEGWARD_FLOW_STATE_CLOSED;
	info.began = 1600000000900000000ull;
	info.last = 1600000061100000000ull;
	info.packets[0] = 5;
	info.packets[1] = 4;
	info.bytes[0] = 600;
	info.bytes[1] = 5000000000;
	info.end_reason = SEGWARD_FLOW_END_TIMEOUT;
}

static const char *print_flow(void)
{
	FILE *out;

	memset(&event, 0, sizeof(event));
	event.time = 1600000100123456789ull;
	segward_eve_flow(&event, &info);
	memset(line, 0, sizeof(line));
	out = fmemopen(line, sizeof(line) - 1, "w");
	CHECK_EQ(segward_eve_print(out, &event), 0);
	fclose(out);
	return line;
}

static void a_flow_tells_what_it_was(void)
{
	flow_begin(6);
	info.app_proto = SEGWARD_APP_PROTO_HTTP;
	info.alerted = true;
	CHECK_STR(print_flow(),
		  "{\"timestamp\":\"2020-09-13T12:28:20.123456+0000\","
		  "\"flow_id\":77,\"event_type\":\"flow\","
		  "\"src_ip\":\"192.0.2.1\",\"src_port\":40000,"
		  "\"dest_ip\":\"192.0.2.2\",\"dest_port\":80,"
		  "\"proto\":\"TCP\","
		  "\"community_id\":\"1:G+HkHCrmxWLQgwEnSytJ6z6uCFc=\","
		  "\"app_proto\":\"http\",\"flow\":{"
		  "\"pkts_toserver\":5,\"pkts_toclient\":4,"
		  "\"bytes_toserver\":600,\"bytes_toclient\":5000000000,"
		  "\"start\":\"2020-09-13T12:26:40.900000+0000\","
		  "\"end\":\"2020-09-13T12:27:41.100000+0000\",\"age\":61,"
		  "\"state\":\"closed\",\"reason\":\"timeout\","
		  "\"alerted\":true},\"srv6\":{\"zone\":7}}\n");
}

static void a_flow_says_why_it_ended_and_in_which_state(void)
{
	flow_begin(17);
	info.state = SEGWARD_FLOW_STATE_NEW;
	info.end_reason = SEGWARD_FLOW_END_FORCED;
	print_flow();
	HAS(line, "\"state\":\"new\",\"reason\":\"forced\",\"alerted\":false}");
	HAS_NOT(line, "app_proto");
	info.state = SEGWARD_FLOW_STATE_ESTABLISHED;
	info.end_reason = SEGWARD_FLOW_END_SHUTDOWN;
	info.app_proto = SEGWARD_APP_PROTO_FAILED;
	print_flow();
	HAS(line, "\"state\":\"established\",\"reason\":\"shutdown\"");
	HAS(line, "\"app_proto\":\"failed\"");
}

static void a_flow_of_icmp_has_neither_ports_nor_community_id(void)
{
	flow_begin(1);
	print_flow();
	HAS(line, "\"proto\":\"ICMP\",\"flow\":{");
	HAS_NOT(line, "port");
	HAS_NOT(line, "icmp_type");
	/* without ports by nature, it has one */
	flow_begin(47);
	HAS(print_flow(), "\"community_id\":");
}

static void a_clock_that_went_back_makes_no_age(void)
{
	flow_begin(6);
	info.last = info.began - 2000000000;
	HAS(print_flow(), "\"age\":0,");
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	RUN(a_request_and_its_response_are_one_line);
	RUN(what_is_missing_is_left_out);
	RUN(ports_are_those_of_the_host_header);
	RUN(the_last_response_counts_and_the_first_request);
	RUN(a_status_that_is_no_number_is_a_string);
	RUN(a_handshake_has_fingerprints_and_the_certificate);
	RUN(a_second_hello_counts_and_a_clients_certificate_is_its_own);
	RUN(a_session_goes_on_if_no_certificate_comes);
	RUN(banners_are_of_client_and_server);
	RUN(a_query_has_its_question);
	RUN(each_question_of_a_query_has_its_line);
	RUN(a_query_without_questions_is_still_told);
	RUN(an_answer_has_its_records_one_by_one_and_grouped);
	RUN(all_flags_and_codes_are_told);
	RUN(data_is_told_by_its_type);
	RUN(data_that_is_not_decoded_or_cut_is_left_out);
	RUN(authorities_are_told_and_additional_records_are_not);
	RUN(strings_that_are_no_utf8_are_escaped);
	RUN(the_source_is_the_client_whoever_sent_last);
	RUN(what_belongs_to_the_packet_alone_is_not_told);
	RUN(a_long_buffer_is_cut);
	RUN(all_buffers_together_are_bounded);
	RUN(so_many_buffers_are_told_and_no_more);
	RUN(what_the_transaction_lost_makes_it_truncated);
	RUN(events_of_a_protocol_are_no_buffers);
	RUN(a_flow_tells_what_it_was);
	RUN(a_flow_says_why_it_ended_and_in_which_state);
	RUN(a_flow_of_icmp_has_neither_ports_nor_community_id);
	RUN(a_clock_that_went_back_makes_no_age);
	return tap_done();
}
