#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The endpoint, byte by byte: RFC 8754, RFC 8986 4.1, 4.2, 4.3 and 4.1.1.

Each claim sends one packet to a SID and says what is on every wire
afterwards, and which counter has moved.
"""

import contextlib
import time

import packet as p
from wire import claim, main, mac, frame_socket, sh

HEADEND, N0 = "2001:db8:1::2", "2001:db8:1::1"
END, END_X, END_T = "2001:3e8:60:8::", "2001:3e8:60:9::", "2001:3e8:60:a::"
END_AN, END_LL = "2001:3e8:60:b::", "2001:3e8:60:c::"
NARROW, ODD = "2001:3e8:61::1", "2001:3e8:6280::"
NEXT = "2001:db8:f::1"
FAMILIES = (4, 6)


def setup(wire):
    wire.run("""
        ip -6 route add 2001:db8:f::/48 via 2001:db8:3::2 table 100
        """)
    for command in ("profile add plain mode prevent",
                    "sid add %s/64 action End" % END,
                    "sid add %s/64 action End.X nh6 2001:db8:2::3" % END_X,
                    "sid add %s/64 action End.T table 100" % END_T,
                    "sid add %s/64 action End.AN profile plain" % END_AN,
                    "sid add %s/64 action End.X nh6 fe80::9 oif n1" % END_LL,
                    "sid add %s/128 action End" % NARROW,
                    "sid add %s/41 action End" % ODD):
        wire.segward(command)


def web(family, **kw):
    return p.inner(family, "tcp", payload=b"GET / HTTP/1.1\r\n\r\n", **kw)


def to(sid, left=1, packet=None, segments=None, **kw):
    """A packet from the headend to a SID, with one more segment to go."""
    return p.encap(HEADEND, segments or [NEXT, sid], left,
                   packet or web(6), **kw)


def param_problem(pkt, code, pointer):
    return p.icmp6_error(N0, HEADEND, 4, code, pointer, pkt)


def counted(wire, prefix, reason, act):
    """Run act; the SID's drops must grow by one for this reason alone."""
    def drops():
        return {d["reason"]: d["packets"]
                for d in wire.sid(prefix).get("drop", [])}
    before = drops()
    act()
    after = drops()
    grown = {k: v - before.get(k, 0) for k, v in after.items()
             if v != before.get(k, 0)}
    want = {reason: 1} if reason else {}
    assert grown == want, "drops counted: %r, wanted %r" % (grown, want)


def refused(wire, sid, pkt, reason, answer=None):
    """A packet that is dropped for a reason, with an ICMPv6 error or none."""
    counted(wire, sid, reason,
            lambda: wire.expect(pkt, **({"c": answer} if answer else {})))


# --- End, End.X, End.T, End.AN -------------------------------------------

@claim
def end_forwards_to_the_next_segment_and_decrements_hop_limit_once(wire):
    for family in FAMILIES:
        pkt = to(END, packet=web(family), flow=0xabcde)
        wire.expect(pkt, s=p.after_end(pkt))


@claim
def end_an_with_a_profile_forwards_clean_packets_of_both_families(wire):
    for family in FAMILIES:
        pkt = to(END_AN, packet=web(family))
        wire.expect(pkt, s=p.after_end(pkt))


@claim
def end_ignores_the_argument_bits_behind_the_prefix(wire):
    pkt = to("2001:3e8:60:8:1234:5678:9abc:def0")
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def sid_of_128_bits_takes_its_address_and_no_other(wire):
    pkt = to(NARROW)
    wire.expect(pkt, s=p.after_end(pkt))
    other = to("2001:3e8:61::2")
    before = wire.stats()["packets"]
    wire.exchange(other)
    assert wire.stats()["packets"] == before


@claim
def sid_prefix_may_end_within_a_byte(wire):
    pkt = to("2001:3e8:62ff::1")
    wire.expect(pkt, s=p.after_end(pkt))
    before = wire.stats()["packets"]
    wire.exchange(to("2001:3e8:6200::1"))
    assert wire.stats()["packets"] == before


@claim
def longest_sid_prefix_wins(wire):
    wire.segward("sid add %s8/125 action End.T table 100" % END)
    try:
        inside, beside = to(END + "9"), to(END + "10")
        wire.expect(inside, t=p.after_end(inside))
        wire.expect(beside, s=p.after_end(beside))
    finally:
        wire.segward("sid del %s8/125" % END)


@claim
def each_packet_meets_the_sids_as_they_are_at_its_time(wire):
    """A processor remembers what it found for a destination. Nobody may take
    what is remembered for what is.
    """
    pkt = to(END + "9")
    longer = END + "8/125 action End.T table "
    steps = (("sid add " + longer + "100", "t"),
             ("sid replace " + longer + "main", "s"),
             ("sid replace " + longer + "100", "t"),
             ("sid del " + END + "8/125", "s"),
             ("sid add " + END + "9/128 action End iif n1", None),
             ("sid del " + END + "9/128", "s"),
             ("sid add " + longer + "100", "t"),
             ("sid del " + END + "8/125", "s"))
    wire.expect(pkt, s=p.after_end(pkt))
    for command, side in steps:
        wire.segward(command)
        wire.expect(pkt, **({side: p.after_end(pkt)} if side else {}))


@claim
def end_x_goes_to_its_next_hop_whatever_the_route_says(wire):
    for family in FAMILIES:
        pkt = to(END_X, packet=web(family))
        wire.send(pkt)
        got = wire.settle()
        assert got["s"] == [mac("s", 3) + mac("s", 1) + b"\x86\xdd" +
                            p.after_end(pkt)], got


@claim
def end_x_takes_a_link_local_next_hop_with_oif(wire):
    pkt = to(END_LL)
    wire.send(pkt)
    got = wire.settle()
    assert got["s"] == [mac("s", 9) + mac("s", 1) + b"\x86\xdd" +
                        p.after_end(pkt)], got


@claim
def end_t_looks_up_in_its_table(wire):
    for family in FAMILIES:
        pkt = to(END_T, packet=web(family))
        wire.expect(pkt, t=p.after_end(pkt))


@claim
def end_t_without_route_drops_and_counts(wire):
    pkt = to(END_T, segments=["2001:db8:77::1", END_T])
    counted(wire, END_T, "no-route", lambda: wire.exchange(pkt))


@claim
def inline_srh_is_forwarded_too(wire):
    tcp = p.tcp(HEADEND, NEXT, 40000, 80, b"hello")
    pkt = p.ipv6(HEADEND, END_AN, p.ROUTING,
                 p.srh(p.TCP, [NEXT, END_AN], 1) + tcp)
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def reduced_srh_with_segments_left_of_last_entry_plus_one_is_legal(wire):
    pkt = to(END, left=1, segments=[NEXT], active=END)
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def srh_behind_destination_options_is_found(wire):
    inner = p.srh(p.IPV6, [NEXT, END], 1) + web(6)
    pkt = p.ipv6(HEADEND, END, p.DSTOPTS, p.options(p.ROUTING) + inner)
    wire.expect(pkt, s=p.after_end(pkt, srh_off=48))


@claim
def tag_flags_and_tlvs_are_carried_unchanged(wire):
    tlvs = b"\x7c\x06abcdef" + b"\x04\x06" + bytes(6)
    pkt = to(END, flags=0x20, tag=0xbeef, tlvs=tlvs)
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def the_flow_label_chooses_among_equal_ways_as_everywhere(wire):
    dst = "2001:db8:ec::1"
    wire.run("ip -6 route add 2001:db8:ec::/48 nexthop via 2001:db8:2::2 "
             "nexthop via 2001:db8:3::2")
    try:
        ways = {}
        for flow in list(range(32)) * 2:
            pkt = to(END, segments=[dst, END], flow=0x5a5a0 + flow)
            got = wire.exchange(pkt)
            (way,) = [side for side in got if got[side]]
            assert got[way] == [p.after_end(pkt)], got
            assert ways.setdefault(flow, way) == way, (flow, ways)
        assert set(ways.values()) == {"s", "t"}, ways
    finally:
        wire.run("ip -6 route del 2001:db8:ec::/48")


@claim
def a_sid_of_the_srv6_block_is_like_any_other(wire):
    sid = "5f00:60:8::"
    wire.segward("sid add %s/64 action End" % sid)
    try:
        pkt = to(sid)
        wire.expect(pkt, s=p.after_end(pkt))
        wire.expect(ping(sid, False), c=pong(sid))
    finally:
        wire.segward("sid del %s/64" % sid)


@claim
def traffic_class_is_kept(wire):
    pkt = p.patch(to(END), 0, b"\x6b\x9a\xbc\xde")
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def plain_traffic_is_left_alone(wire):
    src, dst = HEADEND, "2001:db8:f::9"
    pkt = p.ipv6(src, dst, p.UDP, p.udp(src, dst, 1, 2, b"plain"))
    wire.expect(pkt, s=p.patch(pkt, 7, bytes([63])))


@claim
def two_sids_of_one_node_in_a_row_cost_a_hop_each(wire):
    pkt = to(END, left=2, segments=[NEXT, END_AN, END])
    want = p.after_end(p.after_end(pkt))
    wire.expect(pkt, s=want)


@claim
def a_hop_limit_that_ends_between_two_local_sids_is_answered(wire):
    pkt = to(END, left=2, segments=[NEXT, END_AN, END], hop_limit=2)
    got = wire.exchange(pkt)
    assert got["s"] == [] and len(got["c"]) == 1, got
    assert got["c"][0][40:42] == b"\x03\x00", got["c"][0].hex()


@claim
def a_chain_that_never_leaves_the_node_is_cut(wire):
    segments = [NEXT] + [END, END_AN] * 20
    pkt = to(END_AN, left=len(segments) - 1, segments=segments)
    before = wire.stats()
    wire.exchange(pkt)
    after = {d["reason"]: d["packets"] for d in wire.stats().get("drop", [])}
    was = {d["reason"]: d["packets"] for d in before.get("drop", [])}
    assert after.get("loop", 0) == was.get("loop", 0) + 1, after


# --- checks, in the RFC's order -------------------------------------------

@claim
def other_routing_type_with_segments_left_gets_parameter_problem(wire):
    rh = p.srh(p.IPV6, [NEXT, END], 1, rtype=2)
    pkt = p.ipv6(HEADEND, END, p.ROUTING, rh + web(6))
    refused(wire, END, pkt, "routing-type", param_problem(pkt, 0, 42))


@claim
def hop_limit_of_one_gets_time_exceeded_and_the_packet_as_received(wire):
    for limit in (1, 0):
        pkt = to(END, hop_limit=limit)
        refused(wire, END, pkt, "hop-limit",
                p.icmp6_error(N0, HEADEND, 3, 0, 0, pkt))


@claim
def hop_limit_of_two_is_forwarded(wire):
    pkt = to(END, hop_limit=2)
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def last_entry_beyond_the_header_points_to_segments_left(wire):
    pkt = to(END, last_entry=2)
    refused(wire, END, pkt, "last-entry", param_problem(pkt, 0, 43))


@claim
def segments_left_beyond_last_entry_plus_one_points_to_segments_left(wire):
    pkt = to(END, left=3, active=END)
    refused(wire, END, pkt, "segments-left", param_problem(pkt, 0, 43))


@claim
def a_tlv_that_leaves_the_srh_points_to_its_length(wire):
    pkt = to(END, tlvs=b"\x7c\7" + bytes(6))
    refused(wire, END, pkt, "tlv-malformed", param_problem(pkt, 0, 41))
    pkt = to(END, tlvs=b"\x7c\6" + bytes(6))
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def what_the_endpoint_refuses_is_not_inspected(wire):
    wire.rules("evil", 'drop tcp any any -> any any '
                       '(msg:"evil"; content:"EVIL"; sid:1;)\n')
    wire.segward("profile set plain ruleset evil")
    try:
        evil = p.inner(6, "tcp", payload=b"an EVIL one")
        counted(wire, END_AN, "rule",
                lambda: wire.expect(to(END_AN, packet=evil)))
        pkt = to(END_AN, packet=evil, hop_limit=1)
        refused(wire, END_AN, pkt, "hop-limit",
                p.icmp6_error(N0, HEADEND, 3, 0, 0, pkt))
        pkt = to(END_AN, packet=evil, last_entry=9)
        refused(wire, END_AN, pkt, "last-entry", param_problem(pkt, 0, 43))
    finally:
        wire.segward("profile set plain no ruleset evil")


@claim
def errors_keep_to_the_stacks_rate(wire):
    """A burst of 6, and to a neighbour in a /64 one each 250 ms then."""
    pkt = to(END, hop_limit=1)
    with contextlib.ExitStack() as undo:
        undo.callback(wire.run, "sysctl -qw net.ipv6.icmp.ratelimit=0 "
                      "net.ipv6.icmp.ratemask=")
        wire.run("sysctl -qw net.ipv6.icmp.ratelimit=1000 "
                 "net.ipv6.icmp.ratemask=0-1,3-127")
        before = wire.stats()["icmp_errors"]
        begin = time.monotonic()
        for _ in range(50):
            wire.send(pkt)
        got = wire.settle()
        most = 6 + 4 * (time.monotonic() - begin) + 1
    assert 1 <= len(got["c"]) <= min(most, 49), (len(got["c"]), most)
    assert wire.stats()["icmp_errors"] == before + 50


@claim
def hop_limit_is_checked_before_segments_left(wire):
    pkt = to(END, left=3, active=END, hop_limit=1)
    refused(wire, END, pkt, "hop-limit",
            p.icmp6_error(N0, HEADEND, 3, 0, 0, pkt))


@claim
def srh_that_runs_past_the_packet_is_dropped(wire):
    pkt = p.ipv6(
        HEADEND, END, p.ROUTING, p.srh(p.NONE, [NEXT, END], 1, hdrlen=200))
    refused(wire, END, pkt, "srh-malformed")


@claim
def chain_of_too_many_extension_headers_is_dropped(wire):
    body = p.srh(p.IPV6, [NEXT, END], 1) + web(6)
    for i in range(12):
        body = p.options(p.ROUTING if i == 0 else p.DSTOPTS) + body
    pkt = p.ipv6(HEADEND, END, p.DSTOPTS, body)
    refused(wire, END, pkt, "srh-malformed")


@claim
def payload_length_beyond_the_packet_never_comes_out(wire):
    pkt = p.ipv6(HEADEND, END, p.ROUTING,
                 p.srh(p.IPV6, [NEXT, END], 1) + web(6), length=4000)
    wire.expect(pkt)


@claim
def bytes_behind_the_payload_length_are_not_forwarded(wire):
    pkt = to(END)
    wire.expect(pkt + b"trailer", s=p.after_end(pkt))


# --- upper layer at a SID (SL = 0 or no SRH) ------------------------------

def ping(sid, with_srh, payload=b"are you there?", **kw):
    echo = p.icmp6(HEADEND, sid, 128, 0, 0x12340001, payload)
    if not with_srh:
        return p.ipv6(HEADEND, sid, p.ICMPV6, echo, **kw)
    return p.ipv6(HEADEND, sid, p.ROUTING,
                  p.srh(p.ICMPV6, [sid, "2001:db8:9::1"], 0) + echo, **kw)


def pong(sid, payload=b"are you there?"):
    echo = p.icmp6(sid, HEADEND, 129, 0, 0x12340001, payload)
    return p.ipv6(sid, HEADEND, p.ICMPV6, echo)


@claim
def sid_answers_ping_without_srh(wire):
    for sid in (END, END_X, END_T, END_AN, NARROW):
        wire.expect(ping(sid, False), c=pong(sid))


@claim
def sid_answers_ping_at_the_end_of_an_srh(wire):
    for sid in (END, END_AN):
        wire.expect(ping(sid, True), c=pong(sid))


@claim
def ping_of_a_sid_with_argument_is_answered_from_that_address(wire):
    sid = "2001:3e8:60:8::77"
    wire.expect(ping(sid, False), c=pong(sid))


@claim
def ping_with_hop_limit_one_is_at_home(wire):
    wire.expect(ping(END, True, hop_limit=1), c=pong(END))


@claim
def ping_of_four_kilobytes_is_answered_whole(wire):
    data = bytes(range(256)) * 16
    wire.expect(ping(END, False, data), c=pong(END, data))


@claim
def ping_with_a_wrong_checksum_is_not_answered(wire):
    pkt = ping(END, False)
    wire.expect(p.patch(pkt, 42, b"\xde\xad"))


@claim
def fragmented_ping_is_dropped_and_counted(wire):
    echo = p.icmp6(HEADEND, END, 128, 0, 1, b"x" * 64)
    pkt = p.ipv6(HEADEND, END, p.FRAGMENT,
                 p.fragment(p.ICMPV6, 0, True, 7, echo[:40]))
    refused(wire, END, pkt, "echo-fragment")


@claim
def icmpv6_error_for_a_sid_is_swallowed_and_counted(wire):
    body = p.icmp6(HEADEND, END, 1, 0, 0, p.ipv6(END, NEXT, p.NONE, b""))
    pkt = p.ipv6(HEADEND, END, p.ICMPV6, body)
    refused(wire, END, pkt, "icmp-error")


@claim
def udp_to_a_sid_gets_port_unreachable(wire):
    pkt = p.ipv6(HEADEND, END, p.UDP, p.udp(HEADEND, END, 5, 6, b"probe"))
    refused(wire, END, pkt, "upper-layer",
            p.icmp6_error(N0, HEADEND, 1, 4, 0, pkt))


@claim
def tcp_to_a_sid_gets_sr_upper_layer_header_error(wire):
    pkt = p.ipv6(HEADEND, END, p.TCP, p.tcp(HEADEND, END, 5, 6))
    refused(wire, END, pkt, "upper-layer", param_problem(pkt, 4, 40))


@claim
def inner_packet_at_the_last_segment_gets_upper_layer_error(wire):
    for family in FAMILIES:
        pkt = to(END, left=0, segments=[END, NEXT], packet=web(family))
        refused(wire, END, pkt, "upper-layer", param_problem(pkt, 4, 80))


@claim
def upper_layer_behind_an_ignored_routing_header_is_found(wire):
    rh = p.srh(p.TCP, [NEXT], 0, rtype=2)
    pkt = p.ipv6(HEADEND, END, p.ROUTING, rh + p.tcp(HEADEND, END, 5, 6))
    refused(wire, END, pkt, "upper-layer",
            param_problem(pkt, 4, 40 + len(rh)))


# --- who may come in ------------------------------------------------------

@claim
def allow_src_lets_its_prefixes_through_and_counts_the_rest(wire):
    sid = "2001:3e8:70::"
    wire.segward("sid add %s/64 action End allow-src 2001:db8:1::/64 "
                 "allow-src 2001:db8:5::/48" % sid)
    try:
        good = to(sid)
        wire.expect(good, s=p.after_end(good))
        bad = p.encap("2001:db8:666::1", [NEXT, sid], 1, web(6))
        refused(wire, sid, bad, "source")
    finally:
        wire.segward("sid del %s/64" % sid)


@claim
def iif_refuses_packets_from_other_devices(wire):
    sid = "2001:3e8:71::"
    wire.segward("sid add %s/64 action End iif n2" % sid)
    try:
        refused(wire, sid, to(sid), "iif")
        pkt = to(sid)
        wire.expect(pkt, side="t", s=p.after_end(pkt))
    finally:
        wire.segward("sid del %s/64" % sid)


# --- fragments, clones, unusual buffers -----------------------------------

def outer_fragment(sid, offset=0, more=True):
    data = web(6, src="2001:db8:a::1") + bytes(64)
    return p.ipv6(HEADEND, sid, p.ROUTING,
                  p.srh(p.FRAGMENT, [NEXT, sid], 1) +
                  p.fragment(p.IPV6, offset, more, 99, data[:64]))


@claim
def end_forwards_outer_fragments(wire):
    for offset, more in ((0, True), (64, True), (128, False)):
        pkt = outer_fragment(END, offset, more)
        wire.expect(pkt, s=p.after_end(pkt))


@claim
def prevent_drops_outer_fragments_and_monitor_passes_them(wire):
    refused(wire, END_AN, outer_fragment(END_AN), "outer-fragment")
    wire.segward("profile set plain mode monitor")
    try:
        pkt = outer_fragment(END_AN)
        wire.expect(pkt, s=p.after_end(pkt))
    finally:
        wire.segward("profile set plain mode prevent")


@claim
def prevent_drops_bad_inner_fragments_and_monitor_passes_them(wire):
    # none but the last may have a length that is no multiple of 8
    src, dst = "192.0.2.10", "198.51.100.20"
    v4 = p.ipv4(src, dst, p.UDP, p.udp(src, dst, 1, 2, b"x" * 33),
                frag=0x2000)
    s6, d6 = "2001:db8:a::10", "2001:db8:b::20"
    v6 = p.ipv6(s6, d6, p.FRAGMENT, p.fragment(
        p.UDP, 0, True, 3, p.udp(s6, d6, 1, 2, b"x" * 33)[:25]))
    for inner in (v4, v6):
        refused(wire, END_AN, to(END_AN, packet=inner), "inner-fragment")
    wire.segward("profile set plain mode monitor")
    try:
        for inner in (v4, v6):
            pkt = to(END_AN, packet=inner)
            wire.expect(pkt, s=p.after_end(pkt))
    finally:
        wire.segward("profile set plain mode prevent")


@claim
def atomic_inner_fragments_are_whole_packets(wire):
    s6, d6 = "2001:db8:a::10", "2001:db8:b::20"
    inner = p.ipv6(s6, d6, p.FRAGMENT, p.fragment(
        p.UDP, 0, False, 3, p.udp(s6, d6, 1, 2, b"x" * 32)))
    pkt = to(END_AN, packet=inner)
    wire.expect(pkt, s=p.after_end(pkt))


@claim
def prevent_drops_an_inner_packet_that_cannot_be_parsed(wire):
    good4, good6 = web(4), web(6)
    src, dst = "192.0.2.10", "198.51.100.20"
    for inner in (good4[:30],                           # cut short
                  p.patch(good4, 10, b"\0\0"),          # header checksum
                  p.patch(good4, 0, b"\x43"),           # IHL below 5
                  p.patch(good4, 36, b"\0\0"),          # TCP checksum
                  p.patch(good6, 56, b"\0\0"),          # TCP checksum
                  p.patch(good6, 4, b"\x20\x00"),       # longer than it is
                  p.patch(good6, 52, b"\x10"),          # TCP data offset
                  p.ipv4(src, dst, p.UDP, p.udp(src, dst, 1, 2, b"x",
                                                length=99))):
        # what announces the inner packet must not follow from its bytes
        proto = p.IPV4 if inner[0] >> 4 == 4 else p.IPV6
        pkt = p.ipv6(HEADEND, END_AN, p.ROUTING,
                     p.srh(proto, [NEXT, END_AN], 1) + inner)
        refused(wire, END_AN, pkt, "packet-malformed")


@claim
def a_tap_in_front_of_the_node_keeps_the_packet_as_it_was(wire):
    tap = frame_socket(wire.node, "n0")
    try:
        pkt = to(END)
        wire.expect(pkt, s=p.after_end(pkt))
        seen = []
        while True:
            try:
                seen.append(tap.recv(1 << 16)[14:])
            except BlockingIOError:
                break
        assert pkt in seen, "the tap saw a changed packet"
    finally:
        tap.close()


@claim
def a_non_linear_packet_is_read_and_written(wire):
    for sid in (END, END_AN):
        pkt = to(sid, packet=p.inner(6, "tcp", payload=b"n" * 6000))
        wire.send_vnet(pkt, (0, 0, 14, 0, 0, 0))
        got = {k: [f[14:] for f in v] for k, v in wire.settle().items()}
        assert got["s"] == [p.after_end(pkt)], got


@claim
def packets_of_one_batch_do_not_inherit_each_others_exit(wire):
    """Trap 1: End.X sets a route that must not become the next one's hint.

    A NAPI poll hands its packets up as a list; they come in one poll because
    a plug holds them back until all are there. Rules, which every VRF brings,
    would switch the hints off.
    """
    plain = p.ipv6(HEADEND, NEXT, p.UDP, p.udp(HEADEND, NEXT, 1, 2, b"plain"))
    batch = [to(END_X), plain, plain, to(END_X), plain]
    tc = "tc -n %s qdisc %%s dev c0 root " % wire.ns["c"]
    wire.run("ethtool -K n0 gro on")
    sh(tc % "add" + "plug limit 100000")
    try:
        sh(tc % "change" + "plug block")
        for pkt in batch:
            wire.send(pkt)
        sh(tc % "change" + "plug release_indefinite")
        macs = sorted(f[:6] for f in wire.settle()["s"])
        assert macs == sorted([mac("s", 3)] * 2 + [mac("s", 2)] * 3), macs
    finally:
        sh(tc % "del")
        wire.run("ethtool -K n0 gro off")


# --- what the stack itself sends ------------------------------------------

@claim
def packets_from_a_local_headend_come_through_segward0(wire):
    wire.run("ip -6 route add 2001:db8:b::/64 encap seg6 mode encap "
             "segs %s,%s dev n1" % (END_AN, NEXT))
    try:
        src, dst = "2001:db8:c::5", "2001:db8:b::20"
        pkt = p.ipv6(src, dst, p.UDP, p.udp(src, dst, 1, 2, b"through"))
        before = wire.stats()["injected"]
        got = wire.exchange(pkt, rounds=3)["s"]
        assert wire.stats()["injected"] == before + 1
        assert len(got) == 1, got
        assert got[0][24:40] == p.addr(NEXT), got[0].hex()
        # a hop to segward0 and one to the next segment; none inside
        assert got[0][7] == 62, "hop limit"
        assert got[0][43] == 0, "Segments Left"
        assert got[0][80:] == pkt, got[0].hex()
    finally:
        wire.run("ip -6 route del 2001:db8:b::/64")


@claim
def what_comes_through_segward0_for_no_sid_is_dropped(wire):
    wire.run("ip -6 route add 2001:db8:dead::/64 dev segward0")
    try:
        src, dst = HEADEND, "2001:db8:dead::1"
        before = {d["reason"]: d["packets"]
                  for d in wire.stats().get("drop", [])}
        wire.expect(p.ipv6(src, dst, p.UDP, p.udp(src, dst, 1, 2, b"lost")),
                    rounds=3)
        after = {d["reason"]: d["packets"]
                 for d in wire.stats().get("drop", [])}
        assert after.get("no-sid", 0) == before.get("no-sid", 0) + 1, after
    finally:
        wire.run("ip -6 route del 2001:db8:dead::/64")


@claim
def without_its_sid_the_discard_route_answers(wire):
    sid = "2001:3e8:72::"
    wire.run("ip -6 route add default via 2001:db8:2::2")
    wire.segward("sid add %s/64 action End" % sid)
    wire.run("ip -6 route del %s/64 dev segward0" % sid)
    try:
        pkt = to(sid)
        wire.expect(pkt, s=p.after_end(pkt))
        routes = wire.run("ip -6 route show %s/64" % sid)
        assert "unreachable" in routes or "blackhole" in routes, routes
    finally:
        wire.segward("sid del %s/64" % sid, check=False)
        wire.run("ip -6 route del default")
    assert not wire.run("ip -6 route show %s/64" % sid).strip()


@claim
def a_sid_whose_route_is_refused_is_taken_back(wire):
    sid = "2001:3e8:74::/64"
    route = sid + " via 2001:db8:2::2 metric 1024"

    def state():
        return wire.json("sid show"), wire.run("ip -6 route show table all")
    # the place of the second of its two routes is taken
    wire.run("ip -6 route add " + route)
    before = state()
    text = wire.segward("sid add %s action End; echo $?" % sid, check=False)
    assert "adding the route failed" in text and text.split()[-1] == "2", text
    assert state() == before, text
    wire.run("ip -6 route del " + route)


@claim
def counters_of_a_sid_are_exact(wire):
    sid = "2001:3e8:73::"
    wire.segward("sid add %s/64 action End" % sid)
    try:
        pkts = [to(sid, packet=web(f)) for f in (4, 6, 6)]
        for pkt in pkts:
            wire.expect(pkt, s=p.after_end(pkt))
        wire.expect(ping(sid, False), c=pong(sid))
        bad = to(sid, last_entry=9)
        wire.expect(bad, c=param_problem(bad, 0, 43))
        row = wire.sid(sid + "/64")
        size = sum(map(len, pkts)) + len(ping(sid, False)) + len(bad)
        assert (row["packets"], row["bytes"]) == (5, size), row
        assert (row["forwarded"], row["upper"], row["errors"]) == (3, 1, 1), \
            row
        assert row["drop"] == [{"reason": "last-entry", "packets": 1}], row
    finally:
        wire.segward("sid del %s/64" % sid)


if __name__ == "__main__":
    main(setup)
