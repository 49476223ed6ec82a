// SPDX-License-Identifier: GPL-2.0
/*
 * TCP streams; see stream.h for what is promised and why.
 *
 * A segment is held against the connection first, then against the bytes that
 * were forwarded, then it is copied; only then anything is changed. What the
 * checks of windows, timestamps and acknowledgments miss costs memory at most:
 * that the first data wins does not depend on them.
 */
#include "stream_internal.h"

/* The clock of struct segward_stream: 4.3 seconds, and when it turns over. */
#define SEEN_SHIFT	32
#define SEEN_MASK	0xfffff

/* A timestamp is not older than another after 24 days (RFC 7323, 5.5). */
#define TS_UNITS	((u32)(24 * 86400 * NS_IN_SECOND >> SEEN_SHIFT))
#define IDLE_UNITS \
	((u32)((SEGWARD_STREAM_IDLE_SECONDS * NS_IN_SECOND >> SEEN_SHIFT) + 1))

/*
 * A receiver that was not heard for so long, 4 to 8 seconds, although data
 * goes to it, sends by another way now: its window is unknown.
 */
#define SILENT_UNITS	2

void segward_tcp_init(struct segward_tcp *tcp)
{
	BUILD_BUG_ON(sizeof(*tcp) > 96);

	memset(tcp, 0, sizeof(*tcp));
}

void segward_tcp_release(struct segward_tcp *tcp,
			 struct segward_budget *budget)
{
	segward_store_free(&tcp->stream[0], budget);
	segward_store_free(&tcp->stream[1], budget);
	segward_tcp_init(tcp);
}

void segward_stream_refuse(struct segward_tcp *tcp,
			   struct segward_budget *budget)
{
	segward_tcp_release(tcp, budget);
	tcp->stream[0].flags = STREAM_REFUSED;
}

bool segward_stream_bypassed(const struct segward_tcp *tcp, u8 direction)
{
	return segward_stream_is_bypassed(&tcp->stream[direction]);
}

bool segward_stream_ended(const struct segward_tcp *tcp, u8 direction)
{
	return segward_stream_has_ended(&tcp->stream[direction]);
}

bool segward_tcp_closed(const struct segward_tcp *tcp)
{
	return (tcp->stream[0].flags & STREAM_RESET) ||
	       (segward_stream_ended(tcp, 0) && segward_stream_ended(tcp, 1));
}

/* How long a direction was silent. */
static u32 silence(const struct segward_stream *stream, u64 now)
{
	return ((u32)(now >> SEEN_SHIFT) - stream->seen) & SEEN_MASK;
}

/* Sequence number up to which a direction's receiver takes data. */
static u32 window_end(const struct segward_tcp *tcp,
		      const struct segward_stream_config *config, u8 direction,
		      u64 now)
{
	const struct segward_stream *stream = &tcp->stream[direction];
	u32 open = segward_stream_next_seq(stream) +
		   min_t(u32, config->window_unknown, WINDOW_MAX);

	if (!(stream->flags & STREAM_ACKED))
		return open;
	if (silence(&tcp->stream[!direction], now) >= SILENT_UNITS &&
	    segward_seq_after(open, stream->edge))
		return open;
	return stream->edge;
}

static u8 check_window(const struct segward_tcp *tcp,
		       const struct segward_stream_config *config, u8 direction,
		       const struct segward_segment *segment, u64 now)
{
	const struct segward_stream *stream = &tcp->stream[direction];
	u32 limit = window_end(tcp, config, direction, now) +
		    SEGWARD_STREAM_PROBE;
	s32 off = (s32)(segment->seq - segward_stream_next_seq(stream));

	if (!(stream->flags & STREAM_STARTED))
		return SEGWARD_STREAM_ACCEPTED;
	if (off < -WINDOW_MAX ||
	    segward_seq_after(segment->seq + segment->len, limit))
		return SEGWARD_STREAM_OUT_OF_WINDOW;
	return SEGWARD_STREAM_ACCEPTED;
}

/*
 * An acknowledgment alone may be older than another that overtook it; it does
 * no harm.
 */
static u8 check_timestamp(const struct segward_tcp *tcp, u8 direction,
			  const struct segward_segment *segment, u64 now)
{
	const struct segward_stream *stream = &tcp->stream[direction];
	u16 both = tcp->stream[0].flags & tcp->stream[1].flags;

	if (segment->flags & SEGWARD_TCP_SYN)
		return SEGWARD_STREAM_ACCEPTED;
	if (!segment->has_ts)
		return both & STREAM_OFFERS_TS ? SEGWARD_STREAM_NO_TIMESTAMP :
		       SEGWARD_STREAM_ACCEPTED;
	if ((stream->flags & STREAM_TS) && segment->len &&
	    segward_seq_after(stream->ts, segment->tsval) &&
	    silence(stream, now) < TS_UNITS)
		return SEGWARD_STREAM_PAWS;
	return SEGWARD_STREAM_ACCEPTED;
}

static u8 check_fin(const struct segward_stream *stream,
		    const struct segward_segment *segment)
{
	u32 end = segment->seq + segment->len;

	if (stream->flags & STREAM_FIN) {
		if (segment->flags & SEGWARD_TCP_FIN ? end != stream->fin :
		    segment->len && segward_seq_after(end, stream->fin))
			return SEGWARD_STREAM_AFTER_FIN;
	} else if ((segment->flags & SEGWARD_TCP_FIN) &&
		   segward_seq_after(stream->top, end)) {
		return SEGWARD_STREAM_AFTER_FIN;
	}
	return SEGWARD_STREAM_ACCEPTED;
}

/*
 * Is it certain where the receiver sees the stream's beginning? Taken to be
 * early, bytes that it can deliver at once would go on unseen.
 */
static u8 check_place(const struct segward_stream *stream,
		      const struct segward_segment *segment)
{
	u32 next = segward_stream_next_seq(stream);

	if (!segment->len && !(segment->flags & SEGWARD_TCP_FIN))
		return SEGWARD_STREAM_ACCEPTED;
	if (stream->flags & STREAM_UNSURE)
		return SEGWARD_STREAM_UNCONFIRMED;
	if (!(stream->flags & (STREAM_SYN | STREAM_CONFIRMED)) &&
	    segward_seq_after(segment->seq, next))
		return SEGWARD_STREAM_UNCONFIRMED;
	if ((stream->flags & STREAM_LOST) &&
	    segward_seq_after(segment->seq + segment->len, next))
		return SEGWARD_STREAM_NOT_COMPARABLE;
	return SEGWARD_STREAM_ACCEPTED;
}

/*
 * A receiver cannot have what was not forwarded, but for what came before a
 * stream was picked up. A handshake acknowledges at least the SYN. What is
 * further away than a window is neither old nor new.
 */
static u8 check_ack(const struct segward_stream *peer,
		    const struct segward_stream_config *config,
		    const struct segward_segment *segment)
{
	bool handshake = (segment->flags & SEGWARD_TCP_SYN) ||
		((peer->flags & STREAM_SYN) &&
		 !(peer->flags & STREAM_CONFIRMED));
	u32 most = segward_stream_ack(peer);

	if (!(segment->flags & SEGWARD_TCP_ACK) || !(peer->flags & STREAM_STARTED) ||
	    segward_stream_is_bypassed(peer))
		return SEGWARD_STREAM_ACCEPTED;
	if (handshake && segward_stream_offset(peer, segment->ack) < 0)
		return SEGWARD_STREAM_BAD_ACK;
	if (!segward_seq_after(segment->ack, most))
		return most - segment->ack > WINDOW_MAX ?
		       SEGWARD_STREAM_BAD_ACK : SEGWARD_STREAM_ACCEPTED;
	if (!(peer->flags & (STREAM_SYN | STREAM_CONFIRMED)) &&
	    segment->ack - most <= config->window_unknown)
		return SEGWARD_STREAM_ACCEPTED;
	return SEGWARD_STREAM_BAD_ACK;
}

/* RFC 1122, 4.2.3.6: a byte of garbage in front of what comes next. */
static bool is_keepalive(const struct segward_stream *stream,
			 const struct segward_segment *segment)
{
	u32 next = segward_stream_next_seq(stream);

	return segment->len == 1 && segment->seq + 1 == next &&
	       (stream->flags & STREAM_ACKED) &&
	       !segward_seq_after(next, stream->acked);
}

static u8 check_data(const struct segward_stream *stream,
		     const struct segward_stream_config *config,
		     const struct segward_segment *segment)
{
	if (!segment->len || is_keepalive(stream, segment))
		return SEGWARD_STREAM_ACCEPTED;
	return segward_store_compare(stream, segment, config->depth);
}

/* Frees what is neither to be compared nor in front of what is next. */
static void trim(struct segward_stream *stream, struct segward_budget *budget,
		 const struct segward_stream_config *config)
{
	bool acked = stream->flags & STREAM_ACKED;
	u32 most = acked ? config->copies_max : config->unacked_max;
	s64 from = (s64)stream->next - most;

	if (!stream->last)
		return;
	if (acked)
		from = max_t(s64, from,
			     segward_stream_offset(stream, stream->acked));
	if (!(stream->flags & STREAM_DEEP) && !segward_stream_has_ended(stream))
		from = min_t(s64, from, (s64)stream->next - config->tail);
	segward_store_trim(stream, budget, from);
}

/* Beyond the depth nothing is kept in order: what is next is what is new. */
static void settle_depth(struct segward_stream *stream,
			 const struct segward_stream_config *config)
{
	u32 top = stream->top;

	if (stream->next >= config->depth)
		stream->flags |= STREAM_DEEP;
	if (!(stream->flags & STREAM_DEEP))
		return;
	if ((stream->flags & STREAM_FIN) && top == stream->fin + 1)
		top--;
	stream->next = (u64)segward_stream_offset(stream, top);
}

/* The receiver has what was not forwarded here. */
static void believe_ack(struct segward_stream *peer,
			struct segward_budget *budget, u32 ack)
{
	bool fin = (peer->flags & STREAM_FIN) && ack == peer->fin + 1;

	segward_store_lose(peer, budget,
			   (u64)segward_stream_offset(peer, ack - fin));
	if (segward_seq_after(ack, peer->top))
		peer->top = ack;
}

/*
 * Bits to shift a side's windows by. The option counts if both SYNs had it;
 * where one was not seen, a window rather is too large.
 */
static u32 scale_of(const struct segward_stream *stream,
		    const struct segward_stream *peer)
{
	if (((stream->flags & STREAM_SYN) && !(stream->flags & STREAM_SCALE)) ||
	    ((peer->flags & STREAM_SYN) && !(peer->flags & STREAM_SCALE)))
		return 0;
	return stream->flags & STREAM_SYN ? stream->scale : SCALE_MAX;
}

static void note_window(struct segward_stream *peer, u32 ack, u32 window)
{
	bool known = peer->flags & STREAM_ACKED;

	if (!known || segward_seq_after(ack, peer->acked))
		peer->acked = ack;
	if (!known || segward_seq_after(ack + window, peer->edge))
		peer->edge = ack + window;
	peer->flags |= STREAM_ACKED;
}

static void take_ack(struct segward_tcp *tcp, struct segward_budget *budget,
		     const struct segward_stream_config *config, u8 direction,
		     const struct segward_segment *segment)
{
	struct segward_stream *stream = &tcp->stream[direction];
	struct segward_stream *peer = &tcp->stream[!direction];
	bool syn = segment->flags & SEGWARD_TCP_SYN;
	u32 window = segment->window;

	/* what lies before its window, a receiver does not look at */
	if (!(segment->flags & SEGWARD_TCP_ACK) ||
	    ((stream->flags & STREAM_STARTED) &&
	     (stream->flags & STREAM_ACKED) &&
	     segward_seq_after(stream->acked, segment->seq + 1)))
		return;
	if (!syn)
		window <<= scale_of(stream, peer);
	if (syn && !(peer->flags & STREAM_STARTED))
		segward_stream_start(peer, segment->ack);
	if (peer->flags & STREAM_STARTED) {
		if (syn)
			peer->flags &= ~STREAM_UNSURE;
		if (!segward_stream_is_bypassed(peer) &&
		    segward_seq_after(segment->ack, segward_stream_ack(peer)))
			believe_ack(peer, budget, segment->ack);
		if (segward_stream_offset(peer, segment->ack) >= 0)
			peer->flags |= STREAM_CONFIRMED;
	}
	note_window(peer, segment->ack, window);
	trim(peer, budget, config);
}

/* RFC 7323, 4.3: by what is not beyond the last acknowledgment. */
static void take_timestamp(struct segward_stream *stream,
			   const struct segward_segment *segment, u64 now)
{
	u32 acked = stream->flags & STREAM_ACKED ? stream->acked :
		    segward_stream_next_seq(stream);

	if (!segment->has_ts || segward_seq_after(segment->seq, acked))
		return;
	if (!(stream->flags & STREAM_TS) ||
	    !segward_seq_after(stream->ts, segment->tsval) ||
	    silence(stream, now) >= TS_UNITS)
		stream->ts = segment->tsval;
	stream->flags |= STREAM_TS;
}

/* It may go on: what that changes, but for what is next in order. */
static void accept(struct segward_tcp *tcp, struct segward_budget *budget,
		   const struct segward_stream_config *config,
		   const struct segward_segment *segment, u64 now,
		   struct segward_stream_result *result)
{
	struct segward_stream *stream = &tcp->stream[result->direction];
	u32 end = segment->seq + segment->len;

	take_timestamp(stream, segment, now);
	stream->seen = (u32)(now >> SEEN_SHIFT) & SEEN_MASK;
	take_ack(tcp, budget, config, result->direction, segment);
	if (!(stream->flags & STREAM_STARTED))
		return;
	if ((segment->flags & SEGWARD_TCP_FIN) && !(stream->flags & STREAM_FIN)) {
		stream->flags |= STREAM_FIN;
		stream->fin = end;
	}
	end += !!(segment->flags & SEGWARD_TCP_FIN);
	if ((segment->len || (segment->flags & SEGWARD_TCP_FIN)) &&
	    segward_seq_after(end, stream->top))
		stream->top = end;
	result->gap = stream->flags & STREAM_GAP;
	result->deliver = !(stream->flags & STREAM_DEEP) &&
		(result->gap ||
		 (segment->len &&
		  !segward_seq_after(segment->seq,
				     segward_stream_next_seq(stream))));
}

/* No room for a segment that goes on nevertheless: its bytes are lost. */
static void do_without(struct segward_stream *stream,
		       struct segward_budget *budget,
		       const struct segward_segment *segment)
{
	s64 from = segward_stream_offset(stream, segment->seq);

	if (from <= (s64)stream->next)
		from += segment->len;
	segward_store_lose(stream, budget, (u64)from);
}

/* What speaks against a segment for its receiver too: it will not take it. */
static u8 check_header(const struct segward_tcp *tcp,
		       const struct segward_stream_config *config, u8 direction,
		       const struct segward_segment *segment, u64 now)
{
	u8 state;

	state = check_window(tcp, config, direction, segment, now);
	if (!state)
		state = check_timestamp(tcp, direction, segment, now);
	if (!state)
		state = check_fin(&tcp->stream[direction], segment);
	return state;
}

/* What speaks against it for us alone. */
static u8 check_content(const struct segward_tcp *tcp,
			const struct segward_stream_config *config,
			u8 direction, const struct segward_segment *segment)
{
	const struct segward_stream *stream = &tcp->stream[direction];
	u8 state;

	state = check_ack(&tcp->stream[!direction], config, segment);
	if (segward_stream_is_bypassed(stream))
		return state;
	if (!state)
		state = check_place(stream, segment);
	if (!state)
		state = check_data(stream, config, segment);
	return state;
}

/* The stream begins, if it does with this segment. */
static u8 begin(struct segward_tcp *tcp, struct segward_budget *budget,
		const struct segward_stream_config *config,
		const struct segward_segment *segment,
		struct segward_stream_result *result)
{
	struct segward_stream *stream = &tcp->stream[result->direction];
	struct segward_stream *peer = &tcp->stream[!result->direction];

	if (segment->flags & SEGWARD_TCP_SYN)
		return segward_stream_syn(tcp, budget, config, segment, result);
	if (stream->flags & STREAM_STARTED)
		return SEGWARD_STREAM_ACCEPTED;
	if (segment->len || (segment->flags & SEGWARD_TCP_FIN))
		return segward_stream_pick_up(stream, config, segment);
	return config->midstream || (peer->flags & STREAM_SYN) ?
	       SEGWARD_STREAM_ACCEPTED : SEGWARD_STREAM_MIDSTREAM;
}

/* All but the beginning, which refused segments do not make. */
static u8 judge(struct segward_tcp *tcp, struct segward_budget *budget,
		const struct segward_stream_config *config,
		const struct segward_segment *segment, u64 now,
		struct segward_stream_result *result)
{
	struct segward_stream *stream = &tcp->stream[result->direction];
	u8 state, kept = SEGWARD_STREAM_ACCEPTED;

	state = check_header(tcp, config, result->direction, segment, now);
	if (state)
		return state;
	state = check_content(tcp, config, result->direction, segment);
	if (state && config->enforce)
		return state;
	if (segment->len && !(stream->flags & STREAM_DEEP))
		kept = segward_store_keep(stream, budget, config, segment);
	if (kept && config->enforce)
		return kept;
	if (kept)
		do_without(stream, budget, segment);
	accept(tcp, budget, config, segment, now, result);
	return state ? state : kept;
}

static u8 begin_and_judge(struct segward_tcp *tcp,
			  struct segward_budget *budget,
			  const struct segward_stream_config *config,
			  const struct segward_segment *segment, u64 now,
			  struct segward_stream_result *result)
{
	struct segward_stream *stream = &tcp->stream[result->direction];
	struct segward_stream before = *stream;
	u8 begun, state;

	begun = begin(tcp, budget, config, segment, result);
	if (begun && config->enforce)
		return begun;
	state = judge(tcp, budget, config, segment, now, result);
	if (state && config->enforce) {
		if (!result->restart)
			*stream = before;
		else
			stream->flags &= ~(STREAM_STARTED | STREAM_SYN);
	}
	return begun ? begun : state;
}

u8 segward_tcp_segment(struct segward_tcp *tcp, struct segward_budget *budget,
		       const struct segward_stream_config *config, u8 direction,
		       const struct segward_view *view,
		       const struct segward_packet *packet, u64 now,
		       struct segward_stream_result *result)
{
	u16 flags = tcp->stream[0].flags;
	struct segward_segment segment;
	u8 state;

	memset(result, 0, sizeof(*result));
	result->direction = direction;
	result->clear_urgent = packet->tcp_flags & SEGWARD_TCP_URG;
	state = segward_segment_read(view, packet, &segment);
	if (flags & STREAM_REFUSED)
		state = SEGWARD_STREAM_REFUSED;
	else if (!state && (segment.flags & SEGWARD_TCP_RST))
		state = segward_stream_reset(tcp, budget,
					     window_end(tcp, config, direction,
							now),
					     &segment, direction);
	else if (!state && (flags & STREAM_RESET) &&
		 (segment.flags & (SEGWARD_TCP_SYN | SEGWARD_TCP_ACK)) != SEGWARD_TCP_SYN)
		state = segment.len || (segment.flags & SEGWARD_TCP_FIN) ?
			SEGWARD_STREAM_CLOSED : SEGWARD_STREAM_ACCEPTED;
	else if (!state)
		state = begin_and_judge(tcp, budget, config, &segment, now,
					result);
	result->state = state;
	return state;
}

void segward_stream_commit(struct segward_tcp *tcp,
			   struct segward_budget *budget,
			   const struct segward_stream_config *config,
			   const struct segward_stream_result *result)
{
	struct segward_stream *stream = &tcp->stream[result->direction];

	if (!(stream->flags & STREAM_STARTED))
		return;
	if (result->deliver) {
		stream->flags &= ~STREAM_GAP;
		segward_store_advance(stream, budget);
	}
	settle_depth(stream, config);
	trim(stream, budget, config);
}

void segward_tcp_idle(struct segward_tcp *tcp, struct segward_budget *budget,
		      const struct segward_stream_config *config, u64 now)
{
	struct segward_stream *stream;
	u8 direction;

	for (direction = 0; direction < 2; direction++) {
		stream = &tcp->stream[direction];
		if (!stream->last || silence(stream, now) < IDLE_UNITS)
			continue;
		if (stream->pieces && config->enforce)
			stream->flags |= STREAM_LOST;
		segward_store_forget(stream, budget, config->tail);
	}
}
