/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reputation table of a namespace: made when it is first needed, swept
 * while it holds anything that ends.
 */
#ifndef SEGWARD_REPUTATION_H
#define SEGWARD_REPUTATION_H

#include <linux/types.h>

#include "engine/reputation.h"

struct segward_net;

/*
 * Pause between two passes of the sweeper: what has expired acts no more
 * anyway, so that this only bounds how long its memory is kept.
 */
#define SEGWARD_SWEEP_MS	1000

/* Slots looked at with the lock held: some 100 microseconds. */
#define SEGWARD_SWEEP_SLOTS	65536

/**
 * segward_reputation_init() - prepare a namespace
 * @snet: the namespace
 */
void segward_reputation_init(struct segward_net *snet);

/**
 * segward_reputation_exit() - stop the sweeper and free the table
 * @snet: the namespace; nobody looks up or writes any more
 *
 * Context: process, without snet->lock, which the sweeper takes.
 */
void segward_reputation_exit(struct segward_net *snet);

/**
 * segward_reputation_table() - the namespace's table, for writers
 * @snet: the namespace
 *
 * Context: under snet->lock. Return: the table, or NULL if there is none yet.
 */
struct segward_reputation *
segward_reputation_table(struct segward_net *snet);

/**
 * segward_reputation_need() - the namespace's table, made if there is none
 * @snet: the namespace
 *
 * Context: process, under snet->lock. Return: the table, or NULL without
 * memory.
 */
struct segward_reputation *segward_reputation_need(struct segward_net *snet);

/**
 * segward_reputation_written() - see to it that the table is swept
 * @snet: the namespace
 *
 * After each change that leaves something to be freed, at once or when it
 * expires. Context: under snet->lock.
 */
void segward_reputation_written(struct segward_net *snet);

#endif /* SEGWARD_REPUTATION_H */
