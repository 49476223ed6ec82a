// SPDX-License-Identifier: GPL-2.0
/*
 * Raw inflate; see inflate.h. What differs between the kernel's zlib and libz
 * is how they get their memory.
 */
#ifdef __KERNEL__
#include <linux/zlib.h>
#else
#include <zlib.h>
#endif

#include "inflate.h"

/* Raw: no header, and the largest window that there is. */
#define WINDOW_BITS	(-15)

/* libz takes 7 KiB for its state and 32 KiB for the window. */
#define ARENA		(48u << 10)

/* Of each block that libz asks for. */
#define ARENA_ALIGN	sizeof(u64)

/**
 * struct segward_inflate - a stream
 * @stream: zlib's
 * @size: bytes of all this, as it was paid for
 * @used: bytes of @arena that libz has asked for
 * @arena: zlib's memory
 */
struct segward_inflate {
	z_stream stream;
	u32 size;
	u32 used;
	u64 arena[];
};

#ifdef __KERNEL__

static u32 arena_size(void)
{
	return (u32)zlib_inflate_workspacesize();
}

static int begin(struct segward_inflate *inflate)
{
	inflate->stream.workspace = inflate->arena;
	return zlib_inflateInit2(&inflate->stream, WINDOW_BITS);
}

static int run_zlib(z_stream *stream)
{
	return zlib_inflate(stream, Z_SYNC_FLUSH);
}

static void reset_zlib(z_stream *stream)
{
	zlib_inflateReset(stream);
}

#else /* user space */

static u32 arena_size(void)
{
	return ARENA;
}

static void *arena_alloc(void *opaque, unsigned int items, unsigned int size)
{
	struct segward_inflate *inflate = opaque;
	u64 bytes = (u64)items * size;
	void *p = (u8 *)inflate->arena + inflate->used;

	bytes = (bytes + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	if (bytes > ARENA - inflate->used)
		return NULL;
	inflate->used += (u32)bytes;
	return p;
}

/* All goes at once. */
static void arena_free(void *opaque, void *p)
{
}

static int begin(struct segward_inflate *inflate)
{
	inflate->stream.zalloc = arena_alloc;
	inflate->stream.zfree = arena_free;
	inflate->stream.opaque = inflate;
	return inflateInit2(&inflate->stream, WINDOW_BITS);
}

static int run_zlib(z_stream *stream)
{
	return inflate(stream, Z_SYNC_FLUSH);
}

static void reset_zlib(z_stream *stream)
{
	inflateReset(stream);
}

#endif /* __KERNEL__ */

struct segward_inflate *segward_inflate_create(struct segward_budget *budget)
{
	u32 size = (u32)sizeof(struct segward_inflate) + arena_size();
	struct segward_inflate *inflate;

	inflate = segward_budget_alloc(budget, size);
	if (!inflate)
		return NULL;
	memset(inflate, 0, sizeof(*inflate));
	inflate->size = size;
	if (begin(inflate) != Z_OK) {
		segward_inflate_destroy(inflate, budget);
		return NULL;
	}
	return inflate;
}

void segward_inflate_destroy(struct segward_inflate *inflate,
			     struct segward_budget *budget)
{
	if (inflate)
		segward_budget_free(budget, inflate, inflate->size);
}

void segward_inflate_reset(struct segward_inflate *inflate)
{
	reset_zlib(&inflate->stream);
}

u8 segward_inflate_run(struct segward_inflate *inflate, const u8 *in,
		       u32 in_len, u32 *used, u8 *out, u32 out_len, u32 *made)
{
	z_stream *stream = &inflate->stream;
	int state;

	stream->next_in = (void *)in;
	stream->avail_in = in_len;
	stream->next_out = out;
	stream->avail_out = out_len;
	state = run_zlib(stream);
	*used = in_len - (u32)stream->avail_in;
	*made = out_len - (u32)stream->avail_out;
	switch (state) {
	case Z_STREAM_END:
		return SEGWARD_INFLATE_END;
	case Z_OK:
	case Z_BUF_ERROR:
		return SEGWARD_INFLATE_MORE;
	default:
		return SEGWARD_INFLATE_BAD;
	}
}
