# SPDX-License-Identifier: GPL-2.0
"""Small images of compiled rules, byte by byte (uapi/linux/segward_image.h).

The rules of image() have a header and no contents, which is all that most of
the netlink side needs; rich() has something in every section, for those who
spoil it. What else the verifier looks at is tested with the engine.
"""

import struct

MAGIC, FORMAT = 0x49475753, 2
SECTIONS = ("strings", "bytes", "origins", "variables", "sets", "elements",
            "classes", "rules", "references", "ops", "groups", "patterns",
            "links", "mpms", "words", "slots")
RECORD = {"strings": 1, "bytes": 1, "origins": 4, "variables": 16, "sets": 16,
          "elements": 40, "classes": 16, "rules": 80, "references": 4,
          "ops": 24, "groups": 28, "patterns": 16, "links": 4, "mpms": 40,
          "words": 4, "slots": 16}
HEADER = 32 + 8 * len(SECTIONS)
ALERT, PROTO_IP, NO_MPM = 1, 256, 0xffffffff
SKIP_BAD = 1


class Strings:
    def __init__(self):
        self.data = b"\0"

    def add(self, text):
        offset = len(self.data)
        self.data += text.encode() + b"\0"
        return offset


def image(rules=0, origins=(), image_id=1, rejected=0, flags=0, msg="rule"):
    """An image of alert rules with the signature-ids 1, 2, ..."""
    strings = Strings()
    text = strings.add(msg)
    header = strings.add("ip any any -> any any")
    sections = {
        "sets": struct.pack("=IIII", 0, 0, 0, 0),
        "classes": struct.pack("=IIII", 0, 0, 0, 0),
        "origins": b"".join(struct.pack("=I", strings.add(o))
                            for o in origins),
        "rules": b"".join(struct.pack(
            "=20I", n + 1, 1, 1, ALERT, PROTO_IP, 0, 0, 0, 0, 0, 0, 0, text, 0,
            3, 0, 0, 0, header, 0) for n in range(rules)),
        "links": struct.pack("=%dI" % rules, *range(rules)),
    }
    if rules:
        sections["groups"] = struct.pack("=7I", 0, PROTO_IP, 0, 65535, NO_MPM,
                                         0, rules)
    sections["strings"] = strings.data
    return assemble(sections, image_id, rejected, flags)


def assemble(sections, image_id=1, rejected=0, flags=0):
    """One block of the sections' bytes."""
    body, table = b"", b""
    for name in SECTIONS:
        data = sections.get(name, b"")
        table += struct.pack("=II", HEADER + len(body),
                             len(data) // RECORD.get(name, 1))
        body += data + b"\0" * (-len(data) % 8)
    return struct.pack("=IIIIQII", MAGIC, FORMAT, HEADER + len(body), flags,
                       image_id, rejected, 0) + table + body


# --- Something in every section ---------------------------------------------

FILTER_BITS, BUCKET_BITS = 10, 4
SET_ADDRESS, SET_PORT, RANGE4, RANGE6, PORT, VARIABLE, SET = 1, 2, 1, 2, 3, 4, 5
CONTENT, DSIZE, NOCASE, WITHIN = 1, 2, 1 << 1, 1 << 5
TCP, BIDIRECTIONAL = 6, 1
NEEDLE = b"abcdefgh"


def _element(kind, first=b"", last=b"", ref=0):
    return struct.pack("=II16s16s", kind, ref, first, last)


def _sets():
    """Any; addresses; what a variable says, not 10/8; ports; a set of sets."""
    low, high = b"\x0a\0\0\0", b"\x0a\xff\xff\xff"
    elements = (_element(RANGE4, low, high) +
                _element(RANGE6, b"\xfd" + b"\0" * 15, b"\xfd" * 16) +
                _element(VARIABLE) + _element(RANGE4, low, high) +
                _element(PORT, b"\0\x50", b"\x1f\x90") +
                _element(SET, ref=2))
    sets = ((0, 0, 0, 0), (SET_ADDRESS, 0, 2, 0), (SET_ADDRESS, 2, 1, 1),
            (SET_PORT, 4, 1, 0), (SET_ADDRESS, 5, 1, 0))
    return elements, b"".join(struct.pack("=IIII", *s) for s in sets)


def _hash(gram, bits):
    return (gram * 0x9e3779b1 & 0xffffffff) >> 32 - bits


def _matcher():
    """Words and slots that find NEEDLE."""
    grams = [struct.unpack_from("<I", NEEDLE, at)[0] for at in (0, 1)]
    near = {0: 4, 1: 3}         # where the other four bytes are
    order = sorted((0, 1), key=lambda at: _hash(grams[at], BUCKET_BITS))
    words = [0] * (1 << FILTER_BITS >> 5)
    slots, buckets = b"", [0] * ((1 << BUCKET_BITS) + 1)
    for at in order:
        h = _hash(grams[at], FILTER_BITS)
        words[h // 32] |= 1 << h % 32
        slots += struct.pack("<IIIHh", grams[at], struct.unpack_from(
            "<I", NEEDLE, at + near[at])[0], 0, at, near[at])
        for b in range(_hash(grams[at], BUCKET_BITS) + 1, len(buckets)):
            buckets[b] += 1
    words += buckets
    return struct.pack("<%dI" % len(words), *words), slots


def rich(rules=2):
    """Rules with contents, the even ones behind a prefilter."""
    strings = Strings()
    text = [strings.add(t) for t in ("rule", "tcp any any -> any any", "url,x",
                                     "trojan", "NET", "/a/file.rules", "m k")]
    elements, sets = _sets()
    words, slots = _matcher()
    even, odd = range(0, rules, 2), range(1, rules, 2)
    links = list(even) + list(odd)
    ops = struct.pack("=" + 3 * "HHIIIii", CONTENT, 0, NOCASE, 0, len(NEEDLE),
                      0, 0, CONTENT, 0, WITHIN, 8, 2, 0, 9, DSIZE, 0, 0, 0, 0,
                      1, 1400)
    return assemble({
        "strings": strings.data, "bytes": NEEDLE + b"xy",
        "origins": struct.pack("=I", text[5]),
        "variables": struct.pack("=IIII", text[4], SET_ADDRESS, 1, 0),
        "sets": sets, "elements": elements,
        "classes": struct.pack("=8I", 0, 0, 0, 0, text[3], text[0], 1, 0),
        "rules": b"".join(struct.pack(
            "=20I", n + 1, 1, 1, ALERT, TCP, BIDIRECTIONAL, 4, 2, 3, 0, 0, 3,
            text[0], 1, 1, 0, 1, text[6], text[1], 0) for n in range(rules)),
        "references": struct.pack("=I", text[2]), "ops": ops,
        "groups": struct.pack("=14I", 0, TCP, 0, 65535, 0, len(even), len(odd),
                              0, PROTO_IP, 0, 65535, NO_MPM, 0, 0),
        "patterns": struct.pack("=IIII", 0, len(NEEDLE), 0, len(even)),
        "links": struct.pack("=%dI" % rules, *links),
        "mpms": struct.pack("=10I", 0, FILTER_BITS, BUCKET_BITS, 0, 0, 0, 0, 2,
                            0, 1),
        "words": words, "slots": slots})


def upload(nl, data, part=32768):
    """Bring an image into the kernel; its handle."""
    handle = nl.do("upload-new", size=len(data))[0]["upload"]
    for at in range(0, len(data), part):
        nl.do("upload-part", upload=handle, offset=at,
              data=data[at:at + part])
    return handle


def load(nl, name, data):
    """Put an image in force under a name."""
    nl.do("ruleset-new", name=name, upload=upload(nl, data), create=True,
          replace=True)
