// SPDX-License-Identifier: GPL-2.0
/*
 * Where a stream begins, and how a connection ends at once.
 *
 * A receiver takes the first SYN that reaches it, which need not be the first
 * that was forwarded. So one that contradicts another makes the stream unsure:
 * its data waits for the SYN-ACK, which says what the receiver has taken.
 */
#include "stream_internal.h"

/**
 * segward_stream_start() - a stream's first byte has its place
 * @stream: which
 * @seq: that byte's sequence number
 */
void segward_stream_start(struct segward_stream *stream, u32 seq)
{
	stream->start = seq;
	stream->next = 0;
	stream->top = seq;
	stream->flags |= STREAM_STARTED;
}

/* Begins by a SYN; whatever an earlier one offered does not count. */
static u8 start_by_syn(struct segward_stream *stream,
		       const struct segward_segment *segment)
{
	if (!(stream->flags & STREAM_STARTED) || stream->start != segment->seq)
		segward_stream_start(stream, segment->seq);
	stream->flags &= ~(STREAM_SCALE | STREAM_OFFERS_TS);
	stream->flags |= STREAM_SYN;
	stream->scale = segment->scale;
	if (segment->has_scale)
		stream->flags |= STREAM_SCALE;
	if (segment->has_ts)
		stream->flags |= STREAM_OFFERS_TS;
	return SEGWARD_STREAM_ACCEPTED;
}

/* All anew: this SYN is of another connection. */
static void restart(struct segward_tcp *tcp, struct segward_budget *budget,
		    const struct segward_stream_config *config,
		    struct segward_stream_result *result)
{
	segward_tcp_release(tcp, budget);
	if (config->enforce)
		tcp->stream[result->direction].flags = STREAM_UNSURE;
	result->restart = true;
}

/*
 * Is this SYN the first of its stream, or one that its receiver may have taken
 * in place of the first, since nothing was acknowledged and nothing else sent?
 */
static bool may_start(const struct segward_stream *stream,
		      const struct segward_segment *segment)
{
	if (!(stream->flags & STREAM_STARTED))
		return !(stream->flags & STREAM_ACKED) ||
		       stream->acked == segment->seq;
	return (stream->flags & STREAM_SYN) &&
	       !(stream->flags & (STREAM_CONFIRMED | STREAM_FIN)) &&
	       stream->top == stream->start && !stream->last;
}

/**
 * segward_stream_syn() - a segment with a SYN
 * @tcp: its connection; if it begins anew, all of it is forgotten
 * @budget: that paid
 * @config: what is enforced
 * @segment: the segment
 * @result: of the segment
 *
 * Both sides are taken alike: a split handshake is two SYNs. A closed
 * connection is opened again by a SYN without an ACK.
 *
 * Return: enum segward_stream_state.
 */
u8 segward_stream_syn(struct segward_tcp *tcp, struct segward_budget *budget,
		      const struct segward_stream_config *config,
		      const struct segward_segment *segment,
		      struct segward_stream_result *result)
{
	struct segward_stream *stream = &tcp->stream[result->direction];

	if (!(segment->flags & SEGWARD_TCP_ACK) && segward_tcp_closed(tcp)) {
		restart(tcp, budget, config, result);
		return start_by_syn(stream, segment);
	}
	if ((stream->flags & STREAM_STARTED) && stream->start == segment->seq) {
		if (stream->flags & STREAM_CONFIRMED)
			return SEGWARD_STREAM_ACCEPTED;
		if (stream->flags & STREAM_SYN)
			return start_by_syn(stream, segment);
	}
	if (may_start(stream, segment)) {
		if ((stream->flags & STREAM_STARTED) && config->enforce)
			stream->flags |= STREAM_UNSURE;
		return start_by_syn(stream, segment);
	}
	if (!config->enforce) {
		restart(tcp, budget, config, result);
		start_by_syn(stream, segment);
	}
	return SEGWARD_STREAM_BAD_SYN;
}

/**
 * segward_stream_pick_up() - data of a stream whose SYN was not seen
 * @stream: which
 * @config: whether that may be
 * @segment: the segment
 *
 * If its receiver has acknowledged more than where the segment begins, the
 * segment is a retransmission, and the stream begins behind that.
 *
 * Return: enum segward_stream_state.
 */
u8 segward_stream_pick_up(struct segward_stream *stream,
			  const struct segward_stream_config *config,
			  const struct segward_segment *segment)
{
	u32 seq = segment->seq;

	if (!config->midstream && config->enforce)
		return SEGWARD_STREAM_MIDSTREAM;
	if ((stream->flags & STREAM_ACKED) &&
	    !segward_seq_after(seq, stream->acked)) {
		seq = stream->acked;
		stream->flags |= STREAM_CONFIRMED;
	}
	segward_stream_start(stream, seq);
	return config->midstream ? SEGWARD_STREAM_ACCEPTED :
	       SEGWARD_STREAM_MIDSTREAM;
}

static void close_now(struct segward_tcp *tcp, struct segward_budget *budget)
{
	segward_store_free(&tcp->stream[0], budget);
	segward_store_free(&tcp->stream[1], budget);
	tcp->stream[0].flags |= STREAM_RESET;
}

/*
 * Of a side that has sent nothing yet: it has to acknowledge what the other one
 * sent (RFC 9293, 3.10.7.3), or to be where that one expects it.
 */
static u8 reset_unstarted(struct segward_tcp *tcp,
			  struct segward_budget *budget,
			  const struct segward_segment *segment, u8 direction)
{
	const struct segward_stream *stream = &tcp->stream[direction];
	const struct segward_stream *peer = &tcp->stream[!direction];
	bool fits;

	if ((segment->flags & SEGWARD_TCP_ACK) && (peer->flags & STREAM_STARTED))
		fits = segward_stream_offset(peer, segment->ack) >= 0 &&
		       !segward_seq_after(segment->ack, peer->top);
	else if (stream->flags & STREAM_ACKED)
		fits = segment->seq == stream->acked;
	else
		return SEGWARD_STREAM_ACCEPTED;
	if (!fits)
		return SEGWARD_STREAM_BAD_RST;
	close_now(tcp, budget);
	return SEGWARD_STREAM_ACCEPTED;
}

/**
 * segward_stream_reset() - a segment with a RST
 * @tcp: its connection
 * @budget: that paid
 * @limit: sequence number that the receiver's window ends at
 * @segment: the segment; what data it has, nobody delivers
 * @direction: its direction
 *
 * Closes the connection if it is exactly where all that was forwarded ends. One
 * within the window goes on to be challenged (RFC 5961, 3.2): who sees more
 * than we do may close it, and nothing that comes later is believed then.
 *
 * Return: enum segward_stream_state.
 */
u8 segward_stream_reset(struct segward_tcp *tcp, struct segward_budget *budget,
			u32 limit, const struct segward_segment *segment,
			u8 direction)
{
	const struct segward_stream *stream = &tcp->stream[direction];
	s64 from = 0;

	if (!(stream->flags & STREAM_STARTED))
		return reset_unstarted(tcp, budget, segment, direction);
	if (segment->seq == segward_stream_ack(stream)) {
		close_now(tcp, budget);
		return SEGWARD_STREAM_ACCEPTED;
	}
	if (stream->flags & STREAM_ACKED)
		from = segward_stream_offset(stream, stream->acked);
	if (segward_stream_offset(stream, segment->seq) < from ||
	    segward_seq_after(segment->seq, limit))
		return SEGWARD_STREAM_BAD_RST;
	return SEGWARD_STREAM_ACCEPTED;
}
