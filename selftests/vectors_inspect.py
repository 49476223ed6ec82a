#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Inspection through the kernel: reputation, rules, profiles, events.

Packets go through a SID with a profile; each claim says which packets come
out, which do not and why, and what the listeners were told.
"""

import contextlib
import os
import re
import socket
import subprocess
import tempfile
import time

import packet as p
import wire as w
from wire import claim, main

HEADEND = "2001:db8:1::2"
SID = "2001:3e8:60:b::"
NEXT = "2001:db8:f::1"
FAMILIES = (4, 6)
SRC = {4: "192.0.2.10", 6: "2001:db8:a::10"}
DST = {4: "198.51.100.20", 6: "2001:db8:b::20"}

RULES = r"""
alert udp any any -> any 9999 (msg:"probe"; content:"probe"; sid:999999; rev:1;)
drop tcp any any -> any 80 (msg:"evil in tcp"; content:"EVIL"; nocase; classtype:trojan-activity; sid:1001; rev:3;)
drop udp any any -> any 80 (msg:"evil in udp"; content:"EVIL"; sid:1017; rev:1;)
alert udp any any -> any any (msg:"noted in udp"; content:"noted"; classtype:policy-violation; sid:1002; rev:1;)
alert ip any any -> any any (msg:"two parts"; content:"first"; content:"second"; distance:2; within:10; sid:1003; rev:1;)
pass udp any any -> any any (msg:"the friend may"; content:"friend"; sid:1004; rev:1;)
drop udp any any -> any any (msg:"friend or foe"; content:"foe"; sid:1005; rev:1;)
rejectboth tcp any any -> any 23 (msg:"no telnet"; content:"login"; sid:1006; rev:1;)
rejectsrc tcp any any -> any 24 (msg:"tell the sender"; content:"login"; sid:1010; rev:1;)
drop udp $HOME_NET any -> any 7777 (msg:"from home"; content:"home"; sid:1007; rev:1;)
drop udp any any -> any 7778 (msg:"of exactly five"; dsize:5; sid:1008; rev:1;)
drop icmp any any -> any any (msg:"covert ping"; content:"covert"; sid:1009; rev:1;)
"""


def setup(wire):
    wire.rules("base", RULES)
    wire.segward("profile add slice mode prevent ruleset base")
    wire.segward("sid add %s/64 action End.AN profile slice zone 5" % SID)


def packet(family, transport="udp", payload=b"", **kw):
    inner = p.inner(family, transport, payload=payload, **kw)
    return p.encap(HEADEND, [NEXT, SID], 1, inner)


def passes(wire, pkt):
    wire.expect(pkt, s=p.after_end(pkt))


def blocked(wire, pkt, reason):
    def drops():
        return {d["reason"]: d["packets"]
                for d in wire.sid(SID).get("drop", [])}
    before = drops()
    wire.expect(pkt)
    after = drops()
    grown = {k: v - before.get(k, 0) for k, v in after.items()
             if v != before.get(k, 0)}
    assert grown == {reason: 1}, grown


def monitor(wire):
    probe = p.encap(HEADEND, [NEXT, SID], 1, p.inner(
        4, "udp", payload=b"probe", dport=9999))
    return w.Monitor(wire, lambda: wire.exchange(probe))


@contextlib.contextmanager
def profile(wire, *settings):
    """The profile with some settings, and as it was afterwards."""
    for setting in settings:
        wire.segward("profile set slice " + setting)
    try:
        yield
    finally:
        wire.segward("profile replace slice mode prevent ruleset base")


# --- rules ----------------------------------------------------------------

@claim
def drop_rule_blocks_and_clean_traffic_passes_in_both_families(wire):
    for family in FAMILIES:
        blocked(wire, packet(family, "tcp", b"an evil request"), "rule")
        passes(wire, packet(family, "tcp", b"a good request"))


@claim
def rule_header_ports_are_obeyed(wire):
    for family in FAMILIES:
        passes(wire, packet(family, "tcp", b"an evil request", dport=81))
        passes(wire, packet(family, "udp", b"an evil request", dport=80))


@claim
def relative_contents_are_obeyed(wire):
    with monitor(wire) as m:
        for family in FAMILIES:
            for payload, hit in ((b"first..second", True),
                                 (b"firstsecond", False),
                                 (b"first" + b"." * 11 + b"second", False),
                                 (b"first first..second", True),
                                 (b"second..first", False)):
                passes(wire, packet(family, payload=payload))
                ids = [e["alert"]["signature_id"] for e in m.events()]
                assert ids == ([1003] if hit else []), (payload, ids)


@claim
def pass_rule_wins_over_the_drop_of_the_same_packet(wire):
    for family in FAMILIES:
        passes(wire, packet(family, payload=b"friend or foe"))
        blocked(wire, packet(family, payload=b"only a foe"), "rule")


@claim
def dsize_is_exact(wire):
    for family in FAMILIES:
        blocked(wire, packet(family, payload=b"12345", dport=7778), "rule")
        for size in (4, 6):
            passes(wire, packet(family, payload=b"x" * size, dport=7778))


@claim
def icmp_rules_match_both_icmps(wire):
    v4 = p.ipv4(SRC[4], DST[4], p.ICMP, p.icmp4(8, 0, 1, b"covert"))
    v6 = p.ipv6(SRC[6], DST[6], p.ICMPV6,
                p.icmp6(SRC[6], DST[6], 128, 0, 1, b"covert"))
    for inner in (v4, v6):
        blocked(wire, p.encap(HEADEND, [NEXT, SID], 1, inner), "rule")


@claim
def a_signature_is_found_in_an_inline_srh_packet(wire):
    tcp = p.tcp(HEADEND, NEXT, p.new_port(), 80, b"an evil request")
    pkt = p.ipv6(HEADEND, SID, p.ROUTING,
                 p.srh(p.TCP, [NEXT, SID], 1) + tcp)
    blocked(wire, pkt, "rule")


@claim
def a_signature_is_found_at_every_offset_of_a_non_linear_packet(wire):
    for at in (0, 4000, 4085, 5990):
        body = b"." * at + b"EVIL" + b"." * (6000 - at)
        pkt = packet(6, "tcp", body)
        wire.send_vnet(pkt, (0, 0, 14, 0, 0, 0))
        got = wire.settle()
        assert got["s"] == [], "signature at %d passed" % at


def gso(wire, sid, transport, payload):
    """What is left at s of a GSO packet to sid, or on its way past the node.

    Inline SRH: AF_PACKET cannot say that a GSO packet is in a tunnel.
    """
    proto, gso_type, csum, size = {
        "tcp": (p.TCP, w.GSO_TCPV6, 16, 20),
        "udp": (p.UDP, w.GSO_UDP_L4, 6, 8)}[transport]
    partial = ~p.checksum(p.pseudo(HEADEND, NEXT, proto,
                                   size + len(payload))) & 0xffff
    upper = getattr(p, transport)(HEADEND, NEXT, p.new_port(), 80, payload,
                                  check=partial)
    srh = p.srh(proto, [NEXT, sid or NEXT], 1 if sid else 0)
    at = 14 + 40 + len(srh)
    wire.send_vnet(p.ipv6(HEADEND, sid or NEXT, p.ROUTING, srh + upper),
                   (w.NEEDS_CSUM, gso_type, at + size, 1000, at, csum))
    return b"".join(f[at + size:] for f in wire.settle()["s"])


@claim
def a_gso_packet_is_inspected_and_not_mistaken_for_a_bad_checksum(wire):
    evil, good = b"." * 3000 + b"EVIL" + b"." * 996, b"." * 4000
    # 7.3 takes an SRH for the TCP header of a packet that it forwards, and
    # drops it (SKB_BAD_GSO); older kernels take no GSO of UDP from a socket.
    transport = "tcp" if gso(wire, None, "tcp", good) else "udp"
    assert gso(wire, None, transport, good) == good
    for payload, want in ((evil, b""), (good, good)):
        came = gso(wire, SID, transport, payload)
        assert came == want, (transport, len(came), came[:80])


@claim
def an_unfinished_checksum_is_not_malformed(wire):
    src, dst = SRC[4], DST[4]
    payload = b"a good request"
    partial = ~p.checksum(p.pseudo(src, dst, p.TCP, 20 + len(payload))) & 0xffff
    inner = p.ipv4(src, dst, p.TCP, p.tcp(src, dst, p.new_port(), 80, payload,
                                          check=partial))
    pkt = p.encap(HEADEND, [NEXT, SID], 1, inner)
    transport = 14 + 80 + 20
    wire.send_vnet(pkt, (w.NEEDS_CSUM, 0, 0, 0, transport, 16))
    got = wire.settle()["s"]
    assert len(got) == 1 and got[0].endswith(payload), got


# --- modes, overrides, suppressions, variables ----------------------------

@claim
def monitor_mode_passes_and_says_what_prevent_would_have_done(wire):
    with profile(wire, "mode monitor"), monitor(wire) as m:
        for family in FAMILIES:
            passes(wire, packet(family, "tcp", b"an evil request"))
            events = m.events()
            assert len(events) == 1, events
            alert, verdict = events[0]["alert"], events[0]["verdict"]
            assert (alert["signature_id"], alert["action"]) == \
                (1001, "allowed"), events
            assert (verdict["action"], verdict["would"]) == \
                ("alert", "drop"), events


@claim
def a_change_of_mode_acts_on_the_next_packet(wire):
    for _ in range(3):
        wire.segward("profile set slice mode monitor")
        passes(wire, packet(6, "tcp", b"an evil request"))
        wire.segward("profile set slice mode prevent")
        blocked(wire, packet(6, "tcp", b"an evil request"), "rule")


@claim
def override_by_signature_id_beats_classtype_beats_ruleset(wire):
    pkt = packet(6, payload=b"noted")
    passes(wire, pkt)
    with profile(wire, "override ruleset base verdict drop"):
        blocked(wire, pkt, "rule")
        wire.segward("profile set slice override classtype policy-violation "
                     "verdict report")
        passes(wire, pkt)
        wire.segward("profile set slice override signature-id 1002 "
                     "verdict drop")
        blocked(wire, pkt, "rule")
    passes(wire, pkt)


@claim
def override_may_let_a_drop_rule_pass(wire):
    with profile(wire, "override signature-id 1001 verdict report"):
        passes(wire, packet(6, "tcp", b"an evil request"))


@claim
def suppress_silences_a_signature_for_an_address_only(wire):
    with profile(wire, "suppress signature-id 1001 src 192.0.2.0/24"):
        passes(wire, packet(4, "tcp", b"an evil request"))
        blocked(wire, packet(4, "tcp", b"an evil request",
                             src="203.0.113.7"), "rule")
        blocked(wire, packet(6, "tcp", b"an evil request"), "rule")


@claim
def home_net_is_private_by_default_and_set_per_profile(wire):
    home = packet(4, payload=b"home", dport=7777, src="10.1.2.3")
    away = packet(4, payload=b"home", dport=7777, src="192.0.2.10")
    blocked(wire, home, "rule")
    passes(wire, away)
    with profile(wire, "variable HOME_NET [192.0.2.0/24,!192.0.2.11]"):
        passes(wire, home)
        blocked(wire, away, "rule")
        passes(wire, packet(4, payload=b"home", dport=7777,
                            src="192.0.2.11"))


@claim
def a_reloaded_ruleset_acts_on_the_next_packet(wire):
    pkt = packet(6, payload=b"brandnew")
    passes(wire, pkt)
    wire.rules("base", RULES + 'drop udp any any -> any any '
               '(msg:"new"; content:"brandnew"; sid:2000; rev:1;)\n')
    try:
        blocked(wire, pkt, "rule")
    finally:
        wire.rules("base", RULES)
    passes(wire, pkt)


@claim
def a_ruleset_in_use_cannot_be_deleted(wire):
    out = wire.segward("ruleset del base; echo $?", check=False)
    assert out.rstrip().endswith("2"), out
    passes(wire, packet(6, "tcp", b"a good request"))


# --- reputation -----------------------------------------------------------

@contextlib.contextmanager
def listed(wire, prefix, rest="category botnet score 90 source lab"):
    wire.segward("reputation add %s %s" % (prefix, rest))
    try:
        yield
    finally:
        wire.segward("reputation flush source lab")


@contextlib.contextmanager
def written(text):
    with tempfile.NamedTemporaryFile("w", suffix=".list") as f:
        f.write(text)
        f.flush()
        yield f.name


def load(wire, text, rest=""):
    """What reputation load prints, without its seconds, and its status."""
    with written(text) as name:
        out = wire.segward("reputation load %s source lab %s; echo $?" %
                           (name, rest), check=False)
    return re.sub(r" seconds \S+", "", out)


@claim
def a_list_without_entries_empties_its_source_and_says_so(wire):
    pkt = packet(4, src="192.0.2.9")
    empty = 'Warning: no entry was read, so source "lab" has none left and ' \
        "acts on no packet; load a list with entries to fill it again.\n"
    with profile(wire, "reputation botnet min-score 80 verdict drop"):
        with listed(wire, "192.0.2.8/29"):
            wire.segward("reputation add 192.0.2.99 category botnet score 90 "
                         "source other")
            blocked(wire, pkt, "reputation")
            # appending nothing leaves what is there
            assert load(wire, "# none\n", "append") == \
                "source lab entries 0 lines 1\n0\n"
            blocked(wire, pkt, "reputation")
            assert load(wire, "# none\n") == \
                empty + "source lab entries 0 lines 1\n0\n"
            passes(wire, pkt)
            assert [e["source"] for e in wire.json("reputation show")] == \
                ["other"]
            # as it says: the list that was meant fills it again
            assert load(wire, "192.0.2.8/29\n", "category botnet") == \
                "source lab entries 1 lines 1\n0\n"
            blocked(wire, pkt, "reputation")
            wire.segward("reputation flush source other")


@claim
def a_load_counts_what_it_left_out_or_changed(wire):
    out = load(wire, "192.0.2.1,1,0\n192.0.2.2,1,101\n192.0.2.3,1,90\n")
    assert out == "source lab entries 2 lines 3 no-data 1 clamped 1\n0\n", out
    out = load(wire, '{"cidr":"192.0.2.0/24","sblid":"SBL1"}\n'
               '{"asn":64496,"rir":"ripencc"}\n')
    assert out == "source lab entries 1 lines 2 asn 1\n0\n", out
    out = load(wire, "192.0.2.1\nwhat\n", "skip-bad")
    assert out.endswith("source lab entries 1 lines 2 bad 1\n0\n"), out
    wire.segward("reputation flush source lab")


@claim
def a_show_that_is_refused_says_why_and_ends_with_status_2(wire):
    reputation = "there is no %s of this name"
    wire.segward("reputation add 192.0.2.1 category botnet score 90 "
                 "source lab")
    for command, sentence in (
            ("reputation show category nope", reputation % "category"),
            ("reputation show source nope", reputation % "source"),
            ("reputation show category botnet source nope",
             reputation % "source"),
            ("rule show ruleset nope", "there is no ruleset of this name"),
            ("profile show nope", "there is no profile of this name"),
            ("ruleset show nope", "ruleset nope does not exist")):
        for _ in range(3):
            out = wire.segward(command + "; echo $?", check=False)
            assert sentence in out and out.endswith("\n2\n"), \
                "%s: %r" % (command, out)
    # a device that is none does not reach the kernel
    out = wire.segward("sid show vrf nope; echo $?", check=False)
    assert "nope" in out and out.endswith("\n1\n"), out
    # whoever asks next is answered
    assert len(wire.json("reputation show")) == 1
    passes(wire, packet(6, "tcp", b"a good request"))
    wire.segward("reputation flush source lab")


@claim
def reputation_blocks_by_source_and_by_destination(wire):
    with profile(wire, "reputation botnet min-score 80 verdict drop"):
        for family in FAMILIES:
            pkt = packet(family, payload=b"hello")
            passes(wire, pkt)
            for address in (SRC[family], DST[family]):
                with listed(wire, address):
                    blocked(wire, pkt, "reputation")
            passes(wire, pkt)


@claim
def reputation_prefixes_cover_their_addresses_only(wire):
    with profile(wire, "reputation botnet min-score 80 verdict drop"):
        with listed(wire, "192.0.2.8/29"):
            blocked(wire, packet(4, src="192.0.2.15"), "reputation")
            passes(wire, packet(4, src="192.0.2.16"))
        with listed(wire, "2001:db8:a::/49"):
            blocked(wire, packet(6, src="2001:db8:a:7fff::1"), "reputation")
            passes(wire, packet(6, src="2001:db8:a:8000::1"))


@claim
def reputation_below_the_threshold_or_of_another_category_passes(wire):
    with profile(wire, "reputation botnet min-score 80 verdict drop"):
        pkt = packet(6)
        with listed(wire, SRC[6], "category botnet score 79 source lab"):
            passes(wire, pkt)
        with listed(wire, SRC[6], "category spam score 99 source lab"):
            passes(wire, pkt)
        with listed(wire, SRC[6], "category botnet score 80 source lab"):
            blocked(wire, pkt, "reputation")


@claim
def the_end_of_one_source_does_not_remove_anothers_entry(wire):
    with profile(wire, "reputation botnet min-score 80 verdict drop"):
        with listed(wire, SRC[6]):
            wire.segward("reputation add %s category botnet score 85 "
                         "source other" % SRC[6])
            wire.segward("reputation flush source lab")
            blocked(wire, packet(6), "reputation")
        wire.segward("reputation flush source other")
        passes(wire, packet(6))


@claim
def an_expired_entry_no_longer_acts(wire):
    with profile(wire, "reputation botnet min-score 80 verdict drop"):
        with listed(wire, SRC[6], "category botnet score 90 source lab "
                    "timeout 3600s"):
            blocked(wire, packet(6), "reputation")
            wire.segward("reputation add %s category botnet score 90 "
                         "source lab timeout 1ms" % SRC[6])
            wire.settle()
            passes(wire, packet(6))


@claim
def a_pass_rule_does_not_excuse_a_bad_reputation(wire):
    with profile(wire, "reputation botnet min-score 80 verdict drop"):
        with listed(wire, SRC[6]):
            blocked(wire, packet(6, payload=b"friend"), "reputation")


@claim
def reputation_may_only_report(wire):
    with profile(wire, "reputation botnet min-score 80 verdict report"):
        with listed(wire, SRC[6]), monitor(wire) as m:
            passes(wire, packet(6))
            events = m.events()
            assert len(events) == 1, events
            rep = events[0]["reputation"]
            assert (rep["category"], rep["score"], rep["source"]) == \
                ("botnet", 90, "lab"), events


@claim
def exceptions_are_chosen_per_profile(wire):
    inner = p.patch(p.inner(4, "tcp", payload=b"x"), 36, b"\0\0")
    pkt = p.ipv6(HEADEND, SID, p.ROUTING,
                 p.srh(p.IPV4, [NEXT, SID], 1) + inner)
    blocked(wire, pkt, "packet-malformed")
    with profile(wire, "exception packet-malformed pass-packet"):
        passes(wire, pkt)


# --- reject ---------------------------------------------------------------

@claim
def reject_resets_the_destination_along_the_packets_own_segments(wire):
    for family in FAMILIES:
        src, dst = SRC[family], DST[family]
        port = p.new_port()
        pkt = packet(family, "tcp", b"login", sport=port, dport=23, seq=1000,
                     ack=77)
        got = wire.exchange(pkt)
        assert len(got["s"]) == 1, got
        rst = got["s"][0]
        assert rst[24:40] == p.addr(NEXT) and rst[43] == 0, rst.hex()
        at = 80 + (20 if family == 4 else 40)
        tcp = rst[at:]
        assert tcp[13] & p.RST, tcp.hex()
        assert tcp[:8] == p.tcp(src, dst, port, 23, seq=1000)[:8], tcp.hex()
        check = p.checksum(p.pseudo(src, dst, p.TCP, len(tcp)) + tcp)
        assert check == 0, "TCP checksum of the reset"


@claim
def reject_of_the_sender_alone_has_no_way_back_and_says_so(wire):
    for family in FAMILIES:
        blocked(wire, packet(family, "tcp", b"login", dport=24),
                "reject-unroutable")


# --- events ---------------------------------------------------------------

@claim
def a_drop_event_carries_rule_sid_profile_and_the_inner_packet(wire):
    port = p.new_port()
    with monitor(wire) as m:
        blocked(wire, packet(6, "tcp", b"an evil request", sport=port), "rule")
        alert = [e for e in m.events() if e["event_type"] == "alert"]
    assert len(alert) == 1, alert
    e = alert[0]
    assert e["src_ip"] == "2001:0db8:000a:0000:0000:0000:0000:0010", e
    assert e["dest_ip"] == "2001:0db8:000b:0000:0000:0000:0000:0020", e
    assert (e["src_port"], e["dest_port"], e["proto"]) == (port, 80, "TCP"), e
    assert e["pkt_src"] == "ipv6 tunnel", e
    want = {"action": "blocked", "gid": 1, "signature_id": 1001, "rev": 3,
            "signature": "evil in tcp",
            "category": "A Network Trojan was detected", "severity": 1}
    assert {k: e["alert"].get(k) for k in want} == want, e
    srv6 = e["srv6"]
    assert (srv6["zone"], srv6["profile"], srv6["segments_left"]) == \
        (5, "slice", 1), srv6
    assert e["community_id"].startswith("1:"), e


CHANGER = """
import mmap, sys
page = mmap.mmap(int(sys.argv[1]), 4096)
print("changing", flush=True)
while True:
    page[64:68] = b"EVIL"
    page[64:68] = b"ILEV"
"""


@contextlib.contextmanager
def changing_page():
    """A file whose bytes another process changes all the time: two halves
    change places, so that the checksum is right either way.
    """
    page = os.memfd_create("page")
    os.ftruncate(page, 4096)
    os.pwrite(page, b"a page ".ljust(64) + b"ILEV" + b"." * 188, 0)
    changer = subprocess.Popen(["python3", "-c", CHANGER, str(page)],
                               pass_fds=[page], stdout=subprocess.PIPE)
    try:
        os.sched_setaffinity(changer.pid, os.sched_getaffinity(1))
        changer.stdout.readline()
        yield page
    finally:
        changer.kill()
        changer.wait()
        changer.stdout.close()
        os.close(page)


def send_page(wire, page, count):
    """Datagrams of it through the SID, by the node's own headend."""
    with w.inside(wire.node), socket.socket(
            socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("198.51.100.77", 80))
        for _ in range(count):
            os.sendfile(sock.fileno(), page, 0, 256)


def dropped_by_rule(wire):
    return sum(d["packets"] for d in wire.sid(SID).get("drop", [])
               if d["reason"] == "rule")


@claim
def what_is_judged_is_what_goes_on_though_its_sender_changes_it(wire):
    """Who changes the page may not have a turn for a while, so there are as
    many packets as it takes to see both kinds.
    """
    wire.run("ip addr add 192.0.2.1/32 dev lo; "
             "ip sr tunsrc set 2001:db8:2::1; "
             "ip route add 198.51.100.77/32 encap seg6 mode encap "
             "segs %s,%s dev n1 src 192.0.2.1" % (SID, NEXT))
    linearized, rule = wire.stats()["linearized"], dropped_by_rule(wire)
    sent, went, dropped, evil = 0, 0, 0, 0
    end = time.monotonic() + w.BOUND
    with changing_page() as page:
        while sent < 1000 or not went or not dropped:
            assert time.monotonic() < end, (sent, went, dropped)
            send_page(wire, page, 200)
            got = wire.settle()["s"]
            sent += 200
            went += len(got)
            evil += sum(b"EVIL" in pkt for pkt in got)
            dropped = dropped_by_rule(wire) - rule
    copied = wire.stats()["linearized"] - linearized
    wire.run("ip route del 198.51.100.77/32; ip addr del 192.0.2.1/32 dev lo")
    print("# %d went on, %d of them evil, %d did not, %d copied" % (
        went, evil, dropped, copied))
    assert not evil and went + dropped == sent, (sent, evil, went, dropped)
    # Older kernels copy what a socket is to send from a file.
    kernel = tuple(map(int, re.findall(r"\d+", os.uname().release)[:2]))
    assert copied == (sent if kernel >= (6, 5) else 0), copied


if __name__ == "__main__":
    main(setup)
