/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Compiling a few rules, and looking at what came of it.
 */
#ifndef SEGWARD_SELFTESTS_RULEC_CASE_H
#define SEGWARD_SELFTESTS_RULEC_CASE_H

#include <linux/segward.h>
#include <linux/segward_image.h>
#include <stdlib.h>

#include "image.h"
#include "rule.h"
#include "rulec/rulec.h"
#include "tap.h"

/**
 * struct rulec_case - a compiler that has finished
 * @rulec: the compiler
 * @report: its report
 * @image: its image; no data if there is none
 * @err: what finishing returned
 */
struct rulec_case {
	struct segward_rulec *rulec;
	const struct segward_rulec_report *report;
	struct segward_rulec_image image;
	int err;
};

/* Finish @rulec, to which rules were added. */
__attribute__((unused))
static void case_finish(struct rulec_case *c, struct segward_rulec *rulec)
{
	c->rulec = rulec;
	c->err = segward_rulec_finish(rulec, &c->image);
	c->report = segward_rulec_report(rulec);
}

/* Compile a text, leaving out what is bad. */
__attribute__((unused))
static void case_compile(struct rulec_case *c, const char *text)
{
	const struct segward_rulec_options options = { .skip_bad = true };
	struct segward_rulec *rulec = segward_rulec_create(&options);

	segward_rulec_add_text(rulec, "test.rules", text, strlen(text));
	case_finish(c, rulec);
	if (c->err)
		printf("# %s\n", segward_rulec_error(rulec));
}

__attribute__((unused))
static void case_free(struct rulec_case *c)
{
	free(c->image.data);
	segward_rulec_destroy(c->rulec);
	memset(c, 0, sizeof(*c));
}

__attribute__((unused))
static const struct segward_image_rule *case_rule(const struct rulec_case *c,
						  u32 i)
{
	return segward_image_rule(c->image.data, i);
}

__attribute__((unused))
static const char *case_string(const struct rulec_case *c, u32 string)
{
	return segward_image_string(c->image.data, string);
}

/* Op @i of rule 0. */
__attribute__((unused))
static const struct segward_image_op *case_op(const struct rulec_case *c,
					      u32 i)
{
	const struct segward_image_op *op;

	op = segward_image_section(c->image.data, SEGWARD_IMAGE_OPS);
	return op + case_rule(c, 0)->first_op + i;
}

#endif /* SEGWARD_SELFTESTS_RULEC_CASE_H */
