// SPDX-License-Identifier: GPL-2.0
/*
 * What is not working, and why.
 *
 * DOC: one function a question, one table of sentences. Nothing here talks to
 * the kernel: facts.c has done that before.
 */
#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose.h"
#include "vec.h"

/*
 * A ping or a traceroute to a SID is a handful of packets without segments;
 * a headend whose list ends here sends nothing else.
 */
#define UPPER_STREAK	5

/* In front of a command that is advised: it gets the -n that the status had. */
#define COMMAND_MARK	'@'

/* Letters that a shell leaves alone. */
#define SHELL_PLAIN \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" \
	"_-+./:,@="

static const struct {
	enum level level;
	const char *name;
	const char *sentence;
} causes[CAUSES] = {
	[CAUSE_MODULE] = { LEVEL_ERROR, "module",
		"the module segward is not loaded; load it with \"modprobe segward\"" },
	[CAUSE_UNREADABLE] = { LEVEL_ERROR, "unreadable",
		"the module cannot be asked: %s" },
	[CAUSE_NO_SID] = { LEVEL_ERROR, "no-sid",
		"there is no SID, so nothing is inspected; add one with \"@segward sid add PREFIX action End.AN profile NAME\""
	},
	[CAUSE_HOOK] = { LEVEL_ERROR, "hook",
		"there are SIDs but the hook is not registered, so no packet reaches them; reload the module"
	},
	[CAUSE_DEVICE_MISSING] = { LEVEL_ERROR, "device",
		"device segward0 does not exist, so no route can lead to a SID; \"@segward sid save | @segward -b -\" makes it again"
	},
	[CAUSE_DEVICE_DOWN] = { LEVEL_ERROR, "device",
		"device segward0 is down, which removed the SIDs' routes; \"@segward sid save | @segward -b -\" brings both back"
	},
	[CAUSE_INTERFACE_GONE] = { LEVEL_ERROR, "interface",
		"its %s, device number %u, does not exist any more" },
	[CAUSE_INTERFACE_DOWN] = { LEVEL_ERROR, "interface",
		"its %s %s is down; \"@ip link set %s up\"" },
	[CAUSE_NO_ROUTE] = { LEVEL_ERROR, "no-route",
		"no route in table %s leads to it; \"@segward sid save %s | @segward -b -\" adds it"
	},
	[CAUSE_ROUTE_ELSEWHERE] = { LEVEL_ERROR, "vrf",
		"its route lies in table %s, but packets of %s are routed by table %s" },
	[CAUSE_NO_DISCARD] = { LEVEL_WARNING, "no-discard",
		"its discard route is missing from table %s: without the module its packets would take another route, uninspected"
	},
	[CAUSE_VRF_GONE] = { LEVEL_ERROR, "vrf",
		"its VRF, device number %u, does not exist any more" },
	[CAUSE_VRFTABLE_GONE] = { LEVEL_ERROR, "vrf",
		"no VRF has its vrftable %s any more, so nothing that it takes out of tunnels gets on; \"@ip link add NAME up type vrf table %u\" makes one"
	},
	[CAUSE_RETURN_GONE] = { LEVEL_ERROR, "return",
		"the VRF of its return, device number %u, does not exist any more, so the sources of what it rejects are not told; replace the SID with another return"
	},
	[CAUSE_VRF_IIF] = { LEVEL_ERROR, "vrf",
		"packets that come in by its iif %s belong to %s, the SID belongs to %s: none can match"
	},
	[CAUSE_VRF_EMPTY] = { LEVEL_ERROR, "vrf",
		"it belongs to %s, where no device is up: no packet can come in" },
	[CAUSE_VRF_ELSEWHERE] = { LEVEL_WARNING, "vrf",
		"no packet has come in %s so far; what comes in by %s belongs to %s and never matches this SID"
	},
	[CAUSE_PROFILE_MISSING] = { LEVEL_ERROR, "profile",
		"its profile %s does not exist" },
	[CAUSE_RULESET_MISSING] = { LEVEL_ERROR, "ruleset",
		"its ruleset %s is not loaded; load it with \"@segward ruleset load %s FILE...\"" },
	[CAUSE_PROFILE_EMPTY] = { LEVEL_WARNING, "profile",
		"it has neither rulesets nor reputation, so its SIDs inspect nothing" },
	[CAUSE_SHADOWED_ADDRESS] = { LEVEL_ERROR, "shadowed",
		"the local address %s of %s lies within it: what this node itself sends there, and everything when the module is gone, is not inspected"
	},
	[CAUSE_SHADOWED_SEG6LOCAL] = { LEVEL_ERROR, "shadowed",
		"the seg6local route %s in table %s takes its packets: what this node itself sends there, and everything when the module is gone, is not inspected"
	},
	[CAUSE_ALL_REFUSED_IIF] = { LEVEL_ERROR, "iif",
		"all of its %llu packets were refused since they came in by another device than its iif %s"
	},
	[CAUSE_REFUSED_IIF] = { LEVEL_WARNING, "iif",
		"%llu of its packets were refused since they came in by another device than its iif %s"
	},
	[CAUSE_ALL_REFUSED_SOURCE] = { LEVEL_ERROR, "allow-src",
		"all of its %llu packets were refused since their outer source is not in allow-src"
	},
	[CAUSE_REFUSED_SOURCE] = { LEVEL_WARNING, "allow-src",
		"%llu of its packets were refused since their outer source is not in allow-src" },
	[CAUSE_ANY_SOURCE] = { LEVEL_WARNING, "any-source",
		"it accepts packets of any outer source; name the headends with \"allow-src PREFIX\""
	},
	[CAUSE_HMAC_KEY] = { LEVEL_ERROR, "hmac",
		"it requires the HMAC of key %u, which the kernel does not have, so all of its packets are dropped; \"@ip sr hmac set %u sha256\" asks for the secret"
	},
	[CAUSE_FORWARDING] = { LEVEL_ERROR, "forwarding",
		"this node does not forward IPv6, so nothing leaves a SID; \"@sysctl -w net.ipv6.conf.all.forwarding=1\""
	},
	[CAUSE_FORWARDING4] = { LEVEL_ERROR, "forwarding",
		"the IPv4 packets that it takes out of tunnels come in by %s, and this node does not forward IPv4 from there; \"@sysctl -w net.ipv4.%s=1\""
	},
	[CAUSE_BRIDGED] = { LEVEL_WARNING, "br-netfilter",
		"br_netfilter showed %llu bridged packets to the hook; bridged packets are never inspected"
	},
	[CAUSE_BRIDGE_CALL] = { LEVEL_WARNING, "br-netfilter",
		"br_netfilter is on for IPv6 and bridge %s exists; bridged packets are never inspected"
	},
	[CAUSE_RP_FILTER] = { LEVEL_ERROR, "rp-filter",
		"the IPv4 packets that it takes out of tunnels come in by segward0, which has no address, so that rp_filter %d drops them; \"@sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.segward0.rp_filter=0\""
	},
	[CAUSE_UPPER] = { LEVEL_WARNING, "upper-layer",
		"its last %u packets came with no segments left or without SRH: the headend's segment list ends here, so nothing can be forwarded; add a segment behind this SID"
	},
	[CAUSE_EVENTS_LOST] = { LEVEL_WARNING, "events-lost",
		"%llu events were lost to the rate limit or for want of memory" },
	[CAUSE_MONITOR] = { LEVEL_NOTE, "monitor",
		"it is in monitor mode: nothing is dropped" },
	[CAUSE_PROFILES_UNREADABLE] = { LEVEL_NOTE, "unreadable",
		"profiles are not checked: %s" },
	[CAUSE_HMAC_UNREADABLE] = { LEVEL_NOTE, "unreadable",
		"whether the kernel has the HMAC keys of SIDs is not checked: %s" },
};

/** cause_level() - how bad a cause is */
enum level cause_level(enum cause cause)
{
	return causes[cause].level;
}

/** cause_name() - the word of a cause; several sentences may share it */
const char *cause_name(enum cause cause)
{
	return causes[cause].name;
}

static FILE *memory_open(char **text, size_t *size)
{
	FILE *f = open_memstream(text, size);

	if (f)
		return f;
	fputs("Error: out of memory\n", stderr);
	exit(CLI_USAGE);
}

/* A word for a shell, in what will be a format of printf(). */
static void put_word(FILE *f, const char *word)
{
	bool plain = *word && !word[strspn(word, SHELL_PLAIN)];

	if (!plain)
		putc('\'', f);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", f);
		else if (*word == '%')
			fputs("%%", f);
		else
			putc(*word, f);
	if (!plain)
		putc('\'', f);
}

/*
 * What takes a command into a network namespace. segward has an option for
 * it; ip-netns(8) knows names only. Returns how much of the command is written.
 */
static size_t put_enter(FILE *f, const char *command, const char *netns)
{
	static const char segward[] = "segward";
	const size_t len = strlen(segward);

	if (!strncmp(command, segward, len)) {
		fputs("segward -n ", f);
		put_word(f, netns);
		return len;
	}
	fputs(strchr(netns, '/') ? "nsenter --net=" : "ip netns exec ", f);
	put_word(f, netns);
	putc(' ', f);
	return 0;
}

/* The sentence of a cause, as a format, with commands that can be pasted. */
static char *sentence_format(const char *sentence, const char *netns)
{
	char *format;
	size_t size;
	FILE *f = memory_open(&format, &size);

	for (; *sentence; sentence++) {
		if (*sentence != COMMAND_MARK)
			putc(*sentence, f);
		else if (netns)
			sentence += put_enter(f, sentence + 1, netns);
	}
	fclose(f);
	return format;
}

static void found(struct problems *problems, enum cause cause,
		  const char *object, ...)
{
	struct problem *p = VEC_ADD(problems->v, problems->nr);
	char *format;
	va_list ap;
	size_t size;
	FILE *f;

	p->cause = cause;
	snprintf(p->object, sizeof(p->object), "%s", object);
	format = sentence_format(causes[cause].sentence, problems->netns);
	f = memory_open(&p->text, &size);
	va_start(ap, object);
	vfprintf(f, format, ap);
	va_end(ap);
	fclose(f);
	free(format);
}

static const char *sid_object(const struct sid *sid, char *s)
{
	strcpy(s, "sid ");
	prefix_format(&sid->prefix, s + 4);
	return s;
}

#define OBJECT_LEN	80

/* "VRF red" or "the default domain". */
static const char *domain_name(const struct facts *f, u32 vrf, char *s)
{
	const struct link *l = links_find(&f->links, vrf);

	if (!vrf)
		return strcpy(s, "the default domain");
	snprintf(s, OBJECT_LEN, "VRF %s", l ? l->name : "that is gone");
	return s;
}

static bool is_vrf(const struct link *l)
{
	return l && l->table;
}

/*
 * The L3 domain of what comes in by a device: its VRF, or that of the bridge
 * or bond that it belongs to.
 */
static u32 domain_of(const struct facts *f, const struct link *l)
{
	unsigned int depth;

	for (depth = 0; l && depth < 8; depth++) {
		if (is_vrf(l))
			return l->ifindex;
		l = l->master ? links_find(&f->links, l->master) : NULL;
	}
	return 0;
}

static u32 domain_table(const struct facts *f, u32 vrf)
{
	const struct link *l = links_find(&f->links, vrf);

	return l && l->table ? l->table : RT_TABLE_MAIN;
}

/* Can packets of others come in by this device? */
static bool is_ingress(const struct link *l)
{
	return l->flags & IFF_UP && !(l->flags & IFF_LOOPBACK) &&
	       !l->table && strcmp(l->kind, "segward");
}

/* --- The whole --------------------------------------------------------- */

static void check_sids(const struct facts *f, struct problems *p)
{
	if (!f->sids.nr)
		found(p, CAUSE_NO_SID, "");
	else if (!f->stats.value[SEGWARD_A_STATS_HOOK])
		found(p, CAUSE_HOOK, "");
}

static void check_device(const struct facts *f, struct problems *p)
{
	const struct link *l = links_find_name(&f->links, SEGWARD_DEVICE);

	if (!f->sids.nr)
		return;
	if (!l)
		found(p, CAUSE_DEVICE_MISSING, "");
	else if (!(l->flags & IFF_UP))
		found(p, CAUSE_DEVICE_DOWN, "");
}

static void check_forwarding(const struct facts *f, struct problems *p)
{
	if (!f->forwarding)
		found(p, CAUSE_FORWARDING, "");
}

static void check_bridges(const struct facts *f, struct problems *p)
{
	u64 bridged = f->stats.value[SEGWARD_A_STATS_BRIDGED];
	unsigned int i;

	if (bridged) {
		found(p, CAUSE_BRIDGED, "", (unsigned long long)bridged);
		return;
	}
	for (i = 0; f->bridge_call && i < f->links.nr; i++) {
		if (strcmp(f->links.v[i].kind, "bridge"))
			continue;
		found(p, CAUSE_BRIDGE_CALL, "", f->links.v[i].name);
		return;
	}
}

static void check_events(const struct facts *f, struct problems *p)
{
	u64 lost = f->stats.value[SEGWARD_A_STATS_EVENTS_LOST];

	if (lost)
		found(p, CAUSE_EVENTS_LOST, "", (unsigned long long)lost);
}

/* --- Profiles and rulesets --------------------------------------------- */

static void check_profile(const struct facts *f, const struct profile *profile,
			  struct problems *p)
{
	char object[OBJECT_LEN];
	unsigned int i;

	snprintf(object, sizeof(object), "profile %s", profile->name);
	for (i = 0; i < profile->nr_rulesets; i++)
		if (!rulesets_find(&f->rulesets, profile->ruleset[i]))
			found(p, CAUSE_RULESET_MISSING, object,
			      profile->ruleset[i], profile->ruleset[i]);
	if (!profile->nr_rulesets && !profile->nr_thresholds)
		found(p, CAUSE_PROFILE_EMPTY, object);
	if (profile->mode == SEGWARD_MODE_MONITOR)
		found(p, CAUSE_MONITOR, object);
}

static void check_profiles(const struct facts *f, struct problems *p)
{
	char reason[256];
	unsigned int i;

	for (i = 0; i < f->profiles.nr; i++)
		check_profile(f, &f->profiles.v[i], p);
	if (f->profiles_error.err)
		found(p, CAUSE_PROFILES_UNREADABLE, "",
		      nl_reason(&f->profiles_error, reason, sizeof(reason)));
}

/* --- HMAC keys --------------------------------------------------------- */

static void check_hmac_keys(const struct facts *f, struct problems *p)
{
	char reason[256];

	if (f->hmac_error.err)
		found(p, CAUSE_HMAC_UNREADABLE, "",
		      nl_reason(&f->hmac_error, reason, sizeof(reason)));
}

/* --- Each SID ---------------------------------------------------------- */

static void check_sid_profile(const struct facts *f, const struct sid *sid,
			      struct problems *p)
{
	char object[OBJECT_LEN];

	if (*sid->profile && !f->profiles_error.err &&
	    !profiles_find(&f->profiles, sid->profile))
		found(p, CAUSE_PROFILE_MISSING, sid_object(sid, object),
		      sid->profile);
}

static void check_interface(const struct facts *f, const struct sid *sid,
			    const char *what, u32 ifindex,
			    struct problems *p)
{
	const struct link *l = links_find(&f->links, ifindex);
	char object[OBJECT_LEN];

	if (!ifindex)
		return;
	sid_object(sid, object);
	if (!l)
		found(p, CAUSE_INTERFACE_GONE, object, what, ifindex);
	else if (!(l->flags & IFF_UP))
		found(p, CAUSE_INTERFACE_DOWN, object, what, l->name, l->name);
}

static void check_sid_interfaces(const struct facts *f, const struct sid *sid,
				 struct problems *p)
{
	check_interface(f, sid, "iif", sid->iif, p);
	check_interface(f, sid, "oif", sid->oif, p);
}

/* A route of ours to a prefix: by device (0: discard) and table (0: any). */
static const struct route *route_find(const struct facts *f,
				      const struct prefix *prefix, u32 oif,
				      u32 table)
{
	const struct route *r = routes_first(&f->routes, prefix);
	const struct route *end = f->routes.v + f->routes.nr;

	for (; r && r < end && !prefix_compare(&r->prefix, prefix); r++) {
		if (table && r->table != table)
			continue;
		if (oif ? r->oif == oif :
		    r->metric >= ROUTE_METRIC_DISCARD &&
		    r->protocol == ROUTE_PROTOCOL_DISCARD)
			return r;
	}
	return NULL;
}

static void check_sid_route(const struct facts *f, const struct sid *sid,
			    struct problems *p)
{
	const struct link *dev = links_find_name(&f->links, SEGWARD_DEVICE);
	u32 want = domain_table(f, sid->vrf);
	char object[OBJECT_LEN], name[OBJECT_LEN], s[32], t[32];
	char prefix[PREFIX_STRLEN];

	if (sid->noroute || !dev || !(dev->flags & IFF_UP))
		return;
	sid_object(sid, object);
	if (!route_find(f, &sid->prefix, dev->ifindex, sid->route_table))
		found(p, CAUSE_NO_ROUTE, object,
		      link_table_name(sid->route_table, s),
		      prefix_format(&sid->prefix, prefix));
	else if (sid->route_table != want &&
		 !route_find(f, &sid->prefix, dev->ifindex, want))
		found(p, CAUSE_ROUTE_ELSEWHERE, object,
		      link_table_name(sid->route_table, s),
		      domain_name(f, sid->vrf, name), link_table_name(want, t));
	if (!route_find(f, &sid->prefix, 0, sid->route_table))
		found(p, CAUSE_NO_DISCARD, object,
		      link_table_name(sid->route_table, s));
}

static bool domain_has_ingress(const struct facts *f, u32 vrf)
{
	unsigned int i;

	for (i = 0; i < f->links.nr; i++)
		if (is_ingress(&f->links.v[i]) &&
		    domain_of(f, &f->links.v[i]) == vrf)
			return true;
	return false;
}

/* A device by which packets come into another domain than this. */
static const struct link *ingress_elsewhere(const struct facts *f, u32 vrf)
{
	unsigned int i;

	for (i = 0; i < f->links.nr; i++)
		if (is_ingress(&f->links.v[i]) &&
		    domain_of(f, &f->links.v[i]) != vrf)
			return &f->links.v[i];
	return NULL;
}

static void check_sid_traffic(const struct facts *f, const struct sid *sid,
			      const char *object, struct problems *p)
{
	const struct link *other = ingress_elsewhere(f, sid->vrf);
	char here[OBJECT_LEN], there[OBJECT_LEN];

	domain_name(f, sid->vrf, here);
	if (!domain_has_ingress(f, sid->vrf))
		found(p, CAUSE_VRF_EMPTY, object, here);
	else if (!sid->packets && !sid->iif && other)
		found(p, CAUSE_VRF_ELSEWHERE, object, here, other->name,
		      domain_name(f, domain_of(f, other), there));
}

static void check_sid_domain(const struct facts *f, const struct sid *sid,
			     struct problems *p)
{
	const struct link *iif = links_find(&f->links, sid->iif);
	char object[OBJECT_LEN], here[OBJECT_LEN], there[OBJECT_LEN];

	sid_object(sid, object);
	if (sid->vrf && !is_vrf(links_find(&f->links, sid->vrf)))
		found(p, CAUSE_VRF_GONE, object, sid->vrf);
	else if (iif && domain_of(f, iif) != sid->vrf)
		found(p, CAUSE_VRF_IIF, object, iif->name,
		      domain_name(f, domain_of(f, iif), there),
		      domain_name(f, sid->vrf, here));
	else
		check_sid_traffic(f, sid, object, p);
}

/* The VRF that the kernel finds by a table. */
static const struct link *vrf_of_table(const struct facts *f, u32 table)
{
	unsigned int i;

	for (i = 0; i < f->links.nr; i++)
		if (is_vrf(&f->links.v[i]) && f->links.v[i].table == table)
			return &f->links.v[i];
	return NULL;
}

static void check_sid_vrftable(const struct facts *f, const struct sid *sid,
			       struct problems *p)
{
	char object[OBJECT_LEN], t[32];

	if (sid->vrftable && !vrf_of_table(f, sid->vrftable))
		found(p, CAUSE_VRFTABLE_GONE, sid_object(sid, object),
		      link_table_name(sid->vrftable, t), sid->vrftable);
}

static void check_sid_return(const struct facts *f, const struct sid *sid,
			     struct problems *p)
{
	char object[OBJECT_LEN];

	if (sid->return_vrf && !is_vrf(links_find(&f->links, sid->return_vrf)))
		found(p, CAUSE_RETURN_GONE, sid_object(sid, object),
		      sid->return_vrf);
}

static void check_sid_hmac(const struct facts *f, const struct sid *sid,
			   struct problems *p)
{
	char object[OBJECT_LEN];

	if (sid->hmac && !f->hmac_error.err &&
	    !hmac_keys_have(&f->hmac_keys, sid->hmac))
		found(p, CAUSE_HMAC_KEY, sid_object(sid, object), sid->hmac,
		      sid->hmac);
}

/* Does it take IPv4 packets out of their tunnels? */
static bool takes_out_ipv4(const struct sid *sid)
{
	switch (sid->action) {
	case SEGWARD_ACTION_END_DX4:
	case SEGWARD_ACTION_END_DT4:
	case SEGWARD_ACTION_END_DT46:
		return true;
	case SEGWARD_ACTION_END:
	case SEGWARD_ACTION_END_AN:
		return sid->flavors & 1U << SEGWARD_FLAVOR_USD;
	case SEGWARD_ACTION_END_T:
		return sid->flavors & 1U << SEGWARD_FLAVOR_USD &&
		       sid->table == RT_TABLE_MAIN;
	default:
		return false;
	}
}

/* By which device they come in then: their VRF, or segward0. */
static const struct link *ingress_ipv4(const struct facts *f,
				       const struct sid *sid)
{
	u32 vrf = 0;

	if (sid->vrftable)
		return vrf_of_table(f, sid->vrftable);
	if (sid->action == SEGWARD_ACTION_END_DX4)
		vrf = domain_of(f, links_find(&f->links, sid->oif));
	else if (sid->action == SEGWARD_ACTION_END ||
		 sid->action == SEGWARD_ACTION_END_AN)
		vrf = sid->vrf;
	return vrf ? links_find(&f->links, vrf) :
		     links_find_name(&f->links, SEGWARD_DEVICE);
}

/* sysctl(8) has a slash for a dot that is part of a name. */
static const char *setting_forwarding4(const struct link *l, char *s)
{
	char *dot;

	snprintf(s, OBJECT_LEN, "conf.%s.forwarding", l->name);
	for (dot = s + 5; dot < s + 5 + strlen(l->name); dot++)
		if (*dot == '.')
			*dot = '/';
	return s;
}

static void check_sid_forwarding4(const struct facts *f,
				  const struct sid *sid, struct problems *p)
{
	const struct link *l = takes_out_ipv4(sid) ? ingress_ipv4(f, sid) :
						     NULL;
	char object[OBJECT_LEN], setting[OBJECT_LEN];

	if (l && !l->forwards4)
		found(p, CAUSE_FORWARDING4, sid_object(sid, object), l->name,
		      f->forwarding4 ? setting_forwarding4(l, setting) :
				       "ip_forward");
}

/* Loose or strict is the same to a device without an address. */
static void check_sid_rp_filter(const struct facts *f, const struct sid *sid,
				struct problems *p)
{
	const struct link *l = takes_out_ipv4(sid) ? ingress_ipv4(f, sid) :
						     NULL;
	char object[OBJECT_LEN];

	if (l && !is_vrf(l) && f->rp_filter)
		found(p, CAUSE_RP_FILTER, sid_object(sid, object),
		      f->rp_filter);
}

static void check_sid_address(const struct facts *f, const struct sid *sid,
			      struct problems *p)
{
	const struct local_address *a;
	char object[OBJECT_LEN], s[PREFIX_STRLEN];
	const struct link *l;
	unsigned int i;

	for (i = 0; i < f->nr_addresses; i++) {
		a = &f->address[i];
		l = links_find(&f->links, a->ifindex);
		if (!prefix_covers(&sid->prefix, &a->a) ||
		    (l && domain_of(f, l) != sid->vrf))
			continue;
		found(p, CAUSE_SHADOWED_ADDRESS, sid_object(sid, object),
		      address_format(&a->a, s), l ? l->name : "a device");
		return;
	}
}

static void check_sid_seg6local(const struct facts *f, const struct sid *sid,
				struct problems *p)
{
	char object[OBJECT_LEN], s[PREFIX_STRLEN], t[32];
	u32 table = domain_table(f, sid->vrf);
	const struct route *r;
	unsigned int i;

	for (i = 0; i < f->routes.nr; i++) {
		r = &f->routes.v[i];
		if (r->encap != LWTUNNEL_ENCAP_SEG6_LOCAL ||
		    r->table != table || r->prefix.bits < sid->prefix.bits ||
		    !prefix_covers(&sid->prefix, &r->prefix.a))
			continue;
		found(p, CAUSE_SHADOWED_SEG6LOCAL, sid_object(sid, object),
		      prefix_format(&r->prefix, s),
		      link_table_name(r->table, t));
		return;
	}
}

static void check_sid_iif(const struct facts *f, const struct sid *sid,
			  struct problems *p)
{
	u64 refused = sid->drops.packets[SEGWARD_REASON_IIF];
	const struct link *l = links_find(&f->links, sid->iif);
	char object[OBJECT_LEN];

	if (refused)
		found(p, refused >= sid->packets ? CAUSE_ALL_REFUSED_IIF :
		      CAUSE_REFUSED_IIF, sid_object(sid, object),
		      (unsigned long long)refused, l ? l->name : "any more");
}

static void check_sid_source(const struct facts *f, const struct sid *sid,
			     struct problems *p)
{
	u64 refused = sid->drops.packets[SEGWARD_REASON_SOURCE];
	char object[OBJECT_LEN];

	(void)f;
	if (refused)
		found(p, refused >= sid->packets ? CAUSE_ALL_REFUSED_SOURCE :
		      CAUSE_REFUSED_SOURCE, sid_object(sid, object),
		      (unsigned long long)refused);
	if (!sid->nr_allow)
		found(p, CAUSE_ANY_SOURCE, sid_object(sid, object));
}

static void check_sid_upper(const struct facts *f, const struct sid *sid,
			    struct problems *p)
{
	char object[OBJECT_LEN];

	(void)f;
	if (sid->upper_streak >= UPPER_STREAK)
		found(p, CAUSE_UPPER, sid_object(sid, object),
		      sid->upper_streak);
}

/* --- All of it --------------------------------------------------------- */

static void (* const checks[])(const struct facts *f, struct problems *p) = {
	check_sids,
	check_device,
	check_forwarding,
	check_bridges,
	check_events,
	check_profiles,
	check_hmac_keys,
};

static void (* const sid_checks[])(const struct facts *f,
				   const struct sid *sid,
				   struct problems *p) = {
	check_sid_profile,
	check_sid_interfaces,
	check_sid_route,
	check_sid_domain,
	check_sid_vrftable,
	check_sid_return,
	check_sid_hmac,
	check_sid_forwarding4,
	check_sid_rp_filter,
	check_sid_address,
	check_sid_seg6local,
	check_sid_iif,
	check_sid_source,
	check_sid_upper,
};

static void check_all(const struct facts *f, struct problems *p)
{
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(checks); i++)
		checks[i](f, p);
	for (i = 0; i < f->sids.nr; i++)
		for (j = 0; j < ARRAY_SIZE(sid_checks); j++)
			sid_checks[j](f, &f->sids.v[i], p);
}

/* A stable sort, so that objects of one cause stay in their order. */
static void sort(struct problems *p)
{
	struct problem *v = NULL;
	unsigned int nr = 0, c, l, i;

	for (l = LEVEL_ERROR; l <= LEVEL_NOTE; l++)
		for (c = 0; c < CAUSES; c++)
			for (i = 0; causes[c].level == l && i < p->nr; i++)
				if (p->v[i].cause == c)
					*VEC_ADD(v, nr) = p->v[i];
	free(p->v);
	p->v = v;
}

/**
 * diagnose() - find what is not working, and why
 * @f: the facts
 * @p: result, errors first; problems_free() frees it
 */
void diagnose(const struct facts *f, struct problems *p)
{
	char reason[256];

	memset(p, 0, sizeof(*p));
	p->netns = f->netns;
	if (f->error.err == -ENOENT)
		found(p, CAUSE_MODULE, "");
	else if (f->error.err)
		found(p, CAUSE_UNREADABLE, "",
		      nl_reason(&f->error, reason, sizeof(reason)));
	else
		check_all(f, p);
	sort(p);
}

/** problems_wrong() - is there an error among them? */
bool problems_wrong(const struct problems *p)
{
	unsigned int i;

	for (i = 0; i < p->nr; i++)
		if (cause_level(p->v[i].cause) == LEVEL_ERROR)
			return true;
	return false;
}

/** problems_free() - free them */
void problems_free(struct problems *p)
{
	unsigned int i;

	for (i = 0; i < p->nr; i++)
		free(p->v[i].text);
	free(p->v);
	memset(p, 0, sizeof(*p));
}
