# SPDX-License-Identifier: GPL-2.0
"""Differences from Suricata that are known, each with its reason.

Documentation/compatibility.rst tells them at length. A test gets our record or
None, Suricata's or None, and the names of the members that differ.
"""


def ports(record):
    return {record.flow[1][1], record.flow[2][1]}


def other_port(ours, theirs, _):
    return (ours and not theirs and ours.protocol == "dns" and
            53 not in ports(ours))


def tunnel(ours, theirs, _):
    return theirs and not ours and theirs.tunnel


def client(ours, theirs, members):
    return ours and theirs and set(members) <= {"src_ip", "src_port"}


def no_certificate(ours, theirs, _):
    return (ours and not theirs and ours.protocol == "tls" and
            "subject" not in ours.members)


def early(ours, theirs, _):
    return (ours and theirs and ours.protocol == "tls" and
            theirs.members.get("version") == "UNDETERMINED" and
            ours.members["version"] != "UNDETERMINED")


def no_request(ours, theirs, _):
    return (theirs and theirs.protocol == "http" and
            theirs.members.get("url") == "/libhtp::request_uri_not_seen")


def content_range(ours, theirs, members):
    return (ours and theirs and
            all(member.startswith("content_range.") for member in members))


def stream(ours, theirs, _):
    record = ours or theirs
    seen = ours.anomalies if ours else ()
    return record.flow[0] == "TCP" and any(
        event.startswith("stream-") for event in seen if event)


def not_http(ours, theirs, _):
    record = ours or theirs
    return record.protocol == "http" and bool(
        ports(record) & {554, 8554, 9418, 4222})


def one_side(ours, theirs, _):
    return (ours and not theirs and ours.protocol == "http" and
            "status" not in ours.members)


KNOWN = (
    ("dns-port", "Suricata looks for DNS at port 53 only, as Debian "
     "configures it; segward at any", other_port),
    ("tunnel", "an IPv4 tunnel, which segward does not look into", tunnel),
    ("client", "the first packet seen is the server's; Suricata turns the "
     "flow around if the port says so", client),
    ("no-certificate", "a handshake without certificate, of which Suricata "
     "makes no record", no_certificate),
    ("early", "Suricata made the record before the ServerHello", early),
    ("no-request", "a response whose request was not captured", no_request),
    ("content-range", "Content-Range, which segward does not tell",
     content_range),
    ("stream", "packets that segward would not let pass, or that the capture "
     "has not: it says so in an anomaly, and stops", stream),
    ("not-http", "RTSP, git or NATS, which both take for HTTP in their own "
     "ways", not_http),
    ("one-side", "a request that nobody is seen to answer", one_side),
)


# Captures of which all differences have one reason.
CAPTURES = {
    "6in4tunnel.pcap": "tunnel",
    "malformed_dns.pcap": "damaged",
}


def explain(ours, theirs, members, capture):
    """The name of the reason; None if there is none."""
    if capture.startswith("fuzz-"):
        return "damaged"
    if capture in CAPTURES:
        return CAPTURES[capture]
    for name, _, test in KNOWN:
        if test(ours, theirs, members):
            return name
    return None
