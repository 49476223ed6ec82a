// SPDX-License-Identifier: GPL-2.0
/*
 * A namespace's copies of inner fragments.
 */
#include "fragment.h"

#include <linux/random.h>

#include "net.h"

int segward_fragment_start(struct segward_net *snet)
{
	u64 key[2];

	lockdep_assert_held(&snet->lock);
	if (snet->fragments)
		return 0;
	get_random_bytes(key, sizeof(key));
	snet->fragments = segward_fragments_create(key);
	return snet->fragments ? 0 : -ENOMEM;
}

void segward_fragment_exit(struct segward_net *snet)
{
	segward_fragments_destroy(snet->fragments);
	snet->fragments = NULL;
}
