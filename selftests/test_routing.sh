#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# module: none
# timeout: 900
# Claims and topology are in vectors_routing.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_routing.py" "$@"
