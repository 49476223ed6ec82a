// SPDX-License-Identifier: GPL-2.0
/*
 * SSH: banners, what is none, lengths, any pieces, memory.
 */
#include "app/ssh.h"
#include "app_transcript.h"
#include "tap.h"

#define TOSERVER	SEGWARD_APP_TOSERVER
#define TOCLIENT	SEGWARD_APP_TOCLIENT

#define EVENT_NAME(symbol, name)	name,
static const char *const events[] = {
	"none",
	SEGWARD_SSH_EVENTS(EVENT_NAME)
};

static struct segward_pool pool;
static struct segward_budget budget = { .pool = &pool };
static struct segward_app_out out;

static struct segward_ssh *begin(u32 units)
{
	segward_pool_share(&pool, units, 1);
	transcript_clear();
	return segward_ssh_create(&budget);
}

static void end(struct segward_ssh *ssh)
{
	segward_ssh_destroy(ssh, &budget);
	CHECK_EQ(atomic_read(&budget.used), 0);
	CHECK_EQ(atomic_read(&pool.used), 0);
}

static void take_items(void)
{
	u32 i;

	for (i = 0; i < out.nr; i++)
		transcript_item(&out.item[i], events, NULL);
}

/* In pieces of one size, each in a copy of its size. */
static int feed(struct segward_ssh *ssh, u8 direction, const char *data,
		u32 len, u32 piece)
{
	u32 done, at, bytes;
	int taken = 0;
	u8 *copy;

	for (done = 0; done < len && taken >= 0; done += bytes) {
		bytes = min(piece, len - done);
		copy = malloc(bytes);
		memcpy(copy, data + done, bytes);
		for (at = 0; at < bytes; at += (u32)taken) {
			taken = segward_ssh_feed(ssh, &budget, direction,
						 copy + at, bytes - at, &out);
			take_items();
			if (taken < 0)
				break;
			CHECK(taken || out.nr);
		}
		free(copy);
	}
	return taken < 0 ? taken : 0;
}

/* The same in pieces of all sizes. */
static void check(u8 direction, const char *data, u32 len, int error,
		  const char *want)
{
	struct segward_ssh *ssh;
	u32 piece;

	for (piece = 1; piece <= len; piece++) {
		ssh = begin(100);
		CHECK_EQ(feed(ssh, direction, data, len, piece), error);
		CHECK_STR(transcript, want);
		end(ssh);
	}
}

static void check_line(u8 direction, const char *line, const char *want)
{
	check(direction, line, (u32)strlen(line), 0, want);
}

static void a_banner_is_protocol_and_software(void)
{
	check_line(TOSERVER, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n\1\2",
		   ">0 ssh.proto 2.0\n>0 ssh.software OpenSSH_9.2p1\n"
		   ">0 done\n");
	check_line(TOCLIENT, "SSH-1.99-a-b\nx",
		   "<0 ssh.proto 1.99\n<0 ssh.software a-b\n<0 done\n");
}

static void a_server_may_send_other_lines_first(void)
{
	check_line(TOCLIENT, "welcome\r\n\nSSH\nssh-\nSSH-2.0-x\r\n",
		   "<0 ssh.proto 2.0\n<0 ssh.software x\n<0 done\n");
	check(TOSERVER, "welcome\r\nSSH-2.0-x\r\n", 20, -EPROTO,
	      ">0 event invalid_banner\n");
}

static void what_is_no_version_is_an_event(void)
{
	static const struct {
		const char *line, *want;
	} row[] = {
		{ "SSH-\n", "<0 ssh.proto -\n" },
		{ "SSH-2.0\r\n", "<0 ssh.proto 2.0\n" },
		{ "SSH-2.0-\r\n", "<0 ssh.proto 2.0\n<0 ssh.software -\n" },
		{ "SSH-2.0- c\r\n", "<0 ssh.proto 2.0\n<0 ssh.software -\n" },
		{ "SSH--x\n", "<0 ssh.proto -\n<0 ssh.software x\n" },
		{ "SSH-2-x\n", "<0 ssh.proto 2\n<0 ssh.software x\n" },
		{ "SSH-2.-x\n", "<0 ssh.proto 2.\n<0 ssh.software x\n" },
		{ "SSH-.0-x\n", "<0 ssh.proto .0\n<0 ssh.software x\n" },
		{ "SSH-2.0a-x\n", "<0 ssh.proto 2.0a\n<0 ssh.software x\n" },
		{ "SSH-2.0-\x7f\n", "<0 ssh.proto 2.0\n"
			"<0 ssh.software \\7f\n" },
		{ "SSH-2.0-a\rb\r\n", "<0 ssh.proto 2.0\n"
			"<0 ssh.software a\\0db\n" },
	};
	char want[256];
	u32 i;

	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		snprintf(want, sizeof(want),
			 "<0 event invalid_banner\n%s<0 done\n", row[i].want);
		check_line(TOCLIENT, row[i].line, want);
	}
}

static void a_banner_has_255_bytes_at_most(void)
{
	static char line[1024], want[1024];
	u32 extra, len;

	for (extra = 0; extra < 3; extra++) {
		len = 255 - 10 + extra;
		memset(line, 'x', sizeof(line));
		memcpy(line, "SSH-2.0-", 8);
		line[8 + len] = '\r';
		line[9 + len] = '\n';
		/* of a longer one, what the 255 bytes have */
		snprintf(want, sizeof(want), "%s>0 ssh.proto 2.0\n"
			 ">0 ssh.software %.*s\n>0 done\n",
			 extra ? ">0 event long_banner\n" : "", (int)len,
			 line + 8);
		check(TOSERVER, line, 300, 0, want);
	}
}

static void a_long_line_that_is_no_banner_is_passed(void)
{
	static char line[1024];

	memset(line, 'x', 700);
	/* neither at a border of what is counted */
	memcpy(line + 255, "SSH-2.0-no ", 11);
	strcpy(line + 700, "\nSSH-2.0-yes\n");
	check_line(TOCLIENT, line,
		   "<0 ssh.proto 2.0\n<0 ssh.software yes\n<0 done\n");
}

static void lines_before_the_banner_are_bounded(void)
{
	static char lines[SEGWARD_SSH_LINES + 32];
	struct segward_ssh *ssh;
	u32 extra;

	for (extra = 0; extra < 2; extra++) {
		memset(lines, '\n', sizeof(lines));
		strcpy(lines + SEGWARD_SSH_LINES + extra, "SSH-2.0-x\n");
		ssh = begin(100);
		CHECK_EQ(feed(ssh, TOCLIENT, lines, (u32)strlen(lines), 100),
			 extra ? -EPROTO : 0);
		CHECK_STR(transcript, extra ? "<0 event too_many_lines\n" :
			  "<0 ssh.proto 2.0\n<0 ssh.software x\n<0 done\n");
		end(ssh);
	}
}

static void a_line_without_end_is_bounded_too(void)
{
	static char line[255 * (SEGWARD_SSH_LINES + 1)];
	struct segward_ssh *ssh = begin(100);

	memset(line, 'x', sizeof(line));
	CHECK_EQ(feed(ssh, TOCLIENT, line, sizeof(line) - 1, 1400), 0);
	CHECK_STR(transcript, "");
	/* and none of it is kept */
	CHECK_EQ(atomic_read(&budget.used), 1);
	CHECK_EQ(feed(ssh, TOCLIENT, line, 1, 1), -EPROTO);
	CHECK_STR(transcript, "<0 event too_many_lines\n");
	end(ssh);
}

static void the_end_within_a_banner_is_an_event(void)
{
	struct segward_ssh *ssh = begin(100);

	feed(ssh, TOSERVER, "SSH-2.0-x", 9, 9);
	CHECK(!segward_ssh_is_told(ssh, TOSERVER));
	segward_ssh_end(ssh, &budget, TOSERVER, &out);
	take_items();
	CHECK_STR(transcript, ">0 event invalid_banner\n>0 done\n");
	CHECK(segward_ssh_is_told(ssh, TOSERVER));
	CHECK_EQ(atomic_read(&budget.used), 1);
	/* nothing came at all */
	segward_ssh_end(ssh, &budget, TOCLIENT, &out);
	CHECK_EQ(out.nr, 0);
	end(ssh);
}

static void each_direction_is_told_for_itself(void)
{
	struct segward_ssh *ssh = begin(100);

	feed(ssh, TOCLIENT, "SSH-2.0-", 8, 3);
	feed(ssh, TOSERVER, "SSH-2.0-c\nzzz", 13, 4);
	CHECK(segward_ssh_is_told(ssh, TOSERVER));
	CHECK(!segward_ssh_is_told(ssh, TOCLIENT));
	feed(ssh, TOCLIENT, "s\n", 2, 2);
	CHECK(segward_ssh_is_told(ssh, TOCLIENT));
	CHECK_STR(transcript,
		  ">0 ssh.proto 2.0\n>0 ssh.software c\n>0 done\n"
		  "<0 ssh.proto 2.0\n<0 ssh.software s\n<0 done\n");
	/* what follows is taken at once, and nothing is kept */
	CHECK_EQ(segward_ssh_feed(ssh, &budget, TOCLIENT,
				  (const u8 *)"SSH-2.0-again\n", 14, &out), 14);
	CHECK_EQ(out.nr, 0);
	CHECK_EQ(atomic_read(&budget.used), 1);
	segward_ssh_end(ssh, &budget, TOCLIENT, &out);
	CHECK_EQ(out.nr, 0);
	end(ssh);
}

static void without_budget_it_says_so(void)
{
	struct segward_ssh *ssh;

	CHECK(!begin(0));
	/* a banner that is at hand needs none */
	ssh = begin(1);
	REQUIRE(ssh);
	CHECK_EQ(feed(ssh, TOSERVER, "SSH-2.0-x\n", 10, 10), 0);
	CHECK_EQ(feed(ssh, TOCLIENT, "SSH-2.0-x\n", 10, 5), -ENOMEM);
	segward_ssh_end(ssh, &budget, TOCLIENT, &out);
	end(ssh);
	segward_ssh_destroy(NULL, &budget);
}

static void the_probe_knows_it_by_four_bytes(void)
{
	static const u8 line[] = "SSH-2.0-x";
	u32 n;

	for (n = 0; n < 4; n++)
		CHECK_EQ(segward_ssh_probe(0, line, n), SEGWARD_APP_MORE);
	CHECK_EQ(segward_ssh_probe(0, line, n), SEGWARD_APP_YES);
	CHECK_EQ(segward_ssh_probe(0, (const u8 *)"SH", 2), SEGWARD_APP_NO);
	CHECK_EQ(segward_ssh_probe(1, (const u8 *)"SSH:", 4), SEGWARD_APP_NO);
}

int main(void)
{
	RUN(a_banner_is_protocol_and_software);
	RUN(a_server_may_send_other_lines_first);
	RUN(what_is_no_version_is_an_event);
	RUN(a_banner_has_255_bytes_at_most);
	RUN(a_long_line_that_is_no_banner_is_passed);
	RUN(lines_before_the_banner_are_bounded);
	RUN(a_line_without_end_is_bounded_too);
	RUN(the_end_within_a_banner_is_an_event);
	RUN(each_direction_is_told_for_itself);
	RUN(without_budget_it_says_so);
	RUN(the_probe_knows_it_by_four_bytes);
	return tap_done();
}
