# SPDX-License-Identifier: GPL-2.0
"""EVE of two programs, and which record of one is which of the other."""

import difflib
import json

PROTOCOLS = ("http", "tls", "dns", "ssh")


class Record:
    """A record: its flow, and its members with dots between the names."""

    def __init__(self, event):
        self.protocol = event["event_type"]
        self.cnt = event.get("pcap_cnt")
        self.tunnel = "tunnel" in event
        self.flow = flow_of(event)
        self.anomalies = frozenset()
        self.members = dict(flatten(event[self.protocol]))
        self.members["src_ip"] = event["src_ip"]
        self.members["src_port"] = event.get("src_port", 0)
        self.refresh()

    def refresh(self):
        """To be called when members were changed."""
        self.text = json.dumps(self.members, sort_keys=True)

    def kind(self):
        """What makes two records be about the same, although they differ."""
        keys = {"http": ("url", "http_method"), "dns": ("type", "id", "rrname"),
                "tls": ("sni",), "ssh": ()}[self.protocol]
        return tuple(self.members.get(key) for key in keys)

    def differing(self, other):
        """Names of the members that are not equal."""
        keys = sorted(self.members.keys() | other.members.keys())
        return [key for key in keys
                if self.members.get(key) != other.members.get(key)]


def flow_of(event):
    """The flow that an event is about, whoever sent the packet."""
    ends = sorted(((event["src_ip"], event.get("src_port", 0)),
                   (event["dest_ip"], event.get("dest_port", 0))))
    return (event["proto"], *ends)


def flatten(value, name=""):
    """Members of members by one name; lists stay as they are."""
    for key, member in value.items():
        path = f"{name}.{key}" if name else key
        if isinstance(member, dict):
            yield from flatten(member, path)
        else:
            yield path, member


def read(path):
    """Records of a file by (protocol, flow), each in the order written."""
    flows, anomalies = {}, {}
    with open(path, encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            event = json.loads(line)
            if event.get("event_type") == "anomaly" and "proto" in event:
                anomalies.setdefault(flow_of(event), set()).add(
                    event["anomaly"].get("event"))
            if event.get("event_type") not in PROTOCOLS:
                continue
            record = Record(event)
            flows.setdefault((record.protocol, record.flow), []).append(record)
    for (_, flow), records in flows.items():
        for record in records:
            record.anomalies = frozenset(anomalies.get(flow, ()))
    return flows


def align(ours, theirs, key):
    """Pairs of equal key in order; what has none stands alone."""
    matcher = difflib.SequenceMatcher(None, [key(r) for r in ours],
                                      [key(r) for r in theirs], False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(ours[i:i_end], theirs[j:j_end])
        else:
            yield ours[i:i_end], theirs[j:j_end]


def pad(ours, theirs):
    """Pairs by order; the longer list's rest is alone."""
    for i in range(max(len(ours), len(theirs))):
        yield (ours[i] if i < len(ours) else None,
               theirs[i] if i < len(theirs) else None)


def pairs(ours, theirs):
    """Pairs of one flow: first equal ones, then alike ones, then by order."""
    for left, right in align(ours, theirs, lambda r: r.text):
        if isinstance(left, Record):
            yield left, right
            continue
        for mine, yours in align(left, right, Record.kind):
            if isinstance(mine, Record):
                yield mine, yours
            else:
                yield from pad(mine, yours)
