// SPDX-License-Identifier: GPL-2.0
/*
 * Inner fragments: orders, overlaps, lengths that lie, limits, and time.
 */
#include <stdlib.h>

#include <linux/segward.h>

#include "fragment.h"
#include "tap.h"

#define SECOND	1000000000ULL
#define MOST	65536

static const u64 key[2] = { 1, 2 };
static const struct segward_fragment_context here = { .sid = { 1 } };

static struct segward_fragments *store;
static u8 content[MOST];
static u8 datagram[SEGWARD_DATAGRAM_MAX];
static u32 len;
static u64 now;
static bool out_of_memory;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

void *__wrap_malloc(size_t size)
{
	return out_of_memory ? NULL : __real_malloc(size);
}

static void begin(void)
{
	u32 i;

	store = segward_fragments_create(key);
	now = SECOND;
	srand(7);
	for (i = 0; i < MOST; i++)
		content[i] = (u8)rand();
}

static void end(void)
{
	segward_fragments_destroy(store);
}

static void set(struct segward_packet *packet, u8 family, u32 id, u32 off,
		u32 bytes, bool more)
{
	memset(packet, 0, sizeof(*packet));
	packet->family = family;
	packet->src[0] = 10;
	packet->dst[0] = 192;
	packet->ttl = 9;
	packet->fragment_proto = 99;
	packet->fragment_id = id;
	packet->fragment_off = off;
	packet->fragment_len = bytes;
	packet->fragment_more = more;
	packet->fragment = off ? SEGWARD_FRAGMENT_LATER :
			   SEGWARD_FRAGMENT_FIRST;
}

/* In two spans, behind some bytes that are not the fragment's. */
static u8 add_packet(struct segward_packet *packet, const u8 *data)
{
	static u8 head[3 + MOST], tail[MOST];
	u32 half = packet->fragment_len / 3;
	struct segward_span rest = { tail, packet->fragment_len - half };
	struct segward_view view = {
		.head = { head, 3 + half },
		.frag = &rest,
		.nr_frags = 1,
		.len = 3 + packet->fragment_len,
	};

	memcpy(head + 3, data, half);
	memcpy(tail, data + half, packet->fragment_len - half);
	packet->fragment_data_off = 3;
	return segward_fragments_add(store, &here, &view, packet, now,
				     datagram, &len);
}

static u8 add(u8 family, u32 id, u32 off, u32 bytes, bool more)
{
	struct segward_packet packet;

	set(&packet, family, id, off, bytes, more);
	return add_packet(&packet, content + off);
}

static void done(u8 family, u32 id, bool passed)
{
	struct segward_packet packet;

	set(&packet, family, id, 0, 8, false);
	segward_fragments_done(store, &here, &packet, passed);
}

/* The joined datagram is a packet that the engine itself accepts. */
static void check_joined(u8 family, u32 total)
{
	struct segward_packet packet;
	struct segward_view view;

	segward_view_flat(&view, datagram, len);
	CHECK_EQ(segward_packet_parse_ip(&view, 0, &packet), 0);
	CHECK_EQ(packet.family, family);
	CHECK_EQ(packet.fragment, SEGWARD_FRAGMENT_NONE);
	CHECK_EQ(packet.proto, 99);
	CHECK_EQ(packet.ttl, 9);
	CHECK_EQ(packet.src[0], 10);
	CHECK_EQ(packet.dst[0], 192);
	CHECK_EQ(packet.payload_len, total);
	CHECK(!memcmp(datagram + packet.payload_off, content, total));
}

static void shuffle(u32 *order, u32 nr)
{
	u32 i, j, swap;

	for (i = nr - 1; i > 0; i--) {
		j = (u32)rand() % (i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
}

/* Random sizes; *nr pieces, of which off[*nr] is the end. */
static void cut(u32 total, u32 *off, u32 *nr)
{
	u32 most = total / 40 + 8;

	*nr = 0;
	off[0] = 0;
	do {
		off[*nr + 1] = off[*nr] + 8 + (u32)rand() % most / 8 * 8;
		++*nr;
	} while (off[*nr] < total && *nr < SEGWARD_FRAGMENT_PIECES);
	off[*nr] = total;
}

static void a_datagram_is_whole_with_its_last_piece_in_any_order(void)
{
	u32 off[SEGWARD_FRAGMENT_PIECES + 1], order[SEGWARD_FRAGMENT_PIECES];
	u32 round, nr, i, n;

	begin();
	for (round = 0; round < 2000; round++) {
		u8 family = round % 2 ? SEGWARD_FAMILY_IPV4 :
			    SEGWARD_FAMILY_IPV6;
		u32 total = 9 + (u32)rand() % (round % 10 ? 3000 : 60000);

		cut(total, off, &nr);
		if (nr < 2 || off[nr] <= off[nr - 1])
			continue;
		for (i = 0; i < nr; i++)
			order[i] = i;
		shuffle(order, nr);
		for (i = 0; i < nr; i++) {
			n = order[i];
			CHECK_EQ(add(family, round, off[n],
				     off[n + 1] - off[n], n + 1 < nr),
				 i + 1 < nr ? SEGWARD_FRAGMENT_KEPT :
				 SEGWARD_FRAGMENT_COMPLETE);
		}
		check_joined(family, total);
		done(family, round, true);
		CHECK_EQ(segward_fragments_memory(store), 0);
	}
	end();
}

static void the_largest_datagrams_can_be_joined(void)
{
	begin();
	CHECK_EQ(add(6, 1, 0, 65528, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(6, 1, 65528, 7, false), SEGWARD_FRAGMENT_COMPLETE);
	check_joined(6, 65535);
	CHECK_EQ(add(4, 1, 0, 65512, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(4, 1, 65512, 3, false), SEGWARD_FRAGMENT_COMPLETE);
	check_joined(4, 65515);
	end();
}

static void what_overlaps_spoils_the_datagram(void)
{
	/* against a piece from 80 to 160 */
	static const struct {
		u32 off, bytes;
		bool more, spoils;
	} row[] = {
		{ 0, 80, true, false },	{ 160, 8, true, false },
		{ 72, 16, true, true },	{ 152, 8, true, true },
		{ 152, 80, true, true }, { 80, 8, true, true },
		{ 80, 88, true, true },	{ 0, 800, true, true },
		{ 96, 8, true, true },	{ 152, 1, false, true },
	};
	u32 i, family;

	begin();
	for (family = 4; family <= 6; family += 2) {
		for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
			CHECK_EQ(add((u8)family, i, 80, 80, true),
				 SEGWARD_FRAGMENT_KEPT);
			CHECK_EQ(add((u8)family, i, row[i].off, row[i].bytes,
				     row[i].more),
				 row[i].spoils ? SEGWARD_FRAGMENT_SPOILT :
				 SEGWARD_FRAGMENT_KEPT);
			/* and it stays so, also for what fits */
			CHECK_EQ(add((u8)family, i, 1600, 80, true),
				 row[i].spoils ? SEGWARD_FRAGMENT_SPOILT :
				 SEGWARD_FRAGMENT_KEPT);
		}
	}
	end();
}

static void an_exact_repetition_changes_nothing(void)
{
	u32 memory;

	begin();
	CHECK_EQ(add(4, 1, 0, 800, true), SEGWARD_FRAGMENT_KEPT);
	memory = segward_fragments_memory(store);
	CHECK_EQ(add(4, 1, 0, 800, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(segward_fragments_memory(store), memory);
	CHECK_EQ(add(4, 1, 800, 5, false), SEGWARD_FRAGMENT_COMPLETE);
	check_joined(4, 805);
	end();
}

static void a_repetition_with_other_bytes_spoils(void)
{
	struct segward_packet packet;
	u8 other[800];
	u32 at;

	begin();
	for (at = 0; at < sizeof(other); at += 799) {
		CHECK_EQ(add(4, at, 0, 800, true), SEGWARD_FRAGMENT_KEPT);
		memcpy(other, content, sizeof(other));
		other[at] ^= 1;
		set(&packet, 4, at, 0, 800, true);
		CHECK_EQ(add_packet(&packet, other), SEGWARD_FRAGMENT_SPOILT);
	}
	end();
}

static void contradictions_about_the_end_spoil(void)
{
	begin();
	/* two ends */
	CHECK_EQ(add(6, 1, 80, 8, false), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(6, 1, 96, 8, false), SEGWARD_FRAGMENT_SPOILT);
	/* more behind the end */
	CHECK_EQ(add(6, 2, 80, 8, false), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(6, 2, 88, 8, true), SEGWARD_FRAGMENT_SPOILT);
	/* the end before what is there */
	CHECK_EQ(add(6, 3, 160, 8, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(6, 3, 80, 8, false), SEGWARD_FRAGMENT_SPOILT);
	/* more to come at the end itself */
	CHECK_EQ(add(6, 4, 80, 8, false), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(6, 4, 72, 16, true), SEGWARD_FRAGMENT_SPOILT);
	end();
}

static void lengths_that_no_fragment_has_spoil(void)
{
	begin();
	CHECK_EQ(add(4, 1, 0, 0, true), SEGWARD_FRAGMENT_SPOILT);
	CHECK_EQ(add(4, 2, 80, 0, false), SEGWARD_FRAGMENT_SPOILT);
	CHECK_EQ(add(4, 3, 0, 81, true), SEGWARD_FRAGMENT_SPOILT);
	CHECK_EQ(add(4, 4, 80, 81, false), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(4, 5, 65504, 12, false), SEGWARD_FRAGMENT_SPOILT);
	CHECK_EQ(add(4, 6, 65504, 11, false), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(6, 7, 65528, 8, false), SEGWARD_FRAGMENT_SPOILT);
	CHECK_EQ(add(6, 8, 65528, 7, false), SEGWARD_FRAGMENT_KEPT);
	end();
}

static void what_was_refused_stays_refused_and_frees_its_bytes(void)
{
	u32 memory, i;

	begin();
	CHECK_EQ(add(4, 1, 0, 8000, true), SEGWARD_FRAGMENT_KEPT);
	memory = segward_fragments_memory(store);
	CHECK_EQ(add(4, 1, 8000, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	check_joined(4, 8008);
	done(4, 1, false);
	CHECK(segward_fragments_memory(store) < memory - 8000);
	CHECK(segward_fragments_memory(store) > 0);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(add(4, 1, 8000, 8, false), SEGWARD_FRAGMENT_SPOILT);
		CHECK_EQ(add(4, 1, 0, 8000, true), SEGWARD_FRAGMENT_SPOILT);
	}
	now += SEGWARD_FRAGMENT_IPV4_SECONDS * SECOND;
	CHECK_EQ(add(4, 1, 0, 8000, true), SEGWARD_FRAGMENT_KEPT);
	end();
}

static void what_was_let_through_is_forgotten(void)
{
	begin();
	CHECK_EQ(add(4, 1, 0, 80, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	done(4, 1, true);
	CHECK_EQ(segward_fragments_memory(store), 0);
	CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_KEPT);
	end();
}

/* Two processors have the same last fragment, and one is faster. */
static void a_late_verdict_does_not_forget_what_came_meanwhile(void)
{
	begin();
	CHECK_EQ(add(4, 1, 0, 80, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	done(4, 1, true);
	CHECK_EQ(add(4, 1, 0, 88, true), SEGWARD_FRAGMENT_SPOILT);
	done(4, 1, true);
	CHECK_EQ(add(4, 1, 88, 8, false), SEGWARD_FRAGMENT_SPOILT);
	end();

	begin();
	CHECK_EQ(add(4, 1, 0, 80, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	done(4, 1, true);
	CHECK_EQ(add(4, 1, 0, 88, true), SEGWARD_FRAGMENT_KEPT);
	done(4, 1, true);
	CHECK_EQ(add(4, 1, 88, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	done(4, 1, true);
	CHECK_EQ(segward_fragments_memory(store), 0);
	end();
}

/* Two ends for the same datagram: one is refused, whoever is first. */
static void one_refusal_among_several_verdicts_is_remembered(void)
{
	int first;

	for (first = 0; first < 2; first++) {
		begin();
		CHECK_EQ(add(4, 1, 0, 80, true), SEGWARD_FRAGMENT_KEPT);
		CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_COMPLETE);
		CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_COMPLETE);
		done(4, 1, first);
		done(4, 1, !first);
		CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_SPOILT);
		end();
	}
}

static void only_fragments_of_one_datagram_come_together(void)
{
	struct segward_fragment_context there = here;
	struct segward_packet packet;
	struct segward_view view;

	begin();
	CHECK_EQ(add(4, 1, 0, 80, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(6, 1, 80, 8, false), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(4, 2, 80, 8, false), SEGWARD_FRAGMENT_KEPT);
	set(&packet, 4, 1, 80, 8, false);
	packet.src[15] = 1;
	CHECK_EQ(add_packet(&packet, content), SEGWARD_FRAGMENT_KEPT);
	set(&packet, 4, 1, 80, 8, false);
	packet.dst[15] = 1;
	CHECK_EQ(add_packet(&packet, content), SEGWARD_FRAGMENT_KEPT);
	set(&packet, 4, 1, 80, 8, false);
	packet.fragment_proto = 98;
	CHECK_EQ(add_packet(&packet, content), SEGWARD_FRAGMENT_KEPT);
	set(&packet, 4, 1, 80, 8, false);
	segward_view_flat(&view, content, 100);
	there.domain = 1;
	CHECK_EQ(segward_fragments_add(store, &there, &view, &packet, now,
				       datagram, &len), SEGWARD_FRAGMENT_KEPT);
	there.domain = 0;
	there.sid[15] = 1;
	CHECK_EQ(segward_fragments_add(store, &there, &view, &packet, now,
				       datagram, &len), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	end();
}

/* RFC 8200, 4.5: the first fragment's Next Header counts, in IPv6 only. */
static void ipv6_takes_the_protocol_from_the_first_fragment(void)
{
	struct segward_packet packet;

	begin();
	set(&packet, 6, 1, 80, 8, false);
	packet.fragment_proto = 98;
	CHECK_EQ(add_packet(&packet, content + 80), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(6, 1, 0, 80, true), SEGWARD_FRAGMENT_COMPLETE);
	check_joined(6, 88);
	set(&packet, 6, 2, 80, 8, false);
	packet.fragment_proto = 98;
	CHECK_EQ(add(6, 2, 0, 80, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add_packet(&packet, content + 80), SEGWARD_FRAGMENT_COMPLETE);
	check_joined(6, 88);
	end();
}

static void sixty_four_pieces_are_kept_and_one_more_may_complete(void)
{
	u32 i;

	begin();
	for (i = 0; i < SEGWARD_FRAGMENT_PIECES; i++)
		CHECK_EQ(add(6, 1, i * 8, 8, true), SEGWARD_FRAGMENT_KEPT);
	CHECK_EQ(add(6, 1, 8000, 8, true), SEGWARD_FRAGMENT_FULL);
	CHECK_EQ(add(6, 1, 8000, 8, false), SEGWARD_FRAGMENT_FULL);
	CHECK_EQ(add(6, 1, i * 8, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	check_joined(6, i * 8 + 8);
	end();
}

static u32 fill(void)
{
	u32 id = 0;

	while (add(4, id, 0, 1400, true) == SEGWARD_FRAGMENT_KEPT)
		id++;
	return id;
}

static void memory_is_bounded_and_nothing_is_evicted(void)
{
	u32 nr, i;

	begin();
	nr = fill();
	CHECK(segward_fragments_memory(store) <= SEGWARD_FRAGMENT_MEMORY);
	CHECK(segward_fragments_memory(store) > SEGWARD_FRAGMENT_MEMORY - 4096);
	CHECK_EQ(add(4, nr + 1, 0, 1400, true), SEGWARD_FRAGMENT_FULL);
	for (i = 0; i < nr; i++)
		CHECK_EQ(add(4, i, 1400, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	end();
}

static void memory_comes_back_when_datagrams_are_old(void)
{
	u32 i;

	begin();
	fill();
	now += SEGWARD_FRAGMENT_IPV4_SECONDS * SECOND;
	/* each of these looks into a few buckets */
	for (i = 0; i < 400; i++) {
		add(6, 1000000 + i, 0, 8, true);
		CHECK_EQ(add(6, 1000000 + i, 8, 8, false),
			 SEGWARD_FRAGMENT_COMPLETE);
		done(6, 1000000 + i, true);
	}
	CHECK_EQ(segward_fragments_memory(store), 0);
	end();
}

static void datagrams_are_kept_for_longer_than_receivers_wait(void)
{
	static const struct {
		u8 family;
		u32 seconds;
	} row[] = { { 4, 125 }, { 6, 65 } };
	u32 i;

	begin();
	for (i = 0; i < 2; i++) {
		now = SECOND;
		CHECK_EQ(add(row[i].family, 1, 0, 80, true),
			 SEGWARD_FRAGMENT_KEPT);
		now += row[i].seconds * SECOND - 1;
		CHECK_EQ(add(row[i].family, 1, 80, 8, false),
			 SEGWARD_FRAGMENT_COMPLETE);
		now++;
		CHECK_EQ(add(row[i].family, 1, 80, 8, false),
			 SEGWARD_FRAGMENT_KEPT);
	}
	end();
}

static void without_memory_a_fragment_is_refused_and_nothing_leaks(void)
{
	u32 memory;

	begin();
	out_of_memory = true;
	CHECK_EQ(add(4, 1, 0, 80, true), SEGWARD_FRAGMENT_FULL);
	CHECK_EQ(segward_fragments_memory(store), 0);
	out_of_memory = false;
	CHECK_EQ(add(4, 1, 0, 80, true), SEGWARD_FRAGMENT_KEPT);
	memory = segward_fragments_memory(store);
	out_of_memory = true;
	CHECK_EQ(add(4, 1, 800, 80, true), SEGWARD_FRAGMENT_FULL);
	CHECK_EQ(segward_fragments_memory(store), memory);
	out_of_memory = false;
	CHECK_EQ(add(4, 1, 80, 8, false), SEGWARD_FRAGMENT_COMPLETE);
	end();
}

int main(void)
{
	RUN(a_datagram_is_whole_with_its_last_piece_in_any_order);
	RUN(the_largest_datagrams_can_be_joined);
	RUN(what_overlaps_spoils_the_datagram);
	RUN(an_exact_repetition_changes_nothing);
	RUN(a_repetition_with_other_bytes_spoils);
	RUN(contradictions_about_the_end_spoil);
	RUN(lengths_that_no_fragment_has_spoil);
	RUN(what_was_refused_stays_refused_and_frees_its_bytes);
	RUN(what_was_let_through_is_forgotten);
	RUN(a_late_verdict_does_not_forget_what_came_meanwhile);
	RUN(one_refusal_among_several_verdicts_is_remembered);
	RUN(only_fragments_of_one_datagram_come_together);
	RUN(ipv6_takes_the_protocol_from_the_first_fragment);
	RUN(sixty_four_pieces_are_kept_and_one_more_may_complete);
	RUN(memory_is_bounded_and_nothing_is_evicted);
	RUN(memory_comes_back_when_datagrams_are_old);
	RUN(datagrams_are_kept_for_longer_than_receivers_wait);
	RUN(without_memory_a_fragment_is_refused_and_nothing_leaks);
	return tap_done();
}
