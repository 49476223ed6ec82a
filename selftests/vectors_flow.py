#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Flows through the kernel: which packets belong together, how they begin, end
and are shown, and who gets how much of the table."""

import struct
import time

import packet as p
import wire as w
from wire import claim, main

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID, BACK, OTHER = "2001:3e8:60:b::", "2001:3e8:60:c::", "2001:3e8:60:d::"
SRC = {4: "192.0.2.10", 6: "2001:db8:a::10"}
DST = {4: "198.51.100.20", 6: "2001:db8:b::20"}
FAMILIES = (4, 6)
FLOWS = 128
OPEN = 96               # of two zones; each has a reserve of 32
BOUND = 60
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
RULES = r"""
alert udp any any -> any any (msg:"probe"; content:"probe"; sid:999999;)
alert ip any any -> any any (msg:"noted"; content:"noted"; sid:1;)
alert ip any any -> any any (msg:"a"; content:"asked"; flow:to_server; sid:2;)
alert ip any any -> any any (msg:"b"; content:"asked"; flow:to_client,established; sid:3;)
alert ip any any -> any any (msg:"c"; content:"asked"; flow:not_established; sid:4;)
alert ip any any -> any any (msg:"d"; content:"asked"; flow:established,to_server; sid:5;)
"""


def setup(wire):
    wire.segward("stats set flows-max %d" % FLOWS)
    wire.rules("base", RULES)
    wire.segward("profile add slice mode prevent ruleset base")
    for sid, zone in (SID, 5), (BACK, 5), (OTHER, 6):
        wire.segward("sid add %s/64 action End.AN profile slice zone %d" %
                     (sid, zone))


def packet(family=4, transport="udp", back=False, sid=SID, sport=4000,
           payload=b"hello", **kw):
    """A packet of a conversation, from the client or the way back."""
    src, dst, ports = SRC[family], DST[family], (sport, 80)
    if back:
        src, dst, ports = dst, src, ports[::-1]
    inner = p.inner(family, transport, src=src, dst=dst, sport=ports[0],
                    dport=ports[1], payload=payload, **kw)
    return p.encap(HEADEND, [NEXT, sid], 1, inner)


def passes(wire, *args, **kw):
    pkt = packet(*args, **kw)
    wire.expect(pkt, s=p.after_end(pkt))


def flows(wire, which=""):
    return wire.json("flow show " + which)


def flush(wire):
    return wire.json("flow flush")[0]["flows"]


def until(what):
    end = time.monotonic() + BOUND
    while not what():
        assert time.monotonic() < end, "still not so after %d s" % BOUND
        time.sleep(0.2)


# --- Which packets belong together -------------------------------------------

@claim
def both_directions_are_one_flow_though_they_pass_different_sids(wire):
    flush(wire)
    for family in FAMILIES:
        for _ in range(2):
            passes(wire, family)
        passes(wire, family, back=True, sid=BACK, payload=b"hello back")
    found = flows(wire)
    assert len(found) == 2, found
    head = {4: 28, 6: 48}
    for family, flow in zip(FAMILIES, sorted(found, key=lambda f: f["src"])):
        want = {"protocol": "udp", "src": SRC[family], "src_port": 4000,
                "dst": DST[family], "dst_port": 80, "zone": 5,
                "state": "established",
                "packets_to_server": 2,
                "bytes_to_server": 2 * (head[family] + 5),
                "packets_to_client": 1,
                "bytes_to_client": head[family] + 10}
        assert {k: flow[k] for k in want} == want, flow
        assert flow["age"] >= flow["idle"] >= 0 and flow["id"], flow


@claim
def zones_keep_flows_apart(wire):
    flush(wire)
    passes(wire)
    passes(wire, sid=OTHER, back=True)
    assert sorted((f["zone"], f["src"], f["state"]) for f in flows(wire)) == \
        [(5, SRC[4], "new"), (6, DST[4], "new")]


@claim
def a_connection_is_new_established_and_closed(wire):
    flush(wire)
    for family in FAMILIES:
        for back, flags, seq, ack, state in (
                (False, SYN, 1000, 0, "new"),
                (True, SYN | ACK, 5000, 1001, "new"),
                (False, ACK, 1001, 5001, "established"),
                (True, ACK, 5001, 1001, "established"),
                (False, FIN | ACK, 1001, 5001, "established"),
                (True, FIN | ACK, 5001, 1002, "closed")):
            passes(wire, family, "tcp", back, flags=flags, payload=b"",
                   seq=seq, ack=ack)
            found = flows(wire, "family ipv%d" % family)
            assert [f["state"] for f in found] == [state], (flags, found)


@claim
def an_echo_and_its_reply_are_one_flow(wire):
    flush(wire)
    for kind, src, dst in ((8, SRC, DST), (0, DST, SRC)):
        rest = struct.unpack("!I", struct.pack("!HH", 77, 1))[0]
        inner = p.ipv4(src[4], dst[4], p.ICMP, p.icmp4(kind, 0, rest, b"echo"))
        pkt = p.encap(HEADEND, [NEXT, SID], 1, inner)
        wire.expect(pkt, s=p.after_end(pkt))
    found = flows(wire, "protocol icmp")
    assert [(f["src_port"], f["dst_port"], f["state"]) for f in found] == \
        [(77, 77, "established")], found


@claim
def a_datagram_of_fragments_is_one_packet_of_its_flow(wire):
    flush(wire)
    body = p.udp(SRC[4], DST[4], 4000, 80, b"x" * 64)
    for off, end, more in ((0, 40, True), (40, 72, False)):
        inner = p.ipv4(SRC[4], DST[4], p.UDP, body[off:end], ident=9,
                       frag=(0x2000 if more else 0) | off // 8)
        pkt = p.encap(HEADEND, [NEXT, SID], 1, inner)
        assert not flows(wire)
        wire.expect(pkt, s=p.after_end(pkt))
    found = flows(wire)
    assert [(f["packets_to_server"], f["bytes_to_server"]) for f in found] == \
        [(1, 20 + 72)], found


@claim
def what_reputation_blocks_makes_no_flow(wire):
    flush(wire)
    wire.segward("profile set slice reputation botnet min-score 80 "
                 "verdict drop")
    wire.segward("reputation add 192.0.2.10 category botnet score 90 "
                 "source test")
    wire.expect(packet())
    assert flows(wire) == []
    wire.segward("reputation flush source test")
    wire.segward("profile replace slice mode prevent ruleset base")


# --- What is told of them -----------------------------------------------------

@claim
def events_have_the_number_and_the_direction_of_their_flow(wire):
    flush(wire)
    probe = packet(payload=b"probe", sport=4001)
    with w.Monitor(wire, lambda: wire.exchange(probe)) as m:
        for back in (False, True, False):
            passes(wire, back=back, payload=b"noted")
        events = m.events()
    number = flows(wire, "port 4000")[0]["id"]
    assert [(e["flow_id"], e["direction"]) for e in events] == [
        (number, "to_server"), (number, "to_client"),
        (number, "to_server")], events


@claim
def rules_see_the_direction_and_the_state_of_the_flow(wire):
    flush(wire)
    probe = packet(payload=b"probe", sport=4001)
    with w.Monitor(wire, lambda: wire.exchange(probe)) as m:
        for family in FAMILIES:
            for back, want in ((False, [2, 4]), (True, [3]), (False, [2, 5])):
                passes(wire, family, back=back, payload=b"asked")
                got = sorted(e["alert"]["signature_id"] for e in m.events())
                assert got == want, (family, back, got)


@claim
def filters_choose_what_is_shown_and_flushed(wire):
    flush(wire)
    passes(wire, 4)
    passes(wire, 6)
    passes(wire, 4, "tcp", flags=SYN)
    passes(wire, 4, sid=OTHER, sport=4001)
    for which, number in (
            ("", 4), ("zone 5", 3), ("zone 6", 1), ("zone 7", 0),
            ("family ipv6", 1), ("protocol tcp", 1), ("protocol 17", 3),
            ("protocol udp zone 5 family ipv4", 1), ("state new", 4),
            ("state closed", 0), ("address 192.0.2.0/24", 3),
            ("address 198.51.100.20", 3), ("address 2001:db8:b::/48", 1),
            ("address 192.0.2.11", 0), ("port 4001", 1), ("port 80", 4),
            ("port 81", 0)):
        found = flows(wire, which)
        assert len(found) == number, (which, found)
    assert wire.json("flow flush protocol udp family ipv4 zone 5") == \
        [{"flows": 1}]
    assert len(flows(wire)) == 3
    assert wire.segward("-s flow flush port 4001") == "flows 1\n"
    assert wire.segward("flow flush") == ""
    assert flows(wire) == []


@claim
def flows_are_shown_in_lines_for_people(wire):
    flush(wire)
    passes(wire, 4, "tcp", flags=SYN, payload=b"")
    text = wire.segward("-s flow")
    line, more = text.splitlines()
    assert line.startswith("tcp 192.0.2.10:4000 > 198.51.100.20:80 zone 5 "
                           "state new age "), text
    assert more.split() == ("to-server packets 1 bytes 40 "
                            "to-client packets 0 bytes 0").split(), text
    flush(wire)
    passes(wire, 6)
    text = wire.segward("-N flow")
    assert text.startswith("17 [2001:db8:a::10]:4000 > [2001:db8:b::20]:80 "
                           "zone 5 state new app-proto failed age "), text


# --- How they end -------------------------------------------------------------

@claim
def a_closed_one_is_forgotten_soon_and_others_stay(wire):
    flush(wire)
    passes(wire, 4)
    passes(wire, 4, "tcp", flags=SYN, payload=b"")
    passes(wire, 4, "tcp", back=True, flags=RST | ACK, payload=b"", seq=0,
           ack=2)
    assert wire.stats()["flows"] == 2
    until(lambda: wire.stats()["flows"] == 1)
    assert [f["protocol"] for f in flows(wire)] == ["udp"]


# --- Who gets how much --------------------------------------------------------

def fill(wire, number, sid=SID):
    """Flows with an answer: those without one are soon forgotten."""
    for sport in range(1000, 1000 + number):
        wire.send(packet(sport=sport, sid=sid))
        wire.send(packet(sport=sport, sid=sid, back=True))
        if not sport % 16:
            wire.settle()
    wire.settle()


def drops(wire, sid):
    return {d["reason"]: d["packets"] for d in wire.sid(sid).get("drop", [])}


@claim
def a_full_zone_refuses_new_flows_and_the_old_ones_go_on(wire):
    flush(wire)
    before = drops(wire, SID).get("flow-full", 0)
    refused = wire.stats()["flows_refused"]
    begun = wire.stats()["flows_begun"]
    fill(wire, OPEN)
    for sport in range(8000, 8005):
        wire.expect(packet(sport=sport))
    stats = wire.stats()
    assert stats["flows"] == OPEN, stats
    assert stats["flows_begun"] == begun + OPEN, stats
    assert stats["flows_refused"] == refused + 5, stats
    assert drops(wire, SID)["flow-full"] == before + 5
    passes(wire, sport=1000)
    passes(wire, sport=1000, back=True, sid=BACK)
    wire.expect(packet(sport=9000))
    assert wire.stats()["flows"] == OPEN


@claim
def another_zone_has_its_reserve(wire):
    fill(wire, FLOWS - OPEN, OTHER)
    wire.expect(packet(sport=2000, sid=OTHER))
    assert wire.stats()["flows"] == FLOWS
    assert len(flows(wire, "zone 6")) == FLOWS - OPEN


@claim
def a_refused_flow_is_told_as_an_anomaly(wire):
    probe = packet(payload=b"probe", sport=1000)
    with w.Monitor(wire, lambda: wire.exchange(probe)) as m:
        wire.expect(packet(sport=9000))
        event, = m.events()
    assert event["event_type"] == "anomaly", event
    assert event["anomaly"]["event"] == "flow-full", event
    assert event["verdict"]["action"] == "drop", event
    assert "flow_id" not in event, event


@claim
def a_profile_may_let_refused_flows_pass_and_monitor_does(wire):
    for settings in ("exception flow-full pass-packet", "mode monitor"):
        wire.segward("profile set slice " + settings)
        passes(wire, sport=9000)
        wire.segward("profile replace slice mode prevent ruleset base")
    wire.expect(packet(sport=9000))
    assert len(flows(wire, "port 9000")) == 0
    flush(wire)


# --- What is refused ----------------------------------------------------------

def refused(wire, command, sentence):
    status, text = wire.shell.run("%s %s" % (w.SEGWARD, command))
    assert status and sentence in text, (command, status, text)


@claim
def the_limit_stays_once_the_table_is_in_use(wire):
    refused(wire, "stats set flows-max 4096",
            "the flow table is in use already")
    wire.segward("stats set flows-max %d" % FLOWS)
    assert wire.stats()["flows_max"] == FLOWS
    assert wire.stats()["flow_memory"] > 0


@claim
def wrong_filters_are_refused_with_a_sentence(wire):
    for command, sentence in (
            ("flow show port 0", "port"),
            ("flow show state closing", "state"),
            ("flow show protocol nonsense",
             'argument "nonsense" is wrong: a protocol is a name or a number '
             "up to 255"),
            ("flow show protocol 256", "protocol"),
            ("flow show address 192.0.2.1/24", "192.0.2.1/24"),
            ("flow show family ipv6 address 192.0.2.1",
             "the address is of another family"),
            ("flow flush zone 5 zone 6", "zone"),
            ("flow flush everything", "everything"),
            ("stats set flows-max 63", "flows-max"),
            ("stats set", "")):
        refused(wire, command, sentence)


@claim
def as_many_zones_as_there_may_be_and_not_one_more(wire):
    lines = ["sid add 2001:3e8:70:%x::/64 action End.AN profile slice "
             "zone %d noroute" % (i, 1000 + i) for i in range(4094)]
    with w.tempfile.NamedTemporaryFile("w", suffix=".batch") as f:
        f.write("\n".join(lines) + "\n")
        f.flush()
        wire.segward("-b " + f.name)
    refused(wire, "sid add 2001:3e8:71::/64 action End.AN profile slice "
            "zone 77 noroute", "the namespace has 4096 zones already")
    # plain End has no zone, and a zone that nobody has makes room
    wire.segward("sid add 2001:3e8:71::/64 action End zone 77 noroute")
    wire.segward("sid del 2001:3e8:70::/64")
    wire.segward("sid add 2001:3e8:72::/64 action End.AN profile slice "
                 "zone 78 noroute")


if __name__ == "__main__":
    main(setup)
