/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SSH: the line by which each side says who it is (RFC 4253, 4.2),
 * "SSH-2.0-OpenSSH_9.2p1 Debian-2". Of it are told
 *
 *	ssh.proto	"2.0"
 *	ssh.software	"OpenSSH_9.2p1", without the comment
 *
 * then SEGWARD_APP_DONE. A server may send other lines first. What follows is
 * encrypted, or about how to, and is not looked at.
 */
#ifndef SEGWARD_ENGINE_APP_SSH_H
#define SEGWARD_ENGINE_APP_SSH_H

#include "app.h"

/* Bytes of the line, with CR and LF (RFC 4253, 4.2). */
#define SEGWARD_SSH_BANNER	255

/*
 * Lines of a server before its banner; a long one counts as one for every
 * SEGWARD_SSH_BANNER bytes. OpenSSH's client stops at as many.
 */
#define SEGWARD_SSH_LINES	1024

/*
 * X(symbol, name): the first two are Suricata's.
 *
 * INVALID_BANNER: a client begins with something else, the version is no
 *	number, the software is missing or has bytes that nobody can print, or
 *	the direction ends within the line
 * LONG_BANNER: no end of line within SEGWARD_SSH_BANNER bytes; what these have
 *	is told
 * TOO_MANY_LINES: more than SEGWARD_SSH_LINES
 */
#define SEGWARD_SSH_EVENTS(X) \
	X(INVALID_BANNER, "invalid_banner") \
	X(LONG_BANNER, "long_banner") \
	X(TOO_MANY_LINES, "too_many_lines")

#define SEGWARD_SSH_EVENT_ENUM(symbol, name)	SEGWARD_SSH_EVENT_##symbol,

/**
 * enum segward_ssh_event - what a banner should not have
 * @SEGWARD_SSH_EVENT_NONE: nothing; no item has it
 * @SEGWARD_SSH_EVENTS_END: behind the last
 */
enum segward_ssh_event {
	SEGWARD_SSH_EVENT_NONE,
	SEGWARD_SSH_EVENTS(SEGWARD_SSH_EVENT_ENUM)
	SEGWARD_SSH_EVENTS_END,
};

struct segward_ssh;

/**
 * segward_ssh_probe() - is this stream SSH?
 * @direction: any
 * @data: its first bytes
 * @len: how many; 4 are enough
 *
 * A server that sends other lines first is known by its client alone.
 *
 * Return: enum segward_app_guess.
 */
enum segward_app_guess segward_ssh_probe(u8 direction, const u8 *data,
					 u32 len);

/** segward_ssh_create() - a parser of a conversation, or NULL without memory */
struct segward_ssh *segward_ssh_create(struct segward_budget *budget);

/** segward_ssh_destroy() - free it and what it keeps; NULL is allowed */
void segward_ssh_destroy(struct segward_ssh *ssh,
			 struct segward_budget *budget);

/** segward_ssh_feed() - see app.h */
int segward_ssh_feed(struct segward_ssh *ssh, struct segward_budget *budget,
		     u8 direction, const u8 *data, u32 len,
		     struct segward_app_out *out);

/** segward_ssh_end() - see app.h */
void segward_ssh_end(struct segward_ssh *ssh, struct segward_budget *budget,
		     u8 direction, struct segward_app_out *out);

/**
 * segward_ssh_is_told() - has this direction nothing more to tell?
 *
 * It may still be fed, and takes all; it need not.
 */
bool segward_ssh_is_told(const struct segward_ssh *ssh, u8 direction);

#endif /* SEGWARD_ENGINE_APP_SSH_H */
