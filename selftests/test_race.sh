#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 3600
# Claims are in vectors_race.py. RACE_ROUNDS says how often each of those who
# change something does it (2).
. "$(dirname "$0")/lib.sh"
require_command cc
require_command nft
RACE_SENDER=$(mktemp /tmp/race_sender.XXXXXX)
export RACE_SENDER
cc -O2 -o "$RACE_SENDER" "$(dirname "$0")/race_sender.c" || exit 1
exec /usr/bin/python3 "$(dirname "$0")/vectors_race.py" "$@"
