// SPDX-License-Identifier: GPL-2.0
/*
 * First program of the guest: makes the host's root, read-only under a layer
 * of memory, the guest's own root, and becomes guest.sh there.
 *
 * The initramfs has this program, /modules with the modules that it needs in
 * the order of their names, and nothing else. What guest.sh wants to know is
 * in the environment, where the kernel puts NAME=VALUE of its command line;
 * segward_hostfs is there under User Mode Linux, which sees the host's files
 * without virtiofs, and is the directory for what comes out.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Say why on the console and stop: the host finds no result and fails. */
static void die(const char *what)
{
	dprintf(2, "init: %s: %s\n", what, strerror(errno));
	reboot(RB_POWER_OFF);
	_exit(1);
}

static void must_mount(const char *source, const char *target,
		       const char *type, unsigned long flags,
		       const char *options)
{
	mkdir(target, 0755);
	if (mount(source, target, type, flags, options) < 0)
		die(target);
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die(path);
	if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
		die(path);
	close(fd);
}

static int is_module(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void load_modules(void)
{
	struct dirent **entries;
	char path[512];
	int i, n;

	n = scandir("/modules", &entries, is_module, alphasort);
	if (n < 0)
		die("/modules");
	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "/modules/%s", entries[i]->d_name);
		load_module(path);
	}
}

static void open_console(void)
{
	int fd = open("/dev/console", O_RDWR);

	if (fd < 0)
		return;
	dup2(fd, 0);
	dup2(fd, 1);
	dup2(fd, 2);
	if (fd > 2)
		close(fd);
}

static void mount_shared(const char *tag, const char *target,
			 unsigned long flags, const char *path)
{
	if (getenv("segward_hostfs"))
		must_mount(tag, target, "hostfs", flags, path);
	else
		must_mount(tag, target, "virtiofs", flags, NULL);
}

/* The host's root below, everything written above it and lost at the end. */
static void mount_root(void)
{
	mount_shared("rootfs", "/host", MS_RDONLY, "/");
	must_mount("tmpfs", "/layer", "tmpfs", 0, "mode=0755");
	mkdir("/layer/upper", 0755);
	mkdir("/layer/work", 0755);
	must_mount("overlay", "/root", "overlay", 0,
		   "lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work");
}

static void mount_system(void)
{
	must_mount("proc", "/root/proc", "proc", 0, NULL);
	must_mount("sysfs", "/root/sys", "sysfs", 0, NULL);
	must_mount("devtmpfs", "/root/dev", "devtmpfs", 0, NULL);
	must_mount("devpts", "/root/dev/pts", "devpts", 0, NULL);
	must_mount("tmpfs", "/root/dev/shm", "tmpfs", 0, "mode=1777");
	must_mount("tmpfs", "/root/run", "tmpfs", 0, "mode=0755");
	mount_shared("out", "/root/run/out", 0, getenv("segward_hostfs"));
}

int main(void)
{
	const char *guest = getenv("segward_guest");

	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	open_console();
	load_modules();
	mount_root();
	mount_system();
	/* Moved and not only chrooted: no user namespaces inside a chroot. */
	if (chdir("/root") < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 ||
	    chroot(".") < 0 || chdir("/") < 0)
		die("/root");
	if (!guest)
		die("segward_guest is not set");
	execl("/bin/bash", "bash", guest, (char *)NULL);
	die(guest);
}
