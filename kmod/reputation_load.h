/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Loads: replacements of a source's whole set of reputation in progress, each
 * owned by the socket that began it.
 */
#ifndef SEGWARD_REPUTATION_LOAD_H
#define SEGWARD_REPUTATION_LOAD_H

#include <linux/list.h>
#include <linux/types.h>

struct genl_info;
struct segward_net;

/**
 * struct segward_load - a load in progress
 * @list: in the namespace's list
 * @id: its handle
 * @portid: of the socket that owns it
 * @source: whose set is replaced
 *
 * There is at most one for a source, so the names of sources bound them.
 */
struct segward_load {
	struct list_head list;
	u32 id;
	u32 portid;
	u8 source;
};

/**
 * segward_load_find() - the load behind a request's handle
 * @snet: the namespace
 * @info: the request, which has the attribute load
 *
 * Context: under snet->lock. Return: the load, or NULL with the reason in the
 * request's extack.
 */
struct segward_load *segward_load_find(struct segward_net *snet,
				       struct genl_info *info);

/**
 * segward_load_abort() - forget a load and all that it has added
 * @snet: the namespace
 * @load: gone afterwards
 *
 * Context: process, under snet->lock.
 */
void segward_load_abort(struct segward_net *snet, struct segward_load *load);

#endif /* SEGWARD_REPUTATION_LOAD_H */
