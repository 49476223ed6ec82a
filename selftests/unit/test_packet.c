// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of the inner packet: both families, inline mode, checksums,
 * fragments and every length that can lie.
 */
#include <linux/segward.h>

#include "packet.h"
#include "tap.h"
#include "wire.h"

#define TEXT	"attack at dawn"
#define TEXT_LEN	14u

static struct wire packet;
static struct segward_view view;
static struct segward_srh srh;
static struct segward_packet got;
static u32 inner_ip, l4;
static bool plain;

static int parse_view(const struct segward_view *v, struct segward_packet *p)
{
	if (plain)
		return segward_packet_parse_ip(v, 0, p);
	segward_srh_parse(v, &srh);
	return segward_packet_parse(v, &srh, p);
}

/* Parses; the answer must not depend on how the packet is cut. */
static int parse_as_it_is(void)
{
	struct segward_packet other;
	struct shatter s;
	u32 seed = packet.len;
	int reason;
	int round;

	view.head.data = packet.b;
	view.head.len = packet.len;
	view.len = packet.len;
	memset(&got, 0xaa, sizeof(got));
	reason = parse_view(&view, &got);
	for (round = 0; round < 20; round++) {
		shatter(&s, &packet, &view, &seed);
		CHECK_EQ(parse_view(&s.view, &other), reason);
		CHECK(!memcmp(&got, &other, sizeof(got)));
		shatter_free(&s);
	}
	return reason;
}

static int parse(void)
{
	if (!plain)
		wire_ip6_end(&packet, 0);
	return parse_as_it_is();
}

static void begin(u8 proto)
{
	packet.len = 0;
	segward_view_flat(&view, NULL, 0);
	plain = false;
	wire_ip6(&packet, OUTER_SRC, SEG1, 43, 64);
	wire_srh(&packet, proto, 1, 2);
}

static void begin6(u8 proto)
{
	begin(41);
	inner_ip = wire_ip6(&packet, INNER_SRC, INNER_DST, proto, 61);
}

static void begin4(u8 proto)
{
	begin(4);
	inner_ip = wire_ip4(&packet, INNER_SRC4, INNER_DST4, proto);
}

static void end6(void)
{
	wire_ip6_end(&packet, inner_ip);
}

static void end4(void)
{
	wire_ip4_end(&packet, inner_ip);
}

static bool is_addr(const u8 *address, const char *text)
{
	u8 want[16] = { 0 };

	inet_pton(strchr(text, ':') ? AF_INET6 : AF_INET, text, want);
	return !memcmp(address, want, 16);
}

static void tcp6(void)
{
	begin6(6);
	l4 = wire_tcp(&packet, inner_ip, INNER_DST, 50123, 443, TEXT, TEXT_LEN);
	end6();
}

static void udp4(void)
{
	begin4(17);
	l4 = wire_udp(&packet, inner_ip, INNER_DST4, 5353, 53, TEXT, TEXT_LEN);
	end4();
}

static void udp6(void)
{
	begin6(17);
	l4 = wire_udp(&packet, inner_ip, INNER_DST, 5353, 53, TEXT, TEXT_LEN);
	end6();
}

static void tcp4(void)
{
	begin4(6);
	l4 = wire_tcp(&packet, inner_ip, INNER_DST4, 50123, 443, TEXT,
		      TEXT_LEN);
	end4();
}

static void tcp_in_ipv6_is_read_member_by_member(void)
{
	tcp6();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.family, SEGWARD_FAMILY_IPV6);
	CHECK_EQ(got.encapsulation, SEGWARD_ENCAPSULATION_IPV6);
	CHECK_EQ(got.proto, 6);
	CHECK_EQ(got.fragment, SEGWARD_FRAGMENT_NONE);
	CHECK_EQ(got.ttl, 61);
	CHECK_EQ(got.tcp_flags, 0x18);
	CHECK(is_addr(got.src, INNER_SRC));
	CHECK(is_addr(got.dst, INNER_DST));
	CHECK_EQ(got.sport, 50123);
	CHECK_EQ(got.dport, 443);
	CHECK_EQ(got.tcp_seq, 0x01020304);
	CHECK_EQ(got.tcp_ack, 0x05060708);
	CHECK_EQ(got.net_off, 80);
	CHECK_EQ(got.l4_off, 120);
	CHECK_EQ(got.payload_off, 140);
	CHECK_EQ(got.payload_len, TEXT_LEN);
	CHECK_EQ(got.len, 40 + 20 + TEXT_LEN);
}

static void udp_in_ipv4_is_read_member_by_member(void)
{
	udp4();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.family, SEGWARD_FAMILY_IPV4);
	CHECK_EQ(got.encapsulation, SEGWARD_ENCAPSULATION_IPV4);
	CHECK_EQ(got.proto, 17);
	CHECK_EQ(got.ttl, 63);
	CHECK(is_addr(got.src, INNER_SRC4));
	CHECK(is_addr(got.dst, INNER_DST4));
	CHECK_EQ(got.sport, 5353);
	CHECK_EQ(got.dport, 53);
	CHECK_EQ(got.net_off, 80);
	CHECK_EQ(got.l4_off, 100);
	CHECK_EQ(got.payload_off, 108);
	CHECK_EQ(got.payload_len, TEXT_LEN);
	CHECK_EQ(got.len, 20 + 8 + TEXT_LEN);
}

static void inline_mode_uses_the_final_destination(void)
{
	begin(6);
	l4 = wire_tcp(&packet, 0, SEG0, 1, 2, TEXT, TEXT_LEN);
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.encapsulation, SEGWARD_ENCAPSULATION_INLINE);
	CHECK(is_addr(got.src, OUTER_SRC));
	CHECK(is_addr(got.dst, SEG0));
	CHECK_EQ(got.net_off, 0);
	CHECK_EQ(got.l4_off, 80);
	CHECK_EQ(got.payload_len, TEXT_LEN);
	CHECK_EQ(got.len, packet.len);
	CHECK_EQ(got.ttl, 64);
	/* a checksum over the destination on the wire is wrong */
	wire_l4_sum(&packet, 0, SEG1, 6, l4, l4 + 16);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
}

static void a_list_of_csids_is_no_destination_to_verify(void)
{
	struct segward_srh srh;

	begin(6);
	l4 = wire_tcp(&packet, 0, SEG1, 1, 2, TEXT, TEXT_LEN);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	segward_srh_parse(&view, &srh);
	srh.destination_open = true;
	CHECK_EQ(segward_packet_parse(&view, &srh, &got), 0);
	CHECK(got.dst_open);
	CHECK(is_addr(got.dst, SEG0));
	CHECK_EQ(got.payload_len, TEXT_LEN);
	srh.upper_broken = true;
	CHECK_EQ(segward_packet_parse(&view, &srh, &got),
		 SEGWARD_REASON_PACKET_MALFORMED);
}

static void an_srh_of_the_inner_packet_tells_its_final_destination(void)
{
	begin6(43);
	wire_srh(&packet, 17, 1, 1);
	wire_udp(&packet, inner_ip, SEG0, 7, 8, TEXT, TEXT_LEN);
	end6();
	CHECK_EQ(parse(), 0);
	CHECK(is_addr(got.dst, SEG0));
	CHECK_EQ(got.dport, 8);
}

static void a_plain_packet_is_read_without_outer_header(void)
{
	packet.len = 0;
	segward_view_flat(&view, NULL, 0);
	plain = true;
	inner_ip = wire_ip4(&packet, INNER_SRC4, INNER_DST4, 6);
	wire_tcp(&packet, inner_ip, INNER_DST4, 1, 2, TEXT, TEXT_LEN);
	end4();
	wire_fill(&packet, 0xee, 6);	/* Ethernet's padding */
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.encapsulation, 0);
	CHECK_EQ(got.payload_len, TEXT_LEN);
	packet.len = 0;
	inner_ip = wire_ip6(&packet, INNER_SRC, INNER_DST, 17, 1);
	wire_udp(&packet, inner_ip, INNER_DST, 1, 2, TEXT, TEXT_LEN);
	end6();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.payload_len, TEXT_LEN);
	packet.b[0] = 0x50;
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	packet.len = 0;
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
}

static void a_wrong_byte_anywhere_fails_the_checksum(void)
{
	void (* const make[])(void) = { tcp6, udp6, tcp4, udp4 };
	size_t i;
	u32 off;

	for (i = 0; i < ARRAY_SIZE(make); i++) {
		make[i]();
		for (off = l4; off < packet.len; off++) {
			packet.b[off] ^= 0x40;
			CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
			packet.b[off] ^= 0x40;
		}
		CHECK_EQ(parse(), 0);
	}
}

static void a_checksum_that_others_vouch_for_is_not_verified(void)
{
	tcp6();
	packet.b[packet.len - 1] ^= 1;
	view.csum = SEGWARD_CSUM_TRUST;
	CHECK_EQ(parse(), 0);
	view.csum = SEGWARD_CSUM_PARTIAL;
	CHECK_EQ(parse(), 0);
	view.csum = SEGWARD_CSUM_IGNORE;
	CHECK_EQ(parse(), 0);
	view.csum = SEGWARD_CSUM_VERIFY;
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
}

static void an_ipv4_header_checksum_is_always_verified(void)
{
	u8 csum;

	for (csum = SEGWARD_CSUM_VERIFY; csum <= SEGWARD_CSUM_IGNORE; csum++) {
		udp4();
		view.csum = csum;
		packet.b[inner_ip + 8]--;
		CHECK_EQ(parse(), csum == SEGWARD_CSUM_IGNORE ? 0 :
			 SEGWARD_REASON_PACKET_MALFORMED);
	}
}

static void a_udp_checksum_of_zero_is_accepted_over_both_families(void)
{
	udp4();
	wire_be16(&packet, l4 + 6, 0);
	CHECK_EQ(parse(), 0);
	udp6();
	wire_be16(&packet, l4 + 6, 0);
	CHECK_EQ(parse(), 0);
	tcp6();
	wire_be16(&packet, l4 + 16, 0);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
}

static void icmp_is_read_in_its_own_family_only(void)
{
	u8 echo[12] = { 8, 3, 0, 0, 0, 1, 0, 2, 'p', 'i', 'n', 'g' };
	u32 at;

	begin4(1);
	at = packet.len;
	wire_put(&packet, echo, sizeof(echo));
	wire_be16(&packet, at + 2, wire_checksum(packet.b + at, 12, 0));
	end4();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.icmp_type, 8);
	CHECK_EQ(got.icmp_code, 3);
	CHECK_EQ(got.payload_len, 4);
	packet.b[at + 9]++;
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);

	begin6(58);
	at = packet.len;
	echo[0] = 128;
	wire_put(&packet, echo, sizeof(echo));
	wire_l4_sum(&packet, inner_ip, INNER_DST, 58, at, at + 2);
	end6();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.icmp_type, 128);
	CHECK_EQ(got.payload_len, 4);

	begin6(1);
	wire_put(&packet, echo, sizeof(echo));
	end6();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.icmp_type, 0);
	CHECK_EQ(got.payload_len, 12);
}

static void sctp_has_ports(void)
{
	u8 head[16] = { 0x0b, 0x59, 0x0b, 0x5a };

	begin6(132);
	wire_put(&packet, head, sizeof(head));
	end6();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.sport, 2905);
	CHECK_EQ(got.dport, 2906);
	CHECK_EQ(got.payload_len, 4);
}

static void what_has_no_known_header_is_payload(void)
{
	static const u8 protos[] = { 4, 41, 47, 50, 59, 89, 255 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(protos); i++) {
		begin4(protos[i]);
		wire_put(&packet, TEXT, TEXT_LEN);
		end4();
		CHECK_EQ(parse(), 0);
		CHECK_EQ(got.proto, protos[i]);
		CHECK_EQ(got.payload_len, TEXT_LEN);
		CHECK_EQ(got.payload_off, 100);
	}
	begin6(59);
	end6();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.payload_len, 0);
}

static void inner_extension_headers_are_walked(void)
{
	u8 options[8] = { 60, 0, 1, 4 };
	u8 ah[16] = { 6, 2 };

	begin6(0);
	wire_put(&packet, options, 8);
	options[0] = 51;
	wire_put(&packet, options, 8);
	wire_put(&packet, ah, 16);
	wire_tcp(&packet, inner_ip, INNER_DST, 1, 2, TEXT, TEXT_LEN);
	end6();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.proto, 6);
	CHECK_EQ(got.l4_off, 120 + 32);
	CHECK_EQ(got.payload_len, TEXT_LEN);

	begin4(51);
	wire_put(&packet, ah, 16);
	wire_tcp(&packet, inner_ip, INNER_DST4, 1, 2, TEXT, TEXT_LEN);
	end4();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.proto, 6);
	CHECK_EQ(got.payload_len, TEXT_LEN);
}

static void inner_chains_are_bounded(void)
{
	u8 options[8] = { 60, 0, 1, 4 };
	u8 ah[8] = { 51, 0 };
	int over, i;

	for (over = 0; over < 2; over++) {
		options[0] = 60;
		begin6(60);
		for (i = 1; i < SEGWARD_PACKET_CHAIN_MAX + over; i++)
			wire_put(&packet, options, 8);
		options[0] = 59;
		wire_put(&packet, options, 8);
		end6();
		CHECK_EQ(parse(), over ? SEGWARD_REASON_PACKET_MALFORMED : 0);

		ah[0] = 51;
		begin4(51);
		for (i = 1; i < SEGWARD_PACKET_CHAIN_MAX + over; i++)
			wire_put(&packet, ah, 8);
		ah[0] = 59;
		wire_put(&packet, ah, 8);
		end4();
		CHECK_EQ(parse(), over ? SEGWARD_REASON_PACKET_MALFORMED : 0);
	}
}

static void hop_by_hop_options_in_the_wrong_place_are_malformed(void)
{
	u8 options[8] = { 0, 0, 1, 4 };

	begin6(60);
	wire_put(&packet, options, 8);
	options[0] = 59;
	wire_put(&packet, options, 8);
	end6();
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
}

static void ipv4_fragments_are_told_apart(void)
{
	static const struct {
		u16 word;
		u8 fragment;
	} row[] = {
		{ 0x0000, SEGWARD_FRAGMENT_NONE },
		{ 0x4000, SEGWARD_FRAGMENT_NONE },	/* DF */
		{ 0x2000, SEGWARD_FRAGMENT_FIRST },
		{ 0x2001, SEGWARD_FRAGMENT_LATER },
		{ 0x0001, SEGWARD_FRAGMENT_LATER },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		udp4();
		wire_be16(&packet, inner_ip + 6, row[i].word);
		wire_ip4_sum(&packet, inner_ip);
		CHECK_EQ(parse(), 0);
		CHECK_EQ(got.fragment, row[i].fragment);
		CHECK_EQ(got.proto, 17);
		if (row[i].fragment == SEGWARD_FRAGMENT_LATER) {
			CHECK_EQ(got.dport, 0);
			CHECK_EQ(got.payload_len, TEXT_LEN + 8);
		} else {
			CHECK_EQ(got.dport, 53);
			CHECK_EQ(got.payload_len, TEXT_LEN);
		}
	}
}

static void ipv6_fragments_are_told_apart(void)
{
	u8 header[8] = { 17, 0, 0, 0, 1, 2, 3, 4 };
	u16 word;

	for (word = 0; word < 10; word++) {
		begin6(44);
		header[3] = (u8)word;
		wire_put(&packet, header, 8);
		wire_udp(&packet, inner_ip, INNER_DST, 5353, 53, TEXT,
			 TEXT_LEN);
		end6();
		CHECK_EQ(parse(), 0);
		CHECK_EQ(got.proto, 17);
		if (word >= 8)
			CHECK_EQ(got.fragment, SEGWARD_FRAGMENT_LATER);
		else
			CHECK_EQ(got.fragment, word & 1 ?
				 SEGWARD_FRAGMENT_FIRST :
				 SEGWARD_FRAGMENT_NONE);
		CHECK_EQ(got.dport, word >= 8 ? 0 : 53);
	}
	/* two Fragment headers are none too few */
	begin6(44);
	header[0] = 44;
	header[3] = 0;
	wire_put(&packet, header, 8);
	header[0] = 59;
	wire_put(&packet, header, 8);
	end6();
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
}

static void a_fragments_checksum_is_not_verified(void)
{
	udp4();
	wire_be16(&packet, l4 + 4, 1400);	/* the rest is to come */
	wire_be16(&packet, inner_ip + 6, 0x2000);
	wire_ip4_sum(&packet, inner_ip);
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.payload_len, TEXT_LEN);
	wire_be16(&packet, l4 + 4, 7);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
}

static void a_first_fragment_without_its_transport_header_is_malformed(void)
{
	begin4(6);
	wire_fill(&packet, 0x55, 16);
	wire_be16(&packet, inner_ip + 6, 0x2000);
	end4();
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
}

static void lengths_that_lie_are_malformed(void)
{
	u32 i;

	/* IPv4 total length: one more than there is, less than its header */
	udp4();
	wire_be16(&packet, inner_ip + 2, (u16)(packet.len - inner_ip + 1));
	wire_ip4_sum(&packet, inner_ip);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	wire_be16(&packet, inner_ip + 2, 19);
	wire_ip4_sum(&packet, inner_ip);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	wire_be16(&packet, inner_ip + 2, 0);
	wire_ip4_sum(&packet, inner_ip);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	/* header length */
	udp4();
	for (i = 0; i < 5; i++) {
		packet.b[inner_ip] = (u8)(0x40 | i);
		wire_ip4_sum(&packet, inner_ip);
		CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	}
	/* version against protocol */
	udp4();
	packet.b[inner_ip] = 0x65;
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	/* IPv6 payload length */
	udp6();
	wire_be16(&packet, inner_ip + 4, (u16)(packet.len - inner_ip - 39));
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	/* UDP length: too long, too short */
	udp6();
	wire_be16(&packet, l4 + 4, TEXT_LEN + 9);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	wire_be16(&packet, l4 + 4, 7);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	wire_be16(&packet, l4 + 4, 0);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	/* TCP data offset: in front of and behind the packet's end */
	tcp6();
	packet.b[l4 + 12] = 0x40;
	wire_l4_sum(&packet, inner_ip, INNER_DST, 6, l4, l4 + 16);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	packet.b[l4 + 12] = 0x90;
	wire_l4_sum(&packet, inner_ip, INNER_DST, 6, l4, l4 + 16);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	packet.b[l4 + 12] = 0x80;
	wire_l4_sum(&packet, inner_ip, INNER_DST, 6, l4, l4 + 16);
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.payload_len, TEXT_LEN - 12);
}

static void every_truncation_is_malformed(void)
{
	void (* const make[])(void) = { tcp6, udp6, tcp4, udp4 };
	size_t i;
	u32 full;

	for (i = 0; i < ARRAY_SIZE(make); i++) {
		make[i]();
		for (full = packet.len--; packet.len >= 80; packet.len--)
			CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
		packet.len = full;
		CHECK_EQ(parse(), 0);
	}
}

static void bytes_behind_udps_length_are_not_payload(void)
{
	begin6(17);
	l4 = wire_udp(&packet, inner_ip, INNER_DST, 1, 2, TEXT, TEXT_LEN);
	wire_put(&packet, "surplus", 7);
	end6();
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.payload_len, TEXT_LEN);
	CHECK_EQ(got.len, 40 + 8 + TEXT_LEN + 7);
}

static void bytes_behind_the_inner_packet_are_ignored(void)
{
	tcp6();
	wire_put(&packet, "padding", 7);
	CHECK_EQ(parse(), 0);
	CHECK_EQ(got.payload_len, TEXT_LEN);
}

static void an_inner_packet_ends_where_the_outer_one_does(void)
{
	u32 len;

	tcp6();
	len = packet.len;
	wire_ip6_end(&packet, 0);
	wire_be16(&packet, 4, (u16)(len - 40 - 1));
	CHECK_EQ(parse_as_it_is(), SEGWARD_REASON_PACKET_MALFORMED);
}

static void a_big_gso_packet_may_state_no_length(void)
{
	static u8 data[100000];

	begin4(6);
	wire_tcp(&packet, inner_ip, INNER_DST4, 1, 2, data, sizeof(data));
	wire_be16(&packet, inner_ip + 2, 0);
	wire_ip4_sum(&packet, inner_ip);
	wire_be16(&packet, 4, 0);
	view.gso_size = 1448;
	view.csum = SEGWARD_CSUM_PARTIAL;
	CHECK_EQ(parse_as_it_is(), 0);
	CHECK_EQ(got.payload_len, sizeof(data));

	begin6(17);
	wire_udp(&packet, inner_ip, INNER_DST, 1, 2, data, sizeof(data));
	wire_be16(&packet, 4, 0);
	view.gso_size = 1400;
	CHECK_EQ(parse_as_it_is(), 0);
	CHECK_EQ(got.payload_len, sizeof(data));
}

static void a_chain_that_breaks_behind_the_srh_is_malformed(void)
{
	u8 options[8] = { 41, 100, 1, 4 };

	begin(60);
	wire_put(&packet, options, 8);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	CHECK(srh.upper_broken);
}

static void a_malformed_packet_still_tells_its_addresses(void)
{
	udp4();
	packet.b[l4 + 9] ^= 1;
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	CHECK_EQ(got.family, SEGWARD_FAMILY_IPV4);
	CHECK(is_addr(got.src, INNER_SRC4));
	CHECK(is_addr(got.dst, INNER_DST4));
	CHECK_EQ(got.proto, 17);
	udp6();
	packet.b[l4 + 9] ^= 1;
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	CHECK(is_addr(got.src, INNER_SRC));
	CHECK(is_addr(got.dst, INNER_DST));
	begin(41);
	CHECK_EQ(parse(), SEGWARD_REASON_PACKET_MALFORMED);
	CHECK_EQ(got.family, 0);
}

int main(void)
{
	RUN(tcp_in_ipv6_is_read_member_by_member);
	RUN(udp_in_ipv4_is_read_member_by_member);
	RUN(inline_mode_uses_the_final_destination);
	RUN(a_list_of_csids_is_no_destination_to_verify);
	RUN(an_srh_of_the_inner_packet_tells_its_final_destination);
	RUN(a_plain_packet_is_read_without_outer_header);
	RUN(a_wrong_byte_anywhere_fails_the_checksum);
	RUN(a_checksum_that_others_vouch_for_is_not_verified);
	RUN(an_ipv4_header_checksum_is_always_verified);
	RUN(a_udp_checksum_of_zero_is_accepted_over_both_families);
	RUN(icmp_is_read_in_its_own_family_only);
	RUN(sctp_has_ports);
	RUN(what_has_no_known_header_is_payload);
	RUN(inner_extension_headers_are_walked);
	RUN(inner_chains_are_bounded);
	RUN(hop_by_hop_options_in_the_wrong_place_are_malformed);
	RUN(ipv4_fragments_are_told_apart);
	RUN(ipv6_fragments_are_told_apart);
	RUN(a_fragments_checksum_is_not_verified);
	RUN(a_first_fragment_without_its_transport_header_is_malformed);
	RUN(lengths_that_lie_are_malformed);
	RUN(every_truncation_is_malformed);
	RUN(bytes_behind_udps_length_are_not_payload);
	RUN(bytes_behind_the_inner_packet_are_ignored);
	RUN(an_inner_packet_ends_where_the_outer_one_does);
	RUN(a_big_gso_packet_may_state_no_length);
	RUN(a_chain_that_breaks_behind_the_srh_is_malformed);
	RUN(a_malformed_packet_still_tells_its_addresses);
	return tap_done();
}
