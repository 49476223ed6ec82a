#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Resets to both ends of a connection; claims in vectors_reject.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_reject.py" "$@"
