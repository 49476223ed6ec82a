// SPDX-License-Identifier: GPL-2.0
/*
 * The data of DNS records, by type, into the form of dns_record.h.
 */
#include "dns_internal.h"

/**
 * struct form - data of some bytes, some names, and bytes again
 * @type: of which type
 * @before: bytes before the names
 * @names: how many
 * @after: bytes behind them
 * @internet: other classes have another form
 */
struct form {
	u16 type;
	u8 before;
	u8 names;
	u8 after;
	bool internet;
};

static const struct form forms[] = {
	{ SEGWARD_DNS_TYPE_A, 4, 0, 0, true },
	{ SEGWARD_DNS_TYPE_AAAA, 16, 0, 0, true },
	{ SEGWARD_DNS_TYPE_CNAME, 0, 1, 0, false },
	{ SEGWARD_DNS_TYPE_PTR, 0, 1, 0, false },
	{ SEGWARD_DNS_TYPE_NS, 0, 1, 0, false },
	{ SEGWARD_DNS_TYPE_MX, 2, 1, 0, false },
	{ SEGWARD_DNS_TYPE_SRV, 6, 1, 0, true },
	{ SEGWARD_DNS_TYPE_SOA, 0, 2, 20, false },
};

static const struct form *form_of(u16 type, u16 class)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		if (forms[i].type != type)
			continue;
		if (forms[i].internet && class != SEGWARD_DNS_CLASS_IN)
			return NULL;
		return &forms[i];
	}
	return NULL;
}

/*
 * Numbers first, then the names, each but the last behind its length. Data
 * without names stays where it is.
 */
static u16 decode_form(const struct form *form,
		       const struct segward_dns_message *message,
		       struct segward_dns_record *record, u8 *text)
{
	u32 at = (u32)(record->data - message->data);
	u32 len = record->data_len;
	u32 end = at + len - form->after;
	u32 used = form->before + form->after;
	u32 name, name_len;
	u16 event;

	if (len < used || (!form->names && len > used))
		return SEGWARD_DNS_EVENT_MALFORMED_DATA;
	if (!form->names) {
		record->decoded = true;
		return SEGWARD_DNS_EVENT_NONE;
	}
	memcpy(text, message->data + at, form->before);
	memcpy(text + form->before, message->data + end, form->after);
	at += form->before;
	for (name = 1; name <= form->names; name++) {
		u8 *length = name < form->names ? text + used++ : NULL;

		event = segward_dns_name_read(message, &at, end, text + used,
					      &name_len);
		if (event != SEGWARD_DNS_EVENT_NONE)
			return event;
		if (length)
			*length = (u8)name_len;
		used += name_len;
	}
	if (at != end)
		return SEGWARD_DNS_EVENT_MALFORMED_DATA;
	record->decoded = true;
	record->data = text;
	record->data_len = used;
	return SEGWARD_DNS_EVENT_NONE;
}

/* One string or more, which end with the data (RFC 1035, 3.3.14). */
static bool are_strings(const u8 *data, u32 len)
{
	u32 at = 0;

	while (at < len)
		at += 1 + data[at];
	return len && at == len;
}

u16 segward_dns_data_decode(const struct segward_dns_message *message,
			    struct segward_dns_record *record, u8 *text)
{
	const struct form *form;

	switch (record->type) {
	case SEGWARD_DNS_TYPE_TXT:
		record->decoded = are_strings(record->data, record->data_len);
		break;
	case SEGWARD_DNS_TYPE_SSHFP:
		record->decoded = record->data_len >= 2;
		break;
	case SEGWARD_DNS_TYPE_NULL:
		record->decoded = true;
		break;
	default:
		form = form_of(record->type, record->class);
		if (!form)
			return SEGWARD_DNS_EVENT_NONE;
		return decode_form(form, message, record, text);
	}
	return record->decoded ? SEGWARD_DNS_EVENT_NONE :
				 SEGWARD_DNS_EVENT_MALFORMED_DATA;
}
