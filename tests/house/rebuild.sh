#!/bin/sh
# Configures and builds twice: the second time there must be nothing left to compile or to link.
#
#   tests/house/rebuild.sh BUILD_DIRECTORY
set -eu

build() {
  cmake "$1" >/dev/null 2>&1
  cmake --build "$1" --target taskdock taskdock_tests
}

build "$1" >/dev/null
steps=$(build "$1" | grep -E 'Building|Linking|Generating|Creating' || true)
[ -z "$steps" ] || { printf 'nothing has changed, and yet:\n%s\n' "$steps"; exit 1; }
