/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rules: a verified image, and which of its rules match a packet.
 */
#ifndef SEGWARD_ENGINE_RULE_H
#define SEGWARD_ENGINE_RULE_H

#include "packet.h"
#include "port.h"
#include "view.h"

struct segward_profile;
struct segward_scratch;

/* As long as names in the netlink spec (name-len), with the final zero. */
#define SEGWARD_NAME_SIZE	32

/**
 * struct segward_rule_counter - what a rule cost and found
 * @checks: times it was evaluated
 * @matches: times it matched
 */
struct segward_rule_counter {
	u64 checks;
	u64 matches;
};

/**
 * struct segward_ruleset - a named, verified image
 * @name: of the ruleset
 * @image: the image; owned
 * @size: its bytes
 * @nr_rules: rules in it
 * @nr_counters: processors that count separately
 * @counter: by processor (scratch->cpu), @nr_rules each; written by that
 *	processor alone
 *
 * Immutable but for the counters. Profiles point to it; who publishes
 * profiles keeps it alive until a grace period after the last of them.
 */
struct segward_ruleset {
	char name[SEGWARD_NAME_SIZE];
	const void *image;
	u32 size;
	u32 nr_rules;
	u32 nr_counters;
	struct segward_rule_counter **counter;
};

/**
 * struct segward_image_error - why an image was refused
 * @what: one sentence that names the field; constant string
 * @index: record in its section, if it is about one
 */
struct segward_image_error {
	const char *what;
	u32 index;
};

/**
 * segward_image_verify() - can this block be trusted?
 * @image: aligned to 8 bytes
 * @size: its bytes
 * @error: filled in on refusal
 *
 * Checks every offset, count, index, order and depth that the engine relies
 * on. Time is linear in @size (sorting orders are checked, not made). Work
 * that a packet can cause through a verified image is bounded by the budget
 * of struct segward_rule_match, not by the image.
 *
 * Context: may sleep. Return: 0, -EINVAL, -E2BIG over a limit of
 * segward_image.h, or -ENOMEM.
 */
int segward_image_verify(const void *image, u32 size,
			 struct segward_image_error *error);

/**
 * segward_ruleset_create() - make a ruleset of an image
 * @name: at most SEGWARD_NAME_SIZE - 1 characters
 * @image: taken over on success; from segward_zalloc()
 * @size: its bytes
 * @nr_counters: processors that will match; counter arrays are allocated
 * @error: filled in when the image is refused
 *
 * Context: may sleep. Return: the ruleset, or NULL with *@err set to -EINVAL,
 * -E2BIG or -ENOMEM; then @image still belongs to the caller.
 */
struct segward_ruleset *
segward_ruleset_create(const char *name, const void *image, u32 size,
		       u32 nr_counters, struct segward_image_error *error,
		       int *err);

/**
 * segward_ruleset_destroy() - free it, its image and its counters
 * @ruleset: no reader may hold it; NULL is allowed
 */
void segward_ruleset_destroy(struct segward_ruleset *ruleset);

/** segward_ruleset_memory() - bytes allocated for @ruleset */
size_t segward_ruleset_memory(const struct segward_ruleset *ruleset);

/* Accessors for show, events and JSON; constant time, never NULL strings. */
const char *segward_image_string(const void *image, u32 string);
const struct segward_image_rule *segward_image_rule(const void *image,
						    u32 rule);
const struct segward_image_class *segward_image_class(const void *image,
						      u32 class);

/**
 * struct segward_variable_range - one element of a profile's variable
 * @type: SEGWARD_IMAGE_ELEMENT_IPV4, _IPV6 or _PORT
 * @negated: must not match
 * @first: as in struct segward_image_element
 * @last: inclusive
 */
struct segward_variable_range {
	u8 type;
	bool negated;
	u8 first[16];
	u8 last[16];
};

/**
 * struct segward_variable - a variable that a profile sets
 * @name: without the "$"
 * @range: @nr_ranges elements; one of the not negated must match (any, if
 *	there are none), and none of the negated
 * @nr_ranges: at most SEGWARD_VARIABLE_RANGES_MAX
 */
struct segward_variable {
	char name[SEGWARD_NAME_SIZE];
	const struct segward_variable_range *range;
	u32 nr_ranges;
};

/* Searched one by one for each candidate rule that names the variable. */
#define SEGWARD_VARIABLE_RANGES_MAX	256

/**
 * struct segward_binding - a ruleset as one profile sees it
 * @ruleset: borrowed; see struct segward_ruleset
 * @variable: by index of the image's variables; NULL where the profile does
 *	not set it; points into the profile
 * @verdict: by rule, what the profile makes of its match: enum
 *	segward_verdict, with SEGWARD_BINDING_SUPPRESSED set if suppressions
 *	have to be looked at
 */
struct segward_binding {
	const struct segward_ruleset *ruleset;
	const struct segward_variable **variable;
	u8 *verdict;
};

#define SEGWARD_BINDING_SUPPRESSED	0x80

/**
 * typedef segward_rule_hit_fn - a rule matched
 * @arg: of the caller
 * @rule: its index; rules are reported in the image's order of evaluation
 *
 * Return: true to go on, false to end the matching.
 */
typedef bool (*segward_rule_hit_fn)(void *arg, u32 rule);

/**
 * struct segward_rule_match - what rules are held against
 * @binding: the ruleset and its variables
 * @packet: what segward_packet_parse() and the flow said of it
 * @scratch: of this processor
 * @budget: work units left, counted down; see SEGWARD_WORK_MAX in inspect.h
 * @hit: called for each match
 * @arg: for @hit
 */
struct segward_rule_match {
	const struct segward_binding *binding;
	const struct segward_packet *packet;
	struct segward_scratch *scratch;
	u32 *budget;
	segward_rule_hit_fn hit;
	void *arg;
};

/* Parts of a buffer, as SEGWARD_APP_FIRST and SEGWARD_APP_LAST. */
#define SEGWARD_RULE_FIRST	BIT(0)
#define SEGWARD_RULE_LAST	BIT(1)

/**
 * struct segward_rule_bytes - a buffer, or as much of it as is at hand
 * @data: the bytes
 * @len: how many, at most 65,535
 * @old: of these, at the front, rules have seen already; a match that lies
 *	within them alone was told then, and is none now
 * @base: offset of @data in the buffer; what it is beyond 2^31 is not told. 0
 *	without SEGWARD_RULE_FIRST: it is not known, and no rule that asks for a
 *	place matches
 * @buffer: enum segward_buffer
 * @part: SEGWARD_RULE_FIRST: nothing of the buffer lies before @data;
 *	SEGWARD_RULE_LAST: nothing will come behind it
 */
struct segward_rule_bytes {
	const u8 *data;
	u32 len;
	u32 old;
	u32 base;
	u8 buffer;
	u8 part;
};

/* Rules of a transaction that wait for more of it. */
#define SEGWARD_RULE_PENDING	16

#define SEGWARD_RULE_TOLD	(~0u)

/**
 * struct segward_rule_pending - a rule of which a part has matched
 * @rule: its index
 * @buffers: bit by the order of the rule's buffers: they matched;
 *	SEGWARD_RULE_TOLD: the rule did
 */
struct segward_rule_pending {
	u32 rule;
	u32 buffers;
};

/**
 * struct segward_rule_wait - what a direction of a transaction waits for
 * @nr: of @pending
 * @lost: there was no room for another one that waits
 * @pending: rules that need buffers that have not come yet; and, as long as
 *	there is room, rules that have matched, to be told once
 *
 * All zero at the beginning of a transaction, and for another ruleset.
 */
struct segward_rule_wait {
	u8 nr;
	bool lost;
	struct segward_rule_pending pending[SEGWARD_RULE_PENDING];
};

/**
 * struct segward_rule_tx - one direction of a transaction
 * @bytes: the buffers that are at hand; of one that is told in pieces only
 *	what is at hand
 * @nr: how many
 * @fresh: those from here on are new; rules whose pattern lies in one of them
 *	are evaluated, and those in @wait
 * @event: events of the protocol that came with them: numbers of its own enum
 * @nr_events: how many
 * @done: nothing more will come
 */
struct segward_rule_tx {
	const struct segward_rule_bytes *bytes;
	u32 nr;
	u32 fresh;
	const u16 *event;
	u32 nr_events;
	bool done;
};

/**
 * segward_rule_match_packet() - find the rules of packets that match
 * @match: the packet
 * @payload: its payload (of one segment of a GSO packet)
 * @len: its bytes, 0 to 65,535
 *
 * Rules without contents, those about single packets, and, of all that are not
 * TCP, those with contents in the payload.
 *
 * The prefilter of the packet's group scans the payload once; the rules whose
 * pattern occurred, and those without a pattern, are evaluated in the image's
 * order, each at most once.
 *
 * Return: true; false if the budget ran out, in which case matches may be
 * missing.
 */
bool segward_rule_match_packet(const struct segward_rule_match *match,
			       const u8 *payload, u32 len);

/**
 * segward_rule_match_stream() - find the rules of streams that match
 * @match: the packet that brought the bytes, or made them deliverable
 * @bytes: SEGWARD_BUFFER_STREAM
 *
 * Return: as segward_rule_match_packet().
 */
bool segward_rule_match_stream(const struct segward_rule_match *match,
			       const struct segward_rule_bytes *bytes);

/**
 * segward_rule_match_tx() - find the rules of a protocol's buffers that match
 * @match: the packet that brought the bytes
 * @tx: the transaction
 * @wait: of this ruleset and this direction of the transaction; NULL: nothing
 *	is remembered
 *
 * A rule matches when each of the buffers that it names has bytes that match
 * all its tests there, at least one of them fresh; and what it waited for
 * before counts. Events are those of packet->app_proto. Time: linear in the
 * fresh bytes and in the rules that wait.
 *
 * Return: as segward_rule_match_packet().
 */
bool segward_rule_match_tx(const struct segward_rule_match *match,
			   const struct segward_rule_tx *tx,
			   struct segward_rule_wait *wait);

#endif /* SEGWARD_ENGINE_RULE_H */
