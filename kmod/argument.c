// SPDX-License-Identifier: GPL-2.0
/*
 * The argument of a SID.
 */
#include <linux/bsearch.h>
#include <linux/in6.h>
#include <linux/sort.h>

#include "argument.h"

static int compare(const void *a, const void *b)
{
	const struct segward_argument *x = a, *y = b;

	if (x->value == y->value)
		return 0;
	return x->value < y->value ? -1 : 1;
}

int segward_arguments_sort(struct segward_arguments *arguments)
{
	int i;

	sort(arguments->argument, arguments->nr, sizeof(*arguments->argument),
	     compare, NULL);
	for (i = 1; i < arguments->nr; i++)
		if (arguments->argument[i - 1].value ==
		    arguments->argument[i].value)
			return i;
	return -1;
}

/* The bits that count lie in at most five bytes. */
static u32 value_of(const struct segward_arguments *arguments,
		    const struct in6_addr *daddr)
{
	u32 first = arguments->prefix_len + arguments->offset;
	u32 end = first + arguments->len;
	u64 bytes = 0;
	u32 i;

	for (i = first / 8; i * 8 < end; i++)
		bytes = bytes << 8 | daddr->s6_addr[i];
	bytes >>= i * 8 - end;
	return bytes & ((1ULL << arguments->len) - 1);
}

struct segward_profile_slot *
segward_arguments_slot(const struct segward_arguments *arguments,
		       const struct in6_addr *daddr)
{
	const struct segward_argument *found;
	struct segward_argument wanted = {
		.value	= value_of(arguments, daddr),
	};

	found = bsearch(&wanted, arguments->argument, arguments->nr,
			sizeof(wanted), compare);
	return found ? found->slot : NULL;
}
