#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The main job on real input: customers of both families reach real servers
# through an SRv6 network whose middle node inspects them.
#
#   client ------ headend ------ segward ------ tail-end ------ server
#   10.1.0.2      encap          SID :8::/64    End.DX4/DX6     nginx
#   2001:db8:a::2 seg6           profile        (mainline)      mosquitto
#                 (mainline)     broadband                      dnsmasq
#
# Both directions pass the node. Every step is asserted; the first that fails
# ends the story with its reason. Runs as root in the lab's guest, or on a
# router with the module at hand.
#
# Environment: SEGWARD (the command), SEGWARD_KO (the module), SEGWARD_OUT
# (where captures and the event log are left), ET_RULES (a folder with the
# .rules files of ET-Open).

set -u
HERE=$(cd "$(dirname "$0")" && pwd)
SEGWARD=${SEGWARD:-segward}
OUT=${SEGWARD_OUT:-/tmp/segward-demo}
RUN=$(mktemp -d /tmp/segward-demo.XXXXXX)
mkdir -p "$OUT"

SID=2001:3e8:60:8::		# towards the server
SID_BACK=2001:3e8:60:9::	# towards the client
TAIL4=2001:db8:fe::4 TAIL6=2001:db8:fe::6
HEAD4=2001:db8:fd::4 HEAD6=2001:db8:fd::6
WEB4=10.2.0.2 WEB6=2001:db8:b::2
EXPLOIT='/cgi-bin/.%2e/.%2e/.%2e/bin/sh'
STEP=0
PIDS=()

tell() {
	printf '\n%s\n' "$*"
}

pass() {
	STEP=$((STEP + 1))
	printf '  ok %2d  %s\n' "$STEP" "$*"
}

fail() {
	printf '  FAILED  %s\n' "$*"
	printf '          logs and captures: %s\n' "$OUT"
	exit 1
}

# check TEXT COMMAND... - the command must succeed
check() {
	local text=$1 said
	shift
	said=$("$@" 2>&1) || fail "$text: '$*' exited $?: $said"
	pass "$text"
}

# refuse TEXT COMMAND... - the command must fail
refuse() {
	local text=$1 said
	shift
	said=$("$@" 2>&1) && fail "$text: '$*' succeeded: $said"
	pass "$text"
}

# until_true SECONDS COMMAND... - wait for a condition, with a bound
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		read -r -t 0.1 <> <(:) || true
	done
}

inns() {
	ip netns exec "$@"
}

sw() {
	inns sw "$SEGWARD" "$@"
}

cleanup() {
	local pid
	for pid in "${PIDS[@]}"; do
		kill "$pid" 2>/dev/null
	done
	for ns in cl he sw te sv; do
		ip netns del "$ns" 2>/dev/null
	done
	rm -rf "$RUN"
}
trap cleanup EXIT

cable() {	# cable NS DEV ADDRESSES... -- NS DEV ADDRESSES...
	local ns1=$1 dev1=$2 ns2 dev2 a
	shift 2
	local first=()
	while [ "$1" != -- ]; do
		first+=("$1")
		shift
	done
	ns2=$2 dev2=$3
	shift 3
	ip -n "$ns1" link add "$dev1" type veth peer name "$dev2" netns "$ns2"
	for a in "${first[@]}"; do
		ip -n "$ns1" addr add "$a" dev "$dev1"
	done
	for a in "$@"; do
		ip -n "$ns2" addr add "$a" dev "$dev2"
	done
	ip -n "$ns1" link set "$dev1" up
	ip -n "$ns2" link set "$dev2" up
}

network() {
	local ns
	for ns in cl he sw te sv; do
		ip netns add "$ns" || fail "cannot make namespaces"
		ip -n "$ns" link set lo up
		inns "$ns" sysctl -qw net.ipv6.conf.all.accept_dad=0 \
			net.ipv6.conf.default.accept_dad=0 \
			net.ipv4.conf.all.rp_filter=0 \
			net.ipv4.conf.default.rp_filter=0
	done
	for ns in he sw te; do
		inns "$ns" sysctl -qw net.ipv6.conf.all.forwarding=1 \
			net.ipv4.ip_forward=1 net.ipv6.conf.all.seg6_enabled=1 \
			net.ipv6.conf.default.seg6_enabled=1
	done
	cable cl c0 10.1.0.2/24 2001:db8:a::2/64 -- \
		he h0 10.1.0.1/24 2001:db8:a::1/64
	# the blocklisted device; deprecated, so used only where it is named
	ip -n cl -6 addr add 2001:db8:a::66/64 dev c0 preferred_lft 0
	cable he h1 2001:db8:1::1/64 -- sw s0 2001:db8:1::2/64
	cable sw s1 2001:db8:2::1/64 -- te t0 2001:db8:2::2/64
	cable te t1 10.2.0.1/24 2001:db8:b::1/64 -- \
		sv v0 10.2.0.2/24 2001:db8:b::2/64
	# the core carries what the edge accepts plus IPv6 and SRH
	ip -n he link set h1 mtu 2000
	ip -n sw link set s0 mtu 2000
	ip -n sw link set s1 mtu 2000
	ip -n te link set t0 mtu 2000
	ip -n cl route add default via 10.1.0.1
	ip -n cl -6 route add default via 2001:db8:a::1
	ip -n sv route add default via 10.2.0.1
	ip -n sv -6 route add default via 2001:db8:b::1

	# headend and tail-end: mainline seg6, out and back
	ip -n he -6 route add 2001:3e8:60::/48 via 2001:db8:1::2
	ip -n he -6 route add 2001:db8:2::/64 via 2001:db8:1::2
	ip -n he route add 10.2.0.0/24 encap seg6 mode encap \
		segs $SID,$TAIL4 dev h1
	ip -n he -6 route add 2001:db8:b::/64 encap seg6 mode encap \
		segs $SID,$TAIL6 dev h1
	ip -n he -6 route add $HEAD4 encap seg6local action End.DX4 \
		nh4 10.1.0.2 dev h0
	ip -n he -6 route add $HEAD6 encap seg6local action End.DX6 \
		nh6 2001:db8:a::2 dev h0
	ip -n te -6 route add 2001:3e8:60::/48 via 2001:db8:2::1
	ip -n te -6 route add 2001:db8:1::/64 via 2001:db8:2::1
	ip -n te route add 10.1.0.0/24 encap seg6 mode encap \
		segs $SID_BACK,$HEAD4 dev t0
	ip -n te -6 route add 2001:db8:a::/64 encap seg6 mode encap \
		segs $SID_BACK,$HEAD6 dev t0
	ip -n te -6 route add $TAIL4 encap seg6local action End.DX4 \
		nh4 10.2.0.2 dev t1
	ip -n te -6 route add $TAIL6 encap seg6local action End.DX6 \
		nh6 2001:db8:b::2 dev t1

	# the node; its default route would carry everything if segward failed
	ip -n sw -6 route add 2001:db8:fe::/48 via 2001:db8:2::2
	ip -n sw -6 route add 2001:db8:fd::/48 via 2001:db8:1::1
	ip -n sw -6 route add default via 2001:db8:2::2
	# a leak would find its way: the tail-end knows the SIDs as End
	ip -n te -6 route add 2001:3e8:60:8::/64 encap seg6local action End dev t0
}

servers() {
	mkdir -p "$RUN"/{www,nginx,mqtt}
	seq 1 2000 >"$RUN/www/index.html"
	cat >"$RUN/nginx.conf" <<-CONF
		daemon off; worker_processes 1; pid $RUN/nginx.pid;
		error_log $OUT/nginx-error.log;
		events { worker_connections 256; }
		http {
			access_log $OUT/nginx-access.log;
			client_body_temp_path $RUN/nginx; proxy_temp_path $RUN/nginx;
			fastcgi_temp_path $RUN/nginx; uwsgi_temp_path $RUN/nginx;
			scgi_temp_path $RUN/nginx;
			server { listen 80; listen [::]:80; root $RUN/www; }
		}
	CONF
	cat >"$RUN/mosquitto.conf" <<-CONF
		listener 1883
		allow_anonymous true
		persistence false
	CONF
	cat >"$RUN/dnsmasq.conf" <<-CONF
		no-daemon
		no-resolv
		no-hosts
		user=root
		interface=v0
		bind-interfaces
		pid-file=$RUN/dnsmasq.pid
		address=/www.example.net/10.2.0.2
		address=/www.example.net/2001:db8:b::2
	CONF
	chmod -R a+rX "$RUN"
	inns sv nginx -c "$RUN/nginx.conf" >"$OUT/nginx.log" 2>&1 &
	PIDS+=($!)
	inns sv mosquitto -c "$RUN/mosquitto.conf" >"$OUT/mosquitto.log" 2>&1 &
	PIDS+=($!)
	inns sv dnsmasq -C "$RUN/dnsmasq.conf" >"$OUT/dnsmasq.log" 2>&1 &
	PIDS+=($!)
	until_true 20 inns sv curl -sf http://10.2.0.2/ ||
		fail "nginx does not answer in its own namespace: $(tail -n3 \
			"$OUT"/nginx*.log)"
}

fetch() {	# fetch HOST [PATH [CURL OPTIONS]] - a web page, or failure
	local host=$1 path=${2:-/}
	shift $(($# < 2 ? $# : 2))
	inns cl curl -sgf --path-as-is --max-time "${WAIT:-10}" -o /dev/null \
		"$@" "http://$host$path"
}

mqtt() {	# mqtt HOST - publish, and receive what was published
	local got=$RUN/mqtt/got sub end
	: >"$got"
	inns cl mosquitto_sub -h "$1" -t meter/1 -C 1 -W 20 >"$got" 2>&1 &
	sub=$!
	end=$((SECONDS + 20))
	# the broker drops what is published before the subscription stands
	while kill -0 $sub 2>/dev/null && ((SECONDS < end)); do
		inns cl mosquitto_pub -h "$1" -t meter/1 -m 230V || return 1
	done
	wait $sub
	grep -qx 230V "$got"
}

dns() {		# dns SERVER TYPE ANSWER
	[ "$(inns cl dig +short +time=5 +tries=2 "@$1" www.example.net "$2")" = "$3" ]
}

event() {	# event FILTER - has an event come that this jq filter selects?
	until_true "${BOUND:-15}" jq -e -s "any(.[]; $1)" "$OUT/events.json"
}

no_event() {
	! jq -e -s "any(.[]; $1)" "$OUT/events.json" >/dev/null
}

load_module() {
	insmod "$SEGWARD_KO"
}

start_monitor() {
	inns sw "$SEGWARD" -j monitor events >>"$OUT/events.json" \
		2>>"$OUT/monitor.log" &
	MONITOR=$!
	PIDS+=("$MONITOR")
	until_true 10 inns sw "$SEGWARD" stats ||
		fail "segward stats does not answer"
}

configure() {
	local rules
	rules=$(find "${ET_RULES:?}" -name '*.rules' | sort)
	tell "Rules: the complete ET-Open of 2017, and four of our own"
	# shellcheck disable=SC2086 # one word a file
	sw ruleset load et $rules skip-bad >"$OUT/ruleset.log" 2>&1 ||
		fail "ruleset load et: $(tail -n 3 "$OUT/ruleset.log")"
	sw -j ruleset show et >"$OUT/ruleset.json" ||
		fail "ruleset show et"
	check "ET-Open is loaded: $(jq -r '.[0] | "\(.rules) rules compiled, \(
		.rejected) refused"' \
		"$OUT/ruleset.json")" \
		jq -e '.[0].rules > 500' "$OUT/ruleset.json"
	check "our own rules are loaded" \
		sw ruleset load local "$HERE/local.rules"
	check "a profile for the slice" \
		sw profile add broadband mode prevent ruleset local ruleset et \
		reputation botnet min-score 80 verdict drop
	check "a SID towards the server" \
		sw sid add $SID/64 action End.AN profile broadband zone 1
	check "a SID towards the client" \
		sw sid add $SID_BACK/64 action End.AN profile broadband zone 1
	check "a reputation list" \
		sw reputation load "$HERE/botnet.list" source soc \
		category botnet score 95
}

clean_traffic() {
	local web mode=$1
	for web in $WEB4 "[$WEB6]"; do
		check "$mode: web page from $web" fetch "$web"
	done
	for web in $WEB4 $WEB6; do
		check "$mode: MQTT message through $web" mqtt "$web"
	done
	check "$mode: DNS, IPv4" dns $WEB4 A 10.2.0.2
	check "$mode: DNS, IPv6" dns $WEB6 AAAA $WEB6
}

# What the capture says of the packet before and after the node.
capture() {
	local before after
	inns sw tcpdump -Uni s0 -w "$OUT/before.pcap" ip6 2>"$OUT/tcpdump0.log" &
	local p0=$!
	inns sw tcpdump -Uni s1 -w "$OUT/after.pcap" ip6 2>"$OUT/tcpdump1.log" &
	local p1=$!
	PIDS+=("$p0" "$p1")
	# shellcheck disable=SC2015 # either is a failure
	until_true 20 grep -q listening "$OUT/tcpdump0.log" &&
		until_true 20 grep -q listening "$OUT/tcpdump1.log" ||
		fail "tcpdump does not start"
	inns cl ping -c 1 -W 5 $WEB6 >/dev/null || fail "ping of the server"
	until_true 10 capture_row "$OUT/after.pcap" $TAIL6
	kill "$p0" "$p1"
	wait "$p0" "$p1" 2>/dev/null
	before=$(capture_row "$OUT/before.pcap" $SID)
	after=$(capture_row "$OUT/after.pcap" $TAIL6)
	tell "On the wire: destination, segments left, hop limit"
	printf '          before  %s\n          after   %s\n' "$before" "$after"
	# shellcheck disable=SC2086 # three words each
	set -- $before $after
	check "the destination is the next segment" test "$1,$4" = "$SID,$TAIL6"
	check "segments left went from 1 to 0" test "$2,$5" = 1,0
	check "the hop limit went down by exactly one" test $(($3 - $6)) = 1
}

# capture_row FILE DESTINATION - "DESTINATION SEGMENTS-LEFT HOP-LIMIT" of the
# first SRv6 packet to it with an Echo Request inside. tcpdump reads a file
# much faster than tshark starts in an emulated guest.
capture_row() {
	local row
	row=$(tcpdump -nvr "$1" 2>/dev/null | sed -n "/echo request/s/^[^(]*([^)]*hlim \([0-9]*\), .* > \($2\): RT6 ([^)]*segleft=\([0-9]*\),.*/\2 \3 \1/p" |
		head -n 1)
	[ -n "$row" ] && echo "$row"
}

exploit() {
	local drop='.event_type == "alert" and .alert.signature_id == 9000001'
	tell "An exploit in IPv6 behind an SRH"
	: >"$OUT/nginx-access.log"
	WAIT=3 refuse "prevent: the request does not come back" \
		fetch "[$WEB6]" "$EXPLOIT"
	check "the server has not seen it" \
		test "$(grep -c cgi-bin "$OUT/nginx-access.log")" = 0
	check "the event names rule, SID and profile" \
		event "$drop and .alert.action == \"blocked\" and
			.srv6.profile == \"broadband\" and
			(.srv6.sid | startswith(\"2001:3e8:60:8\"))"
	WAIT=3 refuse "prevent: the same in IPv4" fetch $WEB4 "$EXPLOIT"

	check "the profile goes to monitor" \
		sw profile set broadband mode monitor
	inns cl curl -sg --path-as-is --max-time 10 -o /dev/null \
		"http://[$WEB6]$EXPLOIT" ||
		fail "monitor: the request must come back"
	pass "monitor: the same request passes"
	check "the server has seen it" grep -q cgi-bin "$OUT/nginx-access.log"
	check "the event says what prevent would have done" \
		event "$drop and .alert.action == \"allowed\" and
			.verdict.would == \"drop\""
	check "the profile goes back to prevent" \
		sw profile set broadband mode prevent
}

reputation() {
	tell "A blocklisted device"
	inns cl curl -sgf --max-time 10 --interface 2001:db8:a::2 \
		-o /dev/null "http://[$WEB6]/" || fail "the good neighbour"
	pass "its neighbour reaches the server"
	# the list names 2001:db8:a::66
	WAIT=3 refuse "the device does not" \
		fetch "[$WEB6]" / --interface 2001:db8:a::66
	check "the event names category, score and source" \
		event '.event_type == "reputation" and .verdict.action == "drop" and
			.reputation.category == "botnet" and
			.reputation.score == 95 and .reputation.source == "soc"'
}

# $1: server; one line for each request, until told to stop
request_again_and_again() {
	until [ -e "$RUN/stop" ]; do
		if WAIT=10 fetch "$1"; then echo good; else echo bad; fi
	done
}

# $1: how many requests must have ended
requests_ended() {
	[ "$(wc -l <"$RUN/load.log")" -ge "$1" ]
}

# Each swap has requests under way before and after it.
swap_under_load() {
	local log=$RUN/load.log clients=() i
	tell "Ten ruleset swaps under load"
	: >"$log"
	for i in "[$WEB6]" $WEB4 "[$WEB6]" $WEB4; do
		request_again_and_again "$i" >>"$log" &
		clients+=($!)
	done
	for i in 1 2 3 4 5 6 7 8 9 10; do
		until_true 60 requests_ended $((4 * i)) ||
			fail "requests before swap $i"
		sw ruleset load local "$HERE/local.rules" ||
			fail "swap $i under load"
	done
	: >"$RUN/stop"
	wait "${clients[@]}"
	check "$(wc -l <"$log") requests during ten swaps" requests_ended 40
	refuse "none of them failed" grep -q bad "$log"
}

remove_and_restore() {
	tell "The module goes away, and comes back"
	sw save >"$OUT/saved.conf" || fail "segward save"
	pass "the configuration is saved"
	kill "$MONITOR"
	wait "$MONITOR" 2>/dev/null
	check "rmmod" rmmod segward
	WAIT=3 refuse "without the module IPv6 stops" fetch "[$WEB6]"
	WAIT=3 refuse "without the module IPv4 stops" fetch $WEB4
	check "load it again" load_module
	check "apply restores everything" sw apply "$OUT/saved.conf"
	sw save >"$OUT/saved-again.conf" || fail "segward save"
	check "what is saved now is what was saved" \
		diff <(grep -v timeout "$OUT/saved.conf") \
		<(grep -v timeout "$OUT/saved-again.conf")
	start_monitor
	check "IPv6 flows again" fetch "[$WEB6]"
	check "IPv4 flows again" fetch $WEB4
	WAIT=3 refuse "and is inspected again" fetch "[$WEB6]" "$EXPLOIT"
}

: >"$OUT/events.json"
tell "A network of five nodes, and real servers behind it"
check "module" load_module
network
servers
pass "nginx, mosquitto and dnsmasq serve"
inns sw "$SEGWARD" status >/dev/null 2>&1 &&
	fail "status is content although there is no SID"
pass "status: $(inns sw "$SEGWARD" status 2>&1 | head -n 1)"
configure
start_monitor
tell "Traffic"
check "the SID answers ping" inns he ping -c 1 -W 5 $SID
clean_traffic prevent
no_event '.verdict.action == "drop"' || fail "clean traffic was dropped: $(tail \
	-n 1 "$OUT/events.json")"
pass "no clean packet was dropped"
check "status finds nothing wrong" sw status
capture
exploit
reputation
swap_under_load
sw -s sid show
remove_and_restore
tell "Done: $STEP steps. Captures and events: $OUT"
