/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DNS (RFC 1035): messages over TCP, each behind its length, and over UDP, one
 * a datagram. Both are told in the same items, in the order of the message:
 *
 *	dns.header	its 12 bytes
 *	dns.query	the name of a question, as text
 *	dns.question	the same question with type and class; see dns_record.h
 *	dns.record	a record of the other sections; see dns_record.h
 *
 * then SEGWARD_APP_DONE. A record may come in two pieces. Answers come in any
 * order: a response belongs to the query with the same id in its header, not
 * to the one with the same transaction.
 *
 * A name as text is what Suricata 7 has: labels with dots between them, none at
 * the end, case kept, bytes that nobody can print kept as they are; the root
 * is empty.
 *
 * Once it is not known where the next entry of a message begins, the message
 * ends there, with an event.
 */
#ifndef SEGWARD_ENGINE_APP_DNS_H
#define SEGWARD_ENGINE_APP_DNS_H

#include "app.h"
#include "dns_record.h"

/*
 * Questions and records of a message that are told. As many address records
 * of 16 bytes fit into the largest message, so zone transfers stay below.
 */
#define SEGWARD_DNS_ENTRIES	4096

/* Pointers of one name: it has at most 127 labels, and each may need one. */
#define SEGWARD_DNS_HOPS	127

/*
 * Labels and pointers that are followed in all names of a message: some, and
 * as many for each of its bytes. Without that bound pointers of two bytes to one
 * name of 127 labels would cost a hundred times what honest messages do. These
 * stay below it: a record of a reverse lookup of IPv6, 34 labels by a pointer
 * and 20 bytes of data, takes 1.3 a byte.
 */
#define SEGWARD_DNS_STEPS	256
#define SEGWARD_DNS_BYTE_STEPS	2

/*
 * Bytes that the probe of a TCP stream may need: length, header, and a
 * question with the longest name.
 */
#define SEGWARD_DNS_PROBE	(2 + SEGWARD_DNS_HEADER + 255 + 4)

/*
 * X(symbol, name): those down to UNSOLICITED_RESPONSE are Suricata's.
 *
 * MALFORMED_DATA: something ends before it should, or has a length that its
 *	type does not allow
 * NOT_A_REQUEST, NOT_A_RESPONSE: the direction says the contrary
 * Z_FLAG_SET: the bit that has to be 0 (RFC 1035, 4.1.1)
 * INVALID_OPCODE: 7 or above
 * INFINITE_LOOP: a pointer does not lead to something before its name, or
 *	there are more than SEGWARD_DNS_HOPS
 * NAME_TOO_LONG: more than 255 bytes (RFC 1035, 2.3.4)
 * UNSOLICITED_RESPONSE: none of the queries of this connection has its id
 * OTHER_OPCODE: below 7, but no standard query: inverse, status, notify,
 *	update, stateful operations
 * NO_QUESTION: a query that asks nothing, not even for a cookie (RFC 7873, 5.4)
 * MULTIPLE_QUESTIONS: more than one, of which receivers answer any
 * TOO_MANY_LABELS: more than SEGWARD_DNS_STEPS and SEGWARD_DNS_BYTE_STEPS for
 *	each byte
 * INVALID_LABEL: longer than 63 bytes, or of an extended type (RFC 6891, 5)
 * POINTER_TO_HEADER: a name would be read out of the message's header
 * INVALID_OPT: in a wrong section, with a name, or the second one (RFC 6891,
 *	6.1.1)
 * INVALID_TSIG: not the last record, or of a class other than ANY (RFC 8945,
 *	4.2)
 * TOO_MANY_RECORDS: more than SEGWARD_DNS_ENTRIES
 * TRAILING_DATA: bytes behind the last record
 */
#define SEGWARD_DNS_EVENTS(X) \
	X(MALFORMED_DATA, "malformed_data") \
	X(NOT_A_REQUEST, "not_a_request") \
	X(NOT_A_RESPONSE, "not_a_response") \
	X(Z_FLAG_SET, "z_flag_set") \
	X(INVALID_OPCODE, "invalid_opcode") \
	X(INFINITE_LOOP, "infinite_loop") \
	X(NAME_TOO_LONG, "name_too_long") \
	X(UNSOLICITED_RESPONSE, "unsolicited_response") \
	X(OTHER_OPCODE, "other_opcode") \
	X(NO_QUESTION, "no_question") \
	X(MULTIPLE_QUESTIONS, "multiple_questions") \
	X(TOO_MANY_LABELS, "too_many_labels") \
	X(INVALID_LABEL, "invalid_label") \
	X(POINTER_TO_HEADER, "pointer_to_header") \
	X(INVALID_OPT, "invalid_opt") \
	X(INVALID_TSIG, "invalid_tsig") \
	X(TOO_MANY_RECORDS, "too_many_records") \
	X(TRAILING_DATA, "trailing_data")

#define SEGWARD_DNS_EVENT_ENUM(symbol, name)	SEGWARD_DNS_EVENT_##symbol,

/**
 * enum segward_dns_event - what a message should not have
 * @SEGWARD_DNS_EVENT_NONE: nothing; no item has it
 * @SEGWARD_DNS_EVENTS_END: behind the last
 */
enum segward_dns_event {
	SEGWARD_DNS_EVENT_NONE,
	SEGWARD_DNS_EVENTS(SEGWARD_DNS_EVENT_ENUM)
	SEGWARD_DNS_EVENTS_END,
};

/* Bytes of items that one call may write: the scratch stays below 1 KiB. */
#define SEGWARD_DNS_TEXT	960

/**
 * struct segward_dns_scratch - a message that is being told
 * @at: offset of the next entry
 * @told: questions and records before it
 * @steps: labels and pointers that its names may still have
 * @left: those to come, by section
 * @flags: of the header
 * @stage: what comes next
 * @section: of the next entry
 * @seen_opt: there was one
 * @text_len: bytes of @text in use
 * @text: what the items of the last call point to
 *
 * For the parser alone. Who calls needs one for each processor.
 */
struct segward_dns_scratch {
	u32 at;
	u32 told;
	u32 steps;
	u16 left[4];
	u16 flags;
	u8 stage;
	u8 section;
	bool seen_opt;
	u32 text_len;
	u8 text[SEGWARD_DNS_TEXT];
};

/**
 * segward_dns_datagram_begin() - a new datagram comes
 * @scratch: to be used for it; may have any content
 */
void segward_dns_datagram_begin(struct segward_dns_scratch *scratch);

/**
 * segward_dns_datagram() - tell the message in a UDP datagram
 * @scratch: begun for this datagram
 * @direction: enum segward_app_direction
 * @data: the whole datagram, the same at each call
 * @len: its bytes
 * @out: emptied, then filled; its items lie in @data and @scratch
 *
 * As with a parser's feed function, it has to be called again as long as it
 * returns less than @len. Nothing is kept, nothing allocated: each datagram is
 * transaction 0, and whether a response was asked for is for the flow to say.
 *
 * Return: 0 if there is more to tell, @len with the last items.
 */
u32 segward_dns_datagram(struct segward_dns_scratch *scratch, u8 direction,
			 const u8 *data, u32 len, struct segward_app_out *out);

/**
 * segward_dns_datagram_probe() - is this datagram DNS?
 * @data: the whole datagram
 * @len: its bytes
 *
 * Which way it goes does not matter, so that a flow may be known by the first
 * datagram that is seen of it. It has to be a message from the first byte to
 * the last, with one question at least: none of what raises an event for the
 * form of names and sections. A flow of port 53 needs no such question.
 *
 * Return: SEGWARD_APP_NO or SEGWARD_APP_YES.
 */
enum segward_app_guess segward_dns_datagram_probe(const u8 *data, u32 len);

/*
 * Messages over TCP: the parser of app.h. A message that is not whole in the
 * bytes at hand is gathered; it takes the memory that its bytes need, not
 * what its length announces. Most of a parser without an unfinished message
 * is the ids of the last queries.
 *
 * The items of a message can be told in several calls. The bytes of it are
 * taken in the last one, which has nothing but SEGWARD_APP_DONE.
 */
struct segward_dns;

/**
 * segward_dns_probe() - is this stream DNS?
 * @direction: any; as for datagrams it does not matter
 * @data: its first bytes
 * @len: how many; with SEGWARD_DNS_PROBE of them the answer is certain
 *
 * Return: enum segward_app_guess, from the first message's length, its header
 * and its first question.
 */
enum segward_app_guess segward_dns_probe(u8 direction, const u8 *data,
					 u32 len);

/** segward_dns_create() - a parser of a conversation, or NULL without memory */
struct segward_dns *segward_dns_create(struct segward_budget *budget);

/** segward_dns_destroy() - free it and what it keeps; NULL is allowed */
void segward_dns_destroy(struct segward_dns *dns,
			 struct segward_budget *budget);

/**
 * segward_dns_feed() - see app.h
 *
 * Whatever comes, the next message begins behind this one: never -EPROTO, but
 * for a caller who, with a message half told, does not come with the rest.
 */
int segward_dns_feed(struct segward_dns *dns, struct segward_budget *budget,
		     u8 direction, const u8 *data, u32 len,
		     struct segward_app_out *out);

/**
 * segward_dns_end() - see app.h
 *
 * Of an unfinished message is told what fits into one call, then
 * SEGWARD_DNS_EVENT_MALFORMED_DATA.
 */
void segward_dns_end(struct segward_dns *dns, struct segward_budget *budget,
		     u8 direction, struct segward_app_out *out);

#endif /* SEGWARD_ENGINE_APP_DNS_H */
