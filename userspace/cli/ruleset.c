// SPDX-License-Identifier: GPL-2.0
/*
 * Rulesets: compiled here, uploaded in parts, verified and published by the
 * kernel.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "progress.h"
#include "report.h"
#include "ruleset.h"
#include "vec.h"

/* More would scroll the first ones away; ruleset check shows them all. */
#define ERRORS_SHOWN	100

/* --- Reading what the kernel sends ------------------------------------- */

static void origins_read(const struct nlmsghdr *nlh, struct ruleset *r)
{
	const struct nlattr *a;

	nl_for_each(a, nlh)
		if (mnl_attr_get_type(a) == SEGWARD_A_RULESET_ORIGIN)
			*VEC_ADD(r->origin, r->nr_origins) = strdup(nl_str(a));
}

/**
 * ruleset_read() - read a ruleset of a message
 * @nlh: the message
 * @r: result; ruleset_free() frees it
 */
void ruleset_read(const struct nlmsghdr *nlh, struct ruleset *r)
{
	const struct nlattr *tb[SEGWARD_A_RULESET_MAX + 1];

	memset(r, 0, sizeof(*r));
	nl_parse(nlh, tb, SEGWARD_A_RULESET_MAX);
	nl_str_copy(tb[SEGWARD_A_RULESET_NAME], r->name, sizeof(r->name));
	r->image_id = nl_u64(tb[SEGWARD_A_RULESET_IMAGE_ID]);
	r->rules = nl_u32(tb[SEGWARD_A_RULESET_RULES]);
	r->rejected = nl_u32(tb[SEGWARD_A_RULESET_REJECTED]);
	r->memory = nl_u32(tb[SEGWARD_A_RULESET_MEMORY]);
	r->generation = nl_u32(tb[SEGWARD_A_RULESET_GENERATION]);
	r->users = nl_u32(tb[SEGWARD_A_RULESET_USERS]);
	r->skip_bad = tb[SEGWARD_A_RULESET_SKIP_BAD];
	if (tb[SEGWARD_A_RULESET_CLASSIFICATION])
		r->classification =
			strdup(nl_str(tb[SEGWARD_A_RULESET_CLASSIFICATION]));
	origins_read(nlh, r);
}

/** ruleset_free() - free what is in a ruleset */
void ruleset_free(struct ruleset *r)
{
	unsigned int i;

	free(r->classification);
	for (i = 0; i < r->nr_origins; i++)
		free(r->origin[i]);
	free(r->origin);
	memset(r, 0, sizeof(*r));
}

/* A ruleset of many files takes several messages; numbers are in the first. */
static bool continues(const struct nlmsghdr *nlh, const struct ruleset *last)
{
	const struct nlattr *tb[SEGWARD_A_RULESET_MAX + 1];

	nl_parse(nlh, tb, SEGWARD_A_RULESET_MAX);
	return !tb[SEGWARD_A_RULESET_IMAGE_ID] &&
	       !strcmp(nl_str(tb[SEGWARD_A_RULESET_NAME]), last->name);
}

static int dump_one(const struct nlmsghdr *nlh, void *data)
{
	struct rulesets *rulesets = data;
	struct ruleset *last;

	last = rulesets->nr ? &rulesets->v[rulesets->nr - 1] : NULL;
	if (last && continues(nlh, last))
		origins_read(nlh, last);
	else
		ruleset_read(nlh, VEC_ADD(rulesets->v, rulesets->nr));
	return 0;
}

static void dump_reset(void *data)
{
	rulesets_free(data);
}

static int by_name(const void *a, const void *b)
{
	const struct ruleset *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/**
 * rulesets_get() - read all rulesets
 * @rulesets: result, sorted; rulesets_free() frees it
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int rulesets_get(struct rulesets *rulesets, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	memset(rulesets, 0, sizeof(*rulesets));
	nl_begin(&m, SEGWARD_CMD_RULESET_GET, 0);
	err = nl_dump(&m, dump_one, dump_reset, rulesets, error);
	nl_free(&m);
	if (err)
		rulesets_free(rulesets);
	else if (rulesets->nr)
		qsort(rulesets->v, rulesets->nr, sizeof(*rulesets->v), by_name);
	return err;
}

/** rulesets_free() - free them */
void rulesets_free(struct rulesets *rulesets)
{
	unsigned int i;

	for (i = 0; i < rulesets->nr; i++)
		ruleset_free(&rulesets->v[i]);
	free(rulesets->v);
	memset(rulesets, 0, sizeof(*rulesets));
}

/** rulesets_find() - a ruleset by name. Return: it, or NULL */
const struct ruleset *rulesets_find(const struct rulesets *rulesets,
				    const char *name)
{
	struct ruleset key = { .name = "" };

	if (!rulesets->nr || strlen(name) >= sizeof(key.name))
		return NULL;
	strcpy(key.name, name);
	return bsearch(&key, rulesets->v, rulesets->nr, sizeof(key), by_name);
}

/* --- Printing ---------------------------------------------------------- */

static void print_origins(const struct ruleset *r)
{
	unsigned int i;

	out_array("origin");
	for (i = 0; i < r->nr_origins; i++) {
		out_line();
		out_str("", "origin ", r->origin[i]);
	}
	out_array_end();
}

static void print_image_id(u64 id)
{
	char s[24];

	/* A string: JSON's readers lose the low bits of such numbers. */
	snprintf(s, sizeof(s), "%016llx", (unsigned long long)id);
	out_str("image_id", cli.details ? " image-id " : NULL, s);
}

/** ruleset_print_fields() - print a ruleset, without the frame */
void ruleset_print_fields(const struct ruleset *r)
{
	out_kind_str(OUT_NAME, "name", "", r->name);
	out_u64("rules", " rules ", r->rules);
	out_u64("rejected", " rejected ", r->rejected);
	out_u64("memory", " memory ", r->memory);
	out_u64("users", " users ", r->users);
	out_flag("skip_bad", " skip-bad", r->skip_bad);
	if (r->classification)
		out_str("classification", " classification ",
			r->classification);
	print_image_id(r->image_id);
	out_u64("generation", cli.details ? " generation " : NULL,
		r->generation);
	print_origins(r);
}

/** ruleset_print() - print a ruleset as an object of its own */
void ruleset_print(const struct ruleset *r)
{
	out_object();
	ruleset_print_fields(r);
	out_object_end();
}

/* --- Compiling --------------------------------------------------------- */

/**
 * ruleset_load_free() - free a load and what it compiled
 * @load: the load
 */
void ruleset_load_free(struct ruleset_load *load)
{
	unsigned int i;

	segward_rulec_destroy(load->rulec);
	for (i = 0; i < load->nr_files; i++)
		free(load->file[i]);
	free(load->file);
	free(load->classification);
	free(load->image.data);
	memset(load, 0, sizeof(*load));
}

/* The image remembers its files; they are to be found from anywhere. */
static char *absolute(const char *path)
{
	char cwd[PATH_MAX], *s;

	if (*path == '/' || !strcmp(path, "-") || !getcwd(cwd, sizeof(cwd)))
		return strdup(path);
	return asprintf(&s, "%s/%s", cwd, path) < 0 ? NULL : s;
}

static int files_parse(struct args *args, bool keep_names,
		       struct ruleset_load *load)
{
	const char *word;

	while ((word = arg_peek(args))) {
		if (!strcmp(word, "skip-bad") ||
		    !strcmp(word, "classification"))
			break;
		*VEC_ADD(load->file, load->nr_files) =
			keep_names ? strdup(word) : absolute(word);
		args->pos++;
	}
	return load->nr_files ? CLI_OK : err_incomplete();
}

static int parse_skip_bad(struct args *args, const char *key, void *data)
{
	struct ruleset_load *load = data;

	(void)args;
	(void)key;
	load->skip_bad = true;
	return CLI_OK;
}

static int parse_classification(struct args *args, const char *key, void *data)
{
	struct ruleset_load *load = data;
	const char *word;

	(void)key;
	if (arg_need(args, &word))
		return CLI_USAGE;
	load->classification = absolute(word);
	return CLI_OK;
}

static const struct keyword load_keywords[] = {
	{ "skip-bad",		parse_skip_bad,		false },
	{ "classification",	parse_classification,	false },
	{ NULL,			NULL,			false },
};

/**
 * ruleset_parse() - read the words behind ruleset load
 * @args: the words
 * @load: result; ruleset_load_free() frees it, also after a failure
 *
 * Return: a cli_status.
 */
int ruleset_parse(struct args *args, struct ruleset_load *load)
{
	memset(load, 0, sizeof(*load));
	if (arg_name(args, "NAME", load->name) ||
	    files_parse(args, false, load))
		return CLI_USAGE;
	return arg_keywords(args, load_keywords, load);
}

static int compile_failed(struct ruleset_load *load)
{
	return err_usage("%s.", load->rulec ?
			 segward_rulec_error(load->rulec) : "out of memory");
}

/* Run the compiler. Returns what segward_rulec_finish() says, or CLI_USAGE. */
static int compile(struct ruleset_load *load, bool skip_bad)
{
	struct segward_rulec_options options = {
		.skip_bad	= skip_bad,
		.classification	= load->classification,
	};
	unsigned int i;

	load->rulec = segward_rulec_create(&options);
	if (!load->rulec)
		return compile_failed(load);
	for (i = 0; i < load->nr_files; i++) {
		progress("compiling", i, load->nr_files, "files");
		if (segward_rulec_add_file(load->rulec, load->file[i])) {
			progress_end();
			return compile_failed(load);
		}
	}
	progress("building the image", 0, 0, "");
	i = (unsigned int)-segward_rulec_finish(load->rulec, &load->image);
	progress_end();
	return -(int)i;
}

/* Files as the user wrote them, if they are below where he is. */
static const char *shown(const char *file)
{
	char cwd[PATH_MAX];
	size_t len;

	if (!getcwd(cwd, sizeof(cwd)))
		return file;
	len = strlen(cwd);
	return strncmp(file, cwd, len) || file[len] != '/' ? file :
		file + len + 1;
}

static void print_rejected_text(FILE *f,
				const struct segward_rulec_rejected *r)
{
	fprintf(f, "%s:%u:%u: %s: %s\n", shown(r->file), r->line, r->column,
		r->keyword, r->reason);
}

static int print_refused(const struct ruleset_load *load)
{
	const struct segward_rulec_report *report =
		segward_rulec_report(load->rulec);
	u32 i;

	for (i = 0; i < report->nr_rejected && i < ERRORS_SHOWN; i++)
		print_rejected_text(stderr, &report->rejected[i]);
	if (i < report->nr_rejected)
		fprintf(stderr, "... and %u more; \"segward ruleset check\" shows them all\n",
			report->nr_rejected - i);
	return err_usage("%u of %u rules were refused; nothing was loaded. \"skip-bad\" leaves them out.",
			 report->nr_rejected, report->rules);
}

/**
 * ruleset_compile() - compile what a load names
 * @load: gets compiler and image
 *
 * Prints why it failed.
 *
 * Return: a cli_status.
 */
int ruleset_compile(struct ruleset_load *load)
{
	int err = compile(load, load->skip_bad);

	if (err == -EINVAL && segward_rulec_report(load->rulec)->nr_rejected)
		return print_refused(load);
	return err < 0 ? compile_failed(load) : err;
}

/* --- Uploading --------------------------------------------------------- */

static int upload_handle(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[SEGWARD_A_RULESET_MAX + 1];

	nl_parse(nlh, tb, SEGWARD_A_RULESET_MAX);
	*(u32 *)data = nl_u32(tb[SEGWARD_A_RULESET_UPLOAD]);
	return 0;
}

static int upload_part(struct nl_msg *m, u32 upload,
		       const struct segward_rulec_image *image, u32 offset,
		       struct nl_error *error)
{
	u32 len = image->size - offset;

	if (len > SEGWARD_PART_LEN)
		len = SEGWARD_PART_LEN;
	progress("uploading", offset, image->size, "bytes");
	nl_begin(m, SEGWARD_CMD_UPLOAD_PART, 0);
	nl_put_u32(m, SEGWARD_A_RULESET_UPLOAD, upload);
	nl_put_u32(m, SEGWARD_A_RULESET_OFFSET, offset);
	nl_put(m, SEGWARD_A_RULESET_DATA, (const char *)image->data + offset,
	       len);
	return nl_talk(m, NULL, NULL, error);
}

static int upload(struct nl_msg *m, const struct ruleset_load *load,
		  struct nl_error *error)
{
	const struct segward_rulec_image *image = &load->image;
	u32 handle = 0, offset;
	int err;

	nl_begin(m, SEGWARD_CMD_UPLOAD_NEW, 0);
	nl_put_u32(m, SEGWARD_A_RULESET_SIZE, image->size);
	err = nl_talk(m, upload_handle, &handle, error);
	for (offset = 0; !err && offset < image->size;
	     offset += SEGWARD_PART_LEN)
		err = upload_part(m, handle, image, offset, error);
	if (err)
		return err;
	progress("verifying", 0, 0, "");
	nl_begin(m, SEGWARD_CMD_RULESET_NEW, NLM_F_CREATE | NLM_F_REPLACE);
	nl_put_str(m, SEGWARD_A_RULESET_NAME, load->name);
	nl_put_u32(m, SEGWARD_A_RULESET_UPLOAD, handle);
	return nl_talk(m, NULL, NULL, error);
}

/**
 * ruleset_upload() - give the kernel what was compiled
 * @load: compiled
 *
 * Keeps the compiler's report for "ruleset show NAME failed". Prints why it
 * failed.
 *
 * Return: a cli_status.
 */
int ruleset_upload(const struct ruleset_load *load)
{
	struct nl_msg m = { 0 };
	struct nl_error error;
	int err;

	err = upload(&m, load, &error);
	progress_end();
	nl_free(&m);
	if (err)
		return nl_fail(&error);
	report_write(load->name, load->image.image_id,
		     segward_rulec_report(load->rulec));
	return CLI_OK;
}

/** ruleset_delete() - delete a ruleset. Return: 0 or a negative errno */
int ruleset_delete(const char *name, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, SEGWARD_CMD_RULESET_DEL, 0);
	nl_put_str(&m, SEGWARD_A_RULESET_NAME, name);
	err = nl_talk(&m, NULL, NULL, error);
	nl_free(&m);
	if (!err)
		report_remove(name);
	return err;
}

/* --- Commands ---------------------------------------------------------- */

static void print_rejected(const struct segward_rulec_rejected *r)
{
	out_nest("");
	out_str("file", NULL, r->file);
	out_u64("line", NULL, r->line);
	out_u64("column", NULL, r->column);
	out_u64("signature_id", NULL, r->signature_id);
	out_u64("gid", NULL, r->gid);
	out_str("keyword", NULL, r->keyword);
	out_str("reason", NULL, r->reason);
	out_flag("unsupported", NULL, r->unsupported);
	out_nest_end();
}

/* What a compiler reports, as ruleset check prints it. */
static void print_report(const char *name,
			 const struct segward_rulec_report *report)
{
	u32 i;

	for (i = 0; !cli.json && i < report->nr_rejected; i++)
		print_rejected_text(stdout, &report->rejected[i]);
	out_begin();
	out_object();
	if (name)
		out_kind_str(OUT_NAME, "name", "", name);
	out_u64("rules", name ? " rules " : "rules ", report->rules);
	out_u64("compiled", " compiled ", report->compiled);
	out_u64(NULL, " rejected ", report->nr_rejected);
	out_array("rejected");
	for (i = 0; cli.json && i < report->nr_rejected; i++)
		print_rejected(&report->rejected[i]);
	out_array_end();
	out_double("seconds", " seconds ", report->seconds);
	out_object_end();
	out_end();
}

/* Rules that are wrong are the user's; those we cannot do yet are not. */
static bool any_wrong(const struct segward_rulec_report *report)
{
	u32 i;

	for (i = 0; i < report->nr_rejected; i++)
		if (!report->rejected[i].unsupported)
			return true;
	return false;
}

static int ruleset_check(struct args *args)
{
	struct ruleset_load load = { .name = "" };
	const struct segward_rulec_report *report;
	int status;

	status = files_parse(args, true, &load);
	if (!status)
		status = arg_keywords(args, load_keywords, &load);
	if (!status) {
		/* With skip-bad, so that what is good is built to the end. */
		status = compile(&load, true);
		if (status < 0)
			status = compile_failed(&load);
	}
	if (!status) {
		report = segward_rulec_report(load.rulec);
		print_report(NULL, report);
		if (any_wrong(report) && !load.skip_bad)
			status = CLI_USAGE;
	}
	ruleset_load_free(&load);
	return status;
}

static void print_loaded(const struct ruleset_load *load)
{
	const struct segward_rulec_report *report =
		segward_rulec_report(load->rulec);

	out_begin();
	out_object();
	out_kind_str(OUT_NAME, "name", "", load->name);
	out_u64("rules", " rules ", load->image.nr_rules);
	out_u64("rejected", " rejected ", report->nr_rejected);
	out_u64("size", " size ", load->image.size);
	print_image_id(load->image.image_id);
	out_double("seconds", " seconds ", report->seconds);
	out_object_end();
	out_end();
}

static int ruleset_load(struct args *args)
{
	struct ruleset_load load;
	int status;

	status = ruleset_parse(args, &load);
	if (!status)
		status = ruleset_compile(&load);
	if (!status)
		status = ruleset_upload(&load);
	if (!status)
		print_loaded(&load);
	ruleset_load_free(&load);
	return status;
}

static int show_failed(const struct ruleset *r)
{
	struct report report;
	int status;

	status = report_read(r->name, r->image_id, &report);
	if (status)
		return status;
	print_report(r->name, &report.r);
	report_free(&report);
	return CLI_OK;
}

static int show_one(const struct rulesets *rulesets, const char *name,
		    bool failed)
{
	const struct ruleset *r = rulesets_find(rulesets, name);

	if (!r) {
		err_print("ruleset %s does not exist.", name);
		return CLI_KERNEL;
	}
	if (failed)
		return show_failed(r);
	out_begin();
	ruleset_print(r);
	out_end();
	return CLI_OK;
}

static void show_all(const struct rulesets *rulesets)
{
	unsigned int i;

	out_begin();
	for (i = 0; i < rulesets->nr; i++)
		ruleset_print(&rulesets->v[i]);
	out_end();
}

static int ruleset_show(struct args *args)
{
	struct rulesets rulesets;
	struct nl_error error;
	bool failed = false;
	int status = CLI_OK;
	name_t name = "";

	if (arg_peek(args)) {
		if (arg_name(args, "NAME", name))
			return CLI_USAGE;
		failed = arg_take(args, "failed");
		if (arg_end(args))
			return CLI_USAGE;
	}
	if (rulesets_get(&rulesets, &error))
		return nl_fail(&error);
	if (*name)
		status = show_one(&rulesets, name, failed);
	else
		show_all(&rulesets);
	rulesets_free(&rulesets);
	return status;
}

static int ruleset_del(struct args *args)
{
	struct nl_error error;
	name_t name;

	if (arg_name(args, "NAME", name) || arg_end(args))
		return CLI_USAGE;
	return ruleset_delete(name, &error) ? nl_fail(&error) : CLI_OK;
}

static const struct command ruleset_commands[] = {
	{ "check", ruleset_check,
	  "FILE... [ classification FILE ] [ skip-bad ]" },
	{ "load", ruleset_load,
	  "RULESET FILE... [ classification FILE ] [ skip-bad ]" },
	{ "show", ruleset_show, "[ RULESET [ failed ] ]" },
	{ "del", ruleset_del, "RULESET" },
	{ NULL, NULL, NULL },
};

const struct object object_ruleset = {
	.name		= "ruleset",
	.commands	= ruleset_commands,
	.bare		= "show",
};
