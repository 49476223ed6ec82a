/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The HMAC TLV of an SRH (RFC 8754, 2.1.2).
 */
#ifndef SEGWARD_HMAC_H
#define SEGWARD_HMAC_H

#include <linux/types.h>

struct net;
struct segward_srh;
struct segward_visit;

/**
 * segward_hmac_key() - is there such a key?
 * @net: the namespace
 * @key: its ID, as in "ip sr hmac set"
 *
 * Context: any. Return: 0; -ENOENT if not, -EOPNOTSUPP if the kernel was built
 * without keys.
 */
int segward_hmac_key(struct net *net, u32 key);

/**
 * segward_hmac_right() - has the packet the HMAC that its SID requires?
 * @visit: the packet at its SID, its outer headers in the head
 * @srh: its outer chain, which is no error
 * @off: set to the offset of the HMAC TLV, 0 if there is none
 *
 * Of that key, whole, over what RFC 8754, 2.1.2.1 says, and of a list that has
 * the destination where Segments Left points, unless the sender says that it
 * is not in the list (bit D) or the list is one of C-SIDs.
 *
 * Context: bottom halves off, under RCU. Return: whether it has.
 */
bool segward_hmac_right(const struct segward_visit *visit,
			const struct segward_srh *srh, u32 *off);

#endif /* SEGWARD_HMAC_H */
