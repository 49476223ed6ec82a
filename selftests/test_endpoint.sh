#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# The endpoint's conformance, byte by byte; claims in vectors_endpoint.py.
exec /usr/bin/python3 "$(dirname "$0")/vectors_endpoint.py" "$@"
