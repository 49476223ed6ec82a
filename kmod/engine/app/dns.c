// SPDX-License-Identifier: GPL-2.0
/*
 * DNS over TCP: messages behind their lengths (RFC 1035, 4.2.2; RFC 7766, 8).
 *
 * A message is told when it is whole: where it is, if the bytes at hand have
 * all of it, else out of a copy. Its bytes are taken when it has been told,
 * and with them goes all memory for it; so between messages there is none.
 */
#include "dns_internal.h"

/* The first copy of an unfinished message; it doubles from there. */
#define COPY_LEAST	512

/* A slab's size, not a byte more. */
#define WORK_MOST	1024

/* Queries whose ids are known: more than resolvers have on their way. */
#define QUERIES		8

/**
 * struct side - one direction
 * @copy: the beginning of a message, or NULL
 * @tx: its transaction
 * @len: bytes of the message, as soon as they are known
 * @have: bytes in @copy
 */
struct side {
	u8 *copy;
	u32 tx;
	u16 len;
	u16 have;
};

/**
 * struct work - a whole message that is being told
 * @direction: of which direction
 * @unsolicited: see struct segward_dns_message
 * @told: all but that it is done
 * @ended: so is its direction; only its items are still in use
 * @held: bytes of it that have still to be taken
 * @scratch: how far it is
 */
struct work {
	u8 direction;
	bool unsolicited;
	bool told;
	bool ended;
	u16 held;
	struct segward_dns_scratch scratch;
};

/**
 * struct segward_dns - a conversation
 * @work: message that is being told, or NULL
 * @side: both directions
 * @id: of the last queries
 * @queries: how many there were, as long as that matters
 * @prefix: of both directions: bytes of the length that were taken
 */
struct segward_dns {
	struct work *work;
	struct side side[2];
	u16 id[QUERIES];
	u8 queries;
	u8 prefix[2];
};

struct segward_dns *segward_dns_create(struct segward_budget *budget)
{
	struct segward_dns *dns = segward_budget_alloc(budget, sizeof(*dns));

	BUILD_BUG_ON(sizeof(*dns) > SEGWARD_BUDGET_UNIT);
	BUILD_BUG_ON(sizeof(*dns->work) > WORK_MOST);
	if (dns)
		memset(dns, 0, sizeof(*dns));
	return dns;
}

/* What a copy of so many bytes of a message takes. */
static u32 copy_size(const struct side *side, u32 have)
{
	u32 size = COPY_LEAST;

	while (size < have)
		size *= 2;
	return min_t(u32, size, side->len);
}

static void free_work(struct segward_dns *dns, struct segward_budget *budget)
{
	segward_budget_free(budget, dns->work, sizeof(*dns->work));
	dns->work = NULL;
}

/* The next bytes are those of a length. */
static void free_message(struct segward_dns *dns,
			 struct segward_budget *budget, u8 direction)
{
	struct side *side = &dns->side[direction];

	segward_budget_free(budget, side->copy, copy_size(side, side->have));
	side->copy = NULL;
	side->have = 0;
	side->len = 0;
	dns->prefix[direction] = 0;
}

void segward_dns_destroy(struct segward_dns *dns,
			 struct segward_budget *budget)
{
	if (!dns)
		return;
	free_work(dns, budget);
	free_message(dns, budget, SEGWARD_APP_TOSERVER);
	free_message(dns, budget, SEGWARD_APP_TOCLIENT);
	segward_budget_free(budget, dns, sizeof(*dns));
}

/* Takes what is missing of the length. */
static u32 take_prefix(struct segward_dns *dns, u8 direction, const u8 *data,
		       u32 len)
{
	struct side *side = &dns->side[direction];
	u32 taken = 0;

	while (dns->prefix[direction] < 2 && taken < len) {
		side->len = (u16)(side->len << 8 | data[taken++]);
		dns->prefix[direction]++;
	}
	return taken;
}

/* Appends to the copy. */
static int copy(struct side *side, struct segward_budget *budget,
		const u8 *data, u32 len)
{
	u32 size = copy_size(side, side->have + len);
	u8 *larger;

	if (!len)
		return 0;
	if (!side->copy || size != copy_size(side, side->have)) {
		larger = segward_budget_alloc(budget, size);
		if (!larger)
			return -ENOMEM;
		if (side->copy)
			memcpy(larger, side->copy, side->have);
		segward_budget_free(budget, side->copy,
				    copy_size(side, side->have));
		side->copy = larger;
	}
	memcpy(side->copy + side->have, data, len);
	side->have += len;
	return 0;
}

static bool is_known(const struct segward_dns *dns, u16 id)
{
	u32 i;

	for (i = 0; i < min_t(u32, dns->queries, QUERIES); i++)
		if (dns->id[i] == id)
			return true;
	return false;
}

/*
 * A query is noted. Of a response is said that nobody asked for it, unless
 * some queries were never seen, or are forgotten.
 */
static bool is_unsolicited(struct segward_dns *dns,
			   const struct segward_dns_message *message)
{
	struct segward_dns_header header;

	if (!segward_dns_header_read(message->data, message->len, &header))
		return false;
	if (header.flags & SEGWARD_DNS_QR)
		return message->direction == SEGWARD_APP_TOCLIENT &&
		       dns->queries && dns->queries <= QUERIES &&
		       !is_known(dns, header.id);
	if (message->direction == SEGWARD_APP_TOCLIENT ||
	    is_known(dns, header.id))
		return false;
	dns->id[dns->queries % QUERIES] = header.id;
	/* From there on it says which one is the oldest, no longer how many. */
	if (++dns->queries == 3 * QUERIES)
		dns->queries = 2 * QUERIES;
	return false;
}

static void set_message(const struct side *side, u8 direction, const u8 *data,
			struct segward_dns_message *message)
{
	memset(message, 0, sizeof(*message));
	message->data = side->copy ? side->copy : data;
	message->len = side->len;
	message->tx = side->tx;
	message->direction = direction;
}

/* The message is whole with the first bytes of @data. */
static int begin_work(struct segward_dns *dns, struct segward_budget *budget,
		      u8 direction, const u8 *data)
{
	struct side *side = &dns->side[direction];
	u16 held = side->len - side->have;
	struct segward_dns_message message;
	struct work *work;

	work = segward_budget_alloc(budget, sizeof(*work));
	if (!work)
		return -ENOMEM;
	if (side->copy && copy(side, budget, data, held)) {
		segward_budget_free(budget, work, sizeof(*work));
		return -ENOMEM;
	}
	set_message(side, direction, data, &message);
	work->direction = direction;
	work->unsolicited = is_unsolicited(dns, &message);
	work->told = false;
	work->ended = false;
	work->held = held;
	segward_dns_tell_begin(&work->scratch);
	dns->work = work;
	return 0;
}

/* Returns how many bytes of @data are taken. */
static u32 do_work(struct segward_dns *dns, struct segward_budget *budget,
		   const u8 *data, struct segward_app_out *out)
{
	struct work *work = dns->work;
	struct side *side = &dns->side[work->direction];
	struct segward_dns_message message;
	u32 taken = work->held;

	set_message(side, work->direction, data, &message);
	message.unsolicited = work->unsolicited;
	if (!work->told) {
		work->told = segward_dns_tell(&work->scratch, &message, out);
		/* Only events do not point into what is freed below. */
		if (!work->told ||
		    (out->nr && side->len >= SEGWARD_DNS_HEADER))
			return 0;
	}
	segward_dns_tell_done(&message, out);
	side->tx++;
	free_message(dns, budget, work->direction);
	free_work(dns, budget);
	return taken;
}

/* Nobody uses the items of the last call any more. */
static void forget_ended(struct segward_dns *dns,
			 struct segward_budget *budget)
{
	if (!dns->work || !dns->work->ended)
		return;
	free_message(dns, budget, dns->work->direction);
	free_work(dns, budget);
}

int segward_dns_feed(struct segward_dns *dns, struct segward_budget *budget,
		     u8 direction, const u8 *data, u32 len,
		     struct segward_app_out *out)
{
	struct side *side = &dns->side[direction];
	u32 taken = 0;
	int error = 0;

	out->nr = 0;
	forget_ended(dns, budget);
	if (!dns->work) {
		taken = take_prefix(dns, direction, data, len);
		if (dns->prefix[direction] < 2)
			return taken;
		data += taken;
		len -= taken;
		if (len < side->len - side->have) {
			error = copy(side, budget, data, len);
			return error ? error : taken + len;
		}
		error = begin_work(dns, budget, direction, data);
		if (error)
			return error;
	}
	if (dns->work->direction != direction || len < dns->work->held)
		return -EPROTO;
	return taken + do_work(dns, budget, data, out);
}

/* What came of a message that goes no further; false without memory. */
static bool tell_rest(struct segward_dns *dns, struct segward_budget *budget,
		      struct segward_dns_message *message,
		      struct segward_app_out *out)
{
	struct work *work;

	if (message->len < SEGWARD_DNS_HEADER)
		return false;
	work = segward_budget_alloc(budget, sizeof(*work));
	if (!work)
		return false;
	work->direction = message->direction;
	work->ended = true;
	segward_dns_tell_begin(&work->scratch);
	segward_dns_tell(&work->scratch, message, out);
	dns->work = work;
	return true;
}

void segward_dns_end(struct segward_dns *dns, struct segward_budget *budget,
		     u8 direction, struct segward_app_out *out)
{
	struct side *side = &dns->side[direction];
	struct segward_dns_message message;
	bool in_use;

	out->nr = 0;
	forget_ended(dns, budget);
	if (!dns->prefix[direction] || dns->work)
		return;
	set_message(side, direction, NULL, &message);
	message.len = side->have;
	in_use = tell_rest(dns, budget, &message, out);
	segward_dns_tell_event(&message, SEGWARD_DNS_EVENT_MALFORMED_DATA,
			       out);
	segward_dns_tell_done(&message, out);
	if (!in_use)
		free_message(dns, budget, direction);
}
