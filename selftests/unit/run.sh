#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Run TAP programs one after the other, show what they print, and end with
# the line "N passed, M failed". A program that dies, or whose plan does not
# agree with its results, counts as a failure.

passed=0
failed=0
skipped=0
output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT

for program in "$@"; do
	echo "# $(basename "$program")"
	"$program" > "$output" 2>&1
	status=$?
	cat "$output"
	ok=$(grep -c '^ok ' "$output")
	bad=$(grep -c '^not ok ' "$output")
	skip=$(grep -c '^ok .* # SKIP' "$output")
	if ! grep -q "^1\\.\\.$((ok + bad))\$" "$output"; then
		echo "not ok - $(basename "$program") ended early, status $status"
		bad=$((bad + 1))
	elif [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
		echo "not ok - $(basename "$program") exited with $status"
		bad=$((bad + 1))
	fi
	passed=$((passed + ok - skip))
	failed=$((failed + bad))
	skipped=$((skipped + skip))
done

[ "$skipped" -eq 0 ] || echo "# $skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
