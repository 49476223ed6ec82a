// SPDX-License-Identifier: GPL-2.0
/*
 * TLS handshakes: what is told of them, in whatever pieces they come, what is
 * wrong with them, and limits.
 */
#include <stdlib.h>

#include "app/tls.h"
#include "digest.h"
#include "tap.h"
#include "tls_wire.h"

#define TOSERVER	SEGWARD_APP_TOSERVER
#define TOCLIENT	SEGWARD_APP_TOCLIENT
#define EVENT_NAME(symbol, name) name,
#define BUFFER_NAME(symbol, name) name,

static const char * const event_name[] = { SEGWARD_TLS_EVENTS(EVENT_NAME) };
static const char * const buffer_name[] = {
	"none", SEGWARD_BUFFERS(BUFFER_NAME)
};

static struct segward_pool pool;
static struct segward_budget budget;
static struct segward_tls *tls;
static struct segward_app_out out;
/* the bytes of a direction, a message, and what is put into it */
static struct wire stream, message, body;
/* what was told: a line for each item */
static char told[500000];
static u32 told_len;
static u64 events_seen;
static int error;

static int mallocs_left = -1;
static bool no_digest;

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
__typeof__(segward_digest) __real_segward_digest, __wrap_segward_digest;

void *__wrap_malloc(size_t size)
{
	if (!mallocs_left)
		return NULL;
	if (mallocs_left > 0)
		mallocs_left--;
	return __real_malloc(size);
}

bool __wrap_segward_digest(enum segward_digest_kind kind, const void *data,
			   u32 len, u8 *digest)
{
	return !no_digest && __real_segward_digest(kind, data, len, digest);
}

static void begin(void)
{
	memset(&budget, 0, sizeof(budget));
	memset(&pool, 0, sizeof(pool));
	segward_pool_share(&pool, 1 << 20, 1);
	budget.pool = &pool;
	tls = segward_tls_create(&budget);
	stream.len = 0;
	message.len = 0;
	told_len = 0;
	told[0] = 0;
	error = 0;
}

static void end(void)
{
	segward_tls_destroy(tls, &budget);
	CHECK_EQ(budget.used.counter, 0);
	CHECK_EQ(pool.used.counter, 0);
}

static void tell_data(const struct segward_app_item *item)
{
	u32 i;

	for (i = 0; i < item->len; i++) {
		u8 c = item->data[i];

		told_len += (u32)sprintf(told + told_len, c < 32 || c > 126 ?
					 "\\x%02x" : "%c", c);
	}
}

static void tell_item(const struct segward_app_item *item)
{
	CHECK_EQ(item->tx, 0);
	switch (item->kind) {
	case SEGWARD_APP_EVENT:
		events_seen |= 1ULL << item->event;
		told_len += (u32)sprintf(told + told_len, "! %s\n",
					 event_name[item->event]);
		break;
	case SEGWARD_APP_DONE:
		told_len += (u32)sprintf(told + told_len, "done\n");
		break;
	default:
		CHECK_EQ(item->part, SEGWARD_APP_FIRST | SEGWARD_APP_LAST);
		told_len += (u32)sprintf(told + told_len, "%s ",
					 buffer_name[item->buffer]);
		tell_data(item);
		told_len += (u32)sprintf(told + told_len, "\n");
	}
}

static void tell(u8 direction)
{
	u32 i;

	for (i = 0; i < out.nr; i++) {
		CHECK_EQ(out.item[i].direction, direction);
		tell_item(&out.item[i]);
	}
}

/* From memory of its own, so that nobody reads beyond it. */
static void feed_bytes(u8 direction, const u8 *data, u32 len)
{
	u8 *copy = __real_malloc(len);
	u32 taken = 0;
	int n;

	memcpy(copy, data, len);
	while (taken < len) {
		n = segward_tls_feed(tls, &budget, direction, copy + taken,
				     len - taken, &out);
		tell(direction);
		if (n < 0)
			error = n;
		if (n <= 0 && (error || !CHECK(out.nr)))
			break;
		taken += (u32)n;
	}
	free(copy);
}

static void feed(u8 direction)
{
	feed_bytes(direction, stream.b, stream.len);
	stream.len = 0;
}

static void finish(u8 direction)
{
	segward_tls_end(tls, &budget, direction, &out);
	tell(direction);
}

static void check_told(const char *expected)
{
	CHECK_STR(told, expected);
	told_len = 0;
	told[0] = 0;
}

/* ------ messages ------ */

static u32 open_message(u8 type)
{
	message.len = 0;
	put8(&message, type);
	return open_vector(&message, 3);
}

static void close_message(u32 at)
{
	close_vector(&message, 3, at);
}

/* The message, in records of @most bytes, into the stream. */
static void send(u32 most)
{
	put_records(&stream, 22, 0x0301, &message, most);
}

static void send_record(u8 type, const void *data, u32 len)
{
	put8(&stream, type);
	put16(&stream, 0x0303);
	put16(&stream, len);
	put(&stream, data, len);
}

static u32 open_extension(u32 type)
{
	put16(&message, type);
	return open_vector(&message, 2);
}

static void put_extension(u32 type, const void *data, u32 len)
{
	u32 at = open_extension(type);

	put(&message, data, len);
	close_vector(&message, 2, at);
}

/* A list behind its length. */
static void put_list(u32 type, u32 width, const int *value)
{
	u32 at = open_extension(type);
	u32 list = open_vector(&message, width);

	put_list16(&message, value);
	close_vector(&message, width, list);
	close_vector(&message, 2, at);
}

static void put_sni(const char *name, u32 len)
{
	u32 at = open_extension(0);
	u32 list = open_vector(&message, 2);

	put8(&message, 0);
	put16(&message, len);
	put(&message, name, len);
	close_vector(&message, 2, list);
	close_vector(&message, 2, at);
}

/* Names up to a NULL. */
static void put_alpn(const char * const *name)
{
	u32 at = open_extension(16);
	u32 list = open_vector(&message, 2);

	for (; *name; name++) {
		put8(&message, (u32)strlen(*name));
		put_string(&message, *name);
	}
	close_vector(&message, 2, list);
	close_vector(&message, 2, at);
}

static const char * const web[] = { "h2", "http/1.1", NULL };

struct hello {
	u32 message;
	u32 extensions;
};

static struct hello open_client(u16 version, const int *ciphers)
{
	struct hello hello = { .message = open_message(1) };
	u32 at;

	put16(&message, version);
	put_fill(&message, 7, 32);
	put8(&message, 0);
	at = open_vector(&message, 2);
	put_list16(&message, ciphers);
	close_vector(&message, 2, at);
	put16(&message, 0x0100);
	hello.extensions = open_vector(&message, 2);
	return hello;
}

static struct hello open_server(u16 version, u16 cipher)
{
	struct hello hello = { .message = open_message(2) };

	put16(&message, version);
	put_fill(&message, 9, 32);
	put8(&message, 0);
	put16(&message, cipher);
	put8(&message, 0);
	hello.extensions = open_vector(&message, 2);
	return hello;
}

/* Either one, with a session ID. */
static struct hello open_message_with(u8 type, u16 version,
				      const char *session)
{
	struct hello hello = { .message = open_message(type) };

	put16(&message, version);
	put_fill(&message, 7, 32);
	put8(&message, (u32)strlen(session));
	put_string(&message, session);
	if (type == 1)
		put16(&message, 2);
	put16(&message, 0xc02f);
	if (type == 1)
		put8(&message, 1);
	put8(&message, 0);
	hello.extensions = open_vector(&message, 2);
	return hello;
}

static void close_hello(struct hello hello)
{
	close_vector(&message, 2, hello.extensions);
	close_message(hello.message);
}

static const int few[] = { 0x1301, 0xc02f, -1 };

/* A hello with a name and nothing else. */
static void small_client(const char *name)
{
	struct hello hello = open_client(0x0303, few);

	put_sni(name, (u32)strlen(name));
	close_hello(hello);
}

static const int tls13[] = { 0x0304, 0x0303, -1 };

static void retry_client(const char *name, bool early)
{
	struct hello hello = open_client(0x0303, few);

	put_sni(name, (u32)strlen(name));
	put_list(43, 1, tls13);
	if (early)
		put_extension(42, NULL, 0);
	close_hello(hello);
}

/* Items of small_client() but for the name, filled in by the first test. */
static char small_rest[300];

static const char *small_told(const char *name)
{
	static char text[600];

	snprintf(text, sizeof(text), "tls.sni %s\n%s", name, small_rest);
	return text;
}

static void digest_hex(enum segward_digest_kind kind, const char *text,
		       u32 digits, char *hex)
{
	u8 digest[SEGWARD_DIGEST_MAX];
	u32 i;

	__real_segward_digest(kind, text, (u32)strlen(text), digest);
	for (i = 0; i < digits / 2; i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

static void a_small_hello_tells_its_name_and_fingerprints(void)
{
	char md5[33], sha[13];

	digest_hex(SEGWARD_DIGEST_MD5, "771,4865-49199,0,,", 32, md5);
	digest_hex(SEGWARD_DIGEST_SHA256, "1301,c02f", 12, sha);
	snprintf(small_rest, sizeof(small_rest),
		 "ja3.string 771,4865-49199,0,,\nja3.hash %s\n"
		 "ja4.hash t12d020100_%s_000000000000\n", md5, sha);
	begin();
	small_client("www.Example.com");
	send(16384);
	feed(TOSERVER);
	check_told(small_told("www.Example.com"));
	end();
}

/* Salesforce's README: both examples and their digests. */
static void ja3_is_what_its_authors_say(void)
{
	static const int ciphers[] = { 47, 53, 5, 10, 49161, 49162, 49171,
		49172, 50, 56, 19, 4, -1 };
	static const int other[] = { 4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99,
		-1 };
	static const int groups[] = { 23, 24, 25, -1 };
	struct hello hello;

	begin();
	hello = open_client(0x0301, ciphers);
	put_sni("a", 1);
	put_list(10, 2, groups);
	put_extension(11, "\1\0", 2);
	close_hello(hello);
	send(16384);
	feed(TOSERVER);
	CHECK(strstr(told, "ja3.string 769,47-53-5-10-49161-49162-49171-49172-"
		     "50-56-19-4,0-10-11,23-24-25,0\n"));
	CHECK(strstr(told, "ja3.hash ada70206e40642a3e4461f35503241d5\n"));
	end();

	begin();
	hello = open_client(0x0301, other);
	/* no extensions at all, not even their length */
	message.len -= 2;
	close_message(hello.message);
	send(16384);
	feed(TOSERVER);
	CHECK(strstr(told, "ja3.string 769,4-5-10-9-100-98-3-6-19-18-99,,,\n"));
	CHECK(strstr(told, "ja3.hash de350869b8c85de67a350c8d186f11e6\n"));
	end();
}

static const int chrome_ciphers[] = { 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f,
	0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d,
	0x002f, 0x0035, -1 };
static const int chrome_grease[] = { 0x8a8a, 0x1301, 0x1302, 0x1303, 0xc02b,
	0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
	0x009d, 0x002f, 0x0035, -1 };
static const int chrome_signatures[] = { 0x0403, 0x0804, 0x0401, 0x0503,
	0x0805, 0x0501, 0x0806, 0x0601, -1 };

/* The browser of the specification's example. */
static void chrome(bool grease)
{
	static const int versions[] = { 0xfafa, 0x0304, 0x0303, -1 };
	static const int groups[] = { 0x1a1a, 0x001d, 23, 24, -1 };
	static const u16 empty[] = { 0x0017, 0xff01, 0x0005, 0x0012, 0x0033,
		0x002d, 0x001b, 0x4469, 0x0023, 0x0015 };
	struct hello hello;
	u32 i;

	hello = open_client(0x0303, grease ? chrome_grease : chrome_ciphers);
	if (grease)
		put_extension(0x2a2a, NULL, 0);
	put_sni("example.com", 11);
	for (i = 0; i < ARRAY_SIZE(empty); i++)
		put_extension(empty[i], "\0", 1);
	put_list(10, 2, groups + !grease);
	put_extension(11, "\1\0", 2);
	put_alpn(web);
	put_list(13, 2, chrome_signatures);
	put_list(43, 1, versions + !grease);
	if (grease)
		put_extension(0x3a3a, "\0", 1);
	close_hello(hello);
}

static void ja4_is_what_its_authors_say(void)
{
	static const char expected[] =
		"tls.sni example.com\ntls.alpn h2\ntls.alpn http/1.1\n"
		"ja3.string 771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,0-23-65281-5-18-51-45-27-17513-35-21-10-11-16-13-43,29-23-24,0\n"
		"ja3.hash %s\nja4.hash t13d1516h2_8daaf6152771_e5627efa2ab1\n";
	char text[1000], md5[33], *from, *to;
	int grease;

	for (grease = 0; grease < 2; grease++) {
		from = strstr(expected, "771,");
		to = strchr(from, '\n');
		snprintf(text, sizeof(text), "%.*s", (int)(to - from), from);
		digest_hex(SEGWARD_DIGEST_MD5, text, 32, md5);
		snprintf(text, sizeof(text), expected, md5);
		begin();
		chrome(grease);
		send(16384);
		feed(TOSERVER);
		check_told(text);
		end();
	}
}

static void check_ja4_head(const char *head)
{
	char line[60];

	send(16384);
	feed(TOSERVER);
	snprintf(line, sizeof(line), "ja4.hash %s_", head);
	if (!CHECK(strstr(told, line)))
		printf("# expected %s in:\n%s", line, told);
}

static void ja4_shows_the_version_and_the_protocol(void)
{
	static const struct {
		u16 version;
		u16 offered;
		const char *alpn;
		const char *head;
	} row[] = {
		{ 0x0300, 0, NULL, "ts3i020000" },
		{ 0x0301, 0, "h", "t10i0201hh" },
		{ 0x0302, 0, "dot", "t11i0201dt" },
		{ 0x0303, 0, "\xab", "t12i0201ab" },
		{ 0x0303, 0x0304, "\xab\xcd", "t13i0202ad" },
		{ 0x0303, 0x0a0a, "h\xcd", "t12i02026d" },
		{ 0x0303, 0x7f1c, "\x20Z", "t00i02022a" },
		{ 0x0002, 0, "A0", "ts2i0201A0" },
		{ 0x0301, 0x0302, NULL, "t11i020100" },
	};
	const char *name[2] = { NULL, NULL };
	int version[2] = { 0, -1 };
	struct hello hello;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		begin();
		hello = open_client(row[i].version, few);
		name[0] = row[i].alpn;
		if (name[0])
			put_alpn(name);
		version[0] = row[i].offered;
		if (row[i].offered)
			put_list(43, 1, version);
		close_hello(hello);
		check_ja4_head(row[i].head);
		end();
	}
}

static void ja4_counts_up_to_99_and_knows_nothing_as_zeroes(void)
{
	static const int none[] = { 0x0a0a, 0x1a1a, -1 };
	static int many[200];
	struct hello hello;
	u32 i;

	for (i = 0; i < 150; i++)
		many[i] = 0x1000 + (int)i;
	many[i] = -1;
	begin();
	hello = open_client(0x0303, many);
	for (i = 0; i < 120; i++)
		put_extension(0x100 + i, NULL, 0);
	close_hello(hello);
	check_ja4_head("t12i999900");
	end();

	begin();
	hello = open_client(0x0303, none);
	close_hello(hello);
	check_ja4_head("t12i000000_000000000000");
	end();
}

static void fingerprints_without_digests_are_left_out(void)
{
	begin();
	small_client("a.b");
	send(16384);
	no_digest = true;
	feed(TOSERVER);
	no_digest = false;
	check_told("tls.sni a.b\nja3.string 771,4865-49199,0,,\n");
	end();
}

static void names_lie_in_the_bytes_that_were_fed(void)
{
	u32 i;

	begin();
	small_client("in.place");
	send(16384);
	CHECK_EQ(segward_tls_feed(tls, &budget, TOSERVER, stream.b, stream.len,
				  &out), stream.len);
	for (i = 0; i < out.nr; i++)
		if (out.item[i].buffer == SEGWARD_BUFFER_TLS_SNI)
			CHECK(out.item[i].data > stream.b &&
			      out.item[i].data < stream.b + stream.len);
	end();
}

/* ------ pieces ------ */

static void server_flight(void)
{
	struct hello hello = open_server(0x0303, 0xc02f);
	static const char * const one[] = { "h2", NULL };
	u32 at;

	put_alpn(one);
	put_extension(0xff01, "\0", 1);
	close_hello(hello);
	send(16384);
	at = open_message(11);
	put_number(&message, 3, 9);
	put_number(&message, 3, 1);
	put8(&message, 0x30);
	put_number(&message, 3, 2);
	put16(&message, 0x3000);
	close_message(at);
	send(16384);
	at = open_message(14);
	close_message(at);
	send(16384);
	send_record(20, "\1", 1);
	send_record(22, "0123456789012345678901234567890123456789", 40);
}

static void any_two_pieces_tell_the_same(void)
{
	static struct wire whole;
	static char expected[sizeof(told)];
	u8 direction;
	u32 at;

	for (direction = 0; direction < 2; direction++) {
		begin();
		if (direction == TOSERVER) {
			chrome(true);
			send(50);
			send_record(20, "\1", 1);
			send_record(23, "123", 3);
		} else {
			server_flight();
		}
		whole = stream;
		feed(direction);
		CHECK(strstr(told, "done\n"));
		memcpy(expected, told, told_len + 1);
		end();
		for (at = 1; at < whole.len; at++) {
			begin();
			feed_bytes(direction, whole.b, at);
			feed_bytes(direction, whole.b + at, whole.len - at);
			check_told(expected);
			end();
		}
		begin();
		for (at = 0; at < whole.len; at++)
			feed_bytes(direction, whole.b + at, 1);
		check_told(expected);
		end();
	}
}

static void any_records_tell_the_same(void)
{
	u32 most, i;

	for (most = 1; most < 100; most++) {
		begin();
		small_client("records.example");
		send(most);
		for (i = 0; i < stream.len; i += 7)
			feed_bytes(TOSERVER, stream.b + i,
				   min_t(u32, 7, stream.len - i));
		check_told(small_told("records.example"));
		end();
	}
}

/* As large as is kept, with the name behind everything else. */
static void a_hello_of_64_kib_is_read(void)
{
	struct hello hello;
	u32 at, i;

	begin();
	hello = open_client(0x0303, few);
	at = open_extension(51);
	put_fill(&message, 1, SEGWARD_TLS_MESSAGE - message.len - 9 - 4);
	close_vector(&message, 2, at);
	put_sni("last", 4);
	close_hello(hello);
	CHECK_EQ(message.len, SEGWARD_TLS_MESSAGE);
	send(16384);
	for (i = 0; i < stream.len; i += 1400)
		feed_bytes(TOSERVER, stream.b + i,
			   min_t(u32, 1400, stream.len - i));
	CHECK(!strncmp(told, "tls.sni last\nja3.string ", 24));
	/* a byte more, and another hello behind it */
	end();

	begin();
	at = open_message(1);
	put_fill(&message, 0, SEGWARD_TLS_MESSAGE - 3);
	close_message(at);
	send(16384);
	small_client("next");
	send(16384);
	feed(TOSERVER);
	CHECK(!strncmp(told, "! oversized_handshake_message\ntls.sni next\n",
		       43));
	end();
}

static void memory_follows_what_has_come(void)
{
	u32 at;

	begin();
	at = open_message(1);
	put_fill(&message, 0, 60000);
	close_message(at);
	send(16384);
	feed_bytes(TOSERVER, stream.b, 500);
	CHECK_EQ(budget.used.counter, (256 + 1024) / SEGWARD_BUDGET_UNIT);
	feed_bytes(TOSERVER, stream.b + 500, 3500);
	CHECK_EQ(budget.used.counter, (256 + 4096) / SEGWARD_BUDGET_UNIT);
	end();
}

/* ------ the rest is encrypted ------ */

static void application_data_ends_a_direction(void)
{
	begin();
	CHECK(!segward_tls_encrypted(tls));
	small_client("a");
	send(16384);
	send_record(23, "abc", 3);
	small_client("b");
	send(16384);
	put_fill(&stream, 0xff, 1000);
	feed(TOSERVER);
	CHECK(!strncmp(told, "tls.sni a\n", 10));
	CHECK(!strstr(told, "tls.sni b\n"));
	CHECK_STR(told + told_len - 5, "done\n");
	CHECK(!segward_tls_encrypted(tls));
	send_record(23, "abc", 3);
	feed(TOCLIENT);
	CHECK(segward_tls_encrypted(tls));
	told_len = 0;
	told[0] = 0;
	finish(TOSERVER);
	finish(TOCLIENT);
	check_told("");
	end();
}

static void a_finished_behind_a_cipher_change_ends_it_too(void)
{
	static const char * const finished[] = {
		"\x14\0\0\x0c............", "\0\0\0\0\0\0\0\0....", "\1\0\1\0\2\2",
		"\1\1\0\0\3\3", "\1\0\0\1\3\3", "\2\0\1\0\3\3",
	};
	static const u32 len[] = { 16, 12, 6, 6, 6, 6 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(len); i++) {
		begin();
		send_record(20, "\1", 1);
		send_record(22, finished[i], len[i]);
		feed(TOSERVER);
		check_told("done\n");
		end();
	}
	begin();
	send_record(20, "\1", 1);
	send_record(21, "encrypted alert", 15);
	feed(TOSERVER);
	check_told("done\n");
	end();
}

/* RFC 8446, D.4: what follows is in the clear, and counts. */
static void a_hello_behind_a_cipher_change_is_read(void)
{
	u32 most;

	for (most = 1; most < 20; most++) {
		begin();
		retry_client("first", false);
		send(16384);
		send_record(20, "\1", 1);
		retry_client("second", false);
		send(most);
		send_record(20, "\1", 1);
		send_record(23, "12", 2);
		feed(TOSERVER);
		CHECK(strstr(told, "tls.sni second\n"));
		CHECK(!strstr(told, "!"));
		CHECK_STR(told + told_len - 5, "done\n");
		end();
	}
}

static void a_hello_behind_early_data_is_read(void)
{
	static u8 data[16000];
	u32 i;

	begin();
	retry_client("first", true);
	send(16384);
	send_record(23, data, sizeof(data));
	retry_client("second", false);
	send(16384);
	send_record(23, data, 1);
	feed(TOSERVER);
	CHECK(strstr(told, "tls.sni second\n"));
	CHECK_STR(told + told_len - 5, "done\n");
	end();

	begin();
	retry_client("first", true);
	send(16384);
	for (i = 0; i < 5; i++)
		send_record(23, data, sizeof(data));
	feed(TOSERVER);
	CHECK(!strncmp(told + told_len - 5, "done\n", 5));
	small_client("too late");
	send(16384);
	told_len = 0;
	feed(TOSERVER);
	CHECK_EQ(told_len, 0);
	end();
}

/* ------ servers ------ */

static void versions_have_their_names(void)
{
	static const struct {
		u16 version;
		u16 selected;
		const char *name;
	} row[] = {
		{ 0x0002, 0, "SSLv2" },
		{ 0x0300, 0, "SSLv3" },
		{ 0x0301, 0, "TLSv1" },
		{ 0x0302, 0, "TLS 1.1" },
		{ 0x0303, 0, "TLS 1.2" },
		{ 0x0303, 0x0304, "TLS 1.3" },
		{ 0x0303, 0x7f1c, "TLS 1.3 draft-28" },
		{ 0x0303, 0x7f01, "0x7f01" },
		{ 0x1234, 0, "0x1234" },
	};
	char line[100];
	struct hello hello;
	u8 selected[2];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		begin();
		hello = open_server(row[i].version, 0x1301);
		selected[0] = (u8)(row[i].selected >> 8);
		selected[1] = (u8)row[i].selected;
		if (row[i].selected)
			put_extension(43, selected, 2);
		close_hello(hello);
		send(16384);
		feed(TOCLIENT);
		snprintf(line, sizeof(line), "tls.version %s\n", row[i].name);
		CHECK(!strncmp(told, line, strlen(line)));
		end();
	}
}

static void a_server_tells_its_choices(void)
{
	static const char text[] = "771,49199,16-65281";
	char md5[33], expected[300];
	static const char * const one[] = { "h2", NULL };
	struct hello hello;

	digest_hex(SEGWARD_DIGEST_MD5, text, 32, md5);
	snprintf(expected, sizeof(expected),
		 "tls.version TLS 1.2\ntls.alpn h2\nja3s.string %s\n"
		 "ja3s.hash %s\n", text, md5);
	begin();
	hello = open_server(0x0303, 0xc02f);
	put_alpn(one);
	put_extension(0xff01, "\0", 1);
	close_hello(hello);
	send(16384);
	feed(TOCLIENT);
	check_told(expected);
	end();
}

/* Of a client's hello, and what a server answers to it. */
static void resume(const char *offer, bool ticket, u16 version,
		   const char *answer, bool resumed)
{
	struct hello hello;

	begin();
	hello = open_message_with(1, 0x0303, offer);
	if (ticket)
		put_extension(35, "", 0);
	close_hello(hello);
	send(16384);
	feed(TOSERVER);
	hello = open_message_with(2, version, answer);
	close_hello(hello);
	send(16384);
	feed(TOCLIENT);
	CHECK_EQ(!!strstr(told, "tls.resumed \\x01\n") ||
		 !!strstr(told, "tls.resumed \1\n"), resumed);
	end();
}

static void a_server_that_goes_on_with_a_session_says_so(void)
{
	resume("abc", false, 0x0303, "abc", true);
	resume("abc", false, 0x0303, "abd", false);
	resume("abc", false, 0x0303, "ab", false);
	resume("", false, 0x0303, "", false);
	resume("", false, 0x0303, "abc", false);
	resume("", true, 0x0303, "", true);
	resume("abc", true, 0x0304, "abc", false);
}

static const u8 retry_random[32] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11,
	0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e,
	0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

static void a_hello_retry_request_is_no_server_hello(void)
{
	struct hello hello;

	begin();
	hello = open_server(0x0303, 0x1301);
	put_extension(43, "\3\4", 2);
	close_hello(hello);
	memcpy(message.b + 6, retry_random, 32);
	send(16384);
	feed(TOCLIENT);
	check_told("");
	send_record(20, "\1", 1);
	hello = open_server(0x0303, 0x1301);
	put_extension(43, "\3\4", 2);
	close_hello(hello);
	send(16384);
	send_record(23, "1", 1);
	feed(TOCLIENT);
	CHECK(!strncmp(told, "tls.version TLS 1.3\nja3s.string 771,4865,43\n",
		       44));
	CHECK(!strstr(told, "!"));
	end();
}

/* In pieces, so that each is copied; the second tells not even an event. */
static void messages_that_tell_nothing_leave_nothing(void)
{
	struct hello hello;
	u32 i;

	begin();
	for (i = 0; i < 3; i++) {
		hello = open_server(0x0303, 0x1301);
		close_hello(hello);
		memcpy(message.b + 6, retry_random, 32);
		send(10);
	}
	feed(TOCLIENT);
	check_told("! duplicate_server_hello\n");
	end();
}

/* ------ certificates ------ */

static const u8 oid_cn[] = { 0x55, 4, 3 };
static const u8 oid_c[] = { 0x55, 4, 6 };
static const u8 oid_o[] = { 0x55, 4, 10 };
static const u8 oid_email[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1 };
static const u8 oid_other[] = { 0x2a, 3, 0x86, 0x8d, 0x1f };
static const u8 oid_long[] = { 0x2a, 0xff, 0xff, 0xff, 0xff, 0x7f };

static void put_attribute(const void *oid, u32 oid_len, u8 type,
			  const void *data, u32 len)
{
	u32 at = open_der(&body, 0x30);

	put_der(&body, 6, oid, oid_len);
	put_der(&body, type, data, len);
	close_der(&body, at);
}

/* A relative name of one attribute. */
static void put_relative(const void *oid, u32 oid_len, u8 type,
			 const void *data, u32 len)
{
	u32 at = open_der(&body, 0x31);

	put_attribute(oid, oid_len, type, data, len);
	close_der(&body, at);
}

static void put_cn(const char *name)
{
	put_relative(oid_cn, 3, 0x0c, name, (u32)strlen(name));
}

static void issuer_name(void)
{
	u32 at = open_der(&body, 0x30);

	put_relative(oid_c, 3, 0x13, "US", 2);
	put_relative(oid_o, 3, 0x0c, "Example, Inc.", 13);
	put_cn("CA");
	close_der(&body, at);
}

static void subject_name(void)
{
	u32 at = open_der(&body, 0x30);
	u32 set;

	set = open_der(&body, 0x31);
	put_attribute(oid_cn, 3, 0x0c, "a\0b", 3);
	put_attribute(oid_email, sizeof(oid_email), 0x16, "x@y", 3);
	close_der(&body, set);
	/* BMPString, UniversalString, no string at all */
	put_relative(oid_other, sizeof(oid_other), 0x1e,
		     "\0A\0\xe9\x20\xac\xd8\0", 8);
	put_relative(oid_o, 3, 0x1c, "\0\1\xf6\0", 4);
	put_relative(oid_long, sizeof(oid_long), 2, "\1\xab", 2);
	close_der(&body, at);
}

/**
 * struct cert_parts - what differs among certificates
 * @version: 0 for none
 * @serial: DER
 * @serial_len: its bytes
 * @before: time
 * @after: time
 * @issuer: makes it
 * @subject: makes it
 */
struct cert_parts {
	u8 version;
	const char *serial;
	u32 serial_len;
	const char *before;
	const char *after;
	void (*issuer)(void);
	void (*subject)(void);
};

static const struct cert_parts usual = {
	.version = 2,
	.serial = "\1\x23\xab",
	.serial_len = 3,
	.before = "240501120000Z",
	.after = "20500102030405Z",
	.issuer = issuer_name,
	.subject = subject_name,
};

static void put_time(const char *time)
{
	u32 len = (u32)strlen(time);

	put_der(&body, len > 13 ? 0x18 : 0x17, time, len);
}

/* Into the body, which begins with it. */
static void certificate(const struct cert_parts *parts)
{
	u32 outer, inner, at;

	body.len = 0;
	outer = open_der(&body, 0x30);
	inner = open_der(&body, 0x30);
	if (parts->version) {
		at = open_der(&body, 0xa0);
		put_der(&body, 2, &parts->version, 1);
		close_der(&body, at);
	}
	put_der(&body, 2, parts->serial, parts->serial_len);
	put_der(&body, 0x30, NULL, 0);
	parts->issuer();
	at = open_der(&body, 0x30);
	put_time(parts->before);
	put_time(parts->after);
	close_der(&body, at);
	parts->subject();
	close_der(&body, inner);
	close_der(&body, outer);
}

/* The body, so many times, in a message. */
static void send_chain(u32 nr)
{
	u32 at = open_message(11);
	u32 list = open_vector(&message, 3);

	while (nr--) {
		put_number(&message, 3, body.len);
		put(&message, body.b, body.len);
	}
	close_vector(&message, 3, list);
	close_message(at);
	send(16384);
}

/* What follows the chain. */
static const char *told_of_first(void)
{
	const char *at = strstr(told, "tls.cert_subject");

	return at ? at : "";
}

static void a_certificate_is_taken_apart(void)
{
	static const char form[] =
		"tls.cert_subject CN=a\\x00b + Email=x@y, "
		"OID(1.2.3.99999)=A\\xc3\\xa9\\xe2\\x82\\xac\\xef\\xbf\\xbd, "
		"O=\\xf0\\x9f\\x98\\x80, OID(2AFFFFFFFF7F)=01AB\n"
		"tls.cert_issuer C=US, O=Example, Inc., CN=CA\n"
		"tls.cert_serial 01:23:AB\n"
		"tls.cert_fingerprint %s\n"
		"tls.notbefore 2024-05-01T12:00:00\n"
		"tls.notafter 2050-01-02T03:04:05\n";
	u8 digest[SEGWARD_DIGEST_MAX];
	char expected[1000], hex[60];
	u8 direction;
	u32 i;

	for (direction = 0; direction < 2; direction++) {
		begin();
		certificate(&usual);
		__real_segward_digest(SEGWARD_DIGEST_SHA1, body.b, body.len,
				      digest);
		for (i = 0; i < 20; i++)
			sprintf(hex + 3 * i, "%02x%s", digest[i],
				i < 19 ? ":" : "");
		snprintf(expected, sizeof(expected), form, hex);
		send_chain(2);
		feed(direction);
		CHECK(!strncmp(told, "tls.certs 0\\x82", 15));
		CHECK_STR(told_of_first(), expected);
		end();
	}
}

static void each_certificate_of_a_chain_is_told(void)
{
	struct segward_app_item *item;
	u32 nr, i;

	for (nr = 1; nr <= SEGWARD_TLS_CERTS + 1; nr++) {
		begin();
		certificate(&usual);
		send_chain(nr);
		segward_tls_feed(tls, &budget, TOCLIENT, stream.b, stream.len,
				 &out);
		for (i = 0; i < min_t(u32, nr, SEGWARD_TLS_CERTS); i++) {
			item = &out.item[i];
			CHECK_EQ(item->buffer, SEGWARD_BUFFER_TLS_CERTS);
			CHECK_EQ(item->len, body.len);
			CHECK(!memcmp(item->data, body.b, body.len));
		}
		CHECK_EQ(out.nr, i + 6 + (nr > SEGWARD_TLS_CERTS));
		tell(TOCLIENT);
		end();
	}
}

static void check_bad(const char *event)
{
	char line[100];

	snprintf(line, sizeof(line), "! %s\n", event);
	if (!CHECK(strstr(told, line)))
		printf("# expected %s in:\n# %s\n", event, told);
}

static void check_cert(const struct cert_parts *parts, const char *event)
{
	begin();
	certificate(parts);
	send_chain(1);
	feed(TOCLIENT);
	if (event)
		check_bad(event);
	else
		CHECK(!strstr(told, "!"));
	end();
}

static void broken_name(void)
{
	u32 at = open_der(&body, 0x30);

	put_cn("before");
	put_der(&body, 0x31, "\x30\x05\x06\x01", 4);
	close_der(&body, at);
}

static void empty_name(void)
{
	put_der(&body, 0x30, NULL, 0);
}

static void long_name(void)
{
	static u8 text[5000];
	u32 at = open_der(&body, 0x30);

	memset(text, 'x', sizeof(text));
	put_relative(oid_cn, 3, 0x0c, text, sizeof(text));
	close_der(&body, at);
}

static void certificates_that_are_wrong_are_noted(void)
{
	static char serial[2000];
	struct cert_parts parts = usual;

	check_cert(&usual, NULL);
	parts.version = 3;
	check_cert(&parts, "certificate_invalid_version");
	parts.version = 0;
	check_cert(&parts, NULL);
	parts.serial_len = 0;
	check_cert(&parts, "certificate_invalid_serial");
	parts.serial = serial;
	parts.serial_len = sizeof(serial);
	check_cert(&parts, "certificate_text_too_long");
	parts = usual;
	parts.issuer = broken_name;
	check_cert(&parts, "certificate_invalid_issuer");
	parts.issuer = empty_name;
	check_cert(&parts, NULL);
	parts = usual;
	parts.subject = broken_name;
	check_cert(&parts, "certificate_invalid_subject");
	parts.subject = long_name;
	check_cert(&parts, "certificate_text_too_long");
	parts = usual;
	parts.before = "510501120000Z";
	parts.after = "490501120000Z";
	check_cert(&parts, NULL);
	parts.before = "490501120001Z";
	check_cert(&parts, "certificate_invalid_validity");
}

static void times_are_checked(void)
{
	static const char * const bad[] = {
		"241301120000Z", "240001120000Z", "240532120000Z",
		"240500120000Z", "240501240000Z", "240501126000Z",
		"240501120061Z", "24050112000aZ", "2405011200Z",
		"240501120000X", "20240501120000.5Z", "202405011200Z",
	};
	struct cert_parts parts = usual;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		parts.before = bad[i];
		check_cert(&parts, "certificate_invalid_date");
	}
}

static void certificates_that_are_cut_are_noted(void)
{
	/* types and lengths that DER does not have here */
	static const char * const der[] = {
		"\x30\x80", "\x30\x84\0\0\0\0", "\x3f\x01\x00", "\x31\x00",
	};
	static const u32 bytes[] = { 2, 6, 3, 2 };
	u32 len;

	certificate(&usual);
	for (len = body.len - 1; len; len--) {
		begin();
		body.len = len;
		send_chain(1);
		feed(TOCLIENT);
		check_bad("certificate_invalid_der");
		CHECK(strstr(told, "tls.cert_fingerprint "));
		end();
	}
	for (len = 0; len < ARRAY_SIZE(bytes); len++) {
		begin();
		memcpy(body.b, der[len], bytes[len]);
		body.len = bytes[len];
		send_chain(1);
		feed(TOCLIENT);
		check_bad("certificate_invalid_der");
		end();
	}
}

static void chains_that_lie_are_noted(void)
{
	static const char * const chain[] = {
		"\0\0\5\0\0\1\x30", "\0\0\3\0\0\1", "\0\0\3\0\0\0", "\0\0",
		"\0\0\2\0\0",
	};
	static const u32 len[] = { 7, 6, 6, 2, 5 };
	u32 i, at;

	for (i = 0; i < ARRAY_SIZE(len); i++) {
		begin();
		at = open_message(11);
		put(&message, chain[i], len[i]);
		close_message(at);
		send(16384);
		feed(TOCLIENT);
		check_bad("certificate_invalid_length");
		end();
	}
	begin();
	send_chain(0);
	feed(TOCLIENT);
	check_told("! invalid_certificate\n");
	send_chain(0);
	feed(TOSERVER);
	check_told("");
	end();
}

/* ------ what is wrong with records ------ */

static void records_that_are_none_end_the_parsing(void)
{
	static const struct {
		const char *header;
		const char *event;
	} row[] = {
		{ "\x13\3\1\0\1", "invalid_record_type" },
		{ "\x19\3\1\0\1", "invalid_record_type" },
		{ "\x16\2\1\0\1", "invalid_record_version" },
		{ "\x16\3\5\0\1", "invalid_record_version" },
		{ "\x17\3\3\x48\1", "invalid_record_length" },
		{ "\x16\3\3\xff\xff", "invalid_record_length" },
	};
	char expected[100];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		begin();
		put(&stream, row[i].header, 5);
		feed(TOSERVER);
		snprintf(expected, sizeof(expected),
			 "! invalid_tls_header\n! %s\n", row[i].event);
		check_told(expected);
		CHECK_EQ(error, -EPROTO);
		CHECK_EQ(segward_tls_feed(tls, &budget, TOSERVER,
					  (const u8 *)"x", 1, &out), -EPROTO);
		CHECK_EQ(out.nr, 0);
		finish(TOSERVER);
		check_told("done\n");
		end();
	}
}

static void records_of_bad_lengths_are_noted_and_read(void)
{
	static u8 type[] = { 20, 21, 22 };
	struct hello hello;
	u32 i, at;

	for (i = 0; i < ARRAY_SIZE(type); i++) {
		begin();
		send_record(type[i], NULL, 0);
		feed(TOSERVER);
		check_bad("invalid_record_length");
		small_client("behind");
		send(16384);
		feed(TOSERVER);
		CHECK(strstr(told, "tls.sni behind\n"));
		end();
	}
	begin();
	hello = open_client(0x0303, few);
	put_sni("large", 5);
	at = open_extension(21);
	put_fill(&message, 0, 17000);
	close_vector(&message, 2, at);
	close_hello(hello);
	send(18000);
	feed(TOSERVER);
	CHECK(!strncmp(told, "! invalid_record_length\ntls.sni large\n", 38));
	end();
}

static void small_records_are_checked(void)
{
	static const struct {
		u8 type;
		const char *data;
		u32 len;
		const char *told;
	} row[] = {
		{ 20, "\1", 1, "" },
		{ 20, "\2", 1, "! invalid_change_cipher_spec\n" },
		{ 20, "\1\1", 2, "! invalid_change_cipher_spec\n" },
		{ 21, "\1\0", 2, "" },
		{ 21, "\2\x28", 2, "" },
		{ 21, "\3\0", 2, "! invalid_alert_message\n" },
		{ 21, "\1\0\1\0", 4, "! invalid_alert_message\n" },
		{ 24, "\1\0\1x", 4, "! heartbeat_message\n" },
		{ 24, "\1\x40\0", 3,
		  "! heartbeat_message\n! overflow_heartbeat_message\n" },
		{ 24, "\2\0\2xy", 5, "! heartbeat_message\n" },
		{ 24, "\3\0\1x", 4,
		  "! heartbeat_message\n! invalid_heartbeat_message\n" },
		{ 24, "\1\0", 2,
		  "! heartbeat_message\n! invalid_heartbeat_message\n" },
	};
	u32 i, at;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		begin();
		send_record(row[i].type, row[i].data, row[i].len);
		for (at = 0; at < stream.len; at++)
			feed_bytes(TOSERVER, stream.b + at, 1);
		check_told(row[i].told);
		end();
	}
}

static void messages_that_are_none_are_noted(void)
{
	static const u8 type[] = { 7, 9, 99, 2 };
	u32 i, at;

	for (i = 0; i < ARRAY_SIZE(type); i++) {
		begin();
		at = open_message(type[i]);
		put_fill(&message, 0, 100);
		close_message(at);
		send(30);
		small_client("behind");
		send(16384);
		feed(TOSERVER);
		CHECK(!strncmp(told, "! invalid_handshake_message\ntls.sni", 35));
		end();
	}
}

static void records_amidst_a_message_are_noted(void)
{
	static const u8 type[] = { 20, 21, 24 };
	u32 i, half;

	for (i = 0; i < ARRAY_SIZE(type); i++) {
		/* within its header, and behind it */
		for (half = 2; half < 40; half += 30) {
			begin();
			small_client("whole");
			send_record(22, message.b, half);
			send_record(type[i], "\1\0", type[i] == 20 ? 1 : 2);
			send_record(22, message.b + half, message.len - half);
			feed(TOSERVER);
			check_bad("interleaved_handshake_message");
			CHECK(strstr(told, "tls.sni whole\n"));
			end();
		}
	}
}

static void messages_that_break_off_tell_what_was_there(void)
{
	begin();
	chrome(false);
	send(16384);
	stream.len -= 10;
	feed(TOSERVER);
	check_told("");
	finish(TOSERVER);
	check_told("! truncated_handshake_message\ntls.sni example.com\n"
		   "tls.alpn h2\ntls.alpn http/1.1\ndone\n");
	finish(TOSERVER);
	check_told("");
	end();

	begin();
	chrome(false);
	send_record(22, message.b, message.len - 10);
	send_record(23, "x", 1);
	feed(TOSERVER);
	check_told("! truncated_handshake_message\ntls.sni example.com\n"
		   "tls.alpn h2\ntls.alpn http/1.1\ndone\n");
	end();

	begin();
	send_record(22, "\1\0", 2);
	feed(TOSERVER);
	finish(TOSERVER);
	check_told("! truncated_handshake_message\ndone\n");
	end();
}

/* ------ what is wrong with hellos ------ */

static void hello_with(u32 type, const void *data, u32 len, const char *event)
{
	struct hello hello;

	begin();
	hello = open_client(0x0303, few);
	put_extension(type, data, len);
	close_hello(hello);
	send(16384);
	feed(TOSERVER);
	check_bad(event);
	end();
}

static void names_that_are_wrong_are_noted(void)
{
	static u8 large[300] = { 1, 42, 0, 1, 39 };
	struct hello hello;

	hello_with(0, "\0\4\0\0\1a\0", 7, "invalid_sni_length");
	hello_with(0, "\0\5\0\0\1a", 6, "invalid_sni_length");
	hello_with(0, "\0\4\0\0\2a", 6, "invalid_sni_length");
	hello_with(0, "\0\3\0\0\0", 5, "invalid_sni_length");
	hello_with(0, "\0\0", 2, "invalid_sni_length");
	hello_with(0, NULL, 0, "invalid_sni_length");
	hello_with(0, "\0\4\1\0\1a", 6, "invalid_sni_type");
	hello_with(0, "\0\6\0\0\3a\0b", 8, "invalid_sni_name");
	hello_with(0, "\0\4\0\0\1/", 6, "invalid_sni_name");
	hello_with(0, "\0\x8\0\0\1a\0\0\1b", 10, "multiple_sni_names");
	memset(large + 5, 'x', 295);
	hello_with(0, large, 300, "invalid_sni_length");

	begin();
	hello = open_client(0x0303, few);
	put_sni("one", 3);
	put_sni("two", 3);
	put_sni("three", 5);
	put_sni("four", 4);
	put_sni("five", 4);
	close_hello(hello);
	send(16384);
	feed(TOSERVER);
	CHECK(!strncmp(told, "! multiple_sni_extensions\ntls.sni one\n"
		       "tls.sni two\ntls.sni three\ntls.sni four\nja3", 79));
	end();

	begin();
	hello = open_client(0x0303, few);
	close_hello(hello);
	send(16384);
	feed(TOSERVER);
	CHECK(!strncmp(told, "! no_sni\nja3.string", 19));
	end();
}

static void extensions_that_are_wrong_are_noted(void)
{
	struct hello hello;

	hello_with(16, "\0\1\0", 3, "invalid_extension");
	hello_with(16, "\0\2\2a", 4, "invalid_extension");
	hello_with(16, "\0\3\1a", 4, "invalid_extension");
	hello_with(16, "\0\0", 2, "invalid_extension");
	hello_with(10, "\0\3\0\1\2", 5, "invalid_extension");
	hello_with(10, "\0", 1, "invalid_extension");
	hello_with(11, "\1", 1, "invalid_extension");
	hello_with(13, "\0\2\4\3\0", 5, "invalid_extension");
	hello_with(43, "\4\3\4", 3, "invalid_extension");
	hello_with(0xfe0d, "x", 1, "encrypted_client_hello");
	hello_with(0xffce, "x", 1, "encrypted_client_hello");

	begin();
	hello = open_client(0x0303, few);
	put_extension(23, NULL, 0);
	put_extension(23, NULL, 0);
	close_hello(hello);
	send(16384);
	feed(TOSERVER);
	check_bad("duplicate_extension");
	end();

	begin();
	hello = open_server(0x0303, 0x1301);
	put_extension(43, "\3\4\3", 3);
	close_hello(hello);
	send(16384);
	feed(TOCLIENT);
	check_bad("invalid_extension");
	end();
}

/* Cut anywhere, with a length that is right for the message alone. */
static void hellos_that_contradict_themselves_are_noted(void)
{
	struct hello hello;
	u32 len, i;

	for (i = 0; i < 2; i++) {
		for (len = 0; len < 59; len++) {
			/* without extensions it is whole */
			if (len == (i ? 38 : 43))
				continue;
			begin();
			hello = i ? open_server(0x0303, 1) :
				    open_client(0x0303, few);
			put_sni("abcdefghijklmnopqrst", i ? 10 : 20);
			close_hello(hello);
			message.len = 4 + len;
			close_message(4);
			send(16384);
			feed((u8)i);
			check_bad("handshake_invalid_length");
			CHECK(!strstr(told, "ja3"));
			end();
		}
	}
	begin();
	small_client("a");
	put8(&message, 0);
	close_message(4);
	send(16384);
	feed(TOSERVER);
	CHECK(!strncmp(told, "! handshake_invalid_length\ntls.sni a\n", 37));
	CHECK(!strstr(told, "ja3"));
	end();

	begin();
	small_client("a");
	/* a session ID of 33 bytes, and an odd number of bytes of ciphers */
	message.b[38] = 33;
	send(16384);
	feed(TOSERVER);
	check_bad("handshake_invalid_length");
	end();
}

static void hellos_that_repeat_are_noted(void)
{
	struct hello hello;
	u32 i;

	begin();
	for (i = 0; i < 2; i++) {
		small_client("again");
		send(16384);
	}
	feed(TOSERVER);
	check_bad("duplicate_client_hello");
	end();

	/* one that offers TLS 1.3 may be asked again, once */
	begin();
	for (i = 0; i < 3; i++) {
		retry_client("again", false);
		send(16384);
		feed(TOSERVER);
		CHECK_EQ(!!strstr(told, "! duplicate_client_hello"), i == 2);
	}
	end();

	begin();
	for (i = 0; i < 2; i++) {
		hello = open_server(0x0303, 0x1301);
		close_hello(hello);
		send(16384);
	}
	feed(TOCLIENT);
	check_bad("duplicate_server_hello");
	end();
}

static u32 count(const char *what)
{
	const char *at = told;
	u32 nr = 0;

	while ((at = strstr(at, what))) {
		at++;
		nr++;
	}
	return nr;
}

static void lists_are_told_up_to_their_limits(void)
{
	static const char *name[SEGWARD_TLS_ALPN_NAMES + 2];
	static int many[SEGWARD_TLS_JA_VALUES + 2];
	struct hello hello;
	u32 nr, i;

	for (nr = SEGWARD_TLS_ALPN_NAMES; nr <= SEGWARD_TLS_ALPN_NAMES + 1;
	     nr++) {
		for (i = 0; i < nr; i++)
			name[i] = "x";
		name[i] = NULL;
		begin();
		hello = open_client(0x0303, few);
		put_alpn(name);
		close_hello(hello);
		send(16384);
		feed(TOSERVER);
		CHECK_EQ(count("tls.alpn x\n"), SEGWARD_TLS_ALPN_NAMES);
		CHECK_EQ(count("! too_many_alpn_names"),
			 nr > SEGWARD_TLS_ALPN_NAMES);
		end();
	}
	for (nr = SEGWARD_TLS_JA_VALUES; nr <= SEGWARD_TLS_JA_VALUES + 1;
	     nr++) {
		for (i = 0; i < nr; i++)
			many[i] = 65535;
		many[i] = -1;
		begin();
		hello = open_client(0x0303, many);
		put_list(10, 2, many);
		put_list(13, 2, many);
		close_hello(hello);
		send(16384);
		feed(TOSERVER);
		CHECK_EQ(count("ja3.string "), nr <= SEGWARD_TLS_JA_VALUES);
		CHECK_EQ(count("! too_many_hello_values"),
			 nr > SEGWARD_TLS_JA_VALUES);
		end();
	}
}

/* ------ SSLv2 ------ */

static void ssl2_client(u16 version, u32 challenge)
{
	put16(&stream, 0x8000 | (9 + 6 + challenge));
	put8(&stream, 1);
	put16(&stream, version);
	put16(&stream, 6);
	put16(&stream, 0);
	put16(&stream, challenge);
	put_fill(&stream, 1, 6 + challenge);
}

static void hellos_of_sslv2_are_recognised(void)
{
	u32 i;

	/* TLS follows */
	begin();
	ssl2_client(0x0301, 16);
	send_record(20, "\1", 1);
	send_record(23, "x", 1);
	for (i = 0; i < stream.len; i++)
		feed_bytes(TOSERVER, stream.b + i, 1);
	check_told("! sslv2_hello\n! no_sni\ndone\n");
	end();

	/* nothing that is read follows */
	begin();
	ssl2_client(0x0002, 32);
	put_fill(&stream, 0xff, 100);
	feed(TOSERVER);
	check_told("! sslv2_hello\n! no_sni\ndone\n");
	put16(&stream, 0x8000 | 30);
	put(&stream, "\4\0\1\0\2", 5);
	put_fill(&stream, 0, 25);
	feed(TOCLIENT);
	check_told("! sslv2_hello\ntls.version SSLv2\ndone\n");
	CHECK(segward_tls_encrypted(tls));
	end();

	begin();
	ssl2_client(0x0002, 32);
	stream.len = 20;
	feed(TOSERVER);
	finish(TOSERVER);
	check_told("! truncated_handshake_message\ndone\n");
	end();
}

static void headers_of_sslv2_are_checked(void)
{
	static const u8 bad[][11] = {
		{ 0x80, 31, 2, 3, 1, 0, 6, 0, 0, 0, 16 },
		{ 0x80, 31, 1, 3, 5, 0, 6, 0, 0, 0, 16 },
		{ 0x80, 31, 1, 3, 1, 0, 7, 0, 0, 0, 16 },
		{ 0x80, 31, 1, 3, 1, 0, 6, 0, 1, 0, 15 },
		{ 0x80, 31, 1, 3, 1, 0, 6, 0, 1, 0, 16 },
		{ 0x80, 32, 1, 3, 1, 0, 6, 0, 0, 0, 16 },
		{ 0x80, 25, 1, 3, 1, 0, 0, 0, 0, 0, 16 },
		{ 0x80, 48, 1, 3, 1, 0, 6, 0, 0, 0, 33 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		begin();
		put(&stream, bad[i], 11);
		feed(TOSERVER);
		check_told("! invalid_sslv2_header\n");
		CHECK_EQ(error, -EPROTO);
		CHECK_EQ(segward_tls_probe(TOSERVER, bad[i], 11),
			 SEGWARD_APP_NO);
		end();
	}
}

/* ------ the rest of the contract ------ */

static void the_probe_knows_hellos(void)
{
	static const struct {
		u8 direction;
		const char *data;
		u32 len;
		u8 guess;
	} row[] = {
		{ TOSERVER, "", 0, SEGWARD_APP_MORE },
		{ TOSERVER, "\x16\3\1\2\0", 5, SEGWARD_APP_MORE },
		{ TOSERVER, "\x16\3\1\2\0\1", 6, SEGWARD_APP_YES },
		{ TOSERVER, "\x16\3\1\2\0\2", 6, SEGWARD_APP_NO },
		{ TOCLIENT, "\x16\3\1\2\0\2", 6, SEGWARD_APP_YES },
		{ TOCLIENT, "\x15\3\1\0\2\2", 6, SEGWARD_APP_YES },
		{ TOCLIENT, "\x15\3\1\0\2\3", 6, SEGWARD_APP_NO },
		{ TOSERVER, "\x15\3\1\0\2\2", 6, SEGWARD_APP_NO },
		{ TOSERVER, "\x16\3\1\0\0\x16", 6, SEGWARD_APP_YES },
		{ TOSERVER, "\x16\2", 2, SEGWARD_APP_NO },
		{ TOSERVER, "\x16\3\5", 3, SEGWARD_APP_NO },
		{ TOSERVER, "\x16\3\1\x40\1", 5, SEGWARD_APP_NO },
		{ TOSERVER, "GET / HTTP", 10, SEGWARD_APP_NO },
		{ TOSERVER, "\x80", 1, SEGWARD_APP_MORE },
		{ TOSERVER, "\x80\x1f\2", 3, SEGWARD_APP_NO },
		{ TOSERVER, "\x80\x1f\1\3\1\0\6\0\0\0\x10", 11,
		  SEGWARD_APP_YES },
		{ TOSERVER, "\x80\x1f\1\3\1\0\6\0\0\0\x10", 10,
		  SEGWARD_APP_MORE },
		{ TOCLIENT, "\x80\x1e\4\0\1\0\2\0\0\0\0", 11,
		  SEGWARD_APP_YES },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(row); i++)
		if (!CHECK_EQ(segward_tls_probe(row[i].direction,
						(const u8 *)row[i].data,
						row[i].len), row[i].guess))
			printf("# row %u\n", i);
}

/* A whole conversation, in pieces. */
static void converse(void)
{
	u32 i, len;

	chrome(true);
	send(100);
	for (i = 0; i < stream.len && !error; i += len) {
		len = min_t(u32, stream.len - i, 90);
		feed_bytes(TOSERVER, stream.b + i, len);
	}
	stream.len = 0;
	certificate(&usual);
	send_chain(1);
	server_flight();
	for (i = 0; i < stream.len && !error; i += len) {
		len = min_t(u32, stream.len - i, 50);
		feed_bytes(TOCLIENT, stream.b + i, len);
	}
	stream.len = 0;
	finish(TOSERVER);
	finish(TOCLIENT);
}

static void without_memory_it_says_so_and_leaks_nothing(void)
{
	int i;

	for (i = 0; i < 100; i++) {
		/* the test's own copies do not count */
		mallocs_left = i;
		begin();
		if (tls)
			converse();
		mallocs_left = -1;
		CHECK(i || !tls);
		CHECK(!tls || !error || error == -ENOMEM);
		end();
		if (tls && !error)
			break;
	}
	CHECK(i > 3 && i < 100);
}

static void without_budget_it_says_so_and_leaks_nothing(void)
{
	u32 units;

	for (units = 0; units < 200; units++) {
		begin();
		segward_tls_destroy(tls, &budget);
		segward_pool_share(&pool, units, 1);
		tls = segward_tls_create(&budget);
		CHECK_EQ(!!tls, units >= 256 / SEGWARD_BUDGET_UNIT);
		if (tls)
			converse();
		CHECK(!tls || !error || error == -ENOMEM);
		end();
		if (tls && !error)
			break;
	}
	CHECK(units > 4 && units < 200);
}

/* The last test: no event is there that nothing brings about. */
static void every_event_was_told(void)
{
	u32 i;

	for (i = 0; i < SEGWARD_TLS_EVENTS_END; i++)
		if (!CHECK(events_seen & 1ULL << i))
			printf("# %s\n", event_name[i]);
}

int main(void)
{
	RUN(a_small_hello_tells_its_name_and_fingerprints);
	RUN(ja3_is_what_its_authors_say);
	RUN(ja4_is_what_its_authors_say);
	RUN(ja4_shows_the_version_and_the_protocol);
	RUN(ja4_counts_up_to_99_and_knows_nothing_as_zeroes);
	RUN(fingerprints_without_digests_are_left_out);
	RUN(names_lie_in_the_bytes_that_were_fed);
	RUN(any_two_pieces_tell_the_same);
	RUN(any_records_tell_the_same);
	RUN(a_hello_of_64_kib_is_read);
	RUN(memory_follows_what_has_come);
	RUN(application_data_ends_a_direction);
	RUN(a_finished_behind_a_cipher_change_ends_it_too);
	RUN(a_hello_behind_a_cipher_change_is_read);
	RUN(a_hello_behind_early_data_is_read);
	RUN(versions_have_their_names);
	RUN(a_server_tells_its_choices);
	RUN(a_server_that_goes_on_with_a_session_says_so);
	RUN(a_hello_retry_request_is_no_server_hello);
	RUN(messages_that_tell_nothing_leave_nothing);
	RUN(a_certificate_is_taken_apart);
	RUN(each_certificate_of_a_chain_is_told);
	RUN(certificates_that_are_wrong_are_noted);
	RUN(times_are_checked);
	RUN(certificates_that_are_cut_are_noted);
	RUN(chains_that_lie_are_noted);
	RUN(records_that_are_none_end_the_parsing);
	RUN(records_of_bad_lengths_are_noted_and_read);
	RUN(small_records_are_checked);
	RUN(messages_that_are_none_are_noted);
	RUN(records_amidst_a_message_are_noted);
	RUN(messages_that_break_off_tell_what_was_there);
	RUN(names_that_are_wrong_are_noted);
	RUN(extensions_that_are_wrong_are_noted);
	RUN(hellos_that_contradict_themselves_are_noted);
	RUN(hellos_that_repeat_are_noted);
	RUN(lists_are_told_up_to_their_limits);
	RUN(hellos_of_sslv2_are_recognised);
	RUN(headers_of_sslv2_are_checked);
	RUN(the_probe_knows_hellos);
	RUN(without_memory_it_says_so_and_leaks_nothing);
	RUN(without_budget_it_says_so_and_leaks_nothing);
	RUN(every_event_was_told);
	return tap_done();
}
