#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What save writes, apply reads; apply is all or nothing; trace explains."""

import json
import os
import subprocess
import tempfile
import time

import packet as p
from wire import BOUND, SEGWARD, claim, main

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID = "2001:3e8:60:b::"
# Those of the SIDs: to segward0, and the discard routes behind them.
ROUTES = ("ip -6 route show table all proto 200; "
          "ip -6 route show table all type unreachable")
RULES = tempfile.NamedTemporaryFile("w", suffix=".rules")
CLASSES = tempfile.NamedTemporaryFile("w", suffix=" classes.config")


def setup(wire):
    RULES.write('drop udp any any -> any any '
                '(msg:"evil"; content:"EVIL"; classtype:trojan-activity; '
                'sid:1; rev:1;)\n'
                'alert http any any -> any any (msg:"no"; sid:2; rev:1;)\n')
    RULES.flush()
    CLASSES.write("config classification: "
                  "trojan-activity,What the save knows of it,2\n")
    CLASSES.flush()
    wire.run("ip link add red type vrf table 10 && ip link set red up")
    for command in (
            "ruleset load base %s skip-bad classification '%s'" %
            (RULES.name, CLASSES.name),
            "profile add slice mode prevent ruleset base "
            "reputation botnet min-score 80 verdict drop",
            "profile set slice override classtype trojan-activity "
            "verdict report",
            "profile set slice suppress signature-id 1 src 192.0.2.0/24",
            "profile set slice variable HOME_NET [10.0.0.0/8,!10.1.0.0/16]",
            "profile set slice exception inner-fragment pass-packet",
            "profile add idle",
            "sid add %s/64 action End.AN profile slice zone 7 "
            "allow-src 2001:db8:1::/64 iif n0" % SID,
            "sid add 2001:3e8:60:c::/64 action End.X nh6 fe80::9 oif n1 "
            "profile idle",
            "sid add 2001:3e8:60:d::/64 action End.T table 100 noroute",
            "sid add 2001:3e8:60:e::/64 action End vrf red metric 77",
            "reputation add 192.0.2.0/24 category botnet score 90 source soc",
            "reputation add 2001:db8:66::1 category spam score 50 "
            "source feed timeout 1d"):
        wire.segward(command)


def state(wire):
    """Everything that is configured, without what changes by itself."""
    found = {o: wire.json(o + " show")
             for o in ("sid", "profile", "ruleset", "reputation")}
    for row in found["profile"] + found["ruleset"]:
        row.pop("generation", None)
    for row in found["reputation"]:
        row.pop("expires", None)
        row.pop("timeout", None)
    return found


def written(text):
    f = tempfile.NamedTemporaryFile("w", suffix=".conf")
    f.write(text)
    f.flush()
    return f


def wipe(wire):
    wire.segward("sid flush")
    for name in ("slice", "idle"):
        wire.segward("profile del " + name)
    wire.segward("ruleset del base")
    for name in ("soc", "feed"):
        wire.segward("reputation flush source " + name)


@claim
def a_ruleset_remembers_the_file_of_its_classtypes(wire):
    base, = wire.json("ruleset show base")
    assert base["classification"] == CLASSES.name, base
    rule, = wire.json("rule show ruleset base signature-id 1")
    assert rule["classtype"] == "trojan-activity", rule
    assert rule["priority"] == 2, rule


@claim
def a_ruleset_of_many_files_is_one_and_names_all_of_them(wire):
    with tempfile.TemporaryDirectory() as folder:
        files = ["%s/%s-%d.rules" % (folder, "x" * 200, n)
                 for n in range(150)]
        for n, name in enumerate(files):
            with open(name, "w") as f:
                f.write('alert udp any any -> any any (msg:"r"; sid:%d;)\n' %
                        (n + 1))
        wire.segward("ruleset load many " + " ".join(files))
    try:
        for got in (wire.json("ruleset show many"),
                    [r for r in wire.json("ruleset show")
                     if r["name"] == "many"]):
            assert [r["origin"] for r in got] == [files], got
            assert got[0]["rules"] == 150, got
    finally:
        wire.segward("ruleset del many")


@claim
def save_and_apply_round_trip(wire):
    before, routes = state(wire), wire.run(ROUTES)
    text = wire.segward("save")
    wipe(wire)
    assert state(wire)["sid"] == []
    with written(text) as f:
        wire.segward("apply " + f.name)
    assert state(wire) == before
    after = wire.run(ROUTES)
    assert sorted(after.split("\n")) == sorted(routes.split("\n"))


@claim
def apply_of_what_is_there_changes_nothing(wire):
    pkt = p.encap(HEADEND, [NEXT, SID], 1, p.inner(6, "udp", payload=b"x"))
    wire.expect(pkt, s=p.after_end(pkt))
    counted = wire.sid(SID)["packets"]
    for how in ("", " sync"):
        with written(wire.segward("save")) as f:
            wire.segward("apply " + f.name + how)
        assert wire.sid(SID)["packets"] == counted


@claim
def apply_sync_removes_what_the_file_does_not_name(wire):
    text = wire.segward("save")
    wire.segward("sid add 2001:3e8:99::/64 action End")
    wire.segward("profile add extra")
    with written(text) as f:
        wire.segward("apply " + f.name)
        assert wire.json("sid show 2001:3e8:99::/64") != []
        wire.segward("apply " + f.name + " sync")
    assert wire.json("sid show") and not any(
        row["prefix"].startswith("2001:3e8:99:") for row in
        wire.json("sid show"))
    assert "extra" not in [row["name"] for row in wire.json("profile show")]


@claim
def a_file_with_one_bad_line_changes_nothing_and_is_named(wire):
    before = state(wire)
    with written("sid add 2001:3e8:98::/64 action End\n"
                 "# a comment\n"
                 "sid add 2001:3e8:97::/64 action End.Q\n") as f:
        out = wire.segward("apply %s; echo $?" % f.name, check=False)
        assert f.name + ":3" in out and out.rstrip().endswith("1"), out
    assert state(wire) == before


@claim
def apply_check_changes_nothing(wire):
    before = state(wire)
    with written("sid add 2001:3e8:98::/64 action End\n") as f:
        wire.segward("apply %s check" % f.name)
    assert state(wire) == before


@claim
def trace_tells_the_steps_and_the_verdict_of_a_packet(wire):
    good = p.encap(HEADEND, [NEXT, SID], 1, p.inner(6, "udp", payload=b"x"))
    proc = subprocess.Popen(
        ["ip", "netns", "exec", wire.node, SEGWARD, "-j", "trace", "dst",
         SID + "/64"], stdout=subprocess.PIPE)
    os.set_blocking(proc.stdout.fileno(), False)
    try:
        steps, buffer, end = [], b"", time.monotonic() + BOUND
        while "action" not in [s["step"] for s in steps]:
            assert time.monotonic() < end, "no trace: %r" % steps
            wire.expect(good, s=p.after_end(good))
            buffer += proc.stdout.read() or b""
            *lines, buffer = buffer.split(b"\n")
            steps += [json.loads(line) for line in lines if line.strip()]
        first = [s["step"] for s in steps if s["id"] == steps[0]["id"]]
        assert first[:6] == ["hook", "sid", "srh", "packet", "reputation",
                             "rules"], first
        assert {"verdict", "action"} <= set(first), first
    finally:
        proc.kill()
        proc.wait()
        proc.stdout.close()


if __name__ == "__main__":
    main(setup)
