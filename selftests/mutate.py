# SPDX-License-Identifier: GPL-2.0
"""Netlink attributes as trees, and what can be wrong with them.

A node is [type, payload, lie]: the payload is bytes or a list of nodes, the
lie is added to the length that the attribute states of itself.
"""

import struct

NESTED, NET_BYTEORDER = 0x8000, 0x4000
HEADER = 4

# Numbers at which something is likely to end.
NUMBERS = (0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127,
           128, 129, 255, 256, 257, 4095, 32767, 32768, 65535, 65536,
           2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1)
SIZES = (0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 20, 31, 32, 33, 64, 255, 4096)


def tree(spec, set_name, values):
    """The attributes of a request by the names of the spec."""
    nodes = []
    for name, value in values.items():
        attr = spec.sets[set_name][name]
        for v in value if isinstance(value, list) else [value]:
            if attr["type"] == "nest" and isinstance(v, dict):
                nodes.append([attr["number"] | NESTED,
                              tree(spec, attr["nested-attributes"], v), 0])
            else:
                data = spec.encode(set_name, {name: v})
                length, = struct.unpack_from("=H", data)
                nodes.append([attr["number"], data[HEADER:length], 0])
    return nodes


def encode(nodes):
    out = b""
    for kind, payload, lie in nodes:
        data = payload if isinstance(payload, bytes) else encode(payload)
        length = (HEADER + len(data) + lie) & 0xffff
        out += struct.pack("=HH", length, kind & 0xffff) + data + \
            b"\0" * (-len(data) % 4)
    return out


def copy(nodes):
    return [[kind, payload if isinstance(payload, bytes) else copy(payload),
             lie] for kind, payload, lie in nodes]


def places(nodes):
    """Every node, as the list that it is in and its place there."""
    found = []
    for i, node in enumerate(nodes):
        found.append((nodes, i))
        if not isinstance(node[1], bytes):
            found += places(node[1])
    return found


def flat(node):
    return node[1] if isinstance(node[1], bytes) else encode(node[1])


# --- What can be done to one node -----------------------------------------

def drop(_, nodes, i):
    del nodes[i]


def double(rng, nodes, i):
    for _ in range(rng.choice((1, 1, 1, 2, 70))):
        nodes.insert(i, copy([nodes[i]])[0])


def move(rng, nodes, i):
    node = nodes.pop(i)
    nodes.insert(rng.randrange(len(nodes) + 1), node)


def resize(rng, nodes, i):
    data = flat(nodes[i])
    size = rng.choice((len(data) - 1, len(data) + 1, len(data) - 4,
                       len(data) + 4, rng.choice(SIZES)))
    nodes[i][1] = (data + rng.randbytes(4096))[:max(size, 0)]


def retype(rng, nodes, i):
    nodes[i][0] = nodes[i][0] & NESTED | rng.choice(
        (0, rng.randrange(64), rng.randrange(64), 4095, 0x3fff))


def flag(rng, nodes, i):
    nodes[i][0] ^= rng.choice((NESTED, NESTED, NET_BYTEORDER))


def lie(rng, nodes, i):
    nodes[i][2] = rng.choice((-1, 1, -4, 4, 8, 100, 32768,
                              -4 - len(flat(nodes[i])),
                              -rng.randrange(5 + len(flat(nodes[i])))))


def number(rng, nodes, i):
    size = len(flat(nodes[i]))
    wide = rng.choice(NUMBERS) if size < 8 else \
        rng.choice((rng.choice(NUMBERS), 2 ** 63, 2 ** 64 - 1))
    nodes[i][1] = struct.pack("=Q", wide)[:size].ljust(size, b"\xff")


def noise(rng, nodes, i):
    nodes[i][1] = rng.randbytes(rng.choice((len(flat(nodes[i])),
                                            rng.choice(SIZES))))


def flip(rng, nodes, i):
    data = bytearray(flat(nodes[i]))
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    nodes[i][1] = bytes(data)


def nest(rng, nodes, i):
    """The attribute in itself, some levels deep."""
    for _ in range(rng.choice((1, 2, 40))):
        nodes[i] = [nodes[i][0] | NESTED, [nodes[i]], 0]


def adopt(rng, nodes, i):
    """It becomes part of a neighbour."""
    j = rng.randrange(len(nodes))
    if i == j:
        return
    node, target = nodes[i], nodes[j]
    if isinstance(target[1], bytes):
        target[1] = []
    target[1].append(node)
    del nodes[i]


KINDS = (drop, double, move, resize, retype, flag, lie, number, noise, flip,
         nest, adopt)


def mutated(rng, nodes):
    """A copy with one to three things wrong, which may happen to be right."""
    nodes = copy(nodes)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        found = places(nodes)
        if found:
            where, i = rng.choice(found)
            rng.choice(KINDS)(rng, where, i)
    return nodes


def flipped(rng, data, flips=3):
    """Bytes with some bits turned over."""
    data = bytearray(data)
    for _ in range(rng.randrange(1, flips + 1)):
        if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def words(rng, data):
    """Bytes with some 32-bit words exchanged for numbers that end things."""
    data = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(data) // 4) * 4
        old, = struct.unpack_from("=I", data, at)
        new = rng.choice((rng.choice(NUMBERS), old + 1, old - 1, old * 2,
                          old ^ 1 << rng.randrange(32), len(data)))
        struct.pack_into("=I", data, at, new & 0xffffffff)
    return bytes(data)
