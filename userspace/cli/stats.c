// SPDX-License-Identifier: GPL-2.0
/*
 * The totals of a network namespace.
 */
#include <string.h>

#include "link.h"
#include "out.h"
#include "stats.h"

static int stats_read(const struct nlmsghdr *nlh, void *data)
{
	struct stats *stats = data;
	const struct nlattr *a;
	unsigned int type;

	nl_for_each(a, nlh) {
		type = mnl_attr_get_type(a);
		if (type > SEGWARD_A_STATS_MAX)
			continue;
		stats->has[type] = true;
		if (type == SEGWARD_A_STATS_VERSION)
			nl_str_copy(a, stats->version, sizeof(stats->version));
		else if (mnl_attr_get_payload_len(a) == sizeof(u64))
			stats->value[type] = nl_u64(a);
		else
			stats->value[type] = nl_u32(a);
	}
	drops_read(nlh, SEGWARD_A_STATS_DROP, &stats->drops);
	drops_read(nlh, SEGWARD_A_STATS_WOULD_DROP, &stats->would_drop);
	return 0;
}

/**
 * stats_get() - read the totals
 * @stats: result
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int stats_get(struct stats *stats, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	memset(stats, 0, sizeof(*stats));
	nl_begin(&m, SEGWARD_CMD_STATS_GET, 0);
	err = nl_talk(&m, stats_read, stats, error);
	nl_free(&m);
	return err;
}

/* Keys and labels in the order of printing; a NULL label begins a line. */
static const struct {
	u32 attr;
	const char *key;
	const char *label;
} fields[] = {
	{ SEGWARD_A_STATS_SIDS, "sids", "sids " },
	{ SEGWARD_A_STATS_PROFILES, "profiles", " profiles " },
	{ SEGWARD_A_STATS_RULESETS, "rulesets", " rulesets " },
	{ SEGWARD_A_STATS_REPUTATION_ENTRIES, "reputation_entries",
	  " reputation-entries " },
	{ SEGWARD_A_STATS_REPUTATION_MEMORY, "reputation_memory",
	  " reputation-memory " },
	{ 0, NULL, NULL },
	{ SEGWARD_A_STATS_PACKETS, "packets", "packets " },
	{ SEGWARD_A_STATS_BYTES, "bytes", " bytes " },
	{ SEGWARD_A_STATS_INSPECTED, "inspected", " inspected " },
	{ SEGWARD_A_STATS_PASSED, "passed", " passed " },
	{ SEGWARD_A_STATS_ALERTS, "alerts", " alerts " },
	{ 0, NULL, NULL },
	{ SEGWARD_A_STATS_EVENTS, "events", "events " },
	{ SEGWARD_A_STATS_EVENTS_LOST, "events_lost", " events-lost " },
	{ SEGWARD_A_STATS_ECHO_REPLIES, "echo_replies", " echo-replies " },
	{ SEGWARD_A_STATS_ICMP_ERRORS, "icmp_errors", " icmp-errors " },
	{ SEGWARD_A_STATS_REJECTS, "rejects", " rejects " },
	{ 0, NULL, NULL },
	{ SEGWARD_A_STATS_INJECTED, "injected", "injected " },
	{ SEGWARD_A_STATS_BRIDGED, "bridged", " bridged " },
	{ SEGWARD_A_STATS_LINEARIZED, "linearized", " linearized " },
	{ SEGWARD_A_STATS_WORK_EXHAUSTED, "work_exhausted",
	  " work-exhausted " },
	{ 0, NULL, NULL },
	{ SEGWARD_A_STATS_DATAGRAMS, "datagrams", "datagrams " },
	{ SEGWARD_A_STATS_FRAGMENTS_FULL, "fragments_full",
	  " fragments-full " },
	{ SEGWARD_A_STATS_FRAGMENT_MEMORY, "fragment_memory",
	  " fragment-memory " },
	{ 0, NULL, NULL },
	{ SEGWARD_A_STATS_FLOWS, "flows", "flows " },
	{ SEGWARD_A_STATS_FLOWS_MAX, "flows_max", " of " },
	{ SEGWARD_A_STATS_FLOWS_BEGUN, "flows_begun", " flows-begun " },
	{ SEGWARD_A_STATS_FLOWS_REFUSED, "flows_refused",
	  " flows-refused " },
	{ SEGWARD_A_STATS_FLOW_MEMORY, "flow_memory", " flow-memory " },
	{ 0, NULL, NULL },
	{ SEGWARD_A_STATS_STREAM_MEMORY, "stream_memory", "stream-memory " },
	{ SEGWARD_A_STATS_STREAM_MEMORY_MAX, "stream_memory_max",
	  " of MiB " },
	{ SEGWARD_A_STATS_BYPASSED, "bypassed", " bypassed " },
	{ SEGWARD_A_STATS_URGENT_CLEARED, "urgent_cleared",
	  " urgent-cleared " },
};

static void print_fields(const struct stats *stats)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!fields[i].key)
			out_line();
		else
			out_u64(fields[i].key, fields[i].label,
				stats->value[fields[i].attr]);
	}
}

static void print_details(const struct stats *stats)
{
	char name[IFNAMSIZ];
	u32 ifindex = (u32)stats->value[SEGWARD_A_STATS_IFINDEX];

	out_line();
	out_str("version", "version ", stats->version);
	out_flag("hook", " hook", stats->value[SEGWARD_A_STATS_HOOK]);
	out_str("device", " device ", ifindex ? link_name(ifindex, name) :
		"none");
	out_u64("generation", " generation ",
		stats->value[SEGWARD_A_STATS_GENERATION]);
	out_flag("image_unprivileged", " image-unprivileged",
		 stats->value[SEGWARD_A_STATS_IMAGE_UNPRIVILEGED]);
}

static int stats_show(struct args *args)
{
	struct nl_error error;
	struct stats stats;

	if (arg_end(args))
		return CLI_USAGE;
	if (stats_get(&stats, &error))
		return nl_fail(&error);
	out_begin();
	out_object();
	print_fields(&stats);
	drops_print("drop", "drop ", &stats.drops);
	drops_print("would_drop", "would-drop ", &stats.would_drop);
	if (cli.details || cli.json)
		print_details(&stats);
	out_object_end();
	out_end();
	return CLI_OK;
}

static int parse_image_unprivileged(struct args *args, const char *key,
				    void *data)
{
	static const char * const words[] = { "off", "on" };
	u32 value;

	if (arg_enum(args, key, words, 2, &value))
		return CLI_USAGE;
	nl_put_u32(data, SEGWARD_A_STATS_IMAGE_UNPRIVILEGED, value);
	return CLI_OK;
}

static int parse_flows_max(struct args *args, const char *key, void *data)
{
	u32 value;

	if (arg_u32(args, key, 64, 1 << 24, &value))
		return CLI_USAGE;
	nl_put_u32(data, SEGWARD_A_STATS_FLOWS_MAX, value);
	return CLI_OK;
}

static int parse_stream_memory_max(struct args *args, const char *key,
				   void *data)
{
	u32 value;

	if (arg_u32(args, key, 1, 65536, &value))
		return CLI_USAGE;
	nl_put_u32(data, SEGWARD_A_STATS_STREAM_MEMORY_MAX, value);
	return CLI_OK;
}

static const struct keyword set_keywords[] = {
	{ "image-unprivileged",	parse_image_unprivileged,	false },
	{ "flows-max",		parse_flows_max,		false },
	{ "stream-memory-max",	parse_stream_memory_max,	false },
	{ NULL,			NULL,				false },
};

static int stats_set(struct args *args)
{
	struct nl_msg m = { 0 };
	struct nl_error error;
	int err;

	if (!arg_peek(args))
		return err_incomplete();
	nl_begin(&m, SEGWARD_CMD_SETTINGS_SET, 0);
	if (arg_keywords(args, set_keywords, &m)) {
		nl_free(&m);
		return CLI_USAGE;
	}
	err = nl_talk(&m, NULL, NULL, &error);
	nl_free(&m);
	return err ? nl_fail(&error) : CLI_OK;
}

static const struct command stats_commands[] = {
	{ "show", stats_show, "" },
	{ "set", stats_set,
	  "[ image-unprivileged { on | off } ] [ flows-max NUMBER ] [ stream-memory-max MIB ]" },
	{ NULL, NULL, NULL },
};

const struct object object_stats = {
	.name		= "stats",
	.commands	= stats_commands,
	.bare		= "show",
};
