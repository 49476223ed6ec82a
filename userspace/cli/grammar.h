/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The notation of the help text, read by the program itself: completion is
 * computed from the same string that help prints, so that neither can say
 * what the other does not know.
 *
 *	word		literally
 *	WORD		a value; a production explains it, or completion knows
 *	[ ... ]		may be left out; several in a row come in any order
 *	{ a | b }	one of them
 *	...		behind a group or a word: again and again
 */
#ifndef SEGWARD_CLI_GRAMMAR_H
#define SEGWARD_CLI_GRAMMAR_H

#include "cli.h"

/* Gets each word that may come next: a literal or the name of a value. */
typedef void (*grammar_expect)(void *arg, const char *word, bool value);

int grammar_next(const char *grammar, const struct production *productions,
		 char **words, int nr, grammar_expect expect, void *arg);

#endif /* SEGWARD_CLI_GRAMMAR_H */
