// SPDX-License-Identifier: GPL-2.0
/*
 * Records of TLS.
 */
#include <json-c/json.h>
#include <string.h>

#include "eve/app.h"
#include "eve/json.h"

struct member {
	const char *key;
	uint8_t buffer;
};

static const struct member certificate[] = {
	{ "subject", SEGWARD_BUFFER_TLS_CERT_SUBJECT },
	{ "issuerdn", SEGWARD_BUFFER_TLS_CERT_ISSUER },
	{ "serial", SEGWARD_BUFFER_TLS_CERT_SERIAL },
	{ "fingerprint", SEGWARD_BUFFER_TLS_CERT_FINGERPRINT },
	{ "notbefore", SEGWARD_BUFFER_TLS_NOT_BEFORE },
	{ "notafter", SEGWARD_BUFFER_TLS_NOT_AFTER },
};

static const struct member ja3[] = {
	{ "hash", SEGWARD_BUFFER_JA3_HASH },
	{ "string", SEGWARD_BUFFER_JA3_STRING },
};

static const struct member ja3s[] = {
	{ "hash", SEGWARD_BUFFER_JA3S_HASH },
	{ "string", SEGWARD_BUFFER_JA3S_STRING },
};

/* A second hello tells all again; it is the one that counts. */
static void add_members(struct json_object *to,
			const struct segward_eve_event *event,
			uint8_t direction, const struct member *member,
			size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		eve_add_buffer(to, member[i].key,
			       eve_last(event, direction, member[i].buffer));
}

/* An object of its own; none if it would be empty. */
static void add_group(struct json_object *to, const char *key,
		      const struct segward_eve_event *event, uint8_t direction,
		      const struct member *member, size_t nr)
{
	struct json_object *group = json_object_new_object();

	add_members(group, event, direction, member, nr);
	if (json_object_object_length(group))
		json_object_object_add(to, key, group);
	else
		json_object_put(group);
}

/* Was it among those before @nr? Second hellos offer the same again. */
static bool is_repeated(const struct segward_eve_event *event, uint32_t nr)
{
	const struct segward_eve_buffer *one = &event->buffers[nr];
	const struct segward_eve_buffer *other;

	for (other = event->buffers; other < one; other++)
		if (other->buffer == one->buffer &&
		    other->direction == one->direction &&
		    other->len == one->len &&
		    !memcmp(other->data, one->data, one->len))
			return true;
	return false;
}

static void add_alpns(struct json_object *to, const char *key,
		      const struct segward_eve_event *event, uint8_t direction)
{
	struct json_object *list = json_object_new_array();
	const struct segward_eve_buffer *buffer;
	uint32_t i;

	for (i = 0; i < event->nr_buffers; i++) {
		buffer = &event->buffers[i];
		if (buffer->buffer == SEGWARD_BUFFER_TLS_ALPN &&
		    buffer->direction == direction && !is_repeated(event, i))
			json_object_array_add(list, eve_bytes(buffer->data,
							      buffer->len));
	}
	if (json_object_array_length(list))
		json_object_object_add(to, key, list);
	else
		json_object_put(list);
}

/* Suricata's word while no server has chosen one. */
static void add_version(struct json_object *tls,
			const struct segward_eve_event *event)
{
	const struct segward_eve_buffer *version;

	version = eve_last(event, EVE_TO_CLIENT, SEGWARD_BUFFER_TLS_VERSION);
	if (version)
		eve_add_buffer(tls, "version", version);
	else
		eve_add_text(tls, "version", "UNDETERMINED");
}

/* With a certificate it is a new session, whatever was offered. */
static bool is_resumed(const struct segward_eve_event *event)
{
	return eve_first(event, EVE_TO_CLIENT, SEGWARD_BUFFER_TLS_RESUMED) &&
	       !eve_first(event, EVE_TO_CLIENT,
			  SEGWARD_BUFFER_TLS_CERT_SUBJECT) &&
	       !eve_first(event, EVE_TO_CLIENT,
			  SEGWARD_BUFFER_TLS_CERT_ISSUER);
}

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

struct json_object *eve_tls(const struct segward_eve_event *event)
{
	struct json_object *tls = json_object_new_object();

	add_members(tls, event, EVE_TO_CLIENT, certificate,
		    COUNT(certificate));
	if (is_resumed(event))
		eve_add_flag(tls, "session_resumed", true);
	eve_add_buffer(tls, "sni", eve_first(event, EVE_TO_SERVER,
					     SEGWARD_BUFFER_TLS_SNI));
	add_version(tls, event);
	add_group(tls, "ja3", event, EVE_TO_SERVER, ja3, COUNT(ja3));
	add_group(tls, "ja3s", event, EVE_TO_CLIENT, ja3s, COUNT(ja3s));
	eve_add_buffer(tls, "ja4", eve_last(event, EVE_TO_SERVER,
					    SEGWARD_BUFFER_JA4_HASH));
	add_alpns(tls, "client_alpns", event, EVE_TO_SERVER);
	add_alpns(tls, "server_alpns", event, EVE_TO_CLIENT);
	add_group(tls, "client", event, EVE_TO_SERVER, certificate,
		  COUNT(certificate));
	return tls;
}
