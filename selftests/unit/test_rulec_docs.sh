#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The rule language and its manual agree: what the compiler reads or refuses by
# name stands in Documentation/rules.rst, and the names there are known.
cd "$(dirname "$0")/../.." || exit 1
rulec=userspace/rulec
manual=Documentation/rules.rst
export LC_ALL=C
number=0
failed=0

# The first string of each line "{ "word", ..." of a table.
table()
{
	sed -n "/$2\\[\\] = {/,/^\\t*};/s/^\\t*{ \"\\([^\"]*\\)\",.*/\\1/p" \
		"$rulec/$1"
}

# Words in double backquotes, several in one pair included.
quoted=$(mktemp) || exit 1
trap 'rm -f "$quoted"' EXIT
# shellcheck disable=SC2016 # the backquotes are meant
tr '\n' ' ' < "$manual" | grep -o '[`][`][^`]*[`][`]' | tr -d '`' |
	tr -s ' ' '\n' | sort -u > "$quoted"

# check CLAIM MISSING
check()
{
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		echo "# missing: $(echo "$2" | tr '\n' ' ')"
		failed=1
	fi
}

# Print those words of the input that are not in the manual.
missing()
{
	sort -u | comm -23 - "$quoted"
}

# Print the tables that have fewer words than they are known to have.
too_short()
{
	while read -r file name words; do
		[ "$(table "$file" "$name" | wc -l)" -ge "$words" ] ||
			echo "$name"
	done <<-'END'
	option.c types 28
	buffer.c stickies 70
	buffer.c modifiers 13
	keyword.c keywords 190
	keyword.c protocols 25
	reader.c protocols 19
	reader.c actions 7
	list.c variables 26
	END
}

check "the tables are found" "$(too_short)"
check "every option that is read is in the manual" \
	"$({ table option.c types; table buffer.c stickies;
	     table buffer.c modifiers; } | missing)"
check "every keyword that is refused is in the manual" \
	"$(table keyword.c keywords | missing)"
check "every protocol is in the manual" \
	"$({ table reader.c protocols; table keyword.c protocols; } | missing)"
check "every action is in the manual" "$(table reader.c actions | missing)"
check "every variable is in the manual" "$(table list.c variables | missing)"
check "no keyword is both read and refused" \
	"$({ table option.c types; table buffer.c stickies;
	     table buffer.c modifiers; table keyword.c keywords; } |
	   sort | uniq -d)"
check "the tables of refused words are sorted" \
	"$(table keyword.c keywords | sort -c 2>&1;
	   table keyword.c protocols | sort -c 2>&1)"
echo "1..$number"
exit $failed
