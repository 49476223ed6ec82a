/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the rules share: rule.c, rule_header.c (is the packet the
 * rule's?), rule_content.c (are the bytes?) and rule_tx.c (is the transaction?).
 */
#ifndef SEGWARD_ENGINE_RULE_INTERNAL_H
#define SEGWARD_ENGINE_RULE_INTERNAL_H

#include <linux/segward_buffer.h>
#include <linux/segward_image.h>

#include "rule.h"

#define SEGWARD_RULE_WHOLE	(SEGWARD_RULE_FIRST | SEGWARD_RULE_LAST)

/**
 * struct segward_term - what is looked for in sets
 * @type: enum segward_image_element_type; 0: a port that the packet has not
 * @high: first 8 bytes of the address (port: its first 2), as a number
 * @low: the others
 */
struct segward_term {
	u32 type;
	u64 high;
	u64 low;
};

/**
 * struct segward_matching - a packet and a ruleset at work
 * @match: of the caller
 * @binding: the ruleset and its variables
 * @image: of the ruleset
 * @packet: the packet
 * @budget: work units left; 0: ran out
 * @set: section SETS
 * @element: section ELEMENTS
 * @variable: section VARIABLES
 * @op: section OPS
 * @bytes: section BYTES
 * @src: source address
 * @dst: destination address
 * @sport: source port
 * @dport: destination port
 * @payload: of a packet or a stream; NULL with a transaction
 * @tx: the transaction; NULL without
 * @wait: its rules that wait; may be NULL
 */
struct segward_matching {
	const struct segward_rule_match *match;
	const struct segward_binding *binding;
	const void *image;
	const struct segward_packet *packet;
	u32 *budget;
	const struct segward_image_set *set;
	const struct segward_image_element *element;
	const struct segward_image_variable *variable;
	const struct segward_image_op *op;
	const u8 *bytes;
	struct segward_term src;
	struct segward_term dst;
	struct segward_term sport;
	struct segward_term dport;
	const struct segward_rule_bytes *payload;
	const struct segward_rule_tx *tx;
	struct segward_rule_wait *wait;
};

/** segward_rule_header_begin() - make @m's keys of its packet */
void segward_rule_header_begin(struct segward_matching *m);

/**
 * segward_rule_header() - is the packet one that the rule is about?
 *
 * Return: false also if the budget ran out.
 */
bool segward_rule_header(struct segward_matching *m,
			 const struct segward_image_rule *rule);

/**
 * segward_rule_contents() - do all tests of a buffer hold in these bytes?
 * @m: the matching
 * @op: tests of one buffer, no events
 * @nr: how many, at most SEGWARD_IMAGE_OPS_MAX
 * @bytes: the buffer, or a window of it
 *
 * Return: false also if the budget ran out.
 */
bool segward_rule_contents(struct segward_matching *m,
			   const struct segward_image_op *op, u32 nr,
			   const struct segward_rule_bytes *bytes);

/**
 * segward_rule_find_group() - the rules of a buffer
 * @m: the matching
 * @buffer: as of struct segward_image_group
 *
 * Return: the group of the packet's protocol and port, or NULL.
 */
const struct segward_image_group *
segward_rule_find_group(const struct segward_matching *m, u32 buffer);

/**
 * segward_rule_candidates() - have the rules of a buffer evaluated
 * @m: the matching
 * @buffer: as of struct segward_image_group
 * @data: bytes in which patterns are looked for
 * @len: how many
 *
 * Return: false if the budget ran out.
 */
bool segward_rule_candidates(const struct segward_matching *m, u32 buffer,
			     const u8 *data, u32 len);

/** segward_rule_tx_candidates() - the same for all that is fresh or waits */
bool segward_rule_tx_candidates(const struct segward_matching *m);

/**
 * segward_rule_tx() - does the transaction have what a rule names?
 * @m: the matching
 * @i: the rule; its header is that of the packet
 *
 * Writes down what the rule waits for.
 *
 * Return: true if it matches now.
 */
bool segward_rule_tx(struct segward_matching *m, u32 i);

#endif /* SEGWARD_ENGINE_RULE_INTERNAL_H */
