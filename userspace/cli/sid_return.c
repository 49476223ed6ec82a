// SPDX-License-Identifier: GPL-2.0
/*
 * The way back of a SID's resets.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "link.h"
#include "out.h"
#include "sid_return.h"

static void print_segments(const struct sid *sid)
{
	const char *label = " return segs ";
	struct address a = { .len = 16 };
	char s[PREFIX_STRLEN];
	unsigned int i;

	out_array("segs");
	for (i = 0; i < sid->nr_return; i++) {
		memcpy(a.addr, sid->return_segments[i], sizeof(a.addr));
		out_kind_str(OUT_ADDRESS, "", label, address_format(&a, s));
		label = ",";
	}
	out_array_end();
}

/** sid_return_print() - print the way as sid add reads it */
void sid_return_print(const struct sid *sid)
{
	char s[PREFIX_STRLEN];

	if (!sid->return_table && !sid->return_vrf && !sid->nr_return)
		return;
	out_nest("return");
	if (sid->return_table)
		out_str("table", " return table ",
			link_table_name(sid->return_table, s));
	else if (sid->return_vrf)
		out_kind_str(OUT_NAME, "vrf", " return vrf ",
			     link_name(sid->return_vrf, s));
	else
		print_segments(sid);
	out_nest_end();
}

/* --- Parsing ------------------------------------------------------------- */

static int add_segment(void *data, const char *word, size_t len)
{
	struct sid *sid = data;
	char s[INET6_ADDRSTRLEN];

	if (sid->nr_return == SID_RETURN_MAX)
		return err_argument("at most 16 segments", word);
	if (len >= sizeof(s))
		return err_argument("segments are IPv6 addresses, with commas between them",
				    word);
	memcpy(s, word, len);
	s[len] = '\0';
	if (inet_pton(AF_INET6, s, sid->return_segments[sid->nr_return]) != 1)
		return err_argument("segments are IPv6 addresses, with commas between them",
				    word);
	sid->nr_return++;
	return CLI_OK;
}

int sid_return_parse(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	(void)key;
	if (arg_take(args, "table"))
		return arg_table(args, "table", &sid->return_table);
	if (arg_take(args, "vrf"))
		return arg_vrf(args, "vrf", &sid->return_vrf);
	if (arg_take(args, "segs"))
		return arg_list(args, sid, add_segment);
	if (!arg_peek(args))
		return err_incomplete();
	return err_argument("resets go back by table, vrf or segs",
			    arg_peek(args));
}

/* --- Netlink --------------------------------------------------------------- */

/** sid_return_read() - read it of the attributes of a SID */
void sid_return_read(const struct nlattr **tb, struct sid *sid)
{
	const struct nlattr *segments = tb[SEGWARD_A_SID_RETURN_SEGMENTS];
	size_t len = segments ? mnl_attr_get_payload_len(segments) : 0;

	sid->return_table = nl_u32(tb[SEGWARD_A_SID_RETURN_TABLE]);
	sid->return_vrf = nl_u32(tb[SEGWARD_A_SID_RETURN_VRF]);
	if (len > sizeof(sid->return_segments))
		len = sizeof(sid->return_segments);
	sid->nr_return = (unsigned int)(len / sizeof(*sid->return_segments));
	if (len)
		memcpy(sid->return_segments, mnl_attr_get_payload(segments),
		       len);
}

/** sid_return_put() - write it */
void sid_return_put(struct nl_msg *m, const struct sid *sid)
{
	if (sid->return_table)
		nl_put_u32(m, SEGWARD_A_SID_RETURN_TABLE, sid->return_table);
	if (sid->return_vrf)
		nl_put_u32(m, SEGWARD_A_SID_RETURN_VRF, sid->return_vrf);
	if (sid->nr_return)
		nl_put(m, SEGWARD_A_SID_RETURN_SEGMENTS, sid->return_segments,
		       sid->nr_return * sizeof(*sid->return_segments));
}

/** sid_return_equal() - is it the same way? */
bool sid_return_equal(const struct sid *a, const struct sid *b)
{
	return a->return_table == b->return_table &&
	       a->return_vrf == b->return_vrf &&
	       a->nr_return == b->nr_return &&
	       !memcmp(a->return_segments, b->return_segments,
		       a->nr_return * sizeof(*a->return_segments));
}
