// SPDX-License-Identifier: GPL-2.0
/*
 * Options of a rule: where they are, and those that describe it. The ones
 * about the payload are in content.c.
 */
#include "compiler.h"

#define OPTION_VALUE	(1u << 0)	/* must have a value */
#define OPTION_QUOTED	(1u << 1)	/* which must be in quotes */
#define OPTION_NEGATED	(1u << 2)	/* and may have "!" before them */
#define OPTION_OPTIONAL	(1u << 3)	/* may have a value */
#define OPTION_EARLY	(1u << 4)	/* read by rulec_options_identify() */

static void trim(const char **text, const char **end)
{
	while (*text < *end && rulec_blank(**text))
		++*text;
	while (*end > *text && rulec_blank((*end)[-1]))
		--*end;
}

/* The ";" that ends an option; one behind a "\" does not. */
static const char *find_end(const char *text, const char *end)
{
	const char *at;

	for (at = text; at < end; at++) {
		if (*at == ';' && (at == text || at[-1] != '\\'))
			return at;
	}
	return NULL;
}

static int add_option(struct rulec_draft *draft, const char *text,
		      const char *end)
{
	struct rulec_option *option = &draft->option[draft->nr_options];
	const char *colon = memchr(text, ':', (size_t)(end - text));
	const char *name_end = colon ? colon : end;
	const char *name = text;

	trim(&name, &name_end);
	if (name == name_end)
		return rulec_reject(&draft->reject, text, "rule",
				    "rule has an option without a name");
	*option = (struct rulec_option){
		.name		= name,
		.name_len	= (u32)(name_end - name),
	};
	if (colon) {
		option->value = colon + 1;
		trim(&option->value, &end);
		option->value_len = (u32)(end - option->value);
	}
	draft->nr_options++;
	return 0;
}

int rulec_options_split(struct rulec_draft *draft, const char *text,
			const char *end)
{
	bool closed = false;
	int err;

	while (end > text && (rulec_blank(end[-1]) || end[-1] == ')')) {
		end--;
		closed |= *end == ')';
	}
	while (text < end) {
		const char *stop = find_end(text, end);

		trim(&text, &end);
		if (!stop)
			return rulec_reject(&draft->reject, text, "rule",
					    "rule lacks a \";\" behind \"%s\"",
					    rulec_quote(text,
							(size_t)(end - text)).text);
		err = add_option(draft, text, stop);
		if (err)
			return err;
		text = stop + 1;
	}
	if (!closed)
		return rulec_reject(&draft->reject, end, "rule",
				    "rule does not end with \")\"");
	return 0;
}

static bool parse_u32(const char *text, u32 len, u32 *number)
{
	u64 value = 0;
	u32 i;

	if (!len || len > 10)
		return false;
	for (i = 0; i < len; i++) {
		if (!rulec_digit(text[i]))
			return false;
		value = value * 10 + (u64)(text[i] - '0');
	}
	/* Suricata keeps the largest number for itself. */
	if (value >= U32_MAX)
		return false;
	*number = (u32)value;
	return true;
}

static int read_u32(struct rulec_draft *draft,
		    const struct rulec_value *value, u32 first, u32 *number)
{
	if (parse_u32(value->text, value->len, number) && *number >= first)
		return 0;
	return rulec_reject(&draft->reject, value->text, value->keyword,
			    "%s \"%s\" is not a number from %u to %u",
			    value->keyword,
			    rulec_quote(value->text, value->len).text, first,
			    U32_MAX - 1);
}

static int given_twice(struct rulec_draft *draft,
		       const struct rulec_value *value)
{
	return rulec_reject(&draft->reject, value->at, value->keyword,
			    "%s is given twice", value->keyword);
}

static int read_sid(struct rulec_draft *draft, const struct rulec_value *value)
{
	u32 number;
	int err;

	if (draft->rule.image.signature_id)
		return given_twice(draft, value);
	err = read_u32(draft, value, 1, &number);
	if (!err)
		draft->rule.image.signature_id = number;
	return err;
}

static int read_rev(struct rulec_draft *draft, const struct rulec_value *value)
{
	u32 number;
	int err;

	if (draft->rule.image.rev)
		return given_twice(draft, value);
	err = read_u32(draft, value, 1, &number);
	if (!err)
		draft->rule.image.rev = number;
	return err;
}

static int read_gid(struct rulec_draft *draft, const struct rulec_value *value)
{
	u32 number;
	int err;

	err = read_u32(draft, value, 0, &number);
	if (!err)
		draft->rule.image.gid = number;
	return err;
}

static int read_priority(struct rulec_draft *draft,
			 const struct rulec_value *value)
{
	u32 number;
	int err;

	err = read_u32(draft, value, 1, &number);
	/* The most severe of several counts, as in Suricata. */
	if (!err && (!draft->priority || number < draft->priority))
		draft->priority = number;
	return err;
}

static int text_too_long(struct rulec_draft *draft,
			 const struct rulec_value *value)
{
	return rulec_reject(&draft->reject, value->at, value->keyword,
			    "%s is longer than %u bytes", value->keyword,
			    SEGWARD_IMAGE_STRING_MAX - 1);
}

/* A "\" goes, whatever is behind it stays. */
static int read_msg(struct rulec_draft *draft, const struct rulec_value *value)
{
	u32 i, len = 0;

	if (draft->msg_len)
		return given_twice(draft, value);
	for (i = 0; i < value->len; i++) {
		if (value->text[i] == '\\' && i + 1 < value->len)
			i++;
		draft->msg[len++] = value->text[i];
	}
	if (len >= SEGWARD_IMAGE_STRING_MAX)
		return text_too_long(draft, value);
	draft->msg_len = len;
	return 0;
}

/* All metadata of a rule, in order, as if it had been written once. */
static int read_metadata(struct rulec_draft *draft,
			 const struct rulec_value *value)
{
	static const char between[] = ", ";
	char *to;

	if (draft->metadata_len) {
		to = draft->metadata + draft->metadata_len;
		memcpy(to, between, sizeof(between) - 1);
		draft->metadata_len += sizeof(between) - 1;
	}
	to = draft->metadata + draft->metadata_len;
	memcpy(to, value->text, value->len);
	draft->metadata_len += value->len;
	if (draft->metadata_len >= SEGWARD_IMAGE_STRING_MAX)
		return text_too_long(draft, value);
	return 0;
}

static u32 class_priority(const struct rulec_draft *draft, const char *name,
			  u32 len)
{
	const struct segward_rulec *rulec = draft->rulec;
	u32 *known = rulec_map_find(&rulec->class_map, name, len);

	return known ? rulec->class[*known].priority : RULEC_PRIORITY_DEFAULT;
}

static bool class_character(char c)
{
	return rulec_letter(c) || rulec_digit(c) || c == '-' || c == '_';
}

static int read_classtype(struct rulec_draft *draft,
			  const struct rulec_value *value)
{
	u32 len = 0;
	u32 priority;

	while (len < value->len && class_character(value->text[len]))
		len++;
	if (len != value->len || len > RULEC_CLASS_NAME_MAX ||
	    !rulec_letter(*value->text))
		return rulec_reject(&draft->reject, value->text, "classtype",
				    "classtype \"%s\" is not a name of at most %u letters, digits, \"-\" and \"_\"",
				    rulec_quote(value->text, value->len).text,
				    RULEC_CLASS_NAME_MAX);
	priority = class_priority(draft, value->text, len);
	/* The most severe of several counts, as in Suricata. */
	if (draft->classtype && priority >= draft->class_priority)
		return 0;
	draft->classtype = value->text;
	draft->classtype_len = len;
	draft->class_priority = priority;
	return 0;
}

/* Split "type,value"; NULL if that is not what it is. */
static const char *split_reference(const struct rulec_value *value,
				   u32 *type_len)
{
	const char *end = value->text + value->len;
	const char *at = value->text;

	while (at < end && (rulec_letter(*at) || rulec_digit(*at)))
		at++;
	*type_len = (u32)(at - value->text);
	while (at < end && rulec_blank(*at))
		at++;
	if (!*type_len || at == end || *at != ',')
		return NULL;
	for (at++; at < end && rulec_blank(*at); at++)
		;
	return at < end ? at : NULL;
}

static int read_reference(struct rulec_draft *draft,
			  const struct rulec_value *value)
{
	u32 type_len;

	if (!split_reference(value, &type_len))
		return rulec_reject(&draft->reject, value->text, "reference",
				    "reference \"%s\" is not TYPE,VALUE",
				    rulec_quote(value->text, value->len).text);
	if (value->len >= SEGWARD_IMAGE_STRING_MAX)
		return text_too_long(draft, value);
	return 0;
}

/* Tells consumers of events who was attacked; changes no match. */
static int read_target(struct rulec_draft *draft,
		       const struct rulec_value *value)
{
	const char *target = NULL;

	if (rulec_word_is(value->text, value->len, "src_ip"))
		target = "src_ip";
	else if (rulec_word_is(value->text, value->len, "dest_ip"))
		target = "dest_ip";
	if (!target)
		return rulec_reject(&draft->reject, value->text, "target",
				    "target \"%s\" is neither \"src_ip\" nor \"dest_ip\"",
				    rulec_quote(value->text, value->len).text);
	if (draft->target && draft->target != target)
		return rulec_reject(&draft->reject, value->text, "target",
				    "target is both src_ip and dest_ip");
	draft->target = target;
	return 0;
}

struct option_type {
	const char *name;
	u32 flags;
	int (*read)(struct rulec_draft *draft, const struct rulec_value *value);
};

static const struct option_type types[] = {
	{ "content", OPTION_VALUE | OPTION_QUOTED | OPTION_NEGATED,
	  rulec_read_content },
	{ "nocase", 0, rulec_read_nocase },
	{ "offset", OPTION_VALUE, rulec_read_offset },
	{ "depth", OPTION_VALUE, rulec_read_depth },
	{ "distance", OPTION_VALUE, rulec_read_distance },
	{ "within", OPTION_VALUE, rulec_read_within },
	{ "startswith", 0, rulec_read_startswith },
	{ "endswith", 0, rulec_read_endswith },
	{ "fast_pattern", OPTION_OPTIONAL, rulec_read_fast_pattern },
	{ "rawbytes", 0, rulec_read_rawbytes },
	{ "dsize", OPTION_VALUE, rulec_read_dsize },
	{ "bsize", OPTION_VALUE, rulec_read_bsize },
	{ "urilen", OPTION_VALUE, rulec_read_urilen },
	{ "uricontent", OPTION_VALUE | OPTION_QUOTED | OPTION_NEGATED,
	  rulec_read_uricontent },
	{ "dotprefix", 0, rulec_read_dotprefix },
	{ "to_lowercase", 0, rulec_read_to_lowercase },
	{ "tls.version", OPTION_OPTIONAL, rulec_read_tls_version },
	{ "app-layer-protocol", OPTION_VALUE | OPTION_NEGATED,
	  rulec_read_app_protocol },
	{ "app-layer-event", OPTION_VALUE, rulec_read_app_event },
	{ "flow", OPTION_VALUE, rulec_read_flow },
	{ "msg", OPTION_VALUE | OPTION_QUOTED, read_msg },
	{ "reference", OPTION_VALUE, read_reference },
	{ "classtype", OPTION_VALUE, read_classtype },
	{ "metadata", OPTION_VALUE, read_metadata },
	{ "priority", OPTION_VALUE, read_priority },
	{ "target", OPTION_VALUE, read_target },
	{ "sid", OPTION_VALUE | OPTION_EARLY, read_sid },
	{ "gid", OPTION_VALUE | OPTION_EARLY, read_gid },
	{ "rev", OPTION_VALUE | OPTION_EARLY, read_rev },
};

static const struct option_type *find_type(const struct rulec_option *option)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (rulec_word_is(option->name, option->name_len,
				  types[i].name))
			return &types[i];
	}
	return NULL;
}

/* An option that is not understood: does Suricata know it? */
static int refuse_option(struct rulec_draft *draft,
			 const struct rulec_option *option)
{
	struct rulec_quote quote = rulec_quote(option->name, option->name_len);
	const char *keyword, *needs;

	needs = rulec_keyword_needs(option->name, option->name_len, &keyword);
	if (needs)
		return rulec_unsupported(&draft->reject, option->name, keyword,
					 "\"%s\" needs %s, which segward does not have yet",
					 keyword, needs);
	keyword = rulec_keep(draft->rulec, quote.text);
	return rulec_reject(&draft->reject, option->name, keyword,
			    "keyword \"%s\" is unknown", quote.text);
}

/* Take the "!" and the quotes off a value. */
static int unquote(struct rulec_draft *draft, const struct option_type *type,
		   struct rulec_value *value)
{
	const char *end = value->text + value->len;

	if (type->flags & OPTION_NEGATED && *value->text == '!') {
		value->negated = true;
		value->text++;
		trim(&value->text, &end);
	}
	value->len = (u32)(end - value->text);
	if (!(type->flags & OPTION_QUOTED)) {
		if (*value->text != '"')
			return 0;
		return rulec_reject(&draft->reject, value->text, type->name,
				    "%s does not take a value in quotes",
				    type->name);
	}
	if (!value->len || *value->text != '"')
		return rulec_reject(&draft->reject, value->at, type->name,
				    "%s takes a value in quotes", type->name);
	if (value->len < 2 || end[-1] != '"')
		return rulec_reject(&draft->reject, value->text, type->name,
				    "%s lacks the quote at the end, or has a \";\" without a \"\\\" before it",
				    type->name);
	value->text++;
	value->len -= 2;
	if (!value->len)
		return rulec_reject(&draft->reject, value->text, type->name,
				    "%s is empty", type->name);
	return 0;
}

static int read_option(struct rulec_draft *draft,
		       const struct rulec_option *option,
		       const struct option_type *type)
{
	struct rulec_value value = {
		.keyword	= type->name,
		.text		= option->value_len ? option->value : NULL,
		.len		= option->value_len,
		.at		= option->name,
	};
	int err;

	if (!value.text && type->flags & OPTION_VALUE)
		return rulec_reject(&draft->reject, option->name, type->name,
				    "%s lacks its value", type->name);
	if (value.text && !(type->flags & (OPTION_VALUE | OPTION_OPTIONAL)))
		return rulec_reject(&draft->reject, option->value, type->name,
				    "%s does not take a value", type->name);
	if (value.text) {
		err = unquote(draft, type, &value);
		if (err)
			return err;
	}
	return type->read(draft, &value);
}

/*
 * A keyword that names a buffer. Return: false if it is none, else *@err says
 * what came of it.
 */
static bool read_buffer(struct rulec_draft *draft,
			const struct rulec_option *option, int *err)
{
	const struct rulec_buffer_word *sticky, *word;
	struct rulec_value value = { .at = option->name };

	sticky = rulec_buffer_sticky(option->name, option->name_len);
	word = sticky ? sticky :
	       rulec_buffer_modifier(option->name, option->name_len);
	if (!word)
		return false;
	value.keyword = word->name;
	if (option->value_len)
		*err = rulec_reject(&draft->reject, option->value, word->name,
				    "%s does not take a value", word->name);
	else if (sticky)
		*err = rulec_read_sticky(draft, &value, word->buffer);
	else
		*err = rulec_read_modifier(draft, &value, word->buffer);
	return true;
}

int rulec_options_identify(struct rulec_draft *draft)
{
	struct rulec_reject first;
	int ret = 0;
	u32 i;

	for (i = 0; i < draft->nr_options; i++) {
		const struct option_type *type = find_type(&draft->option[i]);

		if (!type || !(type->flags & OPTION_EARLY))
			continue;
		/* The report shall name the rule, so go on after a fault. */
		if (read_option(draft, &draft->option[i], type) && !ret) {
			first = draft->reject;
			ret = -EINVAL;
		}
	}
	if (ret)
		draft->reject = first;
	return ret;
}

int rulec_options_read(struct rulec_draft *draft)
{
	int err = 0;
	u32 i;

	for (i = 0; i < draft->nr_options && !err; i++) {
		const struct rulec_option *option = &draft->option[i];
		const struct option_type *type = find_type(option);

		if (!type && !read_buffer(draft, option, &err))
			err = refuse_option(draft, option);
		else if (!type)
			continue;
		else if (!(type->flags & OPTION_EARLY))
			err = read_option(draft, option, type);
	}
	return err;
}

static int store_reference(struct rulec_draft *draft,
			   const struct rulec_value *value)
{
	struct segward_rulec *rulec = draft->rulec;
	char text[SEGWARD_IMAGE_STRING_MAX];
	u32 type_len, string, len;
	const char *rest;
	int err;

	rest = split_reference(value, &type_len);
	memcpy(text, value->text, type_len);
	text[type_len] = ',';
	len = (u32)(value->text + value->len - rest);
	memcpy(text + type_len + 1, rest, len);
	err = rulec_string(rulec, text, type_len + 1 + len, &string);
	if (err)
		return err;
	if (rulec_grow(&rulec->reference, &rulec->reference_room,
		       (u64)rulec->nr_references + 1, sizeof(string)))
		return rulec_no_memory(rulec);
	rulec->reference[rulec->nr_references++] = string;
	draft->rule.image.nr_references++;
	return 0;
}

int rulec_references(struct rulec_draft *draft)
{
	int err = 0;
	u32 i;

	draft->rule.image.first_reference = draft->rulec->nr_references;
	for (i = 0; i < draft->nr_options && !err; i++) {
		const struct rulec_option *option = &draft->option[i];
		const struct rulec_value value = {
			.text	= option->value,
			.len	= option->value_len,
		};

		if (rulec_word_is(option->name, option->name_len, "reference"))
			err = store_reference(draft, &value);
	}
	return err;
}
