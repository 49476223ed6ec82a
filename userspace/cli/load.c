// SPDX-License-Identifier: GPL-2.0
/*
 * Reputation files.
 *
 * DOC: all files are read before anything is sent; the entries go to the
 * kernel under a load that nobody sees until its commit, which replaces the
 * source's whole set at once.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "load.h"
#include "out.h"
#include "progress.h"
#include "reputation.h"
#include "vec.h"

/* Of a wrong kind of file every line is bad. */
#define PROBLEMS_SHOWN	100

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* --- Parsing ----------------------------------------------------------- */

static int parse_source(struct args *args, const char *key, void *data)
{
	struct rep_load *load = data;

	return arg_label(args, key, load->source);
}

static int parse_category(struct args *args, const char *key, void *data)
{
	struct rep_load *load = data;

	return arg_label(args, key, load->category);
}

static int parse_score(struct args *args, const char *key, void *data)
{
	struct rep_load *load = data;

	return arg_u32(args, key, 1, 100, &load->score);
}

static int parse_timeout(struct args *args, const char *key, void *data)
{
	const char *word = arg_peek(args);
	struct rep_load *load = data;

	if (arg_duration(args, key, &load->timeout))
		return CLI_USAGE;
	return load->timeout / 1000 <= UINT32_MAX ? CLI_OK :
		err_argument("that is longer than a century", word);
}

static int parse_format(struct args *args, const char *key, void *data)
{
	static const char * const words[] = {
		[SEGWARD_REPFILE_AUTO]			= "auto",
		[SEGWARD_REPFILE_PLAIN]			= "plain",
		[SEGWARD_REPFILE_IPSET]			= "ipset",
		[SEGWARD_REPFILE_IPREP]			= "iprep",
		[SEGWARD_REPFILE_IPREP_CATEGORIES]	= NULL,
		[SEGWARD_REPFILE_DROP]			= "drop",
	};
	struct rep_load *load = data;

	return arg_enum(args, key, words, ARRAY_SIZE(words), &load->format);
}

static int parse_skip_bad(struct args *args, const char *key, void *data)
{
	struct rep_load *load = data;

	(void)args;
	(void)key;
	load->skip_bad = true;
	return CLI_OK;
}

static int parse_append(struct args *args, const char *key, void *data)
{
	struct rep_load *load = data;

	(void)args;
	(void)key;
	load->append = true;
	return CLI_OK;
}

static const struct keyword load_keywords[] = {
	{ "source",	parse_source,		false },
	{ "category",	parse_category,		false },
	{ "score",	parse_score,		false },
	{ "timeout",	parse_timeout,		false },
	{ "format",	parse_format,		false },
	{ "skip-bad",	parse_skip_bad,		false },
	{ "append",	parse_append,		false },
	{ NULL,		NULL,			false },
};

static bool is_keyword(const char *word)
{
	const struct keyword *k;

	for (k = load_keywords; k->name; k++)
		if (!strcmp(k->name, word))
			return true;
	return false;
}

/**
 * rep_load_parse() - read the words behind reputation load
 * @args: the words
 * @load: result; rep_load_free() frees it, also after a failure
 *
 * Return: a cli_status.
 */
int rep_load_parse(struct args *args, struct rep_load *load)
{
	memset(load, 0, sizeof(*load));
	while (arg_peek(args) && !is_keyword(arg_peek(args)))
		*VEC_ADD(load->file, load->nr_files) = strdup(arg_next(args));
	if (!load->nr_files)
		return err_incomplete();
	if (arg_keywords(args, load_keywords, load))
		return CLI_USAGE;
	return *load->source ? CLI_OK : err_required("source");
}

/** rep_load_free() - free a load and what it read */
void rep_load_free(struct rep_load *load)
{
	unsigned int i;

	segward_repfile_destroy(load->files);
	for (i = 0; i < load->nr_files; i++)
		free(load->file[i]);
	free(load->file);
	memset(load, 0, sizeof(*load));
}

/* --- Reading ----------------------------------------------------------- */

static void report(void *ctx, const struct segward_repfile_problem *p)
{
	struct rep_load *load = ctx;

	progress_end();
	if (++load->problems > PROBLEMS_SHOWN)
		return;
	fprintf(stderr, "%s:%lu:", p->file, p->line);
	if (p->column)
		fprintf(stderr, "%u:", p->column);
	fprintf(stderr, " %s\n", p->sentence);
}

static int create(struct rep_load *load)
{
	struct segward_repfile_options options = {
		.format		= (enum segward_repfile_format)load->format,
		.category	= *load->category ? load->category : NULL,
		.score		= (u8)load->score,
		/* Shorter than it was meant is never right: round up. */
		.timeout	= (u32)((load->timeout + 999) / 1000),
		.skip_bad	= load->skip_bad,
		.report		= report,
		.ctx		= load,
	};

	load->files = segward_repfile_create(&options);
	if (load->files)
		return CLI_OK;
	return err_usage("%s", strerror(errno));
}

static int read_failed(const char *name, int err)
{
	switch (err) {
	case -EINVAL:
		return err_usage("%s has bad lines; nothing was loaded. \"skip-bad\" leaves them out.",
				 name);
	case -E2BIG:
		return err_usage("%s: there are more entries than the kernel holds",
				 name);
	default:
		return err_usage("%s: %s", name, strerror(-err));
	}
}

static int read_one(struct rep_load *load, const char *name)
{
	FILE *f = strcmp(name, "-") ? fopen(name, "re") : stdin;
	int err;

	if (!f)
		return err_usage("Cannot open file \"%s\" for reading: %s",
				 name, strerror(errno));
	err = segward_repfile_read(load->files, f, name);
	if (f != stdin)
		fclose(f);
	return err ? read_failed(name, err) : CLI_OK;
}

/**
 * rep_load_read() - read the files of a load
 * @load: parsed
 *
 * Prints bad lines, and why it failed.
 *
 * Return: a cli_status.
 */
int rep_load_read(struct rep_load *load)
{
	double start = now();
	unsigned int i;
	int status;

	status = create(load);
	for (i = 0; !status && i < load->nr_files; i++) {
		progress("reading", i, load->nr_files, "files");
		status = read_one(load, load->file[i]);
	}
	progress_end();
	if (load->problems > PROBLEMS_SHOWN)
		fprintf(stderr, "... and %u more bad lines\n",
			load->problems - PROBLEMS_SHOWN);
	if (!status && segward_repfile_finish(load->files))
		status = err_usage("the files name more than %u categories",
				   SEGWARD_REPFILE_CATEGORIES);
	load->seconds += now() - start;
	return status;
}

/* --- Sending ----------------------------------------------------------- */

static void entry_of(const struct rep_load *load,
		     const struct segward_repfile_entry *from,
		     struct entry *to)
{
	memset(to, 0, sizeof(*to));
	to->prefix.a.len = from->version == 4 ? 4 : 16;
	memcpy(to->prefix.a.addr, from->addr, to->prefix.a.len);
	to->prefix.bits = from->len;
	to->category = segward_repfile_category(load->files, from->category);
	to->score = from->score;
	to->timeout = (u64)from->timeout * 1000;
}

static int refused(const struct rep_load *load, const struct entry_batch *b,
		   const struct nl_error *error)
{
	const struct segward_repfile_entry *v;
	char s[PREFIX_STRLEN], reason[512];
	struct entry e;
	size_t nr;

	v = segward_repfile_entries(load->files, &nr);
	if (strncmp(error->attr, "entry", 5) || b->sent + error->index >= nr)
		return nl_fail(error);
	entry_of(load, &v[b->sent + error->index], &e);
	err_print("%s: %s.", prefix_format(&e.prefix, s),
		  nl_reason(error, reason, sizeof(reason)));
	return CLI_KERNEL;
}

static int send_entries(const struct rep_load *load, struct entry_batch *b)
{
	const struct segward_repfile_entry *v;
	struct nl_error error = { 0 };
	struct entry e;
	size_t i, nr;
	int err = 0;

	v = segward_repfile_entries(load->files, &nr);
	for (i = 0; !err && i < nr; i++) {
		if (!(i % SEGWARD_ENTRIES_MAX))
			progress("loading", i, nr, "entries");
		entry_of(load, &v[i], &e);
		err = batch_entry(b, &e, &error);
	}
	if (!err)
		err = batch_flush(b, &error);
	progress_end();
	return err ? refused(load, b, &error) : CLI_OK;
}

/* A feed that failed looks like this too, and nothing else shows it. */
static void warn_empty(const struct rep_load *load)
{
	size_t nr;

	segward_repfile_entries(load->files, &nr);
	if (!nr)
		warn_print("no entry was read, so source \"%s\" has none left and acts on no packet; load a list with entries to fill it again.",
			   load->source);
}

/**
 * rep_load_send() - give the kernel what was read
 * @load: read
 *
 * Prints why it failed, and warns of a source that is empty now. A load that
 * is not committed ends with the socket, or
 * with the next one that begins.
 *
 * Return: a cli_status.
 */
int rep_load_send(struct rep_load *load)
{
	struct entry_batch b = {
		.cmd	= SEGWARD_CMD_REPUTATION_NEW,
		.flags	= NLM_F_CREATE | NLM_F_REPLACE,
		.source	= load->source,
	};
	double start = now();
	struct nl_error error;
	int status;

	if (!load->append && reputation_begin(load->source, &b.load, &error))
		return nl_fail(&error);
	status = send_entries(load, &b);
	nl_free(&b.m);
	if (!load->append && !status && reputation_commit(b.load, &error))
		status = nl_fail(&error);
	else if (!load->append && status)
		reputation_abort(b.load);
	if (!load->append && !status)
		warn_empty(load);
	load->seconds += now() - start;
	return status;
}

static void print_loaded(const struct rep_load *load)
{
	const struct segward_repfile_counts *c;
	size_t nr;

	c = segward_repfile_counts(load->files);
	segward_repfile_entries(load->files, &nr);
	out_begin();
	out_object();
	out_kind_str(OUT_NAME, "source", "source ", load->source);
	out_u64("entries", " entries ", nr);
	out_u64("lines", " lines ", c->lines);
	out_u64("bad", c->bad ? " bad " : NULL, c->bad);
	out_u64("asn", c->asn ? " asn " : NULL, c->asn);
	out_u64("no_data", c->no_data ? " no-data " : NULL, c->no_data);
	out_u64("clamped", c->clamped ? " clamped " : NULL, c->clamped);
	out_double("seconds", " seconds ", load->seconds);
	out_object_end();
	out_end();
}

/** reputation_load() - the command. Return: a cli_status */
int reputation_load(struct args *args)
{
	struct rep_load load;
	int status;

	status = rep_load_parse(args, &load);
	if (!status)
		status = rep_load_read(&load);
	if (!status)
		status = rep_load_send(&load);
	if (!status)
		print_loaded(&load);
	rep_load_free(&load);
	return status;
}
