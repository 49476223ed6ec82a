// SPDX-License-Identifier: GPL-2.0
/*
 * What a SID does.
 */
#include <stdio.h>
#include <string.h>

#include "link.h"
#include "names.h"
#include "out.h"
#include "sid_action.h"

/* The RFC's names; the specification writes them in lower case. */
const char * const sid_action_words[SEGWARD_ACTION_MAX + 1] = {
	[SEGWARD_ACTION_END]	  = "End",
	[SEGWARD_ACTION_END_X]	  = "End.X",
	[SEGWARD_ACTION_END_T]	  = "End.T",
	[SEGWARD_ACTION_END_AN]	  = "End.AN",
	[SEGWARD_ACTION_END_DX4]  = "End.DX4",
	[SEGWARD_ACTION_END_DX6]  = "End.DX6",
	[SEGWARD_ACTION_END_DT4]  = "End.DT4",
	[SEGWARD_ACTION_END_DT6]  = "End.DT6",
	[SEGWARD_ACTION_END_DT46] = "End.DT46",
};

/* The kernel's, which are mainline's. */
#define LBLEN_DEFAULT	32
#define NFLEN_DEFAULT	16

static bool is_dt(const struct sid *sid)
{
	return sid->action == SEGWARD_ACTION_END_DT4 ||
	       sid->action == SEGWARD_ACTION_END_DT6 ||
	       sid->action == SEGWARD_ACTION_END_DT46;
}

static bool is_dx(const struct sid *sid)
{
	return sid->action == SEGWARD_ACTION_END_DX4 ||
	       sid->action == SEGWARD_ACTION_END_DX6;
}

static bool has_nh6(const struct sid *sid)
{
	return sid->action == SEGWARD_ACTION_END_X ||
	       sid->action == SEGWARD_ACTION_END_DX6;
}

/* --- Printing ------------------------------------------------------------ */

static void print_address(const char *key, const char *label,
			  const u8 *addr, unsigned int len)
{
	struct address a = { .len = len };
	char s[PREFIX_STRLEN];

	memcpy(a.addr, addr, len);
	out_kind_str(OUT_ADDRESS, key, label, address_format(&a, s));
}

static void print_flavors(const struct sid *sid)
{
	const char *label = " flavors ";
	unsigned int i;

	if (!sid->flavors)
		return;
	out_array("flavors");
	for (i = 0; i <= SEGWARD_FLAVOR_MAX; i++) {
		if (!(sid->flavors & 1U << i))
			continue;
		out_str("", label, segward_flavor_names[i]);
		label = ",";
	}
	out_array_end();
	if (sid->lblen)
		out_u64("lblen", " lblen ", sid->lblen);
	if (sid->nflen)
		out_u64("nflen", " nflen ", sid->nflen);
}

/** sid_action_print() - print the action as sid add reads it */
void sid_action_print(const struct sid *sid)
{
	char s[PREFIX_STRLEN];

	out_str("action", " action ", sid->action <= SEGWARD_ACTION_MAX &&
		sid->action ? sid_action_words[sid->action] : "unknown");
	if (sid->has_nh6)
		print_address("nh6", " nh6 ", sid->nh6, 16);
	if (sid->has_nh4)
		print_address("nh4", " nh4 ", sid->nh4, 4);
	if (sid->oif)
		out_kind_str(OUT_NAME, "oif", " oif ", link_name(sid->oif, s));
	if (sid->table)
		out_str("table", " table ", link_table_name(sid->table, s));
	if (sid->vrftable)
		out_str("vrftable", " vrftable ",
			link_table_name(sid->vrftable, s));
	print_flavors(sid);
}

/* --- Parsing ------------------------------------------------------------- */

static int parse_lookup(struct args *args, struct sid *sid)
{
	if (arg_take(args, "table"))
		return arg_table(args, "table", &sid->table);
	if (is_dt(sid) && arg_take(args, "vrftable"))
		return arg_table(args, "vrftable", &sid->vrftable);
	if (!arg_peek(args))
		return err_incomplete();
	return err_required(is_dt(sid) ? "vrftable" : "table");
}

/* What belongs to an action stands behind it; table is the route's elsewhere. */
int sid_action_parse(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	if (arg_take(args, "End.DX2"))
		return err_argument("segward takes IP packets out of their tunnels, no Ethernet frames",
				    "End.DX2");
	if (arg_enum(args, key, sid_action_words, SEGWARD_ACTION_MAX + 1,
		     &sid->action))
		return CLI_USAGE;
	if (sid->action == SEGWARD_ACTION_END_T || is_dt(sid))
		return parse_lookup(args, sid);
	return CLI_OK;
}

int sid_action_oif(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_device(args, key, &sid->oif);
}

int sid_action_nh6(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	sid->has_nh6 = true;
	return arg_address6(args, key, sid->nh6);
}

int sid_action_nh4(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	sid->has_nh4 = true;
	return arg_address4(args, key, sid->nh4);
}

/* Only to say why: where it belongs it has been read with the action. */
int sid_action_vrftable(struct args *args, const char *key, void *data)
{
	const struct sid *sid = data;

	(void)args;
	return err_argument(is_dt(sid) ?
			    "a table or a VRF's table, not both" :
			    "only End.DT4, End.DT6 and End.DT46 have a VRF's table, right behind them",
			    key);
}

/* Of RFC 9800's two flavors the other one needs the SRH to be rewritten. */
static int add_flavor(void *data, const char *word, size_t len)
{
	struct sid *sid = data;
	unsigned int i;

	if (len == strlen("replace-csid") && !strncmp(word, "replace-csid", len))
		return err_argument("segward has no REPLACE-C-SID; of C-SIDs it knows next-csid",
				    word);
	for (i = 0; i <= SEGWARD_FLAVOR_MAX; i++) {
		if (!segward_flavor_names[i] ||
		    strlen(segward_flavor_names[i]) != len ||
		    strncmp(segward_flavor_names[i], word, len))
			continue;
		if (sid->flavors & 1U << i)
			return err_argument("each flavor once", word);
		sid->flavors |= 1U << i;
		return CLI_OK;
	}
	return err_argument("flavors are psp, usp, usd and next-csid, with commas between them",
			    word);
}

int sid_action_flavors(struct args *args, const char *key, void *data)
{
	(void)key;
	return arg_list(args, data, add_flavor);
}

int sid_action_lblen(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_u32(args, key, 8, 120, &sid->lblen);
}

int sid_action_nflen(struct args *args, const char *key, void *data)
{
	struct sid *sid = data;

	return arg_u32(args, key, 8, 120, &sid->nflen);
}

static bool is_next_csid(const struct sid *sid)
{
	return sid->flavors & 1U << SEGWARD_FLAVOR_NEXT_CSID;
}

static int check_foreigners(const struct sid *sid)
{
	if (!has_nh6(sid) && sid->has_nh6)
		return err_argument(sid->action == SEGWARD_ACTION_END_DX4 ?
				    "the next hop of End.DX4 is an IPv4 one, nh4" :
				    "only End.X and End.DX6 have an IPv6 next hop",
				    "nh6");
	if (sid->action != SEGWARD_ACTION_END_DX4 && sid->has_nh4)
		return err_argument(sid->action == SEGWARD_ACTION_END_DX6 ?
				    "the next hop of End.DX6 is an IPv6 one, nh6" :
				    "only End.DX4 has an IPv4 next hop", "nh4");
	if (sid->action != SEGWARD_ACTION_END_X && !is_dx(sid) && sid->oif)
		return err_argument("only End.X, End.DX4 and End.DX6 have an output device",
				    "oif");
	if (sid->flavors && (is_dx(sid) || is_dt(sid)))
		return err_argument("only End, End.X, End.T and End.AN have flavors",
				    "flavors");
	if (!is_next_csid(sid) && (sid->lblen || sid->nflen))
		return err_argument("only flavor next-csid has lblen and nflen",
				    sid->lblen ? "lblen" : "nflen");
	if (sid->action == SEGWARD_ACTION_END && *sid->profile)
		return err_argument("End takes no profile; End.AN does",
				    "profile");
	return CLI_OK;
}

/**
 * sid_action_check() - has the action what it needs, and nothing else?
 * @sid: as the words said; lengths that were left out are filled in
 *
 * Return: a cli_status.
 */
int sid_action_check(struct sid *sid)
{
	if (!sid->action)
		return err_required("action");
	if (check_foreigners(sid))
		return CLI_USAGE;
	if (has_nh6(sid) && !sid->has_nh6)
		return err_required("nh6");
	if (sid->action == SEGWARD_ACTION_END_DX4 && !sid->has_nh4)
		return err_required("nh4");
	if (is_dx(sid) && !sid->oif)
		return err_required("oif");
	if (sid->action == SEGWARD_ACTION_END_AN && !*sid->profile)
		return err_required("profile");
	if (is_next_csid(sid) && !sid->lblen)
		sid->lblen = LBLEN_DEFAULT;
	if (is_next_csid(sid) && !sid->nflen)
		sid->nflen = NFLEN_DEFAULT;
	return CLI_OK;
}
