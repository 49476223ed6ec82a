#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# The kept routes of next segments; claims in vectors_segment_route.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_segment_route.py" "$@"
