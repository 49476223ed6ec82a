// SPDX-License-Identifier: GPL-2.0
/*
 * From bytes of a file to rules.
 *
 * DOC: A line is a rule, a comment if "#" is its first character behind
 * blanks, or empty. A "\" at its end continues a rule in the next line. A
 * comment that ends so continues only in lines that begin with a blank: that
 * is how rules of several lines are switched off, and no comment swallows a
 * rule by accident.
 */
#include "text.h"

static bool white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

void rulec_text_begin(struct segward_rulec *rulec, u32 file)
{
	struct rulec_text *text = &rulec->text;

	text->file = file;
	text->line = 0;
	text->len = 0;
	text->overlong = false;
	text->rule_len = 0;
	text->rule_overlong = false;
	text->pending = false;
	text->comment = false;
	text->nr_places = 0;
}

static int count_rule(struct segward_rulec *rulec)
{
	if (rulec->report.rules == SEGWARD_RULEC_RULES_MAX)
		return rulec_fail(rulec, -E2BIG, "more than %u rules",
				  SEGWARD_RULEC_RULES_MAX);
	rulec->report.rules++;
	return 0;
}

static int refuse_overlong(struct segward_rulec *rulec)
{
	const struct rulec_text *text = &rulec->text;
	const struct segward_rulec_rejected rejected = {
		.file	= rulec->file[text->file],
		.line	= text->place[0].line,
		.column	= 1,
		.gid	= 1,
	};
	struct rulec_reject reject;

	rulec_reject(&reject, NULL, "rule", "rule is longer than %u bytes",
		     SEGWARD_RULEC_RULE_MAX);
	return rulec_rejected(rulec, &reject, &rejected);
}

static int end_rule(struct segward_rulec *rulec)
{
	struct rulec_text *text = &rulec->text;
	u32 len = text->rule_len;
	int err;

	while (len && white(text->rule[len - 1]))
		len--;
	text->rule[len] = 0;
	err = count_rule(rulec);
	if (!err && text->rule_overlong)
		err = refuse_overlong(rulec);
	else if (!err)
		err = rulec_rule(rulec, text->rule, len);
	text->pending = false;
	text->rule_len = 0;
	text->rule_overlong = false;
	text->nr_places = 0;
	return err;
}

/* A line, or what is left of it, becomes a part of the rule. */
static void append(struct rulec_text *text, const char *line, u32 len)
{
	if (text->rule_overlong || text->overlong ||
	    len > SEGWARD_RULEC_RULE_MAX - text->rule_len ||
	    text->nr_places == ARRAY_SIZE(text->place)) {
		text->rule_overlong = true;
		if (!text->nr_places)
			text->place[text->nr_places++].line = text->line;
		return;
	}
	text->place[text->nr_places++] = (struct rulec_place){
		.offset	= text->rule_len,
		.line	= text->line,
	};
	memcpy(text->rule + text->rule_len, line, len);
	text->rule_len += len;
}

/* Is there nothing of a rule in this line? */
static bool skip_line(struct rulec_text *text, const char *line, u32 len,
		      bool continues)
{
	u32 i = 0;

	while (i < len && white(line[i]))
		i++;
	if (i == len && !text->overlong) {
		text->comment = false;
		return true;
	}
	if ((i < len && line[i] == '#') || (text->comment && i)) {
		text->comment = continues;
		return true;
	}
	text->comment = false;
	return false;
}

static int end_line(struct segward_rulec *rulec)
{
	struct rulec_text *text = &rulec->text;
	const char *line = text->buffer;
	u32 len = text->len;
	bool continues;

	text->line++;
	while (len && white(line[len - 1]))
		len--;
	/* Of a line that is too long only the beginning is known. */
	continues = len && line[len - 1] == '\\' && !text->overlong;
	if (text->pending || !skip_line(text, line, len, continues)) {
		append(text, line, continues ? len - 1 : len);
		text->pending = true;
	}
	text->len = 0;
	text->overlong = false;
	return text->pending && !continues ? end_rule(rulec) : 0;
}

static void add_to_line(struct rulec_text *text, const char *data, size_t len)
{
	size_t room = sizeof(text->buffer) - text->len;

	if (len > room) {
		text->overlong = true;
		len = room;
	}
	memcpy(text->buffer + text->len, data, len);
	text->len += (u32)len;
}

int rulec_text_add(struct segward_rulec *rulec, const char *data, size_t len)
{
	int err = 0;

	while (len && !err) {
		const char *end = memchr(data, '\n', len);
		size_t part = end ? (size_t)(end - data) : len;

		add_to_line(&rulec->text, data, part);
		if (end) {
			err = end_line(rulec);
			part++;
		}
		data += part;
		len -= part;
	}
	return err;
}

int rulec_text_end(struct segward_rulec *rulec)
{
	int err = 0;

	if (rulec->text.len || rulec->text.overlong)
		err = end_line(rulec);
	if (!err && rulec->text.pending)
		err = end_rule(rulec);
	return err;
}
