// SPDX-License-Identifier: GPL-2.0
/*
 * Which buffers of a transaction a record tells, and how much of them.
 */
#include "record.h"

#include <linux/segward.h>

#include "dns_record.h"

void segward_record_begin(struct segward_record *record,
			  const struct segward_transaction *tx)
{
	memset(record, 0, sizeof(*record));
	record->tx = tx;
	record->truncated = tx->truncated;
}

static bool is_told_section(const struct segward_app_item *item)
{
	return item->len && (item->data[0] == SEGWARD_DNS_ANSWERS ||
			     item->data[0] == SEGWARD_DNS_AUTHORITIES);
}

/* Those that a record has a member for. */
static bool is_told(const struct segward_app_item *item)
{
	if (item->kind != SEGWARD_APP_BUFFER)
		return false;
	switch (item->buffer) {
	case SEGWARD_BUFFER_HTTP_METHOD:
	case SEGWARD_BUFFER_HTTP_URI_RAW:
	case SEGWARD_BUFFER_HTTP_HOST:
	case SEGWARD_BUFFER_HTTP_HOST_RAW:
	case SEGWARD_BUFFER_HTTP_USER_AGENT:
	case SEGWARD_BUFFER_HTTP_REFERER:
	case SEGWARD_BUFFER_HTTP_PROTOCOL:
		return item->direction == SEGWARD_APP_TOSERVER;
	case SEGWARD_BUFFER_HTTP_CONTENT_TYPE:
	case SEGWARD_BUFFER_HTTP_STAT_CODE:
	case SEGWARD_BUFFER_HTTP_LOCATION:
		return item->direction == SEGWARD_APP_TOCLIENT;
	case SEGWARD_BUFFER_TLS_SNI:
	case SEGWARD_BUFFER_TLS_VERSION:
	case SEGWARD_BUFFER_TLS_ALPN:
	case SEGWARD_BUFFER_TLS_CERT_SUBJECT:
	case SEGWARD_BUFFER_TLS_CERT_ISSUER:
	case SEGWARD_BUFFER_TLS_CERT_SERIAL:
	case SEGWARD_BUFFER_TLS_CERT_FINGERPRINT:
	case SEGWARD_BUFFER_TLS_NOT_BEFORE:
	case SEGWARD_BUFFER_TLS_NOT_AFTER:
	case SEGWARD_BUFFER_TLS_RESUMED:
	case SEGWARD_BUFFER_JA3_STRING:
	case SEGWARD_BUFFER_JA3_HASH:
	case SEGWARD_BUFFER_JA3S_STRING:
	case SEGWARD_BUFFER_JA3S_HASH:
	case SEGWARD_BUFFER_JA4_HASH:
	case SEGWARD_BUFFER_SSH_PROTO:
	case SEGWARD_BUFFER_SSH_SOFTWARE:
	case SEGWARD_BUFFER_DNS_HEADER:
	case SEGWARD_BUFFER_DNS_QUESTION:
		return true;
	case SEGWARD_BUFFER_DNS_RECORD:
		return is_told_section(item);
	default:
		return false;
	}
}

/* What is behind a buffer that does not fit is not told either. */
static bool is_full(struct segward_record *record)
{
	if (record->nr < SEGWARD_RECORD_BUFFERS &&
	    record->bytes < SEGWARD_RECORD_BYTES)
		return false;
	record->truncated = true;
	return true;
}

static void cut(struct segward_record *record, struct segward_app_item *item)
{
	u32 most = min_t(u32, SEGWARD_RECORD_BUFFER,
			 SEGWARD_RECORD_BYTES - record->bytes);

	if (item->len <= most)
		return;
	item->len = most;
	record->truncated = true;
}

bool segward_record_next(struct segward_record *record,
			 struct segward_app_item *item)
{
	while (segward_transaction_next(record->tx, &record->at, item)) {
		if (!is_told(item))
			continue;
		if (is_full(record))
			return false;
		cut(record, item);
		record->nr++;
		record->bytes += item->len;
		return true;
	}
	return false;
}

u64 segward_record_body(const struct segward_transaction *tx, u8 direction)
{
	return tx->done & BIT(direction) ? tx->message[direction] :
					   tx->body[direction];
}

u8 segward_record_event(u8 proto)
{
	switch (proto) {
	case SEGWARD_APP_PROTO_HTTP:
		return SEGWARD_EVENT_TYPE_HTTP;
	case SEGWARD_APP_PROTO_TLS:
		return SEGWARD_EVENT_TYPE_TLS;
	case SEGWARD_APP_PROTO_DNS:
		return SEGWARD_EVENT_TYPE_DNS;
	case SEGWARD_APP_PROTO_SSH:
		return SEGWARD_EVENT_TYPE_SSH;
	default:
		return 0;
	}
}
