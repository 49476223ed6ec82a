#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Holds the records of segward replay against Suricata's.

Both read each capture on its own, in one thread, without rules and without
looking at checksums. Records are paired by flow and order. Two are equal if
all members are that both programs have, of the protocol's object, and the
client's address and port; timestamps and numbers of flows and packets do not
count. Records that only one has are unequal. Of unequal ones known.py knows
reasons; the exit status is 1 if without those fewer than 99 % of the records
of a protocol are equal. Both shares are printed.
"""

import argparse
import collections
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

import eve
import known

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = os.path.join(HERE, "suricata.yaml")
CAPTURES = (".pcap", ".pcapng", ".cap")
CLAIMED = ("http", "tls", "dns")
LEAST = 0.99

# Left out: what only segward has (see userspace/eve/eve.h); numbers of
# transactions, which are ours as those of flows are; and JA4, which Suricata
# leaves out by default and which is counted alone.
LEFT_OUT = ("client_alpns", "server_alpns", "truncated", "tx_id", "ja4")


class Tally:
    """What came out of one protocol."""

    def __init__(self):
        self.ours = self.theirs = self.equal = self.explained = 0
        self.reasons = collections.Counter()
        self.unexplained = collections.Counter()
        self.examples = {}
        self.ja4 = collections.Counter()

    def total(self):
        return self.equal + self.reasons.total() + self.unexplained.total()

    def share(self):
        """Equal ones among those that no known reason sets apart."""
        comparable = self.equal + self.unexplained.total()
        return self.equal / comparable if comparable else 1

    def count(self, ours, theirs, capture):
        self.ours += ours is not None
        self.theirs += theirs is not None
        if ours and theirs and ours.ja4 and theirs.ja4:
            self.ja4[ours.ja4 == theirs.ja4] += 1
        members = ours.differing(theirs) if ours and theirs else []
        if ours and theirs and not members:
            self.equal += 1
            return
        reason = known.explain(ours, theirs, members,
                               os.path.basename(capture))
        if reason:
            self.reasons[reason] += 1
            return
        what = (", ".join(members) if members else
                "only segward" if ours else "only Suricata")
        self.unexplained[what] += 1
        self.examples.setdefault(what, []).append(
            (capture, ours, theirs, members))


def find_captures(paths):
    """All captures below the paths, in order of their names."""
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for folder, _, names in sorted(os.walk(path)):
            for name in sorted(names):
                if name.endswith(CAPTURES):
                    yield os.path.join(folder, name)


def kept_name(args, capture):
    """Where Suricata's events of a capture are kept, for this configuration."""
    with open(CONFIG, "rb") as config:
        known_as = hashlib.sha256(config.read())
    known_as.update(os.path.abspath(capture).encode())
    return os.path.join(args.keep, known_as.hexdigest()[:16] + ".json")


def run_suricata(args, capture, folder):
    """Path of its events, or None if it cannot read the capture."""
    kept = kept_name(args, capture) if args.keep else None
    if kept and os.path.exists(kept):
        return kept
    path = os.path.join(folder, "eve.json")
    if os.path.exists(path):
        os.remove(path)
    done = subprocess.run(
        [*args.suricata, "-c", CONFIG, "-r", capture, "-l", folder,
         "-k", "none", "--runmode", "single"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        check=False)
    if done.returncode or "E: pcap:" in done.stderr or not os.path.exists(path):
        return None
    return shutil.move(path, kept) if kept else path


def run_segward(args, capture, folder):
    """Path of its events, or None if it cannot read the capture."""
    path = os.path.join(folder, "segward.json")
    with open(path, "wb") as out:
        done = subprocess.run(
            [args.segward, "replay", capture, "checksums", "ignore"],
            stdout=out, stderr=subprocess.DEVNULL, check=False)
    return None if done.returncode else path


def leave_out(flows):
    """Takes away what does not count."""
    for records in flows.values():
        for record in records:
            record.ja4 = record.members.get("ja4")
            for key in LEFT_OUT:
                record.members.pop(key, None)
            record.refresh()


def compare(args, capture, folder, tallies):
    """Counts one capture. False: one of the two cannot read it."""
    theirs = run_suricata(args, capture, folder)
    ours = run_segward(args, capture, folder)
    if theirs is None or ours is None:
        print(f"left out: {capture}: unreadable to "
              f"{'Suricata' if theirs is None else 'segward'}",
              file=sys.stderr)
        return False
    ours, theirs = eve.read(ours), eve.read(theirs)
    leave_out(ours)
    leave_out(theirs)
    for key in sorted(ours.keys() | theirs.keys(), key=repr):
        for pair in eve.pairs(ours.get(key, []), theirs.get(key, [])):
            tallies[key[0]].count(*pair, capture)
    return True


def show_example(example):
    capture, ours, theirs, members = example
    print(f"      {os.path.basename(capture)}")
    for name, record in (("segward", ours), ("Suricata", theirs)):
        if not record:
            continue
        shown = members or sorted(record.members)
        text = ", ".join(f"{key}={record.members.get(key)!r}"
                         for key in shown)
        print(f"        {name} packet {record.cnt}: {text[:400]}")


def show(protocol, tally, nr_examples):
    print(f"  {protocol}: differences that are known")
    for reason, count in tally.reasons.most_common():
        print(f"    {count:6} {reason}")
    print(f"  {protocol}: others")
    for what, count in tally.unexplained.most_common():
        print(f"    {count:6} {what}")
        for example in tally.examples[what][:nr_examples]:
            show_example(example)


def show_table(tallies):
    print("protocol  Suricata  segward    equal    known  unknown   equal %"
          "  of comparable %")
    for protocol in eve.PROTOCOLS:
        tally = tallies[protocol]
        comparable = tally.share()
        share = tally.equal / tally.total() * 100 if tally.total() else 100
        print(f"{protocol:8} {tally.theirs:9} {tally.ours:8} {tally.equal:8} "
              f"{tally.reasons.total():8} {tally.unexplained.total():8} "
              f"{share:9.2f} {comparable * 100:16.2f}")
    ja4 = tallies["tls"].ja4
    print(f"ja4: {ja4[True]} of {ja4.total()} equal")


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--segward", default="segward")
    parser.add_argument("--suricata", action="append", required=True,
                        help="a word of the command that runs it")
    parser.add_argument("--keep",
                        help="directory for Suricata's events, which are only "
                        "written if they are not there")
    parser.add_argument("--examples", type=int, default=1)
    parser.add_argument("captures", nargs="+")
    return parser.parse_args()


def main():
    args = parse_args()
    if args.keep:
        os.makedirs(args.keep, exist_ok=True)
    tallies = {protocol: Tally() for protocol in eve.PROTOCOLS}
    read = 0
    with tempfile.TemporaryDirectory() as folder:
        for capture in find_captures(args.captures):
            read += compare(args, capture, folder, tallies)
    for protocol in eve.PROTOCOLS:
        show(protocol, tallies[protocol], args.examples)
    print(f"{read} captures")
    show_table(tallies)
    good = all(tallies[protocol].share() >= LEAST for protocol in CLAIMED)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
