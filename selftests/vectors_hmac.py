#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The HMAC that a SID requires: RFC 8754, 2.1.2, with the kernel's own keys
and, at the other end, with its own headend.
"""

import hashlib
import hmac
import struct

import packet as p
from wire import claim, counted, main

HEADEND, N0 = "2001:db8:1::2", "2001:db8:1::1"
NEXT = "2001:db8:f::1"
SID, OLD, EXIT, CSID, PSP = ("2001:3e8:a0:%d::" % n for n in range(1, 6))
KEY, SECRET = 17, b"a secret of some length"
OLD_KEY, OLD_SECRET = 0x01020304, b"older"
HMAC_OFF = 40 + 8 + 2 * 16


def set_key(wire, key, secret, algorithm="sha256"):
    """As an operator does; without a terminal ip reads standard input."""
    wire.run("printf '%%s\\n' '%s' | setsid -w ip sr hmac set %d %s" %
             (secret.decode(), key, algorithm))


def setup(wire):
    set_key(wire, KEY, SECRET)
    set_key(wire, OLD_KEY, OLD_SECRET, "sha1")
    wire.run("ip -6 route add 2001:db8:b::/48 via 2001:db8:2::2")
    wire.rules("evil", 'drop udp any any -> any any '
                       '(msg:"evil"; content:"EVIL"; sid:1;)\n')
    wire.segward("profile add guard mode prevent ruleset evil")
    wire.segward("sid add %s/64 action End.AN profile guard hmac %d" %
                 (SID, KEY))
    wire.segward("sid add %s/64 action End hmac %d" % (OLD, OLD_KEY))
    wire.segward("sid add %s/64 action End.DT6 table main hmac %d" %
                 (EXIT, KEY))
    wire.segward("sid add %s/64 action End flavors psp hmac %d" % (PSP, KEY))
    wire.segward("sid add %s/64 action End flavors next-csid lblen 48 "
                 "nflen 16 hmac %d" % (CSID, KEY))


def tlv(segments, src=HEADEND, key=KEY, secret=SECRET, flags=0, dbit=0,
        digest=hashlib.sha256):
    text = p.addr(src) + bytes([len(segments) - 1, flags]) + \
        struct.pack("!I", key) + b"".join(p.addr(s) for s in segments)
    code = hmac.new(secret, text, digest).digest().ljust(32, b"\0")
    return struct.pack("!BBHI", 5, 38, dbit << 15, key) + code


def web(payload=b"hello"):
    return p.inner(6, "udp", payload=payload)


def to(sid, left=1, payload=b"hello", segments=None, active=None, **kw):
    segments = segments or ([NEXT, sid] if left else [sid, NEXT])
    more = {"active": active} if active else {}
    return p.encap(HEADEND, segments, left, web(payload),
                   tlvs=tlv(segments, **kw), **more)


def refused(wire, sid, pkt, pointer=HMAC_OFF):
    """Parameter Problem 0 at the TLV, or silence if there is none."""
    answer = []
    if pointer:
        answer = p.icmp6_error(N0, HEADEND, 4, 0, pointer, pkt)
    with counted(wire, sid, "hmac", errors=1, forwarded=0):
        wire.expect(pkt, c=answer)


@claim
def a_packet_with_the_right_hmac_goes_on_and_is_inspected(wire):
    pkt = to(SID)
    with counted(wire, SID, forwarded=1):
        wire.expect(pkt, s=p.after_end(pkt))
    with counted(wire, SID, "rule"):
        wire.expect(to(SID, payload=b"EVIL"))


@claim
def sha1_fills_a_part_of_the_field_and_zeros_the_rest(wire):
    kw = {"key": OLD_KEY, "secret": OLD_SECRET, "digest": hashlib.sha1}
    pkt = to(OLD, **kw)
    wire.expect(pkt, s=p.after_end(pkt))
    refused(wire, OLD, p.patch(pkt, HMAC_OFF + 39, b"\1"))


@claim
def a_change_of_anything_that_it_covers_is_found(wire):
    pkt = to(SID)
    for what, at, value in (("flags", 45, b"\x80"),
                            ("a segment", 48 + 15, b"\2"),
                            ("the HMAC", HMAC_OFF + 8, b"\0\1\2\3"),
                            ("its last byte", HMAC_OFF + 39,
                             bytes([pkt[HMAC_OFF + 39] ^ 1])),
                            ("the key's ID", HMAC_OFF + 7, b"\x12")):
        changed = p.patch(pkt, at, value)
        assert changed != pkt, what
        refused(wire, SID, changed)
    other = "2001:db8:1::77"
    wrong = p.patch(pkt, 8, p.addr(other))
    with counted(wire, SID, "hmac", errors=1):
        wire.exchange(wrong)


@claim
def without_an_hmac_a_packet_is_dropped_silently(wire):
    refused(wire, SID, p.encap(HEADEND, [NEXT, SID], 1, web()), None)
    refused(wire, SID, p.ipv6(HEADEND, SID, p.IPV6, web()), None)
    echo = p.icmp6(HEADEND, SID, 128, 0, 1, b"ping")
    refused(wire, SID, p.ipv6(HEADEND, SID, p.ICMPV6, echo), None)


@claim
def another_key_is_no_key_even_if_it_is_known(wire):
    refused(wire, SID, to(SID, key=OLD_KEY, secret=OLD_SECRET))


@claim
def a_tlv_of_another_length_is_no_hmac(wire):
    pkt = to(SID)
    pkt = p.patch(pkt, HMAC_OFF + 1, b"\x20")
    pkt = p.patch(pkt, HMAC_OFF + 2 + 32, b"\1\4\0\0\0\0")
    refused(wire, SID, pkt)


@claim
def the_destination_has_to_be_the_active_segment_unless_bit_d_says(wire):
    segments = [NEXT, "2001:db8::5"]
    refused(wire, SID, to(SID, segments=segments, active=SID))
    pkt = to(SID, segments=segments, active=SID, dbit=1)
    wire.expect(pkt, s=p.after_end(pkt))
    # a reduced list does not have it
    pkt = p.encap(HEADEND, [NEXT], 1, web(), active=SID,
                  tlvs=tlv([NEXT], dbit=1))
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def at_the_end_of_the_tunnel_it_is_required_too(wire):
    pkt = to(EXIT, left=0)
    wire.expect(pkt, s=p.patch(web(), 7, b"\x3f"))
    refused(wire, EXIT, p.patch(pkt, HMAC_OFF + 39,
                                bytes([pkt[HMAC_OFF + 39] ^ 1])))
    refused(wire, EXIT, p.ipv6(HEADEND, EXIT, p.IPV6, web()), None)


@claim
def psp_takes_the_hmac_away_when_it_was_right_only(wire):
    pkt = to(PSP)
    end = HMAC_OFF + 40
    bare = p.ipv6(HEADEND, NEXT, p.IPV6, pkt[end:], hop_limit=63)
    wire.expect(pkt, s=bare)
    refused(wire, PSP, p.patch(pkt, end - 1, bytes([pkt[end - 1] ^ 1])))


@claim
def a_non_linear_packet_is_verified_wherever_it_is_cut(wire):
    inner = p.inner(6, "udp", payload=b"n" * 6000)
    segments = [EXIT, NEXT]
    pkt = p.encap(HEADEND, segments, 0, inner, tlvs=tlv(segments))
    wrong = p.patch(pkt, HMAC_OFF + 39, bytes([pkt[HMAC_OFF + 39] ^ 1]))
    for cut in (40, 40 + 8, HMAC_OFF, HMAC_OFF + 2, HMAC_OFF + 10,
                HMAC_OFF + 39, HMAC_OFF + 40):
        wire.send_vnet(pkt, (0, 0, 14 + cut, 0, 0, 0))
        got = {k: [f[14:] for f in v] for k, v in wire.settle().items()}
        assert got == {"c": [], "s": [p.patch(inner, 7, b"\x3f")],
                       "t": []}, cut
        with counted(wire, EXIT, "hmac", errors=1, forwarded=0):
            wire.send_vnet(wrong, (0, 0, 14 + cut, 0, 0, 0))
            assert not wire.settle()["s"], cut


@claim
def ping_through_an_srh_with_an_hmac_is_answered(wire):
    echo = p.icmp6(HEADEND, SID, 128, 0, 1, b"ping")
    segments = [SID, NEXT]
    pkt = p.ipv6(HEADEND, SID, p.ROUTING,
                 p.srh(p.ICMPV6, segments, 0, tlvs=tlv(segments)) + echo)
    reply = p.icmp6(SID, HEADEND, 129, 0, 1, b"ping")
    wire.expect(pkt, c=p.ipv6(SID, HEADEND, p.ICMPV6, reply))


@claim
def with_csids_left_the_srh_must_still_have_it(wire):
    active = CSID[:-2] + ":f:1::"
    wire.run("ip -6 route replace 2001:3e8:a0:f::/64 via 2001:db8:2::2")
    pkt = to(CSID, segments=[NEXT, "2001:db8::5"], active=active)
    onward = p.patch(p.patch(pkt, 24, p.addr("2001:3e8:a0:f:1::")), 7,
                     b"\x3f")
    wire.expect(pkt, s=onward)
    refused(wire, CSID, p.patch(pkt, HMAC_OFF + 20, b"\0\1\2\3"))
    refused(wire, CSID, p.ipv6(HEADEND, active, p.IPV6, web()), None)


@claim
def a_malformed_srh_is_answered_as_such(wire):
    pkt = p.patch(to(SID), 43, b"\7")
    with counted(wire, SID, "segments-left", errors=1):
        wire.expect(pkt, c=p.icmp6_error(N0, HEADEND, 4, 0, 43, pkt))


@claim
def the_kernels_own_headend_makes_what_is_required(wire):
    wire.run("ip sr tunsrc set 2001:db8:2::1; "
             "ip -6 route add 2001:db8:77::/48 encap seg6 mode encap "
             "segs %s,%s hmac %d dev n1" % (SID, NEXT, KEY))
    inner = p.inner(6, "udp", dst="2001:db8:77::1")
    with counted(wire, SID, forwarded=1):
        got = wire.exchange(inner)["s"]
    assert len(got) == 1 and got[0].endswith(inner[40:]), got
    assert got[0][24:40] == p.addr(NEXT), got[0].hex()
    wire.run("ip -6 route replace 2001:db8:77::/48 encap seg6 mode encap "
             "segs %s,%s dev n1" % (SID, NEXT))
    with counted(wire, SID, "hmac"):
        wire.expect(inner)
    wire.run("ip -6 route del 2001:db8:77::/48")


@claim
def a_key_that_is_deleted_stops_the_sid_and_a_new_one_starts_it(wire):
    pkt = to(SID)
    wire.run("printf '\\n' | setsid -w ip sr hmac set %d sha256" % KEY)
    refused(wire, SID, pkt)
    set_key(wire, KEY, b"another")
    refused(wire, SID, pkt)
    pkt = to(SID, secret=b"another")
    wire.expect(pkt, s=p.after_end(pkt))
    set_key(wire, KEY, SECRET)


@claim
def a_key_that_is_not_there_is_refused(wire):
    text = wire.segward("sid add 2001:3e8:a0:9::/64 action End hmac 99",
                        check=False)
    assert 'there is no key of this ID; "ip sr hmac set" adds one' in text, \
        text
    assert "2001:3e8:a0:9::" not in wire.segward("sid show")
    assert "hmac %d" % KEY in wire.segward("sid save " + SID + "/64")
    assert wire.sid(SID)["hmac"] == KEY


main(setup)
