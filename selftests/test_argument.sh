#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Profiles by argument; claims in vectors_argument.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_argument.py" "$@"
