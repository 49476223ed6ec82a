/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The compiler's insides, shared by its files: what a rule looks like between
 * its text and the image, and what has been collected so far.
 *
 * Lines become rules in text.c, rules are read by reader.c (header) and option.c
 * (options), lists of addresses and ports by list.c, and writer.c with group.c
 * writes the image.
 */
#ifndef SEGWARD_RULEC_COMPILER_H
#define SEGWARD_RULEC_COMPILER_H

#include <linux/segward.h>
#include <linux/segward_buffer.h>
#include <linux/segward_image.h>

#include "interval.h"
#include "memory.h"
#include "rulec.h"

/* Brackets within brackets; Suricata stops at the same depth. */
#define RULEC_NESTING_MAX	64

/* Characters of a variable's name: a profile's names have as many. */
#define RULEC_VARIABLE_NAME_MAX	31

/* Characters of a classtype's name: Suricata's limit, and an override's. */
#define RULEC_CLASS_NAME_MAX	63

/* Priority of a rule without classtype and priority, as in Suricata. */
#define RULEC_PRIORITY_DEFAULT	3

/**
 * struct rulec_area - what a list matches, as numbers
 * @part: for addresses IPv4 and IPv6, for ports the first alone
 */
struct rulec_area {
	struct rulec_intervals part[2];
};

/**
 * struct rulec_set - a set of the image
 * @kind: enum segward_image_set_kind, 0 for "any"
 * @element: @positive + @negative elements
 * @positive: how many must match one
 * @negative: how many must not match
 * @used: a rule needs it (writer.c)
 * @index: in the image (writer.c)
 * @any_port: it may match every port, because a profile decides
 * @port: ports that it matches otherwise
 */
struct rulec_set {
	u32 kind;
	struct segward_image_element *element;
	u32 positive;
	u32 negative;
	bool used;
	u32 index;
	bool any_port;
	struct rulec_intervals port;
};

/**
 * enum rulec_variable_state - while variables are worked out
 * @RULEC_VARIABLE_NEW: not yet
 * @RULEC_VARIABLE_OPEN: begun; who refers to it now makes a circle
 * @RULEC_VARIABLE_DONE: worked out
 */
enum rulec_variable_state {
	RULEC_VARIABLE_NEW,
	RULEC_VARIABLE_OPEN,
	RULEC_VARIABLE_DONE,
};

/**
 * struct rulec_variable - an address or port variable
 * @name: without the "$"
 * @kind: enum segward_image_set_kind
 * @text: its list
 * @state: enum rulec_variable_state
 * @set: its default
 * @depth: sets that have to be walked to judge it
 * @plus: what its list includes, as Suricata merges it into a list that names
 *	the variable
 * @minus: what its list excludes, likewise
 * @value: what it matches
 * @used: a rule needs it (writer.c)
 * @index: in the image (writer.c)
 */
struct rulec_variable {
	char name[RULEC_VARIABLE_NAME_MAX + 1];
	u32 kind;
	const char *text;
	u32 state;
	u32 set;
	u32 depth;
	struct rulec_area plus;
	struct rulec_area minus;
	struct rulec_area value;
	bool used;
	u32 index;
};

/**
 * struct rulec_rule - a rule that was understood
 * @image: as it will be written; sets and ops are the compiler's numbers,
 *	strings and bytes final
 * @file: index of its file
 * @line: where it begins
 * @fast: number of the content for the prefilter
 * @fast_offset: the part of it to look for
 * @fast_len: bytes of it; 0 if no content will do
 * @fast_bytes: where they are in BYTES, in lower case
 * @fast_buffer: where: as of the op
 * @buffers: bit by buffer: those of protocols that it looks into
 * @event: it asks for events of a protocol
 * @packets: it is held against packets
 * @streams: it is held against streams
 * @dead: a newer revision has taken its place
 */
struct rulec_rule {
	struct segward_image_rule image;
	u32 file;
	u32 line;
	u32 fast;
	u32 fast_offset;
	u32 fast_len;
	u32 fast_bytes;
	u32 fast_buffer;
	u64 buffers;
	bool event;
	bool packets;
	bool streams;
	bool dead;
};

/**
 * struct rulec_place - from where in a rule's text to where in its file
 * @offset: of the rule's text
 * @line: in the file
 */
struct rulec_place {
	u32 offset;
	u32 line;
};

/**
 * struct rulec_text - reading lines
 * @file: index of the file
 * @line: number of the current line
 * @buffer: the current line, as far as it was read
 * @len: bytes of it
 * @overlong: it does not fit
 * @rule: the current rule: lines joined
 * @rule_len: bytes of it
 * @rule_overlong: it does not fit
 * @pending: the rule goes on
 * @comment: the line before was a comment that goes on
 * @place: where the rule's lines begin
 * @nr_places: how many
 */
struct rulec_text {
	u32 file;
	u32 line;
	char buffer[SEGWARD_RULEC_RULE_MAX + 2];
	u32 len;
	bool overlong;
	char rule[SEGWARD_RULEC_RULE_MAX + 1];
	u32 rule_len;
	bool rule_overlong;
	bool pending;
	bool comment;
	struct rulec_place place[SEGWARD_RULEC_RULE_MAX + 1];
	u32 nr_places;
};

struct rulec_draft;

/**
 * struct segward_rulec - a compiler
 * @options: of the caller
 * @err: first error that ends it all
 * @error: sentence of the last error
 * @finished: segward_rulec_finish() was called
 * @bytes_read: of rule text
 * @report: for the caller
 * @rejected: records of the report
 * @rejected_room: of @rejected
 * @reasons: texts kept by rulec_keep(), to their numbers
 * @reason: the same by number
 * @nr_reasons: how many
 * @reason_room: of @reason
 * @file: names of the files
 * @nr_files: how many
 * @file_room: of @file
 * @strings: section STRINGS
 * @bytes: section BYTES
 * @set: sets; number 0 is "any"
 * @nr_sets: how many
 * @set_room: of @set
 * @set_map: from their contents to their numbers
 * @list_map: from a list's text to its set
 * @variable: variables
 * @nr_variables: how many
 * @variable_map: from name to number
 * @class: section CLASSES; number 0 is none
 * @nr_classes: how many
 * @class_room: of @class
 * @class_map: from name to number
 * @rule: rules
 * @nr_rules: how many, dead ones included
 * @rule_room: of @rule
 * @rule_map: from gid and signature-id to number
 * @op: ops of the rules
 * @nr_ops: how many
 * @op_room: of @op
 * @reference: references of the rules
 * @nr_references: how many
 * @reference_room: of @reference
 * @text: lines being read
 * @draft: the rule being read
 * @arena: for all that lives as long as the compiler
 */
struct segward_rulec {
	struct segward_rulec_options options;
	int err;
	char error[512];
	bool finished;
	u64 bytes_read;
	struct segward_rulec_report report;
	struct segward_rulec_rejected *rejected;
	u32 rejected_room;
	struct rulec_map reasons;
	const char **reason;
	u32 nr_reasons;
	u32 reason_room;
	const char **file;
	u32 nr_files;
	u32 file_room;
	struct rulec_bytes strings;
	struct rulec_bytes bytes;
	struct rulec_set *set;
	u32 nr_sets;
	u32 set_room;
	struct rulec_map set_map;
	struct rulec_map list_map;
	struct rulec_variable variable[SEGWARD_IMAGE_VARIABLES_MAX];
	u32 nr_variables;
	struct rulec_map variable_map;
	struct segward_image_class *class;
	u32 nr_classes;
	u32 class_room;
	struct rulec_map class_map;
	struct rulec_rule *rule;
	u32 nr_rules;
	u32 rule_room;
	struct rulec_map rule_map;
	struct segward_image_op *op;
	u32 nr_ops;
	u32 op_room;
	u32 *reference;
	u32 nr_references;
	u32 reference_room;
	struct rulec_text text;
	struct rulec_draft *draft;
	struct rulec_arena arena;
};

/**
 * struct rulec_reject - why a text is refused
 * @at: where in the text
 * @unsupported: see struct segward_rulec_rejected
 * @keyword: static, or of the compiler's arena
 * @reason: the sentence
 */
struct rulec_reject {
	const char *at;
	bool unsupported;
	const char *keyword;
	char reason[384];
};

/**
 * rulec_reject() - write down why
 * @reject: filled in
 * @at: where in the text
 * @keyword: what it is about
 * @format: of the sentence
 *
 * Return: -EINVAL.
 */
int rulec_reject(struct rulec_reject *reject, const char *at,
		 const char *keyword, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/** rulec_unsupported() - the same for what segward does not have (yet) */
int rulec_unsupported(struct rulec_reject *reject, const char *at,
		      const char *keyword, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/**
 * rulec_fail() - give up for good
 * @rulec: the compiler
 * @err: negative errno; the first one stays
 * @format: of the sentence
 *
 * Return: @err.
 */
int rulec_fail(struct segward_rulec *rulec, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** rulec_no_memory() - rulec_fail() with the sentence for it */
int rulec_no_memory(struct segward_rulec *rulec);

/* Longest part of a rule's text that a sentence quotes. */
#define RULEC_QUOTE_MAX	64

/**
 * struct rulec_quote - a part of a rule's text, fit for a sentence
 * @text: valid UTF-8, with "..." at the end if it was longer
 */
struct rulec_quote {
	char text[RULEC_QUOTE_MAX + 4];
};

/**
 * rulec_quote() - quote @len bytes at @text, which passed rulec_utf8()
 *
 * A tab becomes a space: a sentence has no control characters.
 */
struct rulec_quote rulec_quote(const char *text, size_t len);

/**
 * rulec_keep() - keep a text as long as the compiler
 * @rulec: the compiler
 * @text: copied; equal texts are kept once
 *
 * Return: the copy, or NULL after rulec_fail().
 */
const char *rulec_keep(struct segward_rulec *rulec, const char *text);

/** rulec_character() - quote the character at @text */
struct rulec_quote rulec_character(const char *text);

/**
 * rulec_utf8() - is this text that can be printed?
 * @text: not terminated
 * @len: its bytes
 *
 * Return: true if it is valid UTF-8 without control characters other than tab.
 */
bool rulec_utf8(const char *text, size_t len);

/**
 * rulec_word_is() - is this text that word, in any case of letters?
 * @text: not terminated
 * @len: its bytes
 * @word: lower-case
 */
bool rulec_word_is(const char *text, size_t len, const char *word);

/** rulec_blank() - space or tab */
static inline bool rulec_blank(char c)
{
	return c == ' ' || c == '\t';
}

/** rulec_digit() - decimal digit */
static inline bool rulec_digit(char c)
{
	return c >= '0' && c <= '9';
}

/** rulec_letter() - ASCII letter */
static inline bool rulec_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/** rulec_lower() - lower case of an ASCII letter */
static inline char rulec_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/**
 * rulec_string() - store a string of the image
 * @rulec: the compiler
 * @text: not terminated, without a zero byte
 * @len: its bytes
 * @string: its offset
 *
 * Return: 0 or what rulec_fail() returned.
 */
int rulec_string(struct segward_rulec *rulec, const char *text, size_t len,
		 u32 *string);

/* class.c */

/** rulec_class_init() - the classtypes of the options; 0 or an error */
int rulec_class_init(struct segward_rulec *rulec);

/**
 * rulec_class_get() - a classtype by its name
 * @rulec: the compiler
 * @name: not terminated
 * @len: its bytes, at most RULEC_CLASS_NAME_MAX
 * @class: its number; a name that is not known gets one, with the default
 *	priority, as in Suricata
 *
 * Return: 0 or an error.
 */
int rulec_class_get(struct segward_rulec *rulec, const char *name, size_t len,
		    u32 *class);

/* list.c */

/**
 * rulec_list() - the set of a list of addresses or ports
 * @rulec: the compiler
 * @text: the list
 * @len: its bytes
 * @kind: enum segward_image_set_kind
 * @family: 4 or 6 to match that family alone, else 0
 * @set: number of the set
 * @reject: why it is refused
 *
 * Return: 0; -EINVAL with @reject filled in, or an error of rulec_fail().
 */
int rulec_list(struct segward_rulec *rulec, const char *text, size_t len,
	       u32 kind, int family, u32 *set, struct rulec_reject *reject);

/**
 * rulec_variable_set() - define or change a variable
 * @rulec: the compiler
 * @name: its name, checked
 * @value: a list
 * @reject: why it is refused
 *
 * Return: 0; -EINVAL with @reject filled in; -E2BIG if there are too many;
 * -ENOMEM.
 */
int rulec_variable_set(struct segward_rulec *rulec, const char *name,
		       const char *value, struct rulec_reject *reject);

/** rulec_variable_init() - the variables of Suricata's configuration */
int rulec_variable_init(struct segward_rulec *rulec);

/** rulec_list_exit() - free sets and variables */
void rulec_list_exit(struct segward_rulec *rulec);

/* keyword.c */

/**
 * rulec_keyword_needs() - what a keyword of Suricata needs that is missing
 * @name: of the option, in any case; not terminated
 * @len: its bytes
 * @keyword: its name as Suricata spells it
 *
 * Return: the missing part of segward, or NULL if Suricata has no such
 * keyword.
 */
const char *rulec_keyword_needs(const char *name, size_t len,
				const char **keyword);

/** rulec_protocol_needs() - the same for protocols behind the action */
const char *rulec_protocol_needs(const char *name, size_t len,
				 const char **keyword);

/* reader.c */

/**
 * rulec_rule() - read a rule and keep it
 * @rulec: the compiler
 * @text: the rule; terminated
 * @len: its bytes, at most SEGWARD_RULEC_RULE_MAX
 *
 * Adds to the report. Return: 0 or an error of rulec_fail().
 */
int rulec_rule(struct segward_rulec *rulec, const char *text, size_t len);

/**
 * rulec_rejected() - add a rejected rule to the report
 * @rulec: the compiler
 * @reject: why; @reject->at is within the current rule's text
 * @rule: signature-id, gid and rev as far as known; where it is
 *
 * Return: 0 or an error of rulec_fail().
 */
int rulec_rejected(struct segward_rulec *rulec,
		   const struct rulec_reject *reject,
		   const struct segward_rulec_rejected *rule);

/* option.c */

/**
 * struct rulec_option - an option of a rule
 * @name: its name
 * @name_len: bytes of it
 * @value: what follows the ":", without blanks around; NULL without ":"
 * @value_len: bytes of it
 */
struct rulec_option {
	const char *name;
	const char *value;
	u32 name_len;
	u32 value_len;
};

/* An option takes at least two bytes ("a;"). */
#define RULEC_OPTIONS_MAX	(SEGWARD_RULEC_RULE_MAX / 2 + 1)

/**
 * struct rulec_content - a content while the rule is read
 * @op: as it will be written; @op.bytes counts from @bytes of the draft
 * @rawbytes: has that modifier
 * @fast: is the fast pattern
 * @only: with "only"
 * @lowercase: its buffer is in lower case
 * @fast_offset: the part of it that the author wants to be looked for
 * @fast_len: bytes of it, 0 for all
 */
struct rulec_content {
	struct segward_image_op op;
	bool rawbytes;
	bool fast;
	bool only;
	bool lowercase;
	u32 fast_offset;
	u32 fast_len;
};

/**
 * struct rulec_draft - a rule while it is read
 * @rulec: the compiler
 * @rule: what is known of it
 * @reject: why it is refused
 * @option: its options
 * @nr_options: how many
 * @content: its contents
 * @nr_contents: how many
 * @bytes: their bytes
 * @nr_bytes: how many
 * @test: its other tests but for dsize
 * @nr_tests: how many
 * @sticky: name of the last sticky buffer; NULL: none yet
 * @sticky_at: where it stands
 * @sticky_used: there is a test behind it, or it needs none
 * @buffer: enum segward_buffer of it
 * @dotprefix: with that transformation
 * @lowercase: with to_lowercase
 * @protocol: the one behind the action
 * @has_flow: there is a "flow"
 * @stateless: it says so
 * @has_dsize: @dsize is filled in
 * @dsize: the test of the payload's size
 * @dsize_limit: what Suricata takes for the largest payload that passes it;
 *	-1 if it does not ask
 * @msg: message, unescaped
 * @msg_len: bytes of it, 0 without
 * @metadata: all of them, joined; a ", " takes no more than "metadata:" did
 * @metadata_len: bytes of it, 0 without
 * @classtype: name of the most severe one in the rule's text; NULL without
 * @classtype_len: bytes of it
 * @class_priority: its priority
 * @priority: as given, 0 if not
 * @target: value of that option, NULL without
 * @packets_only: the word that makes the rule one about packets, not about
 *	streams; NULL
 * @streams_only: the same the other way around
 */
struct rulec_draft {
	struct segward_rulec *rulec;
	struct rulec_rule rule;
	struct rulec_reject reject;
	struct rulec_option option[RULEC_OPTIONS_MAX];
	u32 nr_options;
	struct rulec_content content[SEGWARD_IMAGE_OPS_MAX];
	u32 nr_contents;
	u8 bytes[SEGWARD_RULEC_RULE_MAX];
	u32 nr_bytes;
	struct segward_image_op test[SEGWARD_IMAGE_OPS_MAX];
	u32 nr_tests;
	const char *sticky;
	const char *sticky_at;
	bool sticky_used;
	u16 buffer;
	bool dotprefix;
	bool lowercase;
	const char *protocol;
	bool has_flow;
	bool stateless;
	bool has_dsize;
	struct segward_image_op dsize;
	s32 dsize_limit;
	char msg[SEGWARD_RULEC_RULE_MAX];
	u32 msg_len;
	char metadata[SEGWARD_RULEC_RULE_MAX];
	u32 metadata_len;
	const char *classtype;
	u32 classtype_len;
	u32 class_priority;
	u32 priority;
	const char *target;
	const char *packets_only;
	const char *streams_only;
};

/**
 * rulec_options_split() - find the options
 * @draft: @nr_options and @reject are filled in
 * @text: behind the "("
 * @end: behind the rule's last byte
 *
 * Return: 0 or -EINVAL; then the options before the fault are there.
 */
int rulec_options_split(struct rulec_draft *draft, const char *text,
			const char *end);

/** rulec_options_identify() - read sid, gid and rev; 0 or -EINVAL */
int rulec_options_identify(struct rulec_draft *draft);

/** rulec_options_read() - read all other options; 0 or -EINVAL */
int rulec_options_read(struct rulec_draft *draft);

/**
 * rulec_references() - store the rule's references
 * @draft: a rule that was understood
 *
 * Return: 0 or an error of rulec_fail().
 */
int rulec_references(struct rulec_draft *draft);

/* content.c: options about the payload; 0 or -EINVAL with a reason */

/** struct rulec_value - an option's value as its reader gets it */
struct rulec_value {
	const char *keyword;	/* name of the option, lower-case */
	const char *text;	/* without quotes; NULL without value */
	u32 len;
	bool negated;
	const char *at;		/* the option, for columns */
};

int rulec_read_content(struct rulec_draft *draft,
		       const struct rulec_value *value);
int rulec_read_nocase(struct rulec_draft *draft,
		      const struct rulec_value *value);
int rulec_read_rawbytes(struct rulec_draft *draft,
			const struct rulec_value *value);
int rulec_read_offset(struct rulec_draft *draft,
		      const struct rulec_value *value);
int rulec_read_depth(struct rulec_draft *draft,
		     const struct rulec_value *value);
int rulec_read_distance(struct rulec_draft *draft,
			const struct rulec_value *value);
int rulec_read_within(struct rulec_draft *draft,
		      const struct rulec_value *value);
int rulec_read_startswith(struct rulec_draft *draft,
			  const struct rulec_value *value);
int rulec_read_endswith(struct rulec_draft *draft,
			const struct rulec_value *value);
int rulec_read_fast_pattern(struct rulec_draft *draft,
			    const struct rulec_value *value);
int rulec_read_flow(struct rulec_draft *draft, const struct rulec_value *value);
int rulec_read_dsize(struct rulec_draft *draft,
		     const struct rulec_value *value);

/**
 * rulec_parse_size() - a size, a comparison with one, or a range of sizes
 * @text: as dsize has it
 * @len: its bytes
 * @max: largest size
 * @op: low, high and NEGATED are filled in
 *
 * Return: false if it is none, or one that nothing can pass.
 */
bool rulec_parse_size(const char *text, u32 len, u32 max,
		      struct segward_image_op *op);

/* buffer.c: buffers of protocols */

/** struct rulec_buffer_word - a keyword that names a buffer */
struct rulec_buffer_word {
	const char *name;
	u32 buffer;
};

/** rulec_buffer_sticky() - find a sticky buffer by its keyword, or NULL */
const struct rulec_buffer_word *rulec_buffer_sticky(const char *name, u32 len);

/** rulec_buffer_modifier() - find an older content modifier, or NULL */
const struct rulec_buffer_word *rulec_buffer_modifier(const char *name,
						      u32 len);

/** rulec_buffer_name() - name of a buffer, for sentences */
const char *rulec_buffer_name(u32 buffer);

int rulec_read_sticky(struct rulec_draft *draft,
		      const struct rulec_value *value, u32 buffer);
int rulec_read_modifier(struct rulec_draft *draft,
			const struct rulec_value *value, u32 buffer);
int rulec_read_uricontent(struct rulec_draft *draft,
			  const struct rulec_value *value);
int rulec_read_dotprefix(struct rulec_draft *draft,
			 const struct rulec_value *value);
int rulec_read_to_lowercase(struct rulec_draft *draft,
			    const struct rulec_value *value);
int rulec_read_bsize(struct rulec_draft *draft,
		     const struct rulec_value *value);
int rulec_read_urilen(struct rulec_draft *draft,
		      const struct rulec_value *value);

/** rulec_add_event() - the rule asks for an event; 0 or -EINVAL */
int rulec_add_event(struct rulec_draft *draft, const struct rulec_value *value,
		    u32 event);

/**
 * rulec_buffers_check() - judge buffers, protocol and direction together
 * @draft: all options were read; its protocol and direction are completed
 * @at: where the options begin
 *
 * Return: 0 or -EINVAL.
 */
int rulec_buffers_check(struct rulec_draft *draft, const char *at);

/* app.c: protocols of applications */

/** rulec_app_name() - name of enum segward_app_proto, for sentences */
const char *rulec_app_name(u32 app);

int rulec_read_app_protocol(struct rulec_draft *draft,
			    const struct rulec_value *value);
int rulec_read_app_event(struct rulec_draft *draft,
			 const struct rulec_value *value);
int rulec_read_tls_version(struct rulec_draft *draft,
			   const struct rulec_value *value);

/** rulec_app_check() - is the protocol carried by the rule's? 0 or -EINVAL */
int rulec_app_check(struct rulec_draft *draft, const char *at);

/**
 * rulec_contents_check() - judge the options about the payload together
 * @draft: all options were read
 * @at: where the options begin
 *
 * Return: 0 or -EINVAL.
 */
int rulec_contents_check(struct rulec_draft *draft, const char *at);

/**
 * rulec_contents_store() - make ops, and choose what the prefilter looks for
 * @draft: checked
 *
 * Return: 0 or an error of rulec_fail().
 */
int rulec_contents_store(struct rulec_draft *draft);

/* writer.c */

/** rulec_image_write() - the whole image; 0 or an error of rulec_fail() */
int rulec_image_write(struct segward_rulec *rulec,
		      struct segward_rulec_image *image);

/* group.c */

struct mpm_sections;

/**
 * struct rulec_groups - section GROUPS
 * @v: groups
 * @nr: how many
 * @room: of @v
 */
struct rulec_groups {
	struct segward_image_group *v;
	u32 nr;
	u32 room;
};

/**
 * rulec_groups_make() - sort the rules by the packets that they can concern
 * @rulec: the compiler
 * @order: numbers of the rules in the image's order
 * @nr: how many
 * @groups: filled in
 * @sections: filled in
 *
 * Return: 0 or an error of rulec_fail().
 */
int rulec_groups_make(struct segward_rulec *rulec, const u32 *order, u32 nr,
		      struct rulec_groups *groups,
		      struct mpm_sections *sections);

#endif /* SEGWARD_RULEC_COMPILER_H */
