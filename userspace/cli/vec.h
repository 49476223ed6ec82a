/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Arrays that grow.
 */
#ifndef SEGWARD_CLI_VEC_H
#define SEGWARD_CLI_VEC_H

#include <stdio.h>
#include <stdlib.h>

#include "cli.h"

/*
 * Room for one more element behind @nr of them, which have all come through
 * here: the array doubles whenever @nr is a power of two. Ends the program
 * without memory: there is nothing to take back by then.
 */
static inline void *vec_room(void *v, size_t nr, size_t size)
{
	if (nr & (nr - 1))
		return v;
	v = reallocarray(v, nr ? 2 * nr : 1, size);
	if (!v) {
		fputs("Error: out of memory\n", stderr);
		exit(CLI_USAGE);
	}
	return v;
}

/* Append a cleared element to v[nr]; its address. */
#define VEC_ADD(v, nr) ({						\
	(v) = vec_room((v), (nr), sizeof(*(v)));			\
	__builtin_memset(&(v)[nr], 0, sizeof(*(v)));			\
	&(v)[(nr)++];							\
})

#endif /* SEGWARD_CLI_VEC_H */
