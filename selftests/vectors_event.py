#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What the event group and a trace are told, attribute by attribute.

Events come in order, so a state event behind an exchange tells that all of
the exchange's events have been read.
"""

import contextlib
import ctypes
import os
import select
import signal
import socket
import subprocess
import time

import packet as p
from genl import Refused, Socket, Spec
from wire import BOUND, SEGWARD, claim, inside, main

PIDFD_GETFD = 438       # the system call's number, on every machine

RECORDS = ("http", "tls", "dns", "ssh", "flow")

HEADEND, NEXT, SID = "2001:db8:1::2", "2001:db8:f::1", "2001:3e8:60:8::"
HERE = SID + "77"      # the SID with an argument
RULES = """
drop udp any any -> any 4000 (msg:"evil"; content:"EVIL"; sid:1; rev:3; \
classtype:trojan-activity; metadata:policy drop, deployment edge;)
alert udp any any -> any 4000 (msg:"odd"; content:"ODD"; sid:2; priority:4;)
""" + "".join("""
alert udp any any -> any 5000 (msg:"many %d"; content:"MANY"; sid:%d;)
""" % (n, n) for n in range(100, 120))


class Listener:
    """A member of the event group, in the node."""

    def __init__(self, wire):
        self.wire = wire
        with inside(wire.node):
            self.nl = Socket(Spec(), receive_buffer=1 << 20)
        self.nl.join("event")
        self.unread = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.nl.close()
        self.wire.segward("profile set slice mode prevent")

    def events(self, records=False):
        """What came since the last call, without what every event has, and
        without records: flows of earlier claims may end at any time."""
        self.wire.segward("profile replace mark mode monitor")
        self.wire.segward("profile set mark mode prevent")
        out, end = [], time.monotonic() + BOUND
        while time.monotonic() < end:
            self.unread += self.nl.heard(0.2)
            while self.unread:
                name, event = self.unread.pop(0)
                assert name == "event-ntf", name
                assert event.pop("time") > 10 ** 18
                if event["type"] in RECORDS and not records:
                    continue
                if event.get("profile") != "mark":
                    out.append(event)
                elif event["mode"] == "prevent":
                    return out
        raise AssertionError("the mark was not heard; before it %r" % out)


def equal(got, want, what="value"):
    assert got == want, "%s:\n got    %r\n wanted %r" % (what, got, want)


def setup(wire):
    wire.rules("base", RULES)
    wire.segward("profile add slice mode prevent ruleset base "
                 "reputation botnet min-score 80 verdict drop")
    wire.segward("sid add %s/64 action End.AN profile slice zone 7" % SID)


def to(family, payload, dport=4000, **kw):
    return p.encap(HEADEND, [NEXT, HERE], 1,
                   p.inner(family, "udp", payload=payload, dport=dport), **kw)


def ifindex(wire, dev):
    with inside(wire.node):
        return socket.if_nametoindex(dev)


def outer(wire, **more):
    """What every event of a packet to the SID says."""
    return dict({"sid": p.addr(SID), "sid-len": 64,
                 "argument": (0x77).to_bytes(16, "big"), "zone": 7,
                 "profile": "slice", "mode": "prevent",
                 "iif": ifindex(wire, "n0"), "outer-src": p.addr(HEADEND),
                 "outer-dst": p.addr(HERE),
                 "segments": p.addr(NEXT) + p.addr(HERE),
                 "segments-left": 1}, **more)


def inner(pkt):
    """What an event says of the inner packet; UDP without options."""
    six = pkt[0] >> 4 == 6
    l4 = pkt[40:] if six else pkt[20:]
    return {"family": "ipv6" if six else "ipv4",
            "encapsulation": "ipv6" if six else "ipv4",
            "src": pkt[8:24] if six else pkt[12:16],
            "dst": pkt[24:40] if six else pkt[16:20],
            "protocol": 17, "length": len(pkt),
            "ttl": pkt[7] if six else pkt[8],
            "src-port": int.from_bytes(l4[:2], "big"),
            "dst-port": int.from_bytes(l4[2:4], "big")}


RULE1 = {"ruleset": "base", "signature-id": 1, "gid": 1, "rev": 3,
         "action": "drop", "msg": "evil", "classtype": "trojan-activity",
         "priority": 1, "metadata": "policy drop, deployment edge"}


@claim
def an_alert_says_all_about_rule_sid_packet_and_flow(wire):
    with Listener(wire) as listener:
        for family in (4, 6):
            pkt = to(family, b"an EVIL one")
            wire.expect(pkt)
            events = listener.events()
            equal(len(events), 1, "events")
            category = events[0].pop("category")
            assert category, "no description of the class"
            assert events[0].pop("flow-id"), "no flow"
            equal(events[0], dict(
                outer(wire), **inner(pkt[80:]), **RULE1, **{
                    "type": "alert", "verdict": "drop", "would": "drop",
                    "reason": "rule", "flow-direction": "to-server",
                    "flow-state": "new", "app-proto": "failed"}))


@claim
def a_match_that_does_not_drop_is_told_without_a_reason(wire):
    with Listener(wire) as listener:
        pkt = to(4, b"an ODD one")
        wire.expect(pkt, s=p.after_end(pkt))
        event, = listener.events()
        equal({k: event.get(k) for k in ("type", "verdict", "would", "reason",
                                         "signature-id", "priority",
                                         "classtype", "metadata")},
              {"type": "alert", "verdict": "report", "would": "report",
               "reason": None, "signature-id": 2, "priority": 4,
               "classtype": None, "metadata": None})


@claim
def monitor_mode_tells_what_prevent_would_have_done(wire):
    with Listener(wire) as listener:
        wire.segward("profile set slice mode monitor")
        state, = listener.events()
        equal(state, {"type": "state", "profile": "slice", "mode": "monitor",
                      "text": "the profile's mode changed"})
        pkt = to(6, b"an EVIL one")
        wire.expect(pkt, s=p.after_end(pkt))
        event, = listener.events()
        equal((event["mode"], event["verdict"], event["would"],
               event["reason"]), ("monitor", "report", "drop", "rule"))


@claim
def a_reputation_event_names_the_entry(wire):
    src = p.inner(4, "udp")[12:16]
    host = socket.inet_ntoa(src)
    net = socket.inet_ntoa(src[:2] + b"\0\0") + "/16"
    wire.segward("reputation add %s category botnet score 95 source soc" % net)
    try:
        with Listener(wire) as listener:
            pkt = to(4, b"clean")
            wire.expect(pkt)
            event, = listener.events()
            equal(event, dict(
                outer(wire), **inner(pkt[80:]), type="reputation",
                verdict="drop", would="drop", reason="reputation",
                address=src[:2] + b"\0\0", category="botnet", score=95,
                source="soc", **{"prefix-len": 16}), host)
    finally:
        wire.segward("reputation flush source soc")


@claim
def what_the_packet_itself_is_to_blame_for_is_an_anomaly(wire):
    with Listener(wire) as listener:
        wire.exchange(p.patch(to(4, b"x"), 43, b"\3"))
        event, = listener.events()
        equal((event["type"], event["reason"], event["verdict"],
               event["segments-left"]),
              ("anomaly", "segments-left", "drop", 3))
        assert "src" not in event, "an inner packet that nobody looked at"


@claim
def other_drops_are_drops(wire):
    with Listener(wire) as listener:
        wire.exchange(to(4, b"x", hop_limit=1))
        event, = listener.events()
        equal((event["type"], event["reason"]), ("drop", "hop-limit"))


@claim
def clean_packets_make_no_events(wire):
    with Listener(wire) as listener:
        pkt = to(4, b"clean")
        wire.expect(pkt, s=p.after_end(pkt))
        equal(listener.events(), [])


@claim
def a_ruleset_that_comes_into_force_is_told(wire):
    with Listener(wire) as listener:
        wire.rules("base", RULES)
        equal(listener.events(), [{"type": "state", "ruleset": "base",
                                   "text": "the ruleset is in force"}])


@claim
def without_listeners_nothing_is_made(wire):
    before = wire.stats()
    wire.expect(to(4, b"an EVIL one"))
    after = wire.stats()
    equal(after["events"] - before["events"], 0, "events")
    equal(after["events_lost"] - before["events_lost"], 0, "lost")
    equal(after["alerts"] - before["alerts"], 1, "alerts")


@claim
def matches_beyond_sixteen_are_counted_and_told_as_lost(wire):
    before = wire.stats()
    with Listener(wire) as listener:
        for _ in range(10):
            pkt = to(4, b"MANY", dport=5000)
            wire.expect(pkt, s=p.after_end(pkt))
        events, end = [], time.monotonic() + BOUND
        while sum(e.get("lost", 0) for e in events) < 40:
            assert time.monotonic() < end, "losses are not told"
            events += listener.events()
        alerts = [e for e in events if e["type"] == "alert"]
        equal(len(alerts), 160, "alerts")
        equal(sum(e.get("lost", 0) for e in events), 40, "lost")
    after = wire.stats()
    equal(after["events_lost"] - before["events_lost"], 40, "lost")
    equal(after["events"] - before["events"], 160, "events")
    equal(after["alerts"] - before["alerts"], 200, "alerts")


@claim
def a_flood_of_events_is_limited_and_every_loss_is_counted(wire):
    before = wire.stats()
    packets = 400
    with inside(wire.node):
        nl = Socket(Spec(), receive_buffer=64 << 20)
    with nl:
        nl.join("event")
        frame = wire.frame(to(4, b"MANY", dport=5000))
        for n in range(packets):
            wire.sock["c"].send(frame)
            if not n % 16:
                wire.drain()
        wire.settle()
        lost, end = 0, time.monotonic() + BOUND
        after = wire.stats()
        while lost < after["events_lost"] - before["events_lost"]:
            assert time.monotonic() < end, "losses are not told: %d" % lost
            lost += sum(e.get("lost", 0) for _, e in nl.heard(0.2))
            after = wire.stats()
    made = after["events"] - before["events"]
    equal(made + lost, packets * 20, "events and losses")
    assert lost >= packets * 4


class Monitor:
    """`segward monitor` in the node, its lines as they come."""

    def __init__(self, wire, options):
        self.wire = wire
        self.toggle = 0
        self.buffer = b""
        self.proc = subprocess.Popen(
            ["ip", "netns", "exec", wire.node, SEGWARD] + options +
            ["monitor"], stdout=subprocess.PIPE)

    def close(self):
        self.proc.kill()
        self.proc.wait()
        self.proc.stdout.close()

    def change(self):
        """Something to tell: a change, and an event about it."""
        self.toggle ^= 1
        self.wire.segward("profile replace mark mode " +
                          ("monitor", "prevent")[self.toggle])

    def lines(self, bound=0.05):
        if select.select([self.proc.stdout], [], [], bound)[0]:
            self.buffer += os.read(self.proc.stdout.fileno(), 1 << 16)
        assert self.proc.poll() is None, "the monitor has ended"
        *lines, self.buffer = self.buffer.split(b"\n")
        return [line.decode() for line in lines]

    def until(self, text, change=False):
        """Read up to a line with this text."""
        seen, end = [], time.monotonic() + BOUND
        while not any(text in line for line in seen):
            assert time.monotonic() < end, "%s: not in %r" % (text, seen)
            if change:
                self.change()
            seen += self.lines()

    def _row(self):
        """Inode and losses of its socket, as the kernel tells them."""
        with open("/proc/%d/net/netlink" % self.proc.pid,
                  encoding="ascii") as f:
            rows = [line.split() for line in f][1:]
        rows = [r for r in rows if int(r[2]) == self.proc.pid and r[1] == "16"]
        assert len(rows) == 1, rows
        return rows[0][9], int(rows[0][8])

    def shrink(self):
        """Make its receive buffer the smallest that there is."""
        inode = "socket:[%s]" % self._row()[0]
        fds = "/proc/%d/fd" % self.proc.pid
        fd = [int(n) for n in os.listdir(fds)
              if os.readlink("%s/%s" % (fds, n)) == inode]
        pidfd = os.pidfd_open(self.proc.pid)
        mine = ctypes.CDLL(None, use_errno=True).syscall(PIDFD_GETFD, pidfd,
                                                         fd[0], 0)
        os.close(pidfd)
        assert mine >= 0, os.strerror(ctypes.get_errno())
        with socket.socket(fileno=mine) as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)

    def overrun(self):
        self.proc.send_signal(signal.SIGSTOP)
        before, end = self._row()[1], time.monotonic() + BOUND
        while self._row()[1] == before:
            assert time.monotonic() < end, "the socket takes everything"
            self.change()
        self.proc.send_signal(signal.SIGCONT)


@claim
def a_monitor_that_was_overrun_says_so_and_goes_on(wire):
    lost = "events were lost: they came faster than this program could print"
    for options in ([], ["-j"]):
        with contextlib.closing(Monitor(wire, options)) as monitor:
            monitor.until("mark", change=True)
            monitor.shrink()
            monitor.overrun()
            monitor.until(lost)
            monitor.until("mark", change=True)
            # and again: it was not the first time alone
            monitor.overrun()
            monitor.until(lost)
            wire.segward("profile add last mode prevent")
            monitor.until("last")
            wire.segward("profile del last")


def steps(nl, bound):
    out, end = [], time.monotonic() + bound
    while time.monotonic() < end:
        out += [e for name, e in nl.heard(0.1) if name == "trace-ntf"]
        if out and out[-1]["step"] == "action":
            break
    return out


@claim
def a_trace_tells_every_step_of_a_packet_that_matches(wire):
    pkt = to(4, b"an ODD one")
    with inside(wire.node):
        nl = Socket(Spec())
    with nl:
        nl.do("trace-set", dst={"address": pkt[80 + 16:80 + 20],
                                "prefix-len": 32})
        wire.expect(to(6, b"not this one"), s=p.after_end(to(6,
                                                            b"not this one")))
        wire.expect(pkt, s=p.after_end(pkt))
        got = steps(nl, BOUND)
        equal([s["step"] for s in got],
              ["hook", "sid", "srh", "packet", "reputation", "rules",
               "verdict", "action"], "steps")
        equal(len({s["id"] for s in got}), 1, "packets")
        equal(got[0]["text"], "%s > %s, %d bytes, by n0" %
              (HEADEND, HERE, len(pkt)))
        equal(got[1]["text"],
              "%s/64 action End.AN zone 7 profile slice" % SID)
        equal(got[2]["text"], "2 segments, 1 left, last entry 1, tag 0, "
              "upper layer 4, hop limit 64")
        equal(got[5]["text"].rsplit(",", 1)[0], "1 matched, 1:2 in base")
        equal(got[6].get("verdict"), "report")


@claim
def a_trace_ends_with_its_socket_and_is_limited(wire):
    pkt = to(4, b"clean")
    with inside(wire.node):
        nl = Socket(Spec())
        other = Socket(Spec())
    with nl, other:
        nl.do("trace-set", rate=1)
        for _ in range(3):
            wire.expect(pkt, s=p.after_end(pkt))
        got = steps(nl, 1)
        # a packet a second: the slowest machine sends three in a few
        assert 1 <= len({s["id"] for s in got}) <= 3, got
        try:
            other.do("trace-set")
        except Refused:
            nl.close()
        other.do("trace-set")


if __name__ == "__main__":
    main(setup)
