#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""End keeps the routes of next segments, and nobody can tell by the packets.

No VRF and, until the last claim, no rule: with these nothing is kept.
"""

import os
import time

import packet as p
from wire import BOUND, claim, main

HEADEND, N0 = "2001:db8:1::2", "2001:db8:1::1"
END = "2001:3e8:60:8::"
NEXT, NET = "2001:db8:f::1", "2001:db8:f::/48"
S, T = "via 2001:db8:2::2", "via 2001:db8:3::2"
KEPT = 256                              # kmod/segment_route.h
TRACE = "/sys/kernel/tracing"


def setup(wire):
    wire.segward("sid add %s/64 action End" % END)


def to(segment=NEXT, src=HEADEND, **kw):
    inner = p.inner(6, "udp", "2001:db8:c::5", "2001:db8:b::20", b"route")
    return p.encap(src, [segment, END], 1, inner, **kw)


def leaves(wire, pkt, side):
    """Twice: as it is looked up, and as it may have been kept."""
    for _ in range(2):
        wire.expect(pkt, **{side: p.after_end(pkt)})


# --- Changes --------------------------------------------------------------

@claim
def a_changed_route_is_followed_at_once(wire):
    pkt = to()
    leaves(wire, pkt, "s")
    wire.run("ip -6 route replace %s %s" % (NET, T))
    leaves(wire, pkt, "t")
    wire.run("ip -6 route replace %s %s" % (NET, S))
    leaves(wire, pkt, "s")


@claim
def a_longer_prefix_is_followed_at_once_and_left_again(wire):
    pkt = to()
    leaves(wire, pkt, "s")
    wire.run("ip -6 route add %s/128 %s" % (NEXT, T))
    leaves(wire, pkt, "t")
    wire.run("ip -6 route del %s/128 %s" % (NEXT, T))
    leaves(wire, pkt, "s")


@claim
def a_route_that_is_gone_is_answered_with_no_route(wire):
    pkt = to()
    leaves(wire, pkt, "s")
    wire.run("ip -6 route del " + NET)
    error = p.icmp6_error(N0, HEADEND, 1, 0, 0, p.after_end(pkt, hop_limits=0))
    for _ in range(2):
        wire.expect(pkt, c=error)
    wire.run("ip -6 route add %s %s" % (NET, S))
    leaves(wire, pkt, "s")


@claim
def a_changed_mtu_of_the_route_is_kept_to(wire):
    inner = p.inner(6, "udp", "2001:db8:c::5", "2001:db8:b::20", bytes(1400))
    pkt = p.encap(HEADEND, [NEXT, END], 1, inner)
    leaves(wire, pkt, "s")
    wire.run("ip -6 route change %s %s mtu 1300" % (NET, S))
    error = p.icmp6_error(N0, HEADEND, 2, 0, 1300, p.after_end(pkt))
    for _ in range(2):
        wire.expect(pkt, c=error)
    wire.run("ip -6 route change %s %s" % (NET, S))
    leaves(wire, pkt, "s")


@claim
def a_device_that_a_kept_route_leads_to_can_be_deleted(wire):
    wire.run("""set -e
        ip link add d0 type dummy
        ip link set d0 up
        ip -6 addr add 2001:db8:d0::1/64 dev d0 nodad
        ip -6 neigh add 2001:db8:d0::2 lladdr 02:00:00:00:0d:02 dev d0 \
            nud permanent
        ip -6 route add 2001:db8:d1::/48 via 2001:db8:d0::2""")
    before = wire.sid(END)["forwarded"]
    cpus = sorted(os.sched_getaffinity(0))
    for cpu in cpus:
        os.sched_setaffinity(0, {cpu})
        wire.exchange(to("2001:db8:d1::1"))
    os.sched_setaffinity(0, {cpus[0]})
    assert wire.sid(END)["forwarded"] == before + len(cpus)
    wire.run("timeout 15 ip link del d0")
    assert "waiting for d0" not in wire.run("dmesg")


# --- More routes than one ---------------------------------------------------

@claim
def more_next_segments_than_are_kept_each_go_their_way(wire):
    wire.run("ip -6 route add 2001:db8:f:8000::/49 " + T)
    packets = [to("2001:db8:f:%x::%x" % (i % 2 << 15, i))
               for i in range(3 * KEPT)]
    for _ in range(2):
        for pkt in packets:
            wire.send(pkt)
            wire.drain()
        got = {k: sorted(f[14:] for f in v)
               for k, v in wire.settle().items()}
        want = {"c": [], "s": packets[::2], "t": packets[1::2]}
        assert got == {k: sorted(p.after_end(x) for x in v)
                       for k, v in want.items()}
    wire.run("ip -6 route del 2001:db8:f:8000::/49 " + T)


@claim
def flows_keep_to_their_path_of_several(wire):
    wire.run("ip -6 route replace %s nexthop %s nexthop %s" % (NET, S, T))
    flows = [to(flow=0x1000 + i) for i in range(64)]
    paths = []
    for _ in range(2):
        for pkt in flows:
            wire.send(pkt)
        got = wire.settle()
        paths.append({k: sorted(f[14:] for f in v) for k, v in got.items()})
    assert paths[0] == paths[1]
    assert len(paths[0]["s"]) + len(paths[0]["t"]) == len(flows)
    assert min(len(paths[0]["s"]), len(paths[0]["t"])) > 8, \
        "%d and %d" % (len(paths[0]["s"]), len(paths[0]["t"]))
    wire.run("ip -6 route replace %s %s" % (NET, S))


@claim
def routes_that_ask_for_the_source_are_followed(wire):
    other = "2001:db8:1::77"
    # Longer than NET: who has another source is not led to NET's own route
    # from a route of the same prefix, but from one below it.
    route = "2001:db8:f::/64 from %s/128 %s" % (other, T)
    wire.run("ip -6 route add " + route)
    try:
        for _ in range(2):
            leaves(wire, to(), "s")
            leaves(wire, to(src=other), "t")
    finally:
        wire.run("ip -6 route del " + route)
    leaves(wire, to(src=other), "s")


# --- Lookups ----------------------------------------------------------------

def lookups(wire, packets):
    """How often the stack's main table is asked for these."""
    def write(name, text):
        with open(os.path.join(TRACE, name), "w", encoding="ascii") as f:
            f.write(text)

    def asked():
        with open(os.path.join(TRACE, "trace"), encoding="ascii") as f:
            return sum("table 254" in line and NEXT in line for line in f)
    if not os.path.isdir(TRACE + "/events"):
        wire.run("mount -t tracefs tracefs " + TRACE)
    write("trace", "")
    write("events/fib6/fib6_table_lookup/enable", "1")
    try:
        for pkt in packets:
            wire.send(pkt)
        assert len(wire.settle()["s"]) == len(packets)
    finally:
        write("events/fib6/fib6_table_lookup/enable", "0")
    return asked()


@claim
def one_lookup_serves_the_packets_of_a_moment(wire):
    packets = [to() for _ in range(200)]
    end = time.monotonic() + BOUND
    # A kept route is good for a second; a slow machine may need more for all.
    while lookups(wire, packets) > 5:
        assert time.monotonic() < end, "each packet is looked up"


# Last: a namespace that has had a rule keeps nothing from then on.
@claim
def rules_are_followed_and_nothing_is_kept(wire):
    other = "2001:db8:1::77"
    wire.run("ip -6 rule add from %s table 100 && "
             "ip -6 route add %s %s table 100" % (other, NET, T))
    for _ in range(2):
        leaves(wire, to(), "s")
        leaves(wire, to(src=other), "t")
    # the stack's own hint for packets of one batch is off with rules, too
    packets = [to() for _ in range(50)]
    assert lookups(wire, packets) == len(packets)


main(setup)
