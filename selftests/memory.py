# SPDX-License-Identifier: GPL-2.0
"""How much memory the kernel uses, and whether that grows with what is done.

Single figures say little: caches fill, and what is freed goes to lists before
it goes anywhere; now and then many things go at once, so that no line can be
laid through the figures either. But without a leak about as many of them are
smaller than the one before as are larger.
"""

import glob
import os
import statistics
import time

KIB, PAGE = 1024, 4096
# What the kernel allocates besides slabs. Pages that it takes from nowhere are
# those of KASAN's stack traces, too, which grow with every load of a module.
COLUMNS = ("VmallocUsed", "Percpu", "KernelStack")
# What tells of other objects, one for each.
SHADOWS = ("kmemleak_object", "kmemleak_scan_area", "debug_objects_cache")

# A round makes more than a hundred objects, of 64 bytes and more; if it left
# one of the larger (a SID, a profile, a ruleset, a namespace) behind, that
# would be more than this. What is left of one small object in a thousand
# rounds is kmemleak's to find.
LEAK = 512              # bytes a round
QUIET = 1               # looks in a row that are not smaller
SHARE = 4               # the first of so many parts is for caches to fill


def meminfo():
    """{name: bytes}."""
    with open("/proc/meminfo", encoding="ascii") as f:
        rows = (line.split() for line in f)
        return {row[0].rstrip(":"): int(row[1]) * KIB for row in rows}


def caches():
    """Directories of all slab caches, without second names of the same."""
    return [d for d in glob.glob("/sys/kernel/slab/*")
            if not os.path.islink(d)]


def shrink():
    """Empty slabs go back, and what KASAN holds of freed objects."""
    for cache in caches():
        with open(cache + "/shrink", "w", encoding="ascii") as f:
            f.write("1")


def reclaimable():
    """Names of caches that are emptied when memory is short: of files."""
    names = set()
    for cache in glob.glob("/sys/kernel/slab/*"):
        with open(cache + "/reclaim_account", encoding="ascii") as f:
            if int(f.read()):
                names.add(os.path.basename(cache))
    return names


def slabs():
    """(bytes of objects, bytes of their pages) of what is not reclaimable."""
    skip, objects, pages = reclaimable(), 0, 0
    with open("/proc/slabinfo", encoding="ascii") as f:
        for row in list(f)[2:]:
            name, active, _, size, _, per_slab, *rest = row.split()
            if name in skip:
                continue
            pages += int(rest[-2]) * int(per_slab) * PAGE
            if name not in SHADOWS:
                objects += int(active) * int(size)
    return objects, pages


def kernel():
    """
    Objects by their number, since slabs have room for many more; what is too
    large for a slab is counted as one and in none.
    """
    info = meminfo()
    objects, pages = slabs()
    return objects + info["SUnreclaim"] - pages + \
        sum(info[c] for c in COLUMNS)


def settled(bound=20):
    """When it falls no more: what is freed by RCU or by a work is freed."""
    end, quiet = time.monotonic() + bound, 0
    shrink()
    least = kernel()
    while quiet < QUIET and time.monotonic() < end:
        time.sleep(0.1)
        shrink()
        now = kernel()
        quiet = quiet + 1 if now >= least else 0
        least = min(least, now)
    return least


def steps(points):
    """How the memory changed from one look to the next, in bytes a round."""
    return [(b[1] - a[1]) / (b[0] - a[0]) for a, b in zip(points, points[1:])]


def growth(play, rounds, samples):
    """Play so many rounds and look in between: [(round, bytes)]."""
    points = []
    every = max(1, rounds // samples)
    for n in range(1, rounds + 1):
        play(n)
        if n % every == 0:
            points.append((n, settled()))
    return points[len(points) // SHARE:]


def grows(points):
    """
    By more than may be, in most steps, and in more of them than chance has it:
    heads and tails of so many throws differ by two standard deviations in one
    of twenty runs, and by that much of a leak besides in hardly any.
    """
    change = steps(points)
    up = sum(c > 0 for c in change)
    down = sum(c < 0 for c in change)
    return statistics.median(change) > LEAK and \
        up - down > 2 * (up + down) ** 0.5


def describe(what, points):
    return "# %s: %.0f bytes a round; KiB after round: %s" % (
        what, statistics.median(steps(points)), " ".join(
            "%d:%d" % (n, size // KIB) for n, size in points))
