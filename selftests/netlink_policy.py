#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The live kernel's commands, flags and policies are those of the spec."""

import os
import subprocess

from claims import claim, equal, main
from genl import Refused, Socket, Spec

ADMIN_PERM, DO, DUMP, HAS_POLICY, UNS_ADMIN_PERM = 1, 2, 4, 8, 16
FLAGS = {"admin-perm": ADMIN_PERM, "uns-admin-perm": UNS_ADMIN_PERM}

# enum netlink_attribute_type
FLAG, U32, U64, BINARY, NUL_STRING, NESTED = 1, 4, 5, 10, 12, 13
TYPE, MIN_U, MAX_U, MIN_LEN, MAX_LEN, INDEX, MAXTYPE = 1, 4, 5, 6, 7, 8, 9
PAD = 11


def requests(spec):
    """Commands that user space may send."""
    return {n: o for n, o in spec.ops.items() if "do" in o or "dump" in o}


def taken(op):
    """Attributes of do and dump: one policy serves both below 6.2."""
    names = set()
    for how in ("do", "dump"):
        names |= set(op.get(how, {}).get("request", {}).get("attributes", []))
    return names


@claim
def every_command_is_there_with_its_permissions(nl):
    want = {}
    for op in requests(nl.spec).values():
        flags = sum(FLAGS[f] for f in op.get("flags", []))
        flags |= (DO if "do" in op else 0) | (DUMP if "dump" in op else 0)
        want[op["number"]] = flags | HAS_POLICY
    got = {k: v | HAS_POLICY for k, v in nl.operations().items()}
    equal(got, want, "flags by command")


@claim
def every_multicast_group_is_there(nl):
    equal(sorted(nl.groups), sorted(
        g["name"] for g in nl.spec.tree["mcast-groups"]["list"]), "groups")


def limits(spec, attr):
    checks = {k: spec.consts.get(v, v) for k, v in
              attr.get("checks", {}).items()}
    kind = attr["type"]
    if kind in ("u32", "u64"):
        top = 2 ** (32 if kind == "u32" else 64) - 1
        return {TYPE: U32 if kind == "u32" else U64,
                MIN_U: checks.get("min", 0), MAX_U: checks.get("max", top)}
    if kind == "flag":
        return {TYPE: FLAG}
    if kind == "nest":
        return {TYPE: NESTED}
    if kind == "string":
        return {TYPE: NUL_STRING, MAX_LEN: checks["max-len"]}
    if "exact-len" in checks:
        return {TYPE: BINARY, MIN_LEN: checks["exact-len"],
                MAX_LEN: checks["exact-len"]}
    return {TYPE: BINARY, MAX_LEN: checks["max-len"]}


def compare(spec, policies, index, attrs, path):
    live = policies.get(index, {})
    equal(sorted(live), sorted(a["number"] for a in attrs),
          "attributes of " + path)
    for attr in attrs:
        got = dict(live[attr["number"]])
        where = "%s.%s" % (path, attr["name"])
        nested = got.pop(INDEX, None)
        got.pop(MAXTYPE, None)
        # in front of 64-bit numbers where they must be aligned
        got.pop(PAD, None)
        equal(got, limits(spec, attr), where)
        if attr["type"] == "nest":
            inner = spec.sets[attr["nested-attributes"]].values()
            compare(spec, policies, nested,
                    [a for a in inner if a["type"] != "pad"], where)


def candidates(ops, name, op, how):
    """Indexes of the policy of a command's do or dump.

    Kernels of a time, 6.12 among them, tell what can only be dumped as
    command 0.
    """
    found = [i for c, h, i in ops if (c, h) == (op["number"], how)]
    if not found and "do" not in op:
        found = [i for c, h, i in ops if (c, h) == (0, how)]
    assert found, "%s %s has no policy" % (name, how)
    return found


def matches(spec, policies, index, attrs, path):
    try:
        compare(spec, policies, index, attrs, path)
    except AssertionError as e:
        return str(e)
    return None


@claim
def every_policy_is_that_of_the_spec(nl):
    ops, policies = nl.policies()
    for name, op in requests(nl.spec).items():
        attrs = [nl.spec.sets[op["attribute-set"]][a] for a in taken(op)]
        for how in {"do", "dump"} & set(op):
            if not attrs:
                continue
            wrong = [matches(nl.spec, policies, i, attrs,
                             "%s %s" % (name, how))
                     for i in candidates(ops, name, op, how)]
            assert None in wrong, wrong


@claim
def commands_without_attributes_refuse_all(nl):
    try:
        nl.do("stats-get", sids=1)
    except Refused as e:
        equal(e.errno, 22, "error")
        return
    raise AssertionError("stats-get took an attribute")


@claim
def unknown_attributes_are_refused(nl):
    for name, op in requests(nl.spec).items():
        number = nl.spec.ops[name]["number"]
        payload = b"\x08\x00\xff\x0f\x01\x00\x00\x00"
        for how, flags in (("do", 0), ("dump", 0x300)):
            if how not in op:
                continue
            try:
                nl.raw(nl.family, number, payload, flags)
            except Refused as e:
                equal(e.errno, 22, "%s %s" % (name, how))
            else:
                raise AssertionError("%s %s took attribute 4095" % (name, how))


@claim
def header_flags_of_other_families_are_refused(nl):
    number = nl.spec.ops["sid-new"]["number"]
    for flag in (0x100, 0x200, 0x400, 0x800):
        try:
            nl.raw(nl.family, number, b"", flag)
        except Refused as e:
            equal(e.errno, 22, "flag %#x" % flag)
        else:
            raise AssertionError("flag %#x was taken" % flag)


@claim
def the_module_has_no_alias_that_would_load_it(nl):
    del nl
    file = os.environ.get("SEGWARD_KO") or "segward"
    out = subprocess.run(["/sbin/modinfo", "-F", "alias", file], text=True,
                         stdout=subprocess.PIPE, check=True).stdout
    equal(out.split(), [], "aliases")


if __name__ == "__main__":
    main(Socket(Spec()))
