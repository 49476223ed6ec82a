// SPDX-License-Identifier: GPL-2.0
/*
 * How fast the multi-pattern matcher scans, beside Hyperscan in the same run
 * and a search for one pattern after the other.
 *
 *	bench_match [-r RULES]... [-c CAPTURE]... [-m MEGABYTES]
 *
 * Without -r, patterns are generated: words as rules have them, paths, hex
 * strings, some random bytes. With -r they are the contents of rule files:
 * up to 5,000 the longest content of a rule, beyond that all of six bytes or
 * more. Without -c, payload is generated from the same words; with -c, it is
 * what TCP and UDP carry in libpcap files. Each scanner must report the same
 * pairs of packet and pattern. Hostile payloads repeat the anchor that most
 * patterns share.
 *
 * Times are of the processor, so that other work disturbs them less. The
 * matcher is compiled as the kernel compiles it, without vector instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <hs.h>

#include "image_builder.h"
#include "inspect.h"
#include "match.h"

#define PATTERNS_MAX	40000
#define PACKETS_MAX	400000
#define ROUNDS		5		/* the best one counts */
#define NAIVE_BYTES	200000		/* enough for a search that slow */

struct bytes {
	u8 *data;
	u32 len;
};

static struct bytes pattern[PATTERNS_MAX];
static u32 nr_patterns;
static struct bytes packet[PACKETS_MAX];
static u32 nr_packets;
static u64 payload_bytes;
static u64 payload_max = 64 << 20;
static struct segward_scratch scratch;
static u64 state = 0x5eed;

static u32 rnd(u32 limit)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (u32)((state >> 11) % limit);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct bytes copy(const void *data, u32 len)
{
	struct bytes bytes = { malloc(len), len };

	if (!bytes.data)
		abort();
	memcpy(bytes.data, data, len);
	return bytes;
}

static void add_packet(const u8 *data, u32 len)
{
	if (!len || len > 65535 || nr_packets == PACKETS_MAX ||
	    payload_bytes + len > payload_max)
		return;
	packet[nr_packets++] = copy(data, len);
	payload_bytes += len;
}

/* --- Generated patterns and payload --------------------------------------- */

static const char *const words[] = {
	"/admin/", "/index.php?", "id=", "cmd=", "User-Agent: ", "Mozilla/4.0",
	"Host: ", "Content-Type: ", "application/", ".exe", ".dll", "/gate.php",
	"POST /", "GET /", "HTTP/1.1", "Cookie: ", "&ver=", "&os=", "session=",
	"download", "update", "config.bin", "bot", "login", "password", "shell",
	"/wp-content/plugins/", "eval(", "unescape", "document.write", "script",
	"SELECT ", "UNION", "../..", "/etc/passwd", "cgi-bin/", "msie 6.0",
	"windows nt", "clsid:", "classid", "overflow", "trojan", "0x", "http://",
	".example.com", ".top/", "/images/", "jpg?", "=1&", "|00|", "token",
};

static u32 add_word(u8 *p, u32 len, u32 room)
{
	const char *word = words[rnd(ARRAY_SIZE(words))];
	u32 nr = (u32)strlen(word);

	if (nr > room - len)
		nr = room - len;
	memcpy(p + len, word, nr);
	return len + nr;
}

static u32 add_random(u8 *p, u32 len, u32 nr, u32 room, bool text)
{
	static const char letters[] =
		"etaoinshrdlucmwfgypbvkjxqz0123456789_-./";

	while (nr-- && len < room)
		p[len++] = text ? (u8)letters[rnd(sizeof(letters) - 1)] :
				  (u8)rnd(256);
	return len;
}

static void generate_patterns(u32 nr)
{
	u8 buffer[64];
	u32 len;

	for (nr_patterns = 0; nr_patterns < nr; nr_patterns++) {
		len = 0;
		if (rnd(10))
			len = add_word(buffer, len, sizeof(buffer));
		len = add_random(buffer, len, 3 + rnd(9), sizeof(buffer),
				 rnd(8));
		if (!rnd(3))
			len = add_word(buffer, len, sizeof(buffer));
		pattern[nr_patterns] = copy(buffer, max_t(u32, len, 4));
	}
}

static void generate_payload(void)
{
	u8 buffer[1460];
	u32 len, room;
	u64 before;
	bool text;

	do {
		before = payload_bytes;
		text = rnd(3);
		room = 64 + rnd(sizeof(buffer) - 64);
		len = 0;
		while (len < room) {
			if (text && rnd(2))
				len = add_word(buffer, len, room);
			len = add_random(buffer, len, 1 + rnd(20), room, text);
		}
		add_packet(buffer, len);
	} while (payload_bytes != before);
}

/* --- Patterns of rules ---------------------------------------------------- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A quoted content at @p; returns behind it. */
static const char *read_content(const char *p, u8 *out, u32 *len)
{
	bool hex = false;
	int digit = -1;

	for (*len = 0; *p && *p != '"' && *len < 2048; p++) {
		if (*p == '|') {
			hex = !hex;
		} else if (!hex) {
			if (*p == '\\' && p[1])
				p++;
			out[(*len)++] = (u8)*p;
		} else if (hex_digit(*p) >= 0) {
			if (digit >= 0) {
				out[(*len)++] = (u8)(digit << 4 |
						     hex_digit(*p));
				digit = -1;
			} else {
				digit = hex_digit(*p);
			}
		}
	}
	return p;
}

static void read_rule(const char *line, bool all)
{
	u8 bytes[2048], best[2048];
	u32 len, best_len = 0;
	const char *p = line;

	while ((p = strstr(p, "content:")) != NULL) {
		p += 8;
		while (*p == ' ')
			p++;
		if (*p != '"')
			continue;
		p = read_content(p + 1, bytes, &len);
		if (all && len >= 6 && nr_patterns < PATTERNS_MAX)
			pattern[nr_patterns++] = copy(bytes, len);
		if (len > best_len) {
			best_len = len;
			memcpy(best, bytes, len);
		}
	}
	if (!all && best_len >= 4 && nr_patterns < PATTERNS_MAX)
		pattern[nr_patterns++] = copy(best, best_len);
}

static void read_rules(const char *name, bool all)
{
	char *line = NULL;
	size_t room = 0;
	FILE *file;

	file = fopen(name, "r");
	if (!file) {
		perror(name);
		exit(1);
	}
	while (getline(&line, &room, file) > 0)
		read_rule(line, all);
	free(line);
	fclose(file);
}

static int compare_patterns(const void *a, const void *b)
{
	const struct bytes *left = a;
	const struct bytes *right = b;

	if (left->len != right->len)
		return left->len < right->len ? -1 : 1;
	return memcmp(left->data, right->data, left->len);
}

/* Lower case, no two equal, in random order, at most @nr. */
static void tidy_patterns(u32 nr)
{
	struct bytes swap;
	u32 i, k, kept = 0;

	for (i = 0; i < nr_patterns; i++)
		for (k = 0; k < pattern[i].len; k++)
			pattern[i].data[k] =
				segward_image_fold(pattern[i].data[k]);
	qsort(pattern, nr_patterns, sizeof(pattern[0]), compare_patterns);
	for (i = 0; i < nr_patterns; i++)
		if (!i || compare_patterns(&pattern[kept - 1], &pattern[i]))
			pattern[kept++] = pattern[i];
	for (i = 0; i < kept; i++) {
		k = i + rnd(kept - i);
		swap = pattern[i];
		pattern[i] = pattern[k];
		pattern[k] = swap;
	}
	nr_patterns = min(kept, nr);
}

/* --- Payload of captures -------------------------------------------------- */

static void add_transport(const u8 *p, u32 len, u8 proto)
{
	u32 header = 8;

	if (proto == 6 && len >= 20)
		header = (p[12] >> 4) * 4;
	else if (proto != 17)
		return;
	if (header <= len)
		add_packet(p + header, len - header);
}

static void add_frame(const u8 *p, u32 len)
{
	u32 off = 14, header;
	u16 type;

	if (len < 34)
		return;
	type = get_unaligned_be16(p + 12);
	while (type == 0x8100 && len > off + 4) {
		type = get_unaligned_be16(p + off + 2);
		off += 4;
	}
	p += off;
	len -= off;
	if (type == 0x0800 && len >= 20) {
		header = (p[0] & 15) * 4;
		len = min_t(u32, len, get_unaligned_be16(p + 2));
		if (header <= len)
			add_transport(p + header, len - header, p[9]);
	} else if (type == 0x86dd && len >= 40) {
		len = min_t(u32, len, get_unaligned_be16(p + 4) + 40);
		add_transport(p + 40, len - 40, p[6]);
	}
}

static void read_capture(const char *name)
{
	static u8 frame[262144];
	u32 head[6], record[4];
	FILE *file;

	file = fopen(name, "rb");
	if (!file || fread(head, sizeof(head), 1, file) != 1 ||
	    head[0] != 0xa1b2c3d4 || head[5] != 1) {
		if (file)
			fclose(file);
		return;		/* not ours to read: pcapng, no Ethernet */
	}
	while (fread(record, sizeof(record), 1, file) == 1 &&
	       record[2] <= sizeof(frame) &&
	       fread(frame, 1, record[2], file) == record[2])
		add_frame(frame, record[2]);
	fclose(file);
}

/* --- The scanners --------------------------------------------------------- */

static void *make_image(u32 *longest, double *seconds, u32 *size)
{
	struct segward_image_error error;
	const u32 *bucket;
	struct image_builder b;
	double start = now();
	void *image;
	u32 i;

	image_start(&b);
	for (i = 0; i < nr_patterns; i++) {
		image_rule(&b);
		image_content(&b, pattern[i].data, pattern[i].len, 0, 0, 0);
	}
	image_group(&b, SEGWARD_IMAGE_PROTO_IP);
	*longest = 0;
	bucket = b.mpm.words + (1u << b.mpm.mpms[0].filter_bits) / 32;
	for (i = 0; i < 1u << b.mpm.mpms[0].long_bits; i++)
		*longest = max(*longest, bucket[i + 1] - bucket[i]);
	*size = b.mpm.nr_words * 4 + b.mpm.nr_slots * 16 +
		b.mpm.nr_patterns * 16;
	image = image_finish(&b, &i);
	if (segward_image_verify(image, i, &error)) {
		fprintf(stderr, "verify: %s\n", error.what);
		exit(1);
	}
	*seconds = now() - start;
	return image;
}

static u32 take_candidates(void)
{
	u32 words = (nr_patterns + 63) / 64;
	u32 nr = 0;
	u32 i;

	for (i = 0; i < words; i++) {
		nr += (u32)__builtin_popcountll(scratch.candidate[i]);
		scratch.candidate[i] = 0;
	}
	memset(scratch.candidate_words, 0, sizeof(scratch.candidate_words));
	return nr;
}

static double scan_segward(const void *image, u64 *found, u64 *units)
{
	double start = now();
	u32 budget;
	u32 i;

	*found = 0;
	*units = 0;
	for (i = 0; i < nr_packets; i++) {
		budget = 1u << 30;
		segward_match_scan(image, 0, packet[i].data, packet[i].len,
				   &scratch, &budget);
		*units += (1u << 30) - budget;
		*found += take_candidates();
	}
	return now() - start;
}

static int on_match(unsigned int id, unsigned long long from,
		    unsigned long long to, unsigned int flags, void *context)
{
	++*(u64 *)context;
	return 0;
}

static hs_database_t *make_hyperscan(double *seconds)
{
	const char **expression = calloc(nr_patterns, sizeof(*expression));
	unsigned int *flags = calloc(nr_patterns, sizeof(*flags));
	unsigned int *ids = calloc(nr_patterns, sizeof(*ids));
	size_t *lens = calloc(nr_patterns, sizeof(*lens));
	hs_compile_error_t *error;
	hs_database_t *database;
	double start = now();
	u32 i;

	for (i = 0; i < nr_patterns; i++) {
		expression[i] = (const char *)pattern[i].data;
		lens[i] = pattern[i].len;
		flags[i] = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH;
		ids[i] = i;
	}
	if (hs_compile_lit_multi(expression, flags, ids, lens, nr_patterns,
				 HS_MODE_BLOCK, NULL, &database, &error)) {
		fprintf(stderr, "hyperscan: %s\n", error->message);
		exit(1);
	}
	*seconds = now() - start;
	free(expression);
	free(flags);
	free(ids);
	free(lens);
	return database;
}

static double scan_hyperscan(const hs_database_t *database, hs_scratch_t *space,
			     u64 *found)
{
	double start = now();
	u32 i;

	*found = 0;
	for (i = 0; i < nr_packets; i++)
		hs_scan(database, (const char *)packet[i].data, packet[i].len,
			0, space, on_match, found);
	return now() - start;
}

/* Every pattern by itself over the first packets. */
static double scan_naively(u64 *bytes)
{
	u32 budget = 0;
	double start = now();
	u32 i, k;

	*bytes = 0;
	for (i = 0; i < nr_packets && *bytes * nr_patterns <
	     (u64)NAIVE_BYTES * 1000; i++) {
		for (k = 0; k < nr_patterns; k++) {
			budget = 1u << 30;
			segward_match_find(packet[i].data, 0, packet[i].len,
					   pattern[k].data, pattern[k].len,
					   true, &budget);
		}
		*bytes += packet[i].len;
	}
	return now() - start;
}

/* Over and over the anchor that most patterns share. */
static void worst_payload(const void *image, u8 *payload, u32 len)
{
	const struct segward_image_mpm *mpm;
	const struct segward_image_slot *slot;
	struct segward_image_tables tables;
	const u32 *bucket;
	u32 worst = 0;
	u32 i;

	mpm = segward_image_section(image, SEGWARD_IMAGE_MPMS);
	slot = segward_image_section(image, SEGWARD_IMAGE_SLOTS);
	segward_image_tables(mpm, &tables);
	bucket = segward_image_section(image, SEGWARD_IMAGE_WORDS);
	bucket += tables.longs;
	for (i = 0; i < 1u << mpm->long_bits; i++)
		if (bucket[i + 1] - bucket[i] >
		    bucket[worst + 1] - bucket[worst])
			worst = i;
	for (i = 0; i < len; i++)
		payload[i] = (u8)(slot[bucket[worst]].gram >> i % 4 * 8);
}

/* Seconds for a packet made to be slow, within the budget of a packet. */
static double scan_worst(const void *image, u32 len)
{
	enum { TIMES = 2000 };
	static u8 payload[65535];
	double start;
	u32 budget;
	u32 i;

	worst_payload(image, payload, len);
	start = now();
	for (i = 0; i < TIMES; i++) {
		budget = SEGWARD_WORK_MAX;
		segward_match_scan(image, 0, payload, len, &scratch, &budget);
		take_candidates();
	}
	return (now() - start) / TIMES;
}

static double gbit(u64 bytes, double seconds)
{
	return (double)bytes * 8 / seconds / 1e9;
}

static void bench(void)
{
	double build, compile, ours = 1e9, theirs = 1e9, naive;
	u64 found = 0, hs_found = 0, units = 0, naive_bytes;
	hs_scratch_t *space = NULL;
	hs_database_t *database;
	u32 longest, size, i;
	void *image;

	image = make_image(&longest, &build, &size);
	database = make_hyperscan(&compile);
	if (hs_alloc_scratch(database, &space))
		abort();
	for (i = 0; i < ROUNDS; i++) {
		double seconds = scan_segward(image, &found, &units);

		ours = seconds < ours ? seconds : ours;
		seconds = scan_hyperscan(database, space, &hs_found);
		theirs = seconds < theirs ? seconds : theirs;
	}
	naive = scan_naively(&naive_bytes);
	printf("%6u patterns: segward %6.2f Gbit/s, hyperscan %6.2f, ratio %.2f, one by one %.4f\n",
	       nr_patterns, gbit(payload_bytes, ours),
	       gbit(payload_bytes, theirs), theirs / ours,
	       gbit(naive_bytes, naive));
	printf("        matches %llu and %llu; %.2f units/100 bytes; ",
	       (unsigned long long)found, (unsigned long long)hs_found,
	       (double)units * 100 / (double)payload_bytes);
	printf("longest bucket %u; %u kB; built in %.2f s (hyperscan %.2f)\n",
	       longest, size / 1024, build, compile);
	printf("        hostile payload: %.0f us for 1,460 bytes, %.0f us for 65,535\n",
	       scan_worst(image, 1460) * 1e6, scan_worst(image, 65535) * 1e6);
	if (found != hs_found) {
		fprintf(stderr, "the scanners disagree\n");
		exit(1);
	}
	hs_free_scratch(space);
	hs_free_database(database);
	segward_free(image);
}

int main(int argc, char **argv)
{
	static const u32 sizes[] = { 100, 5000, 35000 };
	const char *rules[64];
	u32 nr_rules = 0;
	u32 i, k;
	int opt;

	while ((opt = getopt(argc, argv, "r:c:m:")) != -1) {
		switch (opt) {
		case 'r':
			if (nr_rules < ARRAY_SIZE(rules))
				rules[nr_rules++] = optarg;
			break;
		case 'c':
			read_capture(optarg);
			break;
		case 'm':
			payload_max = strtoull(optarg, NULL, 0) << 20;
			break;
		default:
			fprintf(stderr,
				"usage: bench_match [-m MEGABYTES] [-r RULES]... [-c CAPTURE]...\n");
			return 1;
		}
	}
	if (!nr_packets)
		generate_payload();
	printf("%u packets, %.1f MB of payload\n", nr_packets,
	       (double)payload_bytes / 1e6);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		nr_patterns = 0;
		for (k = 0; k < nr_rules; k++)
			read_rules(rules[k], sizes[i] > 5000);
		if (!nr_rules)
			generate_patterns(sizes[i]);
		tidy_patterns(sizes[i]);
		bench();
	}
	return 0;
}
