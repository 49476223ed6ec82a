#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Measures a node in the guest of scripts/bench; report.py reads the result.

A node is a network namespace with two dummies: packets come by the one and are
thrown away by the other. Each variant of a node has its own namespace. A round
sends the same packets through each of them, so that whatever else the machine
does meets all alike. What left each node is counted.
"""

import argparse
import array
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import traffic

RING = "/sys/kernel/debug/segward_bench/packets"
RUN = "/sys/kernel/debug/segward_bench/run"
SEGWARD = os.environ.get("SEGWARD", "segward")
PROFILE = "mode prevent reputation botnet min-score 80 verdict drop"


def sh(*args, **kwargs):
    done = subprocess.run(args, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, **kwargs)
    if done.returncode:
        raise RuntimeError("%s: %s" % (" ".join(args)[:200],
                                       done.stdout[-2000:]))
    return done.stdout


def say(text):
    print("# %6.1f %s" % (time.monotonic() - START, text), flush=True)


def batch_file(lines):
    f = tempfile.NamedTemporaryFile("w", suffix=".batch")
    f.write("\n".join(lines) + "\n")
    f.flush()
    return f


class Node:
    """A node that forwards and has no SIDs."""

    lists = False

    def __init__(self, name):
        self.name = name
        sh("ip", "netns", "add", name)
        self.fd = os.open("/run/netns/" + name, os.O_RDONLY)
        sh("ip", "netns", "exec", name, "sysctl", "-wq",
           "net.ipv6.conf.all.forwarding=1",
           "net.ipv6.conf.default.accept_dad=0")
        self.ip("link set lo up", "link add in0 type dummy",
                "link add out0 type dummy", "link set in0 up",
                "link set out0 up",
                *("route add %x:%x::/32 via fe80::1 dev out0" %
                  (prefix >> 16, prefix & 0xffff) for prefix in
                  (traffic.LOCATOR, traffic.NEXT, traffic.OTHER)))
        self.ifindex = self.links()["in0"]["ifindex"]

    def ip(self, *lines):
        with batch_file(lines) as f:
            sh("ip", "-n", self.name, "-b", f.name)

    def segward(self, *words):
        return sh(SEGWARD, "-n", self.name, *words)

    def links(self):
        text = sh("ip", "-n", self.name, "-j", "-s", "link", "show")
        return {link["ifname"]: link for link in json.loads(text)}

    def counters(self):
        """What it has done with its packets, of those before this as well."""
        return {"left": self.links()["out0"]["stats64"]["tx"]["packets"]}

    def check(self, before, **more):
        """Complain unless these counters went up by so much."""
        now = self.counters()
        for name, packets in more.items():
            if name in now and now[name] != before[name] + packets:
                raise RuntimeError("%s: %s is %d, was %d, not %d more" % (
                    self.name, name, now[name], before[name], packets))

    def set_sids(self, count):
        pass

    def set_family(self, family):
        pass


class Mainline(Node):
    """End by a seg6local route."""

    count = 0

    def set_sids(self, count):
        for word, n in (("del", self.count), ("add", count)):
            self.ip(*("route %s %s encap seg6local action End dev in0" %
                      (word, traffic.sid_text(n, i)) for i in range(n)))
        self.count = count


class Nftables(Mainline):
    """The same, and the inner addresses looked up in a set."""

    lists = True

    def set_family(self, family):
        sh("ip", "netns", "exec", self.name, "nft", "flush", "ruleset")
        sh("ip", "netns", "exec", self.name, "nft", "-f",
           "%s/bad%d.nft" % (ARGS.lists, family))


class Segward(Node):
    """End of segward."""

    action = "End"

    def set_sids(self, count):
        self.segward("sid", "flush")
        with batch_file("sid add %s action %s" %
                        (traffic.sid_text(count, i), self.action)
                        for i in range(count)) as f:
            self.segward("-b", f.name)

    def counters(self):
        sids = json.loads(self.segward("-j", "-s", "sid", "show"))
        return dict(super().counters(), **{
            name: sum(sid[name] for sid in sids)
            for name in ("packets", "forwarded")})


class Inspecting(Segward):
    """End.AN with reputation."""

    action = "End.AN profile slice"
    lists = True

    def __init__(self, name):
        super().__init__(name)
        self.segward("profile", "add", "slice", *PROFILE.split())

    def set_family(self, family):
        say("%s: %s" % (self.name, self.segward(
            "reputation", "load", "%s/bad%d.list" % (ARGS.lists, family),
            "source", "bench", "category", "botnet", "score",
            "90").strip().replace("\n", " ")))
        self.segward("profile", "set", "slice", "variable", "HOME_NET",
                     traffic.HOME[family])

    def counters(self):
        stats = json.loads(self.segward("-j", "stats"))[0]
        return dict(super().counters(), **{
            name: stats[name] for name in ("inspected", "passed", "events")})


class Ruled(Inspecting):
    """The same with rules."""

    def __init__(self, name):
        super().__init__(name)
        rules = sorted(os.path.join(ARGS.rules, f)
                       for f in os.listdir(ARGS.rules)
                       if f.endswith(".rules"))
        self.segward("ruleset", "load", "et", *rules, "skip-bad")
        self.segward("profile", "set", "slice", "ruleset", "et")

    def about(self):
        return json.loads(self.segward("-j", "ruleset", "show", "et"))[0]


def fill(packets):
    """Give the module its ring: whole records in each write."""
    fd = os.open(RING, os.O_WRONLY)
    for i in range(0, len(packets), 256):
        data = b"".join(packets[i:i + 256])
        if os.write(fd, data) != len(data):
            raise RuntimeError("the ring is full")
    os.close(fd)


class Clock:
    """How long a tick is: known better with each run."""

    ns = ticks = 0

    @classmethod
    def rate(cls):
        return cls.ns / cls.ticks


def run(node, first, count):
    """One run; ticks per packet, the median of its batches."""
    with open(RUN, "r+b", buffering=0) as f:
        f.write(b"%d %d %d %d %d %d" % (node.fd, node.ifindex, first, count,
                                        ARGS.batch, 0 if ARGS.single else 1))
        f.seek(0)
        data = array.array("I", f.read(1 << 20))
    Clock.ns += data[0]
    Clock.ticks += data[1]
    whole = data[2:2 + count // ARGS.batch]
    return statistics.median(whole) / ARGS.batch


def measure(nodes, rounds, packets, what):
    """Rounds through all nodes; ns per packet of each round, by variant. The
    first round warms up and is not counted."""
    before = {v: node.counters() for v, node in nodes.items()}
    out = {v: [] for v in nodes}
    first = 0
    for number in range(rounds + 1):
        for variant, node in nodes.items():
            ticks = run(node, first, packets)
            if number:
                out[variant].append(ticks)
        first = (first + packets) % ARGS.ring
    sent = (rounds + 1) * packets
    ours = 0 if what.get("other") else sent
    for variant, node in nodes.items():
        node.check(before[variant], left=sent, packets=ours, forwarded=ours,
                   inspected=ours, passed=ours, events=0)
    rate = Clock.rate()
    result = dict(what, rounds=rounds, packets=packets,
                  cost={v: [t * rate for t in ticks]
                        for v, ticks in out.items()})
    say("%s: %s" % (" ".join("%s %s" % pair for pair in what.items()),
                    ", ".join("%s %.0f" % (v, statistics.median(cost))
                              for v, cost in result["cost"].items())))
    return result


def prove(nodes, family, sids):
    """What is listed must not pass, or the lists would cost nothing."""
    fill(traffic.ring(family, "64", sids, 64, bad=True))
    for node in nodes.values():
        before = node.counters()
        run(node, 0, 64)
        node.check(before, left=0 if node.lists else 64, packets=64)


# --- What is measured --------------------------------------------------------

def loaded_or_not(results):
    """A namespace without SIDs: without the module, with it, and with SIDs in
    another namespace. Round by round."""
    node, neighbour = Node("lone"), Segward("neighbour")
    fill(traffic.ring(6, "64", 1, ARGS.ring))
    before = node.counters()
    steps = {"absent": lambda: None,
             "loaded": lambda: sh("insmod", os.environ["SEGWARD_KO"]),
             "used": lambda: neighbour.set_sids(1)}
    out = {v: [] for v in steps}
    for number in range(ARGS.rounds + 1):
        for variant, step in steps.items():
            step()
            ticks = run(node, 0, ARGS.packets)
            if number:
                out[variant].append(ticks)
        neighbour.segward("sid", "flush")
        sh("rmmod", "segward")
    node.check(before, left=len(steps) * (ARGS.rounds + 1) * ARGS.packets)
    rate = Clock.rate()
    results.append({"kind": "loaded", "rounds": ARGS.rounds,
                    "packets": ARGS.packets,
                    "cost": {v: [t * rate for t in ticks]
                             for v, ticks in out.items()}})
    say("module absent %.1f, loaded %.1f, used elsewhere %.1f" % tuple(
        statistics.median(cost) for cost in results[-1]["cost"].values()))


class Results(list):
    """Written at each step: what was measured is there whatever comes."""

    def append(self, result):
        super().append(result)
        with open(ARGS.out, "w") as f:
            json.dump(self, f)


def variants():
    made = {"plain": Node, "mainline": Mainline, "segward": Segward,
            "reputation": Inspecting, "rules": Ruled, "nftables": Nftables}
    return {v: made[v](v) for v in made if v in ARGS.variants}


def main():
    results = Results()
    sh("insmod", ARGS.module)
    if not ARGS.no_others:
        loaded_or_not(results)
    sh("insmod", os.environ["SEGWARD_KO"])
    nodes = variants()
    results.append({"kind": "about", "rules": nodes["rules"].about()
                    if "rules" in nodes else None})
    for family in ARGS.families:
        for node in nodes.values():
            say("%s: inner IPv%d" % (node.name, family))
            node.set_family(family)
        for sids in ARGS.sids:
            for node in nodes.values():
                node.set_sids(sids)
            say("%d SIDs" % sids)
            prove(nodes, family, sids)
            for size in ARGS.sizes:
                fill(traffic.ring(family, size, sids, ARGS.ring))
                results.append(measure(nodes, ARGS.rounds, ARGS.packets, {
                    "kind": "add", "family": family, "sids": sids,
                    "size": size}))
            if ARGS.no_others or family != ARGS.families[-1]:
                continue
            fill(traffic.ring(family, "64", sids, ARGS.ring, traffic.OTHER))
            pair = {v: nodes[v] for v in ("plain", "segward") if v in nodes}
            results.append(measure(pair, ARGS.rounds, ARGS.packets, {
                "kind": "other", "other": "elsewhere", "sids": sids}))
    sh("rmmod", "segward_bench")


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--module", required=True)
    parser.add_argument("--lists", required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--packets", type=int, default=10240)
    parser.add_argument("--ring", type=int, default=20000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--single", action="store_true")
    parser.add_argument("--sizes", nargs="+", default=list(traffic.SIZES))
    parser.add_argument("--families", nargs="+", type=int, default=[4, 6])
    parser.add_argument("--no-others", action="store_true",
                        help="nothing of packets that are no SID's")
    parser.add_argument("--sids", nargs="+", type=int, default=[1, 10000])
    parser.add_argument("--variants", nargs="+", default=[
        "plain", "mainline", "segward", "reputation", "rules", "nftables"])
    return parser.parse_args()


if __name__ == "__main__":
    START = time.monotonic()
    ARGS = arguments()
    sys.exit(main())
