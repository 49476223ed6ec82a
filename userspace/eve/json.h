/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Members of JSON objects.
 */
#ifndef SEGWARD_EVE_JSON_H
#define SEGWARD_EVE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

/**
 * eve_bytes() - a string; if it is not UTF-8 each byte from 0x80 on is written
 * as \xhh
 */
struct json_object *eve_bytes(const void *data, size_t len);

/** eve_text() - the same of a string with an end */
struct json_object *eve_text(const char *s);

/** eve_add_bytes() - add a string, also an empty one */
void eve_add_bytes(struct json_object *to, const char *key, const void *data,
		   size_t len);

/** eve_add_text() - add a string, unless it is NULL or empty */
void eve_add_text(struct json_object *to, const char *key, const char *s);

/** eve_add_number() - add a number; JSON's have 53 bits everywhere */
void eve_add_number(struct json_object *to, const char *key, uint64_t n);

/** eve_add_flag() - add true or false */
void eve_add_flag(struct json_object *to, const char *key, bool flag);

/** eve_add_time() - add nanoseconds since the epoch as Suricata writes them */
void eve_add_time(struct json_object *to, const char *key, uint64_t time);

/** eve_word() - the spec's word of a number; "unknown" if it has none */
const char *eve_word(const char * const *names, unsigned int len,
		     unsigned int value);

/* The same of an enum that names.h has. */
#define EVE_WORD(names, value) \
	eve_word(segward_##names##_names, segward_##names##_names_len, value)

#endif /* SEGWARD_EVE_JSON_H */
