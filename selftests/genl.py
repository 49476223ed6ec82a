# SPDX-License-Identifier: GPL-2.0
"""A generic netlink client that speaks the spec and nothing else.

Requests and answers are dictionaries by the names of the spec; what the
kernel says of a refusal comes back whole: error, sentence, and the attribute
by its name. Nothing is checked on the way to the kernel, so that it can be
given what the CLI never would.
"""

import contextlib
import ctypes
import os
import socket
import struct
import sys
from errno import EAGAIN

import yaml

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SPEC = os.path.join(TOP, "Documentation/netlink/specs/segward.yaml")

REQUEST, MULTI, ACK, ECHO, DUMP_INTR = 0x1, 0x2, 0x4, 0x8, 0x10
DUMP = 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
NETLINK_GENERIC, SOL_NETLINK = 16, 270
NETLINK_ADD_MEMBERSHIP, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 1, 10, 11
NESTED = 0x8000
CLONE_NEWNET = 0x40000000
SO_SNDBUFFORCE, SO_RCVBUFFORCE = 32, 33

CTRL_ID = 0x10
CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY = 3, 10

# One for all: to get and clear a new one is half the cost of an answer.
_buffer = bytearray(1 << 20)

_libc = ctypes.CDLL(None, use_errno=True)


class Refused(Exception):
    """The kernel's answer to a request that it did not carry out."""

    def __init__(self, errno, message, attribute, missing):
        super().__init__("%s: %s (attribute %s, missing %s)" %
                         (os.strerror(errno), message, attribute, missing))
        self.errno = errno
        self.message = message
        self.attribute = attribute
        self.missing = missing


class Spec:
    """The spec with its numbers."""

    def __init__(self, path=SPEC):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        with open(path, encoding="utf-8") as f:
            self.tree = yaml.load(f, Loader=loader)
        self.consts = {d["name"]: d["value"] for d in self.tree["definitions"]
                       if d["type"] == "const"}
        self.enums = {d["name"]: self._numbered(d["entries"], 0)
                      for d in self.tree["definitions"] if d["type"] == "enum"}
        self.sets = {}
        for s in self.tree["attribute-sets"]:
            by_name = self._numbered(s["attributes"], 1)
            self.sets[s["name"]] = {a["name"]: dict(a, number=by_name[a["name"]])
                                    for a in s["attributes"]}
        ops = self.tree["operations"]["list"]
        numbers = self._numbered(ops, 1)
        self.ops = {o["name"]: dict(o, number=numbers[o["name"]]) for o in ops}
        for op in self.ops.values():
            if "notify" in op:
                op["attribute-set"] = self.ops[op["notify"]]["attribute-set"]
        self.op_names = {o["number"]: n for n, o in self.ops.items()}

    @staticmethod
    def _numbered(entries, value):
        numbers = {}
        for e in entries:
            e = {"name": e} if isinstance(e, str) else e
            value = e.get("value", value)
            numbers[e["name"]] = value
            value += 1
        return numbers

    def encode(self, set_name, values):
        out = b""
        for name, value in values.items():
            attr = self.sets[set_name][name]
            for v in value if isinstance(value, list) else [value]:
                out += self._attr(attr, v)
        return out

    def _attr(self, attr, value):
        kind, number = attr["type"], attr["number"]
        if isinstance(value, (bytes, bytearray)):
            data = bytes(value)     # as it is, also where it is wrong
        elif kind == "nest":
            number |= NESTED
            data = self.encode(attr["nested-attributes"], value)
        elif kind == "flag":
            data = b""
        elif kind == "string":
            data = value.encode(errors="surrogateescape") + b"\0"
        else:
            if isinstance(value, str):
                value = self.enums[attr["enum"]][value]
            data = struct.pack("=I" if kind == "u32" else "=Q", value)
        return attribute(number, data)

    def decode(self, set_name, data):
        by_number = {a["number"]: a for a in self.sets[set_name].values()}
        out = {}
        for number, value in attributes(data):
            attr = by_number[number & 0x3fff]
            value = self._value(attr, value)
            if attr.get("multi-attr"):
                out.setdefault(attr["name"], []).append(value)
            elif attr["type"] != "pad":
                out[attr["name"]] = value
        return out

    def _value(self, attr, data):
        kind = attr["type"]
        if kind == "nest":
            return self.decode(attr["nested-attributes"], data)
        if kind == "string":
            # the kernel keeps whatever bytes it is given
            return data.rstrip(b"\0").decode(errors="surrogateescape")
        if kind in ("u32", "u64"):
            number = int.from_bytes(data, sys.byteorder)
            if "enum" not in attr:
                return number
            return {v: k for k, v in self.enums[attr["enum"]].items()}[number]
        return True if kind == "flag" else data

    def path_at(self, set_name, data, offset):
        """The name of the attribute that begins at an offset of the data."""
        at = 0
        by_number = {a["number"]: a for a in self.sets[set_name].values()}
        while at + 4 <= len(data):
            length, number = struct.unpack_from("=HH", data, at)
            attr = by_number.get(number & 0x3fff, {"name": "?"})
            if at == offset:
                return attr["name"]
            if offset < at + length and "nested-attributes" in attr:
                inner = self.path_at(attr["nested-attributes"],
                                     data[at + 4:at + length], offset - at - 4)
                return "%s.%s" % (attr["name"], inner)
            at += max(4, (length + 3) & ~3)
        return "?"

    def name_of(self, set_name, number):
        for name, attr in self.sets[set_name].items():
            if attr["number"] == number:
                return name
        return "?"


def attribute(number, data):
    return struct.pack("=HH", len(data) + 4, number) + data + \
        b"\0" * (-len(data) % 4)


def attributes(data):
    """Yield (type, payload)."""
    at = 0
    while at + 4 <= len(data):
        length, number = struct.unpack_from("=HH", data, at)
        yield number & ~NESTED, data[at + 4:at + length]
        at += (length + 3) & ~3


def enter(ns):
    """Make a network namespace this thread's."""
    fd = os.open("/var/run/netns/" + ns, os.O_RDONLY)
    try:
        if _libc.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns " + ns)
    finally:
        os.close(fd)


class _Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class _Mmsghdr(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint),
                ("iov", ctypes.POINTER(_Iovec)), ("iovlen", ctypes.c_size_t),
                ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t),
                ("flags", ctypes.c_int), ("", ctypes.c_int),
                ("len", ctypes.c_uint)]


class Mailbox:
    """Everything that waits in a socket, by one system call."""

    SLOTS, SIZE = 32, 65536

    def __init__(self):
        self.room = bytearray(self.SLOTS * self.SIZE)
        base = ctypes.addressof(ctypes.c_char.from_buffer(self.room))
        self.iov = (_Iovec * self.SLOTS)(*(
            (base + i * self.SIZE, self.SIZE) for i in range(self.SLOTS)))
        self.headers = (_Mmsghdr * self.SLOTS)()
        for i in range(self.SLOTS):
            self.headers[i].iov = ctypes.pointer(self.iov[i])
            self.headers[i].iovlen = 1

    def read(self, fd):
        """Yield what each recv() would have given."""
        n = self.SLOTS
        while n == self.SLOTS:
            n = _libc.recvmmsg(fd, self.headers, self.SLOTS,
                               socket.MSG_DONTWAIT, None)
            for i in range(n):
                at = i * self.SIZE
                yield bytes(self.room[at:at + self.headers[i].len])
        if n < 0 and ctypes.get_errno() != EAGAIN:
            raise OSError(ctypes.get_errno(), "recvmmsg")


_mailbox = Mailbox()


class Socket:
    """A netlink socket in the thread's network namespace."""

    def __init__(self, spec, receive_buffer=None):
        self.spec = spec
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  NETLINK_GENERIC)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE,
                                 receive_buffer)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        # a large message waits for nobody: it has to fit the send buffer
        with contextlib.suppress(PermissionError):
            self.sock.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 64 << 20)
        self.sock.bind((0, 0))
        self.sock.settimeout(60)
        self.seq = 0
        self.interrupted = False
        self.waiting = []
        family = self._family()
        self.family = family[1]
        self.groups = family[7]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def _family(self):
        raw = self.raw(CTRL_ID, CTRL_CMD_GETFAMILY,
                       attribute(2, self.spec.tree["name"].encode() + b"\0"))
        attrs = dict(attributes(raw[0][4:]))
        groups = {}
        for _, group in attributes(attrs.get(7, b"")):
            g = dict(attributes(group))
            groups[g[1].rstrip(b"\0").decode()] = int.from_bytes(
                g[2], sys.byteorder)
        ops = [{k: int.from_bytes(v, sys.byteorder)
                for k, v in attributes(op)}
               for _, op in attributes(attrs.get(6, b""))]
        return {1: int.from_bytes(attrs[1], sys.byteorder), 6: ops, 7: groups}

    def operations(self):
        """{command: flags} as the kernel has them."""
        return {op[1]: op[2] for op in self._family()[6]}

    def raw(self, *args, **kwargs):
        """Send, and return the payloads of the answers; raises Refused."""
        return list(self.raw_begin(*args, **kwargs))

    def raw_begin(self, family, command, payload, flags=0, path=None,
                  version=1):
        """Send, and yield the payloads of the answers as they are read."""
        self.seq += 1
        message = struct.pack("=IHHIIBBH", 20 + len(payload), family,
                              REQUEST | ACK | flags, self.seq, 0, command,
                              version, 0) + payload
        self.sock.send(message)
        self.interrupted = False
        return self._answers(payload, path)

    def batch(self, name, payloads, size=256):
        """The same command with many payloads, a few system calls in all.

        Only the last message of each group asks for an answer; a refusal of
        any is raised.
        """
        number = self.spec.ops[name]["number"]
        group = []
        for payload in payloads:
            group.append(payload)
            if len(group) == size:
                self._send_group(number, group)
                group = []
        if group:
            self._send_group(number, group)

    def _send_group(self, number, group):
        first = self.seq + 1
        data = b""
        for i, payload in enumerate(group):
            flags = REQUEST | (ACK if i == len(group) - 1 else 0)
            self.seq += 1
            data += struct.pack("=IHHIIBBH", 20 + len(payload), self.family,
                                flags, self.seq, 0, number, 1, 0) + payload
        self.sock.send(data)
        while True:
            for flags, kind, seq, answer in self.answers():
                if kind == NLMSG_ERROR and seq >= first:
                    self._check(kind, flags, answer, b"", None)
                    return

    def _answers(self, payload, path):
        while True:
            for flags, kind, seq, data in self.answers():
                if seq != self.seq:
                    self.waiting.append((flags, kind, data))
                    continue
                if flags & DUMP_INTR:
                    self.interrupted = True
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    self._check(kind, flags, data, payload, path)
                    return
                yield data

    def answers(self):
        """What one call of recv() gives: (flags, type, sequence, payload)."""
        size = self.sock.recv_into(_buffer)
        return self.parse(bytes(memoryview(_buffer)[:size]))

    @staticmethod
    def parse(data):
        """Yield (flags, type, sequence, payload)."""
        at = 0
        while at + 16 <= len(data):
            length, kind, flags, seq, _ = struct.unpack_from("=IHHII", data,
                                                             at)
            yield flags, kind, seq, data[at + 16:at + length]
            at += (length + 3) & ~3

    def _check(self, kind, flags, data, payload, path):
        error = -struct.unpack_from("=i", data)[0]
        if not error:
            return
        start = 4 if kind == NLMSG_DONE else 20
        extack = dict(attributes(data[start:])) if flags & 0x200 else {}
        where = missing = None
        if 2 in extack and path:
            offset = int.from_bytes(extack[2], sys.byteorder) - 20
            where = path(payload, offset)
        if 5 in extack:
            missing = int.from_bytes(extack[5], sys.byteorder)
        raise Refused(error, extack.get(1, b"").rstrip(b"\0").decode(),
                      where, missing)

    def _call(self, name, values, flags):
        op = self.spec.ops[name]
        set_name = op["attribute-set"]
        payload = self.spec.encode(set_name, values)
        try:
            raw = self.raw(self.family, op["number"], payload, flags,
                           lambda data, offset: self.spec.path_at(
                               set_name, data, offset))
        except Refused as e:
            if e.missing:
                e.missing = self.spec.name_of(set_name, e.missing)
            raise
        return [self.spec.decode(set_name, r[4:]) for r in raw]

    def do(self, name, /, echo=False, **values):
        """Attributes by keyword, '_' for '-'; the list of answers."""
        values = {k.replace("_", "-"): v for k, v in values.items()}
        return self._call(name, values, ECHO if echo else 0)

    def dump(self, name, /, **values):
        """All objects; self.interrupted says whether they changed."""
        values = {k.replace("_", "-"): v for k, v in values.items()}
        return self._call(name, values, DUMP)

    def pending(self):
        """All answers that are there; netlink answers while it is sent to."""
        found = []
        for data in _mailbox.read(self.sock.fileno()):
            found += self.parse(data)
        return found

    def join(self, group):
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
                             self.groups[group])

    def heard(self, timeout=0.0):
        """Notifications that have come, as (operation, attributes)."""
        out = [(flags, kind, data) for flags, kind, data in self.waiting]
        self.waiting = []
        self.sock.settimeout(timeout or 0.000001)
        try:
            while True:
                out += [(f, k, d) for f, k, _, d in self.answers()]
                self.sock.settimeout(0.000001)
        except (TimeoutError, BlockingIOError):
            pass
        finally:
            self.sock.settimeout(60)
        result = []
        for _, kind, data in out:
            if kind != self.family:
                continue
            name = self.spec.op_names[data[0]]
            result.append((name, self.spec.decode(
                self.spec.ops[name]["attribute-set"], data[4:])))
        return result

    def policies(self):
        """[(command, "do"|"dump", policy index)], {index: {attr: {...}}}."""
        ops, policies = [], {}
        payload = attribute(1, struct.pack("=H", self.family))
        for raw in self.raw(CTRL_ID, CTRL_CMD_GETPOLICY, payload, DUMP):
            for number, data in attributes(raw[4:]):
                if number == 9:         # CTRL_ATTR_OP_POLICY
                    for command, how in attributes(data):
                        ops += [(command, {1: "do", 2: "dump"}[k],
                                 int.from_bytes(v, sys.byteorder))
                                for k, v in attributes(how)]
                elif number == 8:       # CTRL_ATTR_POLICY
                    for index, entry in attributes(data):
                        for attr, limits in attributes(entry):
                            policies.setdefault(index, {})[attr] = {
                                k: int.from_bytes(v, sys.byteorder)
                                for k, v in attributes(limits)}
        return ops, policies
