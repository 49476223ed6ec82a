// SPDX-License-Identifier: GPL-2.0
/*
 * Records of HTTP.
 */
#include <ctype.h>
#include <json-c/json.h>
#include <string.h>

#include "eve/app.h"
#include "eve/json.h"

#define PORT_MOST	65535
#define STATUS_DIGITS	3

/* All digits and not beyond @most; else 0, which is none of what is meant. */
static uint32_t number(const uint8_t *data, uint32_t len, uint32_t most)
{
	uint32_t n = 0;

	for (; len; len--, data++) {
		if (!isdigit(*data))
			return 0;
		n = n * 10 + *data - '0';
		if (n > most)
			return 0;
	}
	return n;
}

/* Only if it is in the Host header or the URI; not that of the connection. */
static void add_port(struct json_object *http,
		     const struct segward_eve_buffer *host)
{
	const uint8_t *colon;
	uint32_t port;

	colon = host ? memrchr(host->data, ':', host->len) : NULL;
	if (!colon)
		return;
	colon++;
	port = number(colon, (uint32_t)(host->data + host->len - colon),
		      PORT_MOST);
	if (port)
		eve_add_number(http, "http_port", port);
}

/* Without its parameters, as Suricata tells it. */
static void add_content_type(struct json_object *http,
			     const struct segward_eve_buffer *type)
{
	const uint8_t *end;

	if (!type)
		return;
	end = memchr(type->data, ';', type->len);
	eve_add_bytes(http, "http_content_type", type->data,
		      end ? (size_t)(end - type->data) : type->len);
}

static void add_status(struct json_object *http,
		       const struct segward_eve_buffer *code)
{
	uint32_t status;

	if (!code)
		return;
	status = code->len <= STATUS_DIGITS ?
		 number(code->data, code->len, 999) : 0;
	if (status)
		eve_add_number(http, "status", status);
	else
		eve_add_buffer(http, "status_string", code);
}

static void add_request(struct json_object *http,
			const struct segward_eve_event *event)
{
	static const struct {
		const char *key;
		uint8_t buffer;
	} row[] = {
		{ "url", SEGWARD_BUFFER_HTTP_URI_RAW },
		{ "http_user_agent", SEGWARD_BUFFER_HTTP_USER_AGENT },
		{ "http_refer", SEGWARD_BUFFER_HTTP_REFERER },
		{ "http_method", SEGWARD_BUFFER_HTTP_METHOD },
		{ "protocol", SEGWARD_BUFFER_HTTP_PROTOCOL },
	};
	size_t i;

	eve_add_buffer(http, "hostname",
		       eve_first(event, EVE_TO_SERVER,
				 SEGWARD_BUFFER_HTTP_HOST));
	add_port(http, eve_first(event, EVE_TO_SERVER,
				 SEGWARD_BUFFER_HTTP_HOST_RAW));
	for (i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		eve_add_buffer(http, row[i].key,
			       eve_first(event, EVE_TO_SERVER, row[i].buffer));
}

/* Interim responses come first; the last one is the response. */
static void add_response(struct json_object *http,
			 const struct segward_eve_event *event)
{
	add_content_type(http, eve_last(event, EVE_TO_CLIENT,
					SEGWARD_BUFFER_HTTP_CONTENT_TYPE));
	add_status(http, eve_last(event, EVE_TO_CLIENT,
				  SEGWARD_BUFFER_HTTP_STAT_CODE));
	eve_add_buffer(http, "redirect",
		       eve_last(event, EVE_TO_CLIENT,
				SEGWARD_BUFFER_HTTP_LOCATION));
	eve_add_number(http, "length", event->body[1]);
}

struct json_object *eve_http(const struct segward_eve_event *event)
{
	struct json_object *http = json_object_new_object();

	add_request(http, event);
	add_response(http, event);
	return http;
}
