// SPDX-License-Identifier: GPL-2.0
/*
 * Reputation: single entries. Whole files are loaded by load.c.
 */
#include <errno.h>
#include <string.h>

#include "load.h"
#include "out.h"
#include "reputation.h"
#include "vec.h"

/* --- Reading what the kernel sends ------------------------------------- */

static void entry_read(const struct nlattr *nest, struct entry *e)
{
	const struct nlattr *tb[SEGWARD_A_ENTRY_MAX + 1];

	memset(e, 0, sizeof(*e));
	nl_parse_nest(nest, tb, SEGWARD_A_ENTRY_MAX);
	nl_prefix(tb[SEGWARD_A_ENTRY_ADDRESS], tb[SEGWARD_A_ENTRY_PREFIX_LEN],
		  &e->prefix);
	e->category = intern(nl_str(tb[SEGWARD_A_ENTRY_CATEGORY]));
	e->source = intern(nl_str(tb[SEGWARD_A_ENTRY_SOURCE]));
	e->score = (u8)nl_u32(tb[SEGWARD_A_ENTRY_SCORE]);
	e->timeout = nl_u64(tb[SEGWARD_A_ENTRY_EXPIRES]);
}

static int entries_read(const struct nlmsghdr *nlh, void *data)
{
	struct entries *entries = data;
	const struct nlattr *a;

	nl_for_each(a, nlh)
		if (mnl_attr_get_type(a) == SEGWARD_A_REPUTATION_ENTRY)
			entry_read(a, VEC_ADD(entries->v, entries->nr));
	return 0;
}

static void entries_reset(void *data)
{
	entries_free(data);
}

/** entries_free() - free them */
void entries_free(struct entries *entries)
{
	free(entries->v);
	memset(entries, 0, sizeof(*entries));
}

/** entry_compare() - order by prefix, category and source, for qsort() */
int entry_compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int diff = prefix_compare(&x->prefix, &y->prefix);

	if (!diff && x->category != y->category)
		diff = strcmp(x->category, y->category);
	if (!diff && x->source != y->source)
		diff = strcmp(x->source, y->source);
	return diff;
}

/** entries_sort() - put them in order */
void entries_sort(struct entries *entries)
{
	if (entries->nr)
		qsort(entries->v, entries->nr, sizeof(*entries->v),
		      entry_compare);
}

/**
 * entries_get() - read entries
 * @entries: result, sorted; entries_free() frees it
 * @category: the only one wanted, or NULL
 * @source: the only one wanted, or NULL
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int entries_get(struct entries *entries, const char *category,
		const char *source, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	memset(entries, 0, sizeof(*entries));
	nl_begin(&m, SEGWARD_CMD_REPUTATION_GET, 0);
	if (category)
		nl_put_str(&m, SEGWARD_A_REPUTATION_CATEGORY, category);
	if (source)
		nl_put_str(&m, SEGWARD_A_REPUTATION_SOURCE, source);
	err = nl_dump(&m, entries_read, entries_reset, entries, error);
	nl_free(&m);
	if (category || source)
		nl_explain(error, -ENOENT,
			   "there is no such category or source");
	if (err)
		entries_free(entries);
	entries_sort(entries);
	return err;
}

/* --- Sending ----------------------------------------------------------- */

static void batch_begin(struct entry_batch *b)
{
	nl_begin(&b->m, b->cmd, b->flags);
	if (b->load)
		nl_put_u32(&b->m, SEGWARD_A_REPUTATION_LOAD, b->load);
	if (b->source)
		nl_put_str(&b->m, SEGWARD_A_REPUTATION_SOURCE, b->source);
}

/**
 * batch_flush() - send what is in a batch
 * @b: the batch
 * @error: why it failed; its index is that of the entry in the message, and
 *	@b->nr and @b->sent are as before the failure
 *
 * Return: 0 or a negative errno.
 */
int batch_flush(struct entry_batch *b, struct nl_error *error)
{
	int err;

	memset(error, 0, sizeof(*error));
	if (!b->nr)
		return 0;
	err = nl_talk(&b->m, NULL, NULL, error);
	if (err)
		return err;
	b->sent += b->nr;
	b->nr = 0;
	return 0;
}

/**
 * batch_entry() - put an entry into a batch; sends it when it is full
 * @b: the batch
 * @e: the entry; a category or source of NULL and a score of 0 are left out
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int batch_entry(struct entry_batch *b, const struct entry *e,
		struct nl_error *error)
{
	size_t nest;

	if (!b->nr)
		batch_begin(b);
	nest = nl_nest(&b->m, SEGWARD_A_REPUTATION_ENTRY);
	nl_put_prefix(&b->m, SEGWARD_A_ENTRY_ADDRESS,
		      SEGWARD_A_ENTRY_PREFIX_LEN, &e->prefix);
	if (e->category)
		nl_put_str(&b->m, SEGWARD_A_ENTRY_CATEGORY, e->category);
	if (e->score)
		nl_put_u32(&b->m, SEGWARD_A_ENTRY_SCORE, e->score);
	if (e->source)
		nl_put_str(&b->m, SEGWARD_A_ENTRY_SOURCE, e->source);
	if (e->timeout)
		nl_put_u64(&b->m, SEGWARD_A_ENTRY_TIMEOUT, e->timeout);
	nl_nest_end(&b->m, nest);
	b->nr++;
	return b->nr < SEGWARD_ENTRIES_MAX ? 0 : batch_flush(b, error);
}

static int load_handle(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[SEGWARD_A_REPUTATION_MAX + 1];

	nl_parse(nlh, tb, SEGWARD_A_REPUTATION_MAX);
	*(u32 *)data = nl_u32(tb[SEGWARD_A_REPUTATION_LOAD]);
	return 0;
}

/**
 * reputation_begin() - begin to replace all that a source says
 * @source: the source
 * @load: result, the handle
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int reputation_begin(const char *source, u32 *load, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, SEGWARD_CMD_REPUTATION_LOAD, 0);
	nl_put_str(&m, SEGWARD_A_REPUTATION_SOURCE, source);
	err = nl_talk(&m, load_handle, load, error);
	nl_free(&m);
	return err;
}

/**
 * reputation_commit() - let what was loaded take the place of what was
 * @load: the handle
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int reputation_commit(u32 load, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, SEGWARD_CMD_REPUTATION_LOAD, 0);
	nl_put_u32(&m, SEGWARD_A_REPUTATION_LOAD, load);
	nl_put_flag(&m, SEGWARD_A_REPUTATION_COMMIT);
	err = nl_talk(&m, NULL, NULL, error);
	nl_free(&m);
	return err;
}

/** reputation_abort() - forget what was loaded */
void reputation_abort(u32 load)
{
	struct nl_msg m = { 0 };
	struct nl_error error;

	nl_begin(&m, SEGWARD_CMD_REPUTATION_LOAD, 0);
	nl_put_u32(&m, SEGWARD_A_REPUTATION_LOAD, load);
	nl_put_flag(&m, SEGWARD_A_REPUTATION_ABORT);
	nl_talk(&m, NULL, NULL, &error);
	nl_free(&m);
}

/** reputation_flush_source() - delete all that a source says */
int reputation_flush_source(const char *source, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, SEGWARD_CMD_REPUTATION_DEL, 0);
	nl_put_str(&m, SEGWARD_A_REPUTATION_SOURCE, source);
	err = nl_talk(&m, NULL, NULL, error);
	nl_free(&m);
	return err;
}

/* --- Printing ---------------------------------------------------------- */

/**
 * entry_print() - print an entry as reputation add reads it
 * @e: the entry
 */
void entry_print(const struct entry *e)
{
	char s[PREFIX_STRLEN], t[64];

	out_object();
	out_kind_str(OUT_ADDRESS, "prefix", "", prefix_format(&e->prefix, s));
	out_str("category", " category ", e->category);
	out_u64("score", " score ", e->score);
	if (e->timeout) {
		format_duration(e->timeout, t, sizeof(t));
		out_str(NULL, " timeout ", t);
		out_u64("expires", NULL, e->timeout);
	}
	out_kind_str(OUT_NAME, "source", " source ", e->source);
	out_object_end();
}

static void entries_print(const struct entries *entries)
{
	size_t i;

	out_begin();
	for (i = 0; i < entries->nr; i++)
		entry_print(&entries->v[i]);
	out_end();
}

/** entries_save() - print the commands that make entries again */
void entries_save(const struct entries *entries)
{
	size_t i;

	for (i = 0; i < entries->nr; i++) {
		out_text("reputation replace ");
		entry_print(&entries->v[i]);
	}
}

/* --- Parsing ----------------------------------------------------------- */

static int parse_category(struct args *args, const char *key, void *data)
{
	struct entry *e = data;
	name_t name;

	if (arg_label(args, key, name))
		return CLI_USAGE;
	e->category = intern(name);
	return CLI_OK;
}

static int parse_source(struct args *args, const char *key, void *data)
{
	struct entry *e = data;
	name_t name;

	if (arg_label(args, key, name))
		return CLI_USAGE;
	e->source = intern(name);
	return CLI_OK;
}

static int parse_score(struct args *args, const char *key, void *data)
{
	struct entry *e = data;
	u32 score;

	if (arg_u32(args, key, 1, 100, &score))
		return CLI_USAGE;
	e->score = (u8)score;
	return CLI_OK;
}

static int parse_timeout(struct args *args, const char *key, void *data)
{
	struct entry *e = data;

	return arg_duration(args, key, &e->timeout);
}

static const struct keyword entry_keywords[] = {
	{ "category",	parse_category,		false },
	{ "score",	parse_score,		false },
	{ "timeout",	parse_timeout,		false },
	{ "source",	parse_source,		false },
	{ NULL,		NULL,			false },
};

/**
 * entry_parse() - read the words behind reputation add
 * @args: the words
 * @e: result
 *
 * Return: a cli_status.
 */
int entry_parse(struct args *args, struct entry *e)
{
	memset(e, 0, sizeof(*e));
	if (arg_prefix(args, "PREFIX", &e->prefix) ||
	    arg_keywords(args, entry_keywords, e))
		return CLI_USAGE;
	if (!e->category)
		return err_required("category");
	if (!e->score)
		return err_required("score");
	return e->source ? CLI_OK : err_required("source");
}

/* --- Commands ---------------------------------------------------------- */

/* Batch files add many entries one by one: keep the message's memory. */
static int send_one(const struct entry *e, u8 cmd, u16 flags)
{
	static struct entry_batch b;
	struct nl_error error;
	int err;

	b.cmd = cmd;
	b.flags = flags;
	b.nr = 0;
	err = batch_entry(&b, e, &error);
	if (!err)
		err = batch_flush(&b, &error);
	return err ? nl_fail(&error) : CLI_OK;
}

static int reputation_add(struct args *args)
{
	struct entry e;

	if (entry_parse(args, &e))
		return CLI_USAGE;
	return send_one(&e, SEGWARD_CMD_REPUTATION_NEW,
			NLM_F_CREATE | NLM_F_EXCL);
}

static int reputation_replace(struct args *args)
{
	struct entry e;

	if (entry_parse(args, &e))
		return CLI_USAGE;
	return send_one(&e, SEGWARD_CMD_REPUTATION_NEW,
			NLM_F_CREATE | NLM_F_REPLACE);
}

static const struct keyword key_keywords[] = {
	{ "category",	parse_category,		false },
	{ "source",	parse_source,		false },
	{ NULL,		NULL,			false },
};

static int reputation_del(struct args *args)
{
	struct entry e = { .score = 0 };

	if (arg_prefix(args, "PREFIX", &e.prefix) ||
	    arg_keywords(args, key_keywords, &e))
		return CLI_USAGE;
	return send_one(&e, SEGWARD_CMD_REPUTATION_DEL, 0);
}

static const struct keyword source_keywords[] = {
	{ "source",	parse_source,		false },
	{ NULL,		NULL,			false },
};

static int reputation_flush(struct args *args)
{
	struct entry e = { .score = 0 };
	struct nl_error error;

	if (arg_keywords(args, source_keywords, &e))
		return CLI_USAGE;
	if (!e.source)
		return err_required("source");
	return reputation_flush_source(e.source, &error) ? nl_fail(&error) :
		CLI_OK;
}

static int reputation_show(struct args *args)
{
	struct entry e = { .score = 0 };
	struct entries entries;
	struct nl_error error;

	if (arg_keywords(args, key_keywords, &e))
		return CLI_USAGE;
	if (entries_get(&entries, e.category, e.source, &error))
		return nl_fail(&error);
	entries_print(&entries);
	entries_free(&entries);
	return CLI_OK;
}

static const struct {
	u32 attr;
	const char *key;
	const char *label;
} totals[] = {
	{ SEGWARD_A_REPUTATION_ENTRIES, "entries", "entries " },
	{ SEGWARD_A_REPUTATION_ENTRIES_IPV4, "entries_ipv4", " ipv4 " },
	{ SEGWARD_A_REPUTATION_ENTRIES_IPV6, "entries_ipv6", " ipv6 " },
	{ SEGWARD_A_REPUTATION_ENTRIES_MAX, "entries_max", " of " },
	{ SEGWARD_A_REPUTATION_MEMORY, "memory", " memory " },
	{ SEGWARD_A_REPUTATION_ADDED, "added", " added " },
	{ SEGWARD_A_REPUTATION_DELETED, "deleted", " deleted " },
	{ SEGWARD_A_REPUTATION_EXPIRED, "expired", " expired " },
};

static int totals_print(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[SEGWARD_A_REPUTATION_MAX + 1];
	unsigned int i;

	(void)data;
	nl_parse(nlh, tb, SEGWARD_A_REPUTATION_MAX);
	out_begin();
	out_object();
	for (i = 0; i < ARRAY_SIZE(totals); i++)
		if (tb[totals[i].attr])
			out_u64(totals[i].key, totals[i].label,
				nl_u64(tb[totals[i].attr]));
	out_object_end();
	out_end();
	return 0;
}

static int get_totals(void)
{
	struct nl_msg m = { 0 };
	struct nl_error error;
	int err;

	nl_begin(&m, SEGWARD_CMD_REPUTATION_GET, 0);
	err = nl_talk(&m, totals_print, NULL, &error);
	nl_free(&m);
	return err ? nl_fail(&error) : CLI_OK;
}

static int reputation_get(struct args *args)
{
	struct entries entries = { 0 };
	struct nl_msg m = { 0 };
	struct nl_error error;
	struct address a;
	int err;

	if (!arg_peek(args))
		return get_totals();
	if (arg_address(args, "ADDRESS", &a) || arg_end(args))
		return CLI_USAGE;
	nl_begin(&m, SEGWARD_CMD_REPUTATION_GET, 0);
	nl_put(&m, SEGWARD_A_REPUTATION_ADDRESS, a.addr, a.len);
	err = nl_talk(&m, entries_read, &entries, &error);
	nl_free(&m);
	if (!err) {
		entries_sort(&entries);
		entries_print(&entries);
	}
	entries_free(&entries);
	return err ? nl_fail(&error) : CLI_OK;
}

static const struct command reputation_commands[] = {
	{ "add", reputation_add, NULL },
	{ "replace", reputation_replace,
	  "PREFIX category CATEGORY score SCORE [ timeout TIME ] source SOURCE" },
	{ "del", reputation_del,
	  "PREFIX [ category CATEGORY ] [ source SOURCE ]" },
	{ "flush", reputation_flush, "source SOURCE" },
	{ "get", reputation_get, "[ ADDRESS ]" },
	{ "show", reputation_show, "[ category CATEGORY ] [ source SOURCE ]" },
	{ "load", reputation_load,
	  "FILE... source SOURCE [ category CATEGORY ] [ score SCORE ] [ timeout TIME ] [ format FORMAT ] [ skip-bad ] [ append ]"
},
	{ NULL, NULL, NULL },
};

static const struct production reputation_productions[] = {
	{ "FORMAT", "{ auto | plain | ipset | iprep | drop }" },
	{ NULL, NULL },
};

const struct object object_reputation = {
	.name		= "reputation",
	.commands	= reputation_commands,
	.productions	= reputation_productions,
	.bare		= "show",
};
