#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
# Claims and topology are in vectors_faults.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_faults.py" "$@"
