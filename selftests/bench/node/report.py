#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tells what node.py measured: what each variant adds to plain forwarding.

Differences are taken round by round; what is told is their median and, in
brackets, the middle half of them.

	report.py RESULT.json [--csv FILE] [--rst]
"""

import argparse
import csv
import json
import statistics

NAMES = {"plain": "(a) plain", "mainline": "(b) mainline End",
         "segward": "(c) segward End", "reputation": "(d) reputation",
         "rules": "(e) with rules", "nftables": "(f) End + nftables"}


def quartiles(values):
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return middle, low, high


def differences(cost, variant, base):
    return quartiles([x - y for x, y in zip(cost[variant], cost[base])])


def rows(results):
    """One for each measurement and variant."""
    for r in results:
        if r["kind"] != "add":
            continue
        for variant in r["cost"]:
            row = {"family": r["family"], "sids": r["sids"], "size": r["size"],
                   "variant": variant}
            row["cost"], row["cost_q1"], row["cost_q3"] = quartiles(r["cost"][variant])
            row["adds"], row["adds_q1"], row["adds_q3"] = \
                differences(r["cost"], variant, "plain")
            row["to_mainline"] = ""
            if "mainline" in r["cost"] and variant not in ("plain", "mainline"):
                mainline = differences(r["cost"], "mainline", "plain")[0]
                row["to_mainline"] = row["adds"] / mainline
            yield row


def cell(row):
    if row["variant"] == "plain":
        return "%.0f" % row["cost"]
    text = "+%.0f [%.0f..%.0f]" % (row["adds"], row["adds_q1"], row["adds_q3"])
    if row["to_mainline"] != "":
        text += " %.2f" % row["to_mainline"]
    return text


def table(found):
    """A list of lists of words, the first of them the headings."""
    variants = [v for v in NAMES if any(r["variant"] == v for r in found)]
    lines = {}
    for row in found:
        key = (row["family"], row["sids"], row["size"])
        lines.setdefault(key, {})[row["variant"]] = cell(row)
    yield ["inner", "SIDs", "bytes"] + [NAMES[v] for v in variants]
    for (family, sids, size), line in lines.items():
        yield (["IPv%d" % family, "%d" % sids, size] +
               [line.get(v, "") for v in variants])


def print_table(lines, rst):
    lines = list(lines)
    widths = [max(len(line[i]) for line in lines)
              for i in range(len(lines[0]))]
    rule = "  ".join("=" * w for w in widths)
    for i, line in enumerate(lines):
        if rst and i < 2:
            print(rule)
        print("  ".join(w.ljust(n) for w, n in zip(line, widths)).rstrip())
    if rst:
        print(rule)


# --- The aims ----------------------------------------------------------------

def worst(found, variant, size=None):
    chosen = [r for r in found if r["variant"] == variant and
              r["to_mainline"] != "" and size in (None, r["size"])]
    return max(chosen, key=lambda r: r["to_mainline"]) if chosen else None


def judge_ratios(found):
    for text, variant, size, most in (
            ("(c) adds at most half of (b) at 64 bytes", "segward", "64", 0.5),
            ("(c) adds no more than (b) at any size", "segward", None, 1),
            ("(d) adds no more than (b) at any size", "reputation", None, 1)):
        row = worst(found, variant, size)
        if row:
            yield row["to_mainline"] <= most, text, \
                "at most %.2f of it: IPv%d, %d SIDs, %s bytes" % (
                    row["to_mainline"], row["family"], row["sids"],
                    row["size"])


def compared(results):
    """What is held against plain forwarding as it is without segward: the
    measurement, its base, its variant, the most that it may add in percent,
    and the aim. Nothing is what cannot be told from nothing: the rounds
    differ by more, or it is less than a thousandth."""
    for r in results:
        if r["kind"] == "loaded":
            yield (r, "absent", "loaded", None,
                   "without SIDs the loaded module costs nothing")
            yield (r, "absent", "used", None,
                   "nor if another namespace has SIDs")
        elif r["kind"] == "other":
            yield (r, "plain", "segward", 2.0,
                   "with %d SID%s traffic for others (%s) pays less than 2 %%"
                   % (r["sids"], "s"[:r["sids"] > 1], r["other"]))


def judge_percent(results, unit):
    for r, base, variant, most, text in compared(results):
        if not {base, variant} <= set(r["cost"]):
            continue
        diff = differences(r["cost"], variant, base)
        plain = statistics.median(r["cost"][base])
        percent = [100 * d / plain for d in diff]
        if most is None:
            met = percent[1] <= 0 or percent[0] < 0.1
        else:
            met = percent[0] < most
        yield met, text, "%+.1f %% [%+.1f..%+.1f] of %.0f %s" % (*percent,
                                                                 plain, unit)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("result")
    parser.add_argument("--csv")
    parser.add_argument("--rst", action="store_true")
    args = parser.parse_args()
    with open(args.result) as f:
        whole = json.load(f)
    results, unit = whole["results"], whole["conditions"].get("unit", "ns")
    found = list(rows(results))
    if found:
        if not args.rst:
            print("%s per packet; what is added to (a), the middle half of "
                  "the rounds, the ratio to (b)" % unit)
        print_table(table(found), args.rst)
        if args.csv:
            with open(args.csv, "w") as f:
                out = csv.DictWriter(f, found[0])
                out.writeheader()
                out.writerows(found)
    print()
    for met, text, how in (*judge_ratios(found), *judge_percent(results, unit)):
        print("%s%s: %s" % ("* " if args.rst else "",
                            ("met" if met else "MISSED") + ": " + text, how))


if __name__ == "__main__":
    main()
