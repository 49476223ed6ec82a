/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Made by scripts/ynl from Documentation/netlink/specs/segward.yaml. */
#ifndef _UAPI_LINUX_SEGWARD_H
#define _UAPI_LINUX_SEGWARD_H

#define SEGWARD_FAMILY_NAME		"segward"
#define SEGWARD_FAMILY_VERSION		1

#define SEGWARD_NAME_LEN		31
#define SEGWARD_PART_LEN		32768
#define SEGWARD_ENTRIES_MAX		512

enum segward_action {
	SEGWARD_ACTION_END = 1,
	SEGWARD_ACTION_END_X = 2,
	SEGWARD_ACTION_END_T = 3,
	/* End with a profile (SR-aware function, native) */
	SEGWARD_ACTION_END_AN = 4,
	/* the inner IPv4 packet goes to a next hop */
	SEGWARD_ACTION_END_DX4 = 5,
	/* the inner IPv6 packet goes to a next hop */
	SEGWARD_ACTION_END_DX6 = 6,
	/* the inner IPv4 packet is looked up in a table */
	SEGWARD_ACTION_END_DT4 = 7,
	/* the inner IPv6 packet is looked up in a table */
	SEGWARD_ACTION_END_DT6 = 8,
	/* end-dt4 and end-dt6 in one */
	SEGWARD_ACTION_END_DT46 = 9,

	/* private: */
	__SEGWARD_ACTION_MAX,
	SEGWARD_ACTION_MAX = (__SEGWARD_ACTION_MAX - 1)
};

enum segward_flavor {
	/* the SRH is removed when the last segment becomes the destination */
	SEGWARD_FLAVOR_PSP = 1,
	/* the SRH is removed when no segments are left */
	SEGWARD_FLAVOR_USP = 2,
	/* the inner packet is taken out when no segments are left */
	SEGWARD_FLAVOR_USD = 3,
	/* the destination is a list of compressed SIDs (RFC 9800, 4.1) */
	SEGWARD_FLAVOR_NEXT_CSID = 4,

	/* private: */
	__SEGWARD_FLAVOR_MAX,
	SEGWARD_FLAVOR_MAX = (__SEGWARD_FLAVOR_MAX - 1)
};

enum segward_mode {
	/* nothing is dropped; events say what prevent would have done */
	SEGWARD_MODE_MONITOR = 1,
	SEGWARD_MODE_PREVENT = 2,

	/* private: */
	__SEGWARD_MODE_MAX,
	SEGWARD_MODE_MAX = (__SEGWARD_MODE_MAX - 1)
};

enum segward_verdict {
	SEGWARD_VERDICT_PASS = 1,
	/* let through, with an event */
	SEGWARD_VERDICT_REPORT = 2,
	SEGWARD_VERDICT_DROP = 3,
	/* drop and tell both ends */
	SEGWARD_VERDICT_REJECT = 4,

	/* private: */
	__SEGWARD_VERDICT_MAX,
	SEGWARD_VERDICT_MAX = (__SEGWARD_VERDICT_MAX - 1)
};

enum segward_rule_action {
	SEGWARD_RULE_ACTION_ALERT = 1,
	SEGWARD_RULE_ACTION_PASS = 2,
	SEGWARD_RULE_ACTION_DROP = 3,
	SEGWARD_RULE_ACTION_REJECT = 4,
	SEGWARD_RULE_ACTION_REJECTSRC = 5,
	SEGWARD_RULE_ACTION_REJECTDST = 6,
	SEGWARD_RULE_ACTION_REJECTBOTH = 7,

	/* private: */
	__SEGWARD_RULE_ACTION_MAX,
	SEGWARD_RULE_ACTION_MAX = (__SEGWARD_RULE_ACTION_MAX - 1)
};

enum segward_reason {
	SEGWARD_REASON_NONE = 0,
	/* header chain or SRH runs past the packet, or cannot be read */
	SEGWARD_REASON_SRH_MALFORMED = 1,
	/* a routing header that is not type 4, with segments left */
	SEGWARD_REASON_ROUTING_TYPE = 2,
	/* Last Entry exceeds the header's length (RFC 8986 4.1 S09) */
	SEGWARD_REASON_LAST_ENTRY = 3,
	/* Segments Left exceeds Last Entry + 1 (RFC 8986 4.1 S09) */
	SEGWARD_REASON_SEGMENTS_LEFT = 4,
	/* a TLV runs past the SRH */
	SEGWARD_REASON_TLV_MALFORMED = 5,
	/* Hop Limit of 1 or less (RFC 8986 4.1 S05) */
	SEGWARD_REASON_HOP_LIMIT = 6,
	/* an upper-layer header this SID does not accept (RFC 8986 4.1.1) */
	SEGWARD_REASON_UPPER_LAYER = 7,
	/* came in by another device than the SID's iif */
	SEGWARD_REASON_IIF = 8,
	/* outer source outside of the SID's allow-src */
	SEGWARD_REASON_SOURCE = 9,
	/* outer fragment at a SID with a profile, or that decapsulates */
	SEGWARD_REASON_OUTER_FRAGMENT = 10,
	/* inner packet that cannot be parsed */
	SEGWARD_REASON_PACKET_MALFORMED = 11,
	/* inner fragment that spoils its datagram or cannot be kept */
	SEGWARD_REASON_INNER_FRAGMENT = 12,
	/* an address whose reputation the profile blocks */
	SEGWARD_REASON_REPUTATION = 13,
	/* a rule matched */
	SEGWARD_REASON_RULE = 14,
	/* the packet's work budget ran out */
	SEGWARD_REASON_BUDGET = 15,
	/* a copy or a private header could not be allocated */
	SEGWARD_REASON_NO_MEMORY = 16,
	/* no route, next hop, VRF or device for what the action does */
	SEGWARD_REASON_NO_ROUTE = 17,
	/* came through segward0 and no SID takes it */
	SEGWARD_REASON_NO_SID = 18,
	/* visited too many SIDs of this node without leaving it */
	SEGWARD_REASON_LOOP = 19,
	/* a fragmented Echo Request to a SID */
	SEGWARD_REASON_ECHO_FRAGMENT = 20,
	/* Echo Requests above the rate limit */
	SEGWARD_REASON_ECHO_RATE = 21,
	/* an ICMPv6 error that arrived for a SID as upper layer */
	SEGWARD_REASON_ICMP_ERROR = 22,
	/* reject without a way back to the source; dropped silently */
	SEGWARD_REASON_REJECT_UNROUTABLE = 23,
	/* outer congestion mark, inner packet not ECN-capable (RFC 6040) */
	SEGWARD_REASON_ECN = 24,
	/* without the HMAC that the SID requires, or with a wrong one */
	SEGWARD_REASON_HMAC = 25,
	/* a new flow in a zone that has as many as it may have */
	SEGWARD_REASON_FLOW_FULL = 26,
	/* a TCP segment whose payload is not in the packet */
	SEGWARD_REASON_STREAM_TRUNCATED = 27,
	/* TCP flags that contradict each other */
	SEGWARD_REASON_STREAM_FLAGS = 28,
	/* a TCP option that runs past the header */
	SEGWARD_REASON_STREAM_OPTIONS = 29,
	/* a SYN in a connection that has another beginning */
	SEGWARD_REASON_STREAM_SYN = 30,
	/* a RST outside of the window, or that answers nothing */
	SEGWARD_REASON_STREAM_RST = 31,
	/* acknowledges what was not forwarded */
	SEGWARD_REASON_STREAM_ACK = 32,
	/* of a connection whose beginning was not seen */
	SEGWARD_REASON_STREAM_MIDSTREAM = 33,
	/* data, before it is certain where the stream begins */
	SEGWARD_REASON_STREAM_UNCONFIRMED = 34,
	/* data outside of the receiver's window */
	SEGWARD_REASON_STREAM_WINDOW = 35,
	/* without the timestamp that both sides agreed on (RFC 7323) */
	SEGWARD_REASON_STREAM_TIMESTAMP = 36,
	/* an older timestamp than the last one (RFC 7323 5) */
	SEGWARD_REASON_STREAM_PAWS = 37,
	/* data behind the end of the stream, or another end */
	SEGWARD_REASON_STREAM_AFTER_FIN = 38,
	/* data after a reset */
	SEGWARD_REASON_STREAM_CLOSED = 39,
	/* differs from what was forwarded for the same bytes */
	SEGWARD_REASON_STREAM_CONFLICT = 40,
	/* repeats bytes that are not kept any more */
	SEGWARD_REASON_STREAM_NOT_COMPARABLE = 41,
	/* data that came early, more than a direction may have kept */
	SEGWARD_REASON_STREAM_COPY_LIMIT = 42,
	/* data that came early, and no memory left to keep it */
	SEGWARD_REASON_STREAM_COPY_BUDGET = 43,
	/* of a flow that was dropped or rejected before */
	SEGWARD_REASON_FLOW_REFUSED = 44,

	/* private: */
	__SEGWARD_REASON_MAX,
	SEGWARD_REASON_MAX = (__SEGWARD_REASON_MAX - 1)
};

enum segward_condition {
	SEGWARD_CONDITION_PACKET_MALFORMED = 1,
	SEGWARD_CONDITION_OUTER_FRAGMENT = 2,
	SEGWARD_CONDITION_INNER_FRAGMENT = 3,
	SEGWARD_CONDITION_BUDGET = 4,
	/* a new flow that there is no room for */
	SEGWARD_CONDITION_FLOW_FULL = 5,
	/*
	 * A TCP connection whose beginning was not seen; pass-packet, the
	 * default, inspects it.
	 */
	SEGWARD_CONDITION_MIDSTREAM = 6,
	/* a TCP segment that does not fit to its connection */
	SEGWARD_CONDITION_STREAM_INVALID = 7,
	/* a TCP segment that came early and cannot be kept */
	SEGWARD_CONDITION_STREAM_BUDGET = 8,

	/* private: */
	__SEGWARD_CONDITION_MAX,
	SEGWARD_CONDITION_MAX = (__SEGWARD_CONDITION_MAX - 1)
};

enum segward_exception {
	SEGWARD_EXCEPTION_PASS_PACKET = 1,
	SEGWARD_EXCEPTION_DROP_PACKET = 2,
	SEGWARD_EXCEPTION_REJECT = 3,

	/* private: */
	__SEGWARD_EXCEPTION_MAX,
	SEGWARD_EXCEPTION_MAX = (__SEGWARD_EXCEPTION_MAX - 1)
};

enum segward_override_kind {
	SEGWARD_OVERRIDE_KIND_SIGNATURE_ID = 1,
	SEGWARD_OVERRIDE_KIND_CLASSTYPE = 2,
	SEGWARD_OVERRIDE_KIND_RULESET = 3,

	/* private: */
	__SEGWARD_OVERRIDE_KIND_MAX,
	SEGWARD_OVERRIDE_KIND_MAX = (__SEGWARD_OVERRIDE_KIND_MAX - 1)
};

enum segward_direction {
	SEGWARD_DIRECTION_EITHER = 1,
	SEGWARD_DIRECTION_SRC = 2,
	SEGWARD_DIRECTION_DST = 3,

	/* private: */
	__SEGWARD_DIRECTION_MAX,
	SEGWARD_DIRECTION_MAX = (__SEGWARD_DIRECTION_MAX - 1)
};

enum segward_flow_state {
	/* nobody has answered */
	SEGWARD_FLOW_STATE_NEW = 1,
	/* both ends were heard, or it was picked up in its middle */
	SEGWARD_FLOW_STATE_ESTABLISHED = 2,
	/* reset, or both ends said that they end */
	SEGWARD_FLOW_STATE_CLOSED = 3,

	/* private: */
	__SEGWARD_FLOW_STATE_MAX,
	SEGWARD_FLOW_STATE_MAX = (__SEGWARD_FLOW_STATE_MAX - 1)
};

enum segward_app_proto {
	/* none that is known */
	SEGWARD_APP_PROTO_FAILED = 1,
	SEGWARD_APP_PROTO_HTTP = 2,
	SEGWARD_APP_PROTO_TLS = 3,
	SEGWARD_APP_PROTO_DNS = 4,
	SEGWARD_APP_PROTO_SSH = 5,

	/* private: */
	__SEGWARD_APP_PROTO_MAX,
	SEGWARD_APP_PROTO_MAX = (__SEGWARD_APP_PROTO_MAX - 1)
};

enum segward_flow_direction {
	/* from the end that sent first */
	SEGWARD_FLOW_DIRECTION_TO_SERVER = 1,
	SEGWARD_FLOW_DIRECTION_TO_CLIENT = 2,

	/* private: */
	__SEGWARD_FLOW_DIRECTION_MAX,
	SEGWARD_FLOW_DIRECTION_MAX = (__SEGWARD_FLOW_DIRECTION_MAX - 1)
};

enum segward_flow_end {
	/*
	 * no packet came for long enough, also behind the end of a connection
	 */
	SEGWARD_FLOW_END_TIMEOUT = 1,
	/* somebody flushed it */
	SEGWARD_FLOW_END_FORCED = 2,
	/* the namespace, or the capture, ends */
	SEGWARD_FLOW_END_SHUTDOWN = 3,

	/* private: */
	__SEGWARD_FLOW_END_MAX,
	SEGWARD_FLOW_END_MAX = (__SEGWARD_FLOW_END_MAX - 1)
};

enum segward_event_type {
	SEGWARD_EVENT_TYPE_ALERT = 1,
	SEGWARD_EVENT_TYPE_DROP = 2,
	SEGWARD_EVENT_TYPE_ANOMALY = 3,
	SEGWARD_EVENT_TYPE_REPUTATION = 4,
	SEGWARD_EVENT_TYPE_STATE = 5,
	/* events were lost; counts how many since the last one seen */
	SEGWARD_EVENT_TYPE_LOST = 6,
	/* request and response; what is known of them */
	SEGWARD_EVENT_TYPE_HTTP = 7,
	/* a handshake */
	SEGWARD_EVENT_TYPE_TLS = 8,
	/* a message */
	SEGWARD_EVENT_TYPE_DNS = 9,
	/* the two banners */
	SEGWARD_EVENT_TYPE_SSH = 10,
	/* a flow that is over */
	SEGWARD_EVENT_TYPE_FLOW = 11,

	/* private: */
	__SEGWARD_EVENT_TYPE_MAX,
	SEGWARD_EVENT_TYPE_MAX = (__SEGWARD_EVENT_TYPE_MAX - 1)
};

enum segward_step {
	SEGWARD_STEP_HOOK = 1,
	SEGWARD_STEP_SID = 2,
	SEGWARD_STEP_SRH = 3,
	SEGWARD_STEP_PACKET = 4,
	SEGWARD_STEP_REPUTATION = 5,
	SEGWARD_STEP_RULES = 6,
	SEGWARD_STEP_VERDICT = 7,
	SEGWARD_STEP_ACTION = 8,

	/* private: */
	__SEGWARD_STEP_MAX,
	SEGWARD_STEP_MAX = (__SEGWARD_STEP_MAX - 1)
};

enum segward_family {
	SEGWARD_FAMILY_IPV4 = 4,
	SEGWARD_FAMILY_IPV6 = 6,

	/* private: */
	__SEGWARD_FAMILY_MAX,
	SEGWARD_FAMILY_MAX = (__SEGWARD_FAMILY_MAX - 1)
};

enum segward_encapsulation {
	/* IPv4-in-IPv6 */
	SEGWARD_ENCAPSULATION_IPV4 = 1,
	/* IPv6-in-IPv6 */
	SEGWARD_ENCAPSULATION_IPV6 = 2,
	/* the SRH was inserted into the packet itself */
	SEGWARD_ENCAPSULATION_INLINE = 3,

	/* private: */
	__SEGWARD_ENCAPSULATION_MAX,
	SEGWARD_ENCAPSULATION_MAX = (__SEGWARD_ENCAPSULATION_MAX - 1)
};

enum segward_a_prefix {
	/* 4 bytes for IPv4, 16 for IPv6 */
	SEGWARD_A_PREFIX_ADDRESS = 1,
	SEGWARD_A_PREFIX_PREFIX_LEN = 2,

	/* private: */
	__SEGWARD_A_PREFIX_MAX,
	SEGWARD_A_PREFIX_MAX = (__SEGWARD_A_PREFIX_MAX - 1)
};

enum segward_a_drop {
	SEGWARD_A_DROP_REASON = 1,
	SEGWARD_A_DROP_PACKETS = 2,
	SEGWARD_A_DROP_PAD = 3,

	/* private: */
	__SEGWARD_A_DROP_MAX,
	SEGWARD_A_DROP_MAX = (__SEGWARD_A_DROP_MAX - 1)
};

enum segward_a_sid {
	/* first address of the prefix; bits behind it must be zero */
	SEGWARD_A_SID_PREFIX = 1,
	SEGWARD_A_SID_PREFIX_LEN = 2,
	SEGWARD_A_SID_ACTION = 3,
	SEGWARD_A_SID_PROFILE = 4,
	SEGWARD_A_SID_ZONE = 5,
	/* ifindex of the L3 master device; absent or 0 is the default domain */
	SEGWARD_A_SID_VRF = 6,
	/* ifindex of the only device by which packets may come */
	SEGWARD_A_SID_IIF = 7,
	/* outer sources that are accepted; any if there is none (at most 64) */
	SEGWARD_A_SID_ALLOW_SRC = 8,
	/* next hop of End.X and End.DX6 */
	SEGWARD_A_SID_NH6 = 9,
	/* ifindex of the output device of End.X, End.DX4 and End.DX6 */
	SEGWARD_A_SID_OIF = 10,
	/* routing table of End.T and End.DT6; main also of the other End.DT */
	SEGWARD_A_SID_TABLE = 11,
	/*
	 * Where user space keeps the SID's route. The module only remembers
	 * it, with route-metric and noroute, so that show, save and del know.
	 */
	SEGWARD_A_SID_ROUTE_TABLE = 12,
	SEGWARD_A_SID_ROUTE_METRIC = 13,
	SEGWARD_A_SID_NOROUTE = 14,
	/* packets that matched the SID */
	SEGWARD_A_SID_PACKETS = 15,
	/* their bytes from the outer IPv6 header on */
	SEGWARD_A_SID_BYTES = 16,
	/* packets answered with an ICMPv6 error or refused before inspection */
	SEGWARD_A_SID_ERRORS = 17,
	/* one for each reason that is not zero */
	SEGWARD_A_SID_DROP = 18,
	/* packets that came with no segments left or without SRH */
	SEGWARD_A_SID_UPPER = 19,
	/* packets handed on, to the next segment or out of their tunnel */
	SEGWARD_A_SID_FORWARDED = 20,
	/* how many of the latest packets in a row were of the kind of upper */
	SEGWARD_A_SID_UPPER_STREAK = 21,
	/* in sid-get, the outer source to test against allow-src */
	SEGWARD_A_SID_SOURCE = 22,
	/* in sid-get, the ifindex to look up by */
	SEGWARD_A_SID_INGRESS = 23,
	/* in sid-get, the destination whose SID is wanted */
	SEGWARD_A_SID_ADDRESS = 24,
	/* in the answer to sid-get by address, why it would be refused */
	SEGWARD_A_SID_REASON = 25,
	SEGWARD_A_SID_PAD = 26,
	/* the object may be new */
	SEGWARD_A_SID_CREATE = 27,
	/* the object may be there already and is replaced */
	SEGWARD_A_SID_REPLACE = 28,
	/* next hop of End.DX4 */
	SEGWARD_A_SID_NH4 = 29,
	/*
	 * The VRF of this table takes the inner packets of End.DT4, End.DT6
	 * and End.DT46. Needs net.vrf.strict_mode.
	 */
	SEGWARD_A_SID_VRFTABLE = 30,
	/* bit 1 << flavor for each */
	SEGWARD_A_SID_FLAVORS = 31,
	/*
	 * Bits of the locator block with flavor next-csid; with nflen the
	 * length of the prefix. Whole bytes.
	 */
	SEGWARD_A_SID_LBLEN = 32,
	/* bits of locator node and function, the length of a C-SID */
	SEGWARD_A_SID_NFLEN = 33,
	/*
	 * Key ID of the HMAC that packets must have, in the kernel's store of
	 * seg6 keys.
	 */
	SEGWARD_A_SID_HMAC = 34,
	/* argument values with a profile of their own (at most 256) */
	SEGWARD_A_SID_ARGUMENT = 35,
	/*
	 * bit of the argument where those values begin, 0 right behind the
	 * prefix
	 */
	SEGWARD_A_SID_ARGUMENT_OFFSET = 36,
	/*
	 * bits of those values; the whole argument if absent and it has at
	 * most 32
	 */
	SEGWARD_A_SID_ARGUMENT_LEN = 37,
	/*
	 * Table in which the source of a rejected packet is looked up, to tell
	 * it; for IPv4 main only. One of the three return attributes.
	 */
	SEGWARD_A_SID_RETURN_TABLE = 38,
	/* ifindex of the VRF in which it is looked up */
	SEGWARD_A_SID_RETURN_VRF = 39,
	/*
	 * segments by which it is told, first one first, 16 bytes each, up to
	 * 16
	 */
	SEGWARD_A_SID_RETURN_SEGMENTS = 40,
	/* in the answer to sid-get by address, the profile of that argument */
	SEGWARD_A_SID_SELECTED_PROFILE = 41,

	/* private: */
	__SEGWARD_A_SID_MAX,
	SEGWARD_A_SID_MAX = (__SEGWARD_A_SID_MAX - 1)
};

enum segward_a_argument {
	SEGWARD_A_ARGUMENT_VALUE = 1,
	SEGWARD_A_ARGUMENT_PROFILE = 2,

	/* private: */
	__SEGWARD_A_ARGUMENT_MAX,
	SEGWARD_A_ARGUMENT_MAX = (__SEGWARD_A_ARGUMENT_MAX - 1)
};

enum segward_a_range {
	SEGWARD_A_RANGE_NEGATED = 1,
	/* address, 4 or 16 bytes */
	SEGWARD_A_RANGE_FIRST = 2,
	SEGWARD_A_RANGE_LAST = 3,
	SEGWARD_A_RANGE_PORT_FIRST = 4,
	SEGWARD_A_RANGE_PORT_LAST = 5,

	/* private: */
	__SEGWARD_A_RANGE_MAX,
	SEGWARD_A_RANGE_MAX = (__SEGWARD_A_RANGE_MAX - 1)
};

enum segward_a_variable {
	SEGWARD_A_VARIABLE_NAME = 1,
	SEGWARD_A_VARIABLE_RANGE = 2,

	/* private: */
	__SEGWARD_A_VARIABLE_MAX,
	SEGWARD_A_VARIABLE_MAX = (__SEGWARD_A_VARIABLE_MAX - 1)
};

enum segward_a_threshold {
	SEGWARD_A_THRESHOLD_CATEGORY = 1,
	SEGWARD_A_THRESHOLD_MIN_SCORE = 2,
	SEGWARD_A_THRESHOLD_VERDICT = 3,

	/* private: */
	__SEGWARD_A_THRESHOLD_MAX,
	SEGWARD_A_THRESHOLD_MAX = (__SEGWARD_A_THRESHOLD_MAX - 1)
};

enum segward_a_override {
	SEGWARD_A_OVERRIDE_KIND = 1,
	/* group of signature-id, 1 if absent */
	SEGWARD_A_OVERRIDE_GID = 2,
	SEGWARD_A_OVERRIDE_SIGNATURE_ID = 3,
	/* the classtype or the ruleset */
	SEGWARD_A_OVERRIDE_NAME = 4,
	SEGWARD_A_OVERRIDE_VERDICT = 5,

	/* private: */
	__SEGWARD_A_OVERRIDE_MAX,
	SEGWARD_A_OVERRIDE_MAX = (__SEGWARD_A_OVERRIDE_MAX - 1)
};

enum segward_a_suppress {
	SEGWARD_A_SUPPRESS_GID = 1,
	SEGWARD_A_SUPPRESS_SIGNATURE_ID = 2,
	SEGWARD_A_SUPPRESS_DIRECTION = 3,
	/* 4 or 16 bytes; absent suppresses for every address */
	SEGWARD_A_SUPPRESS_ADDRESS = 4,
	SEGWARD_A_SUPPRESS_PREFIX_LEN = 5,

	/* private: */
	__SEGWARD_A_SUPPRESS_MAX,
	SEGWARD_A_SUPPRESS_MAX = (__SEGWARD_A_SUPPRESS_MAX - 1)
};

enum segward_a_exception {
	SEGWARD_A_EXCEPTION_CONDITION = 1,
	SEGWARD_A_EXCEPTION_EXCEPTION = 2,

	/* private: */
	__SEGWARD_A_EXCEPTION_MAX,
	SEGWARD_A_EXCEPTION_MAX = (__SEGWARD_A_EXCEPTION_MAX - 1)
};

enum segward_a_profile {
	SEGWARD_A_PROFILE_NAME = 1,
	SEGWARD_A_PROFILE_MODE = 2,
	/* at most 16, matched in this order */
	SEGWARD_A_PROFILE_RULESET = 3,
	/* at most 64 */
	SEGWARD_A_PROFILE_VARIABLE = 4,
	SEGWARD_A_PROFILE_THRESHOLD = 5,
	/* at most 65536; signature-id beats classtype beats ruleset */
	SEGWARD_A_PROFILE_OVERRIDE = 6,
	/* at most 65536 */
	SEGWARD_A_PROFILE_SUPPRESS = 7,
	SEGWARD_A_PROFILE_EXCEPTION = 8,
	/*
	 * Counts the changes of this profile. If a request names it, the
	 * request is refused with EAGAIN when the profile has moved on, so
	 * that two editors cannot undo each other's work.
	 */
	SEGWARD_A_PROFILE_GENERATION = 9,
	/* SIDs that use the profile */
	SEGWARD_A_PROFILE_USERS = 10,
	/* the object may be new */
	SEGWARD_A_PROFILE_CREATE = 11,
	/* the object may be there already and is replaced */
	SEGWARD_A_PROFILE_REPLACE = 12,

	/* private: */
	__SEGWARD_A_PROFILE_MAX,
	SEGWARD_A_PROFILE_MAX = (__SEGWARD_A_PROFILE_MAX - 1)
};

enum segward_a_ruleset {
	SEGWARD_A_RULESET_NAME = 1,
	/* handle of an upload, owned by the socket that began it */
	SEGWARD_A_RULESET_UPLOAD = 2,
	/* bytes of the image */
	SEGWARD_A_RULESET_SIZE = 3,
	SEGWARD_A_RULESET_OFFSET = 4,
	SEGWARD_A_RULESET_DATA = 5,
	/* the image's own digest, made by the compiler */
	SEGWARD_A_RULESET_IMAGE_ID = 6,
	SEGWARD_A_RULESET_RULES = 7,
	/* rules that the compiler left out */
	SEGWARD_A_RULESET_REJECTED = 8,
	/* bytes that image and bindings take in the kernel */
	SEGWARD_A_RULESET_MEMORY = 9,
	SEGWARD_A_RULESET_GENERATION = 10,
	/* profiles that use the ruleset */
	SEGWARD_A_RULESET_USERS = 11,
	/* a file the rules came from, as given to the compiler */
	SEGWARD_A_RULESET_ORIGIN = 12,
	/* loaded with skip-bad */
	SEGWARD_A_RULESET_SKIP_BAD = 13,
	/* file of the classtypes, as given to the compiler */
	SEGWARD_A_RULESET_CLASSIFICATION = 14,
	SEGWARD_A_RULESET_PAD = 15,
	/* the object may be new */
	SEGWARD_A_RULESET_CREATE = 16,
	/* the object may be there already and is replaced */
	SEGWARD_A_RULESET_REPLACE = 17,

	/* private: */
	__SEGWARD_A_RULESET_MAX,
	SEGWARD_A_RULESET_MAX = (__SEGWARD_A_RULESET_MAX - 1)
};

enum segward_a_rule {
	SEGWARD_A_RULE_RULESET = 1,
	SEGWARD_A_RULE_SIGNATURE_ID = 2,
	SEGWARD_A_RULE_GID = 3,
	SEGWARD_A_RULE_REV = 4,
	SEGWARD_A_RULE_ACTION = 5,
	SEGWARD_A_RULE_MSG = 6,
	SEGWARD_A_RULE_CLASSTYPE = 7,
	SEGWARD_A_RULE_PRIORITY = 8,
	/* protocol, addresses, direction and ports as written */
	SEGWARD_A_RULE_HEADER = 9,
	SEGWARD_A_RULE_REFERENCE = 10,
	SEGWARD_A_RULE_METADATA = 11,
	/* times the rule was evaluated after its prefilter hit */
	SEGWARD_A_RULE_CHECKS = 12,
	SEGWARD_A_RULE_MATCHES = 13,
	SEGWARD_A_RULE_PAD = 14,

	/* private: */
	__SEGWARD_A_RULE_MAX,
	SEGWARD_A_RULE_MAX = (__SEGWARD_A_RULE_MAX - 1)
};

enum segward_a_entry {
	SEGWARD_A_ENTRY_ADDRESS = 1,
	SEGWARD_A_ENTRY_PREFIX_LEN = 2,
	SEGWARD_A_ENTRY_CATEGORY = 3,
	SEGWARD_A_ENTRY_SCORE = 4,
	SEGWARD_A_ENTRY_SOURCE = 5,
	/* milliseconds from now; absent or 0 is for ever */
	SEGWARD_A_ENTRY_TIMEOUT = 6,
	/* milliseconds left, in answers */
	SEGWARD_A_ENTRY_EXPIRES = 7,
	SEGWARD_A_ENTRY_PAD = 8,

	/* private: */
	__SEGWARD_A_ENTRY_MAX,
	SEGWARD_A_ENTRY_MAX = (__SEGWARD_A_ENTRY_MAX - 1)
};

enum segward_a_reputation {
	SEGWARD_A_REPUTATION_ENTRY = 1,
	/* for entries without their own, or a filter */
	SEGWARD_A_REPUTATION_CATEGORY = 2,
	/* the same for the source */
	SEGWARD_A_REPUTATION_SOURCE = 3,
	/*
	 * Handle of a load, owned by the socket that began it. What is added
	 * under it is invisible until the commit, which replaces the source's
	 * whole set at once.
	 */
	SEGWARD_A_REPUTATION_LOAD = 4,
	SEGWARD_A_REPUTATION_COMMIT = 5,
	SEGWARD_A_REPUTATION_ABORT = 6,
	/* whose reputation is wanted; every covering entry is answered */
	SEGWARD_A_REPUTATION_ADDRESS = 7,
	/* live entries */
	SEGWARD_A_REPUTATION_ENTRIES = 8,
	SEGWARD_A_REPUTATION_ENTRIES_MAX = 9,
	/* bytes */
	SEGWARD_A_REPUTATION_MEMORY = 10,
	SEGWARD_A_REPUTATION_ADDED = 11,
	SEGWARD_A_REPUTATION_EXPIRED = 12,
	SEGWARD_A_REPUTATION_DELETED = 13,
	SEGWARD_A_REPUTATION_ENTRIES_IPV4 = 14,
	SEGWARD_A_REPUTATION_ENTRIES_IPV6 = 15,
	SEGWARD_A_REPUTATION_PAD = 16,

	/* private: */
	__SEGWARD_A_REPUTATION_MAX,
	SEGWARD_A_REPUTATION_MAX = (__SEGWARD_A_REPUTATION_MAX - 1)
};

enum segward_a_event {
	SEGWARD_A_EVENT_TYPE = 1,
	/* nanoseconds since the epoch */
	SEGWARD_A_EVENT_TIME = 2,
	SEGWARD_A_EVENT_SID = 3,
	SEGWARD_A_EVENT_SID_LEN = 4,
	/* the destination's bits behind the prefix, right-aligned, 16 bytes */
	SEGWARD_A_EVENT_ARGUMENT = 5,
	SEGWARD_A_EVENT_ZONE = 6,
	SEGWARD_A_EVENT_PROFILE = 7,
	SEGWARD_A_EVENT_MODE = 8,
	/* what was done */
	SEGWARD_A_EVENT_VERDICT = 9,
	/* what prevent mode would have done */
	SEGWARD_A_EVENT_WOULD = 10,
	SEGWARD_A_EVENT_REASON = 11,
	SEGWARD_A_EVENT_IIF = 12,
	SEGWARD_A_EVENT_FAMILY = 13,
	SEGWARD_A_EVENT_ENCAPSULATION = 14,
	/* inner source, 4 or 16 bytes */
	SEGWARD_A_EVENT_SRC = 15,
	SEGWARD_A_EVENT_DST = 16,
	SEGWARD_A_EVENT_PROTOCOL = 17,
	/* or ICMP type */
	SEGWARD_A_EVENT_SRC_PORT = 18,
	/* or ICMP code */
	SEGWARD_A_EVENT_DST_PORT = 19,
	/* bytes of the inner packet */
	SEGWARD_A_EVENT_LENGTH = 20,
	SEGWARD_A_EVENT_OUTER_SRC = 21,
	SEGWARD_A_EVENT_OUTER_DST = 22,
	/* the segment list as in the SRH, 16 bytes each, at most 16 of them */
	SEGWARD_A_EVENT_SEGMENTS = 23,
	SEGWARD_A_EVENT_SEGMENTS_LEFT = 24,
	SEGWARD_A_EVENT_RULESET = 25,
	SEGWARD_A_EVENT_SIGNATURE_ID = 26,
	SEGWARD_A_EVENT_GID = 27,
	SEGWARD_A_EVENT_REV = 28,
	SEGWARD_A_EVENT_ACTION = 29,
	SEGWARD_A_EVENT_MSG = 30,
	/* the classtype's description follows in category */
	SEGWARD_A_EVENT_CLASSTYPE = 31,
	/* description of the classtype, or the reputation category */
	SEGWARD_A_EVENT_CATEGORY = 32,
	SEGWARD_A_EVENT_PRIORITY = 33,
	SEGWARD_A_EVENT_METADATA = 34,
	/* prefix of the reputation entry */
	SEGWARD_A_EVENT_ADDRESS = 35,
	SEGWARD_A_EVENT_PREFIX_LEN = 36,
	SEGWARD_A_EVENT_SCORE = 37,
	SEGWARD_A_EVENT_SOURCE = 38,
	SEGWARD_A_EVENT_LOST = 39,
	/* for people; in state events the sentence */
	SEGWARD_A_EVENT_TEXT = 40,
	/* TTL or hop limit of the inner packet */
	SEGWARD_A_EVENT_TTL = 41,
	SEGWARD_A_EVENT_TCP_FLAGS = 42,
	SEGWARD_A_EVENT_PAD = 43,
	/* the same for all events of a flow; at most 53 bits */
	SEGWARD_A_EVENT_FLOW_ID = 44,
	SEGWARD_A_EVENT_FLOW_DIRECTION = 45,
	SEGWARD_A_EVENT_FLOW_STATE = 46,
	/* of the flow, once it is known */
	SEGWARD_A_EVENT_APP_PROTO = 47,
	/*
	 * of a record (types http to ssh), as what follows up to truncated:
	 * number of the transaction, 0 for the first one of its conversation
	 */
	SEGWARD_A_EVENT_TX_ID = 48,
	/* in the order in which they came */
	SEGWARD_A_EVENT_BUFFER = 49,
	/* bytes of the request's body as it came, coded and in chunks */
	SEGWARD_A_EVENT_BODY_TO_SERVER = 50,
	SEGWARD_A_EVENT_BODY_TO_CLIENT = 51,
	/* buffers are missing or cut */
	SEGWARD_A_EVENT_TRUNCATED = 52,
	/* of type flow, as what follows */
	SEGWARD_A_EVENT_PACKETS_TO_SERVER = 53,
	SEGWARD_A_EVENT_PACKETS_TO_CLIENT = 54,
	/* of the inner packets */
	SEGWARD_A_EVENT_BYTES_TO_SERVER = 55,
	SEGWARD_A_EVENT_BYTES_TO_CLIENT = 56,
	/* first packet, nanoseconds since the epoch */
	SEGWARD_A_EVENT_START = 57,
	/* last packet */
	SEGWARD_A_EVENT_END = 58,
	SEGWARD_A_EVENT_END_REASON = 59,
	/* a rule matched in it */
	SEGWARD_A_EVENT_ALERTED = 60,

	/* private: */
	__SEGWARD_A_EVENT_MAX,
	SEGWARD_A_EVENT_MAX = (__SEGWARD_A_EVENT_MAX - 1)
};

enum segward_a_event_buffer {
	/* enum segward_buffer of linux/segward_buffer.h */
	SEGWARD_A_EVENT_BUFFER_BUFFER = 1,
	SEGWARD_A_EVENT_BUFFER_DIRECTION = 2,
	/* at most 2048 bytes, and 16384 in an event */
	SEGWARD_A_EVENT_BUFFER_DATA = 3,

	/* private: */
	__SEGWARD_A_EVENT_BUFFER_MAX,
	SEGWARD_A_EVENT_BUFFER_MAX = (__SEGWARD_A_EVENT_BUFFER_MAX - 1)
};

enum segward_a_flow {
	SEGWARD_A_FLOW_ZONE = 1,
	SEGWARD_A_FLOW_FAMILY = 2,
	SEGWARD_A_FLOW_PROTOCOL = 3,
	SEGWARD_A_FLOW_STATE = 4,
	/* in requests, prefix that one of the ends lies in; 4 or 16 bytes */
	SEGWARD_A_FLOW_ADDRESS = 5,
	SEGWARD_A_FLOW_PREFIX_LEN = 6,
	/* in requests, of one of the ends */
	SEGWARD_A_FLOW_PORT = 7,
	SEGWARD_A_FLOW_ID = 8,
	/* address of the client, 4 or 16 bytes */
	SEGWARD_A_FLOW_SRC = 9,
	SEGWARD_A_FLOW_DST = 10,
	/* or identifier or type of ICMP */
	SEGWARD_A_FLOW_SRC_PORT = 11,
	SEGWARD_A_FLOW_DST_PORT = 12,
	/* milliseconds since its first packet */
	SEGWARD_A_FLOW_AGE = 13,
	/* milliseconds since its last packet */
	SEGWARD_A_FLOW_IDLE = 14,
	SEGWARD_A_FLOW_PACKETS_TO_SERVER = 15,
	SEGWARD_A_FLOW_PACKETS_TO_CLIENT = 16,
	/* of the inner packets */
	SEGWARD_A_FLOW_BYTES_TO_SERVER = 17,
	SEGWARD_A_FLOW_BYTES_TO_CLIENT = 18,
	/* how many there were, in the answer to flow-del */
	SEGWARD_A_FLOW_FLOWS = 19,
	SEGWARD_A_FLOW_PAD = 20,
	/* absent as long as it is not known */
	SEGWARD_A_FLOW_APP_PROTO = 21,
	/* a verdict has ended it; what comes of it is dropped */
	SEGWARD_A_FLOW_REFUSED = 22,

	/* private: */
	__SEGWARD_A_FLOW_MAX,
	SEGWARD_A_FLOW_MAX = (__SEGWARD_A_FLOW_MAX - 1)
};

enum segward_a_trace {
	/* the same for all steps of one packet */
	SEGWARD_A_TRACE_ID = 1,
	SEGWARD_A_TRACE_TIME = 2,
	SEGWARD_A_TRACE_STEP = 3,
	/* what the step saw, in one line */
	SEGWARD_A_TRACE_TEXT = 4,
	SEGWARD_A_TRACE_VERDICT = 5,
	SEGWARD_A_TRACE_REASON = 6,
	/* filter on the outer or the inner source */
	SEGWARD_A_TRACE_SRC = 7,
	/* filter on the outer or the inner destination */
	SEGWARD_A_TRACE_DST = 8,
	/* packets traced in a second at most, 100 if absent */
	SEGWARD_A_TRACE_RATE = 9,
	SEGWARD_A_TRACE_PAD = 10,

	/* private: */
	__SEGWARD_A_TRACE_MAX,
	SEGWARD_A_TRACE_MAX = (__SEGWARD_A_TRACE_MAX - 1)
};

enum segward_a_stats {
	SEGWARD_A_STATS_SIDS = 1,
	SEGWARD_A_STATS_PROFILES = 2,
	SEGWARD_A_STATS_RULESETS = 3,
	/* packets that matched a SID */
	SEGWARD_A_STATS_PACKETS = 4,
	SEGWARD_A_STATS_BYTES = 5,
	SEGWARD_A_STATS_INSPECTED = 6,
	SEGWARD_A_STATS_PASSED = 7,
	SEGWARD_A_STATS_DROP = 8,
	/* what prevent mode would have dropped, by reason */
	SEGWARD_A_STATS_WOULD_DROP = 9,
	SEGWARD_A_STATS_ALERTS = 10,
	/* events sent to the group */
	SEGWARD_A_STATS_EVENTS = 11,
	/* rate-limited or without memory */
	SEGWARD_A_STATS_EVENTS_LOST = 12,
	/* packets that came through segward0 */
	SEGWARD_A_STATS_INJECTED = 13,
	/* packets skipped since br_netfilter showed them to the hook */
	SEGWARD_A_STATS_BRIDGED = 14,
	SEGWARD_A_STATS_ECHO_REPLIES = 15,
	/* ICMPv6 errors asked for; the stack's own rate limit applies */
	SEGWARD_A_STATS_ICMP_ERRORS = 16,
	/* resets and unreachables sent */
	SEGWARD_A_STATS_REJECTS = 17,
	/* packets that had to be made linear before they could be read */
	SEGWARD_A_STATS_LINEARIZED = 18,
	SEGWARD_A_STATS_WORK_EXHAUSTED = 19,
	/* 1 while the hook is registered in this namespace */
	SEGWARD_A_STATS_HOOK = 20,
	/* of segward0; 0 if it does not exist */
	SEGWARD_A_STATS_IFINDEX = 21,
	SEGWARD_A_STATS_VERSION = 22,
	/* counts every change of configuration */
	SEGWARD_A_STATS_GENERATION = 23,
	/* 1 if CAP_NET_ADMIN in a user namespace suffices to load images */
	SEGWARD_A_STATS_IMAGE_UNPRIVILEGED = 24,
	SEGWARD_A_STATS_REPUTATION_ENTRIES = 25,
	SEGWARD_A_STATS_REPUTATION_MEMORY = 26,
	SEGWARD_A_STATS_PAD = 27,
	/* inner datagrams of several fragments inspected as one */
	SEGWARD_A_STATS_DATAGRAMS = 28,
	/* inner fragments that could not be kept */
	SEGWARD_A_STATS_FRAGMENTS_FULL = 29,
	/* bytes that kept inner fragments take */
	SEGWARD_A_STATS_FRAGMENT_MEMORY = 30,
	/* limit of the namespace's reputation entries, pending ones included */
	SEGWARD_A_STATS_REPUTATION_ENTRIES_MAX = 31,
	/* flows of all zones */
	SEGWARD_A_STATS_FLOWS = 32,
	/* limit of the namespace's flows */
	SEGWARD_A_STATS_FLOWS_MAX = 33,
	/* bytes that the flow table and its flows take */
	SEGWARD_A_STATS_FLOW_MEMORY = 34,
	SEGWARD_A_STATS_FLOWS_BEGUN = 35,
	/* packets of new flows that there was no room for */
	SEGWARD_A_STATS_FLOWS_REFUSED = 36,
	/* bytes that streams and their protocols take */
	SEGWARD_A_STATS_STREAM_MEMORY = 37,
	/* limit of the namespace's stream-memory, in MiB */
	SEGWARD_A_STATS_STREAM_MEMORY_MAX = 38,
	/* packets of streams beyond their inspection depth */
	SEGWARD_A_STATS_BYPASSED = 39,
	/* packets whose urgent pointer was cleared */
	SEGWARD_A_STATS_URGENT_CLEARED = 40,

	/* private: */
	__SEGWARD_A_STATS_MAX,
	SEGWARD_A_STATS_MAX = (__SEGWARD_A_STATS_MAX - 1)
};

enum segward_cmd {
	SEGWARD_CMD_SID_NEW = 1,
	SEGWARD_CMD_SID_DEL = 2,
	SEGWARD_CMD_SID_GET = 3,
	SEGWARD_CMD_SID_NTF = 4,
	SEGWARD_CMD_SID_DEL_NTF = 5,
	SEGWARD_CMD_PROFILE_NEW = 6,
	SEGWARD_CMD_PROFILE_DEL = 7,
	SEGWARD_CMD_PROFILE_GET = 8,
	SEGWARD_CMD_PROFILE_NTF = 9,
	SEGWARD_CMD_PROFILE_DEL_NTF = 10,
	SEGWARD_CMD_UPLOAD_NEW = 11,
	SEGWARD_CMD_UPLOAD_PART = 12,
	SEGWARD_CMD_RULESET_NEW = 13,
	SEGWARD_CMD_RULESET_DEL = 14,
	SEGWARD_CMD_RULESET_GET = 15,
	SEGWARD_CMD_RULESET_NTF = 16,
	SEGWARD_CMD_RULESET_DEL_NTF = 17,
	SEGWARD_CMD_RULE_GET = 18,
	SEGWARD_CMD_REPUTATION_LOAD = 19,
	SEGWARD_CMD_REPUTATION_NEW = 20,
	SEGWARD_CMD_REPUTATION_DEL = 21,
	SEGWARD_CMD_REPUTATION_GET = 22,
	SEGWARD_CMD_STATS_GET = 23,
	SEGWARD_CMD_SETTINGS_SET = 24,
	SEGWARD_CMD_TRACE_SET = 25,
	SEGWARD_CMD_TRACE_NTF = 26,
	SEGWARD_CMD_EVENT_NTF = 27,
	SEGWARD_CMD_FLOW_GET = 28,
	SEGWARD_CMD_FLOW_DEL = 29,

	/* private: */
	__SEGWARD_CMD_MAX,
	SEGWARD_CMD_MAX = (__SEGWARD_CMD_MAX - 1)
};

#define SEGWARD_MCGRP_CONFIG	"config"
#define SEGWARD_MCGRP_EVENT	"event"

#endif /* _UAPI_LINUX_SEGWARD_H */
