// SPDX-License-Identifier: GPL-2.0
/*
 * The bytes of a stream: what was forwarded and may be sent again, a tail of
 * what was delivered, and what came too early.
 *
 * A ring of chunks, ordered by offset, without overlaps. A chunk has room
 * behind its bytes, so that most segments in order are a memcpy() into the last
 * one. Chunks grow with their stream: a short one takes half a KiB. When early
 * bytes come in order they move into what room there is before them; then any
 * two neighbours hold more than one of them could, and memory is bounded by the
 * bytes that it holds, however small the segments were.
 */
#include "stream_internal.h"

#define CHUNK_MIN	512
#define CHUNK_MAX	4096
#define CHUNK_HEADER	offsetof(struct segward_chunk, data)

/* Bytes compared at once where they do not lie together. */
#define COMPARED	256

/**
 * struct hole - bytes of a segment that a stream does not have
 * @before: the chunk in front of it, NULL if there is none
 * @off: offset of the first one
 * @len: how many; set by next_hole()
 */
struct hole {
	struct segward_chunk *before;
	u64 off;
	u32 len;
};

static u32 room(const struct segward_chunk *chunk)
{
	return chunk->size - CHUNK_HEADER - chunk->len;
}

static bool touches(const struct segward_chunk *chunk, u64 off)
{
	return chunk && segward_chunk_end(chunk) == off;
}

/* The last chunk that begins at or before an offset, NULL if none does. */
static struct segward_chunk *find(const struct segward_stream *stream, s64 off)
{
	struct segward_chunk *chunk = stream->last;

	if (!chunk)
		return NULL;
	do {
		if ((s64)chunk->off <= off)
			return chunk;
		chunk = chunk->prev;
	} while (chunk != stream->last);
	return NULL;
}

/**
 * segward_store_find() - the chunk that has a byte
 * @stream: of this stream
 * @off: the byte's offset
 *
 * Return: NULL if none has it.
 */
const struct segward_chunk *
segward_store_find(const struct segward_stream *stream, u64 off)
{
	const struct segward_chunk *chunk = find(stream, (s64)off);

	return chunk && segward_chunk_end(chunk) > off ? chunk : NULL;
}

/* Puts a chunk behind another, or in front of all. */
static void link_chunk(struct segward_stream *stream,
		       struct segward_chunk *before,
		       struct segward_chunk *chunk)
{
	struct segward_chunk *at = before ? before : stream->last;

	if (!at) {
		chunk->next = chunk;
		chunk->prev = chunk;
		stream->last = chunk;
		return;
	}
	chunk->prev = at;
	chunk->next = at->next;
	at->next->prev = chunk;
	at->next = chunk;
	if (before == stream->last)
		stream->last = chunk;
}

/* In order, or away: it does not count as early any more. */
static void not_ahead(struct segward_stream *stream,
		      struct segward_chunk *chunk)
{
	if (!chunk->ahead)
		return;
	chunk->ahead = false;
	stream->pieces--;
	stream->ahead -= segward_budget_units(chunk->size);
}

static void drop_chunk(struct segward_stream *stream,
		       struct segward_budget *budget,
		       struct segward_chunk *chunk)
{
	not_ahead(stream, chunk);
	if (chunk->next == chunk) {
		stream->last = NULL;
	} else {
		chunk->prev->next = chunk->next;
		chunk->next->prev = chunk->prev;
		if (stream->last == chunk)
			stream->last = chunk->prev;
	}
	segward_budget_free(budget, chunk, chunk->size);
}

/**
 * segward_store_free() - free all bytes of a stream
 * @stream: of this stream
 * @budget: that paid
 */
void segward_store_free(struct segward_stream *stream,
			struct segward_budget *budget)
{
	while (stream->last)
		drop_chunk(stream, budget, stream->last);
}

/**
 * segward_store_trim() - free what lies wholly before an offset
 * @stream: of this stream
 * @budget: that paid
 * @from: offset; nothing that is early goes
 */
void segward_store_trim(struct segward_stream *stream,
			struct segward_budget *budget, s64 from)
{
	struct segward_chunk *chunk;

	while (stream->last) {
		chunk = segward_chunk_first(stream);
		if (chunk->ahead || (s64)segward_chunk_end(chunk) > from)
			return;
		drop_chunk(stream, budget, chunk);
	}
}

/* Are bytes of a chunk those of a segment? */
static bool same(const struct segward_segment *segment, u32 at,
		 const u8 *data, u32 len)
{
	u8 copy[COMPARED] segward_uncleared;
	u32 done, part;
	const u8 *p;

	for (done = 0; done < len; done += part) {
		part = min_t(u32, len - done, sizeof(copy));
		p = segward_view_bytes(segment->view,
				       segment->data_off + at + done, part,
				       copy);
		if (!p || memcmp(p, data + done, part))
			return false;
	}
	return true;
}

/*
 * May bytes that are not kept be let through? Those that are next or early are
 * new; old ones have to be acknowledged.
 */
static bool may_miss(const struct segward_stream *stream, s64 from, s64 to)
{
	to = min_t(s64, to, (s64)stream->next);
	if (from >= to)
		return true;
	return (stream->flags & STREAM_ACKED) &&
	       to <= segward_stream_offset(stream, stream->acked);
}

/**
 * segward_store_compare() - hold a segment against what was forwarded
 * @stream: of this stream
 * @segment: the segment
 * @depth: offset up to which bytes are kept
 *
 * Return: enum segward_stream_state.
 */
u8 segward_store_compare(const struct segward_stream *stream,
			 const struct segward_segment *segment, u64 depth)
{
	s64 from = segward_stream_offset(stream, segment->seq);
	s64 to = from + segment->len;
	const struct segward_chunk *chunk = find(stream, from);
	s64 at = from, end;

	if (to > 0 && (u64)to > depth)
		to = (s64)depth;
	if (!chunk && stream->last)
		chunk = segward_chunk_first(stream);
	for (; chunk && (s64)chunk->off < to;
	     chunk = segward_chunk_after(stream, chunk)) {
		end = min_t(s64, to, (s64)segward_chunk_end(chunk));
		if (end <= at)
			continue;
		if (!may_miss(stream, at, (s64)chunk->off))
			return SEGWARD_STREAM_NOT_COMPARABLE;
		at = max_t(s64, at, (s64)chunk->off);
		if (!same(segment, (u32)(at - from),
			  chunk->data + (at - (s64)chunk->off),
			  (u32)(end - at)))
			return SEGWARD_STREAM_CONFLICT;
		at = end;
	}
	return may_miss(stream, at, to) ? SEGWARD_STREAM_ACCEPTED :
	       SEGWARD_STREAM_NOT_COMPARABLE;
}

/* From where it is, moves a hole on to the next one in front of an offset. */
static bool next_hole(const struct segward_stream *stream, struct hole *hole,
		      u64 to)
{
	struct segward_chunk *behind;

	for (;;) {
		if (hole->before)
			hole->off = max_t(u64, hole->off,
					  segward_chunk_end(hole->before));
		if (hole->off >= to)
			return false;
		behind = !stream->last ? NULL :
			 !hole->before ? segward_chunk_first(stream) :
			 segward_chunk_after(stream, hole->before);
		if (!behind || behind->off > hole->off)
			break;
		hole->before = behind;
	}
	hole->len = (u32)((behind ? min_t(u64, to, behind->off) : to) -
			  hole->off);
	return true;
}

/* Twice its predecessor, if it goes on where that is full. */
static u32 size_of(u32 len, u32 predecessor)
{
	u32 size = CHUNK_MIN;

	while (size < CHUNK_MAX &&
	       (size - CHUNK_HEADER < len || size < 2 * predecessor))
		size *= 2;
	return size;
}

/*
 * Allocates the chunks that a hole takes, to the end of a list. Their sizes
 * do not depend on what else is in the list.
 */
static bool reserve_hole(struct segward_budget *budget,
			 const struct hole *hole,
			 struct segward_chunk ***end)
{
	bool joined = touches(hole->before, hole->off);
	u32 size = joined ? hole->before->size : 0;
	u32 len = hole->len;
	struct segward_chunk *chunk;

	if (joined)
		len -= min_t(u32, len, room(hole->before));
	while (len) {
		size = size_of(len, size);
		chunk = segward_budget_alloc(budget, size);
		if (!chunk)
			return false;
		chunk->next = NULL;
		chunk->size = (u16)size;
		**end = chunk;
		*end = &chunk->next;
		len -= min_t(u32, len, size - CHUNK_HEADER);
	}
	return true;
}

static void fill(struct segward_chunk *chunk, struct hole *hole,
		 const struct segward_segment *segment, s64 from)
{
	u32 len = min_t(u32, hole->len, room(chunk));

	segward_view_copy(segment->view,
			  segment->data_off + (u32)((s64)hole->off - from),
			  len, chunk->data + chunk->len);
	chunk->len += len;
	hole->off += len;
	hole->len -= len;
}

/* Fills a hole, with chunks from the list; it is behind what was filled. */
static void fill_hole(struct segward_stream *stream, struct hole *hole,
		      const struct segward_segment *segment,
		      struct segward_chunk **list, bool ahead)
{
	s64 from = segward_stream_offset(stream, segment->seq);
	struct segward_chunk *chunk;

	if (touches(hole->before, hole->off))
		fill(hole->before, hole, segment, from);
	while (hole->len) {
		chunk = *list;
		*list = chunk->next;
		chunk->off = hole->off;
		chunk->len = 0;
		chunk->ahead = ahead;
		if (ahead) {
			stream->pieces++;
			stream->ahead += segward_budget_units(chunk->size);
		}
		link_chunk(stream, hole->before, chunk);
		fill(chunk, hole, segment, from);
		hole->before = chunk;
	}
}

static void free_list(struct segward_budget *budget, struct segward_chunk *list)
{
	struct segward_chunk *chunk;

	while ((chunk = list)) {
		list = chunk->next;
		segward_budget_free(budget, chunk, chunk->size);
	}
}

/* May so much more come too early? */
static bool within_limits(const struct segward_stream *stream,
			  const struct segward_stream_config *config,
			  const struct segward_chunk *list)
{
	u32 units = stream->ahead;
	u32 pieces = stream->pieces;

	for (; list; list = list->next) {
		units += segward_budget_units(list->size);
		pieces++;
	}
	return pieces <= SEGWARD_STREAM_PIECES &&
	       units * SEGWARD_BUDGET_UNIT <=
	       min_t(u32, config->copies_max, SEGWARD_STREAM_COPIES_LIMIT);
}

/**
 * segward_store_keep() - copy what a segment has that is new
 * @stream: of this stream
 * @budget: that pays
 * @config: of its limits
 * @segment: the segment; it was compared
 *
 * All of it or, if that does not go, nothing.
 *
 * Return: enum segward_stream_state.
 */
u8 segward_store_keep(struct segward_stream *stream,
		      struct segward_budget *budget,
		      const struct segward_stream_config *config,
		      const struct segward_segment *segment)
{
	s64 from = segward_stream_offset(stream, segment->seq);
	s64 end = from + segment->len;
	bool ahead = from > (s64)stream->next;
	struct segward_chunk *list = NULL;
	struct segward_chunk **tail = &list;
	struct hole first, hole;
	u64 to;

	if (end <= (s64)stream->next)
		return SEGWARD_STREAM_ACCEPTED;
	to = min_t(u64, (u64)end, config->depth);
	first.off = ahead ? (u64)from : stream->next;
	first.before = find(stream, (s64)first.off);
	for (hole = first; next_hole(stream, &hole, to); hole.off += hole.len)
		if (!reserve_hole(budget, &hole, &tail)) {
			free_list(budget, list);
			return SEGWARD_STREAM_COPY_BUDGET;
		}
	if (ahead && !within_limits(stream, config, list)) {
		free_list(budget, list);
		return SEGWARD_STREAM_COPY_LIMIT;
	}
	while (next_hole(stream, &first, to))
		fill_hole(stream, &first, segment, &list, ahead);
	return SEGWARD_STREAM_ACCEPTED;
}

/* A chunk comes in order. Returns where its bytes are now. */
static struct segward_chunk *settle(struct segward_stream *stream,
				    struct segward_budget *budget,
				    struct segward_chunk *chunk)
{
	struct segward_chunk *before = chunk->prev;

	if (!chunk->ahead)
		return chunk;
	not_ahead(stream, chunk);
	if (chunk == segward_chunk_first(stream) ||
	    !touches(before, chunk->off) || room(before) < chunk->len)
		return chunk;
	memcpy(before->data + before->len, chunk->data, chunk->len);
	before->len += chunk->len;
	drop_chunk(stream, budget, chunk);
	return before;
}

/**
 * segward_store_advance() - what follows contiguously is delivered
 * @stream: of this stream
 * @budget: that paid
 */
void segward_store_advance(struct segward_stream *stream,
			   struct segward_budget *budget)
{
	struct segward_chunk *chunk = find(stream, (s64)stream->next);

	while (chunk && chunk->off <= stream->next) {
		stream->next = max_t(u64, stream->next,
				     segward_chunk_end(chunk));
		chunk = settle(stream, budget, chunk);
		chunk = segward_chunk_after(stream, chunk);
	}
}

/**
 * segward_store_lose() - give up what is missing
 * @stream: of this stream
 * @budget: that paid
 * @to: offset that is next then, if there are no early bytes before it; if
 *	there are, their first one is
 *
 * What was delivered is forgotten: it is not in front of the next bytes.
 */
void segward_store_lose(struct segward_stream *stream,
			struct segward_budget *budget, u64 to)
{
	struct segward_chunk *chunk;

	chunk = stream->last ? segward_chunk_first(stream) : NULL;
	while (chunk && !chunk->ahead)
		chunk = segward_chunk_after(stream, chunk);
	if (chunk && chunk->off < to)
		to = chunk->off;
	while (stream->last && segward_chunk_first(stream)->off < to)
		drop_chunk(stream, budget, segward_chunk_first(stream));
	stream->next = to;
	stream->flags |= STREAM_GAP;
}

/**
 * segward_store_forget() - keep the tail alone
 * @stream: of this stream
 * @budget: that paid
 * @tail: bytes in front of what is next
 */
void segward_store_forget(struct segward_stream *stream,
			  struct segward_budget *budget, u32 tail)
{
	while (stream->last && stream->last->ahead)
		drop_chunk(stream, budget, stream->last);
	segward_store_trim(stream, budget, (s64)stream->next - tail);
}
