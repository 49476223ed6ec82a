// SPDX-License-Identifier: GPL-2.0
/*
 * Protocols of applications: options that name one, or one of its events.
 */
#include <netinet/in.h>

#include "../../kmod/engine/app/dns.h"
#include "../../kmod/engine/app/http.h"
#include "../../kmod/engine/app/ssh.h"
#include "../../kmod/engine/app/tls.h"
#include "compiler.h"

/* As app-layer-protocol calls them; the first of a protocol is its name. */
static const struct {
	const char *name;
	u32 app;
} apps[] = {
	{ "http", SEGWARD_APP_PROTO_HTTP },
	{ "http1", SEGWARD_APP_PROTO_HTTP },
	{ "tls", SEGWARD_APP_PROTO_TLS },
	{ "ssl", SEGWARD_APP_PROTO_TLS },
	{ "dns", SEGWARD_APP_PROTO_DNS },
	{ "ssh", SEGWARD_APP_PROTO_SSH },
	{ "failed", SEGWARD_APP_PROTO_FAILED },
};

const char *rulec_app_name(u32 app)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(apps); i++) {
		if (apps[i].app == app)
			return apps[i].name;
	}
	return "no protocol";
}

/* 0 if it is none that is known. */
static u32 find_app(const char *name, size_t len)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(apps); i++) {
		if (rulec_word_is(name, len, apps[i].name))
			return apps[i].app;
	}
	return 0;
}

static int unknown_app(struct rulec_draft *draft,
		       const struct rulec_value *value, const char *name,
		       size_t len)
{
	struct rulec_quote quote = rulec_quote(name, len);
	const char *keyword, *needs;

	needs = rulec_protocol_needs(name, len, &keyword);
	if (needs)
		return rulec_unsupported(&draft->reject, name, value->keyword,
					 "%s \"%s\" needs %s, which segward does not have yet",
					 value->keyword, keyword, needs);
	return rulec_reject(&draft->reject, name, value->keyword,
			    "%s \"%s\" is not a protocol", value->keyword,
			    quote.text);
}

/* The rule's protocol, from wherever in the rule. */
static int set_app(struct rulec_draft *draft, const struct rulec_value *value,
		   u32 app)
{
	struct segward_image_rule *image = &draft->rule.image;
	bool negated = image->flags & SEGWARD_IMAGE_RULE_F_APP_NEGATED;

	if (image->app && (image->app != app || negated != value->negated))
		return rulec_reject(&draft->reject, value->at, value->keyword,
				    "%s %s%s contradicts %s%s before it",
				    value->keyword, value->negated ? "!" : "",
				    rulec_app_name(app), negated ? "!" : "",
				    rulec_app_name(image->app));
	image->app = app;
	if (value->negated)
		image->flags |= SEGWARD_IMAGE_RULE_F_APP_NEGATED;
	return 0;
}

int rulec_read_app_protocol(struct rulec_draft *draft,
			    const struct rulec_value *value)
{
	u32 app = find_app(value->text, value->len);

	if (!app)
		return unknown_app(draft, value, value->text, value->len);
	return set_app(draft, value, app);
}

/* --- Events --------------------------------------------------------------- */

/* struct event - one of a protocol: its name and its number there */
struct event {
	const char *name;
	u32 number;
};

#define HTTP_EVENT(symbol, name)	{ name, SEGWARD_HTTP_##symbol },
#define TLS_EVENT(symbol, name)		{ name, SEGWARD_TLS_##symbol },
#define DNS_EVENT(symbol, name)		{ name, SEGWARD_DNS_EVENT_##symbol },
#define SSH_EVENT(symbol, name)		{ name, SEGWARD_SSH_EVENT_##symbol },

static const struct event http_events[] = { SEGWARD_HTTP_EVENTS(HTTP_EVENT) };
static const struct event tls_events[] = { SEGWARD_TLS_EVENTS(TLS_EVENT) };
static const struct event dns_events[] = { SEGWARD_DNS_EVENTS(DNS_EVENT) };
static const struct event ssh_events[] = { SEGWARD_SSH_EVENTS(SSH_EVENT) };

/* NULL if the protocol has none of that name. */
static const struct event *find_event(u32 app, const char *name, size_t len)
{
	static const struct {
		const struct event *event;
		u32 nr;
	} events[] = {
		[SEGWARD_APP_PROTO_HTTP] = {
			http_events, ARRAY_SIZE(http_events) },
		[SEGWARD_APP_PROTO_TLS] = {
			tls_events, ARRAY_SIZE(tls_events) },
		[SEGWARD_APP_PROTO_DNS] = {
			dns_events, ARRAY_SIZE(dns_events) },
		[SEGWARD_APP_PROTO_SSH] = {
			ssh_events, ARRAY_SIZE(ssh_events) },
	};
	u32 i;

	for (i = 0; app < ARRAY_SIZE(events) && i < events[app].nr; i++) {
		if (rulec_word_is(name, len, events[app].event[i].name))
			return &events[app].event[i];
	}
	return NULL;
}

/* "protocol.event" */
int rulec_read_app_event(struct rulec_draft *draft,
			 const struct rulec_value *value)
{
	const char *end = value->text + value->len;
	const char *dot = memchr(value->text, '.', value->len);
	const struct event *event;
	u32 app;
	int err;

	if (!dot)
		return rulec_unsupported(&draft->reject, value->text,
					 value->keyword,
					 "%s \"%s\" needs events of application recognition, which segward does not have yet",
					 value->keyword,
					 rulec_quote(value->text,
						     value->len).text);
	app = find_app(value->text, (size_t)(dot - value->text));
	if (!app)
		return unknown_app(draft, value, value->text,
				   (size_t)(dot - value->text));
	dot++;
	event = find_event(app, dot, (size_t)(end - dot));
	if (!event)
		return rulec_unsupported(&draft->reject, dot, value->keyword,
					 "%s \"%s\" is none that segward has",
					 value->keyword,
					 rulec_quote(value->text,
						     value->len).text);
	err = set_app(draft, value, app);
	return err ? err : rulec_add_event(draft, value, event->number);
}

/* --- Versions of TLS ------------------------------------------------------ */

/* "tls.version" alone is a buffer, as the others are. */
int rulec_read_tls_version(struct rulec_draft *draft,
			   const struct rulec_value *value)
{
	static const struct {
		const char *version;
		const char *text;	/* in the buffer */
	} versions[] = {
		{ "1.0", "TLSv1" },
		{ "1.1", "TLS 1.1" },
		{ "1.2", "TLS 1.2" },
		{ "1.3", "TLS 1.3" },
	};
	struct segward_image_op *op;
	struct rulec_value content = *value;
	u32 i;
	int err;

	if (!value->text)
		return rulec_read_sticky(draft, value,
					 SEGWARD_BUFFER_TLS_VERSION);
	for (i = 0; i < ARRAY_SIZE(versions); i++) {
		if (rulec_word_is(value->text, value->len,
				  versions[i].version))
			break;
	}
	if (i == ARRAY_SIZE(versions))
		return rulec_reject(&draft->reject, value->text, value->keyword,
				    "%s \"%s\" is none of 1.0, 1.1, 1.2, 1.3",
				    value->keyword,
				    rulec_quote(value->text, value->len).text);
	content.text = versions[i].text;
	content.len = (u32)strlen(content.text);
	err = rulec_read_content(draft, &content);
	if (err)
		return err;
	op = &draft->content[draft->nr_contents - 1].op;
	op->buffer = SEGWARD_BUFFER_TLS_VERSION;
	op->flags |= SEGWARD_IMAGE_OP_F_STARTSWITH |
		     SEGWARD_IMAGE_OP_F_ENDSWITH;
	return 0;
}

/* --- What goes together --------------------------------------------------- */

/* Can packets of the rule's IP protocol carry it? */
static bool is_carried(u32 app, u32 proto)
{
	switch (proto) {
	case SEGWARD_IMAGE_PROTO_IP:
	case IPPROTO_TCP:
		return true;
	case IPPROTO_UDP:
		return app == SEGWARD_APP_PROTO_DNS ||
		       app == SEGWARD_APP_PROTO_FAILED;
	default:
		return false;
	}
}

int rulec_app_check(struct rulec_draft *draft, const char *at)
{
	const struct segward_image_rule *image = &draft->rule.image;

	if (!image->app || is_carried(image->app, image->proto) ||
	    image->flags & SEGWARD_IMAGE_RULE_F_APP_NEGATED)
		return 0;
	return rulec_reject(&draft->reject, at, "protocol",
			    "protocol %s of the rule does not carry %s",
			    draft->protocol, rulec_app_name(image->app));
}
