/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the DNS parser share.
 */
#ifndef SEGWARD_ENGINE_APP_DNS_INTERNAL_H
#define SEGWARD_ENGINE_APP_DNS_INTERNAL_H

#include "dns.h"

/* Type, class, TTL and length of a record's data. */
#define SEGWARD_DNS_FIXED	10

/* The data with the largest text: that of an SOA. */
#define SEGWARD_DNS_DATA_TEXT	(20 + 1 + 2 * SEGWARD_DNS_NAME)

/**
 * struct segward_dns_message - a message at hand
 * @data: its first byte
 * @len: its bytes
 * @steps: while it is told: labels and pointers that may still be followed
 * @tx: its transaction
 * @direction: enum segward_app_direction
 * @unsolicited: it is known that nobody asked for it
 */
struct segward_dns_message {
	const u8 *data;
	u32 len;
	u32 *steps;
	u32 tx;
	u8 direction;
	bool unsolicited;
};

/* dns_name.c */

/**
 * segward_dns_name_read() - a name as text
 * @message: where it is
 * @at: its offset; moves behind it
 * @end: where the bytes of it that are at @at must end; what it points to
 *	may be anywhere before
 * @text: SEGWARD_DNS_NAME bytes
 * @len: gets how many of them are the text
 *
 * Time: SEGWARD_DNS_HOPS pointers and 255 bytes at most, and no more steps than
 * the message has left.
 *
 * Return: enum segward_dns_event; if it is not SEGWARD_DNS_EVENT_NONE nothing
 * is moved.
 */
u16 segward_dns_name_read(const struct segward_dns_message *message, u32 *at,
			  u32 end, u8 *text, u32 *len);

/**
 * segward_dns_name_skip() - the end of a name, without following pointers
 * @data: the message
 * @len: its bytes
 * @at: offset of the name; moves behind it
 *
 * Return: SEGWARD_APP_MORE: it goes on behind @len.
 */
enum segward_app_guess segward_dns_name_skip(const u8 *data, u32 len, u32 *at);

/* dns_data.c */

/**
 * segward_dns_data_decode() - the data of a record in the form of dns_record.h
 * @message: where it is
 * @record: its type, class and raw data; gets @decoded, and @data and
 *	@data_len if that looks otherwise decoded
 * @text: SEGWARD_DNS_DATA_TEXT bytes, where such data goes
 *
 * Return: enum segward_dns_event.
 */
u16 segward_dns_data_decode(const struct segward_dns_message *message,
			    struct segward_dns_record *record, u8 *text);

/* dns_message.c */

/** segward_dns_tell_begin() - with the message's header */
void segward_dns_tell_begin(struct segward_dns_scratch *scratch);

/**
 * segward_dns_tell() - the next items of a message
 * @scratch: how far it is; what it had in its text before is overwritten
 * @message: the message
 * @out: empty; gets items. SEGWARD_DNS_SPARE remain free
 *
 * Return: false if there are more to come.
 */
bool segward_dns_tell(struct segward_dns_scratch *scratch,
		      struct segward_dns_message *message,
		      struct segward_app_out *out);

/* Items that are left for what comes after those of a message. */
#define SEGWARD_DNS_SPARE	2

void segward_dns_tell_event(const struct segward_dns_message *message,
			    u16 event, struct segward_app_out *out);
void segward_dns_tell_done(const struct segward_dns_message *message,
			   struct segward_app_out *out);

#endif /* SEGWARD_ENGINE_APP_DNS_INTERNAL_H */
