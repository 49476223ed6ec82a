// SPDX-License-Identifier: GPL-2.0
/*
 * Reputation entries over netlink.
 *
 * DOC: A message with entries is read and checked whole before the first of
 * them is added; what fails then (memory, a full table) takes back what the
 * message has done so far. Under a load handle nothing is visible before the
 * commit, so there a failure ends the load.
 *
 * The namespace's mutex keeps other writers out of the table; the functions of
 * its readers are called inside rcu_read_lock() here as anywhere, since they
 * cannot know that mutex.
 */
#include "reputation_nl.h"

#include <linux/math64.h>
#include <linux/slab.h>

#include "netlink.h"
#include "policy.h"
#include "reputation.h"
#include "reputation_load.h"

/* A hundred years, in milliseconds: who wants more says nothing. */
#define TIMEOUT_MAX	(100ULL * 365 * 86400 * 1000)

/* Entries that cover one address and are told in one answer. */
#define COVERING_MAX	256

/* One of them takes at most 132 bytes. */
#define COVERING_SIZE	32768

/**
 * struct change - one entry of a message, and how to take it back
 * @entry: what is added
 * @old: what was there, if @updated
 * @attr: for complaints
 * @updated: there was an entry of this key
 */
struct change {
	struct segward_reputation_entry entry;
	struct segward_reputation_entry old;
	const struct nlattr *attr;
	bool updated;
};

static int parse_prefix(struct netlink_ext_ack *extack,
			const struct nlattr *attr, struct nlattr **tb,
			struct segward_reputation_prefix *prefix)
{
	struct segward_prefix parsed;
	int err;

	if (!tb[SEGWARD_A_ENTRY_ADDRESS])
		return segward_netlink_refuse(extack, attr,
					      "an entry has an address",
					      -EINVAL);
	err = segward_netlink_prefix(tb[SEGWARD_A_ENTRY_ADDRESS],
				     tb[SEGWARD_A_ENTRY_PREFIX_LEN], &parsed,
				     extack);
	if (err)
		return err;
	memset(prefix, 0, sizeof(*prefix));
	prefix->version = parsed.size == 4 ? 4 : 6;
	prefix->len = parsed.len;
	memcpy(prefix->addr, parsed.addr, sizeof(prefix->addr));
	return 0;
}

static int parse_category(struct segward_reputation *rep,
			  struct netlink_ext_ack *extack,
			  const struct nlattr *attr, u8 *category)
{
	char name[SEGWARD_REPUTATION_NAME_MAX + 1];
	int id;

	nla_strscpy(name, attr, sizeof(name));
	id = segward_reputation_category_add(rep, name);
	if (id == -EINVAL)
		return segward_netlink_refuse(extack, attr,
					      "a category is 1 to 31 of a-z, 0-9 and '-'",
					      id);
	if (id == -ENOSPC)
		return segward_netlink_refuse(extack, attr,
					      "there are 255 reputation categories already",
					      id);
	if (id < 0)
		return id;
	*category = id;
	return 0;
}

static int parse_source(struct segward_reputation *rep,
			struct netlink_ext_ack *extack,
			const struct nlattr *attr, u8 *source)
{
	char name[SEGWARD_REPUTATION_NAME_MAX + 1];
	int id;

	nla_strscpy(name, attr, sizeof(name));
	id = segward_reputation_source_add(rep, name);
	if (id == -EINVAL)
		return segward_netlink_refuse(extack, attr,
					      "a source is 1 to 31 of a-z, 0-9 and '-'",
					      id);
	if (id == -ENOSPC)
		return segward_netlink_refuse(extack, attr,
					      "there are 255 sources already",
					      id);
	if (id < 0)
		return id;
	*source = id;
	return 0;
}

static int parse_names(struct segward_net *snet, struct genl_info *info,
		       const struct nlattr *attr, struct nlattr **tb,
		       struct segward_reputation_entry *entry)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	const struct nlattr *category, *source;
	int err;

	category = tb[SEGWARD_A_ENTRY_CATEGORY] ?:
		   info->attrs[SEGWARD_A_REPUTATION_CATEGORY];
	source = tb[SEGWARD_A_ENTRY_SOURCE] ?:
		 info->attrs[SEGWARD_A_REPUTATION_SOURCE];
	if (!category || !source)
		return segward_netlink_refuse(info->extack, attr,
					      "an entry has a category and a source",
					      -EINVAL);
	err = parse_category(rep, info->extack, category, &entry->category);
	if (err)
		return err;
	return parse_source(rep, info->extack, source, &entry->source);
}

static int parse_expiry(struct genl_info *info, struct nlattr **tb, u64 now,
			u64 *expires)
{
	const struct nlattr *attr = tb[SEGWARD_A_ENTRY_TIMEOUT];
	u64 timeout = attr ? nla_get_u64(attr) : 0;

	if (tb[SEGWARD_A_ENTRY_EXPIRES])
		return segward_netlink_refuse(info->extack,
					      tb[SEGWARD_A_ENTRY_EXPIRES],
					      "expires is for answers; a request has a timeout",
					      -EINVAL);
	if (timeout > TIMEOUT_MAX)
		return segward_netlink_refuse(info->extack, attr,
					      "the timeout is longer than 100 years",
					      -ERANGE);
	*expires = timeout ? now + timeout * NSEC_PER_MSEC : 0;
	return 0;
}

static int parse_entry(struct segward_net *snet, struct genl_info *info,
		       const struct nlattr *attr, u64 now,
		       struct change *change)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_entry)];
	struct segward_reputation_entry *entry = &change->entry;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_entry, info->extack);
	if (err)
		return err;
	change->attr = attr;
	err = parse_prefix(info->extack, attr, tb, &entry->prefix);
	if (err)
		return err;
	if (!tb[SEGWARD_A_ENTRY_SCORE])
		return segward_netlink_refuse(info->extack, attr,
					      "an entry has a score", -EINVAL);
	entry->score = nla_get_u32(tb[SEGWARD_A_ENTRY_SCORE]);
	err = parse_expiry(info, tb, now, &entry->expires);
	if (err)
		return err;
	return parse_names(snet, info, attr, tb, entry);
}

static u32 count_entries(const struct genl_info *info)
{
	const struct nlattr *attr;
	u32 n = 0;
	int rem;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem)
		n += nla_type(attr) == SEGWARD_A_REPUTATION_ENTRY;
	return n;
}

static int check_count(struct genl_info *info, u32 n)
{
	if (!n) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL,
				     SEGWARD_A_REPUTATION_ENTRY);
		NL_SET_ERR_MSG(info->extack, "the message has no entries");
		return -EINVAL;
	}
	if (n > SEGWARD_ENTRIES_MAX)
		return segward_netlink_refuse(info->extack,
					      info->attrs[SEGWARD_A_REPUTATION_ENTRY],
					      "a message has at most 512 entries",
					      -E2BIG);
	return 0;
}

static int parse_entries(struct segward_net *snet, struct genl_info *info,
			 u64 now, struct change *change)
{
	const struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != SEGWARD_A_REPUTATION_ENTRY)
			continue;
		err = parse_entry(snet, info, attr, now, change++);
		if (err)
			return err;
	}
	return 0;
}

static int explain(struct genl_info *info, const struct nlattr *attr, int err)
{
	switch (err) {
	case -E2BIG:
		return segward_netlink_refuse(info->extack, attr,
					      "a prefix has at most 32 entries",
					      err);
	case -ENOSPC:
		return segward_netlink_refuse(info->extack, attr,
					      "the reputation table is full",
					      err);
	default:
		return err;
	}
}

static void take_back(struct segward_reputation *rep, struct change *change,
		      u32 n, u64 now)
{
	while (n--) {
		if (change[n].updated)
			segward_reputation_add(rep, &change[n].old, now);
		else
			segward_reputation_del(rep, &change[n].entry.prefix,
					       change[n].entry.source,
					       change[n].entry.category, now);
	}
}

static int apply_one(struct segward_reputation *rep, struct change *change,
		     u64 now)
{
	int err;

	change->old = change->entry;
	rcu_read_lock();
	change->updated = !segward_reputation_get(rep, &change->old, now);
	rcu_read_unlock();
	err = segward_reputation_add(rep, &change->entry, now);
	return err < 0 ? err : 0;
}

static int apply(struct segward_net *snet, struct genl_info *info,
		 struct change *change, u32 n, u64 now)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	int err;
	u32 i;

	for (i = 0; i < n; i++) {
		err = apply_one(rep, &change[i], now);
		if (err) {
			take_back(rep, change, i, now);
			return explain(info, change[i].attr, err);
		}
	}
	return 0;
}

static int apply_load(struct segward_net *snet, struct genl_info *info,
		      struct change *change, u32 n, u64 now)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	struct segward_load *load;
	int err;
	u32 i;

	load = segward_load_find(snet, info);
	if (!load)
		return -ENOENT;
	for (i = 0; i < n; i++)
		if (change[i].entry.source != load->source)
			return segward_netlink_refuse(info->extack,
						      change[i].attr,
						      "the load is of another source",
						      -EINVAL);
	for (i = 0; i < n; i++) {
		err = segward_reputation_load_add(rep, &change[i].entry, now);
		if (err < 0) {
			segward_load_abort(snet, load);
			return explain(info, change[i].attr, err);
		}
	}
	return 0;
}

int segward_reputation_new_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_net *snet = segward_info_net(info);
	u32 n = count_entries(info);
	struct change *change;
	u64 now;
	int err;

	err = segward_netlink_may_load(skb, info);
	if (err)
		return err;
	err = check_count(info, n);
	if (err)
		return err;
	if (!segward_reputation_need(snet))
		return -ENOMEM;
	change = kvcalloc(n, sizeof(*change), GFP_KERNEL);
	if (!change)
		return -ENOMEM;
	now = segward_now();
	err = parse_entries(snet, info, now, change);
	if (!err && info->attrs[SEGWARD_A_REPUTATION_LOAD])
		err = apply_load(snet, info, change, n, now);
	else if (!err)
		err = apply(snet, info, change, n, now);
	kvfree(change);
	segward_reputation_written(snet);
	return err;
}

/* A name that nobody knows selects nothing, which is an error here. */
static int find_name(struct segward_net *snet, struct netlink_ext_ack *extack,
		     const struct nlattr *attr, bool source, u8 *id)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	char name[SEGWARD_REPUTATION_NAME_MAX + 1];
	int err = -ENOENT;

	*id = 0;
	if (!attr)
		return 0;
	nla_strscpy(name, attr, sizeof(name));
	if (rep)
		err = source ? segward_reputation_source_find(rep, name) :
			       segward_reputation_category_find(rep, name);
	if (err < 0)
		return segward_netlink_refuse(extack, attr,
					      source ?
					      "there is no source of this name" :
					      "there is no category of this name",
					      err);
	*id = err;
	return 0;
}

/* Is there an entry of exactly this prefix, from this source? */
static bool prefix_known(struct segward_net *snet,
			 const struct segward_reputation_entry *entry, u64 now,
			 struct segward_reputation_entry *room)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	unsigned int n, i;

	rcu_read_lock();
	n = segward_reputation_covering(rep, entry->prefix.version,
					entry->prefix.addr, now, room,
					COVERING_MAX);
	rcu_read_unlock();
	/* More than there is room for: let the deletion find out. */
	if (n > COVERING_MAX)
		return true;
	for (i = 0; i < n; i++)
		if (room[i].prefix.len == entry->prefix.len &&
		    (!entry->source || room[i].source == entry->source) &&
		    (!entry->category || room[i].category == entry->category))
			return true;
	return false;
}

static int parse_deletion(struct segward_net *snet, struct genl_info *info,
			  const struct nlattr *attr,
			  struct segward_reputation_entry *entry)
{
	struct nlattr *tb[ARRAY_SIZE(segward_policy_entry)];
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(tb) - 1, attr,
			       segward_policy_entry, info->extack);
	if (err)
		return err;
	err = parse_prefix(info->extack, attr, tb, &entry->prefix);
	if (err)
		return err;
	err = find_name(snet, info->extack, tb[SEGWARD_A_ENTRY_SOURCE] ?:
			info->attrs[SEGWARD_A_REPUTATION_SOURCE], true,
			&entry->source);
	if (err)
		return err;
	return find_name(snet, info->extack, tb[SEGWARD_A_ENTRY_CATEGORY] ?:
			 info->attrs[SEGWARD_A_REPUTATION_CATEGORY], false,
			 &entry->category);
}

static int check_deletions(struct segward_net *snet, struct genl_info *info,
			   struct segward_reputation_entry *entry,
			   struct segward_reputation_entry *room, u64 now)
{
	const struct nlattr *attr;
	int rem, err;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != SEGWARD_A_REPUTATION_ENTRY)
			continue;
		err = parse_deletion(snet, info, attr, entry);
		if (err)
			return err;
		if (!segward_reputation_table(snet) ||
		    !prefix_known(snet, entry, now, room))
			return segward_netlink_refuse(info->extack, attr,
						      "there is no such entry",
						      -ENOENT);
		entry++;
	}
	return 0;
}

static int delete_entries(struct segward_net *snet, struct genl_info *info,
			  u32 n)
{
	struct segward_reputation_entry *entry;
	u64 now = segward_now();
	int err;
	u32 i;

	err = check_count(info, n);
	if (err)
		return err;
	/* The second part is room to look prefixes up in. */
	entry = kvcalloc(n + COVERING_MAX, sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	err = check_deletions(snet, info, entry, entry + n, now);
	for (i = 0; i < n && !err; i++)
		segward_reputation_del(segward_reputation_table(snet),
				       &entry[i].prefix, entry[i].source,
				       entry[i].category, now);
	kvfree(entry);
	return err;
}

static int flush(struct segward_net *snet, struct genl_info *info)
{
	struct segward_reputation_filter filter = { };
	int err;

	err = find_name(snet, info->extack,
			info->attrs[SEGWARD_A_REPUTATION_SOURCE], true,
			&filter.source);
	if (!err)
		err = find_name(snet, info->extack,
				info->attrs[SEGWARD_A_REPUTATION_CATEGORY],
				false, &filter.category);
	if (err)
		return err;
	if (segward_reputation_table(snet))
		segward_reputation_flush(segward_reputation_table(snet),
					 &filter, segward_now());
	return 0;
}

int segward_reputation_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct segward_net *snet = segward_info_net(info);
	u32 n = count_entries(info);
	int err;

	err = n ? delete_entries(snet, info, n) : flush(snet, info);
	if (segward_reputation_table(snet))
		segward_reputation_written(snet);
	return err;
}

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, SEGWARD_A_REPUTATION_PAD);
}

static int put_names(struct sk_buff *skb, const struct segward_reputation *rep,
		     const struct segward_reputation_entry *entry)
{
	const char *category, *source;

	category = segward_reputation_category_name(rep, entry->category);
	source = segward_reputation_source_name(rep, entry->source);
	if (category &&
	    nla_put_string(skb, SEGWARD_A_ENTRY_CATEGORY, category))
		return -EMSGSIZE;
	if (source && nla_put_string(skb, SEGWARD_A_ENTRY_SOURCE, source))
		return -EMSGSIZE;
	return 0;
}

static int put_entry(struct sk_buff *skb, const struct segward_reputation *rep,
		     const struct segward_reputation_entry *entry, u64 now)
{
	const struct segward_reputation_prefix *prefix = &entry->prefix;
	struct nlattr *nest;
	u64 left;

	nest = nla_nest_start(skb, SEGWARD_A_REPUTATION_ENTRY);
	if (!nest ||
	    nla_put(skb, SEGWARD_A_ENTRY_ADDRESS,
		    prefix->version == 4 ? 4 : 16, prefix->addr) ||
	    nla_put_u32(skb, SEGWARD_A_ENTRY_PREFIX_LEN, prefix->len) ||
	    nla_put_u32(skb, SEGWARD_A_ENTRY_SCORE, entry->score) ||
	    put_names(skb, rep, entry))
		goto cancel;
	if (entry->expires) {
		left = DIV64_U64_ROUND_UP(entry->expires - now, NSEC_PER_MSEC);
		if (nla_put_u64_64bit(skb, SEGWARD_A_ENTRY_EXPIRES, left,
				      SEGWARD_A_ENTRY_PAD))
			goto cancel;
	}
	nla_nest_end(skb, nest);
	return 0;

cancel:
	if (nest)
		nla_nest_cancel(skb, nest);
	return -EMSGSIZE;
}

static int put_totals(struct sk_buff *skb, struct segward_net *snet)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	struct segward_reputation_stats stats = { };
	u64 memory = 0;

	if (rep) {
		segward_reputation_stats(rep, &stats);
		memory = segward_reputation_memory(rep);
	}
	if (put_u64(skb, SEGWARD_A_REPUTATION_ENTRIES,
		    (u64)stats.entries4 + stats.entries6 - stats.pending -
		    stats.stale) ||
	    put_u64(skb, SEGWARD_A_REPUTATION_ENTRIES_MAX,
		    snet->reputation_max) ||
	    put_u64(skb, SEGWARD_A_REPUTATION_MEMORY, memory) ||
	    put_u64(skb, SEGWARD_A_REPUTATION_ADDED, stats.added) ||
	    put_u64(skb, SEGWARD_A_REPUTATION_EXPIRED, stats.expired) ||
	    put_u64(skb, SEGWARD_A_REPUTATION_DELETED, stats.deleted) ||
	    put_u64(skb, SEGWARD_A_REPUTATION_ENTRIES_IPV4, stats.entries4) ||
	    put_u64(skb, SEGWARD_A_REPUTATION_ENTRIES_IPV6, stats.entries6))
		return -EMSGSIZE;
	return 0;
}

static int put_entries(struct sk_buff *skb,
		       const struct segward_reputation *rep,
		       const struct nlattr *addr,
		       struct segward_reputation_entry *entry)
{
	u64 now = segward_now();
	unsigned int n, i;

	n = segward_reputation_covering(rep, nla_len(addr) == 4 ? 4 : 6,
					nla_data(addr), now, entry,
					COVERING_MAX);
	if (put_u64(skb, SEGWARD_A_REPUTATION_ENTRIES, n))
		return -EMSGSIZE;
	for (i = 0; i < min_t(u32, n, COVERING_MAX); i++)
		if (put_entry(skb, rep, &entry[i], now))
			break;
	return 0;
}

/* Says how many there are; those for which there is no room are left out. */
static int put_covering(struct sk_buff *skb, struct segward_net *snet,
			const struct nlattr *addr)
{
	struct segward_reputation *rep = segward_reputation_table(snet);
	struct segward_reputation_entry *entry;
	int err;

	if (!rep)
		return put_u64(skb, SEGWARD_A_REPUTATION_ENTRIES, 0);
	entry = kvmalloc_array(COVERING_MAX, sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	rcu_read_lock();
	err = put_entries(skb, rep, addr, entry);
	rcu_read_unlock();
	kvfree(entry);
	return err;
}

static int check_get(struct genl_info *info)
{
	const struct nlattr *filter;
	const struct nlattr *addr = info->attrs[SEGWARD_A_REPUTATION_ADDRESS];

	filter = info->attrs[SEGWARD_A_REPUTATION_CATEGORY] ?:
		 info->attrs[SEGWARD_A_REPUTATION_SOURCE];
	if (filter)
		return segward_netlink_refuse(info->extack, filter,
					      "only a dump takes a filter",
					      -EINVAL);
	if (addr && segward_netlink_address(addr, info->extack) < 0)
		return -EINVAL;
	return 0;
}

int segward_reputation_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *addr = info->attrs[SEGWARD_A_REPUTATION_ADDRESS];
	struct segward_net *snet = segward_info_net(info);
	struct sk_buff *reply;
	void *hdr;
	int err;

	err = check_get(info);
	if (err)
		return err;
	reply = genlmsg_new(addr ? COVERING_SIZE : NLMSG_DEFAULT_SIZE,
			    GFP_KERNEL);
	if (!reply)
		return -ENOMEM;
	hdr = genlmsg_put_reply(reply, info, &segward_genl_family, 0,
				SEGWARD_CMD_REPUTATION_GET);
	err = -EMSGSIZE;
	if (hdr)
		err = addr ? put_covering(reply, snet, addr) :
			     put_totals(reply, snet);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, hdr);
	return segward_netlink_reply(info, reply);
}

/* Where a dump of entries goes on. */
struct entry_dump {
	struct segward_reputation_cursor cursor;
	u8 source;
	u8 category;
	bool begun;
};

/* What one part of a dump needs in the callback for each entry. */
struct entry_part {
	const struct segward_reputation *rep;
	struct netlink_callback *cb;
	struct sk_buff *skb;
	u64 now;
};

static int entry_dump_begin(struct netlink_callback *cb)
{
	struct nlattr **attrs = segward_genl_dump_attrs(cb);
	struct segward_net *snet = segward_netlink_cb_net(cb);
	struct entry_dump *ctx = (void *)cb->ctx;
	int err;

	BUILD_BUG_ON(sizeof(*ctx) >
		     sizeof_field(struct netlink_callback, ctx));
	ctx->begun = true;
	if (attrs[SEGWARD_A_REPUTATION_ADDRESS])
		return segward_netlink_refuse(cb->extack,
					      attrs[SEGWARD_A_REPUTATION_ADDRESS],
					      "a dump does not take this attribute",
					      -EINVAL);
	mutex_lock(&snet->lock);
	err = find_name(snet, cb->extack, attrs[SEGWARD_A_REPUTATION_SOURCE],
			true, &ctx->source);
	if (!err)
		err = find_name(snet, cb->extack,
				attrs[SEGWARD_A_REPUTATION_CATEGORY], false,
				&ctx->category);
	mutex_unlock(&snet->lock);
	return err;
}

int segward_reputation_get_start(struct netlink_callback *cb)
{
	return segward_netlink_dump_start(cb, entry_dump_begin);
}

static int entry_dump_one(void *arg,
			  const struct segward_reputation_entry *entry)
{
	struct entry_part *part = arg;
	void *hdr;

	hdr = genlmsg_put(part->skb, NETLINK_CB(part->cb->skb).portid,
			  part->cb->nlh->nlmsg_seq, &segward_genl_family,
			  NLM_F_MULTI, SEGWARD_CMD_REPUTATION_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (put_entry(part->skb, part->rep, entry, part->now)) {
		genlmsg_cancel(part->skb, hdr);
		return -EMSGSIZE;
	}
	genl_dump_check_consistent(part->cb, hdr);
	genlmsg_end(part->skb, hdr);
	return 0;
}

/*
 * Without the lock: a million entries take many parts, and nothing here may
 * hold up whoever adds one. The table itself says whether it was rebuilt
 * meanwhile.
 */
int segward_reputation_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb)
{
	struct segward_net *snet = segward_netlink_cb_net(cb);
	struct entry_dump *ctx = (void *)cb->ctx;
	struct segward_reputation_filter filter = { };
	struct entry_part part = {
		.cb	= cb,
		.skb	= skb,
		.now	= segward_now(),
	};
	int err;

	err = ctx->begun ? 0 : entry_dump_begin(cb);
	if (err)
		return err;
	filter.source = ctx->source;
	filter.category = ctx->category;
	do {
		cond_resched();
		rcu_read_lock();
		part.rep = rcu_dereference(snet->reputation);
		err = 0;
		if (part.rep) {
			cb->seq = segward_reputation_generation(part.rep);
			err = segward_reputation_iterate(part.rep,
							 &ctx->cursor, &filter,
							 part.now,
							 entry_dump_one, &part);
		}
		rcu_read_unlock();
	} while (err == -EAGAIN);
	return skb->len;
}
