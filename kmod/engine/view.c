// SPDX-License-Identifier: GPL-2.0
/*
 * A view of a packet's bytes. Nearly every range lies in one span, and most
 * packets have one or two, so spans are walked from the front each time.
 */
#include "view.h"

static const struct segward_span *nth(const struct segward_view *view, u8 i)
{
	return i ? &view->frag[i - 1] : &view->head;
}

/**
 * segward_view_copy() - copy bytes out of a view
 * @view: the packet
 * @off: offset of the first byte
 * @len: how many
 * @to: room for @len bytes
 *
 * Return: whether the range lies in the packet; if not, nothing is copied.
 */
bool segward_view_copy(const struct segward_view *view, u32 off, u32 len,
		       void *to)
{
	u8 *out = to;
	u32 part;
	u8 i;

	if (off > view->len || len > view->len - off)
		return false;
	for (i = 0; i <= view->nr_frags && len; i++) {
		const struct segward_span *span = nth(view, i);

		if (off >= span->len) {
			off -= span->len;
			continue;
		}
		part = min(len, span->len - off);
		memcpy(out, span->data + off, part);
		out += part;
		len -= part;
		off = 0;
	}
	return !len;
}

/**
 * segward_view_frag_bytes() - bytes that do not lie in the head, contiguous
 * @view: the packet
 * @off: offset of the first byte
 * @len: how many
 * @copy: @len bytes to copy into if the range crosses spans
 *
 * Called by segward_view_bytes().
 *
 * Return: as segward_view_bytes().
 */
const u8 *segward_view_frag_bytes(const struct segward_view *view, u32 off,
				  u32 len, void *copy)
{
	u32 start = off;
	u8 i;

	if (off > view->len || len > view->len - off)
		return NULL;
	for (i = 0; i <= view->nr_frags; i++) {
		const struct segward_span *span = nth(view, i);

		if (start < span->len && len <= span->len - start)
			return span->data + start;
		if (start < span->len)
			break;
		start -= span->len;
	}
	return segward_view_copy(view, off, len, copy) ? copy : NULL;
}

/* The sum of bytes that stand at an odd offset counts with halves swapped. */
static u32 add_sum(u32 sum, u32 part, bool odd)
{
	if (odd)
		part = part << 8 | part >> 24;
	sum += part;
	return sum + (sum < part);
}

/**
 * segward_view_sum() - one's complement sum of a range
 * @view: the packet
 * @off: offset of the first byte
 * @len: how many; the range must lie in the packet
 * @sum: what to add it to
 *
 * Return: the sum in 32 bits, in the machine's byte order, as
 * segward_csum_fold() takes it.
 */
u32 segward_view_sum(const struct segward_view *view, u32 off, u32 len,
		     u32 sum)
{
	u32 done = 0;
	u32 part;
	u8 i;

	for (i = 0; i <= view->nr_frags && done < len; i++) {
		const struct segward_span *span = nth(view, i);

		if (off >= span->len) {
			off -= span->len;
			continue;
		}
		part = min(len - done, span->len - off);
		sum = add_sum(sum, segward_csum(span->data + off, part, 0),
			      done & 1);
		done += part;
		off = 0;
	}
	return sum;
}

void segward_view_flat(struct segward_view *view, const void *data, u32 len)
{
	view->head.data = data;
	view->head.len = len;
	view->frag = NULL;
	view->nr_frags = 0;
	view->csum = SEGWARD_CSUM_VERIFY;
	view->gso_size = 0;
	view->len = len;
}
