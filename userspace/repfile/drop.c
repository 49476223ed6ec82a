// SPDX-License-Identifier: GPL-2.0
/*
 * Spamhaus' DROP lists: one JSON object a line, with a prefix or an autonomous
 * system, and one about the list itself.
 */

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

#include "format.h"

/* Objects in objects: theirs are flat. */
#define DEPTH	4

static int parse_json(struct repfile_parse *parse, struct json_object **object)
{
	size_t len = strlen(parse->text);
	enum json_tokener_error error;
	size_t end;

	if (!parse->tokener) {
		parse->tokener = json_tokener_new_ex(DEPTH);
		if (!parse->tokener)
			return -ENOMEM;
		json_tokener_set_flags(parse->tokener, JSON_TOKENER_STRICT);
	}
	json_tokener_reset(parse->tokener);
	/* With the NUL, or a number at the end would not be complete. */
	*object = json_tokener_parse_ex(parse->tokener, parse->text, len + 1);
	error = json_tokener_get_error(parse->tokener);
	end = json_tokener_get_parse_end(parse->tokener);
	if (error == json_tokener_success &&
	    end + strspn(parse->text + end, " \t") >= len)
		return 0;
	json_object_put(*object);
	*object = NULL;
	if (error == json_tokener_success)
		return repfile_bad(parse, parse->text + end,
				   "unexpected text behind the JSON object");
	if (error == json_tokener_error_parse_eof)
		return repfile_bad(parse, parse->text + end,
				   "not JSON: unexpected end of line");
	return repfile_bad(parse, parse->text + end, "not JSON: %s",
			   json_tokener_error_desc(error));
}

static int add_cidr(struct repfile_parse *parse, struct json_object *cidr)
{
	struct repfile_saying saying = repfile_saying(parse);
	struct repfile_range range;
	struct repfile_word word;
	int err;

	if (!json_object_is_type(cidr, json_type_string))
		return repfile_bad(parse, NULL, "\"cidr\" is not a string");
	word.text = json_object_get_string(cidr);
	word.len = json_object_get_string_len(cidr);
	err = repfile_address(parse, word, &range);
	return err ? err : repfile_add(parse, &range, &saying);
}

static int parse_object(struct repfile_parse *parse, struct json_object *object)
{
	struct json_object *value;

	if (!json_object_is_type(object, json_type_object))
		return repfile_bad(parse, NULL, "line is not a JSON object");
	if (json_object_object_get_ex(object, "cidr", &value))
		return add_cidr(parse, value);
	if (json_object_object_get_ex(object, "asn", &value)) {
		parse->files->counts.asn++;
		return 0;
	}
	if (json_object_object_get_ex(object, "type", &value) &&
	    json_object_is_type(value, json_type_string) &&
	    !strcmp(json_object_get_string(value), "metadata"))
		return 0;
	return repfile_bad(parse, NULL, "object has no \"cidr\"");
}

int repfile_drop_line(struct repfile_parse *parse)
{
	struct json_object *object;
	int err;

	err = parse_json(parse, &object);
	if (err)
		return err;
	err = parse_object(parse, object);
	json_object_put(object);
	return err;
}

void repfile_drop_end(struct repfile_parse *parse)
{
	if (parse->tokener)
		json_tokener_free(parse->tokener);
}
