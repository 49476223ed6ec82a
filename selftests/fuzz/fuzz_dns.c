// SPDX-License-Identifier: GPL-2.0
/*
 * DNS: a conversation of some segments of both directions, fed as they are
 * and in pieces down to single bytes. Both must give the same items, and when
 * the parser is gone, so is its memory. Each segment is also a datagram: what
 * the probe says is a message has none of the events of broken ones.
 */
#include "app/dns.h"
#include "fuzz_app.h"

static struct segward_pool pool;
static struct segward_budget budget = { .pool = &pool };
static struct segward_app_out out;
static struct app_log whole, pieces;

/* What can be read of an item that is one, must be. */
static void read_back(const struct segward_app_item *item)
{
	struct segward_dns_question question;
	struct segward_dns_record record;
	struct segward_dns_header header;
	struct segward_dns_soa soa;

	if (item->kind != SEGWARD_APP_BUFFER ||
	    item->part != (SEGWARD_APP_FIRST | SEGWARD_APP_LAST))
		return;
	if (item->buffer == SEGWARD_BUFFER_DNS_HEADER)
		must(segward_dns_header_read(item->data, item->len, &header));
	if (item->buffer == SEGWARD_BUFFER_DNS_QUESTION)
		must(segward_dns_question_read(item->data, item->len,
					       &question));
	if (item->buffer != SEGWARD_BUFFER_DNS_RECORD)
		return;
	must(segward_dns_record_read(item->data, item->len, &record));
	must(record.data_len == record.data_whole);
	must(SEGWARD_DNS_RECORD + record.name_len + record.data_len ==
	     item->len);
	if (record.decoded && record.type == SEGWARD_DNS_TYPE_SOA)
		must(segward_dns_soa_read(&record, &soa));
}

static void log_items(struct app_log *log)
{
	u32 i;

	must(out.nr <= SEGWARD_APP_ITEMS);
	for (i = 0; i < out.nr; i++) {
		log_item(log, &out.item[i]);
		read_back(&out.item[i]);
	}
}

/* Bytes of exactly their size, so that who reads behind them is seen. */
static int feed(struct segward_dns *dns, struct app_log *log, u8 direction,
		const u8 *data, u32 len)
{
	u8 *copy = malloc(len ? len : 1);
	int taken = 0;
	u32 at;

	memcpy(copy, data, len);
	for (at = 0; at < len; at += (u32)taken) {
		taken = segward_dns_feed(dns, &budget, direction, copy + at,
					 len - at, &out);
		log_items(log);
		if (taken < 0)
			break;
		must(taken || out.nr);
		must((u32)taken <= len - at);
	}
	free(copy);
	return taken < 0 ? taken : 0;
}

/**
 * converse() - feed it all
 * @data: segments: direction (1 bit) and length (15), then bytes
 * @len: its bytes
 * @cut: in pieces
 * @log: gets the items
 */
static void converse(const u8 *data, u32 len, bool cut, struct app_log *log)
{
	struct segward_dns *dns = segward_dns_create(&budget);
	u32 seed = len;
	u32 bytes, piece;
	u8 direction;

	must(dns);
	log->len = 0;
	log->open = false;
	while (len >= 2) {
		direction = data[0] >> 7;
		bytes = get_unaligned_be16(data) & 0x7fff;
		data += 2;
		len -= 2;
		bytes = min(bytes, len);
		len -= bytes;
		for (; bytes; bytes -= piece, data += piece) {
			piece = cut ? piece_of(&seed, bytes) : bytes;
			must(!feed(dns, log, direction, data, piece));
		}
	}
	for (direction = 0; direction < 2; direction++) {
		segward_dns_end(dns, &budget, direction, &out);
		log_items(log);
	}
	segward_dns_destroy(dns, &budget);
	must(!atomic_read(&budget.used));
}

/* As a datagram, in a copy of its size. */
static void tell_datagram(const u8 *data, u32 len)
{
	static struct segward_dns_scratch scratch;
	u8 *copy = malloc(len ? len : 1);
	bool probed;
	u32 taken, i;

	memcpy(copy, data, len);
	probed = segward_dns_datagram_probe(copy, len) == SEGWARD_APP_YES;
	segward_dns_probe(SEGWARD_APP_TOSERVER, copy, len);
	whole.len = 0;
	whole.open = false;
	segward_dns_datagram_begin(&scratch);
	do {
		taken = segward_dns_datagram(&scratch, len & 1, copy, len,
					     &out);
		must(out.nr);
		log_items(&whole);
		for (i = 0; probed && i < out.nr; i++)
			must(out.item[i].kind != SEGWARD_APP_EVENT ||
			     (out.item[i].event !=
			      SEGWARD_DNS_EVENT_INVALID_OPCODE &&
			      out.item[i].event !=
			      SEGWARD_DNS_EVENT_TRAILING_DATA));
	} while (taken < len);
	must(out.item[out.nr - 1].kind == SEGWARD_APP_DONE);
	free(copy);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	segward_pool_share(&pool, 1u << 20, 1);
	converse(data, (u32)size, false, &whole);
	converse(data, (u32)size, true, &pieces);
	must(whole.len == pieces.len);
	must(!memcmp(whole.byte, pieces.byte, whole.len));
	tell_datagram(data, (u32)size);
	if (size > 4)
		tell_datagram(data + 4, (u32)size - 4);
	return 0;
}
