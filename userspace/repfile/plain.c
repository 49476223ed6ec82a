// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of one address, prefix or range a line.
 */

#include <string.h>

#include "format.h"

int repfile_plain_line(struct repfile_parse *parse)
{
	struct repfile_saying saying = repfile_saying(parse);
	const char *from = parse->text;
	struct repfile_range range;
	struct repfile_word word;
	int err;

	parse->text[strcspn(parse->text, "#;")] = '\0';
	word = repfile_next_word(&from);
	err = repfile_address(parse, word, &range);
	if (err)
		return err;
	word = repfile_next_word(&from);
	if (word.len)
		return repfile_bad(parse, word.text,
				   "unexpected \"%s\" behind the address",
				   repfile_quote(word));
	return repfile_add(parse, &range, &saying);
}
