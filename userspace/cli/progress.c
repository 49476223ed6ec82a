// SPDX-License-Identifier: GPL-2.0
/*
 * A line of progress on standard error, rewritten in place, if that is a
 * terminal and somebody waits long enough to wonder.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

/* Seconds before the first line, and between two of them. */
#define PATIENCE	0.3
#define INTERVAL	0.1

static double started;
static double printed;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/**
 * progress() - tell how far it is
 * @what: what is being done
 * @done: how much of it
 * @all: how much there is; 0 if that is not known
 * @unit: of what
 */
void progress(const char *what, u64 done, u64 all, const char *unit)
{
	double t = now();

	if (started == 0)
		started = t;
	if (t - started < PATIENCE || t - printed < INTERVAL ||
	    !isatty(STDERR_FILENO))
		return;
	printed = t;
	if (all)
		fprintf(stderr, "\r\033[K%s: %llu of %llu %s", what,
			(unsigned long long)done, (unsigned long long)all,
			unit);
	else if (done)
		fprintf(stderr, "\r\033[K%s: %llu %s", what,
			(unsigned long long)done, unit);
	else
		fprintf(stderr, "\r\033[K%s", what);
}

/** progress_end() - remove the line */
void progress_end(void)
{
	if (printed != 0)
		fputs("\r\033[K", stderr);
	printed = 0;
	started = 0;
}
