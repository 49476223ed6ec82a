#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""CPU time of segward replay and of Suricata on the same packets.

All captures of Ethernet become one file, one behind the other in time. Neither
has rules; both are one thread. What is told is user and system time of the
whole process, the median of some runs: start and end of the program are in it.
"""

import argparse
import os
import resource
import statistics
import struct
import subprocess
import tempfile

import compare

GAP = 3600      # seconds between two captures: all flows have ended


def packets(path):
    """(time in seconds, header's rest, bytes) of a capture we can join."""
    with open(path, "rb") as file:
        data = file.read()
    if data[:4] != b"\xd4\xc3\xb2\xa1" or data[20:24] != b"\1\0\0\0":
        return
    at = 24
    while at + 16 <= len(data):
        sec, usec, have, size = struct.unpack_from("<IIII", data, at)
        if have > 65535 or at + 16 + have > len(data):
            return
        yield sec, usec, size, data[at + 16:at + 16 + have]
        at += 16 + have


def join(paths, target):
    """Writes one capture; how many packets and bytes."""
    count = size = 0
    now = 1500000000
    with open(target, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for path in paths:
            first, last = None, now
            for sec, usec, length, data in packets(path):
                first = sec if first is None else first
                last = max(last, now + max(0, min(sec - first, 86400)))
                out.write(struct.pack("<IIII", last, usec, len(data), length))
                out.write(data)
                count += 1
                size += len(data)
            now = last + GAP
    return count, size


def cpu(command):
    """Seconds of CPU that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime +
            after.ru_stime - before.ru_stime)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--segward", default="segward")
    parser.add_argument("--suricata", action="append", required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("captures", nargs="+")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "joined.pcap")
        count, size = join(compare.find_captures(args.captures), path)
        print(f"{count} packets, {size} bytes", flush=True)
        commands = {
            "segward": [args.segward, "replay", path, "checksums", "ignore"],
            "Suricata": [*args.suricata, "-c", compare.CONFIG, "-r", path,
                         "-l", folder, "-k", "none", "--runmode", "single"],
        }
        times = {name: [] for name in commands}
        for _ in range(args.runs):
            for name, command in commands.items():
                times[name].append(cpu(command))
        median = {name: statistics.median(row) for name, row in times.items()}
        for name, row in times.items():
            shown = " ".join(f"{seconds:.2f}" for seconds in sorted(row))
            print(f"{name:8} {median[name]:.2f} s of {shown}")
        print(f"ratio {median['Suricata'] / median['segward']:.2f}")


if __name__ == "__main__":
    main()
