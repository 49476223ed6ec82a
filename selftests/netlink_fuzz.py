#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Messages made from the spec that are right, nearly right, and noise.

After each message that is refused everything that can be dumped is as it was;
after one that is accepted it can be dumped and adds up. Both are looked at
after every single message.

From the environment: MESSAGES, how many of them; SEED, which was printed by a
run that is to be repeated. Work is done in rounds that begin with the same
configuration and a seed of their own: ROUND repeats a single one.
"""

import collections
import errno
import os
import random
import struct
import subprocess
import time

import mutate
import netlink_right as right
from claims import claim, equal, main
from genl import (ACK, DUMP, ECHO, NLMSG_DONE, NLMSG_ERROR, REQUEST, Refused,
                  Socket, Spec, enter)
from image import rich, upload

NS = "segward-fuzz"
MESSAGES = int(os.environ.get("MESSAGES", 2000))
SEED = int(os.environ.get("SEED", 0)) or random.SystemRandom().randrange(
    1, 2 ** 31)
ROUND = int(os.environ.get("ROUND", -1))
PER_ROUND = 100         # few enough to be looked through when one is wrong
SOCKET_AGE = 25         # what a socket began must not use up the namespace
TRIES = 100             # to make a message

NLMSG_NOOP, NLMSG_MIN_TYPE, UNREGISTERED = 1, 0x10, 0x7fff
HEADER = struct.Struct("=IHHIIBBH")

# Counters: what they count is not configuration.
MOVING = ("reputation-memory", "reputation-entries", "events", "events-lost")

DUMPS = (("sid-get", {}), ("profile-get", {}), ("ruleset-get", {}),
         ("rule-get", {"ruleset": "base"}), ("reputation-get", {}))


# --- What the namespace has --------------------------------------------------

class Watcher:
    """Dumps everything, in as few system calls as that takes."""

    def __init__(self, spec):
        self.nl = Socket(spec)
        self.requests = [(op, DUMP, spec.encode(
            spec.ops[op]["attribute-set"], values)) for op, values in DUMPS]
        self.requests.append(("stats-get", 0, b""))

    def _send(self, requests):
        """One buffer; {sequence number: command}."""
        data, names = b"", {}
        for op, flags, payload in requests:
            self.nl.seq += 1
            names[self.nl.seq] = op
            data += HEADER.pack(20 + len(payload), self.nl.family,
                                REQUEST | flags, self.nl.seq, 0,
                                self.nl.spec.ops[op]["number"], 1,
                                0) + payload
        self.nl.sock.send(data)
        return names

    def _read(self, names, state):
        """Fills in the answers; the commands that have to be asked again."""
        busy = set()
        for _, kind, seq, data in self.nl.pending():
            op = names[seq]
            if kind == NLMSG_ERROR and \
                    data[:4] == struct.pack("=i", -errno.EBUSY):
                busy.add(op)
            elif kind == NLMSG_ERROR:
                state[op].append(data[:4])
            elif kind != NLMSG_DONE:
                state[op].append(data[4:])
        return busy

    def state(self):
        """{command: [what was answered]}, one dump at a time in a socket."""
        state = {op: [] for op, _, _ in self.requests}
        left = self.requests
        while left:
            busy = self._read(self._send(left), state)
            left = [r for r in left if r[0] in busy]
        return state


def fixed(spec, state):
    """A state without what moves by itself; reputation by what it is of."""
    out = {op: answers for op, answers in state.items()
           if op not in ("stats-get", "reputation-get")}
    stats = spec.decode("stats", state["stats-get"][0])
    out["stats-get"] = {k: v for k, v in stats.items() if k not in MOVING}
    out["reputation-get"] = entries(spec, state)
    return out


def entries(spec, state):
    found = {}
    for answer in state["reputation-get"]:
        for e in spec.decode("reputation", answer).get("entry", []):
            key = (e["address"], e["prefix-len"], e["category"], e["source"])
            assert key not in found, "%r is told twice" % (key,)
            found[key] = (e["score"], e.get("expires"))
    return found


def same_entries(was, now, elapsed):
    """Nothing came, and what went had to, or tells a smaller rest."""
    for key in set(was) | set(now):
        score, expires = was.get(key, (None, None))
        if key not in now:
            assert expires is not None and expires <= elapsed, \
                "%r is gone" % (key,)
            continue
        assert key in was, "%r is new" % (key,)
        equal(now[key][0], score, "score of %r" % (key,))
        equal(now[key][1] is None, expires is None, "expiry of %r" % (key,))
        if expires is not None:
            assert expires - elapsed <= now[key][1] <= expires, \
                "expiry of %r: %r, then %r" % (key, expires, now[key][1])


def difference(spec, op, was, now):
    """For people: what a dump told that it does not tell now."""
    if op == "stats-get":
        return {k: (v, now.get(k)) for k, v in was.items() if now.get(k) != v}
    name = spec.ops[op]["attribute-set"]
    return [spec.decode(name, a) for a in was if a not in now], \
        [spec.decode(name, a) for a in now if a not in was]


def unchanged(spec, before, after, elapsed):
    """elapsed in milliseconds, with all that it took to ask."""
    if before == after:
        return
    was, now = fixed(spec, before), fixed(spec, after)
    same_entries(was.pop("reputation-get"), now.pop("reputation-get"),
                 elapsed)
    for op, answers in was.items():
        assert answers == now[op], "a refused message changed %s: %r" % \
            (op, difference(spec, op, answers, now[op]))


def consistent(spec, state):
    """What one dump says, the others say."""
    told = {op: [spec.decode(spec.ops[op]["attribute-set"], a)
                 for a in answers if len(a) > 4]
            for op, answers in state.items()}
    stats = told["stats-get"][0]
    profiles = {p["name"]: p for p in told["profile-get"] if "users" in p}
    rulesets = {r["name"]: r for r in told["ruleset-get"] if "users" in r}
    users, names = collections.Counter(), collections.Counter()
    for sid in told["sid-get"]:
        users.update([sid["profile"]] if "profile" in sid else [])
        users.update(a["profile"] for a in sid.get("argument", []))
    for profile in told["profile-get"]:
        names.update(profile.get("ruleset", []))
    equal({n: p["users"] for n, p in profiles.items()},
          {n: users[n] for n in profiles}, "users of profiles")
    equal({n: r["users"] for n, r in rulesets.items()},
          {n: names[n] for n in rulesets}, "users of rulesets")
    assert set(users) <= set(profiles) and set(names) <= set(rulesets), \
        "somebody uses what is not there"
    equal([stats["sids"], stats["profiles"], stats["rulesets"]],
          [len(told["sid-get"]), len(profiles), len(rulesets)], "numbers")
    equal(stats["hook"], int(stats["sids"] > 0), "hook")
    if "base" in rulesets:
        equal(len(told["rule-get"]), rulesets["base"]["rules"], "rules")


# --- Messages ----------------------------------------------------------------

Message = collections.namedtuple("Message", "kind op data")


class Maker:
    """Messages by a seed, for one socket at a time."""

    def __init__(self, spec, rng):
        self.spec = spec
        self.rng = rng
        self.recipes = right.recipes()
        self.nl = None
        self.makers = ((self.valid, 2), (self.mutated, 6), (self.random, 3),
                       (self.flipped, 2), (self.truncated, 3),
                       (self.extended, 1), (self.header, 2),
                       (self.image, 1), (self.several, 2))

    def request(self):
        """Something right: a command and its attributes as a tree."""
        if self.rng.random() < 0.15:
            op, values = self.rng.choice(right.HANDLED)(self.nl)
        else:
            op, values = self.rng.choice(self.recipes)
        name = self.spec.ops[op]["attribute-set"]
        return op, mutate.tree(self.spec, name, values)

    def flags(self, op):
        ways = self.spec.ops[op]
        flags = REQUEST | ACK
        if "dump" in ways and ("do" not in ways or self.rng.random() < 0.3):
            flags |= DUMP
        return flags | (ECHO if self.rng.random() < 0.1 else 0)

    def message(self, op, payload, cut=0, **header):
        """A whole message; cut says how much of its end is not sent."""
        self.nl.seq += 1
        h = {"length": 20 + len(payload) - cut, "kind": self.nl.family,
             "flags": self.flags(op), "seq": self.nl.seq, "pid": 0,
             "command": self.spec.ops[op]["number"], "version": 1,
             "reserved": 0}
        h.update(header)
        data = HEADER.pack(*h.values()) + payload
        return data[:len(data) - cut] if cut else data

    def make(self):
        makers, weights = zip(*self.makers)
        maker, = self.rng.choices(makers, weights)
        op, data = maker()
        return Message(maker.__name__, op, data)

    def valid(self):
        op, nodes = self.request()
        return op, self.message(op, mutate.encode(nodes))

    def mutated(self):
        op, nodes = self.request()
        return op, self.message(op, mutate.encode(
            mutate.mutated(self.rng, nodes)))

    def flipped(self):
        op, nodes = self.request()
        return op, self.message(op, mutate.flipped(self.rng,
                                                   mutate.encode(nodes)))

    def truncated(self):
        op, nodes = self.request()
        payload = mutate.encode(nodes)
        return op, self.message(op, payload,
                                cut=self.rng.randrange(len(payload) + 5))

    def extended(self):
        op, nodes = self.request()
        noise = self.rng.randbytes(self.rng.choice(mutate.SIZES))
        return op, self.message(op, mutate.encode(nodes) + noise)

    def random(self):
        """Any attributes of the command's set, or noise."""
        op = self.rng.choice([o for o, v in self.spec.ops.items()
                              if "do" in v or "dump" in v])
        if self.rng.random() < 0.1:
            payload = self.rng.randbytes(self.rng.randrange(64))
        else:
            name = self.spec.ops[op]["attribute-set"]
            payload = mutate.encode(self.attributes(name, 3))
        return op, self.message(op, payload)

    def attributes(self, name, depth):
        attrs = list(self.spec.sets[name].values())
        return [self.attribute(self.rng.choice(attrs), depth)
                for _ in range(self.rng.randrange(10))]

    def attribute(self, attr, depth):
        if attr["type"] == "nest" and depth:
            return [attr["number"] | mutate.NESTED,
                    self.attributes(attr["nested-attributes"], depth - 1), 0]
        return [attr["number"], self.value(attr["type"]), 0]

    def value(self, kind):
        if self.rng.random() < 0.1:
            return self.rng.randbytes(self.rng.choice(mutate.SIZES))
        if kind == "string":
            return self.rng.choice((b"base\0", b"p\0", b"q\0", b"botnet\0",
                                    b"a\0", b"\0", b"x" * 31 + b"\0",
                                    b"a b\0", b"no zero", b"\xff\xfe\0"))
        if kind in ("u32", "u64"):
            number = self.rng.choice(mutate.NUMBERS)
            return struct.pack("=I" if kind == "u32" else "=Q", number)
        if kind == "flag":
            return b""
        return self.rng.choice((right.a4("192.0.2.1"), right.prefix(0),
                                right.prefix(1), right.a6("fe80::1"), b""))

    def header(self):
        """Something right under a header that is not."""
        op, nodes = self.request()
        payload = mutate.encode(nodes)
        field = self.rng.choice((
            {"kind": self.rng.choice((0, NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE,
                                      NLMSG_MIN_TYPE - 1, UNREGISTERED))},
            {"flags": self.rng.getrandbits(16)},
            {"flags": REQUEST | ACK | 1 << self.rng.randrange(16)},
            {"seq": self.rng.getrandbits(32)},
            {"pid": self.rng.getrandbits(32)},
            {"length": self.rng.choice((0, 1, 15, 16, 19, 20, 21, 65535,
                                        len(payload), 2 ** 32 - 1))},
            {"command": self.rng.randrange(256)},
            {"version": self.rng.randrange(256)},
            {"reserved": self.rng.getrandbits(16)}))
        return op, self.message(op, payload, **field)

    def image(self):
        """An image that is not quite one, uploaded without a fault."""
        data = rich(self.rng.randrange(5))
        data = self.rng.choice((mutate.flipped, mutate.words))(self.rng, data)
        if self.rng.random() < 0.1:
            data = data[:self.rng.randrange(160, len(data))]
        values = {"name": self.rng.choice(("base", "spare")), "create": True,
                  "replace": True, "upload": upload(self.nl, data)}
        return "ruleset-new", self.message(
            "ruleset-new", self.spec.encode("ruleset", values))

    def several(self):
        """Some of the others in one buffer, as netlink aligns them."""
        data = b""
        for _ in range(self.rng.randrange(2, 6)):
            op, more = self.rng.choice((self.valid, self.mutated, self.random,
                                        self.truncated, self.header))()
            data += more + b"\0" * (-len(more) % 4)
        return op, data


ACCEPTED, REFUSED, UNKNOWN = "accepted", "refused", "unknown"


def outcome(data, answers):
    """What the kernel says that it did; of several the most."""
    refused = []
    for _, kind, _, answer in answers:
        if kind in (NLMSG_ERROR, NLMSG_DONE):
            code = -struct.unpack_from("=i", answer)[0]
            if not code:
                return ACCEPTED, []
            refused.append(code)
        else:
            return ACCEPTED, []
    if refused or not wants_answers(data):
        return (REFUSED if wants_answers(data) else UNKNOWN), refused
    return REFUSED, []          # and so badly that nobody told


def wants_answers(data):
    """Whether each message of the buffer asks for one."""
    at = 0
    while at + 16 <= len(data):
        length, _, flags = struct.unpack_from("=IHH", data, at)
        if length < 16 or at + length > len(data):
            return True         # the kernel stops here
        if not flags & ACK:
            return False
        at += (length + 3) & ~3
    return True


class Fuzzer:
    """Sends messages, and looks at everything after each."""

    def __init__(self, spec):
        self.spec = spec
        self.watcher = Watcher(spec)
        self.tally = collections.Counter()
        self.commands = collections.Counter()
        self.errors = collections.Counter()
        self.sock = None
        self.age = 0

    def round(self, number, messages):
        rng = random.Random(SEED * 1000003 + number)
        self.renew()
        right.base(self.watcher.nl)
        maker = Maker(self.spec, rng)
        begun, before = time.monotonic(), self.watcher.state()
        for n in range(messages):
            message = self.made(maker)
            try:
                before, begun = self.one(message, before, begun)
            except Exception as e:
                raise AssertionError(
                    "SEED=%d ROUND=%d, message %d (%s, %s) %s: %s" %
                    (SEED, number, n, message.kind, message.op,
                     message.data.hex(), e)) from e

    def renew(self):
        """What the socket began goes with it."""
        if self.sock:
            self.sock.close()
        self.sock = Socket(self.spec)
        self.age = 0

    def made(self, maker):
        if self.age >= SOCKET_AGE:
            self.renew()
        self.age += 1
        for _ in range(TRIES):
            maker.nl = self.sock
            try:
                return maker.make()
            except Refused as e:
                # As many uploads as there may be, or a load that is begun; a
                # message of several parts may want to begin the same one twice.
                equal(e.errno, errno.EBUSY, "while making a message: %s" % e)
                self.renew()
        raise AssertionError("no message can be made")

    def one(self, message, before, begun):
        """Send it; the state after it, and when that was asked for."""
        self.sock.sock.send(message.data)
        what, errors = outcome(message.data, self.sock.pending())
        asked = time.monotonic()
        after = self.watcher.state()
        self.tally[message.kind, what] += 1
        self.commands[message.op, what] += message.kind != "several"
        self.errors.update(errors)
        if what == REFUSED:
            unchanged(self.spec, before, after,
                      (time.monotonic() - begun) * 1000 + 1)
        elif after != before:
            consistent(self.spec, after)
        return after, asked

    def run(self, messages):
        """A budget of messages, in rounds."""
        begin, sent = time.monotonic(), 0
        print("# SEED=%d" % SEED, flush=True)
        rounds = -(-messages // PER_ROUND)
        for number in range(rounds) if ROUND < 0 else (ROUND,):
            self.round(number, PER_ROUND)
            sent += PER_ROUND
            if number % 100 == 99:
                print("# %d messages, %.0f s" %
                      (sent, time.monotonic() - begin), flush=True)
        return sent, time.monotonic() - begin

    def report(self, sent, seconds):
        print("# %d messages in %.1f s, %.0f a second" %
              (sent, seconds, sent / seconds))
        for kind in sorted({k for k, _ in self.tally}):
            print("#   %-10s %s" % (kind, ", ".join(
                "%d %s" % (self.tally[kind, w], w)
                for w in (ACCEPTED, REFUSED, UNKNOWN))))
        print("#   errors: " + ", ".join(
            "%s %d" % (errno.errorcode.get(e, e), n)
            for e, n in self.errors.most_common()))


# --- Claims --------------------------------------------------------------------

def requests(spec):
    return {n: o for n, o in spec.ops.items() if "do" in o or "dump" in o}


@claim
def every_attribute_of_every_command_is_accepted_where_it_is_right(nl):
    """Or fuzzing would begin at the door."""
    right.base(nl)
    seen = {op: set() for op in requests(nl.spec)}
    for recipe in right.recipes() + list(right.HANDLED):
        right.base(nl)
        # what is begun ends with its socket
        with Socket(nl.spec) as other:
            op, values = recipe(other) if callable(recipe) else recipe
            right.request(other, op, values)
        seen[op] |= set(values)
    for op, attributes in seen.items():
        want = set()
        for way in ("do", "dump"):
            want |= set(nl.spec.ops[op].get(way, {}).get("request", {}).get(
                "attributes", []))
        equal(attributes, want - NOT_RIGHT.get(op, set()),
              "attributes of " + op)


# A second profile with the generation of the first, and a table in use.
NOT_RIGHT = {"profile-new": {"generation"},
             "settings-set": {"reputation-entries-max", "flows-max"}}


@claim
def refused_messages_change_nothing_and_accepted_ones_add_up(nl):
    fuzzer = Fuzzer(nl.spec)
    fuzzer.report(*fuzzer.run(MESSAGES))
    if ROUND < 0:
        for op in requests(nl.spec):
            for what in (ACCEPTED, REFUSED):
                assert fuzzer.commands[op, what] or MESSAGES < 2000, \
                    "%s was never %s" % (op, what)
    right.clear(nl)


def cuts(rng, recipes, spec, most):
    """Where to cut which message: everywhere, or at so many places."""
    every = []
    for op, values in recipes:
        payload = mutate.encode(mutate.tree(
            spec, spec.ops[op]["attribute-set"], values))
        every += [(op, payload, at) for at in range(len(payload))]
    return every if len(every) <= most else rng.sample(every, most)


@claim
def a_message_cut_at_any_byte_is_refused_or_whole(nl):
    """Cut between two attributes it may still be right; then it counts."""
    rng = random.Random(SEED)
    fuzzer = Fuzzer(nl.spec)
    maker = Maker(nl.spec, rng)
    for n, (op, payload, at) in enumerate(cuts(rng, right.recipes(), nl.spec,
                                               MESSAGES)):
        if n % PER_ROUND == 0:
            right.base(nl)
            begun, before = time.monotonic(), fuzzer.watcher.state()
        if n % SOCKET_AGE == 0:
            fuzzer.renew()
        maker.nl = fuzzer.sock
        data = maker.message(op, payload, cut=len(payload) - at)
        before, begun = fuzzer.one(Message("cut", op, data), before, begun)
    print("# cut: %d accepted, %d refused" %
          (fuzzer.tally["cut", ACCEPTED], fuzzer.tally["cut", REFUSED]))
    right.clear(nl)


def crowd(nl, n):
    """So many SIDs, profiles, entries that dumps take several messages."""
    right.base(nl)
    for i in range(n):
        op, values = right.sid(0x100 + i, "end-an", profile="p")
        right.request(nl, op, values)
        right.request(nl, "profile-new", {"name": "p%d" % i, "create": True,
                                          "ruleset": ["base"]})
        right.request(nl, "reputation-new", {
            "category": "botnet", "source": "a",
            "entry": [right.entry(i % 50, source="s%d" % (i // 50))]})


def disturb(nl, rng, n):
    """One change by the ordinary door."""
    i = rng.randrange(n)
    for call in rng.sample((
            lambda: nl.do("sid-del", prefix=right.prefix(0x100 + i),
                          prefix_len=64),
            lambda: nl.do("profile-del", name="p%d" % i),
            lambda: nl.do("reputation-del", source="s%d" % (i // 50)),
            lambda: right.base(nl)), 2):
        try:
            call()
        except Refused:
            pass


@claim
def an_interrupted_dump_ends_or_goes_with_its_socket(nl):
    rng = random.Random(SEED)
    crowd(nl, 120)
    for n in range(max(20, MESSAGES // 200)):
        op, values = rng.choice(DUMPS)
        if not n % 20:
            crowd(nl, 120)
        with Socket(nl.spec) as other:
            payload = nl.spec.encode(nl.spec.ops[op]["attribute-set"], values)
            dump = other.raw_begin(other.family, nl.spec.ops[op]["number"],
                                   payload, DUMP)
            for _ in range(rng.randrange(3)):
                next(dump, None)
            disturb(nl, rng, 120)
            if rng.random() < 0.5:
                finish(dump)
    consistent(nl.spec, Watcher(nl.spec).state())
    right.clear(nl)


def finish(dump):
    """To its end, or to a sentence that it cannot go on."""
    try:
        collections.deque(dump, maxlen=0)
    except Refused as e:
        assert e.errno in (errno.ENOENT, errno.EAGAIN, errno.EINTR), e


def context():
    subprocess.run(["ip", "netns", "add", NS], check=True)
    enter(NS)
    right.setup()
    return Socket(Spec())


if __name__ == "__main__":
    try:
        main(context())
    finally:
        subprocess.run(["ip", "netns", "del", NS], check=False)
