// SPDX-License-Identifier: GPL-2.0
/*
 * One DNS message, header to end, as items. However the message came, it is
 * whole here, so that each call can go on at an offset.
 */
#include "dns_internal.h"

/* What an entry may leave: two pieces and two events, or the last event. */
#define ENTRY_ITEMS	5
#define ENTRY_TEXT	(SEGWARD_DNS_RECORD + SEGWARD_DNS_NAME + \
			 SEGWARD_DNS_DATA_TEXT)

/*
 * Data up to here is copied behind its name, so that the usual records come
 * in one piece; longer data is pointed to.
 */
#define COPIED_DATA	64

enum stage {
	STAGE_HEADER,
	STAGE_ENTRIES,
	STAGE_TOLD,
};

static struct segward_app_item *
add_item(const struct segward_dns_message *message, u8 kind,
	 struct segward_app_out *out)
{
	struct segward_app_item *item = &out->item[out->nr++];

	memset(item, 0, sizeof(*item));
	item->kind = kind;
	item->direction = message->direction;
	item->tx = message->tx;
	return item;
}

static void tell_buffer(const struct segward_dns_message *message, u8 buffer,
			u8 part, const u8 *data, u32 len,
			struct segward_app_out *out)
{
	struct segward_app_item *item;

	item = add_item(message, SEGWARD_APP_BUFFER, out);
	item->buffer = buffer;
	item->part = part;
	item->data = data;
	item->len = len;
}

void segward_dns_tell_event(const struct segward_dns_message *message,
			    u16 event, struct segward_app_out *out)
{
	add_item(message, SEGWARD_APP_EVENT, out)->event = event;
}

void segward_dns_tell_done(const struct segward_dns_message *message,
			   struct segward_app_out *out)
{
	add_item(message, SEGWARD_APP_DONE, out);
}

static void check_flags(const struct segward_dns_message *message, u16 flags,
			struct segward_app_out *out)
{
	bool response = flags & SEGWARD_DNS_QR;
	u8 opcode = SEGWARD_DNS_OPCODE(flags);

	if (response && message->direction == SEGWARD_APP_TOSERVER)
		segward_dns_tell_event(message,
				       SEGWARD_DNS_EVENT_NOT_A_REQUEST, out);
	if (!response && message->direction == SEGWARD_APP_TOCLIENT)
		segward_dns_tell_event(message,
				       SEGWARD_DNS_EVENT_NOT_A_RESPONSE, out);
	if (flags & SEGWARD_DNS_Z)
		segward_dns_tell_event(message, SEGWARD_DNS_EVENT_Z_FLAG_SET,
				       out);
	if (opcode >= SEGWARD_DNS_OPCODE_INVALID)
		segward_dns_tell_event(message,
				       SEGWARD_DNS_EVENT_INVALID_OPCODE, out);
	else if (opcode != SEGWARD_DNS_OPCODE_QUERY)
		segward_dns_tell_event(message, SEGWARD_DNS_EVENT_OTHER_OPCODE,
				       out);
	if (message->unsolicited)
		segward_dns_tell_event(message,
				       SEGWARD_DNS_EVENT_UNSOLICITED_RESPONSE,
				       out);
}

static bool asks_nothing(const struct segward_dns_header *header)
{
	return !(header->flags & SEGWARD_DNS_QR) &&
	       SEGWARD_DNS_OPCODE(header->flags) == SEGWARD_DNS_OPCODE_QUERY &&
	       !header->entries[SEGWARD_DNS_QUESTIONS] &&
	       !header->entries[SEGWARD_DNS_ADDITIONALS];
}

static void tell_header(struct segward_dns_scratch *scratch,
			const struct segward_dns_message *message,
			struct segward_app_out *out)
{
	struct segward_dns_header header;

	if (!segward_dns_header_read(message->data, message->len, &header)) {
		scratch->stage = STAGE_TOLD;
		segward_dns_tell_event(message,
				       SEGWARD_DNS_EVENT_MALFORMED_DATA, out);
		return;
	}
	BUILD_BUG_ON(sizeof(scratch->left) != sizeof(header.entries));
	memcpy(scratch->left, header.entries, sizeof(scratch->left));
	scratch->flags = header.flags;
	scratch->stage = STAGE_ENTRIES;
	scratch->section = SEGWARD_DNS_QUESTIONS;
	scratch->seen_opt = false;
	scratch->told = 0;
	scratch->steps = SEGWARD_DNS_STEPS +
			 SEGWARD_DNS_BYTE_STEPS * message->len;
	scratch->at = SEGWARD_DNS_HEADER;
	tell_buffer(message, SEGWARD_BUFFER_DNS_HEADER,
		    SEGWARD_APP_FIRST | SEGWARD_APP_LAST, message->data,
		    SEGWARD_DNS_HEADER, out);
	check_flags(message, header.flags, out);
	if (header.entries[SEGWARD_DNS_QUESTIONS] > 1)
		segward_dns_tell_event(message,
				       SEGWARD_DNS_EVENT_MULTIPLE_QUESTIONS,
				       out);
	if (asks_nothing(&header))
		segward_dns_tell_event(message, SEGWARD_DNS_EVENT_NO_QUESTION,
				       out);
}

static u16 tell_question(struct segward_dns_scratch *scratch,
			 const struct segward_dns_message *message,
			 struct segward_app_out *out)
{
	u8 *text = scratch->text + scratch->text_len;
	u32 at = scratch->at;
	u32 name_len;
	u16 event;

	event = segward_dns_name_read(message, &at, message->len,
				      text + SEGWARD_DNS_QUESTION, &name_len);
	if (event != SEGWARD_DNS_EVENT_NONE)
		return event;
	if (message->len - at < SEGWARD_DNS_QUESTION)
		return SEGWARD_DNS_EVENT_MALFORMED_DATA;
	memcpy(text, message->data + at, SEGWARD_DNS_QUESTION);
	tell_buffer(message, SEGWARD_BUFFER_DNS_QUERY,
		    SEGWARD_APP_FIRST | SEGWARD_APP_LAST,
		    text + SEGWARD_DNS_QUESTION, name_len, out);
	tell_buffer(message, SEGWARD_BUFFER_DNS_QUESTION,
		    SEGWARD_APP_FIRST | SEGWARD_APP_LAST, text,
		    SEGWARD_DNS_QUESTION + name_len, out);
	scratch->text_len += SEGWARD_DNS_QUESTION + name_len;
	scratch->at = at + SEGWARD_DNS_QUESTION;
	return SEGWARD_DNS_EVENT_NONE;
}

/* Records that are part of the message rather than of its content. */
static void check_meta(struct segward_dns_scratch *scratch,
		       const struct segward_dns_message *message,
		       const struct segward_dns_record *record,
		       struct segward_app_out *out)
{
	bool additional = record->section == SEGWARD_DNS_ADDITIONALS;

	if (record->type == SEGWARD_DNS_TYPE_OPT) {
		if (!additional || record->name_len || scratch->seen_opt)
			segward_dns_tell_event(message,
					       SEGWARD_DNS_EVENT_INVALID_OPT,
					       out);
		scratch->seen_opt = true;
	}
	if (record->type == SEGWARD_DNS_TYPE_TSIG &&
	    (!additional || scratch->left[SEGWARD_DNS_ADDITIONALS] != 1 ||
	     record->class != SEGWARD_DNS_CLASS_ANY))
		segward_dns_tell_event(message, SEGWARD_DNS_EVENT_INVALID_TSIG,
				       out);
}

/* @record: decoded. Its data is behind the name, or still in the message. */
static void write_record(struct segward_dns_scratch *scratch,
			 const struct segward_dns_message *message,
			 const struct segward_dns_record *record,
			 struct segward_app_out *out)
{
	u8 *text = scratch->text + scratch->text_len;
	u32 used = SEGWARD_DNS_RECORD + record->name_len;
	bool apart = false;

	text[0] = record->section;
	text[1] = record->decoded ? SEGWARD_DNS_DECODED : 0;
	put_unaligned_be16(record->type, text + 2);
	put_unaligned_be16(record->class, text + 4);
	put_unaligned_be32(record->ttl, text + 6);
	put_unaligned_be16((u16)record->data_len, text + 10);
	text[12] = (u8)record->name_len;
	if (record->data != text + used) {
		apart = record->data_len > COPIED_DATA;
		if (!apart)
			memcpy(text + used, record->data, record->data_len);
	}
	if (!apart)
		used += record->data_len;
	tell_buffer(message, SEGWARD_BUFFER_DNS_RECORD,
		    SEGWARD_APP_FIRST | (apart ? 0 : SEGWARD_APP_LAST), text,
		    used, out);
	if (apart)
		tell_buffer(message, SEGWARD_BUFFER_DNS_RECORD,
			    SEGWARD_APP_LAST, record->data, record->data_len,
			    out);
	scratch->text_len += used;
}

/* An update deletes by records without data (RFC 2136, 2.5). */
static bool has_no_form(const struct segward_dns_scratch *scratch, u32 len)
{
	return !len && SEGWARD_DNS_OPCODE(scratch->flags) ==
		       SEGWARD_DNS_OPCODE_UPDATE;
}

static u16 tell_record(struct segward_dns_scratch *scratch,
		       const struct segward_dns_message *message,
		       struct segward_app_out *out)
{
	u8 *name = scratch->text + scratch->text_len + SEGWARD_DNS_RECORD;
	struct segward_dns_record record = { .section = scratch->section };
	const u8 *fixed;
	u32 at = scratch->at;
	u32 len;
	u16 event;

	event = segward_dns_name_read(message, &at, message->len, name,
				      &record.name_len);
	if (event != SEGWARD_DNS_EVENT_NONE)
		return event;
	fixed = message->data + at;
	if (message->len - at < SEGWARD_DNS_FIXED)
		return SEGWARD_DNS_EVENT_MALFORMED_DATA;
	at += SEGWARD_DNS_FIXED;
	record.type = get_unaligned_be16(fixed);
	record.class = get_unaligned_be16(fixed + 2);
	record.ttl = get_unaligned_be32(fixed + 4);
	len = get_unaligned_be16(fixed + 8);
	if (message->len - at < len)
		return SEGWARD_DNS_EVENT_MALFORMED_DATA;
	record.data = message->data + at;
	record.data_len = len;
	if (!has_no_form(scratch, len))
		event = segward_dns_data_decode(message, &record,
						name + record.name_len);
	write_record(scratch, message, &record, out);
	/* Where the next one begins is known nevertheless. */
	if (event != SEGWARD_DNS_EVENT_NONE)
		segward_dns_tell_event(message, event, out);
	check_meta(scratch, message, &record, out);
	scratch->at = at + len;
	return SEGWARD_DNS_EVENT_NONE;
}

/* Behind the last entry; stateful operations have no others (RFC 8490, 5.4). */
static void tell_end(struct segward_dns_scratch *scratch,
		     const struct segward_dns_message *message,
		     struct segward_app_out *out)
{
	scratch->stage = STAGE_TOLD;
	if (scratch->at < message->len &&
	    SEGWARD_DNS_OPCODE(scratch->flags) != SEGWARD_DNS_OPCODE_DSO)
		segward_dns_tell_event(message, SEGWARD_DNS_EVENT_TRAILING_DATA,
				       out);
}

static void tell_entry(struct segward_dns_scratch *scratch,
		       const struct segward_dns_message *message,
		       struct segward_app_out *out)
{
	u16 event;

	while (scratch->section < SEGWARD_DNS_SECTIONS &&
	       !scratch->left[scratch->section])
		scratch->section++;
	if (scratch->section == SEGWARD_DNS_SECTIONS) {
		tell_end(scratch, message, out);
		return;
	}
	if (scratch->told == SEGWARD_DNS_ENTRIES)
		event = SEGWARD_DNS_EVENT_TOO_MANY_RECORDS;
	else if (scratch->section == SEGWARD_DNS_QUESTIONS)
		event = tell_question(scratch, message, out);
	else
		event = tell_record(scratch, message, out);
	if (event != SEGWARD_DNS_EVENT_NONE) {
		segward_dns_tell_event(message, event, out);
		scratch->stage = STAGE_TOLD;
		return;
	}
	scratch->left[scratch->section]--;
	scratch->told++;
}

static bool has_room(const struct segward_dns_scratch *scratch,
		     const struct segward_app_out *out)
{
	BUILD_BUG_ON(ENTRY_TEXT > SEGWARD_DNS_TEXT);
	return out->nr + ENTRY_ITEMS + SEGWARD_DNS_SPARE <=
	       SEGWARD_APP_ITEMS &&
	       scratch->text_len + ENTRY_TEXT <= SEGWARD_DNS_TEXT;
}

void segward_dns_tell_begin(struct segward_dns_scratch *scratch)
{
	scratch->stage = STAGE_HEADER;
}

bool segward_dns_tell(struct segward_dns_scratch *scratch,
		      struct segward_dns_message *message,
		      struct segward_app_out *out)
{
	message->steps = &scratch->steps;
	scratch->text_len = 0;
	if (scratch->stage == STAGE_HEADER)
		tell_header(scratch, message, out);
	while (scratch->stage == STAGE_ENTRIES) {
		if (!has_room(scratch, out))
			return false;
		tell_entry(scratch, message, out);
	}
	return true;
}
