// SPDX-License-Identifier: GPL-2.0
/* Content codings; see http_decode.h. */
#include "http.h"
#include "http_decode.h"
#include "inflate.h"

/* What one call can make, and what one layer keeps for the next. */
#define OUT		8192

/*
 * After so many bytes of input a layer has to give all that is in them before
 * it is asked whether it is a bomb: then that does not depend on the pieces
 * that they come in. At 1:1032 it makes 132 KiB of them.
 */
#define BLOCK		128

/* Behind ID1, ID2 and CM in a gzip header: FLG, MTIME, XFL, OS. */
#define GZIP_FIXED	7

#define GZIP_FHCRC	0x02
#define GZIP_FEXTRA	0x04
#define GZIP_FNAME	0x08
#define GZIP_FCOMMENT	0x10

#define GZIP_TRAILER	8
#define ZLIB_TRAILER	4
#define ZLIB_FDICT	0x20

/**
 * enum layer_phase - what is next in a layer
 * @LAYER_SNIFF: bytes that say what it is
 * @LAYER_FIXED: the rest of gzip's fixed header; the flags are first
 * @LAYER_EXTRA_LEN: length of gzip's extra field
 * @LAYER_EXTRA: the field
 * @LAYER_NAME: name, up to a NUL
 * @LAYER_COMMENT: comment, up to a NUL
 * @LAYER_CRC: gzip's header checksum
 * @LAYER_INFLATE: the stream
 * @LAYER_TRAILER: checksum and length
 * @LAYER_BEHIND: what may be another member of a gzip file
 * @LAYER_PLAIN: anything: it is not coded
 * @LAYER_OVER: nothing: it failed
 */
enum layer_phase {
	LAYER_SNIFF,
	LAYER_FIXED,
	LAYER_EXTRA_LEN,
	LAYER_EXTRA,
	LAYER_NAME,
	LAYER_COMMENT,
	LAYER_CRC,
	LAYER_INFLATE,
	LAYER_TRAILER,
	LAYER_BEHIND,
	LAYER_PLAIN,
	LAYER_OVER,
};

/**
 * struct layer - one coding
 * @inflate: of the stream, since it began
 * @out: OUT bytes, since it was needed
 * @in: bytes of streams taken
 * @made: bytes made of them
 * @most: as many as it may make
 * @begin: bytes of @out that were used
 * @end: bytes in @out
 * @skip: bytes of a header or trailer to come
 * @extra: length of an extra field as far as it is read
 * @block: bytes of @in since the last look at the ratio
 * @sniff: first bytes
 * @nr_sniff: how many
 * @replayed: of these, how many were given to what follows
 * @coding: enum segward_http_coding
 * @phase: enum layer_phase
 * @flags: of gzip's header, those that are still to be dealt with
 * @trailer: bytes behind the stream that belong to it
 * @gzip: it is gzip, whatever @coding says
 * @plain: it turned out not to be coded
 * @state: enum segward_http_decoded
 */
struct layer {
	struct segward_inflate *inflate;
	u8 *out;
	u64 in;
	u64 made;
	u64 most;
	u32 begin;
	u32 end;
	u32 skip;
	u32 extra;
	u32 block;
	u8 sniff[3];
	u8 nr_sniff;
	u8 replayed;
	u8 coding;
	u8 phase;
	u8 flags;
	u8 trailer;
	bool gzip;
	bool plain;
	u8 state;
};

/**
 * struct segward_http_decoder - of a body
 * @layer: the codings, the outermost first
 * @nr: how many
 * @told: bytes of the last layer's output that were handed out
 * @work: changes with each byte that goes in or out
 * @state: enum segward_http_decoded
 * @held: the last byte was dealt with, but not taken
 */
struct segward_http_decoder {
	struct layer layer[SEGWARD_HTTP_CODINGS];
	u32 nr;
	u32 told;
	u32 work;
	u8 state;
	bool held;
};

struct segward_http_decoder *
segward_http_decoder_create(struct segward_budget *budget, const u8 *coding,
			    u32 nr)
{
	struct segward_http_decoder *decoder;
	u32 i;

	decoder = segward_budget_alloc(budget, sizeof(*decoder));
	if (!decoder)
		return NULL;
	memset(decoder, 0, sizeof(*decoder));
	decoder->nr = nr;
	for (i = 0; i < nr; i++) {
		decoder->layer[i].coding = coding[nr - 1 - i];
		decoder->layer[i].most = i ? SEGWARD_HTTP_DECODED_TWICE :
					     SEGWARD_HTTP_DECODED;
	}
	return decoder;
}

void segward_http_decoder_destroy(struct segward_http_decoder *decoder,
				  struct segward_budget *budget)
{
	u32 i;

	if (!decoder)
		return;
	for (i = 0; i < decoder->nr; i++) {
		segward_inflate_destroy(decoder->layer[i].inflate, budget);
		segward_budget_free(budget, decoder->layer[i].out, OUT);
	}
	segward_budget_free(budget, decoder, sizeof(*decoder));
}

static struct layer *last_layer(struct segward_http_decoder *decoder)
{
	return &decoder->layer[decoder->nr - 1];
}

void segward_http_decoder_rewind(struct segward_http_decoder *decoder)
{
	struct layer *last = last_layer(decoder);

	last->begin = 0;
	last->end = 0;
	decoder->told = 0;
}

static void fail(struct layer *layer, u8 state)
{
	layer->state = state;
	layer->phase = LAYER_OVER;
}

/* The next part of a gzip header that the flags say there is. */
static void next_part(struct layer *layer)
{
	if (layer->flags & GZIP_FEXTRA) {
		layer->flags &= ~GZIP_FEXTRA;
		layer->phase = LAYER_EXTRA_LEN;
		layer->skip = 2;
		layer->extra = 0;
	} else if (layer->flags & GZIP_FNAME) {
		layer->flags &= ~GZIP_FNAME;
		layer->phase = LAYER_NAME;
	} else if (layer->flags & GZIP_FCOMMENT) {
		layer->flags &= ~GZIP_FCOMMENT;
		layer->phase = LAYER_COMMENT;
	} else if (layer->flags & GZIP_FHCRC) {
		layer->flags &= ~GZIP_FHCRC;
		layer->phase = LAYER_CRC;
		layer->skip = 2;
	} else {
		layer->phase = LAYER_INFLATE;
	}
}

/* One byte of a gzip header behind what was sniffed. */
static void header_byte(struct layer *layer, u8 c)
{
	switch (layer->phase) {
	case LAYER_FIXED:
		if (layer->skip == GZIP_FIXED)
			layer->flags = c;
		if (!--layer->skip)
			next_part(layer);
		break;
	case LAYER_EXTRA_LEN:
		layer->extra |= (u32)c << (layer->skip == 2 ? 0 : 8);
		if (--layer->skip)
			break;
		layer->skip = layer->extra;
		layer->phase = LAYER_EXTRA;
		if (!layer->skip)
			next_part(layer);
		break;
	case LAYER_EXTRA:
	case LAYER_CRC:
		if (!--layer->skip)
			next_part(layer);
		break;
	case LAYER_NAME:
	case LAYER_COMMENT:
		if (!c)
			next_part(layer);
		break;
	}
}

/* It is no gzip: is it the header of zlib (RFC 1950, 2.2)? */
static void sniff_zlib(struct layer *layer)
{
	const u8 *p = layer->sniff;

	if ((p[0] & 0x0f) == 8 && p[0] >> 4 <= 7) {
		if (layer->nr_sniff < 2)
			return;
		if (!((p[0] << 8 | p[1]) % 31) && !(p[1] & ZLIB_FDICT)) {
			layer->replayed = 2;
			layer->trailer = ZLIB_TRAILER;
			layer->phase = LAYER_INFLATE;
			return;
		}
	}
	layer->plain = layer->coding != SEGWARD_HTTP_CODING_DEFLATE;
	layer->phase = layer->plain ? LAYER_PLAIN : LAYER_INFLATE;
}

static void sniff_byte(struct layer *layer, u8 c)
{
	static const u8 gzip[3] = { 0x1f, 0x8b, 8 };
	u32 nr = layer->nr_sniff + 1;

	layer->sniff[layer->nr_sniff++] = c;
	if (layer->sniff[0] != gzip[0]) {
		sniff_zlib(layer);
	} else if (c != gzip[nr - 1]) {
		layer->plain = true;
		layer->phase = LAYER_PLAIN;
	} else if (nr == sizeof(gzip)) {
		layer->gzip = true;
		layer->replayed = 3;
		layer->trailer = GZIP_TRAILER;
		layer->phase = LAYER_FIXED;
		layer->skip = GZIP_FIXED;
	}
}

/* Another member of a gzip file (RFC 1952, 2.2), or what should not be. */
static void behind_byte(struct layer *layer, u8 c)
{
	static const u8 gzip[3] = { 0x1f, 0x8b, 8 };

	if (!layer->gzip || c != gzip[layer->skip]) {
		fail(layer, SEGWARD_HTTP_DECODED_FAILED);
		return;
	}
	if (++layer->skip < sizeof(gzip))
		return;
	segward_inflate_reset(layer->inflate);
	layer->phase = LAYER_FIXED;
	layer->skip = GZIP_FIXED;
}

static void ended(struct layer *layer)
{
	layer->skip = layer->trailer;
	layer->phase = layer->skip ? LAYER_TRAILER : LAYER_BEHIND;
}

/* All that a block has was given: is it too much? */
static void check_ratio(struct segward_http_decoder *decoder,
			struct layer *layer)
{
	if (layer->block < BLOCK || layer->end == OUT)
		return;
	layer->block = 0;
	decoder->work++;
	if (layer->made > SEGWARD_HTTP_BOMB_FREE +
			  layer->in * SEGWARD_HTTP_BOMB_RATIO)
		fail(layer, SEGWARD_HTTP_DECODED_BOMB);
}

static u32 inflate_some(struct segward_http_decoder *decoder,
			struct layer *layer, const u8 *in, u32 len)
{
	u32 room = (u32)min_t(u64, OUT - layer->end,
			      layer->most - layer->made);
	u32 used, made;
	u8 state;

	state = segward_inflate_run(layer->inflate, in,
				    min_t(u32, len, BLOCK - layer->block),
				    &used, layer->out + layer->end, room,
				    &made);
	layer->in += used;
	layer->block += used;
	layer->made += made;
	layer->end += made;
	decoder->work += used + made;
	/* in this order whatever the pieces are: what was made comes first */
	if (layer->made == layer->most)
		fail(layer, SEGWARD_HTTP_DECODED_BOMB);
	else if (state == SEGWARD_INFLATE_BAD)
		fail(layer, SEGWARD_HTTP_DECODED_FAILED);
	else if (state == SEGWARD_INFLATE_END)
		ended(layer);
	else
		check_ratio(decoder, layer);
	return used;
}

static u32 copy_some(struct segward_http_decoder *decoder,
		     struct layer *layer, const u8 *in, u32 len)
{
	u32 made = min_t(u32, len, OUT - layer->end);

	if (made)
		memcpy(layer->out + layer->end, in, made);
	layer->end += made;
	decoder->work += made;
	return made;
}

/* What the stream of a layer is made with, when it begins. */
static int prepare(struct layer *layer, struct segward_budget *budget)
{
	if (!layer->out)
		layer->out = segward_budget_alloc(budget, OUT);
	if (!layer->out)
		return -ENOMEM;
	if (layer->phase == LAYER_INFLATE && !layer->inflate) {
		layer->inflate = segward_inflate_create(budget);
		if (!layer->inflate)
			return -ENOMEM;
	}
	return 0;
}

/* Bytes of a layer whose output has begun; sniffed ones come again first. */
static u32 run_stream(struct segward_http_decoder *decoder,
		      struct layer *layer, const u8 *in, u32 len)
{
	bool replay = layer->replayed < layer->nr_sniff;
	u32 used;

	if (replay) {
		in = layer->sniff + layer->replayed;
		len = layer->nr_sniff - layer->replayed;
	}
	used = layer->phase == LAYER_PLAIN ?
	       copy_some(decoder, layer, in, len) :
	       inflate_some(decoder, layer, in, len);
	if (!replay)
		return used;
	layer->replayed += used;
	return 0;
}

/* Takes bytes one by one as long as they are not of a stream. */
static u32 run_bytes(struct segward_http_decoder *decoder,
		     struct layer *layer, const u8 *in, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		switch (layer->phase) {
		case LAYER_SNIFF:
			sniff_byte(layer, in[i]);
			break;
		case LAYER_TRAILER:
			if (!--layer->skip)
				layer->phase = LAYER_BEHIND;
			break;
		case LAYER_BEHIND:
			behind_byte(layer, in[i]);
			break;
		case LAYER_INFLATE:
		case LAYER_PLAIN:
			goto out;
		case LAYER_OVER:
			i = len;
			goto out;
		default:
			header_byte(layer, in[i]);
		}
	}
out:
	decoder->work += i;
	return i;
}

/*
 * Gives bytes to a layer until they are used up or its output is full. Without
 * any it gives what is to come of earlier ones.
 */
static int run(struct segward_http_decoder *decoder, struct layer *layer,
	       struct segward_budget *budget, const u8 *in, u32 len)
{
	u32 used = 0, before;
	int err;

	do {
		before = decoder->work;
		used += run_bytes(decoder, layer, in + used, len - used);
		if (layer->phase != LAYER_INFLATE &&
		    layer->phase != LAYER_PLAIN)
			continue;
		err = prepare(layer, budget);
		if (err)
			return err;
		if (layer->end < OUT)
			used += run_stream(decoder, layer, in + used,
					   len - used);
	} while (decoder->work != before);
	return (int)used;
}

/* The first of two layers gives what it has to the second. */
static int pass_on(struct segward_http_decoder *decoder,
		   struct segward_budget *budget)
{
	struct layer *first = &decoder->layer[0];
	int used;

	used = run(decoder, last_layer(decoder), budget,
		   first->out + first->begin, first->end - first->begin);
	if (used < 0)
		return used;
	first->begin += (u32)used;
	if (first->begin == first->end) {
		first->begin = 0;
		first->end = 0;
	}
	return 0;
}

/*
 * What became of the layers, when all that they had was given. The one that is
 * nearest to the output counts: in however small pieces the bytes come, its
 * end is not later than that of one before it.
 */
static u8 state_of(const struct segward_http_decoder *decoder)
{
	u32 i;

	for (i = decoder->nr; i-- > 0;)
		if (decoder->layer[i].state)
			return decoder->layer[i].state;
	return SEGWARD_HTTP_DECODED_GOOD;
}

/* Runs all layers until nothing moves; returns the bytes used. */
static int run_all(struct segward_http_decoder *decoder,
		   struct segward_budget *budget, const u8 *data, u32 len)
{
	u32 used = 0, before;
	int ret;

	do {
		before = decoder->work;
		ret = run(decoder, &decoder->layer[0], budget, data + used,
			  len - used);
		if (ret < 0)
			return ret;
		used += (u32)ret;
		if (decoder->nr > 1 && decoder->layer[0].out)
			ret = pass_on(decoder, budget);
		if (ret < 0)
			return ret;
	} while (decoder->work != before);
	return (int)used;
}

int segward_http_decode(struct segward_http_decoder *decoder,
			struct segward_budget *budget, const u8 *data, u32 len,
			const u8 **piece, u32 *piece_len)
{
	struct layer *last = last_layer(decoder);
	u32 used = decoder->held;
	int ret;

	*piece_len = 0;
	if (decoder->state)
		return (int)len;
	ret = run_all(decoder, budget, data + used, len - used);
	if (ret < 0)
		return ret;
	used += (u32)ret;
	if (last->out)
		*piece = last->out + decoder->told;
	*piece_len = last->end - decoder->told;
	decoder->told = last->end;
	if (last->end < OUT)
		decoder->state = state_of(decoder);
	decoder->held = last->end == OUT && used == len;
	return (int)(used - decoder->held);
}

u32 segward_http_decoder_rest(const struct segward_http_decoder *decoder,
			      const u8 **rest)
{
	const struct layer *layer;
	u32 i;

	for (i = 0; i < decoder->nr; i++) {
		layer = &decoder->layer[i];
		*rest = layer->sniff;
		if (layer->phase == LAYER_SNIFF && layer->nr_sniff)
			return layer->nr_sniff;
	}
	return 0;
}

bool segward_http_decoder_plain(const struct segward_http_decoder *decoder)
{
	u32 i;

	for (i = 0; i < decoder->nr; i++)
		if (decoder->layer[i].plain)
			return true;
	return false;
}

u8 segward_http_decoder_state(const struct segward_http_decoder *decoder)
{
	return decoder->state;
}
