/* SPDX-License-Identifier: GPL-2.0 */
/*
 * DNS messages, put together by tests.
 */
#ifndef SEGWARD_SELFTESTS_DNS_MESSAGE_H
#define SEGWARD_SELFTESTS_DNS_MESSAGE_H

#include <string.h>

#include "port.h"

static u8 wire[1 << 17];
static u32 wire_len;

__attribute__((unused))
static void put8(u8 v)
{
	wire[wire_len++] = v;
}

__attribute__((unused))
static void put16(u16 v)
{
	put_unaligned_be16(v, wire + wire_len);
	wire_len += 2;
}

__attribute__((unused))
static void put32(u32 v)
{
	put_unaligned_be32(v, wire + wire_len);
	wire_len += 4;
}

__attribute__((unused))
static void put_bytes(const void *data, u32 len)
{
	memcpy(wire + wire_len, data, len);
	wire_len += len;
}

/* Labels with dots between them; no root. */
__attribute__((unused))
static void put_labels(const char *name)
{
	const char *dot;

	while (*name) {
		dot = strchrnul(name, '.');
		put8((u8)(dot - name));
		put_bytes(name, (u32)(dot - name));
		name = *dot ? dot + 1 : dot;
	}
}

__attribute__((unused))
static void put_name(const char *name)
{
	put_labels(name);
	put8(0);
}

__attribute__((unused))
static void put_pointer(u32 to)
{
	put16((u16)(0xc000 | to));
}

/* Clears what was put before. */
__attribute__((unused))
static void put_header(u16 id, u16 flags, u16 questions, u16 answers,
		       u16 authorities, u16 more)
{
	wire_len = 0;
	put16(id);
	put16(flags);
	put16(questions);
	put16(answers);
	put16(authorities);
	put16(more);
}

__attribute__((unused))
static void put_question(const char *name, u16 type)
{
	put_name(name);
	put16(type);
	put16(1);
}

/* All of a record between its name and its data, which has @len bytes. */
__attribute__((unused))
static void put_fixed(u16 type, u16 class, u32 ttl, u16 len)
{
	put16(type);
	put16(class);
	put32(ttl);
	put16(len);
}

#endif /* SEGWARD_SELFTESTS_DNS_MESSAGE_H */
