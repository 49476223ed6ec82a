#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""What README and manual page tell people to type does what they say.

The commands are read from the documents and run as they stand there; only
/etc/segward is a folder of the test, eth1 a device of it, and a secret comes
by standard input. What runs until somebody has seen enough is interrupted.
"""

import json
import os
import re
import struct
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
FILES = {
    "rules/emerging.rules": RULES,
    "drop.json": json.dumps(DROP_LIST) + "\n",
    "botnet.txt": "198.51.100.8\n198.51.100.0/28\n",
    "scanner.ipset": "create scanners hash:net\n"
                     "add scanners 198.51.100.64/26\n",
    "iprep.csv": "1,Spam,hosts that send it\n",
    "classification.config":
        "config classification: trojan-activity,A trojan,1\n",
}
ACTIONS = {"End", "End.AN", "End.X", "End.T", "End.DX4", "End.DX6", "End.DT4",
           "End.DT6", "End.DT46"}


def setup(wire):
    os.mkdir(ETC.name + "/rules")
    for name, text in FILES.items():
        with open(ETC.name + "/" + name, "w") as f:
            f.write(text)
    capture(ETC.name + "/capture.pcap", [to("2001:db8:60:8::")])


def capture(path, packets):
    """A file of pcap with IPv6 packets, without link headers."""
    raw = 101
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHIIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, raw))
        for packet in packets:
            f.write(struct.pack("<IIII", 0, 0, len(packet), len(packet)) +
                    packet)


def type_in(wire, command):
    """One command as a person would give it to a shell, in /etc/segward."""
    command = command.replace("/etc/segward", ETC.name)
    command = command.replace("eth1", "n1")
    command = re.sub("^(ip sr hmac set )", r"echo secret | setsid -w \1",
                     command)
    endless = r"^segward((?: -j)? (?:monitor|trace|event monitor)\b)"
    command = re.sub(endless, r"timeout --preserve-status -s INT 1 %s\1" %
                     SEGWARD, command)
    return wire.run("cd %s && segward() { %s \"$@\"; } && %s" %
                    (ETC.name, SEGWARD, command))


def section(path, begin, end):
    with open(os.path.join(TOP, path)) as f:
        text = f.read()
    return text.split(begin, 1)[1].split(end, 1)[0]


def readme_commands(heading):
    lines = section("README.md", "## " + heading, "\n## ")
    indented = re.findall("^    (.*)$", lines.replace("\\\n", " "), re.M)
    return [c for c in (line.split("#")[0].strip() for line in indented)
            if c] + re.findall("`(segward [^`]*)`", lines)


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
    commands = readme_commands("A first configuration")
    assert len(commands) >= 11, commands
    for command in commands:
        type_in(wire, command)
    guards(wire, "2001:3e8:60:8::", HIJACKED)
    saved = type_in(wire, "cat /etc/segward/segward.conf")
    assert type_in(wire, "segward save") == saved, saved


def actions(wire):
    return {row["action"] for row in wire.json("sid show")}


@claim
def every_action_of_the_readme_works_as_typed(wire):
    for command in readme_commands("What a SID can do"):
        type_in(wire, command)
    guards(wire, "2001:3e8:60:8::", HIJACKED)
    assert actions(wire) == ACTIONS, actions(wire)


@claim
def the_examples_of_the_manual_page_work_as_typed(wire):
    type_in(wire, "segward sid flush; ip link del red; "
            "segward profile del broadband; segward profile del iot; "
            "segward ruleset del base")
    said = {command: type_in(wire, command) for command in manual_commands()}
    guards(wire, "2001:db8:60:8::", "198.51.100.7")
    assert actions(wire) == ACTIONS, actions(wire)
    for begin, word in (("segward sid get 2001:db8:60:f:", "selects iot"),
                        ("segward sid show vrf red", "2001:db8:62:2::/64"),
                        ("segward -s rule show", "2024364 rev 1 action alert"),
                        ("segward reputation get", "botnet")):
        (text,) = [v for k, v in said.items() if k.startswith(begin)]
        assert word in text, text
    (text,) = [v for k, v in said.items() if " from 2001:db8:1::2 " in k]
    assert "refused" not in text and "hmac 7" in text, text


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
