#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""L3 domains, zones and namespaces: a SID is served where it belongs only."""

import json

import packet as p
from wire import SEGWARD, claim, main, sh, vrf_red

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID, SID_RED = "2001:3e8:60:8::", "2001:3e8:60:9::"


def setup(wire):
    """VRF red has its own way to the next segment: n2."""
    vrf_red(wire)
    wire.run("ip -6 route add 2001:db8:f::/48 via 2001:db8:3::2 dev n2 "
             "table 10")
    wire.segward("sid add %s/64 action End" % SID)
    wire.segward("sid add %s/64 action End vrf red" % SID_RED)


def to(sid):
    inner = p.inner(6, "udp", payload=b"whose?")
    return p.encap(HEADEND, [NEXT, sid], 1, inner)


def untouched(wire, pkt, side):
    before = wire.stats()["packets"]
    got = wire.exchange(pkt, side)
    assert wire.stats()["packets"] == before, "the SID took the packet"
    # what came out, if anything, has not been advanced to the next segment
    for frames in got.values():
        for f in frames:
            assert f[24:40] != p.addr(NEXT), f.hex()


@claim
def sid_of_the_default_domain_serves_the_default_domain(wire):
    pkt = to(SID)
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def sid_of_a_vrf_serves_the_vrf_and_leaves_through_its_table(wire):
    pkt = to(SID_RED)
    wire.expect(pkt, side="t", t=p.after_end(pkt))


@claim
def sid_of_a_vrf_is_not_served_to_the_default_domain(wire):
    untouched(wire, to(SID_RED), "c")


@claim
def sid_of_the_default_domain_is_not_served_to_a_vrf(wire):
    untouched(wire, to(SID), "t")


@claim
def the_same_prefix_may_live_in_two_domains(wire):
    wire.segward("sid add %s/64 action End vrf red" % SID)
    try:
        pkt = to(SID)
        wire.expect(pkt, s=p.after_end(pkt))
        wire.expect(pkt, side="t", t=p.after_end(pkt))
    finally:
        wire.segward("sid del %s/64 vrf red" % SID)


@claim
def route_of_a_vrfs_sid_is_in_the_vrfs_table(wire):
    routes = wire.run("ip -6 route show table 10 %s/64" % SID_RED)
    assert "dev segward0" in routes, routes
    assert not wire.run("ip -6 route show table main %s/64" % SID_RED).strip()


@claim
def another_namespace_sees_nothing_of_this_ones_configuration(wire):
    other = wire.ns["s"]
    found = json.loads(sh("%s -j sid show" % SEGWARD, ns=other))
    assert found == [], found
    before = wire.json("sid show")
    sh("%s profile add slice mode prevent" % SEGWARD, ns=other)
    sh("%s reputation add 192.0.2.1 category botnet score 90 source x" %
       SEGWARD, ns=other)
    try:
        assert wire.json("profile show") == []
        assert wire.json("reputation show") == []
        assert wire.json("sid show") == before
    finally:
        sh("%s profile del slice" % SEGWARD, ns=other)


@claim
def zone_of_a_sid_is_shown(wire):
    wire.segward("sid replace %s/64 action End zone 4000000000" % SID)
    assert wire.sid(SID)["zone"] == 4000000000
    wire.segward("sid replace %s/64 action End" % SID)
    assert wire.sid(SID).get("zone", 0) == 0


@claim
def removing_the_vrf_leaves_a_sid_that_serves_nobody(wire):
    wire.run("""set -e
        ip link del red
        ip -6 addr add 2001:db8:3::1/64 dev n2 nodad
        ip -6 neigh replace 2001:db8:3::2 lladdr 02:00:00:00:03:02 dev n2 \
            nud permanent
        ip -6 route add 2001:db8:fd::/48 via 2001:db8:3::2 dev n2
        """)
    untouched(wire, to(SID_RED), "c")
    pkt = to(SID)
    wire.expect(pkt, s=p.after_end(pkt))


if __name__ == "__main__":
    main(setup)
