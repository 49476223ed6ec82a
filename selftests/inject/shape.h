/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The many ways in which the same bytes lie in a socket buffer.
 */
#ifndef SEGWARD_INJECT_SHAPE_H
#define SEGWARD_INJECT_SHAPE_H

#include <linux/skbuff.h>

#include "chance.h"
#include "mutate.h"

/* Bits of what is allowed; without any, everything is in the head. */
#define SHAPE_FRAGS	(1u << 0)	/* a short head, the rest in pages */
#define SHAPE_LIST	(1u << 1)	/* a short head, the rest in buffers */
#define SHAPE_SHARED	(1u << 2)	/* pages that others may write to */
#define SHAPE_COMPLETE	(1u << 3)	/* the device summed it all */
#define SHAPE_TRUSTED	(1u << 4)	/* the device checked it */
#define SHAPE_PARTIAL	(1u << 5)	/* the checksum is to be made */
#define SHAPE_GSO	(1u << 6)	/* several segments in one */

/* Where the transport header of a prepared packet is, and what it is. */
#define TRANSPORT_OFFSET	0x0fff
#define TRANSPORT_UDP		0x1000
#define TRANSPORT_IPV4		0x2000

struct sk_buff *shape(struct chance *chance, const struct mutated *packet,
		      struct net_device *dev, u32 shapes, u16 transport);

#endif /* SEGWARD_INJECT_SHAPE_H */
