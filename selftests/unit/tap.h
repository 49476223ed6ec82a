/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The Test Anything Protocol for unit tests: one function is one test, named
 * by what it claims, and one line of output.
 *
 *	static void drops_what_it_should(void)
 *	{
 *		CHECK(verdict == DROP);
 *		CHECK_EQ(count, 3);
 *		CHECK_STR(reason, "because");
 *	}
 *
 *	int main(void)
 *	{
 *		RUN(drops_what_it_should);
 *		return tap_done();
 *	}
 *
 * A check that fails prints a diagnostic line and lets the test go on, so a
 * test must not build on what it has checked; REQUIRE() returns from it.
 */
#ifndef SEGWARD_SELFTESTS_TAP_H
#define SEGWARD_SELFTESTS_TAP_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned int tap_tests;
static unsigned int tap_failures;
static bool tap_failed;
static const char *tap_skipped;

__attribute__((unused))
static bool tap_check(bool good, const char *what, const char *file, int line)
{
	if (good)
		return true;
	tap_failed = true;
	printf("# %s:%d: not so: %s\n", file, line, what);
	return false;
}

__attribute__((unused))
static bool tap_check_eq(long long got, long long want, const char *what,
			 const char *file, int line)
{
	if (got == want)
		return true;
	tap_failed = true;
	printf("# %s:%d: %s is %lld, expected %lld\n", file, line, what, got,
	       want);
	return false;
}

__attribute__((unused))
static bool tap_check_str(const char *got, const char *want, const char *what,
			  const char *file, int line)
{
	if (got && want && !strcmp(got, want))
		return true;
	tap_failed = true;
	printf("# %s:%d: %s is \"%s\",\n# expected \"%s\"\n", file, line, what,
	       got ? got : "(null)", want ? want : "(null)");
	return false;
}

#define CHECK(cond)	tap_check((cond), #cond, __FILE__, __LINE__)
#define CHECK_EQ(got, want) \
	tap_check_eq((long long)(got), (long long)(want), #got, __FILE__, \
		     __LINE__)
#define CHECK_STR(got, want) \
	tap_check_str((got), (want), #got, __FILE__, __LINE__)

#define REQUIRE(cond) do {		\
	if (!CHECK(cond))		\
		return;			\
} while (0)

/* Leave the test and say why it could not be done here. */
#define SKIP(reason) do {		\
	tap_skipped = (reason);		\
	return;				\
} while (0)

__attribute__((unused))
static void tap_run(void (*test)(void), const char *name)
{
	tap_failed = false;
	tap_skipped = NULL;
	test();
	tap_tests++;
	tap_failures += tap_failed;
	printf("%sok %u - %s%s%s\n", tap_failed ? "not " : "", tap_tests, name,
	       tap_skipped ? " # SKIP " : "", tap_skipped ? tap_skipped : "");
	fflush(stdout);
}

#define RUN(test)	tap_run(test, #test)

__attribute__((unused))
static int tap_done(void)
{
	printf("1..%u\n", tap_tests);
	return tap_failures ? 1 : 0;
}

#endif /* SEGWARD_SELFTESTS_TAP_H */
