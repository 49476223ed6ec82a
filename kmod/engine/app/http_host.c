// SPDX-License-Identifier: GPL-2.0
/* http.host: of a Host header or a URI's authority (RFC 3986, 3.2). */
#include "http_internal.h"

/* Of names and addresses; '_' is no letter of theirs, but occurs. */
static bool is_host_byte(u8 c)
{
	c = http_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '.' || c == '_' || c >= 128;
}

/* An IPv6 address in brackets: its bytes with these, or 0. */
static u32 bracketed(const u8 *host, u32 len)
{
	u32 i;

	if (!len || host[0] != '[')
		return 0;
	for (i = 1; i < len; i++) {
		if (host[i] == ']')
			return i + 1;
		if (http_hex(host[i]) < 0 && host[i] != ':' && host[i] != '.')
			return 0;
	}
	return 0;
}

/* A port from 1 to 65535; none behind the colon is allowed too. */
static bool is_port(const u8 *p, u32 len)
{
	u32 port = 0;
	u32 i;

	for (i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		port = port * 10 + p[i] - '0';
		if (port > 65535)
			return false;
	}
	return !len || port;
}

/* Bytes of the host before a port. */
static u32 without_port(const u8 *host, u32 len, bool *bad)
{
	u32 end = bracketed(host, len);

	while (end < len && host[end] != ':') {
		*bad |= !is_host_byte(host[end]);
		end++;
	}
	if (end < len && !is_port(host + end + 1, len - end - 1))
		*bad = true;
	return end;
}

/**
 * http_normalise_host() - make http.host
 * @host: as it came
 * @len: bytes of it
 * @authority: it is a URI's, where a user may stand before it
 * @to: room for @len bytes
 * @bad: gets whether it can be no host
 *
 * Return: bytes of it.
 */
u32 http_normalise_host(const u8 *host, u32 len, bool authority, u8 *to,
			bool *bad)
{
	u32 begin = 0;
	u32 i;

	*bad = false;
	for (i = 0; authority && i < len; i++)
		if (host[i] == '@')
			begin = i + 1;
	host += begin;
	len = without_port(host, len - begin, bad);
	while (len && host[len - 1] == '.')
		len--;
	*bad |= !len;
	for (i = 0; i < len; i++)
		to[i] = http_lower(host[i]);
	return len;
}
