/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of a stream share: its flags, its arithmetic of sequence
 * numbers, and the store of its bytes.
 */
#ifndef SEGWARD_ENGINE_STREAM_INTERNAL_H
#define SEGWARD_ENGINE_STREAM_INTERNAL_H

#include "stream.h"

/* RFC 7323, 2.3 */
#define SCALE_MAX	14
#define WINDOW_MAX	0x40000000

/* its first byte's place is known, or taken to be */
#define STREAM_STARTED		0x0001
/* by its SYN */
#define STREAM_SYN		0x0002
/* there is a FIN, at @fin */
#define STREAM_FIN		0x0004
/* @acked and @edge are known */
#define STREAM_ACKED		0x0008
/* its receiver has acknowledged something of it */
#define STREAM_CONFIRMED	0x0010
/* nothing is taken of it before a SYN-ACK */
#define STREAM_UNSURE		0x0020
/* its SYN had a window scale */
#define STREAM_SCALE		0x0040
/* its SYN had a timestamp */
#define STREAM_OFFERS_TS	0x0080
/* @ts is known */
#define STREAM_TS		0x0100
/* @next is beyond the depth, and is @top */
#define STREAM_DEEP		0x0200
/* bytes are missing in front of @next */
#define STREAM_GAP		0x0400
/* its early bytes were freed */
#define STREAM_LOST		0x0800
/* of the connection, in stream 0: a RST was accepted; it was refused */
#define STREAM_RESET		0x1000
#define STREAM_REFUSED		0x2000

/**
 * struct segward_segment - a segment, read
 * @view: where its bytes are
 * @data_off: offset of its payload there
 * @seq: sequence number of the first byte of its payload; a SYN's is before it
 * @ack: as in the header
 * @tsval: of its timestamp
 * @len: bytes of payload
 * @window: as in the header
 * @flags: as in the header
 * @scale: of its window scale option
 * @has_scale: it has one
 * @has_ts: it has a timestamp
 */
struct segward_segment {
	const struct segward_view *view;
	u32 data_off;
	u32 seq;
	u32 ack;
	u32 tsval;
	u32 len;
	u16 window;
	u8 flags;
	u8 scale;
	bool has_scale;
	bool has_ts;
};

/**
 * struct segward_chunk - contiguous bytes of a stream
 * @next: in the ring, by offset; the last one's is the first
 * @prev: as @next
 * @off: offset of the first byte in the stream
 * @len: bytes in it
 * @size: what was allocated
 * @ahead: it came too early, and its gap has not closed yet
 * @data: the bytes
 */
struct segward_chunk {
	struct segward_chunk *next;
	struct segward_chunk *prev;
	u64 off;
	u16 len;
	u16 size;
	u32 ahead;
	u8 data[];
};

static inline u64 segward_chunk_end(const struct segward_chunk *chunk)
{
	return chunk->off + chunk->len;
}

/* The first chunk of a stream that has one. */
static inline struct segward_chunk *
segward_chunk_first(const struct segward_stream *stream)
{
	return stream->last->next;
}

/* The chunk behind one, NULL behind the last. */
static inline struct segward_chunk *
segward_chunk_after(const struct segward_stream *stream,
		    const struct segward_chunk *chunk)
{
	return chunk == stream->last ? NULL : chunk->next;
}

/* Sequence numbers are compared by their distance (RFC 9293, 3.4). */
static inline bool segward_seq_after(u32 a, u32 b)
{
	return (s32)(a - b) > 0;
}

static inline u32 segward_stream_next_seq(const struct segward_stream *stream)
{
	return stream->start + (u32)stream->next;
}

/* Offset of a sequence number near the next one; negative: before the first. */
static inline s64 segward_stream_offset(const struct segward_stream *stream,
					u32 seq)
{
	return (s64)stream->next +
	       (s32)(seq - segward_stream_next_seq(stream));
}

static inline bool
segward_stream_has_ended(const struct segward_stream *stream)
{
	return (stream->flags & STREAM_FIN) &&
	       segward_stream_next_seq(stream) == stream->fin;
}

/* Nothing of it is kept, or will be. */
static inline bool
segward_stream_is_bypassed(const struct segward_stream *stream)
{
	return (stream->flags & STREAM_DEEP) && !stream->last;
}

/* What a receiver that has everything in order acknowledges. */
static inline u32 segward_stream_ack(const struct segward_stream *stream)
{
	return segward_stream_next_seq(stream) +
	       segward_stream_has_ended(stream);
}

/* stream_segment.c */
u8 segward_segment_read(const struct segward_view *view,
			const struct segward_packet *packet,
			struct segward_segment *segment);

/* stream_handshake.c */
u8 segward_stream_syn(struct segward_tcp *tcp, struct segward_budget *budget,
		      const struct segward_stream_config *config,
		      const struct segward_segment *segment,
		      struct segward_stream_result *result);
u8 segward_stream_pick_up(struct segward_stream *stream,
			  const struct segward_stream_config *config,
			  const struct segward_segment *segment);
u8 segward_stream_reset(struct segward_tcp *tcp, struct segward_budget *budget,
			u32 limit, const struct segward_segment *segment,
			u8 direction);
void segward_stream_start(struct segward_stream *stream, u32 seq);

/* stream_store.c */
const struct segward_chunk *
segward_store_find(const struct segward_stream *stream, u64 off);
u8 segward_store_compare(const struct segward_stream *stream,
			 const struct segward_segment *segment, u64 depth);
u8 segward_store_keep(struct segward_stream *stream,
		      struct segward_budget *budget,
		      const struct segward_stream_config *config,
		      const struct segward_segment *segment);
void segward_store_advance(struct segward_stream *stream,
			   struct segward_budget *budget);
void segward_store_trim(struct segward_stream *stream,
			struct segward_budget *budget, s64 from);
void segward_store_forget(struct segward_stream *stream,
			  struct segward_budget *budget, u32 tail);
void segward_store_lose(struct segward_stream *stream,
			struct segward_budget *budget, u64 to);
void segward_store_free(struct segward_stream *stream,
			struct segward_budget *budget);

#endif /* SEGWARD_ENGINE_STREAM_INTERNAL_H */
