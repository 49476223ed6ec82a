// SPDX-License-Identifier: GPL-2.0
/* Made by scripts/ynl from Documentation/netlink/specs/segward.yaml. */
#include <net/netlink.h>

#include "policy.h"

static struct netlink_range_validation range_0_2147483647 = {
	.min = 0,
	.max = 2147483647,
};

static struct netlink_range_validation range_1_4294967295 = {
	.min = 1,
	.max = 4294967295,
};

static struct netlink_range_validation range_1_2147483647 = {
	.min = 1,
	.max = 2147483647,
};

static struct netlink_range_validation range_0_65535 = {
	.min = 0,
	.max = 65535,
};

static struct netlink_range_validation range_1_16777216 = {
	.min = 1,
	.max = 16777216,
};

static struct netlink_range_validation range_64_16777216 = {
	.min = 64,
	.max = 16777216,
};

static struct netlink_range_validation range_1_65536 = {
	.min = 1,
	.max = 65536,
};

static struct netlink_range_validation range_1_65535 = {
	.min = 1,
	.max = 65535,
};

const struct nla_policy
segward_policy_prefix[SEGWARD_A_PREFIX_PREFIX_LEN + 1] = {
	[SEGWARD_A_PREFIX_ADDRESS] =
		{ .type = NLA_BINARY, .len = 16 },
	[SEGWARD_A_PREFIX_PREFIX_LEN] =
		NLA_POLICY_MAX(NLA_U32, 128),
};

const struct nla_policy
segward_policy_argument[SEGWARD_A_ARGUMENT_PROFILE + 1] = {
	[SEGWARD_A_ARGUMENT_VALUE] =
		{ .type = NLA_U32 },
	[SEGWARD_A_ARGUMENT_PROFILE] =
		{ .type = NLA_NUL_STRING, .len = 31 },
};

const struct nla_policy
segward_policy_sid_new[SEGWARD_A_SID_RETURN_SEGMENTS + 1] = {
	[SEGWARD_A_SID_PREFIX] =
		NLA_POLICY_EXACT_LEN(16),
	[SEGWARD_A_SID_PREFIX_LEN] =
		NLA_POLICY_RANGE(NLA_U32, 1, 128),
	[SEGWARD_A_SID_ACTION] =
		NLA_POLICY_RANGE(NLA_U32, 1, 9),
	[SEGWARD_A_SID_PROFILE] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_SID_ZONE] =
		{ .type = NLA_U32 },
	[SEGWARD_A_SID_VRF] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_0_2147483647),
	[SEGWARD_A_SID_IIF] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_0_2147483647),
	[SEGWARD_A_SID_ALLOW_SRC] =
		NLA_POLICY_NESTED(segward_policy_prefix),
	[SEGWARD_A_SID_NH6] =
		NLA_POLICY_EXACT_LEN(16),
	[SEGWARD_A_SID_OIF] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_0_2147483647),
	[SEGWARD_A_SID_TABLE] =
		{ .type = NLA_U32 },
	[SEGWARD_A_SID_ROUTE_TABLE] =
		{ .type = NLA_U32 },
	[SEGWARD_A_SID_ROUTE_METRIC] =
		{ .type = NLA_U32 },
	[SEGWARD_A_SID_NOROUTE] =
		{ .type = NLA_FLAG },
	[SEGWARD_A_SID_CREATE] =
		{ .type = NLA_FLAG },
	[SEGWARD_A_SID_REPLACE] =
		{ .type = NLA_FLAG },
	[SEGWARD_A_SID_NH4] =
		NLA_POLICY_EXACT_LEN(4),
	[SEGWARD_A_SID_VRFTABLE] =
		{ .type = NLA_U32 },
	[SEGWARD_A_SID_FLAVORS] =
		NLA_POLICY_MAX(NLA_U32, 30),
	[SEGWARD_A_SID_LBLEN] =
		NLA_POLICY_RANGE(NLA_U32, 8, 120),
	[SEGWARD_A_SID_NFLEN] =
		NLA_POLICY_RANGE(NLA_U32, 8, 120),
	[SEGWARD_A_SID_HMAC] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_1_4294967295),
	[SEGWARD_A_SID_ARGUMENT] =
		NLA_POLICY_NESTED(segward_policy_argument),
	[SEGWARD_A_SID_ARGUMENT_OFFSET] =
		NLA_POLICY_MAX(NLA_U32, 126),
	[SEGWARD_A_SID_ARGUMENT_LEN] =
		NLA_POLICY_RANGE(NLA_U32, 1, 32),
	[SEGWARD_A_SID_RETURN_TABLE] =
		{ .type = NLA_U32 },
	[SEGWARD_A_SID_RETURN_VRF] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_1_2147483647),
	[SEGWARD_A_SID_RETURN_SEGMENTS] =
		{ .type = NLA_BINARY, .len = 256 },
};

const struct nla_policy
segward_policy_sid_del[SEGWARD_A_SID_VRF + 1] = {
	[SEGWARD_A_SID_PREFIX] =
		NLA_POLICY_EXACT_LEN(16),
	[SEGWARD_A_SID_PREFIX_LEN] =
		NLA_POLICY_RANGE(NLA_U32, 1, 128),
	[SEGWARD_A_SID_VRF] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_0_2147483647),
};

const struct nla_policy
segward_policy_sid_get[SEGWARD_A_SID_ADDRESS + 1] = {
	[SEGWARD_A_SID_PREFIX] =
		NLA_POLICY_EXACT_LEN(16),
	[SEGWARD_A_SID_PREFIX_LEN] =
		NLA_POLICY_RANGE(NLA_U32, 1, 128),
	[SEGWARD_A_SID_VRF] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_0_2147483647),
	[SEGWARD_A_SID_SOURCE] =
		NLA_POLICY_EXACT_LEN(16),
	[SEGWARD_A_SID_INGRESS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_0_2147483647),
	[SEGWARD_A_SID_ADDRESS] =
		NLA_POLICY_EXACT_LEN(16),
};

const struct nla_policy
segward_policy_range[SEGWARD_A_RANGE_PORT_LAST + 1] = {
	[SEGWARD_A_RANGE_NEGATED] =
		{ .type = NLA_FLAG },
	[SEGWARD_A_RANGE_FIRST] =
		{ .type = NLA_BINARY, .len = 16 },
	[SEGWARD_A_RANGE_LAST] =
		{ .type = NLA_BINARY, .len = 16 },
	[SEGWARD_A_RANGE_PORT_FIRST] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_0_65535),
	[SEGWARD_A_RANGE_PORT_LAST] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_0_65535),
};

const struct nla_policy
segward_policy_variable[SEGWARD_A_VARIABLE_RANGE + 1] = {
	[SEGWARD_A_VARIABLE_NAME] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_VARIABLE_RANGE] =
		NLA_POLICY_NESTED(segward_policy_range),
};

const struct nla_policy
segward_policy_threshold[SEGWARD_A_THRESHOLD_VERDICT + 1] = {
	[SEGWARD_A_THRESHOLD_CATEGORY] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_THRESHOLD_MIN_SCORE] =
		NLA_POLICY_RANGE(NLA_U32, 1, 100),
	[SEGWARD_A_THRESHOLD_VERDICT] =
		NLA_POLICY_RANGE(NLA_U32, 1, 4),
};

const struct nla_policy
segward_policy_override[SEGWARD_A_OVERRIDE_VERDICT + 1] = {
	[SEGWARD_A_OVERRIDE_KIND] =
		NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[SEGWARD_A_OVERRIDE_GID] =
		{ .type = NLA_U32 },
	[SEGWARD_A_OVERRIDE_SIGNATURE_ID] =
		{ .type = NLA_U32 },
	[SEGWARD_A_OVERRIDE_NAME] =
		{ .type = NLA_NUL_STRING, .len = 63 },
	[SEGWARD_A_OVERRIDE_VERDICT] =
		NLA_POLICY_RANGE(NLA_U32, 1, 4),
};

const struct nla_policy
segward_policy_suppress[SEGWARD_A_SUPPRESS_PREFIX_LEN + 1] = {
	[SEGWARD_A_SUPPRESS_GID] =
		{ .type = NLA_U32 },
	[SEGWARD_A_SUPPRESS_SIGNATURE_ID] =
		{ .type = NLA_U32 },
	[SEGWARD_A_SUPPRESS_DIRECTION] =
		NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[SEGWARD_A_SUPPRESS_ADDRESS] =
		{ .type = NLA_BINARY, .len = 16 },
	[SEGWARD_A_SUPPRESS_PREFIX_LEN] =
		NLA_POLICY_MAX(NLA_U32, 128),
};

const struct nla_policy
segward_policy_exception[SEGWARD_A_EXCEPTION_EXCEPTION + 1] = {
	[SEGWARD_A_EXCEPTION_CONDITION] =
		NLA_POLICY_RANGE(NLA_U32, 1, 8),
	[SEGWARD_A_EXCEPTION_EXCEPTION] =
		NLA_POLICY_RANGE(NLA_U32, 1, 3),
};

const struct nla_policy
segward_policy_profile_new[SEGWARD_A_PROFILE_REPLACE + 1] = {
	[SEGWARD_A_PROFILE_NAME] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_PROFILE_MODE] =
		NLA_POLICY_RANGE(NLA_U32, 1, 2),
	[SEGWARD_A_PROFILE_RULESET] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_PROFILE_VARIABLE] =
		NLA_POLICY_NESTED(segward_policy_variable),
	[SEGWARD_A_PROFILE_THRESHOLD] =
		NLA_POLICY_NESTED(segward_policy_threshold),
	[SEGWARD_A_PROFILE_OVERRIDE] =
		NLA_POLICY_NESTED(segward_policy_override),
	[SEGWARD_A_PROFILE_SUPPRESS] =
		NLA_POLICY_NESTED(segward_policy_suppress),
	[SEGWARD_A_PROFILE_EXCEPTION] =
		NLA_POLICY_NESTED(segward_policy_exception),
	[SEGWARD_A_PROFILE_GENERATION] =
		{ .type = NLA_U32 },
	[SEGWARD_A_PROFILE_CREATE] =
		{ .type = NLA_FLAG },
	[SEGWARD_A_PROFILE_REPLACE] =
		{ .type = NLA_FLAG },
};

const struct nla_policy
segward_policy_profile_del[SEGWARD_A_PROFILE_NAME + 1] = {
	[SEGWARD_A_PROFILE_NAME] =
		{ .type = NLA_NUL_STRING, .len = 31 },
};

const struct nla_policy
segward_policy_profile_get[SEGWARD_A_PROFILE_NAME + 1] = {
	[SEGWARD_A_PROFILE_NAME] =
		{ .type = NLA_NUL_STRING, .len = 31 },
};

const struct nla_policy
segward_policy_upload_new[SEGWARD_A_RULESET_SIZE + 1] = {
	[SEGWARD_A_RULESET_SIZE] =
		{ .type = NLA_U32 },
};

const struct nla_policy
segward_policy_upload_part[SEGWARD_A_RULESET_DATA + 1] = {
	[SEGWARD_A_RULESET_UPLOAD] =
		{ .type = NLA_U32 },
	[SEGWARD_A_RULESET_OFFSET] =
		{ .type = NLA_U32 },
	[SEGWARD_A_RULESET_DATA] =
		{ .type = NLA_BINARY, .len = 32768 },
};

const struct nla_policy
segward_policy_ruleset_new[SEGWARD_A_RULESET_REPLACE + 1] = {
	[SEGWARD_A_RULESET_NAME] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_RULESET_UPLOAD] =
		{ .type = NLA_U32 },
	[SEGWARD_A_RULESET_CREATE] =
		{ .type = NLA_FLAG },
	[SEGWARD_A_RULESET_REPLACE] =
		{ .type = NLA_FLAG },
};

const struct nla_policy
segward_policy_ruleset_del[SEGWARD_A_RULESET_NAME + 1] = {
	[SEGWARD_A_RULESET_NAME] =
		{ .type = NLA_NUL_STRING, .len = 31 },
};

const struct nla_policy
segward_policy_ruleset_get[SEGWARD_A_RULESET_NAME + 1] = {
	[SEGWARD_A_RULESET_NAME] =
		{ .type = NLA_NUL_STRING, .len = 31 },
};

const struct nla_policy
segward_policy_rule_get[SEGWARD_A_RULE_SIGNATURE_ID + 1] = {
	[SEGWARD_A_RULE_RULESET] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_RULE_SIGNATURE_ID] =
		{ .type = NLA_U32 },
};

const struct nla_policy
segward_policy_reputation_load[SEGWARD_A_REPUTATION_ABORT + 1] = {
	[SEGWARD_A_REPUTATION_SOURCE] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_REPUTATION_LOAD] =
		{ .type = NLA_U32 },
	[SEGWARD_A_REPUTATION_COMMIT] =
		{ .type = NLA_FLAG },
	[SEGWARD_A_REPUTATION_ABORT] =
		{ .type = NLA_FLAG },
};

const struct nla_policy
segward_policy_entry[SEGWARD_A_ENTRY_EXPIRES + 1] = {
	[SEGWARD_A_ENTRY_ADDRESS] =
		{ .type = NLA_BINARY, .len = 16 },
	[SEGWARD_A_ENTRY_PREFIX_LEN] =
		NLA_POLICY_MAX(NLA_U32, 128),
	[SEGWARD_A_ENTRY_CATEGORY] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_ENTRY_SCORE] =
		NLA_POLICY_RANGE(NLA_U32, 1, 100),
	[SEGWARD_A_ENTRY_SOURCE] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_ENTRY_TIMEOUT] =
		{ .type = NLA_U64 },
	[SEGWARD_A_ENTRY_EXPIRES] =
		{ .type = NLA_U64 },
};

const struct nla_policy
segward_policy_reputation_new[SEGWARD_A_REPUTATION_LOAD + 1] = {
	[SEGWARD_A_REPUTATION_ENTRY] =
		NLA_POLICY_NESTED(segward_policy_entry),
	[SEGWARD_A_REPUTATION_CATEGORY] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_REPUTATION_SOURCE] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_REPUTATION_LOAD] =
		{ .type = NLA_U32 },
};

const struct nla_policy
segward_policy_reputation_del[SEGWARD_A_REPUTATION_SOURCE + 1] = {
	[SEGWARD_A_REPUTATION_ENTRY] =
		NLA_POLICY_NESTED(segward_policy_entry),
	[SEGWARD_A_REPUTATION_CATEGORY] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_REPUTATION_SOURCE] =
		{ .type = NLA_NUL_STRING, .len = 31 },
};

const struct nla_policy
segward_policy_reputation_get[SEGWARD_A_REPUTATION_ADDRESS + 1] = {
	[SEGWARD_A_REPUTATION_CATEGORY] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_REPUTATION_SOURCE] =
		{ .type = NLA_NUL_STRING, .len = 31 },
	[SEGWARD_A_REPUTATION_ADDRESS] =
		{ .type = NLA_BINARY, .len = 16 },
};

const struct nla_policy
segward_policy_settings_set[SEGWARD_A_STATS_STREAM_MEMORY_MAX + 1] = {
	[SEGWARD_A_STATS_IMAGE_UNPRIVILEGED] =
		NLA_POLICY_MAX(NLA_U32, 1),
	[SEGWARD_A_STATS_REPUTATION_ENTRIES_MAX] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_1_16777216),
	[SEGWARD_A_STATS_FLOWS_MAX] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_64_16777216),
	[SEGWARD_A_STATS_STREAM_MEMORY_MAX] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_1_65536),
};

const struct nla_policy
segward_policy_trace_set[SEGWARD_A_TRACE_RATE + 1] = {
	[SEGWARD_A_TRACE_SRC] =
		NLA_POLICY_NESTED(segward_policy_prefix),
	[SEGWARD_A_TRACE_DST] =
		NLA_POLICY_NESTED(segward_policy_prefix),
	[SEGWARD_A_TRACE_RATE] =
		NLA_POLICY_RANGE(NLA_U32, 1, 10000),
};

const struct nla_policy
segward_policy_flow_get[SEGWARD_A_FLOW_PORT + 1] = {
	[SEGWARD_A_FLOW_ZONE] =
		{ .type = NLA_U32 },
	[SEGWARD_A_FLOW_FAMILY] =
		NLA_POLICY_RANGE(NLA_U32, 4, 6),
	[SEGWARD_A_FLOW_PROTOCOL] =
		NLA_POLICY_MAX(NLA_U32, 255),
	[SEGWARD_A_FLOW_STATE] =
		NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[SEGWARD_A_FLOW_ADDRESS] =
		{ .type = NLA_BINARY, .len = 16 },
	[SEGWARD_A_FLOW_PREFIX_LEN] =
		NLA_POLICY_MAX(NLA_U32, 128),
	[SEGWARD_A_FLOW_PORT] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_1_65535),
};

const struct nla_policy
segward_policy_flow_del[SEGWARD_A_FLOW_PORT + 1] = {
	[SEGWARD_A_FLOW_ZONE] =
		{ .type = NLA_U32 },
	[SEGWARD_A_FLOW_FAMILY] =
		NLA_POLICY_RANGE(NLA_U32, 4, 6),
	[SEGWARD_A_FLOW_PROTOCOL] =
		NLA_POLICY_MAX(NLA_U32, 255),
	[SEGWARD_A_FLOW_STATE] =
		NLA_POLICY_RANGE(NLA_U32, 1, 3),
	[SEGWARD_A_FLOW_ADDRESS] =
		{ .type = NLA_BINARY, .len = 16 },
	[SEGWARD_A_FLOW_PREFIX_LEN] =
		NLA_POLICY_MAX(NLA_U32, 128),
	[SEGWARD_A_FLOW_PORT] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &range_1_65535),
};
