#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
# The HMAC that a SID requires; claims in vectors_hmac.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_hmac.py" "$@"
