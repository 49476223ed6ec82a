// SPDX-License-Identifier: GPL-2.0
/*
 * Suricata's IP reputation: lists of addresses with the number of a category
 * and a score, and the file that names the categories.
 */

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "format.h"

/* Suricata's highest score, and ours. */
#define IPREP_SCORE_MAX	127
#define SCORE_MAX	100

/* The text up to the next comma, without blanks around it. */
static struct repfile_word next_field(const char **from)
{
	struct repfile_word field;
	const char *end;

	*from += strspn(*from, " \t");
	field.text = *from;
	end = *from + strcspn(*from, ",");
	*from = *end ? end + 1 : end;
	while (end > field.text && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	field.len = end - field.text;
	return field;
}

static int parse_category(struct repfile_parse *parse,
			  struct repfile_word field, uint8_t *category)
{
	uint32_t number;

	if (!repfile_number(field, SEGWARD_REPFILE_CATEGORIES, &number) ||
	    !number)
		return repfile_bad(parse, field.text,
				   "category \"%s\" is not a number from 1 to %u",
				   repfile_quote(field),
				   SEGWARD_REPFILE_CATEGORIES);
	*category = number;
	return 0;
}

static int parse_score(struct repfile_parse *parse, struct repfile_word field,
		       uint32_t *score)
{
	if (repfile_number(field, IPREP_SCORE_MAX, score))
		return 0;
	return repfile_bad(parse, field.text,
			   "score \"%s\" is not a number from 0 to %u",
			   repfile_quote(field), IPREP_SCORE_MAX);
}

static int add(struct repfile_parse *parse, const struct repfile_range *range,
	       uint8_t category, uint32_t score)
{
	struct repfile_saying saying = repfile_saying(parse);

	if (!score) {
		parse->files->counts.no_data++;
		return 0;
	}
	if (score > SCORE_MAX) {
		parse->files->counts.clamped++;
		score = SCORE_MAX;
	}
	saying.category = category;
	saying.numbered = true;
	saying.score = score;
	return repfile_add(parse, range, &saying);
}

int repfile_iprep_line(struct repfile_parse *parse)
{
	const char *from = parse->text;
	struct repfile_word address = next_field(&from);
	struct repfile_word category = next_field(&from);
	struct repfile_word score = next_field(&from);
	struct repfile_range range;
	uint8_t number;
	uint32_t value;
	int err;

	if (!category.len || !score.len || *from)
		return repfile_bad(parse, NULL,
				   "line is not address,category,score");
	err = repfile_address(parse, address, &range);
	if (!err)
		err = parse_category(parse, category, &number);
	if (!err)
		err = parse_score(parse, score, &value);
	return err ? err : add(parse, &range, number, value);
}

/*
 * Names of categories are free text there: "Bad_Hosts" is bad-hosts here. One
 * without a letter is a number that got into the wrong column or file.
 */
static int parse_name(struct repfile_parse *parse, struct repfile_word field,
		      char *name)
{
	size_t i;

	for (i = 0; i < field.len && i <= SEGWARD_REPFILE_NAME_MAX; i++) {
		char c = field.text[i];

		name[i] = c == '_' || c == ' ' ? '-' :
			  tolower((unsigned char)c);
	}
	name[i] = '\0';
	if (repfile_name(name) && strpbrk(name, "abcdefghijklmnopqrstuvwxyz"))
		return 0;
	return repfile_bad(parse, field.text,
			   "category's name \"%s\" is not 1 to %u letters, digits and dashes, one a letter",
			   repfile_quote(field), SEGWARD_REPFILE_NAME_MAX);
}

int repfile_iprep_categories_line(struct repfile_parse *parse)
{
	const char *from = parse->text;
	struct repfile_word number = next_field(&from);
	struct repfile_word field = next_field(&from);
	char name[REPFILE_NAME_SIZE + 1];
	uint8_t category;
	char *known;
	int err;

	err = parse_category(parse, number, &category);
	if (!err)
		err = parse_name(parse, field, name);
	if (err)
		return err;
	known = parse->files->numbers[category];
	if (*known && strcmp(known, name))
		return repfile_bad(parse, number.text,
				   "category %u has the name \"%s\" already",
				   category, known);
	strcpy(known, name);
	return 0;
}
