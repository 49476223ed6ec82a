/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A profile: what a slice's traffic is held to. Built whole from its
 * configuration, immutable, replaced whole.
 */
#ifndef SEGWARD_ENGINE_PROFILE_H
#define SEGWARD_ENGINE_PROFILE_H

#include <linux/segward.h>

#include "port.h"
#include "rule.h"

/* Each costs a scan of the payload. */
#define SEGWARD_PROFILE_RULESETS_MAX	16
#define SEGWARD_PROFILE_VARIABLES_MAX	64
/* As many as there are categories. */
#define SEGWARD_PROFILE_THRESHOLDS_MAX	255
#define SEGWARD_PROFILE_OVERRIDES_MAX	65536
#define SEGWARD_PROFILE_SUPPRESS_MAX	65536

/**
 * struct segward_threshold - what a reputation category does
 * @category: its name
 * @min_score: 1 to 100; entries below it do nothing
 * @verdict: enum segward_verdict
 */
struct segward_threshold {
	char category[SEGWARD_NAME_SIZE];
	u8 min_score;
	u8 verdict;
};

/**
 * struct segward_override - a verdict that replaces a rule's own
 * @kind: enum segward_override_kind; signature-id beats classtype beats
 *	ruleset
 * @verdict: enum segward_verdict
 * @gid: for signature-id
 * @signature_id: for signature-id
 * @name: classtype or ruleset
 */
struct segward_override {
	u8 kind;
	u8 verdict;
	u32 gid;
	u32 signature_id;
	char name[64];
};

/**
 * struct segward_suppress - matches that are not to be heard of
 * @gid: 1 if not said otherwise
 * @signature_id: whose matches are ignored: no event, no verdict
 * @direction: enum segward_direction; which address of the packet
 * @family: 0 for every packet, 4 or 6
 * @prefix_len: of @address
 * @address: prefix, rest zero
 */
struct segward_suppress {
	u32 gid;
	u32 signature_id;
	u8 direction;
	u8 family;
	u8 prefix_len;
	u8 address[16];
};

/**
 * struct segward_profile_config - what a profile is built from
 *
 * Arrays belong to the caller; segward_profile_create() copies them. They are
 * in the order in which the user gave them; a later override or threshold of
 * the same key is refused as a duplicate by the border, not here.
 */
struct segward_profile_config {
	char name[SEGWARD_NAME_SIZE];
	u32 serial;		/* another one for each that is made */
	u8 mode;		/* enum segward_mode */
	/* enum segward_exception by enum segward_condition; 0: the default */
	u8 exception[SEGWARD_CONDITION_MAX + 1];
	const struct segward_ruleset **ruleset;
	u32 nr_rulesets;
	const struct segward_variable *variable;
	u32 nr_variables;
	const struct segward_threshold *threshold;
	u32 nr_thresholds;
	const struct segward_override *override;
	u32 nr_overrides;
	const struct segward_suppress *suppress;
	u32 nr_suppress;
};

/**
 * struct segward_profile - a profile, ready to be matched against
 * @config: deep copy of what it was made from; its pointers are owned, the
 *	rulesets borrowed
 * @binding: one for each ruleset
 * @min_score: by category number, 0: no threshold
 * @category_verdict: by category number
 *
 * Immutable. Readers hold it under RCU for one packet.
 */
struct segward_profile {
	struct segward_profile_config config;
	struct segward_binding *binding;
	u8 min_score[256];
	u8 category_verdict[256];
};

/**
 * segward_profile_create() - build a profile
 * @config: what the user wants; checked by the border already
 * @category: gives the number (1 to 255) of a category name, 0 if the table
 *	of names is full; called for each threshold
 * @arg: for @category
 *
 * Suppressions are sorted by (gid, signature_id) in the copy. Overrides by
 * classtype or ruleset leave pass rules alone, which are exemptions; one by
 * signature-id does not. A rule that is overridden to pass is as good as
 * switched off: it does not exempt its packets from other rules.
 *
 * Context: may sleep. Return: the profile, or NULL with *@err -ENOMEM, -ENOSPC
 * (category names are used up), or -EINVAL (a variable holds ports where a
 * ruleset wants addresses, or addresses where it wants ports).
 */
struct segward_profile *
segward_profile_create(const struct segward_profile_config *config,
		       u8 (*category)(void *arg, const char *name), void *arg,
		       int *err);

/** segward_profile_destroy() - free it; no reader may hold it */
void segward_profile_destroy(struct segward_profile *profile);

/**
 * segward_profile_suppressed() - is a match not to be heard of?
 * @profile: whose suppressions
 * @gid: of the rule
 * @signature_id: of the rule
 * @packet: the packet that matched
 *
 * Time: logarithmic in the number of suppressions, linear in those of this
 * signature.
 */
bool segward_profile_suppressed(const struct segward_profile *profile,
				u32 gid, u32 signature_id,
				const struct segward_packet *packet);

/**
 * segward_profile_exception() - what is done about a condition
 * @profile: the profile
 * @condition: enum segward_condition
 *
 * Defaults: prevent - drop-packet for all but midstream, which passes; monitor -
 * the same, as what prevent would have done. Return: enum segward_verdict (pass, drop, reject).
 */
u8 segward_profile_exception(const struct segward_profile *profile,
			     u8 condition);

#endif /* SEGWARD_ENGINE_PROFILE_H */
