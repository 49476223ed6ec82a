#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Claims are in vectors_packet_fuzz.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_packet_fuzz.py" "$@"
