#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# segward replay: link types, file formats, which packets are inspected how,
# events, summary, and the sentence for each wrong word. OUT has the program.
OUT=$(cd "${OUT:?}" && pwd) || exit 1
export OUT
cd "$(dirname "$0")/.." || exit 1
exec /usr/bin/python3 - <<'PY'
import json, os, struct, subprocess, sys, tempfile

sys.path.insert(0, ".")
from packet import *

REPLAY = os.path.join(os.environ["OUT"], "replay")
tmp = tempfile.TemporaryDirectory()
os.environ["TZ"] = "UTC"
tests = failures = 0


def path(name):
    return os.path.join(tmp.name, name)


def write(name, data):
    with open(path(name), "wb") as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    return path(name)


def pcap(name, packets, link=1, nano=False, cut=None):
    """A capture; @cut bytes of each packet are kept."""
    magic = 0xa1b23c4d if nano else 0xa1b2c3d4
    data = struct.pack("<IHHiIII", magic, 2, 4, 0, 0, 262144, link)
    for i, packet in enumerate(packets):
        kept = packet[:cut]
        data += struct.pack("<IIII", 1600000000 + i, 123456, len(kept),
                            len(packet)) + kept
    return write(name, data)


def pcapng(name, packets, link=1):
    """Little-endian, one interface with nanoseconds."""
    def block(kind, body):
        body += bytes(-len(body) % 4)
        size = struct.pack("<I", 12 + len(body))
        return struct.pack("<I", kind) + size + body + size
    data = block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0, -1))
    data += block(1, struct.pack("<HHIHHB3xHH", link, 0, 0, 9, 1, 9, 0, 0))
    for i, packet in enumerate(packets):
        time = (1600000000 + i) * 10**9 + 123456789
        data += block(6, struct.pack("<IIIII", 0, time >> 32,
                                     time & 0xffffffff, len(packet),
                                     len(packet)) + packet)
    return write(name, data)


# What is told of flows, whatever rules say.
RECORDS = "flow", "http", "tls", "dns", "ssh"


def run(*words, summary=True, records=False):
    """Exit status, events, summary, standard error."""
    done = subprocess.run([REPLAY] + ["-j"] * summary + list(words),
                          capture_output=True, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    stats = {}
    if lines and lines[-1]["event_type"] == "stats":
        stats = lines.pop()["stats"]
    if not records:
        lines = [line for line in lines if line["event_type"] not in RECORDS]
    return done.returncode, lines, stats, done.stderr


def test(claim):
    def decorate(function):
        global tests, failures
        tests += 1
        try:
            function()
            print("ok %d - %s" % (tests, claim))
        except Exception as wrong:
            failures += 1
            print("not ok %d - %s" % (tests, claim))
            where = wrong.__traceback__.tb_next
            print("# line %s: %s %s" % (where and where.tb_lineno,
                                        type(wrong).__name__, wrong))
    return decorate


def same(got, want):
    if got != want:
        raise AssertionError("%r, expected %r" % (got, want))


SID = "2001:3e8:60:8::42"
LAST = "2001:db8:e::100"
HEAD = "2001:db8:a::1"
ETHER6 = bytes(12) + b"\x86\xdd"
ETHER4 = bytes(12) + b"\x08\x00"
EVIL = b"an evil word"

rules = write("rules", """\
alert ip any any -> any any (msg:"evil"; content:"evil"; sid:1; rev:2; \
classtype:misc-activity;)
drop ip any any -> any any (msg:"wicked"; content:"wicked"; sid:2;)
""")


def encapsulated(family=6, payload=EVIL, left=1, **kw):
    return ETHER6 + encap(HEAD, [LAST, SID], left,
                          inner(family, "tcp", payload=payload), **kw)


def plain(payload=EVIL, family=4, **kw):
    packet = inner(family, "udp", payload=payload, **kw)
    return (ETHER4 if family == 4 else ETHER6) + packet


def signatures(events):
    return [event["alert"]["signature_id"] for event in events]


@test("an inner packet behind an SRH gives Suricata's event")
def _():
    code, events, stats, err = run(pcap("a", [encapsulated()]), "rules", rules)
    same((code, err), (0, ""))
    same(events, [{
        "timestamp": "2020-09-13T12:26:40.123456+0000",
        "pcap_filename": path("a"), "pcap_cnt": 1, "event_type": "alert",
        "flow_id": events[0]["flow_id"], "direction": "to_server",
        "src_ip": "2001:0db8:000a:0000:0000:0000:0000:0010",
        "src_port": 40001,
        "dest_ip": "2001:0db8:000b:0000:0000:0000:0000:0020",
        "dest_port": 80, "proto": "TCP", "pkt_src": "ipv6 tunnel",
        "tunnel": {"src_ip": "2001:0db8:000a:0000:0000:0000:0000:0001",
                   "src_port": 0,
                   "dest_ip": "2001:03e8:0060:0008:0000:0000:0000:0042",
                   "dest_port": 0, "proto": "IPv6", "depth": 1,
                   "pkt_src": "wire/pcap"},
        "community_id": events[0]["community_id"],
        "alert": {"action": "allowed", "gid": 1, "signature_id": 1, "rev": 2,
                  "signature": "evil", "category": "Misc activity",
                  "severity": 3, "classtype": "misc-activity",
                  "ruleset": "replay"},
        "verdict": {"action": "alert", "would": "report"},
        "srv6": {"mode": "monitor", "segments": [LAST, SID],
                 "segments_left": 1}}])
    same({key: stats[key] for key in ("packets", "bytes", "inspected",
                                      "alerts", "events", "dropped",
                                      "rules", "rejected")},
         {"packets": 1, "bytes": len(encapsulated()) - 14, "inspected": 1,
          "alerts": 1, "events": 2, "dropped": 0, "rules": 2, "rejected": 0})
    assert stats["seconds"] >= 0


@test("rules ask which way a packet goes and whether its flow was answered")
def _():
    flows = write("flows", "\n".join(
        'alert udp any any -> any any (msg:"%s"; content:"evil"; flow:%s; '
        'sid:%d;)' % (flow, flow, sid) for sid, flow in enumerate((
            "to_server", "from_server", "established",
            "not_established,to_server", "to_client,established",
            "stateless"), 1)) + "\n")
    there = plain(sport=4000, dport=80)
    back = ETHER4 + inner(4, "udp", src="198.51.100.20", dst="192.0.2.10",
                          sport=80, dport=4000, payload=EVIL)
    code, events, stats, err = run(
        pcap("flowing", [there, there, back, there]), "rules", flows)
    same((code, err), (0, ""))
    same([[e["alert"]["signature_id"] for e in events if e["pcap_cnt"] == n]
          for n in (1, 2, 3, 4)],
         [[1, 4, 6], [1, 4, 6], [2, 3, 5, 6], [1, 3, 6]])
    same(len({e["flow_id"] for e in events}), 1)
    same([e["direction"] for e in events if e["alert"]["signature_id"] == 6],
         ["to_server", "to_server", "to_client", "to_server"])


class Dialog:
    """Frames of a TCP connection between an inner client and a server."""

    def __init__(self, sport=40000):
        self.seq = [1000, 5000]
        self.port = [sport, 80]
        self.frames = []
        for way, flags in ((0, SYN), (1, SYN | ACK), (0, ACK)):
            self.send(way, b"", flags)

    def send(self, way, data, flags=PSH | ACK):
        ends = "192.0.2.10", "198.51.100.20"
        self.frames.append(ETHER4 + inner(
            4, "tcp", ends[way], ends[not way], data, self.port[way],
            self.port[not way], seq=self.seq[way],
            ack=self.seq[not way] if flags & ACK else 0, flags=flags))
        self.seq[way] += len(data) + bool(flags & (SYN | FIN))

    def close(self):
        for way, flags in ((0, FIN | ACK), (1, FIN | ACK), (0, ACK)):
            self.send(way, b"", flags)
        return self.frames


@test("a content that crosses segments matches with the one that ends it")
def _():
    dialog = Dialog()
    dialog.send(0, b"this is ev")
    dialog.send(0, b"il and stays it")
    code, events, stats, err = run(pcap("s1", dialog.close()), "rules", rules)
    same((code, signatures(events), [e["pcap_cnt"] for e in events]),
         (0, [1], [5]))


@test("inline, what completes a content is dropped, and all that follows")
def _():
    dialog = Dialog()
    dialog.send(0, b"this is wick")
    dialog.send(0, b"ed")
    dialog.send(1, b"so what")
    code, events, stats, err = run(pcap("s2", dialog.close()), "rules", rules,
                                   "inline")
    same([(e["event_type"], e["pcap_cnt"], e["verdict"]["reason"])
          for e in events],
         [("alert", 5, "rule")] +
         [("drop", n, "flow-refused") for n in range(6, 10)])
    same((stats["dropped"], stats["flow_refused"]), (5, 4))


@test("a request and its response are one record, a connection one flow")
def _():
    dialog = Dialog()
    dialog.send(0, b"GET /a%62c?x=1 HT")
    dialog.send(0, b"TP/1.1\r\nHost: Example.ORG\r\nUser-Agent: me\r\n\r\n")
    dialog.send(1, b"HTTP/1.1 404 Nothing\r\nContent-Type: text/html\r\n"
                   b"Content-Length: 5\r\n\r\nsor")
    dialog.send(1, b"ry")
    code, events, stats, err = run(pcap("s3", dialog.close()), records=True)
    same([e["event_type"] for e in events], ["http", "flow"])
    same((events[0]["pcap_cnt"], events[0]["tx_id"], events[0]["http"]),
         (7, 0, {"hostname": "example.org", "url": "/a%62c?x=1",
                 "http_user_agent": "me", "http_content_type": "text/html",
                 "http_method": "GET", "protocol": "HTTP/1.1", "status": 404,
                 "length": 5}))
    flow = events[1]["flow"]
    same((events[1]["app_proto"], flow["state"], flow["reason"],
          flow["pkts_toserver"], flow["pkts_toclient"]),
         ("http", "closed", "shutdown", 6, 4))
    same((stats["records"], stats["flows"]), (1, 1))


@test("rules look into the buffers of a request, whatever the port")
def _():
    some = write("buffers", """\
alert http any any -> any any (http.method; content:"GET"; http.uri; \
content:"/abc"; sid:1;)
alert http any any -> any any (http.uri; content:"/abd"; sid:2;)
alert http any any -> any any (flow:to_client; file.data; content:"sorry"; \
sid:3;)
alert tls any any -> any any (sid:4;)
""")
    dialog = Dialog()
    dialog.port[1] = 4711
    dialog.frames = []
    dialog.seq = [1000, 5000]
    for way, flags in ((0, SYN), (1, SYN | ACK), (0, ACK)):
        dialog.send(way, b"", flags)
    dialog.send(0, b"GET /a%62c HTTP/1.1\r\nHost: a\r\n\r\n")
    dialog.send(1, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsor")
    dialog.send(1, b"ry")
    code, events, stats, err = run(pcap("s4", dialog.frames), "rules", some)
    same([(e["alert"]["signature_id"], e["pcap_cnt"]) for e in events],
         [(1, 4), (3, 6)])


@test("a query and its answer over UDP are records, and rules see the name")
def _():
    some = write("dns", """\
alert dns any any -> any any (dns.query; content:"bad.example"; sid:1;)
""")
    name = b"\3bad\7example\0\0\1\0\1"
    query = b"\x12\x34\1\0\0\1\0\0\0\0\0\0" + name
    answer = (b"\x12\x34\x81\x80\0\1\0\1\0\0\0\0" + name +
              b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1")
    frames = [ETHER4 + inner(4, "udp", payload=query, dport=53),
              ETHER4 + inner(4, "udp", "198.51.100.20", "192.0.2.10", answer,
                             53, 40000)]
    code, events, stats, err = run(pcap("s5", frames), "rules", some,
                                   records=True)
    same([(e["event_type"], e.get("pcap_cnt")) for e in events],
         [("alert", 1), ("dns", 1), ("dns", 2), ("flow", None)])
    same((events[1]["dns"]["type"], events[1]["dns"]["rrname"]),
         ("query", "bad.example"))
    same((events[2]["dns"]["type"], events[2]["dns"]["answers"][0]["rdata"]),
         ("answer", "192.0.2.1"))


@test("an exception of streams has its name, and midstream is inspected")
def _():
    dialog = Dialog()
    dialog.send(0, b"harmless")
    dialog.seq[0] -= 8
    dialog.send(0, b"HARMLESS")
    code, events, stats, err = run(pcap("s6", dialog.frames), "inline")
    same([(e["event_type"], e["pcap_cnt"], e["anomaly"]["event"])
          for e in events], [("anomaly", 5, "stream-conflict")])
    dialog = Dialog()
    dialog.send(0, b"quite evil")
    code, events, stats, err = run(pcap("s7", dialog.frames[3:]), "rules",
                                   rules, "inline")
    same(signatures(events), [1])


@test("every encapsulation and plain packets are inspected alike")
def _():
    inline = ipv6(HEAD, SID, ROUTING,
                  srh(UDP, [LAST, SID], 1) + udp(HEAD, LAST, 1, 2, EVIL))
    packets = [encapsulated(6), encapsulated(4),
               encapsulated(4, left=0),
               ETHER6 + ipv6(HEAD, SID, IPV6, inner(6, "udp", payload=EVIL)),
               ETHER6 + ipv6(HEAD, SID, IPV4, inner(4, "udp", payload=EVIL)),
               ETHER6 + inline, plain(family=4), plain(family=6)]
    code, events, stats, err = run(pcap("b", packets), "rules", rules)
    same((code, signatures(events)), (0, [1] * len(packets)))
    same([event["pkt_src"] for event in events],
         ["ipv6 tunnel"] * 5 + ["wire/pcap"] * 3)
    same(["tunnel" in event for event in events], [True] * 5 + [False] * 3)
    same(events[5]["dest_ip"], "2001:0db8:000e:0000:0000:0000:0000:0100")


@test("every link type that is supported is read")
def _():
    four, six = plain()[14:], encapsulated()[14:]
    sll = lambda kind, ip: bytes(14) + struct.pack("!H", kind) + ip
    sll2 = lambda kind, ip: struct.pack("!H", kind) + bytes(18) + ip
    tag = b"\x81\x00\x00\x05"
    vlan = lambda tags, ip: bytes(12) + tag * tags + b"\x86\xdd" + ip
    cases = [(1, [ETHER4 + four, ETHER6 + six, vlan(1, six), vlan(2, six),
                  bytes(12) + b"\x88\xa8\0\1" + tag + b"\x08\0" + four,
                  vlan(4, six)]),
             (113, [sll(0x800, four), sll(0x86dd, six)]),
             (276, [sll2(0x800, four), sll2(0x86dd, six)]),
             (101, [four, six]), (228, [four]), (229, [six]),
             (0, [b"\2\0\0\0" + four, b"\x0a\0\0\0" + six,
                  b"\0\0\0\x1e" + six]),
             (108, [b"\0\0\0\2" + four, b"\0\0\0\x18" + six])]
    for link, packets in cases:
        code, events, stats, err = run(pcap("l", packets, link), "rules",
                                       rules)
        same((link, code, signatures(events)), (link, 0, [1] * len(packets)))


@test("frames without an IP header are counted and left out")
def _():
    frames = [bytes(12) + b"\x08\x06" + bytes(28), bytes(13),
              bytes(12) + b"\x81\0\0\1" * 5 + b"\x08\0" + plain()[14:],
              bytes(12) + b"\x81\0", b""]
    code, events, stats, err = run(pcap("n", frames), "rules", rules)
    same((code, events, stats["no_ip"], stats["inspected"]), (0, [], 5, 0))


@test("another link type is refused with a sentence")
def _():
    code, events, stats, err = run(pcap("w", [b"x"], 105), "rules", rules)
    same(code, 1)
    assert "IEEE802_11" in err and "(105)" in err, err


@test("pcapng and nanosecond captures are read")
def _():
    for name in (pcapng("g", [plain()]), pcap("h", [plain()], nano=True)):
        code, events, stats, err = run(name, "rules", rules)
        same((code, signatures(events)), (0, [1]))
    same(run(pcapng("g", [plain()]), "rules", rules)[1][0]["timestamp"],
         "2020-09-13T12:26:40.123456+0000")


@test("a capture that ends in the middle gives its events and an error")
def _():
    data = open(pcap("m", [plain(), plain()]), "rb").read()
    code, events, stats, err = run(write("m", data[:-3]), "rules", rules)
    same((code, signatures(events), stats["packets"]), (1, [1], 1))
    assert "ends in the middle" in err, err


@test("several captures are read in their order, each counted anew")
def _():
    code, events, stats, err = run(pcap("x", [plain(), plain()]),
                                   pcap("y", [encapsulated()]),
                                   "rules", rules)
    same([(os.path.basename(event["pcap_filename"]), event["pcap_cnt"])
          for event in events], [("x", 1), ("x", 2), ("y", 1)])
    same(stats["packets"], 3)


@test("monitor mode lets pass what inline drops, and says so")
def _():
    name = pcap("v", [encapsulated(payload=b"a wicked word")])
    for words, action, verdict, mode in (
            ((), "allowed", "alert", "monitor"),
            (("inline",), "blocked", "drop", "prevent")):
        code, events, stats, err = run(name, "rules", rules, *words)
        same((code, stats["dropped"]), (0, 1))
        same(events[0]["alert"]["action"], action)
        same(events[0]["verdict"], {"action": verdict, "would": "drop",
                                    "reason": "rule"})
        same(events[0]["srv6"]["mode"], mode)


@test("with a SID only its packets are judged")
def _():
    other = ETHER6 + encap(HEAD, [LAST, "2001:3e8:60:9::1"], 1,
                           inner(6, "tcp", payload=EVIL))
    name = pcap("s", [encapsulated(), encapsulated(left=0), other, plain()])
    code, events, stats, err = run(name, "rules", rules, "sid",
                                   "2001:3e8:60:8::/64", "zone", "7",
                                   "profile", "broadband", "ruleset", "base")
    same((code, signatures(events)), (0, [1]))
    same(events[0]["srv6"],
         {"sid": "2001:3e8:60:8::/64", "argument": "0x42", "zone": 7,
          "profile": "broadband", "mode": "monitor",
          "segments": [LAST, SID], "segments_left": 1})
    same(events[0]["alert"]["ruleset"], "base")
    # without the SID in the list, the one for LAST is not for it either
    same((stats["elsewhere"], stats["local"]), (3, 0))
    to_node = ETHER6 + ipv6(HEAD, SID, ICMPV6,
                            icmp6(HEAD, SID, 128, 0, 1, b"ping"))
    code, events, stats, err = run(pcap("s", [to_node]), "sid", SID)
    same((code, events, stats["local"]), (0, [], 1))


@test("what the endpoint refuses is dropped in both modes")
def _():
    name = pcap("e", [encapsulated(hop_limit=1),
                      ETHER6 + encap(HEAD, [LAST, SID], 1,
                                     inner(6, "tcp"), last_entry=9)])
    for words in ((), ("inline",)):
        code, events, stats, err = run(name, "rules", rules, *words)
        same([(event["event_type"], event["verdict"])
              for event in events],
             [("drop", {"action": "drop", "would": "drop",
                        "reason": "hop-limit"}),
              ("anomaly", {"action": "drop", "would": "drop",
                           "reason": "last-entry"})])
        same(events[0]["drop"], {"reason": "hop-limit"})
        same(events[1]["anomaly"], {"type": "decode", "event": "last-entry"})
        same(events[0]["src_ip"], "2001:0db8:000a:0000:0000:0000:0000:0001")
        assert "tunnel" not in events[0]


@test("malformed packets and fragments are anomalies")
def _():
    good = [plain(b"peace")] * 8
    bad = plain(EVIL, check=0x1234)
    part = ETHER4 + ipv4("192.0.2.10", "198.51.100.20", UDP,
                         udp("192.0.2.10", "198.51.100.20", 1, 2, b"peace"),
                         frag=0x2000)
    code, events, stats, err = run(pcap("f", good + [bad, part]), "rules",
                                   rules)
    same([event["anomaly"] for event in events],
         [{"type": "decode", "event": "packet-malformed"},
          {"type": "decode", "event": "inner-fragment"}])
    same((stats["anomalies"], stats["dropped"], stats["alerts"]), (2, 2, 0))


@test("checksums are verified unless a quarter of a capture has none")
def _():
    bad, good = plain(EVIL, check=0x1234), plain(EVIL)
    for count, lie in ((1, False), (2, True)):
        name = pcap("k", [good] * (4 - count) + [bad] * count)
        code, events, stats, err = run(name, "rules", rules)
        same((code, stats["alerts"], bool(err)),
             (0, 4 if lie else 4 - count, lie))
        same(run(name, "rules", rules, "checksums", "verify")[2]["alerts"],
             4 - count)
        same(run(name, "rules", rules, "checksums", "ignore")[2]["alerts"], 4)


@test("packets that the capture cut short are counted and left out")
def _():
    code, events, stats, err = run(pcap("c", [plain()], cut=40), "rules",
                                   rules)
    same((code, events, stats["truncated"], stats["inspected"]),
         (0, [], 1, 0))


@test("reputation lists act with category, score and verdict")
def _():
    name = pcap("r", [plain(b"peace"), encapsulated(payload=b"peace")])
    lists = write("list", "198.51.100.0/24\n2001:db8:a::10\n")
    code, events, stats, err = run(name, "reputation", lists)
    same([event["reputation"] for event in events],
         [{"action": "allowed", "address": "198.51.100.0/24",
           "direction": "dest", "category": "listed", "score": 100,
           "source": "replay"},
          {"action": "allowed", "address": "2001:db8:a::10/128",
           "direction": "src", "category": "listed", "score": 100,
           "source": "replay"}])
    same(events[0]["verdict"], {"action": "alert", "would": "drop",
                                "reason": "reputation"})
    code, events, stats, err = run(name, "reputation", lists, "category",
                                   "botnet", "verdict", "report", "inline")
    same([event["reputation"]["category"] for event in events],
         ["botnet"] * 2)
    same(events[0]["verdict"], {"action": "alert", "would": "report"})
    scores = write("scores", "198.51.100.20,1,79\n2001:db8:a::10,1,80\n")
    code, events, stats, err = run(name, "reputation", scores, "min-score",
                                   "80")
    same([event["reputation"]["score"] for event in events], [80])


@test("overrides and variables change what a rule does")
def _():
    more = write("more", "alert udp $HOME_NET any -> any any "
                 "(msg:\"home\"; sid:9; classtype:misc-activity;)\n")
    name = pcap("o", [plain()])
    same(signatures(run(name, "rules", more)[1]), [])
    words = ("rules", more, "variable", "HOME_NET", "192.0.2.0/24", "inline")
    same(signatures(run(name, *words)[1]), [9])
    for kind, which in (("signature-id", "9"), ("signature-id", "1:9"),
                        ("classtype", "misc-activity"),
                        ("ruleset", "replay")):
        events = run(name, *words, "override", kind, which, "verdict",
                     "drop")[1]
        same(events[0]["verdict"]["action"], "drop")
    same(run(name, *words, "override", "ruleset", "replay", "verdict",
             "pass")[1], [])


@test("rules that cannot be compiled are left out and counted")
def _():
    mixed = write("mixed", open(rules).read() +
                  "alert tcp any any -> any any (nonsense:1; sid:3;)\n")
    code, events, stats, err = run(pcap("z", [plain()]), "rules", mixed)
    same((code, stats["rules"], stats["rejected"], signatures(events)),
         (0, 2, 1, [1]))


@test("the summary for people goes to standard error")
def _():
    code, events, stats, err = run(pcap("t", [plain(), bytes(14)]), "rules",
                                   rules, summary=False)
    same((code, len(events), stats), (0, 1, {}))
    assert ", 0 records, 1 flows" in err, err
    assert err.startswith("2 packets, "), err
    assert ": 1 inspected, 0 would be dropped, 1 alerts, " in err, err
    assert "1 without IP header" in err, err


@test("an empty capture has no events")
def _():
    code, events, stats, err = run(pcap("0", []), "rules", rules)
    same((code, events, stats["packets"], err), (0, [], 0, ""))


@test("every wrong word has its sentence, and nothing is read")
def _():
    name = pcap("u", [plain()])
    bad_list = write("bad", "198.51.100.300\n")
    for words, sentence in (
            ((), "Command line is not complete. Try option \"help\"\n"),
            (("rules", rules), "Error: \"replay\" needs a file.\n"),
            ((name, "rules"), "Error: \"rules\" needs a file.\n"),
            ((name, "rules", "inline"), "Error: \"rules\" needs a file.\n"),
            ((name, "inline", "what"),
             "Error: argument \"what\" is wrong: unknown.\n"),
            ((name, "min-score", "0"),
             "Error: argument \"0\" is wrong: not a number, or out of range.\n"),
            ((name, "min-score", "101"),
             "Error: argument \"101\" is wrong: not a number, or out of range.\n"),
            ((name, "min-score"),
             "Command line is not complete. Try option \"help\"\n"),
            ((name, "verdict", "maybe"), "Error: argument \"maybe\" is wrong: "
             "not pass, report, drop or reject.\n"),
            ((name, "checksums", "no"), "Error: argument \"no\" is wrong: "
             "not auto, verify or ignore.\n"),
            ((name, "sid", "192.0.2.1"), "Error: argument \"192.0.2.1\" is "
             "wrong: not an IPv6 prefix.\n"),
            ((name, "sid", "::1/0"), "Error: argument \"::1/0\" is wrong: "
             "bits behind the prefix are set.\n"),
            ((name, "sid", "::/129"), "Error: argument \"::/129\" is wrong: "
             "not an IPv6 prefix.\n"),
            ((name, "override", "msg"), "Error: argument \"msg\" is wrong: "
             "not signature-id, classtype or ruleset.\n"),
            ((name, "override", "signature-id", "x"), "Error: argument \"x\" "
             "is wrong: not a signature-id.\n"),
            ((name, "override", "classtype", "x", "drop"), "Error: argument "
             "\"drop\" is wrong: \"verdict\" expected.\n"),
            ((name, "override", "classtype", "x", "verdict", "drop",
              "override", "classtype", "x", "verdict", "pass"),
             "Error: the same \"override\" twice.\n"),
            ((name, "profile", "x" * 32), "Error: argument \"%s\" is wrong: "
             "a name has 1 to 31 characters.\n" % ("x" * 32)),
            ((name, "reputation", path("none")), "Error: cannot open \"%s\": "
             "No such file or directory.\n" % path("none"))):
        code, events, stats, err = run(*words)
        same((words, code, events, stats, err), (words, 1, [], {}, sentence))
    for words, part in (((path("none"),), "No such file"),
                        ((name, "rules", path("none")), path("none")),
                        ((name, "reputation", bad_list), "bad:1: "),
                        ((rules,), "cannot be read as a capture")):
        code, events, stats, err = run(*words)
        same((code, events), (1, []))
        assert part in err, err


@test("help prints the grammar and succeeds")
def _():
    done = subprocess.run([REPLAY, "help"], capture_output=True, text=True)
    same(done.returncode, 0)
    assert done.stdout.startswith("Usage: segward replay CAPTURE"), done


print("1..%d" % tests)
sys.exit(failures != 0)
PY
