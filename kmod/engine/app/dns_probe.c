// SPDX-License-Identifier: GPL-2.0
/*
 * Is it DNS? Asked of what comes on any port, so that what only looks a little
 * like it is not taken for it.
 */
#include "dns_internal.h"

/* The shortest question and the shortest record: their name is the root. */
#define QUESTION_LEAST	(1 + SEGWARD_DNS_QUESTION)
#define RECORD_LEAST	(1 + SEGWARD_DNS_FIXED)

/*
 * Counts that fit say more than all flags, which are here and there set by who
 * should not, and by who does not want to be recognised.
 */
static bool is_header(const struct segward_dns_header *header, u32 len)
{
	u8 opcode = SEGWARD_DNS_OPCODE(header->flags);
	u32 records = header->entries[SEGWARD_DNS_ANSWERS] +
		      header->entries[SEGWARD_DNS_AUTHORITIES] +
		      header->entries[SEGWARD_DNS_ADDITIONALS];

	/* No sum overflows: each is of 16 bits. */
	return opcode < SEGWARD_DNS_OPCODE_INVALID &&
	       header->entries[SEGWARD_DNS_QUESTIONS] &&
	       SEGWARD_DNS_HEADER + records * RECORD_LEAST +
	       header->entries[SEGWARD_DNS_QUESTIONS] * QUESTION_LEAST <= len;
}

static bool is_class(u16 class)
{
	return class == SEGWARD_DNS_CLASS_IN || class == SEGWARD_DNS_CLASS_CH ||
	       class == SEGWARD_DNS_CLASS_HS ||
	       class == SEGWARD_DNS_CLASS_NONE ||
	       class == SEGWARD_DNS_CLASS_ANY;
}

/* A question at @at, which moves behind it. */
static enum segward_app_guess guess_question(const u8 *data, u32 len, u32 *at)
{
	enum segward_app_guess guess = segward_dns_name_skip(data, len, at);
	bool good;

	if (guess != SEGWARD_APP_YES)
		return guess;
	if (len - *at < SEGWARD_DNS_QUESTION)
		return SEGWARD_APP_MORE;
	good = get_unaligned_be16(data + *at) &&
	       is_class(get_unaligned_be16(data + *at + 2));
	*at += SEGWARD_DNS_QUESTION;
	return good ? SEGWARD_APP_YES : SEGWARD_APP_NO;
}

static bool skip_record(const u8 *data, u32 len, u32 *at)
{
	u32 bytes;

	if (segward_dns_name_skip(data, len, at) != SEGWARD_APP_YES ||
	    len - *at < SEGWARD_DNS_FIXED)
		return false;
	bytes = get_unaligned_be16(data + *at + 8);
	*at += SEGWARD_DNS_FIXED;
	if (len - *at < bytes)
		return false;
	*at += bytes;
	return true;
}

enum segward_app_guess segward_dns_datagram_probe(const u8 *data, u32 len)
{
	struct segward_dns_header header;
	u32 at = SEGWARD_DNS_HEADER;
	u32 section, n;

	if (!segward_dns_header_read(data, len, &header) ||
	    !is_header(&header, len))
		return SEGWARD_APP_NO;
	for (n = 0; n < header.entries[SEGWARD_DNS_QUESTIONS]; n++)
		if (guess_question(data, len, &at) != SEGWARD_APP_YES)
			return SEGWARD_APP_NO;
	for (section = SEGWARD_DNS_ANSWERS; section < SEGWARD_DNS_SECTIONS;
	     section++)
		for (n = 0; n < header.entries[section]; n++)
			if (!skip_record(data, len, &at))
				return SEGWARD_APP_NO;
	return at == len ? SEGWARD_APP_YES : SEGWARD_APP_NO;
}

enum segward_app_guess segward_dns_probe(u8 direction, const u8 *data, u32 len)
{
	struct segward_dns_header header;
	enum segward_app_guess guess;
	u32 at = SEGWARD_DNS_HEADER;
	u32 message;

	if (len < 2)
		return SEGWARD_APP_MORE;
	message = get_unaligned_be16(data);
	if (message < SEGWARD_DNS_HEADER + QUESTION_LEAST)
		return SEGWARD_APP_NO;
	data += 2;
	len = min(len - 2, message);
	if (!segward_dns_header_read(data, len, &header))
		return SEGWARD_APP_MORE;
	if (!is_header(&header, message))
		return SEGWARD_APP_NO;
	guess = guess_question(data, len, &at);
	/* What does not fit into the message does not come. */
	return guess == SEGWARD_APP_MORE && len == message ?
	       SEGWARD_APP_NO : guess;
}
