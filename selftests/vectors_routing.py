#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The real daemons of FRR and BIRD announce a SID's route by BGP.

    node (segward) --- v0 --- peer

One daemon runs in both namespaces. The configurations of the node are those of
Documentation/operations.rst, cut out of it. What the peer has heard of a prefix is told by its own log, as a
word of "+" (announced) and "-" (withdrawn): nothing in between is missed.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

from claims import claim, equal, main

SEGWARD = os.environ.get("SEGWARD", "segward")
MODULE = os.environ.get("SEGWARD_KO", "segward.ko")
TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BOUND = 120 if os.environ.get("KSFT_MACHINE_SLOW") else 30     # seconds

SID = "2001:3e8:60:b::/64"
# A route beside it that the node announces for the same reason.
SENTINEL = "2001:3e8:60:5e::/64"
NODE, PEER = "2001:db8:b::1", "2001:db8:b::2"
FRR = "/usr/lib/frr"


def sh(command, ns=None, check=True):
    argv = ["ip", "netns", "exec", ns] if ns else []
    r = subprocess.run(argv + ["sh", "-c", command], text=True, check=False,
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT)
    if check and r.returncode:
        raise AssertionError("%s: exit %d: %s" %
                             (command, r.returncode, r.stdout.strip()))
    return r.stdout


def wait(what, condition):
    end = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < end, "waited in vain for: " + what
        time.sleep(0.05)


def documented(name):
    """The configuration file that the manual shows for the node."""
    with open(TOP + "/Documentation/operations.rst", encoding="utf-8") as f:
        text = f.read()
    found = re.search(r"``%s``::\n\n((?:  .*\n|\n)+)" % re.escape(name), text)
    assert found, "operations.rst shows no " + name
    return re.sub("(?m)^  ", "", found.group(1))


class Daemon:
    """Both sides of one routing software; each side has a folder."""

    def __init__(self, net):
        self.net = net
        self.home = tempfile.mkdtemp(prefix="segward-routing.")
        os.chmod(self.home, 0o755)
        self.running = {"node": [], "peer": []}
        for side in self.running:
            os.mkdir(self.path(side, ""))

    def path(self, side, name):
        return os.path.join(self.home, side, name)

    def write(self, side, name, text):
        with open(self.path(side, name), "w", encoding="utf-8") as f:
            f.write(text)

    def spawn(self, side, command):
        with open(self.path(side, "output"), "ab") as output:
            self.running[side].append(subprocess.Popen(
                ["ip", "netns", "exec", self.net[side]] + command.split(),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output))

    def start(self, side):
        self.spawn_all(side)
        wait("%s's daemon" % side, lambda: self.answers(side))

    def stop(self, side):
        """The daemons leave their routes and sockets in order."""
        for process in reversed(self.running[side]):
            process.terminate()
            try:
                process.wait(BOUND)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.running[side] = []

    def close(self):
        for side in self.running:
            self.stop(side)
        shutil.rmtree(self.home)

    def read(self, side, name):
        try:
            with open(self.path(side, name), encoding="utf-8") as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def heard(self, prefix):
        """All that the peer was told of a prefix, "+-+" for instance.

        To be told again, as after a route refresh, is nothing new.
        """
        word = ""
        for line in self.read("peer", "log").split("\n"):
            for sign, pattern in self.SAYS:
                if (re.search(pattern % re.escape(prefix), line) and
                        not word.endswith(sign)):
                    word += sign
        return word


class Bird(Daemon):
    SAYS = (("+", r"> added .* %s "), ("-", r"> removed .* %s "))

    def __init__(self, net):
        super().__init__(net)
        self.write("node", "conf", documented("bird.conf"))
        self.write("peer", "conf", """
            log "%s" { trace };
            router id 192.0.2.2;
            protocol device { }
            protocol kernel { ipv6 { import none; export all; }; }
            protocol bgp node {
                debug { routes };
                local %s as 65002;
                neighbor %s as 65001;
                connect delay time 1;
                error wait time 1, 1;
                ipv6 { import all; export none; };
            }
            """ % (self.path("peer", "log"), PEER, NODE))

    def spawn_all(self, side):
        self.spawn(side, "bird -f -c {0}/conf -s {0}/ctl".format(
            os.path.join(self.home, side)))

    def ask(self, side, question):
        return sh("birdcl -s %s %s" % (self.path(side, "ctl"), question),
                  check=False)

    def answers(self, side):
        return "up and running" in self.ask(side, "show status")

    def established(self):
        return "Established" in self.ask("peer", "show protocols node")

    def has(self, prefix):
        return prefix in self.ask("peer", "show route " + prefix)


class Frr(Daemon):
    SAYS = (("+", r"BGP: .* rcvd %s IPv6 unicast"),
            ("-", r"BGP: .* rcvd UPDATE about %s IPv6 unicast -- withdrawn"))

    def __init__(self, net):
        super().__init__(net)
        self.write("node", "bgpd.conf", documented("bgpd.conf"))
        self.write("peer", "bgpd.conf", """
            debug bgp updates in
            route-map ANY permit 10
            router bgp 65002
             bgp router-id 192.0.2.2
             no bgp default ipv4-unicast
             neighbor {node} remote-as 65001
             neighbor {node} timers connect 1
             address-family ipv6 unicast
              neighbor {node} activate
              neighbor {node} route-map ANY in
            """.replace("\n            ", "\n").format(node=NODE))
        for side in self.running:
            self.write(side, "zebra.conf", "")
            sh("chown -R frr:frr " + self.path(side, ""))

    def spawn_all(self, side):
        # They become the user frr, as they were built to.
        for daemon in ("zebra", "bgpd"):
            self.spawn(side, "{1}/{2} -f {0}/{2}.conf -z {0}/zserv "
                       "-i {0}/{2}.pid --vty_socket {0} -u frr -g frr -P 0 "
                       "--log file:{0}/log --log-level debug".format(
                           os.path.join(self.home, side), FRR, daemon))
            wait(daemon, lambda: os.path.exists(
                self.path(side, daemon + ".vty")))

    def stop(self, side):
        super().stop(side)
        sh("rm -f %s/*.vty %s/zserv" % ((os.path.join(self.home, side),) * 2))

    def ask(self, side, question):
        out = sh("vtysh --vty_socket %s -c '%s json'" %
                 (os.path.join(self.home, side), question), check=False)
        try:
            return json.loads(out)
        except ValueError:
            return {}

    def answers(self, side):
        return sh("vtysh --vty_socket %s -c 'show daemons'" %
                  os.path.join(self.home, side),
                  check=False).split() == ["zebra", "bgpd"]

    def established(self):
        answer = self.ask("peer", "show bgp ipv6 neighbors " + NODE)
        return answer.get(NODE, {}).get("bgpState") == "Established"

    def has(self, prefix):
        return prefix in self.ask("peer", "show bgp ipv6 unicast").get(
            "routes", {})


class Net:
    """Two namespaces and a cable; the module loaded and configured or not."""

    def __init__(self):
        tag = "%x" % os.getpid()
        self.ns = {k: "sw-%s-%s" % (k, tag) for k in ("node", "peer")}
        for side, ns in self.ns.items():
            sh("ip netns add %s" % ns)
            sh("sysctl -qw net.ipv6.conf.all.forwarding=1 "
               "net.ipv6.conf.all.accept_dad=0 "
               "net.ipv6.conf.default.accept_dad=0; ip link set lo up", ns)
        sh("ip -n {node} link add v0 type veth peer name v0 netns {peer}"
           .format(**self.ns))
        for side, address in (("node", NODE), ("peer", PEER)):
            sh("ip addr add %s/64 dev v0 nodad; ip link set v0 up" % address,
               self.ns[side])
        sh("ip link add d0 type dummy; ip link set d0 up", self.ns["node"])
        self.load()
        self.segward("sid add %s action End" % SID)
        self.saved = tempfile.NamedTemporaryFile("w", suffix=".conf")
        self.saved.write(self.segward("save"))
        self.saved.flush()

    def __getitem__(self, side):
        return self.ns[side]

    def segward(self, arguments):
        return sh("%s %s" % (SEGWARD, arguments), self.ns["node"])

    def load(self):
        if not os.path.isdir("/sys/module/segward"):
            sh("insmod " + MODULE)

    def unload(self):
        wait("the module to go",
             lambda: not os.path.isdir("/sys/module/segward") or
             sh("rmmod segward && echo gone", check=False).endswith("gone\n"))

    def back(self):
        self.load()
        self.segward("apply " + self.saved.name)

    def sentinel(self, verb):
        sh("ip -6 route %s %s dev d0 proto 200" % (verb, SENTINEL),
           self.ns["node"])

    def kernel_has(self, prefix):
        """The peer's kernel sends packets for it to the node."""
        return "via " in sh("ip -6 route show " + prefix, self.ns["peer"])

    def discard_is_there(self):
        routes = sh("ip -6 route show " + SID, self.ns["node"])
        return "unreachable" in routes and "segward0" not in routes

    def close(self):
        self.unload()
        for ns in self.ns.values():
            sh("ip netns del " + ns, check=False)


def nothing_more(net, daemon, word):
    """Whatever came before the sentinel has come when the sentinel has."""
    net.sentinel("add")
    try:
        wait("the sentinel", lambda: daemon.has(SENTINEL))
        equal(daemon.heard(SID), word, "heard of the SID")
        assert not net.kernel_has(SID), "a withdrawn route is in the kernel"
    finally:
        net.sentinel("del")
    wait("the sentinel to go", lambda: not daemon.has(SENTINEL))


def arrives(net, daemon, word):
    wait("the SID to arrive", lambda: daemon.has(SID))
    wait("the peer's kernel", lambda: net.kernel_has(SID))
    equal(daemon.heard(SID), word, "heard of the SID")


def withdrawn(net, daemon, word):
    wait("the SID to go", lambda: not daemon.has(SID))
    wait("the peer's kernel", lambda: not net.kernel_has(SID))
    nothing_more(net, daemon, word)


@contextlib.contextmanager
def network(kind):
    """Node and peer, with a routing daemon that runs on neither yet."""
    with contextlib.closing(Net()) as net:
        with contextlib.closing(kind(net)) as daemon:
            yield net, daemon


def life_of_a_sid(kind):
    """Every change is told to the peer once, and nothing else is."""
    with network(kind) as (net, daemon):
        daemon.start("peer")
        daemon.start("node")
        arrives(net, daemon, "+")
        net.segward("sid del " + SID)
        withdrawn(net, daemon, "+-")
        net.segward("sid add %s action End" % SID)
        arrives(net, daemon, "+-+")
        net.unload()
        assert net.discard_is_there()
        withdrawn(net, daemon, "+-+-")
        net.back()
        arrives(net, daemon, "+-+-+")


def start_beside_the_discard_route(kind):
    """A daemon that starts reads all routes at once, in the kernel's order."""
    with network(kind) as (net, daemon):
        net.unload()
        assert net.discard_is_there()
        daemon.start("peer")
        daemon.start("node")
        wait("the session", daemon.established)
        nothing_more(net, daemon, "")
        net.back()
        arrives(net, daemon, "+")


def restart_beside_both_routes(kind):
    with network(kind) as (net, daemon):
        daemon.start("peer")
        daemon.start("node")
        arrives(net, daemon, "+")
        daemon.stop("node")
        wait("the session's end", lambda: not daemon.has(SID))
        daemon.start("node")
        wait("the SID to arrive", lambda: daemon.has(SID))
        net.segward("sid del " + SID)
        wait("the SID to go", lambda: not daemon.has(SID))
        net.segward("sid add %s action End" % SID)
        net.unload()
        wait("the SID to go", lambda: not daemon.has(SID))
        nothing_more(net, daemon, daemon.heard(SID))


@claim
def bird_announces_a_sid_while_it_is_there_and_no_longer(_):
    life_of_a_sid(Bird)


@claim
def bird_started_without_the_module_announces_nothing(_):
    start_beside_the_discard_route(Bird)


@claim
def bird_restarted_finds_the_sid_again(_):
    restart_beside_both_routes(Bird)


@claim
def frr_announces_a_sid_while_it_is_there_and_no_longer(_):
    life_of_a_sid(Frr)


@claim
def frr_started_without_the_module_announces_nothing(_):
    start_beside_the_discard_route(Frr)


@claim
def frr_restarted_finds_the_sid_again(_):
    restart_beside_both_routes(Frr)


if __name__ == "__main__":
    for program in ("/usr/sbin/bird", FRR + "/zebra", FRR + "/bgpd"):
        if not os.path.exists(program):
            print("1..0 # SKIP %s is not installed" % program)
            raise SystemExit(4)
    main(None)
