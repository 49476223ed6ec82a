// SPDX-License-Identifier: GPL-2.0
/*
 * One copy of each string: a million entries name few categories and sources.
 */
#include <string.h>

#include "reputation.h"
#include "vec.h"

static struct {
	char **v;		/* open addressing; NULL is free */
	size_t size;		/* a power of two */
	size_t nr;
} table;

static size_t hash(const char *s)
{
	size_t h = 14695981039346656037u;

	/* FNV-1a, 64 bits; the strings are the administrator's. */
	while (*s)
		h = (h ^ (unsigned char)*s++) * 1099511628211u;
	return h;
}

static void *must(void *p)
{
	if (!p) {
		fputs("Error: out of memory\n", stderr);
		exit(CLI_USAGE);
	}
	return p;
}

static char **slot(const char *s)
{
	size_t i = hash(s) & (table.size - 1);

	while (table.v[i] && strcmp(table.v[i], s))
		i = (i + 1) & (table.size - 1);
	return &table.v[i];
}

static void grow(void)
{
	char **old = table.v;
	size_t size = table.size, i;

	table.size = size ? 2 * size : 64;
	table.v = must(calloc(table.size, sizeof(*table.v)));
	for (i = 0; i < size; i++)
		if (old[i])
			*slot(old[i]) = old[i];
	free(old);
}

/**
 * intern() - the one copy of a string
 * @s: the string
 *
 * Return: its copy, which stays until the program ends: equal strings have
 * equal pointers.
 */
const char *intern(const char *s)
{
	char **p;

	if (2 * table.nr >= table.size)
		grow();
	p = slot(s);
	if (!*p) {
		*p = must(strdup(s));
		table.nr++;
	}
	return *p;
}
