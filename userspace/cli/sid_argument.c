// SPDX-License-Identifier: GPL-2.0
/*
 * Profiles by argument of a SID.
 *
 * DOC: the values are kept as the text that the command line would have for
 * them, "0x10=iot 0x20=v2x", in order of the values and interned: few SIDs have
 * any, many have the same, and equal ones are the same pointer.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "reputation.h"
#include "sid_argument.h"

/* The kernel's limit too. */
#define ARGUMENTS_MAX	256

/* "0x" and eight digits, "=", a name, and a space or the end. */
#define ITEM_SIZE	(2 + 8 + 1 + sizeof(name_t))

struct argument {
	u32 value;
	name_t profile;
};

struct arguments {
	unsigned int nr;
	struct argument v[ARGUMENTS_MAX];
};

static void unpack(const char *text, struct arguments *arguments)
{
	struct argument *a;
	int n;

	arguments->nr = 0;
	while (text && *text && arguments->nr < ARGUMENTS_MAX) {
		a = &arguments->v[arguments->nr++];
		if (sscanf(text, "%x=%31[^ ]%n", &a->value, a->profile,
			   &n) != 2)
			return;
		text += n + (text[n] == ' ');
	}
}

static const char *pack(const struct arguments *arguments)
{
	char text[ARGUMENTS_MAX * ITEM_SIZE + 1];
	size_t len = 0;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < arguments->nr; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s0x%x=%s", i ? " " : "",
					arguments->v[i].value,
					arguments->v[i].profile);
	return i ? intern(text) : NULL;
}

/* Return: -EEXIST if the value is there, -E2BIG if there are too many. */
static int insert(struct arguments *arguments, const struct argument *a)
{
	unsigned int i = arguments->nr;

	while (i && arguments->v[i - 1].value >= a->value)
		i--;
	if (i < arguments->nr && arguments->v[i].value == a->value)
		return -EEXIST;
	if (arguments->nr == ARGUMENTS_MAX)
		return -E2BIG;
	memmove(&arguments->v[i + 1], &arguments->v[i],
		(arguments->nr - i) * sizeof(*a));
	arguments->v[i] = *a;
	arguments->nr++;
	return 0;
}

/** sid_argument_print() - print the values as sid add reads them */
void sid_argument_print(const struct sid *sid)
{
	struct arguments arguments;
	char label[32];
	unsigned int i;

	if (!sid->arguments)
		return;
	unpack(sid->arguments, &arguments);
	out_u64("argument_offset", sid->argument_offset ? " argument-offset " :
		NULL, sid->argument_offset);
	out_u64("argument_len", " argument-len ", sid->argument_len);
	out_array("arguments");
	for (i = 0; i < arguments.nr; i++) {
		out_nest("");
		out_u64("value", NULL, arguments.v[i].value);
		snprintf(label, sizeof(label), " argument 0x%x=",
			 arguments.v[i].value);
		out_kind_str(OUT_NAME, "profile", label,
			     arguments.v[i].profile);
		out_nest_end();
	}
	out_array_end();
}

/**
 * sid_argument_profile() - the profile of a value
 * @sid: the SID
 * @i: which value, counted from 0
 * @profile: result
 *
 * Return: whether there are so many values.
 */
bool sid_argument_profile(const struct sid *sid, unsigned int i, name_t profile)
{
	struct arguments arguments;

	unpack(sid->arguments, &arguments);
	if (i >= arguments.nr)
		return false;
	memcpy(profile, arguments.v[i].profile, sizeof(name_t));
	return true;
}

/** sid_argument_selects() - has a value of the argument this profile? */
bool sid_argument_selects(const struct sid *sid, const char *profile)
{
	unsigned int i;
	name_t name;

	for (i = 0; sid_argument_profile(sid, i, name); i++)
		if (!strcmp(name, profile))
			return true;
	return false;
}

/* --- Parsing ------------------------------------------------------------- */

static int parse_item(const char *word, struct argument *a)
{
	const char *equals = strchr(word, '=');
	char value[32];
	struct args rest;
	char *profile;
	u64 v;

	if (!equals || equals - word >= (long)sizeof(value))
		return err_argument("VALUE=PROFILE is wanted", word);
	memcpy(value, word, (size_t)(equals - word));
	value[equals - word] = '\0';
	if (parse_number(value, 0, UINT32_MAX, &v))
		return err_argument("the value is a number of at most 32 bits",
				    word);
	a->value = (u32)v;
	profile = (char *)equals + 1;
	rest = (struct args) { .argv = &profile, .argc = 1 };
	return arg_name(&rest, "argument", a->profile);
}

int sid_argument_parse(struct args *args, const char *key, void *data)
{
	struct arguments arguments;
	struct sid *sid = data;
	struct argument a;
	const char *word;

	if (arg_need(args, &word) || parse_item(word, &a))
		return CLI_USAGE;
	unpack(sid->arguments, &arguments);
	switch (insert(&arguments, &a)) {
	case -EEXIST:
		return err_argument("this value has a profile already", word);
	case -E2BIG:
		return err_argument("a SID has at most 256 of them", key);
	default:
		sid->arguments = pack(&arguments);
		return CLI_OK;
	}
}

int sid_argument_offset(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_u32(args, key, 0, 126, &sid->argument_offset);
}

int sid_argument_len(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_u32(args, key, 1, 32, &sid->argument_len);
}

/**
 * sid_argument_check() - do the words about the argument suit each other?
 * @sid: as the words said; how many bits count is filled in
 *
 * What depends on the prefix is the kernel's to refuse.
 *
 * Return: a cli_status.
 */
int sid_argument_check(struct sid *sid)
{
	u32 bits = 128 - sid->prefix.bits;

	if (!sid->arguments && sid->argument_offset)
		return err_argument("there are no argument values to which this belongs",
				    "argument-offset");
	if (!sid->arguments && sid->argument_len)
		return err_argument("there are no argument values to which this belongs",
				    "argument-len");
	if (sid->arguments && !sid->argument_len &&
	    bits > sid->argument_offset && bits - sid->argument_offset <= 32)
		sid->argument_len = bits - sid->argument_offset;
	return CLI_OK;
}

/* --- Netlink --------------------------------------------------------------- */

/** sid_argument_read() - read them of a message with a SID */
void sid_argument_read(const struct nlmsghdr *nlh, struct sid *sid)
{
	const struct nlattr *a, *tb[SEGWARD_A_ARGUMENT_MAX + 1];
	struct arguments arguments = { 0 };
	struct argument item;

	nl_for_each(a, nlh) {
		if (mnl_attr_get_type(a) != SEGWARD_A_SID_ARGUMENT)
			continue;
		nl_parse_nest(a, tb, SEGWARD_A_ARGUMENT_MAX);
		item.value = nl_u32(tb[SEGWARD_A_ARGUMENT_VALUE]);
		nl_str_copy(tb[SEGWARD_A_ARGUMENT_PROFILE], item.profile,
			    sizeof(item.profile));
		insert(&arguments, &item);
	}
	sid->arguments = pack(&arguments);
}

/** sid_argument_put() - write them */
void sid_argument_put(struct nl_msg *m, const struct sid *sid)
{
	struct arguments arguments;
	unsigned int i;
	size_t nest;

	unpack(sid->arguments, &arguments);
	for (i = 0; i < arguments.nr; i++) {
		nest = nl_nest(m, SEGWARD_A_SID_ARGUMENT);
		nl_put_u32(m, SEGWARD_A_ARGUMENT_VALUE, arguments.v[i].value);
		nl_put_str(m, SEGWARD_A_ARGUMENT_PROFILE,
			   arguments.v[i].profile);
		nl_nest_end(m, nest);
	}
	if (sid->argument_offset)
		nl_put_u32(m, SEGWARD_A_SID_ARGUMENT_OFFSET,
			   sid->argument_offset);
	if (sid->argument_len)
		nl_put_u32(m, SEGWARD_A_SID_ARGUMENT_LEN, sid->argument_len);
}
