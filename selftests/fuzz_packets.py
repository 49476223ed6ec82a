# SPDX-License-Identifier: GPL-2.0
"""A node that does everything, and right packets of every kind for it.

They are what packets are mutated from; most of them do what their SID is for.
"""

import hashlib
import hmac
import itertools
import struct
import tempfile

import packet as p

HEADEND, CUSTOMER = "2001:db8:1::2", "2001:db8:c::5"
NEXT = "2001:db8:f::1"
FINAL = "2001:db8:f::80"            # of inline packets
KEY, SECRET = 17, b"a secret of some length"
BOTNET = {4: "192.0.2.66", 6: "2001:db8:a::66"}
BLOCK = "2001:3e8:c5::"             # of C-SIDs
UDP, IPV4 = 0x1000, 0x2000          # selftests/inject/shape.h

RULES = """
drop udp any any -> any any (msg:"evil"; content:"EVIL"; sid:1; rev:1;)
drop tcp any any -> any any (msg:"evil"; content:"EVIL"; nocase; sid:2; rev:1;)
reject tcp any any -> any any (msg:"no"; content:"REJECT"; depth:60; sid:3; rev:1;)
reject udp any any -> any any (msg:"no"; content:"REJECT"; sid:4; rev:1;)
alert ip any any -> any any (msg:"large"; dsize:>500; sid:5; rev:1;)
alert tcp any any -> any [80,8080] (msg:"GET"; content:"GET"; startswith; \
content:"HTTP/1."; distance:1; within:40; sid:6; rev:1;)
"""

ACTIONS = {
    "2001:3e8:1::": "End",
    "2001:3e8:2::": "End flavors psp,usp,usd",
    "2001:3e8:3::": "End.AN profile guard",
    "2001:3e8:4::": "End.AN profile watch flavors psp,usd",
    "2001:3e8:5::": "End.X nh6 2001:db8:2::3 profile guard flavors psp,usd",
    "2001:3e8:6::": "End.T table 100 flavors usp profile watch",
    "2001:3e8:7::": "End.DX4 nh4 10.0.2.2 oif n1 profile guard",
    "2001:3e8:8::": "End.DX6 nh6 2001:db8:2::3 oif n1",
    "2001:3e8:9::": "End.DT4 vrftable 10",
    "2001:3e8:a::": "End.DT6 table main profile watch",
    "2001:3e8:b::": "End.DT46 table main profile guard return table main",
    "2001:3e8:c::": "End.DT46 vrftable 10",
    "2001:3e8:d::": "End.AN profile guard hmac %d" % KEY,
    "2001:3e8:e::": "End.AN profile guard return segs 2001:db8:c::9",
    "2001:3e8:f::": "End.AN profile watch argument 1=guard argument 2=watch "
                    "argument-offset 48 argument-len 16",
    "2001:3e8:10::": "End iif n1",
    "2001:3e8:11::": "End.AN profile guard allow-src 2001:db8:c::/48",
    "2001:3e8:12::": "End.DT6 table 100",
}
CSIDS = {0x100: "End flavors next-csid,psp lblen 48 nflen 16",
         0x200: "End.AN profile guard flavors next-csid,usd lblen 48 nflen 16"}

# As few processes as that takes: each costs more than what it does.
LINKS = """set -e
ip -batch - <<EOF
link add red type vrf table 10
link set red up
link set n2 master red
addr replace 2001:db8:3::1/64 dev n2 nodad
addr add 10.0.2.1/24 dev n1
addr add 10.0.3.1/24 dev n2
neigh replace 2001:db8:3::2 lladdr 02:00:00:00:03:02 dev n2 nud permanent
neigh add 10.0.2.2 lladdr 02:00:00:00:02:02 dev n1 nud permanent
neigh add 10.0.3.2 lladdr 02:00:00:00:03:02 dev n2 nud permanent
route replace 2001:db8:fd::/48 via 2001:db8:3::2 dev n2
route add 2001:db8:a::/47 via 2001:db8:2::2
route add 2001:db8:a::/47 via 2001:db8:3::2 dev n2 table 10
route add 2001:db8::/32 via 2001:db8:2::2 dev n1 table 100
route add default via 10.0.2.2
route add default via 10.0.3.2 dev n2 table 10
EOF
sysctl -qw net.vrf.strict_mode=1
printf '%%s\\n' '%s' | setsid -w ip sr hmac set %d sha256 2>&1
""" % (SECRET.decode(), KEY)


def links(wire):
    wire.run(LINKS)


def configure(wire):
    """What goes with the module and comes again with it."""
    commands = ["profile add %s mode %s ruleset mix reputation botnet "
                "min-score 80 verdict drop" % names
                for names in (("guard", "prevent"), ("watch", "monitor"))]
    commands += ["reputation add %s category botnet score 90 source fuzz" %
                 address for address in BOTNET.values()]
    commands += ["sid add %s/64 action %s" % sid for sid in ACTIONS.items()]
    commands += ["sid add %s/64 action %s" % (container(csid), action)
                 for csid, action in CSIDS.items()]
    wire.rules("mix", RULES)
    # one process for all: they are what takes the time
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("\n".join(commands) + "\n")
        file.flush()
        wire.segward("-b " + file.name)


def container(*csids):
    return BLOCK[:-1] + ":".join("%x" % c for c in csids) + "::"


# --- Inner packets ------------------------------------------------------------

PAYLOADS = (b"good", b"an EVIL one", b"please REJECT me",
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"x" * 600)


def inners():
    """[(packet, offset of its transport header, kind)]."""
    out = []
    for family, kind, payload in itertools.product((4, 6), ("udp", "tcp"),
                                                   PAYLOADS):
        pkt = p.inner(family, kind, payload=payload)
        flags = (UDP if kind == "udp" else 0) | (IPV4 if family == 4 else 0)
        out.append((pkt, len(pkt) - len(payload) -
                    (8 if kind == "udp" else 20), flags))
    for family, bad in BOTNET.items():
        out.append((p.inner(family, "udp", src=bad), 0, 0))
    return out + [(pkt, 0, 0) for pkt in fragments() + odd()]


def fragments():
    """Inner fragments: in order, repeated, and one that overlaps."""
    src, dst = "2001:db8:a::10", "2001:db8:b::20"
    data = p.udp(src, dst, 4000, 4000, b"an EVIL datagram of some length" * 2)
    cuts = ((0, 24), (24, 48), (48, len(data)), (16, 40))
    six = [p.ipv6(src, dst, p.FRAGMENT, p.fragment(
        p.UDP, a, b < len(data), 7, data[a:b])) for a, b in cuts]
    four = [p.ipv4("192.0.2.10", "198.51.100.20", p.UDP, data[a:b], ident=7,
                   frag=a // 8 | (0x2000 if b < len(data) else 0))
            for a, b in cuts]
    return six + four


def odd():
    """Extension headers, ICMP, a tunnel in the tunnel."""
    src, dst = "2001:db8:a::10", "2001:db8:b::20"
    udp = p.udp(src, dst, 53, 53, b"dns")
    again = p.encap(HEADEND, [NEXT, "2001:3e8:3::"], 1, p.inner(6, "udp"))
    return [p.ipv6(src, dst, p.HOPOPTS, p.options(p.DSTOPTS) +
                   p.options(p.UDP) + udp),
            p.ipv6(src, dst, p.ICMPV6, p.icmp6(src, dst, 128, 0, 1, b"ping")),
            p.ipv4("192.0.2.10", "198.51.100.20", p.ICMP, p.icmp4(8, 0, 1)),
            again]


# --- Outer packets ------------------------------------------------------------

def tlv(segments, source):
    text = p.addr(source) + bytes([len(segments) - 1, 0]) + \
        struct.pack("!I", KEY) + b"".join(p.addr(s) for s in segments)
    return struct.pack("!BBHI", 5, 38, 0, KEY) + \
        hmac.new(SECRET, text, hashlib.sha256).digest()


def chain(pkt, proto, before=(), behind=(), srh=b""):
    """An outer packet: extension headers around an SRH that wants one."""
    headers = [(kind, None) for kind in before]
    headers += [(p.ROUTING, srh)] if srh else []
    headers += [(kind, None) for kind in behind]
    kinds = [kind for kind, _ in headers] + [proto]
    body = b""
    for (kind, header), following in zip(headers, kinds[1:]):
        if kind == p.FRAGMENT:
            body += p.fragment(following, 0, False, 9, b"")
        elif header:
            body += bytes([following]) + header[1:]
        else:
            body += p.options(following)
    return kinds[0], body + pkt


def outer(sid, pkt, proto, segments, left, source=HEADEND, **more):
    """A packet whose destination is the SID, with an SRH or without."""
    tlvs = more.pop("tlvs", b"")
    srh = p.srh(0, segments, left, tlvs=tlvs) if segments else b""
    first, body = chain(pkt, proto, srh=srh, **more)
    return p.ipv6(source, sid, first, body)


PAD = b"\1\6" + b"\0" * 6

# What surrounds an inner packet, each as arguments of outer().
AROUND = ({}, {"before": (p.HOPOPTS,)}, {"before": (p.DSTOPTS,)},
          {"behind": (p.DSTOPTS,)}, {"before": (p.HOPOPTS, p.DSTOPTS)},
          {"behind": (p.FRAGMENT,)}, {"before": (p.FRAGMENT,)},
          {"tlvs": PAD})


def for_sid(sid, n):
    """Packets for a SID: which of all inner ones depends on its number."""
    out = []
    lists = ([NEXT, sid], [NEXT, "2001:3e8:3::", sid],
             ["2001:3e8:a::", sid], [sid, "2001:db8:c::1"])
    every = inners()
    for i, (inner, at, kind) in enumerate(every):
        segments = lists[(i + n) % len(lists)]
        left = segments.index(sid)
        around = dict(AROUND[(i * 3 + n) % len(AROUND)])
        around["source"] = (HEADEND, CUSTOMER)[i // 2 % 2]
        if (i + n) % 5 == 0:
            around["tlvs"] = tlv(segments, around["source"])
        if (i + n) % 7 == 0:
            segments = []
            around.pop("tlvs", None)
        pkt = outer(sid, inner, p.family_proto(inner), segments, left,
                    **around)
        out.append((pkt, len(pkt) - len(inner) + at if at else 0, kind))
    return out + [(pkt, 0, 0) for pkt in plain(sid)] + inline(sid)


def plain(sid):
    """For the SID itself, and what nothing accepts."""
    echo = p.icmp6(HEADEND, sid, 128, 0, 7, b"ping")
    udp = p.udp(HEADEND, sid, 33434, 33434, b"probe")
    error = p.icmp6(HEADEND, sid, 1, 0, 0, p.inner(6, "udp"))
    two = p.srh(0, ["2001:db8:c::1", "2001:db8:c::2"], 0)
    _, body = chain(p.inner(6, "udp"), p.IPV6, srh=two)
    return [outer(sid, echo, p.ICMPV6, [sid, "2001:db8:c::1"], 0),
            outer(sid, echo, p.ICMPV6, [], 0),
            outer(sid, udp, p.UDP, [], 0),
            outer(sid, error, p.ICMPV6, [], 0),
            outer(sid, b"", p.NONE, [NEXT, sid], 1),
            outer(sid, body, p.ROUTING, [NEXT, sid], 1)]


def inline(sid):
    """The SRH is in the packet itself, whose destination is its last one."""
    out = []
    for n, payload in enumerate(PAYLOADS):
        make, proto, size = ((p.udp, p.UDP, 8), (p.tcp, p.TCP, 20))[n % 2]
        body = make(HEADEND, FINAL, 40000, 80, payload)
        pkt = outer(sid, body, proto, [FINAL, sid], 1)
        out.append((pkt, len(pkt) - len(payload) - size,
                    UDP if proto == p.UDP else 0))
    return out


def for_csids():
    out = []
    for csids in ((0x100, 0x200, 0xf001), (0x200, 0x100), (0x200,),
                  (0x100, 0x100, 0x200, 0x200)):
        for inner, at, kind in inners()[::3]:
            sid = container(*csids)
            pkt = outer(sid, inner, p.family_proto(inner),
                        [] if len(csids) % 2 else [NEXT, "2001:3e8:1::"], 1)
            out.append((pkt, len(pkt) - len(inner) + at if at else 0, kind))
    return out


def packets():
    """[(packet, what shape.h wants to know of its transport header)]."""
    out = for_csids()
    for n, sid in enumerate(ACTIONS):
        out += for_sid(sid, n)
        if "argument" in ACTIONS[sid]:
            out += for_sid(sid + "1:0:0:0", n) + for_sid(sid + "2:0:0:0", n)
    return [(pkt, at | kind if at else 0) for pkt, at, kind in out]
