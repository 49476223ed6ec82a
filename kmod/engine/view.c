// SPDX-License-Identifier: GPL-2.0
/*
 * A view of a packet's bytes. Nearly every range lies in one span, and most
 * packets have one or two, so spans are walked from the front each time.
 */
#include "view.h"

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
	for (i = 0; i < view->nr_spans && len; i++) {
		const struct segward_span *span = &view->span[i];

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

const u8 *segward_view_bytes(const struct segward_view *view, u32 off,
			     u32 len, void *copy)
{
	u32 start = off;
	u8 i;

	if (off > view->len || len > view->len - off)
		return NULL;
	for (i = 0; i < view->nr_spans; i++) {
		const struct segward_span *span = &view->span[i];

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

	for (i = 0; i < view->nr_spans && done < len; i++) {
		const struct segward_span *span = &view->span[i];

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
	view->span[0].data = data;
	view->span[0].len = len;
	view->nr_spans = 1;
	view->csum = SEGWARD_CSUM_VERIFY;
	view->gso_size = 0;
	view->len = len;
}
