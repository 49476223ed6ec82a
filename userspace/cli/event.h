/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events: from netlink to what the eve library and people read.
 */
#ifndef SEGWARD_CLI_EVENT_H
#define SEGWARD_CLI_EVENT_H

#include "eve/eve.h"
#include "nl.h"

void event_read(const struct nlmsghdr *nlh, struct segward_eve_event *event);
void event_print_text(const struct segward_eve_event *event);

#endif /* SEGWARD_CLI_EVENT_H */
