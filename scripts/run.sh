#!/usr/bin/env bash
# Installs what is missing, builds the executable and serves on http://127.0.0.1:8000.
#
#   scripts/run.sh [taskdock's options]         e.g. scripts/run.sh --port 9000
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh build
if [ ! -f build/release/build.ninja ]; then
  echo "run.sh: configuring"
  cmake --preset release
fi
cmake --build --preset release --target taskdock
exec build/release/taskdock "$@"
