// SPDX-License-Identifier: GPL-2.0
/*
 * Classtypes: what kind of attack a rule is about, and how severe that is.
 */
#include <errno.h>
#include <stdio.h>

#include "compiler.h"

/* Bytes of a line of classification.config; Suricata reads as many. */
#define CLASS_LINE_MAX	1024

/* Lines of the file: ten times as many classtypes as anybody has. */
#define CLASS_LINES_MAX	4096

/*
 * The classtypes that Suricata ships: names and priorities that rules are
 * written for, categories that EVE consumers know.
 */
static const struct {
	const char *name;
	const char *description;
	u32 priority;
} classes[] = {
	{ "not-suspicious", "Not Suspicious Traffic", 3 },
	{ "unknown", "Unknown Traffic", 3 },
	{ "bad-unknown", "Potentially Bad Traffic", 2 },
	{ "attempted-recon", "Attempted Information Leak", 2 },
	{ "successful-recon-limited", "Information Leak", 2 },
	{ "successful-recon-largescale", "Large Scale Information Leak", 2 },
	{ "attempted-dos", "Attempted Denial of Service", 2 },
	{ "successful-dos", "Denial of Service", 2 },
	{ "attempted-user", "Attempted User Privilege Gain", 1 },
	{ "unsuccessful-user", "Unsuccessful User Privilege Gain", 1 },
	{ "successful-user", "Successful User Privilege Gain", 1 },
	{ "attempted-admin", "Attempted Administrator Privilege Gain", 1 },
	{ "successful-admin", "Successful Administrator Privilege Gain", 1 },
	{ "rpc-portmap-decode", "Decode of an RPC Query", 2 },
	{ "shellcode-detect", "Executable code was detected", 1 },
	{ "string-detect", "A suspicious string was detected", 3 },
	{ "suspicious-filename-detect",
	  "A suspicious filename was detected", 2 },
	{ "suspicious-login",
	  "An attempted login using a suspicious username was detected", 2 },
	{ "system-call-detect", "A system call was detected", 2 },
	{ "tcp-connection", "A TCP connection was detected", 4 },
	{ "trojan-activity", "A Network Trojan was detected", 1 },
	{ "unusual-client-port-connection",
	  "A client was using an unusual port", 2 },
	{ "network-scan", "Detection of a Network Scan", 3 },
	{ "denial-of-service", "Detection of a Denial of Service Attack", 2 },
	{ "non-standard-protocol",
	  "Detection of a non-standard protocol or event", 2 },
	{ "protocol-command-decode", "Generic Protocol Command Decode", 3 },
	{ "web-application-activity",
	  "access to a potentially vulnerable web application", 2 },
	{ "web-application-attack", "Web Application Attack", 1 },
	{ "misc-activity", "Misc activity", 3 },
	{ "misc-attack", "Misc Attack", 2 },
	{ "icmp-event", "Generic ICMP event", 3 },
	{ "inappropriate-content", "Inappropriate Content was Detected", 1 },
	{ "policy-violation", "Potential Corporate Privacy Violation", 1 },
	{ "default-login-attempt",
	  "Attempt to login by a default username and password", 2 },
	{ "targeted-activity", "Targeted Malicious Activity was Detected", 1 },
	{ "exploit-kit", "Exploit Kit Activity Detected", 1 },
	{ "external-ip-check",
	  "Device Retrieving External IP Address Detected", 2 },
	{ "domain-c2", "Domain Observed Used for C2 Detected", 1 },
	{ "pup-activity", "Possibly Unwanted Program Detected", 2 },
	{ "credential-theft", "Successful Credential Theft Detected", 1 },
	{ "social-engineering", "Possible Social Engineering Attempted", 2 },
	{ "coin-mining", "Crypto Currency Mining Activity Detected", 2 },
	{ "command-and-control",
	  "Malware Command and Control Activity Detected", 1 },
};

static int add_class(struct segward_rulec *rulec, const char *name, size_t len,
		     const char *description, size_t description_len,
		     u32 priority)
{
	struct segward_image_class class = { .priority = priority };
	int err;

	err = rulec_string(rulec, name, len, &class.name);
	if (!err)
		err = rulec_string(rulec, description, description_len,
				   &class.description);
	if (err)
		return err;
	if (rulec_grow(&rulec->class, &rulec->class_room,
		       (u64)rulec->nr_classes + 1, sizeof(class)) ||
	    rulec_map_add(&rulec->class_map, name, len, rulec->nr_classes))
		return rulec_no_memory(rulec);
	rulec->class[rulec->nr_classes++] = class;
	return 0;
}

int rulec_class_get(struct segward_rulec *rulec, const char *name, size_t len,
		    u32 *class)
{
	static const char unknown[] = "Unknown Classtype";
	u32 *known = rulec_map_find(&rulec->class_map, name, len);

	if (known) {
		*class = *known;
		return 0;
	}
	*class = rulec->nr_classes;
	return add_class(rulec, name, len, unknown, sizeof(unknown) - 1,
			 RULEC_PRIORITY_DEFAULT);
}

static const char *skip_blanks(const char *at)
{
	while (rulec_blank(*at))
		at++;
	return at;
}

static const char *skip_word(const char *at, const char *word)
{
	size_t len = strlen(word);

	at = skip_blanks(at);
	return strncmp(at, word, len) ? NULL : at + len;
}

/* Behind "config classification:", or NULL. */
static const char *skip_head(const char *at)
{
	at = skip_word(at, "config");
	if (at && rulec_blank(*at))
		at = skip_word(at, "classification");
	else
		return NULL;
	return at ? skip_word(at, ":") : NULL;
}

static bool name_character(char c)
{
	return rulec_letter(c) || rulec_digit(c) || c == '-' || c == '_';
}

/* The number behind the last comma; the description is before it. */
static bool parse_priority(const char *at, const char *end, u32 *priority)
{
	u32 value = 0;

	at = skip_blanks(at);
	while (end > at && rulec_blank(end[-1]))
		end--;
	if (at == end || end - at > 6)
		return false;
	for (; at < end; at++) {
		if (!rulec_digit(*at))
			return false;
		value = value * 10 + (u32)(*at - '0');
	}
	*priority = value;
	return value;
}

/* "name,description,priority" */
static int parse_class(struct segward_rulec *rulec, const char *at)
{
	const char *name = skip_blanks(at);
	const char *description, *end;
	const char *comma;
	u32 priority;
	size_t len;

	for (end = name; name_character(*end); end++)
		;
	len = (size_t)(end - name);
	end = skip_blanks(end);
	comma = strrchr(end, ',');
	if (!len || !rulec_letter(*name) || len > RULEC_CLASS_NAME_MAX ||
	    *end != ',' || comma == end)
		return -EINVAL;
	description = skip_blanks(end + 1);
	if (description >= comma ||
	    !parse_priority(comma + 1, comma + strlen(comma), &priority))
		return -EINVAL;
	while (comma > description && rulec_blank(comma[-1]))
		comma--;
	if (rulec_map_find(&rulec->class_map, name, len))
		return 0;
	return add_class(rulec, name, len, description,
			 (size_t)(comma - description), priority);
}

static int parse_line(struct segward_rulec *rulec, char *line, u32 number)
{
	const char *path = rulec->options.classification;
	const char *at;
	int err;

	line[strcspn(line, "\r\n")] = 0;
	at = skip_blanks(line);
	if (!*at || *at == '#')
		return 0;
	at = skip_head(at);
	err = at && rulec_utf8(at, strlen(at)) ? parse_class(rulec, at) :
	      -EINVAL;
	if (err == -EINVAL)
		return rulec_fail(rulec, err,
				  "%s:%u: not \"config classification: NAME,DESCRIPTION,PRIORITY\"",
				  path, number);
	return err;
}

static int read_file(struct segward_rulec *rulec)
{
	const char *path = rulec->options.classification;
	char line[CLASS_LINE_MAX + 2];	/* its end, and that of the text */
	u32 number = 0;
	int err = 0;
	FILE *file;

	file = fopen(path, "re");
	if (!file) {
		err = -errno;
		return rulec_fail(rulec, err, "%s: %s", path, strerror(-err));
	}
	while (!err && fgets(line, sizeof(line), file)) {
		if (++number > CLASS_LINES_MAX)
			err = rulec_fail(rulec, -E2BIG,
					 "%s: more than %u lines", path,
					 CLASS_LINES_MAX);
		else if (strlen(line) > CLASS_LINE_MAX && !strchr(line, '\n'))
			err = rulec_fail(rulec, -E2BIG,
					 "%s:%u: the line is longer than %u bytes",
					 path, number, CLASS_LINE_MAX);
		else
			err = parse_line(rulec, line, number);
	}
	if (!err && ferror(file))
		err = rulec_fail(rulec, -EIO, "%s: cannot be read", path);
	fclose(file);
	return err;
}

int rulec_class_init(struct segward_rulec *rulec)
{
	struct segward_image_class none = {
		.priority = RULEC_PRIORITY_DEFAULT,
	};
	int err = 0;
	u32 i;

	if (rulec_grow(&rulec->class, &rulec->class_room, 1, sizeof(none)))
		return rulec_no_memory(rulec);
	rulec->class[rulec->nr_classes++] = none;
	if (rulec->options.classification)
		return read_file(rulec);
	for (i = 0; i < ARRAY_SIZE(classes) && !err; i++)
		err = add_class(rulec, classes[i].name, strlen(classes[i].name),
				classes[i].description,
				strlen(classes[i].description),
				classes[i].priority);
	return err;
}
