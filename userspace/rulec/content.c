// SPDX-License-Identifier: GPL-2.0
/*
 * Options about bytes: content with its modifiers, and dsize.
 *
 * DOC: What is refused here Suricata refuses, too, and for the same reasons;
 * beyond that, values that come from byte_extract, which is not there yet.
 */
#include <netinet/in.h>

#include "../../kmod/engine/image.h"
#include "compiler.h"
#include "mpm.h"

#define ABSOLUTE	(SEGWARD_IMAGE_OP_F_OFFSET | SEGWARD_IMAGE_OP_F_DEPTH)
#define RELATIVE	(SEGWARD_IMAGE_OP_F_DISTANCE | \
			 SEGWARD_IMAGE_OP_F_WITHIN)

/* Largest offset and depth: Suricata keeps them in 16 bits. */
#define OFFSET_MAX	65535

static int hex_digit(char c)
{
	if (rulec_digit(c))
		return c - '0';
	c = rulec_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes between two "|"; returns how many characters that took. */
static int read_hex(struct rulec_draft *draft, const char *text, u32 len,
		    u32 *used)
{
	int high = -1;
	u32 i;

	for (i = 0; i < len && text[i] != '|'; i++) {
		int digit = hex_digit(text[i]);

		if (text[i] == ' ' || text[i] == ',')
			continue;
		if (digit < 0)
			return rulec_reject(&draft->reject, text + i, "content",
					    "content has \"%s\" among hexadecimal digits",
					    rulec_character(text + i).text);
		if (high < 0) {
			high = digit;
			continue;
		}
		draft->bytes[draft->nr_bytes++] = (u8)(high << 4 | digit);
		high = -1;
	}
	if (i == len)
		return rulec_reject(&draft->reject, text, "content",
				    "content lacks the \"|\" that ends hexadecimal digits");
	if (high >= 0)
		return rulec_reject(&draft->reject, text + i, "content",
				    "content has half a byte in hexadecimal digits");
	*used = i;
	return 0;
}

/* Fills draft->bytes, which has room: no character becomes two bytes. */
static int read_bytes(struct rulec_draft *draft, const char *text, u32 len)
{
	u32 used = 0;
	u32 i;
	int err;

	for (i = 0; i < len; i++) {
		char c = text[i];

		if (c == '|') {
			err = read_hex(draft, text + i + 1, len - i - 1, &used);
			if (err)
				return err;
			i += used + 1;
			continue;
		}
		if (c == '"')
			return rulec_reject(&draft->reject, text + i, "content",
					    "content has a quote that is not escaped");
		if (c == '\\') {
			if (++i == len || !strchr(":;\\\"", text[i]))
				return rulec_reject(&draft->reject,
						    text + i - 1, "content",
						    "content has a \"\\\" before something other than : ; \\ \"");
			c = text[i];
		}
		draft->bytes[draft->nr_bytes++] = (u8)c;
	}
	return 0;
}

int rulec_read_content(struct rulec_draft *draft,
		       const struct rulec_value *value)
{
	struct rulec_content *content;
	u32 first = draft->nr_bytes;
	u32 len;
	int err;

	if (draft->nr_contents == SEGWARD_IMAGE_OPS_MAX)
		return rulec_reject(&draft->reject, value->at, "content",
				    "content is there more than %u times",
				    SEGWARD_IMAGE_OPS_MAX);
	err = read_bytes(draft, value->text, value->len);
	if (err)
		return err;
	len = draft->nr_bytes - first;
	if (!len)
		return rulec_reject(&draft->reject, value->at, "content",
				    "content is empty");
	if (len > SEGWARD_IMAGE_PATTERN_MAX)
		return rulec_reject(&draft->reject, value->at, "content",
				    "content is longer than %u bytes",
				    SEGWARD_IMAGE_PATTERN_MAX);
	content = &draft->content[draft->nr_contents++];
	*content = (struct rulec_content){
		.op.type	= SEGWARD_IMAGE_OP_CONTENT,
		.op.buffer	= draft->buffer,
		.op.flags	= value->negated ?
				  SEGWARD_IMAGE_OP_F_NEGATED : 0,
		.op.bytes	= first,
		.op.len		= len,
		.lowercase	= draft->lowercase,
	};
	if (draft->dotprefix)
		content->op.flags |= SEGWARD_IMAGE_OP_F_DOTPREFIX;
	draft->sticky_used = true;
	return 0;
}

/* The content that a modifier is about, or NULL with a reason. */
static struct rulec_content *last_content(struct rulec_draft *draft,
					  const struct rulec_value *value)
{
	if (draft->nr_contents)
		return &draft->content[draft->nr_contents - 1];
	rulec_reject(&draft->reject, value->at, value->keyword,
		     "%s has no content before it", value->keyword);
	return NULL;
}

static int given_twice(struct rulec_draft *draft,
		       const struct rulec_value *value)
{
	return rulec_reject(&draft->reject, value->at, value->keyword,
			    "%s is given twice for one content",
			    value->keyword);
}

/*
 * May the content have a place? Not one with the others of @excluded, not if
 * it is negated and the fast pattern, and not if it is that "only".
 */
static int check_place(struct rulec_draft *draft,
		       const struct rulec_value *value,
		       const struct rulec_content *content, u32 excluded)
{
	bool negated = content->op.flags & SEGWARD_IMAGE_OP_F_NEGATED;

	if (content->op.flags & excluded)
		return rulec_reject(&draft->reject, value->at, value->keyword,
				    "%s does not go with %s for one content",
				    value->keyword,
				    excluded & RELATIVE ?
				    "distance or within" :
				    excluded & ABSOLUTE ?
				    "offset, depth or startswith" :
				    "startswith");
	if (negated && content->fast)
		return rulec_reject(&draft->reject, value->at, value->keyword,
				    "%s does not go with a negated content that is the fast_pattern",
				    value->keyword);
	if (content->only)
		return rulec_reject(&draft->reject, value->at, value->keyword,
				    "%s does not go with fast_pattern:only",
				    value->keyword);
	return 0;
}

/*
 * As strtol() with base 0 reads it, which is what Suricata does: "0x10" and
 * "010" are numbers, too.
 */
static bool parse_number(const char *text, u32 len, s32 *number)
{
	bool minus = len && *text == '-';
	u32 base = 10;
	s64 value = 0;
	u32 i = minus || (len && *text == '+');

	if (len - i > 2 && text[i] == '0' && rulec_lower(text[i + 1]) == 'x') {
		base = 16;
		i += 2;
	} else if (len - i > 1 && text[i] == '0') {
		base = 8;
		i++;
	}
	if (i >= len)
		return false;
	for (; i < len; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0 || (u32)digit >= base || value > S32_MAX)
			return false;
		value = value * base + digit;
	}
	if (value > S32_MAX)
		return false;
	*number = (s32)(minus ? -value : value);
	return true;
}

static int read_number(struct rulec_draft *draft,
		       const struct rulec_value *value, s32 first, s32 last,
		       s32 *number)
{
	struct rulec_quote quote = rulec_quote(value->text, value->len);

	if (rulec_letter(*value->text))
		return rulec_unsupported(&draft->reject, value->text,
					 value->keyword,
					 "%s takes \"%s\" from byte_extract or byte_math, which segward does not have yet",
					 value->keyword, quote.text);
	if (!parse_number(value->text, value->len, number) ||
	    *number < first || *number > last)
		return rulec_reject(&draft->reject, value->text, value->keyword,
				    "%s \"%s\" is not a number from %d to %d",
				    value->keyword, quote.text, first, last);
	return 0;
}

/* An end before the content's own length can never be met. */
static int check_room(struct rulec_draft *draft,
		      const struct rulec_value *value,
		      const struct rulec_content *content, s32 number)
{
	if ((s64)number >= content->op.len)
		return 0;
	return rulec_reject(&draft->reject, value->text, value->keyword,
			    "%s %d is less than the content's %u bytes",
			    value->keyword, number, content->op.len);
}

int rulec_read_nocase(struct rulec_draft *draft,
		      const struct rulec_value *value)
{
	struct rulec_content *content = last_content(draft, value);

	if (!content)
		return -EINVAL;
	if (content->op.flags & SEGWARD_IMAGE_OP_F_NOCASE)
		return given_twice(draft, value);
	content->op.flags |= SEGWARD_IMAGE_OP_F_NOCASE;
	return 0;
}

/* Means nothing here: a payload has no other form than its raw bytes. */
int rulec_read_rawbytes(struct rulec_draft *draft,
			const struct rulec_value *value)
{
	struct rulec_content *content = last_content(draft, value);

	if (!content)
		return -EINVAL;
	if (content->rawbytes)
		return given_twice(draft, value);
	content->rawbytes = true;
	return 0;
}

/* What offset, depth, distance and within have in common. */
static int read_place(struct rulec_draft *draft,
		      const struct rulec_value *value, u32 flag, u32 excluded,
		      s32 first, s32 last)
{
	struct rulec_content *content = last_content(draft, value);
	bool end = flag & (SEGWARD_IMAGE_OP_F_DEPTH |
			   SEGWARD_IMAGE_OP_F_WITHIN);
	s32 number = 0;
	int err;

	if (!content)
		return -EINVAL;
	if (content->op.flags & flag)
		return given_twice(draft, value);
	err = check_place(draft, value, content, excluded);
	if (!err && flag & ABSOLUTE)
		err = check_place(draft, value, content,
				  SEGWARD_IMAGE_OP_F_STARTSWITH);
	if (!err)
		err = read_number(draft, value, first, last, &number);
	if (!err && end)
		err = check_room(draft, value, content, number);
	if (err)
		return err;
	content->op.flags |= flag;
	if (end)
		content->op.high = number;
	else
		content->op.low = number;
	return 0;
}

int rulec_read_offset(struct rulec_draft *draft,
		      const struct rulec_value *value)
{
	return read_place(draft, value, SEGWARD_IMAGE_OP_F_OFFSET, RELATIVE, 0,
			  OFFSET_MAX);
}

int rulec_read_depth(struct rulec_draft *draft,
		     const struct rulec_value *value)
{
	return read_place(draft, value, SEGWARD_IMAGE_OP_F_DEPTH, RELATIVE, 0,
			  OFFSET_MAX);
}

/* Relative to a content that is not looked for in its place cannot be told. */
static int check_before(struct rulec_draft *draft,
			const struct rulec_value *value)
{
	const struct rulec_content *content;

	if (draft->nr_contents < 2)
		return 0;
	content = &draft->content[draft->nr_contents - 2];
	if (!content->only || content[1].op.buffer != content->op.buffer)
		return 0;
	return rulec_reject(&draft->reject, value->at, value->keyword,
			    "%s does not go behind a content with fast_pattern:only",
			    value->keyword);
}

int rulec_read_distance(struct rulec_draft *draft,
			const struct rulec_value *value)
{
	int err;

	err = read_place(draft, value, SEGWARD_IMAGE_OP_F_DISTANCE,
			 ABSOLUTE | SEGWARD_IMAGE_OP_F_STARTSWITH,
			 -SEGWARD_IMAGE_PLACE_MAX, SEGWARD_IMAGE_PLACE_MAX);
	return err ? err : check_before(draft, value);
}

int rulec_read_within(struct rulec_draft *draft,
		      const struct rulec_value *value)
{
	int err;

	err = read_place(draft, value, SEGWARD_IMAGE_OP_F_WITHIN,
			 ABSOLUTE | SEGWARD_IMAGE_OP_F_STARTSWITH, 0,
			 SEGWARD_IMAGE_PLACE_MAX);
	return err ? err : check_before(draft, value);
}

int rulec_read_startswith(struct rulec_draft *draft,
			  const struct rulec_value *value)
{
	struct rulec_content *content = last_content(draft, value);
	int err;

	if (!content)
		return -EINVAL;
	if (content->op.flags & SEGWARD_IMAGE_OP_F_STARTSWITH)
		return given_twice(draft, value);
	err = check_place(draft, value, content, RELATIVE);
	if (!err)
		err = check_place(draft, value, content, ABSOLUTE);
	if (!err)
		content->op.flags |= SEGWARD_IMAGE_OP_F_STARTSWITH;
	return err;
}

int rulec_read_endswith(struct rulec_draft *draft,
			const struct rulec_value *value)
{
	struct rulec_content *content = last_content(draft, value);

	if (!content)
		return -EINVAL;
	content->op.flags |= SEGWARD_IMAGE_OP_F_ENDSWITH;
	return 0;
}

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && rulec_blank(*at))
		at++;
	return at;
}

/* Decimal digits at @at; more than fit a content are as good as too many. */
static const char *skip_digits(const char *at, const char *end, u32 *number)
{
	u32 value = 0;

	for (; at < end && rulec_digit(*at); at++)
		value = min(value * 10 + (u32)(*at - '0'), 1000000u);
	*number = value;
	return at;
}

/* "offset,length" */
static bool parse_part(const struct rulec_value *value, u32 *offset, u32 *len)
{
	const char *end = value->text + value->len;
	const char *at = value->text;
	const char *digits = at;

	at = skip_digits(at, end, offset);
	if (at == digits)
		return false;
	at = skip_blanks(at, end);
	if (at == end || *at++ != ',')
		return false;
	digits = skip_blanks(at, end);
	at = skip_digits(digits, end, len);
	return at != digits && at == end;
}

static int read_part(struct rulec_draft *draft,
		     const struct rulec_value *value,
		     struct rulec_content *content)
{
	struct rulec_quote quote = rulec_quote(value->text, value->len);
	u32 offset, len;

	if (!parse_part(value, &offset, &len))
		return rulec_reject(&draft->reject, value->text, "fast_pattern",
				    "fast_pattern \"%s\" is neither \"only\" nor \"OFFSET,LENGTH\"",
				    quote.text);
	if (offset + len > content->op.len)
		return rulec_reject(&draft->reject, value->text, "fast_pattern",
				    "fast_pattern \"%s\" goes beyond the content's %u bytes",
				    quote.text, content->op.len);
	content->fast_offset = offset;
	content->fast_len = len;
	return 0;
}

/* With "only" or a part it may be given again; the last one counts. */
static int check_fast(struct rulec_draft *draft,
		      const struct rulec_value *value,
		      const struct rulec_content *content, bool only)
{
	u32 places = ABSOLUTE | RELATIVE | SEGWARD_IMAGE_OP_F_STARTSWITH;
	bool negated = content->op.flags & SEGWARD_IMAGE_OP_F_NEGATED;
	u32 i;

	for (i = 0; i < draft->nr_contents && !value->text; i++) {
		if (draft->content[i].fast)
			return rulec_reject(&draft->reject, value->at,
					    "fast_pattern",
					    "fast_pattern is given twice");
	}
	if (negated && content->op.flags & places)
		return rulec_reject(&draft->reject, value->at, "fast_pattern",
				    "fast_pattern does not go with a negated content that has a place");
	if (only && (negated || content->op.flags & places))
		return rulec_reject(&draft->reject, value->at, "fast_pattern",
				    "fast_pattern:only does not go with a content that is negated or has a place");
	return 0;
}

int rulec_read_fast_pattern(struct rulec_draft *draft,
			    const struct rulec_value *value)
{
	struct rulec_content *content = last_content(draft, value);
	bool only;
	int err;

	if (!content)
		return -EINVAL;
	only = value->text && rulec_word_is(value->text, value->len, "only");
	err = check_fast(draft, value, content, only);
	if (!err && value->text && !only)
		err = read_part(draft, value, content);
	if (err)
		return err;
	content->fast = true;
	content->only |= only;
	return 0;
}

static bool skip(const char **at, const char *end, const char *what)
{
	size_t len = strlen(what);

	if ((size_t)(end - *at) < len || memcmp(*at, what, len))
		return false;
	*at += len;
	return true;
}

/**
 * struct size - a test of a size while it is read
 * @op: low, high and NEGATED are filled in
 * @max: largest size
 * @limit: what Suricata takes for the largest that passes; -1: it does not ask
 */
struct size {
	struct segward_image_op *op;
	u32 max;
	s32 limit;
};

/* A size, with "kb" behind it in units of 1024 bytes. */
static bool parse_size(const struct size *size, const char **at,
		       const char *end, u32 *number)
{
	const char *digits = *at;

	*at = skip_digits(*at, end, number);
	if (*at == digits || *number > size->max)
		return false;
	if (end - *at >= 2 && rulec_word_is(*at, 2, "kb")) {
		*at += 2;
		*number *= 1024;
	}
	return *number <= size->max;
}

/* "N<>M" excludes both ends, as Suricata's does. */
static bool parse_between(struct size *size, const char *at, const char *end,
			  u32 first)
{
	u32 last;

	at = skip_blanks(at, end);
	if (!skip(&at, end, "<>") && !skip(&at, end, "-"))
		return false;
	at = skip_blanks(at, end);
	if (!parse_size(size, &at, end, &last) || at != end || last < first + 2)
		return false;
	size->op->low = (s32)first + 1;
	size->op->high = (s32)last - 1;
	size->limit = (s32)last;
	return true;
}

static bool parse_equal(struct size *size, const char *at, const char *end)
{
	u32 number;

	if (!parse_size(size, &at, end, &number))
		return false;
	if (at != end)
		return parse_between(size, at, end, number);
	size->op->low = (s32)number;
	size->op->high = (s32)number;
	size->limit = (s32)number;
	return true;
}

enum comparison { LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, NOT_EQUAL };

/* Sets low and high; an operator that nothing can pass is refused. */
static bool compare_size(struct size *size, enum comparison how, s32 number)
{
	size->op->low = 0;
	size->op->high = (s32)size->max;
	switch (how) {
	case LESS:
		size->limit = number;
		size->op->high = number - 1;
		return number > 0;
	case LESS_EQUAL:
		size->op->high = number;
		return number < (s32)size->max;
	case GREATER:
		size->op->low = number + 1;
		return number < (s32)size->max;
	case GREATER_EQUAL:
		size->op->low = number;
		return number > 0;
	case NOT_EQUAL:
		size->op->flags |= SEGWARD_IMAGE_OP_F_NEGATED;
		size->op->low = number;
		size->op->high = number;
		return true;
	}
	return false;
}

static bool parse_comparison(struct size *size, const char *at, const char *end)
{
	static const struct {
		const char *sign;
		enum comparison how;
	} signs[] = {
		{ ">=", GREATER_EQUAL },
		{ "<=", LESS_EQUAL },
		{ ">", GREATER },
		{ "<", LESS },
		{ "!=", NOT_EQUAL },
		{ "!", NOT_EQUAL },
	};
	u32 i, number;

	for (i = 0; i < ARRAY_SIZE(signs); i++) {
		if (!skip(&at, end, signs[i].sign))
			continue;
		at = skip_blanks(at, end);
		at = skip_digits(at, end, &number);
		return rulec_digit(at[-1]) && at == end &&
		       number <= size->max &&
		       compare_size(size, signs[i].how, (s32)number);
	}
	if (skip(&at, end, "="))
		at = skip_blanks(at, end);
	return parse_equal(size, at, end);
}

bool rulec_parse_size(const char *text, u32 len, u32 max,
		      struct segward_image_op *op)
{
	struct size size = { .op = op, .max = max };

	return parse_comparison(&size, text, text + len);
}

int rulec_read_dsize(struct rulec_draft *draft,
		     const struct rulec_value *value)
{
	struct size size = {
		.op	= &draft->dsize,
		.max	= SEGWARD_IMAGE_DSIZE_MAX,
		.limit	= -1,
	};

	if (draft->has_dsize)
		return rulec_reject(&draft->reject, value->at, "dsize",
				    "dsize is given twice");
	draft->has_dsize = true;
	draft->dsize.type = SEGWARD_IMAGE_OP_DSIZE;
	if (!parse_comparison(&size, value->text, value->text + value->len))
		return rulec_reject(&draft->reject, value->text, "dsize",
				    "dsize \"%s\" is not a size from 0 to %u, nor one behind < > <= >= !, nor a range FIRST<>LAST with a size in between",
				    rulec_quote(value->text, value->len).text,
				    SEGWARD_IMAGE_DSIZE_MAX);
	draft->dsize_limit = size.limit;
	return 0;
}

/*
 * Bytes that the contents need at least, counted as Suricata counts them: the
 * first content, and those relative to it.
 */
static s64 required_size(const struct rulec_draft *draft)
{
	s64 offset = 0;
	s64 len = 0;
	u32 i;

	for (i = 0; i < draft->nr_contents; i++) {
		const struct segward_image_op *op = &draft->content[i].op;
		bool relative = op->flags & RELATIVE;
		s64 distance = relative ? op->low : 0;

		if (i && !relative)
			continue;
		if (i && op->flags & SEGWARD_IMAGE_OP_F_NEGATED) {
			if (len + distance + op->high > draft->dsize_limit)
				return len + distance + op->high;
			continue;
		}
		len += op->len + distance;
		if (op->flags & SEGWARD_IMAGE_OP_F_OFFSET)
			offset = max(offset, (s64)op->low);
	}
	return len > draft->dsize_limit ? len : len + offset;
}

/* Is there no content that has to match before it in its buffer? */
static bool is_first(const struct rulec_draft *draft, u32 content)
{
	u32 key = segward_image_buffer_key(&draft->content[content].op);

	while (content--) {
		const struct segward_image_op *op = &draft->content[content].op;

		if (segward_image_buffer_key(op) == key &&
		    !(op->flags & SEGWARD_IMAGE_OP_F_NEGATED))
			return false;
	}
	return true;
}

/* Without a match before it, a content may have to end before it begins. */
static int check_first(struct rulec_draft *draft, const char *at)
{
	u32 i;

	for (i = 0; i < draft->nr_contents; i++) {
		const struct segward_image_op *op = &draft->content[i].op;

		if (is_first(draft, i) && op->flags & SEGWARD_IMAGE_OP_F_WITHIN &&
		    (s64)op->low + op->high < op->len)
			return rulec_reject(&draft->reject, at, "within",
					    "within %d behind distance %d ends before the first content can",
					    op->high, op->low);
	}
	return 0;
}

/*
 * Suricata looks for contents in packets with a payload only. Where all are
 * negated, nothing else would say so.
 */
static bool needs_payload(const struct rulec_draft *draft)
{
	u32 i;

	for (i = 0; i < draft->nr_contents; i++) {
		const struct segward_image_op *op = &draft->content[i].op;

		if (op->buffer || !(op->flags & SEGWARD_IMAGE_OP_F_NEGATED))
			return false;
	}
	return draft->nr_contents;
}

static u32 count_ops(const struct rulec_draft *draft)
{
	return draft->nr_contents + draft->nr_tests + draft->has_dsize +
	       needs_payload(draft);
}

/* The next buffer that the rule names, from @key on; ~0 behind the last. */
static u32 next_buffer(const struct rulec_draft *draft, u32 key)
{
	u32 next = ~0u;
	u32 i, other;

	for (i = 0; i < draft->nr_contents; i++) {
		other = segward_image_buffer_key(&draft->content[i].op);
		if (other >= key)
			next = min(next, other);
	}
	for (i = 0; i < draft->nr_tests; i++) {
		other = segward_image_buffer_key(&draft->test[i]);
		if (other >= key)
			next = min(next, other);
	}
	return next;
}

static u32 count_buffers(const struct rulec_draft *draft)
{
	u32 key = next_buffer(draft, 0);
	u32 nr = 0;

	for (; key != ~0u; key = next_buffer(draft, key + 1))
		nr++;
	return nr;
}

/* Of a content with a place Suricata looks into packets as well. */
static bool has_places(const struct rulec_draft *draft)
{
	u32 i;

	for (i = 0; i < draft->nr_contents; i++) {
		if (draft->content[i].op.flags &
		    (ABSOLUTE | SEGWARD_IMAGE_OP_F_STARTSWITH))
			return true;
	}
	return false;
}

static int check_streams(struct rulec_draft *draft, const char *at)
{
	const char *word = draft->streams_only;
	u32 proto = draft->rule.image.proto;

	if (!word)
		return 0;
	if (draft->packets_only || draft->has_dsize)
		return rulec_reject(&draft->reject, at, word,
				    "%s is about streams and %s about packets",
				    word, draft->packets_only ?
				    draft->packets_only : "dsize");
	if (proto == IPPROTO_TCP || proto == SEGWARD_IMAGE_PROTO_IP)
		return 0;
	return rulec_reject(&draft->reject, at, word,
			    "%s is about streams, and %s has none", word,
			    draft->protocol);
}

/* Packets, streams or both, if the rule is not about transactions. */
static void choose_where(struct rulec_draft *draft)
{
	struct rulec_rule *rule = &draft->rule;
	bool any = rule->image.proto == SEGWARD_IMAGE_PROTO_IP;

	rule->packets = true;
	rule->streams = false;
	if (rule->buffers || rule->event) {
		rule->packets = false;
	} else if (draft->streams_only) {
		rule->packets = false;
		rule->streams = true;
	} else if (draft->nr_contents && !draft->packets_only &&
		   !draft->has_dsize &&
		   (any || rule->image.proto == IPPROTO_TCP)) {
		rule->packets = any || has_places(draft);
		rule->streams = true;
	}
}

int rulec_contents_check(struct rulec_draft *draft, const char *at)
{
	s64 required;
	int err;

	if (count_ops(draft) > SEGWARD_IMAGE_OPS_MAX)
		return rulec_reject(&draft->reject, at, "content",
				    "content and sizes make more than %u tests",
				    SEGWARD_IMAGE_OPS_MAX);
	err = rulec_buffers_check(draft, at);
	if (!err)
		err = rulec_app_check(draft, at);
	if (!err)
		err = check_streams(draft, at);
	choose_where(draft);
	if (!err && count_buffers(draft) > SEGWARD_IMAGE_BUFFERS_MAX)
		err = rulec_reject(&draft->reject, at, "content",
				   "content looks into more than %u buffers",
				   SEGWARD_IMAGE_BUFFERS_MAX);
	if (!err)
		err = check_first(draft, at);
	if (err || !draft->has_dsize || draft->dsize_limit < 0)
		return err;
	required = required_size(draft);
	if (required <= draft->dsize_limit)
		return 0;
	return rulec_reject(&draft->reject, at, "dsize",
			    "dsize allows %d bytes and the contents need %lld",
			    draft->dsize_limit, (long long)required);
}

/*
 * With no match before it there is nothing to be relative to: Suricata then
 * counts from the payload's begin, and so does this.
 */
static void make_absolute(struct segward_image_op *op)
{
	bool within = op->flags & SEGWARD_IMAGE_OP_F_WITHIN;
	s32 end = op->low + op->high;

	op->flags &= ~RELATIVE;
	if (op->low > 0)
		op->flags |= SEGWARD_IMAGE_OP_F_OFFSET;
	else
		op->low = 0;
	op->high = 0;
	if (!within)
		return;
	op->flags |= SEGWARD_IMAGE_OP_F_DEPTH;
	op->high = end - op->low;
}

static void anchor_contents(struct rulec_draft *draft)
{
	u32 i;

	for (i = 0; i < draft->nr_contents; i++) {
		struct segward_image_op *op = &draft->content[i].op;

		if (op->flags & RELATIVE && is_first(draft, i))
			make_absolute(op);
	}
}

static void fold(u8 *to, const u8 *from, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++)
		to[i] = (u8)rulec_lower((char)from[i]);
}

/* The prefilter looks into the buffer without the dot of dotprefix. */
static void leave_dot(struct rulec_draft *draft)
{
	const struct segward_image_op *op;
	struct rulec_rule *rule = &draft->rule;

	if (!rule->fast_len || rule->fast_offset)
		return;
	op = &draft->content[rule->fast].op;
	if (!(op->flags & SEGWARD_IMAGE_OP_F_DOTPREFIX) ||
	    draft->bytes[op->bytes] != '.')
		return;
	rule->fast_offset = 1;
	rule->fast_len--;
	if (rule->fast_len < MPM_PATTERN_MIN)
		rule->fast_len = 0;
}

/* The rarest content, or the part of one that the rule's author chose. */
static void choose_fast(struct rulec_draft *draft)
{
	struct rulec_rule *rule = &draft->rule;
	unsigned int best = ~0u;
	u32 i;

	rule->fast_len = 0;
	for (i = 0; i < draft->nr_contents; i++) {
		const struct rulec_content *content = &draft->content[i];
		u8 lower[SEGWARD_IMAGE_PATTERN_MAX];
		u32 len = content->op.len;
		unsigned int cost;

		if (content->op.flags & SEGWARD_IMAGE_OP_F_NEGATED ||
		    len < MPM_PATTERN_MIN)
			continue;
		fold(lower, draft->bytes + content->op.bytes, len);
		cost = content->fast ? 0 : mpm_cost(lower, len) + 1;
		if (cost > best || (cost && cost == best &&
				    len <= rule->fast_len))
			continue;
		best = cost;
		rule->fast = i;
		rule->fast_offset = 0;
		rule->fast_len = len;
		if (content->fast_len >= MPM_PATTERN_MIN) {
			rule->fast_offset = content->fast_offset;
			rule->fast_len = content->fast_len;
		}
		rule->fast_buffer = content->op.buffer;
	}
	leave_dot(draft);
}

static int store_bytes(struct segward_rulec *rulec, const u8 *bytes, u32 len,
		       u32 *offset)
{
	int err = rulec_bytes_add(&rulec->bytes, bytes, len, offset);

	if (err == -E2BIG)
		return rulec_fail(rulec, err,
				  "the contents of all rules take more than %u bytes",
				  SEGWARD_IMAGE_SIZE_MAX);
	return err ? rulec_no_memory(rulec) : 0;
}

static int store_op(struct segward_rulec *rulec,
		    const struct segward_image_op *op)
{
	if (rulec_grow(&rulec->op, &rulec->op_room, (u64)rulec->nr_ops + 1,
		       sizeof(*op)))
		return rulec_no_memory(rulec);
	rulec->op[rulec->nr_ops++] = *op;
	return 0;
}

static int store_content(struct rulec_draft *draft, struct rulec_content *content)
{
	u8 *bytes = draft->bytes + content->op.bytes;

	if (content->op.flags & SEGWARD_IMAGE_OP_F_NOCASE)
		fold(bytes, bytes, content->op.len);
	return store_bytes(draft->rulec, bytes, content->op.len,
			   &content->op.bytes);
}

/* The prefilter's pattern, in lower case, is stored beside the contents. */
static int store_fast(struct rulec_draft *draft)
{
	struct rulec_rule *rule = &draft->rule;
	u8 lower[SEGWARD_IMAGE_PATTERN_MAX];
	const u8 *bytes;

	if (!rule->fast_len)
		return 0;
	bytes = draft->bytes + draft->content[rule->fast].op.bytes;
	fold(lower, bytes + rule->fast_offset, rule->fast_len);
	return store_bytes(draft->rulec, lower, rule->fast_len,
			   &rule->fast_bytes);
}

/* The tests of a buffer; the cheapest come first. */
static int store_buffer(struct rulec_draft *draft, u32 key)
{
	struct segward_rulec *rulec = draft->rulec;
	int err = 0;
	u32 i;

	for (i = 0; i < draft->nr_tests && !err; i++) {
		if (segward_image_buffer_key(&draft->test[i]) == key)
			err = store_op(rulec, &draft->test[i]);
	}
	for (i = 0; i < draft->nr_contents && !err; i++) {
		struct rulec_content *content = &draft->content[i];

		if (segward_image_buffer_key(&content->op) != key)
			continue;
		err = store_content(draft, content);
		if (!err)
			err = store_op(rulec, &content->op);
	}
	return err;
}

int rulec_contents_store(struct rulec_draft *draft)
{
	static const struct segward_image_op some_payload = {
		.type	= SEGWARD_IMAGE_OP_DSIZE,
		.low	= 1,
		.high	= SEGWARD_IMAGE_DSIZE_MAX,
	};
	struct segward_rulec *rulec = draft->rulec;
	struct segward_image_rule *image = &draft->rule.image;
	u32 key;
	int err;

	anchor_contents(draft);
	choose_fast(draft);
	image->first_op = rulec->nr_ops;
	image->nr_ops = count_ops(draft);
	err = store_fast(draft);
	/* Those of the payload, too. */
	if (!err && needs_payload(draft))
		err = store_op(rulec, &some_payload);
	if (!err && draft->has_dsize)
		err = store_op(rulec, &draft->dsize);
	for (key = next_buffer(draft, 0); key != ~0u && !err;
	     key = next_buffer(draft, key + 1))
		err = store_buffer(draft, key);
	return err;
}
