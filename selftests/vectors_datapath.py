#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The skin of the datapath: the hook among its neighbours, segward0, routes.

What the endpoint does to a packet is in vectors_endpoint.py; here is what
goes on around it: conntrack, bridges, VRFs, devices that come and go, packets
that the stack itself sends, and limits at their edges.
"""

import contextlib
import os
import socket
import time

import packet as p
from wire import claim, frame_socket, inside, main, sh, vrf_red

HEADEND = "2001:db8:1::2"
END, END_X, END_T = "2001:3e8:60:8::", "2001:3e8:60:9::", "2001:3e8:60:a::"
RED_END, RED_T = "2001:3e8:60:b::", "2001:3e8:60:c::"
NEXT = "2001:db8:f::1"
SRC, DST = "2001:db8:c::5", "2001:db8:b::20"
ECHO_BURST, ECHO_RATE = 50, 1000        # kmod/icmp.h
GRE = 47                                # protocol number
VISITS_MAX = 8                          # kmod/hook.h


def setup(wire):
    """VRF red reaches the next segment by n2."""
    vrf_red(wire)
    wire.run("ip -6 route add 2001:db8:f::/48 via 2001:db8:3::2 dev n2 "
             "table 10")
    for command in ("sid add %s/64 action End" % END,
                    "sid add %s/64 action End.X nh6 2001:db8:2::3" % END_X,
                    "sid add %s/64 action End.T table 10" % END_T,
                    "sid add %s/64 action End vrf red" % RED_END):
        wire.segward(command)


def inner(data=b"datapath"):
    return p.inner(6, "udp", SRC, DST, data)


def to(sid, segments=None, **kw):
    segments = segments or [NEXT, sid]
    return p.encap(HEADEND, segments, len(segments) - 1, inner(), **kw)


def drops(wire):
    return {d["reason"]: d["packets"] for d in wire.stats().get("drop", [])}


@contextlib.contextmanager
def counts(wire, reason=None, **stats):
    """The drops grow by one for this reason alone, these statistics too."""
    was, before = drops(wire), wire.stats()
    yield
    now, after = drops(wire), wire.stats()
    grown = {k: v - was.get(k, 0) for k, v in now.items() if v != was.get(k)}
    assert grown == ({reason: 1} if reason else {}), grown
    for name, n in stats.items():
        assert after[name] - before[name] == n, \
            "%s: %d, wanted %d" % (name, after[name] - before[name], n)


def link(wire, *more):
    return wire.run("ip -s -d link show segward0 " + " ".join(more))


# --- segward0 -------------------------------------------------------------

@claim
def segward0_is_up_has_no_addresses_and_its_own_type(wire):
    text = link(wire)
    assert "UP" in text and "segward" in text and "NOARP" in text, text
    assert not wire.run("ip -6 addr show dev segward0").strip()


@claim
def segward0_cannot_change_namespaces(wire):
    text = wire.run("ip link set segward0 netns %s 2>&1 || true" %
                    wire.ns["s"])
    assert text.strip(), "it moved"
    link(wire)


@claim
def a_namespace_has_one_segward_device_at_most(wire):
    text = wire.run("ip link add other type segward 2>&1 || true")
    assert "the namespace has a segward device already" in text, text


@claim
def a_deleted_segward0_comes_back_with_the_next_sid(wire):
    wire.run("ip link del segward0")
    assert wire.stats()["device"] == "none"
    sid = "2001:3e8:74::"
    wire.segward("sid add %s/64 action End" % sid)
    try:
        assert wire.stats()["device"] == "segward0"
        link(wire, "up")
    finally:
        wire.segward("sid del %s/64" % sid)
        # the routes went with the device
        for prefix, rest in ((END, "End"), (END_X, "End.X nh6 2001:db8:2::3"),
                             (END_T, "End.T table 10"),
                             (RED_END, "End vrf red")):
            vrf = " vrf red" if "red" in rest else ""
            wire.segward("sid del %s/64%s" % (prefix, vrf))
            wire.segward("sid add %s/64 action %s" % (prefix, rest))


@claim
def segward0_may_be_made_before_the_first_sid(wire):
    other = wire.ns["t"]
    sh("ip -n %s link add segward0 type segward" % other)
    sh("ip -n %s link set segward0 up" % other)
    sh("ip -n %s link del segward0" % other)


@claim
def segward0_counts_what_goes_through_it(wire):
    def counters():
        lines = link(wire).split("\n")
        rx = next(i for i, s in enumerate(lines) if s.strip().startswith("RX"))
        return [int(n) for line in (lines[rx + 1], lines[rx + 3])
                for n in line.split()[:2]]
    wire.run("ip -6 route add 2001:db8:dada::/48 encap seg6 mode encap "
             "segs %s,%s dev n1" % (END, NEXT))
    try:
        before = counters()
        out = p.ipv6(SRC, "2001:db8:dada::1", p.UDP,
                     p.udp(SRC, "2001:db8:dada::1", 1, 2, b"x" * 100))
        with counts(wire, injected=1):
            got = wire.exchange(out, rounds=3)["s"]
        assert len(got) == 1, got
        size = len(got[0])
        grown = [b - a for a, b in zip(before, counters())]
        assert grown == [size, 1, size, 1], (grown, size)
    finally:
        wire.run("ip -6 route del 2001:db8:dada::/48")


# --- what the stack itself sends ------------------------------------------

@claim
def a_local_headend_costs_one_hop_and_the_endpoint_another(wire):
    wire.run("ip -6 route add 2001:db8:b::/64 encap seg6 mode encap "
             "segs %s,%s dev n1" % (END, NEXT))
    try:
        got = wire.exchange(inner(), rounds=3)["s"]
        assert len(got) == 1, got
        # the outer hop limit starts as the inner one's: 64
        assert got[0][7] == 62, got[0][7]
    finally:
        wire.run("ip -6 route del 2001:db8:b::/64")


@claim
def a_mainline_end_in_front_of_a_sid_hands_on_through_segward0(wire):
    first = "2001:db8:e0::1"
    wire.run("ip -6 route add %s/128 encap seg6local action End dev n1" %
             first)
    try:
        pkt = p.encap(HEADEND, [NEXT, END, first], 2, inner())
        with counts(wire, injected=1):
            wire.expect(pkt, rounds=3,
                        s=p.after_end(p.after_end(pkt)))
    finally:
        wire.run("ip -6 route del %s/128" % first)


@claim
def a_local_address_in_front_of_a_sid_hands_on_through_segward0(wire):
    first = "2001:db8:1::1"
    wire.run("sysctl -qw net.ipv6.conf.all.seg6_enabled=1 "
             "net.ipv6.conf.n0.seg6_enabled=1")
    try:
        pkt = p.encap(HEADEND, [NEXT, END, first], 2, inner())
        with counts(wire, injected=1):
            wire.expect(pkt, rounds=3,
                        s=p.after_end(p.after_end(pkt)))
    finally:
        wire.run("sysctl -qw net.ipv6.conf.all.seg6_enabled=0")


@claim
def ping_from_the_node_itself_is_answered(wire):
    with counts(wire, injected=1, echo_replies=1):
        wire.run("ping -6 -c 1 -W 5 %s" % END)


@claim
def what_is_not_ipv6_ends_at_segward0(wire):
    wire.run("ip route add 203.0.113.0/24 dev segward0")
    try:
        with counts(wire, injected=0):
            wire.run("ping -c 1 -W 1 203.0.113.1 || true")
    finally:
        wire.run("ip route del 203.0.113.0/24")


# --- L3 domains -----------------------------------------------------------

@claim
def a_headend_in_a_vrf_reaches_the_vrfs_sid_through_segward0(wire):
    wire.run("ip -6 route add 2001:db8:b::/64 vrf red encap seg6 mode encap "
             "segs %s,%s dev n2" % (RED_END, NEXT))
    try:
        with counts(wire, injected=1):
            got = wire.exchange(inner(), side="t", rounds=3)
        assert [len(got[k]) for k in "cst"] == [0, 0, 1], got
        assert got["t"][0][24:40] == p.addr(NEXT)
    finally:
        wire.run("ip -6 route del 2001:db8:b::/64 vrf red")


@claim
def a_vrf_does_not_reach_the_default_domains_sid_through_segward0(wire):
    # the VRF's table does not know it, the main one does
    pkt = to(END)
    with counts(wire, "no-sid", injected=0):
        wire.expect(pkt, side="t", rounds=3)


@claim
def end_t_into_a_vrfs_table_reaches_the_vrfs_sid(wire):
    pkt = to(END_T, [NEXT, RED_END, END_T])
    with counts(wire, injected=1):
        wire.expect(pkt, rounds=3, t=p.after_end(p.after_end(pkt)))


@claim
def end_t_into_a_vrfs_table_leaves_by_the_vrf(wire):
    pkt = to(END_T)
    wire.expect(pkt, t=p.after_end(pkt))


@claim
def a_sid_of_a_vrf_answers_ping_from_the_vrf(wire):
    src = "2001:db8:3::2"
    def echo(kind, a, b):
        return p.ipv6(a, b, p.ICMPV6, p.icmp6(a, b, kind, 0, 7, b"red?"))
    wire.expect(echo(128, src, RED_END), side="t", t=echo(129, RED_END, src))


@claim
def errors_of_a_vrfs_sid_go_back_into_the_vrf(wire):
    src = "2001:db8:3::2"
    pkt = p.encap(src, [NEXT, RED_END], 1, inner(), last_entry=9)
    got = wire.exchange(pkt, side="t")
    assert [len(got[k]) for k in "cst"] == [0, 0, 1], got
    assert got["t"][0][24:40] == p.addr(src)
    assert got["t"][0][40:48][:2] == b"\x04\x00", got["t"][0].hex()
    assert got["t"][0][44:48] == b"\0\0\0\x2b", got["t"][0].hex()


# --- neighbours of the hook -----------------------------------------------

@contextlib.contextmanager
def conntrack(wire):
    wire.run("""modprobe nf_conntrack
        nft add table ip6 t
        nft 'add chain ip6 t f { type filter hook forward priority 0; }'
        nft add rule ip6 t f ct state invalid counter drop
        nft add rule ip6 t f ct state untracked counter accept""")
    try:
        yield
    finally:
        wire.run("nft delete table ip6 t")


@claim
def conntrack_does_not_put_outer_fragments_together(wire):
    data = inner(b"f" * 200)
    with conntrack(wire):
        for off, more in ((0, True), (80, True), (160, False)):
            part = data[off:off + 80] if more else data[off:]
            pkt = p.ipv6(HEADEND, END, p.ROUTING,
                         p.srh(p.FRAGMENT, [NEXT, END], 1) +
                         p.fragment(p.IPV6, off, more, 77, part))
            wire.expect(pkt, s=p.after_end(pkt))


@claim
def conntrack_does_not_take_inline_tcp_for_invalid(wire):
    pkt = p.ipv6(HEADEND, END, p.ROUTING, p.srh(p.TCP, [NEXT, END], 1) +
                 p.tcp(HEADEND, NEXT, 40000, 80, b"mid-stream"))
    with conntrack(wire):
        wire.expect(pkt, s=p.after_end(pkt))
        rules = wire.run("nft list chain ip6 t f")
        assert "untracked counter packets 1 " in rules, rules


@claim
def a_one_armed_endpoint_sends_no_redirect(wire):
    # the next segment is back where the packet came from
    pkt = to(END, ["2001:db8:c::99", END])
    wire.expect(pkt, c=p.after_end(pkt))


@claim
def the_source_is_checked_by_the_stack_in_spite_of_one_arm(wire):
    pkt = p.encap("fe80::77", ["2001:db8:c::99", END], 1, inner())
    got = wire.exchange(pkt)
    assert not got["s"] and not got["t"], got
    assert all(f[24:40] != p.addr("2001:db8:c::99") for f in got["c"]), got


@claim
def bridged_frames_are_left_alone_and_counted(wire):
    """Frames between two ports that br_netfilter shows to the hook."""
    wire.run("""set -e
        modprobe br_netfilter
        ip link add b0 type veth peer name b1
        ip link add b2 type veth peer name b3
        ip link add br0 type bridge
        ip link set b1 master br0
        ip link set b2 master br0
        sysctl -qw net.bridge.bridge-nf-call-ip6tables=1
        sysctl -qw net.ipv6.conf.b0.disable_ipv6=1 \
            net.ipv6.conf.b3.disable_ipv6=1 net.ipv6.conf.br0.disable_ipv6=1
        for d in b0 b1 b2 b3 br0; do ip link set $d up; done""")
    try:
        a, b = frame_socket(wire.node, "b0"), frame_socket(wire.node, "b3")
        with contextlib.closing(a), contextlib.closing(b):
            frame = b"\2\0\0\0\7\2\2\0\0\0\7\1" + b"\x86\xdd" + to(END)
            with counts(wire, bridged=1, packets=0):
                a.send(frame)
                end = time.monotonic() + 20
                got = []
                while frame not in got and time.monotonic() < end:
                    with contextlib.suppress(BlockingIOError):
                        got.append(b.recv(1 << 16))
            assert frame in got, "the frame was changed or lost"
    finally:
        wire.run("""sysctl -qw net.bridge.bridge-nf-call-ip6tables=0
            ip link del br0; ip link del b0; ip link del b2""")


@claim
def a_packet_from_within_a_mainline_tunnel_is_left_alone(wire):
    """End.DX6 runs the hook with the inner packet and its own route."""
    wire.run("modprobe nf_conntrack; "
             "sysctl -qw net.netfilter.nf_hooks_lwtunnel=1")
    first = "2001:db8:e1::1"
    wire.run("ip -6 route add %s/128 encap seg6local action End.DX6 "
             "nh6 2001:db8:2::2 dev n1" % first)
    try:
        within = to(END)
        pkt = p.encap(HEADEND, [first, END_X], 0, within)
        with counts(wire, packets=0):
            wire.expect(pkt, s=p.patch(within, 7, bytes([63])))
    finally:
        wire.run("ip -6 route del %s/128" % first)


@claim
def a_checksum_over_the_whole_packet_stays_right(wire):
    """A GRE checksum becomes CHECKSUM_COMPLETE, by which UDP then drops.

    Short datagrams (76 bytes) would be summed up once more instead.
    """
    local, data = "2001:db8:2::1", b"sum of it all" * 20
    wire.run("""set -e
        modprobe ip6_gre
        ip link add g0 type ip6gre local 2001:db8:1::1 remote %s icsum
        ip link set g0 up
        sysctl -qw net.ipv6.conf.all.seg6_enabled=1 \
            net.ipv6.conf.g0.seg6_enabled=1""" % HEADEND)
    try:
        with inside(wire.node):
            server = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        with contextlib.closing(server):
            server.bind((local, 7777))
            server.settimeout(5)
            for segments in ([local, END], [local, END + "1", END]):
                pkt = p.ipv6(HEADEND, END, p.ROUTING, p.srh(
                    p.UDP, segments, len(segments) - 1) +
                    p.udp(HEADEND, local, 4000, 7777, data))
                gre = b"\x80\0\x86\xdd\0\0\0\0"
                check = p.checksum(gre + pkt)
                gre = p.patch(gre, 4, check.to_bytes(2, "big"))
                wire.send(p.ipv6(HEADEND, "2001:db8:1::1", GRE, gre + pkt))
                assert server.recv(2000) == data
    finally:
        wire.run("""ip link del g0
            sysctl -qw net.ipv6.conf.all.seg6_enabled=0""")


# --- routes and devices that come and go ----------------------------------

def answer(wire, pkt):
    """The one packet that comes back to the client side."""
    wire.send(pkt)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(BlockingIOError):
            frame, where = wire.sock["c"].recvfrom(1 << 16)
            if where[2] != 4 and frame[20] == p.ICMPV6 and \
                    frame[54] < 128:
                return frame[14:]
    raise AssertionError("no answer")


@claim
def end_x_follows_its_next_hop_to_another_mac(wire):
    pkt = to(END_X)
    wire.run("ip -6 neigh replace 2001:db8:2::3 lladdr 02:00:00:00:02:33 "
             "dev n1 nud permanent")
    try:
        wire.send(pkt)
        got = wire.settle()["s"]
        assert [f[:6].hex() for f in got] == ["020000000233"], got
    finally:
        wire.run("ip -6 neigh replace 2001:db8:2::3 lladdr "
                 "02:00:00:00:02:03 dev n1 nud permanent")


def routes_in_use(wire):
    """What the kernel counts as IPv6 destinations in memory."""
    return int(wire.run("cat /proc/net/rt6_stats").split()[5], 16)


@claim
def end_x_makes_no_route_for_each_packet(wire):
    """Packets that wait for a neighbour hold what they were routed by."""
    sid, hop, count = "2001:3e8:6b::", "2001:db8:2::77", 50
    wire.segward("sid add %s/64 action End.X nh6 %s" % (sid, hop))
    # the kernel gives up after that many seconds
    wire.run("sysctl -qw net.ipv6.neigh.n1.mcast_solicit=60")
    try:
        pkt = to(sid)
        wire.expect(pkt)
        before = routes_in_use(wire)
        for _ in range(count):
            wire.send(pkt)
        assert not wire.settle()["s"]
        assert routes_in_use(wire) == before, (routes_in_use(wire), before)
        wire.run("ip -6 neigh replace %s lladdr 02:00:00:00:02:77 dev n1 "
                 "nud permanent" % hop)
        assert len(wire.settle()["s"]) == 1 + count
    finally:
        wire.segward("sid del %s/64" % sid)
        wire.run("sysctl -qw net.ipv6.neigh.n1.mcast_solicit=3; "
                 "ip -6 neigh del %s dev n1" % hop, check=False)


@claim
def end_x_without_a_way_answers_no_route_and_recovers(wire):
    pkt = to(END_X)
    wire.expect(pkt, s=p.after_end(pkt))
    wire.run("ip -6 addr del 2001:db8:2::1/64 dev n1")
    try:
        with counts(wire, "no-route"):
            got = answer(wire, pkt)
        assert got[40:42] == b"\x01\x00" and got[48:] == pkt, got.hex()
    finally:
        wire.run("""ip -6 addr add 2001:db8:2::1/64 dev n1 nodad
            ip -6 route replace 2001:db8:f::/48 via 2001:db8:2::2
            ip -6 route replace 2001:db8:fe::/48 via 2001:db8:2::2
            ip -6 neigh replace 2001:db8:2::2 lladdr 02:00:00:00:02:02 \
                dev n1 nud permanent
            ip -6 neigh replace 2001:db8:2::3 lladdr 02:00:00:00:02:03 \
                dev n1 nud permanent""")
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def a_device_that_an_end_x_sid_used_can_be_deleted(wire):
    sid = "2001:3e8:75::"
    wire.run("""set -e
        ip link add d0 type dummy
        ip link set d0 up
        ip -6 addr add 2001:db8:d0::1/64 dev d0 nodad
        ip -6 neigh add 2001:db8:d0::2 lladdr 02:00:00:00:0d:02 dev d0 \
            nud permanent""")
    wire.segward("sid add %s/64 action End.X nh6 2001:db8:d0::2" % sid)
    try:
        for cpu in sorted(os.sched_getaffinity(0)):
            os.sched_setaffinity(0, {cpu})
            wire.exchange(to(sid))
        assert "1 packets" in wire.run("ip -s link show d0") or \
            wire.sid(sid)["forwarded"] >= 1
        wire.run("timeout 15 ip link del d0")
    finally:
        wire.segward("sid del %s/64" % sid)
    assert "waiting for d0" not in wire.run("dmesg")


# --- limits ---------------------------------------------------------------

@claim
def echo_replies_keep_to_their_rate(wire):
    def echo(n):
        body = p.icmp6(HEADEND, END, 128, 0, n, b"flood")
        return wire.frame(p.ipv6(HEADEND, END, p.ICMPV6, body))
    frames = [echo(n) for n in range(1000)]
    was, before = drops(wire), wire.stats()["echo_replies"]
    start = time.monotonic()
    for frame in frames:
        wire.sock["c"].send(frame)
    replies = len(wire.settle()["c"])
    took = time.monotonic() - start
    limited = drops(wire).get("echo-rate", 0) - was.get("echo-rate", 0)
    assert wire.stats()["echo_replies"] - before == replies
    assert replies + limited == len(frames), (replies, limited)
    assert replies <= ECHO_BURST + ECHO_RATE * took + 1, (replies, took)
    assert replies >= ECHO_BURST, replies


@claim
def as_many_sids_in_a_row_as_the_limit_and_no_more(wire):
    for visits in (VISITS_MAX - 1, VISITS_MAX, VISITS_MAX + 1):
        segments = [NEXT] + [END + "%x" % i for i in range(visits, 0, -1)]
        pkt = p.encap(HEADEND, segments, len(segments) - 1, inner())
        want = pkt
        for _ in range(visits):
            want = p.after_end(want)
        if visits <= VISITS_MAX:
            wire.expect(pkt, s=want)
        else:
            with counts(wire, "loop"):
                wire.expect(pkt)


@claim
def sixty_four_sources_are_accepted_and_compared(wire):
    sid = "2001:3e8:76::"
    allow = " ".join("allow-src 2001:db8:%x::/48" % (0x1000 + i)
                     for i in range(64))
    wire.segward("sid add %s/64 action End %s" % (sid, allow))
    try:
        pkt = p.encap("2001:db8:103f::1", [NEXT, sid], 1, inner())
        wire.expect(pkt, s=p.after_end(pkt))
        with counts(wire, "source"):
            wire.expect(p.encap("2001:db8:1040::1", [NEXT, sid], 1, inner()))
        text = wire.segward("sid replace %s/64 action End %s allow-src "
                            "2001:db8:2000::/48 2>&1 || true" % (sid, allow))
        assert "64" in text, text
        assert len(wire.sid(sid)["allow_src"]) == 64
    finally:
        wire.segward("sid del %s/64" % sid)


@claim
def a_replaced_sid_keeps_its_counters(wire):
    sid = "2001:3e8:77::"
    wire.segward("sid add %s/64 action End" % sid)
    try:
        pkt = to(sid)
        wire.expect(pkt, s=p.after_end(pkt))
        wire.segward("sid replace %s/64 action End.X nh6 2001:db8:2::3" % sid)
        wire.expect(pkt, s=p.after_end(pkt))
        assert wire.sid(sid)["packets"] == 2
        wire.segward("sid replace %s/64 action End" % sid)
        wire.expect(pkt, s=p.after_end(pkt))
        assert wire.sid(sid)["forwarded"] == 3
    finally:
        wire.segward("sid del %s/64" % sid)


@claim
def an_srh_of_the_greatest_length_is_taken(wire):
    segments = [NEXT] + [END] * 126          # Hdr Ext Len 254
    pkt = p.encap(HEADEND, segments, 1, inner(), active=END)
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def headers_beyond_the_head_are_pulled_and_read(wire):
    # 14 bytes in the head, all the rest in pages: virtio_net_hdr's hdr_len
    for pkt in (to(END), p.encap(HEADEND, [NEXT] + [END] * 100, 1, inner(),
                                 active=END)):
        wire.send_vnet(pkt, (0, 0, 14 + 40, 0, 0, 0))
        got = [f[14:] for f in wire.settle()["s"]]
        assert got == [p.after_end(pkt)], got


# --- drops are traced -----------------------------------------------------

@claim
def every_reason_has_its_name_in_the_tracepoint(wire):
    names = [d.strip() for d in wire.run(
        "sed -n 's/^      - name: //p' %s" %
        (os.path.dirname(os.path.abspath(__file__)) +
         "/../Documentation/netlink/specs/segward.yaml")).split("\n")]
    path = "/sys/kernel/tracing/events/segward/segward_drop/format"
    sh("mountpoint -q /sys/kernel/tracing || "
       "mount -t tracefs none /sys/kernel/tracing")
    text = open(path, encoding="ascii").read()
    for reason in ("srh-malformed", "ecn", "no-sid", "loop"):
        assert reason in names and '"%s"' % reason in text, reason
    first, last = names.index("none"), names.index("ecn")
    for reason in names[first:last + 1]:
        assert '"%s"' % reason in text, reason


if __name__ == "__main__":
    main(setup)
