// SPDX-License-Identifier: GPL-2.0
/* Made by scripts/ynl from Documentation/netlink/specs/segward.yaml. */
#include <linux/segward.h>

#include "names.h"

static const char * const attr_prefix[] = {
	[SEGWARD_A_PREFIX_ADDRESS] = "address",
	[SEGWARD_A_PREFIX_PREFIX_LEN] = "prefix-len",
};

static const char * const attr_drop[] = {
	[SEGWARD_A_DROP_REASON] = "reason",
	[SEGWARD_A_DROP_PACKETS] = "packets",
	[SEGWARD_A_DROP_PAD] = "pad",
};

static const char * const attr_sid[] = {
	[SEGWARD_A_SID_PREFIX] = "prefix",
	[SEGWARD_A_SID_PREFIX_LEN] = "prefix-len",
	[SEGWARD_A_SID_ACTION] = "action",
	[SEGWARD_A_SID_PROFILE] = "profile",
	[SEGWARD_A_SID_ZONE] = "zone",
	[SEGWARD_A_SID_VRF] = "vrf",
	[SEGWARD_A_SID_IIF] = "iif",
	[SEGWARD_A_SID_ALLOW_SRC] = "allow-src",
	[SEGWARD_A_SID_NH6] = "nh6",
	[SEGWARD_A_SID_OIF] = "oif",
	[SEGWARD_A_SID_TABLE] = "table",
	[SEGWARD_A_SID_ROUTE_TABLE] = "route-table",
	[SEGWARD_A_SID_ROUTE_METRIC] = "route-metric",
	[SEGWARD_A_SID_NOROUTE] = "noroute",
	[SEGWARD_A_SID_PACKETS] = "packets",
	[SEGWARD_A_SID_BYTES] = "bytes",
	[SEGWARD_A_SID_ERRORS] = "errors",
	[SEGWARD_A_SID_DROP] = "drop",
	[SEGWARD_A_SID_UPPER] = "upper",
	[SEGWARD_A_SID_FORWARDED] = "forwarded",
	[SEGWARD_A_SID_UPPER_STREAK] = "upper-streak",
	[SEGWARD_A_SID_SOURCE] = "source",
	[SEGWARD_A_SID_INGRESS] = "ingress",
	[SEGWARD_A_SID_ADDRESS] = "address",
	[SEGWARD_A_SID_REASON] = "reason",
	[SEGWARD_A_SID_PAD] = "pad",
	[SEGWARD_A_SID_CREATE] = "create",
	[SEGWARD_A_SID_REPLACE] = "replace",
	[SEGWARD_A_SID_NH4] = "nh4",
	[SEGWARD_A_SID_VRFTABLE] = "vrftable",
	[SEGWARD_A_SID_FLAVORS] = "flavors",
	[SEGWARD_A_SID_LBLEN] = "lblen",
	[SEGWARD_A_SID_NFLEN] = "nflen",
	[SEGWARD_A_SID_HMAC] = "hmac",
	[SEGWARD_A_SID_ARGUMENT] = "argument",
	[SEGWARD_A_SID_ARGUMENT_OFFSET] = "argument-offset",
	[SEGWARD_A_SID_ARGUMENT_LEN] = "argument-len",
	[SEGWARD_A_SID_RETURN_TABLE] = "return-table",
	[SEGWARD_A_SID_RETURN_VRF] = "return-vrf",
	[SEGWARD_A_SID_RETURN_SEGMENTS] = "return-segments",
	[SEGWARD_A_SID_SELECTED_PROFILE] = "selected-profile",
};

static const char * const attr_argument[] = {
	[SEGWARD_A_ARGUMENT_VALUE] = "value",
	[SEGWARD_A_ARGUMENT_PROFILE] = "profile",
};

static const char * const attr_range[] = {
	[SEGWARD_A_RANGE_NEGATED] = "negated",
	[SEGWARD_A_RANGE_FIRST] = "first",
	[SEGWARD_A_RANGE_LAST] = "last",
	[SEGWARD_A_RANGE_PORT_FIRST] = "port-first",
	[SEGWARD_A_RANGE_PORT_LAST] = "port-last",
};

static const char * const attr_variable[] = {
	[SEGWARD_A_VARIABLE_NAME] = "name",
	[SEGWARD_A_VARIABLE_RANGE] = "range",
};

static const char * const attr_threshold[] = {
	[SEGWARD_A_THRESHOLD_CATEGORY] = "category",
	[SEGWARD_A_THRESHOLD_MIN_SCORE] = "min-score",
	[SEGWARD_A_THRESHOLD_VERDICT] = "verdict",
};

static const char * const attr_override[] = {
	[SEGWARD_A_OVERRIDE_KIND] = "kind",
	[SEGWARD_A_OVERRIDE_GID] = "gid",
	[SEGWARD_A_OVERRIDE_SIGNATURE_ID] = "signature-id",
	[SEGWARD_A_OVERRIDE_NAME] = "name",
	[SEGWARD_A_OVERRIDE_VERDICT] = "verdict",
};

static const char * const attr_suppress[] = {
	[SEGWARD_A_SUPPRESS_GID] = "gid",
	[SEGWARD_A_SUPPRESS_SIGNATURE_ID] = "signature-id",
	[SEGWARD_A_SUPPRESS_DIRECTION] = "direction",
	[SEGWARD_A_SUPPRESS_ADDRESS] = "address",
	[SEGWARD_A_SUPPRESS_PREFIX_LEN] = "prefix-len",
};

static const char * const attr_exception[] = {
	[SEGWARD_A_EXCEPTION_CONDITION] = "condition",
	[SEGWARD_A_EXCEPTION_EXCEPTION] = "exception",
};

static const char * const attr_profile[] = {
	[SEGWARD_A_PROFILE_NAME] = "name",
	[SEGWARD_A_PROFILE_MODE] = "mode",
	[SEGWARD_A_PROFILE_RULESET] = "ruleset",
	[SEGWARD_A_PROFILE_VARIABLE] = "variable",
	[SEGWARD_A_PROFILE_THRESHOLD] = "threshold",
	[SEGWARD_A_PROFILE_OVERRIDE] = "override",
	[SEGWARD_A_PROFILE_SUPPRESS] = "suppress",
	[SEGWARD_A_PROFILE_EXCEPTION] = "exception",
	[SEGWARD_A_PROFILE_GENERATION] = "generation",
	[SEGWARD_A_PROFILE_USERS] = "users",
	[SEGWARD_A_PROFILE_CREATE] = "create",
	[SEGWARD_A_PROFILE_REPLACE] = "replace",
};

static const char * const attr_ruleset[] = {
	[SEGWARD_A_RULESET_NAME] = "name",
	[SEGWARD_A_RULESET_UPLOAD] = "upload",
	[SEGWARD_A_RULESET_SIZE] = "size",
	[SEGWARD_A_RULESET_OFFSET] = "offset",
	[SEGWARD_A_RULESET_DATA] = "data",
	[SEGWARD_A_RULESET_IMAGE_ID] = "image-id",
	[SEGWARD_A_RULESET_RULES] = "rules",
	[SEGWARD_A_RULESET_REJECTED] = "rejected",
	[SEGWARD_A_RULESET_MEMORY] = "memory",
	[SEGWARD_A_RULESET_GENERATION] = "generation",
	[SEGWARD_A_RULESET_USERS] = "users",
	[SEGWARD_A_RULESET_ORIGIN] = "origin",
	[SEGWARD_A_RULESET_SKIP_BAD] = "skip-bad",
	[SEGWARD_A_RULESET_CLASSIFICATION] = "classification",
	[SEGWARD_A_RULESET_PAD] = "pad",
	[SEGWARD_A_RULESET_CREATE] = "create",
	[SEGWARD_A_RULESET_REPLACE] = "replace",
};

static const char * const attr_rule[] = {
	[SEGWARD_A_RULE_RULESET] = "ruleset",
	[SEGWARD_A_RULE_SIGNATURE_ID] = "signature-id",
	[SEGWARD_A_RULE_GID] = "gid",
	[SEGWARD_A_RULE_REV] = "rev",
	[SEGWARD_A_RULE_ACTION] = "action",
	[SEGWARD_A_RULE_MSG] = "msg",
	[SEGWARD_A_RULE_CLASSTYPE] = "classtype",
	[SEGWARD_A_RULE_PRIORITY] = "priority",
	[SEGWARD_A_RULE_HEADER] = "header",
	[SEGWARD_A_RULE_REFERENCE] = "reference",
	[SEGWARD_A_RULE_METADATA] = "metadata",
	[SEGWARD_A_RULE_CHECKS] = "checks",
	[SEGWARD_A_RULE_MATCHES] = "matches",
	[SEGWARD_A_RULE_PAD] = "pad",
};

static const char * const attr_entry[] = {
	[SEGWARD_A_ENTRY_ADDRESS] = "address",
	[SEGWARD_A_ENTRY_PREFIX_LEN] = "prefix-len",
	[SEGWARD_A_ENTRY_CATEGORY] = "category",
	[SEGWARD_A_ENTRY_SCORE] = "score",
	[SEGWARD_A_ENTRY_SOURCE] = "source",
	[SEGWARD_A_ENTRY_TIMEOUT] = "timeout",
	[SEGWARD_A_ENTRY_EXPIRES] = "expires",
	[SEGWARD_A_ENTRY_PAD] = "pad",
};

static const char * const attr_reputation[] = {
	[SEGWARD_A_REPUTATION_ENTRY] = "entry",
	[SEGWARD_A_REPUTATION_CATEGORY] = "category",
	[SEGWARD_A_REPUTATION_SOURCE] = "source",
	[SEGWARD_A_REPUTATION_LOAD] = "load",
	[SEGWARD_A_REPUTATION_COMMIT] = "commit",
	[SEGWARD_A_REPUTATION_ABORT] = "abort",
	[SEGWARD_A_REPUTATION_ADDRESS] = "address",
	[SEGWARD_A_REPUTATION_ENTRIES] = "entries",
	[SEGWARD_A_REPUTATION_ENTRIES_MAX] = "entries-max",
	[SEGWARD_A_REPUTATION_MEMORY] = "memory",
	[SEGWARD_A_REPUTATION_ADDED] = "added",
	[SEGWARD_A_REPUTATION_EXPIRED] = "expired",
	[SEGWARD_A_REPUTATION_DELETED] = "deleted",
	[SEGWARD_A_REPUTATION_ENTRIES_IPV4] = "entries-ipv4",
	[SEGWARD_A_REPUTATION_ENTRIES_IPV6] = "entries-ipv6",
	[SEGWARD_A_REPUTATION_PAD] = "pad",
};

static const char * const attr_event[] = {
	[SEGWARD_A_EVENT_TYPE] = "type",
	[SEGWARD_A_EVENT_TIME] = "time",
	[SEGWARD_A_EVENT_SID] = "sid",
	[SEGWARD_A_EVENT_SID_LEN] = "sid-len",
	[SEGWARD_A_EVENT_ARGUMENT] = "argument",
	[SEGWARD_A_EVENT_ZONE] = "zone",
	[SEGWARD_A_EVENT_PROFILE] = "profile",
	[SEGWARD_A_EVENT_MODE] = "mode",
	[SEGWARD_A_EVENT_VERDICT] = "verdict",
	[SEGWARD_A_EVENT_WOULD] = "would",
	[SEGWARD_A_EVENT_REASON] = "reason",
	[SEGWARD_A_EVENT_IIF] = "iif",
	[SEGWARD_A_EVENT_FAMILY] = "family",
	[SEGWARD_A_EVENT_ENCAPSULATION] = "encapsulation",
	[SEGWARD_A_EVENT_SRC] = "src",
	[SEGWARD_A_EVENT_DST] = "dst",
	[SEGWARD_A_EVENT_PROTOCOL] = "protocol",
	[SEGWARD_A_EVENT_SRC_PORT] = "src-port",
	[SEGWARD_A_EVENT_DST_PORT] = "dst-port",
	[SEGWARD_A_EVENT_LENGTH] = "length",
	[SEGWARD_A_EVENT_OUTER_SRC] = "outer-src",
	[SEGWARD_A_EVENT_OUTER_DST] = "outer-dst",
	[SEGWARD_A_EVENT_SEGMENTS] = "segments",
	[SEGWARD_A_EVENT_SEGMENTS_LEFT] = "segments-left",
	[SEGWARD_A_EVENT_RULESET] = "ruleset",
	[SEGWARD_A_EVENT_SIGNATURE_ID] = "signature-id",
	[SEGWARD_A_EVENT_GID] = "gid",
	[SEGWARD_A_EVENT_REV] = "rev",
	[SEGWARD_A_EVENT_ACTION] = "action",
	[SEGWARD_A_EVENT_MSG] = "msg",
	[SEGWARD_A_EVENT_CLASSTYPE] = "classtype",
	[SEGWARD_A_EVENT_CATEGORY] = "category",
	[SEGWARD_A_EVENT_PRIORITY] = "priority",
	[SEGWARD_A_EVENT_METADATA] = "metadata",
	[SEGWARD_A_EVENT_ADDRESS] = "address",
	[SEGWARD_A_EVENT_PREFIX_LEN] = "prefix-len",
	[SEGWARD_A_EVENT_SCORE] = "score",
	[SEGWARD_A_EVENT_SOURCE] = "source",
	[SEGWARD_A_EVENT_LOST] = "lost",
	[SEGWARD_A_EVENT_TEXT] = "text",
	[SEGWARD_A_EVENT_TTL] = "ttl",
	[SEGWARD_A_EVENT_TCP_FLAGS] = "tcp-flags",
	[SEGWARD_A_EVENT_PAD] = "pad",
	[SEGWARD_A_EVENT_FLOW_ID] = "flow-id",
	[SEGWARD_A_EVENT_FLOW_DIRECTION] = "flow-direction",
	[SEGWARD_A_EVENT_FLOW_STATE] = "flow-state",
	[SEGWARD_A_EVENT_APP_PROTO] = "app-proto",
	[SEGWARD_A_EVENT_TX_ID] = "tx-id",
	[SEGWARD_A_EVENT_BUFFER] = "buffer",
	[SEGWARD_A_EVENT_BODY_TO_SERVER] = "body-to-server",
	[SEGWARD_A_EVENT_BODY_TO_CLIENT] = "body-to-client",
	[SEGWARD_A_EVENT_TRUNCATED] = "truncated",
	[SEGWARD_A_EVENT_PACKETS_TO_SERVER] = "packets-to-server",
	[SEGWARD_A_EVENT_PACKETS_TO_CLIENT] = "packets-to-client",
	[SEGWARD_A_EVENT_BYTES_TO_SERVER] = "bytes-to-server",
	[SEGWARD_A_EVENT_BYTES_TO_CLIENT] = "bytes-to-client",
	[SEGWARD_A_EVENT_START] = "start",
	[SEGWARD_A_EVENT_END] = "end",
	[SEGWARD_A_EVENT_END_REASON] = "end-reason",
	[SEGWARD_A_EVENT_ALERTED] = "alerted",
};

static const char * const attr_event_buffer[] = {
	[SEGWARD_A_EVENT_BUFFER_BUFFER] = "buffer",
	[SEGWARD_A_EVENT_BUFFER_DIRECTION] = "direction",
	[SEGWARD_A_EVENT_BUFFER_DATA] = "data",
};

static const char * const attr_flow[] = {
	[SEGWARD_A_FLOW_ZONE] = "zone",
	[SEGWARD_A_FLOW_FAMILY] = "family",
	[SEGWARD_A_FLOW_PROTOCOL] = "protocol",
	[SEGWARD_A_FLOW_STATE] = "state",
	[SEGWARD_A_FLOW_ADDRESS] = "address",
	[SEGWARD_A_FLOW_PREFIX_LEN] = "prefix-len",
	[SEGWARD_A_FLOW_PORT] = "port",
	[SEGWARD_A_FLOW_ID] = "id",
	[SEGWARD_A_FLOW_SRC] = "src",
	[SEGWARD_A_FLOW_DST] = "dst",
	[SEGWARD_A_FLOW_SRC_PORT] = "src-port",
	[SEGWARD_A_FLOW_DST_PORT] = "dst-port",
	[SEGWARD_A_FLOW_AGE] = "age",
	[SEGWARD_A_FLOW_IDLE] = "idle",
	[SEGWARD_A_FLOW_PACKETS_TO_SERVER] = "packets-to-server",
	[SEGWARD_A_FLOW_PACKETS_TO_CLIENT] = "packets-to-client",
	[SEGWARD_A_FLOW_BYTES_TO_SERVER] = "bytes-to-server",
	[SEGWARD_A_FLOW_BYTES_TO_CLIENT] = "bytes-to-client",
	[SEGWARD_A_FLOW_FLOWS] = "flows",
	[SEGWARD_A_FLOW_PAD] = "pad",
	[SEGWARD_A_FLOW_APP_PROTO] = "app-proto",
	[SEGWARD_A_FLOW_REFUSED] = "refused",
};

static const char * const attr_trace[] = {
	[SEGWARD_A_TRACE_ID] = "id",
	[SEGWARD_A_TRACE_TIME] = "time",
	[SEGWARD_A_TRACE_STEP] = "step",
	[SEGWARD_A_TRACE_TEXT] = "text",
	[SEGWARD_A_TRACE_VERDICT] = "verdict",
	[SEGWARD_A_TRACE_REASON] = "reason",
	[SEGWARD_A_TRACE_SRC] = "src",
	[SEGWARD_A_TRACE_DST] = "dst",
	[SEGWARD_A_TRACE_RATE] = "rate",
	[SEGWARD_A_TRACE_PAD] = "pad",
};

static const char * const attr_stats[] = {
	[SEGWARD_A_STATS_SIDS] = "sids",
	[SEGWARD_A_STATS_PROFILES] = "profiles",
	[SEGWARD_A_STATS_RULESETS] = "rulesets",
	[SEGWARD_A_STATS_PACKETS] = "packets",
	[SEGWARD_A_STATS_BYTES] = "bytes",
	[SEGWARD_A_STATS_INSPECTED] = "inspected",
	[SEGWARD_A_STATS_PASSED] = "passed",
	[SEGWARD_A_STATS_DROP] = "drop",
	[SEGWARD_A_STATS_WOULD_DROP] = "would-drop",
	[SEGWARD_A_STATS_ALERTS] = "alerts",
	[SEGWARD_A_STATS_EVENTS] = "events",
	[SEGWARD_A_STATS_EVENTS_LOST] = "events-lost",
	[SEGWARD_A_STATS_INJECTED] = "injected",
	[SEGWARD_A_STATS_BRIDGED] = "bridged",
	[SEGWARD_A_STATS_ECHO_REPLIES] = "echo-replies",
	[SEGWARD_A_STATS_ICMP_ERRORS] = "icmp-errors",
	[SEGWARD_A_STATS_REJECTS] = "rejects",
	[SEGWARD_A_STATS_LINEARIZED] = "linearized",
	[SEGWARD_A_STATS_WORK_EXHAUSTED] = "work-exhausted",
	[SEGWARD_A_STATS_HOOK] = "hook",
	[SEGWARD_A_STATS_IFINDEX] = "ifindex",
	[SEGWARD_A_STATS_VERSION] = "version",
	[SEGWARD_A_STATS_GENERATION] = "generation",
	[SEGWARD_A_STATS_IMAGE_UNPRIVILEGED] = "image-unprivileged",
	[SEGWARD_A_STATS_REPUTATION_ENTRIES] = "reputation-entries",
	[SEGWARD_A_STATS_REPUTATION_MEMORY] = "reputation-memory",
	[SEGWARD_A_STATS_PAD] = "pad",
	[SEGWARD_A_STATS_DATAGRAMS] = "datagrams",
	[SEGWARD_A_STATS_FRAGMENTS_FULL] = "fragments-full",
	[SEGWARD_A_STATS_FRAGMENT_MEMORY] = "fragment-memory",
	[SEGWARD_A_STATS_REPUTATION_ENTRIES_MAX] = "reputation-entries-max",
	[SEGWARD_A_STATS_FLOWS] = "flows",
	[SEGWARD_A_STATS_FLOWS_MAX] = "flows-max",
	[SEGWARD_A_STATS_FLOW_MEMORY] = "flow-memory",
	[SEGWARD_A_STATS_FLOWS_BEGUN] = "flows-begun",
	[SEGWARD_A_STATS_FLOWS_REFUSED] = "flows-refused",
	[SEGWARD_A_STATS_STREAM_MEMORY] = "stream-memory",
	[SEGWARD_A_STATS_STREAM_MEMORY_MAX] = "stream-memory-max",
	[SEGWARD_A_STATS_BYPASSED] = "bypassed",
	[SEGWARD_A_STATS_URGENT_CLEARED] = "urgent-cleared",
};

const struct segward_attr_set segward_attr_sets[] = {
	{ "prefix", attr_prefix,
	  sizeof(attr_prefix) / sizeof(attr_prefix[0]) },
	{ "drop", attr_drop,
	  sizeof(attr_drop) / sizeof(attr_drop[0]) },
	{ "sid", attr_sid,
	  sizeof(attr_sid) / sizeof(attr_sid[0]) },
	{ "argument", attr_argument,
	  sizeof(attr_argument) / sizeof(attr_argument[0]) },
	{ "range", attr_range,
	  sizeof(attr_range) / sizeof(attr_range[0]) },
	{ "variable", attr_variable,
	  sizeof(attr_variable) / sizeof(attr_variable[0]) },
	{ "threshold", attr_threshold,
	  sizeof(attr_threshold) / sizeof(attr_threshold[0]) },
	{ "override", attr_override,
	  sizeof(attr_override) / sizeof(attr_override[0]) },
	{ "suppress", attr_suppress,
	  sizeof(attr_suppress) / sizeof(attr_suppress[0]) },
	{ "exception", attr_exception,
	  sizeof(attr_exception) / sizeof(attr_exception[0]) },
	{ "profile", attr_profile,
	  sizeof(attr_profile) / sizeof(attr_profile[0]) },
	{ "ruleset", attr_ruleset,
	  sizeof(attr_ruleset) / sizeof(attr_ruleset[0]) },
	{ "rule", attr_rule,
	  sizeof(attr_rule) / sizeof(attr_rule[0]) },
	{ "entry", attr_entry,
	  sizeof(attr_entry) / sizeof(attr_entry[0]) },
	{ "reputation", attr_reputation,
	  sizeof(attr_reputation) / sizeof(attr_reputation[0]) },
	{ "event", attr_event,
	  sizeof(attr_event) / sizeof(attr_event[0]) },
	{ "event-buffer", attr_event_buffer,
	  sizeof(attr_event_buffer) / sizeof(attr_event_buffer[0]) },
	{ "flow", attr_flow,
	  sizeof(attr_flow) / sizeof(attr_flow[0]) },
	{ "trace", attr_trace,
	  sizeof(attr_trace) / sizeof(attr_trace[0]) },
	{ "stats", attr_stats,
	  sizeof(attr_stats) / sizeof(attr_stats[0]) },
	{ 0 },
};

/* the attribute set of each command */
const char * const segward_cmd_attr_set[] = {
	[SEGWARD_CMD_SID_NEW] = "sid",
	[SEGWARD_CMD_SID_DEL] = "sid",
	[SEGWARD_CMD_SID_GET] = "sid",
	[SEGWARD_CMD_PROFILE_NEW] = "profile",
	[SEGWARD_CMD_PROFILE_DEL] = "profile",
	[SEGWARD_CMD_PROFILE_GET] = "profile",
	[SEGWARD_CMD_UPLOAD_NEW] = "ruleset",
	[SEGWARD_CMD_UPLOAD_PART] = "ruleset",
	[SEGWARD_CMD_RULESET_NEW] = "ruleset",
	[SEGWARD_CMD_RULESET_DEL] = "ruleset",
	[SEGWARD_CMD_RULESET_GET] = "ruleset",
	[SEGWARD_CMD_RULE_GET] = "rule",
	[SEGWARD_CMD_REPUTATION_LOAD] = "reputation",
	[SEGWARD_CMD_REPUTATION_NEW] = "reputation",
	[SEGWARD_CMD_REPUTATION_DEL] = "reputation",
	[SEGWARD_CMD_REPUTATION_GET] = "reputation",
	[SEGWARD_CMD_STATS_GET] = "stats",
	[SEGWARD_CMD_SETTINGS_SET] = "stats",
	[SEGWARD_CMD_TRACE_SET] = "trace",
	[SEGWARD_CMD_TRACE_NTF] = "trace",
	[SEGWARD_CMD_EVENT_NTF] = "event",
	[SEGWARD_CMD_FLOW_GET] = "flow",
	[SEGWARD_CMD_FLOW_DEL] = "flow",
};

/* nested attribute set of an attribute, where it has one */
const struct segward_attr_nest segward_attr_nests[] = {
	{ "sid", SEGWARD_A_SID_ALLOW_SRC, "prefix" },
	{ "sid", SEGWARD_A_SID_DROP, "drop" },
	{ "sid", SEGWARD_A_SID_ARGUMENT, "argument" },
	{ "variable", SEGWARD_A_VARIABLE_RANGE, "range" },
	{ "profile", SEGWARD_A_PROFILE_VARIABLE, "variable" },
	{ "profile", SEGWARD_A_PROFILE_THRESHOLD, "threshold" },
	{ "profile", SEGWARD_A_PROFILE_OVERRIDE, "override" },
	{ "profile", SEGWARD_A_PROFILE_SUPPRESS, "suppress" },
	{ "profile", SEGWARD_A_PROFILE_EXCEPTION, "exception" },
	{ "reputation", SEGWARD_A_REPUTATION_ENTRY, "entry" },
	{ "event", SEGWARD_A_EVENT_BUFFER, "event-buffer" },
	{ "trace", SEGWARD_A_TRACE_SRC, "prefix" },
	{ "trace", SEGWARD_A_TRACE_DST, "prefix" },
	{ "stats", SEGWARD_A_STATS_DROP, "drop" },
	{ "stats", SEGWARD_A_STATS_WOULD_DROP, "drop" },
	{ 0 },
};

const char * const segward_action_names[] = {
	[SEGWARD_ACTION_END] = "end",
	[SEGWARD_ACTION_END_X] = "end-x",
	[SEGWARD_ACTION_END_T] = "end-t",
	[SEGWARD_ACTION_END_AN] = "end-an",
	[SEGWARD_ACTION_END_DX4] = "end-dx4",
	[SEGWARD_ACTION_END_DX6] = "end-dx6",
	[SEGWARD_ACTION_END_DT4] = "end-dt4",
	[SEGWARD_ACTION_END_DT6] = "end-dt6",
	[SEGWARD_ACTION_END_DT46] = "end-dt46",
};

const unsigned int segward_action_names_len =
	sizeof(segward_action_names) / sizeof(segward_action_names[0]);

const char * const segward_flavor_names[] = {
	[SEGWARD_FLAVOR_PSP] = "psp",
	[SEGWARD_FLAVOR_USP] = "usp",
	[SEGWARD_FLAVOR_USD] = "usd",
	[SEGWARD_FLAVOR_NEXT_CSID] = "next-csid",
};

const unsigned int segward_flavor_names_len =
	sizeof(segward_flavor_names) / sizeof(segward_flavor_names[0]);

const char * const segward_mode_names[] = {
	[SEGWARD_MODE_MONITOR] = "monitor",
	[SEGWARD_MODE_PREVENT] = "prevent",
};

const unsigned int segward_mode_names_len =
	sizeof(segward_mode_names) / sizeof(segward_mode_names[0]);

const char * const segward_verdict_names[] = {
	[SEGWARD_VERDICT_PASS] = "pass",
	[SEGWARD_VERDICT_REPORT] = "report",
	[SEGWARD_VERDICT_DROP] = "drop",
	[SEGWARD_VERDICT_REJECT] = "reject",
};

const unsigned int segward_verdict_names_len =
	sizeof(segward_verdict_names) / sizeof(segward_verdict_names[0]);

const char * const segward_rule_action_names[] = {
	[SEGWARD_RULE_ACTION_ALERT] = "alert",
	[SEGWARD_RULE_ACTION_PASS] = "pass",
	[SEGWARD_RULE_ACTION_DROP] = "drop",
	[SEGWARD_RULE_ACTION_REJECT] = "reject",
	[SEGWARD_RULE_ACTION_REJECTSRC] = "rejectsrc",
	[SEGWARD_RULE_ACTION_REJECTDST] = "rejectdst",
	[SEGWARD_RULE_ACTION_REJECTBOTH] = "rejectboth",
};

const unsigned int segward_rule_action_names_len =
	sizeof(segward_rule_action_names) / sizeof(segward_rule_action_names[0]);

const char * const segward_reason_names[] = {
	[SEGWARD_REASON_NONE] = "none",
	[SEGWARD_REASON_SRH_MALFORMED] = "srh-malformed",
	[SEGWARD_REASON_ROUTING_TYPE] = "routing-type",
	[SEGWARD_REASON_LAST_ENTRY] = "last-entry",
	[SEGWARD_REASON_SEGMENTS_LEFT] = "segments-left",
	[SEGWARD_REASON_TLV_MALFORMED] = "tlv-malformed",
	[SEGWARD_REASON_HOP_LIMIT] = "hop-limit",
	[SEGWARD_REASON_UPPER_LAYER] = "upper-layer",
	[SEGWARD_REASON_IIF] = "iif",
	[SEGWARD_REASON_SOURCE] = "source",
	[SEGWARD_REASON_OUTER_FRAGMENT] = "outer-fragment",
	[SEGWARD_REASON_PACKET_MALFORMED] = "packet-malformed",
	[SEGWARD_REASON_INNER_FRAGMENT] = "inner-fragment",
	[SEGWARD_REASON_REPUTATION] = "reputation",
	[SEGWARD_REASON_RULE] = "rule",
	[SEGWARD_REASON_BUDGET] = "budget",
	[SEGWARD_REASON_NO_MEMORY] = "no-memory",
	[SEGWARD_REASON_NO_ROUTE] = "no-route",
	[SEGWARD_REASON_NO_SID] = "no-sid",
	[SEGWARD_REASON_LOOP] = "loop",
	[SEGWARD_REASON_ECHO_FRAGMENT] = "echo-fragment",
	[SEGWARD_REASON_ECHO_RATE] = "echo-rate",
	[SEGWARD_REASON_ICMP_ERROR] = "icmp-error",
	[SEGWARD_REASON_REJECT_UNROUTABLE] = "reject-unroutable",
	[SEGWARD_REASON_ECN] = "ecn",
	[SEGWARD_REASON_HMAC] = "hmac",
	[SEGWARD_REASON_FLOW_FULL] = "flow-full",
	[SEGWARD_REASON_STREAM_TRUNCATED] = "stream-truncated",
	[SEGWARD_REASON_STREAM_FLAGS] = "stream-flags",
	[SEGWARD_REASON_STREAM_OPTIONS] = "stream-options",
	[SEGWARD_REASON_STREAM_SYN] = "stream-syn",
	[SEGWARD_REASON_STREAM_RST] = "stream-rst",
	[SEGWARD_REASON_STREAM_ACK] = "stream-ack",
	[SEGWARD_REASON_STREAM_MIDSTREAM] = "stream-midstream",
	[SEGWARD_REASON_STREAM_UNCONFIRMED] = "stream-unconfirmed",
	[SEGWARD_REASON_STREAM_WINDOW] = "stream-window",
	[SEGWARD_REASON_STREAM_TIMESTAMP] = "stream-timestamp",
	[SEGWARD_REASON_STREAM_PAWS] = "stream-paws",
	[SEGWARD_REASON_STREAM_AFTER_FIN] = "stream-after-fin",
	[SEGWARD_REASON_STREAM_CLOSED] = "stream-closed",
	[SEGWARD_REASON_STREAM_CONFLICT] = "stream-conflict",
	[SEGWARD_REASON_STREAM_NOT_COMPARABLE] = "stream-not-comparable",
	[SEGWARD_REASON_STREAM_COPY_LIMIT] = "stream-copy-limit",
	[SEGWARD_REASON_STREAM_COPY_BUDGET] = "stream-copy-budget",
	[SEGWARD_REASON_FLOW_REFUSED] = "flow-refused",
};

const unsigned int segward_reason_names_len =
	sizeof(segward_reason_names) / sizeof(segward_reason_names[0]);

const char * const segward_condition_names[] = {
	[SEGWARD_CONDITION_PACKET_MALFORMED] = "packet-malformed",
	[SEGWARD_CONDITION_OUTER_FRAGMENT] = "outer-fragment",
	[SEGWARD_CONDITION_INNER_FRAGMENT] = "inner-fragment",
	[SEGWARD_CONDITION_BUDGET] = "budget",
	[SEGWARD_CONDITION_FLOW_FULL] = "flow-full",
	[SEGWARD_CONDITION_MIDSTREAM] = "midstream",
	[SEGWARD_CONDITION_STREAM_INVALID] = "stream-invalid",
	[SEGWARD_CONDITION_STREAM_BUDGET] = "stream-budget",
};

const unsigned int segward_condition_names_len =
	sizeof(segward_condition_names) / sizeof(segward_condition_names[0]);

const char * const segward_exception_names[] = {
	[SEGWARD_EXCEPTION_PASS_PACKET] = "pass-packet",
	[SEGWARD_EXCEPTION_DROP_PACKET] = "drop-packet",
	[SEGWARD_EXCEPTION_REJECT] = "reject",
};

const unsigned int segward_exception_names_len =
	sizeof(segward_exception_names) / sizeof(segward_exception_names[0]);

const char * const segward_override_kind_names[] = {
	[SEGWARD_OVERRIDE_KIND_SIGNATURE_ID] = "signature-id",
	[SEGWARD_OVERRIDE_KIND_CLASSTYPE] = "classtype",
	[SEGWARD_OVERRIDE_KIND_RULESET] = "ruleset",
};

const unsigned int segward_override_kind_names_len =
	sizeof(segward_override_kind_names) / sizeof(segward_override_kind_names[0]);

const char * const segward_direction_names[] = {
	[SEGWARD_DIRECTION_EITHER] = "either",
	[SEGWARD_DIRECTION_SRC] = "src",
	[SEGWARD_DIRECTION_DST] = "dst",
};

const unsigned int segward_direction_names_len =
	sizeof(segward_direction_names) / sizeof(segward_direction_names[0]);

const char * const segward_flow_state_names[] = {
	[SEGWARD_FLOW_STATE_NEW] = "new",
	[SEGWARD_FLOW_STATE_ESTABLISHED] = "established",
	[SEGWARD_FLOW_STATE_CLOSED] = "closed",
};

const unsigned int segward_flow_state_names_len =
	sizeof(segward_flow_state_names) / sizeof(segward_flow_state_names[0]);

const char * const segward_app_proto_names[] = {
	[SEGWARD_APP_PROTO_FAILED] = "failed",
	[SEGWARD_APP_PROTO_HTTP] = "http",
	[SEGWARD_APP_PROTO_TLS] = "tls",
	[SEGWARD_APP_PROTO_DNS] = "dns",
	[SEGWARD_APP_PROTO_SSH] = "ssh",
};

const unsigned int segward_app_proto_names_len =
	sizeof(segward_app_proto_names) / sizeof(segward_app_proto_names[0]);

const char * const segward_flow_direction_names[] = {
	[SEGWARD_FLOW_DIRECTION_TO_SERVER] = "to-server",
	[SEGWARD_FLOW_DIRECTION_TO_CLIENT] = "to-client",
};

const unsigned int segward_flow_direction_names_len =
	sizeof(segward_flow_direction_names) / sizeof(segward_flow_direction_names[0]);

const char * const segward_flow_end_names[] = {
	[SEGWARD_FLOW_END_TIMEOUT] = "timeout",
	[SEGWARD_FLOW_END_FORCED] = "forced",
	[SEGWARD_FLOW_END_SHUTDOWN] = "shutdown",
};

const unsigned int segward_flow_end_names_len =
	sizeof(segward_flow_end_names) / sizeof(segward_flow_end_names[0]);

const char * const segward_event_type_names[] = {
	[SEGWARD_EVENT_TYPE_ALERT] = "alert",
	[SEGWARD_EVENT_TYPE_DROP] = "drop",
	[SEGWARD_EVENT_TYPE_ANOMALY] = "anomaly",
	[SEGWARD_EVENT_TYPE_REPUTATION] = "reputation",
	[SEGWARD_EVENT_TYPE_STATE] = "state",
	[SEGWARD_EVENT_TYPE_LOST] = "lost",
	[SEGWARD_EVENT_TYPE_HTTP] = "http",
	[SEGWARD_EVENT_TYPE_TLS] = "tls",
	[SEGWARD_EVENT_TYPE_DNS] = "dns",
	[SEGWARD_EVENT_TYPE_SSH] = "ssh",
	[SEGWARD_EVENT_TYPE_FLOW] = "flow",
};

const unsigned int segward_event_type_names_len =
	sizeof(segward_event_type_names) / sizeof(segward_event_type_names[0]);

const char * const segward_step_names[] = {
	[SEGWARD_STEP_HOOK] = "hook",
	[SEGWARD_STEP_SID] = "sid",
	[SEGWARD_STEP_SRH] = "srh",
	[SEGWARD_STEP_PACKET] = "packet",
	[SEGWARD_STEP_REPUTATION] = "reputation",
	[SEGWARD_STEP_RULES] = "rules",
	[SEGWARD_STEP_VERDICT] = "verdict",
	[SEGWARD_STEP_ACTION] = "action",
};

const unsigned int segward_step_names_len =
	sizeof(segward_step_names) / sizeof(segward_step_names[0]);

const char * const segward_family_names[] = {
	[SEGWARD_FAMILY_IPV4] = "ipv4",
	[SEGWARD_FAMILY_IPV6] = "ipv6",
};

const unsigned int segward_family_names_len =
	sizeof(segward_family_names) / sizeof(segward_family_names[0]);

const char * const segward_encapsulation_names[] = {
	[SEGWARD_ENCAPSULATION_IPV4] = "ipv4",
	[SEGWARD_ENCAPSULATION_IPV6] = "ipv6",
	[SEGWARD_ENCAPSULATION_INLINE] = "inline",
};

const unsigned int segward_encapsulation_names_len =
	sizeof(segward_encapsulation_names) / sizeof(segward_encapsulation_names[0]);
