/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flavor NEXT-C-SID (RFC 9800, 4.1): a destination that is itself a list. The
 * argument of the SID holds the compressed SIDs (C-SIDs) that come next.
 *
 *	|  locator block  | node, function |           argument            |
 *	|      @block     |      @node     | next C-SID | next | ... | zero |
 */
#ifndef SEGWARD_ENGINE_CSID_H
#define SEGWARD_ENGINE_CSID_H

#include "port.h"
#include "srh.h"

/**
 * struct segward_csid - how a SID with flavor NEXT-C-SID is divided
 * @block: bytes of the locator block
 * @node: bytes of locator node and function, the length of a C-SID
 *
 * Whole bytes, as for mainline: nothing else is in use. @block + @node is the
 * length of the SID's prefix and below 16.
 */
struct segward_csid {
	u8 block;
	u8 node;
};

/**
 * segward_csid_check() - is it the argument that says what comes next?
 * @csid: the SID's structure
 * @daddr: the packet's destination, 16 bytes
 * @srh: what segward_srh_parse() found
 *
 * If the argument is not zero the SRH, if there is one, is not looked at (RFC
 * 9800, 4.1.1): @srh->next becomes SEGWARD_SRH_SHIFT, or an error if the hop
 * limit is used up. What was wrong with the SRH is nothing to an endpoint then,
 * but inspection hears of it by upper_broken.
 */
void segward_csid_check(const struct segward_csid *csid, const u8 *daddr,
			struct segward_srh *srh);

/**
 * segward_csid_shift() - take the next C-SID
 * @csid: the SID's structure
 * @daddr: the destination, 16 bytes; changed
 *
 * The argument moves to the front by the length of a C-SID, and zeros follow.
 */
void segward_csid_shift(const struct segward_csid *csid, u8 *daddr);

#endif /* SEGWARD_ENGINE_CSID_H */
