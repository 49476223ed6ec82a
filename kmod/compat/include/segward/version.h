/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel versions as English: the shims, and nobody else, ask these.
 */
#ifndef SEGWARD_COMPAT_VERSION_H
#define SEGWARD_COMPAT_VERSION_H

#include <linux/version.h>

/**
 * SEGWARD_KERNEL_BEFORE() - Is the kernel older than @major.@minor?
 * @major: first number of the version
 * @minor: second number of the version
 *
 * For an interface that came with @major.@minor.
 */
#define SEGWARD_KERNEL_BEFORE(major, minor) \
	(LINUX_VERSION_CODE < KERNEL_VERSION(major, minor, 0))

/**
 * SEGWARD_KERNEL_SINCE() - Is the kernel @major.@minor or newer?
 * @major: first number of the version
 * @minor: second number of the version
 */
#define SEGWARD_KERNEL_SINCE(major, minor) \
	(!SEGWARD_KERNEL_BEFORE(major, minor))

#endif /* SEGWARD_COMPAT_VERSION_H */
