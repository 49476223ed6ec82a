// SPDX-License-Identifier: GPL-2.0
/*
 * The rule compiler's interface; see rulec.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "compiler.h"
#include "text.h"

/* Bytes read from a file at once. */
#define READ_SIZE	(256u << 10)

static int vreject(struct rulec_reject *reject, const char *at,
		   const char *keyword, const char *format, va_list args)
	__attribute__((format(printf, 4, 0)));

static int vreject(struct rulec_reject *reject, const char *at,
		   const char *keyword, const char *format, va_list args)
{
	reject->at = at;
	reject->keyword = keyword;
	reject->unsupported = false;
	vsnprintf(reject->reason, sizeof(reject->reason), format, args);
	return -EINVAL;
}

int rulec_reject(struct rulec_reject *reject, const char *at,
		 const char *keyword, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vreject(reject, at, keyword, format, args);
	va_end(args);
	return -EINVAL;
}

int rulec_unsupported(struct rulec_reject *reject, const char *at,
		      const char *keyword, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vreject(reject, at, keyword, format, args);
	va_end(args);
	reject->unsupported = true;
	return -EINVAL;
}

int rulec_fail(struct segward_rulec *rulec, int err, const char *format, ...)
{
	va_list args;

	if (rulec->err)
		return rulec->err;
	rulec->err = err;
	va_start(args, format);
	vsnprintf(rulec->error, sizeof(rulec->error), format, args);
	va_end(args);
	return err;
}

int rulec_no_memory(struct segward_rulec *rulec)
{
	return rulec_fail(rulec, -ENOMEM, "out of memory");
}

/* Bytes of the character that begins with @c, 0 if none does. */
static u32 character_len(u8 c)
{
	if (c < 0x80)
		return 1;
	if (c >= 0xc2 && c < 0xe0)
		return 2;
	if (c >= 0xe0 && c < 0xf0)
		return 3;
	if (c >= 0xf0 && c < 0xf5)
		return 4;
	return 0;
}

/*
 * No overlong form, no surrogate, nothing beyond Unicode (RFC 3629); and none
 * of the control characters U+0080 to U+009f, which terminals obey.
 */
static bool second_byte(u8 first, u8 second)
{
	switch (first) {
	case 0xc2:
		return second >= 0xa0;
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second < 0xa0;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second < 0x90;
	default:
		return true;
	}
}

bool rulec_utf8(const char *text, size_t len)
{
	const u8 *at = (const u8 *)text;
	const u8 *end = at + len;

	while (at < end) {
		u32 i, bytes = character_len(*at);

		if (!bytes || bytes > (size_t)(end - at))
			return false;
		if ((*at < ' ' && *at != '\t') || *at == 0x7f)
			return false;
		for (i = 1; i < bytes; i++) {
			if ((at[i] & 0xc0) != 0x80)
				return false;
		}
		if (bytes > 1 && !second_byte(at[0], at[1]))
			return false;
		at += bytes;
	}
	return true;
}

struct rulec_quote rulec_quote(const char *text, size_t len)
{
	struct rulec_quote quote;
	size_t room = min_t(size_t, len, RULEC_QUOTE_MAX);
	size_t i;

	while (room < len && room && ((u8)text[room] & 0xc0) == 0x80)
		room--;
	for (i = 0; i < room; i++)
		quote.text[i] = text[i] == '\t' ? ' ' : text[i];
	strcpy(quote.text + room, room < len ? "..." : "");
	return quote;
}

struct rulec_quote rulec_character(const char *text)
{
	return rulec_quote(text, character_len((u8)*text));
}

bool rulec_word_is(const char *text, size_t len, const char *word)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (!word[i] || rulec_lower(text[i]) != word[i])
			return false;
	}
	return !word[len];
}

const char *rulec_keep(struct segward_rulec *rulec, const char *text)
{
	size_t len = strlen(text);
	u32 *known = rulec_map_find(&rulec->reasons, text, len);
	char *copy;

	if (known)
		return rulec->reason[*known];
	copy = rulec_arena_alloc(&rulec->arena, len + 1);
	if (!copy || rulec_grow(&rulec->reason, &rulec->reason_room,
				(u64)rulec->nr_reasons + 1, sizeof(copy)) ||
	    rulec_map_add(&rulec->reasons, text, len, rulec->nr_reasons)) {
		rulec_no_memory(rulec);
		return NULL;
	}
	strcpy(copy, text);
	rulec->reason[rulec->nr_reasons++] = copy;
	return copy;
}

int rulec_string(struct segward_rulec *rulec, const char *text, size_t len,
		 u32 *string)
{
	char copy[SEGWARD_IMAGE_STRING_MAX];
	int err;

	memcpy(copy, text, len);
	copy[len] = 0;
	err = rulec_bytes_add(&rulec->strings, copy, len + 1, string);
	if (err == -E2BIG)
		return rulec_fail(rulec, err,
				  "the texts of all rules take more than %u bytes",
				  SEGWARD_IMAGE_SIZE_MAX);
	return err ? rulec_no_memory(rulec) : 0;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

struct segward_rulec *
segward_rulec_create(const struct segward_rulec_options *options)
{
	struct segward_rulec *rulec;
	u32 empty;

	rulec = calloc(1, sizeof(*rulec));
	if (!rulec)
		return NULL;
	if (options)
		rulec->options = *options;
	if (rulec->options.classification)
		rulec->options.classification =
			rulec_keep(rulec, rulec->options.classification);
	rulec->draft = calloc(1, sizeof(*rulec->draft));
	if (!rulec->draft || rulec->err ||
	    rulec_string(rulec, "", 0, &empty) ||
	    rulec_variable_init(rulec) ||
	    rulec_class_init(rulec) == -ENOMEM) {
		segward_rulec_destroy(rulec);
		return NULL;
	}
	return rulec;
}

void segward_rulec_destroy(struct segward_rulec *rulec)
{
	if (!rulec)
		return;
	rulec_list_exit(rulec);
	rulec_bytes_free(&rulec->strings);
	rulec_bytes_free(&rulec->bytes);
	rulec_map_free(&rulec->class_map);
	rulec_map_free(&rulec->rule_map);
	rulec_map_free(&rulec->reasons);
	rulec_arena_free(&rulec->arena);
	free(rulec->draft);
	free(rulec->class);
	free(rulec->rule);
	free(rulec->op);
	free(rulec->reference);
	free(rulec->rejected);
	free(rulec->reason);
	free(rulec->file);
	free(rulec);
}

static bool name_is_valid(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++) {
		if (!rulec_letter(name[i]) && name[i] != '_' &&
		    (!i || !rulec_digit(name[i])))
			return false;
	}
	return i && i <= RULEC_VARIABLE_NAME_MAX && rulec_letter(*name);
}

/* A refusal that leaves the compiler as it was. */
static int refuse_variable(struct segward_rulec *rulec, int err,
			   const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int refuse_variable(struct segward_rulec *rulec, int err,
			   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(rulec->error, sizeof(rulec->error), format, args);
	va_end(args);
	return err;
}

static int check_variable(struct segward_rulec *rulec, const char *name,
			  const char *value)
{
	struct rulec_quote quote = {};

	if (rulec->nr_files || rulec->finished)
		return refuse_variable(rulec, -EBUSY,
				       "variables cannot change once rules were read");
	if (rulec_utf8(name, strlen(name)))
		quote = rulec_quote(name, strlen(name));
	if (!name_is_valid(name))
		return refuse_variable(rulec, -EINVAL,
				       "\"%s\" is not a name for a variable",
				       quote.text);
	if (strlen(value) > SEGWARD_RULEC_RULE_MAX)
		return refuse_variable(rulec, -E2BIG,
				       "the value of variable \"$%s\" is longer than %u bytes",
				       quote.text, SEGWARD_RULEC_RULE_MAX);
	if (!rulec_utf8(value, strlen(value)))
		return refuse_variable(rulec, -EINVAL,
				       "the value of variable \"$%s\" is not UTF-8 text",
				       quote.text);
	return 0;
}

int segward_rulec_set_variable(struct segward_rulec *rulec, const char *name,
			       const char *value)
{
	struct rulec_reject reject;
	int err;

	if (rulec->err)
		return rulec->err;
	err = check_variable(rulec, name, value);
	if (err)
		return err;
	err = rulec_variable_set(rulec, name, value, &reject);
	switch (err) {
	case 0:
		return 0;
	case -EINVAL:
		return refuse_variable(rulec, err, "%s", reject.reason);
	case -E2BIG:
		return refuse_variable(rulec, err, "more than %u variables",
				       SEGWARD_IMAGE_VARIABLES_MAX);
	default:
		return rulec_no_memory(rulec);
	}
}

static int begin_file(struct segward_rulec *rulec, const char *name)
{
	const char *kept;

	if (rulec->err)
		return rulec->err;
	if (rulec->finished)
		return rulec_fail(rulec, -EBUSY,
				  "the ruleset is finished already");
	if (rulec->nr_files == SEGWARD_RULEC_FILES_MAX)
		return rulec_fail(rulec, -E2BIG, "more than %u files",
				  SEGWARD_RULEC_FILES_MAX);
	if (strlen(name) >= SEGWARD_IMAGE_STRING_MAX)
		return rulec_fail(rulec, -ENAMETOOLONG,
				  "a file's name is longer than %u bytes",
				  SEGWARD_IMAGE_STRING_MAX - 1);
	kept = rulec_keep(rulec, name);
	if (!kept)
		return rulec->err;
	if (rulec_grow(&rulec->file, &rulec->file_room,
		       (u64)rulec->nr_files + 1, sizeof(kept)))
		return rulec_no_memory(rulec);
	rulec->file[rulec->nr_files] = kept;
	rulec_text_begin(rulec, rulec->nr_files++);
	return 0;
}

static int add_data(struct segward_rulec *rulec, const char *data, size_t len)
{
	rulec->bytes_read += len;
	if (rulec->bytes_read > SEGWARD_RULEC_TEXT_MAX)
		return rulec_fail(rulec, -E2BIG,
				  "the rules are more than %llu bytes of text",
				  SEGWARD_RULEC_TEXT_MAX);
	return rulec_text_add(rulec, data, len);
}

static int cannot_read(struct segward_rulec *rulec, const char *path, int err)
{
	return rulec_fail(rulec, err, "%s: %s", path, strerror(-err));
}

static int read_all(struct segward_rulec *rulec, const char *path, int fd)
{
	char *buffer = malloc(READ_SIZE);
	ssize_t len = 0;
	int err = 0;

	if (!buffer)
		return rulec_no_memory(rulec);
	do {
		len = read(fd, buffer, READ_SIZE);
		if (len > 0)
			err = add_data(rulec, buffer, (size_t)len);
		else if (len < 0 && errno != EINTR)
			err = cannot_read(rulec, path, -errno);
	} while (len && !err);
	free(buffer);
	return err ? err : rulec_text_end(rulec);
}

int segward_rulec_add_file(struct segward_rulec *rulec, const char *path)
{
	bool standard = !strcmp(path, "-");
	double start = now();
	int fd = STDIN_FILENO;
	int err;

	err = begin_file(rulec, path);
	if (err)
		return err;
	if (!standard)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return cannot_read(rulec, path, -errno);
	err = read_all(rulec, path, fd);
	if (!standard)
		close(fd);
	rulec->report.seconds += now() - start;
	return err;
}

int segward_rulec_add_text(struct segward_rulec *rulec, const char *name,
			   const char *text, size_t len)
{
	double start = now();
	int err;

	err = begin_file(rulec, name);
	if (!err)
		err = add_data(rulec, text, len);
	if (!err)
		err = rulec_text_end(rulec);
	rulec->report.seconds += now() - start;
	return err;
}

static void count_rules(struct segward_rulec *rulec)
{
	u32 i;

	for (i = 0; i < rulec->nr_rules; i++) {
		const struct rulec_rule *rule = &rulec->rule[i];

		rulec->report.compiled += !rule->dead;
	}
}

static int make_image(struct segward_rulec *rulec,
		      struct segward_rulec_image *image)
{
	u32 nr = rulec->report.nr_rejected;

	if (rulec->err)
		return rulec->err;
	if (nr && !rulec->options.skip_bad)
		return rulec_fail(rulec, -EINVAL, "%u of %u rules rejected",
				  nr, rulec->report.rules);
	return rulec_image_write(rulec, image);
}

int segward_rulec_finish(struct segward_rulec *rulec,
			 struct segward_rulec_image *image)
{
	double start = now();
	int err;

	if (rulec->finished)
		return rulec_fail(rulec, -EBUSY,
				  "the ruleset is finished already");
	rulec->finished = true;
	*image = (struct segward_rulec_image){};
	count_rules(rulec);
	err = make_image(rulec, image);
	rulec->report.seconds += now() - start;
	return err;
}

const struct segward_rulec_report *
segward_rulec_report(const struct segward_rulec *rulec)
{
	struct segward_rulec_report *report = (void *)&rulec->report;

	report->rejected = rulec->rejected;
	return report;
}

const char *segward_rulec_error(const struct segward_rulec *rulec)
{
	return rulec->error;
}
