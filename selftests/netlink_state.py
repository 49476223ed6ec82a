#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What was said is what is told: dumps, notifications, generations, memory."""

import os
import socket
import struct
import subprocess
import time
from errno import E2BIG, EEXIST, ENOSPC

from claims import claim, equal, main, refused
from genl import DUMP, Socket, Spec, attribute, attributes, enter
from image import SKIP_BAD, image, load, upload

NS = "segward-state"
BOUND = 60 if os.environ.get("KSFT_MACHINE_SLOW") else 20     # seconds


def a6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def a4(text):
    return socket.inet_aton(text)


def prefix(n):
    return a6("2001:3e8:%x:%x::" % (n >> 16, n & 0xffff))


def until(condition, what):
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


FULL = {"mode": "prevent", "ruleset": ["base", "more"],
        "variable": [
            {"name": "HOME_NET", "range": [
                {"first": a4("10.0.0.0"), "last": a4("10.255.255.255")},
                {"negated": True, "first": a6("fd00::"), "last": a6("fd00::1")},
            ]},
            {"name": "HTTP_PORTS", "range": [
                {"port-first": 80, "port-last": 80},
                {"negated": True, "port-first": 8000, "port-last": 8099}]}],
        "threshold": [
            {"category": "botnet", "min-score": 80, "verdict": "drop"},
            {"category": "scanner", "min-score": 1, "verdict": "report"}],
        "override": [
            {"kind": "signature-id", "gid": 1, "signature-id": 7,
             "verdict": "drop"},
            {"kind": "classtype", "name": "trojan-activity",
             "verdict": "reject"},
            {"kind": "ruleset", "name": "more", "verdict": "pass"}],
        "suppress": [
            {"gid": 1, "signature-id": 5, "direction": "either"},
            {"gid": 1, "signature-id": 6, "direction": "dst",
             "address": a6("2001:db8::"), "prefix-len": 32},
            {"gid": 3, "signature-id": 6, "direction": "src",
             "address": a4("192.0.2.0"), "prefix-len": 24}],
        "exception": [
            {"condition": "packet-malformed", "exception": "pass-packet"},
            {"condition": "budget", "exception": "reject"}]}


@claim
def a_profile_is_told_as_it_was_given(nl):
    nl.do("profile-new", name="full", create=True, **FULL)
    got = nl.dump("profile-get", name="full")
    equal(len(got), 1, "messages")
    equal(got[0], dict(FULL, name="full", generation=1, users=0), "profile")
    nl.do("profile-del", name="full")


def overrides(spec, n):
    """The attributes of n overrides, made fast: emulation is slow."""
    nest = spec.sets["profile"]["override"]["number"] | 0x8000
    one = attribute(nest, spec.encode("override", {
        "kind": "signature-id", "verdict": "drop", "signature-id": 0}))
    return b"".join(one[:-4] + struct.pack("=I", i) for i in range(n))


def new_profile(nl, name, payload, **values):
    """profile-new with attributes that are encoded already."""
    op = nl.spec.ops["profile-new"]["number"]
    values.setdefault("create", True)
    nl.raw(nl.family, op, nl.spec.encode("profile", dict(values, name=name)) +
           payload, path=lambda data, at: nl.spec.path_at("profile", data, at))


@claim
def a_profile_of_any_size_is_told_whole(nl):
    many = overrides(nl.spec, 65537)
    refused(lambda: new_profile(nl, "big", many), E2BIG,
            "a profile has at most 65536 overrides", "override")
    new_profile(nl, "big", many[:65536 * len(many) // 65537])
    op = nl.spec.ops["profile-get"]["number"]
    for values in ({"name": "big"}, {}):
        raw = nl.raw(nl.family, op, nl.spec.encode("profile", values), DUMP)
        ids, generations = [], set()
        for message in raw:
            attrs = list(attributes(message[4:]))
            generations |= {v for k, v in attrs if k == 9}
            ids += [dict(attributes(v))[3] for k, v in attrs if k == 6]
        assert len(raw) > 10, "%d messages" % len(raw)
        equal(len(generations), 1, "generations")
        equal(ids == [struct.pack("=I", n) for n in range(65536)], True,
              "signature-ids in order")
        equal(nl.interrupted, False, "interrupted")
    nl.do("profile-del", name="big")


@claim
def a_variable_of_256_ranges_is_told_whole(nl):
    ranges = [{"negated": True, "first": a6("2001:db8::%x" % n),
               "last": a6("2001:db8::%x" % n)} for n in range(256)]
    variables = [{"name": "V%d" % n, "range": ranges} for n in range(3)]
    nl.do("profile-new", name="wide", create=True, variable=variables)
    got = nl.dump("profile-get", name="wide")
    equal([v for m in got for v in m.get("variable", [])], variables,
          "variables")
    nl.do("profile-del", name="wide")


@claim
def all_items_of_a_namespace_are_bounded(nl):
    most = overrides(nl.spec, 65536)
    for n in range(16):
        new_profile(nl, "p%d" % n, most)
    refused(lambda: new_profile(nl, "p16", overrides(nl.spec, 1)), E2BIG,
            "the profiles of this namespace are too large together")
    # replacing what is there asks for no more than it frees
    new_profile(nl, "p0", most, create=[], replace=True)
    for n in range(16):
        nl.do("profile-del", name="p%d" % n)


@claim
def names_are_bounded(nl):
    left = 4096 - nl.do("stats-get")[0]["profiles"]
    encode = nl.spec.encode
    nl.batch("profile-new", (encode("profile", {"name": "n%d" % n,
                                                "create": True})
                             for n in range(left)))
    refused(lambda: nl.do("profile-new", name="one-more", create=True),
            ENOSPC, "too many profiles in this namespace")
    nl.batch("profile-del", (encode("profile", {"name": "n%d" % n})
                             for n in range(left)))
    equal(nl.do("stats-get")[0]["profiles"], 4096 - left, "profiles")


@claim
def a_sid_is_told_as_it_was_given(nl):
    lo = socket.if_nametoindex("lo")
    given = {"prefix": prefix(1), "prefix-len": 64, "action": "end-x",
             "zone": 77, "vrf": socket.if_nametoindex("red"), "iif": lo,
             "allow-src": [{"address": a6("2001:db8::"), "prefix-len": 32},
                           {"address": a6("::"), "prefix-len": 0}],
             "nh6": a6("fe80::1"), "oif": lo, "profile": "p",
             "route-table": 100, "route-metric": 5}
    nl.do("profile-new", name="p", create=True)
    told = nl.do("sid-new", echo=True, create=True,
                 **{k.replace("-", "_"): v for k, v in given.items()})
    counters = {"packets", "bytes", "errors", "upper", "forwarded",
                "upper-streak"}
    equal(len(told), 1, "echoes")
    for got in (told[0], nl.dump("sid-get")[0],
                nl.do("sid-get", prefix=prefix(1), prefix_len=64,
                      vrf=given["vrf"])[0]):
        equal({k: v for k, v in got.items() if k not in counters}, given,
              "SID")
        equal({k: got[k] for k in counters}, dict.fromkeys(counters, 0),
              "counters")
    equal(nl.dump("profile-get", name="p")[0]["users"], 1, "users")
    nl.do("sid-del", prefix=prefix(1), prefix_len=64, vrf=given["vrf"])
    equal(nl.dump("profile-get", name="p")[0]["users"], 0, "users")
    nl.do("profile-del", name="p")


@claim
def every_action_is_told_with_what_belongs_to_it(nl):
    with open("/proc/sys/net/vrf/strict_mode", "w", encoding="ascii") as f:
        f.write("1\n")
    lo = socket.if_nametoindex("lo")
    nl.do("profile-new", name="p", create=True)
    nl.do("profile-new", name="q", create=True)
    for more in ({"action": "end-dx4", "nh4": a4("10.0.0.1"), "oif": lo},
                 {"action": "end-dx6", "nh6": a6("fd00::1"), "oif": lo},
                 {"action": "end-dt4", "table": 254},
                 {"action": "end-dt4", "vrftable": 100},
                 {"action": "end-dt6", "table": 4711},
                 {"action": "end-dt6", "vrftable": 100},
                 {"action": "end-dt46", "table": 254},
                 {"action": "end-dt46", "vrftable": 100},
                 {"action": "end", "flavors": 2},
                 {"action": "end", "flavors": 14},
                 {"action": "end-x", "nh6": a6("fd00::1"), "flavors": 8},
                 {"action": "end-t", "table": 7, "flavors": 6},
                 {"action": "end", "flavors": 30, "lblen": 40, "nflen": 24},
                 {"action": "end-an", "profile": "p", "return-table": 254},
                 {"action": "end-an", "profile": "p",
                  "return-vrf": socket.if_nametoindex("red")},
                 {"action": "end-an", "profile": "p",
                  "return-segments": a6("fd00::1") + a6("fd00::2")},
                 {"action": "end-an", "profile": "p", "argument-offset": 8,
                  "argument-len": 8,
                  "argument": [{"value": 1, "profile": "p"},
                               {"value": 255, "profile": "q"}]}):
        told, = nl.do("sid-new", echo=True, create=True, replace=True,
                      prefix=prefix(1), prefix_len=64,
                      **{k.replace("-", "_"): v for k, v in more.items()})
        for got in (told, nl.dump("sid-get")[0]):
            keys = {"action", "nh4", "nh6", "oif", "table", "vrftable",
                    "flavors", "lblen", "nflen", "profile", "argument",
                    "argument-offset", "argument-len", "return-table",
                    "return-vrf", "return-segments"}
            equal({k: v for k, v in got.items() if k in keys}, more, "SID")
    equal([nl.dump("profile-get", name=n)[0]["users"] for n in "pq"], [2, 1],
          "users")
    nl.do("sid-del", prefix=prefix(1), prefix_len=64)
    equal([nl.dump("profile-get", name=n)[0]["users"] for n in "pq"], [0, 0],
          "users")
    nl.do("profile-del", name="p")
    nl.do("profile-del", name="q")


@claim
def a_deleted_sid_with_arguments_is_told_as_it_was(nl):
    """Under KASAN this shows who reads attributes that sid-del has not."""
    given = {"prefix": prefix(1), "prefix-len": 64, "action": "end-an",
             "profile": "p", "argument-offset": 0, "argument-len": 8,
             "argument": [{"value": 1, "profile": "p"}]}
    nl.do("profile-new", name="p", create=True)
    given = {k.replace("-", "_"): v for k, v in given.items()}
    told = nl.do("sid-new", echo=True, create=True, **given)
    equal(nl.do("sid-del", echo=True, prefix=prefix(1), prefix_len=64), told,
          "echo")
    nl.do("profile-del", name="p")


def sids(spec, first, last, **values):
    """The attributes of many SIDs, made fast."""
    values = dict({"prefix": prefix(0), "prefix-len": 64}, **values)
    one = spec.encode("sid", values)
    at = one.index(prefix(0))
    for n in range(first, last):
        yield one[:at] + prefix(n) + one[at + 16:]


@claim
def ten_thousand_sids_are_dumped_once_each_in_order(nl):
    nl.batch("sid-new", sids(nl.spec, 0, 10000, action="end", create=True))
    op = nl.spec.ops["sid-get"]["number"]
    got = [dict(attributes(s[4:]))[1] for s in
           nl.raw(nl.family, op, b"", DUMP)]
    equal(got == [prefix(n) for n in range(10000)], True, "order")
    equal(nl.interrupted, False, "interrupted")


@claim
def a_dump_during_a_change_says_so_and_loses_nothing_else(nl):
    with Socket(nl.spec, receive_buffer=16384) as slow:
        op = nl.spec.ops["sid-get"]["number"]
        answers = slow.raw_begin(slow.family, op, b"", 0x300)
        seen = [next(answers)]
        nl.do("sid-del", prefix=prefix(9998), prefix_len=64)
        seen += answers
        prefixes = [dict(attributes(s[4:]))[1] for s in seen]
        equal(slow.interrupted, True, "interrupted")
        equal(prefixes == [prefix(n) for n in range(10000) if n != 9998],
              True, "the others, once each")
    nl.batch("sid-del", sids(nl.spec, 0, 9998))
    nl.batch("sid-del", sids(nl.spec, 9999, 10000))
    equal(nl.do("stats-get")[0]["sids"], 0, "SIDs")


@claim
def every_change_is_told_to_the_config_group(nl):
    with Socket(nl.spec) as listener, Socket(nl.spec) as deaf:
        listener.join("config")
        nl.do("profile-new", name="p", create=True)
        nl.do("profile-new", name="p", replace=True, mode="prevent")
        nl.do("sid-new", prefix=prefix(5), prefix_len=64, action="end-an",
              profile="p", create=True)
        nl.do("sid-del", prefix=prefix(5), prefix_len=64)
        nl.do("profile-del", name="p")
        load(nl, "fresh", image(3))
        nl.do("ruleset-del", name="fresh")
        got = [(name, m.get("mode"), m.get("action"), m.get("rules"))
               for name, m in listener.heard(1)]
        equal(got, [("profile-ntf", "monitor", None, None),
                    ("profile-ntf", "prevent", None, None),
                    ("sid-ntf", None, "end-an", None),
                    ("sid-del-ntf", None, "end-an", None),
                    ("profile-del-ntf", "prevent", None, None),
                    ("ruleset-ntf", None, None, 3),
                    ("ruleset-del-ntf", None, None, 3)], "notifications")
        equal(deaf.heard(), [], "what others hear")


@claim
def refusals_are_not_told_to_anybody(nl):
    with Socket(nl.spec) as listener:
        listener.join("config")
        refused(lambda: nl.do("ruleset-new", name="base", create=True,
                              upload=upload(nl, image(1))), EEXIST)
        equal(listener.heard(), [], "notifications")


@claim
def every_change_moves_the_generation_by_one(nl):
    def generation():
        return nl.do("stats-get")[0]["generation"]

    at = generation()
    nl.do("profile-new", name="p", create=True)
    equal(generation(), at + 1, "generation")
    nl.do("profile-del", name="p")
    equal(generation(), at + 2, "generation")
    nl.dump("profile-get")
    equal(generation(), at + 2, "generation")


@claim
def a_reload_of_a_ruleset_reaches_every_profile_and_no_sid(nl):
    for name in ("a", "b"):
        nl.do("profile-new", name=name, create=True, ruleset=["base", "more"])
        nl.do("sid-new", prefix=prefix(ord(name)), prefix_len=64,
              action="end-an", profile=name, create=True)
    for n in range(1, 6):
        load(nl, "base", image(10 * n, image_id=n))
        ruleset = nl.do("ruleset-get", name="base")[0]
        equal((ruleset["rules"], ruleset["image-id"], ruleset["users"]),
              (10 * n, n, 2), "ruleset")
        equal([(p["generation"], p["ruleset"]) for p in
               nl.dump("profile-get")], [(n + 1, ["base", "more"])] * 2,
              "profiles")
    equal(nl.do("stats-get")[0]["sids"], 2, "SIDs")
    for name in ("a", "b"):
        nl.do("sid-del", prefix=prefix(ord(name)), prefix_len=64)
        nl.do("profile-del", name=name)


@claim
def a_ruleset_tells_all_of_its_files(nl):
    origins = ["/etc/segward/rules/%s-%d.rules" % ("x" * 200, n)
               for n in range(300)]
    load(nl, "many", image(1, origins=origins, rejected=9, flags=SKIP_BAD))
    got = [m for m in nl.dump("ruleset-get") if m["name"] == "many"]
    equal([o for m in got for o in m.get("origin", [])], origins, "origins")
    equal([m["rejected"] for m in got if "rejected" in m], [9], "rejected")
    equal([m["skip-bad"] for m in got if "skip-bad" in m], [True], "skip-bad")
    nl.do("ruleset-del", name="many")


@claim
def rules_are_dumped_by_ruleset_and_by_signature_id(nl):
    load(nl, "rules", image(5000, msg="a rule that matches nothing"))
    got = nl.dump("rule-get", ruleset="rules")
    equal([r["signature-id"] for r in got] == list(range(1, 5001)), True,
          "signature-ids in order")
    got = nl.dump("rule-get", ruleset="rules", signature_id=4321)
    equal(got, [{"ruleset": "rules", "signature-id": 4321, "gid": 1, "rev": 1,
                 "action": "alert", "priority": 3, "checks": 0, "matches": 0,
                 "msg": "a rule that matches nothing",
                 "header": "ip any any -> any any"}], "rule")
    equal(nl.dump("rule-get", ruleset="rules", signature_id=5001), [], "rule")
    nl.do("ruleset-del", name="rules")


@claim
def reputation_is_told_as_it_was_given(nl):
    given = [{"address": a4("192.0.2.0"), "prefix-len": 24,
              "category": "scanner", "score": 10, "source": "feed"},
             {"address": a4("192.0.2.1"), "prefix-len": 32,
              "category": "botnet", "score": 95, "source": "soc"},
             {"address": a6("2001:db8::"), "prefix-len": 32,
              "category": "botnet", "score": 1, "source": "soc"}]

    def key(entry):
        return entry["address"], entry["prefix-len"]

    nl.do("reputation-new", entry=given)
    got = [m["entry"][0] for m in nl.dump("reputation-get")]
    equal(sorted(got, key=key), sorted(given, key=key), "entries")
    got = nl.do("reputation-get", address=a4("192.0.2.1"))[0]
    equal(sorted(got["entry"], key=key), sorted(given[:2], key=key),
          "covering entries")
    equal(got["entries"], 2, "covering entries")
    got = [m["entry"][0] for m in nl.dump("reputation-get", category="botnet",
                                          source="soc")]
    equal(sorted(got, key=key), sorted(given[1:], key=key), "filtered")
    nl.do("reputation-del", source="soc")
    equal([m["entry"][0] for m in nl.dump("reputation-get")], given[:1],
          "what is left")
    nl.do("reputation-del")


@claim
def what_has_expired_is_not_told_and_is_swept(nl):
    before = nl.do("reputation-get")[0]
    nl.do("reputation-new", category="botnet", source="soc", entry=[
        {"address": a4("198.51.100.%d" % n), "score": 50, "timeout": 1}
        for n in range(100)])
    until(lambda: not nl.dump("reputation-get"), "expired entries are told")
    until(lambda: nl.do("reputation-get")[0]["expired"] ==
          before["expired"] + 100, "expired entries are not swept")
    equal(nl.do("reputation-get")[0]["entries"], 0, "entries")


@claim
def a_million_entries_are_loaded_dumped_and_replaced(nl):
    total = 1000000 // 512 * 512
    handle = nl.do("reputation-load", source="feed")[0]["load"]
    spec, sets = nl.spec, nl.spec.sets["reputation"]
    head = spec.encode("reputation", {"load": handle, "source": "feed",
                                      "category": "botnet"})
    entry = spec.encode("entry", {"address": b"\0" * 4, "score": 50})
    nest = sets["entry"]["number"] | 0x8000
    one = attribute(nest, entry)
    at = one.index(b"\0" * 4, 8)
    before, after = one[:at], one[at + 4:]
    nl.batch("reputation-new", (head + b"".join(
        before + (0x0a000000 + n).to_bytes(4, "big") + after
        for n in range(first, first + 512))
        for first in range(0, total, 512)), size=16)
    equal(nl.do("reputation-get")[0]["entries"], 0, "before the commit")
    nl.do("reputation-load", load=handle, commit=True)
    stats = nl.do("reputation-get")[0]
    equal(stats["entries"], total, "after the commit")
    assert stats["memory"] < total * 48, "%d bytes" % stats["memory"]
    dump = nl.spec.ops["reputation-get"]["number"]
    seen = nl.raw(nl.family, dump, b"", 0x300)
    equal((len(seen), len(set(seen))), (total, total), "dumped, distinct")
    handle = nl.do("reputation-load", source="feed")[0]["load"]
    nl.do("reputation-load", load=handle, commit=True)
    equal(nl.do("reputation-get")[0]["entries"], 0, "after an empty set")
    until(lambda: nl.do("reputation-get")[0]["memory"] < 1 << 20,
          "memory of replaced entries does not come back")


@claim
def uploads_and_loads_of_closed_sockets_leave_nothing(nl):
    del nl
    subprocess.run(["ip", "netns", "add", NS + "-gone"], check=True)
    try:
        enter(NS + "-gone")
        for _ in range(3):
            # sockets that are open when the module's part goes
            other = Socket(Spec())
            for _ in range(4):
                other.do("upload-new", size=1 << 20)
            other.do("reputation-load", source="feed")
            other.do("trace-set")
            other.close()
        with Socket(Spec()) as other:
            for _ in range(4):
                other.do("upload-new", size=1 << 20)
            other.do("reputation-load", source="feed")
            other.do("trace-set")
    finally:
        enter(NS)
        subprocess.run(["ip", "netns", "del", NS + "-gone"], check=True)


@claim
def the_module_unloads_while_sockets_own_things(nl):
    del nl
    with Socket(Spec()) as other:
        other.do("upload-new", size=1 << 20)
        other.do("reputation-load", source="feed")
        other.do("trace-set")
        other.do("profile-new", name="left", create=True, threshold=[
            {"category": "botnet", "min-score": 1, "verdict": "drop"}])
        other.do("sid-new", prefix=prefix(3), prefix_len=64, action="end-an",
                 profile="left", create=True)
        subprocess.run(["rmmod", "segward"], check=True)
        subprocess.run(["insmod", os.environ["SEGWARD_KO"]]
                       if os.environ.get("SEGWARD_KO") else
                       ["modprobe", "segward"], check=True)
    with Socket(Spec()) as other:
        equal(other.dump("sid-get"), [], "SIDs")
        for _ in range(4):
            other.do("upload-new", size=1 << 20)


def context():
    subprocess.run(["ip", "netns", "add", NS], check=True)
    enter(NS)
    for command in ("ip link set lo up", "ip link add red type vrf table 100"):
        subprocess.run(command.split(), check=True)
    nl = Socket(Spec())
    load(nl, "base", image(2))
    load(nl, "more", image(1))
    return nl


if __name__ == "__main__":
    try:
        main(context())
    finally:
        subprocess.run(["ip", "netns", "del", NS], check=False)
