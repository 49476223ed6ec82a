// SPDX-License-Identifier: GPL-2.0
/*
 * Conversations: whose protocol is it, and its parser.
 *
 * Until that is known, the first bytes of both directions are kept; then the
 * parser gets them, and after them what comes. What the last call told may lie
 * in what was kept or in the parser, so that goes with the next call at the
 * earliest. When a call tells something and nothing can come any more, it takes
 * no bytes: so there is a next one.
 */
#include "conversation.h"

#include <linux/segward.h>

#include "http.h"
#include "ssh.h"
#include "tls.h"

/* Bytes of a direction that are kept; with these each probe is certain. */
#define KEPT		512

/* The first allocation for them. */
#define KEPT_LEAST	64

/* A direction is none of the protocols. */
#define REFUSED_ALL	(BIT(SEGWARD_APP_PROTO_HTTP) | \
			 BIT(SEGWARD_APP_PROTO_TLS) | \
			 BIT(SEGWARD_APP_PROTO_DNS) | \
			 BIT(SEGWARD_APP_PROTO_SSH))

#define DNS_PORT	53

/**
 * struct side - one direction
 * @kept: its first bytes, or NULL
 * @size: bytes that it has room for
 * @kept_len: how many there are
 * @told: of these, those that the parser has taken
 * @refused: bit by enum segward_app_proto: it is none of these
 * @empty: it began with so many empty lines that they were not kept
 * @ended: no more bytes of it are told
 * @closed: and the parser knows
 */
struct side {
	u8 *kept;
	u16 size;
	u16 kept_len;
	u16 told;
	u8 refused;
	bool empty;
	bool ended;
	bool closed;
};

/**
 * struct segward_conversation - a conversation
 * @http: the parser, of @proto; NULL before it is known and after it is over
 * @tls: likewise
 * @dns: likewise
 * @ssh: likewise
 * @state: whichever of them
 * @side: both directions
 * @proto: enum segward_app_proto; 0: not known yet
 * @over: nothing more will be told
 * @unsettled: the parser has not got all that was kept, or does not know of an
 *	end
 */
struct segward_conversation {
	union {
		struct segward_http *http;
		struct segward_tls *tls;
		struct segward_dns *dns;
		struct segward_ssh *ssh;
		void *state;
	};
	struct side side[2];
	u8 proto;
	bool over;
	bool unsettled;
};

/* Parsers by their names: no pointers to functions, which cost more. */

static bool create_parser(struct segward_conversation *conversation,
			  struct segward_budget *budget)
{
	switch (conversation->proto) {
	case SEGWARD_APP_PROTO_HTTP:
		conversation->http = segward_http_create(budget);
		break;
	case SEGWARD_APP_PROTO_TLS:
		conversation->tls = segward_tls_create(budget);
		break;
	case SEGWARD_APP_PROTO_DNS:
		conversation->dns = segward_dns_create(budget);
		break;
	case SEGWARD_APP_PROTO_SSH:
		conversation->ssh = segward_ssh_create(budget);
		break;
	}
	return conversation->state;
}

static void destroy_parser(struct segward_conversation *conversation,
			   struct segward_budget *budget)
{
	if (!conversation->state)
		return;
	switch (conversation->proto) {
	case SEGWARD_APP_PROTO_HTTP:
		segward_http_destroy(conversation->http, budget);
		break;
	case SEGWARD_APP_PROTO_TLS:
		segward_tls_destroy(conversation->tls, budget);
		break;
	case SEGWARD_APP_PROTO_DNS:
		segward_dns_destroy(conversation->dns, budget);
		break;
	case SEGWARD_APP_PROTO_SSH:
		segward_ssh_destroy(conversation->ssh, budget);
		break;
	}
	conversation->state = NULL;
}

static int feed_parser(struct segward_conversation *conversation,
		       struct segward_budget *budget, u8 direction,
		       const u8 *data, u32 len, struct segward_app_out *out)
{
	switch (conversation->proto) {
	case SEGWARD_APP_PROTO_HTTP:
		return segward_http_feed(conversation->http, budget, direction,
					 data, len, out);
	case SEGWARD_APP_PROTO_TLS:
		return segward_tls_feed(conversation->tls, budget, direction,
					data, len, out);
	case SEGWARD_APP_PROTO_DNS:
		return segward_dns_feed(conversation->dns, budget, direction,
					data, len, out);
	default:
		return segward_ssh_feed(conversation->ssh, budget, direction,
					data, len, out);
	}
}

static void end_parser(struct segward_conversation *conversation,
		       struct segward_budget *budget, u8 direction,
		       struct segward_app_out *out)
{
	switch (conversation->proto) {
	case SEGWARD_APP_PROTO_HTTP:
		segward_http_end(conversation->http, budget, direction, out);
		break;
	case SEGWARD_APP_PROTO_TLS:
		segward_tls_end(conversation->tls, budget, direction, out);
		break;
	case SEGWARD_APP_PROTO_DNS:
		segward_dns_end(conversation->dns, budget, direction, out);
		break;
	case SEGWARD_APP_PROTO_SSH:
		segward_ssh_end(conversation->ssh, budget, direction, out);
		break;
	}
}

static bool parser_is_quiet(const struct segward_conversation *conversation,
			    u8 direction)
{
	if (!conversation->state)
		return false;
	switch (conversation->proto) {
	case SEGWARD_APP_PROTO_HTTP:
		return segward_http_upgraded(conversation->http);
	case SEGWARD_APP_PROTO_TLS:
		return segward_tls_encrypted(conversation->tls);
	case SEGWARD_APP_PROTO_SSH:
		return segward_ssh_is_told(conversation->ssh, direction);
	default:
		return false;
	}
}

static enum segward_app_guess probe(u8 proto, u8 direction, const u8 *data,
				    u32 len)
{
	switch (proto) {
	case SEGWARD_APP_PROTO_HTTP:
		return segward_http_probe(direction, data, len);
	case SEGWARD_APP_PROTO_TLS:
		return segward_tls_probe(direction, data, len);
	case SEGWARD_APP_PROTO_DNS:
		return segward_dns_probe(direction, data, len);
	default:
		return segward_ssh_probe(direction, data, len);
	}
}

struct segward_conversation *
segward_conversation_create(struct segward_budget *budget)
{
	struct segward_conversation *conversation;

	BUILD_BUG_ON(sizeof(*conversation) > SEGWARD_BUDGET_UNIT);
	BUILD_BUG_ON(KEPT < SEGWARD_DNS_PROBE);
	conversation = segward_budget_alloc(budget, sizeof(*conversation));
	if (conversation)
		memset(conversation, 0, sizeof(*conversation));
	return conversation;
}

static void free_kept(struct side *side, struct segward_budget *budget)
{
	segward_budget_free(budget, side->kept, side->size);
	side->kept = NULL;
	side->size = 0;
	side->kept_len = 0;
	side->told = 0;
}

void segward_conversation_destroy(struct segward_conversation *conversation,
				  struct segward_budget *budget)
{
	if (!conversation)
		return;
	free_kept(&conversation->side[SEGWARD_APP_TOSERVER], budget);
	free_kept(&conversation->side[SEGWARD_APP_TOCLIENT], budget);
	destroy_parser(conversation, budget);
	segward_budget_free(budget, conversation, sizeof(*conversation));
}

u8 segward_conversation_proto(const struct segward_conversation *conversation)
{
	return conversation->proto;
}

bool segward_conversation_quiet(const struct segward_conversation *conversation,
				u8 direction)
{
	return conversation->over || conversation->side[direction].ended ||
	       parser_is_quiet(conversation, direction);
}

static bool is_quiet(const struct segward_conversation *conversation)
{
	return !conversation->unsettled &&
	       segward_conversation_quiet(conversation, SEGWARD_APP_TOSERVER) &&
	       segward_conversation_quiet(conversation, SEGWARD_APP_TOCLIENT);
}

/* Nobody uses what the last call told any more. */
static void release(struct segward_conversation *conversation,
		    struct segward_budget *budget)
{
	if (!is_quiet(conversation))
		return;
	free_kept(&conversation->side[SEGWARD_APP_TOSERVER], budget);
	free_kept(&conversation->side[SEGWARD_APP_TOCLIENT], budget);
	destroy_parser(conversation, budget);
	conversation->over = true;
}

/* It is too early to let go of what was told; release() does. */
static int give_up(struct segward_conversation *conversation)
{
	conversation->over = true;
	conversation->unsettled = false;
	return -ENOMEM;
}

/* Nobody knows this protocol. */
static void fail(struct segward_conversation *conversation,
		 struct segward_budget *budget)
{
	conversation->proto = SEGWARD_APP_PROTO_FAILED;
	conversation->over = true;
	free_kept(&conversation->side[SEGWARD_APP_TOSERVER], budget);
	free_kept(&conversation->side[SEGWARD_APP_TOCLIENT], budget);
}

/*
 * The protocol that these first bytes of a direction are of, or 0. Of two that
 * could be, the one that needs fewer bytes to be certain comes first, so that
 * it does not matter how many of them there are. DNS has no words that only it
 * would begin with: it has to wait until all others say no.
 */
static u8 guess(struct side *side, u8 direction, const u8 *data, u32 len)
{
	static const u8 order[] = {
		SEGWARD_APP_PROTO_SSH, SEGWARD_APP_PROTO_TLS,
		SEGWARD_APP_PROTO_HTTP, SEGWARD_APP_PROTO_DNS,
	};
	bool open = false;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(order); i++) {
		if (side->refused & BIT(order[i]))
			continue;
		switch (probe(order[i], direction, data, len)) {
		case SEGWARD_APP_YES:
			if (order[i] != SEGWARD_APP_PROTO_DNS || !open)
				return order[i];
			break;
		case SEGWARD_APP_MORE:
			open = true;
			break;
		case SEGWARD_APP_NO:
			side->refused |= BIT(order[i]);
			break;
		}
	}
	return 0;
}

/* Copies @len bytes behind those that are kept, of which there are no more yet. */
static bool append(struct side *side, struct segward_budget *budget,
		   const u8 *data, u32 len)
{
	u32 size = max_t(u32, side->size, KEPT_LEAST);
	u8 *larger;

	while (size < side->kept_len + len)
		size *= 2;
	if (size > side->size) {
		larger = segward_budget_alloc(budget, size);
		if (!larger)
			return false;
		if (side->kept)
			memcpy(larger, side->kept, side->kept_len);
		segward_budget_free(budget, side->kept, side->size);
		side->kept = larger;
		side->size = (u16)size;
	}
	memcpy(side->kept + side->kept_len, data, len);
	return true;
}

static u32 empty_lines(const u8 *data, u32 len)
{
	u32 n = 0;

	while (n < len && (data[n] == '\r' || data[n] == '\n'))
		n++;
	return n;
}

static bool refuses(const struct side *side)
{
	return side->refused == REFUSED_ALL || side->ended;
}

/*
 * What begins with empty lines is looked at again without them: servers pass
 * over them, some over all that come. @have: bytes that are kept or lie behind
 * these. Returns how many bytes at hand were taken.
 */
static u32 pass_empty_lines(struct side *side, struct segward_budget *budget,
			    const u8 *view, u32 *have)
{
	u32 n = empty_lines(view, *have);
	u32 kept = side->kept_len;

	if (!n)
		return 0;
	side->refused = 0;
	side->empty = true;
	if (n > kept) {
		free_kept(side, budget);
		return n - kept;
	}
	*have -= n;
	side->kept_len -= n;
	memmove(side->kept, side->kept + n, *have);
	return 0;
}

/* It is not known yet what this is. */
static int wait_for_more(struct segward_conversation *conversation,
			 struct segward_budget *budget, struct side *side,
			 const u8 *data, u32 len)
{
	bool mute = refuses(&conversation->side[0]) &&
		    refuses(&conversation->side[1]);

	/* with so many of them no probe wants more */
	if (mute || side->kept_len + len >= KEPT) {
		fail(conversation, budget);
		return (int)len;
	}
	if (!append(side, budget, data, len))
		return give_up(conversation);
	side->kept_len += len;
	return (int)len;
}

/*
 * Looks at the next bytes of a direction. Returns how many were taken, 0 if the
 * protocol is known now: then they are the parser's.
 */
static int recognise(struct segward_conversation *conversation,
		     struct segward_budget *budget, u8 direction,
		     const u8 *data, u32 len)
{
	struct side *side = &conversation->side[direction];
	u32 some = min_t(u32, len, KEPT - side->kept_len);
	const u8 *view = data;
	u32 have, n;

	if (side->empty && !side->kept_len) {
		n = empty_lines(data, len);
		if (n)
			return (int)n;
	}
	if (side->kept_len) {
		if (!append(side, budget, data, some))
			return give_up(conversation);
		view = side->kept;
	}
	have = side->kept_len + some;
	conversation->proto = guess(side, direction, view, have);
	if (side->refused == REFUSED_ALL && direction == SEGWARD_APP_TOSERVER) {
		n = pass_empty_lines(side, budget, view, &have);
		if (n)
			return (int)n;
		conversation->proto = guess(side, direction, view, have);
	}
	if (!conversation->proto)
		return wait_for_more(conversation, budget, side, data, len);
	conversation->unsettled = true;
	return create_parser(conversation, budget) ? 0 : give_up(conversation);
}

/*
 * Bytes for the parser. What it does not understand is taken all the same, and
 * is the last of that direction.
 */
static int tell(struct segward_conversation *conversation,
		struct segward_budget *budget, u8 direction, const u8 *data,
		u32 len, struct segward_app_out *out)
{
	int taken = feed_parser(conversation, budget, direction, data, len,
				out);

	if (taken == -EPROTO) {
		conversation->side[direction].ended = true;
		conversation->unsettled = true;
		return (int)len;
	}
	return taken < 0 ? give_up(conversation) : taken;
}

static int settle_side(struct segward_conversation *conversation,
		       struct segward_budget *budget, u8 direction,
		       struct segward_app_out *out)
{
	struct side *side = &conversation->side[direction];
	int taken;

	while (side->told < side->kept_len) {
		taken = tell(conversation, budget, direction,
			     side->kept + side->told,
			     side->kept_len - side->told, out);
		if (taken < 0)
			return taken;
		side->told += taken;
		if (out->nr)
			return 0;
	}
	free_kept(side, budget);
	if (side->ended && !side->closed) {
		side->closed = true;
		end_parser(conversation, budget, direction, out);
	}
	return 0;
}

/*
 * Tells the parser what was kept, and of ends. To be called again if that left
 * something. What a client said comes first: answers depend on it.
 */
static int settle(struct segward_conversation *conversation,
		  struct segward_budget *budget, struct segward_app_out *out)
{
	u8 direction;
	int error;

	if (!conversation->unsettled)
		return 0;
	for (direction = 0; direction < 2; direction++) {
		error = settle_side(conversation, budget, direction, out);
		if (error || out->nr)
			return error;
	}
	conversation->unsettled = false;
	return 0;
}

/* As segward_conversation_feed(), with the protocol known. */
static int feed(struct segward_conversation *conversation,
		struct segward_budget *budget, u8 direction, const u8 *data,
		u32 len, struct segward_app_out *out)
{
	int taken = settle(conversation, budget, out);

	if (taken || out->nr)
		return taken;
	if (segward_conversation_quiet(conversation, direction))
		return (int)len;
	taken = tell(conversation, budget, direction, data, len, out);
	if (taken < 0)
		return taken;
	if (!out->nr && settle(conversation, budget, out))
		return -ENOMEM;
	/* nothing of it comes any more, or what was told has to go first */
	if (out->nr && (conversation->unsettled || is_quiet(conversation)))
		return 0;
	return taken;
}

int segward_conversation_feed(struct segward_conversation *conversation,
			      struct segward_budget *budget, u8 direction,
			      const u8 *data, u32 len,
			      struct segward_app_out *out)
{
	int taken;

	out->nr = 0;
	release(conversation, budget);
	if (!conversation->proto &&
	    !segward_conversation_quiet(conversation, direction)) {
		taken = recognise(conversation, budget, direction, data, len);
		if (taken)
			return taken;
	}
	if (!conversation->proto || conversation->over)
		return (int)len;
	taken = feed(conversation, budget, direction, data, len, out);
	if (!out->nr)
		release(conversation, budget);
	return taken;
}

void segward_conversation_end(struct segward_conversation *conversation,
			      struct segward_budget *budget, u8 direction,
			      struct segward_app_out *out)
{
	struct side *side = &conversation->side[direction];

	out->nr = 0;
	release(conversation, budget);
	if (conversation->over)
		return;
	side->ended = true;
	if (!conversation->proto) {
		if (refuses(&conversation->side[!direction]))
			fail(conversation, budget);
		return;
	}
	if (!side->closed)
		conversation->unsettled = true;
	settle(conversation, budget, out);
	if (!out->nr)
		release(conversation, budget);
}

u8 segward_conversation_datagram_proto(const u8 *data, u32 len, u16 sport,
				       u16 dport)
{
	if (sport == DNS_PORT || dport == DNS_PORT)
		return len < SEGWARD_DNS_HEADER ? SEGWARD_APP_PROTO_FAILED :
						  SEGWARD_APP_PROTO_DNS;
	return segward_dns_datagram_probe(data, len) == SEGWARD_APP_YES ?
	       SEGWARD_APP_PROTO_DNS : SEGWARD_APP_PROTO_FAILED;
}

u32 segward_conversation_datagram(u8 proto, struct segward_dns_scratch *scratch,
				  u8 direction, const u8 *data, u32 len,
				  struct segward_app_out *out)
{
	if (proto == SEGWARD_APP_PROTO_DNS)
		return segward_dns_datagram(scratch, direction, data, len,
					    out);
	out->nr = 0;
	return len;
}
