/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Content codings of HTTP: gzip (RFC 1952), and deflate with the header of
 * zlib (RFC 1950) or, as some servers send it, without (RFC 1951).
 *
 * What one says it is and what it is are two things, and clients look: data
 * that begin like gzip are gzip, those that begin like zlib are zlib. Checksums
 * are not looked at: a client has used the bytes before it reads them.
 */
#ifndef SEGWARD_ENGINE_APP_HTTP_DECODE_H
#define SEGWARD_ENGINE_APP_HTTP_DECODE_H

#include "../budget.h"

/* Layers that are decoded; the output of one is the next one's input. */
#define SEGWARD_HTTP_CODINGS	2

/** enum segward_http_coding - what a body is coded with */
enum segward_http_coding {
	SEGWARD_HTTP_CODING_GZIP,
	SEGWARD_HTTP_CODING_DEFLATE,
	SEGWARD_HTTP_CODING_UNKNOWN,
};

/**
 * enum segward_http_decoded - how a body stands
 * @SEGWARD_HTTP_DECODED_GOOD: well
 * @SEGWARD_HTTP_DECODED_FAILED: it is broken, or something stands behind its
 *	end; nothing more comes of it
 * @SEGWARD_HTTP_DECODED_BOMB: it is a bomb; nothing more comes of it
 */
enum segward_http_decoded {
	SEGWARD_HTTP_DECODED_GOOD,
	SEGWARD_HTTP_DECODED_FAILED,
	SEGWARD_HTTP_DECODED_BOMB,
};

struct segward_http_decoder;

/**
 * segward_http_decoder_create() - for one body
 * @budget: pays; also for the layers, when the first bytes of each come
 * @coding: enum segward_http_coding, in the order that they were applied
 * @nr: how many, at most SEGWARD_HTTP_CODINGS
 *
 * Return: NULL without memory.
 */
struct segward_http_decoder *
segward_http_decoder_create(struct segward_budget *budget, const u8 *coding,
			    u32 nr);

/** segward_http_decoder_destroy() - free it; NULL is allowed */
void segward_http_decoder_destroy(struct segward_http_decoder *decoder,
				  struct segward_budget *budget);

/** segward_http_decoder_rewind() - nobody looks at earlier pieces any more */
void segward_http_decoder_rewind(struct segward_http_decoder *decoder);

/**
 * segward_http_decode() - take bytes of the body
 * @decoder: the body's
 * @budget: as it was made with
 * @data: bytes
 * @len: how many, not 0
 * @piece: gets what came of them
 * @piece_len: and how many bytes; all pieces since the last rewind share a
 *	buffer
 *
 * Return: how many were taken; fewer than @len when that buffer is full. The
 * last byte is not taken before all has come of it. -ENOMEM.
 */
int segward_http_decode(struct segward_http_decoder *decoder,
			struct segward_budget *budget, const u8 *data, u32 len,
			const u8 **piece, u32 *piece_len);

/**
 * segward_http_decoder_rest() - the body has ended
 * @decoder: its
 * @rest: gets bytes that were too few to say what they are
 *
 * Return: how many.
 */
u32 segward_http_decoder_rest(const struct segward_http_decoder *decoder,
			      const u8 **rest);

/** segward_http_decoder_plain() - some layer is not coded as it says */
bool segward_http_decoder_plain(const struct segward_http_decoder *decoder);

/**
 * segward_http_decoder_state() - enum segward_http_decoded
 *
 * As long as a layer has something to give it is well.
 */
u8 segward_http_decoder_state(const struct segward_http_decoder *decoder);

#endif /* SEGWARD_ENGINE_APP_HTTP_DECODE_H */
