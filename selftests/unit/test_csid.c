// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of flavor NEXT-C-SID: RFC 9800, 4.1.1, for every structure that a
 * SID can have.
 */
#include <arpa/inet.h>
#include <linux/segward.h>

#include "csid.h"
#include "tap.h"
#include "wire.h"

#define TIME	3

static const struct segward_csid usual = { .block = 4, .node = 2 };

static void address(u8 *addr, const char *text)
{
	CHECK_EQ(inet_pton(AF_INET6, text, addr), 1);
}

static void expect_shift(const struct segward_csid *csid, const char *from,
			 const char *to)
{
	u8 got[16], want[16];

	address(got, from);
	address(want, to);
	segward_csid_shift(csid, got);
	CHECK(!memcmp(got, want, sizeof(got)));
}

static void the_argument_moves_to_the_front(void)
{
	static const struct segward_csid f4816 = { .block = 6, .node = 2 };
	static const struct segward_csid f4832 = { .block = 6, .node = 4 };
	static const struct segward_csid f3208 = { .block = 4, .node = 1 };

	expect_shift(&usual, "2001:db8:1:2:3:4:5:6", "2001:db8:2:3:4:5:6:0");
	expect_shift(&usual, "2001:db8:6::", "2001:db8::");
	expect_shift(&f4816, "2001:db8:f:1:2:3:4:5", "2001:db8:f:2:3:4:5:0");
	expect_shift(&f4832, "2001:db8:f:1:2:3:4:5", "2001:db8:f:3:4:5:0:0");
	expect_shift(&f3208, "2001:db8:102:304:506::",
		     "2001:db8:203:405:600::");
}

/* As bits, so that the test does not compute as the code does. */
static void a_shift_is_the_rfcs_for_every_structure(void)
{
	struct segward_csid csid;
	u8 from[16], got[16], want[16];
	u32 i;

	for (csid.block = 1; csid.block < 15; csid.block++) {
		for (csid.node = 1; csid.block + 2 * csid.node <= 16;
		     csid.node++) {
			for (i = 0; i < 16; i++)
				from[i] = (u8)(0xa0 + i);
			memcpy(got, from, sizeof(got));
			segward_csid_shift(&csid, got);
			for (i = 0; i < 16; i++) {
				if (i < csid.block)
					want[i] = from[i];
				else if (i + csid.node < 16)
					want[i] = from[i + csid.node];
				else
					want[i] = 0;
			}
			CHECK(!memcmp(got, want, sizeof(got)));
		}
	}
}

static struct segward_srh check(u8 next, u8 hop_limit, const char *daddr)
{
	struct segward_srh srh = {
		.next		= next,
		.hop_limit	= hop_limit,
	};
	u8 addr[16];

	address(addr, daddr);
	if (next == SEGWARD_SRH_ERROR) {
		srh.reason = SEGWARD_REASON_LAST_ENTRY;
		srh.icmp_type = 4;
		srh.icmp_pointer = 43;
	}
	segward_csid_check(&usual, addr, &srh);
	return srh;
}

static void without_an_argument_the_srh_has_its_say(void)
{
	static const u8 all[] = { SEGWARD_SRH_FORWARD, SEGWARD_SRH_UPPER,
				  SEGWARD_SRH_ERROR };
	struct segward_srh srh;
	u32 i;

	for (i = 0; i < 3; i++) {
		srh = check(all[i], 64, "2001:db8:1::");
		CHECK_EQ(srh.next, all[i]);
		CHECK(!srh.upper_broken);
		CHECK(!srh.destination_open);
	}
}

static void any_bit_of_the_argument_shifts_whatever_the_srh_says(void)
{
	static const char * const left[] = {
		"2001:db8:1:8000::", "2001:db8:1::1", "2001:db8:1:2:3::",
	};
	struct segward_srh srh;
	u32 i;

	for (i = 0; i < 3; i++) {
		srh = check(SEGWARD_SRH_UPPER, 2, left[i]);
		CHECK_EQ(srh.next, SEGWARD_SRH_SHIFT);
		CHECK(!srh.upper_broken);
		CHECK(srh.destination_open);
		srh = check(SEGWARD_SRH_FORWARD, 2, left[i]);
		CHECK_EQ(srh.next, SEGWARD_SRH_SHIFT);
		CHECK(!srh.destination_open);
	}
}

static void a_broken_srh_is_forwarded_and_inspection_hears_of_it(void)
{
	struct segward_srh srh = check(SEGWARD_SRH_ERROR, 64, "2001:db8:1:2::");

	CHECK_EQ(srh.next, SEGWARD_SRH_SHIFT);
	CHECK_EQ(srh.reason, 0);
	CHECK_EQ(srh.icmp_type, 0);
	CHECK_EQ(srh.icmp_pointer, 0);
	CHECK(srh.upper_broken);
}

static void a_hop_limit_that_is_used_up_is_time_exceeded(void)
{
	struct segward_srh srh;
	u8 hop_limit;

	for (hop_limit = 0; hop_limit < 2; hop_limit++) {
		srh = check(SEGWARD_SRH_UPPER, hop_limit, "2001:db8:1:2::");
		CHECK_EQ(srh.next, SEGWARD_SRH_ERROR);
		CHECK_EQ(srh.reason, SEGWARD_REASON_HOP_LIMIT);
		CHECK_EQ(srh.icmp_type, TIME);
		CHECK_EQ(srh.icmp_code, 0);
	}
	srh = check(SEGWARD_SRH_UPPER, 1, "2001:db8:1::");
	CHECK_EQ(srh.next, SEGWARD_SRH_UPPER);
}

int main(void)
{
	RUN(the_argument_moves_to_the_front);
	RUN(a_shift_is_the_rfcs_for_every_structure);
	RUN(without_an_argument_the_srh_has_its_say);
	RUN(any_bit_of_the_argument_shifts_whatever_the_srh_says);
	RUN(a_broken_srh_is_forwarded_and_inspection_hears_of_it);
	RUN(a_hop_limit_that_is_used_up_is_time_exceeded);
	return tap_done();
}
