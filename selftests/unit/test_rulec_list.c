// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of addresses and ports: what they become in the image, and which are
 * refused.
 */
#include <arpa/inet.h>

#include "rulec_case.h"

/* --- Sets as text --------------------------------------------------------- */

static const struct segward_image_set *set_at(const struct rulec_case *c, u32 i)
{
	const struct segward_image_set *set;

	set = segward_image_section(c->image.data, SEGWARD_IMAGE_SETS);
	return set + i;
}

static void print_set(const struct rulec_case *c, u32 i, char *to);

static void print_range(const struct segward_image_element *element, char *to)
{
	bool six = element->type == SEGWARD_IMAGE_ELEMENT_IPV6;
	char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];

	if (element->type == SEGWARD_IMAGE_ELEMENT_PORT) {
		sprintf(first, "%u", element->first[0] << 8 |
			element->first[1]);
		sprintf(last, "%u", element->last[0] << 8 | element->last[1]);
	} else {
		inet_ntop(six ? AF_INET6 : AF_INET, element->first, first,
			  sizeof(first));
		inet_ntop(six ? AF_INET6 : AF_INET, element->last, last,
			  sizeof(last));
	}
	strcat(to, first);
	if (!strcmp(first, last))
		return;
	strcat(to, "-");
	strcat(to, last);
}

static void print_element(const struct rulec_case *c, u32 i, char *to)
{
	const struct segward_image_element *element;
	const struct segward_image_variable *variable;

	element = segward_image_section(c->image.data, SEGWARD_IMAGE_ELEMENTS);
	element += i;
	switch (element->type) {
	case SEGWARD_IMAGE_ELEMENT_VARIABLE:
		variable = segward_image_section(c->image.data,
						 SEGWARD_IMAGE_VARIABLES);
		strcat(to, "$");
		strcat(to, case_string(c, variable[element->ref].name));
		break;
	case SEGWARD_IMAGE_ELEMENT_SET:
		strcat(to, "{");
		print_set(c, element->ref, to);
		strcat(to, "}");
		break;
	default:
		print_range(element, to);
	}
}

static void print_set(const struct rulec_case *c, u32 i, char *to)
{
	const struct segward_image_set *set = set_at(c, i);
	u32 k;

	if (!set->positive)
		strcat(to, "any");
	for (k = 0; k < set->positive + set->negative; k++) {
		if (k || !set->positive)
			strcat(to, " ");
		if (k >= set->positive)
			strcat(to, "!");
		print_element(c, set->first + k, to);
	}
}

struct list_case {
	const char *list;
	const char *want;	/* the set, or the sentence */
	const char *proto;
};

/* Compile a rule with that list and print its set, or why it was refused. */
static void check_list(const struct list_case *l, bool ports)
{
	char text[8192], got[8192] = "";
	const char *proto = l->proto ? l->proto : "tcp";
	struct rulec_case c;

	if (ports)
		snprintf(text, sizeof(text),
			 "alert %s any any -> any %s (sid:1;)", proto, l->list);
	else
		snprintf(text, sizeof(text),
			 "alert %s %s any -> any any (sid:1;)", proto, l->list);
	case_compile(&c, text);
	if (c.report->compiled && ports)
		print_set(&c, case_rule(&c, 0)->dport, got);
	else if (c.report->compiled)
		print_set(&c, case_rule(&c, 0)->src, got);
	else if (c.report->nr_rejected)
		strcpy(got, c.report->rejected[0].reason);
	if (!CHECK_STR(got, l->want))
		printf("# of %s\n", l->list);
	case_free(&c);
}

#define SIX_LAST	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"

/* How a list is refused that Suricata would read in another way. */
#define MIXED \
	" puts a variable that excludes something beside other members, and " \
	"Suricata would exclude it from all of them; write the exclusion " \
	"into the list"

#define DIGITS50	"12345678901234567890123456789012345678901234567890"

/* --- Addresses ------------------------------------------------------------ */

static const struct list_case addresses[] = {
	{ "any", "any" },
	{ "ANY", "any" },
	{ "[any]", "any" },
	{ "10.1.2.3", "10.1.2.3" },
	{ "10.1.2.3/8", "10.0.0.0-10.255.255.255" },
	{ "10.1.2.3/255.255.0.0", "10.1.0.0-10.1.255.255" },
	{ "10.1.2.3/0.0.0.0", "0.0.0.0-255.255.255.255" },
	{ "10.1.2.3/32", "10.1.2.3" },
	{ "10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9" },
	{ "10.0.0.1-10.0.0.1", "10.0.0.1" },
	{ "2001:db8::1", "2001:db8::1" },
	{ "2001:db8::1/32",
	  "2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "2001:db8::1-2001:db8::f", "2001:db8::1-2001:db8::f" },
	{ "::/0", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "[0.0.0.0/0,::/0]", "any" },
	{ "[0.0.0.0/1,128.0.0.0/1,::/1,8000::/1]", "any" },
	/* sorted, merged, neighbours too */
	{ "[10.0.0.5,10.0.0.1,10.0.0.2-10.0.0.4,10.0.0.7]",
	  "10.0.0.1-10.0.0.5 10.0.0.7" },
	{ "[2001:db8::1,10.0.0.1]", "10.0.0.1 2001:db8::1" },
	{ "[255.255.255.255,255.255.255.254]",
	  "255.255.255.254-255.255.255.255" },
	{ "[ 10.0.0.1 , 10.0.0.3 ]", "10.0.0.1 10.0.0.3" },
	{ "[10.0.0.1,[10.0.0.3,[10.0.0.5]]]",
	  "10.0.0.1 10.0.0.3 10.0.0.5" },
	/* exclusions, as Suricata works them out: by family */
	{ "!10.0.0.0/8",
	  "0.0.0.0-9.255.255.255 11.0.0.0-255.255.255.255" },
	{ "!::1", ":: ::2-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "!0.0.0.0", "0.0.0.1-255.255.255.255" },
	{ "!255.255.255.255", "0.0.0.0-255.255.255.254" },
	{ "[10.0.0.0/8,!10.0.0.0/9]", "10.128.0.0-10.255.255.255" },
	{ "[10.0.0.0/8,!10.1.0.0/16,!10.3.0.0/16]",
	  "10.0.0.0-10.0.255.255 10.2.0.0-10.2.255.255 10.4.0.0-10.255.255.255" },
	{ "[10.0.0.0/30,!2001:db8::/32]",
	  "10.0.0.0-10.0.0.3 ::-2001:db7:ffff:ffff:ffff:ffff:ffff:ffff 2001:db9::-"
	  SIX_LAST },
	/* flattened: an exclusion in a block counts for the whole list */
	{ "[10.0.0.1,[10.0.0.0/30,!10.0.0.1]]", "10.0.0.0 10.0.0.2-10.0.0.3" },
	/* but a negated block is worked out for itself */
	{ "[10.0.0.0/29,![10.0.0.0/30,!10.0.0.1]]",
	  "10.0.0.1 10.0.0.4-10.0.0.7" },
	{ "![10.0.0.0/8,11.0.0.0/8]",
	  "0.0.0.0-9.255.255.255 12.0.0.0-255.255.255.255" },
	{ "[any,!10.0.0.0/8]",
	  "0.0.0.0-9.255.255.255 11.0.0.0-255.255.255.255 ::-"
	  SIX_LAST },
	/* refused */
	{ "!any", "address list \"!any\" leaves nothing to match" },
	{ "[!any,10.0.0.1]",
	  "address list \"[!any,10.0.0.1]\" leaves nothing to match" },
	{ "[10.0.0.1,!10.0.0.0/8]",
	  "address list \"[10.0.0.1,!10.0.0.0/8]\" leaves nothing to match" },
	{ "10.0.0.256", "address \"10.0.0.256\" is not an IPv4 or IPv6 address" },
	{ "host", "address \"host\" is not an IPv4 or IPv6 address" },
	{ "2001::db8::1",
	  "address \"2001::db8::1\" is not an IPv4 or IPv6 address" },
	{ "10.0.0.0/33", "address \"10.0.0.0/33\" is not a prefix" },
	{ "10.0.0.0/", "address \"10.0.0.0/\" is not a prefix" },
	{ "10.0.0.0/255.0.255.0",
	  "address \"10.0.0.0/255.0.255.0\" is not a prefix" },
	{ "2001:db8::/129", "address \"2001:db8::/129\" is not a prefix" },
	{ "10.0.0.9-10.0.0.1",
	  "address \"10.0.0.9-10.0.0.1\" is upside down" },
	{ "10.0.0.1-2001:db8::1",
	  "address \"10.0.0.1-2001:db8::1\" is not a range of two addresses of one family" },
	{ "[10.0.0.1", "rule lacks source ports" },
	{ "[10.0.0.1,]", "address list \"[10.0.0.1,]\" lacks a member here" },
	{ "[]", "address list \"[]\" lacks a member here" },
	{ "!", "address list \"!\" lacks a member here" },
	{ "10.0.0.1]",
	  "address list \"10.0.0.1]\" has \"]\" where it should end" },
	{ "[10.0.0.1!10.0.0.2]",
	  "address list \"[10.0.0.1!10.0.0.2]\" has \"!\" where it should have \",\" or \"]\"" },
	{ "$NOBODY", "variable \"$NOBODY\" is not defined" },
	{ "$", "variable \"$\" is not defined" },
	{ "$HTTP_PORTS",
	  "variable \"$HTTP_PORTS\" is one of ports, and addresses are expected here" },
	{ "[10.0.0.1,$HTTP_PORTS]",
	  "variable \"$HTTP_PORTS\" is one of ports, and addresses are expected here" },
	{ DIGITS50 DIGITS50,
	  "address \"" DIGITS50 "12345678901234...\" is too long" },
};

static void address_lists_become_what_suricata_makes_of_them(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++)
		check_list(&addresses[i], false);
}

static const struct list_case variables[] = {
	{ "$HOME_NET", "$HOME_NET" },
	{ "!$HOME_NET", "any !$HOME_NET" },
	{ "$EXTERNAL_NET", "$EXTERNAL_NET" },
	{ "!$EXTERNAL_NET", "any !$EXTERNAL_NET" },
	{ "[$HOME_NET,$HTTP_SERVERS]", "$HOME_NET $HTTP_SERVERS" },
	{ "[$HOME_NET,8.8.8.8]", "8.8.8.8 $HOME_NET" },
	{ "[$HOME_NET,!10.0.0.1]", "$HOME_NET !10.0.0.1" },
	{ "[$EXTERNAL_NET,!8.8.8.8]", "$EXTERNAL_NET !8.8.8.8" },
	{ "![$SMTP_SERVERS,$DNS_SERVERS]",
	  "any !$SMTP_SERVERS !$DNS_SERVERS" },
	{ "[!$SMTP_SERVERS,!$DNS_SERVERS]",
	  "any !$SMTP_SERVERS !$DNS_SERVERS" },
	{ "[$HOME_NET,![$SMTP_SERVERS,!10.0.0.1]]",
	  "$HOME_NET !{$SMTP_SERVERS !10.0.0.1}" },
	{ "![!$HOME_NET]", "any !{any !$HOME_NET}" },
	/* one family of a list with variables */
	{ "$HOME_NET",
	  "$HOME_NET !::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ipv4" },
	{ "$HOME_NET", "$HOME_NET !0.0.0.0-255.255.255.255", "ip6" },
	{ "!$HOME_NET", "any !0.0.0.0-255.255.255.255 !$HOME_NET", "ip6" },
	{ "any", "0.0.0.0-255.255.255.255", "ip4" },
	{ "[10.0.0.1,::1]", "::1", "ipv6" },
	{ "10.0.0.1",
	  "address list \"10.0.0.1\" has no IPv6 address, which the protocol demands",
	  "ipv6" },
	/* Suricata would take what EXTERNAL_NET excludes out of everything */
	{ "[$EXTERNAL_NET,10.0.0.1]",
	  "address list \"[$EXTERNAL_NET,10.0.0.1]\"" MIXED },
	{ "[$EXTERNAL_NET,$HOME_NET]",
	  "address list \"[$EXTERNAL_NET,$HOME_NET]\"" MIXED },
	{ "![any,$EXTERNAL_NET]",
	  "address list \"![any,$EXTERNAL_NET]\"" MIXED },
	{ "[$HOME_NET,!$HOME_NET]",
	  "address list \"[$HOME_NET,!$HOME_NET]\" leaves nothing to match" },
};

static void variables_stay_variables(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(variables); i++)
		check_list(&variables[i], false);
}

/* --- Ports ---------------------------------------------------------------- */

static const struct list_case ports[] = {
	{ "any", "any" },
	{ "80", "80" },
	{ "0", "0" },
	{ "65535", "65535" },
	{ "80:90", "80-90" },
	{ ":90", "0-90" },
	{ "1024:", "1024-65535" },
	{ "0:65535", "any" },
	{ "!80", "0-79 81-65535" },
	{ "!0", "1-65535" },
	{ "!65535", "0-65534" },
	{ "[80,443,81]", "80-81 443" },
	{ "[80, 443]", "80 443" },
	{ "[1:100,!50]", "1-49 51-100" },
	{ "![80,81]", "0-79 82-65535" },
	{ "[!80,!81]", "0-79 82-65535" },
	{ "!21:23", "0-20 24-65535" },
	{ "$HTTP_PORTS", "$HTTP_PORTS" },
	{ "!$HTTP_PORTS", "any !$HTTP_PORTS" },
	{ "[$HTTP_PORTS,443]", "443 $HTTP_PORTS" },
	{ "$SHELLCODE_PORTS", "$SHELLCODE_PORTS" },
	{ "[$SHELLCODE_PORTS,!25]", "$SHELLCODE_PORTS !25" },
	{ "65536", "port \"65536\" is not a number from 0 to 65535" },
	{ "http", "port \"http\" is not a number from 0 to 65535" },
	{ "-1", "port \"-1\" is not a number from 0 to 65535" },
	{ "90:80", "port \"90:80\" is upside down" },
	{ ":", "port \":\" is not a range" },
	{ "1:2:3", "port \"1:2:3\" is not a range of two numbers from 0 to 65535" },
	{ "!any", "port list \"!any\" leaves nothing to match" },
	{ "[80,!80]", "port list \"[80,!80]\" leaves nothing to match" },
	{ "$HOME_NET",
	  "variable \"$HOME_NET\" is one of addresses, and ports are expected here" },
	{ "!$SHELLCODE_PORTS", "any !$SHELLCODE_PORTS" },
	{ "[80,!$SHELLCODE_PORTS]", "80 !$SHELLCODE_PORTS" },
	{ "[79:81,!$SHELLCODE_PORTS]",
	  "port list \"[79:81,!$SHELLCODE_PORTS]\"" MIXED },
	{ "![80,!81]",
	  "port list \"![80,!81]\" excludes something inside of a block "
	  "that is excluded; say what it shall include" },
	{ "[$SHELLCODE_PORTS,80]",
	  "port list \"[$SHELLCODE_PORTS,80]\"" MIXED },
};

static void port_lists_become_what_suricata_makes_of_them(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ports); i++)
		check_list(&ports[i], true);
}

/* --- Variables ------------------------------------------------------------ */

static const char * const defaults[][2] = {
	{ "HOME_NET",
	  "10.0.0.0-10.255.255.255 100.64.0.0-100.127.255.255 172.16.0.0-172.31.255.255 "
	  "192.168.0.0-192.168.255.255 fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ "EXTERNAL_NET", "any !$HOME_NET" },
	{ "HTTP_SERVERS", "$HOME_NET" },
	{ "SMTP_SERVERS", "$HOME_NET" },
	{ "SQL_SERVERS", "$HOME_NET" },
	{ "DNS_SERVERS", "$HOME_NET" },
	{ "TELNET_SERVERS", "$HOME_NET" },
	{ "AIM_SERVERS", "$EXTERNAL_NET" },
	{ "DC_SERVERS", "$HOME_NET" },
	{ "DNP3_SERVER", "$HOME_NET" },
	{ "DNP3_CLIENT", "$HOME_NET" },
	{ "MODBUS_CLIENT", "$HOME_NET" },
	{ "MODBUS_SERVER", "$HOME_NET" },
	{ "ENIP_CLIENT", "$HOME_NET" },
	{ "ENIP_SERVER", "$HOME_NET" },
	{ "HTTP_PORTS", "80" },
	{ "SHELLCODE_PORTS", "0-79 81-65535" },
	{ "ORACLE_PORTS", "1521" },
	{ "SSH_PORTS", "22" },
	{ "DNP3_PORTS", "20000" },
	{ "MODBUS_PORTS", "502" },
	{ "FILE_DATA_PORTS", "110 143 $HTTP_PORTS" },
	{ "FTP_PORTS", "21" },
	{ "GENEVE_PORTS", "6081" },
	{ "VXLAN_PORTS", "4789" },
	{ "TEREDO_PORTS", "3544" },
};

/* The default of a variable that the image has. */
static void print_default(const struct rulec_case *c, const char *name,
			  char *to)
{
	const struct segward_image_variable *variable;
	u32 i;

	variable = segward_image_section(c->image.data,
					 SEGWARD_IMAGE_VARIABLES);
	for (i = 0; i < segward_image_count(c->image.data,
					    SEGWARD_IMAGE_VARIABLES); i++) {
		if (!strcmp(case_string(c, variable[i].name), name))
			print_set(c, variable[i].set, to);
	}
}

static void variables_have_the_values_of_suricatas_configuration(void)
{
	struct rulec_case c;
	char text[256];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(defaults); i++) {
		const char *name = defaults[i][0];
		char got[1024] = "";

		snprintf(text, sizeof(text), strstr(name, "PORTS") ?
			 "alert tcp any any -> any $%s (sid:1;)" :
			 "alert tcp $%s any -> any any (sid:1;)", name);
		case_compile(&c, text);
		REQUIRE(c.report->compiled == 1);
		print_default(&c, name, got);
		if (!CHECK_STR(got, defaults[i][1]))
			printf("# of %s\n", name);
		case_free(&c);
	}
}

static void only_variables_that_are_used_are_in_the_image(void)
{
	struct rulec_case c;

	case_compile(&c, "alert tcp $EXTERNAL_NET any -> any any (sid:1;)");
	REQUIRE(c.image.data);
	CHECK_EQ(segward_image_count(c.image.data, SEGWARD_IMAGE_VARIABLES), 2);
	case_free(&c);
	case_compile(&c, "alert tcp any any -> any any (sid:1;)");
	REQUIRE(c.image.data);
	CHECK_EQ(segward_image_count(c.image.data, SEGWARD_IMAGE_VARIABLES), 0);
	CHECK_EQ(segward_image_count(c.image.data, SEGWARD_IMAGE_SETS), 1);
	case_free(&c);
}

static void equal_lists_are_one_set(void)
{
	struct rulec_case c;

	case_compile(&c,
		     "alert tcp [10.0.0.1,10.0.0.2] 80 -> any any (sid:1;)\n"
		     "alert tcp 10.0.0.1-10.0.0.2 any -> any [80] (sid:2;)\n"
		     "alert tcp any any -> [10.0.0.2,10.0.0.1] 80:80 (sid:3;)\n");
	REQUIRE(c.report->compiled == 3);
	CHECK_EQ(segward_image_count(c.image.data, SEGWARD_IMAGE_SETS), 3);
	CHECK_EQ(case_rule(&c, 0)->src, case_rule(&c, 1)->src);
	CHECK_EQ(case_rule(&c, 0)->src, case_rule(&c, 2)->dst);
	CHECK_EQ(case_rule(&c, 0)->sport, case_rule(&c, 1)->dport);
	CHECK_EQ(case_rule(&c, 0)->sport, case_rule(&c, 2)->dport);
	case_free(&c);
}

/* --- Setting variables ---------------------------------------------------- */

static void check_set(const char *name, const char *value, int err,
		      const char *sentence)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);

	CHECK_EQ(segward_rulec_set_variable(rulec, name, value), err);
	CHECK_STR(segward_rulec_error(rulec), sentence);
	segward_rulec_destroy(rulec);
}

static void a_variable_that_cannot_be_is_refused(void)
{
	char value[SEGWARD_RULEC_RULE_MAX + 2];

	check_set("HOME_NET", "!any", -EINVAL,
		  "address list \"!any\" leaves nothing to match");
	check_set("HOME_NET", "$EXTERNAL_NET", -EINVAL,
		  "variable \"$HOME_NET\" refers to itself");
	check_set("X", "$X", -EINVAL, "variable \"$X\" refers to itself");
	check_set("X", "$Y", -EINVAL, "variable \"$Y\" is not defined");
	check_set("HTTP_PORTS", "10.0.0.1", -EINVAL,
		  "port \"10.0.0.1\" is not a number from 0 to 65535");
	check_set("X", "", -EINVAL, "address list \"\" lacks a member here");
	check_set("1X", "any", -EINVAL, "\"1X\" is not a name for a variable");
	check_set("", "any", -EINVAL, "\"\" is not a name for a variable");
	check_set("A-B", "any", -EINVAL,
		  "\"A-B\" is not a name for a variable");
	check_set("A23456789012345678901234567890", "any", 0, "");
	check_set("A234567890123456789012345678901", "any", 0, "");
	check_set("A2345678901234567890123456789012", "any", -EINVAL,
		  "\"A2345678901234567890123456789012\" is not a name for a variable");
	check_set("X", "\xff", -EINVAL,
		  "the value of variable \"$X\" is not UTF-8 text");
	memset(value, ' ', sizeof(value));
	strcpy(value + SEGWARD_RULEC_RULE_MAX - 3, "any");
	check_set("X", value, 0, "");
	memset(value, ' ', sizeof(value));
	strcpy(value + SEGWARD_RULEC_RULE_MAX - 2, "any");
	check_set("X", value, -E2BIG,
		  "the value of variable \"$X\" is longer than 8192 bytes");
}

static void a_variable_that_was_set_is_used_by_others(void)
{
	static const char text[] =
		"alert tcp $EXTERNAL_NET any -> $MINE $MY_PORTS (sid:1;)";
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	struct rulec_case c;
	char got[256] = "";

	CHECK_EQ(segward_rulec_set_variable(rulec, "HOME_NET", "192.0.2.0/24"),
		 0);
	CHECK_EQ(segward_rulec_set_variable(rulec, "MINE", "[$HOME_NET,::1]"),
		 0);
	CHECK_EQ(segward_rulec_set_variable(rulec, "MY_PORTS", "8080"), 0);
	/* One that is refused changes nothing. */
	CHECK_EQ(segward_rulec_set_variable(rulec, "HOME_NET", "x"), -EINVAL);
	segward_rulec_add_text(rulec, "x", text, strlen(text));
	case_finish(&c, rulec);
	REQUIRE(c.report->compiled == 1);
	print_default(&c, "HOME_NET", got);
	CHECK_STR(got, "192.0.2.0-192.0.2.255");
	got[0] = 0;
	print_default(&c, "EXTERNAL_NET", got);
	CHECK_STR(got, "any !$HOME_NET");
	got[0] = 0;
	print_set(&c, case_rule(&c, 0)->dst, got);
	CHECK_STR(got, "$MINE");
	got[0] = 0;
	print_default(&c, "MINE", got);
	CHECK_STR(got, "::1 $HOME_NET");
	case_free(&c);
}

static void variables_cannot_change_once_rules_were_read(void)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);

	segward_rulec_add_text(rulec, "x", "", 0);
	CHECK_EQ(segward_rulec_set_variable(rulec, "X", "any"), -EBUSY);
	CHECK_STR(segward_rulec_error(rulec),
		  "variables cannot change once rules were read");
	segward_rulec_destroy(rulec);
}

static void there_are_at_most_64_variables(void)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	char name[16];
	u32 i;

	for (i = ARRAY_SIZE(defaults); i < SEGWARD_IMAGE_VARIABLES_MAX; i++) {
		snprintf(name, sizeof(name), "V%u", i);
		CHECK_EQ(segward_rulec_set_variable(rulec, name, "any"), 0);
	}
	CHECK_EQ(segward_rulec_set_variable(rulec, "W", "any"), -E2BIG);
	CHECK_STR(segward_rulec_error(rulec), "more than 64 variables");
	CHECK_EQ(segward_rulec_set_variable(rulec, "V63", "10.0.0.1"), 0);
	segward_rulec_destroy(rulec);
}

/* V1 = $V0, V2 = $V1, ... */
static bool chain_compiles(u32 depth)
{
	struct segward_rulec *rulec = segward_rulec_create(NULL);
	char name[16], value[16], text[64];
	struct rulec_case c;
	bool compiled;
	u32 i;

	segward_rulec_set_variable(rulec, "V0", "10.0.0.1");
	for (i = 1; i < depth; i++) {
		snprintf(name, sizeof(name), "V%u", i);
		snprintf(value, sizeof(value), "$V%u", i - 1);
		if (segward_rulec_set_variable(rulec, name, value)) {
			segward_rulec_destroy(rulec);
			return false;
		}
	}
	snprintf(text, sizeof(text), "alert ip $V%u any -> any any (sid:1;)",
		 depth - 1);
	segward_rulec_add_text(rulec, "x", text, strlen(text));
	case_finish(&c, rulec);
	compiled = c.report->compiled && !c.err;
	if (!compiled && c.report->nr_rejected)
		CHECK_STR(c.report->rejected[0].reason,
			  "address list \"$V8\" refers to variables more than 8 deep");
	case_free(&c);
	return compiled;
}

static void variables_refer_to_each_other_at_most_8_deep(void)
{
	CHECK(chain_compiles(7));
	CHECK(chain_compiles(8));
	CHECK(!chain_compiles(9));
	CHECK(!chain_compiles(10));
}

static void nest(char *to, u32 depth)
{
	sprintf(to, "alert ip ");
	while (depth--) {
		strcat(to, "[");
		strcat(to, depth ? "10.0.0.1," : "10.0.0.1");
	}
}

static void lists_are_nested_at_most_64_deep(void)
{
	struct rulec_case c;
	char text[4096];
	u32 i, depth;

	for (depth = 63; depth <= 65; depth++) {
		nest(text, depth);
		for (i = 0; i < depth; i++)
			strcat(text, "]");
		strcat(text, " any -> any any (sid:1;)");
		case_compile(&c, text);
		CHECK_EQ(c.report->compiled, depth <= 64);
		if (depth > 64)
			CHECK_STR(c.report->rejected[0].reason,
				  "address list is nested more than 64 deep");
		case_free(&c);
	}
}

int main(void)
{
	RUN(address_lists_become_what_suricata_makes_of_them);
	RUN(variables_stay_variables);
	RUN(port_lists_become_what_suricata_makes_of_them);
	RUN(variables_have_the_values_of_suricatas_configuration);
	RUN(only_variables_that_are_used_are_in_the_image);
	RUN(equal_lists_are_one_set);
	RUN(a_variable_that_cannot_be_is_refused);
	RUN(a_variable_that_was_set_is_used_by_others);
	RUN(variables_cannot_change_once_rules_were_read);
	RUN(there_are_at_most_64_variables);
	RUN(variables_refer_to_each_other_at_most_8_deep);
	RUN(lists_are_nested_at_most_64_deep);
	return tap_done();
}
