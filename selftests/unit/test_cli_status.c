// SPDX-License-Identifier: GPL-2.0
/*
 * What segward status says about each cause, from facts made by hand.
 */
#include <errno.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stdlib.h>

#include "cli/diagnose.h"
#include "tap.h"

#define ETH0	2
#define ETH1	3
#define RED	4
#define SEG0	5
#define BR0	6

#define SID	"2001:db8:60:8::/64"
#define SAVE	"\"segward sid save " SID " | segward -b -\""

static struct link all_links[] = {
	{ .ifindex = 1, .flags = IFF_UP | IFF_LOOPBACK, .name = "lo" },
	{ .ifindex = ETH0, .flags = IFF_UP, .name = "eth0", .kind = "veth" },
	{ .ifindex = ETH1, .flags = IFF_UP, .name = "eth1", .kind = "veth" },
	{ .ifindex = RED, .flags = IFF_UP, .name = "red", .kind = "vrf",
	  .table = 100, .forwards4 = true },
	{ .ifindex = SEG0, .flags = IFF_UP, .name = "segward0",
	  .kind = "segward", .forwards4 = true },
	{ .ifindex = BR0, .flags = IFF_UP, .name = "br0", .kind = "bridge" },
};

static struct link links[6];
static struct sid sid;
static struct profile profile;
static struct ruleset ruleset;
static struct route routes[3];
static struct local_address address;
static name_t profile_ruleset;
static struct facts facts;
static struct problems problems;

/* A node where all is well: one SID with a profile, a ruleset, its routes. */
static void all_is_well(void)
{
	memcpy(links, all_links, sizeof(links));
	memset(&facts, 0, sizeof(facts));
	memset(&sid, 0, sizeof(sid));
	memset(&profile, 0, sizeof(profile));
	memset(&ruleset, 0, sizeof(ruleset));
	memset(routes, 0, sizeof(routes));

	prefix_parse(SID, &sid.prefix);
	sid.action = SEGWARD_ACTION_END_AN;
	strcpy(sid.profile, "broadband");
	sid.route_table = RT_TABLE_MAIN;
	sid.route_metric = ROUTE_METRIC;
	prefix_parse("fd00::/8", &sid.allow[0]);
	sid.nr_allow = 1;
	sid.packets = 100;

	strcpy(profile_ruleset, "base");
	strcpy(profile.name, "broadband");
	profile.mode = SEGWARD_MODE_PREVENT;
	profile.ruleset = &profile_ruleset;
	profile.nr_rulesets = 1;
	strcpy(ruleset.name, "base");
	ruleset.rules = 10;

	route_sid(&routes[0], &sid.prefix, RT_TABLE_MAIN, ROUTE_METRIC, SEG0);
	route_discard(&routes[1], &sid.prefix, RT_TABLE_MAIN, ROUTE_METRIC);

	facts.stats.value[SEGWARD_A_STATS_HOOK] = 1;
	facts.forwarding = 1;
	facts.forwarding4 = 1;
	facts.sids = (struct sids) { &sid, 1 };
	facts.profiles = (struct profiles) { &profile, 1 };
	facts.rulesets = (struct rulesets) { &ruleset, 1 };
	facts.links = (struct links) { links, 6 };
	facts.routes = (struct routes) { routes, 2 };
}

/* The one problem that is found: "LEVEL CAUSE OBJECT: TEXT", or "none". */
static const char *found(void)
{
	static const char * const levels[] = { "error", "warning", "note" };
	static char text[1024];
	const struct problem *p;

	problems_free(&problems);
	diagnose(&facts, &problems);
	if (!problems.nr)
		return "none";
	p = &problems.v[0];
	snprintf(text, sizeof(text), "%s %s %s%s%s%s", levels[cause_level(p->cause)],
		 cause_name(p->cause), p->object, *p->object ? ": " : "",
		 p->text, problems.nr > 1 ? " AND MORE" : "");
	return text;
}

static void nothing_is_wrong_when_all_is_well(void)
{
	all_is_well();
	CHECK_STR(found(), "none");
	CHECK(!problems_wrong(&problems));
}

static void module_not_loaded(void)
{
	all_is_well();
	facts.error.err = -ENOENT;
	CHECK_STR(found(), "error module the module segward is not loaded; load it with \"modprobe segward\"");
	CHECK(problems_wrong(&problems));
	facts.error.err = -EPERM;
	CHECK_STR(found(), "error unreadable the module cannot be asked: Operation not permitted; segward needs CAP_NET_ADMIN here; run it as root");
}

static void no_sid(void)
{
	all_is_well();
	facts.sids.nr = 0;
	CHECK_STR(found(), "error no-sid there is no SID, so nothing is inspected; add one with \"segward sid add PREFIX action End.AN profile NAME\"");
}

static void hook_absent(void)
{
	all_is_well();
	facts.stats.value[SEGWARD_A_STATS_HOOK] = 0;
	CHECK_STR(found(), "error hook there are SIDs but the hook is not registered, so no packet reaches them; reload the module");
}

static void device_missing_or_down(void)
{
	all_is_well();
	strcpy(links[4].name, "other");
	CHECK_STR(found(), "error device device segward0 does not exist, so no route can lead to a SID; \"segward sid save | segward -b -\" makes it again");
	all_is_well();
	links[4].flags = 0;
	CHECK_STR(found(), "error device device segward0 is down, which removed the SIDs' routes; \"segward sid save | segward -b -\" brings both back");
}

static void no_route(void)
{
	all_is_well();
	facts.routes.nr = 0;
	CHECK_STR(found(), "error no-route sid " SID ": no route in table main leads to it; " SAVE " adds it AND MORE");
	CHECK_STR(cause_name(problems.v[1].cause), "no-discard");
	CHECK_EQ(cause_level(problems.v[1].cause), LEVEL_WARNING);
	sid.noroute = true;
	CHECK_STR(found(), "none");
}

static void route_of_somebody_else_does_not_lead_to_it(void)
{
	all_is_well();
	routes[0].oif = ETH0;
	CHECK_STR(found(), "error no-route sid " SID ": no route in table main leads to it; " SAVE " adds it");
}

static void discard_route_missing(void)
{
	all_is_well();
	facts.routes.nr = 1;
	CHECK_STR(found(), "warning no-discard sid " SID ": its discard route is missing from table main: without the module its packets would take another route, uninspected");
	CHECK(!problems_wrong(&problems));
}

static void route_in_another_vrf(void)
{
	all_is_well();
	sid.route_table = 77;
	routes[0].table = 77;
	routes[1].table = 77;
	CHECK_STR(found(), "error vrf sid " SID ": its route lies in table 77, but packets of the default domain are routed by table main");
}

static void iif_in_another_vrf(void)
{
	all_is_well();
	links[1].master = RED;
	sid.iif = ETH0;
	CHECK_STR(found(), "error vrf sid " SID ": packets that come in by its iif eth0 belong to VRF red, the SID belongs to the default domain: none can match");
}

static void domain_without_devices(void)
{
	all_is_well();
	links[1].master = RED;
	links[2].master = RED;
	links[5].master = RED;
	CHECK_STR(found(), "error vrf sid " SID ": it belongs to the default domain, where no device is up: no packet can come in");
}

static void packets_in_another_vrf(void)
{
	all_is_well();
	links[1].master = RED;
	CHECK_STR(found(), "none");
	sid.packets = 0;
	CHECK_STR(found(), "warning vrf sid " SID ": no packet has come in the default domain so far; what comes in by eth0 belongs to VRF red and never matches this SID");
	sid.iif = ETH1;
	CHECK_STR(found(), "none");
}

static void port_of_a_bridge_in_a_vrf(void)
{
	all_is_well();
	links[1].master = BR0;
	links[5].master = RED;
	sid.iif = ETH0;
	CHECK_STR(found(), "error vrf sid " SID ": packets that come in by its iif eth0 belong to VRF red, the SID belongs to the default domain: none can match");
}

static void vrf_gone(void)
{
	all_is_well();
	sid.vrf = 99;
	CHECK_STR(found(), "error vrf sid " SID ": its VRF, device number 99, does not exist any more");
}

static void interface_gone_or_down(void)
{
	all_is_well();
	sid.oif = 99;
	CHECK_STR(found(), "error interface sid " SID ": its oif, device number 99, does not exist any more");
	sid.oif = 0;
	sid.iif = ETH1;
	links[2].flags = 0;
	CHECK_STR(found(), "error interface sid " SID ": its iif eth1 is down; \"ip link set eth1 up\"");
}

static void profile_or_ruleset_missing(void)
{
	all_is_well();
	facts.profiles.nr = 0;
	CHECK_STR(found(), "error profile sid " SID ": its profile broadband does not exist");
	all_is_well();
	facts.rulesets.nr = 0;
	CHECK_STR(found(), "error ruleset profile broadband: its ruleset base is not loaded; load it with \"segward ruleset load base FILE...\"");
}

static void profile_without_anything(void)
{
	all_is_well();
	profile.nr_rulesets = 0;
	CHECK_STR(found(), "warning profile profile broadband: it has neither rulesets nor reputation, so its SIDs inspect nothing");
	profile.nr_thresholds = 1;
	CHECK_STR(found(), "none");
}

static void shadowed_by_a_local_address(void)
{
	all_is_well();
	address_parse("2001:db8:60:8::1", &address.a);
	address.ifindex = ETH0;
	facts.address = &address;
	facts.nr_addresses = 1;
	CHECK_STR(found(), "error shadowed sid " SID ": the local address 2001:db8:60:8::1 of eth0 lies within it: what this node itself sends there, and everything when the module is gone, is not inspected");
	/* the same address in another domain is another one */
	links[1].master = RED;
	CHECK_STR(found(), "none");
	address_parse("2001:db8:60:9::1", &address.a);
	links[1].master = 0;
	CHECK_STR(found(), "none");
}

static void shadowed_by_a_seg6local_route(void)
{
	all_is_well();
	routes[2] = routes[1];
	prefix_parse("2001:db8:60:8::100/128", &routes[2].prefix);
	routes[2].metric = 1024;
	routes[2].encap = LWTUNNEL_ENCAP_SEG6_LOCAL;
	facts.routes.nr = 3;
	CHECK_STR(found(), "error shadowed sid " SID ": the seg6local route 2001:db8:60:8::100 in table main takes its packets: what this node itself sends there, and everything when the module is gone, is not inspected");
	routes[2].encap = LWTUNNEL_ENCAP_SEG6;
	CHECK_STR(found(), "none");
	/* a covering route is less specific than the SID's own */
	routes[2].encap = LWTUNNEL_ENCAP_SEG6_LOCAL;
	prefix_parse("2001:db8::/32", &routes[2].prefix);
	CHECK_STR(found(), "none");
}

static void iif_refuses(void)
{
	all_is_well();
	sid.iif = ETH0;
	sid.drops.packets[SEGWARD_REASON_IIF] = 100;
	CHECK_STR(found(), "error iif sid " SID ": all of its 100 packets were refused since they came in by another device than its iif eth0");
	sid.drops.packets[SEGWARD_REASON_IIF] = 99;
	CHECK_STR(found(), "warning iif sid " SID ": 99 of its packets were refused since they came in by another device than its iif eth0");
}

static void allow_src_refuses(void)
{
	all_is_well();
	sid.drops.packets[SEGWARD_REASON_SOURCE] = 100;
	CHECK_STR(found(), "error allow-src sid " SID ": all of its 100 packets were refused since their outer source is not in allow-src");
	sid.drops.packets[SEGWARD_REASON_SOURCE] = 1;
	CHECK_STR(found(), "warning allow-src sid " SID ": 1 of its packets were refused since their outer source is not in allow-src");
}

static void any_source(void)
{
	all_is_well();
	sid.nr_allow = 0;
	CHECK_STR(found(), "warning any-source sid " SID ": it accepts packets of any outer source; name the headends with \"allow-src PREFIX\"");
	CHECK(!problems_wrong(&problems));
}

static void forwarding_off(void)
{
	all_is_well();
	facts.forwarding = 0;
	CHECK_STR(found(), "error forwarding this node does not forward IPv6, so nothing leaves a SID; \"sysctl -w net.ipv6.conf.all.forwarding=1\"");
}

#define NO_IPV4	": the IPv4 packets that it takes out of tunnels come in by "

/* "segward0" without IPv4 forwarding is a problem to this SID, or is none. */
static void needs_ipv4_of(const char *device)
{
	char want[512];

	links[3].forwards4 = true;
	links[4].forwards4 = true;
	CHECK_STR(found(), "none");
	links[3].forwards4 = strcmp(device, "red");
	links[4].forwards4 = strcmp(device, "segward0");
	snprintf(want, sizeof(want), "error forwarding sid " SID NO_IPV4 "%s, and this node does not forward IPv4 from there; \"sysctl -w net.ipv4.conf.%s.forwarding=1\"",
		 device, device);
	CHECK_STR(found(), *device ? want : "none");
	links[3].forwards4 = !strcmp(device, "red");
	links[4].forwards4 = !strcmp(device, "segward0");
	CHECK_STR(found(), "none");
}

static void ipv4_forwarding_off_where_inner_packets_come_in(void)
{
	all_is_well();
	sid.action = SEGWARD_ACTION_END_DT4;
	sid.table = RT_TABLE_MAIN;
	needs_ipv4_of("segward0");
	sid.action = SEGWARD_ACTION_END_DT46;
	sid.vrftable = 100;
	sid.table = 0;
	needs_ipv4_of("red");
	all_is_well();
	sid.action = SEGWARD_ACTION_END_DX4;
	sid.oif = ETH1;
	needs_ipv4_of("segward0");
	links[2].master = RED;
	needs_ipv4_of("red");
	all_is_well();
	sid.flavors = 1 << SEGWARD_FLAVOR_USD;
	needs_ipv4_of("segward0");
	sid.action = SEGWARD_ACTION_END_T;
	sid.table = RT_TABLE_MAIN;
	needs_ipv4_of("segward0");
	/* the setting of all devices comes first, if it is that one */
	links[4].forwards4 = false;
	facts.forwarding4 = 0;
	CHECK_STR(found(), "error forwarding sid " SID NO_IPV4 "segward0, and this node does not forward IPv4 from there; \"sysctl -w net.ipv4.ip_forward=1\"");
}

static void ipv4_forwarding_off_is_nothing_to_a_sid_of_ipv6(void)
{
	all_is_well();
	links[3].forwards4 = false;
	links[4].forwards4 = false;
	facts.forwarding4 = 0;
	CHECK_STR(found(), "none");
	sid.action = SEGWARD_ACTION_END_DT6;
	sid.table = RT_TABLE_MAIN;
	CHECK_STR(found(), "none");
	sid.action = SEGWARD_ACTION_END_T;
	sid.table = 100;
	sid.flavors = 1 << SEGWARD_FLAVOR_USD;
	CHECK_STR(found(), "none");
	sid.action = SEGWARD_ACTION_END_X;
	CHECK_STR(found(), "none");
}

static void a_dot_in_a_devices_name_is_a_slash_to_sysctl(void)
{
	all_is_well();
	strcpy(links[3].name, "red.7");
	links[3].forwards4 = false;
	sid.action = SEGWARD_ACTION_END_DT4;
	sid.vrftable = 100;
	CHECK_STR(found(), "error forwarding sid " SID NO_IPV4 "red.7, and this node does not forward IPv4 from there; \"sysctl -w net.ipv4.conf.red/7.forwarding=1\"");
}

static void hmac_key_gone(void)
{
	static u32 id = 7;

	all_is_well();
	sid.hmac = 7;
	CHECK_STR(found(), "error hmac sid " SID ": it requires the HMAC of key 7, which the kernel does not have, so all of its packets are dropped; \"ip sr hmac set 7 sha256\" asks for the secret");
	CHECK(problems_wrong(&problems));
	facts.hmac_keys = (struct hmac_keys) { &id, 1 };
	CHECK_STR(found(), "none");
	sid.hmac = 8;
	CHECK_STR(found(), "error hmac sid " SID ": it requires the HMAC of key 8, which the kernel does not have, so all of its packets are dropped; \"ip sr hmac set 8 sha256\" asks for the secret");
	facts.hmac_error.err = -EPERM;
	CHECK_STR(found(), "note unreadable whether the kernel has the HMAC keys of SIDs is not checked: Operation not permitted; segward needs CAP_NET_ADMIN here; run it as root");
	CHECK(!problems_wrong(&problems));
}

static void vrf_of_return_gone(void)
{
	all_is_well();
	sid.return_vrf = RED;
	CHECK_STR(found(), "none");
	sid.return_vrf = 99;
	CHECK_STR(found(), "error return sid " SID ": the VRF of its return, device number 99, does not exist any more, so the sources of what it rejects are not told; replace the SID with another return");
	/* the number of a device may be given out again */
	sid.return_vrf = ETH1;
	CHECK_STR(found(), "error return sid " SID ": the VRF of its return, device number 3, does not exist any more, so the sources of what it rejects are not told; replace the SID with another return");
}

static void vrf_of_vrftable_gone(void)
{
	all_is_well();
	sid.action = SEGWARD_ACTION_END_DT46;
	sid.vrftable = 100;
	CHECK_STR(found(), "none");
	sid.vrftable = 101;
	CHECK_STR(found(), "error vrf sid " SID ": no VRF has its vrftable 101 any more, so nothing that it takes out of tunnels gets on; \"ip link add NAME up type vrf table 101\" makes one");
}

static void bridged_packets(void)
{
	all_is_well();
	facts.bridge_call = 1;
	CHECK_STR(found(), "warning br-netfilter br_netfilter is on for IPv6 and bridge br0 exists; bridged packets are never inspected");
	facts.stats.value[SEGWARD_A_STATS_BRIDGED] = 7;
	CHECK_STR(found(), "warning br-netfilter br_netfilter showed 7 bridged packets to the hook; bridged packets are never inspected");
	all_is_well();
	facts.bridge_call = 1;
	facts.links.nr = 5;
	CHECK_STR(found(), "none");
}

static void rp_filter_of_any_kind(void)
{
	all_is_well();
	facts.rp_filter = 1;
	CHECK_STR(found(), "none");
	sid.action = SEGWARD_ACTION_END_DT4;
	sid.table = RT_TABLE_MAIN;
	CHECK_STR(found(), "error rp-filter sid " SID ": the IPv4 packets that it takes out of tunnels come in by segward0, which has no address, so that rp_filter 1 drops them; \"sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.segward0.rp_filter=0\"");
	facts.rp_filter = 2;
	CHECK_STR(found(), "error rp-filter sid " SID ": the IPv4 packets that it takes out of tunnels come in by segward0, which has no address, so that rp_filter 2 drops them; \"sysctl -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.segward0.rp_filter=0\"");
	/* its routes lead to its ports */
	sid.vrftable = 100;
	CHECK_STR(found(), "none");
}

static void last_packets_without_segments(void)
{
	all_is_well();
	sid.upper_streak = 4;
	CHECK_STR(found(), "none");
	sid.upper_streak = 5;
	CHECK_STR(found(), "warning upper-layer sid " SID ": its last 5 packets came with no segments left or without SRH: the headend's segment list ends here, so nothing can be forwarded; add a segment behind this SID");
}

static void notes_are_not_wrong(void)
{
	all_is_well();
	profile.mode = SEGWARD_MODE_MONITOR;
	CHECK_STR(found(), "note monitor profile broadband: it is in monitor mode: nothing is dropped");
	CHECK(!problems_wrong(&problems));
	all_is_well();
	facts.stats.value[SEGWARD_A_STATS_EVENTS_LOST] = 2;
	CHECK_STR(found(), "warning events-lost 2 events were lost to the rate limit or for want of memory");
	all_is_well();
	facts.profiles.nr = 0;
	facts.profiles_error.err = -EPERM;
	CHECK_STR(found(), "note unreadable profiles are not checked: Operation not permitted; segward needs CAP_NET_ADMIN here; run it as root");
}

static void check_found(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static void check_found(const char *format, ...)
{
	char want[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(want, sizeof(want), format, args);
	va_end(args);
	CHECK_STR(found(), want);
}

/* All commands that a sentence advises, asked with -n @netns. */
static void advises(const char *netns, const char *segward, const char *enter)
{
	all_is_well();
	facts.netns = netns;
	facts.sids.nr = 0;
	check_found("error no-sid there is no SID, so nothing is inspected; add one with \"%s sid add PREFIX action End.AN profile NAME\"",
		    segward);

	all_is_well();
	facts.netns = netns;
	facts.routes.nr = 0;
	sid.nr_allow = 0;
	check_found("error no-route sid " SID ": no route in table main leads to it; \"%s sid save "
		    SID " | %s -b -\" adds it AND MORE",
		    segward, segward);

	all_is_well();
	facts.netns = netns;
	facts.rulesets.nr = 0;
	check_found("error ruleset profile broadband: its ruleset base is not loaded; load it with \"%s ruleset load base FILE...\"",
		    segward);

	all_is_well();
	facts.netns = netns;
	facts.forwarding = 0;
	check_found("error forwarding this node does not forward IPv6, so nothing leaves a SID; \"%s sysctl -w net.ipv6.conf.all.forwarding=1\"",
		    enter);

	all_is_well();
	facts.netns = netns;
	sid.iif = ETH1;
	links[2].flags = 0;
	check_found("error interface sid " SID ": its iif eth1 is down; \"%s ip link set eth1 up\"",
		    enter);
}

static void advice_acts_in_the_namespace_that_was_asked(void)
{
	advises("lab", "segward -n lab", "ip netns exec lab");
	advises("/proc/7/ns/net", "segward -n /proc/7/ns/net",
		"nsenter --net=/proc/7/ns/net");
	/* what a shell or printf() would take for something else */
	advises("a b'%s@", "segward -n 'a b'\\''%s@'",
		"ip netns exec 'a b'\\''%s@'");
	/* the module is that of all namespaces */
	all_is_well();
	facts.netns = "lab";
	facts.error.err = -ENOENT;
	CHECK_STR(found(), "error module the module segward is not loaded; load it with \"modprobe segward\"");
}

static void errors_come_first(void)
{
	all_is_well();
	sid.nr_allow = 0;
	profile.mode = SEGWARD_MODE_MONITOR;
	facts.forwarding = 0;
	found();
	REQUIRE(problems.nr == 3);
	CHECK_EQ(cause_level(problems.v[0].cause), LEVEL_ERROR);
	CHECK_EQ(cause_level(problems.v[1].cause), LEVEL_WARNING);
	CHECK_EQ(cause_level(problems.v[2].cause), LEVEL_NOTE);
	CHECK(problems_wrong(&problems));
}

static void every_cause_has_a_word(void)
{
	unsigned int i;

	for (i = 0; i < CAUSES; i++)
		CHECK(cause_name(i) && *cause_name(i));
}

int main(void)
{
	RUN(nothing_is_wrong_when_all_is_well);
	RUN(module_not_loaded);
	RUN(no_sid);
	RUN(hook_absent);
	RUN(device_missing_or_down);
	RUN(no_route);
	RUN(route_of_somebody_else_does_not_lead_to_it);
	RUN(discard_route_missing);
	RUN(route_in_another_vrf);
	RUN(iif_in_another_vrf);
	RUN(domain_without_devices);
	RUN(packets_in_another_vrf);
	RUN(port_of_a_bridge_in_a_vrf);
	RUN(vrf_gone);
	RUN(interface_gone_or_down);
	RUN(profile_or_ruleset_missing);
	RUN(profile_without_anything);
	RUN(shadowed_by_a_local_address);
	RUN(shadowed_by_a_seg6local_route);
	RUN(iif_refuses);
	RUN(allow_src_refuses);
	RUN(any_source);
	RUN(forwarding_off);
	RUN(ipv4_forwarding_off_where_inner_packets_come_in);
	RUN(ipv4_forwarding_off_is_nothing_to_a_sid_of_ipv6);
	RUN(a_dot_in_a_devices_name_is_a_slash_to_sysctl);
	RUN(hmac_key_gone);
	RUN(vrf_of_return_gone);
	RUN(vrf_of_vrftable_gone);
	RUN(bridged_packets);
	RUN(rp_filter_of_any_kind);
	RUN(last_packets_without_segments);
	RUN(notes_are_not_wrong);
	RUN(advice_acts_in_the_namespace_that_was_asked);
	RUN(errors_come_first);
	RUN(every_cause_has_a_word);
	problems_free(&problems);
	return tap_done();
}
