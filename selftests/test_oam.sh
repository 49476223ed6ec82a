#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# Claims and topology are in vectors_oam.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_oam.py" "$@"
