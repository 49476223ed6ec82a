/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCP streams: no byte reaches an application that was not inspected as part
 * of one unambiguous stream, and no packet waits.
 *
 *  - What is next in order is handed out to be inspected, then forwarded.
 *  - What comes too early is forwarded at once and copied. Its receiver cannot
 *    deliver it before the gap closes; the segment that closes the gap is
 *    judged with all that becomes deliverable with it, and is the one to drop.
 *  - What was forwarded is kept until its receiver has acknowledged it. The
 *    first data wins: a segment that differs from what was forwarded is
 *    refused, as is one that cannot be compared any more. So it does not
 *    matter which of two overlapping segments a receiver prefers, nor which of
 *    the forwarded packets it never gets.
 *  - What cannot be copied within its limits is refused.
 *
 * For this to hold, the first byte's place must be certain too. A SYN that
 * contradicts an earlier one, or that opens a connection again, needs its
 * SYN-ACK before data; a stream that was picked up in its middle takes nothing
 * early before its receiver has acknowledged something.
 *
 * Limits. A connection that was forgotten, and of which only one direction
 * comes by, can be made to look new by a SYN that its receiver ignores. What
 * the receiver acknowledges is believed.
 *
 * The caller serializes all calls of a connection. The usual order is
 *
 *	state = segward_tcp_segment(..., &result);
 *	if (state == SEGWARD_STREAM_ACCEPTED) {
 *		segward_stream_begin(tcp, &result, &cursor);
 *		while (segward_stream_next(&cursor, &run))
 *			inspect(&run);
 *		if (good)
 *			segward_stream_commit(...);
 *		else
 *			segward_stream_refuse(...);
 *	}
 *
 * Who drops an accepted packet without dropping its flow calls neither of the
 * two: what comes again is then inspected again.
 */
#ifndef SEGWARD_ENGINE_STREAM_H
#define SEGWARD_ENGINE_STREAM_H

#include "budget.h"
#include "packet.h"
#include "port.h"
#include "view.h"

/*
 * Allocations that one direction has for bytes that came too early. A walk
 * along them is what such a segment costs. As many of 4 KiB as 512 KiB are.
 */
#define SEGWARD_STREAM_PIECES	128

/* What copies_max may be, in bytes. */
#define SEGWARD_STREAM_COPIES_LIMIT	(2u << 20)

/*
 * Bytes beyond the window that are let through: a probe of a closed window
 * may have one (RFC 9293, 3.8.6.1).
 */
#define SEGWARD_STREAM_PROBE	1

/*
 * Nobody retransmits after so many seconds of silence: RFC 6298, 2.5 wants
 * the longest timeout to be at least 60, Linux and others have 120 or less.
 */
#define SEGWARD_STREAM_IDLE_SECONDS	130

/**
 * struct segward_stream_config - what a profile says of streams
 * @depth: bytes of each direction that are inspected; U64_MAX: all
 * @tail: delivered bytes in front of new ones that a window has, so that what
 *	crosses segments is seen whole
 * @copies_max: bytes of memory, of each direction, for what came too early; and
 *	bytes that are kept until they are acknowledged; at most
 *	SEGWARD_STREAM_COPIES_LIMIT
 * @unacked_max: bytes that are kept instead where no acknowledgment was ever
 *	seen
 * @window_unknown: bytes that a receiver of which nothing is known may take
 * @midstream: a connection whose beginning was not seen is inspected, not
 *	refused
 * @enforce: what is refused will be dropped. If not, states are told alike,
 *	but everything is forwarded: holes are given up, and a SYN that does not
 *	fit begins anew
 */
struct segward_stream_config {
	u64 depth;
	u32 tail;
	u32 copies_max;
	u32 unacked_max;
	u32 window_unknown;
	bool midstream;
	bool enforce;
};

/**
 * enum segward_stream_state - what is to be said of a segment
 * @SEGWARD_STREAM_ACCEPTED: nothing speaks against it
 * @SEGWARD_STREAM_TRUNCATED: its payload is not in the packet
 * @SEGWARD_STREAM_BAD_FLAGS: no receiver agrees what they mean: SYN with FIN
 *	or RST, FIN with RST, none of SYN, ACK and RST
 * @SEGWARD_STREAM_BAD_OPTIONS: a TCP option runs past the header
 * @SEGWARD_STREAM_BAD_SYN: a SYN in a connection that has another beginning
 * @SEGWARD_STREAM_BAD_RST: a RST outside the window, or that answers nothing
 * @SEGWARD_STREAM_BAD_ACK: acknowledges what was not forwarded
 * @SEGWARD_STREAM_MIDSTREAM: the connection's beginning was not seen
 * @SEGWARD_STREAM_UNCONFIRMED: data, but it is not certain where the receiver
 *	sees the stream's beginning
 * @SEGWARD_STREAM_OUT_OF_WINDOW: right of what the receiver takes, or so far
 *	left of it that it cannot be a retransmission
 * @SEGWARD_STREAM_NO_TIMESTAMP: none, although both sides agreed (RFC 7323)
 * @SEGWARD_STREAM_PAWS: its timestamp is older than the last (RFC 7323, 5)
 * @SEGWARD_STREAM_AFTER_FIN: data behind the end, or another end
 * @SEGWARD_STREAM_CLOSED: data after a RST
 * @SEGWARD_STREAM_CONFLICT: differs from what was forwarded
 * @SEGWARD_STREAM_NOT_COMPARABLE: may differ from what was forwarded
 * @SEGWARD_STREAM_COPY_LIMIT: early, and the direction has no room for more
 * @SEGWARD_STREAM_COPY_BUDGET: the zone's budget, or the machine, has no memory
 * @SEGWARD_STREAM_REFUSED: the connection was, see segward_stream_refuse()
 * @SEGWARD_STREAM_STATES: how many there are
 */
enum segward_stream_state {
	SEGWARD_STREAM_ACCEPTED,
	SEGWARD_STREAM_TRUNCATED,
	SEGWARD_STREAM_BAD_FLAGS,
	SEGWARD_STREAM_BAD_OPTIONS,
	SEGWARD_STREAM_BAD_SYN,
	SEGWARD_STREAM_BAD_RST,
	SEGWARD_STREAM_BAD_ACK,
	SEGWARD_STREAM_MIDSTREAM,
	SEGWARD_STREAM_UNCONFIRMED,
	SEGWARD_STREAM_OUT_OF_WINDOW,
	SEGWARD_STREAM_NO_TIMESTAMP,
	SEGWARD_STREAM_PAWS,
	SEGWARD_STREAM_AFTER_FIN,
	SEGWARD_STREAM_CLOSED,
	SEGWARD_STREAM_CONFLICT,
	SEGWARD_STREAM_NOT_COMPARABLE,
	SEGWARD_STREAM_COPY_LIMIT,
	SEGWARD_STREAM_COPY_BUDGET,
	SEGWARD_STREAM_REFUSED,
	SEGWARD_STREAM_STATES,
};

struct segward_chunk;

/**
 * struct segward_stream - one direction of a connection
 * @last: ring of the chunks that hold its bytes, by its last; NULL: none
 * @next: offset of the byte that is next in order
 * @start: sequence number of the byte at offset 0
 * @acked: what its receiver acknowledged last; these are sequence numbers too
 * @edge: end of the largest window that the receiver announced
 * @top: behind the last that was forwarded; a FIN counts
 * @fin: of the FIN
 * @ts: timestamp that newer segments must not be older than
 * @ahead: budget units of the chunks that came too early
 * @flags: see stream_internal.h
 * @seen: when the last segment was accepted, in units of 2^32 ns, modulo 2^20
 * @pieces: chunks that came too early
 * @scale: of the windows that it announces
 */
struct segward_stream {
	struct segward_chunk *last;
	u64 next;
	u32 start;
	u32 acked;
	u32 edge;
	u32 top;
	u32 fin;
	u32 ts;
	u16 ahead;
	u16 flags;
	u32 seen:20;
	u32 pieces:8;
	u32 scale:4;
};

/**
 * struct segward_tcp - a connection, idle: 96 bytes of a flow
 * @stream: of each direction; 0 is the one that was seen first
 */
struct segward_tcp {
	struct segward_stream stream[2];
};

/**
 * struct segward_stream_result - what segward_tcp_segment() found
 * @state: enum segward_stream_state
 * @direction: as given
 * @clear_urgent: the URG flag and pointer must be cleared before the packet is
 *	forwarded; its data is inspected as what it is then, ordinary data
 * @restart: a new connection begins: parsers have to be forgotten
 * @gap: bytes are missing in front of the first run
 * @deliver: the segment may have made bytes deliverable
 */
struct segward_stream_result {
	u8 state;
	u8 direction;
	bool clear_urgent;
	bool restart;
	bool gap;
	bool deliver;
};

/**
 * struct segward_stream_cursor - how far deliverable bytes were pulled
 * @stream: whose
 * @at: the chunk of @pos, NULL at the end
 * @pos: offset of the next byte
 */
struct segward_stream_cursor {
	const struct segward_stream *stream;
	const struct segward_chunk *at;
	u64 pos;
};

/**
 * struct segward_stream_run - contiguous bytes of a stream
 * @data: the bytes; valid until the commit, or until the next window
 * @len: how many, never 0
 * @old: how many of them, at the front, were handed out before
 * @offset: of the first in the stream
 */
struct segward_stream_run {
	const u8 *data;
	u32 len;
	u32 old;
	u64 offset;
};

/** segward_tcp_init() - a connection of which nothing was seen */
void segward_tcp_init(struct segward_tcp *tcp);

/**
 * segward_tcp_release() - free all memory; the connection may be used as new
 * @tcp: the connection
 * @budget: that paid
 */
void segward_tcp_release(struct segward_tcp *tcp,
			 struct segward_budget *budget);

/**
 * segward_tcp_segment() - a segment has come
 * @tcp: its connection
 * @budget: that pays for what has to be kept
 * @config: the same for the whole of a connection
 * @direction: 0: of who was seen first, 1: of the other
 * @view: the packet it is in
 * @packet: the same, parsed: TCP, and not a fragment
 * @now: nanoseconds
 * @result: filled in
 *
 * Holds it against the connection (RFC 9293, 5961 and 7323) and against what
 * was forwarded before, and copies what is new. A refused segment changes
 * nothing where that is enforced.
 *
 * Context: bottom halves off; never sleeps. Time: linear in the payload; in
 * order, without a walk; else along the chunks kept, at most those of twice
 * copies_max and of SEGWARD_STREAM_PIECES.
 *
 * Return: enum segward_stream_state, as in @result.
 */
u8 segward_tcp_segment(struct segward_tcp *tcp, struct segward_budget *budget,
		       const struct segward_stream_config *config, u8 direction,
		       const struct segward_view *view,
		       const struct segward_packet *packet, u64 now,
		       struct segward_stream_result *result);

/**
 * segward_stream_begin() - pull what a segment made deliverable
 * @tcp: its connection
 * @result: of that segment
 * @cursor: set in front of the first byte; there may be several
 */
void segward_stream_begin(const struct segward_tcp *tcp,
			  const struct segward_stream_result *result,
			  struct segward_stream_cursor *cursor);

/**
 * segward_stream_next() - the next deliverable bytes that lie together
 * @cursor: moved behind them
 * @run: filled in; none of them is old
 *
 * First what the segment brought, then copies that it made deliverable, all of
 * it contiguous. Return: false at the end.
 */
bool segward_stream_next(struct segward_stream_cursor *cursor,
			 struct segward_stream_run *run);

/**
 * segward_stream_window() - the next deliverable bytes, with those before them
 * @cursor: moved behind them
 * @tail: bytes in front that are wanted; fewer if so many were not delivered
 *	or are not kept
 * @buffer: for what does not lie together
 * @size: of @buffer; more than @tail
 * @run: filled in, up to @size bytes
 *
 * Return: false at the end.
 */
bool segward_stream_window(struct segward_stream_cursor *cursor, u32 tail,
			   u8 *buffer, u32 size,
			   struct segward_stream_run *run);

/**
 * segward_stream_commit() - an accepted segment goes on
 * @tcp: its connection
 * @budget: that paid
 * @config: as before
 * @result: of that segment
 *
 * What was deliverable is delivered. Runs are not valid any more.
 */
void segward_stream_commit(struct segward_tcp *tcp,
			   struct segward_budget *budget,
			   const struct segward_stream_config *config,
			   const struct segward_stream_result *result);

/**
 * segward_stream_refuse() - inspection found a segment bad
 * @tcp: its connection; everything of it is refused from now on
 * @budget: that paid; gets all memory back
 */
void segward_stream_refuse(struct segward_tcp *tcp,
			   struct segward_budget *budget);

/**
 * segward_tcp_idle() - free what only a sender long gone could need
 * @tcp: the connection
 * @budget: that paid
 * @config: as before
 * @now: nanoseconds
 *
 * Where a direction was silent for SEGWARD_STREAM_IDLE_SECONDS, its early bytes
 * are freed: their gap does not close any more, and data that tried to is
 * refused. Forwarded bytes are freed but for the tail: who retransmits them
 * nevertheless is refused unless they were acknowledged.
 */
void segward_tcp_idle(struct segward_tcp *tcp, struct segward_budget *budget,
		      const struct segward_stream_config *config, u64 now);

/**
 * segward_stream_bypassed() - is a direction beyond its depth for good?
 * @tcp: the connection
 * @direction: which
 *
 * Return: true when all that was inspected is acknowledged, or, where nothing
 * ever was, when unacked_max bytes more have passed. Nothing is kept then, and
 * whatever comes is accepted.
 */
bool segward_stream_bypassed(const struct segward_tcp *tcp, u8 direction);

/** segward_stream_ended() - was all up to a direction's FIN delivered? */
bool segward_stream_ended(const struct segward_tcp *tcp, u8 direction);

/** segward_tcp_closed() - did a RST or both sides' FIN end the connection? */
bool segward_tcp_closed(const struct segward_tcp *tcp);

#endif /* SEGWARD_ENGINE_STREAM_H */
