/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What every object of the command line shares: the options in front of the
 * object, the exit status, and the tables that name objects and commands.
 */
#ifndef SEGWARD_CLI_H
#define SEGWARD_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct args;

/**
 * enum cli_status - exit status, and what every command returns
 * @CLI_OK: done
 * @CLI_USAGE: the command line or a file it names is wrong; nothing was sent
 * @CLI_KERNEL: the kernel refused
 */
enum cli_status {
	CLI_OK		= 0,
	CLI_USAGE	= 1,
	CLI_KERNEL	= 2,
};

/**
 * struct cli_options - the options in front of the object
 * @json: -j
 * @pretty: -p, indented JSON
 * @oneline: -o, one line for each object
 * @continued: lines of text go on behind a backslash, for save
 * @details: -d, the kernel's numbers
 * @numeric: -N, numbers in place of names
 * @color: the text is coloured
 * @stats: how often -s was given
 * @netns: -n, NULL without
 */
struct cli_options {
	bool json;
	bool pretty;
	bool oneline;
	bool continued;
	bool details;
	bool numeric;
	bool color;
	unsigned int stats;
	const char *netns;
};

extern struct cli_options cli;

/**
 * struct command - one command of an object
 * @name: the word
 * @run: does it; gets the words behind the name
 * @grammar: the words behind the name, in the notation of the help text;
 *	help and completion are both made from it. NULL shares the entry with
 *	the next command.
 */
struct command {
	const char *name;
	int (*run)(struct args *args);
	const char *grammar;
};

/**
 * struct production - a word in capitals that help explains
 * @name: the word
 * @grammar: what it stands for
 */
struct production {
	const char *name;
	const char *grammar;
};

/**
 * struct object - an object of the command line
 * @name: the word
 * @commands: ends with an entry without a name. An object whose first command
 *	has the empty name is itself a command (monitor, trace, ...).
 * @productions: ends with an entry without a name; or NULL
 * @bare: the command when none is given
 */
struct object {
	const char *name;
	const struct command *commands;
	const struct production *productions;
	const char *bare;
};

extern const struct object * const cli_objects[];

const struct object *object_find(const char *name);
const struct command *command_find(const struct object *object,
				   const char *name);
void cli_plain(void);
int cli_run(struct args *args);
int cli_complete(struct args *args);

void help_main(bool asked);
void help_object(const struct object *object, bool asked);

#endif /* SEGWARD_CLI_H */
