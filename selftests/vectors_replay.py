#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What replay tells of a capture is what the kernel told when it passed.

One engine, three builds: the same packets go through a SID of the kernel and,
as a capture, through "segward replay"; the events have to be equal, one by
one, but for time and place.
"""

import json
import random
import shlex
import struct
import tempfile

import packet as p
from wire import SEGWARD, Monitor, claim, main

HEADEND, NEXT, SID = "2001:db8:1::2", "2001:db8:f::1", "2001:3e8:60:b::"
PACKETS = 640
ADDRESSES = {4: ("192.0.2.10", "192.0.2.66", "198.51.100.20"),
             6: ("2001:db8:a::10", "2001:db8:a::66", "2001:db8:b::20")}
LISTED = "192.0.2.66\n2001:db8:a::66\n"
WORDS = (b"GET /", b"EVIL", b"evil", b"first", b"second", b"..", b"\0\xff",
         b"friend", b"foe", b"login", b" ", b"x" * 40)
RULES = r"""
alert udp any any -> any 9999 (msg:"probe"; content:"probe"; sid:999999; rev:1;)
drop tcp any any -> any 80 (msg:"evil in tcp"; content:"EVIL"; nocase; classtype:trojan-activity; sid:1; rev:3; metadata:deployment edge, policy drop;)
alert udp any any -> any any (msg:"noted"; content:"evil"; priority:4; sid:2;)
alert ip any any -> any any (msg:"two parts"; content:"first"; content:"second"; distance:0; within:10; sid:3; rev:1;)
pass udp any any -> any any (msg:"the friend may"; content:"friend"; sid:4;)
drop udp any any -> any !53 (msg:"foe"; content:"foe"; content:!"GET"; sid:5;)
rejectboth tcp any any <> any 23 (msg:"no telnet"; content:"login"; sid:6;)
drop udp $HOME_NET any -> any any (msg:"binary"; content:"|00 ff|"; depth:60; sid:7;)
alert icmp any any -> any any (msg:"ping"; dsize:>20; sid:8;)
reject udp any any -> any 53 (msg:"bad name"; content:"evil"; startswith; sid:9;)
"""
LIST = tempfile.NamedTemporaryFile("w", suffix=".list")
RULE_FILE = tempfile.NamedTemporaryFile("w", suffix=".rules")
RECORDS = ("http", "tls", "dns", "ssh", "flow")
# What only a place or a moment knows.
ELSEWHERE = ("timestamp", "in_iface", "pcap_filename", "pcap_cnt")


def setup(wire):
    LIST.write(LISTED)
    LIST.flush()
    RULE_FILE.write(RULES)
    RULE_FILE.flush()
    for command in (
            "ruleset load base " + RULE_FILE.name,
            "reputation load %s source replay category botnet" %
            LIST.name,
            "profile add slice mode prevent ruleset base "
            "reputation botnet min-score 80 verdict drop",
            "profile set slice override signature-id 2 verdict drop",
            "profile set slice variable HOME_NET [192.0.2.0/24,2001:db8:a::/48]",
            "sid add %s/64 action End.AN profile slice zone 7" % SID):
        wire.segward(command)


def transport(rng, family, src, dst, payload):
    kind = rng.choice(("tcp", "udp", "udp", "icmp"))
    ports = rng.choice((1025, 23)), rng.choice((80, 53, 23, 4000))
    if kind == "icmp" and family == 4:
        return p.ICMP, p.icmp4(8, 0, 1, payload)
    if kind == "icmp":
        return p.ICMPV6, p.icmp6(src, dst, 128, 0, 1, payload)
    make, proto = {"tcp": (p.tcp, p.TCP), "udp": (p.udp, p.UDP)}[kind]
    return proto, make(src, dst, *ports, payload)


def inner(rng, ident):
    """A packet of a customer: now and then in pieces, cut or garbled."""
    family = rng.choice((4, 6))
    src, dst = rng.sample(ADDRESSES[family], 2)
    payload = b"".join(rng.choices(WORDS, k=rng.randrange(6)))
    proto, body = transport(rng, family, src, dst, payload)
    extra = rng.random()
    if family == 4:
        pkt = p.ipv4(src, dst, proto, body, ident=ident,
                     frag=0x2000 if extra < 0.05 else 0x4000)
    elif extra < 0.05:
        pkt = p.ipv6(src, dst, p.FRAGMENT,
                     p.fragment(proto, 0, True, ident, body))
    elif extra < 0.15:
        pkt = p.ipv6(src, dst, p.DSTOPTS, p.options(proto) + body)
    else:
        pkt = p.ipv6(src, dst, proto, body)
    if rng.random() < 0.04:
        at = rng.randrange(len(pkt))
        pkt = p.patch(pkt, at, rng.randbytes(1))
    return pkt


def packets(ident):
    """The kernel remembers fragments: each claim has others, by @ident."""
    rng = random.Random(8754)
    made = []
    while len(made) < PACKETS:
        pkt = inner(rng, ident + rng.randrange(3))
        if pkt[0] >> 4 in (4, 6):
            argument = SID[:-1] + ":%x" % rng.randrange(1, 9)
            made.append(p.encap(HEADEND, [NEXT, argument], 1, pkt))
    return made


def capture(wire, made):
    f = tempfile.NamedTemporaryFile(suffix=".pcap")
    f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
    for n, pkt in enumerate(made):
        frame = wire.frame(pkt)
        f.write(struct.pack("<IIII", 1, n, len(frame), len(frame)) + frame)
    f.flush()
    return f


def kernel_events(wire, made):
    probe = p.encap(HEADEND, [NEXT, SID], 1,
                    p.inner(4, "udp", payload=b"probe", dport=9999))
    with Monitor(wire, lambda: wire.exchange(probe)) as monitor:
        for n, pkt in enumerate(made):
            wire.send(pkt)
            if not n % 16:
                wire.settle()
        wire.settle()
        return monitor.events()


def replay_events(wire, made, *settings):
    with capture(wire, made) as f:
        out = wire.run(" ".join((
            SEGWARD, "replay", f.name, "rules", RULE_FILE.name, "reputation",
            LIST.name, "category botnet min-score 80 verdict drop",
            "override signature-id 2 verdict drop variable HOME_NET",
            shlex.quote("[192.0.2.0/24,2001:db8:a::/48]"),
            "sid %s/64 zone 7 profile slice ruleset base" % SID,
            "checksums verify") + settings + ("2>/dev/null",)))
    return [json.loads(line) for line in out.split("\n") if line]


def plain(events):
    """Without what a capture cannot know: moments, places and routes. Flows
    are numbered as they come. When a flow ends, and so when its last record
    comes, is a clock's business here and the capture's end there."""
    found, number = [], {}
    for event in events:
        if event["event_type"] in RECORDS:
            continue
        if event["verdict"].get("reason") == "reject-unroutable":
            continue
        event = {k: v for k, v in event.items() if k not in ELSEWHERE}
        flow = event.get("flow_id")
        if flow:
            event["flow_id"] = number.setdefault(flow, len(number))
        found.append(event)
    return found


def same(kernel, replay):
    kernel, replay = plain(kernel), plain(replay)
    for n, (k, r) in enumerate(zip(kernel, replay)):
        assert k == r, "event %d:\n kernel %r\n replay %r" % (n, k, r)
    assert len(kernel) == len(replay), (len(kernel), len(replay))


def variety(events):
    """The events are of every kind, or their equality says little."""
    kinds = {e["event_type"] for e in events}
    assert {"alert", "reputation", "anomaly"} <= kinds, kinds
    directions = {e.get("direction") for e in events}
    assert {"to_server", "to_client", None} <= directions, directions
    ids = {e["alert"]["signature_id"] for e in events if "alert" in e}
    assert ids >= {1, 2, 3, 5, 6, 7, 8, 9}, ids


@claim
def events_of_prevent_mode_are_those_of_replay_inline(wire):
    made = packets(10)
    kernel = kernel_events(wire, made)
    variety(kernel)
    same(kernel, replay_events(wire, made, "inline"))


@claim
def events_of_monitor_mode_are_those_of_replay(wire):
    wire.segward("profile set slice mode monitor")
    wire.segward("flow flush")
    made = packets(20)
    kernel = kernel_events(wire, made)
    variety(kernel)
    same(kernel, replay_events(wire, made))


if __name__ == "__main__":
    main(setup)
