# SPDX-License-Identifier: GPL-2.0
"""Requests that are right, for those who spoil them.

setup() makes a namespace to which they refer, and base() a configuration.
A recipe is a command and its attributes; those that need a handle of the
socket that sends them have a function that fetches it.
"""

import socket
import subprocess

import image
from genl import Refused

HMAC_KEY, TABLE = 17, 10
PREFIXES, NAMES = 4, ("p", "q", "r")
MAIN = 254

DEVICES = """
ip link set lo up
ip link add red type vrf table %d
sysctl -qw net.vrf.strict_mode=1
ip link set red up
ip link add d0 type dummy
ip link set d0 up
printf 'a secret\\n' | setsid -w ip sr hmac set %d sha256 2>&1
""" % (TABLE, HMAC_KEY)


def setup():
    """What requests refer to, in the thread's network namespace."""
    subprocess.run(["sh", "-ec", DEVICES], check=True,
                   stdout=subprocess.DEVNULL)


def a4(text):
    return socket.inet_pton(socket.AF_INET, text)


def a6(text):
    return socket.inet_pton(socket.AF_INET6, text)


def prefix(n):
    return a6("2001:3e8:%x::" % n)


def sid(n, action, **values):
    values = {k.replace("_", "-"): v for k, v in values.items()}
    length = values.pop("prefix-len", 64)
    return ("sid-new", {"prefix": prefix(n), "prefix-len": length,
                        "action": action, **values, "create": True,
                        "replace": True})


def sids():
    red, d0 = (socket.if_nametoindex(n) for n in ("red", "d0"))
    nets = [{"address": a6("2001:db8::"), "prefix-len": 32},
            {"address": a6("::"), "prefix-len": 0}]
    return [
        sid(0, "end", zone=7, route_table=100, route_metric=5),
        sid(1, "end", flavors=14, noroute=True, iif=d0, allow_src=nets),
        sid(2, "end", flavors=30, lblen=32, nflen=16, prefix_len=48),
        sid(0, "end-an", profile="p", hmac=HMAC_KEY),
        sid(1, "end-an", profile="p", vrf=red, return_table=MAIN),
        sid(2, "end-an", profile="q", return_vrf=red),
        sid(3, "end-an", profile="p", return_segments=a6("fd00::1") * 3,
            argument=[{"value": 1, "profile": "p"},
                      {"value": 255, "profile": "q"}],
            argument_offset=8, argument_len=8),
        sid(0, "end-x", nh6=a6("fe80::1"), oif=d0, profile="q", flavors=2),
        sid(1, "end-t", table=TABLE, flavors=8),
        sid(2, "end-dx4", nh4=a4("10.0.0.1"), oif=d0, profile="p"),
        sid(3, "end-dx6", nh6=a6("fd00::1"), oif=d0),
        sid(0, "end-dt4", vrftable=TABLE, profile="p"),
        sid(1, "end-dt6", table=4711),
        sid(2, "end-dt46", table=MAIN),
        ("sid-del", {"prefix": prefix(0), "prefix-len": 64}),
        ("sid-del", {"prefix": prefix(1), "prefix-len": 64, "vrf": red}),
        ("sid-get", {"prefix": prefix(1), "prefix-len": 64, "vrf": red}),
        ("sid-get", {"address": prefix(0), "source": a6("fd00::9"),
                     "ingress": d0}),
    ]


def profiles():
    variable = [{"name": "HOME_NET", "range": [
        {"first": a4("10.0.0.0"), "last": a4("10.255.255.255")},
        {"negated": True, "first": a6("fd00::1"), "last": a6("fd00::2")}]},
        {"name": "HTTP_PORTS", "range": [{"port-first": 80,
                                          "port-last": 8080}]}]
    override = [{"kind": "signature-id", "gid": 1, "signature-id": 2,
                 "verdict": "drop"},
                {"kind": "classtype", "name": "trojan", "verdict": "report"},
                {"kind": "ruleset", "name": "base", "verdict": "reject"}]
    suppress = [{"gid": 1, "signature-id": 3, "direction": "src",
                 "address": a4("192.0.2.0"), "prefix-len": 24},
                {"signature-id": 1, "direction": "either"}]
    whole = {"name": "p", "mode": "prevent", "ruleset": ["base"],
             "variable": variable, "override": override,
             "suppress": suppress,
             "threshold": [{"category": "botnet", "min-score": 10,
                            "verdict": "drop"}],
             "exception": [{"condition": "inner-fragment",
                            "exception": "pass-packet"},
                           {"condition": "budget", "exception": "reject"}],
             "create": True, "replace": True}
    return [("profile-new", whole),
            ("profile-new", {"name": "q", "create": True, "replace": True}),
            ("profile-new", {"name": "r", "mode": "monitor", "create": True,
                             "replace": True}),
            ("profile-get", {"name": "p"}),
            ("profile-del", {"name": "r"})]


def entry(n, **more):
    return dict({"address": a4("192.0.2.%d" % n), "score": 50 + n}, **more)


def reputations():
    some = [entry(1), entry(2, category="scan", source="b", timeout=10 ** 8),
            {"address": a6("2001:db8::"), "prefix-len": 32, "score": 1}]
    return [
        ("reputation-new", {"entry": some, "category": "botnet",
                            "source": "a"}),
        ("reputation-get", {"address": a4("192.0.2.1")}),
        ("reputation-get", {"category": "botnet", "source": "a"}),
        ("reputation-get", {}),
        ("reputation-del", {"entry": [
            {"address": a4("192.0.2.1"), "category": "botnet",
             "source": "a"}]}),
        ("reputation-del", {"source": "b", "category": "scan"}),
        ("reputation-load", {"source": "c"}),
    ]


def others():
    net = {"address": a6("2001:db8::"), "prefix-len": 32}
    return [
        ("upload-new", {"size": 4096}),
        ("ruleset-get", {"name": "base"}),
        ("ruleset-del", {"name": "spare"}),
        ("rule-get", {"ruleset": "base", "signature-id": 1}),
        ("stats-get", {}),
        ("settings-set", {"image-unprivileged": 0,
                          "stream-memory-max": 128}),
        ("flow-get", {"zone": 7, "family": 4, "protocol": 6, "state": "new",
                      "address": a4("10.0.0.0"), "prefix-len": 8,
                      "port": 80}),
        ("flow-del", {"zone": 7, "family": 6, "protocol": 17,
                      "state": "closed", "address": a6("2001:db8::"),
                      "prefix-len": 32, "port": 53}),
        ("flow-del", {}),
        ("trace-set", {"src": net, "dst": {"address": a4("10.0.0.0"),
                                           "prefix-len": 8}, "rate": 7}),
    ]


def recipes():
    """[(command, attributes)] of all requests that need no handle."""
    return sids() + profiles() + reputations() + others()


# --- Requests with a handle of their socket --------------------------------

def part(nl):
    handle = nl.do("upload-new", size=4096)[0]["upload"]
    return "upload-part", {"upload": handle, "offset": 0, "data": b"x" * 64}


def ruleset(nl):
    return "ruleset-new", {"name": "spare", "create": True, "replace": True,
                           "upload": image.upload(nl, image.rich(3))}


def begun(nl):
    return nl.do("reputation-load", source="c")[0]["load"]


def loading(nl):
    return "reputation-new", {"load": begun(nl), "category": "botnet",
                              "source": "c", "entry": [entry(7), entry(8)]}


def committing(nl):
    return "reputation-load", {"load": begun(nl), "commit": True}


def aborting(nl):
    return "reputation-load", {"load": begun(nl), "abort": True}


HANDLED = (part, ruleset, loading, committing, aborting)


# --- The configuration ------------------------------------------------------

def clear(nl):
    for told in nl.dump("sid-get"):
        nl.do("sid-del", **{k.replace("-", "_"): told[k] for k in
                            ("prefix", "prefix-len", "vrf") if k in told})
    for kind in ("profile", "ruleset"):
        for name in {o["name"] for o in nl.dump(kind + "-get")}:
            nl.do(kind + "-del", name=name)
    nl.do("reputation-del")
    nl.do("settings-set", image_unprivileged=0, stream_memory_max=128)


def base(nl):
    """Nothing but this."""
    clear(nl)
    image.load(nl, "base", image.rich(4))
    image.load(nl, "spare", image.rich(1))
    for op, values in profiles()[:3] + sids()[0:8:2] + reputations()[:1]:
        request(nl, op, values)


def request(nl, op, values):
    """By whichever of the two ways the command takes these attributes."""
    for way, call in (("do", nl.do), ("dump", nl.dump)):
        taken = nl.spec.ops[op].get(way, {}).get("request", {}).get(
            "attributes")
        if taken is None or not set(values) <= set(taken):
            continue
        try:
            call(op, **{k.replace("-", "_"): v for k, v in values.items()})
        except Refused as e:
            raise AssertionError("%s %r: %s" % (op, values, e)) from e
