// SPDX-License-Identifier: GPL-2.0
/*
 * Buffers of protocols: the keywords that name them, and what goes with them.
 *
 * DOC: A sticky buffer is where the contents behind it are looked for, up to
 * the next one. A content modifier, the older way to say it, moves the content
 * before it. What is refused here Suricata refuses, too, but for rules that
 * look at the payload and at buffers of a protocol, which are not there yet.
 */
#include "compiler.h"

#define SERVER	BIT(0)	/* the client's side of a transaction has it */
#define CLIENT	BIT(1)	/* the server's */
#define BOTH	(SERVER | CLIENT)

#define BUFFER_HTTP(symbol, way) \
	[SEGWARD_BUFFER_HTTP_##symbol] = { SEGWARD_APP_PROTO_HTTP, way }
#define BUFFER_TLS(symbol, way) \
	[SEGWARD_BUFFER_##symbol] = { SEGWARD_APP_PROTO_TLS, way }

/* Whose they are, and which way they go. */
static const struct {
	u8 app;
	u8 way;
} infos[SEGWARD_BUFFERS_END] = {
	BUFFER_HTTP(METHOD, SERVER),
	BUFFER_HTTP(URI, SERVER),
	BUFFER_HTTP(URI_RAW, SERVER),
	BUFFER_HTTP(PROTOCOL, BOTH),
	BUFFER_HTTP(REQUEST_LINE, SERVER),
	BUFFER_HTTP(HEADER, BOTH),
	BUFFER_HTTP(HEADER_RAW, BOTH),
	BUFFER_HTTP(HEADER_NAMES, BOTH),
	BUFFER_HTTP(START, BOTH),
	BUFFER_HTTP(COOKIE, BOTH),
	BUFFER_HTTP(HOST, SERVER),
	BUFFER_HTTP(HOST_RAW, SERVER),
	BUFFER_HTTP(USER_AGENT, SERVER),
	BUFFER_HTTP(REFERER, SERVER),
	BUFFER_HTTP(ACCEPT, SERVER),
	BUFFER_HTTP(ACCEPT_ENC, SERVER),
	BUFFER_HTTP(ACCEPT_LANG, SERVER),
	BUFFER_HTTP(CONNECTION, BOTH),
	BUFFER_HTTP(CONTENT_LEN, BOTH),
	BUFFER_HTTP(CONTENT_TYPE, BOTH),
	BUFFER_HTTP(REQUEST_BODY, SERVER),
	BUFFER_HTTP(RESPONSE_LINE, CLIENT),
	BUFFER_HTTP(STAT_CODE, CLIENT),
	BUFFER_HTTP(STAT_MSG, CLIENT),
	BUFFER_HTTP(SERVER, CLIENT),
	BUFFER_HTTP(LOCATION, CLIENT),
	BUFFER_HTTP(RESPONSE_BODY, CLIENT),
	[SEGWARD_BUFFER_FILE_DATA] = { SEGWARD_APP_PROTO_HTTP, BOTH },
	BUFFER_TLS(TLS_SNI, SERVER),
	BUFFER_TLS(TLS_VERSION, CLIENT),
	BUFFER_TLS(TLS_ALPN, BOTH),
	BUFFER_TLS(TLS_CERTS, BOTH),
	BUFFER_TLS(TLS_CERT_SUBJECT, BOTH),
	BUFFER_TLS(TLS_CERT_ISSUER, BOTH),
	BUFFER_TLS(TLS_CERT_SERIAL, BOTH),
	BUFFER_TLS(TLS_CERT_FINGERPRINT, BOTH),
	BUFFER_TLS(JA3_STRING, SERVER),
	BUFFER_TLS(JA3_HASH, SERVER),
	BUFFER_TLS(JA3S_STRING, CLIENT),
	BUFFER_TLS(JA3S_HASH, CLIENT),
	BUFFER_TLS(JA4_HASH, SERVER),
	[SEGWARD_BUFFER_DNS_QUERY] = { SEGWARD_APP_PROTO_DNS, SERVER },
	[SEGWARD_BUFFER_SSH_PROTO] = { SEGWARD_APP_PROTO_SSH, BOTH },
	[SEGWARD_BUFFER_SSH_SOFTWARE] = { SEGWARD_APP_PROTO_SSH, BOTH },
};

static const struct rulec_buffer_word stickies[] = {
	{ "http.method", SEGWARD_BUFFER_HTTP_METHOD },
	{ "http.uri", SEGWARD_BUFFER_HTTP_URI },
	{ "http.uri.normalized", SEGWARD_BUFFER_HTTP_URI },
	{ "http.uri.raw", SEGWARD_BUFFER_HTTP_URI_RAW },
	{ "http.protocol", SEGWARD_BUFFER_HTTP_PROTOCOL },
	{ "http_protocol", SEGWARD_BUFFER_HTTP_PROTOCOL },
	{ "http.request_line", SEGWARD_BUFFER_HTTP_REQUEST_LINE },
	{ "http_request_line", SEGWARD_BUFFER_HTTP_REQUEST_LINE },
	{ "http.header", SEGWARD_BUFFER_HTTP_HEADER },
	{ "http.header.raw", SEGWARD_BUFFER_HTTP_HEADER_RAW },
	{ "http.header_names", SEGWARD_BUFFER_HTTP_HEADER_NAMES },
	{ "http_header_names", SEGWARD_BUFFER_HTTP_HEADER_NAMES },
	{ "http.start", SEGWARD_BUFFER_HTTP_START },
	{ "http_start", SEGWARD_BUFFER_HTTP_START },
	{ "http.cookie", SEGWARD_BUFFER_HTTP_COOKIE },
	{ "http.host", SEGWARD_BUFFER_HTTP_HOST },
	{ "http.host.raw", SEGWARD_BUFFER_HTTP_HOST_RAW },
	{ "http.user_agent", SEGWARD_BUFFER_HTTP_USER_AGENT },
	{ "http.referer", SEGWARD_BUFFER_HTTP_REFERER },
	{ "http_referer", SEGWARD_BUFFER_HTTP_REFERER },
	{ "http.accept", SEGWARD_BUFFER_HTTP_ACCEPT },
	{ "http_accept", SEGWARD_BUFFER_HTTP_ACCEPT },
	{ "http.accept_enc", SEGWARD_BUFFER_HTTP_ACCEPT_ENC },
	{ "http_accept_enc", SEGWARD_BUFFER_HTTP_ACCEPT_ENC },
	{ "http.accept_lang", SEGWARD_BUFFER_HTTP_ACCEPT_LANG },
	{ "http_accept_lang", SEGWARD_BUFFER_HTTP_ACCEPT_LANG },
	{ "http.connection", SEGWARD_BUFFER_HTTP_CONNECTION },
	{ "http_connection", SEGWARD_BUFFER_HTTP_CONNECTION },
	{ "http.content_len", SEGWARD_BUFFER_HTTP_CONTENT_LEN },
	{ "http_content_len", SEGWARD_BUFFER_HTTP_CONTENT_LEN },
	{ "http.content_type", SEGWARD_BUFFER_HTTP_CONTENT_TYPE },
	{ "http_content_type", SEGWARD_BUFFER_HTTP_CONTENT_TYPE },
	{ "http.request_body", SEGWARD_BUFFER_HTTP_REQUEST_BODY },
	{ "http.response_line", SEGWARD_BUFFER_HTTP_RESPONSE_LINE },
	{ "http_response_line", SEGWARD_BUFFER_HTTP_RESPONSE_LINE },
	{ "http.stat_code", SEGWARD_BUFFER_HTTP_STAT_CODE },
	{ "http.stat_msg", SEGWARD_BUFFER_HTTP_STAT_MSG },
	{ "http.server", SEGWARD_BUFFER_HTTP_SERVER },
	{ "http.location", SEGWARD_BUFFER_HTTP_LOCATION },
	{ "http.response_body", SEGWARD_BUFFER_HTTP_RESPONSE_BODY },
	{ "file.data", SEGWARD_BUFFER_FILE_DATA },
	{ "file_data", SEGWARD_BUFFER_FILE_DATA },
	{ "tls.sni", SEGWARD_BUFFER_TLS_SNI },
	{ "tls_sni", SEGWARD_BUFFER_TLS_SNI },
	{ "tls.alpn", SEGWARD_BUFFER_TLS_ALPN },
	{ "tls.certs", SEGWARD_BUFFER_TLS_CERTS },
	{ "tls.cert_subject", SEGWARD_BUFFER_TLS_CERT_SUBJECT },
	{ "tls_cert_subject", SEGWARD_BUFFER_TLS_CERT_SUBJECT },
	{ "tls.cert_issuer", SEGWARD_BUFFER_TLS_CERT_ISSUER },
	{ "tls_cert_issuer", SEGWARD_BUFFER_TLS_CERT_ISSUER },
	{ "tls.cert_serial", SEGWARD_BUFFER_TLS_CERT_SERIAL },
	{ "tls_cert_serial", SEGWARD_BUFFER_TLS_CERT_SERIAL },
	{ "tls.cert_fingerprint", SEGWARD_BUFFER_TLS_CERT_FINGERPRINT },
	{ "tls_cert_fingerprint", SEGWARD_BUFFER_TLS_CERT_FINGERPRINT },
	{ "ja3.string", SEGWARD_BUFFER_JA3_STRING },
	{ "ja3_string", SEGWARD_BUFFER_JA3_STRING },
	{ "ja3.hash", SEGWARD_BUFFER_JA3_HASH },
	{ "ja3_hash", SEGWARD_BUFFER_JA3_HASH },
	{ "ja3s.string", SEGWARD_BUFFER_JA3S_STRING },
	{ "ja3s_string", SEGWARD_BUFFER_JA3S_STRING },
	{ "ja3s.hash", SEGWARD_BUFFER_JA3S_HASH },
	{ "ja3s_hash", SEGWARD_BUFFER_JA3S_HASH },
	{ "ja4.hash", SEGWARD_BUFFER_JA4_HASH },
	{ "ja4_hash", SEGWARD_BUFFER_JA4_HASH },
	{ "dns.query", SEGWARD_BUFFER_DNS_QUERY },
	{ "dns_query", SEGWARD_BUFFER_DNS_QUERY },
	{ "ssh.proto", SEGWARD_BUFFER_SSH_PROTO },
	{ "ssh_proto", SEGWARD_BUFFER_SSH_PROTO },
	{ "ssh.software", SEGWARD_BUFFER_SSH_SOFTWARE },
	{ "ssh_software", SEGWARD_BUFFER_SSH_SOFTWARE },
	{ "pkt_data", SEGWARD_BUFFER_NONE },
};

static const struct rulec_buffer_word modifiers[] = {
	{ "http_method", SEGWARD_BUFFER_HTTP_METHOD },
	{ "http_uri", SEGWARD_BUFFER_HTTP_URI },
	{ "http_raw_uri", SEGWARD_BUFFER_HTTP_URI_RAW },
	{ "http_header", SEGWARD_BUFFER_HTTP_HEADER },
	{ "http_raw_header", SEGWARD_BUFFER_HTTP_HEADER_RAW },
	{ "http_cookie", SEGWARD_BUFFER_HTTP_COOKIE },
	{ "http_host", SEGWARD_BUFFER_HTTP_HOST },
	{ "http_raw_host", SEGWARD_BUFFER_HTTP_HOST_RAW },
	{ "http_user_agent", SEGWARD_BUFFER_HTTP_USER_AGENT },
	{ "http_stat_code", SEGWARD_BUFFER_HTTP_STAT_CODE },
	{ "http_stat_msg", SEGWARD_BUFFER_HTTP_STAT_MSG },
	{ "http_client_body", SEGWARD_BUFFER_HTTP_REQUEST_BODY },
	{ "http_server_body", SEGWARD_BUFFER_HTTP_RESPONSE_BODY },
};

#define BUFFER_NAME(symbol, name) \
	[SEGWARD_BUFFER_##symbol] = name,

static const char * const names[SEGWARD_BUFFERS_END] = {
	[SEGWARD_BUFFER_NONE] = "the payload",
	SEGWARD_BUFFERS(BUFFER_NAME)
};

static const struct rulec_buffer_word *
find_word(const struct rulec_buffer_word *words, size_t nr, const char *name,
	  u32 len)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		if (rulec_word_is(name, len, words[i].name))
			return &words[i];
	}
	return NULL;
}

const struct rulec_buffer_word *rulec_buffer_sticky(const char *name, u32 len)
{
	return find_word(stickies, ARRAY_SIZE(stickies), name, len);
}

const struct rulec_buffer_word *rulec_buffer_modifier(const char *name, u32 len)
{
	return find_word(modifiers, ARRAY_SIZE(modifiers), name, len);
}

const char *rulec_buffer_name(u32 buffer)
{
	return names[buffer];
}

/* Suricata says so as well: a buffer without a test is an oversight. */
static int check_used(struct rulec_draft *draft)
{
	if (!draft->sticky || draft->sticky_used)
		return 0;
	return rulec_reject(&draft->reject, draft->sticky_at, draft->sticky,
			    "%s has no content or bsize behind it",
			    draft->sticky);
}

int rulec_read_sticky(struct rulec_draft *draft,
		      const struct rulec_value *value, u32 buffer)
{
	int err = check_used(draft);

	if (err)
		return err;
	draft->sticky = value->keyword;
	draft->sticky_at = value->at;
	draft->sticky_used = !buffer;
	draft->buffer = (u16)buffer;
	draft->dotprefix = false;
	draft->lowercase = false;
	return 0;
}

int rulec_read_modifier(struct rulec_draft *draft,
			const struct rulec_value *value, u32 buffer)
{
	struct rulec_content *content;

	if (!draft->nr_contents)
		return rulec_reject(&draft->reject, value->at, value->keyword,
				    "%s has no content before it",
				    value->keyword);
	content = &draft->content[draft->nr_contents - 1];
	if (content->op.buffer)
		return rulec_reject(&draft->reject, value->at, value->keyword,
				    "%s does not go with a content that is in %s already",
				    value->keyword, names[content->op.buffer]);
	if (content->rawbytes)
		return rulec_reject(&draft->reject, value->at, value->keyword,
				    "%s does not go with rawbytes for one content",
				    value->keyword);
	content->op.buffer = (u16)buffer;
	return 0;
}

/* The older name of a content with http_uri. */
int rulec_read_uricontent(struct rulec_draft *draft,
			  const struct rulec_value *value)
{
	int err;

	if (draft->buffer)
		return rulec_reject(&draft->reject, value->at, "uricontent",
				    "uricontent does not go with the buffer %s before it",
				    draft->sticky);
	err = rulec_read_content(draft, value);
	if (!err)
		draft->content[draft->nr_contents - 1].op.buffer =
			SEGWARD_BUFFER_HTTP_URI;
	return err;
}

/* Transformations stand between the buffer and its contents. */
static int check_transformation(struct rulec_draft *draft,
				const struct rulec_value *value)
{
	if (draft->buffer && !draft->sticky_used)
		return 0;
	return rulec_reject(&draft->reject, value->at, value->keyword,
			    "%s does not stand right behind a buffer",
			    value->keyword);
}

int rulec_read_dotprefix(struct rulec_draft *draft,
			 const struct rulec_value *value)
{
	draft->dotprefix = true;
	return check_transformation(draft, value);
}

int rulec_read_to_lowercase(struct rulec_draft *draft,
			    const struct rulec_value *value)
{
	draft->lowercase = true;
	return check_transformation(draft, value);
}

static int add_test(struct rulec_draft *draft, const struct rulec_value *value,
		    const struct segward_image_op *op)
{
	if (draft->nr_tests == SEGWARD_IMAGE_OPS_MAX)
		return rulec_reject(&draft->reject, value->at, value->keyword,
				    "%s is there more than %u times",
				    value->keyword, SEGWARD_IMAGE_OPS_MAX);
	draft->test[draft->nr_tests++] = *op;
	return 0;
}

int rulec_add_event(struct rulec_draft *draft, const struct rulec_value *value,
		    u32 event)
{
	const struct segward_image_op op = {
		.type	= SEGWARD_IMAGE_OP_EVENT,
		.buffer	= SEGWARD_IMAGE_BUFFER_EVENT,
		.low	= (s32)event,
	};

	return add_test(draft, value, &op);
}

/* Largest size that bsize and urilen take. */
#define SIZE_MAX_BSIZE	1048576u
#define SIZE_MAX_URILEN	65535u

static int read_size(struct rulec_draft *draft,
		     const struct rulec_value *value, u32 len, u32 max,
		     struct segward_image_op *op)
{
	if (rulec_parse_size(value->text, len, max, op))
		return 0;
	return rulec_reject(&draft->reject, value->text, value->keyword,
			    "%s \"%s\" is not a size from 0 to %u, nor one behind < > <= >= !, nor a range FIRST<>LAST with a size in between",
			    value->keyword,
			    rulec_quote(value->text, len).text, max);
}

int rulec_read_bsize(struct rulec_draft *draft,
		     const struct rulec_value *value)
{
	struct segward_image_op op = {
		.type	= SEGWARD_IMAGE_OP_BSIZE,
		.buffer	= draft->buffer,
	};
	int err;

	if (!draft->buffer)
		return rulec_reject(&draft->reject, value->at, "bsize",
				    "bsize has no buffer before it");
	draft->sticky_used = true;
	err = read_size(draft, value, value->len, SIZE_MAX_BSIZE, &op);
	if (err)
		return err;
	if (draft->dotprefix)
		op.flags |= SEGWARD_IMAGE_OP_F_DOTPREFIX;
	return add_test(draft, value, &op);
}

/* "SIZE" or "SIZE,raw" or "SIZE,norm" */
int rulec_read_urilen(struct rulec_draft *draft,
		      const struct rulec_value *value)
{
	const char *comma = memchr(value->text, ',', value->len);
	struct segward_image_op op = {
		.type	= SEGWARD_IMAGE_OP_BSIZE,
		.buffer	= SEGWARD_BUFFER_HTTP_URI,
	};
	u32 len = value->len;
	const char *form;
	int err;

	if (comma) {
		form = comma + 1;
		len = (u32)(comma - value->text);
		while (form < value->text + value->len && rulec_blank(*form))
			form++;
		if (rulec_word_is(form, value->len -
				  (u32)(form - value->text), "raw"))
			op.buffer = SEGWARD_BUFFER_HTTP_URI_RAW;
		else if (!rulec_word_is(form, value->len -
					(u32)(form - value->text), "norm"))
			return rulec_reject(&draft->reject, value->text,
					    "urilen",
					    "urilen \"%s\" ends in neither \"raw\" nor \"norm\"",
					    rulec_quote(value->text,
							value->len).text);
	}
	while (len && rulec_blank(value->text[len - 1]))
		len--;
	err = read_size(draft, value, len, SIZE_MAX_URILEN, &op);
	return err ? err : add_test(draft, value, &op);
}

/* --- What goes together --------------------------------------------------- */

static bool is_blank(u8 c)
{
	return c == ' ' || c == '\t';
}

static bool has_upper(const u8 *bytes, u32 len)
{
	while (len--) {
		if (bytes[len] >= 'A' && bytes[len] <= 'Z')
			return true;
	}
	return false;
}

static int check_host(struct rulec_draft *draft, const char *at,
		      const struct rulec_content *content)
{
	if (content->op.flags & SEGWARD_IMAGE_OP_F_NOCASE)
		return rulec_reject(&draft->reject, at, "nocase",
				    "nocase does not go with http.host, which is in lower case");
	if (!has_upper(draft->bytes + content->op.bytes, content->op.len))
		return 0;
	return rulec_reject(&draft->reject, at, "content",
			    "content has an upper-case letter, and http.host is in lower case");
}

static int check_method(struct rulec_draft *draft, const char *at,
			const struct rulec_content *content)
{
	const u8 *bytes = draft->bytes + content->op.bytes;

	if (!is_blank(bytes[0]) && !is_blank(bytes[content->op.len - 1]))
		return 0;
	return rulec_reject(&draft->reject, at, "content",
			    "content begins or ends with a blank, which http.method does not");
}

static int check_user_agent(struct rulec_draft *draft, const char *at,
			    const struct rulec_content *content)
{
	const u8 *end = draft->bytes + content->op.bytes + content->op.len;

	if (content->op.len < 2 || end[-2] != '\r' || end[-1] != '\n')
		return 0;
	return rulec_reject(&draft->reject, at, "content",
			    "content ends with |0d 0a|, which http.user_agent does not");
}

static int check_lowercase(struct rulec_draft *draft, const char *at,
			   struct rulec_content *content)
{
	if (has_upper(draft->bytes + content->op.bytes, content->op.len))
		return rulec_reject(&draft->reject, at, "content",
				    "content has an upper-case letter, and to_lowercase leaves none");
	content->op.flags |= SEGWARD_IMAGE_OP_F_NOCASE;
	return 0;
}

static int check_content(struct rulec_draft *draft, const char *at,
			 struct rulec_content *content)
{
	if (content->lowercase)
		return check_lowercase(draft, at, content);
	switch (content->op.buffer) {
	case SEGWARD_BUFFER_HTTP_HOST:
		return check_host(draft, at, content);
	case SEGWARD_BUFFER_HTTP_METHOD:
		return check_method(draft, at, content);
	case SEGWARD_BUFFER_HTTP_USER_AGENT:
		return check_user_agent(draft, at, content);
	case SEGWARD_BUFFER_JA3_HASH:
	case SEGWARD_BUFFER_JA3S_HASH:
	case SEGWARD_BUFFER_TLS_CERT_FINGERPRINT:
	case SEGWARD_BUFFER_TLS_CERT_SERIAL:
		/* Hexadecimal digits, which may be written in any case. */
		content->op.flags |= SEGWARD_IMAGE_OP_F_NOCASE;
	}
	return 0;
}

/* Bit by buffer: those that the rule names. */
static u64 named_buffers(const struct rulec_draft *draft)
{
	u64 buffers = 0;
	u32 i;

	static_assert(SEGWARD_BUFFERS_END <= 64, "bits of buffers");
	for (i = 0; i < draft->nr_contents; i++)
		buffers |= 1ULL << draft->content[i].op.buffer;
	for (i = 0; i < draft->nr_tests; i++) {
		if (draft->test[i].type != SEGWARD_IMAGE_OP_EVENT)
			buffers |= 1ULL << draft->test[i].buffer;
	}
	return buffers;
}

static bool has_event(const struct rulec_draft *draft)
{
	u32 i;

	for (i = 0; i < draft->nr_tests; i++) {
		if (draft->test[i].type == SEGWARD_IMAGE_OP_EVENT)
			return true;
	}
	return false;
}

/* All buffers are of one protocol, which is the rule's. */
static int check_app(struct rulec_draft *draft, const char *at, u32 buffer)
{
	struct segward_image_rule *image = &draft->rule.image;
	u32 app = infos[buffer].app;

	if (!image->app)
		image->app = app;
	if (image->app == app &&
	    !(image->flags & SEGWARD_IMAGE_RULE_F_APP_NEGATED))
		return 0;
	return rulec_reject(&draft->reject, at, names[buffer],
			    "%s is of %s, and the rule is %s %s",
			    names[buffer], rulec_app_name(app),
			    image->flags & SEGWARD_IMAGE_RULE_F_APP_NEGATED ?
			    "not about" : "about", rulec_app_name(image->app));
}

/*
 * Which way they all go: that becomes the rule's, as in Suricata. Bit by
 * buffer, the payload's left out.
 */
static int check_way(struct rulec_draft *draft, const char *at, u64 buffers)
{
	u32 *flags = &draft->rule.image.flags;
	const char *server = NULL;
	const char *client = NULL;
	u32 i;

	for (i = 1; i < SEGWARD_BUFFERS_END; i++) {
		if (!(buffers >> i & 1))
			continue;
		if (infos[i].way == SERVER)
			server = names[i];
		else if (infos[i].way == CLIENT)
			client = names[i];
	}
	if (server && client)
		return rulec_reject(&draft->reject, at, server,
				    "%s goes to the server and %s to the client",
				    server, client);
	if (server && *flags & SEGWARD_IMAGE_RULE_F_TO_CLIENT)
		return rulec_reject(&draft->reject, at, server,
				    "%s goes to the server, and flow says otherwise",
				    server);
	if (client && *flags & SEGWARD_IMAGE_RULE_F_TO_SERVER)
		return rulec_reject(&draft->reject, at, client,
				    "%s goes to the client, and flow says otherwise",
				    client);
	if (server)
		*flags |= SEGWARD_IMAGE_RULE_F_TO_SERVER;
	if (client)
		*flags |= SEGWARD_IMAGE_RULE_F_TO_CLIENT;
	return 0;
}

/* What a rule about a transaction cannot ask for beside it. */
static int check_beside(struct rulec_draft *draft, const char *at, u64 buffers)
{
	if (draft->has_dsize)
		return rulec_reject(&draft->reject, at, "dsize",
				    "dsize is about packets, and the rule is about %s",
				    rulec_app_name(draft->rule.image.app));
	if (draft->packets_only)
		return rulec_reject(&draft->reject, at, draft->packets_only,
				    "%s is about packets, and the rule is about %s",
				    draft->packets_only,
				    rulec_app_name(draft->rule.image.app));
	if (buffers & 1)
		return rulec_unsupported(&draft->reject, at, "content",
					 "content of the payload beside %s needs both at once, which segward does not have yet",
					 buffers & ~1ULL ? "a protocol's buffer" :
					 "app-layer-event");
	return 0;
}

static int check_contents(struct rulec_draft *draft, const char *at)
{
	int err = 0;
	u32 i;

	for (i = 0; i < draft->nr_contents && !err; i++)
		err = check_content(draft, at, &draft->content[i]);
	return err;
}

int rulec_buffers_check(struct rulec_draft *draft, const char *at)
{
	u64 buffers = named_buffers(draft);
	int err = check_used(draft);
	u32 i;

	if (!err)
		err = check_contents(draft, at);
	for (i = 1; i < SEGWARD_BUFFERS_END && !err; i++) {
		if (buffers >> i & 1)
			err = check_app(draft, at, i);
	}
	draft->rule.buffers = buffers & ~1ULL;
	draft->rule.event = has_event(draft);
	if (!err && (draft->rule.buffers || draft->rule.event))
		err = check_beside(draft, at, buffers);
	return err ? err : check_way(draft, at, buffers);
}
