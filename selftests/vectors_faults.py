#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Every allocation of the module fails once, and nothing comes of it.

/proc/PID/fail-nth lets the nth allocation of a task fail. The stack filter of
fault injection counts only those that the module asks for, itself or by what
it calls, so a command can be started with it: n grows until the command ends
with its failure still ahead. A command that fails must have changed nothing.
"""

import contextlib
import ctypes
import functools
import os
import re
import signal
import socket
import sys
import tempfile
import time
from errno import EAGAIN, EBUSY, EINVAL, ENOBUFS, ENOMEM

import genl
import packet as p
from wire import BOUND, SEGWARD, claim, drops, frame_socket, inside, main, sh

DEBUG = "/sys/kernel/debug"
KMEMLEAK = DEBUG + "/kmemleak"
KINDS = ("failslab", "fail_page_alloc")
TIMES = 1 << 30         # failures that are allowed; what is left is counted
MODULE = os.environ.get("SEGWARD_KO", "segward.ko")
MOST = 2000             # allocations of one command; more is a loop
SYS_DELETE_MODULE, SYS_FINIT_MODULE = 176, 313
CLONE_NEWNET = 0x40000000
NO_MEMORY = re.compile("not allocate memory|not enough memory|No buffer space")

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID, OTHER, VRF_SID = "2001:3e8:60:b::", "2001:3e8:60:c::", "2001:3e8:60:d::"

_libc = ctypes.CDLL(None, use_errno=True)
_spec = genl.Spec()
_folder = tempfile.TemporaryDirectory()
_tried = set()         # what the CLI was told


def write(path, value):
    with open(path, "w", encoding="ascii") as f:
        f.write(str(value))


def read(path):
    with open(path, encoding="ascii") as f:
        return f.read()


# --- Which allocations fail ------------------------------------------------

def text_of_module():
    """Where the module's code is."""
    for line in read("/proc/modules").splitlines():
        name, size, *_, base = line.split()[:6]
        if name == "segward":
            return int(base, 16), int(base, 16) + int(size)
    raise AssertionError("the module is not loaded")


@functools.cache
def text_of(symbol):
    """Where a function of the kernel is."""
    at = sorted((int(address, 16), name) for address, kind, name in
                (line.split()[:3] for line in
                 read("/proc/kallsyms").splitlines()) if kind in "tT")
    begin = next(address for address, name in at if name == symbol)
    return begin, next(address for address, _ in at if address > begin)


def aim(where, probability=0, waiting=True):
    """Failures only with this range of code on the stack.

    probability, in percent, is for packets: they belong to no task. Without
    waiting, only allocations that may not sleep can fail. What kmemleak
    notes of each allocation is not the module's.
    """
    not_these = text_of("__alloc_object")
    for kind in KINDS:
        for name, value in (
                ("probability", 0), ("interval", 1), ("times", TIMES),
                ("space", 0), ("verbose", 0), ("task-filter", "N"),
                ("stacktrace-depth", 32),
                ("reject-start", "0x%x" % not_these[0]),
                ("reject-end", "0x%x" % not_these[1]),
                ("require-start", "0x%x" % where[0]),
                ("require-end", "0x%x" % where[1]),
                ("ignore-gfp-wait", "N" if waiting else "Y"),
                ("probability", probability)):
            write("%s/%s/%s" % (DEBUG, kind, name), value)
    write(DEBUG + "/fail_page_alloc/min-order", 0)
    # vmalloc asks for such pages on all machines
    write(DEBUG + "/fail_page_alloc/ignore-gfp-highmem", "N")


def failures():
    """How many allocations have failed since aim()."""
    return sum(TIMES - int(read("%s/%s/times" % (DEBUG, kind)))
               for kind in KINDS)


# --- What is tried ---------------------------------------------------------

class Refused(Exception):
    """What was tried has failed and says so."""


def command(args):
    """A command line of the CLI."""
    def act(node, nth):
        _tried.add(" ".join(args.split()[:2]))
        # a shell's own forks are small, as those of this process are not
        status, text = node.wire.shell.run(
            "echo %d >/proc/self/fail-nth; exec %s %s" % (nth, SEGWARD, args))
        if status:
            # "status" found an error; all others have met one
            assert status == (1 if args == "status" else 2), \
                "%s: exit %d: %s" % (args, status, text)
            raise Refused(text.strip())
    return act


@contextlib.contextmanager
def failing(nth):
    """The nth allocation of this process fails."""
    fd = os.open("/proc/self/fail-nth", os.O_WRONLY)
    os.write(fd, b"%d" % nth)
    try:
        yield
    finally:
        os.pwrite(fd, b"0", 0)
        os.close(fd)


def request(name, /, **values):
    """A request as the CLI makes it; what it begins ends with it."""
    def act(node, nth):
        with contextlib.closing(node.socket()) as nl:
            try:
                with failing(nth):
                    nl.do(name, **values)
            except genl.Refused as e:
                raise Refused(str(e)) from e
    return act


def call(function, *args):
    """A system call; not having memory is the only failure."""
    if function(*args):
        err = ctypes.get_errno()
        assert err == ENOMEM, os.strerror(err)
        raise Refused(os.strerror(err))


class Node:
    """All that the namespace tells about itself, by dumps."""

    def __init__(self, wire):
        self.wire = wire
        self.nl = self.socket()
        # without a listener nobody would be told
        self.ear = self.socket()
        self.ear.join("config")

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        if failed:
            self.wire.segward("apply /dev/null sync")
            configure(self.wire)
        self.nl.close()
        self.ear.close()

    def socket(self):
        with inside(self.wire.node):
            return genl.Socket(_spec)

    def now(self):
        nl = self.nl
        with contextlib.suppress(OSError):  # told that it was not told
            self.ear.heard()
        found = {name: nl.dump(name) for name in
                 ("sid-get", "profile-get", "ruleset-get", "reputation-get")}
        found["rules"] = {r["name"]: nl.dump("rule-get", ruleset=r["name"])
                          for r in found["ruleset-get"]}
        found["stats"], = nl.do("stats-get")
        # names stay until their identifiers are needed
        del found["stats"]["reputation-memory"]
        found["routes"] = self.routes()
        for entry in found["reputation-get"]:
            entry.pop("expires", None)
        return found

    def routes(self):
        """Those of all tables, without their reference counts and uses."""
        with inside(self.wire.node):
            rows = read("/proc/thread-self/net/ipv6_route").splitlines()
        return {" ".join(r[:6] + r[8:]) for r in map(str.split, rows)}

    def configured(self):
        """Without what counts changes."""
        found = self.now()
        for kind in ("profile-get", "ruleset-get"):
            for row in found[kind]:
                row.pop("generation", None)
        del found["stats"]
        return found


def differences(before, after):
    lines = []
    for k in before:
        a, b = before[k], after[k]
        if isinstance(a, set):
            a, b = a - b, b - a
        if a != b:
            lines.append("%s: was %r, is %r" % (k, a, b))
    return "\n".join(lines)


def same(before, after, what):
    assert before == after, "%s\n%s" % (what, differences(before, after))


class Tries:
    """Attempts with one more allocation let through each time.

    Ends behind the first attempt that met no failure.
    """

    def __init__(self, what):
        self.what = what
        self.refused = self.passed = self.failed = 0
        self.begin = time.monotonic()

    def __iter__(self):
        for nth in range(1, MOST):
            self.failed = failures()
            yield nth
            if not self.met:
                self._report(nth - 1)
                return
        raise AssertionError("%s: more than %d allocations" %
                             (self.what, MOST))

    @property
    def met(self):
        """Did an allocation of this attempt fail?"""
        return failures() > self.failed

    def _report(self, n):
        print("# %s: %d allocations failed, %d times refused, %d times done "
              "all the same, %.1f s" %
              (self.what, n, self.refused, self.passed,
               time.monotonic() - self.begin), flush=True)

    def attempt(self, act, *args):
        """Why it was refused, or nothing."""
        try:
            act(*args)
        except Refused as e:
            assert self.met, "%s: refused without a failure: %s" % (
                self.what, e)
            assert NO_MEMORY.search(str(e)), "%s: another reason: %s" % (
                self.what, e)
            self.refused += 1
            return str(e)
        self.passed += self.met
        return None


def walk(node, what, act, undo=(), least=1):
    """Let each allocation of an act fail; undo is done after each success."""
    base, before = node.configured(), node.now()
    tries = Tries(what)
    for nth in tries:
        refused = tries.attempt(act, node, nth)
        where = "%s, allocation %d" % (what, nth)
        if refused:
            same(before, node.now(), where + ": changed something")
            continue
        met = tries.met
        for step in undo:
            step(node, 0)
        same(base, node.configured(), where + ": is not undone")
        before = node.now()
        if not met:
            assert nth > least, "%s: %d allocations" % (what, nth - 1)


# --- The node --------------------------------------------------------------

def text_file(name, text):
    path = os.path.join(_folder.name, name)
    with open(path, "w", encoding="ascii") as f:
        f.write(text)
    return path


RULES = text_file("a.rules", "".join(
    'drop udp any any -> any any (msg:"evil"; content:"EVIL%d"; '
    'sid:%d; rev:1;)\n' % (n, n + 1) for n in range(6)) +
    'reject tcp any any -> any any (msg:"no"; content:"RESET"; sid:90;)\n')
FEED = text_file("feed", "".join(
    "192.0.%d.0/24\n2001:db8:%x::/48\n" % (n, n) for n in range(40)))
THRESHOLD = "reputation botnet min-score 80 verdict drop"
SLICE = "slice mode prevent ruleset base " + THRESHOLD
BASE = "%s/64 action End.AN profile slice zone 7" % SID
BASED = {"action": "end-an", "profile": "slice", "zone": 7,
         "route_table": 254, "route_metric": 1024}
KEY = 17


def setup(wire):
    wire.run("ip link add red type vrf table 10 && ip link set red up && "
             "ip -6 route add default via 2001:db8:2::2 && "
             "sysctl -qw net.vrf.strict_mode=1 && "
             "echo secret | setsid -w ip sr hmac set %d sha256" % KEY)
    configure(wire)


def configure(wire):
    for line in (
            "ruleset load base " + RULES,
            "profile add " + SLICE,
            "profile add other mode monitor ruleset base",
            "sid add " + BASE,
            "reputation add 192.0.2.0/24 category botnet score 90 "
            "source soc",
            "reputation add 2001:db8:66::1 category spam score 50 "
            "source feed"):
        wire.segward(line)
    aim(text_of_module())


# --- Claims ----------------------------------------------------------------

def address(text):
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    return socket.inet_pton(family, text)


def sid(text):
    """What names a SID in a request."""
    return {"prefix": address(text), "prefix_len": 64}


def sids(wire):
    """SIDs of all kinds."""
    with inside(wire.node):
        n0, n1, red = map(socket.if_nametoindex, ("n0", "n1", "red"))
    an = {"action": "end-an", "profile": "slice"}
    sources = [{"address": address(a), "prefix-len": 64}
               for a in ("2001:db8:1::", "2001:db8:2::")]
    values = [{"value": n, "profile": name}
              for n, name in enumerate(("slice", "other"))]
    yield {"action": "end"}
    yield dict(an, zone=7, allow_src=sources)
    yield dict(an, argument=values, argument_len=8)
    yield dict(an, hmac=KEY, iif=n0)
    yield dict(an, return_table=254)
    yield dict(an, return_vrf=red)
    yield dict(an, return_segments=address(NEXT) + address("2001:db8:f::2"))
    yield dict(an, flavors=1 << 4, lblen=48, nflen=16)
    yield {"action": "end-x", "nh6": address("fe80::9"), "oif": n1,
           "flavors": 1 << 1 | 1 << 2 | 1 << 3}
    yield {"action": "end-t", "table": 100}
    yield {"action": "end-dx4", "nh4": address("192.0.2.9"), "oif": n1}
    yield {"action": "end-dx6", "nh6": address("2001:db8:2::3"), "oif": n1}
    yield {"action": "end-dt4", "table": 254}
    yield {"action": "end-dt6", "table": 100, "profile": "slice",
           "argument": values, "argument_len": 32}
    yield {"action": "end-dt46", "vrftable": 10}


def named(words):
    """A SID in a few words."""
    return " ".join(k if k != "action" else v for k, v in words.items())


@claim
def a_failed_sid_new_changes_nothing(wire):
    with Node(wire) as node:
        for words in sids(wire):
            walk(node, "sid-new " + named(words),
                 request("sid-new", create=True, **sid(OTHER), **words),
                 [request("sid-del", **sid(OTHER))], 3)


@claim
def a_failed_sid_new_that_replaces_changes_nothing(wire):
    with Node(wire) as node:
        for words in sids(wire):
            walk(node, "sid-new for " + named(words),
                 request("sid-new", replace=True, **sid(SID), **words),
                 [request("sid-new", replace=True, **sid(SID), **BASED)], 2)


@claim
def a_failed_sid_add_changes_nothing(wire):
    add = ("sid add %s/64 action End.AN profile slice zone 9 iif n0 hmac %d "
           "allow-src 2001:db8:1::/64 argument 1=other argument-len 8 "
           "return table main table 100" % (OTHER, KEY))
    with Node(wire) as node:
        walk(node, "sid add", command(add),
             [command("sid del %s/64" % OTHER)], 8)
        walk(node, "sid add in a VRF",
             command("sid add %s/64 action End.DT46 vrftable 10 vrf red" %
                     VRF_SID), [command("sid del %s/64 vrf red" % VRF_SID)],
             3)


@claim
def a_failed_sid_replace_changes_nothing(wire):
    with Node(wire) as node:
        walk(node, "sid replace",
             command("sid replace %s/64 action End.X nh6 fe80::9 oif n1 "
                     "profile other metric 77 return segs 2001:db8:f::7" %
                     SID),
             [command("sid replace " + BASE)], 3)


@claim
def a_failed_first_sid_leaves_no_hook(wire):
    with Node(wire) as node:
        wire.segward("sid del %s/64" % SID)
        add = command("sid add " + BASE)
        remove = command("sid del %s/64" % SID)
        walk(node, "first sid add", add, [remove], 3)
        add(node, 0)
        walk(node, "last sid del", remove, [add], 0)


@claim
def a_failed_sid_del_changes_nothing(wire):
    add = command("sid add %s/64 action End.AN profile slice argument 1=other "
                  "argument-len 8" % OTHER)
    with Node(wire) as node:
        add(node, 0)
        for line in ("sid del %s/64" % OTHER, "sid flush %s/64" % OTHER):
            walk(node, line, command(line), [add], 0)
        wire.segward("sid del %s/64" % OTHER)


@claim
def a_failed_profile_command_changes_nothing(wire):
    settings = ("mode prevent ruleset base reputation botnet min-score 1 "
                "verdict drop variable HOME_NET '[10.0.0.0/8,!10.1.0.0/16]' "
                "override signature-id 1 verdict report "
                "suppress signature-id 2 src 192.0.2.0/24 "
                "exception inner-fragment pass-packet")
    back = [command("profile replace " + SLICE)]
    remove = command("profile del new")
    with Node(wire) as node:
        walk(node, "profile add", command("profile add new " + settings),
             [request("profile-del", name="new")], 5)
        walk(node, "profile replace",
             command("profile replace slice " + settings), back, 5)
        walk(node, "profile set",
             command("profile set slice mode monitor suppress "
                     "signature-id 3 no reputation botnet"), back, 3)
        wire.segward("profile add new")
        walk(node, "profile del", remove, [command("profile add new")], 0)
        wire.segward("profile del new")


@claim
def a_failed_ruleset_command_changes_nothing(wire):
    load, remove = command("ruleset load new " + RULES), command(
        "ruleset del new")
    with Node(wire) as node:
        walk(node, "ruleset load", load,
             [request("ruleset-del", name="new")], 4)
        walk(node, "ruleset load over another",
             command("ruleset load base " + RULES), (), 4)
        load(node, 0)
        walk(node, "ruleset del", remove, [load], 0)
        remove(node, 0)


@claim
def a_failed_reputation_command_changes_nothing(wire):
    entry = "reputation %s 192.0.2.0/24 category botnet score %d source soc"
    fresh = command("reputation add 198.51.100.0/24 category fresh score 9 "
                    "source other")
    flush = command("reputation flush source other")
    with Node(wire) as node:
        walk(node, "reputation add", fresh,
             [request("reputation-del", source="other")], 2)
        walk(node, "reputation replace", command(entry % ("replace", 91)),
             [command(entry % ("replace", 90))])
        fresh(node, 0)
        walk(node, "reputation del",
             command("reputation del 198.51.100.0/24 source other"), [fresh],
             0)
        walk(node, "reputation flush", flush, [fresh], 0)
        flush(node, 0)
        # what appends finds the table and the source's name there
        for more, least in (("", 3), (" append", 1)):
            walk(node, "reputation load" + more,
                 command("reputation load %s source list category listed "
                         "score 70%s" % (FEED, more)),
                 [request("reputation-del", source="list")], least)


@claim
def a_failed_look_changes_nothing(wire):
    with Node(wire) as node:
        for line in ("sid show", "sid get %s1" % SID, "sid save",
                     "profile show", "ruleset show", "rule show ruleset base",
                     "reputation show", "reputation get",
                     "reputation get 192.0.2.7", "flow show",
                     "flow show port 80", "stats show", "event show",
                     "status", "save"):
            walk(node, line, command(line), (), 0)


@claim
def a_failed_setting_changes_nothing(wire):
    with Node(wire) as node:
        walk(node, "stats set", command("stats set image-unprivileged on"),
             [command("stats set image-unprivileged off")], 0)


@claim
def a_failed_flush_may_be_said_again(wire):
    with Node(wire) as node:
        walk(node, "flow flush", command("flow flush"), (), 0)


@claim
def a_failed_trace_leaves_none_behind(wire):
    with Node(wire) as node:
        walk(node, "trace-set", request("trace-set"))


@claim
def a_failed_apply_can_be_said_again(wire):
    """Whatever a failed one left, the next one makes of it what it says."""
    more = ("profile add more mode prevent ruleset base",
            "sid add %s/64 action End.AN profile more" % OTHER,
            "reputation add 203.0.113.0/24 category more score 9 source more")
    with Node(wire) as node:
        base = node.configured()
        small = text_file("small", wire.segward("save"))
        for line in more:
            wire.segward(line)
        want = node.configured()
        large = text_file("large", wire.segward("save"))
        tries = Tries("apply")
        for nth in tries:
            wire.segward("apply %s sync" % small)
            same(base, node.configured(), "apply back, %d" % nth)
            tries.failed = failures()
            if tries.attempt(command("apply %s sync" % large), node, nth):
                wire.segward("apply %s sync" % large)
            same(want, node.configured(), "apply, allocation %d" % nth)
        wire.segward("apply %s sync" % small)


OBJECTS = ("sid", "profile", "ruleset", "rule", "reputation", "flow",
           "event", "stats")
# what does not end, and what does not ask the kernel
LEFT_OUT = {"event monitor", "ruleset check"}


def commands(wire):
    """All of the CLI, by its own words."""
    for name in OBJECTS:
        text = wire.segward(name + " help")
        for one, some in re.findall(r"segward %s (?:(\w+)|\{(.*?)\})" % name,
                                    text):
            for word in some.split("|") if some else [one]:
                yield "%s %s" % (name, word.strip())


@claim
def every_command_of_the_cli_was_tried(wire):
    found = set(commands(wire))
    assert {"sid add", "rule show", "stats set"} < found, found
    assert not found - _tried - LEFT_OUT, sorted(found - _tried - LEFT_OUT)


@contextlib.contextmanager
def elsewhere():
    """A namespace to be made; from inside back to this one."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        yield
    finally:
        _libc.setns(home, CLONE_NEWNET)
        os.close(home)


@claim
def a_namespace_is_made_whole_or_not_at_all(_wire):
    tries = Tries("a new namespace")

    def unshare(nth):
        with elsewhere():
            with failing(nth):
                call(_libc.unshare, CLONE_NEWNET)
            with contextlib.closing(genl.Socket(_spec)) as nl:
                assert nl.do("stats-get")[0]["sids"] == 0

    for nth in tries:
        tries.attempt(unshare, nth)
    assert tries.refused >= 2, tries.refused


@claim
def the_first_sid_of_a_namespace_brings_all_it_needs_or_nothing(_wire):
    """Its device, the hook, the store of fragments."""
    tries = Tries("the first sid-new of a namespace")
    add = dict(sid(SID), action="end", create=True)

    def first(nth):
        with elsewhere():
            call(_libc.unshare, CLONE_NEWNET)
            with contextlib.closing(genl.Socket(_spec)) as nl:
                before = tries.failed = failures()
                try:
                    with failing(nth):
                        nl.do("sid-new", **add)
                    assert len(nl.dump("sid-get")) == 1
                except genl.Refused as e:
                    assert failures() > before, e
                    assert not nl.dump("sid-get"), e
                    assert not nl.do("stats-get")[0]["hook"], e
                    nl.do("sid-new", **add)
                    # device_add() says EINVAL if it has got no name
                    assert e.errno in (ENOMEM, ENOBUFS, EINVAL), e
                    raise Refused(os.strerror(ENOMEM)) from e

    for nth in tries:
        tries.attempt(first, nth)
    assert tries.refused >= 20, tries.refused


def unload():
    """The last of a namespace may still be on its way."""
    end = time.monotonic() + BOUND
    while _libc.syscall(SYS_DELETE_MODULE, b"segward", os.O_NONBLOCK):
        err = ctypes.get_errno()
        assert err in (EAGAIN, EBUSY), os.strerror(err)
        assert time.monotonic() < end, "the module stays in use"


@claim
def the_module_is_loaded_whole_or_not_at_all(wire):
    """Here all that it asks for as it starts counts."""
    tries = Tries("insmod")
    fd = os.open(MODULE, os.O_RDONLY)

    def load(nth):
        with failing(nth):
            call(_libc.syscall, SYS_FINIT_MODULE, fd, b"", 0)

    wire.segward("sid flush")
    unload()
    aim(text_of("do_one_initcall"))
    try:
        for nth in tries:
            refused = tries.attempt(load, nth)
            loaded = os.path.isdir("/sys/module/segward")
            assert loaded == (not refused), "allocation %d" % nth
            if loaded:
                unload()
    finally:
        os.close(fd)
        with contextlib.suppress(AssertionError):
            unload()
        sh("insmod " + MODULE)
        configure(wire)
    assert tries.refused >= 10, tries.refused


# --- Packets ---------------------------------------------------------------

def to(sid, inner=None):
    return p.encap(HEADEND, [NEXT, sid], 1,
                   inner or p.inner(6, "udp", payload=b"good"))


def udp(payload):
    return p.inner(6, "udp", payload=payload)


@contextlib.contextmanager
def short_of_memory(wire, percent):
    """What the module asks for in a softirq is there by chance.

    A listener holds a copy of each packet, so that none may be written to.
    """
    with contextlib.closing(frame_socket(wire.node, "n0")):
        try:
            aim(text_of_module(), probability=percent, waiting=False)
            yield
        finally:
            aim(text_of_module())


@claim
def reason_no_memory_is_counted(wire):
    wire.segward("sid add %s/64 action End" % OTHER)
    with short_of_memory(wire, 100):
        for _ in range(10):
            wire.send(to(OTHER))
        got = wire.settle()
    assert got["s"] == [] and got["t"] == [], got
    assert drops(wire, OTHER) == {"no-memory": 10}, drops(wire, OTHER)
    pkt = to(OTHER)
    wire.expect(pkt, s=p.after_end(pkt))
    wire.segward("sid del %s/64" % OTHER)


@claim
def inspected_packets_pass_or_are_dropped_and_counted(wire):
    wire.segward("sid add %s/64 action End.AN profile slice" % OTHER)
    good, evil = to(OTHER), to(OTHER, udp(b"an EVIL3 one"))
    with short_of_memory(wire, 20):
        for _ in range(300):
            wire.send(good)
            wire.send(evil)
            wire.drain()
        got = wire.settle()
    sid, dropped = wire.sid(OTHER), drops(wire, OTHER)
    out = [f[14:] for f in got["s"]]
    assert set(out) == {p.after_end(good)}, "something else went out"
    assert sid["packets"] == 600, sid
    assert sum(dropped.values()) + len(out) == 600, (dropped, len(out))
    assert set(dropped) == {"no-memory", "rule"}, dropped
    print("# %r of 600, %d passed" % (dropped, len(out)))
    wire.expect(good, s=p.after_end(good))
    wire.expect(evil)
    wire.segward("sid del %s/64" % OTHER)


def fragments():
    """Two halves of a datagram that a rule drops."""
    data = b"an EVIL5 one".ljust(64, b".")
    body = p.udp("2001:db8:a::10", "2001:db8:b::20", 1, 2, data)
    for start, end, more in ((0, 40, True), (40, len(body), False)):
        yield p.ipv6("2001:db8:a::10", "2001:db8:b::20", p.FRAGMENT,
                     p.fragment(p.UDP, start, more, 7, body[start:end]))


# each of these ways of a packet asks for memory elsewhere
WAYS = (
    ("action End.AN flavors next-csid lblen 48 nflen 16 profile slice",
     [udp(b"x")]),
    ("action End.X nh6 fe80::9 oif n1 flavors psp,usd profile slice",
     [udp(b"x"), udp(b"EVIL1")]),
    ("action End.DX6 nh6 2001:db8:2::3 oif n1 profile slice", [udp(b"x")]),
    ("action End.DX4 nh4 192.0.2.9 oif n1",
     [p.inner(4, "udp", payload=b"x")]),
    ("action End.DT46 table main", [p.inner(4, "udp", payload=b"x"),
                                    udp(b"x")]),
    ("action End.AN profile slice return table main",
     [p.inner(6, "tcp", payload=b"a RESET one")]),
    ("action End.AN profile slice return segs 2001:db8:f::7",
     [p.inner(6, "tcp", payload=b"a RESET one")]),
    ("action End.AN profile slice", list(fragments())),
    ("action End.AN profile slice hmac %d" % KEY, [udp(b"x")]),
)


def packets_of(words, inners):
    """As the action wants them: in the middle of a list, or at its end."""
    if "End.D" not in words:
        return [to(OTHER, inner) for inner in inners]
    return [p.encap(HEADEND, [OTHER, NEXT], 0, inner) for inner in inners]


@claim
def whatever_a_packet_asks_memory_for_it_is_counted_once(wire):
    for words, inners in WAYS:
        wire.segward("sid add %s/64 %s" % (OTHER, words))
        with short_of_memory(wire, 30):
            for _ in range(50):
                for pkt in packets_of(words, inners):
                    wire.send(pkt)
                wire.drain()
            wire.settle()
        sid, dropped = wire.sid(OTHER), drops(wire, OTHER)
        print("# %s: %r, %d forwarded" % (words, dropped, sid["forwarded"]))
        assert dropped.get("no-memory") or "hmac" in words, dropped
        assert sid["packets"] == 50 * len(inners), sid
        assert sid["forwarded"] + sum(dropped.values()) == sid["packets"], sid
        wire.segward("sid del %s/64" % OTHER)


@claim
def echo_requests_are_answered_or_counted(wire):
    wire.segward("sid add %s/64 action End" % OTHER)
    before = wire.stats()["echo_replies"]
    ping = p.ipv6(HEADEND, OTHER, p.ICMPV6,
                  p.icmp6(HEADEND, OTHER, 128, 0, 1, b"ping"))
    with short_of_memory(wire, 30):
        for _ in range(50):
            wire.send(ping)
        got = wire.settle()
    answers = wire.stats()["echo_replies"] - before
    dropped = drops(wire, OTHER)
    assert answers + sum(dropped.values()) == 50, (answers, dropped)
    assert 0 < len(got["c"]) <= answers, (len(got["c"]), answers)
    wire.segward("sid del %s/64" % OTHER)


@claim
def nothing_of_it_all_is_leaked(_wire):
    """What nobody points at when all is gone. New objects have 5 s grace."""
    sh("rmmod segward")
    try:
        for _ in range(2):
            time.sleep(6)
            write(KMEMLEAK, "scan")
        found = read(KMEMLEAK)
    finally:
        sh("insmod " + MODULE)
    assert not found, found[:6000]


def lacks():
    """What this kernel does not have, or nothing."""
    for path in ("/proc/self/fail-nth", DEBUG + "/failslab/require-start",
                 DEBUG + "/fail_page_alloc/require-start", KMEMLEAK):
        if not os.path.exists(path):
            return path
    return None


if __name__ == "__main__":
    if lacks():
        print("TAP version 13\n1..0 # SKIP this kernel has no fault "
              "injection: no " + lacks())
        sys.exit(4)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    write(KMEMLEAK, "clear")
    main(setup)
