#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Rounds of coming and going with everything configured, under traffic.

A round loads the module or makes a namespace, configures all there is, leaves
things begun and not ended, sends packets, and takes it away as it is. Memory
must not grow with the rounds. Nothing here starts a program: a thousand rounds
would be about programs then.

From the environment: ROUNDS, how many of each.
"""

import ctypes
import errno
import os
import socket
import struct
import time

import fuzz_packets
import image
import memory
import netlink_right as right
import packet as p
from claims import claim, main
from genl import ACK, DUMP, REQUEST, Socket, Spec, attribute

ROUNDS = int(os.environ.get("ROUNDS", 12))
SAMPLES = 20
KEPT = 24               # rounds that lose something on purpose
MODULE = os.environ.get("SEGWARD_KO", "segward.ko")
BOUND = 20              # seconds for the last packet to leave the module

FINIT_MODULE, DELETE_MODULE = 313, 176          # of x86_64
CLONE_NEWNET = 0x40000000
RTM_NEWLINK, RTM_NEWROUTE = 16, 24
CREATE, IFF_UP = 0x400, 1
IFLA_IFNAME, IFLA_LINKINFO, INFO_KIND, INFO_DATA, VRF_TABLE = 3, 18, 1, 2, 1
RTA_DST, RTA_OIF = 1, 4
FRAME = b"\0" * 12 + b"\x86\xdd"                # from lo to lo

_libc = ctypes.CDLL(None, use_errno=True)
SPEC = Spec()


def call(result, what):
    if result < 0:
        raise OSError(ctypes.get_errno(), what)


# --- The module ----------------------------------------------------------------

def load():
    fd = os.open(MODULE, os.O_RDONLY | os.O_CLOEXEC)
    try:
        call(_libc.syscall(FINIT_MODULE, fd, b"", 0), "finit_module")
    finally:
        os.close(fd)


def unload():
    """A packet may still be on its way."""
    end = time.monotonic() + BOUND
    while _libc.syscall(DELETE_MODULE, b"segward", os.O_NONBLOCK) < 0:
        if time.monotonic() > end or ctypes.get_errno() not in (
                errno.EAGAIN, errno.EWOULDBLOCK):
            raise OSError(ctypes.get_errno(), "delete_module")
        time.sleep(0.01)


# --- Devices and routes, without programs ------------------------------------

class Route:
    """A routing netlink socket of the thread's namespace."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)

    def close(self):
        self.sock.close()

    def ask(self, kind, payload, flags=CREATE):
        self.sock.send(struct.pack("=IHHII", 16 + len(payload), kind,
                                   REQUEST | ACK | flags, 1, 0) + payload)
        answer = self.sock.recv(4096)
        error, = struct.unpack_from("=i", answer, 16)
        if error:
            raise OSError(-error, "rtnetlink request %d" % kind)

    def link(self, name, kind, data=b""):
        info = attribute(INFO_KIND, kind.encode())
        info += attribute(INFO_DATA, data) if data else b""
        self.ask(RTM_NEWLINK, struct.pack("=BBHiII", 0, 0, 0, 0, IFF_UP,
                                          IFF_UP) +
                 attribute(IFLA_IFNAME, name.encode() + b"\0") +
                 attribute(IFLA_LINKINFO, info))

    def up(self, name):
        self.ask(RTM_NEWLINK, struct.pack(
            "=BBHiII", 0, 0, 0, socket.if_nametoindex(name), IFF_UP, IFF_UP),
            flags=0)

    def route(self, prefix, length, device):
        self.ask(RTM_NEWROUTE, struct.pack(
            "=BBBBBBBBI", socket.AF_INET6, length, 0, 0, 254, 4, 0, 1, 0) +
            attribute(RTA_DST, prefix) + attribute(RTA_OIF, struct.pack(
                "=I", socket.if_nametoindex(device))))


def links():
    """What the requests of netlink_right.py refer to."""
    route = Route()
    try:
        route.up("lo")
        route.link("red", "vrf", attribute(VRF_TABLE, struct.pack(
            "=I", right.TABLE)))
        route.link("d0", "dummy")
        route.route(p.addr("2001:db8::"), 32, "d0")
    finally:
        route.close()
    for name in ("vrf/strict_mode", "ipv6/conf/all/forwarding",
                 "ipv6/conf/lo/forwarding", "ipv4/ip_forward"):
        with open("/proc/sys/net/" + name, "w", encoding="ascii") as f:
            f.write("1")


# --- A round --------------------------------------------------------------------

def configure(nl):
    """Everything, and what was begun is not ended."""
    right.base(nl)
    for op, values in right.sids() + right.reputations()[:1]:
        if op.endswith("-new") and "hmac" not in values:
            right.request(nl, op, values)
    nl.do("upload-new", size=100000)
    nl.do("reputation-new", load=right.begun(nl), category="botnet",
          source="c", entry=[right.entry(n) for n in range(50)])


def half_a_dump(nl):
    dump = nl.raw_begin(nl.family, nl.spec.ops["rule-get"]["number"],
                        nl.spec.encode("rule", {"ruleset": "big"}), DUMP)
    next(dump)


def frames():
    """Right packets of all kinds for the SIDs of netlink_right.py."""
    out = []
    for n in range(right.PREFIXES):
        sid = socket.inet_ntop(socket.AF_INET6, right.prefix(n))
        out += [pkt for pkt, _, _ in fuzz_packets.for_sid(sid, n)]
    return [FRAME + pkt for pkt in out]


FRAMES = frames()


def traffic():
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
        s.bind(("lo", 0))
        for frame in FRAMES:
            s.send(frame)


def busy():
    """All of it; the sockets go before what they are about does."""
    with Socket(SPEC) as nl, Socket(SPEC) as listener, Socket(SPEC) as tracer:
        listener.join("event")
        listener.join("config")
        # nobody reads what this one is told: it overflows
        tracer.do("trace-set", rate=10000)
        configure(nl)
        image.load(nl, "big", image.image(600))
        traffic()
        packets = nl.do("stats-get")[0]["packets"]
        assert packets > len(FRAMES) // 2, "%d packets" % packets
        half_a_dump(nl)


class Away:
    """The thread is in a new namespace, which ends with it."""

    def __init__(self):
        self.home = None

    def __enter__(self):
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        call(_libc.unshare(CLONE_NEWNET), "unshare")
        links()

    def __exit__(self, *_):
        call(_libc.setns(self.home, CLONE_NEWNET), "setns")
        os.close(self.home)


def a_load(_):
    """
    In a namespace of its own: with CONFIG_NET_DEV_REFCNT_TRACKER each device
    remembers the last 128 who held it.
    """
    with Away():
        load()
        try:
            busy()
        finally:
            unload()


def a_namespace(_):
    with Away():
        busy()


def judge(what, play, rounds):
    begin = time.monotonic()
    points = memory.growth(play, rounds, SAMPLES)
    print(memory.describe(what, points))
    print("# %d rounds in %.0f s" % (rounds, time.monotonic() - begin))
    return memory.grows(points)


@claim
def a_leak_of_one_ruleset_a_round_would_be_seen(_):
    """Or nothing below would mean anything."""
    load()
    try:
        with Away(), Socket(SPEC) as nl:
            def keep(n):
                image.load(nl, "r%d" % n, image.image(80))

            assert judge("kept on purpose", keep, KEPT), "it was not seen"
    finally:
        unload()


@claim
def memory_does_not_grow_with_loads_and_unloads(_):
    assert not judge("loads", a_load, ROUNDS), "it grows"


@claim
def memory_does_not_grow_with_namespaces_that_come_and_go(_):
    load()
    try:
        assert not judge("namespaces", a_namespace, ROUNDS), "it grows"
    finally:
        unload()


if __name__ == "__main__":
    main(None)
