#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Requests that nobody would send, and requests that all come at once.

The random numbers have fixed seeds: what failed once fails again.
"""

import os
import random
import socket
import struct
import subprocess
import time

from claims import claim, equal, main
from genl import (ACK, DUMP, REQUEST, Refused, Socket, Spec, attribute, enter)
from image import image, load

NS = "segward-stress"
MUTATIONS = 20000
SECONDS = 8


def requests(spec):
    return [o for o in spec.ops.values() if "do" in o or "dump" in o]


def value(rng, spec, attr):
    """Something that an attribute might hold, mostly of the right size."""
    kind = attr["type"]
    if rng.random() < 0.1:
        return rng.randbytes(rng.choice((0, 1, 3, 4, 8, 16, 17, 64, 5000)))
    if kind == "nest":
        return attributes(rng, spec, attr["nested-attributes"], 6)
    if kind == "string":
        return rng.choice((b"base\0", b"slice\0", b"botnet\0", b"soc\0", b"\0",
                           b"x" * 31 + b"\0", b"a b\0", b"no zero"))
    if kind == "u32":
        return struct.pack("=I", rng.choice((0, 1, 2, 3, 4, 5, 24, 64, 128,
                                             65536, 2 ** 31, 2 ** 32 - 1)))
    if kind == "u64":
        return struct.pack("=Q", rng.choice((0, 1, 1000, 2 ** 63, 2 ** 64 - 1)))
    return rng.choice((b"\xc0\0\2\1", b"\xc0\0\2\0", b"",
                       socket.inet_pton(socket.AF_INET6, "2001:db8::"),
                       socket.inet_pton(socket.AF_INET6, "fe80::1")))


def attributes(rng, spec, set_name, most):
    attrs = list(spec.sets[set_name].values())
    out = b""
    for _ in range(rng.randrange(most)):
        attr = rng.choice(attrs)
        number = attr["number"]
        if attr["type"] == "nest" and rng.random() < 0.95:
            number |= 0x8000
        out += attribute(number, value(rng, spec, attr))
    return out


def damaged(rng, payload):
    """Now and then a byte or a length is not what it should be."""
    if payload and rng.random() < 0.2:
        at = rng.randrange(len(payload))
        payload = payload[:at] + rng.randbytes(1) + payload[at + 1:]
    return payload


def send(nl, rng, op, payload):
    how = [h for h in ("do", "dump") if h in op]
    flags = REQUEST | (DUMP if rng.choice(how) == "dump" else ACK)
    nl.sock.send(struct.pack("=IHHIIBBH", 20 + len(payload), nl.family, flags,
                             nl.seq, 0, op["number"], 1, 0) + payload)


def drain(nl):
    nl.sock.settimeout(0.000001)
    try:
        while True:
            nl.sock.recv(1 << 20)
    except (TimeoutError, BlockingIOError):
        nl.sock.settimeout(60)


def clear(nl):
    """Nothing is left; all of it through the ordinary door."""
    for sid in nl.dump("sid-get"):
        nl.do("sid-del", **{k.replace("-", "_"): sid[k] for k in
                            ("prefix", "prefix-len", "vrf") if k in sid})
    for kind in ("profile", "ruleset"):
        for name in {o["name"] for o in nl.dump(kind + "-get")}:
            nl.do(kind + "-del", name=name)
    nl.do("reputation-del")
    stats = nl.do("stats-get")[0]
    equal([stats[k] for k in ("sids", "profiles", "rulesets",
                              "reputation-entries", "hook")], [0] * 5,
          "what is left")


@claim
def twenty_thousand_mutated_requests_are_survived(nl):
    rng = random.Random(2017)
    ops = requests(nl.spec)
    load(nl, "base", image(3))
    other = Socket(nl.spec)
    for n in range(MUTATIONS):
        op = rng.choice(ops)
        payload = attributes(rng, nl.spec, op["attribute-set"], 10)
        send(other, rng, op, damaged(rng, payload))
        if not n % 16:
            drain(other)
        if not n % 1000:
            # what sockets own goes with them
            other.close()
            other = Socket(nl.spec)
    other.close()
    clear(nl)


def prefix(n):
    return socket.inet_pton(socket.AF_INET6, "2001:3e8:%x::" % n)


def busy(seed):
    """One of those who all want something at the same time."""
    rng = random.Random(seed)
    nl = Socket(Spec())
    name, other = "p%d" % seed, "p%d" % ((seed + 1) % 4)
    entry = {"address": bytes([10, seed, 0, 1]), "score": 50,
             "category": "botnet", "source": "s%d" % seed, "timeout": 30}
    jobs = (
        lambda: nl.do("profile-new", name=name, create=True, replace=True,
                      ruleset=["base"], threshold=[
                          {"category": "botnet", "min-score": 1,
                           "verdict": "drop"}]),
        lambda: nl.do("profile-del", name=other),
        lambda: nl.do("sid-new", prefix=prefix(seed), prefix_len=64,
                      action="end-an", profile=name, create=True,
                      replace=True),
        lambda: nl.do("sid-del", prefix=prefix(seed), prefix_len=64),
        lambda: load(nl, "base", image(rng.randrange(200))),
        lambda: nl.do("reputation-new", entry=[entry]),
        lambda: nl.do("reputation-del", source="s%d" % seed),
        lambda: nl.do("reputation-load", load=nl.do(
            "reputation-load", source="s%d" % seed)[0]["load"], commit=True),
        lambda: nl.dump("sid-get"),
        lambda: nl.dump("profile-get"),
        lambda: nl.dump("rule-get", ruleset="base"),
        lambda: nl.dump("reputation-get"),
        lambda: nl.do("trace-set"),
    )
    end = time.monotonic() + SECONDS
    done = 0
    while time.monotonic() < end:
        try:
            rng.choice(jobs)()
            done += 1
        except Refused:
            pass
    return done


@claim
def four_who_change_everything_at_once_leave_it_whole(nl):
    load(nl, "base", image(3))
    children = []
    for seed in range(4):
        pid = os.fork()
        if not pid:
            status = 1
            try:
                status = 0 if busy(seed) else 2
            finally:
                os._exit(status)
        children.append(pid)
    equal([os.waitpid(pid, 0)[1] for pid in children], [0] * 4, "statuses")
    profiles = {p["name"]: p for p in nl.dump("profile-get")}
    used = [s["profile"] for s in nl.dump("sid-get")]
    for name, profile in profiles.items():
        equal(profile["users"], used.count(name), "users of " + name)
    ruleset, = [r for r in nl.dump("ruleset-get") if "users" in r]
    equal(ruleset["users"], len(profiles), "users of the ruleset")
    clear(nl)


def context():
    subprocess.run(["ip", "netns", "add", NS], check=True)
    enter(NS)
    subprocess.run("ip link set lo up".split(), check=True)
    return Socket(Spec())


if __name__ == "__main__":
    try:
        main(context())
    finally:
        subprocess.run(["ip", "netns", "del", NS], check=False)
