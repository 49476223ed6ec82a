#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# Claims are in vectors_evasion.py, tricks in evasion.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_evasion.py" "$@"
