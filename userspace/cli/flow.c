// SPDX-License-Identifier: GPL-2.0
/*
 * Flows: which there are, and to forget some.
 */
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "args.h"
#include "names.h"
#include "nl.h"
#include "objects.h"
#include "out.h"

/* --- Which flows ------------------------------------------------------- */

static int parse_zone(struct args *args, const char *key, void *data)
{
	u32 zone;

	if (arg_u32(args, key, 0, UINT32_MAX, &zone))
		return CLI_USAGE;
	nl_put_u32(data, SEGWARD_A_FLOW_ZONE, zone);
	return CLI_OK;
}

static int parse_family(struct args *args, const char *key, void *data)
{
	u32 family;

	if (ARG_ENUM(args, key, family, &family))
		return CLI_USAGE;
	nl_put_u32(data, SEGWARD_A_FLOW_FAMILY, family);
	return CLI_OK;
}

static int parse_protocol(struct args *args, const char *key, void *data)
{
	const struct protoent *proto;
	const char *word;
	u64 number;

	(void)key;
	if (arg_need(args, &word))
		return CLI_USAGE;
	proto = getprotobyname(word);
	if (proto)
		number = (u32)proto->p_proto;
	else if (parse_number(word, 0, 255, &number))
		return err_argument("a protocol is a name or a number up to 255",
				    word);
	nl_put_u32(data, SEGWARD_A_FLOW_PROTOCOL, (u32)number);
	return CLI_OK;
}

static int parse_state(struct args *args, const char *key, void *data)
{
	u32 state;

	if (ARG_ENUM(args, key, flow_state, &state))
		return CLI_USAGE;
	nl_put_u32(data, SEGWARD_A_FLOW_STATE, state);
	return CLI_OK;
}

static int parse_address(struct args *args, const char *key, void *data)
{
	struct prefix prefix;

	if (arg_prefix(args, key, &prefix))
		return CLI_USAGE;
	nl_put_prefix(data, SEGWARD_A_FLOW_ADDRESS, SEGWARD_A_FLOW_PREFIX_LEN,
		      &prefix);
	return CLI_OK;
}

static int parse_port(struct args *args, const char *key, void *data)
{
	u32 port;

	if (arg_u32(args, key, 1, 65535, &port))
		return CLI_USAGE;
	nl_put_u32(data, SEGWARD_A_FLOW_PORT, port);
	return CLI_OK;
}

/* Each puts its attribute into the message. */
static const struct keyword filter_keywords[] = {
	{ "zone",	parse_zone,		false },
	{ "family",	parse_family,		false },
	{ "protocol",	parse_protocol,		false },
	{ "state",	parse_state,		false },
	{ "address",	parse_address,		false },
	{ "port",	parse_port,		false },
	{ NULL,		NULL,			false },
};

#define FILTER_GRAMMAR							\
	"[ zone NUMBER ] [ family { ipv4 | ipv6 } ] [ protocol PROTOCOL ] "	\
	"[ state { new | established | closed } ] [ address PREFIX ] "	\
	"[ port PORT ]"

/* --- Printing ---------------------------------------------------------- */

static void print_protocol(u32 number)
{
	const struct protoent *proto = NULL;
	char s[16];

	if (!cli.numeric)
		proto = getprotobynumber((int)number);
	snprintf(s, sizeof(s), "%u", number);
	out_str("protocol", "", proto ? proto->p_name : s);
}

/* ICMP has an identifier or a type where others have ports, at both ends. */
static void print_end(const struct nlattr *addr, const char *key,
		      const char *label, const struct nlattr *port,
		      const char *port_key, bool ports)
{
	char s[PREFIX_STRLEN], text[PREFIX_STRLEN + 3];
	struct address a;

	if (nl_address(addr, &a))
		return;
	snprintf(text, sizeof(text), ports && a.len == 16 ? "[%s]" : "%s",
		 address_format(&a, s));
	out_kind_str(OUT_ADDRESS, NULL, label, text);
	out_str(key, NULL, s);
	out_u64(port_key, ports ? ":" : NULL, nl_u32(port));
}

static void print_time(const struct nlattr *attr, const char *key,
		       const char *label)
{
	char s[64];

	format_duration(nl_u64(attr), s, sizeof(s));
	out_str(NULL, label, s);
	out_u64(key, NULL, nl_u64(attr));
}

static void print_counters(const struct nlattr **tb)
{
	if (!cli.stats && !cli.json)
		return;
	out_line();
	out_u64("packets_to_server", "to-server packets ",
		nl_u64(tb[SEGWARD_A_FLOW_PACKETS_TO_SERVER]));
	out_u64("bytes_to_server", " bytes ",
		nl_u64(tb[SEGWARD_A_FLOW_BYTES_TO_SERVER]));
	out_u64("packets_to_client", " to-client packets ",
		nl_u64(tb[SEGWARD_A_FLOW_PACKETS_TO_CLIENT]));
	out_u64("bytes_to_client", " bytes ",
		nl_u64(tb[SEGWARD_A_FLOW_BYTES_TO_CLIENT]));
}

static const char *state_word(u32 state)
{
	return state < segward_flow_state_names_len &&
	       segward_flow_state_names[state] ?
	       segward_flow_state_names[state] : "unknown";
}

static void print_app_proto(const struct nlattr *attr)
{
	u32 proto;

	if (!attr)
		return;
	proto = nl_u32(attr);
	out_str("app_proto", " app-proto ",
		proto < segward_app_proto_names_len &&
		segward_app_proto_names[proto] ?
		segward_app_proto_names[proto] : "unknown");
}

static void print_flow(const struct nlattr **tb)
{
	u32 proto = nl_u32(tb[SEGWARD_A_FLOW_PROTOCOL]);
	bool ports = proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
		     proto == IPPROTO_SCTP;
	bool icmp = proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;

	out_object();
	print_protocol(proto);
	print_end(tb[SEGWARD_A_FLOW_SRC], "src", " ",
		  tb[SEGWARD_A_FLOW_SRC_PORT], "src_port", ports);
	print_end(tb[SEGWARD_A_FLOW_DST], "dst", " > ",
		  tb[SEGWARD_A_FLOW_DST_PORT], "dst_port", ports);
	if (icmp)
		out_u64(NULL, " id ", nl_u32(tb[SEGWARD_A_FLOW_SRC_PORT]));
	out_u64("zone", " zone ", nl_u32(tb[SEGWARD_A_FLOW_ZONE]));
	out_str("state", " state ",
		state_word(nl_u32(tb[SEGWARD_A_FLOW_STATE])));
	print_app_proto(tb[SEGWARD_A_FLOW_APP_PROTO]);
	if (tb[SEGWARD_A_FLOW_REFUSED])
		out_flag("refused", " refused", true);
	print_time(tb[SEGWARD_A_FLOW_AGE], "age", " age ");
	print_time(tb[SEGWARD_A_FLOW_IDLE], "idle", " idle ");
	out_u64("id", cli.details ? " flow-id " : NULL,
		nl_u64(tb[SEGWARD_A_FLOW_ID]));
	print_counters(tb);
	out_object_end();
}

/* --- Commands ---------------------------------------------------------- */

/* As they come: there may be a million. */
static int flow_read(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[SEGWARD_A_FLOW_MAX + 1];

	(void)data;
	print_flow(nl_parse(nlh, tb, SEGWARD_A_FLOW_MAX));
	return 0;
}

static int flow_show(struct args *args)
{
	struct nl_msg m = { 0 };
	struct nl_error error;
	int err;

	nl_begin(&m, SEGWARD_CMD_FLOW_GET, 0);
	if (arg_keywords(args, filter_keywords, &m)) {
		nl_free(&m);
		return CLI_USAGE;
	}
	out_begin();
	err = nl_dump(&m, flow_read, NULL, NULL, &error);
	out_end();
	nl_free(&m);
	return err ? nl_fail(&error) : CLI_OK;
}

static int flushed_print(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[SEGWARD_A_FLOW_MAX + 1];

	(void)data;
	nl_parse(nlh, tb, SEGWARD_A_FLOW_MAX);
	if (!cli.stats && !cli.json)
		return 0;
	out_begin();
	out_object();
	out_u64("flows", "flows ", nl_u64(tb[SEGWARD_A_FLOW_FLOWS]));
	out_object_end();
	out_end();
	return 0;
}

static int flow_flush(struct args *args)
{
	struct nl_msg m = { 0 };
	struct nl_error error;
	int err;

	nl_begin(&m, SEGWARD_CMD_FLOW_DEL, 0);
	if (arg_keywords(args, filter_keywords, &m)) {
		nl_free(&m);
		return CLI_USAGE;
	}
	err = nl_talk(&m, flushed_print, NULL, &error);
	nl_free(&m);
	return err ? nl_fail(&error) : CLI_OK;
}

static const struct command flow_commands[] = {
	{ "show", flow_show, FILTER_GRAMMAR },
	{ "flush", flow_flush, FILTER_GRAMMAR },
	{ NULL, NULL, NULL },
};

const struct object object_flow = {
	.name		= "flow",
	.commands	= flow_commands,
	.bare		= "show",
};
