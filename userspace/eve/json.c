// SPDX-License-Identifier: GPL-2.0
/*
 * Members of JSON objects.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "eve/json.h"

#define NSEC_PER_SEC	1000000000ull

/* Length of the UTF-8 sequence at @s, of which @left bytes are there; or 0. */
static size_t utf8_len(const unsigned char *s, size_t left)
{
	static const struct {
		unsigned char mask, value;
		size_t len;
	} form[] = {
		{ 0x80, 0x00, 1 },
		{ 0xe0, 0xc0, 2 },
		{ 0xf0, 0xe0, 3 },
		{ 0xf8, 0xf0, 4 },
	};
	size_t f, i;

	for (f = 0; f < 4; f++)
		if ((s[0] & form[f].mask) == form[f].value)
			break;
	if (f == 4 || form[f].len > left)
		return 0;
	for (i = 1; i < form[f].len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong forms, surrogates, and beyond U+10FFFF */
	if ((f == 1 && s[0] < 0xc2) || (f == 2 && s[0] == 0xe0 && s[1] < 0xa0) ||
	    (f == 2 && s[0] == 0xed && s[1] > 0x9f) ||
	    (f == 3 && s[0] == 0xf0 && s[1] < 0x90) ||
	    (f == 3 && (s[0] > 0xf4 || (s[0] == 0xf4 && s[1] > 0x8f))))
		return 0;
	return form[f].len;
}

static bool is_utf8(const unsigned char *s, size_t len)
{
	size_t n;

	for (; len; s += n, len -= n) {
		n = utf8_len(s, len);
		if (!n)
			return false;
	}
	return true;
}

/* Suricata's way: no byte is lost, and none is taken for a character. */
static struct json_object *escaped(const unsigned char *in, size_t len)
{
	struct json_object *object;
	char *clean, *out;

	clean = malloc(len * strlen("\\xff") + 1);
	if (!clean)
		return NULL;
	for (out = clean; len; in++, len--) {
		if (*in < 0x80)
			*out++ = (char)*in;
		else
			out += sprintf(out, "\\x%02x", *in);
	}
	object = json_object_new_string_len(clean, (int)(out - clean));
	free(clean);
	return object;
}

struct json_object *eve_bytes(const void *data, size_t len)
{
	if (is_utf8(data, len))
		return json_object_new_string_len(data, (int)len);
	return escaped(data, len);
}

struct json_object *eve_text(const char *s)
{
	return eve_bytes(s, strlen(s));
}

void eve_add_bytes(struct json_object *to, const char *key, const void *data,
		   size_t len)
{
	json_object_object_add(to, key, eve_bytes(data, len));
}

void eve_add_text(struct json_object *to, const char *key, const char *s)
{
	if (s && *s)
		json_object_object_add(to, key, eve_text(s));
}

void eve_add_number(struct json_object *to, const char *key, uint64_t n)
{
	json_object_object_add(to, key, json_object_new_int64((int64_t)n));
}

void eve_add_flag(struct json_object *to, const char *key, bool flag)
{
	json_object_object_add(to, key, json_object_new_boolean(flag));
}

void eve_add_time(struct json_object *to, const char *key, uint64_t time)
{
	time_t seconds = (time_t)(time / NSEC_PER_SEC);
	char date[32], zone[8], s[64];
	struct tm tm;

	localtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	strftime(zone, sizeof(zone), "%z", &tm);
	snprintf(s, sizeof(s), "%s.%06u%s", date,
		 (unsigned int)(time % NSEC_PER_SEC / 1000), zone);
	eve_add_text(to, key, s);
}

const char *eve_word(const char * const *names, unsigned int len,
		     unsigned int value)
{
	return value < len && names[value] ? names[value] : "unknown";
}
