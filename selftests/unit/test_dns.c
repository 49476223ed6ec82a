// SPDX-License-Identifier: GPL-2.0
/*
 * DNS: what is told of messages, hostile names and lengths, streams in any
 * pieces, memory.
 */
#include "app/dns.h"
#include "app_transcript.h"
#include "dns_message.h"
#include "tap.h"

#define RESPONSE	0x8180
#define QUERY		0x0100

#define EVENT_NAME(symbol, name)	name,
static const char *const events[] = {
	"none",
	SEGWARD_DNS_EVENTS(EVENT_NAME)
};

static struct segward_pool pool;
static struct segward_budget budget = { .pool = &pool };
static struct segward_dns_scratch scratch;
static struct segward_app_out out;
static u8 stream[1 << 18];
static u32 stream_len;
static u32 calls;

/* Not static: malloc() is said not to look into this file. */
int mallocs_left = -1;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);

/* Fails when as many as allowed have gone; -1: never. */
void *__wrap_malloc(size_t size)
{
	if (!mallocs_left)
		return NULL;
	mallocs_left -= mallocs_left > 0;
	return __real_malloc(size);
}

static void print_soa(const struct segward_dns_record *record)
{
	struct segward_dns_soa soa;

	CHECK(segward_dns_soa_read(record, &soa));
	transcript_bytes(soa.mname, soa.mname_len);
	transcript_add(" ");
	transcript_bytes(soa.rname, soa.rname_len);
	transcript_add(" %u %u %u %u %u", soa.serial, soa.refresh, soa.retry,
		       soa.expire, soa.minimum);
}

static void print_data(const struct segward_dns_record *record)
{
	const u8 *p;
	u32 at = 0;
	u32 len;

	if (!record->decoded) {
		transcript_add("raw ");
		transcript_bytes(record->data, record->data_len);
	} else if (record->type == SEGWARD_DNS_TYPE_SOA) {
		print_soa(record);
	} else if (record->type == SEGWARD_DNS_TYPE_TXT) {
		while (segward_dns_txt_next(record, &at, &p, &len)) {
			transcript_add("\"");
			transcript_bytes(p, len);
			transcript_add("\"");
		}
	} else if (segward_dns_data_name(record, &p, &len)) {
		for (at = 0; record->data + at < p; at += 2)
			transcript_add("%u ",
				       get_unaligned_be16(record->data + at));
		transcript_bytes(p, len);
	} else {
		transcript_bytes(record->data, record->data_len);
	}
}

static void print_record(const u8 *data, u32 len)
{
	static const char *const sections[] = { "qd", "an", "ns", "ar" };
	struct segward_dns_record record;

	CHECK(segward_dns_record_read(data, len, &record));
	CHECK_EQ(record.data_len, record.data_whole);
	CHECK_EQ(SEGWARD_DNS_RECORD + record.name_len + record.data_len, len);
	transcript_add("%s ", sections[record.section]);
	transcript_bytes(record.name, record.name_len);
	transcript_add(" %u %u %u ", record.type, record.class, record.ttl);
	print_data(&record);
}

static void print(u8 buffer, const u8 *data, u32 len)
{
	struct segward_dns_header header;
	struct segward_dns_question question;

	if (buffer == SEGWARD_BUFFER_DNS_HEADER) {
		CHECK_EQ(len, 12);
		CHECK(segward_dns_header_read(data, len, &header));
		transcript_add("%x %04x %u %u %u %u", header.id, header.flags,
			       header.entries[0], header.entries[1],
			       header.entries[2], header.entries[3]);
	} else if (buffer == SEGWARD_BUFFER_DNS_QUESTION) {
		CHECK(segward_dns_question_read(data, len, &question));
		transcript_bytes(question.name, question.name_len);
		transcript_add(" %u %u", question.type, question.class);
	} else if (buffer == SEGWARD_BUFFER_DNS_RECORD) {
		print_record(data, len);
	} else {
		transcript_bytes(data, len);
	}
}

static void take_items(void)
{
	u32 i;

	CHECK(out.nr <= SEGWARD_APP_ITEMS);
	for (i = 0; i < out.nr; i++)
		transcript_item(&out.item[i], events, print);
}

/* The message that was put, as a datagram of exactly its size. */
static void datagram(u8 direction)
{
	u8 *copy = malloc(wire_len ? wire_len : 1);
	u32 taken;

	memcpy(copy, wire, wire_len);
	transcript_clear();
	calls = 0;
	segward_dns_datagram_begin(&scratch);
	do {
		taken = segward_dns_datagram(&scratch, direction, copy,
					     wire_len, &out);
		take_items();
		calls++;
		CHECK(taken == wire_len || (!taken && out.nr));
	} while (taken < wire_len);
	free(copy);
}

static void response(void)
{
	datagram(SEGWARD_APP_TOCLIENT);
}

static void request(void)
{
	datagram(SEGWARD_APP_TOSERVER);
}

/* The lines of one kind, at most a few. */
static const char *lines_with(const char *word)
{
	static char found[1024];
	const char *line, *end;
	u32 len = 0;

	found[0] = 0;
	for (line = transcript; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!memmem(line, end - line, word, strlen(word)))
			continue;
		if (len + (end - line) + 2 > sizeof(found))
			return "too many";
		memcpy(found + len, line, end - line + 1);
		len += end - line + 1;
		found[len] = 0;
	}
	return found;
}

static u32 count_of(const char *word)
{
	const char *p = transcript;
	u32 n = 0;

	for (; (p = strstr(p, word)); p++)
		n++;
	return n;
}

static const char *event_lines(void)
{
	return lines_with(" event ");
}

/* Messages */

static void a_query_is_header_name_and_question(void)
{
	put_header(0x1234, QUERY, 1, 0, 0, 0);
	put_question("wWw.eXample.org", 28);
	request();
	CHECK_STR(transcript,
		  ">0 dns.header 1234 0100 1 0 0 0\n"
		  ">0 dns.query wWw.eXample.org\n"
		  ">0 dns.question wWw.eXample.org 28 1\n"
		  ">0 done\n");
	CHECK_EQ(calls, 1);
}

static void a_response_has_its_records_by_section(void)
{
	put_header(7, RESPONSE, 1, 2, 1, 1);
	put_question("www.example.org", 1);
	put_pointer(12);
	put_fixed(5, 1, 300, 6);
	put_labels("web");
	put_pointer(16);
	put_pointer(12 + 21);
	wire_len -= 2;
	put_name("web.example.org");
	put_fixed(1, 1, 60, 4);
	put_bytes("\x7f\x00\x00\x01", 4);
	put_pointer(16);
	put_fixed(2, 1, 86400, 4);
	put8(1);
	put8('a');
	put_pointer(16);
	put8(0);
	put_fixed(41, 1232, 0x8000, 0);
	response();
	CHECK_STR(transcript,
		  "<0 dns.header 7 8180 1 2 1 1\n"
		  "<0 dns.query www.example.org\n"
		  "<0 dns.question www.example.org 1 1\n"
		  "<0 dns.record an www.example.org 5 1 300 web.example.org\n"
		  "<0 dns.record an web.example.org 1 1 60 \\7f\\00\\00\\01\n"
		  "<0 dns.record ns example.org 2 1 86400 a.example.org\n"
		  "<0 dns.record ar - 41 1232 32768 raw -\n"
		  "<0 done\n");
	CHECK_EQ(calls, 1);
}

/* One record of the root, with data of so many bytes, which are next. */
static void put_one_record(u16 type, u16 class, u16 len)
{
	put_header(1, RESPONSE, 0, 1, 0, 0);
	put8(0);
	put_fixed(type, class, 9, len);
}

static void data_of_each_type_is_decoded(void)
{
	put_one_record(28, 1, 16);
	put_bytes("0123456789abcdef", 16);
	response();
	CHECK_STR(lines_with("record"),
		  "<0 dns.record an - 28 1 9 0123456789abcdef\n");

	put_one_record(12, 1, 7);
	put_name("a.b.c");
	response();
	CHECK_STR(lines_with("record"), "<0 dns.record an - 12 1 9 a.b.c\n");

	put_one_record(15, 1, 5);
	put16(10);
	put_name("m");
	response();
	CHECK_STR(lines_with("record"), "<0 dns.record an - 15 1 9 10 m\n");

	put_one_record(33, 1, 9);
	put16(1);
	put16(2);
	put16(443);
	put_name("s");
	response();
	CHECK_STR(lines_with("record"),
		  "<0 dns.record an - 33 1 9 1 2 443 s\n");

	put_one_record(6, 1, 5 + 3 + 20);
	put_name("n.s");
	put_name("h");
	put32(2024);
	put32(2);
	put32(3);
	put32(4);
	put32(5);
	response();
	CHECK_STR(lines_with("record"),
		  "<0 dns.record an - 6 1 9 n.s h 2024 2 3 4 5\n");

	put_one_record(16, 3, 7);
	put_labels("one");
	put8(0);
	put8(1);
	put8('"');
	response();
	CHECK_STR(lines_with("record"),
		  "<0 dns.record an - 16 3 9 \"one\"\"-\"\"\"\"\n");

	put_one_record(44, 1, 4);
	put_bytes("\1\2fp", 4);
	response();
	CHECK_STR(lines_with("record"),
		  "<0 dns.record an - 44 1 9 \\01\\02fp\n");

	put_one_record(10, 1, 0);
	response();
	CHECK_STR(lines_with("record"), "<0 dns.record an - 10 1 9 -\n");
	CHECK_STR(event_lines(), "");
}

static void data_of_other_types_and_classes_stays_raw(void)
{
	static const struct {
		u16 type, class;
	} row[] = {
		{ 257, 1 }, { 1, 3 }, { 28, 4 }, { 33, 255 }, { 99, 1 },
	};
	char want[64];
	u32 i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		put_one_record(row[i].type, row[i].class, 3);
		put_bytes("abc", 3);
		response();
		snprintf(want, sizeof(want),
			 "<0 dns.record an - %u %u 9 raw abc\n", row[i].type,
			 row[i].class);
		CHECK_STR(lines_with("record"), want);
		CHECK_STR(event_lines(), "");
	}
}

static void data_that_breaks_its_form_is_raw_and_an_event(void)
{
	static const struct {
		u16 type, len;
		const char *data, *event;
	} row[] = {
		{ 1, 3, "abc", "malformed_data" },
		{ 1, 5, "abcde", "malformed_data" },
		{ 1, 0, "", "malformed_data" },
		{ 28, 15, "0123456789abcde", "malformed_data" },
		{ 2, 0, "", "malformed_data" },
		/* the name ends before the data, or behind it */
		{ 5, 4, "\1a\0b", "malformed_data" },
		{ 5, 2, "\1a", "malformed_data" },
		{ 5, 1, "\xc0", "malformed_data" },
		{ 15, 1, "a", "malformed_data" },
		{ 15, 2, "ab", "malformed_data" },
		{ 33, 6, "abcdef", "malformed_data" },
		{ 6, 21, "\0abcdefghijklmnopqrst", "malformed_data" },
		{ 6, 19, "\0\0abcdefghijklmnopq", "malformed_data" },
		{ 16, 0, "", "malformed_data" },
		{ 16, 3, "\3ab", "malformed_data" },
		{ 44, 1, "\1", "malformed_data" },
		{ 12, 2, "\x41\0", "invalid_label" },
		{ 12, 2, "\xc0\x0b", "pointer_to_header" },
		/* to itself: header 12, name 1, fixed 10 */
		{ 12, 2, "\xc0\x17", "infinite_loop" },
	};
	char want[128];
	u32 i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		/* and the next record is found */
		put_header(1, RESPONSE, 0, 2, 0, 0);
		put8(0);
		put_fixed(row[i].type, 1, 9, row[i].len);
		put_bytes(row[i].data, row[i].len);
		put_name("next");
		put_fixed(1, 1, 9, 4);
		put_bytes("abcd", 4);
		response();
		snprintf(want, sizeof(want), "<0 event %s\n", row[i].event);
		CHECK_STR(event_lines(), want);
		CHECK_EQ(count_of("raw"), 1);
		CHECK_STR(lines_with("next"),
			  "<0 dns.record an next 1 1 9 abcd\n");
	}
}

static void long_data_comes_in_two_pieces_and_whole(void)
{
	static const u16 length[] = { 63, 64, 65, 66, 1000, 65512 };
	u32 len, i, n;

	for (n = 0; n < sizeof(length) / sizeof(length[0]); n++) {
		len = length[n];
		put_one_record(99, 1, (u16)len);
		for (i = 0; i < len; i++)
			put8((u8)('a' + i % 26));
		response();
		CHECK_EQ(out.nr, len > 64 ? 4 : 3);
		CHECK_EQ(count_of("<0 dns.record an - 99 1 9 raw abcdefgh"), 1);
		CHECK_EQ(strlen(lines_with("header")) + len +
			 strlen("<0 dns.record an - 99 1 9 raw " "\n<0 done\n"),
			 transcript_len);
		CHECK_STR(event_lines(), "");
	}
}

static void an_update_deletes_by_records_without_data(void)
{
	put_header(1, 5 << 11, 1, 0, 1, 0);
	put_question("example.org", 6);
	put_pointer(12);
	put_fixed(1, 255, 0, 0);
	request();
	CHECK_STR(event_lines(), ">0 event other_opcode\n");
	CHECK_STR(lines_with("record"),
		  ">0 dns.record ns example.org 1 255 0 raw -\n");
}

static void each_header_event_is_told(void)
{
	static const struct {
		u8 direction;
		u16 flags, questions;
		const char *events;
	} row[] = {
		{ 0, 0x0000, 1, "" },
		{ 1, 0x8000, 1, "" },
		{ 0, 0x8000, 1, ">0 event not_a_request\n" },
		{ 1, 0x0000, 1, "<0 event not_a_response\n" },
		{ 0, 0x0040, 1, ">0 event z_flag_set\n" },
		{ 0, 0x0030, 1, "" },
		{ 0, 1 << 11, 1, ">0 event other_opcode\n" },
		{ 0, 2 << 11, 1, ">0 event other_opcode\n" },
		{ 0, 4 << 11, 1, ">0 event other_opcode\n" },
		{ 0, 6 << 11, 1, ">0 event other_opcode\n" },
		{ 0, 7 << 11, 1, ">0 event invalid_opcode\n" },
		{ 0, 15 << 11, 1, ">0 event invalid_opcode\n" },
		{ 0, 0x0100, 0, ">0 event no_question\n" },
		{ 1, 0x8000, 0, "" },
		{ 0, 0x0100, 2, ">0 event multiple_questions\n" },
		{ 1, 0x3840, 2, "<0 event not_a_response\n"
			"<0 event z_flag_set\n<0 event invalid_opcode\n"
			"<0 event multiple_questions\n" },
	};
	u32 i, n;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		put_header(1, row[i].flags, row[i].questions, 0, 0, 0);
		for (n = 0; n < row[i].questions; n++)
			put_question("q", 1);
		datagram(row[i].direction);
		CHECK_STR(event_lines(), row[i].events);
		CHECK_EQ(count_of("dns.query q\n"), row[i].questions);
		CHECK_EQ(count_of("dns.question q 1 1\n"), row[i].questions);
	}
}

static void a_query_for_a_cookie_needs_no_question(void)
{
	put_header(1, QUERY, 0, 0, 0, 1);
	put8(0);
	put_fixed(41, 1232, 0, 12);
	put16(10);
	put16(8);
	put_bytes("cookies!", 8);
	request();
	CHECK_STR(event_lines(), "");
}

static void an_opt_is_one_of_the_root_in_the_last_section(void)
{
	put_header(1, RESPONSE, 0, 0, 1, 0);
	put8(0);
	put_fixed(41, 1232, 0, 0);
	response();
	CHECK_STR(event_lines(), "<0 event invalid_opt\n");

	put_header(1, RESPONSE, 0, 0, 0, 1);
	put_name("x");
	put_fixed(41, 1232, 0, 0);
	response();
	CHECK_STR(event_lines(), "<0 event invalid_opt\n");

	put_header(1, RESPONSE, 0, 0, 0, 2);
	put8(0);
	put_fixed(41, 1232, 0, 0);
	put8(0);
	put_fixed(41, 1232, 0, 0);
	response();
	CHECK_STR(event_lines(), "<0 event invalid_opt\n");
	/* the next message may have one again */
	put_header(1, RESPONSE, 0, 0, 0, 1);
	put8(0);
	put_fixed(41, 1232, 0, 0);
	response();
	CHECK_STR(event_lines(), "");
}

static void a_tsig_is_the_last_record_and_of_class_any(void)
{
	static const struct {
		u16 ns, ar, class;
		bool good;
	} row[] = {
		{ 0, 1, 255, true }, { 0, 1, 1, false }, { 0, 2, 255, false },
		{ 1, 0, 255, false },
	};
	u32 i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		put_header(1, RESPONSE, 0, 0, row[i].ns, row[i].ar);
		put_name("key");
		put_fixed(250, row[i].class, 0, 1);
		put8('m');
		if (row[i].ar == 2) {
			put8(0);
			put_fixed(1, 1, 0, 4);
			put32(1);
		}
		response();
		CHECK_STR(event_lines(), row[i].good ? "" :
			  "<0 event invalid_tsig\n");
	}
}

static void bytes_behind_the_last_record_are_an_event(void)
{
	put_header(1, QUERY, 1, 0, 0, 0);
	put_question("q", 1);
	put8(0);
	request();
	CHECK_STR(event_lines(), ">0 event trailing_data\n");
	/* but stateful operations are there (RFC 8490) */
	put_header(1, 6 << 11, 0, 0, 0, 0);
	put32(0x00010000);
	request();
	CHECK_STR(event_lines(), ">0 event other_opcode\n");
}

static void what_is_cut_anywhere_is_malformed_and_done(void)
{
	static char whole[4096];
	u32 full, cut;

	put_header(7, RESPONSE, 1, 1, 0, 1);
	put_question("www.example.org", 15);
	put_pointer(12);
	put_fixed(15, 1, 300, 6);
	put16(10);
	put_bytes("\1m", 2);
	put_pointer(16);
	put8(0);
	put_fixed(41, 1232, 0, 4);
	put32(0x000b0000);
	full = wire_len;
	response();
	CHECK_STR(event_lines(), "");
	memcpy(whole, transcript, transcript_len + 1);
	for (cut = 0; cut < full; cut++) {
		wire_len = cut;
		response();
		CHECK_STR(event_lines(), "<0 event malformed_data\n");
		CHECK_EQ(count_of("done"), 1);
		/* before that the same */
		CHECK(!strncmp(whole, transcript, transcript_len -
			       strlen("<0 event malformed_data\n<0 done\n")));
	}
}

static void counts_that_lie_end_with_the_message(void)
{
	put_header(1, RESPONSE, 65535, 65535, 65535, 65535);
	put_question("q", 1);
	put_question("r", 1);
	response();
	CHECK_STR(event_lines(), "<0 event multiple_questions\n"
		  "<0 event malformed_data\n");
	CHECK_EQ(count_of("dns.query"), 2);
	put_header(1, RESPONSE, 0, 65535, 65535, 65535);
	response();
	CHECK_STR(event_lines(), "<0 event malformed_data\n");
}

static void records_are_told_up_to_the_bound(void)
{
	u32 n;

	for (n = SEGWARD_DNS_ENTRIES; n <= SEGWARD_DNS_ENTRIES + 1; n++) {
		put_header(1, RESPONSE, 0, (u16)n, 0, 0);
		while (wire_len < 12 + 11 * n) {
			put8(0);
			put_fixed(10, 1, 0, 0);
		}
		response();
		CHECK_EQ(count_of("dns.record"), SEGWARD_DNS_ENTRIES);
		CHECK_STR(event_lines(), n == SEGWARD_DNS_ENTRIES ? "" :
			  "<0 event too_many_records\n");
		CHECK_EQ(count_of("done"), 1);
	}
}

static void more_than_one_call_can_tell_is_told_in_several(void)
{
	u32 n;

	put_header(1, RESPONSE, 0, 300, 0, 0);
	for (n = 0; n < 300; n++) {
		put_name("name.of.some.length.example.org");
		put_fixed(1, 1, n, 4);
		put_bytes("abcd", 4);
	}
	response();
	CHECK(calls > 1);
	CHECK_EQ(count_of("dns.record an name.of.some.length.example.org 1 1"),
		 300);
	CHECK_EQ(count_of(" 299 abcd"), 1);
	CHECK_STR(event_lines(), "");
}

/* Names */

static void a_name_has_255_bytes_at_most(void)
{
	static char name[256];
	u32 extra;

	/* 3 * 64 + 1 + 61 + 1 = 255 bytes, 253 as text */
	for (extra = 0; extra < 2; extra++) {
		memset(name, 'a', sizeof(name));
		name[63] = '.';
		name[127] = '.';
		name[191] = '.';
		name[192 + 61 + extra] = 0;
		put_header(1, QUERY, 1, 0, 0, 0);
		put_question(name, 1);
		request();
		CHECK_STR(event_lines(), extra ? ">0 event name_too_long\n" :
			  "");
		CHECK_EQ(strlen(lines_with("dns.query")),
			 extra ? 0 : strlen(">0 dns.query X") + 253);
	}
	/* by pointers as well: four times 63 and a dot, each short by itself */
	put_header(1, RESPONSE, 1, 1, 0, 0);
	name[192 + 61] = 0;
	put_question(name, 1);
	put_labels("b");
	put_pointer(12);
	put_fixed(10, 1, 0, 0);
	response();
	CHECK_STR(event_lines(), "<0 event name_too_long\n");
}

static void names_of_all_largest_parts_fit(void)
{
	static char name[256];
	u32 i;

	memset(name, 'a', sizeof(name));
	for (i = 1; i < 253; i += 2)
		name[i] = '.';
	name[253] = 0;
	put_header(1, RESPONSE, 1, 2, 0, 0);
	put_question(name, 6);
	for (i = 0; i < 2; i++) {
		put_pointer(12);
		put_fixed(6, 1, 0, 24);
		put_pointer(12);
		put_pointer(12);
		put_bytes("0123456789abcdefghij", 20);
	}
	response();
	CHECK_STR(event_lines(), "");
	CHECK_EQ(count_of("an a.a.a"), 2);
	CHECK_EQ(count_of("a.a.a\n"), 1);
	CHECK_EQ(count_of("a.a.a a.a.a"), 2);
	CHECK(calls > 1);
}

static void labels_are_up_to_63_bytes_and_of_no_other_type(void)
{
	static const u8 length[] = { 0x40, 0x41, 0x7f, 0x80, 0xbf };
	static const char name[] = "........................................"
			     ".......................";
	u32 i;

	put_header(1, QUERY, 1, 0, 0, 0);
	put8(63);
	put_bytes(name, 63);
	put8(0);
	put32(0x00010001);
	request();
	CHECK_STR(event_lines(), "");
	for (i = 0; i < sizeof(length); i++) {
		put_header(1, QUERY, 1, 0, 0, 0);
		put8(length[i]);
		while (wire_len < 13 + length[i])
			put8('a');
		put8(0);
		put32(0x00010001);
		request();
		CHECK_STR(event_lines(), ">0 event invalid_label\n");
		CHECK_EQ(count_of("dns.query"), 0);
	}
}

static void any_bytes_are_kept_in_names(void)
{
	put_header(1, QUERY, 1, 0, 0, 0);
	put_bytes("\4\0.\xffZ\1\n\0", 8);
	put32(0x00010001);
	request();
	CHECK_STR(lines_with("dns.query"), ">0 dns.query \\00.\\ffZ.\\0a\n");
	put_header(1, QUERY, 1, 0, 0, 0);
	put_question("", 2);
	request();
	CHECK_STR(lines_with("dns.que"),
		  ">0 dns.query -\n>0 dns.question - 2 1\n");
}

static void pointers_lead_backwards_only(void)
{
	static const struct {
		u16 to;
		const char *event;
	} row[] = {
		/* the question is at 12, the record's name at 19 + 2 */
		{ 0, "<0 event pointer_to_header\n" },
		{ 11, "<0 event pointer_to_header\n" },
		{ 12, "" },
		{ 14, "" },
		{ 19, "<0 event infinite_loop\n" },
		{ 20, "<0 event infinite_loop\n" },
		{ 21, "<0 event infinite_loop\n" },
		{ 23, "<0 event infinite_loop\n" },
		{ 0x3fff, "<0 event infinite_loop\n" },
	};
	u32 i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		put_header(1, RESPONSE, 1, 1, 0, 0);
		put_question("q", 1);
		put_labels("n");
		put_pointer(row[i].to);
		put_fixed(10, 1, 0, 0);
		response();
		CHECK_STR(event_lines(), row[i].event);
		CHECK_EQ(count_of("dns.record"), !*row[i].event);
	}
	CHECK_EQ(wire_len, 12 + 7 + 4 + 10);
}

static void a_question_cannot_have_a_pointer_to_anything(void)
{
	put_header(1, QUERY, 1, 0, 0, 0);
	put_pointer(12);
	put32(0x00010001);
	request();
	CHECK_STR(event_lines(), ">0 event infinite_loop\n");
}

/* From label to pointer, and again the same pointer: nearer and no nearer. */
static void a_run_that_leads_to_its_own_pointer_is_a_loop(void)
{
	put_header(1, RESPONSE, 1, 2, 0, 0);
	put_question("q", 1);
	put_labels("x");
	put_pointer(12);
	put_fixed(10, 1, 0, 2);
	put_labels("y");
	/* a name that begins in the data before and runs into itself */
	put_pointer(33);
	put_fixed(10, 1, 0, 0);
	response();
	CHECK_STR(event_lines(), "<0 event infinite_loop\n");
	CHECK_EQ(count_of("dns.record"), 1);
}

static void pointers_to_pointers_are_bounded(void)
{
	u32 hops, n, from;

	for (hops = SEGWARD_DNS_HOPS; hops <= SEGWARD_DNS_HOPS + 1; hops++) {
		put_header(1, RESPONSE, 1, 2, 0, 0);
		put_question("q", 1);
		put8(0);
		put_fixed(10, 1, 0, (u16)(2 * (hops - 1)));
		put_pointer(12);
		for (n = 1; n < hops - 1; n++)
			put_pointer(wire_len - 2);
		from = wire_len - 2;
		put_pointer(from);
		put_fixed(10, 1, 0, 0);
		response();
		CHECK_STR(event_lines(), hops == SEGWARD_DNS_HOPS ? "" :
			  "<0 event infinite_loop\n");
		CHECK_EQ(count_of("an q 10"), hops == SEGWARD_DNS_HOPS);
	}
}

/*
 * Records that each follow so many steps: a pointer, a name of @labels labels,
 * its root.
 */
static u32 steps_of_records(u32 labels, u32 records)
{
	u32 n;

	put_header(1, RESPONSE, 1, (u16)records, 0, 0);
	for (n = 0; n < labels; n++)
		put_labels("a");
	put_question("", 1);
	for (n = 0; n < records; n++) {
		put_pointer(12);
		put_fixed(10, 1, 0, 0);
	}
	response();
	return labels + 1 + records * (labels + 2);
}

static void steps_of_all_names_are_bounded(void)
{
	u32 records, steps, bound;

	for (records = 1; records < 200; records++) {
		steps = steps_of_records(100, records);
		bound = 256 + 2 * wire_len;
		CHECK_STR(event_lines(), steps <= bound ? "" :
			  "<0 event too_many_labels\n");
		CHECK_EQ(count_of("done"), 1);
	}
	/* 256 + 2 * 2,605 less the question's 101, by 102 */
	CHECK_EQ(wire_len, 2605);
	CHECK_EQ(count_of("dns.record"), 52);
	CHECK_EQ(steps_of_records(10, 4000), 11 + 4000 * 12);
	CHECK_EQ(count_of("dns.record"), 4000);
	CHECK_STR(event_lines(), "");
}

/* Items that were cut */

static void a_cut_record_can_be_read_as_far_as_it_is(void)
{
	static const u8 item[] = "\1\1\0\x10\0\1\0\0\0\5\0\7\1n\3one\2tw";
	struct segward_dns_record record;
	struct segward_dns_soa soa;
	const u8 *string;
	u32 at = 0;
	u32 len;

	for (len = 0; len < 14; len++)
		CHECK(!segward_dns_record_read(item, len, &record));
	CHECK(segward_dns_record_read(item, 14, &record));
	CHECK_EQ(record.data_len, 0);
	CHECK_EQ(record.data_whole, 7);
	CHECK(!segward_dns_txt_next(&record, &at, &string, &len));
	CHECK(segward_dns_record_read(item, 20, &record));
	CHECK_EQ(record.ttl, 5);
	CHECK(segward_dns_txt_next(&record, &at, &string, &len));
	CHECK(len == 3 && !memcmp(string, "one", 3));
	CHECK(segward_dns_txt_next(&record, &at, &string, &len));
	CHECK(len == 1 && !memcmp(string, "t", 1));
	CHECK(!segward_dns_txt_next(&record, &at, &string, &len));
	CHECK(!segward_dns_data_name(&record, &string, &len));
	CHECK(!segward_dns_soa_read(&record, &soa));
	record.type = SEGWARD_DNS_TYPE_SOA;
	CHECK(!segward_dns_soa_read(&record, &soa));
	record.type = SEGWARD_DNS_TYPE_SRV;
	record.data_len = 5;
	CHECK(!segward_dns_data_name(&record, &string, &len));
}

static void an_soa_whose_first_name_lies_is_not_read(void)
{
	u8 data[24] = { 0 };
	struct segward_dns_record record = {
		.type = SEGWARD_DNS_TYPE_SOA,
		.decoded = true,
		.data = data,
		.data_len = sizeof(data),
		.data_whole = sizeof(data),
	};
	struct segward_dns_soa soa;

	data[20] = 3;
	CHECK(segward_dns_soa_read(&record, &soa));
	CHECK_EQ(soa.mname_len, 3);
	CHECK_EQ(soa.rname_len, 0);
	data[20] = 4;
	CHECK(!segward_dns_soa_read(&record, &soa));
	record.data_len = 20;
	record.data_whole = 20;
	CHECK(!segward_dns_soa_read(&record, &soa));
}

/* The probes */

static void the_probe_of_datagrams_wants_all_of_a_message(void)
{
	u32 full, n;

	put_header(7, RESPONSE, 1, 1, 0, 1);
	put_question("www.example.org", 1);
	put_pointer(12);
	put_fixed(1, 1, 300, 4);
	put32(1);
	put8(0);
	put_fixed(41, 1232, 0, 0);
	full = wire_len;
	CHECK_EQ(segward_dns_datagram_probe(wire, full), SEGWARD_APP_YES);
	for (n = 0; n < full; n++)
		CHECK_EQ(segward_dns_datagram_probe(wire, n), SEGWARD_APP_NO);
	wire[full] = 0;
	CHECK_EQ(segward_dns_datagram_probe(wire, full + 1), SEGWARD_APP_NO);
}

static void change(u32 at, u8 to, enum segward_app_guess want)
{
	u8 was = wire[at];

	wire[at] = to;
	CHECK_EQ(segward_dns_datagram_probe(wire, wire_len), want);
	wire[at] = was;
}

static void the_probe_looks_at_each_part(void)
{
	put_header(7, QUERY, 1, 0, 0, 1);
	put_question("www.example.org", 1);
	put_labels("x");
	put_pointer(12);
	put_fixed(41, 1232, 0, 0);
	CHECK_EQ(segward_dns_datagram_probe(wire, wire_len), SEGWARD_APP_YES);
	/* opcodes: update, the first invalid one */
	change(2, 5 << 3, SEGWARD_APP_YES);
	change(2, 7 << 3, SEGWARD_APP_NO);
	/* counts */
	change(5, 0, SEGWARD_APP_NO);
	change(5, 2, SEGWARD_APP_NO);
	change(6, 255, SEGWARD_APP_NO);
	change(11, 0, SEGWARD_APP_NO);
	/* label, type, class */
	change(12, 0x40, SEGWARD_APP_NO);
	change(12, 0xc0, SEGWARD_APP_NO);
	change(12, 62, SEGWARD_APP_NO);
	change(30, 0, SEGWARD_APP_NO);
	change(32, 2, SEGWARD_APP_NO);
	change(32, 255, SEGWARD_APP_YES);
	/* pointer: before the message's content, behind its name */
	change(36, 11, SEGWARD_APP_NO);
	change(36, 33, SEGWARD_APP_NO);
	change(36, 32, SEGWARD_APP_YES);
	/* length of the data */
	change(46, 1, SEGWARD_APP_NO);
}

static enum segward_app_guess probe(const u8 *data, u32 len)
{
	return segward_dns_probe(SEGWARD_APP_TOSERVER, data, len);
}

static void the_probe_of_streams_needs_the_first_question(void)
{
	u32 n;

	put_header(0, 0, 0, 0, 0, 0);
	wire_len = 0;
	put16(12 + 21);
	put16(7);
	put16(QUERY);
	put16(1);
	put16(0);
	put32(0);
	put_question("www.example.org", 1);
	CHECK_EQ(wire_len, 2 + 12 + 21);
	for (n = 0; n < wire_len; n++)
		CHECK_EQ(probe(wire, n), SEGWARD_APP_MORE);
	CHECK_EQ(probe(wire, n), SEGWARD_APP_YES);
	CHECK_EQ(probe(wire, n + 1000), SEGWARD_APP_YES);
	/* less announced than the question takes */
	wire[1]--;
	CHECK_EQ(probe(wire, n), SEGWARD_APP_NO);
	wire[1] = 16;
	CHECK_EQ(probe(wire, 2), SEGWARD_APP_NO);
	wire[1] = 17;
	CHECK_EQ(probe(wire, 2), SEGWARD_APP_MORE);
}

static void the_probe_is_certain_at_its_bound(void)
{
	u32 i;

	memset(wire, 0, 1000);
	wire[0] = 4;
	wire[7] = 1;
	/* labels of one byte without end */
	for (i = 14; i < 1000; i += 2)
		wire[i] = 1;
	CHECK_EQ(probe(wire, SEGWARD_DNS_PROBE), SEGWARD_APP_NO);
	/* or to the last byte that they may have */
	wire[14 + 254] = 0;
	put_unaligned_be32(0x00010001, wire + 14 + 255);
	CHECK_EQ(probe(wire, SEGWARD_DNS_PROBE - 1), SEGWARD_APP_MORE);
	CHECK_EQ(probe(wire, SEGWARD_DNS_PROBE), SEGWARD_APP_YES);
}

static void other_protocols_are_not_dns(void)
{
	static const char *const others[] = {
		"GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: x\r\n\r\n",
		"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03zzzzzzzzzzzzzzz",
		"\x10\x20\x00\x04MQTT\x04\x02\x00<\x00\x14somebody_or_other",
	};
	static const u8 zero[600];
	u32 i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		CHECK_EQ(probe((const u8 *)others[i], 24), SEGWARD_APP_NO);
		CHECK_EQ(segward_dns_datagram_probe((const u8 *)others[i], 24),
			 SEGWARD_APP_NO);
	}
	CHECK_EQ(probe(zero, sizeof(zero)), SEGWARD_APP_NO);
	CHECK_EQ(segward_dns_datagram_probe(zero, sizeof(zero)),
		 SEGWARD_APP_NO);
}

/* Streams */

static void begin(u32 units)
{
	segward_pool_share(&pool, units, 1);
	stream_len = 0;
	transcript_clear();
}

/* What was put, as the next message of the stream. */
static void add_message(void)
{
	put_unaligned_be16((u16)wire_len, stream + stream_len);
	memcpy(stream + stream_len + 2, wire, wire_len);
	stream_len += 2 + wire_len;
}

static void add_query(u16 id, const char *name)
{
	put_header(id, QUERY, 1, 0, 0, 0);
	put_question(name, 1);
	add_message();
}

static void add_response(u16 id, const char *name)
{
	put_header(id, RESPONSE, 1, 1, 0, 0);
	put_question(name, 1);
	put_pointer(12);
	put_fixed(1, 1, 60, 4);
	put_bytes("abcd", 4);
	add_message();
}

/* A piece, of exactly its size; returns the first error. */
static int feed_piece(struct segward_dns *dns, u8 direction, const u8 *data,
		      u32 len)
{
	int left = mallocs_left;
	int taken;
	u8 *copy;
	u32 at;

	mallocs_left = -1;
	copy = malloc(len);
	mallocs_left = left;
	memcpy(copy, data, len);
	for (at = 0; at < len; at += (u32)taken) {
		taken = segward_dns_feed(dns, &budget, direction, copy + at,
					 len - at, &out);
		take_items();
		if (taken < 0 || (!taken && !out.nr)) {
			free(copy);
			return taken < 0 ? taken : -1;
		}
		CHECK((u32)taken <= len - at);
	}
	free(copy);
	return 0;
}

/* All of the stream in pieces of one size, with a parser of its own. */
static void feed_stream(u32 piece)
{
	struct segward_dns *dns = segward_dns_create(&budget);
	u32 at, len;

	transcript_clear();
	for (at = 0; at < stream_len; at += len) {
		len = min(piece, stream_len - at);
		CHECK_EQ(feed_piece(dns, SEGWARD_APP_TOSERVER, stream + at,
				    len), 0);
	}
	CHECK_EQ(atomic_read(&budget.used), 1);
	segward_dns_destroy(dns, &budget);
	CHECK_EQ(atomic_read(&budget.used), 0);
}

static void a_stream_in_any_pieces_gives_the_same(void)
{
	static char whole[4096];
	u32 piece;

	begin(100);
	add_query(1, "first.example.org");
	wire_len = 0;
	add_message();
	add_query(2, "second.example.org");
	wire_len = 5;
	add_message();
	add_response(3, "third.example.org");
	feed_stream(stream_len);
	memcpy(whole, transcript, transcript_len + 1);
	CHECK_STR(whole,
		  ">0 dns.header 1 0100 1 0 0 0\n"
		  ">0 dns.query first.example.org\n"
		  ">0 dns.question first.example.org 1 1\n"
		  ">0 done\n"
		  ">1 event malformed_data\n"
		  ">1 done\n"
		  ">2 dns.header 2 0100 1 0 0 0\n"
		  ">2 dns.query second.example.org\n"
		  ">2 dns.question second.example.org 1 1\n"
		  ">2 done\n"
		  ">3 event malformed_data\n"
		  ">3 done\n"
		  ">4 dns.header 3 8180 1 1 0 0\n"
		  ">4 event not_a_request\n"
		  ">4 dns.query third.example.org\n"
		  ">4 dns.question third.example.org 1 1\n"
		  ">4 dns.record an third.example.org 1 1 60 abcd\n"
		  ">4 done\n");
	for (piece = 1; piece < stream_len; piece++) {
		feed_stream(piece);
		CHECK_STR(transcript, whole);
	}
}

/* The largest message, of records that take several calls. */
static void add_zone(void)
{
	u32 n;

	put_header(9, RESPONSE, 0, 4000, 0, 0);
	for (n = 0; n < 4000; n++) {
		put8(0);
		put_fixed(1, 1, n, 4);
		put32(n);
	}
	while (wire_len < 65535)
		put8(0);
	add_message();
}

static void the_largest_message_can_be_gathered(void)
{
	static const u32 piece[] = { 1, 511, 1448, 65536 };
	u32 i;

	for (i = 0; i < sizeof(piece) / sizeof(piece[0]); i++) {
		begin(1024 + 512 + 16 + 1);
		add_zone();
		add_query(1, "q");
		feed_stream(piece[i]);
		CHECK_EQ(count_of("dns.record"), 4000);
		CHECK_STR(lines_with(">1 "),
			  ">1 dns.header 1 0100 1 0 0 0\n>1 dns.query q\n"
			  ">1 dns.question q 1 1\n>1 done\n");
	}
}

static void memory_follows_what_came_not_what_was_announced(void)
{
	struct segward_dns *dns;

	begin(2048);
	dns = segward_dns_create(&budget);
	add_zone();
	feed_piece(dns, SEGWARD_APP_TOSERVER, stream, 2);
	CHECK_EQ(atomic_read(&budget.used), 1);
	feed_piece(dns, SEGWARD_APP_TOSERVER, stream + 2, 1);
	CHECK_EQ(atomic_read(&budget.used), 1 + 512 / 64);
	feed_piece(dns, SEGWARD_APP_TOSERVER, stream + 3, 511);
	CHECK_EQ(atomic_read(&budget.used), 1 + 512 / 64);
	feed_piece(dns, SEGWARD_APP_TOSERVER, stream + 514, 1);
	CHECK_EQ(atomic_read(&budget.used), 1 + 1024 / 64);
	segward_dns_destroy(dns, &budget);
	CHECK_EQ(atomic_read(&budget.used), 0);
}

static void a_message_at_hand_is_not_copied(void)
{
	struct segward_dns *dns;

	begin(100);
	dns = segward_dns_create(&budget);
	add_query(1, "example.org");
	CHECK_EQ(segward_dns_feed(dns, &budget, 0, stream, stream_len, &out),
		 2);
	CHECK_EQ(out.nr, 3);
	CHECK(out.item[0].data == stream + 2);
	CHECK_EQ(atomic_read(&budget.used), 1 + 1024 / 64);
	CHECK_EQ(segward_dns_feed(dns, &budget, 0, stream + 2, stream_len - 2,
				  &out), stream_len - 2);
	CHECK_EQ(out.nr, 1);
	CHECK_EQ(out.item[0].kind, SEGWARD_APP_DONE);
	CHECK_EQ(atomic_read(&budget.used), 1);
	segward_dns_destroy(dns, &budget);
}

static void who_does_not_come_with_the_rest_is_refused(void)
{
	struct segward_dns *dns;

	begin(100);
	dns = segward_dns_create(&budget);
	add_query(1, "example.org");
	segward_dns_feed(dns, &budget, 0, stream, stream_len, &out);
	CHECK_EQ(segward_dns_feed(dns, &budget, 0, stream + 2, stream_len - 3,
				  &out), -EPROTO);
	CHECK_EQ(segward_dns_feed(dns, &budget, 1, stream + 2, stream_len - 2,
				  &out), -EPROTO);
	segward_dns_end(dns, &budget, 0, &out);
	CHECK_EQ(out.nr, 0);
	segward_dns_destroy(dns, &budget);
	CHECK_EQ(atomic_read(&budget.used), 0);
}

static void both_directions_count_their_own(void)
{
	struct segward_dns *dns;
	u32 half;

	begin(100);
	dns = segward_dns_create(&budget);
	add_query(1, "a");
	add_query(2, "b");
	half = stream_len - 5;
	feed_piece(dns, SEGWARD_APP_TOSERVER, stream, half);
	stream_len = 0;
	add_response(1, "a");
	feed_piece(dns, SEGWARD_APP_TOCLIENT, stream, stream_len - 3);
	feed_piece(dns, SEGWARD_APP_TOCLIENT, stream + stream_len - 3, 3);
	stream_len = 0;
	add_query(1, "a");
	add_query(2, "b");
	feed_piece(dns, SEGWARD_APP_TOSERVER, stream + half, 5);
	CHECK_STR(lines_with("done"), ">0 done\n<0 done\n>1 done\n");
	CHECK_STR(event_lines(), "");
	segward_dns_destroy(dns, &budget);
	CHECK_EQ(atomic_read(&budget.used), 0);
}

static void feed_one(struct segward_dns *dns, u8 direction, u16 id)
{
	stream_len = 0;
	if (direction)
		add_response(id, "n");
	else
		add_query(id, "n");
	CHECK_EQ(feed_piece(dns, direction, stream, stream_len), 0);
}

static void a_response_that_nobody_asked_for_is_an_event(void)
{
	struct segward_dns *dns;
	u16 id;

	begin(100);
	dns = segward_dns_create(&budget);
	/* the other direction may never be seen */
	feed_one(dns, SEGWARD_APP_TOCLIENT, 5);
	CHECK_STR(event_lines(), "");
	for (id = 0; id < 8; id++)
		feed_one(dns, SEGWARD_APP_TOSERVER, id);
	/* in any order, more than once */
	for (id = 8; id-- > 0;)
		feed_one(dns, SEGWARD_APP_TOCLIENT, id);
	feed_one(dns, SEGWARD_APP_TOCLIENT, 7);
	CHECK_STR(event_lines(), "");
	feed_one(dns, SEGWARD_APP_TOCLIENT, 8);
	CHECK_STR(event_lines(), "<10 event unsolicited_response\n");
	/* an id that is used again takes no room */
	feed_one(dns, SEGWARD_APP_TOSERVER, 3);
	feed_one(dns, SEGWARD_APP_TOCLIENT, 8);
	CHECK_EQ(count_of("unsolicited"), 2);
	/* with a ninth one, one is forgotten */
	for (id = 100; id < 200; id++) {
		feed_one(dns, SEGWARD_APP_TOSERVER, id);
		feed_one(dns, SEGWARD_APP_TOCLIENT, 1);
	}
	CHECK_EQ(count_of("unsolicited"), 2);
	segward_dns_destroy(dns, &budget);
}

/* The end */

static void what_came_of_an_unfinished_message_is_told(void)
{
	struct segward_dns *dns;

	begin(100);
	dns = segward_dns_create(&budget);
	add_response(1, "example.org");
	feed_piece(dns, SEGWARD_APP_TOCLIENT, stream, stream_len - 1);
	CHECK_STR(transcript, "");
	segward_dns_end(dns, &budget, SEGWARD_APP_TOCLIENT, &out);
	take_items();
	CHECK_STR(transcript,
		  "<0 dns.header 1 8180 1 1 0 0\n"
		  "<0 dns.query example.org\n"
		  "<0 dns.question example.org 1 1\n"
		  "<0 event malformed_data\n"
		  "<0 event malformed_data\n"
		  "<0 done\n");
	/* and the other direction goes on */
	feed_one(dns, SEGWARD_APP_TOSERVER, 1);
	CHECK_EQ(atomic_read(&budget.used), 1);
	segward_dns_destroy(dns, &budget);
	CHECK_EQ(atomic_read(&budget.used), 0);
}

static void end_of(u32 bytes, const char *want)
{
	struct segward_dns *dns = segward_dns_create(&budget);

	transcript_clear();
	if (bytes)
		feed_piece(dns, SEGWARD_APP_TOSERVER, stream, bytes);
	segward_dns_end(dns, &budget, SEGWARD_APP_TOSERVER, &out);
	take_items();
	CHECK_STR(transcript, want);
	segward_dns_end(dns, &budget, SEGWARD_APP_TOCLIENT, &out);
	CHECK_EQ(out.nr, 0);
	CHECK_EQ(atomic_read(&budget.used), 1);
	segward_dns_destroy(dns, &budget);
}

static void the_end_within_a_length_or_header_is_malformed(void)
{
	begin(100);
	add_query(1, "example.org");
	end_of(0, "");
	end_of(1, ">0 event malformed_data\n>0 done\n");
	end_of(2, ">0 event malformed_data\n>0 done\n");
	end_of(13, ">0 event malformed_data\n>0 done\n");
	end_of(14, ">0 dns.header 1 0100 1 0 0 0\n"
	       ">0 event malformed_data\n>0 event malformed_data\n>0 done\n");
	/* all that the header speaks of came, and more should have */
	stream[1]++;
	end_of(stream_len, ">0 dns.header 1 0100 1 0 0 0\n"
	       ">0 dns.query example.org\n>0 dns.question example.org 1 1\n"
	       ">0 event malformed_data\n>0 done\n");
}

static void the_end_tells_no_more_than_a_call_can(void)
{
	struct segward_dns *dns;

	begin(2048);
	dns = segward_dns_create(&budget);
	add_zone();
	feed_piece(dns, SEGWARD_APP_TOSERVER, stream, stream_len - 1);
	segward_dns_end(dns, &budget, SEGWARD_APP_TOSERVER, &out);
	CHECK(out.nr > 6);
	CHECK_EQ(out.item[out.nr - 1].kind, SEGWARD_APP_DONE);
	CHECK_EQ(out.item[out.nr - 2].event, SEGWARD_DNS_EVENT_MALFORMED_DATA);
	/* nobody calls again */
	segward_dns_destroy(dns, &budget);
	CHECK_EQ(atomic_read(&budget.used), 0);
}

/* Memory */

/* Fed in pieces that need all kinds of memory, with only so many of it. */
static int with_mallocs(int most)
{
	struct segward_dns *dns;
	int error = -ENOMEM;
	u32 at, len;

	mallocs_left = most;
	dns = segward_dns_create(&budget);
	for (at = 0; dns && at < stream_len; at += len) {
		len = min(400u, stream_len - at);
		error = feed_piece(dns, SEGWARD_APP_TOSERVER, stream + at,
				   len);
		if (error)
			break;
	}
	if (dns && error) {
		segward_dns_end(dns, &budget, SEGWARD_APP_TOSERVER, &out);
		take_items();
	}
	mallocs_left = -1;
	segward_dns_destroy(dns, &budget);
	CHECK_EQ(atomic_read(&budget.used), 0);
	CHECK_EQ(atomic_read(&pool.used), 0);
	return error;
}

static void without_memory_nothing_leaks_and_it_is_said(void)
{
	u32 n;

	begin(2048);
	put_header(1, RESPONSE, 0, 80, 0, 0);
	for (n = 0; n < 80; n++) {
		put8(0);
		put_fixed(1, 1, n, 4);
		put32(n);
	}
	add_message();
	/* the parser, 512, 1,024, the work, 1,212 bytes */
	for (n = 0; n < 5; n++)
		CHECK_EQ(with_mallocs((int)n), -ENOMEM);
	CHECK_EQ(with_mallocs(5), 0);
}

static void without_budget_nothing_leaks_and_it_is_said(void)
{
	u32 units;

	begin(0);
	put_header(1, RESPONSE, 0, 1, 0, 0);
	put8(0);
	put_fixed(10, 1, 0, 1000);
	while (wire_len < 1023)
		put8(0);
	add_message();
	/* 1 + 512 / 64 + 1024 / 64 at the copy, then the work */
	for (units = 0; units < 1 + 16 + 16; units++) {
		segward_pool_share(&pool, units, 1);
		CHECK_EQ(with_mallocs(-1), -ENOMEM);
	}
	segward_pool_share(&pool, units, 1);
	CHECK_EQ(with_mallocs(-1), 0);
}

int main(void)
{
	RUN(a_query_is_header_name_and_question);
	RUN(a_response_has_its_records_by_section);
	RUN(data_of_each_type_is_decoded);
	RUN(data_of_other_types_and_classes_stays_raw);
	RUN(data_that_breaks_its_form_is_raw_and_an_event);
	RUN(long_data_comes_in_two_pieces_and_whole);
	RUN(an_update_deletes_by_records_without_data);
	RUN(each_header_event_is_told);
	RUN(a_query_for_a_cookie_needs_no_question);
	RUN(an_opt_is_one_of_the_root_in_the_last_section);
	RUN(a_tsig_is_the_last_record_and_of_class_any);
	RUN(bytes_behind_the_last_record_are_an_event);
	RUN(what_is_cut_anywhere_is_malformed_and_done);
	RUN(counts_that_lie_end_with_the_message);
	RUN(records_are_told_up_to_the_bound);
	RUN(more_than_one_call_can_tell_is_told_in_several);
	RUN(a_name_has_255_bytes_at_most);
	RUN(names_of_all_largest_parts_fit);
	RUN(labels_are_up_to_63_bytes_and_of_no_other_type);
	RUN(any_bytes_are_kept_in_names);
	RUN(pointers_lead_backwards_only);
	RUN(a_question_cannot_have_a_pointer_to_anything);
	RUN(a_run_that_leads_to_its_own_pointer_is_a_loop);
	RUN(pointers_to_pointers_are_bounded);
	RUN(steps_of_all_names_are_bounded);
	RUN(a_cut_record_can_be_read_as_far_as_it_is);
	RUN(an_soa_whose_first_name_lies_is_not_read);
	RUN(the_probe_of_datagrams_wants_all_of_a_message);
	RUN(the_probe_looks_at_each_part);
	RUN(the_probe_of_streams_needs_the_first_question);
	RUN(the_probe_is_certain_at_its_bound);
	RUN(other_protocols_are_not_dns);
	RUN(a_stream_in_any_pieces_gives_the_same);
	RUN(the_largest_message_can_be_gathered);
	RUN(memory_follows_what_came_not_what_was_announced);
	RUN(a_message_at_hand_is_not_copied);
	RUN(who_does_not_come_with_the_rest_is_refused);
	RUN(both_directions_count_their_own);
	RUN(a_response_that_nobody_asked_for_is_an_event);
	RUN(what_came_of_an_unfinished_message_is_told);
	RUN(the_end_within_a_length_or_header_is_malformed);
	RUN(the_end_tells_no_more_than_a_call_can);
	RUN(without_memory_nothing_leaks_and_it_is_said);
	RUN(without_budget_nothing_leaks_and_it_is_said);
	return tap_done();
}
