#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Streams and protocols through the kernel: what crosses segments is found,
nothing is held, what is kept is bounded, and who said what is told."""

import struct

import packet as p
import wire as w
from wire import claim, counted, drops, main

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID, BACK, OTHER = "2001:3e8:60:b::", "2001:3e8:60:c::", "2001:3e8:60:d::"
SRC = {4: "192.0.2.10", 6: "2001:db8:a::10"}
DST = {4: "198.51.100.20", 6: "2001:db8:b::20"}
FAMILIES = (4, 6)
FIN, SYN, RST, PSH, ACK, URG = p.FIN, p.SYN, p.RST, p.PSH, p.ACK, p.URG
DEPTH = 1 << 20
RULES = r"""
alert udp any any -> any any (msg:"probe"; content:"probe"; sid:999999;)
drop tcp any any -> any any (msg:"evil"; content:"evil word"; sid:1;)
drop http any any -> any any (msg:"uri"; http.uri; content:"/bad/thing"; sid:2;)
drop http any any -> any any (msg:"body"; flow:to_client; file.data; content:"poison"; sid:3;)
drop dns any any -> any any (msg:"name"; dns.query; content:"bad.example"; nocase; sid:4;)
"""


def setup(wire):
    wire.rules("base", RULES)
    wire.segward("profile add slice mode prevent ruleset base")
    for sid, zone in (SID, 5), (BACK, 5), (OTHER, 6):
        wire.segward("sid add %s/64 action End.AN profile slice zone %d" %
                     (sid, zone))


class Connection:
    """Packets of a connection; its way back goes by another SID."""

    def __init__(self, wire, family=4, sid=SID, dport=80):
        self.wire, self.family = wire, family
        self.sids = sid, BACK if sid == SID else sid
        self.ports = p.new_port(), dport
        self.seq = [1000, 5000]

    def packet(self, way, data=b"", flags=PSH | ACK, off=0, **kw):
        """@off: from what was sent last."""
        src, dst = SRC[self.family], DST[self.family]
        ports = self.ports
        if way:
            src, dst, ports = dst, src, ports[::-1]
        kw.setdefault("ack", self.seq[not way] if flags & ACK else 0)
        inner = p.inner(self.family, "tcp", src, dst, data, *ports,
                        seq=self.seq[way] + off, flags=flags, **kw)
        return p.encap(HEADEND, [NEXT, self.sids[way]], 1, inner)

    def passes(self, way, data=b"", flags=PSH | ACK, **kw):
        pkt = self.packet(way, data, flags, **kw)
        self.wire.expect(pkt, s=p.after_end(pkt))
        self.seq[way] += len(data) + bool(flags & (SYN | FIN))

    def early(self, way, off, data):
        """Bytes that come too early go on at once."""
        pkt = self.packet(way, data, off=off)
        self.wire.expect(pkt, s=p.after_end(pkt))

    def blocked(self, way, data, reason, **kw):
        with counted(self.wire, self.sids[way], reason):
            self.wire.expect(self.packet(way, data, **kw))

    def open(self):
        self.passes(0, flags=SYN)
        self.passes(1, flags=SYN | ACK)
        self.passes(0, flags=ACK)
        return self

    def close(self):
        self.passes(0, flags=FIN | ACK)
        self.passes(1, flags=FIN | ACK)
        self.passes(0, flags=ACK)


def monitor(wire):
    probe = p.encap(HEADEND, [NEXT, SID], 1, p.inner(
        4, "udp", payload=b"probe", dport=9999))
    return w.Monitor(wire, lambda: wire.exchange(probe))


def would_drop(wire):
    return {d["reason"]: d["packets"]
            for d in wire.stats().get("would_drop", [])}


def told(events, *kinds):
    return [e for e in events if e["event_type"] in kinds]


# --- Streams ------------------------------------------------------------------

@claim
def what_crosses_segments_is_dropped_with_the_one_that_completes_it(wire):
    for family in FAMILIES:
        c = Connection(wire, family).open()
        c.passes(0, b"this is an evi")
        c.blocked(0, b"l word", "rule")
        c.blocked(0, b"l word", "flow-refused")
        c.blocked(1, b"what?", "flow-refused")
        found = wire.json("flow show port %d" % c.ports[0])
        assert [f.get("refused") for f in found] == [True], found


@claim
def the_segment_that_closes_a_gap_is_judged_with_what_came_early(wire):
    for family in FAMILIES:
        c = Connection(wire, family).open()
        c.early(0, 5, b"word")
        c.blocked(0, b"evil ", "rule")


@claim
def early_bytes_of_good_streams_are_delivered_in_order(wire):
    c = Connection(wire).open()
    c.early(0, 5, b"world")
    c.passes(0, b"hello")
    c.seq[0] += 5
    c.passes(1, b"thanks")
    c.close()


@claim
def a_retransmission_may_not_differ(wire):
    for family in FAMILIES:
        c = Connection(wire, family).open()
        c.passes(0, b"harmless")
        again = c.packet(0, b"harmless", off=-8)
        wire.expect(again, s=p.after_end(again))
        c.blocked(0, b"HARMLESS", "stream-conflict", off=-8)
        c.passes(0, b"goes on")


@claim
def urgent_data_are_made_ordinary_with_a_right_checksum(wire):
    for family in FAMILIES:
        c = Connection(wire, family).open()
        before = wire.stats()["urgent_cleared"]
        pkt = c.packet(0, b"urgent", flags=PSH | ACK | URG, urg=3)
        want = c.packet(0, b"urgent", flags=PSH | ACK)
        wire.expect(pkt, s=p.after_end(want))
        assert wire.stats()["urgent_cleared"] == before + 1


@claim
def a_forged_reset_is_dropped_and_closes_nothing(wire):
    c = Connection(wire).open()
    c.passes(0, b"hello")
    with counted(wire, BACK, "stream-rst"):
        wire.expect(c.packet(1, b"", flags=RST, off=1 << 24))
    found = wire.json("flow show port %d" % c.ports[0])
    assert [f["state"] for f in found] == ["established"], found
    c.passes(1, b"hello you")
    c.close()
    found = wire.json("flow show port %d" % c.ports[0])
    assert [f["state"] for f in found] == ["closed"], found


@claim
def a_stream_that_is_picked_up_in_its_middle_is_inspected(wire):
    c = Connection(wire)
    c.passes(0, b"no begin")
    c.passes(1, b"no begin either")
    c.passes(0, b"but an evil ")
    c.blocked(0, b"word", "rule")


@claim
def a_profile_may_refuse_streams_without_beginning(wire):
    wire.segward("profile set slice exception midstream drop-packet")
    try:
        c = Connection(wire)
        c.blocked(0, b"no beginning", "stream-midstream")
        Connection(wire).open().passes(0, b"hello")
    finally:
        wire.segward("profile replace slice mode prevent ruleset base")


@claim
def monitor_mode_forwards_all_and_says_what_prevent_would_drop(wire):
    wire.segward("profile set slice mode monitor")
    try:
        c = Connection(wire).open()
        c.passes(0, b"harmless")
        before, would = wire.stats(), would_drop(wire)
        pkt = c.packet(0, b"HARMLESS", flags=PSH | ACK | URG, off=-8, urg=1)
        wire.expect(pkt, s=p.after_end(pkt))
        c.passes(0, b" evil w")
        c.passes(0, b"ord")
        c.passes(0, b" and more")
        grown = {reason: n - would.get(reason, 0)
                 for reason, n in would_drop(wire).items()
                 if n != would.get(reason, 0)}
        assert grown == {"stream-conflict": 1, "rule": 1}, grown
        assert wire.stats()["urgent_cleared"] == before["urgent_cleared"]
    finally:
        wire.segward("profile replace slice mode prevent ruleset base")


@claim
def behind_the_depth_a_stream_passes_and_is_counted(wire):
    c = Connection(wire, dport=7).open()
    piece = b"." * 8000
    before = wire.stats()["bypassed"]
    for sent in range(0, DEPTH, len(piece)):
        wire.send(c.packet(0, piece))
        c.seq[0] += len(piece)
        if not sent // len(piece) % 4:      # within the server's window
            wire.settle()
            c.passes(1, flags=ACK)
    wire.settle()
    c.passes(1, flags=ACK)
    c.passes(0, b"an evil word, but late")
    assert wire.stats()["bypassed"] > before
    assert wire.json("flow show port %d" % c.ports[0])[0]["app_proto"] == \
        "failed"


def timestamp(value):
    return b"\1\1\x08\x0a" + struct.pack("!II", value, 0)


def with_timestamps(wire):
    c = Connection(wire)
    c.passes(0, flags=SYN, opts=timestamp(1000))
    c.passes(1, flags=SYN | ACK, opts=timestamp(2000))
    c.passes(0, flags=ACK, opts=timestamp(1001))
    return c


@claim
def each_way_of_not_fitting_has_its_reason(wire):
    c = Connection(wire)
    c.blocked(0, b"", "stream-flags", flags=SYN | FIN)
    c.blocked(0, b"", "stream-options", flags=SYN, opts=b"\2\x28\0\0")
    c.open()
    c.blocked(0, b"", "stream-syn", flags=SYN, off=77777)
    c.blocked(0, b"", "stream-ack", flags=ACK, ack=c.seq[1] + 5000)
    c.blocked(0, b"far away", "stream-window", off=1 << 20)
    c.passes(0, b"the end", flags=PSH | FIN | ACK)
    c.blocked(0, b"not yet", "stream-after-fin")
    c = Connection(wire).open()
    c.passes(0, flags=RST)
    c.blocked(0, b"still there", "stream-closed")
    c = with_timestamps(wire)
    c.blocked(0, b"without", "stream-timestamp")
    c.passes(0, b"with", opts=timestamp(5000))
    c.blocked(0, b"old", "stream-paws", opts=timestamp(10))
    c = Connection(wire)
    c.passes(0, b"no begin")
    c.blocked(0, b"before it", "stream-not-comparable", off=-100)
    c = Connection(wire)
    c.passes(0, flags=SYN)
    other = c.packet(0, flags=SYN, off=99999)
    wire.expect(other, s=p.after_end(other))
    c.blocked(0, b"whose?", "stream-unconfirmed", ack=1, off=100000)


# --- What is kept ---------------------------------------------------------------

def stream_memory(wire):
    return wire.stats()["stream_memory"]


@claim
def copies_are_bounded_and_one_zone_leaves_another_its_reserve(wire):
    wire.segward("flow flush")
    assert stream_memory(wire) == 0
    wire.segward("stats set stream-memory-max 1")
    try:
        before = drops(wire, SID).get("stream-copy-budget", 0)
        for _ in range(24):
            c = Connection(wire).open()
            for n in range(1, 8):       # within the server's window
                wire.send(c.packet(0, b"x" * 8000, off=n * 8001))
            wire.settle()
        assert drops(wire, SID)["stream-copy-budget"] > before
        assert stream_memory(wire) <= 1 << 20, stream_memory(wire)
        c = Connection(wire, sid=OTHER).open()
        c.early(0, 5, b"world")
        c.passes(0, b"hello")
    finally:
        wire.segward("stats set stream-memory-max 128")
    wire.segward("flow flush")
    assert stream_memory(wire) == 0


@claim
def a_direction_keeps_no_more_than_its_limit(wire):
    c = Connection(wire).open()
    before = drops(wire, SID).get("stream-copy-limit", 0)
    c.passes(1, flags=ACK, window=65535)
    for n in range(140):
        wire.send(c.packet(0, b"x", off=2 + 2 * n))
    wire.settle()
    assert drops(wire, SID)["stream-copy-limit"] > before
    wire.segward("flow flush")
    assert stream_memory(wire) == 0


# --- Protocols --------------------------------------------------------------------

@claim
def a_request_and_its_response_are_one_record_on_any_port(wire):
    for family, dport in (4, 80), (6, 4711):
        with monitor(wire) as m:
            c = Connection(wire, family, dport=dport).open()
            c.passes(0, b"GET /good HT")
            c.passes(0, b"TP/1.1\r\nHost: example.org\r\n\r\n")
            c.passes(1, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsor")
            c.passes(1, b"ry")
            c.close()
            events = m.events()
        record, = told(events, "http")
        assert record["http"] == {
            "hostname": "example.org", "url": "/good", "http_method": "GET",
            "protocol": "HTTP/1.1", "status": 200, "length": 5}, record
        assert (record["src_port"], record["dest_port"]) == c.ports, record
        assert record["srv6"]["zone"] == 5, record


@claim
def a_uri_is_looked_at_decoded_and_whole(wire):
    for family in FAMILIES:
        c = Connection(wire, family, dport=8088).open()
        c.passes(0, b"GET /x/../b%61d/th")
        c.blocked(0, b"ing HTTP/1.1\r\nHost: a\r\n\r\n", "rule")


@claim
def a_chunked_body_is_looked_at_as_its_receiver_sees_it(wire):
    c = Connection(wire).open()
    c.passes(0, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    c.passes(1, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    c.passes(1, b"3\r\npoi\r\n")
    c.blocked(1, b"3\r\nson\r\n", "rule")


@claim
def a_name_is_refused_over_udp_and_told_as_a_record(wire):
    def query(name):
        labels = b"".join(bytes([len(x)]) + x for x in name.split(b"."))
        body = b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + labels + b"\0\0\1\0\1"
        inner = p.inner(4, "udp", payload=body, sport=p.new_port(), dport=53)
        return p.encap(HEADEND, [NEXT, SID], 1, inner)
    with monitor(wire) as m:
        good = query(b"good.example")
        wire.expect(good, s=p.after_end(good))
        with counted(wire, SID, "rule"):
            wire.expect(query(b"very.BAD.example"))
        events = m.events()
    names = [e["dns"]["rrname"] for e in told(events, "dns")]
    assert names == ["good.example", "very.BAD.example"], names
    alert, = told(events, "alert")
    assert alert["alert"]["signature_id"] == 4 and \
        alert["app_proto"] == "dns", alert


@claim
def a_flow_that_ends_is_told_with_what_it_had(wire):
    c = Connection(wire).open()
    c.passes(0, b"GET /half HTTP/1.1\r\nHost: a\r\n\r\n")
    with monitor(wire) as m:
        wire.segward("flow flush port %d" % c.ports[0])
        events = m.events()
    record, = told(events, "http")
    assert record["http"]["url"] == "/half", record
    flow, = told(events, "flow")
    assert (flow["src_port"], flow["dest_port"]) == c.ports, flow
    assert (flow["app_proto"], flow["flow"]["reason"],
            flow["flow"]["pkts_toserver"], flow["flow"]["pkts_toclient"]) == \
        ("http", "forced", 3, 1), flow


# --- The end ----------------------------------------------------------------------

@claim
def streams_in_their_middle_do_not_keep_the_module(wire):
    # The last claim: the module is unloaded behind it, with all this in it.
    for family in FAMILIES:
        for sid in SID, OTHER:
            c = Connection(wire, family, sid).open()
            c.passes(0, b"GET /never-ending HT")
            for n in range(1, 20):
                c.early(0, n * 100, b"x" * 50)
    assert stream_memory(wire)


if __name__ == "__main__":
    main(setup)
