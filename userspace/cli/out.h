/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One print layer: the same call writes text or JSON, so that the two cannot
 * drift apart.
 *
 * A command's answer is one JSON array of objects. In text an object is a
 * line; values are printed behind their label, and out_line() starts a
 * continuation line (or a backslash with -o).
 */
#ifndef SEGWARD_CLI_OUT_H
#define SEGWARD_CLI_OUT_H

#include "cli.h"

/* What a value is, for its colour. */
enum out_kind {
	OUT_PLAIN,
	OUT_NAME,
	OUT_ADDRESS,
	OUT_GOOD,
	OUT_BAD,
	OUT_WARN,
};

/* Colour of -c[olor][=WHEN]. Returns -1 if WHEN is unknown. */
int out_color_option(const char *option);
void out_color_init(void);

/* The frame of a command's answer. */
void out_begin(void);
void out_end(void);

/* The same for a stream: one object a line, flushed each, no array. */
void out_stream_begin(void);

void out_object(void);
void out_object_end(void);
void out_nest(const char *key);
void out_nest_end(void);
void out_array(const char *key);
void out_array_end(void);
void out_line(void);

/*
 * One value. @key NULL: not in JSON (inside an array: "" is an element
 * without a key). @label NULL: not in text.
 */
void out_str(const char *key, const char *label, const char *value);
void out_kind_str(enum out_kind kind, const char *key, const char *label,
		  const char *value);
void out_u64(const char *key, const char *label, u64 value);
void out_double(const char *key, const char *label, double value);
void out_flag(const char *key, const char *label, bool value);

/* Text only; nothing in JSON. */
void out_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A JSON string literal of @s, valid whatever bytes @s has. Caller frees. */
char *out_json_string(const char *s);

#endif /* SEGWARD_CLI_OUT_H */
