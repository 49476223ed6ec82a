#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The tricks of evasion.py as captures, through segward replay in prevent mode:
# no receiver of any kind delivers what a rule drops, and nothing else is
# dropped. OUT has the program; words are names of tricks.
OUT=$(cd "${OUT:?}" && pwd) || exit 1
export OUT
cd "$(dirname "$0")/.." || exit 1
exec /usr/bin/python3 - "$@" <<'PY'
import json, os, struct, subprocess, sys, tempfile

sys.path.insert(0, ".")
import packet as p
import evasion

REPLAY = os.path.join(os.environ["OUT"], "replay")
HEADEND, LAST = "2001:db8:a::1", "2001:db8:e::100"
SID, OTHER_SID = "2001:3e8:60:8::42", "2001:3e8:60:9::42"
tmp = tempfile.TemporaryDirectory()


def path(name):
    return os.path.join(tmp.name, name)


def carry(packet):
    """The frames of a packet, without Ethernet."""
    if packet.how is None:
        return [packet.data]
    sid = OTHER_SID if packet.how == "other path" else SID
    whole = p.encap(HEADEND, [LAST, sid], 1, packet.data)
    if packet.how != "fragmented":
        return [whole]
    # the SRH goes with both, what follows it is cut
    head, body = whole[40:80], whole[80:]
    cut = len(body) // 16 * 8
    return [p.ipv6(HEADEND, sid, p.ROUTING, bytes([p.FRAGMENT]) + head[1:] +
                   p.fragment(head[0], off, off == 0, 99, part))
            for off, part in ((0, body[:cut]), (cut, body[cut:]))]


def capture(talks):
    """Writes one; of each of its frames the conversation and the packet."""
    whose = []
    with open(path("pcap"), "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for talk in talks:
            for i, packet in enumerate(talk.packets):
                for data in carry(packet):
                    kind = b"\x08\0" if data[0] >> 4 == 4 else b"\x86\xdd"
                    file.write(struct.pack(
                        "<IIII", 1600000000, 100 * len(whose) + 1,
                        len(data) + 14, len(data) + 14) + bytes(12) + kind +
                        data)
                    whose.append((talk, i))
    return whose


def replay():
    done = subprocess.run(
        [REPLAY, "-j", path("pcap"), "rules", path("rules"), "inline",
         "checksums", "verify"], capture_output=True, text=True)
    assert not done.returncode and not done.stderr, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    stats = lines.pop()["stats"]
    assert not stats["rejected"], "%d rules are refused" % stats["rejected"]
    return lines


def run(talks):
    """Replays them all; of each what was dropped and what was told."""
    whose = capture(talks)
    dropped = {talk: set() for talk in talks}
    told = {talk: {} for talk in talks}
    for event in replay():
        if not event.get("verdict"):
            continue                    # a record, or of a flow
        talk, i = whose[event["pcap_cnt"] - 1]
        if event["verdict"]["action"] == "drop":
            dropped[talk].add(i)
        if event["event_type"] == "alert":
            told[talk].setdefault(i, []).append(
                event["alert"]["signature_id"])
    return dropped, told


def judge(talks, dropped, told):
    for n, talk in enumerate(talks, 1):
        try:
            talk.check()
            talk.judge(dropped[talk], told[talk])
        except AssertionError as e:
            raise AssertionError("conversation %d of %d, %s: %s" % (
                n, len(talks), "the word" if talk.evil else "another word",
                e)) from None


def rows_of(trick):
    """What it is told as, with its conversations."""
    port = 10000
    for family in trick.families:
        for sides in trick.sides:
            talks = []
            for evil in (True, False):
                made = trick.talks(family, sides, evil, port)
                port += len(made)
                talks += made
            yield "E%d %s, IPv%d, %s" % (
                trick.number, trick.name, family,
                {evasion.BOTH: "both directions",
                 evasion.ONE: "one direction"}[sides]), talks


def main():
    with open(path("rules"), "w") as file:
        file.write(evasion.rules())
    tricks = [(trick, list(rows_of(trick))) for trick in evasion.TRICKS
              if not sys.argv[1:] or trick.name in sys.argv[1:]]
    print("1..%d" % sum(len(rows) for _, rows in tricks))
    number = failures = 0
    for trick, rows in tricks:
        skip = trick.skip.get("replay")
        if not skip:
            # one capture for all of it: to begin is what takes long
            found = run([talk for _, talks in rows for talk in talks])
        for claim, talks in rows:
            number += 1
            wrong = None
            try:
                if not skip:
                    judge(talks, *found)
            except AssertionError as e:
                failures += 1
                wrong = e
            print("%s %d - %s%s" % ("not ok" if wrong else "ok", number, claim,
                                    " # SKIP " + skip if skip else ""))
            if wrong:
                print("# %s" % wrong)
    sys.exit(1 if failures else 0)


main()
PY
