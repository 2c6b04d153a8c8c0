#!/usr/bin/env bash
# Installs what is missing, builds the executable and starts the server on http://127.0.0.1:8000.
#
#   scripts/run.sh [OPTIONS OF TASKDOCK]         e.g. scripts/run.sh --port 9000
#
# It can be called from any folder: relative paths, as in --data mydata, start there. Only taskdock writes to
# standard output.
set -euo pipefail
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)

(
  cd -- "$root"
  scripts/setup.sh build
  if [ ! -f build/release/build.ninja ]; then
    echo "run.sh: configuring"
    cmake --preset release
  fi
  cmake --build --preset release --target taskdock
) >&2
exec "$root/build/release/taskdock" "$@"
