// SPDX-License-Identifier: GPL-2.0
/*
 * Records of DNS: version 2 of Suricata's, with answers one by one and grouped.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/dns_record.h"
#include "eve/app.h"
#include "eve/json.h"

static const char * const types[] = {
	[1] = "A", [2] = "NS", [3] = "MD", [4] = "MF", [5] = "CNAME",
	[6] = "SOA", [7] = "MB", [8] = "MG", [9] = "MR", [10] = "NULL",
	[11] = "WKS", [12] = "PTR", [13] = "HINFO", [14] = "MINFO",
	[15] = "MX", [16] = "TXT", [17] = "RP", [18] = "AFSDB", [19] = "X25",
	[20] = "ISDN", [21] = "RT", [22] = "NSAP", [23] = "NSAPPTR",
	[24] = "SIG", [25] = "KEY", [26] = "PX", [27] = "GPOS", [28] = "AAAA",
	[29] = "LOC", [30] = "NXT", [33] = "SRV", [34] = "ATMA",
	[35] = "NAPTR", [36] = "KX", [37] = "CERT", [38] = "A6",
	[39] = "DNAME", [41] = "OPT", [42] = "APL", [43] = "DS",
	[44] = "SSHFP", [45] = "IPSECKEY", [46] = "RRSIG", [47] = "NSEC",
	[48] = "DNSKEY", [49] = "DHCID", [50] = "NSEC3", [51] = "NSEC3PARAM",
	[52] = "TLSA", [55] = "HIP", [59] = "CDS", [60] = "CDNSKEY",
	[64] = "SVCB", [65] = "HTTPS", [99] = "SPF", [249] = "TKEY",
	[250] = "TSIG", [251] = "IXFR", [252] = "AXFR", [254] = "MAILA",
	[255] = "ANY", [256] = "URI",
};

static const char * const rcodes[] = {
	"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
	"YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
};

/* Room for a number of 16 bits in place of a word. */
#define WORD_SIZE	8

static const char *type_word(u16 type, char *s)
{
	if (type < ARRAY_SIZE(types) && types[type])
		return types[type];
	snprintf(s, WORD_SIZE, "%u", type);
	return s;
}

static void add_type(struct json_object *to, u16 type)
{
	char s[WORD_SIZE];

	eve_add_text(to, "rrtype", type_word(type, s));
}

static void add_rcode(struct json_object *to, u16 flags)
{
	u32 rcode = flags & SEGWARD_DNS_RCODE;
	char s[WORD_SIZE];

	snprintf(s, sizeof(s), "%u", rcode);
	eve_add_text(to, "rcode",
		     rcode < ARRAY_SIZE(rcodes) ? rcodes[rcode] : s);
}

/* --- What a record has ----------------------------------------------------- */

static struct json_object *name_object(const struct segward_dns_record *record)
{
	const u8 *name;
	u32 len;

	if (!segward_dns_data_name(record, &name, &len))
		return NULL;
	return eve_bytes(name, len);
}

static struct json_object *
address_object(const struct segward_dns_record *record)
{
	bool v4 = record->type == SEGWARD_DNS_TYPE_A;
	char s[SEGWARD_EVE_ADDRESS];

	if (record->data_len != (v4 ? 4 : 16))
		return NULL;
	return eve_text(segward_eve_address(v4 ? SEGWARD_FAMILY_IPV4 :
						 SEGWARD_FAMILY_IPV6,
					    record->data, s));
}

static struct json_object *soa_object(const struct segward_dns_record *record)
{
	struct json_object *object;
	struct segward_dns_soa soa;

	if (!segward_dns_soa_read(record, &soa))
		return NULL;
	object = json_object_new_object();
	eve_add_bytes(object, "mname", soa.mname, soa.mname_len);
	eve_add_bytes(object, "rname", soa.rname, soa.rname_len);
	eve_add_number(object, "serial", soa.serial);
	eve_add_number(object, "refresh", soa.refresh);
	eve_add_number(object, "retry", soa.retry);
	eve_add_number(object, "expire", soa.expire);
	eve_add_number(object, "minimum", soa.minimum);
	return object;
}

static struct json_object *srv_object(const struct segward_dns_record *record)
{
	struct json_object *object;
	const u8 *name;
	u32 len;

	if (!segward_dns_data_name(record, &name, &len))
		return NULL;
	object = json_object_new_object();
	eve_add_number(object, "priority", get_unaligned_be16(record->data));
	eve_add_number(object, "weight", get_unaligned_be16(record->data + 2));
	eve_add_number(object, "port", get_unaligned_be16(record->data + 4));
	eve_add_bytes(object, "name", name, len);
	return object;
}

static struct json_object *hex(const u8 *data, u32 len)
{
	char *s = malloc(3 * (size_t)len + 1), *out = s;
	struct json_object *object;
	u32 i;

	if (!s)
		return NULL;
	*s = '\0';
	for (i = 0; i < len; i++)
		out += sprintf(out, "%s%02x", i ? ":" : "", data[i]);
	object = json_object_new_string(s);
	free(s);
	return object;
}

static struct json_object *sshfp_object(const struct segward_dns_record *record)
{
	struct json_object *object;

	if (record->data_len < 2)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "fingerprint",
			       hex(record->data + 2, record->data_len - 2));
	eve_add_number(object, "algo", record->data[0]);
	eve_add_number(object, "type", record->data[1]);
	return object;
}

/* The data as Suricata tells it; NULL if it does not. *@key: of which member. */
static struct json_object *data_object(const struct segward_dns_record *record,
				       const char **key)
{
	*key = "rdata";
	if (!record->decoded)
		return NULL;
	switch (record->type) {
	case SEGWARD_DNS_TYPE_A:
	case SEGWARD_DNS_TYPE_AAAA:
		return address_object(record);
	case SEGWARD_DNS_TYPE_NS:
	case SEGWARD_DNS_TYPE_CNAME:
	case SEGWARD_DNS_TYPE_PTR:
	case SEGWARD_DNS_TYPE_MX:
		return name_object(record);
	case SEGWARD_DNS_TYPE_NULL:
		return eve_bytes(record->data, record->data_len);
	case SEGWARD_DNS_TYPE_SOA:
		*key = "soa";
		return soa_object(record);
	case SEGWARD_DNS_TYPE_SRV:
		*key = "srv";
		return srv_object(record);
	case SEGWARD_DNS_TYPE_SSHFP:
		*key = "sshfp";
		return sshfp_object(record);
	default:
		return NULL;
	}
}

/* --- Lists of them --------------------------------------------------------- */

/**
 * struct lists - the records of a message
 * @answers: NULL if there are none
 * @grouped: their data by type; NULL if there are no answers
 * @authorities: NULL if there are none
 */
struct lists {
	struct json_object *answers;
	struct json_object *grouped;
	struct json_object *authorities;
};

static void group(struct json_object *grouped, u16 type,
		  struct json_object *data)
{
	struct json_object *list;
	char s[WORD_SIZE];

	if (!data)
		return;
	if (!json_object_object_get_ex(grouped, type_word(type, s), &list)) {
		list = json_object_new_array();
		json_object_object_add(grouped, type_word(type, s), list);
	}
	json_object_array_add(list, json_object_get(data));
}

/* Takes @data, which may be NULL. */
static void list_one(struct lists *lists,
		     const struct segward_dns_record *record, const char *key,
		     struct json_object *data)
{
	bool answer = record->section == SEGWARD_DNS_ANSWERS;
	struct json_object **list = answer ? &lists->answers :
					     &lists->authorities;
	struct json_object *one = json_object_new_object();

	if (!*list)
		*list = json_object_new_array();
	if (answer && !lists->grouped)
		lists->grouped = json_object_new_object();
	if (answer)
		group(lists->grouped, record->type, data);
	eve_add_bytes(one, "rrname", record->name, record->name_len);
	add_type(one, record->type);
	eve_add_number(one, "ttl", record->ttl);
	if (data)
		json_object_object_add(one, key, data);
	json_object_array_add(*list, one);
}

/* A TXT has as many strings as it likes; each is an answer of its own. */
static void list_record(struct lists *lists,
			const struct segward_dns_record *record)
{
	struct json_object *data;
	const char *key;
	const u8 *string;
	u32 at = 0, len;

	if (record->type != SEGWARD_DNS_TYPE_TXT || !record->decoded) {
		data = data_object(record, &key);
		list_one(lists, record, key, data);
		return;
	}
	while (segward_dns_txt_next(record, &at, &string, &len))
		list_one(lists, record, "rdata", eve_bytes(string, len));
}

static void list_records(struct lists *lists,
			 const struct segward_eve_event *event)
{
	const struct segward_eve_buffer *buffer;
	struct segward_dns_record record;
	u32 i;

	for (i = 0; i < event->nr_buffers; i++) {
		buffer = &event->buffers[i];
		if (buffer->buffer == SEGWARD_BUFFER_DNS_RECORD &&
		    segward_dns_record_read(buffer->data, buffer->len,
					    &record))
			list_record(lists, &record);
	}
}

static void add_records(struct json_object *dns,
			const struct segward_eve_event *event)
{
	struct lists lists = { 0 };

	list_records(&lists, event);
	if (lists.answers)
		json_object_object_add(dns, "answers", lists.answers);
	if (lists.grouped)
		json_object_object_add(dns, "grouped", lists.grouped);
	if (lists.authorities)
		json_object_object_add(dns, "authorities", lists.authorities);
}

/* --- Messages -------------------------------------------------------------- */

/* The header is one direction's, as the message is. */
static bool read_header(const struct segward_eve_event *event,
			struct segward_dns_header *header)
{
	const struct segward_eve_buffer *buffer;

	buffer = eve_first(event, EVE_TO_SERVER, SEGWARD_BUFFER_DNS_HEADER);
	if (!buffer)
		buffer = eve_first(event, EVE_TO_CLIENT,
				   SEGWARD_BUFFER_DNS_HEADER);
	return buffer &&
	       segward_dns_header_read(buffer->data, buffer->len, header);
}

static bool read_question(const struct segward_eve_event *event, u32 nr,
			  struct segward_dns_question *question)
{
	const struct segward_eve_buffer *buffer;
	u32 i;

	for (i = 0; i < event->nr_buffers; i++) {
		buffer = &event->buffers[i];
		if (buffer->buffer == SEGWARD_BUFFER_DNS_QUESTION && !nr--)
			return segward_dns_question_read(buffer->data,
							 buffer->len, question);
	}
	return false;
}

static void add_question(struct json_object *dns,
			 const struct segward_eve_event *event, u32 nr)
{
	struct segward_dns_question question;

	if (!read_question(event, nr, &question))
		return;
	eve_add_bytes(dns, "rrname", question.name, question.name_len);
	add_type(dns, question.type);
}

static void add_flags(struct json_object *dns, u16 flags)
{
	static const struct {
		const char *key;
		u16 bit;
	} row[] = {
		{ "qr", SEGWARD_DNS_QR }, { "aa", SEGWARD_DNS_AA },
		{ "tc", SEGWARD_DNS_TC }, { "rd", SEGWARD_DNS_RD },
		{ "ra", SEGWARD_DNS_RA }, { "z", SEGWARD_DNS_Z },
	};
	char s[WORD_SIZE];
	size_t i;

	snprintf(s, sizeof(s), "%x", flags);
	eve_add_text(dns, "flags", s);
	for (i = 0; i < ARRAY_SIZE(row); i++)
		if (flags & row[i].bit)
			eve_add_flag(dns, row[i].key, true);
}

static void add_query(struct json_object *dns,
		      const struct segward_eve_event *event,
		      const struct segward_dns_header *header)
{
	eve_add_number(dns, "version", 2);
	eve_add_text(dns, "type", "query");
	eve_add_number(dns, "id", header->id);
	add_question(dns, event, event->question);
	eve_add_number(dns, "tx_id", event->tx_id);
	if (header->flags & SEGWARD_DNS_Z)
		eve_add_flag(dns, "z", true);
	eve_add_number(dns, "opcode", SEGWARD_DNS_OPCODE(header->flags));
}

static void add_answer(struct json_object *dns,
		       const struct segward_eve_event *event,
		       const struct segward_dns_header *header)
{
	eve_add_number(dns, "version", 2);
	eve_add_text(dns, "type", "answer");
	eve_add_number(dns, "id", header->id);
	add_flags(dns, header->flags);
	eve_add_number(dns, "opcode", SEGWARD_DNS_OPCODE(header->flags));
	add_question(dns, event, 0);
	add_rcode(dns, header->flags);
	add_records(dns, event);
}

struct json_object *eve_dns(const struct segward_eve_event *event)
{
	struct json_object *dns = json_object_new_object();
	struct segward_dns_header header;

	if (!read_header(event, &header))
		add_question(dns, event, event->question);
	else if (header.flags & SEGWARD_DNS_QR)
		add_answer(dns, event, &header);
	else
		add_query(dns, event, &header);
	return dns;
}

uint32_t eve_dns_lines(const struct segward_eve_event *event)
{
	struct segward_dns_question question;
	struct segward_dns_header header;
	u32 nr = 0;

	if (!read_header(event, &header) || header.flags & SEGWARD_DNS_QR)
		return 1;
	while (read_question(event, nr, &question))
		nr++;
	return nr ? nr : 1;
}
