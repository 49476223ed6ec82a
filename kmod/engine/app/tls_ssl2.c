// SPDX-License-Identifier: GPL-2.0
/*
 * Hellos in the form of SSLv2: of a client that would also talk SSLv3 or TLS
 * (RFC 5246, E.2), or of two that really talk SSLv2, which nobody may any more
 * (RFC 6176). A header of two bytes, the first bit set, is the length of what
 * follows.
 *
 * client: type 1, version, lengths of cipher specs, session ID and challenge
 * server: type 4, session ID hit, certificate type, version, ...
 */
#include "tls_internal.h"

#define CLIENT_HELLO	1
#define SERVER_HELLO	4

/* Bytes of the hello without its header, at least. */
#define HELLO_LEN	9

static u32 hello_len(const u8 *head)
{
	return get_unaligned_be16(head) & 0x7fff;
}

/* @head has TLS_SSL2_HEADER_LEN bytes. */
static bool client_plausible(const u8 *head)
{
	u16 version = get_unaligned_be16(head + 3);
	u32 ciphers = get_unaligned_be16(head + 5);
	u32 session = get_unaligned_be16(head + 7);
	u32 challenge = get_unaligned_be16(head + 9);

	if (head[2] != CLIENT_HELLO || !ciphers || ciphers % 3)
		return false;
	if (version != TLS_VERSION_SSL2 &&
	    (version < TLS_VERSION_SSL3 || version > TLS_VERSION_13))
		return false;
	return (!session || session == 16) &&
	       challenge >= 16 && challenge <= 32 &&
	       hello_len(head) == HELLO_LEN + ciphers + session + challenge;
}

static bool server_plausible(const u8 *head)
{
	return head[2] == SERVER_HELLO && head[3] <= 1 &&
	       get_unaligned_be16(head + 5) == TLS_VERSION_SSL2 &&
	       hello_len(head) > HELLO_LEN;
}

static bool plausible(u8 direction, const u8 *head)
{
	return direction == SEGWARD_APP_TOSERVER ? client_plausible(head) :
						   server_plausible(head);
}

enum segward_app_guess segward_tls_ssl2_probe(u8 direction, const u8 *data,
					      u32 len)
{
	u8 type = direction == SEGWARD_APP_TOSERVER ? CLIENT_HELLO :
						      SERVER_HELLO;

	if (len > 2 && data[2] != type)
		return SEGWARD_APP_NO;
	if (len < TLS_SSL2_HEADER_LEN)
		return SEGWARD_APP_MORE;
	return plausible(direction, data) ? SEGWARD_APP_YES : SEGWARD_APP_NO;
}

static int read_header(struct tls_call *call, const u8 *data, u32 len)
{
	struct tls_side *side = call->side;
	u32 n = min_t(u32, len, TLS_SSL2_HEADER_LEN - side->head_len);

	memcpy(side->head + side->head_len, data, n);
	side->head_len += n;
	if (side->head_len < TLS_SSL2_HEADER_LEN)
		return (int)n;
	if (!plausible(call->direction, side->head)) {
		segward_tls_note(call, SEGWARD_TLS_INVALID_SSLV2_HEADER);
		return -EPROTO;
	}
	side->record_left = 2 + hello_len(side->head) - TLS_SSL2_HEADER_LEN;
	side->phase = TLS_SSL2_BODY;
	return (int)n;
}

/* TLS follows, in records, or SSLv2, which is not read any further. */
static void end_hello(struct tls_call *call)
{
	static const char name[] = "SSLv2";
	struct tls_side *side = call->side;

	segward_tls_note(call, SEGWARD_TLS_SSLV2_HELLO);
	side->head_len = 0;
	if (call->direction == SEGWARD_APP_TOCLIENT) {
		segward_tls_tell(call, SEGWARD_BUFFER_TLS_VERSION, name,
				 sizeof(name) - 1);
		segward_tls_done(call);
		return;
	}
	segward_tls_note(call, SEGWARD_TLS_NO_SNI);
	side->hellos++;
	side->phase = TLS_HEADER;
	if (get_unaligned_be16(side->head + 3) == TLS_VERSION_SSL2)
		segward_tls_done(call);
}

int segward_tls_ssl2(struct tls_call *call, const u8 *data, u32 len)
{
	struct tls_side *side = call->side;

	if (side->phase == TLS_SSL2_HEADER)
		return read_header(call, data, len);
	len = min_t(u32, len, side->record_left);
	side->record_left -= len;
	if (!side->record_left)
		end_hello(call);
	return (int)len;
}
