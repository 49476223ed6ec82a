// SPDX-License-Identifier: GPL-2.0
/*
 * Files to a profile.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "replay/config.h"
#include "repfile/repfile.h"
#include "rulec/rulec.h"

/* Any time but 0, which is none: replay's reputation does not age. */
#define NOW	1

/* Who the entries are said to come from. */
#define SOURCE	"replay"

static bool say(char *sentence, const char *why)
{
	snprintf(sentence, CONFIG_SENTENCE, "%s", why);
	return false;
}

static bool compile(const struct config *config, struct segward_rulec *rulec,
		    struct segward_rulec_image *image)
{
	u32 i;

	for (i = 0; i + 1 < config->variable.nr; i += 2)
		if (segward_rulec_set_variable(rulec, config->variable.word[i],
					       config->variable.word[i + 1]))
			return false;
	for (i = 0; i < config->rules.nr; i++)
		if (segward_rulec_add_file(rulec, config->rules.word[i]))
			return false;
	return !segward_rulec_finish(rulec, image);
}

/* Takes the image over, or frees it. */
static bool make_ruleset(const struct config *config, struct loaded *loaded,
			 const struct segward_rulec_image *image,
			 char *sentence)
{
	struct segward_image_error refused = { .what = "image refused" };
	int err = 0;

	loaded->ruleset = segward_ruleset_create(config->ruleset, image->data,
						 image->size, 1, &refused,
						 &err);
	if (loaded->ruleset)
		return true;
	segward_free(image->data);
	return say(sentence, err == -ENOMEM ? "out of memory" : refused.what);
}

static bool load_rules(const struct config *config, struct loaded *loaded,
		       char *sentence)
{
	struct segward_rulec_options options = { .skip_bad = true };
	struct segward_rulec_image image = { 0 };
	struct segward_rulec *rulec;
	bool ok;

	rulec = segward_rulec_create(&options);
	if (!rulec)
		return say(sentence, "out of memory");
	ok = compile(config, rulec, &image);
	if (ok) {
		loaded->rejected = segward_rulec_report(rulec)->nr_rejected;
		ok = make_ruleset(config, loaded, &image, sentence);
	} else {
		say(sentence, segward_rulec_error(rulec));
	}
	segward_rulec_destroy(rulec);
	return ok;
}

/* The first thing that is wrong with a file is what the user hears. */
static void on_problem(void *ctx, const struct segward_repfile_problem *problem)
{
	char *sentence = ctx;

	if (!*sentence)
		snprintf(sentence, CONFIG_SENTENCE, "%s:%lu: %s",
			 problem->file, problem->line, problem->sentence);
}

static bool read_list(struct segward_repfile *files, const char *path,
		      char *sentence)
{
	FILE *in = fopen(path, "r");
	int err;

	if (!in) {
		snprintf(sentence, CONFIG_SENTENCE, "cannot open \"%s\": %s",
			 path, strerror(errno));
		return false;
	}
	err = segward_repfile_read(files, in, path);
	fclose(in);
	if (err && !*sentence)
		snprintf(sentence, CONFIG_SENTENCE, "cannot read \"%s\": %s",
			 path, strerror(-err));
	return !err;
}

static bool add_entry(struct segward_reputation *rep, int source,
		      const struct segward_repfile *files,
		      const struct segward_repfile_entry *from, char *sentence)
{
	struct segward_reputation_entry entry = { 0 };
	const char *name = segward_repfile_category(files, from->category);
	int category, err;

	category = segward_reputation_category_add(rep, name);
	if (category < 0)
		return say(sentence, "more categories than a table holds");
	entry.prefix.version = from->version;
	entry.prefix.len = from->len;
	memcpy(entry.prefix.addr, from->addr, sizeof(from->addr));
	entry.category = (u8)category;
	entry.source = (u8)source;
	entry.score = from->score;
	err = segward_reputation_add(rep, &entry, NOW);
	if (err < 0)
		return say(sentence, strerror(-err));
	return true;
}

static bool fill_table(struct segward_reputation *rep,
		       const struct segward_repfile *files, char *sentence)
{
	const struct segward_repfile_entry *entries;
	int source = segward_reputation_source_add(rep, SOURCE);
	size_t nr, i;

	if (source < 0)
		return say(sentence, strerror(-source));
	entries = segward_repfile_entries(files, &nr);
	for (i = 0; i < nr; i++)
		if (!add_entry(rep, source, files, &entries[i], sentence))
			return false;
	return true;
}

static bool load_reputation(const struct config *config,
			    struct loaded *loaded, char *sentence)
{
	struct segward_repfile_options options = {
		.category = config->category,
		.report = on_problem,
		.ctx = sentence,
	};
	/* no attacker chooses the entries of one's own files */
	struct segward_reputation_config table = { .key = { 1, 2 } };
	struct segward_repfile *files;
	bool ok = true;
	u32 i;

	*sentence = '\0';
	files = segward_repfile_create(&options);
	if (!files)
		return say(sentence, "the category's name is not one");
	for (i = 0; ok && i < config->reputation.nr; i++)
		ok = read_list(files, config->reputation.word[i], sentence);
	if (ok && segward_repfile_finish(files))
		ok = say(sentence, "more categories than a table holds");
	if (ok) {
		loaded->reputation = segward_reputation_create(&table);
		ok = loaded->reputation ?
		     fill_table(loaded->reputation, files, sentence) :
		     say(sentence, "out of memory");
	}
	segward_repfile_destroy(files);
	return ok;
}

static u8 find_category(void *arg, const char *name)
{
	int category = segward_reputation_category_find(arg, name);

	return category < 0 ? 0 : (u8)category;
}

/* A threshold for every category that an entry has. */
static u32 make_thresholds(const struct config *config,
			   const struct segward_reputation *rep,
			   struct segward_threshold *threshold)
{
	const char *name;
	u32 nr = 0;
	int i;

	for (i = 1; rep && i <= SEGWARD_REPUTATION_NAMES; i++) {
		name = segward_reputation_category_name(rep, (u8)i);
		if (!name)
			continue;
		snprintf(threshold[nr].category, sizeof(threshold->category),
			 "%s", name);
		threshold[nr].min_score = config->min_score;
		threshold[nr].verdict = config->verdict;
		nr++;
	}
	return nr;
}

static bool make_profile(const struct config *config, struct loaded *loaded,
			 char *sentence)
{
	static struct segward_threshold threshold[SEGWARD_REPUTATION_NAMES];
	const struct segward_ruleset *ruleset = loaded->ruleset;
	struct segward_profile_config profile = {
		.mode = config->mode,
		.ruleset = &ruleset,
		.nr_rulesets = !!ruleset,
		.threshold = threshold,
		.override = config->override,
		.nr_overrides = config->nr_overrides,
	};
	int err;

	snprintf(profile.name, sizeof(profile.name), "%s",
		 config->profile ? config->profile : SOURCE);
	profile.nr_thresholds = make_thresholds(config, loaded->reputation,
						threshold);
	loaded->profile = segward_profile_create(&profile, find_category,
						 loaded->reputation, &err);
	return loaded->profile || say(sentence, strerror(-err));
}

bool config_load(const struct config *config, struct loaded *loaded,
		 char *sentence)
{
	/* the same captures shall give the same result */
	static const u64 key[2] = { 1, 2 };

	memset(loaded, 0, sizeof(*loaded));
	loaded->fragments = segward_fragments_create(key);
	loaded->flows = segward_flows_create(key, CONFIG_FLOWS,
					     CONFIG_STREAM_MEMORY);
	if (!loaded->fragments || !loaded->flows)
		return say(sentence, "out of memory");
	if (config->rules.nr && !load_rules(config, loaded, sentence))
		return false;
	if (config->reputation.nr &&
	    !load_reputation(config, loaded, sentence))
		return false;
	return make_profile(config, loaded, sentence);
}

void config_unload(struct loaded *loaded)
{
	segward_profile_destroy(loaded->profile);
	segward_ruleset_destroy(loaded->ruleset);
	segward_reputation_destroy(loaded->reputation);
	segward_fragments_destroy(loaded->fragments);
	segward_flows_destroy(loaded->flows);
}
