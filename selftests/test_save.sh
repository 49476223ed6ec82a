#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
# Claims are in vectors_save.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_save.py" "$@"
