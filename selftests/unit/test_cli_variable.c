// SPDX-License-Identifier: GPL-2.0
/*
 * Values of a profile's variables: Suricata's lists, as the CLI reads and
 * writes them.
 */
#include <stdlib.h>

#include "cli/variable.h"
#include "tap.h"

static struct variable known[2];

static const struct variable *find(void *arg, const char *name)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (!strcmp(known[i].name, name))
			return &known[i];
	return NULL;
}

/* What a value is written as after it was read; the sentence if it is bad. */
static const char *round_trip(const char *name, const char *value)
{
	struct variable v = { .name = "" };
	static char text[4096];
	char *s;

	strcpy(v.name, name);
	if (variable_parse(value, &v, find, NULL, text, sizeof(text)))
		return text;
	s = variable_format(&v);
	snprintf(text, sizeof(text), "%s", s);
	free(s);
	variable_free(&v);
	return text;
}

#define BECOMES(name, value, text) CHECK_STR(round_trip(name, value), text)

static void same(const char *name, const char *value)
{
	BECOMES(name, value, value);
}

static void know(unsigned int i, const char *name, const char *value)
{
	char why[160];

	strcpy(known[i].name, name);
	if (variable_parse(value, &known[i], find, NULL, why, sizeof(why)))
		abort();
}

static void forget(void)
{
	variable_free(&known[0]);
	variable_free(&known[1]);
	memset(known, 0, sizeof(known));
}

static void what_is_written_is_what_was_read(void)
{
	same("NET", "10.0.0.0/8");
	same("NET", "192.0.2.1");
	same("NET", "!192.0.2.1");
	same("NET", "2001:db8::/32");
	same("NET", "[10.0.0.0/8,!10.1.0.0/16]");
	same("NET", "[10.0.0.0/8,2001:db8::/32,!10.0.0.1]");
	same("NET", "192.0.2.3-192.0.2.7");
	same("NET", "::/0");
	same("PORTS", "80");
	same("PORTS", "[80,8080:8090,!8085]");
	same("PORTS", "1024:65535");
	same("PORTS", "0:1023");
	same("NET", "any");
	same("HTTP_PORTS", "any");
	same("HTTP_PORT", "any");
}

static void spellings_become_one(void)
{
	BECOMES("NET", " [ 10.0.0.0/8 , ! 10.1.0.0/16 ] ",
		"[10.0.0.0/8,!10.1.0.0/16]");
	BECOMES("NET", "[10.0.0.0/8]", "10.0.0.0/8");
	BECOMES("NET", "10.1.2.3/8", "10.0.0.0/8");
	BECOMES("NET", "10.0.0.0-10.255.255.255", "10.0.0.0/8");
	BECOMES("NET", "0.0.0.0-255.255.255.255", "0.0.0.0/0");
	BECOMES("NET", "2001:DB8:0::1", "2001:db8::1");
	BECOMES("PORTS", "1024:", "1024:65535");
	BECOMES("PORTS", ":1023", "0:1023");
	BECOMES("NET", "!!10.0.0.0/8", "10.0.0.0/8");
}

static void lists_in_lists_are_flat(void)
{
	BECOMES("NET", "[10.0.0.0/8,[192.0.2.0/24,198.51.100.0/24]]",
		"[10.0.0.0/8,192.0.2.0/24,198.51.100.0/24]");
	BECOMES("NET", "[10.0.0.0/8,![10.1.0.0/16,10.2.0.0/16]]",
		"[10.0.0.0/8,!10.1.0.0/16,!10.2.0.0/16]");
	BECOMES("NET", "![10.0.0.0/8,192.0.2.0/24]",
		"[!10.0.0.0/8,!192.0.2.0/24]");
}

static void exceptions_in_lists_are_worked_out(void)
{
	/* not (10/8 without 10.1/16) */
	BECOMES("NET", "![10.0.0.0/8,!10.1.0.0/16]",
		"[!10.0.0.0/16,!10.2.0.0-10.255.255.255]");
	/* a hole at the beginning, at the end, and all of it */
	BECOMES("NET", "[192.0.2.1,[10.0.0.0/30,!10.0.0.0]]",
		"[192.0.2.1,10.0.0.1-10.0.0.3]");
	BECOMES("NET", "[192.0.2.1,[10.0.0.0/30,!10.0.0.3]]",
		"[192.0.2.1,10.0.0.0-10.0.0.2]");
	BECOMES("NET", "[192.0.2.1,[10.0.0.0/30,!10.0.0.0/8]]", "192.0.2.1");
	BECOMES("PORTS", "![80:90,!85]", "[!80:84,!86:90]");
	BECOMES("PORTS", "![!80]", "[!0:79,!81:65535]");
}

static void variables_refer_to_others(void)
{
	know(0, "HOME_NET", "[10.0.0.0/8,192.0.2.0/24]");
	know(1, "HOLED", "[10.0.0.0/8,!10.1.0.0/16]");
	BECOMES("NET", "$HOME_NET", "[10.0.0.0/8,192.0.2.0/24]");
	BECOMES("EXTERNAL_NET", "!$HOME_NET", "[!10.0.0.0/8,!192.0.2.0/24]");
	BECOMES("NET", "[$HOME_NET,!192.0.2.1]",
		"[10.0.0.0/8,192.0.2.0/24,!192.0.2.1]");
	BECOMES("NET", "$HOLED", "[10.0.0.0/8,!10.1.0.0/16]");
	BECOMES("NET", "!$HOLED", "[!10.0.0.0/16,!10.2.0.0-10.255.255.255]");
	BECOMES("NET", "$NONE",
		"the profile sets no variable \"NONE\" before this one");
	forget();
}

static void nonsense_gets_a_sentence(void)
{
	BECOMES("NET", "", "an address, a port or a list is missing");
	BECOMES("NET", "[]", "an address, a port or a list is missing");
	BECOMES("NET", "[10.0.0.0/8", "\"]\" is missing");
	BECOMES("NET", "[10.0.0.0/8,]",
		"an address, a port or a list is missing");
	BECOMES("NET", "10.0.0.0/8]", "there is something behind the value");
	BECOMES("NET", "10.0.0.0/33",
		"\"10.0.0.0/33\" is neither address, prefix nor port");
	BECOMES("NET", "192.0.2.7-192.0.2.3",
		"\"192.0.2.7\" is neither address, prefix nor port");
	BECOMES("PORTS", "65536",
		"\"65536\" is neither address, prefix nor port");
	BECOMES("PORTS", "90:80",
		"\"90:80\" is neither address, prefix nor port");
	BECOMES("PORTS", ":", "\":\" is neither address, prefix nor port");
	BECOMES("NET", "!any", "\"!any\" matches nothing");
	BECOMES("NET", "[10.0.0.0/8,80]",
		"a variable holds addresses or ports, not both");
	BECOMES("NET", "[[[[[[[[[10.0.0.0/8]]]]]]]]]",
		"lists are nested too deeply");
	same("NET", "10.0.0.0/8");
}

static char *ports(unsigned int nr)
{
	char *text = malloc(nr * 8 + 8), *s = text;
	unsigned int i;

	for (i = 0; i < nr; i++)
		s += sprintf(s, "%c%u", i ? ',' : '[', 2 * i + 1);
	strcpy(s, "]");
	return text;
}

static void a_variable_has_256_ranges(void)
{
	unsigned int nr;
	char *text;

	for (nr = 255; nr <= 256; nr++) {
		text = ports(nr);
		same("PORTS", text);
		free(text);
	}
	text = ports(257);
	BECOMES("PORTS", text, "a variable has at most 256 ranges");
	free(text);
}

int main(void)
{
	RUN(what_is_written_is_what_was_read);
	RUN(spellings_become_one);
	RUN(lists_in_lists_are_flat);
	RUN(exceptions_in_lists_are_worked_out);
	RUN(variables_refer_to_others);
	RUN(nonsense_gets_a_sentence);
	RUN(a_variable_has_256_ranges);
	return tap_done();
}
