# SPDX-License-Identifier: GPL-2.0
"""What an inline engine is tried with: E1 to E28, as packets.

Each trick is a function that holds one or more conversations. It is called
with a maker of conversations, whose word is either the one that a rule drops or
another one of the same length, and is told in four ways: IPv4 or IPv6, and
with both directions or with those packets alone that go to the server.

Of each conversation the runners want this:

- No receiver of any kind (receiver.py) delivers the needle out of the packets
  that went on. Without the drops at least one would.
- The first packet that a rule drops is the one with which a receiver has the
  needle, and the rule tells of it. A trick may be loose: the rule may tell
  earlier. Or it is open: that no receiver has the needle is enough.
- Packets marked as bad are dropped for what they are, whatever the word; no
  others are, but those after the rule's. Of those marked as free, either may
  be so.
- With the other word nothing is told and nothing is dropped but the bad ones.
"""

import collections
import itertools
import random
import struct
import zlib

import packet as p
import receiver

EVIL, GOOD = b"EVIL-PATTERN", b"good-pattern"
OTHER = b"other-words!"             # as long; what contradicts both of them
BEFORE = b"in front of it there is this, "
BEHIND = b" and this behind it"
CLIENT = {4: "192.0.2.10", 6: "2001:db8:a::10"}
SERVER = {4: "198.51.100.20", 6: "2001:db8:b::20"}
BOTH, ONE = "both", "client"
TO_SERVER, TO_CLIENT = 0, 1
AT = len(BEFORE)                    # offset of the word
END = AT + len(EVIL)
ALL = END + len(BEHIND)

# One rule for each thing that has to be seen, by the name that tricks use.
RULES = {
    "stream": 'drop tcp any any -> any any (msg:"in a stream"; '
              'flow:to_server; content:"EVIL-PATTERN"; sid:1;)',
    "datagram": 'drop udp any any -> any any (msg:"in a datagram"; '
                'content:"EVIL-PATTERN"; sid:2;)',
    "uri": 'drop http any any -> any any (msg:"a URI"; flow:to_server; '
           'http.uri; content:"/evil/path"; sid:3;)',
    "host": 'drop http any any -> any any (msg:"a host"; flow:to_server; '
            'http.host; content:"evil.example"; endswith; sid:4;)',
    "body": 'drop http any any -> any any (msg:"a request\'s body"; '
            'flow:to_server; http.request_body; content:"evil-body!"; sid:5;)',
    "file": 'drop http any any -> any any (msg:"a response\'s body"; '
            'flow:to_client; file.data; content:"evil-file!"; sid:6;)',
    "sni": 'drop tls any any -> any any (msg:"a server name"; tls.sni; '
           'content:"evil.example"; sid:7;)',
    "name": 'drop dns any any -> any any (msg:"a name asked for"; dns.query; '
            'content:"evil.example"; nocase; sid:8;)',
}
SID = {name: number for number, name in enumerate(RULES, 1)}


def rules():
    """The text of all of them."""
    return "".join(text + "\n" for text in RULES.values())


# --- Conversations -----------------------------------------------------------

# how: it is carried: None, "srv6", "other path", "fragmented" or "non-linear"
Packet = collections.namedtuple("Packet", "direction data how")


class Talk:
    """One conversation; offsets count from the first byte of a direction."""

    # pylint: disable=too-many-instance-attributes
    def __init__(self, family, sides, sport, evil, dport=4444):
        self.family, self.sides, self.evil = family, sides, evil
        self.ends = (CLIENT[family], SERVER[family])
        self.ports = (sport, dport)
        self.word = EVIL if evil else GOOD
        self.needle = EVIL
        self.start = [1001, 3000000001]     # sequence numbers of offset 0
        self.acks = [0, 0]                  # of the other direction's bytes
        self.ts = None                      # timestamp; [client's, server's]
        self.packets = []
        self.bad, self.free = set(), set()
        self.rule = "stream"
        self.when = "due"                   # the rule tells; or "loose", "open"
        self.delivers = True                # without drops somebody would
        self.midstream = None
        self.victim = TO_SERVER
        self.window = [65535, 65535]
        self.how = None

    @property
    def text(self):
        return BEFORE + self.word + BEHIND

    @property
    def other(self):
        """What contradicts the text."""
        return BEFORE + OTHER + BEHIND

    @property
    def one_sided(self):
        return self.sides == ONE

    def put(self, data, direction=TO_SERVER, how=None):
        """A packet of the inner network."""
        if direction == TO_SERVER or not self.one_sided:
            self.packets.append(Packet(direction, data, how or self.how))

    def ip(self, proto, body, direction=TO_SERVER, **kw):
        src, dst = self.ends[::-1] if direction else self.ends
        make = p.ipv4 if self.family == 4 else p.ipv6
        if self.family == 6 and "ttl" in kw:
            kw["hop_limit"] = kw.pop("ttl")
        return make(src, dst, proto, body, **kw)

    def header(self, off, data=b"", direction=TO_SERVER, **kw):
        """A TCP segment without an IP header."""
        src, dst = self.ends[::-1] if direction else self.ends
        sport, dport = self.ports[::-1] if direction else self.ports
        kw.setdefault("flags", p.ACK | p.PSH if data else p.ACK)
        kw.setdefault("ack", self.start[not direction] + self.acks[direction])
        kw.setdefault("seq", self.start[direction] + off)
        kw.setdefault("window", self.window[direction])
        if self.ts:
            kw.setdefault("opts", stamp(self.ts[direction]))
        return p.tcp(src, dst, sport, dport, data, **kw)

    def segment(self, off, data=b"", direction=TO_SERVER, ttl=64, how=None,
                **kw):
        self.put(self.ip(p.TCP, self.header(off, data, direction, **kw),
                         direction, ttl=ttl), direction, how)

    def send(self, begin, end, text=None, **kw):
        """A part of the client's text."""
        self.segment(begin, (text or self.text)[begin:end], **kw)

    def ack(self, end, **kw):
        """The server has got so many of the client's bytes."""
        self.acks[TO_CLIENT] = end
        self.segment(kw.pop("off", 0), direction=TO_CLIENT, **kw)

    def syn(self, direction=TO_SERVER, data=b"", **kw):
        kw.setdefault("flags", p.SYN)
        if kw["flags"] == p.SYN:
            kw.setdefault("ack", 0)
        self.segment(-1, data, direction, **kw)

    def shake(self):
        self.syn()
        self.syn(TO_CLIENT, flags=p.SYN | p.ACK)
        self.segment(0)

    def is_bad(self, *whence):
        """The last packet must not go on, or those at these indices."""
        self.bad.update(whence or [len(self.packets) - 1])

    def is_free(self, *whence):
        """The last packet may go on or not."""
        self.free.update(whence or [len(self.packets) - 1])

    def loose(self):
        """The rule may tell earlier than with the needle's last byte."""
        self.when = "loose"

    def open(self):
        """Whether and when the rule tells is not said, nor what is dropped."""
        self.when = "open"
        self.free.update(range(len(self.packets)))

    def inner(self):
        return [(packet.direction, packet.data) for packet in self.packets]

    def due(self):
        """Index of the packet that a rule must drop, if nothing else does."""
        kept = [(d, pkt if i not in self.bad else None)
                for i, (d, pkt) in enumerate(self.inner())]
        at = [i for i, (_, pkt) in enumerate(kept) if pkt]
        kept = [kept[i] for i in at]
        for lost in receiver.losses(kept, self.victim):
            found = receiver.when(kept, self.needle, lost=lost,
                                  victim=self.victim, midstream=self.midstream)
            if found is not None:
                return at[found]
        return None

    def victims(self, gone=()):
        """Who delivers the needle, if these packets did not go on?"""
        left = [calm(packet) for i, packet in enumerate(self.inner())
                if i not in gone]
        return receiver.victims(left, self.needle, self.victim, self.midstream)

    def check(self):
        """The trick is one: without any drop somebody delivers the needle."""
        has = any(True for _ in self.victims())
        assert not self.evil or self.delivers in (None, has), \
            "without any drop it is %sdelivered" % ("" if has else "not ")

    def judge(self, dropped, told, complete=False):
        """Hold what was done with its packets against what is wanted.

        @dropped: indices of packets; @told: the signature-ids of each index;
        @complete: what a refused flow lost is in @dropped, too. Else nothing of
        it is taken to have gone on.
        """
        wrong = [s for i in told for s in told[i] if s != SID[self.rule]]
        assert not wrong, "other rules told: %r" % wrong
        first = min(told) if told else len(self.packets)
        assert not told or first in dropped, "packet %d is told, not dropped" \
            % first
        gone = {i for i in dropped if i < first}
        if not self.evil:
            assert not told, "packet %d is told, but has not the word" % first
        elif self.when != "open":
            due = self.due()
            assert not told or (first == due if self.when == "due" else
                                first <= due), \
                "packet %d is told, not %r" % (first, due)
            assert told or due is None, "packet %d is not told" % due
        odd = gone - self.bad - self.free
        assert not odd, "packets %r were dropped, too" % sorted(odd)
        missing = {i for i in self.bad if i < first} - gone - self.free
        assert not missing, "packets %r were not dropped" % sorted(missing)
        if self.evil:
            gone.update(dropped if complete else
                        range(first, len(self.packets)))
            for policy, lost in self.victims(gone):
                raise AssertionError("delivered by %r without %r" %
                                     (policy, lost))


def calm(packet):
    """As the engine lets it go on: no data is urgent."""
    direction, pkt = packet
    at = 20 if pkt[0] >> 4 == 4 else 40
    proto = pkt[9] if at == 20 else pkt[6]
    fragment = at == 20 and struct.unpack("!H", pkt[6:8])[0] & 0x3fff
    if proto != p.TCP or fragment or len(pkt) < at + 20 or \
            not pkt[at + 13] & p.URG:
        return packet
    # the checksum follows: RFC 1624
    old = struct.unpack("!HHHH", pkt[at + 12:at + 20])
    new = (old[0] & ~p.URG, old[1], 0, 0)
    total = (~old[2] & 0xffff) + sum(~w & 0xffff for w in old[0::3]) + \
        sum(new[0::3])
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return direction, p.patch(pkt, at + 12, struct.pack(
        "!HHHH", new[0], new[1], ~total & 0xffff, 0))


def stamp(value):
    """TCP options with a timestamp."""
    return struct.pack("!BBBBII", 1, 1, 8, 10, value & 0xffffffff, 0)


class Trick:
    """A row of the table."""

    def __init__(self, number, build, sides, families, skip):
        self.number, self.build = number, build
        self.name = build.__name__ if build else ""
        self.sides, self.families, self.skip = sides, families, skip

    def talks(self, family, sides, evil, sport=10000):
        """Its conversations; each has ports of its own."""
        made = []

        def new(**kw):
            made.append(Talk(family, sides, sport + len(made), evil, **kw))
            return made[-1]

        self.build(new)
        return made


TRICKS = []


def trick(number, sides=(BOTH, ONE), families=(4, 6), skip=None):
    """A function is a row of the table; @skip: where it cannot be run, why."""
    def add(build):
        TRICKS.append(Trick(number, build, sides, families, skip or {}))
        return build
    return add


# --- E1, E2: pieces ----------------------------------------------------------

@trick(1)
def in_two_at_every_place(new):
    for cut in range(AT + 1, END):
        t = new()
        t.shake()
        t.send(0, cut)
        t.send(cut, ALL)


@trick(1)
def in_single_bytes(new):
    t = new()
    t.shake()
    for i in range(ALL):
        t.send(i, i + 1)
        if i % 8 == 7:
            t.ack(i + 1)


@trick(1)
def again_after_it_was_dropped(new):
    t = new()
    t.shake()
    t.send(0, AT + 4)
    for _ in range(3):
        t.send(AT + 4, ALL)


@trick(2)
def the_second_half_first(new):
    for cut in range(AT + 1, END):
        t = new()
        t.shake()
        t.send(cut, ALL)
        t.send(0, cut)


@trick(2)
def three_pieces_in_every_order(new):
    cuts = (0, AT + 3, AT + 8, ALL)
    for order in itertools.permutations(range(3)):
        t = new()
        t.shake()
        for i in order:
            t.send(cuts[i], cuts[i + 1])


@trick(2)
def single_bytes_in_any_order(new):
    rng = random.Random(2)
    for _ in range(4):
        t = new()
        t.shake()
        order = list(range(ALL))
        rng.shuffle(order)
        for i in order:
            t.send(i, i + 1)


# --- E3, E4: retransmissions -------------------------------------------------

@trick(3)
def sent_twice_the_same(new):
    for acked in (False, True):
        t = new()
        t.shake()
        for cut in (0, AT), (AT, AT + 5):
            t.send(*cut)
            if acked:
                t.ack(cut[1])
            t.send(*cut)
        t.send(AT + 2, AT + 5)
        t.send(AT + 5, ALL)


@trick(3)
def sent_again_in_other_pieces(new):
    t = new()
    t.shake()
    t.send(0, AT + 2)
    t.send(AT + 2, AT + 5)
    t.send(AT - 9, AT + 4)
    t.send(AT - 3, AT + 5)
    t.send(AT + 1, ALL)


@trick(4)
def sent_again_with_other_bytes(new):
    """The first data wins; the second must not go on."""
    t = new()
    t.shake()
    t.send(0, ALL, t.other)
    t.send(0, ALL)
    t.is_bad()
    t.send(AT, END)
    t.is_bad()


@trick(4)
def sent_again_with_other_bytes_when_acknowledged(new):
    """Nobody looks at it any more, so that it may go on or not."""
    t = new()
    t.shake()
    t.send(0, ALL, t.other)
    t.ack(ALL)
    t.send(0, ALL)
    if t.one_sided:
        t.is_bad()
    else:
        t.is_free()
        t.delivers = False


@trick(4)
def early_bytes_sent_again_with_others(new):
    t = new()
    t.shake()
    t.send(AT, ALL, t.other)
    t.send(AT, ALL)
    t.is_bad()
    t.send(0, AT)


@trick(4)
def the_word_first_early_then_covered(new):
    """The first data has the word: its gap must not close."""
    t = new()
    t.shake()
    t.send(AT, ALL)
    if t.word != OTHER:
        t.send(AT, ALL, t.other)
        t.is_bad()
    t.send(0, AT)


@trick(4)
def some_bytes_new_some_others(new):
    t = new()
    t.shake()
    t.send(0, AT)
    t.send(AT, AT + 6, t.other)
    t.send(AT, ALL)
    t.is_bad()
    t.send(AT + 6, ALL)


# --- E5: overlaps ------------------------------------------------------------

# Two early ranges by how they lie, in words and fractions of the word.
LIES = {
    "the same": ((0, 12), (0, 12)), "inside": ((0, 12), (3, 9)),
    "around": ((3, 9), (0, 12)), "from before": ((4, 12), (0, 8)),
    "from behind": ((0, 8), (4, 12)), "same begin": ((0, 8), (0, 12)),
    "same end": ((4, 12), (0, 12)), "shorter": ((0, 12), (0, 8)),
    "shorter end": ((0, 12), (4, 12)),
}


@trick(5)
def overlaps_of_the_same_bytes(new):
    for first, second in LIES.values():
        t = new()
        t.shake()
        for begin, end in (first, second):
            t.send(AT + begin, AT + end)
        covered = [r for r in (first, second)]
        if max(e for _, e in covered) < 12 or min(b for b, _ in covered):
            t.send(AT, END)
        t.send(END, ALL)
        t.send(0, AT)


@trick(5)
def overlaps_of_other_bytes(new):
    """All of the relations by which stacks differ, either side first."""
    for first, second in LIES.values():
        for turned in (False, True):
            t = new()
            t.shake()
            texts = [t.other, t.text]
            for (begin, end), text in zip((first, second),
                                          texts[::-1] if turned else texts):
                t.send(AT + begin, AT + end, text)
            t.is_bad()
            t.send(END, ALL)
            t.send(0, AT)
            # what the first left open is closed with the word's bytes
            for begin, end in ((0, first[0]), (first[1], 12)):
                if begin < end:
                    t.send(AT + begin, AT + end)
            # the first range may have all of the word that matters
            t.delivers = None


@trick(5)
def an_overlap_at_an_end(new):
    """The last bytes of one differ from the first bytes of the next."""
    for back in range(1, 6, 2):
        t = new()
        t.shake()
        t.send(0, AT - 1)
        cut = AT + 6 - back
        t.segment(AT, (t.text[:cut] + t.other[cut:])[AT:AT + 6])
        t.send(cut, ALL)
        t.is_bad()
        t.send(AT - 1, AT)
        t.send(AT + 6, ALL)


# --- E6 to E8: chaff ---------------------------------------------------------

def with_chaff(t, send, bad=True, shake=True):
    """Chaff with other bytes in the place of the word, then the real ones."""
    if shake:
        t.shake()
    t.send(0, AT)
    send(t)
    if bad:
        t.is_bad()
    t.send(AT, AT + 5)
    t.send(AT + 5, ALL)


@trick(6)
def right_of_any_window(new):
    for far in (1 << 24, 1 << 29, (1 << 31) - 100):
        t = new()
        with_chaff(t, lambda t, far=far: t.segment(far, OTHER))


@trick(6)
def left_of_the_window(new):
    """Before the first byte of all; and half of it."""
    for back in (5000, 1 << 29, (1 << 31) - 100):
        t = new()
        with_chaff(t, lambda t, back=back: t.segment(-back, OTHER), bad=False)
        t.is_free(len(t.packets) - 3)


@trick(6)
def partly_left_of_the_window(new):
    t = new()
    t.shake()
    t.segment(-4, b"junk" + t.other[:AT + 4])
    t.send(0, AT + 4)
    t.send(AT + 4, ALL)
    t.open()


@trick(7)
def a_wrong_tcp_checksum(new):
    for wrong in (0, 0x1234):
        t = new()
        with_chaff(t, lambda t, wrong=wrong: t.send(AT, END, t.other,
                                                    check=wrong))


@trick(7, families=(4,))
def a_wrong_ip_checksum(new):
    t = new()
    with_chaff(t, lambda t: t.put(t.ip(p.TCP, t.header(AT, OTHER),
                                       check=0x1234)))


@trick(7)
def a_header_that_cannot_be(new):
    """Data offsets of too little and of too much, options that run over."""
    def send(t, offset):
        body = bytearray(t.header(AT, OTHER))
        body[12] = offset << 4
        src, dst = t.ends
        body[16:18] = b"\0\0"
        total = p.checksum(p.pseudo(src, dst, p.TCP, len(body)) + body)
        body[16:18] = struct.pack("!H", total)
        t.put(t.ip(p.TCP, bytes(body)))
    for offset in (0, 4, 15):
        t = new()
        with_chaff(t, lambda t, offset=offset: send(t, offset))
    for opts in (b"\x08\x0a\0\0", b"\x02\x01\0\0", b"\x03\x00\0\0"):
        t = new()
        with_chaff(t, lambda t, opts=opts: t.send(AT, END, t.other,
                                                  opts=opts))


@trick(8)
def chaff_that_does_not_reach_the_receiver(new):
    """Its hop limit is too short, which nobody here can know."""
    t = new()
    t.shake()
    t.send(0, AT)
    t.send(AT, END, t.other, ttl=2)
    t.send(AT, AT + 5)
    t.is_bad()
    t.send(AT + 5, END)
    t.is_bad()
    t.send(AT, ALL)
    t.is_bad()


# --- E9, E10: ends -----------------------------------------------------------

@trick(9)
def a_reset_that_nobody_believes(new):
    """Out of the window: it goes nowhere. Within: it closes nothing."""
    for off in (1 << 29, -(1 << 29), -900):
        t = new()
        with_chaff(t, lambda t, off=off: t.segment(off, flags=p.RST | p.ACK))
    for off in (AT + 1, AT + 900):
        t = new()
        with_chaff(t, lambda t, off=off: t.segment(off, flags=p.RST | p.ACK),
                   bad=False)


@trick(9)
def a_reset_with_data(new):
    """What it carries nobody delivers, and nothing comes behind it."""
    for data in (b"", OTHER):
        t = new()
        t.shake()
        t.send(0, AT)
        t.segment(AT, data, flags=p.RST | p.ACK)
        t.send(AT, AT + 5)
        t.is_bad()
        t.send(AT + 5, ALL)
        t.is_bad()


@trick(9)
def a_reset_then_another_connection(new):
    """The same ports again, from another sequence number."""
    t = new()
    t.shake()
    t.send(0, AT)
    t.segment(AT, flags=p.RST | p.ACK)
    t.start = [700000001, 900000001]
    t.shake()
    t.send(0, AT + 5)
    t.send(AT + 5, ALL)
    if t.one_sided:
        t.open()                # no SYN-ACK tells whether the receiver agrees


@trick(10)
def data_behind_the_end(new):
    t = new()
    t.shake()
    t.send(0, AT)
    t.segment(AT, flags=p.FIN | p.ACK)
    t.send(AT, AT + 5)
    t.is_bad()
    t.send(AT, ALL)
    t.is_bad()


@trick(10)
def the_end_first(new):
    t = new()
    t.shake()
    t.send(AT + 5, ALL, flags=p.FIN | p.ACK)
    t.send(0, AT + 5)


@trick(10)
def two_ends(new):
    """The second one is further, so that more could be delivered."""
    t = new()
    t.shake()
    t.send(0, AT)
    t.segment(AT + 5, flags=p.FIN | p.ACK)
    t.segment(ALL, flags=p.FIN | p.ACK)
    t.is_bad()
    t.send(AT, ALL)
    t.is_bad()


@trick(10)
def data_before_the_handshake(new):
    """It is taken for a stream in its middle; no receiver takes it."""
    t = new()
    t.send(0, AT + 5, t.other)
    t.shake()
    t.send(0, AT + 5)
    t.send(AT + 5, ALL)
    t.open()


@trick(10)
def data_in_the_syn(new):
    """Taken by who speaks TCP Fast Open; and then the rest."""
    for cut in (AT + 5, ALL):
        t = new()
        t.syn(data=t.text[:cut])
        t.acks[TO_CLIENT] = cut
        t.syn(TO_CLIENT, flags=p.SYN | p.ACK)
        t.segment(cut)
        if cut < ALL:
            t.send(cut, ALL)


@trick(10)
def data_in_the_syn_that_is_not_taken(new):
    """The server has not taken it, so that it comes again: otherwise."""
    t = new()
    t.syn(data=t.other)
    t.syn(TO_CLIENT, flags=p.SYN | p.ACK)
    t.segment(0)
    for cut in (0, AT + 5), (0, ALL), (AT + 5, ALL):
        t.send(*cut)
        t.is_bad()


# --- E11, E12: beginnings ----------------------------------------------------

@trick(11, sides=(BOTH,))
def a_handshake_in_four(new):
    """Both sides send a SYN, both answer it."""
    t = new()
    t.syn()
    t.syn(TO_CLIENT, flags=p.SYN)
    t.syn(flags=p.SYN | p.ACK)
    t.segment(0, direction=TO_CLIENT)
    t.send(0, AT + 5)
    t.ack(AT + 5)
    t.send(AT + 5, ALL)


@trick(11, sides=(BOTH,))
def a_handshake_in_five(new):
    t = new()
    t.syn()
    t.segment(-1, direction=TO_CLIENT)
    t.is_free()
    t.syn(TO_CLIENT, flags=p.SYN)
    t.syn(flags=p.SYN | p.ACK)
    t.segment(0, direction=TO_CLIENT)
    t.send(0, AT + 5)
    t.ack(AT + 5)
    t.send(AT + 5, ALL)


@trick(12)
def two_beginnings(new):
    """Two SYNs that differ; the SYN-ACK says which one the receiver took."""
    t = new()
    t.syn(seq=5000)
    t.shake()
    t.send(0, AT + 5)
    if t.one_sided:
        t.is_bad()
    t.send(AT + 5, ALL)
    if t.one_sided:
        t.is_bad()


@trick(12)
def two_beginnings_of_which_the_first_counts(new):
    """The sender takes back what it said last: who believes it is its own."""
    t = new()
    t.syn()
    t.syn(seq=5000)
    t.syn(TO_CLIENT, flags=p.SYN | p.ACK)
    t.segment(0)
    t.send(0, AT + 5)
    t.send(AT + 5, ALL)
    t.open()


@trick(12)
def a_beginning_in_the_middle(new):
    """A SYN of an established connection, so that who follows it is lost."""
    for seq in (77, AT + 4000):
        t = new()
        with_chaff(t, lambda t, seq=seq: t.syn(seq=t.start[0] + seq))


# --- E13 to E17: details -----------------------------------------------------

@trick(13)
def a_timestamp_of_the_past(new):
    t = new()
    t.ts = [100000, 500000]

    def send(t):
        t.send(AT, END, t.other, opts=stamp(100000 - 5000))
    with_chaff(t, send)


@trick(13)
def no_timestamp(new):
    """Agreed upon, then missing. One side alone does not tell of both."""
    t = new()
    t.ts = [100000, 500000]
    t.shake()
    t.send(0, AT)
    t.send(AT, END, t.other, opts=b"")
    if not t.one_sided:
        t.is_bad()
    t.send(AT, AT + 5)
    if t.one_sided:
        t.is_bad()
    t.send(AT + 5, ALL)
    if t.one_sided:
        t.is_bad()


@trick(14)
def an_urgent_byte_in_the_word(new):
    """Who takes it out of the stream would have the word."""
    for pointer in (5, 6, 7):
        t = new()
        t.shake()
        t.send(0, AT)
        t.segment(AT, t.word[:6] + b"X" + t.word[6:],
                  flags=p.ACK | p.URG, urg=pointer)
        t.segment(AT + 13, BEHIND)
        t.delivers = False


@trick(14)
def urgent_words(new):
    for pointer in (0, 1, 2, 12, 65535):
        t = new()
        t.shake()
        t.send(0, AT)
        t.send(AT, END, flags=p.ACK | p.URG, urg=pointer)
        t.send(END, ALL)


@trick(15)
def sequence_numbers_that_wrap(new):
    for at in range(-1, len(EVIL) + 2):
        t = new()
        t.start[0] = -(AT + at) & 0xffffffff
        t.shake()
        t.send(0, AT + 4)
        t.ack(AT + 4)
        t.send(AT + 8, ALL)
        t.send(AT + 4, AT + 8)


@trick(16)
def a_keepalive_of_garbage(new):
    """One byte in front of what is next, as RFC 1122 has it."""
    t = new()
    t.shake()
    t.send(0, AT + 5)
    t.ack(AT + 5)
    t.segment(AT + 4, b"#")
    if t.one_sided:
        t.is_bad()
    t.send(AT + 5, ALL)


@trick(16, sides=(BOTH,))
def a_probe_of_a_closed_window(new):
    t = new()
    t.shake()
    t.send(0, AT + 5)
    t.ack(AT + 5, window=0)
    t.send(AT + 5, AT + 6)
    t.ack(AT + 5)
    t.send(AT + 5, ALL)


@trick(17)
def a_gap_that_never_closes(new):
    t = new()
    t.shake()
    t.send(1, AT + 5)
    t.send(AT + 5, ALL)
    t.delivers = False


@trick(17)
def a_gap_that_closes_late(new):
    t = new()
    t.shake()
    t.send(1, AT + 5)
    for _ in range(20):
        t.send(AT + 5, ALL)
    t.send(0, 1)


# --- E18, E19: what is no beginning, and what is nothing ----------------------

@trick(18)
def picked_up_in_its_middle(new):
    t = new()
    t.midstream = t.start[0]
    t.send(0, AT + 5)
    t.ack(AT + 5)
    t.send(AT + 5, ALL)


@trick(18)
def picked_up_behind_its_beginning(new):
    """What comes first is early; what closes the gap is before it."""
    t = new()
    t.midstream = t.start[0]
    t.send(AT + 5, ALL)
    t.send(0, AT + 5)
    t.open()


@trick(19)
def flags_that_make_no_sense(new):
    for flags in (0, p.PSH, p.SYN | p.FIN, p.SYN | p.FIN | p.ACK,
                  p.SYN | p.RST, p.FIN | p.RST | p.ACK, p.FIN):
        t = new()
        with_chaff(t, lambda t, flags=flags: t.send(AT, END, t.other,
                                                    flags=flags))


@trick(19, sides=(BOTH,))
def an_acknowledgment_of_what_was_not_sent(new):
    t = new()
    with_chaff(t, lambda t: t.send(AT, END, t.other,
                                   ack=t.start[1] + 70000))


# --- E20, E21: fragments and SRv6 --------------------------------------------

def fragments(t, body, proto, cuts):
    """Fragments of one datagram: [(begin, end), ...] of its bytes."""
    ident = t.ports[0]          # as many as conversations
    for begin, end in cuts:
        more = end < len(body)
        if t.family == 4:
            yield p.ipv4(*t.ends, proto, body[begin:end], ident=ident,
                         frag=(0x2000 if more else 0) | begin // 8)
        else:
            yield p.ipv6(*t.ends, p.FRAGMENT, p.fragment(
                proto, begin, more, ident, body[begin:end]))


def even(length, size=8):
    return [(i, min(i + size, length)) for i in range(0, length, size)]


def datagram(t, payload):
    t.rule = "datagram"
    return p.udp(*t.ends, *t.ports, payload)


@trick(20, sides=(ONE,))
def tiny_fragments_in_any_order(new):
    rng = random.Random(20)
    for way in range(3):
        t = new()
        body = datagram(t, t.text)
        cuts = even(len(body))
        if way:
            rng.shuffle(cuts)
        for pkt in fragments(t, body, p.UDP, cuts):
            t.put(pkt)


@trick(20)
def segments_in_fragments(new):
    t = new()
    t.shake()
    t.send(0, AT + 5)
    body = t.header(AT + 5, t.text[AT + 5:])
    for pkt in fragments(t, body, p.TCP, even(len(body), 24)[::-1]):
        t.put(pkt)


@trick(20)
def a_header_in_two_fragments(new):
    """The first one has not all of it, so nobody knows what it is of."""
    t = new()
    t.shake()
    t.send(0, AT + 5)
    body = t.header(AT + 5, t.text[AT + 5:])
    for pkt in fragments(t, body, p.TCP, even(len(body), 16)):
        t.put(pkt)
        t.is_free()
    bad = len(t.packets) - len(even(len(body), 16))
    t.free.discard(bad)
    t.is_bad(bad)


@trick(20, sides=(ONE,))
def fragments_that_overlap(new):
    """Whichever wins: IPv6 forbids it, and of IPv4 nobody needs it."""
    for first, second in LIES.values():
        t = new()
        datagram(t, b"")
        bodies = [p.udp(*t.ends, *t.ports, BEFORE[:24] + word + BEHIND[:4],
                        check=0) for word in (OTHER, t.word)]
        # the word in units of 8 bytes: it is made longer
        bodies = [b[:32] + b"".join(bytes([c]) * 8 for c in w) + b[-4:]
                  for b, w in zip(bodies, (OTHER, t.word))]
        t.needle = b"".join(bytes([c]) * 8 for c in EVIL)
        cuts = [(32 + 8 * b, 32 + 8 * e) for b, e in (first, second)]
        pkts = [list(fragments(t, b, p.UDP, cuts)) for b in bodies]
        t.put(pkts[0][0])
        t.put(pkts[1][1])
        t.is_bad()
        for pkt in fragments(t, bodies[1], p.UDP,
                             [(0, 32), (32 + 96, len(bodies[1]))]):
            t.put(pkt)
            t.is_free()
        t.delivers = None


@trick(20, sides=(ONE,), families=(6,))
def atomic_fragments_and_headers(new):
    t = new()
    body = datagram(t, t.text)
    t.put(p.ipv6(*t.ends, p.FRAGMENT, p.fragment(p.UDP, 0, False, 9, body)))
    t = new()
    body = datagram(t, t.text)
    t.put(p.ipv6(*t.ends, p.HOPOPTS, p.options(
        p.DSTOPTS, b"\1\4\0\0\0\0") + p.options(
            p.DSTOPTS, b"\1\x0c" + bytes(12)) + p.options(p.UDP) + body))


@trick(21)
def inner_fragments_behind_segments(new):
    t = new()
    t.how = "srv6"
    t.shake()
    t.send(0, AT + 5)
    body = t.header(AT + 5, t.text[AT + 5:])
    for pkt in fragments(t, body, p.TCP, even(len(body), 24)):
        t.put(pkt)


@trick(21, sides=(BOTH,))
def the_directions_by_different_segments(new):
    t = new()
    t.how = "srv6"
    t.syn()
    t.syn(TO_CLIENT, flags=p.SYN | p.ACK, how="other path")
    t.segment(0)
    t.send(0, AT + 5)
    t.ack(AT + 5, how="other path")
    t.send(AT + 5, ALL, how="other path")


@trick(21)
def outer_fragments(new):
    """An endpoint with a profile does not put them together: they are bad."""
    t = new()
    t.how = "srv6"
    t.shake()
    t.send(0, AT)
    t.send(AT, ALL, how="fragmented")
    t.is_bad()


# --- E22: memory -------------------------------------------------------------

@trick(22, skip={"kernel": "a flood; that zones do not starve each other is "
                           "claimed by vectors_flow.py"})
def more_early_bytes_than_are_kept(new):
    """The word's end is among the first of them, or the last."""
    scale = b"\1\3\3\x0e"
    for last in (False, True):
        t = new()
        t.syn(opts=scale)
        t.syn(TO_CLIENT, flags=p.SYN | p.ACK, opts=scale)
        t.segment(0)
        t.send(0, AT + 5)
        order = [(AT + 6, t.text[AT + 6:])] + \
            [(ALL + 1400 * i, bytes(1400)) for i in range(500)]
        for off, data in order[::-1] if last else order:
            t.segment(off, data)
            t.is_free()
        t.send(AT + 5, AT + 6)
        if last:
            t.open()
        else:
            t.free.discard(4 if not t.one_sided else 3)


# --- E23: HTTP ---------------------------------------------------------------

def request(new, text, rule, pieces=None, evil=b"", good=b""):
    """One conversation: requests to a server, in pieces of this size."""
    t = new(dport=80)
    t.rule = rule
    t.shake()
    if not t.evil:
        text = text.replace(evil, good)
    for begin in range(0, len(text), pieces or len(text)):
        t.segment(begin, text[begin:begin + (pieces or len(text))])
    t.needle = text
    t.loose()
    return t


URI = {"evil": b"/evil/path", "good": b"/good/path"}
HOST = {"evil": b"evil.example", "good": b"good.example"}
HEADERS = b" HTTP/1.1\r\nHost: www.example\r\nUser-Agent: x\r\n\r\n"


@trick(23)
def a_uri_in_pieces(new):
    for pieces in (1, 3, 7, None):
        request(new, b"GET /evil/path" + HEADERS, "uri", pieces, **URI)


@trick(23)
def a_uri_written_otherwise(new):
    for evil, good in (
            (b"/%65vil/path", b"/%67ood/path"),
            (b"/%65%76%69%6C%2fpath", b"/%67%6f%6f%64%2fpath"),
            (b"/a/../evil/./path", b"/a/../good/./path"),
            (b"//evil//path", b"//good//path"),
            (b"/x\\..\\evil\\path", b"/x\\..\\good\\path"),
            (b"http://www.example/evil/path", b"http://www.example/good/path"),
            (b"HTTP://www.example:80/%65vil/path",
             b"HTTP://www.example:80/%67ood/path")):
        request(new, b"GET " + evil + HEADERS, "uri", evil=evil, good=good)


@trick(23)
def a_uri_of_http_0_9(new):
    request(new, b"GET /evil/path\r\n", "uri", **URI)


@trick(23)
def a_uri_of_the_second_request(new):
    for pieces in (None, 10):
        request(new, b"GET /fine" + HEADERS + b"POST /also HTTP/1.1\r\n"
                b"Host: a\r\nContent-Length: 5\r\n\r\nGET /"
                b"GET /evil/path" + HEADERS, "uri", pieces, **URI)


@trick(23)
def a_host_written_otherwise(new):
    for line in (b"Host: evil.example", b"hOsT:\tEVIL.Example",
                 b"Host: evil.example:8080", b"Host:\r\n evil.example",
                 b"Host: evil.example.", b"Host: user@evil.example",
                 b"Host: www.example\r\nHost: evil.example",
                 b"Host: evil.example\r\nHost: www.example"):
        evil = line
        good = line.replace(b"evil", b"good").replace(b"EVIL", b"GOOD")
        request(new, b"GET / HTTP/1.1\r\nAccept: */*\r\n" + line +
                b"\r\n\r\n", "host", evil=evil, good=good)
    request(new, b"GET http://evil.example/ HTTP/1.1\r\nHost: www.example"
            b"\r\n\r\n", "host", **HOST)


def chunked(data, *sizes):
    """In chunks of these sizes; extensions and leading zeroes are allowed."""
    out, at = b"", 0
    for i, size in enumerate(sizes):
        piece = data[at:at + size]
        out += b"%s%x%s\r\n%s\r\n" % (b"00" if i % 2 else b"", len(piece),
                                      b";x=y" if i % 2 else b"", piece)
        at += size
    return out + b"0\r\n\r\n"


@trick(23)
def a_body_in_chunks(new):
    for sizes in (40,), (12, 3, 40), (1,) * 40:
        for pieces in (None, 5):
            body = {word: chunked(b"this is " + word + b" in chunks", *sizes)
                    for word in (b"evil-body!", b"good-body!")}
            request(new, b"POST / HTTP/1.1\r\nHost: a\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n" +
                    body[b"evil-body!"], "body", pieces,
                    evil=body[b"evil-body!"], good=body[b"good-body!"])


def gzipped(data):
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    return pack.compress(data) + pack.flush()


@trick(23, sides=(BOTH,))
def a_response_decoded(new):
    """Chunks, gzip, both, and until the connection ends."""
    for make in (
            lambda b: (b"Content-Length: %d\r\n" % len(b), b),
            lambda b: (b"Transfer-Encoding: chunked\r\n",
                       chunked(b, 10, 2, 1, 99)),
            lambda b: (b"Content-Encoding: gzip\r\nContent-Length: %d\r\n" %
                       len(gzipped(b)), gzipped(b)),
            lambda b: (b"Content-Encoding: gzip\r\n"
                       b"Transfer-Encoding: chunked\r\n",
                       chunked(gzipped(b), 9, 1, 1, 999))):
        t = new(dport=80)
        t.rule, t.victim = "file", TO_CLIENT
        word = b"evil-file!" if t.evil else b"good-file!"
        fields, body = make(b"here it is: " + word + b", all of it")
        asked = b"GET /file" + HEADERS
        text = b"HTTP/1.1 200 OK\r\nServer: x\r\n" + fields + b"\r\n" + body
        t.shake()
        t.segment(0, asked)
        t.acks[TO_CLIENT] = len(asked)
        for at in range(0, len(text), 20):
            t.segment(at, text[at:at + 20], TO_CLIENT)
        t.needle = text
        t.loose()


# --- E24: TLS ----------------------------------------------------------------

def vector(size, data):
    return len(data).to_bytes(size, "big") + data


def extension(kind, data):
    return struct.pack("!H", kind) + vector(2, data)


def server_name(name):
    return extension(0, vector(2, b"\0" + vector(2, name)))


def key_share(length):
    return extension(51, vector(2, struct.pack("!H", 0x11ec) +
                                vector(2, bytes(length))))


GREASE = extension(0x2a2a, b"")


def client_hello(*extensions):
    body = b"\x03\x03" + bytes(range(32)) + vector(1, bytes(32)) + \
        vector(2, struct.pack("!4H", 0x1a1a, 0x1301, 0x1302, 0xc02f)) + \
        vector(1, b"\0")
    if extensions:
        body += vector(2, b"".join(extensions))
    return b"\1" + vector(3, body)


def records(message, size=16384):
    return b"".join(b"\x16\x03\x01" + vector(2, message[i:i + size])
                    for i in range(0, len(message), size))


def handshake(new, make, pieces=1400, size=16384):
    t = new(dport=443)
    t.rule = "sni"
    t.shake()
    text = records(make(b"evil.example" if t.evil else b"good.example"), size)
    for begin in range(0, len(text), pieces):
        t.segment(begin, text[begin:begin + pieces])
    t.needle = text
    t.loose()
    return t


def usual(name):
    return client_hello(GREASE, server_name(name), extension(
        16, vector(2, b"\2h2\x08http/1.1")), GREASE)


@trick(24)
def a_hello_in_pieces(new):
    for pieces in (1400, 50, 7, 1):
        handshake(new, usual, pieces)


@trick(24)
def a_hello_in_records(new):
    for size in (1, 4, 20, 100):
        handshake(new, usual, size=size)
    handshake(new, usual, 9, 20)


@trick(24)
def a_hello_larger_than_a_packet(new):
    """A key share for after quantum computers, the name behind it."""
    def make(name):
        return client_hello(GREASE, key_share(1216 + 600), server_name(name))
    for pieces in (1400, 1000, 300):
        handshake(new, make, pieces)


@trick(24)
def a_hello_out_of_order(new):
    t = new(dport=443)
    t.rule = "sni"
    t.shake()
    name = b"evil.example" if t.evil else b"good.example"
    text = records(client_hello(GREASE, key_share(1216), server_name(name)))
    t.segment(700, text[700:])
    t.segment(0, text[:700])
    t.needle = text
    t.loose()


@trick(24)
def a_hello_with_an_encrypted_one(new):
    """The outer name counts; the inner one nobody can read."""
    def make(name):
        return client_hello(server_name(name), extension(
            0xfe0d, b"\0\0\1\0\1\x2a" + vector(2, bytes(32)) +
            vector(2, bytes(200))))
    handshake(new, make)


@trick(24)
def hellos_without_a_name(new):
    """They tell nothing, and nothing may be dropped; one is of SSL 2."""
    for text in (records(client_hello()), records(client_hello(GREASE)),
                 b"\x80\x2e\1\3\1\0\x15\0\0\0\x10" + bytes(21 + 16)):
        t = new(dport=443)
        t.shake()
        t.segment(0, text)
        t.delivers = False


# --- E25: DNS ----------------------------------------------------------------

def labels(name):
    return b"".join(vector(1, label) for label in name.split(b".")) + b"\0"


def query(*questions, more=b"", extra=0, flags=0x0100):
    return struct.pack("!6H", 0x1234, flags, len(questions), 0, 0, extra) + \
        b"".join(q + struct.pack("!HH", 1, 1) for q in questions) + more


def asks(t):
    return b"evil.example" if t.evil else b"good.example"


@trick(25, sides=(ONE,))
def a_name_in_a_datagram(new):
    """Mixed case, EDNS, the second question, a name with a pointer in it."""
    for make in (
            lambda n: query(labels(n)), lambda n: query(labels(n.swapcase())),
            lambda n: query(labels(b"www." + n)),
            lambda n: query(labels(n), extra=1, more=b"\0\0\x29\x10\0" +
                            bytes(6)),
            lambda n: query(labels(b"fine.example"), labels(n)),
            lambda n: query(labels(b"example"), vector(1, n[:4]) +
                            b"\xc0\x0c")):
        t = new(dport=53)
        t.rule = "name"
        data = make(asks(t))
        t.put(t.ip(p.UDP, p.udp(*t.ends, *t.ports, data)))
        t.needle = data


@trick(25, sides=(ONE,))
def names_that_never_end(new):
    """Pointers to themselves and to each other: no name, and no harm."""
    for bad in (b"\xc0\x0c", b"\1a\xc0\x0c", b"\xc0\x0e\xc0\x0c", b"\xc0\xff"):
        t = new(dport=53)
        t.put(t.ip(p.UDP, p.udp(*t.ends, *t.ports, query(bad))))
        t.delivers = False


@trick(25)
def a_name_over_tcp(new):
    """The length is cut in two, the name at every byte."""
    for pieces in (100, 1, 13, 15, 20):
        t = new(dport=53)
        t.rule = "name"
        t.shake()
        text = vector(2, query(labels(b"fine.example"))) + \
            vector(2, query(labels(asks(t))))
        for begin in range(0, len(text), pieces):
            t.segment(begin, text[begin:begin + pieces])
        t.needle = text
        t.loose()


# --- E26 to E28 --------------------------------------------------------------

@trick(26, sides=(ONE,), skip={
    "replay": "there is no parser of QUIC", "kernel": "there is no parser of "
    "QUIC"})
def initial_packets_out_of_order(new):
    new()


@trick(27, skip={"replay": "a capture has no non-linear packets"})
def in_non_linear_packets(new):
    """Of GSO packets vectors_inspect.py claims the same."""
    for cut in (AT + 1, AT + 7, ALL):
        t = new()
        t.shake()
        t.send(0, cut, how="non-linear")
        if cut < ALL:
            t.send(cut, ALL, how="non-linear")


@trick(28, sides=(ONE,))
def the_same_in_a_datagram(new):
    t = new()
    t.put(t.ip(p.UDP, datagram(t, t.text)))


@trick(28)
def the_same_in_a_stream(new):
    t = new()
    t.shake()
    t.send(0, ALL)
