// SPDX-License-Identifier: GPL-2.0
/*
 * Flows; see flow.h.
 *
 * A hash table of short chains. Readers walk a chain under RCU and take the
 * lock of the flow that they find; a flow that left the table meanwhile says
 * so, and then, as when nothing was found, the chain is searched again under
 * its bucket's lock, under which alone chains change. What a flow accounts for
 * is given back when its memory is: a flood cannot have more than its share in
 * flows that wait for their readers.
 */
#include <linux/segward.h>

#include "flow.h"
#include "prefix.h"

#define SYN_ACK		(SEGWARD_TCP_SYN | SEGWARD_TCP_ACK)

#define TOSERVER	BIT(SEGWARD_APP_TOSERVER)
#define TOCLIENT	BIT(SEGWARD_APP_TOCLIENT)
#define BOTH		(TOSERVER | TOCLIENT)

struct bucket {
	struct segward_flow __rcu *first;
	/* of the chain; a flow's lock is taken inside of it */
	segward_lock_t lock;
};

/**
 * struct segward_flows - a table
 * @hash_key: see segward_flows_create()
 * @zones: whose flows it has
 * @mask: buckets less one
 * @bucket: the chains
 */
struct segward_flows {
	hsiphash_key_t hash_key;
	struct segward_zones zones;
	u32 mask;
	struct bucket bucket[];
};

#define UNITS_OF_MIB	((1u << 20) / SEGWARD_BUDGET_UNIT)

static size_t table_size(u32 buckets)
{
	return sizeof(struct segward_flows) + buckets * sizeof(struct bucket);
}

struct segward_flows *segward_flows_create(const u64 key[2], u32 most,
					   u32 memory)
{
	struct segward_flows *flows;
	u32 buckets = SEGWARD_FLOWS_MIN / 2;
	u32 i;

	while (buckets < most / 2)
		buckets *= 2;
	flows = segward_zalloc(table_size(buckets));
	if (!flows)
		return NULL;
	memcpy(&flows->hash_key, key, sizeof(flows->hash_key));
	segward_zones_init(&flows->zones, most, memory * UNITS_OF_MIB);
	flows->mask = buckets - 1;
	for (i = 0; i < buckets; i++)
		segward_lock_init(&flows->bucket[i].lock);
	return flows;
}

static void free_flow(struct rcu_head *rcu)
{
	struct segward_flow *flow = container_of(rcu, struct segward_flow, rcu);
	struct segward_zone *zone = flow->zone;

	segward_free_atomic(flow);
	segward_budget_give(&zone->flows, 1);
}

void segward_flows_destroy(struct segward_flows *flows)
{
	struct segward_flow *flow, *next;
	u32 i;

	if (!flows)
		return;
	for (i = 0; i <= flows->mask; i++) {
		flow = rcu_dereference_protected(flows->bucket[i].first, true);
		for (; flow; flow = next) {
			next = rcu_dereference_protected(flow->next, true);
			segward_tcp_release(&flow->tcp, &flow->zone->memory);
			segward_dialog_destroy(flow->dialog,
					       &flow->zone->memory);
			segward_free_atomic(flow);
		}
		segward_cond_resched();
	}
	/* Flows that left before still have to give back what they took. */
	rcu_barrier();
	segward_zones_exit(&flows->zones);
	segward_free(flows);
}

struct segward_zones *segward_flows_zones(struct segward_flows *flows)
{
	return &flows->zones;
}

/* --- Keys ------------------------------------------------------------------ */

/* Messages whose identifier tells conversations apart. */
static bool icmp_has_id(const struct segward_packet *packet)
{
	switch (packet->icmp_type) {
	case 0:			/* Echo Reply */
	case 8:			/* Echo */
	case 13:		/* Timestamp */
	case 14:		/* Timestamp Reply */
		return packet->proto == SEGWARD_PROTO_ICMP;
	case 128:		/* Echo Request */
	case 129:		/* Echo Reply */
		return packet->proto == SEGWARD_PROTO_ICMPV6;
	default:
		return false;
	}
}

static bool is_icmp(const struct segward_packet *packet)
{
	return packet->proto == SEGWARD_PROTO_ICMP ||
	       packet->proto == SEGWARD_PROTO_ICMPV6;
}

/* Returns which end the sender is. */
static u8 make_key(const struct segward_zone *zone,
		   const struct segward_packet *packet,
		   struct segward_flow_key *key)
{
	int order = memcmp(packet->src, packet->dst, sizeof(packet->src));
	u16 sport = packet->sport;
	u16 dport = packet->dport;
	u8 sender;

	if (is_icmp(packet)) {
		sport = icmp_has_id(packet) ? packet->icmp_id :
			packet->icmp_type;
		dport = sport;
	}
	if (!order)
		order = (int)sport - dport;
	sender = order > 0;
	memset(key, 0, sizeof(*key));
	memcpy(key->addr[sender], packet->src, sizeof(key->addr[0]));
	memcpy(key->addr[!sender], packet->dst, sizeof(key->addr[0]));
	key->port[sender] = sport;
	key->port[!sender] = dport;
	key->zone = zone->id;
	key->proto = packet->proto;
	key->family = packet->family;
	return sender;
}

static bool has_key(const struct segward_flow *flow, u32 hash,
		    const struct segward_flow_key *key)
{
	return flow->hash == hash && !memcmp(&flow->key, key, sizeof(*key));
}

/* --- State ----------------------------------------------------------------- */

static bool pool_is_pressed(const struct segward_pool *pool)
{
	return (u32)atomic_read(&pool->used) > READ_ONCE(pool->open) / 4 * 3;
}

/* One zone's flood does not shorten the lives of another's flows. */
static bool is_pressed(const struct segward_zone *zone)
{
	const struct segward_pool *pool = zone->flows.pool;

	return pool_is_pressed(pool) &&
	       (u32)atomic_read(&zone->flows.used) >
	       READ_ONCE(pool->reserve) / 4 * 3;
}

static u32 seconds_of(const struct segward_flow *flow, bool pressed)
{
	bool tcp = flow->key.proto == SEGWARD_PROTO_TCP;

	switch (READ_ONCE(flow->state)) {
	case SEGWARD_FLOW_STATE_NEW:
		if (pressed)
			return SEGWARD_FLOW_NEW_SECONDS_PRESSED;
		return tcp ? SEGWARD_FLOW_TCP_NEW_SECONDS :
		       SEGWARD_FLOW_NEW_SECONDS;
	case SEGWARD_FLOW_STATE_CLOSED:
		return pressed ? SEGWARD_FLOW_TCP_CLOSED_SECONDS_PRESSED :
		       SEGWARD_FLOW_TCP_CLOSED_SECONDS;
	default:
		return tcp ? SEGWARD_FLOW_TCP_SECONDS :
		       SEGWARD_FLOW_OTHER_SECONDS;
	}
}

/* Another processor's clock may be some moments ahead. */
static bool is_over(const struct segward_flow *flow, u64 now, bool pressed)
{
	u64 last = READ_ONCE(flow->last);

	return now > last &&
	       now - last >= seconds_of(flow, pressed) * NS_IN_SECOND;
}

/* The answer to a SYN may be the first that is seen: a route changed. */
static u8 client_of(const struct segward_packet *packet, u8 sender)
{
	if (packet->proto == SEGWARD_PROTO_TCP &&
	    (packet->tcp_flags & SYN_ACK) == SYN_ACK)
		return !sender;
	return sender;
}

static void begin(struct segward_flow *flow,
		  const struct segward_packet *packet, u8 sender, u64 now)
{
	flow->client = client_of(packet, sender);
	WRITE_ONCE(flow->state, SEGWARD_FLOW_STATE_NEW);
	flow->seen = 0;
	flow->app_proto = 0;
	flow->refused = false;
	flow->enforced = false;
	flow->alerted = false;
	flow->began = now;
	memset(flow->packets, 0, sizeof(flow->packets));
	memset(flow->bytes, 0, sizeof(flow->bytes));
}

/* The flow is locked. Returns the packet's direction. */
static u8 count(struct segward_flow *flow, const struct segward_packet *packet,
		u8 sender, u64 now)
{
	u8 direction = sender == flow->client ? SEGWARD_APP_TOSERVER :
		       SEGWARD_APP_TOCLIENT;

	flow->seen |= BIT(direction);
	if (flow->seen == BOTH && packet->proto != SEGWARD_PROTO_TCP)
		WRITE_ONCE(flow->state, SEGWARD_FLOW_STATE_ESTABLISHED);
	WRITE_ONCE(flow->last, now);
	flow->packets[direction]++;
	flow->bytes[direction] += packet->len;
	return direction;
}

/*
 * Who looks for a flow gets it locked or gets none. Sparse cannot follow that,
 * so that these locks are none to it.
 */
static void lock(struct segward_flow *flow)
{
	segward_lock(&flow->lock);
	__release(&flow->lock);
}

static void unlock(struct segward_flow *flow)
{
	__acquire(&flow->lock);
	segward_unlock(&flow->lock);
}

/* --- The table ------------------------------------------------------------- */

static struct segward_flow *search(struct bucket *bucket, u32 hash,
				   const struct segward_flow_key *key)
{
	struct segward_flow *flow = rcu_dereference(bucket->first);

	while (flow && !has_key(flow, hash, key))
		flow = rcu_dereference(flow->next);
	return flow;
}

/* Returns it locked, or NULL. */
static struct segward_flow *find(struct bucket *bucket, u32 hash,
				 const struct segward_flow_key *key)
{
	struct segward_flow *flow = search(bucket, hash, key);

	if (!flow)
		return NULL;
	lock(flow);
	if (likely(!flow->dead))
		return flow;
	unlock(flow);
	return NULL;
}

static struct segward_flow *make(struct segward_zone *zone, u32 hash,
				 const struct segward_flow_key *key)
{
	struct segward_flow *flow;

	if (!segward_budget_take(&zone->flows, 1))
		return NULL;
	flow = segward_alloc_atomic(sizeof(*flow));
	if (!flow) {
		segward_budget_give(&zone->flows, 1);
		return NULL;
	}
	segward_lock_init(&flow->lock);
	flow->hash = hash;
	flow->key = *key;
	flow->dead = false;
	flow->zone = zone;
	flow->state = SEGWARD_FLOW_STATE_NEW;
	flow->last = 0;
	segward_tcp_init(&flow->tcp);
	flow->dialog = NULL;
	return flow;
}

/* Nobody has found it so far; another processor may have been faster. */
static struct segward_flow *find_or_make(struct segward_flows *flows,
					 struct segward_zone *zone, u32 hash,
					 const struct segward_flow_key *key,
					 bool *made)
{
	struct bucket *bucket = &flows->bucket[hash & flows->mask];
	struct segward_flow *flow;

	segward_lock(&bucket->lock);
	flow = find(bucket, hash, key);
	*made = !flow;
	if (!flow)
		flow = make(zone, hash, key);
	if (flow && *made) {
		lock(flow);
		RCU_INIT_POINTER(flow->next,
				 rcu_dereference_protected(bucket->first,
							   true));
		rcu_assign_pointer(bucket->first, flow);
	}
	segward_unlock(&bucket->lock);
	return flow;
}

/* --- The end --------------------------------------------------------------- */

static void tell(const struct segward_flow *flow,
		 struct segward_flow_info *info)
{
	u8 client = flow->client;

	info->id = segward_flow_id(flow->hash, flow->began);
	info->key = flow->key;
	memcpy(info->key.addr[0], flow->key.addr[client], 16);
	memcpy(info->key.addr[1], flow->key.addr[!client], 16);
	info->key.port[0] = flow->key.port[client];
	info->key.port[1] = flow->key.port[!client];
	info->state = flow->state;
	info->began = flow->began;
	info->last = flow->last;
	memcpy(info->packets, flow->packets, sizeof(info->packets));
	memcpy(info->bytes, flow->bytes, sizeof(info->bytes));
	info->app_proto = flow->app_proto;
	info->end_reason = 0;
	info->alerted = flow->alerted;
	info->refused = flow->refused;
}

/* What the ends said is over; what was not told of it is to be told. */
static void end_dialog(struct segward_flow *flow, u8 reason,
		       struct segward_flow_ended *ended)
{
	struct segward_dialog *dialog = flow->dialog;

	tell(flow, &ended->info);
	ended->info.end_reason = reason;
	ended->zone = flow->zone;
	memset(&ended->records, 0, sizeof(ended->records));
	if (!dialog)
		return;
	segward_transactions_finish(&dialog->transactions);
	ended->records = dialog->transactions;
	memset(&dialog->transactions, 0, sizeof(dialog->transactions));
	segward_dialog_destroy(dialog, &flow->zone->memory);
	flow->dialog = NULL;
}

/* The flow is locked. */
static void end(struct segward_flow *flow, u8 reason,
		struct segward_flow_ended *ended)
{
	end_dialog(flow, reason, ended);
	segward_tcp_release(&flow->tcp, &flow->zone->memory);
}

static void begin_anew(struct segward_flow *flow,
		       const struct segward_packet *packet, u8 sender, u64 now,
		       struct segward_flow_seen *seen)
{
	end(flow, SEGWARD_FLOW_END_TIMEOUT, seen->ended);
	seen->has_ended = true;
	seen->begun = true;
	begin(flow, packet, sender, now);
}

struct segward_flow *segward_flow_get(struct segward_flows *flows,
				      struct segward_zone *zone,
				      const struct segward_packet *packet,
				      u64 now, struct segward_flow_seen *seen)
{
	struct segward_flow_key key segward_uncleared;
	u8 sender = make_key(zone, packet, &key);
	u32 hash = hsiphash(&key, sizeof(key), &flows->hash_key);
	struct segward_flow *flow;

	seen->begun = false;
	seen->has_ended = false;
	flow = find(&flows->bucket[hash & flows->mask], hash, &key);
	if (!flow)
		flow = find_or_make(flows, zone, hash, &key, &seen->begun);
	if (!flow)
		return NULL;
	if (seen->begun)
		begin(flow, packet, sender, now);
	else if (is_over(flow, now, false))
		begin_anew(flow, packet, sender, now, seen);
	seen->direction = count(flow, packet, sender, now);
	return flow;
}

void segward_flow_restart(struct segward_flow *flow,
			  const struct segward_packet *packet, u64 now,
			  struct segward_flow_seen *seen)
{
	u8 sender = seen->direction == SEGWARD_APP_TOSERVER ? flow->client :
		    !flow->client;

	/* This packet is the new one's. */
	flow->packets[seen->direction]--;
	flow->bytes[seen->direction] -= packet->len;
	end_dialog(flow, SEGWARD_FLOW_END_TIMEOUT, seen->ended);
	seen->has_ended = true;
	begin(flow, packet, sender, now);
	seen->begun = true;
	seen->direction = count(flow, packet, sender, now);
}

void segward_flow_tcp(struct segward_flow *flow,
		      const struct segward_packet *packet, bool closed)
{
	if (closed)
		WRITE_ONCE(flow->state, SEGWARD_FLOW_STATE_CLOSED);
	else if (flow->state == SEGWARD_FLOW_STATE_NEW &&
		 (packet->tcp_flags & SYN_ACK) == SEGWARD_TCP_ACK)
		WRITE_ONCE(flow->state, SEGWARD_FLOW_STATE_ESTABLISHED);
}

void segward_flow_put(struct segward_flow *flow)
{
	unlock(flow);
}

/* --- Those that are over, and those that shall go -------------------------- */

static bool is_wanted(const struct segward_flow *flow,
		      const struct segward_flow_filter *filter)
{
	const struct segward_flow_key *key = &flow->key;

	if (!filter)
		return true;
	if ((filter->has_zone && key->zone != filter->zone) ||
	    (filter->family && key->family != filter->family) ||
	    (filter->has_proto && key->proto != filter->proto) ||
	    (filter->state && flow->state != filter->state))
		return false;
	if (filter->port && key->port[0] != filter->port &&
	    key->port[1] != filter->port)
		return false;
	return segward_prefix_covers(filter->addr, filter->prefix_len,
				     key->addr[0]) ||
	       segward_prefix_covers(filter->addr, filter->prefix_len,
				     key->addr[1]);
}

static bool shall_go(const struct segward_flow *flow,
		     const struct segward_flow_sweep *sweep)
{
	if (sweep->filter)
		return is_wanted(flow, sweep->filter);
	return is_over(flow, sweep->now, is_pressed(flow->zone));
}

/*
 * Its sender will not repeat, and its receiver not take, what is kept of it;
 * flow->last is older than that.
 */
static void rest(struct segward_flow *flow, u64 now)
{
	const struct segward_stream_config config = {
		.tail = SEGWARD_STREAM_TAIL,
		.enforce = flow->enforced,
	};

	segward_tcp_idle(&flow->tcp, &flow->zone->memory, &config, now);
}

static bool is_idle(const struct segward_flow *flow, u64 now)
{
	u64 last = READ_ONCE(flow->last);

	return flow->key.proto == SEGWARD_PROTO_TCP && now > last &&
	       now - last >= SEGWARD_STREAM_IDLE_SECONDS * NS_IN_SECOND;
}

/* Takes a flow out of its chain; bucket and flow are locked. */
static void take_out(struct segward_flow __rcu **at, struct segward_flow *flow,
		     struct segward_flow_sweep *sweep)
{
	flow->dead = true;
	rcu_assign_pointer(*at, rcu_dereference_protected(flow->next, true));
	end(flow, sweep->filter ? sweep->reason : SEGWARD_FLOW_END_TIMEOUT,
	    &sweep->ended[sweep->nr++]);
	unlock(flow);
	call_rcu(&flow->rcu, free_flow);
}

/* Returns false if there was no room for all that shall go. */
static bool sweep_bucket(struct bucket *bucket,
			 struct segward_flow_sweep *sweep)
{
	struct segward_flow __rcu **at = &bucket->first;
	struct segward_flow *flow;
	bool room = true;

	segward_lock(&bucket->lock);
	while ((flow = rcu_dereference_protected(*at, true))) {
		room = sweep->nr < sweep->room;
		if (!room)
			break;
		/* Without a filter who is in use is not waited for. */
		if (sweep->filter || shall_go(flow, sweep)) {
			lock(flow);
			if (shall_go(flow, sweep)) {
				take_out(at, flow, sweep);
				continue;
			}
			unlock(flow);
		} else if (is_idle(flow, sweep->now)) {
			lock(flow);
			rest(flow, sweep->now);
			unlock(flow);
		}
		at = &flow->next;
	}
	segward_unlock(&bucket->lock);
	return room;
}

static bool is_empty(const struct bucket *bucket)
{
	return !rcu_access_pointer(bucket->first);
}

u32 segward_flows_sweep(struct segward_flows *flows,
			struct segward_flow_sweep *sweep, u32 buckets)
{
	u32 end = min(flows->mask + 1 - sweep->bucket, buckets) + sweep->bucket;
	u32 i;

	for (i = sweep->bucket; i < end; i++)
		if (!is_empty(&flows->bucket[i]) &&
		    !sweep_bucket(&flows->bucket[i], sweep))
			break;
	buckets = i - sweep->bucket;
	sweep->bucket = i & flows->mask;
	return buckets;
}

/* --- Telling of them ------------------------------------------------------- */

static bool tell_wanted(struct segward_flow *flow,
			const struct segward_flow_filter *filter, u64 now,
			struct segward_flow_info *info)
{
	bool wanted;

	lock(flow);
	wanted = !flow->dead && !is_over(flow, now, false) &&
		 is_wanted(flow, filter);
	if (wanted)
		tell(flow, info);
	unlock(flow);
	return wanted;
}

/* The next one of the place's bucket. */
static bool next_in_bucket(struct segward_flows *flows,
			   const struct segward_flow_filter *filter, u64 now,
			   struct segward_flow_place *place,
			   struct segward_flow_info *info)
{
	struct segward_flow *flow;
	u32 n = 0;

	flow = rcu_dereference(flows->bucket[place->bucket].first);
	for (; flow; flow = rcu_dereference(flow->next)) {
		if (n++ < place->skip)
			continue;
		place->skip++;
		if (tell_wanted(flow, filter, now, info))
			return true;
	}
	place->bucket++;
	place->skip = 0;
	return false;
}

int segward_flows_next(struct segward_flows *flows,
		       const struct segward_flow_filter *filter, u64 now,
		       struct segward_flow_place *place, u32 buckets,
		       struct segward_flow_info *info)
{
	for (; buckets && place->bucket <= flows->mask; buckets--)
		if (next_in_bucket(flows, filter, now, place, info))
			return 1;
	return place->bucket <= flows->mask ? 0 : -ENOENT;
}

u32 segward_flows_buckets(const struct segward_flows *flows)
{
	return flows->mask + 1;
}

bool segward_flows_pressed(const struct segward_flows *flows)
{
	return pool_is_pressed(&flows->zones.flows);
}

u32 segward_flows_count(const struct segward_flows *flows)
{
	return (u32)atomic_read(&flows->zones.flows.used);
}

u32 segward_flows_most(const struct segward_flows *flows)
{
	return flows->zones.flows.most;
}

void segward_flows_set_memory(struct segward_flows *flows, u32 memory)
{
	segward_zones_set_memory(&flows->zones, memory * UNITS_OF_MIB);
}

u64 segward_flows_stream_memory(const struct segward_flows *flows)
{
	return (u64)atomic_read(&flows->zones.memory.used) *
	       SEGWARD_BUDGET_UNIT;
}

u64 segward_flows_memory(const struct segward_flows *flows)
{
	return table_size(flows->mask + 1) +
	       (u64)segward_flows_count(flows) * sizeof(struct segward_flow);
}
