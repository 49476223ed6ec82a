// SPDX-License-Identifier: GPL-2.0
/*
 * A TCP segment's header: its flags, and the options that streams need.
 */
#include "stream_internal.h"

#define TCP_OPTIONS	40

#define OPTION_END		0
#define OPTION_NOP		1
#define OPTION_SCALE		3
#define OPTION_SCALE_LEN	3
#define OPTION_TS		8
#define OPTION_TS_LEN		10

/* Two NOPs and a timestamp: what nearly all segments with data have. */
#define USUAL_OPTIONS		12
#define USUAL_FIRST_WORD	0x0101080a

/*
 * Receivers differ in what they make of other combinations. Without an ACK
 * nothing but a SYN or a RST is taken (RFC 9293, 3.10.7.4).
 */
static bool sane_flags(u8 flags)
{
	switch (flags & (SEGWARD_TCP_SYN | SEGWARD_TCP_RST | SEGWARD_TCP_FIN)) {
	case SEGWARD_TCP_SYN:
	case SEGWARD_TCP_RST:
		return true;
	case SEGWARD_TCP_FIN:
	case 0:
		return flags & SEGWARD_TCP_ACK;
	default:
		return false;
	}
}

/* One option that is not padding. A wrong length makes it an unknown one. */
static void read_option(const u8 *p, u8 len, struct segward_segment *segment)
{
	if (p[0] == OPTION_SCALE && len == OPTION_SCALE_LEN) {
		segment->has_scale = true;
		segment->scale = min_t(u8, p[2], SCALE_MAX);
	} else if (p[0] == OPTION_TS && len == OPTION_TS_LEN) {
		segment->has_ts = true;
		segment->tsval = get_unaligned_be32(p + 2);
	}
}

static bool read_options(const u8 *p, u32 len, struct segward_segment *segment)
{
	u32 i = 0;

	if (len == USUAL_OPTIONS && get_unaligned_be32(p) == USUAL_FIRST_WORD) {
		read_option(p + 2, OPTION_TS_LEN, segment);
		return true;
	}
	while (i < len && p[i] != OPTION_END) {
		if (p[i] == OPTION_NOP) {
			i++;
			continue;
		}
		if (len - i < 2 || p[i + 1] < 2 || p[i + 1] > len - i)
			return false;
		read_option(p + i, p[i + 1], segment);
		i += p[i + 1];
	}
	return true;
}

/**
 * segward_segment_read() - read a segment's header
 * @view: the packet
 * @packet: the same, parsed
 * @segment: filled in
 *
 * Return: enum segward_stream_state.
 */
u8 segward_segment_read(const struct segward_view *view,
			const struct segward_packet *packet,
			struct segward_segment *segment)
{
	u32 len = packet->payload_off - packet->l4_off;
	u8 copy[SEGWARD_TCP_HEADER + TCP_OPTIONS];
	const u8 *p = NULL;

	if (len >= SEGWARD_TCP_HEADER && len <= sizeof(copy))
		p = segward_view_bytes(view, packet->l4_off, len, copy);
	if (!p)
		return SEGWARD_STREAM_TRUNCATED;
	segment->view = view;
	segment->data_off = packet->payload_off;
	segment->flags = packet->tcp_flags;
	segment->seq = packet->tcp_seq + !!(segment->flags & SEGWARD_TCP_SYN);
	segment->ack = packet->tcp_ack;
	segment->len = packet->payload_len;
	segment->window = get_unaligned_be16(p + 14);
	segment->scale = 0;
	segment->tsval = 0;
	segment->has_scale = false;
	segment->has_ts = false;
	if (!sane_flags(segment->flags))
		return SEGWARD_STREAM_BAD_FLAGS;
	if (!read_options(p + SEGWARD_TCP_HEADER, len - SEGWARD_TCP_HEADER, segment))
		return SEGWARD_STREAM_BAD_OPTIONS;
	/* with its last byte, all of it is there */
	if (segment->len &&
	    !segward_view_bytes(view, segment->data_off + segment->len - 1, 1,
				copy))
		return SEGWARD_STREAM_TRUNCATED;
	return SEGWARD_STREAM_ACCEPTED;
}
