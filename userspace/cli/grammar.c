// SPDX-License-Identifier: GPL-2.0
/*
 * What may come next on a command line.
 *
 * DOC: the grammar becomes a tree; the tree is walked with sets of places in
 * the list of words. A set goes in, the set of places behind what matched
 * comes out, and a word that is asked for at the end of the list is one that
 * may come next. No backtracking, so no line takes long.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grammar.h"

enum kind {
	LITERAL,
	VALUE,
	SEQUENCE,
	CHOICE,
	OPTIONAL,
	REPEAT,
};

struct node {
	enum kind kind;
	bool once;		/* a keyword that may come only once */
	bool list;		/* values up to the next keyword */
	char *word;
	struct node *child;
	struct node *next;
};

struct parser {
	const char *s;
	const struct production *productions;
	unsigned int depth;	/* of productions in productions */
};

static struct node *parse_sequence(struct parser *p, const char *stop);

static void node_free(struct node *n)
{
	struct node *next;

	for (; n; n = next) {
		next = n->next;
		node_free(n->child);
		free(n->word);
		free(n);
	}
}

static struct node *node_new(enum kind kind, struct node *child)
{
	struct node *n = calloc(1, sizeof(*n));

	if (!n) {
		node_free(child);
		return NULL;
	}
	n->kind = kind;
	n->child = child;
	return n;
}

static void skip_space(struct parser *p)
{
	while (*p->s == ' ' || *p->s == '\n')
		p->s++;
}

static bool take(struct parser *p, const char *token)
{
	size_t len = strlen(token);

	skip_space(p);
	if (strncmp(p->s, token, len))
		return false;
	p->s += len;
	return true;
}

/* Productions may use productions, but not for ever. */
static struct node *expand(struct parser *p, const char *word)
{
	const struct production *prod = p->productions;
	struct parser inner = { NULL, p->productions, p->depth + 1 };

	for (; prod && prod->name && inner.depth < 4; prod++) {
		if (strcmp(prod->name, word))
			continue;
		inner.s = prod->grammar;
		return node_new(SEQUENCE, parse_sequence(&inner, ""));
	}
	return NULL;
}

static struct node *parse_word(struct parser *p)
{
	size_t len = strcspn(p->s, "\n ");
	struct node *n, *expanded;
	size_t dots = 0;

	if (len > 3 && !strncmp(p->s + len - 3, "...", 3))
		dots = 3;
	/* "[GID:]NUMBER" is a value in one word. */
	n = node_new(isupper((unsigned char)*p->s) || *p->s == '[' ?
		     VALUE : LITERAL, NULL);
	if (!n)
		return NULL;
	n->word = strndup(p->s, len - dots);
	p->s += len - dots;
	if (!n->word) {
		node_free(n);
		return NULL;
	}
	/* "End.AN" begins with a capital and is a literal all the same. */
	if (n->word[strcspn(n->word, "abcdefghijklmnopqrstuvwxyz")])
		n->kind = LITERAL;
	if (n->kind == LITERAL)
		return n;
	expanded = expand(p, n->word);
	if (!expanded)
		return n;
	node_free(n);
	return expanded;
}

static struct node *parse_choice(struct parser *p)
{
	struct node *choice = node_new(CHOICE, NULL);
	struct node **tail = choice ? &choice->child : NULL;

	while (choice) {
		*tail = node_new(SEQUENCE, parse_sequence(p, "|}"));
		if (!*tail)
			break;
		tail = &(*tail)->next;
		if (!take(p, "|"))
			break;
	}
	take(p, "}");
	return choice;
}

static struct node *parse_item(struct parser *p)
{
	struct node *n;

	if (take(p, "[ ")) {
		n = node_new(OPTIONAL, parse_sequence(p, "]"));
		take(p, "]");
	} else if (take(p, "{ ")) {
		n = parse_choice(p);
	} else {
		n = parse_word(p);
	}
	if (!n || !take(p, "...")) {
		if (n && n->kind == OPTIONAL && n->child)
			n->child->once = true;
		return n;
	}
	n->list = n->kind == VALUE;
	return node_new(REPEAT, n);
}

/* Items up to one of the characters of @stop or the end. */
static struct node *parse_sequence(struct parser *p, const char *stop)
{
	struct node *first = NULL, **tail = &first;

	for (skip_space(p); *p->s && !strchr(stop, *p->s); skip_space(p)) {
		*tail = parse_item(p);
		if (!*tail)
			break;
		tail = &(*tail)->next;
	}
	return first;
}

struct match {
	const struct node *tree;
	char **words;
	int nr;
	grammar_expect expect;
	void *arg;
};

/* A set of places: one byte for each word and one for the end. */
static bool merge(char *into, const char *from, int nr)
{
	bool changed = false;
	int i;

	for (i = 0; i <= nr; i++) {
		changed |= from[i] && !into[i];
		into[i] |= from[i];
	}
	return changed;
}

/* Is a word one of the keywords of the grammar? */
static bool is_literal(const struct node *n, const char *word)
{
	for (; n; n = n->next)
		if ((n->kind == LITERAL && !strcmp(n->word, word)) ||
		    is_literal(n->child, word))
			return true;
	return false;
}

static bool fits(const struct match *m, const struct node *n,
		 const char *word)
{
	if (n->kind == LITERAL)
		return !strcmp(n->word, word);
	return !n->list || !is_literal(m->tree, word);
}

static bool is_used(const struct match *m, const struct node *n)
{
	int i;

	for (i = 0; n->once && i < m->nr; i++)
		if (!strcmp(n->word, m->words[i]))
			return true;
	return false;
}

static void match_word(const struct match *m, const struct node *n,
		       const char *in, char *out)
{
	int i;

	memset(out, 0, (size_t)m->nr + 1);
	for (i = 0; i < m->nr; i++)
		if (in[i] && fits(m, n, m->words[i]))
			out[i + 1] = 1;
	if (in[m->nr] && !is_used(m, n))
		m->expect(m->arg, n->word, n->kind == VALUE);
}

static void match_node(const struct match *m, const struct node *n,
		       const char *in, char *out);

static bool is_optional(const struct node *n)
{
	return n && (n->kind == OPTIONAL ||
		     (n->kind == REPEAT && n->child->kind == OPTIONAL));
}

/* Optional groups in a row come in any order. Returns the node behind them. */
static const struct node *match_options(const struct match *m,
					const struct node *n, char *set)
{
	const struct node *end = n;
	bool changed = true;
	char *out;

	out = malloc((size_t)m->nr + 1);
	while (is_optional(end))
		end = end->next;
	while (out && changed) {
		const struct node *one;

		changed = false;
		for (one = n; one != end; one = one->next) {
			match_node(m, one, set, out);
			changed |= merge(set, out, m->nr);
		}
	}
	free(out);
	return end;
}

static void match_sequence(const struct match *m, const struct node *n,
			   const char *in, char *out)
{
	size_t size = (size_t)m->nr + 1;
	char *next = malloc(size);

	memcpy(out, in, size);
	while (n && next) {
		if (is_optional(n)) {
			n = match_options(m, n, out);
			continue;
		}
		match_node(m, n, out, next);
		memcpy(out, next, size);
		n = n->next;
	}
	free(next);
}

static void match_choice(const struct match *m, const struct node *n,
			 const char *in, char *out)
{
	char *one = malloc((size_t)m->nr + 1);
	const struct node *child;

	memset(out, 0, (size_t)m->nr + 1);
	for (child = n->child; child && one; child = child->next) {
		match_node(m, child, in, one);
		merge(out, one, m->nr);
	}
	free(one);
}

static void match_repeat(const struct match *m, const struct node *n,
			 const char *in, char *out)
{
	size_t size = (size_t)m->nr + 1;
	char *one = malloc(size);

	match_node(m, n->child, in, out);
	if (one) {
		do {
			match_node(m, n->child, out, one);
		} while (merge(out, one, m->nr));
	}
	free(one);
}

static void match_node(const struct match *m, const struct node *n,
		       const char *in, char *out)
{
	switch (n->kind) {
	case LITERAL:
	case VALUE:
		match_word(m, n, in, out);
		break;
	case SEQUENCE:
		match_sequence(m, n->child, in, out);
		break;
	case OPTIONAL:
		match_sequence(m, n->child, in, out);
		merge(out, in, m->nr);
		break;
	case CHOICE:
		match_choice(m, n, in, out);
		break;
	case REPEAT:
		match_repeat(m, n, in, out);
		break;
	}
}

/**
 * grammar_next() - find what may come behind the words of a command
 * @grammar: of the command
 * @productions: of its object, or NULL
 * @words: what is there
 * @nr: how many
 * @expect: gets each word that may come; some may come twice
 * @arg: for @expect
 *
 * Return: 0; -EINVAL if the words do not fit the grammar as far as they go;
 * -ENOMEM.
 */
int grammar_next(const char *grammar, const struct production *productions,
		 char **words, int nr, grammar_expect expect, void *arg)
{
	struct parser p = { grammar, productions, 0 };
	struct match m = { NULL, words, nr, expect, arg };
	char *in = calloc(1, (size_t)nr + 1);
	char *out = calloc(1, (size_t)nr + 1);
	struct node *tree;
	int err = -ENOMEM;

	tree = parse_sequence(&p, "");
	m.tree = tree;
	if (in && out) {
		in[0] = 1;
		match_sequence(&m, tree, in, out);
		err = out[nr] ? 0 : -EINVAL;
	}
	node_free(tree);
	free(in);
	free(out);
	return err;
}
