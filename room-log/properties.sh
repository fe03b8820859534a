#!/usr/bin/env bash
# Holds the reader of the room log against the definition in as many random worlds as asked for, and
# prints the seed. Usage: room-log/properties.sh [cases]    (default 1000000, some 1 ms each)
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

cases=${1:-1000000}
if ! [[ $cases =~ ^[1-9][0-9]*$ ]]; then
  sed -n 's/^# .*Usage: /usage: /p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
# 32-bit counts in the test engine.
if ((cases > 2000000000)); then
  echo "At most 2000000000 cases, not $cases." >&2
  exit 2
fi

exec mvn -B -q -pl room-log test -Dtest=OneOrderPropertyTest \
  -Djqwik.tries.default="$cases" -Djqwik.reporting.onlyfailures=false
