/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reputation entries: what a command line, the kernel and a file say.
 */
#ifndef SEGWARD_CLI_REPUTATION_H
#define SEGWARD_CLI_REPUTATION_H

#include "args.h"
#include "nl.h"

/**
 * struct entry - what a source says about a prefix
 * @prefix: the prefix
 * @score: 1 to 100
 * @category: interned, see intern()
 * @source: interned
 * @timeout: milliseconds from now on, 0 for ever
 */
struct entry {
	struct prefix prefix;
	u8 score;
	const char *category;
	const char *source;
	u64 timeout;
};

/**
 * struct entries - a list of entries
 * @v: them
 * @nr: how many
 */
struct entries {
	struct entry *v;
	size_t nr;
};

/**
 * struct entry_batch - entries on their way to the kernel
 * @m: the message at hand
 * @nr: entries in it
 * @sent: entries that the kernel has taken
 * @cmd: SEGWARD_CMD_REPUTATION_NEW or _DEL
 * @flags: NLM_F_*
 * @load: handle of a load, 0 without
 * @source: of entries without their own, or NULL
 */
struct entry_batch {
	struct nl_msg m;
	unsigned int nr;
	size_t sent;
	u8 cmd;
	u16 flags;
	u32 load;
	const char *source;
};

const char *intern(const char *s);

int entry_parse(struct args *args, struct entry *entry);
void entry_print(const struct entry *entry);
int entry_compare(const void *a, const void *b);

int batch_entry(struct entry_batch *b, const struct entry *entry,
		struct nl_error *error);
int batch_flush(struct entry_batch *b, struct nl_error *error);

int entries_get(struct entries *entries, const char *category,
		const char *source, struct nl_error *error);
void entries_sort(struct entries *entries);
void entries_save(const struct entries *entries);
void entries_free(struct entries *entries);

int reputation_begin(const char *source, u32 *load, struct nl_error *error);
int reputation_commit(u32 load, struct nl_error *error);
void reputation_abort(u32 load);
int reputation_flush_source(const char *source, struct nl_error *error);

#endif /* SEGWARD_CLI_REPUTATION_H */
