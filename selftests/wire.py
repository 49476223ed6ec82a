# SPDX-License-Identifier: GPL-2.0
"""A node under test between three wires, and exact packets on each of them.

       c (client side)          node            s, t (server sides)
      +------------+      +--------------+      +------------+
      |         c0 |------| n0        n1 |------| s0         |
      +------------+      |           n2 |---+  +------------+
                          +--------------+   |  +------------+
                                             +--| t0         |
                                                +------------+

The outer namespaces have no IP stack of their own: packets are written and
read as frames, so nothing is on the wires but what a test or the node puts
there. Instead of waiting for a packet not to come, every exchange ends with
sentinels that take the same queues: when they are back, all is there.
"""

import contextlib
import ctypes
import json
import os
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time

import packet as p

ETH_IPV4, ETH_IPV6 = 0x0800, 0x86dd
PACKET_OUTGOING = 4
CLONE_NEWNET = 0x40000000
SOL_PACKET, PACKET_VNET_HDR = 263, 15
SO_RCVBUFFORCE = 33
VNET_HDR = struct.Struct("<BBHHHH")     # virtio_net_hdr, as the guest has it
NEEDS_CSUM, GSO_TCPV4, GSO_TCPV6, GSO_UDP_L4 = 1, 1, 4, 5

SEGWARD = os.environ.get("SEGWARD", "segward")
SIDES = {"c": ("n0", 1), "s": ("n1", 2), "t": ("n2", 3)}
ENDED = "= status"       # of a command, as a shell tells it
BOUND = 60 if os.environ.get("KSFT_MACHINE_SLOW") else 20     # seconds

_libc = ctypes.CDLL(None, use_errno=True)


def sh(command, check=True, ns=None):
    """Run a command line; its output, or a failure that shows it."""
    argv = ["ip", "netns", "exec", ns] if ns else []
    r = subprocess.run(argv + ["sh", "-c", command], text=True, check=False,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if check and r.returncode:
        raise AssertionError("%s: exit %d: %s" %
                             (command, r.returncode, r.stdout.strip()))
    return r.stdout


class Shell:
    """A shell that is in a namespace already: to enter one takes long.

    Each command line is a process of its own and sees nothing of the others.
    """

    def __init__(self, ns):
        # pylint: disable=consider-using-with
        self.proc = subprocess.Popen(
            ["ip", "netns", "exec", ns, "sh"], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)

    def run(self, command):
        """The exit status and what was printed."""
        self.proc.stdin.write("(\n%s\n) </dev/null 2>&1\n"
                              "printf '\\n%s %%d\\n' $?\n" % (command, ENDED))
        self.proc.stdin.flush()
        text = ""
        for line in self.proc.stdout:
            if line.startswith(ENDED):
                return int(line[len(ENDED):]), text[:-1]
            text += line
        raise AssertionError("the shell has died of %r: %s" % (command, text))

    def close(self):
        self.proc.communicate()


@contextlib.contextmanager
def inside(ns):
    """The thread is in a network namespace for a while."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    away = os.open("/var/run/netns/" + ns, os.O_RDONLY)
    try:
        if _libc.setns(away, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns " + ns)
        yield
    finally:
        _libc.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(away)


def mac(side, host):
    """MAC address of a host on a side's wire; 1 is the node, 2 the peer."""
    return bytes([2, 0, 0, 0, SIDES[side][1], host])


def frame_socket(ns, dev, vnet=False, proto=ETH_IPV6):
    with inside(ns):
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                          socket.htons(proto))
    s.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
    # membership in promiscuous mode: next hops have MACs of their own
    with inside(ns):
        index = socket.if_nametoindex(dev)
    s.setsockopt(SOL_PACKET, 1, struct.pack("iHH8s", index, 1, 0, b""))
    if vnet:
        s.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    s.bind((dev, proto))
    s.setblocking(False)
    return s


def is_chatter(pkt):
    """Neighbour discovery and MLD of the node itself."""
    if len(pkt) < 41:
        return True
    at, proto = 40, pkt[6]
    if proto == p.HOPOPTS:
        proto, at = pkt[40], 48
    return proto == p.ICMPV6 and len(pkt) > at and 130 <= pkt[at] <= 143


class Wire:
    """The topology above; close() takes it down again."""

    def __init__(self, mtu=9000):
        tag = "%x" % os.getpid()
        self.ns = {k: "sw-%s-%s" % (k, tag) for k in ("c", "n", "s", "t")}
        self.node = self.ns["n"]
        self.count = 0
        self.kept = {k: [] for k in SIDES}
        for ns in self.ns.values():
            sh("ip netns add %s && ip -n %s link set lo up" % (ns, ns))
        sh("""sysctl -qw net.ipv6.conf.all.forwarding=1 \
                net.ipv6.conf.all.accept_dad=0 \
                net.ipv6.conf.default.accept_dad=0 \
                net.ipv6.icmp.ratelimit=0 net.ipv6.icmp.ratemask= \
                net.ipv6.auto_flowlabels=0 \
                net.ipv4.ip_forward=1""", ns=self.node)
        for side, (dev, net) in SIDES.items():
            self._cable(side, dev, net, mtu)
        sh("""ip -6 route add 2001:db8:f::/48 via 2001:db8:2::2
              ip -6 route add 2001:db8:fe::/48 via 2001:db8:2::2
              ip -6 route add 2001:db8:fd::/48 via 2001:db8:3::2
              ip -6 neigh add 2001:db8:2::3 lladdr %s dev n1 nud permanent
              ip -6 neigh add fe80::9 lladdr %s dev n1 nud permanent
              ip -6 route add 2001:db8:c::/48 via 2001:db8:1::2
              """ % (mac("s", 3).hex(":"), mac("s", 9).hex(":")), ns=self.node)
        self.sock = {k: frame_socket(self.ns[k], k + "0") for k in SIDES}
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        self.shell = Shell(self.node)

    def _cable(self, side, dev, net, mtu):
        ns = self.ns[side]
        sh("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 "
           "net.ipv6.conf.default.disable_ipv6=1", ns=ns)
        sh("""ip -n {n} link add {dev} mtu {mtu} address {m1} type veth \
                peer name {side}0 mtu {mtu} address {m2} netns {ns}
              ip -n {n} link set {dev} addrgenmode none
              ip -n {n} addr add 2001:db8:{net}::1/64 dev {dev} nodad
              ip -n {n} addr add fe80::{net}/64 dev {dev} nodad
              ip -n {n} link set {dev} up
              ip -n {ns} link set {side}0 up
              ip -n {n} neigh add 2001:db8:{net}::2 lladdr {m2} dev {dev} \
                nud permanent""".format(
                    n=self.node, ns=ns, dev=dev, side=side, net=net, mtu=mtu,
                    m1=mac(side, 1).hex(":"), m2=mac(side, 2).hex(":")))

    def close(self):
        self.shell.close()
        for s in self.sock.values():
            s.close()
        for ns in self.ns.values():
            sh("ip netns del " + ns, check=False)

    def run(self, command, check=True):
        """A command line in the node; as sh()."""
        status, text = self.shell.run(command)
        if check and status:
            raise AssertionError("%s: exit %d: %s" %
                                 (command, status, text.strip()))
        return text

    def segward(self, args, check=True):
        return self.run("%s %s" % (SEGWARD, args), check)

    @staticmethod
    def parse(text):
        return json.loads(text)

    def json(self, args):
        return self.parse(self.segward("-j " + args))

    def sid(self, prefix):
        """Counters and all of one SID; a /64 if no length is given."""
        if "/" not in prefix:
            prefix += "/64"
        found = self.json("-s sid show " + prefix)
        assert len(found) == 1, "sid show %s: %r" % (prefix, found)
        return found[0]

    def stats(self):
        return self.json("stats")[0]

    def rules(self, name, text):
        """Load rules given as text under a ruleset's name."""
        with tempfile.NamedTemporaryFile("w", suffix=".rules") as f:
            f.write(text)
            f.flush()
            self.segward("ruleset load %s %s" % (name, f.name))

    @staticmethod
    def frame(pkt, side="c"):
        """The packet as it goes to the node on a side's wire."""
        return mac(side, 1) + mac(side, 2) + struct.pack("!H", ETH_IPV6) + pkt

    def send(self, pkt, side="c"):
        self.sock[side].send(self.frame(pkt, side))

    def send_vnet(self, pkt, header, side="c"):
        """With a virtio_net_hdr: GSO, partial checksum, non-linear."""
        with contextlib.closing(frame_socket(self.ns[side], side + "0",
                                             vnet=True)) as s:
            s.send(VNET_HDR.pack(*header) + self.frame(pkt, side))

    def _drain(self, side, got):
        while True:
            try:
                data, where = self.sock[side].recvfrom(1 << 17)
            except BlockingIOError:
                return
            if where[2] != PACKET_OUTGOING and not is_chatter(data[14:]):
                got[side].append(data)

    def drain(self):
        """Keep what has arrived, so that a long flood finds room."""
        for side in SIDES:
            self._drain(side, self.kept)

    def _sentinels(self):
        """One packet for each wire, and how it looks when it is through."""
        self.count += 1
        tag = b"sentinel %d" % self.count
        src, n0 = "2001:db8:1::2", "2001:db8:1::1"
        echo = p.icmp6(src, n0, 128, 0, self.count, tag)
        self.send(p.ipv6(src, n0, p.ICMPV6, echo))
        for dst in ("2001:db8:fe::1", "2001:db8:fd::1"):
            self.send(p.ipv6(src, dst, p.UDP, p.udp(src, dst, 9, 9, tag)))
        return tag

    def settle(self, rounds=2):
        """All that has arrived on the wires: {side: [frame, ...]}.

        Two rounds, since what goes through segward0 queues once more.
        """
        self.drain()
        got, self.kept = self.kept, {k: [] for k in SIDES}
        for _ in range(rounds):
            tag = self._sentinels()
            missing = set(SIDES)
            end = time.monotonic() + BOUND
            while missing:
                assert time.monotonic() < end, \
                    "sentinel lost on wire %s" % ",".join(sorted(missing))
                for side in list(missing):
                    self._drain(side, got)
                    if any(f.endswith(tag) for f in got[side]):
                        missing.discard(side)
        return {k: [f for f in v if b"sentinel " not in f[-24:]]
                for k, v in got.items()}

    def exchange(self, pkt, side="c", rounds=2):
        """Send one packet; the IPv6 packets that came out, by wire."""
        self.send(pkt, side)
        return {k: [f[14:] for f in v]
                for k, v in self.settle(rounds).items()}

    def expect(self, pkt, rounds=2, side="c", **want):
        """Send a packet and want exactly these on the wires, byte by byte."""
        got = self.exchange(pkt, side, rounds)
        want = {k: want.get(k, []) for k in SIDES}
        want = {k: [v] if isinstance(v, bytes) else v for k, v in want.items()}
        assert got == want, "sent\n  %s\n%s" % (pkt.hex(), describe(want, got))


class Monitor:
    """`segward -j monitor` in the node, read as it prints.

    Events come in order, so a probe behind an exchange tells that all of the
    exchange's events have been read.
    """

    def __init__(self, wire, probe):
        """probe() sends a packet that makes the event with id 999999."""
        self.probe = probe
        self.proc = subprocess.Popen(
            ["ip", "netns", "exec", wire.node, SEGWARD, "-j", "monitor",
             "events"], stdout=subprocess.PIPE)
        os.set_blocking(self.proc.stdout.fileno(), False)
        self.buffer = b""
        # it has joined the group when a probe is heard of
        end = time.monotonic() + BOUND
        while not self._until_probe(0.2):
            assert time.monotonic() < end, "the monitor hears nothing"
        while self._until_probe(0.2, send=False):
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.proc.kill()
        self.proc.wait()
        self.proc.stdout.close()

    def _lines(self):
        data = self.proc.stdout.read()
        if data:
            self.buffer += data
        *lines, self.buffer = self.buffer.split(b"\n")
        return [json.loads(line) for line in lines if line.strip()]

    @staticmethod
    def _is_probe(event):
        return event.get("alert", {}).get("signature_id") == 999999

    def _until_probe(self, bound, send=True):
        self.seen = []
        if send:
            self.probe()
        end = time.monotonic() + bound
        while time.monotonic() < end:
            assert self.proc.poll() is None, "the monitor has ended"
            for event in self._lines():
                if self._is_probe(event):
                    return True
                self.seen.append(event)
            select.select([self.proc.stdout], [], [], 0.05)
        return False

    def events(self):
        """All events since the last call."""
        assert self._until_probe(BOUND), "the probe was not heard"
        return self.seen


def describe(want, got):
    lines = []
    for side in SIDES:
        if want[side] == got[side]:
            continue
        lines += ["wanted on %s: %s" % (side, w.hex()) for w in want[side]]
        lines += ["came on %s:   %s" % (side, g.hex()) for g in got[side]]
        if not got[side]:
            lines.append("came on %s:   nothing" % side)
        for w, g in zip(want[side], got[side]):
            lines.append("differs at %s" % [i for i, (a, b) in
                                            enumerate(zip(w, g)) if a != b])
    return "\n".join(lines)


def vrf_red(wire):
    """n2 belongs to VRF red, table 10. Its wire is reached from both domains."""
    wire.run("""set -e
        ip link add red type vrf table 10
        ip link set red up
        ip link set n2 master red
        ip -6 addr replace 2001:db8:3::1/64 dev n2 nodad
        ip -6 neigh replace 2001:db8:3::2 lladdr 02:00:00:00:03:02 dev n2 \
            nud permanent
        ip -6 route replace 2001:db8:fd::/48 via 2001:db8:3::2 dev n2 \
            table 10
        ip -6 route replace 2001:db8:fd::/48 via 2001:db8:3::2 dev n2
        """)


# --- What leaves without a tunnel, of both families -------------------------

def open_ipv4(wire):
    """Listen for IPv4 on the wires, too."""
    wire.sock4 = {k: frame_socket(wire.ns[k], k + "0", proto=ETH_IPV4)
                  for k in wire.sock}


def hop(inner, hops=1):
    """The packet as it leaves the node: TTL or hop limit is one less."""
    if inner[0] >> 4 == 6:
        return p.patch(inner, 7, bytes([inner[7] - hops]))
    head = (inner[0] & 15) * 4
    inner = p.patch(inner, 8, bytes([inner[8] - hops, inner[9], 0, 0]))
    return p.patch(inner, 10, struct.pack("!H", p.checksum(inner[:head])))


def frames(wire, rounds=2):
    """All frames that came out since, by wire; IPv4 behind IPv6."""
    got = wire.settle(rounds)
    for side, sock in wire.sock4.items():
        while True:
            try:
                data, where = sock.recvfrom(1 << 17)
            except BlockingIOError:
                break
            if where[2] != PACKET_OUTGOING:
                got[side].append(data)
    return got


def frame(where, pkt):
    side, host = where
    kind = ETH_IPV4 if pkt[0] >> 4 == 4 else ETH_IPV6
    return mac(side, host) + mac(side, 1) + struct.pack("!H", kind) + pkt


def compare(got, **want):
    want = {k: want.get(k, []) for k in got}
    assert got == want, "\n".join(
        "%s %s: %s" % (what, k, f.hex()) for k in got for what, v in
        (("came on", got[k]), ("wanted on", want[k])) for f in v
        if got[k] != want[k])


def out(wire, pkt, where, inner, send=None):
    """Send a packet; exactly this one comes out, there and nowhere else."""
    (send or wire.send)(pkt)
    compare(frames(wire), **{where[0]: [frame(where, inner)]})


def drops(wire, sid):
    return {d["reason"]: d["packets"] for d in wire.sid(sid).get("drop", [])}


@contextlib.contextmanager
def counted(wire, sid, reason=None, **columns):
    """The SID's drops grow by one for this reason, its columns by these."""
    was, before = drops(wire, sid), wire.sid(sid)
    yield
    now, after = drops(wire, sid), wire.sid(sid)
    grown = {k: v - was.get(k, 0) for k, v in now.items() if v != was.get(k)}
    assert grown == ({reason: 1} if reason else {}), "%s: %r" % (sid, grown)
    for name, n in columns.items():
        assert after[name] - before[name] == n, (name, before, after)


_claims = []


def claim(function):
    """A test; its name is what it claims."""
    _claims.append(function)
    return function


def main(setup=None):
    """Run all claims, or those named on the command line; print TAP."""
    wanted = sys.argv[1:]
    claims = [c for c in _claims if not wanted or c.__name__ in wanted]
    print("TAP version 13\n1..%d" % len(claims), flush=True)
    failed = 0
    wire = Wire()
    try:
        if setup:
            setup(wire)
        for number, function in enumerate(claims, 1):
            try:
                function(wire)
                result = "ok"
            except Exception as e:      # a failed claim must not end the rest
                result = "not ok"
                failed += 1
                text = "%s: %s" % (type(e).__name__, e)
                print("# " + text.replace("\n", "\n# "))
            print("%s %d - %s" % (result, number, function.__name__),
                  flush=True)
    finally:
        wire.close()
    sys.exit(1 if failed else 0)
