// SPDX-License-Identifier: GPL-2.0
/*
 * JA3, JA3S and JA4; see ja.h.
 */
#include "../digest.h"
#include "ja.h"
#include "tls_text.h"

#define HASH_LEN	(2 * SEGWARD_DIGEST_MD5_LEN)
/* "t13d1516h2_8daaf6152771_e5627efa2ab1" */
#define JA4_LEN		36
#define JA4_DIGITS	12

/* Bytes of a value as text, with what separates it from the next. */
#define DECIMAL_LEN	6
#define DECIMAL8_LEN	4
#define HEX_LEN		5

/* Version and commas of JA3. */
#define STRING_REST	(DECIMAL_LEN + 4)

/**
 * struct ja_memory - how the memory is cut up
 * @value: values of a list, to be sorted
 * @work: text to be digested
 * @string: text of JA3
 * @hash: text of JA3's digest
 * @ja4: text of JA4
 */
struct ja_memory {
	u16 *value;
	struct tls_text work;
	struct tls_text string;
	struct tls_text hash;
	struct tls_text ja4;
};

/**
 * struct ja_sizes - how much of each
 * @values: in the longest list
 * @work: bytes of text to be digested
 * @string: bytes of JA3
 */
struct ja_sizes {
	u32 values;
	u32 work;
	u32 string;
};

static struct ja_sizes sizes_of(const struct tls_hello *hello)
{
	u32 ciphers = hello->ciphers.len / 2;
	u32 groups = hello->groups.len / 2;
	u32 signatures = hello->signatures.len / 2;
	u32 extensions = hello->nr_extensions;
	u32 longest = max_t(u32, ciphers, extensions);

	return (struct ja_sizes){
		.values = max_t(u32, longest, max_t(u32, groups, signatures)),
		.work = HEX_LEN * max_t(u32, ciphers, extensions + signatures),
		.string = STRING_REST + hello->formats.len * DECIMAL8_LEN +
			  (ciphers + extensions + groups) * DECIMAL_LEN,
	};
}

u32 segward_ja_size(const struct tls_hello *hello)
{
	struct ja_sizes sizes = sizes_of(hello);

	if (sizes.values > SEGWARD_TLS_JA_VALUES)
		return 0;
	return 2 * sizes.values + sizes.work + sizes.string + HASH_LEN +
	       JA4_LEN;
}

static struct tls_text cut(u8 **memory, u32 size)
{
	struct tls_text text = { .data = *memory, .size = size };

	*memory += size;
	return text;
}

static void cut_up(const struct tls_hello *hello, u8 *memory,
		   struct ja_memory *parts)
{
	struct ja_sizes sizes = sizes_of(hello);

	parts->value = (u16 *)memory;
	memory += 2 * sizes.values;
	parts->work = cut(&memory, sizes.work);
	parts->string = cut(&memory, sizes.string);
	parts->hash = cut(&memory, HASH_LEN);
	parts->ja4 = cut(&memory, JA4_LEN);
}

/* Values of 2 bytes: how many there are without GREASE. */
static u32 collect(struct tls_bytes list, u16 *value)
{
	u32 nr = 0;
	u32 i;

	for (i = 0; i + 1 < list.len; i += 2) {
		value[nr] = get_unaligned_be16(list.data + i);
		nr += !tls_is_grease(value[nr]);
	}
	return nr;
}

/* Types of the extensions. */
static u32 collect_types(const struct tls_hello *hello, u16 *value)
{
	struct tls_reader reader = tls_reader(hello->extensions);
	u32 nr = 0;

	while (reader.left) {
		value[nr] = (u16)tls_read_number(&reader, 2);
		nr += !tls_is_grease(value[nr]);
		tls_read_vector(&reader, 2);
	}
	return nr;
}

static void put_values(struct tls_text *text, const u16 *value, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		if (i)
			tls_text_byte(text, '-');
		tls_text_decimal(text, value[i]);
	}
}

static void put_formats(struct tls_text *text, struct tls_bytes formats)
{
	u32 i;

	for (i = 0; i < formats.len; i++) {
		if (i)
			tls_text_byte(text, '-');
		tls_text_decimal(text, formats.data[i]);
	}
}

static void put_types(struct ja_memory *parts, const struct tls_hello *hello)
{
	tls_text_byte(&parts->string, ',');
	put_values(&parts->string, parts->value,
		   collect_types(hello, parts->value));
}

static void put_list(struct ja_memory *parts, struct tls_bytes list)
{
	tls_text_byte(&parts->string, ',');
	put_values(&parts->string, parts->value, collect(list, parts->value));
}

static void hash_string(struct ja_memory *parts)
{
	u8 digest[SEGWARD_DIGEST_MD5_LEN];

	if (segward_digest(SEGWARD_DIGEST_MD5, parts->string.data,
			   parts->string.len, digest))
		tls_text_hex(&parts->hash, digest, sizeof(digest),
			     TLS_HEX_LOWER, 0);
}

static const char *version_text(const struct tls_hello *hello)
{
	switch (hello->negotiated ? hello->negotiated : hello->version) {
	case 0x0304:
		return "13";
	case 0x0303:
		return "12";
	case 0x0302:
		return "11";
	case 0x0301:
		return "10";
	case 0x0300:
		return "s3";
	case 0x0002:
		return "s2";
	default:
		return "00";
	}
}

static bool is_alnum(u8 c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' &&
					  (c | 0x20) <= 'z');
}

/* Of what is no text: of its digits. */
static void put_alpn(struct tls_text *text, struct tls_bytes alpn)
{
	struct tls_reader reader = tls_reader(alpn);
	struct tls_bytes name = tls_read_vector(&reader, 1);
	u8 first = '0', last = '0';

	if (name.len) {
		first = name.data[0];
		last = name.data[name.len - 1];
		if (!is_alnum(first) || !is_alnum(last)) {
			first = TLS_HEX_LOWER[first >> 4];
			last = TLS_HEX_LOWER[last & 15];
		}
	}
	tls_text_byte(text, first);
	tls_text_byte(text, last);
}

static int compare(const void *a, const void *b)
{
	return (int)*(const u16 *)a - (int)*(const u16 *)b;
}

static void put_hex(struct tls_text *text, const u16 *value, u32 nr)
{
	u8 byte[2];
	u32 i;

	for (i = 0; i < nr; i++) {
		if (i)
			tls_text_byte(text, ',');
		put_unaligned_be16(value[i], byte);
		tls_text_hex(text, byte, sizeof(byte), TLS_HEX_LOWER, 0);
	}
}

/* The digest of the work, or zeroes for nothing. */
static bool put_digest(struct ja_memory *parts)
{
	u8 digest[SEGWARD_DIGEST_SHA256_LEN] = { 0 };

	if (parts->work.len &&
	    !segward_digest(SEGWARD_DIGEST_SHA256, parts->work.data,
			    parts->work.len, digest))
		return false;
	tls_text_byte(&parts->ja4, '_');
	tls_text_hex(&parts->ja4, digest, JA4_DIGITS / 2, TLS_HEX_LOWER, 0);
	parts->work.len = 0;
	return true;
}

/* SNI and ALPN are in the first part. */
static u32 without_names(u16 *value, u32 nr)
{
	u32 left = 0;
	u32 i;

	for (i = 0; i < nr; i++)
		if (value[i] != TLS_EXT_SERVER_NAME &&
		    value[i] != TLS_EXT_ALPN)
			value[left++] = value[i];
	return left;
}

static void put_types_sorted(const struct tls_hello *hello,
			     struct ja_memory *parts)
{
	u16 *value = parts->value;
	u32 nr;

	nr = without_names(value, collect_types(hello, value));
	segward_sort(value, nr, sizeof(*value), compare);
	put_hex(&parts->work, value, nr);
	nr = collect(hello->signatures, value);
	if (nr)
		tls_text_byte(&parts->work, '_');
	put_hex(&parts->work, value, nr);
}

static bool make_ja4(const struct tls_hello *hello, struct ja_memory *parts)
{
	u32 types = collect_types(hello, parts->value);
	u32 ciphers = collect(hello->ciphers, parts->value);
	struct tls_text *ja4 = &parts->ja4;

	tls_text_byte(ja4, 't');
	tls_text_string(ja4, version_text(hello));
	tls_text_byte(ja4, tls_hello_has(hello, TLS_EXT_SERVER_NAME) ?
		      'd' : 'i');
	tls_text_decimal2(ja4, min_t(u32, ciphers, 99));
	tls_text_decimal2(ja4, min_t(u32, types, 99));
	put_alpn(ja4, hello->alpn);
	segward_sort(parts->value, ciphers, sizeof(*parts->value), compare);
	put_hex(&parts->work, parts->value, ciphers);
	if (!put_digest(parts))
		return false;
	put_types_sorted(hello, parts);
	return put_digest(parts);
}

static struct tls_bytes bytes_of(const struct tls_text *text)
{
	return (struct tls_bytes){ text->data, text->len };
}

void segward_ja_client(const struct tls_hello *hello, u8 *memory,
		       struct segward_ja *ja)
{
	struct ja_memory parts;

	cut_up(hello, memory, &parts);
	tls_text_decimal(&parts.string, hello->version);
	put_list(&parts, hello->ciphers);
	put_types(&parts, hello);
	put_list(&parts, hello->groups);
	tls_text_byte(&parts.string, ',');
	put_formats(&parts.string, hello->formats);
	hash_string(&parts);
	if (!make_ja4(hello, &parts))
		parts.ja4.len = 0;
	ja->string = bytes_of(&parts.string);
	ja->hash = bytes_of(&parts.hash);
	ja->ja4 = bytes_of(&parts.ja4);
}

void segward_ja_server(const struct tls_hello *hello, u8 *memory,
		       struct segward_ja *ja)
{
	struct ja_memory parts;

	cut_up(hello, memory, &parts);
	tls_text_decimal(&parts.string, hello->version);
	put_list(&parts, hello->ciphers);
	put_types(&parts, hello);
	hash_string(&parts);
	ja->string = bytes_of(&parts.string);
	ja->hash = bytes_of(&parts.hash);
	ja->ja4 = bytes_of(&parts.ja4);
}
