// SPDX-License-Identifier: GPL-2.0
/*
 * Sends the same frames on a device over and over from one processor, as fast
 * as they are taken, until told to stop (SIGTERM). For test_race.
 *
 *	race_sender DEVICE CPU FRAMES
 *
 * FRAMES is a file of records, each a u16 of the machine's byte order and that
 * many bytes. The processor begins at another place of them than its
 * neighbours. Prints "sending" once it does, and at the end how many frames the
 * kernel took.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* More than a test has; one system call takes them all. */
#define FRAMES_MAX	1024
#define FRAME_MAX	2048

static int stopped;	/* set by a signal */
static struct mmsghdr messages[FRAMES_MAX];
static struct iovec parts[FRAMES_MAX];
static uint8_t data[FRAMES_MAX][FRAME_MAX];
static unsigned int nr_frames;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void stop(int signal)
{
	(void)signal;
	__atomic_store_n(&stopped, 1, __ATOMIC_RELAXED);
}

static void read_frames(const char *path)
{
	FILE *file = fopen(path, "r");
	uint16_t len;

	if (!file)
		die(path);
	while (fread(&len, sizeof(len), 1, file) == 1) {
		if (nr_frames == FRAMES_MAX || len > FRAME_MAX ||
		    fread(data[nr_frames], len, 1, file) != 1) {
			errno = EINVAL;
			die(path);
		}
		parts[nr_frames].iov_base = data[nr_frames];
		parts[nr_frames].iov_len = len;
		messages[nr_frames].msg_hdr.msg_iov = &parts[nr_frames];
		messages[nr_frames].msg_hdr.msg_iovlen = 1;
		nr_frames++;
	}
	fclose(file);
}

/* Receives nothing: no protocol. */
static int open_device(const char *name)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || !to.sll_ifindex ||
	    bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		die(name);
	return fd;
}

static void stay_on(unsigned int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		die("sched_setaffinity");
}

/* A full queue takes some of them, and the rest come after. */
static unsigned long long send_all(int fd, unsigned int first)
{
	unsigned long long sent = 0;
	unsigned int next = first % nr_frames;
	int n;

	while (!__atomic_load_n(&stopped, __ATOMIC_RELAXED)) {
		n = sendmmsg(fd, messages + next, nr_frames - next, 0);
		if (n < 0 && errno != ENOBUFS && errno != EINTR)
			die("sendmmsg");
		if (n <= 0)
			continue;
		if (!sent) {
			puts("sending");
			fflush(stdout);
		}
		sent += n;
		next = (next + n) % nr_frames;
	}
	return sent;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };
	unsigned int cpu;
	int fd;

	if (argc != 4) {
		fprintf(stderr, "Usage: race_sender DEVICE CPU FRAMES\n");
		return 1;
	}
	cpu = atoi(argv[2]);
	read_frames(argv[3]);
	if (!nr_frames) {
		fprintf(stderr, "no frames\n");
		return 1;
	}
	sigaction(SIGTERM, &action, NULL);
	stay_on(cpu);
	fd = open_device(argv[1]);
	printf("%llu\n", send_all(fd, cpu * 37));
	close(fd);
	return 0;
}
