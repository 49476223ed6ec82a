// SPDX-License-Identifier: GPL-2.0
/*
 * Entering a network namespace by the name that ip netns gave it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "netns.h"

static int netns_open(const char *name)
{
	char path[PATH_MAX];

	if (strchr(name, '/'))
		return open(name, O_RDONLY | O_CLOEXEC);
	snprintf(path, sizeof(path), "/var/run/netns/%s", name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/**
 * netns_enter() - move this process into a network namespace
 * @name: as of ip netns, or a path such as /proc/PID/ns/net
 *
 * Prints why it failed, as ip does.
 *
 * Return: a cli_status.
 */
int netns_enter(const char *name)
{
	int fd = netns_open(name);
	int err;

	if (fd < 0) {
		fprintf(stderr, "Cannot open network namespace \"%s\": %s\n",
			name, strerror(errno));
		return CLI_USAGE;
	}
	err = setns(fd, CLONE_NEWNET) ? errno : 0;
	close(fd);
	if (!err)
		return CLI_OK;
	fprintf(stderr, "setting the network namespace \"%s\" failed: %s\n",
		name, strerror(err));
	return CLI_USAGE;
}

/** netns_inode() - what tells this network namespace from others */
u64 netns_inode(void)
{
	struct stat st;

	return stat("/proc/thread-self/ns/net", &st) ? 0 : (u64)st.st_ino;
}
