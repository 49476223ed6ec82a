/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rule compiler: Suricata's rule language in, one image out (see
 * uapi/linux/segward_image.h). Documentation/rules.rst says which part of the
 * language is understood; whatever is not is refused, rule by rule, with the
 * place, the keyword and a sentence. Nothing is approximated.
 *
 * A caller creates a compiler, adds files or texts to it, finishes it, reads
 * the report, keeps or frees the image and destroys the compiler. Compilers
 * share nothing: threads may use one each.
 */
#ifndef SEGWARD_RULEC_H
#define SEGWARD_RULEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bytes of one rule with its continuation lines: Suricata's own limit
 * (DETECT_MAX_RULE_SIZE), so what it loads fits.
 */
#define SEGWARD_RULEC_RULE_MAX		8192

/*
 * Bytes of rule text of one compiler, all files together: a hundred times the
 * largest public ruleset. Files are read in pieces, so this bounds time, not
 * memory.
 */
#define SEGWARD_RULEC_TEXT_MAX		(1024ull << 20)

/*
 * Rules of one compiler, good and bad. Eight times what an image holds; bounds
 * the list of rejected rules.
 */
#define SEGWARD_RULEC_RULES_MAX		1048576

/* Files of one compiler; their names go into the image. */
#define SEGWARD_RULEC_FILES_MAX		4096

/**
 * struct segward_rulec_options - how to compile
 * @skip_bad: leave rejected rules out of the image; without it one rejected
 *	rule means that there is no image
 * @classification: path of a classification.config whose classtypes replace
 *	the built-in ones (those of Suricata); NULL for the built-in ones
 */
struct segward_rulec_options {
	bool skip_bad;
	const char *classification;
};

/**
 * struct segward_rulec_rejected - a rule that was left out, and why
 * @file: name of its file as given to the compiler
 * @line: line of the fault, from 1; with continuation lines not necessarily
 *	the rule's first
 * @column: byte of that line, from 1
 * @signature_id: the rule's sid, 0 if it has none or was not understood so far
 * @gid: the rule's gid, 1 if it names none
 * @rev: the rule's rev, 0 if it names none
 * @unsupported: the rule is well-formed as far as it was read, but uses
 *	something that segward does not have (yet); false: it is wrong
 * @keyword: what it is about: an option's name ("flow", "content"), the
 *	action, the protocol, or one of "action", "protocol", "address", "port",
 *	"direction", "variable", "rule"
 * @reason: one sentence, without a final period; contains the keyword
 */
struct segward_rulec_rejected {
	const char *file;
	uint32_t line;
	uint32_t column;
	uint32_t signature_id;
	uint32_t gid;
	uint32_t rev;
	bool unsupported;
	const char *keyword;
	const char *reason;
};

/**
 * struct segward_rulec_report - what became of the rules
 * @rules: rules seen; lines that are comments, rules switched off with "#"
 *	included, do not count
 * @compiled: rules that went into the image (would have gone, if there is
 *	none)
 * @nr_rejected: entries of @rejected; @rules == @compiled + @nr_rejected
 * @rejected: in the order in which they were found, which is the text's but for
 *	a rule that a newer revision replaces
 * @seconds: wall-clock time from the first file to the end of
 *	segward_rulec_finish(), without what the caller did between the calls
 */
struct segward_rulec_report {
	uint32_t rules;
	uint32_t compiled;
	uint32_t nr_rejected;
	const struct segward_rulec_rejected *rejected;
	double seconds;
};

/**
 * struct segward_rulec_image - a compiled ruleset
 * @data: the image, aligned to 8 bytes; from segward_zalloc(), whoever gets it
 *	frees it with free() or gives it to segward_ruleset_create()
 * @size: its bytes
 * @nr_rules: rules in it
 * @image_id: the digest in its header; equal rules in equal order with equal
 *	options give equal images and so equal digests
 */
struct segward_rulec_image {
	void *data;
	uint32_t size;
	uint32_t nr_rules;
	uint64_t image_id;
};

struct segward_rulec;

/**
 * segward_rulec_create() - make a compiler
 * @options: copied; NULL for the defaults
 *
 * A file of classtypes that cannot be read makes a compiler that takes nothing:
 * the next call says so.
 *
 * Return: the compiler, or NULL if there is no memory.
 */
struct segward_rulec *
segward_rulec_create(const struct segward_rulec_options *options);

/**
 * segward_rulec_destroy() - free a compiler and its report
 * @rulec: NULL is allowed
 *
 * The image is not freed; it belongs to the caller since
 * segward_rulec_finish().
 */
void segward_rulec_destroy(struct segward_rulec *rulec);

/**
 * segward_rulec_set_variable() - give an address or port variable its default
 * @rulec: no file was added yet
 * @name: without the "$", letters, digits and "_", a letter first, at most 31
 *	characters
 * @value: an address or port list in the rules' syntax; may refer to
 *	variables that exist already
 *
 * A name that exists keeps its kind (addresses or ports). A new name that ends
 * in "PORT" or "PORTS" is one of ports, any other one of addresses. What a
 * profile sets later wins.
 *
 * Return: 0; -EINVAL, -E2BIG (too many variables), -ENOMEM or -EBUSY (files
 * were added) with a sentence in segward_rulec_error().
 */
int segward_rulec_set_variable(struct segward_rulec *rulec, const char *name,
			       const char *value);

/**
 * segward_rulec_add_file() - compile the rules of a file
 * @rulec: the compiler
 * @path: the file; "-" is the standard input
 *
 * A bad rule is noted in the report and no error.
 *
 * Return: 0; else a negative errno with a sentence in segward_rulec_error():
 * the file could not be read, or a limit above was passed. The compiler then
 * refuses to finish.
 */
int segward_rulec_add_file(struct segward_rulec *rulec, const char *path);

/**
 * segward_rulec_add_text() - compile rules in memory
 * @rulec: the compiler
 * @name: how to call the text in the report and in the image
 * @text: rules; need not end in a zero
 * @len: bytes of @text
 *
 * Return: as segward_rulec_add_file().
 */
int segward_rulec_add_text(struct segward_rulec *rulec, const char *name,
			   const char *text, size_t len);

/**
 * segward_rulec_finish() - make the image
 * @rulec: the compiler; takes nothing but segward_rulec_report(),
 *	segward_rulec_error() and segward_rulec_destroy() afterwards
 * @image: filled in on success
 *
 * The image is held against segward_image_verify() before it is handed out. A
 * ruleset without a single rule is an image, too.
 *
 * Return: 0; -EINVAL if rules were rejected and skip_bad is not set, -E2BIG
 * if the image would pass a limit of segward_image.h, -ENOMEM, -ENOTRECOVERABLE
 * if the verifier refused the image (an error of the compiler), or the error
 * that an earlier call met. segward_rulec_error() has the sentence.
 */
int segward_rulec_finish(struct segward_rulec *rulec,
			 struct segward_rulec_image *image);

/**
 * segward_rulec_report() - what became of the rules
 * @rulec: after segward_rulec_finish(), whether that succeeded or not
 *
 * Return: the report; belongs to the compiler.
 */
const struct segward_rulec_report *
segward_rulec_report(const struct segward_rulec *rulec);

/**
 * segward_rulec_error() - why the last call that failed did so
 * @rulec: the compiler
 *
 * Return: one sentence, without a final period; "" if no call failed. Belongs
 * to the compiler.
 */
const char *segward_rulec_error(const struct segward_rulec *rulec);

#endif /* SEGWARD_RULEC_H */
