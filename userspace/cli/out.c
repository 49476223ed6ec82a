// SPDX-License-Identifier: GPL-2.0
/*
 * Text and JSON from the same calls.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "out.h"

/* Deeper than any answer nests; the writer's frames, not a user's input. */
#define DEPTH_MAX	16

static struct {
	unsigned int depth;
	bool filled[DEPTH_MAX];	/* has the open list an element already? */
	bool stream;
	bool line_open;
} out;

static int color_when;		/* -1 never, 0 auto, 1 always */
static bool color_asked;

/**
 * out_color_option() - take -c[olor][=WHEN]
 * @option: the option without its dash
 *
 * Return: 0, or -1 if it is not this option.
 */
int out_color_option(const char *option)
{
	const char *when = strchr(option, '=');
	size_t len = when ? (size_t)(when - option) : strlen(option);

	if (!(len == 1 && *option == 'c') &&
	    !(len == 5 && !strncmp(option, "color", 5)))
		return -1;
	color_asked = true;
	color_when = 1;
	if (!when || !strcmp(when, "=always"))
		return 0;
	if (!strcmp(when, "=auto"))
		color_when = 0;
	else if (!strcmp(when, "=never"))
		color_when = -1;
	else
		return -1;
	return 0;
}

/**
 * out_color_init() - decide about colour when all options are known
 *
 * Without -c there is none, as with ip. NO_COLOR wins over "auto".
 */
void out_color_init(void)
{
	const char *no = getenv("NO_COLOR");

	cli.color = false;
	if (cli.json || !color_asked || color_when < 0)
		return;
	cli.color = color_when > 0 ||
		    (isatty(STDOUT_FILENO) && !(no && *no));
}

static const char *kind_code(enum out_kind kind)
{
	static const char * const code[] = {
		[OUT_PLAIN]	= "",
		[OUT_NAME]	= "\033[36m",
		[OUT_ADDRESS]	= "\033[35m",
		[OUT_GOOD]	= "\033[32m",
		[OUT_BAD]	= "\033[1;31m",
		[OUT_WARN]	= "\033[33m",
	};

	return code[kind];
}

static void json_indent(void)
{
	unsigned int i;

	if (!cli.pretty)
		return;
	putchar('\n');
	for (i = 0; i < out.depth; i++)
		fputs("    ", stdout);
}

/* Is this lead byte followed by a whole UTF-8 sequence? Its length, or 0. */
static unsigned int utf8_len(const unsigned char *s)
{
	unsigned int n = *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : 2;
	unsigned int i;

	if (*s < 0xc2 || *s > 0xf4)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static void json_char(FILE *f, const unsigned char **s)
{
	unsigned int n;

	switch (**s) {
	case '"':
	case '\\':
		fprintf(f, "\\%c", **s);
		break;
	case '\n':
		fputs("\\n", f);
		break;
	case '\t':
		fputs("\\t", f);
		break;
	case '\r':
		fputs("\\r", f);
		break;
	default:
		if (**s < 0x20 || **s == 0x7f) {
			fprintf(f, "\\u%04x", **s);
			break;
		}
		if (**s < 0x80) {
			putc(**s, f);
			break;
		}
		n = utf8_len(*s);
		if (!n) {
			fputs("\\ufffd", f);
			break;
		}
		fwrite(*s, 1, n, f);
		*s += n - 1;
	}
	(*s)++;
}

static void json_string(FILE *f, const char *value)
{
	const unsigned char *s = (const unsigned char *)value;

	putc('"', f);
	while (*s)
		json_char(f, &s);
	putc('"', f);
}

/**
 * out_json_string() - the JSON literal of a string
 * @s: any bytes
 *
 * Return: allocated text with its quotes, NULL without memory.
 */
char *out_json_string(const char *s)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	json_string(f, s);
	fclose(f);
	return text;
}

/* What came over the wire must not steer somebody's terminal. */
static void text_string(const char *value)
{
	const unsigned char *s = (const unsigned char *)value;

	for (; *s; s++) {
		if (*s < 0x20 || *s == 0x7f)
			printf("\\x%02x", *s);
		else
			putchar(*s);
	}
}

static void json_key(const char *key)
{
	if (out.filled[out.depth])
		putchar(',');
	out.filled[out.depth] = true;
	if (out.depth)
		json_indent();
	if (key && *key) {
		json_string(stdout, key);
		putchar(':');
		if (cli.pretty)
			putchar(' ');
	}
}

static void json_open(const char *key, char bracket)
{
	json_key(key);
	putchar(bracket);
	if (out.depth + 1 < DEPTH_MAX)
		out.depth++;
	out.filled[out.depth] = false;
}

static void json_close(char bracket)
{
	bool filled = out.filled[out.depth];

	if (out.depth)
		out.depth--;
	if (filled)
		json_indent();
	putchar(bracket);
}

/** out_begin() - begin a command's answer */
void out_begin(void)
{
	memset(&out, 0, sizeof(out));
	if (cli.json)
		json_open(NULL, '[');
}

/** out_end() - end it and flush */
void out_end(void)
{
	if (cli.json && !out.stream) {
		json_close(']');
		putchar('\n');
	}
	fflush(stdout);
}

/** out_stream_begin() - begin a stream of single objects */
void out_stream_begin(void)
{
	memset(&out, 0, sizeof(out));
	out.stream = true;
}

/** out_object() - begin an object: a line of text */
void out_object(void)
{
	if (cli.json)
		json_open(NULL, '{');
}

/** out_object_end() - end it */
void out_object_end(void)
{
	if (cli.json)
		json_close('}');
	if (!cli.json || out.stream)
		putchar('\n');
	if (!out.stream)
		return;
	out.filled[0] = false;
	fflush(stdout);
}

/** out_nest() - begin an object inside; JSON only. @key: its key */
void out_nest(const char *key)
{
	if (cli.json)
		json_open(key, '{');
}

/** out_nest_end() - end it */
void out_nest_end(void)
{
	if (cli.json)
		json_close('}');
}

/** out_array() - begin an array; JSON only. @key: its key */
void out_array(const char *key)
{
	if (cli.json)
		json_open(key, '[');
}

/** out_array_end() - end it */
void out_array_end(void)
{
	if (cli.json)
		json_close(']');
}

/** out_line() - continue the object on an indented line of text */
void out_line(void)
{
	if (cli.json)
		return;
	fputs(cli.continued ? " \\\n" : cli.oneline ? "\\" : "\n", stdout);
	fputs("    ", stdout);
}

static void text_begin(enum out_kind kind, const char *label)
{
	fputs(label, stdout);
	if (cli.color)
		fputs(kind_code(kind), stdout);
}

static void text_end(enum out_kind kind)
{
	if (cli.color && *kind_code(kind))
		fputs("\033[0m", stdout);
}

/**
 * out_kind_str() - print a string
 * @kind: what it is
 * @key: JSON key, or NULL
 * @label: text in front of it, or NULL
 * @value: the string
 */
void out_kind_str(enum out_kind kind, const char *key, const char *label,
		  const char *value)
{
	if (cli.json) {
		if (!key)
			return;
		json_key(key);
		json_string(stdout, value);
		return;
	}
	if (!label)
		return;
	text_begin(kind, label);
	text_string(value);
	text_end(kind);
}

/** out_str() - print a plain string; see out_kind_str() */
void out_str(const char *key, const char *label, const char *value)
{
	out_kind_str(OUT_PLAIN, key, label, value);
}

/** out_u64() - print a number; see out_kind_str() */
void out_u64(const char *key, const char *label, u64 value)
{
	if (cli.json) {
		if (!key)
			return;
		json_key(key);
		printf("%llu", (unsigned long long)value);
		return;
	}
	if (label)
		printf("%s%llu", label, (unsigned long long)value);
}

/** out_double() - print a number with three decimals; see out_kind_str() */
void out_double(const char *key, const char *label, double value)
{
	if (cli.json) {
		if (!key)
			return;
		json_key(key);
		printf("%.3f", value);
		return;
	}
	if (label)
		printf("%s%.3f", label, value);
}

/** out_flag() - print true or false in JSON, the label in text if true */
void out_flag(const char *key, const char *label, bool value)
{
	if (cli.json) {
		if (!key)
			return;
		json_key(key);
		fputs(value ? "true" : "false", stdout);
		return;
	}
	if (label && value)
		fputs(label, stdout);
}

/** out_text() - print only in text */
void out_text(const char *format, ...)
{
	va_list ap;

	if (cli.json)
		return;
	va_start(ap, format);
	vprintf(format, ap);
	va_end(ap);
}
