/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One captured packet: through the engine, and its events out.
 */
#ifndef SEGWARD_REPLAY_JUDGE_H
#define SEGWARD_REPLAY_JUDGE_H

#include "app/record.h"
#include "eve/eve.h"
#include "replay/capture.h"
#include "replay/config.h"

/* As many as events of the module carry. */
#define JUDGE_SEGMENTS_MAX	16

/**
 * struct judge_stats - what was met and what came of it
 * @packets: packets read
 * @bytes: bytes of those from their IP headers on
 * @inspected: packets that the engine judged
 * @no_ip: frames without an IP header
 * @truncated: packets that the capture holds only a part of
 * @elsewhere: packets that were not for the SID
 * @local: packets to the SID without segments left
 * @dropped: packets dropped, or that would have been in prevent mode
 * @events: lines printed
 * @alerts: of those, about rules
 * @anomalies: of those, about packets
 * @reputation: of those, about addresses
 * @records: of those, about what was said in flows
 * @flows: flows that have ended
 * @flow_refused: packets of flows that were refused
 * @bypassed: packets of streams beyond their depth
 * @work: work units, all packets together
 */
struct judge_stats {
	u64 packets;
	u64 bytes;
	u64 inspected;
	u64 no_ip;
	u64 truncated;
	u64 elsewhere;
	u64 local;
	u64 dropped;
	u64 events;
	u64 alerts;
	u64 anomalies;
	u64 reputation;
	u64 records;
	u64 flows;
	u64 flow_refused;
	u64 bypassed;
	u64 work;
};

/* Flows that end which are told of at once. */
#define JUDGE_ENDED	64

/**
 * struct judge - state of a replay
 * @inspect: what packets are held against
 * @loaded: the same, with its parts
 * @config: names for events
 * @out: events
 * @file: name of the capture at hand
 * @csum: enum segward_csum for its packets
 * @has_sid: only packets to @sid are looked at
 * @sid: prefix
 * @sid_len: its length
 * @zone: of the SID, for events
 * @swept: time in the capture when flows were looked through
 * @sweep: where that goes on
 * @ended: flows that it finds
 * @buffer: of the record at hand
 * @stats: counters
 * @srh: of the packet at hand
 * @result: of the packet at hand
 */
struct judge {
	struct segward_inspect inspect;
	const struct loaded *loaded;
	const struct config *config;
	FILE *out;
	const char *file;
	u8 csum;
	bool has_sid;
	u8 sid[16];
	u8 sid_len;
	u32 zone;
	u64 swept;
	struct segward_flow_sweep sweep;
	struct segward_flow_ended ended[JUDGE_ENDED];
	struct segward_eve_buffer buffer[SEGWARD_RECORD_BUFFERS];
	struct judge_stats stats;
	struct segward_srh srh;
	struct segward_result result;
};

/**
 * judge_packet() - judge a packet and print its events
 * @judge: the state
 * @captured: the packet
 *
 * Return: 0, or -EIO or -ENOMEM if an event could not be written.
 */
int judge_packet(struct judge *judge, const struct captured *captured);

/**
 * judge_end() - print what is going on when nothing more comes
 * @judge: the state
 *
 * All flows end. Return: as judge_packet().
 */
int judge_end(struct judge *judge);

/**
 * judge_csum_bad() - would the packet be malformed for its checksum alone?
 * @judge: the state
 * @captured: the packet; must have an IP header
 */
bool judge_csum_bad(struct judge *judge, const struct captured *captured);

#endif /* SEGWARD_REPLAY_JUDGE_H */
