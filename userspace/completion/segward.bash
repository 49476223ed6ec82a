# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The program computes the candidates from its own grammar.
_segward()
{
	local line=${COMP_LINE:0:COMP_POINT} words cur
	read -ra words <<<"$line"
	[[ $line != *[[:space:]] ]] || words+=("")
	cur=${words[-1]}
	mapfile -t COMPREPLY < <("${words[0]}" __complete "${words[@]:1}" \
		2>/dev/null)
	# Readline replaces what stands behind the last colon.
	[[ $COMP_WORDBREAKS != *:* || $cur != *:* ]] ||
		COMPREPLY=("${COMPREPLY[@]#"${cur%"${cur##*:}"}"}")
}
complete -o default -F _segward segward
