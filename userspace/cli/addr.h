/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses and prefixes of both families, in network byte order.
 */
#ifndef SEGWARD_CLI_ADDR_H
#define SEGWARD_CLI_ADDR_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "cli.h"

/* "ffff:...:255.255.255.255/128" and its end */
#define PREFIX_STRLEN	(INET6_ADDRSTRLEN + 4)

/**
 * struct address - an address
 * @len: 4 or 16 bytes; 0 is none
 * @addr: the bytes
 */
struct address {
	u8 len;
	u8 addr[16];
};

/**
 * struct prefix - an address prefix
 * @a: first address
 * @bits: prefix length
 */
struct prefix {
	struct address a;
	u8 bits;
};

int address_parse(const char *s, struct address *a);
int prefix_parse(const char *s, struct prefix *p);
const char *address_format(const struct address *a, char *s);
const char *prefix_format(const struct prefix *p, char *s);
bool prefix_host_bits(const struct prefix *p);
bool prefix_covers(const struct prefix *p, const struct address *a);
int prefix_compare(const struct prefix *a, const struct prefix *b);
void prefix_last(const struct prefix *p, u8 *last);

#endif /* SEGWARD_CLI_ADDR_H */
