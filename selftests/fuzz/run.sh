#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# run.sh DIRECTORY SECONDS FUZZER...: let each fuzzer run for so long, print a
# TAP line for each, and end with "N passed, M failed". The input that made one
# fail is left in DIRECTORY, with the fuzzer's output in a .log beside it.

out=$1
seconds=$2
shift 2
here=$(dirname "$0")
passed=0
failed=0

for fuzzer in "$@"; do
	name=${fuzzer#fuzz_}
	corpus=$out/corpus.$name
	log=$out/$fuzzer.log
	mkdir -p "$corpus"
	seeds=
	[ -d "$here/corpus/$name" ] && seeds=$here/corpus/$name
	if "$out/$fuzzer" -max_total_time="$seconds" -timeout=10 \
	   -rss_limit_mb=1024 -print_final_stats=1 \
	   -artifact_prefix="$out/$fuzzer." "$corpus" ${seeds:+"$seeds"} \
	   > "$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		passed=$((passed + 1))
		echo "ok $((passed + failed)) - $fuzzer finds nothing # $runs runs"
	else
		failed=$((failed + 1))
		echo "not ok $((passed + failed)) - $fuzzer, see $log"
		tail -n 40 "$log"
	fi
done

echo "1..$((passed + failed))"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
