// SPDX-License-Identifier: GPL-2.0
/*
 * SIDs.
 */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#include "link.h"
#include "names.h"
#include "out.h"
#include "sid_action.h"
#include "sid_argument.h"
#include "sid_return.h"

/* --- Printing ------------------------------------------------------------ */

/**
 * drops_print() - print the reasons that are not zero
 * @key: JSON key
 * @label: text in front of each, on a line of its own
 * @drops: the counters
 */
void drops_print(const char *key, const char *label,
		 const struct drops *drops)
{
	unsigned int i;

	out_array(key);
	for (i = 0; i <= SEGWARD_REASON_MAX; i++) {
		if (!drops->packets[i])
			continue;
		out_line();
		out_nest("");
		out_str("reason", label, segward_reason_names[i]);
		out_u64("packets", " packets ", drops->packets[i]);
		out_nest_end();
	}
	out_array_end();
}

static void print_domain(const struct sid *sid)
{
	char s[PREFIX_STRLEN];
	unsigned int i;

	out_u64("zone", sid->zone ? " zone " : NULL, sid->zone);
	if (sid->vrf)
		out_kind_str(OUT_NAME, "vrf", " vrf ", link_name(sid->vrf, s));
	if (sid->iif)
		out_kind_str(OUT_NAME, "iif", " iif ", link_name(sid->iif, s));
	if (sid->hmac)
		out_u64("hmac", " hmac ", sid->hmac);
	out_array("allow_src");
	for (i = 0; i < sid->nr_allow; i++)
		out_kind_str(OUT_ADDRESS, "", " allow-src ",
			     prefix_format(&sid->allow[i], s));
	out_array_end();
}

/* Where the route goes without a word: the table of the SID's L3 domain. */
static u32 default_table(u32 vrf)
{
	static u32 last_vrf, last_table;

	if (!vrf)
		return RT_TABLE_MAIN;
	if (vrf != last_vrf) {
		last_vrf = vrf;
		if (link_vrf_table(vrf, &last_table))
			last_table = 0;
	}
	return last_table;
}

static void print_route(const struct sid *sid)
{
	bool table = sid->route_table != default_table(sid->vrf);
	char s[32];

	out_flag("noroute", " noroute", sid->noroute);
	if (sid->noroute)
		return;
	out_str("route_table", table ? " table " : NULL,
		link_table_name(sid->route_table, s));
	out_u64("route_metric", sid->route_metric != ROUTE_METRIC ?
		" metric " : NULL, sid->route_metric);
}

static void print_counters(const struct sid *sid)
{
	out_line();
	out_u64("packets", "packets ", sid->packets);
	out_u64("bytes", " bytes ", sid->bytes);
	out_u64("errors", " errors ", sid->errors);
	out_u64("forwarded", " forwarded ", sid->forwarded);
	out_u64("upper", " upper ", sid->upper);
	if (cli.details || cli.json)
		out_u64("upper_streak", " upper-streak ", sid->upper_streak);
	drops_print("drop", "drop ", &sid->drops);
}

static void print_details(const struct sid *sid)
{
	if (!sid->vrf && !sid->iif && !sid->oif)
		return;
	out_line();
	if (sid->vrf)
		out_u64("vrf_index", "vrf-index ", sid->vrf);
	if (sid->iif)
		out_u64("iif_index", sid->vrf ? " iif-index " : "iif-index ",
			sid->iif);
	if (sid->oif)
		out_u64("oif_index", sid->vrf || sid->iif ? " oif-index " :
			"oif-index ", sid->oif);
}

static void print_settings(const struct sid *sid)
{
	sid_action_print(sid);
	if (*sid->profile)
		out_kind_str(OUT_NAME, "profile", " profile ", sid->profile);
	sid_argument_print(sid);
	sid_return_print(sid);
	print_domain(sid);
	print_route(sid);
}

/** sid_print_fields() - print a SID as sid add reads it, without the frame */
void sid_print_fields(const struct sid *sid)
{
	char s[PREFIX_STRLEN];

	out_kind_str(OUT_ADDRESS, "prefix", "", prefix_format(&sid->prefix, s));
	print_settings(sid);
	if (cli.details)
		print_details(sid);
	if (cli.stats)
		print_counters(sid);
}

/** sid_print() - print a SID as an object of its own */
void sid_print(const struct sid *sid)
{
	out_object();
	sid_print_fields(sid);
	out_object_end();
}

/** sids_save() - print the commands that make SIDs again */
void sids_save(const struct sids *sids)
{
	unsigned int i;

	for (i = 0; i < sids->nr; i++) {
		out_text("sid replace ");
		sid_print(&sids->v[i]);
	}
}

/* --- Parsing ------------------------------------------------------------- */

static int parse_profile(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_name(args, key, sid->profile);
}

static int parse_zone(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_u32(args, key, 0, UINT32_MAX, &sid->zone);
}

static int parse_vrf(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_vrf(args, key, &sid->vrf);
}

static int parse_iif(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_device(args, key, &sid->iif);
}

static int parse_hmac(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_u32(args, key, 1, UINT32_MAX, &sid->hmac);
}

static int parse_allow(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	if (sid->nr_allow == SID_ALLOW_MAX)
		return err_argument("a SID has at most 64 of them", key);
	return arg_prefix6(args, key, &sid->allow[sid->nr_allow++]);
}

static int parse_route_table(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_table(args, key, &sid->route_table);
}

static int parse_metric(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_u32(args, key, 1, ROUTE_METRIC_MAX, &sid->route_metric);
}

static int parse_noroute(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	(void)args;
	(void)key;
	sid->noroute = true;
	return CLI_OK;
}

static const struct keyword sid_keywords[] = {
	{ "action",	sid_action_parse,	false },
	{ "profile",	parse_profile,		false },
	{ "zone",	parse_zone,		false },
	{ "vrf",	parse_vrf,		false },
	{ "iif",	parse_iif,		false },
	{ "nh6",	sid_action_nh6,		false },
	{ "nh4",	sid_action_nh4,		false },
	{ "oif",	sid_action_oif,		false },
	{ "vrftable",	sid_action_vrftable,	false },
	{ "flavors",	sid_action_flavors,	false },
	{ "lblen",	sid_action_lblen,	false },
	{ "nflen",	sid_action_nflen,	false },
	{ "argument",	sid_argument_parse,	true },
	{ "argument-offset", sid_argument_offset, false },
	{ "argument-len", sid_argument_len,	false },
	{ "return",	sid_return_parse,	false },
	{ "hmac",	parse_hmac,		false },
	{ "allow-src",	parse_allow,		true },
	{ "table",	parse_route_table,	false },
	{ "metric",	parse_metric,		false },
	{ "noroute",	parse_noroute,		false },
	{ NULL,		NULL,			false },
};

static int check_route(struct sid *sid)
{
	if (sid->noroute && (sid->route_table || sid->route_metric))
		return err_argument("a SID has a route or has none",
				    "noroute");
	if (sid->noroute)
		return CLI_OK;
	if (!sid->route_table)
		sid->route_table = default_table(sid->vrf);
	if (!sid->route_metric)
		sid->route_metric = ROUTE_METRIC;
	return CLI_OK;
}

/* A prefix of length 0 would be every packet of the node. */
static int parse_prefix(struct args *args, struct sid *sid)
{
	const char *word = arg_peek(args);

	if (arg_prefix6(args, "PREFIX", &sid->prefix))
		return CLI_USAGE;
	return sid->prefix.bits ? CLI_OK :
		err_argument("a SID has at least one bit", word);
}

/**
 * sid_parse() - read the words behind sid add
 * @args: the words
 * @sid: result
 *
 * Return: a cli_status.
 */
int sid_parse(struct args *args, struct sid *sid)
{
	memset(sid, 0, sizeof(*sid));
	if (parse_prefix(args, sid) || arg_keywords(args, sid_keywords, sid) ||
	    sid_action_check(sid) || sid_argument_check(sid))
		return CLI_USAGE;
	return check_route(sid);
}

/* --- Commands ------------------------------------------------------------ */

static int sid_add(struct args *args)
{
	struct sid sid;
	int status;

	if (sid_parse(args, &sid))
		return CLI_USAGE;
	if (cli.details)
		out_begin();
	status = sid_commit(&sid, NULL);
	if (cli.details)
		out_end();
	return status;
}

static int sid_replace(struct args *args)
{
	struct nl_error error;
	struct sid sid, old;
	int err, status;

	if (sid_parse(args, &sid))
		return CLI_USAGE;
	err = sid_get_one(&sid, &old, &error);
	if (err && err != -ENOENT)
		return nl_fail(&error);
	/* The module may be absent, which is no entry either. */
	if (err && nl_open(NL_SEGWARD, &error))
		return nl_fail(&error);
	if (cli.details)
		out_begin();
	status = sid_commit(&sid, err ? NULL : &old);
	if (cli.details)
		out_end();
	return status;
}

static const struct keyword key_keywords[] = {
	{ "vrf",	parse_vrf,		false },
	{ NULL,		NULL,			false },
};

static int sid_del(struct args *args)
{
	struct nl_error error;
	struct sid key = { 0 }, sid;

	if (parse_prefix(args, &key) || arg_keywords(args, key_keywords, &key))
		return CLI_USAGE;
	if (sid_get_one(&key, &sid, &error))
		return nl_fail(&error);
	return sid_remove(&sid);
}

static int parse_filter_action(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_enum(args, key, sid_action_words, SEGWARD_ACTION_MAX + 1,
			&sid->action);
}

static const struct keyword filter_keywords[] = {
	{ "vrf",	parse_vrf,		false },
	{ "profile",	parse_profile,		false },
	{ "action",	parse_filter_action,	false },
	{ NULL,		NULL,			false },
};

static bool filter_match(const struct sid *filter, const struct sid *sid)
{
	return (!filter->prefix.a.len ||
		!prefix_compare(&filter->prefix, &sid->prefix)) &&
	       (!filter->vrf || filter->vrf == sid->vrf) &&
	       (!filter->action || filter->action == sid->action) &&
	       (!*filter->profile || !strcmp(filter->profile, sid->profile) ||
		sid_argument_selects(sid, filter->profile));
}

/* [ PREFIX ] and keywords: the SIDs that they mean. */
static int filter_parse(struct args *args, struct sid *filter)
{
	const struct keyword *k = filter_keywords;
	const char *word = arg_peek(args);

	memset(filter, 0, sizeof(*filter));
	while (word && k->name && strcmp(k->name, word))
		k++;
	if (word && !k->name && parse_prefix(args, filter))
		return CLI_USAGE;
	return arg_keywords(args, filter_keywords, filter);
}

static int sids_filtered(struct args *args, struct sids *sids)
{
	struct nl_error error;
	unsigned int i, n = 0;
	struct sid filter;
	char s[PREFIX_STRLEN];

	if (filter_parse(args, &filter))
		return CLI_USAGE;
	if (sids_get(sids, &error))
		return nl_fail(&error);
	for (i = 0; i < sids->nr; i++)
		if (filter_match(&filter, &sids->v[i]))
			sids->v[n++] = sids->v[i];
	sids->nr = n;
	if (n || !filter.prefix.a.len)
		return CLI_OK;
	err_print("sid %s does not exist.", prefix_format(&filter.prefix, s));
	sids_free(sids);
	return CLI_KERNEL;
}

static int sid_show(struct args *args)
{
	struct sids sids;
	unsigned int i;
	int status;

	status = sids_filtered(args, &sids);
	if (status)
		return status;
	out_begin();
	for (i = 0; i < sids.nr; i++)
		sid_print(&sids.v[i]);
	out_end();
	sids_free(&sids);
	return CLI_OK;
}

static int sid_save(struct args *args)
{
	struct sids sids;
	int status;

	cli_plain();
	status = sids_filtered(args, &sids);
	if (status)
		return status;
	sids_save(&sids);
	sids_free(&sids);
	return CLI_OK;
}

static int sid_flush(struct args *args)
{
	struct sids sids;
	unsigned int i;
	int status;

	status = sids_filtered(args, &sids);
	for (i = 0; !status && i < sids.nr; i++)
		status = sid_remove(&sids.v[i]);
	if (!status || i)
		sids_free(&sids);
	return status;
}

/* --- sid get ------------------------------------------------------------- */

struct query {
	struct address address;
	u8 source[16];
	bool has_source;
	u32 ingress;
	u32 vrf;
	struct sid sid;
	u32 reason;
	name_t selected;
};

static int parse_from(struct args *args, const char *key, void *data)
{
	struct query *q = data;

	q->has_source = true;
	return arg_address6(args, key, q->source);
}

static int parse_ingress(struct args *args, const char *key, void *data)
{
	struct query *q = data;

	return arg_device(args, key, &q->ingress);
}

static int parse_query_vrf(struct args *args, const char *key, void *data)
{
	struct query *q = data;

	return arg_vrf(args, key, &q->vrf);
}

static const struct keyword query_keywords[] = {
	{ "from",	parse_from,		false },
	{ "iif",	parse_ingress,		false },
	{ "vrf",	parse_query_vrf,	false },
	{ NULL,		NULL,			false },
};

static int query_read(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *tb[SEGWARD_A_SID_MAX + 1];
	struct query *q = data;

	sid_read(nlh, &q->sid);
	nl_parse(nlh, tb, SEGWARD_A_SID_MAX);
	q->reason = nl_u32(tb[SEGWARD_A_SID_REASON]);
	nl_str_copy(tb[SEGWARD_A_SID_SELECTED_PROFILE], q->selected,
		    sizeof(q->selected));
	return 0;
}

/* The bits behind the prefix, as events write them; nothing behind a /128. */
static void argument(const struct query *q, char *s)
{
	unsigned int bits = q->sid.prefix.bits, i;
	char hex[2 * 16 + 1];
	u8 a[16];

	*s = '\0';
	if (bits == 128)
		return;
	memcpy(a, q->address.addr, sizeof(a));
	for (i = 0; i < bits; i++)
		a[i / 8] &= ~(0x80 >> (i % 8));
	for (i = 0; i < sizeof(a); i++)
		sprintf(hex + 2 * i, "%02x", a[i]);
	i = (unsigned int)strspn(hex, "0");
	sprintf(s, "0x%s", hex[i] ? hex + i : "0");
}

static void query_print(const struct query *q)
{
	char s[PREFIX_STRLEN];

	out_begin();
	out_object();
	out_kind_str(OUT_ADDRESS, "address", "",
		     address_format(&q->address, s));
	out_kind_str(OUT_ADDRESS, "prefix", " sid ",
		     prefix_format(&q->sid.prefix, s));
	print_settings(&q->sid);
	argument(q, s);
	out_str("argument", *s ? " argument " : NULL, s);
	if (*q->selected)
		out_kind_str(OUT_NAME, "selected_profile", " selects ",
			     q->selected);
	out_flag("refused", NULL, q->reason != 0);
	if (q->reason && q->reason <= SEGWARD_REASON_MAX)
		out_kind_str(OUT_BAD, "reason", " refused ",
			     segward_reason_names[q->reason]);
	out_object_end();
	out_end();
}

static int sid_get(struct args *args)
{
	struct query q = { 0 };
	struct nl_msg m = { 0 };
	struct nl_error error;
	int err;

	q.address.len = 16;
	if (arg_address6(args, "ADDRESS", q.address.addr) ||
	    arg_keywords(args, query_keywords, &q))
		return CLI_USAGE;
	nl_begin(&m, SEGWARD_CMD_SID_GET, 0);
	nl_put(&m, SEGWARD_A_SID_ADDRESS, q.address.addr, 16);
	if (q.has_source)
		nl_put(&m, SEGWARD_A_SID_SOURCE, q.source, sizeof(q.source));
	if (q.ingress)
		nl_put_u32(&m, SEGWARD_A_SID_INGRESS, q.ingress);
	if (q.vrf)
		nl_put_u32(&m, SEGWARD_A_SID_VRF, q.vrf);
	err = nl_talk(&m, query_read, &q, &error);
	nl_free(&m);
	if (err)
		return nl_fail(&error);
	query_print(&q);
	return CLI_OK;
}

static const struct command sid_commands[] = {
	{ "add", sid_add, NULL },
	{ "replace", sid_replace,
	  "PREFIX action ACTION [ flavors FLAVORS ] [ lblen NUMBER ] [ nflen NUMBER ] [ profile PROFILE ] [ argument VALUE=PROFILE ]... [ argument-offset NUMBER ] [ argument-len NUMBER ] [ return WAY ] [ zone NUMBER ] [ vrf VRF ] [ iif DEV ] [ hmac KEYID ] [ allow-src PREFIX ]... [ table TABLE ] [ metric NUMBER ] [ noroute ]"
},
	{ "del", sid_del, "PREFIX [ vrf VRF ]" },
	{ "show", sid_show, NULL },
	{ "save", sid_save, NULL },
	{ "flush", sid_flush,
	  "[ PREFIX ] [ vrf VRF ] [ profile PROFILE ] [ action NAME ]" },
	{ "get", sid_get, "ADDRESS [ from ADDRESS ] [ iif DEV ] [ vrf VRF ]" },
	{ NULL, NULL, NULL },
};

static const struct production sid_productions[] = {
	{ "ACTION",
	  "{ End | End.AN | End.X nh6 ADDRESS [ oif DEV ] | End.T table TABLE | End.DX4 nh4 ADDRESS oif DEV | End.DX6 nh6 ADDRESS oif DEV | End.DT4 LOOKUP | End.DT6 LOOKUP | End.DT46 LOOKUP }"
},
	{ "LOOKUP", "{ table TABLE | vrftable TABLE }" },
	{ "WAY", "{ table TABLE | vrf VRF | segs SEGMENTS }" },
	{ "NAME",
	  "{ End | End.AN | End.X | End.T | End.DX4 | End.DX6 | End.DT4 | End.DT6 | End.DT46 }" },
	{ NULL, NULL },
};

const struct object object_sid = {
	.name		= "sid",
	.commands	= sid_commands,
	.productions	= sid_productions,
	.bare		= "show",
};
