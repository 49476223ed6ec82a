// SPDX-License-Identifier: GPL-2.0
/*
 * Reading reputation lists: what each format gives, and the exact sentence for
 * what is wrong with a line.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "repfile/repfile.h"
#include "tap.h"

#define MILLION	1000000U

static struct segward_repfile *files;
static char reports[8192];

static void remember(void *ctx, const struct segward_repfile_problem *problem)
{
	size_t used = strlen(reports);

	snprintf(reports + used, sizeof(reports) - used, "%s:%lu:%u: %s\n",
		 problem->file, problem->line, problem->column,
		 problem->sentence);
}

static const struct segward_repfile_options plainly = { .report = remember };
static const struct segward_repfile_options skipping = {
	.skip_bad = true,
	.report = remember,
};

static void begin(const struct segward_repfile_options *options)
{
	reports[0] = '\0';
	segward_repfile_destroy(files);
	files = segward_repfile_create(options);
	CHECK(!!files);
}

static int read_bytes(const char *name, const char *bytes, size_t len)
{
	FILE *in = tmpfile();
	int err;

	fwrite(bytes, 1, len, in);
	rewind(in);
	err = segward_repfile_read(files, in, name);
	fclose(in);
	return err;
}

static int read_text(const char *text)
{
	return read_bytes("list", text, strlen(text));
}

/* All entries, one a line: prefix category score timeout. */
static const char *all(void)
{
	const struct segward_repfile_entry *entry;
	static char text[16384];
	char addr[INET6_ADDRSTRLEN];
	size_t count, used = 0;

	text[0] = '\0';
	CHECK_EQ(segward_repfile_finish(files), 0);
	entry = segward_repfile_entries(files, &count);
	for (; count--; entry++) {
		inet_ntop(entry->version == 4 ? AF_INET : AF_INET6,
			  entry->addr, addr, sizeof(addr));
		used += snprintf(text + used, sizeof(text) - used,
				 "%s/%u %s %u %u\n", addr, entry->len,
				 segward_repfile_category(files,
							  entry->category),
				 entry->score, entry->timeout);
	}
	return text;
}

static size_t entries(void)
{
	size_t count;

	segward_repfile_entries(files, &count);
	return count;
}

/* The text is refused with this report, and nothing of it is kept. */
static void check_bad(const char *text, const char *report)
{
	begin(&plainly);
	CHECK_EQ(read_text(text), -EINVAL);
	CHECK_STR(reports, report);
	CHECK_EQ(entries(), 0);
}

static void check_good(const char *text, const char *want)
{
	begin(&plainly);
	CHECK_EQ(read_text(text), 0);
	CHECK_STR(reports, "");
	CHECK_STR(all(), want);
}

/*
 * Plain
 */

static void reads_plain_addresses_and_prefixes(void)
{
	check_good("# a list\n\n1.2.3.4\n 1.2.3.0/24 # why\n"
		   "\t2001:db8::1\n2001:db8::/32\n0.0.0.0/0\n::/0\n",
		   "1.2.3.4/32 listed 100 0\n1.2.3.0/24 listed 100 0\n"
		   "2001:db8::1/128 listed 100 0\n"
		   "2001:db8::/32 listed 100 0\n0.0.0.0/0 listed 100 0\n"
		   "::/0 listed 100 0\n");
	check_good("", "");
	check_good("# nothing\n", "");
}

static void reads_old_spamhaus_lists(void)
{
	check_good("; Spamhaus DROP List\n; Last-Modified\n"
		   "1.10.16.0/20 ; SBL256894\n1.19.0.0/16;SBL434604\n",
		   "1.10.16.0/20 listed 100 0\n1.19.0.0/16 listed 100 0\n");
}

static void takes_ranges_apart_into_the_fewest_prefixes(void)
{
	check_good("10.0.0.0-10.0.0.255\n",
		   "10.0.0.0/24 listed 100 0\n");
	check_good("10.0.0.1-10.0.0.6\n",
		   "10.0.0.1/32 listed 100 0\n10.0.0.2/31 listed 100 0\n"
		   "10.0.0.4/31 listed 100 0\n10.0.0.6/32 listed 100 0\n");
	check_good("10.0.0.1-10.0.0.1\n", "10.0.0.1/32 listed 100 0\n");
	check_good("0.0.0.0-255.255.255.255\n", "0.0.0.0/0 listed 100 0\n");
	check_good("255.255.255.254-255.255.255.255\n",
		   "255.255.255.254/31 listed 100 0\n");
	check_good("::ffff-::1:1\n",
		   "::ffff/128 listed 100 0\n::0.1.0.0/127 listed 100 0\n");
	check_good("::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff\n",
		   "::/0 listed 100 0\n");
	begin(&plainly);
	CHECK_EQ(read_text("0.0.0.1-255.255.255.254\n"), 0);
	CHECK_EQ(entries(), 62);
	CHECK_EQ(read_text("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe\n"), 0);
	CHECK_EQ(entries(), 62 + 254);
}

static void accepts_line_ends_of_all_kinds(void)
{
	check_good("1.2.3.4\r\n1.2.3.5\r\n",
		   "1.2.3.4/32 listed 100 0\n1.2.3.5/32 listed 100 0\n");
	check_good("1.2.3.4\n1.2.3.5",
		   "1.2.3.4/32 listed 100 0\n1.2.3.5/32 listed 100 0\n");
	check_good("\xef\xbb\xbf\x31.2.3.4\r\n\r\n",
		   "1.2.3.4/32 listed 100 0\n");
}

static void says_that_host_bits_are_set(void)
{
	check_bad("1.2.3.5\n1.2.3.4/24\n",
		  "list:2:1: \"1.2.3.4/24\" has bits set behind its length; 1.2.3.0/24 would not\n");
	check_bad("  2001:db8::1/64\n",
		  "list:1:3: \"2001:db8::1/64\" has bits set behind its length; 2001:db8::/64 would not\n");
	check_bad("1.2.3.4/0\n",
		  "list:1:1: \"1.2.3.4/0\" has bits set behind its length; 0.0.0.0/0 would not\n");
}

static void says_what_is_wrong_with_an_address(void)
{
	check_bad("1.2.3.4/33\n",
		  "list:1:9: length in \"1.2.3.4/33\" is not a number from 0 to 32\n");
	check_bad("::/129\n",
		  "list:1:4: length in \"::/129\" is not a number from 0 to 128\n");
	check_bad("1.2.3.4/\n",
		  "list:1:9: length in \"1.2.3.4/\" is not a number from 0 to 32\n");
	check_bad("1.2.3.4/-1\n",
		  "list:1:1: \"1.2.3.4/-1\" is not an address, a prefix or a range\n");
	check_bad("1.2.3.4/4294967304\n",
		  "list:1:9: length in \"1.2.3.4/4294967304\" is not a number from 0 to 32\n");
	check_bad("example.com\n",
		  "list:1:1: \"example.com\" is not an address, a prefix or a range\n");
	check_bad("1.2.3\n",
		  "list:1:1: \"1.2.3\" is not an address, a prefix or a range\n");
	check_bad("01.2.3.4\n",
		  "list:1:1: \"01.2.3.4\" is not an address, a prefix or a range\n");
	check_bad("1.2.3.4 5\n",
		  "list:1:9: unexpected \"5\" behind the address\n");
	check_bad("1.2.3.9-1.2.3.1\n",
		  "list:1:1: \"1.2.3.9-1.2.3.1\" ends before it begins\n");
	check_bad("1.2.3.4-::1\n",
		  "list:1:1: \"1.2.3.4-::1\" has addresses of two families\n");
	check_bad("1.2.3.4-\n",
		  "list:1:1: \"1.2.3.4-\" is not an address, a prefix or a range\n");
	check_bad("1.2.3.\x01\x9b\n",
		  "list:1:1: \"1.2.3.??\" is not an address, a prefix or a range\n");
}

static void bounds_the_length_of_a_line(void)
{
	static char text[SEGWARD_REPFILE_LINE + 32];

	memset(text, ' ', sizeof(text));
	memcpy(text, "1.2.3.4", 7);
	text[SEGWARD_REPFILE_LINE] = '\n';
	begin(&plainly);
	CHECK_EQ(read_bytes("list", text, SEGWARD_REPFILE_LINE + 1), 0);
	CHECK_EQ(entries(), 1);
	text[SEGWARD_REPFILE_LINE] = ' ';
	strcpy(text + SEGWARD_REPFILE_LINE + 1, "\n1.2.3.5/24\n");
	begin(&skipping);
	CHECK_EQ(read_text(text), 0);
	CHECK_STR(reports,
		  "list:1:0: line is longer than 4096 bytes\n"
		  "list:2:1: \"1.2.3.5/24\" has bits set behind its length; 1.2.3.0/24 would not\n");
	CHECK_EQ(segward_repfile_counts(files)->bad, 2);
}

static void refuses_files_that_are_no_text(void)
{
	begin(&plainly);
	CHECK_EQ(read_bytes("list", "1.2.3.4\n1.2\0.3.4\n", 17), -EINVAL);
	CHECK_STR(reports,
		  "list:2:4: line has a NUL byte, so this is no text\n");
	begin(&skipping);
	CHECK_EQ(read_bytes("list", "1.2.3.4\n1.2\0.3.4\n1.2.3.5\n", 25), 0);
	CHECK_EQ(entries(), 2);
}

static void takes_a_file_whole_or_not_at_all(void)
{
	begin(&plainly);
	CHECK_EQ(read_text("1.2.3.4\n"), 0);
	CHECK_EQ(read_text("1.2.3.5\n1.2.3.6\nbad\n1.2.3.7\n"), -EINVAL);
	CHECK_EQ(read_text("1.2.3.8\n"), 0);
	CHECK_STR(all(), "1.2.3.4/32 listed 100 0\n1.2.3.8/32 listed 100 0\n");
	CHECK_STR(reports,
		  "list:3:1: \"bad\" is not an address, a prefix or a range\n");
}

static void skips_bad_lines_when_told_to(void)
{
	begin(&skipping);
	CHECK_EQ(read_text("1.2.3.5\nbad\n1.2.3.6\n1.1.1.1/8\n1.2.3.7"), 0);
	CHECK_EQ(entries(), 3);
	CHECK_EQ(segward_repfile_counts(files)->bad, 2);
	CHECK_EQ(segward_repfile_counts(files)->lines, 5);
	CHECK_STR(reports,
		  "list:2:1: \"bad\" is not an address, a prefix or a range\n"
		  "list:4:1: \"1.1.1.1/8\" has bits set behind its length; 1.0.0.0/8 would not\n");
}

static void takes_category_score_and_timeout_from_the_options(void)
{
	static const struct segward_repfile_options options = {
		.category = "botnet",
		.score = 70,
		.timeout = 3600,
	};
	struct segward_repfile_options bad = { .category = "Bot net" };

	begin(&options);
	CHECK_EQ(read_text("1.2.3.4\n"), 0);
	CHECK_STR(all(), "1.2.3.4/32 botnet 70 3600\n");
	CHECK(!segward_repfile_create(&bad));
	CHECK_EQ(errno, EINVAL);
	bad = (struct segward_repfile_options){ .score = 101 };
	CHECK(!segward_repfile_create(&bad));
	CHECK(!segward_repfile_category(files, 0));
	CHECK(!segward_repfile_category(files, 2));
}

static void bounds_the_number_of_entries(void)
{
	static const struct segward_repfile_options options = {
		.max_entries = 3,
		.skip_bad = true,
	};

	begin(&options);
	CHECK_EQ(read_text("1.2.3.4\n1.2.3.5\n1.2.3.6\n"), 0);
	CHECK_EQ(entries(), 3);
	CHECK_EQ(read_text("1.2.3.7\n"), -E2BIG);
	CHECK_EQ(entries(), 3);
}

static void forced_formats_are_not_guessed(void)
{
	struct segward_repfile_options options = plainly;

	options.format = SEGWARD_REPFILE_PLAIN;
	begin(&options);
	CHECK_EQ(read_text("1.2.3.4,5,6\n"), -EINVAL);
	CHECK_STR(reports,
		  "list:1:1: \"1.2.3.4,5,6\" is not an address, a prefix or a range\n");
	options.format = SEGWARD_REPFILE_IPREP;
	begin(&options);
	CHECK_EQ(read_text("1.2.3.4\n"), -EINVAL);
	CHECK_STR(reports, "list:1:0: line is not address,category,score\n");
	CHECK_EQ(read_text("1,spam,unwanted mail\n"), 0);
	CHECK_EQ(read_text("1.2.3.4,1,80\n"), 0);
	CHECK_STR(all(), "1.2.3.4/32 spam 80 0\n");
	options.format = SEGWARD_REPFILE_DROP;
	begin(&options);
	CHECK_EQ(read_text("1,spam,unwanted mail\n"), -EINVAL);
}

/*
 * ipset
 */

static void reads_ipset_save(void)
{
	check_good("create bad hash:net family inet hashsize 1024 initval 0x6d3d1c6c\n"
		   "add bad 198.51.100.0/24\n"
		   "create short hash:ip family inet6 hashsize 1024 maxelem 65536 timeout 300 counters comment\n"
		   "add short 2001:db8::1 timeout 299 packets 3 bytes 180 comment \"seen # here\"\n"
		   "add short 2001:db8::2 comment \"\"\n"
		   "add short 2001:db8::3 timeout 0\n"
		   "add bad 192.0.2.1\n",
		   "198.51.100.0/24 listed 100 0\n"
		   "2001:db8::1/128 listed 100 299\n"
		   "2001:db8::2/128 listed 100 300\n"
		   "2001:db8::3/128 listed 100 0\n"
		   "192.0.2.1/32 listed 100 0\n");
}

static void an_ipset_netmask_makes_prefixes_of_addresses(void)
{
	check_good("create s hash:ip family inet netmask 24\nadd s 1.2.3.0\n"
		   "create t hash:ip family inet6 netmask 64\nadd t 2001:db8::\n",
		   "1.2.3.0/24 listed 100 0\n2001:db8::/64 listed 100 0\n");
	check_bad("create s hash:ip netmask 24\nadd s 1.2.3.0/25\n",
		  "list:2:7: \"1.2.3.0/25\" is no single address, and set \"s\" has a netmask\n");
	check_bad("create s hash:ip netmask 33\n",
		  "list:1:0: netmask 33 is longer than an IPv4 address\n");
}

static void says_what_is_wrong_with_an_ipset_line(void)
{
	check_bad("create s hash:ip,port family inet\n",
		  "list:1:10: sets of type \"hash:ip,port\" cannot be loaded, only hash:ip and hash:net\n");
	check_bad("add s 1.2.3.4\n",
		  "list:1:5: set \"s\" is not created above\n");
	check_bad("create s hash:ip\ncreate s hash:net\n",
		  "list:2:8: set \"s\" was created on line 1 already\n");
	check_bad("create s hash:net\nadd s 1.2.3.0/24 nomatch\n",
		  "list:2:18: nomatch makes an exception, which reputation does not have\n");
	check_bad("create s hash:net\nadd s 2001:db8::/32\n",
		  "list:2:7: \"2001:db8::/32\" is not of the family of set \"s\"\n");
	check_bad("create s hash:net\nadd s 1.2.3.4/24\n",
		  "list:2:7: \"1.2.3.4/24\" has bits set behind its length; 1.2.3.0/24 would not\n");
	check_bad("create s hash:net\nadd s\n",
		  "list:2:6: \"\" is not an address, a prefix or a range\n");
	check_bad("create s hash:net\nadd s 1.2.3.4 timeout soon\n",
		  "list:2:23: timeout \"soon\" is not a number from 0 to 4294967\n");
	check_bad("create s hash:net\nadd s 1.2.3.4 comment \"no end\n",
		  "list:2:23: comment does not end\n");
	check_bad("create s hash:net\nadd s 1.2.3.4 what 1\n",
		  "list:2:15: unknown option \"what\"\n");
	check_bad("create s hash:net bitmask 255.255.0.0\n",
		  "list:1:19: unknown option \"bitmask\"\n");
	check_bad("create s hash:net family inet7\n",
		  "list:1:26: family \"inet7\" is neither inet nor inet6\n");
	check_bad("create s hash:net\nflush s\n",
		  "list:2:1: \"flush\" is neither create nor add\n");
	check_bad("create 01234567890123456789012345678901 hash:net\n",
		  "list:1:8: name of a set is not 1 to 31 bytes long\n");
}

static void skips_ipset_sets_of_other_types_when_told_to(void)
{
	begin(&skipping);
	CHECK_EQ(read_text("create p hash:ip,port family inet\n"
			   "add p 1.2.3.4,tcp:80\n"
			   "create s hash:ip\nadd s 1.2.3.4\n"), 0);
	CHECK_STR(reports,
		  "list:1:10: sets of type \"hash:ip,port\" cannot be loaded, only hash:ip and hash:net\n"
		  "list:2:5: set \"p\" was refused on line 1\n");
	CHECK_STR(all(), "1.2.3.4/32 listed 100 0\n");
}

static void bounds_the_number_of_ipset_sets(void)
{
	static char text[SEGWARD_REPFILE_SETS * 32];
	size_t used = 0;
	unsigned int i;

	for (i = 0; i < SEGWARD_REPFILE_SETS; i++)
		used += sprintf(text + used, "create set-%u hash:ip\n", i);
	begin(&plainly);
	CHECK_EQ(read_text(text), 0);
	sprintf(text + used, "create one-more hash:ip\n");
	CHECK_EQ(read_text(text), -EINVAL);
	CHECK_STR(reports, "list:1025:0: more than 1024 sets in a file\n");
}

/*
 * iprep
 */

static void reads_iprep_with_names_of_categories(void)
{
	begin(&plainly);
	CHECK_EQ(read_text("# ip,category,score\n1.2.3.4,1,80\n"
			   "2001:db8::/32,2,100\n1.2.3.0/24 , 7 , 1\n"), 0);
	/* The names may come behind. */
	CHECK_EQ(read_text("1,BadHosts,Known bad hosts, and more\n"
			   "2,Google Hosts,Known\n3,Spam_Source,\n"), 0);
	CHECK_STR(all(), "1.2.3.4/32 badhosts 80 0\n"
			 "2001:db8::/32 google-hosts 100 0\n"
			 "1.2.3.0/24 cat-7 1 0\n");
}

static void iprep_categories_without_names_get_the_options(void)
{
	static const struct segward_repfile_options options = {
		.category = "botnet",
		.score = 70,
	};

	begin(&options);
	CHECK_EQ(read_text("1.2.3.4,1,80\n1.2.3.5,2,90\n"), 0);
	CHECK_EQ(read_text("2,Scanner,\n"), 0);
	CHECK_STR(all(), "1.2.3.4/32 botnet 80 0\n1.2.3.5/32 scanner 90 0\n");
}

static void counts_what_it_does_to_iprep_scores(void)
{
	begin(&plainly);
	CHECK_EQ(read_text("1.2.3.4,1,0\n1.2.3.5,1,100\n1.2.3.6,1,101\n"
			   "1.2.3.7,1,127\n"), 0);
	CHECK_STR(all(), "1.2.3.5/32 cat-1 100 0\n1.2.3.6/32 cat-1 100 0\n"
			 "1.2.3.7/32 cat-1 100 0\n");
	CHECK_EQ(segward_repfile_counts(files)->no_data, 1);
	CHECK_EQ(segward_repfile_counts(files)->clamped, 2);
}

static void says_what_is_wrong_with_an_iprep_line(void)
{
	check_bad("1.2.3.4,1,128\n",
		  "list:1:11: score \"128\" is not a number from 0 to 127\n");
	check_bad("1.2.3.4,0,1\n",
		  "list:1:9: category \"0\" is not a number from 1 to 255\n");
	check_bad("1.2.3.4,256,1\n",
		  "list:1:9: category \"256\" is not a number from 1 to 255\n");
	check_bad("1.2.3.4,spam,1\n",
		  "list:1:9: category \"spam\" is not a number from 1 to 255\n");
	check_bad("1.2.3.4,1\n",
		  "list:1:0: line is not address,category,score\n");
	check_bad("1.2.3.4,1,2,3\n",
		  "list:1:0: line is not address,category,score\n");
	check_bad("1.2.3.4/8,1,2\n",
		  "list:1:1: \"1.2.3.4/8\" has bits set behind its length; 1.0.0.0/8 would not\n");
	check_bad("1,Bad/Hosts,x\n",
		  "list:1:3: category's name \"Bad/Hosts\" is not 1 to 31 letters, digits and dashes, one a letter\n");
	check_bad("1,abcdefghijklmnopqrstuvwxyz012345,x\n",
		  "list:1:3: category's name \"abcdefghijklmnopqrstuvwxyz012345\" is not 1 to 31 letters, digits and dashes, one a letter\n");
	check_bad("1,,x\n",
		  "list:1:3: category's name \"\" is not 1 to 31 letters, digits and dashes, one a letter\n");
	check_bad("5,1,80\n",
		  "list:1:3: category's name \"1\" is not 1 to 31 letters, digits and dashes, one a letter\n");
	check_bad("1,a,x\n1,b,x\n",
		  "list:2:1: category 1 has the name \"a\" already\n");
}

static void names_of_a_bad_categories_file_are_forgotten(void)
{
	begin(&plainly);
	CHECK_EQ(read_text("1,first,x\n2,second/,x\n"), -EINVAL);
	CHECK_EQ(read_text("1.2.3.4,1,80\n"), 0);
	CHECK_STR(all(), "1.2.3.4/32 cat-1 80 0\n");
}

static void bounds_the_number_of_categories(void)
{
	static char text[256 * 24];
	size_t used = 0;
	int i;

	/* 254 and that of the options, then one more. */
	for (i = 1; i <= 254; i++)
		used += sprintf(text + used, "1.2.3.4,%d,1\n", i);
	begin(&plainly);
	CHECK_EQ(read_text(text), 0);
	CHECK_EQ(segward_repfile_finish(files), 0);
	CHECK_STR(segward_repfile_category(files, 255), "cat-254");
	sprintf(text + used, "1.2.3.4,255,1\n");
	begin(&plainly);
	CHECK_EQ(read_text(text), 0);
	CHECK_EQ(segward_repfile_finish(files), -E2BIG);
}

/*
 * DROP
 */

static void reads_spamhaus_drop(void)
{
	check_good("{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL256894\",\"rir\":\"apnic\"}\n"
		   "{\"cidr\":\"2001:678:254::/48\",\"sblid\":\"SBL1\",\"rir\":\"ripencc\"}\t\n"
		   "{\"type\":\"metadata\",\"timestamp\":1719000000,\"size\":1,\"records\":2,\"copyright\":\"c\"}\n",
		   "1.10.16.0/20 listed 100 0\n"
		   "2001:678:254::/48 listed 100 0\n");
}

static void counts_autonomous_systems_and_leaves_them_out(void)
{
	check_good("{\"asn\":64496,\"rir\":\"ripencc\",\"asname\":\"EXAMPLE\"}\n",
		   "");
	CHECK_EQ(segward_repfile_counts(files)->asn, 1);
}

static void says_what_is_wrong_with_a_drop_line(void)
{
	check_bad("{\"cidr\":\"1.10.16.1/20\"}\n",
		  "list:1:0: \"1.10.16.1/20\" has bits set behind its length; 1.10.16.0/20 would not\n");
	check_bad("{\"cidr\":\n",
		  "list:1:9: not JSON: unexpected end of line\n");
	check_bad("{\"cidr\":nul}\n",
		  "list:1:12: not JSON: null expected\n");
	check_bad("{\"cidr\":\"1.0.0.0/8\"} x\n",
		  "list:1:22: not JSON: unexpected character\n");
	check_bad("{\"cidr\":5}\n", "list:1:0: \"cidr\" is not a string\n");
	check_bad("{\"name\":\"x\"}\n", "list:1:0: object has no \"cidr\"\n");
	check_bad("[\"1.2.3.4\"]\n", "list:1:0: line is not a JSON object\n");
	check_bad("{\"cidr\":[[[[[[\"deep\"]]]]]]}\n",
		  "list:1:12: not JSON: nesting too deep\n");
}

/*
 * Size
 */

static void check_big(const char *format, const char *head)
{
	FILE *in = tmpfile();
	unsigned int i;

	fputs(head, in);
	for (i = 0; i < MILLION; i++)
		fprintf(in, format, 1 + i / 65536, i / 256 % 256, i % 256);
	rewind(in);
	begin(&plainly);
	CHECK_EQ(segward_repfile_read(files, in, "list"), 0);
	CHECK_EQ(segward_repfile_finish(files), 0);
	CHECK_EQ(entries(), MILLION);
	fclose(in);
}

static void reads_a_million_entries_of_each_format(void)
{
	check_big("%u.%u.%u.7\n", "");
	check_big("add s %u.%u.%u.7 timeout 600\n",
		  "create s hash:ip timeout 60\n");
	check_big("%u.%u.%u.7,3,80\n", "");
	check_big("{\"cidr\":\"%u.%u.%u.7/32\",\"sblid\":\"SBL1\"}\n", "");
	CHECK(sizeof(struct segward_repfile_entry) <= 28);
}

int main(void)
{
	RUN(reads_plain_addresses_and_prefixes);
	RUN(reads_old_spamhaus_lists);
	RUN(takes_ranges_apart_into_the_fewest_prefixes);
	RUN(accepts_line_ends_of_all_kinds);
	RUN(says_that_host_bits_are_set);
	RUN(says_what_is_wrong_with_an_address);
	RUN(bounds_the_length_of_a_line);
	RUN(refuses_files_that_are_no_text);
	RUN(takes_a_file_whole_or_not_at_all);
	RUN(skips_bad_lines_when_told_to);
	RUN(takes_category_score_and_timeout_from_the_options);
	RUN(bounds_the_number_of_entries);
	RUN(forced_formats_are_not_guessed);
	RUN(reads_ipset_save);
	RUN(an_ipset_netmask_makes_prefixes_of_addresses);
	RUN(says_what_is_wrong_with_an_ipset_line);
	RUN(skips_ipset_sets_of_other_types_when_told_to);
	RUN(bounds_the_number_of_ipset_sets);
	RUN(reads_iprep_with_names_of_categories);
	RUN(iprep_categories_without_names_get_the_options);
	RUN(counts_what_it_does_to_iprep_scores);
	RUN(says_what_is_wrong_with_an_iprep_line);
	RUN(names_of_a_bad_categories_file_are_forgotten);
	RUN(bounds_the_number_of_categories);
	RUN(reads_spamhaus_drop);
	RUN(counts_autonomous_systems_and_leaves_them_out);
	RUN(says_what_is_wrong_with_a_drop_line);
	RUN(reads_a_million_entries_of_each_format);
	segward_repfile_destroy(files);
	return tap_done();
}
