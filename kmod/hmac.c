// SPDX-License-Identifier: GPL-2.0
/*
 * The HMAC TLV of an SRH.
 *
 * DOC: Keys and computation are the kernel's: "ip sr hmac set" is where an
 * operator of SRv6 keeps them. What the kernel offers for a whole packet,
 * seg6_hmac_validate_skb(), follows the sysctl of a device, looks for the SRH
 * right behind the IPv6 header, and takes a packet without an SRH for a good
 * one; none of that can mean "required at this SID".
 */
#include <crypto/algapi.h>
#include <linux/ipv6.h>
#include <linux/seg6.h>
#include <linux/seg6_hmac.h>
#include <linux/skbuff.h>
#include <linux/unaligned.h>
#include <net/seg6_hmac.h>

#include "engine/srh.h"
#include "hmac.h"
#include "hook.h"
#include "net.h"
#include "sid.h"

/* Bit D of the TLV: Segment List[Segments Left] is not the destination. */
#define FLAG_D	0x8000

/* The whole of what the kernel's algorithms make, after type and length. */
#define TLV_LEN	(sizeof(struct sr6_tlv_hmac) - sizeof(struct sr6_tlv))

#ifdef CONFIG_IPV6_SEG6_HMAC

int segward_hmac_key(struct net *net, u32 key)
{
	bool known;

	rcu_read_lock();
	known = seg6_hmac_info_lookup(net, key);
	rcu_read_unlock();
	return known ? 0 : -ENOENT;
}

/* Also of a list that no longer has segments left, which nobody has walked. */
static const struct sr6_tlv_hmac *find_tlv(const struct segward_visit *visit,
					   const struct segward_srh *srh,
					   u32 *off)
{
	const struct sr6_tlv_hmac *tlv;

	*off = segward_srh_hmac(visit->view, srh);
	if (!*off)
		return NULL;
	tlv = (const void *)(visit->skb->data + *off);
	return tlv->tlvhdr.len == TLV_LEN ? tlv : NULL;
}

static bool lists_destination(const struct segward_visit *visit,
			      const struct segward_srh *srh,
			      const struct sr6_tlv_hmac *tlv,
			      const struct ipv6_sr_hdr *hdr)
{
	u16 flags = get_unaligned_be16(&tlv->tlvhdr + 1);

	if (flags & FLAG_D || segward_sid_has_flavor(&visit->sid->config,
						     SEGWARD_FLAVOR_NEXT_CSID))
		return true;
	return srh->segments_left < srh->nr_segments &&
	       ipv6_addr_equal(&hdr->segments[srh->segments_left],
			       &ipv6_hdr(visit->skb)->daddr);
}

/* The kernel fails on lists that are longer than its buffer. */
static bool sum_right(const struct segward_visit *visit,
		      struct ipv6_sr_hdr *hdr, const struct sr6_tlv_hmac *tlv)
{
	u32 key = visit->sid->config.hmac;
	struct in6_addr saddr = ipv6_hdr(visit->skb)->saddr;
	struct seg6_hmac_info *info;
	u8 sum[SEG6_HMAC_FIELD_LEN];

	info = seg6_hmac_info_lookup(visit->snet->net, key);
	if (!info || tlv->hmackeyid != htonl(key) ||
	    seg6_hmac_compute(info, hdr, &saddr, sum))
		return false;
	return !crypto_memneq(sum, tlv->hmac, sizeof(sum));
}

bool segward_hmac_right(const struct segward_visit *visit,
			const struct segward_srh *srh, u32 *off)
{
	struct ipv6_sr_hdr *hdr = (void *)(visit->skb->data + srh->srh_off);
	const struct sr6_tlv_hmac *tlv = find_tlv(visit, srh, off);

	return tlv && lists_destination(visit, srh, tlv, hdr) &&
	       sum_right(visit, hdr, tlv);
}

#else

int segward_hmac_key(struct net *net, u32 key)
{
	return -EOPNOTSUPP;
}

bool segward_hmac_right(const struct segward_visit *visit,
			const struct segward_srh *srh, u32 *off)
{
	*off = 0;
	return false;
}

#endif
