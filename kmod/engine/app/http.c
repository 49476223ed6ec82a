// SPDX-License-Identifier: GPL-2.0
/* HTTP/1: the conversation; see http.h. */
#include "http_internal.h"

/* Bytes in which a request has to show what it is. */
#define PROBE		64

/* Bytes of a method that nobody knows. */
#define METHOD		32

/* So many of this state there may be, between requests without anything else. */
static_assert(sizeof(struct segward_http) <= 256, "a state fits 256 bytes");

static bool is_method(const u8 *p, u32 len)
{
	static const char *const methods[] = {
		"get", "post", "head", "put", "delete", "options", "connect",
		"trace", "patch", "propfind", "proppatch", "mkcol", "copy",
		"move", "lock", "unlock", "report", "search", "subscribe",
		"notify", "m-search",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(methods); i++)
		if (http_says(p, len, methods[i]))
			return true;
	return false;
}

/* Does a version of this protocol stand in the line that begins here? */
static enum segward_app_guess probe_version(const u8 *p, u32 at, u32 len)
{
	for (; at < len && p[at] != '\n'; at++)
		if (http_begins(p + at, len - at, " http/1.") ||
		    http_begins(p + at, len - at, " http/0."))
			return SEGWARD_APP_YES;
	return at < len || len >= PROBE ? SEGWARD_APP_NO : SEGWARD_APP_MORE;
}

static bool has_end(const u8 *p, u32 len)
{
	while (len && *p != '\n') {
		p++;
		len--;
	}
	return len;
}

/*
 * Servers hand requests with methods that nobody knows to applications. Is it
 * one whose line is longer than what is looked at? @at: behind the method
 */
static bool is_long_line(const u8 *p, u32 at, u32 most)
{
	while (at < most && http_is_space(p[at]))
		at++;
	return most == PROBE && at < most && p[at] == '/' &&
	       !has_end(p + at, most - at);
}

static enum segward_app_guess probe_request(const u8 *p, u32 len)
{
	u32 most = min_t(u32, len, PROBE);
	u32 begin = 0, at;

	while (begin < most && (p[begin] == '\r' || p[begin] == '\n'))
		begin++;
	at = begin;
	while (at < most && http_is_token(p[at]) && at - begin <= METHOD)
		at++;
	if (at - begin > METHOD)
		return SEGWARD_APP_NO;
	if (at == most)
		return most < PROBE ? SEGWARD_APP_MORE : SEGWARD_APP_NO;
	if (at == begin || !http_is_space(p[at]))
		return SEGWARD_APP_NO;
	if (is_method(p + begin, at - begin) || is_long_line(p, at, most))
		return SEGWARD_APP_YES;
	return probe_version(p, at, most);
}

static enum segward_app_guess probe_response(const u8 *p, u32 len)
{
	u32 most = min_t(u32, len, 5);

	if (memcmp(p, "HTTP/", most))
		return SEGWARD_APP_NO;
	if (len < 6)
		return SEGWARD_APP_MORE;
	return p[5] == '1' || p[5] == '0' ? SEGWARD_APP_YES : SEGWARD_APP_NO;
}

enum segward_app_guess segward_http_probe(u8 direction, const u8 *data, u32 len)
{
	if (!len)
		return SEGWARD_APP_MORE;
	return direction == SEGWARD_APP_TOSERVER ? probe_request(data, len) :
						   probe_response(data, len);
}

struct segward_http *segward_http_create(struct segward_budget *budget)
{
	struct segward_http *state;

	state = segward_budget_alloc(budget, sizeof(*state));
	if (state)
		memset(state, 0, sizeof(*state));
	return state;
}

static void free_block(struct http_block *block, struct segward_budget *budget)
{
	segward_budget_free(budget, block->data, block->size);
	block->data = NULL;
	block->size = 0;
}

/* What the items of the last call pointed to. */
static void free_told(struct segward_http *state, struct segward_budget *budget)
{
	u32 i;

	free_block(&state->head, budget);
	free_block(&state->text, budget);
	segward_http_decoder_destroy(state->decoder, budget);
	state->decoder = NULL;
	for (i = 0; i < ARRAY_SIZE(state->side); i++)
		if (state->side[i].decoder)
			segward_http_decoder_rewind(state->side[i].decoder);
}

static void free_side(struct http_side *side, struct segward_budget *budget)
{
	free_block(&side->gather, budget);
	side->gathered = 0;
	segward_http_decoder_destroy(side->decoder, budget);
	side->decoder = NULL;
}

void segward_http_destroy(struct segward_http *state,
			  struct segward_budget *budget)
{
	u32 i;

	if (!state)
		return;
	free_told(state, budget);
	for (i = 0; i < ARRAY_SIZE(state->side); i++)
		free_side(&state->side[i], budget);
	segward_budget_free(budget, state, sizeof(*state));
}

/**
 * http_upgrade() - no HTTP comes any more, in either direction
 * @state: the conversation
 * @budget: what the other direction has goes back to it
 * @direction: in which this became known; it is between two heads
 */
void http_upgrade(struct segward_http *state, struct segward_budget *budget,
		  u8 direction)
{
	u32 i;

	state->upgraded = true;
	free_side(&state->side[!direction], budget);
	for (i = 0; i < ARRAY_SIZE(state->side); i++)
		if (state->side[i].phase != HTTP_DEAD)
			state->side[i].phase = HTTP_UPGRADED;
}

bool segward_http_upgraded(const struct segward_http *state)
{
	return state->upgraded;
}

static int step(struct segward_http *state, struct segward_budget *budget,
		u8 direction, const u8 *data, u32 len,
		struct segward_app_out *out)
{
	switch (state->side[direction].phase) {
	case HTTP_START:
	case HTTP_HEAD:
	case HTTP_TRAILER:
		return http_head_feed(state, budget, direction, data, len,
				      out);
	case HTTP_UPGRADED:
		return (int)len;
	case HTTP_DEAD:
		return -EPROTO;
	default:
		return http_body_feed(state, budget, direction, data, len,
				      out);
	}
}

int segward_http_feed(struct segward_http *state,
		      struct segward_budget *budget, u8 direction,
		      const u8 *data, u32 len, struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	u32 taken = 0;
	u8 phase;
	int ret;

	out->nr = 0;
	free_told(state, budget);
	side->seen |= len > 0;
	while (taken < len) {
		phase = side->phase;
		ret = step(state, budget, direction, data + taken, len - taken,
			   out);
		if (ret < 0) {
			side->phase = HTTP_DEAD;
			return ret;
		}
		taken += (u32)ret;
		if (!ret && side->phase == phase)
			break;
	}
	return (int)taken;
}

void segward_http_end(struct segward_http *state,
		      struct segward_budget *budget, u8 direction,
		      struct segward_app_out *out)
{
	struct http_side *side = &state->side[direction];
	u8 phase = side->phase;

	out->nr = 0;
	free_told(state, budget);
	if (phase == HTTP_HEAD || phase == HTTP_TRAILER)
		http_head_end(state, budget, direction, out);
	http_body_end(state, direction, out);
	side->phase = HTTP_DEAD;
	if (phase == HTTP_START || phase >= HTTP_UPGRADED)
		return;
	if (phase != HTTP_UNTIL_CLOSE)
		http_event_pair(state, direction,
				SEGWARD_HTTP_REQUEST_TRUNCATED, out);
	http_done(state, direction, out);
}
