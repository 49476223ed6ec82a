#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""segward status: each cause is created, named, and gone again.

Causes that the kernel does not let anyone create (a SID without its profile,
a SID without the hook) are held against the sentences in unit/test_cli_status.
"""

import contextlib
import re

import packet as p
from wire import SEGWARD, claim, frames, main, open_ipv4, sh

HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
SID = "2001:3e8:60:8::"


def setup(wire):
    wire.run("sysctl -qw net.ipv4.conf.all.rp_filter=0 "
             "net.ipv4.conf.default.rp_filter=0")
    wire.run("""set -e
        ip addr add 10.2.0.1/24 dev n1
        ip neigh add 10.2.0.2 lladdr 02:00:00:00:02:02 dev n1 nud permanent
        ip route add 198.51.100.0/24 via 10.2.0.2""")
    wire.segward("sid add %s/64 action End allow-src 2001:db8:1::/64" % SID)
    open_ipv4(wire)


def status(wire):
    """Exit status and {cause: text}."""
    out = wire.segward("-j status; echo $?", check=False)
    text, code = out.rsplit("\n", 2)[:2] if out.endswith("\n") else (out, "")
    problems = wire.parse(text)[0]["problems"]
    return int(code), {q["cause"]: q["text"] for q in problems}


@contextlib.contextmanager
def cause(wire, name, text, code, make, unmake):
    before = status(wire)[1]
    assert name not in before, before
    wire.run(make)
    try:
        got, problems = status(wire)
        assert name in problems, problems
        assert text in problems[name], problems[name]
        assert got == code, "exit status %d" % got
        yield
    finally:
        wire.run(unmake)
    after = status(wire)[1]
    assert name not in after, after


def creates(wire, name, text, code, make, unmake):
    with cause(wire, name, text, code, make, unmake):
        pass


def sid_command(args):
    return "$SEGWARD sid " + args


@claim
def a_good_configuration_has_no_problems_and_exit_status_0(wire):
    code, problems = status(wire)
    assert (code, problems) == (0, {}), problems


@claim
def no_sid(wire):
    creates(wire, "no-sid", "there is no SID", 1,
            sid_command("del %s/64" % SID),
            sid_command("add %s/64 action End allow-src 2001:db8:1::/64" %
                        SID))


@claim
def no_route(wire):
    creates(wire, "no-route", "no route in table main leads to it", 1,
            "ip -6 route del %s/64 dev segward0" % SID,
            sid_command("replace %s/64 action End allow-src 2001:db8:1::/64" %
                        SID))


@claim
def advice_that_was_asked_for_with_n_can_be_pasted_anywhere(wire):
    with contextlib.ExitStack() as undo:
        for make, back in (
                ("ip -6 route del %s/64 dev segward0" % SID, "true"),
                ("sysctl -qw net.ipv6.conf.all.forwarding=0",
                 "sysctl -qw net.ipv6.conf.all.forwarding=1")):
            wire.run(make)
            undo.callback(wire.run, back)
        for netns in (wire.node, "/var/run/netns/" + wire.node):
            out = sh("%s -n %s status" % (SEGWARD, netns), check=False)
            commands = re.findall('"(.*?)"', out)
            assert len(commands) == 2 and \
                all(netns in c for c in commands), out
        for command in commands:
            # the one under test may not be in the PATH
            sh("segward() { %s \"$@\"; }; %s" % (SEGWARD, command))
        assert status(wire) == (0, {}), status(wire)


@claim
def device_down(wire):
    creates(wire, "device", "device segward0 is down", 1,
            "ip link set segward0 down",
            "ip link set segward0 up; " +
            sid_command("replace %s/64 action End allow-src 2001:db8:1::/64" %
                        SID))


@claim
def sid_in_another_vrf(wire):
    creates(wire, "vrf", "it belongs to VRF red, where no device is up", 1,
            "ip link add red type vrf table 10 && ip link set red up && " +
            sid_command("add 2001:3e8:61::/64 action End vrf red "
                        "allow-src 2001:db8:1::/64"),
            sid_command("del 2001:3e8:61::/64 vrf red") +
            "; ip link del red")


@claim
def shadowed_by_a_local_address(wire):
    creates(wire, "shadowed", "the local address %s1 of lo" % SID, 1,
            "ip -6 addr add %s1/128 dev lo nodad" % SID,
            "ip -6 addr del %s1/128 dev lo" % SID)


@claim
def shadowed_by_a_seg6local_route(wire):
    creates(wire, "shadowed", "the seg6local route", 1,
            "ip -6 route add %s1/128 encap seg6local action End dev n0" % SID,
            "ip -6 route del %s1/128" % SID)


@claim
def iif_refuses_everything(wire):
    sid = "2001:3e8:62::"
    wire.segward("sid add %s/64 action End iif n2 allow-src 2001:db8::/32" %
                 sid)
    try:
        wire.exchange(p.encap(HEADEND, [NEXT, sid], 1,
                              p.inner(6, "udp", payload=b"x")))
        code, problems = status(wire)
        assert code == 1 and "all of its 1 packets were refused since they " \
            "came in by another device than its iif n2" in problems["iif"], \
            problems
    finally:
        wire.segward("sid del %s/64" % sid)


@claim
def allow_src_refuses_everything(wire):
    sid = "2001:3e8:62::"
    wire.segward("sid add %s/64 action End allow-src 2001:db8:66::/64" % sid)
    try:
        wire.exchange(p.encap(HEADEND, [NEXT, sid], 1,
                              p.inner(6, "udp", payload=b"x")))
        code, problems = status(wire)
        assert code == 1 and "outer source is not in allow-src" in \
            problems["allow-src"], problems
    finally:
        wire.segward("sid del %s/64" % sid)


@claim
def any_source_is_accepted(wire):
    creates(wire, "any-source", "it accepts packets of any outer source", 0,
            sid_command("add 2001:3e8:62::/64 action End"),
            sid_command("del 2001:3e8:62::/64"))


@claim
def forwarding_is_off(wire):
    creates(wire, "forwarding", "this node does not forward IPv6", 1,
            "sysctl -qw net.ipv6.conf.all.forwarding=0",
            "sysctl -qw net.ipv6.conf.all.forwarding=1")


@claim
def forwarding_of_one_ipv6_device_decides_nothing(wire):
    pkt = p.encap(HEADEND, [NEXT, SID], 1, p.inner(6, "udp", payload=b"x"))
    for device in ("n0", "segward0"):
        wire.run("sysctl -qw net.ipv6.conf.%s.forwarding=0" % device)
        try:
            assert status(wire) == (0, {}), status(wire)
            wire.expect(pkt, s=p.after_end(pkt))
        finally:
            wire.run("sysctl -qw net.ipv6.conf.%s.forwarding=1" % device)


DT4 = "2001:3e8:64::"


def ipv4_sid(wire, action):
    """A SID that takes IPv4 out, and whether a packet gets through."""
    wire.segward("sid replace %s/64 action %s allow-src 2001:db8:1::/64" %
                 (DT4, action))
    wire.send(p.encap(HEADEND, [DT4], 0, p.inner(4, "udp", payload=b"x")))
    return bool(frames(wire)["s"])


@claim
def ipv4_is_not_forwarded_where_inner_packets_come_in(wire):
    wire.run("""set -e
        ip link add green up type vrf table 30
        sysctl -qw net.vrf.strict_mode=1
        ip route add 198.51.100.0/24 via 10.2.0.2 dev n1 table 30""")
    for action, device in (("End.DT4 table main", "segward0"),
                           ("End.DX4 nh4 10.2.0.2 oif n1", "segward0"),
                           ("End flavors usd", "segward0"),
                           ("End.DT46 vrftable 30", "green")):
        assert ipv4_sid(wire, action), action
        for setting in ("ip_forward", "conf.%s.forwarding" % device):
            setting = "net.ipv4." + setting
            with cause(wire, "forwarding", "come in by %s, and this node does "
                       "not forward IPv4 from there; \"sysctl -w %s=1\"" %
                       (device, setting), 1, "sysctl -qw %s=0" % setting,
                       "sysctl -qw %s=1" % setting):
                assert not ipv4_sid(wire, action), action
    wire.segward("sid del %s/64" % DT4)
    wire.run("ip link del green")


@claim
def hmac_key_that_is_gone(wire):
    sid = "2001:3e8:65::"
    set_key = "echo %s | setsid -w ip sr hmac set 7 sha256"
    wire.run(set_key % "secret")
    wire.segward("sid add %s/64 action End hmac 7 allow-src 2001:db8:1::/64" %
                 sid)
    try:
        creates(wire, "hmac", "it requires the HMAC of key 7, which the "
                "kernel does not have", 1, set_key % "",
                set_key % "secret")
    finally:
        wire.segward("sid del %s/64" % sid)


@claim
def vrf_of_vrftable_or_return_that_is_gone(wire):
    sid = "2001:3e8:66::"
    make = "ip link add blue up type vrf table 20"
    wire.run(make + " && sysctl -qw net.vrf.strict_mode=1")
    wire.segward("profile add back mode prevent")
    try:
        wire.segward("sid add %s/64 action End.DT46 vrftable 20 "
                     "allow-src 2001:db8:1::/64" % sid)
        creates(wire, "vrf", "no VRF has its vrftable 20 any more", 1,
                "ip link del blue", make)
        back = sid_command("replace %s/64 action End.AN profile back return "
                           "vrf blue allow-src 2001:db8:1::/64" % sid)
        wire.run(back)
        creates(wire, "return", "the VRF of its return, device number ", 1,
                "ip link del blue", make + " && " + back)
    finally:
        wire.segward("sid del %s/64; $SEGWARD profile del back" % sid)
        wire.run("ip link del blue")


@claim
def rp_filter_drops_what_a_sid_takes_out(wire):
    wire.run("ip route add 192.0.2.0/24 via 10.2.0.2")
    for setting in ("all", "segward0"):
        setting = "net.ipv4.conf.%s.rp_filter" % setting
        for value in (1, 2):
            assert ipv4_sid(wire, "End.DT4 table main")
            with cause(wire, "rp-filter", "which has no address, so that "
                       "rp_filter %d drops them" % value, 1,
                       "sysctl -qw %s=%d" % (setting, value),
                       "sysctl -qw %s=0" % setting):
                assert not ipv4_sid(wire, "End.DT4 table main"), setting
    wire.segward("sid del %s/64" % DT4)
    wire.run("sysctl -qw net.ipv4.conf.all.rp_filter=2")
    assert status(wire) == (0, {}), status(wire)
    wire.run("sysctl -qw net.ipv4.conf.all.rp_filter=0; "
             "ip route del 192.0.2.0/24")


@claim
def bridge_netfilter(wire):
    creates(wire, "br-netfilter", "bridged packets are never inspected", 0,
            "modprobe br_netfilter && ip link add br9 type bridge && "
            "sysctl -qw net.bridge.bridge-nf-call-ip6tables=1",
            "ip link del br9")


@claim
def packets_with_no_segments_left(wire):
    for _ in range(20):
        wire.send(p.ipv6(HEADEND, SID, p.NONE, b""))
    wire.settle()
    code, problems = status(wire)
    assert "came with no segments left or without SRH" in \
        problems["upper-layer"], problems
    pkt = p.encap(HEADEND, [NEXT, SID], 1, p.inner(6, "udp", payload=b"x"))
    wire.expect(pkt, s=p.after_end(pkt))
    assert "upper-layer" not in status(wire)[1]


if __name__ == "__main__":
    main(setup)
