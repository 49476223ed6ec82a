/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The protocol of a flow: recognised by its first bytes, whatever the ports
 * are, and told by that protocol's parser from then on.
 *
 * Bytes that come before it is certain which protocol it is are kept, and told
 * when it is. Either direction may never be seen. What cannot be understood is
 * no error of the conversation: all bytes are taken and nothing is told.
 */
#ifndef SEGWARD_ENGINE_APP_CONVERSATION_H
#define SEGWARD_ENGINE_APP_CONVERSATION_H

#include "app.h"
#include "dns.h"

struct segward_conversation;

/**
 * segward_conversation_create() - a TCP connection begins
 * @budget: pays for it and all that its parser keeps
 *
 * Return: NULL without memory.
 */
struct segward_conversation *
segward_conversation_create(struct segward_budget *budget);

/** segward_conversation_destroy() - forget it; NULL is allowed */
void segward_conversation_destroy(struct segward_conversation *conversation,
				  struct segward_budget *budget);

/**
 * segward_conversation_feed() - the next bytes of a direction
 * @conversation: the conversation
 * @budget: as at its creation
 * @direction: enum segward_app_direction
 * @data: the bytes
 * @len: how many, at least 1
 * @out: emptied, then filled
 *
 * To be called again with the rest as long as fewer than @len are taken, as a
 * parser's feed function (app.h).
 *
 * Return: how many were taken, or -ENOMEM: nothing more will be told of the
 * conversation, all bytes are taken from now on.
 */
int segward_conversation_feed(struct segward_conversation *conversation,
			      struct segward_budget *budget, u8 direction,
			      const u8 *data, u32 len,
			      struct segward_app_out *out);

/**
 * segward_conversation_end() - no more bytes come in a direction
 * @conversation: the conversation
 * @budget: as at its creation
 * @direction: which
 * @out: emptied, then filled with what is known of unfinished transactions
 *
 * For a FIN, a RST, a flow that is forgotten, and for bytes that are missing
 * (a gap): what comes behind them is taken and not told. May be called again.
 */
void segward_conversation_end(struct segward_conversation *conversation,
			      struct segward_budget *budget, u8 direction,
			      struct segward_app_out *out);

/** segward_conversation_proto() - enum segward_app_proto; 0: not known yet */
u8 segward_conversation_proto(const struct segward_conversation *conversation);

/**
 * segward_conversation_quiet() - will a direction never tell anything more?
 *
 * It need not be fed then: the protocol is none that is known, or encrypted
 * from here on.
 */
bool segward_conversation_quiet(const struct segward_conversation *conversation,
				u8 direction);

/**
 * segward_conversation_datagram_proto() - the protocol of a UDP flow
 * @data: a whole datagram
 * @len: its bytes
 * @sport: ports, by which a flow is held to be DNS without a question
 * @dport: as above
 *
 * Return: enum segward_app_proto, never 0.
 */
u8 segward_conversation_datagram_proto(const u8 *data, u32 len, u16 sport,
				       u16 dport);

/**
 * segward_conversation_datagram() - tell a UDP datagram
 * @proto: what segward_conversation_datagram_proto() said of the flow's first
 * @scratch: of this processor; segward_dns_datagram_begin() was called
 * @direction: enum segward_app_direction
 * @data: the whole datagram, the same at each call
 * @len: its bytes
 * @out: emptied, then filled
 *
 * Return: @len with the last items, less if it has to be called again.
 */
u32 segward_conversation_datagram(u8 proto, struct segward_dns_scratch *scratch,
				  u8 direction, const u8 *data, u32 len,
				  struct segward_app_out *out);

#endif /* SEGWARD_ENGINE_APP_CONVERSATION_H */
