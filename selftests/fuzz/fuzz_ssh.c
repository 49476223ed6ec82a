// SPDX-License-Identifier: GPL-2.0
/*
 * SSH: both directions fed whole and in pieces down to single bytes. Both must
 * give the same items and errors, and when the parser is gone, so is its
 * memory.
 */
#include "app/ssh.h"
#include "fuzz_app.h"

static struct segward_pool pool;
static struct segward_budget budget = { .pool = &pool };
static struct segward_app_out out;
static struct app_log whole, pieces;

static void log_items(struct app_log *log)
{
	u32 i;

	must(out.nr <= SEGWARD_APP_ITEMS);
	for (i = 0; i < out.nr; i++)
		log_item(log, &out.item[i]);
}

/* Bytes of exactly their size, so that who reads behind them is seen. */
static bool feed(struct segward_ssh *ssh, struct app_log *log, u8 direction,
		 const u8 *data, u32 len)
{
	u8 *copy = malloc(len);
	int taken = 0;
	u32 at;

	memcpy(copy, data, len);
	for (at = 0; at < len; at += (u32)taken) {
		taken = segward_ssh_feed(ssh, &budget, direction, copy + at,
					 len - at, &out);
		log_items(log);
		if (taken < 0)
			break;
		must(taken || out.nr);
		must((u32)taken <= len - at);
	}
	free(copy);
	must(taken >= 0 || taken == -EPROTO);
	return taken >= 0;
}

static void converse(u8 direction, const u8 *data, u32 len, bool cut,
		     struct app_log *log)
{
	struct segward_ssh *ssh = segward_ssh_create(&budget);
	u32 seed = len;
	u32 piece;

	must(ssh);
	log->len = 0;
	log->open = false;
	for (; len; len -= piece, data += piece) {
		piece = cut ? piece_of(&seed, len) : len;
		if (!feed(ssh, log, direction, data, piece))
			break;
	}
	if (!len) {
		segward_ssh_end(ssh, &budget, direction, &out);
		log_items(log);
	}
	must(segward_ssh_is_told(ssh, direction));
	segward_ssh_destroy(ssh, &budget);
	must(!atomic_read(&budget.used));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 direction;

	if (!size)
		return 0;
	segward_pool_share(&pool, 1u << 20, 1);
	for (direction = 0; direction < 2; direction++) {
		segward_ssh_probe(direction, data, (u32)size);
		converse(direction, data, (u32)size, false, &whole);
		converse(direction, data, (u32)size, true, &pieces);
		must(whole.len == pieces.len);
		must(!memcmp(whole.byte, pieces.byte, whole.len));
	}
	return 0;
}
