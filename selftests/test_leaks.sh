#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# module: none
# kernels: uml-debug
# timeout: 600
# Claims are in leaks.py.
exec /usr/bin/python3 "$(dirname "$0")/leaks.py" "$@"
