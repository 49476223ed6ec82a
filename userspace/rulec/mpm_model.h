/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How often a few bytes occur in traffic: an estimate for choosing anchors.
 */
#ifndef SEGWARD_RULEC_MPM_MODEL_H
#define SEGWARD_RULEC_MPM_MODEL_H

#include <linux/types.h>

/* Costs are eighths of a bit above one occurrence in 2^32 places. */
#define MPM_MODEL_BIT		8
#define MPM_MODEL_MAX		(32 * MPM_MODEL_BIT)

/**
 * mpm_model_cost() - estimate how often coarsely folded bytes occur
 * @gram: the bytes, the first in the low bits, each with bit 5 set
 * @len: 2 or 4
 *
 * Return: 0 (once in 2^32 places or less) to MPM_MODEL_MAX (everywhere).
 */
unsigned int mpm_model_cost(__u32 gram, unsigned int len);

/**
 * mpm_model_log2() - logarithm of a count
 * @x: at least 1
 *
 * Return: in eighths of a bit, rounded down.
 */
unsigned int mpm_model_log2(__u64 x);

#endif /* SEGWARD_RULEC_MPM_MODEL_H */
