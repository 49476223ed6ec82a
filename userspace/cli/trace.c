// SPDX-License-Identifier: GPL-2.0
/*
 * segward trace: the way of single packets, step by step.
 */
#include <string.h>

#include "args.h"
#include "names.h"
#include "nl.h"
#include "objects.h"
#include "out.h"

struct filter {
	struct prefix src;
	struct prefix dst;
	u32 rate;
};

static int parse_src(struct args *args, const char *key, void *data)
{
	struct filter *f = data;

	return arg_prefix(args, key, &f->src);
}

static int parse_dst(struct args *args, const char *key, void *data)
{
	struct filter *f = data;

	return arg_prefix(args, key, &f->dst);
}

static int parse_rate(struct args *args, const char *key, void *data)
{
	struct filter *f = data;

	return arg_u32(args, key, 1, 10000, &f->rate);
}

static const struct keyword trace_keywords[] = {
	{ "src",	parse_src,		false },
	{ "dst",	parse_dst,		false },
	{ "rate",	parse_rate,		false },
	{ NULL,		NULL,			false },
};

static void print_step(u32 id, u32 step, const char *text)
{
	char s[16];

	snprintf(s, sizeof(s), "%08x", id);
	out_object();
	out_str("id", "trace id ", s);
	out_kind_str(OUT_NAME, "step", " ", step && step <= SEGWARD_STEP_MAX ?
		     segward_step_names[step] : "unknown");
	out_str("text", *text ? " " : NULL, text);
}

static int show(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[SEGWARD_A_TRACE_MAX + 1];
	u32 verdict, reason;

	(void)data;
	if (!nlh) {
		warn_print("steps were lost: they came faster than this program could print them.");
		return 0;
	}
	if (nl_cmd(nlh) != SEGWARD_CMD_TRACE_NTF)
		return 0;
	nl_parse(nlh, tb, SEGWARD_A_TRACE_MAX);
	verdict = nl_u32(tb[SEGWARD_A_TRACE_VERDICT]);
	reason = nl_u32(tb[SEGWARD_A_TRACE_REASON]);
	print_step(nl_u32(tb[SEGWARD_A_TRACE_ID]),
		   nl_u32(tb[SEGWARD_A_TRACE_STEP]),
		   nl_str(tb[SEGWARD_A_TRACE_TEXT]));
	out_u64("time", NULL, nl_u64(tb[SEGWARD_A_TRACE_TIME]));
	if (verdict && verdict <= SEGWARD_VERDICT_MAX)
		out_kind_str(verdict >= SEGWARD_VERDICT_DROP ? OUT_BAD :
			     OUT_GOOD, "verdict", " verdict ",
			     segward_verdict_names[verdict]);
	if (reason && reason <= SEGWARD_REASON_MAX)
		out_str("reason", " reason ", segward_reason_names[reason]);
	out_object_end();
	return 0;
}

static void put_prefix(struct nl_msg *m, u16 type, const struct prefix *p)
{
	size_t nest;

	if (!p->a.len)
		return;
	nest = nl_nest(m, type);
	nl_put_prefix(m, SEGWARD_A_PREFIX_ADDRESS, SEGWARD_A_PREFIX_PREFIX_LEN,
		      p);
	nl_nest_end(m, nest);
}

static int trace(struct args *args)
{
	struct filter f = { .rate = 0 };
	struct nl_msg m = { 0 };
	struct nl_error error;
	int err;

	if (arg_keywords(args, trace_keywords, &f))
		return CLI_USAGE;
	nl_begin(&m, SEGWARD_CMD_TRACE_SET, 0);
	put_prefix(&m, SEGWARD_A_TRACE_SRC, &f.src);
	put_prefix(&m, SEGWARD_A_TRACE_DST, &f.dst);
	if (f.rate)
		nl_put_u32(&m, SEGWARD_A_TRACE_RATE, f.rate);
	out_stream_begin();
	cli.pretty = false;
	err = nl_talk(&m, NULL, NULL, &error);
	nl_free(&m);
	if (!err)
		err = nl_listen(show, NULL, &error);
	return err ? nl_fail(&error) : CLI_OK;
}

static const struct command trace_commands[] = {
	{ "", trace, "[ src PREFIX ] [ dst PREFIX ] [ rate NUMBER ]" },
	{ NULL, NULL, NULL },
};

const struct object object_trace = {
	.name		= "trace",
	.commands	= trace_commands,
};
