// SPDX-License-Identifier: GPL-2.0
/*
 * Reading the items of a DNS message; see dns_record.h.
 */
#include "dns_record.h"

/* Of an SOA: what is before the first name. */
#define SOA_NUMBERS	20

bool segward_dns_header_read(const u8 *data, u32 len,
			     struct segward_dns_header *header)
{
	u32 i;

	if (len < SEGWARD_DNS_HEADER)
		return false;
	header->id = get_unaligned_be16(data);
	header->flags = get_unaligned_be16(data + 2);
	for (i = 0; i < SEGWARD_DNS_SECTIONS; i++)
		header->entries[i] = get_unaligned_be16(data + 4 + 2 * i);
	return true;
}

bool segward_dns_question_read(const u8 *data, u32 len,
			       struct segward_dns_question *question)
{
	if (len < SEGWARD_DNS_QUESTION)
		return false;
	question->type = get_unaligned_be16(data);
	question->class = get_unaligned_be16(data + 2);
	question->name = data + SEGWARD_DNS_QUESTION;
	question->name_len = len - SEGWARD_DNS_QUESTION;
	return true;
}

bool segward_dns_record_read(const u8 *data, u32 len,
			     struct segward_dns_record *record)
{
	if (len < SEGWARD_DNS_RECORD || len - SEGWARD_DNS_RECORD < data[12])
		return false;
	record->section = data[0];
	record->decoded = data[1] & SEGWARD_DNS_DECODED;
	record->type = get_unaligned_be16(data + 2);
	record->class = get_unaligned_be16(data + 4);
	record->ttl = get_unaligned_be32(data + 6);
	record->data_whole = get_unaligned_be16(data + 10);
	record->name = data + SEGWARD_DNS_RECORD;
	record->name_len = data[12];
	record->data = record->name + record->name_len;
	record->data_len = min(len - SEGWARD_DNS_RECORD - record->name_len,
			       record->data_whole);
	return true;
}

bool segward_dns_soa_read(const struct segward_dns_record *record,
			  struct segward_dns_soa *soa)
{
	const u8 *data = record->data;
	u32 names;

	if (record->type != SEGWARD_DNS_TYPE_SOA || !record->decoded ||
	    record->data_len < record->data_whole ||
	    record->data_len < SOA_NUMBERS + 1)
		return false;
	names = record->data_len - SOA_NUMBERS - 1;
	if (data[SOA_NUMBERS] > names)
		return false;
	soa->serial = get_unaligned_be32(data);
	soa->refresh = get_unaligned_be32(data + 4);
	soa->retry = get_unaligned_be32(data + 8);
	soa->expire = get_unaligned_be32(data + 12);
	soa->minimum = get_unaligned_be32(data + 16);
	soa->mname = data + SOA_NUMBERS + 1;
	soa->mname_len = data[SOA_NUMBERS];
	soa->rname = soa->mname + soa->mname_len;
	soa->rname_len = names - soa->mname_len;
	return true;
}

bool segward_dns_txt_next(const struct segward_dns_record *record, u32 *at,
			  const u8 **string, u32 *len)
{
	if (record->type != SEGWARD_DNS_TYPE_TXT || !record->decoded ||
	    *at >= record->data_len)
		return false;
	*string = record->data + *at + 1;
	*len = min_t(u32, record->data[*at], record->data_len - *at - 1);
	*at += 1 + *len;
	return true;
}

bool segward_dns_data_name(const struct segward_dns_record *record,
			   const u8 **name, u32 *len)
{
	u32 before;

	switch (record->type) {
	case SEGWARD_DNS_TYPE_NS:
	case SEGWARD_DNS_TYPE_CNAME:
	case SEGWARD_DNS_TYPE_PTR:
		before = 0;
		break;
	case SEGWARD_DNS_TYPE_MX:
		before = 2;
		break;
	case SEGWARD_DNS_TYPE_SRV:
		before = 6;
		break;
	default:
		return false;
	}
	if (!record->decoded || record->data_len < before)
		return false;
	*name = record->data + before;
	*len = record->data_len - before;
	return true;
}
