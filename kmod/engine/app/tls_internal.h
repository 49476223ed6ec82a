/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the TLS parser share. tls.c has the state and tells,
 * tls_record.c reads records and tls_ssl2.c what is older, tls_message.c puts
 * handshake messages together, tls_hello.c and tls_cert.c read them.
 */
#ifndef SEGWARD_ENGINE_APP_TLS_INTERNAL_H
#define SEGWARD_ENGINE_APP_TLS_INTERNAL_H

#include "tls.h"
#include "tls_reader.h"
#include "tls_text.h"

/* Types of records (RFC 8446, 5.1; RFC 6520, 3). */
#define TLS_CHANGE_CIPHER_SPEC	20
#define TLS_ALERT		21
#define TLS_HANDSHAKE		22
#define TLS_APPLICATION_DATA	23
#define TLS_HEARTBEAT		24

/* Bytes of a record's header, and of a handshake message's. */
#define TLS_RECORD_HEADER	5
#define TLS_MESSAGE_HEADER	4

/*
 * Bytes of a record at most, in the clear and encrypted (RFC 5246, 6.2.1 and
 * 6.2.3).
 */
#define TLS_RECORD_CLEAR	16384u
#define TLS_RECORD_MOST		(TLS_RECORD_CLEAR + 2048)

/*
 * What tells a hello from ciphertext: its header, and a version of SSLv3 to
 * TLS 1.3 behind it. By chance it has that once in 2^29 times.
 */
#define TLS_HELLO_HEADER	6

/* As much of an SSLv2 ClientHello as says how long it is (RFC 5246, E.2). */
#define TLS_SSL2_HEADER_LEN	11

/* Bytes of a session ID (RFC 5246, 7.4.1.2). */
#define TLS_SESSION_MOST	32

/* Handshake messages that are read (RFC 8446, 4). */
#define TLS_CLIENT_HELLO	1
#define TLS_SERVER_HELLO	2
#define TLS_CERTIFICATE		11

/* Versions (RFC 8446, 4.2.1; 0x7f00 and up are its drafts). */
#define TLS_VERSION_SSL2	0x0002
#define TLS_VERSION_SSL3	0x0300
#define TLS_VERSION_10		0x0301
#define TLS_VERSION_11		0x0302
#define TLS_VERSION_12		0x0303
#define TLS_VERSION_13		0x0304

/**
 * enum tls_phase - where a direction is
 * @TLS_BEGIN: nothing has come
 * @TLS_SSL2_HEADER: in the header of an SSLv2 hello
 * @TLS_SSL2_BODY: in its body
 * @TLS_HEADER: in a record's header
 * @TLS_BODY: in a record's body
 * @TLS_ENCRYPTED: the rest is not looked at
 * @TLS_FAILED: it is not understood
 */
enum tls_phase {
	TLS_BEGIN,
	TLS_SSL2_HEADER,
	TLS_SSL2_BODY,
	TLS_HEADER,
	TLS_BODY,
	TLS_ENCRYPTED,
	TLS_FAILED,
};

/**
 * struct tls_side - a direction
 * @message: a handshake message that is not whole yet, or NULL
 * @message_size: bytes allocated for it
 * @message_len: bytes that it will have
 * @message_have: bytes that it has
 * @skip: bytes of a message that nobody wants
 * @record_left: bytes of the record that have not come
 * @early_left: bytes of early data that may still come
 * @events: those that were told
 * @head: beginning of a message, or header of an SSLv2 hello
 * @head_len: bytes in it
 * @header: header of the record
 * @header_len: bytes in it
 * @peek: beginning of a record that is no handshake's
 * @peek_len: bytes in it
 * @phase: enum tls_phase
 * @hellos: seen, up to 3
 * @retry: the last hello allows another one
 * @doubt: ChangeCipherSpec or early data came: what follows is either one more
 *	hello or encrypted
 * @done: it was told so
 */
struct tls_side {
	u8 *message;
	u32 message_size;
	u32 message_len;
	u32 message_have;
	u32 skip;
	u32 record_left;
	u32 early_left;
	u64 events;
	u8 head[TLS_SSL2_HEADER_LEN];
	u8 head_len;
	u8 header[TLS_RECORD_HEADER];
	u8 header_len;
	u8 peek[3];
	u8 peek_len;
	u8 phase;
	u8 hellos;
	bool retry;
	bool doubt;
	bool done;
};

/**
 * struct segward_tls - a connection
 * @side: its directions
 * @session: session ID that the client sent last
 * @session_len: bytes of it
 * @ticket: it has the extension for tickets
 * @spent: a message that the last call told of, to be freed
 * @text: texts that the last call told, to be freed
 * @spent_size: bytes of @spent
 * @text_size: bytes of @text
 */
struct segward_tls {
	struct tls_side side[2];
	u8 session[TLS_SESSION_MOST];
	u8 session_len;
	bool ticket;
	u8 *spent;
	u8 *text;
	u32 spent_size;
	u32 text_size;
};

/**
 * struct tls_call - what one call of the parser works on
 * @state: the connection
 * @side: the direction
 * @budget: pays
 * @out: gets the items
 * @direction: enum segward_app_direction
 */
struct tls_call {
	struct segward_tls *state;
	struct tls_side *side;
	struct segward_budget *budget;
	struct segward_app_out *out;
	u8 direction;
};

/* Tell an event, unless that was done before in this direction. */
void segward_tls_note(struct tls_call *call, enum segward_tls_event event);

/* Tell a whole buffer. */
void segward_tls_tell(struct tls_call *call, u8 buffer, const void *data,
		      u32 len);

/* Nothing more will be told of this direction. */
void segward_tls_done(struct tls_call *call);

/*
 * Memory for texts of this call; once a call. NULL: it is not there. Stays
 * until the next call.
 */
u8 *segward_tls_text(struct tls_call *call, u32 size);

/* Takes some bytes of records: how many, or -ENOMEM, or -EPROTO. */
int segward_tls_record(struct tls_call *call, const u8 *data, u32 len);

/* Takes at least one of the bytes of a handshake record: how many, or -ENOMEM. */
int segward_tls_message(struct tls_call *call, const u8 *data, u32 len);

/* No more bytes come: read what there is of a message. */
void segward_tls_message_end(struct tls_call *call);

/* Is this the beginning of a hello in SSLv2's form? */
enum segward_app_guess segward_tls_ssl2_probe(u8 direction, const u8 *data,
					      u32 len);

/* Takes some bytes of an SSLv2 hello, as segward_tls_record() does. */
int segward_tls_ssl2(struct tls_call *call, const u8 *data, u32 len);

/* Bodies of whole messages, behind their headers: 0 or -ENOMEM. */
int segward_tls_client_hello(struct tls_call *call, struct tls_bytes body);
int segward_tls_server_hello(struct tls_call *call, struct tls_bytes body);
int segward_tls_certificate(struct tls_call *call, struct tls_bytes body);

#endif /* SEGWARD_ENGINE_APP_TLS_INTERNAL_H */
