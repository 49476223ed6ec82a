# SPDX-License-Identifier: GPL-2.0
"""Small images of compiled rules, byte by byte (uapi/linux/segward_image.h).

The rules have a header and no contents, which is all that the netlink side
needs; what else the verifier looks at is tested with the engine.
"""

import struct

MAGIC, FORMAT = 0x49475753, 1
SECTIONS = ("strings", "bytes", "origins", "variables", "sets", "elements",
            "classes", "rules", "references", "ops", "groups", "patterns",
            "links", "mpms", "words", "slots")
RECORD = {"strings": 1, "bytes": 1, "origins": 4, "sets": 16, "classes": 16,
          "rules": 80, "references": 4, "groups": 24, "links": 4}
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
        sections["groups"] = struct.pack("=6I", PROTO_IP, 0, 65535, NO_MPM, 0,
                                         rules)
    sections["strings"] = strings.data
    body, table = b"", b""
    for name in SECTIONS:
        data = sections.get(name, b"")
        table += struct.pack("=II", HEADER + len(body),
                             len(data) // RECORD.get(name, 1))
        body += data + b"\0" * (-len(data) % 8)
    return struct.pack("=IIIIQII", MAGIC, FORMAT, HEADER + len(body), flags,
                       image_id, rejected, 0) + table + body


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
