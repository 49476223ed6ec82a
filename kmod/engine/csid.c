// SPDX-License-Identifier: GPL-2.0
/*
 * Flavor NEXT-C-SID.
 */
#include <linux/segward.h>

#include "csid.h"

static bool is_left(const struct segward_csid *csid, const u8 *daddr)
{
	u32 i;

	for (i = csid->block + csid->node; i < 16; i++)
		if (daddr[i])
			return true;
	return false;
}

void segward_csid_check(const struct segward_csid *csid, const u8 *daddr,
			struct segward_srh *srh)
{
	if (!is_left(csid, daddr))
		return;
	if (srh->next == SEGWARD_SRH_ERROR)
		srh->upper_broken = true;
	if (srh->next != SEGWARD_SRH_FORWARD)
		srh->destination_open = true;
	srh->next = SEGWARD_SRH_SHIFT;
	srh->reason = SEGWARD_REASON_NONE;
	srh->icmp_type = 0;
	srh->icmp_pointer = 0;
	if (srh->hop_limit <= 1)
		segward_srh_expire(srh);
}

void segward_csid_shift(const struct segward_csid *csid, u8 *daddr)
{
	u32 left = 16 - csid->block - csid->node;

	memmove(daddr + csid->block, daddr + csid->block + csid->node, left);
	memset(daddr + csid->block + left, 0, csid->node);
}
