// SPDX-License-Identifier: GPL-2.0
/*
 * Help, made from the tables of objects and commands.
 *
 * To standard output when asked for.
 */
#include <stdio.h>
#include <string.h>

#include "objects.h"

/* Where lines are wrapped, and how far the next one is moved in. */
#define WIDTH	78

/* May a line be broken in front of this word? */
static bool breakable(const char *word, int depth)
{
	if (*word == '|')
		return true;
	return !depth && (*word == '[' || *word == '{' ||
			  (*word >= 'a' && *word <= 'z'));
}

/* What has to stay on one line, from s on: its length, and what follows. */
static const char *chunk(const char *s, int *len, int *depth)
{
	const char *p = s;

	do {
		if (p[0] && strchr("[{", p[0]) && p[1] == ' ')
			++*depth;
		if (*p == ']' || *p == '}')
			--*depth;
		*len = (int)(p - s) + (int)strcspn(p, "\n ");
		p = s + *len;
		p += strspn(p, "\n ");
	} while (*p && !breakable(p, *depth));
	return p;
}

/* Print the words of a chunk with one space between. Returns its width. */
static int print_chunk(FILE *f, const char *s, int len)
{
	int i, n = 0;

	for (i = 0; i < len; i++) {
		if (s[i] != ' ' && s[i] != '\n')
			n += fprintf(f, "%c", s[i]);
		else if (s[i - 1] != ' ' && s[i - 1] != '\n')
			n += fprintf(f, " ");
	}
	return n;
}

/* Print a grammar behind what is at @column already. */
static void print_grammar(FILE *f, const char *s, int column, int indent)
{
	const char *sep = "", *next;
	int depth = 0, len;

	for (; *s; s = next) {
		next = chunk(s, &len, &depth);
		if (column + 1 + len > WIDTH && column > indent) {
			fprintf(f, "\n%*s", indent, "");
			column = indent;
			sep = "";
		}
		column += fprintf(f, "%s", sep);
		column += print_chunk(f, s, len);
		sep = " ";
	}
	putc('\n', f);
}

/* Commands that share a grammar stand in braces in front of it. */
static const struct command *print_usage(FILE *f, const struct object *object,
					 const struct command *c, bool first)
{
	bool shared = !c->grammar;
	int n;

	n = fprintf(f, "%s segward %s", first ? "Usage:" : "      ",
		    object->name);
	if (*c->name)
		n += fprintf(f, shared ? " { %s" : " %s", c->name);
	while (!c->grammar) {
		c++;
		n += fprintf(f, " | %s", c->name);
	}
	if (shared)
		n += fprintf(f, " }");
	if (*c->grammar) {
		n += fprintf(f, " ");
		print_grammar(f, c->grammar, n, 19);
	} else {
		putc('\n', f);
	}
	return c;
}

/**
 * help_object() - print the usage of an object
 * @object: it
 * @asked: the user asked for it: to standard output
 */
void help_object(const struct object *object, bool asked)
{
	const struct production *prod = object->productions;
	const struct command *c;
	FILE *f = asked ? stdout : stderr;
	bool first = true;
	int n;

	for (c = object->commands; c->name; c++) {
		c = print_usage(f, object, c, first);
		first = false;
	}
	for (; prod && prod->name; prod++) {
		n = fprintf(f, "%s := ", prod->name);
		print_grammar(f, prod->grammar, n, 8);
	}
}

static int print_names(FILE *f, bool commands)
{
	unsigned int i;
	int n = 0;

	for (i = 0; cli_objects[i]; i++) {
		if (!*cli_objects[i]->commands->name != commands)
			continue;
		n += fprintf(f, "%s%s", n ? " | " : "", cli_objects[i]->name);
	}
	return n;
}

/**
 * help_main() - print the usage of the program
 * @asked: the user asked for it: to standard output
 */
void help_main(bool asked)
{
	FILE *f = asked ? stdout : stderr;

	fputs("Usage: segward [ OPTIONS ] OBJECT { COMMAND | help }\n"
	      "       segward [ OPTIONS ] -b[atch] FILE\n"
	      "where  OBJECT := { ", f);
	print_names(f, false);
	fputs(" |\n                   ", f);
	print_names(f, true);
	fputs(" }\n"
	      "       OPTIONS := { -j[son] | -p[retty] | -s[tatistics] | -d[etails] |\n"
	      "                    -o[neline] | -n[etns] NETNS | -N[umeric] |\n"
	      "                    -c[olor][={always|auto|never}] | -V[ersion] | -h[elp] }\n"
	      "Without OBJECT: segward status. More: segward OBJECT help, man 8 segward\n",
	      f);
}
