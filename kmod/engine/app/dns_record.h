/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the items of a DNS message have in them, for who writes or prints
 * records. All numbers are big endian and unaligned.
 *
 * dns.header: the 12 bytes of RFC 1035, 4.1.1.
 *
 * dns.question: type (2 bytes), class (2), name.
 *
 * dns.record: section (1 byte), flags (1), type (2), class (2), TTL (4), length
 * of the data in this form (2), length of the name (1), name, data.
 *
 * With SEGWARD_DNS_DECODED in the flags the names in the data are text like
 * all others:
 *
 *	A, AAAA		the address
 *	NS, CNAME, PTR	name
 *	MX		preference (2), name
 *	SRV		priority (2), weight (2), port (2), name
 *	SOA		serial (4), refresh (4), retry (4), expire (4), minimum
 *			(4), length of the first name (1), name of the primary
 *			server, mailbox of who is responsible
 *	TXT		strings, each behind its length (1)
 *	SSHFP		algorithm (1), kind of fingerprint (1), fingerprint
 *	NULL		any bytes
 *
 * Without it the data is as it was in the message: of other types, of other
 * classes where the type depends on it, or because it breaks the form of its
 * type, which an event has said.
 */
#ifndef SEGWARD_ENGINE_APP_DNS_RECORD_H
#define SEGWARD_ENGINE_APP_DNS_RECORD_H

#include "../port.h"

#define SEGWARD_DNS_HEADER	12
#define SEGWARD_DNS_QUESTION	4
#define SEGWARD_DNS_RECORD	13

/* The longest name as text: 255 bytes, less the first length and the root. */
#define SEGWARD_DNS_NAME	253

/* The flags of a header, and where the opcode is in them. */
#define SEGWARD_DNS_QR		0x8000
#define SEGWARD_DNS_AA		0x0400
#define SEGWARD_DNS_TC		0x0200
#define SEGWARD_DNS_RD		0x0100
#define SEGWARD_DNS_RA		0x0080
#define SEGWARD_DNS_Z		0x0040
#define SEGWARD_DNS_AD		0x0020
#define SEGWARD_DNS_CD		0x0010
#define SEGWARD_DNS_RCODE	0x000f
#define SEGWARD_DNS_OPCODE(flags)	((flags) >> 11 & 0xf)

#define SEGWARD_DNS_DECODED	0x01

/** enum segward_dns_section - where an entry of a message is */
enum segward_dns_section {
	SEGWARD_DNS_QUESTIONS,
	SEGWARD_DNS_ANSWERS,
	SEGWARD_DNS_AUTHORITIES,
	SEGWARD_DNS_ADDITIONALS,
	SEGWARD_DNS_SECTIONS,
};

/** enum segward_dns_opcode - those that parsing depends on */
enum segward_dns_opcode {
	SEGWARD_DNS_OPCODE_QUERY = 0,
	SEGWARD_DNS_OPCODE_UPDATE = 5,
	SEGWARD_DNS_OPCODE_DSO = 6,
	/* and from here on none is assigned */
	SEGWARD_DNS_OPCODE_INVALID = 7,
};

/** enum segward_dns_type - those whose data is decoded or checked */
enum segward_dns_type {
	SEGWARD_DNS_TYPE_A = 1,
	SEGWARD_DNS_TYPE_NS = 2,
	SEGWARD_DNS_TYPE_CNAME = 5,
	SEGWARD_DNS_TYPE_SOA = 6,
	SEGWARD_DNS_TYPE_NULL = 10,
	SEGWARD_DNS_TYPE_PTR = 12,
	SEGWARD_DNS_TYPE_MX = 15,
	SEGWARD_DNS_TYPE_TXT = 16,
	SEGWARD_DNS_TYPE_AAAA = 28,
	SEGWARD_DNS_TYPE_SRV = 33,
	SEGWARD_DNS_TYPE_OPT = 41,
	SEGWARD_DNS_TYPE_SSHFP = 44,
	SEGWARD_DNS_TYPE_TSIG = 250,
};

/** enum segward_dns_class - those that parsing depends on */
enum segward_dns_class {
	SEGWARD_DNS_CLASS_IN = 1,
	SEGWARD_DNS_CLASS_CH = 3,
	SEGWARD_DNS_CLASS_HS = 4,
	SEGWARD_DNS_CLASS_NONE = 254,
	SEGWARD_DNS_CLASS_ANY = 255,
};

/**
 * struct segward_dns_header - a dns.header
 * @id: what a query and its response have in common
 * @flags: SEGWARD_DNS_QR and so on
 * @entries: how many there are said to be, by section
 */
struct segward_dns_header {
	u16 id;
	u16 flags;
	u16 entries[SEGWARD_DNS_SECTIONS];
};

/**
 * struct segward_dns_question - a dns.question
 * @type: what is asked for
 * @class: of what class
 * @name: of what name, in the item's bytes
 * @name_len: its bytes
 */
struct segward_dns_question {
	u16 type;
	u16 class;
	const u8 *name;
	u32 name_len;
};

/**
 * struct segward_dns_record - a dns.record
 * @section: enum segward_dns_section
 * @decoded: @data has the form above
 * @type: type
 * @class: class; of OPT the size of datagrams
 * @ttl: seconds; of OPT the upper bits of the status, version and flags
 * @name: whose, in the item's bytes
 * @name_len: its bytes
 * @data: in the item's bytes
 * @data_len: its bytes that are there
 * @data_whole: its bytes; more than @data_len if the item was cut
 */
struct segward_dns_record {
	u8 section;
	bool decoded;
	u16 type;
	u16 class;
	u32 ttl;
	const u8 *name;
	u32 name_len;
	const u8 *data;
	u32 data_len;
	u32 data_whole;
};

/**
 * struct segward_dns_soa - the data of an SOA
 * @serial: version of the zone
 * @refresh: seconds
 * @retry: seconds
 * @expire: seconds
 * @minimum: seconds
 * @mname: primary server
 * @mname_len: its bytes
 * @rname: mailbox
 * @rname_len: its bytes
 */
struct segward_dns_soa {
	u32 serial;
	u32 refresh;
	u32 retry;
	u32 expire;
	u32 minimum;
	const u8 *mname;
	u32 mname_len;
	const u8 *rname;
	u32 rname_len;
};

/*
 * Each reads what is in @data, the joined pieces of a buffer; false if
 * that is less than it takes. A cut item may also be read, with what is
 * there of its data.
 */
bool segward_dns_header_read(const u8 *data, u32 len,
			     struct segward_dns_header *header);
bool segward_dns_question_read(const u8 *data, u32 len,
			       struct segward_dns_question *question);
bool segward_dns_record_read(const u8 *data, u32 len,
			     struct segward_dns_record *record);

/** segward_dns_soa_read() - of a decoded SOA; false if it was cut */
bool segward_dns_soa_read(const struct segward_dns_record *record,
			  struct segward_dns_soa *soa);

/**
 * segward_dns_txt_next() - the next string of a decoded TXT
 * @record: it
 * @at: 0 before the first one; moves on
 * @string: gets its bytes, in the record's
 * @len: gets how many; what was cut is missing
 *
 * Return: false if there is none.
 */
bool segward_dns_txt_next(const struct segward_dns_record *record, u32 *at,
			  const u8 **string, u32 *len);

/**
 * segward_dns_data_name() - the name in the data of a decoded NS, CNAME, PTR,
 * MX or SRV
 * @record: it
 * @name: gets its text, in the record's bytes
 * @len: gets its bytes
 *
 * What is before it in MX and SRV are numbers of two bytes.
 *
 * Return: false if the type has none, or all of it was cut.
 */
bool segward_dns_data_name(const struct segward_dns_record *record,
			   const u8 **name, u32 *len);

#endif /* SEGWARD_ENGINE_APP_DNS_RECORD_H */
