#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The tricks of evasion.py through the kernel, behind an SRH, in prevent mode.

Each packet has its number in the flow label of its outer header, so that of
those that come out is known which they are. Every claim is one trick: with
IPv4 and IPv6, with both directions and with one, with the word and without.
"""

import struct

import evasion
import packet as p
from wire import Monitor, claim, main

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID, OTHER_SID = "2001:3e8:60:b::", "2001:3e8:60:c::"
LABELS = 1 << 20
PORTS = 10000           # the first one
PROBE = ('alert udp any any -> any 9999 (msg:"probe"; content:"probe"; '
         'sid:999999;)\n')
_next_port = PORTS


def setup(wire):
    wire.rules("base", evasion.rules() + PROBE)
    wire.segward("profile add slice mode prevent ruleset base")
    for sid in SID, OTHER_SID:
        wire.segward("sid add %s/64 action End.AN profile slice" % sid)
    wire.monitor = Monitor(wire, lambda: wire.send(carried(
        p.inner(4, "udp", payload=b"probe", dport=9999), SID, 0)))


def carried(inner, sid, label):
    return p.encap(HEADEND, [NEXT, sid], 1, inner, flow=label)


def halves(pkt):
    """An outer packet as two fragments; the SRH goes with both."""
    head, body = pkt[40:80], pkt[80:]
    cut = len(body) // 16 * 8
    for off, part in ((0, body[:cut]), (cut, body[cut:])):
        data = bytes([p.FRAGMENT]) + head[1:] + p.fragment(
            head[0], off, off == 0, 99, part)
        yield p.patch(pkt[:40], 4, struct.pack("!H", len(data))) + data


def send(wire, packet, label):
    """One packet of a conversation; how it looks when it went on."""
    sid = OTHER_SID if packet.how == "other path" else SID
    whole = carried(packet.data, sid, label)
    if packet.how == "fragmented":
        for part in halves(whole):
            wire.send(part)
    elif packet.how == "non-linear":
        wire.send_vnet(whole, (0, 0, 14, 0, 0, 0))
    else:
        wire.send(whole)
    _, inner = evasion.calm((packet.direction, packet.data))
    return p.after_end(carried(inner, sid, label))


def label_of(pkt):
    return struct.unpack("!I", pkt[:4])[0] & (LABELS - 1)


def sent(wire, talks):
    """Of each conversation, the indices of the packets that went on."""
    whose, wanted = [], []
    for talk in talks:
        for i, packet in enumerate(talk.packets):
            wanted.append(send(wire, packet, len(whose)))
            whose.append((talk, i))
    out = {talk: [] for talk in talks}
    for frame in wire.settle()["s"]:
        pkt = frame[14:]
        if pkt[6] != p.ROUTING:         # the monitor's probe has gone on
            continue
        label = label_of(pkt)
        assert pkt == wanted[label], "packet %d was changed: %s, not %s" % (
            whose[label][1], pkt.hex(), wanted[label].hex())
        talk, i = whose[label]
        out[talk].append(i)
    return out


def alerts(wire):
    """The signature-ids told, by the client's port."""
    told = {}
    for event in wire.monitor.events():
        if event["event_type"] != "alert":
            continue
        for port in event["src_port"], event["dest_port"]:
            told.setdefault(port, []).append(event["alert"]["signature_id"])
    return told


def place(talk, dropped, sids):
    """Events do not say which packet: it is the one that had to be dropped."""
    if not sids:
        return {}
    due = talk.due() if talk.evil else None
    if talk.when == "due" and due in dropped:
        return {due: sids}
    left = sorted(dropped - talk.bad) or sorted(dropped) or [0]
    return {left[0]: sids}


def held(wire, trick, family, sides, evil):
    global _next_port
    wire.segward("flow flush")
    wire.monitor.events()
    wire.settle()
    talks = trick.talks(family, sides, evil, _next_port)
    _next_port += len(talks)
    out = sent(wire, talks)
    told = alerts(wire)
    for n, talk in enumerate(talks):
        dropped = set(range(len(talk.packets))) - set(out[talk])
        sids = told.get(talk.ports[0], [])
        try:
            talk.judge(dropped, place(talk, dropped, sids), complete=True)
        except AssertionError as e:
            raise AssertionError(
                "IPv%d, %s, %s, conversation %d of %d: %s" %
                (family, sides, "the word" if evil else "another word", n + 1,
                 len(talks), e)) from None


def add(trick):
    def function(wire):
        if "kernel" in trick.skip:
            print("# E%d is not run: %s" % (trick.number,
                                            trick.skip["kernel"]))
            return
        for family in trick.families:
            for sides in trick.sides:
                for evil in (True, False):
                    held(wire, trick, family, sides, evil)
    function.__name__ = "e%d_%s" % (trick.number, trick.name)
    claim(function)


for row in evasion.TRICKS:
    add(row)


if __name__ == "__main__":
    main(setup)
