// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses and prefixes.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "args.h"

/**
 * address_parse() - read an IPv4 or IPv6 address
 * @s: text
 * @a: result
 *
 * Return: 0 or -EINVAL.
 */
int address_parse(const char *s, struct address *a)
{
	memset(a, 0, sizeof(*a));
	if (inet_pton(AF_INET6, s, a->addr) == 1) {
		a->len = 16;
		return 0;
	}
	if (inet_pton(AF_INET, s, a->addr) == 1) {
		a->len = 4;
		return 0;
	}
	return -EINVAL;
}

/**
 * prefix_parse() - read ADDRESS[/LENGTH]
 * @s: text
 * @p: result; host bits are kept, see prefix_host_bits()
 *
 * Return: 0 or -EINVAL.
 */
int prefix_parse(const char *s, struct prefix *p)
{
	char text[INET6_ADDRSTRLEN];
	const char *slash = strchr(s, '/');
	size_t len = slash ? (size_t)(slash - s) : strlen(s);
	u64 bits;

	if (len >= sizeof(text))
		return -EINVAL;
	memcpy(text, s, len);
	text[len] = '\0';
	if (address_parse(text, &p->a))
		return -EINVAL;
	p->bits = p->a.len * 8;
	if (!slash)
		return 0;
	if (parse_number(slash + 1, 0, p->a.len * 8u, &bits))
		return -EINVAL;
	p->bits = (u8)bits;
	return 0;
}

/**
 * address_format() - write an address
 * @a: the address
 * @s: at least PREFIX_STRLEN bytes
 *
 * Return: @s
 */
const char *address_format(const struct address *a, char *s)
{
	if (!a->len ||
	    !inet_ntop(a->len == 4 ? AF_INET : AF_INET6, a->addr, s,
		       INET6_ADDRSTRLEN))
		strcpy(s, "none");
	return s;
}

/**
 * prefix_format() - write ADDRESS/LENGTH, without the length of a host
 * @p: the prefix
 * @s: at least PREFIX_STRLEN bytes
 *
 * Return: @s
 */
const char *prefix_format(const struct prefix *p, char *s)
{
	address_format(&p->a, s);
	if (p->bits != p->a.len * 8)
		sprintf(s + strlen(s), "/%u", p->bits);
	return s;
}

/**
 * prefix_host_bits() - are bits set behind the prefix?
 * @p: the prefix
 *
 * Return: true if so.
 */
bool prefix_host_bits(const struct prefix *p)
{
	unsigned int i = p->bits / 8;

	if (i >= p->a.len)
		return false;
	if (p->a.addr[i] & (0xff >> (p->bits % 8)))
		return true;
	for (i++; i < p->a.len; i++)
		if (p->a.addr[i])
			return true;
	return false;
}

/**
 * prefix_covers() - does a prefix hold an address?
 * @p: the prefix
 * @a: the address
 *
 * Return: true if so.
 */
bool prefix_covers(const struct prefix *p, const struct address *a)
{
	unsigned int bytes = p->bits / 8;
	unsigned int rest = p->bits % 8;

	if (p->a.len != a->len || memcmp(p->a.addr, a->addr, bytes))
		return false;
	return !rest ||
	       !((p->a.addr[bytes] ^ a->addr[bytes]) & (0xff00 >> rest) & 0xff);
}

/**
 * prefix_compare() - order prefixes: family, address, length
 * @a: one
 * @b: the other
 *
 * Return: like memcmp().
 */
int prefix_compare(const struct prefix *a, const struct prefix *b)
{
	int diff = (int)a->a.len - (int)b->a.len;

	if (!diff)
		diff = memcmp(a->a.addr, b->a.addr, a->a.len);
	return diff ? diff : (int)a->bits - (int)b->bits;
}

/**
 * prefix_last() - the last address of a prefix
 * @p: the prefix
 * @last: result, as many bytes as the address has
 */
void prefix_last(const struct prefix *p, u8 *last)
{
	unsigned int i;

	memcpy(last, p->a.addr, p->a.len);
	for (i = p->bits; i < p->a.len * 8u; i++)
		last[i / 8] |= 0x80 >> (i % 8);
}
