/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files of commands: words, quotes, comments, continued lines.
 */
#ifndef SEGWARD_CLI_BATCH_H
#define SEGWARD_CLI_BATCH_H

#include <stdio.h>

#include "args.h"

/**
 * struct batch - a file of commands that is being read
 * @f: it
 * @name: of the file, for sentences
 * @line: where the command at hand begins
 * @next: line that is read next
 * @text: the command
 * @size: bytes allocated for @text
 * @argv: its words
 * @argc: how many
 * @max: words allocated
 */
struct batch {
	FILE *f;
	const char *name;
	unsigned int line;
	unsigned int next;
	char *text;
	size_t size;
	char **argv;
	int argc;
	int max;
};

int batch_open(struct batch *b, const char *name);
int batch_read(struct batch *b);
void batch_close(struct batch *b);
int batch_run(const char *name);
void batch_quote(FILE *f, const char *word);

#endif /* SEGWARD_CLI_BATCH_H */
