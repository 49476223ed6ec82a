// SPDX-License-Identifier: GPL-2.0
/*
 * A rule: its header, and whether it is kept.
 */
#include <netinet/in.h>
#include <stdio.h>

#include "compiler.h"

/**
 * struct part - a part of the header
 * @at: where it begins
 * @len: its bytes
 */
struct part {
	const char *at;
	u32 len;
};

enum part_name {
	ACTION,
	PROTOCOL,
	SRC,
	SPORT,
	DIRECTION,
	DST,
	DPORT,
	PARTS,
};

static const char * const part_names[PARTS] = {
	[ACTION]	= "an action",
	[PROTOCOL]	= "a protocol",
	[SRC]		= "source addresses",
	[SPORT]		= "source ports",
	[DIRECTION]	= "a direction",
	[DST]		= "destination addresses",
	[DPORT]		= "destination ports",
};

/* A part ends at a blank outside of brackets, or where the options begin. */
static const char *find_part_end(const char *at, const char *end)
{
	int depth = 0;

	for (; at < end; at++) {
		if (*at == '[')
			depth++;
		else if (*at == ']')
			depth--;
		else if (*at == '(' || (rulec_blank(*at) && depth <= 0))
			break;
	}
	return at;
}

/* Cut the header; returns where the options begin, or NULL with a reason. */
static const char *split_header(struct rulec_reject *reject, const char *text,
				const char *end, struct part *part)
{
	const char *at = text;
	u32 i;

	for (i = 0; i <= PARTS; i++) {
		while (at < end && rulec_blank(*at))
			at++;
		if (i == PARTS)
			break;
		part[i].at = at;
		at = find_part_end(at, end);
		part[i].len = (u32)(at - part[i].at);
		if (part[i].len)
			continue;
		rulec_reject(reject, at, "rule", "rule lacks %s",
			     part_names[i]);
		return NULL;
	}
	if (at < end && *at == '(')
		return at + 1;
	rulec_reject(reject, at, "rule", "rule lacks its options in \"(\" and \")\"");
	return NULL;
}

static int read_action(struct rulec_draft *draft, const struct part *part)
{
	static const struct {
		const char *name;
		u32 action;
	} actions[] = {
		{ "alert", SEGWARD_RULE_ACTION_ALERT },
		{ "pass", SEGWARD_RULE_ACTION_PASS },
		{ "drop", SEGWARD_RULE_ACTION_DROP },
		{ "reject", SEGWARD_RULE_ACTION_REJECT },
		{ "rejectsrc", SEGWARD_RULE_ACTION_REJECTSRC },
		{ "rejectdst", SEGWARD_RULE_ACTION_REJECTDST },
		{ "rejectboth", SEGWARD_RULE_ACTION_REJECTBOTH },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(actions); i++) {
		if (rulec_word_is(part->at, part->len, actions[i].name)) {
			draft->rule.image.action = actions[i].action;
			return 0;
		}
	}
	if (rulec_word_is(part->at, part->len, "config"))
		return rulec_unsupported(&draft->reject, part->at, "config",
					 "\"config\" needs rules that change settings, which segward does not have yet");
	return rulec_reject(&draft->reject, part->at, "action",
			    "action \"%s\" is unknown",
			    rulec_quote(part->at, part->len).text);
}

/* What a rule is held against, if its contents do not say otherwise. */
enum where { ANYTHING, PACKETS, STREAMS };

struct protocol {
	const char *name;
	u32 number;
	int family;	/* 0: both */
	enum where where;
	bool ports;
	u32 app;
};

static const struct protocol protocols[] = {
	{ "tcp", IPPROTO_TCP, 0, ANYTHING, true, 0 },
	{ "tcp-pkt", IPPROTO_TCP, 0, PACKETS, true, 0 },
	{ "tcp-stream", IPPROTO_TCP, 0, STREAMS, true, 0 },
	{ "udp", IPPROTO_UDP, 0, ANYTHING, true, 0 },
	{ "icmp", SEGWARD_IMAGE_PROTO_ICMP, 0, ANYTHING, false, 0 },
	{ "icmpv4", IPPROTO_ICMP, 0, ANYTHING, false, 0 },
	{ "icmpv6", IPPROTO_ICMPV6, 0, ANYTHING, false, 0 },
	{ "sctp", IPPROTO_SCTP, 0, ANYTHING, true, 0 },
	{ "ip", SEGWARD_IMAGE_PROTO_IP, 0, ANYTHING, true, 0 },
	{ "ip4", SEGWARD_IMAGE_PROTO_IP, 4, ANYTHING, true, 0 },
	{ "ipv4", SEGWARD_IMAGE_PROTO_IP, 4, ANYTHING, true, 0 },
	{ "ip6", SEGWARD_IMAGE_PROTO_IP, 6, ANYTHING, true, 0 },
	{ "ipv6", SEGWARD_IMAGE_PROTO_IP, 6, ANYTHING, true, 0 },
	{ "http", IPPROTO_TCP, 0, ANYTHING, true, SEGWARD_APP_PROTO_HTTP },
	{ "http1", IPPROTO_TCP, 0, ANYTHING, true, SEGWARD_APP_PROTO_HTTP },
	{ "tls", IPPROTO_TCP, 0, ANYTHING, true, SEGWARD_APP_PROTO_TLS },
	{ "ssl", IPPROTO_TCP, 0, ANYTHING, true, SEGWARD_APP_PROTO_TLS },
	{ "dns", SEGWARD_IMAGE_PROTO_IP, 0, ANYTHING, true,
	  SEGWARD_APP_PROTO_DNS },
	{ "ssh", IPPROTO_TCP, 0, ANYTHING, true, SEGWARD_APP_PROTO_SSH },
};

static void take_protocol(struct rulec_draft *draft,
			  const struct protocol *protocol)
{
	draft->protocol = protocol->name;
	draft->rule.image.proto = protocol->number;
	draft->rule.image.app = protocol->app;
	if (protocol->where == PACKETS)
		draft->packets_only = protocol->name;
	if (protocol->where == STREAMS)
		draft->streams_only = protocol->name;
}

static const struct protocol *read_protocol(struct rulec_draft *draft,
					    const struct part *part)
{
	struct rulec_quote quote = rulec_quote(part->at, part->len);
	const char *keyword, *needs;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		if (rulec_word_is(part->at, part->len, protocols[i].name)) {
			take_protocol(draft, &protocols[i]);
			return &protocols[i];
		}
	}
	needs = rulec_protocol_needs(part->at, part->len, &keyword);
	if (needs)
		rulec_unsupported(&draft->reject, part->at, keyword,
				  "\"%s\" needs %s, which segward does not have yet",
				  keyword, needs);
	else
		rulec_reject(&draft->reject, part->at, "protocol",
			     "protocol \"%s\" is unknown", quote.text);
	return NULL;
}

static int read_direction(struct rulec_draft *draft, const struct part *part)
{
	if (rulec_word_is(part->at, part->len, "->"))
		return 0;
	if (rulec_word_is(part->at, part->len, "<>")) {
		draft->rule.image.flags |= SEGWARD_IMAGE_RULE_F_BIDIRECTIONAL;
		return 0;
	}
	return rulec_reject(&draft->reject, part->at, "direction",
			    "direction \"%s\" is neither \"->\" nor \"<>\"",
			    rulec_quote(part->at, part->len).text);
}

static int read_list(struct rulec_draft *draft, const struct part *part,
		     u32 kind, int family, u32 *set)
{
	return rulec_list(draft->rulec, part->at, part->len, kind, family, set,
			  &draft->reject);
}

static int read_ports(struct rulec_draft *draft, const struct part *part,
		      const struct protocol *protocol, u32 *set)
{
	int err;

	err = read_list(draft, part, SEGWARD_IMAGE_SET_PORT, 0, set);
	if (!err && *set && !protocol->ports)
		return rulec_reject(&draft->reject, part->at, "port",
				    "port \"%s\" is not \"any\", but protocol %s has no ports",
				    rulec_quote(part->at, part->len).text,
				    protocol->name);
	return err;
}

static int read_header(struct rulec_draft *draft, const struct part *part)
{
	struct segward_image_rule *image = &draft->rule.image;
	const struct protocol *protocol;
	int err;

	err = read_action(draft, &part[ACTION]);
	if (err)
		return err;
	protocol = read_protocol(draft, &part[PROTOCOL]);
	if (!protocol)
		return -EINVAL;
	err = read_direction(draft, &part[DIRECTION]);
	/* A packet has one family, so it suffices to ask of one address. */
	if (!err)
		err = read_list(draft, &part[SRC], SEGWARD_IMAGE_SET_ADDRESS,
				protocol->family, &image->src);
	if (!err)
		err = read_ports(draft, &part[SPORT], protocol, &image->sport);
	if (!err)
		err = read_list(draft, &part[DST], SEGWARD_IMAGE_SET_ADDRESS,
				0, &image->dst);
	if (!err)
		err = read_ports(draft, &part[DPORT], protocol, &image->dport);
	return err;
}

static void begin(struct segward_rulec *rulec)
{
	struct rulec_draft *draft = rulec->draft;

	memset(&draft->rule, 0, sizeof(draft->rule));
	memset(&draft->dsize, 0, sizeof(draft->dsize));
	draft->rulec = rulec;
	draft->rule.image.gid = 1;
	draft->rule.file = rulec->text.file;
	draft->rule.line = rulec->text.place[0].line;
	draft->nr_options = 0;
	draft->nr_contents = 0;
	draft->nr_bytes = 0;
	draft->has_flow = false;
	draft->stateless = false;
	draft->has_dsize = false;
	draft->dsize_limit = -1;
	draft->msg_len = 0;
	draft->metadata_len = 0;
	draft->classtype = NULL;
	draft->priority = 0;
	draft->target = NULL;
	draft->packets_only = NULL;
	draft->streams_only = NULL;
	draft->nr_tests = 0;
	draft->sticky = NULL;
	draft->sticky_used = false;
	draft->buffer = SEGWARD_BUFFER_NONE;
	draft->dotprefix = false;
	draft->lowercase = false;
	draft->protocol = NULL;
}

/* Whose rule is it? Even one that is refused has a number in the report. */
static int identify(struct rulec_draft *draft, const char *options,
		    const char *end)
{
	struct rulec_reject first;
	int err, late;

	err = rulec_options_split(draft, options, end);
	first = draft->reject;
	late = rulec_options_identify(draft);
	if (err)
		draft->reject = first;
	return err ? err : late;
}

static int check_text(struct rulec_draft *draft, const char *text, size_t len)
{
	if (rulec_utf8(text, len))
		return 0;
	return rulec_reject(&draft->reject, text, "rule",
			    "rule is not UTF-8 text without control characters");
}

static int read_options(struct rulec_draft *draft, const char *options)
{
	int err;

	err = rulec_options_read(draft);
	if (err)
		return err;
	if (!draft->rule.image.signature_id)
		return rulec_reject(&draft->reject, options - 1, "sid",
				    "sid is missing");
	return rulec_contents_check(draft, options - 1);
}

static int read_rule(struct rulec_draft *draft, const char *text, size_t len,
		     struct part *part)
{
	const char *end = text + len;
	struct rulec_reject late;
	const char *options;
	int err, late_err;

	err = check_text(draft, text, len);
	if (err)
		return err;
	options = split_header(&draft->reject, text, end, part);
	if (!options)
		return -EINVAL;
	late_err = identify(draft, options, end);
	late = draft->reject;
	err = read_header(draft, part);
	if (err)
		return err;
	if (late_err) {
		draft->reject = late;
		return late_err;
	}
	return read_options(draft, options);
}

/* Where in the file a place of the current rule is. */
static void locate(const struct rulec_text *text, const char *rule,
		   const char *at, struct segward_rulec_rejected *rejected)
{
	u32 offset = (u32)(at - rule);
	u32 i = text->nr_places;

	while (i > 1 && text->place[i - 1].offset > offset)
		i--;
	rejected->line = text->place[i - 1].line;
	rejected->column = offset - text->place[i - 1].offset + 1;
}

int rulec_rejected(struct segward_rulec *rulec,
		   const struct rulec_reject *reject,
		   const struct segward_rulec_rejected *rule)
{
	struct segward_rulec_rejected *rejected;
	const char *reason = rulec_keep(rulec, reject->reason);

	if (!reason || !reject->keyword)
		return rulec->err;
	if (rulec_grow(&rulec->rejected, &rulec->rejected_room,
		       (u64)rulec->report.nr_rejected + 1, sizeof(*rejected)))
		return rulec_no_memory(rulec);
	rejected = &rulec->rejected[rulec->report.nr_rejected++];
	*rejected = *rule;
	rejected->unsupported = reject->unsupported;
	rejected->keyword = reject->keyword;
	rejected->reason = reason;
	return 0;
}

static int refuse(struct rulec_draft *draft, const char *text)
{
	const struct segward_image_rule *image = &draft->rule.image;
	struct segward_rulec *rulec = draft->rulec;
	struct segward_rulec_rejected rejected = {
		.file		= rulec->file[draft->rule.file],
		.signature_id	= image->signature_id,
		.gid		= image->gid,
		.rev		= image->rev,
	};

	locate(&rulec->text, text, draft->reject.at, &rejected);
	return rulec_rejected(rulec, &draft->reject, &rejected);
}

/* An older revision makes room, and is reported. */
static int replace_rule(struct segward_rulec *rulec, struct rulec_rule *old,
			const struct rulec_rule *new)
{
	const struct segward_image_rule *image = &old->image;
	struct segward_rulec_rejected rejected = {
		.file		= rulec->file[old->file],
		.line		= old->line,
		.column		= 1,
		.signature_id	= image->signature_id,
		.gid		= image->gid,
		.rev		= image->rev,
	};
	struct rulec_reject reject;

	old->dead = true;
	rulec_reject(&reject, NULL, "sid",
		     "sid %u of rev %u is replaced by rev %u at %s:%u",
		     image->signature_id, image->rev, new->image.rev,
		     rulec->file[new->file], new->line);
	return rulec_rejected(rulec, &reject, &rejected);
}

/* Only one rule has a signature-id: that of the highest revision. */
static int check_duplicate(struct rulec_draft *draft, const char *text,
			   u32 *known)
{
	const struct segward_image_rule *image = &draft->rule.image;
	struct segward_rulec *rulec = draft->rulec;
	struct rulec_rule *old = &rulec->rule[*known];
	const char *file = rulec->file[old->file];

	if (image->rev > old->image.rev) {
		*known = rulec->nr_rules;
		return replace_rule(rulec, old, &draft->rule);
	}
	if (image->rev == old->image.rev)
		return rulec_reject(&draft->reject, text, "sid",
				    "sid %u of rev %u is there already, at %s:%u",
				    image->signature_id, image->rev, file,
				    old->line);
	return rulec_reject(&draft->reject, text, "sid",
			    "sid %u of rev %u is older than rev %u at %s:%u",
			    image->signature_id, image->rev, old->image.rev,
			    file, old->line);
}

static int register_rule(struct rulec_draft *draft, const char *text)
{
	struct segward_rulec *rulec = draft->rulec;
	u32 key[2] = {
		draft->rule.image.gid,
		draft->rule.image.signature_id,
	};
	u32 *known = rulec_map_find(&rulec->rule_map, key, sizeof(key));

	if (known)
		return check_duplicate(draft, text, known);
	if (rulec_map_add(&rulec->rule_map, key, sizeof(key), rulec->nr_rules))
		return rulec_no_memory(rulec);
	return 0;
}

/* The header as written, cut if it is longer than a string may be. */
static int store_header(struct rulec_draft *draft, const struct part *part)
{
	static const char cut[] = "...";
	const u32 room = SEGWARD_IMAGE_STRING_MAX - sizeof(cut);
	const char *at = part[PROTOCOL].at;
	char text[SEGWARD_IMAGE_STRING_MAX];
	u32 len = (u32)(part[DPORT].at - at) + part[DPORT].len;

	if (len <= room)
		return rulec_string(draft->rulec, at, len,
				    &draft->rule.image.header);
	len = room;
	while (len && ((u8)at[len] & 0xc0) == 0x80)
		len--;
	memcpy(text, at, len);
	memcpy(text + len, cut, sizeof(cut));
	return rulec_string(draft->rulec, text, len + sizeof(cut) - 1,
			    &draft->rule.image.header);
}

static int store_strings(struct rulec_draft *draft)
{
	struct segward_image_rule *image = &draft->rule.image;
	struct segward_rulec *rulec = draft->rulec;
	int err;

	err = rulec_string(rulec, draft->msg, draft->msg_len, &image->msg);
	if (!err)
		err = rulec_string(rulec, draft->metadata,
				   draft->metadata_len, &image->metadata);
	if (!err)
		err = rulec_references(draft);
	return err;
}

static int store_class(struct rulec_draft *draft)
{
	struct segward_image_rule *image = &draft->rule.image;
	int err;

	image->priority = RULEC_PRIORITY_DEFAULT;
	if (draft->classtype) {
		err = rulec_class_get(draft->rulec, draft->classtype,
				      draft->classtype_len, &image->classtype);
		if (err)
			return err;
		image->priority = draft->class_priority;
	}
	if (draft->priority)
		image->priority = draft->priority;
	return 0;
}

static int store_rule(struct rulec_draft *draft, const struct part *part)
{
	struct segward_rulec *rulec = draft->rulec;
	int err;

	err = store_header(draft, part);
	if (!err)
		err = store_strings(draft);
	if (!err)
		err = store_class(draft);
	if (!err)
		err = rulec_contents_store(draft);
	if (err)
		return err;
	if (rulec_grow(&rulec->rule, &rulec->rule_room,
		       (u64)rulec->nr_rules + 1, sizeof(*rulec->rule)))
		return rulec_no_memory(rulec);
	rulec->rule[rulec->nr_rules++] = draft->rule;
	return 0;
}

int rulec_rule(struct segward_rulec *rulec, const char *text, size_t len)
{
	struct rulec_draft *draft = rulec->draft;
	struct part part[PARTS];
	int err;

	begin(rulec);
	err = read_rule(draft, text, len, part);
	if (!err)
		err = register_rule(draft, text);
	if (!err)
		return store_rule(draft, part);
	if (rulec->err)
		return rulec->err;
	return refuse(draft, text);
}
