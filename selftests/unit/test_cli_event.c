// SPDX-License-Identifier: GPL-2.0
/*
 * What segward monitor makes of the kernel's events of records and flows.
 */
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/segward_buffer.h>
#include <stdlib.h>

#include "app/record.h"
#include "cli/event.h"
#include "tap.h"

static union {
	struct nlmsghdr nlh;
	char bytes[1 << 16];
} message;

static struct segward_eve_event event;
static char text[1 << 16];

static void begin(u32 type)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(message.bytes);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	mnl_attr_put_u32(nlh, SEGWARD_A_EVENT_TYPE, type);
	mnl_attr_put_u64(nlh, SEGWARD_A_EVENT_TIME, 1600000000123456789ull);
	mnl_attr_put_u32(nlh, SEGWARD_A_EVENT_FAMILY, SEGWARD_FAMILY_IPV4);
	mnl_attr_put_u32(nlh, SEGWARD_A_EVENT_SRC, htonl(0xc0000201));
	mnl_attr_put_u32(nlh, SEGWARD_A_EVENT_DST, htonl(0xc0000202));
	mnl_attr_put_u32(nlh, SEGWARD_A_EVENT_PROTOCOL, 6);
	mnl_attr_put_u32(nlh, SEGWARD_A_EVENT_SRC_PORT, 40000);
	mnl_attr_put_u32(nlh, SEGWARD_A_EVENT_DST_PORT, 80);
	mnl_attr_put_u64(nlh, SEGWARD_A_EVENT_FLOW_ID, 77);
}

static void put_u32(u16 type, u32 value)
{
	mnl_attr_put_u32(&message.nlh, type, value);
}

static void put_u64(u16 type, u64 value)
{
	mnl_attr_put_u64(&message.nlh, type, value);
}

static void put_flag(u16 type)
{
	mnl_attr_put(&message.nlh, type, 0, NULL);
}

static void buffer(u32 direction, u32 number, const char *data)
{
	struct nlmsghdr *nlh = &message.nlh;
	struct nlattr *nest = mnl_attr_nest_start(nlh, SEGWARD_A_EVENT_BUFFER);

	mnl_attr_put_u32(nlh, SEGWARD_A_EVENT_BUFFER_BUFFER, number);
	mnl_attr_put_u32(nlh, SEGWARD_A_EVENT_BUFFER_DIRECTION, direction);
	if (data)
		mnl_attr_put(nlh, SEGWARD_A_EVENT_BUFFER_DATA, strlen(data),
			     data);
	mnl_attr_nest_end(nlh, nest);
}

static void client(u32 number, const char *data)
{
	buffer(SEGWARD_FLOW_DIRECTION_TO_SERVER, number, data);
}

static void server(u32 number, const char *data)
{
	buffer(SEGWARD_FLOW_DIRECTION_TO_CLIENT, number, data);
}

/* What @print writes of the event in the message. */
static const char *printed(int (*print)(FILE *out))
{
	FILE *out;

	memset(text, 0, sizeof(text));
	event_read(&message.nlh, &event);
	out = fmemopen(text, sizeof(text) - 1, "w");
	CHECK_EQ(print(out), 0);
	fclose(out);
	return text;
}

static int print_json(FILE *out)
{
	return segward_eve_print(out, &event);
}

/* For people it goes to the standard output. */
static int print_text(FILE *out)
{
	FILE *was = stdout;

	stdout = out;
	event_print_text(&event);
	stdout = was;
	return 0;
}

#define FRAME(type) \
	"{\"timestamp\":\"2020-09-13T12:26:40.123456+0000\",\"flow_id\":77," \
	"\"event_type\":\"" type "\"," \
	"\"src_ip\":\"192.0.2.1\",\"src_port\":40000," \
	"\"dest_ip\":\"192.0.2.2\",\"dest_port\":80,\"proto\":\"TCP\","
#define RECORD_FRAME(type) \
	FRAME(type) "\"pkt_src\":\"wire/pcap\"," \
	"\"community_id\":\"1:G+HkHCrmxWLQgwEnSytJ6z6uCFc=\","
#define TEXT(type) \
	"2020-09-13T12:26:40.123456 " type \
	" tcp 192.0.2.1:40000 > 192.0.2.2:80"

static void http(void)
{
	begin(SEGWARD_EVENT_TYPE_HTTP);
	put_u32(SEGWARD_A_EVENT_TX_ID, 3);
	put_u64(SEGWARD_A_EVENT_BODY_TO_SERVER, 1);
	put_u64(SEGWARD_A_EVENT_BODY_TO_CLIENT, 5000000000);
	client(SEGWARD_BUFFER_HTTP_METHOD, "GET");
	client(SEGWARD_BUFFER_HTTP_URI_RAW, "/\x1b[0m\xff");
	client(SEGWARD_BUFFER_HTTP_USER_AGENT, "");
	server(SEGWARD_BUFFER_HTTP_STAT_CODE, "200");
}

static void a_record_is_read_and_written(void)
{
	http();
	CHECK_STR(printed(print_json),
		  RECORD_FRAME("http") "\"tx_id\":3,\"http\":{"
		  "\"url\":\"/\\u001b[0m\\\\xff\","
		  "\"http_user_agent\":\"\",\"http_method\":\"GET\","
		  "\"status\":200,\"length\":5000000000}}\n");
	CHECK_EQ(event.body[0], 1);
	CHECK_STR(printed(print_text),
		  TEXT("http") " url /\\x1b[0m\\xff http_user_agent "
		  " http_method GET status 200 length 5000000000\n");
}

static void members_of_members_are_written_for_people_as_json(void)
{
	begin(SEGWARD_EVENT_TYPE_SSH);
	client(SEGWARD_BUFFER_SSH_PROTO, "2.0");
	put_u32(SEGWARD_A_EVENT_ZONE, 7);
	put_flag(SEGWARD_A_EVENT_TRUNCATED);
	CHECK_STR(printed(print_text),
		  TEXT("ssh") " client {\"proto_version\":\"2.0\"}"
		  " truncated true zone 7\n");
}

static void one_record_leaves_nothing_to_the_next(void)
{
	http();
	printed(print_json);
	begin(SEGWARD_EVENT_TYPE_HTTP);
	CHECK_STR(printed(print_json),
		  RECORD_FRAME("http") "\"tx_id\":0,\"http\":{\"length\":0}}\n");
	CHECK_EQ(event.nr_buffers, 0);
}

static void a_buffer_without_data_is_none(void)
{
	begin(SEGWARD_EVENT_TYPE_HTTP);
	client(SEGWARD_BUFFER_HTTP_METHOD, NULL);
	put_flag(SEGWARD_A_EVENT_BUFFER);
	client(SEGWARD_BUFFER_HTTP_HOST, "h");
	CHECK_STR(printed(print_json),
		  RECORD_FRAME("http") "\"tx_id\":0,\"http\":{\"hostname\":\"h\",\"length\":0}}\n");
	CHECK_EQ(event.nr_buffers, 1);
}

static void more_buffers_than_there_may_be_are_not_read(void)
{
	u32 i, more;

	for (more = 0; more < 2; more++) {
		begin(SEGWARD_EVENT_TYPE_TLS);
		for (i = 0; i < SEGWARD_RECORD_BUFFERS + more; i++)
			client(SEGWARD_BUFFER_TLS_ALPN, "x");
		event_read(&message.nlh, &event);
		CHECK_EQ(event.nr_buffers, SEGWARD_RECORD_BUFFERS);
		CHECK_EQ(event.truncated, more);
	}
}

static void a_flow_is_read_and_written(void)
{
	begin(SEGWARD_EVENT_TYPE_FLOW);
	put_u32(SEGWARD_A_EVENT_ZONE, 7);
	put_u32(SEGWARD_A_EVENT_APP_PROTO, SEGWARD_APP_PROTO_TLS);
	put_u32(SEGWARD_A_EVENT_FLOW_STATE, SEGWARD_FLOW_STATE_CLOSED);
	put_u64(SEGWARD_A_EVENT_PACKETS_TO_SERVER, 5);
	put_u64(SEGWARD_A_EVENT_PACKETS_TO_CLIENT, 4);
	put_u64(SEGWARD_A_EVENT_BYTES_TO_SERVER, 600);
	put_u64(SEGWARD_A_EVENT_BYTES_TO_CLIENT, 5000000000);
	put_u64(SEGWARD_A_EVENT_START, 1600000000000000000ull);
	put_u64(SEGWARD_A_EVENT_END, 1600000002000000000ull);
	put_u32(SEGWARD_A_EVENT_END_REASON, SEGWARD_FLOW_END_FORCED);
	put_flag(SEGWARD_A_EVENT_ALERTED);
	CHECK_STR(printed(print_json),
		  FRAME("flow")
		  "\"community_id\":\"1:G+HkHCrmxWLQgwEnSytJ6z6uCFc=\","
		  "\"app_proto\":\"tls\",\"flow\":{"
		  "\"pkts_toserver\":5,\"pkts_toclient\":4,"
		  "\"bytes_toserver\":600,\"bytes_toclient\":5000000000,"
		  "\"start\":\"2020-09-13T12:26:40.000000+0000\","
		  "\"end\":\"2020-09-13T12:26:42.000000+0000\",\"age\":2,"
		  "\"state\":\"closed\",\"reason\":\"forced\","
		  "\"alerted\":true},\"srv6\":{\"zone\":7}}\n");
	CHECK_STR(printed(print_text),
		  TEXT("flow") " app-proto tls pkts_toserver 5 pkts_toclient 4"
		  " bytes_toserver 600 bytes_toclient 5000000000"
		  " start 2020-09-13T12:26:40.000000+0000"
		  " end 2020-09-13T12:26:42.000000+0000 age 2 state closed"
		  " reason forced alerted true zone 7\n");
}

static void an_alert_has_the_protocol_of_its_flow(void)
{
	begin(SEGWARD_EVENT_TYPE_ALERT);
	put_u32(SEGWARD_A_EVENT_APP_PROTO, SEGWARD_APP_PROTO_DNS);
	CHECK(strstr(printed(print_json), "\"app_proto\":\"dns\",\"alert\":{"));
	CHECK_STR(printed(print_text), TEXT("alert") " app-proto dns\n");
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	RUN(a_record_is_read_and_written);
	RUN(members_of_members_are_written_for_people_as_json);
	RUN(one_record_leaves_nothing_to_the_next);
	RUN(a_buffer_without_data_is_none);
	RUN(more_buffers_than_there_may_be_are_not_read);
	RUN(a_flow_is_read_and_written);
	RUN(an_alert_has_the_protocol_of_its_flow);
	return tap_done();
}
