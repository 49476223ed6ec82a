/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of a command line: a cursor, typed values, and the sentences that
 * users of ip(8) know.
 */
#ifndef SEGWARD_CLI_ARGS_H
#define SEGWARD_CLI_ARGS_H

#include <linux/segward.h>

#include "addr.h"
#include "cli.h"

/**
 * struct args - the words that are left
 * @argv: all of them
 * @argc: how many
 * @pos: the next one
 * @what: "sid add", for sentences
 */
struct args {
	char **argv;
	int argc;
	int pos;
	const char *what;
};

/**
 * struct keyword - a word that stands in front of a value
 * @name: the word
 * @parse: takes what follows; returns a cli_status
 * @repeat: may stand several times
 */
struct keyword {
	const char *name;
	int (*parse)(struct args *args, const char *key, void *data);
	bool repeat;
};

/* An object's name, zero-terminated. */
typedef char name_t[SEGWARD_NAME_LEN + 1];

const char *arg_peek(const struct args *args);
const char *arg_next(struct args *args);
bool arg_take(struct args *args, const char *word);
int arg_need(struct args *args, const char **word);
int arg_end(struct args *args);
int arg_keywords(struct args *args, const struct keyword *keywords,
		 void *data);

int arg_number(struct args *args, const char *key, u64 min, u64 max, u64 *v);
int arg_u32(struct args *args, const char *key, u32 min, u32 max, u32 *v);
int arg_name(struct args *args, const char *key, name_t name);
int arg_label(struct args *args, const char *key, name_t name);
int arg_string(struct args *args, const char *key, char *s, size_t size);
int arg_enum(struct args *args, const char *key, const char * const *names,
	     unsigned int nr, u32 *v);
int arg_address(struct args *args, const char *key, struct address *a);
int arg_address6(struct args *args, const char *key, u8 *addr);
int arg_address4(struct args *args, const char *key, u8 *addr);
int arg_prefix(struct args *args, const char *key, struct prefix *p);
int arg_prefix6(struct args *args, const char *key, struct prefix *p);
int arg_list(struct args *args, void *data,
	     int (*add)(void *data, const char *word, size_t len));
int arg_device(struct args *args, const char *key, u32 *ifindex);
int arg_vrf(struct args *args, const char *key, u32 *ifindex);
int arg_table(struct args *args, const char *key, u32 *table);
int arg_duration(struct args *args, const char *key, u64 *ms);

int parse_number(const char *s, u64 min, u64 max, u64 *v);
int parse_duration(const char *s, u64 *ms);
void format_duration(u64 ms, char *s, size_t size);

/* arg_enum() with the words that the specification has for an enum. */
#define ARG_ENUM(args, key, word, v)				\
	arg_enum(args, key, segward_##word##_names,		\
		 segward_##word##_names_len, v)

/* Sentences. They return CLI_USAGE. */
int err_argument(const char *why, const char *arg);
int err_required(const char *key);
int err_duplicate(const char *key, const char *arg);
int err_incomplete(void);
int err_command(const char *object, const char *word);
int err_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Where the words come from when not from the shell; for the sentences. */
void err_where(const char *file, unsigned int line);
void err_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void warn_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif /* SEGWARD_CLI_ARGS_H */
