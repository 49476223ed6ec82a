# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts share: where the tree and the cache are, and packages of
# other Debian suites without touching the machine's own apt.
#
# Sourced, never run.

# shellcheck disable=SC2034 # for those who source this
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${SEGWARD_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/segward}
script_name=${script_name:-$(basename "$0")}

say()
{
	printf '%s: %s\n' "$script_name" "$*" >&2
}

die()
{
	say "$@"
	exit 1
}

# Leave the directory for a cache usable: made, and its path in $cache without
# links, since the kernel's makefiles compare paths as text.
cache_make()
{
	mkdir -p "$cache" || die "cannot make $cache (set SEGWARD_CACHE)"
	cache=$(cd "$cache" && pwd -P)
}

# Only one at a time may fill one part of the cache.
# $1: name of the lock
cache_lock()
{
	exec 9>"$cache/$1.lock"
	flock -n 9 && return
	say "waiting for another run that fills $cache"
	flock 9
}

# Leaves out what objtool misses in clang's code: our kernels are configured for
# gcc, and the options for these mitigations are ones that only gcc has here.
without_gcc_mitigations()
{
	grep -vE "objtool: .*('naked' return|indirect |missing int3)"
}

debian_codename()
{
	# shellcheck disable=SC1091 # not ours, always there
	(. /etc/os-release && echo "${VERSION_CODENAME:-}")
}

# The machine's own mirror, so that a local or a far one is used as its owner
# chose. One that has no security archive of its own lies beside the other.
# $1: "debian" or "debian-security"
apt_mirror()
{
	local uri

	# shellcheck disable=SC2016 # apt fills these in
	uri=$(apt-get indextargets --format '$(REPO_URI)|$(RELEASE)' \
		      'Identifier: Packages' 2>/dev/null |
	      awk -F'|' -v want="$1" '
		/debian|snapshot/ {
			security = ($1 ~ /security/ || $2 ~ /security/)
			if (security == (want == "debian-security")) {
				print $1
				exit
			}
		}')
	if [ -z "$uri" ] && [ "$1" = debian-security ]; then
		uri=$(apt_mirror debian) || return 1
		uri=${uri%/}
		uri=${uri%/debian}/debian-security
	fi
	[ -n "$uri" ] || die "apt's sources name no Debian mirror"
	echo "$uri"
}

# A private apt: own lists, own state, no package of this machine looked at.
# Sets the array $apt.
# $1: its name; further arguments: suites; "deb-src:" before a suite takes its
# source packages instead
apt_private()
{
	local dir=$cache/apt/$1
	local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
	local suite type mirror

	shift
	mkdir -p "$dir"/{lists/partial,archives/partial,parts}
	: >"$dir/status"
	for suite; do
		type=deb
		case $suite in
		deb-src:*) type=deb-src; suite=${suite#deb-src:} ;;
		esac
		case $suite in
		*-security) mirror=$(apt_mirror debian-security) ;;
		*)	    mirror=$(apt_mirror debian) ;;
		esac
		echo "$type [signed-by=$keyring] $mirror $suite main"
	done >"$dir/sources.list"

	cat >"$dir/apt.conf" <<-END
	#clear APT::Update;
	#clear DPkg;
	Dir::State "$dir";
	Dir::State::Lists "$dir/lists";
	Dir::State::status "$dir/status";
	Dir::Cache "$dir";
	Dir::Cache::archives "$dir/archives";
	Dir::Etc::SourceList "$dir/sources.list";
	Dir::Etc::SourceParts "$dir/parts";
	Dir::Etc::Preferences "/dev/null";
	Dir::Etc::PreferencesParts "$dir/parts";
	Acquire::Languages "none";
	Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
	Acquire::GzipIndexes "true";
	Acquire::Retries "3";
	APT::Architecture "amd64";
	APT::Architectures { "amd64"; };
	END
	# The unprivileged user that apt fetches as cannot write to our cache.
	[ "$(id -u)" -ne 0 ] ||
		echo 'APT::Sandbox::User "root";' >>"$dir/apt.conf"
	# shellcheck disable=SC2034 # both for the caller
	apt=(apt-get -q -c "$dir/apt.conf")
	# shellcheck disable=SC2034
	apt_cache=(apt-cache -q -c "$dir/apt.conf")
}

# Read the lists of the private apt. Fails if one cannot be had.
apt_update()
{
	"${apt[@]}" -o APT::Update::Error-Mode=any update >/dev/null
}
