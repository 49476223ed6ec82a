// SPDX-License-Identifier: GPL-2.0
/*
 * Inner packets: what is accepted lies in the packet, what is refused says
 * so, and pieces make no difference.
 */
#include <linux/segward.h>

#include "fuzz_wire.h"
#include "packet.h"

static void check(const struct segward_view *view,
		  const struct segward_packet *packet, int reason)
{
	MUST(!reason || reason == SEGWARD_REASON_PACKET_MALFORMED);
	if (reason)
		return;
	MUST(packet->family == 4 || packet->family == 6);
	MUST(packet->net_off + packet->len <= view->len);
	MUST(packet->l4_off >= packet->net_off);
	MUST(packet->payload_off >= packet->l4_off);
	MUST(packet->payload_off + packet->payload_len <=
	     packet->net_off + packet->len);
	MUST(packet->fragment != SEGWARD_FRAGMENT_LATER || !packet->dport);
}

static int parse(const struct segward_view *view, bool plain,
		 struct segward_packet *packet)
{
	struct segward_srh srh;

	if (plain)
		return segward_packet_parse_ip(view, 80, packet);
	segward_srh_parse(view, &srh);
	return segward_packet_parse(view, &srh, packet);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct wire packet;
	struct segward_packet got, other;
	struct segward_view view;
	struct shatter s;
	u32 seed = (u32)size;
	int reason, plain;
	u8 flags;

	flags = fuzz_packet(&packet, data, size);
	fuzz_view(&view, &packet, flags);
	for (plain = 0; plain < 2; plain++) {
		reason = parse(&view, plain, &got);
		check(&view, &got, reason);
		shatter(&s, &packet, &view, &seed);
		MUST(parse(&s.view, plain, &other) == reason);
		MUST(!memcmp(&got, &other, sizeof(got)));
		shatter_free(&s);
	}
	return 0;
}
