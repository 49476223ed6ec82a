#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Malformed packets by the million, in socket buffers of every shape.

A module (selftests/inject) makes them of right ones and hands them to the
stack. Whatever they are, the counters add up to every single one of them, the
same bytes have the same fate in whatever shape they come, and the node does
its work afterwards.

From the environment: PACKETS, how many of them; SEED, which was printed by a
run that is to be repeated; FIRST, the number of the packet to begin with.
"""

import contextlib
import os
import random
import socket
import struct
import sys
import time

import fuzz_packets as f
import packet as p
from genl import Socket, Spec
from wire import (BOUND, ETH_IPV6, claim, frame_socket, inside, main,
                  open_ipv4, sh)

PACKETS = int(os.environ.get("PACKETS", 20000))
SEED = int(os.environ.get("SEED", 0)) or random.SystemRandom().randrange(
    1, 2 ** 31)
FIRST = int(os.environ.get("FIRST", 0))
PART = 10000            # of a run, between which the sockets are emptied

MODULE = os.environ.get("SEGWARD_KO", "segward.ko")
INJECTOR = os.path.join(os.path.dirname(MODULE), "inject/segward_fuzz.ko")
DIR = "/sys/kernel/debug/segward_fuzz/"

FRAGS, LIST, SHARED, COMPLETE, TRUSTED, PARTIAL, GSO = (1 << n for n in
                                                        range(7))
SAME = FRAGS | LIST | SHARED | COMPLETE     # shapes that change no verdict
ALL = SAME | TRUSTED | PARTIAL | GSO


def write(name, data):
    with open(DIR + name, "wb", buffering=0) as file:
        while data:
            data = data[file.write(data):]


def prepare():
    """The packets that are mutated, for the module."""
    made = f.packets()
    write("packets", b"".join(struct.pack("=H", len(pkt)) + pkt
                              for pkt, _ in made))
    write("transports", b"".join(struct.pack("=H", t) for _, t in made))
    print("# %d packets to begin with, SEED=%d" % (len(made), SEED),
          flush=True)


def setup(wire):
    sh("insmod " + INJECTOR)
    f.links(wire)
    f.configure(wire)
    open_ipv4(wire)
    prepare()


def inject(wire, shapes, first, count, seed=SEED):
    """Send them; the number of those of which a clone was kept."""
    with inside(wire.node):
        index = socket.if_nametoindex("n0")
    fd = os.open("/var/run/netns/" + wire.node, os.O_RDONLY)
    try:
        write("run", b"%d %d %d %d %d %d" % (fd, index, seed, first, count,
                                             shapes))
    finally:
        os.close(fd)
    with open(DIR + "run", encoding="ascii") as file:
        sent, cloned, changed = map(int, file.read().split())
    assert not changed, "packet %d was changed in another's buffer: " \
        "SEED=%d FIRST=%d PACKETS=1" % (changed - 1, seed, changed - 1)
    assert sent == count, "%d of %d were sent" % (sent, count)
    return cloned


@contextlib.contextmanager
def deaf(wire):
    """Nobody on the wires reads what comes out of the node for a while."""
    kinds = (wire.sock, wire.sock4)
    for kind in kinds:
        for sock in kind.values():
            sock.close()
    yield
    for kind, proto in zip(kinds, (ETH_IPV6, 0x0800)):
        for side in kind:
            kind[side] = frame_socket(wire.ns[side], side + "0", proto=proto)


@contextlib.contextmanager
def listeners(wire):
    """A reader of events and a tracer, who have everything made for them."""
    with inside(wire.node):
        events, tracer = Socket(Spec()), Socket(Spec())
    with events, tracer:
        events.join("event")
        tracer.do("trace-set", rate=10000)
        yield
    # what they did not read in time is lost to them, and counted elsewhere


class Book:
    """What the node says of its packets."""

    def __init__(self, wire):
        self.sids = {s["prefix"]: s for s in wire.json("-s sid show")}
        self.stats = wire.stats()

    @staticmethod
    def reasons(told):
        return {d["reason"]: d["packets"] for d in told.get("drop", [])}

    def total(self, column):
        return sum(s[column] for s in self.sids.values())

    def dropped(self):
        total = {}
        for sid in self.sids.values():
            for reason, n in self.reasons(sid).items():
                total[reason] = total.get(reason, 0) + n
        return total

    def check(self):
        """
        Each packet at a SID was forwarded, dropped for a reason, or answered.
        One that visits too many is dropped where it would go next.
        """
        dropped = self.dropped()
        visits = self.total("packets") + dropped.get("loop", 0)
        ends = self.total("forwarded") + sum(dropped.values()) + \
            self.stats["echo_replies"]
        assert visits == ends, "%d packets came, %d went: %r" % \
            (visits, ends, dropped)
        assert self.stats["packets"] == self.total("packets"), self.stats
        self.check_reasons(dropped)

    def check_reasons(self, dropped):
        """The namespace's are the SIDs', and what is lost without one."""
        for reason, n in self.reasons(self.stats).items():
            had = dropped.get(reason, 0)
            assert n == had or reason in ("no-sid", "no-route") and n > had, \
                "%s: %d, of SIDs %d" % (reason, n, had)

    def fates(self):
        """
        What became of the packets of each SID, but for what depends on the
        time: how many Echo Requests were answered, and the errors that come
        when the node gives up a neighbour, for sources that look like SIDs.
        """
        out = {}
        for prefix, sid in self.sids.items():
            drops = self.reasons(sid)
            drops.pop("echo-rate", None)
            errors = drops.pop("icmp-error", 0)
            out[prefix] = (sid["packets"] - errors, sid["forwarded"],
                           sid["upper"] - errors, drops)
        return out

    def describe(self):
        print("# %d visits of SIDs, %d forwarded, %d answered; dropped: %s" % (
            self.total("packets"), self.total("forwarded"),
            self.stats["echo_replies"],
            ", ".join("%s %d" % d for d in sorted(self.dropped().items()))))


def calm(wire):
    """
    Until the node has given up the neighbours that are not there, and told the
    sources of what it had for them.
    """
    end = time.monotonic() + BOUND
    while "INCOMPLETE" in wire.run("ip neigh show; ip -6 neigh show"):
        assert time.monotonic() < end, "there are neighbours to be looked for"
    wire.settle()


def works(wire):
    """The node does what it is for, byte by byte."""
    calm(wire)
    good, evil = p.inner(6, "udp", payload=b"good"), \
        p.inner(6, "udp", payload=b"EVIL")
    for sid in ("2001:3e8:1::", "2001:3e8:3::"):
        pkt = p.encap(f.HEADEND, [f.NEXT, sid], 1, good)
        wire.expect(pkt, s=p.after_end(pkt))
    wire.expect(p.encap(f.HEADEND, [f.NEXT, "2001:3e8:3::"], 1, evil))
    pkt = p.encap(f.HEADEND, ["2001:3e8:b::"], 0, good)
    wire.expect(pkt, s=p.patch(good, 7, bytes([good[7] - 1])))


def afresh(wire):
    """A module that has seen nothing yet."""
    sh("rmmod segward && insmod " + MODULE)
    wire.run("ip -6 route flush proto 200", check=False)
    f.configure(wire)


def flood(wire, shapes, count, first=FIRST):
    """Inject in parts; how long it took."""
    begin = time.monotonic()
    for at in range(first, first + count, PART):
        inject(wire, shapes, at, min(PART, first + count - at))
    return time.monotonic() - begin


RIGHT = 20000
# The one takes packets of another device only; of all that is made here the
# other, End.DX4, takes one in ten thousand. test_egress has what it is for.
SELDOM = {"2001:3e8:10::/64", "2001:3e8:7::/64"}


@claim
def right_packets_do_what_their_sid_is_for(wire):
    """Or there would be little to go wrong."""
    afresh(wire)
    with deaf(wire):
        flood(wire, 0, RIGHT)
    book = Book(wire)
    book.check()
    forwarded = {prefix: s["forwarded"] for prefix, s in book.sids.items()}
    idle = {x for x in forwarded if not forwarded[x]}
    assert idle <= SELDOM, forwarded
    reasons = set(book.dropped())
    assert reasons >= {"rule", "reputation", "inner-fragment", "hmac", "iif",
                       "source", "upper-layer", "segments-left",
                       "outer-fragment", "packet-malformed"}, reasons
    works(wire)


@claim
def every_malformed_packet_is_counted_and_the_node_goes_on(wire):
    afresh(wire)
    with deaf(wire), listeners(wire):
        took = flood(wire, ALL, PACKETS)
    book = Book(wire)
    print("# %d packets in %.1f s, %.0f a second" %
          (PACKETS, took, PACKETS / took))
    book.describe()
    book.check()
    works(wire)


def book_of(wire, shapes, first):
    afresh(wire)
    with deaf(wire):
        flood(wire, shapes, TWICE, first)
    book = Book(wire)
    book.check()
    return book.fates()


# Some thousand at a time: what becomes of an inner fragment depends on whether
# the others of its datagram are old already, a minute later.
TWICE = 5000


@claim
def the_shape_of_a_buffer_changes_nothing(wire):
    """The same bytes twice, the first time all in the head."""
    for first in range(FIRST, FIRST + max(PACKETS // 4, 1), TWICE):
        plain, shaped = (book_of(wire, shapes, first) for shapes in (0, SAME))
        different = {k: (v, shaped[k]) for k, v in plain.items()
                     if shaped[k] != v}
        assert not different, "SEED=%d FIRST=%d: %r" % (SEED, first, different)
    works(wire)


def main_or_skip():
    if not os.path.exists(INJECTOR):
        print("TAP version 13\n1..0 # SKIP no %s: make injector" % INJECTOR)
        sys.exit(4)
    try:
        main(setup)
    finally:
        sh("rmmod segward_fuzz", check=False)


if __name__ == "__main__":
    main_or_skip()
