/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Flows: both directions of an inner 5-tuple in a zone.
 *
 * A packet finds its flow without a lock but the flow's own, which it holds
 * for as long as it is inspected; so a flow's packets are judged one after the
 * other. A flow that is not in use any more is taken out of the table and
 * freed after the readers that may still look at it.
 *
 * Nothing in use is evicted. When a zone has as many flows as it may have, new
 * ones are refused and those that there are go on; what nobody answered is
 * forgotten sooner then.
 */
#ifndef SEGWARD_ENGINE_FLOW_H
#define SEGWARD_ENGINE_FLOW_H

#include <linux/segward.h>

#include "app/app.h"
#include "budget.h"
#include "dialog.h"
#include "packet.h"
#include "port.h"
#include "stream.h"
#include "zone.h"

/* Flows of a namespace, unless it is told otherwise: 64 MiB. */
#define SEGWARD_FLOWS_DEFAULT	262144
#define SEGWARD_FLOWS_MIN	64
#define SEGWARD_FLOWS_MAX	16777216

/* MiB of a namespace's streams, unless it is told otherwise. */
#define SEGWARD_STREAM_MEMORY_DEFAULT	128
#define SEGWARD_STREAM_MEMORY_MIN	1
#define SEGWARD_STREAM_MEMORY_MAX	65536

/*
 * Delivered bytes of a stream that rules see again in front of new ones: a
 * match of contents may be that long and cross segments.
 */
#define SEGWARD_STREAM_TAIL	1024

/*
 * Seconds without a packet after which a flow is over, as long as there is
 * room, and when more than three quarters of what a flood may take are taken
 * and the flow's zone has more than three quarters of its reserve. Suricata's
 * defaults, but for a closed connection: its late segments come within
 * seconds, or it would fill the table where connections are short.
 */
#define SEGWARD_FLOW_NEW_SECONDS		30
#define SEGWARD_FLOW_NEW_SECONDS_PRESSED	10
#define SEGWARD_FLOW_TCP_NEW_SECONDS		60
#define SEGWARD_FLOW_TCP_SECONDS		600
#define SEGWARD_FLOW_TCP_CLOSED_SECONDS		10
#define SEGWARD_FLOW_TCP_CLOSED_SECONDS_PRESSED	2
#define SEGWARD_FLOW_OTHER_SECONDS		300

/**
 * struct segward_flow_key - which flow
 * @addr: of the two ends; IPv4 uses the first 4 bytes, the rest is zero
 * @port: theirs, host order. ICMP's echo and the like have their identifier
 *	in both, its other messages their type
 * @zone: number of the zone
 * @proto: of the transport
 * @family: 4 or 6
 * @zero: no byte is left to chance
 *
 * The lower of the two ends, address before port, comes first, whoever sends:
 * both directions have the same key.
 */
struct segward_flow_key {
	u8 addr[2][16];
	u16 port[2];
	u32 zone;
	u8 proto;
	u8 family;
	u8 zero[2];
};

/**
 * struct segward_flow - a flow
 * @next: in its bucket
 * @lock: of all that changes with packets; taken inside of the bucket's
 * @hash: of @key
 * @key: which flow; constant
 * @client: index in @key of the end that began it
 * @state: enum segward_flow_state
 * @seen: bit by direction: packets came
 * @app_proto: enum segward_app_proto, 0 as long as it is not known
 * @dead: it is not in the table any more
 * @refused: a verdict has ended it; whatever comes is dropped
 * @enforced: what its stream refuses is dropped
 * @alerted: a rule has matched
 * @zone: whose; constant
 * @began: nanoseconds, when its first packet came
 * @last: when the last one came; read without the lock
 * @packets: by direction
 * @bytes: by direction, of the inner packets
 * @tcp: of a TCP connection
 * @dialog: of a TCP connection in which something was said
 * @rcu: frees it
 */
struct segward_flow {
	struct segward_flow __rcu *next;
	/* see @lock above */
	segward_lock_t lock;
	u32 hash;
	struct segward_flow_key key;
	u8 client;
	u8 state;
	u8 seen;
	u8 app_proto;
	bool dead;
	bool refused;
	bool enforced;
	bool alerted;
	struct segward_zone *zone;
	u64 began;
	u64 last;
	u64 packets[2];
	u64 bytes[2];
	struct segward_tcp tcp;
	struct segward_dialog *dialog;
	struct rcu_head rcu;
};

/**
 * struct segward_flow_info - what is told of a flow
 * @id: see segward_flow_id()
 * @key: which; the client's end first
 * @state: enum segward_flow_state
 * @began: nanoseconds in the table's clock
 * @last: when its last packet came
 * @packets: by enum segward_app_direction
 * @bytes: of them
 * @app_proto: enum segward_app_proto, 0 as long as it is not known
 * @end_reason: enum segward_flow_end, of one that has ended
 * @alerted: a rule has matched
 * @refused: what comes of it is dropped
 */
struct segward_flow_info {
	u64 id;
	struct segward_flow_key key;
	u8 state;
	u64 began;
	u64 last;
	u64 packets[2];
	u64 bytes[2];
	u8 app_proto;
	u8 end_reason;
	bool alerted;
	bool refused;
};

/**
 * struct segward_flow_ended - a flow that has ended
 * @info: what is told of it
 * @records: what its ends said and was not told before; who gets it takes
 *	them out and frees them, from the memory of @zone
 * @zone: whose
 */
struct segward_flow_ended {
	struct segward_flow_info info;
	struct segward_transactions records;
	struct segward_zone *zone;
};

/**
 * struct segward_flow_seen - what a packet is to its flow
 * @direction: enum segward_app_direction
 * @begun: it is its first one
 * @has_ended: another flow of the same key had ended; it is in @ended
 * @ended: filled in if @has_ended
 */
struct segward_flow_seen {
	u8 direction;
	bool begun;
	bool has_ended;
	struct segward_flow_ended *ended;
};

/**
 * struct segward_flow_filter - which flows
 * @has_zone: only those of @zone
 * @zone: a number
 * @family: 0 for any
 * @proto: 0 for any, unless @has_proto
 * @has_proto: only those of @proto
 * @state: enum segward_flow_state, 0 for any
 * @port: of one of the ends, 0 for any
 * @prefix_len: bits of @addr
 * @addr: one of the ends lies in this prefix; of @family
 */
struct segward_flow_filter {
	bool has_zone;
	bool has_proto;
	u8 family;
	u8 proto;
	u8 state;
	u8 prefix_len;
	u16 port;
	u32 zone;
	u8 addr[16];
};

struct segward_flows;

/**
 * segward_flows_create() - make an empty table
 * @key: 128 random bits: nobody shall choose flows that collide
 * @most: flows, SEGWARD_FLOWS_MIN to SEGWARD_FLOWS_MAX
 * @memory: MiB of their streams, SEGWARD_STREAM_MEMORY_MIN to
 *	SEGWARD_STREAM_MEMORY_MAX
 *
 * Context: may sleep. Return: the table, or NULL without memory.
 */
struct segward_flows *segward_flows_create(const u64 key[2], u32 most,
					   u32 memory);

/**
 * segward_flows_destroy() - free it with all zones and flows
 * @flows: nobody may use it; NULL is allowed
 *
 * Waits for the flows that are on their way out. Context: may sleep.
 */
void segward_flows_destroy(struct segward_flows *flows);

/** segward_flows_zones() - whose flows the table has */
struct segward_zones *segward_flows_zones(struct segward_flows *flows);

/**
 * segward_flow_get() - the flow of a packet
 * @flows: the table
 * @zone: of the SID that it came for
 * @packet: parsed; no fragment
 * @now: nanoseconds; must not go back by more than moments
 * @seen: @ended is given, the others are filled in
 *
 * Makes the flow if there is none; one that is over begins anew. Counts the
 * packet. Moves the state on, unless it is TCP, whose state is a matter of
 * sequence numbers: see segward_flow_tcp().
 *
 * Context: bottom halves off, under RCU. Time: the length of a chain, two on
 * average in a full table. Return: the flow, locked, to be given to
 * segward_flow_put(); NULL if there is no room for a new one.
 */
struct segward_flow *segward_flow_get(struct segward_flows *flows,
				      struct segward_zone *zone,
				      const struct segward_packet *packet,
				      u64 now, struct segward_flow_seen *seen);

/**
 * segward_flow_restart() - a connection is opened again
 * @flow: locked; its stream says so
 * @packet: that does it
 * @now: nanoseconds
 * @seen: of this packet; changed
 *
 * Another flow begins, with the same key.
 */
void segward_flow_restart(struct segward_flow *flow,
			  const struct segward_packet *packet, u64 now,
			  struct segward_flow_seen *seen);

/**
 * segward_flow_tcp() - a segment was accepted: move the state on
 * @flow: locked
 * @packet: the segment
 * @closed: the connection is over: see segward_tcp_closed()
 *
 * A connection is established when something came that only an established one
 * has: so one direction is enough, and one whose beginning was not seen.
 */
void segward_flow_tcp(struct segward_flow *flow,
		      const struct segward_packet *packet, bool closed);

/** segward_flow_put() - let go of a flow */
void segward_flow_put(struct segward_flow *flow);

/**
 * segward_flow_id() - a number by which events tell of a flow
 * @hash: the flow's
 * @began: when it began, in nanoseconds
 *
 * Return: at most 53 bits, which JSON can have; another flow of the same key
 * has another one.
 */
static inline u64 segward_flow_id(u32 hash, u64 began)
{
	return (u64)hash << 21 | (began >> 20 & 0x1fffff);
}

/**
 * struct segward_flow_sweep - a walk through the table that forgets flows
 * @filter: which, whatever their age; NULL: those that are over
 * @reason: enum segward_flow_end of those; of what is over it is timeout
 * @now: nanoseconds
 * @bucket: where the walk is; 0 at first, and again behind the last one
 * @ended: those that were forgotten
 * @room: how many there is room for, at least 1
 * @nr: in @ended
 */
struct segward_flow_sweep {
	const struct segward_flow_filter *filter;
	u8 reason;
	u64 now;
	u32 bucket;
	struct segward_flow_ended *ended;
	u32 room;
	u32 nr;
};

/**
 * segward_flows_sweep() - a part of such a walk
 * @flows: the table
 * @sweep: the walk; @nr begins at 0
 * @buckets: how many to look through
 *
 * Ends sooner when @ended is full, and goes on there the next time.
 *
 * Context: bottom halves off, until @ended is dealt with. Return: how many
 * buckets were looked through.
 */
u32 segward_flows_sweep(struct segward_flows *flows,
			struct segward_flow_sweep *sweep, u32 buckets);

/**
 * struct segward_flow_place - how far a walk has come; all zero at the start
 * @bucket: index
 * @skip: flows of it that were dealt with
 */
struct segward_flow_place {
	u32 bucket;
	u32 skip;
};

/**
 * segward_flows_next() - walk through the flows
 * @flows: the table
 * @filter: which; NULL for all
 * @now: nanoseconds; what is over is not shown
 * @place: where the walk is; moved on
 * @buckets: how many to look through at most
 * @info: filled in
 *
 * Flows that come or go during the walk may be told or not. One that is there
 * all the time is told once, unless others come to its bucket or leave it.
 *
 * Context: bottom halves off, under RCU. Return: 1: a flow is in @info;
 * 0: @buckets were looked through, call again; -ENOENT: that was all.
 */
int segward_flows_next(struct segward_flows *flows,
		       const struct segward_flow_filter *filter, u64 now,
		       struct segward_flow_place *place, u32 buckets,
		       struct segward_flow_info *info);

/** segward_flows_buckets() - of the table, a power of two */
u32 segward_flows_buckets(const struct segward_flows *flows);

/** segward_flows_pressed() - is there little room left? */
bool segward_flows_pressed(const struct segward_flows *flows);

/** segward_flows_count() - flows that there are; freed ones are not counted */
u32 segward_flows_count(const struct segward_flows *flows);

/** segward_flows_most() - flows that there may be */
u32 segward_flows_most(const struct segward_flows *flows);

/**
 * segward_flows_set_memory() - change what streams may take
 * @flows: the table
 * @memory: MiB; what is in use above that stays until it is given back
 *
 * Context: one writer at a time; packets may come meanwhile.
 */
void segward_flows_set_memory(struct segward_flows *flows, u32 memory);

/** segward_flows_stream_memory() - bytes that streams and dialogs take */
u64 segward_flows_stream_memory(const struct segward_flows *flows);

/**
 * segward_flows_memory() - bytes of table and flows
 *
 * Not of the zones, of which some may wait for a user: a request that was
 * refused may have made one.
 */
u64 segward_flows_memory(const struct segward_flows *flows);

#endif /* SEGWARD_ENGINE_FLOW_H */
