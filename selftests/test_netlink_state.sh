#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
# Claims are in netlink_state.py.
exec /usr/bin/python3 "$(dirname "$0")/netlink_state.py" "$@"
