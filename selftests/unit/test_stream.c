// SPDX-License-Identifier: GPL-2.0
/*
 * TCP streams against what an inline engine is tried with: splits, overlaps,
 * retransmissions that differ, handshakes that lie, and exhausted memory. Each
 * test runs with sequence numbers that begin at 0, that wrap, and others.
 */
#include <stdlib.h>

#include "stream.h"
#include "tap.h"

#define FIN	0x01
#define SYN	0x02
#define RST	0x04
#define ACK	0x10
#define URG	0x20

#define HEADER	20
#define SPACE	(2u << 20)
#define SECOND	1000000000ULL
#define ACCEPTED	SEGWARD_STREAM_ACCEPTED

static struct segward_stream_config config;
static struct segward_budget budget;
static struct segward_pool pool;
static struct segward_tcp tcp;
static struct segward_stream_result result;
static u8 content[SPACE];
static u8 got[2][SPACE];
static u64 got_len[2];
static u32 isn, base[2], acks[2];
static u16 window;
static u8 option[40];
static u32 option_len;
static u64 now;
static bool no_commit;
static bool out_of_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
	return out_of_memory ? NULL : __real_malloc(size);
}

static void begin(void)
{
	config = (struct segward_stream_config) {
		.depth = 1 << 20,
		.tail = 2560,
		.copies_max = 256 << 10,
		.unacked_max = 64 << 10,
		.window_unknown = 1 << 20,
		.midstream = true,
		.enforce = true,
	};
	segward_pool_share(&pool, 1 << 20, 1);
	budget.pool = &pool;
	segward_tcp_init(&tcp);
	base[0] = isn + 1;
	base[1] = ~isn + 77;
	acks[0] = 0;
	acks[1] = 0;
	got_len[0] = 0;
	got_len[1] = 0;
	window = 65535;
	option_len = 0;
	no_commit = false;
	now = 1000 * SECOND;
}

static void end(void)
{
	segward_tcp_release(&tcp, &budget);
	CHECK_EQ(atomic_read(&budget.used), 0);
	CHECK_EQ(atomic_read(&pool.used), 0);
}

static u32 memory(void)
{
	return (u32)atomic_read(&budget.used) * SEGWARD_BUDGET_UNIT;
}

/* What is deliverable goes to got[]; no byte may be missing or told twice. */
static void pull(u8 direction)
{
	struct segward_stream_cursor cursor;
	struct segward_stream_run run;

	segward_stream_begin(&tcp, &result, &cursor);
	while (segward_stream_next(&cursor, &run)) {
		if (!result.gap)
			CHECK_EQ(run.offset, got_len[direction]);
		memcpy(got[direction] + run.offset, run.data, run.len);
		got_len[direction] = run.offset + run.len;
	}
}

/* In two spans. @off is from the stream's first byte; a SYN's is -1. */
static u8 segment(u8 direction, u8 flags, s32 off, const u8 *data, u32 len)
{
	static u8 head[HEADER + 40 + SPACE], tail[SPACE];
	u32 header = HEADER + option_len;
	u32 half = len / 3;
	struct segward_span rest = { tail, len - half };
	struct segward_view view = {
		.head = { head, header + half },
		.frag = &rest,
		.nr_frags = 1,
		.len = header + len,
	};
	struct segward_packet packet = {
		.tcp_flags = flags,
		.tcp_seq = base[direction] + (u32)off,
		.tcp_ack = base[!direction] + acks[direction],
		.payload_off = header,
		.payload_len = len,
	};
	u8 state;

	memset(head, 0, HEADER);
	put_unaligned_be16(window, head + 14);
	memcpy(head + HEADER, option, option_len);
	memcpy(head + header, data, half);
	memcpy(tail, data + half, len - half);
	state = segward_tcp_segment(&tcp, &budget, &config, direction, &view,
				    &packet, now, &result);
	CHECK_EQ(state, result.state);
	if (no_commit || (state && config.enforce))
		return state;
	pull(direction);
	segward_stream_commit(&tcp, &budget, &config, &result);
	return state;
}

static u8 send(u8 direction, s32 off, u32 len)
{
	return segment(direction, ACK, off, content + off, len);
}

/* The same with its first byte changed. */
static u8 send_other(u8 direction, s32 off, u32 len)
{
	static u8 other[SPACE];

	memcpy(other, content + off, len);
	other[0] ^= 1;
	return segment(direction, ACK, off, other, len);
}

static u8 flags_only(u8 direction, u8 flags, s32 off)
{
	return segment(direction, flags, off, content, 0);
}

/* The receiver of direction 0 acknowledges all before an offset. */
static u8 acknowledge(u32 off)
{
	acks[1] = off;
	return flags_only(1, ACK, 0);
}

static void shake(void)
{
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(flags_only(0, ACK, 0), ACCEPTED);
}

static void check_got(u8 direction, u64 len)
{
	CHECK_EQ(got_len[direction], len);
	CHECK(!memcmp(got[direction], content, len));
}

static void set_ts(u32 value)
{
	option_len = 12;
	put_unaligned_be32(0x0101080a, option);
	put_unaligned_be32(value, option + 4);
	put_unaligned_be32(0, option + 8);
}

static void set_scale(u8 scale)
{
	option[0] = 1;
	option[1] = 3;
	option[2] = 3;
	option[3] = scale;
	option_len = 4;
}

/* E1 */
static void two_segments_at_every_split_are_one_stream(void)
{
	s32 cut;

	for (cut = 1; cut < 64; cut++) {
		begin();
		shake();
		CHECK_EQ(send(0, 0, cut), ACCEPTED);
		CHECK_EQ(send(0, cut, 64 - cut), ACCEPTED);
		check_got(0, 64);
		end();
	}
}

static void single_bytes_are_one_stream(void)
{
	u32 i;

	begin();
	shake();
	for (i = 0; i < 3000; i++)
		CHECK_EQ(send(0, i, 1), ACCEPTED);
	check_got(0, 3000);
	/* chunks double: 512 + 1024 + 2048 bytes, less their headers */
	CHECK_EQ(memory(), 512 + 1024 + 2048);
	end();
}

/* E2 */
static void reversed_bytes_are_delivered_with_the_first(void)
{
	s32 i;

	begin();
	shake();
	for (i = 100; i > 0; i--) {
		CHECK_EQ(send(0, i, 1), ACCEPTED);
		CHECK_EQ(got_len[0], 0);
	}
	CHECK_EQ(send(0, 0, 1), ACCEPTED);
	check_got(0, 101);
	/* they moved together */
	CHECK_EQ(memory(), 512);
	end();
}

static void any_order_is_one_stream(void)
{
	u32 order[90], i, j, swap, round;

	for (round = 0; round < 20; round++) {
		begin();
		shake();
		srand(round);
		for (i = 0; i < 90; i++)
			order[i] = i;
		for (i = 89; i > 0; i--) {
			j = (u32)rand() % (i + 1);
			swap = order[i];
			order[i] = order[j];
			order[j] = swap;
		}
		for (i = 0; i < 90; i++)
			CHECK_EQ(send(0, order[i] * 700, 700 + i), ACCEPTED);
		CHECK(got_len[0] >= 63000);
		check_got(0, got_len[0]);
		end();
	}
}

/* E3 */
static void exact_retransmissions_pass_and_are_not_told_again(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 0, 1000), ACCEPTED);
	CHECK_EQ(send(0, 2000, 1000), ACCEPTED);
	CHECK_EQ(send(0, 0, 1000), ACCEPTED);
	CHECK_EQ(send(0, 2000, 1000), ACCEPTED);
	CHECK_EQ(send(0, 300, 100), ACCEPTED);
	check_got(0, 1000);
	CHECK_EQ(send(0, 1000, 1000), ACCEPTED);
	check_got(0, 3000);
	end();
}

/* E4, E8 */
static void other_bytes_are_refused_before_and_after_their_ack(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 0, 1000), ACCEPTED);
	CHECK_EQ(send_other(0, 0, 1000), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(send_other(0, 999, 1), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(acknowledge(1000), ACCEPTED);
	CHECK_EQ(send_other(0, 0, 1000), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(send(0, 0, 1000), ACCEPTED);
	check_got(0, 1000);
	end();
}

static void other_bytes_of_an_early_segment_are_refused(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 500, 500), ACCEPTED);
	CHECK_EQ(send_other(0, 500, 500), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(send_other(0, 600, 900), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(send(0, 0, 500), ACCEPTED);
	check_got(0, 1000);
	end();
}

/* E5 */
static void overlaps_with_the_same_bytes_are_one_stream(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 1000, 1000), ACCEPTED);
	CHECK_EQ(send(0, 3000, 1000), ACCEPTED);
	CHECK_EQ(send(0, 900, 200), ACCEPTED);
	CHECK_EQ(send(0, 1900, 200), ACCEPTED);
	CHECK_EQ(send(0, 800, 3500), ACCEPTED);
	CHECK_EQ(got_len[0], 0);
	CHECK_EQ(send(0, 0, 5000), ACCEPTED);
	check_got(0, 5000);
	end();
}

static void overlaps_with_other_bytes_are_refused_as_a_whole(void)
{
	static u8 other[4000];
	u32 i;

	begin();
	shake();
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(send(0, 1000, 1000), ACCEPTED);
	for (i = 0; i < 4000; i += 1999) {
		memcpy(other, content, 4000);
		/* in order, early, behind both */
		other[i == 0 ? 50 : i == 1999 ? 1500 : 1999] ^= 0x80;
		CHECK_EQ(segment(0, ACK, 0, other, 4000),
			 SEGWARD_STREAM_CONFLICT);
	}
	check_got(0, 100);
	memcpy(other, content, 4000);
	other[1999] ^= 1;
	CHECK_EQ(segment(0, ACK, 1800, other + 1800, 400),
		 SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(send(0, 100, 1000), ACCEPTED);
	check_got(0, 2000);
	end();
}

/* E6 */
static void only_the_window_is_taken(void)
{
	begin();
	window = 1000;
	shake();
	CHECK_EQ(send(0, 0, 1002), SEGWARD_STREAM_OUT_OF_WINDOW);
	CHECK_EQ(send(0, 1001, 1), SEGWARD_STREAM_OUT_OF_WINDOW);
	CHECK_EQ(send(0, 100000, 10), SEGWARD_STREAM_OUT_OF_WINDOW);
	CHECK_EQ(segment(0, ACK, 0x70000000, content, 10),
		 SEGWARD_STREAM_OUT_OF_WINDOW);
	CHECK_EQ(segment(0, ACK, -0x70000000, content, 10),
		 SEGWARD_STREAM_OUT_OF_WINDOW);
	CHECK_EQ(flags_only(0, ACK, 2000), SEGWARD_STREAM_OUT_OF_WINDOW);
	CHECK_EQ(send(0, 0, 1000), ACCEPTED);
	CHECK_EQ(send(0, 1000, 1000), SEGWARD_STREAM_OUT_OF_WINDOW);
	CHECK_EQ(acknowledge(1000), ACCEPTED);
	CHECK_EQ(send(0, 1000, 1000), ACCEPTED);
	check_got(0, 2000);
	end();
}

static void data_before_the_stream_passes_as_acknowledged(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	/* SYN-ACK and ACK have told that the receiver has offset -1 and less */
	CHECK_EQ(segment(0, ACK, -500, content, 100), ACCEPTED);
	check_got(0, 10);
	end();
}

static void windows_scale_if_both_syns_say_so(void)
{
	begin();
	set_scale(4);
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	set_scale(3);
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	option_len = 0;
	window = 1000;
	CHECK_EQ(acknowledge(0), ACCEPTED);
	/* 65,535 of the SYN-ACK is not scaled, and is more */
	CHECK_EQ(send(0, 65536, 1), SEGWARD_STREAM_OUT_OF_WINDOW);
	window = 10000;
	CHECK_EQ(acknowledge(0), ACCEPTED);
	CHECK_EQ(send(0, 79999, 2), ACCEPTED);
	CHECK_EQ(send(0, 80000, 2), SEGWARD_STREAM_OUT_OF_WINDOW);
	end();

	begin();
	set_scale(4);
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	option_len = 0;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(acknowledge(0), ACCEPTED);
	CHECK_EQ(send(0, 65536, 1), SEGWARD_STREAM_OUT_OF_WINDOW);
	end();
}

static void a_window_is_unknown_again_when_its_receiver_is_silent(void)
{
	begin();
	window = 1000;
	shake();
	CHECK_EQ(send(0, 0, 1000), ACCEPTED);
	CHECK_EQ(send(0, 1500, 10), SEGWARD_STREAM_OUT_OF_WINDOW);
	now += 20 * SECOND;
	CHECK_EQ(send(0, 1000, 1000), ACCEPTED);
	CHECK_EQ(send(0, 2000 + (1 << 20), 2), SEGWARD_STREAM_OUT_OF_WINDOW);
	check_got(0, 2000);
	end();
}

/* E9 */
static void only_an_exact_rst_closes(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(flags_only(0, RST, -5), SEGWARD_STREAM_BAD_RST);
	CHECK_EQ(flags_only(0, RST, 100000), SEGWARD_STREAM_BAD_RST);
	CHECK_EQ(flags_only(0, RST, 50), ACCEPTED);
	CHECK_EQ(flags_only(0, RST, 101), ACCEPTED);
	CHECK(!segward_tcp_closed(&tcp));
	CHECK_EQ(send(0, 100, 100), ACCEPTED);
	CHECK_EQ(flags_only(0, RST | ACK, 200), ACCEPTED);
	CHECK(segward_tcp_closed(&tcp));
	CHECK_EQ(memory(), 0);
	CHECK_EQ(send(0, 200, 100), SEGWARD_STREAM_CLOSED);
	CHECK_EQ(send(1, 0, 100), SEGWARD_STREAM_CLOSED);
	CHECK_EQ(flags_only(0, FIN | ACK, 200), SEGWARD_STREAM_CLOSED);
	CHECK_EQ(flags_only(1, ACK, 0), ACCEPTED);
	check_got(0, 200);
	end();
}

static void data_of_a_rst_is_not_delivered(void)
{
	begin();
	shake();
	CHECK_EQ(segment(0, RST, 0, content, 100), ACCEPTED);
	CHECK_EQ(got_len[0], 0);
	CHECK(segward_tcp_closed(&tcp));
	end();
}

static void a_syn_is_refused_by_a_rst_that_acknowledges_it(void)
{
	begin();
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	acks[1] = 5;
	CHECK_EQ(flags_only(1, RST | ACK, 0), SEGWARD_STREAM_BAD_RST);
	CHECK(!segward_tcp_closed(&tcp));
	acks[1] = 0;
	CHECK_EQ(flags_only(1, RST | ACK, -50), ACCEPTED);
	CHECK(segward_tcp_closed(&tcp));
	end();
}

static void a_rst_of_who_was_not_seen_must_be_where_it_is_expected(void)
{
	begin();
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	CHECK_EQ(flags_only(1, RST, 77), SEGWARD_STREAM_BAD_RST);
	CHECK_EQ(flags_only(1, RST, 0), ACCEPTED);
	CHECK(segward_tcp_closed(&tcp));
	end();

	begin();
	CHECK_EQ(flags_only(1, RST, 0), ACCEPTED);
	CHECK(!segward_tcp_closed(&tcp));
	end();
}

/* E10 */
static void nothing_comes_behind_a_fin(void)
{
	begin();
	shake();
	CHECK_EQ(segment(0, FIN | ACK, 0, content, 100), ACCEPTED);
	CHECK(segward_stream_ended(&tcp, 0));
	CHECK_EQ(send(0, 100, 10), SEGWARD_STREAM_AFTER_FIN);
	CHECK_EQ(send(0, 90, 20), SEGWARD_STREAM_AFTER_FIN);
	CHECK_EQ(flags_only(0, FIN | ACK, 99), SEGWARD_STREAM_AFTER_FIN);
	CHECK_EQ(flags_only(0, FIN | ACK, 101), SEGWARD_STREAM_AFTER_FIN);
	CHECK_EQ(segment(0, FIN | ACK, 0, content, 100), ACCEPTED);
	CHECK_EQ(acknowledge(101), ACCEPTED);
	CHECK_EQ(flags_only(0, ACK, 101), ACCEPTED);
	CHECK(!segward_tcp_closed(&tcp));
	acks[0] = 0;
	CHECK_EQ(flags_only(1, FIN | ACK, 0), ACCEPTED);
	CHECK(segward_tcp_closed(&tcp));
	check_got(0, 100);
	end();
}

static void a_fin_that_comes_early_ends_the_stream_when_it_is_whole(void)
{
	begin();
	shake();
	CHECK_EQ(segment(0, FIN | ACK, 50, content + 50, 50), ACCEPTED);
	CHECK(!segward_stream_ended(&tcp, 0));
	CHECK_EQ(send(0, 0, 101), SEGWARD_STREAM_AFTER_FIN);
	CHECK_EQ(send(0, 0, 50), ACCEPTED);
	CHECK(segward_stream_ended(&tcp, 0));
	check_got(0, 100);
	end();
}

static void a_fin_before_forwarded_data_is_refused(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 50, 50), ACCEPTED);
	CHECK_EQ(segment(0, FIN | ACK, 0, content, 50),
		 SEGWARD_STREAM_AFTER_FIN);
	end();
}

static void data_on_a_syn_is_the_first_of_the_stream(void)
{
	begin();
	CHECK_EQ(segment(0, SYN, -1, content, 100), ACCEPTED);
	check_got(0, 100);
	/* it was not taken: the SYN alone is acknowledged */
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(send_other(0, 0, 100), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(send(0, 0, 200), ACCEPTED);
	check_got(0, 200);
	end();

	begin();
	CHECK_EQ(segment(0, SYN, -1, content, 100), ACCEPTED);
	acks[1] = 100;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(send(0, 100, 100), ACCEPTED);
	check_got(0, 200);
	end();
}

static void data_before_its_syn_is_another_beginning(void)
{
	begin();
	CHECK_EQ(send(0, 500, 10), ACCEPTED);
	CHECK_EQ(flags_only(0, SYN, -1), SEGWARD_STREAM_BAD_SYN);
	end();

	begin();
	config.midstream = false;
	CHECK_EQ(send(0, 0, 10), SEGWARD_STREAM_MIDSTREAM);
	CHECK_EQ(flags_only(0, ACK, 0), SEGWARD_STREAM_MIDSTREAM);
	shake();
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	check_got(0, 10);
	end();
}

/* E11 */
static void split_handshakes_are_two_syns(void)
{
	/* SYN, SYN, SYN-ACK, ACK */
	begin();
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	CHECK_EQ(flags_only(1, SYN, -1), ACCEPTED);
	CHECK_EQ(flags_only(0, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(flags_only(1, ACK, 0), ACCEPTED);
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(send(1, 0, 100), ACCEPTED);
	check_got(0, 100);
	check_got(1, 100);
	end();

	/* SYN, ACK of any sequence number, SYN, SYN-ACK, ACK */
	begin();
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	CHECK_EQ(flags_only(1, ACK, 5000), ACCEPTED);
	CHECK_EQ(flags_only(1, SYN, -1), ACCEPTED);
	CHECK_EQ(flags_only(0, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(flags_only(1, ACK, 0), ACCEPTED);
	CHECK_EQ(send(1, 0, 100), ACCEPTED);
	check_got(1, 100);
	end();
}

static void a_syn_ack_must_acknowledge_the_syn(void)
{
	begin();
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	acks[1] = 1;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), SEGWARD_STREAM_BAD_ACK);
	acks[1] = (u32)-1;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), SEGWARD_STREAM_BAD_ACK);
	CHECK_EQ(flags_only(1, ACK, 0), SEGWARD_STREAM_BAD_ACK);
	acks[1] = 0;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	end();
}

/* E12 */
static void another_syn_is_refused_once_the_first_was_answered(void)
{
	begin();
	shake();
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	CHECK_EQ(flags_only(0, SYN, 1000), SEGWARD_STREAM_BAD_SYN);
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(flags_only(1, SYN | ACK, 99), SEGWARD_STREAM_BAD_SYN);
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(flags_only(0, SYN, 99), SEGWARD_STREAM_BAD_SYN);
	CHECK_EQ(send(0, 100, 100), ACCEPTED);
	check_got(0, 200);
	end();
}

static void a_syn_that_replaces_another_needs_its_syn_ack(void)
{
	begin();
	CHECK_EQ(flags_only(0, SYN, -101), ACCEPTED);
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	CHECK_EQ(send(0, 0, 10), SEGWARD_STREAM_UNCONFIRMED);
	CHECK_EQ(flags_only(0, FIN | ACK, 0), SEGWARD_STREAM_UNCONFIRMED);
	/* the receiver took the first one */
	acks[1] = (u32)-100;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), SEGWARD_STREAM_BAD_ACK);
	acks[1] = 0;
	/* an acknowledgment alone may be of an older connection */
	CHECK_EQ(flags_only(1, ACK, 0), ACCEPTED);
	CHECK_EQ(send(0, 0, 10), SEGWARD_STREAM_UNCONFIRMED);
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	check_got(0, 10);
	end();
}

static void data_on_a_syn_that_replaces_another_is_refused(void)
{
	begin();
	CHECK_EQ(flags_only(0, SYN, -101), ACCEPTED);
	CHECK_EQ(segment(0, SYN, -1, content, 200), SEGWARD_STREAM_UNCONFIRMED);
	/* the first one is still the one */
	acks[1] = (u32)-100;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	end();
}

static void a_syn_opens_a_closed_connection_again(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	CHECK_EQ(flags_only(0, RST, 10), ACCEPTED);
	/* the receiver may not have taken the RST */
	CHECK_EQ(segment(0, SYN, 9, content, 10), SEGWARD_STREAM_UNCONFIRMED);
	CHECK(result.restart);
	CHECK_EQ(send(0, 10, 10), SEGWARD_STREAM_UNCONFIRMED);
	CHECK_EQ(flags_only(0, SYN, 9), ACCEPTED);
	CHECK_EQ(send(0, 10, 10), SEGWARD_STREAM_UNCONFIRMED);
	base[0] += 10;
	base[1] += 1000;
	got_len[0] = 0;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	check_got(0, 10);
	end();
}

/* E13 */
static void old_timestamps_are_refused(void)
{
	begin();
	set_ts(0xfffffff0);
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	set_ts(0xfffffffe);
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	acknowledge(10);
	set_ts(5);
	CHECK_EQ(send(0, 10, 10), ACCEPTED);
	set_ts(4);
	CHECK_EQ(send(0, 20, 10), SEGWARD_STREAM_PAWS);
	CHECK_EQ(flags_only(0, ACK, 20), ACCEPTED);
	option_len = 0;
	CHECK_EQ(send(0, 20, 10), SEGWARD_STREAM_NO_TIMESTAMP);
	/* after 25 days it may have turned over */
	now += 25 * 86400 * SECOND;
	set_ts(0x80000010);
	CHECK_EQ(send(0, 20, 10), ACCEPTED);
	check_got(0, 30);
	end();
}

static void a_delayed_segment_may_be_older_than_an_early_one(void)
{
	begin();
	set_ts(1);
	shake();
	set_ts(20);
	CHECK_EQ(send(0, 100, 100), ACCEPTED);
	set_ts(10);
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	check_got(0, 200);
	end();
}

static void timestamps_are_optional_unless_both_offered_them(void)
{
	begin();
	set_ts(1);
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	option_len = 0;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	end();
}

/* E14 */
static void urgent_data_is_ordinary_and_the_flag_is_to_go(void)
{
	begin();
	shake();
	CHECK_EQ(segment(0, ACK | URG, 0, content, 10), ACCEPTED);
	CHECK(result.clear_urgent);
	CHECK_EQ(send(0, 10, 10), ACCEPTED);
	CHECK(!result.clear_urgent);
	check_got(0, 20);
	end();
}

/* E16 */
static void probes_and_keepalives_do_not_desynchronize(void)
{
	u8 garbage = (u8)~content[99];

	begin();
	window = 100;
	shake();
	CHECK_EQ(segment(0, ACK, -1, &garbage, 1), ACCEPTED);
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(segment(0, ACK, 99, &garbage, 1), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(send(0, 99, 1), ACCEPTED);
	window = 0;
	acknowledge(100);
	CHECK_EQ(flags_only(0, ACK, 99), ACCEPTED);
	CHECK_EQ(segment(0, ACK, 99, &garbage, 1), ACCEPTED);
	/* a probe with what is next, beyond the window */
	CHECK_EQ(send(0, 100, 1), ACCEPTED);
	CHECK_EQ(send(0, 101, 1), SEGWARD_STREAM_OUT_OF_WINDOW);
	window = 100;
	acknowledge(101);
	CHECK_EQ(send(0, 101, 50), ACCEPTED);
	check_got(0, 151);
	end();
}

/* E17 */
static void a_gap_that_never_closes_is_freed_and_stays_closed(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(send(0, 200, 100), ACCEPTED);
	CHECK_EQ(memory(), 1024);
	now += 100 * SECOND;
	segward_tcp_idle(&tcp, &budget, &config, now);
	CHECK_EQ(memory(), 1024);
	now += 100 * SECOND;
	segward_tcp_idle(&tcp, &budget, &config, now);
	/* the tail */
	CHECK_EQ(memory(), 512);
	CHECK_EQ(send(0, 100, 100), SEGWARD_STREAM_NOT_COMPARABLE);
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	check_got(0, 100);
	end();
}

static void an_idle_connection_keeps_its_tail_and_goes_on(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 0, 50000), ACCEPTED);
	acknowledge(40000);
	now += 200 * SECOND;
	segward_tcp_idle(&tcp, &budget, &config, now);
	CHECK(memory() <= 2 * 4096);
	CHECK_EQ(send(0, 39000, 1100), SEGWARD_STREAM_NOT_COMPARABLE);
	CHECK_EQ(send(0, 50000, 1000), ACCEPTED);
	check_got(0, 51000);
	end();
}

/* E18 */
static void a_stream_is_picked_up_where_it_is_first_seen(void)
{
	begin();
	CHECK_EQ(flags_only(0, ACK, 7), ACCEPTED);
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(send(0, 100, 100), ACCEPTED);
	/* its place is not certain yet */
	CHECK_EQ(send(0, 300, 100), SEGWARD_STREAM_UNCONFIRMED);
	CHECK_EQ(segment(0, ACK, -10, content, 10),
		 SEGWARD_STREAM_NOT_COMPARABLE);
	CHECK_EQ(acknowledge(150), ACCEPTED);
	CHECK_EQ(send(0, 300, 100), ACCEPTED);
	CHECK_EQ(segment(0, ACK, -10, content, 10), ACCEPTED);
	CHECK_EQ(send(0, 200, 100), ACCEPTED);
	check_got(0, 400);
	end();
}

static void a_retransmission_that_is_picked_up_is_not_the_beginning(void)
{
	/* what was acknowledged is known */
	begin();
	acknowledge(100);
	CHECK_EQ(segment(0, ACK, 0, content, 50), ACCEPTED);
	base[0] += 100;
	acks[1] = 0;
	CHECK_EQ(send(0, 0, 50), ACCEPTED);
	check_got(0, 50);
	end();

	/* it is learnt later */
	begin();
	CHECK_EQ(send(0, 0, 50), ACCEPTED);
	CHECK_EQ(acknowledge(100), ACCEPTED);
	CHECK_EQ(acknowledge(101), SEGWARD_STREAM_BAD_ACK);
	CHECK_EQ(send(0, 100, 50), ACCEPTED);
	CHECK(result.gap);
	CHECK_EQ(got_len[0], 150);
	CHECK_EQ(send(0, 150, 50), ACCEPTED);
	CHECK(!result.gap);
	end();
}

static void an_ack_far_away_does_not_make_a_place_certain(void)
{
	begin();
	CHECK_EQ(send(0, 0, 50), ACCEPTED);
	CHECK_EQ(acknowledge(0x80000032), SEGWARD_STREAM_BAD_ACK);
	CHECK_EQ(acknowledge(0x80001000), SEGWARD_STREAM_BAD_ACK);
	acks[1] = 0;
	CHECK_EQ(send(0, 100, 50), SEGWARD_STREAM_UNCONFIRMED);
	end();
}

static void what_was_dropped_alone_does_not_count_as_early(void)
{
	begin();
	no_commit = true;
	CHECK_EQ(send(0, 0, 3000), ACCEPTED);
	no_commit = false;
	CHECK_EQ(acknowledge(5000), ACCEPTED);
	CHECK_EQ(send(0, 5000, 50), ACCEPTED);
	CHECK(result.gap);
	CHECK_EQ(got_len[0], 5050);
	CHECK(!memcmp(got[0] + 5000, content + 5000, 50));
	end();
}

static void a_stream_that_begins_with_a_syn_ack_has_both_places(void)
{
	begin();
	config.midstream = false;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(send(1, 0, 10), ACCEPTED);
	CHECK_EQ(send(0, 10, 10), ACCEPTED);
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	check_got(0, 20);
	end();
}

/* E19 */
static void senseless_flags_are_refused(void)
{
	static const u8 bad[] = {
		0, FIN, URG, 0x08, SYN | FIN, SYN | RST, RST | FIN,
		SYN | FIN | ACK, SYN | RST | ACK, 0xff,
	};
	u32 i;

	begin();
	for (i = 0; i < sizeof(bad); i++)
		CHECK_EQ(flags_only(0, bad[i], -1), SEGWARD_STREAM_BAD_FLAGS);
	shake();
	for (i = 0; i < sizeof(bad); i++)
		CHECK_EQ(segment(0, bad[i], 0, content, 10),
			 SEGWARD_STREAM_BAD_FLAGS);
	CHECK_EQ(got_len[0], 0);
	end();
}

/* E7 */
static void options_that_run_past_the_header_are_refused(void)
{
	static const u8 bad[][4] = {
		{ 8 }, { 1, 1, 1, 8 }, { 8, 0 }, { 8, 1 }, { 8, 10, 0, 0 },
		{ 2, 5, 0, 0 },
	};
	u32 i;

	begin();
	shake();
	option_len = 4;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		memcpy(option, bad[i], 4);
		if (!i)
			option_len = 1;
		CHECK_EQ(send(0, 0, 10), SEGWARD_STREAM_BAD_OPTIONS);
		option_len = 4;
	}
	memcpy(option, "\1\0\10\1", 4);
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	end();
}

static void a_payload_that_is_not_there_is_refused(void)
{
	static const u8 head[HEADER];
	struct segward_packet packet = {
		.tcp_flags = ACK, .payload_off = HEADER, .payload_len = 10,
	};
	struct segward_view view;

	begin();
	segward_view_flat(&view, head, HEADER);
	view.len = HEADER + 10;
	CHECK_EQ(segward_tcp_segment(&tcp, &budget, &config, 0, &view, &packet,
				     now, &result), SEGWARD_STREAM_TRUNCATED);
	packet.payload_off = HEADER - 1;
	CHECK_EQ(segward_tcp_segment(&tcp, &budget, &config, 0, &view, &packet,
				     now, &result), SEGWARD_STREAM_TRUNCATED);
	packet.payload_off = 61;
	CHECK_EQ(segward_tcp_segment(&tcp, &budget, &config, 0, &view, &packet,
				     now, &result), SEGWARD_STREAM_TRUNCATED);
	end();
}

static void what_was_not_forwarded_cannot_be_acknowledged(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(send(0, 200, 100), ACCEPTED);
	CHECK_EQ(acknowledge(101), SEGWARD_STREAM_BAD_ACK);
	CHECK_EQ(acknowledge(300), SEGWARD_STREAM_BAD_ACK);
	CHECK_EQ(acknowledge(100), ACCEPTED);
	CHECK_EQ(acknowledge(50), ACCEPTED);
	CHECK_EQ(send(0, 100, 100), ACCEPTED);
	CHECK_EQ(acknowledge(300), ACCEPTED);
	end();
}

static void acknowledged_bytes_leave_the_tail_alone(void)
{
	u32 i;

	begin();
	shake();
	for (i = 0; i < 60000; i += 1000)
		CHECK_EQ(send(0, i, 1000), ACCEPTED);
	CHECK(memory() > 60000);
	acknowledge(60000);
	CHECK(memory() <= 2 * 4096);
	/* gone, but acknowledged */
	CHECK_EQ(send_other(0, 0, 1000), ACCEPTED);
	check_got(0, 60000);
	end();
}

static void without_acks_the_oldest_bytes_are_let_go(void)
{
	u32 i;

	begin();
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	for (i = 0; i < 200000; i += 1000)
		CHECK_EQ(send(0, i, 1000), ACCEPTED);
	CHECK(memory() <= 65536 + 3 * 4096);
	CHECK_EQ(send(0, 200000 - 65536, 1000), ACCEPTED);
	CHECK_EQ(send_other(0, 200000 - 65536, 1000), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(send(0, 100000, 1000), SEGWARD_STREAM_NOT_COMPARABLE);
	/* early bytes are taken: its SYN was seen */
	CHECK_EQ(send(0, 201000, 1000), ACCEPTED);
	CHECK_EQ(send(0, 200000, 1000), ACCEPTED);
	check_got(0, 202000);
	end();
}

static void a_large_segment_is_one_segment(void)
{
	begin();
	window = 65535;
	set_scale(4);
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	option_len = 0;
	acknowledge(0);
	CHECK_EQ(send(0, 65535, 65535), ACCEPTED);
	CHECK_EQ(send(0, 0, 65535), ACCEPTED);
	check_got(0, 2 * 65535);
	end();
}

/* E22 */
static void early_pieces_are_limited(void)
{
	u32 i;

	begin();
	shake();
	for (i = 0; i < SEGWARD_STREAM_PIECES; i++)
		CHECK_EQ(send(0, 1 + 2 * i, 1), ACCEPTED);
	CHECK_EQ(send(0, 1 + 2 * i, 1), SEGWARD_STREAM_COPY_LIMIT);
	CHECK_EQ(memory(), SEGWARD_STREAM_PIECES * 512);
	/* who fills all gaps at once is not held up by the limit */
	CHECK_EQ(send(0, 0, 300), ACCEPTED);
	check_got(0, 300);
	CHECK_EQ(memory(), 512);
	CHECK_EQ(send(0, 400, 1), ACCEPTED);
	end();
}

static void early_bytes_are_limited(void)
{
	begin();
	shake();
	config.copies_max = 8192;
	CHECK_EQ(send(0, 100, 4000), ACCEPTED);
	CHECK_EQ(send(0, 10000, 4000), ACCEPTED);
	CHECK_EQ(send(0, 20000, 1), SEGWARD_STREAM_COPY_LIMIT);
	CHECK_EQ(memory(), 8192);
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	check_got(0, 4100);
	CHECK_EQ(send(0, 20000, 1), ACCEPTED);
	end();
}

static void without_budget_or_memory_segments_are_refused_whole(void)
{
	begin();
	shake();
	segward_pool_share(&pool, 4096 / SEGWARD_BUDGET_UNIT, 1);
	CHECK_EQ(send(0, 0, 9000), SEGWARD_STREAM_COPY_BUDGET);
	CHECK_EQ(memory(), 0);
	CHECK_EQ(send(0, 100, 9000), SEGWARD_STREAM_COPY_BUDGET);
	CHECK_EQ(memory(), 0);
	segward_pool_share(&pool, 1 << 20, 1);
	out_of_memory = true;
	CHECK_EQ(send(0, 0, 9000), SEGWARD_STREAM_COPY_BUDGET);
	out_of_memory = false;
	CHECK_EQ(memory(), 0);
	CHECK_EQ(send_other(0, 0, 9000), ACCEPTED);
	CHECK_EQ(got_len[0], 9000);
	end();
}

static void a_beginning_that_was_refused_is_none(void)
{
	begin();
	out_of_memory = true;
	CHECK_EQ(send(0, 100, 10), SEGWARD_STREAM_COPY_BUDGET);
	out_of_memory = false;
	CHECK_EQ(send(0, 0, 10), ACCEPTED);
	check_got(0, 10);
	end();
}

static void beyond_the_depth_nothing_is_kept(void)
{
	begin();
	config.depth = 5000;
	shake();
	CHECK_EQ(send(0, 0, 4000), ACCEPTED);
	CHECK_EQ(send(0, 6000, 1000), ACCEPTED);
	CHECK_EQ(send(0, 4500, 1000), ACCEPTED);
	CHECK_EQ(send(0, 4000, 1500), ACCEPTED);
	check_got(0, 5000);
	CHECK(!segward_stream_bypassed(&tcp, 0));
	/* still to be compared */
	CHECK_EQ(send_other(0, 3000, 100), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(acknowledge(4999), ACCEPTED);
	CHECK(!segward_stream_bypassed(&tcp, 0));
	CHECK_EQ(acknowledge(7000), ACCEPTED);
	CHECK(segward_stream_bypassed(&tcp, 0));
	CHECK_EQ(memory(), 0);
	CHECK_EQ(send(0, 7000, 1000), ACCEPTED);
	CHECK_EQ(send(0, 9000, 1000), ACCEPTED);
	CHECK_EQ(segment(0, FIN | ACK, 10000, content, 0), ACCEPTED);
	CHECK(segward_stream_ended(&tcp, 0));
	CHECK_EQ(flags_only(0, RST, 10001), ACCEPTED);
	CHECK(segward_tcp_closed(&tcp));
	check_got(0, 5000);
	end();
}

static void without_acks_the_depth_is_passed_by_unacked_max(void)
{
	begin();
	config.depth = 5000;
	config.unacked_max = 3000;
	CHECK_EQ(flags_only(0, SYN, -1), ACCEPTED);
	CHECK_EQ(send(0, 0, 7000), ACCEPTED);
	CHECK(!segward_stream_bypassed(&tcp, 0));
	CHECK_EQ(send(0, 7000, 1000), ACCEPTED);
	CHECK(segward_stream_bypassed(&tcp, 0));
	CHECK_EQ(memory(), 0);
	end();

	begin();
	config.depth = 0;
	shake();
	CHECK_EQ(send(0, 0, 7000), ACCEPTED);
	CHECK(segward_stream_bypassed(&tcp, 0));
	CHECK_EQ(got_len[0], 0);
	end();
}

static void what_was_dropped_alone_is_inspected_again(void)
{
	begin();
	shake();
	no_commit = true;
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	no_commit = false;
	CHECK_EQ(got_len[0], 0);
	CHECK_EQ(send_other(0, 0, 100), SEGWARD_STREAM_CONFLICT);
	CHECK_EQ(send(0, 0, 50), ACCEPTED);
	check_got(0, 100);
	end();
}

static void after_a_refusal_everything_is_refused(void)
{
	begin();
	shake();
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	segward_stream_refuse(&tcp, &budget);
	CHECK_EQ(memory(), 0);
	CHECK_EQ(send(0, 100, 100), SEGWARD_STREAM_REFUSED);
	CHECK_EQ(flags_only(1, RST, 0), SEGWARD_STREAM_REFUSED);
	CHECK_EQ(flags_only(0, SYN, -1), SEGWARD_STREAM_REFUSED);
	end();
}

static void windows_have_what_was_delivered_before_them(void)
{
	static u8 buffer[70000];
	struct segward_stream_cursor cursor;
	struct segward_stream_run run;

	begin();
	shake();
	CHECK_EQ(send(0, 0, 10000), ACCEPTED);
	no_commit = true;
	CHECK_EQ(send(0, 10000, 10000), ACCEPTED);
	segward_stream_begin(&tcp, &result, &cursor);
	CHECK(segward_stream_window(&cursor, 2560, buffer, 65535, &run));
	CHECK_EQ(run.offset, 10000 - 2560);
	CHECK_EQ(run.old, 2560);
	CHECK_EQ(run.len, 12560);
	CHECK(!memcmp(run.data, content + 10000 - 2560, 12560));
	CHECK(!segward_stream_window(&cursor, 2560, buffer, 65535, &run));
	/* in pieces */
	segward_stream_begin(&tcp, &result, &cursor);
	CHECK(segward_stream_window(&cursor, 1000, buffer, 6000, &run));
	CHECK_EQ(run.offset + run.old, 10000);
	CHECK_EQ(run.len, 6000);
	CHECK(segward_stream_window(&cursor, 1000, buffer, 6000, &run));
	CHECK_EQ(run.offset, 14000);
	CHECK_EQ(run.old, 1000);
	CHECK_EQ(run.len, 6000);
	CHECK(!memcmp(run.data, content + 14000, 6000));
	CHECK(!segward_stream_window(&cursor, 1000, buffer, 6000, &run));
	end();
}

static void a_window_that_lies_together_is_not_copied(void)
{
	static u8 buffer[4000];
	struct segward_stream_cursor cursor;
	struct segward_stream_run run;

	begin();
	shake();
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	no_commit = true;
	CHECK_EQ(send(0, 100, 100), ACCEPTED);
	segward_stream_begin(&tcp, &result, &cursor);
	CHECK(segward_stream_window(&cursor, 2560, buffer, 4000, &run));
	CHECK(run.data != buffer);
	CHECK_EQ(run.old, 100);
	CHECK_EQ(run.len, 200);
	CHECK(!memcmp(run.data, content, 200));
	end();
}

/* Monitor mode: everything is forwarded, whatever is said of it */

static void monitor_tells_and_keeps_the_first_bytes(void)
{
	begin();
	config.enforce = false;
	shake();
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(send_other(0, 50, 100), SEGWARD_STREAM_CONFLICT);
	check_got(0, 150);
	CHECK_EQ(send(0, 1000000, 1), SEGWARD_STREAM_OUT_OF_WINDOW);
	CHECK_EQ(send(0, 150, 50), ACCEPTED);
	check_got(0, 200);
	end();
}

static void monitor_gives_up_what_the_receiver_has(void)
{
	begin();
	config.enforce = false;
	shake();
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(send(0, 200, 100), ACCEPTED);
	CHECK_EQ(acknowledge(300), SEGWARD_STREAM_BAD_ACK);
	CHECK_EQ(send(0, 300, 100), ACCEPTED);
	CHECK(result.gap);
	CHECK_EQ(got_len[0], 400);
	CHECK(!memcmp(got[0] + 200, content + 200, 200));
	CHECK_EQ(acknowledge(1000), SEGWARD_STREAM_BAD_ACK);
	CHECK_EQ(send(0, 1000, 100), ACCEPTED);
	CHECK_EQ(got_len[0], 1100);
	end();
}

static void monitor_goes_on_without_memory(void)
{
	begin();
	config.enforce = false;
	shake();
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	CHECK_EQ(send(0, 1000, 100), ACCEPTED);
	out_of_memory = true;
	CHECK_EQ(send(0, 100, 900), SEGWARD_STREAM_COPY_BUDGET);
	CHECK(result.gap);
	CHECK_EQ(got_len[0], 1100);
	CHECK_EQ(send(0, 1100, 900), SEGWARD_STREAM_COPY_BUDGET);
	CHECK_EQ(send(0, 3000, 900), SEGWARD_STREAM_COPY_BUDGET);
	out_of_memory = false;
	CHECK_EQ(send(0, 3900, 100), ACCEPTED);
	CHECK_EQ(acknowledge(4000), SEGWARD_STREAM_BAD_ACK);
	CHECK_EQ(send(0, 4000, 100), ACCEPTED);
	CHECK_EQ(got_len[0], 4100);
	CHECK_EQ(send(0, 4100, 100), ACCEPTED);
	CHECK(!result.gap);
	end();
}

static void monitor_begins_anew_with_another_syn(void)
{
	begin();
	config.enforce = false;
	config.midstream = false;
	CHECK_EQ(send(0, 0, 100), SEGWARD_STREAM_MIDSTREAM);
	check_got(0, 100);
	CHECK_EQ(flags_only(0, SYN, 999), SEGWARD_STREAM_BAD_SYN);
	CHECK(result.restart);
	base[0] += 1000;
	got_len[0] = 0;
	CHECK_EQ(flags_only(1, SYN | ACK, -1), ACCEPTED);
	CHECK_EQ(send(0, 0, 100), ACCEPTED);
	check_got(0, 100);
	end();
}

/* Honest traffic with losses on both sides of here gets through, all of it. */
static void honest_traffic_arrives_whatever_is_lost(void)
{
	u32 total = 200000, have = 0, round, off, len;
	static bool has[300000];

	begin();
	shake();
	srand(3);
	memset(has, 0, sizeof(has));
	for (round = 0; round < 20000 && have < total; round++) {
		off = have + (u32)rand() % 30000 / 1000 * 1000;
		len = 1 + (u32)rand() % 3000;
		if (rand() % 3 == 0)
			off = have;
		CHECK_EQ(send(0, off, len), ACCEPTED);
		if (rand() % 4 == 0)
			continue;
		memset(has + off, true, len);
		while (has[have])
			have++;
		if (rand() % 2)
			CHECK_EQ(acknowledge(have), ACCEPTED);
	}
	CHECK(have >= total);
	CHECK(got_len[0] >= have);
	check_got(0, got_len[0]);
	end();
}

static void run_at(void (*test)(void), const char *name)
{
	static const u32 isns[] = { 0, 0xfffffff0, 0x7ffffff8, 0x9e3779b9 };
	char full[200];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(isns); i++) {
		isn = isns[i];
		snprintf(full, sizeof(full), "%s (isn 0x%x)", name, isn);
		tap_run(test, full);
	}
}

#undef RUN
#define RUN(test)	run_at(test, #test)

static void run_bytes(void)
{
	RUN(two_segments_at_every_split_are_one_stream);
	RUN(single_bytes_are_one_stream);
	RUN(reversed_bytes_are_delivered_with_the_first);
	RUN(any_order_is_one_stream);
	RUN(exact_retransmissions_pass_and_are_not_told_again);
	RUN(other_bytes_are_refused_before_and_after_their_ack);
	RUN(other_bytes_of_an_early_segment_are_refused);
	RUN(overlaps_with_the_same_bytes_are_one_stream);
	RUN(overlaps_with_other_bytes_are_refused_as_a_whole);
	RUN(only_the_window_is_taken);
	RUN(data_before_the_stream_passes_as_acknowledged);
	RUN(windows_scale_if_both_syns_say_so);
	RUN(a_window_is_unknown_again_when_its_receiver_is_silent);
	RUN(honest_traffic_arrives_whatever_is_lost);
}

static void run_connection(void)
{
	RUN(only_an_exact_rst_closes);
	RUN(data_of_a_rst_is_not_delivered);
	RUN(a_syn_is_refused_by_a_rst_that_acknowledges_it);
	RUN(a_rst_of_who_was_not_seen_must_be_where_it_is_expected);
	RUN(nothing_comes_behind_a_fin);
	RUN(a_fin_that_comes_early_ends_the_stream_when_it_is_whole);
	RUN(a_fin_before_forwarded_data_is_refused);
	RUN(data_on_a_syn_is_the_first_of_the_stream);
	RUN(data_before_its_syn_is_another_beginning);
	RUN(split_handshakes_are_two_syns);
	RUN(a_syn_ack_must_acknowledge_the_syn);
	RUN(another_syn_is_refused_once_the_first_was_answered);
	RUN(a_syn_that_replaces_another_needs_its_syn_ack);
	RUN(data_on_a_syn_that_replaces_another_is_refused);
	RUN(a_syn_opens_a_closed_connection_again);
	RUN(old_timestamps_are_refused);
	RUN(a_delayed_segment_may_be_older_than_an_early_one);
	RUN(timestamps_are_optional_unless_both_offered_them);
	RUN(urgent_data_is_ordinary_and_the_flag_is_to_go);
	RUN(probes_and_keepalives_do_not_desynchronize);
	RUN(a_stream_is_picked_up_where_it_is_first_seen);
	RUN(a_retransmission_that_is_picked_up_is_not_the_beginning);
	RUN(an_ack_far_away_does_not_make_a_place_certain);
	RUN(what_was_dropped_alone_does_not_count_as_early);
	RUN(a_stream_that_begins_with_a_syn_ack_has_both_places);
	RUN(senseless_flags_are_refused);
	RUN(options_that_run_past_the_header_are_refused);
	RUN(a_payload_that_is_not_there_is_refused);
	RUN(what_was_not_forwarded_cannot_be_acknowledged);
}

static void run_memory(void)
{
	RUN(a_gap_that_never_closes_is_freed_and_stays_closed);
	RUN(an_idle_connection_keeps_its_tail_and_goes_on);
	RUN(acknowledged_bytes_leave_the_tail_alone);
	RUN(without_acks_the_oldest_bytes_are_let_go);
	RUN(a_large_segment_is_one_segment);
	RUN(early_pieces_are_limited);
	RUN(early_bytes_are_limited);
	RUN(without_budget_or_memory_segments_are_refused_whole);
	RUN(a_beginning_that_was_refused_is_none);
	RUN(beyond_the_depth_nothing_is_kept);
	RUN(without_acks_the_depth_is_passed_by_unacked_max);
	RUN(what_was_dropped_alone_is_inspected_again);
	RUN(after_a_refusal_everything_is_refused);
	RUN(windows_have_what_was_delivered_before_them);
	RUN(a_window_that_lies_together_is_not_copied);
}

static void run_monitor(void)
{
	RUN(monitor_tells_and_keeps_the_first_bytes);
	RUN(monitor_gives_up_what_the_receiver_has);
	RUN(monitor_goes_on_without_memory);
	RUN(monitor_begins_anew_with_another_syn);
}

int main(void)
{
	u32 i;

	srand(1);
	for (i = 0; i < SPACE; i++)
		content[i] = (u8)rand();
	run_bytes();
	run_connection();
	run_memory();
	run_monitor();
	return tap_done();
}
