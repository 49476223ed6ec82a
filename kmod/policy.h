/* SPDX-License-Identifier: GPL-2.0 */
/* Made by scripts/ynl from Documentation/netlink/specs/segward.yaml. */
#ifndef SEGWARD_POLICY_H
#define SEGWARD_POLICY_H

#include <linux/segward.h>

struct nla_policy;

extern const struct nla_policy
segward_policy_prefix[SEGWARD_A_PREFIX_PREFIX_LEN + 1];
extern const struct nla_policy
segward_policy_argument[SEGWARD_A_ARGUMENT_PROFILE + 1];
extern const struct nla_policy
segward_policy_sid_new[SEGWARD_A_SID_RETURN_SEGMENTS + 1];
extern const struct nla_policy
segward_policy_sid_del[SEGWARD_A_SID_VRF + 1];
extern const struct nla_policy
segward_policy_sid_get[SEGWARD_A_SID_ADDRESS + 1];
extern const struct nla_policy
segward_policy_range[SEGWARD_A_RANGE_PORT_LAST + 1];
extern const struct nla_policy
segward_policy_variable[SEGWARD_A_VARIABLE_RANGE + 1];
extern const struct nla_policy
segward_policy_threshold[SEGWARD_A_THRESHOLD_VERDICT + 1];
extern const struct nla_policy
segward_policy_override[SEGWARD_A_OVERRIDE_VERDICT + 1];
extern const struct nla_policy
segward_policy_suppress[SEGWARD_A_SUPPRESS_PREFIX_LEN + 1];
extern const struct nla_policy
segward_policy_exception[SEGWARD_A_EXCEPTION_EXCEPTION + 1];
extern const struct nla_policy
segward_policy_profile_new[SEGWARD_A_PROFILE_REPLACE + 1];
extern const struct nla_policy
segward_policy_profile_del[SEGWARD_A_PROFILE_NAME + 1];
extern const struct nla_policy
segward_policy_profile_get[SEGWARD_A_PROFILE_NAME + 1];
extern const struct nla_policy
segward_policy_upload_new[SEGWARD_A_RULESET_SIZE + 1];
extern const struct nla_policy
segward_policy_upload_part[SEGWARD_A_RULESET_DATA + 1];
extern const struct nla_policy
segward_policy_ruleset_new[SEGWARD_A_RULESET_REPLACE + 1];
extern const struct nla_policy
segward_policy_ruleset_del[SEGWARD_A_RULESET_NAME + 1];
extern const struct nla_policy
segward_policy_ruleset_get[SEGWARD_A_RULESET_NAME + 1];
extern const struct nla_policy
segward_policy_rule_get[SEGWARD_A_RULE_SIGNATURE_ID + 1];
extern const struct nla_policy
segward_policy_reputation_load[SEGWARD_A_REPUTATION_ABORT + 1];
extern const struct nla_policy
segward_policy_entry[SEGWARD_A_ENTRY_EXPIRES + 1];
extern const struct nla_policy
segward_policy_reputation_new[SEGWARD_A_REPUTATION_LOAD + 1];
extern const struct nla_policy
segward_policy_reputation_del[SEGWARD_A_REPUTATION_SOURCE + 1];
extern const struct nla_policy
segward_policy_reputation_get[SEGWARD_A_REPUTATION_ADDRESS + 1];
extern const struct nla_policy
segward_policy_settings_set[SEGWARD_A_STATS_STREAM_MEMORY_MAX + 1];
extern const struct nla_policy
segward_policy_trace_set[SEGWARD_A_TRACE_RATE + 1];
extern const struct nla_policy
segward_policy_flow_get[SEGWARD_A_FLOW_PORT + 1];
extern const struct nla_policy
segward_policy_flow_del[SEGWARD_A_FLOW_PORT + 1];

#endif /* SEGWARD_POLICY_H */
