/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The totals of a network namespace.
 */
#ifndef SEGWARD_CLI_STATS_H
#define SEGWARD_CLI_STATS_H

#include "nl.h"
#include "sid.h"

/**
 * struct stats - the totals, as in the specification
 * @value: numbers by attribute
 * @has: whether the kernel sent them
 * @drops: packets not handed on, by reason
 * @would_drop: packets that prevent mode would not have handed on
 * @version: of the module
 */
struct stats {
	u64 value[SEGWARD_A_STATS_MAX + 1];
	bool has[SEGWARD_A_STATS_MAX + 1];
	struct drops drops;
	struct drops would_drop;
	char version[64];
};

int stats_get(struct stats *stats, struct nl_error *error);

#endif /* SEGWARD_CLI_STATS_H */
