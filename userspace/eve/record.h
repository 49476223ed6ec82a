/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records as events, for who has the engine's own structures; the same come
 * from the kernel's events.
 */
#ifndef SEGWARD_EVE_RECORD_H
#define SEGWARD_EVE_RECORD_H

#include "app/record.h"
#include "eve/eve.h"

struct segward_flow_info;

/**
 * segward_eve_record() - make a packet's event that of a transaction
 * @event: of a packet of its flow: where it came from, its ends, flow and SID
 *	as for its other events; what belongs to the packet alone is taken out
 * @tx: a finished transaction of the flow
 * @room: for SEGWARD_RECORD_BUFFERS buffers, which @event has then; their
 *	bytes are @tx's
 *
 * Return: whether there are records of its protocol.
 */
bool segward_eve_record(struct segward_eve_event *event,
			const struct segward_transaction *tx,
			struct segward_eve_buffer *room);

/**
 * segward_eve_flow() - the event of a flow that is over
 * @event: filled in, but for @time and where it came from
 * @info: the flow; its clock is taken to count from the epoch
 */
void segward_eve_flow(struct segward_eve_event *event,
		      const struct segward_flow_info *info);

#endif /* SEGWARD_EVE_RECORD_H */
