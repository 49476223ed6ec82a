// SPDX-License-Identifier: GPL-2.0
/*
 * TLS handshakes: a connection's state, and what is told of it.
 */
#include "tls_internal.h"

/*
 * What one message can tell: names, protocols and three fingerprints or a
 * chain and six members of its first certificate, and its events.
 */
#define HELLO_EVENTS	16
#define CERT_EVENTS	16

struct segward_tls *segward_tls_create(struct segward_budget *budget)
{
	struct segward_tls *state;

	BUILD_BUG_ON(sizeof(*state) > 256);
	BUILD_BUG_ON(SEGWARD_TLS_EVENTS_END > 64);
	BUILD_BUG_ON(SEGWARD_TLS_SNI_NAMES + SEGWARD_TLS_ALPN_NAMES + 3 +
		     HELLO_EVENTS > SEGWARD_APP_ITEMS);
	BUILD_BUG_ON(SEGWARD_TLS_CERTS + 6 + CERT_EVENTS > SEGWARD_APP_ITEMS);

	state = segward_budget_alloc(budget, sizeof(*state));
	if (state)
		memset(state, 0, sizeof(*state));
	return state;
}

/* Nobody looks at what was told of the last message any more. */
static void release(struct segward_tls *state, struct segward_budget *budget)
{
	segward_budget_free(budget, state->spent, state->spent_size);
	segward_budget_free(budget, state->text, state->text_size);
	state->spent = NULL;
	state->text = NULL;
}

static void free_message(struct tls_side *side, struct segward_budget *budget)
{
	segward_budget_free(budget, side->message, side->message_size);
	side->message = NULL;
}

void segward_tls_destroy(struct segward_tls *state,
			 struct segward_budget *budget)
{
	if (!state)
		return;
	release(state, budget);
	free_message(&state->side[SEGWARD_APP_TOSERVER], budget);
	free_message(&state->side[SEGWARD_APP_TOCLIENT], budget);
	segward_budget_free(budget, state, sizeof(*state));
}

static struct segward_app_item *add(struct tls_call *call, u8 kind)
{
	struct segward_app_out *out = call->out;
	struct segward_app_item *item = &out->item[out->nr];

	/* Cannot be, see segward_tls_create(); never write beyond. */
	if (out->nr == SEGWARD_APP_ITEMS)
		return &out->item[SEGWARD_APP_ITEMS - 1];
	out->nr++;
	memset(item, 0, sizeof(*item));
	item->kind = kind;
	item->direction = call->direction;
	return item;
}

void segward_tls_note(struct tls_call *call, enum segward_tls_event event)
{
	if (call->side->events & BIT_ULL(event))
		return;
	call->side->events |= BIT_ULL(event);
	add(call, SEGWARD_APP_EVENT)->event = event;
}

void segward_tls_tell(struct tls_call *call, u8 buffer, const void *data,
		      u32 len)
{
	struct segward_app_item *item = add(call, SEGWARD_APP_BUFFER);

	item->buffer = buffer;
	item->part = SEGWARD_APP_FIRST | SEGWARD_APP_LAST;
	item->data = data;
	item->len = len;
}

void segward_tls_done(struct tls_call *call)
{
	if (call->side->phase != TLS_FAILED)
		call->side->phase = TLS_ENCRYPTED;
	free_message(call->side, call->budget);
	if (call->side->done)
		return;
	call->side->done = true;
	add(call, SEGWARD_APP_DONE);
}

u8 *segward_tls_text(struct tls_call *call, u32 size)
{
	call->state->text = segward_budget_alloc(call->budget, size);
	call->state->text_size = size;
	return call->state->text;
}

static struct tls_call begin_call(struct segward_tls *state,
				  struct segward_budget *budget, u8 direction,
				  struct segward_app_out *out)
{
	release(state, budget);
	out->nr = 0;
	return (struct tls_call){
		.state = state,
		.side = &state->side[direction],
		.budget = budget,
		.out = out,
		.direction = direction,
	};
}

static int step(struct tls_call *call, const u8 *data, u32 len)
{
	switch (call->side->phase) {
	case TLS_BEGIN:
		call->side->phase = data[0] & 0x80 ? TLS_SSL2_HEADER :
						     TLS_HEADER;
		return 0;
	case TLS_SSL2_HEADER:
	case TLS_SSL2_BODY:
		return segward_tls_ssl2(call, data, len);
	case TLS_ENCRYPTED:
		return (int)len;
	case TLS_FAILED:
		return -EPROTO;
	default:
		return segward_tls_record(call, data, len);
	}
}

/*
 * What was told lies in memory that is used again for the next message: one
 * that tells something ends the call.
 */
int segward_tls_feed(struct segward_tls *state, struct segward_budget *budget,
		     u8 direction, const u8 *data, u32 len,
		     struct segward_app_out *out)
{
	struct tls_call call = begin_call(state, budget, direction, out);
	u32 taken = 0;
	int n;

	while (taken < len && !out->nr) {
		/* A message that told nothing may have left memory, too. */
		release(state, budget);
		n = step(&call, data + taken, len - taken);
		if (n < 0) {
			call.side->phase = TLS_FAILED;
			return n;
		}
		taken += n;
	}
	return (int)taken;
}

void segward_tls_end(struct segward_tls *state, struct segward_budget *budget,
		     u8 direction, struct segward_app_out *out)
{
	struct tls_call call = begin_call(state, budget, direction, out);

	if (call.side->phase < TLS_ENCRYPTED)
		segward_tls_message_end(&call);
	segward_tls_done(&call);
}

bool segward_tls_encrypted(const struct segward_tls *state)
{
	return state->side[SEGWARD_APP_TOSERVER].phase == TLS_ENCRYPTED &&
	       state->side[SEGWARD_APP_TOCLIENT].phase == TLS_ENCRYPTED;
}

/* A server may begin with an alert: it dislikes what it was sent. */
static bool begins(u8 direction, const u8 *data)
{
	u16 len = get_unaligned_be16(data + 3);

	if (direction == SEGWARD_APP_TOCLIENT && data[0] == TLS_ALERT)
		return len == 2 && (data[5] == 1 || data[5] == 2);
	if (data[0] != TLS_HANDSHAKE)
		return false;
	/* An empty record is none of a good sort, but it is accepted. */
	if (!len)
		return data[5] == TLS_HANDSHAKE;
	if (direction == SEGWARD_APP_TOCLIENT)
		return data[5] == TLS_SERVER_HELLO;
	return data[5] == TLS_CLIENT_HELLO;
}

enum segward_app_guess segward_tls_probe(u8 direction, const u8 *data,
					 u32 len)
{
	if (len && data[0] & 0x80)
		return segward_tls_ssl2_probe(direction, data, len);
	if ((len > 0 && data[0] != TLS_HANDSHAKE && data[0] != TLS_ALERT) ||
	    (len > 1 && data[1] != TLS_VERSION_SSL3 >> 8) ||
	    (len > 2 && data[2] > (TLS_VERSION_13 & 0xff)) ||
	    (len > 4 && get_unaligned_be16(data + 3) > TLS_RECORD_CLEAR))
		return SEGWARD_APP_NO;
	if (len <= TLS_RECORD_HEADER)
		return SEGWARD_APP_MORE;
	return begins(direction, data) ? SEGWARD_APP_YES : SEGWARD_APP_NO;
}
