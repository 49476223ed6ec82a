#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Claims are in vectors_stream.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_stream.py" "$@"
