#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What the benchmark of a node sends, and what it lists as bad.

Everything follows from numbers: two runs have the same packets and the same
million prefixes. Listed and unlisted addresses lie beside each other all over
the same range, so that no lookup ends early; of the unlisted ones the lower
half is home, the upper half is away.
"""

import random
import struct
import sys

sys.path.insert(0, __file__.rsplit("/", 3)[0])
import packet as p                                          # noqa: E402

HEADEND = p.addr("2001:3e7::1")
LOCATOR, NEXT, OTHER = 0x200103e8, 0x200103e9, 0x200103ea
NEXTS = 64

# An inner packet's length; a mix has how many of each.
SIZES = {"64": [64], "512": [512], "1400": [1400],
         "imix": [64] * 7 + [570] * 4 + [1400]}

HOME = {4: "[11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/5]", 6: "2001:db9::/33"}
HOME_SLOTS = 29 << 14		# 11.0.0.0 to 39.255.255.255, in steps of 1024


def mix(i):
    """A number that looks random: the same for the same i."""
    i = (i ^ i >> 16) * 0x45d9f3b & 0xffffffff
    i = (i ^ i >> 16) * 0x45d9f3b & 0xffffffff
    return i ^ i >> 16


# --- Addresses ---------------------------------------------------------------

def listed(family, i):
    """The i-th bad prefix, i below a million: its first address and length."""
    h = mix(i)
    if family == 4:
        bits = 32 if h % 10 < 7 else 24 + (h >> 8) % 8
        at = (h >> 16) % 512 & ~((1 << 32 - bits) - 1)
        return 0x0b000000 + i * 1024 + at, bits
    high = subnet(i) << 64
    return (high, 64) if i % 2 else (high | h << 24 | h >> 8, 128)


def subnet(i):
    """The upper half of an IPv6 address: another one for each i < 2^32."""
    return 0x20010db9 << 32 | i * 0x9e3779b1 & 0xffffffff


def unlisted(family, i, home):
    """Some address that no bad prefix has, as bytes."""
    h = mix(i)
    if family == 4:
        slot = (h % HOME_SLOTS if home else
                HOME_SLOTS + h % (1000000 - HOME_SLOTS))
        return struct.pack("!I", 0x0b000000 + slot * 1024 + 512 + h % 512)
    i = 1000000 + h % 3000000
    while (subnet(i) & 0x80000000 == 0) != home:
        i += 1
    return struct.pack("!QQ", subnet(i), h)


def text(family, i):
    """The i-th bad prefix as lists have it."""
    first, bits = listed(family, i)
    return "%s/%d" % (p.ipaddress.IPv4Address(first) if family == 4 else
                      p.ipaddress.IPv6Address(first), bits)


# --- SIDs --------------------------------------------------------------------

def sid(count, i):
    """The i-th of so many SIDs, a /64; its destination has zeros behind."""
    if count == 1:
        return LOCATOR << 96 | 0x00600008 << 64
    return LOCATOR << 96 | (0x1000 + i // 256) << 80 | i % 256 << 64


def sid_text(count, i):
    return "%s/64" % p.ipaddress.IPv6Address(sid(count, i))


# --- Packets -----------------------------------------------------------------

WORDS = ("the quick and slow of river stone bread window under green lamp "
         "seven about morning table water never paper music yellow garden "
         "street winter letter again summer between silver north small").split()


def letters(size, seed=1):
    """Harmless text, more than one packet has."""
    r = random.Random(seed)
    out = []
    while size > 0:
        out.append(r.choice(WORDS))
        size -= len(out[-1]) + 1
    return " ".join(out).encode()


def total(data):
    """What RFC 1071 sums up, without the last carry."""
    return int.from_bytes(data + b"\0" * (len(data) % 2), "big") % 65535


def tcp(src, dst, sport, payload):
    """A segment in the middle of a connection to a web server."""
    length = 20 + len(payload)
    head = struct.pack("!HHIIBBH", sport, 80, 0x10203040, 0x50607080, 0x50,
                       p.ACK | p.PSH, 8192)
    pseudo = src + dst + struct.pack("!II", length, p.TCP)
    check = ~total(pseudo + head + b"\0" * 4 + payload) & 0xffff
    return head + struct.pack("!HH", check, 0) + payload


def inner(family, size, i, payload, bad):
    """An inner packet of this length, to an address that is listed or not."""
    src = unlisted(family, 2 * i, True)
    dst = unlisted(family, 2 * i + 1, False)
    if bad:
        dst = listed(family, i)[0].to_bytes(len(dst), "big")
    room = size - 20 - (20 if family == 4 else 40)
    at = mix(i) % (len(payload) - room)
    data = tcp(src, dst, 1024 + mix(i) % 60000, payload[at:at + room])
    if family == 6:
        return struct.pack("!IHBB", 6 << 28, len(data), p.TCP, 64) + \
            src + dst + data
    head = struct.pack("!BBHHHBBH", 0x45, 0, size, 0, 0x4000, 64, p.TCP, 0)
    check = ~total(head + src + dst) & 0xffff
    return head[:10] + struct.pack("!H", check) + src + dst + data


def ring(family, size, sids, count, other=None, bad=False):
    """So many packets, as the module takes them. With other, a prefix of 32
    bits, their destinations lie there instead of in the locator of the SIDs.
    With bad, the first bad prefixes are where the inner packets go.
    """
    payload = letters(1 << 16)
    sizes = SIZES[size]
    out = []
    for i in range(count):
        body = inner(family, sizes[i * 5 % len(sizes)], i, payload, bad)
        to = sid(sids, i % sids)
        if other:
            to = other << 96 | to & (1 << 96) - 1
        to = to.to_bytes(16, "big")
        last = (NEXT << 96 | i % NEXTS << 64).to_bytes(16, "big")
        srh = struct.pack("!BBBBBBH", p.IPV4 if family == 4 else p.IPV6, 4, 4,
                          1, 1, 0, 0) + last + to
        head = struct.pack("!IHBB", 6 << 28, len(srh) + len(body), p.ROUTING,
                           64) + HEADEND + to
        out.append(struct.pack("=H", 80 + len(body)) + head + srh + body)
    return out


# --- Lists -------------------------------------------------------------------

def nft_element(family, i):
    first, bits = listed(family, i)
    width = 32 if family == 4 else 128
    if bits == width:
        return "0x%x" % first
    return "0x%x-0x%x" % (first, first + (1 << width - bits) - 1)


def write_lists(family, entries, where):
    """The same prefixes for "segward reputation load" and for "nft -f"."""
    with open("%s/bad%d.list" % (where, family), "w") as f:
        for i in range(entries):
            f.write(text(family, i) + "\n")
    bits, src, dst = (32, 736, 768) if family == 4 else (128, 704, 832)
    with open("%s/bad%d.nft" % (where, family), "w") as f:
        f.write("table ip6 bench {\n\tset bad {\n\t\ttypeof @nh,%d,%d\n"
                "\t\tflags interval\n\t\telements = {\n" % (src, bits))
        f.write(",\n".join(nft_element(family, i) for i in range(entries)))
        f.write("\n\t\t}\n\t}\n\tchain forward {\n"
                "\t\ttype filter hook forward priority 0; policy accept;\n"
                "\t\t@nh,%d,%d @bad counter drop\n"
                "\t\t@nh,%d,%d @bad counter drop\n"
                "\t}\n}\n" % (src, bits, dst, bits))


if __name__ == "__main__":
    for version in (4, 6):
        write_lists(version, int(sys.argv[2]), sys.argv[1])
