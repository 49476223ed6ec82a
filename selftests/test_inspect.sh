#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Inspection through the kernel; claims in vectors_inspect.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_inspect.py" "$@"
