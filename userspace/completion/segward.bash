# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # words and cword come by reference
# The program computes the candidates from its own grammar.
_segward()
{
	local cur words cword
	_get_comp_words_by_ref -n : cur words cword
	mapfile -t COMPREPLY < <("${words[0]}" __complete \
		"${words[@]:1:cword}" 2>/dev/null)
	__ltrim_colon_completions "$cur"
}
complete -o default -F _segward segward
