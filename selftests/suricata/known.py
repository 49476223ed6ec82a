# SPDX-License-Identifier: GPL-2.0
"""Differences from Suricata that are known, each with its reason."""

# (name, reason, whether it is that one: called with our record or None,
# Suricata's or None, and the differing members)
KNOWN = []


def explain(ours, theirs, members):
    """The name of the reason; None if there is none."""
    for name, _, test in KNOWN:
        if test(ours, theirs, members):
            return name
    return None
