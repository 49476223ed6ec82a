#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# Egress router mode, byte by byte; claims in vectors_egress.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_egress.py" "$@"
