// SPDX-License-Identifier: GPL-2.0
/*
 * SIDs: reading what the kernel sends, and changing it together with the
 * routes.
 *
 * DOC: the CLI owns a SID's two routes. A change is made in steps, SID first,
 * and when a step fails the ones before it are taken back: a SID never stays
 * behind without the routes that were asked for.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "route.h"
#include "sid.h"
#include "sid_argument.h"
#include "sid_return.h"
#include "vec.h"

/* --- Reading ----------------------------------------------------------- */

/**
 * drops_read() - read the counters by reason
 * @nlh: a message with attributes of set drop
 * @type: their type
 * @drops: result
 */
void drops_read(const struct nlmsghdr *nlh, u16 type, struct drops *drops)
{
	const struct nlattr *a, *tb[SEGWARD_A_DROP_MAX + 1];
	u32 reason;

	nl_for_each(a, nlh) {
		if (mnl_attr_get_type(a) != type)
			continue;
		nl_parse_nest(a, tb, SEGWARD_A_DROP_MAX);
		reason = nl_u32(tb[SEGWARD_A_DROP_REASON]);
		if (reason <= SEGWARD_REASON_MAX)
			drops->packets[reason] =
				nl_u64(tb[SEGWARD_A_DROP_PACKETS]);
	}
}

/** drops_sum() - packets of all reasons */
u64 drops_sum(const struct drops *drops)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i <= SEGWARD_REASON_MAX; i++)
		sum += drops->packets[i];
	return sum;
}

static void allow_read(const struct nlmsghdr *nlh, struct sid *sid)
{
	const struct nlattr *a, *tb[SEGWARD_A_PREFIX_MAX + 1];

	nl_for_each(a, nlh) {
		if (mnl_attr_get_type(a) != SEGWARD_A_SID_ALLOW_SRC ||
		    sid->nr_allow == SID_ALLOW_MAX)
			continue;
		nl_parse_nest(a, tb, SEGWARD_A_PREFIX_MAX);
		if (!nl_prefix(tb[SEGWARD_A_PREFIX_ADDRESS],
			       tb[SEGWARD_A_PREFIX_PREFIX_LEN],
			       &sid->allow[sid->nr_allow]))
			sid->nr_allow++;
	}
}

/**
 * sid_read() - read a SID of a message
 * @nlh: the message
 * @sid: result
 */
void sid_read(const struct nlmsghdr *nlh, struct sid *sid)
{
	const struct nlattr *tb[SEGWARD_A_SID_MAX + 1];
	struct address nh6, nh4;

	memset(sid, 0, sizeof(*sid));
	nl_parse(nlh, tb, SEGWARD_A_SID_MAX);
	nl_prefix(tb[SEGWARD_A_SID_PREFIX], tb[SEGWARD_A_SID_PREFIX_LEN],
		  &sid->prefix);
	sid->action = nl_u32(tb[SEGWARD_A_SID_ACTION]);
	nl_str_copy(tb[SEGWARD_A_SID_PROFILE], sid->profile,
		    sizeof(sid->profile));
	sid->zone = nl_u32(tb[SEGWARD_A_SID_ZONE]);
	sid->vrf = nl_u32(tb[SEGWARD_A_SID_VRF]);
	sid->iif = nl_u32(tb[SEGWARD_A_SID_IIF]);
	sid->oif = nl_u32(tb[SEGWARD_A_SID_OIF]);
	sid->table = nl_u32(tb[SEGWARD_A_SID_TABLE]);
	sid->vrftable = nl_u32(tb[SEGWARD_A_SID_VRFTABLE]);
	sid->flavors = nl_u32(tb[SEGWARD_A_SID_FLAVORS]);
	sid->lblen = nl_u32(tb[SEGWARD_A_SID_LBLEN]);
	sid->nflen = nl_u32(tb[SEGWARD_A_SID_NFLEN]);
	sid->hmac = nl_u32(tb[SEGWARD_A_SID_HMAC]);
	sid->argument_offset = nl_u32(tb[SEGWARD_A_SID_ARGUMENT_OFFSET]);
	sid->argument_len = nl_u32(tb[SEGWARD_A_SID_ARGUMENT_LEN]);
	sid_argument_read(nlh, sid);
	sid_return_read(tb, sid);
	sid->route_table = nl_u32(tb[SEGWARD_A_SID_ROUTE_TABLE]);
	sid->route_metric = nl_u32(tb[SEGWARD_A_SID_ROUTE_METRIC]);
	/* A SID that another program made may have no route of ours. */
	sid->noroute = tb[SEGWARD_A_SID_NOROUTE] || !sid->route_table;
	sid->has_nh6 = !nl_address(tb[SEGWARD_A_SID_NH6], &nh6);
	memcpy(sid->nh6, nh6.addr, sizeof(sid->nh6));
	sid->has_nh4 = !nl_address(tb[SEGWARD_A_SID_NH4], &nh4);
	memcpy(sid->nh4, nh4.addr, sizeof(sid->nh4));
	sid->packets = nl_u64(tb[SEGWARD_A_SID_PACKETS]);
	sid->bytes = nl_u64(tb[SEGWARD_A_SID_BYTES]);
	sid->errors = nl_u64(tb[SEGWARD_A_SID_ERRORS]);
	sid->forwarded = nl_u64(tb[SEGWARD_A_SID_FORWARDED]);
	sid->upper = nl_u64(tb[SEGWARD_A_SID_UPPER]);
	sid->upper_streak = nl_u32(tb[SEGWARD_A_SID_UPPER_STREAK]);
	allow_read(nlh, sid);
	drops_read(nlh, SEGWARD_A_SID_DROP, &sid->drops);
}

static int sids_add(const struct nlmsghdr *nlh, void *data)
{
	struct sids *sids = data;
	struct sid *v;

	if (!(sids->nr & (sids->nr - 1))) {
		v = reallocarray(sids->v, sids->nr ? 2 * sids->nr : 1,
				 sizeof(*v));
		if (!v)
			return -ENOMEM;
		sids->v = v;
	}
	sid_read(nlh, &sids->v[sids->nr++]);
	return 0;
}

static void sids_reset(void *data)
{
	sids_free(data);
}

/** sid_compare() - order SIDs by L3 domain and prefix, for qsort() */
int sid_compare(const void *a, const void *b)
{
	const struct sid *x = a, *y = b;

	if (x->vrf != y->vrf)
		return x->vrf < y->vrf ? -1 : 1;
	return prefix_compare(&x->prefix, &y->prefix);
}

/**
 * sids_get() - read all SIDs
 * @sids: result, sorted; sids_free() frees it
 * @error: why it failed
 *
 * Return: 0 or a negative errno.
 */
int sids_get(struct sids *sids, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	memset(sids, 0, sizeof(*sids));
	nl_begin(&m, SEGWARD_CMD_SID_GET, 0);
	err = nl_dump(&m, sids_add, sids_reset, sids, error);
	nl_free(&m);
	if (err)
		sids_free(sids);
	else if (sids->nr)
		qsort(sids->v, sids->nr, sizeof(*sids->v), sid_compare);
	return err;
}

/** sids_free() - free them */
void sids_free(struct sids *sids)
{
	free(sids->v);
	memset(sids, 0, sizeof(*sids));
}

/** sids_find() - the SID of the same domain and prefix. Return: it, or NULL */
const struct sid *sids_find(const struct sids *sids, const struct sid *key)
{
	if (!sids->nr)
		return NULL;
	return bsearch(key, sids->v, sids->nr, sizeof(*key), sid_compare);
}

static void put_key(struct nl_msg *m, const struct sid *sid)
{
	nl_put_prefix(m, SEGWARD_A_SID_PREFIX, SEGWARD_A_SID_PREFIX_LEN,
		      &sid->prefix);
	if (sid->vrf)
		nl_put_u32(m, SEGWARD_A_SID_VRF, sid->vrf);
}

static int read_one(const struct nlmsghdr *nlh, void *data)
{
	sid_read(nlh, data);
	return 0;
}

/**
 * sid_get_one() - read one SID
 * @key: its domain and prefix
 * @sid: result
 * @error: why it failed
 *
 * Return: 0 or a negative errno; -ENOENT if there is none.
 */
int sid_get_one(const struct sid *key, struct sid *sid,
		struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, SEGWARD_CMD_SID_GET, 0);
	put_key(&m, key);
	err = nl_talk(&m, read_one, sid, error);
	nl_free(&m);
	return err;
}

/* --- Changing ---------------------------------------------------------- */

static void put_allow(struct nl_msg *m, const struct sid *sid)
{
	unsigned int i;
	size_t nest;

	for (i = 0; i < sid->nr_allow; i++) {
		nest = nl_nest(m, SEGWARD_A_SID_ALLOW_SRC);
		nl_put_prefix(m, SEGWARD_A_PREFIX_ADDRESS,
			      SEGWARD_A_PREFIX_PREFIX_LEN, &sid->allow[i]);
		nl_nest_end(m, nest);
	}
}

static void put_action(struct nl_msg *m, const struct sid *sid)
{
	nl_put_u32(m, SEGWARD_A_SID_ACTION, sid->action);
	if (*sid->profile)
		nl_put_str(m, SEGWARD_A_SID_PROFILE, sid->profile);
	if (sid->has_nh6)
		nl_put(m, SEGWARD_A_SID_NH6, sid->nh6, sizeof(sid->nh6));
	if (sid->oif)
		nl_put_u32(m, SEGWARD_A_SID_OIF, sid->oif);
	if (sid->has_nh4)
		nl_put(m, SEGWARD_A_SID_NH4, sid->nh4, sizeof(sid->nh4));
	if (sid->table || sid->action == SEGWARD_ACTION_END_T)
		nl_put_u32(m, SEGWARD_A_SID_TABLE, sid->table);
	if (sid->vrftable)
		nl_put_u32(m, SEGWARD_A_SID_VRFTABLE, sid->vrftable);
	if (sid->flavors)
		nl_put_u32(m, SEGWARD_A_SID_FLAVORS, sid->flavors);
	if (sid->lblen)
		nl_put_u32(m, SEGWARD_A_SID_LBLEN, sid->lblen);
	if (sid->nflen)
		nl_put_u32(m, SEGWARD_A_SID_NFLEN, sid->nflen);
}

static void put_route(struct nl_msg *m, const struct sid *sid)
{
	if (sid->noroute) {
		nl_put_flag(m, SEGWARD_A_SID_NOROUTE);
		return;
	}
	nl_put_u32(m, SEGWARD_A_SID_ROUTE_TABLE, sid->route_table);
	nl_put_u32(m, SEGWARD_A_SID_ROUTE_METRIC, sid->route_metric);
}

static int print_echo(const struct nlmsghdr *nlh, void *data)
{
	struct sid sid;

	(void)data;
	sid_read(nlh, &sid);
	sid_print(&sid);
	return 0;
}

static int send_new(const struct sid *sid, u16 flags, bool echo,
		    struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, SEGWARD_CMD_SID_NEW,
		 NLM_F_CREATE | flags | (echo ? NLM_F_ECHO : 0));
	put_key(&m, sid);
	put_action(&m, sid);
	if (sid->zone)
		nl_put_u32(&m, SEGWARD_A_SID_ZONE, sid->zone);
	if (sid->iif)
		nl_put_u32(&m, SEGWARD_A_SID_IIF, sid->iif);
	if (sid->hmac)
		nl_put_u32(&m, SEGWARD_A_SID_HMAC, sid->hmac);
	sid_argument_put(&m, sid);
	sid_return_put(&m, sid);
	put_allow(&m, sid);
	put_route(&m, sid);
	err = nl_talk(&m, echo ? print_echo : NULL, NULL, error);
	nl_free(&m);
	return err;
}

static int send_del(const struct sid *sid, struct nl_error *error)
{
	struct nl_msg m = { 0 };
	int err;

	nl_begin(&m, SEGWARD_CMD_SID_DEL, 0);
	put_key(&m, sid);
	err = nl_talk(&m, NULL, NULL, error);
	nl_free(&m);
	return err;
}

/*
 * segward0 is made and set up by the module; make sure of it all the same, but
 * not for each of ten thousand SIDs.
 */
static int device_ready(u32 *ifindex)
{
	static u32 ready;
	int err = 0;

	*ifindex = link_index(SEGWARD_DEVICE);
	if (*ifindex && *ifindex == ready)
		return 0;
	if (!*ifindex) {
		err = link_create_segward();
		*ifindex = link_index(SEGWARD_DEVICE);
	}
	if (!*ifindex)
		return err ? err : -ENODEV;
	err = link_up(*ifindex);
	ready = err ? 0 : *ifindex;
	return err;
}

static bool same_route(const struct sid *a, const struct sid *b)
{
	return b && a->noroute == b->noroute &&
	       a->route_table == b->route_table &&
	       a->route_metric == b->route_metric;
}

/*
 * Add one of the two routes. It may be there already: since the SID it belongs
 * to is being replaced, or since the module went away under it and left the
 * discard route behind. Then nothing is to be done, and nothing taken back.
 */
static int route_step(const struct route *r, bool kept, bool *added,
		      struct nl_error *error)
{
	struct nl_error why;
	int err = route_add(r, &why);

	*added = !err;
	if (!err || (err == -EEXIST && (kept || route_ours(r))))
		return 0;
	*error = why;
	return err;
}

static int routes_del(const struct sid *sid, struct nl_error *error)
{
	u32 oif = link_index(SEGWARD_DEVICE);
	struct route r;
	int err = 0;

	if (sid->noroute)
		return 0;
	if (oif) {
		route_sid(&r, &sid->prefix, sid->route_table,
			  sid->route_metric, oif);
		err = route_del(&r, error);
	}
	route_discard(&r, &sid->prefix, sid->route_table, sid->route_metric);
	return err ? err : route_del(&r, error);
}

/** sid_routed() - are the routes of a SID there? */
bool sid_routed(const struct sid *sid, const struct routes *routes)
{
	u32 oif = link_index(SEGWARD_DEVICE);
	struct route first, second;

	if (sid->noroute)
		return true;
	route_discard(&first, &sid->prefix, sid->route_table,
		      sid->route_metric);
	route_sid(&second, &sid->prefix, sid->route_table, sid->route_metric,
		  oif);
	return oif && routes_has(routes, &first) &&
	       routes_has(routes, &second);
}

static int step_failed(const struct sid *sid, const char *step,
		       const struct nl_error *error)
{
	char s[PREFIX_STRLEN], reason[512];

	err_print("sid %s: %s failed: %s; nothing was changed.",
		  prefix_format(&sid->prefix, s), step,
		  nl_reason(error, reason, sizeof(reason)));
	return CLI_KERNEL;
}

/* Add the routes; what was added is taken back when a step fails. */
static const char *routes_add(const struct sid *sid, const struct sid *old,
			      struct nl_error *error)
{
	bool kept = same_route(sid, old), discard, lead;
	struct route first, second;
	u32 oif;

	error->err = device_ready(&oif);
	if (error->err)
		return "setting segward0 up";
	route_discard(&first, &sid->prefix, sid->route_table,
		      sid->route_metric);
	/* Nobody else uses such metrics: if it is there it is ours. */
	if (route_step(&first, true, &discard, error))
		return "adding the discard route";
	route_sid(&second, &sid->prefix, sid->route_table, sid->route_metric,
		  oif);
	if (!route_step(&second, kept, &lead, error))
		return NULL;
	if (discard)
		route_del(&first, &(struct nl_error) { 0 });
	return "adding the route";
}

/**
 * sid_commit() - add a SID, or put it in another's place, with its routes
 * @sid: the SID
 * @old: the one of the same key that it replaces; NULL to add
 *
 * Prints which step failed; those before it have been taken back.
 *
 * Return: a cli_status.
 */
int sid_commit(const struct sid *sid, const struct sid *old)
{
	struct nl_error error, ignored;
	const char *failed;

	if (send_new(sid, old ? NLM_F_REPLACE : NLM_F_EXCL, cli.details,
		     &error))
		return nl_fail(&error);
	memset(&error, 0, sizeof(error));
	failed = sid->noroute ? NULL : routes_add(sid, old, &error);
	if (failed) {
		if (old)
			send_new(old, NLM_F_REPLACE, false, &ignored);
		else
			send_del(sid, &ignored);
		return step_failed(sid, failed, &error);
	}
	if (old && !same_route(sid, old) && routes_del(old, &error))
		return nl_fail(&error);
	return CLI_OK;
}

/**
 * sid_remove() - delete a SID and its routes
 * @sid: as the kernel has it
 *
 * Return: a cli_status.
 */
int sid_remove(const struct sid *sid)
{
	struct nl_error error;

	if (send_del(sid, &error) || routes_del(sid, &error))
		return nl_fail(&error);
	return CLI_OK;
}

static bool allow_equal(const struct sid *a, const struct sid *b)
{
	unsigned int i;

	if (a->nr_allow != b->nr_allow)
		return false;
	for (i = 0; i < a->nr_allow; i++)
		if (prefix_compare(&a->allow[i], &b->allow[i]))
			return false;
	return true;
}

/** sid_equal() - would replacing one by the other change nothing? */
bool sid_equal(const struct sid *a, const struct sid *b)
{
	return !sid_compare(a, b) && a->action == b->action &&
	       a->zone == b->zone && a->iif == b->iif && a->oif == b->oif &&
	       a->table == b->table && a->has_nh6 == b->has_nh6 &&
	       !memcmp(a->nh6, b->nh6, sizeof(a->nh6)) &&
	       a->has_nh4 == b->has_nh4 &&
	       !memcmp(a->nh4, b->nh4, sizeof(a->nh4)) &&
	       a->vrftable == b->vrftable && a->flavors == b->flavors &&
	       a->lblen == b->lblen && a->nflen == b->nflen &&
	       a->hmac == b->hmac && a->arguments == b->arguments &&
	       a->argument_offset == b->argument_offset &&
	       a->argument_len == b->argument_len &&
	       !strcmp(a->profile, b->profile) && same_route(a, b) &&
	       allow_equal(a, b) && sid_return_equal(a, b);
}
