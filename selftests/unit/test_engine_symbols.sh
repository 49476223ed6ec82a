#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The engine is pure: what it takes from its surroundings is on a short list,
# in user space and, where a module's objects are at hand, in the kernel. A
# clock, a random number or a print is not on it.
cd "$(dirname "$0")/../.." || exit 1

# No sanitizer and no fortified libc: what the source itself asks for.
CC=${CC:-cc}
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT

user="calloc free malloc memcmp memcpy memmove memset qsort strcmp strlen strncmp"
# Digests are declared in the engine and brought by its surroundings.
user="$user segward_digest"
kernel="csum_partial hsiphash_1u32 hsiphash_4u32 kvfree kvmalloc_node
	__kvmalloc_node_noprof memcmp memcpy memmove memset sort strcmp strlen
	strncmp synchronize_rcu __hsiphash_unaligned call_rcu rcu_barrier
	segward_digest"
# What packets make the engine keep.
kernel="$kernel __kmalloc __kmalloc_noprof __kmalloc_cache_noprof kfree
	kmalloc_caches kmalloc_trace _raw_spin_lock _raw_spin_unlock"
# Inflate is the surroundings', in memory of the engine's.
user="$user inflate inflateInit2_ inflateReset"
kernel="$kernel zlib_inflate zlib_inflateInit2 zlib_inflateReset
	zlib_inflate_workspacesize"
# What compilers (clang says bcmp for some memcmp; gcc has a table of addresses
# in user space) and the kernel's hardening (strnlen for some strlen) put into
# objects.
user="$user _GLOBAL_OFFSET_TABLE_"
compiler="bcmp __SCT__cond_resched __cond_resched __fentry__ __stack_chk_fail
	__warn_printk __x86_return_thunk fortify_panic __fortify_panic strnlen"

tests=0
failed=0

result()
{
	tests=$((tests + 1))
	if [ -z "$2" ]; then
		echo "ok $tests - $1"
	else
		failed=$((failed + 1))
		echo "not ok $tests - $1"
		echo "$2" | sed 's/^/# /'
	fi
}

# foreign OBJECT... - symbols that these objects use and do not define
foreign()
{
	nm -u "$@" | awk 'NF == 2 { print $2 }' | sort -u > "$out/used"
	nm --defined-only "$@" | awk 'NF == 3 { print $3 }' | sort -u \
		> "$out/defined"
	comm -23 "$out/used" "$out/defined"
}

# beyond LIST - what of the standard input is not on the list
beyond()
{
	echo "$1" | tr -s ' \t' '\n' | sort -u > "$out/allowed"
	sort -u | comm -23 - "$out/allowed"
}

for source in kmod/engine/*.c kmod/engine/app/*.c; do
	[ -e "$source" ] || continue
	"$CC" -std=gnu11 -D_GNU_SOURCE -O2 -fno-stack-protector \
		-U_FORTIFY_SOURCE -Ikmod/engine -Iuapi -c "$source" \
		-o "$out/$(basename "$source" .c).o" ||
		result "compiles $source" "$source"
done
result "asks user space for nothing but what is on the list" \
	"$(foreign "$out"/*.o | beyond "$user")"

for dir in build/*/kmod/engine build/*/*/kmod/engine; do
	[ -e "$dir/inspect.o" ] || continue
	release=$(basename "$(dirname "$(dirname "$dir")")")
	# Sanitizers of other kernels ask for what they need.
	case $release in
	*debug)	continue ;;
	esac
	objects=$(find "$dir" -name '[!.]*.o')
	# shellcheck disable=SC2086 # several
	bad=$(foreign $objects | grep -v '^__x86_indirect_thunk_' |
	      beyond "$kernel $compiler")
	result "asks kernel $release for nothing but what is on the list" \
		"$bad"
done

if grep -nE '\b(float|double)\b' kmod/engine/*.[ch] kmod/engine/app/*.[ch] |
	grep -vE '/?\*|//' \
	> "$out/float"; then
	result "has no floating point" "$(cat "$out/float")"
else
	result "has no floating point" ""
fi

echo "1..$tests"
[ "$failed" -eq 0 ]
