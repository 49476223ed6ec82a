/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * A compiled ruleset: what the rule compiler writes, the kernel verifies and
 * the engine reads in place. One block of memory, position-independent,
 * immutable, host byte order unless a member says otherwise.
 *
 * The block begins with struct segward_image_header. Each section is an array
 * of fixed-size records; its offset is a multiple of 8, it lies behind the
 * header and the sections before it, and inside of the image. References
 * between records are indexes (never offsets), except for strings and bytes,
 * which are offsets into their sections. Whoever reads an image that did not
 * pass segward_image_verify() has only himself to blame.
 */
#ifndef _UAPI_LINUX_SEGWARD_IMAGE_H
#define _UAPI_LINUX_SEGWARD_IMAGE_H

#include <linux/segward_buffer.h>
#include <linux/types.h>

#define SEGWARD_IMAGE_MAGIC		0x49475753	/* "SWGI" in memory order */
#define SEGWARD_IMAGE_FORMAT		2

/* 64 MiB: what issue "Signatures at scale" allows 30,000 rules to take. */
#define SEGWARD_IMAGE_SIZE_MAX		(64u << 20)
#define SEGWARD_IMAGE_RULES_MAX		131072	/* evaluated-rules bitmap: 16 KiB */
#define SEGWARD_IMAGE_OPS_MAX		64	/* of one rule */
#define SEGWARD_IMAGE_BUFFERS_MAX	32	/* that one rule looks into */
#define SEGWARD_IMAGE_PATTERN_MAX	4096	/* bytes of one content */
#define SEGWARD_IMAGE_SET_DEPTH_MAX	8	/* sets within sets */
#define SEGWARD_IMAGE_VARIABLES_MAX	64
#define SEGWARD_IMAGE_GROUPS_MAX	4096
#define SEGWARD_IMAGE_STRING_MAX	4096	/* with its final zero */
/* largest offset, depth, distance (either way) and within; Suricata's too */
#define SEGWARD_IMAGE_PLACE_MAX		(1 << 20)
#define SEGWARD_IMAGE_DSIZE_MAX		65535	/* no payload is larger */
/*
 * Slots of a matcher's bucket. Each costs a unit of work whenever the bucket
 * is hit; five bytes that differ in the last only are at most 256 of them.
 */
#define SEGWARD_IMAGE_BUCKET_MAX	1024

/**
 * enum segward_image_section - the sections in the header's order
 * @SEGWARD_IMAGE_STRINGS: bytes; zero-terminated strings, offset 0 is ""
 * @SEGWARD_IMAGE_BYTES: bytes; the contents
 * @SEGWARD_IMAGE_ORIGINS: __u32 string; names of the files compiled
 * @SEGWARD_IMAGE_VARIABLES: struct segward_image_variable
 * @SEGWARD_IMAGE_SETS: struct segward_image_set; record 0 is "any"
 * @SEGWARD_IMAGE_ELEMENTS: struct segward_image_element
 * @SEGWARD_IMAGE_CLASSES: struct segward_image_class; record 0 is none
 * @SEGWARD_IMAGE_RULES: struct segward_image_rule, in order of evaluation:
 *	pass, drop, reject*, alert (Suricata's action-order), then priority,
 *	then signature-id
 * @SEGWARD_IMAGE_REFERENCES: __u32 string; "type,value"
 * @SEGWARD_IMAGE_OPS: struct segward_image_op
 * @SEGWARD_IMAGE_GROUPS: struct segward_image_group
 * @SEGWARD_IMAGE_PATTERNS: struct segward_image_pattern
 * @SEGWARD_IMAGE_LINKS: __u32 rule; lists that groups and patterns point into
 * @SEGWARD_IMAGE_MPMS: struct segward_image_mpm
 * @SEGWARD_IMAGE_WORDS: __u32; bitmaps and index tables of the matchers
 * @SEGWARD_IMAGE_SLOTS: struct segward_image_slot
 * @SEGWARD_IMAGE_SECTIONS: how many there are
 */
enum segward_image_section {
	SEGWARD_IMAGE_STRINGS,
	SEGWARD_IMAGE_BYTES,
	SEGWARD_IMAGE_ORIGINS,
	SEGWARD_IMAGE_VARIABLES,
	SEGWARD_IMAGE_SETS,
	SEGWARD_IMAGE_ELEMENTS,
	SEGWARD_IMAGE_CLASSES,
	SEGWARD_IMAGE_RULES,
	SEGWARD_IMAGE_REFERENCES,
	SEGWARD_IMAGE_OPS,
	SEGWARD_IMAGE_GROUPS,
	SEGWARD_IMAGE_PATTERNS,
	SEGWARD_IMAGE_LINKS,
	SEGWARD_IMAGE_MPMS,
	SEGWARD_IMAGE_WORDS,
	SEGWARD_IMAGE_SLOTS,
	SEGWARD_IMAGE_SECTIONS,
};

/**
 * struct segward_image_range - where a section lies
 * @offset: bytes from the image's start; multiple of 8
 * @count: records (bytes for STRINGS and BYTES)
 */
struct segward_image_range {
	__u32 offset;
	__u32 count;
};

/* the image was compiled with skip-bad */
#define SEGWARD_IMAGE_F_SKIP_BAD	(1u << 0)

/**
 * struct segward_image_header - first bytes of an image
 * @magic: SEGWARD_IMAGE_MAGIC
 * @format: SEGWARD_IMAGE_FORMAT
 * @size: bytes of the whole image
 * @flags: SEGWARD_IMAGE_F_*
 * @image_id: digest of everything behind this member, made by the compiler;
 *	the kernel only hands it back
 * @rejected: rules that the compiler left out
 * @classification: string; path of the classtypes' file, "" for those that
 *	the compiler knows
 * @section: by enum segward_image_section
 */
struct segward_image_header {
	__u32 magic;
	__u32 format;
	__u32 size;
	__u32 flags;
	__u64 image_id;
	__u32 rejected;
	__u32 classification;
	struct segward_image_range section[SEGWARD_IMAGE_SECTIONS];
};

/**
 * enum segward_image_element_type - what an element of a set is
 * @SEGWARD_IMAGE_ELEMENT_IPV4: addresses first..last, 4 bytes, network order
 * @SEGWARD_IMAGE_ELEMENT_IPV6: addresses first..last, 16 bytes
 * @SEGWARD_IMAGE_ELEMENT_PORT: ports first..last, in first[0..1], last[0..1],
 *	network order
 * @SEGWARD_IMAGE_ELEMENT_VARIABLE: what the profile gave variable @ref, else
 *	its default set, whose index is smaller than this element's set
 * @SEGWARD_IMAGE_ELEMENT_SET: the set @ref, smaller than this element's set
 */
enum segward_image_element_type {
	SEGWARD_IMAGE_ELEMENT_IPV4 = 1,
	SEGWARD_IMAGE_ELEMENT_IPV6,
	SEGWARD_IMAGE_ELEMENT_PORT,
	SEGWARD_IMAGE_ELEMENT_VARIABLE,
	SEGWARD_IMAGE_ELEMENT_SET,
};

enum segward_image_set_kind {
	SEGWARD_IMAGE_SET_ADDRESS = 1,
	SEGWARD_IMAGE_SET_PORT,
};

/**
 * struct segward_image_set - addresses or ports
 * @kind: enum segward_image_set_kind; sets within it are of the same kind
 * @first: index of its first element
 * @positive: elements from there on of which one must match; none: any does
 * @negative: elements behind those of which none may match
 *
 * Within the positive and within the negative elements the plain ranges come
 * first, IPv4 before IPv6, sorted and disjoint within a family, so that they
 * can be searched in halves; variables and sets follow. The elements of a set
 * begin where those of the set before it end, and the last set ends with the
 * section. Record 0 has no elements, is of kind 0 and may stand for either.
 */
struct segward_image_set {
	__u32 kind;
	__u32 first;
	__u32 positive;
	__u32 negative;
};

struct segward_image_element {
	__u32 type;
	__u32 ref;
	__u8 first[16];
	__u8 last[16];
};

/**
 * struct segward_image_variable - a name that a profile may give a value
 * @name: string, without the "$"
 * @kind: enum segward_image_set_kind
 * @set: its default, an index into SETS
 * @reserved: 0
 */
struct segward_image_variable {
	__u32 name;
	__u32 kind;
	__u32 set;
	__u32 reserved;
};

/**
 * struct segward_image_class - a classtype
 * @name: string
 * @description: string
 * @priority: default priority of its rules
 * @reserved: 0
 */
struct segward_image_class {
	__u32 name;
	__u32 description;
	__u32 priority;
	__u32 reserved;
};

/* also matches the packet with source and destination exchanged ("<>") */
#define SEGWARD_IMAGE_RULE_F_BIDIRECTIONAL	(1u << 0)
/* of flows whose protocol is known and is not @app */
#define SEGWARD_IMAGE_RULE_F_APP_NEGATED	(1u << 1)
/* of packets with a flow: in this direction (not both) */
#define SEGWARD_IMAGE_RULE_F_TO_SERVER		(1u << 2)
#define SEGWARD_IMAGE_RULE_F_TO_CLIENT		(1u << 3)
/* and when it is not new any more, or is (not both) */
#define SEGWARD_IMAGE_RULE_F_ESTABLISHED	(1u << 4)
#define SEGWARD_IMAGE_RULE_F_NOT_ESTABLISHED	(1u << 5)

/* protocol members above the 8-bit numbers */
#define SEGWARD_IMAGE_PROTO_IP		256	/* any */
#define SEGWARD_IMAGE_PROTO_ICMP	257	/* ICMP over IPv4, ICMPv6 over IPv6 */

/*
 * Beside enum segward_buffer, of ops and groups: not bytes, but the events of
 * a protocol.
 */
#define SEGWARD_IMAGE_BUFFER_EVENT	0xffff

/**
 * struct segward_image_rule - a rule
 * @signature_id: its number within @gid
 * @gid: group, 1 if the rule names none
 * @rev: revision
 * @action: enum segward_rule_action
 * @proto: IP protocol number or SEGWARD_IMAGE_PROTO_*
 * @flags: SEGWARD_IMAGE_RULE_F_*
 * @src: set of source addresses
 * @dst: set of destination addresses
 * @sport: set of source ports
 * @dport: set of destination ports
 * @first_op: index of the first op
 * @nr_ops: all of which must hold: those of a buffer next to each other, buffers
 *	in the order of their numbers, at most SEGWARD_IMAGE_BUFFERS_MAX of them
 * @msg: string
 * @classtype: class
 * @priority: 1 is the most severe
 * @first_reference: index into REFERENCES
 * @nr_references: how many
 * @metadata: string
 * @header: string; protocol, addresses, ports as written
 * @app: enum segward_app_proto of its flow, 0 for any
 */
struct segward_image_rule {
	__u32 signature_id;
	__u32 gid;
	__u32 rev;
	__u32 action;
	__u32 proto;
	__u32 flags;
	__u32 src;
	__u32 dst;
	__u32 sport;
	__u32 dport;
	__u32 first_op;
	__u32 nr_ops;
	__u32 msg;
	__u32 classtype;
	__u32 priority;
	__u32 first_reference;
	__u32 nr_references;
	__u32 metadata;
	__u32 header;
	__u32 app;
};

/**
 * enum segward_image_op_type - tests of a rule
 * @SEGWARD_IMAGE_OP_CONTENT: bytes in the buffer
 * @SEGWARD_IMAGE_OP_DSIZE: payload bytes between @low and @high inclusive
 * @SEGWARD_IMAGE_OP_BSIZE: bytes of a whole buffer, likewise
 * @SEGWARD_IMAGE_OP_EVENT: event @low of the rule's @app
 */
enum segward_image_op_type {
	SEGWARD_IMAGE_OP_CONTENT = 1,
	SEGWARD_IMAGE_OP_DSIZE,
	SEGWARD_IMAGE_OP_BSIZE,
	SEGWARD_IMAGE_OP_EVENT,
};

#define SEGWARD_IMAGE_OP_F_NEGATED	(1u << 0)
#define SEGWARD_IMAGE_OP_F_NOCASE	(1u << 1)
#define SEGWARD_IMAGE_OP_F_OFFSET	(1u << 2)	/* @low is an offset */
#define SEGWARD_IMAGE_OP_F_DEPTH	(1u << 3)	/* @high is a depth */
#define SEGWARD_IMAGE_OP_F_DISTANCE	(1u << 4)	/* @low is a distance */
#define SEGWARD_IMAGE_OP_F_WITHIN	(1u << 5)	/* @high is a within */
#define SEGWARD_IMAGE_OP_F_STARTSWITH	(1u << 6)
#define SEGWARD_IMAGE_OP_F_ENDSWITH	(1u << 7)
/* the buffer with a dot before it */
#define SEGWARD_IMAGE_OP_F_DOTPREFIX	(1u << 8)

/**
 * struct segward_image_op - one test
 * @type: enum segward_image_op_type
 * @buffer: where: enum segward_buffer, but not STREAM: 0 is the payload of a
 *	packet, or the bytes of a stream, by the group that brings up the rule;
 *	of an event SEGWARD_IMAGE_BUFFER_EVENT
 * @flags: SEGWARD_IMAGE_OP_F_*
 * @bytes: offset of the content in BYTES; lower-case if NOCASE
 * @len: its bytes, 1 to SEGWARD_IMAGE_PATTERN_MAX
 * @low: offset or distance, in bytes; the smallest size; the event
 * @high: depth or within, in bytes; the largest size
 *
 * What a flag does not give a meaning is 0. NEGATED goes with all but events,
 * DOTPREFIX with tests of protocols' buffers: with it and without it are two
 * buffers, the one without it first.
 *
 * STARTSWITH excludes OFFSET, DEPTH, DISTANCE and WITHIN; a depth or within is
 * not smaller than @len.
 *
 * Content as Suricata defines it. Absolute: the match begins at or behind
 * @low (0 without OFFSET) and, with DEPTH, ends at or before @low + @high.
 * Relative (DISTANCE or WITHIN; excludes OFFSET and DEPTH): counted from the
 * end of the buffer's previous content's match, negative distances allowed; with
 * WITHIN it ends at or before that end + distance + @high, where a missing
 * distance is 0. When a later relative content fails, earlier ones are tried
 * at their next place. A negated content holds when there is no match.
 */
struct segward_image_op {
	__u16 type;
	__u16 buffer;
	__u32 flags;
	__u32 bytes;
	__u32 len;
	__s32 low;
	__s32 high;
};

/**
 * struct segward_image_group - the rules that can concern a packet, a stream or
 *	a buffer
 * @buffer: enum segward_buffer (0: packets), or SEGWARD_IMAGE_BUFFER_EVENT
 * @proto: IP protocol number, or SEGWARD_IMAGE_PROTO_IP for all others
 * @port_first: destination ports to which the group applies
 * @port_last: inclusive
 * @mpm: index into MPMS, or ~0 if no rule of it has a pattern
 * @first_link: its rules without a pattern, always evaluated
 * @nr_links: how many
 *
 * Sorted by buffer, proto and port_first, without overlap. A packet, or a piece
 * of a stream, belongs to the group of its protocol and destination port, or, if
 * none names its protocol, to that of SEGWARD_IMAGE_PROTO_IP; a rule stands in
 * every group that it can concern. Of a protocol's buffer, and of events, there
 * is one group, with SEGWARD_IMAGE_PROTO_IP and all ports.
 */
struct segward_image_group {
	__u32 buffer;
	__u32 proto;
	__u32 port_first;
	__u32 port_last;
	__u32 mpm;
	__u32 first_link;
	__u32 nr_links;
};

/**
 * struct segward_image_pattern - a string that the prefilter looks for
 * @bytes: offset in BYTES of its lower-case form
 * @len: 2 to SEGWARD_IMAGE_PATTERN_MAX
 * @first_link: the rules to evaluate when it occurs, in any case of letters
 * @nr_links: how many
 */
struct segward_image_pattern {
	__u32 bytes;
	__u32 len;
	__u32 first_link;
	__u32 nr_links;
};

/*
 * Grams and pairs are made of coarsely folded bytes (each with bit 5 set) and
 * have their first byte in the low bits. Their hash of n bits is the upper n
 * bits of the 32-bit product with this number (2^32 divided by the golden
 * ratio, as in the kernel's hash.h).
 */
#define SEGWARD_IMAGE_FOLD		0x20202020u
#define SEGWARD_IMAGE_HASH		0x9e3779b1u
#define SEGWARD_IMAGE_LONG_MIN		5	/* bytes of a long pattern */
#define SEGWARD_IMAGE_FILTER_BITS_MIN	10
#define SEGWARD_IMAGE_FILTER_BITS_MAX	24
#define SEGWARD_IMAGE_BUCKET_BITS_MIN	4
#define SEGWARD_IMAGE_BUCKET_BITS_MAX	20

/**
 * struct segward_image_mpm - a multi-pattern matcher
 * @first_word: index in WORDS of its tables, one behind the other: filter,
 *	long buckets, pairs, short buckets
 * @filter_bits: binary logarithm of the filter's bits: by hash, the grams that
 *	are anchors of long patterns
 * @long_bits: binary logarithm of the number of long buckets, at most
 *	@filter_bits; the table has a slot number for each and one more: bucket
 *	b (a hash) is the slots from table[b] up to table[b + 1]
 * @short_bits: the same for the short buckets, by the hash of a pair; 0 if
 *	there is no short pattern, then there are no short buckets
 * @nr_pairs: bitmaps in pairs: 0 without short patterns, else 1; 2 if there
 *	are patterns of two bytes
 * @reserved: 0
 * @first_slot: its first slot, of long patterns, then of short ones; slot
 *	numbers above count from it
 * @nr_slots: how many
 * @first_pattern: its patterns, at most SEGWARD_IMAGE_RULES_MAX
 * @nr_patterns: how many
 *
 * Each matcher's words, slots and patterns begin where those of the matcher
 * before it end, and the last one's end with their sections.
 *
 * Patterns of three bytes and more have two slots, with an anchor at an even
 * and one at an odd offset: so it is enough to look for anchors at every
 * second place of a payload. Anchors of long patterns (SEGWARD_IMAGE_LONG_MIN
 * bytes or more) are four bytes, a gram; those of short ones two, a pair.
 * Patterns of two bytes have one slot, and are looked for at all places.
 *
 * Each bitmap of pairs has 65,536 bits, by the two bytes as they are, in any
 * case of letters, the first one in the low bits. The first bitmap is for even
 * places and has all pairs that are anchors, the second is for odd places and
 * has the patterns of two bytes.
 */
struct segward_image_mpm {
	__u32 first_word;
	__u32 filter_bits;
	__u32 long_bits;
	__u32 short_bits;
	__u32 nr_pairs;
	__u32 reserved;
	__u32 first_slot;
	__u32 nr_slots;
	__u32 first_pattern;
	__u32 nr_patterns;
};

/**
 * struct segward_image_slot - a pattern in a bucket
 * @gram: its anchor, coarsely folded; two bytes of a short pattern
 * @check: of a long pattern four more bytes, coarsely folded; of a short one
 *	all its bytes, coarsely folded, and zeros behind them
 * @pattern: number of the pattern within the matcher
 * @anchor: offset of the anchor in the pattern
 * @near: where @check lies, counted from the anchor; of a short pattern, where
 *	it begins
 */
struct segward_image_slot {
	__u32 gram;
	__u32 check;
	__u32 pattern;
	__u16 anchor;
	__s16 near;
};

#endif /* _UAPI_LINUX_SEGWARD_IMAGE_H */
