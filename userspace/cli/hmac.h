/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's store of HMAC keys, "ip sr hmac": which of them there are.
 */
#ifndef SEGWARD_CLI_HMAC_H
#define SEGWARD_CLI_HMAC_H

#include "nl.h"

/**
 * struct hmac_keys - the keys of the network namespace
 * @id: their numbers
 * @nr: how many
 */
struct hmac_keys {
	u32 *id;
	unsigned int nr;
};

int hmac_keys_get(struct hmac_keys *keys, struct nl_error *error);
void hmac_keys_free(struct hmac_keys *keys);
bool hmac_keys_have(const struct hmac_keys *keys, u32 id);

#endif /* SEGWARD_CLI_HMAC_H */
