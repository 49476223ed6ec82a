// SPDX-License-Identifier: GPL-2.0
/*
 * The option "flow": what a packet is to its flow.
 */
#include "compiler.h"

/**
 * struct flow_word - a word of the option
 * @name: the word
 * @flag: SEGWARD_IMAGE_RULE_F_*, 0 for one that asks for nothing
 * @excludes: flags that contradict it
 * @needs: what segward does not have yet; NULL if it has all
 */
struct flow_word {
	const char *name;
	u32 flag;
	u32 excludes;
	const char *needs;
};

#define TO_SERVER	SEGWARD_IMAGE_RULE_F_TO_SERVER
#define TO_CLIENT	SEGWARD_IMAGE_RULE_F_TO_CLIENT
#define EST		SEGWARD_IMAGE_RULE_F_ESTABLISHED
#define NOT_EST		SEGWARD_IMAGE_RULE_F_NOT_ESTABLISHED

static const struct flow_word words[] = {
	{ "to_server", TO_SERVER, TO_CLIENT, NULL },
	{ "from_client", TO_SERVER, TO_CLIENT, NULL },
	{ "to_client", TO_CLIENT, TO_SERVER, NULL },
	{ "from_server", TO_CLIENT, TO_SERVER, NULL },
	{ "established", EST, NOT_EST, NULL },
	{ "not_established", NOT_EST, EST, NULL },
	{ "stateless", 0, EST | NOT_EST, NULL },
	{ "no_stream", 0, 0, NULL },
	{ "only_stream", 0, 0, NULL },
	{ "no_frag", 0, 0, "a view of fragments" },
	{ "only_frag", 0, 0, "a view of fragments" },
};

static int add_word(struct rulec_draft *draft, const char *at, u32 len)
{
	u32 *flags = &draft->rule.image.flags;
	const struct flow_word *word = words;
	const struct flow_word *end = words + ARRAY_SIZE(words);

	while (word < end && !rulec_word_is(at, len, word->name))
		word++;
	if (word == end)
		return rulec_reject(&draft->reject, at, "flow",
				    "flow \"%s\" is none of to_server, to_client, from_server, from_client, established, not_established, stateless, no_stream, only_stream, no_frag, only_frag",
				    rulec_quote(at, len).text);
	if (word->needs)
		return rulec_unsupported(&draft->reject, at, "flow",
					 "\"%s\" needs %s, which segward does not have yet",
					 word->name, word->needs);
	if (*flags & word->excludes ||
	    (draft->stateless && word->flag & (EST | NOT_EST)))
		return rulec_reject(&draft->reject, at, "flow",
				    "flow \"%s\" contradicts what stands before it",
				    word->name);
	if (word->flag & *flags)
		return rulec_reject(&draft->reject, at, "flow",
				    "flow says \"%s\" twice", word->name);
	*flags |= word->flag;
	draft->stateless |= !strcmp(word->name, "stateless");
	if (!strcmp(word->name, "no_stream"))
		draft->packets_only = word->name;
	if (!strcmp(word->name, "only_stream"))
		draft->streams_only = word->name;
	return 0;
}

int rulec_read_flow(struct rulec_draft *draft, const struct rulec_value *value)
{
	const char *end = value->text + value->len;
	const char *at = value->text;
	const char *word, *stop;
	int err;

	if (draft->has_flow)
		return rulec_reject(&draft->reject, value->at, "flow",
				    "flow is given twice");
	draft->has_flow = true;
	do {
		stop = memchr(at, ',', (size_t)(end - at));
		word = at;
		at = stop ? stop : end;
		while (word < at && rulec_blank(*word))
			word++;
		while (at > word && rulec_blank(at[-1]))
			at--;
		err = add_word(draft, word, (u32)(at - word));
		at = stop ? stop + 1 : end;
	} while (!err && stop);
	return err;
}
