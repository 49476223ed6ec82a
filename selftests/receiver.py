# SPDX-License-Identifier: GPL-2.0
"""Receivers of every kind that is out there: what does an application get?

Stacks differ in which of two overlapping bytes they keep, and in what they
check before they take a segment. A receiver here has one policy for each of
these questions and may miss packets that were sent to it (their hop limit was
too short, say). What no receiver delivers, nobody delivers. Nothing here knows
segward.
"""

import collections
import itertools
import struct

import packet as p

# Does a new segment take a byte from one that has it? Both are (begin, end).
# After Novak and Sturges, Target-Based TCP Stream Reassembly, and the same for
# fragments.
OVERLAP = {
    "first": lambda new, old: False,
    "last": lambda new, old: True,
    "bsd": lambda new, old: new[0] < old[0],
    "linux": lambda new, old: new[0] < old[0] or
             (new[0] == old[0] and new[1] > old[1]),
    "windows": lambda new, old: new[0] < old[0] and new[1] > old[1],
    "bsd-right": lambda new, old: new[0] >= old[0],
    "solaris": lambda new, old: new[1] >= old[1],
}

# overlap: as above
# lax: takes what RFC 9293, 5961 and 7323 let it refuse
# reset: a RST closes when it is exactly next ("exact"), in the window, or never
# syn_data: data in a SYN is taken (RFC 7413)
# urgent: the byte before the pointer, or at it, is not in the stream; or it is
Policy = collections.namedtuple("Policy", "overlap lax reset syn_data urgent")

STRICT = Policy("first", False, "exact", True, "inline")

# Every overlap with each of these; not every combination of all.
_KINDS = (
    (False, "exact", True, "inline"), (False, "exact", False, "before"),
    (False, "window", True, "at"), (True, "never", True, "inline"),
    (True, "window", False, "before"))
POLICIES = [Policy(overlap, *kind) for overlap in OVERLAP for kind in _KINDS]

WINDOW = 65535
FAR = 1 << 30
LOOKED_AT = 8192        # bytes of a stream; what is behind them only takes room
LOSSES_ALL = 6          # with so many packets every subset of them is lost once


def signed(number):
    """The distance between two sequence numbers."""
    number &= 0xffffffff
    return number - (1 << 32) if number >> 31 else number


class Store:
    """Bytes by offset, each with the segment that it came in."""

    def __init__(self, overlap):
        self.wins = OVERLAP[overlap]
        self.byte = {}
        self.overlapped = False

    def put(self, begin, data):
        new = (begin, begin + len(data))
        for i, value in enumerate(data, begin):
            old = self.byte.get(i)
            if old:
                self.overlapped = True
            if not old or self.wins(new, old[1]):
                self.byte[i] = (value, new)


# --- IP ----------------------------------------------------------------------

class Network:
    """Puts fragments together; gives transport headers with their payload."""

    def __init__(self, policy):
        self.policy = policy
        self.parts = {}

    def take(self, pkt):
        """(addresses, protocol, bytes) of what is complete now, or None."""
        if pkt[0] >> 4 == 4:
            return self._ipv4(pkt)
        return self._ipv6(pkt)

    def _ipv4(self, pkt):
        head = (pkt[0] & 15) * 4
        length, ident, frag = struct.unpack("!HHH", pkt[2:8])
        if not self.policy.lax and p.checksum(pkt[:head]):
            return None
        ends, proto, data = pkt[12:20], pkt[9], pkt[head:length]
        if not frag & 0x3fff:
            return ends, proto, data
        return self._join((ends, proto, ident), (frag & 0x1fff) * 8,
                          bool(frag & 0x2000), data, False)

    def _ipv6(self, pkt):
        ends, proto = pkt[8:40], pkt[6]
        data = pkt[40:40 + struct.unpack("!H", pkt[4:6])[0]]
        while proto in (p.HOPOPTS, p.DSTOPTS, p.ROUTING, p.FRAGMENT):
            if len(data) < 8:
                return None
            if proto == p.FRAGMENT:
                frag, ident = struct.unpack("!HI", data[2:8])
                proto, data = data[0], data[8:]
                if not frag & 0xfff9:
                    continue
                return self._join((ends, ident), frag & 0xfff8,
                                  bool(frag & 1), data, True, proto)
            proto, data = data[0], data[8 + data[1] * 8:]
        return ends, proto, data

    # pylint: disable=too-many-arguments,too-many-positional-arguments
    def _join(self, key, begin, more, data, is_ipv6, proto=None):
        """RFC 791 and 8200, 4.5; RFC 5722 where the policy is strict."""
        store, end, first = self.parts.get(
            key, (Store(self.policy.overlap), None, None))
        store.put(begin, data)
        end = end if more else begin + len(data)
        first = proto if not begin else first
        self.parts[key] = (store, end, first)
        if end is None or any(i not in store.byte for i in range(end)):
            return None
        del self.parts[key]
        if is_ipv6 and store.overlapped and not self.policy.lax:
            return None
        whole = bytes(store.byte[i][0] for i in range(end))
        return (key[0], first, whole) if is_ipv6 else (*key[:2], whole)


# --- TCP ---------------------------------------------------------------------

Segment = collections.namedtuple(
    "Segment", "seq ack flags window urg ts data good whole")


def read_timestamp(options):
    """TSval, None if there is none, or False if the options are broken."""
    while options and options[0] != 0:
        if options[0] == 1:
            options = options[1:]
            continue
        if len(options) < 2 or not 2 <= options[1] <= len(options):
            return False
        if options[0] == 8 and options[1] == 10:
            return struct.unpack("!I", options[2:6])[0]
        options = options[options[1]:]
    return None


def read_segment(ends, data):
    """A Segment, or None if nobody could read it."""
    head = (data[12] >> 4) * 4 if len(data) >= 20 else 0
    if head < 20 or head > len(data):
        return None
    half = len(ends) // 2
    pseudo = ends + (struct.pack("!BBH", 0, p.TCP, len(data)) if half == 4 else
                     struct.pack("!IHBB", len(data), 0, 0, p.TCP))
    _, _, seq, ack, _, flags, window, _, urg = struct.unpack("!HHIIBBHHH",
                                                             data[:20])
    ts = read_timestamp(data[20:head])
    return Segment(seq, ack, flags, window, urg, ts or None, data[head:],
                   not p.checksum(pseudo + data), ts is not False)


class Connection:
    """One side's view of what it receives in one connection."""

    def __init__(self, policy, start):
        self.policy = policy
        self.start = start          # sequence number of the first byte
        self.next = 0               # offset of what is next
        self.fin = None             # offset of the FIN
        self.ts = None
        self.offers_ts = False
        self.store = Store(policy.overlap)
        self.away = set()           # offsets of urgent bytes
        self.out = bytearray()

    def offset(self, seq):
        return self.next + signed(seq - self.start - self.next)

    def put(self, begin, segment):
        """Data and FIN that were found good."""
        data = segment.data
        window = FAR if self.policy.lax else WINDOW
        if segment.flags & p.URG and self.policy.urgent != "inline":
            at = begin + segment.urg - (self.policy.urgent == "before")
            self.away.add(at)
        if segment.flags & p.FIN and not self.policy.lax:
            if self.fin is None:
                self.fin = begin + len(data)
        end = min(begin + len(data), self.next + window, LOOKED_AT)
        if self.fin is not None:
            end = min(end, self.fin)
        cut = max(0, self.next - begin)
        if end > begin + cut:
            self.store.put(begin + cut, data[cut:end - begin])
        while self.next in self.store.byte:
            value = self.store.byte.pop(self.next)[0]
            if self.next not in self.away:
                self.out.append(value)
            self.next += 1

    def stale(self, segment):
        """RFC 7323, 5: refused by its timestamp. Learns from it if not."""
        if segment.ts is None:
            return self.offers_ts
        if self.ts is not None and signed(segment.ts - self.ts) < 0:
            return True
        if self.offset(segment.seq) <= self.next:
            self.ts = segment.ts
        return False


class Contradiction(Exception):
    """The receiver has said that it is not this one."""


class Receiver:
    """All that comes to one side, and what its applications get of it.

    What the other direction acknowledges was said by this receiver: one that
    does not have it was another one.
    """

    def __init__(self, policy, victim=0, midstream=None):
        self.policy = policy
        self.victim = victim
        self.network = Network(policy)
        self.reverse = Network(STRICT)
        self.sent = None            # highest that this side has sent itself
        self.begun = midstream      # established already, this is next
        self.connection = {}
        self.old = []               # what closed connections delivered
        self.datagrams = []

    def feed(self, direction, pkt):
        """A packet reaches its end."""
        if direction == self.victim:
            found = self.network.take(pkt)
            if not found:
                return
            ends, proto, data = found
            if proto == p.UDP:
                self.datagrams.append(data[8:])
            elif proto == p.TCP:
                self._segment(ends, data)
            return
        found = self.reverse.take(pkt)
        if found and found[1] == p.TCP:
            self._said(found[0], found[2])

    def delivered(self):
        """All streams and datagrams, closed connections' too."""
        return self.old + self.datagrams + \
            [bytes(c.out) for c in self.connection.values()]

    def has(self, needle):
        return any(needle in stream for stream in self.delivered())

    def _close(self, key):
        if key in self.connection:
            self.old.append(bytes(self.connection.pop(key).out))
        self.begun = None

    def _said(self, ends, data):
        """What this side sends: what it has acknowledged, it has got."""
        half = len(ends) // 2
        key = (ends[half:] + ends[:half], data[2:4] + data[:2])
        segment = read_segment(ends, data)
        if not segment or not segment.good:
            return
        end = segment.seq + len(segment.data) + \
            bool(segment.flags & (p.SYN | p.FIN))
        if self.sent is None or signed(end - self.sent) > 0:
            self.sent = end & 0xffffffff
        if segment.flags & p.RST:
            self._close(key)
        elif segment.flags & p.ACK:
            self._acknowledged(self._find(key), segment)

    @staticmethod
    def _acknowledged(connection, segment):
        if not connection:
            raise Contradiction
        ack = connection.offset(segment.ack)
        got = connection.next
        if connection.fin is not None and got >= connection.fin:
            got += 1
        if connection.policy.lax:
            got += 1                # it has not looked for a FIN
        if ack > got or (segment.flags & p.SYN and ack < 0):
            raise Contradiction

    def _find(self, key):
        connection = self.connection.get(key)
        if not connection and self.begun is not None:
            connection = Connection(self.policy, self.begun)
            self.connection[key] = connection
        return connection

    def _segment(self, ends, data):
        segment = read_segment(ends, data)
        key = (ends, data[:4])
        if not segment:
            return
        if not self.policy.lax and not (segment.good and segment.whole):
            return
        connection = self._find(key)
        if segment.flags & p.RST:
            self._reset(key, connection, segment)
        elif connection:
            self._more(connection, segment)
        elif segment.flags & p.SYN:
            self._begin(key, segment)

    def _begin(self, key, segment):
        if segment.flags & p.FIN and not self.policy.lax:
            return
        connection = Connection(self.policy, segment.seq + 1 & 0xffffffff)
        connection.offers_ts = segment.ts is not None
        connection.ts = segment.ts
        self.connection[key] = connection
        if segment.data and self.policy.syn_data:
            connection.put(0, segment._replace(flags=segment.flags & ~p.FIN))

    def _reset(self, key, connection, segment):
        if not connection or self.policy.reset == "never":
            return
        off = connection.offset(segment.seq) - connection.next
        if off == 0 or (self.policy.reset == "window" and 0 < off < WINDOW):
            self._close(key)

    def _more(self, connection, segment):
        if not self.policy.lax:
            if segment.flags & p.SYN or not segment.flags & p.ACK:
                return
            if self.sent is not None and signed(segment.ack - self.sent) > 0:
                return
            if connection.stale(segment):
                return
        syn = bool(segment.flags & p.SYN)
        connection.put(connection.offset(segment.seq + syn), segment)


# --- All of them -------------------------------------------------------------

def losses(packets, victim):
    """Which packets a receiver may miss: sets of indices, none first."""
    at = [i for i, (direction, _) in enumerate(packets) if direction == victim]
    yield frozenset()
    if len(at) > LOSSES_ALL:
        if len(at) <= 40:
            yield from (frozenset([i]) for i in at)
        return
    for n in range(1, len(at) + 1):
        yield from map(frozenset, itertools.combinations(at, n))


def when(packets, needle, policy=STRICT, lost=(), victim=0, midstream=None):
    """Index of the packet with which it delivers the needle, or None."""
    receiver = Receiver(policy, victim, midstream)
    found = None
    try:
        for i, (direction, pkt) in enumerate(packets):
            if i in lost:
                continue
            receiver.feed(direction, pkt)
            if found is None and receiver.has(needle):
                found = i
    except Contradiction:
        return None
    return found


def victims(packets, needle, victim=0, midstream=None):
    """Receivers that would deliver it: (policy, what they miss)."""
    for lost in losses(packets, victim):
        for policy in POLICIES:
            if when(packets, needle, policy, lost, victim,
                    midstream) is not None:
                yield policy, sorted(lost)
