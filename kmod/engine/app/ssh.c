// SPDX-License-Identifier: GPL-2.0
/*
 * The banners of SSH. A line that is not whole in the bytes at hand is copied;
 * its last bytes are taken in the call after the one that told it, and then
 * the copy goes.
 */
#include "ssh.h"

/**
 * enum stage - of a direction
 * @STAGE_LINE: at, or in, a line that may be the banner
 * @STAGE_REST: in a line that is longer than a banner and is none
 * @STAGE_TOLD: at the end of the banner, all but that it is done was told
 * @STAGE_OVER: behind it, or given up
 */
enum stage {
	STAGE_LINE,
	STAGE_REST,
	STAGE_TOLD,
	STAGE_OVER,
};

/**
 * struct side - one direction
 * @copy: SEGWARD_SSH_BANNER bytes, or NULL
 * @have: bytes of the line that were taken
 * @lines: before it
 * @stage: enum stage
 */
struct side {
	u8 *copy;
	u16 have;
	u16 lines;
	u8 stage;
};

struct segward_ssh {
	struct side side[2];
};

enum segward_app_guess segward_ssh_probe(u8 direction, const u8 *data, u32 len)
{
	if (memcmp(data, "SSH-", min(len, 4u)))
		return SEGWARD_APP_NO;
	return len < 4 ? SEGWARD_APP_MORE : SEGWARD_APP_YES;
}

struct segward_ssh *segward_ssh_create(struct segward_budget *budget)
{
	struct segward_ssh *ssh = segward_budget_alloc(budget, sizeof(*ssh));

	BUILD_BUG_ON(sizeof(*ssh) > SEGWARD_BUDGET_UNIT);
	if (ssh)
		memset(ssh, 0, sizeof(*ssh));
	return ssh;
}

static void free_copy(struct side *side, struct segward_budget *budget)
{
	segward_budget_free(budget, side->copy, SEGWARD_SSH_BANNER);
	side->copy = NULL;
}

void segward_ssh_destroy(struct segward_ssh *ssh,
			 struct segward_budget *budget)
{
	if (!ssh)
		return;
	free_copy(&ssh->side[SEGWARD_APP_TOSERVER], budget);
	free_copy(&ssh->side[SEGWARD_APP_TOCLIENT], budget);
	segward_budget_free(budget, ssh, sizeof(*ssh));
}

static struct segward_app_item *add_item(struct segward_app_out *out, u8 kind,
					 u8 direction)
{
	struct segward_app_item *item = &out->item[out->nr++];

	memset(item, 0, sizeof(*item));
	item->kind = kind;
	item->direction = direction;
	return item;
}

static void tell_event(struct segward_app_out *out, u8 direction, u16 event)
{
	add_item(out, SEGWARD_APP_EVENT, direction)->event = event;
}

static void tell_buffer(struct segward_app_out *out, u8 direction, u8 buffer,
			const u8 *data, u32 len)
{
	struct segward_app_item *item;

	item = add_item(out, SEGWARD_APP_BUFFER, direction);
	item->buffer = buffer;
	item->part = SEGWARD_APP_FIRST | SEGWARD_APP_LAST;
	item->data = data;
	item->len = len;
}

/* Bytes before the first one that is @end, or all. */
static u32 span(const u8 *data, u32 len, u8 end)
{
	u32 n = 0;

	while (n < len && data[n] != end)
		n++;
	return n;
}

static bool is_number(const u8 *data, u32 len)
{
	u32 n;

	for (n = 0; n < len; n++)
		if (data[n] < '0' || data[n] > '9')
			return false;
	return len;
}

/* Two numbers with a point between them. */
static bool is_version(const u8 *data, u32 len)
{
	u32 major = span(data, len, '.');

	return major < len && is_number(data, major) &&
	       is_number(data + major + 1, len - major - 1);
}

static bool is_printable(const u8 *data, u32 len)
{
	u32 n;

	for (n = 0; n < len; n++)
		if (data[n] <= ' ' || data[n] > '~')
			return false;
	return len;
}

/* @line: behind its first four bytes, and without its end. */
static void tell_banner(struct segward_app_out *out, u8 direction,
			const u8 *line, u32 len)
{
	u32 proto = span(line, len, '-');
	bool whole = proto < len;
	const u8 *software = line + proto + whole;
	u32 bytes = span(software, len - proto - whole, ' ');

	if (!is_version(line, proto) || !is_printable(software, bytes))
		tell_event(out, direction, SEGWARD_SSH_EVENT_INVALID_BANNER);
	tell_buffer(out, direction, SEGWARD_BUFFER_SSH_PROTO, line, proto);
	if (whole)
		tell_buffer(out, direction, SEGWARD_BUFFER_SSH_SOFTWARE,
			    software, bytes);
}

static int copy(struct side *side, struct segward_budget *budget,
		const u8 *data, u32 len)
{
	if (!side->copy)
		side->copy = segward_budget_alloc(budget, SEGWARD_SSH_BANNER);
	if (!side->copy)
		return -ENOMEM;
	memcpy(side->copy + side->have, data, len);
	return 0;
}

/* This direction is no SSH. */
static int give_up(struct side *side, struct segward_budget *budget,
		   struct segward_app_out *out, u8 direction, u16 event)
{
	free_copy(side, budget);
	side->stage = STAGE_OVER;
	tell_event(out, direction, event);
	return -EPROTO;
}

/* A line that is no banner, or SEGWARD_SSH_BANNER bytes of one, is over. */
static int pass_line(struct side *side, struct segward_budget *budget,
		     struct segward_app_out *out, u8 direction, bool ends)
{
	if (direction == SEGWARD_APP_TOSERVER)
		return give_up(side, budget, out, direction,
			       SEGWARD_SSH_EVENT_INVALID_BANNER);
	if (++side->lines > SEGWARD_SSH_LINES)
		return give_up(side, budget, out, direction,
			       SEGWARD_SSH_EVENT_TOO_MANY_LINES);
	free_copy(side, budget);
	side->have = 0;
	side->stage = ends ? STAGE_LINE : STAGE_REST;
	return 0;
}

/* The line is whole with the first @len bytes of @data; @ends: by a LF. */
static int end_line(struct side *side, struct segward_budget *budget,
		    u8 direction, const u8 *data, u32 len, bool ends,
		    struct segward_app_out *out)
{
	const u8 *line = data;
	u32 bytes = side->have + len;
	int error;

	if (side->copy) {
		error = copy(side, budget, data, len);
		if (error)
			return error;
		line = side->copy;
	}
	if (side->stage == STAGE_REST ||
	    segward_ssh_probe(direction, line, bytes) != SEGWARD_APP_YES) {
		error = pass_line(side, budget, out, direction, ends);
		return error ? error : len;
	}
	if (!ends)
		tell_event(out, direction, SEGWARD_SSH_EVENT_LONG_BANNER);
	bytes -= ends;
	if (line[bytes - 1] == '\r')
		bytes--;
	tell_banner(out, direction, line + 4, bytes - 4);
	side->stage = STAGE_TOLD;
	return 0;
}

static int feed_line(struct side *side, struct segward_budget *budget,
		     u8 direction, const u8 *data, u32 len,
		     struct segward_app_out *out)
{
	u32 most = min_t(u32, len, SEGWARD_SSH_BANNER - side->have);
	u32 bytes = span(data, most, '\n');
	bool ends = bytes < most;
	int error;

	bytes += ends;
	if (ends || side->have + bytes == SEGWARD_SSH_BANNER)
		return end_line(side, budget, direction, data, bytes, ends,
				out);
	if (side->stage == STAGE_LINE) {
		error = copy(side, budget, data, bytes);
		if (error)
			return error;
	}
	side->have += bytes;
	return bytes;
}

int segward_ssh_feed(struct segward_ssh *ssh, struct segward_budget *budget,
		     u8 direction, const u8 *data, u32 len,
		     struct segward_app_out *out)
{
	struct side *side = &ssh->side[direction];

	out->nr = 0;
	switch (side->stage) {
	case STAGE_OVER:
		return len;
	case STAGE_TOLD:
		free_copy(side, budget);
		side->stage = STAGE_OVER;
		add_item(out, SEGWARD_APP_DONE, direction);
		return len;
	default:
		return feed_line(side, budget, direction, data, len, out);
	}
}

void segward_ssh_end(struct segward_ssh *ssh, struct segward_budget *budget,
		     u8 direction, struct segward_app_out *out)
{
	struct side *side = &ssh->side[direction];

	out->nr = 0;
	if (side->stage < STAGE_TOLD && (side->have || side->lines)) {
		give_up(side, budget, out, direction,
			SEGWARD_SSH_EVENT_INVALID_BANNER);
		add_item(out, SEGWARD_APP_DONE, direction);
	}
	free_copy(side, budget);
	side->stage = STAGE_OVER;
}

bool segward_ssh_is_told(const struct segward_ssh *ssh, u8 direction)
{
	return ssh->side[direction].stage == STAGE_OVER;
}
