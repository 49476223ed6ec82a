// SPDX-License-Identifier: GPL-2.0
/*
 * DNS over UDP: a datagram is a message.
 */
#include "dns_internal.h"

void segward_dns_datagram_begin(struct segward_dns_scratch *scratch)
{
	segward_dns_tell_begin(scratch);
}

u32 segward_dns_datagram(struct segward_dns_scratch *scratch, u8 direction,
			 const u8 *data, u32 len, struct segward_app_out *out)
{
	struct segward_dns_message message = {
		.data = data,
		.len = len,
		.direction = direction,
	};

	out->nr = 0;
	if (!segward_dns_tell(scratch, &message, out))
		return 0;
	segward_dns_tell_done(&message, out);
	return len;
}
