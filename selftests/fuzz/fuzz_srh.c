// SPDX-License-Identifier: GPL-2.0
/*
 * Outer chains: whatever comes in, what comes out lies in the packet, errors
 * have a reason, and pieces make no difference.
 */
#include <linux/segward.h>

#include "csid.h"
#include "fuzz_wire.h"
#include "srh.h"

static void check(const struct segward_view *view,
		  const struct segward_srh *srh)
{
	MUST(srh->end <= view->len);
	MUST(srh->upper_off <= srh->end);
	MUST((srh->next == SEGWARD_SRH_ERROR) == !!srh->reason);
	MUST(srh->next == SEGWARD_SRH_ERROR || !srh->icmp_type);
	MUST(!srh->icmp_type || srh->icmp_pointer < view->len);
	MUST(!srh->fragment_first || srh->fragment);
	MUST(!srh->hmac_off || srh->next == SEGWARD_SRH_FORWARD);
	if (srh->has_srh) {
		MUST(srh->srh_off + srh->srh_len <= srh->end);
		MUST(srh->segments_off + srh->nr_segments * 16 <=
		     srh->srh_off + srh->srh_len);
	}
	if (srh->next == SEGWARD_SRH_FORWARD) {
		MUST(srh->has_srh && srh->segments_left);
		MUST(srh->segments_left <= srh->nr_segments);
		MUST(srh->hop_limit > 1);
		MUST(srh->destination_off + 16 <= srh->end);
		MUST(srh->hmac_off < srh->srh_off + srh->srh_len);
	}
}

/* A list of C-SIDs is worked off, and its packets are never for the upper. */
static void check_csid(const struct segward_view *view, struct segward_srh *srh,
		       u32 seed)
{
	struct segward_csid csid;
	u8 daddr[16];
	u32 n;

	csid.block = (u8)(1 + seed % 13);
	csid.node = (u8)(1 + seed / 13 % ((16 - csid.block) / 2));
	if (!segward_view_copy(view, 24, sizeof(daddr), daddr))
		return;
	for (n = 0; n <= 16; n++) {
		segward_csid_check(&csid, daddr, srh);
		MUST((srh->next == SEGWARD_SRH_ERROR) == !!srh->reason);
		if (srh->next != SEGWARD_SRH_SHIFT)
			return;
		MUST(srh->hop_limit > 1 && !srh->icmp_type);
		segward_csid_shift(&csid, daddr);
		MUST(segward_srh_hmac(view, srh) < srh->end);
	}
	MUST(srh->next == SEGWARD_SRH_SHIFT);
	segward_csid_check(&csid, daddr, srh);
	for (n = csid.block; n < 16; n++)
		MUST(!daddr[n]);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct wire packet;
	struct segward_srh srh, other;
	struct segward_view view;
	struct shatter s;
	u32 seed = (u32)size;
	u8 flags;

	flags = fuzz_packet(&packet, data, size);
	fuzz_view(&view, &packet, flags);
	/* What lies between the members is compared, too. */
	memset(&srh, 0, sizeof(srh));
	memset(&other, 0, sizeof(other));
	segward_srh_parse(&view, &srh);
	check(&view, &srh);
	shatter(&s, &packet, &view, &seed);
	segward_srh_parse(&s.view, &other);
	MUST(!memcmp(&srh, &other, sizeof(srh)));
	shatter_free(&s);
	check_csid(&view, &srh, seed);
	return 0;
}
