/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The objects of records.
 */
#ifndef SEGWARD_EVE_APP_H
#define SEGWARD_EVE_APP_H

#include <linux/segward_buffer.h>

#include "eve/eve.h"

struct json_object;

/* What a buffer's direction may be. */
#define EVE_TO_SERVER	SEGWARD_FLOW_DIRECTION_TO_SERVER
#define EVE_TO_CLIENT	SEGWARD_FLOW_DIRECTION_TO_CLIENT

/**
 * eve_first() - the first buffer of its name
 * @event: a record
 * @direction: of the buffer
 * @buffer: enum segward_buffer
 *
 * Return: NULL if there is none.
 */
const struct segward_eve_buffer *
eve_first(const struct segward_eve_event *event, uint8_t direction,
	  uint8_t buffer);

/** eve_last() - the last one; what is said again replaces what was said */
const struct segward_eve_buffer *
eve_last(const struct segward_eve_event *event, uint8_t direction,
	 uint8_t buffer);

/** eve_add_buffer() - add a buffer as a string; NULL: nothing */
void eve_add_buffer(struct json_object *to, const char *key,
		    const struct segward_eve_buffer *buffer);

struct json_object *eve_http(const struct segward_eve_event *event);
struct json_object *eve_tls(const struct segward_eve_event *event);
struct json_object *eve_ssh(const struct segward_eve_event *event);
struct json_object *eve_dns(const struct segward_eve_event *event);
struct json_object *eve_flow(const struct segward_eve_event *event);

/** eve_dns_lines() - lines of a DNS record: one for each question of a query */
uint32_t eve_dns_lines(const struct segward_eve_event *event);

#endif /* SEGWARD_EVE_APP_H */
