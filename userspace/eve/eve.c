// SPDX-License-Identifier: GPL-2.0
/*
 * Events as lines of JSON.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "cli/names.h"
#include "eve/app.h"
#include "eve/eve.h"
#include "eve/json.h"

#define TCP_PROTO	6
#define UDP_PROTO	17
#define ICMP_PROTO	1
#define ICMPV6_PROTO	58
#define SCTP_PROTO	132

/* What Suricata calls protocols; others are their number. */
static const char * const proto_names[256] = {
	[0] = "HOPOPT", [1] = "ICMP", [2] = "IGMP", [4] = "IPv4", [6] = "TCP",
	[17] = "UDP", [41] = "IPv6", [43] = "IPv6-Route", [44] = "IPv6-Frag",
	[47] = "GRE", [50] = "ESP", [51] = "AH", [58] = "IPv6-ICMP",
	[59] = "IPv6-NoNxt", [60] = "IPv6-Opts", [88] = "EIGRP",
	[89] = "OSPFIGP", [103] = "PIM", [112] = "VRRP", [115] = "L2TP",
	[132] = "SCTP", [136] = "UDPLite", [137] = "MPLS-in-IP",
};

const char *segward_eve_address(uint8_t family, const uint8_t *address,
				char *s)
{
	char *out = s;
	int i;

	if (family == SEGWARD_FAMILY_IPV4) {
		inet_ntop(AF_INET, address, s, SEGWARD_EVE_ADDRESS);
		return s;
	}
	for (i = 0; i < 16; i += 2)
		out += sprintf(out, "%s%02x%02x", i ? ":" : "", address[i],
			       address[i + 1]);
	return s;
}

static void add_address(struct json_object *to, const char *key,
			uint8_t family, const uint8_t *address)
{
	char s[SEGWARD_EVE_ADDRESS];

	eve_add_text(to, key, segward_eve_address(family, address, s));
}

/* As iproute2 and the CLI write it, so that it can be pasted there. */
static struct json_object *canonical(uint8_t family, const uint8_t *address,
				     int prefix_len)
{
	char s[INET6_ADDRSTRLEN + 4];

	inet_ntop(family == SEGWARD_FAMILY_IPV4 ? AF_INET : AF_INET6, address,
		  s, INET6_ADDRSTRLEN);
	if (prefix_len >= 0)
		sprintf(s + strlen(s), "/%d", prefix_len);
	return json_object_new_string(s);
}

static bool is_icmp(const struct segward_eve_event *event)
{
	return (event->family == SEGWARD_FAMILY_IPV4 &&
		event->protocol == ICMP_PROTO) ||
	       (event->family == SEGWARD_FAMILY_IPV6 &&
		event->protocol == ICMPV6_PROTO);
}

static bool has_ports(const struct segward_eve_event *event)
{
	return event->has_ports && (event->protocol == TCP_PROTO ||
				    event->protocol == UDP_PROTO ||
				    event->protocol == SCTP_PROTO);
}

static bool is_record(const struct segward_eve_event *event)
{
	return event->type >= SEGWARD_EVENT_TYPE_HTTP &&
	       event->type <= SEGWARD_EVENT_TYPE_SSH;
}

static bool is_flow(const struct segward_eve_event *event)
{
	return event->type == SEGWARD_EVENT_TYPE_FLOW;
}

static bool in_tunnel(const struct segward_eve_event *event)
{
	return event->encapsulation == SEGWARD_ENCAPSULATION_IPV4 ||
	       event->encapsulation == SEGWARD_ENCAPSULATION_IPV6;
}

static void add_proto(struct json_object *to, uint8_t proto)
{
	char number[4];

	if (proto_names[proto]) {
		eve_add_text(to, "proto", proto_names[proto]);
		return;
	}
	snprintf(number, sizeof(number), "%03u", proto);
	eve_add_text(to, "proto", number);
}

static void add_tunnel(struct json_object *to,
		       const struct segward_eve_event *event)
{
	struct json_object *tunnel;

	if (!event->has_outer || !in_tunnel(event))
		return;
	tunnel = json_object_new_object();
	add_address(tunnel, "src_ip", SEGWARD_FAMILY_IPV6, event->outer_src);
	eve_add_number(tunnel, "src_port", 0);
	add_address(tunnel, "dest_ip", SEGWARD_FAMILY_IPV6, event->outer_dst);
	eve_add_number(tunnel, "dest_port", 0);
	eve_add_text(tunnel, "proto",
		     event->encapsulation == SEGWARD_ENCAPSULATION_IPV4 ? "IPv4" :
		 "IPv6");
	eve_add_number(tunnel, "depth", 1);
	eve_add_text(tunnel, "pkt_src", "wire/pcap");
	json_object_object_add(to, "tunnel", tunnel);
}

/* The packet; if nothing is known of an inner one, the outer one. */
static void add_packet(struct json_object *to,
		       const struct segward_eve_event *event)
{
	char id[SEGWARD_EVE_COMMUNITY];

	if (!event->family) {
		if (!event->has_outer)
			return;
		add_address(to, "src_ip", SEGWARD_FAMILY_IPV6,
			    event->outer_src);
		add_address(to, "dest_ip", SEGWARD_FAMILY_IPV6,
			    event->outer_dst);
		eve_add_text(to, "pkt_src", "wire/pcap");
		return;
	}
	add_address(to, "src_ip", event->family, event->src);
	if (has_ports(event))
		eve_add_number(to, "src_port", event->src_port);
	add_address(to, "dest_ip", event->family, event->dst);
	if (has_ports(event))
		eve_add_number(to, "dest_port", event->dst_port);
	add_proto(to, event->protocol);
	if (is_icmp(event) && event->has_ports) {
		eve_add_number(to, "icmp_type", event->src_port);
		eve_add_number(to, "icmp_code", event->dst_port);
	}
	if (!is_flow(event))
		eve_add_text(to, "pkt_src",
			     in_tunnel(event) ? "ipv6 tunnel" : "wire/pcap");
	add_tunnel(to, event);
	/* Without type and code it would be another one than the packets'. */
	if (!is_flow(event) || !is_icmp(event))
		eve_add_text(to, "community_id",
			     segward_eve_community_id(event, id));
}

/* Records and flows are always told from the client to the server. */
static void add_direction(struct json_object *to,
			  const struct segward_eve_event *event)
{
	if (!event->flow_id || is_record(event) || is_flow(event))
		return;
	eve_add_text(to, "direction",
		     event->flow_direction == SEGWARD_FLOW_DIRECTION_TO_SERVER ?
		     "to_server" : "to_client");
}

/* Cuts blanks off both ends, in place. */
static char *trim(char *s)
{
	size_t len;

	s += strspn(s, " \t");
	for (len = strlen(s); len && strchr(" \t", s[len - 1]); len--)
		s[len - 1] = '\0';
	return s;
}

/* Suricata's: an object of lists, in the rule's order. */
static void add_metadata(struct json_object *to, const char *metadata)
{
	struct json_object *object, *list;
	char *copy, *pair, *value, *rest;

	copy = metadata ? strdup(metadata) : NULL;
	if (!copy)
		return;
	object = json_object_new_object();
	for (pair = strtok_r(copy, ",", &rest); pair;
	     pair = strtok_r(NULL, ",", &rest)) {
		pair = trim(pair);
		value = pair + strcspn(pair, " \t");
		if (value == pair)
			continue;
		if (*value)
			*value++ = '\0';
		value = trim(value);
		if (!json_object_object_get_ex(object, pair, &list)) {
			list = json_object_new_array();
			json_object_object_add(object, pair, list);
		}
		json_object_array_add(list, eve_text(value));
	}
	if (json_object_object_length(object))
		json_object_object_add(to, "metadata", object);
	else
		json_object_put(object);
	free(copy);
}

static const char *allowed_or_blocked(const struct segward_eve_event *event)
{
	return event->verdict >= SEGWARD_VERDICT_DROP ? "blocked" : "allowed";
}

static void add_alert(struct json_object *to,
		      const struct segward_eve_event *event)
{
	struct json_object *alert = json_object_new_object();
	const char *category = event->category;

	if (!category || !*category)
		category = event->classtype;
	eve_add_text(alert, "action", allowed_or_blocked(event));
	eve_add_number(alert, "gid", event->gid);
	eve_add_number(alert, "signature_id", event->signature_id);
	eve_add_number(alert, "rev", event->rev);
	json_object_object_add(alert, "signature",
			       eve_text(event->msg ? event->msg : ""));
	json_object_object_add(alert, "category",
			       eve_text(category ? category : ""));
	eve_add_number(alert, "severity", event->priority);
	eve_add_text(alert, "classtype", event->classtype);
	eve_add_text(alert, "ruleset", event->ruleset);
	add_metadata(alert, event->metadata);
	json_object_object_add(to, "alert", alert);
}

static void add_drop(struct json_object *to,
		     const struct segward_eve_event *event)
{
	static const struct {
		const char *name;
		uint8_t bit;
	} flags[] = {
		{ "syn", 0x02 }, { "ack", 0x10 }, { "psh", 0x08 },
		{ "rst", 0x04 }, { "urg", 0x20 }, { "fin", 0x01 },
	};
	struct json_object *drop = json_object_new_object();
	bool tcp = event->family && event->protocol == TCP_PROTO &&
		   event->has_ports;
	size_t i;

	if (event->length)
		eve_add_number(drop, "len", event->length);
	if (event->family == SEGWARD_FAMILY_IPV4)
		eve_add_number(drop, "ttl", event->ttl);
	else if (event->family)
		eve_add_number(drop, "hoplimit", event->ttl);
	for (i = 0; tcp && i < sizeof(flags) / sizeof(flags[0]); i++)
		eve_add_flag(drop, flags[i].name,
			     event->tcp_flags & flags[i].bit);
	eve_add_text(drop, "reason", EVE_WORD(reason, event->reason));
	json_object_object_add(to, "drop", drop);
}

static void add_anomaly(struct json_object *to,
			const struct segward_eve_event *event)
{
	struct json_object *anomaly = json_object_new_object();

	eve_add_text(anomaly, "type", "decode");
	eve_add_text(anomaly, "event", EVE_WORD(reason, event->reason));
	json_object_object_add(to, "anomaly", anomaly);
}

static bool covers(const struct segward_eve_event *event,
		   const uint8_t *address)
{
	int bytes = event->prefix_len / 8;
	int bits = event->prefix_len % 8;

	if (memcmp(event->address, address, (size_t)bytes))
		return false;
	return !bits || !((event->address[bytes] ^ address[bytes]) >>
			  (8 - bits));
}

/* The entry is told, not whom it was found for; both may be. */
static const char *direction(const struct segward_eve_event *event)
{
	if (!covers(event, event->src))
		return "dest";
	return covers(event, event->dst) ? "both" : "src";
}

static void add_reputation(struct json_object *to,
			   const struct segward_eve_event *event)
{
	struct json_object *reputation = json_object_new_object();

	eve_add_text(reputation, "action", allowed_or_blocked(event));
	if (event->has_entry) {
		json_object_object_add(reputation, "address",
				       canonical(event->family, event->address,
						 event->prefix_len));
		eve_add_text(reputation, "direction", direction(event));
		eve_add_text(reputation, "category", event->category);
		eve_add_number(reputation, "score", event->score);
		eve_add_text(reputation, "source", event->source);
	}
	json_object_object_add(to, "reputation", reputation);
}

static void add_state(struct json_object *to,
		      const struct segward_eve_event *event)
{
	struct json_object *state = json_object_new_object();

	eve_add_text(state, "text", event->text);
	json_object_object_add(to, "state", state);
}

static void add_lost(struct json_object *to,
		     const struct segward_eve_event *event)
{
	struct json_object *lost = json_object_new_object();

	eve_add_number(lost, "events", event->lost);
	json_object_object_add(to, "lost", lost);
}

static void add_record(struct json_object *to, const char *key,
		       const struct segward_eve_event *event,
		       struct json_object *record)
{
	if (event->truncated)
		eve_add_flag(record, "truncated", true);
	json_object_object_add(to, key, record);
}

static void add_detail(struct json_object *to,
		       const struct segward_eve_event *event)
{
	switch (event->type) {
	case SEGWARD_EVENT_TYPE_ALERT:
		add_alert(to, event);
		break;
	case SEGWARD_EVENT_TYPE_DROP:
		add_drop(to, event);
		break;
	case SEGWARD_EVENT_TYPE_ANOMALY:
		add_anomaly(to, event);
		break;
	case SEGWARD_EVENT_TYPE_REPUTATION:
		add_reputation(to, event);
		break;
	case SEGWARD_EVENT_TYPE_STATE:
		add_state(to, event);
		break;
	case SEGWARD_EVENT_TYPE_LOST:
		add_lost(to, event);
		break;
	case SEGWARD_EVENT_TYPE_HTTP:
		add_record(to, "http", event, eve_http(event));
		break;
	case SEGWARD_EVENT_TYPE_TLS:
		add_record(to, "tls", event, eve_tls(event));
		break;
	case SEGWARD_EVENT_TYPE_DNS:
		add_record(to, "dns", event, eve_dns(event));
		break;
	case SEGWARD_EVENT_TYPE_SSH:
		add_record(to, "ssh", event, eve_ssh(event));
		break;
	case SEGWARD_EVENT_TYPE_FLOW:
		json_object_object_add(to, "flow", eve_flow(event));
		break;
	}
}

static const char *verdict_action(uint8_t verdict)
{
	switch (verdict) {
	case SEGWARD_VERDICT_PASS:
		return "pass";
	case SEGWARD_VERDICT_REPORT:
		return "alert";
	default:
		return "drop";
	}
}

static const char *reject_target(uint8_t action)
{
	switch (action) {
	case SEGWARD_RULE_ACTION_REJECTSRC:
		return "to_client";
	case SEGWARD_RULE_ACTION_REJECTDST:
		return "to_server";
	default:
		return "both";
	}
}

/* Suricata's verdict; "would" and "reason" are ours. */
static void add_verdict(struct json_object *to,
			const struct segward_eve_event *event)
{
	struct json_object *verdict, *list;
	const char *how;

	if (!event->verdict)
		return;
	verdict = json_object_new_object();
	eve_add_text(verdict, "action", verdict_action(event->verdict));
	if (event->verdict == SEGWARD_VERDICT_REJECT) {
		eve_add_text(verdict, "reject-target",
			     reject_target(event->action));
		how = event->protocol == TCP_PROTO ? "tcp-reset" :
						     "icmp-prohib";
		list = json_object_new_array();
		json_object_array_add(list, eve_text(how));
		json_object_object_add(verdict, "reject", list);
	}
	if (event->would)
		eve_add_text(verdict, "would",
			     EVE_WORD(verdict, event->would));
	if (event->reason)
		eve_add_text(verdict, "reason",
			     EVE_WORD(reason, event->reason));
	json_object_object_add(to, "verdict", verdict);
}

static void add_argument(struct json_object *srv6,
			 const struct segward_eve_event *event)
{
	char s[2 + 32 + 1] = "0x";
	char *out = s + 2;
	int i;

	if (event->sid_len >= 128)
		return;
	for (i = 0; i < 16; i++)
		out += sprintf(out, "%02x", event->argument[i]);
	for (out = s + 2; *out == '0' && out[1]; out++)
		;
	memmove(s + 2, out, strlen(out) + 1);
	eve_add_text(srv6, "argument", s);
}

static void add_segments(struct json_object *srv6,
			 const struct segward_eve_event *event)
{
	struct json_object *list = json_object_new_array();
	struct json_object *segment;
	uint32_t i;

	for (i = 0; i < event->nr_segments; i++) {
		segment = canonical(SEGWARD_FAMILY_IPV6,
				    event->segments + 16 * i, -1);
		json_object_array_add(list, segment);
	}
	json_object_object_add(srv6, "segments", list);
	eve_add_number(srv6, "segments_left", event->segments_left);
}

static void add_srv6(struct json_object *to,
		     const struct segward_eve_event *event)
{
	struct json_object *srv6;

	if (!event->has_sid && !event->has_srh && !event->profile &&
	    !is_flow(event))
		return;
	srv6 = json_object_new_object();
	if (event->has_sid) {
		json_object_object_add(srv6, "sid",
				       canonical(SEGWARD_FAMILY_IPV6,
						 event->sid, event->sid_len));
		add_argument(srv6, event);
	}
	if (event->has_sid || is_flow(event))
		eve_add_number(srv6, "zone", event->zone);
	eve_add_text(srv6, "profile", event->profile);
	if (event->mode)
		eve_add_text(srv6, "mode", EVE_WORD(mode, event->mode));
	if (event->has_srh)
		add_segments(srv6, event);
	json_object_object_add(to, "srv6", srv6);
}

struct json_object *segward_eve_object(const struct segward_eve_event *event)
{
	struct json_object *object = json_object_new_object();

	if (!object)
		return NULL;
	eve_add_time(object, "timestamp", event->time);
	eve_add_text(object, "in_iface", event->in_iface);
	eve_add_text(object, "pcap_filename", event->pcap_filename);
	if (event->pcap_cnt)
		eve_add_number(object, "pcap_cnt", event->pcap_cnt);
	if (event->flow_id)
		eve_add_number(object, "flow_id", event->flow_id);
	eve_add_text(object, "event_type", EVE_WORD(event_type, event->type));
	add_packet(object, event);
	add_direction(object, event);
	if (is_record(event))
		eve_add_number(object, "tx_id", event->tx_id);
	if (event->app_proto)
		eve_add_text(object, "app_proto",
			     EVE_WORD(app_proto, event->app_proto));
	add_detail(object, event);
	add_verdict(object, event);
	add_srv6(object, event);
	return object;
}

static int print_line(FILE *out, const struct segward_eve_event *event)
{
	struct json_object *object = segward_eve_object(event);
	const char *line;
	int err = 0;

	if (!object)
		return -ENOMEM;
	line = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN |
					      JSON_C_TO_STRING_NOSLASHESCAPE);
	if (!line)
		err = -ENOMEM;
	else if (fprintf(out, "%s\n", line) < 0)
		err = -EIO;
	json_object_put(object);
	return err;
}

int segward_eve_print(FILE *out, const struct segward_eve_event *event)
{
	struct segward_eve_event line = *event;
	uint32_t lines = 1;
	int err = 0;

	if (event->type == SEGWARD_EVENT_TYPE_DNS)
		lines = eve_dns_lines(event);
	for (line.question = 0; !err && line.question < lines; line.question++)
		err = print_line(out, &line);
	return err;
}
