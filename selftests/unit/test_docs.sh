#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the spec names, people can look up: every drop reason stands in the
# manual, in the data path's table and in a test; every operation in
# netlink.rst; every link of README.md leads somewhere. Every word of the
# command's help has an example, which test_docs types in. Every test that
# conformance.rst names exists, and no row of it is without one.
cd "$(dirname "$0")" || exit 1
SEGWARD=$(realpath "${SEGWARD:-${OUT:-../../build/unit}/cli/segward}")
export SEGWARD
cd ../.. || exit 1
exec /usr/bin/python3 - <<'PY'
import glob, os, re, subprocess, sys, yaml

spec = yaml.safe_load(open("Documentation/netlink/specs/segward.yaml"))
text = {f: open(f, encoding="utf-8").read() for f in (
    ["Documentation/man/segward.8", "Documentation/datapath.rst",
     "Documentation/netlink.rst", "README.md"])}
tests = "".join(open(f, encoding="utf-8").read()
                for f in glob.glob("selftests/**/*.py", recursive=True) +
                glob.glob("selftests/**/*.sh", recursive=True) +
                glob.glob("selftests/unit/*.c"))


def enum(name):
    entries = [d for d in spec["definitions"] if d["name"] == name][0]["entries"]
    return [e if isinstance(e, str) else e["name"] for e in entries]


def word(name, where):
    # the manual escapes its hyphens
    return re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(name),
                     where.replace("\\-", "-"))


missing = {}
reasons = [r for r in enum("reason") if r != "none"]
missing["every_reason_is_in_the_manual"] = [
    r for r in reasons if not word(r, text["Documentation/man/segward.8"])]
missing["every_reason_is_in_the_data_paths_table"] = [
    r for r in reasons if not word(r, text["Documentation/datapath.rst"])]
missing["every_reason_has_a_test"] = [
    r for r in reasons if not word(r, tests) and
    not word("SEGWARD_REASON_" + r.upper().replace("-", "_"), tests)]
missing["every_operation_is_in_netlink_rst"] = [
    op["name"] for op in spec["operations"]["list"]
    if not word(op["name"], text["Documentation/netlink.rst"])]
for name in ("action", "verdict", "mode", "condition", "exception"):
    missing["every_%s_is_in_the_manual" % name] = [
        e for e in enum(name)
        if not word(e if name != "action" else
                    {"end": "End"}.get(e, "End." + e[4:].upper()),
                    text["Documentation/man/segward.8"])]


def examples():
    manual = text["Documentation/man/segward.8"]
    manual = manual.split(".Sh EXAMPLES")[1].split(".Sh ")[0]
    blocks = re.findall(r"\.Bd -literal.*?\n(.*?)\.Ed", manual, re.S)
    lines = "".join(blocks).replace("\\e\n", " ").splitlines()
    readme = text["README.md"].replace("\\\n", " ")
    return lines + re.findall(r"^    (segward .*)$", readme, re.M) + \
        re.findall("`(segward [^`]*)`", readme)


def words(line):
    return set(re.split(r"[\s,|'=]+", line.split(" #")[0]))


def help_of(*words):
    return subprocess.run([os.environ["SEGWARD"], *words, "help"], check=True,
                          capture_output=True, text=True).stdout


def keywords(name):
    """What is typed as it stands: all words of the help but VALUES."""
    found = re.findall(r"(?<![\w.-])(End[\w.]*|[a-z][a-z0-9-]*)", help_of(name))
    return {name} | set(found) - {"segward"}


objects = re.findall(r"OBJECT := \{(.*?)\}", help_of(), re.S)[0].split("|")
objects = [o.strip() for o in objects]
lines = examples()
for name in objects:
    typed = [words(l) for l in lines
             if re.match(r"segward( -\w)* %s\b" % name, l)]
    wanted = keywords(name) | set(enum("flavor") if name == "sid" else ())
    missing["every_word_of_%s_has_an_example" % name] = sorted(
        wanted - set().union(*typed))


def rows():
    """Of the tables in conformance.rst, without their heads."""
    with open("Documentation/conformance.rst", encoding="utf-8") as f:
        tables = f.read().split(".. list-table::")[1:]
    for table in tables:
        table = re.split(r"\n(?=\S)", table)[0]
        yield from table.split("\n   * - ")[2:]


def exists(name, function):
    folder = "selftests/unit/" if name.endswith(".c") else "selftests/"
    line = r"^\s+RUN\(%s\)" if name.endswith(".c") else r"^@claim\ndef %s\("
    with open(folder + name, encoding="utf-8") as f:
        return re.search(line % function, f.read(), re.M)


PROOF = r"``([a-z_]+\.(?:py|c)): (\w+)``"
proofs = [re.findall(PROOF, row) for row in rows()]
missing["every_row_of_conformance_has_a_test"] = [
    row.split("\n")[0] for row, p in zip(rows(), proofs) if not p]
missing["every_test_of_conformance_exists"] = [
    ": ".join(p) for p in sum(proofs, []) if not exists(*p)]
missing["every_test_of_conformance_is_named_in_full"] = [
    word for row in rows() for word in re.findall(r"``[^`]*``", row)
    if re.search(r"\.(py|c|sh)\b", word) and not re.fullmatch(PROOF, word)]
links = re.findall(r"\]\(([^)#:]+)\)", text["README.md"])
missing["every_link_of_the_readme_leads_somewhere"] = [
    path for path in links if not glob.glob(path)]

print("TAP version 13\n1..%d" % len(missing))
for number, (claim, gone) in enumerate(missing.items(), 1):
    print("%sok %d - %s" % ("not " if gone else "", number, claim))
    if gone:
        print("# missing: " + ", ".join(gone))
sys.exit(any(missing.values()))
PY
