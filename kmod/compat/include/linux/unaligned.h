/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before 6.12 the accessors for unaligned data were in <asm/unaligned.h>.
 */
#ifndef SEGWARD_COMPAT_LINUX_UNALIGNED_H
#define SEGWARD_COMPAT_LINUX_UNALIGNED_H

#include <segward/version.h>

#if SEGWARD_KERNEL_BEFORE(6, 12)
#include <asm/unaligned.h>
#else
#include_next <linux/unaligned.h>
#endif

#endif /* SEGWARD_COMPAT_LINUX_UNALIGNED_H */
