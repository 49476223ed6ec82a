# SPDX-License-Identifier: GPL-2.0
#
# segward: "make help" says what there is.

# Builds for the running kernel when its headers are installed, else for a
# stock Debian kernel that scripts/kernel fetches. KDIR= names any other tree.
KVER ?=
KDIR ?=
V ?= 0
O ?= build

VERSION := $(shell sed -n 's/^segward-version := //p' Kbuild)
PREFIX ?= /usr/local
DESTDIR ?=
MODDIR ?= updates

# The number of the newest kernel that Debian has.
ifeq ($(KVER),newest)
override KVER := $(or $(shell scripts/kernel --print version newest),$(error \
	no newest kernel: see above))
endif

running := /lib/modules/$(shell uname -r)/build
ifeq ($(KDIR)$(KVER),)
ifneq ($(wildcard $(running)/Makefile),)
KDIR := $(running)
else
KVER := 6.1
endif
endif

ifneq ($(KDIR),)
name := $(or $(KVER),$(shell basename $$(realpath $(KDIR))))
else
name := $(KVER)
endif

# Each kernel has its own copy of the sources with its objects: kernels and
# developers do not get in each other's way.
objects := $(abspath $(O))/$(name)

# Found when a recipe needs it: "make clean" fetches no kernel.
kdir = $(or $(KDIR),$(shell scripts/kernel --print headers $(KVER)))

# Headers of a kernel newer than this machine's suite want newer compilers.
suite = $(if $(KDIR),,$(shell scripts/kernel --print toolchain $(KVER)))

# A kernel of ours that is a program of this machine.
arch = $(if $(filter uml-%,$(name)),ARCH=um)
among = $(if $(suite),scripts/toolchain --dir $(objects) $(suite))

all: module cli

module: $(objects)/segward.ko

$(objects)/segward.ko: FORCE
	@mkdir -p $(objects)
	@flock $(objects)/.lock $(MAKE) --no-print-directory \
		objects=$(objects) kdir=$(kdir) among="$(among)" arch=$(arch) \
		module-locked

# Our O is not the kernel's, which is where its configuration is.
module-locked: tree = $(realpath $(kdir))
module-locked:
	@test -n "$(kdir)"
	@rsync -a --delete --filter='P *.o' --filter='P *.ko' \
		--filter='P *.cmd' --filter='P *.mod' --filter='P *.mod.c' \
		--filter='P *.d' --exclude='*.o' --exclude='.*.cmd' \
		--filter='P /Module.symvers' --filter='P /modules.order' \
		--filter='P /.lock' --filter='P /.module*' \
		Kbuild kmod uapi $(objects)/
	@$(among) $(MAKE) --no-print-directory -C $(tree) O=$(tree) \
		$(arch) M=$(objects) V=$(V) modules
	@test "$(O)" != build || cp $(objects)/segward.ko segward.ko
	@echo "  module  $(objects)/segward.ko"

# What injects packets for tests; beside the module, in its directory inject/.
injector:
	@mkdir -p $(objects)/inject
	@flock $(objects)/inject/.lock $(MAKE) --no-print-directory \
		objects=$(objects) kdir=$(kdir) among="$(among)" arch=$(arch) \
		injector-locked

injector-locked: tree = $(realpath $(kdir))
injector-locked:
	@test -n "$(kdir)"
	@rsync -a selftests/inject/ $(objects)/inject/
	@$(among) $(MAKE) --no-print-directory -C $(tree) O=$(tree) \
		$(arch) M=$(objects)/inject V=$(V) modules

# The CLI is userspace/segward, and below O= only if that was asked for.
userspace := $(MAKE) --no-print-directory -C userspace V=$(V) \
	VERSION=$(VERSION) $(if $(filter command,$(origin O)),O=$(abspath $(O))/userspace)

cli:
	+@$(userspace)

install: module cli
	kernel=$$(modinfo -F vermagic $(objects)/segward.ko | cut -d' ' -f1); \
	install -D -m 644 $(objects)/segward.ko \
		"$(DESTDIR)/lib/modules/$$kernel/$(MODDIR)/segward.ko" && \
	depmod $(if $(DESTDIR),-b $(DESTDIR)) "$$kernel"
	+$(userspace) PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) install

clean:
	rm -rf build segward.ko
	+@$(userspace) clean
	@for dir in selftests/unit selftests/fuzz; do \
		test ! -f $$dir/Makefile || \
		$(MAKE) --no-print-directory -C $$dir clean || exit; \
	done

check:
	scripts/check

demo:
	scripts/demo

# BENCH=--quick to try it.
bench:
	scripts/bench $(BENCH)

style:
	scripts/check static

unit:
	scripts/check unit

fuzz:
	scripts/check fuzz

# TESTS= names some of the tests.
vm:
	scripts/check vm $(if $(KVER),--kernel $(KVER)) $(TESTS)

# TESTS= names some of the tests.
uml:
	scripts/check uml $(TESTS)

# TESTS= names other tests, RACE_ROUNDS= says how often things change.
vm-debug:
	scripts/check vm-debug $(TESTS)

# MESSAGES=, PACKETS= and ROUNDS= say how much of each, SEED= repeats a run.
soak:
	scripts/check soak $(TESTS)

# All kernels. KERNELS= names some of them, TESTS= some of the tests.
matrix:
	scripts/matrix $(addprefix --kernel ,$(KERNELS)) $(TESTS)

compare-suricata: cli
	scripts/compare-suricata

help:
	@echo "make               module and CLI, for the running kernel"
	@echo "make KVER=6.12     for a stock Debian kernel (6.1, 6.12, newest)"
	@echo "make KDIR=DIR      for the kernel tree in DIR"
	@echo "make module, cli   one of the two"
	@echo "make install       into DESTDIR= and PREFIX="
	@echo "make check         every check and test (scripts/check)"
	@echo "make style, unit, fuzz, vm   some of them"
	@echo "make vm KVER=6.12 TESTS='NAME ...'   some tests on one kernel"
	@echo "make uml           the selftests and every failed allocation, in a"
	@echo "                   kernel with KASAN, kmemleak, lockdep (User Mode)"
	@echo "make vm-debug      the tests for races, in a guest of four processors with"
	@echo "                   KCSAN, lockdep and checks of RCU"
	@echo "make soak          as uml: both fuzzers and the leak rounds, for hours"
	@echo "                   (MESSAGES=, PACKETS=, ROUNDS=, SEED=)"
	@echo "make injector      the modules that inject packets for tests"
	@echo "make matrix        all kernels, both compilers (scripts/matrix)"
	@echo "make demo          the demonstration (scripts/demo)"
	@echo "make bench         what a packet costs the node, measured (scripts/bench);"
	@echo "                   BENCH=--instructions counts them instead"
	@echo "make compare-suricata   records held against Suricata's (not in check)"
	@echo "make clean         everything built; fetched kernels stay"
	@echo "O=DIR puts what is built there instead of build/ and userspace/,"
	@echo "V=1 shows the commands."

FORCE:

.PHONY: all module module-locked injector injector-locked cli install clean \
	check compare-suricata demo style unit fuzz vm uml vm-debug soak matrix bench help FORCE
