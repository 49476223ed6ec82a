// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of the outer chain: every row of RFC 8986, 4.1 with the type,
 * code and pointer of its ICMPv6 error, and every packet cut in random pieces.
 */
#include <linux/segward.h>

#include "srh.h"
#include "tap.h"
#include "wire.h"

#define PARAM	4
#define TIME	3

static struct wire packet;
static struct segward_view view;
static struct segward_srh srh;

static void begin(u8 nexthdr, u8 hop_limit)
{
	packet.len = 0;
	wire_ip6(&packet, OUTER_SRC, SEG1, nexthdr, hop_limit);
	segward_view_flat(&view, NULL, 0);
}

/* Eight bytes of a header whose first two are next header and length. */
static u32 extension(u8 nexthdr, u8 len, u32 bytes)
{
	u32 off = packet.len;

	wire_put(&packet, &nexthdr, 1);
	wire_put(&packet, &len, 1);
	/* options: one PadN that fills the header */
	if (bytes >= 4) {
		u8 pad[2] = { 1, (u8)(bytes - 4) };

		wire_put(&packet, pad, 2);
		wire_fill(&packet, 0, bytes - 4);
	}
	return off;
}

static void fragment_header(u8 nexthdr, u16 word)
{
	u32 off = extension(nexthdr, 0, 8);

	wire_be16(&packet, off + 2, word);
}

/* The same result however the packet is cut. */
static void parse_as_it_is(void)
{
	struct segward_srh other;
	struct shatter s;
	u32 seed = packet.len;
	int round;

	view.head.data = packet.b;
	view.head.len = packet.len;
	view.len = packet.len;
	memset(&srh, 0xaa, sizeof(srh));
	segward_srh_parse(&view, &srh);
	for (round = 0; round < 20; round++) {
		shatter(&s, &packet, &view, &seed);
		memset(&other, 0xaa, sizeof(other));
		segward_srh_parse(&s.view, &other);
		CHECK(!memcmp(&srh, &other, sizeof(srh)));
		shatter_free(&s);
	}
}

static void parse(void)
{
	wire_ip6_end(&packet, 0);
	parse_as_it_is();
}

static void expect_error(u8 reason, u8 type, u32 pointer)
{
	CHECK_EQ(srh.next, SEGWARD_SRH_ERROR);
	CHECK_EQ(srh.reason, reason);
	CHECK_EQ(srh.icmp_type, type);
	CHECK_EQ(srh.icmp_code, 0);
	CHECK_EQ(srh.icmp_pointer, pointer);
}

static void inner(void)
{
	u32 ip = wire_ip6(&packet, INNER_SRC, INNER_DST, 17, 64);

	wire_udp(&packet, ip, INNER_DST, 1000, 2000, "hello", 5);
	wire_ip6_end(&packet, ip);
}

static void a_valid_srh_is_read_member_by_member(void)
{
	begin(43, 64);
	wire_srh(&packet, 41, 1, 3);
	packet.b[45] = 0x20;	/* flags */
	inner();
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.reason, 0);
	CHECK_EQ(srh.icmp_type, 0);
	CHECK(srh.has_srh);
	CHECK(!srh.fragment);
	CHECK(!srh.upper_broken);
	CHECK_EQ(srh.hop_limit, 64);
	CHECK_EQ(srh.segments_left, 1);
	CHECK_EQ(srh.last_entry, 2);
	CHECK_EQ(srh.flags, 0x20);
	CHECK_EQ(srh.tag, 0x1234);
	CHECK_EQ(srh.srh_off, 40);
	CHECK_EQ(srh.srh_len, 56);
	CHECK_EQ(srh.srh_nexthdr_off, 6);
	CHECK_EQ(srh.segments_off, 48);
	CHECK_EQ(srh.nr_segments, 3);
	CHECK_EQ(srh.hmac_off, 0);
	CHECK_EQ(srh.upper_proto, 41);
	CHECK_EQ(srh.upper_off, 96);
	CHECK_EQ(srh.destination_off, 48);
	CHECK_EQ(srh.fragment_off, 0);
	CHECK_EQ(srh.end, packet.len);
}

static void a_packet_without_srh_is_for_the_upper_layer(void)
{
	begin(58, 1);
	wire_fill(&packet, 0, 8);
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_UPPER);
	CHECK(!srh.has_srh);
	CHECK_EQ(srh.reason, 0);
	CHECK_EQ(srh.upper_proto, 58);
	CHECK_EQ(srh.upper_off, 40);
	CHECK_EQ(srh.destination_off, 24);
}

static void no_segments_left_stops_before_any_other_check(void)
{
	begin(43, 1);
	wire_srh(&packet, 58, 0, 2);
	packet.b[44] = 200;	/* Last Entry: nonsense, not looked at */
	wire_fill(&packet, 0, 8);
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_UPPER);
	CHECK(srh.has_srh);
	CHECK_EQ(srh.nr_segments, 0);
	CHECK_EQ(srh.segments_left, 0);
	CHECK_EQ(srh.upper_proto, 58);
	CHECK_EQ(srh.upper_off, 80);
	CHECK_EQ(srh.destination_off, 24);
}

static void hop_limit_of_one_or_none_is_time_exceeded(void)
{
	u8 hop_limit;

	for (hop_limit = 0; hop_limit < 2; hop_limit++) {
		begin(43, hop_limit);
		wire_srh(&packet, 41, 1, 2);
		packet.b[44] = 200;	/* comes later */
		inner();
		parse();
		expect_error(SEGWARD_REASON_HOP_LIMIT, TIME, 0);
		CHECK(srh.has_srh);
	}
	begin(43, 2);
	wire_srh(&packet, 41, 1, 2);
	inner();
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
}

static void last_entry_beyond_the_header_points_to_segments_left(void)
{
	begin(43, 64);
	wire_srh(&packet, 41, 1, 2);
	packet.b[44] = 2;
	inner();
	parse();
	expect_error(SEGWARD_REASON_LAST_ENTRY, PARAM, 43);
	packet.b[44] = 1;
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
}

static void an_srh_without_room_for_a_segment_is_a_bad_last_entry(void)
{
	begin(43, 64);
	wire_srh(&packet, 41, 1, 1);
	packet.b[41] = 0;
	packet.len = 48;
	inner();
	parse();
	expect_error(SEGWARD_REASON_LAST_ENTRY, PARAM, 43);
}

static void segments_left_may_exceed_last_entry_by_one(void)
{
	u8 left;

	for (left = 1; left <= 3; left++) {
		begin(43, 64);
		wire_srh(&packet, 41, left, 2);
		inner();
		parse();
		if (left <= 2)
			CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
		else
			expect_error(SEGWARD_REASON_SEGMENTS_LEFT, PARAM, 43);
	}
}

static void another_routing_type_with_segments_left_points_to_the_type(void)
{
	begin(43, 1);	/* comes before the hop limit */
	wire_srh(&packet, 41, 1, 2);
	packet.b[42] = 2;
	inner();
	parse();
	expect_error(SEGWARD_REASON_ROUTING_TYPE, PARAM, 42);
	CHECK(!srh.has_srh);
}

static void another_routing_type_without_segments_left_is_skipped(void)
{
	begin(43, 64);
	wire_srh(&packet, 58, 0, 2);
	packet.b[42] = 0;
	wire_fill(&packet, 0, 8);
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_UPPER);
	CHECK(!srh.has_srh);
	CHECK_EQ(srh.upper_off, 80);
}

static void an_srh_behind_one_that_is_done_takes_its_turn(void)
{
	u32 second;

	begin(43, 64);
	wire_srh(&packet, 43, 0, 1);
	second = wire_srh(&packet, 41, 1, 2);
	inner();
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.srh_off, second);
	CHECK_EQ(srh.srh_nexthdr_off, 40);
	CHECK_EQ(srh.segments_left, 1);
	CHECK_EQ(srh.destination_off, second + 8);
}

static void the_last_of_two_srhs_tells_the_final_destination(void)
{
	u32 second;

	begin(43, 64);
	wire_srh(&packet, 43, 1, 2);
	second = wire_srh(&packet, 6, 2, 3);
	wire_fill(&packet, 0, 20);
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.srh_off, 40);
	CHECK_EQ(srh.segments_off, 48);
	CHECK_EQ(srh.destination_off, second + 8);
	CHECK_EQ(srh.upper_proto, 6);
}

static void extension_headers_before_and_behind_are_walked(void)
{
	u32 off;

	begin(0, 64);
	extension(60, 0, 8);
	extension(43, 1, 16);
	off = wire_srh(&packet, 60, 1, 2);
	extension(51, 0, 8);
	extension(41, 1, 12);	/* AH: (1 + 2) * 4 bytes */
	inner();
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.srh_off, 64);
	CHECK_EQ(off, 64);
	CHECK_EQ(srh.srh_nexthdr_off, 48);
	CHECK_EQ(srh.upper_proto, 41);
	CHECK_EQ(srh.upper_off, 64 + 40 + 8 + 12);
	CHECK(!srh.upper_broken);
}

static void hop_by_hop_options_elsewhere_than_first_end_the_chain(void)
{
	begin(60, 64);
	extension(0, 0, 8);
	extension(43, 0, 8);
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_UPPER);
	CHECK_EQ(srh.upper_proto, 0);
	CHECK_EQ(srh.upper_off, 48);
}

static void chains_are_bounded(void)
{
	int headers, i;

	for (headers = SEGWARD_SRH_CHAIN_MAX - 1;
	     headers <= SEGWARD_SRH_CHAIN_MAX + 1; headers++) {
		begin(60, 64);
		for (i = 1; i < headers; i++)
			extension(60, 0, 8);
		extension(17, 0, 8);
		wire_fill(&packet, 0, 8);
		parse();
		if (headers <= SEGWARD_SRH_CHAIN_MAX) {
			CHECK_EQ(srh.next, SEGWARD_SRH_UPPER);
			CHECK_EQ(srh.upper_proto, 17);
		} else {
			expect_error(SEGWARD_REASON_SRH_MALFORMED, 0, 0);
		}
	}
}

static void a_chain_broken_behind_the_srh_still_goes_on(void)
{
	begin(43, 64);
	wire_srh(&packet, 60, 1, 2);
	extension(41, 200, 8);
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK(srh.upper_broken);
	CHECK_EQ(srh.upper_proto, 60);
	CHECK_EQ(srh.upper_off, 80);
}

static void a_foreign_routing_header_behind_the_srh_breaks_the_chain(void)
{
	begin(43, 64);
	wire_srh(&packet, 43, 1, 2);
	wire_srh(&packet, 41, 1, 1);
	packet.b[80 + 2] = 3;
	inner();
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK(srh.upper_broken);
}

static void fragments_behind_the_srh_are_told_apart(void)
{
	static const struct {
		u16 word;
		bool fragment, first;
	} row[] = {
		{ 0x0000, false, false },	/* atomic */
		{ 0x0001, true, true },
		{ 0x0006, false, false },	/* reserved bits */
		{ 0x0008, true, false },	/* the last one */
		{ 0x0009, true, false },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		begin(43, 64);
		wire_srh(&packet, 44, 1, 2);
		fragment_header(41, row[i].word);
		inner();
		parse();
		CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
		CHECK_EQ(srh.fragment, row[i].fragment);
		CHECK_EQ(srh.fragment_first, row[i].first);
		CHECK_EQ(srh.fragment_off, 80);
		CHECK_EQ(srh.upper_proto, 41);
		CHECK_EQ(srh.upper_off, 88);
	}
}

static void an_srh_inside_of_a_fragment_is_not_processed(void)
{
	begin(44, 64);
	fragment_header(43, 1);
	wire_srh(&packet, 41, 1, 2);
	inner();
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_UPPER);
	CHECK(srh.fragment_first);
	CHECK(!srh.has_srh);
	CHECK_EQ(srh.upper_proto, 43);
	wire_be16(&packet, 42, 0);	/* atomic: whole */
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
}

static void an_srh_that_runs_past_the_packet_is_malformed_not_absent(void)
{
	u32 len;

	for (len = 40; len < 80; len++) {
		begin(43, 64);
		wire_srh(&packet, 41, 1, 2);
		packet.len = len;
		parse();
		expect_error(SEGWARD_REASON_SRH_MALFORMED, 0, 0);
		CHECK(!srh.has_srh);
	}
}

static void what_is_not_an_ipv6_packet_is_malformed(void)
{
	u32 len;

	for (len = 0; len < 40; len++) {
		begin(43, 64);
		packet.len = len;
		parse_as_it_is();
		expect_error(SEGWARD_REASON_SRH_MALFORMED, 0, 0);
	}
	begin(59, 64);
	packet.b[0] = 0x45;
	parse();
	expect_error(SEGWARD_REASON_SRH_MALFORMED, 0, 0);
}

static void a_length_beyond_the_bytes_is_malformed(void)
{
	begin(43, 64);
	wire_srh(&packet, 41, 1, 2);
	inner();
	wire_be16(&packet, 4, (u16)(packet.len - 40 + 1));
	parse_as_it_is();
	expect_error(SEGWARD_REASON_SRH_MALFORMED, 0, 0);
}

static void bytes_behind_the_length_are_not_seen(void)
{
	u32 len;

	begin(43, 64);
	wire_srh(&packet, 41, 1, 2);
	len = packet.len;
	wire_ip6_end(&packet, 0);
	inner();
	parse_as_it_is();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.end, len);
	/* the SRH itself reaches into them */
	wire_be16(&packet, 4, (u16)(len - 40 - 1));
	parse_as_it_is();
	expect_error(SEGWARD_REASON_SRH_MALFORMED, 0, 0);
}

/* A Hop-by-Hop header with a Jumbo Payload option that says @len. */
static void jumbo(u32 len)
{
	u8 option[8] = { 43, 0, 0xc2, 4 };

	put_unaligned_be32(len, option + 4);
	wire_put(&packet, option, sizeof(option));
}

static void a_jumbogram_has_the_length_of_its_option(void)
{
	u32 over;

	for (over = 0; over < 2; over++) {
		begin(0, 64);
		jumbo(70000 + over);
		wire_srh(&packet, 59, 1, 2);
		wire_fill(&packet, 0, 40 + 70000 - packet.len);
		parse_as_it_is();
		if (over)
			expect_error(SEGWARD_REASON_SRH_MALFORMED, 0, 0);
		else
			CHECK_EQ(srh.end, 70040);
	}
	/* too small to be one */
	begin(0, 64);
	jumbo(65535);
	wire_srh(&packet, 59, 1, 2);
	wire_fill(&packet, 0, 40 + 70000 - packet.len);
	parse_as_it_is();
	expect_error(SEGWARD_REASON_SRH_MALFORMED, 0, 0);
}

static void a_gso_packet_without_a_length_is_as_long_as_it_is(void)
{
	begin(43, 64);
	wire_srh(&packet, 59, 1, 2);
	wire_fill(&packet, 0, 100000);
	parse_as_it_is();
	expect_error(SEGWARD_REASON_SRH_MALFORMED, 0, 0);
	view.gso_size = 1400;
	parse_as_it_is();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.end, packet.len);
}

/* An SRH of one segment with @len bytes of TLVs, a multiple of 8. */
static void with_tlvs(const void *tlvs, u32 len)
{
	begin(43, 64);
	wire_srh(&packet, 41, 1, 1);
	packet.b[41] = (u8)(2 + len / 8);
	wire_put(&packet, tlvs, len);
	inner();
	parse();
}

static void the_hmac_tlv_is_found_behind_padding_and_unknown_ones(void)
{
	u8 tlvs[56] = { 0, 4, 1, 0, 200, 2, 9, 9, 5, 38 };

	with_tlvs(tlvs, 48);
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.hmac_off, 64 + 8);
	CHECK_EQ(srh.srh_len, 24 + 48);
}

static void a_tlv_that_leaves_the_srh_points_to_hdr_ext_len(void)
{
	u8 fits[8] = { 200, 6 };
	u8 leaves[8] = { 200, 7 };
	u8 no_length[8] = { 200, 5, 0, 0, 0, 0, 0, 200 };

	with_tlvs(fits, 8);
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.hmac_off, 0);
	with_tlvs(leaves, 8);
	expect_error(SEGWARD_REASON_TLV_MALFORMED, PARAM, 41);
	with_tlvs(no_length, 8);
	expect_error(SEGWARD_REASON_TLV_MALFORMED, PARAM, 41);
}

static void the_walk_along_tlvs_is_bounded(void)
{
	u8 tlvs[256] = { 0 };
	u32 before;

	for (before = SEGWARD_SRH_TLV_MAX - 1; before <= SEGWARD_SRH_TLV_MAX;
	     before++) {
		memset(tlvs, 0, sizeof(tlvs));
		tlvs[before] = 5;
		tlvs[before + 1] = 38;
		with_tlvs(tlvs, sizeof(tlvs));
		CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
		CHECK_EQ(srh.hmac_off, before < SEGWARD_SRH_TLV_MAX ?
			 64 + before : 0);
	}
}

static void the_longest_srh_is_read(void)
{
	u32 i;

	begin(43, 64);
	wire_srh(&packet, 59, 127, 127);
	CHECK_EQ(packet.len, 40 + 8 + 127 * 16);
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.nr_segments, 127);
	CHECK_EQ(srh.srh_len, 8 + 127 * 16);
	/* 2,048 bytes: eight more than segments can use */
	packet.b[41] = 255;
	wire_fill(&packet, 0, 8);
	parse();
	CHECK_EQ(srh.next, SEGWARD_SRH_FORWARD);
	CHECK_EQ(srh.srh_len, 2048);
	for (i = 128; i < 256; i++) {
		packet.b[44] = (u8)(i - 1);
		parse();
		expect_error(SEGWARD_REASON_LAST_ENTRY, PARAM, 43);
	}
}

/*
 * The parser takes a shorter way for what nearly all packets are like, as long
 * as their headers lie in one piece.
 */
static void usual_packets_and_all_others_are_read_alike(void)
{
	struct segward_srh other;
	struct segward_span rest;
	struct segward_view cut;
	u32 usual = 0;
	u32 off, value;
	u8 was;

	with_tlvs("", 0);
	for (off = 0; off < 64; off++) {
		was = packet.b[off];
		for (value = 0; value < 256; value++) {
			packet.b[off] = (u8)value;
			memset(&srh, 0xaa, sizeof(srh));
			segward_srh_parse(&view, &srh);
			rest.data = packet.b + 1;
			rest.len = packet.len - 1;
			cut = view;
			cut.head.len = 1;
			cut.frag = &rest;
			cut.nr_frags = 1;
			memset(&other, 0xaa, sizeof(other));
			segward_srh_parse(&cut, &other);
			CHECK(!memcmp(&srh, &other, sizeof(srh)));
			usual += srh.next == SEGWARD_SRH_FORWARD;
		}
		packet.b[off] = was;
	}
	CHECK(usual > 256 && usual < 64 * 256);
}

int main(void)
{
	RUN(a_valid_srh_is_read_member_by_member);
	RUN(a_packet_without_srh_is_for_the_upper_layer);
	RUN(no_segments_left_stops_before_any_other_check);
	RUN(hop_limit_of_one_or_none_is_time_exceeded);
	RUN(last_entry_beyond_the_header_points_to_segments_left);
	RUN(an_srh_without_room_for_a_segment_is_a_bad_last_entry);
	RUN(segments_left_may_exceed_last_entry_by_one);
	RUN(another_routing_type_with_segments_left_points_to_the_type);
	RUN(another_routing_type_without_segments_left_is_skipped);
	RUN(an_srh_behind_one_that_is_done_takes_its_turn);
	RUN(the_last_of_two_srhs_tells_the_final_destination);
	RUN(extension_headers_before_and_behind_are_walked);
	RUN(hop_by_hop_options_elsewhere_than_first_end_the_chain);
	RUN(chains_are_bounded);
	RUN(a_chain_broken_behind_the_srh_still_goes_on);
	RUN(a_foreign_routing_header_behind_the_srh_breaks_the_chain);
	RUN(fragments_behind_the_srh_are_told_apart);
	RUN(an_srh_inside_of_a_fragment_is_not_processed);
	RUN(an_srh_that_runs_past_the_packet_is_malformed_not_absent);
	RUN(what_is_not_an_ipv6_packet_is_malformed);
	RUN(a_length_beyond_the_bytes_is_malformed);
	RUN(bytes_behind_the_length_are_not_seen);
	RUN(a_jumbogram_has_the_length_of_its_option);
	RUN(a_gso_packet_without_a_length_is_as_long_as_it_is);
	RUN(the_hmac_tlv_is_found_behind_padding_and_unknown_ones);
	RUN(a_tlv_that_leaves_the_srh_points_to_hdr_ext_len);
	RUN(the_walk_along_tlvs_is_bounded);
	RUN(the_longest_srh_is_read);
	RUN(usual_packets_and_all_others_are_read_alike);
	return tap_done();
}
