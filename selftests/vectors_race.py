#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Everything changes at once, on all processors, while packets go through.

A sender on each processor sends the same packets over and over through SIDs of
every action; those who change things run through lists of commands, all of
which must succeed, since each has its own. The senders stop when the lists are
done. Then every packet that the node was given is somewhere: it left, or was
answered, or is counted under a reason.

Evil packets are longer than all others, so that a filter of their length sees
the one that should not have passed.
"""

import contextlib
import ctypes
import os
import signal
import socket
import struct
import subprocess
import tempfile
import time

import packet as p
from wire import (BOUND, SEGWARD, claim, compare, frame, frames, hop, main,
                  open_ipv4, sh)

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SRC = {4: "192.0.2.10", 6: "2001:db8:a::10"}
DST = {4: "198.51.100.20", 6: "2001:db8:b::20"}
MODULE = os.environ.get("SEGWARD_KO", "segward.ko")
ROUNDS = int(os.environ.get("RACE_ROUNDS") or 2)
SENDER = os.environ["RACE_SENDER"]
EVIL_LEN = 500          # bytes of a frame; no other has as many
CSID_NEXT = 0xf000      # the segment behind the SID with C-SIDs
SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_TIMESTAMP = 26, 27, 29
SIDS = "2001:3e8:c0"
KEY = 23
RPS = "/sys/class/net/n0/queues/rx-0/rps_cpus"

FILES = tempfile.TemporaryDirectory()

# What a SID does, in turns. All of a kind that inspects do so strictly, and
# the packets that go there fit all of its turns.
TURNS = {
    "plain": ("End", "End flavors psp", "End allow-src 2001:db8:1::/64",
              "End zone 7"),
    "guard": ("End.AN profile a", "End.AN profile b",
              "End.AN profile a flavors psp,usp",
              "End.AN profile a argument 1=b argument 7=a argument-len 8",
              "End.AN profile b return table main",
              "End.AN profile b iif n0 zone 5"),
    "cross": ("End.X nh6 2001:db8:2::3 profile a",
              "End.X nh6 fe80::9 oif n1 profile b",
              "End.AN profile b", "End.T table 100 profile a"),
    "table": ("End.T table 100 profile b", "End.T table main profile a"),
    "dx4": ("End.DX4 nh4 10.2.0.3 oif n1 profile a",
            "End.DX4 nh4 10.3.0.2 oif n2 profile b",
            "End.DT4 table main profile a"),
    "dx6": ("End.DX6 nh6 2001:db8:2::3 oif n1 profile a",
            "End.DX6 nh6 fe80::9 oif n1 profile b",
            "End.DT6 table 100 profile a", "End.DT6 table main profile b"),
    "vrf": ("End.DT46 vrftable 10 profile a", "End.DT46 table main profile b",
            "End.DT46 vrftable 10 profile b return table main"),
    "hmac": ("End.AN profile a hmac %d" % KEY, "End.AN profile b"),
    "csid": ("End.AN flavors next-csid profile a",
             "End.AN flavors next-csid profile b",
             "End.X nh6 2001:db8:2::3 flavors next-csid profile b"),
    "gone": ("End.AN profile b", "End.X nh6 2001:db8:2::3 profile a"),
    "dt4": ("End.DT4 vrftable 10 profile a", "End.DT4 table main profile b"),
    "dt6": ("End.DT6 table main profile a", "End.DT6 table 100 profile b"),
}
COME_AND_GO = ("gone", "dt6")
BY_VRF = ("vrf", "dt4")
FAMILIES = {"dx4": (4,), "dt4": (4,), "dx6": (6,), "dt6": (6,)}
DECAP = ("dx4", "dx6", "vrf", "dt4", "dt6")
SID = {name: "%s:%x::" % (SIDS, n + 1) for n, name in enumerate(TURNS)}
SID["csid"] = "2001:3e8:f100::"

RULES = 'drop udp any any -> any any (msg:"evil"; content:"EVIL"; sid:%d;)\n' \
        'reject tcp any any -> any 23 (msg:"no"; sid:2;)\n' \
        'alert udp any any -> any any (msg:"%s"; content:"good"; sid:3;)\n'
PROFILES = (
    "mode prevent ruleset base",
    "mode prevent ruleset base reputation botnet min-score 80 verdict drop",
    "mode prevent ruleset other ruleset base "
    "suppress signature-id 3 src 192.0.2.0/24",
    "mode prevent ruleset base override signature-id 3 verdict drop "
    "variable HOME_NET [192.0.2.0/24,2001:db8:a::/48]",
    "mode prevent ruleset base exception inner-fragment drop-packet "
    "exception budget drop-packet",
)


def prefix(name):
    return SID[name] + ("/48" if name == "csid" else "/64")


# --- Files -------------------------------------------------------------------

def write(name, text):
    path = os.path.join(FILES.name, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def write_rules():
    for n in range(3):
        write("base%d.rules" % n, RULES % (n + 10, "v%d" % n))
    write("other.rules", RULES % (99, "other"))
    for n in range(2):
        write("feed%d.list" % n, "".join(
            "10.%d.%d.0/24\n" % (n, i) for i in range(200)) + "192.0.2.77\n")


# --- The node ----------------------------------------------------------------

RESTS = "race-rests"

TEXT_RESTS = """set -e
ip netns add {0}
ip netns exec {0} sh -c 'rps=/sys/class/net/lo/queues/rx-0/rps_cpus
    ! [ -e $rps ] || echo 1 >$rps'
ip netns exec {0} nft -f - <<-END
	table inet rests {{
		chain a {{ type filter hook prerouting priority 0; }}
		chain b {{ type filter hook input priority 0; }}
		chain c {{ type filter hook forward priority 0; }}
		chain d {{ type filter hook output priority 0; }}
		chain e {{ type filter hook postrouting priority 0; }}
	}}
	END
"""


@contextlib.contextmanager
def text_rests():
    """The kernel's text stays as it is: with the first user of time stamps
    (ping is one), of RPS, of a hook of netfilter, the kernel puts a jump into
    its text, by way of an int3, and with the last one takes it out. QEMU 7.2
    with a thread for each processor lets one run into an int3 that is long
    gone if there is traffic, and the guest dies. So each has a user elsewhere.
    """
    sh(TEXT_RESTS.format(RESTS))
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
            yield
    finally:
        sh("ip netns del " + RESTS)


def setup(wire):
    write_rules()
    wire.run("""set -e
        sysctl -qw net.ipv4.conf.all.rp_filter=0 \
            net.ipv4.conf.default.rp_filter=0 net.ipv4.icmp_ratelimit=0
        ip addr add 10.2.0.1/24 dev n1
        ip addr add 10.3.0.1/24 dev n2
        for h in 2 3; do
            ip neigh add 10.2.0.$h lladdr 02:00:00:00:02:0$h dev n1 \
                nud permanent
        done
        ip neigh add 10.3.0.2 lladdr 02:00:00:00:03:02 dev n2 nud permanent
        ip -6 route add 2001:db8:a::/48 via 2001:db8:1::2
        ip -6 route add 2001:db8:b::/48 via 2001:db8:2::2
        ip -6 route add 2001:db8:b::/48 via 2001:db8:2::3 dev n1 table 100
        ip -6 route add 2001:db8:f::/48 via fe80::9 dev n1 table 100
        ip -6 route add 2001:3e8:f000::/40 via 2001:db8:2::2
        ip route add 198.51.100.0/24 via 10.2.0.2
        printf 'a secret\\n' | setsid -w ip sr hmac set %d sha256
        """ % KEY)
    open_ipv4(wire)
    wire.run("ip -b " + write("red.batch", "".join(red())))
    wire.run("sysctl -qw net.vrf.strict_mode=1")
    configure(wire)


def red():
    """Commands that make VRF red with its routes."""
    return ("link add red type vrf table 10\n", "link set red up\n",
            "route replace 2001:db8:b::/48 via 2001:db8:2::3 dev n1 table 10\n",
            "route replace 198.51.100.0/24 via 10.2.0.3 dev n1 table 10\n")


def configuration():
    return ("ruleset load base %s/base0.rules\n" % FILES.name +
            "ruleset load other %s/other.rules\n" % FILES.name +
            "profile replace a %s\n" % PROFILES[0] +
            "profile replace b %s\n" % PROFILES[0] +
            "".join("sid replace %s action %s\n" % (prefix(name), turns[0])
                    for name, turns in TURNS.items()))


def configure(wire):
    wire.segward("-b " + write("node.batch", configuration()))


# --- Packets -----------------------------------------------------------------

def payload(word, evil):
    return (b"an EVIL " if evil else b"a good ") + word.encode() + \
        b"." * (EVIL_LEN if evil else 0)


def encap(name, inner):
    if name == "csid":
        active = "2001:3e8:f100:%x::" % CSID_NEXT
        return p.ipv6(HEADEND, active, p.family_proto(inner), inner)
    if name in DECAP:
        return p.encap(HEADEND, [SID[name]], 0, inner)
    return p.encap(HEADEND, [NEXT, SID[name]], 1, inner)


def datagrams(name, n):
    """Good ones and evil ones, of many flows; no evil ones where nobody
    inspects.
    """
    for evil in (False, True)[:1 if name == "plain" else 2]:
        for family in FAMILIES.get(name, (4, 6)):
            yield encap(name, p.inner(family, "udp", sport=1000 + n,
                                      payload=payload(name, evil)))


def connections(n):
    for name in ("guard", "vrf", "cross"):
        yield encap(name, p.inner(6, "tcp", sport=1000 + n, dport=23,
                                  flags=p.ACK, payload=b"reject"))


def fragments(n):
    """A datagram in two parts, and the beginning of one without an end."""
    data = p.udp(SRC[4], DST[4], 1000 + n, 80, b"a good one" * 10)
    for off, end, more, ident in ((0, 64, 1, n), (64, 108, 0, n),
                                  (0, 48, 1, 500 + n)):
        yield encap("guard", p.ipv4(SRC[4], DST[4], p.UDP, data[off:end],
                                    ident=ident, frag=more << 13 | off // 8))


def odd(n):
    """For SIDs themselves, and what gets an ICMPv6 error."""
    inner = p.inner(6, "udp", payload=b"odd")
    for name in ("plain", "guard", "gone"):
        echo = p.icmp6(HEADEND, SID[name], 128, 0, n, b"ping")
        yield p.ipv6(HEADEND, SID[name], p.ICMPV6, echo)
    yield p.encap(HEADEND, [NEXT, SID["guard"]], 1, inner, last_entry=7)
    yield p.encap(HEADEND, [NEXT, SID["plain"]], 1, inner, hop_limit=1)
    yield p.ipv6(HEADEND, "2001:db8:f::2", p.UDP,
                 p.udp(HEADEND, "2001:db8:f::2", 9, 9, b"passing by"))


def packets():
    for n in range(8):
        for name in TURNS:
            yield from datagrams(name, n)
        yield from connections(n)
        yield from fragments(n)
        yield from odd(n)


def write_frames(wire):
    path = os.path.join(FILES.name, "frames")
    with open(path, "wb") as f:
        for pkt in packets():
            data = wire.frame(pkt)
            assert (len(data) >= EVIL_LEN) == (b"EVIL" in data), len(data)
            f.write(struct.pack("=H", len(data)) + data)
    return path


# --- Those who send and those who watch --------------------------------------

class Filter:
    """A classic BPF program on a socket, as long as this lives."""

    def __init__(self, sock, *program):
        code = b"".join(struct.pack("=HBBI", *i) for i in program)
        self.sock = sock
        buffer = ctypes.create_string_buffer(code)
        sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                        struct.pack("@HP", len(program),
                                    ctypes.addressof(buffer)))

    def detach(self):
        self.sock.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


def hear(sock):
    """Evil frames, and those still on their way to a SID: their length, and
    what begins at byte 38, the destination behind an Ethernet header.
    """
    sid = int.from_bytes(p.addr(SIDS + "::")[:4], "big")
    return Filter(sock,
                  (0x80, 0, 0, 0), (0x35, 6, 0, EVIL_LEN),
                  (0x28, 0, 0, 12), (0x15, 0, 5, 0x86dd),
                  (0x20, 0, 0, 38), (0x15, 0, 3, sid),
                  (0x28, 0, 0, 42), (0x15, 1, 0, CSID_NEXT),
                  (0x06, 0, 0, 0xffffffff), (0x06, 0, 0, 0))


@contextlib.contextmanager
def ears(wire):
    """Only what must not be there is heard on the wires meanwhile. Answers to
    the client may quote an evil packet.
    """
    socks = {(side, family): sock for family, socks in
             ((6, wire.sock), (4, wire.sock4)) for side, sock in socks.items()}
    filters = [hear(sock) for sock in socks.values()]
    # What came before its filter did.
    for sock in socks.values():
        received(sock)
    try:
        yield
        heard = [(where, data) for where, sock in socks.items()
                 if where[0] != "c" for data in received(sock)]
        assert not heard, "%d packets went around, the first on %s: %s" % (
            len(heard), heard[0][0], heard[0][1].hex())
    finally:
        for sock in socks.values():
            received(sock)
        for f in filters:
            f.detach()


def received(sock):
    out = []
    while True:
        try:
            data, where = sock.recvfrom(1 << 16)
        except BlockingIOError:
            return out
        if where[2] != socket.PACKET_OUTGOING:
            out.append(data)


class Senders:
    """One on each processor, until the end of the block. They take what the
    others leave, or these would never get done; on a single processor that is
    little, so the block begins when all of them do send.
    """

    def __init__(self, wire):
        frames = write_frames(wire)
        self.sent = 0
        self.processes = [subprocess.Popen(
            ["ip", "netns", "exec", wire.ns["c"], "nice", "-n", "10", SENDER,
             "c0", str(cpu), frames], stdout=subprocess.PIPE, text=True)
            for cpu in sorted(os.sched_getaffinity(1))]

    def __enter__(self):
        for process in self.processes:
            line = process.stdout.readline()
            assert line == "sending\n", "a sender said %r" % line
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            self.sent += int(process.communicate()[0] or 0)


@contextlib.contextmanager
def all_processors(wire):
    """The node's packets go to any processor by their flow, and this program
    may run on any, too; both only here, for they change the order.
    """
    home = os.sched_getaffinity(0)
    cpus = os.sched_getaffinity(1)
    mask = "%x" % sum(1 << c for c in cpus)
    spread(wire, mask)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, home)
        spread(wire, "0")


def spread(wire, mask):
    """A kernel for one processor has no such file; /sys is the namespace's."""
    wire.run("! [ -e %s ] || echo %s >%s" % (RPS, mask, RPS))


# --- Those who change things -------------------------------------------------

class Crew:
    """Programs that run at once, each through its own list, in the node."""

    def __init__(self, wire):
        self.node = wire.node
        self.jobs = []

    def _start(self, name, argv):
        log = tempfile.TemporaryFile("w+", encoding="utf-8")
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.node] + argv, stdout=log,
            stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        self.jobs.append((name, process, log))

    def batch(self, name, lines):
        """One program that carries out the lines."""
        path = write(name + ".batch", "".join(line + "\n" for line in lines))
        self._start(name, [SEGWARD, "-b", path])

    def loop(self, name, script):
        """A shell that goes round; $i is the round's number."""
        self._start(name, ["sh", "-ec", "for i in $(seq %d); do\n%s\ndone" %
                           (ROUNDS, script)])

    def join(self):
        """All are done, and nothing was refused."""
        failed = []
        for name, process, log in self.jobs:
            if process.wait():
                log.seek(0)
                failed.append("%s: exit %d: %s" % (name, process.returncode,
                                                   log.read()[-600:]))
            log.close()
        assert not failed, "\n".join(failed)


def each_round(*lines):
    """The lines with the round's number for %d, in every round."""
    return [line.replace("%d", str(i)) for i in range(ROUNDS)
            for line in lines]


def sid_line(name, i):
    turns = TURNS[name]
    return "sid replace %s action %s" % (prefix(name), turns[i % len(turns)])


def sid_turns():
    return [sid_line(name, i) for i in range(4 * ROUNDS) for name in TURNS
            if name not in COME_AND_GO + BY_VRF]


def sids_come_and_go():
    return [line for i in range(4 * ROUNDS) for name in COME_AND_GO
            for line in (
                "sid del " + prefix(name),
                "sid add 2001:3e8:c1:%x::/%d action End noroute" %
                (i, 64 + i % 32),
                sid_line(name, i),
                "sid del 2001:3e8:c1:%x::/%d" % (i, 64 + i % 32))]


def profile_turns():
    return each_round(*("profile replace %s %s" % (name, settings)
                        for settings in PROFILES for name in "ab"))


def ruleset_turns():
    return [line.format(FILES.name) for line in each_round(
        "ruleset load base {0}/base1.rules",
        "ruleset load other {0}/base2.rules",
        "ruleset load spare {0}/other.rules",
        "ruleset load base {0}/base2.rules",
        "ruleset load other {0}/other.rules",
        "ruleset del spare")]


def reputation_turns():
    return [line.format(FILES.name) for line in each_round(
        "reputation load {0}/feed0.list source feed category botnet score 90",
        "reputation add 192.0.2.%d category botnet score 95 source soc "
        "timeout 10ms",
        "reputation load {0}/feed1.list source feed category botnet score 90 "
        "timeout 1s",
        "reputation add 198.51.100.20 category botnet score 95 source soc",
        "reputation get 192.0.2.77",
        "reputation flush source soc",
        "reputation flush source feed")]


def readers():
    return each_round("sid show", "profile show", "ruleset show",
                      "rule show ruleset base", "reputation show", "stats",
                      "event")


def devices():
    """VRF red and a port of it go and come, and the SIDs that name its table
    with them.
    """
    gone = write("red.gone", """link set red down
        link set red up
        link add spare type dummy
        link set spare master red
        link set spare up
        addr add 2001:db8:dd::1/64 dev spare nodad
        link del spare
        link del red
        """)
    back = write("red.back", "".join(red()))
    for i in range(2):
        write("red.sids%d" % i, "".join(sid_line(name, i) + "\n"
                                        for name in BY_VRF))
    return "ip -b %s\nip -b %s\n%s -b %s$((i %% 2))" % (
        gone, back, SEGWARD, os.path.join(FILES.name, "red.sids"))


# $$ keeps the names of two of them apart.
NAMESPACE = """ip netns add race-$$-$i
ip -n race-$$-$i -b {0}
{1} -n race-$$-$i -b {2}
ip netns exec race-$$-$i ping -6 -c 1 -W 1 2001:3e8:c2:1::1 >/dev/null || :
ip netns exec race-$$-$i ping -6 -c 1 -W 1 2001:3e8:c2:2::1 >/dev/null || :
ip netns del race-$$-$i
"""


def namespace_rounds():
    links = write("namespace.ip", "link set lo up\n"
                  "link add red type vrf table 10\nlink set red up\n"
                  "link add v0 type veth peer name v1\nlink set v0 up\n"
                  "link set v1 up\naddr add 2001:db8:1::1/64 dev v0 nodad\n")
    config = write("namespace.batch", (
        "ruleset load base {0}/base0.rules\n"
        "profile add p mode prevent ruleset base "
        "reputation botnet min-score 80 verdict drop\n"
        "reputation add 192.0.2.0/24 category botnet score 90 source s "
        "timeout 20ms\n"
        "sid add 2001:3e8:c2:1::/64 action End\n"
        "sid add 2001:3e8:c2:2::/64 action End.AN profile p return vrf red\n"
        "sid add 2001:3e8:c2:3::/64 action End.DT46 table main profile p\n"
        "sid add 2001:3e8:c2:4::/64 action End.X nh6 2001:db8:1::2 profile p\n"
        "sid add 2001:3e8:c2:5::/64 action End vrf red\n").format(FILES.name))
    return NAMESPACE.format(links, SEGWARD, config)


# Whoever listens leaves in the middle of something.
LISTENERS = """
timeout -s KILL 0.7 {0} -j monitor all >/dev/null || :
timeout -s KILL 0.7 {0} trace rate 1000 >/dev/null || :
"""


def everybody(wire):
    crew = Crew(wire)
    crew.batch("sids", sid_turns())
    crew.batch("more sids", sids_come_and_go())
    crew.batch("profiles", profile_turns())
    crew.batch("rulesets", ruleset_turns())
    crew.batch("reputation", reputation_turns())
    crew.batch("readers", readers())
    crew.loop("devices", devices())
    crew.loop("namespaces", namespace_rounds())
    crew.loop("listeners", LISTENERS.format(SEGWARD))
    return crew


# --- What became of the packets ----------------------------------------------

# OutDiscards are not among them: what a device refused it counts itself.
IP6_DROPS = ("Ip6InHdrErrors", "Ip6InTooBigErrors", "Ip6InNoRoutes",
             "Ip6InAddrErrors", "Ip6InTruncatedPkts", "Ip6InDiscards",
             "Ip6OutNoRoutes", "Ip6InUnknownProtos")
IP4_DROPS = ("InHdrErrors", "InAddrErrors", "InDiscards", "InNoRoutes",
             "OutNoRoutes", "InUnknownProtos")


def snmp6(wire):
    return {k: int(v) for k, v in
            (line.split() for line in
             wire.run("cat /proc/net/snmp6").splitlines())}


def snmp4(wire):
    names, values = [line.split()[1:] for line in wire.run(
        "grep ^Ip: /proc/net/snmp").splitlines()]
    out = dict(zip(names, map(int, values)))
    names, values = [line.split()[1:] for line in wire.run(
        "grep ^IpExt: /proc/net/netstat").splitlines()]
    return dict(out, **dict(zip(names, map(int, values))))


def devices_of(wire):
    return {d["ifname"]: d["stats64"] for d in
            wire.parse(wire.run("ip -j -s link show"))}


class Books:
    """Everything that the node counts."""

    def __init__(self, wire):
        self.ip6 = snmp6(wire)
        self.ip4 = snmp4(wire)
        self.links = devices_of(wire)
        stats = wire.stats()
        self.drops = {d["reason"]: d["packets"] for d in stats.get("drop", [])}
        self.stats = {k: v for k, v in stats.items() if isinstance(v, int)}

    def table(self):
        out = {"rx n0": self.links["n0"]["rx"]["packets"],
               "backlog": self.links["segward0"]["rx"]["dropped"]}
        for dev in ("n0", "n1", "n2"):
            tx = self.links[dev]["tx"]
            out["tx " + dev] = tx["packets"] + tx["dropped"]
        out.update(("drop " + k, v) for k, v in self.drops.items())
        out.update((k, self.ip6[k]) for k in IP6_DROPS)
        out.update((k, self.ip4[k]) for k in IP4_DROPS)
        out.update((k, self.stats[k]) for k in
                   ("packets", "passed", "rejects", "echo_replies",
                    "icmp_errors", "injected"))
        out.update((k, self.ip6[k]) for k in ("Icmp6OutMsgs", "Icmp6InEchos"))
        return out


def grown(before, after):
    before, after = before.table(), after.table()
    return {k: v - before.get(k, 0) for k, v in after.items()
            if v != before.get(k, 0)}


def settled(wire, before):
    """What the node counted since. Its answers may wait behind segward0, so
    sentinels go through first.
    """
    wire.settle()
    return grown(before, Books(wire))


def balance(books, sent):
    """Each packet that came, and each that the node made, left or is counted.

    An Echo Reply of a SID is made of its request; all other ICMPv6 is new, and
    so is what tells of a reject. The stack's own Echo Requests are sentinels.
    """
    def total(*names):
        return sum(n for k, n in books.items() if k in names)

    came = total("rx n0", "Icmp6OutMsgs", "rejects")
    left = total("tx n0", "tx n1", "tx n2")
    lost = total("backlog", "Icmp6InEchos", *IP6_DROPS, *IP4_DROPS) + sum(
        n for k, n in books.items() if k.startswith("drop "))
    print("# %d packets: %s" % (sent, ", ".join(
        "%s %d" % item for item in books.items())))
    assert books["rx n0"] >= sent > 0, "%d of %d came" % (books["rx n0"], sent)
    assert came == left + lost, "came %d, left %d, lost %d" % (came, left, lost)


def works(wire):
    """Each SID does what it is there for, byte by byte."""
    for name in TURNS:
        for family in FAMILIES.get(name, (4, 6)):
            for word in (b"good", b"EVIL"):
                inner = p.inner(family, "udp", payload=word)
                wire.send(encap(name, inner))
                if passes(name, word):
                    where, pkt = way(name, inner)
                    compare(frames(wire), **{where[0]: [frame(where, pkt)]})
                else:
                    compare(frames(wire))


def passes(name, word):
    """Nobody inspects at the first SID, and nobody signs for another."""
    return name == "plain" or word == b"good" and name != "hmac"


def way(name, inner):
    """Where a packet comes out of a SID in its first turn, and how it looks."""
    if name in DECAP:
        host = 3 if name in ("dx4", "dx6", "vrf", "dt4") else 2
        return ("s", host), hop(inner)
    pkt = encap(name, inner)
    if name == "csid":
        return ("s", 2), p.patch(hop(pkt), 24, p.addr(
            "2001:3e8:%x::" % CSID_NEXT))
    return ("s", {"cross": 3, "table": 9}.get(name, 2)), p.after_end(pkt)


@claim
def every_packet_is_accounted_for_while_everything_changes(wire):
    before = Books(wire)
    with ears(wire), all_processors(wire):
        with Senders(wire) as senders:
            everybody(wire).join()
    balance(settled(wire, before), senders.sent)
    configure(wire)
    works(wire)


@claim
def every_packet_is_accounted_for_while_the_hook_comes_and_goes(wire):
    lines = ["sid flush"] + configuration().splitlines()
    before = Books(wire)
    with ears(wire), all_processors(wire):
        with Senders(wire) as senders:
            crew = Crew(wire)
            crew.batch("flush", lines * (2 * ROUNDS))
            crew.batch("readers", readers())
            crew.loop("namespaces", namespace_rounds())
            crew.join()
    balance(settled(wire, before), senders.sent)
    works(wire)


# What the device counted goes with it.
NEXT_HOP = """
ip link add nh type dummy
ip link set nh up
ip addr add 2001:db8:e::1/64 dev nh nodad
ip addr add 10.4.0.1/24 dev nh
{0} -b {1}
ip link set nh down
ip link set nh up
{0} -j stats >/dev/null
ip link del nh
"""


@claim
def next_hops_may_vanish_under_their_packets(wire):
    sids = write("next-hops.batch", "".join(
        "sid replace %s action %s profile a\n" % (prefix(name), action)
        for name, action in (
            ("cross", "End.X nh6 2001:db8:e::2 oif nh"),
            ("csid", "End.X nh6 2001:db8:e::2 flavors next-csid"),
            ("dx4", "End.DX4 nh4 10.4.0.2 oif nh"),
            ("dx6", "End.DX6 nh6 fe80::2 oif nh"))))
    with ears(wire), all_processors(wire):
        with Senders(wire) as senders:
            crew = Crew(wire)
            crew.loop("next hops", NEXT_HOP.format(SEGWARD, sids))
            crew.batch("profiles", profile_turns())
            crew.join()
    print("# %d packets" % senders.sent)
    assert senders.sent > 0
    configure(wire)
    works(wire)


def reload(wire):
    """Somebody may be in the middle of a request: that keeps the module."""
    end = time.monotonic() + BOUND
    while "in use" in sh("rmmod segward 2>&1", check=False):
        assert time.monotonic() < end, "the module stays in use"
    sh("insmod " + MODULE)
    configure(wire)


@claim
def nothing_goes_around_while_the_module_is_reloaded(wire):
    before = devices_of(wire)["n0"]["rx"]["packets"]
    with ears(wire), all_processors(wire):
        with Senders(wire) as senders:
            crew = Crew(wire)
            crew.loop("namespaces", "{ %s\n} || :" % namespace_rounds())
            crew.loop("listeners", LISTENERS.format(SEGWARD))
            crew.loop("readers", "%s -j stats >/dev/null || :" % SEGWARD)
            for _ in range(ROUNDS):
                reload(wire)
            crew.join()
    came = devices_of(wire)["n0"]["rx"]["packets"] - before
    print("# %d packets" % senders.sent)
    assert came >= senders.sent > 0, (came, senders.sent)
    works(wire)


@claim
def the_module_can_be_unloaded_at_once(wire):
    wire.segward("sid flush")
    with open("/sys/module/segward/refcnt", encoding="ascii") as f:
        assert f.read().strip() == "0", "somebody still uses the module"
    sh("rmmod segward")


if __name__ == "__main__":
    with text_rests():
        main(setup)
