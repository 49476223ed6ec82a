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
#include "packet.h"
#include "port.h"

/* Flows of a namespace, unless it is told otherwise: 64 MiB. */
#define SEGWARD_FLOWS_DEFAULT	262144
#define SEGWARD_FLOWS_MIN	64
#define SEGWARD_FLOWS_MAX	16777216

/* Zones of a namespace. */
#define SEGWARD_ZONES_MAX	4096

/*
 * Seconds without a packet after which a flow is over, as long as there is
 * room, and when more than three quarters of what a flood may take are taken,
 * by whatever zones. Suricata's
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
 * struct segward_zone - what the flows of a zone share
 * @id: its number
 * @users: SIDs that have it; under the writer's lock
 * @flows: counts them
 */
struct segward_zone {
	u32 id;
	u32 users;
	struct segward_budget flows;
};

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
 * @fin: bit by direction: it has said that it ends
 * @dead: it is not in the table any more
 * @zone: whose; constant
 * @began: nanoseconds, when its first packet came
 * @last: when the last one came; read without the lock
 * @packets: by direction
 * @bytes: by direction, of the inner packets
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
	u8 fin;
	bool dead;
	struct segward_zone *zone;
	u64 began;
	u64 last;
	u64 packets[2];
	u64 bytes[2];
	struct rcu_head rcu;
};

/**
 * struct segward_flow_seen - what a packet is to its flow
 * @direction: enum segward_app_direction
 * @begun: it is its first one
 */
struct segward_flow_seen {
	u8 direction;
	bool begun;
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
 * @app_proto: enum segward_app_proto; 0 if it is not known
 * @end_reason: enum segward_flow_end; 0 as long as it is in use
 * @alerted: a rule matched in it
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
 *
 * Context: may sleep. Return: the table, or NULL without memory.
 */
struct segward_flows *segward_flows_create(const u64 key[2], u32 most);

/**
 * segward_flows_destroy() - free it with all zones and flows
 * @flows: nobody may use it; NULL is allowed
 *
 * Waits for the flows that are on their way out. Context: may sleep.
 */
void segward_flows_destroy(struct segward_flows *flows);

/**
 * segward_flows_zone() - a zone of a table
 * @flows: the table
 * @id: its number
 *
 * Makes it if there is none. With SEGWARD_ZONES_MAX of them, those that have
 * neither users nor flows are forgotten first, after a grace period.
 *
 * Context: may sleep; one writer at a time. Return: the zone; NULL with *@err
 * -ENOMEM, or -ENOSPC: SEGWARD_ZONES_MAX zones are in use.
 */
struct segward_zone *segward_flows_zone(struct segward_flows *flows, u32 id,
					int *err);

/**
 * segward_zone_use() - a SID has this zone from now on
 * @flows: its table
 * @zone: the zone, which is kept from now on
 *
 * The zones in use divide what there is. Context: one writer at a time.
 */
void segward_zone_use(struct segward_flows *flows, struct segward_zone *zone);

/**
 * segward_zone_unuse() - a SID has it no more
 * @flows: its table
 * @zone: the zone; packets may use it for another grace period
 */
void segward_zone_unuse(struct segward_flows *flows,
			struct segward_zone *zone);

/**
 * segward_flow_get() - the flow of a packet
 * @flows: the table
 * @zone: of the SID that it came for
 * @packet: parsed; no fragment
 * @now: nanoseconds; must not go back by more than moments
 * @seen: filled in
 *
 * Makes the flow if there is none. A flow that is over, or a closed connection
 * that is opened again, begins anew. Counts the packet and moves the state on.
 *
 * Context: bottom halves off, under RCU. Time: the length of a chain, two on
 * average in a full table. Return: the flow, locked, to be given to
 * segward_flow_put(); NULL if there is no room for a new one.
 */
struct segward_flow *segward_flow_get(struct segward_flows *flows,
				      struct segward_zone *zone,
				      const struct segward_packet *packet,
				      u64 now, struct segward_flow_seen *seen);

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
 * segward_flows_sweep() - forget flows that are over
 * @flows: the table
 * @now: nanoseconds
 * @bucket: where to begin; where to go on afterwards, 0 after the last one
 * @buckets: how many to look through
 *
 * Context: bottom halves off. Return: how many flows were forgotten.
 */
u32 segward_flows_sweep(struct segward_flows *flows, u64 now, u32 *bucket,
			u32 buckets);

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

/**
 * segward_flows_flush() - forget flows
 * @flows: the table
 * @filter: which; NULL for all
 * @bucket: as in segward_flows_sweep()
 * @buckets: how many to look through
 *
 * Context: bottom halves off. Return: how many flows were forgotten.
 */
u32 segward_flows_flush(struct segward_flows *flows,
			const struct segward_flow_filter *filter, u32 *bucket,
			u32 buckets);

/** segward_flows_buckets() - of the table, a power of two */
u32 segward_flows_buckets(const struct segward_flows *flows);

/** segward_flows_pressed() - is there little room left? */
bool segward_flows_pressed(const struct segward_flows *flows);

/** segward_flows_count() - flows that there are; freed ones are not counted */
u32 segward_flows_count(const struct segward_flows *flows);

/** segward_flows_most() - flows that there may be */
u32 segward_flows_most(const struct segward_flows *flows);

/**
 * segward_flows_memory() - bytes of table and flows
 *
 * Not of the zones, of which some may wait for a user: a request that was
 * refused may have made one.
 */
u64 segward_flows_memory(const struct segward_flows *flows);

#endif /* SEGWARD_ENGINE_FLOW_H */
