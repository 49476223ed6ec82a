// SPDX-License-Identifier: GPL-2.0
/*
 * segward monitor: events and changes of the configuration as they happen.
 *
 * DOC: one line each, flushed at once. In JSON an event is one of Suricata's
 * EVE objects; a change of the configuration is an object of the same frame,
 * with event_type "config".
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "args.h"
#include "event.h"
#include "monitor.h"
#include "objects.h"
#include "out.h"
#include "profile.h"
#include "ruleset.h"
#include "sid.h"

static u64 now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (u64)ts.tv_sec * 1000000000u + (u64)ts.tv_nsec;
}

static int show_event(const struct segward_eve_event *e)
{
	int err = 0;

	if (cli.json) {
		err = segward_eve_print(stdout, e);
		fflush(stdout);
	} else {
		event_print_text(e);
	}
	return err;
}

/* The socket overflowed; nobody knows by how much. */
static int show_overrun(void)
{
	struct segward_eve_event e = {
		.type	= SEGWARD_EVENT_TYPE_STATE,
		.time	= now(),
		.text	= "events were lost: they came faster than this program could print them",
	};

	return show_event(&e);
}

/* The frame of a change, up to the object that changed. */
static void change_begin(const char *object, bool deleted)
{
	struct timespec ts;
	char text[64], us[16];
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &ts);
	localtime_r(&ts.tv_sec, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(us, sizeof(us), ".%06u",
		 (unsigned int)(ts.tv_nsec / 1000));
	strcat(text, us);
	if (cli.json)
		strftime(text + strlen(text), 8, "%z", &tm);
	out_object();
	out_str("timestamp", "", text);
	out_str("event_type", NULL, "config");
	out_flag("deleted", " Deleted", deleted);
	out_text(" %s ", object);
	out_nest(object);
}

static void change_end(void)
{
	out_nest_end();
	out_object_end();
}

static void show_sid(const struct nlmsghdr *nlh, bool deleted)
{
	struct sid sid;

	sid_read(nlh, &sid);
	change_begin("sid", deleted);
	sid_print_fields(&sid);
	change_end();
}

static void show_profile(const struct nlmsghdr *nlh, bool deleted)
{
	struct profiles profiles = { 0 };

	profile_read(nlh, &profiles);
	change_begin("profile", deleted);
	profile_print_fields(&profiles.v[0]);
	change_end();
	profiles_free(&profiles);
}

static void show_ruleset(const struct nlmsghdr *nlh, bool deleted)
{
	struct ruleset ruleset;

	ruleset_read(nlh, &ruleset);
	change_begin("ruleset", deleted);
	ruleset_print_fields(&ruleset);
	change_end();
	ruleset_free(&ruleset);
}

static int show(const struct nlmsghdr *nlh, void *data)
{
	struct segward_eve_event e;

	(void)data;
	if (!nlh)
		return show_overrun();
	switch (nl_cmd(nlh)) {
	case SEGWARD_CMD_EVENT_NTF:
		event_read(nlh, &e);
		return show_event(&e);
	case SEGWARD_CMD_SID_NTF:
	case SEGWARD_CMD_SID_DEL_NTF:
		show_sid(nlh, nl_cmd(nlh) == SEGWARD_CMD_SID_DEL_NTF);
		break;
	case SEGWARD_CMD_PROFILE_NTF:
	case SEGWARD_CMD_PROFILE_DEL_NTF:
		show_profile(nlh, nl_cmd(nlh) == SEGWARD_CMD_PROFILE_DEL_NTF);
		break;
	case SEGWARD_CMD_RULESET_NTF:
	case SEGWARD_CMD_RULESET_DEL_NTF:
		show_ruleset(nlh, nl_cmd(nlh) == SEGWARD_CMD_RULESET_DEL_NTF);
		break;
	}
	return 0;
}

/**
 * monitor_run() - print what happens until SIGINT or SIGTERM
 * @events: what the packet path sees
 * @config: changes of the configuration
 *
 * Return: a cli_status.
 */
int monitor_run(bool events, bool config)
{
	struct nl_error error;

	if ((events && nl_join(SEGWARD_MCGRP_EVENT, &error)) ||
	    (config && nl_join(SEGWARD_MCGRP_CONFIG, &error)))
		return nl_fail(&error);
	cli.oneline = true;
	cli.pretty = false;
	out_stream_begin();
	return nl_listen(show, NULL, &error) ? nl_fail(&error) : CLI_OK;
}

static int monitor(struct args *args)
{
	bool events = false, config = false, all = !arg_peek(args);

	while (arg_peek(args)) {
		if (arg_take(args, "events"))
			events = true;
		else if (arg_take(args, "config"))
			config = true;
		else if (arg_take(args, "all"))
			all = true;
		else
			return arg_end(args);
	}
	return monitor_run(events || all, config || all);
}

static const struct command monitor_commands[] = {
	{ "", monitor, "[ events ] [ config ] [ all ]" },
	{ NULL, NULL, NULL },
};

const struct object object_monitor = {
	.name		= "monitor",
	.commands	= monitor_commands,
};
