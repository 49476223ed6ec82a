#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Inner fragments through the kernel: inspected as one, never held.

Every fragment goes on when it comes, but for the one that completes a datagram
which the profile blocks, and for those that try to deceive.
"""

import itertools

import packet as p
from wire import claim, main

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID, OTHER = "2001:3e8:60:b::", "2001:3e8:60:c::"
SRC = {4: "192.0.2.10", 6: "2001:db8:a::10"}
DST = {4: "198.51.100.20", 6: "2001:db8:b::20"}
FAMILIES = (4, 6)
EVIL = b"nothing to see here, only an EVIL word that is cut in two, or three"
GOOD = EVIL.replace(b"EVIL", b"idle")
PIECES = 64             # kmod/engine/fragment.h
RULES = r"""
drop udp any any -> any 4000 (msg:"evil"; content:"an EVIL word"; sid:1;)
drop tcp any any -> any 4000 (msg:"evil"; content:"an EVIL word"; sid:2;)
alert udp any any -> any 4001 (msg:"odd"; content:"an EVIL word"; sid:3;)
"""


def setup(wire):
    wire.rules("base", RULES)
    wire.segward("profile add slice mode prevent ruleset base "
                 "reputation botnet min-score 80 verdict drop")
    for sid in (SID, OTHER):
        wire.segward("sid add %s/64 action End.AN profile slice" % sid)


_last_id = 0


def new_id():
    global _last_id
    _last_id += 1
    return _last_id


def body(family, transport, payload, dport):
    make = {"udp": p.udp, "tcp": p.tcp}[transport]
    sport = p.new_port() if transport == "tcp" else 1025
    return make(SRC[family], DST[family], sport, dport, payload)


def part(family, data, off, end, more, ident, proto=p.UDP, sid=SID):
    """One fragment of a datagram, behind an SRH."""
    if family == 4:
        inner = p.ipv4(SRC[4], DST[4], proto, data[off:end], ident=ident,
                       frag=(0x2000 if more else 0) | off // 8)
    else:
        inner = p.ipv6(SRC[6], DST[6], p.FRAGMENT, p.fragment(
            proto, off, more, ident, data[off:end]))
    return p.encap(HEADEND, [NEXT, sid], 1, inner)


def parts(family, payload, transport="udp", dport=4000, size=24, **kw):
    data = body(family, transport, payload, dport)
    proto = {"udp": p.UDP, "tcp": p.TCP}[transport]
    ident = new_id()
    return [part(family, data, off, min(off + size, len(data)),
                 off + size < len(data), ident, proto, **kw)
            for off in range(0, len(data), size)]


def passes(wire, pkt):
    wire.expect(pkt, s=p.after_end(pkt))


def blocked(wire, pkt, reason, sid=SID):
    def drops():
        return {d["reason"]: d["packets"]
                for d in wire.sid(sid).get("drop", [])}
    before = drops()
    wire.expect(pkt)
    grown = {k: v - before.get(k, 0) for k, v in drops().items()
             if v != before.get(k, 0)}
    assert grown == {reason: 1}, grown


def grown(wire, before, *names):
    after = wire.stats()
    return [after[n] - before[n] for n in names]


@claim
def the_last_missing_fragment_of_a_bad_datagram_is_dropped(wire):
    for family, transport in itertools.product(FAMILIES, ("udp", "tcp")):
        before = wire.stats()
        for turned in (False, True):
            pkts = parts(family, EVIL, transport, size=32)
            if turned:
                pkts.reverse()
            for pkt in pkts[:-1]:
                passes(wire, pkt)
            blocked(wire, pkts[-1], "rule")
        assert grown(wire, before, "datagrams") == [2]


@claim
def a_clean_datagram_passes_and_is_forgotten(wire):
    start = wire.stats()["fragment_memory"]
    for family in FAMILIES:
        for pkt in reversed(parts(family, GOOD)):
            passes(wire, pkt)
    assert wire.stats()["fragment_memory"] == start


@claim
def what_was_blocked_is_blocked_again_when_it_is_sent_again(wire):
    for family in FAMILIES:
        *rest, last = parts(family, EVIL)
        for pkt in rest:
            passes(wire, pkt)
        blocked(wire, last, "rule")
        for pkt in (last, rest[0], last):
            blocked(wire, pkt, "inner-fragment")


@claim
def other_bytes_in_the_same_place_are_dropped(wire):
    """The classic evasion: which of the two will the receiver take?"""
    for family in FAMILIES:
        data, ident = body(family, "udp", GOOD, 4000), new_id()
        evil = body(family, "udp", EVIL, 4000)
        passes(wire, part(family, data, 0, 48, True, ident))
        blocked(wire, part(family, evil, 0, 48, True, ident), "inner-fragment")
        blocked(wire, part(family, evil, 48, len(evil), False, ident),
                "inner-fragment")


@claim
def overlaps_are_dropped_and_repetitions_are_not(wire):
    for family in FAMILIES:
        data, ident = body(family, "udp", GOOD, 4000), new_id()
        passes(wire, part(family, data, 0, 48, True, ident))
        passes(wire, part(family, data, 0, 48, True, ident))
        passes(wire, part(family, data, 48, len(data), False, ident))
        ident = new_id()
        passes(wire, part(family, data, 0, 48, True, ident))
        blocked(wire, part(family, data, 40, len(data), False, ident),
                "inner-fragment")


@claim
def monitor_mode_lets_all_of_them_pass_and_tells(wire):
    wire.segward("profile set slice mode monitor")
    try:
        before = wire.stats()
        for family in FAMILIES:
            for pkt in parts(family, EVIL):
                passes(wire, pkt)
        assert grown(wire, before, "alerts", "datagrams") == [2, 2]
    finally:
        wire.segward("profile set slice mode prevent")


@claim
def a_match_that_does_not_block_is_one_alert_for_the_datagram(wire):
    for family in FAMILIES:
        before = wire.stats()
        for pkt in parts(family, EVIL, dport=4001):
            passes(wire, pkt)
        assert grown(wire, before, "alerts") == [1]


@claim
def each_sid_on_the_way_sees_the_datagram_whole(wire):
    """Two SIDs of one node: the second one gets what the first one passed."""
    for family in FAMILIES:
        data, ident = body(family, "udp", EVIL, 4000), new_id()
        pkts = []
        for off, end in ((0, 48), (48, len(data))):
            inner = part(family, data, off, end, end < len(data), ident)
            inner = inner[40 + 8 + 32:]
            pkts.append(p.encap(HEADEND, [NEXT, OTHER, SID], 2, inner))
        before = wire.stats()["datagrams"]
        passes_two(wire, pkts[0])
        blocked(wire, pkts[1], "rule")
        assert wire.stats()["datagrams"] - before == 1


def passes_two(wire, pkt):
    wire.expect(pkt, s=p.after_end(p.after_end(pkt), hop_limits=1))


@claim
def a_blocklisted_source_is_blocked_by_its_first_fragment(wire):
    wire.segward("reputation add %s category botnet score 90 source soc" %
                 SRC[4])
    try:
        for pkt in parts(4, GOOD):
            blocked(wire, pkt, "reputation")
    finally:
        wire.segward("reputation del %s category botnet source soc" % SRC[4])


@claim
def more_than_sixty_four_pieces_are_not_kept(wire):
    data, ident = body(6, "udp", b"x" * 2000, 4000), new_id()
    for n in range(PIECES):
        wire.send(part(6, data, n * 8, n * 8 + 8, True, ident))
    assert len(wire.settle()["s"]) == PIECES
    before = wire.stats()
    blocked(wire, part(6, data, 800, 808, True, ident), "inner-fragment")
    assert grown(wire, before, "fragments_full") == [1]


@claim
def a_datagram_whose_sum_is_wrong_is_malformed(wire):
    for family in FAMILIES:
        data = body(family, "udp", GOOD, 4000)
        data, ident = data[:-1] + b"!", new_id()
        passes(wire, part(family, data, 0, 48, True, ident))
        blocked(wire, part(family, data, 48, len(data), False, ident),
                "packet-malformed")


@claim
def memory_is_bounded_and_counted(wire):
    """Sixteen megabytes of fragments that nobody completes."""
    data = body(6, "udp", b"x" * 8000, 4000)
    before = wire.stats()["fragments_full"]
    # a namespace of its own would do, but this one goes with the test
    for n in range(2400):
        wire.sock["c"].send(wire.frame(
            part(6, data, 0, 7200, True, 100000 + n)))
        if not n % 64:
            wire.settle()
    wire.settle()
    after = wire.stats()
    assert after["fragments_full"] > before, after
    assert 15 << 20 < after["fragment_memory"] <= 16 << 20, after


if __name__ == "__main__":
    main(setup)
