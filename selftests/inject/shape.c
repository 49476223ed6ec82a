// SPDX-License-Identifier: GPL-2.0
/*
 * Shapes of socket buffers.
 */
#include <linux/if_ether.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <net/checksum.h>

#include "packets.h"
#include "shape.h"

#define HEAD_MAX	160	/* of what is not all in the head */
#define HEADROOM	(NET_SKB_PAD + NET_IP_ALIGN)
#define TAILROOM	64	/* of bytes that belong to nobody */
#define LIST_MAX	8
#define FRAGS_MAX	8
#define CSUM_AT_TCP	16
#define CSUM_AT_UDP	6

/* What lies behind the last byte is as random as the packet. */
static struct sk_buff *new_skb(struct chance *chance, const u8 *data, u32 len,
			       u32 link)
{
	struct sk_buff *skb;

	skb = alloc_skb(HEADROOM + link + len + TAILROOM, GFP_KERNEL);
	if (!skb)
		return NULL;
	skb_reserve(skb, HEADROOM);
	skb_put(skb, link);
	skb_put_data(skb, data, len);
	memset(skb_tail_pointer(skb), chance_below(chance, 256), TAILROOM);
	return skb;
}

/* At the page's end, where whoever reads on leaves it, or somewhere. */
static int add_page(struct chance *chance, struct sk_buff *skb, const u8 *data,
		    u32 len)
{
	struct page *page = alloc_page(GFP_KERNEL);
	u32 off = PAGE_SIZE - len;

	if (!page)
		return -ENOMEM;
	if (chance_one_in(chance, 2))
		off = chance_below(chance, off + 1);
	memcpy(page_address(page) + off, data, len);
	skb_add_rx_frag(skb, skb_shinfo(skb)->nr_frags, page, off, len,
			PAGE_SIZE);
	return 0;
}

/* A piece of what is left; the last of @n takes all. */
static u32 piece(struct chance *chance, u32 left, u32 n)
{
	return n == 1 ? left : 1 + chance_below(chance, left);
}

static int add_frags(struct chance *chance, struct sk_buff *skb,
		     const u8 *data, u32 left)
{
	u32 n = FRAGS_MAX;
	u32 len;
	int err;

	for (; left; left -= len, data += len, n--) {
		len = piece(chance, left, n);
		err = add_page(chance, skb, data, len);
		if (err)
			return err;
	}
	return 0;
}

static int add_list(struct chance *chance, struct sk_buff *skb, const u8 *data,
		    u32 left)
{
	struct sk_buff **next = &skb_shinfo(skb)->frag_list;
	u32 n = LIST_MAX;
	u32 len;

	for (; left; left -= len, data += len, n--) {
		len = piece(chance, left, n);
		*next = new_skb(chance, data, len, 0);
		if (!*next)
			return -ENOMEM;
		skb->len += len;
		skb->data_len += len;
		skb->truesize += (*next)->truesize;
		next = &(*next)->next;
	}
	return 0;
}

static u32 pick(struct chance *chance, u32 shapes, u32 bit)
{
	return shapes & bit && chance_one_in(chance, 2) ? bit : 0;
}

/* Of those that are allowed some, and no two that exclude each other. */
static u32 choose(struct chance *chance, u32 shapes)
{
	static const u32 sums[] = {
		0, SHAPE_COMPLETE, SHAPE_TRUSTED, SHAPE_PARTIAL,
		SHAPE_PARTIAL | SHAPE_GSO,
	};
	u32 sum = sums[chance_below(chance, ARRAY_SIZE(sums))];
	u32 chosen = pick(chance, shapes, SHAPE_FRAGS);

	if (!chosen)
		chosen = pick(chance, shapes, SHAPE_LIST);
	else
		chosen |= pick(chance, shapes, SHAPE_SHARED);
	if ((sum & shapes) == sum)
		chosen |= sum;
	return chosen;
}

static u32 csum_at(u16 transport)
{
	return transport & TRANSPORT_UDP ? CSUM_AT_UDP : CSUM_AT_TCP;
}

/* Bytes of the head: what a driver must have there, and how it fell out. */
static u32 head_len(struct chance *chance, const struct mutated *packet,
		    u32 chosen, u16 transport)
{
	u32 least = 0;

	if (!(chosen & (SHAPE_FRAGS | SHAPE_LIST)))
		return packet->len;
	if (chosen & SHAPE_PARTIAL)
		least = (transport & TRANSPORT_OFFSET) + csum_at(transport) + 2;
	least += chance_below(chance, HEAD_MAX);
	return min(least, packet->len);
}

static void set_partial(struct sk_buff *skb, u16 transport)
{
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_headroom(skb) + (transport & TRANSPORT_OFFSET);
	skb->csum_offset = csum_at(transport);
}

static void set_gso(struct chance *chance, struct sk_buff *skb, u16 transport)
{
	struct skb_shared_info *info = skb_shinfo(skb);

	info->gso_size = 1 + chance_below(chance, 600);
	if (transport & TRANSPORT_UDP)
		info->gso_type = SKB_GSO_UDP_L4;
	else
		info->gso_type = transport & TRANSPORT_IPV4 ? SKB_GSO_TCPV4 :
							      SKB_GSO_TCPV6;
	/* As from a guest: nobody has looked at it. */
	info->gso_type |= SKB_GSO_DODGY;
}

static void set_sums(struct chance *chance, struct sk_buff *skb, u32 chosen,
		     u16 transport)
{
	if (chosen & SHAPE_COMPLETE) {
		skb->ip_summed = CHECKSUM_COMPLETE;
		skb->csum = skb_checksum(skb, 0, skb->len, 0);
	} else if (chosen & SHAPE_TRUSTED) {
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	} else if (chosen & SHAPE_PARTIAL) {
		set_partial(skb, transport);
	}
	if (chosen & SHAPE_GSO)
		set_gso(chance, skb, transport);
}

/* A checksum can only be left open where there is one. */
static bool has_transport(const struct mutated *packet, u16 transport)
{
	return transport && packet->len >= (transport & TRANSPORT_OFFSET) +
					   csum_at(transport) + 2;
}

/**
 * shape() - put a packet into a socket buffer
 * @chance: how
 * @packet: its bytes
 * @dev: by which it comes
 * @shapes: what it may look like
 * @transport: where its transport header was before it was mutated
 *
 * Context: process. Return: the buffer, or NULL without memory.
 */
struct sk_buff *shape(struct chance *chance, const struct mutated *packet,
		      struct net_device *dev, u32 shapes, u16 transport)
{
	struct sk_buff *skb;
	u32 chosen, head;
	int err;

	if (!has_transport(packet, transport))
		shapes &= ~(SHAPE_PARTIAL | SHAPE_GSO);
	chosen = choose(chance, shapes);
	head = head_len(chance, packet, chosen, transport);
	skb = new_skb(chance, packet->data, head, ETH_HLEN);
	if (!skb)
		return NULL;
	if (chosen & SHAPE_LIST)
		err = add_list(chance, skb, packet->data + head,
			       packet->len - head);
	else
		err = add_frags(chance, skb, packet->data + head,
				packet->len - head);
	if (err) {
		kfree_skb(skb);
		return NULL;
	}
	if (chosen & SHAPE_SHARED)
		skb_shinfo(skb)->flags |= SKBFL_SHARED_FRAG;
	packets_received(skb, dev);
	set_sums(chance, skb, chosen, transport);
	return skb;
}
