// SPDX-License-Identifier: GPL-2.0
/* http.uri: what is said of it in http.h. */
#include "http_internal.h"

/**
 * struct decoded - a URI while it is decoded
 * @to: where it goes
 * @len: bytes so far
 * @percent: where the last '%' stands that was encoded itself
 * @events: what was found
 */
struct decoded {
	u8 *to;
	u32 len;
	u32 percent;
	u64 events;
};

static void put(struct decoded *decoded, u8 c)
{
	const u8 *p = decoded->to;
	u32 at = decoded->len++;

	decoded->to[at] = c;
	if (!c)
		decoded->events |= 1ULL << SEGWARD_HTTP_URI_NUL;
	/* two digits behind it: somebody may decode once more */
	if (decoded->percent != U32_MAX && at == decoded->percent + 2 &&
	    http_hex(p[at - 1]) >= 0 && http_hex(c) >= 0)
		decoded->events |= 1ULL << SEGWARD_HTTP_DOUBLE_ENCODED_URI;
}

/* %XX becomes a byte; @path: and '\' becomes '/'. */
static void decode(struct decoded *decoded, const u8 *p, u32 len, bool path)
{
	u32 i = 0;
	u8 c;

	while (i < len) {
		c = p[i];
		if (c != '%' || len - i < 3 || http_hex(p[i + 1]) < 0 ||
		    http_hex(p[i + 2]) < 0) {
			i++;
		} else {
			c = (u8)(http_hex(p[i + 1]) << 4 | http_hex(p[i + 2]));
			i += 3;
			if (c == '%')
				decoded->percent = decoded->len;
		}
		put(decoded, path && c == '\\' ? '/' : c);
	}
}

/* What is left of @len bytes of path without their last segment. */
static u32 without_last(const u8 *p, u32 len)
{
	u32 root = len && p[0] == '/';

	if (len > root && p[len - 1] == '/')
		len--;
	while (len > root && p[len - 1] != '/')
		len--;
	return len;
}

/*
 * In place: empty, "." and ".." segments go. What ".." takes back was written
 * once, so this is linear.
 */
static u32 remove_dots(u8 *p, u32 len)
{
	u32 to = 0, from = 0, end;

	while (from < len) {
		if (p[from] == '/') {
			if (!to || p[to - 1] != '/')
				p[to++] = '/';
			from++;
			continue;
		}
		for (end = from; end < len && p[end] != '/'; end++)
			;
		if (end - from == 2 && p[from] == '.' && p[from + 1] == '.') {
			to = without_last(p, to);
		} else if (end - from != 1 || p[from] != '.') {
			memmove(p + to, p + from, end - from);
			to += end - from;
		}
		from = end;
	}
	return to;
}

/**
 * http_normalise_uri() - make http.uri
 * @head: of which request; gets events
 * @to: room for one byte more than its target has
 *
 * Return: bytes of it.
 */
u32 http_normalise_uri(struct http_head *head, u8 *to)
{
	struct decoded decoded = { to, 0, U32_MAX, 0 };
	const u8 *p = head->data + head->target.off;
	u32 len = head->target.len;
	u32 path = 0;

	while (path < len && p[path] != '?' && p[path] != '#')
		path++;
	decode(&decoded, p, path, true);
	decoded.len = remove_dots(to, decoded.len);
	/* an absolute URI may have none */
	if (!path && head->authority.len && head->authority.off != head->uri.off)
		to[decoded.len++] = '/';
	/* the path may have become shorter */
	decoded.percent = U32_MAX;
	decode(&decoded, p + path, len - path, false);
	head->events |= decoded.events;
	return decoded.len;
}
