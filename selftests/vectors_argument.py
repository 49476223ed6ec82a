#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""One locator for all slices: the argument of a SID selects the profile."""

import ipaddress
import tempfile

import packet as p
from wire import claim, counted, main, sh

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
BYTE, WHOLE, EXIT = ("2001:3e8:70:%d::" % n for n in range(1, 4))
FIELD = "2001:3e8:71::"
# profile: what it drops
PROFILES = {"broadband": b"BROAD", "iot": b"THING", "v2x": b"CAR"}


def setup(wire):
    for n, (name, word) in enumerate(PROFILES.items(), 1):
        wire.rules(name, 'drop udp any any -> any any '
                         '(msg:"no"; content:"%s"; sid:%d;)\n' %
                         (word.decode(), n))
        wire.segward("profile add %s mode prevent ruleset %s" % (name, name))
    wire.run("ip -6 route add 2001:db8:b::/48 via 2001:db8:2::2")
    tail = "profile broadband argument 0x10=iot argument 32=v2x"
    wire.segward("sid add %s/64 action End.AN %s argument-len 8" %
                 (BYTE, tail))
    wire.segward("sid add %s/59 action End.AN %s argument-offset 7 "
                 "argument-len 13" % (FIELD, tail))
    wire.segward("sid add %s/96 action End.X nh6 2001:db8:2::3 %s" %
                 (WHOLE, tail))
    wire.segward("sid add %s/64 action End.DT6 table main %s "
                 "argument-offset 32 argument-len 32" % (EXIT, tail))


def behind(sid, value, offset, length, others=0):
    """The SID with this value in its argument, all else of it @others."""
    address = int(ipaddress.IPv6Address(sid))
    shift = 128 - offset - length
    mask = (1 << length) - 1
    address |= others & ~(mask << shift)
    return str(ipaddress.IPv6Address(address | value << shift))


def to(sid, payload, segments=2):
    inner = p.inner(6, "udp", payload=payload)
    if segments == 1:
        return p.ipv6(HEADEND, sid, p.IPV6, inner)
    return p.encap(HEADEND, [NEXT, sid], 1, inner)


def held_to(wire, sid, address, profile, bare=False):
    """Packets for this address are held to one profile and no other."""
    for name, word in PROFILES.items():
        pkt = to(address, b"a " + word, 1 if bare else 2)
        with counted(wire, sid, "rule" if name == profile else None):
            if name == profile:
                wire.expect(pkt)
            elif bare:
                wire.expect(pkt, s=p.patch(pkt[40:], 7, b"\x3f"))
            else:
                wire.expect(pkt, s=p.after_end(pkt))


@claim
def the_argument_selects_the_profile_and_the_sids_own_is_for_the_rest(wire):
    for value, profile in ((0x10, "iot"), (32, "v2x"), (0x11, "broadband"),
                           (0, "broadband"), (255, "broadband")):
        held_to(wire, BYTE, behind(BYTE, value, 64, 8), profile)


@claim
def bits_around_the_field_do_not_count(wire):
    every = (1 << 64) - 1
    held_to(wire, BYTE, behind(BYTE, 0x10, 64, 8, every), "iot")
    every = (1 << 69) - 1
    for value, profile in ((0x10, "iot"), (0x1010, "broadband"),
                           (32, "v2x")):
        address = behind(FIELD, value, 59 + 7, 13, every)
        held_to(wire, FIELD + "/59", address, profile)


@claim
def an_argument_of_32_bits_counts_whole_without_a_word(wire):
    row = wire.sid(WHOLE + "/96")
    assert (row["argument_offset"], row["argument_len"]) == (0, 32), row
    held_to(wire, WHOLE + "/96", behind(WHOLE, 0x10, 96, 32), "iot")
    held_to(wire, WHOLE + "/96", behind(WHOLE, 0x100010, 96, 32), "broadband")


@claim
def at_the_end_of_a_tunnel_too(wire):
    held_to(wire, EXIT, behind(EXIT, 32, 96, 32), "v2x", True)
    held_to(wire, EXIT, behind(EXIT, 33, 96, 32), "broadband", True)


@claim
def sid_get_says_which_profile_an_address_selects(wire):
    for value, profile in ((0x10, "iot"), (7, "broadband")):
        address = behind(BYTE, value, 64, 8)
        got, = wire.json("sid get " + address)
        assert got["selected_profile"] == profile, got
        assert got["profile"] == "broadband", got
        text = wire.segward("sid get " + address)
        assert text.rstrip().endswith(" selects " + profile), text


@claim
def replacing_a_profile_reaches_the_argument_that_selects_it(wire):
    address = behind(BYTE, 0x10, 64, 8)
    pkt = to(address, b"a THING")
    wire.expect(pkt)
    wire.segward("profile set iot mode monitor")
    wire.expect(pkt, s=p.after_end(pkt))
    wire.segward("profile set iot mode prevent")
    wire.expect(pkt)


@claim
def a_profile_that_an_argument_selects_cannot_go(wire):
    def users(name):
        return wire.json("-d profile show " + name)[0]["users"]
    assert users("v2x") == 4 and users("broadband") == 4
    text = wire.segward("profile del v2x", check=False)
    assert "SIDs use the profile" in text, text
    assert wire.json("profile show v2x")
    wire.segward("profile add v3x mode prevent ruleset v2x")
    wire.segward("sid add 2001:3e8:70:9::/64 action End.AN profile v3x "
                 "argument 1=v3x argument 2=v3x argument-len 8")
    assert users("v3x") == 3
    wire.segward("sid replace 2001:3e8:70:9::/64 action End.AN profile v3x")
    assert users("v3x") == 1
    wire.segward("sid del 2001:3e8:70:9::/64")
    assert users("v3x") == 0
    wire.segward("profile del v3x")


@claim
def a_refusal_says_why_and_which(wire):
    def refused(words, *sentences, prefix="2001:3e8:70:9::/64"):
        text = wire.segward("sid add %s %s" % (prefix, words), check=False)
        for sentence in sentences:
            assert sentence in text, text
    an = "action End.AN profile iot "
    refused(an + "argument 1=iot", "more than 32 bits")
    refused(an + "argument 1=iot argument-len 8", "there is no argument",
            prefix="2001:3e8:70:9::/128")
    refused(an + "argument 256=iot argument-len 8", "does not fit")
    refused(an + "argument 1=none argument-len 8",
            "there is no profile of this name")
    refused(an + "argument 1=iot argument-len 8 argument-offset 60",
            "has not so many bits")
    refused(an + "argument 1=iot argument-offset 64", "has not so many bits")
    refused("action End.X nh6 2001:db8:2::3 argument 1=iot argument-len 8",
            "needs a profile for all others")
    refused("action End argument 1=iot argument-len 8", "End takes no profile")
    assert "2001:3e8:70:9::" not in wire.segward("sid show")


@claim
def a_file_that_names_no_profile_for_an_argument_is_not_applied(wire):
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as conf:
        conf.write("sid add 2001:3e8:70:9::/64 action End.AN profile iot "
                   "argument 1=v2x argument 2=none argument-len 8\n")
        conf.flush()
        text = wire.segward("apply %s" % conf.name, check=False)
        assert text == ('%s:1: argument "none" is wrong: there is no profile '
                        'of this name\n' % conf.name), text
    assert "2001:3e8:70:9::" not in wire.segward("sid show")


@claim
def two_hundred_and_fifty_six_values_of_long_names_are_told_whole(wire):
    name = "x" * 31
    wire.segward("profile add %s ruleset v2x" % name)
    words = " ".join("argument %d=%s" % (n, name) for n in range(256))
    allow = " ".join("allow-src 2001:db8:%x::/48" % n for n in range(64))
    wire.segward("sid add 2001:3e8:70:9::/64 action End.AN profile %s %s "
                 "argument-len 8 %s" % (name, words, allow))
    row = wire.sid("2001:3e8:70:9::")
    assert row["arguments"] == [{"value": n, "profile": name}
                                for n in range(256)]
    assert len(row["allow_src"]) == 64
    saved = wire.segward("sid save 2001:3e8:70:9::/64")
    sh("ip netns exec %s segward -b - <<'END'\n%sEND" % (wire.node, saved))
    assert wire.segward("sid save 2001:3e8:70:9::/64") == saved
    text = wire.segward("sid replace 2001:3e8:70:9::/64 action End.AN profile "
                        "%s %s argument 300=%s argument-len 9" %
                        (name, words, name), check=False)
    assert "at most 256" in text, text
    wire.segward("sid del 2001:3e8:70:9::/64")
    wire.segward("profile del " + name)


main(setup)
