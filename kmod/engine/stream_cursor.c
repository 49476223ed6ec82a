// SPDX-License-Identifier: GPL-2.0
/*
 * Pulling what a segment made deliverable, from where it was copied to.
 */
#include "stream_internal.h"

void segward_stream_begin(const struct segward_tcp *tcp,
			  const struct segward_stream_result *result,
			  struct segward_stream_cursor *cursor)
{
	const struct segward_stream *stream = &tcp->stream[result->direction];

	cursor->stream = stream;
	cursor->pos = stream->next;
	cursor->at = result->deliver ?
		     segward_store_find(stream, stream->next) : NULL;
}

/* The chunk that goes on where another ends. */
static const struct segward_chunk *
adjoining(const struct segward_stream *stream,
	  const struct segward_chunk *chunk)
{
	const struct segward_chunk *after = segward_chunk_after(stream, chunk);

	return after && after->off == segward_chunk_end(chunk) ? after : NULL;
}

bool segward_stream_next(struct segward_stream_cursor *cursor,
			 struct segward_stream_run *run)
{
	const struct segward_chunk *at = cursor->at;

	if (!at)
		return false;
	run->data = at->data + (cursor->pos - at->off);
	run->len = (u32)(segward_chunk_end(at) - cursor->pos);
	run->old = 0;
	run->offset = cursor->pos;
	cursor->pos += run->len;
	cursor->at = adjoining(cursor->stream, at);
	return true;
}

/* Moves back by up to @tail bytes, as far as they are kept without a gap. */
static const struct segward_chunk *
step_back(const struct segward_stream_cursor *cursor, u32 tail, u64 *from)
{
	const struct segward_chunk *first =
		segward_chunk_first(cursor->stream);
	const struct segward_chunk *at = cursor->at;
	u64 want = cursor->pos - min_t(u64, tail, cursor->pos);

	while (at->off > want && at != first &&
	       segward_chunk_end(at->prev) == at->off)
		at = at->prev;
	*from = max_t(u64, want, at->off);
	return at;
}

bool segward_stream_window(struct segward_stream_cursor *cursor, u32 tail,
			   u8 *buffer, u32 size,
			   struct segward_stream_run *run)
{
	const struct segward_chunk *at;
	bool together;
	u32 len, part;
	u64 from;

	if (!cursor->at)
		return false;
	at = step_back(cursor, min_t(u32, tail, size - 1), &from);
	run->offset = from;
	run->old = (u32)(cursor->pos - from);
	together = at == cursor->at &&
		   (segward_chunk_end(at) - from >= size ||
		    !adjoining(cursor->stream, at));
	run->data = together ? at->data + (from - at->off) : buffer;
	for (len = 0; at && len < size; len += part) {
		part = (u32)min_t(u64, size - len,
				  segward_chunk_end(at) - from);
		if (!together)
			memcpy(buffer + len, at->data + (from - at->off), part);
		from += part;
		if (from == segward_chunk_end(at))
			at = adjoining(cursor->stream, at);
	}
	run->len = len;
	cursor->pos = from;
	cursor->at = at;
	return true;
}
