// SPDX-License-Identifier: GPL-2.0
/*
 * A hostile sender, a receiver of some kind, and a stream between them: what
 * the receiver delivers must have been handed to inspection before, the same
 * bytes, at the same place of one stream.
 *
 * The sender says whatever the input tells it. The receiver gets those segments
 * that were accepted, but for the ones that get lost, and some of them late; it
 * lets the first or the last of overlapping bytes win. Its acknowledgments may
 * or may not come by. It may wait for a SYN, or be in the middle of a
 * connection that was forgotten here.
 */
#include <stdlib.h>
#include <string.h>

#include "stream.h"

#define SPACE		65536
#define HEADER		20
#define LATE		4
#define OP		8
#define SEGMENT_MAX	4096

enum {
	KIND_DATA, KIND_DATA_NEXT, KIND_SYN, KIND_RST, KIND_FIN, KIND_ACK,
	KIND_SYNACK, KIND_LATE, KIND_IDLE, KIND_REFUSE, KIND_PEER_FIN,
	KIND_ANY, KIND_DATA_TOP, KIND_LONG, KINDS
};

/* A segment as it is on the wire */
struct wire {
	u32 seq, ack, len;
	u16 window;
	u8 flags;
	bool has_ts;
	u8 ts;
	u8 data[SEGMENT_MAX];
};

struct receiver {
	bool open, last_wins, tfo, delivered, reset;
	u32 next, window, own;
	bool fin_known;
	u32 fin;
	/* incarnation of the stream that its bytes are of */
	u32 incarnation;
	bool has[SPACE];
	u8 byte[SPACE];
};

static struct segward_stream_config config;
static struct segward_budget budget;
static struct segward_pool pool;
static struct segward_tcp tcp;
static struct receiver receiver;
static struct wire late[LATE], wire;
static u32 nr_late;
static u8 sender;
static u32 origin;
static u64 now;

/* what inspection has seen, by sequence number, and in which stream */
static u8 seen_byte[SPACE];
static u32 seen_in[SPACE];
static u32 incarnation, incarnation_start;
static bool by_syn;

static void must(bool good)
{
	if (!good)
		abort();
}

static u16 place(u32 seq)
{
	return (u16)(seq - origin);
}

static u8 honest(u32 seq)
{
	seq -= origin;
	return (u8)(seq * 31 ^ seq >> 5);
}

static u8 tell(u8 direction, const struct wire *w, u32 cut,
	       struct segward_stream_result *result)
{
	static u8 bytes[HEADER + 12 + SEGMENT_MAX];
	static u8 head[sizeof(bytes)], tail[sizeof(bytes)];
	u32 header = HEADER + (w->has_ts ? 12 : 0);
	u32 len = header + w->len;
	struct segward_span rest;
	struct segward_view view = {
		.head = { head, cut % (len + 1) },
		.frag = &rest,
		.nr_frags = 1,
		.len = len,
	};
	struct segward_packet packet = {
		.tcp_flags = w->flags,
		.tcp_seq = w->seq,
		.tcp_ack = w->ack,
		.payload_off = header,
		.payload_len = w->len,
	};

	memset(bytes, 0, header);
	put_unaligned_be16(w->window, bytes + 14);
	if (w->has_ts) {
		put_unaligned_be32(0x0101080a, bytes + HEADER);
		put_unaligned_be32(w->ts, bytes + HEADER + 4);
	}
	memcpy(bytes + header, w->data, w->len);
	memcpy(head, bytes, view.head.len);
	rest.data = tail;
	rest.len = len - view.head.len;
	memcpy(tail, bytes + view.head.len, rest.len);
	return segward_tcp_segment(&tcp, &budget, &config, direction, &view,
				   &packet, now, result);
}

/* The receiver's application gets a byte. */
static void deliver(u32 seq, u8 byte)
{
	struct receiver *r = &receiver;

	if (!config.enforce)
		return;
	if (!r->delivered) {
		r->delivered = true;
		r->incarnation = incarnation;
		must(!by_syn || seq == incarnation_start);
	}
	must(seen_in[place(seq)] == r->incarnation);
	must(seen_byte[place(seq)] == byte);
}

static void receive_data(u32 seq, const u8 *data, u32 len)
{
	struct receiver *r = &receiver;
	u32 i;

	for (i = 0; i < len; i++) {
		if ((s32)(seq + i - r->next) < 0 ||
		    (s32)(seq + i - r->next) >= (s32)r->window)
			continue;
		if (r->has[place(seq + i)] && !r->last_wins)
			continue;
		r->has[place(seq + i)] = true;
		r->byte[place(seq + i)] = data[i];
	}
	while (r->has[place(r->next)] &&
	       !(r->fin_known && r->next == r->fin)) {
		r->has[place(r->next)] = false;
		deliver(r->next, r->byte[place(r->next)]);
		r->next++;
	}
}

static void open_receiver(u32 next)
{
	receiver.open = true;
	receiver.next = next;
	receiver.fin_known = false;
	receiver.delivered = false;
	memset(receiver.has, 0, sizeof(receiver.has));
}

static void receive(const struct wire *w)
{
	struct receiver *r = &receiver;

	if (w->flags & 0x04) {
		if (r->open && w->seq == r->next)
			r->open = false;
		return;
	}
	if (w->flags & 0x02) {
		if (r->open)
			return;
		open_receiver(w->seq + 1);
		by_syn = true;
		if (r->tfo)
			receive_data(w->seq + 1, w->data, w->len);
		return;
	}
	if (!r->open)
		return;
	if ((w->flags & 0x01) && !r->fin_known &&
	    (s32)(w->seq + w->len - r->next) >= 0) {
		r->fin_known = true;
		r->fin = w->seq + w->len;
	}
	receive_data(w->seq, w->data, w->len);
}

static void check_windows(const struct segward_stream_result *result,
			  u64 end, u32 tail, u32 size)
{
	static u8 buffer[SPACE];
	const struct segward_stream *stream = &tcp.stream[sender];
	struct segward_stream_cursor cursor;
	struct segward_stream_run run;
	u64 pos = stream->next;
	u32 i, seq;

	segward_stream_begin(&tcp, result, &cursor);
	while (segward_stream_window(&cursor, tail, buffer, size, &run)) {
		must(run.len > run.old && run.len <= size && run.old <= tail);
		must(run.offset + run.old == pos);
		for (i = 0; i < run.len; i++) {
			seq = stream->start + (u32)run.offset + i;
			must(!config.enforce ||
			     seen_byte[place(seq)] == run.data[i]);
		}
		pos += run.len - run.old;
	}
	must(pos == end);
}

/* A new stream, as inspection sees it? */
static void note_stream(const struct segward_stream_result *result)
{
	u32 start = tcp.stream[sender].start;

	if (!result->restart && !result->gap && start == incarnation_start &&
	    incarnation)
		return;
	incarnation++;
	incarnation_start = start;
}

static void inspect(const struct segward_stream_result *result)
{
	const struct segward_stream *stream = &tcp.stream[sender];
	struct segward_stream_cursor cursor;
	struct segward_stream_run run;
	u64 pos = stream->next;
	u32 i, seq;

	segward_stream_begin(&tcp, result, &cursor);
	while (segward_stream_next(&cursor, &run)) {
		must(run.len && !run.old && run.offset == pos);
		for (i = 0; i < run.len; i++) {
			seq = stream->start + (u32)pos + i;
			seen_byte[place(seq)] = run.data[i];
			seen_in[place(seq)] = incarnation;
		}
		pos += run.len;
	}
	check_windows(result, pos, seen_byte[0] * 12,
		      seen_byte[0] * 12 + 1 + seen_byte[1] * 16);
}

/* The sender's segment comes, and what happens to it then. */
static void send(const u8 *op)
{
	struct segward_stream_result result;
	u8 state = tell(sender, &wire, op[6] * 3, &result);

	must(state == result.state && state < SEGWARD_STREAM_STATES);
	if (result.restart)
		nr_late = 0;
	if (state && config.enforce)
		return;
	if (op[7] % 16 == 1 && !(wire.flags & 0x07))
		return;
	note_stream(&result);
	inspect(&result);
	segward_stream_commit(&tcp, &budget, &config, &result);
	switch (op[7] >> 4 & 3) {
	case 1:
		return;
	case 2:
		if (nr_late < LATE)
			late[nr_late++] = wire;
		return;
	default:
		receive(&wire);
	}
}

static void from_receiver(u8 flags)
{
	struct segward_stream_result result;
	struct wire w = {
		.seq = receiver.own,
		.ack = receiver.next,
		.window = (u16)receiver.window,
		.flags = flags,
	};

	if (!receiver.open)
		return;
	if (receiver.fin_known && receiver.next == receiver.fin)
		w.ack++;
	if (flags & 0x02)
		w.seq--;
	if (tell(!sender, &w, 9, &result) && config.enforce)
		return;
	segward_stream_commit(&tcp, &budget, &config, &result);
	if (flags & 0x01)
		receiver.own++;
}

static void fill(u32 seq, u32 len, const u8 *op)
{
	u32 i;

	wire.seq = seq;
	wire.len = len;
	for (i = 0; i < len; i++)
		wire.data[i] = honest(seq + (wire.flags >> 1 & 1) + i);
	if (op[4] && len)
		wire.data[op[5] % len] ^= op[4];
}

static u32 where(const u8 *op)
{
	const struct segward_stream *stream = &tcp.stream[sender];
	u32 next = stream->start + (u32)stream->next;
	s32 near = (s8)op[1];

	switch (op[0] / KINDS % 4) {
	case 0:
		return receiver.next + near;
	case 1:
		return next + near * (op[2] + 1);
	case 2:
		return stream->start + near;
	default:
		return origin + (op[1] | op[2] << 8) % 8192;
	}
}

static void one(const u8 *op)
{
	const struct segward_stream *stream = &tcp.stream[sender];
	u8 kind = op[0] % KINDS;

	wire.flags = 0x10;
	wire.ack = receiver.own;
	wire.window = 1000;
	wire.has_ts = op[6] & 0x80;
	wire.ts = op[6] & 0x7f;
	now += 1000000;
	switch (kind) {
	case KIND_DATA:
		fill(where(op), op[3], op);
		return send(op);
	case KIND_DATA_NEXT:
		fill(stream->start + (u32)stream->next, op[3], op);
		return send(op);
	case KIND_DATA_TOP:
		fill(stream->top + op[1] % 3, op[3], op);
		return send(op);
	case KIND_LONG:
		fill(where(op), op[3] * 16, op);
		return send(op);
	case KIND_SYN:
		/* a known limit: forgotten, and a SYN that is ignored */
		if (!by_syn && receiver.open && !(stream->flags & 1))
			return;
		wire.flags = op[5] & 1 ? 0x12 : 0x02;
		fill(where(op) - 1, op[5] & 2 ? op[3] : 0, op);
		return send(op);
	case KIND_RST:
		wire.flags = 0x04;
		fill(where(op), op[3] % 4, op);
		return send(op);
	case KIND_FIN:
		wire.flags = 0x11;
		fill(where(op), op[3] % 8, op);
		return send(op);
	case KIND_ANY:
		wire.flags = op[5];
		if (wire.flags & 0x02)
			return;
		fill(where(op), op[3], op);
		return send(op);
	case KIND_ACK:
		return from_receiver(0x10);
	case KIND_SYNACK:
		if (!receiver.delivered && by_syn)
			from_receiver(0x12);
		return;
	case KIND_PEER_FIN:
		return from_receiver(0x11);
	case KIND_LATE:
		if (nr_late)
			receive(&late[--nr_late]);
		return;
	case KIND_IDLE:
		now += (u64)op[3] << 30;
		segward_tcp_idle(&tcp, &budget, &config, now);
		return;
	default:
		if (op[1] == 7 && op[2] == 7)
			segward_stream_refuse(&tcp, &budget);
	}
}

static void begin(const u8 *set)
{
	static const u32 isn[4] = { 0, 0xfffff000, 0x7ffff000, 0x12345678 };

	segward_tcp_init(&tcp);
	config = (struct segward_stream_config) {
		.depth = set[0] & 0x80 ? 3000 : U64_MAX,
		.tail = set[1] * 12,
		.copies_max = (set[2] + 1) * 512,
		.unacked_max = set[3] * 16,
		.window_unknown = 20000,
		.midstream = !(set[0] & 0x40) || set[1] & 1,
		.enforce = !(set[0] & 0x20),
	};
	segward_pool_share(&pool, set[0] & 0x10 ? set[4] * 4 : 100000, 1);
	budget.pool = &pool;
	origin = isn[set[5] & 3];
	sender = set[5] >> 2 & 1;
	memset(seen_in, 0, sizeof(seen_in));
	incarnation = 0;
	nr_late = 0;
	by_syn = false;
	now = 1ULL << 40;
	receiver.last_wins = set[5] & 8;
	receiver.tfo = set[5] & 16;
	receiver.window = set[5] & 32 ? 16384 : 2000;
	receiver.own = 77;
	receiver.next = origin + 4096;
	receiver.open = false;
	if (set[0] & 0x40)
		open_receiver(origin + 4096);
	/* beyond the depth nothing is promised */
	if (config.depth != U64_MAX)
		receiver.open = false;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	bool deep;

	if (size < OP)
		return 0;
	begin(data);
	deep = config.depth != U64_MAX;
	for (data += OP, size -= OP; size >= OP; data += OP, size -= OP) {
		one(data);
		must(tcp.stream[0].pieces <= SEGWARD_STREAM_PIECES);
		if (deep)
			receiver.open = false;
	}
	segward_tcp_release(&tcp, &budget);
	must(!atomic_read(&budget.used) && !atomic_read(&pool.used));
	return 0;
}
