# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests share, in the vocabulary of the kernel's own network
# selftests, so that a reader of those is at home here. Prints TAP.
#
# A test sources this, lists its functions in ALL_TESTS and calls tests_run:
#
#	. "$(dirname "$0")/lib.sh"
#
#	setup_prepare()
#	{
#		setup_ns client server
#	}
#
#	test_ping()
#	{
#		ip -n "$client" link add d0 type dummy
#		defer ip -n "$client" link del d0
#		ip netns exec "$client" ping -c 1 2001:db8::1
#		check_err $? "no answer"
#		log_test "a SID answers ping"
#	}
#
#	ALL_TESTS="test_ping"
#	setup_prepare
#	tests_run
#	exit "$EXIT_STATUS"
#
# Namespaces go away and deferred commands run when the test ends, however it
# ends; the plan line comes last.
#
# From the environment: SEGWARD_KO (the module's file; without it the installed
# module is meant), SEGWARD (the CLI), KSFT_MACHINE_SLOW.

# For those who source this.
# shellcheck disable=SC2034
ksft_pass=0
ksft_fail=1
ksft_xfail=2
ksft_skip=4

SEGWARD=${SEGWARD:-segward}
SEGWARD_KO=${SEGWARD_KO:-}

# Merged status of everything logged so far.
EXIT_STATUS=$ksft_pass

# Status and first message of the test that runs.
RET=$ksft_pass
retmsg=

ns_list=()
tap_count=0
tap_planned=

# Emulation is slow: what waits for a condition may wait longer there.
slow_factor=1
if [ "${KSFT_MACHINE_SLOW:-no}" = yes ]; then
	slow_factor=5
fi

# --- TAP -------------------------------------------------------------------

tap_result()
{
	local result=$1 name=$2 directive=${3-}

	tap_count=$((tap_count + 1))
	echo "$result $tap_count - $name${directive:+ # $directive}"
}

tap_plan()
{
	[ -z "$tap_planned" ] || return 0
	tap_planned=1
	echo "1..$tap_count"
}

ksft_status_merge()
{
	local a=$1 b=$2

	# Worst first: fail, then xfail, then skip with a pass is a pass.
	if [ "$a" -eq $ksft_fail ] || [ "$b" -eq $ksft_fail ]; then
		return $ksft_fail
	elif [ "$a" -eq $ksft_xfail ] || [ "$b" -eq $ksft_xfail ]; then
		return $ksft_xfail
	elif [ "$a" -eq $ksft_skip ] && [ "$b" -eq $ksft_skip ]; then
		return $ksft_skip
	fi
	return $ksft_pass
}

ret_set_ksft_status()
{
	local status=$1 msg=${2-}

	if [ "$RET" -eq $ksft_pass ] && [ "$status" -ne $ksft_pass ]; then
		RET=$status
		retmsg=$msg
	fi
}

# check_err STATUS [MESSAGE] - the command had to succeed
check_err()
{
	[ "$1" -eq 0 ] || ret_set_ksft_status $ksft_fail "${2-status $1}"
}

# check_fail STATUS [MESSAGE] - the command had to fail
check_fail()
{
	[ "$1" -ne 0 ] || ret_set_ksft_status $ksft_fail \
		"${2-succeeded, must fail}"
}

# check_err_fail SHOULD_FAIL STATUS WHAT
check_err_fail()
{
	if [ "$1" -ne 0 ]; then
		check_fail "$2" "$3 succeeded, but should have failed"
	else
		check_err "$2" "$3 failed"
	fi
}

# check_equal GOT WANTED WHAT - and the message shows both
check_equal()
{
	[ "$1" = "$2" ] || ret_set_ksft_status $ksft_fail \
		"$3: got '$1', wanted '$2'"
}

# log_test NAME [DETAIL] - ends one test: prints its line, clears RET
log_test()
{
	local name=$1${2:+ ($2)}

	case $RET in
	"$ksft_pass")
		tap_result ok "$name" ;;
	"$ksft_skip")
		tap_result ok "$name" "SKIP ${retmsg:-no reason given}" ;;
	"$ksft_xfail")
		tap_result ok "$name" "XFAIL ${retmsg:-}" ;;
	*)
		tap_result "not ok" "$name"
		[ -z "$retmsg" ] || echo "# ${retmsg//$'\n'/$'\n'# }" ;;
	esac
	ksft_status_merge "$EXIT_STATUS" "$RET"
	EXIT_STATUS=$?
	RET=$ksft_pass
	retmsg=
}

# log_test_skip NAME REASON
log_test_skip()
{
	RET=$ksft_skip
	retmsg=${2:-no reason given}
	log_test "$1"
}

log_info()
{
	echo "# INFO: $*"
}

# skip_all REASON - nothing of this file can be tried here
skip_all()
{
	tap_planned=1
	echo "1..0 # SKIP $*"
	exit $ksft_skip
}

require_command()
{
	command -v "$1" >/dev/null || skip_all "$1 not installed"
}

# --- Cleaning up, registered next to what makes the dirt -------------------

defer_scope=0
declare -A defer_count=()
declare -A defer_command=()

# defer COMMAND... - run it when this scope ends, last first
defer()
{
	local n=${defer_count[$defer_scope]:-0}

	defer_command[$defer_scope.$n]=$(printf '%q ' "$@")
	defer_count[$defer_scope]=$((n + 1))
}

defer_scope_push()
{
	defer_scope=$((defer_scope + 1))
	defer_count[$defer_scope]=0
}

defer_scope_pop()
{
	local n=${defer_count[$defer_scope]:-0}

	while [ "$n" -gt 0 ]; do
		n=$((n - 1))
		eval "${defer_command[$defer_scope.$n]}" >/dev/null 2>&1
	done
	defer_count[$defer_scope]=0
	[ "$defer_scope" -eq 0 ] || defer_scope=$((defer_scope - 1))
}

defer_scopes_cleanup()
{
	while [ "$defer_scope" -gt 0 ]; do
		defer_scope_pop
	done
	defer_scope_pop
}

# in_defer_scope COMMAND... - with its own cleanup; the status is the command's
in_defer_scope()
{
	local ret

	defer_scope_push
	"$@"
	ret=$?
	defer_scope_pop
	return $ret
}

# --- Waiting for conditions, never for time --------------------------------

# loopy_wait SLEEP_COMMAND MILLISECONDS COMMAND...
# Prints what the command printed last.
loopy_wait()
{
	local sleep_cmd=$1 timeout=$2
	local start now ret out

	shift 2
	start=$(date +%s%3N)
	while true; do
		out=$("$@")
		ret=$?
		now=$(date +%s%3N)
		if [ $ret -eq 0 ] ||
		   [ $((now - start)) -gt $((timeout * slow_factor)) ]; then
			[ -z "$out" ] || echo "$out"
			return $ret
		fi
		$sleep_cmd
	done
}

# busywait MILLISECONDS COMMAND... - until the command succeeds
busywait()
{
	local timeout=$1

	shift
	loopy_wait : "$timeout" "$@"
}

# slowwait SECONDS COMMAND... - the same for what takes longer
slowwait()
{
	local timeout=$1

	shift
	loopy_wait "sleep 0.1" $((timeout * 1000)) "$@"
}

# until_counter_is CONDITION COMMAND... - "until_counter_is '>= 5' ..."
until_counter_is()
{
	local expr=$1 current

	shift
	current=$("$@")
	echo "$current"
	# shellcheck disable=SC1105,SC2086 # the condition is two words
	((current $expr))
}

busywait_for_counter()
{
	local timeout=$1 delta=$2
	local base

	shift 2
	base=$("$@")
	busywait "$timeout" until_counter_is ">= $((base + delta))" "$@"
}

slowwait_for_counter()
{
	local timeout=$1 delta=$2
	local base

	shift 2
	base=$("$@")
	slowwait "$timeout" until_counter_is ">= $((base + delta))" "$@"
}

# wait_local_port_listen NAMESPACE PORT PROTOCOL(tcp|udp) [MILLISECONDS]
wait_local_port_listen()
{
	local ns=$1 port=$2 protocol=$3 timeout=${4:-5000}

	busywait "$timeout" port_listens "$ns" "$port" "$protocol"
}

port_listens()
{
	ip netns exec "$1" ss -Hln "--$3" "sport = :$2" | grep -q .
}

# --- Namespaces ------------------------------------------------------------

# setup_ns NAME... - makes namespaces, puts their real names in $NAME
setup_ns()
{
	local ns_name real

	for ns_name; do
		real=$(mktemp -u "${ns_name,,}-XXXXXX")
		ip netns add "$real" || return $ksft_skip
		ns_list+=("$real")
		declare -g "$ns_name=$real"
		ip -n "$real" link set lo up
		ip netns exec "$real" sysctl -wq \
			net.ipv4.conf.all.rp_filter=0 \
			net.ipv4.conf.default.rp_filter=0 \
			net.ipv6.conf.all.accept_dad=0 \
			net.ipv6.conf.default.accept_dad=0
	done
}

ns_gone()
{
	! ip netns list | grep -q "^$1\\b"
}

# cleanup_ns NAMESPACE... - by their real names
cleanup_ns()
{
	local ns ret=0

	for ns; do
		[ -n "$ns" ] || continue
		ip netns pids "$ns" 2>/dev/null | xargs -r kill 2>/dev/null
		ip netns delete "$ns" 2>/dev/null
		if ! busywait 2000 ns_gone "$ns"; then
			echo "# namespace $ns does not go away"
			ret=1
		fi
	done
	return $ret
}

cleanup_all_ns()
{
	cleanup_ns "${ns_list[@]}"
	ns_list=()
}

# --- The module ------------------------------------------------------------

segward()
{
	command "$SEGWARD" "$@"
}

segward_loaded()
{
	[ -d /sys/module/segward ]
}

segward_load()
{
	if [ -n "$SEGWARD_KO" ]; then
		insmod "$SEGWARD_KO"
	else
		modprobe segward
	fi
}

# A packet may still be on its way through the hook: try for a while.
segward_unload()
{
	busywait 5000 rmmod segward 2>/dev/null
}

# --- Running ---------------------------------------------------------------

tests_run()
{
	local current_test

	for current_test in ${TESTS:-$ALL_TESTS}; do
		RET=$ksft_pass
		retmsg=
		in_defer_scope "$current_test"
	done
}

lib_exit()
{
	local status=$?

	defer_scopes_cleanup
	cleanup_all_ns
	tap_plan
	exit $status
}
trap lib_exit EXIT
trap 'exit 130' INT TERM
