// SPDX-License-Identifier: GPL-2.0
/*
 * Files of commands, and -b: one after the other, stopping at the first that
 * fails.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"

/**
 * batch_open() - open a file of commands
 * @b: result
 * @name: the file; "-" is the standard input
 *
 * Prints why it failed.
 *
 * Return: a cli_status.
 */
int batch_open(struct batch *b, const char *name)
{
	memset(b, 0, sizeof(*b));
	b->name = name;
	b->next = 1;
	b->f = strcmp(name, "-") ? fopen(name, "re") : stdin;
	if (b->f)
		return CLI_OK;
	fprintf(stderr, "Cannot open file \"%s\" for reading: %s\n", name,
		strerror(errno));
	return CLI_USAGE;
}

/** batch_close() - close it */
void batch_close(struct batch *b)
{
	if (b->f && b->f != stdin)
		fclose(b->f);
	free(b->text);
	free(b->argv);
	memset(b, 0, sizeof(*b));
}

/* A line and those that continue it with a backslash. Its length, or -1. */
static ssize_t read_line(struct batch *b)
{
	ssize_t len = 0, n;
	char *more = NULL;
	size_t size = 0;

	b->line = b->next;
	do {
		if (len)
			b->text[len - 1] = ' ';
		n = getline(&more, &size, b->f);
		if (n < 0)
			break;
		b->next++;
		if (n && more[n - 1] == '\n')
			more[--n] = '\0';
		if ((size_t)(len + n) >= b->size) {
			b->size = (size_t)(len + n) * 2 + 256;
			b->text = realloc(b->text, b->size);
			if (!b->text)
				abort();
		}
		memcpy(b->text + len, more, (size_t)n + 1);
		len += n;
	} while (len && b->text[len - 1] == '\\');
	free(more);
	return n < 0 && !len ? -1 : len;
}

/* Take one word in place; quotes as in a shell. Returns what follows. */
static char *split_one(char *s, bool *closed)
{
	char *to = s, quote = 0;

	for (; *s && (quote || (*s != ' ' && *s != '\t')); s++) {
		if (quote && *s == quote)
			quote = 0;
		else if (!quote && (*s == '"' || *s == '\''))
			quote = *s;
		else if (*s == '\\' && quote != '\'' && s[1])
			*to++ = *++s;
		else
			*to++ = *s;
	}
	*closed = !quote;
	if (*s)
		s++;
	*to = '\0';
	return s;
}

static void word_add(struct batch *b, char *word)
{
	if (b->argc + 1 >= b->max) {
		b->max = b->max ? 2 * b->max : 64;
		b->argv = reallocarray(b->argv, (size_t)b->max,
				       sizeof(*b->argv));
		if (!b->argv)
			abort();
	}
	b->argv[b->argc++] = word;
	b->argv[b->argc] = NULL;
}

/**
 * batch_read() - read the next command
 * @b: the file
 *
 * Its words are in @b->argv up to the next call.
 *
 * Return: 1; 0 at the end; -EINVAL if a quote is open.
 */
int batch_read(struct batch *b)
{
	bool closed = true;
	char *s;

	do {
		if (read_line(b) < 0)
			return 0;
		b->argc = 0;
		s = b->text + strspn(b->text, " \t\r");
		while (*s && *s != '#' && closed) {
			word_add(b, s);
			s = split_one(s, &closed);
			s += strspn(s, " \t\r");
		}
		if (!closed)
			return -EINVAL;
	} while (!b->argc);
	return 1;
}

static int run_line(struct batch *b)
{
	struct args args = { b->argv, b->argc, 0, "" };
	int status;

	status = cli_run(&args);
	fflush(stdout);
	if (status)
		fprintf(stderr, "Command failed %s:%u\n", b->name, b->line);
	return status;
}

/**
 * batch_run() - run the commands of a file, up to the first that fails
 * @name: the file; "-" is the standard input
 *
 * Return: a cli_status, of the last command that ran.
 */
int batch_run(const char *name)
{
	struct batch b;
	int status, more = 0;

	status = batch_open(&b, name);
	while (!status) {
		more = batch_read(&b);
		if (more <= 0)
			break;
		status = run_line(&b);
	}
	if (more < 0) {
		fprintf(stderr, "Error: a quote is not closed\n"
			"Command failed %s:%u\n", b.name, b.line);
		status = CLI_USAGE;
	}
	batch_close(&b);
	return status;
}

/**
 * batch_quote() - write a word so that batch_read() reads it again
 * @f: where to
 * @word: any text without newlines
 */
void batch_quote(FILE *f, const char *word)
{
	if (*word && !word[strcspn(word, " \t\r#\"'\\")]) {
		fputs(word, f);
		return;
	}
	putc('"', f);
	for (; *word; word++) {
		if (*word == '"' || *word == '\\')
			putc('\\', f);
		putc(*word, f);
	}
	putc('"', f);
}
