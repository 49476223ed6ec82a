/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Raw inflate (RFC 1951) over the kernel's zlib or user space's libz, in
 * memory that is allocated beforehand from a budget: neither of them asks for
 * any while it works.
 */
#ifndef SEGWARD_ENGINE_APP_INFLATE_H
#define SEGWARD_ENGINE_APP_INFLATE_H

#include "../budget.h"

struct segward_inflate;

/**
 * enum segward_inflate_state - how a stream stands
 * @SEGWARD_INFLATE_MORE: it goes on with more bytes, or with more room
 * @SEGWARD_INFLATE_END: it was complete; what it did not take is not its own
 * @SEGWARD_INFLATE_BAD: this is no such stream
 */
enum segward_inflate_state {
	SEGWARD_INFLATE_MORE,
	SEGWARD_INFLATE_END,
	SEGWARD_INFLATE_BAD,
};

/**
 * segward_inflate_create() - begin a stream
 * @budget: pays some 42 KiB
 *
 * Context: bottom halves off; never sleeps. Return: NULL without memory.
 */
struct segward_inflate *segward_inflate_create(struct segward_budget *budget);

/** segward_inflate_destroy() - free it; NULL is allowed */
void segward_inflate_destroy(struct segward_inflate *inflate,
			     struct segward_budget *budget);

/** segward_inflate_reset() - begin another stream in the same memory */
void segward_inflate_reset(struct segward_inflate *inflate);

/**
 * segward_inflate_run() - decode some bytes
 * @inflate: the stream
 * @in: bytes of it
 * @in_len: how many; 0 asks for what is still to come of earlier ones
 * @used: gets how many were taken
 * @out: room
 * @out_len: its size, not 0
 * @made: gets how many bytes were written. Fewer than @out_len: nothing more
 *	comes of what was taken
 *
 * Time: linear in what is taken and made. Return: enum segward_inflate_state.
 */
u8 segward_inflate_run(struct segward_inflate *inflate, const u8 *in,
		       u32 in_len, u32 *used, u8 *out, u32 out_len, u32 *made);

#endif /* SEGWARD_ENGINE_APP_INFLATE_H */
