/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arrays that grow.
 */
#ifndef SEGWARD_CLI_VEC_H
#define SEGWARD_CLI_VEC_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/**
 * vec_add() - make room for one more element
 * @where: the pointer to the array, which may move
 * @nr: elements so far; all have come through here, since the array doubles
 *	whenever this is a power of two
 * @size: of an element
 *
 * Ends the program without memory: there is nothing to take back by then.
 *
 * Return: the new element, cleared.
 */
static inline void *vec_add(void *where, size_t nr, size_t size)
{
	char *v;

	memcpy(&v, where, sizeof(v));
	if (!(nr & (nr - 1))) {
		v = reallocarray(v, nr ? 2 * nr : 1, size);
		if (!v) {
			fputs("Error: out of memory\n", stderr);
			exit(CLI_USAGE);
		}
		memcpy(where, &v, sizeof(v));
	}
	return memset(v + nr * size, 0, size);
}

/* Append a cleared element to array @v of @nr elements; its address. */
#define VEC_ADD(v, nr) \
	((__typeof__(v))vec_add(&(v), (nr)++, sizeof((v)[0])))

/* Close the gap of element @i; @nr elements are left. */
static inline void vec_remove(void *v, size_t nr, size_t i, size_t size)
{
	char *at = (char *)v + i * size;

	memmove(at, at + size, (nr - i) * size);
}

/* qsort() that may be asked to sort nothing. */
static inline void vec_sort(void *v, size_t nr, size_t size,
			    int (*compare)(const void *a, const void *b))
{
	if (nr)
		qsort(v, nr, size, compare);
}

#endif /* SEGWARD_CLI_VEC_H */
