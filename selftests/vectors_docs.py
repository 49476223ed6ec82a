#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What README and manual page tell people to type does what they say.

The commands are read from the documents and run as they stand there; only
/etc/segward is a folder of the test, and eth1 a device of it.
"""

import json
import os
import re
import subprocess
import tempfile

import packet as p
from wire import SEGWARD, claim, main

TOP = os.environ.get("SEGWARD_TOP",
                     os.path.join(os.path.dirname(__file__), ".."))
ETC = tempfile.TemporaryDirectory()
HEADEND, NEXT = "2001:db8:1::2", "2001:db8:f::1"
HIJACKED = "203.0.113.7"
RULES = ('alert udp any any -> any any (msg:"evil"; content:"EVIL"; '
         'classtype:trojan-activity; sid:2024364; rev:1;)\n'
         'alert http any any -> any any (msg:"not yet"; sid:2; rev:1;)\n')
DROP_LIST = {"cidr": "203.0.113.0/24", "sblid": "SBL1", "rir": "x"}


def setup(wire):
    os.mkdir(ETC.name + "/rules")
    with open(ETC.name + "/rules/emerging.rules", "w") as f:
        f.write(RULES)
    with open(ETC.name + "/drop.json", "w") as f:
        f.write(json.dumps(DROP_LIST) + "\n")


def type_in(wire, command):
    """One command as a person would give it to a shell, in /etc/segward."""
    command = command.replace("/etc/segward", ETC.name)
    command = command.replace("eth1", "n1")
    return wire.run("cd %s && segward() { %s \"$@\"; } && %s" %
                    (ETC.name, SEGWARD, command))


def section(path, begin, end):
    with open(os.path.join(TOP, path)) as f:
        text = f.read()
    return text.split(begin, 1)[1].split(end, 1)[0]


def readme_commands():
    lines = section("README.md", "## A first configuration", "\n## ")
    return [line.split("#")[0].strip() for line in lines.splitlines()
            if line.startswith("    segward ")] + \
        re.findall("`(segward [^`]*)`", lines)


def manual_commands():
    lines = section("Documentation/man/segward.8", ".Sh EXAMPLES", ".Sh ")
    blocks = re.findall(r"\.Bd -literal.*?\n(.*?)\.Ed", lines, re.DOTALL)
    text = "".join(blocks).replace("\\e\n", " ")
    return text.splitlines()


def to(sid, src="192.0.2.10", payload=b"clean"):
    return p.encap(HEADEND, [NEXT, sid], 1,
                   p.inner(4, "udp", src=src, payload=payload))


def guards(wire, sid, listed):
    """The SID lets clean traffic through, and nothing else."""
    wire.expect(to(sid), s=p.after_end(to(sid)))
    wire.expect(to(sid, payload=b"an EVIL one"))
    wire.expect(to(sid, src=listed))


@claim
def the_first_configuration_of_the_readme_works_as_typed(wire):
    commands = readme_commands()
    assert len(commands) >= 11, commands
    for command in commands:
        if command == "segward monitor":
            # it ends when somebody has seen enough
            command = "timeout --preserve-status -s INT 1 " + \
                "%s monitor" % SEGWARD
        type_in(wire, command)
    guards(wire, "2001:3e8:60:8::", HIJACKED)
    saved = type_in(wire, "cat /etc/segward/segward.conf")
    assert type_in(wire, "segward save") == saved, saved


@claim
def the_examples_of_the_manual_page_work_as_typed(wire):
    type_in(wire, "segward sid flush; segward profile del broadband; "
            "segward ruleset del base")
    commands = manual_commands()
    assert len(commands) >= 9, commands
    for command in commands:
        type_in(wire, command)
    guards(wire, "2001:db8:60:8::", "198.51.100.7")
    actions = {row["action"] for row in wire.json("sid show")}
    assert actions == {"End.AN", "End", "End.DT46", "End.DT4", "End.DT6",
                       "End.DX4", "End.DX6"}, actions


@claim
def every_help_text_can_be_asked_for(wire):
    out = wire.run(SEGWARD + " help")
    objects = set(re.findall(r"\b(sid|profile|ruleset|rule|reputation|monitor|"
                             r"trace|stats|status|save|apply|replay)\b", out))
    assert len(objects) == 12, objects
    for name in objects:
        done = subprocess.run([SEGWARD, name, "help"], text=True, check=False,
                              capture_output=True)
        assert done.returncode == 0, (name, done)
        assert done.stdout.startswith("Usage: segward " + name), done.stdout


if __name__ == "__main__":
    main(setup)
