/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is not working, and why: from facts to sentences.
 */
#ifndef SEGWARD_CLI_DIAGNOSE_H
#define SEGWARD_CLI_DIAGNOSE_H

#include "facts.h"

enum level {
	LEVEL_ERROR,	/* traffic does not get what was asked for */
	LEVEL_WARNING,	/* it does, but somebody should look */
	LEVEL_NOTE,	/* as configured, and easily overlooked */
};

/* Each cause has one sentence, in a table in diagnose.c. */
enum cause {
	CAUSE_MODULE,
	CAUSE_UNREADABLE,
	CAUSE_NO_SID,
	CAUSE_HOOK,
	CAUSE_DEVICE_MISSING,
	CAUSE_DEVICE_DOWN,
	CAUSE_INTERFACE_GONE,
	CAUSE_INTERFACE_DOWN,
	CAUSE_NO_ROUTE,
	CAUSE_ROUTE_ELSEWHERE,
	CAUSE_NO_DISCARD,
	CAUSE_VRF_GONE,
	CAUSE_VRFTABLE_GONE,
	CAUSE_RETURN_GONE,
	CAUSE_VRF_IIF,
	CAUSE_VRF_EMPTY,
	CAUSE_VRF_ELSEWHERE,
	CAUSE_PROFILE_MISSING,
	CAUSE_RULESET_MISSING,
	CAUSE_PROFILE_EMPTY,
	CAUSE_SHADOWED_ADDRESS,
	CAUSE_SHADOWED_SEG6LOCAL,
	CAUSE_ALL_REFUSED_IIF,
	CAUSE_REFUSED_IIF,
	CAUSE_ALL_REFUSED_SOURCE,
	CAUSE_REFUSED_SOURCE,
	CAUSE_ANY_SOURCE,
	CAUSE_HMAC_KEY,
	CAUSE_FORWARDING,
	CAUSE_FORWARDING4,
	CAUSE_BRIDGED,
	CAUSE_BRIDGE_CALL,
	CAUSE_RP_FILTER,
	CAUSE_UPPER,
	CAUSE_EVENTS_LOST,
	CAUSE_MONITOR,
	CAUSE_PROFILES_UNREADABLE,
	CAUSE_HMAC_UNREADABLE,
	CAUSES,
};

/**
 * struct problem - something that was found
 * @cause: which
 * @object: "sid 2001:db8::/64", "profile x"; empty for the whole
 * @text: the sentence; the commands that it advises can be pasted
 */
struct problem {
	enum cause cause;
	char object[80];
	char *text;
};

/**
 * struct problems - all that was found
 * @v: in the order of enum cause, within it of the objects
 * @nr: how many
 * @netns: as of struct facts
 */
struct problems {
	struct problem *v;
	unsigned int nr;
	const char *netns;
};

void diagnose(const struct facts *facts, struct problems *problems);
enum level cause_level(enum cause cause);
const char *cause_name(enum cause cause);
bool problems_wrong(const struct problems *problems);
void problems_free(struct problems *problems);

#endif /* SEGWARD_CLI_DIAGNOSE_H */
