/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rulesets for unit tests, compiled from text as users write it.
 */
#ifndef SEGWARD_SELFTESTS_RULES_H
#define SEGWARD_SELFTESTS_RULES_H

#include <linux/segward_image.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule.h"
#include "rulec/rulec.h"

/* A ruleset of @text; a test that has a bad rule is itself bad. */
static inline struct segward_ruleset *make_ruleset(const char *name,
						   const char *text)
{
	struct segward_image_error error = { .what = "" };
	struct segward_rulec_image image;
	struct segward_ruleset *ruleset;
	struct segward_rulec *rulec;
	int err = 0;

	rulec = segward_rulec_create(NULL);
	if (segward_rulec_add_text(rulec, name, text, strlen(text)) ||
	    segward_rulec_finish(rulec, &image)) {
		printf("# %s: %s\n", name, segward_rulec_error(rulec));
		exit(1);
	}
	segward_rulec_destroy(rulec);
	ruleset = segward_ruleset_create(name, image.data, image.size, 1,
					 &error, &err);
	if (!ruleset) {
		printf("# %s: %s (%d)\n", name, error.what, err);
		exit(1);
	}
	return ruleset;
}

/* Index of the rule with @signature_id in the image's order. */
static inline u32 find_rule(const struct segward_ruleset *ruleset,
			    u32 signature_id)
{
	u32 i;

	for (i = 0; i < ruleset->nr_rules; i++)
		if (segward_image_rule(ruleset->image, i)->signature_id ==
		    signature_id)
			return i;
	return ~0u;
}

#endif /* SEGWARD_SELFTESTS_RULES_H */
