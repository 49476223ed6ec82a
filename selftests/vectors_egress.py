#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The end of the tunnel, byte by byte: RFC 8986 4.4 to 4.8 (End.DX6, End.DX4,
End.DT6, End.DT4, End.DT46) and 4.16 (PSP, USP, USD).

n1 is in the default domain, n2 in VRF red. The same inner destination has a
next hop in the main table (host 2 on s), another one in table 100 (host 3 on
s) and a third one in the VRF (host 2 on t), so that the way a packet took
tells where it was looked up.
"""

import contextlib
import ipaddress
import socket
import struct
import tempfile

import packet as p
from wire import (BOUND, NEEDS_CSUM, claim, compare, counted, frame,
                  frame_socket, frames, hop, inside, main, open_ipv4, out, sh,
                  vrf_red)

HEADEND, N0 = "2001:db8:1::2", "2001:db8:1::1"
SRC4, DST4 = "192.0.2.10", "198.51.100.20"
SRC6, DST6 = "2001:db8:a::10", "2001:db8:b::20"
GET = b"GET / HTTP/1.1\r\n\r\n"
NEXT = "2001:db8:f::1"
ETH_P_ALL = 3
IPV6_2292RTHDR = 5
CE, ECT0, ECT1, NOT_ECT = 3, 2, 1, 0
RULES = tempfile.NamedTemporaryFile("w", suffix=".rules")

# name: (action, what it takes out, where that goes: wire and host)
ENDS = {
    "2001:3e8:80:1::": ("End.DX4 nh4 10.2.0.3 oif n1", (4,), ("s", 3)),
    "2001:3e8:80:2::": ("End.DX6 nh6 2001:db8:2::3 oif n1", (6,), ("s", 3)),
    "2001:3e8:80:3::": ("End.DX6 nh6 fe80::9 oif n1", (6,), ("s", 9)),
    "2001:3e8:80:4::": ("End.DT4 vrftable 10", (4,), ("t", 2)),
    "2001:3e8:80:5::": ("End.DT6 vrftable 10", (6,), ("t", 2)),
    "2001:3e8:80:6::": ("End.DT46 vrftable 10", (4, 6), ("t", 2)),
    "2001:3e8:80:7::": ("End.DT4 table main", (4,), ("s", 2)),
    "2001:3e8:80:8::": ("End.DT6 table main", (6,), ("s", 2)),
    "2001:3e8:80:9::": ("End.DT46 table main", (4, 6), ("s", 2)),
    "2001:3e8:80:a::": ("End.DT6 table 100", (6,), ("s", 3)),
    "2001:3e8:80:b::": ("End.DX4 nh4 10.3.0.2 oif n2", (4,), ("t", 2)),
    "2001:3e8:80:c::": ("End.DX6 nh6 2001:db8:3::2 oif n2", (6,), ("t", 2)),
}
DX4, DX6, DX6_LL, DT4, DT6, DT46, _, _, DT46_MAIN, DT6_TABLE, _, _ = ENDS

# The same with a profile in mode prevent, and in mode monitor.
GUARDED = {"2001:3e8:81:%x::" % n: v for n, v in enumerate(ENDS.values(), 1)}
WATCHED = {"2001:3e8:82:%x::" % n: v for n, v in enumerate(ENDS.values(), 1)}



def every_end():
    for sids in (ENDS, GUARDED, WATCHED):
        yield from sids.items()


FLAVORS = ("", "psp", "usp", "usd", "psp,usp", "psp,usd", "usp,usd",
           "psp,usp,usd")
# action: (its first segments of the SID, where a segment goes, what USD takes
# out, where that goes)
FLAVORED = {
    "End": ("2001:3e8:90", ("s", 2), (4, 6), ("s", 2)),
    "End.X nh6 2001:db8:2::3": ("2001:3e8:91", ("s", 3), (6,), ("s", 3)),
    "End.T table 100": ("2001:3e8:92", ("s", 9), (6,), ("s", 3)),
    "End.T table main": ("2001:3e8:93", ("s", 2), (4, 6), ("s", 2)),
    "End.AN profile guard": ("2001:3e8:94", ("s", 2), (4, 6), ("s", 2)),
    "End.X nh6 2001:db8:2::3 profile guard":
        ("2001:3e8:95", ("s", 3), (6,), ("s", 3)),
}


def flavored():
    """(SID, action, flavors, where segments go, families, where USD goes)"""
    for action, (stem, segment, families, out) in FLAVORED.items():
        for n, flavors in enumerate(FLAVORS):
            yield ("%s:%x::" % (stem, n), action, flavors, segment, families,
                   out)


def setup(wire):
    vrf_red(wire)
    wire.run("""set -e
        sysctl -qw net.vrf.strict_mode=1
        ip addr add 10.2.0.1/24 dev n1
        ip addr add 10.3.0.1/24 dev n2
        for h in 2 3; do
            ip neigh add 10.2.0.$h lladdr 02:00:00:00:02:0$h dev n1 \
                nud permanent
        done
        ip neigh add 10.3.0.2 lladdr 02:00:00:00:03:02 dev n2 nud permanent
        ip -6 route add 2001:db8:b::/48 via 2001:db8:2::2
        ip -6 route add 2001:db8:b::/48 via 2001:db8:2::3 dev n1 table 100
        ip -6 route add 2001:db8:f::/48 via fe80::9 dev n1 table 100
        ip -6 route add 2001:db8:b::/48 via 2001:db8:3::2 table 10
        ip -6 route add 2001:db8:a::/48 via 2001:db8:1::2
        ip route add 198.51.100.0/24 via 10.2.0.2
        ip route add 198.51.100.0/24 via 10.3.0.2 table 10
        """)
    RULES.write('drop udp any any -> any any '
                '(msg:"evil"; content:"EVIL"; sid:1;)\n'
                'reject tcp any any -> any any '
                '(msg:"no"; content:"REJECTME"; sid:2;)\n')
    RULES.flush()
    wire.segward("ruleset load evil " + RULES.name)
    wire.segward("profile add guard mode prevent ruleset evil")
    wire.segward("profile add watch mode monitor ruleset evil")
    for sids, tail in ((ENDS, ""), (GUARDED, " profile guard"),
                       (WATCHED, " profile watch")):
        for sid, (action, _, _) in sids.items():
            wire.segward("sid add %s/64 action %s%s" % (sid, action, tail))
    for sid, action, flavors, *_ in flavored():
        wire.segward("sid add %s/64 action %s %s" % (
            sid, action, flavors and "flavors " + flavors))
    open_ipv4(wire)


def web(family, payload=GET, kind="tcp", **kw):
    """The same request again and again, or a connection of its own."""
    if kind == "tcp":
        kw.setdefault("sport", 40000 if payload == GET else p.new_port())
    return p.inner(family, kind, payload=payload, **kw)


def to(sid, inner, segments=None, left=0, **kw):
    """A packet that has come to its last segment, with its SRH."""
    return p.encap(HEADEND, segments or [sid, "2001:db8:9::1"], left, inner,
                   **kw)


def bare(sid, inner, **kw):
    """The same without an SRH: a list of one segment needs none."""
    return p.ipv6(HEADEND, sid, p.family_proto(inner), inner, **kw)


def mark(inner, ecn, dscp=0):
    """The packet with another traffic class or TOS."""
    tclass = dscp << 2 | ecn
    if inner[0] >> 4 == 6:
        return p.patch(inner, 0, struct.pack("!H", 6 << 12 | tclass << 4))
    head = (inner[0] & 15) * 4
    inner = p.patch(p.patch(inner, 1, bytes([tclass])), 10, b"\0\0")
    return p.patch(inner, 10, struct.pack("!H", p.checksum(inner[:head])))


def silent(wire, pkt):
    wire.send(pkt)
    compare(frames(wire))


def answered(wire, pkt, answer):
    wire.send(pkt)
    compare(frames(wire), c=[frame(("c", 2), answer)])


class Ledger:
    """What many packets do to the counters of all SIDs, read only twice."""

    def __init__(self, wire):
        self.wire = wire
        self.want = {}

    def note(self, sid, reason=None, **columns):
        row = self.want.setdefault(str(ipaddress.ip_network(sid + "/64")), {})
        if reason:
            columns["drop " + reason] = 1
        for name, n in columns.items():
            row[name] = row.get(name, 0) + n

    def read(self):
        rows = {}
        for sid in self.wire.json("-s sid show"):
            row = {k: v for k, v in sid.items() if isinstance(v, int)}
            for d in sid.get("drop", []):
                row["drop " + d["reason"]] = d["packets"]
            rows[sid["prefix"]] = row
        return rows

    def __enter__(self):
        self.before = self.read()
        return self

    def __exit__(self, kind, *_):
        if kind:
            return
        after = self.read()
        for sid, row in after.items():
            want = self.want.get(sid, {})
            for name in set(row) | set(want):
                if name not in want and not name.startswith("drop "):
                    continue
                grown = row.get(name, 0) - self.before[sid].get(name, 0)
                assert grown == want.get(name, 0), \
                    "%s: %s grew by %d, not %d" % (sid, name, grown,
                                                   want.get(name, 0))


def param_problem(pkt, code, pointer):
    return p.icmp6_error(N0, HEADEND, 4, code, pointer, pkt)


# --- End.DX4, End.DX6, End.DT4, End.DT6, End.DT46 --------------------------

@claim
def each_end_of_a_tunnel_sends_the_inner_packet_its_way(wire):
    with Ledger(wire) as book:
        for sid, (_, families, where) in every_end():
            for family in families:
                inner = web(family)
                out(wire, to(sid, inner), where, hop(inner))
                out(wire, bare(sid, inner), where, hop(inner))
                book.note(sid, packets=2, forwarded=2, upper=0, errors=0)


@claim
def an_inner_packet_of_the_wrong_family_gets_upper_layer_error(wire):
    with Ledger(wire) as book:
        for sid, (_, families, _) in every_end():
            for family in {4, 6} - set(families):
                for pkt, at in ((to(sid, web(family)), 80),
                                (bare(sid, web(family)), 40)):
                    answered(wire, pkt, param_problem(pkt, 4, at))
                    book.note(sid, "upper-layer", upper=1, forwarded=0)


@claim
def segments_left_at_the_end_of_a_tunnel_get_parameter_problem(wire):
    with Ledger(wire) as book:
        for sid, (_, families, _) in every_end():
            pkt = to(sid, web(families[0]), [NEXT, sid], 1)
            answered(wire, pkt, param_problem(pkt, 0, 43))
            book.note(sid, "segments-left", errors=1)


@claim
def segments_left_come_before_what_else_is_wrong_with_the_srh(wire):
    for wrong in (dict(hop_limit=1), dict(last_entry=9),
                  dict(tlvs=b"\x7c\xff" + bytes(6))):
        pkt = to(DT46, web(6), [NEXT, DT46], 1, **wrong)
        with counted(wire, DT46, "segments-left"):
            answered(wire, pkt, param_problem(pkt, 0, 43))
    pkt = to(DT46, web(6), [NEXT, "2001:db8:9::1"], 7, active=DT46)
    with counted(wire, DT46, "segments-left"):
        answered(wire, pkt, param_problem(pkt, 0, 43))


@claim
def other_upper_layers_are_answered_as_at_any_sid(wire):
    for sid in (DX4, DX6, DT46):
        echo = p.icmp6(HEADEND, sid, 128, 0, 7, b"there?")
        answered(wire, p.ipv6(HEADEND, sid, p.ICMPV6, echo),
                 p.ipv6(sid, HEADEND, p.ICMPV6,
                        p.icmp6(sid, HEADEND, 129, 0, 7, b"there?")))
        pkt = p.ipv6(HEADEND, sid, p.UDP, p.udp(HEADEND, sid, 5, 6, b"probe"))
        answered(wire, pkt, p.icmp6_error(N0, HEADEND, 1, 4, 0, pkt))
        pkt = p.ipv6(HEADEND, sid, p.TCP, p.tcp(HEADEND, sid, 5, 6))
        answered(wire, pkt, param_problem(pkt, 4, 40))


@claim
def the_argument_behind_a_sid_is_ignored(wire):
    inner = web(6)
    out(wire, bare(DT6[:-1] + "1234:5678:9abc:def0", inner), ENDS[DT6][2],
        hop(inner))


@claim
def the_outer_hop_limit_has_done_its_duty(wire):
    for limit in (1, 0):
        for family in (4, 6):
            inner = web(family)
            out(wire, to(DT46, inner, hop_limit=limit), ("t", 2), hop(inner))


@claim
def the_inner_hop_limit_is_the_stacks_and_answered_by_it(wire):
    for sid in (DT6_TABLE, DX6):
        inner = p.patch(web(6), 7, b"\1")
        wire.send(to(sid, inner))
        got = frames(wire)
        assert got["s"] == [] and got["t"] == [], got
        assert [f[14:][40:42] for f in got["c"]] == [b"\3\0"], got
        assert got["c"][0][14:].endswith(inner), got["c"][0].hex()


@claim
def an_inner_hop_limit_of_two_leaves_as_one(wire):
    for family in (4, 6):
        at = 8 if family == 4 else 7
        inner = web(family)
        inner = hop(inner, inner[at] - 2)
        out(wire, to(DT46, inner), ("t", 2), hop(inner))


@claim
def the_inner_source_is_checked_by_the_stack(wire):
    for sid in (DX6, DX6_LL, DT6, DT46, DT46_MAIN, DT6_TABLE):
        for src in ("::", "::1", "fe80::5", "ff02::1"):
            wire.send(to(sid, web(6, src=src)))
            got = frames(wire)
            assert not got["s"] and not got["t"], (sid, src, got)


@claim
def rp_filter_drops_ipv4_of_segward0_but_not_in_a_vrf(wire):
    """Also if it is loose: segward0 has no address."""
    wire.run("""set -e
        ip route add 192.0.2.0/24 via 10.2.0.2
        ip route add 192.0.2.0/24 via 10.3.0.2 table 10""")
    inner = web(4)
    try:
        for strictness, main_passes in ((2, False), (1, False), (0, True)):
            wire.run("sysctl -qw net.ipv4.conf.all.rp_filter=%d" % strictness)
            out(wire, to(DT46, inner), ("t", 2), hop(inner))
            wire.send(to(DT46_MAIN, inner))
            compare(frames(wire), s=[frame(("s", 2), hop(inner))] *
                    main_passes)
    finally:
        wire.run("sysctl -qw net.ipv4.conf.all.rp_filter=0; "
                 "ip route del 192.0.2.0/24; ip route del 192.0.2.0/24 "
                 "table 10")


@claim
def headers_between_the_outer_and_the_inner_one_go_with_the_outer(wire):
    for family in (4, 6):
        inner = web(family)
        proto = p.family_proto(inner)
        for nexthdr, chain in (
                (p.DSTOPTS, p.options(proto)),
                (p.HOPOPTS, p.options(p.DSTOPTS) + p.options(proto)),
                (p.ROUTING, p.srh(p.DSTOPTS, [DT46], 0) + p.options(proto)),
                (p.ROUTING, p.srh(p.ROUTING, [DT46, NEXT], 0, tlvs=bytes(16))
                 + p.srh(proto, [DT46], 0, rtype=2))):
            out(wire, p.ipv6(HEADEND, DT46, nexthdr, chain + inner),
                ("t", 2), hop(inner))


@claim
def bytes_behind_the_inner_packet_are_not_forwarded(wire):
    for family in (4, 6):
        inner = web(family)
        out(wire, p.ipv6(HEADEND, DT46, p.family_proto(inner),
                         inner + b"trailer"), ("t", 2), hop(inner))


@claim
def an_inner_packet_that_is_none_is_dropped_and_counted(wire):
    for inner, proto in ((web(6)[:39], p.IPV6), (web(4)[:19], p.IPV4),
                         (web(4), p.IPV6), (web(6), p.IPV4)):
        pkt = p.ipv6(HEADEND, DT46, proto, inner)
        with counted(wire, DT46, "packet-malformed", errors=1):
            silent(wire, pkt)


@claim
def an_outer_fragment_cannot_be_taken_out(wire):
    for off, more in ((0, True), (64, False)):
        pkt = p.ipv6(HEADEND, DT46, p.FRAGMENT,
                     p.fragment(p.IPV6, off, more, 5, web(6)[:64]))
        with counted(wire, DT46, "outer-fragment", errors=1):
            silent(wire, pkt)


@claim
def an_inner_sid_of_this_node_gets_its_turn(wire):
    innermost = web(6)
    inner = p.ipv6(SRC6, DT6_TABLE, p.IPV6, innermost)
    for sid in (DT46_MAIN, "2001:3e8:80:8::"):
        out(wire, to(sid, inner), ("s", 3), hop(innermost))


# --- the traffic class (RFC 6040) ------------------------------------------

@claim
def congestion_marks_come_in_and_the_rest_of_the_class_stays_out(wire):
    for family in (4, 6):
        for outer, inner, want in (
                (NOT_ECT, NOT_ECT, NOT_ECT), (NOT_ECT, ECT0, ECT0),
                (NOT_ECT, ECT1, ECT1), (NOT_ECT, CE, CE),
                (ECT0, NOT_ECT, NOT_ECT), (ECT0, ECT0, ECT0),
                (ECT0, CE, CE), (ECT1, NOT_ECT, NOT_ECT),
                (ECT1, ECT1, ECT1), (ECT1, ECT0, ECT1),
                (CE, ECT0, CE), (CE, ECT1, CE), (CE, CE, CE)):
            pkt = mark(to(DT46, mark(web(family), inner, 11)), outer, 46)
            out(wire, pkt, ("t", 2), hop(mark(web(family), want, 11)))


@claim
def a_congestion_mark_that_cannot_be_passed_on_is_a_drop(wire):
    for family in (4, 6):
        with counted(wire, DT46, "ecn", errors=1):
            silent(wire, mark(to(DT46, web(family)), CE))


# --- inspection ------------------------------------------------------------

@claim
def what_prevent_drops_does_not_leave_and_monitor_lets_it(wire):
    with Ledger(wire) as book:
        for sid, (_, families, where) in [*GUARDED.items(),
                                          *WATCHED.items()]:
            for family in families:
                evil = web(family, b"EVIL", "udp")
                if sid in GUARDED:
                    silent(wire, to(sid, evil))
                    book.note(sid, "rule", forwarded=0)
                else:
                    out(wire, to(sid, evil), where, hop(evil))
                    book.note(sid, forwarded=1)


@claim
def a_reset_leaves_where_the_packet_would_have(wire):
    with Ledger(wire) as book:
        for sid, (_, families, where) in GUARDED.items():
            for family in families:
                port = p.new_port()
                bad = web(family, b"REJECTME", sport=port, seq=77, ack=99)
                src, dst = (SRC4, DST4) if family == 4 else (SRC6, DST6)
                rst = p.tcp(src, dst, port, 80, seq=77, ack=99, window=0,
                            flags=p.RST | p.ACK)
                want = p.ipv4(src, dst, p.TCP, rst) if family == 4 else \
                    p.ipv6(src, dst, p.TCP, rst)
                out(wire, to(sid, bad), where, hop(want))
                book.note(sid, "rule")


@claim
def inner_fragments_follow_the_profile_and_pass_without_one(wire):
    part = p.ipv6(SRC6, DST6, p.FRAGMENT, p.fragment(
        p.UDP, 0, True, 3, p.udp(SRC6, DST6, 1, 2, b"x" * 33)[:25]))
    guarded = "2001:3e8:81:6::"
    with counted(wire, guarded, "inner-fragment"):
        silent(wire, to(guarded, part))
    for sid in (DT46, "2001:3e8:82:6::"):
        out(wire, to(sid, part), ("t", 2), hop(part))


# --- PSP, USP, USD ---------------------------------------------------------

def popped(pkt, srh_off=40, announced=6):
    """The packet without its SRH (RFC 8986, 4.16.1 S14.1)."""
    size = (pkt[srh_off + 1] + 1) * 8
    length = struct.unpack("!H", pkt[4:6])[0] - size
    pkt = p.patch(pkt, announced, pkt[srh_off:srh_off + 1])
    pkt = p.patch(pkt, 4, struct.pack("!H", length))
    return pkt[:srh_off] + pkt[srh_off + size:]


@claim
def psp_removes_the_srh_with_the_last_but_one_segment_only(wire):
    with Ledger(wire) as book:
        for sid, _, flavors, where, _, _ in flavored():
            one = to(sid, web(4), [NEXT, sid], 1, tag=0xbeef)
            two = to(sid, web(6), ["2001:db8:9::1", NEXT, sid], 2)
            want = p.after_end(one)
            if "psp" in flavors:
                want = popped(want)
            out(wire, one, where, want)
            out(wire, two, where, p.after_end(two))
            book.note(sid, forwarded=2, upper=0)


@claim
def psp_finds_what_announced_the_srh(wire):
    sid = "2001:3e8:90:1::"
    pkt = p.ipv6(HEADEND, sid, p.DSTOPTS, p.options(p.ROUTING) + p.srh(
        p.DSTOPTS, [NEXT, sid], 1, tlvs=b"\4\6" + bytes(6)) +
        p.options(p.IPV6) + web(6))
    out(wire, pkt, ("s", 2), popped(p.after_end(pkt, srh_off=48), 48, 40))


@claim
def psp_of_a_reduced_srh(wire):
    sid = "2001:3e8:90:1::"
    pkt = to(sid, web(6), [NEXT], 1, active=sid)
    out(wire, pkt, ("s", 2), popped(p.after_end(pkt)))


@claim
def psp_takes_an_inline_srh_out_of_the_packet_itself(wire):
    sid = "2001:3e8:90:1::"
    pkt = p.ipv6(HEADEND, sid, p.ROUTING, p.srh(p.TCP, [NEXT, sid], 1) +
                 p.tcp(HEADEND, NEXT, 40000, 80, b"hello"))
    out(wire, pkt, ("s", 2), popped(p.after_end(pkt)))


@claim
def psp_keeps_one_armed_and_next_local_sids_working(wire):
    first, last = "2001:3e8:90:1::", "2001:3e8:90:3::"
    # the next segment is a SID of this node with USD: two hops, then out
    pkt = to(first, web(6), [last, first], 1)
    out(wire, pkt, ("s", 2), hop(web(6)))
    pkt = to(first, web(6), ["2001:db8:a::99", first], 1)
    out(wire, pkt, ("c", 2), popped(p.after_end(pkt)))


@claim
def an_srh_that_was_popped_is_not_shown_to_a_socket(wire):
    """A socket that asks for routing headers gets no bytes in their place."""
    sid, local = "2001:3e8:90:1::", "2001:db8:2::1"
    with inside(wire.node):
        sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    with sock:
        sock.setsockopt(socket.IPPROTO_IPV6, IPV6_2292RTHDR, 1)
        sock.bind((local, 4321))
        sock.settimeout(BOUND)
        pkt = p.ipv6(HEADEND, sid, p.ROUTING, p.srh(p.UDP, [local, sid], 1) +
                     p.udp(HEADEND, local, 0xffff, 4321, b"popped"))
        silent(wire, pkt)
        data, ancillary, _, _ = sock.recvmsg(4096, 8192)
    assert (data, ancillary) == (b"popped", []), ancillary


def usd_or_answer(wire, book, sid, flavors, families, where, pkt):
    with_srh = pkt[6] == p.ROUTING
    inner = pkt[80 if with_srh else 40:]
    if "usd" in flavors and inner[0] >> 4 in families:
        out(wire, pkt, where, hop(inner))
        book.note(sid, forwarded=1, upper=0)
        return
    quoted = popped(pkt) if "usp" in flavors and with_srh else pkt
    answered(wire, pkt, param_problem(quoted, 4, len(quoted) - len(inner)))
    book.note(sid, "upper-layer", upper=1, forwarded=0)


@claim
def usd_takes_the_inner_packet_out_and_others_answer(wire):
    with Ledger(wire) as book:
        for sid, _, flavors, _, families, where in flavored():
            for pkt in (to(sid, web(4)), to(sid, web(6)), bare(sid, web(6))):
                usd_or_answer(wire, book, sid, flavors, families, where, pkt)


@claim
def usp_removes_every_srh_without_segments_left(wire):
    sid = "2001:3e8:90:2::"
    pkt = p.ipv6(HEADEND, sid, p.ROUTING, p.srh(p.ROUTING, [sid], 0) +
                 p.srh(p.TCP, [sid, NEXT], 0, tlvs=bytes(8)) +
                 p.tcp(HEADEND, sid, 5, 6))
    answered(wire, pkt, param_problem(
        p.ipv6(HEADEND, sid, p.TCP, p.tcp(HEADEND, sid, 5, 6)), 4, 40))


@claim
def ping_at_the_end_of_an_srh_is_answered_with_every_flavor(wire):
    for sid, *_ in flavored():
        echo = p.icmp6(HEADEND, sid, 128, 0, 7, b"there?")
        answered(wire, p.ipv6(HEADEND, sid, p.ROUTING, p.srh(
            p.ICMPV6, [sid, NEXT], 0) + echo), p.ipv6(
                sid, HEADEND, p.ICMPV6,
                p.icmp6(sid, HEADEND, 129, 0, 7, b"there?")))


@claim
def usd_is_inspected_before_it_leaves(wire):
    sid = "2001:3e8:94:3::"
    for family in (4, 6):
        with counted(wire, sid, "rule"):
            silent(wire, to(sid, web(family, b"EVIL", "udp")))


@claim
def usd_of_a_vrfs_sid_stays_in_the_vrf(wire):
    sid = "2001:3e8:96::"
    wire.segward("sid add %s/64 action End flavors usd vrf red" % sid)
    try:
        for family in (4, 6):
            inner = web(family)
            out(wire, p.ipv6("2001:db8:3::2", sid, p.family_proto(inner),
                             inner), ("t", 2), hop(inner),
                lambda pkt: wire.send(pkt, "t"))
    finally:
        wire.segward("sid del %s/64 vrf red" % sid)


# --- unusual buffers -------------------------------------------------------

@claim
def a_non_linear_packet_is_taken_out_and_popped(wire):
    for hdr_len in (14, 14 + 40, 14 + 80 + 4):
        inner = p.inner(6, "tcp", payload=b"n" * 6000)
        for sid, pkt, where, want in (
                (DT46, to(DT46, inner), ("t", 2), hop(inner)),
                (DX6, to(DX6, inner), ("s", 3), hop(inner)),
                (None, to("2001:3e8:90:1::", inner,
                          [NEXT, "2001:3e8:90:1::"], 1), ("s", 2), None)):
            wire.send_vnet(pkt, (0, 0, hdr_len, 0, 0, 0))
            compare(frames(wire), **{where[0]: [
                frame(where, want or popped(p.after_end(pkt)))]})


@claim
def a_tap_in_front_keeps_the_packet_as_it_was(wire):
    tap = frame_socket(wire.node, "n0")
    try:
        # a congestion mark, so that inner bytes change too
        inner = mark(web(6), ECT0)
        dt = mark(to(DT46, inner), CE)
        psp = to("2001:3e8:90:1::", inner, [NEXT, "2001:3e8:90:1::"], 1)
        out(wire, dt, ("t", 2), hop(mark(inner, CE)))
        out(wire, psp, ("s", 2), popped(p.after_end(psp)))
        seen = []
        while True:
            try:
                seen.append(tap.recv(1 << 16)[14:])
            except BlockingIOError:
                break
        assert dt in seen and psp in seen, "the tap saw a changed packet"
    finally:
        tap.close()


def partial(packet, proto, at):
    """The packet with the sum that a sender leaves to the device."""
    size = len(packet) - at
    src, dst = ((SRC4, DST4) if packet[0] >> 4 == 4 else (SRC6, DST6))
    field = at + (16 if proto == p.TCP else 6)
    half = ~p.checksum(p.pseudo(src, dst, proto, size)) & 0xffff
    return p.patch(packet, field, struct.pack("!H", half)), field - at


@claim
def an_unfinished_checksum_is_finished_on_the_way_out(wire):
    wire.run("ethtool -K n1 tx off")
    wire.run("ethtool -K n2 tx off")
    for family in (4, 6):
        whole = web(family, b"sum of its parts", "udp")
        at = 20 if family == 4 else 40
        half, field = partial(whole, p.UDP, at)
        for sid in (DT46, "2001:3e8:81:6::"):
            pkt = to(sid, half)
            start = 14 + len(pkt) - len(half) + at
            wire.send_vnet(pkt, (NEEDS_CSUM, 0, 0, 0, start, field))
            compare(frames(wire), t=[frame(("t", 2), hop(whole))])


@claim
def a_checksum_that_starts_in_the_outer_headers_does_no_harm(wire):
    inner, psp = web(6), "2001:3e8:90:1::"
    for start in (14 + 2, 14 + 40, 14 + 60):
        for pkt in (to(DT46, inner), to(psp, inner, [NEXT, psp], 1)):
            # newer kernels let nobody send some of this
            with contextlib.suppress(OSError):
                wire.send_vnet(pkt, (NEEDS_CSUM, 0, 0, 0, start, 2))
            frames(wire)
    out(wire, to(DT46, inner), ("t", 2), hop(inner))


@contextlib.contextmanager
def batch(wire):
    """What is sent inside comes in in one NAPI poll, so that GRO sees it."""
    tc = "tc -n %s qdisc %%s dev c0 root " % wire.ns["c"]
    # veth leaves GRO out for a sender that could have sent it in one piece
    sh("ethtool -K c0 tso off", ns=wire.ns["c"])
    wire.run("ethtool -K n0 gro on")
    sh(tc % "add" + "plug limit 1000000")
    sh(tc % "change" + "plug block")
    try:
        yield
        sh(tc % "change" + "plug release_indefinite")
    finally:
        sh(tc % "del")
        wire.run("ethtool -K n0 gro off")
        sh("ethtool -K c0 tso on", ns=wire.ns["c"])


@claim
def what_gro_put_together_leaves_in_its_segments(wire):
    wire.run("ethtool -K n1 tso off gso off tx off;"
             "ethtool -K n2 tso off gso off tx off")
    psp = "2001:3e8:90:1::"
    for family in (4, 6):
        port = p.new_port()
        parts = [web(family, bytes([65 + n]) * 1000, sport=port,
                     seq=1 + 1000 * n, flags=p.ACK) for n in range(4)]
        ways = [(sid, lambda i, sid=sid: to(sid, i), hop, "t")
                for sid in (DT46, "2001:3e8:81:6::")]
        ways += [(psp, lambda i: to(psp, i, [NEXT, psp], 1),
                  lambda i: popped(p.after_end(to(psp, i, [NEXT, psp], 1))),
                  "s")]
        for sid, make, want, side in ways:
            before = wire.sid(sid)["packets"]
            with batch(wire):
                for part in parts:
                    wire.send(make(part))
            got = frames(wire)
            assert wire.sid(sid)["packets"] == before + 1, "GRO left them"
            compare(got, **{side: [frame((side, 2), want(i))
                                   for i in parts]})


# --- the stack's eyes ------------------------------------------------------

@contextlib.contextmanager
def tables(wire, text):
    wire.run("nft -f - <<'E'\n%s\nE" % text)
    try:
        yield
    finally:
        wire.run("nft flush ruleset")


@claim
def nftables_and_conntrack_see_the_inner_packet_by_segward0(wire):
    with tables(wire, """
            table inet t {
              counter pre { }
              counter onward { }
              chain p { type filter hook prerouting priority 0;
                iifname segward0 meta l4proto udp ct state new \
                    udp dport 5353 counter name pre
              }
              chain f { type filter hook forward priority 0;
                iifname segward0 oifname n1 udp dport 5353 ct state new \
                    counter name onward
              }
            }"""):
        for family in (4, 6):
            inner = web(family, b"flow", "udp", dport=5353)
            out(wire, to(DT46_MAIN, inner), ("s", 2), hop(inner))
        inner = web(6, b"dx", "udp", dport=5353, sport=7)
        out(wire, to(DX6, inner), ("s", 3), hop(inner))
        for name in ("pre", "onward"):
            text = wire.run("nft list counter inet t " + name)
            assert "packets 3 " in text, text


@claim
def nftables_sees_the_inner_packet_of_a_vrf_as_from_its_port(wire):
    with tables(wire, """
            table inet t {
              counter slave { }
              counter master { }
              counter onward { }
              chain p { type filter hook prerouting priority 0;
                iifname segward0 udp dport 5353 counter name slave
                iifname red udp dport 5353 counter name master
              }
              chain f { type filter hook forward priority 0;
                iifname red oifname n2 udp dport 5353 ct state new \
                    counter name onward
              }
            }"""):
        for family in (4, 6):
            inner = web(family, b"flow", "udp", dport=5353)
            out(wire, to(DT46, inner), ("t", 2), hop(inner))
        for name in ("slave", "master", "onward"):
            text = wire.run("nft list counter inet t " + name)
            assert "packets 2 " in text, text


@claim
def a_forward_chain_can_drop_the_inner_packet(wire):
    with tables(wire, """
            table inet t {
              chain f { type filter hook forward priority 0;
                iifname { segward0, red } udp dport 5353 drop
              }
            }"""):
        for sid, family in ((DT46, 4), (DT46, 6), (DX4, 4), (DX6, 6),
                            (DT6_TABLE, 6), (DT46_MAIN, 4)):
            silent(wire, to(sid, web(family, b"x", "udp", dport=5353)))


@claim
def what_nat_sends_elsewhere_does_not_leave_its_table(wire):
    with tables(wire, """
            table ip6 t {
              chain p { type nat hook prerouting priority -100;
                ip6 daddr %s dnat to 2001:db8:b::77
              }
            }""" % DST6):
        inner = web(6, b"nat", "udp", dport=99)
        for sid, reason in ((DT6_TABLE, 1), (DX6, 1)):
            before = {d["reason"]: d["packets"]
                      for d in wire.stats().get("drop", [])}
            silent(wire, to(sid, inner))
            after = {d["reason"]: d["packets"]
                     for d in wire.stats().get("drop", [])}
            assert after.get("no-route", 0) == \
                before.get("no-route", 0) + reason, after
        # the main table and a VRF are looked up again
        for sid, where in ((DT46_MAIN, ("s", 2)), (DT46, ("t", 2))):
            wire.send(to(sid, inner))
            got = frames(wire)
            assert [f[14:][24:40] for f in got[where[0]]] == \
                [p.addr("2001:db8:b::77")], got
    wire.run("modprobe nf_conntrack; conntrack -F 2>/dev/null || true",
             check=False)


@claim
def taps_see_the_inner_packet_on_segward0_and_on_the_vrf(wire):
    for family in (4, 6):
        inner = web(family)
        taps = {d: frame_socket(wire.node, d, proto=ETH_P_ALL)
                for d in ("segward0", "red")}
        try:
            out(wire, to(DT46, inner), ("t", 2), hop(inner))
            seen = {}
            for dev, tap in taps.items():
                seen[dev] = []
                while True:
                    try:
                        seen[dev].append(tap.recv(1 << 16))
                    except BlockingIOError:
                        break
            assert seen["segward0"].count(inner) == 1, seen
            assert [f[14:] for f in seen["red"]].count(inner) == 1, seen
        finally:
            for tap in taps.values():
                tap.close()


@claim
def conntrack_puts_inner_fragments_together_in_their_vrf(wire):
    whole = p.ipv6(SRC6, DST6, p.UDP,
                   p.udp(SRC6, DST6, 1, 5353, b"frag" * 300))
    body = whole[40:]
    with tables(wire, """
            table inet t {
              counter onward { }
              chain f { type filter hook forward priority 0;
                iifname red udp dport 5353 ct state new counter name onward
              }
            }"""):
        for off in (0, 800):
            part = p.ipv6(SRC6, DST6, p.FRAGMENT, p.fragment(
                p.UDP, off, off == 0, 9, body[off:off + 800]))
            wire.send(to(DT46, part))
        got = frames(wire)["t"]
        data = b"".join(g[14 + 48:] for g in got)
        assert data == body, [g.hex() for g in got]
        text = wire.run("nft list counter inet t onward")
        assert "packets 1 " in text, text


@claim
def a_local_headend_reaches_the_end_of_the_tunnel_on_the_same_node(wire):
    dst = "2001:db8:77::1"
    wire.run("ip -6 route add 2001:db8:77::/48 encap seg6 mode encap "
             "segs %s dev n1;"
             "ip -6 route add 2001:db8:77::/48 via 2001:db8:3::2 table 10" %
             DT46)
    try:
        inner = p.inner(6, "udp", SRC6, dst, b"home")
        # a headend counts its hop in the outer header
        out(wire, inner, ("t", 2), hop(inner))
    finally:
        wire.run("ip -6 route del 2001:db8:77::/48;"
                 "ip -6 route del 2001:db8:77::/48 table 10")


# --- ways that are not there -----------------------------------------------

@claim
def a_next_hop_whose_device_is_down_is_no_way(wire):
    wire.run("ip link add d0 type dummy; ip addr add 10.9.0.1/24 dev d0;"
             "ip -6 addr add 2001:db8:99::1/64 dev d0 nodad;"
             "ip link set d0 up")
    sids = {4: ("2001:3e8:97::", "End.DX4 nh4 10.9.0.2 oif d0"),
            6: ("2001:3e8:98::", "End.DX6 nh6 2001:db8:99::2 oif d0")}
    try:
        for family, (sid, action) in sids.items():
            wire.segward("sid add %s/64 action %s" % (sid, action))
            with counted(wire, sid, forwarded=1):
                silent(wire, to(sid, web(family)))
        wire.run("ip link set d0 down")
        for family, (sid, _) in sids.items():
            pkt = to(sid, web(family))
            with counted(wire, sid, "no-route", errors=1):
                answered(wire, pkt, p.icmp6_error(N0, HEADEND, 1, 0, 0, pkt))
        # the device can go although a SID knew it
        wire.run("timeout 20 ip link del d0")
    finally:
        for sid, _ in sids.values():
            wire.segward("sid del %s/64" % sid, check=False)
        wire.run("ip link del d0", check=False)


@claim
def a_vrf_that_is_gone_is_no_way_and_a_new_one_is_found(wire):
    make = "ip link add blue type vrf table 20; ip link set blue up"
    wire.run(make)
    sid = "2001:3e8:99::"
    wire.segward("sid add %s/64 action End.DT46 vrftable 20" % sid)
    try:
        wire.run("ip link del blue")
        pkt = to(sid, web(6))
        with counted(wire, sid, "no-route"):
            answered(wire, pkt, p.icmp6_error(N0, HEADEND, 1, 0, 0, pkt))
        wire.run(make + "; ip -6 route add 2001:db8:b::/48 via 2001:db8:2::3 "
                 "dev n1 table 20")
        out(wire, to(sid, web(6)), ("s", 3), hop(web(6)))
    finally:
        wire.segward("sid del %s/64" % sid)
        wire.run("ip link del blue", check=False)


@claim
def a_table_without_a_route_is_answered_by_the_stack(wire):
    inner = p.inner(6, "udp", dst="2001:db8:66::1", payload=b"lost")
    wire.send(to(DT6_TABLE, inner))
    got = frames(wire)
    assert got["s"] == [] and got["t"] == [], got
    assert [f[14:][40:42] for f in got["c"]] == [b"\1\0"], got
    assert got["c"][0].endswith(inner), got["c"][0].hex()


@claim
def a_replaced_sid_sends_the_next_packet_its_new_way(wire):
    sid = "2001:3e8:9a::"
    inner = web(6)
    for action, where in (("End.DT6 table 100", ("s", 3)),
                          ("End.DT46 vrftable 10", ("t", 2)),
                          ("End.DX6 nh6 fe80::9 oif n1", ("s", 9)),
                          ("End.DT6 table main", ("s", 2))):
        wire.segward("sid replace %s/64 action %s" % (sid, action))
        out(wire, to(sid, inner), where, hop(inner))
    wire.segward("sid del %s/64" % sid)


# --- refusals, save, apply, show -------------------------------------------

def refused(wire, action, sentence, status=2):
    before = wire.json("sid show")
    text = wire.segward("sid add 2001:3e8:9b::/64 action %s; echo $?" % action,
                        check=False)
    assert sentence in text and text.split()[-1] == str(status), text
    assert wire.json("sid show") == before
    assert not wire.run("ip -6 route show 2001:3e8:9b::/64").strip()


@claim
def a_refusal_says_why_and_leaves_nothing_behind(wire):
    for action, sentence in (
            ("End.DT46 vrftable 4711", "no VRF has this table"),
            ("End.DT4 table 100", "look up in table main or in a VRF's table"),
            ("End.DX4 nh4 224.0.0.1 oif n1", "not a unicast address"),
            ("End.DX6 nh6 ::1 oif n1", "not a unicast address"),
            ("End.DT6 table 100 profile nobody", "no profile of this name")):
        refused(wire, action, sentence)
    wire.run("sysctl -qw net.vrf.strict_mode=0")
    try:
        refused(wire, "End.DT46 vrftable 10", "needs net.vrf.strict_mode")
    finally:
        wire.run("sysctl -qw net.vrf.strict_mode=1")
    for action, sentence in (
            ("End.DX4 nh6 fd00::1 oif n1", "an IPv4 one, nh4"),
            ("End.DX6 nh6 fe80::2", '"oif" is required'),
            ("End.DX2 oif n1", "no Ethernet frames"),
            ("End.DT6 vrftable 10 flavors psp", "have flavors")):
        refused(wire, action, sentence, 1)


@claim
def save_and_apply_round_trip(wire):
    before = wire.json("sid show")
    text = wire.segward("save")
    for action in ("End.DX4 nh4 10.2.0.3 oif n1",
                   "End.DX6 nh6 fe80::9 oif n1", "End.DT4 vrftable 10",
                   "End.DT6 table 100", "End.DT46 table main",
                   "End flavors psp,usp,usd",
                   "End.X nh6 2001:db8:2::3 flavors usd"):
        assert " action %s " % action in text.replace("\n", " \n"), \
            (action, text)
    wire.segward("sid flush")
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as f:
        f.write(text)
        f.flush()
        wire.segward("apply " + f.name)
        assert wire.json("sid show") == before
        packets = wire.sid(DT46)["packets"]
        out(wire, to(DT46, web(4)), ("t", 2), hop(web(4)))
        wire.segward("apply %s sync" % f.name)
    assert wire.sid(DT46)["packets"] == packets + 1


@claim
def json_has_the_words_of_seg6local(wire):
    def row(sid):
        return {k: v for k, v in wire.sid(sid).items() if k in (
            "action", "nh4", "nh6", "oif", "table", "vrftable", "flavors")}
    assert row(DX4) == {"action": "End.DX4", "nh4": "10.2.0.3", "oif": "n1"}
    assert row(DX6_LL) == {"action": "End.DX6", "nh6": "fe80::9",
                           "oif": "n1"}
    assert row(DT4) == {"action": "End.DT4", "vrftable": "10"}
    assert row(DT46_MAIN) == {"action": "End.DT46", "table": "main"}
    assert row("2001:3e8:90:7::") == {"action": "End",
                                      "flavors": ["psp", "usp", "usd"]}


@claim
def without_segward0_nothing_leaves(wire):
    wire.run("ip link set segward0 down")
    with counted(wire, DT46, "no-route"):
        wire.send(bare(DT46, web(6)))
        got = frames(wire, 2)
        assert not got["s"] and not got["t"], got


if __name__ == "__main__":
    main(setup)
