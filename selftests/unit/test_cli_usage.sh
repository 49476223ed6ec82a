#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The segward command without a module: options, sentences and exit status.
# $SEGWARD is the program; without it the one that the Makefile builds.

# shellcheck disable=SC2016 # Suricata's variables are not the shell's

SEGWARD=$(realpath "${SEGWARD:-${OUT:-../../build/unit}/cli/segward}")
completion=$(realpath "$(dirname "$0")/../../userspace/completion/segward.bash")
# A command that ends without freeing is no leak that matters.
ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS:-}
export ASAN_OPTIONS
unset NO_COLOR

if grep -q '^segward ' /proc/modules 2>/dev/null; then
	echo "ok 1 - without the module # SKIP the module is loaded"
	echo "1..1"
	exit 0
fi

dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

tests=0
failures=0

ok() # NAME
{
	tests=$((tests + 1))
	echo "ok $tests - $1"
}

not_ok() # NAME
{
	tests=$((tests + 1))
	failures=$((failures + 1))
	echo "not ok $tests - $1"
}

check() # NAME COMMAND...
{
	name=$1
	shift
	if "$@"; then
		ok "$name"
	else
		not_ok "$name"
	fi
}

# Run segward and want this exit status, exactly this standard output and
# exactly this standard error; "*" is anything.
want() # NAME STATUS STDOUT STDERR WORD...
{
	name=$1 status=$2 out=$3 err=$4
	shift 4
	"$SEGWARD" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	got=$?
	if [ "$got" -eq "$status" ] &&
	   { [ "$out" = '*' ] || [ "$(cat "$dir/out")" = "$out" ]; } &&
	   { [ "$err" = '*' ] || [ "$(cat "$dir/err")" = "$err" ]; }; then
		ok "$name"
		return
	fi
	echo "# segward $*"
	echo "# exit status $got, expected $status"
	sed 's/^/# stdout: /' "$dir/out"
	sed 's/^/# stderr: /' "$dir/err"
	[ "$err" = '*' ] || echo "# expected: $err"
	not_ok "$name"
}

usage() # NAME STDERR WORD...
{
	name=$1 err=$2
	shift 2
	want "$name" 1 '' "$err" "$@"
}

incomplete='Command line is not complete. Try option "help"'
not_loaded='Error: the module segward is not loaded; load it with "modprobe segward".'

# --- Help and options -----------------------------------------------------

want 'help goes to standard output with status 0' 0 '*' '' help
want 'so does -h' 0 '*' '' -h
want 'so does --help' 0 '*' '' --help
want '-V prints the version' 0 '*' '' -V
check 'and it is a number' grep -q '^segward [0-9][0-9.]*$' out
for object in sid profile ruleset rule reputation flow event stats monitor \
	      trace status save apply replay; do
	want "$object help goes to standard output" 0 '*' '' "$object" help
	check "$object help is a usage" grep -q "^Usage: segward $object" out
	check "$object help fits a terminal" \
		awk 'length > 80 { bad = 1 } END { exit bad }' out
done
want 'a command has help, too' 0 '*' '' sid add help
usage 'an unknown option is refused' \
	'Option "-x" is unknown, try "segward -help".' -x
usage 'an option is not abbreviated' \
	'Option "-js" is unknown, try "segward -help".' -js sid
usage 'an unknown colour is refused' \
	'Option "-c=blue" is unknown, try "segward -help".' -c=blue sid
usage 'an unknown object is refused' \
	'Object "sids" is unknown, try "segward help".' sids
usage 'an object is not abbreviated' \
	'Object "si" is unknown, try "segward help".' si
usage 'an unknown command is refused' \
	'Command "ad" is unknown, try "segward sid help".' sid ad
usage 'a missing namespace name is noticed' "$incomplete" -n
usage 'a namespace that does not exist is named' \
	'Cannot open network namespace "segward-none": No such file or directory' \
	-n segward-none sid
usage 'a batch file that does not exist is named' \
	'Cannot open file "none" for reading: No such file or directory' \
	-b none

# --- sid ------------------------------------------------------------------

p=2001:db8:60:8::/64
usage 'sid add wants a prefix' "$incomplete" sid add
usage 'sid add wants an IPv6 prefix' \
	'Error: argument "10.0.0.0/8" is wrong: "PREFIX" wants an IPv6 prefix' \
	sid add 10.0.0.0/8 action End
usage 'sid add refuses what is no prefix' \
	'Error: argument "x/64" is wrong: "PREFIX" wants an address or a prefix' \
	sid add x/64 action End
usage 'sid add refuses host bits' \
	'Error: argument "2001:db8::1/64" is wrong: bits are set behind the prefix length' \
	sid add 2001:db8::1/64 action End
usage 'sid add refuses a length above 128' \
	'Error: argument "2001:db8::/129" is wrong: "PREFIX" wants an address or a prefix' \
	sid add 2001:db8::/129 action End
usage 'sid add refuses a length of 0' \
	'Error: argument "::/0" is wrong: a SID has at least one bit' \
	sid add ::/0 action End
usage 'sid add wants an action' 'Error: argument "action" is required' \
	sid add $p
usage 'sid add wants a value behind a keyword' "$incomplete" \
	sid add $p action
usage 'sid add refuses an unknown action' \
	'Error: argument "end" is wrong: "action" is one of End End.X End.T End.AN End.DX4 End.DX6 End.DT4 End.DT6 End.DT46' \
	sid add $p action end
usage 'a keyword that comes twice is refused' \
	'Error: duplicate "zone": "2" is the second value.' \
	sid add $p action End zone 1 zone 2
usage 'an unknown keyword is refused' \
	'Error: argument "zones" is wrong: not a keyword of "sid add"' \
	sid add $p action End zones 1
usage 'a number is a number' \
	'Error: argument "one" is wrong: "zone" wants a number' \
	sid add $p action End zone one
usage 'a number has bounds' \
	'Error: argument "4294967296" is wrong: "zone" is from 0 to 4294967295' \
	sid add $p action End zone 4294967296
usage 'a device has to exist' 'Error: Cannot find device "segward-none"' \
	sid add $p action End iif segward-none
usage 'a VRF has to be one' \
	'Error: argument "lo" is wrong: Invalid VRF' \
	sid add $p action End vrf lo
usage 'End.X wants a next hop' 'Error: argument "nh6" is required' \
	sid add $p action End.X
usage 'a next hop is an IPv6 address' \
	'Error: argument "10.0.0.1" is wrong: "nh6" wants an IPv6 address' \
	sid add $p action End.X nh6 10.0.0.1
usage 'only End.X and End.DX6 have an IPv6 next hop' \
	'Error: argument "nh6" is wrong: only End.X and End.DX6 have an IPv6 next hop' \
	sid add $p action End nh6 fd00::1
usage 'End.DX4 has an IPv4 next hop' \
	'Error: argument "nh6" is wrong: the next hop of End.DX4 is an IPv4 one, nh4' \
	sid add $p action End.DX4 nh6 fd00::1 oif lo
usage 'an IPv4 next hop is no IPv6 address' \
	'Error: argument "fd00::1" is wrong: "nh4" wants an IPv4 address' \
	sid add $p action End.DX4 nh4 fd00::1 oif lo
usage 'End.DX6 has an IPv6 next hop' \
	'Error: argument "nh4" is wrong: the next hop of End.DX6 is an IPv6 one, nh6' \
	sid add $p action End.DX6 nh4 10.0.0.1 oif lo
usage 'only End.DX4 has an IPv4 next hop' \
	'Error: argument "nh4" is wrong: only End.DX4 has an IPv4 next hop' \
	sid add $p action End.X nh4 10.0.0.1
usage 'End.DX4 wants a next hop' 'Error: argument "nh4" is required' \
	sid add $p action End.DX4 oif lo
usage 'End.DX6 wants a next hop' 'Error: argument "nh6" is required' \
	sid add $p action End.DX6 oif lo
usage 'End.DX4 wants a device' 'Error: argument "oif" is required' \
	sid add $p action End.DX4 nh4 10.0.0.1
usage 'End.DX6 wants a device' 'Error: argument "oif" is required' \
	sid add $p action End.DX6 nh6 fe80::1
usage 'End.T and End.DT46 have no output device' \
	'Error: argument "oif" is wrong: only End.X, End.DX4 and End.DX6 have an output device' \
	sid add $p action End.DT46 table main oif lo
usage 'End.DX2 is refused' \
	'Error: argument "End.DX2" is wrong: segward takes IP packets out of their tunnels, no Ethernet frames' \
	sid add $p action End.DX2 oif lo
usage 'End.DT6 wants a table' 'Error: argument "vrftable" is required' \
	sid add $p action End.DT6 zone 1
usage 'End.DT4 wants a table, and says so at the end' "$incomplete" \
	sid add $p action End.DT4
usage 'a table and a VRF exclude each other' \
	'Error: argument "vrftable" is wrong: a table or a VRF'\''s table, not both' \
	sid add $p action End.DT6 table 5 vrftable 10
usage 'only End.DT* have a VRF' \
	'Error: argument "vrftable" is wrong: only End.DT4, End.DT6 and End.DT46 have a VRF'\''s table, right behind them' \
	sid add $p action End vrftable 10
usage 'an unknown flavor is refused' \
	'Error: argument "xsp" is wrong: flavors are psp, usp, usd and next-csid, with commas between them' \
	sid add $p action End flavors psp,xsp
usage 'REPLACE-C-SID is refused by name' \
	'Error: argument "replace-csid" is wrong: segward has no REPLACE-C-SID; of C-SIDs it knows next-csid' \
	sid add $p action End flavors replace-csid
usage 'lblen without next-csid' \
	'Error: argument "lblen" is wrong: only flavor next-csid has lblen and nflen' \
	sid add $p action End flavors psp lblen 32
usage 'nflen without next-csid' \
	'Error: argument "nflen" is wrong: only flavor next-csid has lblen and nflen' \
	sid add $p action End nflen 16
usage 'lblen has limits' \
	'Error: argument "121" is wrong: "lblen" is from 8 to 120' \
	sid add $p action End flavors next-csid lblen 121
usage 'an argument is a value and a profile' \
	'Error: argument "16" is wrong: VALUE=PROFILE is wanted' \
	sid add $p action End.AN profile x argument 16
usage 'the value of an argument is a number' \
	'Error: argument "x=y" is wrong: the value is a number of at most 32 bits' \
	sid add $p action End.AN profile x argument x=y
usage 'an argument has a name of a profile' \
	'Error: argument "-y" is wrong: a name begins with a letter or a digit' \
	sid add $p action End.AN profile x argument 1=-y
usage 'a value comes once' \
	'Error: argument "0x1=z" is wrong: this value has a profile already' \
	sid add $p action End.AN profile x argument 1=y argument 0x1=z
usage 'an offset without values' \
	'Error: argument "argument-offset" is wrong: there are no argument values to which this belongs' \
	sid add $p action End.AN profile x argument-offset 8
usage 'a length without values' \
	'Error: argument "argument-len" is wrong: there are no argument values to which this belongs' \
	sid add $p action End.AN profile x argument-len 8
usage 'a way back is one of three' \
	'Error: argument "main" is wrong: resets go back by table, vrf or segs' \
	sid add $p action End.AN profile x return main
usage 'a way back has a value' "$incomplete" \
	sid add $p action End.AN profile x return
usage 'segments of a way back are IPv6 addresses' \
	'Error: argument "x,fd00::1" is wrong: segments are IPv6 addresses, with commas between them' \
	sid add $p action End.AN profile x return segs x,fd00::1
usage 'there is no key 0' \
	'Error: argument "0" is wrong: "hmac" is from 1 to 4294967295' \
	sid add $p action End hmac 0
usage 'a flavor comes once' \
	'Error: argument "psp" is wrong: each flavor once' \
	sid add $p action End flavors psp,usp,psp
usage 'flavors come once' \
	'Error: duplicate "flavors": "usp" is the second value.' \
	sid add $p action End flavors psp flavors usp
usage 'End.DX6 has no flavors' \
	'Error: argument "flavors" is wrong: only End, End.X, End.T and End.AN have flavors' \
	sid add $p action End.DX6 nh6 fe80::1 oif lo flavors psp
for action in 'End flavors psp,usp,usd' 'End.X nh6 fd00::1 flavors usd' \
	'End.T table 5 flavors psp' 'End.DX4 nh4 10.0.0.1 oif lo' \
	'End.DX6 nh6 fe80::1 oif lo' 'End.DT4 vrftable 10' \
	'End.DT6 table 100' 'End.DT46 table main profile x' \
	'End flavors next-csid,psp lblen 40 nflen 24' \
	'End.AN profile x argument 0x10=y argument 2=z argument-len 8' \
	'End.X nh6 fd00::1 profile x argument 1=y argument-offset 32' \
	'End.AN profile x return segs fd00::1,fd00::2' \
	'End.AN profile x return table main' 'End hmac 4294967295'; do
	# shellcheck disable=SC2086 # many words
	want "$action is understood" 2 '' "$not_loaded" \
		sid add $p action $action
done
usage 'End.T wants a table' 'Error: argument "table" is required' \
	sid add $p action End.T zone 1
usage 'a table is a name or a number' \
	'Error: argument "none-such" is wrong: invalid table ID' \
	sid add $p action End.T table none-such
usage 'End.AN wants a profile' 'Error: argument "profile" is required' \
	sid add $p action End.AN
usage 'End takes no profile' \
	'Error: argument "profile" is wrong: End takes no profile; End.AN does' \
	sid add $p action End profile x
usage 'noroute and a metric exclude each other' \
	'Error: argument "noroute" is wrong: a SID has a route or has none' \
	sid add $p action End metric 5 noroute
usage 'a metric leaves the high byte to the discard route' \
	'Error: argument "16777216" is wrong: "metric" is from 1 to 16777215' \
	sid add $p action End metric 16777216
usage 'a name has no spaces' \
	'Error: argument "a b" is wrong: a name is made of letters, digits and . _ -' \
	sid add $p action End.AN profile 'a b'
usage 'a name has at most 31 characters' \
	'Error: argument "a234567890123456789012345678901x" is wrong: "profile" has 1 to 31 characters' \
	sid add $p action End.AN profile a234567890123456789012345678901x
want 'a name of 31 characters passes' 2 '' "$not_loaded" \
	sid add $p action End.AN profile a234567890123456789012345678901
want 'a SID of one bit passes' 2 '' "$not_loaded" \
	sid add 8000::/1 action End
want 'a SID of 128 bits passes' 2 '' "$not_loaded" \
	sid add 2001:db8::1 action End
allow=$(i=0; while [ $i -lt 64 ]; do echo "allow-src fd00:$i::/32"; \
	i=$((i + 1)); done)
# shellcheck disable=SC2086 # many words
want '64 allowed sources pass' 2 '' "$not_loaded" \
	sid add $p action End $allow
# shellcheck disable=SC2086 # many words
usage '65 allowed sources do not' \
	'Error: argument "allow-src" is wrong: a SID has at most 64 of them' \
	sid add $p action End $allow allow-src fd01::/32
usage 'sid get wants an address' "$incomplete" sid get

# --- profile --------------------------------------------------------------

usage 'a mode is one of two' \
	'Error: argument "detect" is wrong: "mode" is one of monitor prevent' \
	profile add x mode detect
usage 'a score has bounds' \
	'Error: argument "101" is wrong: "min-score" is from 1 to 100' \
	profile add x reputation botnet min-score 101 verdict drop
usage 'a threshold is written in order' \
	'Error: argument "min-score" is required' \
	profile add x reputation botnet verdict drop
usage 'a category has its own letters' \
	'Error: argument "Botnet" is wrong: a category is made of a-z, 0-9 and -' \
	profile add x reputation Botnet min-score 1 verdict drop
usage 'an override wants a verdict' "$incomplete" \
	profile add x override signature-id 5
usage 'an override is about one of three' \
	'Error: argument "sid" is wrong: "override" is one of signature-id classtype ruleset' \
	profile add x override sid 5 verdict drop
usage 'a variable wants addresses or ports' \
	'Error: argument "[10.0.0.0/8,80]" is wrong: a variable holds addresses or ports, not both' \
	profile add x variable HOME_NET '[10.0.0.0/8,80]'
usage 'a variable refers to those before it' \
	'Error: argument "!$HOME_NET" is wrong: the profile sets no variable "HOME_NET" before this one' \
	profile add x variable EXTERNAL_NET '!$HOME_NET'
usage 'an exception is one of three' \
	'Error: argument "bypass" is wrong: "budget" is one of pass-packet drop-packet reject' \
	profile add x exception budget bypass
usage 'profile set wants something to set' "$incomplete" profile set x
want 'a whole profile is understood' 2 '' "$not_loaded" \
	profile add x mode prevent ruleset a ruleset b \
	variable HOME_NET '[10.0.0.0/8,!10.1.0.0/16]' \
	variable EXTERNAL_NET '!$HOME_NET' \
	reputation botnet min-score 80 verdict drop \
	override signature-id 5 gid 3 verdict pass \
	override classtype trojan-activity verdict drop \
	override ruleset a verdict report \
	suppress signature-id 6 suppress signature-id 7 src 192.0.2.0/24 \
	exception inner-fragment pass-packet

# --- reputation -----------------------------------------------------------

usage 'an entry wants a source' 'Error: argument "source" is required' \
	reputation add 192.0.2.1 category botnet score 5
usage 'an entry wants a score' 'Error: argument "score" is required' \
	reputation add 192.0.2.1 category botnet source soc
usage 'a time has a unit' \
	'Error: argument "60" is wrong: "timeout" wants a time such as 500ms, 90s, 1h, 2d or never' \
	reputation add 192.0.2.1 category botnet score 5 timeout 60 source soc
for time in 500ms 90s 15m 1h 2d 1w 1d12h never; do
	want "$time is a time" 2 '' "$not_loaded" reputation add 192.0.2.1 \
		category botnet score 5 timeout $time source soc
done
usage 'flush wants a source' 'Error: argument "source" is required' \
	reputation flush
printf '192.0.2.1\n192.0.2.300\n' >list
usage 'a bad line refuses the file' \
	'list:2:1: "192.0.2.300" is not an address, a prefix or a range
Error: list has bad lines; nothing was loaded. "skip-bad" leaves them out.' \
	reputation load list source soc
want 'skip-bad leaves it out' 2 '' \
	'list:2:1: "192.0.2.300" is not an address, a prefix or a range
'"$not_loaded" reputation load list source soc skip-bad

# --- flow and settings ----------------------------------------------------

usage 'a flow has one of three states' \
	'Error: argument "closing" is wrong: "state" is one of new established closed' \
	flow show state closing
usage 'a port has bounds' \
	'Error: argument "0" is wrong: "port" is from 1 to 65535' \
	flow show port 0
usage 'a protocol has a name or a number' \
	'Error: argument "256" is wrong: a protocol is a name or a number up to 255' \
	flow flush protocol 256
usage 'a filter is given once' 'Error: duplicate "zone": "6" is the second value.' \
	flow show zone 5 zone 6
want 'a whole filter is understood' 2 '' "$not_loaded" flow flush zone 5 \
	family ipv4 protocol tcp state new address 192.0.2.0/24 port 80
usage 'flows-max has bounds' \
	'Error: argument "63" is wrong: "flows-max" is from 64 to 16777216' \
	stats set flows-max 63
usage 'set wants a setting' "$incomplete" stats set
want 'settings are set together' 2 '' "$not_loaded" \
	stats set flows-max 1000 image-unprivileged on

# --- ruleset --------------------------------------------------------------

echo 'alert tcp any any -> any 80 (msg:"a"; content:"x"; sid:1; rev:1;)' \
	>good.rules
{ cat good.rules
echo 'alert tcp any any -> any 80 (msg:"b"; content:"x"; sid:2; nonsense; rev:1;)'
} >bad.rules
want 'check of a good file is content' 0 '*' '' ruleset check good.rules
check 'and says what it saw' grep -Eqx \
	'rules 1 compiled 1 rejected 0 seconds [0-9]+\.[0-9]{3}' out
want 'check of a bad file is not' 1 '*' '' ruleset check bad.rules
check 'and names file, line, column and keyword' \
	grep -q '^bad.rules:2:[0-9]*: nonsense: ' out
want 'check with skip-bad has status 0' 0 '*' '' ruleset check bad.rules skip-bad
want 'check as JSON' 1 '*' '' -j ruleset check bad.rules
cat >check.py <<'END'
import json
(o,) = json.load(open("out"))
assert (o["rules"], o["compiled"]) == (2, 1), o
(r,) = o["rejected"]
assert r["file"] == "bad.rules" and r["line"] == 2, r
assert r["signature_id"] == 2 and r["keyword"] == "nonsense", r
assert r["reason"] and isinstance(o["seconds"], float)
END
check 'is one object in an array' python3 check.py
want 'load of a bad file is refused before the kernel is asked' 1 '' '*' \
	ruleset load x bad.rules
check 'and says so' grep -qx \
	'Error: 1 of 2 rules were refused; nothing was loaded. "skip-bad" leaves them out.' \
	err
want 'load of a good file asks the kernel' 2 '' "$not_loaded" \
	ruleset load x good.rules
usage 'a rules file that does not exist is named' \
	'Error: none: No such file or directory.' ruleset check none

# --- batch and apply ------------------------------------------------------

printf '# comment\n\nsid add \\\n  %s action "End"\n' $p >good
want 'a batch of quotes, comments and continued lines is understood' 2 '' \
	"$not_loaded
Command failed good:3" -b good
printf 'sid add "%s\n' $p >open
usage 'an open quote is noticed' 'Error: a quote is not closed
Command failed open:1' -b open
printf 'sid help\nsid none\nsid help\n' >stop
want 'a batch stops at the first failure' 1 '*' \
	'Command "none" is unknown, try "segward sid help".
Command failed stop:2' -b stop
check 'and runs nothing behind it' [ "$(grep -c '^Usage' out)" -eq 1 ]
want 'apply check works without the module' 0 \
	'check: added 1 changed 0 removed 0 unchanged 0' '' apply good check
want 'apply needs the module' 2 '' "$not_loaded" apply good
printf 'profile add x\nsid add %s action End.AN profile y\nsid del %s\nsid add %s\n' \
	$p $p $p >wrong
usage 'apply tells of all mistakes with file and line' \
	'wrong:3: "sid del" cannot be applied: a file says what is to be there, by sid, profile and reputation add or replace, and ruleset and reputation load
wrong:4: argument "action" is required' apply wrong check
printf 'profile add x\nsid add %s action End.AN profile y\nprofile add x\n' \
	$p >wrong
usage 'apply checks what belongs together' \
	'wrong:2: argument "y" is wrong: there is no profile of this name
wrong:3: profile x stands in line 1 already' apply wrong check
printf 'ruleset load r bad.rules\n' >wrong
want 'apply compiles before it changes' 1 '' '*' apply wrong check
check 'and names the line' grep -qx \
	'wrong:1: 1 of 2 rules were refused; nothing was loaded. "skip-bad" leaves them out.' \
	err

# --- the rest -------------------------------------------------------------

want 'without the module every question says so' 2 '' "$not_loaded" sid show
want 'status says so in its own words, with status 1' 1 \
	'error: the module segward is not loaded; load it with "modprobe segward"' \
	'' status
want 'and is what segward alone does' 1 \
	'error: the module segward is not loaded; load it with "modprobe segward"' \
	''
want 'status as JSON' 1 \
	'[{"ok":false,"problems":[{"level":"error","cause":"module","object":"","text":"the module segward is not loaded; load it with \"modprobe segward\""}]}]' \
	'' -j status
want 'completion knows the objects' 0 'sid
stats
status
save' '' __complete s
want 'completion knows commands' 0 'show
save' '' __complete sid s
want 'completion knows what an action needs' 0 'nh6' '' \
	__complete sid add $p action End.X ''
want 'completion does not offer a keyword twice' 0 'vrf
iif
hmac
allow-src
table
metric
noroute
flavors
lblen
nflen
profile
argument
argument-offset
argument-len
return' '' __complete sid add $p action End zone 1 ''
want 'completion knows where a table goes' 0 'table
vrftable' '' __complete sid add $p action End.DT46 ''
want 'completion knows that a cross-connect needs a device' 0 'oif' '' \
	__complete sid add $p action End.DX4 nh4 10.0.0.1 ''
want 'completion offers what repeats again' 0 'allow-src' '' \
	__complete sid add $p action End allow-src fd00::/64 al
want 'completion skips options' 0 'show' '' __complete -j -b x sid sh
want 'completion has nothing behind nonsense' 0 '' '' \
	__complete sid add $p nonsense ''
cat >complete.sh <<'END'
. "$1" && COMP_LINE=$2 COMP_POINT=${#COMP_LINE} && _segward &&
echo "${COMPREPLY[*]}"
END
bash_completes() # LINE CANDIDATES
{
	[ "$(bash complete.sh "$completion" "$SEGWARD $1")" = "$2" ]
}
check 'bash completes an object' bash_completes 'prof' 'profile'
check 'bash completes behind a blank' bash_completes \
	'sid add 2001:db8::/64 ' 'action'
check 'bash completes within a word' bash_completes \
	'sid add 2001:db8::/64 action End.A' 'End.AN'
"$SEGWARD" help >/dev/full 2>/dev/null
check 'a full disk is an error' [ $? -eq 1 ]

echo "1..$tests"
[ "$failures" -eq 0 ]
