#!/usr/bin/env bash
# Installs what is missing, builds the executable and serves on http://127.0.0.1:8000.
#
#   scripts/run.sh [taskdock's options]         e.g. scripts/run.sh --port 9000
#
# It may be called from any folder: a relative path, such as --data mydata, starts there. Standard
# output is left to taskdock.
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
