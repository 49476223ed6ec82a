/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Values of a profile's variables: Suricata's lists of addresses or ports.
 */
#ifndef SEGWARD_CLI_VARIABLE_H
#define SEGWARD_CLI_VARIABLE_H

#include <stdio.h>

#include "args.h"

/* The kernel's limit too: searched one by one. */
#define VARIABLE_RANGES_MAX	256

typedef unsigned __int128 u128;

enum range_type {
	RANGE_IPV4,
	RANGE_IPV6,
	RANGE_PORT,
};

/**
 * struct range - an element of a variable
 * @type: what it holds
 * @negated: must not match
 * @first: first address or port, as a number
 * @last: last one, inclusive
 */
struct range {
	enum range_type type;
	bool negated;
	u128 first;
	u128 last;
};

/**
 * struct variable - a variable
 * @name: without the dollar sign
 * @range: its elements, at least one
 * @nr: how many
 */
struct variable {
	name_t name;
	struct range *range;
	unsigned int nr;
};

/* Finds the variable that a value refers to, or returns NULL. */
typedef const struct variable *(*variable_find)(void *arg, const char *name);

int variable_parse(const char *value, struct variable *v, variable_find find,
		   void *arg, char *why, size_t size);
char *variable_format(const struct variable *v);
bool variable_equal(const struct variable *a, const struct variable *b);
void variable_free(struct variable *v);

void range_bytes(const struct range *r, u8 *first, u8 *last, size_t *len);
u128 range_number(const u8 *bytes, size_t len);

#endif /* SEGWARD_CLI_VARIABLE_H */
