// SPDX-License-Identifier: GPL-2.0
/*
 * segward replay: the words behind it, and the loop over captures.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/names.h"
#include "replay/judge.h"
#include "replay/replay.h"

/* Packets looked at to find out whether checksums mean anything. */
#define CSUM_SAMPLE	1000

/*
 * They do not if one packet in so many fails: a sender that leaves them to
 * its network card spoils about half of a conversation.
 */
#define CSUM_BAD_IN	4

#define OK	0
#define USAGE	1

const char segward_replay_grammar[] =
	"CAPTURE... [ rules FILE... ] [ reputation FILE... ]\n"
	"[ category NAME ] [ min-score SCORE ] [ verdict VERDICT ] [ inline ]\n"
	"[ override { signature-id [GID:]NUMBER | classtype NAME |\n"
	"             ruleset NAME } verdict VERDICT ]...\n"
	"[ variable NAME VALUE ]... [ sid PREFIX [ zone NUMBER ] ]\n"
	"[ profile NAME ] [ ruleset NAME ]\n"
	"[ checksums { auto | verify | ignore } ]";

enum checksums {
	CHECKSUMS_AUTO,
	CHECKSUMS_VERIFY,
	CHECKSUMS_IGNORE,
};

/* The command line. */
struct replay {
	const struct segward_replay_options *options;
	char **argv;
	int argc;
	int pos;
	struct words captures;
	struct config config;
	struct judge judge;
	enum checksums checksums;
	u64 nanoseconds;
};

__attribute__((format(printf, 2, 3)))
static int error(const struct replay *replay, const char *format, ...)
{
	va_list args;

	fputs("Error: ", replay->options->err);
	va_start(args, format);
	vfprintf(replay->options->err, format, args);
	va_end(args);
	fputs(".\n", replay->options->err);
	return USAGE;
}

static int err_arg(const struct replay *replay, const char *arg,
		   const char *why)
{
	return error(replay, "argument \"%s\" is wrong: %s", arg, why);
}

/* The next word as a value; an error if there is none. */
static const char *value(struct replay *replay)
{
	if (replay->pos < replay->argc)
		return replay->argv[replay->pos++];
	fputs("Command line is not complete. Try option \"help\"\n",
	      replay->options->err);
	return NULL;
}

static bool parse_u32(const char *s, u32 first, u32 last, u32 *to)
{
	unsigned long long n;
	char *end;

	if (*s < '0' || *s > '9')
		return false;
	errno = 0;
	n = strtoull(s, &end, 0);
	if (errno || *end || n < first || n > last)
		return false;
	*to = (u32)n;
	return true;
}

static int take_number(struct replay *replay, u32 first, u32 last, u32 *to)
{
	const char *s = value(replay);

	if (!s)
		return USAGE;
	if (!parse_u32(s, first, last, to))
		return err_arg(replay, s, "not a number, or out of range");
	return OK;
}

static int add_word(struct replay *replay, struct words *words,
		    const char *word)
{
	if (words->nr == CONFIG_LIST_MAX)
		return err_arg(replay, word, "too many of its kind");
	words->word[words->nr++] = word;
	return OK;
}

static int take_name(struct replay *replay, const char **to)
{
	const char *s = value(replay);

	if (!s)
		return USAGE;
	if (!*s || strlen(s) >= SEGWARD_NAME_SIZE)
		return err_arg(replay, s, "a name has 1 to 31 characters");
	*to = s;
	return OK;
}

static int take_verdict(struct replay *replay, u8 *to)
{
	const char *s = value(replay);
	u32 i;

	if (!s)
		return USAGE;
	for (i = 1; i < segward_verdict_names_len; i++) {
		if (strcmp(segward_verdict_names[i], s))
			continue;
		*to = (u8)i;
		return OK;
	}
	return err_arg(replay, s, "not pass, report, drop or reject");
}

static bool is_keyword(const char *word);

/* Words up to the next keyword. */
static int files(struct replay *replay, struct words *words, const char *key)
{
	int err = OK;

	if (replay->pos == replay->argc ||
	    is_keyword(replay->argv[replay->pos]))
		return error(replay, "\"%s\" needs a file", key);
	while (!err && replay->pos < replay->argc &&
	       !is_keyword(replay->argv[replay->pos]))
		err = add_word(replay, words, replay->argv[replay->pos++]);
	return err;
}

static int key_rules(struct replay *replay)
{
	return files(replay, &replay->config.rules, "rules");
}

static int key_reputation(struct replay *replay)
{
	return files(replay, &replay->config.reputation, "reputation");
}

static int key_category(struct replay *replay)
{
	return take_name(replay, &replay->config.category);
}

static int key_min_score(struct replay *replay)
{
	u32 score;
	int err = take_number(replay, SEGWARD_REPUTATION_SCORE_MIN,
			 SEGWARD_REPUTATION_SCORE_MAX, &score);

	if (!err)
		replay->config.min_score = (u8)score;
	return err;
}

static int key_verdict(struct replay *replay)
{
	return take_verdict(replay, &replay->config.verdict);
}

static int key_inline(struct replay *replay)
{
	replay->config.mode = SEGWARD_MODE_PREVENT;
	return OK;
}

static int key_variable(struct replay *replay)
{
	const char *variable = value(replay);
	const char *to = variable ? value(replay) : NULL;

	if (!to)
		return USAGE;
	if (replay->config.variable.nr + 2 > CONFIG_LIST_MAX)
		return err_arg(replay, variable, "too many of its kind");
	add_word(replay, &replay->config.variable, variable);
	return add_word(replay, &replay->config.variable, to);
}

/* "signature-id [GID:]NUMBER" */
static int override_signature(struct replay *replay,
			      struct segward_override *override)
{
	const char *s = value(replay);
	const char *colon;
	char gid[16];

	if (!s)
		return USAGE;
	override->gid = 1;
	colon = strchr(s, ':');
	if (colon) {
		snprintf(gid, sizeof(gid), "%.*s", (int)(colon - s), s);
		if (!parse_u32(gid, 0, U32_MAX, &override->gid))
			return err_arg(replay, s, "GID:NUMBER expected");
	}
	if (!parse_u32(colon ? colon + 1 : s, 1, U32_MAX,
		       &override->signature_id))
		return err_arg(replay, s, "not a signature-id");
	return OK;
}

static int override_name(struct replay *replay,
			 struct segward_override *override)
{
	const char *s = value(replay);

	if (!s)
		return USAGE;
	if (!*s || strlen(s) >= sizeof(override->name))
		return err_arg(replay, s, "a name has 1 to 63 characters");
	strcpy(override->name, s);
	return OK;
}

static bool is_overridden(const struct config *config,
			  const struct segward_override *override)
{
	const struct segward_override *other = config->override;
	u32 i;

	for (i = 0; i < config->nr_overrides; i++, other++)
		if (other->kind == override->kind &&
		    other->gid == override->gid &&
		    other->signature_id == override->signature_id &&
		    !strcmp(other->name, override->name))
			return true;
	return false;
}

static int key_override(struct replay *replay)
{
	struct segward_override override = { 0 };
	const char *s = value(replay);
	u32 i;
	int err;

	if (!s)
		return USAGE;
	for (i = 1; i < segward_override_kind_names_len; i++)
		if (!strcmp(segward_override_kind_names[i], s))
			override.kind = (u8)i;
	if (!override.kind)
		return err_arg(replay, s, "not signature-id, classtype or ruleset");
	if (override.kind == SEGWARD_OVERRIDE_KIND_SIGNATURE_ID)
		err = override_signature(replay, &override);
	else
		err = override_name(replay, &override);
	if (err)
		return err;
	s = value(replay);
	if (!s)
		return USAGE;
	if (strcmp(s, "verdict"))
		return err_arg(replay, s, "\"verdict\" expected");
	if (replay->config.nr_overrides == CONFIG_LIST_MAX)
		return err_arg(replay, s, "too many of its kind");
	if (is_overridden(&replay->config, &override))
		return error(replay, "the same \"override\" twice");
	replay->config.override[replay->config.nr_overrides++] = override;
	i = replay->config.nr_overrides - 1;
	return take_verdict(replay, &replay->config.override[i].verdict);
}

static int key_sid(struct replay *replay)
{
	struct judge *judge = &replay->judge;
	const char *s = value(replay);
	char address[INET6_ADDRSTRLEN] = "";
	u32 len = 128;
	size_t n;
	int i;

	if (!s)
		return USAGE;
	n = strcspn(s, "/");
	if (n < sizeof(address))
		memcpy(address, s, n);
	if (inet_pton(AF_INET6, address, judge->sid) != 1 ||
	    (s[n] && !parse_u32(s + n + 1, 0, 128, &len)))
		return err_arg(replay, s, "not an IPv6 prefix");
	for (i = (int)len; i < 128; i++)
		if (judge->sid[i / 8] & 0x80 >> i % 8)
			return err_arg(replay, s,
				     "bits behind the prefix are set");
	judge->sid_len = (u8)len;
	judge->has_sid = true;
	return OK;
}

static int key_zone(struct replay *replay)
{
	return take_number(replay, 0, U32_MAX, &replay->judge.zone);
}

static int key_profile(struct replay *replay)
{
	return take_name(replay, &replay->config.profile);
}

static int key_ruleset(struct replay *replay)
{
	return take_name(replay, &replay->config.ruleset);
}

static int key_checksums(struct replay *replay)
{
	static const char * const words[] = {
		[CHECKSUMS_AUTO] = "auto",
		[CHECKSUMS_VERIFY] = "verify",
		[CHECKSUMS_IGNORE] = "ignore",
	};
	const char *s = value(replay);
	u32 i;

	if (!s)
		return USAGE;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strcmp(words[i], s))
			continue;
		replay->checksums = (enum checksums)i;
		return OK;
	}
	return err_arg(replay, s, "not auto, verify or ignore");
}

static const struct {
	const char *word;
	int (*parse)(struct replay *replay);
} keywords[] = {
	{ "rules", key_rules },
	{ "reputation", key_reputation },
	{ "category", key_category },
	{ "min-score", key_min_score },
	{ "verdict", key_verdict },
	{ "inline", key_inline },
	{ "override", key_override },
	{ "variable", key_variable },
	{ "sid", key_sid },
	{ "zone", key_zone },
	{ "profile", key_profile },
	{ "ruleset", key_ruleset },
	{ "checksums", key_checksums },
};

static bool is_keyword(const char *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!strcmp(keywords[i].word, word))
			return true;
	return false;
}

static int parse_keyword(struct replay *replay)
{
	const char *word = replay->argv[replay->pos++];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(keywords); i++)
		if (!strcmp(keywords[i].word, word))
			return keywords[i].parse(replay);
	return err_arg(replay, word, "unknown");
}

static int parse_words(struct replay *replay)
{
	int err;

	if (!replay->argc) {
		value(replay);
		return USAGE;
	}
	err = files(replay, &replay->captures, "replay");
	while (!err && replay->pos < replay->argc)
		err = parse_keyword(replay);
	return err;
}

/* Whether the file's checksums tell nothing; see replay.h. */
static bool checksums_lie(struct replay *replay, const char *path)
{
	char sentence[CAPTURE_SENTENCE];
	u32 packets = 0, bad = 0, n;
	struct captured packet;
	struct capture *capture;

	if (!strcmp(path, "-"))
		return false;
	capture = capture_open(path, sentence);
	for (n = 0; capture && n < CSUM_SAMPLE; n++) {
		if (capture_next(capture, &packet, sentence) != 1)
			break;
		if (!packet.data || packet.truncated)
			continue;
		packets++;
		bad += judge_csum_bad(&replay->judge, &packet);
	}
	capture_close(capture);
	if (bad * CSUM_BAD_IN <= packets)
		return false;
	fprintf(replay->options->err,
		"Warning: \"%s\": %u of %u packets have no valid checksum; none is verified.\n",
		path, bad, packets);
	return true;
}

static void set_checksums(struct replay *replay, const char *path)
{
	bool ignore = replay->checksums == CHECKSUMS_IGNORE;

	if (replay->checksums == CHECKSUMS_AUTO)
		ignore = checksums_lie(replay, path);
	replay->judge.csum = ignore ? SEGWARD_CSUM_IGNORE :
				      SEGWARD_CSUM_VERIFY;
}

static int replay_file(struct replay *replay, const char *path)
{
	char sentence[CAPTURE_SENTENCE];
	struct captured packet;
	struct capture *capture;
	int ret;

	capture = capture_open(path, sentence);
	if (!capture)
		return error(replay, "%s", sentence);
	replay->judge.file = path;
	while ((ret = capture_next(capture, &packet, sentence)) == 1) {
		ret = judge_packet(&replay->judge, &packet);
		if (ret) {
			error(replay, "events cannot be written: %s",
			      strerror(-ret));
			break;
		}
	}
	if (ret == -1)
		error(replay, "\"%s\": %s", path, sentence);
	capture_close(capture);
	return ret ? USAGE : OK;
}

static u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000 + (u64)ts.tv_nsec;
}

/* What is going on when the captures end. */
static int replay_end(struct replay *replay)
{
	u64 begin = now();
	int err = judge_end(&replay->judge);

	replay->nanoseconds += now() - begin;
	return err ? error(replay, "events cannot be written: %s",
			   strerror(-err)) : OK;
}

static int replay_files(struct replay *replay)
{
	int err = OK;
	u64 begin;
	u32 i;

	for (i = 0; !err && i < replay->captures.nr; i++) {
		set_checksums(replay, replay->captures.word[i]);
		begin = now();
		err = replay_file(replay, replay->captures.word[i]);
		replay->nanoseconds += now() - begin;
	}
	return err ? err : replay_end(replay);
}

/* Counters by their names in JSON. */
static void count_all(const struct replay *replay, struct json_object *to)
{
	const struct judge_stats *stats = &replay->judge.stats;
	const struct {
		const char *key;
		u64 value;
	} row[] = {
		{ "packets", stats->packets },
		{ "bytes", stats->bytes },
		{ "inspected", stats->inspected },
		{ "no_ip", stats->no_ip },
		{ "truncated", stats->truncated },
		{ "elsewhere", stats->elsewhere },
		{ "local", stats->local },
		{ "dropped", stats->dropped },
		{ "events", stats->events },
		{ "alerts", stats->alerts },
		{ "anomalies", stats->anomalies },
		{ "reputation", stats->reputation },
		{ "records", stats->records },
		{ "flows", stats->flows },
		{ "flow_refused", stats->flow_refused },
		{ "bypassed", stats->bypassed },
		{ "work", stats->work },
		{ "rules", replay->judge.loaded->ruleset ?
			   replay->judge.loaded->ruleset->nr_rules : 0 },
		{ "rejected", replay->judge.loaded->rejected },
	};
	struct json_object *number;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(row); i++) {
		number = json_object_new_int64((int64_t)row[i].value);
		json_object_object_add(to, row[i].key, number);
	}
}

static void print_json(const struct replay *replay)
{
	struct json_object *line = json_object_new_object();
	struct json_object *stats = json_object_new_object();
	double seconds = (double)replay->nanoseconds / 1e9;
	char digits[32];

	count_all(replay, stats);
	snprintf(digits, sizeof(digits), "%.6f", seconds);
	json_object_object_add(stats, "seconds",
			       json_object_new_double_s(seconds, digits));
	json_object_object_add(line, "event_type",
			       json_object_new_string("stats"));
	json_object_object_add(line, "stats", stats);
	fprintf(replay->options->out, "%s\n",
		json_object_to_json_string_ext(line, JSON_C_TO_STRING_PLAIN));
	json_object_put(line);
}

static void print_text(const struct replay *replay)
{
	const struct judge_stats *stats = &replay->judge.stats;
	bool prevent = replay->config.mode == SEGWARD_MODE_PREVENT;
	FILE *err = replay->options->err;

	fprintf(err,
		"%llu packets, %llu bytes in %.3f s: %llu inspected, %llu %s, %llu alerts, %llu anomalies, %llu of reputation, %llu records, %llu flows\n",
		(unsigned long long)stats->packets,
		(unsigned long long)stats->bytes,
		(double)replay->nanoseconds / 1e9,
		(unsigned long long)stats->inspected,
		(unsigned long long)stats->dropped,
		prevent ? "dropped" : "would be dropped",
		(unsigned long long)stats->alerts,
		(unsigned long long)stats->anomalies,
		(unsigned long long)stats->reputation,
		(unsigned long long)stats->records,
		(unsigned long long)stats->flows);
	if (stats->no_ip || stats->truncated || stats->elsewhere ||
	    stats->local)
		fprintf(err,
			"left out: %llu without IP header, %llu cut short, %llu not for the SID, %llu for its node\n",
			(unsigned long long)stats->no_ip,
			(unsigned long long)stats->truncated,
			(unsigned long long)stats->elsewhere,
			(unsigned long long)stats->local);
	if (replay->judge.loaded->rejected)
		fprintf(err,
			"%u rules were left out; \"segward ruleset check\" says which\n",
			replay->judge.loaded->rejected);
}

static int set_zone(struct replay *replay)
{
	struct segward_inspect *inspect = &replay->judge.inspect;
	int err;

	inspect->zone = segward_zones_get(segward_flows_zones(inspect->flows),
					  replay->judge.zone, &err);
	return inspect->zone ? OK : error(replay, "out of memory");
}

static int run(struct replay *replay)
{
	char sentence[CONFIG_SENTENCE];
	struct loaded loaded;
	int err;

	replay->judge.loaded = &loaded;
	replay->judge.config = &replay->config;
	replay->judge.out = replay->options->out;
	if (!config_load(&replay->config, &loaded, sentence)) {
		err = error(replay, "%s", sentence);
	} else {
		replay->judge.inspect.profile = loaded.profile;
		replay->judge.inspect.reputation = loaded.reputation;
		replay->judge.inspect.fragments = loaded.fragments;
		replay->judge.inspect.flows = loaded.flows;
		err = set_zone(replay);
		if (!err)
			err = replay_files(replay);
		if (replay->options->json)
			print_json(replay);
		else
			print_text(replay);
	}
	config_unload(&loaded);
	if (fflush(replay->options->out) && !err)
		err = error(replay, "events cannot be written: %s",
			    strerror(errno));
	return err;
}

static void set_defaults(struct replay *replay)
{
	replay->config.ruleset = "replay";
	replay->config.min_score = SEGWARD_REPUTATION_SCORE_MIN;
	replay->config.verdict = SEGWARD_VERDICT_DROP;
	replay->config.mode = SEGWARD_MODE_MONITOR;
}

int segward_replay_main(int argc, char **argv,
			const struct segward_replay_options *options)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	struct segward_scratch *scratch = segward_zalloc(sizeof(*scratch));
	int err = USAGE;

	if (argc == 1 && !strcmp(argv[0], "help")) {
		fprintf(options->out, "Usage: segward replay %s\n",
			segward_replay_grammar);
		err = OK;
	} else if (replay && scratch) {
		set_defaults(replay);
		replay->options = options;
		replay->argc = argc;
		replay->argv = argv;
		replay->judge.inspect.scratch = scratch;
		err = parse_words(replay);
		if (!err)
			err = run(replay);
	} else {
		fputs("Error: out of memory.\n", options->err);
	}
	segward_free(scratch);
	free(replay);
	return err;
}
