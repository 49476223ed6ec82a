/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A namespace's copies of inner fragments; see engine/fragment.h.
 */
#ifndef SEGWARD_FRAGMENT_H
#define SEGWARD_FRAGMENT_H

#include "engine/fragment.h"

struct segward_net;

/**
 * segward_fragment_start() - have a store
 * @snet: the namespace
 *
 * Made with the first SID, since it takes some pages, and kept from then on.
 *
 * Context: process, under the namespace's lock, before packets are hooked.
 * Return: 0 or -ENOMEM.
 */
int segward_fragment_start(struct segward_net *snet);

/**
 * segward_fragment_exit() - free the store
 * @snet: the namespace; no packet is on its way any more
 */
void segward_fragment_exit(struct segward_net *snet);

#endif /* SEGWARD_FRAGMENT_H */
