#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 1200
# Claims and topology are in vectors_scale.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_scale.py" "$@"
