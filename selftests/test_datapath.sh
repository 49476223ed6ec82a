#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# The hook, segward0 and what surrounds them; claims in vectors_datapath.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_datapath.py" "$@"
