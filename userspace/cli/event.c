// SPDX-License-Identifier: GPL-2.0
/*
 * Events: what the packet path saw.
 */
#include <inttypes.h>
#include <json-c/json.h>
#include <net/if.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/record.h"
#include "args.h"
#include "event.h"
#include "monitor.h"
#include "names.h"
#include "objects.h"
#include "out.h"
#include "stats.h"

/* --- Reading ----------------------------------------------------------- */

static const char *string_or_null(const struct nlattr *a)
{
	return a ? nl_str(a) : NULL;
}

static void bytes(const struct nlattr *a, uint8_t *to, size_t size)
{
	size_t len = a ? mnl_attr_get_payload_len(a) : 0;

	if (len)
		memcpy(to, mnl_attr_get_payload(a), len < size ? len : size);
}

static void read_sid(const struct nlattr **tb, struct segward_eve_event *e)
{
	e->has_sid = tb[SEGWARD_A_EVENT_SID];
	bytes(tb[SEGWARD_A_EVENT_SID], e->sid, sizeof(e->sid));
	e->sid_len = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_SID_LEN]);
	bytes(tb[SEGWARD_A_EVENT_ARGUMENT], e->argument, sizeof(e->argument));
	e->zone = nl_u32(tb[SEGWARD_A_EVENT_ZONE]);
	e->profile = string_or_null(tb[SEGWARD_A_EVENT_PROFILE]);
	e->mode = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_MODE]);
}

static void read_inner(const struct nlattr **tb, struct segward_eve_event *e)
{
	e->family = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_FAMILY]);
	e->encapsulation = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_ENCAPSULATION]);
	e->protocol = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_PROTOCOL]);
	bytes(tb[SEGWARD_A_EVENT_SRC], e->src, sizeof(e->src));
	bytes(tb[SEGWARD_A_EVENT_DST], e->dst, sizeof(e->dst));
	e->has_ports = tb[SEGWARD_A_EVENT_SRC_PORT];
	e->src_port = (uint16_t)nl_u32(tb[SEGWARD_A_EVENT_SRC_PORT]);
	e->dst_port = (uint16_t)nl_u32(tb[SEGWARD_A_EVENT_DST_PORT]);
	e->length = nl_u32(tb[SEGWARD_A_EVENT_LENGTH]);
	e->ttl = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_TTL]);
	e->tcp_flags = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_TCP_FLAGS]);
	e->flow_id = nl_u64(tb[SEGWARD_A_EVENT_FLOW_ID]);
	e->flow_direction =
		(uint8_t)nl_u32(tb[SEGWARD_A_EVENT_FLOW_DIRECTION]);
}

static void read_outer(const struct nlattr **tb, struct segward_eve_event *e)
{
	const struct nlattr *segments = tb[SEGWARD_A_EVENT_SEGMENTS];

	e->has_outer = tb[SEGWARD_A_EVENT_OUTER_SRC];
	bytes(tb[SEGWARD_A_EVENT_OUTER_SRC], e->outer_src,
	      sizeof(e->outer_src));
	bytes(tb[SEGWARD_A_EVENT_OUTER_DST], e->outer_dst,
	      sizeof(e->outer_dst));
	e->has_srh = tb[SEGWARD_A_EVENT_SEGMENTS_LEFT];
	e->segments_left = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_SEGMENTS_LEFT]);
	if (!segments)
		return;
	e->nr_segments = mnl_attr_get_payload_len(segments) / 16u;
	e->segments = mnl_attr_get_payload(segments);
}

static void read_rule(const struct nlattr **tb, struct segward_eve_event *e)
{
	e->ruleset = string_or_null(tb[SEGWARD_A_EVENT_RULESET]);
	e->signature_id = nl_u32(tb[SEGWARD_A_EVENT_SIGNATURE_ID]);
	e->gid = nl_u32(tb[SEGWARD_A_EVENT_GID]);
	e->rev = nl_u32(tb[SEGWARD_A_EVENT_REV]);
	e->action = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_ACTION]);
	e->msg = string_or_null(tb[SEGWARD_A_EVENT_MSG]);
	e->classtype = string_or_null(tb[SEGWARD_A_EVENT_CLASSTYPE]);
	e->category = string_or_null(tb[SEGWARD_A_EVENT_CATEGORY]);
	e->priority = nl_u32(tb[SEGWARD_A_EVENT_PRIORITY]);
	e->metadata = string_or_null(tb[SEGWARD_A_EVENT_METADATA]);
}

static void read_entry(const struct nlattr **tb, struct segward_eve_event *e)
{
	e->has_entry = tb[SEGWARD_A_EVENT_ADDRESS];
	bytes(tb[SEGWARD_A_EVENT_ADDRESS], e->address, sizeof(e->address));
	e->prefix_len = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_PREFIX_LEN]);
	e->score = nl_u32(tb[SEGWARD_A_EVENT_SCORE]);
	e->source = string_or_null(tb[SEGWARD_A_EVENT_SOURCE]);
}

/* One more than fits is not told; the kernel sends fewer. */
static void read_buffer(const struct nlattr *a, struct segward_eve_event *e,
			struct segward_eve_buffer *room)
{
	const struct nlattr *tb[SEGWARD_A_EVENT_BUFFER_MAX + 1];
	struct segward_eve_buffer *buffer = &room[e->nr_buffers];
	const struct nlattr *data;

	if (e->nr_buffers == SEGWARD_RECORD_BUFFERS) {
		e->truncated = true;
		return;
	}
	nl_parse_nest(a, tb, SEGWARD_A_EVENT_BUFFER_MAX);
	data = tb[SEGWARD_A_EVENT_BUFFER_DATA];
	buffer->buffer = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_BUFFER_BUFFER]);
	buffer->direction =
		(uint8_t)nl_u32(tb[SEGWARD_A_EVENT_BUFFER_DIRECTION]);
	buffer->len = data ? mnl_attr_get_payload_len(data) : 0;
	buffer->data = data ? mnl_attr_get_payload(data) : NULL;
	e->nr_buffers += data ? 1 : 0;
}

/* The list of buffers stays good until the next event. */
static void read_record(const struct nlmsghdr *nlh, const struct nlattr **tb,
			struct segward_eve_event *e)
{
	static struct segward_eve_buffer room[SEGWARD_RECORD_BUFFERS];
	const struct nlattr *a;

	e->tx_id = nl_u32(tb[SEGWARD_A_EVENT_TX_ID]);
	e->body[0] = nl_u64(tb[SEGWARD_A_EVENT_BODY_TO_SERVER]);
	e->body[1] = nl_u64(tb[SEGWARD_A_EVENT_BODY_TO_CLIENT]);
	e->truncated = tb[SEGWARD_A_EVENT_TRUNCATED];
	e->buffers = room;
	mnl_attr_for_each(a, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(a) == SEGWARD_A_EVENT_BUFFER)
			read_buffer(a, e, room);
}

static void read_flow(const struct nlattr **tb, struct segward_eve_event *e)
{
	e->app_proto = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_APP_PROTO]);
	e->flow_state = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_FLOW_STATE]);
	e->packets[0] = nl_u64(tb[SEGWARD_A_EVENT_PACKETS_TO_SERVER]);
	e->packets[1] = nl_u64(tb[SEGWARD_A_EVENT_PACKETS_TO_CLIENT]);
	e->bytes[0] = nl_u64(tb[SEGWARD_A_EVENT_BYTES_TO_SERVER]);
	e->bytes[1] = nl_u64(tb[SEGWARD_A_EVENT_BYTES_TO_CLIENT]);
	e->start = nl_u64(tb[SEGWARD_A_EVENT_START]);
	e->end = nl_u64(tb[SEGWARD_A_EVENT_END]);
	e->end_reason = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_END_REASON]);
	e->alerted = tb[SEGWARD_A_EVENT_ALERTED];
}

/* The name stays good until the next event. */
static const char *device(u32 ifindex)
{
	static char name[IFNAMSIZ];

	if (!ifindex)
		return NULL;
	if (!if_indextoname(ifindex, name))
		snprintf(name, sizeof(name), "if%u", ifindex);
	return name;
}

/**
 * event_read() - read an event
 * @nlh: its message; strings and buffers of the event point into it
 * @e: result; good until the next one is read
 */
void event_read(const struct nlmsghdr *nlh, struct segward_eve_event *e)
{
	const struct nlattr *tb[SEGWARD_A_EVENT_MAX + 1];

	memset(e, 0, sizeof(*e));
	nl_parse(nlh, tb, SEGWARD_A_EVENT_MAX);
	e->type = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_TYPE]);
	e->time = nl_u64(tb[SEGWARD_A_EVENT_TIME]);
	e->verdict = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_VERDICT]);
	e->would = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_WOULD]);
	e->reason = (uint8_t)nl_u32(tb[SEGWARD_A_EVENT_REASON]);
	e->in_iface = device(nl_u32(tb[SEGWARD_A_EVENT_IIF]));
	e->lost = nl_u64(tb[SEGWARD_A_EVENT_LOST]);
	e->text = string_or_null(tb[SEGWARD_A_EVENT_TEXT]);
	read_sid(tb, e);
	read_inner(tb, e);
	read_outer(tb, e);
	read_rule(tb, e);
	read_entry(tb, e);
	read_record(nlh, tb, e);
	read_flow(tb, e);
}

/* --- Text -------------------------------------------------------------- */

static const char *word(const char * const *names, unsigned int nr, u32 v)
{
	return v < nr && names[v] ? names[v] : "unknown";
}

#define WORD(names, v)	word(segward_##names##_names, \
			     segward_##names##_names_len, (v))

static void print_time(u64 ns)
{
	time_t s = (time_t)(ns / 1000000000u);
	struct tm tm;
	char text[32];

	localtime_r(&s, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	out_text("%s.%06u ", text, (unsigned int)(ns % 1000000000u / 1000));
}

static const char *address(uint8_t family, const uint8_t *bytes, char *s)
{
	struct address a = { .len = family == SEGWARD_FAMILY_IPV4 ? 4 : 16 };

	memcpy(a.addr, bytes, a.len);
	return address_format(&a, s);
}

static void print_end(const struct segward_eve_event *e, const uint8_t *addr,
		      uint16_t port, const char *label)
{
	bool ports = e->has_ports && e->protocol != IPPROTO_ICMP &&
		     e->protocol != IPPROTO_ICMPV6;
	bool v6 = e->family == SEGWARD_FAMILY_IPV6;
	char s[PREFIX_STRLEN];

	out_text("%s%s%s%s", label, v6 && ports ? "[" : "",
		 address(e->family, addr, s), v6 && ports ? "]" : "");
	if (ports)
		out_text(":%u", port);
}

static void print_inner(const struct segward_eve_event *e)
{
	const struct protoent *proto;

	if (!e->family)
		return;
	proto = getprotobynumber(e->protocol);
	if (proto)
		out_text(" %s", proto->p_name);
	else
		out_text(" protocol %u", e->protocol);
	print_end(e, e->src, e->src_port, " ");
	print_end(e, e->dst, e->dst_port, " > ");
}

static void print_rule(const struct segward_eve_event *e)
{
	if (!e->ruleset)
		return;
	if (!e->signature_id) {
		out_str(NULL, " ruleset ", e->ruleset);
		return;
	}
	out_text(" [%u:%u:%u]", e->gid, e->signature_id, e->rev);
	if (e->msg)
		out_str(NULL, " ", e->msg);
	out_str(NULL, " ruleset ", e->ruleset);
	if (e->classtype && *e->classtype)
		out_str(NULL, " classtype ", e->classtype);
	out_text(" priority %u", e->priority);
}

static void print_entry(const struct segward_eve_event *e)
{
	char s[PREFIX_STRLEN];

	if (!e->has_entry)
		return;
	out_text(" %s/%u", address(e->family, e->address, s), e->prefix_len);
	if (e->category)
		out_str(NULL, " category ", e->category);
	out_text(" score %u", e->score);
	if (e->source)
		out_str(NULL, " source ", e->source);
}

static void print_sid(const struct segward_eve_event *e)
{
	char s[PREFIX_STRLEN];

	if (e->has_sid)
		out_text(" sid %s/%u", address(SEGWARD_FAMILY_IPV6, e->sid, s),
			 e->sid_len);
	if (e->zone)
		out_text(" zone %u", e->zone);
	if (e->profile)
		out_str(NULL, " profile ", e->profile);
	if (e->type == SEGWARD_EVENT_TYPE_STATE && e->mode)
		out_str(NULL, " mode ", WORD(mode, e->mode));
}

static void print_verdict(const struct segward_eve_event *e)
{
	bool blocked = e->verdict >= SEGWARD_VERDICT_DROP;

	if (!e->verdict)
		return;
	out_kind_str(blocked ? OUT_BAD : OUT_PLAIN, NULL, " ",
		     WORD(verdict, e->verdict));
	if (e->would && e->would != e->verdict)
		out_kind_str(OUT_WARN, NULL, " would ",
			     WORD(verdict, e->would));
	if (e->reason)
		out_str(NULL, " reason ", WORD(reason, e->reason));
}

#define PLAIN	(JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)

static void print_member(const char *key, struct json_object *value)
{
	out_text(" %s", key);
	if (json_object_is_type(value, json_type_string))
		out_str(NULL, " ", json_object_get_string(value));
	else
		out_str(NULL, " ", json_object_to_json_string_ext(value,
								  PLAIN));
}

/* What JSON has of a record or a flow, member by member. */
static void print_detail(const struct segward_eve_event *e)
{
	struct json_object *object, *detail;

	if (e->type < SEGWARD_EVENT_TYPE_HTTP)
		return;
	object = segward_eve_object(e);
	if (json_object_object_get_ex(object, WORD(event_type, e->type),
				      &detail)) {
		json_object_object_foreach(detail, key, value)
			print_member(key, value);
	}
	json_object_put(object);
}

/**
 * event_print_text() - print an event as a line for people
 * @e: the event
 */
void event_print_text(const struct segward_eve_event *e)
{
	print_time(e->time);
	out_kind_str(OUT_NAME, NULL, "", WORD(event_type, e->type));
	print_verdict(e);
	if (e->type == SEGWARD_EVENT_TYPE_LOST)
		out_text(" %" PRIu64 " events", e->lost);
	print_inner(e);
	print_rule(e);
	print_entry(e);
	if (e->app_proto)
		out_str(NULL, " app-proto ", WORD(app_proto, e->app_proto));
	print_detail(e);
	print_sid(e);
	if (e->in_iface)
		out_str(NULL, " iif ", e->in_iface);
	if (e->text)
		out_str(NULL, " ", e->text);
	putchar('\n');
	fflush(stdout);
}

/* --- Commands ---------------------------------------------------------- */

static int event_show(struct args *args)
{
	struct nl_error error;
	struct stats stats;

	if (arg_end(args))
		return CLI_USAGE;
	if (stats_get(&stats, &error))
		return nl_fail(&error);
	out_begin();
	out_object();
	out_u64("events", "events ", stats.value[SEGWARD_A_STATS_EVENTS]);
	out_u64("events_lost", " events-lost ",
		stats.value[SEGWARD_A_STATS_EVENTS_LOST]);
	out_u64("alerts", " alerts ", stats.value[SEGWARD_A_STATS_ALERTS]);
	out_object_end();
	out_end();
	return CLI_OK;
}

static int event_monitor(struct args *args)
{
	return arg_end(args) ? CLI_USAGE : monitor_run(true, false);
}

static const struct command event_commands[] = {
	{ "show", event_show, "" },
	{ "monitor", event_monitor, "" },
	{ NULL, NULL, NULL },
};

const struct object object_event = {
	.name		= "event",
	.commands	= event_commands,
	.bare		= "show",
};
