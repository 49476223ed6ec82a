// SPDX-License-Identifier: GPL-2.0
/*
 * The compiler's report of the last load.
 *
 * DOC: the kernel holds only the rules that are good. What became of the
 * others is kept in /run/segward, in a directory for the network namespace,
 * together with the image's digest, so that a report is never shown for
 * another image than its own.
 */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "args.h"
#include "netns.h"
#include "report.h"

#define REPORT_DIR	"/run/segward"

static void report_path(const char *name, char *path, size_t size)
{
	snprintf(path, size, REPORT_DIR "/%" PRIu64 "/ruleset-%s.json",
		 netns_inode(), name);
}

static void add_string(struct json_object *o, const char *key, const char *s)
{
	json_object_object_add(o, key, json_object_new_string(s));
}

static void add_number(struct json_object *o, const char *key, u64 v)
{
	json_object_object_add(o, key, json_object_new_int64((int64_t)v));
}

static struct json_object *
rejected_json(const struct segward_rulec_rejected *r)
{
	struct json_object *o = json_object_new_object();

	add_string(o, "file", r->file);
	add_number(o, "line", r->line);
	add_number(o, "column", r->column);
	add_number(o, "signature_id", r->signature_id);
	add_number(o, "gid", r->gid);
	add_number(o, "rev", r->rev);
	add_string(o, "keyword", r->keyword);
	add_string(o, "reason", r->reason);
	json_object_object_add(o, "unsupported",
			       json_object_new_boolean(r->unsupported));
	return o;
}

static struct json_object *
report_json(const char *name, u64 image_id,
	    const struct segward_rulec_report *report)
{
	struct json_object *o = json_object_new_object();
	struct json_object *list = json_object_new_array();
	char id[24];
	u32 i;

	snprintf(id, sizeof(id), "%016" PRIx64, image_id);
	add_string(o, "name", name);
	add_string(o, "image_id", id);
	add_number(o, "rules", report->rules);
	add_number(o, "compiled", report->compiled);
	json_object_object_add(o, "seconds",
			       json_object_new_double(report->seconds));
	for (i = 0; i < report->nr_rejected; i++)
		json_object_array_add(list, rejected_json(&report->rejected[i]));
	json_object_object_add(o, "rejected", list);
	return o;
}

static int make_directories(char *path)
{
	char *slash = strrchr(path, '/');
	int err = 0;

	*slash = '\0';
	if (mkdir(REPORT_DIR, 0755) && errno != EEXIST)
		err = -errno;
	if (!err && mkdir(path, 0755) && errno != EEXIST)
		err = -errno;
	*slash = '/';
	return err;
}

/* Whole or not at all: written beside, then renamed. */
static int write_file(const char *path, struct json_object *o)
{
	char beside[PATH_MAX];

	snprintf(beside, sizeof(beside), "%s.%d", path, (int)getpid());
	if (json_object_to_file_ext(beside, o, JSON_C_TO_STRING_PLAIN))
		return -EIO;
	if (!rename(beside, path))
		return 0;
	unlink(beside);
	return -errno;
}

/**
 * report_write() - keep the report of a load
 * @name: of the ruleset
 * @image_id: digest of the image that was made
 * @report: of the compiler
 *
 * The ruleset is in force by now, so a failure is no more than a warning.
 */
void report_write(const char *name, u64 image_id,
		  const struct segward_rulec_report *report)
{
	struct json_object *o = report_json(name, image_id, report);
	char path[PATH_MAX / 2];
	int err;

	report_path(name, path, sizeof(path));
	err = make_directories(path);
	if (!err)
		err = write_file(path, o);
	json_object_put(o);
	if (err)
		warn_print("cannot keep the report of this load in %s: %s.",
			   path, strerror(-err));
}

/** report_remove() - forget the report of a ruleset that is gone */
void report_remove(const char *name)
{
	char path[PATH_MAX];

	report_path(name, path, sizeof(path));
	unlink(path);
}

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *value = NULL;

	json_object_object_get_ex(o, key, &value);
	return value;
}

static const char *get_string(struct json_object *o, const char *key)
{
	struct json_object *value = get(o, key);

	return json_object_is_type(value, json_type_string) ?
		json_object_get_string(value) : "";
}

static u32 get_number(struct json_object *o, const char *key)
{
	return (u32)json_object_get_int64(get(o, key));
}

static void rejected_read(struct json_object *o,
			  struct segward_rulec_rejected *r)
{
	r->file = get_string(o, "file");
	r->line = get_number(o, "line");
	r->column = get_number(o, "column");
	r->signature_id = get_number(o, "signature_id");
	r->gid = get_number(o, "gid");
	r->rev = get_number(o, "rev");
	r->keyword = get_string(o, "keyword");
	r->reason = get_string(o, "reason");
	r->unsupported = json_object_get_boolean(get(o, "unsupported"));
}

static int report_fill(struct report *report)
{
	struct json_object *list = get(report->json, "rejected");
	size_t i, nr = 0;

	if (json_object_is_type(list, json_type_array))
		nr = json_object_array_length(list);
	report->rejected = calloc(nr + 1, sizeof(*report->rejected));
	if (!report->rejected)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		rejected_read(json_object_array_get_idx(list, i),
			      &report->rejected[i]);
	report->r.rules = get_number(report->json, "rules");
	report->r.compiled = get_number(report->json, "compiled");
	report->r.seconds = json_object_get_double(get(report->json, "seconds"));
	report->r.nr_rejected = (u32)nr;
	report->r.rejected = report->rejected;
	return 0;
}

/**
 * report_read() - read the report of a ruleset
 * @name: of the ruleset
 * @image_id: digest of the image that the kernel holds
 * @report: result; report_free() frees it
 *
 * Prints why there is none.
 *
 * Return: a cli_status.
 */
int report_read(const char *name, u64 image_id, struct report *report)
{
	char path[PATH_MAX], id[24];

	memset(report, 0, sizeof(*report));
	report_path(name, path, sizeof(path));
	report->json = json_object_from_file(path);
	if (!report->json)
		return err_usage("there is no report of ruleset %s (%s): it was not loaded by \"segward ruleset load\" since this machine started.",
				 name, path);
	snprintf(id, sizeof(id), "%016" PRIx64, image_id);
	if (strcmp(get_string(report->json, "image_id"), id)) {
		report_free(report);
		return err_usage("the report of ruleset %s does not belong to the image that the kernel holds; load the ruleset again.",
				 name);
	}
	if (report_fill(report)) {
		report_free(report);
		return err_usage("out of memory");
	}
	return CLI_OK;
}

/** report_free() - free a report that was read */
void report_free(struct report *report)
{
	json_object_put(report->json);
	free(report->rejected);
	memset(report, 0, sizeof(*report));
}
