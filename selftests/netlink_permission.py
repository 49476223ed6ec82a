#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Who may do what: other users, and roots of user namespaces."""

import ctypes
import os
import socket
import subprocess
import traceback
from errno import EPERM

from claims import claim, equal, main, refused
from genl import Socket, Spec, enter
from image import image, load, upload

NS = "segward-permission"
NOBODY = 65534
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
INITIAL = "needs CAP_NET_ADMIN in the initial user namespace"
SID = dict(prefix=socket.inet_pton(socket.AF_INET6, "2001:3e8:60:8::"),
           prefix_len=64, action="end", create=True)
ENTRY = {"address": socket.inet_aton("192.0.2.1"), "score": 90,
         "category": "botnet", "source": "soc"}

_libc = ctypes.CDLL(None, use_errno=True)


def drop_privileges():
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    # a process that changed its user must not be a debuggable one of root's
    _libc.prctl(4, 1, 0, 0, 0)


def write(path, text):
    with open(path, "w", encoding="ascii") as f:
        f.write(text)


def become_root_of_a_user_namespace():
    drop_privileges()
    if _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "unshare")
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", "0 %d 1" % NOBODY)
    write("/proc/self/gid_map", "0 %d 1" % NOBODY)


class Child:
    """Runs functions in a process of its own."""

    def __init__(self, become):
        self.requests, there = os.pipe()
        here, self.answers = os.pipe()
        self.requests, there = there, self.requests
        self.pid = os.fork()
        if not self.pid:
            os.close(self.requests)
            self._serve(become, there)
        os.close(there)
        os.close(self.answers)
        self.answers = here

    def _serve(self, become, requests):
        try:
            # another user may not be able to read this tree
            spec = Spec()
            become()
            nl = Socket(spec)
            os.write(self.answers, b"\0")
            while name := os.read(requests, 64):
                try:
                    globals()[name.decode()](nl)
                    os.write(self.answers, b"\0")
                except Exception:
                    os.write(self.answers, traceback.format_exc().encode())
        except BaseException:
            os.write(self.answers, traceback.format_exc().encode())
        finally:
            os._exit(0)

    def ready(self):
        answer = os.read(self.answers, 65536)
        if answer != b"\0":
            raise AssertionError(answer.decode() or "the child is gone")

    def run(self, function):
        os.write(self.requests, function.__name__.encode())
        self.ready()

    def close(self):
        os.close(self.requests)
        os.waitpid(self.pid, 0)
        os.close(self.answers)


def inside(become, *functions):
    child = Child(become)
    child.ready()
    try:
        for function in functions:
            function(child) if getattr(function, "host", False) else \
                child.run(function)
    finally:
        child.close()


def reads_what_is_open(nl):
    nl.do("stats-get")
    equal(len(nl.dump("sid-get")), 1, "SIDs")
    equal(len(nl.dump("ruleset-get")), 1, "rulesets")
    nl.join("config")


def may_not_read_what_is_told_to_admins(nl):
    for name, values in (("profile-get", {}), ("rule-get", {"ruleset": "base"}),
                         ("reputation-get", {}), ("flow-get", {})):
        refused(lambda: nl.dump(name, **values), EPERM)
    refused(lambda: nl.do("reputation-get"), EPERM)
    try:
        nl.join("event")
    except PermissionError:
        return
    raise AssertionError("joined the event group")


def may_not_change_anything(nl):
    for name in ("sid-new", "sid-del", "profile-new", "profile-del",
                 "upload-new", "upload-part", "ruleset-new", "ruleset-del",
                 "reputation-load", "reputation-new", "reputation-del",
                 "settings-set", "trace-set", "flow-del"):
        refused(lambda: nl.do(name), EPERM)


@claim
def another_user_reads_what_is_open_and_nothing_else(nl):
    inside(drop_privileges, reads_what_is_open,
           may_not_read_what_is_told_to_admins, may_not_change_anything)
    equal(nl.do("stats-get")[0]["sids"], 1, "SIDs")


def sees_nothing_of_its_parent(nl):
    equal(nl.dump("sid-get"), [], "SIDs")
    equal(nl.dump("profile-get"), [], "profiles")
    equal(nl.dump("ruleset-get"), [], "rulesets")


def configures_its_own(nl):
    nl.do("profile-new", name="own", create=True)
    nl.do("sid-new", **dict(SID, action="end-an", profile="own"))
    nl.join("event")
    nl.do("trace-set")
    nl.do("sid-del", prefix=SID["prefix"], prefix_len=64)
    nl.do("profile-del", name="own")


def may_not_load(nl):
    refused(lambda: nl.do("upload-new", size=1000), EPERM, INITIAL)
    refused(lambda: nl.do("ruleset-new", name="r"), EPERM, INITIAL)
    refused(lambda: nl.do("reputation-new", entry=[ENTRY]), EPERM, INITIAL)
    refused(lambda: nl.do("reputation-load", source="soc"), EPERM, INITIAL)
    refused(lambda: nl.do("settings-set", image_unprivileged=1), EPERM)
    equal(nl.do("stats-get")[0]["image-unprivileged"], 0, "setting")


def loads(nl):
    load(nl, "r", image(1))
    nl.do("reputation-new", entry=[ENTRY])
    equal(nl.do("reputation-get")[0]["entries"], 1, "entries")


def host_opens_it(child):
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    away = os.open("/proc/%d/ns/net" % child.pid, os.O_RDONLY)
    try:
        assert not _libc.setns(away, CLONE_NEWNET)
        with Socket(Spec()) as nl:
            nl.do("settings-set", image_unprivileged=1)
    finally:
        assert not _libc.setns(home, CLONE_NEWNET)


host_opens_it.host = True


@claim
def the_root_of_a_user_namespace_configures_its_own_namespace(nl):
    inside(become_root_of_a_user_namespace, sees_nothing_of_its_parent,
           configures_its_own)
    equal(nl.do("stats-get")[0]["sids"], 1, "SIDs of the parent")


@claim
def it_may_not_load_images_or_reputation(nl):
    del nl
    inside(become_root_of_a_user_namespace, may_not_load)


@claim
def it_may_when_the_initial_root_opens_its_namespace(nl):
    del nl
    inside(become_root_of_a_user_namespace, may_not_load, host_opens_it,
           loads)


@claim
def an_upload_passed_to_another_user_stays_refused(nl):
    """What counts is who sends and who opened the socket, both."""
    with Socket(nl.spec) as other:
        handle = upload(other, image(1))
        pid = os.fork()
        if not pid:
            status = 1
            try:
                drop_privileges()
                refused(lambda: other.do("ruleset-new", name="r",
                                         upload=handle, create=True), EPERM)
                status = 0
            finally:
                os._exit(status)
        equal(os.waitpid(pid, 0)[1], 0, "status of the child")


def context():
    subprocess.run(["ip", "netns", "add", NS], check=True)
    enter(NS)
    nl = Socket(Spec())
    load(nl, "base", image(1))
    nl.do("sid-new", **SID)
    return nl


if __name__ == "__main__":
    try:
        main(context())
    finally:
        subprocess.run(["ip", "netns", "del", NS], check=False)
