#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""ping and traceroute, the programs, to and through SIDs: RFC 9259, 3.1, 3.2.

    client --- head --- node --- tail --- server
        2001:db8:1::   :2::     :3::     :4::

The left one of two neighbours is ::1 of their network, the right one ::2.
head is a mainline headend, node and tail are segward's. Every probe of a trace
is sent at once, so that a hop that never answers is waited for once.
"""

import contextlib
import json
import os
import re

from claims import claim, equal, main
from wire import SEGWARD, sh

HOSTS = ("client", "head", "node", "tail", "server")
HEAD, NODE, TAIL, SERVER = ("2001:db8:%d::2" % n for n in range(1, 5))
# At node: End, End.AN, End.X; at tail: End, End.DT6, End with flavor usd
END, AN, X = ("2001:3e8:60:%d::" % n for n in (1, 2, 3))
LAST, EXIT, USD = ("2001:3e8:61:%d::" % n for n in (1, 2, 3))
HOPS_MAX = 6
PROBES = {"udp": "", "icmp": "-I", "tcp": "-T"}
# how traceroute writes Parameter Problem with code 4
SR_UPPER = "!<4-4>"


class Path:
    """The topology above; close() takes it down again."""

    def __init__(self):
        self.ns = {h: "sw-%s-%x" % (h, os.getpid()) for h in HOSTS}
        for ns in self.ns.values():
            sh("ip netns add %s && ip -n %s link set lo up" % (ns, ns))
            sh("""sysctl -qw net.ipv6.conf.all.forwarding=1 \
                    net.ipv6.conf.all.accept_dad=0 \
                    net.ipv6.conf.default.accept_dad=0 \
                    net.ipv6.icmp.ratelimit=0 net.ipv6.icmp.ratemask=""",
               ns=ns)
        for n, (left, right) in enumerate(zip(HOSTS, HOSTS[1:]), 1):
            sh("""set -e
                ip -n {l} link add right type veth peer name left netns {r}
                ip -n {l} link set right up
                ip -n {r} link set left up
                ip -n {l} addr add 2001:db8:{n}::1/64 dev right nodad
                ip -n {r} addr add 2001:db8:{n}::2/64 dev left nodad
                """.format(l=self.ns[left], r=self.ns[right], n=n))
        # what comes to its own address with an SRH is wanted there
        sh("sysctl -qw net.ipv6.conf.all.seg6_enabled=1 "
           "net.ipv6.conf.left.seg6_enabled=1", ns=self.ns["server"])
        self.routes()
        self.sids()

    def routes(self):
        """To the right by default; networks on the left are named."""
        for n, host in enumerate(HOSTS[:-1], 1):
            sh("ip -6 route add default via 2001:db8:%d::2" % n,
               ns=self.ns[host])
        for n, host in enumerate(HOSTS[1:], 1):
            for net in range(1, n):
                sh("ip -6 route add 2001:db8:%d::/64 via 2001:db8:%d::1" %
                   (net, n), ns=self.ns[host])

    def sids(self):
        for host, prefix, action in (
                ("node", END, "End"),
                ("node", AN, "End.AN profile guard"),
                ("node", X, "End.X nh6 %s" % TAIL),
                ("tail", LAST, "End"),
                ("tail", EXIT, "End.DT6 table main"),
                ("tail", USD, "End flavors usd")):
            if "guard" in action:
                self.segward(host, "profile add guard mode prevent")
            self.segward(host, "sid add %s/64 action %s" % (prefix, action))

    def close(self):
        for ns in self.ns.values():
            sh("ip netns del " + ns, check=False)

    def segward(self, host, args):
        return sh("%s %s" % (SEGWARD, args), ns=self.ns[host])

    def sid(self, host, prefix):
        return json.loads(self.segward(host, "-j -s sid show %s/64" %
                                       prefix))[0]

    @contextlib.contextmanager
    def steered(self, dst, mode, *segments):
        """head sends what goes to dst by these segments."""
        sh("ip -6 route add %s/128 encap seg6 mode %s segs %s via %s" %
           (dst, mode, ",".join(segments), NODE), ns=self.ns["head"])
        try:
            yield
        finally:
            sh("ip -6 route del %s/128" % dst, ns=self.ns["head"])

    def trace(self, host, dst, probe):
        """The hops that traceroute prints, with their marks."""
        out = sh("traceroute -6 -n -q 1 -N %d -m %d -w 10,0,0 %s %s" %
                 (HOPS_MAX, HOPS_MAX, PROBES[probe], dst), ns=self.ns[host])
        lines = out.splitlines()
        assert lines[0].startswith("traceroute to " + dst), out
        hops = []
        for n, line in enumerate(lines[1:], 1):
            found = re.fullmatch(r" *(\d+)  (\*|(\S+)  [\d.]+ ms( !\S+)?)",
                                 line)
            assert found and int(found[1]) == n, out
            hops.append((found[3] or "*") + (found[4] or ""))
        return hops

    def ping(self, host, dst):
        """Does each of three requests get its answer, and from whom?"""
        out = sh("ping -6 -n -c 3 -i 0.2 -W 10 " + dst, ns=self.ns[host])
        assert "3 packets transmitted, 3 received" in out, out
        sources = set(re.findall("bytes from (\\S+):", out))
        assert len(sources) == 1, out
        return sources.pop()


@contextlib.contextmanager
def counted(path, host, prefix, **columns):
    """The SID's columns have grown by these."""
    before = path.sid(host, prefix)
    yield
    after = path.sid(host, prefix)
    equal({k: after[k] - before[k] for k in columns}, columns, prefix)


@claim
def ping_of_a_sid_is_answered_by_the_sid(path):
    for host, prefix in (("node", END), ("node", AN), ("node", X),
                         ("tail", LAST), ("tail", EXIT), ("tail", USD)):
        # any address of the prefix is the SID
        dst = prefix + "77"
        with counted(path, host, prefix, packets=3, upper=3, errors=0):
            equal(path.ping("client", dst), dst)


@claim
def ping_of_a_sid_through_sids_is_answered_by_the_sid(path):
    for through in (END, AN, X):
        with path.steered(LAST, "inline", through):
            with counted(path, "node", through, packets=3, forwarded=3):
                with counted(path, "tail", LAST, packets=3, upper=3):
                    equal(path.ping("head", LAST), LAST)


@claim
def ping_of_a_host_through_sids_is_answered_by_the_host(path):
    for through, out in ((END, EXIT), (AN, USD), (X, EXIT)):
        with path.steered(SERVER, "encap", through, out), \
                counted(path, "node", through, packets=3, forwarded=3), \
                counted(path, "tail", out, packets=3, forwarded=3):
            equal(path.ping("client", SERVER), SERVER)


@claim
def traceroute_to_a_sid_ends_at_its_node(path):
    """The SID itself answers an Echo Request, its node all else."""
    for probe, (at_node, at_tail) in {
            "udp": ("2001:db8:2::2", "2001:db8:3::2"),
            "icmp": (END, LAST),
            "tcp": ("2001:db8:2::2 " + SR_UPPER,
                    "2001:db8:3::2 " + SR_UPPER)}.items():
        equal(path.trace("client", END, probe), [HEAD, at_node], probe)
        equal(path.trace("client", LAST, probe), [HEAD, NODE, at_tail], probe)


@claim
def traceroute_by_segments_shows_every_hop(path):
    """The source lists segments itself, as in RFC 9259, 3.2.1."""
    for through in (END, AN, X):
        with path.steered(SERVER, "inline", through, LAST):
            with counted(path, "node", through, forwarded=HOPS_MAX - 1,
                         errors=1):
                equal(path.trace("head", SERVER, "udp"),
                      [NODE, TAIL, SERVER], through)


@claim
def linux_tells_errors_behind_segments_to_udp_probes_only(path):
    """Its source looks for the socket by the destination, a segment."""
    for probe in ("icmp", "tcp"):
        with path.steered(SERVER, "inline", END, LAST):
            with counted(path, "node", END, forwarded=HOPS_MAX - 1, errors=1):
                equal(path.trace("head", SERVER, probe), ["*", "*", SERVER],
                      probe)


@claim
def traceroute_to_a_sid_by_segments_ends_at_its_node(path):
    with path.steered(LAST, "inline", END):
        equal(path.trace("head", LAST, "udp"), [NODE, TAIL])


@claim
def a_tunnel_hides_its_hops_from_a_trace_behind_the_headend(path):
    """Errors about the tunnel are for the headend; the inner hop limit counts
    what is in front of the tunnel and behind it."""
    for through, out, probe in ((END, EXIT, "udp"), (AN, USD, "icmp"),
                                (X, EXIT, "tcp")):
        with path.steered(SERVER, "encap", through, out):
            equal(path.trace("client", SERVER, probe), ["*", "*", SERVER],
                  probe)


def run():
    path = Path()
    try:
        main(path)
    finally:
        path.close()


if __name__ == "__main__":
    run()
