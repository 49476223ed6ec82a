#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Reject: what both ends of a connection are told, byte by byte, and the ways
back to the source.

The inner source has a next hop in the main table (c), one in table 100 (host
3 on s) and one in VRF red (t), so that the way a reset took tells where its
destination was looked up.
"""

import contextlib
import os
import socket
import subprocess
import time

import packet as p
from wire import (BOUND, claim, compare, counted, frame, frames, hop, inside,
                  main, open_ipv4, sh, vrf_red)

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SRC = {4: "192.0.2.10", 6: "2001:db8:a::10"}
DST = {4: "198.51.100.20", 6: "2001:db8:b::20"}
# SID: (its way back, families, where resets come out)
WAYS = {
    "2001:3e8:b0:1::": ("table main", (4, 6), ("c", 2)),
    "2001:3e8:b0:2::": ("table 100", (6,), ("s", 3)),
    "2001:3e8:b0:3::": ("vrf red", (4, 6), ("t", 2)),
}
SEGS, NONE, EXIT = "2001:3e8:b0:4::", "2001:3e8:b0:5::", "2001:3e8:b0:6::"
SEGMENTS = ["2001:db8:fe::7", "2001:db8:c::9"]
TUNSRC = "2001:db8:2::1"
MAIN = next(iter(WAYS))
# rule's port: is the destination told, is the source
PORTS = {23: (True, True), 24: (False, True), 25: (True, False)}


def setup(wire):
    vrf_red(wire)
    wire.run("""set -e
        ip addr add 10.1.0.1/24 dev n0
        ip addr add 10.2.0.1/24 dev n1
        ip addr add 10.3.0.1/24 dev n2
        ip neigh add 10.1.0.2 lladdr 02:00:00:00:01:02 dev n0 nud permanent
        ip neigh add 10.2.0.2 lladdr 02:00:00:00:02:02 dev n1 nud permanent
        ip neigh add 10.3.0.2 lladdr 02:00:00:00:03:02 dev n2 nud permanent
        ip route add 192.0.2.0/24 via 10.1.0.2
        ip route add 192.0.2.0/24 via 10.3.0.2 table 10
        ip route add 198.51.100.0/24 via 10.2.0.2
        ip -6 route add 2001:db8:a::/48 via 2001:db8:1::2
        ip -6 route add 2001:db8:a::/48 via 2001:db8:2::3 dev n1 table 100
        ip -6 route add 2001:db8:a::/48 via 2001:db8:3::2 table 10
        ip -6 route add 2001:db8:b::/48 via 2001:db8:2::2
        ip sr tunsrc set 2001:db8:2::1
        """)
    wire.rules("no", "".join(
        '%s tcp any any -> any %d (msg:"no"; sid:%d;)\n' % (action, port, port)
        for port, action in ((23, "reject"), (24, "rejectsrc"),
                             (25, "rejectdst"))) +
        'reject tcp any any -> any 26 (msg:"no"; dsize:3; sid:26;)\n'
        'reject tcp any any -> any 80 '
        '(msg:"no"; content:"FORBIDDEN"; sid:80;)\n')
    wire.segward("profile add guard mode prevent ruleset no")
    for sid, (way, _, _) in WAYS.items():
        wire.segward("sid add %s/64 action End.AN profile guard return %s" %
                     (sid, way))
    wire.segward("sid add %s/64 action End.AN profile guard return segs %s" %
                 (SEGS, ",".join(SEGMENTS)))
    wire.segward("sid add %s/64 action End.AN profile guard" % NONE)
    wire.segward("sid add %s/64 action End.DT46 table main profile guard "
                 "return vrf red" % EXIT)
    open_ipv4(wire)


# Of the connection that was begun last: what is rejected is over.
sport = 0


def inner(family, port=23, payload=b"hello", **kw):
    """A segment of a connection of its own."""
    global sport
    sport = p.new_port()
    kw = dict({"seq": 1000, "ack": 77, "sport": sport}, **kw)
    return p.inner(family, "tcp", payload=payload, dport=port, **kw)


def to(sid, packet):
    return p.encap(HEADEND, [NEXT, sid], 1, packet)


def tcp_only(family, src, dst, segment, ttl):
    if family == 4:
        return p.ipv4(src, dst, p.TCP, segment, ttl=ttl)
    return p.ipv6(src, dst, p.TCP, segment, hop_limit=ttl)


def onward(family, port=23, seq=1000, ack=77):
    """The reset that the destination gets."""
    return tcp_only(family, SRC[family], DST[family],
                    p.tcp(SRC[family], DST[family], sport, port, seq=seq,
                          ack=ack, flags=p.RST | p.ACK, window=0), 64)


def back(family, port=23, seq=77, ack=0, flags=p.RST):
    """The reset that the source gets."""
    return tcp_only(family, DST[family], SRC[family],
                    p.tcp(DST[family], SRC[family], port, sport, seq=seq,
                          ack=ack, flags=flags, window=0), 64)


def told(wire, pkt, *resets):
    """Send a packet: these are on the wires, in any order, and no others."""
    wire.send(pkt)
    got = frames(wire, rounds=3)
    want = {}
    for where, reset in resets:
        want.setdefault(where[0], []).append(frame(where, reset))
    compare({k: sorted(v) for k, v in got.items()},
            **{k: sorted(v) for k, v in want.items()})


def forward(sid, family, **kw):
    return (("s", 2), p.after_end(to(sid, onward(family, **kw))))


@claim
def both_ends_are_told_each_by_its_way(wire):
    for sid, (_, families, where) in WAYS.items():
        for family in families:
            with counted(wire, sid, "rule"):
                told(wire, to(sid, inner(family)), forward(sid, family),
                     (where, hop(back(family))))


@claim
def rejectsrc_tells_the_source_and_rejectdst_the_destination(wire):
    for family in (4, 6):
        told(wire, to(MAIN, inner(family, 24)),
             (("c", 2), hop(back(family, 24))))
        told(wire, to(MAIN, inner(family, 25)), forward(MAIN, family, port=25))


@claim
def a_reset_to_the_source_is_what_its_peer_would_have_sent(wire):
    # What no receiver takes is not asked of rules, unless it may pass.
    wire.segward("profile set guard exception stream-invalid pass-packet")
    for family in (4, 6):
        where = ("c", 2)
        for flags, payload, ack in ((p.SYN, b"", 1001), (p.SYN, b"abc", 1004),
                                    (p.PSH, b"hello", 1005),
                                    (p.FIN, b"", 1001)):
            pkt = to(MAIN, inner(family, 24, payload, flags=flags, ack=0))
            reset = back(family, 24, seq=0, ack=ack, flags=p.RST | p.ACK)
            told(wire, pkt, (where, hop(reset)))
        pkt = to(MAIN, inner(family, 24, b"", flags=p.SYN | p.ACK))
        told(wire, pkt, (where, hop(back(family, 24))))
    wire.segward("profile replace guard mode prevent ruleset no")


@claim
def a_refused_syn_tells_the_source_only(wire):
    for family in (4, 6):
        pkt = to(MAIN, inner(family, 23, b"", flags=p.SYN, ack=0))
        reset = back(family, seq=0, ack=1001, flags=p.RST | p.ACK)
        told(wire, pkt, (("c", 2), hop(reset)))


@claim
def a_reset_is_never_answered(wire):
    for family in (4, 6):
        begin = to(MAIN, inner(family, 26, b"begin"))
        wire.expect(begin, s=p.after_end(begin))
        reset = p.inner(family, "tcp", payload=b"RST", dport=26, sport=sport,
                        seq=1005, ack=77, flags=p.RST | p.ACK)
        with counted(wire, MAIN, "reject-unroutable"):
            told(wire, to(MAIN, reset))


@claim
def by_segments_it_is_encapsulated_as_by_a_headend(wire):
    for family in (4, 6):
        wire.send(to(SEGS, inner(family, 24)))
        got = frames(wire, rounds=3)
        assert len(got["s"]) == 1 and not got["c"] + got["t"], got
        pkt = got["s"][0][14:]
        want = p.encap(TUNSRC, SEGMENTS[::-1], 1, back(family, 24))
        # the flow label and the hop limit are the stack's choice
        assert pkt[4:7] + pkt[8:] == want[4:7] + want[8:], pkt.hex()
        wire.send(to(SEGS, inner(family)))
        got = frames(wire, rounds=3)
        assert len(got["s"]) == 2, got


@claim
def at_the_end_of_a_tunnel_there_are_two_ways(wire):
    for family in (4, 6):
        pkt = p.encap(HEADEND, [EXIT, NEXT], 0, inner(family))
        told(wire, pkt, (("s", 2), hop(onward(family))),
             (("t", 2), hop(back(family))))


@claim
def without_a_way_back_the_source_is_not_told(wire):
    for family in (4, 6):
        with counted(wire, NONE, "rule"):
            told(wire, to(NONE, inner(family)), forward(NONE, family))
        with counted(wire, NONE, "reject-unroutable"):
            told(wire, to(NONE, inner(family, 24)))
    table = list(WAYS)[1]
    with counted(wire, table, "reject-unroutable"):
        told(wire, to(table, inner(4, 24)))


@claim
def resets_are_counted(wire):
    before = wire.stats()["rejects"]
    told(wire, to(MAIN, inner(6)), forward(MAIN, 6),
         (("c", 2), hop(back(6))))
    assert wire.stats()["rejects"] == before + 2
    # one that cannot be sent is none
    wire.run("ip link set segward0 down")
    told(wire, to(MAIN, inner(6)), forward(MAIN, 6))
    wire.run("ip link set segward0 up")
    assert wire.stats()["rejects"] == before + 3


@contextlib.contextmanager
def network(wire):
    """A client and a server with stacks of their own; the node between them
    is headend and, in VRF red, the end of the tunnel."""
    names = ["sw-%s-%x" % (k, os.getpid()) for k in ("rc", "rs")]
    try:
        for ns, dev, net in zip(names, ("n3", "n4"), (31, 32)):
            sh("""set -e
                ip netns add {ns}
                ip -n {n} link add {dev} type veth peer name e0 netns {ns}
                ip -n {n} link set {dev} {vrf} up
                ip -n {n} addr add 2001:db8:{net}::1/64 dev {dev} nodad
                ip -n {n} addr add 10.{net}.0.1/24 dev {dev}
                ip -n {ns} link set lo up
                ip -n {ns} link set e0 up
                ip -n {ns} addr add 2001:db8:{net}::2/64 dev e0 nodad
                ip -n {ns} addr add 10.{net}.0.2/24 dev e0
                ip -n {ns} route add default via 10.{net}.0.1
                ip -n {ns} -6 route add default via 2001:db8:{net}::1
                """.format(n=wire.node, ns=ns, dev=dev, net=net,
                           vrf="master red" if dev == "n4" else ""))
        sid = "2001:3e8:b0:7::"
        wire.run("""set -e
            sysctl -qw net.vrf.strict_mode=1
            ip -6 route add 2001:db8:31::/64 dev n3 table 10
            ip route add 10.31.0.0/24 dev n3 table 10""")
        wire.segward("sid add %s/64 action End.DT46 vrftable 10 profile guard "
                     "return table main" % sid)
        wire.run("""set -e
            ip -6 route add 2001:db8:32::/64 encap seg6 mode encap \
                segs {sid} dev segward0
            ip route add 10.32.0.0/24 encap seg6 mode encap \
                segs {sid} dev segward0""".format(sid=sid))
        yield names
        wire.segward("sid del %s/64" % sid)
    finally:
        for ns in names:
            sh("ip netns del " + ns, check=False)


@claim
def curl_and_its_server_both_see_the_end_at_once(wire):
    """Within a second; a machine that is emulated gets some more."""
    soon = BOUND / 12
    with network(wire) as (client, server):
        for host, url in (("10.32.0.2", "http://10.32.0.2/"),
                          ("2001:db8:32::2", "http://[2001:db8:32::2]/")):
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            with inside(server):
                listener = socket.socket(family)
            with listener:
                listener.bind((host, 80))
                listener.listen()
                listener.settimeout(BOUND)
                with subprocess.Popen(
                        ["ip", "netns", "exec", client, "curl", "-sS", "-m",
                         str(BOUND), "-w", "%{time_total} %{errormsg}",
                         "--data", "FORBIDDEN", url],
                        stdout=subprocess.PIPE, text=True) as curl:
                    conn, _ = listener.accept()
                    conn.settimeout(BOUND)
                    begin = time.monotonic()
                    received = b""
                    with conn:
                        try:
                            while True:
                                data = conn.recv(4096)
                                assert data, "closed, not reset"
                                received += data
                        except ConnectionResetError:
                            pass
                    assert time.monotonic() - begin < soon
                    text = curl.communicate()[0]
            assert b"FORBIDDEN" not in received, received
            assert curl.returncode == 56, (curl.returncode, text)
            assert float(text.split()[0]) < soon, text
            assert "reset by peer" in text, text


@claim
def save_and_json_know_the_way(wire):
    want = {MAIN: {"table": "main"}, list(WAYS)[2]: {"vrf": "red"},
            SEGS: {"segs": SEGMENTS}}
    for sid, way in want.items():
        assert wire.sid(sid)["return"] == way, wire.sid(sid)
    assert "return" not in wire.sid(NONE)
    saved = wire.segward("sid save")
    wire.segward("sid flush")
    sh("ip netns exec %s segward -b - <<'END'\n%sEND" % (wire.node, saved))
    assert wire.segward("sid save") == saved
    both_ends_are_told_each_by_its_way(wire)


@claim
def a_refusal_says_why(wire):
    def refused(words, sentence):
        text = wire.segward("sid add 2001:3e8:b0:9::/64 " + words,
                            check=False)
        assert sentence in text, text
    an = "action End.AN profile guard return "
    refused("action End return table main",
            "a SID without a profile rejects nothing")
    refused(an + "segs ff02::1", "a segment is not a unicast address")
    refused(an + "vrf n1", "Invalid VRF")
    refused(an + "segs 192.0.2.1",
            "segments are IPv6 addresses, with commas between them")
    refused(an + "segs " + ",".join(["2001:db8::1"] * 17),
            "at most 16 segments")
    assert "2001:3e8:b0:9::" not in wire.segward("sid show")


main(setup)
