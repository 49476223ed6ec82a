// SPDX-License-Identifier: GPL-2.0
/*
 * Flows: which packets belong together, how a flow lives and ends, and who
 * gets how much of the table.
 */
#include <stdlib.h>

#include <linux/segward.h>

#include "flow.h"
#include "ipv6.h"
#include "tap.h"

#define SECOND	1000000000ULL
#define FIN	0x01
#define SYN	0x02
#define RST	0x04
#define ACK	0x10
#define CLIENT	1
#define SERVER	2

static const u64 key[2] = { 1, 2 };

static struct segward_flows *flows;
static struct segward_zone *zone;
static struct segward_packet packet;
static u64 now;
static struct segward_flow_seen seen;
static struct segward_flow_ended ended[3];
static struct segward_flow_ended replaced;
static bool out_of_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
	return out_of_memory ? NULL : __real_malloc(size);
}

static struct segward_zone *make_zone(u32 id)
{
	struct segward_zone *made;
	int err;

	made = segward_zones_get(segward_flows_zones(flows), id, &err);
	if (made)
		segward_zone_use(segward_flows_zones(flows), made);
	return made;
}

static void begin_with(u32 most)
{
	flows = segward_flows_create(key, most, 1);
	zone = make_zone(0);
	now = SECOND;
}

static void begin(void)
{
	begin_with(1024);
}

static void end(void)
{
	segward_flows_destroy(flows);
}

/* A packet of end @from of the conversation between client and server. */
static void set(u8 family, u8 proto, u8 from, u16 port)
{
	memset(&packet, 0, sizeof(packet));
	packet.family = family;
	packet.proto = proto;
	packet.src[0] = 10;
	packet.dst[0] = 10;
	packet.src[3] = from;
	packet.dst[3] = CLIENT + SERVER - from;
	packet.sport = from == CLIENT ? port : 80;
	packet.dport = from == CLIENT ? 80 : port;
	packet.len = 100;
}

static struct segward_flow *get(void)
{
	struct segward_flow *flow;

	seen.ended = &replaced;
	flow = segward_flow_get(flows, zone, &packet, now, &seen);
	if (flow)
		segward_flow_put(flow);
	return flow;
}

/* A segment that its stream accepts, and says that it closes or not. */
static struct segward_flow *segment(u8 from, u16 port, u8 flags, bool closed)
{
	struct segward_flow *flow;

	set(4, SEGWARD_PROTO_TCP, from, port);
	packet.tcp_flags = flags;
	flow = get();
	if (flow)
		segward_flow_tcp(flow, &packet, closed);
	return flow;
}

static struct segward_flow *tcp(u8 from, u16 port, u8 flags)
{
	return segment(from, port, flags, false);
}

static struct segward_flow *udp(u8 from, u16 port)
{
	set(6, SEGWARD_PROTO_UDP, from, port);
	return get();
}

/* Room for three at a time, so that it does not hold what a bucket may have. */
static u32 forget(const struct segward_flow_filter *filter, u32 buckets)
{
	struct segward_flow_sweep sweep = {
		.filter = filter,
		.reason = SEGWARD_FLOW_END_FORCED,
		.now = now,
		.ended = ended,
		.room = 3,
	};
	u32 left = segward_flows_buckets(flows);
	u32 gone = 0;

	while (left) {
		sweep.nr = 0;
		left -= segward_flows_sweep(flows, &sweep, min(left, buckets));
		gone += sweep.nr;
	}
	CHECK_EQ(sweep.bucket, 0);
	return gone;
}

static u32 sweep(void)
{
	return forget(NULL, 7);
}

static u32 flush(const struct segward_flow_filter *filter)
{
	static const struct segward_flow_filter all;

	return forget(filter ? filter : &all, 5);
}

static u32 walk(const struct segward_flow_filter *filter,
		struct segward_flow_info *info)
{
	struct segward_flow_place place = { 0 };
	u32 found = 0;
	int ret;

	do {
		ret = segward_flows_next(flows, filter, now, &place, 3, info);
		found += ret == 1;
	} while (ret >= 0);
	CHECK_EQ(ret, -ENOENT);
	return found;
}

/* --- Which packets belong together ----------------------------------------- */

static void both_directions_are_one_flow(void)
{
	static const u8 family[] = { 4, 6 };
	static const u8 proto[] = { 6, 17, 132, 47 };
	struct segward_flow *flow;
	u32 i, j;

	begin();
	for (i = 0; i < 2; i++) {
		for (j = 0; j < 4; j++) {
			set(family[i], proto[j], CLIENT, 4000);
			flow = get();
			REQUIRE(flow);
			CHECK_EQ(seen.direction, SEGWARD_APP_TOSERVER);
			set(family[i], proto[j], SERVER, 4000);
			CHECK(get() == flow);
			CHECK_EQ(seen.direction, SEGWARD_APP_TOCLIENT);
			CHECK_EQ(flow->packets[0], 1);
			CHECK_EQ(flow->packets[1], 1);
			CHECK_EQ(flow->bytes[1], 100);
		}
	}
	CHECK_EQ(segward_flows_count(flows), 8);
	end();
}

static void who_sends_first_is_the_client_whatever_the_addresses(void)
{
	struct segward_flow_info info;

	begin();
	udp(SERVER, 4000);
	CHECK_EQ(seen.direction, SEGWARD_APP_TOSERVER);
	udp(CLIENT, 4000);
	CHECK_EQ(seen.direction, SEGWARD_APP_TOCLIENT);
	CHECK_EQ(walk(NULL, &info), 1);
	CHECK_EQ(info.key.addr[0][3], SERVER);
	CHECK_EQ(info.key.port[0], 80);
	CHECK_EQ(info.key.addr[1][3], CLIENT);
	CHECK_EQ(info.key.port[1], 4000);
	end();
}

static void a_host_that_talks_to_itself_has_flows_by_port(void)
{
	struct segward_flow *flow;

	begin();
	set(4, SEGWARD_PROTO_UDP, CLIENT, 4000);
	memcpy(packet.dst, packet.src, 16);
	flow = get();
	packet.sport = 80;
	packet.dport = 4000;
	CHECK(get() == flow);
	CHECK_EQ(seen.direction, SEGWARD_APP_TOCLIENT);
	packet.sport = 81;
	CHECK(get() != flow);
	end();
}

static void each_part_of_the_tuple_counts(void)
{
	struct segward_flow *flow;

	begin();
	flow = tcp(CLIENT, 4000, SYN);
	CHECK(tcp(CLIENT, 4001, SYN) != flow);
	set(4, SEGWARD_PROTO_UDP, CLIENT, 4000);
	CHECK(get() != flow);
	set(6, SEGWARD_PROTO_TCP, CLIENT, 4000);
	CHECK(get() != flow);
	set(4, SEGWARD_PROTO_TCP, CLIENT, 4000);
	packet.src[1] = 1;
	CHECK(get() != flow);
	set(4, SEGWARD_PROTO_TCP, CLIENT, 4000);
	packet.dst[1] = 1;
	CHECK(get() != flow);
	CHECK_EQ(segward_flows_count(flows), 6);
	end();
}

static void zones_keep_flows_apart(void)
{
	struct segward_flow *flow;

	begin();
	flow = udp(CLIENT, 4000);
	zone = make_zone(7);
	CHECK(udp(CLIENT, 4000) != flow);
	CHECK(zone == segward_zones_get(segward_flows_zones(flows), 7, &(int){ 0 }));
	CHECK_EQ(segward_flows_count(flows), 2);
	end();
}

static void echo_and_its_reply_are_one_flow_by_identifier(void)
{
	static const struct {
		u8 family, proto, request, reply;
	} row[] = { { 4, 1, 8, 0 }, { 4, 1, 13, 14 }, { 6, 58, 128, 129 } };
	struct segward_flow *flow;
	u32 i;

	begin();
	for (i = 0; i < 3; i++) {
		set(row[i].family, row[i].proto, CLIENT, 0);
		packet.sport = 0;
		packet.dport = 0;
		packet.icmp_type = row[i].request;
		packet.icmp_id = 77;
		flow = get();
		CHECK_EQ(seen.direction, SEGWARD_APP_TOSERVER);
		packet.icmp_id = 78;
		CHECK(get() != flow);
		set(row[i].family, row[i].proto, SERVER, 0);
		packet.sport = 0;
		packet.dport = 0;
		packet.icmp_type = row[i].reply;
		packet.icmp_id = 77;
		CHECK(get() == flow);
		CHECK_EQ(seen.direction, SEGWARD_APP_TOCLIENT);
		CHECK_EQ(flow->state, SEGWARD_FLOW_STATE_ESTABLISHED);
	}
	end();
}

static void other_icmp_messages_are_flows_by_type(void)
{
	struct segward_flow *flow;

	begin();
	set(4, SEGWARD_PROTO_ICMP, CLIENT, 0);
	packet.icmp_type = 3;
	packet.icmp_id = 1;
	flow = get();
	packet.icmp_id = 2;
	CHECK(get() == flow);
	packet.icmp_type = 11;
	CHECK(get() != flow);
	end();
}

/* --- How it lives ----------------------------------------------------------- */

static void a_connection_is_new_established_and_closed(void)
{
	static const struct {
		u8 from, flags, state;
		bool closed;
	} row[] = {
		{ CLIENT, SYN, SEGWARD_FLOW_STATE_NEW, false },
		{ SERVER, SYN | ACK, SEGWARD_FLOW_STATE_NEW, false },
		{ CLIENT, ACK, SEGWARD_FLOW_STATE_ESTABLISHED, false },
		{ SERVER, ACK, SEGWARD_FLOW_STATE_ESTABLISHED, false },
		{ CLIENT, ACK | FIN, SEGWARD_FLOW_STATE_ESTABLISHED, false },
		{ CLIENT, ACK | FIN, SEGWARD_FLOW_STATE_ESTABLISHED, false },
		{ SERVER, ACK | FIN, SEGWARD_FLOW_STATE_CLOSED, true },
		{ CLIENT, ACK, SEGWARD_FLOW_STATE_CLOSED, true },
	};
	u32 i;

	begin();
	for (i = 0; i < 8; i++)
		CHECK_EQ(segment(row[i].from, 4000, row[i].flags,
				 row[i].closed)->state, row[i].state);
	CHECK_EQ(segward_flows_count(flows), 1);
	end();
}

static void a_reset_that_the_stream_does_not_take_closes_nothing(void)
{
	begin();
	tcp(CLIENT, 4000, SYN);
	set(4, SEGWARD_PROTO_TCP, SERVER, 4000);
	packet.tcp_flags = RST | ACK;
	CHECK_EQ(get()->state, SEGWARD_FLOW_STATE_NEW);
	end();
}

static void picked_up_in_its_middle_it_is_established(void)
{
	begin();
	CHECK_EQ(tcp(SERVER, 4000, ACK)->state, SEGWARD_FLOW_STATE_ESTABLISHED);
	end();
}

static void the_answer_to_a_syn_is_the_servers_even_if_it_is_seen_first(void)
{
	begin();
	tcp(SERVER, 4000, SYN | ACK);
	CHECK_EQ(seen.direction, SEGWARD_APP_TOCLIENT);
	CHECK_EQ(tcp(CLIENT, 4000, ACK)->state, SEGWARD_FLOW_STATE_ESTABLISHED);
	CHECK_EQ(seen.direction, SEGWARD_APP_TOSERVER);
	end();
}

static void a_closed_connection_may_be_opened_again_by_either_end(void)
{
	struct segward_flow *flow;
	u64 id;

	begin();
	flow = tcp(CLIENT, 4000, SYN);
	CHECK(seen.begun);
	id = segward_flow_id(flow->hash, flow->began);
	segment(SERVER, 4000, RST, true);
	CHECK(!seen.begun);
	now += SECOND;
	CHECK(segment(SERVER, 4000, SYN, true) == flow);
	segward_flow_restart(flow, &packet, now, &seen);
	CHECK(seen.begun);
	CHECK_EQ(seen.direction, SEGWARD_APP_TOSERVER);
	CHECK_EQ(flow->state, SEGWARD_FLOW_STATE_NEW);
	CHECK_EQ(flow->packets[SEGWARD_APP_TOSERVER], 1);
	CHECK_EQ(flow->packets[SEGWARD_APP_TOCLIENT], 0);
	CHECK_EQ(flow->began, now);
	CHECK(segward_flow_id(flow->hash, flow->began) != id);
	CHECK(seen.has_ended);
	CHECK_EQ(replaced.info.id, id);
	CHECK_EQ(replaced.info.state, SEGWARD_FLOW_STATE_CLOSED);
	CHECK_EQ(replaced.info.packets[SEGWARD_APP_TOSERVER], 1);
	CHECK_EQ(replaced.info.packets[SEGWARD_APP_TOCLIENT], 1);
	CHECK_EQ(replaced.info.bytes[SEGWARD_APP_TOCLIENT], 100);
	end();
}

static void an_open_connection_is_not_opened_again(void)
{
	begin();
	tcp(CLIENT, 4000, SYN);
	tcp(SERVER, 4000, SYN | ACK);
	tcp(CLIENT, 4000, ACK);
	CHECK_EQ(tcp(CLIENT, 4000, SYN)->packets[0], 3);
	end();
}

static void other_flows_are_established_when_both_ends_were_heard(void)
{
	begin();
	CHECK_EQ(udp(CLIENT, 4000)->state, SEGWARD_FLOW_STATE_NEW);
	CHECK_EQ(udp(CLIENT, 4000)->state, SEGWARD_FLOW_STATE_NEW);
	CHECK_EQ(udp(SERVER, 4000)->state, SEGWARD_FLOW_STATE_ESTABLISHED);
	end();
}

/* --- How it ends ------------------------------------------------------------ */

static struct segward_flow *in_state(u8 proto, u8 state)
{
	if (proto == SEGWARD_PROTO_UDP) {
		udp(CLIENT, 4000);
		return state == SEGWARD_FLOW_STATE_NEW ? udp(CLIENT, 4000) :
		       udp(SERVER, 4000);
	}
	switch (state) {
	case SEGWARD_FLOW_STATE_NEW:
		return tcp(CLIENT, 4000, SYN);
	case SEGWARD_FLOW_STATE_CLOSED:
		return segment(CLIENT, 4000, RST, true);
	default:
		return tcp(CLIENT, 4000, ACK);
	}
}

static void it_is_over_after_its_states_seconds_and_not_before(void)
{
	static const struct {
		u8 proto, state;
		u32 seconds;
	} row[] = {
		{ 6, SEGWARD_FLOW_STATE_NEW, 60 },
		{ 6, SEGWARD_FLOW_STATE_ESTABLISHED, 600 },
		{ 6, SEGWARD_FLOW_STATE_CLOSED, 10 },
		{ 17, SEGWARD_FLOW_STATE_NEW, 30 },
		{ 17, SEGWARD_FLOW_STATE_ESTABLISHED, 300 },
	};
	struct segward_flow_info info;
	u32 i;

	begin();
	for (i = 0; i < 5; i++) {
		CHECK_EQ(in_state(row[i].proto, row[i].state)->state,
			 row[i].state);
		now += row[i].seconds * SECOND - 1;
		CHECK_EQ(sweep(), 0);
		CHECK_EQ(walk(NULL, &info), 1);
		now++;
		CHECK_EQ(walk(NULL, &info), 0);
		CHECK_EQ(sweep(), 1);
		CHECK_EQ(segward_flows_count(flows), 0);
	}
	end();
}

static void what_comes_when_it_is_over_is_another_flow(void)
{
	struct segward_flow *flow;

	begin();
	udp(CLIENT, 4000);
	CHECK(!seen.has_ended);
	now += 30 * SECOND;
	flow = udp(SERVER, 4000);
	CHECK(seen.begun);
	CHECK(seen.has_ended);
	CHECK_EQ(replaced.info.end_reason, SEGWARD_FLOW_END_TIMEOUT);
	CHECK_EQ(replaced.info.packets[SEGWARD_APP_TOSERVER], 1);
	CHECK_EQ(seen.direction, SEGWARD_APP_TOSERVER);
	CHECK_EQ(flow->packets[SEGWARD_APP_TOSERVER], 1);
	CHECK_EQ(segward_flows_count(flows), 1);
	end();
}

static void a_clock_that_is_behind_ends_nothing(void)
{
	begin();
	udp(CLIENT, 4000);
	now -= SECOND / 2;
	CHECK_EQ(sweep(), 0);
	CHECK(udp(CLIENT, 4000));
	end();
}

static void with_little_room_what_nobody_answered_goes_sooner(void)
{
	u32 i;

	begin_with(64);
	udp(CLIENT, 1);
	udp(SERVER, 1);
	for (i = 0; i < 47; i++)
		udp(CLIENT, (u16)(4000 + i));
	now += 10 * SECOND;
	CHECK_EQ(sweep(), 0);		/* three quarters: not pressed yet */
	now -= 10 * SECOND;
	udp(CLIENT, 5000);
	now += 10 * SECOND - 1;
	CHECK_EQ(sweep(), 0);
	now++;
	CHECK(sweep() > 0);
	CHECK_EQ(segward_flows_count(flows), 48);
	end();
}

static void a_flood_shortens_no_lives_of_zones_within_their_reserves(void)
{
	struct segward_flow_filter first = { .has_zone = true };
	struct segward_flow_info info;
	u32 i;

	begin_with(64);
	udp(CLIENT, 1);
	zone = make_zone(1);
	for (i = 0; i < 47; i++)
		udp(CLIENT, (u16)(4000 + i));
	now += 10 * SECOND;
	CHECK_EQ(sweep(), 12);	/* until 36 of 48 that are open are used */
	CHECK_EQ(walk(&first, &info), 1);
	end();
}

static void what_is_forgotten_is_told(void)
{
	begin();
	udp(CLIENT, 4000);
	udp(SERVER, 4000);
	now += 300 * SECOND;
	CHECK_EQ(sweep(), 1);
	CHECK_EQ(ended[0].info.end_reason, SEGWARD_FLOW_END_TIMEOUT);
	CHECK_EQ(ended[0].info.key.port[0], 4000);
	CHECK_EQ(ended[0].info.packets[SEGWARD_APP_TOCLIENT], 1);
	CHECK_EQ(ended[0].info.state, SEGWARD_FLOW_STATE_ESTABLISHED);
	CHECK(ended[0].zone == zone);
	udp(CLIENT, 4001);
	CHECK_EQ(flush(NULL), 1);
	CHECK_EQ(ended[0].info.end_reason, SEGWARD_FLOW_END_FORCED);
	end();
}

/* --- Who gets how much ------------------------------------------------------ */

static void a_full_table_refuses_new_flows_and_lets_old_ones_go_on(void)
{
	u32 i;

	begin_with(64);
	for (i = 0; i < 64; i++)
		CHECK(udp(CLIENT, (u16)(4000 + i)));
	CHECK(!udp(CLIENT, 5000));
	CHECK(!udp(CLIENT, 5001));
	CHECK_EQ(segward_flows_count(flows), 64);
	for (i = 0; i < 64; i++)
		CHECK(udp(SERVER, (u16)(4000 + i)));
	end();
}

static void a_flood_in_one_zone_leaves_the_others_their_reserves(void)
{
	struct segward_zone *flooded;
	u32 i, had = 0;

	begin_with(1024);
	flooded = zone;
	zone = make_zone(1);
	make_zone(2);
	make_zone(3);
	for (i = 0; i < 10; i++)
		udp(CLIENT, (u16)i);
	zone = flooded;
	for (i = 0; i < 5000; i++)
		had += !!udp(CLIENT, (u16)i);
	/* 1,024 less the reserves of three others, less what one has of it */
	CHECK_EQ(had, 1024 - 3 * 128 - 10);
	zone = segward_zones_get(segward_flows_zones(flows), 1, &(int){ 0 });
	for (i = 0; i < 128; i++)
		CHECK(udp(CLIENT, (u16)i));
	CHECK(!udp(CLIENT, 128));
	zone = segward_zones_get(segward_flows_zones(flows), 2, &(int){ 0 });
	for (i = 0; i < 128; i++)
		CHECK(udp(CLIENT, (u16)i));
	CHECK(!udp(CLIENT, 128));
	end();
}

static void a_zone_that_nobody_uses_reserves_nothing(void)
{
	struct segward_zone *other;
	u32 i, had = 0;

	begin_with(64);
	other = make_zone(1);
	for (i = 0; i < 64; i++)
		had += !!udp(CLIENT, (u16)i);
	CHECK_EQ(had, 48);
	segward_zone_unuse(segward_flows_zones(flows), other);
	for (i = 64; i < 96; i++)
		had += !!udp(CLIENT, (u16)i);
	CHECK_EQ(had, 64);
	end();
}

static void zones_are_limited_and_unused_ones_are_forgotten(void)
{
	struct segward_zone *last = NULL;
	int err = 0;
	u32 i;

	begin();
	for (i = 1; i < SEGWARD_ZONES_MAX; i++)
		last = make_zone(i);
	REQUIRE(last);
	CHECK(!segward_zones_get(segward_flows_zones(flows), SEGWARD_ZONES_MAX, &err));
	CHECK_EQ(err, -ENOSPC);
	segward_zone_unuse(segward_flows_zones(flows), last);
	CHECK(segward_zones_get(segward_flows_zones(flows), SEGWARD_ZONES_MAX, &err));
	end();
}

static void a_zone_with_flows_is_not_forgotten(void)
{
	struct segward_zone *last = NULL;
	int err = 0;
	u32 i;

	begin();
	for (i = 1; i < SEGWARD_ZONES_MAX; i++)
		last = make_zone(i);
	zone = last;
	CHECK(udp(CLIENT, 4000));
	segward_zone_unuse(segward_flows_zones(flows), last);
	CHECK(!segward_zones_get(segward_flows_zones(flows), SEGWARD_ZONES_MAX, &err));
	CHECK_EQ(flush(NULL), 1);
	CHECK(segward_zones_get(segward_flows_zones(flows), SEGWARD_ZONES_MAX, &err));
	end();
}

static void without_memory_a_flow_is_refused_and_nothing_is_counted(void)
{
	begin();
	out_of_memory = true;
	CHECK(!udp(CLIENT, 4000));
	CHECK_EQ(segward_flows_count(flows), 0);
	out_of_memory = false;
	CHECK(udp(CLIENT, 4000));
	end();
}

static void an_idle_flow_takes_at_most_256_bytes(void)
{
	CHECK(sizeof(struct segward_flow) <= 256);
}

/* --- Showing and flushing --------------------------------------------------- */

static void filters_choose_flows(void)
{
	struct segward_flow_filter filter;
	struct segward_flow_info info;

	begin();
	tcp(CLIENT, 4000, SYN);
	tcp(CLIENT, 4001, ACK);
	udp(CLIENT, 4000);
	zone = make_zone(5);
	udp(CLIENT, 4002);

	memset(&filter, 0, sizeof(filter));
	CHECK_EQ(walk(&filter, &info), 4);
	filter.has_zone = true;
	CHECK_EQ(walk(&filter, &info), 3);
	filter.zone = 5;
	CHECK_EQ(walk(&filter, &info), 1);
	CHECK_EQ(info.key.port[0], 4002);

	memset(&filter, 0, sizeof(filter));
	filter.has_proto = true;
	filter.proto = SEGWARD_PROTO_TCP;
	CHECK_EQ(walk(&filter, &info), 2);
	filter.state = SEGWARD_FLOW_STATE_ESTABLISHED;
	CHECK_EQ(walk(&filter, &info), 1);
	CHECK_EQ(info.key.port[0], 4001);

	memset(&filter, 0, sizeof(filter));
	filter.port = 4000;
	CHECK_EQ(walk(&filter, &info), 2);
	filter.port = 80;
	CHECK_EQ(walk(&filter, &info), 4);

	memset(&filter, 0, sizeof(filter));
	filter.family = 4;
	filter.addr[0] = 10;
	filter.prefix_len = 12;
	CHECK_EQ(walk(&filter, &info), 2);
	filter.addr[3] = SERVER;
	filter.prefix_len = 32;
	CHECK_EQ(walk(&filter, &info), 2);
	filter.addr[3] = 9;
	CHECK_EQ(walk(&filter, &info), 0);
	end();
}

static void a_flush_takes_what_the_filter_says(void)
{
	struct segward_flow_filter filter = { .port = 4001 };
	struct segward_flow_info info;
	u32 i;

	begin();
	for (i = 0; i < 100; i++)
		udp(CLIENT, (u16)(4000 + i));
	CHECK_EQ(flush(&filter), 1);
	CHECK_EQ(flush(&filter), 0);
	CHECK_EQ(walk(NULL, &info), 99);
	CHECK_EQ(flush(NULL), 99);
	CHECK_EQ(segward_flows_count(flows), 0);
	end();
}

static void a_million_flows_are_each_told_once(void)
{
	struct segward_flow_place place = { 0 };
	struct segward_flow_info info;
	static u8 told[1000000];
	u32 n, found = 0;
	int ret;

	begin_with(1000000);
	for (n = 0; n < 1000000; n++) {
		set(4, SEGWARD_PROTO_UDP, CLIENT, 4000);
		put_unaligned_be32(n, packet.src);
		REQUIRE(get());
	}
	CHECK(!udp(CLIENT, 4000));
	while ((ret = segward_flows_next(flows, NULL, now, &place, 1000,
					 &info)) >= 0) {
		if (!ret)
			continue;
		n = get_unaligned_be32(info.key.addr[0]);
		REQUIRE(n < 1000000);
		found += !told[n]++;
	}
	CHECK_EQ(found, 1000000);
	now += 30 * SECOND;
	CHECK_EQ(sweep(), 1000000);
	end();
}

int main(void)
{
	RUN(both_directions_are_one_flow);
	RUN(who_sends_first_is_the_client_whatever_the_addresses);
	RUN(a_host_that_talks_to_itself_has_flows_by_port);
	RUN(each_part_of_the_tuple_counts);
	RUN(zones_keep_flows_apart);
	RUN(echo_and_its_reply_are_one_flow_by_identifier);
	RUN(other_icmp_messages_are_flows_by_type);
	RUN(a_connection_is_new_established_and_closed);
	RUN(a_reset_that_the_stream_does_not_take_closes_nothing);
	RUN(picked_up_in_its_middle_it_is_established);
	RUN(the_answer_to_a_syn_is_the_servers_even_if_it_is_seen_first);
	RUN(a_closed_connection_may_be_opened_again_by_either_end);
	RUN(an_open_connection_is_not_opened_again);
	RUN(other_flows_are_established_when_both_ends_were_heard);
	RUN(it_is_over_after_its_states_seconds_and_not_before);
	RUN(what_comes_when_it_is_over_is_another_flow);
	RUN(a_clock_that_is_behind_ends_nothing);
	RUN(with_little_room_what_nobody_answered_goes_sooner);
	RUN(a_flood_shortens_no_lives_of_zones_within_their_reserves);
	RUN(what_is_forgotten_is_told);
	RUN(a_full_table_refuses_new_flows_and_lets_old_ones_go_on);
	RUN(a_flood_in_one_zone_leaves_the_others_their_reserves);
	RUN(a_zone_that_nobody_uses_reserves_nothing);
	RUN(zones_are_limited_and_unused_ones_are_forgotten);
	RUN(a_zone_with_flows_is_not_forgotten);
	RUN(without_memory_a_flow_is_refused_and_nothing_is_counted);
	RUN(an_idle_flow_takes_at_most_256_bytes);
	RUN(filters_choose_flows);
	RUN(a_flush_takes_what_the_filter_says);
	RUN(a_million_flows_are_each_told_once);
	return tap_done();
}
