# SPDX-License-Identifier: GPL-2.0
"""Claims about the kernel's netlink side, told as TAP.

A claim is a function whose name says what holds; it is given the context that
setup() made. Sentences are compared whole.
"""

import sys
import time
import traceback

import genl

_claims = []


def claim(function):
    _claims.append(function)
    return function


def equal(got, want, what="value"):
    assert got == want, "%s: got %r, wanted %r" % (what, got, want)


def refused(call, errno, message=None, attribute=None, missing=None):
    """The call must be refused in exactly this way."""
    try:
        got = call()
    except genl.Refused as e:
        equal(e.errno, errno, "error (%s)" % e)
        if message is not None:
            equal(e.message, message, "sentence")
        if attribute is not None:
            equal(e.attribute, attribute, "attribute (%s)" % e.message)
        if missing is not None:
            equal(e.missing, missing, "missing attribute")
        return
    raise AssertionError("was not refused: %r" % (got,))


def refused_dump(call, errno, message, attribute=None, missing=None):
    """The same for a dump; on 6.1 only its sentence reaches the user."""
    try:
        call()
    except genl.Refused as e:
        if not e.attribute and not e.missing:
            attribute = missing = None
    refused(call, errno, message, attribute, missing)


def main(context):
    """Run all claims, or those named on the command line."""
    wanted = sys.argv[1:]
    claims = [c for c in _claims if not wanted or c.__name__ in wanted]
    print("TAP version 13\n1..%d" % len(claims), flush=True)
    failed = 0
    for number, function in enumerate(claims, 1):
        result = "ok"
        begin = time.monotonic()
        try:
            function(context)
        except Exception:       # a failed claim must not end the rest
            result = "not ok"
            failed += 1
            print("# " + traceback.format_exc().replace("\n", "\n# "))
        print("%s %d - %s" % (result, number, function.__name__), flush=True)
        print("# %.1f s" % (time.monotonic() - begin), flush=True)
    sys.exit(1 if failed else 0)
