/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events as JSON: one object a line, with Suricata's EVE keys, so that what
 * reads eve.json reads these.
 *
 *	timestamp, event_type, in_iface, pcap_filename, pcap_cnt, src_ip,
 *	src_port, dest_ip, dest_port, proto, icmp_type, icmp_code, pkt_src,
 *	tunnel, community_id, alert, verdict
 *		are Suricata's, with its spelling of addresses (eight groups
 *		of four digits) and protocols. verdict has two more members,
 *		"would" (what prevent mode does) and "reason".
 *	flow_id, direction
 *		the same number for all events of a flow; to_server or
 *		to_client; without them the packet has no flow (it is not
 *		whole, or blocked for its addresses)
 *	srv6	sid and segments in the CLI's spelling (RFC 5952), argument in
 *		hexadecimal, zone, profile, mode, segments_left
 *	drop	the endpoint dropped the packet, before it was inspected or
 *		after: len, ttl or hoplimit, TCP flags, reason
 *	anomaly	something is wrong with the packet itself (see
 *		segward_reason_event()): type "decode", event: the reason
 *	reputation
 *		event_type of our own, since Suricata has none: address (the
 *		entry's prefix), direction (src, dest or both: whose address
 *		it covers), category, score, source, action
 *	state, lost
 *		event_types of our own: a sentence; a number of lost events
 *	app_proto
 *		http, tls, dns, ssh or failed, of packets and flows of which
 *		it is known
 *	http, tls, dns, ssh, flow
 *		records, with the members that Suricata 7 has in "extended"
 *		ones and tx_id; source is the client, whoever sent the last
 *		packet. From Suricata 8 tls has ja4, client_alpns and
 *		server_alpns. "truncated" is our own: not all that came is
 *		told. A dns query with several questions makes a line for each
 */
#ifndef SEGWARD_EVE_H
#define SEGWARD_EVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <linux/segward.h>

struct json_object;

/* "0000:0000:0000:0000:0000:0000:0000:0000" and its end */
#define SEGWARD_EVE_ADDRESS	40

/* "1:" and 28 characters of base64, and its end */
#define SEGWARD_EVE_COMMUNITY	31

/**
 * struct segward_eve_buffer - a buffer of a record
 * @buffer: enum segward_buffer
 * @direction: enum segward_flow_direction
 * @len: bytes of @data
 * @data: the buffer's bytes
 */
struct segward_eve_buffer {
	uint8_t buffer;
	uint8_t direction;
	uint32_t len;
	const uint8_t *data;
};

/**
 * struct segward_eve_event - all that is known of an event
 * @type: enum segward_event_type
 * @verdict: enum segward_verdict; what was done, 0 if it is not about a packet
 * @would: enum segward_verdict; what prevent mode does, 0 if not known
 * @reason: enum segward_reason of @would; 0 for none
 * @mode: enum segward_mode, 0 if not known
 * @time: nanoseconds since the epoch
 * @in_iface: name of the device it came in by, NULL if not known
 * @pcap_filename: capture that it was read from, NULL if live
 * @pcap_cnt: number of the packet in it, from 1; 0 if live
 * @has_sid: @sid to @zone are known
 * @sid: prefix of the SID
 * @sid_len: its length
 * @argument: the destination's bits behind it, right-aligned
 * @zone: of the SID
 * @profile: name, NULL if there is none
 * @flow_id: number of its flow, 0 if it has none
 * @flow_direction: enum segward_flow_direction
 * @family: of the inner packet, enum segward_family; 0 if it was not parsed,
 *	then @encapsulation to @tcp_flags say nothing
 * @encapsulation: enum segward_encapsulation; 0 for a packet that came plain
 * @protocol: IP protocol number
 * @has_ports: @src_port and @dst_port are known (not of later fragments)
 * @src: source, 4 or 16 bytes
 * @dst: destination; inline: the final one
 * @src_port: or ICMP type
 * @dst_port: or ICMP code
 * @length: bytes of the inner packet
 * @ttl: TTL or hop limit
 * @tcp_flags: byte 13 of a TCP header
 * @has_outer: @outer_src and @outer_dst are known
 * @outer_src: source of the outer packet
 * @outer_dst: its destination as it arrived
 * @has_srh: @segments_left is known
 * @segments_left: of the SRH, as it arrived
 * @nr_segments: how many
 * @segments: the segment list as in the SRH, 16 bytes each
 * @ruleset: name of the ruleset; NULL if it is not about a rule, then
 *	@signature_id to @metadata say nothing
 * @signature_id: of the rule
 * @gid: its group
 * @rev: its revision
 * @action: enum segward_rule_action, as the rule was written
 * @priority: 1 is the most severe
 * @msg: of the rule
 * @classtype: short name, NULL or "" for none
 * @category: the classtype's description; in reputation events the category
 * @metadata: as written: "key value, key value"
 * @has_entry: @address to @source are known
 * @address: prefix of the reputation entry, 4 or 16 bytes by @family
 * @prefix_len: its length
 * @score: 1 to 100
 * @source: who said so
 * @lost: events lost
 * @text: a sentence, in state events
 * @app_proto: enum segward_app_proto of the flow, 0 if not known
 * @tx_id: number of the transaction, in records (http, tls, dns, ssh), as what
 *	follows up to @truncated
 * @nr_buffers: how many
 * @buffers: of the transaction, in order
 * @question: of a DNS query, the question that the line is about
 * @body: bytes of the bodies, to the server and to the client
 * @truncated: buffers are missing or cut
 * @flow_state: enum segward_flow_state, in flow events, as what follows
 * @packets: of the flow, to the server and to the client
 * @bytes: of them
 * @start: first packet, nanoseconds since the epoch
 * @end: last packet
 * @end_reason: enum segward_flow_end
 * @alerted: a rule matched in it
 *
 * Strings, @segments and @buffers belong to the caller; nothing is kept. All zero is a
 * valid beginning. Strings need not be UTF-8: of those
 * that are not each byte from 0x80 on is written as \xhh.
 */
struct segward_eve_event {
	uint8_t type;
	uint8_t verdict;
	uint8_t would;
	uint8_t reason;
	uint8_t mode;
	uint64_t time;
	const char *in_iface;
	const char *pcap_filename;
	uint64_t pcap_cnt;

	bool has_sid;
	uint8_t sid[16];
	uint8_t sid_len;
	uint8_t argument[16];
	uint32_t zone;
	uint64_t flow_id;
	uint8_t flow_direction;
	const char *profile;

	uint8_t family;
	uint8_t encapsulation;
	uint8_t protocol;
	bool has_ports;
	uint8_t src[16];
	uint8_t dst[16];
	uint16_t src_port;
	uint16_t dst_port;
	uint32_t length;
	uint8_t ttl;
	uint8_t tcp_flags;

	bool has_outer;
	uint8_t outer_src[16];
	uint8_t outer_dst[16];
	bool has_srh;
	uint8_t segments_left;
	uint32_t nr_segments;
	const uint8_t *segments;

	const char *ruleset;
	uint32_t signature_id;
	uint32_t gid;
	uint32_t rev;
	uint8_t action;
	uint32_t priority;
	const char *msg;
	const char *classtype;
	const char *category;
	const char *metadata;

	bool has_entry;
	uint8_t address[16];
	uint8_t prefix_len;
	uint32_t score;
	const char *source;

	uint64_t lost;
	const char *text;

	uint8_t app_proto;
	uint32_t tx_id;
	uint32_t nr_buffers;
	const struct segward_eve_buffer *buffers;
	uint32_t question;
	uint64_t body[2];
	bool truncated;

	uint8_t flow_state;
	uint64_t packets[2];
	uint64_t bytes[2];
	uint64_t start;
	uint64_t end;
	uint8_t end_reason;
	bool alerted;
};

/**
 * segward_eve_object() - an event as a JSON object
 * @event: the event
 *
 * Return: the object, the caller puts it; NULL without memory.
 */
struct json_object *segward_eve_object(const struct segward_eve_event *event);

/**
 * segward_eve_print() - write an event as a line, or as several
 * @out: where to; not flushed
 * @event: the event
 *
 * Return: 0, -ENOMEM, or -EIO if writing failed.
 */
int segward_eve_print(FILE *out, const struct segward_eve_event *event);

/**
 * segward_eve_address() - an address in Suricata's spelling
 * @family: enum segward_family
 * @address: 4 or 16 bytes
 * @s: room for SEGWARD_EVE_ADDRESS characters
 *
 * Return: @s.
 */
const char *segward_eve_address(uint8_t family, const uint8_t *address,
				char *s);

/**
 * segward_eve_community_id() - Community ID version 1, seed 0
 * @event: @family to @dst_port are used
 * @s: room for SEGWARD_EVE_COMMUNITY characters
 *
 * The same for both directions of a flow, also in other tools.
 *
 * Return: @s.
 */
const char *segward_eve_community_id(const struct segward_eve_event *event,
				     char *s);

#endif /* SEGWARD_EVE_H */
