/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inner packet: addresses, protocol, ports and where its payload lies.
 */
#ifndef SEGWARD_ENGINE_PACKET_H
#define SEGWARD_ENGINE_PACKET_H

#include "ipv6.h"
#include "port.h"
#include "srh.h"
#include "view.h"

/* IPv6 extension headers walked in an inner packet before it is malformed. */
#define SEGWARD_PACKET_CHAIN_MAX	8

/* Bytes of a TCP header without options, and its flags (RFC 9293, 3.1). */
#define SEGWARD_TCP_HEADER	20
#define SEGWARD_TCP_FIN		0x01
#define SEGWARD_TCP_SYN		0x02
#define SEGWARD_TCP_RST		0x04
#define SEGWARD_TCP_ACK		0x10
#define SEGWARD_TCP_URG		0x20

/**
 * struct segward_packet - an inner packet; offsets count from the view's start
 * @family: 4 or 6 (enum segward_family)
 * @encapsulation: enum segward_encapsulation
 * @proto: transport protocol number after all extension headers
 * @fragment: enum segward_fragment
 * @ttl: TTL or hop limit
 * @tcp_flags: byte 13 of a TCP header
 * @icmp_type: of ICMP or ICMPv6
 * @icmp_code: of ICMP or ICMPv6
 * @icmp_id: identifier, of the messages that have one; host order
 * @src: source address; IPv4 uses the first 4 bytes, the rest is zero
 * @dst: destination address; inline mode: Segment List[0]
 * @dst_open: @dst is not what it will be at the end, see struct segward_srh
 * @sport: source port, host order; 0 without ports
 * @dport: destination port
 * @tcp_seq: host order
 * @tcp_ack: host order
 * @net_off: offset of the inner IP header
 * @l4_off: offset of the transport header
 * @payload_off: offset of the transport payload (of the data behind the IP
 *	headers for protocols whose header is not known)
 * @payload_len: its bytes, by the IP header's length, not by the frame's
 * @len: bytes of the inner packet from its IP header on
 * @flow_id: number of its flow, see segward_flow_id(). This and the next
 *	three are set by inspection; 0 if it has no flow
 * @flow_direction: enum segward_flow_direction
 * @flow_state: enum segward_flow_state, with this packet
 * @app_proto: enum segward_app_proto of its flow; 0 as long as it is not known
 * @fragment_more: more fragments follow this one
 * @fragment_proto: protocol of a fragment's data, as this fragment states it
 * @fragment_id: identification; this and what follows is of fragments only
 * @fragment_off: offset of its data in the datagram's, in bytes
 * @fragment_data_off: where its data is
 * @fragment_len: bytes of its data
 */
struct segward_packet {
	u8 family;
	u8 encapsulation;
	u8 proto;
	u8 fragment;
	u8 ttl;
	u8 tcp_flags;
	u8 icmp_type;
	u8 icmp_code;
	u16 icmp_id;
	bool dst_open;
	u8 src[16];
	u8 dst[16];
	u16 sport;
	u16 dport;
	u32 tcp_seq;
	u32 tcp_ack;
	u32 net_off;
	u32 l4_off;
	u32 payload_off;
	u32 payload_len;
	u32 len;
	u64 flow_id;
	u8 flow_direction;
	u8 flow_state;
	u8 app_proto;
	bool fragment_more;
	u8 fragment_proto;
	u32 fragment_id;
	u32 fragment_off;
	u32 fragment_data_off;
	u32 fragment_len;
};

/**
 * segward_packet_parse() - find and read the inner packet
 * @view: the whole packet
 * @srh: its outer chain, as segward_srh_parse() left it
 * @packet: filled in
 *
 * Upper layer 41 and 4 are the inner IP header; any other is inline mode, in
 * which the outer addresses are the packet's own (the destination is Segment
 * List[0]). Lengths that disagree, headers that run past the packet, an IPv4
 * header checksum or a transport checksum that is wrong and not trusted
 * (view->csum) make the packet malformed. A GSO packet's total length may
 * exceed what its header says (BIG TCP).
 *
 * Return: 0, or enum segward_reason: SEGWARD_REASON_PACKET_MALFORMED.
 */
int segward_packet_parse(const struct segward_view *view,
			 const struct segward_srh *srh,
			 struct segward_packet *packet);

/**
 * segward_packet_parse_ip() - read a packet without an outer header
 * @view: the packet
 * @off: offset of its IPv4 or IPv6 header
 * @packet: filled in
 *
 * For replayed captures. Return: as segward_packet_parse().
 */
int segward_packet_parse_ip(const struct segward_view *view, u32 off,
			    struct segward_packet *packet);

#endif /* SEGWARD_ENGINE_PACKET_H */
