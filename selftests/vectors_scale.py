#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Real sizes: ten thousand SIDs, a million reputation entries."""

import ipaddress
import tempfile
import time

import packet as p
from wire import BOUND, claim, main

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID = "2001:3e8:60:b::"
SIDS, ENTRIES = 10000, 1000000


def setup(wire):
    wire.segward("profile add slice mode prevent "
                 "reputation botnet min-score 80 verdict drop")
    wire.segward("sid add %s/64 action End.AN profile slice" % SID)


def to(sid, packet=None):
    packet = packet or p.inner(6, "udp", payload=b"hello")
    return p.encap(HEADEND, [NEXT, sid], 1, packet)


def entry4(i):
    """The i-th listed IPv4 address: spread, distinct, never 192.0.2.0/24."""
    return ipaddress.IPv4Address(0x0b000000 + i * 613)


def entry6(i):
    return ipaddress.IPv6Address((0x20010db9 << 96) | i * 0x9e3779b97f4a7c15)


def load(wire, source, entries, rest="category botnet score 90"):
    with tempfile.NamedTemporaryFile("w", suffix=".list") as f:
        f.write("\n".join(map(str, entries)) + "\n")
        f.flush()
        wire.segward("reputation load %s source %s %s" %
                     (f.name, source, rest))


def until(condition, bound):
    end = time.monotonic() + bound
    while not condition():
        assert time.monotonic() < end, "waited %d s in vain" % bound
        time.sleep(0.1)


@claim
def ten_thousand_sids_are_all_served_and_all_shown(wire):
    with tempfile.NamedTemporaryFile("w", suffix=".batch") as f:
        for i in range(SIDS):
            f.write("sid add 2001:3e8:%x:%x::/%d action End noroute\n" %
                    (0x1000 + i // 256, i % 256, 64 + i % 8))
        f.flush()
        wire.segward("-b " + f.name)
    assert len(wire.json("sid show")) == SIDS + 1
    for i in (0, 1, 4999, SIDS - 1):
        pkt = to("2001:3e8:%x:%x::" % (0x1000 + i // 256, i % 256))
        wire.expect(pkt, s=p.after_end(pkt))
    wire.segward("sid flush")
    assert wire.json("sid show") == []
    wire.segward("sid add %s/64 action End.AN profile slice" % SID)


def blocked4(wire, address):
    pkt = to(SID, p.inner(4, "udp", src=str(address), payload=b"hello"))
    return wire.exchange(pkt)["s"] == []


@claim
def a_million_ipv4_entries_take_at_most_48_bytes_each(wire):
    load(wire, "feed", map(entry4, range(ENTRIES)))
    stats = wire.stats()
    assert stats["reputation_entries"] == ENTRIES, stats
    assert stats["reputation_memory"] <= 48 * ENTRIES, stats
    for i in (0, 1, ENTRIES // 2, ENTRIES - 1):
        assert blocked4(wire, entry4(i)), entry4(i)
        assert not blocked4(wire, entry4(i) + 1), entry4(i) + 1


@claim
def replacing_a_sources_set_is_complete(wire):
    load(wire, "feed", map(entry4, range(1000, 2000)))
    assert blocked4(wire, entry4(1500))
    assert not blocked4(wire, entry4(0))
    assert wire.stats()["reputation_entries"] == 1000


@claim
def a_million_entries_expire_together_and_their_memory_returns(wire):
    load(wire, "burst", map(entry4, range(2000, 2000 + ENTRIES)),
         "category botnet score 90 timeout 2s")
    probe = entry4(ENTRIES)
    until(lambda: not blocked4(wire, probe), BOUND + 10)
    assert blocked4(wire, entry4(1500)), "another source's entry went too"
    until(lambda: wire.stats()["reputation_entries"] == 1000, BOUND + 40)
    until(lambda: wire.stats()["reputation_memory"] < 8 << 20, BOUND + 40)
    wire.segward("reputation flush source feed")


@claim
def a_million_ipv6_entries_take_at_most_64_bytes_each(wire):
    load(wire, "feed", map(entry6, range(ENTRIES)))
    stats = wire.stats()
    assert stats["reputation_entries"] == ENTRIES, stats
    assert stats["reputation_memory"] <= 64 * ENTRIES, stats
    for i in (1, ENTRIES - 1):
        inner = p.inner(6, "udp", src=str(entry6(i)), payload=b"hello")
        wire.expect(to(SID, inner))
    wire.segward("reputation flush source feed")


if __name__ == "__main__":
    main(setup)
