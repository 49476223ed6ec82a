#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# Flavor NEXT-C-SID, byte by byte; claims in vectors_csid.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_csid.py" "$@"
