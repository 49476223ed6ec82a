// SPDX-License-Identifier: GPL-2.0
/*
 * Views of socket buffers.
 */
#include <linux/highmem.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <net/checksum.h>

#include "skb.h"

static u8 csum_state(const struct sk_buff *skb)
{
	switch (skb->ip_summed) {
	case CHECKSUM_UNNECESSARY:
		return SEGWARD_CSUM_TRUST;
	case CHECKSUM_PARTIAL:
		return SEGWARD_CSUM_PARTIAL;
	default:
		/*
		 * CHECKSUM_COMPLETE is a sum over the whole packet, from which
		 * the engine would have to subtract nearly as much as it reads.
		 */
		return SEGWARD_CSUM_VERIFY;
	}
}

void segward_skb_head(const struct sk_buff *skb, struct segward_view *view)
{
	view->head.data = skb->data;
	view->head.len = skb_headlen(skb);
	view->frag = NULL;
	view->nr_frags = 0;
	view->csum = csum_state(skb);
	view->gso_size = skb_is_gso(skb) ? skb_shinfo(skb)->gso_size : 0;
	view->len = skb->len;
}

/*
 * What lies behind the head looked like the end of the packet, or the SRH does
 * not end in it. An upper layer is found without reading what its SRH has.
 */
static bool cut_off(const struct sk_buff *skb, const struct segward_srh *srh)
{
	if (srh->has_srh && srh->srh_off + srh->srh_len > skb_headlen(skb))
		return true;
	return srh->next == SEGWARD_SRH_ERROR || srh->upper_broken;
}

int segward_skb_parse(struct sk_buff *skb, struct segward_view *view,
		      struct segward_srh *srh)
{
	u32 want = min_t(u32, skb->len, SEGWARD_SKB_HEADERS_MAX);

	segward_srh_parse(view, srh);
	if (likely(skb_headlen(skb) >= want || !cut_off(skb, srh)))
		return 0;
	if (!pskb_may_pull(skb, want))
		return -ENOMEM;
	segward_skb_head(skb, view);
	segward_srh_parse(view, srh);
	return 0;
}

static bool fragments_shared(const struct sk_buff *skb)
{
	const struct sk_buff *part;

	if (skb_has_shared_frag(skb))
		return true;
	skb_walk_frags(skb, part)
		if (skb_has_shared_frag(part) || skb_has_frag_list(part))
			return true;
	return false;
}

static bool fits_spans(const struct sk_buff *skb)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int i;

	if (skb_has_frag_list(skb) ||
	    info->nr_frags > SEGWARD_VIEW_FRAGS)
		return false;
	for (i = 0; i < info->nr_frags; i++)
		if (PageHighMem(skb_frag_page(&info->frags[i])))
			return false;
	return true;
}

/*
 * Private pages for those that somebody else may write to. Page by page, since
 * a large piece of memory is hard to get in a softirq.
 */
static int own_fragments(struct sk_buff *skb)
{
	int err;

	if (skb_has_frag_list(skb))
		return skb_linearize(skb);
	err = skb_copy_ubufs(skb, GFP_ATOMIC);
	if (!err)
		skb_shinfo(skb)->flags &= ~SKBFL_SHARED_FRAG;
	return err;
}

static void add_fragments(const struct sk_buff *skb, struct segward_view *view,
			  struct segward_span *frag)
{
	const struct skb_shared_info *info = skb_shinfo(skb);
	unsigned int i;

	for (i = 0; i < info->nr_frags; i++) {
		frag[i].data = skb_frag_address(&info->frags[i]);
		frag[i].len = skb_frag_size(&info->frags[i]);
	}
	view->frag = frag;
	view->nr_frags = info->nr_frags;
}

static int copy_bytes(struct sk_buff *skb, struct segward_view *view,
		      void *copy)
{
	if (skb->len > SEGWARD_SKB_COPY_MAX)
		return skb_linearize(skb);
	if (skb_copy_bits(skb, 0, copy, skb->len))
		return -ENOMEM;
	view->head.data = copy;
	view->head.len = skb->len;
	return 0;
}

int segward_skb_view(struct sk_buff *skb, struct segward_view *view,
		     struct segward_skb_room *room, bool *linearized)
{
	bool copied = false;

	*linearized = false;
	if (unlikely(!skb_frags_readable(skb)))
		return -ENOMEM;
	if (unlikely(fragments_shared(skb))) {
		*linearized = true;
		if (own_fragments(skb))
			return -ENOMEM;
	}
	if (unlikely(!fits_spans(skb))) {
		*linearized = true;
		segward_skb_head(skb, view);
		if (copy_bytes(skb, view, room->copy))
			return -ENOMEM;
		copied = view->head.data == room->copy;
	}
	if (copied)
		return 0;
	segward_skb_head(skb, view);
	add_fragments(skb, view, room->frag);
	return 0;
}

int segward_skb_clear_urgent(struct sk_buff *skb, u32 off)
{
	struct tcphdr *tcp;
	__be32 before;

	if (skb_ensure_writable(skb, off + sizeof(*tcp)))
		return -ENOMEM;
	tcp = (struct tcphdr *)(skb->data + off);
	before = tcp_flag_word(tcp);
	tcp->urg = 0;
	inet_proto_csum_replace4(&tcp->check, skb, before, tcp_flag_word(tcp),
				 false);
	inet_proto_csum_replace2(&tcp->check, skb, tcp->urg_ptr, 0, false);
	tcp->urg_ptr = 0;
	return 0;
}
