// SPDX-License-Identifier: GPL-2.0
/* Unit tests of views: bytes, copies and sums of packets in pieces. */
#include "tap.h"
#include "view.h"
#include "wire.h"

static struct wire packet;

static void make_packet(u32 len)
{
	u32 i;

	packet.len = 0;
	for (i = 0; i < len; i++) {
		u8 byte = (u8)(i * 7 + (i >> 8));

		wire_put(&packet, &byte, 1);
	}
}

static void bytes_of_one_span_are_not_copied(void)
{
	struct segward_view view;

	make_packet(100);
	segward_view_flat(&view, packet.b, packet.len);
	CHECK(segward_view_bytes(&view, 10, 90, NULL) == packet.b + 10);
	CHECK(segward_view_bytes(&view, 0, 1, NULL) == packet.b);
	CHECK_EQ(view.csum, SEGWARD_CSUM_VERIFY);
	CHECK_EQ(view.gso_size, 0);
}

static void bytes_behind_the_end_are_refused(void)
{
	struct segward_view view;
	u8 copy[200];

	make_packet(100);
	segward_view_flat(&view, packet.b, packet.len);
	CHECK(!segward_view_bytes(&view, 10, 91, copy));
	CHECK(!segward_view_bytes(&view, 101, 0, copy));
	CHECK(!segward_view_bytes(&view, U32_MAX, 2, copy));
	CHECK(!segward_view_bytes(&view, 2, U32_MAX, copy));
	CHECK(!segward_view_copy(&view, 100, 1, copy));
	CHECK(segward_view_copy(&view, 99, 1, copy));
	CHECK_EQ(copy[0], packet.b[99]);
}

static void bytes_are_the_same_however_the_packet_is_cut(void)
{
	struct segward_view flat;
	struct shatter s;
	u32 seed = 1, off, len;
	u8 copy[256];
	const u8 *p;
	int round;

	make_packet(300);
	segward_view_flat(&flat, packet.b, packet.len);
	for (round = 0; round < 2000; round++) {
		shatter(&s, &packet, &flat, &seed);
		off = (seed >> 8) % 299;
		len = 1 + (seed >> 20) % 60;
		p = segward_view_bytes(&s.view, off, len, copy);
		if (off + len > packet.len)
			CHECK(!p);
		else
			CHECK(p && !memcmp(p, packet.b + off, len));
		shatter_free(&s);
	}
}

static void sums_are_the_same_however_the_packet_is_cut(void)
{
	struct segward_view flat;
	struct shatter s;
	u32 seed = 2, off, len;
	u16 want;
	int round;

	make_packet(3000);
	segward_view_flat(&flat, packet.b, packet.len);
	for (round = 0; round < 2000; round++) {
		shatter(&s, &packet, &flat, &seed);
		off = (seed >> 8) % 1500;
		len = (seed >> 19) % 1500;
		want = htons((u16)~wire_checksum(packet.b + off, len, 0));
		CHECK_EQ(segward_csum_fold(segward_view_sum(&s.view, off, len,
							    0)) % 0xffff,
			 want % 0xffff);
		shatter_free(&s);
	}
}

static void a_sum_of_ones_does_not_overflow(void)
{
	struct segward_view view;

	packet.len = 0;
	wire_fill(&packet, 0xff, 190000);
	segward_view_flat(&view, packet.b, packet.len);
	CHECK_EQ(segward_csum_fold(segward_view_sum(&view, 0, packet.len,
						    U32_MAX)), 0xffff);
}

int main(void)
{
	RUN(bytes_of_one_span_are_not_copied);
	RUN(bytes_behind_the_end_are_refused);
	RUN(bytes_are_the_same_however_the_packet_is_cut);
	RUN(sums_are_the_same_however_the_packet_is_cut);
	RUN(a_sum_of_ones_does_not_overflow);
	return tap_done();
}
