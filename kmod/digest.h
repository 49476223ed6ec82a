/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Digests for the engine, by the kernel's crypto API.
 */
#ifndef SEGWARD_DIGEST_H
#define SEGWARD_DIGEST_H

#include "engine/digest.h"

/**
 * segward_digest_init() - get the algorithms
 *
 * One that this kernel lacks or does not allow is no error: segward_digest()
 * says so each time. Context: may sleep.
 */
void segward_digest_init(void);

/** segward_digest_exit() - give them back; nobody may digest any more */
void segward_digest_exit(void);

#endif /* SEGWARD_DIGEST_H */
