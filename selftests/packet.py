# SPDX-License-Identifier: GPL-2.0
"""Packets as bytes: a builder small enough to be trusted by reading it.

Everything returns bytes. Lengths, next headers and checksums are computed
unless a caller sets them to something wrong on purpose. Nothing here knows
segward, so that an expectation is never made by the code under test.
"""

import ipaddress
import itertools
import struct

HOPOPTS, ICMP, IPV4, TCP, UDP, IPV6, ROUTING, FRAGMENT = 0, 1, 4, 6, 17, 41, 43, 44
AH, ICMPV6, NONE, DSTOPTS, SCTP = 51, 58, 59, 60, 132

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32


def addr(text):
    """The bytes of an address of either family."""
    return ipaddress.ip_address(text).packed


def checksum(data):
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def pseudo(src, dst, proto, length):
    """The pseudo header of either family."""
    src, dst = addr(src), addr(dst)
    if len(src) == 4:
        return src + dst + struct.pack("!BBH", 0, proto, length)
    return src + dst + struct.pack("!IHBB", length, 0, 0, proto)


def ipv6(src, dst, nexthdr, payload, hop_limit=64, tclass=0, flow=0,
         length=None):
    if length is None:
        length = len(payload)
    return struct.pack("!IHBB", 6 << 28 | tclass << 20 | flow, length,
                       nexthdr, hop_limit) + addr(src) + addr(dst) + payload


def ipv4(src, dst, proto, payload, ttl=64, tos=0, ident=0, frag=0x4000,
         options=b"", length=None, check=None):
    ihl = 5 + len(options) // 4
    if length is None:
        length = ihl * 4 + len(payload)
    head = struct.pack("!BBHHHBBH", 4 << 4 | ihl, tos, length, ident, frag,
                       ttl, proto, 0) + addr(src) + addr(dst) + options
    if check is None:
        check = checksum(head)
    return head[:10] + struct.pack("!H", check) + head[12:] + payload


def srh(nexthdr, segments, segments_left, last_entry=None, hdrlen=None,
        flags=0, tag=0, tlvs=b"", rtype=4):
    """A routing header; segments as in the header: the last one first."""
    body = b"".join(addr(s) for s in segments) + tlvs
    if last_entry is None:
        last_entry = len(segments) - 1
    if hdrlen is None:
        hdrlen = len(body) // 8
    return struct.pack("!BBBBBBH", nexthdr, hdrlen, rtype, segments_left,
                       last_entry & 0xff, flags, tag) + body


def options(nexthdr, body=b"\1\4\0\0\0\0"):
    """A hop-by-hop or destination options header; default PadN of 6."""
    return struct.pack("!BB", nexthdr, (len(body) + 2) // 8 - 1) + body


def fragment(nexthdr, offset, more, ident, payload):
    """A Fragment header; offset in bytes, a multiple of 8."""
    return struct.pack("!BBHI", nexthdr, 0, offset | int(more), ident) + payload


def tcp(src, dst, sport, dport, payload=b"", seq=1, ack=1, flags=PSH | ACK,
        window=65535, opts=b"", check=None, urg=0):
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff,
                       ack & 0xffffffff, (5 + len(opts) // 4) << 4, flags,
                       window, 0, urg) + opts
    if check is None:
        check = checksum(pseudo(src, dst, TCP, len(head) + len(payload)) +
                         head + payload)
    return head[:16] + struct.pack("!H", check) + head[18:] + payload


def udp(src, dst, sport, dport, payload=b"", check=None, length=None):
    if length is None:
        length = 8 + len(payload)
    head = struct.pack("!HHHH", sport, dport, length, 0)
    if check is None:
        check = checksum(pseudo(src, dst, UDP, len(head) + len(payload)) +
                         head + payload) or 0xffff
    return head[:6] + struct.pack("!H", check) + payload


def icmp4(kind, code, rest, payload=b"", check=None):
    head = struct.pack("!BBHI", kind, code, 0, rest)
    if check is None:
        check = checksum(head + payload)
    return head[:2] + struct.pack("!H", check) + head[4:] + payload


def icmp6(src, dst, kind, code, rest, payload=b"", check=None):
    head = struct.pack("!BBHI", kind, code, 0, rest)
    if check is None:
        check = checksum(pseudo(src, dst, ICMPV6, len(head) + len(payload)) +
                         head + payload)
    return head[:2] + struct.pack("!H", check) + head[4:] + payload


PORTS = itertools.count(1)


def new_port():
    """A source port that no connection has had so far.

    To a node that follows streams two packets with the same ports are of one
    connection, and one that was dropped ends it. 40000 is for who wants that.
    """
    return 40000 + next(PORTS) % 20000


def inner(family, transport, src=None, dst=None, payload=b"", sport=None,
          dport=80, **kw):
    """An IPv4 or IPv6 packet with TCP, each of its own connection, or UDP."""
    if sport is None:
        sport = new_port() if transport == "tcp" else 40000
    if family == 4:
        src, dst = src or "192.0.2.10", dst or "198.51.100.20"
    else:
        src, dst = src or "2001:db8:a::10", dst or "2001:db8:b::20"
    make, proto = {"tcp": (tcp, TCP), "udp": (udp, UDP)}[transport]
    body = make(src, dst, sport, dport, payload, **kw)
    if family == 4:
        return ipv4(src, dst, proto, body)
    return ipv6(src, dst, proto, body)


def family_proto(packet):
    """The next-header number that announces this IP packet."""
    return IPV4 if packet[0] >> 4 == 4 else IPV6


def encap(src, segments, segments_left, packet, hop_limit=64, flow=0, **kw):
    """IP in IPv6 with an SRH; the destination is the active segment.

    With segments_left == len(segments) the list is reduced: the active
    segment is not in it, and has to be given as active=ADDRESS.
    """
    active = kw.pop("active", None) or segments[segments_left]
    return ipv6(src, active, ROUTING,
                srh(family_proto(packet), segments, segments_left, **kw) +
                packet, hop_limit=hop_limit, flow=flow)


def patch(packet, offset, data):
    """The packet with some bytes replaced."""
    return packet[:offset] + data + packet[offset + len(data):]


def after_end(packet, srh_off=40, hop_limits=1):
    """What RFC 8986, 4.1 makes of a packet: SL, DA, hop limit."""
    left = packet[srh_off + 3] - 1
    segment = srh_off + 8 + 16 * left
    packet = patch(packet, srh_off + 3, bytes([left]))
    packet = patch(packet, 24, packet[segment:segment + 16])
    return patch(packet, 7, bytes([packet[7] - hop_limits]))


def icmp6_error(src, dst, kind, code, info, quoted, hop_limit=64):
    """An ICMPv6 error as Linux sends it: as much as fits 1,280 bytes."""
    quoted = quoted[:1280 - 48]
    return ipv6(src, dst, ICMPV6,
                icmp6(src, dst, kind, code, info, quoted), hop_limit)
