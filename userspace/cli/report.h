/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The compiler's report of the last load, kept for "ruleset show NAME failed".
 */
#ifndef SEGWARD_CLI_REPORT_H
#define SEGWARD_CLI_REPORT_H

#include "cli.h"
#include "rulec/rulec.h"

struct json_object;

/**
 * struct report - a report that was read
 * @r: the report
 * @rejected: its rejected rules; their strings belong to @json
 * @json: what was read
 */
struct report {
	struct segward_rulec_report r;
	struct segward_rulec_rejected *rejected;
	struct json_object *json;
};

void report_write(const char *name, u64 image_id,
		  const struct segward_rulec_report *report);
int report_read(const char *name, u64 image_id, struct report *report);
void report_remove(const char *name);
void report_free(struct report *report);

#endif /* SEGWARD_CLI_REPORT_H */
