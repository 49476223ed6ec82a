// SPDX-License-Identifier: GPL-2.0
/*
 * Groups: which rules can concern a packet of that protocol and port, a stream,
 * or a buffer of a protocol.
 *
 * DOC: A packet is looked at by the prefilter of one group, which should hold
 * few patterns. Ports that many rules name alone (445, 53) get a group of
 * their own; all other ports of the protocol share one. A rule for any port
 * stands in every group, so what groups cost is bounded: no more are made than
 * fit GROUP_ENTRIES. The same goes for streams.
 *
 * A buffer of a protocol has one group: the rules whose pattern is looked for
 * there. A rule without a pattern stands in the groups of all its buffers, one
 * about an event in that of the events.
 */
#include <netinet/in.h>

#include "compiler.h"
#include "mpm.h"

/* Rules that must name a port before it gets a group of its own. */
#define PORT_RULES_MIN		8

/* A rule that names more ports than this does not favour any of them. */
#define RULE_PORTS_MAX		16

/* Groups with ports of their own, of a protocol. */
#define PORT_GROUPS_MAX		32

/*
 * Entries of rules in groups for each rule that there is: with the prefilter's
 * tables an entry takes about 100 bytes, so that 30,000 rules take 12 MB at
 * most for them.
 */
#define GROUP_ENTRIES		4

#define PORTS			65536

/* Rules whose content was not wanted, before it is called an attack. */
#define RETRIES_MAX		64

struct member {
	u32 rule;		/* in the image's order */
	const struct rulec_rule *text;
	struct rulec_intervals ports;	/* borrowed; empty: all */
	struct rulec_intervals other;	/* of "<>": the other direction */
};

struct port {
	u32 number;
	u32 rules;
};

struct maker {
	struct segward_rulec *rulec;
	struct rulec_groups *groups;
	struct mpm_sections *sections;
	const u32 *order;
	u32 nr;
	u32 buffer;
	struct member *member;
	u32 nr_members;
	struct port port[PORT_GROUPS_MAX];	/* sorted by number */
	u32 nr_ports;
	struct mpm_wish *wish;
	u32 *always;
};

static bool concerns_protocol(const struct segward_image_rule *rule, u32 proto)
{
	if (rule->proto == SEGWARD_IMAGE_PROTO_ICMP)
		return proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;
	return rule->proto == proto || rule->proto == SEGWARD_IMAGE_PROTO_IP;
}

/* Does a rule name this very protocol, so that it needs groups? */
static bool names_protocol(const struct segward_image_rule *rule, u32 proto)
{
	return rule->proto == proto ||
	       (rule->proto == SEGWARD_IMAGE_PROTO_ICMP &&
		(proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6));
}

static struct rulec_intervals set_ports(const struct segward_rulec *rulec,
					u32 set)
{
	if (rulec->set[set].any_port)
		return (struct rulec_intervals){};
	return rulec->set[set].port;
}

/* Is it held against what the groups in the making are about? */
static bool concerns_buffer(const struct rulec_rule *rule, u32 buffer)
{
	switch (buffer) {
	case SEGWARD_BUFFER_NONE:
		return rule->packets;
	case SEGWARD_BUFFER_STREAM:
		return rule->streams;
	case SEGWARD_IMAGE_BUFFER_EVENT:
		return rule->event;
	default:
		return rule->fast_len ? rule->fast_buffer == buffer :
		       rule->buffers >> buffer & 1;
	}
}

static void add_member(struct maker *maker, u32 place,
		       const struct rulec_rule *rule)
{
	const struct segward_image_rule *image = &rule->image;
	struct member *member = &maker->member[maker->nr_members++];

	*member = (struct member){
		.rule	= place,
		.text	= rule,
		.ports	= set_ports(maker->rulec, image->dport),
	};
	if (!(image->flags & SEGWARD_IMAGE_RULE_F_BIDIRECTIONAL))
		return;
	member->other = set_ports(maker->rulec, image->sport);
	if (!member->other.nr)
		member->ports = member->other;
}

static bool concerns_port(const struct member *member, u32 port)
{
	return !member->ports.nr ||
	       rulec_intervals_overlap(&member->ports, port, port) ||
	       rulec_intervals_overlap(&member->other, port, port);
}

static u64 count_numbers(const struct rulec_intervals *set)
{
	u64 nr = 0;
	u32 i;

	for (i = 0; i < set->nr; i++)
		nr += (u64)(set->v[i].last - set->v[i].first) + 1;
	return nr;
}

static void count_ports(const struct rulec_intervals *set, u32 *count)
{
	u128 port;
	u32 i;

	for (i = 0; i < set->nr; i++) {
		for (port = set->v[i].first; port <= set->v[i].last; port++)
			count[port]++;
	}
}

/* Is the rule about so few ports that it should wait in their groups? */
static bool is_narrow(const struct member *member)
{
	return member->ports.nr &&
	       count_numbers(&member->ports) + count_numbers(&member->other) <=
	       RULE_PORTS_MAX;
}

static int by_rules(const void *a, const void *b)
{
	const struct port *x = a;
	const struct port *y = b;

	if (x->rules != y->rules)
		return x->rules > y->rules ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

static int by_number(const void *a, const void *b)
{
	const struct port *x = a;
	const struct port *y = b;

	return x->number < y->number ? -1 : 1;
}

static u32 count_wide(const struct maker *maker)
{
	u32 i, nr = 0;

	for (i = 0; i < maker->nr_members; i++)
		nr += !is_narrow(&maker->member[i]);
	return nr;
}

/* The ports that most rules name, as far as there is room for the others. */
static void take_ports(struct maker *maker, struct port *port, u32 nr)
{
	u64 wide = max(count_wide(maker), 1u);
	u64 room = (u64)maker->nr_members * GROUP_ENTRIES / wide;
	u32 i;

	qsort(port, nr, sizeof(*port), by_rules);
	for (i = 0; i < nr && i < PORT_GROUPS_MAX && i + 1 < room; i++)
		maker->port[i] = port[i];
	maker->nr_ports = i;
	qsort(maker->port, i, sizeof(*port), by_number);
}

static int choose_ports(struct maker *maker)
{
	u32 *count = calloc(PORTS, sizeof(*count));
	struct port *port;
	u32 i, nr = 0;

	port = calloc(PORTS, sizeof(*port));
	if (!count || !port) {
		free(count);
		free(port);
		return -ENOMEM;
	}
	for (i = 0; i < maker->nr_members; i++) {
		if (!is_narrow(&maker->member[i]))
			continue;
		count_ports(&maker->member[i].ports, count);
		count_ports(&maker->member[i].other, count);
	}
	for (i = 0; i < PORTS; i++) {
		if (count[i] >= PORT_RULES_MIN)
			port[nr++] = (struct port){ i, count[i] };
	}
	take_ports(maker, port, nr);
	free(count);
	free(port);
	return 0;
}

/* Of the shared group: is there a port without a group that concerns it? */
static bool concerns_rest(const struct maker *maker,
			  const struct member *member)
{
	u64 own = 0;
	u32 i;

	if (!is_narrow(member))
		return true;
	for (i = 0; i < maker->nr_ports; i++) {
		u32 port = maker->port[i].number;

		own += rulec_intervals_overlap(&member->ports, port, port);
		own += rulec_intervals_overlap(&member->other, port, port);
	}
	return own < count_numbers(&member->ports) +
		     count_numbers(&member->other);
}

static void add_rule(struct maker *maker, const struct member *member,
		     struct segward_image_group *group, u32 *nr_wishes)
{
	const struct rulec_rule *rule = member->text;

	/* an event is waited for even if a content is not there */
	if (!rule->fast_len || maker->buffer == SEGWARD_IMAGE_BUFFER_EVENT) {
		maker->always[group->nr_links++] = member->rule;
		return;
	}
	maker->wish[(*nr_wishes)++] = (struct mpm_wish){
		.bytes	= maker->rulec->bytes.data + rule->fast_bytes,
		.offset	= rule->fast_bytes,
		.len	= rule->fast_len,
		.rule	= member->rule,
	};
}

static int by_value(const void *a, const void *b)
{
	u32 x = *(const u32 *)a;
	u32 y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static int too_big(struct maker *maker)
{
	return rulec_fail(maker->rulec, -E2BIG,
			  "the rules take more than %u bytes",
			  SEGWARD_IMAGE_SIZE_MAX);
}

/*
 * Make the prefilter. A pattern that cannot be told from too many others is
 * given up, and its rule always evaluated.
 */
static int make_mpm(struct maker *maker, struct segward_image_group *group,
		    u32 nr_wishes)
{
	u32 bad, tries;
	int err;

	group->mpm = ~0u;
	for (tries = 0; nr_wishes; tries++) {
		err = mpm_add(maker->sections, maker->wish, nr_wishes,
			      &group->mpm, &bad);
		if (err != -E2BIG || bad >= nr_wishes || tries == RETRIES_MAX)
			break;
		maker->always[group->nr_links++] = maker->wish[bad].rule;
		maker->wish[bad] = maker->wish[--nr_wishes];
		err = 0;
	}
	if (!nr_wishes || !err)
		return 0;
	if (err == -EINVAL)
		return rulec_fail(maker->rulec, -ENOTRECOVERABLE,
				  "internal error: a content is no pattern");
	if (err == -E2BIG && bad < nr_wishes)
		return rulec_fail(maker->rulec, err,
				  "too many contents cannot be told apart by any of their parts");
	return err == -E2BIG ? too_big(maker) : rulec_no_memory(maker->rulec);
}

/* A group's rules have been sorted into @wish and @always. */
static int finish_group(struct maker *maker, struct segward_image_group *group,
			u32 nr_wishes)
{
	int err;

	err = make_mpm(maker, group, nr_wishes);
	if (err)
		return err;
	qsort(maker->always, group->nr_links, sizeof(*maker->always),
	      by_value);
	err = mpm_add_links(maker->sections, maker->always, group->nr_links,
			    &group->first_link);
	if (err == -E2BIG)
		return too_big(maker);
	return err ? rulec_no_memory(maker->rulec) : 0;
}

static int add_group(struct maker *maker,
		     const struct segward_image_group *group)
{
	struct rulec_groups *groups = maker->groups;

	if (rulec_grow(&groups->v, &groups->room, (u64)groups->nr + 1,
		       sizeof(*group)))
		return rulec_no_memory(maker->rulec);
	groups->v[groups->nr++] = *group;
	return 0;
}

static int make_port_group(struct maker *maker, u32 proto, u32 port,
			   struct segward_image_group *group)
{
	u32 i, nr_wishes = 0;

	*group = (struct segward_image_group){
		.buffer		= maker->buffer,
		.proto		= proto,
		.port_first	= port,
		.port_last	= port,
	};
	for (i = 0; i < maker->nr_members; i++) {
		if (concerns_port(&maker->member[i], port))
			add_rule(maker, &maker->member[i], group, &nr_wishes);
	}
	return finish_group(maker, group, nr_wishes);
}

static int make_shared_group(struct maker *maker, u32 proto,
			     struct segward_image_group *group)
{
	u32 i, nr_wishes = 0;

	*group = (struct segward_image_group){
		.buffer	= maker->buffer,
		.proto	= proto,
	};
	for (i = 0; i < maker->nr_members; i++) {
		if (concerns_rest(maker, &maker->member[i]))
			add_rule(maker, &maker->member[i], group, &nr_wishes);
	}
	return finish_group(maker, group, nr_wishes);
}

/* The shared group's records fill the gaps between the ports with their own. */
static int make_groups(struct maker *maker, u32 proto)
{
	struct segward_image_group shared, own;
	u32 i, next = 0;
	int err;

	err = make_shared_group(maker, proto, &shared);
	for (i = 0; i < maker->nr_ports && !err; i++) {
		u32 port = maker->port[i].number;

		shared.port_first = next;
		shared.port_last = port - 1;
		if (next < port)
			err = add_group(maker, &shared);
		if (!err)
			err = make_port_group(maker, proto, port, &own);
		if (!err)
			err = add_group(maker, &own);
		next = port + 1;
	}
	shared.port_first = next;
	shared.port_last = PORTS - 1;
	if (!err && next < PORTS)
		err = add_group(maker, &shared);
	return err;
}

/* Streams are of TCP, whether a rule names it or not. */
static bool is_wanted(const struct maker *maker, bool named)
{
	return named || (maker->buffer == SEGWARD_BUFFER_STREAM &&
			 maker->nr_members);
}

static int make_protocol(struct maker *maker, u32 proto)
{
	bool named = false;
	u32 i;

	maker->nr_members = 0;
	maker->nr_ports = 0;
	for (i = 0; i < maker->nr; i++) {
		const struct rulec_rule *rule =
			&maker->rulec->rule[maker->order[i]];

		if (!concerns_buffer(rule, maker->buffer))
			continue;
		if (concerns_protocol(&rule->image, proto))
			add_member(maker, i, rule);
		named |= names_protocol(&rule->image, proto);
	}
	if (!is_wanted(maker, named))
		return 0;
	if (proto != SEGWARD_IMAGE_PROTO_IP && choose_ports(maker))
		return rulec_no_memory(maker->rulec);
	return make_groups(maker, proto);
}

static int make_packets(struct maker *maker)
{
	static const u32 protocols[] = {	/* sorted */
		IPPROTO_ICMP,
		IPPROTO_TCP,
		IPPROTO_UDP,
		IPPROTO_ICMPV6,
		IPPROTO_SCTP,
		SEGWARD_IMAGE_PROTO_IP,
	};
	int err = 0;
	u32 i;

	maker->buffer = SEGWARD_BUFFER_NONE;
	for (i = 0; i < ARRAY_SIZE(protocols) && !err; i++)
		err = make_protocol(maker, protocols[i]);
	return err;
}

/* The one group of a protocol's buffer, or of the events. */
static int make_buffer(struct maker *maker, u32 buffer)
{
	struct segward_image_group group = {
		.buffer		= buffer,
		.proto		= SEGWARD_IMAGE_PROTO_IP,
		.port_last	= PORTS - 1,
	};
	u32 i, nr_wishes = 0;
	int err;

	maker->buffer = buffer;
	for (i = 0; i < maker->nr; i++) {
		const struct member member = {
			.rule	= i,
			.text	= &maker->rulec->rule[maker->order[i]],
		};

		if (concerns_buffer(member.text, buffer))
			add_rule(maker, &member, &group, &nr_wishes);
	}
	if (!nr_wishes && !group.nr_links)
		return 0;
	err = finish_group(maker, &group, nr_wishes);
	return err ? err : add_group(maker, &group);
}

int rulec_groups_make(struct segward_rulec *rulec, const u32 *order, u32 nr,
		      struct rulec_groups *groups,
		      struct mpm_sections *sections)
{
	struct maker maker = {
		.rulec		= rulec,
		.groups		= groups,
		.sections	= sections,
		.order		= order,
		.nr		= nr,
	};
	int err = 0;
	u32 i;

	maker.member = calloc(nr + 1, sizeof(*maker.member));
	maker.wish = calloc(nr + 1, sizeof(*maker.wish));
	maker.always = calloc(nr + 1, sizeof(*maker.always));
	if (!maker.member || !maker.wish || !maker.always)
		err = rulec_no_memory(rulec);
	if (!err)
		err = make_packets(&maker);
	maker.buffer = SEGWARD_BUFFER_STREAM;
	if (!err)
		err = make_protocol(&maker, IPPROTO_TCP);
	for (i = SEGWARD_BUFFER_STREAM + 1; i < SEGWARD_BUFFERS_END && !err;
	     i++)
		err = make_buffer(&maker, i);
	if (!err)
		err = make_buffer(&maker, SEGWARD_IMAGE_BUFFER_EVENT);
	free(maker.member);
	free(maker.wish);
	free(maker.always);
	return err;
}
