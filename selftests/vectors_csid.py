#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Flavor NEXT-C-SID, byte by byte: RFC 9800, 4.1 with End, End.X, End.T and
End.AN, and what mainline's End does with the same packets.

The block is 2001:3e8::/32 and a C-SID has 16 bits. C-SIDs from 0xf000 on are
routed to s, those from 0xe000 to 0xefff have a route in table 100 only.
"""

import packet as p
from wire import claim, counted, frame_socket, main, sh

HEADEND, N0 = "2001:db8:1::2", "2001:db8:1::1"
GET = b"GET / HTTP/1.1\r\n\r\n"
NEXT = "2001:db8:f::1"
BLOCK = "2001:3e8:"
# C-SIDs of the node, by name
END, AN, X, T, PSP, LONG, MAINLINE = 0x100, 0x200, 0x300, 0x400, 0x500, 0x600, 0x700
ACTIONS = {
    END: "End flavors next-csid",
    AN: "End.AN flavors next-csid profile guard",
    X: "End.X nh6 2001:db8:2::3 flavors next-csid",
    T: "End.T table 100 flavors next-csid",
    PSP: "End flavors next-csid,psp,usd",
}
EVIL = b"GET /EVIL HTTP/1.1\r\n\r\n"


def setup(wire):
    wire.run("""set -e
        ip -6 route add 2001:3e8:f000::/36 via 2001:db8:2::2
        ip -6 route add 2001:3e8:e000::/36 via fe80::9 dev n1 table 100
        ip -6 route add 2001:db8:b::/48 via 2001:db8:2::2
        """)
    wire.rules("evil", 'drop tcp any any -> any any '
                       '(msg:"evil"; content:"EVIL"; sid:1;)\n'
                       'reject tcp any any -> any any '
                       '(msg:"no"; content:"REJECTME"; sid:2;)\n')
    wire.segward("profile add guard mode prevent ruleset evil")
    for csid, action in ACTIONS.items():
        wire.segward("sid add %s/48 action %s" % (sid(csid), action))
    # as a block of 48 bits and C-SIDs of 32 bits
    wire.segward("sid add %s%x:aaaa:bbbb::/80 action End flavors next-csid "
                 "lblen 48 nflen 32" % (BLOCK, LONG))
    wire.run("ip -6 route add %s/48 encap seg6local action End flavors "
             "next-csid dev n1" % sid(MAINLINE))


def sid(csid):
    return "%s%x::" % (BLOCK, csid)


def container(*csids):
    """The address that holds a list of C-SIDs."""
    return BLOCK + ":".join("%x" % c for c in csids) + \
        ("::" if len(csids) < 6 else "")


def bare(daddr, inner, **kw):
    return p.ipv6(HEADEND, daddr, p.family_proto(inner), inner, **kw)


def moved(pkt, daddr, hops=1):
    """The packet with its next C-SID in front, and nothing else changed."""
    pkt = p.patch(pkt, 24, p.addr(daddr))
    return p.patch(pkt, 7, bytes([pkt[7] - hops]))


def web(family=6, payload=GET, **kw):
    """The same request again and again, or a connection of its own."""
    kw.setdefault("sport", 40000 if payload == GET else p.new_port())
    return p.inner(family, "tcp", payload=payload, **kw)


def length(csid):
    return sid(csid) + "/48"


@claim
def the_next_csid_becomes_the_destination_without_an_srh(wire):
    for csid in (END, AN, X, T, PSP):
        onward = 0xe001 if csid == T else 0xf001
        with counted(wire, length(csid), packets=4, forwarded=4, upper=0):
            for family in (4, 6):
                pkt = bare(container(csid, onward), web(family))
                wire.expect(pkt, s=moved(pkt, container(onward)))
                pkt = bare(container(csid, onward, 1, 2, 3, 4), web(family))
                wire.expect(pkt, s=moved(pkt,
                                         container(onward, 1, 2, 3, 4)))


@claim
def an_srh_stays_as_it_is_while_csids_are_left(wire):
    for csid in (END, X, PSP):
        for left in (0, 1, 2):
            pkt = p.encap(HEADEND, [NEXT, "2001:db8::5"], left, web(),
                          active=container(csid, 0xf001))
            wire.expect(pkt, s=moved(pkt, container(0xf001)))


@claim
def an_srh_that_is_wrong_is_nothing_to_an_endpoint_while_csids_are_left(wire):
    pkt = p.encap(HEADEND, [NEXT, "2001:db8::5"], 1, web(), last_entry=9,
                  active=container(END, 0xf001))
    wire.expect(pkt, s=moved(pkt, container(0xf001)))
    # but inspection cannot say what is in such a packet
    pkt = p.patch(pkt, 24, p.addr(container(AN, 0xf001)))
    with counted(wire, length(AN), "packet-malformed"):
        wire.expect(pkt)


@claim
def without_an_argument_the_srh_is_processed(wire):
    for csid in (END, AN):
        pkt = p.encap(HEADEND, [NEXT, sid(csid)], 1, web())
        wire.expect(pkt, s=p.after_end(pkt))
    pkt = p.encap(HEADEND, [container(0xf001, 0xf002), sid(END)], 1, web())
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def psp_and_usd_act_when_the_argument_is_used_up(wire):
    inner = web()
    pkt = p.encap(HEADEND, [NEXT, sid(PSP)], 1, inner)
    wire.expect(pkt, s=bare(NEXT, inner, hop_limit=63))
    for pkt in (bare(sid(PSP), inner),
                p.encap(HEADEND, [sid(PSP), NEXT], 0, inner)):
        wire.expect(pkt, s=p.patch(inner, 7, bytes([inner[7] - 1])))


@claim
def ping_is_answered_behind_the_last_csid_only(wire):
    def echo(daddr, kind, src, dst):
        return p.ipv6(src, dst, p.ICMPV6,
                      p.icmp6(src, dst, kind, 0, 7, b"ping"))
    request = echo(sid(END), 128, HEADEND, sid(END))
    wire.expect(request, c=echo(HEADEND, 129, sid(END), HEADEND))
    daddr = container(END, 0xf001)
    request = p.ipv6(HEADEND, daddr, p.ICMPV6,
                     p.icmp6(HEADEND, container(0xf001), 128, 0, 7, b"on"))
    wire.expect(request, s=moved(request, container(0xf001)))


@claim
def a_hop_limit_that_is_used_up_is_time_exceeded(wire):
    for csid in (END, AN, X):
        pkt = bare(container(csid, 0xf001), web(), hop_limit=1)
        with counted(wire, length(csid), "hop-limit", errors=1):
            wire.expect(pkt, c=p.icmp6_error(N0, HEADEND, 3, 0, 0, pkt))
    pkt = bare(container(END, 0xf001), web(), hop_limit=2)
    wire.expect(pkt, s=moved(pkt, container(0xf001)))


@claim
def csids_of_one_node_follow_each_other_for_a_hop_each(wire):
    pkt = bare(container(END, AN, X, 0xf001), web())
    for csid in (END, AN, X):
        before = wire.sid(length(csid))["forwarded"]
        wire.expect(pkt, s=moved(pkt, container(0xf001), 3))
        assert wire.sid(length(csid))["forwarded"] == before + 1
    # and end in the upper layer when the last one is the node's
    pkt = bare(container(END, PSP), web())
    wire.expect(pkt, s=p.patch(web(), 7, b"\x3f"))


@claim
def a_list_that_never_leaves_the_node_ends_with_itself(wire):
    pkt = bare(container(END, END, END, END, END, END), web())
    error = moved(pkt, sid(END), 5)
    wire.expect(pkt, c=p.icmp6_error(N0, HEADEND, 4, 4, 40, error))


@claim
def other_lengths_are_shifted_as_they_say(wire):
    pkt = bare("%s%x:aaaa:bbbb:f001:2:3" % (BLOCK, LONG), web())
    wire.run("ip -6 route add %s%x:f001::/64 via 2001:db8:2::2" %
             (BLOCK, LONG))
    wire.expect(pkt, s=moved(pkt, "%s%x:f001:2:3::" % (BLOCK, LONG)))


@claim
def mainline_does_the_same(wire):
    for csids in ((0xf001,), (0xf001, 1, 2, 3, 4), (0xf002, 0, 0, 9)):
        for family in (4, 6):
            ours = bare(container(END, *csids), web(family))
            theirs = bare(container(MAINLINE, *csids), web(family))
            got = wire.exchange(ours)["s"]
            assert got and got == wire.exchange(theirs)["s"], (csids, got)


@claim
def the_inner_packet_is_inspected(wire):
    pkt = bare(container(AN, 0xf001), web(payload=EVIL))
    with counted(wire, length(AN), "rule"):
        wire.expect(pkt)
    pkt = p.encap(HEADEND, [NEXT, "2001:db8::5"], 1, web(4, EVIL),
                  active=container(AN, 0xf001))
    with counted(wire, length(AN), "rule"):
        wire.expect(pkt)


@claim
def an_inline_packet_is_inspected_without_its_checksum(wire):
    """It covers a destination that nobody but the sender knows."""
    last = container(0xf001)
    for payload, passes in ((b"GET / HTTP/1.1\r\n\r\n", True), (EVIL, False)):
        body = p.tcp(HEADEND, last, p.new_port(), 80, payload)
        pkt = p.ipv6(HEADEND, container(AN, 0xf001), p.TCP, body)
        wire.expect(pkt, s=moved(pkt, last) if passes else [])


@claim
def a_reset_takes_the_way_of_the_packet(wire):
    port = p.new_port()
    inner = web(payload=b"REJECTME", sport=port)
    pkt = bare(container(AN, 0xf001, 0xf002), inner)
    reset = p.inner(6, "tcp", flags=p.RST | p.ACK)
    head = p.tcp("2001:db8:a::10", "2001:db8:b::20", port, 80, seq=1, ack=1,
                 flags=p.RST | p.ACK, window=0)
    reset = reset[:40] + head
    wire.expect(pkt, s=moved(bare(container(AN, 0xf001, 0xf002), reset),
                             container(0xf001, 0xf002)))
    # an inline one would have a checksum of a destination not known
    body = p.tcp(HEADEND, container(0xf001), p.new_port(), 80, b"REJECTME")
    pkt = p.ipv6(HEADEND, container(AN, 0xf001), p.TCP, body)
    with counted(wire, length(AN), "reject-unroutable"):
        wire.expect(pkt)


@claim
def a_tap_in_front_keeps_the_packet_as_it_was(wire):
    tap = frame_socket(wire.node, "n0")
    pkt = bare(container(END, 0xf001), web())
    wire.expect(pkt, s=moved(pkt, container(0xf001)))
    seen = set()
    while True:
        try:
            seen.add(tap.recv(1 << 16)[14:])
        except BlockingIOError:
            break
    tap.close()
    assert pkt in seen, "the tap saw a changed packet"


@claim
def a_refusal_says_why(wire):
    def refused(prefix, words, sentence):
        text = wire.segward("sid add %s action End flavors %s" %
                            (prefix, words), check=False)
        assert sentence in text, text
    refused("2001:3e8:800::/48", "next-csid lblen 33 nflen 15",
            "lblen and nflen are multiples of 8")
    refused("2001:3e8:800::/48", "next-csid lblen 32 nflen 24",
            "lblen and nflen together are the length of the prefix")
    refused("2001:3e8:800::/64", "next-csid",
            "lblen and nflen together are the length of the prefix")
    refused("2001:3e8:800::/128", "next-csid lblen 64 nflen 64",
            "there is no room for a C-SID behind the prefix")
    refused("2001:3e8:800::/48", "psp lblen 32",
            "only flavor next-csid has lblen and nflen")
    refused("2001:3e8:800::/48", "replace-csid",
            "segward has no REPLACE-C-SID")
    text = wire.segward("sid add 2001:3e8:800::/48 action End.AN profile "
                        "guard flavors next-csid argument 1=guard "
                        "argument-len 8", check=False)
    assert "the bits behind the prefix are C-SIDs" in text, text
    assert not wire.segward("sid show 2001:3e8:800::/48",
                            check=False).startswith("2001")


@claim
def save_apply_and_json_know_the_lengths(wire):
    row = wire.sid(length(PSP))
    assert row["flavors"] == ["psp", "usd", "next-csid"], row
    assert (row["lblen"], row["nflen"]) == (32, 16), row
    saved = wire.segward("sid save")
    assert "flavors next-csid lblen 48 nflen 32" in saved, saved
    wire.segward("sid flush")
    sh("ip netns exec %s segward -b - <<'END'\n%sEND" % (wire.node, saved))
    assert wire.segward("sid save") == saved
    the_next_csid_becomes_the_destination_without_an_srh(wire)


main(setup)
