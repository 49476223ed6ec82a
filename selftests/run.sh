#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the tests, test_*.sh of this directory, one after the other as root: in
# the guest of scripts/vm, or on a machine that takes modules. Each begins with
# a freshly loaded module and ends with a look at the kernel log. Prints what
# the tests print, TAP, and as its last line "N passed, M failed, K skipped".
#
# A test says in its first lines if it wants something else:
#
#	# module: none		it loads the module itself
#	# timeout: 300		seconds; 180 without it
#	# kernels: 6.1		not on others than these
#
# From the environment: SEGWARD_KO, SEGWARD, SEGWARD_OUT (logs are left there),
# KVER; SEGWARD_TIME, by which the seconds of each test are multiplied.

here=$(cd "$(dirname "$0")" && pwd -P)

usage()
{
	echo "Usage: run.sh [--list] [TEST...]"
	echo "TEST is a name like test_sid or a file; without any, all run."
}

list=
wanted=()
while [ $# -gt 0 ]; do
	case $1 in
	--list)		list=1 ;;
	-h | --help)	usage; exit 0 ;;
	-*)		usage >&2; exit 1 ;;
	*)		wanted+=("$1") ;;
	esac
	shift
done

tests=()
if [ ${#wanted[@]} -eq 0 ]; then
	tests=("$here"/test_*.sh)
fi
for name in "${wanted[@]}"; do
	name=$(basename "${name%.sh}")
	if [ ! -f "$here/$name.sh" ]; then
		echo "run.sh: no test $name" >&2
		exit 1
	fi
	tests+=("$here/$name.sh")
done
if [ ! -f "${tests[0]}" ]; then
	echo "run.sh: there are no tests" >&2
	exit 1
fi
if [ -n "$list" ]; then
	printf '%s\n' "${tests[@]}" | sed 's|.*/||; s|\.sh$||'
	exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "run.sh: tests load a module and make networks: be root" >&2
	exit 4
fi

logs=${SEGWARD_OUT:-}
if [ -n "$logs" ]; then
	logs=$logs/logs
	mkdir -p "$logs"
else
	logs=$(mktemp -d /tmp/segward-selftests.XXXXXX)
	echo "# logs are in $logs"
fi
export SEGWARD=${SEGWARD:-segward} SEGWARD_KO=${SEGWARD_KO:-}
case $SEGWARD in
*/*)	PATH=$(dirname "$SEGWARD"):$PATH ;;
esac

passed=0
failed=0
skipped=0
bad=()

# The value of "# KEY: VALUE" in the head of a test.
wants()
{
	sed -n "1,30s/^# $1: *//p" "$2" | head -n 1
}

load()
{
	if [ -n "$SEGWARD_KO" ]; then
		insmod "$SEGWARD_KO"
	else
		modprobe segward
	fi
}

# The last packets and readers leave within moments; more is a leak.
unload()
{
	local i

	for i in $(seq 50); do
		[ -d /sys/module/segward ] || return 0
		rmmod segward 2>/dev/null && return
		sleep 0.1
	done
	echo "# use count: $(cat /sys/module/segward/refcnt), try $i"
	return 1
}

namespaces()
{
	ip netns list | cut -d' ' -f1 | sort
}

# What a test left behind must not reach the next one. Namespaces that were
# there before belong to somebody else.
sweep()
{
	local ns

	namespaces | comm -13 "$logs/namespaces" - | while read -r ns; do
		ip netns pids "$ns" | xargs -r kill -9 2>/dev/null
		ip netns delete "$ns"
	done
}

# count_results LOG STATUS - what a TAP log claims, and whether to believe it.
# Prints "passed failed skipped" and the lines to add to the log.
count_results()
{
	awk -v status="$2" '
	/^(not )?ok/ { seen++ }
	/^not ok/    { bad++; next }
	/^ok.*# SKIP/ { skip++; next }
	/^ok/	     { good++; next }
	/^1\.\./     {
		planned = substr($1, 4) + 0
		plan = 1
		if (/# SKIP/)
			skip++
	}
	END {
		if (status == 124 || status == 137)
			why = "not ok - ran out of time"
		else if (!plan)
			why = "not ok - ended early with status " status
		else if (planned != seen)
			why = "not ok - planned " planned ", ran " seen + 0
		else if (status != 0 && status != 4 && !bad)
			why = "not ok - exited with status " status
		if (why != "")
			bad++
		print good + 0, bad + 0, skip + 0
		if (why != "")
			print why
	}' "$1"
}

complain()
{
	echo "not ok - $1"
	failed=$((failed + 1))
	bad+=("$name: $1")
}

run_test()
{
	local file=$1 name log marker status counts n start
	local good wrong skip kernels limit

	name=$(basename "$file" .sh)
	log=$logs/$name.log
	marker="segward-test: $name $$.$RANDOM starts"
	kernels=$(wants kernels "$file")

	echo "# --- $name"
	if [ -n "$kernels" ] && [[ " $kernels " != *" ${KVER:-} "* ]]; then
		echo "ok - $name # SKIP only on: $kernels"
		skipped=$((skipped + 1))
		return
	fi

	namespaces >"$logs/namespaces"
	if ! unload; then
		complain "cannot unload the module before it"
		return
	fi
	echo "$marker" >/dev/kmsg
	if [ "$(wants module "$file")" != none ] && ! load; then
		complain "cannot load the module"
		return
	fi

	start=$(date +%s%3N)
	limit=$(wants timeout "$file")
	limit=$((${limit:-180} * ${SEGWARD_TIME:-1}))
	# Not through a pipe: a server that the test forgot would keep it open.
	# The process group is that of timeout, and goes with the test.
	timeout -k 5 "$limit" "$file" </dev/null >"$log" 2>&1 &
	tail -s 0.1 -n +1 --pid=$! -f "$log"
	wait $!
	status=$?
	kill -9 -- -$! 2>/dev/null
	counts=$(count_results "$log" "$status")
	read -r good wrong skip <<<"${counts%%$'\n'*}"
	sed 1d <<<"$counts" | tee -a "$log"

	sweep >>"$log" 2>&1
	unload || complain "leaves the module in use"
	if ! "$here/vm/dmesg-check" "$marker"; then
		complain "the kernel log has a complaint"
	fi

	passed=$((passed + good))
	failed=$((failed + wrong))
	skipped=$((skipped + skip))
	while read -r n; do
		bad+=("$name: $n")
	done < <(grep '^not ok' "$log")
	n=$(($(date +%s%3N) - start))
	printf '# %s: %d passed, %d failed, %d skipped in %d.%d s\n' "$name" \
		"$good" "$wrong" "$skip" $((n / 1000)) $((n % 1000 / 100))
}

# What nobody points at any more, where the kernel can tell: looked for once,
# when the module is gone, since an object has to be five seconds old and one
# look may mistake a moving pointer for a lost one.
kmemleak=/sys/kernel/debug/kmemleak
look_for_leaks()
{
	local name=kmemleak

	sleep 6
	echo scan >$kmemleak
	sleep 6
	echo scan >$kmemleak
	if grep -q . $kmemleak; then
		head -n 200 $kmemleak | sed 's/^/# /'
		complain "memory is leaked"
	fi
}

# The kernel's own of before are not ours.
if [ -w $kmemleak ]; then
	echo clear >$kmemleak
fi
for file in "${tests[@]}"; do
	run_test "$file"
done
if [ -w $kmemleak ]; then
	look_for_leaks
fi

if [ ${#bad[@]} -gt 0 ]; then
	echo "# --- failed"
	printf '# %s\n' "${bad[@]}"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
