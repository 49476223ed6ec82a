// SPDX-License-Identifier: GPL-2.0
/*
 * Where the tracepoints are.
 */
#define CREATE_TRACE_POINTS
#include "tracepoint.h"
