// SPDX-License-Identifier: GPL-2.0
/*
 * ClientHello and ServerHello: their extensions, and what is told of them.
 */
#include "ja.h"
#include "tls_hello.h"
#include "tls_internal.h"

#define RANDOM_LEN	32

/* A DNS name has no more (RFC 1035, 2.3.4). */
#define NAME_MOST	255
#define NAME_TYPE_HOST	0

/* "TLS 1.3 draft-26-fb", and to keep what is behind it aligned */
#define VERSION_LEN	24

/* The random of a ServerHello that is a HelloRetryRequest (RFC 8446, 4.1.3). */
static const u8 retry_random[RANDOM_LEN] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11,
	0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e,
	0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

static bool is_name_byte(u8 c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static void check_name(struct tls_call *call, struct tls_bytes name)
{
	u32 i;

	if (!name.len || name.len > NAME_MOST)
		segward_tls_note(call, SEGWARD_TLS_INVALID_SNI_LENGTH);
	for (i = 0; i < name.len; i++) {
		if (is_name_byte(name.data[i]))
			continue;
		segward_tls_note(call, SEGWARD_TLS_INVALID_SNI_NAME);
		break;
	}
}

static void add_name(struct tls_call *call, struct tls_hello *hello,
		     struct tls_bytes name)
{
	check_name(call, name);
	if (hello->nr_sni < SEGWARD_TLS_SNI_NAMES)
		hello->sni[hello->nr_sni++] = name;
}

/* RFC 6066, 3: a list of names, each with a type of which there is one. */
static void read_sni(struct tls_call *call, struct tls_hello *hello,
		     struct tls_bytes data)
{
	struct tls_reader outer = tls_reader(data), reader;
	struct tls_bytes name;
	u32 nr = 0;
	u32 type;

	reader = tls_reader(tls_read_vector(&outer, 2));
	while (reader.left) {
		type = tls_read_number(&reader, 1);
		name = tls_read_vector(&reader, 2);
		if (reader.short_read)
			break;
		if (type == NAME_TYPE_HOST)
			add_name(call, hello, name);
		else
			segward_tls_note(call, SEGWARD_TLS_INVALID_SNI_TYPE);
		if (nr++)
			segward_tls_note(call, SEGWARD_TLS_MULTIPLE_SNI_NAMES);
	}
	if (!nr || outer.left || outer.short_read || reader.short_read)
		segward_tls_note(call, SEGWARD_TLS_INVALID_SNI_LENGTH);
}

/* A list of values of @size bytes, behind a length of @width bytes. */
static struct tls_bytes read_list(struct tls_call *call,
				  struct tls_bytes data, u32 width, u32 size)
{
	struct tls_reader reader = tls_reader(data);
	struct tls_bytes list = tls_read_vector(&reader, width);

	if (reader.short_read || reader.left || !list.len || list.len % size)
		segward_tls_note(call, SEGWARD_TLS_INVALID_EXTENSION);
	return list;
}

/* RFC 7301, 3.1: names, none of them empty. */
static void check_alpn(struct tls_call *call, struct tls_bytes list)
{
	struct tls_reader reader = tls_reader(list);
	u32 nr = 0;

	while (reader.left) {
		if (!tls_read_vector(&reader, 1).len || reader.short_read) {
			segward_tls_note(call, SEGWARD_TLS_INVALID_EXTENSION);
			break;
		}
		if (++nr > SEGWARD_TLS_ALPN_NAMES) {
			segward_tls_note(call, SEGWARD_TLS_TOO_MANY_ALPN_NAMES);
			break;
		}
	}
}

/* The highest version that means something. */
static u16 highest(struct tls_bytes versions)
{
	u16 most = 0;
	u32 i;

	for (i = 0; i + 1 < versions.len; i += 2) {
		u16 version = get_unaligned_be16(versions.data + i);

		if (!tls_is_grease(version))
			most = max_t(u16, most, version);
	}
	return most;
}

/* RFC 8446, 4.2.1: a client has a list, a server one without a length. */
static void read_versions(struct tls_call *call, struct tls_hello *hello,
			  struct tls_bytes data)
{
	if (call->direction == SEGWARD_APP_TOSERVER)
		data = read_list(call, data, 1, 2);
	else if (data.len != 2)
		segward_tls_note(call, SEGWARD_TLS_INVALID_EXTENSION);
	hello->negotiated = highest(data);
}

static void note_repetition(struct tls_call *call, u32 type)
{
	segward_tls_note(call, type == TLS_EXT_SERVER_NAME ?
			 SEGWARD_TLS_MULTIPLE_SNI_EXTENSIONS :
			 SEGWARD_TLS_DUPLICATE_EXTENSION);
}

/* What both may have. */
static void read_common(struct tls_call *call, struct tls_hello *hello,
			u32 type, struct tls_bytes data)
{
	switch (type) {
	case TLS_EXT_ALPN:
		hello->alpn = read_list(call, data, 2, 1);
		check_alpn(call, hello->alpn);
		break;
	case TLS_EXT_VERSIONS:
		read_versions(call, hello, data);
		break;
	default:
		break;
	}
}

/* What means something of a client only; a server's SNI is empty. */
static void read_client(struct tls_call *call, struct tls_hello *hello,
			u32 type, struct tls_bytes data)
{
	switch (type) {
	case TLS_EXT_SERVER_NAME:
		read_sni(call, hello, data);
		break;
	case TLS_EXT_GROUPS:
		hello->groups = read_list(call, data, 2, 2);
		break;
	case TLS_EXT_POINT_FORMATS:
		hello->formats = read_list(call, data, 1, 1);
		break;
	case TLS_EXT_SIGNATURES:
		hello->signatures = read_list(call, data, 2, 2);
		break;
	case TLS_EXT_ECH:
	case TLS_EXT_ESNI:
		hello->ech = true;
		break;
	default:
		break;
	}
}

static void read_extension(struct tls_call *call, struct tls_hello *hello,
			   u32 type, struct tls_bytes data)
{
	if (type < 64) {
		if (tls_hello_has(hello, type))
			note_repetition(call, type);
		hello->seen |= BIT_ULL(type);
	}
	read_common(call, hello, type, data);
	if (call->direction == SEGWARD_APP_TOSERVER)
		read_client(call, hello, type, data);
}

static bool read_extensions(struct tls_call *call, struct tls_hello *hello)
{
	struct tls_reader reader = tls_reader(hello->extensions);
	struct tls_bytes data;
	u32 type;

	while (reader.left) {
		type = tls_read_number(&reader, 2);
		data = tls_read_vector(&reader, 2);
		if (reader.short_read)
			return false;
		hello->nr_extensions++;
		read_extension(call, hello, type, data);
	}
	return true;
}

/* Version, random and session ID begin both. */
static void read_begin(struct tls_call *call, struct tls_hello *hello,
		       struct tls_reader *reader)
{
	struct tls_bytes random;

	hello->version = (u16)tls_read_number(reader, 2);
	random = tls_read(reader, RANDOM_LEN);
	hello->retry = random.len == RANDOM_LEN &&
		       !memcmp(random.data, retry_random, RANDOM_LEN);
	hello->session = tls_read_vector(reader, 1);
	if (hello->session.len > TLS_SESSION_MOST)
		segward_tls_note(call, SEGWARD_TLS_HANDSHAKE_INVALID_LENGTH);
}

/* Extensions, which may not be there at all, end both. */
static void read_end(struct tls_call *call, struct tls_hello *hello,
		     struct tls_reader *reader)
{
	bool good = true;

	if (reader->left) {
		hello->extensions = tls_read_vector(reader, 2);
		good = read_extensions(call, hello) && !reader->left;
	}
	hello->whole = good && !reader->short_read;
	if (!hello->whole)
		segward_tls_note(call, SEGWARD_TLS_HANDSHAKE_INVALID_LENGTH);
}

static void tell_alpn(struct tls_call *call, const struct tls_hello *hello,
		      u32 most)
{
	struct tls_reader reader = tls_reader(hello->alpn);
	struct tls_bytes name;

	while (reader.left && most--) {
		name = tls_read_vector(&reader, 1);
		if (reader.short_read)
			break;
		segward_tls_tell(call, SEGWARD_BUFFER_TLS_ALPN, name.data,
				 name.len);
	}
}

static void tell_bytes(struct tls_call *call, u8 buffer,
		       struct tls_bytes bytes)
{
	if (bytes.len)
		segward_tls_tell(call, buffer, bytes.data, bytes.len);
}

/* Fingerprints of what contradicts itself would be any. */
static int tell_client_ja(struct tls_call *call, const struct tls_hello *hello)
{
	u32 size = segward_ja_size(hello);
	struct segward_ja ja;
	u8 *memory;

	if (!hello->whole || !size)
		return 0;
	memory = segward_tls_text(call, size);
	if (!memory)
		return -ENOMEM;
	segward_ja_client(hello, memory, &ja);
	tell_bytes(call, SEGWARD_BUFFER_JA3_STRING, ja.string);
	tell_bytes(call, SEGWARD_BUFFER_JA3_HASH, ja.hash);
	tell_bytes(call, SEGWARD_BUFFER_JA4_HASH, ja.ja4);
	return 0;
}

/*
 * A client that offers TLS 1.3 may be asked for another hello, once. Who asks
 * is not looked at: that direction may take another way.
 */
static void count_client_hello(struct tls_call *call,
			       const struct tls_hello *hello)
{
	struct tls_side *side = call->side;

	if (side->hellos && !(side->hellos == 1 && side->retry))
		segward_tls_note(call, SEGWARD_TLS_DUPLICATE_CLIENT_HELLO);
	if (side->hellos < 2)
		side->hellos++;
	side->retry = hello->negotiated >= TLS_VERSION_13;
	side->early_left = tls_hello_has(hello, TLS_EXT_EARLY_DATA) ?
			   SEGWARD_TLS_EARLY_DATA : 0;
}

/* What the server's answer tells whether a session goes on. */
static void keep_session(struct segward_tls *state,
			 const struct tls_hello *hello)
{
	state->ticket = tls_hello_has(hello, TLS_EXT_TICKET);
	state->session_len = 0;
	if (!hello->session.len || hello->session.len > TLS_SESSION_MOST)
		return;
	memcpy(state->session, hello->session.data, hello->session.len);
	state->session_len = (u8)hello->session.len;
}

static void note_client_hello(struct tls_call *call,
			      const struct tls_hello *hello)
{
	count_client_hello(call, hello);
	if (hello->ciphers.len % 2 || !hello->ciphers.len)
		segward_tls_note(call, SEGWARD_TLS_HANDSHAKE_INVALID_LENGTH);
	if (!tls_hello_has(hello, TLS_EXT_SERVER_NAME))
		segward_tls_note(call, SEGWARD_TLS_NO_SNI);
	if (hello->ech)
		segward_tls_note(call, SEGWARD_TLS_ENCRYPTED_CLIENT_HELLO);
	if (hello->whole && !segward_ja_size(hello))
		segward_tls_note(call, SEGWARD_TLS_TOO_MANY_HELLO_VALUES);
}

int segward_tls_client_hello(struct tls_call *call, struct tls_bytes body)
{
	struct tls_reader reader = tls_reader(body);
	struct tls_hello hello = { 0 };
	u32 i;

	read_begin(call, &hello, &reader);
	hello.ciphers = tls_read_vector(&reader, 2);
	/* compression methods */
	tls_read_vector(&reader, 1);
	read_end(call, &hello, &reader);
	note_client_hello(call, &hello);
	keep_session(call->state, &hello);
	for (i = 0; i < hello.nr_sni; i++)
		segward_tls_tell(call, SEGWARD_BUFFER_TLS_SNI,
				 hello.sni[i].data, hello.sni[i].len);
	tell_alpn(call, &hello, SEGWARD_TLS_ALPN_NAMES);
	return tell_client_ja(call, &hello);
}

static const char *version_name(u16 version)
{
	switch (version) {
	case TLS_VERSION_SSL2:
		return "SSLv2";
	case TLS_VERSION_SSL3:
		return "SSLv3";
	case TLS_VERSION_10:
		return "TLSv1";
	case TLS_VERSION_11:
		return "TLS 1.1";
	case TLS_VERSION_12:
		return "TLS 1.2";
	case TLS_VERSION_13:
		return "TLS 1.3";
	default:
		return NULL;
	}
}

/* Drafts of TLS 1.3 that were in use have 0x7f and their number. */
#define DRAFT_FIRST	0x7f10
#define DRAFT_LAST	0x7f1c

/* One large site had its own: 0xfb and the draft's number. */
#define DRAFT_FB_23	0xfb17
#define DRAFT_FB_26	0xfb1a

static void put_version(struct tls_text *text, u16 version)
{
	const char *name = version_name(version);
	u8 byte[2];

	if (name) {
		tls_text_string(text, name);
	} else if (version >= DRAFT_FIRST && version <= DRAFT_LAST) {
		tls_text_string(text, "TLS 1.3 draft-");
		tls_text_decimal(text, version & 0xff);
	} else if (version == DRAFT_FB_23 || version == DRAFT_FB_26) {
		tls_text_string(text, "TLS 1.3 draft-");
		tls_text_decimal(text, version & 0xff);
		tls_text_string(text, "-fb");
	} else {
		put_unaligned_be16(version, byte);
		tls_text_string(text, "0x");
		tls_text_hex(text, byte, sizeof(byte), TLS_HEX_LOWER, 0);
	}
}

/*
 * Before TLS 1.3 a server that goes on with a session sends its ID back (RFC
 * 5246, 7.4.1.3), or takes the client's ticket (RFC 5077). Of a ticket only
 * the certificate says that it was not taken: who makes the record knows that.
 */
static bool may_resume(const struct segward_tls *state,
		       const struct tls_hello *hello)
{
	if (hello->negotiated || hello->version >= TLS_VERSION_13)
		return false;
	return state->ticket ||
	       (state->session_len &&
		state->session_len == hello->session.len &&
		!memcmp(state->session, hello->session.data,
			state->session_len));
}

static int tell_server_hello(struct tls_call *call,
			     const struct tls_hello *hello)
{
	u32 size = hello->whole ? segward_ja_size(hello) : 0;
	struct tls_text version = { .size = VERSION_LEN };
	static const u8 yes[1] = { 1 };
	struct segward_ja ja;
	u8 *memory;

	/* the fingerprint first: its memory has to be aligned */
	memory = segward_tls_text(call, size + VERSION_LEN);
	if (!memory)
		return -ENOMEM;
	version.data = memory + size;
	put_version(&version, hello->negotiated ? hello->negotiated :
						  hello->version);
	/* The extension that says so may be what is missing. */
	if (hello->negotiated || hello->whole)
		tell_bytes(call, SEGWARD_BUFFER_TLS_VERSION,
			   (struct tls_bytes){ version.data, version.len });
	tell_alpn(call, hello, 1);
	if (hello->whole && may_resume(call->state, hello))
		segward_tls_tell(call, SEGWARD_BUFFER_TLS_RESUMED, yes, 1);
	if (!size)
		return 0;
	segward_ja_server(hello, memory, &ja);
	tell_bytes(call, SEGWARD_BUFFER_JA3S_STRING, ja.string);
	tell_bytes(call, SEGWARD_BUFFER_JA3S_HASH, ja.hash);
	return 0;
}

int segward_tls_server_hello(struct tls_call *call, struct tls_bytes body)
{
	struct tls_reader reader = tls_reader(body);
	struct tls_side *side = call->side;
	struct tls_hello hello = { 0 };

	read_begin(call, &hello, &reader);
	hello.ciphers = tls_read(&reader, 2);
	/* compression method */
	tls_read(&reader, 1);
	read_end(call, &hello, &reader);
	if (side->hellos && !(side->hellos == 1 && side->retry))
		segward_tls_note(call, SEGWARD_TLS_DUPLICATE_SERVER_HELLO);
	if (side->hellos < 2)
		side->hellos++;
	side->retry = hello.retry;
	if (hello.whole && !segward_ja_size(&hello))
		segward_tls_note(call, SEGWARD_TLS_TOO_MANY_HELLO_VALUES);
	if (hello.retry)
		return 0;
	return tell_server_hello(call, &hello);
}
