// SPDX-License-Identifier: GPL-2.0
/*
 * Outer chains: whatever comes in, what comes out lies in the packet, errors
 * have a reason, and pieces make no difference.
 */
#include <linux/segward.h>

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
	segward_srh_parse(&view, &srh);
	check(&view, &srh);
	shatter(&s, &packet, &view, &seed);
	segward_srh_parse(&s.view, &other);
	MUST(!memcmp(&srh, &other, sizeof(srh)));
	shatter_free(&s);
	return 0;
}
