#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Loading, unloading and reloading, with traffic on the wires.

The node has a default route towards s, where a forgotten packet would go.
"""

import os
import signal
import subprocess
import tempfile
import time

import packet as p
from wire import BOUND, SEGWARD, claim, inside, main, sh, frame_socket

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID = "2001:3e8:60:b::"
PACE = 0.001		# a flood that the listeners of the wires can keep
MODULE = os.environ.get("SEGWARD_KO", "segward.ko")


def configure(wire):
    wire.rules("base", 'drop udp any any -> any any '
               '(msg:"evil"; content:"EVIL"; sid:1; rev:1;)\n')
    wire.segward("profile add slice mode prevent ruleset base")
    wire.segward("sid add %s/64 action End.AN profile slice" % SID)


def setup(wire):
    wire.run("ip -6 route add default via 2001:db8:2::2")
    configure(wire)


def to(payload):
    return p.encap(HEADEND, [NEXT, SID], 1,
                   p.inner(6, "udp", payload=payload))


class Flood:
    """A process that sends good and evil packets to the SID until stopped."""

    def __init__(self, wire):
        frames = [wire.frame(to(b"good")), wire.frame(to(b"an EVIL one"))]
        self.pid = os.fork()
        if self.pid:
            return
        with inside(wire.ns["c"]):
            s = frame_socket(wire.ns["c"], "c0")
        s.setblocking(True)
        while True:
            for frame in frames:
                try:
                    s.send(frame)
                except OSError:
                    pass
            time.sleep(PACE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def flows(wire):
    pkt = to(b"good")
    wire.expect(pkt, s=p.after_end(pkt))
    wire.expect(to(b"an EVIL one"))


def leaks(wire, frames):
    """Packets for the SID that went on as if it were anybody's address."""
    return [f for f in frames if f[14 + 24:14 + 40] == p.addr(SID)]


def saved(wire):
    f = tempfile.NamedTemporaryFile("w", suffix=".conf")
    f.write(wire.segward("save"))
    f.flush()
    return f


@claim
def a_removed_module_stops_traffic_instead_of_leaking_it(wire):
    flows(wire)
    sh("rmmod segward")
    try:
        for payload in (b"good", b"an EVIL one"):
            got = wire.exchange(to(payload))
            assert got["s"] == [] and got["t"] == [], got
    finally:
        sh("insmod " + MODULE)
        wire.segward("sid flush", check=False)
        wire.run("ip -6 route flush proto 200", check=False)
        configure(wire)
    flows(wire)


@claim
def unload_and_reload_under_traffic_never_leaks(wire):
    config = saved_rules(wire)
    with Flood(wire):
        for _ in range(5):
            sh("rmmod segward")
            sh("insmod " + MODULE)
            wire.segward("apply " + config.name)
            wire.drain()
    frames = wire.settle()["s"]
    assert leaks(wire, frames) == [], "packets passed around the module"
    assert not any(b"EVIL" in f for f in frames), "evil packets passed"
    flows(wire)


def saved_rules(wire):
    """A saved configuration whose rule file outlives this function."""
    rules = tempfile.NamedTemporaryFile("w", suffix=".rules", delete=False)
    rules.write('drop udp any any -> any any '
                '(msg:"evil"; content:"EVIL"; sid:1; rev:1;)\n')
    rules.close()
    wire.segward("ruleset load base " + rules.name)
    return saved(wire)


@claim
def configuration_may_change_under_traffic(wire):
    with Flood(wire):
        for i in range(10):
            wire.segward("sid add 2001:3e8:99:%x::/64 action End" % i)
            wire.segward("profile set slice mode %s" %
                         ("monitor" if i % 2 == 0 else "prevent"))
            wire.rules("base", 'drop udp any any -> any any '
                       '(msg:"evil"; content:"EVIL"; sid:%d; rev:1;)\n' %
                       (i + 1))
            wire.segward("reputation add 198.51.%d.0/24 category botnet "
                         "score 90 source churn" % i)
            wire.drain()
        for i in range(10):
            wire.segward("sid del 2001:3e8:99:%x::/64" % i)
        wire.segward("reputation flush source churn")
    wire.settle()
    flows(wire)


@claim
def hook_is_there_only_while_the_namespace_has_sids(wire):
    assert wire.stats()["hook"] == 1
    other = wire.ns["s"]
    idle = wire.parse(sh("%s -j stats" % SEGWARD, ns=other))[0]
    assert not idle["hook"], idle


def wait_for_member(ns):
    """Somebody in a namespace is a member of a generic netlink group."""
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        rows = [row.split() for row in
                sh("cat /proc/net/netlink", ns=ns).splitlines()]
        if any(row[1] == "16" and int(row[3], 16) for row in rows):
            return
        time.sleep(0.05)
    raise AssertionError("nobody joined a group")


@claim
def a_namespace_may_vanish_with_sids_profiles_and_a_listener(wire):
    name = "sw-gone-%x" % os.getpid()
    for _ in range(5):
        sh("ip netns add %s && ip -n %s link set lo up" % (name, name))
        for command in ("profile add slice mode prevent",
                        "sid add %s/64 action End.AN profile slice" % SID,
                        "reputation add 192.0.2.1 category c score 9 "
                        "source s timeout 1h"):
            sh("%s %s" % (SEGWARD, command), ns=name)
        listener = subprocess.Popen(["ip", "netns", "exec", name, SEGWARD,
                                     "monitor"], stdout=subprocess.DEVNULL)
        wait_for_member(name)
        sh("ip netns del " + name)
        listener.kill()
        listener.wait()
    flows(wire)


@claim
def module_goes_with_listeners_and_namespaces_still_there(wire):
    listener = subprocess.Popen(["ip", "netns", "exec", wire.node, SEGWARD,
                                 "monitor"], stdout=subprocess.DEVNULL)
    try:
        wait_for_member(wire.node)
        sh("rmmod segward")
    finally:
        listener.kill()
        listener.wait()
        sh("insmod " + MODULE)
    wire.segward("sid flush", check=False)
    wire.run("ip -6 route flush proto 200", check=False)
    configure(wire)
    flows(wire)


@claim
def segward0_goes_with_the_module(wire):
    assert "segward0" in wire.run("ip -o link show type segward")
    sh("rmmod segward")
    try:
        assert "segward0" not in wire.run("ip -o link show")
    finally:
        sh("insmod " + MODULE)


@claim
def an_installed_module_is_found_by_modprobe(wire):
    """As "make install" leaves it: below updates/, in depmod's lists."""
    folder = "/lib/modules/%s/updates" % os.uname().release
    sh("rmmod segward")
    try:
        sh("mkdir -p %s && cp %s %s/segward.ko && depmod" %
           (folder, MODULE, folder))
        sh("modprobe segward && modprobe -r segward")
        sh("modprobe segward")
        wire.segward("sid flush", check=False)
        wire.run("ip -6 route flush proto 200", check=False)
        configure(wire)
        flows(wire)
        sh("modprobe -r segward")
    finally:
        sh("rm -f %s/segward.ko && depmod" % folder)
        sh("insmod " + MODULE)


if __name__ == "__main__":
    main(setup)
