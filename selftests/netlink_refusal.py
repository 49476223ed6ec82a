#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every refusal has its error, its sentence and its attribute, and a refused
request changes nothing."""

import socket
import subprocess
from errno import (E2BIG, EAGAIN, EBUSY, EEXIST, EINVAL, ENODEV, ENOENT,
                   ENOSPC, EPERM, ERANGE)

from claims import claim, equal, main, refused, refused_dump
from genl import Socket, Spec, attribute, enter
from image import image, load, upload

NS = "segward-refusal"
PREFIX = "2001:3e8:60:8::"
NO_SUCH = "there is no %s of this name"
HOST_BITS = "bits are set behind the prefix length"


def a6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def a4(text):
    return socket.inet_aton(text)


def sid(prefix=PREFIX, length=64, action="end", **more):
    more.setdefault("create", True)
    return dict(prefix=a6(prefix), prefix_len=length, action=action, **more)


def refuse_sid(nl, errno, message, where=None, missing=None, **values):
    before = nl.dump("sid-get"), nl.do("stats-get")[0]["generation"]
    refused(lambda: nl.do("sid-new", **values), errno, message, where, missing)
    equal((nl.dump("sid-get"), nl.do("stats-get")[0]["generation"]), before,
          "state after a refusal")


def index(dev):
    return socket.if_nametoindex(dev)


def strict(on):
    with open("/proc/sys/net/vrf/strict_mode", "w", encoding="ascii") as f:
        f.write("%d\n" % on)


@claim
def a_sid_needs_prefix_length_and_action(nl):
    both = "a prefix and its length are required"
    refuse_sid(nl, EINVAL, both, missing="prefix", create=True,
               prefix_len=64, action="end")
    refuse_sid(nl, EINVAL, both, missing="prefix-len", create=True,
               prefix=a6(PREFIX), action="end")
    refuse_sid(nl, EINVAL, "an action is required", missing="action",
               create=True, prefix=a6(PREFIX), prefix_len=64)
    refuse_sid(nl, EINVAL, "a request says create, replace or both",
               missing="create", prefix=a6(PREFIX), prefix_len=64,
               action="end")


@claim
def a_sid_has_no_host_bits_and_is_global_unicast(nl):
    refuse_sid(nl, EINVAL, HOST_BITS, "prefix", **sid(PREFIX + "1"))
    refuse_sid(nl, EINVAL, HOST_BITS, "prefix", **sid("2001:db8:0:1::", 63))
    for wrong in ("ff02::", "fe80::", "::"):
        refuse_sid(nl, EINVAL, "a SID is a global unicast prefix", "prefix",
                   **sid(wrong))
    refuse_sid(nl, EINVAL, "a SID is a global unicast prefix", "prefix",
               **sid("::1", 128))


@claim
def values_out_of_range_are_refused(nl):
    refuse_sid(nl, ERANGE, None, "prefix-len", **sid(length=0))
    refuse_sid(nl, ERANGE, None, "prefix-len", **sid(length=129))
    refuse_sid(nl, ERANGE, None, "action", **sid(action=0))
    refuse_sid(nl, ERANGE, None, "action", **sid(action=10))
    refuse_sid(nl, ERANGE, None, "oif", **sid(action="end-x", oif=2 ** 31,
                                             nh6=a6("fd00::1")))
    refuse_sid(nl, ERANGE, None, "prefix",
               **dict(sid(), prefix=a6(PREFIX)[:15]))
    refuse_sid(nl, ERANGE, None, "nh6", **sid(action="end-x", nh6=a4("1.2.3.4")))


@claim
def actions_take_their_own_attributes_only(nl):
    every = {"end", "end-x", "end-t", "end-an", "end-dx4", "end-dx6",
             "end-dt4", "end-dt6", "end-dt46"}
    dt = {"end-dt4", "end-dt6", "end-dt46"}
    for where, value, owners, sentence in (
            ("nh6", a6("fd00::1"), {"end-x", "end-dx6"},
             "only End.X and End.DX6 have an IPv6 next hop"),
            ("nh4", a4("10.0.0.1"), {"end-dx4"},
             "only End.DX4 has an IPv4 next hop"),
            ("oif", index("lo"), {"end-x", "end-dx4", "end-dx6"},
             "only End.X, End.DX4 and End.DX6 have an output device"),
            ("table", 7, {"end-t"} | dt,
             "only End.T, End.DT4, End.DT6 and End.DT46 have a table"),
            ("vrftable", 7, dt,
             "only End.DT4, End.DT6 and End.DT46 have a VRF's table"),
            ("flavors", 2, {"end", "end-x", "end-t", "end-an"},
             "only End, End.X, End.T and End.AN have flavors"),
            ("profile", "slice", every - {"end"},
             "End takes no profile; End.AN is End with one"),
            ("argument", [{"value": 1, "profile": "slice"}], every - {"end"},
             "End takes no profile; End.AN is End with one")):
        for action in sorted(every - owners):
            refuse_sid(nl, EINVAL, sentence, where,
                       **sid(action=action, **{where: value}))


@claim
def the_end_of_a_tunnel_needs_a_next_hop_and_a_device(nl):
    device = "End.DX4 and End.DX6 need an output device"
    none = "no device has this index"
    unicast = "the next hop is not a unicast address"
    refuse_sid(nl, EINVAL, device, missing="oif",
               **sid(action="end-dx4", nh4=a4("10.0.0.1")))
    refuse_sid(nl, EINVAL, device, missing="oif",
               **sid(action="end-dx6", nh6=a6("fe80::1")))
    for wrong in (4711, 0):
        refuse_sid(nl, ENODEV, none, "oif",
                   **sid(action="end-dx4", nh4=a4("10.0.0.1"), oif=wrong))
        refuse_sid(nl, ENODEV, none, "oif",
                   **sid(action="end-dx6", nh6=a6("fd00::1"), oif=wrong))
    refuse_sid(nl, EINVAL, "End.DX4 needs a next hop", missing="nh4",
               **sid(action="end-dx4", oif=index("lo")))
    refuse_sid(nl, EINVAL, "End.DX6 needs a next hop", missing="nh6",
               **sid(action="end-dx6", oif=index("lo")))
    for wrong in ("0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"):
        refuse_sid(nl, EINVAL, unicast, "nh4",
                   **sid(action="end-dx4", nh4=a4(wrong), oif=index("lo")))
    for wrong in ("::", "::1", "ff02::1"):
        refuse_sid(nl, EINVAL, unicast, "nh6",
                   **sid(action="end-dx6", nh6=a6(wrong), oif=index("lo")))
    refuse_sid(nl, ERANGE, None, "nh4",
               **sid(action="end-dx4", nh4=a6("fd00::1"), oif=index("lo")))


@claim
def the_end_of_a_tunnel_needs_a_table_that_can_be_looked_up_in(nl):
    both = "a table or a VRF's table, not both"
    needs = "End.DT4, End.DT6 and End.DT46 need a table or a VRF's table"
    main = ("End.DT4 and End.DT46 look up in table main "
            "or in a VRF's table")
    for action in ("end-dt4", "end-dt6", "end-dt46"):
        refuse_sid(nl, EINVAL, needs, missing="table", **sid(action=action))
        refuse_sid(nl, EINVAL, both, "vrftable",
                   **sid(action=action, table=254, vrftable=10))
        refuse_sid(nl, EINVAL, "there is no table 0", "table",
                   **sid(action=action, table=0))
        strict(0)
        refuse_sid(nl, EPERM, "a VRF's table needs net.vrf.strict_mode",
                   "vrftable", **sid(action=action, vrftable=10))
        strict(1)
        for wrong in (0, 4711):
            refuse_sid(nl, ENODEV, "no VRF has this table", "vrftable",
                       **sid(action=action, vrftable=wrong))
    for action in ("end-dt4", "end-dt46"):
        refuse_sid(nl, EINVAL, main, "table", **sid(action=action, table=7))


@claim
def flavors_are_those_of_the_rfc(nl):
    refuse_sid(nl, EINVAL, "flavors are psp, usp, usd and next-csid",
               "flavors",
               **sid(flavors=1))
    refuse_sid(nl, ERANGE, None, "flavors", **sid(flavors=32))


@claim
def lengths_of_csids_fit_the_prefix(nl):
    whole = "lblen and nflen are multiples of 8"
    fit = "lblen and nflen together are the length of the prefix"
    room = "there is no room for a C-SID behind the prefix"
    only = "only flavor next-csid has lblen and nflen"
    for flavors, length, lblen, nflen, sentence, where in (
            (16, 48, 33, 15, whole, "lblen"), (16, 48, None, 15, whole, "nflen"),
            (16, 48, 32, 24, fit, "lblen"), (16, 64, None, None, fit, "prefix"),
            (16, 64, None, 16, fit, "nflen"), (16, 128, 120, 8, room, "lblen"),
            (16, 96, 56, 40, room, "lblen"), (2, 48, 32, 16, only, "lblen"),
            (0, 48, None, 16, only, "nflen")):
        more = {k: v for k, v in (("lblen", lblen), ("nflen", nflen)) if v}
        refuse_sid(nl, EINVAL, sentence, where,
                   **sid("2001:db8:1::", length, flavors=flavors, **more))
    for name in ("lblen", "nflen"):
        for wrong in (7, 121):
            refuse_sid(nl, ERANGE, None, name,
                       **sid(flavors=16, **{name: wrong}))


@claim
def arguments_fit_the_prefix_and_have_profiles(nl):
    one = {"value": 1, "profile": "slice"}
    bits = "the argument has not so many bits"
    an = {"action": "end-an", "profile": "slice"}

    def refuse(errno, sentence, where, length=64, **more):
        refuse_sid(nl, errno, sentence, where,
                   **sid("2001:db8::", length, **dict(an, **more)))
    refuse(EINVAL, "there are no argument values to which this belongs",
           "argument-len", argument_len=8)
    refuse(EINVAL, "there are no argument values to which this belongs",
           "argument-offset", argument_offset=8)
    refuse(EINVAL, "the argument has more than 32 bits; say how many of them "
           "count", "argument", argument=[one])
    refuse(EINVAL, bits, "argument-offset", argument=[one],
           argument_offset=64, argument_len=1)
    refuse(EINVAL, bits, "argument-len", argument=[one],
           argument_offset=57, argument_len=8)
    refuse(EINVAL, "behind a prefix of 128 bits there is no argument",
           "argument", 128, argument=[one], argument_len=1)
    refuse(EINVAL, "the value does not fit into the argument's bits",
           "argument.value", argument=[dict(one, value=256)], argument_len=8)
    refuse(EINVAL, "a value has two profiles", "argument",
           argument=[one, one], argument_len=8)
    refuse(EINVAL, "an argument is a value and a profile", "argument",
           argument=[{"value": 1}], argument_len=8)
    refuse(ENOENT, "there is no profile of this name", "argument.profile",
           argument=[dict(one, profile="none")], argument_len=8)
    refuse(E2BIG, "a SID has at most 256 argument values", "argument",
           argument=[dict(one, value=n) for n in range(257)], argument_len=16)
    refuse_sid(nl, EINVAL, "a SID with argument values needs a profile for "
               "all others", "argument",
               **sid(action="end-x", nh6=a6("fd00::1"), argument=[one],
                     argument_len=8))
    refuse_sid(nl, EINVAL, "with flavor next-csid the bits behind the prefix "
               "are C-SIDs, which select no profile", "argument",
               **sid("2001:db8:1::", 48, flavors=16, argument=[one],
                     argument_len=8, **an))
    for name, wrong in (("argument-len", 0), ("argument-len", 33),
                        ("argument-offset", 127)):
        refuse(ERANGE, None, name, argument=[one],
               **{name.replace("-", "_"): wrong})


@claim
def the_way_back_is_one_and_leads_somewhere(nl):
    one = "resets go back by a table, a VRF or segments, by one of them"
    an = {"action": "end-an", "profile": "slice"}
    segment = a6("2001:db8::1")
    refuse_sid(nl, EINVAL, one, "return-vrf",
               **sid(return_table=254, return_vrf=1, **an))
    refuse_sid(nl, EINVAL, one, "return-segments",
               **sid(return_table=254, return_segments=segment, **an))
    refuse_sid(nl, EINVAL, "a SID without a profile rejects nothing",
               "return-table", **sid(return_table=254))
    refuse_sid(nl, EINVAL, "there is no table 0", "return-table",
               **sid(return_table=0, **an))
    refuse_sid(nl, EINVAL, "the device is not an L3 master (VRF)",
               "return-vrf", **sid(return_vrf=index("lo"), **an))
    refuse_sid(nl, ENODEV, "no device has this index", "return-vrf",
               **sid(return_vrf=4711, **an))
    for wrong in (b"", segment[:15], segment + b"x"):
        refuse_sid(nl, EINVAL, "a list of segments is 1 to 16 addresses",
                   "return-segments", **sid(return_segments=wrong, **an))
    for wrong in ("::", "::1", "ff02::1"):
        refuse_sid(nl, EINVAL, "a segment is not a unicast address",
                   "return-segments",
                   **sid(return_segments=segment + a6(wrong), **an))
    refuse_sid(nl, ERANGE, None, "return-segments",
               **sid(return_segments=17 * segment, **an))


@claim
def an_hmac_needs_a_key_that_is_there(nl):
    refuse_sid(nl, ENOENT, 'there is no key of this ID; "ip sr hmac set" adds '
               'one', "hmac", **sid(hmac=4711))
    refuse_sid(nl, ERANGE, None, "hmac", **sid(hmac=0))


@claim
def actions_need_what_they_need(nl):
    refuse_sid(nl, EINVAL, "End.X needs a next hop", missing="nh6",
               **sid(action="end-x"))
    refuse_sid(nl, EINVAL, "End.T needs a table", missing="table",
               **sid(action="end-t"))
    refuse_sid(nl, EINVAL, "there is no table 0", "table",
               **sid(action="end-t", table=0))
    refuse_sid(nl, EINVAL, "End.AN needs a profile", missing="profile",
               **sid(action="end-an"))
    refuse_sid(nl, ENOENT, NO_SUCH % "profile", "profile",
               **sid(action="end-an", profile="nobody"))
    refuse_sid(nl, EINVAL,
               "a name is 1 to 31 letters, digits, '-', '_' and '.'",
               "profile", **sid(action="end-an", profile="a b"))


@claim
def a_next_hop_can_be_reached(nl):
    for wrong in ("::", "::1", "ff02::1"):
        refuse_sid(nl, EINVAL, "the next hop is not a unicast address", "nh6",
                   **sid(action="end-x", nh6=a6(wrong)))
    refuse_sid(nl, EINVAL, "a link-local next hop needs an output device",
               "nh6", **sid(action="end-x", nh6=a6("fe80::1")))


@claim
def an_exit_that_leads_back_to_the_sid_is_a_loop(nl):
    within = "the next hop lies within the SID, which would be a loop"
    back = "segward0 leads back to the SIDs, which would be a loop"
    # its neighbours in number are none, and with a SID there is segward0
    for near in ("2001:3e8:60:7:ffff:ffff:ffff:ffff", "2001:3e8:60:9::"):
        nl.do("sid-new", **sid(replace=True, action="end-x",
                               nh6=a6(near)))
    for action, more in (("end-x", {}), ("end-dx6", {"oif": index("lo")})):
        for wrong in (PREFIX, PREFIX + "1",
                      "2001:3e8:60:8:ffff:ffff:ffff:ffff"):
            refuse_sid(nl, EINVAL, within, "nh6",
                       **sid(action=action, nh6=a6(wrong), **more))
        refuse_sid(nl, EINVAL, back, "oif",
                   **sid(action=action, nh6=a6("fe80::1"),
                         oif=index("segward0")))
    refuse_sid(nl, EINVAL, back, "oif",
               **sid(action="end-dx4", nh4=a4("10.0.0.1"),
                     oif=index("segward0")))
    nl.do("sid-del", prefix=a6(PREFIX), prefix_len=64)


@claim
def devices_exist_and_vrfs_are_vrfs(nl):
    none = "no device has this index"
    refuse_sid(nl, ENODEV, none, "oif",
               **sid(action="end-x", nh6=a6("fd00::1"), oif=4711))
    refuse_sid(nl, ENODEV, none, "iif", **sid(iif=4711))
    refuse_sid(nl, ENODEV, none, "vrf", **sid(vrf=4711))
    refuse_sid(nl, EINVAL, "the device is not an L3 master (VRF)", "vrf",
               **sid(vrf=index("lo")))
    refuse_sid(nl, EINVAL,
               "packets come by a VRF's ports, not by the VRF; use vrf", "iif",
               **sid(iif=index("red")))


@claim
def allowed_sources_are_ipv6_prefixes_and_at_most_64(nl):
    form = "an allowed source is an IPv6 prefix and its length"
    good = {"address": a6("2001:db8::"), "prefix-len": 32}
    refuse_sid(nl, EINVAL, form, "allow-src",
               **sid(allow_src=[good, {"address": a6("2001:db8::")}]))
    refuse_sid(nl, EINVAL, form, "allow-src",
               **sid(allow_src=[{"address": a4("192.0.2.0"),
                                 "prefix-len": 24}]))
    refuse_sid(nl, EINVAL, HOST_BITS, "allow-src.address",
               **sid(allow_src=[dict(good, address=a6("2001:db8::1"))]))
    refuse_sid(nl, E2BIG, "a SID has at most 64 allowed sources", "allow-src",
               **sid(allow_src=[good] * 65))
    nl.do("sid-new", **sid(allow_src=[good] * 64))
    equal(len(nl.dump("sid-get")[0]["allow-src"]), 64, "allowed sources")
    nl.do("sid-del", prefix=a6(PREFIX), prefix_len=64)


@claim
def a_sid_without_route_has_no_route(nl):
    sentence = "a SID without a route has no table or metric"
    refuse_sid(nl, EINVAL, sentence, "route-table",
               **sid(noroute=True, route_table=254))
    refuse_sid(nl, EINVAL, sentence, "route-metric",
               **sid(noroute=True, route_metric=1))


@claim
def create_and_replace_mean_what_they_say(nl):
    refuse_sid(nl, ENOENT, "there is no such SID", "prefix",
               **sid(create=False) | {"replace": True, "create": []})
    nl.do("sid-new", **sid())
    refuse_sid(nl, EEXIST, "there is such a SID already", "prefix", **sid())
    nl.do("sid-new", **sid(replace=True, zone=3))
    equal(nl.dump("sid-get")[0]["zone"], 3, "zone")
    nl.do("sid-del", prefix=a6(PREFIX), prefix_len=64)
    refused(lambda: nl.do("sid-del", prefix=a6(PREFIX), prefix_len=64),
            ENOENT, "there is no such SID", "prefix")


@claim
def sid_get_explains_itself(nl):
    get = "sid-get"
    both = "ask by prefix or by address, not by both"
    refused(lambda: nl.do(get, address=a6("2001:db8::1"), prefix=a6(PREFIX)),
            EINVAL, both, "prefix")
    refused(lambda: nl.do(get, address=a6("2001:db8::1"), prefix_len=64),
            EINVAL, both, "prefix-len")
    refused(lambda: nl.do(get, prefix=a6(PREFIX), prefix_len=64,
                          source=a6("::")),
            EINVAL, "source and ingress go with an address", "source")
    refused(lambda: nl.do(get, address=a6(PREFIX + "1")), ENOENT,
            "no SID takes this address", "address")
    nl.do("sid-new", **sid(vrf=index("red")))
    refused(lambda: nl.do(get, address=a6(PREFIX + "1")), ENOENT,
            "only a SID of another L3 domain takes this address", "address")
    refused(lambda: nl.do(get, address=a6(PREFIX + "1"), vrf=index("red"),
                          ingress=index("lo")), EINVAL,
            "the ingress device says the VRF already", "vrf")
    equal(nl.do(get, address=a6(PREFIX + "1"), vrf=index("red"))[0]["zone"],
          0, "zone")
    nl.do("sid-del", prefix=a6(PREFIX), prefix_len=64, vrf=index("red"))


@claim
def sid_get_says_which_check_would_refuse(nl):
    lan = {"address": a6("2001:db8::"), "prefix-len": 32}
    nl.do("sid-new", **sid(iif=index("d0"), allow_src=[lan]))
    ask = dict(address=a6(PREFIX + "1"))
    for more, reason in (({}, None),
                         ({"source": a6("2001:db8::1")}, None),
                         ({"source": a6("2001:db9::1")}, "source"),
                         ({"ingress": index("d0")}, None),
                         ({"ingress": index("lo")}, "iif"),
                         ({"ingress": index("d0"),
                           "source": a6("2001:db9::1")}, "source")):
        equal(nl.do("sid-get", **ask, **more)[0].get("reason"), reason,
              "reason for %r" % more)
    nl.do("sid-del", prefix=a6(PREFIX), prefix_len=64)


@claim
def dumps_take_only_their_attributes(nl):
    bare = "a dump does not take this attribute"
    refused_dump(lambda: nl.dump("sid-get", prefix_len=64), EINVAL, bare,
            "prefix-len")
    refused_dump(lambda: nl.dump("ruleset-get", name="base"), EINVAL, bare, "name")
    refused_dump(lambda: nl.dump("reputation-get", address=a4("192.0.2.1")),
            EINVAL, bare, "address")
    refused(lambda: nl.do("reputation-get", source="soc"), EINVAL,
            "only a dump takes a filter", "source")


def refuse_profile(nl, errno, message, where=None, missing=None, **values):
    before = nl.dump("profile-get")
    values.setdefault("create", True)
    refused(lambda: nl.do("profile-new", **values), errno, message, where,
            missing)
    equal(nl.dump("profile-get"), before, "profiles after a refusal")


@claim
def a_profile_names_what_exists_and_once(nl):
    refuse_profile(nl, EINVAL, "a profile's name is required", missing="name")
    refuse_profile(nl, ENOENT, NO_SUCH % "ruleset", "ruleset", name="p",
                   ruleset=["base", "nobody"])
    refuse_profile(nl, EEXIST, "a profile names a ruleset only once",
                   "ruleset", name="p", ruleset=["base", "base"])
    refuse_profile(nl, E2BIG, "a profile has at most 16 rulesets", "ruleset",
                   name="p", ruleset=["base"] * 17)
    refuse_profile(nl, EEXIST, "there is a profile of this name already",
                   "name", name="slice")
    refuse_profile(nl, ENOENT, NO_SUCH % "profile", "name", name="p",
                   create=[], replace=True)
    refuse_profile(nl, ERANGE, None, "mode", name="p", mode=3)


@claim
def two_editors_of_a_profile_do_not_undo_each_others_work(nl):
    nl.do("profile-new", name="two", create=True)
    seen = nl.dump("profile-get", name="two")[0]["generation"]
    nl.do("profile-new", name="two", replace=True, generation=seen)
    refuse_profile(nl, EAGAIN, "the profile has been changed meanwhile",
                   "generation", name="two", replace=True, generation=seen)
    nl.do("profile-del", name="two")


@claim
def variables_are_addresses_or_ports_in_order(nl):
    def variable(*ranges, name="HOME_NET"):
        return [{"name": name, "range": list(ranges)}]

    host = {"first": a4("192.0.2.1"), "last": a4("192.0.2.1")}
    port = {"port-first": 80, "port-last": 81}
    behind = "a range's first is above its last"
    for wrong, message, where in (
            (variable(), "a variable has 1 to 256 ranges", "variable"),
            (variable(host, port),
             "a variable has addresses or ports, not both", "variable.range"),
            (variable({"first": a4("192.0.2.1")}),
             "a range is two addresses or two ports", "variable.range"),
            (variable(dict(host, **port)),
             "a range is two addresses or two ports", "variable.range"),
            (variable({"first": a4("192.0.2.2"), "last": a4("192.0.2.1")}),
             behind, "variable.range"),
            (variable({"port-first": 2, "port-last": 1}), behind,
             "variable.range"),
            (variable({"first": a4("192.0.2.1"), "last": a6("::")}),
             "addresses are of 4 or of 16 bytes, both of a range alike",
             "variable.range")):
        refuse_profile(nl, EINVAL, message, where, name="p", variable=wrong)
    refuse_profile(nl, E2BIG, "a variable has 1 to 256 ranges", "variable",
                   name="p", variable=variable(*[port] * 257))
    refuse_profile(nl, EEXIST, "a profile sets a variable only once",
                   "variable", name="p", variable=variable(port) * 2)
    refuse_profile(nl, E2BIG, "a profile sets at most 64 variables",
                   "variable", name="p",
                   variable=[v for n in range(65)
                             for v in variable(port, name="V%d" % n)])


@claim
def thresholds_overrides_suppressions_and_exceptions_are_whole(nl):
    threshold = {"category": "botnet", "min-score": 80, "verdict": "drop"}
    override = {"kind": "signature-id", "signature-id": 1, "verdict": "drop"}
    by_name = {"kind": "classtype", "name": "x", "verdict": "drop"}
    suppress = {"signature-id": 1}
    exception = {"condition": "budget", "exception": "pass-packet"}
    key = "an override by signature-id has that and no name"
    name = "an override by classtype or ruleset has a name and no number"
    for kind, wrong, errno, message, where in (
            ("threshold", {"category": "botnet", "verdict": "drop"}, EINVAL,
             "a threshold has a category, a min-score and a verdict", ""),
            ("threshold", dict(threshold, category="Bot net"), EINVAL,
             "a category is 1 to 31 of a-z, 0-9 and '-'", ".category"),
            ("threshold", dict(threshold, **{"min-score": 101}), ERANGE, None,
             ".min-score"),
            ("override", {"kind": "ruleset"}, EINVAL,
             "an override has a kind and a verdict", ""),
            ("override", dict(override, name="x"), EINVAL, key, ""),
            ("override", {"kind": "signature-id", "verdict": "drop"}, EINVAL,
             key, ""),
            ("override", dict(by_name, gid=1), EINVAL, name, ""),
            ("override", dict(by_name, name=""), EINVAL, name, ""),
            ("suppress", {"gid": 1}, EINVAL,
             "what is suppressed has a signature-id", ""),
            ("suppress", dict(suppress, direction="src"), EINVAL,
             "a direction or a prefix length needs an address", ""),
            ("suppress", dict(suppress, address=a4("1.2.3.4")[:3]), EINVAL,
             "an address has 4 or 16 bytes", ".address"),
            ("suppress", dict(suppress, address=a4("192.0.2.0"),
                              **{"prefix-len": 33}), EINVAL,
             "the prefix length is longer than the address", ".prefix-len"),
            ("suppress", dict(suppress, address=a4("192.0.2.1"),
                              **{"prefix-len": 24}), EINVAL, HOST_BITS,
             ".address"),
            ("exception", {"condition": "budget"}, EINVAL,
             "an exception has a condition and what is done", "")):
        refuse_profile(nl, errno, message, kind + where, name="p",
                       **{kind: [wrong]})
    for kind, good, message in (
            ("threshold", threshold, "a category has only one threshold"),
            ("override", override, "the same thing is overridden twice"),
            ("suppress", suppress, "the same thing is suppressed twice"),
            ("exception", exception, "a condition has only one exception")):
        refuse_profile(nl, EEXIST, message, kind, name="p", **{kind: [good] * 2})


@claim
def what_is_in_use_is_not_deleted(nl):
    nl.do("sid-new", **sid(action="end-an", profile="slice"))
    refused(lambda: nl.do("profile-del", name="slice"), EBUSY,
            "SIDs use the profile", "name")
    refused(lambda: nl.do("ruleset-del", name="base"), EBUSY,
            "profiles use the ruleset", "name")
    nl.do("sid-del", prefix=a6(PREFIX), prefix_len=64)
    for what in ("profile", "ruleset"):
        refused(lambda: nl.do(what + "-del", name="nobody"), ENOENT,
                NO_SUCH % what, "name")
        refused(lambda: nl.do(what + "-del"), EINVAL,
                "a %s's name is required" % what, missing="name")
    refused_dump(lambda: nl.dump("profile-get", name="nobody"), ENOENT,
            NO_SUCH % "profile", "name")
    refused_dump(lambda: nl.dump("rule-get", ruleset="nobody"), ENOENT,
            NO_SUCH % "ruleset", "ruleset")
    refused_dump(lambda: nl.dump("rule-get"), EINVAL,
            "a ruleset's name is required", missing="ruleset")


@claim
def uploads_have_a_size_and_come_in_order(nl):
    new, part = "upload-new", "upload-part"
    refused(lambda: nl.do(new), EINVAL, "the image's size is required",
            missing="size")
    refused(lambda: nl.do(new, size=159), EINVAL,
            "smaller than an image's header", "size")
    refused(lambda: nl.do(new, size=(64 << 20) + 1), E2BIG,
            "larger than an image may be", "size")
    handle = nl.do(new, size=1000)[0]["upload"]
    refused(lambda: nl.do(part, offset=0, data=b"x"), EINVAL,
            "an upload handle is required", missing="upload")
    refused(lambda: nl.do(part, upload=handle + 1, offset=0, data=b"x"),
            ENOENT, "this socket has no such upload", "upload")
    refused(lambda: nl.do(part, upload=handle, data=b"x"), EINVAL,
            "a part has an offset and data", missing="offset")
    refused(lambda: nl.do(part, upload=handle, offset=0), EINVAL,
            "a part has an offset and data", missing="data")
    nl.do(part, upload=handle, offset=0, data=b"x" * 600)
    for offset in (0, 599, 601):
        refused(lambda: nl.do(part, upload=handle, offset=offset, data=b"x"),
                EINVAL, "parts come in order and without gaps", "offset")
    bytes_ = "a part has bytes, and none behind the image's size"
    refused(lambda: nl.do(part, upload=handle, offset=600, data=b""), EINVAL,
            bytes_, "data")
    refused(lambda: nl.do(part, upload=handle, offset=600, data=b"x" * 401),
            EINVAL, bytes_, "data")
    refused(lambda: nl.do("ruleset-new", name="r", upload=handle, create=True),
            EINVAL, "the upload is not complete", "upload")
    with Socket(nl.spec) as other:
        refused(lambda: other.do(part, upload=handle, offset=600, data=b"x"),
                ENOENT, "this socket has no such upload", "upload")
    nl.do(part, upload=handle, offset=600, data=b"x" * 400)
    refused(lambda: nl.do("ruleset-new", name="r", upload=handle, create=True),
            EINVAL, "header magic is not that of an image", "upload")
    refused(lambda: nl.do("ruleset-new", name="r", upload=handle, create=True),
            ENOENT, "this socket has no such upload", "upload")


@claim
def uploads_end_with_their_socket_and_are_at_most_four(nl):
    with Socket(nl.spec) as other:
        for _ in range(4):
            other.do("upload-new", size=1000)
        refused(lambda: nl.do("upload-new", size=1000), EBUSY,
                "too many uploads in this namespace")
    for _ in range(2):
        with Socket(nl.spec) as other:
            for _ in range(4):
                other.do("upload-new", size=64 << 20)


@claim
def a_ruleset_is_new_or_replaced_as_said(nl):
    with Socket(nl.spec) as other:
        handle = upload(other, image(1))
        new = dict(upload=handle, create=True)
        refused(lambda: other.do("ruleset-new", **new), EINVAL,
                "a ruleset's name is required", missing="name")
        refused(lambda: other.do("ruleset-new", name="base", **new), EEXIST,
                "there is a ruleset of this name already", "name")
        refused(lambda: other.do("ruleset-new", name="r", upload=handle,
                                 replace=True), ENOENT, NO_SUCH % "ruleset",
                "name")
        refused(lambda: other.do("ruleset-new", name="r", upload=handle),
                EINVAL, "a request says create, replace or both",
                missing="create")
        other.do("ruleset-new", name="r", **new)
    nl.do("ruleset-del", name="r")


def entry(text, **more):
    address, _, length = text.partition("/")
    out = {"address": a6(address) if ":" in address else a4(address)}
    if length:
        out["prefix-len"] = int(length)
    out.update({"score": 90, "category": "botnet", "source": "soc"})
    out.update({k.replace("_", "-"): v for k, v in more.items()})
    return {k: v for k, v in out.items() if v is not None}


@claim
def reputation_messages_are_added_whole_or_not_at_all(nl):
    good = entry("192.0.2.1")
    for wrong, errno, message, where in (
            (entry("192.0.2.1/24"), EINVAL, HOST_BITS, "entry.address"),
            (entry("192.0.2.0/33"), EINVAL,
             "the prefix length is longer than the address",
             "entry.prefix-len"),
            (dict(good, address=b"abc"), EINVAL,
             "an address has 4 or 16 bytes", "entry.address"),
            (entry("192.0.2.2", score=None), EINVAL, "an entry has a score",
             "entry"),
            (entry("192.0.2.2", score=0), ERANGE, None, "entry.score"),
            (entry("192.0.2.2", score=101), ERANGE, None, "entry.score"),
            (entry("192.0.2.2", source=None), EINVAL,
             "an entry has a category and a source", "entry"),
            (entry("192.0.2.2", category="Bot"), EINVAL,
             "a category is 1 to 31 of a-z, 0-9 and '-'", "entry.category"),
            (entry("192.0.2.2", source="s c"), EINVAL,
             "a source is 1 to 31 of a-z, 0-9 and '-'", "entry.source"),
            (entry("192.0.2.2", expires=1), EINVAL,
             "expires is for answers; a request has a timeout",
             "entry.expires"),
            (entry("192.0.2.2", timeout=10 ** 14), ERANGE,
             "the timeout is longer than 100 years", "entry.timeout")):
        refused(lambda: nl.do("reputation-new", entry=[good, wrong]), errno,
                message, where)
        equal(nl.dump("reputation-get"), [], "entries")
    refused(lambda: nl.do("reputation-new"), EINVAL,
            "the message has no entries", missing="entry")
    many = [entry("192.0.%d.%d" % (n >> 8, n & 255)) for n in range(513)]
    refused(lambda: nl.do("reputation-new", entry=many), E2BIG,
            "a message has at most 512 entries", "entry")
    nl.do("reputation-new", entry=many[:512])
    equal(nl.do("reputation-get")[0]["entries"], 512, "entries")
    nl.do("reputation-del", source="soc")


@claim
def a_failure_in_the_middle_takes_the_message_back(nl):
    # 32 entries of one prefix are the limit: the last of these fails
    nl.do("reputation-new", entry=[entry("198.51.100.1", score=50,
                                         category="kept")])
    before = nl.dump("reputation-get")
    more = [entry("198.51.100.1", category="kept", score=99)] + \
        [entry("198.51.100.1", category="c%d" % n) for n in range(32)]
    refused(lambda: nl.do("reputation-new", entry=more), E2BIG,
            "a prefix has at most 32 entries", "entry")
    equal(nl.dump("reputation-get"), before, "entries")
    nl.do("reputation-del", source="soc")


@claim
def reputation_deletions_name_what_exists(nl):
    nl.do("reputation-new", entry=[entry("192.0.2.1"), entry("192.0.2.2")])
    there = {"address": a4("192.0.2.1")}
    gone = {"address": a4("192.0.2.9")}
    refused(lambda: nl.do("reputation-del", entry=[there, gone]), ENOENT,
            "there is no such entry", "entry")
    refused(lambda: nl.do("reputation-del", entry=[there], source="nobody"),
            ENOENT, "there is no source of this name", "source")
    refused(lambda: nl.do("reputation-del", category="nobody"), ENOENT,
            "there is no category of this name", "category")
    refused_dump(lambda: nl.dump("reputation-get", category="nobody"), ENOENT,
            "there is no category of this name", "category")
    refused_dump(lambda: nl.dump("reputation-get", source="nobody"), ENOENT,
            "there is no source of this name", "source")
    equal(nl.do("reputation-get")[0]["entries"], 2, "entries")
    nl.do("reputation-del", entry=[there])
    equal(nl.do("reputation-get")[0]["entries"], 1, "entries")
    nl.do("reputation-del")
    equal(nl.do("reputation-get")[0]["entries"], 0, "entries")


@claim
def loads_are_one_a_source_and_end_with_their_socket(nl):
    load_ = "reputation-load"
    refused(lambda: nl.do(load_), EINVAL, "a load begins with a source",
            missing="source")
    refused(lambda: nl.do(load_, commit=True), EINVAL,
            "commit and abort need a load", missing="load")
    nl.do("reputation-new", entry=[entry("192.0.2.1", source="feed")])
    with Socket(nl.spec) as other:
        handle = other.do(load_, source="feed")[0]["load"]
        refused(lambda: nl.do(load_, source="feed"), EBUSY,
                "the source is being loaded already", "source")
        refused(lambda: nl.do(load_, load=handle, commit=True), ENOENT,
                "this socket has no such load", "load")
        refused(lambda: other.do(load_, load=handle, commit=True, abort=True),
                EINVAL, "commit and abort exclude each other", "abort")
        refused(lambda: other.do(load_, load=handle), EINVAL,
                "what is to be done with the load: commit or abort?")
        refused(lambda: other.do("reputation-new", load=handle,
                                 entry=[entry("192.0.2.7")]), EINVAL,
                "the load is of another source", "entry")
        other.do("reputation-new", load=handle,
                 entry=[entry("192.0.2.7", source="feed")])
        equal(nl.do("reputation-get")[0]["entries"], 1, "entries")
    handle = nl.do(load_, source="feed")[0]["load"]
    nl.do("reputation-new", load=handle, source="feed", category="botnet",
          entry=[entry("192.0.2.8", source=None, category=None)])
    nl.do(load_, load=handle, commit=True)
    equal([e["entry"][0]["address"] for e in nl.dump("reputation-get")],
          [a4("192.0.2.8")], "addresses")
    nl.do("reputation-del", source="feed")


@claim
def settings_are_set_whole(nl):
    refused(lambda: nl.do("settings-set"), EINVAL,
            "the request has no setting")
    refused(lambda: nl.do("settings-set", reputation_entries_max=77), EBUSY,
            "the reputation table is in use already",
            "reputation-entries-max")
    refused(lambda: nl.do("settings-set", image_unprivileged=2), ERANGE, None,
            "image-unprivileged")
    for wrong in 63, 16777217:
        refused(lambda w=wrong: nl.do("settings-set", flows_max=w), ERANGE,
                None, "flows-max")
    for wrong in 0, 65537:
        refused(lambda w=wrong: nl.do("settings-set", stream_memory_max=w),
                ERANGE, None, "stream-memory-max")


@claim
def which_flows_is_said_rightly(nl):
    for wrong, attribute, message in (
            ({"family": 5}, "family", "a family is 4 or 6"),
            ({"prefix_len": 8}, "prefix-len",
             "a prefix length needs an address"),
            ({"address": b"abc"}, "address",
             "an address has 4 or 16 bytes"),
            ({"address": a4("192.0.2.1"), "prefix_len": 33}, "prefix-len",
             "the prefix length is longer than the address"),
            ({"address": a4("192.0.2.1"), "prefix_len": 24}, "address",
             HOST_BITS),
            ({"address": a4("192.0.2.1"), "family": 6}, "address",
             "the address is of another family")):
        refused(lambda w=wrong: nl.do("flow-del", **w), EINVAL, message,
                attribute)
        refused_dump(lambda w=wrong: nl.dump("flow-get", **w), EINVAL,
                     message, attribute)
    for wrong in ({"family": 3}, {"state": 4}, {"port": 0}, {"port": 65536},
                  {"protocol": 256}):
        refused(lambda w=wrong: nl.do("flow-del", **w), ERANGE, None,
                next(iter(wrong)))
    equal(nl.do("flow-del")[0]["flows"], 0, "flows")


@claim
def a_full_reputation_table_says_so(nl):
    del nl
    subprocess.run(["ip", "netns", "add", NS + "-full"], check=True)
    try:
        enter(NS + "-full")
        with Socket(Spec()) as other:
            other.do("settings-set", reputation_entries_max=10)
            ten = [entry("192.0.2.%d" % n) for n in range(10)]
            refused(lambda: other.do("reputation-new", entry=ten +
                                     [entry("192.0.2.10")]), ENOSPC,
                    "the reputation table is full", "entry")
            equal(other.do("reputation-get")[0]["entries"], 0, "entries")
            other.do("reputation-new", entry=ten)
            equal(other.do("reputation-get")[0]["entries"], 10, "entries")
    finally:
        enter(NS)
        subprocess.run(["ip", "netns", "del", NS + "-full"], check=True)


@claim
def one_socket_traces_at_a_time(nl):
    for wrong, message, where in (
            ({"prefix-len": 8}, "a filter has an address", ""),
            ({"address": b"abc"}, "an address has 4 or 16 bytes", ".address"),
            ({"address": a4("192.0.2.1"), "prefix-len": 33},
             "the prefix length is longer than the address", ".prefix-len"),
            ({"address": a6("2001:db8::1"), "prefix-len": 32}, HOST_BITS,
             ".address")):
        for end in "src", "dst":
            refused(lambda e=end, w=wrong: nl.do("trace-set", **{e: w}),
                    EINVAL, message, end + where)
    refused(lambda: nl.do("trace-set", rate=0), ERANGE, None, "rate")
    with Socket(nl.spec) as other:
        other.do("trace-set")
        other.do("trace-set", rate=1)
        refused(lambda: nl.do("trace-set"), EBUSY,
                "another socket traces in this namespace")
    with Socket(nl.spec) as other:
        other.do("trace-set")


@claim
def malformed_attributes_are_refused_by_name(nl):
    op = nl.spec.ops["sid-new"]["number"]
    path = (lambda data, at: nl.spec.path_at("sid", data, at))
    nest = nl.spec.sets["sid"]["allow-src"]["number"]
    flat = attribute(nest, attribute(2, b"\x20\0\0\0"))
    refused(lambda: nl.raw(nl.family, op, flat, path=path), EINVAL, None,
            "allow-src")
    name = nl.spec.sets["sid"]["profile"]["number"]
    for text in (b"", b"no zero", b"x" * 32 + b"\0"):
        payload = attribute(name, text)
        refused(lambda: nl.raw(nl.family, op, payload, path=path), EINVAL,
                None, "profile")


def context():
    subprocess.run(["ip", "netns", "add", NS], check=True)
    enter(NS)
    for command in ("ip link set lo up", "ip link add d0 type dummy",
                    "ip link add red type vrf table 100"):
        subprocess.run(command.split(), check=True)
    nl = Socket(Spec())
    load(nl, "base", image(2))
    nl.do("profile-new", name="slice", ruleset=["base"], create=True)
    return nl


if __name__ == "__main__":
    try:
        main(context())
    finally:
        subprocess.run(["ip", "netns", "del", NS], check=False)
