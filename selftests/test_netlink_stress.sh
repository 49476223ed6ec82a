#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Claims are in netlink_stress.py.
exec /usr/bin/python3 "$(dirname "$0")/netlink_stress.py" "$@"
