#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Second and last program of the guest: makes the place that a test script
# expects, runs the script, looks at the kernel log and leaves the result where
# the host finds it. Started by init.c as process 1.

out=/run/out
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root
exec </dev/null

# What the host wants: variables for the script, the script and its arguments.
# shellcheck disable=SC1091 # written by scripts/vm
. "$out/job"

# Everything that is not said here is a failure: the host wants this line.
finish()
{
	dmesg >"$out/dmesg.log" 2>&1
	echo "exit $1" >"$out/result.new"
	mv "$out/result.new" "$out/result"
	sync "$out/result"
	# User Mode Linux has no such file: the host ends it.
	echo o >/proc/sysrq-trigger
	sleep 60
}

mount -t tmpfs -o mode=1777 tmpfs /var/tmp
mount -t tmpfs tmpfs /var/log
mkdir -p /var/log/nginx /run/lock /run/netns
mount -t tracefs tracefs /sys/kernel/tracing
mount -t debugfs debugfs /sys/kernel/debug
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ln -sfn /proc/self/fd /dev/fd
ln -sfn /proc/self/fd/0 /dev/stdin
ln -sfn /proc/self/fd/1 /dev/stdout
ln -sfn /proc/self/fd/2 /dev/stderr
# Not before, since the boot would take minutes.
[ ! -w /sys/kernel/debug/kcsan ] || echo on >/sys/kernel/debug/kcsan
ip link set lo up
hostname segward-guest

# The host's name for what is shared with it holds here too.
mkdir -p "$JOB_OUT"
mount --bind "$out" "$JOB_OUT"

# modprobe finds the modules of this kernel where it looks for them.
release=$(uname -r)
mkdir -p "/usr/lib/modules/$release"
mount --bind "$JOB_MODULES" "/usr/lib/modules/$release"
[ -e /lib/modules ] || ln -s usr/lib/modules /lib/modules

: >"$out/started"
echo "$JOB_MESSAGE" >/dev/kmsg
cd "$JOB_DIR" || finish 125
timeout --foreground -k 5 "$JOB_TIMEOUT" setsid -w "${JOB_COMMAND[@]}" \
	>>"$out/output.log" 2>&1
status=$?

# A script that passes while the kernel complains has not passed.
if [ $status -eq 0 ]; then
	"$JOB_TOP/selftests/vm/dmesg-check" "$JOB_MESSAGE" \
		>>"$out/output.log" 2>&1 || status=1
fi
finish $status
